//! Titles, summaries and axis names of charts.

use crate::chart::segments::List;
use crate::choices::TableRole;
use crate::report::{
    ColumnReport, MetricChange, Period, Report, ScoreReport, Slice, Unit,
};
use crate::story::metric_words::{self, Better};
use crate::story::number::{self, Direction};
use crate::story::{phrase, segment};

/// Axis.
pub const SHARE_AXIS: &str = "Share of rows";
/// Axis.
pub const SCORE_AXIS: &str = "Score";
/// Axis.
pub const MEAN_SCORE_AXIS: &str = "Mean score";
/// Axis.
pub const OBSERVED_AXIS: &str = "Observed rate of “yes”";
/// Axis.
pub const FALSE_POSITIVE_AXIS: &str = "False positive rate";
/// Axis.
pub const TRUE_POSITIVE_AXIS: &str = "True positive rate";
/// Axis.
pub const RECALL_AXIS: &str = "Recall";
/// Axis.
pub const PRECISION_AXIS: &str = "Precision";
/// Line.
pub const DRIFT: &str = "Rows that moved (drift)";
/// Line.
pub const MISSING: &str = "Missing values";
/// Line.
pub const DECISIONS: &str = "Positive decisions";
/// Bars.
pub const EFFECT: &str = "Effect";
/// Summary.
pub const HEALTH_WITHOUT_DECISIONS: &str = "For each period: how far the model’s inputs moved from before launch, and how many of their values were missing.";
/// What the chart shows, with decisions.
pub const HEALTH_SUMMARY: &str = "For each period: how far the model’s inputs moved from before launch, how many of their values were missing, and how often the decision was “yes”.";
/// Summary.
pub const HISTOGRAM_SUMMARY: &str = "How the scores spread over their range in both tables. A shift of the whole shape means the model sees other cases; a new spike often means a default value came in.";
/// Summary.
pub const ROC_SUMMARY: &str = "How many of the true cases are found (up) for how many false alarms (across), at every possible threshold. The dashed line is guessing.";
/// Summary.
pub const PRECISION_RECALL_SUMMARY: &str = "Of the rows called “yes”, how many were right (up), for the share of true cases found (across).";
/// Summary.
pub const CALIBRATION_SUMMARY: &str = "Points on the dashed line mean that a score of 30 % comes true in 30 % of the rows. Points below it mean scores that promise too much.";

/// n of both samples.
#[must_use]
pub fn samples(before: u64, after: u64) -> String {
    format!("{} before, {} after launch", number::rows(before), number::rows(after))
}

/// Number of periods.
#[must_use]
pub fn periods(count: usize) -> String {
    super::counted(count, "period", "periods")
}

/// Rows of reference and production.
#[must_use]
pub fn table_rows(report: &Report) -> (u64, u64) {
    let rows = |role| {
        report
            .inputs
            .tables
            .iter()
            .find(|table| table.role == role)
            .map_or(0, |table| table.rows)
    };
    (rows(TableRole::Reference), rows(TableRole::Production))
}

/// Labelled rows of reference and production.
#[must_use]
pub fn labelled_rows(report: &Report) -> (u64, u64) {
    let rows = |role| {
        report
            .inputs
            .tables
            .iter()
            .find(|table| table.role == role)
            .map_or(0, |table| table.labelled_rows)
    };
    (rows(TableRole::Reference), rows(TableRole::Production))
}

/// "Accuracy fell from 91.4 % to 85.2 %".
#[must_use]
pub fn before_after_title(metric: &MetricChange) -> String {
    let Some(change) = number::metric_change(metric) else { return metric.title.clone() };
    match change.direction {
        Direction::Same => format!("{} stayed at {}", metric.title, change.after),
        Direction::Up => {
            format!("{} rose from {} to {}", metric.title, change.before, change.after)
        }
        Direction::Down => {
            format!("{} fell from {} to {}", metric.title, change.before, change.after)
        }
    }
}

