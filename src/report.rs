//! The one result type: everything the page, the headless program and a reader of `report.json` may show.
//! Versioned JSON with stable top-level names and ids. Aggregates only: no row, no id value, base names of
//! files only. Every number says its unit and range here. `points` and `difference` are in the metric's own
//! unit (a rate is 0–1, not percent); `difference` is production − reference; `points` are positive when
//! worse and sum to `difference` turned so that worse is positive.

mod act;
mod what_if;

use serde::{Deserialize, Serialize};

use crate::choices::{Business, Kind, Role, TableRole, Task};

pub use act::{
    Basis, Check, CheckKind, Choice, Monitoring, Options, OwnNoise, PathStep, Query, Test,
};
pub use what_if::{
    BaselineReport, Decided, Histogram, OldModel, Outcomes, Population, WhatIf,
};

/// The version of the JSON's shape; a reader refuses a version it does not know.
pub const REPORT_VERSION: u32 = 1;

/// The result of one analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_VERSION`].
    pub version: u32,
    /// The answer.
    pub verdict: Verdict,
    /// What the model predicts.
    pub task: Task,
    /// The headline metric.
    pub metric: MetricChange,
    /// Every metric that could be computed, headline included, in registry order.
    pub metrics: Vec<MetricChange>,
    /// The drop split into terms that add up; empty while not examined.
    pub attribution: Vec<AttributionTerm>,
    /// What stands behind the terms: groups of columns with their share of a term, largest first.
    #[serde(default)]
    pub shares: Vec<TermShare>,
    /// What re-tuning would give back: the second axis of the split.
    #[serde(default)]
    pub remedies: Vec<Remedy>,
    /// Ranked causes, best first, only those at least "possible"; empty while not examined.
    pub causes: Vec<Cause>,
    /// Every cause that was looked for, in the product's order, with what came of it; empty while not examined.
    #[serde(default)]
    pub examined: Vec<Examined>,
    /// The metric that production should have if only who we see had changed; `None` when it was not worked out.
    #[serde(default)]
    pub expected: Option<Expected>,
    /// Whether the model was served what the log and the offline pipeline say; `None` when neither could be
    /// compared.
    #[serde(default)]
    pub parity: Option<Parity>,
    /// Segments that grew and segments that got worse.
    pub slices: Slices,
    /// One entry a column: inputs before outputs, then by effect on the metric, drift and name.
    pub columns: Vec<ColumnReport>,
    /// Score pictures; `None` without a score.
    pub scores: Option<ScoreReport>,
    /// Periods of production (and of the reference where it has time), oldest first; empty without time.
    pub series: Vec<Period>,
    /// When it changed.
    pub change_point: ChangePoint,
    /// Business numbers before and after.
    pub kpis: Vec<KpiChange>,
    /// Score histograms by outcome, to try out cut-offs and costs; `None` where there is nothing to try (no score
    /// and no decision, or not a yes/no model).
    #[serde(default)]
    pub what_if: Option<WhatIf>,
    /// The previous model on the same rows; `None` without a column of role `baseline`.
    #[serde(default)]
    pub baseline: Option<BaselineReport>,
    /// The five-step debugging plan.
    pub plan: Vec<PlanStep>,
    /// What can be done, side by side, and the recommended path.
    #[serde(default)]
    pub options: Options,
    /// Alert limits made from this data.
    #[serde(default)]
    pub monitoring: Monitoring,
    /// The plain-language explanation in five parts.
    pub story: Story,
    /// The talk that presents the report in 5, 7 or 10 minutes; no cards in a report that was cut short.
    #[serde(default)]
    pub talk: Talk,
    /// What could not be checked, and other partial trouble.
    pub notes: Vec<Note>,
    /// What was read and how it was understood.
    pub inputs: Inputs,
    /// What was done to the report before it was shared; `None` for one as it was analysed.
    #[serde(default)]
    pub shared: Option<Shared>,
    /// Wall-clock seconds of the analysis; the only field that differs between two runs.
    pub seconds: f64,
}

