//! Columns cut into items, the building stones of conditions. Enter: a layout and reference counts. Leave:
//! [`ColumnItems`]. Numbers become up to 8 neighbouring groups of about equal reference rows (low and high
//! join the ends) and missing; categories become the 24 most frequent, the rest together, all new ones
//! together, and missing.

use serde::{Deserialize, Serialize};

use crate::encode::code::{CODES, Layout};
use crate::report::BinKind;

/// Most frequent categories that get an item of their own.
pub const MAX_CATEGORIES: usize = 24;
/// Groups of a number.
pub const NUMBER_GROUPS: usize = 8;
/// Item number of codes that have no item.
pub const NO_ITEM: u8 = u8::MAX;

/// One column's items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnItems {
    /// The caller's number of the column.
    pub column: usize,
    /// The item of each code; [`NO_ITEM`] for none.
    pub item_of_code: Vec<u8>,
    /// The codes of each item.
    pub codes: Vec<Vec<u8>>,
    /// The first this many items are neighbours in order, so that runs of them are conditions too.
    pub ordered: usize,
}

/// A run of items of one column, ends inclusive; a single item when both are equal.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ItemRange {
    /// Index into the list of [`ColumnItems`].
    pub column: usize,
    /// First item.
    pub first: u8,
    /// Last item (inclusive).
    pub last: u8,
}

/// Codes of one column that a slice asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The caller's number of the column.
    pub column: usize,
    /// Which codes.
    pub codes: CodeSet,
}

/// A set of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeSet {
    /// Neighbouring codes of a number, from low to high.
    Range {
        /// The codes.
        codes: Vec<u8>,
        /// Whether nothing of the number lies below.
        from_lowest: bool,
        /// Whether nothing of the number lies above.
        to_highest: bool,
    },
    /// Any of these codes.
    Set(Vec<u8>),
}

