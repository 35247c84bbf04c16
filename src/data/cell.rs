//! One value of one row, and columns of such values, whatever the file stored them as. Enter: [`Values`] of
//! a batch. Leave: [`Cell`]s, and their reading as number, time, truth or category under a [`Reading`].
//! The row sample keeps its columns as [`Cells`]; the hot loop of `encode::coder` reads the same way, so a
//! sampled row and a counted row can never disagree.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::batch::{NULL_CODE, NULL_TIME};
use super::moment::{self, DateOrder, Epoch};
use super::{Values, number};

/// A value as the file stores it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Missing.
    Null,
    /// UTF-8 text (bytes; a damaged file may hold others).
    Text(&'a [u8]),
    /// A number; never NaN.
    Float(f64),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Microseconds since 1970-01-01 UTC.
    Time(i64),
}

/// How the text of a column is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// The file writes `1.234,5` for 1234.5.
    pub decimal_comma: bool,
    /// Which of day and month comes first in `03/04/2024`; `None`: dates start with their year.
    pub date_order: Option<DateOrder>,
    /// What numbers of a time column mean; `None`: they are not times.
    pub epoch: Option<Epoch>,
    /// Numbers are given in per cent and stand for a hundredth of themselves.
    pub per_cent: bool,
}

/// A cell read as some kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Parsed<T> {
    /// Missing.
    Null,
    /// The value.
    Value(T),
    /// There is something, and it is not of the kind.
    Failed,
}

impl<T> Parsed<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Null | Self::Failed => None,
        }
    }

    /// Applies `change` to the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Parsed<U> {
        match self {
            Self::Null => Parsed::Null,
            Self::Value(value) => Parsed::Value(change(value)),
            Self::Failed => Parsed::Failed,
        }
    }
}

impl<T> From<Option<T>> for Parsed<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Failed, Self::Value)
    }
}

impl Cell<'_> {
    /// Reads the cell as a number.
    #[must_use]
    pub fn number(self, reading: Reading) -> Parsed<f64> {
        match self.plain_number(reading) {
            Parsed::Value(value) if reading.per_cent => Parsed::Value(value / 100.0),
            plain => plain,
        }
    }

    fn plain_number(self, reading: Reading) -> Parsed<f64> {
        match self {
            Self::Null => Parsed::Null,
            Self::Text(bytes) => {
                number::parse_number(bytes, reading.decimal_comma).into()
            }
            Self::Float(value) => Parsed::Value(value),
            Self::Integer(value) => Parsed::Value(value as f64),
            Self::Boolean(value) => Parsed::Value(f64::from(u8::from(value))),
            Self::Time(_) => Parsed::Failed,
        }
    }

    /// Reads the cell as a moment, microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn time(self, reading: Reading) -> Parsed<i64> {
        let from_epoch = |value: f64| -> Parsed<i64> {
            reading.epoch.and_then(|epoch| epoch.moment(value)).into()
        };
        match self {
            Self::Null => Parsed::Null,
            Self::Time(micros) => Parsed::Value(micros),
            Self::Integer(value) => from_epoch(value as f64),
            Self::Float(value) => from_epoch(value),
            Self::Boolean(_) => Parsed::Failed,
            Self::Text(bytes) if reading.epoch.is_some() => {
                number::parse_number(bytes, reading.decimal_comma)
                    .map_or(Parsed::Failed, from_epoch)
            }
            Self::Text(bytes) => match reading.date_order {
                None => moment::parse_time(bytes).into(),
                Some(order) => moment::parse_time_ordered(bytes, order).into(),
            },
        }
    }

    /// Reads the cell as true or false.
    #[must_use]
    pub fn truth(self) -> Parsed<bool> {
        match self {
            Self::Null => Parsed::Null,
            Self::Boolean(value) => Parsed::Value(value),
            Self::Integer(0) => Parsed::Value(false),
            Self::Integer(1) => Parsed::Value(true),
            Self::Float(0.0) => Parsed::Value(false),
            Self::Float(1.0) => Parsed::Value(true),
            Self::Text(bytes) => number::parse_boolean(bytes).into(),
            Self::Integer(_) | Self::Float(_) | Self::Time(_) => Parsed::Failed,
        }
    }

    /// The cell as the name of a category or an id: text as it stands, whole numbers without a point,
    /// so that `1` of a CSV, `1` of an integer column and `1.0` of a float column are one name.
    #[must_use]
    pub fn name(&self) -> Option<Cow<'_, [u8]>> {
        let owned = |text: String| Some(Cow::Owned(text.into_bytes()));
        match *self {
            Self::Null => None,
            Self::Text(bytes) => Some(Cow::Borrowed(bytes)),
            Self::Integer(value) => owned(value.to_string()),
            Self::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                owned((value as i64).to_string())
            }
            Self::Float(value) => owned(value.to_string()),
            Self::Boolean(value) => owned(value.to_string()),
            Self::Time(micros) => owned(moment::format_iso(micros)),
        }
    }
}

