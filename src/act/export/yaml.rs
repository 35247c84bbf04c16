//! The pack as YAML, for whatever else reads it. Strings are written in double quotes with JSON's escapes, which YAML
//! 1.2 reads as they are.

use serde_json::Value;

use crate::report::{Basis, CheckKind, Report};

/// The file.
pub fn write(report: &Report) -> String {
    let pack = &report.monitoring;
    let mut out = vec![
        "# Alert limits made by whydrop from the reference's own noise.".to_owned(),
        "version: 1".to_owned(),
        format!("metric: {}", text(&report.metric.name)),
        format!("false_alarms_per_month: {}", number(Some(pack.false_alarms_per_month))),
        format!("every_days: {}", pack.every_days),
        format!("rows_per_run: {}", number(Some(pack.rows_per_run))),
    ];
    list(
        &mut out,
        "rules",
        &pack.rules.iter().map(|rule| text(rule)).collect::<Vec<_>>(),
    );
    if pack.checks.is_empty() {
        out.push("checks: []".to_owned());
    } else {
        out.push("checks:".to_owned());
    }
    for check in &pack.checks {
        out.push(format!("  - id: {}", text(&check.id)));
        out.push(format!("    family: {}", text(&check.family)));
        out.push(format!("    measure: {}", text(measure(check.kind))));
        out.push(format!("    about: {}", text(&check.title)));
        if let Some(column) = &check.column {
            out.push(format!("    column: {}", text(column)));
        }
        let rows: Vec<String> = check
            .conditions
            .iter()
            .map(|own| text(&format!("{} {}", own.column, own.is)))
            .collect();
        if check.kind == CheckKind::Segment && !rows.is_empty() {
            out.push(format!("    where: [{}]", rows.join(", ")));
        }
        for (name, value) in [
            ("usual", check.usual),
            ("alarm_below", check.low),
            ("alarm_above", check.high),
            ("now", check.now),
        ] {
            out.push(format!("    {name}: {}", number(value)));
        }
        let basis = match check.basis {
            Basis::Periods => "periods of the reference",
            Basis::Blocks => "blocks of the reference",
            Basis::Rows => "number of rows",
        };
        out.push(format!("    noise_from: {}", text(basis)));
        out.push(format!("    would_have_rung: {}", check.raised));
    }
    out.join("\n") + "\n"
}

fn list(out: &mut Vec<String>, name: &str, items: &[String]) {
    if items.is_empty() {
        out.push(format!("{name}: []"));
        return;
    }
    out.push(format!("{name}:"));
    out.extend(items.iter().map(|item| format!("  - {item}")));
}

/// What a check measures, as a word.
pub const fn measure(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Missing => "missing_share",
        CheckKind::NewValues => "unknown_value_share",
        CheckKind::Range => "outside_range_share",
        CheckKind::Distinct => "distinct_count",
        CheckKind::Drift => "total_variation_distance",
        CheckKind::Metric => "metric",
        CheckKind::Segment => "segment_loss",
        CheckKind::Calibration => "mean_score_less_outcome_rate",
        CheckKind::DecisionRate => "decision_rate",
        CheckKind::Kpi => "mean",
    }
}

fn text(value: &str) -> String {
    Value::from(value).to_string()
}

fn number(value: Option<f64>) -> String {
    match value.filter(|own| own.is_finite()) {
        Some(value) => Value::from(value).to_string(),
        None => "null".to_owned(),
    }
}