impl ColumnItems {
    /// Cuts a column. `reference` are rows per code (256).
    #[must_use]
    pub fn cut(column: usize, layout: &Layout, reference: &[u64]) -> Self {
        let rows = |code: u8| reference.get(usize::from(code)).copied().unwrap_or(0);
        let (mut codes, ordered) = if layout.ordered {
            let groups = number_groups(layout, &rows);
            let count = groups.len();
            (groups, count)
        } else {
            (category_groups(layout, &rows), 0)
        };
        let missing: Vec<u8> = layout.codes_of(BinKind::Missing).collect();
        if !missing.is_empty() {
            codes.push(missing);
        }
        let mut item_of_code = vec![NO_ITEM; CODES];
        for (item, group) in codes.iter().enumerate() {
            for code in group {
                if let Some(slot) = item_of_code.get_mut(usize::from(*code)) {
                    *slot = u8::try_from(item).unwrap_or(NO_ITEM);
                }
            }
        }
        Self { column, item_of_code, codes, ordered }
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Every condition on this column, `index` being its place in the list of columns: single items, and
    /// runs of ordered items other than all of them.
    #[must_use]
    pub fn ranges(&self, index: usize) -> Vec<ItemRange> {
        let range = |first: usize, last: usize| ItemRange {
            column: index,
            first: first as u8,
            last: last as u8,
        };
        let mut ranges = Vec::new();
        for first in 0..self.ordered {
            for last in first..self.ordered {
                let all = first == 0 && last + 1 == self.ordered;
                if !all || self.ordered < self.len() && self.ordered > 1 {
                    ranges.push(range(first, last));
                }
            }
        }
        ranges.extend((self.ordered..self.len()).map(|item| range(item, item)));
        ranges
    }

    /// The condition in codes.
    #[must_use]
    pub fn condition(&self, range: ItemRange) -> Condition {
        let (first, last) = (usize::from(range.first), usize::from(range.last));
        let items = self.codes.iter().skip(first).take(last + 1 - first);
        let codes: Vec<u8> = items.flatten().copied().collect();
        let codes = if last < self.ordered {
            CodeSet::Range {
                codes,
                from_lowest: first == 0,
                to_highest: last + 1 == self.ordered,
            }
        } else {
            CodeSet::Set(codes)
        };
        Condition { column: self.column, codes }
    }
}

/// Neighbouring codes gathered until each group holds its share of the reference.
fn number_groups(layout: &Layout, rows: &dyn Fn(u8) -> u64) -> Vec<Vec<u8>> {
    let codes: Vec<u8> = layout
        .order
        .iter()
        .filter(|(_, kind)| *kind != BinKind::Missing)
        .map(|(code, _)| *code)
        .collect();
    let total: u64 = codes.iter().map(|code| rows(*code)).sum();
    let mut groups: Vec<Vec<u8>> = Vec::new();
    let (mut open, mut gathered) = (Vec::new(), 0_u64);
    for code in codes {
        open.push(code);
        gathered += rows(code);
        // Ends lie where the running total passes k/8: a heavy value may end several at once.
        let reached = gathered * NUMBER_GROUPS as u64 / total.max(1);
        if reached > groups.len() as u64 && groups.len() + 1 < NUMBER_GROUPS {
            let holds_rows = open.iter().any(|code| rows(*code) > 0);
            if holds_rows {
                groups.push(std::mem::take(&mut open));
            }
        }
    }
    let holds_rows = open.iter().any(|code| rows(*code) > 0);
    match groups.last_mut() {
        Some(last) if !holds_rows => last.extend(open),
        _ if !open.is_empty() => groups.push(open),
        _ => {}
    }
    groups
}

/// The most frequent categories one by one, the others together, the new ones together.
fn category_groups(layout: &Layout, rows: &dyn Fn(u8) -> u64) -> Vec<Vec<u8>> {
    let mut named: Vec<u8> = layout
        .order
        .iter()
        .filter(|(_, kind)| {
            matches!(kind, BinKind::Category | BinKind::Value | BinKind::Range)
        })
        .map(|(code, _)| *code)
        .collect();
    named.sort_by(|a, b| rows(*b).cmp(&rows(*a)).then(a.cmp(b)));
    let rare = named.split_off(named.len().min(MAX_CATEGORIES));
    let mut groups: Vec<Vec<u8>> = named.into_iter().map(|code| vec![code]).collect();
    let other: Vec<u8> =
        rare.into_iter().chain(layout.codes_of(BinKind::Other)).collect();
    let new: Vec<u8> =
        layout.codes_of(BinKind::New).chain(layout.codes_of(BinKind::Unseen)).collect();
    groups.extend([other, new].into_iter().filter(|group| !group.is_empty()));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::code::{HIGH, LOW, NULL};

    #[test]
    fn numbers_become_groups_of_about_equal_rows() {
        let mut rows = vec![0_u64; CODES];
        rows[..32].fill(100);
        let items = ColumnItems::cut(3, &Layout::of_ranges(32), &rows);
        assert_eq!((items.len(), items.ordered), (9, 8));
        assert_eq!(items.codes.first(), Some(&vec![LOW, 0, 1, 2, 3]));
        assert_eq!(items.codes.get(7), Some(&vec![28, 29, 30, 31, HIGH]));
        assert_eq!(items.codes.get(8), Some(&vec![NULL]));
        // 36 runs (all of them together means "not missing") and missing
        assert_eq!(items.ranges(0).len(), 37);
    }

    #[test]
    fn a_heavy_value_leaves_fewer_groups() {
        let mut rows = vec![0_u64; CODES];
        rows[0] = 10_000;
        rows[1] = 10;
        let items = ColumnItems::cut(0, &Layout::of_ranges(2), &rows);
        assert_eq!(items.ordered, 2);
        let nothing = ColumnItems::cut(0, &Layout::of_ranges(2), &[]);
        assert_eq!(nothing.ordered, 1);
    }

    #[test]
    fn every_code_of_the_layout_has_an_item() {
        for layout in [Layout::of_categories(60), Layout::of_ranges(60)] {
            let mut rows = vec![0_u64; CODES];
            for (code, count) in rows.iter_mut().enumerate().take(60) {
                *count = (code * code % 17) as u64;
            }
            let items = ColumnItems::cut(0, &layout, &rows);
            for (code, _) in &layout.order {
                assert_ne!(items.item_of_code.get(usize::from(*code)), Some(&NO_ITEM));
            }
        }
    }
}
