//! The queries of the debugging plan: what only the team can pull, ready to run. Enter: a report. Leave: queries a
//! step, in DuckDB's and Spark's SQL, over the tables `reference`, `production`, `shadow` and `offline_features`
//! (rename them to yours).
//!
//! # Decisions
//! - Samples are taken by the order of `md5` of the id: the same ids in every engine and on every day.
//! - A query that needs a column nobody logged is left out; the plan's words say what to log.

use super::schema::{Schema, prefixed};
use super::sql::{Dialect, comment, guarded, number_text};
use crate::choices::{Kind, Role};
use crate::report::{CauseId, ChangeKind, Query, Report, Slice};

/// Ids of the parity check.
const PARITY_IDS: u64 = 200;
/// Rows to score again.
const SHADOW_ROWS: u64 = 10_000;
/// Rows to read by hand.
const READ_ROWS: u64 = 50;
/// Columns a query looks at, at most.
const COLUMNS: usize = 8;
/// Numbers that differ by less than this part of their size are the same: floats written and read again.
const SAME: &str = "0.000001";

/// Queries of the five steps, in order.
#[must_use]
pub fn of_steps(report: &Report) -> [Vec<Query>; 5] {
    let at = Pull { report, schema: Schema::new(report) };
    let keep = |made: Vec<Option<Query>>| made.into_iter().flatten().collect();
    [
        keep(vec![at.by_week()]),
        keep(vec![at.missing(), at.parity(), at.parity_rows(), at.keys()]),
        keep(vec![at.slice(), at.worst_rows()]),
        keep(vec![at.to_score(), at.scores_compared()]),
        keep(vec![at.bug_or_drift()]),
    ]
}

/// The query that prices going back to the previous model, for when its score is logged.
#[must_use]
pub fn roll_back(report: &Report) -> Option<Query> {
    let at = Pull { report, schema: Schema::new(report) };
    at.previous_model()
}

/// Columns worth a look: those of the ranked causes, then those with findings, then those that moved furthest.
#[must_use]
pub fn suspects(report: &Report) -> Vec<String> {
    let schema = Schema::new(report);
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: &str| {
        let own = names.iter().any(|known| known == name);
        if !own && names.len() < COLUMNS && schema.is_real(name) {
            names.push(name.to_owned());
        }
    };
    for cause in report.causes.iter().take(3) {
        cause.columns.iter().for_each(|name| add(name));
    }
    let inputs = || report.columns.iter().filter(|own| own.role == Role::Feature);
    inputs().filter(|own| !own.findings.is_empty()).for_each(|own| add(&own.name));
    if names.is_empty() {
        report
            .columns
            .iter()
            .filter(|own| own.role == Role::Feature)
            .take(COLUMNS)
            .for_each(|own| {
                let known = schema.is_real(&own.name);
                if known && names.len() < COLUMNS {
                    names.push(own.name.clone());
                }
            });
    }
    names
}

struct Pull<'a> {
    report: &'a Report,
    schema: Schema<'a>,
}

