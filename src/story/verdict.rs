//! The verdict in one sentence: conclusion first, then the number, its base and its comparison.

use super::metric_words::{self, Better, Words};
use super::number::{self, Direction};
use super::phrase;
use crate::choices::{Role, TableRole};
use crate::report::{Confidence, Inputs, MetricChange, Report, VerdictKind};

/// The headline for a verdict. `minimum_effect` is in the metric's unit (above 0); `rows_needed` are
/// labelled production rows; `inputs` gives the row counts. Never empty, always one sentence.
#[must_use]
pub fn verdict_sentence(
    kind: VerdictKind,
    metric: &MetricChange,
    minimum_effect: f64,
    rows_needed: Option<u64>,
    inputs: &Inputs,
) -> String {
    let words = metric_words::words(metric);
    let text = match kind {
        VerdictKind::Dropped => moved(metric, &words, "got worse"),
        VerdictKind::Improved => improved(metric, &words),
        VerdictKind::NotDropped => held(metric, &words, minimum_effect),
        VerdictKind::NotEnoughRows => {
            too_few(metric, &words, minimum_effect, rows_needed, inputs)
        }
        VerdictKind::UnknownWithoutLabels => unknown(metric, &words, inputs),
    };
    phrase::sentence(&text)
}

/// A material drop in another family than the headline's. `headline` tells whether this one is a surprise.
#[must_use]
pub fn also_sentence(headline: VerdictKind, metric: &MetricChange) -> String {
    let (family, many) = metric_words::family(&metric.family);
    let also = if headline == VerdictKind::Dropped { " also" } else { "" };
    let words = metric_words::words(metric);
    let got = format!("{family}{also} got worse");
    let text = match metric_words::moved(metric) {
        Some(moved) => match words.better {
            Better::Near(ideal) => {
                format!("{got}: {moved}; the ideal is {}", number::quantity(ideal))
            }
            _ => format!("{got}: {moved}{}", lower_is_better(&words)),
        },
        None => format!(
            "{got}, but {} {} no value to show",
            words.name,
            if many { "have" } else { "has" }
        ),
    };
    phrase::sentence(&text)
}

/// What the metric should be now, for a report without outcomes: "If only who we see and what is broken has changed,
/// accuracy should now be about 84.1 % (82.0 % to 86.0 %), 3.7 points lower than before launch."
#[must_use]
pub fn expected_sentence(report: &Report) -> Option<String> {
    let own = report.expected.as_ref()?;
    let metric = &report.metric;
    if report.verdict.kind != VerdictKind::UnknownWithoutLabels
        || own.metric != metric.name
    {
        return None;
    }
    let change = number::change(metric.unit, own.reference, number::finite(own.value)?);
    let range = match (number::finite(own.ci_low), number::finite(own.ci_high)) {
        (Some(low), Some(high)) => format!(
            " ({} to {})",
            number::value(metric.unit, low),
            number::value(metric.unit, high)
        ),
        _ => String::new(),
    };
    let moved = match change.direction {
        Direction::Up => format!("{} higher than before launch", change.difference),
        Direction::Down => format!("{} lower than before launch", change.difference),
        Direction::Same => "as before launch".to_owned(),
    };
    Some(phrase::sentence(&format!(
        "if only who we see and what is broken has changed, {} should now be about {}{range}, {moved}",
        metric_words::words(metric).short,
        change.after
    )))
}

/// Confidence as a word; the words mean the same everywhere.
#[must_use]
pub const fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::AlmostCertain => "almost certain",
        Confidence::Likely => "likely",
        Confidence::Possible => "possible",
        Confidence::CouldNotCheck => "could not check",
    }
}

/// "on 12,480 labelled rows".
#[must_use]
pub fn on_rows(metric: &MetricChange) -> String {
    format!(
        "on {}",
        phrase::counted(metric.production_rows, "labelled row", "labelled rows")
    )
}

fn moved(metric: &MetricChange, words: &Words, otherwise: &str) -> String {
    let Some(change) = number::metric_change(metric) else {
        return format!("{} {otherwise} {}", words.name, on_rows(metric));
    };
    let rows = on_rows(metric);
    let moved = metric_words::moved_as(&words.name, &change);
    match words.better {
        Better::Near(target) => {
            format!("{moved}, {rows}; the ideal is {}", number::quantity(target))
        }
        _ => format!("{moved}, {rows}{}", lower_is_better(words)),
    }
}

fn improved(metric: &MetricChange, words: &Words) -> String {
    let Some(change) = number::metric_change(metric) else {
        return format!("{} improved {}", words.name, on_rows(metric));
    };
    let number::Change { before, after, difference, .. } = &change;
    let rows = on_rows(metric);
    let name = &words.name;
    match words.better {
        Better::Lower if change.direction == Direction::Down => format!(
            "{name} improved: it fell {difference}, from {before} to {after}, {rows}; lower is \
             better"
        ),
        Better::Higher => {
            format!("{name} improved by {difference}, from {before} to {after}, {rows}")
        }
        Better::Near(target) => format!(
            "{name} improved: it went from {before} to {after}, {rows}; the ideal is {}",
            number::quantity(target)
        ),
        _ => format!("{name} improved: it went from {before} to {after}, {rows}"),
    }
}

