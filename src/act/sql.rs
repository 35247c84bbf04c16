//! Names, values and conditions as SQL. Enter: names and values of the user's data, whatever is in them. Leave:
//! text that DuckDB and Spark read as those names and values. Nothing of the data ever gets out of its quotes.
//!
//! # Decisions
//! - Numbers are compared after `TRY_CAST(… AS DOUBLE)`, names after a cast to text: what does not read as a number is
//!   no match instead of a failed query.
//! - Spark reads backslash escapes in strings and replaces `${…}` before it parses: in values both are written as
//!   escapes, and a script with such a name switches the replacing off first.

use crate::report::{Condition, Test};

/// How yes is written in files and tables.
const YES: &str = "'1', '1.0', 'true', 't', 'yes', 'y'";
/// How no is written.
const NO: &str = "'0', '0.0', 'false', 'f', 'no', 'n'";

/// Which SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// DuckDB 1.0 or later.
    DuckDb,
    /// Spark SQL 3.5 or later.
    Spark,
}

impl Dialect {
    /// A name in quotes.
    #[must_use]
    pub fn name(self, name: &str) -> String {
        match self {
            Self::DuckDb => format!("\"{}\"", name.replace('"', "\"\"")),
            Self::Spark => format!("`{}`", name.replace('`', "``")),
        }
    }

    /// A text value in quotes.
    #[must_use]
    pub fn text(self, value: &str) -> String {
        let value = value.replace('\0', "");
        match self {
            Self::DuckDb => format!("'{}'", value.replace('\'', "''")),
            Self::Spark => {
                let mut out = String::from("'");
                for letter in value.chars() {
                    match letter {
                        '\'' => out.push_str("\\'"),
                        '\\' => out.push_str("\\\\"),
                        '\n' => out.push_str("\\n"),
                        '\r' => out.push_str("\\r"),
                        '$' => out.push_str("\\u0024"),
                        other => out.push(other),
                    }
                }
                out.push('\'');
                out
            }
        }
    }

    /// The name of the text type.
    const fn text_type(self) -> &'static str {
        match self {
            Self::DuckDb => "VARCHAR",
            Self::Spark => "STRING",
        }
    }

    /// A column as text.
    #[must_use]
    pub fn as_text(self, column: &str) -> String {
        format!("CAST({} AS {})", self.name(column), self.text_type())
    }

    /// A column as a number; `NULL` where it is none.
    #[must_use]
    pub fn as_number(self, column: &str) -> String {
        format!("TRY_CAST({} AS DOUBLE)", self.as_text(column))
    }

    /// A column as a moment; `NULL` where it is none.
    #[must_use]
    pub fn as_moment(self, column: &str) -> String {
        format!("TRY_CAST({} AS TIMESTAMP)", self.as_text(column))
    }

    /// Whether a column is empty.
    #[must_use]
    pub fn is_missing(self, column: &str) -> String {
        format!("({} IS NULL OR TRIM({}) = '')", self.name(column), self.as_text(column))
    }

    /// A list of text values in parentheses.
    #[must_use]
    pub fn list(self, values: &[String]) -> String {
        let values: Vec<String> = values.iter().map(|value| self.text(value)).collect();
        format!("({})", values.join(", "))
    }

    /// One condition; `None` when only its words are known.
    #[must_use]
    pub fn condition(self, condition: &Condition) -> Option<String> {
        let column = condition.column.as_str();
        let number = self.as_number(column);
        Some(match &condition.test {
            Test::Unknown => return None,
            Test::Missing => self.is_missing(column),
            Test::Range { low: None, high: None, .. } => format!("{number} IS NOT NULL"),
            Test::Range { low, high, high_inclusive } => {
                let below = if *high_inclusive { "<=" } else { "<" };
                let low = low.map(|low| format!("{number} >= {}", number_text(low)));
                let high =
                    high.map(|high| format!("{number} {below} {}", number_text(high)));
                let ends: Vec<String> = low.into_iter().chain(high).collect();
                format!("({})", ends.join(" AND "))
            }
            Test::Truth(yes) => {
                let words = if *yes { YES } else { NO };
                format!("LOWER(TRIM({})) IN ({words})", self.as_text(column))
            }
            Test::Names(names) => {
                format!("{} IN {}", self.as_text(column), self.list(names))
            }
            Test::OtherThan(names) if names.is_empty() => {
                format!("NOT {}", self.is_missing(column))
            }
            Test::OtherThan(names) => format!(
                "(NOT {} AND {} NOT IN {})",
                self.is_missing(column),
                self.as_text(column),
                self.list(names)
            ),
        })
    }

    /// All conditions together; `None` when there are none, or one of them is known in words only.
    #[must_use]
    pub fn conditions(self, conditions: &[Condition]) -> Option<String> {
        let parts: Option<Vec<String>> =
            conditions.iter().map(|condition| self.condition(condition)).collect();
        parts.filter(|parts| !parts.is_empty()).map(|parts| parts.join(" AND "))
    }
}

