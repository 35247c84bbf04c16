//! Models that predict a number. Enter: rows of (block, prediction, truth, weight). Leave: 32 blocks of
//! order-free sums and a histogram of absolute errors; MAE, RMSE, bias, R², median and 90th percentile of
//! the absolute error with intervals. The two quantiles are exact from a [`Tally`] of |error|; their
//! intervals come from the histogram. Error is prediction − truth. Memory: 6 KB a block. Cost: 20 ns a row.

use serde::{Deserialize, Serialize};

use super::{Estimate, Measured, MetricId, Missing, Tally};
use crate::stats::jackknife::{self, Additive, Scale};
use crate::stats::math;
use crate::stats::sum::{ExactSum, unit_for_scale};

/// Histogram bins to a doubling of |error|.
const BINS_PER_OCTAVE: i32 = 16;

/// Octaves below and above the reference's typical size that the histogram spans.
const OCTAVES_BELOW: i32 = 36;
const OCTAVES: i32 = 48;

/// Bins: one for smaller errors, the octaves, the last open above.
const BIN_COUNT: usize = (OCTAVES * BINS_PER_OCTAVE) as usize + 2;

/// The ids evaluated, in registry order.
pub const METRICS: [MetricId; 6] = [
    MetricId::Mae,
    MetricId::Rmse,
    MetricId::Bias,
    MetricId::R2,
    MetricId::MedianAe,
    MetricId::P90Ae,
];

/// One block, or several added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionBlock {
    /// Σ error.
    pub error: ExactSum,
    /// Σ |error|.
    pub absolute: ExactSum,
    /// Σ error².
    pub squared: ExactSum,
    /// Σ truth (less the profile's centre).
    pub truth: ExactSum,
    /// Σ (truth − centre)².
    pub truth_squared: ExactSum,
    /// Σ weight.
    pub weight: u64,
    /// Rows with both numbers.
    pub rows: u64,
    /// Rows with a prediction but no truth.
    pub unlabelled: u64,
    /// Weight by size of |error|.
    pub sizes: Vec<u64>,
}

impl RegressionBlock {
    fn sums<'a>(&'a mut self, other: &'a Self) -> [(&'a mut ExactSum, &'a ExactSum); 5] {
        [
            (&mut self.error, &other.error),
            (&mut self.absolute, &other.absolute),
            (&mut self.squared, &other.squared),
            (&mut self.truth, &other.truth),
            (&mut self.truth_squared, &other.truth_squared),
        ]
    }
}

impl Additive for RegressionBlock {
    fn add(&mut self, other: &Self) {
        self.sums(other).into_iter().for_each(|(to, from)| to.merge(from));
        self.weight += other.weight;
        self.rows += other.rows;
        self.unlabelled += other.unlabelled;
        self.sizes.iter_mut().zip(&other.sizes).for_each(|(to, from)| *to += from);
    }

    fn subtract(&mut self, other: &Self) {
        self.sums(other).into_iter().for_each(|(to, from)| to.subtract(from));
        self.weight = self.weight.saturating_sub(other.weight);
        self.rows = self.rows.saturating_sub(other.rows);
        self.unlabelled = self.unlabelled.saturating_sub(other.unlabelled);
        let sizes = self.sizes.iter_mut().zip(&other.sizes);
        sizes.for_each(|(to, from)| *to = to.saturating_sub(*from));
    }

    fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// The profile of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegressionProfile {
    /// Power of two around the reference's typical |truth| or spread: sets units and histogram.
    scale_log2: i32,
    /// Subtracted from truths before squaring, so that large levels lose nothing; near their mean.
    centre: f64,
    /// One entry a block.
    pub blocks: Vec<RegressionBlock>,
}

impl RegressionProfile {
    /// Empty. `scale`: typical size of errors or spread of the truth (their standard deviation will do);
    /// `centre`: any number near the mean truth. Both from the reference, the same for every table.
    #[must_use]
    pub fn new(block_count: usize, scale: f64, centre: f64) -> Self {
        let scale_log2 = math::floor_log2(scale).unwrap_or(0).clamp(-400, 400);
        let size = math::power_of_two(scale_log2);
        let first = ExactSum::with_unit(unit_for_scale(size));
        let second = ExactSum::with_unit(unit_for_scale(size * size));
        let block = RegressionBlock {
            error: first,
            absolute: first,
            squared: second,
            truth: first,
            truth_squared: second,
            weight: 0,
            rows: 0,
            unlabelled: 0,
            sizes: vec![0; BIN_COUNT],
        };
        let centre = if centre.is_finite() { centre } else { 0.0 };
        Self { scale_log2, centre, blocks: vec![block; block_count] }
    }

