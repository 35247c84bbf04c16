//! The report in an address. Enter: a report; leaves: text for the part of an address after `#`, which browsers never
//! send to a server. And back, with a typed error for a link that was cut, damaged or made by a newer whydrop.
//!
//! `r=` and then base64url of: version (1 byte), length of the content in bytes (2 bytes, low first), CRC-32 of the
//! content (4 bytes, low first), the content ([`super::lean`] through [`super::wire`]).
//!
//! # Decisions
//! A range coder with models of its own instead of postcard and deflate: in two thousand characters most of the
//! room goes to counts, whose size their neighbours tell, and to sentences that whydrop has written before; bytes and
//! repeats know neither. One dependency less on top.

use thiserror::Error;

use super::text::TextModel;
use super::wire::Wire;
use super::{lean, level};
use crate::report::Report;

/// Version of the link's format, dictionary included.
pub const VERSION: u8 = 3;
/// What chat tools and mail programs pass on whole: characters of the whole address.
pub const LINK_CHARS: usize = 2_000;
/// What is left for the fragment when the address before it is very long.
const LEAST_CHARS: usize = 1_600;
/// Before the content.
pub const KEY: &str = "#r=";
/// Version, length, checksum.
const HEAD_BYTES: usize = 7;
/// What a reader takes at most: characters.
const MOST_CHARS: usize = 90_000;

/// Why a link cannot be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum LinkError {
    /// Its end is missing.
    #[error(
        "This link was cut: {here} of its {whole} characters are here. Ask for it again, pasted whole, or for \
         the report as one HTML file."
    )]
    Cut {
        /// Characters that are here.
        here: usize,
        /// Characters there should be.
        whole: usize,
    },
    /// Hardly anything of it is here.
    #[error(
        "This link was cut: hardly anything of it is left. Ask for it again, pasted whole, or for the report as \
         one HTML file."
    )]
    AllCut,
    /// Something in it was changed.
    #[error(
        "This link was changed on its way: its checksum does not fit. Ask for it again, or for the report as one \
         HTML file."
    )]
    Damaged,
    /// It was made by a later version.
    #[error(
        "This link was made by a newer whydrop (format {found}; this page reads format {known}). Open it at the \
         address it was made for, or reload this page."
    )]
    Newer {
        /// Its version.
        found: u8,
        /// The newest this program reads.
        known: u8,
    },
    /// It was made by an earlier version.
    #[error(
        "This link was made by an older whydrop (format {found}; this page reads format {known}). Open it at the \
         address it was made for, or make it again from the files."
    )]
    Older {
        /// Its version.
        found: u8,
        /// The oldest this program reads.
        known: u8,
    },
    /// There is not enough room even for the least.
    #[error("This report does not fit into a link. Share it as one HTML file.")]
    TooLong,
}

/// A link that was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The whole address: base, `#r=`, content.
    pub address: String,
    /// What the reader will see.
    pub carried: Report,
}

/// Makes a link to `base` (the address of the site, without a fragment) that fits into [`LINK_CHARS`]. `report` has
/// been prepared by [`super::prepared`].
///
/// # Errors
/// [`LinkError::TooLong`].
pub fn link(report: &Report, base: &str) -> Result<Link, LinkError> {
    let base = base.split('#').next().unwrap_or_default();
    let room = LINK_CHARS
        .saturating_sub(base.chars().count())
        .max(LEAST_CHARS)
        .saturating_sub(KEY.len());
    let text = TextModel::new();
    for level in level::levels() {
        let mut carried = level::trimmed(report, &level);
        let mut wire = Wire::writing(text.clone());
        lean::report(&mut wire, &mut carried);
        let bytes = wire.finish();
        let content = envelope(&bytes);
        if content.len() <= room {
            // What the reader will see, read as the reader will.
            let carried = report_from_content(&bytes).ok_or(LinkError::TooLong)?;
            return Ok(Link { address: format!("{base}{KEY}{content}"), carried });
        }
    }
    Err(LinkError::TooLong)
}

fn envelope(content: &[u8]) -> String {
    let mut bytes = vec![VERSION];
    bytes.extend(u16::try_from(content.len()).unwrap_or(u16::MAX).to_le_bytes());
    bytes.extend(crc32(content).to_le_bytes());
    bytes.extend(content);
    to_base64url(&bytes)
}

/// The fragment with this content, whatever it is; for tests of the reader.
#[must_use]
pub fn fragment_of_content(content: &[u8]) -> String {
    format!("r={}", envelope(content))
}

/// The report in a fragment: what follows `r=`.
///
/// # Errors
/// See [`LinkError`]. Never panics, whatever the text.
pub fn report_from_link(fragment: &str) -> Result<Report, LinkError> {
    let text = fragment.trim();
    let text = text.strip_prefix('#').unwrap_or(text);
    let text = text.strip_prefix("r=").unwrap_or(text);
    // Marks that chat tools and sentences put behind an address.
    let text = text.trim_end_matches(['.', ',', ';', ')', ']', '>', '"', '\'', '!', '?']);
    if text.len() > MOST_CHARS {
        return Err(LinkError::Damaged);
    }
    let bytes = from_base64url(text).ok_or(LinkError::Damaged)?;
    let Some(version) = bytes.first() else { return Err(LinkError::AllCut) };
    if *version > VERSION {
        return Err(LinkError::Newer { found: *version, known: VERSION });
    }
    let (Some(head), Some(content)) = (bytes.get(..HEAD_BYTES), bytes.get(HEAD_BYTES..))
    else {
        return Err(LinkError::AllCut);
    };
    let [_, low, high, a, b, c, d] = head else { return Err(LinkError::AllCut) };
    let length = usize::from(u16::from_le_bytes([*low, *high]));
    if content.len() < length {
        let whole = ((HEAD_BYTES + length) * 4).div_ceil(3);
        return Err(LinkError::Cut { here: text.len(), whole });
    }
    let right =
        content.len() == length && crc32(content) == u32::from_le_bytes([*a, *b, *c, *d]);
    if !right {
        return Err(LinkError::Damaged);
    }
    if *version < VERSION {
        return Err(LinkError::Older { found: *version, known: VERSION });
    }
    report_from_content(content).ok_or(LinkError::Damaged)
}

fn report_from_content(content: &[u8]) -> Option<Report> {
    let mut report = Report::default();
    let mut wire = Wire::reading(content, TextModel::new());
    lean::report(&mut wire, &mut report);
    if wire.is_broken() || !super::open::is_sound(&report) {
        return None;
    }
    lean::complete(&mut report);
    Some(report)
}

/// CRC-32 as in zip (IEEE 802.3).
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

const LETTERS: &[u8; 64] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn to_base64url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 3);
    for group in bytes.chunks(3) {
        let word = group
            .iter()
            .chain(std::iter::repeat(&0))
            .take(3)
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        for at in 0..=group.len() {
            let letter = LETTERS.get(word >> (18 - 6 * at) & 63).copied().unwrap_or(b'A');
            text.push(char::from(letter));
        }
    }
    text
}

/// `None` when a character is not one of the alphabet; a rest of less than a byte is dropped.
fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|own| *own == letter)? as u32;
        held = (held << 6) | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_as_in_rfc_4648() {
        for (bytes, text) in
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("fooba", "Zm9vYmE")]
        {
            assert_eq!(to_base64url(bytes.as_bytes()), text);
            assert_eq!(from_base64url(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!(from_base64url("a+b"), None);
    }

    #[test]
    fn crc_of_the_check_string() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
