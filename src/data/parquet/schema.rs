//! A file's schema as columns that can be read. Enter: the library's schema. Leave: for every
//! top-level column its name, its [`Physical`] and a [`Plan`]: which physical type to ask the library
//! for and what the stored numbers or bytes mean.
//!
//! # Decisions
//! The library is asked for physical types only, through a schema made here ([`leaf_type`]) that holds
//! nothing but the wanted columns under names of our own. So a nested or exotic column elsewhere in the
//! file cannot make a read fail, duplicate names do not matter, and what an annotation means is decided
//! in one place ([`plan_of`]): unsigned and decimal numbers, dates, times, halves, text.

use super::super::{Physical, RawColumn};
use parquet::basic::{
    ConvertedType, LogicalType, Repetition, TimeUnit, Type as PhysicalType,
};
use parquet::schema::types::{Type, TypePtr};
use std::collections::BTreeSet;

/// What the stored values of a column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Never a value.
    Nothing,
    /// True or false.
    Boolean,
    /// Signed whole numbers.
    Integer,
    /// Whole numbers of 32 bits without a sign.
    Unsigned32,
    /// Whole numbers of 64 bits without a sign: read as floats.
    Unsigned64,
    /// Floats of 32 or 64 bits.
    Float,
    /// Floats of 16 bits.
    Half,
    /// Whole numbers or big-endian bytes to divide by ten to this power.
    Decimal {
        /// Decimals after the point, 0..=76.
        scale: u32,
    },
    /// Days since 1970-01-01.
    Days,
    /// Moments or wall-clock times since 1970-01-01.
    Time(Unit),
    /// Day and nanosecond in twelve bytes (Impala, old Spark).
    Time96,
    /// Time of day: read as whole microseconds since midnight.
    TimeOfDay(Unit),
    /// Text the file promises to be UTF-8.
    Text,
    /// Bytes without a promise: text where they are UTF-8, hexadecimal where not.
    Bytes,
    /// Sixteen bytes written as a UUID.
    Uuid,
}

/// Of what the stored time is a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Millis,
    /// Millionths.
    Micros,
    /// Thousand-millionths.
    Nanos,
}

/// A column of the file.
#[derive(Clone, Debug)]
pub struct Column {
    /// As the caller sees it.
    pub raw: RawColumn,
    /// How to read it; `None` when it is not read.
    pub readable: Option<Readable>,
}

/// A column that can be read.
#[derive(Clone, Debug)]
pub struct Readable {
    /// Number of the leaf in the file's schema, and of the chunk in every row group.
    pub leaf: usize,
    /// What its values mean.
    pub plan: Plan,
    /// How it is stored.
    pub physical: PhysicalType,
    /// Bytes a value takes; only for `FIXED_LEN_BYTE_ARRAY`.
    pub fixed_bytes: i32,
    /// Whether it may hold nulls.
    pub optional: bool,
}

/// Longest fixed-length value that is read as bytes.
const FIXED_BYTES_MAX: i32 = 4096;
/// Longest decimal in bytes: 76 digits.
const DECIMAL_BYTES_MAX: i32 = 32;

/// Every top-level column, in file order, and the names that stood twice.
#[must_use]
pub fn columns_of(root: &Type) -> (Vec<Column>, Vec<String>) {
    let mut columns = Vec::new();
    let mut names = Names::default();
    let mut leaf = 0;
    for (number, field) in root.get_fields().iter().enumerate() {
        let name = names.claim(field.name(), number);
        let leaves = leaf_count(field);
        let (physical, readable) = match readable(field, leaf) {
            Ok((readable, physical)) => (physical, Some(readable)),
            Err(reason) => (Physical::Unsupported { reason }, None),
        };
        leaf += leaves;
        columns.push(Column { raw: RawColumn { name, physical }, readable });
    }
    (columns, names.duplicates)
}

/// Hands out names, each once.
#[derive(Default)]
struct Names {
    taken: BTreeSet<String>,
    duplicates: Vec<String>,
}

