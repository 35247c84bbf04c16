//! What the tests share: fixtures, and values in a form two readers can be compared in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use whydrop::data::batch::{NULL_CODE, NULL_TIME};
use whydrop::data::parquet::ParquetFile;
use whydrop::data::{ByteSource, DataError, FileIndex, MemorySource, Values};

/// One value. Floats by their bits, so that -0.0 and the last digit count; NaN is null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Null,
    Integer(i64),
    Float(u64),
    Boolean(bool),
    Time(i64),
    Text(String),
}

impl Cell {
    pub fn float(value: f64) -> Self {
        if value.is_nan() { Self::Null } else { Self::Float(value.to_bits()) }
    }
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/parquet")
}

/// Every fixture: its name without extension, and its bytes; sorted by name.
pub fn fixtures() -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "parquet"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

pub fn fixture(name: &str) -> MemorySource {
    let bytes = std::fs::read(folder().join(format!("{name}.parquet"))).unwrap();
    MemorySource::new(name, bytes)
}

pub fn cells(values: &Values) -> Vec<Cell> {
    let text = |bytes: &[u8]| Cell::Text(String::from_utf8(bytes.to_vec()).unwrap());
    match values {
        Values::Text(column) => (0..column.len())
            .map(|row| column.get(row).map_or(Cell::Null, text))
            .collect(),
        Values::Dictionary { values, codes } => codes
            .iter()
            .map(|&code| match code {
                NULL_CODE => Cell::Null,
                code => values.get(code as usize).map_or(Cell::Null, text),
            })
            .collect(),
        Values::Float(values) => values.iter().map(|&v| Cell::float(v)).collect(),
        Values::Integer { values, valid } => values
            .iter()
            .enumerate()
            .map(|(row, &value)| match valid {
                Some(valid) if !valid[row] => Cell::Null,
                _ => Cell::Integer(value),
            })
            .collect(),
        Values::Boolean(values) => values
            .iter()
            .map(|&value| if value == 2 { Cell::Null } else { Cell::Boolean(value == 1) })
            .collect(),
        Values::Time(values) => values
            .iter()
            .map(|&value| if value == NULL_TIME { Cell::Null } else { Cell::Time(value) })
            .collect(),
    }
}

/// Reads `projection` of every segment and checks that rows are counted right on the way.
pub fn read(
    source: &dyn ByteSource,
    projection: &[usize],
) -> Result<(FileIndex, Vec<Vec<Cell>>), DataError> {
    let file = ParquetFile::open(source)?;
    let index = file.index().clone();
    let mut columns = vec![Vec::new(); projection.len()];
    let mut next = 0;
    for segment in &index.segments {
        assert_eq!(segment.first_row, next);
        file.read_segment(source, segment, projection, &mut |batch| {
            assert_eq!(batch.first_row, next);
            assert_eq!(batch.columns.len(), projection.len());
            for (column, values) in columns.iter_mut().zip(&batch.columns) {
                let cells = cells(values);
                assert_eq!(cells.len(), batch.row_count);
                column.extend(cells);
            }
            next += batch.row_count as u64;
            Ok(())
        })?;
        assert_eq!(segment.first_row + segment.row_count, next);
    }
    assert_eq!(index.row_count, next);
    Ok((index, columns))
}

/// Positions of the columns that can be read.
pub fn readable(index: &FileIndex) -> Vec<usize> {
    use whydrop::data::Physical;
    let is_readable = |number: &usize| {
        !matches!(index.columns[*number].physical, Physical::Unsupported { .. })
    };
    (0..index.columns.len()).filter(is_readable).collect()
}

/// Every readable column of a file by name.
pub fn read_all(
    source: &dyn ByteSource,
) -> Result<(FileIndex, BTreeMap<String, Vec<Cell>>), DataError> {
    let readable = readable(&whydrop::data::parquet::index(source)?);
    let (index, columns) = read(source, &readable)?;
    let names = readable.iter().map(|&number| index.columns[number].name.clone());
    Ok((index.clone(), names.zip(columns).collect()))
}
