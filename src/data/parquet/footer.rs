//! The end of a Parquet file: where the footer is, whether it holds together, and its contents. Enter:
//! a [`ByteSource`]. Leave: the library's metadata, whose schema depth, child counts and list lengths
//! were checked beforehand ([`check`]), because the library reserves memory from them and recurses
//! along them. Cost: one or two reads at the end of the file; time linear in the footer.

use super::super::{ByteSource, DataError};
use super::thrift::{Broken, Cursor, kind};
use parquet::file::metadata::{
    ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetStatisticsPolicy,
};

/// Footer length and magic, bytes.
const TAIL_BYTES: u64 = 8;
/// The magic at the start, bytes.
const HEAD_BYTES: u64 = 4;
/// What is read first from the end, bytes: the whole footer of most files.
const GUESS_BYTES: u64 = 64 << 10;
/// The longest footer, bytes: 10,000 columns in 50 row groups with statistics.
const FOOTER_BYTES_MAX: u64 = 256 << 20;
/// The deepest schema: what real writers make stays below 20.
const SCHEMA_DEPTH_MAX: usize = 64;

/// Reads and parses the footer. Returns it with the offset where it starts, which is where data ends.
///
/// # Errors
/// [`DataError::Empty`]; [`DataError::NotATable`] when nothing looks like Parquet;
/// [`DataError::Damaged`] when it does and does not hold together; [`DataError::Unreadable`] when it is
/// encrypted; [`DataError::TooLarge`] above 256 MiB.
pub fn read(source: &dyn ByteSource) -> Result<(ParquetMetaData, u64), DataError> {
    let file = source.name();
    let length = source.len_bytes();
    if length == 0 {
        return Err(DataError::Empty { file: file.to_owned() });
    }
    if length < HEAD_BYTES + TAIL_BYTES {
        return Err(not_parquet(file, format!("it has only {length} bytes")));
    }
    let mut tail = Vec::new();
    let first_bytes = length.min(GUESS_BYTES);
    read_exactly(source, length - first_bytes, first_bytes, &mut tail)?;
    let footer_bytes = footer_length(source, &tail)?;
    let start = length - TAIL_BYTES - footer_bytes;
    let known_from = length - first_bytes;
    let footer = if start >= known_from {
        let from = usize_of(file, start - known_from)?;
        tail.get(from..tail.len() - TAIL_BYTES as usize).unwrap_or_default().to_vec()
    } else {
        let mut whole = Vec::new();
        read_exactly(source, start, footer_bytes, &mut whole)?;
        whole
    };
    check(&footer).map_err(|because| damaged(file, because))?;
    let options = ParquetMetaDataOptions::new()
        .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
        .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
    let metadata =
        ParquetMetaDataReader::decode_metadata_with_options(&footer, Some(&options))
            .map_err(|error| damaged(file, super::in_words(&error)))?;
    Ok((metadata, start))
}

/// The footer's length in bytes, from the file's last eight.
fn footer_length(source: &dyn ByteSource, tail: &[u8]) -> Result<u64, DataError> {
    let file = source.name();
    let Some(&[a, b, c, d, ref magic @ ..]) = tail.last_chunk::<8>() else {
        return Err(not_parquet(file, "it is too short".to_owned()));
    };
    match magic {
        b"PAR1" => {}
        b"PARE" => {
            return Err(DataError::Unreadable {
                file: file.to_owned(),
                because:
                    "its Parquet footer is encrypted and only a decrypted export can \
                          be analysed"
                        .to_owned(),
            });
        }
        _ => {
            let mut head = Vec::new();
            read_exactly(source, 0, HEAD_BYTES, &mut head)?;
            return Err(if head == b"PAR1" || head == b"PARE" {
                damaged(
                    file,
                    "the Parquet footer is missing; the file is cut off".to_owned(),
                )
            } else {
                not_parquet(file, "it lacks the mark PAR1 at its end".to_owned())
            });
        }
    }
    let footer_bytes = u64::from(u32::from_le_bytes([a, b, c, d]));
    let room = source.len_bytes() - HEAD_BYTES - TAIL_BYTES;
    if footer_bytes > room {
        return Err(damaged(
            file,
            format!("the footer claims {footer_bytes} bytes and the file has {room}"),
        ));
    }
    if footer_bytes > FOOTER_BYTES_MAX {
        return Err(DataError::TooLarge {
            file: file.to_owned(),
            because: format!(
                "its footer has {footer_bytes} bytes, at most {FOOTER_BYTES_MAX} are read"
            ),
        });
    }
    Ok(footer_bytes)
}

/// Walks the footer without believing it: every structure and list ends inside it, and the schema is a
/// tree of bounded depth whose child counts add up.
///
/// # Errors
/// What does not hold together, in words.
pub fn check(footer: &[u8]) -> Result<(), String> {
    let in_words = |broken: Broken| format!("the footer cannot be read: {broken}");
    let mut cursor = Cursor::new(footer);
    let mut last = 0;
    while let Some(field) = cursor.field(&mut last).map_err(in_words)? {
        if field.id == 2 && field.kind == kind::LIST {
            check_schema(&mut cursor)?;
        } else {
            cursor.skip(field.kind).map_err(in_words)?;
        }
    }
    Ok(())
}

