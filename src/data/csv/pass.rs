//! The pass over the rows of a file: from separators to row counts and segments. Positions are counted in bytes
//! of text from the first row; offsets are places in the file.

use super::encoding::Utf8Check;
use super::index::Sizes;
use super::mask::BLOCK_BYTES;
use super::sniff::Dialect;
use super::split::{Splitter, State, padded};
use super::stream::{TextStream, is_utf16};
use crate::data::{ByteSource, DataError, Encoding, QuotedNulls, Segment};

/// What the pass finds, and where it is.
pub(crate) struct Pass {
    /// Rows in segments and in the one at hand.
    pub row_count: u64,
    /// Rows with more or fewer fields than usual.
    pub ragged_row_count: u64,
    /// Closed segments.
    pub segments: Vec<Segment>,
    /// Offset of a quote that is never closed.
    pub stray_quote: Option<u64>,
    sizes: Sizes,
    field_count: u64,
    /// Delimiters so far in the record at hand.
    delimiter_count: u64,
    /// Position of the record at hand.
    record_start: u64,
    /// Position of the field at hand.
    field_start: u64,
    /// Position of the last line break, inside quotes or not.
    last_newline: Option<u64>,
    segment: OpenSegment,
    /// An unquoted field without a byte was seen.
    has_empty: bool,
    /// An unquoted field with text was seen.
    has_unquoted: bool,
}

/// The segment at hand.
struct OpenSegment {
    /// Offset.
    start: u64,
    first_row: u64,
    /// Position behind which the next record end closes it.
    full_at: u64,
    /// Bytes of text that fill one.
    text_bytes: u64,
}

impl Pass {
    /// Goes over the rows from offset `rows_start` to the end.
    pub fn run(
        source: &dyn ByteSource,
        dialect: &Dialect,
        encoding: Encoding,
        rows_start: u64,
        sizes: Sizes,
        check: &mut Utf8Check,
    ) -> Result<Self, DataError> {
        // UTF-16 has two bytes where its text has one, when that is ASCII.
        let unit_bytes = if is_utf16(encoding) { 2 } else { 1 };
        let text_bytes = (sizes.segment / unit_bytes).max(1);
        let mut pass = Self {
            row_count: 0,
            ragged_row_count: 0,
            segments: Vec::new(),
            stray_quote: None,
            sizes,
            field_count: dialect.field_count as u64,
            delimiter_count: 0,
            record_start: 0,
            field_start: 0,
            last_newline: None,
            segment: OpenSegment {
                start: rows_start,
                first_row: 0,
                full_at: text_bytes,
                text_bytes,
            },
            has_empty: false,
            has_unquoted: false,
        };
        let end = source.len_bytes();
        let mut splitter = Splitter::new(dialect.delimiter, State::RecordStart);
        let mut stream = TextStream::new(source, encoding, (rows_start, end), sizes.read);
        let check = if is_utf16(encoding) { None } else { Some(check) };
        let mut reached = pass.stretch(&mut stream, &mut splitter, 0, check)?;
        let swallowed = pass.last_newline.is_some_and(|at| at > pass.field_start);
        if splitter.state == State::Quoted && swallowed {
            // The quote is text (see `split`): once more from behind it.
            pass.stray_quote = Some(reached.field_offset);
            splitter.state = State::Unquoted;
            let range = (reached.field_offset + unit_bytes, end);
            let mut stream = TextStream::new(source, encoding, range, sizes.read);
            let position = pass.field_start + 1;
            reached = pass.stretch(&mut stream, &mut splitter, position, None)?;
        }
        if pass.record_start < reached.position {
            pass.has_empty |= pass.field_start == reached.position;
            pass.end_record(reached.position, source.name())?;
        }
        pass.close_segment(end, reached.position);
        if let Some(last) = pass.segments.last_mut() {
            // Blank lines behind the last row belong to its segment.
            last.end = end;
        }
        Ok(pass)
    }

    /// What quoted texts that look like a null mean in this file.
    pub const fn quoted_nulls(&self) -> QuotedNulls {
        match (self.has_empty, self.has_unquoted) {
            (true, _) => QuotedNulls::Text,
            (false, true) => QuotedNulls::Empty,
            (false, false) => QuotedNulls::Tokens,
        }
    }

