//! Laws of the splitter and of the pass: `csv-core` as the oracle, and sizes that must not matter.

use proptest::prelude::*;

use super::index::{Sizes, index_with};
use super::read::read_segment;
use super::records::{RecordSplitter, Records as Found, field_text};
use crate::data::{Batch, DataError, FileIndex, Format, MemorySource, Values};

type Records = Vec<Vec<Vec<u8>>>;

/// The records as `csv-core` reads them.
fn records_by_csv_core(bytes: &[u8], delimiter: u8) -> Records {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let mut output = vec![0; bytes.len() + 16];
    let mut ends = vec![0; bytes.len() + 16];
    let (mut read, mut written, mut fields) = (0, 0, 0);
    let mut records = Vec::new();
    loop {
        let (result, r, w, f) = reader.read_record(
            &bytes[read..],
            &mut output[written..],
            &mut ends[fields..],
        );
        (read, written, fields) = (read + r, written + w, fields + f);
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let mut record = Vec::new();
                for end in &ends[..fields] {
                    record.push(output[start..*end].to_vec());
                    start = *end;
                }
                records.push(record);
                (written, fields) = (0, 0);
            }
            csv_core::ReadRecordResult::End => return records,
            other => panic!("{other:?}"),
        }
    }
}

/// The records as we split them, some at a time, and whether a stray quote was found.
fn records_by_splitter(bytes: &[u8], delimiter: u8, step: usize) -> (Records, bool) {
    let mut splitter = RecordSplitter::new(bytes, delimiter, true);
    let (mut found, mut records, mut stray) = (Found::default(), Vec::new(), false);
    let mut scratch = Vec::new();
    while splitter.next(step, usize::MAX, &mut found) {
        for record in &found.list {
            let mut fields = Vec::new();
            while let Some(field) = found.field(record, fields.len()) {
                let raw = &bytes[field.start..field.end];
                stray |= found.is_stray(field);
                let text = field_text(raw, &mut scratch).0;
                fields.push(if found.is_stray(field) {
                    raw.to_vec()
                } else {
                    text.to_vec()
                });
            }
            assert_eq!(fields.len(), record.field_count as usize);
            records.push(fields);
        }
    }
    (records, stray)
}

#[track_caller]
fn same_as_csv_core(bytes: &[u8], delimiter: u8) {
    let (ours, stray) = records_by_splitter(bytes, delimiter, usize::MAX);
    assert_eq!(records_by_splitter(bytes, delimiter, 1).0, ours);
    if !stray {
        let shown = String::from_utf8_lossy(bytes);
        assert_eq!(ours, records_by_csv_core(bytes, delimiter), "{shown:?}");
    }
}

/// The fields of a row; `None` is a missing one.
type Fields = Vec<Option<Vec<u8>>>;

/// Everything a file says, and every field of it.
fn read_all(bytes: &[u8], sizes: Sizes) -> Result<(FileIndex, Vec<Fields>), DataError> {
    let source = MemorySource::new("f.csv", bytes.to_vec());
    let index = index_with(&source, sizes)?;
    let projection: Vec<usize> = (0..index.columns.len()).collect();
    let mut rows = Vec::new();
    for segment in &index.segments {
        assert_eq!(segment.first_row, rows.len() as u64);
        read_segment(&source, &index, *segment, &projection, &mut |batch: Batch| {
            assert_eq!(batch.first_row, rows.len() as u64);
            assert_eq!(batch.columns.len(), projection.len());
            for row in 0..batch.row_count {
                let field = |values: &Values| {
                    let Values::Text(column) = values else { panic!("{values:?}") };
                    assert_eq!(column.len(), batch.row_count);
                    let text = column.get(row);
                    assert!(text.is_none_or(|text| std::str::from_utf8(text).is_ok()));
                    text.map(<[u8]>::to_vec)
                };
                rows.push(batch.columns.iter().map(field).collect());
            }
            Ok(())
        })?;
        assert_eq!(segment.first_row + segment.row_count, rows.len() as u64);
    }
    assert_eq!(index.row_count, rows.len() as u64);
    Ok((index, rows))
}

