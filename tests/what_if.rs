//! What-ifs of whole analyses: against scikit-learn (`tests/oracle/what_if.json`, written by
//! `tests/oracle/make_what_if.py`), against counting rows one by one, and against the report's own metrics and
//! remedies. Figures must agree to 1e-9.

use serde_json::Value;
use whydrop::choices::{Business, Choices, Role, TableRole, Task};
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::report::{Report, WhatIf};
use whydrop::scenario;
use whydrop::what_if::{
    Figures, Instead, Prices, Trial, as_decided, best_cut, bins, cut_in_use, merged,
    nearest_cut, segments, tried,
};

const TABLES: [TableRole; 2] = [TableRole::Reference, TableRole::Production];

fn near(found: Option<f64>, expected: Option<f64>, what: &str) {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            let limit = 1e-9 * expected.abs().max(1.0);
            assert!((found - expected).abs() <= limit, "{what}: {found}, not {expected}");
        }
        (found, expected) => assert_eq!(found, expected, "{what}"),
    }
}

fn csv_table(role: TableRole, text: String) -> MemoryTable {
    let name = format!("{}.csv", role.name());
    MemoryTable { role, files: vec![(name, text.into_bytes())], labels: Vec::new() }
}

fn roles(list: &[(&str, Role)]) -> Choices {
    let roles = list.iter().map(|(name, role)| ((*name).to_owned(), role.clone()));
    Choices { roles: roles.collect(), ..Choices::default() }
}

fn whole(report: &Report) -> &WhatIf {
    report.what_if.as_ref().expect("something to try")
}

/// Every decision figure of a trial is that of the JSON.
fn check(figures: &Figures, expected: &Value, what: &str) {
    for name in [
        "precision",
        "recall",
        "specificity",
        "accuracy",
        "f1",
        "decision_rate",
        "expected_cost",
    ] {
        near(figures.metric(name), expected[name].as_f64(), &format!("{what}: {name}"));
    }
}

fn oracle() -> Value {
    serde_json::from_str(include_str!("oracle/what_if.json")).expect("JSON")
}

fn oracle_report(oracle: &Value) -> (Report, Prices) {
    let text = |table: &Value| {
        let list = |name: &str| table[name].as_array().expect("a list").clone();
        let (y, s, d) = (list("y"), list("s"), list("d"));
        let (old, region) = (list("old"), list("region"));
        let mut text = String::from("outcome,score,decision,old,region\n");
        for row in 0..y.len() {
            text.push_str(&format!(
                "{},{},{},{},{}\n",
                y[row],
                s[row],
                d[row],
                old[row],
                region[row].as_str().expect("a name")
            ));
        }
        text
    };
    let tables = TABLES.map(|role| csv_table(role, text(&oracle[role.name()]))).to_vec();
    let cost = |name: &str| oracle["costs"][name].as_f64().expect("a cost");
    let prices = Prices {
        false_positive: cost("false_positive"),
        false_negative: cost("false_negative"),
        value_correct: cost("value_correct"),
        value_by_row: false,
    };
    let choices = Choices {
        business: Business {
            cost_false_positive: Some(prices.false_positive),
            cost_false_negative: Some(prices.false_negative),
            value_correct: Some(prices.value_correct),
            ..Business::default()
        },
        ..roles(&[
            ("outcome", Role::Label),
            ("score", Role::Score),
            ("decision", Role::Decision),
            ("old", Role::Baseline),
            ("region", Role::Segment),
        ])
    };
    (run_memory(tables, &choices, Some(2)).expect("a report"), prices)
}

