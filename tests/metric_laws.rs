//! Laws of the metrics and of their intervals: what must not matter does not, identical tables do not
//! differ, repeating rows of an entity does not make us surer, 95 % intervals hold the truth about 95 times
//! in a hundred, and the gate keeps quiet when nothing changed. All draws are seeded.

use proptest::prelude::*;
use whydrop::metric::binary::{BinaryProfile, BinaryRow};
use whydrop::metric::binary_metrics::{self, Costs};
use whydrop::metric::estimate::{self, Estimate, Measured};
use whydrop::metric::gate::{self, GateInput, GateKind, LabelledRows};
use whydrop::metric::{BLOCK_COUNT, Difference, MetricId, Tally};
use whydrop::stats::random::{Random, hash64};
use whydrop::stats::{math, special};

const BINS: usize = 256;

#[derive(Clone, Copy, Debug)]
struct Row {
    entity: u64,
    score: f64,
    label: bool,
}

fn encode(row: &Row) -> BinaryRow {
    BinaryRow {
        block: (hash64(&row.entity.to_le_bytes(), 1) % BLOCK_COUNT as u64) as u8,
        bin: (row.score * BINS as f64) as u16,
        score: row.score,
        label: Some(row.label),
        decision: Some(row.score >= 0.5),
        weight: 1,
        value: f64::NAN,
    }
}

fn measure(rows: &[Row]) -> Vec<Measured> {
    let mut profile = BinaryProfile::new(BINS, BLOCK_COUNT, true, 1e-6);
    rows.iter().for_each(|row| profile.add(&encode(row)));
    let tally = Tally::from_rows(rows.iter().map(|row| (row.score, row.label, 1)));
    let costs = Costs { false_positive: 1.0, false_negative: 3.0, ..Costs::default() };
    binary_metrics::evaluate(&profile, Some(&tally), Some(costs))
}

fn get(measured: &[Measured], id: MetricId) -> Estimate {
    estimate::find(measured, id).unwrap().estimate().unwrap()
}

/// Labels are even; scores given the label are normal one apart, and the score is the true probability.
fn draw(random: &mut Random, count: usize, rows_per_entity: u64) -> Vec<Row> {
    let mut rows = Vec::with_capacity(count);
    for entity in 0..(count as u64).div_ceil(rows_per_entity) {
        let label = random.chance(0.5);
        let x = random.normal() + if label { 1.0 } else { 0.0 };
        let score = math::sigmoid(x - 0.5);
        (0..rows_per_entity).for_each(|_| rows.push(Row { entity, score, label }));
    }
    rows.truncate(count);
    rows
}

/// True AUC, accuracy, log-loss, Brier of [`draw`], by their integrals.
fn truth() -> [(MetricId, f64); 4] {
    let density =
        |x: f64| math::exp(-0.5 * x * x) / math::sqrt(2.0 * std::f64::consts::PI);
    let (mut loss, mut brier, step) = (0.0, 0.0, 1e-3);
    for i in -10_000..11_000 {
        let x = f64::from(i) * step;
        let p = math::sigmoid(x - 0.5);
        loss += step
            * 0.5
            * (density(x - 1.0) * -math::ln(p) + density(x) * -math::log1p(-p));
        brier +=
            step * 0.5 * (density(x - 1.0) * (1.0 - p) * (1.0 - p) + density(x) * p * p);
    }
    [
        (MetricId::Auc, special::normal_cdf(math::sqrt(0.5))),
        (MetricId::Accuracy, special::normal_cdf(0.5)),
        (MetricId::LogLoss, loss),
        (MetricId::Brier, brier),
    ]
}

fn coverage(
    draws: usize,
    rows: usize,
    rows_per_entity: u64,
    seed: u64,
) -> Vec<(MetricId, f64)> {
    let truth = truth();
    let mut random = Random::new(seed);
    let mut hits = [0_usize; 4];
    for _ in 0..draws {
        let measured = measure(&draw(&mut random, rows, rows_per_entity));
        for (hit, (id, value)) in hits.iter_mut().zip(truth) {
            let (low, high) = get(&measured, id).interval.unwrap();
            *hit += usize::from(low <= value && value <= high);
        }
    }
    truth
        .iter()
        .zip(hits)
        .map(|((id, _), hit)| (*id, hit as f64 / draws as f64))
        .collect()
}

#[test]
fn intervals_hold_the_truth_95_times_in_100() {
    for (id, share) in coverage(400, 2000, 1, 1) {
        assert!((0.92..=0.98).contains(&share), "{id:?} covered {share}");
    }
}

#[test]
fn intervals_hold_the_truth_in_small_and_in_clustered_tables() {
    for (rows, rows_per_entity, seed) in [(300, 1, 2), (2000, 5, 3)] {
        for (id, share) in coverage(400, rows, rows_per_entity, seed) {
            let what =
                format!("{id:?} of {rows} rows by {rows_per_entity} covered {share}");
            assert!((0.92..=0.985).contains(&share), "{what}");
        }
    }
}

