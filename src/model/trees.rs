//! Small boosted trees on codes: one implementation for classes, numbers and corrections of another model's margin.
//! Enter: a matrix of codes, the rows to learn from, their targets. Leave: [`Trees`], margins for any row of a
//! matrix with the same columns, and margins cross-fitted over two folds.
//!
//! Newton boosting with histograms of at most 256 bins a column, depth by depth. Columns with an order are cut
//! between ranks, with missing tried on both sides; categories are sorted by their mean step in every node. A code
//! that no training row of a node had follows the heavier child.
//!
//! # Decisions
//! Gradients are rounded once to whole units, so histogram sums are exact: the order of rows, and of machines,
//! changes no bit. Rows are held out by their number, so the same rows in another order hold out others.
//!
//! Cost: about 1 ns a row, column and level half (fit), 1.2 ns a row and level of each tree (score); memory 16 bytes
//! a training row and one byte a training row and column. It does not sample rows or columns, and knows no monotone
//! constraints.

mod bins;
mod grow;
mod histogram;
mod score;
mod split;
#[cfg(test)]
mod tests;

pub use super::loss::Objective;
use super::loss::{Example, examples};
use super::matrix::Matrix;
use crate::stats::random::{combine64, mix64, unit_interval};
use bins::Bins;
use grow::{Growth, Tree, Work, grow};
use histogram::{Cell, Units};
use score::{RowCodes, add_all};
use split::Limits;

/// The fold that no model of [`cross_fit`] is trained on.
pub const NO_FOLD: u8 = 2;
/// Gradients this small against the targets are rounding: nothing is left to learn.
const LEAST_GRADIENT_RATIO: f64 = 1e-11;
/// Deepest tree: a complete tree of this depth has 255 questions.
const DEEPEST: u8 = 8;
/// The share of rows a child must have at most when there are few: 100 of 10,000.
const MOST_CHILD_RATIO: f64 = 0.01;

/// How trees are grown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Params {
    /// Questions from root to leaf, 1 to 8.
    pub depth: u8,
    /// Most trees.
    pub trees: usize,
    /// Share of a Newton step taken by each tree.
    pub learning_rate: f64,
    /// Curvature added to every leaf.
    pub lambda: f64,
    /// Fewest training rows of a leaf.
    pub min_child_rows: usize,
    /// Share of the rows held out to decide how many trees are kept, 0–1 (exclusive); 0: all are kept.
    pub holdout: f64,
    /// Trees without a better held-out loss before growing stops.
    pub patience: usize,
    /// Decides which rows are held out.
    pub seed: u64,
}

impl Params {
    /// For telling tables apart and for outcomes: METHODS defaults, from measurements on null data.
    #[must_use]
    pub const fn domain() -> Self {
        Self {
            depth: 3,
            trees: 80,
            learning_rate: 0.1,
            lambda: 5.0,
            min_child_rows: 100,
            holdout: 0.15,
            patience: 8,
            seed: 1,
        }
    }

    /// For reproducing another model's score, which has no noise: deep and many.
    #[must_use]
    pub const fn surrogate() -> Self {
        Self {
            depth: 6,
            trees: 200,
            learning_rate: 0.1,
            lambda: 1.0,
            min_child_rows: 15,
            holdout: 0.1,
            patience: 10,
            seed: 2,
        }
    }

    /// The same with leaves of at most one in a hundred of so many rows: below 10,000 rows, leaves of 100 are coarse.
    #[must_use]
    pub fn for_rows(self, row_count: usize) -> Self {
        let most = (row_count as f64 * MOST_CHILD_RATIO).ceil() as usize;
        Self { min_child_rows: self.min_child_rows.min(most).max(1), ..self }
    }
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq)]
pub struct Trees {
    base: f64,
    trees: Vec<Tree>,
    gains: Vec<f64>,
}

/// Fits trees on some rows of a matrix. `target`, `weight` and `offset` have an entry a matrix row; rows whose entry
/// is not finite, or whose weight is not positive, are left out. A tree is kept only if the held-out loss of the
/// trees up to it is the lowest, so no tree may be kept at all.
#[must_use]
pub fn fit(
    matrix: &Matrix,
    rows: &[u32],
    target: &[f64],
    weight: Option<&[f64]>,
    offset: Option<&[f64]>,
    objective: Objective,
    params: &Params,
) -> Trees {
    let all = examples(matrix.row_count, rows, target, weight, offset);
    let base = objective.base(&all, offset.is_some());
    let mut model =
        Trees { base, trees: Vec::new(), gains: vec![0.0; matrix.columns.len()] };
    let held = |example: &&Example| {
        let bits = mix64(combine64(params.seed, u64::from(example.row)));
        unit_interval(bits) < params.holdout
    };
    let (held, trained): (Vec<&Example>, Vec<&Example>) = all.iter().partition(held);
    let growth = Growth {
        depth: u32::from(params.depth.clamp(1, DEEPEST)),
        learning_rate: params.learning_rate,
        limits: Limits {
            lambda: params.lambda.max(0.0),
            min_child_rows: params.min_child_rows as u64,
        },
    };
    let row_numbers = |examples: &[&Example]| -> Vec<u32> {
        examples.iter().map(|example| example.row).collect()
    };
    let places: Vec<usize> = (0..matrix.columns.len()).collect();
    let held_codes = RowCodes::new(matrix, &row_numbers(&held), &places);
    let bins = Bins::new(matrix, &row_numbers(&trained));
    let mut work = Work::new(trained.len());
    let start = |examples: &[&Example]| -> Vec<f64> {
        examples.iter().map(|example| example.offset + base).collect()
    };
    let (mut margins, mut held_margins) = (start(&trained), start(&held));
    let loss = |margins: &[f64]| loss(&held, margins, objective);
    let (mut best_loss, mut best_count) = (loss(&held_margins), 0);
    let mut gains = Vec::new();
    let mut gradients = Gradients::new(&trained, objective);
    while model.trees.len() < params.trees {
        let Some(units) = gradients.update(&trained, &margins, objective) else { break };
        let cells = &gradients.cells;
        let Some(grown) = grow(matrix, &bins, cells, &units, &growth, &mut work) else {
            break;
        };
        for (range, value) in &grown.leaves {
            add(work.rows.get(range.clone()).unwrap_or(&[]), *value, &mut margins);
        }
        held_codes.add(&grown.tree, &places, &mut held_margins);
        model.trees.push(grown.tree);
        gains.push(grown.gains);
        if held.is_empty() {
            best_count = model.trees.len();
            continue;
        }
        let now = loss(&held_margins);
        if now < best_loss {
            (best_loss, best_count) = (now, model.trees.len());
        } else if model.trees.len() - best_count >= params.patience.max(1) {
            break;
        }
    }
    model.trees.truncate(best_count);
    for (column, gain) in gains.iter().take(best_count).flatten() {
        if let Some(sum) = model.gains.get_mut(*column) {
            *sum += gain;
        }
    }
    model
}

