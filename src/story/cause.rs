//! Causes in the PM's words: what an id of the product's table means, which family it belongs to, and how
//! a ranked list is told. An empty list is told elsewhere as "not examined yet".

use super::evidence::LabelTrouble;
use super::number::{self, finite};
use super::phrase;
use crate::report::{AttributionTerm, Cause, CauseId, Examined, MetricChange};

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

/// Causes that could not be checked, gathered by what is missing: a sentence with their words, and why.
#[must_use]
pub fn unchecked(examined: &[Examined]) -> Vec<(String, String)> {
    let mut gathered: Vec<(&str, Vec<String>)> = Vec::new();
    for own in examined.iter().filter(|own| own.word == "could not check") {
        let (named, _) = words(&own.id);
        match gathered.iter_mut().find(|(because, _)| *because == own.because) {
            Some((_, causes)) => causes.push(named),
            None => gathered.push((&own.because, vec![named])),
        }
    }
    let told = |(because, causes): (&str, Vec<String>)| {
        // The words of a cause hold commas of their own.
        let causes = causes.join("; ");
        (phrase::sentence(&format!("not checked: {causes}")), because.to_owned())
    };
    gathered.into_iter().map(told).collect()
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
        "concept_drift" => {
            ("the same kind of cases turning out differently", Family::World)
        }
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

/// What a cause means for this report, as a clause with its columns: "income is computed differently live than before
/// launch". Unknown ids give [`words`].
#[must_use]
pub fn clause(id: &str, columns: &[String]) -> String {
    let named = phrase::names(columns, 3);
    let many = columns.len() != 1;
    let be = if many { "are" } else { "is" };
    let shows = match columns {
        [] => String::new(),
        _ => format!("; it shows in {named}"),
    };
    let of = |with: String, without: &str| {
        if columns.is_empty() { without.to_owned() } else { with }
    };
    match id {
        "population_shift" => of(
            format!(
                "other people or items come in than the model was tested on, above all by {named}"
            ),
            "other people or items come in than the model was tested on",
        ),
        "seasonality_event" => {
            format!(
                "the time of year, a promotion or a policy changed what comes in{shows}"
            )
        }
        "cold_start" => {
            format!("users or products arrive that the model had never met{shows}")
        }
        "unit_or_encoding" => of(
            format!("{named} {be} computed differently live than before launch"),
            "an input is computed differently live than before launch",
        ),
        "missing_or_default" => of(
            format!(
                "{named} {} late, empty or filled with a default",
                if many { "arrive" } else { "arrives" }
            ),
            "an input arrives late, empty or filled with a default",
        ),
        "time_window" => of(
            format!("the clock behind {named} is off, by timezone or day cut-off"),
            "a clock is off, by timezone or day cut-off",
        ),
        "category_mapping" => of(
            format!("the names in {named} changed their spelling or meaning"),
            "category names changed their spelling or meaning",
        ),
        "join_or_filter" => {
            format!("rows were joined by the wrong key, lost or doubled{shows}")
        }
        "stale_feature" => {
            of(format!("{named} stopped updating"), "an input stopped updating")
        }
        "served_not_logged" => format!(
            "the model was served something other than what was logged, or another version of it ran{shows}"
        ),
        "label_problem" => {
            "outcomes come late, or what counts as one was changed".to_owned()
        }
        "overfitting" => {
            "the model memorised the lab and does as well nowhere else".to_owned()
        }
        "label_leakage" => of(
            format!(
                "{named} knew the answer in the lab and {} live",
                if many { "do not" } else { "does not" }
            ),
            "an input knew the answer in the lab and does not live",
        ),
        "threshold_cost" => "the cut-off does not fit the real costs".to_owned(),
        "calibration_base_rate" => {
            format!("the probabilities are off because the overall rate moved{shows}")
        }
        "feedback_loop" => {
            format!("the model's own decisions changed what is observed{shows}")
        }
        "concept_drift" => format!(
            "cases with the same inputs turn out differently than before launch{shows}"
        ),
        other => words(other).0,
    }
}

/// "Almost certainly …", "It is likely that …": how sure, in a sentence of its own.
fn surely(rank: usize, word: &str, clause: &str) -> String {
    let too = if rank > 1 { " also" } else { "" };
    match word {
        "almost certain" if rank > 1 => format!("almost certain as well: {clause}"),
        "almost certain" => format!("almost certainly, {clause}"),
        "likely" => format!("it is{too} likely that {clause}"),
        "" | "possible" => format!("it is{too} possible that {clause}"),
        other => format!("{other}: {clause}"),
    }
}

/// One paragraph a cause: what and how sure, how much, the evidence for and against, the next check. What speaks for an
/// `earlier` cause is not said again where it speaks against this one.
#[must_use]
pub fn told(
    rank: usize,
    cause: &Cause,
    earlier: &[Cause],
    metric: &MetricChange,
) -> String {
    let name = super::metric_words::words(metric).short;
    let noun = super::metric_words::drop_noun(metric);
    let mut speaks: Vec<&String> = cause.evidence_for.iter().take(3).collect();
    let size = finite(cause.points).map(|own| number::amount_of(metric, own));
    // Told as the price of the cause already.
    let again = size.as_ref().map(|own| format!("for {own} ("));
    speaks.retain(|own| !again.as_ref().is_some_and(|again| own.contains(again)));
    let is_priced_there = speaks
        .iter()
        .any(|own| own.contains(" accounts for ") || own.contains(" account for "));
    let price = match (size, finite(cause.points), finite(cause.share)) {
        (Some(size), Some(points), Some(share)) if points > 0.0 => format!(
            "that accounts for {size} of {name}, {} of the {noun}",
            number::share(share.clamp(0.0, 1.0))
        ),
        (Some(size), Some(points), _) if points > 0.0 => {
            format!("that accounts for {size} of {name}")
        }
        (_, None, Some(share)) if share > 0.0 => format!(
            "that accounts for {} of the {noun}",
            number::share(share.clamp(0.0, 1.0))
        ),
        (_, Some(_), _) => format!("by itself it costs no {name}"),
        _ if is_priced_there => String::new(),
        _ => "how much it costs could not be worked out".to_owned(),
    };
    let what = match LabelTrouble::of(&cause.evidence_for) {
        LabelTrouble::Turned => "the outcomes are coded the other way round".to_owned(),
        LabelTrouble::Rebooked => "the outcomes are booked in another unit".to_owned(),
        LabelTrouble::Late => clause(&cause.id, &cause.columns),
    };
    let lead = surely(rank, cause.word.trim(), &what);
    let mut sentences = vec![lead, price];
    sentences.extend(speaks.into_iter().cloned());
    if let Some(against) = cause.evidence_against.first() {
        let other = earlier.iter().find(|own| own.evidence_for.contains(against));
        sentences.push(match other {
            Some(own) => {
                format!("what speaks against it is what speaks for {}", words(&own.id).0)
            }
            None => format!("what speaks against it: {}", phrase::small(against)),
        });
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
            let size = number::amount_of(metric, term.points);
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
    let of = number::metric_change(metric).map_or_else(
        || "the change".to_owned(),
        |change| format!("the change of {}", change.difference),
    );
    Some(phrase::sentence(&format!("{of} splits into {}", phrase::list(&parts))))
}

/// Share of the drop below which a cause is real and not the reason.
const MINOR: f64 = 0.1;

/// Whether a cause is known to explain hardly anything: mending it would not bring the metric back.
#[must_use]
pub fn is_minor(cause: &Cause) -> bool {
    finite(cause.share).is_some_and(|own| own < MINOR)
}

/// Bug or drift, from the best cause that is at least likely and explains something; `None` while nothing is likely.
#[must_use]
pub fn bug_or_drift(causes: &[Cause]) -> Option<String> {
    const LIKELY: f64 = 0.75;
    let is_likely = |cause: &&Cause| cause.presence >= LIKELY;
    let reason = causes.iter().filter(is_likely).find(|own| !is_minor(own));
    let best = reason.or_else(|| causes.iter().find(is_likely))?;
    let sure = number::whole_share(best.presence.clamp(0.0, 1.0));
    if is_minor(best) {
        let what = match words(&best.id).1 {
            Family::Pipeline => "something is broken on the way to the model",
            _ => "something did change",
        };
        return Some(phrase::sentence(&format!(
            "{what} ({sure} sure), but that explains only {} of the change: what explains the rest is not known",
            number::share(finite(best.share)?)
        )));
    }
    let text = match words(&best.id).1 {
        Family::Pipeline if best.id == CauseId::LabelProblem.name() => {
            "this looks like trouble with the outcomes, so the figure may be wrong rather than the model"
        }
        Family::Pipeline => {
            "this looks like a bug on the way to the model, not like a change in the world"
        }
        Family::Data | Family::World => {
            "this looks like drift: the world changed, and nothing in the data says that something broke on the way to the model"
        }
        Family::Model => {
            "this looks like the model or its cut-off, neither a bug on the way to it nor drift"
        }
        Family::Feedback => "the model's own decisions shape what is measured",
        Family::None => return None,
    };
    Some(phrase::sentence(&format!("{text} ({sure} sure)")))
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

#[cfg(test)]
mod tests {
    use super::super::tests::seam;
    use super::*;
    use crate::report::CauseId;

    #[test]
    fn every_cause_reads_with_and_without_columns() {
        for id in CauseId::ALL {
            for columns in [
                vec![],
                vec!["income".to_owned()],
                vec!["income".to_owned(), "loan amount".to_owned()],
            ] {
                for (rank, word) in [
                    (1, "almost certain"),
                    (2, "almost certain"),
                    (2, "likely"),
                    (3, "possible"),
                ] {
                    let told = phrase::sentence(&surely(
                        rank,
                        word,
                        &clause(id.name(), &columns),
                    ));
                    assert_eq!(seam(&told), None, "{told}");
                }
            }
        }
        assert_eq!(
            surely(1, "almost certain", &clause("stale_feature", &["income".to_owned()])),
            "almost certainly, income stopped updating"
        );
        assert_eq!(
            surely(
                2,
                "likely",
                &clause("missing_or_default", &["a1".to_owned(), "b1".to_owned()])
            ),
            "it is also likely that a1 and b1 arrive late, empty or filled with a default"
        );
    }

    #[test]
    fn what_is_real_and_explains_nothing_is_not_called_the_reason() {
        let of = |id: CauseId, presence: f64, share: Option<f64>| Cause {
            id: id.name().to_owned(),
            presence,
            share,
            ..Cause::default()
        };
        let minor = of(CauseId::CategoryMapping, 0.99, Some(0.02));
        let told = bug_or_drift(std::slice::from_ref(&minor)).expect("it is likely");
        assert!(told.contains("explains only 2") && told.contains("not known"), "{told}");
        // One that explains something goes before it; one that could not be priced is no minor one.
        let drift = of(CauseId::ConceptDrift, 0.8, Some(0.7));
        let told = bug_or_drift(&[minor, drift]).expect("two are likely");
        assert!(told.contains("drift"), "{told}");
        let unpriced = bug_or_drift(&[of(CauseId::StaleFeature, 0.9, None)]);
        assert!(unpriced.expect("likely").contains("bug"));
        assert_eq!(bug_or_drift(&[of(CauseId::StaleFeature, 0.6, Some(0.5))]), None);
    }

    #[test]
    fn what_could_not_be_checked_is_gathered_by_what_is_missing() {
        let open = |id: CauseId, word: &str, because: &str| Examined {
            id: id.name().to_owned(),
            word: word.to_owned(),
            presence: None,
            because: because.to_owned(),
        };
        let told = unchecked(&[
            open(CauseId::TimeWindow, "could not check", "There is no time column."),
            open(CauseId::Overfitting, "ruled out", "It came at once."),
            open(CauseId::StaleFeature, "could not check", "There is no time column."),
        ]);
        assert_eq!(
            told,
            [(
                "Not checked: a wrong timezone or day cut-off; a column that stopped updating."
                    .to_owned(),
                "There is no time column.".to_owned()
            )]
        );
        assert!(unchecked(&[]).is_empty());
    }
}
