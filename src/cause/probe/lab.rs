//! Rows of the reference that the model was trained on, and what the lab result owes them.

use std::collections::BTreeSet;

use crate::choices::Task;
use crate::encode::frame::{Frame, Frames, NO_ID};
use crate::ladder::logged::{Decisions, Logged};
use crate::model::surrogate::Surrogate;
use crate::stats::association::pearson;
use crate::stats::math;
use crate::stats::random::hash64;

/// Flags of sampled reference rows that are training rows too: by id where both have ids, else by all codes and the
/// score. `None` without a training table. Samples of large tables find only their share of the overlap.
#[must_use]
pub fn trained_rows(frames: &Frames<'_>) -> Option<Vec<bool>> {
    let training = frames.training.as_ref()?;
    let has_ids = |frame: &Frame| frame.ids.iter().any(|id| *id != NO_ID);
    let by_id = has_ids(training) && has_ids(&frames.reference);
    let keys = |frame: &Frame| -> Vec<u64> {
        if by_id {
            frame.ids.clone()
        } else {
            (0..frame.len()).map(|row| content(frame, row)).collect()
        }
    };
    let known: BTreeSet<u64> =
        keys(training).into_iter().filter(|key| *key != NO_ID).collect();
    Some(keys(&frames.reference).iter().map(|key| known.contains(key)).collect())
}

fn content(frame: &Frame, row: usize) -> u64 {
    let mut bytes: Vec<u8> =
        frame.rows.codes.iter().filter_map(|codes| codes.get(row)).copied().collect();
    let score = frame.rows.score.get(row).copied().unwrap_or(f64::NAN);
    bytes.extend(score.to_bits().to_le_bytes());
    hash64(&bytes, 0x6c_6162)
}

/// Correlation of what scores and outcomes have beyond the inputs from which the scores know the very rows, and up to
/// which they know nothing of others.
const KNOWN: (f64, f64) = (0.75, 0.3);
/// Correlation of score and outcome that such scores have before launch, and by how much it falls.
const FELL: (f64, f64) = (0.6, 0.03);
/// Rows for it, a table.
const KNOWN_ROWS: usize = 200;

/// Share of what the inputs leave open about the outcome that the scores knew before launch, where they know hardly any
/// of it since: they were fitted on these outcomes. What a model really sees beside the log it goes on seeing.
#[must_use]
pub fn known(honest: &Surrogate, before: &Logged<'_>, after: &Logged<'_>) -> Option<f64> {
    if before.task == Task::Multiclass {
        return None;
    }
    let (held_out, all) = (honest.held_out(), after.usable(true));
    let own = |table: &Logged<'_>, rows: &[u32]| {
        correlation(&facts(table, rows, &|row| table.score(row)), 1, 2)
    };
    let (p, q) = (own(before, held_out)?, own(after, &all)?);
    if p < FELL.0 || q > p - FELL.1 {
        return None;
    }
    let beyond = |table: &Logged<'_>, rows: &[u32]| {
        let margins = honest.margins(&table.frame.values).into_iter().next()?;
        let expected =
            |row: usize| margins.get(row).map_or(f64::NAN, |own| honest.to_score(*own));
        partial(&facts(table, rows, &expected))
    };
    let (p, q) = (beyond(before, held_out)?, beyond(after, &all)?);
    (p >= KNOWN.0 && q <= KNOWN.1).then_some(p * p)
}

/// What is expected of a row, its score and its outcome.
type Fact = [f64; 3];

fn facts(table: &Logged<'_>, rows: &[u32], expected: &dyn Fn(usize) -> f64) -> Vec<Fact> {
    let of = |row: &u32| {
        let row = *row as usize;
        let label = match table.task {
            Task::Regression => *table.frame.rows.label_value.get(row)?,
            _ => table.yes(row),
        };
        let own = [expected(row), table.score(row), label];
        own.iter().all(|value| value.is_finite()).then_some(own)
    };
    rows.iter().filter_map(of).collect()
}

fn correlation(facts: &[Fact], a: usize, b: usize) -> Option<f64> {
    let pairs: Vec<(f64, f64)> = facts.iter().map(|own| (own[a], own[b])).collect();
    pearson(&pairs).filter(|_| facts.len() >= KNOWN_ROWS)
}

/// Correlation of score and outcome beyond what is expected.
fn partial(facts: &[Fact]) -> Option<f64> {
    let of = |a: usize, b: usize| correlation(facts, a, b);
    let (own, a, b) = (of(1, 2)?, of(0, 1)?, of(0, 2)?);
    let rest = (1.0 - a * a) * (1.0 - b * b);
    (rest > 1e-9).then(|| (own - a * b) / math::sqrt(rest))
}

/// Points by which the reference looks better because of the rows the model was trained on: the metric of the
/// others less the metric of all, worse is positive; 0 when one of them has no value.
#[must_use]
pub fn optimism(reference: &Logged<'_>, trained: &[bool]) -> f64 {
    let stick = reference.stick;
    let (mut all, mut fresh) = (vec![0.0; stick.len()], vec![0.0; stick.len()]);
    for row in reference.usable(true) {
        let row = row as usize;
        reference.put(&mut all, row, Decisions::Logged, 1.0);
        if trained.get(row) != Some(&true) {
            reference.put(&mut fresh, row, Decisions::Logged, 1.0);
        }
    }
    match (stick.value(&fresh), stick.value(&all)) {
        (Some(fresh), Some(all)) if !stick.is_proxy => stick.metric.worsening(all, fresh),
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_partial_correlation_is_that_of_the_residuals() {
        // By hand: both residuals of straight lines on the first, correlated; the numbers repeat in a fixed order.
        let facts: Vec<Fact> = (0..400)
            .map(|row| {
                let x = f64::from(row % 10);
                let (u, v) = (f64::from(row * 7 % 13), f64::from(row * 11 % 17));
                [x, 2.0 * x + u, -x + 0.5 * u + v]
            })
            .collect();
        let line = |at: usize| {
            let count = facts.len() as f64;
            let mean =
                |of: &dyn Fn(&Fact) -> f64| facts.iter().map(of).sum::<f64>() / count;
            let (x, y) = (mean(&|own| own[0]), mean(&|own| own[at]));
            let slope = mean(&|own| (own[0] - x) * (own[at] - y))
                / mean(&|own| (own[0] - x) * (own[0] - x));
            facts
                .iter()
                .map(|own| own[at] - y - slope * (own[0] - x))
                .collect::<Vec<f64>>()
        };
        let residuals: Vec<Fact> =
            line(1).into_iter().zip(line(2)).map(|(a, b)| [0.0, a, b]).collect();
        let expected = correlation(&residuals, 1, 2).expect("spread");
        let own = partial(&facts).expect("a correlation");
        assert!((own - expected).abs() < 1e-9, "{own} for {expected}");
        assert!(expected > 0.2 && expected < 0.9, "{expected}");
        // A score that is what was expected of it leaves nothing to correlate; few rows say nothing.
        let told: Vec<Fact> = facts.iter().map(|own| [own[0], own[0], own[2]]).collect();
        assert_eq!(partial(&told), None);
        assert_eq!(partial(&facts[..100]), None);
    }
}
