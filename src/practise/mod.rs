//! Practice: a case whose cause is hidden. A level and a seed enter; what the candidate may choose, how it is
//! scored and what a good answer says leave. The cases themselves and their truth are made by
//! the scenarios in the worker; this room only knows the shape of a [`Truth`].
//!
//! 1. [`key`] names a case, in a link too.
//! 2. [`mitigation`] lists what can be done and why, and what fits which cause.
//! 3. [`rubric`] scores the five points.
//! 4. [`model`](model::model_answer) writes the model answer from the truth and the report.
//!
//! # Decisions
//! - What can be scored is: causes against the truth, the order of the plan, mitigations against the cause.
//!   The explanation is not: the candidate compares it with the model answer and ticks a checklist.
//! - A point is 0, 1 or 2: missing, partly there, there. Finer marks would claim a precision nobody has.

pub mod key;
pub mod mitigation;
pub mod model;
pub mod rubric;

use serde::{Deserialize, Serialize};

pub use key::{CaseKey, Level};
pub use mitigation::{Mitigation, Reason};
pub use model::{ModelAnswer, model_answer};
pub use rubric::{Answer, Mark, POINTS, PlanOrder, Point, score};

/// What the candidate is told before the start: never the cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// A few words.
    pub title: String,
    /// What the team knows.
    pub story: String,
}

/// What is true of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Ids of the causes, the main one first; empty when there is no real drop.
    pub causes: Vec<String>,
    /// Columns that carry them, the most telling first.
    pub columns: Vec<String>,
    /// First changed day, ISO 8601; `None` when it was so from the first day or nothing changed.
    pub onset: Option<String>,
}

/// What is shown after the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Solution {
    /// What is true.
    pub truth: Truth,
    /// What a good answer says.
    pub model: ModelAnswer,
}
