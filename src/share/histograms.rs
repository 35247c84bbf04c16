//! The score histograms of a link: how they are merged, written and turned into pictures again.

use super::level::Level;
use super::wire::Wire;
use crate::report::Report;

/// Calibration points a link carries at most, of each table.
const CALIBRATION_POINTS: usize = 10;

/// Trims the pictures of scores to the level; tells whether something was left out.
pub fn trim(r: &mut Report, level: &Level) -> bool {
    let Some(scores) = &mut r.scores else { return false };
    let mut left = !scores.reference_roc.is_empty();
    scores.reference_roc.clear();
    scores.production_roc.clear();
    scores.reference_precision_recall.clear();
    scores.production_precision_recall.clear();
    let points = if level.score_bins == 0 { 0 } else { CALIBRATION_POINTS };
    for list in [&mut scores.reference_calibration, &mut scores.production_calibration] {
        left |= list.len() > points;
        *list = fewer_points(list, points);
    }
    let bins = scores.edges.len().saturating_sub(1);
    if bins > level.score_bins {
        left = true;
        let most = level.score_bins;
        let step = if most == 0 { bins } else { bins.div_ceil(most) };
        let sum = |shares: &[f64]| -> Vec<f64> {
            shares.chunks(step).map(|own| own.iter().sum()).collect()
        };
        scores.reference_histogram = sum(&scores.reference_histogram);
        scores.production_histogram = sum(&scores.production_histogram);
        let last = scores.edges.last().copied();
        scores.edges = scores.edges.iter().copied().step_by(step).collect();
        if bins % step != 0 {
            scores.edges.extend(last);
        }
        if most == 0 {
            scores.edges.clear();
            scores.reference_histogram.clear();
            scores.production_histogram.clear();
        }
    }
    left
}

/// Neighbouring points put together; means weighted by rows.
fn fewer_points(points: &[(f64, f64, u64)], most: usize) -> Vec<(f64, f64, u64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    if most == 0 {
        return Vec::new();
    }
    points.chunks(points.len().div_ceil(most)).filter_map(together).collect()
}

/// Calibration points as one; `None` without rows.
pub fn together(points: &[(f64, f64, u64)]) -> Option<(f64, f64, u64)> {
    let rows: u64 = points.iter().map(|own| own.2).sum();
    let mean = |of: fn(&(f64, f64, u64)) -> f64| {
        points.iter().map(|own| of(own) * own.2 as f64).sum::<f64>() / rows as f64
    };
    (rows > 0).then(|| (mean(|own| own.0), mean(|own| own.1), rows))
}

/// Writes or reads the what-if histograms.
pub fn what_if(_w: &mut Wire<'_>, _r: &mut Report) {}

/// Makes the pictures of scores again, as far as the histograms tell.
pub fn scores(_r: &mut Report) {}
