//! Byte values as text. Enter: the library's byte arrays. Leave: [`TextColumn`]s whose bytes are UTF-8,
//! and dictionaries. Good text is copied once per batch, not row by row. Bytes that are not UTF-8: in a
//! column the file calls text they are replaced by U+FFFD; in a column of plain bytes the value is
//! written in hexadecimal (`0x…`), so that different values stay different.

use super::super::batch::{NULL_CODE, Span};
use super::super::{TextColumn, Values};
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, BinaryArray, DictionaryArray, FixedSizeBinaryArray};
use std::fmt::Write;
use std::sync::Arc;

/// How a byte value becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// The file promises UTF-8.
    Text,
    /// No promise.
    Bytes,
    /// No promise, and all of one length, so padded with zeros.
    Padded,
    /// Sixteen bytes of a UUID.
    Uuid,
}

/// The dictionary of the batch before: within a row group it is the same for every batch.
#[derive(Debug, Default)]
pub struct LastDictionary(Option<(ArrayRef, TextColumn)>);

/// A text column from an array of byte values.
///
/// # Errors
/// When the text of one batch passes 4 GiB.
pub fn text_of(array: &BinaryArray, style: Style) -> Result<TextColumn, String> {
    let offsets = array.value_offsets();
    let first = offsets.first().copied().unwrap_or(0);
    let last = offsets.last().copied().unwrap_or(0);
    let bytes = usize::try_from(first)
        .ok()
        .zip(usize::try_from(last).ok())
        .and_then(|(first, last)| array.value_data().get(first..last))
        .ok_or_else(|| "text lies outside its buffer".to_owned())?;
    if !is_text(bytes, offsets, first) {
        return rewritten(array.iter(), style);
    }
    let mut spans = Vec::with_capacity(array.len());
    for pair in offsets.windows(2) {
        let &[start, end] = pair else { continue };
        // Offsets never fall and start at `first`; both were checked above.
        spans.push(Span {
            start: (start - first).cast_unsigned(),
            length: (end - start).cast_unsigned(),
        });
    }
    if let Some(nulls) = array.nulls() {
        for (span, valid) in spans.iter_mut().zip(nulls) {
            if !valid {
                *span = Span::NULL;
            }
        }
    }
    Ok(TextColumn { buffer: Arc::new(bytes.to_vec()), spans })
}

/// Whether all bytes are UTF-8 and every value begins with a character.
fn is_text(bytes: &[u8], offsets: &[i32], first: i32) -> bool {
    if !offsets.is_sorted() {
        return false;
    }
    if bytes.is_ascii() {
        return true;
    }
    std::str::from_utf8(bytes).is_ok_and(|text| {
        offsets.iter().all(|&at| {
            usize::try_from(at - first).is_ok_and(|at| text.is_char_boundary(at))
        })
    })
}

/// A text column from byte values of one length.
///
/// # Errors
/// When the text of one batch passes 4 GiB.
pub fn text_of_fixed(
    array: &FixedSizeBinaryArray,
    style: Style,
) -> Result<TextColumn, String> {
    rewritten(array.iter(), style)
}

/// Value by value, for what cannot be taken over as it is.
fn rewritten<'a>(
    values: impl Iterator<Item = Option<&'a [u8]>>,
    style: Style,
) -> Result<TextColumn, String> {
    let mut text = String::new();
    let mut spans = Vec::new();
    for value in values {
        let Some(value) = value else {
            spans.push(Span::NULL);
            continue;
        };
        let start = text.len();
        write_value(&mut text, value, style);
        let span = u32::try_from(start)
            .ok()
            .zip(u32::try_from(text.len() - start).ok())
            .filter(|(start, length)| start.checked_add(*length).is_some());
        let Some((start, length)) = span else {
            return Err("one batch of a text column passes 4 GiB".to_owned());
        };
        spans.push(Span { start, length });
    }
    Ok(TextColumn { buffer: Arc::new(text.into_bytes()), spans })
}

