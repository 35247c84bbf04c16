//! Which delimiters and line breaks separate fields. Enter: bytes, 64 at a time, in order. Leave: one bit for
//! every structural delimiter and line break.
//!
//! # Rules
//! RFC 4180, read leniently, the same as the `csv-core` crate:
//! - a quote opens a quoted field only as the field's first byte; elsewhere in an unquoted field it is text;
//! - inside quotes `""` is a quote, and delimiters and line breaks are text;
//! - text after a closing quote belongs to the field: `"a"b` is `ab`, and quotes in that text are text;
//! - CR, LF and CRLF end a record; a record without any byte (a blank line) is none.
//!
//! Where this goes further than `csv-core`: a quoted field that the input never closes, with a line break
//! after its quote, is read as unquoted text, so that one stray quote does not swallow the rest of a file.
//!
//! # Cost
//! Without quotes in a block, the masks are the answer. With quotes, the parity of the quotes before a byte
//! says whether it is inside; that is exact unless a quote stands in the middle of unquoted text, which
//! is detected, and then those 64 bytes are walked one by one.

use super::mask::{BLOCK_BYTES, Masks, masks, prefix_parity};

/// What the byte before the next one was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A line break between records, or the start.
    RecordStart,
    /// A delimiter.
    FieldStart,
    /// Unquoted text, or text after a closing quote.
    Unquoted,
    /// Quoted text or the opening quote.
    Quoted,
    /// A quote inside quotes: closing, or the first of two.
    QuoteInQuoted,
}

/// The separators of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Separators {
    /// Delimiters between fields.
    pub delimiters: u64,
    /// Line breaks outside quotes (blank lines included).
    pub newlines: u64,
    /// Line breaks wherever they stand.
    pub any_newlines: u64,
    /// Quotes wherever they stand.
    pub quotes: u64,
}

/// Finds separators, block by block.
#[derive(Clone, Debug)]
pub(crate) struct Splitter {
    delimiter: u8,
    /// The state after the last block.
    pub state: State,
}

impl Splitter {
    /// A splitter that continues from `state`.
    pub const fn new(delimiter: u8, state: State) -> Self {
        Self { delimiter, state }
    }

    /// The separators among the first `count_bytes` (1 to 64) of a block; the rest must be zero bytes.
    #[inline(always)]
    pub fn step(&mut self, block: &[u8; BLOCK_BYTES], count_bytes: usize) -> Separators {
        let found = masks(block, self.delimiter);
        let (delimiters, newlines) = if found.quotes == 0 {
            self.step_without_quotes(found, count_bytes)
        } else {
            self.step_with_quotes(block, found, count_bytes)
        };
        let (any_newlines, quotes) = (found.newlines, found.quotes);
        Separators { delimiters, newlines, any_newlines, quotes }
    }

    #[inline(always)]
    fn step_without_quotes(&mut self, found: Masks, count_bytes: usize) -> (u64, u64) {
        if self.state == State::Quoted {
            return (0, 0);
        }
        self.state = state_after(found.delimiters, found.newlines, count_bytes);
        (found.delimiters, found.newlines)
    }

    fn step_with_quotes(
        &mut self,
        block: &[u8; BLOCK_BYTES],
        found: Masks,
        count_bytes: usize,
    ) -> (u64, u64) {
        let was_inside = if self.state == State::Quoted { u64::MAX } else { 0 };
        let inside = prefix_parity(found.quotes) ^ was_inside;
        let delimiters = found.delimiters & !inside;
        let newlines = found.newlines & !inside;
        let opening = found.quotes & inside;
        let closing = found.quotes & !inside;
        let may_open_first =
            u64::from(!matches!(self.state, State::Unquoted | State::Quoted));
        let may_open = ((delimiters | newlines | closing) << 1) | may_open_first;
        if opening & !may_open != 0 {
            return self.step_by_byte(block, count_bytes);
        }
        let last = 1 << (count_bytes - 1);
        self.state = if inside & last != 0 {
            State::Quoted
        } else if closing & last != 0 {
            State::QuoteInQuoted
        } else {
            state_after(delimiters, newlines, count_bytes)
        };
        (delimiters, newlines)
    }

