//! What a column holds, inferred on the reference sample and then applied to every table. Enter: the sampled
//! cells of one column and its name. Leave: [`Kind`] and [`Reading`]. A kind is accepted when at least
//! [`PARSE_SHARE`] of the values read as it; the rest become failures that are counted and told.

use std::collections::BTreeSet;

use super::cell::{Cell, Parsed, Reading};
use super::moment::{self, DateOrder, Epoch};
use super::number;
use super::sample::TableSample;
use crate::choices::Kind;
use crate::stats::random::hash64;

/// Share of values that must read as a kind, 0–1. Lower would call a mostly numeric text column a number
/// and lose its words; higher would let one stray "n.a." turn a number into 200 categories.
pub const PARSE_SHARE: f64 = 0.98;

/// Words and marks that stand for no value among numbers. Elsewhere they may be categories.
const NO_VALUE: [&str; 16] = [
    "?",
    ".",
    "..",
    "--",
    "---",
    "none",
    "missing",
    "unknown",
    "na",
    "n.a.",
    "nil",
    "(null)",
    "undefined",
    "empty",
    "blank",
    "not available",
];
/// Part of the values that may be such words, and distinct values from which the others are numbers rather than codes.
const NO_VALUE_SHARE: f64 = 0.3;
const NOT_CODES: usize = 20;
/// Any other words among numbers stand for no value as well ("ERR", "timeout") when they are few, and this seldom.
const FEW_WORDS: usize = 3;
const FEW_WORDS_SHARE: f64 = 0.1;

/// Whether a text stands for no value among numbers: one of those words, or an error that a spreadsheet wrote.
fn is_no_value(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    text.first() == Some(&b'#')
        || NO_VALUE.iter().any(|own| text.eq_ignore_ascii_case(own.as_bytes()))
}

/// Names that are not limited in number make an identifier: distinct values over rows, 0–1.
const IDENTIFIER_SHARE: f64 = 0.5;

/// A sample smaller than this cannot show that its values hardly repeat.
const IDENTIFIER_ROWS: usize = 1_000;

/// Values looked at to infer a kind: enough that a share of 2 % is known to half a point.
pub const VALUES_EXAMINED: usize = 20_000;

/// Mean words a value from which names are read as free text.
const TEXT_WORDS: f64 = 4.0;

/// What was found out about a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Inferred {
    /// What it holds.
    pub kind: Kind,
    /// How its text is read.
    pub reading: Reading,
    /// Sampled values that are not null.
    pub value_count: u64,
    /// Sampled rows.
    pub row_count: u64,
    /// Distinct values among those examined (at most 20,000).
    pub distinct: u64,
}

/// Infers the kind of a column from its sample.
#[must_use]
pub fn infer(name: &str, sample: &TableSample, column: usize) -> Inferred {
    let mut seen = Examined::default();
    let mut row_count = 0;
    let mut value_count = 0;
    for (cell, decimal_comma) in sample.cells(column) {
        row_count += 1;
        if cell != Cell::Null {
            value_count += 1;
            if seen.value_count < VALUES_EXAMINED {
                seen.add(cell, decimal_comma);
            }
        }
    }
    let (kind, reading) = seen.kind(name);
    Inferred {
        kind,
        reading,
        value_count,
        row_count,
        distinct: seen.distinct.len() as u64,
    }
}

/// How text and numbers of a column are read when its kind was chosen rather than inferred.
#[must_use]
pub fn reading_for(
    name: &str,
    kind: Kind,
    sample: &TableSample,
    column: usize,
) -> Reading {
    let mut seen = Examined::default();
    for (cell, decimal_comma) in sample.cells(column) {
        if cell != Cell::Null && seen.value_count < VALUES_EXAMINED {
            seen.add(cell, decimal_comma);
        }
    }
    if kind == Kind::Time { seen.time_reading(name, true).0 } else { Reading::default() }
}

