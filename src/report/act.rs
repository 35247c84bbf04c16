//! What can be done: queries of the plan, options side by side, and the monitoring pack. Points are in the unit of
//! the metric they name, positive when better (given back); shares are 0–1; money is in the unit the costs were
//! given in; days are calendar days.

use serde::{Deserialize, Serialize};

use super::{Condition, Unit};

/// A query to run on the team's own tables, in two dialects. The tables are called `reference`, `production`,
/// `shadow` and `offline_features`; names and values are those of this report, quoted and escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// What it answers.
    pub title: String,
    /// For DuckDB.
    pub duckdb: String,
    /// For Spark SQL.
    pub spark: String,
}

/// What a condition asks of a column, so that it can be asked again elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Only the words are known.
    #[default]
    Unknown,
    /// A number in a range; ends that are `None` are open.
    Range {
        /// Lower end (inclusive).
        low: Option<f64>,
        /// Upper end.
        high: Option<f64>,
        /// Whether the upper end belongs to it.
        high_inclusive: bool,
    },
    /// Yes or no, however it is written.
    Truth(bool),
    /// One of these names.
    Names(Vec<String>),
    /// None of these names, and not empty: new or rare ones.
    OtherThan(Vec<String>),
    /// Empty.
    Missing,
}

/// What can be done about it, side by side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Options, the one to take first first.
    pub items: Vec<Choice>,
    /// What we would do: within 24 hours, this week, this quarter.
    pub path: Vec<PathStep>,
    /// Rows a day that affected rows and money were worked out for; `None` when unknown.
    pub rows_per_day: Option<f64>,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Stable id: `hot_fix`, `switch_off_segment`, `roll_back`, `old_cut_off`, `move_threshold`, `recalibrate`, `retrain`,
    /// `drop_column`, `time_validation`, `hold_out`, `wait_for_labels`, `wait_out_season`, `keep`.
    pub id: String,
    /// Imperative, for example "Switch the model off where region is North".
    pub title: String,
    /// What it does here, with its number.
    pub what: String,
    /// Points given back; `None` when it cannot be priced (`price_words` says why).
    pub points: Option<f64>,
    /// 95 % interval of the points, where there is one.
    pub interval: Option<(f64, f64)>,
    /// Whether the points are the most that can be had rather than what is expected.
    pub at_most: bool,
    /// Metric of the points, by id.
    pub metric: String,
    /// How to print the points.
    pub unit: Unit,
    /// Points in words, or why there are none.
    pub price_words: String,
    /// Rows a day it touches (0 or more).
    pub rows_per_day: Option<f64>,
    /// Users a day it touches (0 or more).
    pub users_per_day: Option<f64>,
    /// Money a day it gives back (0 or more); `None` without costs, value or traffic.
    pub money_per_day: Option<f64>,
    /// Days until it works, low and high.
    pub days: (f64, f64),
    /// What can go wrong.
    pub risk: String,
    /// How to undo it.
    pub undo: String,
    /// Which numbers of this report it was worked out from.
    pub based_on: String,
    /// Ids of the causes it answers.
    pub answers: Vec<String>,
    /// What would price it, when this report cannot.
    pub query: Option<Query>,
}

/// One stage of the recommended path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathStep {
    /// "Within 24 hours", "This week" or "This quarter".
    pub when: String,
    /// What to do, one sentence each.
    pub what: Vec<String>,
}

/// How the reference's own parts differ from the whole of it: what is usual for a column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OwnNoise {
    /// What the parts are.
    pub basis: Basis,
    /// Parts (2 or more).
    pub parts: u64,
    /// Rows a part, in the middle (1 or more).
    pub rows: f64,
    /// Distance of a part from the whole over the bars of [`crate::act::bars`]: mean, 0–1.
    pub moved: f64,
    /// Its standard deviation over the parts.
    pub moved_spread: f64,
    /// Standard deviation of the missing share over the parts, 0–1.
    pub missing_spread: f64,
}

/// Where a limit's noise comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The reference's own periods in time.
    Periods,
    /// Blocks of rows: there is no time.
    Blocks,
    /// The number of rows alone.
    Rows,
}

/// Alert limits made from this data.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Monitoring {
    /// False alarms a month (30 days) that all checks together may raise (above 0).
    pub false_alarms_per_month: f64,
    /// Days between two runs, and days of rows each run looks at (1 or more).
    pub every_days: u32,
    /// Rows a run is expected to see (1 or more).
    pub rows_per_run: f64,
    /// Chance that one check raises a false alarm in one run, 0–1.
    pub chance_per_check: f64,
    /// The checks: data, model, business.
    pub checks: Vec<Check>,
    /// What to do when: roll back, switch off, look.
    pub rules: Vec<String>,
}

/// One check with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Stable id, for example `missing_income`.
    pub id: String,
    /// `data`, `model` or `business`.
    pub family: String,
    /// What is measured.
    pub kind: CheckKind,
    /// Words.
    pub title: String,
    /// The column it is about, where it is about one.
    pub column: Option<String>,
    /// The rows it is about; empty is all.
    pub conditions: Vec<Condition>,
    /// What is usual: the reference's own value.
    pub usual: Option<f64>,
    /// Raise an alarm below this.
    pub low: Option<f64>,
    /// Raise an alarm above this.
    pub high: Option<f64>,
    /// How to print the values.
    pub unit: Unit,
    /// Where the limit's noise comes from.
    pub basis: Basis,
    /// The value in production as analysed here.
    pub now: Option<f64>,
    /// Whether that would have raised the alarm.
    pub raised: bool,
}

/// What a check measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// Share of empty values.
    Missing,
    /// Share of values the reference does not have.
    NewValues,
    /// Share of numbers outside the reference's range.
    Range,
    /// Number of different values.
    Distinct,
    /// Distance of the distribution from the reference's, 0–1.
    Drift,
    /// The headline metric.
    Metric,
    /// Mean loss inside a segment.
    Segment,
    /// Mean score less the share of positive outcomes.
    Calibration,
    /// Share of yes decisions.
    DecisionRate,
    /// Mean of a business number a row.
    Kpi,
}
