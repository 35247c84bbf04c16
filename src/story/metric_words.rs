//! What each metric is called in running text, and which way is worse. Unknown ids fall back to the title
//! the metric brings along, so that a new metric reads well before it has words of its own.

use super::{number, phrase};
use crate::report::{MetricChange, Unit};

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Better {
    /// Larger values.
    Higher,
    /// Smaller values.
    Lower,
    /// Values near the target.
    Near(f64),
    /// Neither: a fact, not a quality.
    Neither,
}

/// The words of one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Words {
    /// In running text, with the technical name in parentheses where it helps: "ranking quality (AUC)".
    pub name: String,
    /// Shorter, for the second mention: "ranking quality".
    pub short: String,
    /// Which way is better.
    pub better: Better,
}

/// The words for `metric`.
#[must_use]
pub fn words(metric: &MetricChange) -> Words {
    match known(&metric.name) {
        Some((name, better)) => {
            Words { name: name.to_owned(), short: short(name), better }
        }
        None => unknown(&metric.name, metric),
    }
}

/// Name and better side of the metrics with words of their own.
fn known(id: &str) -> Option<(&'static str, Better)> {
    Some(match id {
        "accuracy" => ("accuracy", Better::Higher),
        "auc" => ("ranking quality (AUC)", Better::Higher),
        "pr_auc" => ("precision over all cut-offs (PR-AUC)", Better::Higher),
        "auc_ovr" | "ovr_auc" | "auc_one_vs_rest" | "macro_auc" => {
            ("ranking quality over all classes (one-vs-rest AUC)", Better::Higher)
        }
        "log_loss" => ("the probability error (log-loss)", Better::Lower),
        "brier" | "brier_score" => {
            ("the squared probability error (Brier score)", Better::Lower)
        }
        "ece" => ("the calibration error (ECE)", Better::Lower),
        "calibration_slope" => ("the calibration slope", Better::Near(1.0)),
        "calibration_intercept" => ("the calibration intercept", Better::Near(0.0)),
        "precision" => ("precision", Better::Higher),
        "recall" => ("recall", Better::Higher),
        "specificity" => ("specificity", Better::Higher),
        "f1" => ("the F1 score", Better::Higher),
        "macro_f1" => ("the F1 score averaged over classes (macro-F1)", Better::Higher),
        "decision_rate" => ("the share of yes decisions", Better::Neither),
        "lift" => ("the lift in the top 10 %", Better::Higher),
        "top_k" => (
            "the share of rows with the true class among the best scored (top-k)",
            Better::Higher,
        ),
        "expected_cost" | "cost" => ("the expected cost per row", Better::Lower),
        "mae" => ("the average error (MAE)", Better::Lower),
        "rmse" => {
            ("the typical error, with large misses weighing more (RMSE)", Better::Lower)
        }
        "bias" => ("the average over- or under-prediction (bias)", Better::Near(0.0)),
        "r2" | "r_squared" => ("the explained variation (R²)", Better::Higher),
        "median_error" | "median_absolute_error" | "median_ae" => {
            ("the median error", Better::Lower)
        }
        "p90_error" | "p90_absolute_error" | "p90_ae" => (
            "the error that nine of ten rows stay under (90th percentile)",
            Better::Lower,
        ),
        _ => return None,
    })
}

fn unknown(id: &str, metric: &MetricChange) -> Words {
    let better = if metric.larger_is_better { Better::Higher } else { Better::Lower };
    let title = phrase::small(metric.title.trim());
    let name = if title.is_empty() { id.replace('_', " ") } else { title };
    let name = if name.is_empty() { "the metric".to_owned() } else { name };
    Words { short: short(&name), name, better }
}

/// The short name of a metric by its id alone.
#[must_use]
pub fn short_of(id: &str) -> String {
    match known(id) {
        Some((name, _)) => short(name),
        None => id.replace('_', " "),
    }
}

fn short(name: &str) -> String {
    match name.split_once(" (") {
        Some((first, _)) if !first.is_empty() => first.to_owned(),
        _ => name.to_owned(),
    }
}

