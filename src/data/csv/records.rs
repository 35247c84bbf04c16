//! From separators to records and fields. Enter: bytes in memory. Leave: the positions of separators, some records
//! at a time, so that columns can be read one after the other while the records are still in the cache.

use super::mask::BLOCK_BYTES;
use super::split::{Splitter, State, padded};

/// Some records of a text. Positions are below 4 GiB.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    /// Where fields end (exclusive): the positions of separators, and of the end of the text. What stands behind
    /// the first `end_count` means nothing.
    ends: Vec<u32>,
    end_count: usize,
    /// The records, in order.
    pub records: Vec<Record>,
    /// The first byte of a field whose quote is never closed: the quote is text.
    stray: Option<u32>,
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Position of its first byte.
    start: u32,
    /// Its first field in `ends`.
    first: u32,
    /// Number of fields, at least one.
    pub field_count: u32,
}

/// One field: where its raw bytes are, quotes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Position of the first byte.
    pub start: usize,
    /// Position one past the last byte (exclusive).
    pub end: usize,
}

impl Records {
    /// A field of a record; `None` when the record is shorter.
    #[inline(always)]
    pub fn field(&self, record: &Record, number: usize) -> Option<Field> {
        if number >= record.field_count as usize {
            return None;
        }
        let at = record.first as usize + number;
        let end = *self.ends.get(at)?;
        let start = match number {
            0 => record.start,
            _ => *self.ends.get(at - 1)? + 1,
        };
        Some(Field { start: start as usize, end: end as usize })
    }

    /// The position behind the last field of a record (exclusive).
    pub fn end(&self, record: &Record) -> usize {
        let last = (record.first + record.field_count).saturating_sub(1);
        self.ends.get(last as usize).map_or(0, |end| *end as usize)
    }

    /// Whether a quote at this field's start is text.
    #[inline(always)]
    pub fn is_stray(&self, field: Field) -> bool {
        self.stray.is_some_and(|stray| stray as usize == field.start)
    }

    /// Forgets the records, and the fields before `first`.
    fn keep_from(&mut self, first: usize) {
        let first = first.min(self.end_count);
        self.ends.copy_within(first..self.end_count, 0);
        self.end_count -= first;
        self.records.clear();
    }

    /// Appends `base` plus the number of each bit that is set. Eight are written at a time, whether there are as
    /// many or not: a loop that stops at the last one costs a mispredicted branch a block.
    #[inline(always)]
    fn push_bits(&mut self, mut bits: u64, base: u32) {
        const GROUP: usize = 8;
        let count = bits.count_ones() as usize;
        if self.ends.len() < self.end_count + 64 {
            self.ends.resize((self.ends.len() * 2).max(1 << 12), 0);
        }
        let behind = self.ends.get_mut(self.end_count..).unwrap_or_default();
        for group in behind.chunks_exact_mut(GROUP) {
            for end in group {
                *end = base.wrapping_add(bits.trailing_zeros());
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                break;
            }
        }
        self.end_count += count;
    }
}

/// Splits a text that starts with a record; blank lines are skipped.
#[derive(Clone, Debug)]
pub(crate) struct RecordSplitter<'a> {
    text: &'a [u8],
    splitter: Splitter,
    /// Whether the text ends the input (or a segment): a last record without a line break counts.
    whole: bool,
    offset: usize,
    done: bool,
    /// Start of the record at hand.
    record_start: u32,
    /// Its first field in `ends`.
    first: u32,
}

impl<'a> RecordSplitter<'a> {
    /// Starts at the first byte. Bytes beyond 4 GiB are not looked at.
    pub fn new(text: &'a [u8], delimiter: u8, whole: bool) -> Self {
        let text = text.get(..u32::MAX as usize - BLOCK_BYTES).unwrap_or(text);
        let splitter = Splitter::new(delimiter, State::RecordStart);
        Self { text, splitter, whole, offset: 0, done: false, record_start: 0, first: 0 }
    }

