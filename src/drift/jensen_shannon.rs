//! Jensen–Shannon divergence, in bits.
//!
//! Measures: ½·KL(p‖m) + ½·KL(q‖m) with m = ½(p + q). Range 0–1; 0 means equal shares, 1 no bin in common.
//! Near 0 it says the same as PSI and Hellinger, so it is no further evidence. Misleads: on average
//! (B−1)(1/n + 1/m)/(8·ln 2) without any drift. SciPy's `jensenshannon(base=2)` is its square root.
//! Source: Lin 1991.

use crate::stats::math;

/// The divergence of two lists of counts over the same bins; `None` when a table is empty.
#[must_use]
pub fn jensen_shannon(reference: &[u64], production: &[u64]) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    if n == 0 || m == 0 {
        return None;
    }
    let part = |share: f64, middle: f64| {
        if share > 0.0 { share * math::log2(share / middle) } else { 0.0 }
    };
    let mut sum = 0.0;
    for (&a, &b) in reference.iter().zip(production) {
        let (p, q) = (a as f64 / n as f64, b as f64 / m as f64);
        let middle = 0.5 * (p + q);
        sum += 0.5 * part(p, middle) + 0.5 * part(q, middle);
    }
    Some(sum.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(jensen_shannon(&[1, 0], &[0, 9]), Some(1.0));
        assert_eq!(jensen_shannon(&[3, 1], &[6, 2]), Some(0.0));
        // (1, 0) and (½, ½), middle (¾, ¼): ½·log2(4/3) + ½·(½·log2(2/3) + ½·1) = 0.3113
        let value = jensen_shannon(&[4, 0], &[2, 2]).unwrap();
        assert!((value - 0.311_278_124_459_132_9).abs() < 1e-15);
        assert_eq!(jensen_shannon(&[], &[]), None);
    }
}