/// How much worse production is, in the metric's unit: positive when worse, `None` when a value is missing
/// or neither way is worse.
#[must_use]
pub fn worsening(metric: &MetricChange) -> Option<f64> {
    let before = number::finite(metric.reference)?;
    let after = number::finite(metric.production)?;
    match words(metric).better {
        Better::Higher => Some(before - after),
        Better::Lower => Some(after - before),
        Better::Near(target) => Some((after - target).abs() - (before - target).abs()),
        Better::Neither => None,
    }
}

/// The noun for a change for the worse: "fall" where larger is better, "rise" where smaller is.
#[must_use]
pub const fn worse_noun(better: Better) -> &'static str {
    match better {
        Better::Higher => "fall",
        Better::Lower => "rise",
        Better::Near(_) | Better::Neither => "change",
    }
}

/// The noun for what went wrong: "rise" of an error or a cost, else "drop".
#[must_use]
pub fn drop_noun(metric: &MetricChange) -> &'static str {
    match words(metric).better {
        Better::Lower => "rise",
        Better::Higher | Better::Near(_) | Better::Neither => "drop",
    }
}

/// What happened to a metric, judged by the interval of its difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Worse, and by more than chance and the smallest size worth telling.
    Worse,
    /// Better in the same sense.
    Better,
    /// A change for the worse that matters is ruled out.
    Held,
    /// Too little is known.
    Unclear,
}

/// The movement of `metric`; `None` without both values or where neither way is worse.
#[must_use]
pub fn movement(metric: &MetricChange) -> Option<Movement> {
    let worse = worsening(metric)?;
    let limit = worth_telling(metric);
    let (Some(low), Some(high)) =
        (number::finite(metric.ci_low), number::finite(metric.ci_high))
    else {
        return Some(Movement::Unclear);
    };
    let clear = low > 0.0 || high < 0.0;
    if clear && worse.abs() >= limit {
        return Some(if worse > 0.0 { Movement::Worse } else { Movement::Better });
    }
    let worst = match words(metric).better {
        Better::Higher => -low,
        Better::Lower => high,
        Better::Near(_) | Better::Neither => high.abs().max(low.abs()),
    };
    Some(if worst <= limit { Movement::Held } else { Movement::Unclear })
}

/// The smallest change worth telling for metrics other than the headline's (which brings its own limit):
/// one point for shares, 0.01 for scores where larger is better, 2 % of the reference for losses and costs.
#[must_use]
pub fn worth_telling(metric: &MetricChange) -> f64 {
    const SHARE: f64 = 0.01;
    const SCORE: f64 = 0.01;
    const LOSS_RATIO: f64 = 0.02;
    match (metric.unit, words(metric).better) {
        (Unit::Share, _) => SHARE,
        (_, Better::Lower) => LOSS_RATIO * metric.reference.unwrap_or(0.0).abs(),
        (_, Better::Near(_)) if metric.unit == Unit::Label => 0.0,
        _ => SCORE,
    }
}

/// "accuracy fell 6.2 points, from 91.4 % to 85.2 %", in running text; `None` without both values.
#[must_use]
pub fn moved(metric: &MetricChange) -> Option<String> {
    let change = number::metric_change(metric)?;
    Some(moved_as(&words(metric).name, &change))
}

/// The same for any named value: "mean revenue rose 1.2, from 10.1 to 11.3", "lift stayed at 2.10×".
#[must_use]
pub fn moved_as(name: &str, change: &number::Change) -> String {
    let number::Change { before, after, difference, .. } = change;
    match change.direction {
        number::Direction::Up => {
            format!("{name} rose {difference}, from {before} to {after}")
        }
        number::Direction::Down => {
            format!("{name} fell {difference}, from {before} to {after}")
        }
        number::Direction::Same => format!("{name} stayed at {after}"),
    }
}

/// The metric's families in the order they are told.
pub const FAMILIES: [&str; 5] = ["ranking", "probability", "decision", "cost", "error"];

/// A family in plain words, for "… got worse": plural where it reads better.
#[must_use]
pub fn family(id: &str) -> (&'static str, bool) {
    match id {
        "ranking" => ("the ranking of cases", false),
        "probability" => ("the probabilities", true),
        "decision" => ("the decisions", true),
        "cost" => ("the cost of decisions", false),
        "error" => ("the size of errors", false),
        _ => ("another measure", false),
    }
}