/// The same with the interval.
#[must_use]
pub fn before_after_summary(metric: &MetricChange) -> String {
    let (Some(change), Some(low), Some(high)) =
        (number::metric_change(metric), metric.ci_low, metric.ci_high)
    else {
        return before_after_title(metric);
    };
    let better = match metric_words::words(metric).better {
        Better::Higher => "Higher is better.".to_owned(),
        Better::Lower => "Lower is better.".to_owned(),
        Better::Near(target) => format!("{target} is right."),
        Better::Neither => "Neither way is better.".to_owned(),
    };
    format!(
        "The difference is {} (allowing for chance, {}). {better}",
        super::signed_change(&change),
        super::interval(metric.unit, (low, high)),
    )
}

/// Lowest and highest period in words.
#[must_use]
pub fn over_time_summary(periods: &[Period], metric: &MetricChange) -> String {
    let known = periods
        .iter()
        .filter(|period| period.table == TableRole::Production)
        .filter_map(|period| period.metric.map(|value| (value, period)));
    let low = known.clone().min_by(|a, b| a.0.total_cmp(&b.0));
    let high = known.max_by(|a, b| a.0.total_cmp(&b.0));
    let (Some(low), Some(high)) = (low, high) else { return metric.title.clone() };
    let at = |(value, period): (f64, &Period)| {
        format!(
            "{} ({})",
            number::value(metric.unit, value),
            number::date_span(&period.start, &period.end)
        )
    };
    format!(
        "{} per period; the band is what chance allows. After launch the lowest was {}, the highest {}. The dotted line is the value before launch.",
        metric.title,
        at(low),
        at(high)
    )
}

/// Words on the change point.
#[must_use]
pub fn changed_on(day: &str) -> String {
    format!("changed {}", number::date(day))
}

/// Finding of the health chart.
#[must_use]
pub fn health_title(periods: &[Period]) -> String {
    let live = periods.iter().filter(|period| period.table == TableRole::Production);
    let peak = live.max_by(|a, b| a.drift.total_cmp(&b.drift));
    match peak {
        Some(period) if period.drift >= 0.05 => format!(
            "The inputs moved most in {}: on average {} of their rows",
            number::date_span(&period.start, &period.end),
            number::share(period.drift)
        ),
        _ => "The inputs as a whole stayed where they were".to_owned(),
    }
}

/// Finding of a distribution.
#[must_use]
pub fn distribution_title(column: &ColumnReport) -> String {
    if let Some(finding) = column.findings.first() {
        return finding.sentence.clone();
    }
    match &column.drift {
        Some(drift) if drift.moved >= 0.05 => format!(
            "About {} of the rows of {} lie elsewhere than before launch",
            number::share(drift.moved),
            column.name
        ),
        _ => format!("{} looks the same before and after launch", column.name),
    }
}

/// A distribution in words: the bar that changed most.
#[must_use]
pub fn distribution_summary(column: &ColumnReport, before: u64, after: u64) -> String {
    let share = crate::chart::distribution::share;
    let most = column.bins.iter().max_by(|a, b| {
        let move_of = |bin: &crate::report::Bin| {
            (share(bin.production, after) - share(bin.reference, before)).abs()
        };
        move_of(a).total_cmp(&move_of(b))
    });
    most.map_or_else(String::new, |bin| {
        format!(
            "The largest change: “{}” made up {} of rows before launch and {} after.",
            bin.title,
            number::share(share(bin.reference, before)),
            number::share(share(bin.production, after))
        )
    })
}

/// Finding of the score histogram.
#[must_use]
pub fn histogram_title(scores: &ScoreReport) -> String {
    let moved: f64 = scores
        .reference_histogram
        .iter()
        .zip(&scores.production_histogram)
        .map(|(before, after)| (before - after).abs())
        .sum::<f64>()
        / 2.0;
    if moved < 0.05 {
        "The scores spread as before launch".to_owned()
    } else {
        format!("{} of the scores lie elsewhere than before launch", number::share(moved))
    }
}

/// Words on the threshold.
#[must_use]
pub fn threshold_mark(value: f64) -> String {
    format!("threshold {}", number::quantity(value))
}

