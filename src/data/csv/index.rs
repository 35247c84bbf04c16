//! One pass over a file. Enter: a [`ByteSource`]. Leave: a [`FileIndex`]: how the text is written, its columns, the
//! exact number of rows and of ragged records, and segments of whole records. Quotes are followed from the
//! first byte to the last, so a line break inside quotes never starts a segment.
//!
//! Cost: the file is read once, in order; memory is one read (16 MiB) and the sample. Where segments start
//! depends on the file alone.

use super::binary::refuse_binary;
use super::encoding::{Utf8Check, byte_order_mark, field_to_utf8, unmarked_utf16};
use super::names::column_names;
use super::pass::Pass;
use super::sniff::{Dialect, sniff};
use super::stream::{TextStream, is_utf16};
use crate::data::{
    ByteSource, CsvFormat, DataError, Encoding, FileIndex, Format, Physical, RawColumn,
};

/// Most columns of a table.
pub const MAX_COLUMNS: usize = 10_000;

/// Sizes in bytes. Tests make them small; results must not depend on `read` and `sample`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// The start of the file that is looked at for the dialect.
    pub sample: usize,
    /// The most that is looked at when the first records are very long.
    pub largest_sample: usize,
    /// Read at once.
    pub read: usize,
    /// A segment is closed by the first record that ends beyond this.
    pub segment: u64,
    /// A record longer than this is refused: it would not fit beside its columns in a browser's memory.
    pub record: u64,
}

impl Sizes {
    /// The sizes in use. 16 MiB is where reading in a browser stops getting faster; 8 MiB segments keep four
    /// workers busy on small files and their memory low.
    pub const DEFAULT: Self = Self {
        sample: 1 << 20,
        largest_sample: 64 << 20,
        read: 16 << 20,
        segment: 8 << 20,
        record: 256 << 20,
    };
}

/// Looks at a delimited text file: encoding, delimiter, header, columns, rows, segments.
///
/// # Errors
/// [`DataError::Empty`] without a byte; [`DataError::NotATable`] for binary files, web pages, JSON and blank
/// files; [`DataError::HeaderOnly`] without a row; [`DataError::TooLarge`] above [`MAX_COLUMNS`] columns or
/// with a record of more than 256 MiB; [`DataError::Unreadable`] when the platform refuses.
pub fn index(source: &dyn ByteSource) -> Result<FileIndex, DataError> {
    index_with(source, Sizes::DEFAULT)
}

/// [`index`] with other sizes.
pub(crate) fn index_with(
    source: &dyn ByteSource,
    sizes: Sizes,
) -> Result<FileIndex, DataError> {
    let file = source.name().to_owned();
    let Look { encoding, marked, dialect, header } = look(source, sizes)?;
    let width = dialect.names.len();
    if width > MAX_COLUMNS {
        let because = format!("{width} columns, and {MAX_COLUMNS} are the most");
        return Err(DataError::TooLarge { file, because });
    }
    let mut check = Utf8Check::default();
    if !is_utf16(encoding) {
        check_range(source, &mut check, header, sizes.read)?;
    }
    let pass = Pass::run(source, &dialect, encoding, header.1, sizes, &mut check)?;
    let mut notes = Vec::new();
    let encoding = if is_utf16(encoding) {
        encoding
    } else {
        let (encoding, invalid_count) = check.finish(marked);
        if invalid_count > 0 {
            notes.push(format!(
                "{invalid_count} byte sequences are not valid UTF-8; they are read as \u{fffd}"
            ));
        }
        encoding
    };
    if let Some(offset) = pass.stray_quote {
        notes.push(format!(
            "a quote at byte {offset} is never closed; it is read as plain text"
        ));
    }
    if dialect.title_lines > 0 {
        let count = dialect.title_lines;
        let lines = if count == 1 { "line" } else { "lines" };
        notes.push(format!("{count} {lines} above the header left out as a title"));
    }
    if !dialect.has_header {
        notes.push("no header was found; columns are named by their position".to_owned());
    }
    if pass.row_count == 0 {
        return Err(DataError::HeaderOnly { file });
    }
    let raw_names = dialect.names.iter().map(|name| field_to_utf8(name, encoding));
    let (names, duplicate_names) = column_names(raw_names);
    let columns =
        names.into_iter().map(|name| RawColumn { name, physical: Physical::Text });
    Ok(FileIndex {
        name: file,
        format: Format::Csv(CsvFormat {
            delimiter: dialect.delimiter,
            encoding,
            has_header: dialect.has_header,
            decimal_comma: dialect.decimal_comma,
            quoted_nulls: pass.quoted_nulls(),
        }),
        columns: columns.collect(),
        row_count: pass.row_count,
        segments: pass.segments,
        ragged_row_count: pass.ragged_row_count,
        duplicate_names,
        notes,
    })
}

/// What the start of a file says.
struct Look {
    /// UTF-8 stands for every encoding in which ASCII is ASCII.
    encoding: Encoding,
    /// Whether a byte-order mark says so.
    marked: bool,
    dialect: Dialect,
    /// The bytes between a byte-order mark and the first row.
    header: (u64, u64),
}

fn look(source: &dyn ByteSource, sizes: Sizes) -> Result<Look, DataError> {
    let file = || source.name().to_owned();
    let length = source.len_bytes();
    if length == 0 {
        return Err(DataError::Empty { file: file() });
    }
    let mut sample_bytes = sizes.sample;
    loop {
        let whole = length <= sample_bytes as u64;
        let count =
            if whole { usize::try_from(length).unwrap_or(0) } else { sample_bytes };
        let mut sample = Vec::with_capacity(count);
        source.read_range(0, count, &mut sample)?;
        let mark = byte_order_mark(&sample);
        let (encoding, text_start) = mark
            .or_else(|| unmarked_utf16(&sample).map(|encoding| (encoding, 0)))
            .unwrap_or((Encoding::Utf8, 0));
        let range = (text_start, count as u64);
        let mut stream = TextStream::new(source, encoding, range, count);
        stream.fill(0)?;
        refuse_binary(source.name(), &sample, &stream.text)?;
        let dialect = sniff(&stream.text, whole);
        let enough = |dialect: &Dialect| {
            whole || dialect.record_count > 1 || dialect.names.len() > MAX_COLUMNS
        };
        if let Some(dialect) = dialect.filter(enough) {
            let header = (text_start, stream.raw_offset(dialect.rows_start));
            return Ok(Look { encoding, marked: mark.is_some(), dialect, header });
        }
        let because = if whole {
            "it holds nothing but blank lines".to_owned()
        } else if sample_bytes >= sizes.largest_sample {
            format!("its first {sample_bytes} bytes hold no second line")
        } else {
            sample_bytes = sample_bytes.saturating_mul(4).min(sizes.largest_sample);
            continue;
        };
        return Err(DataError::NotATable { file: file(), because });
    }
}

/// Looks at the encoding of the header.
fn check_range(
    source: &dyn ByteSource,
    check: &mut Utf8Check,
    range: (u64, u64),
    read_bytes: usize,
) -> Result<(), DataError> {
    let mut stream = TextStream::new(source, Encoding::Utf8, range, read_bytes);
    while stream.fill(usize::MAX)?.is_some() {
        check.push(&stream.text);
    }
    Ok(())
}
