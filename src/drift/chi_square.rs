//! Do two tables differ at all? The pooled two-sample χ² test: the only p-value of drift.
//!
//! Measures: Σ over bins of (count − expected)²/expected in both tables, expected from the pooled shares.
//! 0 means equal shares; no upper end. Misleads: with millions of rows it finds differences that matter to
//! nobody (the effect size is total variation), and with clustered rows the plain p-value lies, so the
//! statistic is divided by a design effect from block counts. `None` below [`MIN_ROWS`] rows a table, or
//! with one occupied bin.
//!
//! # Decisions
//! - Both tables carry noise. Treating the reference as exact rejects a true null half the time.
//! - Rare bins are merged by their *pooled* expectation, which does not look at the difference; a rest that
//!   is still rare joins the smallest other bin.
//! - With an estimated design effect the reference distribution is F, which knows that the effect itself
//!   was estimated from few blocks (Thomas and Rao 1987); with a design effect of 1 it is χ².
//!
//! Sources: Pearson 1900; Rao and Scott 1981 (first-order correction); Fisher 1934; Besag and Clifford 1991
//! (stopping rule of the permutation test). SciPy: `chi2_contingency(correction=False)` after merging.

use super::bins::BlockCounts;
use crate::stats::random::Random;
use crate::stats::{jackknife, math, special};

/// Fewest rows a table must have for any p-value.
pub const MIN_ROWS: u64 = 30;
/// Below this many rows in the smaller table the p-value comes from redraws, not from the χ² curve.
pub const SMALL_ROWS: u64 = 200;
/// Bins with a pooled expectation below this in the smaller table are merged.
pub const MIN_EXPECTED: f64 = 5.0;
/// Most redraws of the permutation test.
pub const REDRAWS: u32 = 2000;
/// Redraws stop once this many reached the statistic: the p-value is then clear enough.
const ENOUGH_EXCEEDING: u32 = 50;
/// With fewer than this many exceeding redraws the tail is taken from a fitted curve.
const FEW_EXCEEDING: u32 = 10;

/// Which distribution gave the p-value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The χ² curve, or F when a design effect above 1 was estimated.
    Curve,
    /// Redraws of the counts (smaller table below [`SMALL_ROWS`]).
    Redraws,
    /// Fisher's exact test (two bins, smaller table below [`SMALL_ROWS`]).
    Fisher,
}

/// The answer of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// The statistic after the design effect, 0 or more.
    pub statistic: f64,
    /// Occupied bins after merging, less 1.
    pub degrees_of_freedom: u32,
    /// The chance of such a statistic without drift, 0–1.
    pub p_value: f64,
    /// Variance of the shares over what independent rows would give; 1 or more.
    pub design_effect: f64,
    /// Where the p-value comes from.
    pub method: Method,
}

/// Tests whether two tables have the same shares. `seed` sets the redraws.
#[must_use]
pub fn test(
    reference: &BlockCounts,
    production: &BlockCounts,
    seed: u64,
) -> Option<ChiSquare> {
    if reference.rows.min(production.rows) < MIN_ROWS {
        return None;
    }
    // Rows of one entity count as one here too: five rows of the same entity are no five rows.
    let least = MIN_EXPECTED * pooled_design_effect(reference, production).value;
    let group = merge_rare(&reference.totals, &production.totals, least);
    let (p, q) = (reference.regroup(&group), production.regroup(&group));
    let bins = p.totals.len();
    let raw = statistic(&p.totals, &q.totals)?;
    let effect = pooled_design_effect(&p, &q);
    let degrees = u32::try_from(bins.checked_sub(1)?).ok()?;
    if degrees == 0 {
        return None;
    }
    let statistic = raw / effect.value;
    let curve = curve_p_value(statistic, f64::from(degrees), &effect);
    let small = reference.rows.min(production.rows) < SMALL_ROWS;
    let (p_value, method) = if !small {
        (curve, Method::Curve)
    } else if degrees == 1 && effect.value == 1.0 {
        (fisher(&p.totals, &q.totals)?, Method::Fisher)
    } else {
        (redraw_p_value(&p.totals, &q.totals, statistic, curve, seed), Method::Redraws)
    };
    Some(ChiSquare {
        statistic,
        degrees_of_freedom: degrees,
        p_value,
        design_effect: effect.value,
        method,
    })
}

