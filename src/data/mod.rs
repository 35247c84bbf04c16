//! Bytes to typed columns. Enter: a [`ByteSource`] (a file on disk, a file the user dropped, a buffer).
//! Leave: a [`FileIndex`] — what the file is, its columns, its rows cut into [`Segment`]s — and, segment
//! by segment, [`Batch`]es of the columns that were asked for. A segment is a byte range of whole CSV
//! records or one Parquet row group; how a file is cut depends on the file alone, never on the number of
//! workers. Memory: one segment at a time. User bytes never cause a panic: every failure is a
//! [`DataError`] that says what, where and what to try.

pub mod batch;
pub mod cell;
pub mod class;
pub mod csv;
pub mod error;
pub mod kind;
pub mod moment;
pub mod number;
pub mod parquet;
pub mod role;
pub mod sample;
pub mod source;
pub mod text;

pub use batch::{Batch, Span, TextColumn, Values};
pub use error::DataError;
pub use source::{ByteSource, MemorySource};

use serde::{Deserialize, Serialize};

/// Finds out what a file is: Parquet by its mark, else delimited text.
///
/// # Errors
/// As [`csv::index`] and [`parquet::index`].
pub fn index(source: &dyn ByteSource) -> Result<FileIndex, DataError> {
    if source.len_bytes() == 0 {
        return Err(DataError::Empty { file: source.name().to_owned() });
    }
    let mut mark = Vec::new();
    source.read_range(0, source.len_bytes().min(4) as usize, &mut mark)?;
    let is_parquet = mark == b"PAR1" || mark == b"PARE";
    if is_parquet { parquet::index(source) } else { csv::index(source) }
}

/// Reads segments one after the other: the columns `projection` (positions in `index.columns`), batch by batch in row
/// order. The file is opened once, whatever their number.
///
/// # Errors
/// As [`csv::read_segment`] and [`parquet::read_segments`]; `visit`'s own.
pub fn read_segments(
    source: &dyn ByteSource,
    index: &FileIndex,
    segments: &[Segment],
    projection: &[usize],
    visit: &mut dyn FnMut(Segment, Batch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    match index.format {
        Format::Csv(_) => segments.iter().try_for_each(|segment| {
            csv::read_segment(source, index, *segment, projection, &mut |batch| {
                visit(*segment, batch)
            })
        }),
        Format::Parquet => {
            parquet::read_segments(source, index, segments, projection, visit)
        }
    }
}

/// How the file itself stores a column, before any kind is inferred.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Physical {
    /// CSV, or a text column of a Parquet file.
    Text,
    /// True and false.
    Boolean,
    /// Whole numbers that fit `i64`.
    Integer,
    /// Floats, decimals, and whole numbers beyond `i64`: read as `f64`.
    Float,
    /// Dates and timestamps, read as microseconds since 1970-01-01 UTC; `zoned` when the file says UTC.
    Time {
        /// The file stores moments (adjusted to UTC), not wall-clock times.
        zoned: bool,
    },
    /// Listed, never read: nested columns and the like.
    Unsupported {
        /// Why, in words a user can act on.
        reason: String,
    },
}

/// One column as the file declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawColumn {
    /// The header's name; `column_7` when there is none; duplicates get ` (2)`, ` (3)` ….
    pub name: String,
    /// How it is stored.
    pub physical: Physical,
}

/// A run of whole rows that can be read on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Number of the first row in its file, from 0.
    pub first_row: u64,
    /// Rows in the segment.
    pub row_count: u64,
    /// CSV: offset of the first byte. Parquet: the row group's number.
    pub start: u64,
    /// CSV: offset one past the last byte (exclusive). Parquet: the row group's number plus one.
    pub end: u64,
}

/// What is known of a file after one look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileIndex {
    /// Base name of the file.
    pub name: String,
    /// What it is.
    pub format: Format,
    /// Columns in file order.
    pub columns: Vec<RawColumn>,
    /// Rows in the file, header excluded.
    pub row_count: u64,
    /// The rows, cut into segments in file order.
    pub segments: Vec<Segment>,
    /// Records with more or fewer fields than the header (CSV): read, missing fields as null, and told.
    pub ragged_row_count: u64,
    /// Columns whose name stood twice in the header.
    pub duplicate_names: Vec<String>,
    /// Other partial trouble worth telling (for example a record that was never closed).
    pub notes: Vec<String>,
}

/// The file's format with what is needed to read a segment of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Format {
    /// Delimited text.
    Csv(CsvFormat),
    /// Apache Parquet.
    Parquet,
}

/// How a delimited file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CsvFormat {
    /// One of `,` `;` tab `|`.
    pub delimiter: u8,
    /// Character encoding.
    pub encoding: Encoding,
    /// Whether the first record names the columns.
    pub has_header: bool,
    /// Numbers use `,` before the decimals (and `.` between thousands).
    pub decimal_comma: bool,
    /// Which quoted fields are null.
    pub quoted_nulls: QuotedNulls,
}

/// What a quoted field that is empty or looks like a null means. A writer that tells `""` from nothing writes
/// both; one that quotes everything can only write its nulls in quotes. The whole file decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuotedNulls {
    /// Some field is empty without quotes: in quotes everything is text, `""` an empty one.
    Text,
    /// No field is empty without quotes: `""` is null.
    Empty,
    /// Every field is quoted: `""` and the null tokens are null.
    Tokens,
}

/// Character encodings a CSV file may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8 with or without a byte-order mark.
    Utf8,
    /// Windows-1252 (and so Latin-1): bytes that are not valid UTF-8.
    Windows1252,
    /// UTF-16, little-endian.
    Utf16Le,
    /// UTF-16, big-endian.
    Utf16Be,
}