/// The cell of a row of a batch column.
#[must_use]
pub fn cell_of(values: &Values, row: usize) -> Cell<'_> {
    match values {
        Values::Text(column) => column.get(row).map_or(Cell::Null, Cell::Text),
        Values::Dictionary { values, codes } => match codes.get(row) {
            Some(&code) if code != NULL_CODE => {
                values.get(code as usize).map_or(Cell::Null, Cell::Text)
            }
            _ => Cell::Null,
        },
        Values::Float(values) => match values.get(row) {
            Some(value) if !value.is_nan() => Cell::Float(*value),
            _ => Cell::Null,
        },
        Values::Integer { values, valid } => {
            let is_valid =
                valid.as_ref().is_none_or(|v| v.get(row).copied().unwrap_or(false));
            match values.get(row) {
                Some(&value) if is_valid => Cell::Integer(value),
                _ => Cell::Null,
            }
        }
        Values::Boolean(values) => match values.get(row) {
            Some(0) => Cell::Boolean(false),
            Some(1) => Cell::Boolean(true),
            _ => Cell::Null,
        },
        Values::Time(values) => match values.get(row) {
            Some(&micros) if micros != NULL_TIME => Cell::Time(micros),
            _ => Cell::Null,
        },
    }
}

/// A column of sampled cells, one variant a column; grows by [`Cells::push`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Cells {
    /// Nothing but nulls so far.
    Null(u64),
    /// Text: bytes one after the other, and for each row the end of its bytes, or `u32::MAX` for null.
    Text {
        /// All bytes.
        bytes: Vec<u8>,
        /// Start and length of each row (`u32::MAX` length: null).
        spans: Vec<(u32, u32)>,
    },
    /// Numbers; NaN is null.
    Float(Vec<f64>),
    /// Whole numbers.
    Integer(Vec<Option<i64>>),
    /// True, false, null.
    Boolean(Vec<Option<bool>>),
    /// Microseconds; [`NULL_TIME`] is null.
    Time(Vec<i64>),
}

impl Cells {
    /// An empty column.
    #[must_use]
    pub const fn new() -> Self {
        Self::Null(0)
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Null(count) => usize::try_from(*count).unwrap_or(usize::MAX),
            Self::Text { spans, .. } => spans.len(),
            Self::Float(values) => values.len(),
            Self::Integer(values) => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Time(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The cell of a row; beyond the end it is null.
    #[must_use]
    pub fn get(&self, row: usize) -> Cell<'_> {
        match self {
            Self::Null(_) => Cell::Null,
            Self::Text { bytes, spans } => match spans.get(row) {
                Some(&(start, length)) if length != u32::MAX => {
                    let start = start as usize;
                    bytes
                        .get(start..start + length as usize)
                        .map_or(Cell::Null, Cell::Text)
                }
                _ => Cell::Null,
            },
            Self::Float(values) => match values.get(row) {
                Some(value) if !value.is_nan() => Cell::Float(*value),
                _ => Cell::Null,
            },
            Self::Integer(values) => {
                values.get(row).copied().flatten().map_or(Cell::Null, Cell::Integer)
            }
            Self::Boolean(values) => {
                values.get(row).copied().flatten().map_or(Cell::Null, Cell::Boolean)
            }
            Self::Time(values) => match values.get(row) {
                Some(&micros) if micros != NULL_TIME => Cell::Time(micros),
                _ => Cell::Null,
            },
        }
    }

    /// Appends a cell. A column takes the type of its first value; a value of another type becomes text,
    /// and the column with it.
    pub fn push(&mut self, cell: Cell<'_>) {
        if let Self::Null(count) = self {
            let nulls = usize::try_from(*count).unwrap_or(0);
            *self = match cell {
                Cell::Null => {
                    *count += 1;
                    return;
                }
                Cell::Text(_) => {
                    Self::Text { bytes: Vec::new(), spans: vec![(0, u32::MAX); nulls] }
                }
                Cell::Float(_) => Self::Float(vec![f64::NAN; nulls]),
                Cell::Integer(_) => Self::Integer(vec![None; nulls]),
                Cell::Boolean(_) => Self::Boolean(vec![None; nulls]),
                Cell::Time(_) => Self::Time(vec![NULL_TIME; nulls]),
            };
        }
        match (&mut *self, cell) {
            (Self::Text { spans, .. }, Cell::Null) => spans.push((0, u32::MAX)),
            (Self::Text { bytes, spans }, other) => {
                let start = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                let name = other.name().unwrap_or_default();
                bytes.extend_from_slice(&name);
                spans.push((start, u32::try_from(name.len()).unwrap_or(0)));
            }
            (Self::Float(values), Cell::Float(value)) => values.push(value),
            (Self::Float(values), Cell::Integer(value)) => values.push(value as f64),
            (Self::Float(values), Cell::Null) => values.push(f64::NAN),
            (Self::Integer(values), Cell::Integer(value)) => values.push(Some(value)),
            (Self::Integer(values), Cell::Null) => values.push(None),
            (Self::Boolean(values), Cell::Boolean(value)) => values.push(Some(value)),
            (Self::Boolean(values), Cell::Null) => values.push(None),
            (Self::Time(values), Cell::Time(micros)) => values.push(micros),
            (Self::Time(values), Cell::Null) => values.push(NULL_TIME),
            (_, cell) => {
                let mut text = Self::Text { bytes: Vec::new(), spans: Vec::new() };
                for row in 0..self.len() {
                    text.push(self.get(row));
                }
                text.push(cell);
                *self = text;
            }
        }
    }
}

impl Default for Cells {
    fn default() -> Self {
        Self::new()
    }
}
