//! Options, queries, limits and exports over reports of every kind: nothing breaks, nothing leaves its quotes, nothing
//! is asserted that the report does not hold.

use super::export;
use super::sql::Dialect;
use crate::choices::{Business, Kind, Role, TableRole, Task};
use crate::report::*;
use crate::story::fixture::{self, KINDS, TASKS, explained, report, rich, synthetic};

/// A report with roles, so that queries can be written, and with names that want out of their quotes.
fn hostile() -> Report {
    let mut made = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
    for column in &mut made.columns {
        column.name = format!("{}\"`'; DROP TABLE x; --\n${{env:HOME}}\\", column.name);
    }
    let mut roles: Vec<(String, Role)> =
        made.columns.iter().map(|own| (own.name.clone(), Role::Feature)).collect();
    for (name, role) in [
        ("row \"id\"", Role::Id),
        ("at `time`", Role::Time),
        ("it's label", Role::Label),
        ("score", Role::Score),
    ] {
        roles.push((name.to_owned(), role));
    }
    made.inputs.columns = roles
        .into_iter()
        .map(|(name, role)| ColumnInput {
            name,
            kind: Kind::Number,
            role,
            reason: String::new(),
            chosen: false,
            tables: vec![TableRole::Reference, TableRole::Production],
        })
        .collect();
    made.inputs.positive = Some("y'es".to_owned());
    made.inputs.classes = vec!["no".to_owned(), "y'es".to_owned()];
    let first = made.columns[0].name.clone();
    made.causes[0].columns = vec![first.clone()];
    if let Some(slice) = made.slices.worse.first_mut() {
        slice.conditions = vec![Condition {
            column: first,
            is: "is 'x'".to_owned(),
            test: Test::Names(vec!["it's \\ \"x\"".to_owned()]),
        }];
    }
    for column in &mut made.columns {
        column.bins = (0..4)
            .map(|at| Bin {
                title: String::new(),
                kind: BinKind::Range,
                low: Some(f64::from(at)),
                high: Some(f64::from(at + 1)),
                reference: 5_000,
                production: 3_120,
                reference_loss: None,
                production_loss: None,
            })
            .collect();
    }
    made
}

/// What is left of SQL when quoted names, texts and comments are taken out.
fn outside_quotes(sql: &str, dialect: Dialect) -> String {
    let mut out = String::new();
    let mut letters = sql.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '-' if letters.peek() == Some(&'-') => {
                for rest in letters.by_ref() {
                    if rest == '\n' {
                        break;
                    }
                }
            }
            '\'' | '"' | '`' => {
                while let Some(inner) = letters.next() {
                    if inner == '\\' && dialect == Dialect::Spark && letter == '\'' {
                        letters.next();
                    } else if inner == letter {
                        if letters.peek() == Some(&letter) {
                            letters.next();
                        } else {
                            break;
                        }
                    }
                }
                out.push('?');
            }
            other => out.push(other),
        }
    }
    out
}

#[test]
fn hostile_names_stay_in_their_quotes() {
    let mut made = hostile();
    super::tell(&mut made);
    let queries: usize = made.plan.iter().map(|step| step.queries.len()).sum();
    assert!(queries >= 7, "{queries}");
    for step in &made.plan {
        for query in &step.queries {
            for (sql, dialect) in
                [(&query.duckdb, Dialect::DuckDb), (&query.spark, Dialect::Spark)]
            {
                let guard = "SET spark.sql.variable.substitute=false;\n";
                let bare = outside_quotes(sql.trim_start_matches(guard), dialect);
                assert!(!bare.contains("DROP") && !bare.contains("$"), "{sql}\n{bare}");
                assert_eq!(bare.matches(';').count(), 1, "{sql}\n{bare}");
            }
        }
    }
    for file in export::files(&made) {
        let dialect = match file.name.as_str() {
            name if name.contains("duckdb") => Dialect::DuckDb,
            name if name.contains("spark") => Dialect::Spark,
            _ => continue,
        };
        let bare = outside_quotes(&file.text, dialect);
        assert!(!bare.contains("DROP") && !bare.contains("$"), "{}", file.name);
    }
}

#[test]
fn every_kind_of_report_has_options_limits_and_files() {
    for kind in KINDS {
        for task in TASKS {
            let mut made = explained(rich(report(kind, task)));
            super::tell(&mut made);
            assert!(!made.options.items.is_empty(), "{kind:?}");
            assert_eq!(made.options.path.len(), 3, "{kind:?} {:?}", made.options.path);
            assert_eq!(export::files(&made).len(), 7);
        }
    }
}

