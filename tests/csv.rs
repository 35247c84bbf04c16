//! CSV files as others write them, and as they should not be. Fixtures and their values come from
//! `tests/fixtures/make_csv.py`; `csv-core` is the second reader; hostile variants must end in a table or an error.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use serde_json::Value;
use whydrop::data::csv::{MAX_COLUMNS, index, read_segment};
use whydrop::data::moment::{DateOrder, infer_date_order, parse_time_ordered};
use whydrop::data::number::parse_number;
use whydrop::data::{
    Batch, ByteSource, CsvFormat, DataError, Encoding, FileIndex, Format, MemorySource,
    Values,
};

type Rows = Vec<Vec<Option<String>>>;

fn fixture_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/csv")
}

/// Every fixture with what it holds.
fn fixtures() -> BTreeMap<String, (Vec<u8>, Value)> {
    let text = std::fs::read_to_string(fixture_folder().join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let with_bytes = expected.into_iter().map(|(name, value)| {
        let bytes = std::fs::read(fixture_folder().join(&name)).unwrap();
        (name, (bytes, value))
    });
    with_bytes.collect()
}

/// The rows of some columns, by all segments.
fn rows(
    source: &dyn ByteSource,
    file: &FileIndex,
    columns: &[usize],
) -> Result<Rows, DataError> {
    let mut rows = Vec::new();
    for segment in &file.segments {
        read_segment(source, file, *segment, columns, &mut |batch: Batch| {
            assert_eq!(batch.first_row, rows.len() as u64);
            assert_eq!(batch.columns.len(), columns.len());
            for row in 0..batch.row_count {
                let field = |values: &Values| match values {
                    Values::Text(column) => {
                        let text = column.get(row).map(<[u8]>::to_vec);
                        text.map(|text| String::from_utf8(text).expect("UTF-8"))
                    }
                    other => panic!("{other:?}"),
                };
                rows.push(batch.columns.iter().map(field).collect());
            }
            Ok(())
        })?;
    }
    assert_eq!(file.row_count, rows.len() as u64);
    Ok(rows)
}

fn read_all(name: &str, bytes: &[u8]) -> Result<(FileIndex, Rows), DataError> {
    let source = MemorySource::new(name, bytes.to_vec());
    let file = index(&source)?;
    let all: Vec<usize> = (0..file.columns.len()).collect();
    let rows = rows(&source, &file, &all)?;
    Ok((file, rows))
}

fn csv_format(file: &FileIndex) -> &CsvFormat {
    let Format::Csv(format) = &file.format else { panic!("{:?}", file.format) };
    format
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().map_or_else(Vec::new, |all| {
        all.iter().map(|text| text.as_str().unwrap()).collect()
    })
}

#[test]
fn fixtures_are_read_value_by_value() {
    let all = fixtures();
    assert!(all.len() > 30);
    for (name, (bytes, expected)) in all {
        let (file, rows) =
            read_all(&name, &bytes).unwrap_or_else(|error| panic!("{error}"));
        let format = csv_format(&file);
        let encoding = match expected["encoding"].as_str().unwrap() {
            "utf8" => Encoding::Utf8,
            "utf16_le" => Encoding::Utf16Le,
            "utf16_be" => Encoding::Utf16Be,
            _ => Encoding::Windows1252,
        };
        let delimiter = expected["delimiter"].as_str().unwrap().as_bytes()[0];
        assert_eq!(char::from(format.delimiter), char::from(delimiter), "{name}");
        assert_eq!(format.encoding, encoding, "{name}");
        assert_eq!(Value::from(format.has_header), expected["has_header"], "{name}");
        assert_eq!(
            Value::from(format.decimal_comma),
            expected["decimal_comma"],
            "{name}"
        );
        let names: Vec<&str> = file.columns.iter().map(|column| &*column.name).collect();
        assert_eq!(names, texts(&expected["columns"]), "{name}");
        assert_eq!(Value::from(file.ragged_row_count), expected["ragged"], "{name}");
        assert_eq!(file.duplicate_names, texts(&expected["duplicates"]), "{name}");
        let notes = expected["notes"].as_u64().unwrap_or(u64::from(!format.has_header));
        assert_eq!(file.notes.len() as u64, notes, "{name}: {:?}", file.notes);
        let expected = expected["rows"].as_array().unwrap();
        assert_eq!(rows.len(), expected.len(), "{name}");
        for (number, (row, expected)) in rows.iter().zip(expected).enumerate() {
            for (field, expected) in row.iter().zip(expected.as_array().unwrap()) {
                let place = format!("{name}, row {number}: {field:?} for {expected}");
                match expected {
                    Value::Null => assert_eq!(*field, None, "{place}"),
                    Value::String(text) => {
                        assert_eq!(field.as_ref(), Some(text), "{place}");
                    }
                    number => {
                        let text = field.as_ref().expect(&place).as_bytes();
                        let value =
                            parse_number(text, format.decimal_comma).expect(&place);
                        let number: f64 = number[0].as_str().unwrap().parse().unwrap();
                        assert_eq!(value.to_bits(), number.to_bits(), "{place}");
                    }
                }
            }
        }
    }
}

#[test]
fn dates_of_every_order_are_moments() {
    let (bytes, expected) = fixtures().remove("dates.csv").unwrap();
    let (file, rows) = read_all("dates.csv", &bytes).unwrap();
    for column in 0..file.columns.len() {
        let texts: Vec<&str> =
            rows.iter().map(|row| row[column].as_deref().unwrap()).collect();
        let order = infer_date_order(texts.iter().map(|text| text.as_bytes()));
        let named = match file.columns[column].name.as_str() {
            "day_first" | "dotted" => Some(DateOrder::DayFirst),
            "month_first" => Some(DateOrder::MonthFirst),
            _ => None,
        };
        assert_eq!(order, named);
        for (row, text) in texts.iter().enumerate() {
            let order = order.unwrap_or(DateOrder::MonthFirst);
            let time = parse_time_ordered(text.as_bytes(), order);
            assert_eq!(time, expected["micros"][row][column].as_i64(), "{text}");
        }
    }
}

/// What `csv-core` reads, header included.
fn records_by_csv_core(bytes: &[u8], delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut output, mut ends) = (vec![0; bytes.len() + 1], vec![0; bytes.len() + 1]);
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
                let starts = [0].into_iter().chain(ends[..fields].iter().copied());
                let spans = starts.zip(&ends[..fields]);
                let text = |(start, end): (usize, &usize)| {
                    String::from_utf8_lossy(&output[start..*end]).into_owned()
                };
                records.push(spans.map(text).collect());
                (written, fields) = (0, 0);
            }
            csv_core::ReadRecordResult::End => return records,
            other => panic!("{other:?}"),
        }
    }
}

