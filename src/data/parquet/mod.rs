//! Parquet files. Enter: a [`ByteSource`]. Leave: a [`FileIndex`] from the footer alone, one
//! [`Segment`] per row group that has rows, and [`Batch`]es of the wanted columns. Decoding is Apache
//! arrow-rs; what is done here is to check a file before the library sees it, to read each row group's
//! wanted chunks whole, and to say what the stored values mean.
//!
//! 1. [`footer`] finds, checks and parses the footer; [`thrift`] walks untrusted structures.
//! 2. [`schema`] names the columns and plans how to read each.
//! 3. [`chunks`] reads the bytes of a row group; [`pages`] walks its [`page_header`]s, [`growth`] refuses pages that
//!    grow without end, and [`guard`] with [`streams`] looks into each page once it is decompressed.
//! 4. [`decode`] asks the library for arrays; [`convert`] turns them into [`super::Values`], with [`numbers`] and [`text`].
//!
//! Memory while a row group is read: its wanted chunks as stored, one page of each column decompressed,
//! one batch of at most [`BATCH_ROWS`] rows decoded. Time: what the library needs, and one pass more.
//!
//! # Assumptions
//! - A nested column is listed as unsupported and never touched.
//! - An empty text is text, not null: Parquet knows nulls.
//! - Int96 holds a wall-clock time; files do not say more.

mod chunks;
mod convert;
mod decode;
mod footer;
mod growth;
mod guard;
mod numbers;
mod page_header;
mod pages;
mod schema;
mod streams;
mod text;
mod thrift;

use super::{Batch, ByteSource, DataError, FileIndex, Format, Physical, Segment};
use parquet::basic::Compression;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use schema::{Column, Readable};
use std::cell::RefCell;
use std::sync::Arc;
use text::LastDictionary;

/// Rows of a batch at most: a column of numbers is 256 KiB, inside a core's own cache. Larger holds more
/// memory, smaller hands dictionaries over more often.
pub const BATCH_ROWS: usize = 32_768;

/// A file whose footer has been read; keep it to read many row groups.
#[derive(Clone, Debug)]
pub struct ParquetFile {
    metadata: Arc<ParquetMetaData>,
    columns: Vec<Column>,
    index: FileIndex,
    /// Where the footer starts and data ends.
    end_bytes: u64,
}

/// What the file is, from its footer.
///
/// # Errors
/// As [`ParquetFile::open`].
pub fn index(source: &dyn ByteSource) -> Result<FileIndex, DataError> {
    ParquetFile::open(source).map(|file| file.index)
}

