//! The library's arrays as [`Values`]. Enter: one array of a batch and the column's [`Plan`]. Leave:
//! values with the contract's nulls (`NaN`, `valid`, 2, `NULL_TIME`, `Span::NULL`, `NULL_CODE`). Cost:
//! one pass over the batch; arrays are of physical types only, so there is one conversion per meaning.

use super::super::Values;
use super::super::batch::NULL_TIME;
use super::numbers;
use super::schema::{Plan, Readable};
use super::text::{self, LastDictionary, Style};
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int32Type, Int64Type, TimestampMicrosecondType,
};
use arrow_array::{Array, BooleanArray};
use arrow_schema::DataType;
use parquet::basic::Type as PhysicalType;

/// Converts one column of a batch.
///
/// # Errors
/// What does not hold together, in words: an array of another type than the plan asks for, a code
/// outside its dictionary, a decimal that is too long.
pub fn values_of(
    array: &dyn Array,
    column: &Readable,
    last: &mut LastDictionary,
) -> Result<Values, String> {
    let whole = || whole(array, column);
    Ok(match column.plan {
        Plan::Nothing => Values::Float(vec![f64::NAN; array.len()]),
        Plan::Boolean => Values::Boolean(booleans(array.as_boolean_opt(), array)?),
        Plan::Integer => integers(array, whole()?, |value| value),
        Plan::Unsigned32 => integers(array, whole()?, |value| value & 0xffff_ffff),
        Plan::TimeOfDay(unit) => {
            integers(array, whole()?, |value| numbers::micros(value, unit))
        }
        Plan::Unsigned64 => {
            let whole = whole()?;
            floats(
                array,
                whole.iter().map(|value| value.cast_unsigned() as f64).collect(),
            )
        }
        Plan::Float => floats(array, stored_floats(array)?),
        Plan::Half => floats(array, halves(array)?),
        Plan::Decimal { scale } => floats(array, decimals(array, column, scale)?),
        Plan::Days => times(array, whole()?, numbers::day_micros),
        Plan::Time(unit) => times(array, whole()?, |count| numbers::micros(count, unit)),
        Plan::Time96 => {
            let array = array
                .as_primitive_opt::<TimestampMicrosecondType>()
                .ok_or_else(|| unexpected(array))?;
            let stored = array.values().to_vec();
            times(array, stored, |count| count.max(NULL_TIME + 1))
        }
        Plan::Text => texts(array, Style::Text, last)?,
        Plan::Bytes => texts(array, Style::Bytes, last)?,
        Plan::Uuid => texts(array, Style::Uuid, last)?,
    })
}

fn unexpected(array: &dyn Array) -> String {
    format!("values came as {} instead", array.data_type())
}

/// Stored whole numbers. Columns of 32 bits may come as 64, see [`super::decode::stored_type`]: their low half
/// counts.
fn whole(array: &dyn Array, column: &Readable) -> Result<Vec<i64>, String> {
    if let Some(array) = array.as_primitive_opt::<Int64Type>() {
        let values = array.values();
        return Ok(if column.physical == PhysicalType::INT32 {
            values.iter().map(|&value| i64::from(value as i32)).collect()
        } else {
            values.to_vec()
        });
    }
    let array = array.as_primitive_opt::<Int32Type>().ok_or_else(|| unexpected(array))?;
    Ok(array.values().iter().map(|&value| i64::from(value)).collect())
}

fn integers(
    array: &dyn Array,
    mut values: Vec<i64>,
    meaning: impl Fn(i64) -> i64,
) -> Values {
    for value in &mut values {
        *value = meaning(*value);
    }
    let valid = array.nulls().filter(|nulls| nulls.null_count() > 0).map(|_| {
        let mut valid = vec![true; values.len()];
        set_nulls(array, &mut valid, false);
        valid
    });
    Values::Integer { values, valid }
}

fn floats(array: &dyn Array, mut values: Vec<f64>) -> Values {
    set_nulls(array, &mut values, f64::NAN);
    Values::Float(values)
}

fn times(
    array: &dyn Array,
    mut values: Vec<i64>,
    meaning: impl Fn(i64) -> i64,
) -> Values {
    for value in &mut values {
        *value = meaning(*value);
    }
    set_nulls(array, &mut values, NULL_TIME);
    Values::Time(values)
}

/// Puts `null` wherever the array holds one; words of 64 rows without a null cost one comparison.
pub fn set_nulls<T: Copy>(array: &dyn Array, values: &mut [T], null: T) {
    let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else {
        return;
    };
    let words = nulls.inner().bit_chunks();
    let words = words.iter().chain(std::iter::once(words.remainder_bits()));
    for (values, word) in values.chunks_mut(64).zip(words) {
        let mut missing = !word;
        while missing != 0 {
            if let Some(value) = values.get_mut(missing.trailing_zeros() as usize) {
                *value = null;
            }
            missing &= missing - 1;
        }
    }
}

fn booleans(values: Option<&BooleanArray>, array: &dyn Array) -> Result<Vec<u8>, String> {
    let values = values.ok_or_else(|| unexpected(array))?;
    let mut bits: Vec<u8> = values.values().iter().map(u8::from).collect();
    set_nulls(array, &mut bits, 2);
    Ok(bits)
}

fn stored_floats(array: &dyn Array) -> Result<Vec<f64>, String> {
    if let Some(array) = array.as_primitive_opt::<Float64Type>() {
        return Ok(array.values().to_vec());
    }
    let array =
        array.as_primitive_opt::<Float32Type>().ok_or_else(|| unexpected(array))?;
    Ok(array.values().iter().map(|&value| f64::from(value)).collect())
}

fn halves(array: &dyn Array) -> Result<Vec<f64>, String> {
    let array = array.as_fixed_size_binary_opt().ok_or_else(|| unexpected(array))?;
    let half = |bytes: Option<&[u8]>| {
        bytes.and_then(|bytes| bytes.try_into().ok()).map_or(f64::NAN, numbers::half)
    };
    Ok(array.iter().map(half).collect())
}

fn decimals(
    array: &dyn Array,
    column: &Readable,
    scale: u32,
) -> Result<Vec<f64>, String> {
    let from_bytes = |bytes: Option<&[u8]>| match bytes {
        None => Ok(f64::NAN),
        Some(bytes) => numbers::decimal_from_bytes(bytes, scale)
            .ok_or_else(|| format!("a decimal of {} bytes", bytes.len())),
    };
    match array.data_type() {
        DataType::FixedSizeBinary(_) => {
            let array =
                array.as_fixed_size_binary_opt().ok_or_else(|| unexpected(array))?;
            array.iter().map(from_bytes).collect()
        }
        DataType::Binary => {
            let array = array.as_binary_opt::<i32>().ok_or_else(|| unexpected(array))?;
            array.iter().map(from_bytes).collect()
        }
        _ => Ok(whole(array, column)?
            .iter()
            .map(|&digits| numbers::decimal(i128::from(digits), scale))
            .collect()),
    }
}

fn texts(
    array: &dyn Array,
    style: Style,
    last: &mut LastDictionary,
) -> Result<Values, String> {
    if let Some(array) = array.as_dictionary_opt::<Int32Type>() {
        return text::dictionary_of(array, style, last);
    }
    if let Some(array) = array.as_binary_opt::<i32>() {
        return text::text_of(array, style).map(Values::Text);
    }
    let style = if style == Style::Bytes { Style::Padded } else { style };
    let array = array.as_fixed_size_binary_opt().ok_or_else(|| unexpected(array))?;
    text::text_of_fixed(array, style).map(Values::Text)
}
