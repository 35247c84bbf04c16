//! How long decoding a Parquet file takes, whole chunks at a time and by small ranges.
//!
//! `WHYDROP_PARQUET=file cargo bench --bench parquet`; without a file one is made: 400,000 rows, 12
//! columns, Snappy. Printed are the best of three rounds of each way, and how many times longer the
//! second takes. The second is the library's own reader asking the file for one page at a time, as it does
//! when it is handed a file; in a worker every such request costs far more than here.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use bytes::Bytes;
use library::arrow::ArrowWriter;
use library::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use library::basic::Compression;
use library::errors::{ParquetError, Result as ParquetResult};
use library::file::properties::WriterProperties;
use library::file::reader::{ChunkReader, Length};
use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use whydrop::data::parquet::{BATCH_ROWS, ParquetFile};
use whydrop::data::{ByteSource, DataError, Physical};

// This bench has the library's name.
extern crate parquet as library;

/// A file on disk that counts requests.
struct OnDisk(Arc<File>, Arc<AtomicU64>);

impl ByteSource for OnDisk {
    fn name(&self) -> &str {
        "bench.parquet"
    }

    fn len_bytes(&self) -> u64 {
        self.0.metadata().expect("the file is open").len()
    }

    fn read_range(
        &self,
        at: u64,
        count: usize,
        to: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let start = to.len();
        to.resize(start + count, 0);
        self.0.read_exact_at(&mut to[start..], at).map_err(|error| {
            DataError::Unreadable {
                file: self.name().to_owned(),
                because: error.to_string(),
            }
        })
    }
}

impl Length for OnDisk {
    fn len(&self) -> u64 {
        self.len_bytes()
    }
}

/// Reads on from a position, 4 KiB at a time: page headers.
struct From(Arc<File>, Arc<AtomicU64>, u64);

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.1.fetch_add(1, Ordering::Relaxed);
        let count = self.0.read_at(into, self.2)?;
        self.2 += count as u64;
        Ok(count)
    }
}

impl ChunkReader for OnDisk {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> ParquetResult<Self::T> {
        let from = From(Arc::clone(&self.0), Arc::clone(&self.1), start);
        Ok(BufReader::with_capacity(4096, from))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut bytes = Vec::new();
        self.read_range(start, length, &mut bytes)
            .map_err(|error| ParquetError::General(error.to_string()))?;
        Ok(bytes.into())
    }
}

/// Six columns of floats, three of whole numbers with nulls, two of few texts, one of many.
fn self_made(path: &std::path::Path) {
    let rows = 0..400_000_i64;
    let mixed = |row: i64| row.wrapping_mul(0x1e37_79b9_7f4a_7c15).rotate_left(23);
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for number in 0..6 {
        let values = rows.clone().map(|row| mixed(row + number) as f64 / 1e9);
        let values = Arc::new(Float64Array::from_iter_values(values));
        columns.push((format!("f{number}"), values));
    }
    for number in 0..3 {
        let values =
            rows.clone().map(|row| (row % 11 > 0).then(|| mixed(row + number) % 100));
        columns.push((format!("i{number}"), Arc::new(Int64Array::from_iter(values))));
    }
    for number in 0..2 {
        let values =
            rows.clone().map(|row| format!("level {}", mixed(row + number) % 40));
        let values = Arc::new(StringArray::from_iter_values(values));
        columns.push((format!("c{number}"), values));
    }
    let ids = rows.map(|row| format!("user-{:016x}", mixed(row)));
    columns.push(("id".to_owned(), Arc::new(StringArray::from_iter_values(ids))));
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let file = File::create(path).expect("the temporary folder can be written");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties.build()))
        .expect("a writer for these columns");
    writer.write(&batch).expect("the batch fits");
    writer.close().expect("the file can be closed");
}

/// Best seconds of three rounds, rows, and the requests of the last.
fn best(requests: &AtomicU64, mut work: impl FnMut() -> u64) -> (f64, u64, u64) {
    let (mut seconds, mut rows) = (f64::INFINITY, 0);
    for _ in 0..3 {
        requests.store(0, Ordering::Relaxed);
        #[allow(clippy::disallowed_methods, reason = "it is about time")]
        let start = Instant::now();
        rows = work();
        seconds = seconds.min(start.elapsed().as_secs_f64());
    }
    (seconds, rows, requests.load(Ordering::Relaxed))
}

fn read_whole_chunks(source: &OnDisk) -> u64 {
    let opened = ParquetFile::open(source).expect("a Parquet file");
    let columns = &opened.index().columns;
    let wanted: Vec<usize> = (0..columns.len())
        .filter(|&n| !matches!(columns[n].physical, Physical::Unsupported { .. }))
        .collect();
    let mut rows = 0;
    for segment in &opened.index().segments {
        let mut count = |batch: whydrop::data::Batch| {
            rows += batch.row_count as u64;
            Ok(())
        };
        opened
            .read_segment(source, segment, &wanted, &mut count)
            .expect("the file can be read");
    }
    rows
}

fn read_small_ranges(source: OnDisk) -> u64 {
    let reader = ParquetRecordBatchReaderBuilder::try_new(source)
        .and_then(|builder| builder.with_batch_size(BATCH_ROWS).build())
        .expect("a Parquet file");
    reader.map(|batch| batch.expect("the file can be read").num_rows() as u64).sum()
}

fn main() {
    let made = || {
        let path = std::env::temp_dir().join("whydrop_bench.parquet");
        self_made(&path);
        path
    };
    let path = std::env::var_os("WHYDROP_PARQUET").map_or_else(made, Into::into);
    let file = Arc::new(File::open(&path).expect("WHYDROP_PARQUET names a file"));
    let requests = Arc::new(AtomicU64::new(0));
    let source = || OnDisk(Arc::clone(&file), Arc::clone(&requests));
    let (whole, rows, whole_requests) = best(&requests, || read_whole_chunks(&source()));
    let (small, same_rows, small_requests) =
        best(&requests, || read_small_ranges(source()));
    assert_eq!(rows, same_rows);
    println!("{rows} rows, {} bytes", source().len_bytes());
    println!("whole chunks: {:.0} ms, {whole_requests} requests", whole * 1e3);
    println!("small ranges: {:.0} ms, {small_requests} requests", small * 1e3);
    println!("ratio: {:.2}", small / whole);
}
