//! The columns of a report by what they are for, and the expressions that measure a row. Enter: a report. Leave: SQL
//! expressions over a table with those columns; `None` where the log does not hold what is needed.

use super::sql::{Dialect, number_text};
use crate::choices::{Kind, Role, Task};
use crate::report::{ColumnReport, Report, Test};

/// Words a yes is written with.
const YES: [&str; 6] = ["1", "1.0", "true", "t", "yes", "y"];
/// Probabilities are kept this far from 0 and 1 when their logarithm is taken.
const CLIP: &str = "0.000001";

/// Name of the group of a ranked row.
pub const PART: &str = "whydrop_part";

/// A metric as an aggregate of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// What it is: the headline's id, or that of the figure that stands in for it.
    pub name: String,
    /// The aggregate.
    pub sql: String,
    /// The rows it wants, where each must know its place among the others.
    pub ranked: Option<Ranked>,
}

/// Rows by the place of their score, as the AUC wants them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    outcome: String,
    score: String,
}

impl Ranked {
    /// The rows of a table, ranked inside of each group; of equal scores each has the middle place.
    #[must_use]
    pub fn over(&self, part: &str, table: &str) -> String {
        let Self { outcome, score } = self;
        let group = format!("PARTITION BY {PART}, whydrop_y IS NULL");
        format!(
            "(SELECT *, RANK() OVER ({group} ORDER BY whydrop_s) + (COUNT(*) OVER ({group}, whydrop_s) - 1) / 2e0 AS \
             whydrop_place\n  FROM (SELECT *, {part} AS {PART}, {score} AS whydrop_s, CASE WHEN {score} IS NULL THEN \
             NULL ELSE {outcome} END AS whydrop_y FROM {table}) AS scored) AS ranked"
        )
    }
}

/// Column names by role.
pub struct Schema<'a> {
    report: &'a Report,
}

impl<'a> Schema<'a> {
    /// Of a report.
    #[must_use]
    pub const fn new(report: &'a Report) -> Self {
        Self { report }
    }

