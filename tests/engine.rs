//! The whole way, natively: every gallery case gets the verdict its truth asks for, the report obeys its own
//! laws, and the number of threads, the file format and the cut of the files change nothing.

use whydrop::choices::{Choices, Role, TableRole};
use whydrop::engine::AnalysisError;
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::report::{ChangeKind, DriftBand, Report, VerdictKind};
use whydrop::scenario::catalogue::CATALOGUE;
use whydrop::scenario::{self, Case};

#[path = "engine/alike.rs"]
mod alike;
#[path = "engine/edges.rs"]
mod edges;
#[path = "engine/lab.rs"]
mod lab;
#[path = "engine/lost.rs"]
mod lost;
#[path = "engine/outcomes.rs"]
mod outcomes;
#[path = "engine/roles.rs"]
mod roles;
#[path = "engine/shadow.rs"]
mod shadow;
#[path = "engine/targets.rs"]
mod targets;

/// How far the named day may be from the truth. A step that no column shows is read from the metric alone;
/// at 150 rows a day and a drop of two to three standard errors a week is what that can tell.
const ONSET_DAYS: i64 = 7;

fn tables(case: &Case) -> Vec<MemoryTable> {
    let of_role = |role: TableRole| {
        let files = |labels: bool| {
            let own =
                case.files.iter().filter(move |f| f.role == role && f.labels == labels);
            own.map(|file| (file.name.clone(), file.bytes.clone())).collect::<Vec<_>>()
        };
        MemoryTable { role, files: files(false), labels: files(true) }
    };
    TableRole::ALL.into_iter().map(of_role).collect()
}

fn analyse(case: &str, threads: usize) -> (Case, Report) {
    let case = scenario::generate(case, 1).expect("a case of the gallery");
    let report =
        run_memory(tables(&case), &case.choices, Some(threads)).expect("a report");
    (case, report)
}

fn csv_pair(reference: &str, production: &str) -> Vec<MemoryTable> {
    let table = |role, name: &str, text: &str| MemoryTable {
        role,
        files: vec![(name.to_owned(), text.as_bytes().to_vec())],
        labels: Vec::new(),
    };
    vec![
        table(TableRole::Reference, "before.csv", reference),
        table(TableRole::Production, "after.csv", production),
    ]
}

