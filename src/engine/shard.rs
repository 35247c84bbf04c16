//! What one worker does. Enter: jobs, and files by handle. Leave: partial results. Between jobs a worker
//! keeps the rows it encoded, when the plan says so; otherwise every later stage reads them again.

use super::count::{CountSpec, Counted, Counter};
use super::error::AnalysisError;
use super::job::{Job, Partial, Read, SampleSpec, Sampled};
use super::measure;
use super::tables::{decimal_comma, position, readable};
use crate::choices::TableRole;
use crate::data::cell::{Cell, Cells, cell_of};
use crate::data::sample::PartSample;
use crate::data::{self, Batch, ByteSource, DataError, FileIndex, Segment};
use crate::encode::coder::NumberTally;
use crate::encode::plan::EncodePlan;
use crate::encode::rows::{EncodedRows, LabelTable, NamedBatch, encode, id_hash};

/// Files by handle.
pub trait Files {
    /// Opens a file.
    ///
    /// # Errors
    /// [`DataError::Unreadable`] when there is no such handle.
    fn open(&self, file: u32) -> Result<Box<dyn ByteSource + '_>, DataError>;
}

/// Rows that one worker keeps from sampling to counting, bytes: four workers keep 768 MiB at most. A million rows of
/// 20 numbers are 160 MB.
const HELD_BYTES: usize = 192 << 20;

/// Segments as they were read for the sample, so that counting need not read and decode them again. What does not
/// fit is read again.
#[derive(Default)]
struct Held {
    bytes: usize,
    segments: Vec<(u32, Segment, Vec<Batch>)>,
}

impl Held {
    /// Keeps a batch of a segment; once there is no room for one, its segment is dropped and none is kept any more.
    fn keep(&mut self, file: u32, segment: Segment, batch: Batch) {
        if self.bytes > HELD_BYTES {
            return;
        }
        let is_own = |held: &(u32, Segment, _)| (held.0, held.1) == (file, segment);
        self.bytes += batch.byte_count();
        if self.bytes > HELD_BYTES {
            self.segments.retain(|held| !is_own(held));
            return;
        }
        match self.segments.last_mut() {
            Some(last) if is_own(last) => last.2.push(batch),
            _ => self.segments.push((file, segment, vec![batch])),
        }
    }

    /// Its batches, once.
    fn take(&mut self, file: u32, segment: Segment) -> Option<Vec<Batch>> {
        let is_own = |held: &(u32, Segment, _)| (held.0, held.1) == (file, segment);
        let at = self.segments.iter().position(is_own)?;
        Some(self.segments.swap_remove(at).2)
    }
}

/// One worker's memory between jobs.
#[derive(Default)]
pub struct Shard {
    held: Held,
    plan: EncodePlan,
    reads: Vec<Read>,
    labels: Vec<(TableRole, LabelTable)>,
    kept: Vec<(TableRole, EncodedRows)>,
}

impl Shard {
    /// Runs a job. `progress` is told how many rows are done as they are read.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn run(
        &mut self,
        job: Job,
        files: &dyn Files,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Partial, AnalysisError> {
        Ok(match job {
            Job::Index(handles) => Partial::Index(
                handles
                    .into_iter()
                    .map(|file| data::index(&*files.open(file)?))
                    .collect(),
            ),
            Job::Sample(spec) => Partial::Sample(self.sample(&spec, files, progress)?),
            Job::Count(spec) => {
                Partial::Count(Box::new(self.count(*spec, files, progress)?))
            }
            Job::Measure(spec) => {
                let mut measurer = measure::Measurer::new(*spec, &self.plan);
                self.each(files, &mut |table, rows| measurer.add(table, rows))?;
                Partial::Measure(Box::new(measurer.finish()))
            }
            Job::Compare(spec) => {
                let mut comparer = measure::Comparer::new(*spec, &self.plan);
                self.each(files, &mut |table, rows| comparer.add(table, rows))?;
                Partial::Compare(Box::new(comparer.finish()))
            }
            Job::Pairs(spec) => {
                let mut pairs = measure::PairCounter::new(*spec);
                self.each(files, &mut |table, rows| pairs.add(table, rows))?;
                Partial::Pairs(Box::new(pairs.finish()))
            }
            Job::WhatIf(spec) => {
                let mut trier = measure::Trier::new(*spec, &self.plan);
                self.each(files, &mut |table, rows| trier.add(table, rows))?;
                Partial::WhatIf(Box::new(trier.finish()))
            }
        })
    }

