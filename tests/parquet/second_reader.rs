//! The same fixtures through arrow2 0.18, a second reader that shares no code with the first. Where it
//! can read a column, both must agree to the last bit. It may refuse or panic: those files and columns
//! are listed by name beside the fixtures, so that a change is noticed.

use crate::cells::{Cell, fixtures, folder, read_all};
use arrow2::array::{
    Array, BinaryArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray,
    PrimitiveArray, Utf8Array,
};
use arrow2::datatypes::{DataType, IntegerType, PhysicalType, TimeUnit};
use arrow2::io::parquet::read::{FileReader, infer_schema, read_metadata};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use whydrop::data::MemorySource;

fn micros(count: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => count.saturating_mul(1_000_000),
        TimeUnit::Millisecond => count.saturating_mul(1_000),
        TimeUnit::Microsecond => count,
        TimeUnit::Nanosecond => count.div_euclid(1_000),
    }
}

fn primitive<T: arrow2::types::NativeType>(
    array: &dyn Array,
    cell: impl Fn(T) -> Cell,
) -> Vec<Cell> {
    let array = array.as_any().downcast_ref::<PrimitiveArray<T>>().unwrap();
    array.iter().map(|value| value.map_or(Cell::Null, |value| cell(*value))).collect()
}

fn shown(value: &[u8], padded: bool) -> Cell {
    let end = value.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let trimmed = if padded { &value[..end] } else { value };
    Cell::Text(std::str::from_utf8(trimmed).map_or_else(
        |_| value.iter().fold("0x".to_owned(), |hex, byte| format!("{hex}{byte:02x}")),
        str::to_owned,
    ))
}

/// The cells of an arrow2 array; `None` for types without a meaning here.
fn cells(array: &dyn Array) -> Option<Vec<Cell>> {
    let scaled = |digits: String, scale: usize| {
        Cell::float(format!("{digits}e-{scale}").parse().unwrap())
    };
    Some(match array.data_type().to_logical_type() {
        DataType::Null => vec![Cell::Null; array.len()],
        DataType::Boolean => array
            .as_any()
            .downcast_ref::<BooleanArray>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, Cell::Boolean))
            .collect(),
        DataType::Int8 => primitive(array, |v: i8| Cell::Integer(v.into())),
        DataType::Int16 => primitive(array, |v: i16| Cell::Integer(v.into())),
        DataType::Int32 => primitive(array, |v: i32| Cell::Integer(v.into())),
        DataType::Int64 => primitive(array, Cell::Integer),
        DataType::UInt8 => primitive(array, |v: u8| Cell::Integer(v.into())),
        DataType::UInt16 => primitive(array, |v: u16| Cell::Integer(v.into())),
        DataType::UInt32 => primitive(array, |v: u32| Cell::Integer(v.into())),
        DataType::UInt64 => primitive(array, |v: u64| Cell::float(v as f64)),
        DataType::Float32 => primitive(array, |v: f32| Cell::float(v.into())),
        DataType::Float64 => primitive(array, Cell::float),
        DataType::Date32 => {
            primitive(array, |v: i32| Cell::Time(i64::from(v) * 86_400_000_000))
        }
        DataType::Timestamp(unit, _) => {
            let unit = *unit;
            primitive(array, move |v: i64| Cell::Time(micros(v, unit)))
        }
        DataType::Time32(unit) => {
            let unit = *unit;
            primitive(array, move |v: i32| Cell::Integer(micros(v.into(), unit)))
        }
        DataType::Time64(unit) => {
            let unit = *unit;
            primitive(array, move |v: i64| Cell::Integer(micros(v, unit)))
        }
        DataType::Decimal(_, scale) => {
            let scale = *scale;
            primitive(array, move |v: i128| scaled(v.to_string(), scale))
        }
        DataType::Utf8 => array
            .as_any()
            .downcast_ref::<Utf8Array<i32>>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, |value| Cell::Text(value.to_owned())))
            .collect(),
        DataType::LargeUtf8 => array
            .as_any()
            .downcast_ref::<Utf8Array<i64>>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, |value| Cell::Text(value.to_owned())))
            .collect(),
        DataType::Binary => array
            .as_any()
            .downcast_ref::<BinaryArray<i32>>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, |value| shown(value, false)))
            .collect(),
        DataType::LargeBinary => array
            .as_any()
            .downcast_ref::<BinaryArray<i64>>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, |value| shown(value, false)))
            .collect(),
        DataType::FixedSizeBinary(4) => array
            .as_any()
            .downcast_ref::<FixedSizeBinaryArray>()?
            .iter()
            .map(|value| value.map_or(Cell::Null, |value| shown(value, true)))
            .collect(),
        DataType::Dictionary(IntegerType::UInt32, _, _)
            if array.data_type().to_physical_type()
                == PhysicalType::Dictionary(IntegerType::UInt32) =>
        {
            let array = array.as_any().downcast_ref::<DictionaryArray<u32>>()?;
            let entries = cells(array.values().as_ref())?;
            array
                .keys_iter()
                .map(|key| key.map_or(Cell::Null, |key| entries[key].clone()))
                .collect()
        }
        _ => return None,
    })
}

