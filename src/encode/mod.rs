//! Columns to codes. Enter: batches of typed columns and a plan made from the row samples. Leave: one byte a
//! row and column, and the row's block, day, score, label and decision beside them. The plan is frozen
//! before the first row is counted, so any worker encodes any row of any table in the same way.

pub mod code;
#[cfg(feature = "engine")]
pub mod coder;
#[cfg(feature = "engine")]
pub mod edges;
#[cfg(feature = "engine")]
pub mod frame;
#[cfg(feature = "engine")]
pub mod names;
#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod rows;
