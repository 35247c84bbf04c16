//! Pairs that look like something else: new customers like another unit, a value in the usual range like drift, a
//! column that nobody logs like one that the model lost, a few cases that changed much like all that changed a little.

use super::csv_pair;
use whydrop::choices::Choices;
use whydrop::engine::native::run_memory;
use whydrop::report::{Confidence, Report, VerdictKind};
use whydrop::stats::math::{logit, sigmoid};
use whydrop::stats::random::Random;

const ROWS: usize = 8_000;

/// A customer: what is true, what the log says of it (`None`: empty), and what the model is given.
#[derive(Clone)]
struct Customer {
    tenure: f64,
    calls: f64,
    payment: &'static str,
    /// Number of the row.
    number: usize,
    /// Added to the log-odds of leaving.
    more: f64,
    /// Tenure as the model got it, and as logged.
    served: f64,
    logged: String,
}

const HEADER: &str =
    "day,tenure_months,support_calls,monthly_fee,payment,score,decision,churned";

/// A table of customers who leave by a known chance, which the model knows too; `change` says what is another now.
fn table(seed: u64, month: usize, change: impl Fn(&mut Customer, &mut Random)) -> String {
    let mut random = Random::new(seed);
    let mut text = format!("{HEADER}\n");
    for number in 0..ROWS {
        let tenure = (random.uniform() * 120.0).floor();
        let mut own = Customer {
            tenure,
            calls: (random.uniform() * 8.0).floor(),
            payment: ["card", "invoice", "debit"][random.below(3) as usize],
            number,
            more: 0.0,
            served: tenure,
            logged: String::new(),
        };
        own.logged = format!("{tenure}");
        change(&mut own, &mut random);
        let odds = |tenure: f64| 0.3 - 0.05 * tenure + 0.35 * own.calls;
        let score = sigmoid(odds(own.served));
        let left = random.chance(sigmoid(odds(own.tenure) + own.more));
        let day = 1 + number * 28 / ROWS;
        let fee = 20.0 + 30.0 * random.uniform();
        text += &format!(
            "2024-{month:02}-{day:02},{},{},{fee:.2},{},{score:.5},{},{}\n",
            own.logged,
            own.calls,
            own.payment,
            u8::from(score >= 0.5),
            u8::from(left)
        );
    }
    text
}

fn run(reference: &str, production: &str) -> Report {
    run_memory(csv_pair(reference, production), &Choices::default(), Some(2))
        .expect("a report")
}

fn before() -> String {
    table(1, 1, |_, _| {})
}

fn first(report: &Report) -> &str {
    report.causes.first().map_or("none", |own| own.id.as_str())
}

fn presence(report: &Report, cause: &str) -> f64 {
    let own = report.examined.iter().find(|own| own.id == cause);
    own.and_then(|own| own.presence).unwrap_or(0.0)
}

fn has_note(report: &Report, code: &str) -> bool {
    report.notes.iter().any(|own| own.code == code)
}

#[test]
fn customers_of_the_first_months_are_no_other_unit() {
    // Tenures of 0 to 3 months: everybody's, divided by 30 and cut to whole numbers.
    let after = table(2, 3, |own, random| {
        if random.chance(0.4) {
            own.tenure = (random.uniform() * 4.0).floor();
            own.served = own.tenure;
            own.logged = format!("{}", own.tenure);
        }
    });
    let report = run(&before(), &after);
    assert!(presence(&report, "unit_or_encoding") < 0.45, "{:#?}", report.causes);
    // Years for months on as many rows, and a model that was given them.
    let broken = table(2, 3, |own, random| {
        if random.chance(0.4) {
            own.served = own.tenure / 12.0;
            own.logged = format!("{:.3}", own.served);
        }
    });
    assert_eq!(first(&run(&before(), &broken)), "unit_or_encoding");
}

#[test]
fn a_default_inside_the_usual_range_is_one() {
    let after = table(2, 3, |own, random| {
        if random.chance(0.6) {
            own.served = 30.0;
            own.logged = "30".to_owned();
        }
    });
    let report = run(&before(), &after);
    assert_eq!(first(&report), "missing_or_default", "{:#?}", report.causes);
    assert_eq!(
        report.causes[0].columns.first().map(String::as_str),
        Some("tenure_months")
    );
}

/// The same table without its column of tenures.
fn without_tenure(text: &str) -> String {
    let line = |line: &str| {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells.remove(1);
        cells.join(",") + "\n"
    };
    text.lines().map(line).collect()
}

