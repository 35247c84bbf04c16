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
        let above = self.cuts.partition_point(|cut| *cut <= value);
        if above > 0
            && self.cuts.get(above - 1) == Some(&value)
            && let Some(Some(atom)) = self.atoms.get(above - 1)
        {
            return *atom;
        }
        self.intervals.get(above).copied().unwrap_or(code::NULL)
    }
}

/// Range and sum of a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NumberTally {
    /// Smallest.
    pub minimum: f64,
    /// Largest.
    pub maximum: f64,
    /// Number of values.
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

    /// Adds a value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
        self.count += 1;
        self.sum.add(value);
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
    let mut push = |parsed: Parsed<f64>| match parsed {
        Parsed::Value(value) if !value.is_nan() => {
            numbers.add(value);
            codes.push(cuts.code(value));
        }
        Parsed::Failed => {
            failed += 1;
            codes.push(code::NULL);
        }
        Parsed::Null | Parsed::Value(_) => codes.push(code::NULL),
    };
    match values {
        Values::Float(values) => {
            values.iter().for_each(|value| push(Parsed::Value(*value)))
        }
        values => {
            (0..values.len()).for_each(|row| push(cell_of(values, row).number(reading)));
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
