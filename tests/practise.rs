//! Are cases to practise on worth practising on? Every case of every level, made with rows of its own, shows what its
//! truth says to a reader of the evidence; the model answer and the talk hold for real reports.

use std::collections::BTreeMap;

use whydrop::choices::TableRole;
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::practise::{CaseKey, Level, Truth, model_answer};
use whydrop::report::{Report, VerdictKind};
use whydrop::scenario::Case;
use whydrop::scenario::drill::{drill, truth};
use whydrop::story::talk::{self, MINUTES};

/// One key a case: enough seeds to meet every case of a level.
fn keys(level: Level) -> Vec<CaseKey> {
    let mut first: BTreeMap<String, CaseKey> = BTreeMap::new();
    for seed in 0..200 {
        let key = CaseKey { level, seed };
        let own = truth(key).expect("a truth");
        first.entry(format!("{own:?}")).or_insert(key);
    }
    first.into_values().collect()
}

fn analyse(case: &Case) -> Report {
    let table = |role: TableRole| {
        let files = |labels: bool| {
            let own =
                case.files.iter().filter(move |f| f.role == role && f.labels == labels);
            own.map(|file| (file.name.clone(), file.bytes.clone())).collect::<Vec<_>>()
        };
        MemoryTable { role, files: files(false), labels: files(true) }
    };
    let tables = TableRole::ALL.into_iter().map(table).collect();
    run_memory(tables, &case.choices, Some(2)).expect("a report")
}

fn check(level: Level) {
    let mut wrong = Vec::new();
    for key in keys(level) {
        let made = drill(key).expect("a case");
        let report = analyse(&made.case);
        talk_holds(&report);
        let told = model_answer(&report, &made.truth);
        for part in
            [&told.analogy, &told.causes, &told.plan, &told.mitigations, &told.trade_offs]
        {
            assert!(part.ends_with('.') && !part.contains("  "), "{part}");
        }
        let found: Vec<&str> = report.causes.iter().map(|own| own.id.as_str()).collect();
        println!(
            "{} {:?} truth {:?}, report {found:?}",
            key.name(),
            report.verdict.kind,
            made.truth.causes
        );
        if !fair(&report, &made.truth) {
            wrong.push(format!(
                "{}: {:?}, {}",
                key.name(),
                made.truth,
                report.verdict.sentence
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A drop is there to be seen exactly when something is wrong, or outcomes are missing.
fn fair(report: &Report, truth: &Truth) -> bool {
    match report.verdict.kind {
        VerdictKind::UnknownWithoutLabels => true,
        VerdictKind::Dropped => !truth.causes.is_empty(),
        _ => truth.causes.is_empty(),
    }
}

fn talk_holds(report: &Report) {
    for minutes in MINUTES {
        let cards = talk::cards(&report.talk, minutes);
        assert!((6..=9).contains(&cards.len()), "{} cards", cards.len());
        let seconds: u32 = cards.iter().map(|card| card.seconds).sum();
        assert!(seconds.abs_diff(minutes * 60) <= 5, "{seconds}");
    }
    assert!(report.talk.questions.len() >= 3);
}

#[test]
fn easy_cases_are_fair() {
    check(Level::Easy);
}

#[test]
fn medium_cases_are_fair() {
    check(Level::Medium);
}

#[test]
fn hard_cases_are_fair() {
    check(Level::Hard);
}
