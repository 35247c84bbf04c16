//! Small models on codes, each used several times: boosted trees, additive tilts, isotonic regression, and the
//! stand-in for the user's model. Enter: code columns and targets. Leave: margins a row. Deterministic: seeded,
//! fixed order of sums, the same bits natively and in the browser.

pub mod additive;
pub mod isotonic;
pub mod loss;
pub mod matrix;
pub mod surrogate;
pub mod trees;
