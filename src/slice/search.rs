//! Levels 1 and 2 of the search, over histograms of even blocks. Enter: [`SliceColumn`]s, then pair
//! histograms. Leave: a shortlist of at most 32 slices for [`Search::confirm`].

use std::collections::BTreeMap;

use super::cell::{Cell, ColumnLoss, Sides};
use super::confirm::{self, FoundSlice};
use super::items::{ColumnItems, ItemRange};
use super::split::{self, Estimate};
use super::{Counter, Overlaps, PairCells};
use crate::drift::ColumnCounts;
use crate::encode::code::{BLOCKS, CODES, Layout};

/// Columns whose pairs are searched, best first.
pub const PAIR_COLUMNS: usize = 25;
/// Smallest share of rows of a slice, 0–1.
pub const MIN_SHARE: f64 = 0.01;
/// Fewest labelled rows of a slice in the even blocks (half of all rows).
pub const MIN_ROWS: f64 = 25.0;
/// A slice with one condition more must score this many times its parents.
pub const LONGER_RATIO: f64 = 1.15;
/// Fewest blocks with rows in each half of each table.
pub const MIN_HALF_BLOCKS: usize = 4;
/// Slices of one length and list in the shortlist; four of these make 32.
const SHORTLIST: usize = 8;
/// Slices of the same columns in the shortlist.
const SAME_COLUMNS: usize = 2;

/// One column of both tables.
#[derive(Clone, Copy, Debug)]
pub struct SliceColumn<'a> {
    /// The caller's number of the column, given back in conditions.
    pub column: usize,
    /// What its codes mean.
    pub layout: &'a Layout,
    /// Rows of the reference.
    pub reference: &'a ColumnCounts,
    /// Losses of the reference.
    pub reference_loss: &'a ColumnLoss,
    /// Rows of production.
    pub production: &'a ColumnCounts,
    /// Losses of production.
    pub production_loss: &'a ColumnLoss,
}

/// What a list looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aim {
    /// Mix: the share moved towards harder cases.
    Grew,
    /// Rate: does worse than before.
    Worse,
}

impl Aim {
    /// The aimed-at quantity of `slice` against `rest` (all rows but the slice and what is taken already).
    pub fn estimate(self, slice: &Sides, rest: &Sides, all: &Sides) -> Option<Estimate> {
        match self {
            Self::Grew => split::mix(slice, all),
            Self::Worse => split::excess(slice, rest, all),
        }
    }

    /// Whether a slice of a half has enough rows.
    pub fn is_supported(self, slice: &Sides, all: &Sides) -> bool {
        let labelled = all.production.labelled > 0.0;
        let of = |cell: &Cell| if labelled { cell.labelled } else { cell.rows };
        let share = |cell: &Cell, total: &Cell| of(cell) / of(total).max(1.0);
        let q = share(&slice.production, &all.production);
        match self {
            Self::Worse => of(&slice.production) >= MIN_ROWS && q >= MIN_SHARE,
            Self::Grew => {
                let p = share(&slice.reference, &all.reference);
                slice.reference.labelled >= MIN_ROWS && p.max(q) >= MIN_SHARE
            }
        }
    }

    /// The lower bound that slices compete with; `None` when too small or not positive.
    pub fn score(self, slice: &Sides, rest: &Sides, all: &Sides) -> Option<f64> {
        if !self.is_supported(slice, all) {
            return None;
        }
        let lower = self.estimate(slice, rest, all)?.lower();
        (lower > 0.0).then_some(lower)
    }
}

/// A slice that competes.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    ranges: Vec<ItemRange>,
    score: f64,
}

/// The search between its steps.
#[derive(Clone, Debug)]
pub struct Search {
    columns: Vec<ColumnItems>,
    pairs: Vec<(usize, usize)>,
    singles: [Vec<Candidate>; 2],
    shortlist: Vec<Vec<ItemRange>>,
    /// Places in the shortlist of either list.
    lists: [Vec<usize>; 2],
}

const AIMS: [Aim; 2] = [Aim::Grew, Aim::Worse];