/// A number as both dialects read it. What is not finite becomes `NULL`.
#[must_use]
pub fn number_text(value: f64) -> String {
    if !value.is_finite() {
        return "NULL".to_owned();
    }
    let size = value.abs();
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-4..1e15).contains(&size) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// A script for Spark that names something like `${…}`: Spark would replace that even inside of quotes.
#[must_use]
pub fn guarded(script: String) -> String {
    if script.contains("${") {
        format!("SET spark.sql.variable.substitute=false;\n{script}")
    } else {
        script
    }
}

/// Text for a comment: one line, so that it cannot end early.
#[must_use]
pub fn comment(text: &str) -> String {
    let one_line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("-- {}", one_line.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(test: Test) -> Condition {
        Condition { column: "zip \"code\"".to_owned(), is: String::new(), test }
    }

    #[test]
    fn names_and_values_stay_in_their_quotes() {
        let (duck, spark) = (Dialect::DuckDb, Dialect::Spark);
        assert_eq!(duck.name("a\"b"), "\"a\"\"b\"");
        assert_eq!(spark.name("a`b"), "`a``b`");
        assert_eq!(duck.text("it's \\ ok"), "'it''s \\ ok'");
        assert_eq!(spark.text("it's \\ ok"), "'it\\'s \\\\ ok'");
        assert_eq!(spark.text("${env:HOME}\n"), "'\\u0024{env:HOME}\\n'");
        assert_eq!(comment("a\n; DROP TABLE x"), "-- a ; DROP TABLE x");
    }

    #[test]
    fn conditions_in_both_dialects() {
        let duck = |test| Dialect::DuckDb.condition(&condition(test)).unwrap_or_default();
        let column = "TRY_CAST(CAST(\"zip \"\"code\"\"\" AS VARCHAR) AS DOUBLE)";
        let range = |low, high, high_inclusive| Test::Range { low, high, high_inclusive };
        assert_eq!(
            duck(range(Some(1.5), Some(2.0), false)),
            format!("({column} >= 1.5 AND {column} < 2)")
        );
        assert_eq!(duck(range(None, Some(2.0), true)), format!("({column} <= 2)"));
        assert_eq!(duck(range(None, None, false)), format!("{column} IS NOT NULL"));
        assert!(
            duck(Test::Truth(true)).ends_with("IN ('1', '1.0', 'true', 't', 'yes', 'y')")
        );
        assert!(duck(Test::Names(vec!["N".into()])).ends_with("AS VARCHAR) IN ('N')"));
        assert!(duck(Test::OtherThan(vec!["N".into()])).contains("NOT IN ('N')"));
        assert!(duck(Test::Missing).contains("IS NULL"));
        assert_eq!(Dialect::Spark.condition(&condition(Test::Unknown)), None);
        assert_eq!(
            Dialect::Spark
                .conditions(&[condition(Test::Missing), condition(Test::Unknown)]),
            None
        );
        assert_eq!(Dialect::DuckDb.conditions(&[]), None);
    }

    #[test]
    fn numbers_both_dialects_read() {
        assert_eq!(number_text(0.0), "0");
        assert_eq!(number_text(-2.5), "-2.5");
        assert_eq!(number_text(1e300), "1e300");
        assert_eq!(number_text(0.000_01), "1e-5");
        assert_eq!(number_text(f64::NAN), "NULL");
    }
}
