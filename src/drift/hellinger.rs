//! Hellinger distance.
//!
//! Measures: H with H² = ½·Σ(√p − √q)² = 1 − Σ√(pq). Range 0–1; 0 means equal shares, 1 no bin in common.
//! Misleads: H² is (B−1)(1/n + 1/m)/8 on average without any drift. Source: Hellinger 1909.

use crate::stats::math;

/// The distance of two lists of counts over the same bins; `None` when a table is empty.
#[must_use]
pub fn hellinger(reference: &[u64], production: &[u64]) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    if n == 0 || m == 0 {
        return None;
    }
    let mut sum = 0.0;
    for (&a, &b) in reference.iter().zip(production) {
        let gap = math::sqrt(a as f64 / n as f64) - math::sqrt(b as f64 / m as f64);
        sum += gap * gap;
    }
    Some(math::sqrt(0.5 * sum).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(hellinger(&[1, 0], &[0, 9]), Some(1.0));
        assert_eq!(hellinger(&[3, 1], &[6, 2]), Some(0.0));
        // (1, 0) and (¼, ¾): H² = 1 − ½ = ½
        let value = hellinger(&[7, 0], &[1, 3]).unwrap();
        assert!((value - math::sqrt(0.5)).abs() < 1e-15);
    }
}
