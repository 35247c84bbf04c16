//! Fits the weights of the evidence. Enter: for each cause, vectors of evidence with whether the cause was present,
//! from the worlds kept for fitting. Leave: weights, intercept and a calibration curve. First the numeric
//! part, then [`weights`].

use whydrop::cause::facts::{FACTS, direction};
use whydrop::cause::weigh::{CauseWeights, WEIGHTS_VERSION, Weights, joint};
use whydrop::report::CauseId;
use whydrop::stats::math::softplus;

/// A ridge-penalised logistic regression in which some weights may not be negative.
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// Log-odds without evidence.
    pub intercept: f64,
    /// Log-odds a unit of each evidence.
    pub weights: Vec<f64>,
}

/// Steps of the fit at most; it stops when no weight moves by more than [`STILL`].
const STEPS: usize = 500;
/// A step this small is none.
const STILL: f64 = 1e-9;

impl Logistic {
    /// Fits on examples: evidence and whether it was so. `supporting` says which weights stay at 0 or above;
    /// missing entries are free. `ridge` is the penalty on each weight (on half its square), not on the
    /// intercept. Coordinate descent on the exact curvature bound: every step lowers the loss.
    #[must_use]
    pub fn fit(examples: &[(Vec<f64>, bool)], supporting: &[bool], ridge: f64) -> Self {
        let width = examples.iter().map(|(x, _)| x.len()).max().unwrap_or(0);
        let mut model = Self { intercept: 0.0, weights: vec![0.0; width] };
        let mut margins = vec![0.0_f64; examples.len()];
        let at = |x: &[f64], j: usize| x.get(j).copied().unwrap_or(0.0);
        for _ in 0..STEPS {
            let mut largest = 0.0_f64;
            // The intercept last, as coordinate `width`.
            for j in 0..=width {
                let (mut slope, mut curve) = (0.0, 0.0);
                for ((x, y), margin) in examples.iter().zip(&margins) {
                    let v = if j == width { 1.0 } else { at(x, j) };
                    if v == 0.0 {
                        continue;
                    }
                    let p = probability(*margin);
                    slope += v * (f64::from(u8::from(*y)) - p);
                    // Between the local curvature and its bound 1/4: steps neither crawl nor overshoot.
                    curve += v * v * (p * (1.0 - p)).max(0.05);
                }
                let old = model.weights.get(j).copied().unwrap_or(model.intercept);
                let penalty = if j == width { 1e-9 } else { ridge };
                let mut new =
                    old + (slope - penalty * old) / (curve + penalty).max(1e-12);
                if supporting.get(j).copied().unwrap_or(false) && j < width {
                    new = new.max(0.0);
                }
                let moved = (new - old).clamp(-2.0, 2.0);
                if moved == 0.0 {
                    continue;
                }
                match model.weights.get_mut(j) {
                    Some(weight) => *weight = old + moved,
                    None => model.intercept = old + moved,
                }
                for ((x, _), margin) in examples.iter().zip(&mut margins) {
                    *margin += moved * if j == width { 1.0 } else { at(x, j) };
                }
                largest = largest.max(moved.abs());
            }
            if largest < STILL {
                break;
            }
        }
        model
    }

    /// Log-odds of some evidence.
    #[must_use]
    pub fn margin(&self, evidence: &[f64]) -> f64 {
        self.intercept
            + self.weights.iter().zip(evidence).map(|(w, x)| w * x).sum::<f64>()
    }
}

fn probability(margin: f64) -> f64 {
    whydrop::stats::math::sigmoid(margin)
}

/// A rising step curve from a score to a probability (pool adjacent violators), with a pull of half an example
/// of each kind a step, so that no step says 0 or 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Isotonic {
    /// Lowest score of each step, ascending, and the step's probability, rising.
    pub steps: Vec<(f64, f64)>,
}

