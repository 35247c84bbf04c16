//! Which columns the user's model depends on.

use super::Surrogate;

/// A column is used when it moves the margin by at least this share of all columns together.
const LEAST_SHARE: f64 = 0.01;

impl Surrogate {
    /// For each of `columns` frame columns whether the model depends on it, by the spread of its additive part and
    /// its part in the trees' gain.
    #[must_use]
    pub fn uses(&self, columns: usize) -> Vec<bool> {
        let mut used = vec![false; columns];
        for (additive, trees) in self.outputs.iter().flatten() {
            let spread = |table: &[f64; 256]| {
                let most = table.iter().copied().fold(0.0_f64, f64::max);
                most - table.iter().copied().fold(0.0_f64, f64::min)
            };
            let spreads: Vec<f64> = additive.tables.iter().map(spread).collect();
            let gains = trees.gains();
            let (all, gained) = (spreads.iter().sum::<f64>(), gains.iter().sum::<f64>());
            for (at, (column, _)) in self.codings.iter().enumerate() {
                let of = |list: &[f64]| list.get(at).copied().unwrap_or(0.0);
                let matters =
                    of(&spreads) > LEAST_SHARE * all || of(&gains) > LEAST_SHARE * gained;
                if let Some(slot) = used.get_mut(*column) {
                    *slot |= matters;
                }
            }
        }
        used
    }
}
