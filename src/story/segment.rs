//! Segments in words: titles, how a segment grew, how it got worse inside, and a KPI inside it.

use super::metric_words::moved_as;
use super::number::{self, Direction};
use super::phrase;
use crate::report::{Condition, KpiChange, MetricChange, Slice, Slices, Test, Unit};

/// The lists that segments are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Segments whose share of rows changed, up or down.
    Grew,
    /// Segments that do worse than before launch.
    Worse,
    /// Segments that do badly and had no outcomes before launch to compare with.
    New,
}

impl List {
    /// The list's own quantity of a segment.
    #[must_use]
    pub const fn points(self, slice: &Slice) -> f64 {
        match self {
            Self::Grew => slice.mix_points,
            Self::Worse | Self::New => slice.rate_points,
        }
    }
}

/// The segments of a list, largest effect first.
#[must_use]
pub fn of(list: List, slices: &Slices) -> Vec<&Slice> {
    match list {
        List::Grew => slices.grew.iter().collect(),
        List::Worse => slices.worse.iter().filter(|own| has_baseline(own)).collect(),
        List::New => slices.worse.iter().filter(|own| !has_baseline(own)).collect(),
    }
}

/// Whether anything is known of how the segment did before launch.
#[must_use]
pub fn has_baseline(slice: &Slice) -> bool {
    number::finite(slice.reference_loss).is_some()
}

/// "new since launch", or what else keeps the segment from being compared.
#[must_use]
pub fn newness(slice: &Slice) -> &'static str {
    if slice.reference_share > 0.0 {
        "without known outcomes before launch"
    } else {
        "new since launch"
    }
}

/// "more rows where", "fewer rows where" or "rows where", by the way the share went.
#[must_use]
pub fn rows_where(slice: &Slice) -> &'static str {
    match number::change(Unit::Share, slice.reference_share, slice.production_share)
        .direction
    {
        Direction::Up => "more rows where",
        Direction::Down => "fewer rows where",
        Direction::Same => "rows where",
    }
}

/// "region is North and tenure below 12". Empty conditions are "all rows".
#[must_use]
pub fn slice_title(conditions: &[Condition]) -> String {
    let parts: Vec<String> = conditions
        .iter()
        .map(|condition| {
            let is = phrase::one_line(&condition.is);
            format!("{} {is}", phrase::name(&condition.column)).trim_end().to_owned()
        })
        .collect();
    if parts.is_empty() { "all rows".to_owned() } else { phrase::list(&parts) }
}

/// What a condition asks of one column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asks<'a> {
    /// One of these values or categories (titles as in the bins).
    Values(&'a [String]),
    /// A range of numbers; lower edge inclusive, upper edge exclusive, `None` where it is open.
    Range(Option<f64>, Option<f64>),
    /// Empty.
    Missing,
    /// A value the reference does not have.
    New,
    /// One of the rare values of the reference.
    Rare,
}

/// A condition with its words: "is North", "below 12", "12 or more", "is missing".
#[must_use]
pub fn condition(column: &str, asks: &Asks<'_>) -> Condition {
    const VALUES: usize = 3;
    let is = match *asks {
        Asks::Values([]) => "has any value".to_owned(),
        Asks::Values([one]) => format!("is {}", plain_value(one)),
        Asks::Values(values) => {
            let named: Vec<String> =
                values.iter().map(|value| plain_value(value)).collect();
            format!("is one of {}", phrase::list_some(&named, VALUES))
        }
        Asks::Range(None, Some(high)) => format!("below {}", number::quantity(high)),
        Asks::Range(Some(low), None) => format!("{} or more", number::quantity(low)),
        Asks::Range(Some(low), Some(high)) => {
            format!("from {} to below {}", number::quantity(low), number::quantity(high))
        }
        Asks::Range(None, None) => "has any value".to_owned(),
        Asks::Missing => "is missing".to_owned(),
        Asks::New => "is a value not seen before launch".to_owned(),
        Asks::Rare => "is a rare value".to_owned(),
    };
    Condition { column: column.to_owned(), is, test: Test::Unknown }
}

/// A value as it is when it reads as one, in quotes when it has odd spaces or marks or is empty.
fn plain_value(value: &str) -> String {
    let plain = !value.is_empty()
        && value.trim() == value
        && value.chars().all(|c| c.is_alphanumeric() || " _-.%/+−<>".contains(c))
        && !value.contains("  ")
        && !value.ends_with('.');
    if plain { phrase::one_line(value) } else { phrase::quoted(value) }
}

/// The condition of a slice after "where": "region is North and tenure is below 12".
#[must_use]
pub fn where_words(slice: &Slice) -> String {
    const VERBS: [&str; 6] = ["is", "was", "has", "holds", "starts", "lies"];
    let parts: Vec<String> = slice
        .conditions
        .iter()
        .map(|condition| {
            let is = phrase::one_line(&condition.is);
            let first = is.split(' ').next().unwrap_or_default();
            let verb = if VERBS.contains(&first) || is.is_empty() { "" } else { "is " };
            format!("{} {verb}{is}", phrase::name(&condition.column))
                .trim_end()
                .to_owned()
        })
        .collect();
    if parts.is_empty() { phrase::one_line(&slice.title) } else { phrase::list(&parts) }
}

/// How the mean loss of a slice is told for a headline metric; `None` where the loss is not in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LossWords {
    /// "error rate".
    pub name: &'static str,
    /// How to print it.
    pub unit: Unit,
    /// Whether the points of a slice are in the headline's own unit and add up to its change.
    pub adds_up: bool,
}

