//! Two columns at once, for slices: pair histograms of the search, then the overlaps of its shortlist.

use serde::{Deserialize, Serialize};

use super::loss::Loss;
use crate::choices::TableRole;
use crate::encode::rows::EncodedRows;
use crate::slice::{
    ColumnItems, Grid, ItemRange, Overlaps, PairCells, RowPair, RowTable,
};

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PairSpec {
    /// The loss.
    pub loss: Loss,
    /// Its grid.
    pub grid: Grid,
    /// The deployed threshold, where decisions are not logged.
    pub threshold: Option<f64>,
    /// Columns cut into items; `column` is the coder's number.
    pub columns: Vec<ColumnItems>,
    /// Blocks counted for pairs: reference, production.
    pub pair_blocks: (u32, u32),
    /// The question.
    pub question: Question,
}

/// Pairs, or slices.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Question {
    /// Histograms of these pairs of `columns`.
    Pairs(Vec<(usize, usize)>),
    /// Rows by the slices they are in.
    Overlaps(Vec<Vec<ItemRange>>),
}

/// What came out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct PairCounts {
    /// One entry a pair.
    pub pairs: Vec<PairCells>,
    /// Rows by slices.
    pub overlaps: Overlaps,
}

/// Adds rows.
pub struct PairCounter {
    spec: PairSpec,
    counts: PairCounts,
}

impl PairCounter {
    /// Starts without rows.
    #[must_use]
    pub fn new(spec: PairSpec) -> Self {
        Self { spec, counts: PairCounts::default() }
    }

    /// Adds rows of the reference or of production; other tables are passed over.
    pub fn add(&mut self, table: TableRole, rows: &EncodedRows) {
        let spec = &self.spec;
        let losses = spec.loss.of_rows(table, rows, spec.threshold);
        let none =
            || RowTable { columns: Vec::new(), blocks: &[], losses: &[], pair_blocks: 0 };
        let own = |pair_blocks: u32| RowTable {
            columns: rows.codes.iter().map(Vec::as_slice).collect(),
            blocks: &rows.block,
            losses: &losses,
            pair_blocks,
        };
        let (reference, production) = match table {
            TableRole::Reference => (own(spec.pair_blocks.0), none()),
            TableRole::Production => (none(), own(spec.pair_blocks.1)),
            TableRole::Shadow | TableRole::Training => return,
        };
        let walker = RowPair { reference, production, grid: spec.grid };
        let counts = &mut self.counts;
        match &spec.question {
            Question::Pairs(pairs) => {
                walker.add_pairs(&spec.columns, pairs, &mut counts.pairs);
            }
            Question::Overlaps(slices) => {
                walker.add_overlaps(&spec.columns, slices, &mut counts.overlaps);
            }
        }
    }

    /// The counts.
    #[must_use]
    pub fn finish(self) -> PairCounts {
        self.counts
    }
}

impl PairCounts {
    /// Adds another part of the rows.
    pub fn merge(&mut self, other: Self) {
        if self.pairs.is_empty() {
            self.pairs = other.pairs;
        } else {
            for (own, more) in self.pairs.iter_mut().zip(&other.pairs) {
                own.merge(more);
            }
        }
        self.overlaps.merge(&other.overlaps);
    }
}
