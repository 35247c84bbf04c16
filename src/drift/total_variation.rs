//! How much moved? The total variation distance, corrected for noise: the effect size of drift.
//!
//! Measures: ½·Σ|p − q|, the smallest share of rows that would have to change bins to turn one table into
//! the other. Range 0–1; 0 means equal shares, 1 no bin in common. Misleads: two samples of one source are
//! never equal, so the raw value is above 0 by E0 on average; the corrected √max(0, TVD² − E0²) is the one
//! to read. It does not know that neighbouring bins are close (Wasserstein does). `None` when a table is
//! empty.
//!
//! # Decisions
//! The interval is the jackknife's for the raw distance with both ends corrected like the value. So it
//! always holds the value, stays in 0–1 and starts at 0 as soon as noise alone could explain the distance.
//!
//! Example: shares (0.5, 0.5) and (0.8, 0.2) are 0.3 apart.

use super::bins::BlockCounts;
use super::chi_square::design_effect;
use crate::stats::random::Random;
use crate::stats::{jackknife, math};

/// Draws of the bootstrap that replaces the jackknife when there are few blocks.
pub const BOOTSTRAP_DRAWS: u32 = 200;

/// Half the mean absolute value of a standard normal, √(2/π)/2.
const HALF_MEAN_ABSOLUTE: f64 = 0.398_942_280_401_432_7;

/// The distance and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TotalVariation {
    /// The raw distance, 0–1.
    pub raw: f64,
    /// What the raw distance would be on average without drift, 0 or more.
    pub expected: f64,
    /// The noise-corrected distance, 0–1.
    pub moved: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end of its 95 % interval.
    pub high: f64,
    /// The smallest distance these rows can show, about 2·`expected`.
    pub detectable: f64,
    /// Whether the interval comes from blocks (it then knows about rows that belong together).
    pub from_blocks: bool,
}

/// ½·Σ|p − q| of two lists of counts over the same bins.
#[must_use]
pub fn total_variation(reference: &[u64], production: &[u64]) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    if n == 0 || m == 0 {
        return None;
    }
    let (n, m) = (n as f64, m as f64);
    let pairs = reference.iter().zip(production);
    let sum: f64 = pairs.map(|(&a, &b)| (a as f64 / n - b as f64 / m).abs()).sum();
    Some((0.5 * sum).min(1.0))
}

/// E0: the distance two samples of one source would show on average, ½·√(2/π)·Σ√(π(1−π)(d/n + e/m)), with
/// pooled shares π and design effects d and e (1 for independent rows).
#[must_use]
pub fn expected_by_chance(
    reference: &[u64],
    production: &[u64],
    design_effects: (f64, f64),
) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    if n == 0 || m == 0 {
        return None;
    }
    let noise = design_effects.0 / n as f64 + design_effects.1 / m as f64;
    let total = (n + m) as f64;
    let spread: f64 = reference
        .iter()
        .zip(production)
        .map(|(&a, &b)| {
            let share = (a + b) as f64 / total;
            math::sqrt(share * (1.0 - share))
        })
        .sum();
    Some(HALF_MEAN_ABSOLUTE * spread * math::sqrt(noise))
}

/// √max(0, distance² − expected²).
#[must_use]
pub fn less_noise(distance: f64, expected: f64) -> f64 {
    math::sqrt((distance * distance - expected * expected).max(0.0)).min(1.0)
}

/// The corrected distance with its 95 % interval: delete-a-block jackknife with 8 or more non-empty blocks
/// in both tables, else a multinomial bootstrap with this seed, or, without a seed, the formula that the
/// bootstrap approximates (for columns whose drift is not in question: a bootstrap costs a millisecond).
#[must_use]
pub fn measure(
    reference: &BlockCounts,
    production: &BlockCounts,
    seed: Option<u64>,
) -> Option<TotalVariation> {
    let raw = total_variation(&reference.totals, &production.totals)?;
    let effect = |table: &BlockCounts| design_effect(table).unwrap_or(1.0).max(1.0);
    let expected = expected_by_chance(
        &reference.totals,
        &production.totals,
        (effect(reference), effect(production)),
    )?;
    let from_blocks = block_half_width(reference, production);
    let half = from_blocks.unwrap_or_else(|| match seed {
        Some(seed) => bootstrap_half_width(reference, production, seed),
        None => formula_half_width(&reference.totals, &production.totals),
    });
    Some(TotalVariation {
        raw,
        expected,
        moved: less_noise(raw, expected),
        low: less_noise((raw - half).max(0.0), expected),
        high: less_noise((raw + half).min(1.0), expected),
        detectable: 2.0 * expected,
        from_blocks: from_blocks.is_some(),
    })
}

/// Half the 95 % interval of the raw distance, from leaving out each block of either table.
fn block_half_width(reference: &BlockCounts, production: &BlockCounts) -> Option<f64> {
    let one = jackknife::standard_error(&left_out(reference, &production.totals)?)?;
    let two = jackknife::standard_error(&left_out(production, &reference.totals)?)?;
    let fewer = if one.block_count < two.block_count { one } else { two };
    let squares =
        one.standard_error * one.standard_error + two.standard_error * two.standard_error;
    Some(fewer.quantile(0.95) * math::sqrt(squares))
}

/// The raw distance with each block of `table` left out.
fn left_out(table: &BlockCounts, other: &[u64]) -> Option<Vec<f64>> {
    let without = |block: &Vec<u64>| {
        let rest: Vec<u64> = table.totals.iter().zip(block).map(|(t, b)| t - b).collect();
        total_variation(&rest, other)
    };
    table.blocks.iter().map(without).collect()
}

