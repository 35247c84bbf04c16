//! A batch: some rows of some columns, typed as the file stores them.

use std::ops::Range;
use std::sync::Arc;

/// Rows of one file, in file order.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Number of the first row in its file, from 0.
    pub first_row: u64,
    /// Rows in this batch.
    pub row_count: usize,
    /// One entry for every column that was asked for, in the order it was asked for.
    pub columns: Vec<Values>,
}

impl Batch {
    /// Memory it takes, bytes.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        let mut buffers: Vec<*const Vec<u8>> = Vec::new();
        self.columns.iter().map(|column| column.byte_count(&mut buffers)).sum()
    }
}

/// One column of a batch. Every variant has `row_count` entries.
#[derive(Clone, Debug)]
pub enum Values {
    /// Text as spans into a shared buffer.
    Text(TextColumn),
    /// Few distinct texts: entry `codes[row]` of `values`; `NULL_CODE` is null.
    Dictionary {
        /// The distinct texts (an entry may itself be null).
        values: TextColumn,
        /// Index into `values`, or [`NULL_CODE`].
        codes: Vec<u32>,
    },
    /// Numbers; null and NaN are both `f64::NAN` and both mean "missing".
    Float(Vec<f64>),
    /// Whole numbers with a validity flag a row (`None`: no null).
    Integer {
        /// The values; anything where not valid.
        values: Vec<i64>,
        /// `false` is null.
        valid: Option<Vec<bool>>,
    },
    /// 0, 1, or 2 for null.
    Boolean(Vec<u8>),
    /// Microseconds since 1970-01-01 UTC; `i64::MIN` is null.
    Time(Vec<i64>),
}

impl Values {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Text(column) => column.len(),
            Self::Dictionary { codes, .. } => codes.len(),
            Self::Float(values) => values.len(),
            Self::Integer { values, .. } => values.len(),
            Self::Boolean(values) => values.len(),
            Self::Time(values) => values.len(),
        }
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Memory it takes, bytes; a text buffer that is among `buffers` was counted before.
    fn byte_count(&self, buffers: &mut Vec<*const Vec<u8>>) -> usize {
        let mut text = |own: &TextColumn| {
            let buffer = Arc::as_ptr(&own.buffer);
            let is_new = !buffers.contains(&buffer);
            if is_new {
                buffers.push(buffer);
            }
            size_of_val(own.spans.as_slice())
                + if is_new { own.buffer.capacity() } else { 0 }
        };
        match self {
            Self::Text(own) => text(own),
            Self::Dictionary { values, codes } => {
                text(values) + size_of_val(codes.as_slice())
            }
            Self::Float(own) => size_of_val(own.as_slice()),
            Self::Integer { values, valid } => {
                size_of_val(values.as_slice()) + valid.as_ref().map_or(0, Vec::len)
            }
            Self::Boolean(own) => own.len(),
            Self::Time(own) => size_of_val(own.as_slice()),
        }
    }
}

/// The code of a null in [`Values::Dictionary`].
pub const NULL_CODE: u32 = u32::MAX;

/// The null of [`Values::Time`].
pub const NULL_TIME: i64 = i64::MIN;

/// A text field inside a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Length in bytes, or [`Span::NULL_LENGTH`].
    pub length: u32,
}

impl Span {
    /// The length that marks a null.
    pub const NULL_LENGTH: u32 = u32::MAX;
    /// A null field.
    pub const NULL: Self = Self { start: 0, length: Self::NULL_LENGTH };

    /// Whether the field is null.
    #[must_use]
    pub const fn is_null(self) -> bool {
        self.length == Self::NULL_LENGTH
    }

    /// The bytes it covers; empty for null.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        if self.is_null() {
            return 0..0;
        }
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// Text fields: UTF-8 bytes shared by every column of a batch, and one span a row. CSV fields arrive
/// unquoted and unescaped; an empty unquoted field and the null tokens (see `data::csv`) arrive as null.
#[derive(Clone, Debug)]
pub struct TextColumn {
    /// The bytes all spans point into.
    pub buffer: Arc<Vec<u8>>,
    /// One span a row.
    pub spans: Vec<Span>,
}

impl TextColumn {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The bytes of a row; `None` is null. A row beyond the end is null.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&[u8]> {
        let span = self.spans.get(row)?;
        if span.is_null() { None } else { self.buffer.get(span.range()) }
    }
}
