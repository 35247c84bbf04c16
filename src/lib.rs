//! whydrop: why did the model get worse after launch?
//!
//! Two files in — **reference** (before launch) and **production** (after launch) — and one
//! [`report::Report`] out. Data flows one way:
//!
//! 1. [`data`] turns bytes into batches of typed columns, by ranges, never the whole file.
//! 2. [`encode`] turns columns into one byte a row with bin edges from the reference only,
//!    and the rows' score, label, decision, block and day beside them.
//! 3. [`metric`], [`drift`], [`slice`] and [`onset`] ask questions of those codes; every answer is
//!    a histogram over codes and blocks, so results merge by addition.
//! 4. [`model`] fits small trees on the codes of the row sample; [`bug`] looks for fingerprints of broken inputs,
//!    [`ladder`] splits the drop into terms that add up, and [`cause`] weighs the evidence.
//! 5. [`story`] turns the measurements into words, [`act`] into options, queries and alert limits; [`report`] holds
//!    them all, and the page shows them.
//!    `explain` says how each number is worked out, for the page and for `docs/`.
//!
//! [`practise`] scores what a candidate makes of a case whose cause is hidden.
//!
//! [`engine`] is the only place that knows the order of the gates. Everything here is pure: no clock,
//! no browser, no random numbers that are not seeded. The browser lives in `platform`, `state`,
//! `chart` and `ui` (feature `page`) and in the worker program.
//!
//! # Words
//! *Reference* and *production* are the two tables; a *feature* is an input of the user's model; the
//! *label* is the outcome; the *score* is the model's output; the *decision* is what was done with it;
//! a *slice* is a segment of rows; a *note* is something that could not be checked.

pub mod act;
#[cfg(feature = "engine")]
pub mod bug;
#[cfg(feature = "engine")]
pub mod cause;
#[cfg(feature = "page")]
pub mod chart;
pub mod choices;
#[cfg(feature = "engine")]
pub mod data;
#[cfg(feature = "engine")]
pub mod drift;
pub mod encode;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "headless")]
pub mod explain;
#[cfg(feature = "engine")]
pub mod ladder;
#[cfg(feature = "engine")]
pub mod metric;
#[cfg(feature = "engine")]
pub mod model;
#[cfg(feature = "engine")]
pub mod onset;
#[cfg(feature = "page")]
pub mod platform;
pub mod practise;
pub mod report;
pub mod scenario;
pub mod share;
#[cfg(feature = "engine")]
pub mod slice;
#[cfg(feature = "page")]
pub mod state;
pub mod stats;
pub mod story;
#[cfg(feature = "page")]
pub mod ui;
pub mod what_if;
pub mod worker;