    /// Adds a row; a missing prediction (NaN) is ignored, a missing truth counts as unlabelled.
    pub fn add(&mut self, block: u8, prediction: f64, truth: f64, weight: u64) {
        let last = self.blocks.len().saturating_sub(1);
        let bin = self.bin(prediction - truth);
        let centred = truth - self.centre;
        let Some(block) = self.blocks.get_mut(usize::from(block).min(last)) else {
            return;
        };
        if !prediction.is_finite() {
            return;
        }
        if !truth.is_finite() {
            block.unlabelled += 1;
            return;
        }
        let error = prediction - truth;
        block.error.add_weighted(error, weight);
        block.absolute.add_weighted(error.abs(), weight);
        block.squared.add_weighted(error * error, weight);
        block.truth.add_weighted(centred, weight);
        block.truth_squared.add_weighted(centred * centred, weight);
        block.weight += weight;
        block.rows += 1;
        if let Some(count) = block.sizes.get_mut(bin) {
            *count += weight;
        }
    }

    /// Adds the rows of another profile of the same scale.
    pub fn merge(&mut self, other: &Self) {
        self.blocks.iter_mut().zip(&other.blocks).for_each(|(to, from)| to.add(from));
    }

    /// All blocks added; `None` when made without blocks.
    #[must_use]
    pub fn total(&self) -> Option<RegressionBlock> {
        let mut blocks = self.blocks.iter();
        let mut total = blocks.next()?.clone();
        blocks.for_each(|block| total.add(block));
        Some(total)
    }

    /// The histogram bin of an error: its exponent and the top bits of its fraction.
    fn bin(&self, error: f64) -> usize {
        let size = error.abs();
        let Some(power) = math::floor_log2(size) else { return 0 };
        let octave = power - self.scale_log2 + OCTAVES_BELOW;
        if octave < 0 {
            return 0;
        }
        let within = size / math::power_of_two(power) - 1.0;
        let step = (within * f64::from(BINS_PER_OCTAVE)) as i32;
        usize::try_from(1 + octave * BINS_PER_OCTAVE + step)
            .unwrap_or(0)
            .min(BIN_COUNT - 1)
    }

    /// Lower edge of a bin.
    fn edge(&self, bin: usize) -> f64 {
        let Some(index) = i32::try_from(bin).ok().and_then(|bin| bin.checked_sub(1))
        else {
            return 0.0;
        };
        if index < 0 {
            return 0.0;
        }
        let power = index / BINS_PER_OCTAVE + self.scale_log2 - OCTAVES_BELOW;
        let within =
            1.0 + f64::from(index % BINS_PER_OCTAVE) / f64::from(BINS_PER_OCTAVE);
        within * math::power_of_two(power)
    }

    /// A quantile of |error| from the histogram, linear inside a bin.
    fn quantile(&self, sum: &RegressionBlock, share: f64) -> Option<f64> {
        if sum.weight == 0 {
            return None;
        }
        let target = share * sum.weight as f64;
        let mut below = 0_u64;
        for (bin, &count) in sum.sizes.iter().enumerate() {
            if (below + count) as f64 >= target && count > 0 {
                let part = (target - below as f64) / count as f64;
                let (low, high) = (self.edge(bin), self.edge(bin + 1));
                return Some(low + part * (high - low));
            }
            below += count;
        }
        None
    }

    fn value(&self, id: MetricId, sum: &RegressionBlock) -> Result<f64, Missing> {
        let mean = |part: &ExactSum| part.mean(sum.weight).ok_or(Missing::NoLabels);
        match id {
            MetricId::Mae => mean(&sum.absolute),
            MetricId::Rmse => mean(&sum.squared).map(math::sqrt),
            MetricId::Bias => mean(&sum.error),
            MetricId::R2 => {
                let (level, squares) = (mean(&sum.truth)?, mean(&sum.truth_squared)?);
                let variance = squares - level * level;
                if variance <= 1e-14 * squares {
                    return Err(Missing::ConstantLabel);
                }
                Ok(1.0 - mean(&sum.squared)? / variance)
            }
            MetricId::MedianAe => self.quantile(sum, 0.5).ok_or(Missing::NoLabels),
            _ => self.quantile(sum, 0.9).ok_or(Missing::NoLabels),
        }
    }

