//! The pack as a Python module for Evidently 0.7. The limits stand in it as JSON; the code around them is the same for
//! every report. `run(current)` answers Evidently's snapshot with one test a limit.

use serde_json::{Value, json};

use super::{as_read, quantiles};
use crate::act::schema::Schema;
use crate::choices::{Kind, Role, Task};
use crate::report::{Check, CheckKind, Report, Test};

/// The module.
pub fn write(report: &Report) -> String {
    let schema = Schema::new(report);
    let mut checks = Vec::new();
    let mut left_out = Vec::new();
    for check in &report.monitoring.checks {
        let made = of_check(&schema, report, check);
        if made.is_empty() {
            left_out.push(json!({
                "check": check.id,
                "about": check.title,
                "alarm_below": check.low,
                "alarm_above": check.high,
            }));
        }
        checks.extend(made);
    }
    let data = json!({
        "definition": definition(&schema, report),
        "checks": checks,
        "not_expressed": left_out,
    });
    // JSON text inside a JSON string is a Python string with the same letters.
    let literal = Value::from(data.to_string()).to_string();
    TEMPLATE.replace("LIMITS_AS_JSON", &literal)
}

/// What the module does with the limits.
const TEMPLATE: &str = r#""""Alert limits made by whydrop from the reference's own noise, for Evidently 0.7.

    import pandas as pd, evidently_checks
    result = evidently_checks.run(pd.read_parquet("newest_rows.parquet"))
    print([test for test in result.dict()["tests"] if test["status"] == "FAIL"])
"""

import json

from evidently import BinaryClassification, DataDefinition, Dataset, Regression, Report
from evidently import metrics as evidently_metrics
from evidently.tests import gte, lte

LIMITS = json.loads(LIMITS_AS_JSON)


def tests_of(check):
    """The limits of a check as Evidently's tests."""
    tests = []
    if check.get("low") is not None:
        tests.append(gte(check["low"]))
    if check.get("high") is not None:
        tests.append(lte(check["high"]))
    return tests


def report():
    """The report with one metric and its tests for each check."""
    made = []
    for check in LIMITS["checks"]:
        metric = getattr(evidently_metrics, check["metric"])
        made.append(metric(**check["arguments"], **{check["tests"]: tests_of(check)}))
    return Report(made)


def definition(columns):
    """What the columns are, as far as the table has them."""
    known = LIMITS["definition"]
    keep = lambda names: [name for name in names if name in columns]
    arguments = {
        "numerical_columns": keep(known["numerical"]),
        "categorical_columns": keep(known["categorical"]),
    }
    if known.get("binary"):
        arguments["classification"] = [BinaryClassification(**known["binary"])]
    if known.get("regression"):
        arguments["regression"] = [Regression(**known["regression"])]
    return DataDefinition(**arguments)


def run(current):
    """Checks a table of new rows (a pandas DataFrame)."""
    data = Dataset.from_pandas(current, data_definition=definition(set(current.columns)))
    return report().run(data, None)
"#;

