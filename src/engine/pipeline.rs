//! The order of the gates. Enter: which files belong where, and what the user chose. Leave, step by step:
//! jobs for the workers, what was found out before the analysis, and the report. The lead worker (or the
//! headless program) holds one [`Pipeline`]; it never reads a file itself.

use super::count::{CountSpec, Counted};
use super::error::AnalysisError;
use super::finish;
use super::inspect;
use super::job::{Job, Partial, Read, SampleSpec, share_out};
use super::measure::{Compared, Measured, PairCounts, TriedCounts};
use super::plan;
use super::tables::Tables;
use crate::choices::{Choices, Role};
use crate::data::FileIndex;
use crate::data::sample::SampleRule;
use crate::encode::plan::EncodePlan;
use crate::report::Report;
use crate::slice::Overlaps;
use crate::worker::protocol::{Inspection, Stage, TableFiles};

/// What comes next.
#[derive(Debug)]
pub enum Step {
    /// Run `jobs[i]` on worker `i` and [`Pipeline::advance`] with the results.
    Jobs {
        /// For people.
        stage: Stage,
        /// Rows all jobs will read together; 0 when they read none.
        rows_total: u64,
        /// One job a worker, at most.
        jobs: Vec<Job>,
    },
    /// The files were looked at; [`Pipeline::analyse`] goes on.
    Inspected(Box<Inspection>),
    /// The verdict and what was measured, before anybody asked where and why; [`Pipeline::diagnose`] goes on.
    Answer(Box<Report>),
    /// The end.
    Report(Box<Report>),
}

/// What the pipeline waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Awaiting {
    Index,
    Sample,
    Analyse,
    Count,
    Measure,
    Compare,
    Pairs,
    Overlaps,
    WhatIf,
    Diagnose,
}

/// Everything that is known so far.
pub struct Pipeline {
    workers: usize,
    files: Vec<TableFiles>,
    awaiting: Awaiting,
    choices: Choices,
    tables: Tables,
    analysis: Option<Analysis>,
    answer: Option<Box<Report>>,
    /// How the columns are understood, and under which choices.
    understood: Option<(Choices, plan::Understood)>,
    /// How rows will be encoded, and under which choices.
    planned: Option<(Choices, (EncodePlan, plan::Understood))>,
    facts: Vec<f64>,
}

/// Everything that was counted under one plan.
#[derive(Default)]
pub struct Analysis {
    /// How rows were encoded.
    pub plan: EncodePlan,
    /// How it came about.
    pub understood: plan::Understood,
    /// Counts.
    pub counted: Counted,
    /// Performance.
    pub measured: Measured,
    /// Losses.
    pub compared: Compared,
    /// Pairs of columns, for the slice search.
    pub pairs: PairCounts,
    /// Rows by the slices they are in.
    pub overlaps: Overlaps,
    /// Scores by decision and outcome, and the previous model.
    pub tried: TriedCounts,
    /// What the later stages were asked, for [`finish`].
    pub asked: finish::Asked,
    /// Accuracy held while the ranking got worse: the ranking is judged.
    pub headline_hides: bool,
}

