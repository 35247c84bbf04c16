//! Writes the big pair: two tables of a million rows and 21 columns, each as Parquet and as CSV.
//!
//! `cargo run --release --example big_pair -- FOLDER [ROWS]` writes `before.parquet`, `after.parquet`,
//! `before.csv` and `after.csv`. Both formats hold the same values: numbers are rounded to the digits
//! that the CSV shows. The world is seeded, so every machine writes the same bytes.
//!
//! A lender scores applications with the true probability of default. Forty-five days after launch
//! the app begins to send income in thousands: the model sees poor people and turns good ones away.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, RecordBatch,
    StringArray,
};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use whydrop::stats::math;
use whydrop::stats::random::Random;

const ROWS: usize = 1_000_000;
/// Rows made and written at once; also the size of a Parquet row group.
const CHUNK_ROWS: usize = 125_000;
const DAYS: usize = 90;
/// First day of the reference table: 2026-01-01, in days since 1970.
const FIRST_DAY: i32 = 20_454;
const BREAK_DAY: usize = 45;

const REGIONS: [&str; 8] =
    ["north", "south", "east", "west", "centre", "coast", "islands", "abroad"];
const CHANNELS: [&str; 5] = ["app", "web", "branch", "phone", "partner"];
const DEVICES: [&str; 3] = ["phone", "tablet", "desktop"];
const NUMBERS: [&str; 6] = ["x1", "x2", "x3", "x4", "x5", "x6"];

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Columns of one chunk, in the order of the file.
#[derive(Default)]
struct Chunk {
    day: Vec<i32>,
    customer: Vec<String>,
    region: Vec<&'static str>,
    channel: Vec<&'static str>,
    product: Vec<String>,
    device: Vec<&'static str>,
    age: Vec<i32>,
    income: Vec<f64>,
    debt: Vec<f64>,
    tenure: Vec<i32>,
    numbers: [Vec<f64>; 6],
    member: Vec<bool>,
    card: Vec<bool>,
    defaulted: Vec<i32>,
    score: Vec<f64>,
    approved: Vec<i32>,
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

fn pick(random: &mut Random, names: &[&'static str]) -> &'static str {
    let place = random.below(names.len() as u64) as usize;
    names.get(place).copied().unwrap_or_default()
}

/// Probability of default as the model computes it from what it receives.
fn model(income: f64, debt: f64, age: i32, numbers: &[f64; 6]) -> f64 {
    let [x1, x2, ..] = numbers;
    let log_odds = 0.8 + debt / 8_000.0 - income / 22_000.0 - f64::from(age - 40) / 60.0
        + 0.5 * x1
        - 0.3 * x2;
    1.0 / (1.0 + math::exp(-log_odds))
}

impl Chunk {
    fn make(
        random: &mut Random,
        first: usize,
        rows: usize,
        all: usize,
        after: bool,
    ) -> Self {
        let mut chunk = Self::default();
        for row in first..first + rows {
            let day = row * DAYS / all;
            let channel = pick(random, &CHANNELS);
            let age = 18 + i32::try_from(random.below(60)).unwrap_or(0);
            let income = rounded(9_000.0 + 22_000.0 * random.exponential(), 2);
            let debt = rounded(6_000.0 * random.exponential(), 2);
            let mut numbers = [0.0; 6];
            for number in &mut numbers {
                *number = rounded(random.normal(), 4);
            }
            let defaulted = random.chance(model(income, debt, age, &numbers));
            let thousands = after && day >= BREAK_DAY && channel == "app";
            let seen = if thousands { rounded(income / 1_000.0, 5) } else { income };
            let score = rounded(model(seen, debt, age, &numbers), 6);
            let offset = if after { DAYS } else { 0 };
            chunk.day.push(FIRST_DAY + i32::try_from(day + offset).unwrap_or(0));
            chunk.customer.push(format!("c{:010x}", random.next_u64() >> 24));
            chunk.region.push(pick(random, &REGIONS));
            chunk.channel.push(channel);
            chunk.product.push(format!("product {:02}", random.below(40)));
            chunk.device.push(pick(random, &DEVICES));
            chunk.age.push(age);
            chunk.income.push(seen);
            chunk.debt.push(debt);
            chunk.tenure.push(i32::try_from(random.below(240)).unwrap_or(0));
            for (column, number) in chunk.numbers.iter_mut().zip(numbers) {
                column.push(number);
            }
            chunk.member.push(random.chance(0.3));
            chunk.card.push(random.chance(0.6));
            chunk.defaulted.push(i32::from(defaulted));
            chunk.score.push(score);
            chunk.approved.push(i32::from(score < 0.4));
        }
        chunk
    }

    fn batch(&self) -> Outcome<RecordBatch> {
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            ("applied_on", Arc::new(Date32Array::from(self.day.clone()))),
            ("customer", Arc::new(StringArray::from_iter_values(&self.customer))),
            ("region", Arc::new(StringArray::from_iter_values(&self.region))),
            ("channel", Arc::new(StringArray::from_iter_values(&self.channel))),
            ("product", Arc::new(StringArray::from_iter_values(&self.product))),
            ("device", Arc::new(StringArray::from_iter_values(&self.device))),
            ("age", Arc::new(Int32Array::from(self.age.clone()))),
            ("income", Arc::new(Float64Array::from(self.income.clone()))),
            ("debt", Arc::new(Float64Array::from(self.debt.clone()))),
            ("tenure", Arc::new(Int32Array::from(self.tenure.clone()))),
        ];
        for (name, values) in NUMBERS.into_iter().zip(&self.numbers) {
            columns.push((name, Arc::new(Float64Array::from(values.clone()))));
        }
        columns.push(("is_member", Arc::new(BooleanArray::from(self.member.clone()))));
        columns.push(("has_card", Arc::new(BooleanArray::from(self.card.clone()))));
        columns.push(("defaulted", Arc::new(Int32Array::from(self.defaulted.clone()))));
        columns.push(("score", Arc::new(Float64Array::from(self.score.clone()))));
        columns.push(("approved", Arc::new(Int32Array::from(self.approved.clone()))));
        Ok(RecordBatch::try_from_iter(columns)?)
    }

    fn write_csv(&self, out: &mut impl Write) -> Outcome<()> {
        for row in 0..self.day.len() {
            let (year, month, date) = civil(self.day[row]);
            write!(
                out,
                "{year:04}-{month:02}-{date:02},{},{},{},{},{},{},{},{},{}",
                self.customer[row],
                self.region[row],
                self.channel[row],
                self.product[row],
                self.device[row],
                self.age[row],
                self.income[row],
                self.debt[row],
                self.tenure[row],
            )?;
            for column in &self.numbers {
                write!(out, ",{}", column[row])?;
            }
            writeln!(
                out,
                ",{},{},{},{},{}",
                self.member[row],
                self.card[row],
                self.defaulted[row],
                self.score[row],
                self.approved[row],
            )?;
        }
        Ok(())
    }
}

/// Year, month and day of a day number since 1970-01-01 (Hinnant 2013, `civil_from_days`).
fn civil(days: i32) -> (i32, i32, i32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i32::from(month <= 2), month, day)
}

fn write_table(folder: &Path, name: &str, rows: usize, after: bool) -> Outcome<()> {
    let mut random = Random::stream(20_260_101, name);
    let mut csv = BufWriter::new(File::create(folder.join(format!("{name}.csv")))?);
    let numbers = NUMBERS.join(",");
    writeln!(
        csv,
        "applied_on,customer,region,channel,product,device,age,income,debt,tenure,{numbers},\
         is_member,has_card,defaulted,score,approved"
    )?;
    let mut parquet: Option<ArrowWriter<File>> = None;
    let mut first = 0;
    while first < rows {
        let count = CHUNK_ROWS.min(rows - first);
        let chunk = Chunk::make(&mut random, first, count, rows, after);
        chunk.write_csv(&mut csv)?;
        let batch = chunk.batch()?;
        if parquet.is_none() {
            let properties = WriterProperties::builder()
                .set_compression(Compression::SNAPPY)
                .set_max_row_group_row_count(Some(CHUNK_ROWS))
                .build();
            let file = File::create(folder.join(format!("{name}.parquet")))?;
            parquet = Some(ArrowWriter::try_new(file, batch.schema(), Some(properties))?);
        }
        if let Some(writer) = &mut parquet {
            writer.write(&batch)?;
        }
        first += count;
    }
    if let Some(writer) = parquet {
        writer.close()?;
    }
    csv.flush()?;
    Ok(())
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: big_pair FOLDER [ROWS]")?;
    let rows = arguments.next().map_or(Ok(ROWS), |text| text.parse())?;
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    write_table(folder, "before", rows, false)?;
    write_table(folder, "after", rows, true)
}