/// What was done to a report before it was shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    /// Whether it came out of a link; else out of a file.
    pub by_link: bool,
    /// Whether names of columns, values and files were replaced.
    pub redacted: bool,
    /// Groups of fewer than ten rows that were merged or hidden.
    pub groups_hidden: u64,
    /// Ids of what is not carried, for example `evidence`, `columns`.
    pub left_out: Vec<String>,
    /// Compared columns that are not carried.
    pub columns_left_out: u64,
    /// Those among them that moved.
    pub moved_left_out: u64,
}

/// The five honest kinds of answer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// Performance dropped.
    Dropped,
    /// It did not drop.
    NotDropped,
    /// It improved.
    Improved,
    /// Too few rows to tell.
    #[default]
    NotEnoughRows,
    /// Production has no labels yet.
    UnknownWithoutLabels,
}

/// How sure the verdict is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The bound clears the limit by far.
    AlmostCertain,
    /// The bound clears the limit.
    Likely,
    /// The data lean one way, no more.
    Possible,
    /// Nothing can be said.
    #[default]
    CouldNotCheck,
}

/// The answer in one sentence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which of the five.
    pub kind: VerdictKind,
    /// One sentence with the number, its base and its comparison.
    pub sentence: String,
    /// How sure.
    pub confidence: Confidence,
    /// For `not_enough_rows`: production rows that would be needed (labelled; 1 or more).
    pub rows_needed: Option<u64>,
    /// The smallest change worth calling a drop, in the headline metric's unit (above 0).
    pub minimum_effect: f64,
    /// Material drops in another family than the headline's, one sentence each.
    pub also: Vec<String>,
}

/// A metric before and after. `None` where it cannot be computed (`why_missing` says why).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricChange {
    /// Stable id, for example `auc`.
    pub name: String,
    /// Name for people, for example "Ranking quality (AUC)".
    pub title: String,
    /// `ranking`, `probability`, `decision`, `error` or `cost`.
    pub family: String,
    /// How to print it.
    pub unit: Unit,
    /// Value on the reference.
    pub reference: Option<f64>,
    /// Value on production.
    pub production: Option<f64>,
    /// production − reference.
    pub difference: Option<f64>,
    /// Lower end of the 95 % interval of the difference.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval of the difference.
    pub ci_high: Option<f64>,
    /// 95 % interval of the reference value.
    pub reference_interval: Option<(f64, f64)>,
    /// 95 % interval of the production value.
    pub production_interval: Option<(f64, f64)>,
    /// Whether larger is better; for a metric with a target (calibration slope 1) `false` of its distance.
    pub larger_is_better: bool,
    /// Rows behind the reference value.
    pub reference_rows: u64,
    /// Rows behind the production value.
    pub production_rows: u64,
    /// Value on the shadow table, when there is one.
    pub shadow: Option<f64>,
    /// Value on the training table, when there is one.
    pub training: Option<f64>,
    /// Why a value is missing.
    pub why_missing: Option<String>,
}

/// How a number is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share of rows, 0–1, printed as percent; differences as points.
    Share,
    /// A score without unit (AUC, log-loss), printed with decimals.
    #[default]
    Plain,
    /// In the label's unit.
    Label,
    /// In the unit of the costs, per row.
    Money,
    /// A ratio, printed with ×.
    Ratio,
}

/// One term of the split of the drop.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AttributionTerm {
    /// `never_seen`, `who_we_see`, `broken_inputs`, `relationship`, `threshold` or `optimism`.
    pub term: String,
    /// Points, positive when worse.
    pub points: f64,
    /// Lower end of the 95 % interval.
    pub ci_low: f64,
    /// Upper end of the 95 % interval.
    pub ci_high: f64,
}

