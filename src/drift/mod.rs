//! How far a column moved. Enter: [`ColumnCounts`] of both tables and the column's
//! [`Layout`](crate::encode::code::Layout). Leave: measures, findings and bands. Nothing here reads rows.

mod counts;

pub use counts::ColumnCounts;
