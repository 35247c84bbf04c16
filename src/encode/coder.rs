//! Turns one column into codes. Enter: the reference sample (edges and names), the production sample (new
//! categories and new single values only). Leave: a [`ColumnCoder`] that any worker applies to any batch of
//! any table with the same result. One binary search or one hash look-up a value; at most 240 value codes.

use serde::{Deserialize, Serialize};

use super::code::{self, Layout};
use super::names::NameIndex;
use crate::choices::{Kind, Role};
use crate::data::batch::NULL_CODE;
use crate::data::cell::{Cell, Parsed, Reading, cell_of};
use crate::data::text::{character_count, word_count};
use crate::data::{TextColumn, Values};
use crate::stats::sum::ExactSum;

/// A column's way into codes, with what each code is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnCoder {
    /// Name shown; for a column derived from another, for example `signed_up (hour)`.
    pub name: String,
    /// Name of the column in the files.
    pub source: String,
    /// Kind of the source column.
    pub kind: Kind,
    /// Role of the source column.
    pub role: Role,
    /// How its text is read; the decimal comma comes from each file.
    pub reading: Reading,
    /// How a cell becomes a code.
    pub rule: Rule,
    /// Resolution of sums over the column: a power of two, from the reference's size.
    pub sum_unit: i32,
    /// Meaning and order of the codes.
    pub layout: Layout,
    /// Title and edges of every code in `layout.order`, same order.
    pub titles: Vec<CodeTitle>,
}

/// What a code is called. Codes of numbers have edges and no title: how a number is printed is the story's
/// business.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CodeTitle {
    /// Words.
    pub title: String,
    /// Lower edge (inclusive).
    pub low: Option<f64>,
    /// Upper edge (exclusive).
    pub high: Option<f64>,
}

/// How a cell becomes a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// A number, by cuts.
    Number(Cuts),
    /// No is 0, yes is 1.
    Truth,
    /// A name, by look-up.
    Name(NameIndex),
    /// Hour of the day (UTC), 0–23.
    Hour,
    /// Day of the week, 0 is Monday.
    Weekday,
    /// Number of characters, by cuts.
    Length(Cuts),
    /// Number of words, by cuts.
    Words(Cuts),
}

/// Cuts of the number line. Interval `i` is `[cuts[i-1], cuts[i])`; a value equal to an atom's cut has the
/// atom's code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cuts {
    /// Ascending, without NaN.
    pub cuts: Vec<f64>,
    /// Code of the interval below `cuts[0]`, between cuts, and from the last cut on: one more than cuts.
    pub intervals: Vec<u8>,
    /// Code of a value equal to the cut, where the cut is an atom.
    pub atoms: Vec<Option<u8>>,
}

impl Cuts {
    /// The code of a number.
    #[must_use]
    pub fn code(&self, value: f64) -> u8 {
        self.code_above(value, self.cuts.partition_point(|cut| *cut <= value))
    }

    /// The code of a number of which `above` cuts are at or below it.
    #[inline]
    fn code_above(&self, value: f64, above: usize) -> u8 {
        if above > 0
            && self.cuts.get(above - 1) == Some(&value)
            && let Some(Some(atom)) = self.atoms.get(above - 1)
        {
            return *atom;
        }
        self.intervals.get(above).copied().unwrap_or(code::NULL)
    }
}

/// Equal steps between the first and the last cut.
const STEPS: usize = 512;

/// Where to look among many cuts, for many values: for each of [`STEPS`] the cuts that may be the one. What it
/// finds is what a search among all cuts finds.
struct Finder<'a> {
    cuts: &'a Cuts,
    first: f64,
    per_unit: f64,
    /// Cuts at or below the start of each step; the last entry is the end.
    starts: Vec<usize>,
}

impl<'a> Finder<'a> {
    /// `None` where the cuts have no width to divide.
    fn new(cuts: &'a Cuts) -> Option<Self> {
        let (first, last) = (*cuts.cuts.first()?, *cuts.cuts.last()?);
        let per_unit = STEPS as f64 / (last - first);
        if !per_unit.is_finite() || per_unit <= 0.0 {
            return None;
        }
        let below = |step: usize| {
            let edge = first + step as f64 / per_unit;
            // Smaller values are in the first step as well.
            if step == 0 { 0 } else { cuts.cuts.partition_point(|cut| *cut <= edge) }
        };
        let starts =
            (0..STEPS).map(below).chain(std::iter::once(cuts.cuts.len())).collect();
        Some(Self { cuts, first, per_unit, starts })
    }

