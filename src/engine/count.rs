//! The counting stage: every row is read once, encoded, counted by block and code, and kept. Enter: the plan
//! and the segments to read. Leave: counts, findings about values, and tallies that recover the threshold.
//! Cost: one pass; memory: the counts (32 KiB a column and table) and, when kept, the encoded rows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::job::Read;
use crate::choices::TableRole;
use crate::encode::code::{BLOCKS, CODES};
use crate::encode::coder::NumberTally;
use crate::encode::plan::EncodePlan;
use crate::encode::rows::{EncodedRows, LabelTable, NO_CLASS, NO_DAY};
use crate::metric::{Tally, TallyBuilder};

/// Above this number of code columns, counts are first taken without blocks; blocks are then counted for
/// the [`WIDE_KEPT`] most drifted only.
pub const WIDE_COLUMNS: usize = 1_000;

/// Columns that keep block and loss profiles in a wide table.
pub const WIDE_KEPT: usize = 200;

/// What to count.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CountSpec {
    /// How rows are encoded.
    pub plan: EncodePlan,
    /// What to read.
    pub reads: Vec<Read>,
    /// Labels to join, by table.
    pub labels: Vec<(TableRole, LabelTable)>,
}

/// Counts of all tables.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Counted {
    /// One entry a table that had rows.
    pub tables: Vec<TableCount>,
}

/// Counts of one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableCount {
    /// Which.
    pub table: TableRole,
    /// Rows.
    pub rows: u64,
    /// Rows with a label.
    pub labelled_rows: u64,
    /// Labels that named no known class.
    pub unknown_labels: u64,
    /// Rows whose weight is missing, negative or infinite.
    pub refused_weights: u64,
    /// For each coder: rows per code (wide tables) or per block and code (block-major).
    pub codes: Vec<Vec<u32>>,
    /// For each coder: cells that were not of the column's kind.
    pub failed: Vec<u64>,
    /// For each coder of numbers: its range and mean.
    pub numbers: Vec<Option<NumberTally>>,
    /// Rows of each day that has any.
    pub days: BTreeMap<i32, u64>,
    /// Scores with the decision as yes or no: recovers the threshold (binary).
    pub score_decision: Tally,
    /// Rows that found their label in a label file.
    pub joined_rows: u64,
    /// Labels that found a row: one bit each, in the order of the label table.
    pub joined_labels: Vec<u64>,
}

/// Counts rows of one table as they come.
pub struct Counter {
    count: TableCount,
    scores: TallyBuilder,
    blocks: usize,
}

impl Counter {
    /// A counter for one table of the plan.
    #[must_use]
    pub fn new(table: TableRole, plan: &EncodePlan) -> Self {
        let blocks = if plan.coders.len() > WIDE_COLUMNS { 1 } else { BLOCKS };
        let count = TableCount {
            table,
            rows: 0,
            labelled_rows: 0,
            unknown_labels: 0,
            refused_weights: 0,
            codes: vec![vec![0; blocks * CODES]; plan.coders.len()],
            failed: vec![0; plan.coders.len()],
            numbers: plan
                .coders
                .iter()
                .map(super::super::encode::coder::ColumnCoder::number_tally)
                .collect(),
            days: BTreeMap::new(),
            score_decision: Tally::default(),
            joined_rows: 0,
            joined_labels: Vec::new(),
        };
        Self { count, scores: TallyBuilder::default(), blocks }
    }

    /// Where the coders note the numbers they read, to be handed back to [`Counter::finish`].
    pub fn take_numbers(&mut self) -> Vec<Option<NumberTally>> {
        std::mem::take(&mut self.count.numbers)
    }

    /// Counts encoded rows.
    pub fn add(&mut self, rows: &EncodedRows) {
        let count = &mut self.count;
        count.rows += rows.row_count as u64;
        count.unknown_labels += rows.unknown_labels;
        count.refused_weights += rows.refused_weights;
        count.labelled_rows += rows.labelled_rows();
        count.joined_rows += rows.joined.len() as u64;
        for label in &rows.joined {
            let word = *label as usize / 64;
            if word >= count.joined_labels.len() {
                count.joined_labels.resize(word + 1, 0);
            }
            if let Some(bits) = count.joined_labels.get_mut(word) {
                *bits |= 1 << (label % 64);
            }
        }
        for (total, failed) in count.failed.iter_mut().zip(&rows.failed) {
            *total += failed;
        }
        for (cells, codes) in count.codes.iter_mut().zip(&rows.codes) {
            if self.blocks == 1 {
                count_codes(cells, codes);
            } else {
                count_blocks(cells, codes, &rows.block);
            }
        }
        for &day in rows.day.iter().filter(|day| **day != NO_DAY) {
            *count.days.entry(day).or_insert(0) += 1;
        }
        for (score, decision) in rows.score.iter().zip(&rows.decision) {
            if *decision != NO_CLASS && !score.is_nan() {
                self.scores.push(*score, *decision == 1, 1);
            }
        }
    }

    /// The counts.
    #[must_use]
    pub fn finish(self, numbers: Vec<Option<NumberTally>>) -> TableCount {
        TableCount { score_decision: self.scores.finish(), numbers, ..self.count }
    }
}

fn count_codes(cells: &mut [u32], codes: &[u8]) {
    for code in codes {
        if let Some(cell) = cells.get_mut(usize::from(*code)) {
            *cell += 1;
        }
    }
}

fn count_blocks(cells: &mut [u32], codes: &[u8], blocks: &[u8]) {
    for (code, block) in codes.iter().zip(blocks) {
        if let Some(cell) =
            cells.get_mut(usize::from(*block) * CODES + usize::from(*code))
        {
            *cell += 1;
        }
    }
}

impl Counted {
    /// Adds another worker's counts.
    pub fn merge(&mut self, other: Self) {
        for table in other.tables {
            match self.tables.iter_mut().find(|own| own.table == table.table) {
                Some(own) => own.merge(&table),
                None => self.tables.push(table),
            }
        }
        self.tables.sort_by_key(|table| table.table);
    }

    /// The counts of a table.
    #[must_use]
    pub fn table(&self, role: TableRole) -> Option<&TableCount> {
        self.tables.iter().find(|table| table.table == role)
    }
}

impl TableCount {
    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.labelled_rows += other.labelled_rows;
        self.unknown_labels += other.unknown_labels;
        self.refused_weights += other.refused_weights;
        self.joined_rows += other.joined_rows;
        let words = self.joined_labels.len().max(other.joined_labels.len());
        self.joined_labels.resize(words, 0);
        for (own, more) in self.joined_labels.iter_mut().zip(&other.joined_labels) {
            *own |= more;
        }
        for (own, more) in self.codes.iter_mut().zip(&other.codes) {
            for (cell, count) in own.iter_mut().zip(more) {
                *cell = cell.saturating_add(*count);
            }
        }
        for (own, more) in self.failed.iter_mut().zip(&other.failed) {
            *own += more;
        }
        for (own, more) in self.numbers.iter_mut().zip(&other.numbers) {
            if let (Some(own), Some(more)) = (own, more) {
                own.merge(more);
            }
        }
        for (day, rows) in &other.days {
            *self.days.entry(*day).or_insert(0) += rows;
        }
        self.score_decision.merge(&other.score_decision);
    }
}
