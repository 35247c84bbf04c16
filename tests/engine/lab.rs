//! A result before launch that was no test: the reference is what the model was trained on.

use whydrop::choices::{Choices, TableRole};
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::report::{Report, VerdictKind};
use whydrop::stats::math::sigmoid;
use whydrop::stats::random::Random;

/// Rows of one population; where the model has seen them its score knows the outcome, else half of what it could.
fn rows(seed: u64, first: usize, seen: bool) -> String {
    let mut random = Random::new(seed);
    let mut text = "row_id,income,age,visits,score,label\n".to_owned();
    for id in first..first + 4000 {
        let inputs = [random.normal(), random.normal(), random.normal()];
        let [income, age, visits] = inputs;
        let eta = 1.1 * income - 0.7 * age;
        let label = random.uniform() < sigmoid(eta);
        let by_heart = if label { 3.0 } else { -3.0 };
        let logit = if seen { by_heart } else { 0.0 } + 0.8 * eta + 0.6 * random.normal();
        let score = sigmoid(logit);
        let label = u8::from(label);
        text += &format!("r{id},{income:.4},{age:.4},{visits:.4},{score:.6},{label}\n");
    }
    text
}

fn report(with_training: bool) -> Report {
    let table = |role, name: &str, text: &str| MemoryTable {
        role,
        files: vec![(name.to_owned(), text.as_bytes().to_vec())],
        labels: Vec::new(),
    };
    let seen = rows(1, 0, true);
    let mut tables = vec![
        table(TableRole::Reference, "before.csv", &seen),
        table(TableRole::Production, "after.csv", &rows(2, 10_000, false)),
    ];
    if with_training {
        tables.push(table(TableRole::Training, "training.csv", &seen));
    }
    run_memory(tables, &Choices::default(), Some(1)).expect("a report")
}

#[test]
fn rows_that_were_learned_by_heart_are_no_other_population() {
    for with_training in [true, false] {
        let own = report(with_training);
        assert_eq!(own.verdict.kind, VerdictKind::Dropped);
        let ids: Vec<&str> = own.causes.iter().map(|own| own.id.as_str()).collect();
        assert_eq!(ids.first(), Some(&"overfitting"), "{with_training}: {ids:?}");
        let others = ["population_shift", "served_not_logged"];
        assert!(!ids.iter().any(|own| others.contains(own)), "{ids:?}");
        let who = own.attribution.iter().find(|own| own.term == "who_we_see");
        let drop = -own.metric.difference.expect("a difference");
        assert!(who.expect("the term").points.abs() < 0.5 * drop, "{who:?} of {drop}");
    }
}
