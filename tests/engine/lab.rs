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

/// Rents whose forecast, before launch, knows each flat: or on both sides only what the inputs tell.
fn rents(seed: u64, seen: bool) -> String {
    let mut random = Random::new(seed);
    let mut text = "area,rooms,age,predicted_rent,rent\n".to_owned();
    for _ in 0..4000 {
        let (area, age) = (30.0 + 90.0 * random.uniform(), 90.0 * random.uniform());
        let rooms = (area / 30.0 + random.uniform()).floor();
        let told = 200.0 + 11.0 * area + 30.0 * rooms - 2.0 * age;
        let luck = 160.0 * random.normal();
        let forecast =
            told + if seen { 0.7 * luck } else { 0.0 } + 40.0 * random.normal();
        let rent = told + luck;
        text += &format!("{area:.1},{rooms},{age:.0},{forecast:.1},{rent:.1}\n");
    }
    text
}

#[test]
fn forecasts_that_knew_what_no_input_tells_were_fitted_on_these_rows() {
    let of = |before: String, after: String| {
        let table = |role, name: &str, text: String| MemoryTable {
            role,
            files: vec![(name.to_owned(), text.into_bytes())],
            labels: Vec::new(),
        };
        let tables = vec![
            table(TableRole::Reference, "before.csv", before),
            table(TableRole::Production, "after.csv", after),
        ];
        run_memory(tables, &Choices::default(), Some(1)).expect("a report")
    };
    let own = of(rents(1, true), rents(2, false));
    assert_eq!(own.verdict.kind, VerdictKind::Dropped);
    let first = own.causes.first().expect("a cause");
    assert_eq!(first.id, "overfitting", "{:#?}", own.causes);
    assert!(first.evidence_for.iter().any(|own| own.contains("leave open")), "{first:?}");
    // A model that goes on seeing what the log does not hold has learned nothing by heart.
    let own = of(rents(1, true), rents(2, true));
    assert_ne!(own.verdict.kind, VerdictKind::Dropped);
}
