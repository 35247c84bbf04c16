//! Straight lines that are no unit. Enter: a number before and after launch. Leave: the line on which a number of few
//! values came back ([`levels`]: standardised for a model that wants it, or another scale), or the value from which all
//! were taken away ([`mirror`]: a year of birth for an age). Cost: a few passes a column. A line is never free: values
//! that only moved, or only grew, are a later date or a market.

use super::common::{ks, median, moments, noise, sorted, tolerance, value_shares};

/// Values a number may have, and those it needs where the new ones are not standardised.
const LEVELS: (usize, usize) = (40, 4);
const MIN_LEVELS: usize = 3;
/// New rows needed, and their share of production.
const MIN_NEW: (usize, f64) = (200, 0.05);
/// Share of the new rows that must lie on the line.
const ON_LINE: f64 = 0.985;
/// How far from the line, as a part of the range of the new values.
const OFF_LINE: f64 = 2e-3;
/// How far the shares of the values may be from those before, with chance added.
const APART: f64 = 0.05;
/// Factors nearer to 1 than this are no change of scale, and offsets nearer to 0, as a part of the range.
const SAME: f64 = 0.02;
/// How near mean and deviation must be to 0 and 1.
const STANDARD: f64 = 0.05;
/// How many times the distance of mirrored values that of moved ones must be.
const CLEARER: f64 = 2.0;
/// Share of the new values that must lie beyond the old range.
const BEYOND: f64 = 0.3;

/// A line with its rows.
#[derive(Clone, Debug)]
pub struct Lined {
    /// New value per old one.
    pub factor: f64,
    /// New value of 0.
    pub offset: f64,
    /// Whether the new values have mean 0 and deviation 1.
    pub is_standard: bool,
    /// Rows with a new value.
    pub touched: Vec<bool>,
    /// How far the shares are from those before, 0–1.
    pub residual: f64,
}

/// The line on which a number of few values came back, as values it never had. `before` ascends.
#[must_use]
pub fn levels(before: &[f64], values: &[f64]) -> Option<Lined> {
    let old = value_shares(before);
    if !(MIN_LEVELS..=LEVELS.0).contains(&old.len()) {
        return None;
    }
    let is_new = |x: &f64| x.is_finite() && !old.iter().any(|own| own.0 == *x);
    let fresh: Vec<f64> = values.iter().copied().filter(|x| is_new(x)).collect();
    let fresh = sorted(&fresh);
    let known = values.iter().filter(|x| x.is_finite()).count() as f64;
    let new = value_shares(&fresh);
    let range = fresh.last()? - fresh.first()?;
    if fresh.len() < MIN_NEW.0
        || (fresh.len() as f64) < MIN_NEW.1 * known
        || !(MIN_LEVELS..=old.len()).contains(&new.len())
    {
        return None;
    }
    let (mean, deviation) = moments(&fresh);
    let is_standard = mean.abs() <= STANDARD && (deviation - 1.0).abs() <= STANDARD;
    let commonest = |own: &[(f64, f64)], count: usize| -> Vec<f64> {
        let mut order = own.to_vec();
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        order.into_iter().take(count).map(|own| own.0).collect()
    };
    let [first, second] = commonest(&old, 2)[..] else { return None };
    let near = commonest(&new, 4);
    let of = |x: f64, y: f64| -> Option<Lined> {
        let factor = (y - x) / (second - first);
        let offset = x - factor * first;
        let share_of = |value: f64| {
            let line = old.iter().map(|own| (factor * own.0 + offset - value).abs());
            let best = line.zip(&old).min_by(|a, b| a.0.total_cmp(&b.0))?;
            (best.0 <= OFF_LINE * range).then_some(*best.1)
        };
        let back: Vec<(f64, (f64, f64))> =
            new.iter().filter_map(|own| Some((own.1, share_of(own.0)?))).collect();
        let on_line: f64 = back.iter().map(|own| own.0).sum();
        // Two new values are never the same old one.
        let mut sources: Vec<f64> = back.iter().map(|own| own.1.0).collect();
        sources.sort_unstable_by(f64::total_cmp);
        sources.dedup();
        let seen: f64 = back.iter().map(|own| own.1.1).sum();
        let apart: f64 = back.iter().map(|own| (own.0 - own.1.1).abs()).sum();
        let residual = 0.5 * (apart + (1.0 - seen) + (1.0 - on_line));
        let is_scale = (factor - 1.0).abs() > SAME
            && (offset.abs() > SAME * range || factor < 0.0)
            && (is_standard || back.len() >= LEVELS.1);
        (on_line >= ON_LINE && sources.len() == back.len() && is_scale).then(|| Lined {
            factor,
            offset,
            is_standard,
            touched: values.iter().map(is_new).collect(),
            residual,
        })
    };
    let lines = near.iter().flat_map(|x| near.iter().map(move |y| (*x, *y)));
    let best = lines
        .filter(|(x, y)| x != y)
        .filter_map(|(x, y)| of(x, y))
        .min_by(|a, b| a.residual.total_cmp(&b.residual))?;
    let before_shares: Vec<f64> = old.iter().map(|own| own.1).collect();
    let chance = noise(&before_shares, before.len(), fresh.len());
    (best.residual <= APART + 2.0 * chance).then_some(best)
}