#[test]
fn figures_at_thresholds_are_those_of_scikit_learn() {
    let oracle = oracle();
    let (report, prices) = oracle_report(&oracle);
    let own = whole(&report);
    assert!(bins(own) <= 128 && !own.decision_reversed);
    for role in TABLES {
        let expected = &oracle[role.name()]["expected"];
        let today = Figures::new(&as_decided(own, role).expect("decisions"), &prices);
        check(&today, &expected["today"], &format!("{role:?} today"));
        for trial in expected["tried"].as_array().expect("trials") {
            let cut_off = trial["cut_off"].as_f64().expect("a cut-off");
            let cut = nearest_cut(own, cut_off);
            assert_eq!(own.edges[cut], cut_off, "every score is an edge");
            let sums = tried(own, role, &Trial { cut, ..Trial::default() });
            let figures = Figures::new(&sums.expect("rows"), &prices);
            check(&figures, trial, &format!("{role:?} at {cut_off}"));
        }
    }
}

#[test]
fn a_segment_without_the_model_is_counted_exactly() {
    let oracle = oracle();
    let (report, prices) = oracle_report(&oracle);
    let own = whole(&report);
    let north = segments(own)
        .iter()
        .position(|title| *title == "region is north")
        .expect("the north got worse");
    let role = TableRole::Production;
    let expected = &oracle["production"]["expected"]["north"];
    let cut = cut_in_use(own, role).expect("a cut-off");
    for (name, who) in [
        ("all_no", Instead::AllNo),
        ("all_yes", Instead::AllYes),
        ("review", Instead::Review(0.0)),
        ("old", Instead::OldModel),
    ] {
        let mut all = vec![Instead::Model; north + 1];
        all[north] = who;
        let trial = Trial { cut, segments: all, ..Trial::default() };
        let figures = Figures::new(&tried(own, role, &trial).expect("rows"), &prices);
        check(&figures, &expected[name], name);
    }
    // A review costs what it costs, on the rows of the segment.
    let mut all = vec![Instead::Model; north + 1];
    all[north] = Instead::Review(3.0);
    let trial = Trial { cut, segments: all, ..Trial::default() };
    let figures = Figures::new(&tried(own, role, &trial).expect("rows"), &prices);
    let free = expected["review"]["expected_cost"].as_f64().expect("a cost");
    let rows = expected["north_rows"].as_f64().expect("rows");
    near(figures.cost_per_row, Some(free + 3.0 * rows / 4000.0), "with a cost a row");
}

#[test]
fn the_previous_model_is_measured_and_can_be_gone_back_to() {
    let oracle = oracle();
    let (report, prices) = oracle_report(&oracle);
    let old = report.baseline.as_ref().expect("a previous model");
    assert!(old.is_decision && old.column == "old" && old.cut_off.is_none());
    assert_eq!(old.metric.name, "expected_cost");
    for role in TABLES {
        let expected = &oracle[role.name()]["expected"]["old"];
        for metric in &old.metrics {
            let value = match role {
                TableRole::Reference => metric.reference,
                _ => metric.production,
            };
            near(value, expected[metric.name.as_str()].as_f64(), &metric.name);
        }
        let trial = Trial { cut: 0, all: Instead::OldModel, segments: Vec::new() };
        let sums = tried(whole(&report), role, &trial).expect("its decisions");
        check(&Figures::new(&sums, &prices), expected, "going back");
    }
}

fn case(id: &str) -> (Report, Prices) {
    let case = scenario::generate(id, 1).expect("a case of the gallery");
    let of_role = |role: TableRole| {
        let files = |labels: bool| {
            let own =
                case.files.iter().filter(move |f| f.role == role && f.labels == labels);
            own.map(|file| (file.name.clone(), file.bytes.clone())).collect::<Vec<_>>()
        };
        MemoryTable { role, files: files(false), labels: files(true) }
    };
    let tables = TableRole::ALL.into_iter().map(of_role).collect();
    let report = run_memory(tables, &case.choices, Some(2)).expect("a report");
    let business = &report.inputs.business;
    let prices = Prices {
        false_positive: business.cost_false_positive.unwrap_or(0.0),
        false_negative: business.cost_false_negative.unwrap_or(0.0),
        value_correct: business.value_correct.unwrap_or(0.0),
        value_by_row: whole(&report)
            .populations
            .iter()
            .any(|own| !own.score.no_value.is_empty()),
    };
    (report, prices)
}

