//! Codes gathered into the bins that are compared. Enter: a column's layout and counts. Leave: counts per
//! bin of both tables, in all and per block. Assumes codes of both tables mean the same. Cost: one walk
//! over 32 × 256 counts.

use super::ColumnCounts;
use super::chi_square::{MIN_EXPECTED, pooled_design_effect};
use crate::encode::code::{CODES, Layout};
use crate::report::BinKind;
use crate::stats::math;

/// Ranges of a number are merged to at most this many bins before two tables are compared: more bins see
/// finer change but drown small change in noise.
pub const RANGE_BINS: usize = 16;

/// The codes of each compared bin, in the layout's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bins {
    codes: Vec<Vec<u8>>,
}

impl Bins {
    /// Bins for drift of this pair of tables. Numbers: every code its own bin, but neighbouring ranges merged
    /// pairwise (or by more) until at most [`RANGE_BINS`] are left. Categories: see [`rest_of`]. Codes
    /// outside the layout share one last bin, so that no row is lost.
    #[must_use]
    pub fn for_drift(
        layout: &Layout,
        reference: &ColumnCounts,
        production: &ColumnCounts,
    ) -> Self {
        let rest = if layout.ordered {
            Vec::new()
        } else {
            rest_of(layout, reference, production)
        };
        let ranges = layout.codes_of(BinKind::Range).count();
        let width = ranges.div_ceil(RANGE_BINS).max(1);
        let mut codes: Vec<Vec<u8>> = Vec::with_capacity(layout.order.len() + 2);
        let (mut seen, mut open) = (0_usize, None);
        for &(code, kind) in layout.order.iter().filter(|(code, _)| !rest.contains(code))
        {
            if kind != BinKind::Range {
                codes.push(vec![code]);
                continue;
            }
            if seen % width == 0 {
                open = Some(codes.len());
                codes.push(Vec::with_capacity(width));
            }
            seen += 1;
            if let Some(bin) = open.and_then(|index| codes.get_mut(index)) {
                bin.push(code);
            }
        }
        if !rest.is_empty() {
            codes.push(rest);
        }
        Self::with_rest(codes)
    }

    /// Every code its own bin, in the layout's order, missing left out: the steps of a distribution
    /// function.
    #[must_use]
    pub fn in_order(layout: &Layout) -> Self {
        let known = layout.order.iter().filter(|(_, kind)| *kind != BinKind::Missing);
        Self { codes: known.map(|(code, _)| vec![*code]).collect() }
    }

    fn with_rest(mut codes: Vec<Vec<u8>>) -> Self {
        let mut listed = [false; CODES];
        for &code in codes.iter().flatten() {
            if let Some(slot) = listed.get_mut(usize::from(code)) {
                *slot = true;
            }
        }
        let rest: Vec<u8> = (0..=u8::MAX)
            .filter(|code| !listed.get(usize::from(*code)).copied().unwrap_or(true))
            .collect();
        if !rest.is_empty() {
            codes.push(rest);
        }
        Self { codes }
    }

    /// How many bins there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no bin.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The codes of each bin.
    #[must_use]
    pub fn codes(&self) -> &[Vec<u8>] {
        &self.codes
    }

    /// Adds up the codes of each bin.
    #[must_use]
    pub fn gather(&self, counts: &ColumnCounts) -> BlockCounts {
        BlockCounts::new(
            counts
                .blocks()
                .map(|block| {
                    let rows_of = |code: &u8| {
                        u64::from(block.get(usize::from(*code)).copied().unwrap_or(0))
                    };
                    self.codes.iter().map(|bin| bin.iter().map(rows_of).sum()).collect()
                })
                .collect(),
        )
    }
}

/// The categories that are compared only together: new ones without a code of their own, rare ones of the
/// reference without a code of their own, and every named one (old or new) whose pooled rows are too few.
///
/// Why: the reference chose which categories have a code. "Unseen" is empty there by construction, and a
/// category that chance put among the most frequent falls back in production; compared as they are, two
/// halves of one table with a long tail always differ. A limit on *pooled* rows treats both tables alike: it
/// is [`MIN_EXPECTED`] in the smaller table (times the design effect) and, where the reference has categories without a code, three
/// standard deviations above its rarest category with one.
fn rest_of(
    layout: &Layout,
    reference: &ColumnCounts,
    production: &ColumnCounts,
) -> Vec<u8> {
    let at =
        |totals: &[u64], code: u8| totals.get(usize::from(code)).copied().unwrap_or(0);
    let each =
        Bins::with_rest(layout.order.iter().map(|(code, _)| vec![*code]).collect());
    let effect =
        pooled_design_effect(&each.gather(reference), &each.gather(production)).value;
    let (reference, production) = (reference.totals(), production.totals());
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    let (n, m) = (n as f64, m as f64);
    let is_cut = layout.codes_of(BinKind::Other).any(|code| at(&reference, code) > 0);
    let rarest = layout
        .codes_of(BinKind::Category)
        .map(|code| at(&reference, code))
        .filter(|count| *count > 0)
        .min();
    let limit = match rarest {
        Some(count) if is_cut => {
            let count = count as f64;
            (count + 3.0 * math::sqrt(count * effect)) / n
        }
        _ => 0.0,
    };
    let limit = limit.max(MIN_EXPECTED * effect / n.min(m));
    let is_rest = |code: u8, kind: BinKind| match kind {
        BinKind::Other | BinKind::Unseen => true,
        BinKind::Category | BinKind::New => {
            ((at(&reference, code) + at(&production, code)) as f64 / (n + m)) < limit
        }
        _ => false,
    };
    let order = layout.order.iter();
    order.filter(|(code, kind)| is_rest(*code, *kind)).map(|(code, _)| *code).collect()
}

