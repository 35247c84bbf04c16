//! Rows and losses of one cell of a histogram. Enter: rows with or without a loss. Leave: sums.
//!
//! Losses are rounded to a [`Grid`] before they are added. Then every sum is a whole number of grid steps
//! below 2⁵³ (for fewer than 2²⁹ rows), `f64` addition is exact, and any order gives the same bits.

use serde::{Deserialize, Serialize};

use crate::encode::code::{BLOCKS, CODES};
use crate::stats::math;

/// Steps of the grid between 0 and the largest loss: 2 to this power. Rounding moves a loss by at most one
/// part in 3·10⁷ of the largest.
const GRID_BITS: i32 = 24;

/// The grid losses are rounded to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    step: f64,
    square_step: f64,
}

impl Grid {
    /// A grid for losses whose absolute value is at most `largest`. Both tables and all workers must use
    /// the same one.
    #[must_use]
    pub fn for_largest(largest: f64) -> Self {
        let power = math::floor_log2(largest).unwrap_or(0).clamp(-400, 400) + 1;
        Self {
            step: math::power_of_two(power - GRID_BITS),
            square_step: math::power_of_two(2 * power - GRID_BITS),
        }
    }

    fn round(loss: f64, step: f64) -> f64 {
        (loss / step).round_ties_even() * step
    }
}

/// Sums over the rows of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// Rows.
    pub rows: f64,
    /// Rows with a loss.
    pub labelled: f64,
    /// Σ loss.
    pub loss: f64,
    /// Σ loss².
    pub squares: f64,
}

impl Cell {
    /// Adds one row; a loss of NaN means that the row has no label.
    #[inline]
    pub fn add_row(&mut self, loss: f64, grid: Grid) {
        self.rows += 1.0;
        if loss.is_finite() {
            self.labelled += 1.0;
            self.loss += Grid::round(loss, grid.step);
            self.squares += Grid::round(loss * loss, grid.square_step);
        }
    }

    /// Adds another cell.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.labelled += other.labelled;
        self.loss += other.loss;
        self.squares += other.squares;
    }

    /// Takes a cell away that was added before.
    #[inline]
    pub fn subtract(&mut self, other: &Self) {
        self.rows -= other.rows;
        self.labelled -= other.labelled;
        self.loss -= other.loss;
        self.squares -= other.squares;
    }

    /// Mean loss; `None` without a labelled row.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.labelled > 0.0).then(|| self.loss / self.labelled)
    }

    /// Σ (loss − mean)², 0 or more.
    #[must_use]
    pub fn scatter(&self) -> f64 {
        let mean = self.mean().unwrap_or(0.0);
        (self.squares - self.loss * mean).max(0.0)
    }
}

/// The same cell of both tables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sides {
    /// In the reference.
    pub reference: Cell,
    /// In production.
    pub production: Cell,
}

impl Sides {
    /// Adds another cell.
    #[inline]
    pub fn add(&mut self, other: &Self) {
        self.reference.add(&other.reference);
        self.production.add(&other.production);
    }

    /// Takes a cell away that was added before.
    #[inline]
    pub fn subtract(&mut self, other: &Self) {
        self.reference.subtract(&other.reference);
        self.production.subtract(&other.production);
    }

    /// This cell without another.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.subtract(other);
        self
    }
}

/// Rows and losses of one column of one table by block and code, flat (`block * 256 + code`), all three of
/// one length.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnLoss {
    /// Rows with a loss.
    pub labelled: Vec<u32>,
    /// Σ loss.
    pub loss: Vec<f64>,
    /// Σ loss².
    pub squares: Vec<f64>,
}

impl Default for ColumnLoss {
    fn default() -> Self {
        let size = BLOCKS * CODES;
        Self { labelled: vec![0; size], loss: vec![0.0; size], squares: vec![0.0; size] }
    }
}

impl ColumnLoss {
    /// Adds one labelled row, its loss rounded to the grid; other rows and blocks are left out.
    pub fn add_row(&mut self, block: usize, code: u8, loss: f64, grid: Grid) {
        let mut cell = Cell::default();
        cell.add_row(loss, grid);
        self.add_labelled(block, code, &cell);
    }

    /// Adds one row as the cell it is alone, its loss rounded already.
    #[inline]
    pub fn add_labelled(&mut self, block: usize, code: u8, cell: &Cell) {
        let at = block * CODES + usize::from(code);
        if let (Some(labelled), Some(sum), Some(squares)) =
            (self.labelled.get_mut(at), self.loss.get_mut(at), self.squares.get_mut(at))
        {
            *labelled += u32::from(cell.labelled > 0.0);
            *sum += cell.loss;
            *squares += cell.squares;
        }
    }

    /// Adds another part of the same table.
    pub fn merge(&mut self, other: &Self) {
        for (own, more) in self.labelled.iter_mut().zip(&other.labelled) {
            *own += more;
        }
        for (own, more) in self.loss.iter_mut().zip(&other.loss) {
            *own += more;
        }
        for (own, more) in self.squares.iter_mut().zip(&other.squares) {
            *own += more;
        }
    }

    /// Labelled rows and Σ loss per code.
    #[must_use]
    pub fn totals(&self) -> (Vec<u64>, Vec<f64>) {
        let (mut labelled, mut loss) = (vec![0_u64; CODES], vec![0.0; CODES]);
        for (at, (rows, sum)) in self.labelled.iter().zip(&self.loss).enumerate() {
            let code = at % CODES;
            if let (Some(l), Some(s)) = (labelled.get_mut(code), loss.get_mut(code)) {
                *l += u64::from(*rows);
                *s += sum;
            }
        }
        (labelled, loss)
    }
}