impl Names {
    fn claim(&mut self, name: &str, number: usize) -> String {
        let name = if name.is_empty() {
            format!("column_{}", number + 1)
        } else {
            name.to_owned()
        };
        if self.taken.insert(name.clone()) {
            return name;
        }
        if !self.duplicates.contains(&name) {
            self.duplicates.push(name.clone());
        }
        let mut copy = 2_u64;
        loop {
            let other = format!("{name} ({copy})");
            if self.taken.insert(other.clone()) {
                return other;
            }
            copy += 1;
        }
    }
}

fn leaf_count(field: &TypePtr) -> usize {
    if field.is_primitive() { 1 } else { field.get_fields().iter().map(leaf_count).sum() }
}

fn readable(field: &TypePtr, leaf: usize) -> Result<(Readable, Physical), String> {
    let info = field.get_basic_info();
    if !field.is_primitive() || info.repetition() == Repetition::REPEATED {
        return Err(
            "it is nested (a list, map or structure); export its parts as columns \
                    of their own"
                .to_owned(),
        );
    }
    let (plan, physical) = plan_of(field)?;
    let Type::PrimitiveType { physical_type, type_length, .. } = field.as_ref() else {
        return Err("it has no type".to_owned());
    };
    let optional = info.repetition() == Repetition::OPTIONAL;
    let readable = Readable {
        leaf,
        plan,
        physical: *physical_type,
        fixed_bytes: *type_length,
        optional,
    };
    Ok((readable, physical))
}

/// What the annotation of a primitive column means. The newer annotation counts where both are there.
fn plan_of(field: &Type) -> Result<(Plan, Physical), String> {
    use ConvertedType as Old;
    use PhysicalType as Stored;
    let Type::PrimitiveType { basic_info, physical_type, type_length, scale, .. } = field
    else {
        return Err("it is nested".to_owned());
    };
    let wall = Physical::Time { zoned: false };
    let utc = Physical::Time { zoned: true };
    let stored = *physical_type;
    let old = basic_info.converted_type();
    if let Some(logical) = basic_info.logical_type_ref() {
        return Ok(match (logical, stored) {
            (LogicalType::Unknown, _) => (Plan::Nothing, Physical::Float),
            (LogicalType::Integer(kind), Stored::INT32) if !kind.is_signed => {
                (Plan::Unsigned32, Physical::Integer)
            }
            (LogicalType::Integer(kind), Stored::INT64) if !kind.is_signed => {
                (Plan::Unsigned64, Physical::Float)
            }
            (LogicalType::Integer(_), Stored::INT32 | Stored::INT64) => {
                (Plan::Integer, Physical::Integer)
            }
            (LogicalType::Decimal(kind), _) => {
                (decimal(stored, *type_length, kind.scale)?, Physical::Float)
            }
            (LogicalType::Date, Stored::INT32) => (Plan::Days, wall),
            (LogicalType::Time(kind), Stored::INT32 | Stored::INT64) => {
                (Plan::TimeOfDay(unit(kind.unit)), Physical::Integer)
            }
            (LogicalType::Timestamp(kind), Stored::INT64) => (
                Plan::Time(unit(kind.unit)),
                if kind.is_adjusted_to_u_t_c { utc } else { wall },
            ),
            (LogicalType::Float16, Stored::FIXED_LEN_BYTE_ARRAY) if *type_length == 2 => {
                (Plan::Half, Physical::Float)
            }
            (LogicalType::Uuid, Stored::FIXED_LEN_BYTE_ARRAY) if *type_length == 16 => {
                (Plan::Uuid, Physical::Text)
            }
            (
                LogicalType::String | LogicalType::Json | LogicalType::Enum,
                Stored::BYTE_ARRAY,
            ) => (Plan::Text, Physical::Text),
            (LogicalType::Bson, _) => return Err(opaque("BSON documents")),
            (LogicalType::Geometry { .. } | LogicalType::Geography { .. }, _) => {
                return Err(opaque("geographic shapes"));
            }
            _ => return Err(opaque("a type this program does not know")),
        });
    }
    Ok(match (old, stored) {
        (Old::NONE, Stored::BOOLEAN) => (Plan::Boolean, Physical::Boolean),
        (Old::NONE, Stored::FLOAT | Stored::DOUBLE) => (Plan::Float, Physical::Float),
        (Old::NONE, Stored::INT96) => (Plan::Time96, wall),
        (Old::NONE, Stored::INT32 | Stored::INT64)
        | (Old::INT_8 | Old::INT_16 | Old::INT_32, Stored::INT32)
        | (Old::INT_64, Stored::INT64) => (Plan::Integer, Physical::Integer),
        (Old::UINT_8 | Old::UINT_16 | Old::UINT_32, Stored::INT32) => {
            (Plan::Unsigned32, Physical::Integer)
        }
        (Old::UINT_64, Stored::INT64) => (Plan::Unsigned64, Physical::Float),
        (Old::DECIMAL, _) => (decimal(stored, *type_length, *scale)?, Physical::Float),
        (Old::DATE, Stored::INT32) => (Plan::Days, wall),
        (Old::TIME_MILLIS, Stored::INT32) => {
            (Plan::TimeOfDay(Unit::Millis), Physical::Integer)
        }
        (Old::TIME_MICROS, Stored::INT64) => {
            (Plan::TimeOfDay(Unit::Micros), Physical::Integer)
        }
        (Old::TIMESTAMP_MILLIS, Stored::INT64) => (Plan::Time(Unit::Millis), utc),
        (Old::TIMESTAMP_MICROS, Stored::INT64) => (Plan::Time(Unit::Micros), utc),
        (Old::UTF8 | Old::JSON | Old::ENUM, Stored::BYTE_ARRAY) => {
            (Plan::Text, Physical::Text)
        }
        (Old::NONE, Stored::BYTE_ARRAY) => (Plan::Bytes, Physical::Text),
        (Old::NONE, Stored::FIXED_LEN_BYTE_ARRAY)
            if (1..=FIXED_BYTES_MAX).contains(type_length) =>
        {
            (Plan::Bytes, Physical::Text)
        }
        (Old::INTERVAL, _) => return Err(opaque("intervals")),
        (Old::BSON, _) => return Err(opaque("BSON documents")),
        _ => return Err(opaque("a type this program does not know")),
    })
}

