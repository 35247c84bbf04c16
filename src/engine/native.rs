//! The engine on threads, over files on disk or in memory: the headless program, the tests and the benches.
//! The result does not depend on the number of threads.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::error::AnalysisError;
use super::job::{Job, Partial};
use super::pipeline::{Pipeline, Step};
use super::shard::{Files, Shard};
use super::tables::Tables;
use crate::choices::{Choices, TableRole};
use crate::data::{ByteSource, DataError, MemorySource};
use crate::encode::plan::EncodePlan;
use crate::report::Report;
use crate::worker::protocol::TableFiles;

/// Threads when none are asked for: as in the browser, at most this many.
pub const MAX_THREADS: usize = 4;

/// A table on disk.
#[derive(Clone, Debug)]
pub struct DiskTable {
    /// Which.
    pub role: TableRole,
    /// Its files; none when the table is not given.
    pub files: Vec<PathBuf>,
    /// Its label files.
    pub labels: Vec<PathBuf>,
}

/// A table in memory: base names and bytes.
#[derive(Clone, Debug)]
pub struct MemoryTable {
    /// Which.
    pub role: TableRole,
    /// Its files.
    pub files: Vec<(String, Vec<u8>)>,
    /// Its label files.
    pub labels: Vec<(String, Vec<u8>)>,
}

/// A file on disk, read by ranges.
struct DiskSource {
    name: String,
    len_bytes: u64,
    file: Mutex<File>,
}

impl DiskSource {
    fn open(path: &Path) -> Result<Self, DataError> {
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let unreadable = |because: std::io::Error| DataError::Unreadable {
            file: name.clone(),
            because: because.to_string(),
        };
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(DataError::Unreadable {
                file: name,
                because: "it is a folder".to_owned(),
            });
        }
        Ok(Self { name, len_bytes: about.len(), file: Mutex::new(file) })
    }
}

impl ByteSource for DiskSource {
    fn name(&self) -> &str {
        &self.name
    }

    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    fn read_range(
        &self,
        offset_bytes: u64,
        count_bytes: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let unreadable =
            |because: String| DataError::Unreadable { file: self.name.clone(), because };
        let mut file = self.file.lock().map_err(|lost| unreadable(lost.to_string()))?;
        let start = into.len();
        let read = file
            .seek(SeekFrom::Start(offset_bytes))
            .and_then(|_| (&mut *file).take(count_bytes as u64).read_to_end(into));
        match read {
            Ok(count) if count == count_bytes => Ok(()),
            Ok(count) => {
                into.truncate(start);
                Err(unreadable(format!("it ended {} bytes early", count_bytes - count)))
            }
            Err(error) => Err(unreadable(error.to_string())),
        }
    }
}

enum Opened {
    Disk(PathBuf),
    Memory(MemorySource),
}

struct OpenFiles(Vec<Opened>);

impl Files for OpenFiles {
    fn open(&self, file: u32) -> Result<Box<dyn ByteSource + '_>, DataError> {
        match self.0.get(file as usize) {
            Some(Opened::Disk(path)) => Ok(Box::new(DiskSource::open(path)?)),
            Some(Opened::Memory(source)) => Ok(Box::new(source.clone())),
            None => Err(DataError::Unreadable {
                file: format!("file {file}"),
                because: "it was never given".to_owned(),
            }),
        }
    }
}

/// Analyses files on disk with `threads` threads, or as many as there are cores up to [`MAX_THREADS`].
///
/// # Errors
/// Files that cannot be used, or choices that cannot be followed.
pub fn run(
    tables: &[DiskTable],
    choices: &Choices,
    threads: Option<usize>,
) -> Result<Report, AnalysisError> {
    let mut files = Vec::new();
    let mut layout = Vec::new();
    for table in tables {
        let mut handles = |paths: &[PathBuf]| -> Vec<u32> {
            let first = files.len();
            files.extend(paths.iter().cloned().map(Opened::Disk));
            (first..files.len()).filter_map(|handle| u32::try_from(handle).ok()).collect()
        };
        let (parts, labels) = (handles(&table.files), handles(&table.labels));
        layout.push(TableFiles { role: table.role, parts, labels });
    }
    drive(&OpenFiles(files), layout, choices, threads).map(|(report, _)| report)
}

/// Analyses files in memory.
///
/// # Errors
/// As [`run`].
pub fn run_memory(
    tables: Vec<MemoryTable>,
    choices: &Choices,
    threads: Option<usize>,
) -> Result<Report, AnalysisError> {
    run_memory_with_facts(tables, choices, threads).map(|(report, _)| report)
}

/// As [`run_memory`], with the values of the facts that causes were weighed by (see [`Pipeline::facts`]).
///
/// # Errors
/// As [`run`].
pub fn run_memory_with_facts(
    tables: Vec<MemoryTable>,
    choices: &Choices,
    threads: Option<usize>,
) -> Result<(Report, Vec<f64>), AnalysisError> {
    let (files, layout) = open_memory(tables);
    drive(&files, layout, choices, threads)
}