fn definition(schema: &Schema<'_>, report: &Report) -> Value {
    let watched = |wanted: fn(Kind) -> bool| -> Vec<&str> {
        let mut names: Vec<&str> = report
            .monitoring
            .checks
            .iter()
            .filter_map(|check| check.column.as_deref())
            .filter(|name| schema.about(name).is_some_and(|own| wanted(own.kind)))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let mut numerical = watched(|kind| matches!(kind, Kind::Number | Kind::Integer));
    let mut categorical =
        watched(|kind| matches!(kind, Kind::Category | Kind::Boolean | Kind::Identifier));
    let label = schema.column(&Role::Label);
    let score = schema.column(&Role::Score);
    let decision = schema.column(&Role::Decision);
    let (mut binary, mut regression) = (Value::Null, Value::Null);
    match (report.task, label, score) {
        (Task::Binary, Some(label), Some(score)) => {
            let positive = report.inputs.positive.as_deref().map_or(json!(1), as_read);
            binary = json!({
                "target": label,
                "prediction_probas": score,
                "prediction_labels": decision,
                "pos_label": positive,
            });
            categorical.push(label);
            categorical.extend(decision);
            numerical.push(score);
        }
        (Task::Regression, Some(label), Some(score)) => {
            regression = json!({"target": label, "prediction": score});
            numerical.extend([label, score]);
        }
        _ => {}
    }
    json!({
        "numerical": numerical,
        "categorical": categorical,
        "binary": binary,
        "regression": regression,
    })
}

/// One or more Evidently metrics with limits; none when Evidently has no such metric.
fn of_check(schema: &Schema<'_>, report: &Report, check: &Check) -> Vec<Value> {
    let made = |metric: &str,
                arguments: Value,
                tests: &str,
                low: Option<f64>,
                high: Option<f64>| {
        json!({
            "check": check.id,
            "metric": metric,
            "arguments": arguments,
            "tests": tests,
            "low": low,
            "high": high,
        })
    };
    let share = |metric: &str, arguments: Value| {
        vec![made(metric, arguments, "share_tests", check.low, check.high)]
    };
    let column = check.column.as_deref().unwrap_or_default();
    match check.kind {
        CheckKind::Missing => share("MissingValueCount", json!({"column": column})),
        CheckKind::NewValues => match check.conditions.first().map(|own| &own.test) {
            Some(Test::Names(names)) => share(
                "OutListValueCount",
                json!({"column": column, "values": super::all_as_read(names)}),
            ),
            _ => Vec::new(),
        },
        CheckKind::Range => match check.conditions.first().map(|own| &own.test) {
            Some(Test::Range { low: Some(low), high: Some(high), .. }) => share(
                "OutRangeValueCount",
                json!({"column": column, "left": low, "right": high}),
            ),
            _ => Vec::new(),
        },
        CheckKind::Drift => {
            let (Some(about), Some(limit)) = (schema.about(column), check.high) else {
                return Vec::new();
            };
            if matches!(about.kind, Kind::Number | Kind::Integer) {
                return quantiles::of_number(about, limit)
                    .into_iter()
                    .map(|(quantile, low, high)| {
                        let arguments = json!({"column": column, "quantile": quantile});
                        made("QuantileValue", arguments, "tests", Some(low), Some(high))
                    })
                    .collect();
            }
            // Yes and no are spelled in many ways, and the report does not keep which.
            if about.kind == Kind::Boolean {
                return Vec::new();
            }
            quantiles::of_names(about, limit)
                .into_iter()
                .map(|(name, low, high)| {
                    let arguments = json!({"column": column, "category": as_read(&name)});
                    made("CategoryCount", arguments, "share_tests", Some(low), Some(high))
                })
                .collect()
        }
        CheckKind::Kpi => {
            let arguments = json!({"column": column});
            vec![made("MeanValue", arguments, "tests", check.low, check.high)]
        }
        CheckKind::Metric => metric(schema, report)
            .map_or_else(Vec::new, |(name, tests)| {
                vec![made(name, json!({}), tests, check.low, check.high)]
            }),
        CheckKind::Distinct
        | CheckKind::Segment
        | CheckKind::Calibration
        | CheckKind::DecisionRate => Vec::new(),
    }
}

/// Evidently's name of the headline metric and of its tests, where the columns it needs are there.
fn metric(schema: &Schema<'_>, report: &Report) -> Option<(&'static str, &'static str)> {
    schema.column(&Role::Label)?;
    schema.column(&Role::Score)?;
    Some(match (report.task, report.metric.name.as_str()) {
        (Task::Binary, "accuracy") => {
            schema.column(&Role::Decision)?;
            ("Accuracy", "tests")
        }
        (Task::Binary, "auc") => ("RocAuc", "tests"),
        (Task::Binary, "log_loss") => ("LogLoss", "tests"),
        (Task::Regression, "mae") => ("MAE", "mean_tests"),
        (Task::Regression, "rmse") => ("RMSE", "tests"),
        (Task::Regression, "r2") => ("R2Score", "tests"),
        _ => return None,
    })
}
