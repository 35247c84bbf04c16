//! The recommended path in words: within 24 hours, this week, this quarter. Enter: facts, the first cause, the chosen
//! option. Leave: sentences that each carry a number, a name or a date of this report.

use super::evidence::LabelTrouble;
use super::facts::Facts;
use super::number::{self, finite};
use super::{phrase, segment, watch};
use crate::choices::TableRole;
use crate::report::{CauseId, Choice};

/// Share of rows that can be looked at by hand for a while.
const BY_HAND: f64 = 0.1;

/// Waiting longer than this many days is told as years.
const LONG_DAYS: f64 = 730.0;
/// Ids of the parity check.
const PARITY_IDS: u64 = 200;

fn finished(sentences: Vec<String>) -> Vec<String> {
    sentences
        .iter()
        .map(|text| phrase::sentence(text))
        .filter(|t| !t.is_empty())
        .collect()
}

/// The columns to look at first: of the first cause, else the suspects.
fn first_columns(facts: &Facts<'_>) -> Vec<String> {
    let of_cause = facts.report.causes.first().map(|cause| cause.columns.clone());
    of_cause
        .filter(|columns| !columns.is_empty())
        .unwrap_or_else(|| facts.suspects(3).into_iter().map(str::to_owned).collect())
}

/// A day: decide bug or drift, and limit the harm meanwhile.
#[must_use]
pub(crate) fn day_of_a_drop(
    facts: &Facts<'_>,
    first: Option<CauseId>,
    quick: Option<&Choice>,
) -> Vec<String> {
    let owner = facts.pipeline_owner();
    let columns = first_columns(facts);
    let what = if columns.is_empty() {
        format!("the {}", phrase::counted(facts.compared(), "input", "inputs"))
    } else {
        phrase::names(&columns, 3)
    };
    let sure = facts.report.causes.first().is_some_and(|cause| cause.presence >= 0.9);
    let mut told = Vec::new();
    told.push(match first {
        Some(CauseId::LabelProblem)
            if facts.label_trouble() == Some(LabelTrouble::Turned) =>
        {
            format!(
                "{owner} checks how the outcomes of the {} are coded: they look the other way round",
                phrase::counted(
                    facts.report.metric.production_rows,
                    "labelled row",
                    "labelled rows"
                )
            )
        }
        Some(CauseId::LabelProblem)
            if facts.label_trouble() == Some(LabelTrouble::Rebooked) =>
        {
            format!(
                "{owner} checks in which unit the outcomes of the {} are booked",
                phrase::counted(
                    facts.report.metric.production_rows,
                    "labelled row",
                    "labelled rows"
                )
            )
        }
        Some(CauseId::LabelProblem) => format!(
            "{owner} checks whether the outcomes of the {} are final and defined as before",
            phrase::counted(facts.report.metric.production_rows, "labelled row", "labelled rows")
        ),
        Some(CauseId::ThresholdCost | CauseId::CalibrationBaseRate) => format!(
            "data science repeats the cut-off and the calibration on the newest {} and settles which of the \
             two to change",
            phrase::counted(
                facts.report.metric.production_rows.min(5_000),
                "labelled row",
                "labelled rows"
            )
        ),
        Some(CauseId::Overfitting) => format!(
            "data science measures the model on later rows it was not trained on, and compares with the {} \
             promised",
            lab(facts)
        ),
        Some(CauseId::LabelLeakage) => format!(
            "data science compares {what} at the moment of scoring with its value today on {PARITY_IDS} rows"
        ),
        Some(CauseId::FeedbackLoop) => format!(
            "data science sets aside a random part of the rows that the model does not decide, and measures the outcome there, by {what}"
        ),
        Some(CauseId::ServedNotLogged) => format!(
            "{owner} scores 1,000 logged rows again with the deployed model and compares with the logged scores: \
             where they differ, the model saw something else than the log shows"
        ),
        Some(id) if id.is_pipeline() && sure => format!(
            "{owner} confirms it by comparing {what} on {PARITY_IDS} ids between the log and the offline \
             store, and starts the fix"
        ),
        _ => format!(
            "{owner} compares {what} on {PARITY_IDS} ids between the log and the offline store: if they differ it \
             is a bug, if they agree it is drift"
        ),
    });
    if let Some(at) = facts.release_date() {
        told.push(format!(
            "the first place to look is whatever was released or changed on or just before {}",
            number::date(at)
        ));
    }
    told.push(match quick {
        Some(option) => format!(
            "meanwhile {}: it {}",
            phrase::small(&option.title),
            phrase::small(option.price_words.trim_end_matches('.'))
        ),
        None if facts.distorted_by().is_some() => format!(
            "meanwhile leave the model and its cut-off as they are: the {} may lie in how it is measured",
            facts.size().map_or_else(|| "change".to_owned(), |size| format!("change of {size}"))
        ),
        None if facts.has_passed() => {
            "there is nothing to limit meanwhile: the figure came back".to_owned()
        }
        None => match facts.worst_slice().filter(|own| own.production_share <= BY_HAND) {
            Some(slice) => format!(
                "meanwhile look by hand at every decision where {}: {} of rows",
                segment::where_words(slice),
                number::share(slice.production_share)
            ),
            None => String::new(),
        },
    });
    finished(told)
}

