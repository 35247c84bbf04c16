//! Words of the what-ifs.

use crate::choices::Task;
use crate::report::{MetricChange, Report, Unit, WhatIf};
use crate::story::number;
use crate::what_if::{bins, population};

/// Heading.
pub const TRY_HEADING: &str = "What if it were decided otherwise?";
/// Label.
pub const TRY_CUT_OFF: &str = "Say yes from a score of";
/// Label where probabilities are set right.
pub const TRY_CUT_OFF_SET_RIGHT: &str = "Say yes from a corrected probability of";
/// Label of the number beside the slider.
pub const TRY_CUT_OFF_NUMBER: &str = "The cut-off as a number";
/// Button.
pub const TRY_AS_TODAY: &str = "As today";
/// Button.
pub const TRY_CHEAPEST: &str = "Lowest cost";
/// Button.
pub const TRY_MOST_RIGHT: &str = "Most decisions right";
/// Group of fields.
pub const TRY_PRICES: &str = "What a decision costs";
/// Button.
pub const TRY_KEEP_PRICES: &str = "Use these costs in the whole report";
/// Label.
pub const TRY_FALSE_POSITIVE: &str = "A false positive";
/// Label.
pub const TRY_FALSE_NEGATIVE: &str = "A false negative";
/// Label.
pub const TRY_CORRECT: &str = "A correct decision is worth";
/// In place of the last.
pub const TRY_CORRECT_BY_ROW: &str =
    "What a correct decision is worth is taken from each row’s own value.";
/// Label.
pub const TRY_REVIEW: &str = "A review by hand";
/// Hint.
pub const TRY_MONEY: &str = "money for one";
/// Group of choices.
pub const TRY_WHO: &str = "Who decides";
/// Choice.
pub const TRY_RECALIBRATE: &str = "Correct the probabilities first (recalibrate)";
/// Choice.
pub const TRY_OLD_MODEL: &str = "Go back to the previous model";
/// Why not.
pub const TRY_NO_OLD_MODEL: &str = "Going back cannot be priced: no column holds the previous model’s score or decision. Give one the role “Previous model” to see it.";
/// Why not.
pub const TRY_NO_RECALIBRATION: &str = "Correcting the probabilities cannot be tried: scores are no probabilities, or production has no outcomes of both kinds yet.";
/// Ways to decide in a segment, in the order of the page's list.
pub const TRY_INSTEAD: [&str; 4] = [
    "as everywhere else",
    "nobody: all no",
    "nobody: all yes",
    "people: a review by hand",
];
/// One more where there is one.
pub const TRY_INSTEAD_OLD: &str = "the previous model";
/// Column of the table.
pub const TRY_TODAY: &str = "Today";
/// Column of the table.
pub const TRY_CHANGED: &str = "With this change";
/// Column of the table.
pub const TRY_DIFFERENCE: &str = "Against today";
/// Caption.
pub const TRY_CAPTION: &str =
    "Decisions before launch, as they are made today, and with this change";
/// Row.
pub const TRY_YES_RATE: &str = "Decided yes";
/// Row.
pub const TRY_YES_A_DAY: &str = "Yes decisions a day";
/// Row where traffic is not known.
pub const TRY_YES_PER_THOUSAND: &str = "Yes decisions per 1,000 rows";
/// Row.
pub const TRY_PRECISION: &str = "Right among yes (precision)";
/// Row.
pub const TRY_RECALL: &str = "Found of the true yes (recall)";
/// Row.
pub const TRY_ACCURACY: &str = "Right decisions (accuracy)";
/// Row.
pub const TRY_COST: &str = "Cost a row";
/// Row.
pub const TRY_COST_A_DAY: &str = "Cost a day";
/// Row where traffic is not known.
pub const TRY_COST_PER_THOUSAND: &str = "Cost per 1,000 rows";
/// What the marks in the pictures are.
pub const TRY_MARKS: &str = "In the pictures, the ring is before launch, the open square today, and the filled dot what you try here.";
/// Nobody gets a yes.
pub const TRY_NOBODY: &str = "nobody";
/// No cut-off to move.
pub const TRY_NO_CUT_OFF: &str = "There is no score column, so no other cut-off can be tried. Give the column with the model’s output the role “Score” to see it.";
/// A yes of the model is a no of the column.
pub const TRY_REVERSED: &str = "“Yes” here means that the model predicts the outcome; the decision column says the opposite word for it.";

