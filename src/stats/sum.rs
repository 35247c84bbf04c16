//! Sums that do not depend on order. Enter: `f64` values, each rounded once to a multiple of a power of
//! two. Leave: a whole number of those units in an `i128`. Adding whole numbers is associative and
//! commutative, so any chunk size, worker count or merge order gives the same bits.
//!
//! # Range and rounding
//! A sum with unit 2ᵉ rounds each value to the nearest multiple of 2ᵉ (ties to even): the error of a sum of
//! n values is at most n·2ᵉ⁻¹ and usually √n·2ᵉ⁻². A value of at least 2⁹⁴ units is held at that limit and
//! counted in [`ExactSum::clipped_count`]; what is not finite adds nothing and is counted in
//! [`ExactSum::skipped_count`]. The total stays exact while Σ|value|·weight is below 2¹²⁷ units: 2³³ rows at
//! the limit with weight 1. The default unit 2⁻⁴⁸ (3.6·10⁻¹⁵) holds single values up to 2⁴⁶ (7·10¹³); for
//! other scales take the unit from [`unit_for_scale`].
//!
//! Cost: about 2 ns an addition, 48 bytes a sum.

use serde::{Deserialize, Serialize};

use super::math;

/// Exponent of the default unit.
pub const DEFAULT_UNIT_EXPONENT: i32 = -48;

/// Units that one value may have at most: 2 to this power.
pub const VALUE_LIMIT_LOG2: i32 = 94;

/// The exponents a unit may have; others are moved to the nearest of these.
const EXPONENT_RANGE: std::ops::RangeInclusive<i32> = -900..=900;

/// 1.5·2⁵²: added and subtracted, it rounds a smaller number to the nearest whole one, ties to even.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// 2⁵¹: below this the rounding by addition is exact.
const SMALL: f64 = 2_251_799_813_685_248.0;

/// The unit exponent for values whose usual largest size is `scale`: 50 bits below it, so that values up to 2⁴⁴
/// times the scale fit, the rounding error is below 10⁻¹⁵ of it, and values up to the scale are rounded by one
/// addition. The default when `scale` is 0 or not finite. Every part of a table must use the same unit: take the
/// scale from the reference.
#[must_use]
pub fn unit_for_scale(scale: f64) -> i32 {
    math::floor_log2(scale).map_or(DEFAULT_UNIT_EXPONENT, |power| power - 50)
}

/// A sum in whole units of a power of two.
///
/// ```
/// use whydrop::stats::sum::ExactSum;
/// let mut sum = ExactSum::default();
/// for value in [1e9, 0.25, -1e9] {
///     sum.add(value);
/// }
/// assert_eq!(sum.value(), 0.25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactSum {
    units: i128,
    exponent: i32,
    clipped_count: u64,
    skipped_count: u64,
}

impl Default for ExactSum {
    fn default() -> Self {
        Self::with_unit(DEFAULT_UNIT_EXPONENT)
    }
}

impl ExactSum {
    /// An empty sum counted in units of 2 to the power `exponent` (−900 to 900).
    #[must_use]
    pub const fn with_unit(exponent: i32) -> Self {
        let (low, high) = (*EXPONENT_RANGE.start(), *EXPONENT_RANGE.end());
        let exponent = if exponent < low {
            low
        } else if exponent > high {
            high
        } else {
            exponent
        };
        Self { units: 0, exponent, clipped_count: 0, skipped_count: 0 }
    }

    /// The exponent of the unit.
    #[must_use]
    pub const fn unit_exponent(&self) -> i32 {
        self.exponent
    }

    /// Adds one value.
    #[inline]
    pub fn add(&mut self, value: f64) {
        self.units = self.units.wrapping_add(self.units_of(value));
    }

    /// Adds many values: the same bits as one by one, and the wide number is touched once for many of them.
    pub fn add_all(&mut self, values: &[f64]) {
        // So many values below 2⁵¹ fit 64 bits.
        const TOGETHER: usize = 1 << 11;
        let scale = self.scale();
        for values in values.chunks(TOGETHER) {
            let mut together = 0_i64;
            for value in values {
                let scaled = value * scale;
                if scaled.abs() < SMALL {
                    together += ((scaled + ROUNDER) - ROUNDER) as i64;
                } else {
                    self.add(*value);
                }
            }
            self.units = self.units.wrapping_add(i128::from(together));
        }
    }

    /// Adds `value` `weight` times, rounding `value` (not the product) to the unit.
    #[inline]
    pub fn add_weighted(&mut self, value: f64, weight: u64) {
        if weight == 1 {
            return self.add(value);
        }
        let units = self.units_of(value).wrapping_mul(i128::from(weight));
        self.units = self.units.wrapping_add(units);
    }

    /// Adds another sum: a whole-number addition. Sums of different units meet in the finer of the two.
    #[inline]
    pub fn merge(&mut self, other: &Self) {
        let other = self.align(other);
        self.units = self.units.wrapping_add(other.units);
        self.clipped_count += other.clipped_count;
        self.skipped_count += other.skipped_count;
    }

    /// Takes another sum away, exactly: the rest after a block is left out.
    #[inline]
    pub fn subtract(&mut self, other: &Self) {
        let other = self.align(other);
        self.units = self.units.wrapping_sub(other.units);
        self.clipped_count = self.clipped_count.saturating_sub(other.clipped_count);
        self.skipped_count = self.skipped_count.saturating_sub(other.skipped_count);
    }

    /// The sum, rounded once to the nearest `f64`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the one rounding that is documented")]
    pub fn value(&self) -> f64 {
        libm::scalbn(self.units as f64, self.exponent)
    }