/// Adds to the margins of rows.
#[inline(never)]
fn add(rows: &[u32], value: f64, margins: &mut [f64]) {
    for row in rows {
        if let Some(margin) = margins.get_mut(*row as usize) {
            *margin += value;
        }
    }
}

#[inline(never)]
fn loss(examples: &[&Example], margins: &[f64], objective: Objective) -> f64 {
    let one = |(example, margin): (&&Example, &f64)| {
        example.weight * objective.loss(*margin, example.target)
    };
    examples.iter().zip(margins).map(one).sum()
}

/// Gradients of the training rows at the current margins.
struct Gradients {
    slopes: Vec<(f64, f64)>,
    cells: Vec<Cell>,
    most_curvature: f64,
    /// Largest weighted target, the yardstick for "nothing left to learn".
    scale: f64,
}

impl Gradients {
    fn new(examples: &[&Example], objective: Objective) -> Self {
        let most = |value: fn(&Example) -> f64| {
            examples.iter().map(|example| value(example)).fold(0.0, f64::max)
        };
        Self {
            slopes: Vec::new(),
            cells: Vec::new(),
            most_curvature: most(|example| example.weight) * objective.most_curvature(),
            scale: most(|example| {
                example.weight * example.target.abs().max(example.offset.abs())
            }),
        }
    }

    /// `None` when no row has a gradient left.
    #[inline(never)]
    fn update(
        &mut self,
        examples: &[&Example],
        margins: &[f64],
        objective: Objective,
    ) -> Option<Units> {
        let slope = |(example, margin): (&&Example, &f64)| {
            let (g, h) = objective.slope(*margin, example.target);
            (example.weight * g, example.weight * h)
        };
        self.slopes.clear();
        self.slopes.extend(examples.iter().zip(margins).map(slope));
        let most = self.slopes.iter().fold(0.0, |most: f64, (g, _)| most.max(g.abs()));
        if most <= self.scale * LEAST_GRADIENT_RATIO {
            return None;
        }
        let units = Units::new(examples.len(), most, self.most_curvature);
        self.cells.clear();
        self.cells.extend(self.slopes.iter().map(|(g, h)| units.cell(*g, *h)));
        Some(units)
    }
}

impl Trees {
    /// Margins of rows, in their order, base included and offset left out.
    #[must_use]
    pub fn margins(&self, matrix: &Matrix, rows: &[u32]) -> Vec<f64> {
        let mut margins = vec![self.base; rows.len()];
        add_all(&self.trees, matrix, rows, &mut margins);
        margins
    }

    /// Trees kept.
    #[must_use]
    pub const fn tree_count(&self) -> usize {
        self.trees.len()
    }

    /// Training loss saved by the splits on each column, times two.
    #[must_use]
    pub fn gains(&self) -> Vec<f64> {
        self.gains.clone()
    }
}

/// Margins (base included, offset left out) of every matrix row from a model that was not trained on it. `folds` has
/// 0 or 1 for each row: rows of fold 0 are scored by the model of fold 1 and the other way round. Rows with
/// [`NO_FOLD`] are never trained on and get the mean of both.
#[must_use]
pub fn cross_fit(
    matrix: &Matrix,
    folds: &[u8],
    target: &[f64],
    weight: Option<&[f64]>,
    offset: Option<&[f64]>,
    objective: Objective,
    params: &Params,
) -> Vec<f64> {
    let rows_where = |keep: &dyn Fn(u8) -> bool| -> Vec<u32> {
        let rows = (0..matrix.row_count as u32).zip(folds);
        rows.filter(|(_, fold)| keep(**fold)).map(|(row, _)| row).collect()
    };
    let mut margins = vec![0.0; matrix.row_count];
    for own in [0, 1] {
        let rows = rows_where(&|fold| fold == own);
        let model = fit(matrix, &rows, target, weight, offset, objective, params);
        let scored = rows_where(&|fold| fold != own);
        for (row, margin) in scored.iter().zip(model.margins(matrix, &scored)) {
            let place = *row as usize;
            let share = if folds.get(place) == Some(&(1 - own)) { 1.0 } else { 0.5 };
            if let Some(slot) = margins.get_mut(place) {
                *slot += share * margin;
            }
        }
    }
    margins
}