/// At the cut-off in use the figures are the report's own metrics; at the best one, those of its remedies.
#[test]
fn gallery_cases_agree_with_their_own_metrics_and_remedies() {
    let mut compared = 0;
    for id in ["spring-rates", "busy-spring", "crm-merge"] {
        let (report, prices) = case(id);
        let own = whole(&report);
        for role in TABLES {
            let Some(sums) = as_decided(own, role) else { continue };
            let figures = Figures::new(&sums, &prices);
            for metric in &report.metrics {
                let value = match role {
                    TableRole::Reference => metric.reference,
                    _ => metric.production,
                };
                if figures.metric(&metric.name).is_some() {
                    near(
                        figures.metric(&metric.name),
                        value,
                        &format!("{id} {}", metric.name),
                    );
                    compared += 1;
                }
            }
        }
        let table = |role| {
            let own = report.inputs.tables.iter().find(|own| own.role == role);
            own.map_or(0, |own| own.rows)
        };
        for remedy in report.remedies.iter().filter(|own| own.id == "threshold") {
            let best = best_cut(own, TableRole::Production, &remedy.metric, &prices);
            let at = |cut: usize| {
                let trial = Trial { cut, ..Trial::default() };
                let sums = tried(own, TableRole::Production, &trial).expect("rows");
                Figures::new(&sums, &prices).metric(&remedy.metric).expect("a value")
            };
            let Some(to) = remedy.to else { continue };
            let (found, told) = (at(best.expect("a best cut")), at(nearest_cut(own, to)));
            assert_eq!(
                own.edges[nearest_cut(own, to)],
                to,
                "{id}: the best cut-off is an edge"
            );
            // Remedies look at the row sample; where it is the whole table they must find the same best.
            if table(TableRole::Production) <= 20_000 {
                near(Some(found), Some(told), &format!("{id}: best {}", remedy.metric));
            }
        }
        let rows = |role| {
            let all =
                own.populations.iter().find(|p| p.table == role && p.segment.is_none());
            all.map_or(0, |own| own.rows)
        };
        assert!(
            TABLES.iter().all(|role| rows(*role) == table(*role)),
            "{id}: no row is lost"
        );
    }
    assert!(compared > 20, "{compared} metrics compared");
}

/// Rows of (outcome, score, decision) as CSV.
fn plain(rows: &[(Option<u8>, Option<f64>, Option<&str>)]) -> String {
    let mut text = String::from("y,s,d,x\n");
    for (at, (y, s, d)) in rows.iter().enumerate() {
        let y = y.map(|y| y.to_string()).unwrap_or_default();
        let s = s.map(|s| s.to_string()).unwrap_or_default();
        text.push_str(&format!("{y},{s},{},{}\n", d.unwrap_or(""), at % 7));
    }
    text
}

