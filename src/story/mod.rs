//! Words. A finished [`Report`](crate::report::Report) enters, sentences leave: the verdict, the five parts
//! of the explanation, the debugging plan, and one sentence a finding, slice, change point or note. All of
//! it is deterministic and made by typed functions, so that another language is mechanical work.
//!
//! 1. [`number`] prints numbers, [`phrase`] joins words, [`metric_words`] knows what a metric is called.
//! 2. [`verdict`], [`finding`], [`segment`], [`change`] and [`note`] make single sentences for the engine.
//! 3. [`tell`] fills the five parts A–E and [`plan`](plan::plan) the five steps from the whole report;
//!    [`talk`](talk::talk) makes the cards, notes and questions of a talk.
//!
//! # Decisions
//! - Facts only. While `report.causes` is empty the story says that the causes have not been examined and
//!   lists what changed; it never guesses. A filled list is told by [`cause`] without further change.
//! - No p-values and no statistic's name without plain words beside it. Chance is told by the interval.
//! - A sentence never starts with a column's name (names may be small letters) and never blames anybody.
//! - Every paragraph carries a number, a column, a date or a segment of this report.

pub mod cause;
pub mod change;
pub mod evidence;
pub(crate) mod facts;
pub mod finding;
#[cfg(feature = "engine")]
pub mod from_check;
mod happened;
pub mod metric_words;
mod mitigation;
mod next_steps;
pub mod note;
pub mod number;
pub mod option_words;
pub mod path_words;
pub mod phrase;
pub mod plan;
pub mod segment;
pub mod talk;
mod tell;
pub mod verdict;
pub mod watch;

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

pub use change::{ChangeFacts, change_point_sentence};
pub use plan::plan;
pub use segment::slice_title;
pub use talk::talk;
pub use tell::tell;
pub use verdict::{also_sentence, expected_sentence, verdict_sentence};
