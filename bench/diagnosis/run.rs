//! Makes pairs, has them analysed and scores them, several at a time. The result does not depend on how many.

#![allow(clippy::disallowed_methods, reason = "the table says how long a pair took")]

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use whydrop::choices::TableRole;
use whydrop::engine::native::{MemoryTable, run_memory_with_facts};
use whydrop::report::Report;
use whydrop::scenario::Case;
use whydrop::scenario::plan::Pair;

use super::outcome::Outcome;

/// A case as the engine takes it.
#[must_use]
pub fn tables(case: Case) -> Vec<MemoryTable> {
    let mut tables: Vec<MemoryTable> = TableRole::ALL
        .into_iter()
        .map(|role| MemoryTable { role, files: Vec::new(), labels: Vec::new() })
        .collect();
    for file in case.files {
        if let Some(table) = tables.iter_mut().find(|t| t.role == file.role) {
            let list = if file.labels { &mut table.labels } else { &mut table.files };
            list.push((file.name, file.bytes));
        }
    }
    tables
}

/// One pair, from nothing to its outcome. `look` sees every report (to take features for fitting from it).
pub fn one(pair: &Pair, look: &(dyn Fn(&Pair, &Report) + Sync)) -> Outcome {
    let made = pair.make();
    let pair = &made.pair;
    let mut outcome = Outcome::of_pair(pair, &made.price);
    let choices = made.case.choices.clone();
    let start = Instant::now();
    match run_memory_with_facts(tables(made.case), &choices, Some(1)) {
        Ok((report, facts)) => {
            outcome.facts = facts;
            outcome.read(pair, &made.price, &report);
            look(pair, &report);
        }
        Err(error) => outcome.error = Some(error.to_string()),
    }
    outcome.seconds = start.elapsed().as_secs_f64();
    outcome
}

/// All pairs on `jobs` threads, in the order of `pairs`.
pub fn all(
    pairs: &[Pair],
    jobs: usize,
    look: &(dyn Fn(&Pair, &Report) + Sync),
    progress: bool,
) -> Vec<Outcome> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(pairs.len()));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(pair) = pairs.get(at) else { return };
                    let outcome = one(pair, look);
                    let mut done = done.lock().expect("no thread panics with the lock");
                    done.push((at, outcome));
                    if progress && done.len() % 20 == 0 {
                        let seconds = start.elapsed().as_secs_f64();
                        eprintln!("{} of {} in {seconds:.0} s", done.len(), pairs.len());
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().expect("no thread panics with the lock");
    done.sort_by_key(|d| d.0);
    done.into_iter().map(|d| d.1).collect()
}