fn lab(facts: &Facts<'_>) -> String {
    let metric = &facts.report.metric;
    match finite(metric.reference) {
        Some(value) => {
            format!("{} of {}", facts.words.short, number::value(metric.unit, value))
        }
        None => facts.words.short.clone(),
    }
}

/// A week: mend it, and measure again.
#[must_use]
pub(crate) fn week_of_a_drop(
    facts: &Facts<'_>,
    first: Option<CauseId>,
    mends: Option<&Choice>,
) -> Vec<String> {
    let name = &facts.words.short;
    let size = facts.size().unwrap_or_else(|| "change".to_owned());
    let mut told = Vec::new();
    match mends {
        Some(option) => {
            let days = days_words(option.days);
            told.push(format!(
                "{}: {days} of work; it {}",
                phrase::small(&option.title),
                phrase::small(option.price_words.trim_end_matches('.'))
            ));
            if option.id == "retrain" {
                told.extend(waiting(facts, option.days));
            }
        }
        None if first == Some(CauseId::LabelProblem) => {
            told.push(match facts.recounted() {
                Some(column) => format!(
                    "count the outcomes of every {} as before launch, and measure again",
                    phrase::name(column)
                ),
                None => match facts.label_trouble() {
                    Some(LabelTrouble::Turned) => {
                        "turn the outcomes back where they are coded the other way, and measure again"
                    }
                    Some(LabelTrouble::Rebooked) => {
                        "put the outcomes in the unit of before launch, and measure again"
                    }
                    _ => "measure again once the late outcomes are in",
                }
                .to_owned(),
            });
        }
        None if first == Some(CauseId::ThresholdCost) => told.push(format!(
            "agree on the costs of both kinds of error and set the cut-off from them, rather than to win back {size} \
             by trial"
        )),
        None if first == Some(CauseId::CalibrationBaseRate) => told.push(format!(
            "recalibrate, and measure again how much of the {size} is left"
        )),
        None if first.is_some_and(CauseId::flatters_the_lab) => told.push(format!(
            "measure {name} on later rows that the model was not trained on, and expect that instead of {}",
            lab(facts)
        )),
        None if first == Some(CauseId::FeedbackLoop) => told.push(format!(
            "judge the model on the rows set aside only: the change of {size} says as much about its decisions as about it"
        )),
        None if first == Some(CauseId::SeasonalityEvent) && facts.has_passed() => told.push(format!(
            "do not retrain on it yet: look at the same weeks of last year, and at whether the change of {size} would \
             come again before a new model is out"
        )),
        None => {
            let days = match finite(facts.report.inputs.business.retrain_days) {
                Some(days) => format!("retraining takes {}", number::days(days)),
                None => "say how long retraining takes, to weigh it against waiting"
                    .to_owned(),
            };
            told.push(format!(
                "if it turns out to be drift, {days}; if it is a bug, mend it first"
            ));
        }
    }
    let rows = facts.report.metric.production_rows.clamp(200, 5_000);
    let long = match facts.rows_per_day() {
        Some((per_day, _)) if per_day > 0.0 => {
            format!(", about {} of traffic", number::days((rows as f64 / per_day).ceil()))
        }
        _ => String::new(),
    };
    told.push(format!(
        "measure the {size} of {name} again on the first {} after the fix{long}",
        phrase::counted(rows, "labelled row", "labelled rows")
    ));
    finished(told)
}