/// Counts per bin of one table: in all, and of each block that holds rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCounts {
    /// Rows per bin.
    pub totals: Vec<u64>,
    /// Rows per bin of each non-empty block.
    pub blocks: Vec<Vec<u64>>,
    /// Rows in all.
    pub rows: u64,
}

impl BlockCounts {
    /// Adds up blocks of equal length; empty ones are left out.
    #[must_use]
    pub fn new(blocks: Vec<Vec<u64>>) -> Self {
        let bins = blocks.iter().map(Vec::len).max().unwrap_or(0);
        let mut totals = vec![0_u64; bins];
        for block in &blocks {
            for (total, count) in totals.iter_mut().zip(block) {
                *total += count;
            }
        }
        let rows = totals.iter().sum();
        let blocks =
            blocks.into_iter().filter(|block| block.iter().any(|c| *c > 0)).collect();
        Self { totals, blocks, rows }
    }

    /// The same rows with bins joined: bin `i` goes to `group[i]`, `None` drops it (only for empty bins).
    #[must_use]
    pub fn regroup(&self, group: &[Option<usize>]) -> Self {
        let size = group.iter().flatten().max().map_or(0, |largest| largest + 1);
        let join = |counts: &Vec<u64>| {
            let mut joined = vec![0_u64; size];
            for (count, target) in counts.iter().zip(group) {
                if let Some(slot) = target.and_then(|index| joined.get_mut(index)) {
                    *slot += count;
                }
            }
            joined
        };
        Self {
            totals: join(&self.totals),
            blocks: self.blocks.iter().map(join).collect(),
            rows: self.rows,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::code::{HIGH, LOW, NEW_FIRST, NEW_LAST, NULL, OTHER, UNSEEN};

    #[test]
    fn thirty_two_ranges_become_sixteen_bins() {
        let none = ColumnCounts::default();
        let bins = Bins::for_drift(&Layout::of_ranges(32), &none, &none);
        // low, 16 pairs, high, missing, codes outside the layout
        assert_eq!(bins.len(), 20);
        assert_eq!(bins.codes().first(), Some(&vec![LOW]));
        assert_eq!(bins.codes().get(1), Some(&vec![0, 1]));
        assert_eq!(bins.codes().get(17), Some(&vec![HIGH]));
        assert_eq!(bins.codes().get(18), Some(&vec![NULL]));
    }

    #[test]
    fn no_row_is_lost() {
        let mut counts = ColumnCounts::default();
        counts.add(3, 1, 5);
        counts.add(31, 252, 7);
        counts.add(32, 1, 99);
        let bins = Bins::for_drift(&Layout::of_categories(3), &counts, &counts);
        let table = bins.gather(&counts);
        assert_eq!((table.rows, table.blocks.len()), (12, 2));
    }

    #[test]
    fn rare_and_unseen_categories_share_a_bin() {
        let table = |rows: &[(u8, u32)]| {
            let mut counts = ColumnCounts::default();
            rows.iter().for_each(|(code, n)| counts.add(0, *code, *n));
            counts
        };
        let layout = Layout::of_categories(3);
        let reference = table(&[(0, 900), (1, 95), (2, 5)]);
        let production = table(&[(0, 900), (1, 60), (UNSEEN, 10), (NEW_FIRST, 30)]);
        let bins = Bins::for_drift(&layout, &reference, &production);
        let rest: Vec<u8> =
            [vec![2, OTHER], (241..=NEW_LAST).collect(), vec![UNSEEN]].concat();
        assert!(bins.codes().contains(&vec![NEW_FIRST]));
        assert!(bins.codes().contains(&rest), "{bins:?}");
        // With categories beyond the coded ones, those near the cut are not compared by name either.
        let cut = table(&[(0, 900), (1, 15), (2, 12), (OTHER, 73)]);
        let bins = Bins::for_drift(&layout, &cut, &cut);
        assert!(bins.codes().contains(&vec![0]) && !bins.codes().contains(&vec![1]));
    }
}
