//! The library's reader over the chunks of a row group. Enter: [`Loaded`] chunks and the wanted columns.
//! Leave: a reader of batches whose arrays are of physical types, dictionaries kept where a whole chunk
//! is one. Cost: none until it is read from.

use super::chunks::{Chunk, Loaded};
use super::schema::{Plan, Readable, leaf_type};
use super::{BATCH_ROWS, in_words};
use arrow_schema::{DataType, Field, Fields, TimeUnit};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Type as PhysicalType;
use parquet::schema::types::{SchemaDescriptor, Type};
use std::sync::Arc;

/// Text of one column in one batch, bytes: batches get fewer rows where texts are long.
const BATCH_TEXT_BYTES: u64 = 64 << 20;
/// A dictionary longer than a batch is dearer to hand over than the texts themselves.
const DICTIONARY_ENTRIES_MAX: u64 = BATCH_ROWS as u64;

/// Rows of a batch: fewer where texts are long.
#[must_use]
pub fn batch_rows(loaded: &Loaded<'_>, rows: usize) -> usize {
    let longest = loaded.chunks.iter().map(Chunk::text_bytes).max().unwrap_or(0);
    let fitting = (rows as u64)
        .saturating_mul(BATCH_TEXT_BYTES)
        .checked_div(longest)
        .and_then(|fitting| usize::try_from(fitting).ok())
        .unwrap_or(BATCH_ROWS);
    fitting.clamp(256, BATCH_ROWS)
}

/// The library's reader over exactly the wanted columns.
///
/// # Errors
/// What the library objects to.
pub fn reader(
    loaded: &Loaded<'_>,
    columns: &[&Readable],
    batch_rows: usize,
) -> Result<ParquetRecordBatchReader, String> {
    let mut leaves = Vec::with_capacity(columns.len());
    let mut fields = Vec::with_capacity(columns.len());
    for (number, (column, chunk)) in columns.iter().zip(&loaded.chunks).enumerate() {
        let name = format!("c{number}");
        leaves.push(leaf_type(column, stored_type(column, chunk), &name)?);
        fields.push(Field::new(name, array_type(column, chunk), column.optional));
    }
    let root = Type::group_type_builder("rows")
        .with_fields(leaves)
        .build()
        .map_err(|error| in_words(&error))?;
    let levels = parquet_to_arrow_field_levels(
        &SchemaDescriptor::new(Arc::new(root)),
        ProjectionMask::all(),
        Some(&Fields::from(fields)),
    )
    .map_err(|error| in_words(&error))?;
    ParquetRecordBatchReader::try_new_with_row_groups(&levels, loaded, batch_rows, None)
        .map_err(|error| in_words(&error))
}

/// The type to ask the library for: the column's own, but 64 bits for a 32-bit column of differences.
/// Differences of 32-bit numbers need 33 bits; DuckDB writes them so, and the library's 32-bit decoder
/// refuses them. The encoding is the same for both widths, and the low half is right either way.
fn stored_type(column: &Readable, chunk: &Chunk) -> PhysicalType {
    if column.physical == PhysicalType::INT32 && chunk.walked.all_differences {
        return PhysicalType::INT64;
    }
    column.physical
}

/// The array type to ask for: physical types, dictionaries where the whole chunk is one, and int96 in
/// microseconds, whose years do not end at 2262.
fn array_type(column: &Readable, chunk: &Chunk) -> DataType {
    match stored_type(column, chunk) {
        PhysicalType::BOOLEAN => DataType::Boolean,
        PhysicalType::INT32 => DataType::Int32,
        PhysicalType::INT64 => DataType::Int64,
        PhysicalType::INT96 => DataType::Timestamp(TimeUnit::Microsecond, None),
        PhysicalType::FLOAT => DataType::Float32,
        PhysicalType::DOUBLE => DataType::Float64,
        PhysicalType::FIXED_LEN_BYTE_ARRAY => {
            DataType::FixedSizeBinary(column.fixed_bytes)
        }
        PhysicalType::BYTE_ARRAY => match chunk.walked.all_from_dictionary {
            Some(1..=DICTIONARY_ENTRIES_MAX)
                if matches!(column.plan, Plan::Text | Plan::Bytes) =>
            {
                DataType::Dictionary(
                    Box::new(DataType::Int32),
                    Box::new(DataType::Binary),
                )
            }
            _ => DataType::Binary,
        },
    }
}