/// "1 to 3 days", "9 days".
#[must_use]
pub fn days_words((low, high): (f64, f64)) -> String {
    let bare = |days: f64| number::quantity(days);
    if low >= 1.0 && high > low {
        format!("{} to {}", bare(low), number::days(high))
    } else if high <= 1.0 && high > 0.0 {
        if high < 1.0 || low < high {
            "less than a day".to_owned()
        } else {
            number::days(high)
        }
    } else if low < 1.0 && high > 1.0 {
        format!("up to {}", number::days(high))
    } else {
        number::days(high)
    }
}

/// What waiting for a new model costs.
fn waiting(facts: &Facts<'_>, days: (f64, f64)) -> Option<String> {
    let worse = facts.worsening()?;
    let (rows, _) = facts.rows_per_day()?;
    let long = days.1;
    Some(match facts.report.metric.name.as_str() {
        "accuracy" => format!(
            "until then about {} more decisions go wrong than before launch",
            number::about(worse * rows * long)
        ),
        "expected_cost" => format!(
            "until then the rise costs about {} in the unit of the costs given",
            number::about(worse * rows * long)
        ),
        _ => format!(
            "until then about {} rows are judged by the model as it is",
            number::about(rows * long)
        ),
    })
}

/// A quarter: prevention that fits the cause, and the alerts.
#[must_use]
pub(crate) fn quarter(facts: &Facts<'_>, first: Option<CauseId>) -> Vec<String> {
    use CauseId as C;
    let columns = first_columns(facts);
    let named = if columns.is_empty() {
        format!("the {}", phrase::counted(facts.compared(), "input", "inputs"))
    } else {
        phrase::names(&columns, 3)
    };
    let mut told = Vec::new();
    match first {
        Some(C::JoinOrFilter) => told.push(format!(
            "add a test that counts rows and keys before and after the join behind {named}"
        )),
        Some(C::StaleFeature) => told.push(format!(
            "record when {named} was last written, and refuse values that are too old"
        )),
        Some(C::ServedNotLogged) => told.push(format!(
            "log the model version and the inputs as served, and score {PARITY_IDS} logged rows again every night"
        )),
        Some(C::LabelProblem) => told.push(format!(
            "write down how an outcome is counted and when it is final, and measure {} on final outcomes only",
            facts.words.short
        )),
        Some(id) if id.is_pipeline() => told.push(format!(
            "add unit and integration tests for {named}, and one piece of code for lab and live"
        )),
        Some(C::Overfitting | C::LabelLeakage) => told.push(format!(
            "validate every model on later time, with {named} checked for what is known at the moment of scoring"
        )),
        Some(C::ThresholdCost) => told.push(format!(
            "write down who sets the cut-off and from which costs, and review it with every change of {}",
            facts.words.short
        )),
        Some(C::CalibrationBaseRate) => told.push(
            "recalibrate on a fixed rhythm from the newest final outcomes, at least once a month or whenever \
             the share of positive outcomes moves by 2 points"
                .to_owned(),
        ),
        Some(C::FeedbackLoop) => told.push(format!(
            "keep a standing random hold-out, so that {} is measured on rows the model did not shape",
            facts.words.short
        )),
        Some(C::ColdStart) => told.push(format!(
            "add what is new in {named} to the training rows as it comes, and say beforehand who decides until then"
        )),
        Some(_) => told.push(format!(
            "retrain on a fixed rhythm, and look for inputs that say the same as {named} but move less"
        )),
        None => {}
    }
    let pack = &facts.report.monitoring;
    if pack.checks.is_empty() && facts.by_link() {
        told.push(format!(
            "put {named} and {} under standing watch; the HTML file and report.json hold the limits",
            facts.words.short
        ));
    } else if pack.checks.is_empty() {
        told.push(format!(
            "put {named} and {} under standing watch, with an alarm at {} worse",
            facts.words.short,
            number::amount(facts.report.metric.unit, facts.report.verdict.minimum_effect)
        ));
    } else if facts.by_link() {
        // The others stayed with the sender: their number, and how many would have rung, is not known here.
        told.push(format!(
            "switch on the alerts of the monitoring pack, that on {} {} among them; the HTML file and report.json hold \
             them all",
            facts.words.short,
            facts.alert().map_or_else(String::new, watch::limits)
        ));
    } else {
        let raised = pack.checks.iter().filter(|check| check.raised).count() as u64;
        let would = match (facts.kind(), raised) {
            (_, 0) => String::new(),
            (_, raised) => format!(
                ", of which {} on the rows analysed here",
                phrase::counted(raised, "would have rung", "would have rung")
            ),
        };
        told.push(format!(
            "switch on the {} of the monitoring pack{would}; together they may raise {} a month by chance",
            phrase::counted(pack.checks.len() as u64, "alert", "alerts"),
            false_alarms(pack.false_alarms_per_month)
        ));
    }
    finished(told)
}

