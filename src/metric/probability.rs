//! Losses of one row whose score is a probability. Enter: scores. Leave: the clip ε of the log-loss, and the
//! losses themselves. Files often hold rounded scores, with exact 0 and 1 among them: a rounded score stands
//! for any value within half a step, so ε is half the step, and the same ε serves both tables.

use crate::stats::math;

/// Smallest ε: a score of exactly 0 or 1 costs at most 13.8.
pub const MIN_EPSILON: f64 = 1e-6;

/// Decimals that are tried when looking for a rounding step.
const MAX_DECIMALS: i32 = 6;

/// The log-loss clip for these scores: max(10⁻⁶, step/2), where the step is 10⁻ᵈ for the smallest d (1 to 6)
/// such that every score has at most d decimals. Scores that are all 0 or 1 tell nothing of a step: 10⁻⁶.
#[must_use]
pub fn log_loss_epsilon(scores: impl IntoIterator<Item = f64>) -> f64 {
    let mut decimals = 0;
    for score in scores.into_iter().filter(|score| score.is_finite()) {
        while decimals <= MAX_DECIMALS && !has_decimals(score, decimals) {
            decimals += 1;
        }
        if decimals > MAX_DECIMALS {
            return MIN_EPSILON;
        }
    }
    if decimals == 0 { MIN_EPSILON } else { (0.5 / ten_to(decimals)).max(MIN_EPSILON) }
}

fn ten_to(decimals: i32) -> f64 {
    (0..decimals).fold(1.0, |power, _| power * 10.0)
}

/// Whether the score is a multiple of 10⁻ᵈ, up to the rounding of the decimal's own conversion (f32 too) and of a
/// division by 100 (per cent).
fn has_decimals(score: f64, decimals: i32) -> bool {
    let power = ten_to(decimals);
    let nearest = (score * power).round_ties_even() / power;
    (score - nearest).abs() <= 2.0 * f64::EPSILON * score.abs()
        || (f64::from(score as f32) == score && score as f32 == nearest as f32)
}

/// Whether a score can be a probability.
#[must_use]
pub fn is_probability(score: f64) -> bool {
    (0.0..=1.0).contains(&score)
}

/// −ln of the probability given to what happened, clipped to ε … 1−ε. Nats, 0 or more.
#[inline]
#[must_use]
pub fn log_loss(score: f64, positive: bool, epsilon: f64) -> f64 {
    let p = score.clamp(epsilon, 1.0 - epsilon);
    -math::ln(if positive { p } else { 1.0 - p })
}

/// (score − outcome)², 0–1.
#[inline]
#[must_use]
pub fn brier(score: f64, positive: bool) -> f64 {
    let error = score - if positive { 1.0 } else { 0.0 };
    error * error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_is_found() {
        let cases: [(&[f64], f64); 7] = [
            (&[0.12, 0.5, 1.0], 0.005),
            (&[0.1, 0.3, 0.7], 0.05),
            (&[0.123, 0.5], 0.0005),
            (&[0.123_456_789, 0.5], 1e-6),
            (&[0.0, 1.0], 1e-6),
            (&[], 1e-6),
            (&[f64::NAN, 0.25], 0.005),
        ];
        for (scores, expected) in cases {
            let found = log_loss_epsilon(scores.iter().copied());
            assert!((found - expected).abs() < 1e-15, "{scores:?}: {found}");
        }
        let of_per_cent = [12.34, 7.07, 99.99].map(|own| own / 100.0);
        assert!((log_loss_epsilon(of_per_cent) - 0.000_05).abs() < 1e-15);
        let single = [0.12_f32, 0.57].map(f64::from);
        assert!((log_loss_epsilon(single) - 0.005).abs() < 1e-15);
    }

    #[test]
    fn losses_by_hand() {
        assert!((log_loss(0.5, true, 1e-6) - std::f64::consts::LN_2).abs() < 1e-15);
        assert!((log_loss(0.0, true, 1e-6) - 13.815_510_557_964_274).abs() < 1e-9);
        assert_eq!(brier(0.25, false), 0.0625);
        assert!(!is_probability(1.5) && !is_probability(f64::NAN) && is_probability(0.0));
    }
}
