//! What another cut-off, other costs or another model would do: rows by score bin and outcome. Enough to answer in
//! the page, without the rows. All counts are rows, or weight units where rows are weighted
//! ([`WhatIf::row_units`]).

use serde::{Deserialize, Serialize};

use super::MetricChange;
use crate::choices::TableRole;

/// Score histograms by outcome. A decision is "yes" when the model predicts the positive class, whatever the
/// decision column calls it ([`WhatIf::decision_reversed`]).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatIf {
    /// Edges of the score bins, ascending, one more than bins. A bin takes its lower edge in; the last its upper
    /// one too. Both cut-offs in use are edges.
    pub edges: Vec<f64>,
    /// The cut-off in use before launch: "yes" at or above it; `None` where decisions follow no cut-off.
    pub reference_cut_off: Option<f64>,
    /// The cut-off in use after launch.
    pub production_cut_off: Option<f64>,
    /// Whether the decision column says yes below the cut-off ("approved" when the risk is low).
    pub decision_reversed: bool,
    /// Shift and slope on the log-odds that set production's probabilities right; `None` where scores are no
    /// probabilities, or without outcomes of both kinds.
    pub recalibration: Option<(f64, f64)>,
    /// Counted units of an average row: 1 without a weight column (above 0).
    pub row_units: f64,
    /// Every count of rows in a bin is 0 or at least this; 1 where nothing was merged.
    pub least_rows: u64,
    /// Reference and production: all rows first, then up to three segments, the same for both.
    pub populations: Vec<Population>,
    /// How the previous model's output is cut; `None` without one.
    pub old_model: Option<OldModel>,
}

/// Rows of one table, all or of one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Population {
    /// [`TableRole::Reference`] or [`TableRole::Production`].
    pub table: TableRole,
    /// The segment's title as in `slices`; `None`: all rows. Segments share no row: one that is in two counts in
    /// the first.
    pub segment: Option<String>,
    /// Rows (not weight units).
    pub rows: u64,
    /// Rows whose decision moves with the cut-off, by score.
    pub score: Histogram,
    /// Rows whose decision does not: no score, or decided by something else than the cut-off.
    pub fixed: Decided,
    /// Decisions as logged, where they follow no cut-off; `None` where `score` and `fixed` tell.
    pub logged: Option<Decided>,
    /// The previous model's output on these rows, by [`OldModel::edges`].
    pub old: Option<Histogram>,
}

/// Rows by bin and outcome. Lists have one entry a bin.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Outcome no.
    pub no: Vec<u64>,
    /// Outcome yes.
    pub yes: Vec<u64>,
    /// Outcome not known.
    pub unlabelled: Vec<u64>,
    /// What right decisions on the rows of outcome no are worth together; empty without a value column.
    pub no_value: Vec<f64>,
    /// The same for outcome yes.
    pub yes_value: Vec<f64>,
}

/// Rows by decision and outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// Decided no.
    pub no: Outcomes,
    /// Decided yes.
    pub yes: Outcomes,
}

/// Rows by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Outcome no.
    pub no: u64,
    /// Outcome yes.
    pub yes: u64,
    /// Outcome not known.
    pub unlabelled: u64,
    /// What right decisions on the rows of outcome no are worth together; 0 without a value column.
    pub no_value: f64,
    /// The same for outcome yes.
    pub yes_value: f64,
}

/// How the previous model's output is read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OldModel {
    /// Edges of its bins, as [`WhatIf::edges`]. A decision has the bins 0–1 (no) and 1–2 (yes).
    pub edges: Vec<f64>,
    /// It decides yes at or above this edge.
    pub cut_off: f64,
    /// Whether the column holds decisions. If not, the cut-off is assumed: it says yes before launch as often as
    /// the model in use.
    pub is_decision: bool,
}

/// The previous model on the same rows: column of role `baseline`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BaselineReport {
    /// Name of the column.
    pub column: String,
    /// Whether it holds decisions (else scores or predicted values).
    pub is_decision: bool,
    /// The cut-off its scores were given, see [`OldModel::cut_off`]; `None` where decisions are logged, or nothing
    /// is decided.
    pub cut_off: Option<f64>,
    /// The headline metric of the previous model; values are `None` where it cannot be worked out
    /// (`why_missing` says why).
    pub metric: MetricChange,
    /// Every metric of the previous model that could be computed, in registry order.
    pub metrics: Vec<MetricChange>,
}
