//! Part E: what to do within 24 hours, this week and this quarter, and what is traded against what, with
//! this report's numbers for rows, users and money.

use super::facts::Facts;
use super::metric_words::Better;
use super::number::{self, finite};
use super::{phrase, segment};
use crate::choices::TableRole;
use crate::report::VerdictKind;

/// Waiting longer than this many days is told as years.
const LONG_DAYS: f64 = 730.0;

/// The paragraphs of part E.
pub(super) fn paragraphs(facts: &Facts<'_>) -> Vec<String> {
    let mut told = match facts.kind() {
        VerdictKind::Dropped => {
            vec![harm(facts), within_a_day(facts), this_week(facts), quarter(facts)]
        }
        VerdictKind::NotDropped | VerdictKind::Improved => {
            vec![calm(facts), quarter(facts)]
        }
        VerdictKind::NotEnoughRows => vec![more_rows(facts), quarter(facts)],
        VerdictKind::UnknownWithoutLabels => {
            vec![labels(facts), within_a_day(facts), quarter(facts)]
        }
    };
    told.retain(|paragraph| !paragraph.is_empty());
    told
}

/// Rows, users and money a day, where they follow from the metric and the business inputs.
fn harm(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let Some(worse) = facts.worsening() else { return String::new() };
    let Some((per_day, given)) = facts.rows_per_day() else { return String::new() };
    let business = &report.inputs.business;
    let source = if given { "as given" } else { "as in the file" };
    let traffic = format!("at {} rows a day ({source})", number::about(per_day));
    let mut sentences = Vec::new();
    match report.metric.name.as_str() {
        "accuracy" => {
            let wrong = per_day * worse;
            sentences.push(format!(
                "{traffic}, about {} more are decided wrongly every day",
                number::about(wrong)
            ));
            if let Some(users) =
                finite(business.users_per_row).filter(|users| *users > 0.0)
            {
                sentences.push(format!(
                    "that touches about {} users a day",
                    number::about(wrong * users)
                ));
            }
            if let Some(value) =
                finite(business.value_correct).filter(|value| *value > 0.0)
            {
                sentences.push(format!(
                    "at {} for each correct decision, about {} a day is lost",
                    number::quantity(value),
                    number::about(wrong * value)
                ));
            }
        }
        "expected_cost" | "cost" => sentences.push(format!(
            "{traffic}, the rise costs about {} a day, in the unit of the costs given",
            number::about(per_day * worse)
        )),
        _ => {
            let users = finite(business.users_per_row).filter(|users| *users > 0.0);
            let touched = users.map_or_else(String::new, |users| {
                format!(", about {} users", number::about(per_day * users))
            });
            let way = match facts.words.better {
                Better::Lower => "higher",
                Better::Higher => "lower",
                Better::Near(_) | Better::Neither => "further off",
            };
            if let Some(size) = facts.size() {
                sentences.push(format!(
                    "{traffic}{touched}, everything is judged by a model whose {} is {size} {way} than in \
                     the lab",
                    facts.words.short.trim_start_matches("the ")
                ));
            }
        }
    }
    phrase::paragraph(&sentences)
}

fn within_a_day(facts: &Facts<'_>) -> String {
    let suspects = facts.suspects(3);
    let owner = facts.pipeline_owner();
    let tells = match facts.kind() {
        VerdictKind::Dropped => "can tell bug from drift",
        _ => "can tell whether live and lab compute the same",
    };
    let mut sentences = Vec::new();
    sentences.push(if suspects.is_empty() {
        format!(
            "within 24 hours a parity check of 200 rows by {owner} can tell whether the {} compared were \
             served as they were logged",
            phrase::counted(facts.compared(), "column", "columns")
        )
    } else {
        format!(
            "within 24 hours a parity check of 200 rows on {} by {owner} {tells}",
            phrase::names(&suspects, 3)
        )
    });
    if let Some(at) = facts.report.change_point.at.as_deref() {
        sentences.push(format!(
            "start with whatever was released on or just before {}",
            number::date(at)
        ));
    }
    phrase::paragraph(&sentences)
}