/// Where each bin goes: empty bins nowhere, frequent ones to a bin of their own, rare ones (pooled
/// expectation in the smaller table below `least` rows) to a shared last one.
#[must_use]
pub fn merge_rare(
    reference: &[u64],
    production: &[u64],
    least: f64,
) -> Vec<Option<usize>> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    let smaller_share = n.min(m) as f64 / (n + m).max(1) as f64;
    let pooled: Vec<u64> = reference.iter().zip(production).map(|(a, b)| a + b).collect();
    let is_rare = |count: u64| (count as f64 * smaller_share) < least;
    let mut group = vec![None; pooled.len()];
    let (mut next, mut rest, mut smallest) = (0, 0_u64, None::<(u64, usize)>);
    for (slot, &count) in group.iter_mut().zip(&pooled) {
        if count == 0 {
            continue;
        }
        if is_rare(count) {
            rest += count;
            continue;
        }
        if smallest.is_none_or(|(least, _)| count < least) {
            smallest = Some((count, next));
        }
        *slot = Some(next);
        next += 1;
    }
    let rest_bin = match smallest {
        Some((_, bin)) if is_rare(rest) => bin,
        _ => next,
    };
    for (slot, &count) in group.iter_mut().zip(&pooled) {
        if count > 0 && slot.is_none() {
            *slot = Some(rest_bin);
        }
    }
    group
}

/// The pooled statistic without any correction; bins empty in both tables add nothing. `None` when a table
/// is empty.
#[must_use]
pub fn statistic(reference: &[u64], production: &[u64]) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    if n == 0 || m == 0 {
        return None;
    }
    let (n, m) = (n as f64, m as f64);
    let mut sum = 0.0;
    for (&a, &b) in reference.iter().zip(production) {
        let pooled = (a + b) as f64;
        if pooled > 0.0 {
            let share = pooled / (n + m);
            let (over, under) = (a as f64 - share * n, b as f64 - share * m);
            sum += over * over / (share * n) + under * under / (share * m);
        }
    }
    Some(sum)
}

/// How much less the rows of one table say than independent rows would: the Rao–Scott mean design effect
/// Σ_b n·Var(p_b)/p_b / (B−1), variances by the delete-a-block jackknife. Not floored; `None` with fewer
/// than 8 blocks or one occupied bin.
#[must_use]
pub fn design_effect(table: &BlockCounts) -> Option<f64> {
    let rows = table.rows as f64;
    let rests: Vec<u64> = table
        .blocks
        .iter()
        .map(|block| table.rows.saturating_sub(block.iter().sum()))
        .collect();
    let mut sum = 0.0;
    let mut occupied = 0_u32;
    for (bin, &total) in table.totals.iter().enumerate() {
        if total == 0 {
            continue;
        }
        occupied += 1;
        let left_out: Vec<f64> = table
            .blocks
            .iter()
            .zip(&rests)
            .filter(|(_, rest)| **rest > 0)
            .filter_map(|(block, rest)| {
                Some((total - block.get(bin)?) as f64 / *rest as f64)
            })
            .collect();
        let error = jackknife::standard_error(&left_out)?.standard_error;
        sum += error * error * rows * rows / total as f64;
    }
    (occupied > 1).then(|| sum / f64::from(occupied - 1))
}

/// The design effect of the comparison, and the degrees of freedom it was estimated with.
pub(super) struct Effect {
    pub value: f64,
    degrees: f64,
}

