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