fn write_value(text: &mut String, value: &[u8], style: Style) {
    let value = match style {
        Style::Text => return text.push_str(&String::from_utf8_lossy(value)),
        Style::Uuid => return write_uuid(text, value),
        Style::Bytes => value,
        Style::Padded => {
            let end =
                value.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            let trimmed = value.get(..end).unwrap_or_default();
            if std::str::from_utf8(trimmed).is_ok() { trimmed } else { value }
        }
    };
    match std::str::from_utf8(value) {
        Ok(value) => text.push_str(value),
        Err(_) => {
            text.push_str("0x");
            write_hex(text, value);
        }
    }
}

fn write_uuid(text: &mut String, value: &[u8]) {
    for (number, byte) in value.iter().enumerate() {
        if matches!(number, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write_hex(text, &[*byte]);
    }
}

fn write_hex(text: &mut String, value: &[u8]) {
    for byte in value {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
}

/// A dictionary column; the text of its entries is taken from the batch before where it is the same.
///
/// # Errors
/// When a code points outside the dictionary.
pub fn dictionary_of(
    array: &DictionaryArray<Int32Type>,
    style: Style,
    last: &mut LastDictionary,
) -> Result<Values, String> {
    let same = last
        .0
        .as_ref()
        .filter(|(entries, _)| Arc::ptr_eq(entries, array.values()))
        .map(|(_, text)| text.clone());
    let values = if let Some(text) = same {
        text
    } else {
        let entries = array.values().as_any().downcast_ref::<BinaryArray>();
        let entries = entries.ok_or_else(|| "a dictionary without bytes".to_owned())?;
        let text = text_of(entries, style)?;
        last.0 = Some((Arc::clone(array.values()), text.clone()));
        text
    };
    let keys = array.keys();
    let mut codes: Vec<u32> =
        keys.values().iter().map(|key| key.cast_unsigned()).collect();
    if let Some(nulls) = keys.nulls() {
        for (code, valid) in codes.iter_mut().zip(nulls) {
            if !valid {
                *code = NULL_CODE;
            }
        }
    }
    if codes.iter().any(|&code| code as usize >= values.len() && code != NULL_CODE) {
        return Err("a value refers to a dictionary entry that does not exist".to_owned());
    }
    Ok(Values::Dictionary { values, codes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: Vec<Option<&[u8]>>, style: Style) -> Vec<Option<String>> {
        let text = text_of(&BinaryArray::from(values), style).unwrap();
        (0..text.len())
            .map(|row| text.get(row).map(|b| String::from_utf8(b.to_vec()).unwrap()))
            .collect()
    }

    #[test]
    fn good_text_is_taken_over_with_its_nulls() {
        let shown = shown(vec![Some("grün".as_bytes()), None, Some(b"")], Style::Text);
        assert_eq!(shown, [Some("grün".to_owned()), None, Some(String::new())]);
    }

    #[test]
    fn bytes_that_are_not_text_stay_apart() {
        // Each half of a character is bad, though both together are good.
        let halves: Vec<Option<&[u8]>> = vec![Some(b"a\xc3"), Some(b"\xbcb")];
        assert_eq!(
            shown(halves.clone(), Style::Bytes),
            [Some("0x61c3".to_owned()), Some("0xbc62".to_owned())]
        );
        assert_eq!(shown(halves, Style::Text)[0].as_deref(), Some("a\u{fffd}"));
    }

    #[test]
    fn an_array_that_starts_inside_its_buffer() {
        let array = BinaryArray::from(vec![Some(&b"ab"[..]), Some(b"cd"), Some(b"ef")]);
        let text = text_of(&array.slice(1, 2), Style::Text).unwrap();
        assert_eq!((text.get(0), text.get(1)), (Some(&b"cd"[..]), Some(&b"ef"[..])));
        assert_eq!(text.buffer.len(), 4);
    }
}
