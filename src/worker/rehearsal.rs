//! Small made cases analysed while the page waits for files. Browsers compile a WebAssembly function when it is first
//! called, and again, better, once it proves busy; the code belongs to the module, which all workers share. So what
//! this wakes up is ready when the user's files come: a million rows against a million take a tenth less time after it
//! (measured in Chromium, 2 cores).
//!
//! It runs in a worker of its own, which the page ends as soon as anything is wished for.
//!
//! # Decisions
//! A stage at a time, asked for by the page: an ended worker goes on with what it is at (for two seconds in Chromium),
//! and would take a core away from the user's run.

use std::ops::ControlFlow;

use crate::choices::Choices;
use crate::data::{ByteSource, DataError, MemorySource};
use crate::engine::AnalysisError;
use crate::engine::pipeline::{Pipeline, Step};
use crate::engine::shard::{Files, Shard};
use crate::report::Report;
use crate::scenario::{self, Case};

use super::protocol::TableFiles;

/// The cases, one after the other: a broken column, other people, another relation. Each does what all do.
const CASES: [&str; 3] = ["overnight-release", "autumn-campaign", "spring-rates"];
const SEED: u64 = 1;
/// Rows of each table: enough for every gate to open, few enough for stages of a tenth of a second.
const ROWS: usize = 4_000;

/// What a rehearsing worker is at.
#[derive(Default)]
pub struct Rehearsal {
    begun: usize,
    run: Option<Run>,
}

impl Rehearsal {
    /// Goes one stage on; `false` when there is nothing left to do.
    pub fn advance(&mut self) -> bool {
        if let Some(run) = self.run.take() {
            // An error here is of no interest: the user's own run tells its own.
            self.run = run.advance().ok().and_then(ControlFlow::continue_value);
            return self.run.is_some() || self.begun < CASES.len();
        }
        let Some(case) = CASES.get(self.begun) else { return false };
        self.begun += 1;
        self.run = scenario::generate_rows(case, SEED, ROWS).map(Run::new);
        true
    }
}

struct Made(Vec<MemorySource>);

impl Files for Made {
    fn open(&self, file: u32) -> Result<Box<dyn ByteSource + '_>, DataError> {
        match self.0.get(file as usize) {
            Some(source) => Ok(Box::new(source.clone())),
            None => Err(DataError::Unreadable {
                file: format!("file {file}"),
                because: "it was never made".to_owned(),
            }),
        }
    }
}

/// One case on its way.
struct Run {
    files: Made,
    choices: Choices,
    shard: Shard,
    pipeline: Pipeline,
    step: Step,
}

impl Run {
    fn new(case: Case) -> Self {
        let mut sources = Vec::new();
        let mut tables: Vec<TableFiles> = Vec::new();
        for (handle, file) in (0..).zip(case.files) {
            sources.push(MemorySource::new(file.name, file.bytes));
            let (parts, labels) =
                if file.labels { (vec![], vec![handle]) } else { (vec![handle], vec![]) };
            match tables.iter_mut().find(|own| own.role == file.role) {
                Some(own) => {
                    own.parts.extend(parts);
                    own.labels.extend(labels);
                }
                None => tables.push(TableFiles { role: file.role, parts, labels }),
            }
        }
        let (pipeline, step) = Pipeline::new(tables, 1, case.choices.clone());
        let (files, shard) = (Made(sources), Shard::default());
        Self { files, choices: case.choices, shard, pipeline, step }
    }

    /// The run a stage further, or its report.
    fn advance(mut self) -> Result<ControlFlow<Box<Report>, Self>, AnalysisError> {
        self.step = match self.step {
            Step::Jobs { jobs, .. } => {
                let run = |job| self.shard.run(job, &self.files, &mut |_| {});
                let partials = jobs.into_iter().map(run).collect::<Result<_, _>>()?;
                self.pipeline.advance(partials)?
            }
            Step::Inspected(_) => self.pipeline.analyse(self.choices.clone())?,
            Step::Answer(_) => self.pipeline.diagnose()?,
            Step::Report(report) => return Ok(ControlFlow::Break(report)),
        };
        Ok(ControlFlow::Continue(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_goes_through_every_stage() {
        for case in CASES {
            let mut run = Run::new(scenario::generate_rows(case, SEED, ROWS).unwrap());
            let report = loop {
                match run.advance().unwrap() {
                    ControlFlow::Continue(on) => run = on,
                    ControlFlow::Break(report) => break report,
                }
            };
            assert_eq!(
                report.verdict.kind,
                crate::report::VerdictKind::Dropped,
                "{case}"
            );
            assert!(!report.causes.is_empty() && !report.plan.is_empty(), "{case}");
        }
    }

    #[test]
    fn it_ends() {
        let mut rehearsal = Rehearsal::default();
        let stages = std::iter::repeat_with(|| rehearsal.advance()).take(200);
        let stages = stages.take_while(|more| *more).count();
        assert!((3 * 5..200).contains(&stages), "{stages}");
        assert!(!rehearsal.advance());
    }
}