/// A named cause with its evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// Id from the product's table of causes, for example `unit_or_encoding`.
    pub id: String,
    /// "almost certain", "likely" or "possible".
    pub word: String,
    /// Calibrated probability that the cause is present, 0–1.
    pub presence: f64,
    /// Share of the drop it explains; `None` when unpriced.
    pub share: Option<f64>,
    /// Points it explains, positive when worse; `None` when unpriced.
    pub points: Option<f64>,
    /// Columns involved, best first.
    pub columns: Vec<String>,
    /// Sentences for.
    pub evidence_for: Vec<String>,
    /// Sentences against.
    pub evidence_against: Vec<String>,
    /// The check that would change our mind.
    pub next_check: String,
}

/// How the points of a break were worked out; not in the report itself, whose sentences say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priced {
    /// It was undone, or done to rows from before launch.
    #[default]
    Replayed,
    /// Rows that never arrived were put back.
    PutBack,
    /// Repeated rows were counted once.
    Once,
    /// It could not be replayed: the points are what nothing else explains.
    LeftOver,
}

/// What is missing to check a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// Labels of production rows.
    Labels,
    /// Labels of production rows in the words of before launch.
    Words,
    /// Labels of reference rows.
    LabelsBefore,
    /// The terms of the change: both tables have labels, and the metric could not be split.
    Terms,
    /// The model's scores.
    Scores,
    /// Decisions.
    Decisions,
    /// A time column.
    Time,
    /// The training rows or their metric.
    Training,
}

impl Lacking {
    /// Each of them; links tell them by their place.
    pub const ALL: [Self; 8] = [
        Self::Labels,
        Self::Words,
        Self::LabelsBefore,
        Self::Terms,
        Self::Scores,
        Self::Decisions,
        Self::Time,
        Self::Training,
    ];
}

/// The causes of the product's table, in its order. The codes in brackets are those of the methods' notes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum CauseId {
    /// Different people or items (A1).
    PopulationShift,
    /// The time of year, a promotion, a policy change (A2).
    SeasonalityEvent,
    /// Users or products the model had never met (A3).
    ColdStart,
    /// A column computed differently live (B1).
    UnitOrEncoding,
    /// Late, empty or defaulted data (B2).
    MissingOrDefault,
    /// Timezone or day cut-off (B3).
    TimeWindow,
    /// Category names changed (B4).
    CategoryMapping,
    /// Wrong keys, lost or duplicated rows (B5).
    JoinOrFilter,
    /// A column stopped updating (B6).
    StaleFeature,
    /// The model saw something other than the log, or another version ran (B7).
    ServedNotLogged,
    /// Outcomes late or redefined (B8).
    LabelProblem,
    /// The model memorised the lab (C1).
    Overfitting,
    /// A column knew the answer in the lab (C2).
    LabelLeakage,
    /// The cut-off is wrong for the real costs (C3).
    ThresholdCost,
    /// The overall rate moved (C4).
    CalibrationBaseRate,
    /// The model's decisions changed what is observed (D1).
    FeedbackLoop,
    /// Same inputs, different behaviour (D2).
    ConceptDrift,
}

impl CauseId {
    /// Every cause, in order.
    pub const ALL: [Self; 17] = [
        Self::PopulationShift,
        Self::SeasonalityEvent,
        Self::ColdStart,
        Self::UnitOrEncoding,
        Self::MissingOrDefault,
        Self::TimeWindow,
        Self::CategoryMapping,
        Self::JoinOrFilter,
        Self::StaleFeature,
        Self::ServedNotLogged,
        Self::LabelProblem,
        Self::Overfitting,
        Self::LabelLeakage,
        Self::ThresholdCost,
        Self::CalibrationBaseRate,
        Self::FeedbackLoop,
        Self::ConceptDrift,
    ];

