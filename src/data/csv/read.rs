//! From a segment to batches. Enter: a [`ByteSource`], its [`FileIndex`], a segment and the columns that are
//! wanted. Leave: [`Batch`]es of text columns whose spans point into one buffer: the bytes of the segment as they
//! are, or, when fields had to be rewritten (doubled quotes, Windows-1252, invalid UTF-8), the bytes of the
//! batch's records with those fields behind them. Every span is valid UTF-8.
//!
//! Cost: one pass; memory is the segment, and one batch with eight bytes a field.

use std::sync::Arc;

use super::encoding::{field_to_utf8, utf16_text};
use super::nulls::{is_null, may_start_null};
use super::records::{Field, RecordSplitter, Records, field_text};
use super::stream::is_utf16;
use crate::data::{
    Batch, ByteSource, CsvFormat, DataError, Encoding, FileIndex, Format, QuotedNulls,
    Segment, Span, TextColumn, Values,
};

/// Most rows of a batch: a few MiB of text, so that what follows works in the processor's cache.
const BATCH_ROWS: usize = 16_384;
/// Most fields of a batch (32 MiB of spans): tables with thousands of columns get shorter batches.
const BATCH_FIELDS: usize = 4 << 20;
/// Records that are split before their columns are read, and about how many fields they may have: few
/// enough to stay in the cache, many enough that a column is read in one go.
const STEP_RECORDS: usize = 192;
const STEP_FIELDS: usize = 1 << 15;

/// Reads the rows of a segment, in order, and calls `visit` with each batch. `projection` holds column numbers
/// of `index.columns`; a batch has its columns in that order. Fields a record does not have are null, and so
/// is a column that does not exist; fields beyond the columns are dropped.
///
/// # Errors
/// [`DataError::Unreadable`] when the platform refuses, [`DataError::Damaged`] when the rows are not those that
/// were indexed (the file changed), and whatever `visit` returns.
pub fn read_segment(
    source: &dyn ByteSource,
    index: &FileIndex,
    segment: Segment,
    projection: &[usize],
    visit: &mut dyn FnMut(Batch) -> Result<(), DataError>,
) -> Result<(), DataError> {
    let Format::Csv(format) = &index.format else {
        return Err(DataError::NotATable {
            file: source.name().to_owned(),
            because: "it was told to be delimited text and is not".to_owned(),
        });
    };
    let text = Arc::new(segment_text(source, segment, format.encoding)?);
    let mut rows = Rows::new(&text, format, segment, projection, visit);
    let mut splitter = RecordSplitter::new(&text, format.delimiter, true);
    let mut found = Records::default();
    while splitter.next(STEP_RECORDS, STEP_FIELDS, &mut found) {
        rows.push(&found)?;
    }
    rows.flush()?;
    if rows.first_row == segment.first_row + segment.row_count {
        return Ok(());
    }
    Err(DataError::Damaged {
        file: source.name().to_owned(),
        place: format!("bytes {} to {}", segment.start, segment.end),
        because: "its rows are not those of the first look; did the file change?"
            .to_owned(),
    })
}

/// The bytes of a segment; UTF-16 as UTF-8.
fn segment_text(
    source: &dyn ByteSource,
    segment: Segment,
    encoding: Encoding,
) -> Result<Vec<u8>, DataError> {
    let length = segment.end.saturating_sub(segment.start);
    let count =
        usize::try_from(length).ok().filter(|&count| u32::try_from(count).is_ok());
    let count = count.ok_or_else(|| DataError::TooLarge {
        file: source.name().to_owned(),
        because: format!("a segment of {length} bytes"),
    })?;
    let mut raw = Vec::with_capacity(count);
    source.read_range(segment.start, count, &mut raw)?;
    if !is_utf16(encoding) {
        return Ok(raw);
    }
    Ok(utf16_text(&raw, encoding).into_owned().into_bytes())
}

/// Whether a field with this first byte may be quoted or null.
#[inline(always)]
fn needs_a_look(first: u8) -> bool {
    static TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = byte == b'"' as usize || may_start_null(byte as u8);
            byte += 1;
        }
        table
    };
    TABLE.get(usize::from(first)).is_none_or(|needed| *needed)
}