/// Each table's effect (1 or more) weighted by its part in the variance of a difference, 1/rows.
pub(super) fn pooled_design_effect(
    reference: &BlockCounts,
    production: &BlockCounts,
) -> Effect {
    let tables = [reference, production];
    let (mut weighted, mut weights, mut sum, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for table in tables {
        let weight = 1.0 / (table.rows as f64).max(1.0);
        let effect = design_effect(table).unwrap_or(1.0).max(1.0);
        weighted += weight * effect;
        weights += weight;
        let part = weight * effect;
        sum += part;
        squares += part * part / (table.blocks.len() as f64 - 1.0).max(1.0);
    }
    let value: f64 = weighted / weights;
    Effect { value: value.max(1.0), degrees: sum * sum / squares }
}

fn curve_p_value(statistic: f64, degrees: f64, effect: &Effect) -> f64 {
    if effect.value == 1.0 {
        return special::chi_square_survival(statistic, degrees);
    }
    // F(d1, d2) with d2 = d1·ν: P(F > f) = I_{d2/(d2+d1·f)}(d2/2, d1/2), and d1·f is the statistic.
    let second = degrees * effect.degrees;
    let total = second + statistic;
    special::incomplete_beta(
        0.5 * second,
        0.5 * degrees,
        second / total,
        statistic / total,
    )
    .0
}

/// Two-sided exact p-value of a 2×2 table: the chance, margins given, of a table no more likely than this
/// one. `None` unless there are two bins. Cost: rows of the smaller margin.
#[must_use]
pub fn fisher(reference: &[u64], production: &[u64]) -> Option<f64> {
    let (&[a, b], &[c, d]) = (reference, production) else { return None };
    // Draw `draws` rows from `hits` hits and the rest; count the hits. Take the smaller table as the draw.
    let (seen, draws) = if a + b <= c + d { (a, a + b) } else { (c, c + d) };
    let (hits, total) = (a + c, a + b + c + d);
    let ln_choose = |n: u64, k: u64| {
        let (n, k) = (n as f64, k as f64);
        math::lgamma(n + 1.0) - math::lgamma(k + 1.0) - math::lgamma(n - k + 1.0)
    };
    let (low, high) = (draws.saturating_sub(total - hits), draws.min(hits));
    let ln_mass: Vec<f64> = (low..=high)
        .map(|k| ln_choose(hits, k) + ln_choose(total - hits, draws - k))
        .collect();
    let observed = *ln_mass.get(usize::try_from(seen.checked_sub(low)?).ok()?)?;
    let largest = ln_mass.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut extreme, mut all) = (0.0, 0.0);
    for ln in ln_mass {
        let mass = math::exp(ln - largest);
        all += mass;
        // Equal masses differ by rounding only.
        if ln <= observed + 1e-7 {
            extreme += mass;
        }
    }
    Some((extreme / all).min(1.0))
}

/// The share of redraws (rows dealt to the tables at random) that reach the statistic. With few of them the
/// tail of a gamma curve with the redraws' mean and variance, never below the χ² curve's.
fn redraw_p_value(
    reference: &[u64],
    production: &[u64],
    observed: f64,
    curve: f64,
    seed: u64,
) -> f64 {
    let pooled: Vec<u64> = reference.iter().zip(production).map(|(a, b)| a + b).collect();
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    let draws = n.min(m);
    let mut random = Random::stream(seed, "chi-square redraws");
    let (mut exceeding, mut made, mut sum, mut squares) = (0_u32, 0_u32, 0.0, 0.0);
    while made < REDRAWS && exceeding < ENOUGH_EXCEEDING {
        let drawn = deal(&pooled, draws, &mut random);
        let rest: Vec<u64> = pooled.iter().zip(&drawn).map(|(all, d)| all - d).collect();
        let value = statistic(&drawn, &rest).unwrap_or(0.0);
        made += 1;
        sum += value;
        squares += value * value;
        // A relative hair, so that equal tables count as reaching.
        exceeding += u32::from(value >= observed * (1.0 - 1e-12));
    }
    let share = f64::from(exceeding + 1) / f64::from(made + 1);
    let count = f64::from(made);
    let (mean, variance) = (sum / count, squares / count - (sum / count) * (sum / count));
    if exceeding >= FEW_EXCEEDING || mean <= 0.0 || variance <= 0.0 {
        return share;
    }
    let (shape, scale) = (mean * mean / variance, variance / mean);
    let tail = special::incomplete_gamma(shape, observed / scale).1;
    tail.max(curve).min(share)
}