    /// The id in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PopulationShift => "population_shift",
            Self::SeasonalityEvent => "seasonality_event",
            Self::ColdStart => "cold_start",
            Self::UnitOrEncoding => "unit_or_encoding",
            Self::MissingOrDefault => "missing_or_default",
            Self::TimeWindow => "time_window",
            Self::CategoryMapping => "category_mapping",
            Self::JoinOrFilter => "join_or_filter",
            Self::StaleFeature => "stale_feature",
            Self::ServedNotLogged => "served_not_logged",
            Self::LabelProblem => "label_problem",
            Self::Overfitting => "overfitting",
            Self::LabelLeakage => "label_leakage",
            Self::ThresholdCost => "threshold_cost",
            Self::CalibrationBaseRate => "calibration_base_rate",
            Self::FeedbackLoop => "feedback_loop",
            Self::ConceptDrift => "concept_drift",
        }
    }

    /// The cause with this id.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }

    /// Whether something between source and model is broken: a bug rather than drift.
    #[must_use]
    pub const fn is_pipeline(self) -> bool {
        matches!(
            self,
            Self::UnitOrEncoding
                | Self::MissingOrDefault
                | Self::TimeWindow
                | Self::CategoryMapping
                | Self::JoinOrFilter
                | Self::StaleFeature
                | Self::ServedNotLogged
                | Self::LabelProblem
        )
    }

    /// Whether it made the lab's figure too good: what it promised was never there to lose.
    #[must_use]
    pub const fn flatters_the_lab(self) -> bool {
        matches!(self, Self::Overfitting | Self::LabelLeakage)
    }

    /// Whether it distorts the figure rather than the model: what is measured is then not what is.
    #[must_use]
    pub const fn distorts_measurement(self) -> bool {
        matches!(self, Self::LabelProblem | Self::FeedbackLoop)
    }
}

/// What came of looking for a cause.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Examined {
    /// Id of the cause.
    pub id: String,
    /// "almost certain", "likely", "possible", "unlikely", "ruled out" or "could not check".
    pub word: String,
    /// Calibrated probability, 0–1; `None` when it could not be checked.
    pub presence: Option<f64>,
    /// Why: the strongest evidence, or what is missing to check it.
    pub because: String,
}

/// The part of one term that one group of columns stands behind. The shares of a term need not sum to it:
/// what no single group explains is a share of its own, titled so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TermShare {
    /// The term, as in `attribution`.
    pub term: String,
    /// Columns of the group; empty for what is not about single columns.
    pub columns: Vec<String>,
    /// Words, for example "channel" or "combinations of columns".
    pub title: String,
    /// Points, positive when worse.
    pub points: f64,
}

/// What a change of the cut-off, or of the probabilities, would give back on production.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Remedy {
    /// `threshold` or `recalibration`.
    pub id: String,
    /// Metric it is worked out in, by id.
    pub metric: String,
    /// Points given back on production, positive when it helps (0 or more but for noise).
    pub points: f64,
    /// Lower end of the 95 % interval.
    pub ci_low: f64,
    /// Upper end of the 95 % interval.
    pub ci_high: f64,
    /// The same on the reference: what was always to be had.
    pub reference_points: f64,
    /// The cut-off in use, for `threshold`.
    pub from: Option<f64>,
    /// The best cut-off on production, for `threshold`.
    pub to: Option<f64>,
    /// One sentence.
    pub sentence: String,
}

/// Expected performance: what the metric should be if the relation between inputs and outcome had not changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// Metric id.
    pub metric: String,
    /// Expected value on production; `None` when it is refused.
    pub value: Option<f64>,
    /// Lower end of the 95 % interval.
    pub ci_low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub ci_high: Option<f64>,
    /// The reference's value.
    pub reference: f64,
    /// The realised value, where labels are at hand.
    pub realised: Option<f64>,
    /// The metric to expect on the production rows with an outcome and on all of them, where these differ enough to
    /// matter: those with an outcome are then not typical.
    #[serde(default)]
    pub labelled_and_all: Option<(f64, f64)>,
    /// What it assumes, in words.
    pub assumption: String,
    /// Why it is refused; `None` when it is not.
    pub refused: Option<String>,
}

/// Whether the model was served what the log and the offline pipeline say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Parity {
    /// The comparison with the shadow table, entity by entity.
    pub shadow: Option<ShadowParity>,
    /// Whether logged inputs reproduce logged scores.
    pub consistency: Option<Consistency>,
}

