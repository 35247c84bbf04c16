//! Business numbers: mean and sum of any numeric or yes/no column. Enter: rows of (block, value, weight).
//! Leave: mean with its interval, sum, and missing rows. Order-free, mergeable. Cost: 2 ns a row.

use serde::{Deserialize, Serialize};

use super::Estimate;
use crate::stats::jackknife::{self, Additive, Scale};
use crate::stats::sum::ExactSum;

/// One block's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiBlock {
    /// Weighted sum, in weight units.
    pub sum: ExactSum,
    /// Weight of rows with a value.
    pub weight: u64,
    /// Rows with a value.
    pub rows: u64,
    /// Rows without.
    pub missing: u64,
}

impl Additive for KpiBlock {
    fn add(&mut self, other: &Self) {
        self.sum.merge(&other.sum);
        self.weight += other.weight;
        self.rows += other.rows;
        self.missing += other.missing;
    }

    fn subtract(&mut self, other: &Self) {
        self.sum.subtract(&other.sum);
        self.weight = self.weight.saturating_sub(other.weight);
        self.rows = self.rows.saturating_sub(other.rows);
        self.missing = self.missing.saturating_sub(other.missing);
    }

    fn is_empty(&self) -> bool {
        self.rows == 0
    }
}

/// One column on one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiProfile {
    blocks: Vec<KpiBlock>,
}

impl KpiProfile {
    /// Empty; `unit` from [`crate::stats::sum::unit_for_scale`] of the reference's typical size.
    #[must_use]
    pub fn new(block_count: usize, unit: i32) -> Self {
        let sum = ExactSum::with_unit(unit);
        Self {
            blocks: vec![KpiBlock { sum, weight: 0, rows: 0, missing: 0 }; block_count],
        }
    }

    /// Adds a row; what is not finite is missing.
    pub fn add(&mut self, block: u8, value: f64, weight: u64) {
        let last = self.blocks.len().saturating_sub(1);
        let Some(block) = self.blocks.get_mut(usize::from(block).min(last)) else {
            return;
        };
        if !value.is_finite() {
            block.missing += 1;
            return;
        }
        block.sum.add_weighted(value, weight);
        block.weight += weight;
        block.rows += 1;
    }

    /// Adds the rows of another profile.
    pub fn merge(&mut self, other: &Self) {
        self.blocks.iter_mut().zip(&other.blocks).for_each(|(to, from)| to.add(from));
    }

    /// All blocks added; `None` when made without blocks.
    #[must_use]
    pub fn total(&self) -> Option<KpiBlock> {
        let mut blocks = self.blocks.iter();
        let mut total = *blocks.next()?;
        blocks.for_each(|block| total.add(block));
        Some(total)
    }

    /// The mean with its interval; `None` without rows.
    #[must_use]
    pub fn mean(&self) -> Option<Estimate> {
        let value = self.total().and_then(|total| total.sum.mean(total.weight))?;
        let left_out =
            jackknife::leave_one_out(&self.blocks, |rest| rest.sum.mean(rest.weight));
        Some(Estimate::jackknifed(value, left_out.as_deref(), Scale::Plain))
    }

    /// The sum over rows as they stand; with a weight column, `units_of_one` is the units of weight 1.
    #[must_use]
    pub fn sum(&self, units_of_one: u64) -> f64 {
        self.total().map_or(0.0, |total| total.sum.value() / units_of_one.max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::sum::unit_for_scale;

    #[test]
    fn mean_and_sum_by_hand() {
        let mut profile = KpiProfile::new(32, unit_for_scale(10.0));
        for i in 0..320_u32 {
            profile.add((i % 32) as u8, f64::from(i % 7), 1);
        }
        profile.add(3, f64::NAN, 1);
        let expected: f64 = (0..320).map(|i| f64::from(i % 7)).sum();
        assert_eq!(profile.sum(1), expected);
        let mean = profile.mean().unwrap();
        assert!((mean.value - expected / 320.0).abs() < 1e-15);
        assert!(mean.standard_error.unwrap() > 0.0);
        assert_eq!(profile.total().unwrap().missing, 1);
        assert!(KpiProfile::new(32, -48).mean().is_none());
        assert!(KpiProfile::new(0, -48).mean().is_none());
    }
}
