//! Jobs and their partial results: all that crosses between the lead and the workers. A job says what to
//! read and what to count; partial results of one stage merge by addition or by appending in file order,
//! so they are the same for any number of workers.

use serde::{Deserialize, Serialize};

use super::count::{CountSpec, Counted};
use super::measure::{
    CompareSpec, Compared, MeasureSpec, Measured, PairCounts, PairSpec, TriedCounts,
    WhatIfSpec,
};
use crate::choices::TableRole;
use crate::data::cell::Cells;
use crate::data::sample::{PartSample, SampleRule};
use crate::data::{FileIndex, Segment};

/// What a worker can be asked to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Job {
    /// Find out what these files are.
    Index(Vec<u32>),
    /// Read rows for the sample, and whole label files.
    Sample(SampleSpec),
    /// Read every row once, encode it and count.
    Count(Box<CountSpec>),
    /// Measure performance over the encoded rows.
    Measure(Box<MeasureSpec>),
    /// Losses by code, day and period.
    Compare(Box<CompareSpec>),
    /// Two-column histograms.
    Pairs(Box<PairSpec>),
    /// Scores by decision and outcome.
    WhatIf(Box<WhatIfSpec>),
}

/// What a job gives back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Partial {
    /// One index a file asked for, or why it has none.
    Index(Vec<Result<FileIndex, crate::data::DataError>>),
    /// Rows of the sample and labels.
    Sample(Sampled),
    /// Counts.
    Count(Box<Counted>),
    /// Performance.
    Measure(Box<Measured>),
    /// Losses.
    Compare(Box<Compared>),
    /// Pairs.
    Pairs(Box<PairCounts>),
    /// Scores by decision and outcome.
    WhatIf(Box<TriedCounts>),
}

/// Segments of one file of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Table.
    pub table: TableRole,
    /// Number of the file in its table.
    pub part: u32,
    /// Handle of the file.
    pub file: u32,
    /// Segments, in file order.
    pub segments: Vec<Segment>,
}

/// What to read for the sample.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SampleSpec {
    /// Files to sample from, with their index and the table's rule.
    pub tables: Vec<(Read, FileIndex, SampleRule)>,
    /// Label files: table, handle, index, key column, label column.
    pub labels: Vec<(TableRole, u32, FileIndex, usize, usize)>,
}

/// Rows of the sample and labels.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sampled {
    /// Sampled rows by table and file.
    pub parts: Vec<(TableRole, PartSample)>,
    /// Labels by table: hashes of the ids and the label cells, in file order.
    pub labels: Vec<(TableRole, Vec<u64>, Cells)>,
}

/// Cuts reads into at most `workers` lists of about equal rows, in order.
#[must_use]
pub fn share_out(reads: &[Read], workers: usize) -> Vec<Vec<Read>> {
    let rows = |read: &Read| read.segments.iter().map(|s| s.row_count).sum::<u64>();
    let total: u64 = reads.iter().map(rows).sum();
    let workers = workers.max(1) as u64;
    let mut shares: Vec<Vec<Read>> = vec![Vec::new(); workers as usize];
    let mut before = 0_u64;
    for read in reads {
        for segment in &read.segments {
            // The worker in whose stretch the middle of the segment lies.
            let middle = before + segment.row_count / 2;
            let worker = (u128::from(middle) * u128::from(workers)
                / u128::from(total.max(1)))
            .min(u128::from(workers - 1));
            before += segment.row_count;
            let Some(share) = shares.get_mut(worker as usize) else { continue };
            match share.last_mut() {
                Some(last) if last.table == read.table && last.part == read.part => {
                    last.segments.push(*segment);
                }
                _ => share.push(Read { segments: vec![*segment], ..read.clone() }),
            }
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_segment_is_shared_out_once_and_in_order() {
        let segment =
            |first_row, row_count| Segment { first_row, row_count, start: 0, end: 1 };
        let read = |table, counts: &[u64]| Read {
            table,
            part: 0,
            file: 0,
            segments: counts
                .iter()
                .scan(0, |first, count| {
                    *first += count;
                    Some(segment(*first - count, *count))
                })
                .collect(),
        };
        let reads = [
            read(TableRole::Reference, &[10, 10, 5]),
            read(TableRole::Production, &[25]),
        ];
        for workers in 1..5 {
            let shares = share_out(&reads, workers);
            assert_eq!(shares.len(), workers);
            let all: Vec<_> = shares
                .iter()
                .flatten()
                .flat_map(|r| r.segments.iter().map(move |s| (r.table, s.first_row)))
                .collect();
            assert_eq!(
                all,
                [
                    (TableRole::Reference, 0),
                    (TableRole::Reference, 10),
                    (TableRole::Reference, 20),
                    (TableRole::Production, 0)
                ]
            );
        }
        assert_eq!(
            share_out(&reads, 2)[0].len(),
            1,
            "one table a worker when they are equal"
        );
    }
}
