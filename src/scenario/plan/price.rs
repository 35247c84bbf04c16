//! What each term of the drop truly is. Enter: a case with its model fitted and the headline metric. Leave:
//! points of every term, positive when worse, that sum to the realised difference. Everything is worked out
//! on the realised rows by putting back one part of the change after the other with the same luck. Cost: one
//! more score a row.
//!
//! With M the metric turned so that larger is worse, P the reference, Q the logged production rows, κ the
//! share of Q whose true row has a category no earlier table has, and P° the reference without what a
//! leaking column knew and without rows the model was fitted on:
//!
//! * X, `who_we_see` = M((1−κ)·A + κ·P°) − M(P°); A: production's known rows, each once, with the scores of
//!   their true values, the outcomes of the old relation and the reference's cut-off;
//! * B, `broken_inputs` = M((1−κ)·B + κ·P°) − M((1−κ)·A + κ·P°); B: the same rows as logged (lost and repeated
//!   rows included) with the scores the model really gave;
//! * C, `relationship` = M((1−κ)·C + κ·P°) − M((1−κ)·B + κ·P°) + M(P°) − M(P); C: with the outcomes as logged;
//! * N, `never_seen` = M(Q at the reference's cut-off) − M((1−κ)·C + κ·P°);
//! * T, `threshold` = M(Q as decided) − M(Q at the reference's cut-off).

use super::super::make::Maker;
use super::super::world::Target;
use crate::choices::TableRole;
use crate::stats::math;

/// Terms in the order they are put back; the names are those of the report.
pub const TERMS: [&str; 5] =
    ["who_we_see", "broken_inputs", "relationship", "never_seen", "threshold"];

/// What is true of the drop of one pair.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Price {
    /// Metric on the reference, larger is worse (1 − AUC, share wrong, a loss).
    pub before: f64,
    /// The same on production.
    pub after: f64,
    /// Points of [`TERMS`].
    pub points: [f64; 5],
}

impl Price {
    /// How much worse: the sum of the terms.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.after - self.before
    }
}

#[derive(Clone, Copy)]
struct Scored {
    score: f64,
    decision: f64,
    label: f64,
    weight: f64,
}

/// Metric turned so that larger is worse, weighted; 0 without rows.
fn badness(metric: &str, costs: (f64, f64), rows: &mut [Scored]) -> f64 {
    if metric == "auc" {
        return 1.0 - auc(rows);
    }
    let (mut sum, mut weight) = (0.0, 0.0);
    for row in rows.iter() {
        let Scored { score, decision: d, label: y, .. } = *row;
        let loss = match metric {
            "log_loss" => {
                let s = score.clamp(1e-6, 1.0 - 1e-6);
                -(y * math::ln(s) + (1.0 - y) * math::ln(1.0 - s))
            }
            "mae" => (score - y).abs(),
            "expected_cost" => costs.0 * d * (1.0 - y) + costs.1 * (1.0 - d) * y,
            _ => f64::from(u8::from(d != y)),
        };
        sum += row.weight * loss;
        weight += row.weight;
    }
    if weight > 0.0 { sum / weight } else { 0.0 }
}

/// Weighted area under the ROC curve, ties shared; 0.5 without both outcomes.
fn auc(rows: &mut [Scored]) -> f64 {
    rows.sort_by(|a, b| a.score.total_cmp(&b.score));
    let (mut pairs, mut below, mut yes) = (0.0, 0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.score == b.score) {
        let p: f64 = tied.iter().map(|r| r.weight * r.label).sum();
        let n: f64 = tied.iter().map(|r| r.weight * (1.0 - r.label)).sum();
        pairs += p * (below + 0.5 * n);
        below += n;
        yes += p;
    }
    if yes * below > 0.0 { pairs / (yes * below) } else { 0.5 }
}

/// Standard error of [`badness`] for rows that each count once (Hanley & McNeil 1982 for the AUC).
fn standard_error(metric: &str, costs: (f64, f64), rows: &mut [Scored]) -> f64 {
    let n = rows.len().max(1) as f64;
    if metric == "auc" {
        let a = auc(rows);
        let yes = rows.iter().map(|r| r.label).sum::<f64>().max(1.0);
        let no = (n - yes).max(1.0);
        let (q1, q2) = (a / (2.0 - a), 2.0 * a * a / (1.0 + a));
        let variance =
            a * (1.0 - a) + (yes - 1.0) * (q1 - a * a) + (no - 1.0) * (q2 - a * a);
        return math::sqrt(variance / (yes * no));
    }
    let mean = badness(metric, costs, rows);
    let squares: f64 = rows
        .iter_mut()
        .map(|row| badness(metric, costs, std::slice::from_mut(row)) - mean)
        .map(|away| away * away)
        .sum();
    math::sqrt(squares / n / n)
}

