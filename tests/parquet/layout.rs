//! Where bytes lie and how they come: row groups, ranges, files above 4 GiB, batches, dictionaries, codecs
//! only old writers use. Files are written here by arrow-rs.

use crate::cells::{Cell, cells, fixture, folder, read, read_all};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_array::{Int32Array, Int64Array, StringArray, TimestampMillisecondArray};
use parquet_crate::arrow::ArrowWriter;
use parquet_crate::basic::Compression;
use parquet_crate::file::metadata::{ParquetMetaDataReader, ParquetMetaDataWriter};
use parquet_crate::file::properties::WriterProperties;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use whydrop::data::parquet::{BATCH_ROWS, ParquetFile, index, read_segments};
use whydrop::data::{ByteSource, DataError, MemorySource, Segment, TextColumn, Values};

fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> MemorySource {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    MemorySource::new("written.parquet", bytes)
}

fn plain() -> WriterProperties {
    WriterProperties::builder().build()
}

/// Remembers which ranges were asked for.
struct Watched(MemorySource, Mutex<Vec<Range<u64>>>);

impl Watched {
    fn take(&self) -> Vec<Range<u64>> {
        std::mem::take(&mut self.1.lock().unwrap())
    }
}

impl ByteSource for Watched {
    fn name(&self) -> &str {
        self.0.name()
    }
    fn len_bytes(&self) -> u64 {
        self.0.len_bytes()
    }
    fn read_range(
        &self,
        at: u64,
        count: usize,
        to: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        self.1.lock().unwrap().push(at..at + count as u64);
        self.0.read_range(at, count, to)
    }
}

#[test]
fn only_the_footer_and_the_wanted_chunks_are_read() {
    let rows = 300_000;
    let column = |seed: i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values((0..rows).map(|row| row * 7919 * seed)))
    };
    let columns = vec![("a", column(3)), ("b", column(5)), ("c", column(7))];
    let properties = WriterProperties::builder().set_dictionary_enabled(false).build();
    let source = Watched(written(columns, properties), Mutex::default());
    let file = ParquetFile::open(&source).unwrap();
    let opened = source.take();
    let end = source.len_bytes();
    assert_eq!(opened.len(), 1);
    assert_eq!(opened[0], end - (64 << 10)..end);
    let segment = file.index().segments[0];
    file.read_segment(&source, &segment, &[1], &mut |_| Ok(())).unwrap();
    let ranges = source.take();
    assert_eq!(ranges.len(), 1);
    let bytes = ranges[0].end - ranges[0].start;
    assert!((2_400_000..2_500_000).contains(&bytes), "{bytes} for one column of three");
}

#[test]
fn segments_are_the_row_groups_that_have_rows() {
    let source = fixture("numbers--pyarrow-groups");
    let file = ParquetFile::open(&source).unwrap();
    let segments = &file.index().segments;
    assert_eq!(segments.len(), 18);
    let mut next = 0;
    for segment in segments {
        assert_eq!((segment.first_row, segment.end), (next, segment.start + 1));
        next += segment.row_count;
    }
    assert_eq!(next, 120);
    // Empty row groups in between are not listed.
    assert!(segments.last().unwrap().start >= 18);
}

#[test]
fn the_thin_function_reads_the_same() {
    let source = fixture("texts--pyarrow-groups");
    let index = index(&source).unwrap();
    let mut found = Vec::new();
    let backwards: Vec<Segment> = index.segments.iter().rev().copied().collect();
    read_segments(&source, &index, &backwards, &[0], &mut |segment, batch| {
        let rows = segment.first_row..segment.first_row + segment.row_count;
        assert!(rows.contains(&batch.first_row));
        found.push((batch.first_row, cells(&batch.columns[0])));
        Ok(())
    })
    .unwrap();
    found.sort_by_key(|(first_row, _)| *first_row);
    let found: Vec<Cell> = found.into_iter().flat_map(|(_, cells)| cells).collect();
    assert_eq!(found, read(&source, &[0]).unwrap().1[0]);
}

#[test]
fn the_footer_of_many_row_groups_is_read_once() {
    let column: ArrayRef = Arc::new(Int32Array::from_iter_values(0..4_000));
    let groups = WriterProperties::builder().set_max_row_group_row_count(Some(2));
    let source = written(vec![("a", column)], groups.build());
    let index = index(&source).unwrap();
    assert_eq!(index.segments.len(), 2_000);
    let source = Watched(source, Mutex::default());
    let mut rows = 0;
    read_segments(&source, &index, &index.segments, &[0], &mut |_, batch| {
        rows += batch.row_count;
        Ok(())
    })
    .unwrap();
    assert_eq!(rows, 4_000);
    // The data once, the footer once, and the first guess at the footer.
    let asked: u64 = source.take().iter().map(|own| own.end - own.start).sum();
    assert!(asked <= source.len_bytes() + (64 << 10), "{asked} bytes");
}

/// A file whose data lie behind five GiB that nobody asks for.
struct Distant {
    body: Vec<u8>,
    shift: u64,
    footer: Vec<u8>,
}

impl ByteSource for Distant {
    fn name(&self) -> &str {
        "distant.parquet"
    }
    fn len_bytes(&self) -> u64 {
        self.shift + (self.body.len() + self.footer.len()) as u64
    }
    fn read_range(
        &self,
        at: u64,
        count: usize,
        to: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        for at in at..at + count as u64 {
            let behind = at.checked_sub(self.shift).map(|at| at as usize);
            let byte = behind.and_then(|behind| {
                let footer = || self.footer.get(behind - self.body.len());
                self.body.get(behind).or_else(footer)
            });
            to.push(byte.copied().unwrap_or(0));
        }
        Ok(())
    }
}

