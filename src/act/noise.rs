//! How far a number may stray before it is worth an alarm. Enter: what is usual, how far the reference's own parts
//! stray from it, and the chance of a false alarm that one check may have. Leave: a limit. Pure numbers.

use crate::report::Basis;
use crate::stats::{math, special};

/// Reference parts needed before their spread is trusted; with fewer, the number of rows speaks.
pub const LEAST_PARTS: u64 = 4;

/// What is known about the noise of one number, for a run of a known size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noise {
    /// Standard deviation of the number from run to run (0 or more).
    pub spread: f64,
    /// Parts the spread was measured on; 0 when it follows from the number of rows.
    pub parts: u64,
    /// Where it comes from.
    pub basis: Basis,
}

impl Noise {
    /// Known from the number of rows alone.
    #[must_use]
    pub const fn of_rows(spread: f64) -> Self {
        Self { spread, parts: 0, basis: Basis::Rows }
    }

    /// Never smaller than the number of rows allows.
    #[must_use]
    pub fn at_least(self, spread: f64) -> Self {
        Self { spread: self.spread.max(spread), ..self }
    }

    /// How far a run strays with a chance of `chance` on one side. With few parts the distance is larger, because
    /// their spread is itself uncertain, and so is their mean.
    #[must_use]
    pub fn reach(self, chance: f64) -> f64 {
        let chance = chance.clamp(1e-12, 0.5);
        if self.parts < 2 {
            return self.spread * special::normal_quantile(1.0 - chance);
        }
        let parts = self.parts as f64;
        let times = special::student_t_quantile(1.0 - chance, parts - 1.0);
        self.spread * times * math::sqrt(1.0 + 1.0 / parts)
    }
}

/// Standard deviation of a share of `rows` rows around `share`.
#[must_use]
pub fn share_spread(share: f64, rows: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    math::sqrt(share * (1.0 - share) / rows.max(1.0))
}

/// The share that must be reckoned with when none was seen in `rows` rows: three in that many (95 %).
#[must_use]
pub fn unseen_share(rows: f64) -> f64 {
    (3.0 / rows.max(3.0)).min(1.0)
}

/// The limit above which a share of `rows` rows is worth an alarm. Rare things come in lumps, which the bell curve
/// makes too little of: the last term mends that.
#[must_use]
pub fn share_limit(usual: f64, noise: Noise, rows: f64, chance: f64) -> f64 {
    let times = special::normal_quantile(1.0 - chance.clamp(1e-12, 0.5));
    let lumps = times * times / (3.0 * rows.max(1.0));
    (usual + noise.reach(chance) + lumps).min(1.0)
}

/// Mean and standard deviation; `None` below two values.
#[must_use]
pub fn mean_and_spread(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / count;
    let squares = values.iter().map(|own| (own - mean) * (own - mean)).sum::<f64>();
    Some((mean, math::sqrt(squares / (count - 1.0))))
}

/// The distance between a run of `rows` rows and shares it was drawn from, by chance alone: mean and spread.
#[must_use]
pub fn distance_by_chance(shares: &[f64], rows: f64) -> (f64, f64) {
    // Half a normal's spread stands at √(2/π) of it, with a variance of 1 − 2/π.
    const HALF_MEAN: f64 = 0.797_884_560_802_865_4;
    const HALF_VARIANCE: f64 = 0.363_380_227_632_418_6;
    let (mut mean, mut variance) = (0.0, 0.0);
    for share in shares {
        let spread = share_spread(*share, rows);
        mean += 0.5 * HALF_MEAN * spread;
        variance += 0.25 * HALF_VARIANCE * spread * spread;
    }
    (mean, math::sqrt(variance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_parts_reach_further() {
        let noise = |parts| Noise { spread: 1.0, parts, basis: Basis::Periods };
        // Student's t, 4 degrees of freedom, 99 %: 3.747; with the mean of 5: ×√1.2.
        assert!((noise(5).reach(0.01) - 3.746_95 * 1.2_f64.sqrt()).abs() < 1e-3);
        assert!((Noise::of_rows(1.0).reach(0.025) - 1.959_96).abs() < 1e-4);
        assert!(noise(40).reach(0.001) < noise(5).reach(0.001));
    }

    #[test]
    fn shares_and_their_limits() {
        assert!((share_spread(0.5, 100.0) - 0.05).abs() < 1e-12);
        assert!((unseen_share(3_000.0) - 0.001).abs() < 1e-12);
        let noise = Noise::of_rows(share_spread(0.02, 500.0));
        let limit = share_limit(0.02, noise, 500.0, 0.001);
        assert!(limit > 0.04 && limit < 0.06, "{limit}");
        assert!(share_limit(0.999, noise, 1.0, 0.001) <= 1.0);
        assert_eq!(mean_and_spread(&[1.0]), None);
        let (mean, spread) = mean_and_spread(&[1.0, 3.0]).expect("two values");
        assert!((mean - 2.0).abs() < 1e-12 && (spread - 2.0_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn chance_alone_moves_a_small_run() {
        let (mean, spread) = distance_by_chance(&[0.25; 4], 400.0);
        // Four shares with a spread of 0.02165 each, half of 0.798 of it.
        assert!((mean - 4.0 * 0.5 * 0.797_884 * 0.021_650_6).abs() < 1e-6);
        assert!(spread > 0.0 && spread < mean);
    }
}
