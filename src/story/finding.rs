//! One function a finding about a column: numbers in, code and one sentence out. Shares are 0–1.

use super::metric_words::moved_as;
use super::{number, phrase};
use crate::choices::{Kind, TableRole};
use crate::report::{ColumnDrift, ColumnFinding, DriftBand, NumberSummary, Unit};

/// At most this many values are named in a sentence.
const NAMED: usize = 3;

fn finding(code: &str, text: &str) -> ColumnFinding {
    ColumnFinding { code: code.to_owned(), sentence: phrase::sentence(text) }
}

/// `missing_rate`: the share of empty values moved.
#[must_use]
pub fn missing_rate(column: &str, reference: f64, production: f64) -> ColumnFinding {
    let change = number::change(Unit::Share, reference, production);
    let name = format!("the share of empty values in {}", phrase::name(column));
    finding("missing_rate", &moved_as(&name, &change))
}

/// `new_categories`: values the reference never had, with the share of production rows that hold them.
/// `values` are the most frequent ones, best first; `distinct` is how many there are in all, 0 where they were not
/// counted one by one.
#[must_use]
pub fn new_categories(
    column: &str,
    values: &[String],
    distinct: u64,
    production_share: f64,
) -> ColumnFinding {
    let share = number::share(production_share);
    let number = match distinct {
        0 => "values".to_owned(),
        count => phrase::counted(count, "value", "values"),
    };
    let text = format!(
        "{} holds {number} never seen before launch, on {share} of production rows{}",
        the_column(column),
        such_as(values)
    );
    finding("new_categories", &text)
}

/// `vanished_categories`: values that are gone, with the share of reference rows that held them.
#[must_use]
pub fn vanished_categories(
    column: &str,
    values: &[String],
    distinct: u64,
    reference_share: f64,
) -> ColumnFinding {
    let number = phrase::counted(distinct.max(1), "value", "values");
    let text = format!(
        "{} has lost {number} that {} {} of rows before launch{}",
        the_column(column),
        phrase::plural(distinct.max(1), "stood on", "together stood on"),
        number::share(reference_share),
        such_as(values)
    );
    finding("vanished_categories", &text)
}

/// `out_of_range`: numbers outside the reference's range `low` to `high`.
#[must_use]
pub fn out_of_range(
    column: &str,
    low: f64,
    high: f64,
    below_share: f64,
    above_share: f64,
) -> ColumnFinding {
    let range = if low == high {
        format!("the only value before launch, {}", number::quantity(low))
    } else {
        format!(
            "the range before launch, {} to {}",
            number::quantity(low),
            number::quantity(high)
        )
    };
    let name = phrase::name(column);
    let (below, above) = (number::share(below_share), number::share(above_share));
    let text = if above_share <= 0.0 {
        format!("in {name}, {below} of production rows lie below {range}")
    } else if below_share <= 0.0 {
        format!("in {name}, {above} of production rows lie above {range}")
    } else {
        format!(
            "in {name}, {below} of production rows lie below and {above} above {range}"
        )
    };
    finding("out_of_range", &text)
}

/// `type_failures`: production values that do not read as the reference's kind.
#[must_use]
pub fn type_failures(
    column: &str,
    kind: Kind,
    rows: u64,
    production_share: f64,
) -> ColumnFinding {
    let text = format!(
        "in {}, {} ({} of production) {} not read as {}, as before launch",
        phrase::name(column),
        phrase::counted(rows, "value", "values"),
        number::share(production_share),
        phrase::plural(rows, "does", "do"),
        phrase::article(kind_word(kind))
    );
    finding("type_failures", &text)
}

/// `constant`: nearly every production row has one value that was not alone before. `value` in words.
#[must_use]
pub fn constant(
    column: &str,
    value: &str,
    reference: f64,
    production: f64,
) -> ColumnFinding {
    let text = format!(
        "{} is {} on {} of production rows, against {} before launch",
        the_column(column),
        phrase::quoted(value),
        number::share(production),
        number::share(reference)
    );
    finding("constant", &text)
}

/// `new_variation`: one value before launch, several now.
#[must_use]
pub fn new_variation(column: &str, value: &str, production_share: f64) -> ColumnFinding {
    let text = format!(
        "{} was always {} before launch and holds something else on {} of production rows",
        the_column(column),
        phrase::quoted(value),
        number::share(production_share)
    );
    finding("new_variation", &text)
}

/// `all_missing`: no value at all in `table`; `other_share` is the missing share in the other table.
#[must_use]
pub fn all_missing(column: &str, table: TableRole, other_share: f64) -> ColumnFinding {
    let (here, there) = sides(table);
    let text = format!(
        "{} is empty on every row {here}, against {} {there}",
        the_column(column),
        number::share(other_share)
    );
    finding("all_missing", &text)
}

