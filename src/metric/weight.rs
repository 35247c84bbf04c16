//! Row weights as whole numbers. Enter: a weight (0 or more). Leave: `u64` units, so that weighted counts
//! add up in any order to the same bits. Without a weight column a row is one unit. With one, the unit is
//! 1/65,536 of the power of two at or below the reference's typical weight: a weight is rounded by at most
//! one part in 131,072 of a typical row. Metrics are ratios, so the unit cancels. The unit must be the same
//! in every table: take it from the reference.

use serde::{Deserialize, Serialize};

use crate::stats::math;

/// Bits below a typical weight that are kept.
const FRACTION_BITS: i32 = 16;

/// A weight counts at most 2³² units (65,536 typical rows), so that totals stay within `u64`.
const LIMIT: f64 = 4_294_967_296.0;

/// How weights become units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightScale {
    /// Exponent of the power of two that becomes 65,536 units; `None`: every row is one unit.
    typical_log2: Option<i32>,
}

impl WeightScale {
    /// Every row counts one unit, whatever its weight.
    pub const ROWS: Self = Self { typical_log2: None };

    /// For weights whose mean (or median) is `typical`; as for 1 when that is not a positive number.
    #[must_use]
    pub fn for_typical(typical: f64) -> Self {
        let power = if typical > 0.0 { math::floor_log2(typical) } else { None };
        Self { typical_log2: Some(power.unwrap_or(0)) }
    }

    /// Whether a weight column is used.
    #[must_use]
    pub const fn is_weighted(self) -> bool {
        self.typical_log2.is_some()
    }

    /// The units of one row; `None` for a weight that is negative, missing or not finite.
    #[must_use]
    pub fn units(self, weight: f64) -> Option<u64> {
        let Some(power) = self.typical_log2 else { return Some(1) };
        if !(weight >= 0.0 && weight.is_finite()) {
            return None;
        }
        let scaled = libm::scalbn(weight, FRACTION_BITS - power);
        Some(scaled.round_ties_even().min(LIMIT) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_proportional_and_bad_weights_are_refused() {
        let scale = WeightScale::for_typical(3.0);
        assert_eq!(scale.units(2.0), Some(65_536));
        assert_eq!(scale.units(1.0), Some(32_768));
        assert_eq!(scale.units(0.0), Some(0));
        assert_eq!(scale.units(1e300), Some(4_294_967_296));
        assert_eq!(scale.units(-1.0), None);
        assert_eq!(scale.units(f64::NAN), None);
        assert_eq!(
            WeightScale::for_typical(1e-9).units(1e-9).map(|u| u > 65_535),
            Some(true)
        );
        assert_eq!(WeightScale::ROWS.units(f64::NAN), Some(1));
        assert!(!WeightScale::ROWS.is_weighted() && scale.is_weighted());
    }
}