/// Small sizes give the same as the default ones.
#[track_caller]
fn sizes_do_not_matter(bytes: &[u8], read: usize, segment: u64) {
    let whole = read_all(bytes, Sizes::DEFAULT);
    let pieces = read_all(bytes, Sizes { read, segment, ..Sizes::DEFAULT });
    match (whole, pieces) {
        (Ok((whole, whole_rows)), Ok((mut pieces, piece_rows))) => {
            assert_eq!(whole_rows, piece_rows);
            let ends = |index: &FileIndex| {
                (index.segments[0].start, index.segments.last().unwrap().end)
            };
            assert_eq!(ends(&whole), ends(&pieces));
            for pair in pieces.segments.windows(2) {
                assert_eq!(pair[0].end, pair[1].start);
            }
            pieces.segments.clone_from(&whole.segments);
            assert_eq!(whole, pieces);
        }
        (whole, pieces) => assert_eq!(whole.map(|_| ()), pieces.map(|_| ())),
    }
}

/// Text full of trouble.
fn troubled() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "a",
        "b1",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "|",
        "\n",
        "\r",
        "\r\n",
        " ",
        "12.5",
        "NA",
        "\"x,y\"",
        "\"x\ny\"",
        "\"x\"\"y\"",
        ",\"",
        "\",",
        "a longer text that fills a block",
        "\u{e9}",
        "\u{1f600}",
    ]);
    prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat().into_bytes())
}

