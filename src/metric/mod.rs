//! What "performance" means. Enter: rows already encoded (score, label, decision, block, weight). Leave:
//! mergeable profiles, and from them every metric with its interval, the difference between two tables, and
//! the verdict gate. Everything is a function of sums over blocks and of an exact tally of scores, so results
//! do not depend on chunks or workers. It deliberately does not know files, columns or words of the report.
//!
//! - [`tally`], [`weight`], [`probability`]: exact tallies, weights as whole units, row losses.
//! - [`binary`], [`multiclass`], [`regression`], [`kpi`]: one profile a task.
//! - [`estimate`], [`calibration`], [`threshold`]: values with intervals, and two special questions.
//! - [`headline`], [`gate`]: which metric is judged, and is there a drop?

pub mod binary;
pub mod binary_metrics;
pub mod calibration;
pub mod class_scores;
pub mod estimate;
pub mod gate;
pub mod headline;
pub mod kpi;
pub mod multiclass;
pub mod probability;
pub mod regression;
pub mod tally;
pub mod threshold;
pub mod weight;
pub mod worsening;

use serde::{Deserialize, Serialize};

pub use estimate::{Difference, Estimate, Measured, Missing};
pub use tally::{Tally, TallyBuilder};

/// Blocks that rows are spread over by a hash of their entity: block = hash mod 32.
pub const BLOCK_COUNT: usize = 32;

/// Every metric the product can compute.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum MetricId {
    /// Area under the ROC curve.
    Auc,
    /// Average precision.
    PrAuc,
    /// Positive rate in the best-scored tenth over the overall rate.
    Lift,
    /// Mean one-vs-rest AUC (multiclass).
    OvrAuc,
    /// Mean negative log-likelihood, nats.
    LogLoss,
    /// Mean squared error of probabilities.
    Brier,
    /// Debiased calibration error.
    Ece,
    /// Slope of the outcome's log-odds on the score's.
    CalibrationSlope,
    /// Shift of log-odds that would make the mean score right.
    CalibrationIntercept,
    /// Share of right decisions.
    Accuracy,
    /// Right among "yes" decisions.
    Precision,
    /// Found among positives.
    Recall,
    /// Harmonic mean of precision and recall.
    F1,
    /// Right among negatives.
    Specificity,
    /// Share of "yes" decisions.
    DecisionRate,
    /// Mean F1 over classes (multiclass).
    MacroF1,
    /// Share of rows whose class is among the k best scored (multiclass).
    TopK,
    /// Mean cost a row.
    ExpectedCost,
    /// Mean absolute error.
    Mae,
    /// Root mean squared error.
    Rmse,
    /// Mean error, prediction less truth.
    Bias,
    /// Share of variance explained.
    R2,
    /// Median absolute error.
    MedianAe,
    /// 90th percentile of absolute error.
    P90Ae,
    /// Mean of a business number.
    Kpi,
}

/// What kind of question a metric answers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Does it order rows well?
    Ranking,
    /// Are its probabilities right?
    Probability,
    /// Are its decisions right?
    Decision,
    /// How far off are its numbers?
    Error,
    /// What does it cost?
    Cost,
    /// A number of the business, whatever the model does.
    Business,
}

impl Family {
    /// The stable id: `ranking`, `probability`, `decision`, `error`, `cost`, `business`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Ranking => "ranking",
            Self::Probability => "probability",
            Self::Decision => "decision",
            Self::Error => "error",
            Self::Cost => "cost",
            Self::Business => "business",
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Best at this value; worse on both sides.
    Target(f64),
    /// Neither: shown, never judged.
    Neutral,
}

/// How a value is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A share 0–1, printed as percent; differences as points.
    Share,
    /// No unit, printed with decimals.
    Plain,
    /// In the label's unit.
    Label,
    /// In the unit of the costs, per row.
    Money,
    /// A ratio, printed with ×.
    Ratio,
}

/// One row of the registry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MetricInfo {
    /// Which metric.
    pub id: MetricId,
    /// Stable text id, used in JSON and on the command line.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Kind of question.
    pub family: Family,
    /// Which way is better.
    pub direction: Direction,
    /// How it is printed.
    pub format: Format,
}

const fn row(
    id: MetricId,
    name: &'static str,
    title: &'static str,
    family: Family,
    direction: Direction,
    format: Format,
) -> MetricInfo {
    MetricInfo { id, name, title, family, direction, format }
}

use Direction::{Higher, Lower, Neutral, Target};
use Family::{Business, Cost, Decision, Error, Probability, Ranking};
use Format::{Label, Money, Plain, Ratio, Share};