    /// Goes to the end of a stream whose first byte has the given position.
    fn stretch(
        &mut self,
        stream: &mut TextStream,
        splitter: &mut Splitter,
        position: u64,
        mut check: Option<&mut Utf8Check>,
    ) -> Result<Reached, DataError> {
        let mut base = position;
        let mut used = 0;
        let mut field_offset = stream.raw_offset(0);
        loop {
            let piece = stream.fill(used)?;
            base += used as u64;
            used = 0;
            if let (Some(check), Some(piece)) = (&mut check, piece) {
                check.push(stream.text.get(piece..).unwrap_or_default());
            }
            let mut rest = stream.text.as_slice();
            while let Some((block, behind)) = rest.split_first_chunk() {
                self.block(splitter, block, BLOCK_BYTES, base, used, stream)?;
                used += BLOCK_BYTES;
                rest = behind;
            }
            if piece.is_none() && !rest.is_empty() {
                self.block(splitter, &padded(rest), rest.len(), base, used, stream)?;
                used += rest.len();
            }
            if let Some(at) = self.field_start.checked_sub(base) {
                field_offset = stream.raw_offset(usize::try_from(at).unwrap_or(0));
            }
            if piece.is_none() {
                return Ok(Reached { position: base + used as u64, field_offset });
            }
        }
    }

    /// Counts the separators of a block that stands at `at` in the text of the stream, which has position `base`.
    #[inline(always)]
    fn block(
        &mut self,
        splitter: &mut Splitter,
        block: &[u8; BLOCK_BYTES],
        count_bytes: usize,
        base: u64,
        at: usize,
        stream: &TextStream,
    ) -> Result<(), DataError> {
        let after_record = u64::from(splitter.state == State::RecordStart);
        let after_field = u64::from(splitter.state == State::FieldStart) | after_record;
        let found = splitter.step(block, count_bytes);
        let position = base + at as u64;
        if found.any_newlines != 0 {
            self.last_newline = Some(position + found.any_newlines.ilog2() as u64);
        }
        let separators = found.delimiters | found.newlines;
        let starts = (separators << 1) | after_field;
        let blank = found.newlines & ((found.newlines << 1) | after_record);
        let inside = u64::MAX >> (BLOCK_BYTES - count_bytes);
        self.has_empty |= separators & starts & !blank != 0;
        self.has_unquoted |= starts & !separators & !found.quotes & inside != 0;
        if separators == 0 {
            return Ok(());
        }
        self.field_start = position + separators.ilog2() as u64 + 1;
        let mut delimiters = found.delimiters;
        let mut ends = found.newlines & !blank;
        while ends != 0 {
            let bit = ends.trailing_zeros();
            ends &= ends - 1;
            let before = (1 << bit) - 1;
            self.delimiter_count += u64::from((delimiters & before).count_ones());
            delimiters &= !before;
            let record_end = position + u64::from(bit) + 1;
            self.end_record(record_end, stream.name())?;
            if record_end >= self.segment.full_at {
                self.close_segment(stream.raw_offset(at + bit as usize + 1), record_end);
            }
        }
        self.delimiter_count += u64::from(delimiters.count_ones());
        if found.newlines != 0 {
            self.record_start = position + found.newlines.ilog2() as u64 + 1;
        }
        Ok(())
    }

    /// Counts the record that ends at a position.
    #[inline(always)]
    fn end_record(&mut self, end: u64, file: &str) -> Result<(), DataError> {
        if end.saturating_sub(self.record_start) > self.sizes.record {
            return Err(too_long(file, self.row_count, self.sizes.record));
        }
        self.row_count += 1;
        self.ragged_row_count += u64::from(self.delimiter_count + 1 != self.field_count);
        self.delimiter_count = 0;
        self.record_start = end;
        Ok(())
    }

    /// Closes the segment at hand, if it has rows, at an offset and position.
    fn close_segment(&mut self, end: u64, position: u64) {
        let row_count = self.row_count - self.segment.first_row;
        if row_count == 0 {
            return;
        }
        let OpenSegment { start, first_row, .. } = self.segment;
        self.segments.push(Segment { first_row, row_count, start, end });
        self.segment.start = end;
        self.segment.first_row = self.row_count;
        self.segment.full_at = position + self.segment.text_bytes;
    }
}

/// Where a stretch ended.
struct Reached {
    /// Position of the end.
    position: u64,
    /// Offset of the field at hand.
    field_offset: u64,
}

#[cold]
fn too_long(file: &str, row: u64, limit_bytes: u64) -> DataError {
    DataError::TooLarge {
        file: file.to_owned(),
        because: format!(
            "row {} is longer than {limit_bytes} bytes (a quote that is never closed?)",
            row + 1
        ),
    }
}