/// "1 false alarm", "0.5 false alarms".
#[must_use]
pub fn false_alarms(count: f64) -> String {
    let text = number::quantity(count);
    if text == "1" { "1 false alarm".to_owned() } else { format!("{text} false alarms") }
}

/// Nothing dropped: today.
#[must_use]
pub(crate) fn day_of_calm(facts: &Facts<'_>) -> Vec<String> {
    let metric = &facts.report.metric;
    let rows = phrase::counted(metric.production_rows, "labelled row", "labelled rows");
    let limit = number::amount(metric.unit, facts.report.verdict.minimum_effect);
    finished(vec![match facts.kind() {
        crate::report::VerdictKind::Improved => format!(
            "nothing has to be mended; before the gain is counted on, check that the outcomes of the {rows} are final"
        ),
        _ => format!(
            "nothing has to be mended: a change of {limit} or more would have shown on the {rows}"
        ),
    }])
}

/// Nothing dropped: this week.
#[must_use]
pub(crate) fn week_of_calm(facts: &Facts<'_>) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(first) = facts.moved().first()
        && let Some(drift) = &first.drift
    {
        told.push(format!(
            "ask what changed in {}: about {} of rows hold other values, and {} did not suffer from it so far",
            phrase::name(&first.name),
            number::share(drift.moved),
            facts.words.short
        ));
    }
    if let Some(slice) = facts.worst_slice().filter(|own| segment::has_baseline(own)) {
        told.push(format!(
            "look into the segment where {}, which did get worse while the whole did not",
            segment::where_words(slice)
        ));
    }
    finished(told)
}

