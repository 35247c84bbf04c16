//! The monitoring pack for the tools that will watch. Enter: a report with its alert limits. Leave: files, ready to be
//! saved: SQL in two dialects, a Great Expectations suite, an Evidently configuration, YAML.
//!
//! # Decisions
//! - What a tool cannot express is listed in the file, with its limits, instead of being left out in silence.
//! - A limit on the distance of a distribution becomes limits on what that distance bounds (quantiles, shares of single
//!   names) where a tool has no such distance: an alarm there always means that the distance is passed too.

mod evidently;
mod expectations;
mod quantiles;
mod sql;
mod yaml;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sql::{Dialect, guarded};
use crate::report::Report;

/// A file to save.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportFile {
    /// Base name.
    pub name: String,
    /// Media type.
    pub media: String,
    /// Its text.
    pub text: String,
}

/// All files of the pack, the plan's queries in both dialects last.
#[must_use]
pub fn files(report: &Report) -> Vec<ExportFile> {
    let file = |name: &str, media: &str, text: String| ExportFile {
        name: name.to_owned(),
        media: media.to_owned(),
        text,
    };
    let sql_text = "application/sql";
    vec![
        file("monitoring.yaml", "application/yaml", yaml::write(report)),
        file("monitoring.duckdb.sql", sql_text, sql::write(report, Dialect::DuckDb)),
        file(
            "monitoring.spark.sql",
            sql_text,
            guarded(sql::write(report, Dialect::Spark)),
        ),
        file("great_expectations.json", "application/json", expectations::write(report)),
        file("evidently_checks.py", "text/x-python", evidently::write(report)),
        file("plan.duckdb.sql", sql_text, plan(report, Dialect::DuckDb)),
        file("plan.spark.sql", sql_text, plan(report, Dialect::Spark)),
    ]
}

/// The queries of the debugging plan and of the options, one after the other.
#[must_use]
pub fn plan(report: &Report, dialect: Dialect) -> String {
    let of_options = report.options.items.iter().filter_map(|item| item.query.as_ref());
    let queries = report.plan.iter().flat_map(|step| &step.queries).chain(of_options);
    let text = |query: &crate::report::Query| match dialect {
        Dialect::DuckDb => query.duckdb.clone(),
        Dialect::Spark => query.spark.clone(),
    };
    let written: Vec<String> = queries.map(text).collect();
    written.join("\n\n") + "\n"
}

/// A name as tools that read CSV files will see it: a number where it is written like one, yes and no as such.
fn as_read(name: &str) -> Value {
    if let Ok(number) = name.parse::<i64>()
        && number.to_string() == name
    {
        return Value::from(number);
    }
    match name {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        other => Value::from(other),
    }
}

/// All names as read; all stay text when one of them is.
fn all_as_read(names: &[String]) -> Vec<Value> {
    let read: Vec<Value> = names.iter().map(|name| as_read(name)).collect();
    if read.iter().any(Value::is_string) {
        return names.iter().map(|name| Value::from(name.as_str())).collect();
    }
    read
}
