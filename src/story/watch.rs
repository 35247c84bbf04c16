//! What an alert watches and what to do when it rings, in words. Enter: names, numbers, checks. Leave: titles and
//! rules.

use super::facts::Facts;
use super::{metric_words, number, phrase, segment};
use crate::report::{Check, CheckKind, MetricChange, Slice, Unit};

/// "empty values in income".
#[must_use]
pub fn missing(column: &str) -> String {
    format!("Share of empty values in {}", phrase::name(column))
}

/// How far a column's mix moved.
#[must_use]
pub fn drift(column: &str) -> String {
    format!("How far the mix of {} is from before launch", phrase::name(column))
}

/// Numbers outside the range.
#[must_use]
pub fn range(column: &str, low: f64, high: f64) -> String {
    let name = phrase::name(column);
    if low == high {
        return format!("Share of {name} that is not {}", number::quantity(low));
    }
    format!(
        "Share of {name} outside {} to {}",
        number::quantity(low),
        number::quantity(high)
    )
}

/// Names never seen.
#[must_use]
pub fn new_values(column: &str, known: u64) -> String {
    format!(
        "Share of {} not among the {} known before launch",
        phrase::name(column),
        phrase::counted(known, "value", "values")
    )
}

/// How many names there are.
#[must_use]
pub fn distinct(column: &str) -> String {
    format!("Number of different values in {}", phrase::name(column))
}

/// The headline metric.
#[must_use]
pub fn metric(metric: &MetricChange) -> String {
    phrase::capital(&metric_words::words(metric).name)
}

/// A segment's loss.
#[must_use]
pub fn segment(loss: &str, slice: &Slice) -> String {
    format!("{} where {}", phrase::capital(loss), segment::where_words(slice))
}

/// Yes decisions.
#[must_use]
pub fn decision_rate() -> String {
    "Share of yes decisions".to_owned()
}

/// Average score against outcomes.
#[must_use]
pub fn calibration() -> String {
    "Average score less the share of positive outcomes".to_owned()
}

/// A business number.
#[must_use]
pub fn kpi(column: &str) -> String {
    format!("Mean {} per row", phrase::name(column))
}

/// A value of a check, printed.
#[must_use]
pub fn value(check: &Check, value: f64) -> String {
    match check.kind {
        CheckKind::Distinct => number::fixed(value, 1),
        CheckKind::Calibration => {
            let size = number::amount(Unit::Share, value);
            if value < 0.0 { format!("−{size}") } else { size }
        }
        _ => number::value(check.unit, value),
    }
}

/// "above 3.1 %", "below 88.0 %", "outside 10.2 to 13.4".
#[must_use]
pub fn limits(check: &Check) -> String {
    match (check.low, check.high) {
        (None, Some(high)) => format!("above {}", value(check, high)),
        (Some(low), None) => format!("below {}", value(check, low)),
        (Some(low), Some(high)) => {
            format!("outside {} to {}", value(check, low), value(check, high))
        }
        (None, None) => "never".to_owned(),
    }
}

/// When to roll back, when to switch off a segment, when to look.
#[must_use]
pub(crate) fn rules(facts: &Facts<'_>, checks: &[Check]) -> Vec<String> {
    let mut rules = Vec::new();
    let rolls = facts.report.inputs.business.can_roll_back;
    let first = |kind: CheckKind| checks.iter().find(|check| check.kind == kind);
    if let Some(check) = first(CheckKind::Metric) {
        let then = match rolls {
            _ if facts.distorted_by().is_some() => {
                "check first whether the outcomes are final and defined as before; change nothing until then"
            }
            Some(true) => "roll back to the previous model",
            Some(false) => {
                "stop deciding by the model alone, because there is nothing to roll back to"
            }
            None => {
                "roll back if a previous model exists, else stop deciding by the model alone"
            }
        };
        rules.push(format!(
            "{} {} in two runs in a row: {then}",
            phrase::capital(&facts.words.short),
            limits(check)
        ));
    }
    let segments = checks.iter().filter(|check| check.kind == CheckKind::Segment);
    for check in segments.filter(|_| facts.distorted_by().is_none()) {
        rules.push(format!(
            "{} {} in two runs in a row: switch the model off there and decide by rule or by hand",
            check.title,
            limits(check)
        ));
    }
    for check in checks.iter().filter(|check| check.kind == CheckKind::Kpi).take(2) {
        rules.push(format!(
            "{} {}: compare the days with and without the model's decisions before anything is changed",
            check.title,
            limits(check)
        ));
    }
    let owner = facts.pipeline_owner();
    let first_data = checks.iter().find(|check| check.family == "data" && check.raised);
    if let Some(check) = first_data.or_else(|| first(CheckKind::Missing)) {
        rules.push(format!(
            "{} {}: {owner} compares 200 ids between the log and the offline store the same day",
            check.title,
            limits(check)
        ));
    }
    rules.iter().map(|rule| phrase::sentence(rule)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::seam;
    use super::*;
    use crate::report::Basis;

    fn check(kind: CheckKind, low: Option<f64>, high: Option<f64>) -> Check {
        Check {
            id: "id".to_owned(),
            family: "data".to_owned(),
            kind,
            title: missing("income"),
            column: None,
            conditions: Vec::new(),
            usual: Some(0.02),
            low,
            high,
            unit: Unit::Share,
            basis: Basis::Periods,
            now: Some(0.2),
            raised: true,
        }
    }

    #[test]
    fn titles_read() {
        assert_eq!(missing("income"), "Share of empty values in income");
        assert_eq!(range("age", 18.0, 99.0), "Share of age outside 18 to 99");
        assert_eq!(range("flag", 1.0, 1.0), "Share of flag that is not 1");
        assert_eq!(
            new_values("region", 1),
            "Share of region not among the 1 value known before launch"
        );
        assert_eq!(drift("a b"), "How far the mix of “a b” is from before launch");
        assert_eq!(distinct("region"), "Number of different values in region");
        assert_eq!(kpi("revenue"), "Mean revenue per row");
    }

    #[test]
    fn limits_read() {
        assert_eq!(limits(&check(CheckKind::Missing, None, Some(0.031))), "above 3.1 %");
        assert_eq!(limits(&check(CheckKind::Metric, Some(0.88), None)), "below 88.0 %");
        assert_eq!(
            limits(&check(CheckKind::DecisionRate, Some(0.1), Some(0.2))),
            "outside 10.0 % to 20.0 %"
        );
        assert_eq!(
            limits(&check(CheckKind::Calibration, Some(-0.02), Some(0.03))),
            "outside −2 points to 3 points"
        );
        assert_eq!(limits(&check(CheckKind::Distinct, Some(3.2), None)), "below 3.2");
    }

    #[test]
    fn rules_have_a_limit_and_no_seam() {
        let report = super::super::fixture::rich(super::super::fixture::report(
            crate::report::VerdictKind::Dropped,
            crate::choices::Task::Binary,
        ));
        let facts = Facts::new(&report);
        let checks = [
            check(CheckKind::Metric, Some(0.88), None),
            check(CheckKind::Segment, None, Some(0.2)),
            check(CheckKind::Kpi, Some(1.0), Some(2.0)),
            check(CheckKind::Missing, None, Some(0.03)),
        ];
        let told = rules(&facts, &checks);
        assert_eq!(told.len(), 4);
        for rule in told {
            assert_eq!(seam(&rule), None, "{rule}");
            assert!(rule.chars().any(|c| c.is_ascii_digit()), "{rule}");
        }
    }
}