#[test]
fn the_gate_is_quiet_when_nothing_changed() {
    let mut random = Random::new(4);
    for (rows, pairs) in [(500, 400), (4000, 150)] {
        let mut alarms = 0;
        for _ in 0..pairs {
            let (p, q) = (draw(&mut random, rows, 1), draw(&mut random, rows, 1));
            let (before, after) = (measure(&p), measure(&q));
            let smaller = |rows: &[Row]| {
                let yes = rows.iter().filter(|row| row.label).count();
                LabelledRows {
                    rows: rows.len() as u64,
                    smaller_class: Some(yes.min(rows.len() - yes) as u64),
                }
            };
            for id in [MetricId::Accuracy, MetricId::Auc, MetricId::LogLoss] {
                let reference = get(&before, id);
                let answer = gate::decide(&GateInput {
                    metric: id,
                    reference: Some(reference),
                    production: Some(get(&after, id)),
                    reference_rows: smaller(&p),
                    production_rows: smaller(&q),
                    minimum_effect: gate::minimum_effect(id, reference.value, None),
                });
                alarms += i32::from(answer.kind == GateKind::Dropped);
            }
        }
        let share = f64::from(alarms) / f64::from(3 * pairs);
        assert!(share <= 0.02, "{share} of pairs of {rows} rows called dropped");
    }
}

#[test]
fn repeating_rows_of_an_entity_does_not_make_us_surer() {
    let once = draw(&mut Random::new(5), 1500, 1);
    let twice: Vec<Row> = once.iter().flat_map(|row| [*row, *row]).collect();
    let (once, twice) = (measure(&once), measure(&twice));
    for id in binary_metrics::METRICS {
        // Its correction for noise counts rows, so it alone may move.
        if id == MetricId::Ece {
            continue;
        }
        let (a, b) = (get(&once, id), get(&twice, id));
        assert!((a.value - b.value).abs() < 1e-12, "{id:?}");
        let (a, b) = (a.standard_error.unwrap(), b.standard_error.unwrap());
        assert!((a - b).abs() < 1e-9 * a.max(1e-9), "{id:?}: {a} became {b}");
    }
}

#[test]
fn a_perfect_small_table_is_not_certain() {
    let rows: Vec<Row> = (0..120)
        .map(|i| Row {
            entity: i,
            score: if i % 2 == 0 { 0.1 } else { 0.9 },
            label: i % 2 == 1,
        })
        .collect();
    let measured = measure(&rows);
    for id in [MetricId::Auc, MetricId::Accuracy, MetricId::Recall, MetricId::F1] {
        let found = get(&measured, id);
        assert_eq!(found.value, 1.0);
        assert!(found.standard_error.unwrap() > 0.003, "{id:?}");
        assert!(found.interval.unwrap().0 < 0.99, "{id:?}");
    }
}

fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    let row =
        (0_u64..60, 0_u16..200, any::<bool>()).prop_map(|(entity, score, label)| Row {
            entity,
            score: f64::from(score) / 200.0,
            label,
        });
    prop::collection::vec(row, 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn order_does_not_matter(mut rows in some_rows(), seed in 0_u64..1000) {
        let before = measure(&rows);
        Random::new(seed).shuffle(&mut rows);
        prop_assert_eq!(measure(&rows), before);
    }

    #[test]
    fn identical_tables_do_not_differ(rows in some_rows()) {
        let measured = measure(&rows);
        for pair in estimate::compare(&measured, &measured) {
            if let Some(difference) = pair.difference {
                prop_assert_eq!(difference.value, 0.0);
                if let Some((low, high)) = difference.interval {
                    prop_assert!(low <= 0.0 && high >= 0.0);
                }
            }
        }
    }

    #[test]
    fn values_and_intervals_stay_in_range(rows in some_rows()) {
        for measured in measure(&rows) {
            let Some(found) = measured.estimate() else { continue };
            prop_assert!(found.value.is_finite(), "{:?}", measured);
            prop_assert!(found.standard_error.is_none_or(|e| e.is_finite() && e >= 0.0));
            if let Some((low, high)) = found.interval {
                prop_assert!(low <= found.value + 1e-9 && found.value <= high + 1e-9);
                let share = measured.id.family() == whydrop::metric::Family::Decision
                    || measured.id == MetricId::Auc;
                prop_assert!(!share || (low >= 0.0 && high <= 1.0), "{:?}", measured);
            }
        }
    }

    #[test]
    fn a_rising_map_of_scores_keeps_rankings(rows in some_rows()) {
        let moved: Vec<Row> = rows
            .iter()
            .map(|row| Row { score: row.score * row.score * 0.5 + row.score * 0.25, ..*row })
            .collect();
        let (a, b) = (measure(&rows), measure(&moved));
        for id in [MetricId::Auc, MetricId::PrAuc, MetricId::Lift] {
            let value = |list: &[Measured]| {
                estimate::find(list, id).and_then(whydrop::metric::Measured::estimate).map(|e| e.value)
            };
            prop_assert_eq!(value(&a), value(&b));
        }
    }

    #[test]
    fn swapping_tables_turns_the_difference(a in some_rows(), b in some_rows()) {
        let (a, b) = (measure(&a), measure(&b));
        for pair in estimate::compare(&a, &b) {
            let (Some(p), Some(q)) = (pair.reference.estimate(), pair.production.estimate()) else {
                continue;
            };
            let back = Difference::between(&q, &p);
            let there = pair.difference.unwrap();
            prop_assert_eq!(there.value, -back.value);
            prop_assert_eq!(there.standard_error, back.standard_error);
        }
    }
}
