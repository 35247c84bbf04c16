//! The queries of the debugging plan: what only the team can pull, ready to run. Enter: a report. Leave: queries a
//! step, in DuckDB's and Spark's SQL, over the tables `reference`, `production`, `shadow` and `offline_features`
//! (rename them to yours).
//!
//! # Decisions
//! - Samples are taken by the order of `md5` of the id: the same ids in every engine and on every day.
//! - The report does not know whether an id names one row or one customer. So a row is joined by its id only where
//!   the id stands once in both tables, else by id and time where the two stand once; without a time it is left out.
//!   A join of many rows with many would find differences that are none.
//! - A number that cannot be read (a decimal comma in a text column) is compared as text and counted: read as empty it
//!   would agree with anything.
//! - A query that needs a column nobody logged is left out; the plan's words say what to log.

use super::schema::{PART, Schema, prefixed};
use super::sql::{Dialect, comment, guarded, number_text};
use crate::choices::{Kind, Role};
use crate::report::{CauseId, ChangeKind, Query, Report, Slice};
use crate::story::facts::Facts;

/// Ids of the parity check.
const PARITY_IDS: u64 = 200;
/// Rows to score again.
const SHADOW_ROWS: u64 = 10_000;
/// Rows to read by hand.
const READ_ROWS: u64 = 50;
/// Name of the number of rows with a row's id.
const SAME_ID: &str = "whydrop_rows_of_id";
/// Name of the number of rows with a row's id and time.
const SAME_MOMENT: &str = "whydrop_rows_of_moment";
/// Columns a query looks at, at most.
const COLUMNS: usize = 8;
/// Numbers that differ by less than this part of their size are the same: floats written and read again.
const SAME: &str = "0.000001";

/// Queries of the five steps, in order.
#[must_use]
pub fn of_steps(report: &Report) -> [Vec<Query>; 5] {
    let at = Pull { report, schema: Schema::new(report) };
    let keep = |made: Vec<Option<Query>>| made.into_iter().flatten().collect();
    // What was compared with a shadow table already need not be pulled again.
    let ask = |query: Option<Query>| query.filter(|_| !is_compared(report));
    [
        keep(vec![at.by_week()]),
        keep(vec![at.missing(), ask(at.parity()), ask(at.parity_rows()), at.keys()]),
        keep(vec![at.slice(), at.worst_rows()]),
        keep(vec![ask(at.to_score()), at.scores_compared()]),
        keep(vec![at.bug_or_drift()]),
    ]
}