fn opaque(what: &str) -> String {
    format!("it holds {what}; export it as text or numbers")
}

fn unit(unit: TimeUnit) -> Unit {
    match unit {
        TimeUnit::MILLIS => Unit::Millis,
        TimeUnit::MICROS => Unit::Micros,
        TimeUnit::NANOS => Unit::Nanos,
    }
}

fn decimal(stored: PhysicalType, bytes: i32, scale: i32) -> Result<Plan, String> {
    let fits = match stored {
        PhysicalType::INT32 | PhysicalType::INT64 | PhysicalType::BYTE_ARRAY => true,
        PhysicalType::FIXED_LEN_BYTE_ARRAY => (1..=DECIMAL_BYTES_MAX).contains(&bytes),
        _ => false,
    };
    match u32::try_from(scale) {
        Ok(scale @ 0..=76) if fits => Ok(Plan::Decimal { scale }),
        _ => Err(opaque("decimals of more than 76 digits")),
    }
}

/// The column as the library is asked for it: stored type and nullability under a name of our own.
/// `stored` is the column's own type, or its stand-in, see [`super::decode::stored_type`].
///
/// # Errors
/// What the library objects to.
pub fn leaf_type(
    column: &Readable,
    stored: PhysicalType,
    name: &str,
) -> Result<TypePtr, String> {
    let repetition =
        if column.optional { Repetition::OPTIONAL } else { Repetition::REQUIRED };
    let mut builder =
        Type::primitive_type_builder(name, stored).with_repetition(repetition);
    if column.physical == PhysicalType::FIXED_LEN_BYTE_ARRAY {
        builder = builder.with_length(column.fixed_bytes);
    }
    builder.build().map(std::sync::Arc::new).map_err(|error| super::in_words(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_handed_out_once() {
        let mut names = Names::default();
        let given: Vec<String> = ["a", "a (2)", "a", "", "a"]
            .iter()
            .enumerate()
            .map(|(number, name)| names.claim(name, number))
            .collect();
        assert_eq!(given, ["a", "a (2)", "a (3)", "column_4", "a (4)"]);
        assert_eq!(names.duplicates, ["a"]);
    }
}
