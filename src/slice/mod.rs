//! Which segments carry the change of the mean loss. Enter: per column and code the rows, labelled rows,
//! Σ loss and Σ loss² of both tables, per block; for pairs of columns a [`Counter`] that walks the rows.
//! Leave: two lists of [`FoundSlice`]s — segments that grew towards harder cases, and segments that got
//! worse — with the exact mix/rate split. Titles are made elsewhere.
//!
//! The search goes in three steps, so that rows may live in other workers:
//! 1. [`Search::start`] looks at every item of every column and says which pairs of columns to count;
//! 2. [`Search::shortlist`] looks at every pair of items;
//! 3. [`Search::confirm`] takes the rows' overlaps, covers greedily and tests.
//!
//! [`find`] does all three with one counter.
//!
//! # Decisions
//! - **Honest split.** Steps 1 and 2 see even blocks only; the tests see odd blocks only. Thousands of
//!   segments are looked at, and the best of thousands always looks striking on the rows it was found with.
//! - *Got worse* is searched by the excess over everybody else, q(1−q)(δ_S − δ_rest) with δ the change of
//!   the mean loss. If all rows got worse equally there is no segment to show; by plain contribution the
//!   largest segment would win. [`uniformity`] says so in that case.
//! - A segment that the reference does not have counts as the reference's mean before.
//! - Points inside a segment still hold the change of mix within it; the relationship itself is examined
//!   elsewhere.
//!
//! Sources: Kitagawa 1955 (split); Holm 1979; greedy cover after SliceLine (Sagadeeva and Boehm 2021) in
//! purpose, not in bound. Cost: about 10⁶ rectangles at 300 pairs, each a few additions.

mod cell;
mod confirm;
mod items;
mod rows;
mod search;
mod split;
#[cfg(test)]
mod tests;

pub use cell::{Cell, ColumnLoss, Grid, Sides};
pub use confirm::FoundSlice;
pub use items::{CodeSet, ColumnItems, Condition, ItemRange};
pub use rows::{PAIR_ROWS, RowPair, RowTable, pair_blocks};
pub use search::{Search, SliceColumn, find};
pub use split::{Split, Uniformity, split, uniformity};

use serde::{Deserialize, Serialize};

/// Rows of two columns together, even blocks only: cells of `first × second` items, flat, `first`-major.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PairCells {
    /// Cells of both tables.
    pub cells: Vec<Sides>,
}

impl PairCells {
    /// Adds another part of the rows.
    pub fn merge(&mut self, other: &Self) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            cell.add(more);
        }
    }
}

/// Rows by the set of shortlisted slices they are in: sorted by mask, bit `i` is slice `i`; rows in no slice
/// have mask 0. Cells are per block.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overlaps {
    /// Mask and the cells of its rows in each of the 32 blocks.
    pub masks: Vec<(u32, Vec<Sides>)>,
}

impl Overlaps {
    /// Adds another part of the rows.
    pub fn merge(&mut self, other: &Self) {
        for (mask, blocks) in &other.masks {
            match self.masks.binary_search_by_key(mask, |(own, _)| *own) {
                Ok(at) => {
                    let own = self.masks.get_mut(at).map(|(_, own)| own);
                    for (cell, more) in own.into_iter().flatten().zip(blocks) {
                        cell.add(more);
                    }
                }
                Err(at) => self.masks.insert(at, (*mask, blocks.clone())),
            }
        }
    }
}

/// Walks the rows of both tables.
pub trait Counter {
    /// Counts pairs of columns (indices into `columns`) over rows of even blocks, one answer a pair.
    fn pairs(&self, columns: &[ColumnItems], pairs: &[(usize, usize)]) -> Vec<PairCells>;

    /// Counts rows by the slices (at most 32) they are in.
    fn overlaps(&self, columns: &[ColumnItems], slices: &[Vec<ItemRange>]) -> Overlaps;
}
