//! Ranking quality from a tally of scores. Enter: [`ScoreCount`]s with scores strictly ascending; counts
//! may be rows or any fixed unit of weight. Leave: exact AUC (whole-number arithmetic, ties count one
//! half), average precision, ROC and precision–recall points, DeLong's variance. Cost: one pass.

use serde::{Deserialize, Serialize};

use super::math;

/// How many positives and negatives share one score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoreCount {
    /// The score; higher means more likely positive.
    pub score: f64,
    /// Weight of positive rows at it.
    pub positives: u64,
    /// Weight of negative rows at it.
    pub negatives: u64,
}

/// A point of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Rows with at least this score are called positive; +∞ at the start of a ROC curve.
    pub threshold: f64,
    /// ROC: false positive rate. Precision–recall: recall.
    pub x: f64,
    /// ROC: true positive rate. Precision–recall: precision.
    pub y: f64,
}

/// Total weight of positives and of negatives.
#[must_use]
pub fn totals(counts: &[ScoreCount]) -> (u64, u64) {
    counts.iter().fold((0, 0), |(p, n), c| (p + c.positives, n + c.negatives))
}

/// Area under the ROC curve: the chance that a random positive scores above a random negative, ties one
/// half. Range 0–1, 0.5 is chance; `None` without both classes. Equal to scikit-learn's `roc_auc_score` up
/// to the last rounding. Misleads when only the top of the ranking is used.
#[must_use]
pub fn auc(counts: &[ScoreCount]) -> Option<f64> {
    let (positives, negatives) = totals(counts);
    auc_of(counts.iter().map(|c| (c.positives, c.negatives)), positives, negatives)
}

/// As [`auc`], for any ascending sequence of (positives, negatives) with the given totals.
#[must_use]
pub fn auc_of(
    ascending: impl Iterator<Item = (u64, u64)>,
    positives: u64,
    negatives: u64,
) -> Option<f64> {
    if positives == 0 || negatives == 0 {
        return None;
    }
    let (mut below, mut doubled) = (0_u64, 0_u128);
    for (p, n) in ascending {
        doubled += u128::from(p) * u128::from(2 * below + n);
        below += n;
    }
    Some(doubled as f64 / (2.0 * positives as f64 * negatives as f64))
}

/// Average precision: Σ (recall gained)·precision over falling thresholds, ties sharing one threshold.
/// Range 0–1, chance level is the share of positives; `None` without positives. Equal to scikit-learn's
/// `average_precision_score` (not interpolated).
#[must_use]
pub fn average_precision(counts: &[ScoreCount]) -> Option<f64> {
    let (positives, _) = totals(counts);
    average_precision_of(
        counts.iter().rev().map(|c| (c.positives, c.negatives)),
        positives,
    )
}

/// As [`average_precision`], for any descending sequence of (positives, negatives).
#[must_use]
pub fn average_precision_of(
    descending: impl Iterator<Item = (u64, u64)>,
    positives: u64,
) -> Option<f64> {
    if positives == 0 {
        return None;
    }
    let (mut hits, mut called, mut area) = (0_u64, 0_u64, 0.0);
    for (p, n) in descending {
        hits += p;
        called += p + n;
        if p > 0 {
            area += p as f64 * (hits as f64 / called as f64);
        }
    }
    Some(area / positives as f64)
}

/// ROC points from (0,0) to (1,1), at most about `limit` of them (at least 2), evenly thinned by the number
/// of distinct scores; empty without both classes.
#[must_use]
pub fn roc_curve(counts: &[ScoreCount], limit: usize) -> Vec<CurvePoint> {
    let (positives, negatives) = totals(counts);
    if positives == 0 || negatives == 0 {
        return Vec::new();
    }
    let mut points = vec![CurvePoint { threshold: f64::INFINITY, x: 0.0, y: 0.0 }];
    walk(counts, limit, |threshold, tp, fp| {
        let (x, y) = (fp as f64 / negatives as f64, tp as f64 / positives as f64);
        points.push(CurvePoint { threshold, x, y });
    });
    points
}

/// Precision–recall points by rising recall, at most about `limit`; empty without positives.
#[must_use]
pub fn precision_recall_curve(counts: &[ScoreCount], limit: usize) -> Vec<CurvePoint> {
    let (positives, _) = totals(counts);
    let mut points = Vec::new();
    if positives > 0 {
        walk(counts, limit, |threshold, tp, fp| {
            let (x, y) = (tp as f64 / positives as f64, tp as f64 / (tp + fp) as f64);
            points.push(CurvePoint { threshold, x, y });
        });
    }
    points
}