/// Share of a column's sampled values that read as of a kind, 0–1; `None` without values, and for kinds that every text is
/// of.
#[must_use]
pub fn readable(
    sample: &TableSample,
    column: usize,
    kind: Kind,
    reading: Reading,
) -> Option<f64> {
    let reads = |(cell, decimal_comma): (Cell<'_>, bool)| {
        let reading = Reading { decimal_comma, ..reading };
        match kind {
            Kind::Number | Kind::Integer => Some(cell.number(reading).value().is_some()),
            Kind::Boolean => Some(cell.truth().value().is_some()),
            Kind::Time => Some(cell.time(reading).value().is_some()),
            Kind::Category | Kind::Text | Kind::Identifier => None,
        }
    };
    let known = sample.cells(column).filter(|own| own.0 != Cell::Null);
    let read: Vec<bool> = known.take(VALUES_EXAMINED).filter_map(reads).collect();
    let hits = read.iter().filter(|own| **own).count() as f64;
    (!read.is_empty()).then(|| hits / read.len() as f64)
}

/// A number that no other value has (but for a hash in 2⁶⁴); whole numbers are those of their `f64`, as far as it
/// tells them apart.
fn own_number(cell: Cell<'_>, decimal_comma: bool) -> Option<u64> {
    const EXACT: u64 = 1 << 53;
    match cell {
        Cell::Null => None,
        // A number is one value in whatever file it stands.
        Cell::Text(bytes) => Some(match number::parse_number(bytes, decimal_comma) {
            Some(value) => (value + 0.0).to_bits(),
            None => hash64(bytes, 0),
        }),
        Cell::Float(value) => Some((value + 0.0).to_bits()),
        Cell::Integer(value) if value.unsigned_abs() < EXACT => {
            Some((value as f64).to_bits())
        }
        Cell::Integer(value) | Cell::Time(value) => Some(value.cast_unsigned()),
        Cell::Boolean(value) => Some(u64::from(value)),
    }
}

#[derive(Default)]
struct Examined {
    value_count: usize,
    numbers: usize,
    integers: usize,
    dates_in_digits: usize,
    truths: usize,
    zero_or_one: usize,
    iso_times: usize,
    day_first: usize,
    month_first: usize,
    points: usize,
    no_values: usize,
    /// Distinct texts that are neither a number nor a word for no value, up to one more than are few, and their count.
    other_words: BTreeSet<u64>,
    others: usize,
    moments: usize,
    words: usize,
    minimum: f64,
    maximum: f64,
    /// Distinct values: the bits of a number, the hash of a text.
    distinct: BTreeSet<u64>,
}

impl Examined {
    fn add(&mut self, cell: Cell<'_>, decimal_comma: bool) {
        let reading = Reading { decimal_comma, ..Reading::default() };
        if self.value_count == 0 {
            (self.minimum, self.maximum) = (f64::INFINITY, f64::NEG_INFINITY);
        }
        self.value_count += 1;
        if let Parsed::Value(value) = cell.number(reading) {
            self.numbers += 1;
            self.integers += usize::from(value.fract() == 0.0);
            self.dates_in_digits +=
                usize::from(Epoch::Digits.moment(value).is_some_and(is_of_our_time));
            self.zero_or_one += usize::from(value == 0.0 || value == 1.0);
            self.minimum = self.minimum.min(value);
            self.maximum = self.maximum.max(value);
        }
        match cell {
            Cell::Text(bytes) => {
                let is_no_value = is_no_value(bytes);
                self.no_values += usize::from(is_no_value);
                if !is_no_value && cell.number(reading).value().is_none() {
                    self.others += 1;
                    if self.other_words.len() <= FEW_WORDS {
                        self.other_words.insert(hash64(bytes.trim_ascii(), 0));
                    }
                }
                self.truths += usize::from(number::parse_boolean(bytes).is_some());
                let reads = |order| {
                    usize::from(moment::parse_time_ordered(bytes, order).is_some())
                };
                self.iso_times += usize::from(moment::parse_time(bytes).is_some());
                self.day_first += reads(DateOrder::DayFirst);
                self.month_first += reads(DateOrder::MonthFirst);
                self.points +=
                    usize::from(bytes.iter().take(3).any(|byte| *byte == b'.'));
                self.words += super::text::word_count(bytes);
            }
            Cell::Time(_) => self.moments += 1,
            Cell::Boolean(_) => self.truths += 1,
            Cell::Null | Cell::Float(_) | Cell::Integer(_) => {}
        }
        self.distinct.extend(own_number(cell, decimal_comma));
    }

