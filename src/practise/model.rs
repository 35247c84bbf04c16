//! The model answer: what somebody who knows the truth would say, with this report's numbers. A report and the
//! truth enter; one paragraph for each of the five points leaves.

use serde::{Deserialize, Serialize};

use super::Truth;
use super::mitigation::{Fit, Mitigation};
use super::rubric::{best_fit, true_causes};
use crate::report::{CauseId, Report};
use crate::story::cause::{self, Family};
use crate::story::{metric_words, number, phrase, segment};

/// One paragraph a point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelAnswer {
    /// The core idea.
    pub analogy: String,
    /// What caused it.
    pub causes: String,
    /// How to confirm it.
    pub plan: String,
    /// What helps.
    pub mitigations: String,
    /// What is traded against what.
    pub trade_offs: String,
}

/// Writes it.
#[must_use]
pub fn model_answer(report: &Report, truth: &Truth) -> ModelAnswer {
    ModelAnswer {
        analogy: analogy(report),
        causes: causes(report, truth),
        plan: plan(report, truth),
        mitigations: mitigations(truth),
        trade_offs: trade_offs(report, truth),
    }
}

fn family(truth: &Truth) -> Family {
    truth.causes.first().map_or(Family::None, |main| cause::words(main).1)
}

fn analogy(report: &Report) -> String {
    let short = metric_words::words(&report.metric).short;
    let told = number::metric_change(&report.metric).map_or_else(
        || format!("{short} cannot be measured after launch yet"),
        |change| {
            format!(
                "{short} was {} in the lab and is {} now",
                change.before, change.after
            )
        },
    );
    phrase::paragraph(&[
        "validation is a lab test and production is the real world: the model passed on the cases it was given, \
         and meets others now"
            .to_owned(),
        told,
    ])
}

fn causes(report: &Report, truth: &Truth) -> String {
    let mut sentences = Vec::new();
    if truth.causes.is_empty() {
        let rows = phrase::counted(
            report.metric.production_rows,
            "row with a known outcome",
            "rows with a known outcome",
        );
        sentences.push(format!("there is no real drop here; the figures rest on {rows}"));
        if let Some(column) = truth.columns.first() {
            sentences
                .push(format!("{} did move, and it does not matter", the_column(column)));
        }
        return phrase::paragraph(&sentences);
    }
    for (id, at) in truth.causes.iter().zip(0..) {
        let (words, _) = cause::words(id);
        let lead = if at == 0 { "the cause is" } else { "beside it there is" };
        sentences.push(format!("{lead} {words}"));
    }
    if !truth.columns.is_empty() {
        sentences.push(format!("it shows in {}", phrase::names(&truth.columns, 3)));
    }
    sentences.push(truth.onset.as_deref().map_or_else(
        || "it was there from the first day after launch".to_owned(),
        |day| format!("it began on {}", number::date(day)),
    ));
    let found = report.causes.first().map(|first| first.id.as_str());
    if let (Some(found), Some(main)) = (found, truth.causes.first()) {
        let place = report.causes.iter().position(|own| own.id == *main);
        sentences.push(match place {
            Some(0) => "whydrop put it first, too".to_owned(),
            Some(at) => format!(
                "whydrop put it at place {}, behind {}",
                at + 1,
                cause::words(found).0
            ),
            None => format!(
                "whydrop itself thought first of {}: a reminder to check before acting",
                cause::words(found).0
            ),
        });
    }
    phrase::paragraph(&sentences)
}

fn the_column(name: &str) -> String {
    format!("the column {}", phrase::name(name))
}

fn plan(report: &Report, truth: &Truth) -> String {
    let columns = if truth.columns.is_empty() {
        "every input".to_owned()
    } else {
        phrase::names(&truth.columns, 2)
    };
    let slice = report.slices.worse.first().map_or_else(
        || "by group, to see that it is overall".to_owned(),
        |slice| format!("by group, first where {}", segment::where_words(slice)),
    );
    let end = match family(truth) {
        Family::Pipeline => "decide: a bug; the model may be fine",
        Family::Data | Family::World => "decide: drift, not a bug",
        Family::Model => "decide: the model or its cut-off, neither bug nor drift",
        Family::Feedback => "decide: the model's own decisions shape what is measured",
        Family::None => "decide: no repair is due",
    };
    phrase::paragraph(&[
        "within hours, confirm the symptom: which figure, on which rows, with final outcomes".to_owned(),
        format!("within 24 hours, check data quality and parity of {columns} on 200 rows"),
        format!("the same day, slice it {slice}"),
        "in one to three days, score the same rows again with the offline pipeline".to_owned(),
        format!("then {end}"),
    ])
}