    /// Replaces `into` by the next records: at least one, and not many more than `most_records` or records with
    /// `most_fields`. `false` when there is none left. `into` must be the same at each call.
    pub fn next(
        &mut self,
        most_records: usize,
        most_fields: usize,
        into: &mut Records,
    ) -> bool {
        into.keep_from(self.first as usize);
        self.first = 0;
        while into.records.is_empty()
            || (into.records.len() < most_records && into.end_count < most_fields)
        {
            let rest = self.text.get(self.offset..).unwrap_or_default();
            if let Some(block) = rest.first_chunk() {
                self.block(block, BLOCK_BYTES, into);
            } else if rest.is_empty() {
                if !self.finish(into) {
                    break;
                }
            } else {
                self.block(&padded(rest), rest.len(), into);
            }
        }
        !into.records.is_empty()
    }

    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "the text is below 4 GiB")]
    fn block(
        &mut self,
        block: &[u8; BLOCK_BYTES],
        count_bytes: usize,
        into: &mut Records,
    ) {
        let found = self.splitter.step(block, count_bytes);
        let separators = found.delimiters | found.newlines;
        let (base, before) = (self.offset as u32, into.end_count as u32);
        self.offset += count_bytes;
        into.push_bits(separators, base);
        let mut newlines = found.newlines;
        while newlines != 0 {
            let bit = newlines.trailing_zeros();
            let at = before + (separators & ((1 << bit) - 1)).count_ones();
            newlines &= newlines - 1;
            self.end_record(base + bit, at, into);
        }
    }

    /// Ends the record at hand with the field that ends at position `end`, number `at` in `ends`.
    #[inline(always)]
    fn end_record(&mut self, end: u32, at: u32, into: &mut Records) {
        if end != self.record_start {
            let (start, first) = (self.record_start, self.first);
            into.records.push(Record { start, first, field_count: at + 1 - first });
        }
        self.first = at + 1;
        self.record_start = end + 1;
    }

    /// At the end of the text: whether to go on, after a stray quote.
    #[expect(clippy::cast_possible_truncation, reason = "the text is below 4 GiB")]
    fn finish(&mut self, into: &mut Records) -> bool {
        if self.done || !self.whole {
            return false;
        }
        let in_record = into.end_count > self.first as usize;
        let field_start =
            match into.end_count.checked_sub(1).and_then(|last| into.ends.get(last)) {
                Some(end) if in_record => *end + 1,
                _ => self.record_start,
            };
        let field = self.text.get(field_start as usize..).unwrap_or_default();
        let has_newline = field.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        if self.splitter.state == State::Quoted && has_newline {
            into.stray = Some(field_start);
            self.splitter.state = State::Unquoted;
            self.offset = field_start as usize + 1;
            return true;
        }
        self.done = true;
        if (self.record_start as usize) < self.text.len() {
            let end = self.text.len() as u32;
            into.push_bits(1, end);
            self.end_record(end, into.end_count as u32 - 1, into);
        }
        false
    }
}

/// The text of a raw field: without its quotes and with `""` made `"`, and whether it was quoted.
/// Only a field whose text is not one run of its raw bytes is written to `scratch`.
#[inline]
pub(crate) fn field_text<'a>(
    raw: &'a [u8],
    scratch: &'a mut Vec<u8>,
) -> (&'a [u8], bool) {
    let Some((b'"', inner)) = raw.split_first() else {
        return (raw, false);
    };
    match inner.iter().position(|&byte| byte == b'"') {
        None => (inner, true),
        Some(at) if at + 1 == inner.len() => (inner.get(..at).unwrap_or_default(), true),
        Some(_) => {
            scratch.clear();
            unquote(inner, scratch);
            (scratch, true)
        }
    }
}

/// Appends the text of a quoted field, given without its opening quote.
fn unquote(inner: &[u8], into: &mut Vec<u8>) {
    let mut state = State::Quoted;
    for &byte in inner {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::QuoteInQuoted,
            (State::Quoted | State::QuoteInQuoted, byte) => {
                into.push(byte);
                let quoted = state == State::Quoted || byte == b'"';
                if quoted { State::Quoted } else { State::Unquoted }
            }
            (_, byte) => {
                into.push(byte);
                State::Unquoted
            }
        };
    }
}