fn held(metric: &MetricChange, words: &Words, minimum_effect: f64) -> String {
    let name = &words.name;
    let noun = metric_words::worse_noun(words.better);
    let limit = number::amount(metric.unit, minimum_effect);
    let rows = on_rows(metric);
    let ruled_out = format!("{} of {limit} or more is ruled out", phrase::article(noun));
    match number::metric_change(metric) {
        Some(change) if change.direction == Direction::Same => format!(
            "{name} did not get worse: it is {} before launch and after, {rows}; {ruled_out}",
            change.after
        ),
        Some(change) => format!(
            "{name} did not get worse: {} before launch and {} after, {rows}; {ruled_out}",
            change.before, change.after
        ),
        None => format!("{name} did not get worse {rows}; {ruled_out}"),
    }
}

fn too_few(
    metric: &MetricChange,
    words: &Words,
    minimum_effect: f64,
    rows_needed: Option<u64>,
    inputs: &Inputs,
) -> String {
    let name = &words.name;
    let limit = number::amount(metric.unit, minimum_effect);
    let noun = metric_words::worse_noun(words.better);
    let labelled = metric.production_rows;
    if let (None, Some(why)) = (number::metric_change(metric), &metric.why_missing) {
        // "before launch: no row has a label"
        let why = why.replacen(": ", ", ", 1);
        return format!("whether {name} got worse cannot be told: {why}");
    }
    let start =
        format!("there are too few labelled rows to tell whether {name} got worse");
    let seen = match number::metric_change(metric) {
        Some(change) if change.direction == Direction::Same => {
            format!("it stayed at {} {}", change.after, on_rows(metric))
        }
        Some(change) => {
            format!(
                "it went from {} to {} {}",
                change.before,
                change.after,
                on_rows(metric)
            )
        }
        None => {
            let of = table(inputs, TableRole::Production).map_or(labelled, |t| t.1);
            format!(
                "it cannot be computed on {} of production",
                phrase::counted(of, "labelled row", "labelled rows")
            )
        }
    };
    let need = match rows_needed {
        Some(needed) if needed > labelled => format!(
            ", and {} would be needed to see {} of {limit}",
            rows_wanted(needed),
            phrase::article(noun)
        ),
        _ if metric.reference_rows > labelled => {
            format!(
                ", and more of both outcomes would be needed to see {} of {limit}",
                phrase::article(noun)
            )
        }
        _ => format!(
            ", and the {} before launch are too few to see {} of {limit}",
            number::rows(metric.reference_rows),
            phrase::article(noun)
        ),
    };
    format!("{start}: {seen}{need}")
}

fn unknown(metric: &MetricChange, words: &Words, inputs: &Inputs) -> String {
    let name = &words.name;
    let has_outcome = inputs.columns.iter().any(|own| own.role == Role::Label);
    if !inputs.columns.is_empty() && !has_outcome {
        return format!(
            "whether {name} got worse is not known: no column was recognised as the outcome; choose the column that \
             holds it, if the files have one"
        );
    }
    let (rows, labelled) =
        table(inputs, TableRole::Production).unwrap_or((metric.production_rows, 0));
    let without = match (labelled, rows) {
        (0, 1) => "the only production row has none yet".to_owned(),
        (0, _) => format!(
            "none of the {} has one yet",
            phrase::counted(rows, "production row", "production rows")
        ),
        (some, _) => format!(
            "{}{} of the {} {} one",
            phrase::only(some, rows),
            number::count(some),
            phrase::counted(rows, "production row", "production rows"),
            phrase::plural(some, "has", "have")
        ),
    };
    let before = match number::finite(metric.reference) {
        Some(value) => format!(
            "; before launch it was {} on {}",
            number::value(metric.unit, value),
            phrase::counted(metric.reference_rows, "labelled row", "labelled rows")
        ),
        None => String::new(),
    };
    format!(
        "whether {name} got worse cannot be known until labels arrive: {without}{before}"
    )
}

/// Outcomes of production are there, and written in other words than before launch.
#[must_use]
pub fn other_words_sentence(metric: &MetricChange, rows: u64, inputs: &Inputs) -> String {
    let (all, _) = table(inputs, TableRole::Production).unwrap_or((rows, 0));
    phrase::sentence(&format!(
        "whether {} got worse cannot be known: {} of the {} {} an outcome in words that never occur before launch",
        metric_words::words(metric).name,
        number::count(rows),
        phrase::counted(all, "production row", "production rows"),
        phrase::plural(rows, "has", "have"),
    ))
}

fn lower_is_better(words: &Words) -> &'static str {
    match words.better {
        Better::Lower
            if !words.name.contains("error") && !words.name.contains("cost") =>
        {
            "; lower is better"
        }
        _ => "",
    }
}

/// "about 1,900", or that no realistic number of rows would do.
fn rows_wanted(rows: u64) -> String {
    const MOST: u64 = 1_000_000_000;
    if rows > MOST {
        return format!("more than {}", number::count(MOST));
    }
    format!("about {}", number::about(rows as f64))
}

/// Rows and labelled rows of one table.
fn table(inputs: &Inputs, role: TableRole) -> Option<(u64, u64)> {
    let table = inputs.tables.iter().find(|table| table.role == role)?;
    Some((table.rows, table.labelled_rows))
}
