//! From facts to calibrated probabilities. Enter: the values of [`FACTS`]. Leave: for each cause the probability
//! that it is present, by a logistic model a cause whose weights were fitted on made pairs of worlds that are never
//! used to score it. The file of weights carries its version.
//!
//! # Decisions
//! * A real drop has a cause, and seldom more than two. Where the metric surely fell, the causes' odds are therefore
//!   set against each other ([`joint`]): what no other cause explains is left to the one that can.
//! * All causes share one calibration curve, from pairs of worlds that the weights had not seen. A cause has some 30
//!   made pairs, too few for a curve of its own: its steps would be chance.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::facts::{FACTS, direction};
use crate::report::CauseId;
use crate::stats::math;

/// The shape of the file of weights that this code reads.
pub const WEIGHTS_VERSION: u32 = 2;

/// Fitted weights of all causes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Weights {
    /// [`WEIGHTS_VERSION`].
    pub version: u32,
    /// How they came about, for people.
    pub fitted_on: String,
    /// One entry a cause.
    pub causes: Vec<CauseWeights>,
    /// Calibration: probability before it, and the share of made pairs in which the cause was present, both
    /// ascending; empty leaves probabilities as they are.
    pub calibration: Vec<(f64, f64)>,
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

    /// The calibrated probability that each cause is present, 0–1, in the order of [`CauseId::ALL`]. `fell`: the
    /// metric surely got worse. Causes that no fact could show on these tables are not `seen` and take no part.
    #[must_use]
    pub fn presences(
        &self,
        values: &[f64],
        fell: bool,
        seen: &dyn Fn(CauseId) -> bool,
    ) -> Vec<f64> {
        let log_odds: Vec<f64> = CauseId::ALL
            .into_iter()
            .map(|cause| match self.of(cause) {
                Some(own) if seen(cause) => own.log_odds(values),
                _ => f64::NEG_INFINITY,
            })
            .collect();
        let raw = if fell {
            joint(&log_odds)
        } else {
            log_odds.iter().map(|own| math::sigmoid(*own)).collect()
        };
        raw.into_iter().map(|own| calibrated(&self.calibration, own)).collect()
    }
}

/// Beyond this log-odds say nothing more: the sums of [`joint`] stay finite.
const MOST_LOG_ODDS: f64 = 30.0;

/// Probability of each cause when one or two of them are present and each is so with its own log-odds,
/// independently: the share of its sets in all sets of one or two.
#[must_use]
pub fn joint(log_odds: &[f64]) -> Vec<f64> {
    let odds: Vec<f64> =
        log_odds.iter().map(|own| math::exp(own.min(MOST_LOG_ODDS))).collect();
    let one: f64 = odds.iter().sum();
    let square: f64 = odds.iter().map(|own| own * own).sum();
    let all = one + 0.5 * (one * one - square);
    if all <= 0.0 {
        return vec![0.0; odds.len()];
    }
    odds.iter().map(|own| own * (1.0 + one - own) / all).collect()
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
}

/// The probability on a calibration curve, linear between its points, flat beyond them.
fn calibrated(curve: &[(f64, f64)], raw: f64) -> f64 {
    let above = curve.partition_point(|(at, _)| *at <= raw);
    let low = above.checked_sub(1).and_then(|at| curve.get(at));
    match (low, curve.get(above)) {
        (None, None) => raw,
        (Some((_, chance)), None) | (None, Some((_, chance))) => *chance,
        (Some((x0, p0)), Some((x1, p1))) => {
            if x1 > x0 {
                p0 + (p1 - p0) * (raw - x0) / (x1 - x0)
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
        }
        assert!(weights.calibration.is_sorted_by(|a, b| a.0 <= b.0 && a.1 <= b.1));
    }

    #[test]
    fn the_curve_is_followed_between_its_points_and_flat_beyond() {
        let curve = [(0.25, 0.1), (0.75, 0.9)];
        assert!((calibrated(&curve, 0.5) - 0.5).abs() < 1e-12);
        assert!((calibrated(&curve, 0.0) - 0.1).abs() < 1e-12);
        assert!((calibrated(&curve, 1.0) - 0.9).abs() < 1e-12);
        assert!((calibrated(&[], 0.5) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn causes_of_a_real_drop_compete() {
        // By hand: odds 1, 1, 0. Sets of one or two: {a}, {b}, {a, b}, each as likely.
        let even = joint(&[0.0, 0.0, f64::NEG_INFINITY]);
        assert!(
            (even[0] - 2.0 / 3.0).abs() < 1e-12 && (even[1] - 2.0 / 3.0).abs() < 1e-12
        );
        assert_eq!(even[2], 0.0);
        // The only one that can, has it; one that is all but sure takes it from the others.
        assert!((joint(&[-3.0, f64::NEG_INFINITY])[0] - 1.0).abs() < 1e-12);
        let [weak, ..] = joint(&[-1.0, -2.0, -2.0])[..] else { panic!("three") };
        let [beside, ..] = joint(&[-1.0, 6.0, -2.0])[..] else { panic!("three") };
        assert!(weak > 0.5 && beside < 0.3, "{weak} {beside}");
        // Two that are both sure are both found, and huge odds stay finite.
        let both = joint(&[9.0, 9.0, -9.0]);
        assert!(both[0] > 0.99 && both[1] > 0.99 && both[2] < 0.01);
        assert!(joint(&[900.0, -900.0]).iter().all(|own| (0.0..=1.0).contains(own)));
        assert_eq!(joint(&[f64::NEG_INFINITY; 2]), vec![0.0; 2]);
    }

    #[test]
    fn presences_stay_between_nothing_and_all() {
        let weights = Weights::shipped();
        for fell in [false, true] {
            for fill in [0.0, 0.5, 1.0] {
                let all = weights.presences(&vec![fill; FACTS.len()], fell, &|_| true);
                assert_eq!(all.len(), CauseId::ALL.len());
                assert!(all.iter().all(|own| (0.0..=1.0).contains(own)), "{all:?}");
            }
        }
    }

    #[test]
    fn a_fact_against_lowers_and_a_fact_for_raises() {
        let own = CauseWeights {
            cause: CauseId::ConceptDrift,
            bias: 0.0,
            weights: vec![("relation_share".to_owned(), 2.0), ("pulse".to_owned(), 3.0)],
        };
        let mut values = vec![0.0; FACTS.len()];
        let before = own.log_odds(&values);
        values[place("relation_share").expect("a fact")] = 1.0;
        let more = own.log_odds(&values);
        values[place("pulse").expect("a fact")] = 1.0;
        assert!(more > before && own.log_odds(&values) < before);
    }
}
