//! How two lists of numbers go together. Enter: pairs. Leave: a coefficient.

use super::math::sqrt;

/// Pearson's correlation of pairs of finite numbers, −1 to 1; `None` for fewer than three or where one side is constant.
/// Around the means, in two passes: sums of squares alone lose the digits of numbers far from 0.
#[must_use]
pub fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let count = pairs.len() as f64;
    let sum = pairs.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    let (a, b) = (sum.0 / count, sum.1 / count);
    let (mut aa, mut ab, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        aa += (x - a) * (x - a);
        ab += (x - a) * (y - b);
        bb += (y - b) * (y - b);
    }
    let spread = aa * bb;
    (pairs.len() >= 3 && spread > 0.0).then(|| ab / sqrt(spread))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Anscombe, F. J. (1973), Graphs in statistical analysis, The American Statistician 27: the first set, whose
    /// correlation is 0.816 as printed and 0.816420516 in double precision.
    const ANSCOMBE: [(f64, f64); 11] = [
        (10.0, 8.04),
        (8.0, 6.95),
        (13.0, 7.58),
        (9.0, 8.81),
        (11.0, 8.33),
        (14.0, 9.96),
        (6.0, 7.24),
        (4.0, 4.26),
        (12.0, 10.84),
        (7.0, 4.82),
        (5.0, 5.68),
    ];

    #[test]
    fn pearson_of_a_published_example() {
        let own = pearson(&ANSCOMBE).expect("spread");
        assert!((own - 0.816_420_516).abs() < 1e-8, "{own}");
    }

    #[test]
    fn pearson_takes_any_unit_and_no_constant() {
        let moved: Vec<(f64, f64)> =
            ANSCOMBE.iter().map(|(x, y)| (1e7 + 3.0 * x, 5.0 - 2.0 * y)).collect();
        let (own, turned) = (pearson(&ANSCOMBE), pearson(&moved));
        assert!((own.expect("spread") + turned.expect("spread")).abs() < 1e-6);
        assert_eq!(pearson(&[(1.0, 2.0); 5]), None);
        assert_eq!(pearson(&[(1.0, 2.0), (2.0, 3.0)]), None);
        assert_eq!(pearson(&[]), None);
        let line: Vec<(f64, f64)> =
            (0..9).map(|x| (f64::from(x), 2.0 * f64::from(x))).collect();
        assert!((pearson(&line).expect("spread") - 1.0).abs() < 1e-12);
    }
}
