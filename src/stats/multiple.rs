//! Many tests at once. Enter: p-values of one family; NaN marks a test that could not be made and stays NaN
//! without counting. Leave: adjusted p-values in the order given. Cost: one sort.

/// Benjamini–Hochberg q-values: the smallest share of false finds among those called at this level. Call
/// those with q ≤ level. Valid for independent or positively dependent tests. Source: Benjamini and
/// Hochberg 1995; equal to `scipy.stats.false_discovery_control`.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let order = ascending(p_values);
    let count = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut smallest = 1.0_f64;
    for (rank, &(index, p)) in order.iter().enumerate().rev() {
        smallest = smallest.min(p * count / (rank + 1) as f64);
        set(&mut adjusted, index, smallest);
    }
    adjusted
}

/// Holm's adjusted p-values: the chance of any false find, under any dependence. Source: Holm 1979.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let order = ascending(p_values);
    let count = order.len();
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut largest = 0.0_f64;
    for (rank, &(index, p)) in order.iter().enumerate() {
        largest = largest.max((p * (count - rank) as f64).min(1.0));
        set(&mut adjusted, index, largest);
    }
    adjusted
}

fn ascending(p_values: &[f64]) -> Vec<(usize, f64)> {
    let mut order: Vec<(usize, f64)> =
        p_values.iter().copied().enumerate().filter(|(_, p)| !p.is_nan()).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    order
}

fn set(values: &mut [f64], index: usize, value: f64) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let p = [0.01, 0.04, f64::NAN, 0.03, 0.005];
        let close = |a: &[f64], b: &[f64]| {
            assert!(
                a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12 || b.is_nan()),
                "{a:?}"
            );
            assert_eq!(a.len(), b.len());
        };
        close(&benjamini_hochberg(&p), &[0.02, 0.04, f64::NAN, 0.04, 0.02]);
        close(&holm(&p), &[0.03, 0.06, f64::NAN, 0.06, 0.02]);
        assert!(benjamini_hochberg(&p)[2].is_nan());
        assert!(holm(&[]).is_empty());
    }
}
