//! Isotonic regression: the best never-falling function of a score. Enter: scores, targets, weights. Leave: a
//! function by linear interpolation between the fitted values, flat outside the scores seen. Pool adjacent violators
//! after equal scores are pooled; a sort, then linear time. It agrees with scikit-learn's `IsotonicRegression`
//! (out of bounds: clipped).

/// A never-falling function of a score.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Isotonic {
    /// Score and value where the function bends, both ascending.
    points: Vec<(f64, f64)>,
}

/// A run of scores with one value.
struct Pool {
    low: f64,
    high: f64,
    weight: f64,
    sum: f64,
}

impl Pool {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
}

/// Fits by weighted least squares. Rows whose score or target is not finite, or whose weight is not positive, are
/// left out; `None` for weights means one each.
#[must_use]
pub fn fit(scores: &[f64], targets: &[f64], weights: Option<&[f64]>) -> Isotonic {
    let weight = |row: usize| {
        weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or(0.0))
    };
    let mut rows: Vec<(f64, f64, f64)> = scores
        .iter()
        .zip(targets)
        .enumerate()
        .map(|(row, (score, target))| (*score, *target, weight(row)))
        .filter(|(score, target, weight)| {
            score.is_finite() && target.is_finite() && weight.is_finite() && *weight > 0.0
        })
        .collect();
    // By target and weight too, so that sums over equal scores do not depend on the order of rows.
    rows.sort_by(|a, b| {
        a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2))
    });
    let mut tied: Vec<Pool> = Vec::new();
    for (score, target, weight) in rows {
        match tied.last_mut() {
            Some(last) if last.high == score => {
                last.weight += weight;
                last.sum += weight * target;
            }
            _ => {
                tied.push(Pool { low: score, high: score, weight, sum: weight * target });
            }
        }
    }
    let mut pools: Vec<Pool> = Vec::new();
    for mut pool in tied {
        while let Some(last) = pools.pop_if(|last| last.mean() >= pool.mean()) {
            pool.low = last.low;
            pool.weight += last.weight;
            pool.sum += last.sum;
        }
        pools.push(pool);
    }
    let mut points = Vec::new();
    for pool in &pools {
        points.push((pool.low, pool.mean()));
        if pool.high > pool.low {
            points.push((pool.high, pool.mean()));
        }
    }
    Isotonic { points }
}

impl Isotonic {
    /// The value at a score: between fitted scores by linear interpolation, beyond them the end's. NaN without
    /// points or for a NaN score.
    ///
    /// ```
    /// let fitted = whydrop::model::isotonic::fit(&[1.0, 2.0, 3.0], &[0.0, 4.0, 2.0], None);
    /// assert_eq!(fitted.at(1.5), 1.5);
    /// assert_eq!(fitted.at(9.0), 3.0);
    /// ```
    #[must_use]
    pub fn at(&self, score: f64) -> f64 {
        if score.is_nan() {
            return f64::NAN;
        }
        let after = self.points.partition_point(|(own, _)| *own <= score);
        let before = after.checked_sub(1).and_then(|place| self.points.get(place));
        match (before, self.points.get(after)) {
            (Some((low, from)), Some((high, to))) => {
                from + (to - from) * ((score - low) / (high - low))
            }
            (Some((_, value)), None) | (None, Some((_, value))) => *value,
            (None, None) => f64::NAN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn violators_are_pooled_and_ties_are_one() {
        let scores = [1.0, 2.0, 2.0, 3.0, 4.0];
        let targets = [1.0, 5.0, 3.0, 2.0, 6.0];
        let fitted = fit(&scores, &targets, None);
        let pooled = 10.0 / 3.0;
        for (score, value) in
            [(0.0, 1.0), (1.0, 1.0), (2.0, pooled), (3.0, pooled), (9.0, 6.0)]
        {
            assert!((fitted.at(score) - value).abs() < 1e-12, "{score}");
        }
        assert!((fitted.at(3.5) - 0.5 * (pooled + 6.0)).abs() < 1e-12);
    }

    #[test]
    fn weights_repeat_rows_and_nothing_is_nothing() {
        let a = fit(&[1.0, 2.0, 3.0], &[2.0, 1.0, 5.0], Some(&[1.0, 3.0, 1.0]));
        let b = fit(&[1.0, 2.0, 2.0, 2.0, 3.0], &[2.0, 1.0, 1.0, 1.0, 5.0], None);
        assert_eq!(a, b);
        assert!(fit(&[], &[], None).at(1.0).is_nan());
        assert_eq!(fit(&[f64::NAN, 2.0], &[1.0, 7.0], None).at(-3.0), 7.0);
        assert!(fit(&[1.0], &[1.0], None).at(f64::NAN).is_nan());
    }
}
