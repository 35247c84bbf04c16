//! How fast CSV is read: about 64 MB of 20 short fields a row, made in memory, one thread. Prints MB/s and the
//! ratio to `csv-core` in the same run. `cargo bench --bench csv`; no thresholds, the numbers are for reading.

#![allow(clippy::disallowed_methods, reason = "it is about time")]

use std::hint::black_box;
use std::time::Instant;

use whydrop::data::csv::{index, read_segment};
use whydrop::data::number::parse_number;
use whydrop::data::{FileIndex, MemorySource, Values};

/// Bytes of each generated file.
const FILE_BYTES: usize = 64_000_000;
/// Times each measurement is taken; the fastest counts.
const REPEATS: usize = 7;

/// Deterministic noise (xorshift64).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// A table of 20 columns: a date, categories, whole numbers and decimals; with `quote`, every field in quotes.
fn table(quote: bool) -> Vec<u8> {
    let mark = if quote { "\"" } else { "" };
    let mut text = Vec::with_capacity(FILE_BYTES + 1_000);
    let names: Vec<String> = (0..20).map(|column| format!("column{column}")).collect();
    text.extend(names.join(",").bytes());
    text.push(b'\n');
    let mut state = 0x9e37_79b9_7f4a_7c15;
    while text.len() < FILE_BYTES {
        for column in 0..20 {
            if column > 0 {
                text.push(b',');
            }
            let noise = next(&mut state);
            let field = match column {
                0 => format!("2024-{:02}-{:02}", noise % 12 + 1, noise % 28 + 1),
                1..=4 => {
                    ["north", "south", "east", "west"][noise as usize % 4].to_owned()
                }
                5..=10 => format!("{}", noise % 10_000),
                11..=16 => format!("{}.{:02}", noise % 1_000, noise % 97),
                _ => format!("0.{:016}", noise % 10_000_000_000_000_000),
            };
            text.extend(format!("{mark}{field}{mark}").bytes());
        }
        text.push(b'\n');
    }
    text
}

/// A measurement: what it is called, and what it runs.
type Measurement<'a> = (&'a str, Box<dyn Fn() -> u64 + 'a>);

/// The fastest of some runs of each, in seconds. They take turns, so that a busy machine slows all alike.
fn fastest(measurements: &[Measurement]) -> Vec<f64> {
    let mut fastest = vec![f64::INFINITY; measurements.len()];
    for _ in 0..REPEATS {
        for (fastest, (_, run)) in fastest.iter_mut().zip(measurements) {
            let start = Instant::now();
            black_box(run());
            *fastest = fastest.min(start.elapsed().as_secs_f64());
        }
    }
    fastest
}

/// `csv-core`: every field unescaped into a buffer.
fn by_csv_core(bytes: &[u8]) -> u64 {
    let mut reader = csv_core::Reader::new();
    let (mut output, mut ends) = (vec![0; 1 << 16], vec![0; 64]);
    let (mut at, mut fields) = (0, 0);
    loop {
        let (result, read, _, ended) =
            reader.read_record(&bytes[at..], &mut output, &mut ends);
        at += read;
        fields += ended as u64;
        if matches!(result, csv_core::ReadRecordResult::End) {
            return fields;
        }
    }
}

/// Ours: a span for every field of some columns, and with `parse` each given to the number parser.
fn read(source: &MemorySource, file: &FileIndex, columns: &[usize], parse: bool) -> u64 {
    let mut count = 0;
    for segment in &file.segments {
        read_segment(source, file, *segment, columns, &mut |batch| {
            for values in &batch.columns {
                let Values::Text(column) = values else { continue };
                count += column.len() as u64;
                for row in 0..if parse { column.len() } else { 0 } {
                    let number =
                        column.get(row).and_then(|text| parse_number(text, false));
                    count += u64::from(number.is_some());
                }
            }
            Ok(())
        })
        .expect("a segment");
    }
    count
}

fn main() {
    for (name, quote) in [("plain", false), ("all quoted", true)] {
        let bytes = table(quote);
        let source = MemorySource::new("bench.csv", bytes.clone());
        let file = index(&source).expect("a table");
        let all: Vec<usize> = (0..20).collect();
        let numeric: Vec<usize> = (5..20).collect();
        let measurements: [Measurement; 7] = [
            ("csv-core, every field", Box::new(|| by_csv_core(&bytes))),
            (
                "index: rows and segments",
                Box::new(|| index(&source).map_or(0, |file| file.row_count)),
            ),
            ("read every field", Box::new(|| read(&source, &file, &all, false))),
            (
                "read 3 of 20 columns",
                Box::new(|| read(&source, &file, &[0, 5, 19], false)),
            ),
            ("read, parse 15 of 20", Box::new(|| read(&source, &file, &numeric, true))),
            ("read, parse every field", Box::new(|| read(&source, &file, &all, true))),
            (
                "index, read, parse 15 of 20",
                Box::new(|| {
                    let file = index(&source).expect("a table");
                    read(&source, &file, &numeric, true)
                }),
            ),
        ];
        println!("{name}, {} MB, {} rows", bytes.len() / 1_000_000, file.row_count);
        let seconds = fastest(&measurements);
        let core = seconds.first().copied().unwrap_or(f64::NAN);
        for ((what, _), seconds) in measurements.iter().zip(&seconds) {
            let speed = bytes.len() as f64 / seconds / 1e6;
            println!("  {what:28} {speed:8.0} MB/s  {:6.2} x csv-core", core / seconds);
        }
    }
}
