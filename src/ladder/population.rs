//! Who is who on the ladder: the domain classifier (is a row from production?), its density weights, and the
//! rows that the model had never met. Enter: codes of both samples. Leave: weights of reference rows that make
//! them look like production, how far the two can be told apart, and a flag a production row.

use crate::choices::{Role, TableRole};
use crate::encode::code::{NEW_FIRST, NEW_LAST, UNSEEN};
use crate::encode::frame::{Frames, Raw};
use crate::encode::rows::EncodedRows;
use crate::model::matrix::{CodeColumn, Matrix, Order};
use crate::model::trees::{self, Objective, Params};
use crate::stats::random::mix64;
use crate::stats::{math, order};

/// Rows of one table that models are fitted on, at most; the others are scored by them.
pub const FIT_ROWS: usize = 50_000;

/// No row weighs more than this many times the average: the residual it multiplies is small.
pub const WEIGHT_CAP: f64 = 20.0;

/// A number this many interquartile ranges beyond the reference's range was never met.
const BEYOND: f64 = 0.5;

/// The fold of rows that no model is fitted on.
pub const NO_FOLD: u8 = 2;

/// How reference and production differ as populations.
#[derive(Clone, Debug)]
pub struct Overlap {
    /// Weight of each reference row of the frame (how much it counts, and how much more of its like production has),
    /// mean 1 over the rows that count; 0 elsewhere.
    pub weights: Vec<f64>,
    /// Effective share of reference rows under the weights, 0–1.
    pub effective: f64,
    /// How well a row's table can be told from its inputs: 0.5 not at all, 1 always.
    pub auc: f64,
    /// Standard error of `auc`.
    pub auc_error: f64,
}

/// Codes of two tables on top of each other, reference first.
pub struct Stacked {
    /// Codes.
    pub matrix: Matrix,
    /// Rows of the reference; production row `j` is matrix row `reference_rows + j`; lost rows follow.
    pub reference_rows: usize,
    /// Fold of each matrix row: half of the entities each, or [`NO_FOLD`].
    pub folds: Vec<u8>,
    /// How much each matrix row counts.
    pub worth: Vec<f64>,
}

impl Stacked {
    /// Stacks the given coders of reference and production, and of rows that production lost.
    #[must_use]
    pub fn new(
        frames: &Frames<'_>,
        coders: &[usize],
        lost: Option<&EncodedRows>,
    ) -> Self {
        let tables: Vec<&EncodedRows> = [&frames.reference.rows, &frames.production.rows]
            .into_iter()
            .chain(lost)
            .collect();
        let matrix = Matrix::of_frames(&tables, frames.plan, coders);
        let folds = tables.iter().flat_map(|own| folds_of(own)).collect();
        let worth = |own: &&EncodedRows| -> Vec<f64> {
            (0..own.row_count).map(|row| own.worth(row)).collect()
        };
        let worth = tables.iter().flat_map(worth).collect();
        Self { matrix, reference_rows: frames.reference.len(), folds, worth }
    }

    /// Adds a column of scores in at most 64 ranges of equal reference mass.
    pub fn push_scores(&mut self, reference: &[f64], production: &[f64]) {
        let mut sorted: Vec<f64> =
            reference.iter().copied().filter(|score| !score.is_nan()).collect();
        order::sort(&mut sorted);
        let mut edges: Vec<f64> = (1..64)
            .filter_map(|at| sorted.get(at * sorted.len() / 64).copied())
            .collect();
        edges.dedup();
        let code = |score: &f64| {
            if score.is_nan() {
                u8::MAX
            } else {
                edges.partition_point(|edge| edge <= score) as u8
            }
        };
        let codes = reference.iter().chain(production).map(code).collect();
        self.matrix.columns.push(CodeColumn { codes, order: Order::by_code() });
    }

    /// What teaches a classifier whose a row is, by matrix row: 1 for production's `q`, 0 for the reference's `p`; and how
    /// much each row counts for that, both tables alike in all.
    pub(super) fn whose(&self, p: &[u32], q: &[u32]) -> (Vec<f64>, Vec<f64>) {
        let rows = self.matrix.row_count;
        let worth = |row: &u32| self.worth.get(*row as usize).copied().unwrap_or(1.0);
        let sum = |rows: &[u32]| rows.iter().map(worth).sum::<f64>();
        let after = sum(q);
        let balance = if after > 0.0 { sum(p) / after } else { 1.0 };
        let (mut target, mut weight) = (vec![0.0; rows], vec![1.0; rows]);
        for (rows, is, factor) in [(p, 0.0, 1.0), (q, 1.0, balance)] {
            for row in rows {
                let at = *row as usize;
                if let (Some(target), Some(weight)) =
                    (target.get_mut(at), weight.get_mut(at))
                {
                    *target = is;
                    *weight = factor * worth(row);
                }
            }
        }
        (target, weight)
    }

    /// Matrix rows of production rows.
    #[must_use]
    pub fn production(&self, rows: &[u32]) -> Vec<u32> {
        let first = self.reference_rows as u32;
        rows.iter().map(|row| row + first).collect()
    }
}

/// Folds by half of the blocks, so that rows of one entity stay together; above [`FIT_ROWS`] a hash chooses.
fn folds_of(rows: &EncodedRows) -> Vec<u8> {
    let share = FIT_ROWS as f64 / rows.row_count.max(1) as f64;
    let limit = if share >= 1.0 { u64::MAX } else { (share * u64::MAX as f64) as u64 };
    let fold = |(row, block): (usize, &u8)| {
        if mix64(row as u64 ^ 0x666f_6c64) <= limit { block & 1 } else { NO_FOLD }
    };
    rows.block.iter().enumerate().map(fold).collect()
}

