//! What other levels alone would give back: a line through the scores of amounts, other class rates for classes.
//! Enter: both tables. Leave: the share of the loss's growth, learnt on one half of the blocks and measured on the
//! other. (For yes and no see [`crate::ladder::remedy`].)

use crate::choices::Task;
use crate::encode::rows::NO_CLASS;
use crate::ladder::logged::Logged;
use crate::stats::math;

/// Rows a half needs.
const LEAST_ROWS: usize = 100;
/// Steps of fitting class rates; each brings the rates nearer to those observed.
const STEPS: usize = 25;
/// Least score of a class: logarithms stay finite.
const LEAST_SCORE: f64 = 1e-6;

/// Share of the growth of the loss (absolute error, or log-loss) that recalibration gives back beyond what it gives
/// before launch, 0–1; `None` for yes and no, without scores, with few rows or where the loss did not grow.
#[must_use]
pub fn recalibrated(before: &Logged<'_>, after: &Logged<'_>) -> Option<f64> {
    let of: fn(&Logged<'_>) -> Option<(f64, f64)> = match after.task {
        Task::Binary => return None,
        Task::Regression => amounts,
        Task::Multiclass => classes,
    };
    let (was, gained_before) = of(before)?;
    let (is, gained) = of(after)?;
    let grown = is - was;
    (grown > 0.0).then(|| ((gained - gained_before.max(0.0)) / grown).clamp(0.0, 1.0))
}

fn half_of(table: &Logged<'_>, row: usize) -> usize {
    usize::from(table.frame.rows.block.get(row).copied().unwrap_or(0) & 1)
}

/// Mean absolute error, and by how much a line through the scores makes it smaller.
fn amounts(table: &Logged<'_>) -> Option<(f64, f64)> {
    let mut halves: [Vec<(f64, f64)>; 2] = [Vec::new(), Vec::new()];
    for row in table.usable(true) {
        let row = row as usize;
        let label = table.frame.rows.label_value.get(row).copied().unwrap_or(f64::NAN);
        let score = table.score(row);
        if label.is_finite()
            && score.is_finite()
            && let Some(own) = halves.get_mut(half_of(table, row))
        {
            own.push((score, label));
        }
    }
    let [first, second] = &halves;
    if first.len().min(second.len()) < LEAST_ROWS {
        return None;
    }
    let (mut was, mut is) = (0.0, 0.0);
    for (own, other) in [(first, second), (second, first)] {
        let (level, slope) = line(other)?;
        for (score, label) in own {
            was += (label - score).abs();
            is += (label - level - slope * score).abs();
        }
    }
    let count = (first.len() + second.len()) as f64;
    Some((was / count, (was - is) / count))
}

/// Level and slope of the least-squares line; `None` when scores do not vary.
fn line(rows: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = rows.len() as f64;
    let x = rows.iter().map(|own| own.0).sum::<f64>() / n;
    let y = rows.iter().map(|own| own.1).sum::<f64>() / n;
    let xx: f64 = rows.iter().map(|own| (own.0 - x) * (own.0 - x)).sum();
    let xy: f64 = rows.iter().map(|own| (own.0 - x) * (own.1 - y)).sum();
    (xx > 0.0).then(|| (y - x * xy / xx, xy / xx))
}

/// Log-loss, and by how much other class rates make it smaller.
fn classes(table: &Logged<'_>) -> Option<(f64, f64)> {
    let scores = &table.frame.rows.class_scores;
    let count = scores.len();
    if count < 2 {
        return None;
    }
    let mut halves: [Vec<(Vec<f64>, usize)>; 2] = [Vec::new(), Vec::new()];
    for row in table.usable(true) {
        let row = row as usize;
        let label = table.frame.rows.label_class.get(row).copied().unwrap_or(NO_CLASS);
        let own: Vec<f64> = scores
            .iter()
            .map(|own| own.get(row).copied().unwrap_or(f64::NAN).max(LEAST_SCORE))
            .collect();
        let known = usize::from(label) < count && own.iter().all(|own| own.is_finite());
        if known && let Some(half) = halves.get_mut(half_of(table, row)) {
            half.push((normalised(own), usize::from(label)));
        }
    }
    let [first, second] = &halves;
    if first.len().min(second.len()) < LEAST_ROWS {
        return None;
    }
    let loss = |own: &[f64], label: usize| {
        -math::ln(own.get(label).copied().unwrap_or(LEAST_SCORE).max(LEAST_SCORE))
    };
    let (mut was, mut is) = (0.0, 0.0);
    for (own, other) in [(first, second), (second, first)] {
        let factors = rates(other, count);
        for (scores, label) in own {
            was += loss(scores, *label);
            is += loss(&times(scores, &factors), *label);
        }
    }
    let count = (first.len() + second.len()) as f64;
    Some((was / count, (was - is) / count))
}

fn normalised(mut own: Vec<f64>) -> Vec<f64> {
    let sum: f64 = own.iter().sum();
    own.iter_mut().for_each(|own| *own /= sum);
    own
}

fn times(scores: &[f64], factors: &[f64]) -> Vec<f64> {
    normalised(scores.iter().zip(factors).map(|(a, b)| a * b).collect())
}

/// One factor a class that brings the mean scores to the observed rates.
fn rates(rows: &[(Vec<f64>, usize)], count: usize) -> Vec<f64> {
    let mut observed = vec![1.0; count];
    for (_, label) in rows {
        if let Some(own) = observed.get_mut(*label) {
            *own += 1.0;
        }
    }
    let mut factors = vec![1.0; count];
    for _ in 0..STEPS {
        let mut expected = vec![1.0; count];
        for (scores, _) in rows {
            let now = times(scores, &factors);
            expected.iter_mut().zip(now).for_each(|(sum, own)| *sum += own);
        }
        for ((factor, observed), expected) in
            factors.iter_mut().zip(&observed).zip(&expected)
        {
            *factor *= observed / expected;
        }
    }
    factors
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn a_line_is_found_and_flat_scores_have_none() {
        let rows = [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)];
        assert_eq!(line(&rows), Some((1.0, 2.0)));
        assert_eq!(line(&[(1.0, 2.0), (1.0, 4.0)]), None);
    }

    #[test]
    fn class_rates_that_moved_are_brought_back() {
        // Outcomes follow the scores times (1, 1, 4): the factors say so, up to a common one.
        let mut random = Random::new(11);
        let truth = [1.0, 1.0, 4.0];
        let rows: Vec<(Vec<f64>, usize)> = (0..20_000)
            .map(|_| {
                let raw = vec![random.uniform(), random.uniform(), random.uniform()];
                let scores = normalised(raw.into_iter().map(|own| own + 0.01).collect());
                let real = times(&scores, &truth);
                let at = random.uniform();
                let label = if at < real[0] {
                    0
                } else if at < real[0] + real[1] {
                    1
                } else {
                    2
                };
                (scores, label)
            })
            .collect();
        let found = rates(&rows, 3);
        assert!((found[2] / found[0] - 4.0).abs() < 0.3, "{found:?}");
        assert!((found[1] / found[0] - 1.0).abs() < 0.08, "{found:?}");
    }
}