/// A well-formed table: delimiter, line break, and fields that may need quotes.
fn well_formed() -> impl Strategy<Value = (Vec<u8>, u8, Records)> {
    let field = prop_oneof![
        4 => "[a-z0-9.]{0,9}",
        1 => "[a-z \",;|\t\n\r\u{e9}]{0,30}",
    ];
    let table = (2_usize..6, 1_usize..30).prop_flat_map(move |(width, height)| {
        let record = prop::collection::vec(field.clone(), width);
        prop::collection::vec(record, height)
    });
    let delimiter = prop::sample::select(super::DELIMITERS.to_vec());
    let ending = prop::sample::select(vec!["\n", "\r\n", "\r"]);
    (table, delimiter, ending, any::<bool>()).prop_map(
        |(table, delimiter, ending, quote_all)| {
            let mut bytes = Vec::new();
            for record in &table {
                for (number, field) in record.iter().enumerate() {
                    if number > 0 {
                        bytes.push(delimiter);
                    }
                    let special =
                        |byte| matches!(byte, b'"' | b'\n' | b'\r') || byte == delimiter;
                    if quote_all || field.bytes().any(special) {
                        bytes.extend(
                            format!("\"{}\"", field.replace('"', "\"\"")).bytes(),
                        );
                    } else {
                        bytes.extend(field.bytes());
                    }
                }
                bytes.extend(ending.bytes());
            }
            let table = table
                .into_iter()
                .map(|record| record.into_iter().map(String::into_bytes).collect())
                .collect();
            (bytes, delimiter, table)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_text_is_split_as_csv_core_does(
        bytes in troubled(),
        delimiter in prop::sample::select(super::DELIMITERS.to_vec()),
    ) {
        same_as_csv_core(&bytes, delimiter);
    }

    #[test]
    fn a_written_table_comes_back((bytes, delimiter, table) in well_formed()) {
        same_as_csv_core(&bytes, delimiter);
        let (records, stray) = records_by_splitter(&bytes, delimiter, 3);
        prop_assert!(!stray);
        prop_assert_eq!(records, table);
    }

    #[test]
    fn sizes_never_matter(
        bytes in troubled(), read in 1_usize..200, segment in 1_u64..300
    ) {
        sizes_do_not_matter(&bytes, read, segment);
    }

    #[test]
    fn sizes_never_matter_in_utf_16(
        bytes in troubled(), read in 1_usize..200, segment in 1_u64..300, little in any::<bool>()
    ) {
        let text = String::from_utf8(bytes).unwrap();
        let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
        let mut raw: Vec<u8> = unit(0xfeff).to_vec();
        raw.extend(text.encode_utf16().flat_map(unit));
        sizes_do_not_matter(&raw, read, segment);
        // And the same rows as in UTF-8.
        match (read_all(text.as_bytes(), Sizes::DEFAULT), read_all(&raw, Sizes::DEFAULT)) {
            (Ok((_, plain)), Ok((_, rows))) => prop_assert_eq!(plain, rows),
            (plain, rows) => prop_assert_eq!(plain.is_ok(), rows.is_ok()),
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(
        bytes in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(b"\",;\t|\n\r a1.".to_vec()), 1 => any::<u8>()
        ], 0..300),
        read in 1_usize..100,
        segment in 1_u64..100,
    ) {
        sizes_do_not_matter(&bytes, read, segment);
    }
}

#[test]
fn hand_written_cases_are_split_as_csv_core_does() {
    for text in [
        "",
        "\n",
        "a",
        "a\n",
        "a,b",
        "a,b\n",
        "a,\n",
        ",",
        ",\n",
        ",,\n,",
        "\r\n\r\na\r\n\r\n",
        "\"\"",
        "\"\"\n",
        "\"a\"",
        "\"a\"\"b\"\n",
        "\"a\"b,c\n",
        "\"a\"b\"c,d\"\n",
        "a\"b,c\n",
        "a\"b\",c\n",
        "\"a,\nb\",c\n",
        "\"\"\"\"",
        "\"\"\"",
        "\"a",
        "\"\"a\"\"\n",
        "x,\"\"\ny",
        "\"a\" ,b\n",
        " \"a\",b\n",
        "a\rb\nc\r\nd",
        "\"\r\n\",\"\r\"\n",
    ] {
        same_as_csv_core(text.as_bytes(), b',');
        // The same across the border of a block.
        for shift in 50..70 {
            same_as_csv_core(format!("{}\n{text}", "x".repeat(shift)).as_bytes(), b',');
            same_as_csv_core(format!("{},{text}", "x".repeat(shift)).as_bytes(), b',');
        }
    }
}

#[test]
fn a_quote_that_is_never_closed_is_text() {
    let mut text = String::from("id,name\n");
    for row in 0..1_000 {
        text += &format!("{row},{}\n", if row == 10 { "\"stray" } else { "plain" });
    }
    for (read, segment) in [(1 << 20, 1 << 20), (100, 300), (64, 1_000)] {
        let sizes = Sizes { read, segment, ..Sizes::DEFAULT };
        let (index, rows) = read_all(text.as_bytes(), sizes).unwrap();
        assert_eq!(rows.len(), 1_000);
        assert_eq!(rows[10][1].as_deref(), Some(&b"\"stray"[..]));
        assert_eq!(rows[999][1].as_deref(), Some(&b"plain"[..]));
        assert_eq!(index.ragged_row_count, 0);
        let offset = text.find('"').unwrap();
        assert!(index.notes[0].contains(&format!("byte {offset} ")), "{:?}", index.notes);
    }
    // Without a line break behind it, it is a field that the end of the file cut.
    let (index, rows) = read_all(b"id,name\n1,x\n2,\"cut, off", Sizes::DEFAULT).unwrap();
    assert_eq!(rows[1][1].as_deref(), Some(&b"cut, off"[..]));
    assert!(index.notes.is_empty());
}

#[test]
fn a_very_long_record_is_refused() {
    let text = format!("a,b\n1,\"{}\"\n2,3\n", "x\n".repeat(500));
    let sizes = Sizes { record: 900, ..Sizes::DEFAULT };
    let error = read_all(text.as_bytes(), sizes).unwrap_err();
    assert!(matches!(&error, DataError::TooLarge { .. }), "{error}");
    let sizes = Sizes { sample: 64, largest_sample: 256, ..Sizes::DEFAULT };
    let error = read_all("x".repeat(5_000).as_bytes(), sizes).unwrap_err();
    assert!(matches!(&error, DataError::NotATable { .. }), "{error}");
    // A long first record makes the sample grow.
    let header: Vec<String> = (0..500).map(|column| format!("name{column}")).collect();
    let text = format!("{}\n{}\n", header.join(","), vec!["1"; 500].join(","));
    let sizes = Sizes { sample: 64, ..Sizes::DEFAULT };
    let (index, _) = read_all(text.as_bytes(), sizes).unwrap();
    assert_eq!(index.columns.len(), 500);
    assert!(matches!(index.format, Format::Csv(format) if format.has_header));
}
