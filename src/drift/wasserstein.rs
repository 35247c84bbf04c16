//! Wasserstein-1 distance: how far, in the column's own unit.
//!
//! Measures: ∫|F − G| dx, the mean distance that values would have to travel. 0 means equal; no upper end,
//! unit of the column. Scaled by the reference's spread it can be compared between columns: 1 is about one
//! standard deviation. Misleads: a single huge value dominates it, so both samples are first held at the
//! reference's 0.1 and 99.9 % quantiles. SciPy: `wasserstein_distance`. `None` when a sample is empty.

use crate::stats::math;

/// Values are held between this quantile of the reference and its mirror.
pub const TAIL: f64 = 0.001;
/// The interquartile range of a normal distribution in standard deviations.
const NORMAL_IQR: f64 = 1.349;

/// The distance in the column's unit and in spreads of the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wasserstein {
    /// In the column's unit.
    pub distance: f64,
    /// Over [`spread`] of the reference.
    pub scaled: f64,
}

/// The distance of two ascending samples of finite numbers.
#[must_use]
pub fn from_sorted(reference: &[f64], production: &[f64]) -> Option<f64> {
    within(reference, production, f64::NEG_INFINITY, f64::INFINITY)
}

/// As [`from_sorted`], with values held at the reference's tails and a scaled twin.
#[must_use]
pub fn measure(reference: &[f64], production: &[f64]) -> Option<Wasserstein> {
    let (low, high) = (quantile(reference, TAIL)?, quantile(reference, 1.0 - TAIL)?);
    let distance = within(reference, production, low, high)?;
    Some(Wasserstein { distance, scaled: distance / spread(reference)? })
}

/// The distance of two distribution functions given at the same ascending points: Σ|F − G|·Δx, with each
/// function constant from a point to the next.
#[must_use]
pub fn from_grid(points: &[f64], reference: &[f64], production: &[f64]) -> Option<f64> {
    if points.len() < 2
        || points.len() != reference.len()
        || points.len() != production.len()
    {
        return None;
    }
    let steps = points.iter().zip(points.iter().skip(1)).map(|(a, b)| b - a);
    let gaps = reference.iter().zip(production).map(|(f, g)| (f - g).abs());
    let sum: f64 = steps.zip(gaps).map(|(step, gap)| step * gap).sum();
    sum.is_finite().then_some(sum)
}

/// The scale of an ascending reference sample: interquartile range/1.349, else standard deviation, else
/// |median|, else 1.
#[must_use]
pub fn spread(sorted: &[f64]) -> Option<f64> {
    let iqr = quantile(sorted, 0.75)? - quantile(sorted, 0.25)?;
    if iqr > 0.0 {
        return Some(iqr / NORMAL_IQR);
    }
    let count = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / count;
    let squares: f64 = sorted.iter().map(|x| (x - mean) * (x - mean)).sum();
    let deviation = math::sqrt(squares / count);
    let median = quantile(sorted, 0.5)?.abs();
    let constant = sorted.first() == sorted.last();
    Some(if !constant && deviation > 0.0 {
        deviation
    } else if median > 0.0 {
        median
    } else {
        1.0
    })
}

/// The quantile of an ascending sample, straight lines between its points (NumPy's default); `None` without
/// values.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let position = share.clamp(0.0, 1.0) * (sorted.len().checked_sub(1)?) as f64;
    let below = position.floor();
    let low = *sorted.get(below as usize)?;
    let high = sorted.get(below as usize + 1).copied().unwrap_or(low);
    // Weighted ends, not low + t·(high − low): no overflow for huge values.
    let t = position - below;
    Some(if t == 0.0 { low } else { low * (1.0 - t) + high * t })
}

/// Walks both samples' values, held between `low` and `high`, in order and sums |F − G|·step.
fn within(reference: &[f64], production: &[f64], low: f64, high: f64) -> Option<f64> {
    // Also false when a bound is NaN, which `clamp` would not survive.
    let ordered = low <= high;
    if reference.is_empty() || production.is_empty() || !ordered {
        return None;
    }
    let held = |x: &f64| x.clamp(low, high);
    let (n, m) = (reference.len() as f64, production.len() as f64);
    let mut p = reference.iter().map(held).peekable();
    let mut q = production.iter().map(held).peekable();
    let (mut below_p, mut below_q, mut sum) = (0.0, 0.0, 0.0);
    let mut last: Option<f64> = None;
    loop {
        let at = match (p.peek(), q.peek()) {
            (Some(&x), Some(&y)) => x.min(y),
            (Some(&x), None) | (None, Some(&x)) => x,
            (None, None) => break,
        };
        if let Some(before) = last {
            let gap: f64 = below_p / n - below_q / m;
            sum += gap.abs() * (at - before);
        }
        last = Some(at);
        while p.next_if(|x| *x <= at).is_some() {
            below_p += 1.0;
        }
        while q.next_if(|x| *x <= at).is_some() {
            below_q += 1.0;
        }
        if at.is_nan() {
            return None;
        }
    }
    let sum: f64 = sum;
    sum.is_finite().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(from_sorted(&[0.0, 1.0], &[2.0, 3.0]), Some(2.0));
        assert_eq!(from_sorted(&[0.0, 1.0, 3.0], &[5.0, 6.0, 8.0]), Some(5.0));
        assert_eq!(from_sorted(&[], &[1.0]), None);
        assert_eq!(from_sorted(&[f64::NAN], &[f64::NAN]), None);
        assert_eq!(
            from_grid(&[0.0, 2.0, 3.0], &[0.5, 1.0, 1.0], &[0.0, 1.0, 1.0]),
            Some(1.0)
        );
    }

    #[test]
    fn the_scale_falls_back() {
        assert_eq!(spread(&[0.0, 0.0, 1.349, 1.349]), Some(1.0));
        assert_eq!(spread(&[4.0, 4.0, 4.0]), Some(4.0));
        assert_eq!(spread(&[0.0, 0.0]), Some(1.0));
        let mostly: Vec<f64> = [vec![0.0; 99], vec![10.0]].concat();
        assert!((spread(&mostly).unwrap() - 0.994_987_437_106_62).abs() < 1e-12);
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn one_huge_value_does_not_rule() {
        let reference: Vec<f64> = (0..10_000).map(|i| f64::from(i) / 10_000.0).collect();
        let mut production = reference.clone();
        if let Some(last) = production.last_mut() {
            *last = 1e12;
        }
        assert!(measure(&reference, &production).unwrap().distance < 1e-3);
    }
}