fn this_week(facts: &Facts<'_>) -> String {
    let business = &facts.report.inputs.business;
    let size = facts.size().unwrap_or_else(|| "the change".to_owned());
    let name = &facts.words.short;
    let meanwhile = match business.can_roll_back {
        Some(true) => "roll back to the previous model",
        Some(false) => "tighten the cut-off or decide the worst segment by rule",
        None => "tighten the cut-off, or roll back if a previous model exists",
    };
    let retrain = match finite(business.retrain_days) {
        Some(days) => {
            let during = match (
                facts.report.metric.name.as_str(),
                facts.worsening(),
                facts.rows_per_day(),
            ) {
                ("accuracy", Some(worse), Some((per_day, _))) => format!(
                    ", in which about {} more decisions would go wrong",
                    number::about(worse * per_day * days)
                ),
                _ => String::new(),
            };
            format!("if it is drift, retraining takes {}{during}", number::days(days))
        }
        None => format!(
            "if it is drift, retraining comes next; give the days it takes to weigh them against {size} \
             of {name}"
        ),
    };
    let again = match facts.size() {
        Some(size) => format!("measure the {size} of {name} again"),
        None => format!("measure {name} again"),
    };
    phrase::paragraph(&[
        format!(
            "this week: if it is a bug, fix it and {again} on the first {} corrected rows",
            number::count(facts.report.metric.production_rows.clamp(200, 5_000))
        ),
        format!("{retrain}; meanwhile {meanwhile}"),
    ])
}

fn calm(facts: &Facts<'_>) -> String {
    let metric = &facts.report.metric;
    let limit = number::amount(metric.unit, facts.report.verdict.minimum_effect);
    let moved = facts.moved();
    let mut sentences = vec![match facts.kind() {
        VerdictKind::Improved => format!(
            "no repair is due; before the gain is counted on, check that the labels behind the {} are \
             final",
            phrase::counted(metric.production_rows, "row", "rows")
        ),
        _ => format!(
            "no repair is due: a change of {limit} or more would have shown on {}",
            phrase::counted(metric.production_rows, "labelled row", "labelled rows")
        ),
    }];
    if let Some(first) = moved.first() {
        sentences.push(format!(
            "keep an eye on {}, which moved while {} did not get worse",
            phrase::name(&first.name),
            facts.words.short
        ));
    }
    if let Some(slice) = facts.worst_slice() {
        sentences.push(format!(
            "have a look at the segment where {}",
            segment::where_words(slice)
        ));
    }
    phrase::paragraph(&sentences)
}

fn more_rows(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let have = report.metric.production_rows;
    let Some(needed) = report.verdict.rows_needed.filter(|needed| *needed > have) else {
        return phrase::sentence(&format!(
            "the reference has {}; add more of them before anything is decided",
            phrase::counted(
                report.metric.reference_rows,
                "labelled row",
                "labelled rows"
            )
        ));
    };
    let missing = needed - have;
    let wait = match facts.rows_per_day() {
        Some((per_day, _)) if missing as f64 / per_day > LONG_DAYS => {
            format!(", years of traffic at {} rows a day", number::about(per_day))
        }
        Some((per_day, _)) => format!(
            ", about {} of traffic at {} rows a day if each gets a label",
            number::days((missing as f64 / per_day).ceil().max(1.0)),
            number::about(per_day)
        ),
        None => String::new(),
    };
    phrase::paragraph(&[
        format!(
            "wait for about {} more {}{wait}",
            number::about(missing as f64),
            phrase::plural(missing, "labelled row", "labelled rows")
        ),
        "or accept a larger smallest change, which needs fewer rows".to_owned(),
    ])
}

fn labels(facts: &Facts<'_>) -> String {
    let rows = facts.rows(TableRole::Production);
    phrase::paragraph(&[
        format!(
            "the first step is to get the outcomes of the {}; a file of ids and labels is enough",
            phrase::counted(rows, "production row", "production rows")
        ),
        match facts.moved().first() {
            Some(column) => format!(
                "label a random part by hand if that takes long, with extra rows where {} moved",
                phrase::name(&column.name)
            ),
            None => "label a random part by hand if that takes long".to_owned(),
        },
    ])
}

fn quarter(facts: &Facts<'_>) -> String {
    let suspects = facts.suspects(2);
    let mut watched: Vec<String> = if suspects.is_empty() && facts.compared() > 0 {
        vec![format!(
            "the {} compared here",
            phrase::counted(facts.compared(), "column", "columns")
        )]
    } else {
        suspects.iter().map(|name| phrase::name(name)).collect()
    };
    watched.push(facts.words.short.clone());
    phrase::sentence(&format!(
        "this quarter: put {} under standing watch, with an alarm at {} worse",
        phrase::list(&watched),
        number::amount(facts.report.metric.unit, facts.report.verdict.minimum_effect)
    ))
}