/// Production against shadow, entity by entity.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShadowParity {
    /// Sampled production rows whose entity is in the shadow table.
    pub matched_rows: u64,
    /// Share of production entities without a shadow row, 0–1; `None` when samples cannot tell.
    pub production_unmatched: Option<f64>,
    /// Share of shadow entities without a production row, 0–1; `None` when samples cannot tell.
    pub shadow_unmatched: Option<f64>,
    /// Columns compared, most mismatches first.
    pub columns: Vec<ParityColumn>,
    /// Mean absolute difference of the scores; `None` without scores.
    pub score_difference: Option<f64>,
    /// One sentence.
    pub sentence: String,
}

/// One column in both pipelines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParityColumn {
    /// Name.
    pub name: String,
    /// Share of matched rows that differ, 0–1.
    pub mismatch: f64,
    /// Lower end of its 95 % interval.
    pub ci_low: f64,
    /// Upper end of its 95 % interval.
    pub ci_high: f64,
    /// `same`, `unit`, `offset`, `missing`, `stale`, `format`, `timezone` or `other`.
    pub kind: String,
    /// One sentence.
    pub sentence: String,
}

/// Whether the logged inputs reproduce the logged score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Consistency {
    /// Share of the score's variance that the columns reproduce on held-out reference rows, 0–1.
    pub fidelity: f64,
    /// Typical distance between logged and reproduced score, production over reference (1: the same).
    pub spread_ratio: f64,
    /// Share of production rows whose score is far off, 0–1.
    pub outliers: f64,
    /// Whether production fails the test.
    pub fails: bool,
    /// One sentence.
    pub sentence: String,
}

/// Two lists of segments.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slices {
    /// Segments whose share of rows changed towards harder cases, largest effect first.
    pub grew: Vec<Slice>,
    /// Segments where the same share of rows does worse, largest effect first.
    pub worse: Vec<Slice>,
}

/// One segment. The exact split: `mix_points + rate_points` is its contribution to the change of the mean loss.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Slice {
    /// Words, for example "region is North and tenure below 12".
    pub title: String,
    /// One or two conditions.
    pub conditions: Vec<Condition>,
    /// Share of reference rows, 0–1.
    pub reference_share: f64,
    /// Share of production rows, 0–1.
    pub production_share: f64,
    /// Labelled production rows inside.
    pub production_rows: u64,
    /// Mean loss inside, reference (larger is worse; `None` without rows).
    pub reference_loss: Option<f64>,
    /// Mean loss inside, production.
    pub production_loss: Option<f64>,
    /// Points because the segment grew or shrank, positive when worse.
    pub mix_points: f64,
    /// Points because it does worse inside, positive when worse.
    pub rate_points: f64,
    /// 95 % interval of the list's own quantity (mix for `grew`, rate for `worse`).
    pub interval: (f64, f64),
}

/// A condition on one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// Column name.
    pub column: String,
    /// Words after the column's name: "is North", "below 12", "is missing".
    pub is: String,
    /// The same, exactly.
    #[serde(default)]
    pub test: Test,
}

/// What happened to one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it is for.
    pub role: Role,
    /// `None` when the column was not compared (`why_not` says why).
    pub drift: Option<ColumnDrift>,
    /// Why it was not compared.
    pub why_not: Option<String>,
    /// Points of the headline metric because its mix moved, positive when worse; `None` without labels.
    pub mix_points: Option<f64>,
    /// Missing share in the reference, 0–1.
    pub reference_missing: f64,
    /// Missing share in production, 0–1.
    pub production_missing: f64,
    /// Findings about the column, worst first, one sentence each, with their code.
    pub findings: Vec<ColumnFinding>,
    /// Bars of both distributions, in order (numeric from low to high; categories by reference share).
    pub bins: Vec<Bin>,
    /// Numbers of the reference (numeric columns).
    pub reference_numbers: Option<NumberSummary>,
    /// Numbers of production (numeric columns).
    pub production_numbers: Option<NumberSummary>,
    /// How the reference's own periods differ; `None` where it was not counted.
    #[serde(default)]
    pub own: Option<OwnNoise>,
}