/// A span of the text.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "a segment is less than 4 GiB")]
const fn span(start: usize, length: usize) -> Span {
    Span { start: start as u32, length: length as u32 }
}

/// The batch at hand, and where the next one starts.
struct Rows<'a> {
    text: &'a Arc<Vec<u8>>,
    encoding: Encoding,
    quoted_nulls: QuotedNulls,
    /// Every byte of the text can be shown as it is.
    plain: bool,
    projection: &'a [usize],
    /// One column of spans for each of `projection`.
    columns: Vec<Vec<Span>>,
    /// Rewritten fields.
    rewritten: Vec<u8>,
    /// Where their spans are: place in `columns`, and row. These spans count from the start of `rewritten`.
    rewritten_spans: Vec<(usize, usize)>,
    scratch: Vec<u8>,
    batch_start: usize,
    batch_end: usize,
    batch_rows: usize,
    row_count: usize,
    first_row: u64,
    visit: &'a mut dyn FnMut(Batch) -> Result<(), DataError>,
}

impl<'a> Rows<'a> {
    fn new(
        text: &'a Arc<Vec<u8>>,
        format: &CsvFormat,
        segment: Segment,
        projection: &'a [usize],
        visit: &'a mut dyn FnMut(Batch) -> Result<(), DataError>,
    ) -> Self {
        let plain = match format.encoding {
            Encoding::Windows1252 => text.is_ascii(),
            _ => std::str::from_utf8(text).is_ok(),
        };
        Self {
            text,
            encoding: format.encoding,
            quoted_nulls: format.quoted_nulls,
            plain,
            projection,
            columns: vec![Vec::new(); projection.len()],
            rewritten: Vec::new(),
            rewritten_spans: Vec::new(),
            scratch: Vec::new(),
            batch_start: 0,
            batch_end: 0,
            batch_rows: (BATCH_FIELDS / projection.len().max(1)).clamp(1, BATCH_ROWS),
            row_count: 0,
            first_row: segment.first_row,
            visit,
        }
    }

    /// Takes some records.
    fn push(&mut self, found: &Records) -> Result<(), DataError> {
        for (place, &number) in self.projection.iter().enumerate() {
            let Some(column) = self.columns.get_mut(place) else { continue };
            let mut column = std::mem::take(column);
            self.read_column(found, number, place, &mut column);
            if let Some(kept) = self.columns.get_mut(place) {
                *kept = column;
            }
        }
        self.row_count += found.records.len();
        if let Some(last) = found.records.last() {
            self.batch_end = found.end(last);
        }
        if self.row_count < self.batch_rows { Ok(()) } else { self.flush() }
    }

    /// Appends one column of some records.
    fn read_column(
        &mut self,
        found: &Records,
        number: usize,
        place: usize,
        column: &mut Vec<Span>,
    ) {
        let (text, plain) = (self.text.as_slice(), self.plain);
        let rows = column.len()..;
        column.extend(found.records.iter().zip(rows).map(|(record, row)| {
            let Some(field) = found.field(record, number) else { return Span::NULL };
            match text.get(field.start) {
                _ if field.start >= field.end => Span::NULL,
                Some(&first) if plain && !needs_a_look(first) => {
                    span(field.start, field.end - field.start)
                }
                _ => self.field(found, field, (place, row)),
            }
        }));
    }

    /// The span of a field that is to stand at a place (column and row) of the batch.
    #[inline(never)]
    fn field(&mut self, found: &Records, field: Field, place: (usize, usize)) -> Span {
        let raw = self.text.get(field.start..field.end).unwrap_or_default();
        match raw.first() {
            Some(b'"') if !found.is_stray(field) => self.quoted(field, raw, place),
            _ if is_null(raw) => Span::NULL,
            _ if self.plain => span(field.start, raw.len()),
            _ => self.shown(field.start, raw, place),
        }
    }

