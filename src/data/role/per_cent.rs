//! Scores that are probabilities in per cent. Enter: the reference's sampled scores and outcomes. Leave: whether the
//! scores, divided by 100, are probabilities: from 0 to 100, on the whole as high as the outcome is frequent, and nearer
//! to it than its frequency alone. Ranks and points from 0 to 100 are not: their mean has nothing to do with outcomes.

use super::Roles;
use crate::choices::{Role, Task};
use crate::data::cell::Reading;
use crate::data::sample::TableSample;
use crate::stats::math::sqrt;

/// Rows with score and outcome needed to tell.
const MIN_ROWS: usize = 200;
/// How far mean score and frequency may be apart: a part of the rarer outcome's share, and standard errors.
const APART: (f64, f64) = (0.25, 3.0);
/// How far the scores of all classes may be from 100 in sum.
const SUM_APART: f64 = 1.5;

/// Whether the scores of these roles are given in per cent. `reading`: how each column's text is read.
#[must_use]
pub fn is_per_cent(
    roles: &Roles,
    sample: &TableSample,
    reading: &dyn Fn(usize) -> Reading,
) -> bool {
    let numbers = |at: usize| {
        sample.cells(at).map(move |(cell, decimal_comma)| {
            cell.number(Reading { decimal_comma, ..reading(at) }).value()
        })
    };
    match roles.task {
        Some(Task::Binary) => {
            let (Some(score), Some(label)) =
                (roles.column(&Role::Score), roles.column(&Role::Label))
            else {
                return false;
            };
            let outcomes = sample
                .cells(label)
                .map(|(cell, _)| roles.classes.class_of(cell).map(f64::from));
            let rows: Vec<(f64, f64)> = numbers(score)
                .zip(outcomes)
                .filter_map(|(score, outcome)| score.zip(outcome))
                .collect();
            fits(&rows)
        }
        Some(Task::Multiclass) => {
            let columns: Vec<usize> = roles
                .roles
                .iter()
                .enumerate()
                .filter(|(_, own)| matches!(own.0, Role::ClassScore(_)))
                .map(|own| own.0)
                .collect();
            let scores: Vec<Vec<Option<f64>>> =
                columns.iter().map(|at| numbers(*at).collect()).collect();
            columns.len() >= roles.classes.names.len() && sum_to_100(&scores)
        }
        _ => false,
    }
}

/// Whether pairs of score and outcome (0 or 1) are of probabilities in per cent.
fn fits(rows: &[(f64, f64)]) -> bool {
    let known = rows.iter().all(|own| (0.0..=100.0).contains(&own.0));
    if rows.len() < MIN_ROWS || !known || rows.iter().all(|own| own.0 <= 1.0) {
        return false;
    }
    let count = rows.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| rows.iter().map(of).sum::<f64>() / count;
    let rate = mean(&|own| own.1);
    let level = mean(&|own| own.0 / 100.0);
    let error = sqrt(rate * (1.0 - rate) / count);
    let brier = mean(&|own| (own.0 / 100.0 - own.1) * (own.0 / 100.0 - own.1));
    (level - rate).abs() <= APART.0 * rate.min(1.0 - rate) + APART.1 * error
        && brier < rate * (1.0 - rate)
}

/// Whether every row's scores are from 0 to 100 and 100 in sum.
fn sum_to_100(scores: &[Vec<Option<f64>>]) -> bool {
    let rows = scores.first().map_or(0, Vec::len);
    let sum = |row: usize| -> Option<f64> {
        scores.iter().try_fold(0.0, |sum, own| {
            let score = own.get(row).copied().flatten()?;
            Some(if (0.0..=100.0).contains(&score) { sum + score } else { f64::NAN })
        })
    };
    let mut sums = (0..rows).filter_map(sum).peekable();
    sums.peek().is_some() && sums.all(|own| (own - 100.0).abs() <= SUM_APART)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn rows(score: impl Fn(f64) -> f64, count: usize) -> Vec<(f64, f64)> {
        let mut random = Random::new(5);
        let one = |_| {
            let p = random.uniform() * random.uniform();
            (score(p), f64::from(u8::from(random.uniform() < p)))
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn probabilities_times_100_are_per_cent() {
        assert!(fits(&rows(|p| 100.0 * p, 2000)));
        assert!(fits(&rows(|p| (100.0 * p).round(), 2000)), "written without decimals");
        assert!(!fits(&rows(|p| 100.0 * p, MIN_ROWS - 1)), "too few to tell");
    }

    #[test]
    fn probabilities_ranks_points_and_log_odds_are_not() {
        assert!(!fits(&rows(|p| p, 2000)), "0–1");
        assert!(!fits(&rows(|p| 100.0 * p.powi(2), 2000)), "another scale");
        assert!(!fits(&rows(|p| 100.0 * p.sqrt(), 2000)), "ranks");
        assert!(!fits(&rows(|p| 1000.0 * p, 2000)), "points");
        let nothing = |p: f64| 50.0 * (1e4 * p).fract();
        assert!(!fits(&rows(nothing, 2000)), "as high, and says nothing");
        assert!(!fits(&rows(|p| 60.0 * p - 20.0, 2000)), "below 0");
        assert!(!fits(&[]));
    }

    #[test]
    fn classes_sum_to_100_on_every_row() {
        let of = |a: f64, b: f64| {
            [vec![Some(a), None, Some(99.5)], vec![Some(b), Some(3.0), Some(0.4)]]
        };
        assert!(sum_to_100(&of(40.0, 60.0)));
        assert!(!sum_to_100(&of(40.0, 30.0)) && !sum_to_100(&of(-1.0, 101.0)));
        assert!(!sum_to_100(&[]) && !sum_to_100(&[vec![None]]));
    }
}
