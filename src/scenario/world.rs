//! What a world is: named columns, how a row comes about, and what then happens to it. Enter: dice, a
//! setting and a moment. Leave: a row of numbers (a category is the index of its name, a moment its
//! seconds, missing is NaN) and the signal of its outcome. The worlds themselves are in
//! [`worlds`](super::worlds).

use std::fmt::Write as _;

use super::calendar::{DAY_SECONDS, Rhythm, write_date, write_moment};
use super::dice::Dice;
use crate::stats::math;

/// Position of the id column in every world.
pub const ID: usize = 0;
/// Spread (deviation of the logarithm) of a volatile number from visit to visit.
pub const VISIT_SPREAD: f64 = 1.0;
/// Position of the time column in every world.
pub const TIME: usize = 1;

/// What a column holds and how an export prints it.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// A key: prefix and number.
    Id(&'static str),
    /// Date and time of day.
    Moment,
    /// Date only.
    Date,
    /// A number with this many decimals.
    Number(u8),
    /// A number whose logarithm behaves (incomes, amounts), with this many decimals.
    Skewed(u8),
    /// A whole number.
    Integer,
    /// The words for no and yes.
    Boolean(&'static str, &'static str),
    /// Names; those from the given count on exist only where a case brings them in.
    Category(&'static [&'static str], usize),
}

/// One column of a world.
#[derive(Clone, Copy, Debug)]
pub struct ColumnSpec {
    /// Name in the header.
    pub name: &'static str,
    /// What it holds.
    pub form: Form,
}

/// Short for a column of a world.
#[must_use]
pub const fn column(name: &'static str, form: Form) -> ColumnSpec {
    ColumnSpec { name, form }
}

/// What is predicted and how it is written down.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// Yes or no.
    Binary {
        /// Label column.
        label: &'static str,
        /// Words for no and yes.
        words: (&'static str, &'static str),
        /// Score column.
        score: &'static str,
        /// Decision column.
        decision: &'static str,
        /// Decision is 1 at or above this score.
        threshold: f64,
    },
    /// One of several classes.
    Classes {
        /// Label column.
        label: &'static str,
        /// Class names, and the columns of their scores.
        classes: &'static [(&'static str, &'static str)],
        /// Column of the chosen class.
        decision: &'static str,
    },
    /// A number.
    Amount {
        /// Label column.
        label: &'static str,
        /// Column of the predicted value.
        score: &'static str,
    },
}

impl Target {
    /// Numbers the model puts out a row.
    #[must_use]
    pub const fn width(&self) -> usize {
        match self {
            Self::Classes { classes, .. } => classes.len(),
            _ => 1,
        }
    }

    /// The label column.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Binary { label, .. }
            | Self::Classes { label, .. }
            | Self::Amount { label, .. } => label,
        }
    }

    /// Draws the outcome from its signal with one uniform number: 0/1, a class index, or an amount.
    #[must_use]
    pub fn realise(&self, signal: &[f64], uniform: f64) -> f64 {
        match self {
            Self::Binary { .. } => {
                let z = signal.first().copied().unwrap_or(0.0);
                f64::from(u8::from(uniform < math::sigmoid(z)))
            }
            Self::Classes { .. } => {
                let total: f64 = signal.iter().map(|&z| math::exp(z)).sum();
                let mut left = uniform * total;
                let mut class = 0.0;
                for &z in signal {
                    left -= math::exp(z);
                    if left < 0.0 {
                        return class;
                    }
                    class += 1.0;
                }
                class - 1.0
            }
            Self::Amount { .. } => {
                // Log-normal noise about the mean with deviation 0.18, in whole units.
                let mean = signal.first().copied().unwrap_or(0.0);
                let noise = Dice::new(uniform.to_bits()).normal(0.0, 0.18);
                (mean * math::exp(noise)).round().max(0.0)
            }
        }
    }
}