impl Search {
    /// Step 1. `None` when there is nothing to search: no column, no labelled reference row, or fewer than
    /// 4 non-empty blocks in a half of a table.
    #[must_use]
    pub fn start(columns: &[SliceColumn]) -> Option<Self> {
        let first = columns.first()?;
        if !has_blocks(first.reference) || !has_blocks(first.production) {
            return None;
        }
        let mut items = Vec::with_capacity(columns.len());
        let mut singles = [Vec::new(), Vec::new()];
        for (index, column) in columns.iter().enumerate() {
            let cut = ColumnItems::cut(
                column.column,
                column.layout,
                &column.reference.totals(),
            );
            let cells = even_cells(column, &cut);
            let mut all = Sides::default();
            cells.iter().for_each(|cell| all.add(cell));
            all.reference.mean()?;
            for range in cut.ranges(index) {
                let mut slice = Sides::default();
                let (from, to) = (usize::from(range.first), usize::from(range.last));
                cells.iter().skip(from).take(to + 1 - from).for_each(|c| slice.add(c));
                let rest = all.without(&slice);
                for (aim, list) in AIMS.into_iter().zip(&mut singles) {
                    if let Some(score) = aim.score(&slice, &rest, &all) {
                        list.push(Candidate { ranges: vec![range], score });
                    }
                }
            }
            items.push(cut);
        }
        singles.iter_mut().for_each(|list| sort(list));
        let pairs = best_pairs(&singles, items.len());
        Some(Self {
            columns: items,
            pairs,
            singles,
            shortlist: Vec::new(),
            lists: [Vec::new(), Vec::new()],
        })
    }

    /// The columns in the order that pairs and conditions number them.
    #[must_use]
    pub fn columns(&self) -> &[ColumnItems] {
        &self.columns
    }

    /// Pairs of columns to count.
    #[must_use]
    pub fn pairs(&self) -> &[(usize, usize)] {
        &self.pairs
    }

    /// Step 2, with one answer a pair: the slices whose overlaps are to be counted, at most 32. May be
    /// empty: then nothing was found.
    pub fn shortlist(&mut self, pairs: &[PairCells]) -> &[Vec<ItemRange>] {
        let mut doubles = [Vec::new(), Vec::new()];
        for (&(one, two), cells) in self.pairs.iter().zip(pairs) {
            if let (Some(first), Some(second)) =
                (self.columns.get(one), self.columns.get(two))
            {
                search_pair((one, first), (two, second), cells, &mut doubles);
            }
        }
        doubles.iter_mut().for_each(|list| sort(list));
        self.shortlist.clear();
        for ((singles, doubles), places) in
            self.singles.iter().zip(&doubles).zip(&mut self.lists)
        {
            places.clear();
            for candidate in diverse(singles).into_iter().chain(diverse(doubles)) {
                let known = self.shortlist.iter().position(|s| *s == candidate.ranges);
                places.push(known.unwrap_or(self.shortlist.len()));
                if known.is_none() {
                    self.shortlist.push(candidate.ranges.clone());
                }
            }
        }
        &self.shortlist
    }

    /// Step 3, with the rows' overlaps: what grew and what got worse, each largest effect first.
    #[must_use]
    pub fn confirm(&self, overlaps: &Overlaps) -> (Vec<FoundSlice>, Vec<FoundSlice>) {
        let [grew, worse] = &self.lists;
        let find = |aim, places: &[usize]| {
            confirm::confirm(aim, &self.columns, &self.shortlist, places, overlaps)
        };
        (find(Aim::Grew, grew), find(Aim::Worse, worse))
    }
}

/// All three steps with one counter: (grew, worse). Empty lists when there is nothing to search or find.
#[must_use]
pub fn find(
    columns: &[SliceColumn],
    counter: &dyn Counter,
) -> (Vec<FoundSlice>, Vec<FoundSlice>) {
    let Some(mut search) = Search::start(columns) else {
        return (Vec::new(), Vec::new());
    };
    let pairs = counter.pairs(search.columns(), search.pairs());
    let shortlist = search.shortlist(&pairs).to_vec();
    if shortlist.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let overlaps = counter.overlaps(search.columns(), &shortlist);
    search.confirm(&overlaps)
}

fn has_blocks(counts: &ColumnCounts) -> bool {
    let mut halves = [0_usize; 2];
    for (block, cells) in counts.blocks().enumerate() {
        if let Some(half) = halves.get_mut(block % 2) {
            *half += usize::from(cells.iter().any(|count| *count > 0));
        }
    }
    halves.iter().all(|count| *count >= MIN_HALF_BLOCKS)
}

/// One column's items over the even blocks.
fn even_cells(column: &SliceColumn, items: &ColumnItems) -> Vec<Sides> {
    let mut cells = vec![Sides::default(); items.len()];
    for block in (0..BLOCKS).step_by(2) {
        for (item, codes) in items.codes.iter().enumerate() {
            let Some(cell) = cells.get_mut(item) else { continue };
            for code in codes {
                let at = block * CODES + usize::from(*code);
                cell.reference.add(&cell_at(column.reference, column.reference_loss, at));
                cell.production.add(&cell_at(
                    column.production,
                    column.production_loss,
                    at,
                ));
            }
        }
    }
    cells
}

fn cell_at(counts: &ColumnCounts, losses: &ColumnLoss, at: usize) -> Cell {
    Cell {
        rows: counts.as_flat().get(at).map_or(0.0, |rows| f64::from(*rows)),
        labelled: losses.labelled.get(at).map_or(0.0, |rows| f64::from(*rows)),
        loss: losses.loss.get(at).copied().unwrap_or(0.0),
        squares: losses.squares.get(at).copied().unwrap_or(0.0),
    }
}

