//! The drop split into terms that add up. Enter: the row samples, the metric, and what the detectors found. Leave:
//! points for cases never met, who we see, broken inputs, changed relationship and the cut-off, with intervals;
//! the metric to expect without labels; and which columns stand behind the terms. It prices association: who we
//! see may itself be a consequence of our decisions, and an unrecorded change of customers looks like a changed
//! relationship. Cost: three cross-fitted models and some 33 evaluations of the metric.
//!
//! - [`yardstick`]: the metric as a function of sums; [`logged`]: what a row adds.
//! - [`population`]: weights and never-met rows; [`relation`]: soft labels; [`clean`]: counterfactual scores.
//! - `sums`: the populations; `scale`: their differences as points; [`rungs`]: the terms; [`loss`], [`line`], [`tilt`]:
//!   what stands behind them; [`remedy`]: what would give points back; `left_over`: whose is what nothing explains;
//!   `typical`: whether the rows with an outcome stand for all.

pub mod blocks;
pub mod clean;
mod left_over;
pub mod line;
pub mod logged;
pub mod loss;
pub mod population;
pub mod relation;
pub mod remedy;
pub mod residual;
pub mod rungs;
mod scale;
mod sums;
pub mod tilt;
mod typical;
pub mod yardstick;

pub use rungs::{Question, Split, Term, split};
pub use scale::Points;
pub use typical::Typical;