/// Why there is nothing to try, and what would make it possible.
#[must_use]
pub fn try_impossible(report: &Report) -> String {
    let why = match report.task {
        Task::Regression => {
            "The model predicts a number, so there is no cut-off to move. With a yes/no decision made from it (a column with the role “Decision”, and the outcome as yes or no), whydrop can try others."
        }
        Task::Multiclass => {
            "The model chooses among several classes, so there is no single cut-off to move. Choose one class as the outcome, with its score, to try cut-offs for it."
        }
        Task::Binary => {
            "There is neither a score nor a decision column, so nothing can be tried out. Give the column with the model’s output the role “Score”."
        }
    };
    why.to_owned()
}

/// What the figures stand on.
#[must_use]
pub fn try_resolution(whole: &WhatIf) -> String {
    use crate::choices::TableRole::{Production, Reference};
    let rows = |table| population(whole, table, None).map_or(0, |own| own.rows);
    let mut words = format!(
        "Counted over {} before and {} after launch; the cut-off moves in {}. A cut-off picked here is judged on the very rows \
         it is picked on; an option that moves the cut-off is judged on other rows than its own, and so promises a little less.",
        number::rows(rows(Reference)),
        number::rows(rows(Production)),
        super::counted(bins(whole), "step", "steps"),
    );
    if whole.least_rows > 1 {
        words.push_str(&format!(
            " This report was shared: counts below {} rows are merged with their neighbours, so a figure may be off by that many rows of an outcome.",
            whole.least_rows
        ));
    }
    words
}

/// Rows whose decision the cut-off does not move.
#[must_use]
pub fn try_fixed(whole: &WhatIf) -> Option<String> {
    let own = population(whole, crate::choices::TableRole::Production, None)?;
    if own.logged.is_some() {
        return Some("Today’s decisions follow no cut-off of the score. What you try here supposes that they would.".to_owned());
    }
    let count: u64 = [own.fixed.no, own.fixed.yes]
        .iter()
        .map(|own| own.no + own.yes + own.unlabelled)
        .sum();
    let rows = (count as f64 / whole.row_units).round() as u64;
    (rows > 0).then(|| {
        let verb = if rows == 1 { "does" } else { "do" };
        let keep = if rows == 1 { "it keeps its decision" } else { "they keep their decision" };
        format!(
            "{} after launch {verb} not follow the cut-off (no score, or decided by something else); {keep} here.",
            number::rows(rows)
        )
    })
}

/// What a switched-off segment supposes.
pub const TRY_ASSUMES: &str = "A segment without the model: “all no” and “all yes” treat its rows alike; a review by hand is taken to be always right. Rows in two segments count in the first.";

/// The previous model on the same rows.
#[must_use]
pub fn try_old_metric(metric: &MetricChange) -> Option<String> {
    let words = |value| number::value(metric.unit, value);
    let (before, after) = metric.reference.zip(metric.production)?;
    Some(format!(
        "The previous model on the same rows: {} {} before and {} after launch.",
        metric.title,
        words(before),
        words(after)
    ))
}

/// How the previous model is cut.
#[must_use]
pub fn try_old_cut(cut_off: f64) -> String {
    format!(
        "Its own cut-off is not logged: taken as {}, from where it says yes before launch as often as the model in use.",
        number::quantity(cut_off)
    )
}

/// "Accuracy 87.1 %: 1.9 points better than today, 4.3 points worse than before launch."
#[must_use]
pub fn try_sentence(
    title: &str,
    unit: Unit,
    value: Option<f64>,
    against_today: Option<f64>,
    against_before: Option<f64>,
) -> String {
    let Some(value) = value else {
        return format!("{title} cannot be worked out: outcomes are not known.");
    };
    let part = |gain: Option<f64>, than: &str| {
        let gain = gain?;
        let change = number::change(unit, 0.0, gain.abs());
        Some(match change.direction {
            number::Direction::Same => format!("the same as {than}"),
            _ if gain > 0.0 => format!("{} better than {than}", change.difference),
            _ => format!("{} worse than {than}", change.difference),
        })
    };
    let parts: Vec<String> =
        [part(against_today, "today"), part(against_before, "before launch")]
            .into_iter()
            .flatten()
            .collect();
    if parts.is_empty() {
        return format!("{title} {}.", number::value(unit, value));
    }
    format!("{title} {}: {}.", number::value(unit, value), parts.join(", "))
}

/// Why "a day" is what it is.
#[must_use]
pub fn try_traffic(rows: Option<f64>, is_given: bool) -> String {
    match rows {
        Some(rows) if is_given => {
            format!("A day has {}, as given.", number::rows(rows.round() as u64))
        }
        Some(rows) => format!(
            "A day has about {} rows, as the production table shows; give the traffic to change it.",
            number::about(rows)
        ),
        None => {
            "Rows a day are not known: give the traffic to see figures a day.".to_owned()
        }
    }
}