#[test]
fn offsets_above_four_gib_are_followed() {
    const SHIFT: i64 = 5 << 30;
    let name = "numbers--pyarrow-groups";
    let bytes = std::fs::read(folder().join(format!("{name}.parquet"))).unwrap();
    let whole = bytes::Bytes::from(bytes.clone());
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&whole).unwrap();
    let groups = metadata
        .row_groups()
        .iter()
        .map(|group| {
            let columns = group
                .columns()
                .iter()
                .map(|column| {
                    let dictionary = column.dictionary_page_offset().map(|at| at + SHIFT);
                    let data = column.data_page_offset() + SHIFT;
                    let builder = column.clone().into_builder();
                    builder
                        .set_data_page_offset(data)
                        .set_dictionary_page_offset(dictionary)
                        .build()
                        .unwrap()
                })
                .collect();
            group.clone().into_builder().set_column_metadata(columns).build().unwrap()
        })
        .collect();
    let shifted = metadata.into_builder().set_row_groups(groups).build();
    let mut footer = Vec::new();
    ParquetMetaDataWriter::new(&mut footer, &shifted).finish().unwrap();
    let source = Distant { body: bytes, shift: SHIFT as u64, footer };
    let (_, near) = read_all(&fixture(name)).unwrap();
    let (_, far) = read_all(&source).unwrap();
    assert_eq!(near, far);
}

#[test]
fn every_codec_arrow_writes_is_read_the_old_lz4_too() {
    let words = (0..5_000).map(|row| format!("word {}", row * row % 977));
    let text: ArrayRef = Arc::new(StringArray::from_iter_values(words));
    let whole: ArrayRef = Arc::new(Int32Array::from_iter_values(0..5_000));
    let expected =
        read_all(&written(vec![("t", text.clone()), ("w", whole.clone())], plain()));
    let expected = expected.unwrap().1;
    for codec in [
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::SNAPPY,
        Compression::GZIP(Default::default()),
        Compression::BROTLI(Default::default()),
        Compression::ZSTD(Default::default()),
    ] {
        let properties = WriterProperties::builder().set_compression(codec).build();
        let source = written(vec![("t", text.clone()), ("w", whole.clone())], properties);
        assert_eq!(read_all(&source).unwrap().1, expected, "{codec}");
    }
}

fn batches(source: &MemorySource) -> Vec<(usize, Values)> {
    let file = ParquetFile::open(source).unwrap();
    let mut found = Vec::new();
    for segment in &file.index().segments {
        file.read_segment(source, segment, &[0], &mut |batch| {
            found.push((batch.row_count, batch.columns[0].clone()));
            Ok(())
        })
        .unwrap();
    }
    found
}

#[test]
fn few_texts_come_as_one_dictionary_shared_by_all_batches() {
    let words = (0..100_000).map(|row| (row % 9 > 0).then(|| format!("{}", row % 5)));
    let text: ArrayRef = Arc::new(StringArray::from_iter(words));
    let batches = batches(&written(vec![("t", text)], plain()));
    assert!(batches.len() >= 4);
    let mut first: Option<TextColumn> = None;
    for (rows, values) in batches {
        let Values::Dictionary { values, codes } = values else {
            panic!("not a dictionary")
        };
        assert!(rows <= BATCH_ROWS && codes.len() == rows && values.len() == 5);
        let first = first.get_or_insert_with(|| values.clone());
        assert!(Arc::ptr_eq(&first.buffer, &values.buffer));
    }
}

#[test]
fn many_texts_come_plain_and_long_texts_in_small_batches() {
    let ids = (0..60_000).map(|row| format!("user {row}"));
    let text: ArrayRef = Arc::new(StringArray::from_iter_values(ids));
    for (_, values) in batches(&written(vec![("t", text)], plain())) {
        assert!(matches!(values, Values::Text(_)));
    }
    let long = (0..3_000).map(|row| format!("{row} {}", "x".repeat(50_000)));
    let text: ArrayRef = Arc::new(StringArray::from_iter_values(long));
    let compressed = WriterProperties::builder().set_compression(Compression::LZ4_RAW);
    let batches = batches(&written(vec![("t", text)], compressed.build()));
    assert!(batches.iter().all(|(rows, _)| *rows < 1_500));
}

#[test]
fn times_beyond_micros_saturate_and_are_not_null() {
    let ends = [i64::MIN, i64::MAX, -1];
    let times: ArrayRef = Arc::new(TimestampMillisecondArray::from(ends.to_vec()));
    let (_, columns) = read_all(&written(vec![("t", times)], plain())).unwrap();
    let expected = [i64::MIN + 1, i64::MAX, -1000].map(Cell::Time);
    assert_eq!(columns["t"], expected);
}

#[test]
fn a_file_without_rows_says_so() {
    let none: ArrayRef = Arc::new(Int32Array::from(Vec::<i32>::new()));
    let error = index(&written(vec![("a", none)], plain())).unwrap_err();
    assert!(matches!(error, DataError::HeaderOnly { .. }));
}

#[test]
fn the_visitor_can_stop_and_its_error_comes_back() {
    let source = fixture("numbers--pyarrow-groups");
    let file = ParquetFile::open(&source).unwrap();
    let stop = DataError::Empty { file: "stop".to_owned() };
    let segment = file.index().segments[0];
    let found = file.read_segment(&source, &segment, &[0], &mut |_| Err(stop.clone()));
    assert_eq!(found, Err(stop));
}
