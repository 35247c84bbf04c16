//! What a code byte means. A column's values become one `u8` each; the meaning of codes 0–239 is the
//! column's own (bins, values or categories of the reference), the rest are the same for every column.
//! Codes 248, 249 and 252 are not used.

use serde::{Deserialize, Serialize};

use crate::report::BinKind;

/// Number of codes.
pub const CODES: usize = 256;
/// Number of blocks: a row's block is a hash of its entity (or of the row) modulo this.
pub const BLOCKS: usize = 32;
/// Codes 0 to this (exclusive) are values, ranges or categories of the reference.
pub const VALUE_CODES: u8 = 240;
/// First code of a category only production has.
pub const NEW_FIRST: u8 = 240;
/// Last code of a category only production has (inclusive).
pub const NEW_LAST: u8 = 247;
/// A number below the reference's smallest.
pub const LOW: u8 = 250;
/// A number above the reference's largest.
pub const HIGH: u8 = 251;
/// The rare categories of the reference together.
pub const OTHER: u8 = 253;
/// New categories too rare for a code of their own.
pub const UNSEEN: u8 = 254;
/// Null.
pub const NULL: u8 = 255;

/// What each code of one column stands for, and the order of the codes.
///
/// # Decisions
/// `order` is the only source of order: a number's codes go from low to high (a value that only production
/// has may sit between two ranges), so code numbers themselves need not be sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// Codes with their kind: numbers from low to high (`LOW` first, `HIGH` after the last range),
    /// categories by reference share; then other, new, unseen and missing.
    pub order: Vec<(u8, BinKind)>,
    /// Whether the order means low to high (numbers, hours, months), so that distances along it make sense.
    pub ordered: bool,
}

impl Layout {
    /// The kind of a code; `None` for a code the column does not use.
    #[must_use]
    pub fn kind_of(&self, code: u8) -> Option<BinKind> {
        self.order.iter().find(|(own, _)| *own == code).map(|(_, kind)| *kind)
    }

    /// Codes of one kind, in order.
    pub fn codes_of(&self, kind: BinKind) -> impl Iterator<Item = u8> + '_ {
        self.order.iter().filter(move |(_, own)| *own == kind).map(|(code, _)| *code)
    }

    /// A layout of `bins` categories 0, 1, …, with the codes every category column has after them.
    #[must_use]
    pub fn of_categories(bins: u8) -> Self {
        let mut order: Vec<(u8, BinKind)> =
            (0..bins.min(VALUE_CODES)).map(|code| (code, BinKind::Category)).collect();
        order.push((OTHER, BinKind::Other));
        order.extend((NEW_FIRST..=NEW_LAST).map(|code| (code, BinKind::New)));
        order.push((UNSEEN, BinKind::Unseen));
        order.push((NULL, BinKind::Missing));
        Self { order, ordered: false }
    }

    /// A layout of `bins` numeric ranges 0, 1, … with low, high and missing around them.
    #[must_use]
    pub fn of_ranges(bins: u8) -> Self {
        let mut order = vec![(LOW, BinKind::Low)];
        order.extend((0..bins.min(VALUE_CODES)).map(|code| (code, BinKind::Range)));
        order.push((HIGH, BinKind::High));
        order.push((NULL, BinKind::Missing));
        Self { order, ordered: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_know_their_codes() {
        let numbers = Layout::of_ranges(4);
        assert_eq!(numbers.kind_of(LOW), Some(BinKind::Low));
        assert_eq!(numbers.kind_of(4), None);
        assert_eq!(numbers.codes_of(BinKind::Range).collect::<Vec<_>>(), [0, 1, 2, 3]);
        let categories = Layout::of_categories(2);
        assert_eq!(categories.kind_of(NEW_LAST), Some(BinKind::New));
        assert!(!categories.ordered);
    }
}
