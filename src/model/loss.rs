//! The two losses every model here minimises, and the constant each starts from. Enter: margins, targets, weights.
//! Leave: loss, gradient, curvature, base margin; sums in row order.

use crate::stats::math;

/// What is minimised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    /// Half the squared error; the margin is the prediction.
    Squared,
    /// Log-loss of a target in 0–1 (soft targets allowed); the margin is the log-odds.
    Logistic,
}

/// A mean of 0 or 1 is moved this far inside before its log-odds are taken.
const LEAST_PROBABILITY: f64 = 1e-6;
/// Newton steps for the constant on top of an offset, and the length they may have: convergence is quadratic.
const BASE_STEPS: usize = 40;
const LONGEST_BASE_STEP: f64 = 2.0;
/// The constant has arrived.
const BASE_TOLERANCE: f64 = 1e-13;

/// A training row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Example {
    /// Row of the matrix.
    pub row: u32,
    pub target: f64,
    pub weight: f64,
    /// Zero without offset.
    pub offset: f64,
}

/// The rows that can be learned from: finite target and offset, finite positive weight.
pub(super) fn examples(
    row_count: usize,
    rows: &[u32],
    target: &[f64],
    weight: Option<&[f64]>,
    offset: Option<&[f64]>,
) -> Vec<Example> {
    let at = |list: Option<&[f64]>, row: usize, or: f64| {
        list.map_or(or, |list| list.get(row).copied().unwrap_or(f64::NAN))
    };
    let example = |row: &u32| {
        let place = *row as usize;
        let example = Example {
            row: *row,
            target: at(Some(target), place, 0.0),
            weight: at(weight, place, 1.0),
            offset: at(offset, place, 0.0),
        };
        let usable = example.target.is_finite()
            && example.offset.is_finite()
            && example.weight.is_finite()
            && example.weight > 0.0;
        (place < row_count && usable).then_some(example)
    };
    rows.iter().filter_map(example).collect()
}

impl Objective {
    /// Gradient and curvature of the loss in the margin, for weight 1.
    #[inline]
    pub(super) fn slope(self, margin: f64, target: f64) -> (f64, f64) {
        match self {
            Self::Squared => (margin - target, 1.0),
            Self::Logistic => {
                let p = math::sigmoid(margin);
                (p - target, p * (1.0 - p))
            }
        }
    }

    /// Most curvature of a row with weight 1.
    pub(super) const fn most_curvature(self) -> f64 {
        match self {
            Self::Squared => 1.0,
            Self::Logistic => 0.25,
        }
    }

    /// Loss of a row with weight 1.
    pub(super) fn loss(self, margin: f64, target: f64) -> f64 {
        match self {
            Self::Squared => 0.5 * (margin - target) * (margin - target),
            Self::Logistic => math::softplus(margin) - target * margin,
        }
    }

    /// The best constant on top of the offsets; 0 without rows.
    pub(super) fn base(self, examples: &[Example], has_offset: bool) -> f64 {
        let weight: f64 = examples.iter().map(|example| example.weight).sum();
        if weight <= 0.0 {
            return 0.0;
        }
        let rest = |example: &Example| match self {
            Self::Squared => example.weight * (example.target - example.offset),
            Self::Logistic => example.weight * example.target,
        };
        let mean = examples.iter().map(rest).sum::<f64>() / weight;
        if self == Self::Squared {
            return mean;
        }
        let mean = mean.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        if !has_offset {
            return math::logit(mean);
        }
        let mut base = 0.0;
        for _ in 0..BASE_STEPS {
            // Aims at the clamped mean, so that one class only does not run to infinity.
            let (mut gradient, mut curvature) = (-mean * weight, 0.0);
            for example in examples {
                let (g, h) = self.slope(example.offset + base, 0.0);
                gradient += example.weight * g;
                curvature += example.weight * h;
            }
            let step = -gradient / curvature.max(weight * LEAST_PROBABILITY * 0.1);
            base += step.clamp(-LONGEST_BASE_STEP, LONGEST_BASE_STEP);
            if step.abs() < BASE_TOLERANCE {
                break;
            }
        }
        base
    }
}