    /// The rules byte by byte: what the masks must agree with.
    #[cold]
    fn step_by_byte(
        &mut self,
        block: &[u8; BLOCK_BYTES],
        count_bytes: usize,
    ) -> (u64, u64) {
        let (mut delimiters, mut newlines) = (0, 0);
        for (bit, &byte) in block.iter().take(count_bytes).enumerate() {
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::QuoteInQuoted,
                (State::Quoted, _)
                | (State::RecordStart | State::FieldStart | State::QuoteInQuoted, b'"') => {
                    State::Quoted
                }
                (_, b'\n' | b'\r') => {
                    newlines |= 1 << bit;
                    State::RecordStart
                }
                (_, byte) if byte == self.delimiter => {
                    delimiters |= 1 << bit;
                    State::FieldStart
                }
                _ => State::Unquoted,
            };
        }
        (delimiters, newlines)
    }
}

/// The state after a block that does not end inside quotes or on a quote.
#[inline(always)]
const fn state_after(delimiters: u64, newlines: u64, count_bytes: usize) -> State {
    let last = count_bytes - 1;
    if (newlines >> last) & 1 == 1 {
        State::RecordStart
    } else if (delimiters >> last) & 1 == 1 {
        State::FieldStart
    } else {
        State::Unquoted
    }
}

/// The first 64 bytes of `bytes`, filled up with zero bytes.
pub(crate) fn padded(bytes: &[u8]) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
    block
}

/// One field of a record: where its raw bytes are, quotes included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset one past the last byte (exclusive).
    pub end: usize,
    /// Position in its record, from 0.
    pub index: usize,
    /// Whether it is the last of its record.
    pub ends_record: bool,
    /// Its first byte is a quote that is never closed, and so is text.
    pub stray_quote: bool,
}

/// What stands at the end of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// A line break ends the last record, or there is none.
    Closed,
    /// The last record has no line break.
    Open,
}

/// Calls `visit` for each field of each record of `bytes`, which start a record; blank lines are skipped.
/// With `last`, the bytes end the input (or a segment) and a last record without a line break counts.
///
/// # Errors
/// Whatever `visit` returns; it ends the walk.
#[inline(always)]
pub(crate) fn walk<E>(
    bytes: &[u8],
    delimiter: u8,
    last: bool,
    mut visit: impl FnMut(Field) -> Result<(), E>,
) -> Result<Ending, E> {
    let mut splitter = Splitter::new(delimiter, State::RecordStart);
    let (mut start, mut index) = (0, 0);
    let mut offset = 0;
    let mut stray = usize::MAX;
    loop {
        while let Some(rest) = bytes.get(offset..)
            && !rest.is_empty()
        {
            let filled;
            let (block, count_bytes) = match rest.first_chunk() {
                Some(block) => (block, BLOCK_BYTES),
                None => {
                    filled = padded(rest);
                    (&filled, rest.len())
                }
            };
            let found = splitter.step(block, count_bytes);
            let mut separators = found.delimiters | found.newlines;
            while separators != 0 {
                let bit = separators.trailing_zeros();
                separators &= separators - 1;
                let end = offset + bit as usize;
                let ends_record = (found.newlines >> bit) & 1 == 1;
                if !(ends_record && index == 0 && start == end) {
                    let stray_quote = start == stray;
                    visit(Field { start, end, index, ends_record, stray_quote })?;
                    index = if ends_record { 0 } else { index + 1 };
                }
                start = end + 1;
            }
            offset += count_bytes;
        }
        let quoted = splitter.state == State::Quoted;
        let rest = bytes.get(start..).unwrap_or_default();
        if !(quoted && last && rest.iter().any(|byte| matches!(byte, b'\n' | b'\r'))) {
            break;
        }
        // The stray quote of the rules above: read on behind it, as in unquoted text.
        splitter.state = State::Unquoted;
        stray = start;
        offset = start + 1;
    }
    if index == 0 && start >= bytes.len() {
        return Ok(Ending::Closed);
    }
    if last {
        let (end, stray_quote) = (bytes.len(), start == stray);
        visit(Field { start, end, index, ends_record: true, stray_quote })?;
    }
    Ok(Ending::Open)
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
