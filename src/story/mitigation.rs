//! Part D: what limits the harm now, what repairs, and what keeps it from happening again. While causes
//! are not examined, both repairs (bug and drift) are told with the condition under which each fits.

use super::facts::Facts;
use super::number::{self, finite};
use super::{cause, phrase, segment};
use crate::report::VerdictKind;

/// Empty values above the reference's share by this much (0–1) are worth an alert.
const MISSING_MARGIN: f64 = 0.01;
/// Drift above this (0–1, the lower edge of "slight") is worth an alert, or above the column's own noise.
const DRIFT_LIMIT: f64 = 0.05;

/// The paragraphs of part D.
pub(super) fn paragraphs(facts: &Facts<'_>) -> Vec<String> {
    let mut told = vec![contain(facts), repair(facts), prevent(facts)];
    told.retain(|paragraph| !paragraph.is_empty());
    told
}

fn contain(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let mut sentences = Vec::new();
    if facts.kind() == VerdictKind::Dropped {
        if let Some(slice) = facts.worst_slice() {
            let loss = segment::loss_words(&report.metric);
            let title = segment::where_words(slice);
            let share = number::share(slice.production_share);
            sentences.push(match finite(slice.production_loss) {
                Some(after) => format!(
                    "a guardrail is possible at once: decide by hand or by rule where {title}, which is \
                     {share} of production rows at {} of {}",
                    phrase::article(loss.name),
                    number::value(loss.unit, after)
                ),
                None => format!(
                    "a guardrail is possible at once: decide by hand or by rule where {title}, which is \
                     {share} of production rows"
                ),
            });
        }
        sentences.extend(roll_back(facts));
        sentences.extend(cut_off(facts));
    } else if let Some((per_day, _)) = facts.rows_per_day() {
        let text = match facts.kind() {
            VerdictKind::NotDropped | VerdictKind::Improved => format!(
                "nothing has to be switched off: the model may keep deciding its {} rows a day",
                number::about(per_day)
            ),
            _ => format!(
                "as long as the answer is open, about {} rows a day are decided without a measured \
                 quality; a check by hand of a random part of them limits the risk",
                number::about(per_day)
            ),
        };
        sentences.push(text);
    }
    phrase::paragraph(&sentences)
}

fn roll_back(facts: &Facts<'_>) -> Option<String> {
    let size = facts.size()?;
    let name = &facts.words.short;
    match facts.report.inputs.business.can_roll_back {
        Some(true) => Some(format!(
            "rolling back to the previous model is possible; whether it loses less than {size} of \
             {name} cannot be priced without its scores on the same rows"
        )),
        Some(false) => Some(format!(
            "there is no previous model to roll back to, so the {size} of {name} can only be limited \
             by rules or the cut-off"
        )),
        None => Some(format!(
            "rolling back is worth a look while {name} is {size} worse; say whether a previous model \
             exists and log its score beside the new one"
        )),
    }
}

fn cut_off(facts: &Facts<'_>) -> Option<String> {
    let found = facts.report.scores.as_ref()?.threshold?;
    let at = finite(found.production)?;
    let business = &facts.report.inputs.business;
    let costs = match (
        finite(business.cost_false_positive),
        finite(business.cost_false_negative),
    ) {
        (Some(positive), Some(negative)) => format!(
            ", at costs of {} for a false yes and {} for a false no",
            number::quantity(positive),
            number::quantity(negative)
        ),
        _ => ", once the costs of a false yes and a false no are given".to_owned(),
    };
    Some(format!(
        "the cut-off, now {}, can be moved within a day{costs}",
        number::quantity(at)
    ))
}

fn repair(facts: &Facts<'_>) -> String {
    let report = facts.report;
    if facts.kind() != VerdictKind::Dropped {
        return String::new();
    }
    if !report.causes.is_empty() {
        let sentences: Vec<String> = report
            .causes
            .iter()
            .take(2)
            .map(|found| {
                let (words, family) = cause::words(&found.id);
                let (fix, _) = cause::remedy(family);
                let columns = if found.columns.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", phrase::names(&found.columns, 3))
                };
                let worth = match finite(found.points) {
                    Some(points) => {
                        format!(", worth {}", number::amount(report.metric.unit, points))
                    }
                    None => ", not priced".to_owned(),
                };
                format!("against {words}{columns}{worth}: {fix}")
            })
            .collect();
        return phrase::paragraph(&sentences);
    }
    let suspects = facts.suspects(3);
    let columns = if suspects.is_empty() {
        format!("some of the {}", phrase::counted(facts.compared(), "input", "inputs"))
    } else {
        phrase::names(&suspects, 3)
    };
    let days = match finite(report.inputs.business.retrain_days) {
        Some(days) => format!(", which takes {}", number::days(days)),
        None => String::new(),
    };
    let size = facts.size().map_or_else(String::new, |size| format!(" of the {size}"));
    phrase::paragraph(&[
        format!(
            "if the parity check finds differences between lab and live in {columns}, the repair is in the \
             pipeline and the model may be fine"
        ),
        format!(
            "if it finds no difference, the repair is retraining or recalibrating on recent rows{days}; \
             how much{size} either wins back has not been worked out yet"
        ),
    ])
}

fn prevent(facts: &Facts<'_>) -> String {
    let mut sentences = Vec::new();
    for column in facts.columns() {
        let limit = column.reference_missing + MISSING_MARGIN;
        if column.production_missing > limit {
            sentences.push(format!(
                "an alert on empty values in {} above {} ({} before launch) would have shown the {} of now",
                phrase::name(&column.name),
                number::share(limit),
                number::share(column.reference_missing),
                number::share(column.production_missing)
            ));
        }
        if sentences.len() == 2 {
            break;
        }
    }
    if let Some(column) = facts.moved().first()
        && let Some(drift) = &column.drift
    {
        let limit = finite(drift.own_noise).unwrap_or(0.0).max(DRIFT_LIMIT);
        if drift.moved > limit {
            sentences.push(format!(
                "a drift alert on {} above {} of rows would have shown the {} that moved",
                phrase::name(&column.name),
                number::share(limit),
                number::share(drift.moved)
            ));
        }
    }
    sentences.push(metric_alert(facts));
    phrase::paragraph(&sentences)
}

fn metric_alert(facts: &Facts<'_>) -> String {
    let metric = &facts.report.metric;
    let limit = number::amount(metric.unit, facts.report.verdict.minimum_effect);
    let name = &facts.words.short;
    let per = match facts.worst_slice() {
        Some(slice) => format!("overall and where {}", segment::where_words(slice)),
        None => "overall and by segment".to_owned(),
    };
    let business = match facts.report.kpis.first() {
        Some(kpi) => format!(", with mean {} per row beside it", phrase::name(&kpi.name)),
        None => String::new(),
    };
    match number::finite(metric.reference) {
        Some(value) => format!(
            "watch {name} {per}{business}, and raise an alarm once it is {limit} worse than {}",
            number::value(metric.unit, value)
        ),
        None => format!(
            "watch {name} {per}{business}, and raise an alarm at a change of {limit}"
        ),
    }
}