/// The words for the mean loss behind `metric`.
#[must_use]
pub fn loss_words(metric: &MetricChange) -> LossWords {
    let (name, unit, adds_up) = match metric.name.as_str() {
        "accuracy" => ("error rate", Unit::Share, true),
        "log_loss" => ("probability error", Unit::Plain, true),
        "brier" => ("squared probability error", Unit::Plain, true),
        "expected_cost" => ("cost per row", Unit::Money, true),
        "mae" => ("average error", Unit::Label, true),
        "auc" => ("share of pairs in the wrong order", Unit::Share, true),
        _ => ("average loss", Unit::Label, false),
    };
    LossWords { name, unit, adds_up }
}

/// "region is North grew from 12.0 % to 25.0 % of rows, which alone is worth 1.2 points of the fall".
#[must_use]
pub fn grew_sentence(slice: &Slice, metric: &MetricChange) -> String {
    let share =
        number::change(Unit::Share, slice.reference_share, slice.production_share);
    let verb = match share.direction {
        Direction::Up => "grew",
        Direction::Down => "shrank",
        Direction::Same => "kept its share",
    };
    let loss = loss_words(metric);
    let worth = if loss.adds_up && slice.mix_points.is_finite() {
        alone(metric, metric.unit, slice.mix_points)
    } else {
        String::new()
    };
    let title = segment(slice);
    phrase::sentence(&match share.direction {
        Direction::Same => format!("{title} {verb} at {} of rows{worth}", share.after),
        _ => format!(
            "{title} {verb} from {} to {} of rows{worth}",
            share.before, share.after
        ),
    })
}

/// "Where region is North, the error rate rose 8.1 points, from … to … (1,240 labelled rows)."
#[must_use]
pub fn worse_sentence(slice: &Slice, metric: &MetricChange) -> String {
    let loss = loss_words(metric);
    let rows = phrase::counted(slice.production_rows, "labelled row", "labelled rows");
    let inside = match (
        number::finite(slice.reference_loss),
        number::finite(slice.production_loss),
    ) {
        (Some(before), Some(after)) => {
            let change = number::change(loss.unit, before, after);
            moved_as(&format!("the {}", loss.name), &change)
        }
        (None, Some(after)) => format!(
            "which is {}, the {} is {}",
            newness(slice),
            loss.name,
            number::value(loss.unit, after)
        ),
        _ => format!("the {} could not be compared", loss.name),
    };
    // Without a before there is nothing that the segment alone made worse.
    let worth = if loss.adds_up && slice.rate_points.is_finite() && has_baseline(slice) {
        alone(metric, metric.unit, slice.rate_points)
    } else {
        String::new()
    };
    phrase::sentence(&format!("where {}, {inside}, on {rows}{worth}", where_words(slice)))
}

/// "The share of rows where region is North" – never starts with a column's name.
fn segment(slice: &Slice) -> String {
    format!("the segment where {}", where_words(slice))
}

/// ", which by itself would make accuracy 2.1 points worse" (segments overlap, so that these do not add up).
fn alone(metric: &MetricChange, unit: Unit, points: f64) -> String {
    let way = if points >= 0.0 { "worse" } else { "better" };
    let size = number::amount(unit, points);
    format!(", which by itself would make {} {size} {way}", metric_name(metric))
}

fn metric_name(metric: &MetricChange) -> String {
    super::metric_words::words(metric).short
}

/// A business number before and after: "Mean revenue per row fell 1.3, from 12.4 to 11.1."
#[must_use]
pub fn kpi_sentence(kpi: &KpiChange) -> String {
    let name = phrase::name(&kpi.name);
    let (Some(before), Some(after)) =
        (number::finite(kpi.reference_mean), number::finite(kpi.production_mean))
    else {
        return phrase::sentence(&format!("mean {name} per row could not be compared"));
    };
    let change = number::change(Unit::Label, before, after);
    let moved = moved_as(&format!("mean {name} per row"), &change);
    let doubt = match kpi.interval {
        Some((low, high))
            if low <= 0.0 && high >= 0.0 && change.direction != Direction::Same =>
        {
            ", which chance alone could do"
        }
        _ => "",
    };
    phrase::sentence(&format!("{moved}{doubt}"))
}

/// The segment where a business number moved most, when there is one.
#[must_use]
pub fn kpi_slice_sentence(kpi: &KpiChange) -> Option<String> {
    let slice = kpi.slices.first()?;
    let before = number::finite(slice.reference_mean)?;
    let after = number::finite(slice.production_mean)?;
    let change = number::change(Unit::Label, before, after);
    let moved = moved_as("it", &change);
    Some(phrase::sentence(&format!(
        "most of all where {}: {moved}, on {}",
        slice.title.trim(),
        number::rows(slice.production_rows)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::fixture;

    #[test]
    fn a_new_segment_is_said_to_be_new_and_a_shrunken_one_to_have_shrunk() {
        let metric = &fixture::metrics(
            crate::choices::Task::Binary,
            crate::report::VerdictKind::Dropped,
        )[0];
        let mut new = fixture::slice(&[("region", "is North")], (0.0, 0.2), (0.1, 0.3));
        new.reference_loss = None;
        assert_eq!(
            worse_sentence(&new, metric),
            "Where region is North, which is new since launch, the error rate is 30.0 %, on 2,496 labelled rows."
        );
        let less = fixture::slice(&[("region", "is South")], (0.485, 0.219), (0.1, 0.1));
        assert_eq!(rows_where(&less), "fewer rows where");
        let slices = Slices { worse: vec![new.clone(), less.clone()], grew: vec![] };
        assert_eq!(of(List::New, &slices), [&new]);
        assert_eq!(of(List::Worse, &slices), [&less]);
    }
}