/// How the world stands at a moment; all 0 is the world the model was built for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Setting {
    /// Who arrives: 0 the usual, 1 all from the new mix.
    pub mix: f64,
    /// Share of rows of a kind never seen before.
    pub newcomers: f64,
    /// How far the relation between inputs and outcome has moved (1: fully).
    pub concept: f64,
    /// Strength of an event in the calendar.
    pub season: f64,
    /// How far a column that hardly matters has moved.
    pub harmless: f64,
    /// Log-odds added to every outcome.
    pub base_rate: f64,
    /// Columns that have grown.
    pub growing: &'static [usize],
    /// By this factor; 0 where none has.
    pub growth: f64,
}

/// A world.
pub struct World {
    /// Name for files: `loans`, `customers`, ….
    pub name: &'static str,
    /// Columns; [`ID`] and [`TIME`] first.
    pub columns: &'static [ColumnSpec],
    /// What is predicted.
    pub target: Target,
    /// Volume through week and day.
    pub rhythm: Rhythm,
    /// Fills a row from position 2 on; id and time stand in it already.
    pub draw: fn(&mut Dice, &Setting, &mut [f64]),
    /// Writes the signal: log-odds, class log-odds, or the mean.
    pub signal: fn(&[f64], &Setting, &mut [f64]),
    /// Positive numbers that are new at each visit of the same entity.
    pub volatile: &'static [usize],
    /// Pairs of columns whose product a linear model gets as well.
    pub crosses: &'static [(usize, usize)],
}

impl World {
    /// Position of a column; `None` when it does not exist.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    /// The setting's part that decides on outcomes only, taken back: how things came about before launch.
    #[must_use]
    pub fn usual_relation(setting: &Setting) -> Setting {
        Setting { concept: 0.0, season: 0.0, base_rate: 0.0, ..*setting }
    }

    /// Whether a true row is of a kind that no table before launch has: a category beyond the known ones.
    #[must_use]
    pub fn never_seen(&self, row: &[f64]) -> bool {
        row.iter().zip(self.columns).any(|(&value, spec)| match spec.form {
            Form::Category(_, known) => value >= known as f64,
            _ => false,
        })
    }

    /// Gives volatile numbers the luck of one visit.
    pub fn revisit(&self, dice: &mut Dice, row: &mut [f64]) {
        for &column in self.volatile {
            let factor = dice.lognormal(1.0, VISIT_SPREAD);
            row.get_mut(column).into_iter().for_each(|v| *v *= factor);
        }
    }

    /// Rounds a row to what an export shows, so that the model scores exactly what is printed.
    pub fn settle(&self, row: &mut [f64]) {
        for (value, spec) in row.iter_mut().zip(self.columns) {
            match spec.form {
                Form::Number(decimals) | Form::Skewed(decimals) => {
                    *value = round(*value, decimals);
                }
                Form::Integer => *value = value.round(),
                _ => {}
            }
        }
    }
}

/// Rounds to decimals.
#[must_use]
pub fn round(value: f64, decimals: u8) -> f64 {
    let scale = [1.0, 10.0, 100.0, 1e3, 1e4, 1e5, 1e6][usize::from(decimals.min(6))];
    (value * scale).round() / scale
}

/// Appends one value as an export prints it; missing is empty.
pub fn write_value(text: &mut String, form: Form, value: f64) {
    if value.is_nan() {
        return;
    }
    match form {
        Form::Id(prefix) => {
            let _ = write!(text, "{prefix}{:07}", value as u64);
        }
        Form::Moment => write_moment(text, value as i64),
        Form::Date => write_date(text, (value as i64).div_euclid(DAY_SECONDS)),
        Form::Number(decimals) | Form::Skewed(decimals) => {
            // Adding 0 turns -0 into 0.
            let _ = write!(text, "{:.*}", usize::from(decimals), value + 0.0);
        }
        Form::Integer => {
            let _ = write!(text, "{}", value as i64);
        }
        Form::Boolean(no, yes) => text.push_str(if value == 0.0 { no } else { yes }),
        Form::Category(names, _) => {
            text.push_str(names.get(value as usize).copied().unwrap_or(""));
        }
    }
}