/// Every metric once, in order of display; the entry of `id` stands at `id as usize`.
#[rustfmt::skip]
pub const REGISTRY: [MetricInfo; 25] = [
    row(MetricId::Auc, "auc", "Ranking quality (AUC)", Ranking, Higher, Plain),
    row(MetricId::PrAuc, "pr_auc", "Ranking quality for rare cases (PR-AUC)", Ranking, Higher, Plain),
    row(MetricId::Lift, "lift", "Lift in the top 10 %", Ranking, Higher, Ratio),
    row(MetricId::OvrAuc, "ovr_auc", "Ranking quality, mean over classes (AUC)", Ranking, Higher, Plain),
    row(MetricId::LogLoss, "log_loss", "Probability error (log-loss)", Probability, Lower, Plain),
    row(MetricId::Brier, "brier", "Probability error (Brier)", Probability, Lower, Plain),
    row(MetricId::Ece, "ece", "Calibration error", Probability, Lower, Share),
    row(MetricId::CalibrationSlope, "calibration_slope", "Calibration slope (1 is right)", Probability, Target(1.0), Plain),
    row(MetricId::CalibrationIntercept, "calibration_intercept", "Calibration shift (0 is right)", Probability, Target(0.0), Plain),
    row(MetricId::Accuracy, "accuracy", "Accuracy", Decision, Higher, Share),
    row(MetricId::Precision, "precision", "Precision", Decision, Higher, Share),
    row(MetricId::Recall, "recall", "Recall", Decision, Higher, Share),
    row(MetricId::F1, "f1", "F1", Decision, Higher, Plain),
    row(MetricId::Specificity, "specificity", "Specificity", Decision, Higher, Share),
    row(MetricId::DecisionRate, "decision_rate", "Share of \"yes\" decisions", Decision, Neutral, Share),
    row(MetricId::MacroF1, "macro_f1", "F1, mean over classes", Decision, Higher, Plain),
    row(MetricId::TopK, "top_k", "True class among the best scored", Decision, Higher, Share),
    row(MetricId::ExpectedCost, "expected_cost", "Cost a row", Cost, Lower, Money),
    row(MetricId::Mae, "mae", "Mean absolute error", Error, Lower, Label),
    row(MetricId::Rmse, "rmse", "Root mean squared error", Error, Lower, Label),
    row(MetricId::Bias, "bias", "Mean error (0 is right)", Error, Target(0.0), Label),
    row(MetricId::R2, "r2", "Variance explained (R²)", Error, Higher, Plain),
    row(MetricId::MedianAe, "median_ae", "Median absolute error", Error, Lower, Label),
    row(MetricId::P90Ae, "p90_ae", "90th percentile of absolute error", Error, Lower, Label),
    row(MetricId::Kpi, "kpi", "Business number", Business, Neutral, Plain),
];

impl MetricId {
    /// The registry's row.
    #[must_use]
    pub const fn info(self) -> &'static MetricInfo {
        &REGISTRY[self as usize]
    }

    /// Stable text id, for example `auc`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.info().name
    }

    /// Name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.info().title
    }

    /// Kind of question.
    #[must_use]
    pub const fn family(self) -> Family {
        self.info().family
    }

    /// Whether more is better; `false` for metrics with a target or without a direction.
    #[must_use]
    pub const fn larger_is_better(self) -> bool {
        matches!(self.info().direction, Direction::Higher)
    }

    /// The metric with that text id; hyphens and case do not matter.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let wanted = name.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        REGISTRY.iter().find(|info| info.name == wanted).map(|info| info.id)
    }

    /// The value turned so that larger is worse: −v, v, or the distance from the target. Neutral metrics
    /// keep their value.
    #[must_use]
    pub fn badness(self, value: f64) -> f64 {
        match self.info().direction {
            Direction::Higher => -value,
            Direction::Lower | Direction::Neutral => value,
            Direction::Target(target) => (value - target).abs(),
        }
    }

    /// How much worse `after` is than `before`, in the metric's unit: the growth of [`Self::badness`].
    #[must_use]
    pub fn worsening(self, before: f64, after: f64) -> f64 {
        self.badness(after) - self.badness(before)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_in_order_and_its_names_are_unique() {
        for (index, info) in REGISTRY.iter().enumerate() {
            assert_eq!(info.id as usize, index);
            assert_eq!(MetricId::from_name(info.name), Some(info.id));
            let json = serde_json::to_string(&info.id).unwrap();
            assert_eq!(json, format!("\"{}\"", info.name));
        }
        assert_eq!(MetricId::from_name("PR-AUC"), Some(MetricId::PrAuc));
        assert_eq!(MetricId::from_name("nope"), None);
    }

    #[test]
    fn badness_grows_when_worse() {
        assert!(MetricId::Auc.badness(0.7) > MetricId::Auc.badness(0.8));
        assert!(MetricId::LogLoss.badness(0.7) > MetricId::LogLoss.badness(0.6));
        assert!(
            MetricId::CalibrationSlope.badness(0.7)
                > MetricId::CalibrationSlope.badness(1.1)
        );
        assert!(MetricId::Auc.larger_is_better() && !MetricId::Brier.larger_is_better());
    }
}
