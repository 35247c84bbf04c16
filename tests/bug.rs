//! The detectors of broken inputs on every gallery case: the injected break is found with its columns, and nothing is
//! found where only the world changed.

use whydrop::bug::{self, Change, Fingerprint, View};
use whydrop::choices::TableRole;
use whydrop::encode::frame::{FrameSource, Frames};
use whydrop::engine::native::{MemoryTable, sample_memory};
use whydrop::model::surrogate::{Rows, Surrogate};
use whydrop::scenario::catalogue::CATALOGUE;
use whydrop::scenario::generate;

/// Cases in which no input is broken.
const QUIET: [&str; 10] = [
    "new-phones",
    "autumn-campaign",
    "quiet-fortnight",
    "latest-approvals",
    "spring-rates",
    "hard-winter",
    "festival-weeks",
    "save-desk",
    "early-figures",
    "review-queue",
];

/// A fingerprint with the names of its columns.
struct Found {
    columns: Vec<String>,
    own: Fingerprint,
}

fn found(case: &str, seed: u64) -> Vec<Found> {
    let case = generate(case, seed).expect("a case");
    let mut tables: Vec<MemoryTable> = Vec::new();
    for file in case.files {
        let named = (file.name, file.bytes);
        let at = tables.iter().position(|own| own.role == file.role);
        let at = at.unwrap_or_else(|| {
            let (role, files, labels) = (file.role, Vec::new(), Vec::new());
            tables.push(MemoryTable { role, files, labels });
            tables.len() - 1
        });
        let list =
            if file.labels { &mut tables[at].labels } else { &mut tables[at].files };
        list.push(named);
    }
    let (plan, tables) = sample_memory(tables, &case.choices).expect("tables");
    let source =
        |table: &'_ whydrop::engine::tables::Table| (table.role, table.row_count());
    let sources: Vec<FrameSource<'_>> = tables
        .tables
        .iter()
        .map(|table| {
            let (role, table_rows) = source(table);
            FrameSource { table: role, table_rows, sample: &table.sample }
        })
        .collect();
    let frames = Frames::new(&plan, &tables.columns, &sources).expect("two tables");
    assert!(sources.iter().any(|own| own.table == TableRole::Production));
    let surrogate = Surrogate::fit(&frames, Rows::Reference);
    let view = View::new(&frames, surrogate.as_ref());
    let name = |at: &usize| frames.columns[*at].name.clone();
    bug::find(&view)
        .into_iter()
        .map(|own| Found { columns: own.columns.iter().map(name).collect(), own })
        .collect()
}

fn line(case: &str, found: &Found) -> String {
    let own = &found.own;
    let day =
        own.since.map_or("from the first day".to_owned(), |day| format!("day {day}"));
    format!(
        "{case:20} {:12} {:?} {:?} {:?} strength {:.2} share {:.2} {day}: {}",
        own.detector,
        own.cause,
        found.columns,
        own.change,
        own.strength,
        own.share,
        own.sentence
    )
}

fn report(cases: &[&str], seed: u64) -> Vec<(String, Vec<Found>)> {
    let all: Vec<(String, Vec<Found>)> =
        cases.iter().map(|case| ((*case).to_owned(), found(case, seed))).collect();
    for (case, found) in &all {
        if found.is_empty() {
            println!("{case:20} nothing");
        }
        found.iter().for_each(|own| println!("{}", line(case, own)));
    }
    all
}

#[test]
fn nothing_is_broken_where_only_the_world_changed() {
    for (case, found) in report(&QUIET, 1) {
        let lines: Vec<String> = found.iter().map(|own| line(&case, own)).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}

#[test]
fn every_injected_break_is_found() {
    let others: Vec<&str> =
        CATALOGUE.iter().map(|card| card.id).filter(|id| !QUIET.contains(id)).collect();
    let all = report(&others, 1);
    let of = |id: &str| &all.iter().find(|own| own.0 == id).expect("a case").1;
    let has = |id: &str, columns: &[&str], test: &dyn Fn(&Change) -> bool| {
        let hit = of(id).iter().any(|found| {
            columns.iter().all(|own| found.columns.iter().any(|name| name == own))
                && test(&found.own.change)
        });
        assert!(hit, "{id}");
    };
    has(
        "overnight-release",
        &["annual_income"],
        &|change| matches!(change, Change::Affine { factor, .. } if (factor * 12.0 - 1.0).abs() < 0.01),
    );
    has("bureau-contract", &["bureau_score", "card_utilisation"], &|change| {
        *change == Change::Missing
    });
    has("data-centre-move", &["hour_of_day", "weekday"], &|change| {
        *change == Change::Hours(7)
    });
    has("app-redesign", &["contract"], &|change| matches!(change, Change::Renamed(_)));
    has("crm-merge", &["tenure_months", "weekly_hours", "satisfaction"], &|change| {
        *change == Change::Shuffled
    });
    has("crm-merge", &[], &|change| *change == Change::Rows);
    has(
        "busy-spring",
        &["weekly_hours"],
        &|change| matches!(change, Change::Affine { factor, .. } if (factor - 60.0).abs() < 0.01),
    );
    has(
        "second-service",
        &["device_trust", "account_age_days", "payments_24h"],
        &|change| *change == Change::Unlogged,
    );
    for quiet in ["pilot-to-launch", "hub-launch", "first-live-quarter"] {
        let lines: Vec<String> = of(quiet).iter().map(|own| line(quiet, own)).collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}
