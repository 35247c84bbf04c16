//! The pack as one SQL script. It looks at the newest rows of the table `production` (rename it to yours) and answers
//! one row a check: its value, its limits, and whether it is an alarm. Two views and one query; rows are read twice.

use crate::act::bars;
use crate::act::schema::Schema;
use crate::act::sql::{Dialect, comment, number_text};
use crate::choices::Role;
use crate::report::{Check, CheckKind, Report, Test};
use crate::story::path_words::false_alarms;
use crate::story::watch;

/// The script.
pub fn write(report: &Report, d: Dialect) -> String {
    let schema = Schema::new(report);
    let pack = &report.monitoring;
    let mut plain = Vec::new();
    let mut outer = Vec::new();
    let mut scored = Vec::new();
    let mut rows = Vec::new();
    let mut left_out = Vec::new();
    let model = scored_view(&schema, report, d);
    for (place, check) in pack.checks.iter().enumerate() {
        let value = match of_check(&schema, report, check, d) {
            Some(Value::Plain(text)) => {
                plain.push(format!("{text} AS v{place}"));
                format!("v{place}")
            }
            Some(Value::Bars(tests, shares)) => {
                let mut apart = Vec::new();
                let mut names = Vec::new();
                for (at, (test, share)) in tests.iter().zip(&shares).enumerate() {
                    let name = format!("v{place}_{at}");
                    plain.push(format!(
                        "AVG(CASE WHEN {test} THEN 1e0 ELSE 0e0 END) AS {name}"
                    ));
                    apart.push(format!("ABS({name} - {})", number_text(*share)));
                    names.push(name);
                }
                format!(
                    "0.5 * ({} + GREATEST(0.0, 1.0 - ({})))",
                    apart.join(" + "),
                    names.join(" + ")
                )
            }
            Some(Value::Scored(text)) if model.is_some() => {
                scored.push(format!("{text} AS m{place}"));
                format!("m{place}")
            }
            _ => {
                left_out.push(check);
                continue;
            }
        };
        outer.push(format!("WHEN {place} THEN {value}"));
        rows.push(format!(
            "({place}, {}, {}, {}, {}, {})",
            d.text(&check.id),
            d.text(&check.family),
            d.text(&check.title),
            double(check.low),
            double(check.high)
        ));
    }
    let mut out = vec![head(report)];
    for check in left_out {
        out.push(comment(&format!(
            "Not in this script: {} (alarm {}); its columns are not in the log, or it is no plain average.",
            check.title,
            watch::limits(check)
        )));
    }
    if rows.is_empty() {
        out.push("SELECT 'no check could be written as SQL' AS message;".to_owned());
        return out.join("\n") + "\n";
    }
    out.push(run_view(&schema, pack.every_days, d));
    if let Some(model) = model.filter(|_| !scored.is_empty()) {
        out.push(model);
    }
    // Without a plain check one row must still come back.
    if plain.is_empty() {
        plain.push("COUNT(*) AS row_count".to_owned());
    }
    let from_model = if scored.is_empty() {
        String::new()
    } else {
        format!("\nCROSS JOIN (SELECT {} FROM whydrop_scored) AS m", scored.join(",\n  "))
    };
    out.push(format!(
        "SELECT check_id, family, about, value, low, high,\n  COALESCE(value < low, FALSE) OR COALESCE(value > high, \
         FALSE) AS alarm\nFROM (\n  SELECT l.n, l.check_id, l.family, l.about, CAST(CASE l.n\n    {}\n  END AS DOUBLE) \
         AS value, l.low, l.high\n  FROM (VALUES\n  {}\n  ) AS l(n, check_id, family, about, low, high)\n  CROSS JOIN \
         (SELECT {}\n  FROM whydrop_run) AS v{from_model}\n) AS checked\nORDER BY alarm DESC, n;",
        outer.join("\n    "),
        rows.join(",\n  "),
        plain.join(",\n  ")
    ));
    out.join("\n") + "\n"
}

fn double(value: Option<f64>) -> String {
    value.map_or("CAST(NULL AS DOUBLE)".to_owned(), |own| {
        format!("CAST({} AS DOUBLE)", number_text(own))
    })
}

fn head(report: &Report) -> String {
    let pack = &report.monitoring;
    let lines = [
        format!(
            "Alert limits made by whydrop from the reference's own noise: {} checks, run every {}.",
            pack.checks.len(),
            crate::story::number::days(f64::from(pack.every_days))
        ),
        format!(
            "All together they may raise {} a month by chance, at about {} rows a run.",
            false_alarms(pack.false_alarms_per_month),
            crate::story::number::about(pack.rows_per_run)
        ),
        "The table is called production: rename it to yours.".to_owned(),
    ];
    lines.map(|line| comment(&line)).join("\n")
}

/// The rows of a run: the newest days, or all rows without time.
fn run_view(schema: &Schema<'_>, days: u32, d: Dialect) -> String {
    let newest = match schema.column(&Role::Time) {
        Some(time) => {
            let at = d.as_moment(time);
            format!(
                "\nWHERE {at} > (SELECT MAX({at}) FROM production) - INTERVAL {days} DAY"
            )
        }
        None => String::new(),
    };
    format!(
        "CREATE OR REPLACE TEMP VIEW whydrop_run AS\nSELECT * FROM production{newest};"
    )
}

