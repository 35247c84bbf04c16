//! Are probabilities right? Enter: score cells in ascending order — every distinct score, or score bins with
//! their mean score. Leave: the debiased calibration error, calibration slope and shift, and the points of a
//! calibration picture. Cost: one pass for the error; some ten passes with an exponential a cell for the fits.

use crate::stats::math;
use crate::stats::rank::{self, ScoreCount};

/// Equal-mass groups of the calibration error.
pub const GROUP_COUNT: usize = 15;

/// Newton steps after which a fit counts as failed.
const MAX_STEPS: u32 = 60;

/// A slope beyond this means that the scores separate the classes.
const MAX_SLOPE: f64 = 1e3;

/// The group (0 … `group_count` − 1) of every cell: that of the middle of its mass, so that ties stay
/// together and cells of equal mass spread evenly.
#[must_use]
pub fn equal_mass_groups(cells: &[ScoreCount], group_count: usize) -> Vec<u16> {
    let (positives, negatives) = rank::totals(cells);
    let doubled = 2 * u128::from(positives + negatives);
    let mut below = 0_u128;
    let group = |cell: &ScoreCount| {
        let mass = u128::from(cell.positives + cell.negatives);
        let middle = 2 * below + mass;
        below += mass;
        let last = group_count.saturating_sub(1) as u128;
        (middle * group_count as u128).checked_div(doubled).unwrap_or(0).min(last) as u16
    };
    cells.iter().map(group).collect()
}

/// One group of a calibration picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group {
    /// Mean score.
    pub mean_score: f64,
    /// Share of positives.
    pub observed: f64,
    /// Weight units inside.
    pub weight: u64,
}

/// The groups that hold weight, in ascending order of score.
#[must_use]
pub fn grouped(cells: &[ScoreCount], groups: &[u16], group_count: usize) -> Vec<Group> {
    let mut sums = vec![(0.0_f64, 0_u64, 0_u64); group_count];
    for (cell, &group) in cells.iter().zip(groups) {
        if let Some(sum) = sums.get_mut(usize::from(group)) {
            let weight = cell.positives + cell.negatives;
            sum.0 += cell.score * weight as f64;
            sum.1 += cell.positives;
            sum.2 += weight;
        }
    }
    let finish = |&(score, positives, weight): &(f64, u64, u64)| Group {
        mean_score: score / weight as f64,
        observed: positives as f64 / weight as f64,
        weight,
    };
    sums.iter().filter(|sum| sum.2 > 0).map(finish).collect()
}

/// The square of the calibration error, debiased: Σ w·[(ȳ−s̄)² − ȳ(1−ȳ)/(n−1)] over groups with share w and n
/// effective rows. Around 0 (and as often below it) for a calibrated score, whatever the number of rows; the
/// plain error is biased up when rows are few. `None` without weight. Source: Bröcker 2012; Kumar, Liang and
/// Ma 2019 (who debias the same way).
#[must_use]
pub fn squared_error(groups: &[Group], effective_rows: f64) -> Option<f64> {
    let total: u64 = groups.iter().map(|g| g.weight).sum();
    if total == 0 {
        return None;
    }
    let mut sum = 0.0;
    for group in groups {
        let share = group.weight as f64 / total as f64;
        let rows = share * effective_rows;
        let gap = group.observed - group.mean_score;
        let noise = group.observed * (1.0 - group.observed) / (rows - 1.0).max(1.0);
        sum += share * (gap * gap - noise);
    }
    Some(sum)
}

/// The calibration error shown: √max(0, square), in the unit of a probability.
#[must_use]
pub fn error_from_square(square: f64) -> f64 {
    math::sqrt(square.max(0.0))
}

/// The debiased calibration error over 15 equal-mass groups.
#[must_use]
pub fn calibration_error(cells: &[ScoreCount], effective_rows: f64) -> Option<f64> {
    let groups = equal_mass_groups(cells, GROUP_COUNT);
    let grouped = grouped(cells, &groups, GROUP_COUNT);
    squared_error(&grouped, effective_rows).map(error_from_square)
}

/// Cells for a fit: log-odds of the clipped score, weight of positives, weight of all.
#[must_use]
pub fn log_odds(cells: &[ScoreCount], epsilon: f64) -> Vec<f64> {
    cells.iter().map(|c| math::logit(c.score.clamp(epsilon, 1.0 - epsilon))).collect()
}

