//! Does a moved column matter? Points of the metric that come from its mix alone.
//!
//! Measures: Σ_b (q_b − p_b)·(ℓ_b − L): how much the mean loss would change if only the column's shares moved
//! and each bin kept the loss it had in the reference. Unit of the loss, positive when worse, 0 when the
//! shares are equal or every bin has the same loss. Misleads: correlated columns each show the whole of a
//! shared cause, so these points do not add up over columns. Source: Kitagawa 1955 (the mix term).

/// The points, from rows per bin in both tables, labelled reference rows per bin and their Σ loss. Bins
/// without a labelled reference row add nothing. `None` when a table is empty or nothing is labelled.
#[must_use]
pub fn mix_points(
    reference: &[u64],
    production: &[u64],
    labelled: &[u64],
    loss_sums: &[f64],
) -> Option<f64> {
    let (n, m) = (reference.iter().sum::<u64>(), production.iter().sum::<u64>());
    let labelled_rows: u64 = labelled.iter().sum();
    if n == 0 || m == 0 || labelled_rows == 0 {
        return None;
    }
    let mean = loss_sums.iter().sum::<f64>() / labelled_rows as f64;
    let bins = reference.iter().zip(production).zip(labelled.iter().zip(loss_sums));
    let mut points = 0.0;
    for ((&a, &b), (&rows, &loss)) in bins {
        if rows > 0 {
            let moved = b as f64 / m as f64 - a as f64 / n as f64;
            points += moved * (loss / rows as f64 - mean);
        }
    }
    points.is_finite().then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Losses 0.1 and 0.5, mean 0.3; half the rows move to 3/4 in the hard bin: 0.25·0.2 + 0.25·0.2.
        let points = mix_points(&[10, 10], &[5, 15], &[10, 10], &[1.0, 5.0]).unwrap();
        assert!((points - 0.1).abs() < 1e-15);
        assert_eq!(mix_points(&[10], &[5], &[0], &[0.0]), None);
        assert_eq!(mix_points(&[10, 10], &[5, 5], &[1, 0], &[1.0, 0.0]), Some(0.0));
    }
}