/// `cardinality`: the number of different values, counted on equally large samples, at least doubled or
/// halved.
#[must_use]
pub fn cardinality(column: &str, reference: u64, production: u64) -> ColumnFinding {
    let text = format!(
        "{} holds {} after launch, against {} before, on samples of one size",
        the_column(column),
        phrase::counted(production, "different value", "different values"),
        number::count(reference)
    );
    finding("cardinality", &text)
}

/// `missing_column`: only the reference has it.
#[must_use]
pub fn missing_column(column: &str) -> ColumnFinding {
    let text = format!(
        "{} is not in the production table, so the two sides could not be compared",
        the_column(column)
    );
    finding("missing_column", &text)
}

/// `extra_column`: only production has it.
#[must_use]
pub fn extra_column(column: &str) -> ColumnFinding {
    let text = format!(
        "{} is only in the production table and was left out",
        the_column(column)
    );
    finding("extra_column", &text)
}

/// `kind_conflict`: the two tables hold different kinds of values.
#[must_use]
pub fn kind_conflict(column: &str, reference: Kind, production: Kind) -> ColumnFinding {
    let text = format!(
        "{} holds {} before launch and {} after, so one of the two was written differently",
        the_column(column),
        kinds_word(reference),
        kinds_word(production)
    );
    finding("kind_conflict", &text)
}

/// `drift`: the distribution moved. Numbers of both sides add the means when given.
#[must_use]
pub fn drift(
    column: &str,
    drift: &ColumnDrift,
    numbers: Option<(&NumberSummary, &NumberSummary)>,
) -> ColumnFinding {
    let strength = match drift.band {
        DriftBand::None => "hardly",
        DriftBand::Slight => "slightly",
        DriftBand::Clear => "clearly",
        DriftBand::Strong => "strongly",
    };
    let usual = match number::finite(drift.own_noise) {
        Some(noise) if noise >= drift.moved => {
            format!(", about as much as is usual ({})", number::share(noise))
        }
        Some(noise) => format!(", where up to {} is usual", number::share(noise)),
        None => String::new(),
    };
    let means = numbers
        .filter(|(before, after)| is_worth_telling(before, after))
        .map(|(before, after)| {
            let change = number::change(Unit::Label, before.mean, after.mean);
            format!("; {}", moved_as("the mean", &change))
        })
        .unwrap_or_default();
    let text = format!(
        "{} moved {strength}: about {} of rows now hold other values than before launch{usual}{means}",
        the_column(column),
        number::share(drift.moved)
    );
    finding("drift", &text)
}

/// Whether the means differ by enough of the column's own spread to say so: where the values are much as they were,
/// something else moved.
#[must_use]
pub fn is_worth_telling(before: &NumberSummary, after: &NumberSummary) -> bool {
    const PART: f64 = 0.02;
    let [low, .., high] = before.quantiles;
    let gap = (after.mean - before.mean).abs();
    !gap.is_finite() || gap > PART * (high - low).abs()
}

/// `usual_noise`: it moved, but no further than the reference's own periods do.
#[must_use]
pub fn usual_noise(column: &str, moved: f64, own_noise: f64) -> ColumnFinding {
    let text = format!(
        "{} moved by about {} of rows, which is within the {} its own periods wobble before launch",
        the_column(column),
        number::share(moved),
        number::share(own_noise)
    );
    finding("usual_noise", &text)
}

/// `effect`: what the moved mix alone is worth in the headline metric; `points` positive when worse.
#[must_use]
pub fn effect(column: &str, unit: Unit, points: f64) -> ColumnFinding {
    let way = if points >= 0.0 { "worse" } else { "better" };
    let text = format!(
        "the moved mix of {} alone makes the metric about {} {way}",
        phrase::name(column),
        number::amount(unit, points)
    );
    finding("effect", &text)
}

/// "column income" at the start of a sentence, so that no sentence starts with a small letter.
fn the_column(column: &str) -> String {
    if column.trim().is_empty() {
        return phrase::name(column);
    }
    format!("the column {}", phrase::name(column))
}

fn such_as(values: &[String]) -> String {
    let named: Vec<String> =
        values.iter().take(NAMED).map(|value| phrase::quoted(value)).collect();
    if named.is_empty() {
        String::new()
    } else {
        format!(", such as {}", phrase::list(&named))
    }
}

const fn sides(table: TableRole) -> (&'static str, &'static str) {
    match table {
        TableRole::Reference | TableRole::Training => ("before launch", "after"),
        TableRole::Production | TableRole::Shadow => ("after launch", "before"),
    }
}

/// A kind of value, one of them.
#[must_use]
pub const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "number",
        Kind::Integer => "whole number",
        Kind::Boolean => "yes or no",
        Kind::Category => "category",
        Kind::Time => "date or time",
        Kind::Text => "text",
        Kind::Identifier => "key",
    }
}

/// A kind of value, many of them.
#[must_use]
pub const fn kinds_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Number => "numbers",
        Kind::Integer => "whole numbers",
        Kind::Boolean => "yes and no",
        Kind::Category => "categories",
        Kind::Time => "dates or times",
        Kind::Text => "free text",
        Kind::Identifier => "keys",
    }
}