    /// Every metric. `sizes`: exact tally of |error|; without it the two quantiles come from the histogram.
    #[must_use]
    pub fn evaluate(&self, sizes: Option<&Tally>) -> Vec<Measured> {
        let Some(total) = self.total() else { return Vec::new() };
        let measure = |id: MetricId| {
            let outcome = self.value(id, &total).map(|from_sums| {
                let exact = match id {
                    MetricId::MedianAe => sizes.and_then(|sizes| sizes.quantile(0.5)),
                    MetricId::P90Ae => sizes.and_then(|sizes| sizes.quantile(0.9)),
                    _ => None,
                };
                let left_out = jackknife::leave_one_out(&self.blocks, |rest| {
                    self.value(id, rest).ok()
                });
                let value = exact.unwrap_or(from_sums);
                Estimate::jackknifed(value, left_out.as_deref(), Scale::Plain)
            });
            Measured { id, rows: total.rows, outcome }
        };
        METRICS.into_iter().map(measure).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn rows(n: usize) -> Vec<(u8, f64, f64)> {
        let mut random = Random::new(11);
        (0..n)
            .map(|i| {
                let truth = 1000.0 + 50.0 * random.normal();
                ((i % 32) as u8, truth + 5.0 * random.normal() + 1.0, truth)
            })
            .collect()
    }

    fn profile(rows: &[(u8, f64, f64)]) -> RegressionProfile {
        let mut profile = RegressionProfile::new(32, 50.0, 1000.0);
        rows.iter().for_each(|&(block, p, t)| profile.add(block, p, t, 1));
        profile
    }

    #[test]
    fn values_follow_their_definition_and_the_histogram_is_close_to_the_tally() {
        let rows = rows(5000);
        let tally =
            Tally::from_rows(rows.iter().map(|&(_, p, t)| ((p - t).abs(), true, 1)));
        let exact = profile(&rows).evaluate(Some(&tally));
        let binned = profile(&rows).evaluate(None);
        let n = rows.len() as f64;
        let mae = rows.iter().map(|r| (r.1 - r.2).abs()).sum::<f64>() / n;
        let get = |list: &[Measured], i: usize| list[i].estimate().unwrap();
        assert!((get(&exact, 0).value - mae).abs() < 1e-12);
        for i in [4, 5] {
            let (a, b) = (get(&exact, i), get(&binned, i));
            assert!((a.value / b.value - 1.0).abs() < 5e-3, "{a:?} {b:?}");
            assert!(a.standard_error.unwrap() < 0.05 * a.value);
        }
        assert!(get(&exact, 3).value > 0.98);
    }

    #[test]
    fn order_does_not_matter_and_edges_hold() {
        let mut rows = rows(300);
        let whole = profile(&rows);
        let (left, right) = rows.split_at(97);
        let mut merged = profile(right);
        merged.merge(&profile(left));
        assert_eq!(merged, whole);
        rows.reverse();
        assert_eq!(profile(&rows), whole);
        let empty = profile(&[]).evaluate(None);
        assert!(empty.iter().all(|m| m.outcome == Err(Missing::NoLabels)));
        let constant: Vec<_> = (0..64).map(|i| (i as u8 % 32, 2.0, 1.5)).collect();
        let found = profile(&constant).evaluate(None);
        assert_eq!(found[3].outcome, Err(Missing::ConstantLabel));
        assert_eq!(found[0].estimate().unwrap().value, 0.5);
        let mut odd = profile(&[]);
        odd.add(1, f64::NAN, 1.0, 1);
        odd.add(1, 1.0, f64::NAN, 1);
        assert_eq!(odd.total().map(|t| (t.rows, t.unlabelled)), Some((0, 1)));
        assert!(RegressionProfile::new(0, 1.0, 0.0).evaluate(None).is_empty());
    }

    #[test]
    fn bins_hold_their_sizes() {
        let profile = profile(&[]);
        for error in [1e-30, 1e-6, 0.1, 1.0, 3.7, 63.9, 1e3, 1e9] {
            let bin = profile.bin(error);
            assert!(profile.edge(bin) <= error, "{error}");
            assert!(bin == BIN_COUNT - 1 || error < profile.edge(bin + 1), "{error}");
        }
        assert_eq!(profile.bin(0.0), 0);
        assert_eq!(profile.bin(f64::INFINITY), 0);
    }
}
