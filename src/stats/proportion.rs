//! Intervals for shares. Enter: a number of hits and a number of rows (real numbers, so that an effective
//! row count under weights or clustering fits), and the normal quantile z (1.96 for 95 %). Leave: bounds in
//! 0–1. Cost: constant.

use super::math::sqrt;

/// Wilson's score interval (low, high) for `hits` of `rows`; `None` without rows. Good from one row up and
/// never outside 0–1, unlike the usual ±z·√(p(1−p)/n). Source: Wilson 1927.
#[must_use]
pub fn wilson(hits: f64, rows: f64, z: f64) -> Option<(f64, f64)> {
    if !(rows > 0.0 && (0.0..=rows).contains(&hits)) {
        return None;
    }
    let share = hits / rows;
    let z2 = z * z;
    let centre = share + z2 / (2.0 * rows);
    let half = z * sqrt(share * (1.0 - share) / rows + z2 / (4.0 * rows * rows));
    let scale = 1.0 + z2 / rows;
    let low = if hits == 0.0 { 0.0 } else { ((centre - half) / scale).max(0.0) };
    let high = if hits == rows { 1.0 } else { ((centre + half) / scale).min(1.0) };
    Some((low, high))
}

/// z of the second share against the first, each (hits, rows), with the pooled variance; 0 without rows.
#[must_use]
pub fn proportion_z(first: (f64, f64), second: (f64, f64)) -> f64 {
    let rows = first.1 + second.1;
    if first.1 <= 0.0 || second.1 <= 0.0 {
        return 0.0;
    }
    let pooled = (first.0 + second.0) / rows;
    let error = sqrt(pooled * (1.0 - pooled) * (1.0 / first.1 + 1.0 / second.1));
    if error > 0.0 { (second.0 / second.1 - first.0 / first.1) / error } else { 0.0 }
}

/// Newcombe's interval for `second` − `first`, each (hits, rows) of independent tables, as (difference,
/// low, high); `None` when a table has no rows. Source: Newcombe 1998, method 10, without continuity
/// correction.
#[must_use]
pub fn newcombe(
    first: (f64, f64),
    second: (f64, f64),
    z: f64,
) -> Option<(f64, f64, f64)> {
    let (low1, high1) = wilson(first.0, first.1, z)?;
    let (low2, high2) = wilson(second.0, second.1, z)?;
    let (p1, p2) = (first.0 / first.1, second.0 / second.1);
    let difference = p2 - p1;
    let square = |x: f64| x * x;
    let down = sqrt(square(p2 - low2) + square(high1 - p1));
    let up = sqrt(square(high2 - p2) + square(p1 - low1));
    Some((difference, difference - down, difference + up))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples() {
        // Newcombe 1998, table II row (a): 56/70 − 48/80, 95 %: 0.0524 to 0.3339.
        let (difference, low, high) =
            newcombe((48.0, 80.0), (56.0, 70.0), 1.959_963_984_540_054).unwrap();
        assert!((difference - 0.2).abs() < 1e-12);
        assert!(
            (low - 0.0524).abs() < 5e-5 && (high - 0.3339).abs() < 5e-5,
            "{low} {high}"
        );
        // Newcombe 1998 (single proportion): 81/263 gives 0.2553 to 0.3662.
        let (low, high) = wilson(81.0, 263.0, 1.959_963_984_540_054).unwrap();
        assert!(
            (low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5,
            "{low} {high}"
        );
    }

    #[test]
    fn edges() {
        assert_eq!(wilson(0.0, 0.0, 1.96), None);
        assert_eq!(wilson(2.0, 1.0, 1.96), None);
        assert_eq!(wilson(0.0, 10.0, 1.96).unwrap().0, 0.0);
        assert_eq!(wilson(10.0, 10.0, 1.96).unwrap().1, 1.0);
    }
}
