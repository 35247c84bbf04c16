//! Stages over encoded rows. Each has a spec (what is asked), a worker that adds rows, and a result that
//! merges by addition: [`performance`] (metrics), [`compare`] (losses by column, day and period) and
//! [`pairs`] (two columns at once), [`what_if`] (scores by decision and outcome). [`loss`] is the loss they share.

pub mod compare;
pub mod loss;
pub mod pairs;
pub mod performance;
pub mod what_if;

pub use compare::{CompareSpec, Compared, Comparer};
pub use loss::Loss;
pub use pairs::{PairCounter, PairCounts, PairSpec};
pub use performance::{MeasureSpec, Measured, Measurer};
pub use what_if::{TriedCounts, Trier, WhatIfSpec};
