//! Sums of gradients a bin, in whole numbers: adding is exact, so the order of rows changes nothing. A cell holds
//! the gradient in units of a power of two, and curvature and row count packed into one word.

use super::bins::Bins;
use crate::stats::math;

/// Bits of a gradient's size: a rounding error of 10⁻⁹ of the largest gradient a row.
const GRADIENT_BITS: i32 = 30;
/// Most bits of a row's curvature.
const MOST_CURVATURE_BITS: u32 = 30;
/// Rows added column by column before the next rows: their gradients stay in the first-level cache.
const CHUNK_ROWS: usize = 1024;
/// 1.5·2⁵²: added and subtracted, it rounds a smaller number to the nearest whole one, ties to even.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// Gradient, curvature and row count of one row or of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    gradient: i64,
    /// Curvature times 2 to the count bits, plus the row count.
    mass: u64,
}

impl Cell {
    #[inline]
    pub fn add(&mut self, other: Self) {
        self.gradient = self.gradient.wrapping_add(other.gradient);
        self.mass = self.mass.wrapping_add(other.mass);
    }

    #[inline]
    pub fn minus(self, other: Self) -> Self {
        Self {
            gradient: self.gradient.wrapping_sub(other.gradient),
            mass: self.mass.wrapping_sub(other.mass),
        }
    }
}

/// Units of the cells of one tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Units {
    /// One unit of gradient.
    pub gradient: f64,
    /// One unit of curvature.
    pub curvature: f64,
    count_bits: u32,
}

/// The power of two that is at least `most` (positive), times 2 to minus `bits`.
fn unit(most: f64, bits: i32) -> f64 {
    math::power_of_two(math::floor_log2(most).unwrap_or(0) + 1 - bits)
}

impl Units {
    /// Units for `row_count` rows whose gradients and curvatures are at most so large.
    pub fn new(row_count: usize, most_gradient: f64, most_curvature: f64) -> Self {
        let count_bits = (usize::BITS - row_count.leading_zeros()).clamp(1, 31);
        let bits = MOST_CURVATURE_BITS.min(64 - 2 * count_bits);
        Self {
            gradient: unit(most_gradient, GRADIENT_BITS),
            curvature: unit(most_curvature, i32::try_from(bits).unwrap_or(0)),
            count_bits,
        }
    }

    /// One row. The inverse units are powers of two as well, so multiplying by them is exact.
    #[inline]
    pub fn cell(&self, gradient: f64, curvature: f64) -> Cell {
        let whole = |x: f64| (x + ROUNDER) - ROUNDER;
        let mass = whole(curvature / self.curvature) as u64;
        Cell {
            gradient: whole(gradient / self.gradient) as i64,
            mass: (mass << self.count_bits) | 1,
        }
    }

    /// Rows in a cell.
    #[inline]
    pub fn count(&self, cell: Cell) -> u64 {
        cell.mass & ((1 << self.count_bits) - 1)
    }

    /// Gradient of a cell in units.
    #[inline]
    pub fn gradient_units(cell: Cell) -> f64 {
        cell.gradient as f64
    }

    /// Curvature of a cell.
    #[inline]
    pub fn curvature_of(&self, cell: Cell) -> f64 {
        (cell.mass >> self.count_bits) as f64 * self.curvature
    }
}

/// The histograms of all columns over some rows: `rows` are places in the bins, `None` means all in order;
/// `gradients` has one cell for each of those rows.
pub(super) fn fill(
    cells: &mut Vec<Cell>,
    bins: &Bins,
    rows: Option<&[u32]>,
    gradients: &[Cell],
) {
    cells.clear();
    cells.resize(bins.cell_count, Cell::default());
    for (chunk, gradients) in gradients.chunks(CHUNK_ROWS).enumerate() {
        let first = chunk * CHUNK_ROWS;
        let rows = rows.map(|rows| rows.get(first..).unwrap_or(&[]));
        for column in &bins.columns {
            let Some(cells) = cells.get_mut(column.start..column.start + column.len())
            else {
                continue;
            };
            match rows {
                None => {
                    let own = column.bins.get(first..).unwrap_or(&[]);
                    for (bin, gradient) in own.iter().zip(gradients) {
                        if let Some(cell) = cells.get_mut(usize::from(*bin)) {
                            cell.add(*gradient);
                        }
                    }
                }
                Some(rows) => {
                    for (row, gradient) in rows.iter().zip(gradients) {
                        let bin = column.bins.get(*row as usize).copied().unwrap_or(0);
                        if let Some(cell) = cells.get_mut(usize::from(bin)) {
                            cell.add(*gradient);
                        }
                    }
                }
            }
        }
    }
}