#[test]
fn a_column_the_model_lost_is_told_from_one_nobody_logs() {
    let lost = table(2, 3, |own, _| own.served = 60.0);
    let report = run(&before(), &without_tenure(&lost));
    assert_eq!(report.verdict.kind, VerdictKind::Dropped, "{}", report.verdict.sentence);
    assert_eq!(first(&report), "missing_or_default", "{:#?}", report.causes);
    assert_eq!(report.causes[0].columns, ["tenure_months"]);
    // The model has it, the log does not; customers leave for another reason.
    let unlogged = table(2, 3, |own, _| own.more = 1.2);
    let report = run(&before(), &without_tenure(&unlogged));
    assert_eq!(report.verdict.kind, VerdictKind::Dropped, "{}", report.verdict.sentence);
    assert!(presence(&report, "missing_or_default") < 0.45, "{:#?}", report.causes);
}

#[test]
fn a_few_cases_that_changed_much_are_no_moved_rate() {
    let local =
        table(2, 3, |own, _| own.more = if own.payment == "invoice" { 3.0 } else { 0.0 });
    let report = run(&before(), &local);
    assert_eq!(first(&report), "concept_drift", "{:#?}", report.causes);
    assert_eq!(report.causes[0].columns.first().map(String::as_str), Some("payment"));
    let all = table(2, 3, |own, _| own.more = 1.0);
    assert_eq!(first(&run(&before(), &all)), "calibration_base_rate");
}

#[test]
fn a_relation_that_turned_in_one_segment_is_no_careless_label() {
    // Since the middle of the month customers who pay by invoice leave by nearly the opposite chance.
    let turned = table(2, 3, |own, _| {
        if own.payment == "invoice" && own.number >= ROWS / 2 {
            let odds = 0.3 - 0.05 * own.tenure + 0.35 * own.calls;
            let chance = 0.85 - 0.8 * sigmoid(odds);
            own.more = logit(chance) - odds;
        }
    });
    let report = run(&before(), &turned);
    assert_eq!(report.verdict.kind, VerdictKind::Dropped, "{}", report.verdict.sentence);
    assert!(presence(&report, "label_problem") < 0.45, "{:#?}", report.causes);
    assert_eq!(first(&report), "concept_drift", "{:#?}", report.causes);
}

#[test]
fn numbers_written_in_words_are_not_missing() {
    let after = table(2, 3, |own, _| own.logged = format!("{} months", own.tenure));
    let report = run(&before(), &after);
    let column = report.columns.iter().find(|own| own.name == "tenure_months");
    let told: Vec<&str> = column
        .expect("the column")
        .findings
        .iter()
        .map(|own| own.sentence.as_str())
        .collect();
    assert!(told.iter().any(|own| own.contains("Text instead of a number")), "{told:?}");
    assert!(
        !told.iter().any(|own| own.contains("missing") || own.contains("empty")),
        "{told:?}"
    );
}

#[test]
fn rows_that_are_in_both_files_are_told() {
    let (before, after) = (before(), table(2, 3, |_, _| {}));
    assert!(!has_note(&run(&before, &after), "shared_rows"));
    let half: String =
        before.lines().skip(1).take(ROWS / 2).map(|own| format!("{own}\n")).collect();
    assert!(has_note(&run(&before, &(after + &half)), "shared_rows"));
}

#[test]
fn outcomes_that_are_still_to_come_are_no_good_news() {
    // Loyal customers, of whom few leave: nobody has yet of the last days, or of all.
    let loyal = |seed, month, waits: &dyn Fn(usize) -> bool| {
        table(seed, month, |own, _| {
            own.tenure = 60.0 + own.tenure / 2.0;
            own.served = own.tenure;
            own.logged = format!("{}", own.tenure);
            own.more = if waits(own.number) { -30.0 } else { 0.0 };
        })
    };
    let before = loyal(1, 1, &|_| false);
    let kinds = [VerdictKind::NotDropped, VerdictKind::Improved];
    let waiting: [&dyn Fn(usize) -> bool; 2] =
        [&|number| number > ROWS * 4 / 5, &|_| true];
    for waits in waiting {
        let report = run(&before, &loyal(2, 3, waits));
        assert!(kinds.contains(&report.verdict.kind), "{}", report.verdict.sentence);
        let late = presence(&report, "label_problem");
        assert!(has_note(&report, "labels_doubtful"), "{late}");
        assert_eq!(report.verdict.confidence, Confidence::Possible);
    }
    let healthy = run(&before, &loyal(2, 3, &|_| false));
    assert!(!has_note(&healthy, "labels_doubtful"), "{}", healthy.verdict.sentence);
}