/// The realised drop by each metric over the smallest detectable one, 2.8 standard errors of the difference.
#[must_use]
pub fn severities(
    maker: &Maker<'_>,
    (reference, production): (usize, usize),
    metrics: &[&str],
) -> Vec<f64> {
    let costs = maker.spec.costs.unwrap_or((1.0, 1.0));
    let log = |table, count| {
        let mut rows = Vec::new();
        maker.each_row(table, count, |row| {
            let score = row.scores.first().copied().unwrap_or(0.0);
            let one =
                Scored { score, decision: row.decision, label: row.label, weight: 1.0 };
            rows.extend(std::iter::repeat_n(one, row.copies));
        });
        rows
    };
    let mut before = log(TableRole::Reference, reference);
    let mut after = log(TableRole::Production, production);
    let mut severity = |metric: &&str| {
        let drop =
            badness(metric, costs, &mut after) - badness(metric, costs, &mut before);
        let (a, b) = (
            standard_error(metric, costs, &mut before),
            standard_error(metric, costs, &mut after),
        );
        drop / (2.8 * math::sqrt(a * a + b * b)).max(1e-12)
    };
    metrics.iter().map(&mut severity).collect()
}

/// Two lists, each brought to its share.
fn mixed(main: &[Scored], other: &[Scored], share_of_other: f64) -> Vec<Scored> {
    let total = |rows: &[Scored]| rows.iter().map(|r| r.weight).sum::<f64>().max(1e-12);
    let mut out = Vec::with_capacity(main.len() + other.len());
    for (rows, share) in [(main, 1.0 - share_of_other), (other, share_of_other)] {
        let scale = share / total(rows);
        if scale > 0.0 {
            out.extend(rows.iter().map(|r| Scored { weight: r.weight * scale, ..*r }));
        }
    }
    out
}

/// The decision at the cut-off the model was launched with.
fn decide(target: &Target, scores: &[f64]) -> f64 {
    match *target {
        Target::Binary { threshold, .. } => {
            f64::from(u8::from(scores.first().is_some_and(|s| *s >= threshold)))
        }
        Target::Classes { .. } => super::super::make::best(scores),
        Target::Amount { .. } => f64::NAN,
    }
}

/// Works out the terms of a case with so many rows in each table.
#[must_use]
pub fn price(
    maker: &Maker<'_>,
    (reference, production): (usize, usize),
    metric: &str,
) -> Price {
    let world = maker.spec.world;
    let costs = maker.spec.costs.unwrap_or((1.0, 1.0));
    let first = |scores: &[f64]| scores.first().copied().unwrap_or(0.0);
    let mut again = vec![0.0; world.target.width()];
    let (mut p, mut honest) = (Vec::new(), Vec::new());
    maker.each_row(TableRole::Reference, reference, |row| {
        let score = first(row.scores);
        let logged =
            Scored { score, decision: row.decision, label: row.label, weight: 1.0 };
        p.push(logged);
        if row.trained {
            return;
        }
        maker.model.score(row.honest, &mut again);
        let decision = decide(&world.target, &again);
        honest.push(Scored { score: first(&again), decision, ..logged });
    });
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    let (mut kept, mut q) = (Vec::new(), Vec::new());
    let (mut unseen, mut all) = (0.0, 0.0);
    maker.each_row(TableRole::Production, production, |row| {
        let weight = row.copies as f64;
        let score = first(row.scores);
        let decision = decide(&world.target, row.scores);
        let logged = Scored { score, decision, label: row.label, weight };
        q.push(Scored { decision: row.decision, ..logged });
        kept.push(logged);
        all += weight;
        if world.never_seen(row.clean) {
            unseen += weight;
            return;
        }
        maker.model.score(row.clean, &mut again);
        let decision = decide(&world.target, &again);
        let label = row.usual_label;
        a.push(Scored { score: first(&again), decision, label, weight: 1.0 });
        b.push(Scored { label, ..logged });
        c.push(logged);
    });
    let share = if all > 0.0 { unseen / all } else { 0.0 };
    let m = |rows: &mut [Scored]| badness(metric, costs, rows);
    let rung = |rows: &[Scored]| m(&mut mixed(rows, &honest, share));
    let (at_a, at_b, at_c) = (rung(&a), rung(&b), rung(&c));
    let (before, fair) = (m(&mut p), m(&mut honest.clone()));
    let (at_kept, after) = (m(&mut kept), m(&mut q));
    let points = [
        at_a - fair,
        at_b - at_a,
        at_c - at_b + fair - before,
        at_kept - at_c,
        after - at_kept,
    ];
    Price { before, after, points }
}