/// The list of schema elements, depth first: each says how many children follow it.
fn check_schema(cursor: &mut Cursor<'_>) -> Result<(), String> {
    let in_words = |broken: Broken| format!("the schema cannot be read: {broken}");
    let (count, element) = cursor.list().map_err(in_words)?;
    if element != kind::STRUCT || count == 0 {
        return Err("the schema is empty".to_owned());
    }
    // Children still to come at each level of the tree.
    let mut open: Vec<u64> = Vec::new();
    let mut promised = 1_u64;
    for number in 0..count {
        let (children, has_repetition) = schema_element(cursor).map_err(in_words)?;
        if number > 0 && !has_repetition {
            return Err(format!("schema element {number} does not say if it repeats"));
        }
        promised = promised.saturating_add(children);
        if promised > count as u64 {
            return Err(format!("schema element {number} claims {children} children"));
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > SCHEMA_DEPTH_MAX {
            return Err(format!("the schema is nested deeper than {SCHEMA_DEPTH_MAX}"));
        }
        while open.last() == Some(&0) {
            open.pop();
        }
    }
    if promised != count as u64 {
        return Err(format!("the schema has {count} elements and tells of {promised}"));
    }
    Ok(())
}

/// One schema element: its number of children, and whether it states a repetition.
fn schema_element(cursor: &mut Cursor<'_>) -> Result<(u64, bool), Broken> {
    let (mut children, mut has_repetition, mut last) = (0, false, 0);
    while let Some(field) = cursor.field(&mut last)? {
        match (field.id, field.kind) {
            (5, kind::I32) => {
                children =
                    u64::try_from(cursor.integer_32()?).map_err(|_| Broken::Number)?;
            }
            (3, kind::I32) => {
                has_repetition = true;
                cursor.skip(field.kind)?;
            }
            _ => cursor.skip(field.kind)?,
        }
    }
    Ok((children, has_repetition))
}

fn read_exactly(
    source: &dyn ByteSource,
    offset: u64,
    count: u64,
    into: &mut Vec<u8>,
) -> Result<(), DataError> {
    let count = usize_of(source.name(), count)?;
    source.read_range(offset, count, into)?;
    if into.len() == count {
        return Ok(());
    }
    Err(DataError::Unreadable {
        file: source.name().to_owned(),
        because: format!("{count} bytes were asked for and {} came", into.len()),
    })
}

fn usize_of(file: &str, value: u64) -> Result<usize, DataError> {
    usize::try_from(value).map_err(|_| damaged(file, "a length does not fit".to_owned()))
}

fn damaged(file: &str, because: String) -> DataError {
    DataError::Damaged { file: file.to_owned(), place: "the footer".to_owned(), because }
}

fn not_parquet(file: &str, because: String) -> DataError {
    DataError::NotATable { file: file.to_owned(), because }
}

#[cfg(test)]
mod tests {
    use super::super::super::MemorySource;
    use super::*;

    fn error(bytes: &[u8]) -> DataError {
        read(&MemorySource::new("a.parquet", bytes.to_vec())).unwrap_err()
    }

    #[test]
    fn each_kind_of_wrong_end_has_its_own_error() {
        assert!(matches!(error(b""), DataError::Empty { .. }));
        assert!(matches!(error(b"PAR1"), DataError::NotATable { .. }));
        assert!(matches!(error(b"a,b\n1,2\n3,4\n5,6\n"), DataError::NotATable { .. }));
        assert!(matches!(error(b"PAR1abcdabcdabcd"), DataError::Damaged { .. }));
        assert!(matches!(
            error(b"PAREabcd\x04\0\0\0PARE"),
            DataError::Unreadable { because, .. } if because.contains("encrypted")
        ));
        assert!(matches!(
            error(b"PAR1abcd\xff\xff\xff\x7fPAR1"),
            DataError::Damaged { because, .. } if because.contains("claims")
        ));
    }

    #[test]
    fn child_counts_are_checked_before_memory_is_reserved() {
        // Field 2, a list of one structure whose field 5 says 1,000,000 children.
        let footer = [0x29, 0x1c, 0x55, 0x80, 0x89, 0x7a, 0x00, 0x00];
        assert!(check(&footer).unwrap_err().contains("children"));
    }

    #[test]
    fn a_schema_deeper_than_the_limit_is_refused() {
        let count = 200_u8;
        let mut footer = vec![0x29, 0xfc, count | 0x80, 1];
        for number in 0..count {
            // Field 3 (repetition) 0, field 5 (children) 1 or 0, end.
            let children = u8::from(number + 1 < count) * 2;
            footer.extend([0x35, 0x00, 0x25, children, 0x00]);
        }
        footer.push(0);
        assert!(check(&footer).unwrap_err().contains("deeper"));
    }
}
