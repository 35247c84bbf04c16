//! The best cut of a node: by rank with missing tried on both sides, or categories sorted by their mean step.

use super::bins::{BinColumn, Bins};
use super::histogram::{Cell, Units};
use crate::encode::code::{CODES, NULL};
use crate::model::matrix::{CodeColumn, Order};

/// A gain below this share of the node's own term is rounding.
const LEAST_GAIN_RATIO: f64 = 1e-9;

/// What a split must respect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub lambda: f64,
    pub min_child_rows: u64,
}

/// The best cut found so far.
#[derive(Clone, Debug)]
pub(super) struct Split {
    /// Loss it saves, times two, in squared gradient units.
    pub gain: f64,
    pub column: usize,
    /// Sums of the left child.
    pub left: Cell,
    cut: Cut,
}

#[derive(Clone, Debug)]
enum Cut {
    /// Bins up to this one go left; missing goes left.
    Rank { last_left: usize, missing_left: bool },
    /// These bins go left.
    Set(Box<[bool; CODES]>),
}

struct Search<'a> {
    units: &'a Units,
    limits: Limits,
    total: Cell,
    own: f64,
    best: Option<Split>,
}

impl Search<'_> {
    /// The gain of a cut, when it is allowed and better than the best.
    #[inline]
    fn better(&self, left: Cell) -> Option<f64> {
        let right = self.total.minus(left);
        let (rows_left, rows_right) = (self.units.count(left), self.units.count(right));
        let least = self.limits.min_child_rows.max(1);
        if rows_left < least || rows_right < least {
            return None;
        }
        let lambda = self.limits.lambda;
        let (g, h) =
            (Units::gradient_units(left), self.units.curvature_of(left) + lambda);
        let (e, f) =
            (Units::gradient_units(right), self.units.curvature_of(right) + lambda);
        if h <= 0.0 || f <= 0.0 {
            return None;
        }
        // g²/h + e²/f with one division.
        let gain = (g * g * f + e * e * h) / (h * f) - self.own;
        let least = self.best.as_ref().map_or(self.own * LEAST_GAIN_RATIO, |b| b.gain);
        (gain > least).then_some(gain)
    }

    fn ranked(&mut self, at: usize, column: &BinColumn, cells: &[Cell]) {
        let Some((missing, cells)) = cells.split_last() else { return };
        let sides: &[bool] =
            if self.units.count(*missing) > 0 { &[false, true] } else { &[false] };
        for &missing_left in sides {
            let mut left = if missing_left { *missing } else { Cell::default() };
            for (bin, cell) in cells.iter().enumerate() {
                if *cell == Cell::default() {
                    continue;
                }
                left.add(*cell);
                if let Some(gain) = self.better(left) {
                    let cut = Cut::Rank { last_left: bin, missing_left };
                    self.best = Some(Split { gain, column: at, left, cut });
                }
            }
        }
        debug_assert_eq!(column.codes.len(), cells.len());
    }

    fn categories(&mut self, at: usize, cells: &[Cell], order: &mut Vec<(f64, usize)>) {
        order.clear();
        for (bin, cell) in cells.iter().enumerate() {
            if self.units.count(*cell) > 0 {
                let h = self.units.curvature_of(*cell) + self.limits.lambda;
                let step = Units::gradient_units(*cell) / h.max(f64::MIN_POSITIVE);
                order.push((step, bin));
            }
        }
        order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut left = Cell::default();
        let mut best = None;
        for (place, (_, bin)) in order.iter().enumerate() {
            left.add(cells.get(*bin).copied().unwrap_or_default());
            if let Some(gain) = self.better(left) {
                let cut = Cut::Rank { last_left: 0, missing_left: false };
                self.best = Some(Split { gain, column: at, left, cut });
                best = Some(place);
            }
        }
        if let (Some(place), Some(split)) = (best, self.best.as_mut()) {
            let mut set = Box::new([false; CODES]);
            for (_, bin) in order.iter().take(place + 1) {
                if let Some(slot) = set.get_mut(*bin) {
                    *slot = true;
                }
            }
            split.cut = Cut::Set(set);
        }
    }
}

/// The best split of a node with these histograms; `None` when nothing allowed saves loss.
pub(super) fn best(
    bins: &Bins,
    cells: &[Cell],
    total: Cell,
    units: &Units,
    limits: Limits,
) -> Option<Split> {
    let g = Units::gradient_units(total);
    let h = units.curvature_of(total) + limits.lambda;
    let own = if h > 0.0 { g * g / h } else { 0.0 };
    let mut search = Search { units, limits, total, own, best: None };
    let mut order = Vec::new();
    for (at, column) in bins.columns.iter().enumerate() {
        let own = cells.get(column.start..column.start + column.len()).unwrap_or(&[]);
        if column.ranked {
            search.ranked(at, column, own);
        } else {
            search.categories(at, own, &mut order);
        }
    }
    search.best
}

impl Split {
    /// For every bin whether it goes right.
    pub fn bins_right(
        &self,
        column: &BinColumn,
        cells: &[Cell],
        heavy_right: bool,
    ) -> [u8; CODES] {
        let mut right = [u8::from(heavy_right); CODES];
        let own = cells.get(column.start..column.start + column.len()).unwrap_or(&[]);
        for (bin, (slot, cell)) in right.iter_mut().zip(own).enumerate() {
            // Codes that this node never saw follow the heavier child, unless their rank says where.
            let seen = *cell != Cell::default();
            match &self.cut {
                Cut::Rank { missing_left, .. } if bin == column.codes.len() => {
                    if seen {
                        *slot = u8::from(!missing_left);
                    }
                }
                Cut::Rank { last_left, .. } => *slot = u8::from(bin > *last_left),
                Cut::Set(set) => {
                    if seen {
                        *slot = u8::from(!set.get(bin).copied().unwrap_or(false));
                    }
                }
            }
        }
        right
    }

    /// For every code whether it goes right, given the same for bins.
    pub fn codes_right(
        &self,
        source: &CodeColumn,
        column: &BinColumn,
        bins_right: &[u8; CODES],
        heavy_right: bool,
    ) -> [u8; CODES] {
        let mut right = [u8::from(heavy_right); CODES];
        if let (Order::Ranked(_), Cut::Rank { last_left, .. }) =
            (&source.order, &self.cut)
        {
            let last_rank =
                column.codes.get(*last_left).and_then(|code| source.order.rank(*code));
            let missing = bins_right.get(column.codes.len()).copied();
            for (code, slot) in (0..=NULL).zip(right.iter_mut()) {
                match source.order.rank(code) {
                    Some(rank) => *slot = u8::from(Some(rank) > last_rank),
                    None => *slot = missing.unwrap_or(*slot),
                }
            }
        } else {
            for (code, side) in column.codes.iter().zip(bins_right) {
                if let Some(slot) = right.get_mut(usize::from(*code)) {
                    *slot = *side;
                }
            }
        }
        right
    }
}
