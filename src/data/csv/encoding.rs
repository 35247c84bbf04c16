//! Character encodings. Enter: the first bytes of a file, or raw fields. Leave: which encoding it is, or UTF-8.
//!
//! UTF-16 is told by its byte-order mark or by the zero bytes that ASCII leaves in it. Everything else is
//! split as bytes, because quotes, delimiters and line breaks are the same bytes in UTF-8 and Windows-1252;
//! which of the two it is, the whole file decides (see [`Utf8Check`]).

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::data::Encoding;

/// Of the 2-byte units of UTF-16 text, at least this share has a zero half (mostly ASCII), in percent.
const UTF16_ZERO_PERCENT: usize = 40;

/// A byte-order mark at the start: the encoding it names and its length in bytes.
pub(crate) fn byte_order_mark(start: &[u8]) -> Option<(Encoding, u64)> {
    match start {
        [0xef, 0xbb, 0xbf, ..] => Some((Encoding::Utf8, 3)),
        [0xff, 0xfe, ..] => Some((Encoding::Utf16Le, 2)),
        [0xfe, 0xff, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    }
}

/// UTF-16 without a mark: nearly every zero byte stands in the same half of its 2-byte unit, and many units
/// have one.
pub(crate) fn unmarked_utf16(start: &[u8]) -> Option<Encoding> {
    let (mut first, mut second, mut both, mut count) = (0, 0, 0, 0);
    for unit in start.chunks_exact(2) {
        count += 1;
        match unit {
            [0, 0] => both += 1,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    let enough = |zeros: usize| zeros > 0 && zeros * 100 >= count * UTF16_ZERO_PERCENT;
    if both > 0 {
        None
    } else if enough(second) && first * 50 <= second {
        Some(Encoding::Utf16Le)
    } else if enough(first) && second * 50 <= first {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Whole 2-byte units of UTF-16 as UTF-8; what is not a character becomes U+FFFD, one a unit.
pub(crate) fn utf16_text(raw: &[u8], encoding: Encoding) -> Cow<'_, str> {
    let decoder = if encoding == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
    let even = raw.get(..raw.len() & !1).unwrap_or_default();
    decoder.decode_without_bom_handling(even).0
}

/// How many UTF-16 units wrote these bytes of UTF-8, counted at first bytes of characters.
pub(crate) fn utf16_units(text: &[u8]) -> u64 {
    let units = |byte: &u8| u64::from(byte & 0xc0 != 0x80) + u64::from(*byte >= 0xf0);
    text.iter().map(units).sum()
}

/// A field that is not ASCII as UTF-8: invalid bytes become U+FFFD, and no byte of Windows-1252 is invalid.
pub(crate) fn field_to_utf8(field: &[u8], encoding: Encoding) -> Cow<'_, str> {
    if encoding == Encoding::Windows1252 {
        WINDOWS_1252.decode_without_bom_handling(field).0
    } else {
        String::from_utf8_lossy(field)
    }
}

/// Counts what is and is not UTF-8 in bytes that come piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Utf8Check {
    /// The start of a character that the last piece cut.
    cut: Vec<u8>,
    /// Characters beyond ASCII.
    valid_count: u64,
    /// Sequences that are not UTF-8.
    invalid_count: u64,
}

impl Utf8Check {
    /// Looks at the next piece.
    pub fn push(&mut self, piece: &[u8]) {
        let mut piece = piece;
        if !self.cut.is_empty() {
            let rest =
                piece.iter().take_while(|byte| **byte & 0xc0 == 0x80).take(3).count();
            let (rest, behind) = piece.split_at(rest);
            let mut cut = std::mem::take(&mut self.cut);
            cut.extend_from_slice(rest);
            self.look(&cut, behind.is_empty());
            piece = behind;
        }
        self.look(piece, true);
    }

    fn look(&mut self, mut bytes: &[u8], more_follows: bool) {
        while !bytes.is_empty() {
            let (valid, skip) = match std::str::from_utf8(bytes) {
                Ok(_) => (bytes.len(), 0),
                Err(error) => match error.error_len() {
                    Some(length) => (error.valid_up_to(), length),
                    None => (error.valid_up_to(), bytes.len() - error.valid_up_to()),
                },
            };
            let (good, rest) = bytes.split_at(valid);
            if !good.is_ascii() {
                self.valid_count +=
                    good.iter().filter(|byte| **byte >= 0xc0).count() as u64;
            }
            let cut =
                skip == rest.len() && skip > 0 && more_follows && may_continue(rest);
            if cut {
                self.cut = rest.to_vec();
                return;
            }
            self.invalid_count += u64::from(skip > 0);
            bytes = rest.get(skip..).unwrap_or_default();
        }
    }

    /// The encoding of what was seen, and how many sequences are invalid in it. Bytes that are not UTF-8 make it
    /// Windows-1252, unless a byte-order mark says UTF-8 or valid characters outnumber them ten to one: then the
    /// file is UTF-8 with damage.
    pub fn finish(mut self, marked: bool) -> (Encoding, u64) {
        self.invalid_count += u64::from(!self.cut.is_empty());
        if self.invalid_count == 0 {
            (Encoding::Utf8, 0)
        } else if marked || self.invalid_count.saturating_mul(10) <= self.valid_count {
            (Encoding::Utf8, self.invalid_count)
        } else {
            (Encoding::Windows1252, 0)
        }
    }
}

/// Whether these bytes are the start of a character.
fn may_continue(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_and_zero_bytes() {
        assert_eq!(byte_order_mark(b"\xef\xbb\xbfa"), Some((Encoding::Utf8, 3)));
        assert_eq!(byte_order_mark(b"\xff\xfea\0"), Some((Encoding::Utf16Le, 2)));
        assert_eq!(byte_order_mark(b"\xfe\xff\0a"), Some((Encoding::Utf16Be, 2)));
        assert_eq!(byte_order_mark(b"a,b"), None);
        assert_eq!(unmarked_utf16(b"a\0,\0b\0"), Some(Encoding::Utf16Le));
        assert_eq!(unmarked_utf16(b"\0a\0,\0b"), Some(Encoding::Utf16Be));
        assert_eq!(unmarked_utf16(b"a,b\n"), None);
        assert_eq!(unmarked_utf16(b"\0\0\0\0a"), None);
        assert_eq!(unmarked_utf16(b""), None);
    }

    #[test]
    fn the_whole_file_decides() {
        let check = |bytes: &[u8]| {
            let mut check = Utf8Check::default();
            check.push(bytes);
            check.finish(false)
        };
        assert_eq!(check(b"abc"), (Encoding::Utf8, 0));
        assert_eq!(check("caf\u{e9}".as_bytes()), (Encoding::Utf8, 0));
        assert_eq!(check(b"caf\xe9,1"), (Encoding::Windows1252, 0));
        assert_eq!(check(b"caf\xe9"), (Encoding::Windows1252, 0));
        let damaged = ["\u{e9}".repeat(20).as_bytes(), b"\xff"].concat();
        assert_eq!(check(&damaged), (Encoding::Utf8, 1));
        let bytes = [0x80, 0x93, 0xe9];
        assert_eq!(field_to_utf8(&bytes, Encoding::Windows1252), "€\u{201c}é");
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(
            parts in prop::collection::vec(prop::sample::select(vec![
                &b"a"[..], b"\xc3\xa9", b"\xe2\x82\xac", b"\xf0\x9f\x98\x80", b"\xe9", b"\xff",
                b"\xe2\x82", b"\x80", b"\xf0\x9f", b"\xed\xa0\x80",
            ]), 0..30),
            size in 1_usize..7,
        ) {
            let bytes = parts.concat();
            let (mut whole, mut pieces) = (Utf8Check::default(), Utf8Check::default());
            whole.push(&bytes);
            for piece in bytes.chunks(size) {
                pieces.push(piece);
            }
            let valid = std::str::from_utf8(&bytes).is_ok();
            let whole = whole.finish(false);
            prop_assert_eq!(whole == (Encoding::Utf8, 0), valid);
            prop_assert_eq!(pieces.finish(false), whole);
        }

        #[test]
        fn units_are_counted(text in "[a-z\u{e9}\u{20ac}\u{1f600}]{0,20}") {
            prop_assert_eq!(utf16_units(text.as_bytes()), text.encode_utf16().count() as u64);
        }
    }
}