/// A finding about one column.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnFinding {
    /// Stable code, for example `missing_rate`, `new_categories`, `out_of_range`.
    pub code: String,
    /// One sentence with its numbers.
    pub sentence: String,
}

/// How far a column moved.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnDrift {
    /// Noise-corrected total variation distance, 0–1: about this share of rows moved to another bin.
    pub moved: f64,
    /// Lower end of its 95 % interval.
    pub moved_low: f64,
    /// Upper end of its 95 % interval.
    pub moved_high: f64,
    /// `none`, `slight`, `clear` or `strong`.
    pub band: DriftBand,
    /// Pooled chi-square (Rao–Scott corrected).
    pub chi_square: f64,
    /// Its degrees of freedom.
    pub degrees_of_freedom: u32,
    /// Its p-value.
    pub p_value: f64,
    /// Benjamini–Hochberg q-value in the family of all columns.
    pub q_value: f64,
    /// Population stability index less its expectation under no drift (0 or more).
    pub psi: f64,
    /// Jensen–Shannon divergence, bits, 0–1.
    pub jensen_shannon: f64,
    /// Hellinger distance, 0–1.
    pub hellinger: f64,
    /// Kolmogorov–Smirnov D, 0–1 (numeric columns).
    pub ks: Option<f64>,
    /// Wasserstein distance in the column's unit (numeric columns).
    pub wasserstein: Option<f64>,
    /// Wasserstein distance over the reference's spread (numeric columns).
    pub wasserstein_scaled: Option<f64>,
    /// How far reference periods normally wobble (95th percentile of their own distance); `None` without time.
    pub own_noise: Option<f64>,
}

/// Words for `moved`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum DriftBand {
    /// Below 0.05, or not significant.
    #[default]
    None,
    /// 0.05–0.10.
    Slight,
    /// 0.10–0.25.
    Clear,
    /// 0.25 or more.
    Strong,
}

/// One bar of a distribution.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// Words: a category, a value, a range, "missing", "new", "other".
    pub title: String,
    /// `value`, `range`, `category`, `new`, `other`, `low`, `high` or `missing`.
    pub kind: BinKind,
    /// Lower edge (inclusive) of a range.
    pub low: Option<f64>,
    /// Upper edge (exclusive) of a range.
    pub high: Option<f64>,
    /// Reference rows.
    pub reference: u64,
    /// Production rows.
    pub production: u64,
    /// Mean loss of labelled reference rows.
    pub reference_loss: Option<f64>,
    /// Mean loss of labelled production rows.
    pub production_loss: Option<f64>,
}

/// What a bin stands for.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum BinKind {
    /// One exact value of a number.
    #[default]
    Value,
    /// A range of numbers.
    Range,
    /// A category of the reference.
    Category,
    /// A category only production has.
    New,
    /// Rare categories of the reference together.
    Other,
    /// New categories too rare for a bin of their own.
    Unseen,
    /// Below the reference's range.
    Low,
    /// Above the reference's range.
    High,
    /// Null.
    Missing,
}

/// Moments and quantiles of a numeric column, nulls left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NumberSummary {
    /// Smallest value.
    pub minimum: f64,
    /// Largest value.
    pub maximum: f64,
    /// Mean.
    pub mean: f64,
    /// 5 %, 25 %, 50 %, 75 % and 95 % quantiles, of the row sample.
    pub quantiles: [f64; 5],
}

