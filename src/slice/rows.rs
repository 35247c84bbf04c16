//! A [`Counter`](super::Counter) over rows in memory. Enter: per table the codes of each column, the block
//! and the loss of each row. Leave: [`PairCells`] and [`Overlaps`]. Several parts of a table give the same
//! sums when merged. Cost: one addition a row and pair.

use super::cell::{Cell, Grid, Sides};
use super::items::{ColumnItems, ItemRange};
use super::{Counter, Overlaps, PairCells};
use crate::encode::code::BLOCKS;

/// Rows of a table that are looked at for each pair; more make the search slower, not much sharper.
/// Whole blocks are taken, so that the choice does not depend on the order of rows.
pub const PAIR_ROWS: usize = 200_000;

/// Encoded rows of one table; all lists have one entry a row.
#[derive(Clone, Debug)]
pub struct RowTable<'a> {
    /// Codes, by the caller's column number.
    pub columns: Vec<&'a [u8]>,
    /// Block of each row, 0–31.
    pub blocks: &'a [u8],
    /// Loss of each row; NaN without a label.
    pub losses: &'a [f64],
    /// Blocks whose rows are counted for pairs, one bit each; from [`pair_blocks`] over the whole table.
    pub pair_blocks: u32,
}

/// The first even blocks that together hold about [`PAIR_ROWS`] rows, one bit each. `rows_of` are the rows
/// of every block of the whole table, so that parts of a table choose alike.
#[must_use]
pub fn pair_blocks(rows_of: &[u64; BLOCKS]) -> u32 {
    let mut taken = 0_u32;
    let mut total = 0;
    for (block, rows) in rows_of.iter().enumerate() {
        if block % 2 == 0 && total < PAIR_ROWS as u64 {
            taken |= 1 << block;
            total += rows;
        }
    }
    taken
}

/// Both tables.
#[derive(Clone, Debug)]
pub struct RowPair<'a> {
    /// Before launch.
    pub reference: RowTable<'a>,
    /// After launch.
    pub production: RowTable<'a>,
    /// Grid of the losses.
    pub grid: Grid,
}

impl RowTable<'_> {
    fn items(&self, column: &ColumnItems, row: usize) -> Option<usize> {
        let code = self.columns.get(column.column)?.get(row)?;
        column.item_of_code.get(usize::from(*code)).map(|item| usize::from(*item))
    }

    fn sampled_rows(&self) -> Vec<usize> {
        let wanted =
            |block: &u8| self.pair_blocks.checked_shr(u32::from(*block)).unwrap_or(0) & 1;
        let rows = self.blocks.iter().enumerate();
        rows.filter(|(_, block)| wanted(block) == 1).map(|(row, _)| row).collect()
    }

    fn add_pairs(
        &self,
        columns: &[ColumnItems],
        pairs: &[(usize, usize)],
        grid: Grid,
        into: &mut [PairCells],
        side: fn(&mut Sides) -> &mut Cell,
    ) {
        let rows = self.sampled_rows();
        let cells: Vec<Cell> = rows
            .iter()
            .map(|row| {
                let mut cell = Cell::default();
                let loss = self.losses.get(*row).copied().unwrap_or(f64::NAN);
                cell.add_row(loss, grid);
                cell
            })
            .collect();
        // Items of every column once, not once a pair.
        let items: Vec<Vec<usize>> = columns
            .iter()
            .map(|column| {
                rows.iter()
                    .map(|row| self.items(column, *row).unwrap_or(usize::MAX))
                    .collect()
            })
            .collect();
        for (&(one, two), out) in pairs.iter().zip(into) {
            let (Some(first), Some(second)) = (items.get(one), items.get(two)) else {
                continue;
            };
            let (Some(tall), Some(wide)) = (
                columns.get(one).map(ColumnItems::len),
                columns.get(two).map(ColumnItems::len),
            ) else {
                continue;
            };
            for ((i, j), cell) in first.iter().zip(second).zip(&cells) {
                if *i < tall
                    && *j < wide
                    && let Some(slot) = out.cells.get_mut(i * wide + j)
                {
                    side(slot).add(cell);
                }
            }
        }
    }

    fn add_overlaps(
        &self,
        columns: &[ColumnItems],
        slices: &[Vec<ItemRange>],
        grid: Grid,
        into: &mut Overlaps,
        side: fn(&mut Sides) -> &mut Cell,
    ) {
        // Bits of the conditions each (column, item) fulfils; a row is in a slice when it fulfils all.
        let mut part = Overlaps::default();
        for (row, block) in self.blocks.iter().enumerate() {
            let mut mask = 0_u32;
            for (bit, slice) in slices.iter().enumerate().take(32) {
                let inside = slice.iter().all(|range| {
                    columns
                        .get(range.column)
                        .and_then(|column| self.items(column, row))
                        .is_some_and(|item| {
                            (usize::from(range.first)..=usize::from(range.last))
                                .contains(&item)
                        })
                });
                mask |= u32::from(inside) << bit;
            }
            let at = match part.masks.binary_search_by_key(&mask, |(own, _)| *own) {
                Ok(at) => at,
                Err(at) => {
                    part.masks.insert(at, (mask, vec![Sides::default(); BLOCKS]));
                    at
                }
            };
            let loss = self.losses.get(row).copied().unwrap_or(f64::NAN);
            let cell = part
                .masks
                .get_mut(at)
                .and_then(|(_, blocks)| blocks.get_mut(usize::from(*block)));
            if let Some(cell) = cell {
                side(cell).add_row(loss, grid);
            }
        }
        into.merge(&part);
    }
}

impl Counter for RowPair<'_> {
    fn pairs(&self, columns: &[ColumnItems], pairs: &[(usize, usize)]) -> Vec<PairCells> {
        let size = |index: usize| columns.get(index).map_or(0, ColumnItems::len);
        let mut out: Vec<PairCells> = pairs
            .iter()
            .map(|(one, two)| PairCells {
                cells: vec![Sides::default(); size(*one) * size(*two)],
            })
            .collect();
        self.reference
            .add_pairs(columns, pairs, self.grid, &mut out, |s| &mut s.reference);
        self.production
            .add_pairs(columns, pairs, self.grid, &mut out, |s| &mut s.production);
        out
    }

    fn overlaps(&self, columns: &[ColumnItems], slices: &[Vec<ItemRange>]) -> Overlaps {
        let mut out = Overlaps::default();
        let grid = self.grid;
        self.reference
            .add_overlaps(columns, slices, grid, &mut out, |s| &mut s.reference);
        self.production
            .add_overlaps(columns, slices, grid, &mut out, |s| &mut s.production);
        out
    }
}
