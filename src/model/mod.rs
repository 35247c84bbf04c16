//! Small models on codes, each used several times: boosted trees, additive tilts, isotonic regression, and the
//! stand-in for the user's model. Enter: code columns and targets. Leave: margins a row. Deterministic: seeded,
//! fixed order of sums, the same bits natively and in the browser.
//!
//! Long loops are calls of their own, kept apart by `#[inline(never)]`: a browser compiles a function well only once it
//! has been called often, and what runs at that moment runs on as it was compiled first, two to three times slower.

pub mod additive;
pub mod isotonic;
pub mod loss;
pub mod matrix;
pub mod surrogate;
pub mod trees;