fn mitigations(truth: &Truth) -> String {
    let truths = true_causes(truth);
    let of = |fit: Fit| -> Vec<&'static str> {
        let all = Mitigation::ALL.iter();
        all.filter(|own| best_fit(**own, &truths) == fit).map(|own| short(*own)).collect()
    };
    phrase::paragraph(&[
        format!("what fits: {}", phrase::list(&of(Fit::Fits))),
        format!("what does not help: {}", phrase::list(&of(Fit::Misses))),
    ])
}

/// A mitigation in a list.
const fn short(own: Mitigation) -> &'static str {
    match own {
        Mitigation::HotFix => "repairing the column's computation",
        Mitigation::Alerts => "tests and alerts on the column",
        Mitigation::Retrain => "retraining on recent rows",
        Mitigation::Recalibrate => "recalibrating",
        Mitigation::RetuneCutOff => "moving the cut-off",
        Mitigation::ValidateInTime => "validating on later time",
        Mitigation::RollBack => "rolling back",
        Mitigation::Guardrail => "a guardrail for the worst group",
        Mitigation::HoldOut => "a random hold-out",
        Mitigation::WaitForOutcomes => "waiting for complete outcomes",
        Mitigation::KeepRunning => "leaving it as it is, watched",
    }
}

fn trade_offs(report: &Report, truth: &Truth) -> String {
    let size = number::metric_change(&report.metric).map(|change| change.difference);
    let of = size.map_or_else(String::new, |size| format!(" of {size}"));
    let meanwhile = match family(truth) {
        Family::None => {
            return phrase::paragraph(&[
                format!("acting now would answer noise: the difference{of} is not a drop"),
                "waiting costs little as long as somebody watches; rolling back would cost the new model's gains"
                    .to_owned(),
            ]);
        }
        Family::Pipeline => {
            "a hot-fix takes hours to days and touches one computation; retraining would teach the model the bug"
        }
        Family::Data | Family::World => {
            "retraining takes days to weeks and needs recent outcomes; a guardrail or a tighter cut-off costs \
             some good cases and limits the harm at once"
        }
        Family::Model => {
            "moving the cut-off or recalibrating is done within a day and easy to undo; building the model anew \
             takes weeks"
        }
        Family::Feedback => {
            "a random hold-out costs some wrong decisions on purpose and buys outcomes nobody has influenced"
        }
    };
    let checked = truth.causes.first().and_then(|id| CauseId::from_name(id)).map_or(
        "parity checks tell",
        |id| {
            if id.is_pipeline() {
                "parity checks show the bug"
            } else {
                "parity checks clear the pipeline"
            }
        },
    );
    phrase::paragraph(&[
        format!(
            "within 24 hours {checked}, so we know whether the change{of} is a bug or drift"
        ),
        meanwhile.to_owned(),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Task;
    use crate::report::VerdictKind;
    use crate::story::fixture;

    #[test]
    fn it_names_the_truth_and_the_numbers() {
        let report = fixture::explained(fixture::rich(fixture::report(
            VerdictKind::Dropped,
            Task::Binary,
        )));
        let truth = Truth {
            causes: vec!["unit_or_encoding".to_owned()],
            columns: vec!["annual_income".to_owned()],
            onset: Some("2025-04-17".to_owned()),
        };
        let told = model_answer(&report, &truth);
        assert!(told.causes.contains("computed differently live"), "{}", told.causes);
        assert!(told.causes.contains("annual_income"), "{}", told.causes);
        assert!(told.causes.contains("17 April 2025"), "{}", told.causes);
        assert!(told.mitigations.contains("repairing the column's computation"));
        let calm = model_answer(&report, &Truth::default());
        assert!(calm.causes.contains("no real drop"), "{}", calm.causes);
    }
}
