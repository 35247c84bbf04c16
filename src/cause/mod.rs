//! Evidence weighed into ranked causes. Enter: what was measured ([`observe::Scene`]). Leave: for every cause of the
//! product's table the probability that it is present, its price in points, and the facts for and against.
//!
//! 1. [`observe`] gives each fact of [`facts`] a value; 2. [`weigh`] turns values into calibrated probabilities; 3.
//!    [`rank`] prices causes, checks which could be looked at at all, and orders them.
//!
//! It never guesses: a cause whose input is missing "could not be checked", and a cause is "ruled out" only where
//! the data had the power to show it.

pub mod facts;
pub mod observe;
pub mod probe;
pub mod rank;
pub mod weigh;

pub use observe::{Detail, InSample, Observation, Scene, observe};
pub use rank::{Ranked, Standing, Word, rank};