    #[inline]
    fn code(&self, value: f64) -> u8 {
        // A negative step is step 0.
        let step = (((value - self.first) * self.per_unit) as usize).min(STEPS - 1);
        let cuts = self.cuts.cuts.as_slice();
        if let (Some(start), Some(next)) =
            (self.starts.get(step), self.starts.get(step + 1))
        {
            let end = (next + 1).min(cuts.len());
            // Rounding may have led to the step beside: then the ends do not hold the value between them.
            let after_start =
                *start == 0 || cuts.get(start - 1).is_some_and(|cut| *cut <= value);
            let before_end = cuts.get(end).is_none_or(|cut| *cut > value);
            if after_start && before_end {
                let among = cuts.get(*start..end).unwrap_or(&[]);
                let above = start + among.partition_point(|cut| *cut <= value);
                return self.cuts.code_above(value, above);
            }
        }
        self.cuts.code(value)
    }
}

/// Range and sum of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberTally {
    /// Smallest.
    pub minimum: f64,
    /// Largest.
    pub maximum: f64,
    /// Number of finite values.
    pub count: u64,
    /// Their sum.
    pub sum: ExactSum,
}

impl NumberTally {
    /// An empty tally whose sum keeps the resolution of `unit_exponent`.
    #[must_use]
    pub const fn new(unit_exponent: i32) -> Self {
        Self {
            minimum: f64::INFINITY,
            maximum: f64::NEG_INFINITY,
            count: 0,
            sum: ExactSum::with_unit(unit_exponent),
        }
    }

    /// Adds a value; what is infinite has no mean.
    #[inline]
    pub fn add(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
        self.count += 1;
        self.sum.add(value);
    }

    /// Adds the values of a whole column; NaN is missing, and what is infinite has no mean.
    fn add_all(&mut self, values: &[f64]) {
        let known: Vec<f64> =
            values.iter().copied().filter(|own| own.is_finite()).collect();
        for value in &known {
            self.minimum = self.minimum.min(*value);
            self.maximum = self.maximum.max(*value);
        }
        self.count += known.len() as u64;
        self.sum.add_all(&known);
    }

    /// Adds another tally of the same column.
    pub fn merge(&mut self, other: &Self) {
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.count += other.count;
        self.sum.merge(&other.sum);
    }
}

/// A cell that is there but is not of the column's kind: it counts as missing and is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coded {
    /// A code.
    Code(u8),
    /// Not of the kind.
    Failed,
}

impl ColumnCoder {
    /// The code of one cell.
    #[must_use]
    pub fn code(&self, cell: Cell<'_>, reading: Reading) -> Coded {
        let coded = |parsed: Parsed<u8>| match parsed {
            Parsed::Null => Coded::Code(code::NULL),
            Parsed::Value(code) => Coded::Code(code),
            Parsed::Failed => Coded::Failed,
        };
        match &self.rule {
            Rule::Number(cuts) => {
                coded(cell.number(reading).map(|value| cuts.code(value)))
            }
            Rule::Truth => coded(cell.truth().map(u8::from)),
            Rule::Name(index) => Coded::Code(index.code_of(cell)),
            Rule::Hour => coded(cell.time(reading).map(hour_of_day)),
            Rule::Weekday => coded(cell.time(reading).map(weekday)),
            Rule::Length(cuts) => Coded::Code(text_code(cell, cuts, character_count)),
            Rule::Words(cuts) => Coded::Code(text_code(cell, cuts, word_count)),
        }
    }

    /// An empty tally for the numbers of this column; `None` when it holds none.
    #[must_use]
    pub fn number_tally(&self) -> Option<NumberTally> {
        matches!(self.rule, Rule::Number(_)).then(|| NumberTally::new(self.sum_unit))
    }

    /// Codes of a whole batch column, appended to `codes`; returns how many cells were not of the kind.
    /// Numbers that were read are added to `numbers`.
    pub fn encode(
        &self,
        values: &Values,
        decimal_comma: bool,
        codes: &mut Vec<u8>,
        numbers: Option<&mut NumberTally>,
    ) -> u64 {
        let reading = Reading { decimal_comma, ..self.reading };
        if let Rule::Number(cuts) = &self.rule
            && !matches!(values, Values::Dictionary { .. })
        {
            return encode_numbers(cuts, values, reading, codes, numbers);
        }
        let mut failed = 0_u64;
        let mut push = |coded: Coded| match coded {
            Coded::Code(code) => codes.push(code),
            Coded::Failed => {
                failed += 1;
                codes.push(code::NULL);
            }
        };
        match (&self.rule, values) {
            (rule, Values::Dictionary { values, codes: rows }) => {
                if let (Rule::Number(_), Some(numbers)) = (rule, numbers) {
                    tally_dictionary(values, rows, reading, numbers);
                }
                let of_entry: Vec<Coded> = (0..values.len())
                    .map(|entry| {
                        self.code(
                            values.get(entry).map_or(Cell::Null, Cell::Text),
                            reading,
                        )
                    })
                    .collect();
                for &row in rows {
                    let entry =
                        (row != NULL_CODE).then(|| of_entry.get(row as usize)).flatten();
                    push(entry.copied().unwrap_or(Coded::Code(code::NULL)));
                }
            }
            (_, values) => {
                for row in 0..values.len() {
                    push(self.code(cell_of(values, row), reading));
                }
            }
        }
        failed
    }
}