#[track_caller]
fn same_as_csv_core(name: &str, bytes: &[u8]) {
    let (file, rows) = read_all(name, bytes).unwrap();
    let format = csv_format(&file);
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = usize::from(format.has_header);
    let records = records_by_csv_core(bytes, format.delimiter);
    assert_eq!(rows.len(), records.len() - header, "{name}");
    for (row, record) in rows.iter().zip(records.iter().skip(header)) {
        for (number, field) in row.iter().enumerate() {
            let other = record.get(number).map(String::as_str).unwrap_or_default();
            let null = ["", " ", "NA"].contains(&other);
            assert!(
                field.as_deref() == Some(other) || (field.is_none() && null),
                "{name}"
            );
        }
    }
}

#[test]
fn fixtures_are_split_as_csv_core_does() {
    for (name, (bytes, expected)) in fixtures() {
        let special = ["stray_quote.csv", "excel_sep_line.csv"].contains(&name.as_str());
        if expected["encoding"] == "utf8" && !special {
            same_as_csv_core(&name, &bytes);
        }
    }
}

/// A table of several segments with quoted line breaks, delimiters and quotes.
fn large_table(bytes: usize) -> Vec<u8> {
    let mut text = String::from("id;text;value\r\n");
    let mut row = 0_u64;
    while text.len() < bytes {
        row += 1;
        let noise = row.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let word = match noise % 7 {
            0 => "\"two\r\nlines; and a semicolon\"",
            1 => "\"a \"\"quoted\"\" word\"",
            2 => "5\" pipe",
            3 => "",
            _ => "plain",
        };
        text += &format!("{row};{word};{}.{:03}\r\n", noise % 1_000, noise % 997);
    }
    text.into_bytes()
}