    /// The first column with a role.
    #[must_use]
    pub fn column(&self, role: &Role) -> Option<&'a str> {
        let columns = &self.report.inputs.columns;
        columns.iter().find(|own| own.role == *role).map(|own| own.name.as_str())
    }

    /// Whether a name is a column of the files (not one derived from another).
    #[must_use]
    pub fn is_real(&self, name: &str) -> bool {
        self.report.inputs.columns.iter().any(|own| own.name == name)
    }

    /// The report of a column.
    #[must_use]
    pub fn about(&self, name: &str) -> Option<&'a ColumnReport> {
        self.report.columns.iter().find(|own| own.name == name)
    }

    /// Inputs of the model that are columns of the files, in the report's order.
    #[must_use]
    pub fn features(&self) -> Vec<&'a str> {
        self.report
            .columns
            .iter()
            .filter(|own| own.role == Role::Feature && self.is_real(&own.name))
            .map(|own| own.name.as_str())
            .collect()
    }

    /// Whether a column equals the outcome that counts as yes; `prefix` is `"p."` or empty.
    fn is_positive(
        &self,
        dialect: Dialect,
        column: &str,
        prefix: &str,
    ) -> Option<String> {
        let positive = self.report.inputs.positive.as_deref()?;
        let text = prefixed(dialect, column, prefix);
        let kind = self.about(column).map(|own| own.kind);
        let truth = kind == Some(Kind::Boolean)
            || YES.contains(&positive.to_lowercase().as_str());
        Some(if truth {
            let yes: Vec<String> = YES.iter().map(|word| format!("'{word}'")).collect();
            format!("LOWER(TRIM({text})) IN ({})", yes.join(", "))
        } else {
            format!("{text} = {}", dialect.text(positive))
        })
    }

    /// The outcome as 1 or 0 (yes/no models).
    #[must_use]
    pub fn outcome(&self, dialect: Dialect, prefix: &str) -> Option<String> {
        if self.report.task != Task::Binary {
            return None;
        }
        let label = self.column(&Role::Label)?;
        let yes = self.is_positive(dialect, label, prefix)?;
        let missing = missing(dialect, label, prefix);
        Some(format!("CASE WHEN {missing} THEN NULL WHEN {yes} THEN 1e0 ELSE 0e0 END"))
    }

    /// The score as a number, a probability as one from 0 to 1.
    #[must_use]
    pub fn score(&self, dialect: Dialect, prefix: &str) -> Option<String> {
        let score = self.column(&Role::Score)?;
        let text = prefixed(dialect, score, prefix);
        let number = format!("TRY_CAST({text} AS DOUBLE)");
        let is_per_cent = self.report.scores.as_ref().is_some_and(|own| own.per_cent);
        Some(if is_per_cent { format!("({number} / 100)") } else { number })
    }

    /// The decision as 1 or 0 (yes/no models): the logged one where it speaks the outcome's words, else score and
    /// cut-off.
    #[must_use]
    pub fn decision(&self, dialect: Dialect, prefix: &str) -> Option<String> {
        if self.report.task != Task::Binary {
            return None;
        }
        if let Some(column) = self.column(&Role::Decision)
            && self.speaks_of_outcome(column)
        {
            let yes = self.is_positive(dialect, column, prefix)?;
            let missing = missing(dialect, column, prefix);
            return Some(format!(
                "CASE WHEN {missing} THEN NULL WHEN {yes} THEN 1e0 ELSE 0e0 END"
            ));
        }
        let cut = self.report.scores.as_ref()?.threshold?;
        let cut = cut.production.or(cut.reference).filter(|cut| cut.is_finite())?;
        let score = self.score(dialect, prefix)?;
        Some(format!(
            "CASE WHEN {score} IS NULL THEN NULL WHEN {score} >= {} THEN 1e0 ELSE 0e0 END",
            number_text(cut)
        ))
    }

    /// Whether the values of the decision column are those of the outcome.
    fn speaks_of_outcome(&self, column: &str) -> bool {
        let classes = &self.report.inputs.classes;
        let Some(about) = self.about(column) else { return false };
        let titles = about.bins.iter().filter(|bin| bin.reference > 0);
        let known = |title: &str| {
            classes.iter().any(|class| class == title)
                || (about.kind == Kind::Boolean && matches!(title, "yes" | "no"))
        };
        let mut any = false;
        for bin in titles.filter(|bin| bin.title != "missing") {
            any = true;
            if !known(&bin.title) {
                return false;
            }
        }
        any
    }

    /// The loss of a row whose mean stands behind the headline metric; `None` where it is no mean of rows, or the
    /// columns are not logged. The AUC's loss looks at all rows and is worked out by [`Schema::measured`].
    #[must_use]
    pub fn loss(&self, dialect: Dialect, prefix: &str) -> Option<String> {
        self.loss_of(&self.report.metric.name, dialect, prefix)
    }

    /// The same for a metric by its id.
    #[must_use]
    pub fn loss_of(
        &self,
        metric: &str,
        dialect: Dialect,
        prefix: &str,
    ) -> Option<String> {
        if self.report.task == Task::Multiclass {
            return (metric == "accuracy")
                .then(|| self.differs(dialect, prefix))
                .flatten();
        }
        if self.report.task == Task::Regression {
            let label = self.column(&Role::Label)?;
            let label =
                format!("TRY_CAST({} AS DOUBLE)", prefixed(dialect, label, prefix));
            let gap = format!("({} - {label})", self.score(dialect, prefix)?);
            return match metric {
                "mae" => Some(format!("ABS({gap})")),
                "rmse" => Some(format!("{gap} * {gap}")),
                _ => None,
            };
        }
        let yes = self.outcome(dialect, prefix)?;
        match metric {
            "accuracy" => {
                let decided = self.decision(dialect, prefix)?;
                Some(format!("ABS(({yes}) - ({decided}))"))
            }
            "log_loss" => {
                let score = self.score(dialect, prefix)?;
                let kept = format!("LEAST(GREATEST({score}, {CLIP}), 1 - {CLIP})");
                Some(format!(
                    "-LN(CASE WHEN ({yes}) = 1 THEN {kept} ELSE 1 - {kept} END)"
                ))
            }
            "brier" => {
                let gap = format!("({} - ({yes}))", self.score(dialect, prefix)?);
                Some(format!("{gap} * {gap}"))
            }
            "expected_cost" => {
                let decided = self.decision(dialect, prefix)?;
                let money = &self.report.inputs.business;
                let of = |value: Option<f64>| number_text(value.unwrap_or(0.0));
                Some(format!(
                    "CASE WHEN ({yes}) > ({decided}) THEN {} WHEN ({yes}) < ({decided}) THEN {} \
                     WHEN ({yes}) = ({decided}) THEN -({}) END",
                    of(money.cost_false_negative),
                    of(money.cost_false_positive),
                    of(money.value_correct)
                ))
            }
            _ => None,
        }
    }

    /// Whether the chosen class is wrong, 1 or 0.
    fn differs(&self, dialect: Dialect, prefix: &str) -> Option<String> {
        let label = self.column(&Role::Label)?;
        let decision = self.column(&Role::Decision)?;
        let absent = missing(dialect, label, prefix);
        let (label, decision) =
            (prefixed(dialect, label, prefix), prefixed(dialect, decision, prefix));
        Some(format!(
            "CASE WHEN {absent} THEN NULL WHEN {label} = {decision} THEN 0e0 ELSE 1e0 END"
        ))
    }

    /// A name for the mean of [`Schema::loss`].
    #[must_use]
    pub fn loss_name(&self) -> &'static str {
        match self.report.metric.name.as_str() {
            "accuracy" => "error_rate",
            "log_loss" => "log_loss",
            "brier" => "squared_error",
            "expected_cost" => "cost_per_row",
            "mae" => "average_error",
            "rmse" => "squared_error",
            _ => "loss",
        }
    }

    /// The headline metric itself; where SQL cannot, the share of right decisions or the distance from the outcome.
    #[must_use]
    pub fn measured(&self, dialect: Dialect) -> Option<Measured> {
        let plain = |name: &str, sql: String| Measured {
            name: name.to_owned(),
            sql,
            ranked: None,
        };
        let name = self.report.metric.name.as_str();
        if let Some(own) = self.mean_of(name, dialect) {
            return Some(plain(name, own));
        }
        if name == "auc"
            && let Some(outcome) = self.outcome(dialect, "")
            && let Some(score) = self.score(dialect, "")
        {
            let (yes, no) = ("SUM(whydrop_y)", "SUM(1 - whydrop_y)");
            let sql = format!(
                "(SUM(whydrop_y * whydrop_place) - {yes} * ({yes} + 1) / 2e0) / NULLIF({yes} * {no}, 0)"
            );
            let ranked = Some(Ranked { outcome, score });
            return Some(Measured { ranked, ..plain(name, sql) });
        }
        if let Some(accuracy) = self.mean_of("accuracy", dialect) {
            return Some(plain("accuracy", accuracy));
        }
        let miss = self.miss(dialect)?;
        Some(plain("distance_from_outcome", format!("AVG({miss})")))
    }

    /// A metric that is worked out from sums over rows; `None` for any other.
    fn mean_of(&self, metric: &str, dialect: Dialect) -> Option<String> {
        if let Some(loss) = self.loss_of(metric, dialect, "") {
            return Some(match metric {
                "accuracy" => format!("1 - AVG({loss})"),
                "rmse" => format!("SQRT(AVG({loss}))"),
                _ => format!("AVG({loss})"),
            });
        }
        let yes = self.outcome(dialect, "")?;
        let decided = self.decision(dialect, "")?;
        let among = |whole: &str, is: u8, part: &str| {
            format!("AVG(CASE WHEN ({whole}) = {is} THEN {part} END)")
        };
        match metric {
            "recall" => Some(among(&yes, 1, &decided)),
            "precision" => Some(among(&decided, 1, &yes)),
            "specificity" => Some(format!("1 - {}", among(&yes, 0, &decided))),
            "decision_rate" => Some(format!("AVG({decided})")),
            "f1" => Some(format!(
                "2 * SUM(({yes}) * ({decided})) / NULLIF(SUM(({yes}) + ({decided})), 0)"
            )),
            _ => None,
        }
    }

    /// How far a row's score is from its outcome, to find the worst rows; `None` without both.
    #[must_use]
    pub fn miss(&self, dialect: Dialect) -> Option<String> {
        let score = self.score(dialect, "")?;
        match self.report.task {
            Task::Binary => {
                Some(format!("ABS({score} - ({}))", self.outcome(dialect, "")?))
            }
            Task::Regression => {
                let label = self.column(&Role::Label)?;
                Some(format!("ABS({score} - {})", dialect.as_number(label)))
            }
            Task::Multiclass => None,
        }
    }
}

/// A column as text, behind a table's short name.
#[must_use]
pub fn prefixed(dialect: Dialect, column: &str, prefix: &str) -> String {
    dialect.as_text(column).replacen("CAST(", &format!("CAST({prefix}"), 1)
}

/// Whether a column is empty, behind a table's short name.
fn missing(dialect: Dialect, column: &str, prefix: &str) -> String {
    let text = prefixed(dialect, column, prefix);
    format!("({text} IS NULL OR TRIM({text}) = '')")
}

/// A test as words of a column's own; used where a condition is built by hand.
#[must_use]
pub fn condition(column: &str, test: Test) -> crate::report::Condition {
    crate::report::Condition { column: column.to_owned(), is: String::new(), test }
}
