//! Metrics that are best at a value and worse on both sides of it: the parts are parts of the distance from that value,
//! also where the metric crosses it.

use whydrop::choices::{Choices, TableRole};
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::metric::MetricId;
use whydrop::report::Report;
use whydrop::stats::math::sigmoid;
use whydrop::stats::random::Random;

/// An amount that lies below its forecast by `bias` on average.
fn amounts(seed: u64, bias: f64) -> String {
    let mut random = Random::new(seed);
    let mut text = "size,distance,amount,forecast\n".to_owned();
    for _ in 0..4000 {
        let (size, distance) = (random.normal(), random.normal());
        let forecast = 40.0 + 6.0 * size - 3.0 * distance;
        let amount = forecast - bias + 2.0 * random.normal();
        text += &format!("{size:.4},{distance:.4},{amount:.3},{forecast:.3}\n");
    }
    text
}

/// A class whose outcomes make a score too sure (`steep` above 1) or too timid, and shifted.
fn chances(seed: u64, steep: f64, shift: f64) -> String {
    let mut random = Random::new(seed);
    let mut text = "size,distance,label,score\n".to_owned();
    for _ in 0..4000 {
        let (size, distance) = (random.normal(), random.normal());
        let eta = 1.2 * size - 0.8 * distance;
        let label = u8::from(random.uniform() < sigmoid(eta / steep + shift));
        let score = sigmoid(eta);
        text += &format!("{size:.4},{distance:.4},{label},{score:.6}\n");
    }
    text
}

fn report(before: &str, after: &str, metric: MetricId) -> Report {
    let table = |role, name: &str, text: &str| MemoryTable {
        role,
        files: vec![(name.to_owned(), text.as_bytes().to_vec())],
        labels: Vec::new(),
    };
    let choices =
        Choices { metric: Some(metric.name().to_owned()), ..Choices::default() };
    let tables = vec![
        table(TableRole::Reference, "before.csv", before),
        table(TableRole::Production, "after.csv", after),
    ];
    run_memory(tables, &choices, Some(1)).expect("a report")
}

#[test]
fn the_parts_add_up_to_the_growth_of_the_distance() {
    let cases = [
        (MetricId::Bias, amounts(1, 1.0), amounts(2, -4.0)),
        (MetricId::Bias, amounts(3, -3.0), amounts(4, 1.0)),
        (MetricId::CalibrationSlope, chances(5, 0.7, 0.0), chances(6, 1.8, 0.0)),
        (MetricId::CalibrationIntercept, chances(7, 1.0, 0.2), chances(8, 1.0, -0.9)),
    ];
    for (metric, before, after) in cases {
        let own = report(&before, &after, metric);
        let values = own.metric.reference.zip(own.metric.production);
        let (reference, production) = values.expect("both values");
        let target = if metric == MetricId::CalibrationSlope { 1.0 } else { 0.0 };
        assert!(
            (reference < target) != (production < target),
            "{metric:?} has to cross: {reference} {production}"
        );
        let worse = (production - target).abs() - (reference - target).abs();
        let sum: f64 = own.attribution.iter().map(|own| own.points).sum();
        assert!(!own.attribution.is_empty(), "{metric:?} was not split");
        assert!((sum - worse).abs() < 1e-9, "{metric:?}: {sum} of {worse}");
        let relation = own.attribution.iter().find(|own| own.term == "relationship");
        let part = relation.expect("the term").points;
        assert!(
            (part - worse).abs() < 0.25 * worse.abs(),
            "{metric:?}: {part} of {worse}"
        );
    }
}
