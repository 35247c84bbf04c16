//! Words for how far a column moved. Enter: the q-value, the corrected distance with its interval and the
//! reference's own wobble. Leave: a [`DriftBand`].
//!
//! # Decisions
//! Drift is called only when it is both significant over all columns (q ≤ [`ALPHA`]) and large for certain
//! (the lower end of the interval reaches [`SLIGHT`]). Either alone cries wolf: the first with a million
//! rows, the second with fifty. A column that wobbles by itself must move clearly further to be `clear`.

use super::total_variation::{expected_by_chance, less_noise, total_variation};
use super::wasserstein::quantile;
use crate::report::DriftBand;

/// Largest q-value of a difference that counts; share of false finds among those called.
pub const ALPHA: f64 = 0.01;
/// Smallest corrected distance worth a word, 0–1. Lower: more columns are named, most of them harmless.
pub const SLIGHT: f64 = 0.05;
/// From here on the move is clear.
pub const CLEAR: f64 = 0.10;
/// From here on the move is strong.
pub const STRONG: f64 = 0.25;
/// A clear move must be this many times the reference's own wobble.
pub const OWN_NOISE_RATIO: f64 = 1.5;
/// Fewest reference periods for an own-noise baseline.
pub const OWN_NOISE_PERIODS: usize = 5;

/// The band of one column. `q_value` NaN (no test was possible) is never drift.
#[must_use]
pub fn band(
    q_value: f64,
    moved: f64,
    moved_low: f64,
    own_noise: Option<f64>,
) -> DriftBand {
    let significant = q_value <= ALPHA;
    if !significant || moved_low < SLIGHT || moved.is_nan() {
        return DriftBand::None;
    }
    let stands_out = own_noise.is_none_or(|noise| moved >= OWN_NOISE_RATIO * noise);
    if !stands_out || moved < CLEAR {
        DriftBand::Slight
    } else if moved < STRONG {
        DriftBand::Clear
    } else {
        DriftBand::Strong
    }
}

/// How far the reference's own periods wobble: the 95th percentile (straight lines between points) of each
/// period's corrected distance to all other periods together. `None` below [`OWN_NOISE_PERIODS`] periods
/// with rows. `periods` are counts over the same bins.
#[must_use]
pub fn own_noise(periods: &[Vec<u64>]) -> Option<f64> {
    let bins = periods.iter().map(Vec::len).max()?;
    let mut totals = vec![0_u64; bins];
    for period in periods {
        for (total, count) in totals.iter_mut().zip(period) {
            *total += count;
        }
    }
    let mut distances: Vec<f64> = periods
        .iter()
        .filter_map(|period| {
            let counts = period.iter().chain(std::iter::repeat(&0));
            let rest: Vec<u64> = totals.iter().zip(counts).map(|(t, c)| t - c).collect();
            let raw = total_variation(&rest, period)?;
            let expected = expected_by_chance(&rest, period, (1.0, 1.0))?;
            Some(less_noise(raw, expected))
        })
        .collect();
    if distances.len() < OWN_NOISE_PERIODS {
        return None;
    }
    distances.sort_unstable_by(f64::total_cmp);
    quantile(&distances, 0.95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_conditions_are_needed() {
        assert_eq!(band(0.001, 0.30, 0.20, None), DriftBand::Strong);
        assert_eq!(band(0.02, 0.30, 0.20, None), DriftBand::None);
        assert_eq!(band(0.001, 0.30, 0.04, None), DriftBand::None);
        assert_eq!(band(f64::NAN, 0.30, 0.20, None), DriftBand::None);
        assert_eq!(band(0.001, 0.15, 0.12, None), DriftBand::Clear);
        assert_eq!(band(0.001, 0.07, 0.05, None), DriftBand::Slight);
    }

    #[test]
    fn a_restless_column_must_move_further() {
        assert_eq!(band(0.0, 0.15, 0.12, Some(0.11)), DriftBand::Slight);
        assert_eq!(band(0.0, 0.17, 0.15, Some(0.11)), DriftBand::Clear);
        let calm = vec![vec![500, 500]; 6];
        assert_eq!(own_noise(&calm), Some(0.0));
        assert_eq!(own_noise(&calm[..4]), None);
        let restless: Vec<Vec<u64>> = (0..10)
            .map(|i| if i % 2 == 0 { vec![900, 100] } else { vec![100, 900] })
            .collect();
        assert!(own_noise(&restless).unwrap() > 0.4);
    }
}