/// Too few rows: today.
#[must_use]
pub(crate) fn day_of_few_rows(facts: &Facts<'_>) -> Vec<String> {
    let report = facts.report;
    let have = report.metric.production_rows;
    let Some(needed) = report.verdict.rows_needed.filter(|needed| *needed > have) else {
        return finished(vec![format!(
            "the reference has {}; add more of them before anything is decided",
            phrase::counted(
                report.metric.reference_rows,
                "labelled row",
                "labelled rows"
            )
        )]);
    };
    let missing = needed - have;
    let wait = match facts.rows_per_day() {
        Some((per_day, _)) if missing as f64 / per_day > LONG_DAYS => {
            format!(", years of traffic at {} rows a day", number::about(per_day))
        }
        Some((per_day, _)) => format!(
            ", about {} of traffic at {} rows a day if each gets an outcome",
            number::days((missing as f64 / per_day).ceil().max(1.0)),
            number::about(per_day)
        ),
        None => String::new(),
    };
    finished(vec![format!(
        "nothing is decided yet: about {} more {} needed{wait}",
        number::about(missing as f64),
        phrase::plural(missing, "labelled row is", "labelled rows are")
    )])
}

/// Too few rows: this week.
#[must_use]
pub(crate) fn week_of_few_rows(facts: &Facts<'_>) -> Vec<String> {
    let limit =
        number::amount(facts.report.metric.unit, facts.report.verdict.minimum_effect);
    finished(vec![format!(
        "collect outcomes, or settle for seeing only changes larger than {limit}, which takes fewer rows"
    )])
}

/// No labels: today.
#[must_use]
pub(crate) fn day_without_labels(facts: &Facts<'_>) -> Vec<String> {
    let rows = facts.rows(TableRole::Production);
    let owner = facts.pipeline_owner();
    let columns = first_columns(facts);
    let mut told = vec![format!(
        "get the outcomes of the {}; a file of ids and labels is enough",
        phrase::counted(rows, "production row", "production rows")
    )];
    if !columns.is_empty() {
        told.push(format!(
            "{owner} compares {} on {PARITY_IDS} ids between the log and the offline store, which needs no outcomes",
            phrase::names(&columns, 3)
        ));
    }
    finished(told)
}

/// No labels: this week.
#[must_use]
pub(crate) fn week_without_labels(facts: &Facts<'_>) -> Vec<String> {
    let extra = match facts.moved().first() {
        Some(column) => {
            format!(", with extra rows where {} moved", phrase::name(&column.name))
        }
        None => String::new(),
    };
    let rows = facts.rows(TableRole::Production).clamp(1, 500);
    finished(vec![format!(
        "label {} by hand if the outcomes take longer than that{extra}",
        phrase::counted(rows, "random row", "random rows")
    )])
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{KINDS, explained, report, rich};
    use super::super::tests::seam;
    use super::*;
    use crate::choices::Task;

    #[test]
    fn every_path_reads_and_stands_on_the_report() {
        for kind in KINDS {
            for made in
                [report(kind, Task::Binary), explained(rich(report(kind, Task::Binary)))]
            {
                let facts = Facts::new(&made);
                let mut told = Vec::new();
                for cause in CauseId::ALL.into_iter().map(Some).chain([None]) {
                    told.extend(day_of_a_drop(&facts, cause, None));
                    told.extend(week_of_a_drop(&facts, cause, None));
                    told.extend(quarter(&facts, cause));
                }
                told.extend(day_of_calm(&facts));
                told.extend(week_of_calm(&facts));
                told.extend(day_of_few_rows(&facts));
                told.extend(week_of_few_rows(&facts));
                told.extend(day_without_labels(&facts));
                told.extend(week_without_labels(&facts));
                for text in told {
                    assert_eq!(seam(&text), None, "{text}");
                }
            }
        }
    }

    #[test]
    fn days_and_alarms() {
        assert_eq!(days_words((1.0, 3.0)), "1 to 3 days");
        assert_eq!(days_words((9.0, 9.0)), "9 days");
        assert_eq!(days_words((0.5, 1.0)), "less than a day");
        assert_eq!(days_words((0.5, 2.0)), "up to 2 days");
        assert_eq!(false_alarms(1.0), "1 false alarm");
        assert_eq!(false_alarms(0.5), "0.5 false alarms");
    }
}