/// (a, b) of logit P(yes) = a + b·logit(score), by maximum likelihood (Newton). b = 1 with a = 0 is perfect;
/// b below 1: scores too extreme. `None` when scores are constant, labels are, or the scores separate them.
/// `log_odds` is from [`log_odds`] on the same cells (counts may have parts left out).
#[must_use]
pub fn slope(cells: &[ScoreCount], log_odds: &[f64]) -> Option<(f64, f64)> {
    let (positives, negatives) = rank::totals(cells);
    if positives == 0 || negatives == 0 {
        return None;
    }
    let total = (positives + negatives) as f64;
    let (mut a, mut b) = (0.0, 1.0);
    let mut before = f64::INFINITY;
    for _ in 0..MAX_STEPS {
        let [loss, g0, g1, h00, h01, h11] = derivatives(cells, log_odds, a, b, total);
        let determinant = h00 * h11 - h01 * h01;
        if determinant.is_nan() || determinant <= 1e-14 * h00 * h11 || h00 <= 0.0 {
            return None;
        }
        let step_a = (h11 * g0 - h01 * g1) / determinant;
        let step_b = (h00 * g1 - h01 * g0) / determinant;
        if step_a.abs() <= 1e-12 * (1.0 + a.abs())
            && step_b.abs() <= 1e-12 * (1.0 + b.abs())
        {
            return (b.abs() < MAX_SLOPE).then_some((a - step_a, b - step_b));
        }
        // A full step that made things worse is taken half back; Newton on a convex loss then settles.
        let damp = if loss > before + 1e-12 { 0.5 } else { 1.0 };
        before = loss;
        (a, b) = (a - damp * step_a, b - damp * step_b);
        if !(a.is_finite() && b.is_finite()) || b.abs() > MAX_SLOPE {
            return None;
        }
    }
    None
}

/// Mean loss, its gradient in (a, b) and its Hessian.
fn derivatives(
    cells: &[ScoreCount],
    log_odds: &[f64],
    a: f64,
    b: f64,
    total: f64,
) -> [f64; 6] {
    let mut sums = [0.0; 6];
    for (cell, &x) in cells.iter().zip(log_odds) {
        let (p, all) = (cell.positives as f64, (cell.positives + cell.negatives) as f64);
        if all == 0.0 {
            continue;
        }
        let z = a + b * x;
        let m = math::sigmoid(z);
        let (gradient, curvature) = (all * m - p, all * m * (1.0 - m));
        let loss = all * math::softplus(z) - p * z;
        let terms =
            [loss, gradient, gradient * x, curvature, curvature * x, curvature * x * x];
        sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
    }
    sums.map(|sum| sum / total)
}

/// The calibration shift ("in the large"): `a` of logit P(yes) = a + logit(score). 0 is right; above 0 the
/// scores are too low on the whole. `None` without both classes.
#[must_use]
pub fn shift(cells: &[ScoreCount], log_odds: &[f64]) -> Option<f64> {
    let (positives, negatives) = rank::totals(cells);
    if positives == 0 || negatives == 0 {
        return None;
    }
    let total = (positives + negatives) as f64;
    // The gradient in `a` rises with `a`: Newton inside a bracket cannot miss.
    let (mut low, mut high) = (-60.0_f64, 60.0_f64);
    let mut a = 0.0;
    for _ in 0..200 {
        let [_, gradient, _, curvature, ..] = derivatives(cells, log_odds, a, 1.0, total);
        if gradient > 0.0 {
            high = a;
        } else {
            low = a;
        }
        let newton = a - gradient / curvature;
        let next =
            if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - a).abs() <= 1e-13 * (1.0 + a.abs()) {
            return Some(next);
        }
        a = next;
    }
    Some(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells whose share of positives is exactly sigmoid(a + b·logit(s)), in large whole weights.
    fn cells(a: f64, b: f64) -> Vec<ScoreCount> {
        let cell = |i: u32| {
            let score = f64::from(i) / 20.0;
            let p = math::sigmoid(a + b * math::logit(score));
            let positives = (p * 1e12).round() as u64;
            ScoreCount { score, positives, negatives: 1_000_000_000_000 - positives }
        };
        (1..20).map(cell).collect()
    }

    #[test]
    fn known_slope_and_shift_come_back() {
        let cells_ = cells(0.3, 0.6);
        let (a, b) = slope(&cells_, &log_odds(&cells_, 1e-6)).unwrap();
        assert!((a - 0.3).abs() < 1e-9 && (b - 0.6).abs() < 1e-9, "{a} {b}");
        let cells_ = cells(-0.7, 1.0);
        assert!((shift(&cells_, &log_odds(&cells_, 1e-6)).unwrap() + 0.7).abs() < 1e-9);
        let error = calibration_error(&cells(0.0, 1.0), 1e12).unwrap();
        assert!(error < 1e-6, "{error}");
    }

    #[test]
    fn hopeless_fits_give_nothing() {
        let count =
            |score, positives, negatives| ScoreCount { score, positives, negatives };
        let fit = |cells: &[ScoreCount]| slope(cells, &log_odds(cells, 1e-6));
        assert_eq!(fit(&[count(0.5, 3, 4)]), None);
        assert_eq!(fit(&[count(0.2, 0, 4), count(0.7, 5, 0)]), None);
        assert_eq!(fit(&[count(0.2, 0, 4), count(0.7, 0, 5)]), None);
        assert_eq!(fit(&[]), None);
        assert_eq!(calibration_error(&[], 0.0), None);
    }

    #[test]
    fn groups_keep_ties_together_and_are_even() {
        let count = |score, positives| ScoreCount { score, positives, negatives: 0 };
        let even: Vec<ScoreCount> = (0..30).map(|i| count(f64::from(i), 2)).collect();
        let groups = equal_mass_groups(&even, 15);
        assert!((0..15).all(|g| groups.iter().filter(|&&x| x == g).count() == 2));
        assert_eq!(equal_mass_groups(&[count(0.0, 9), count(1.0, 1)], 2), [0, 1]);
    }
}
