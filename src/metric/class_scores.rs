//! Class scores of one row: the best class, and the bin of a score. Enter: numbers. Leave: indices. No
//! logarithm is taken: bins follow the bits of the number.

/// Score bins a class: 8 to a doubling from 2⁻¹⁶ to ½ and from ½ to 1 − 2⁻¹⁶, denser to both ends.
pub const SCORE_BIN_COUNT: usize = 242;

/// The class with the highest score, the first of several; `None` without a finite score.
#[must_use]
pub fn best(scores: &[f64]) -> Option<usize> {
    let mut found: Option<(usize, f64)> = None;
    for (class, &score) in scores.iter().enumerate() {
        if score.is_finite() && found.is_none_or(|(_, best)| score > best) {
            found = Some((class, score));
        }
    }
    found.map(|(class, _)| class)
}

/// A bin that rises with the score: by exponent and three bits of the fraction, mirrored at one half.
#[must_use]
pub fn score_bin(score: f64) -> usize {
    let half = SCORE_BIN_COUNT / 2;
    let steps = |p: f64| {
        // p = 2^-16 is step 0, p just below 1/2 is step 119.
        let bits = (p.max(0.0).to_bits() >> 49) as usize;
        let first = (1.0_f64 / 65_536.0).to_bits() >> 49;
        (bits + 1).saturating_sub(first as usize).min(half - 1)
    };
    if score < 0.5 { steps(score) } else { SCORE_BIN_COUNT - 1 - steps(1.0 - score) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_the_best_wins() {
        assert_eq!(best(&[0.2, 0.4, 0.4]), Some(1));
        assert_eq!(best(&[f64::NAN, 0.1]), Some(1));
        assert_eq!(best(&[]), None);
    }

    #[test]
    fn score_bins_rise() {
        let scores: Vec<f64> = (0..=100_000).map(|i| f64::from(i) / 100_000.0).collect();
        let bins: Vec<usize> = scores.iter().map(|&s| score_bin(s)).collect();
        assert!(bins.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!((bins[0], bins[100_000]), (0, SCORE_BIN_COUNT - 1));
        assert_eq!((score_bin(-1.0), score_bin(7.0)), (0, SCORE_BIN_COUNT - 1));
    }
}
