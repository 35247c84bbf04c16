//! Part E: what it costs a day, and what to do within 24 hours, this week and this quarter, with this report's numbers
//! for rows, users and money. The path itself was chosen with the options; here it is told.

use super::facts::Facts;
use super::metric_words::Better;
use super::number::{self, finite};
use super::phrase;
use crate::report::{PathStep, VerdictKind};

/// The paragraphs of part E.
pub(super) fn paragraphs(facts: &Facts<'_>) -> Vec<String> {
    let mut told = Vec::new();
    // What is measured wrongly, or is over, does no harm a day.
    let harms = facts.distorted_by().is_none() && !facts.has_passed();
    if facts.kind() == VerdictKind::Dropped && harms {
        told.push(harm(facts));
    }
    told.extend(facts.report.options.path.iter().map(stage));
    told.retain(|paragraph| !paragraph.is_empty());
    told
}

/// "Within 24 hours, … . … ."
fn stage(step: &PathStep) -> String {
    let mut sentences = step.what.iter();
    let Some(first) = sentences.next() else { return String::new() };
    let mut all = vec![format!("{}: {}", step.when, phrase::small(first))];
    all.extend(sentences.cloned());
    phrase::paragraph(&all)
}

/// Rows, users and money a day, where they follow from the metric and the business inputs.
fn harm(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let Some((worse, since)) = facts.worsening_now() else { return String::new() };
    let Some((per_day, given)) = facts.rows_per_day() else { return String::new() };
    let business = &report.inputs.business;
    let traffic = if given {
        format!("at {} rows a day (as given)", number::count(per_day.round() as u64))
    } else {
        format!("at {} rows a day (as in the file)", number::about(per_day))
    };
    let mut sentences = Vec::new();
    match report.metric.name.as_str() {
        "accuracy" => {
            let wrong = per_day * worse;
            sentences.push(format!(
                "{traffic}, about {} more are decided wrongly every day{since}",
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
        "expected_cost" => sentences.push(format!(
            "{traffic}, the rise costs about {} a day{since}, in the unit of the costs given",
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