/// 1.96 standard deviations of the raw distance over redrawn tables.
fn bootstrap_half_width(
    reference: &BlockCounts,
    production: &BlockCounts,
    seed: u64,
) -> f64 {
    let mut random = Random::stream(seed, "total variation bootstrap");
    let mut values = Vec::with_capacity(BOOTSTRAP_DRAWS as usize);
    for _ in 0..BOOTSTRAP_DRAWS {
        let one = multinomial(&reference.totals, &mut random);
        let two = multinomial(&production.totals, &mut random);
        values.extend(total_variation(&one, &two));
    }
    let count = values.len() as f64;
    if count < 2.0 {
        return 1.0;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    1.96 * math::sqrt(squares / (count - 1.0))
}

/// 1.96 standard deviations of the raw distance when each bin keeps the sign of its difference: the distance
/// is then half the difference of two means of ±1.
fn formula_half_width(reference: &[u64], production: &[u64]) -> f64 {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    let (n, m) = (n as f64, m as f64);
    // Share of rows in bins that lost, of both tables.
    let (mut lost_p, mut lost_q) = (0.0, 0.0);
    for (&a, &b) in reference.iter().zip(production) {
        let (p, q) = (a as f64 / n, b as f64 / m);
        if p > q {
            lost_p += p;
            lost_q += q;
        }
    }
    1.96 * math::sqrt(lost_p * (1.0 - lost_p) / n + lost_q * (1.0 - lost_q) / m)
}

/// As many rows as `counts` has, drawn with its shares: bin by bin, binomial given what is left.
fn multinomial(counts: &[u64], random: &mut Random) -> Vec<u64> {
    let mut rows: u64 = counts.iter().sum();
    let mut mass = rows;
    let mut drawn = Vec::with_capacity(counts.len());
    for &count in counts {
        let share = if mass == 0 { 0.0 } else { count as f64 / mass as f64 };
        let hits = binomial(rows, share, random);
        drawn.push(hits);
        rows -= hits;
        mass -= count;
    }
    drawn
}

/// Hits of `rows` trials: counted for few, a rounded normal where that is exact enough (variance above 100).
fn binomial(rows: u64, share: f64, random: &mut Random) -> u64 {
    if rows == 0 || share <= 0.0 {
        return 0;
    }
    if share >= 1.0 {
        return rows;
    }
    let (mean, variance) = (rows as f64 * share, rows as f64 * share * (1.0 - share));
    if variance > 100.0 {
        let value = mean + math::sqrt(variance) * random.normal();
        return value.round().clamp(0.0, rows as f64) as u64;
    }
    if share > 0.5 {
        return rows - binomial(rows, 1.0 - share, random);
    }
    // Skip from hit to hit: the gaps are geometric.
    let scale = 1.0 / math::log1p(-share);
    let (mut at, mut hits) = (0_u64, 0_u64);
    loop {
        at += (math::log1p(-random.uniform()) * scale) as u64 + 1;
        if at > rows {
            return hits;
        }
        hits += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert!((total_variation(&[5, 5], &[8, 2]).unwrap() - 0.3).abs() < 1e-15);
        assert_eq!(total_variation(&[5, 0], &[0, 7]), Some(1.0));
        assert_eq!(total_variation(&[0, 0], &[0, 7]), None);
        assert!((less_noise(0.5, 0.3) - 0.4).abs() < 1e-15);
        assert_eq!(less_noise(0.1, 0.3), 0.0);
    }

    #[test]
    fn the_expected_distance_is_what_two_samples_show() {
        let source = [4_000_u64, 3_000, 2_000, 700, 300];
        let mut random = Random::new(3);
        let draws = 400;
        let (mut distance, mut expected) = (0.0, 0.0);
        for _ in 0..draws {
            let one = multinomial(&source, &mut random);
            let two = multinomial(&source.map(|c| c / 5), &mut random);
            distance += total_variation(&one, &two).unwrap();
            expected += expected_by_chance(&one, &two, (1.0, 1.0)).unwrap();
        }
        assert!((distance / expected - 1.0).abs() < 0.05, "{distance} {expected}");
    }

    #[test]
    fn the_interval_covers_the_truth() {
        // True shares: the corrected distance should be 0.1.
        let (p, q) = ([2000_u64, 2000, 2000, 2000], [2400_u64, 2400, 1600, 1600]);
        let mut random = Random::new(11);
        let mut block_table = |shares: &[u64]| {
            let small: Vec<u64> = shares.iter().map(|c| c / 32).collect();
            BlockCounts::new((0..32).map(|_| multinomial(&small, &mut random)).collect())
        };
        let mut covered = 0;
        for seed in 0..200 {
            let value = measure(&block_table(&p), &block_table(&q), Some(seed)).unwrap();
            assert!(value.from_blocks);
            assert!(value.low <= value.moved && value.moved <= value.high);
            covered += u32::from(value.low <= 0.1 && 0.1 <= value.high);
        }
        assert!(covered >= 182, "{covered} of 200");
    }

    #[test]
    fn few_blocks_fall_back_to_the_bootstrap() {
        let one = BlockCounts::new(vec![vec![300, 300, 400]]);
        let two = BlockCounts::new(vec![vec![500, 300, 200]]);
        let value = measure(&one, &two, Some(1)).unwrap();
        assert!(!value.from_blocks);
        // sd of the raw distance is about √((0.21 + 0.25)/1000) = 0.021 (one sign for the last bin)
        assert!(
            value.raw - value.low < 0.06 && value.raw - value.low > 0.03,
            "{value:?}"
        );
        assert_eq!(measure(&one, &two, Some(1)), Some(value));
        let formula = measure(&one, &two, None).unwrap();
        assert!(
            ((formula.raw - formula.low) / (value.raw - value.low) - 1.0).abs() < 0.2
        );
    }
}