/// Folds with every row outside `rows` taken out of fitting.
#[must_use]
pub fn only(folds: &[u8], rows: &[u32]) -> Vec<u8> {
    let mut kept = vec![NO_FOLD; folds.len()];
    for row in rows {
        let at = *row as usize;
        if let (Some(slot), Some(fold)) = (kept.get_mut(at), folds.get(at)) {
            *slot = *fold;
        }
    }
    kept
}

/// Fits the domain classifier on reference rows `p` and production rows `q` (rows of their frames).
#[must_use]
pub fn overlap(stacked: &Stacked, p: &[u32], q: &[u32]) -> Overlap {
    let q_rows = stacked.production(q);
    let both: Vec<u32> = p.iter().chain(&q_rows).copied().collect();
    let (target, weight) = stacked.whose(p, &q_rows);
    let margins = trees::cross_fit(
        &stacked.matrix,
        &only(&stacked.folds, &both),
        &target,
        Some(&weight),
        None,
        Objective::Logistic,
        &Params::domain().for_rows(both.len() / 2),
    );
    let margin = |row: u32| margins.get(row as usize).copied().unwrap_or(0.0);
    let mut weights = vec![0.0; stacked.reference_rows];
    let (mut sum, mut squares) = (0.0, 0.0);
    for row in p {
        let worth = stacked.worth.get(*row as usize).copied().unwrap_or(1.0);
        let own = worth * math::exp(margin(*row).clamp(-30.0, 30.0)).min(WEIGHT_CAP);
        sum += own;
        squares += own * own;
        if let Some(slot) = weights.get_mut(*row as usize) {
            *slot = own;
        }
    }
    let mean = if sum > 0.0 { sum / p.len() as f64 } else { 1.0 };
    weights.iter_mut().for_each(|own| *own /= mean);
    let effective =
        if squares > 0.0 { sum * sum / squares / p.len() as f64 } else { 0.0 };
    let before: Vec<f64> = p.iter().map(|row| margin(*row)).collect();
    let after: Vec<f64> = q_rows.iter().map(|row| margin(*row)).collect();
    let (auc, auc_error) = told_apart(before, after);
    Overlap { weights, effective, auc, auc_error }
}

/// AUC of two lists of margins with its standard error (Hanley and McNeil 1982).
fn told_apart(mut before: Vec<f64>, mut after: Vec<f64>) -> (f64, f64) {
    let (n, m) = (before.len() as f64, after.len() as f64);
    if before.is_empty() || after.is_empty() {
        return (0.5, 0.5);
    }
    order::sort(&mut before);
    order::sort(&mut after);
    let mut wins = 0.0;
    let (mut below, mut up_to) = (0_usize, 0_usize);
    for value in &after {
        while before.get(below).is_some_and(|own| own < value) {
            below += 1;
        }
        while before.get(up_to).is_some_and(|own| own <= value) {
            up_to += 1;
        }
        wins += below as f64 + 0.5 * (up_to - below) as f64;
    }
    let auc = wins / (n * m);
    let (a, b) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
    let variance =
        (auc * (1.0 - auc) + (m - 1.0) * (a - auc * auc) + (n - 1.0) * (b - auc * auc))
            / (n * m);
    (auc, math::sqrt(variance.max(0.0)))
}

/// Production rows (of the frame) that the model had never met: a new category, or a number far outside the
/// reference's range, in an input that is not `broken` and that `matters`.
#[must_use]
pub fn never_met(frames: &Frames<'_>, broken: &[usize], matters: &[bool]) -> NeverMet {
    let mut all = vec![false; frames.production.len()];
    let mut columns: Vec<(usize, usize)> = Vec::new();
    for (at, column) in frames.columns.iter().enumerate() {
        let used = matters.get(at).copied().unwrap_or(true);
        if column.role != Role::Feature
            || broken.contains(&at)
            || !used
            || !column.is_in(TableRole::Reference)
            || !column.is_in(TableRole::Production)
        {
            continue;
        }
        let mut out = vec![false; frames.production.len()];
        if let (Some(Raw::Numbers(_)), Some(Raw::Numbers(after))) =
            (frames.reference.values.get(at), frames.production.values.get(at))
        {
            let sorted = frames.reference.ascending(at);
            let quantile = |share: f64| {
                sorted.get((share * (sorted.len().saturating_sub(1)) as f64) as usize)
            };
            if let (Some(low), Some(q1), Some(q3), Some(high)) =
                (quantile(0.0), quantile(0.25), quantile(0.75), quantile(1.0))
                && q3 > q1
            {
                let reach = BEYOND * (q3 - q1);
                for (flag, value) in out.iter_mut().zip(after) {
                    *flag |= *value < low - reach || *value > high + reach;
                }
            }
        } else {
            for coder in &column.coders {
                let Some(codes) = frames.production.rows.codes.get(*coder) else {
                    continue;
                };
                for (flag, code) in out.iter_mut().zip(codes) {
                    *flag |= (NEW_FIRST..=NEW_LAST).contains(code) || *code == UNSEEN;
                }
            }
        }
        let count = out.iter().filter(|own| **own).count();
        if count > 0 {
            columns.push((at, count));
            all.iter_mut().zip(&out).for_each(|(own, more)| *own |= *more);
        }
    }
    columns.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    NeverMet { rows: all, columns: columns.into_iter().map(|own| own.0).collect() }
}

/// Rows the model had never met.
#[derive(Clone, Debug, Default)]
pub struct NeverMet {
    /// A flag a production row of the frame.
    pub rows: Vec<bool>,
    /// The columns that show it (places in the frames' columns), most rows first.
    pub columns: Vec<usize>,
}
