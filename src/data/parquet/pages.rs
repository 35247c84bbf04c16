//! A column chunk's page headers, walked before the library decodes the pages. Enter: the bytes of one
//! chunk and what the footer says of it. Leave: how many of the bytes belong to pages, and whether
//! every value comes from the dictionary; or what does not hold together. Every length and count the
//! library would reserve memory for, and every combination it would panic on, is checked here. Cost:
//! time linear in the number of pages, no allocation.

use super::growth;
use super::page_header::{Data, Header, Page, encoding};
use super::thrift::Cursor;
use parquet::basic::{Compression, Type as PhysicalType};

/// The largest page after decompression, bytes. Writers stay near 1 MiB; a row group written as one
/// page of 64 million doubles is just inside.
pub const PAGE_BYTES_MAX: u64 = 512 << 20;
/// A page may always be this large after decompression, whatever the footer says of its chunk, bytes.
const PAGE_BYTES_FREE: u64 = 16 << 20;

/// What the footer says of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct Expected {
    /// Values, nulls included: the rows of the row group.
    pub rows: u64,
    /// Whether nulls are possible, and so definition levels stored.
    pub optional: bool,
    /// How values are stored.
    pub physical: PhysicalType,
    /// Bytes of a fixed-length value.
    pub fixed_bytes: u64,
    /// How pages are compressed.
    pub codec: Compression,
    /// Bytes of all pages after decompression.
    pub uncompressed_bytes: u64,
}

/// What the walk found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Bytes from the start of the chunk to the end of its last page.
    pub used_bytes: usize,
    /// Entries of the dictionary; 0 without one.
    pub dictionary: u64,
    /// Entries of the dictionary, if every data page refers to it.
    pub all_from_dictionary: Option<u64>,
    /// Whether every data page holds differences (`DELTA_BINARY_PACKED`).
    pub all_differences: bool,
}

/// Walks `chunk`.
///
/// # Errors
/// What does not hold together, in words, with the number of the page.
pub fn walk(chunk: &[u8], expected: &Expected) -> Result<Walked, String> {
    let mut at = 0;
    let mut rows = 0;
    let mut dictionary = None;
    let mut all_from_dictionary = true;
    let mut all_differences = true;
    let mut number = 0_u64;
    while rows < expected.rows {
        let in_words = |because: String| format!("page {number}: {because}");
        let rest = chunk.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return Err(format!("its pages hold {rows} values, not {}", expected.rows));
        }
        let mut cursor = Cursor::new(rest);
        let header = Header::read(&mut cursor)
            .map_err(|broken| in_words(format!("its header cannot be read: {broken}")))?;
        let body_start = cursor.position();
        let body = usize::try_from(header.compressed)
            .ok()
            .and_then(|count| rest.get(body_start..body_start.checked_add(count)?))
            .ok_or_else(|| in_words("it ends after its column".to_owned()))?;
        let uncompressed = check_size(&header, body, expected).map_err(in_words)?;
        match header.page {
            Some(Page::Dictionary { values, encoding }) => {
                if dictionary.is_some() || rows > 0 {
                    return Err(in_words("a dictionary where none belongs".to_owned()));
                }
                let values = check_dictionary(values, encoding, uncompressed, expected)
                    .map_err(in_words)?;
                dictionary = Some(values);
            }
            Some(Page::Data(page)) => {
                let (values, from_dictionary) =
                    check_data(&page, uncompressed, expected).map_err(in_words)?;
                if from_dictionary && dictionary.is_none() {
                    return Err(in_words(
                        "it refers to a dictionary that is missing".into(),
                    ));
                }
                if values > expected.rows - rows {
                    return Err(in_words(format!(
                        "it claims {values} values and {} are left",
                        expected.rows - rows
                    )));
                }
                all_from_dictionary &= from_dictionary;
                all_differences &= page.encoding == encoding::DELTA_BINARY_PACKED;
                rows += values;
            }
            Some(Page::Index) => {}
            None => return Err(in_words("its header says too little".to_owned())),
        }
        at += body_start + body.len();
        number += 1;
    }
    Ok(Walked {
        used_bytes: at,
        dictionary: dictionary.unwrap_or(0),
        all_from_dictionary: dictionary.filter(|_| all_from_dictionary),
        all_differences,
    })
}

