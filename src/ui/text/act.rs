//! Words around what can be done and what is watched.

/// Name of a dialect.
pub const DUCKDB: &str = "DuckDB";
/// Name of a dialect.
pub const SPARK: &str = "Spark SQL";
/// Heading.
pub const PATH: &str = "What we would do";
/// Heading.
pub const SIDE_BY_SIDE: &str = "The options side by side";
/// What is told of each option.
pub const OPTION_HEADS: [&str; 5] =
    ["Touches a day", "Takes", "What can go wrong", "How to undo it", "Worked out from"];
/// In place of a count of rows.
pub const TRAFFIC_UNKNOWN: &str = "unknown: give the traffic";
/// No options.
pub const NO_OPTIONS: &str = "This report was made before options were worked out.";
/// Caption.
pub const CHECKS_CAPTION: &str = "Alerts with limits from the noise before launch";
/// Heads of the alerts.
pub const CHECK_HEADS: [&str; 5] =
    ["What is watched", "Usual", "Alarm", "After launch", "Noise from"];
/// Heading.
pub const RULES: &str = "What to do when one rings";
/// Heading.
pub const EXPORTS: &str = "Take the limits along";
/// Hint.
pub const EXPORTS_HINT: &str = "Each file holds the same limits. The SQL reads a table called production: rename it to yours.";
/// No limits.
#[must_use]
pub const fn no_checks(by_link: bool) -> &'static str {
    if by_link {
        "A link does not carry the limits: they are in the report's file, or in its one-file page."
    } else {
        "There is nothing to set a limit from."
    }
}
/// Files of the pack: button, name.
pub const EXPORT_FILES: [(&str, &str); 7] = [
    ("SQL for DuckDB", "monitoring.duckdb.sql"),
    ("SQL for Spark", "monitoring.spark.sql"),
    ("Great Expectations suite", "great_expectations.json"),
    ("Evidently checks", "evidently_checks.py"),
    ("YAML", "monitoring.yaml"),
    ("Plan's queries, DuckDB", "plan.duckdb.sql"),
    ("Plan's queries, Spark", "plan.spark.sql"),
];
/// Rang or not.
pub const WOULD_RING: &str = "rings";

/// Families of alerts, in order.
pub const FAMILIES: [(&str, &str); 3] =
    [("data", "Data"), ("model", "Model"), ("business", "Business")];

/// Noise from.
pub const FROM_PERIODS: &str = "periods before launch";
/// Noise from.
pub const FROM_BLOCKS: &str = "blocks of rows before launch";
/// Noise from.
pub const FROM_ROWS: &str = "the number of rows";

/// What the pack is.
#[must_use]
pub fn pack_lead(checks: usize, every_days: u32, alarms: &str, rows: f64) -> String {
    use crate::story::number;
    format!(
        "{}, measured every {} on about {} rows. Limits lie where the rows before launch never stray by themselves: all \
         together raise {alarms} a month by chance.",
        super::counted(checks, "alert", "alerts"),
        number::days(f64::from(every_days)),
        number::about(rows)
    )
}

/// "Data: 24 alerts, 3 of them ring on these rows".
#[must_use]
pub fn checks_summary(family: &str, checks: usize, rang: usize) -> String {
    let all = super::counted(checks, "alert", "alerts");
    match rang {
        0 => format!("{family}: {all}, none rings on these rows"),
        1 => format!("{family}: {all}, 1 of them rings on these rows"),
        more => format!("{family}: {all}, {more} of them ring on these rows"),
    }
}
