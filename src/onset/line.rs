//! A series with variances, and weighted means of its parts by prefix sums.

use crate::stats::math;

/// A number of one period or day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The number; NaN where it could not be had.
    pub value: f64,
    /// Its variance (above 0); other values leave the point out.
    pub variance: f64,
}

impl Point {
    fn is_usable(self) -> bool {
        self.value.is_finite() && self.variance.is_finite() && self.variance > 0.0
    }
}

/// The usable points and what is needed to fit parts of them in constant time.
#[derive(Clone, Debug)]
pub struct Line {
    /// Place of each usable point in the series given.
    pub(super) places: Vec<usize>,
    /// Less their mean.
    pub(super) values: Vec<f64>,
    /// One over the variance.
    pub(super) weights: Vec<f64>,
    /// How much more the points scatter than their variances say; 1 or more.
    pub(super) dispersion: f64,
    /// Prefix sums of w, w·y, w·y².
    sums: Vec<[f64; 3]>,
}

impl Line {
    /// Of the points that are numbers with a variance.
    #[must_use]
    pub fn new(series: &[Point]) -> Self {
        let usable = series.iter().enumerate().filter(|(_, point)| point.is_usable());
        let (mut places, mut values, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for (place, point) in usable {
            places.push(place);
            values.push(point.value);
            weights.push(1.0 / point.variance);
        }
        // About the mean, so that squares do not cancel.
        let total: f64 = weights.iter().sum();
        let mean = values.iter().zip(&weights).map(|(y, w)| y * w).sum::<f64>() / total;
        if mean.is_finite() {
            values.iter_mut().for_each(|y| *y -= mean);
        }
        let mut sums = vec![[0.0; 3]];
        let mut running = [0.0; 3];
        for (y, w) in values.iter().zip(&weights) {
            let [a, b, c] = running;
            running = [a + w, b + w * y, c + w * y * y];
            sums.push(running);
        }
        let dispersion = dispersion(&values, &weights);
        Self { places, values, weights, dispersion, sums }
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// Σw, Σwy, Σwy² of points `from` to `to` (exclusive).
    pub(super) fn part(&self, from: usize, to: usize) -> [f64; 3] {
        let at = |index: usize| self.sums.get(index).copied().unwrap_or_default();
        let ([a, b, c], [d, e, f]) = (at(to), at(from));
        [a - d, b - e, c - f]
    }

    /// Residual sum of squares (χ²) of one mean for all given parts together.
    #[must_use]
    pub fn residual(&self, parts: &[(usize, usize)]) -> f64 {
        let mut sum = [0.0; 3];
        for (from, to) in parts {
            for (total, part) in sum.iter_mut().zip(self.part(*from, *to)) {
                *total += part;
            }
        }
        let [w, wy, wyy] = sum;
        if w > 0.0 { (wyy - wy * wy / w).max(0.0) } else { 0.0 }
    }

    /// Weighted mean of points `from` to `to` (exclusive), less the series' mean.
    pub(super) fn mean(&self, from: usize, to: usize) -> f64 {
        let [w, wy, _] = self.part(from, to);
        if w > 0.0 { wy / w } else { 0.0 }
    }

    /// Residual (χ²) and slope of a straight line in `x` (one number a point).
    #[must_use]
    pub fn straight(&self, x: &[f64]) -> (f64, f64) {
        let [w, wy, wyy] = self.part(0, self.len());
        let (mut wx, mut wxx, mut wxy) = (0.0, 0.0, 0.0);
        for ((x, y), weight) in x.iter().zip(&self.values).zip(&self.weights) {
            wx += weight * x;
            wxx += weight * x * x;
            wxy += weight * x * y;
        }
        let spread = wxx - wx * wx / w;
        let together = wxy - wx * wy / w;
        let scatter = (wyy - wy * wy / w).max(0.0);
        if spread > 0.0 {
            ((scatter - together * together / spread).max(0.0), together / spread)
        } else {
            (scatter, 0.0)
        }
    }
}

/// max(1, median(|Δy|/se)²/0.455): differences of neighbours know nothing of slow change, and 0.455 is the
/// median of a χ² with one degree of freedom.
fn dispersion(values: &[f64], weights: &[f64]) -> f64 {
    let points: Vec<(f64, f64)> =
        values.iter().zip(weights).map(|(y, w)| (*y, 1.0 / w)).collect();
    let mut jumps: Vec<f64> = points
        .iter()
        .zip(points.iter().skip(1))
        .map(|((y, v), (z, u))| (z - y).abs() / math::sqrt(v + u))
        .collect();
    jumps.sort_unstable_by(f64::total_cmp);
    let middle = jumps.len() / 2;
    let high = jumps.get(middle).copied().unwrap_or(0.0);
    let median = if jumps.len().is_multiple_of(2) {
        let low = middle.checked_sub(1).and_then(|index| jumps.get(index));
        0.5 * (low.copied().unwrap_or(high) + high)
    } else {
        high
    };
    (median * median / 0.455).max(1.0)
}
