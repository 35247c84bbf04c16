//! Words of the section that says why, and of parity.

use crate::report::{Consistency, Expected, MetricChange, Report, VerdictKind};
use crate::story::number;

/// Title of the last row of the split.
pub const TOTAL: &str = "Together";
/// Summary of the waterfall.
pub const WATERFALL_SUMMARY: &str = "From the value before launch, each part moves it on, and together they arrive at the value after launch exactly. The thin lines are what chance allows: where one crosses the start of its bar, that part may be nothing.";
/// Heading.
pub const CAUSES_HEADING: &str = "The causes, likeliest first";
/// Heading.
pub const SHARES_HEADING: &str = "What stands behind these parts";
/// Heading.
pub const REMEDIES_HEADING: &str = "What re-tuning would give back";
/// Heading.
pub const EXAMINED_HEADING: &str = "Every cause that was looked for";
/// Heading.
pub const EXPECTED_HEADING: &str = "What was to be expected";
/// Label.
pub const FOR: &str = "What speaks for it";
/// Label.
pub const AGAINST: &str = "What speaks against it";
/// Label.
pub const MORE: &str = "Evidence and next check";
/// Label.
pub const NEXT_CHECK: &str = "The check that would change our mind";
/// No cause.
pub const NO_CAUSE: &str = "No single cause stands out. What was looked for, and what came of it, is listed below.";
/// No drop.
pub const NO_DROP_CAUSES: &str =
    "There is no drop to explain. What was looked for is listed below.";
/// Section.
pub const PARITY: &str = "Served and logged";
/// Caption of the comparison with the offline pipeline.
pub const PARITY_CAPTION: &str =
    "Column by column: as served, against the offline pipeline";
/// Heads of tables.
pub const HEAD_CAUSE: &str = "Cause";
/// Head.
pub const HEAD_WORD: &str = "Present?";
/// Head.
pub const HEAD_BECAUSE: &str = "Because";
/// Head.
pub const HEAD_PART: &str = "Part";
/// Head.
pub const HEAD_BEHIND: &str = "Behind it";
/// Head.
pub const HEAD_POINTS: &str = "Points";
/// Head.
pub const HEAD_KIND: &str = "What came of it";
/// What the axis of the waterfall shows: the metric, or how far it is from the value that is right.
#[must_use]
pub fn waterfall_axis(metric: &MetricChange, target: Option<f64>) -> String {
    target.map_or_else(
        || metric.title.clone(),
        |target| format!("{}: distance from {target}", metric.title),
    )
}

/// The name of a part, short.
#[must_use]
pub fn term(id: &str) -> &str {
    match id {
        "never_seen" => "Never-seen cases",
        "who_we_see" => "Who we see",
        "broken_inputs" => "Broken inputs",
        "relationship" => "Changed relationship",
        "threshold" => "Moved cut-off",
        "optimism" => "Lab too optimistic",
        other => other,
    }
}

/// Title of the waterfall: the largest part.
#[must_use]
pub fn waterfall_title(report: &Report) -> String {
    let largest = report.attribution.iter().max_by(|a, b| a.points.total_cmp(&b.points));
    match largest {
        Some(part)
            if part.points > 0.0 && report.verdict.kind == VerdictKind::Dropped =>
        {
            format!(
                "The largest part is {}: {}",
                number::amount(report.metric.unit, part.points),
                term(&part.term).to_ascii_lowercase()
            )
        }
        Some(_) if report.verdict.kind != VerdictKind::Dropped => {
            "How the difference splits up".to_owned()
        }
        _ => "No part made it worse".to_owned(),
    }
}

/// The price of a cause.
#[must_use]
pub fn price(report: &Report, points: Option<f64>, share: Option<f64>) -> String {
    let unit = report.metric.unit;
    match (points, share) {
        (Some(points), Some(share)) => format!(
            "{} · {} of the drop",
            number::amount(unit, points),
            number::share(share)
        ),
        (Some(points), None) => number::amount(unit, points),
        _ => "not priced".to_owned(),
    }
}

/// Expected performance in words.
#[must_use]
pub fn expected(report: &Report, own: &Expected) -> String {
    let unit = report.metric.unit;
    let value = |value: f64| number::value(unit, value);
    match (own.value, own.ci_low.zip(own.ci_high)) {
        (Some(expected), Some((low, high))) => {
            let realised = own
                .realised
                .map(|own| format!("; it is {}", value(own)))
                .unwrap_or_default();
            format!(
                "{} was {} before launch. On the rows production sees, {} was to be expected ({} to {}){realised}.",
                report.metric.title,
                value(own.reference),
                value(expected),
                value(low),
                value(high)
            )
        }
        _ => String::new(),
    }
}

/// The score-consistency test in words.
#[must_use]
pub fn consistency(own: &Consistency) -> String {
    format!(
        "The columns reproduce {} of the score before launch. Typical distance after launch: {} times that before; far off: {} of rows.",
        number::share(own.fidelity),
        number::fixed(own.spread_ratio, 2),
        number::share(own.outliers)
    )
}
