//! What a limit on the distance of a distribution says about its quantiles and its single names. If at most a share L
//! of rows moved, a quantile q lies between the reference's quantiles q − L and q + L, and a name's share within L of
//! what it was.

use crate::report::{BinKind, ColumnReport};

/// Quantiles that are watched.
const WATCHED: [f64; 3] = [0.25, 0.5, 0.75];
/// Names that are watched, most frequent first.
const NAMES: usize = 3;

/// Quantile, lowest and highest value allowed. Only those whose both ends lie inside the reference's range.
pub fn of_number(column: &ColumnReport, limit: f64) -> Vec<(f64, f64, f64)> {
    let steps = steps(column);
    let span = column
        .reference_numbers
        .map_or(1.0, |own| (own.maximum - own.minimum).abs().max(f64::MIN_POSITIVE));
    WATCHED
        .into_iter()
        .filter_map(|share| {
            let low = at(&steps, share - limit)?;
            let high = at(&steps, share + limit)?;
            // Bins are ranges: what lies inside one is known to its width only.
            let slack = 1e-9 * span;
            (low <= high).then_some((share, low - slack, high + slack))
        })
        .collect()
}

/// Name, lowest and highest share allowed among the rows that have a value: Evidently leaves empty ones out.
pub fn of_names(column: &ColumnReport, limit: f64) -> Vec<(String, f64, f64)> {
    let known = column.bins.iter().filter(|bin| bin.kind != BinKind::Missing);
    let total: u64 = known.map(|bin| bin.reference).sum();
    let mut names: Vec<(&str, u64)> = column
        .bins
        .iter()
        .filter(|bin| bin.kind == BinKind::Category)
        .map(|bin| (bin.title.as_str(), bin.reference))
        .collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    names
        .into_iter()
        .take(NAMES)
        .map(|(name, rows)| {
            let share = rows as f64 / total.max(1) as f64;
            (name.to_owned(), (share - limit).max(0.0), (share + limit).min(1.0))
        })
        .collect()
}

/// Ends of the bins with the share of known rows below each, ascending.
fn steps(column: &ColumnReport) -> Vec<(f64, f64, f64)> {
    let bins = || {
        column
            .bins
            .iter()
            .filter(|bin| matches!(bin.kind, BinKind::Value | BinKind::Range))
    };
    let total = bins().map(|bin| bin.reference).sum::<u64>().max(1) as f64;
    let mut below = 0.0;
    bins()
        .filter_map(|bin| {
            let low = bin.low?;
            let high = bin.high.unwrap_or(low);
            below += bin.reference as f64 / total;
            Some((low, high, below))
        })
        .collect()
}

/// The reference's quantile: the outer end of its bin, so that the range errs on the wide side.
fn at(steps: &[(f64, f64, f64)], share: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&share) {
        return None;
    }
    let place = steps.iter().position(|(_, _, below)| *below >= share)?;
    let (low, high, _) = steps.get(place)?;
    Some(if share < 0.5 { *low } else { *high })
}