/// Whether a shadow table was given and compared row by row.
fn is_compared(report: &Report) -> bool {
    let shadow = report.parity.as_ref().and_then(|own| own.shadow.as_ref());
    shadow.is_some_and(|own| own.matched_rows > 0 && !own.columns.is_empty())
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
                shown.extend(self.schema.column(&Role::Score).map(|column| {
                    format!(
                        "SUM(CASE WHEN {} OR {score} IS NOT NULL THEN 0 ELSE 1 END) AS scores_not_read",
                        d.is_missing(column)
                    )
                }));
            }
            let week = self
                .time()
                .map(|time| format!("date_trunc('week', {})", d.as_moment(time)));
            let (measured, part, from) = self.measured(d, week.as_deref(), "production");
            shown.extend(measured);
            let shown = shown.join(",\n       ");
            Some(match week {
                Some(_) => format!(
                    "SELECT {part} AS week,\n       {shown}\nFROM {from}\nGROUP BY 1\nORDER BY 1;"
                ),
                None => format!("SELECT {shown}\nFROM {from};"),
            })
        })
    }

    /// The report's own metric as a figure of a group of rows, the group, and the rows to take it from.
    fn measured(
        &self,
        d: Dialect,
        part: Option<&str>,
        table: &str,
    ) -> (Option<String>, String, String) {
        let part = part.unwrap_or("1").to_owned();
        let Some(measured) = self.schema.measured(d) else {
            return (None, part, table.to_owned());
        };
        let shown = Some(format!("{} AS {}", measured.sql, d.name(&measured.name)));
        match measured.ranked {
            Some(ranked) => (shown, PART.to_owned(), ranked.over(&part, table)),
            None => (shown, part, table.to_owned()),
        }
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
            let of = |text: &str| {
                (
                    format!("TRY_CAST({text} AS DOUBLE)"),
                    format!("NULLIF(TRIM({text}), '')"),
                )
            };
            let ((live, live_text), (lab, lab_text)) = (of(&live), of(&lab));
            return format!(
                "(CASE WHEN {live} IS NULL OR {lab} IS NULL THEN {live_text} IS DISTINCT FROM {lab_text} ELSE \
                 ABS({live} - {lab}) > {SAME} * (ABS({live}) + ABS({lab})) END)"
            );
        }
        format!("({live} IS DISTINCT FROM {lab})")
    }

    /// Whether a number of either side is there and cannot be read; `None` for what is no number.
    fn unread(&self, d: Dialect, column: &str) -> Option<String> {
        let kind = self.schema.about(column).map(|own| own.kind);
        let of = |prefix: &str| {
            let text = prefixed(d, column, prefix);
            format!("(TRIM({text}) <> '' AND TRY_CAST({text} AS DOUBLE) IS NULL)")
        };
        matches!(kind, Some(Kind::Number | Kind::Integer))
            .then(|| format!("({} OR {})", of("p."), of("o.")))
    }

    /// A table whose rows know how many have their id, and how many their id and time.
    fn keyed(&self, d: Dialect, id: &str, table: &str) -> String {
        let id = d.as_text(id);
        let by_moment = self.time().map_or_else(String::new, |time| {
            format!(
                ", COUNT(*) OVER (PARTITION BY {id}, {}) AS {SAME_MOMENT}",
                d.as_moment(time)
            )
        });
        format!(
            "(SELECT *, COUNT(*) OVER (PARTITION BY {id}) AS {SAME_ID}{by_moment} FROM {table})"
        )
    }

    /// Whether rows of [`Pull::keyed`] are one and the same.
    fn same_row(&self, d: Dialect, id: &str) -> String {
        let ids = format!("{} = {}", prefixed(d, id, "p."), prefixed(d, id, "o."));
        let once = format!("p.{SAME_ID} = 1 AND o.{SAME_ID} = 1");
        match self.time() {
            Some(time) => {
                let of = |prefix| {
                    format!("TRY_CAST({} AS TIMESTAMP)", prefixed(d, time, prefix))
                };
                format!(
                    "{ids}\n  AND (({once})\n    OR (p.{SAME_MOMENT} = 1 AND o.{SAME_MOMENT} = 1 AND {} = {}))",
                    of("p."),
                    of("o.")
                )
            }
            None => format!("{ids}\n  AND {once}"),
        }
    }

    /// What the joins do about ids that repeat, as a comment.
    fn how_joined(&self) -> String {
        comment(match self.time() {
            Some(_) => {
                "An id that stands more than once is matched by its time as well (both tables need it); rows that are \
                 still not the only one are left out."
            }
            None => "Only ids that stand once in both tables are compared.",
        })
    }

    /// Rows of production that are the only one of their key, the same on every day.
    fn sample(&self, d: Dialect, id: &str, rows: u64) -> String {
        let (or_moment, then_moment) =
            self.time().map_or_else(Default::default, |time| {
                (format!(" OR {SAME_MOMENT} = 1"), format!(", {}", d.as_moment(time)))
            });
        format!(
            "SELECT * FROM {} AS keyed WHERE ({SAME_ID} = 1{or_moment}){} ORDER BY md5({}){then_moment} LIMIT {rows}",
            self.keyed(d, id, "production"),
            self.since(d),
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
            "{PARITY_IDS} rows by id, live against offline: values that differ, by column"
        );
        Self::both(title, |d| {
            let count = |test: &str, column: &str, what: &str| {
                let name = d.name(&format!("{column} {what}"));
                format!("SUM(CASE WHEN {test} THEN 1 ELSE 0 END) AS {name}")
            };
            let shown: Vec<String> = columns
                .iter()
                .flat_map(|column| {
                    let differs = count(&self.differs(d, column), column, "differs");
                    let unread = self.unread(d, column);
                    let unread = unread.map(|test| count(&test, column, "not read"));
                    std::iter::once(differs).chain(unread)
                })
                .collect();
            Some(format!(
                "{}\nWITH p AS ({})\nSELECT COUNT(*) AS rows_compared,\n       {}\nFROM p\nJOIN {} o ON {};",
                self.how_joined(),
                self.sample(d, id, PARITY_IDS),
                shown.join(",\n       "),
                self.keyed(d, id, "offline_features"),
                self.same_row(d, id)
            ))
        })
    }

    /// Only rows after the change, where it is known.
    fn since(&self, d: Dialect) -> String {
        match (self.time(), self.change_day()) {
            (Some(time), Some(day)) => format!(
                " AND {} >= CAST({} AS TIMESTAMP)",
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
            "The rows where {} differs, live beside offline",
            crate::story::phrase::name(&column)
        );
        Self::both(title, |d| {
            let moment = self.time().filter(|time| *time != column);
            let moment = moment.map_or_else(String::new, |time| {
                format!(", p.{} AS moment", d.name(time))
            });
            Some(format!(
                "{}\nWITH p AS ({})\nSELECT p.{} AS id{moment}, p.{} AS live, o.{} AS offline\nFROM p\nJOIN {} o ON \
                 {}\nWHERE {}\nORDER BY 1;",
                self.how_joined(),
                self.sample(d, id, PARITY_IDS),
                d.name(id),
                d.name(&column),
                d.name(&column),
                self.keyed(d, id, "offline_features"),
                self.same_row(d, id),
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
            let segment = format!("CASE WHEN {inside} THEN 'inside' ELSE 'outside' END");
            let of = |table: &str| {
                let (measured, part, from) = self.measured(d, Some(&segment), table);
                let measured =
                    measured.map_or_else(String::new, |own| format!(",\n       {own}"));
                format!(
                    "SELECT '{table}' AS rows_from,\n       {part} AS segment,\n       COUNT(*) AS \
                     row_count{measured}\nFROM {from}\nGROUP BY 2"
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
            // Taken from both sides in turn: what one side lacks comes from the other.
            let turn = match self.sides(d) {
                Some(side) => format!("PARTITION BY CASE WHEN {side} THEN 1 ELSE 0 END "),
                None => String::new(),
            };
            let moment = self
                .time()
                .map_or_else(String::new, |time| format!(", {}", d.as_moment(time)));
            let by = format!("md5({})", d.as_text(id));
            Some(format!(
                "SELECT {shown}\nFROM (SELECT *, ROW_NUMBER() OVER ({turn}ORDER BY {by}{moment}) AS whydrop_turn FROM \
                 production) AS ranked\nORDER BY whydrop_turn, {by}\nLIMIT {SHADOW_ROWS};"
            ))
        })
    }

    /// The rows the shadow table must have enough of: those since a change within production, else the worst segment.
    fn sides(&self, d: Dialect) -> Option<String> {
        let released = Facts::new(self.report).release_date().is_some();
        match (self.time(), self.change_day()) {
            (Some(time), Some(day)) if released => Some(format!(
                "{} >= CAST({} AS TIMESTAMP)",
                d.as_moment(time),
                d.text(day)
            )),
            _ => d.conditions(&self.worst()?.conditions),
        }
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
                "{}\nSELECT COUNT(*) AS rows_found,\n       COUNT({apart}) AS rows_compared,\n       AVG({apart}) AS \
                 mean_difference,\n       AVG(CASE WHEN {apart} IS NULL THEN NULL WHEN {apart} > {SAME} * (ABS({live}) \
                 + ABS({lab})) THEN 1e0 ELSE 0e0 END) AS share_that_differs\nFROM {} p\nJOIN {} o ON {};",
                self.how_joined(),
                self.keyed(d, id, "production"),
                self.keyed(d, id, "shadow"),
                self.same_row(d, id)
            ))
        })
    }

    fn bug_or_drift(&self) -> Option<Query> {
        let id = self.id()?;
        let label = self.schema.column(&Role::Label)?;
        let title = "Bug or drift: quality of the logged and of the re-scored output on the same rows";
        Self::both(title.to_owned(), |d| {
            // The shadow rows with production's outcomes, so that only the output differs.
            self.schema.measured(d)?;
            let with_outcome = |from: &str| {
                let shown: Vec<String> = [Role::Score, Role::Decision]
                    .iter()
                    .filter_map(|role| self.schema.column(role))
                    .map(|column| format!("{from}.{}", d.name(column)))
                    .collect();
                format!(
                    "SELECT p.{}, {} FROM {} p JOIN {} o ON {}",
                    d.name(label),
                    shown.join(", "),
                    self.keyed(d, id, "production"),
                    self.keyed(d, id, "shadow"),
                    self.same_row(d, id)
                )
            };
            let of = |words: &str, from: &str| {
                let rows = format!("({}) AS part", with_outcome(from));
                let (measured, _, rows) = self.measured(d, None, &rows);
                Some(format!(
                    "SELECT '{words}' AS output, COUNT(*) AS row_count, {}\nFROM {rows}",
                    measured?
                ))
            };
            Some(format!(
                "{}\n{}\nUNION ALL\n{};",
                self.how_joined(),
                of("as logged", "p")?,
                of("computed again offline", "o")?
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
                "-- previous_model: one row an id with the score the previous model gives it\n-- Only ids that stand once in production are compared.\nSELECT COUNT(*) AS \
                 row_count,\n       AVG(ABS({now} - ({yes}))) AS now_distance_from_outcome,\n       AVG(ABS({old} - \
                 ({yes}))) AS previous_distance_from_outcome,\n       AVG(CASE WHEN ABS({now} - {old}) > {} THEN 1.0 \
                 ELSE 0.0 END) AS share_that_would_change\nFROM {} p\nJOIN previous_model b ON p.{SAME_ID} = 1 AND {} = \
                 CAST(b.id AS {});",
                number_text(0.05),
                self.keyed(d, id, "production"),
                prefixed(d, id, "p."),
                match d {
                    Dialect::DuckDb => "VARCHAR",
                    Dialect::Spark => "STRING",
                }
            ))
        })
    }
}
