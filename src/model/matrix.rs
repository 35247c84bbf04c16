//! Code columns as the models see them. Enter: encoded rows and the plan, or codes made elsewhere. Leave: one
//! byte a row and column and the order of each column's codes. One byte a cell is copied; nothing is counted.

use crate::encode::code::{CODES, Layout, NULL};
use crate::encode::plan::EncodePlan;
use crate::encode::rows::EncodedRows;

/// The rank of codes that have none: missing, or not in the column's layout.
pub const NO_RANK: u8 = u8::MAX;

/// Columns of codes, all `row_count` long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Number of rows.
    pub row_count: usize,
    /// The columns.
    pub columns: Vec<CodeColumn>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeColumn {
    /// One code a row; [`NULL`] is missing.
    pub codes: Vec<u8>,
    /// How its codes may be cut in two.
    pub order: Order,
}

/// How the codes of a column may be cut in two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Code to rank, low to high; cuts are between ranks. Codes with rank [`NO_RANK`] are handled like missing.
    Ranked(Box<[u8; CODES]>),
    /// Any set of codes against the others; missing is a category like any other.
    Categories,
}

impl Order {
    /// The order a column's layout states: ranks where the layout is ordered. [`NULL`] never has a rank.
    #[must_use]
    pub fn of_layout(layout: &Layout) -> Self {
        if !layout.ordered {
            return Self::Categories;
        }
        let mut ranks = Box::new([NO_RANK; CODES]);
        let codes = layout.order.iter().map(|(code, _)| *code);
        for (rank, code) in codes.filter(|code| *code != NULL).enumerate() {
            if let Some(slot) = ranks.get_mut(usize::from(code)) {
                *slot = u8::try_from(rank).unwrap_or(NO_RANK);
            }
        }
        Self::Ranked(ranks)
    }

    /// Codes 0, 1, … are already from low to high; [`NULL`] is missing.
    #[must_use]
    pub fn by_code() -> Self {
        let mut ranks = Box::new([NO_RANK; CODES]);
        for (code, slot) in (0..NULL).zip(ranks.iter_mut()) {
            *slot = code;
        }
        Self::Ranked(ranks)
    }

    /// The rank of a code; `None` for missing codes and in columns of categories.
    #[must_use]
    pub fn rank(&self, code: u8) -> Option<u8> {
        match self {
            Self::Categories => None,
            Self::Ranked(_) if code == NULL => None,
            Self::Ranked(ranks) => {
                ranks.get(usize::from(code)).copied().filter(|rank| *rank != NO_RANK)
            }
        }
    }
}

impl Matrix {
    /// The codes of some of the plan's coders (places in `plan.coders`), the tables' rows one after the other.
    /// A column that a table does not have is missing in its rows.
    #[must_use]
    pub fn of_frames(
        frames: &[&EncodedRows],
        plan: &EncodePlan,
        coders: &[usize],
    ) -> Self {
        let row_count = frames.iter().map(|rows| rows.row_count).sum();
        let column = |coder: &usize| {
            let mut codes = Vec::with_capacity(row_count);
            for rows in frames {
                let end = codes.len() + rows.row_count;
                codes.extend(rows.codes.get(*coder).into_iter().flatten());
                codes.resize(end, NULL);
            }
            let layout = plan.coders.get(*coder).map(|coder| &coder.layout);
            CodeColumn {
                codes,
                order: layout.map_or(Order::Categories, Order::of_layout),
            }
        };
        Self { row_count, columns: coders.iter().map(column).collect() }
    }

    /// The code of a cell; missing outside the matrix.
    #[must_use]
    pub fn code(&self, column: usize, row: usize) -> u8 {
        let codes = self.columns.get(column).map(|column| &column.codes);
        codes.and_then(|codes| codes.get(row)).copied().unwrap_or(NULL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::code::{HIGH, LOW};

    #[test]
    fn ranks_follow_the_layout_and_missing_has_none() {
        let order = Order::of_layout(&Layout::of_ranges(3));
        let ranks = [LOW, 0, 1, 2, HIGH].map(|code| order.rank(code));
        assert_eq!(ranks, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!((order.rank(NULL), order.rank(77)), (None, None));
        assert_eq!(Order::of_layout(&Layout::of_categories(3)), Order::Categories);
    }
}