    fn most(&self, count: usize) -> bool {
        self.value_count > 0 && count as f64 >= PARSE_SHARE * self.value_count as f64
    }

    /// Whether nearly all values but words for no value are numbers of this count.
    fn most_of_numbers(&self, count: usize) -> bool {
        let all = self.value_count as f64;
        let are_few = self.other_words.len() <= FEW_WORDS
            && self.others as f64 <= FEW_WORDS_SHARE * all;
        let no_values = self.no_values + if are_few { self.others } else { 0 };
        let known = self.value_count - no_values;
        self.most(count)
            || (no_values as f64 <= NO_VALUE_SHARE * all
                && self.distinct.len() > NOT_CODES
                && count as f64 >= PARSE_SHARE * known as f64)
    }

    fn kind(&self, name: &str) -> (Kind, Reading) {
        let plain = Reading::default();
        let distinct_share = self.distinct.len() as f64 / self.value_count.max(1) as f64;
        let hints_key = name_hints_key(name);
        if self.value_count == 0 {
            return (Kind::Category, plain);
        }
        if self.distinct.len() <= 2
            && (self.most(self.truths) || self.most(self.zero_or_one))
        {
            return (Kind::Boolean, plain);
        }
        let (time_reading, is_time) = self.time_reading(name, false);
        if is_time {
            return (Kind::Time, time_reading);
        }
        if self.most_of_numbers(self.numbers) {
            if !self.most_of_numbers(self.integers) {
                return (Kind::Number, plain);
            }
            let never_repeats = distinct_share > 0.999 && self.value_count >= 50;
            let dense = self.maximum - self.minimum < 1e3 * self.value_count as f64;
            let is_key = if hints_key {
                distinct_share > IDENTIFIER_SHARE || self.distinct.len() > 200
            } else {
                never_repeats && dense && self.value_count > IDENTIFIER_ROWS
            };
            return (if is_key { Kind::Identifier } else { Kind::Integer }, plain);
        }
        let mean_words = self.words as f64 / self.value_count as f64;
        let many =
            distinct_share > IDENTIFIER_SHARE && self.value_count > IDENTIFIER_ROWS;
        let kind = if mean_words >= TEXT_WORDS && distinct_share > 0.2 {
            Kind::Text
        } else if many || (hints_key && self.distinct.len() > 200) {
            Kind::Identifier
        } else {
            Kind::Category
        };
        (kind, plain)
    }

    /// The reading under which the column is a time, and whether it is one.
    fn time_reading(&self, name: &str, chosen: bool) -> (Reading, bool) {
        if self.most(self.moments + self.iso_times) {
            return (Reading::default(), true);
        }
        // Both orders read `03/04/2024`; the one that reads more values is right. On a tie the mark
        // decides: points are written day first, slashes mostly month first.
        let points_lead = self.points * 2 > self.value_count;
        let day_leads = self.day_first > self.month_first
            || (self.day_first == self.month_first && points_lead);
        let order = if day_leads { DateOrder::DayFirst } else { DateOrder::MonthFirst };
        if self.most(self.day_first.max(self.month_first)) {
            return (Reading { date_order: Some(order), ..Reading::default() }, true);
        }
        let in_digits = self.most(self.dates_in_digits).then_some(Epoch::Digits);
        let epoch = in_digits.or_else(|| epoch(self.minimum, self.maximum));
        let is_epoch = self.most(self.numbers)
            && epoch.is_some()
            && (chosen || name_hints_time(name));
        (Reading { epoch, ..Reading::default() }, is_epoch)
    }
}

/// Seconds since 1970 of the first moments of 1990 and 2100.
const OUR_TIME: [f64; 2] = [631_152_000.0, 4_102_444_800.0];

/// Whether microseconds lie between 1990 and 2100.
fn is_of_our_time(micros: i64) -> bool {
    let [from, to] = OUR_TIME;
    (from..=to).contains(&(micros as f64 / 1e6))
}