impl Isotonic {
    /// Fits on (score, whether it was so).
    #[must_use]
    pub fn fit(examples: &[(f64, bool)]) -> Self {
        let mut sorted = examples.to_vec();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        // Lowest score, hits, count.
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for tied in sorted.chunk_by(|a, b| a.0 == b.0) {
            let hits = tied.iter().filter(|t| t.1).count() as f64;
            let start = tied.first().map_or(0.0, |t| t.0);
            pools.push((start, hits, tied.len() as f64));
            while let [.., a, b] = pools.as_slice()
                && a.1 / a.2 >= b.1 / b.2
            {
                let joined = (a.0, a.1 + b.1, a.2 + b.2);
                pools.truncate(pools.len() - 2);
                pools.push(joined);
            }
        }
        let mut steps: Vec<(f64, f64)> =
            pools.iter().map(|&(start, h, n)| (start, (h + 0.5) / (n + 1.0))).collect();
        // The pull may bend short steps: keep the curve rising.
        let mut top = 0.0_f64;
        for step in &mut steps {
            top = top.max(step.1);
            step.1 = top;
        }
        Self { steps }
    }

    /// The probability at a score; the first step reaches down for ever. 0.5 without steps.
    #[must_use]
    pub fn at(&self, score: f64) -> f64 {
        let step = self.steps.partition_point(|s| s.0 <= score).saturating_sub(1);
        self.steps.get(step).map_or(0.5, |s| s.1)
    }
}

/// Penalties on weights that are tried, in pairs.
const RIDGES: [f64; 4] = [0.1, 0.3, 1.0, 3.0];

/// Evidence about one cause with whether it was present, one entry a pair.
type Examples = Vec<(Vec<f64>, bool)>;

/// Log-odds of examples, each by a fit that has seen nothing of its world (`worlds`: one entry an example).
fn unseen(
    examples: &Examples,
    worlds: &[&str],
    supporting: &[bool],
    ridge: f64,
) -> Vec<f64> {
    let mut scored = vec![0.0; examples.len()];
    let mut names = worlds.to_vec();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let others = examples.iter().zip(worlds).filter(|(_, own)| **own != name);
        let others: Examples = others.map(|(own, _)| own.clone()).collect();
        let model = Logistic::fit(&others, supporting, ridge);
        let held = examples.iter().zip(worlds).zip(&mut scored);
        for ((own, _), slot) in held.filter(|((_, own), _)| **own == name) {
            *slot = model.margin(&own.0);
        }
    }
    scored
}

fn log_loss(examples: &Examples, scored: &[f64]) -> f64 {
    let one = |(own, z): (&(Vec<f64>, bool), &f64)| softplus(if own.1 { -z } else { *z });
    examples.iter().zip(scored).map(one).sum()
}

/// The isotonic curve with each step at the mean score of its examples.
fn curve(scored: &[(f64, bool)]) -> Vec<(f64, f64)> {
    let steps = Isotonic::fit(scored).steps;
    let middles = steps.iter().enumerate().map(|(at, (start, chance))| {
        let end = steps.get(at + 1).map_or(f64::INFINITY, |next| next.0);
        let of_step: Vec<f64> = scored
            .iter()
            .map(|own| own.0)
            .filter(|score| score >= start && *score < end)
            .collect();
        (of_step.iter().sum::<f64>() / of_step.len().max(1) as f64, *chance)
    });
    middles.collect()
}