/// The value from which the values beyond the old range were taken away; `None` where moving them does as well. Both
/// lists ascend.
#[must_use]
pub fn mirror(p: &[f64], q: &[f64]) -> Option<f64> {
    let (low, high) = (*p.first()?, *p.last()?);
    let beyond: Vec<f64> = q.iter().copied().filter(|x| *x < low || *x > high).collect();
    if beyond.len() < MIN_NEW.0 || (beyond.len() as f64) < BEYOND * q.len() as f64 {
        return None;
    }
    let allowed = tolerance(p.len(), beyond.len());
    let mirrored = |centre: f64| -> f64 {
        let other: Vec<f64> = p.iter().rev().map(|x| centre - x).collect();
        ks(&other, &beyond)
    };
    let mean = moments(p).0 + moments(&beyond).0;
    let middle = median(p) + median(&beyond);
    let whole = p.iter().chain(&beyond).all(|x| x.fract() == 0.0);
    let (apart, centre) = [mean, middle]
        .map(|own| if whole { own.round() } else { own })
        .map(|own| (mirrored(own), own))
        .into_iter()
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    let moved = |by: f64| {
        let other: Vec<f64> = p.iter().map(|x| x + by).collect();
        ks(&other, &beyond)
    };
    let moved =
        moved(moments(&beyond).0 - moments(p).0).min(moved(median(&beyond) - median(p)));
    let clear = moved > allowed && moved >= CLEARER * apart;
    (apart <= allowed && clear).then_some(centre)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    const VALUES: [f64; 5] = [0.0, 0.1, 0.2, 0.3, 0.5];

    fn discounts(rows: usize, random: &mut Random) -> Vec<f64> {
        let one = |u: f64| if u < 0.55 { 0 } else { 1 + ((u - 0.55) / 0.1125) as usize };
        (0..rows).map(|_| VALUES[one(random.uniform()).min(4)]).collect()
    }

    #[test]
    fn few_values_that_were_standardised() {
        let mut random = Random::new(3);
        let before = sorted(&discounts(4000, &mut random));
        let (mean, deviation) = moments(&before);
        let scaled = |x: f64| (1e4 * (x - mean) / deviation).round() / 1e4;
        let after: Vec<f64> = discounts(3000, &mut random)
            .into_iter()
            .enumerate()
            .map(|(row, x)| if row < 1000 { x } else { scaled(x) })
            .collect();
        let own = levels(&before, &after).expect("a line");
        assert!(own.is_standard && (own.factor * deviation - 1.0).abs() < 0.01);
        assert!((own.offset * deviation + mean).abs() < 0.01);
        assert_eq!(own.touched.iter().filter(|own| **own).count(), 2000);
        // Another scale is one as well, and so is the opposite order.
        for (factor, offset) in [(20.0, 3.0), (-1.0, 2.0)] {
            let after: Vec<f64> = discounts(3000, &mut random)
                .iter()
                .map(|x| factor * x + offset)
                .collect();
            let found = levels(&before, &after).expect("a line");
            assert!((found.factor - factor).abs() < 1e-9, "{}", found.factor);
            assert!(!found.is_standard && (found.offset - offset).abs() < 1e-9);
        }
    }

    #[test]
    fn later_years_dearer_plans_and_other_values_are_no_line() {
        let mut random = Random::new(4);
        let before = sorted(&discounts(4000, &mut random));
        let mut after = |change: &dyn Fn(f64) -> f64| -> Vec<f64> {
            discounts(3000, &mut random).into_iter().map(change).collect()
        };
        assert!(levels(&before, &after(&|x| x + 7.0)).is_none(), "moved");
        assert!(levels(&before, &after(&|x| 1.3 * x)).is_none(), "grew");
        assert!(levels(&before, &after(&|x| x * x + 3.0)).is_none(), "bent");
        assert!(levels(&before, &after(&|x| x)).is_none(), "the same");
        assert!(levels(&before, &after(&|_| 0.7)).is_none(), "one value");
        assert!(levels(&[], &[]).is_none() && levels(&before, &[f64::NAN; 9]).is_none());
        // On the line, but as frequent as they never were.
        let even: Vec<f64> = (0..3000).map(|row| 20.0 * VALUES[row % 5] + 3.0).collect();
        assert!(levels(&before, &even).is_none());
    }

    fn ages(rows: usize, random: &mut Random) -> Vec<f64> {
        (0..rows)
            .map(|_| (18.0 + 70.0 * random.uniform() * random.uniform()).floor())
            .collect()
    }

    #[test]
    fn years_of_birth_for_ages() {
        let mut random = Random::new(8);
        let before = sorted(&ages(4000, &mut random));
        let after: Vec<f64> = ages(5000, &mut random)
            .iter()
            .enumerate()
            .map(|(row, x)| if row < 2000 { *x } else { 2024.0 - x })
            .collect();
        let centre = mirror(&before, &sorted(&after)).expect("mirrored");
        assert!((centre - 2024.0).abs() <= 1.0, "{centre}");
    }

    #[test]
    fn numbers_that_only_moved_are_not_mirrored() {
        let mut random = Random::new(9);
        let before = sorted(&ages(4000, &mut random));
        let moved: Vec<f64> = ages(5000, &mut random).iter().map(|x| x + 300.0).collect();
        assert_eq!(mirror(&before, &sorted(&moved)), None);
        // A counter that goes on: mirrored and moved are the same.
        let counter: Vec<f64> = (0..4000).map(f64::from).collect();
        let later: Vec<f64> = (4000..8000).map(f64::from).collect();
        assert_eq!(mirror(&counter, &later), None);
        assert_eq!(mirror(&before, &before), None);
        assert_eq!(mirror(&[], &[]), None);
    }
}