/// Reads segments: the columns `projection` (positions in `index.columns`) of each row group, batch by batch in row
/// order. The footer is read again once, and parsed again unless it is the one this thread parsed last: it grows with
/// the number of row groups, so reading it for each of them would take their square.
///
/// # Errors
/// As [`ParquetFile::open`] and [`ParquetFile::read_segment`].
pub fn read_segments(
    source: &dyn ByteSource,
    index: &FileIndex,
    segments: &[Segment],
    projection: &[usize],
    visit: &mut dyn FnMut(Segment, Batch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    if segments.is_empty() {
        return Ok(());
    }
    let file = opened(source)?;
    if file.index.columns.len() != index.columns.len() {
        return Err(DataError::Unreadable {
            file: source.name().to_owned(),
            because: "it changed while it was being read".to_owned(),
        });
    }
    segments.iter().try_for_each(|segment| {
        file.read_segment(source, segment, projection, &mut |batch| {
            visit(*segment, batch)
        })
    })
}

/// The file a thread opened last, and its footer.
struct Last {
    footer: Vec<u8>,
    file: Arc<ParquetFile>,
}

thread_local! {
    static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
}

/// Opens a file. What is known of it follows from name, footer and length alone: where all three are
/// those of the file before, that one is taken. Parsing is what
/// costs time in files of thousands of columns and many row groups.
fn opened(source: &dyn ByteSource) -> Result<Arc<ParquetFile>, DataError> {
    let (footer, end_bytes) = footer::read(source)?;
    let known = LAST.with_borrow(|last| {
        let last = last.as_ref()?;
        let file = &last.file;
        let same = file.index.name == source.name()
            && file.end_bytes == end_bytes
            && last.footer == footer;
        same.then(|| Arc::clone(file))
    });
    if let Some(file) = known {
        return Ok(file);
    }
    let file = ParquetFile::from_footer(source.name().to_owned(), &footer, end_bytes)?;
    let file = Arc::new(file);
    LAST.set(Some(Last { footer, file: Arc::clone(&file) }));
    Ok(file)
}

/// The library's words, shortened.
fn in_words(error: &dyn std::fmt::Display) -> String {
    error.to_string().chars().take(200).collect()
}

impl ParquetFile {
    /// Reads the footer: one read of 64 KiB, or two.
    ///
    /// # Errors
    /// [`DataError::Empty`] without bytes, [`DataError::NotATable`] for another format or no column,
    /// [`DataError::HeaderOnly`] without rows, [`DataError::Damaged`], [`DataError::TooLarge`],
    /// [`DataError::Unreadable`] when encrypted.
    pub fn open(source: &dyn ByteSource) -> Result<Self, DataError> {
        let (footer, end_bytes) = footer::read(source)?;
        Self::from_footer(source.name().to_owned(), &footer, end_bytes)
    }

    fn from_footer(
        name: String,
        footer: &[u8],
        end_bytes: u64,
    ) -> Result<Self, DataError> {
        let metadata = footer::parse(&name, footer)?;
        let root = metadata.file_metadata().schema_descr().root_schema();
        let (mut columns, duplicate_names) = schema::columns_of(root);
        if columns.is_empty() {
            return Err(DataError::NotATable {
                file: name,
                because: "it is a Parquet file without columns".to_owned(),
            });
        }
        let mut segments = Vec::new();
        let mut row_count = 0_u64;
        for (number, group) in (0_u64..).zip(metadata.row_groups()) {
            let rows = check_group(group, &mut columns, end_bytes).map_err(
                |(column, because)| DataError::Damaged {
                    file: name.clone(),
                    place: format!("row group {number}{column}"),
                    because,
                },
            )?;
            if rows > 0 {
                segments.push(Segment {
                    first_row: row_count,
                    row_count: rows,
                    start: number,
                    end: number + 1,
                });
            }
            row_count = row_count.saturating_add(rows);
        }
        if row_count == 0 {
            return Err(DataError::HeaderOnly { file: name });
        }
        let mut notes = Vec::new();
        let claimed = metadata.file_metadata().num_rows();
        if u64::try_from(claimed) != Ok(row_count) {
            notes.push(format!(
                "the footer claims {claimed} rows; its row groups hold {row_count}, which \
                 were read"
            ));
        }
        let index = FileIndex {
            name,
            format: Format::Parquet,
            columns: columns.iter().map(|column| column.raw.clone()).collect(),
            row_count,
            segments,
            ragged_row_count: 0,
            duplicate_names,
            notes,
        };
        Ok(Self { metadata: Arc::new(metadata), columns, index, end_bytes })
    }

    /// What the file is.
    #[must_use]
    pub const fn index(&self) -> &FileIndex {
        &self.index
    }

    /// Reads the columns `projection` (positions in `index().columns`) of one row group and hands them
    /// to `visit`, at most [`BATCH_ROWS`] rows at a time, in row order, columns in the order asked for.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] for a column that is not there or not supported, or from the source;
    /// [`DataError::Damaged`]; [`DataError::TooLarge`] above 1 GiB of stored bytes; `visit`'s own.
    pub fn read_segment(
        &self,
        source: &dyn ByteSource,
        segment: &Segment,
        projection: &[usize],
        visit: &mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Result<(), DataError> {
        let columns = projection
            .iter()
            .map(|&column| self.readable(source, column))
            .collect::<Result<Vec<_>, _>>()?;
        let readable: Vec<&Readable> =
            columns.iter().map(|(column, _)| *column).collect();
        let names: Vec<&str> = columns.iter().map(|(_, name)| *name).collect();
        let damaged = |because: String| DataError::Damaged {
            file: source.name().to_owned(),
            place: format!("row group {}", segment.start),
            because,
        };
        let group = usize::try_from(segment.start)
            .map_err(|_| damaged("there is no such row group".to_owned()))?;
        let loaded = chunks::load(
            source,
            &self.metadata,
            group,
            &readable,
            &names,
            self.end_bytes,
        )?;
        let rows = loaded.group_rows();
        let batch_rows = decode::batch_rows(&loaded, rows);
        let mut at = 0;
        if readable.is_empty() {
            while at < rows {
                let row_count = batch_rows.min(rows - at);
                let first_row = segment.first_row + at as u64;
                visit(Batch { first_row, row_count, columns: Vec::new() })?;
                at += row_count;
            }
            return Ok(());
        }
        let reader = decode::reader(&loaded, &readable, batch_rows).map_err(&damaged)?;
        let mut last: Vec<LastDictionary> =
            readable.iter().map(|_| LastDictionary::default()).collect();
        for batch in reader {
            let batch = batch.map_err(|error| damaged(in_words(&error)))?;
            let mut columns = Vec::with_capacity(readable.len());
            for (((array, column), name), last) in
                batch.columns().iter().zip(&readable).zip(&names).zip(&mut last)
            {
                let values = convert::values_of(array.as_ref(), column, last)
                    .map_err(|because| damaged(format!("column {name}: {because}")))?;
                columns.push(values);
            }
            let first_row = segment.first_row + at as u64;
            at += batch.num_rows();
            visit(Batch { first_row, row_count: batch.num_rows(), columns })?;
        }
        if at != rows {
            return Err(damaged(format!("{at} rows came, the footer tells of {rows}")));
        }
        Ok(())
    }

    /// A column that can be read, and its name.
    fn readable(
        &self,
        source: &dyn ByteSource,
        number: usize,
    ) -> Result<(&Readable, &str), DataError> {
        let because = match self.columns.get(number) {
            Some(Column { raw, readable: Some(readable) }) => {
                return Ok((readable, &raw.name));
            }
            Some(Column { raw, .. }) => match &raw.physical {
                Physical::Unsupported { reason } => {
                    format!("column {} is not read: {reason}", raw.name)
                }
                _ => format!("column {} is not read", raw.name),
            },
            None => format!("it has no column {}", number + 1),
        };
        Err(DataError::Unreadable { file: source.name().to_owned(), because })
    }
}

/// Checks what the footer says of a row group and returns its rows. Columns whose chunks cannot be read
/// by anyone here are marked so. On error: the column as ", column x" or nothing, and what is wrong.
fn check_group(
    group: &RowGroupMetaData,
    columns: &mut [Column],
    end_bytes: u64,
) -> Result<u64, (String, String)> {
    let rows = u64::try_from(group.num_rows())
        .map_err(|_| (String::new(), "it claims fewer than no rows".to_owned()))?;
    if rows == 0 {
        return Ok(0);
    }
    for column in columns {
        let Some(readable) = &column.readable else { continue };
        let place = || format!(", column {}", column.raw.name);
        let Some(chunk) = group.columns().get(readable.leaf) else {
            return Err((place(), "it is missing".to_owned()));
        };
        let reason = if chunk.file_path().is_some() {
            Some("its values are in another file; export one file")
        } else if chunk.compression() == Compression::LZO {
            Some("it is compressed with LZO; export it with Snappy or Zstandard")
        } else {
            None
        };
        if let Some(reason) = reason {
            column.raw.physical = Physical::Unsupported { reason: reason.to_owned() };
            column.readable = None;
            continue;
        }
        let values = chunk.num_values();
        if u64::try_from(values) != Ok(rows) {
            let because = format!("it claims {values} values in {rows} rows");
            return Err((place(), because));
        }
        chunks::range_of(chunk, end_bytes).map_err(|because| (place(), because))?;
    }
    Ok(rows)
}