impl Pipeline {
    /// Starts with files and choices; `workers` is how many jobs may run at once (1 or more).
    #[must_use]
    pub fn new(files: Vec<TableFiles>, workers: usize, choices: Choices) -> (Self, Step) {
        let workers = workers.max(1);
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); workers];
        let handles =
            files.iter().flat_map(|table| table.parts.iter().chain(&table.labels));
        for (place, handle) in handles.enumerate() {
            if let Some(list) = lists.get_mut(place % workers) {
                list.push(*handle);
            }
        }
        let jobs = lists.into_iter().map(Job::Index).collect();
        let pipeline = Self {
            workers,
            files,
            awaiting: Awaiting::Index,
            choices,
            tables: Tables::default(),
            analysis: None,
            answer: None,
            understood: None,
            planned: None,
            facts: Vec::new(),
        };
        (pipeline, Step::Jobs { stage: Stage::Open, rows_total: 0, jobs })
    }

    /// Takes the results of the jobs, in the order of the jobs.
    ///
    /// # Errors
    /// What the results show cannot be analysed, or they are not what was asked for.
    pub fn advance(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        match self.awaiting {
            Awaiting::Index => self.indexed(partials),
            Awaiting::Sample => self.sampled(partials),
            Awaiting::Diagnose => Err(AnalysisError::OutOfOrder { stage: "diagnose" }),
            Awaiting::Analyse => Err(AnalysisError::OutOfOrder { stage: "analyse" }),
            Awaiting::Count => self.counted(partials),
            Awaiting::Measure => self.measured(partials),
            Awaiting::Compare => self.compared(partials),
            Awaiting::Pairs => self.paired(partials),
            Awaiting::Overlaps => self.overlapped(partials),
            Awaiting::WhatIf => self.tried(partials),
        }
    }

    /// The tables as known so far: with samples and labels once the files were looked at.
    #[must_use]
    pub const fn tables(&self) -> &Tables {
        &self.tables
    }

    fn indexed(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let mut lists = Vec::new();
        for partial in partials {
            let Partial::Index(list) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "open" });
            };
            lists.push(list.into_iter());
        }
        // Handles went out in turn; they come back in turn.
        let workers = self.workers;
        let mut place = 0;
        let mut next = |handle: u32| -> Result<(u32, FileIndex), AnalysisError> {
            let list = lists.get_mut(place % workers);
            place += 1;
            let index = list
                .and_then(Iterator::next)
                .ok_or(AnalysisError::OutOfOrder { stage: "open" })?;
            Ok((handle, index?))
        };
        let mut found = Vec::new();
        for table in &self.files {
            let parts = table
                .parts
                .iter()
                .map(|handle| next(*handle))
                .collect::<Result<_, _>>()?;
            let labels = table
                .labels
                .iter()
                .map(|handle| next(*handle))
                .collect::<Result<_, _>>()?;
            found.push((table.role, parts, labels));
        }
        let chosen = self.choices.roles.iter().find(|own| *own.1 == Role::Label);
        self.tables = Tables::new(found, chosen.map(|own| own.0.as_str()))?;
        self.tables.check_choices(&self.choices)?;
        let mut specs: Vec<SampleSpec> = vec![SampleSpec::default(); self.workers];
        let width = self.tables.columns.len();
        let mut rows_total = 0;
        for (worker, share) in
            share_out(&self.reads(), self.workers).into_iter().enumerate()
        {
            for read in share {
                let Some(table) = self.tables.table(read.table) else { continue };
                let Some((_, index)) = table.parts.get(read.part as usize) else {
                    continue;
                };
                let rule = SampleRule::new(read.table, table.row_count(), width);
                rows_total +=
                    read.segments.iter().map(|segment| segment.row_count).sum::<u64>();
                if let Some(spec) = specs.get_mut(worker) {
                    spec.tables.push((read, index.clone(), rule));
                }
            }
        }
        // Label files go to the last worker, in order, so that the first of two equal ids is the first.
        for table in &self.tables.tables {
            let Some(labels) = &table.labels else { continue };
            for (handle, index) in &labels.parts {
                let place = |name: &str| super::tables::position(index, name);
                let (Some(key), Some(label)) = (place(&labels.key), place(&labels.label))
                else {
                    let file = index.name.clone();
                    return Err(AnalysisError::LabelsWithoutKey {
                        file,
                        role: table.role,
                    });
                };
                if let Some(spec) = specs.last_mut() {
                    spec.labels.push((table.role, *handle, index.clone(), key, label));
                }
            }
        }
        self.awaiting = Awaiting::Sample;
        let jobs = specs.into_iter().map(Job::Sample).collect();
        Ok(Step::Jobs { stage: Stage::Sample, rows_total, jobs })
    }

    fn reads(&self) -> Vec<Read> {
        let of_table = |table: &super::tables::Table| {
            let role = table.role;
            let read = move |((file, index), part): (&(u32, FileIndex), u32)| Read {
                table: role,
                part,
                file: *file,
                segments: index.segments.clone(),
            };
            table.parts.iter().zip(0..).map(read).collect::<Vec<_>>()
        };
        self.tables.tables.iter().flat_map(of_table).collect()
    }

    fn sampled(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let mut sampled = Vec::new();
        for partial in partials {
            let Partial::Sample(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "sample" });
            };
            sampled.push(one);
        }
        self.tables.take_sample(sampled);
        self.awaiting = Awaiting::Analyse;
        self.inspect(self.choices.clone())
    }

    /// Looks again under other choices; answers [`Step::Inspected`].
    ///
    /// # Errors
    /// A choice names what is not there, or the files were not looked at yet.
    pub fn inspect(&mut self, choices: Choices) -> Result<Step, AnalysisError> {
        if matches!(self.awaiting, Awaiting::Index | Awaiting::Sample) {
            return Err(AnalysisError::OutOfOrder { stage: "inspect" });
        }
        self.tables.check_choices(&choices)?;
        self.choices = choices;
        let understood = self.understood();
        let inspection = inspect::inspect(&self.tables, &self.choices, &understood);
        Ok(Step::Inspected(Box::new(inspection)))
    }

    /// Worked out once for the same choices: the columns are shown before they are analysed.
    fn understood(&mut self) -> plan::Understood {
        if let Some((choices, known)) = &self.understood
            && *choices == self.choices
        {
            return known.clone();
        }
        let found = plan::understand(&self.tables, &self.choices);
        self.understood = Some((self.choices.clone(), found.clone()));
        found
    }

    fn plan(&mut self) -> Result<(EncodePlan, plan::Understood), AnalysisError> {
        let understood = self.understood();
        plan::plan_of(&self.tables, &self.choices, understood)
    }

    /// Works out how rows will be encoded, while the columns are read by somebody: an analysis under the same choices
    /// finds it done. What is wrong with the choices is said when they are analysed.
    pub fn prepare(&mut self) {
        if self.analysis.is_some() {
            return;
        }
        self.planned = self.plan().ok().map(|planned| (self.choices.clone(), planned));
    }

    /// Starts the analysis. When only costs, metric or threshold differ from an analysis that was done, the
    /// rows are not read again.
    ///
    /// # Errors
    /// A choice cannot be followed, or the files were not looked at yet.
    pub fn analyse(&mut self, choices: Choices) -> Result<Step, AnalysisError> {
        if matches!(self.awaiting, Awaiting::Index | Awaiting::Sample) {
            return Err(AnalysisError::OutOfOrder { stage: "analyse" });
        }
        self.tables.check_choices(&choices)?;
        self.choices = choices;
        self.answer = None;
        let (plan, understood) = match self.planned.take() {
            Some((choices, planned)) if choices == self.choices => planned,
            _ => self.plan()?,
        };
        if let Some(analysis) = &mut self.analysis
            && analysis.plan == plan
        {
            analysis.understood = understood;
            analysis.headline_hides = false;
            return self.measure();
        }
        let labels = plan::label_tables(&self.tables, &plan);
        let jobs = share_out(&self.reads(), self.workers)
            .into_iter()
            .map(|reads| {
                let (plan, labels) = (plan.clone(), labels.clone());
                Job::Count(Box::new(CountSpec { plan, reads, labels }))
            })
            .collect();
        let rows_total =
            self.tables.tables.iter().map(super::tables::Table::row_count).sum();
        self.analysis = Some(Analysis { plan, understood, ..Analysis::default() });
        self.awaiting = Awaiting::Count;
        Ok(Step::Jobs { stage: Stage::Count, rows_total, jobs })
    }

    fn analysis(&mut self, stage: &'static str) -> Result<&mut Analysis, AnalysisError> {
        self.analysis.as_mut().ok_or(AnalysisError::OutOfOrder { stage })
    }

    fn counted(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let analysis = self.analysis("count")?;
        analysis.counted = Counted::default();
        for partial in partials {
            let Partial::Count(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "count" });
            };
            analysis.counted.merge(*one);
        }
        self.measure()
    }

    /// The same job for every worker: each answers for its own rows.
    fn everywhere(&self, job: &Job) -> Step {
        let jobs = vec![job.clone(); self.workers];
        Step::Jobs { stage: Stage::Compare, rows_total: 0, jobs }
    }

    fn measure(&mut self) -> Result<Step, AnalysisError> {
        let Some(analysis) = &mut self.analysis else {
            return Err(AnalysisError::OutOfOrder { stage: "measure" });
        };
        let spec = finish::measure_spec(&self.tables, analysis, &self.choices);
        self.awaiting = Awaiting::Measure;
        Ok(self.everywhere(&Job::Measure(Box::new(spec))))
    }

    fn measured(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let Some(analysis) = &mut self.analysis else {
            return Err(AnalysisError::OutOfOrder { stage: "measure" });
        };
        analysis.measured = Measured::default();
        for partial in partials {
            let Partial::Measure(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "measure" });
            };
            analysis.measured.merge(*one);
        }
        if finish::headline_hides(analysis, &self.choices) {
            analysis.headline_hides = true;
            return self.measure();
        }
        let spec = finish::compare_spec(&self.tables, analysis, &self.choices);
        self.awaiting = Awaiting::Compare;
        Ok(self.everywhere(&Job::Compare(Box::new(spec))))
    }

    fn compared(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let Some(analysis) = &mut self.analysis else {
            return Err(AnalysisError::OutOfOrder { stage: "compare" });
        };
        analysis.compared = Compared::default();
        for partial in partials {
            let Partial::Compare(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "compare" });
            };
            analysis.compared.merge(*one);
        }
        self.answer()
    }

    fn answer(&mut self) -> Result<Step, AnalysisError> {
        self.awaiting = Awaiting::Diagnose;
        let analysis = self.analysis.as_ref();
        let analysis = analysis.ok_or(AnalysisError::OutOfOrder { stage: "report" })?;
        let answer = Box::new(finish::answer(&self.tables, analysis, &self.choices));
        self.answer = Some(answer.clone());
        Ok(Step::Answer(answer))
    }

    /// Goes on from the last [`Step::Answer`], in the end to [`Step::Report`]. Another [`Pipeline::analyse`] may come
    /// first: the answer is then dropped.
    ///
    /// # Errors
    /// There is no answer to go on from.
    pub fn diagnose(&mut self) -> Result<Step, AnalysisError> {
        let (Some(analysis), Awaiting::Diagnose) = (&mut self.analysis, self.awaiting)
        else {
            return Err(AnalysisError::OutOfOrder { stage: "diagnose" });
        };
        analysis.overlaps = Overlaps::default();
        match finish::pair_spec(&self.tables, analysis) {
            None => self.what_if(),
            Some(spec) => {
                self.awaiting = Awaiting::Pairs;
                Ok(self.everywhere(&Job::Pairs(Box::new(spec))))
            }
        }
    }

    fn pairs(partials: Vec<Partial>) -> Result<PairCounts, AnalysisError> {
        let mut counts = PairCounts::default();
        for partial in partials {
            let Partial::Pairs(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "pairs" });
            };
            counts.merge(*one);
        }
        Ok(counts)
    }

    fn paired(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let analysis = self.analysis("pairs")?;
        analysis.pairs = Self::pairs(partials)?;
        match finish::overlap_spec(analysis) {
            None => self.what_if(),
            Some(spec) => {
                self.awaiting = Awaiting::Overlaps;
                Ok(self.everywhere(&Job::Pairs(Box::new(spec))))
            }
        }
    }

    fn overlapped(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        self.analysis("overlaps")?.overlaps = Self::pairs(partials)?.overlaps;
        self.what_if()
    }

    fn what_if(&mut self) -> Result<Step, AnalysisError> {
        let Some(analysis) = &mut self.analysis else {
            return Err(AnalysisError::OutOfOrder { stage: "what-if" });
        };
        analysis.tried = TriedCounts::default();
        finish::confirm_slices(analysis);
        match finish::what_if::spec(&self.tables, analysis) {
            None => self.complete(),
            Some(spec) => {
                self.awaiting = Awaiting::WhatIf;
                Ok(self.everywhere(&Job::WhatIf(Box::new(spec))))
            }
        }
    }

    fn tried(&mut self, partials: Vec<Partial>) -> Result<Step, AnalysisError> {
        let analysis = self.analysis("what-if")?;
        for partial in partials {
            let Partial::WhatIf(one) = partial else {
                return Err(AnalysisError::OutOfOrder { stage: "what-if" });
            };
            analysis.tried.merge(*one);
        }
        self.complete()
    }

    /// Values of the facts behind the last report's causes, in the order of [`crate::cause::facts::FACTS`]: what
    /// the weights of causes are fitted on.
    #[must_use]
    pub fn facts(&self) -> &[f64] {
        &self.facts
    }

    fn complete(&mut self) -> Result<Step, AnalysisError> {
        let (Some(analysis), Some(answer)) = (&self.analysis, self.answer.take()) else {
            return Err(AnalysisError::OutOfOrder { stage: "diagnose" });
        };
        let (report, facts) =
            finish::report(&self.tables, analysis, &self.choices, *answer);
        self.awaiting = Awaiting::Analyse;
        self.facts = facts;
        Ok(Step::Report(Box::new(report)))
    }
}
