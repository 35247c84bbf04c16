//! Files that are no delimited text. Enter: the first bytes. Leave: nothing, or the error that names what the
//! file is and what to do instead.

use crate::data::DataError;

/// Of the first bytes of text at most this share are control characters, in percent.
const CONTROL_PERCENT: usize = 5;

/// First bytes of formats that users mistake for tables, and what to say.
const SIGNATURES: [(&[u8], &str); 20] = [
    (b"%PDF", "it is a PDF document; export the table itself"),
    (b"\x1f\x8b", "it is compressed with gzip; unpack it first"),
    (b"BZh", "it is compressed with bzip2; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "it is compressed with zstd; unpack it first"),
    (b"\xfd7zXZ\0", "it is compressed with xz; unpack it first"),
    (b"\x04\x22\x4d\x18", "it is compressed with lz4; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "it is a 7-Zip archive; unpack it first"),
    (b"Rar!", "it is a RAR archive; unpack it first"),
    (b"SQLite format 3\0", "it is an SQLite database; export the table"),
    (b"\xd0\xcf\x11\xe0", "it is an old Excel or Office file; save the sheet as CSV"),
    (b"PAR1", "it is a Parquet file that does not hold together"),
    (b"ARROW1", "it is an Arrow or Feather file"),
    (b"ORC", "it is an ORC file"),
    (b"Obj\x01", "it is an Avro file"),
    (b"\x89HDF", "it is an HDF5 file"),
    (b"\x89PNG", "it is a PNG image"),
    (b"\xff\xd8\xff", "it is a JPEG image"),
    (b"RDX", "it is an R data file"),
    (b"\x80\x04\x95", "it is a Python pickle"),
    (b"\x80\x05\x95", "it is a Python pickle"),
];

/// Refuses what is not delimited text, by the raw first bytes and the text they decode to.
pub(crate) fn refuse_binary(
    file: &str,
    raw: &[u8],
    text: &[u8],
) -> Result<(), DataError> {
    let because = signature(raw).or_else(|| markup(text)).or_else(|| {
        let zero = text.iter().position(|&byte| byte == 0);
        zero.map(|at| format!("it is binary: character {} is a zero byte", at + 1))
    });
    let because = because.or_else(|| {
        let control =
            |byte: &&u8| **byte < b' ' && !matches!(**byte, b'\t' | b'\n' | b'\r');
        let count = text.iter().filter(control).count();
        (count * 100 > text.len() * CONTROL_PERCENT)
            .then(|| "it is binary: too many control characters".to_owned())
    });
    because.map_or(Ok(()), |because| {
        Err(DataError::NotATable { file: file.to_owned(), because })
    })
}

fn signature(raw: &[u8]) -> Option<String> {
    if raw.starts_with(b"PK\x03\x04") {
        let names = |name: &[u8]| raw.windows(name.len()).any(|window| window == name);
        let what = if names(b"xl/") || names(b"[Content_Types].xml") {
            "it is an Excel workbook; save the sheet as CSV"
        } else {
            "it is a ZIP archive (an Excel workbook?); unpack it first or save the sheet as CSV"
        };
        return Some(what.to_owned());
    }
    // "ORC" and the like could start a header: a zero byte or a control character must follow somewhere.
    let is_text =
        raw.iter().take(512).all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..));
    let (start, what) =
        SIGNATURES.into_iter().find(|(start, _)| raw.starts_with(start))?;
    let certain = !start.is_ascii() || start.starts_with(b"%PDF") || !is_text;
    certain.then(|| what.to_owned())
}

/// JSON, HTML and XML are text, and no tables.
fn markup(text: &[u8]) -> Option<String> {
    let text = text.trim_ascii_start();
    let start = text.get(..14.min(text.len()))?.to_ascii_lowercase();
    let what = if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") {
        "it is a web page (a sign-in page instead of the export?)"
    } else if start.starts_with(b"<?xml") {
        "it is XML"
    } else if matches!(text.split_first(), Some((b'{' | b'[', rest))
        if matches!(rest.trim_ascii_start().first(), Some(b'{' | b'[' | b'"')))
    {
        "it is JSON"
    } else {
        return None;
    };
    Some(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(raw: &[u8]) -> Option<String> {
        refuse_binary("f", raw, raw).err().map(|error| error.to_string())
    }

    #[test]
    fn formats_are_named() {
        for (raw, word) in [
            (&b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..], "Excel workbook; save"),
            (b"PK\x03\x04\x14\0\x06\0data.csv", "ZIP archive"),
            (b"%PDF-1.7\n", "PDF"),
            (b"\x1f\x8b\x08\0\0", "gzip"),
            (b"SQLite format 3\0\x10", "SQLite"),
            (b"PAR1\x15\x04\x15", "Parquet"),
            (b"\x89PNG\r\n\x1a\n", "PNG"),
            (b"{\"a\": 1}\n{\"a\": 2}", "JSON"),
            (b"[ {\"a\": 1}]", "JSON"),
            (b"\n<!DOCTYPE HTML>", "web page"),
            (b"<?xml version", "XML"),
            (b"a,b\n1,\0\n", "character 7 is a zero byte"),
            (b"\x01\x02\x03abc", "control"),
        ] {
            let message = refused(raw).unwrap_or_default();
            assert!(message.contains(word), "{word}: {message}");
        }
    }

    #[test]
    fn headers_are_not_mistaken() {
        for raw in [
            &b"ORC,b\n1,2\n"[..],
            b"BZh,b\n1,2\n",
            b"RDX\tb\n",
            b"a,b\n\x0c1,2\nlong enough text\n",
            b"{x},b\n1,2",
            b"\"[a]\",b",
            b"[a],b",
        ] {
            assert_eq!(refused(raw), None);
        }
    }
}