/// The page's size after decompression, if it is believable.
fn check_size(header: &Header, body: &[u8], expected: &Expected) -> Result<u64, String> {
    let size = u64::try_from(header.uncompressed)
        .map_err(|_| "its size is below zero".to_owned())?;
    let most = PAGE_BYTES_MAX.min(expected.uncompressed_bytes.max(PAGE_BYTES_FREE));
    if size > most {
        return Err(format!("it claims {size} bytes uncompressed, at most {most} fit"));
    }
    let levels = match header.page {
        Some(Page::Data(Data { levels: Some((definition, repetition)), .. })) => {
            u64::try_from(definition)
                .ok()
                .zip(u64::try_from(repetition).ok())
                .and_then(|(definition, repetition)| definition.checked_add(repetition))
                .filter(|levels| *levels <= size && *levels <= body.len() as u64)
                .ok_or_else(|| "its levels do not fit into it".to_owned())?
        }
        _ => 0,
    };
    let compressed = match header.page {
        Some(Page::Data(Data { compressed, .. })) => compressed,
        _ => true,
    };
    let values = usize::try_from(levels).ok().and_then(|levels| body.get(levels..));
    match expected.codec {
        Compression::UNCOMPRESSED => Ok(body.len() as u64),
        // Snappy states the length first: the library reserves what the header says.
        Compression::SNAPPY if compressed && size > levels => {
            let stated = values.and_then(snappy_length);
            if stated == Some(size - levels) {
                Ok(size)
            } else {
                Err("its compressed bytes tell of another size".to_owned())
            }
        }
        codec if compressed && size > levels => {
            growth::check(codec, values.unwrap_or_default(), size - levels)?;
            Ok(size)
        }
        _ => Ok(size),
    }
}

/// The length a Snappy block states: a varint of at most five bytes.
fn snappy_length(block: &[u8]) -> Option<u64> {
    let mut length = 0_u64;
    for (number, byte) in block.iter().take(5).enumerate() {
        length |= u64::from(byte & 0x7f) << (7 * number);
        if byte & 0x80 == 0 {
            return Some(length);
        }
    }
    None
}

fn check_dictionary(
    values: i32,
    encoding: i32,
    size: u64,
    expected: &Expected,
) -> Result<u64, String> {
    if !matches!(encoding, encoding::PLAIN | encoding::PLAIN_DICTIONARY) {
        return Err(format!("a dictionary in encoding {encoding}"));
    }
    let values = u64::try_from(values)
        .map_err(|_| "fewer than no dictionary entries".to_owned())?;
    let entry_bytes = match expected.physical {
        PhysicalType::BOOLEAN => return Err("a dictionary of booleans".to_owned()),
        PhysicalType::INT32 | PhysicalType::FLOAT | PhysicalType::BYTE_ARRAY => 4,
        PhysicalType::INT64 | PhysicalType::DOUBLE => 8,
        PhysicalType::INT96 => 12,
        PhysicalType::FIXED_LEN_BYTE_ARRAY => expected.fixed_bytes.max(1),
    };
    if values.checked_mul(entry_bytes).is_none_or(|bytes| bytes > size) {
        return Err(format!("its dictionary claims {values} entries in {size} bytes"));
    }
    Ok(values)
}

