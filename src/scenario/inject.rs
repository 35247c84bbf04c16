//! The causes that can be put into a world. Enter: a fault, its strength and when it begins. Leave: a changed
//! setting (who arrives, how outcomes come about) or a row broken before the model sees it, so that every
//! consequence follows by itself: scores from broken values, decisions from those scores, labels from
//! the unbroken truth.

use super::calendar::DAY_SECONDS;
use super::dice::Dice;
use super::world::{Setting, TIME};

/// What goes wrong. Columns are positions in the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// Other people or items arrive; the relation is unchanged.
    Mix,
    /// A kind of row the model never met arrives.
    Newcomers,
    /// The calendar: an event moves inputs and outcomes for a while.
    Season,
    /// The relation between inputs and outcome changes.
    Concept,
    /// A column the model hardly uses moves.
    Harmless,
    /// A column is delivered in another unit.
    Scale {
        /// Which.
        column: usize,
        /// Delivered value over true value.
        factor: f64,
    },
    /// Columns arrive empty, or filled with a default.
    Blank {
        /// Which, all at once.
        columns: &'static [usize],
        /// The default; `None` is empty.
        with: Option<f64>,
    },
    /// Hour and weekday are taken from a clock in another zone.
    Clock {
        /// The hour column.
        hour: usize,
        /// The weekday column.
        weekday: Option<usize>,
        /// Hours added.
        hours: i64,
    },
    /// A category arrives under other names: codes move up by this much.
    Rename {
        /// Which.
        column: usize,
        /// Added to the code.
        by: usize,
    },
    /// Columns keep the value of the entity's last visit before the onset.
    Stale {
        /// Which, all at once.
        columns: &'static [usize],
    },
    /// A filter or an inner join loses rows with these categories.
    Lost {
        /// The category column.
        column: usize,
        /// Its codes.
        codes: &'static [f64],
    },
    /// A join writes rows with these categories three times.
    Doubled {
        /// The category column.
        column: usize,
        /// Its codes.
        codes: &'static [f64],
    },
    /// Positive outcomes with these categories no longer count as such; amounts are booked by half, classes
    /// under the next class.
    Redefined {
        /// The category column.
        column: usize,
        /// Its codes.
        codes: &'static [f64],
    },
    /// Outcomes are written down as their opposite.
    Turned,
    /// Columns truly grow by this factor, each row a little differently; outcomes follow the new values.
    Growth {
        /// Which.
        columns: &'static [usize],
        /// Mean factor at full strength.
        factor: f64,
    },
    /// Rows truly happen so many hours later in the day.
    Later(i64),
    /// Columns come from another entity, and some rows come twice.
    WrongKey {
        /// The columns that come by the broken join.
        columns: &'static [usize],
    },
    /// A column is filled after the outcome is known, in training and reference only.
    Leak {
        /// Which.
        column: usize,
        /// Mean it grows by for a positive outcome.
        mean: f64,
    },
    /// The decision's cut-off is moved.
    Threshold {
        /// To this score.
        to: f64,
    },
    /// What is done about a positive decision prevents the outcome.
    Prevention,
    /// Outcomes come more or less often among the same people: log-odds move by this much.
    BaseRate(f64),
    /// Positive outcomes are not in the log yet.
    LateLabels,
    /// The model gets columns empty or as a default, and the log does not show it.
    Unlogged {
        /// Which.
        columns: &'static [usize],
        /// The default; `None` is empty.
        with: Option<f64>,
    },
}

/// How strength runs after the onset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// At once, and it stays.
    Step,
    /// Grows evenly for so many days.
    Ramp(f64),
    /// Ends after so many days.
    Pulse(f64),
}

/// A fault with its strength and time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Injection {
    /// What.
    pub fault: Fault,
    /// Share of rows touched, or strength of a setting: 0–1, above 1 where the setting allows.
    pub severity: f64,
    /// Days after launch when it begins.
    pub onset_days: i64,
    /// How it goes on.
    pub course: Course,
}

impl Injection {
    /// Strength at a moment; 0 before the onset.
    #[must_use]
    pub fn strength(&self, moment: i64, launch_day: i64) -> f64 {
        let onset = (launch_day + self.onset_days) * DAY_SECONDS;
        if moment < onset {
            return 0.0;
        }
        let days = (moment - onset) as f64 / DAY_SECONDS as f64;
        match self.course {
            Course::Step => self.severity,
            Course::Ramp(length) => self.severity * (days / length).min(1.0),
            Course::Pulse(length) => {
                if days < length {
                    self.severity
                } else {
                    0.0
                }
            }
        }
    }

    /// Changes the setting, for the faults that are about the world.
    pub fn apply_to_setting(&self, setting: &mut Setting, strength: f64) {
        match self.fault {
            Fault::Mix => setting.mix += strength,
            Fault::Newcomers => setting.newcomers += strength,
            Fault::Season => setting.season += strength,
            Fault::Concept => setting.concept += strength,
            Fault::Harmless => setting.harmless += strength,
            Fault::BaseRate(by) => setting.base_rate += strength * by,
            Fault::Growth { columns, factor } if strength > 0.0 => {
                setting.growing = columns;
                setting.growth = 1.0 + strength * (factor - 1.0);
            }
            _ => {}
        }
    }

    /// Breaks a row as it is served, for the faults that are about the pipeline. `other` is a row of
    /// another entity, or an earlier one of the same.
    pub fn apply_to_row(
        &self,
        row: &mut [f64],
        strength: f64,
        dice: &mut Dice,
        other: impl FnOnce() -> Vec<f64>,
    ) {
        if !dice.chance(strength) {
            return;
        }
        let moment = row.get(TIME).copied().unwrap_or(0.0) as i64;
        match self.fault {
            Fault::Scale { column, factor } => {
                row.get_mut(column).into_iter().for_each(|v| *v *= factor);
            }
            Fault::Blank { columns, with } | Fault::Unlogged { columns, with } => {
                for &column in columns {
                    let value = with.unwrap_or(f64::NAN);
                    row.get_mut(column).into_iter().for_each(|v| *v = value);
                }
            }
            Fault::Clock { hour, weekday, hours } => {
                let shifted = moment + hours * 3600;
                let of_day = shifted.rem_euclid(DAY_SECONDS) / 3600;
                row.get_mut(hour).into_iter().for_each(|v| *v = of_day as f64);
                let day = super::calendar::weekday(shifted.div_euclid(DAY_SECONDS));
                if let Some(v) = weekday.and_then(|w| row.get_mut(w)) {
                    *v = day as f64;
                }
            }
            Fault::Rename { column, by } => {
                row.get_mut(column).into_iter().for_each(|v| *v += by as f64);
            }
            Fault::WrongKey { columns } | Fault::Stale { columns } => {
                let other = other();
                for &column in columns {
                    if let (Some(v), Some(o)) = (row.get_mut(column), other.get(column)) {
                        *v = *o;
                    }
                }
            }
            _ => {}
        }
    }
}