#[test]
fn points_are_never_asserted() {
    for seed in 0..600 {
        let mut made = synthetic(seed);
        super::tell(&mut made);
        for item in &made.options.items {
            assert!(!item.based_on.is_empty() && !item.price_words.is_empty());
            if let Some((low, high)) = item.interval {
                assert!(low <= high, "seed {seed}: {}", item.id);
                assert!(item.points.is_some());
            }
            if item.points.is_some() {
                let known = !made.attribution.is_empty()
                    || !made.remedies.is_empty()
                    || !made.slices.worse.is_empty();
                assert!(known, "seed {seed}: {}", item.id);
            }
        }
        for file in export::files(&made) {
            assert!(!file.text.is_empty());
            if file.name.ends_with(".json") {
                serde_json::from_str::<serde_json::Value>(&file.text)
                    .expect("a suite is JSON");
            }
        }
    }
}

#[test]
fn telling_again_changes_words_and_no_measurement() {
    let mut made = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
    super::tell(&mut made);
    let mut again = made.clone();
    let business = Business {
        traffic_per_day: Some(777_000.0),
        retrain_days: Some(21.0),
        pipeline_owner: Some("Team Delta".to_owned()),
        can_roll_back: Some(false),
        false_alarms_per_month: Some(10.0),
        value_correct: Some(3.0),
        ..Business::default()
    };
    super::retell(&mut again, &business);
    let words = serde_json::to_string(&again.story).expect("a story");
    assert!(words.contains("Team Delta") && words.contains("777,000"), "{words}");
    assert!(!again.options.items.iter().any(|item| item.id == "roll_back"));
    assert!(again.options.items.iter().any(|item| item.money_per_day.is_some()));
    assert_eq!(again.monitoring.false_alarms_per_month, 10.0);
    for report in [&mut made, &mut again] {
        report.story = Story::default();
        report.plan.clear();
        report.options = Options::default();
        report.talk = Talk::default();
        report.monitoring = Monitoring::default();
        report.inputs.business = Business::default();
    }
    assert_eq!(made, again);
    // And back again, byte for byte.
    let mut first = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
    let own = first.inputs.business.clone();
    super::tell(&mut first);
    let before = serde_json::to_string(&first).expect("JSON");
    super::retell(&mut first, &business);
    super::retell(&mut first, &own);
    assert_eq!(before, serde_json::to_string(&first).expect("JSON"));
}

#[test]
fn limits_grow_with_fewer_false_alarms() {
    let mut strict = hostile();
    strict.inputs.business.false_alarms_per_month = Some(10.0);
    super::tell(&mut strict);
    let mut calm = strict.clone();
    let business =
        Business { false_alarms_per_month: Some(0.1), ..strict.inputs.business.clone() };
    super::retell(&mut calm, &business);
    assert!(!strict.monitoring.checks.is_empty());
    for (one, other) in strict.monitoring.checks.iter().zip(&calm.monitoring.checks) {
        assert_eq!(one.id, other.id);
        if let (Some(one), Some(other)) = (one.high, other.high) {
            assert!(one <= other);
        }
        if let (Some(one), Some(other)) = (one.low, other.low) {
            assert!(one >= other);
        }
    }
}

#[test]
fn an_old_report_without_these_fields_still_reads() {
    let mut made = rich(report(VerdictKind::Dropped, Task::Binary));
    super::tell(&mut made);
    let mut value = serde_json::to_value(&made).expect("JSON");
    let object = value.as_object_mut().expect("an object");
    object.remove("options");
    object.remove("monitoring");
    let read: Report = serde_json::from_value(value).expect("reads");
    assert_eq!(read.options, Options::default());
    let _ = fixture::drift(0.1);
}

#[test]
fn no_option_promises_more_than_the_drop() {
    for seed in 0..200 {
        let mut made = synthetic(seed);
        super::tell(&mut made);
        let lost = crate::story::metric_words::worsening(&made.metric);
        let Some(lost) = lost.filter(|own| *own > 0.0) else { continue };
        for item in &made.options.items {
            if item.metric == made.metric.name {
                let points = item.points.unwrap_or(0.0);
                assert!(points <= lost, "seed {seed}: {}: {points} of {lost}", item.id);
            }
        }
    }
}

