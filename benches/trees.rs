//! How fast trees are fitted and scored, and how fast the stand-in is fitted, one thread. Prints seconds;
//! `cargo bench --bench trees`; no thresholds, the numbers are for reading.
//!
//! The ratio to scikit-learn: `OMP_NUM_THREADS=1 python benches/trees_reference.py` fits and scores the same table
//! (same generator, same parameters) with `HistGradientBoostingClassifier`; run both on an otherwise idle machine and
//! divide. Measured once on a busy machine, so in processor seconds, ours against scikit-learn 1.9.1: fit 80 trees of
//! depth 3 0.54 against 1.08 (ratio 0.5), fit 200 trees of depth 6 1.25 against 2.53 (0.5), score 0.34 against 8.6.

#![allow(clippy::disallowed_methods, reason = "it is about time")]

use std::time::Instant;

use whydrop::model::matrix::{CodeColumn, Matrix, Order};
use whydrop::model::trees::{Objective, Params, Trees, fit};

/// Rows that are fitted.
const FIT_ROWS: usize = 100_000;
/// Rows that are scored.
const SCORE_ROWS: usize = 1_000_000;
const COLUMNS: usize = 30;
/// Codes a column.
const CODES: u64 = 32;
/// Times each measurement is taken; the fastest counts.
const REPEATS: usize = 5;

/// Deterministic noise (xorshift64).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

/// Codes row by row, and targets whose odds follow the first six columns.
fn table(rows: usize) -> (Matrix, Vec<f64>) {
    let mut state = 0x9e37_79b9_7f4a_7c15;
    let mut columns = vec![Vec::new(); COLUMNS];
    let mut target = Vec::with_capacity(rows);
    for _ in 0..rows {
        let mut sum = 0;
        for (at, column) in columns.iter_mut().enumerate() {
            let code = (next(&mut state) >> 20) % CODES;
            sum += if at < 6 { code } else { 0 };
            column.push(code as u8);
        }
        let noise = (next(&mut state) >> 20) % 100;
        target.push(f64::from(u8::from(sum + noise > 143)));
    }
    let column = |codes| CodeColumn { codes, order: Order::by_code() };
    (
        Matrix { row_count: rows, columns: columns.into_iter().map(column).collect() },
        target,
    )
}

fn fastest<T>(name: &str, run: impl Fn() -> T) -> T {
    let mut best = f64::INFINITY;
    let mut last = None;
    for _ in 0..REPEATS {
        let start = Instant::now();
        last = Some(run());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{name}: {best:.3} s");
    last.expect("there is at least one repeat")
}

fn fitted(
    name: &str,
    matrix: &Matrix,
    rows: &[u32],
    target: &[f64],
    params: &Params,
) -> Trees {
    let run = || fit(matrix, rows, target, None, None, Objective::Logistic, params);
    let trees = fastest(name, run);
    println!("  {} trees", trees.tree_count());
    trees
}

fn main() {
    let (matrix, target) = table(SCORE_ROWS);
    let all: Vec<u32> = (0..SCORE_ROWS as u32).collect();
    let few = &all[..FIT_ROWS];
    let params = Params { holdout: 0.0, ..Params::domain() };
    let trees =
        fitted("fit 80 trees of depth 3, 100k × 30", &matrix, few, &target, &params);
    let deep = Params { holdout: 0.0, ..Params::surrogate() };
    fitted("fit 200 trees of depth 6, 60k × 30", &matrix, &all[..60_000], &target, &deep);
    let margins =
        fastest("score 80 trees of depth 3, 1M rows", || trees.margins(&matrix, &all));
    println!("  mean margin {:.4}", margins.iter().sum::<f64>() / margins.len() as f64);
}