/// Best first; equal scores by their conditions, so that the order is total.
fn sort(list: &mut [Candidate]) {
    list.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then_with(|| a.ranges.cmp(&b.ranges))
    });
}

/// All pairs of the best columns of both lists; columns without a candidate follow in their own order.
fn best_pairs(singles: &[Vec<Candidate>; 2], columns: usize) -> Vec<(usize, usize)> {
    let [grew, worse] = singles;
    let mut chosen: Vec<usize> = Vec::new();
    let mut take = |column: usize| {
        if chosen.len() < PAIR_COLUMNS && !chosen.contains(&column) {
            chosen.push(column);
        }
    };
    // In turns, so that neither list starves the other.
    let longest = grew.len().max(worse.len());
    for place in 0..longest {
        for list in [worse, grew] {
            if let Some(range) = list.get(place).and_then(|c| c.ranges.first()) {
                take(range.column);
            }
        }
    }
    (0..columns).for_each(take);
    chosen.sort_unstable();
    let mut pairs = Vec::new();
    for (place, one) in chosen.iter().enumerate() {
        pairs.extend(chosen.iter().skip(place + 1).map(|two| (*one, *two)));
    }
    pairs
}

/// The first few, not many of the same columns.
fn diverse(list: &[Candidate]) -> Vec<&Candidate> {
    let mut seen: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut taken = Vec::new();
    for candidate in list {
        let key = candidate.ranges.iter().map(|range| range.column).collect();
        let count = seen.entry(key).or_insert(0);
        if *count < SAME_COLUMNS {
            *count += 1;
            taken.push(candidate);
        }
        if taken.len() == SHORTLIST {
            break;
        }
    }
    taken
}

/// Every rectangle of items of two columns, by 2-D prefix sums.
fn search_pair(
    (one, first): (usize, &ColumnItems),
    (two, second): (usize, &ColumnItems),
    cells: &PairCells,
    into: &mut [Vec<Candidate>; 2],
) {
    let table = Prefix::new(first.len(), second.len(), &cells.cells);
    let all = table.sum((0, first.len()), (0, second.len()));
    if all.reference.mean().is_none() {
        return;
    }
    let ends = |r: &ItemRange| (usize::from(r.first), usize::from(r.last) + 1);
    let scores = |slice: &Sides| {
        let rest = all.without(slice);
        AIMS.map(|aim| aim.score(slice, &rest, &all).unwrap_or(0.0))
    };
    let rows: Vec<(ItemRange, [f64; 2])> = first
        .ranges(one)
        .into_iter()
        .map(|range| (range, scores(&table.sum(ends(&range), (0, second.len())))))
        .collect();
    let columns: Vec<(ItemRange, [f64; 2])> = second
        .ranges(two)
        .into_iter()
        .map(|range| (range, scores(&table.sum((0, first.len()), ends(&range)))))
        .collect();
    for (across, [grew_a, worse_a]) in &rows {
        for (down, [grew_d, worse_d]) in &columns {
            let slice = table.sum(ends(across), ends(down));
            let rest = all.without(&slice);
            let parents = [grew_a.max(*grew_d), worse_a.max(*worse_d)];
            for ((aim, list), parent) in AIMS.into_iter().zip(&mut *into).zip(parents) {
                if let Some(score) = aim.score(&slice, &rest, &all)
                    && score >= LONGER_RATIO * parent
                {
                    list.push(Candidate { ranges: vec![*across, *down], score });
                }
            }
        }
    }
}

/// 2-D prefix sums.
struct Prefix {
    wide: usize,
    sums: Vec<Sides>,
}

impl Prefix {
    fn new(tall: usize, wide: usize, cells: &[Sides]) -> Self {
        let mut sums = vec![Sides::default(); (tall + 1) * (wide + 1)];
        for row in 0..tall {
            let mut line = Sides::default();
            for column in 0..wide {
                if let Some(cell) = cells.get(row * wide + column) {
                    line.add(cell);
                }
                let mut above =
                    sums.get(row * (wide + 1) + column + 1).copied().unwrap_or_default();
                above.add(&line);
                if let Some(slot) = sums.get_mut((row + 1) * (wide + 1) + column + 1) {
                    *slot = above;
                }
            }
        }
        Self { wide, sums }
    }

    /// Sum over rows `a` and columns `b`, ends exclusive.
    fn sum(&self, a: (usize, usize), b: (usize, usize)) -> Sides {
        let at = |i: usize, j: usize| {
            self.sums.get(i * (self.wide + 1) + j).copied().unwrap_or_default()
        };
        let mut sum = at(a.1, b.1);
        sum.subtract(&at(a.0, b.1));
        sum.subtract(&at(a.1, b.0));
        sum.add(&at(a.0, b.0));
        sum
    }
}
