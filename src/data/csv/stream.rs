//! A file as a stream of text in which ASCII is ASCII. Enter: a [`ByteSource`] and a byte range. Leave: pieces of
//! bytes (UTF-16 turned into UTF-8, everything else as it is) and, for any position in a piece, its offset
//! in the file. Memory: one piece.

use super::encoding::{utf16_text, utf16_units};
use crate::data::{ByteSource, DataError, Encoding};

/// Reads forward through a range of a file.
pub(crate) struct TextStream<'a> {
    source: &'a dyn ByteSource,
    /// UTF-16 is decoded; anything else passes through.
    encoding: Encoding,
    /// Offset of the next raw byte to read.
    next: u64,
    /// Where to stop (exclusive).
    end: u64,
    /// Raw bytes to read at once.
    read_bytes: usize,
    /// The text at hand: what was kept of the last piece, then the new piece.
    pub text: Vec<u8>,
    raw: Vec<u8>,
}

impl<'a> TextStream<'a> {
    /// A stream over the raw bytes `start..end`.
    pub fn new(
        source: &'a dyn ByteSource,
        encoding: Encoding,
        (start, end): (u64, u64),
        read_bytes: usize,
    ) -> Self {
        let utf16 = is_utf16(encoding);
        // A piece of UTF-16 has room for a pair of units; half a unit at the end of the file is dropped.
        let read_bytes = if utf16 { read_bytes.max(4) & !1 } else { read_bytes.max(1) };
        let end = if utf16 { start + (end.saturating_sub(start) & !1) } else { end };
        let (text, raw) = (Vec::new(), Vec::new());
        Self { source, encoding, next: start, end, read_bytes, text, raw }
    }

    /// Base name of the file.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Drops the first `used` bytes of the text and appends the next piece; gives where that piece starts in the
    /// text, or `None` at the end.
    pub fn fill(&mut self, used: usize) -> Result<Option<usize>, DataError> {
        self.text.drain(..used.min(self.text.len()));
        let piece_start = self.text.len();
        let left = self.end.saturating_sub(self.next);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(self.read_bytes);
        if count == 0 {
            return Ok(None);
        }
        if is_utf16(self.encoding) {
            self.raw.clear();
            self.source.read_range(self.next, count, &mut self.raw)?;
            if (count as u64) < left && ends_with_half_pair(&self.raw, self.encoding) {
                self.raw.truncate(self.raw.len() - 2);
            }
            self.text.extend_from_slice(utf16_text(&self.raw, self.encoding).as_bytes());
            self.next += self.raw.len() as u64;
        } else {
            self.source.read_range(self.next, count, &mut self.text)?;
            self.next += count as u64;
        }
        Ok(Some(piece_start))
    }

    /// The offset in the file of a character that starts at `at` in the text.
    pub fn raw_offset(&self, at: usize) -> u64 {
        let behind = self.text.get(at..).unwrap_or_default();
        if is_utf16(self.encoding) {
            self.next - 2 * utf16_units(behind)
        } else {
            self.next - behind.len() as u64
        }
    }
}

/// Whether an encoding is one of the UTF-16 pair.
pub(crate) const fn is_utf16(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be)
}

/// Whether the last unit is the first of a surrogate pair.
fn ends_with_half_pair(raw: &[u8], encoding: Encoding) -> bool {
    let Some(&[first, second]) = raw.last_chunk() else { return false };
    let high = if encoding == Encoding::Utf16Le { second } else { first };
    high & 0xfc == 0xd8
}