#[test]
fn large_files_are_cut_into_whole_records() {
    let bytes = large_table(30 << 20);
    let source = MemorySource::new("large.csv", bytes.clone());
    let file = index(&source).unwrap();
    assert_eq!(file.segments.len(), 4);
    let mut next = file.segments[0];
    for segment in &file.segments {
        assert_eq!((segment.first_row, segment.start), (next.first_row, next.start));
        next.first_row += segment.row_count;
        next.start = segment.end;
        let length = segment.end - segment.start;
        assert!(length <= (8 << 20) + 64, "{length}");
    }
    assert_eq!((next.first_row, next.start), (file.row_count, bytes.len() as u64));
    let records = records_by_csv_core(&bytes, b';');
    let rows = rows(&source, &file, &[2, 0, 1, 0, 9]).unwrap();
    assert_eq!(rows.len(), records.len() - 1);
    for (row, record) in rows.iter().zip(&records[1..]) {
        let text = (!record[1].is_empty()).then_some(&record[1]);
        let expected = [Some(&record[2]), Some(&record[0]), text, Some(&record[0]), None];
        assert_eq!(row.iter().map(Option::as_ref).collect::<Vec<_>>(), expected);
    }
}

/// More than 4 GiB without holding them: the same 64 KiB of whole records again and again.
struct Endless {
    block: Vec<u8>,
    blocks: u64,
}

impl ByteSource for Endless {
    fn name(&self) -> &str {
        "endless.csv"
    }

    fn len_bytes(&self) -> u64 {
        self.block.len() as u64 * self.blocks
    }

    fn read_range(
        &self,
        at: u64,
        count: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let (mut at, end) = (at, at + count as u64);
        assert!(end <= self.len_bytes());
        while at < end {
            let from = (at % self.block.len() as u64) as usize;
            let to = self.block.len().min(from + (end - at) as usize);
            into.extend_from_slice(&self.block[from..to]);
            at += (to - from) as u64;
        }
        Ok(())
    }
}

#[test]
#[ignore = "reads 5 GB: several seconds"]
fn files_above_4_gib_have_64_bit_offsets() {
    let record = format!("1,{:>58},2\n", "text");
    let source = Endless { block: record.repeat(1_024).into_bytes(), blocks: 80_000 };
    let file = index(&source).unwrap();
    let last = *file.segments.last().unwrap();
    assert_eq!(file.row_count, 80_000 * 1_024);
    assert_eq!(last.end, source.len_bytes());
    assert!(last.start > 5_000_000_000);
    let mut count = 0;
    read_segment(&source, &file, last, &[0, 2], &mut |batch| {
        count += batch.row_count as u64;
        Ok(())
    })
    .unwrap();
    assert_eq!(count, last.row_count);
}