/// What came of reading one column.
enum Read {
    /// Its cells.
    Cells(Vec<Cell>),
    /// A type without a meaning here.
    Unknown,
    /// arrow2's own words, or "panic".
    Refused(String),
}

/// The names of all columns but nested ones; or why the file's footer cannot be read.
fn names(bytes: &[u8]) -> Result<Vec<(usize, String)>, String> {
    let read = || -> Result<Vec<(usize, String)>, arrow2::error::Error> {
        let metadata = read_metadata(&mut Cursor::new(bytes))?;
        let flat = |data_type: &DataType| {
            !matches!(
                data_type.to_logical_type(),
                DataType::List(_)
                    | DataType::LargeList(_)
                    | DataType::Struct(_)
                    | DataType::Map(..)
            )
        };
        let fields = infer_schema(&metadata)?.fields;
        let numbered = fields.into_iter().enumerate();
        Ok(numbered
            .filter(|(_, f)| flat(&f.data_type))
            .map(|(n, f)| (n, f.name))
            .collect())
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(names) => names.map_err(|error| error.to_string()),
        Err(_) => Err("panic".to_owned()),
    }
}

fn read_second(bytes: &[u8], number: usize) -> Read {
    let read = || -> Result<Option<Vec<Cell>>, arrow2::error::Error> {
        let mut reader = Cursor::new(bytes);
        let metadata = read_metadata(&mut reader)?;
        let schema = infer_schema(&metadata)?.filter(|column, _| column == number);
        let groups = metadata.row_groups;
        let mut found = Vec::new();
        for chunk in FileReader::new(reader, groups, schema, None, None, None) {
            for array in chunk?.arrays() {
                let Some(cells) = cells(array.as_ref()) else { return Ok(None) };
                found.extend(cells);
            }
        }
        Ok(Some(found))
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(Some(cells))) => Read::Cells(cells),
        Ok(Ok(None)) => Read::Unknown,
        Ok(Err(error)) => Read::Refused(error.to_string()),
        Err(_) => Read::Refused("panic".to_owned()),
    }
}

/// Both readers agree, and arrow2 refuses exactly what `second_reader_refuses.txt` says: one line a
/// file, its name and then the columns (`*`: its footer). `REWRITE=1` writes the list anew.
#[test]
fn both_readers_agree_wherever_the_second_can_read() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let (mut refused, mut differ) = (String::new(), Vec::new());
    let mut unknown = BTreeSet::new();
    let (mut agreed, mut refused_count) = (0, 0);
    for (name, bytes) in fixtures() {
        let source = MemorySource::new(name.clone(), bytes.clone());
        let (_, first) = read_all(&source).unwrap();
        let names = match names(&bytes) {
            Ok(names) => names,
            Err(_) => {
                refused += &format!("{name} *\n");
                continue;
            }
        };
        let mut refused_here = String::new();
        for &(number, ref column) in &names {
            // It takes columns by name, so a name that stands twice cannot be read by it.
            let (Some(found), true) = (
                first.get(column),
                names.iter().filter(|(_, n)| n == column).count() == 1,
            ) else {
                continue;
            };
            match read_second(&bytes, number) {
                Read::Cells(cells) if cells == *found => agreed += 1,
                Read::Cells(cells) => {
                    let at = found.iter().zip(&cells).position(|(a, b)| a != b);
                    differ.push(format!(
                        "{name} {column} row {at:?}: {:?} and {:?}",
                        at.and_then(|at| found.get(at)),
                        at.and_then(|at| cells.get(at))
                    ));
                }
                Read::Unknown => {
                    unknown.insert(column.clone());
                }
                Read::Refused(because) => {
                    refused_count += 1;
                    refused_here += &format!(" {column}");
                    println!("{name} {column}: {because}");
                }
            }
        }
        if !refused_here.is_empty() {
            refused += &format!("{name}{refused_here}\n");
        }
    }
    std::panic::set_hook(hook);
    println!("{agreed} columns agree, {refused_count} refused; unknown: {unknown:?}");
    assert!(differ.is_empty(), "{} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(agreed > 2000, "only {agreed} columns were compared");
    let path = folder().join("expected/second_reader_refuses.txt");
    if std::env::var_os("REWRITE").is_some() {
        std::fs::write(&path, &refused).unwrap();
    }
    if !cfg!(debug_assertions) {
        // Optimised, it no longer panics on the overflow that differences are meant to have.
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap();
    for (now, known) in refused.lines().zip(known.lines()) {
        assert_eq!(now, known, "what arrow2 refuses has changed");
    }
    assert_eq!(refused.lines().count(), known.lines().count());
}
