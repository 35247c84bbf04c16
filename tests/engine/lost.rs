//! Rows that a filter loses on the way to production, with and without the shadow table that still has them.

use super::*;
use whydrop::stats::random::Random;

const ROWS: usize = 6_000;
/// The filter is on from this row on.
const FROM: usize = 2_500;

/// A row: its text without the outcome, its outcome, whether its decision was right, and whether the filter drops it.
struct Row {
    text: String,
    outcome: u8,
    right: bool,
    dropped: bool,
}

/// Orders by shop (easy to judge) and by phone (hard); the filter drops shop orders.
fn rows(seed: u64, first_day: usize) -> Vec<Row> {
    let mut random = Random::new(seed);
    (0..ROWS)
        .map(|row| {
            let easy = random.chance(0.6);
            let amount = 20.0 + 60.0 * random.uniform() + if easy { 0.0 } else { 25.0 };
            let outcome = u8::from(random.chance(0.4));
            let right = random.chance(if easy { 0.97 } else { 0.65 });
            let said = if right { outcome } else { 1 - outcome };
            let sure = if easy { 0.97 } else { 0.65 };
            let score = if said == 1 { sure } else { 1.0 - sure };
            let score = (score + 0.02 * (random.uniform() - 0.5)).clamp(0.01, 0.99);
            let day = first_day + row / 100;
            let channel = if easy { "shop" } else { "phone" };
            let (month, day) = (1 + day / 28, 1 + day % 28);
            Row {
                text: format!(
                    "A{seed}{row:05},2025-{month:02}-{day:02},{channel},{amount:.1},{score:.4},{said}"
                ),
                outcome,
                right,
                dropped: row >= FROM && easy && random.chance(0.85),
            }
        })
        .collect()
}

fn table(role: TableRole, rows: &[&Row], labelled: bool) -> MemoryTable {
    let mut text = "order_id,day,channel,amount,score,decision".to_owned();
    text += if labelled { ",late\n" } else { "\n" };
    for row in rows {
        text += &row.text;
        if labelled {
            text += &format!(",{}", row.outcome);
        }
        text += "\n";
    }
    let files = vec![(format!("{role:?}.csv"), text.into_bytes())];
    MemoryTable { role, files, labels: Vec::new() }
}

fn choices() -> Choices {
    let mut choices = Choices::default();
    for (column, role) in [
        ("order_id", Role::Id),
        ("day", Role::Time),
        ("score", Role::Score),
        ("decision", Role::Decision),
        ("late", Role::Label),
    ] {
        choices.roles.insert(column.to_owned(), role);
    }
    choices
}

/// The report, and the accuracy that the filter cost in truth.
fn filtered(with_shadow: bool) -> (Report, f64) {
    let (reference, whole) = (rows(1, 0), rows(2, 60));
    let all = |own: &'static [Row]| own.iter().collect::<Vec<&Row>>();
    let (reference, whole): (&[Row], &[Row]) = (reference.leak(), whole.leak());
    let arrived: Vec<&Row> = whole.iter().filter(|own| !own.dropped).collect();
    let accuracy = |own: &[&Row]| {
        own.iter().filter(|own| own.right).count() as f64 / own.len() as f64
    };
    let lost = accuracy(&all(whole)) - accuracy(&arrived);
    let mut tables = vec![
        table(TableRole::Reference, &all(reference), true),
        table(TableRole::Production, &arrived, true),
    ];
    if with_shadow {
        tables.push(table(TableRole::Shadow, &all(whole), false));
    }
    (run_memory(tables, &choices(), Some(2)).expect("a report"), lost)
}

#[test]
fn the_shadow_table_shows_which_rows_never_arrived_and_what_that_cost() {
    let (report, lost) = filtered(true);
    assert_eq!(report.verdict.kind, VerdictKind::Dropped, "{}", report.verdict.sentence);
    let first = report.causes.first().expect("a cause");
    assert_eq!(first.id, "join_or_filter");
    assert_eq!(first.columns, ["channel"]);
    assert!(
        first.evidence_for.iter().any(|own| own.contains("where channel is shop")),
        "{:?}",
        first.evidence_for
    );
    let term = |name: &str| {
        let own = report.attribution.iter().find(|own| own.term == name).expect("a term");
        (own.points, own.ci_low, own.ci_high)
    };
    let (points, low, high) = term("broken_inputs");
    assert!((points - lost).abs() < 0.25 * lost, "{points} for {lost}");
    assert!((low..=high).contains(&lost), "{lost} outside {low} to {high}");
    assert!(term("who_we_see").0.abs() < 0.25 * lost, "{:?}", term("who_we_see"));
    let sum: f64 = report.attribution.iter().map(|own| own.points).sum();
    let drop = -report.metric.difference.expect("a difference");
    assert!((sum - drop).abs() < 1e-9, "{sum} for {drop}");
}

#[test]
fn without_it_the_same_rows_are_another_mix() {
    let (report, lost) = filtered(false);
    let first = report.causes.first().expect("a cause");
    assert_eq!(first.id, "population_shift", "{}", report.verdict.sentence);
    let who = report.attribution.iter().find(|own| own.term == "who_we_see");
    let points = who.expect("a term").points;
    assert!((points - lost).abs() < 0.25 * lost, "{points} for {lost}");
}