#[test]
fn a_segment_without_a_before_is_not_priced() {
    let mut made = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
    let slice = made.slices.worse.first_mut().expect("a segment");
    (slice.reference_share, slice.reference_loss) = (0.0, None);
    (slice.rate_points, slice.interval) = (0.5, (0.4, 0.6));
    super::tell(&mut made);
    let mut items = made.options.items.iter();
    let own = items.find(|own| own.id == "switch_off_segment").expect("the guardrail");
    assert_eq!((own.points, own.interval), (None, None));
}

#[test]
fn points_lie_in_their_range() {
    for seed in 0..400 {
        let mut made = synthetic(seed);
        super::tell(&mut made);
        let lost = crate::story::metric_words::worsening(&made.metric);
        for item in &made.options.items {
            let (Some(points), Some((low, high))) = (item.points, item.interval) else {
                continue;
            };
            assert!(low <= points && points <= high, "seed {seed}: {}", item.id);
            assert!(low < high, "seed {seed}: {}", item.id);
            if let Some(lost) =
                lost.filter(|own| *own > 0.0 && item.metric == made.metric.name)
            {
                assert!(high <= lost, "seed {seed}: {}: {high} of {lost}", item.id);
            }
        }
    }
}

/// The queries of a step, in DuckDB's SQL.
fn asked(report: &Report, step: usize) -> String {
    let queries = super::queries::of_steps(report);
    queries[step].iter().map(|own| own.duckdb.clone()).collect::<Vec<_>>().join("\n")
}

#[test]
fn ids_that_repeat_are_no_difference() {
    let made = hostile();
    for step in [1, 3, 4] {
        let sql = asked(&made, step);
        for join in sql.split("JOIN ").skip(1) {
            assert!(join.contains("p.whydrop_rows_of_id = 1"), "{sql}");
            assert!(join.contains("o.whydrop_rows_of_moment = 1"), "{sql}");
        }
    }
    assert!(asked(&made, 1).contains("not read"));
}

#[test]
fn every_metric_is_measured_as_itself() {
    for (metric, wanted) in [
        ("auc", "AS \"auc\""),
        ("accuracy", "AS \"accuracy\""),
        ("recall", "AS \"recall\""),
        ("precision", "AS \"precision\""),
        ("specificity", "AS \"specificity\""),
        ("f1", "AS \"f1\""),
        ("log_loss", "AS \"log_loss\""),
    ] {
        let mut made = hostile();
        metric.clone_into(&mut made.metric.name);
        if let Some(scores) = &mut made.scores {
            scores.threshold = Some(ThresholdReport {
                production: Some(0.5),
                ..ThresholdReport::default()
            });
        }
        for step in [0, 2, 4] {
            let sql = asked(&made, step);
            let is_ranked = sql.contains("RANK() OVER");
            assert!(sql.contains(wanted), "{metric}: {sql}");
            assert_eq!(is_ranked, metric == "auc", "{metric}: {sql}");
        }
    }
}

#[test]
fn what_a_shadow_table_told_is_not_pulled_again() {
    let mut made = hostile();
    assert!(asked(&made, 3).contains("whydrop_turn"));
    let shadow = ShadowParity {
        matched_rows: 500,
        columns: vec![ParityColumn::default()],
        ..ShadowParity::default()
    };
    made.parity = Some(Parity { shadow: Some(shadow), ..Parity::default() });
    assert!(!asked(&made, 3).contains("whydrop_turn"));
    assert!(!asked(&made, 1).contains("offline_features o"));
}

#[test]
fn a_broken_column_is_no_guardrail() {
    let mut made = hostile();
    let column = made.causes[0].columns[0].clone();
    CauseId::UnitOrEncoding.name().clone_into(&mut made.causes[0].id);
    made.causes[0].presence = 0.9;
    let mut cases = Vec::new();
    for (test, is_offered) in [
        (Test::Range { low: None, high: Some(13.0), high_inclusive: true }, false),
        (Test::Missing, true),
    ] {
        let slice = &mut made.slices.worse[0];
        slice.conditions[0].column.clone_from(&column);
        slice.conditions[0].test = test;
        made.slices.worse.truncate(1);
        super::tell(&mut made);
        let found = made.options.items.iter().any(|own| own.id == "switch_off_segment");
        cases.push((found, is_offered));
    }
    assert_eq!(cases, [(false, false), (true, true)]);
}
