//! Seeded worlds with injected causes and known truth: the gallery shows them and tests score against them.
//! Enter: a case id and a seed. Leave: CSV files as a team would export them, the choices that go with
//! them, and the truth. The same seed gives the same bytes on every platform. Nothing that finds causes
//! may import this module.
//!
//! 1. [`catalogue`] holds the cards (the page compiles this part only).
//! 2. [`cases`] says what each case is made of: one of the [`worlds`], a [`customer_model`] recipe and the
//!    faults of [`inject`].
//! 3. [`make`] fits the model and makes rows; [`generate`] prints them.
//! 4. [`plan`] puts further cases together at run time, for the benchmark of the diagnosis.
//! 5. [`drill`] picks the case to practise on.

#[cfg(feature = "engine")]
pub mod calendar;
#[cfg(feature = "engine")]
pub mod cases;
pub mod catalogue;
#[cfg(feature = "engine")]
pub mod customer_model;
#[cfg(feature = "engine")]
pub mod dice;
#[cfg(feature = "engine")]
pub mod drill;
#[cfg(feature = "engine")]
mod export;
#[cfg(feature = "engine")]
pub mod inject;
#[cfg(feature = "engine")]
pub mod make;
#[cfg(feature = "engine")]
pub mod plan;
#[cfg(feature = "engine")]
pub mod world;
#[cfg(feature = "engine")]
pub mod worlds;

#[cfg(feature = "engine")]
pub use cases::{Truth, truth};
#[cfg(feature = "engine")]
pub use export::{Case, CaseFile, generate, generate_rows};
