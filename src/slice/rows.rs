//! A [`Counter`](super::Counter) over rows in memory. Enter: per table the codes of each column, the block
//! and the loss of each row. Leave: [`PairCells`] and [`Overlaps`]. Several parts of a table give the same
//! sums when merged. Cost: one addition a row and pair.

use super::cell::{Cell, Grid, Sides};
use super::items::{ColumnItems, ItemRange, NO_ITEM};
use super::{Counter, Overlaps, PairCells};
use crate::encode::code::{BLOCKS, CODES};

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
    fn codes(&self, column: &ColumnItems) -> &[u8] {
        self.columns.get(column.column).copied().unwrap_or_default()
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
        if rows.is_empty() {
            return;
        }
        let cells: Vec<Cell> = rows
            .iter()
            .map(|row| {
                let mut cell = Cell::default();
                let loss = self.losses.get(*row).copied().unwrap_or(f64::NAN);
                cell.add_row(loss, grid);
                cell
            })
            .collect();
        // Items of every column once, not once a pair; one byte a row stays in the cache.
        let items: Vec<Vec<u8>> = columns
            .iter()
            .map(|column| {
                let codes = self.codes(column);
                let item = |row: &usize| {
                    let code = codes.get(*row)?;
                    column.item_of_code.get(usize::from(*code)).copied()
                };
                rows.iter().map(|row| item(row).unwrap_or(NO_ITEM)).collect()
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
                let (i, j) = (usize::from(*i), usize::from(*j));
                if i < tall
                    && j < wide
                    && let Some(slot) = out.cells.get_mut(i * wide + j)
                {
                    side(slot).add(cell);
                }
            }
        }
    }

    /// For every row the slices it is in, one bit each: those that no condition rules out, column by column.
    fn masks(&self, columns: &[ColumnItems], slices: &[Vec<ItemRange>]) -> Vec<u32> {
        let slices = slices.get(..slices.len().min(32)).unwrap_or(slices);
        let all = (0..slices.len()).fold(0_u32, |all, bit| all | 1 << bit);
        let mut masks = vec![all; self.blocks.len()];
        let ranges = || slices.iter().flatten();
        let mut used: Vec<usize> = ranges().map(|range| range.column).collect();
        used.sort_unstable();
        used.dedup();
        for at in used {
            let own = columns.get(at);
            let mut allowed = [0_u32; CODES];
            for (code, slot) in allowed.iter_mut().enumerate() {
                let item = own.and_then(|own| own.item_of_code.get(code));
                let inside = |range: &&ItemRange| {
                    item.is_some_and(|item| (range.first..=range.last).contains(item))
                };
                for (bit, slice) in slices.iter().enumerate() {
                    let mut asked = slice.iter().filter(|range| range.column == at);
                    let holds = asked.all(|range| inside(&range));
                    *slot |= u32::from(holds) << bit;
                }
            }
            let codes = own.map(|own| self.codes(own)).unwrap_or_default();
            for (mask, code) in masks.iter_mut().zip(codes) {
                *mask &= allowed.get(usize::from(*code)).copied().unwrap_or(0);
            }
            // Without the column's code nothing is known to hold.
            let unasked =
                |slice: &Vec<ItemRange>| slice.iter().all(|own| own.column != at);
            let rest = slices.iter().enumerate().fold(0_u32, |rest, (bit, slice)| {
                rest | u32::from(unasked(slice)) << bit
            });
            masks.iter_mut().skip(codes.len()).for_each(|mask| *mask &= rest);
        }
        masks
    }

    fn add_overlaps(
        &self,
        columns: &[ColumnItems],
        slices: &[Vec<ItemRange>],
        grid: Grid,
        into: &mut Overlaps,
        side: fn(&mut Sides) -> &mut Cell,
    ) {
        let mut at = usize::MAX;
        for ((row, block), mask) in
            self.blocks.iter().enumerate().zip(self.masks(columns, slices))
        {
            // Most rows are in the same slices as the row before.
            if into.masks.get(at).is_none_or(|(own, _)| *own != mask) {
                at = match into.masks.binary_search_by_key(&mask, |(own, _)| *own) {
                    Ok(at) => at,
                    Err(at) => {
                        into.masks.insert(at, (mask, vec![Sides::default(); BLOCKS]));
                        at
                    }
                };
            }
            let loss = self.losses.get(row).copied().unwrap_or(f64::NAN);
            let cell = into
                .masks
                .get_mut(at)
                .and_then(|(_, blocks)| blocks.get_mut(usize::from(*block)));
            if let Some(cell) = cell {
                side(cell).add_row(loss, grid);
            }
        }
    }
}

impl RowPair<'_> {
    /// As [`Counter::pairs`], added to what was counted before.
    pub fn add_pairs(
        &self,
        columns: &[ColumnItems],
        pairs: &[(usize, usize)],
        into: &mut Vec<PairCells>,
    ) {
        let size = |index: usize| columns.get(index).map_or(0, ColumnItems::len);
        let empty = |(one, two): &(usize, usize)| PairCells {
            cells: vec![Sides::default(); size(*one) * size(*two)],
        };
        if into.is_empty() {
            *into = pairs.iter().map(empty).collect();
        }
        self.reference.add_pairs(columns, pairs, self.grid, into, |s| &mut s.reference);
        self.production.add_pairs(columns, pairs, self.grid, into, |s| &mut s.production);
    }

    /// As [`Counter::overlaps`], added to what was counted before.
    pub fn add_overlaps(
        &self,
        columns: &[ColumnItems],
        slices: &[Vec<ItemRange>],
        into: &mut Overlaps,
    ) {
        let grid = self.grid;
        self.reference.add_overlaps(columns, slices, grid, into, |s| &mut s.reference);
        self.production.add_overlaps(columns, slices, grid, into, |s| &mut s.production);
    }
}

impl Counter for RowPair<'_> {
    fn pairs(&self, columns: &[ColumnItems], pairs: &[(usize, usize)]) -> Vec<PairCells> {
        let mut out = Vec::new();
        self.add_pairs(columns, pairs, &mut out);
        out
    }

    fn overlaps(&self, columns: &[ColumnItems], slices: &[Vec<ItemRange>]) -> Overlaps {
        let mut out = Overlaps::default();
        self.add_overlaps(columns, slices, &mut out);
        out
    }
}
