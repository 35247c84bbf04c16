//! Pictures of the scores: histograms, ROC, precision and recall, calibration, and what the deployed
//! threshold really is. Enter: profiles and tallies. Leave: at most 101 points a curve.

use super::tally;
use crate::choices::{TableRole, Task};
use crate::engine::measure::performance::Profile;
use crate::engine::pipeline::Analysis;
use crate::metric::{Tally, threshold};
use crate::report::{ScoreReport, ThresholdReport};
use crate::stats::rank;

/// Points of a curve.
const CURVE_POINTS: usize = 101;

/// Bars of the score histogram.
const BARS: usize = 40;

/// Groups of the calibration curve.
const GROUPS: usize = 15;

/// The pictures; `None` without a score or for a task that has no such pictures.
#[must_use]
pub fn scores(analysis: &Analysis) -> Option<ScoreReport> {
    if !matches!(analysis.plan.task, Some(Task::Binary))
        || analysis.plan.roles.score.is_none()
    {
        return None;
    }
    let (reference, production) = (TableRole::Reference, TableRole::Production);
    let edges = bar_edges(analysis)?;
    let curve = |role, of: fn(&[rank::ScoreCount], usize) -> Vec<rank::CurvePoint>| {
        let points = tally(analysis, role).map(|own| of(own.entries(), CURVE_POINTS));
        points
            .unwrap_or_default()
            .into_iter()
            .map(|point| (point.x, point.y))
            .collect::<Vec<_>>()
    };
    let histogram = |role| histogram(analysis, role, &edges);
    let calibration = |role| tally(analysis, role).map(calibration).unwrap_or_default();
    Some(ScoreReport {
        reference_histogram: histogram(reference),
        production_histogram: histogram(production),
        reference_roc: curve(reference, rank::roc_curve),
        production_roc: curve(production, rank::roc_curve),
        reference_precision_recall: curve(reference, rank::precision_recall_curve),
        production_precision_recall: curve(production, rank::precision_recall_curve),
        reference_calibration: calibration(reference),
        production_calibration: calibration(production),
        threshold: threshold_report(analysis),
        levels: None,
        per_cent: super::is_per_cent(&analysis.plan),
        edges,
    })
}

fn bar_edges(analysis: &Analysis) -> Option<Vec<f64>> {
    let roles = [TableRole::Reference, TableRole::Production];
    let coder = super::role_coder(analysis, &crate::choices::Role::Score);
    let (low, high) = super::range(analysis, coder, &roles)?;
    let probable = (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high);
    let (low, high) = if probable { (0.0, 1.0) } else { (low, high) };
    let width = if high > low { (high - low) / BARS as f64 } else { 1.0 };
    let count = if high > low { BARS } else { 1 };
    Some((0..=count).map(|bar| low + width * bar as f64).collect())
}

/// Share of all scored rows of a table in each bar, labelled or not. A score bin counts where it starts.
fn histogram(analysis: &Analysis, role: TableRole, edges: &[f64]) -> Vec<f64> {
    let bars = edges.len().saturating_sub(1);
    let mut shares = vec![0.0; bars];
    let Some(Profile::Binary(profile, _)) = analysis.measured.table(role) else {
        return shares;
    };
    let total = profile.total();
    let mut all = 0.0;
    let lower =
        std::iter::once(f64::NEG_INFINITY).chain(analysis.asked.edges.iter().copied());
    for (bin, low) in total.bins.iter().zip(lower) {
        let rows = (bin.positives + bin.negatives + bin.unlabelled) as f64;
        let bar = edges
            .partition_point(|edge| *edge <= low)
            .saturating_sub(1)
            .min(bars.saturating_sub(1));
        if let Some(share) = shares.get_mut(bar) {
            *share += rows;
        }
        all += rows;
    }
    if all > 0.0 {
        shares.iter_mut().for_each(|share| *share /= all);
    }
    shares
}

/// Mean score, observed rate and rows of groups of about equal rows.
fn calibration(tally: &Tally) -> Vec<(f64, f64, u64)> {
    let total = tally.weight();
    let mut groups = Vec::new();
    let (mut rows, mut yes, mut sum) = (0_u64, 0_u64, 0.0);
    let mut before = 0_u64;
    for entry in tally.entries() {
        let count = entry.positives + entry.negatives;
        rows += count;
        yes += entry.positives;
        sum += entry.score * count as f64;
        let goal = total * (groups.len() as u64 + 1) / GROUPS as u64;
        if before + rows >= goal.max(1) {
            groups.push((sum / rows as f64, yes as f64 / rows as f64, rows));
            before += rows;
            (rows, yes, sum) = (0, 0, 0.0);
        }
    }
    if rows > 0 {
        groups.push((sum / rows as f64, yes as f64 / rows as f64, rows));
    }
    groups
}

fn threshold_report(analysis: &Analysis) -> Option<ThresholdReport> {
    let [before, after] = &analysis.asked.thresholds;
    if let Some(given) = analysis.asked.given_threshold {
        let off = |role: TableRole| {
            let table = analysis.counted.table(role)?;
            threshold::violations(&table.score_decision, given)
        };
        return Some(ThresholdReport {
            reference: Some(given),
            production: Some(given),
            reference_violations: off(TableRole::Reference).unwrap_or(0.0),
            production_violations: off(TableRole::Production).unwrap_or(0.0),
            given: true,
        });
    }
    if before.is_none() && after.is_none() {
        return None;
    }
    Some(ThresholdReport {
        reference: before.map(|own| own.value),
        production: after.map(|own| own.value),
        reference_violations: before.map_or(0.0, |own| own.violation_ratio),
        production_violations: after.map_or(0.0, |own| own.violation_ratio),
        given: false,
    })
}