/// The rows of a run with their loss.
fn scored_view(schema: &Schema<'_>, report: &Report, d: Dialect) -> Option<String> {
    let create = "CREATE OR REPLACE TEMP VIEW whydrop_scored AS";
    if report.metric.name == "auc" {
        let (yes, score) = (schema.outcome(d, "")?, schema.score(d, "")?);
        // The loss of a row is its share of the pairs in the wrong order; its mean is 1 − AUC.
        return Some(format!(
            "{create}\nSELECT *, CASE WHEN whydrop_y = 1\n    THEN 0.5 * all_rows / yes_rows * (1 - (no_to - 0.5 * \
             no_same) / no_rows)\n    ELSE 0.5 * all_rows / no_rows * (1 - (yes_rows - yes_to + 0.5 * yes_same) / \
             yes_rows)\n  END AS whydrop_loss\nFROM (\n  SELECT *,\n    SUM(1 - whydrop_y) OVER (ORDER BY whydrop_s) AS \
             no_to,\n    SUM(whydrop_y) OVER (ORDER BY whydrop_s) AS yes_to,\n    SUM(1 - whydrop_y) OVER (PARTITION \
             BY whydrop_s) AS no_same,\n    SUM(whydrop_y) OVER (PARTITION BY whydrop_s) AS yes_same,\n    SUM(1 - \
             whydrop_y) OVER () AS no_rows,\n    SUM(whydrop_y) OVER () AS yes_rows,\n    COUNT(*) OVER () AS \
             all_rows\n  FROM (\n    SELECT *, CAST({yes} AS DOUBLE) AS whydrop_y, {score} AS whydrop_s\n    FROM \
             whydrop_run\n  ) AS known\n  WHERE whydrop_y IS NOT NULL AND whydrop_s IS NOT NULL\n) AS ranked;"
        ));
    }
    let loss = schema.loss(d, "")?;
    Some(format!("{create}\nSELECT *, {loss} AS whydrop_loss\nFROM whydrop_run;"))
}

enum Value {
    /// An aggregate of the rows of a run.
    Plain(String),
    /// Shares of bars, and what they were.
    Bars(Vec<String>, Vec<f64>),
    /// An aggregate of the rows with their loss.
    Scored(String),
}

fn of_check(
    schema: &Schema<'_>,
    report: &Report,
    check: &Check,
    d: Dialect,
) -> Option<Value> {
    let column = check.column.as_deref();
    let share = |test: &str| format!("AVG(CASE WHEN {test} THEN 1e0 ELSE 0e0 END)");
    Some(match check.kind {
        CheckKind::Missing => Value::Plain(share(&d.is_missing(column?))),
        CheckKind::NewValues | CheckKind::Range => {
            let known = d.conditions(&check.conditions)?;
            let missing = d.is_missing(column?);
            Value::Plain(format!(
                "AVG(CASE WHEN {missing} THEN NULL WHEN {known} THEN 0e0 ELSE 1e0 END)"
            ))
        }
        CheckKind::Distinct => {
            let (name, missing) = (d.as_text(column?), d.is_missing(column?));
            Value::Plain(format!(
                "COUNT(DISTINCT CASE WHEN {missing} THEN NULL ELSE {name} END)"
            ))
        }
        CheckKind::Drift => {
            let about = schema.about(column?)?;
            let made = bars::bars(&about.bins, about.kind);
            let tests: Option<Vec<String>> = made
                .iter()
                .map(|bar| {
                    let condition =
                        crate::act::schema::condition(&about.name, bar.test.clone());
                    // Empty values have a bar of their own.
                    let own = d.condition(&condition)?;
                    Some(match bar.test {
                        Test::Missing => own,
                        _ => format!("NOT {} AND {own}", d.is_missing(&about.name)),
                    })
                })
                .collect();
            Value::Bars(tests?, made.iter().map(|bar| bar.share).collect())
        }
        CheckKind::Metric => Value::Scored(match report.metric.name.as_str() {
            "accuracy" | "auc" => "1 - AVG(whydrop_loss)".to_owned(),
            "rmse" => "SQRT(AVG(whydrop_loss))".to_owned(),
            _ => "AVG(whydrop_loss)".to_owned(),
        }),
        CheckKind::Segment => {
            let inside = d.conditions(&check.conditions)?;
            Value::Scored(format!("AVG(CASE WHEN {inside} THEN whydrop_loss END)"))
        }
        CheckKind::DecisionRate => {
            Value::Plain(format!("AVG({})", schema.decision(d, "")?))
        }
        CheckKind::Calibration => {
            let (score, yes) = (schema.score(d, "")?, schema.outcome(d, "")?);
            Value::Plain(format!(
                "AVG(CASE WHEN ({yes}) IS NOT NULL THEN {score} END) - AVG({yes})"
            ))
        }
        CheckKind::Kpi => Value::Plain(format!("AVG({})", d.as_number(column?))),
    })
}
