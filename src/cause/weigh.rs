//! From facts to calibrated probabilities. Enter: the values of [`FACTS`]. Leave: for each cause the probability
//! that it is present, by a logistic model a cause whose weights were fitted on made pairs of worlds that are never
//! used to score it, then calibrated on pairs held out from the fit. The file of weights carries its version.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::facts::{FACTS, direction};
use crate::report::CauseId;
use crate::stats::math;

/// The shape of the file of weights that this code reads.
pub const WEIGHTS_VERSION: u32 = 1;

/// Fitted weights of all causes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Weights {
    /// [`WEIGHTS_VERSION`].
    pub version: u32,
    /// How they came about, for people.
    pub fitted_on: String,
    /// One entry a cause.
    pub causes: Vec<CauseWeights>,
}

/// Weights of one cause.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CauseWeights {
    /// The cause.
    pub cause: CauseId,
    /// Log-odds without any fact.
    pub bias: f64,
    /// Weight of each fact that speaks about the cause, 0 or more; facts against are subtracted.
    pub weights: Vec<(String, f64)>,
    /// Calibration: log-odds and the share of made pairs in which the cause was present, both ascending; empty
    /// leaves the log-odds as they are.
    pub calibration: Vec<(f64, f64)>,
}

impl Weights {
    /// The weights that ship with the program.
    #[must_use]
    pub fn shipped() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(|| {
            let read: Result<Self, _> =
                serde_json::from_str(include_str!("weights.json"));
            read.expect("the file of weights is part of the program and read in a test")
        })
    }

    /// The weights of a cause.
    #[must_use]
    pub fn of(&self, cause: CauseId) -> Option<&CauseWeights> {
        self.causes.iter().find(|own| own.cause == cause)
    }
}

impl CauseWeights {
    /// What each fact adds to the log-odds, in the order of [`FACTS`].
    #[must_use]
    pub fn parts(&self, values: &[f64]) -> Vec<f64> {
        FACTS
            .iter()
            .zip(values)
            .map(|(fact, value)| {
                let weight = self.weights.iter().find(|(name, _)| name == fact.name);
                direction(fact, self.cause) * weight.map_or(0.0, |own| own.1) * value
            })
            .collect()
    }

    /// The log-odds before calibration.
    #[must_use]
    pub fn log_odds(&self, values: &[f64]) -> f64 {
        self.bias + self.parts(values).iter().sum::<f64>()
    }

    /// The calibrated probability that the cause is present, 0–1.
    #[must_use]
    pub fn presence(&self, values: &[f64]) -> f64 {
        calibrated(&self.calibration, self.log_odds(values))
    }
}

/// The probability on a calibration curve, linear between its points, flat beyond them.
fn calibrated(curve: &[(f64, f64)], log_odds: f64) -> f64 {
    let above = curve.partition_point(|(at, _)| *at <= log_odds);
    let low = above.checked_sub(1).and_then(|at| curve.get(at));
    match (low, curve.get(above)) {
        (None, None) => math::sigmoid(log_odds),
        (Some((_, chance)), None) | (None, Some((_, chance))) => *chance,
        (Some((x0, p0)), Some((x1, p1))) => {
            if x1 > x0 {
                p0 + (p1 - p0) * (log_odds - x0) / (x1 - x0)
            } else {
                *p1
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cause::facts::place;

    #[test]
    fn the_shipped_weights_name_known_facts_and_every_cause() {
        let weights = Weights::shipped();
        assert_eq!(weights.version, WEIGHTS_VERSION);
        for cause in CauseId::ALL {
            let own = weights.of(cause).expect("every cause has weights");
            for (name, weight) in &own.weights {
                assert!(place(name).is_some(), "{name}");
                assert!(*weight >= 0.0, "{name} of {}", cause.name());
            }
            assert!(own.calibration.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1));
        }
    }

    #[test]
    fn the_curve_is_followed_between_its_points_and_flat_beyond() {
        let curve = [(-1.0, 0.1), (1.0, 0.9)];
        assert!((calibrated(&curve, 0.0) - 0.5).abs() < 1e-12);
        assert!((calibrated(&curve, -9.0) - 0.1).abs() < 1e-12);
        assert!((calibrated(&curve, 9.0) - 0.9).abs() < 1e-12);
        assert!((calibrated(&[], 0.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_fact_against_lowers_and_a_fact_for_raises() {
        let own = CauseWeights {
            cause: CauseId::ConceptDrift,
            bias: 0.0,
            weights: vec![("relation_share".to_owned(), 2.0), ("pulse".to_owned(), 3.0)],
            calibration: Vec::new(),
        };
        let mut values = vec![0.0; FACTS.len()];
        let before = own.presence(&values);
        values[place("relation_share").expect("a fact")] = 1.0;
        let more = own.presence(&values);
        values[place("pulse").expect("a fact")] = 1.0;
        assert!(more > before && own.presence(&values) < before);
    }
}
