//! Are the cases what they say they are? Everything is measured again here, with plain formulas, from the
//! rows a case makes: the size of the drop against its smallest detectable size, quiet where nothing is
//! wrong, realistic columns, the same bytes for the same seed.

use std::collections::BTreeSet;

use whydrop::choices::TableRole::{self, Production, Reference, Training};
use whydrop::scenario::cases::{SPECS, Spec, spec};
use whydrop::scenario::catalogue::CATALOGUE;
use whydrop::scenario::make::Maker;
use whydrop::scenario::world::Target;
use whydrop::scenario::{generate, generate_rows, truth};
use whydrop::stats::math;

/// What the log of one table says, row by row.
#[derive(Default)]
struct Log {
    scores: Vec<f64>,
    decisions: Vec<f64>,
    labels: Vec<f64>,
}

fn log(maker: &Maker, table: TableRole, rows: usize) -> Log {
    let mut log = Log::default();
    maker.each_row(table, rows, |row| {
        for _ in 0..row.copies {
            log.scores.push(row.scores[0]);
            log.decisions.push(row.decision);
            log.labels.push(row.label);
        }
    });
    log
}

/// Area under the ROC curve by ranks with ties shared, and its standard error (Hanley, McNeil 1982).
fn auc(log: &Log) -> (f64, f64) {
    let mut order: Vec<usize> = (0..log.scores.len()).collect();
    order.sort_by(|&a, &b| log.scores[a].total_cmp(&log.scores[b]));
    let (mut below, mut pairs, mut yes, mut start) = (0.0, 0.0, 0.0, 0);
    while start < order.len() {
        let mut end = start;
        let (mut p, mut n) = (0.0, 0.0);
        while end < order.len() && log.scores[order[end]] == log.scores[order[start]] {
            let y = log.labels[order[end]];
            p += y;
            n += 1.0 - y;
            end += 1;
        }
        pairs += p * (below + 0.5 * n);
        below += n;
        yes += p;
        start = end;
    }
    let a = pairs / (yes * below);
    let (q1, q2) = (a / (2.0 - a), 2.0 * a * a / (1.0 + a));
    let variance =
        a * (1.0 - a) + (yes - 1.0) * (q1 - a * a) + (below - 1.0) * (q2 - a * a);
    (a, (variance / (yes * below)).sqrt())
}

/// Mean and its standard error.
fn mean(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for v in values {
        n += 1.0;
        sum += v;
        squares += v * v;
    }
    let m = sum / n;
    (m, ((squares / n - m * m) / n).sqrt())
}

/// The metric turned so that larger is worse, with its standard error.
fn badness(spec: &Spec, metric: &str, log: &Log) -> (f64, f64) {
    let pairs = || log.decisions.iter().zip(&log.labels);
    match metric {
        "auc" => {
            let (a, error) = auc(log);
            (1.0 - a, error)
        }
        "accuracy" => mean(pairs().map(|(d, y)| f64::from(u8::from(d != y)))),
        "mae" => mean(log.scores.iter().zip(&log.labels).map(|(s, y)| (s - y).abs())),
        "expected_cost" => {
            let (fp, fn_) = spec.costs.expect("a case about costs has them");
            mean(pairs().map(|(&d, &y)| fp * d * (1.0 - y) + fn_ * (1.0 - d) * y))
        }
        other => panic!("no plain formula for {other}"),
    }
}

/// How much worse the second log is, and the smallest change that could be detected.
fn worse(spec: &Spec, metric: &str, before: &Log, after: &Log) -> (f64, f64) {
    let ((b, b_error), (a, a_error)) =
        (badness(spec, metric, before), badness(spec, metric, after));
    (a - b, 2.8 * math::sqrt(b_error * b_error + a_error * a_error))
}

#[test]
fn every_drop_is_at_least_twice_the_smallest_detectable() {
    let mut failures = Vec::new();
    for spec in SPECS.iter().filter(|s| s.truth.drop) {
        let maker = Maker::new(spec, 1);
        let before = log(&maker, Reference, spec.rows.0);
        let after = log(&maker, Production, spec.rows.1);
        let metric = spec.truth.metric;
        let (drop, detectable) = worse(spec, metric, &before, &after);
        let line = format!(
            "{:20} {metric}: {:.4} -> worse by {drop:.4}, detectable {detectable:.4}; base {:.3}, auc {:.3} -> {:.3}, positive {:.3} -> {:.3}",
            spec.id,
            badness(spec, metric, &before).0,
            mean(before.labels.iter().copied()).0,
            auc(&before).0,
            auc(&after).0,
            mean(before.decisions.iter().copied()).0,
            mean(after.decisions.iter().copied()).0,
        );
        println!("{line}");
        if drop < 2.0 * detectable {
            failures.push(line);
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