/// The count from 1970 that puts both numbers between 1990 and 2100.
fn epoch(minimum: f64, maximum: f64) -> Option<Epoch> {
    let [from, to] = OUR_TIME;
    Epoch::COUNTING.into_iter().find(|own| {
        own.per_second()
            .is_some_and(|scale| minimum >= from * scale && maximum <= to * scale)
    })
}

/// Words of a name, lower case: split at anything but letters and digits, and at a capital after a small.
#[must_use]
pub fn name_words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for letter in name.chars() {
        if !letter.is_alphanumeric() || (letter.is_uppercase() && after_small) {
            words.push(String::new());
        }
        after_small = letter.is_lowercase() || letter.is_ascii_digit();
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a name is that of a key: it says so, it ends in a number's name (`patient_no`), or it is a person's.
#[must_use]
pub fn name_hints_key(name: &str) -> bool {
    const KEY: [&str; 6] = ["id", "ids", "uuid", "guid", "key", "index"];
    const NUMBER: [&str; 4] = ["no", "nr", "num", "number"];
    const PERSON: [&str; 11] = [
        "account",
        "applicant",
        "borrower",
        "client",
        "customer",
        "household",
        "member",
        "passenger",
        "patient",
        "subscriber",
        "user",
    ];
    let words = name_words(name);
    let is = |word: &String, list: &[&str]| list.contains(&word.as_str());
    let is_numbered = words.len() > 1 && words.last().is_some_and(|own| is(own, &NUMBER));
    let is_person = words.len() == 1 && words.iter().all(|own| is(own, &PERSON));
    words.iter().any(|word| is(word, &KEY))
        || is_numbered
        || is_person
        || name.starts_with("Unnamed")
}

/// Whether a name is that of a time.
#[must_use]
pub fn name_hints_time(name: &str) -> bool {
    name_words(name).iter().any(|word| {
        matches!(
            word.as_str(),
            "time" | "timestamp" | "date" | "datetime" | "ts" | "day" | "at" | "epoch"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(name_words("customerId"), ["customer", "id"]);
        assert_eq!(name_words("y_pred_proba"), ["y", "pred", "proba"]);
        assert_eq!(name_words("Signed-Up at"), ["signed", "up", "at"]);
    }

    #[test]
    fn keys_are_told_by_their_names() {
        for name in ["customerId", "patient_no", "Account Number", "user", "Unnamed: 0"] {
            assert!(name_hints_key(name), "{name}");
        }
        for name in ["no", "number_of_visits", "user_age", "prior_no_shows", "merchant"] {
            assert!(!name_hints_key(name), "{name}");
        }
    }

    #[test]
    fn words_for_no_value_leave_numbers_numbers_and_codes_categories() {
        let of = |values: &[&str]| {
            let mut seen = Examined::default();
            values.iter().for_each(|own| seen.add(Cell::Text(own.as_bytes()), false));
            seen.kind("x").0
        };
        let numbers: Vec<String> = (0..95).map(|x| format!("{}.5", x * x)).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        for word in ["?", "None", "(null)", "#DIV/0!", "missing"] {
            assert_eq!(of(&[&numbers[..], &[word; 5]].concat()), Kind::Number, "{word}");
        }
        // Any word among many numbers, if it is always one of few and seldom there.
        assert_eq!(of(&[&numbers[..], &["ERR"; 5]].concat()), Kind::Number);
        assert_eq!(of(&[&numbers[..], &["ERR"; 20]].concat()), Kind::Category);
        let colours = ["red", "blue", "green", "black", "white"];
        assert_eq!(of(&[&numbers[..], &colours].concat()), Kind::Category);
        let codes = [["1", "2", "3"].repeat(30), vec!["unknown"; 10]].concat();
        assert_eq!(of(&codes), Kind::Category);
    }

    #[test]
    fn epochs_are_told_by_their_size() {
        assert_eq!(epoch(1.6e9, 1.7e9), Some(Epoch::Seconds));
        assert_eq!(epoch(1.6e12, 1.7e12), Some(Epoch::Milliseconds));
        assert_eq!(epoch(1.6e18, 1.7e18), Some(Epoch::Nanoseconds));
        assert_eq!(epoch(1.0, 2.0), None);
    }
}