/// `draws` rows taken at random, without putting back, from `pooled` counts.
fn deal(pooled: &[u64], draws: u64, random: &mut Random) -> Vec<u64> {
    let mut left = pooled.to_vec();
    let mut total: u64 = left.iter().sum();
    let mut drawn = vec![0_u64; left.len()];
    for _ in 0..draws.min(total) {
        let mut pick = random.below(total);
        for (slot, taken) in left.iter_mut().zip(&mut drawn) {
            if pick < *slot {
                *slot -= 1;
                *taken += 1;
                break;
            }
            pick -= *slot;
        }
        total -= 1;
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_block(counts: &[u64]) -> BlockCounts {
        BlockCounts::new(vec![counts.to_vec()])
    }

    #[test]
    fn a_table_by_hand() {
        // 100 and 100 rows, 60/40 and 40/60: expected 50 everywhere, 4 · 100/50 = 8.
        assert_eq!(statistic(&[60, 40], &[40, 60]), Some(8.0));
        assert_eq!(statistic(&[0, 0], &[1, 2]), None);
    }

    #[test]
    fn rare_bins_are_merged_and_a_rare_rest_joins_the_smallest() {
        assert_eq!(
            merge_rare(&[50, 30, 2, 0, 1], &[50, 30, 2, 0, 1], 5.0),
            [Some(0), Some(1), Some(1), None, Some(1)]
        );
        assert_eq!(
            merge_rare(&[50, 3, 3, 3], &[50, 3, 3, 3], 5.0),
            [Some(0), Some(1), Some(1), Some(1)]
        );
        assert_eq!(merge_rare(&[1, 1], &[0, 1], 5.0), [Some(0), Some(0)]);
    }

    #[test]
    fn too_few_rows_and_constants_give_nothing() {
        assert_eq!(test(&one_block(&[10, 10]), &one_block(&[500, 500]), 1), None);
        assert_eq!(test(&one_block(&[500, 0]), &one_block(&[500, 0]), 1), None);
        assert_eq!(test(&one_block(&[]), &one_block(&[]), 1), None);
    }

    #[test]
    fn repeating_every_row_inside_its_entity_does_not_add_evidence() {
        let mut random = Random::new(7);
        let mut table = |shift: f64| -> Vec<Vec<u64>> {
            (0..32)
                .map(|_| {
                    let mut counts = vec![0_u64; 4];
                    for _ in 0..40 {
                        let x = ((random.uniform() * 4.0 + shift) as usize).min(3);
                        counts[x] += 1;
                    }
                    counts
                })
                .collect()
        };
        let (a, b) = (table(0.0), table(0.12));
        let repeat = |blocks: &[Vec<u64>]| {
            // Each row ten times: one entity a block, ten equal rows each.
            blocks.iter().map(|c| c.iter().map(|v| v * 10).collect()).collect()
        };
        let once = test(&BlockCounts::new(a.clone()), &BlockCounts::new(b.clone()), 1);
        let often = test(&BlockCounts::new(repeat(&a)), &BlockCounts::new(repeat(&b)), 1);
        let (once, often) = (once.unwrap(), often.unwrap());
        assert!(often.design_effect > 5.0, "{often:?}");
        assert!(often.statistic < 2.0 * once.statistic, "{once:?} {often:?}");
    }

    #[test]
    fn small_tables_use_exact_methods() {
        let two = test(&one_block(&[30, 30]), &one_block(&[45, 15]), 1).unwrap();
        assert_eq!(two.method, Method::Fisher);
        let three =
            test(&one_block(&[30, 30, 30]), &one_block(&[45, 15, 30]), 1).unwrap();
        assert_eq!(three.method, Method::Redraws);
        // statistic 8.0 on 2 degrees: 0.018
        assert!((three.p_value - 0.018).abs() < 0.01, "{three:?}");
        let far = test(&one_block(&[90, 5, 5]), &one_block(&[5, 5, 90]), 1).unwrap();
        assert!(far.p_value < 1e-8, "{far:?}");
    }
}