type Row = (Option<u8>, Option<f64>, Option<&'static str>);

fn pair(before: &[Row], after: &[Row], choices: &Choices) -> Report {
    let tables = vec![
        csv_table(TableRole::Reference, plain(before)),
        csv_table(TableRole::Production, plain(after)),
    ];
    run_memory(tables, choices, Some(1)).expect("a report")
}

fn label_score_decision() -> Choices {
    Choices {
        task: Some(Task::Binary),
        ..roles(&[("y", Role::Label), ("s", Role::Score), ("d", Role::Decision)])
    }
}

/// 400 rows: outcome by score with some noise, decided at 0.5.
fn usual(row: usize) -> Row {
    let score = (row * 37 % 100) as f64 / 100.0;
    let y = u8::from((row * 61 % 100) as f64 / 100.0 < score);
    (Some(y), Some(score), Some(if score >= 0.5 { "1" } else { "0" }))
}

fn many(of: impl Fn(usize) -> Row) -> Vec<Row> {
    (0..400).map(of).collect()
}

#[test]
fn without_outcomes_only_decisions_are_counted() {
    let after = many(|row| (None, usual(row).1, usual(row).2));
    let report = pair(&many(usual), &after, &label_score_decision());
    let own = whole(&report);
    let today = as_decided(own, TableRole::Production).expect("decisions");
    let figures = Figures::new(&today, &Prices::default());
    near(figures.yes_rate, Some(0.5), "decided yes");
    assert_eq!((figures.accuracy, figures.precision, figures.recall), (None, None, None));
    assert_eq!(figures.decided, 400.0);
    assert_eq!(
        best_cut(own, TableRole::Production, "accuracy", &Prices::default()),
        None
    );
    assert_eq!(own.recalibration, None);
}

#[test]
fn one_class_has_no_recall_of_the_other() {
    let after = many(|row| (Some(0), usual(row).1, usual(row).2));
    let report = pair(&many(usual), &after, &label_score_decision());
    let sums = as_decided(whole(&report), TableRole::Production).expect("decisions");
    let figures = Figures::new(&sums, &Prices::default());
    near(figures.recall, None, "no positives to find");
    near(figures.accuracy, Some(0.5), "the noes decided no");
    assert_eq!(whole(&report).recalibration, None);
}

#[test]
fn one_score_leaves_all_or_nobody() {
    let flat = |row: usize| (usual(row).0, Some(0.25), None);
    let choices = Choices {
        task: Some(Task::Binary),
        threshold: Some(0.25),
        ..roles(&[("y", Role::Label), ("s", Role::Score), ("d", Role::Ignore)])
    };
    let report = pair(&many(flat), &many(flat), &choices);
    let own = whole(&report);
    let rate = |cut: usize| {
        let trial = Trial { cut, ..Trial::default() };
        let sums = tried(own, TableRole::Production, &trial).expect("rows");
        Figures::new(&sums, &Prices::default()).yes_rate
    };
    near(rate(nearest_cut(own, 0.25)), Some(1.0), "at the score all are decided yes");
    near(rate(bins(own)), Some(0.0), "above it nobody is");
    assert_eq!(nearest_cut(own, 0.9), bins(own));
}

/// "Approved" below the cut-off: the model's yes is the column's no, and figures count the model's.
#[test]
fn decisions_against_the_score_are_turned() {
    let turned = |row: usize| {
        let (y, s, _) = usual(row);
        (y, s, Some(if s.unwrap_or(0.0) >= 0.5 { "0" } else { "1" }))
    };
    let straight = pair(&many(usual), &many(usual), &label_score_decision());
    let report = pair(&many(turned), &many(turned), &label_score_decision());
    assert!(whole(&report).decision_reversed && !whole(&straight).decision_reversed);
    for role in TABLES {
        assert_eq!(as_decided(whole(&report), role), as_decided(whole(&straight), role));
        assert_eq!(cut_in_use(whole(&report), role), cut_in_use(whole(&straight), role));
    }
    near(
        Figures::new(
            &as_decided(whole(&report), TableRole::Production).expect("decisions"),
            &Prices::default(),
        )
        .accuracy,
        report
            .metrics
            .iter()
            .find(|own| own.name == "accuracy")
            .and_then(|own| own.production),
        "accuracy",
    );
}

#[test]
fn rows_without_a_score_keep_their_decision() {
    let gaps = |row: usize| {
        let (y, s, d) = usual(row);
        if row.is_multiple_of(10) { (y, None, Some("1")) } else { (y, s, d) }
    };
    let report = pair(&many(usual), &many(gaps), &label_score_decision());
    let own = whole(&report);
    let trial = Trial { cut: bins(own), ..Trial::default() };
    let sums = tried(own, TableRole::Production, &trial).expect("rows");
    assert_eq!(
        sums.true_positive + sums.false_positive,
        40.0,
        "nobody else is decided yes"
    );
    assert_eq!(sums.decided(), 400.0);
}

#[test]
fn decisions_that_follow_no_cut_off_are_told_apart() {
    let any = |row: usize| {
        let (y, s, _) = usual(row);
        (y, s, Some(if row.is_multiple_of(3) { "1" } else { "0" }))
    };
    let report = pair(&many(any), &many(any), &label_score_decision());
    let own = whole(&report);
    assert_eq!((own.reference_cut_off, own.production_cut_off), (None, None));
    let today = as_decided(own, TableRole::Production).expect("decisions as logged");
    let figures = Figures::new(&today, &Prices::default());
    let accuracy = report.metrics.iter().find(|own| own.name == "accuracy");
    near(figures.accuracy, accuracy.and_then(|own| own.production), "as logged");
    let trial = Trial { cut: nearest_cut(own, 0.5), ..Trial::default() };
    let sums = tried(own, TableRole::Production, &trial).expect("rows");
    near(
        Figures::new(&sums, &Prices::default()).yes_rate,
        Some(0.5),
        "if they did follow it",
    );
}

#[test]
fn weights_and_values_count_as_in_the_metrics() {
    let text = |turn: usize| {
        let mut text = String::from("y,s,d,w,worth,x\n");
        for row in 0..600 {
            let (y, s, d) = usual(row + turn);
            let (y, s, d) = (y.unwrap_or(0), s.unwrap_or(0.0), d.unwrap_or("0"));
            let weight = 0.5 + (row % 5) as f64;
            let worth = (row % 11) as f64 / 3.0;
            text.push_str(&format!("{y},{s},{d},{weight},{worth},{}\n", row % 7));
        }
        text
    };
    let choices = Choices {
        task: Some(Task::Binary),
        business: Business {
            cost_false_positive: Some(1.5),
            cost_false_negative: Some(4.0),
            ..Business::default()
        },
        ..roles(&[
            ("y", Role::Label),
            ("s", Role::Score),
            ("d", Role::Decision),
            ("w", Role::Weight),
            ("worth", Role::Value),
        ])
    };
    let tables = vec![
        csv_table(TableRole::Reference, text(0)),
        csv_table(TableRole::Production, text(3)),
    ];
    let report = run_memory(tables, &choices, Some(1)).expect("a report");
    let own = whole(&report);
    let prices = Prices {
        false_positive: 1.5,
        false_negative: 4.0,
        value_correct: 0.0,
        value_by_row: true,
    };
    for role in TABLES {
        let figures = Figures::new(&as_decided(own, role).expect("decisions"), &prices);
        for metric in &report.metrics {
            let value = match role {
                TableRole::Reference => metric.reference,
                _ => metric.production,
            };
            if figures.metric(&metric.name).is_some() {
                near(figures.metric(&metric.name), value, &metric.name);
            }
        }
    }
    assert!(own.row_units > 1.0);
    assert!(
        merged(own, 48, 10).populations.is_empty(),
        "weights do not say how many rows"
    );
}

/// A previous score: exact headline on both tables, and an assumed cut-off that says yes as often.
#[test]
fn a_previous_score_is_cut_as_often_as_the_model() {
    let text = |turn: usize| {
        let mut text = String::from("y,s,d,before\n");
        for row in 0..500 {
            let (y, s, d) = usual(row + turn);
            let (y, s, d) = (y.unwrap_or(0), s.unwrap_or(0.0), d.unwrap_or("0"));
            let old = (0.6 * s + 0.004 * (row % 100) as f64).min(1.0);
            text.push_str(&format!("{y},{s},{d},{old}\n"));
        }
        text
    };
    let choices = Choices {
        task: Some(Task::Binary),
        metric: Some("auc".to_owned()),
        ..roles(&[
            ("y", Role::Label),
            ("s", Role::Score),
            ("d", Role::Decision),
            ("before", Role::Baseline),
        ])
    };
    let tables = vec![
        csv_table(TableRole::Reference, text(0)),
        csv_table(TableRole::Production, text(7)),
    ];
    let report = run_memory(tables, &choices, Some(1)).expect("a report");
    let old = report.baseline.as_ref().expect("a previous model");
    assert!(!old.is_decision && old.cut_off.is_some());
    let auc = |turn: usize| {
        let rows: Vec<(f64, bool)> = (0..500)
            .map(|row| {
                let (y, s, _) = usual(row + turn);
                let s = s.unwrap_or(0.0);
                ((0.6 * s + 0.004 * (row % 100) as f64).min(1.0), y == Some(1))
            })
            .collect();
        let (mut right, mut pairs) = (0.0, 0.0);
        for (a, yes) in rows.iter().filter(|own| own.1) {
            for (b, _) in rows.iter().filter(|own| !own.1) {
                pairs += f64::from(u8::from(*yes));
                right += if a > b { 1.0 } else { 0.5 * f64::from(u8::from(a == b)) };
            }
        }
        Some(right / pairs)
    };
    near(old.metric.reference, auc(0), "AUC before launch");
    near(old.metric.production, auc(7), "AUC after launch");
    let trial = Trial { cut: 0, all: Instead::OldModel, segments: Vec::new() };
    let sums =
        tried(whole(&report), TableRole::Reference, &trial).expect("its decisions");
    let rate = Figures::new(&sums, &Prices::default()).yes_rate.expect("decisions");
    assert!((rate - 0.5).abs() < 0.02, "as often as the model: {rate}");
    let accuracy = old.metrics.iter().find(|own| own.name == "accuracy");
    near(
        Figures::new(&sums, &Prices::default()).accuracy,
        accuracy.and_then(|own| own.reference),
        "the same decisions",
    );
}

#[test]
fn a_previous_prediction_of_a_number_is_measured_too() {
    let text = |shift: f64| {
        let mut text = String::from("amount,predicted,before,x\n");
        for row in 0..300 {
            let truth = (row % 50) as f64 + shift;
            let (new, old) = ((row % 50) as f64 + 0.5, (row % 50) as f64 - 2.0);
            text.push_str(&format!("{truth},{new},{old},{}\n", row % 7));
        }
        text
    };
    let choices = Choices {
        task: Some(Task::Regression),
        ..roles(&[
            ("amount", Role::Label),
            ("predicted", Role::Score),
            ("before", Role::Baseline),
        ])
    };
    let tables = vec![
        csv_table(TableRole::Reference, text(0.0)),
        csv_table(TableRole::Production, text(1.0)),
    ];
    let report = run_memory(tables, &choices, Some(1)).expect("a report");
    assert_eq!(report.what_if, None, "there is no cut-off to move");
    let old = report.baseline.expect("a previous model").metric;
    assert_eq!(old.name, "mae");
    near(old.reference, Some(2.0), "before launch");
    near(old.production, Some(3.0), "after launch");
}

/// What is shared holds no small group, keeps every total, and stays within a few rows of the truth.
#[test]
fn a_shared_what_if_hides_small_groups() {
    let oracle = oracle();
    let (report, prices) = oracle_report(&oracle);
    let own = whole(&report);
    let shared = merged(own, 48, 10);
    assert!(bins(&shared) <= 48 && shared.least_rows == 10);
    for role in TABLES {
        let at = |whole: &WhatIf| {
            Figures::new(&as_decided(whole, role).expect("decisions"), &prices)
        };
        let (exact, coarse) = (at(own), at(&shared));
        assert_eq!((exact.decided, exact.labelled), (coarse.decided, coarse.labelled));
        let apart =
            (exact.accuracy.expect("known") - coarse.accuracy.expect("known")).abs();
        assert!(apart <= 20.0 / exact.labelled, "{apart}");
    }
}
