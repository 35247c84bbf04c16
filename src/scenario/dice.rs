//! Draws that worlds are made of, on the product's seeded generator. Enter: a key. Leave: numbers that
//! depend on the key and on the order of the draws only. A world draws the same number of times whatever
//! its [`Setting`](super::world::Setting), so that two settings share their luck (common random numbers).

use crate::stats::math;
use crate::stats::random::Random;

/// A source of draws for one row.
#[derive(Clone, Debug)]
pub struct Dice(Random);

impl Dice {
    /// All draws follow from `key`.
    #[must_use]
    pub fn new(key: u64) -> Self {
        Self(Random::new(key))
    }

    /// Uniform in 0–1 (1 exclusive).
    pub fn uniform(&mut self) -> f64 {
        self.0.uniform()
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// 1 with this probability, else 0.
    pub fn flag(&mut self, probability: f64) -> f64 {
        f64::from(u8::from(self.chance(probability)))
    }

    /// Normal with this mean and standard deviation.
    pub fn normal(&mut self, mean: f64, deviation: f64) -> f64 {
        mean + deviation * self.0.normal()
    }

    /// exp of a normal: `median` is its median, `spread` the deviation of its logarithm.
    pub fn lognormal(&mut self, median: f64, spread: f64) -> f64 {
        median * math::exp(spread * self.0.normal())
    }

    /// Gamma with shape 2 and this mean.
    pub fn gamma(&mut self, mean: f64) -> f64 {
        0.5 * mean * (self.0.exponential() + self.0.exponential())
    }

    /// Poisson, by inversion of one uniform number; meant for means below 30.
    pub fn count(&mut self, mean: f64) -> f64 {
        let mut left = self.uniform();
        let mut probability = math::exp(-mean);
        let mut count = 0.0;
        while left >= probability && count < 200.0 {
            left -= probability;
            count += 1.0;
            probability *= mean / count;
        }
        count
    }

    /// An index with these weights (any positive scale), as a number.
    pub fn pick(&mut self, weights: &[f64]) -> f64 {
        let mut left = self.uniform() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index as f64;
            }
        }
        weights.len().saturating_sub(1) as f64
    }

    /// `value`, or missing (NaN) with this probability.
    pub fn or_missing(&mut self, value: f64, probability: f64) -> f64 {
        if self.chance(probability) { f64::NAN } else { value }
    }
}

/// A weight list between two others: `share` 0 is `from`, 1 is `to`.
#[must_use]
pub fn blend<const N: usize>(from: [f64; N], to: [f64; N], share: f64) -> [f64; N] {
    let mut out = from;
    for (o, t) in out.iter_mut().zip(to) {
        *o += share * (t - *o);
    }
    out
}

/// The entry of a short list at a category's code; 0 for missing and unknown codes.
#[must_use]
pub fn by(code: f64, values: &[f64]) -> f64 {
    if code >= 0.0 { values.get(code as usize).copied().unwrap_or(0.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_and_picks_have_their_means() {
        let mut dice = Dice::new(3);
        let n = 20_000;
        let mean = (0..n).map(|_| dice.count(2.5)).sum::<f64>() / f64::from(n);
        assert!((mean - 2.5).abs() < 0.05, "{mean}");
        let ones = (0..n).filter(|_| dice.pick(&[1.0, 3.0]) == 1.0).count();
        assert!((ones as f64 / f64::from(n) - 0.75).abs() < 0.02);
        let mean = (0..n).map(|_| dice.gamma(8.0)).sum::<f64>() / f64::from(n);
        assert!((mean - 8.0).abs() < 0.15, "{mean}");
    }
}
