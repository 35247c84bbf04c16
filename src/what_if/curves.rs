//! The score's pictures from the bins, for a report that has no others: histograms, ROC, precision and recall, and
//! calibration. Coarser than the report's own, and without the rows whose decision does not follow the score.

use super::trial::{bins, population};
use crate::choices::TableRole;
use crate::report::{Population, ScoreReport, ThresholdReport, WhatIf};

/// The pictures; `None` without scores.
#[must_use]
pub fn pictures(whole: &WhatIf) -> Option<ScoreReport> {
    let before = population(whole, TableRole::Reference, None)?;
    let after = population(whole, TableRole::Production, None)?;
    if bins(whole) == 0 {
        return None;
    }
    let in_use = whole.reference_cut_off.or(whole.production_cut_off).map(|_| {
        let share = |own: &Population| {
            let fixed = [own.fixed.no, own.fixed.yes];
            let fixed: u64 = fixed.iter().map(|o| o.no + o.yes + o.unlabelled).sum();
            fixed as f64 / own.rows.max(1) as f64
        };
        ThresholdReport {
            reference: whole.reference_cut_off,
            production: whole.production_cut_off,
            reference_violations: share(before),
            production_violations: share(after),
            given: false,
        }
    });
    Some(ScoreReport {
        edges: whole.edges.clone(),
        reference_histogram: shares(before),
        production_histogram: shares(after),
        reference_roc: roc(before),
        production_roc: roc(after),
        reference_precision_recall: precision_recall(before),
        production_precision_recall: precision_recall(after),
        reference_calibration: calibration(whole, before),
        production_calibration: calibration(whole, after),
        threshold: in_use,
        levels: None,
        per_cent: false,
    })
}

/// Rows of a bin by outcome: no, yes, not known.
fn cells(own: &Population) -> impl DoubleEndedIterator<Item = [u64; 3]> {
    let score = &own.score;
    let lists = score.no.iter().zip(&score.yes).zip(&score.unlabelled);
    lists
        .map(|((no, yes), unlabelled)| [*no, *yes, *unlabelled])
        .collect::<Vec<_>>()
        .into_iter()
}

fn shares(own: &Population) -> Vec<f64> {
    let rows: Vec<u64> = cells(own).map(|cell| cell.iter().sum()).collect();
    let all = rows.iter().sum::<u64>().max(1) as f64;
    rows.into_iter().map(|rows| rows as f64 / all).collect()
}

/// Yes and no found.
type Found = (f64, f64);

/// What is found from the highest bin down, with the totals.
fn from_above(own: &Population) -> Option<(Vec<Found>, f64, f64)> {
    let (mut yes, mut no) = (0.0, 0.0);
    let points: Vec<(f64, f64)> = cells(own)
        .rev()
        .map(|[negatives, positives, _]| {
            yes += positives as f64;
            no += negatives as f64;
            (yes, no)
        })
        .collect();
    (yes > 0.0 && no > 0.0).then_some((points, yes, no))
}

fn roc(own: &Population) -> Vec<(f64, f64)> {
    let Some((points, all_yes, all_no)) = from_above(own) else { return Vec::new() };
    let rest = points.into_iter().map(|(yes, no)| (no / all_no, yes / all_yes));
    std::iter::once((0.0, 0.0)).chain(rest).collect()
}

fn precision_recall(own: &Population) -> Vec<(f64, f64)> {
    let Some((points, all_yes, _)) = from_above(own) else { return Vec::new() };
    points
        .into_iter()
        .filter(|(yes, no)| yes + no > 0.0)
        .map(|(yes, no)| (yes / all_yes, yes / (yes + no)))
        .collect()
}

/// Bins by their middle, where outcomes are known; a bin is not split further, so the middle stands for its mean.
fn calibration(whole: &WhatIf, own: &Population) -> Vec<(f64, f64, u64)> {
    if whole.recalibration.is_none() {
        return Vec::new();
    }
    let middle = whole.edges.windows(2).map(|pair| pair.iter().sum::<f64>() / 2.0);
    cells(own)
        .zip(middle)
        .filter(|([no, yes, _], _)| no + yes > 0)
        .map(|([no, yes, _], middle)| (middle, yes as f64 / (no + yes) as f64, no + yes))
        .collect()
}
