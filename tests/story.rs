//! The words of every gallery case, as a person reads them: committed text, compared exactly.
//!
//! `UPDATE_GOLDEN=1 cargo test --test story` writes them anew; read the difference before you commit it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use whydrop::choices::TableRole;
use whydrop::engine::native::{self, MemoryTable};
use whydrop::report::{Report, VerdictKind};
use whydrop::scenario::{self, catalogue};
use whydrop::story::{number, path_words, watch};

fn analyse(case: &str, seed: u64) -> Report {
    let made = scenario::generate(case, seed).expect("a case");
    let tables = TableRole::ALL
        .into_iter()
        .map(|role| {
            let of = |labels: bool| {
                made.files
                    .iter()
                    .filter(|file| file.role == role && file.labels == labels)
                    .map(|file| (file.name.clone(), file.bytes.clone()))
                    .collect()
            };
            MemoryTable { role, files: of(false), labels: of(true) }
        })
        .collect();
    native::run_memory(tables, &made.choices, Some(1)).expect("a report")
}

/// Reports of several cases at once, in order.
fn all(wanted: &[(&str, u64)]) -> Vec<Report> {
    let next = Mutex::new(0);
    let made: Mutex<Vec<Option<Report>>> = Mutex::new(vec![None; wanted.len()]);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(4);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = {
                        let mut next =
                            next.lock().unwrap_or_else(PoisonError::into_inner);
                        *next += 1;
                        *next - 1
                    };
                    let Some((case, seed)) = wanted.get(at) else { return };
                    let report = analyse(case, *seed);
                    made.lock().unwrap_or_else(PoisonError::into_inner)[at] =
                        Some(report);
                }
            });
        }
    });
    let made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    made.into_iter().map(|report| report.expect("made")).collect()
}

fn cases() -> Vec<&'static str> {
    catalogue::CATALOGUE.iter().map(|card| card.id).collect()
}

fn story_paragraphs(report: &Report) -> Vec<(&'static str, &[String])> {
    let story = &report.story;
    vec![
        ("A. The core idea", &story.analogy),
        ("B. What happened and why", &story.causes),
        ("C. The debugging plan", &story.plan),
        ("D. Mitigations and prevention", &story.mitigations),
        ("E. Trade-offs and next steps", &story.next_steps),
    ]
}

/// Everything a product manager reads, as Markdown.
fn written(report: &Report) -> String {
    let mut out = format!("{}\n", report.verdict.sentence);
    let mut line = |text: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{text}");
    };
    for (title, paragraphs) in story_paragraphs(report) {
        line(&format!("\n## {title}"));
        for paragraph in paragraphs {
            line(&format!("\n{paragraph}"));
        }
    }
    line("\n## The options side by side\n");
    for item in &report.options.items {
        line(&format!("- **{}** ({})", item.title, path_words::days_words(item.days)));
        line(&format!("  {}", item.price_words));
        line(&format!("  {}", item.what));
        if let Some(users) = item.users_per_day {
            line(&format!("  About {} users a day.", number::about(users)));
        }
        line(&format!("  Risk: {}", item.risk));
        line(&format!("  Undo: {}", item.undo));
        line(&format!("  From: {}", item.based_on));
    }
    line("\n## The plan in full");
    for step in &report.plan {
        let hours = number::hours(step.hours.0, step.hours.1);
        line(&format!("\n### {} ({}, {hours}, {})", step.title, step.when, step.owner));
        for done in &step.done {
            line(&format!("- done: {done}"));
        }
        for to_do in &step.to_do {
            line(&format!("- to do: {to_do}"));
        }
        for query in &step.queries {
            line(&format!("- query: {}", query.title));
        }
        line(&format!("- over when: {}", step.exit_test));
    }
    line("\n## Alerts\n");
    for rule in &report.monitoring.rules {
        line(&format!("- {rule}"));
    }
    for check in report.monitoring.checks.iter().filter(|check| check.raised).take(6) {
        let now = check.now.map_or_else(String::new, |now| watch::value(check, now));
        line(&format!("- rings: {}, {}; {now} now", check.title, watch::limits(check)));
    }
    out
}