/// Pictures of the scores.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreReport {
    /// Edges of the histogram bins, one more than bins.
    pub edges: Vec<f64>,
    /// Share of reference rows a bin.
    pub reference_histogram: Vec<f64>,
    /// Share of production rows a bin.
    pub production_histogram: Vec<f64>,
    /// Points (false positive rate, true positive rate), at most 101 each; binary only.
    pub reference_roc: Vec<(f64, f64)>,
    /// The same for production.
    pub production_roc: Vec<(f64, f64)>,
    /// Points (recall, precision); binary only.
    pub reference_precision_recall: Vec<(f64, f64)>,
    /// The same for production.
    pub production_precision_recall: Vec<(f64, f64)>,
    /// Calibration: (mean score, observed rate, rows); binary only.
    pub reference_calibration: Vec<(f64, f64, u64)>,
    /// The same for production.
    pub production_calibration: Vec<(f64, f64, u64)>,
    /// What the deployed threshold really is; `None` without a decision.
    pub threshold: Option<ThresholdReport>,
    /// Mean score and observed rate of the reference and of production, where the calibration points no longer tell
    /// them exactly: in a report out of a link.
    #[serde(default)]
    pub levels: Option<[(f64, f64); 2]>,
    /// The file gives scores in per cent; all numbers here are a hundredth of the file's.
    #[serde(default)]
    pub per_cent: bool,
}

/// The deployed threshold as recovered from scores and decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ThresholdReport {
    /// Threshold on the reference (decision is yes at or above).
    pub reference: Option<f64>,
    /// Threshold on production.
    pub production: Option<f64>,
    /// Share of reference rows whose decision does not follow it, 0–1.
    pub reference_violations: f64,
    /// Share of production rows whose decision does not follow it, 0–1.
    pub production_violations: f64,
    /// Whether the user gave it.
    pub given: bool,
}

/// One period of the time series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Which table.
    pub table: TableRole,
    /// First day, ISO 8601.
    pub start: String,
    /// Last day (inclusive), ISO 8601.
    pub end: String,
    /// Rows.
    pub rows: u64,
    /// Labelled rows.
    pub labelled_rows: u64,
    /// Headline metric.
    pub metric: Option<f64>,
    /// 95 % interval of it.
    pub metric_interval: Option<(f64, f64)>,
    /// Mean missing share over feature columns, 0–1.
    pub missing: f64,
    /// Mean drift (`moved`) over feature columns against the whole reference, 0–1.
    pub drift: f64,
    /// Share of positive decisions, 0–1.
    pub decision_rate: Option<f64>,
    /// Share of positive labels, 0–1, or the mean label of a regression.
    pub label_rate: Option<f64>,
    /// Mean of each KPI, in the order of `kpis`.
    pub kpis: Vec<Option<f64>>,
}

/// When it changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// ISO 8601 date of the first changed day, or null.
    pub at: Option<String>,
    /// The shape of the change.
    pub kind: ChangeKind,
    /// What was followed: `metric` or `drift`.
    pub of: String,
    /// One sentence.
    pub sentence: String,
}

/// Shapes of a change in time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// At once, and it stayed.
    Step,
    /// Bit by bit.
    Gradual,
    /// It came and went.
    Pulse,
    /// No change in time was found.
    #[default]
    None,
}

/// A business number before and after.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiChange {
    /// Column name.
    pub name: String,
    /// Mean a row, reference.
    pub reference_mean: Option<f64>,
    /// Mean a row, production.
    pub production_mean: Option<f64>,
    /// Sum, reference.
    pub reference_sum: f64,
    /// Sum, production.
    pub production_sum: f64,
    /// production − reference of the means.
    pub difference: Option<f64>,
    /// 95 % interval of the difference.
    pub interval: Option<(f64, f64)>,
    /// The segments where the mean moved most.
    pub slices: Vec<KpiSlice>,
}

/// A KPI inside one segment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KpiSlice {
    /// Words.
    pub title: String,
    /// Mean a row, reference.
    pub reference_mean: Option<f64>,
    /// Mean a row, production.
    pub production_mean: Option<f64>,
    /// Production rows.
    pub production_rows: u64,
}

/// One step of the debugging plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PlanStep {
    /// Imperative, for example "Confirm the symptom precisely".
    pub title: String,
    /// For example "within 24 hours".
    pub when: String,
    /// Working hours, low and high.
    pub hours: (f64, f64),
    /// Who does it.
    pub owner: String,
    /// What whydrop already checked, with the result.
    pub done: Vec<String>,
    /// What only the team can check.
    pub to_do: Vec<String>,
    /// When the step is over.
    pub exit_test: String,
    /// What to pull for what is left to do.
    #[serde(default)]
    pub queries: Vec<Query>,
}