impl Pull<'_> {
    /// One query in both dialects; `None` when either cannot be written.
    fn both(title: String, write: impl Fn(Dialect) -> Option<String>) -> Option<Query> {
        let head = comment(&title);
        Some(Query {
            duckdb: format!("{head}\n{}", write(Dialect::DuckDb)?),
            spark: guarded(format!("{head}\n{}", write(Dialect::Spark)?)),
            title,
        })
    }

    fn id(&self) -> Option<&str> {
        self.schema.column(&Role::Id)
    }

    fn time(&self) -> Option<&str> {
        self.schema.column(&Role::Time)
    }

    fn change_day(&self) -> Option<&str> {
        let change = &self.report.change_point;
        let at = change.at.as_deref().filter(|_| change.kind != ChangeKind::None)?;
        at.get(0..10)
    }

    fn worst(&self) -> Option<&Slice> {
        self.report.slices.worse.first()
    }

    fn by_week(&self) -> Option<Query> {
        let label = self.schema.column(&Role::Label)?;
        let title = match self.time() {
            Some(_) => "Rows, known outcomes and quality by week",
            None => "Rows, known outcomes and quality",
        };
        Self::both(title.to_owned(), |d| {
            let mut shown = vec![
                "COUNT(*) AS row_count".to_owned(),
                format!(
                    "SUM(CASE WHEN {} THEN 0 ELSE 1 END) AS rows_with_outcome",
                    d.is_missing(label)
                ),
            ];
            if let Some(yes) = self.schema.outcome(d, "") {
                shown.push(format!("AVG({yes}) AS share_of_yes"));
            }
            if let Some(score) = self.schema.score(d, "") {
                shown.push(format!("AVG({score}) AS mean_score"));
            }
            if let Some(loss) = self.schema.loss(d, "") {
                shown.push(format!("AVG({loss}) AS {}", self.schema.loss_name()));
            }
            let shown = shown.join(",\n       ");
            Some(match self.time() {
                Some(time) => format!(
                    "SELECT date_trunc('week', {}) AS week,\n       {shown}\nFROM production\nGROUP BY 1\nORDER \
                     BY 1;",
                    d.as_moment(time)
                ),
                None => format!("SELECT {shown}\nFROM production;"),
            })
        })
    }

    fn missing(&self) -> Option<Query> {
        let columns = suspects(self.report);
        if columns.is_empty() {
            return None;
        }
        Self::both("Share of empty values before and after launch".to_owned(), |d| {
            let shown: Vec<String> = columns
                .iter()
                .map(|column| {
                    format!(
                        "AVG(CASE WHEN {} THEN 1e0 ELSE 0e0 END) AS {}",
                        d.is_missing(column),
                        d.name(&format!("{column} empty"))
                    )
                })
                .collect();
            let shown = shown.join(",\n       ");
            Some(match self.time() {
                Some(time) => {
                    let day = format!("CAST({} AS DATE)", d.as_moment(time));
                    let of = |table: &str| {
                        format!(
                            "SELECT '{table}' AS rows_from, {day} AS day, COUNT(*) AS row_count,\n       \
                             {shown}\nFROM {table}\nGROUP BY 2"
                        )
                    };
                    format!(
                        "{}\nUNION ALL\n{}\nORDER BY 2, 1;",
                        of("reference"),
                        of("production")
                    )
                }
                None => {
                    let of = |table: &str| {
                        format!(
                            "SELECT '{table}' AS rows_from, COUNT(*) AS row_count,\n       {shown}\nFROM {table}"
                        )
                    };
                    format!("{}\nUNION ALL\n{};", of("reference"), of("production"))
                }
            })
        })
    }

    /// Whether the live and the offline value of a column differ.
    fn differs(&self, d: Dialect, column: &str) -> String {
        let (live, lab) = (prefixed(d, column, "p."), prefixed(d, column, "o."));
        let kind = self.schema.about(column).map(|own| own.kind);
        if matches!(kind, Some(Kind::Number | Kind::Integer)) {
            let (live, lab) = (
                format!("TRY_CAST({live} AS DOUBLE)"),
                format!("TRY_CAST({lab} AS DOUBLE)"),
            );
            return format!(
                "(({live} IS NULL) <> ({lab} IS NULL) OR ABS({live} - {lab}) > {SAME} * (ABS({live}) + ABS({lab})))"
            );
        }
        format!("({live} IS DISTINCT FROM {lab})")
    }

    fn sample(&self, d: Dialect, id: &str, rows: u64, filter: &str) -> String {
        format!(
            "SELECT * FROM production{filter} ORDER BY md5({}) LIMIT {rows}",
            d.as_text(id)
        )
    }

    fn parity(&self) -> Option<Query> {
        let id = self.id()?;
        let columns = suspects(self.report);
        if columns.is_empty() {
            return None;
        }
        let title = format!(
            "{PARITY_IDS} ids, live against offline: values that differ, by column"
        );
        Self::both(title, |d| {
            let shown: Vec<String> = columns
                .iter()
                .map(|column| {
                    format!(
                        "SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS {}",
                        self.differs(d, column),
                        d.name(&format!("{column} differs"))
                    )
                })
                .collect();
            Some(format!(
                "WITH p AS ({})\nSELECT COUNT(*) AS ids_found,\n       {}\nFROM p\nJOIN offline_features o ON {} = {};",
                self.sample(d, id, PARITY_IDS, &self.since(d)),
                shown.join(",\n       "),
                prefixed(d, id, "p."),
                prefixed(d, id, "o.")
            ))
        })
    }

    /// Only rows after the change, where it is known.
    fn since(&self, d: Dialect) -> String {
        match (self.time(), self.change_day()) {
            (Some(time), Some(day)) => format!(
                " WHERE {} >= CAST({} AS TIMESTAMP)",
                d.as_moment(time),
                d.text(day)
            ),
            _ => String::new(),
        }
    }

    fn parity_rows(&self) -> Option<Query> {
        let id = self.id()?;
        let column = suspects(self.report).into_iter().next()?;
        let title = format!(
            "The ids where {} differs, live beside offline",
            crate::story::phrase::name(&column)
        );
        Self::both(title, |d| {
            Some(format!(
                "WITH p AS ({})\nSELECT p.{} AS id, p.{} AS live, o.{} AS offline\nFROM p\nJOIN \
                 offline_features o ON {} = {}\nWHERE {}\nORDER BY 1;",
                self.sample(d, id, PARITY_IDS, &self.since(d)),
                d.name(id),
                d.name(&column),
                d.name(&column),
                prefixed(d, id, "p."),
                prefixed(d, id, "o."),
                self.differs(d, &column)
            ))
        })
    }

    /// Keys that match nothing or stand more than once: only where rows or keys are under suspicion.
    fn keys(&self) -> Option<Query> {
        let id = self.id()?;
        let named =
            |cause: CauseId| self.report.causes.iter().any(|own| own.id == cause.name());
        if !named(CauseId::JoinOrFilter) && !named(CauseId::LabelProblem) {
            return None;
        }
        Self::both(
            "Ids that stand more than once, and ids without offline values".to_owned(),
            |d| {
                let id_text = d.as_text(id);
                Some(format!(
                    "SELECT COUNT(*) AS row_count,\n       COUNT(DISTINCT {id_text}) AS different_ids,\n       \
                 SUM(CASE WHEN {} THEN 1 ELSE 0 END) AS rows_without_id,\n       SUM(CASE WHEN {id_text} IN (SELECT \
                 {id_text} FROM offline_features) THEN 0 ELSE 1 END) AS rows_without_offline_values\nFROM \
                 production;",
                    d.is_missing(id)
                ))
            },
        )
    }

    fn slice(&self) -> Option<Query> {
        let slice = self.worst()?;
        let title = format!("Quality where {}, before and after launch", slice.title);
        Self::both(title, |d| {
            let inside = d.conditions(&slice.conditions)?;
            let loss = self
                .schema
                .loss(d, "")
                .or_else(|| self.schema.loss_of("accuracy", d, ""));
            let measured = match loss {
                Some(loss) => {
                    let name = match self.schema.loss(d, "") {
                        Some(_) => self.schema.loss_name(),
                        None => "error_rate",
                    };
                    format!(",\n       AVG({loss}) AS {name}")
                }
                None => String::new(),
            };
            let of = |table: &str| {
                format!(
                    "SELECT '{table}' AS rows_from,\n       CASE WHEN {inside} THEN 'inside' ELSE 'outside' END AS \
                     segment,\n       COUNT(*) AS row_count{measured}\nFROM {table}\nGROUP BY 2"
                )
            };
            Some(format!(
                "{}\nUNION ALL\n{}\nORDER BY 2, 1;",
                of("reference"),
                of("production")
            ))
        })
    }

    fn worst_rows(&self) -> Option<Query> {
        let slice = self.worst();
        let title = match slice {
            Some(slice) => {
                format!(
                    "{READ_ROWS} badly predicted rows where {}, to read by hand",
                    slice.title
                )
            }
            None => format!("{READ_ROWS} badly predicted rows, to read by hand"),
        };
        Self::both(title, |d| {
            let miss = self.schema.miss(d)?;
            let inside = match slice {
                Some(slice) => format!(" AND {}", d.conditions(&slice.conditions)?),
                None => String::new(),
            };
            Some(format!(
                "SELECT {miss} AS miss, *\nFROM production\nWHERE {miss} IS NOT NULL{inside}\nORDER BY 1 \
                 DESC\nLIMIT {READ_ROWS};"
            ))
        })
    }

    fn to_score(&self) -> Option<Query> {
        let id = self.id()?;
        let title =
            "The rows to compute and score again offline: the shadow table".to_owned();
        Self::both(title, |d| {
            let mut shown = vec![d.name(id)];
            shown.extend(self.time().map(|time| d.name(time)));
            let named: Vec<&str> = self.schema.features();
            shown.extend(named.iter().map(|column| d.name(column)));
            for role in [Role::Score, Role::Decision, Role::Label] {
                shown.extend(self.schema.column(&role).map(|column| d.name(column)));
            }
            shown.dedup();
            let shown = shown.join(", ");
            let half = |filter: String, rows: u64| {
                format!(
                    "SELECT * FROM (SELECT {shown} FROM production{filter} ORDER BY md5({}) LIMIT {rows}) AS part",
                    d.as_text(id)
                )
            };
            let written = match (self.time(), self.change_day()) {
                (Some(time), Some(day)) => {
                    let at = |sign: &str| {
                        format!(
                            " WHERE {} {sign} CAST({} AS TIMESTAMP)",
                            d.as_moment(time),
                            d.text(day)
                        )
                    };
                    format!(
                        "{}\nUNION ALL\n{}",
                        half(at("<"), SHADOW_ROWS / 2),
                        half(at(">="), SHADOW_ROWS / 2)
                    )
                }
                _ => half(String::new(), SHADOW_ROWS),
            };
            Some(format!("{written};"))
        })
    }

    fn scores_compared(&self) -> Option<Query> {
        let id = self.id()?;
        self.schema.column(&Role::Score)?;
        let title =
            "Logged score against the score of the shadow table, id by id".to_owned();
        Self::both(title, |d| {
            let (live, lab) = (self.schema.score(d, "p.")?, self.schema.score(d, "o.")?);
            let apart = format!("ABS({live} - {lab})");
            Some(format!(
                "SELECT COUNT(*) AS ids_found,\n       AVG({apart}) AS mean_difference,\n       AVG(CASE WHEN \
                 {apart} > {SAME} * (ABS({live}) + ABS({lab})) THEN 1e0 ELSE 0e0 END) AS share_that_differs\nFROM \
                 production p\nJOIN shadow o ON {} = {};",
                prefixed(d, id, "p."),
                prefixed(d, id, "o.")
            ))
        })
    }

    fn bug_or_drift(&self) -> Option<Query> {
        let id = self.id()?;
        let label = self.schema.column(&Role::Label)?;
        let title = "Bug or drift: quality of the logged and of the re-scored output on the same rows";
        Self::both(title.to_owned(), |d| {
            // The shadow rows with production's outcomes, so that only the output differs.
            let loss = self.schema.loss(d, "").or_else(|| self.schema.miss(d))?;
            let with_outcome = |from: &str| {
                let shown: Vec<String> = [Role::Score, Role::Decision]
                    .iter()
                    .filter_map(|role| self.schema.column(role))
                    .map(|column| format!("{from}.{}", d.name(column)))
                    .collect();
                format!(
                    "SELECT p.{}, {} FROM production p JOIN shadow o ON {} = {}",
                    d.name(label),
                    shown.join(", "),
                    prefixed(d, id, "p."),
                    prefixed(d, id, "o.")
                )
            };
            let name = match self.schema.loss(d, "") {
                Some(_) => self.schema.loss_name(),
                None => "distance_from_outcome",
            };
            let of = |words: &str, from: &str| {
                format!(
                    "SELECT '{words}' AS output, COUNT(*) AS row_count, AVG({loss}) AS {name}\nFROM ({}) AS part",
                    with_outcome(from)
                )
            };
            Some(format!(
                "{}\nUNION ALL\n{};",
                of("as logged", "p"),
                of("computed again offline", "o")
            ))
        })
    }

    fn previous_model(&self) -> Option<Query> {
        let id = self.id()?;
        let label = self.schema.column(&Role::Label)?;
        let title = "What the previous model would have done on the same rows";
        Self::both(title.to_owned(), |d| {
            let yes = self.schema.outcome(d, "p.").or_else(|| {
                Some(format!("TRY_CAST({} AS DOUBLE)", prefixed(d, label, "p.")))
            })?;
            let now = self.schema.score(d, "p.")?;
            let old = "TRY_CAST(b.score AS DOUBLE)";
            Some(format!(
                "-- previous_model: one row an id with the score the previous model gives it\nSELECT COUNT(*) AS \
                 row_count,\n       AVG(ABS({now} - ({yes}))) AS now_distance_from_outcome,\n       AVG(ABS({old} - \
                 ({yes}))) AS previous_distance_from_outcome,\n       AVG(CASE WHEN ABS({now} - {old}) > {} THEN 1.0 \
                 ELSE 0.0 END) AS share_that_would_change\nFROM production p\nJOIN previous_model b ON {} = CAST(b.id \
                 AS {});",
                number_text(0.05),
                prefixed(d, id, "p."),
                match d {
                    Dialect::DuckDb => "VARCHAR",
                    Dialect::Spark => "STRING",
                }
            ))
        })
    }
}
