//! The price of what the offline pipeline would have scored otherwise, where one entity has many rows.

use whydrop::choices::{Choices, Role, TableRole};
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::stats::random::Random;

/// Rides of a few drivers: a production forecast that for a share of the rows does not know the distance, and the same
/// rows as the offline pipeline scores them.
fn rides(seed: u64, unknown: f64) -> [(String, f64); 2] {
    let mut random = Random::new(seed);
    let head = "driver,distance,traffic,minutes,forecast\n";
    let mut texts = [head.to_owned(), head.to_owned()];
    let mut errors = [0.0; 2];
    const ROWS: usize = 4000;
    for row in 0..ROWS {
        let (distance, traffic) = (2.0 + 6.0 * random.uniform(), random.uniform());
        let minutes = 4.0 + 3.0 * distance + 8.0 * traffic + 1.5 * random.normal();
        let right = 4.0 + 3.0 * distance + 8.0 * traffic;
        let served =
            if random.chance(unknown) { 4.0 + 15.0 + 8.0 * traffic } else { right };
        for ((text, error), forecast) in
            texts.iter_mut().zip(&mut errors).zip([served, right])
        {
            *text += &format!(
                "{},{distance:.3},{traffic:.3},{minutes:.3},{forecast:.3}\n",
                1000 + row % 90
            );
            *error += (minutes - forecast).abs() / ROWS as f64;
        }
    }
    let [a, b] = texts;
    [(a, errors[0]), (b, errors[1])]
}

#[test]
fn a_break_is_priced_on_the_very_rows_of_an_entity() {
    let [_, (before, _)] = rides(1, 0.0);
    let [(after, served), (offline, right)] = rides(2, 0.4);
    let table = |role, name: &str, text: &str| MemoryTable {
        role,
        files: vec![(name.to_owned(), text.as_bytes().to_vec())],
        labels: Vec::new(),
    };
    let tables = vec![
        table(TableRole::Reference, "before.csv", &before),
        table(TableRole::Production, "after.csv", &after),
        table(TableRole::Shadow, "offline.csv", &offline),
    ];
    let roles =
        [("driver", Role::Id), ("minutes", Role::Label), ("forecast", Role::Score)];
    let roles = roles.map(|(name, role)| (name.to_owned(), role)).into_iter().collect();
    let choices = Choices { roles, ..Choices::default() };
    let own = run_memory(tables, &choices, Some(1)).expect("a report");
    let broken = own.attribution.iter().find(|own| own.term == "broken_inputs");
    let points = broken.expect("the term").points;
    let truth = served - right;
    assert!((points - truth).abs() < 0.1 * truth, "{points} of {truth}");
    let first = own.causes.first().map(|own| own.id.as_str());
    assert_eq!(first, Some("served_not_logged"));
}
