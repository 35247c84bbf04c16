//! The reference's relation between inputs and outcome: the chance of "yes" of a row (binary), or its expected
//! losses (regression and multiclass), cross-fitted. Enter: codes, scores and reference labels. Leave: soft labels
//! for reference rows (by a model that did not see them) and production rows.
//!
//! With scores it starts from their isotonic calibration and adds only what the inputs know beyond the score; with
//! no gain it stays there, which is the confidence-based estimation of others as its special case.

use super::population::{NO_FOLD, Stacked, only};
use crate::model::isotonic;
use crate::model::trees::{self, Objective, Params};
use crate::stats::{math, order};

/// Probabilities are held this far from 0 and 1 before their log-odds are taken.
const CLIP: f64 = 1e-4;

/// Soft labels: one list a piece (binary: the chance of "yes"), one entry a matrix row.
#[derive(Clone, Debug)]
pub struct Relation {
    /// One list a piece.
    pub soft: Vec<Vec<f64>>,
    /// Log-odds of `soft` (binary only).
    pub margins: Vec<f64>,
}

impl Relation {
    /// The soft label of a matrix row.
    #[must_use]
    pub fn of(&self, row: usize) -> Vec<f64> {
        self.soft.iter().map(|own| own.get(row).copied().unwrap_or(f64::NAN)).collect()
    }

    /// The chance of "yes" of a matrix row (binary).
    #[must_use]
    pub fn yes(&self, row: usize) -> f64 {
        self.soft.first().and_then(|own| own.get(row)).copied().unwrap_or(f64::NAN)
    }
}

/// Log-odds of a chance.
#[must_use]
pub fn log_odds(chance: f64) -> f64 {
    math::logit(chance.clamp(CLIP, 1.0 - CLIP))
}

/// The chance of "yes" from reference rows `p` with labels `yes` (by reference row); `scores` by matrix row, NaN
/// where there is none, or `None` when scores cannot be trusted.
#[must_use]
pub fn of_chances(
    stacked: &Stacked,
    p: &[u32],
    yes: &[f64],
    scores: Option<&[f64]>,
) -> Relation {
    let rows = stacked.matrix.row_count;
    let folds = only(&stacked.folds, p);
    let offset = scores.map(|scores| calibrated(&folds, p, yes, scores, rows));
    let mut target = yes.to_vec();
    target.resize(rows, 0.0);
    target.iter_mut().filter(|own| own.is_nan()).for_each(|own| *own = 0.0);
    let added = trees::cross_fit(
        &stacked.matrix,
        &folds,
        &target,
        None,
        offset.as_deref(),
        Objective::Logistic,
        &Params::domain().for_rows(p.len() / 2),
    );
    let mut margins = added;
    if let Some(offset) = &offset {
        margins.iter_mut().zip(offset).for_each(|(own, more)| *own += more);
    }
    let soft = margins.iter().map(|margin| math::sigmoid(*margin)).collect();
    Relation { soft: vec![soft], margins }
}

/// Calibrated log-odds of every score by isotonic regression on the other fold; rows of no fold take the mean.
fn calibrated(
    folds: &[u8],
    p: &[u32],
    yes: &[f64],
    scores: &[f64],
    rows: usize,
) -> Vec<f64> {
    let fit = |left_out: u8| {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        for row in p {
            let at = *row as usize;
            let fold = folds.get(at).copied().unwrap_or(NO_FOLD);
            let score = scores.get(at).copied().unwrap_or(f64::NAN);
            if fold != left_out && fold != NO_FOLD && !score.is_nan() {
                x.push(score);
                y.push(yes.get(at).copied().unwrap_or(0.0));
            }
        }
        let mean = y.iter().sum::<f64>() / (y.len().max(1)) as f64;
        (isotonic::fit(&x, &y, None), mean)
    };
    let fits = [fit(0), fit(1)];
    let at = |(curve, mean): &(isotonic::Isotonic, f64), score: f64| {
        log_odds(if score.is_nan() { *mean } else { curve.at(score) })
    };
    (0..rows)
        .map(|row| {
            let score = scores.get(row).copied().unwrap_or(f64::NAN);
            let [first, second] = &fits;
            match folds.get(row) {
                Some(0) => at(first, score),
                Some(1) => at(second, score),
                _ => 0.5 * (at(first, score) + at(second, score)),
            }
        })
        .collect()
}

/// How large a row's losses are by the size of its score: matrix row by matrix row, at least [`LEAST_SIZE`].
fn sizes(p: &[u32], scores: &[f64]) -> Option<Vec<f64>> {
    let mut known: Vec<f64> = p
        .iter()
        .filter_map(|row| scores.get(*row as usize))
        .map(|own| own.abs())
        .filter(|own| own.is_finite())
        .collect();
    order::sort(&mut known);
    let least = known.get((LEAST_SIZE * known.len() as f64) as usize).copied()?;
    let size = |own: &f64| if own.is_nan() { least } else { own.abs().max(least) };
    (least > 0.0).then(|| scores.iter().map(size).collect())
}

