//! What we would do: within 24 hours, this week, this quarter. Enter: the facts and the priced options. Leave: three
//! steps of one to three sentences, each with a number, a name or a date of this report.

use crate::report::{CauseId, Choice, PathStep, VerdictKind};
use crate::story::cause;
use crate::story::facts::Facts;
use crate::story::path_words as words;

/// Options that limit harm within a day or two and are easily undone.
const LIMITS_HARM: [&str; 5] =
    ["old_cut_off", "move_threshold", "recalibrate", "switch_off_segment", "roll_back"];
/// Options that mend the cause.
const MENDS: [&str; 3] = ["hot_fix", "retrain", "drop_column"];

/// The path of a report.
#[must_use]
pub(crate) fn path(facts: &Facts<'_>, items: &[Choice]) -> Vec<PathStep> {
    let reason = facts.report.causes.first().filter(|own| !cause::is_minor(own));
    let first = reason.and_then(|own| CauseId::from_name(&own.id));
    let find = |ids: &[&str]| -> Option<&Choice> {
        items.iter().find(|item| ids.contains(&item.id.as_str()))
    };
    // The quick help that surely gives back some of what dropped, most first.
    let nothing_to_limit = facts.distorted_by().is_some() || facts.has_passed();
    let limits: &[Choice] = if nothing_to_limit { &[] } else { items };
    let quick = limits
        .iter()
        .filter(|item| LIMITS_HARM.contains(&item.id.as_str()))
        .filter(|item| item.metric == facts.report.metric.name)
        .filter(|item| surely(item) > 0.0)
        .max_by(|a, b| {
            // What answers the first cause goes before what limits any harm.
            let answers = |item: &Choice| {
                item.id != "switch_off_segment"
                    && first
                        .is_some_and(|id| item.answers.iter().any(|own| own == id.name()))
            };
            let back = |item: &Choice| item.id == "old_cut_off";
            (answers(a), back(a))
                .cmp(&(answers(b), back(b)))
                .then(surely(a).total_cmp(&surely(b)))
        });
    let waits = nothing_to_limit && first.is_some_and(waited_out);
    let mends = find(&MENDS).filter(|_| !waits);
    let (day, week, quarter) = match facts.kind() {
        VerdictKind::Dropped => (
            words::day_of_a_drop(facts, first, quick),
            words::week_of_a_drop(facts, first, mends),
            words::quarter(facts, first),
        ),
        VerdictKind::NotDropped | VerdictKind::Improved => (
            words::day_of_calm(facts),
            words::week_of_calm(facts),
            words::quarter(facts, None),
        ),
        VerdictKind::NotEnoughRows => (
            words::day_of_few_rows(facts),
            words::week_of_few_rows(facts),
            words::quarter(facts, None),
        ),
        VerdictKind::UnknownWithoutLabels => (
            words::day_without_labels(facts),
            words::week_without_labels(facts),
            words::quarter(facts, None),
        ),
    };
    [("Within 24 hours", day), ("This week", week), ("This quarter", quarter)]
        .into_iter()
        .filter(|(_, what)| !what.is_empty())
        .map(|(when, what)| PathStep { when: when.to_owned(), what })
        .collect()
}

/// Points that an option surely gives back: the low end of its range, else what it says.
fn surely(item: &Choice) -> f64 {
    item.interval.map(|(low, _)| low).or(item.points).unwrap_or(0.0)
}

/// Causes that a new model does not mend: the figure comes back by itself, or was never right.
const fn waited_out(cause: CauseId) -> bool {
    cause.distorts_measurement() || matches!(cause, CauseId::SeasonalityEvent)
}