fn open_memory(tables: Vec<MemoryTable>) -> (OpenFiles, Vec<TableFiles>) {
    let mut files = Vec::new();
    let mut layout = Vec::new();
    for table in tables {
        let mut handles = |named: Vec<(String, Vec<u8>)>| -> Vec<u32> {
            let first = files.len();
            let source = |(name, bytes)| Opened::Memory(MemorySource::new(name, bytes));
            files.extend(named.into_iter().map(source));
            (first..files.len()).filter_map(|handle| u32::try_from(handle).ok()).collect()
        };
        let (parts, labels) = (handles(table.files), handles(table.labels));
        layout.push(TableFiles { role: table.role, parts, labels });
    }
    (OpenFiles(files), layout)
}

/// The tables in memory up to their samples, and the plan made from them: what the models and the detectors of
/// broken inputs start from.
///
/// # Errors
/// As [`run`].
pub fn sample_memory(
    tables: Vec<MemoryTable>,
    choices: &Choices,
) -> Result<(EncodePlan, Tables), AnalysisError> {
    let (files, layout) = open_memory(tables);
    let mut shards = [Shard::default()];
    let (mut pipeline, mut step) = Pipeline::new(layout, 1, choices.clone());
    while let Step::Jobs { jobs, .. } = step {
        step = pipeline.advance(run_jobs(&mut shards, jobs, &files)?)?;
    }
    let tables = pipeline.tables().clone();
    let (plan, _) = super::plan::plan(&tables, choices)?;
    Ok((plan, tables))
}

fn drive(
    files: &OpenFiles,
    layout: Vec<TableFiles>,
    choices: &Choices,
    threads: Option<usize>,
) -> Result<(Report, Vec<f64>), AnalysisError> {
    let cores =
        || std::thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let threads = threads.unwrap_or_else(cores).max(1);
    let mut shards: Vec<Shard> = (0..threads).map(|_| Shard::default()).collect();
    let (mut pipeline, mut step) = Pipeline::new(layout, threads, choices.clone());
    loop {
        step = match step {
            Step::Jobs { jobs, .. } => {
                pipeline.advance(run_jobs(&mut shards, jobs, files)?)?
            }
            Step::Inspected(_) => pipeline.analyse(choices.clone())?,
            Step::Answer(_) => pipeline.diagnose()?,
            Step::Report(report) => return Ok((*report, pipeline.facts().to_vec())),
        };
    }
}

fn run_jobs(
    shards: &mut [Shard],
    jobs: Vec<Job>,
    files: &OpenFiles,
) -> Result<Vec<Partial>, AnalysisError> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = shards
            .iter_mut()
            .zip(jobs)
            .map(|(shard, job)| scope.spawn(move || shard.run(job, files, &mut |_| {})))
            .collect();
        threads
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::{Role, TableRole};

    /// As [`run_memory`], with a plan made beforehand under `earlier` choices.
    fn run_prepared(earlier: &Choices, choices: &Choices) -> Report {
        let table = |role, first: i32| MemoryTable {
            role,
            files: vec![(format!("{first}.csv"), rows(first).into_bytes())],
            labels: Vec::new(),
        };
        let (files, layout) = open_memory(vec![
            table(TableRole::Reference, 0),
            table(TableRole::Production, 7),
        ]);
        let mut shards = [Shard::default()];
        let (mut pipeline, mut step) = Pipeline::new(layout, 1, earlier.clone());
        loop {
            step = match step {
                Step::Jobs { jobs, .. } => pipeline
                    .advance(run_jobs(&mut shards, jobs, &files).unwrap())
                    .unwrap(),
                Step::Inspected(_) => {
                    pipeline.prepare();
                    pipeline.analyse(choices.clone()).unwrap()
                }
                Step::Answer(_) => pipeline.diagnose().unwrap(),
                Step::Report(report) => return Report { seconds: 0.0, ..*report },
            };
        }
    }

    fn rows(first: i32) -> String {
        let row =
            |own: i32| format!("{},{},{}\n", own % 41, own % 17, i32::from(own % 5 > 1));
        let rows = (first..first + 900).map(row).collect::<String>();
        format!("age,visits,label\n{rows}")
    }

    #[test]
    fn a_plan_made_beforehand_serves_its_own_choices_only() {
        let plain = Choices::default();
        let roles = [("visits".to_owned(), Role::Ignore)].into();
        let ignoring = Choices { roles, ..Choices::default() };
        let columns = |report: &Report| {
            report.columns.iter().filter(|own| own.role == Role::Feature).count()
        };
        let (own, other) =
            (run_prepared(&plain, &plain), run_prepared(&ignoring, &ignoring));
        assert!(columns(&own) > columns(&other));
        assert_eq!(run_prepared(&ignoring, &plain), own);
        assert_eq!(run_prepared(&plain, &ignoring), other);
    }
}