/// Quantile of the scores' sizes below which losses no longer shrink with them.
const LEAST_SIZE: f64 = 0.1;

/// Expected pieces from reference rows `p` with `pieces` (a list a piece by reference row, and the power of the score
/// it grows with, 0 for none). With `scores` (by matrix row) losses may be in proportion to the score: then trees, which
/// expect of rows beyond the reference what they saw last, learn the proportion instead. The one that fits the reference
/// better by the `weights` of its rows is taken.
#[must_use]
pub fn of_pieces(
    stacked: &Stacked,
    p: &[u32],
    pieces: &[(Vec<f64>, i32)],
    scores: Option<&[f64]>,
    weights: &[f64],
) -> Relation {
    let rows = stacked.matrix.row_count;
    let folds = only(&stacked.folds, p);
    let sizes = scores.and_then(|scores| sizes(p, scores));
    let fit = |mut target: Vec<f64>| {
        target.resize(rows, 0.0);
        target.iter_mut().filter(|own| own.is_nan()).for_each(|own| *own = 0.0);
        trees::cross_fit(
            &stacked.matrix,
            &folds,
            &target,
            None,
            None,
            Objective::Squared,
            &Params::domain().for_rows(p.len() / 2),
        )
    };
    let expected = |(own, power): &(Vec<f64>, i32)| {
        let plain = fit(own.clone());
        let Some(sizes) = sizes.as_ref().filter(|_| *power != 0) else { return plain };
        let scale = |size: &f64| if *power == 1 { *size } else { size * size };
        let shares = own.iter().zip(sizes).map(|(own, size)| own / scale(size)).collect();
        let scaled: Vec<f64> =
            fit(shares).iter().zip(sizes).map(|(own, size)| own * scale(size)).collect();
        let misfit = |fitted: &[f64]| -> f64 {
            let of = |row: &u32| {
                let at = *row as usize;
                let apart = fitted.get(at)? - own.get(at).filter(|own| !own.is_nan())?;
                Some(weights.get(at).copied().unwrap_or(1.0) * apart * apart)
            };
            p.iter().filter_map(of).sum()
        };
        if misfit(&scaled) < misfit(&plain) { scaled } else { plain }
    };
    Relation { soft: pieces.iter().map(expected).collect(), margins: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::matrix::{CodeColumn, Matrix, Order};

    const REFERENCE: usize = 4000;
    const ROWS: usize = REFERENCE + 1000;

    /// One column that follows the scores up to the reference's largest (100), and what is beyond as its last code.
    fn stacked(scores: &[f64]) -> Stacked {
        let code = |score: &f64| (score / 10.0).floor().min(10.0) as u8;
        let codes = scores.iter().map(code).collect();
        let columns = vec![CodeColumn { codes, order: Order::by_code() }];
        Stacked {
            matrix: Matrix { row_count: ROWS, columns },
            reference_rows: REFERENCE,
            folds: (0..ROWS).map(|row| (row % 2) as u8).collect(),
            worth: vec![1.0; ROWS],
        }
    }

    /// 10 to 100 before, 150 to 250 after.
    fn scores() -> Vec<f64> {
        let score = |row: usize| match row {
            _ if row < REFERENCE => 10.0 + (row * 37 % 900) as f64 / 10.0,
            _ => 150.0 + (row * 37 % 1000) as f64 / 10.0,
        };
        (0..ROWS).map(score).collect()
    }

    /// Mean expected loss after, with losses of the given form and ±20 % that no column knows.
    fn expected_after(scores: &[f64], loss: fn(f64) -> f64, power: i32) -> f64 {
        let p: Vec<u32> = (0..REFERENCE as u32).collect();
        let noise = |row: usize| if (row / 2).is_multiple_of(2) { 0.8 } else { 1.2 };
        let losses = scores
            .iter()
            .take(REFERENCE)
            .enumerate()
            .map(|(row, own)| loss(*own) * noise(row));
        let pieces = [(losses.collect::<Vec<f64>>(), power)];
        let weights = vec![1.0; REFERENCE];
        let found = of_pieces(&stacked(scores), &p, &pieces, Some(scores), &weights);
        let after = found.soft.first().unwrap().get(REFERENCE..).unwrap();
        after.iter().sum::<f64>() / after.len() as f64
    }

    #[test]
    fn losses_in_proportion_to_the_score_go_on_beyond_the_reference() {
        let scores = scores();
        // By hand: a fifth of scores around 200.
        let found = expected_after(&scores, |score| 0.2 * score, 1);
        assert!((found - 40.0).abs() < 2.0, "{found}");
    }

    #[test]
    fn losses_that_do_not_follow_the_score_stay_what_they_were() {
        let scores = scores();
        let found = expected_after(&scores, |_| 5.0, 1);
        assert!((found - 5.0).abs() < 0.25, "{found}");
        // A piece that is told to grow with nothing is expected as last seen, whatever it does.
        let last_seen = expected_after(&scores, |score| 0.2 * score, 0);
        assert!((15.0..21.0).contains(&last_seen), "{last_seen}");
    }
}
