//! The pack as a Great Expectations suite (1.x): `ExpectationSuite(**json)`. What the suite cannot express is listed in
//! its `meta` with its limits.

use serde_json::{Map, Value, json};

use super::{all_as_read, quantiles};
use crate::act::schema::Schema;
use crate::choices::Kind;
use crate::report::{Check, CheckKind, Report, Test};

/// The suite's JSON.
pub fn write(report: &Report) -> String {
    let schema = Schema::new(report);
    let mut expectations = Vec::new();
    let mut left_out = Vec::new();
    for check in &report.monitoring.checks {
        match of_check(&schema, check) {
            Some((kind, kwargs)) => expectations.push(json!({
                "type": kind,
                "kwargs": kwargs,
                "meta": {"check": check.id, "about": check.title},
            })),
            None => left_out.push(json!({
                "check": check.id,
                "about": check.title,
                "alarm_below": check.low,
                "alarm_above": check.high,
            })),
        }
    }
    let suite = json!({
        "name": "whydrop",
        "expectations": expectations,
        "meta": {
            "great_expectations_version": "1.3.0",
            "made_by": "whydrop",
            "every_days": report.monitoring.every_days,
            "false_alarms_per_month": report.monitoring.false_alarms_per_month,
            "not_expressed": left_out,
        },
    });
    serde_json::to_string_pretty(&suite).unwrap_or_default() + "\n"
}

fn of_check(schema: &Schema<'_>, check: &Check) -> Option<(&'static str, Value)> {
    let column = check.column.as_deref()?;
    let mostly = 1.0 - check.high.unwrap_or(1.0).clamp(0.0, 1.0);
    let between = |low: Option<f64>, high: Option<f64>| json!({"column": column, "min_value": low, "max_value": high});
    Some(match check.kind {
        CheckKind::Missing => (
            "expect_column_values_to_not_be_null",
            json!({"column": column, "mostly": mostly}),
        ),
        CheckKind::NewValues => match &check.conditions.first()?.test {
            Test::Names(names) => (
                "expect_column_values_to_be_in_set",
                json!({"column": column, "value_set": all_as_read(names), "mostly": mostly}),
            ),
            _ => return None,
        },
        CheckKind::Range => match check.conditions.first()?.test {
            Test::Range { low, high, .. } => {
                let mut kwargs = between(low, high);
                if let Some(map) = kwargs.as_object_mut() {
                    map.insert("mostly".to_owned(), json!(mostly));
                }
                ("expect_column_values_to_be_between", kwargs)
            }
            _ => return None,
        },
        CheckKind::Distinct => {
            let whole = |value: f64| value.max(0.0);
            (
                "expect_column_unique_value_count_to_be_between",
                between(
                    check.low.map(|low| whole(low).ceil()),
                    check.high.map(|high| whole(high).floor()),
                ),
            )
        }
        CheckKind::Drift => {
            let about = schema.about(column)?;
            if !matches!(about.kind, Kind::Number | Kind::Integer) {
                return None;
            }
            let allowed = quantiles::of_number(about, check.high?);
            if allowed.is_empty() {
                return None;
            }
            let shares: Vec<f64> = allowed.iter().map(|own| own.0).collect();
            let ranges: Vec<[f64; 2]> =
                allowed.iter().map(|own| [own.1, own.2]).collect();
            let mut kwargs = Map::new();
            kwargs.insert("column".to_owned(), json!(column));
            kwargs.insert(
                "quantile_ranges".to_owned(),
                json!({"quantiles": shares, "value_ranges": ranges}),
            );
            ("expect_column_quantile_values_to_be_between", Value::Object(kwargs))
        }
        CheckKind::Kpi => {
            ("expect_column_mean_to_be_between", between(check.low, check.high))
        }
        CheckKind::Metric
        | CheckKind::Segment
        | CheckKind::Calibration
        | CheckKind::DecisionRate => return None,
    })
}
