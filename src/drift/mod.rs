//! How far a column moved. Enter: [`ColumnCounts`] of both tables and the column's
//! [`Layout`](crate::encode::code::Layout). Leave: measures, findings and bands. Nothing here reads rows.
//! One file a measure; [`compare`] asks them all and [`judge`] decides over all columns together.

pub mod bands;
mod bins;
pub mod checks;
pub mod chi_square;
mod column;
mod counts;
pub mod hellinger;
pub mod jensen_shannon;
pub mod kolmogorov_smirnov;
pub mod materiality;
pub mod psi;
pub mod total_variation;
pub mod wasserstein;

pub use bins::{Bins, BlockCounts, RANGE_BINS};
pub use column::{ColumnInput, Measured, compare, judge};
pub use counts::ColumnCounts;