/// The five parts of the explanation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// A. The core idea, in one analogy.
    pub analogy: Vec<String>,
    /// B. What happened and what may be behind it.
    pub causes: Vec<String>,
    /// C. The debugging plan in short.
    pub plan: Vec<String>,
    /// D. Mitigations and prevention.
    pub mitigations: Vec<String>,
    /// E. Trade-offs and next steps.
    pub next_steps: Vec<String>,
}

/// The talk that presents a report: cards, what is said to them, and likely questions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    /// Six to nine cards in order.
    pub cards: Vec<TalkCard>,
    /// Questions a product manager is likely to ask, likeliest first.
    pub questions: Vec<TalkQuestion>,
}

/// One card of the talk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkCard {
    /// `idea`, `happened`, `split`, `why`, `who_when`, `plan`, `options`, `watch` or `unchecked`.
    pub id: String,
    /// The message, without a full stop.
    pub title: String,
    /// Lines on the card, at most five.
    pub body: Vec<String>,
    /// Sentences to say, in order.
    pub notes: Vec<TalkLine>,
    /// Seconds the card stays in the talk of 5, 7 and 10 minutes; all cards sum to the talk.
    pub seconds: [u32; 3],
    /// The chart beside it: `change`, `split`, `time` or `segments`; `None` where words are enough.
    pub chart: Option<String>,
}

/// One sentence of the talk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkLine {
    /// The shortest talk that says it, in minutes: 5, 7 or 10.
    pub minutes: u32,
    /// The sentence.
    pub says: String,
}

/// A likely question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TalkQuestion {
    /// The question.
    pub asks: String,
    /// The answer, from this report.
    pub answer: String,
}

/// Partial trouble, told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Stable code, for example `ragged_rows`, `no_time_column`.
    pub code: String,
    /// Whether it limits the verdict, limits a part, or is only for information.
    pub weight: NoteWeight,
    /// What happened or could not be checked.
    pub what: String,
    /// What to try or to add; empty when nothing.
    pub try_this: String,
}

/// How much a note matters.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum NoteWeight {
    /// The verdict itself is limited.
    Verdict,
    /// A part of the report is missing.
    Part,
    /// Good to know.
    #[default]
    Information,
}

/// What was read and how it was understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Tables in order of role.
    pub tables: Vec<TableInput>,
    /// The columns and what each was taken for.
    pub columns: Vec<ColumnInput>,
    /// The label value that counts as "yes" (binary).
    pub positive: Option<String>,
    /// Class names in order (binary: no, yes).
    pub classes: Vec<String>,
    /// Business inputs as given.
    pub business: Business,
}

/// One table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableInput {
    /// Its role.
    pub role: TableRole,
    /// Base names of its files.
    pub files: Vec<String>,
    /// Rows.
    pub rows: u64,
    /// Rows with a label.
    pub labelled_rows: u64,
    /// Rows whose record had too many or too few fields.
    pub ragged_rows: u64,
    /// Joined labels, when they came in a file of their own.
    pub labels: Option<LabelJoin>,
}

/// How a label file joined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelJoin {
    /// Base names of the label files.
    pub files: Vec<String>,
    /// Labels in them.
    pub labels: u64,
    /// Table rows that found their label.
    pub matched: u64,
    /// Table rows without one.
    pub rows_unmatched: u64,
    /// Labels whose id is not in the table.
    pub labels_unmatched: u64,
    /// Labels whose id stood more than once (the first was kept).
    pub duplicate_ids: u64,
}

/// How a column was understood.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnInput {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// Role.
    pub role: Role,
    /// Why this role, in words.
    pub reason: String,
    /// Whether the user chose the role or the kind.
    pub chosen: bool,
    /// Tables that have the column.
    pub tables: Vec<TableRole>,
}
