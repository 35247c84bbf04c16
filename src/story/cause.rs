//! Causes in the PM's words: what an id of the product's table means, which family it belongs to, and how
//! a ranked list is told. An empty list is told elsewhere as "not examined yet".

use super::number::{self, finite};
use super::phrase;
use crate::report::{AttributionTerm, Cause, MetricChange};

/// Which of the big questions a cause answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Other people or items than before.
    Data,
    /// Something between source and model computes differently: a bug or skew.
    Pipeline,
    /// The model itself, its cut-off or its probabilities.
    Model,
    /// The model's own decisions.
    Feedback,
    /// The world behaves differently.
    World,
    /// No cause.
    None,
}

/// The words and family of a cause id; an unknown id gives its own letters.
#[must_use]
pub fn words(id: &str) -> (String, Family) {
    let (text, family) = match id {
        "population_shift" => {
            ("different people or items than the model was tested on", Family::Data)
        }
        "seasonality_event" => {
            ("the time of year, a promotion or a policy change", Family::Data)
        }
        "cold_start" => ("new users or products the model had never met", Family::Data),
        "unit_or_encoding" => (
            "a column that is computed differently live than in the lab",
            Family::Pipeline,
        ),
        "missing_or_default" => {
            ("data that arrives late, empty or filled with a default", Family::Pipeline)
        }
        "time_window" => ("a wrong timezone or day cut-off", Family::Pipeline),
        "category_mapping" => {
            ("category names that changed spelling or meaning", Family::Pipeline)
        }
        "join_or_filter" => {
            ("wrong keys, lost rows or duplicated rows", Family::Pipeline)
        }
        "stale_feature" => ("a column that stopped updating", Family::Pipeline),
        "served_not_logged" => (
            "a model that saw something other than what was logged, or another version of it",
            Family::Pipeline,
        ),
        "label_problem" => {
            ("outcomes that are late or defined differently", Family::Pipeline)
        }
        "overfitting" => {
            ("a model that memorised the lab and did not generalise", Family::Model)
        }
        "label_leakage" => {
            ("a column that knew the answer in the lab and does not live", Family::Model)
        }
        "threshold_cost" => ("a cut-off that does not fit the real costs", Family::Model),
        "calibration_base_rate" => {
            ("probabilities that are off because the overall rate moved", Family::Model)
        }
        "feedback_loop" => {
            ("the model's own decisions changing what is observed", Family::Feedback)
        }
        "concept_drift" => (
            "the same customers with the same inputs behaving differently",
            Family::World,
        ),
        "none" => ("no real drop, or not enough rows to say", Family::None),
        other => return (other.replace('_', " "), Family::None),
    };
    (text.to_owned(), family)
}

/// The words of an attribution term.
#[must_use]
pub fn term_words(term: &str) -> String {
    match term {
        "never_seen" => "cases the model had never met".to_owned(),
        "who_we_see" => "a different mix of cases".to_owned(),
        "broken_inputs" => "broken or missing inputs".to_owned(),
        "relationship" => "the same inputs leading to other outcomes".to_owned(),
        "threshold" => "the cut-off".to_owned(),
        "optimism" => "a lab result that was too good".to_owned(),
        other => other.replace('_', " "),
    }
}

/// One paragraph a cause: what, how sure, how much, the evidence for and against, the next check.
#[must_use]
pub fn told(rank: usize, cause: &Cause, metric: &MetricChange) -> String {
    let (words, _) = words(&cause.id);
    let columns = if cause.columns.is_empty() {
        String::new()
    } else {
        format!(", in {}", phrase::names(&cause.columns, 3))
    };
    let price = match (finite(cause.points), finite(cause.share)) {
        (Some(points), Some(share)) => format!(
            "; it accounts for {} of {}, {} of the drop",
            number::amount(metric.unit, points),
            super::metric_words::words(metric).short,
            number::share(share.clamp(0.0, 1.0))
        ),
        (Some(points), None) => {
            format!("; it accounts for {}", number::amount(metric.unit, points))
        }
        (None, Some(share)) => {
            format!(
                "; it accounts for {} of the drop",
                number::share(share.clamp(0.0, 1.0))
            )
        }
        (None, None) => "; how much it costs could not be priced".to_owned(),
    };
    let word = if cause.word.trim().is_empty() { "possible" } else { cause.word.trim() };
    let mut sentences = vec![format!("reason {rank}, {word}: {words}{columns}{price}")];
    sentences.extend(cause.evidence_for.iter().take(3).cloned());
    if let Some(against) = cause.evidence_against.first() {
        sentences.push(format!("against it: {}", phrase::small(against)));
    }
    if !cause.next_check.trim().is_empty() {
        sentences.push(format!(
            "what would change our mind: {}",
            phrase::small(&cause.next_check)
        ));
    }
    phrase::paragraph(&sentences)
}

/// The split of the drop in one sentence; `None` when not examined.
#[must_use]
pub fn split(terms: &[AttributionTerm], metric: &MetricChange) -> Option<String> {
    let parts: Vec<String> = terms
        .iter()
        .filter(|term| term.points.is_finite() && term.points != 0.0)
        .map(|term| {
            let size = number::amount(metric.unit, term.points);
            if term.points > 0.0 {
                format!("{size} from {}", term_words(&term.term))
            } else {
                format!("{size} won back by {}", term_words(&term.term))
            }
        })
        .collect();
    if parts.is_empty() {
        return None;
    }
    Some(phrase::sentence(&format!("the change splits into {}", phrase::list(&parts))))
}

/// Bug or drift, from the best cause that is at least likely; `None` while nothing is.
#[must_use]
pub fn bug_or_drift(causes: &[Cause]) -> Option<String> {
    const LIKELY: f64 = 0.75;
    let best = causes.iter().find(|cause| cause.presence >= LIKELY)?;
    let text = match words(&best.id).1 {
        Family::Pipeline => {
            "this is a bug on the way to the model, not a change in the world"
        }
        Family::Data | Family::World => {
            "this is drift, not a bug on the way to the model"
        }
        Family::Model => {
            "this is the model or its cut-off, neither a bug on the way to it nor drift"
        }
        Family::Feedback => "the model's own decisions shape what is measured",
        Family::None => return None,
    };
    let word = if best.word.trim().is_empty() { "likely" } else { best.word.trim() };
    Some(phrase::sentence(&format!(
        "{word} ({}): {text}",
        number::share(best.presence.clamp(0.0, 1.0))
    )))
}

/// The fix and the prevention for a family, in the order of the plan.
#[must_use]
pub const fn remedy(family: Family) -> (&'static str, &'static str) {
    match family {
        Family::Pipeline => (
            "hot-fix the computation of the column and re-score the affected rows",
            "a test of the feature's code and an alert on empty values and range",
        ),
        Family::Data | Family::World => (
            "retrain on recent rows, or recalibrate while labels are few",
            "retraining on a fixed rhythm and a drift alert",
        ),
        Family::Model => (
            "re-tune the cut-off or recalibrate, and validate on later time rather than random rows",
            "time-based validation and removal of columns that know the answer",
        ),
        Family::Feedback => (
            "keep a small random hold-out that the model does not decide",
            "a standing hold-out and some exploration",
        ),
        Family::None => ("keep measuring", "the alerts below"),
    }
}
