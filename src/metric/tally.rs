//! An exact tally: every distinct score with the weight of rows on both sides of a yes/no question (label or
//! decision). Enter: rows in any order. Leave: entries in ascending order of score, mergeable by addition.
//! NaN never enters; −0 counts as 0. Memory: 24 bytes a distinct score; time: one sort of what is pending.

use serde::{Deserialize, Serialize};

use crate::stats::order;
use crate::stats::rank::ScoreCount;

/// Rows that wait for sorting at least.
const MIN_PENDING_ROWS: usize = 1 << 16;

/// A number that orders like the score: the bits of an `f64`, turned.
#[inline]
#[must_use]
pub fn score_key(score: f64) -> u64 {
    order::key(score + 0.0)
}

/// The score of a key.
#[inline]
#[must_use]
pub fn key_score(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 { key & !(1 << 63) } else { !key })
}

/// Distinct scores in ascending order with their weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    entries: Vec<ScoreCount>,
}

impl Tally {
    /// From rows of (score, yes, weight units).
    #[must_use]
    pub fn from_rows(rows: impl IntoIterator<Item = (f64, bool, u64)>) -> Self {
        let mut builder = TallyBuilder::default();
        rows.into_iter()
            .for_each(|(score, yes, weight)| builder.push(score, yes, weight));
        builder.finish()
    }

    /// The entries, scores strictly ascending.
    #[must_use]
    pub fn entries(&self) -> &[ScoreCount] {
        &self.entries
    }

    /// Whether it holds no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Total weight of both sides.
    #[must_use]
    pub fn weight(&self) -> u64 {
        self.entries.iter().map(|e| e.positives + e.negatives).sum()
    }

    /// Adds another tally; order of merging does not matter.
    pub fn merge(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        if self.is_empty() {
            self.entries.clone_from(&other.entries);
            return;
        }
        let mut merged = Vec::with_capacity(self.entries.len() + other.entries.len());
        let mut left = self.entries.iter().peekable();
        let mut right = other.entries.iter().peekable();
        loop {
            let take_left = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(l), Some(r)) => l.score <= r.score,
            };
            if let Some(entry) = if take_left { left.next() } else { right.next() } {
                push(&mut merged, *entry);
            }
        }
        self.entries = merged;
    }

    /// The smallest score such that at least `share` (0–1) of the weight lies at or below it; the mean with
    /// the next score where the weight is met exactly, as the usual median does. `None` without rows.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let target = self.weight() as f64 * share;
        let mut below = 0_u64;
        let mut entries = self.entries.iter().filter(|e| e.positives + e.negatives > 0);
        while let Some(entry) = entries.next() {
            below += entry.positives + entry.negatives;
            if below as f64 > target {
                return Some(entry.score);
            }
            if below as f64 == target {
                let next = entries.next().map_or(entry.score, |next| next.score);
                return Some(entry.score + 0.5 * (next - entry.score));
            }
        }
        self.entries.last().map(|entry| entry.score)
    }
}

fn push(entries: &mut Vec<ScoreCount>, entry: ScoreCount) {
    match entries.last_mut() {
        Some(last) if last.score == entry.score => {
            last.positives += entry.positives;
            last.negatives += entry.negatives;
        }
        _ => entries.push(entry),
    }
}

/// Collects rows and sorts them in runs.
#[derive(Clone, Debug, Default)]
pub struct TallyBuilder {
    done: Tally,
    /// (score key, weight units · 2 + yes).
    pending: Vec<(u64, u64)>,
}

impl TallyBuilder {
    /// Adds a row; NaN and zero weight are left out. Weights are below 2⁶³.
    #[inline]
    pub fn push(&mut self, score: f64, yes: bool, weight: u64) {
        if score.is_nan() || weight == 0 {
            return;
        }
        self.pending.push((score_key(score), weight << 1 | u64::from(yes)));
        if self.pending.len() >= MIN_PENDING_ROWS.max(self.done.entries.len()) {
            self.settle();
        }
    }

    /// The tally of everything pushed so far.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        self.settle();
        self.done
    }

    fn settle(&mut self) {
        order::sort_by_key(&mut self.pending, |row| row.0);
        let mut run = Tally::default();
        for &(key, packed) in &self.pending {
            let (weight, yes) = (packed >> 1, packed & 1 == 1);
            let (positives, negatives) = if yes { (weight, 0) } else { (0, weight) };
            push(
                &mut run.entries,
                ScoreCount { score: key_score(key), positives, negatives },
            );
        }
        self.pending.clear();
        self.done.merge(&run);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_order_like_scores() {
        let scores =
            [f64::NEG_INFINITY, -1e300, -1.0, -1e-310, 0.0, 5e-324, 0.5, f64::INFINITY];
        for pair in scores.windows(2) {
            assert!(score_key(pair[0]) < score_key(pair[1]), "{pair:?}");
        }
        assert!(scores.iter().all(|&s| key_score(score_key(s)) == s));
        assert_eq!(score_key(-0.0), score_key(0.0));
    }

    #[test]
    fn quantiles_by_hand() {
        let tally =
            |scores: &[f64]| Tally::from_rows(scores.iter().map(|&s| (s, true, 1)));
        assert_eq!(tally(&[3.0, 1.0, 2.0]).quantile(0.5), Some(2.0));
        assert_eq!(tally(&[3.0, 1.0, 2.0, 10.0]).quantile(0.5), Some(2.5));
        assert_eq!(tally(&[1.0, 1.0, 1.0]).quantile(0.9), Some(1.0));
        assert_eq!(tally(&[]).quantile(0.5), None);
    }

    proptest! {
        #[test]
        fn any_order_and_cut_give_the_same_tally(
            mut rows in prop::collection::vec((0_u8..20, any::<bool>(), 0_u64..4), 0..100),
            cut in 0_usize..100,
        ) {
            let build = |rows: &[(u8, bool, u64)]| {
                Tally::from_rows(rows.iter().map(|&(s, yes, w)| (f64::from(s) / 7.0 - 1.0, yes, w)))
            };
            let whole = build(&rows);
            let (left, right) = rows.split_at(cut.min(rows.len()));
            let mut merged = build(right);
            merged.merge(&build(left));
            prop_assert_eq!(&merged, &whole);
            rows.reverse();
            prop_assert_eq!(&build(&rows), &whole);
            prop_assert!(whole.entries().windows(2).all(|pair| pair[0].score < pair[1].score));
        }
    }
}