    fn count(
        &mut self,
        spec: CountSpec,
        files: &dyn Files,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Counted, AnalysisError> {
        let CountSpec { plan, reads, labels } = spec;
        let mut held = std::mem::take(&mut self.held);
        *self = Self { plan, reads, labels, ..Self::default() };
        let mut counted = Counted::default();
        let mut kept = Vec::new();
        for role in TableRole::ALL {
            if !self.reads.iter().any(|read| read.table == role) {
                continue;
            }
            let mut counter = Counter::new(role, &self.plan);
            let mut spare = counter.take_numbers();
            for read in self.reads.iter().filter(|read| read.table == role) {
                self.encode_read(read, files, &mut held, &mut spare, &mut |mut rows| {
                    counter.add(&rows);
                    rows.joined = Vec::new();
                    progress(rows.row_count as u64);
                    if self.plan.keeps_rows {
                        kept.push((role, rows));
                    }
                })?;
            }
            counted.tables.push(counter.finish(spare));
        }
        self.kept = kept;
        Ok(counted)
    }

    /// Every encoded row of this worker, in file order: from memory, or from the files.
    fn each(
        &self,
        files: &dyn Files,
        visit: &mut dyn FnMut(TableRole, &EncodedRows),
    ) -> Result<(), AnalysisError> {
        if self.plan.keeps_rows {
            self.kept.iter().for_each(|(table, rows)| visit(*table, rows));
            return Ok(());
        }
        for read in &self.reads {
            let (held, numbers) = (&mut Held::default(), &mut []);
            self.encode_read(read, files, held, numbers, &mut |rows| {
                visit(read.table, &rows);
            })?;
        }
        Ok(())
    }

    fn encode_read(
        &self,
        read: &Read,
        files: &dyn Files,
        held: &mut Held,
        numbers: &mut [Option<NumberTally>],
        visit: &mut dyn FnMut(EncodedRows),
    ) -> Result<(), AnalysisError> {
        let table = self.plan.tables.iter().find(|table| table.role == read.table);
        let Some(index) = table
            .and_then(|table| table.parts.get(read.part as usize))
            .map(|(_, index)| index)
        else {
            return Err(AnalysisError::OutOfOrder { stage: "count" });
        };
        let labels =
            self.labels.iter().find(|(role, _)| *role == read.table).map(|(_, l)| l);
        let (names, projection): (Vec<&str>, Vec<usize>) = self
            .plan
            .columns_read()
            .into_iter()
            .filter_map(|name| Some((name, position(index, name)?)))
            .unzip();
        // What was sampled was read whole.
        let all: Vec<&str> = readable(index)
            .into_iter()
            .filter_map(|at| index.columns.get(at))
            .map(|column| column.name.as_str())
            .collect();
        let mut add = |names: &[&str], batch: &Batch| {
            let named = NamedBatch {
                names,
                batch,
                table: read.table,
                part: read.part,
                decimal_comma: decimal_comma(index),
            };
            visit(encode(&self.plan, &named, labels, numbers));
        };
        let source = files.open(read.file)?;
        let mut unread = Vec::new();
        for segment in &read.segments {
            match held.take(read.file, *segment) {
                Some(batches) => batches.into_iter().for_each(|batch| add(&all, &batch)),
                None => unread.push(*segment),
            }
        }
        data::read_segments(&*source, index, &unread, &projection, &mut |_, batch| {
            add(&names, &batch);
            Ok(())
        })?;
        Ok(())
    }

    fn sample(
        &mut self,
        spec: &SampleSpec,
        files: &dyn Files,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Sampled, AnalysisError> {
        self.held = Held::default();
        let mut sampled = Sampled::default();
        for (read, index, rule) in &spec.tables {
            let source = files.open(read.file)?;
            let mut part = PartSample { part: read.part, ..PartSample::default() };
            let projection = readable(index);
            data::read_segments(
                &*source,
                index,
                &read.segments,
                &projection,
                &mut |segment, batch| {
                    part.take(*rule, &batch);
                    progress(batch.row_count as u64);
                    self.held.keep(read.file, segment, batch);
                    Ok(())
                },
            )?;
            sampled.parts.push((read.table, part));
        }
        for (table, file, index, key, label) in &spec.labels {
            let source = files.open(*file)?;
            let (hashes, cells) = label_file(&*source, index, *key, *label)?;
            sampled.labels.push((*table, hashes, cells));
        }
        Ok(sampled)
    }
}

/// Ids and labels of a whole label file; rows without an id are left out.
fn label_file(
    source: &dyn ByteSource,
    index: &FileIndex,
    key: usize,
    label: usize,
) -> Result<(Vec<u64>, Cells), DataError> {
    let (mut hashes, mut cells) = (Vec::new(), Cells::new());
    let segments = &index.segments;
    data::read_segments(source, index, segments, &[key, label], &mut |_, batch| {
        let [keys, labels] = batch.columns.as_slice() else { return Ok(()) };
        for row in 0..batch.row_count {
            if let Some(hash) = id_hash(cell_of(keys, row)) {
                hashes.push(hash);
                let cell = cell_of(labels, row);
                cells.push(if cell == Cell::Text(b"") { Cell::Null } else { cell });
            }
        }
        Ok(())
    })?;
    Ok((hashes, cells))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Values;

    fn batch(rows: usize) -> Batch {
        Batch {
            first_row: 0,
            row_count: rows,
            columns: vec![Values::Float(vec![0.0; rows])],
        }
    }

    #[test]
    fn segments_are_kept_whole_and_given_back_once() {
        let segment =
            |start| Segment { first_row: start, row_count: 20, start, end: start + 1 };
        let mut held = Held::default();
        for start in [0, 1] {
            held.keep(7, segment(start), batch(10));
            held.keep(7, segment(start), batch(10));
        }
        assert_eq!(held.bytes, 4 * 80);
        assert_eq!(held.take(7, segment(1)).map(|own| own.len()), Some(2));
        assert!(held.take(7, segment(1)).is_none() && held.take(8, segment(0)).is_none());
        assert_eq!(held.take(7, segment(0)).map(|own| own.len()), Some(2));
    }

    #[test]
    fn a_segment_without_room_is_not_kept_in_part() {
        let segment =
            |start| Segment { first_row: start, row_count: 1, start, end: start + 1 };
        let most = HELD_BYTES / size_of::<f64>();
        let mut held = Held::default();
        held.keep(0, segment(0), batch(10));
        held.keep(0, segment(1), batch(10));
        held.keep(0, segment(1), batch(most));
        held.keep(0, segment(2), batch(10));
        assert!(held.take(0, segment(0)).is_some());
        assert!(held.take(0, segment(1)).is_none() && held.take(0, segment(2)).is_none());
    }
}