fn encode_numbers(
    cuts: &Cuts,
    values: &Values,
    reading: Reading,
    codes: &mut Vec<u8>,
    numbers: Option<&mut NumberTally>,
) -> u64 {
    let mut failed = 0_u64;
    let mut spare = NumberTally::new(0);
    let numbers = numbers.unwrap_or(&mut spare);
    let finder = (values.len() > 4 * STEPS).then(|| Finder::new(cuts)).flatten();
    let code = |value: f64| match &finder {
        Some(finder) => finder.code(value),
        None => cuts.code(value),
    };
    match values {
        Values::Float(values) if !reading.per_cent => {
            numbers.add_all(values);
            let code_or_null =
                |value: &f64| if value.is_nan() { code::NULL } else { code(*value) };
            codes.extend(values.iter().map(code_or_null));
        }
        values => {
            for row in 0..values.len() {
                codes.push(match cell_of(values, row).number(reading) {
                    Parsed::Value(value) if !value.is_nan() => {
                        numbers.add(value);
                        code(value)
                    }
                    Parsed::Failed => {
                        failed += 1;
                        code::NULL
                    }
                    Parsed::Null | Parsed::Value(_) => code::NULL,
                });
            }
        }
    }
    failed
}

fn tally_dictionary(
    values: &TextColumn,
    rows: &[u32],
    reading: Reading,
    numbers: &mut NumberTally,
) {
    for row in rows {
        let bytes = (*row != NULL_CODE).then(|| values.get(*row as usize)).flatten();
        let cell = bytes.map_or(Cell::Null, Cell::Text);
        if let Parsed::Value(value) = cell.number(reading) {
            numbers.add(value);
        }
    }
}

fn text_code(cell: Cell<'_>, cuts: &Cuts, measure: fn(&[u8]) -> usize) -> u8 {
    cell.name().map_or(code::NULL, |bytes| cuts.code(measure(&bytes) as f64))
}

const HOUR_MICROS: i64 = 3_600_000_000;

/// Hour of the day, UTC, 0–23.
fn hour_of_day(micros: i64) -> u8 {
    u8::try_from(micros.div_euclid(HOUR_MICROS).rem_euclid(24)).unwrap_or(0)
}

/// Day of the week, 0 is Monday (1970-01-01 was a Thursday, 3).
fn weekday(micros: i64) -> u8 {
    let days = micros.div_euclid(24 * HOUR_MICROS);
    u8::try_from((days + 3).rem_euclid(7)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::math;
    use crate::stats::random::Random;

    #[test]
    fn the_finder_finds_what_a_search_finds() {
        let mut random = Random::new(7);
        let lists: [Vec<f64>; 5] = [
            (0..100).map(|_| random.uniform() * 50.0 - 20.0).collect(),
            (0..100).map(|_| math::exp(4.0 * random.normal())).collect(),
            vec![0.0, f64::MIN_POSITIVE, 1.0, 1e300],
            vec![-1e9, 3.0, 3.000_000_000_1, 3.1],
            (0..120).map(|at| f64::from(at) / 7.0).collect(),
        ];
        for mut list in lists {
            list.sort_by(f64::total_cmp);
            list.dedup();
            let count = list.len();
            let cuts = Cuts {
                cuts: list.clone(),
                intervals: (0..=count).map(|at| at as u8).collect(),
                atoms: (0..count).map(|at| (at % 3 == 0).then_some(200)).collect(),
            };
            let finder = Finder::new(&cuts).expect("cuts with a width");
            let near = list.iter().flat_map(|cut| [*cut, cut.next_up(), cut.next_down()]);
            let beyond = [f64::NEG_INFINITY, f64::INFINITY, -1e308, 1e308, 0.0, -0.0];
            let (first, last) = (list[0], list[count - 1]);
            let spread =
                (0..5000).map(|at| first + (last - first) * f64::from(at) / 5000.0);
            for value in near.chain(beyond).chain(spread) {
                assert_eq!(finder.code(value), cuts.code(value), "{value}");
            }
        }
        assert!(Finder::new(&Cuts::default()).is_none());
        let one = Cuts { cuts: vec![1.0], intervals: vec![0, 1], atoms: vec![None] };
        assert!(Finder::new(&one).is_none(), "one cut has no width");
    }
}