/// Fits the weights of every cause on outcomes of the fitting worlds, and the calibration on worlds held out one at a
/// time. Pairs whose verdict is neither a drop nor unknown count only where nothing is wrong: causes are not named
/// there.
#[must_use]
pub fn weights(outcomes: &[super::outcome::Outcome], fitted_on: String) -> Weights {
    let counts: Vec<&super::outcome::Outcome> = outcomes
        .iter()
        .filter(|own| own.facts.len() == FACTS.len())
        .filter(|own| {
            own.calm
                || own.verdict == "dropped"
                || own.verdict == "unknown_without_labels"
        })
        .collect();
    let worlds: Vec<&str> = counts.iter().map(|own| own.world.as_str()).collect();
    let mut causes = Vec::new();
    // Of each cause: log-odds of every pair by fits without its world, and whether it was present.
    let mut held_out: Vec<Vec<(f64, bool)>> = Vec::new();
    for cause in CauseId::ALL {
        let used: Vec<(usize, f64)> = FACTS
            .iter()
            .enumerate()
            .map(|(at, fact)| (at, direction(fact, cause)))
            .filter(|(_, way)| *way != 0.0)
            .collect();
        let example = |own: &&super::outcome::Outcome| {
            let evidence = used
                .iter()
                .map(|(at, way)| way * own.facts.get(*at).copied().unwrap_or(0.0))
                .collect::<Vec<f64>>();
            (evidence, own.causes.iter().any(|name| name == cause.name()))
        };
        let examples: Examples = counts.iter().map(example).collect();
        let supporting = vec![true; used.len()];
        let tried = RIDGES
            .map(|ridge| (ridge, unseen(&examples, &worlds, &supporting, ridge)))
            .into_iter()
            .min_by(|a, b| {
                log_loss(&examples, &a.1).total_cmp(&log_loss(&examples, &b.1))
            });
        let (ridge, scored) = tried.unwrap_or((1.0, Vec::new()));
        held_out
            .push(scored.into_iter().zip(&examples).map(|(z, own)| (z, own.1)).collect());
        let model = Logistic::fit(&examples, &supporting, ridge);
        causes.push(CauseWeights {
            cause,
            bias: model.intercept,
            weights: used
                .iter()
                .zip(&model.weights)
                .filter_map(|((at, _), weight)| {
                    Some((FACTS.get(*at)?.name.to_owned(), *weight))
                })
                .collect(),
        });
    }
    let mut pooled: Vec<(f64, bool)> = Vec::new();
    for (at, own) in counts.iter().enumerate() {
        let pairs: Vec<(f64, bool)> =
            held_out.iter().filter_map(|list| list.get(at).copied()).collect();
        let log_odds: Vec<f64> = pairs.iter().map(|pair| pair.0).collect();
        let raw = if own.verdict == "dropped" {
            joint(&log_odds)
        } else {
            log_odds.into_iter().map(probability).collect()
        };
        pooled.extend(raw.into_iter().zip(pairs.iter().map(|pair| pair.1)));
    }
    Weights { version: WEIGHTS_VERSION, fitted_on, causes, calibration: curve(&pooled) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use whydrop::stats::random::Random;

    fn examples(count: usize, weights: &[f64], intercept: f64) -> Vec<(Vec<f64>, bool)> {
        let mut random = Random::new(5);
        (0..count)
            .map(|_| {
                let x: Vec<f64> = weights.iter().map(|_| random.normal()).collect();
                let z =
                    intercept + x.iter().zip(weights).map(|(a, b)| a * b).sum::<f64>();
                let y = random.chance(probability(z));
                (x, y)
            })
            .collect()
    }

    #[test]
    fn weights_come_back() {
        let truth = [1.5, -1.0, 0.0];
        let model = Logistic::fit(&examples(20_000, &truth, -0.7), &[], 1.0);
        assert!((model.intercept + 0.7).abs() < 0.07, "{model:?}");
        for (found, is) in model.weights.iter().zip(truth) {
            assert!((found - is).abs() < 0.08, "{model:?}");
        }
    }

    #[test]
    fn supporting_evidence_never_speaks_against() {
        let data = examples(4000, &[1.0, -1.0], 0.0);
        let model = Logistic::fit(&data, &[true, true], 1.0);
        assert_eq!(model.weights[1], 0.0);
        assert!(model.weights[0] > 0.5);
        // The gradient at a bound points outwards, the others are 0.
        let mut gradient = [0.0; 2];
        for (x, y) in &data {
            let miss = f64::from(u8::from(*y)) - probability(model.margin(x));
            gradient[0] += x[0] * miss;
            gradient[1] += x[1] * miss;
        }
        assert!((gradient[0] - model.weights[0]).abs() < 1e-3, "{gradient:?}");
        assert!(gradient[1] < 0.0);
    }

    #[test]
    fn separable_examples_stay_finite() {
        let data = vec![(vec![1.0], true), (vec![-1.0], false)];
        let model = Logistic::fit(&data, &[true], 0.5);
        assert!(model.weights[0] > 0.3 && model.weights[0] < 5.0, "{model:?}");
        assert_eq!(Logistic::fit(&[], &[], 1.0).weights.len(), 0);
    }

    #[test]
    fn calibration_rises_and_hits_the_means() {
        let curve = Isotonic::fit(&[
            (0.1, false),
            (0.2, true),
            (0.3, false),
            (0.3, false),
            (0.8, true),
            (0.9, true),
        ]);
        assert!(curve.steps.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1), "{curve:?}");
        // (0.2, 0.3, 0.3) pool to one hit of three, pulled by half an example of each kind.
        assert!((curve.at(0.25) - 1.5 / 4.0).abs() < 1e-12, "{curve:?}");
        assert!(curve.at(5.0) > 0.8 && curve.at(-5.0) < 0.3);
        assert_eq!(Isotonic::default().at(0.3), 0.5);
    }
}