/// Calls `visit(threshold, true positives, false positives)` from the highest score down, on evenly spaced
/// scores and always on the last.
fn walk(counts: &[ScoreCount], limit: usize, mut visit: impl FnMut(f64, u64, u64)) {
    let step = counts.len().div_ceil(limit.max(2)).max(1);
    let (mut tp, mut fp) = (0, 0);
    for (index, count) in counts.iter().rev().enumerate() {
        tp += count.positives;
        fp += count.negatives;
        if (index + 1) % step == 0 || index + 1 == counts.len() {
            visit(count.score, tp, fp);
        }
    }
}

/// DeLong's variance of the AUC with ties exact, for counts of whole rows that are independent; `None`
/// with fewer than two rows of a class. Source: DeLong, DeLong, Clarke-Pearson 1988, from the tally as in
/// Sun and Xu 2014. Too small when rows come in clusters: then use the block jackknife.
#[must_use]
pub fn delong_variance(counts: &[ScoreCount]) -> Option<f64> {
    let (positives, negatives) = totals(counts);
    if positives < 2 || negatives < 2 {
        return None;
    }
    let (total_p, total_n) = (positives as f64, negatives as f64);
    let centre = auc(counts)?;
    let (mut below_n, mut below_p) = (0_u64, 0_u64);
    let (mut over_p, mut over_n) = (0.0, 0.0);
    for c in counts {
        if c.positives > 0 {
            let v = (below_n as f64 + 0.5 * c.negatives as f64) / total_n - centre;
            over_p += c.positives as f64 * v * v;
        }
        if c.negatives > 0 {
            let above = positives - below_p - c.positives;
            let v = (above as f64 + 0.5 * c.positives as f64) / total_p - centre;
            over_n += c.negatives as f64 * v * v;
        }
        below_n += c.negatives;
        below_p += c.positives;
    }
    Some(over_p / (total_p - 1.0) / total_p + over_n / (total_n - 1.0) / total_n)
}

/// DeLong's standard error of the AUC.
#[must_use]
pub fn delong_standard_error(counts: &[ScoreCount]) -> Option<f64> {
    delong_variance(counts).map(math::sqrt)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: &[(f64, u64, u64)]) -> Vec<ScoreCount> {
        rows.iter()
            .map(|&(score, positives, negatives)| ScoreCount {
                score,
                positives,
                negatives,
            })
            .collect()
    }

    #[test]
    fn by_hand() {
        // Scores 0.1 −, 0.4 ±, 0.8 +: pairs 4, won 3, tied 1.
        let counts = tally(&[(0.1, 0, 1), (0.4, 1, 1), (0.8, 1, 0)]);
        assert_eq!(auc(&counts), Some(0.875));
        assert_eq!(average_precision(&counts), Some(0.5 * (1.0 + 2.0 / 3.0)));
        let roc = roc_curve(&counts, 100);
        assert_eq!(roc.len(), 4);
        assert_eq!((roc[3].x, roc[3].y), (1.0, 1.0));
        assert_eq!(precision_recall_curve(&counts, 100)[0].y, 1.0);
    }

    #[test]
    fn one_class_and_constant_scores() {
        let counts = tally(&[(0.1, 0, 5), (0.4, 0, 1)]);
        assert_eq!(auc(&counts), None);
        assert_eq!(average_precision(&counts), None);
        assert!(roc_curve(&counts, 10).is_empty());
        assert_eq!(auc(&tally(&[(0.5, 3, 9)])), Some(0.5));
        assert_eq!(average_precision(&tally(&[(0.5, 3, 9)])), Some(0.25));
        assert_eq!(delong_variance(&tally(&[(0.5, 3, 9)])), Some(0.0));
        assert_eq!(auc(&[]), None);
    }

    #[test]
    fn thinned_curves_keep_their_ends() {
        let counts: Vec<ScoreCount> = (0..1000)
            .map(|i| ScoreCount { score: f64::from(i), positives: 1, negatives: 2 })
            .collect();
        let roc = roc_curve(&counts, 50);
        assert!(roc.len() <= 52);
        assert_eq!(roc.last().map(|p| (p.x, p.y)), Some((1.0, 1.0)));
    }
}
