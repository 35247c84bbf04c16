//! The deployed threshold, recovered. Enter: a tally of scores whose "yes" is the logged decision. Leave: the
//! threshold t for which decision = 1[score ≥ t] is wrong on the fewest rows, and how often it is wrong.
//! Above 1 % violations decisions do not follow the score alone (rules, overrides, another model).
//! Cost: one pass over the distinct scores.

use serde::{Deserialize, Serialize};

use super::Tally;

/// A violation share above which decisions are said not to follow the score.
pub const VIOLATION_LIMIT: f64 = 0.01;

/// A recovered threshold.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Decision is "yes" at or above it: the number with the fewest decimals in (`low`, `high`].
    pub value: f64,
    /// Largest score below every possible threshold (exclusive); −∞ when there is none.
    pub low: f64,
    /// Smallest score at or above every possible threshold (inclusive).
    pub high: f64,
    /// Share of rows whose decision does not follow it, 0–1.
    pub violation_ratio: f64,
}

/// The threshold with the fewest violations; the lowest of several that are equally good. `None` unless both
/// decisions occur, or when no threshold beats deciding every row alike.
#[must_use]
pub fn recover(by_decision: &Tally) -> Option<Threshold> {
    let entries = by_decision.entries();
    let all_yes: u64 = entries.iter().map(|e| e.positives).sum();
    let all_no: u64 = entries.iter().map(|e| e.negatives).sum();
    if all_yes == 0 || all_no == 0 {
        return None;
    }
    // Threshold at an entry: "yes" below it and "no" from it on are violations.
    let (mut yes_below, mut no_from) = (0_u64, all_no);
    let mut best: Option<(u64, f64, f64)> = None;
    let mut below = f64::NEG_INFINITY;
    for entry in entries {
        let errors = yes_below + no_from;
        if best.is_none_or(|(fewest, _, _)| errors < fewest) {
            best = Some((errors, below, entry.score));
        }
        yes_below += entry.positives;
        no_from -= entry.negatives;
        below = entry.score;
    }
    let (errors, low, high) = best?;
    if errors >= all_yes.min(all_no) {
        return None;
    }
    let violation_ratio = errors as f64 / (all_yes + all_no) as f64;
    Some(Threshold { value: roundest_between(low, high), low, high, violation_ratio })
}

/// Share of rows whose decision is not 1[score ≥ `threshold`], 0–1; `None` without rows.
#[must_use]
pub fn violations(by_decision: &Tally, threshold: f64) -> Option<f64> {
    let wrong = |e: &crate::stats::rank::ScoreCount| {
        if e.score >= threshold { e.negatives } else { e.positives }
    };
    let errors: u64 = by_decision.entries().iter().map(wrong).sum();
    let weight = by_decision.weight();
    (weight > 0).then(|| errors as f64 / weight as f64)
}

/// The number with the fewest decimals in (`low`, `high`]; `high` itself when there is none with 15.
fn roundest_between(low: f64, high: f64) -> f64 {
    let mut power = 1.0;
    for _ in 0..=15 {
        let candidate = (high * power).floor() / power;
        if candidate > low && candidate <= high {
            return candidate;
        }
        power *= 10.0;
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(rows: &[(f64, bool)]) -> Tally {
        Tally::from_rows(rows.iter().map(|&(score, yes)| (score, yes, 1)))
    }

    #[test]
    fn a_clean_threshold_is_found_as_a_round_number() {
        let rows: Vec<(f64, bool)> =
            (0..1000).map(|i| f64::from(i) * 0.000_997).map(|s| (s, s >= 0.35)).collect();
        let found = recover(&decided(&rows)).unwrap();
        assert_eq!((found.value, found.violation_ratio), (0.35, 0.0));
        assert!(found.low < 0.35 && found.high >= 0.35);
        assert_eq!(violations(&decided(&rows), 0.35), Some(0.0));
    }

    #[test]
    fn violations_are_counted() {
        let rows: Vec<(f64, bool)> = (0..1000)
            .map(|i| (f64::from(i) / 1000.0, (i >= 500) != (i % 50 == 7)))
            .collect();
        let found = recover(&decided(&rows)).unwrap();
        assert_eq!((found.value, found.violation_ratio), (0.5, 0.02));
        assert_eq!(violations(&decided(&rows), 0.5), Some(0.02));
    }

    #[test]
    fn scores_beyond_zero_and_one_and_degenerate_tables() {
        let found =
            recover(&decided(&[(-3.0, false), (-1.5, true), (12.0, true)])).unwrap();
        assert_eq!(found.value, -2.0);
        assert_eq!(recover(&decided(&[(0.2, true), (0.4, true)])), None);
        assert_eq!(recover(&decided(&[])), None);
        assert_eq!(recover(&decided(&[(0.5, true), (0.5, false)])), None);
        // Decisions that run against the score are not a threshold.
        assert_eq!(recover(&decided(&[(0.1, true), (0.9, false)])), None);
        assert_eq!(violations(&decided(&[]), 0.5), None);
    }
}
