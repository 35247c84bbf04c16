//! Counts of one column of one table. Enter: rows as (block, code). Leave: sums over blocks or over codes.
//! Merging is addition, so any cut of the rows gives the same counts. Memory: 32 KiB a column and table.

use crate::encode::code::{BLOCKS, CODES};

/// Rows per block and code: a flat list, block-major (`block * 256 + code`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnCounts {
    counts: Vec<u32>,
}

impl Default for ColumnCounts {
    fn default() -> Self {
        Self { counts: vec![0; BLOCKS * CODES] }
    }
}

impl ColumnCounts {
    /// Takes a flat list of `32 * 256` counts; `None` for any other length.
    #[must_use]
    pub fn from_flat(counts: Vec<u32>) -> Option<Self> {
        (counts.len() == BLOCKS * CODES).then_some(Self { counts })
    }

    /// The flat list.
    #[must_use]
    pub fn as_flat(&self) -> &[u32] {
        &self.counts
    }

    /// The flat list, to count into.
    pub fn as_flat_mut(&mut self) -> &mut [u32] {
        &mut self.counts
    }

    /// Adds rows; a block beyond the last is ignored.
    pub fn add(&mut self, block: usize, code: u8, rows: u32) {
        if let Some(cell) = self.counts.get_mut(block * CODES + usize::from(code)) {
            *cell = cell.saturating_add(rows);
        }
    }

    /// Without the rows of a code.
    #[must_use]
    pub fn without(mut self, code: u8) -> Self {
        for block in self.counts.chunks_exact_mut(CODES) {
            if let Some(cell) = block.get_mut(usize::from(code)) {
                *cell = 0;
            }
        }
        self
    }

    /// Adds another part of the same table.
    pub fn merge(&mut self, other: &Self) {
        for (cell, more) in self.counts.iter_mut().zip(&other.counts) {
            *cell = cell.saturating_add(*more);
        }
    }

    /// Counts per code of each block, in block order.
    pub fn blocks(&self) -> impl Iterator<Item = &[u32]> + '_ {
        self.counts.chunks_exact(CODES)
    }

    /// Rows per code.
    #[must_use]
    pub fn totals(&self) -> Vec<u64> {
        let mut totals = vec![0_u64; CODES];
        for block in self.blocks() {
            for (total, count) in totals.iter_mut().zip(block) {
                *total += u64::from(*count);
            }
        }
        totals
    }

    /// Rows in all.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }
}