#[test]
fn golden_stories_of_the_gallery() {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| ".".into());
    let folder = PathBuf::from(root).join("tests/golden/story/gallery");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let wanted: Vec<(&str, u64)> = cases().into_iter().map(|case| (case, 1)).collect();
    let mut differ = Vec::new();
    // What was told now, beside what was read then: for a difference at leisure.
    let told = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("story");
    std::fs::create_dir_all(&told).expect("a folder");
    for ((case, _), report) in wanted.iter().zip(all(&wanted)) {
        let text = written(&report);
        let path = folder.join(format!("{case}.md"));
        std::fs::write(told.join(format!("{case}.md")), &text).expect("a file");
        if update {
            std::fs::create_dir_all(&folder).expect("a folder");
            std::fs::write(&path, &text).expect("a file");
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        if golden != text {
            let line = golden
                .lines()
                .zip(text.lines())
                .find(|(old, new)| old != new)
                .map_or_else(String::new, |(old, new)| format!("\n- {old}\n+ {new}"));
            differ.push(format!("{case}{line}"));
        }
    }
    assert!(
        differ.is_empty(),
        "stories differ from tests/golden/story/gallery (those of now are in target/tmp/story); if the difference is meant, read it and run \
         `UPDATE_GOLDEN=1 cargo test --test story`:\n{}",
        differ.join("\n")
    );
}

/// Sentences of a paragraph: a full stop, a space and a large letter part them.
fn sentences(report: &Report) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (_, paragraphs) in story_paragraphs(report) {
        for paragraph in paragraphs {
            let mut rest = paragraph.as_str();
            while let Some(at) = rest.find(". ") {
                out.insert(rest[..=at].trim().to_owned());
                rest = &rest[at + 2..];
            }
            out.insert(rest.trim().to_owned());
        }
    }
    out.remove("");
    out
}

/// Share of the shorter story's sentences that the other has word for word.
fn alike(one: &Report, other: &Report) -> f64 {
    let (one, other) = (sentences(one), sentences(other));
    let same = one.intersection(&other).count() as f64;
    same / one.len().min(other.len()) as f64
}

/// Two reports of one cause: the same case from two seeds, and two worlds of one cause.
#[test]
fn two_reports_of_one_cause_are_two_stories() {
    const SEEDS: [&str; 6] = [
        "overnight-release",
        "autumn-campaign",
        "festival-weeks",
        "hub-launch",
        "bureau-contract",
        "spring-rates",
    ];
    let first: Vec<(&str, u64)> = SEEDS.iter().map(|case| (*case, 1)).collect();
    let second: Vec<(&str, u64)> = SEEDS.iter().map(|case| (*case, 2)).collect();
    let (first, second) = (all(&first), all(&second));
    for ((case, one), other) in SEEDS.iter().zip(&first).zip(&second) {
        let same = alike(one, other);
        assert!(same <= 0.6, "{case}: {:.0} % of the sentences are equal", same * 100.0);
    }
    // Any two of them, whatever the cause, share even less.
    for (at, one) in first.iter().enumerate() {
        for other in first.iter().skip(at + 1) {
            assert!(alike(one, other) <= 0.35, "{:.2}", alike(one, other));
        }
    }
}

/// Every paragraph stands on this report: a number, a column, a date or a segment.
#[test]
fn paragraphs_stand_on_their_report() {
    let wanted: Vec<(&str, u64)> =
        cases().into_iter().step_by(3).map(|case| (case, 3)).collect();
    for report in all(&wanted) {
        let names: Vec<&str> =
            report.columns.iter().map(|column| column.name.as_str()).collect();
        for (title, paragraphs) in story_paragraphs(&report) {
            assert!(!paragraphs.is_empty(), "{title} is empty");
            for text in paragraphs {
                let stands = text.chars().any(|c| c.is_ascii_digit())
                    || names.iter().any(|name| text.contains(name));
                assert!(stands, "{title}: {text}");
            }
        }
        if report.verdict.kind == VerdictKind::Dropped {
            assert!(report.options.items.len() >= 2, "{}", report.verdict.sentence);
        }
    }
}