/// The number of values in a data page, and whether they refer to the dictionary.
fn check_data(
    page: &Data,
    size: u64,
    expected: &Expected,
) -> Result<(u64, bool), String> {
    use PhysicalType as Stored;
    use encoding as e;
    let values = u64::try_from(page.values)
        .map_err(|_| "it claims fewer than no values".to_owned())?;
    let known = match page.encoding {
        e::PLAIN => true,
        e::PLAIN_DICTIONARY | e::RLE_DICTIONARY => expected.physical != Stored::BOOLEAN,
        e::RLE => expected.physical == Stored::BOOLEAN,
        e::DELTA_BINARY_PACKED => {
            matches!(expected.physical, Stored::INT32 | Stored::INT64)
        }
        e::DELTA_LENGTH_BYTE_ARRAY => expected.physical == Stored::BYTE_ARRAY,
        e::DELTA_BYTE_ARRAY => {
            matches!(expected.physical, Stored::BYTE_ARRAY | Stored::FIXED_LEN_BYTE_ARRAY)
        }
        e::BYTE_STREAM_SPLIT => matches!(
            expected.physical,
            Stored::INT32
                | Stored::INT64
                | Stored::FLOAT
                | Stored::DOUBLE
                | Stored::FIXED_LEN_BYTE_ARRAY
        ),
        _ => false,
    };
    if !known {
        return Err(format!(
            "encoding {} does not go with {:?} values",
            page.encoding, expected.physical
        ));
    }
    if page.levels.is_some() {
        let (nulls, rows) = (i64::from(page.nulls), i64::from(page.rows));
        if rows != i64::from(page.values) || !(0..=rows).contains(&nulls) {
            return Err(format!(
                "it claims {values} values, {rows} rows and {nulls} nulls"
            ));
        }
    } else if expected.optional {
        if !matches!(page.definition_encoding, e::RLE | e::BIT_PACKED) {
            return Err(format!("levels in encoding {}", page.definition_encoding));
        }
        if values > 0 && page.definition_encoding == e::RLE && size < 4 {
            return Err("it has no room for its levels".to_owned());
        }
    }
    let from_dictionary =
        matches!(page.encoding, e::PLAIN_DICTIONARY | e::RLE_DICTIONARY);
    Ok((values, from_dictionary))
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXPECTED: Expected = Expected {
        rows: 2,
        optional: false,
        physical: PhysicalType::INT32,
        fixed_bytes: 0,
        codec: Compression::UNCOMPRESSED,
        uncompressed_bytes: 100,
    };

    /// A version 1 data page: sizes, values, encoding; then `body` zeros.
    fn page(uncompressed: u8, values: u8, encoding: u8, body: usize) -> Vec<u8> {
        let compressed = u8::try_from(body * 2).unwrap();
        let mut bytes = vec![0x15, 0, 0x15, uncompressed * 2, 0x15, compressed];
        bytes.extend([
            0x2c,
            0x15,
            values * 2,
            0x15,
            encoding * 2,
            0x15,
            6,
            0x15,
            6,
            0,
            0,
        ]);
        bytes.extend(std::iter::repeat_n(0, body));
        bytes
    }

    #[test]
    fn a_good_page_passes_and_bytes_after_it_are_not_used() {
        let mut chunk = page(8, 2, 0, 8);
        let length = chunk.len();
        chunk.extend([1, 2, 3]);
        let walked = walk(&chunk, &EXPECTED).unwrap();
        assert_eq!(walked.used_bytes, length);
        assert_eq!(walked.all_from_dictionary, None);
    }

    #[test]
    fn what_does_not_hold_together_is_named() {
        for (chunk, word) in [
            (page(8, 3, 0, 8), "claims 3 values"),
            (page(8, 1, 0, 8), "hold 1 values"),
            (page(8, 2, 8, 8), "dictionary that is missing"),
            (page(8, 2, 6, 8), "encoding 6"),
            (page(8, 2, 0, 8)[..15].to_vec(), "header cannot be read"),
            (page(8, 2, 0, 8)[..20].to_vec(), "ends after its column"),
        ] {
            let because = walk(&chunk, &EXPECTED).unwrap_err();
            assert!(because.contains(word), "{because} / {word}");
        }
    }
}