/// Finding of the ROC chart.
#[must_use]
pub fn roc_title(auc: Option<&MetricChange>) -> String {
    auc.filter(|metric| number::metric_change(metric).is_some())
        .map_or_else(|| "How well the score ranks".to_owned(), before_after_title)
}

/// Finding of the precision–recall chart.
#[must_use]
pub fn precision_recall_title(metric: Option<&MetricChange>) -> String {
    metric
        .filter(|metric| number::metric_change(metric).is_some())
        .map_or_else(|| "Precision for every recall".to_owned(), before_after_title)
}

/// Finding of the calibration chart: scores against outcomes after launch, weighted by rows.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "rows as weights, printed with one decimal"
)]
pub fn calibration_title(after: &[(f64, f64, u64)]) -> String {
    let rows: f64 = after.iter().map(|point| point.2 as f64).sum();
    let gap: f64 = after
        .iter()
        .map(|(score, rate, rows)| (rate - score) * *rows as f64)
        .sum::<f64>()
        / rows.max(1.0);
    if gap.abs() < 0.01 {
        "After launch the scores still mean what they say".to_owned()
    } else if gap > 0.0 {
        format!(
            "After launch outcomes came true more often than the scores said, by {}",
            number::amount(Unit::Share, gap)
        )
    } else {
        format!(
            "After launch the scores promised too much, by {}",
            number::amount(Unit::Share, gap)
        )
    }
}

/// Head of the column with what chance allows.
pub const RANGE_HEAD: &str = "Allowing for chance (95 %)";
/// Axis of the segment bars.
#[must_use]
pub const fn effect_axis(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "Points of the average error (right is worse)",
        _ => "Change of the average error (right is worse)",
    }
}

/// Finding of the segment bars.
#[must_use]
pub fn segments_title(list: List, first: &Slice, unit: Unit) -> String {
    let points = super::signed(unit, list.points(first));
    let place = segment::where_words(first);
    match list {
        List::Grew => format!(
            "{} {place}: from {} to {} of rows, which alone adds {points}",
            super::capital(segment::rows_where(first)),
            number::share(first.reference_share),
            number::share(first.production_share)
        ),
        List::Worse => format!("Where {place}: does worse inside, which adds {points}"),
        List::New => format!("Where {place}: {}", segment::newness(first)),
    }
}

/// What the segment bars show.
#[must_use]
pub fn segments_summary(list: List, slices: &[&Slice]) -> String {
    let segments = super::counted(slices.len(), "segment", "segments");
    let line = "the thin line is what chance allows";
    match list {
        List::Grew => format!(
            "{segments} whose share of rows changed, up or down. Bars show how much that alone moves the average error; {line}."
        ),
        List::Worse => format!(
            "{segments} where the same kind of row does worse than before launch. Bars show what that adds to the average error; {line}."
        ),
        List::New => format!(
            "{segments} that cannot be compared with the time before launch. Bars show how far the average error there is above that of all rows before launch, by their share of rows; {line}."
        ),
    }
}

/// Rows behind the segment bars. Segments overlap, so that their rows do not add up.
#[must_use]
pub fn segment_samples(slices: &[&Slice]) -> String {
    let rows = || slices.iter().map(|slice| slice.production_rows);
    let (least, most) = (rows().min().unwrap_or(0), rows().max().unwrap_or(0));
    let outcomes =
        phrase::counted(most, "row with a known outcome", "rows with a known outcome");
    let each = if slices.len() == 1 { "in it" } else { "in each" };
    match (least, most) {
        (_, 0) => "No outcome is known after launch in these segments".to_owned(),
        (least, most) if least == most => format!("{outcomes} after launch {each}"),
        (least, _) => {
            format!("{} to {outcomes} after launch {each}", number::count(least))
        }
    }
}

/// First letter in upper case; for our own words, which begin with a plain letter.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut words = words.to_owned();
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// Axis of a distribution.
#[must_use]
pub fn edges_axis(name: &str, bins: &[crate::report::Bin]) -> String {
    if bins.iter().any(|bin| bin.kind == crate::report::BinKind::Range) {
        format!("{name} (from)")
    } else {
        name.to_owned()
    }
}