/// Reads a damaged file; panics and slowness are failures, a table and an error are not.
fn survives(name: &str, bytes: &[u8]) {
    #[allow(clippy::disallowed_methods, reason = "it is about time")]
    let start = Instant::now();
    if let Err(error) = read_all(name, bytes) {
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(start.elapsed() < Duration::from_secs(5), "{name}");
}

#[test]
fn every_prefix_is_a_table_or_an_error() {
    for (name, (bytes, _)) in fixtures() {
        for end in 0..bytes.len() {
            survives(&name, &bytes[..end]);
        }
    }
}

#[test]
fn flipped_bits_are_a_table_or_an_error() {
    let mut state = 0x5eed_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for (name, (bytes, _)) in fixtures() {
        for _ in 0..500 {
            let mut flipped = bytes.clone();
            for _ in 0..=next(3) {
                let at = next(flipped.len());
                flipped[at] ^= 1 << next(8);
            }
            survives(&name, &flipped);
        }
    }
}

#[track_caller]
fn refused(bytes: &[u8], words: &str) {
    let error = read_all("f.csv", bytes).expect_err(words);
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn unusable_files_say_why() {
    refused(b"", "is empty (0 bytes)");
    refused(b"\n\r\n\n", "nothing but blank lines");
    refused(b"\xef\xbb\xbf", "nothing but blank lines");
    refused(b"a,b,c\n", "header and no rows");
    refused(b"a,b,c", "header and no rows");
    refused(b"PK\x03\x04\x14\0\0\0xl/workbook.xml", "Excel workbook");
    refused(b"%PDF-1.4 and so on", "PDF");
    refused(b"\x1f\x8b\x08\0", "gzip");
    refused(b"SQLite format 3\0", "SQLite");
    refused(b"a,b\n1,\0\0\0\n", "zero byte");
    refused(b"{\"a\": 1}\n", "JSON");
    let wide = vec!["1"; MAX_COLUMNS + 1].join(",");
    refused(format!("{wide}\n{wide}\n").as_bytes(), "10001 columns");
    let widest = vec!["1"; MAX_COLUMNS].join(";");
    let (file, rows) =
        read_all("f.csv", format!("{widest}\n{widest}\n").as_bytes()).unwrap();
    assert_eq!((file.columns.len(), rows.len()), (MAX_COLUMNS, 2));
}

#[test]
fn a_changed_file_is_told() {
    let text = "a,b\n1,2\n3,4\n5,6\n";
    let source = MemorySource::new("f.csv", text.as_bytes().to_vec());
    let file = index(&source).unwrap();
    let shorter = MemorySource::new("f.csv", b"a,b\n1,2\n".to_vec());
    assert!(matches!(rows(&shorter, &file, &[0]), Err(DataError::Unreadable { .. })));
    let other = MemorySource::new("f.csv", b"a,b\n1,2,3,4,5,6\n".to_vec());
    assert!(matches!(rows(&other, &file, &[0]), Err(DataError::Damaged { .. })));
    let stop = DataError::Empty { file: "stop".into() };
    let mut visit = |_| Err(stop.clone());
    let stopped = read_segment(&source, &file, file.segments[0], &[0], &mut visit);
    assert_eq!(stopped, Err(stop.clone()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Names above, numbers and texts below, any delimiter and quoting: what was written is read.
    #[test]
    fn a_written_table_is_read_back(
        table in prop::collection::vec(
            (any::<i32>(), "[a-z \",;|\t\n\r]{0,12}x", -1.0e6..1.0e6_f64), 1..40
        ),
        delimiter in prop::sample::select(b",;\t|".to_vec()),
        ending in prop::sample::select(vec!["\n", "\r\n"]),
        last_ending in any::<bool>(),
    ) {
        let mark = char::from(delimiter);
        let mut text = format!("first{mark}the text{mark}last{ending}");
        for (number, word, value) in &table {
            let word = word.replace('"', "\"\"");
            text += &format!("{number}{mark}\"{word}\"{mark}{value:?}{ending}");
        }
        if !last_ending {
            text.truncate(text.len() - ending.len());
        }
        let (file, rows) = read_all("f.csv", text.as_bytes()).unwrap();
        prop_assert_eq!(csv_format(&file).delimiter, delimiter);
        prop_assert!(csv_format(&file).has_header);
        prop_assert_eq!(rows.len(), table.len());
        for (row, (number, word, value)) in rows.iter().zip(&table) {
            prop_assert_eq!(row[0].clone(), Some(number.to_string()));
            prop_assert_eq!(row[1].as_ref(), Some(word));
            let read = parse_number(row[2].as_ref().unwrap().as_bytes(), false);
            prop_assert_eq!(read, Some(*value));
        }
    }
}