    /// The sum over `count` rows; `None` when there is no row.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay below 2^53")]
    pub fn mean(&self, count: u64) -> Option<f64> {
        (count > 0).then(|| self.value() / count as f64)
    }

    /// Values that were held at the limit of the range.
    #[must_use]
    pub const fn clipped_count(&self) -> u64 {
        self.clipped_count
    }

    /// Values that were NaN or infinite and added nothing.
    #[must_use]
    pub const fn skipped_count(&self) -> u64 {
        self.skipped_count
    }

    /// Brings both sums to the finer unit and returns the other one.
    fn align(&mut self, other: &Self) -> Self {
        let mut other = *other;
        let finer = self.exponent.min(other.exponent);
        for sum in [&mut *self, &mut other] {
            let shift = u32::try_from(sum.exponent - finer).unwrap_or(0);
            sum.units = if shift < 128 { sum.units << shift } else { 0 };
            sum.exponent = finer;
        }
        other
    }

    /// 2 to minus the exponent, built from its bits: exact, and no call on the hot path.
    #[inline]
    const fn scale(&self) -> f64 {
        f64::from_bits(((1023 - self.exponent as i64) as u64) << 52)
    }

    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "both branches hold whole numbers in range"
    )]
    fn units_of(&mut self, value: f64) -> i128 {
        let scaled = value * self.scale();
        if scaled.abs() < SMALL {
            return i128::from(((scaled + ROUNDER) - ROUNDER) as i64);
        }
        if !value.is_finite() {
            self.skipped_count += 1;
            return 0;
        }
        let limit = 1_i128 << VALUE_LIMIT_LOG2;
        if scaled.abs() >= limit as f64 {
            self.clipped_count += 1;
            return if scaled > 0.0 { limit } else { -limit };
        }
        // From 2^51 up a double may still hold halves; from 2^52 up it is whole.
        scaled.round_ties_even() as i128
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum_of(values: &[f64], unit: i32) -> ExactSum {
        let mut sum = ExactSum::with_unit(unit);
        values.iter().for_each(|&value| sum.add(value));
        sum
    }

    #[test]
    fn a_sum_is_the_sum() {
        assert_eq!(sum_of(&[0.5, 0.25, -3.0], -48).value(), -2.25);
        assert_eq!(sum_of(&[], -48).value(), 0.0);
        assert_eq!(sum_of(&[], -48).mean(0), None);
        assert_eq!(sum_of(&[1.0, 2.0], -48).mean(2), Some(1.5));
    }

    #[test]
    fn values_round_to_the_unit_with_ties_to_even() {
        assert_eq!(sum_of(&[0.5], 0).value(), 0.0);
        assert_eq!(sum_of(&[1.5], 0).value(), 2.0);
        assert_eq!(sum_of(&[-2.5], 0).value(), -2.0);
        assert_eq!(
            sum_of(&[2_251_799_813_685_248.5], 0).value(),
            2_251_799_813_685_248.0
        );
        assert_eq!(
            sum_of(&[2_251_799_813_685_249.5], 0).value(),
            2_251_799_813_685_250.0
        );
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let sum = sum_of(&[f64::NAN, f64::INFINITY, 1.0, 1e300, -1e300], -48);
        assert_eq!((sum.skipped_count(), sum.clipped_count()), (2, 2));
        assert_eq!(sum.value(), 1.0);
    }

    #[test]
    fn the_scale_sets_the_unit() {
        for scale in [1e-200, 1e-9, 1.0, 1e12, 1e200] {
            let sum = sum_of(&[scale, scale / 3.0, 1e9 * scale], unit_for_scale(scale));
            let expected = scale * (1.0 + 1.0 / 3.0 + 1e9);
            assert!((sum.value() / expected - 1.0).abs() < 1e-15, "{scale}");
            assert_eq!(sum.clipped_count(), 0);
        }
        assert_eq!(unit_for_scale(0.0), DEFAULT_UNIT_EXPONENT);
        assert_eq!(unit_for_scale(f64::NAN), DEFAULT_UNIT_EXPONENT);
    }

    #[test]
    fn different_units_meet_in_the_finer_one() {
        let mut sum = sum_of(&[3.0], 0);
        sum.merge(&sum_of(&[0.25], -4));
        assert_eq!((sum.value(), sum.unit_exponent()), (3.25, -4));
    }

    proptest! {
        #[test]
        fn any_order_and_any_cut_give_the_same_bits(
            mut values in prop::collection::vec(-1e12_f64..1e12, 0..200),
            cut in 0_usize..200,
        ) {
            let whole = sum_of(&values, -48);
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = sum_of(right, -48);
            merged.merge(&sum_of(left, -48));
            prop_assert_eq!(whole, merged);
            let mut rest = whole;
            rest.subtract(&sum_of(left, -48));
            prop_assert_eq!(rest, sum_of(right, -48));
            values.reverse();
            prop_assert_eq!(whole, sum_of(&values, -48));
            values.extend([1e30, f64::INFINITY, 0.1]);
            for unit in [-48, 0, 20] {
                let mut together = ExactSum::with_unit(unit);
                together.add_all(&values);
                prop_assert_eq!(together, sum_of(&values, unit));
            }
        }

        #[test]
        fn a_weight_is_that_many_rows(value in -1e6_f64..1e6, weight in 0_u64..50) {
            let mut weighted = ExactSum::default();
            weighted.add_weighted(value, weight);
            let many = vec![value; usize::try_from(weight).unwrap_or(0)];
            prop_assert_eq!(weighted, sum_of(&many, DEFAULT_UNIT_EXPONENT));
        }
    }
}