    /// The span of a quoted field.
    fn quoted(&mut self, field: Field, raw: &[u8], place: (usize, usize)) -> Span {
        let mut scratch = std::mem::take(&mut self.scratch);
        let (text, _) = field_text(raw, &mut scratch);
        let null = match self.quoted_nulls {
            QuotedNulls::Text => false,
            QuotedNulls::Empty => text.is_empty(),
            QuotedNulls::Tokens => is_null(text),
        };
        // A text that is one run of the raw bytes starts behind the opening quote.
        let in_place = raw.get(1..=text.len()).is_some_and(|run| std::ptr::eq(run, text));
        let span = if null {
            Span::NULL
        } else if !in_place {
            let text = self.to_utf8(text).unwrap_or_else(|| text.to_vec());
            self.rewrite(&text, place)
        } else if self.plain {
            span(field.start + 1, text.len())
        } else {
            self.shown(field.start + 1, text, place)
        };
        self.scratch = scratch;
        span
    }

    /// The span of a text at `start` that may not be UTF-8.
    fn shown(&mut self, start: usize, text: &[u8], place: (usize, usize)) -> Span {
        match self.to_utf8(text) {
            None => span(start, text.len()),
            Some(text) => self.rewrite(&text, place),
        }
    }

    /// A text as UTF-8, or `None` when it is already.
    fn to_utf8(&self, text: &[u8]) -> Option<Vec<u8>> {
        let as_it_is = self.plain
            || text.is_ascii()
            || (self.encoding != Encoding::Windows1252
                && std::str::from_utf8(text).is_ok());
        if as_it_is {
            return None;
        }
        Some(field_to_utf8(text, self.encoding).into_owned().into_bytes())
    }

    /// Keeps a rewritten text for a place in the batch.
    #[expect(clippy::cast_possible_truncation, reason = "a segment is less than 1 GiB")]
    fn rewrite(&mut self, text: &[u8], place: (usize, usize)) -> Span {
        let start = self.rewritten.len() as u32;
        self.rewritten.extend_from_slice(text);
        self.rewritten_spans.push(place);
        Span { start, length: text.len() as u32 }
    }

    /// Hands over the batch.
    fn flush(&mut self) -> Result<(), DataError> {
        if self.row_count == 0 {
            return Ok(());
        }
        let buffer = if self.rewritten_spans.is_empty() {
            Arc::clone(self.text)
        } else {
            Arc::new(self.own_buffer())
        };
        let as_text = |column: &mut Vec<Span>| {
            let room = Vec::with_capacity(column.len());
            let spans = std::mem::replace(column, room);
            Values::Text(TextColumn { buffer: Arc::clone(&buffer), spans })
        };
        let columns = self.columns.iter_mut().map(as_text).collect();
        let (first_row, row_count) = (self.first_row, self.row_count);
        self.first_row += row_count as u64;
        self.row_count = 0;
        self.batch_start = self.batch_end;
        (self.visit)(Batch { first_row, row_count, columns })
    }

    /// The bytes of the batch's records and the rewritten fields behind them; moves the spans there.
    #[expect(clippy::cast_possible_truncation, reason = "a segment is less than 1 GiB")]
    fn own_buffer(&mut self) -> Vec<u8> {
        let records = self.text.get(self.batch_start..self.batch_end).unwrap_or_default();
        let mut buffer = Vec::with_capacity(records.len() + self.rewritten.len());
        buffer.extend_from_slice(records);
        buffer.append(&mut self.rewritten);
        let (before, behind) = (self.batch_start as u32, records.len() as u32);
        for (place, row) in &self.rewritten_spans {
            let span =
                self.columns.get_mut(*place).and_then(|column| column.get_mut(*row));
            if let Some(span) = span {
                // What the loop below takes off again.
                span.start = span.start.wrapping_add(behind).wrapping_add(before);
            }
        }
        self.rewritten_spans.clear();
        for span in self.columns.iter_mut().flatten().filter(|span| !span.is_null()) {
            span.start = span.start.wrapping_sub(before);
        }
        buffer
    }
}
