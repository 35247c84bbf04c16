//! The five parts of the explanation, from the report alone. Part A is here: the same first sentence for
//! every audience, then this report's two tables and what each of them says.

use super::facts::Facts;
use super::{happened, mitigation, next_steps, number, phrase, plan};
use crate::choices::TableRole;
use crate::report::{Report, Story, VerdictKind};

/// The whole explanation. Reads everything but `report.story`; deterministic.
#[must_use]
pub fn tell(report: &Report) -> Story {
    let facts = Facts::new(report);
    Story {
        analogy: analogy(&facts),
        causes: happened::paragraphs(&facts),
        plan: plan::in_short(&facts),
        mitigations: mitigation::paragraphs(&facts),
        next_steps: next_steps::paragraphs(&facts),
    }
}

fn analogy(facts: &Facts<'_>) -> Vec<String> {
    let mut sentences = vec![
        "validation is a lab test, and production is the real world: a model passes the first on the \
         cases it was given and meets the second as it comes"
            .to_owned(),
    ];
    sentences.extend(tables(facts));
    sentences.push(outcome(facts));
    vec![phrase::paragraph(&sentences)]
}

fn tables(facts: &Facts<'_>) -> Option<String> {
    let reference = facts.table(TableRole::Reference)?;
    let production = facts.table(TableRole::Production)?;
    let files = |files: &[String]| {
        let quoted: Vec<String> = files.iter().map(|file| phrase::quoted(file)).collect();
        if quoted.is_empty() {
            String::new()
        } else {
            format!(" from {}", phrase::list_some(&quoted, 2))
        }
    };
    Some(format!(
        "here the lab is {}{}{} and the real world {}{}{}",
        number::rows(reference.rows),
        files(&reference.files),
        facts.span(TableRole::Reference),
        number::rows(production.rows),
        files(&production.files),
        facts.span(TableRole::Production)
    ))
}

fn outcome(facts: &Facts<'_>) -> String {
    let metric = &facts.report.metric;
    let name = &facts.words.name;
    let lab =
        number::finite(metric.reference).map(|value| number::value(metric.unit, value));
    match (facts.kind(), number::metric_change(metric)) {
        (VerdictKind::Dropped, Some(change)) => format!(
            "in the lab {name} was {}; in the real world it is {}",
            change.before, change.after
        ),
        (VerdictKind::NotDropped, Some(change)) => format!(
            "the lab promised {} for {name}, and the real world gives {}: the promise holds",
            change.before, change.after
        ),
        (VerdictKind::Improved, Some(change)) => format!(
            "the lab promised {} for {name}, and the real world gives {}, which is better",
            change.before, change.after
        ),
        (VerdictKind::NotEnoughRows, _) => format!(
            "the lab has spoken on {}, and the real world on {}{} so far",
            phrase::counted(metric.reference_rows, "labelled row", "labelled rows"),
            phrase::only(metric.production_rows, metric.reference_rows),
            phrase::counted(metric.production_rows, "labelled row", "labelled rows")
        ),
        (VerdictKind::UnknownWithoutLabels, _) => match lab {
            Some(lab) => format!(
                "the lab gave {lab} for {name}; the real world has not told its outcomes yet"
            ),
            None => {
                format!("{name} needs outcomes, and the real world has not told them yet")
            }
        },
        (_, None) => String::new(),
    }
}
