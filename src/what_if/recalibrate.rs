//! Probabilities set right by a shift and a slope on the log-odds: the order of rows stays, so a cut-off on the new
//! probabilities is another cut-off on the old ones.

use crate::stats::math;

/// Probabilities are held this far from 0 and 1 before they become log-odds.
const EDGE: f64 = 1e-9;

fn log_odds(score: f64) -> f64 {
    let held = score.clamp(EDGE, 1.0 - EDGE);
    math::ln(held / (1.0 - held))
}

/// The probability after recalibration; the score itself without a map.
#[must_use]
pub fn recalibrate(map: Option<(f64, f64)>, score: f64) -> f64 {
    match map {
        Some((shift, slope)) => math::sigmoid(shift + slope * log_odds(score)),
        None => score,
    }
}

/// The score that becomes `probability`: the same decisions as this cut-off on recalibrated probabilities. The
/// probability itself without a map, or where the map turns the order (slope 0 or less).
#[must_use]
pub fn score_before(map: Option<(f64, f64)>, probability: f64) -> f64 {
    match map {
        Some((shift, slope)) if slope > 0.0 => {
            math::sigmoid((log_odds(probability) - shift) / slope)
        }
        _ => probability,
    }
}