#[test]
fn every_case_gets_its_verdict() {
    let mut wrong = Vec::new();
    for card in CATALOGUE {
        let (case, report) = analyse(card.id, 2);
        laws(&report, card.id);
        if report.verdict.kind != case.truth.verdict {
            wrong.push(format!(
                "{}: {:?} instead of {:?}: {}",
                card.id, report.verdict.kind, case.truth.verdict, report.verdict.sentence
            ));
        }
        // Late labels thin out towards the newest days: a slide, whatever day it began on.
        if let Some(onset) = case.truth.onset
            && case.truth.cause != "label_problem"
            && report.verdict.kind == VerdictKind::Dropped
            && report.change_point.kind == ChangeKind::Step
        {
            let days = |date: &str| {
                whydrop::data::moment::parse_time(date.as_bytes()).expect("a date")
                    / 86_400_000_000
            };
            let at = report.change_point.at.as_deref().expect("a step has a day");
            let apart = (days(at) - days(onset)).abs();
            if apart > ONSET_DAYS {
                wrong.push(format!("{}: step at {at}, truth {onset}", card.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The gallery is for people who learn: there the first cause must be the true one.
#[test]
fn every_case_names_its_cause() {
    let mut wrong = Vec::new();
    for card in CATALOGUE {
        let (case, report) = analyse(card.id, 2);
        let named: Vec<&str> =
            report.causes.iter().map(|cause| cause.id.as_str()).collect();
        let truth = case.truth.cause;
        let right = match named.first() {
            None => truth == "none",
            Some(first) => *first == truth || case.truth.also.contains(first),
        };
        if !right {
            wrong.push(format!("{}: {named:?} instead of {truth}", card.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What must hold for every report.
fn laws(report: &Report, name: &str) {
    let metric = &report.metric;
    if let (Some(before), Some(after), Some(difference)) =
        (metric.reference, metric.production, metric.difference)
    {
        assert!((after - before - difference).abs() < 1e-12, "{name}: the difference");
        if let (Some(low), Some(high)) = (metric.ci_low, metric.ci_high) {
            assert!(low <= difference && difference <= high, "{name}: the interval");
        }
    }
    for column in &report.columns {
        assert!(
            column.drift.is_some() != column.why_not.is_some(),
            "{name}: {}",
            column.name
        );
        if let Some(drift) = &column.drift {
            assert!((0.0..=1.0).contains(&drift.moved), "{name}: {}", column.name);
            assert!(drift.moved_low <= drift.moved_high, "{name}: {}", column.name);
            let rows: u64 = column.bins.iter().map(|bin| bin.reference).sum();
            assert_eq!(
                rows, report.inputs.tables[0].rows,
                "{name}: rows of {}",
                column.name
            );
        }
        for finding in &column.findings {
            assert!(finding.sentence.ends_with('.'), "{name}: {}", finding.sentence);
        }
    }
    for part in [
        &report.story.analogy,
        &report.story.causes,
        &report.story.plan,
        &report.story.mitigations,
        &report.story.next_steps,
    ] {
        assert!(!part.is_empty(), "{name}: an empty part of the story");
    }
    assert_eq!(report.plan.len(), 5, "{name}: the plan");
    if let (Some(difference), false) = (metric.difference, report.attribution.is_empty())
    {
        let worse = if metric.larger_is_better { -difference } else { difference };
        let sum: f64 = report.attribution.iter().map(|term| term.points).sum();
        assert!((sum - worse).abs() < 1e-9, "{name}: terms sum to {sum}, not {worse}");
        for term in &report.attribution {
            let inside = term.ci_low <= term.points && term.points <= term.ci_high;
            assert!(inside, "{name}: {}", term.term);
        }
    }
    assert_eq!(report.examined.len(), 17, "{name}: every cause was looked for");
    for cause in &report.causes {
        assert!((0.45..=1.0).contains(&cause.presence), "{name}: {}", cause.id);
        assert!(cause.next_check.ends_with('.'), "{name}: {}", cause.id);
        let known =
            |column: &String| report.inputs.columns.iter().any(|own| own.name == *column);
        assert!(cause.columns.iter().all(known), "{name}: {:?}", cause.columns);
    }
    let explained = matches!(
        report.verdict.kind,
        VerdictKind::Dropped | VerdictKind::UnknownWithoutLabels
    );
    assert!(explained || report.causes.is_empty(), "{name}: causes without a drop");
    assert!(
        report.verdict.sentence.ends_with('.'),
        "{name}: {}",
        report.verdict.sentence
    );
    let json = serde_json::to_string(report).expect("JSON");
    let back: Report = serde_json::from_str(&json).expect("the report reads back");
    assert!(&back == report, "{name}: JSON there and back");
}

#[test]
fn threads_change_nothing() {
    for case in ["overnight-release", "hub-launch"] {
        let (_, one) = analyse(case, 1);
        for threads in [2, 3, 4] {
            let (_, many) = analyse(case, threads);
            let text = |report: &Report| serde_json::to_string(report).expect("JSON");
            assert!(text(&one) == text(&many), "{case} with {threads} threads");
        }
    }
}

#[test]
fn parts_of_a_table_are_one_table() {
    let case = scenario::generate("overnight-release", 1).expect("a case");
    let whole = run_memory(tables(&case), &case.choices, Some(2)).expect("a report");
    let mut split = tables(&case);
    for table in &mut split {
        let Some((name, bytes)) = table.files.pop() else { continue };
        let text = String::from_utf8(bytes).expect("UTF-8");
        let (header, rows) = text.split_once('\n').expect("a header");
        let middle =
            rows[rows.len() / 2..].find('\n').expect("rows") + rows.len() / 2 + 1;
        let part = |rows: &str| format!("{header}\n{rows}").into_bytes();
        table.files = vec![
            (format!("1-{name}"), part(&rows[..middle])),
            (format!("2-{name}"), part(&rows[middle..])),
        ];
    }
    let parts = run_memory(split, &case.choices, Some(2)).expect("a report");
    assert_eq!(whole.metric.reference, parts.metric.reference);
    assert_eq!(whole.metric.production, parts.metric.production);
    assert_eq!(whole.verdict.kind, parts.verdict.kind);
    let moved = |report: &Report| {
        report
            .columns
            .iter()
            .map(|c| (c.name.clone(), c.reference_missing))
            .collect::<Vec<_>>()
    };
    let (mut one, mut two) = (moved(&whole), moved(&parts));
    one.sort_by(|a, b| a.0.cmp(&b.0));
    two.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(one, two);
}

#[test]
fn the_same_file_twice_has_no_drop_and_no_drift() {
    let case = scenario::generate("overnight-release", 1).expect("a case");
    let mut same = tables(&case);
    same.truncate(2);
    let (files, labels) = (same[0].files.clone(), same[0].labels.clone());
    same[1] = MemoryTable { role: TableRole::Production, files, labels };
    let report = run_memory(same, &case.choices, Some(2)).expect("a report");
    // 14,000 rows cannot exclude a change of 0.01 in AUC, and the report says so.
    assert!(
        matches!(
            report.verdict.kind,
            VerdictKind::NotDropped | VerdictKind::NotEnoughRows
        ),
        "{:?}",
        report.verdict
    );
    assert_eq!(report.metric.difference, Some(0.0));
    assert!(report.notes.iter().any(|note| note.code == "identical_tables"));
    for column in &report.columns {
        assert!(
            column.drift.as_ref().is_none_or(|d| d.band == DriftBand::None),
            "{}",
            column.name
        );
    }
    assert!(report.slices.worse.is_empty() && report.slices.grew.is_empty());
}

#[test]
fn bad_input_says_what_and_what_to_try() {
    let good = "id,score,label\n1,0.2,0\n2,0.8,1\n";
    let run = |a: &str, b: &str| run_memory(csv_pair(a, b), &Choices::default(), Some(1));
    for (reference, production, words) in [
        ("", good, "before.csv is empty"),
        (good, "id,score,label\n", "after.csv has a header and no rows"),
        (good, "a,b,c\n1,2,3\n", "share no column"),
        (
            good,
            "PK\u{3}\u{4}\u{14}\u{0}\u{6}\u{0}",
            "after.csv is neither CSV nor Parquet",
        ),
    ] {
        let error = run(reference, production).expect_err(words).to_string();
        assert!(error.contains(words), "{error:?} should contain {words:?}");
        assert!(error.ends_with('.'), "{error}");
    }
    let error =
        run_memory(Vec::new(), &Choices::default(), Some(1)).expect_err("no table");
    assert!(matches!(error, AnalysisError::TableMissing { role: TableRole::Reference }));
    let roles = [("outcome".to_owned(), Role::Label)].into();
    let choices = Choices { roles, ..Choices::default() };
    let error =
        run_memory(csv_pair(good, good), &choices, Some(1)).expect_err("no column");
    assert!(error.to_string().contains("no column named outcome"), "{error}");
}

#[test]
fn tiny_and_odd_tables_get_an_honest_answer() {
    let good = "id,score,label\n1,0.2,0\n2,0.8,1\n";
    let all_null = "id,score,label\n1,,\n2,,\n3,,\n";
    let one_class = "id,score,label\n1,0.5,1\n2,0.6,1\n3,0.7,1\n";
    for (reference, production) in
        [(good, good), (good, all_null), (all_null, good), (good, one_class)]
    {
        let report =
            run_memory(csv_pair(reference, production), &Choices::default(), Some(2))
                .expect("a report");
        let honest = [VerdictKind::NotEnoughRows, VerdictKind::UnknownWithoutLabels];
        assert!(honest.contains(&report.verdict.kind), "{:?}", report.verdict);
        let drift = report.columns.iter().filter_map(|column| column.drift.as_ref());
        assert!(drift.into_iter().all(|drift| drift.band == DriftBand::None));
    }
}

/// Columns of small numbers; in production the column `f7` is shifted.
fn wide(columns: usize, rows: usize, shift: f64, seed: u64) -> String {
    let mut random = whydrop::stats::random::Random::new(seed);
    let names: Vec<String> = (0..columns).map(|column| format!("f{column}")).collect();
    let mut text = format!("score,label,{}\n", names.join(","));
    for _ in 0..rows {
        let score = random.uniform();
        let label = u8::from(random.chance(score));
        text.push_str(&format!("{score:.4},{label}"));
        for column in 0..columns {
            let own = random.normal() + if column == 7 { shift } else { 0.0 };
            text.push_str(&format!(",{own:.2}"));
        }
        text.push('\n');
    }
    text
}

#[test]
fn a_wide_table_is_counted_whole_and_says_what_it_left_out() {
    let (columns, rows) = (1_100, 600);
    let pair = csv_pair(&wide(columns, rows, 0.0, 1), &wide(columns, rows, 1.0, 2));
    let report = run_memory(pair, &Choices::default(), Some(2)).expect("a report");
    let compared = report.columns.iter().filter(|column| column.drift.is_some()).count();
    assert_eq!(compared, columns + 2);
    let moved = |column: &&whydrop::report::ColumnReport| {
        column.drift.as_ref().is_some_and(|drift| drift.band != DriftBand::None)
    };
    let names: Vec<&str> =
        report.columns.iter().filter(moved).map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["f7"]);
    assert!(report.notes.iter().any(|note| note.code == "wide_table"));
    let pictured = report.columns.iter().filter(|column| !column.bins.is_empty()).count();
    assert!(pictured <= 210, "{pictured}");
}

#[test]
fn a_decision_below_the_threshold_is_the_models_no() {
    let mut random = whydrop::stats::random::Random::new(3);
    let mut table = || {
        let mut text = "score,approved,defaulted\n".to_owned();
        for _ in 0..3_000 {
            let score = random.uniform();
            let (approved, defaulted) =
                (u8::from(score < 0.4), u8::from(random.chance(score)));
            text.push_str(&format!("{score:.5},{approved},{defaulted}\n"));
        }
        text
    };
    let roles = [("defaulted".to_owned(), Role::Label)].into();
    let choices = Choices { roles, ..Choices::default() };
    let report =
        run_memory(csv_pair(&table(), &table()), &choices, Some(1)).expect("a report");
    let column = report.inputs.columns.iter().find(|column| column.name == "approved");
    let column = column.expect("the column");
    assert_eq!(column.role, Role::Decision);
    assert!(column.reason.contains("below one threshold"), "{}", column.reason);
    assert_eq!(report.metric.name, "accuracy");
    // Right on 0.4·0.8 + 0.6·0.7 = 0.74 of the rows, not on the other 0.26.
    let accuracy = report.metric.reference.expect("an accuracy");
    assert!((accuracy - 0.74).abs() < 0.03, "{accuracy}");
    let threshold =
        report.scores.and_then(|scores| scores.threshold).expect("a threshold");
    assert!((threshold.reference.expect("one") - 0.4).abs() < 0.01);
}
