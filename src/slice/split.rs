//! The exact split of a segment's part in the change of the mean loss, and its standard errors.
//!
//! With p, q the segment's shares of labelled rows, a, b its mean losses before and after, L the reference's
//! mean loss: C = q(b − L) − p(a − L) = **mix** (q − p)(a − L) + **rate** q(b − a). Over any partition the
//! C sum to the change of the mean loss exactly. Unit of the loss, positive when worse. Misleads: mix of a
//! segment that shrank is positive when it was an easy one. Without labels in production shares are of all
//! rows and rate is 0. Source: Kitagawa 1955.

use super::cell::{Cell, Sides};
use crate::stats::{math, special};

/// A segment's split.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Split {
    /// Share of reference rows (labelled ones where production has labels), 0–1.
    pub reference_share: f64,
    /// Share of production rows, 0–1.
    pub production_share: f64,
    /// Mean loss before; `None` without rows.
    pub reference_loss: Option<f64>,
    /// Mean loss after; `None` without rows.
    pub production_loss: Option<f64>,
    /// (q − p)(a − L).
    pub mix: f64,
    /// q(b − a).
    pub rate: f64,
}

/// Splits a segment's part; `None` when the reference has no labelled row or production no row.
#[must_use]
pub fn split(slice: &Sides, all: &Sides) -> Option<Split> {
    let overall = all.reference.mean()?;
    let (p, q) = shares(slice, all)?;
    let reference_loss = slice.reference.mean();
    let production_loss = slice.production.mean();
    let before = reference_loss.unwrap_or(overall);
    let after = production_loss.unwrap_or(before);
    Some(Split {
        reference_share: p,
        production_share: q,
        reference_loss,
        production_loss,
        mix: (q - p) * (before - overall),
        rate: q * (after - before),
    })
}

/// A number and its standard error for independent rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Estimate {
    pub value: f64,
    pub error: f64,
}

impl Estimate {
    /// Value less 1.64 standard errors.
    pub fn lower(&self) -> f64 {
        self.value - 1.64 * self.error
    }
}

/// The mix part.
pub(super) fn mix(slice: &Sides, all: &Sides) -> Option<Estimate> {
    let overall = all.reference.mean()?;
    let (p, q) = shares(slice, all)?;
    let (n, m) = denominators(all);
    let Some(before) = slice.reference.mean() else {
        return Some(Estimate::default());
    };
    let rest = all.without(slice).reference;
    let base = variance(&all.reference);
    // a − L = (1 − p)(a − a_rest)
    let gap_variance = (1.0 - p)
        * (1.0 - p)
        * (mean_variance(&slice.reference, base) + mean_variance(&rest, base));
    let share_variance = p * (1.0 - p) / n + q * (1.0 - q) / m;
    let gap = before - overall;
    let moved = q - p;
    Some(Estimate {
        value: moved * gap,
        error: math::sqrt(
            gap * gap * share_variance
                + moved * moved * gap_variance
                + share_variance * gap_variance,
        ),
    })
}

/// The rate part.
pub(super) fn rate(slice: &Sides, all: &Sides) -> Option<Estimate> {
    let (_, q) = labelled_shares(slice, all)?;
    let (change, change_variance) = change(slice, all)?;
    Some(Estimate { value: q * change, error: q * math::sqrt(change_variance) })
}

/// How much more the segment's loss changed than everybody else's (`rest`), as a contribution:
/// q(1 − q)(δ − δ_rest).
pub(super) fn excess(slice: &Sides, rest: &Sides, all: &Sides) -> Option<Estimate> {
    let (_, q) = labelled_shares(slice, all)?;
    let (own, own_variance) = change(slice, all)?;
    let (other, other_variance) = change(rest, all)?;
    let scale = q * (1.0 - q);
    Some(Estimate {
        value: scale * (own - other),
        error: scale * math::sqrt(own_variance + other_variance),
    })
}

/// Change of the mean loss inside, and its variance.
fn change(slice: &Sides, all: &Sides) -> Option<(f64, f64)> {
    let overall = all.reference.mean()?;
    let after = slice.production.mean()?;
    let before = slice.reference.mean().unwrap_or(overall);
    let base_p = variance(&all.reference);
    let base_q = variance(&all.production);
    let before_cell =
        if slice.reference.labelled > 0.0 { &slice.reference } else { &all.reference };
    Some((
        after - before,
        mean_variance(&slice.production, base_q) + mean_variance(before_cell, base_p),
    ))
}

/// Variance of a mean. The scatter gets one more row with the table's variance, so that a handful of equal
/// losses is not taken for certainty.
fn mean_variance(cell: &Cell, table_variance: f64) -> f64 {
    if cell.labelled <= 0.0 {
        return table_variance;
    }
    (cell.scatter() + table_variance) / cell.labelled / cell.labelled
}

fn variance(cell: &Cell) -> f64 {
    if cell.labelled > 0.0 { cell.scatter() / cell.labelled } else { 0.0 }
}

fn denominators(all: &Sides) -> (f64, f64) {
    if all.production.labelled > 0.0 {
        (all.reference.labelled, all.production.labelled)
    } else {
        (all.reference.rows, all.production.rows)
    }
}

fn shares(slice: &Sides, all: &Sides) -> Option<(f64, f64)> {
    if all.production.labelled > 0.0 {
        return labelled_shares(slice, all);
    }
    let (n, m) = (all.reference.rows, all.production.rows);
    (n > 0.0 && m > 0.0).then(|| (slice.reference.rows / n, slice.production.rows / m))
}

fn labelled_shares(slice: &Sides, all: &Sides) -> Option<(f64, f64)> {
    let (n, m) = (all.reference.labelled, all.production.labelled);
    (n > 0.0 && m > 0.0)
        .then(|| (slice.reference.labelled / n, slice.production.labelled / m))
}

/// Whether the loss changed about equally everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniformity {
    /// Cochran's Q over segments of one column.
    pub statistic: f64,
    /// Segments less 1.
    pub degrees_of_freedom: u32,
    /// Chance of such a spread when all changed equally, 0–1.
    pub p_value: f64,
}

/// Cochran's Q of the changes δ over the segments of a partition with at least 50 labelled rows in both
/// tables; `None` with fewer than two. Source: Cochran 1954.
#[must_use]
pub fn uniformity(partition: &[Sides], all: &Sides) -> Option<Uniformity> {
    let changes: Vec<(f64, f64)> = partition
        .iter()
        .filter(|s| s.reference.labelled >= 50.0 && s.production.labelled >= 50.0)
        .filter_map(|slice| change(slice, all))
        .filter(|(_, variance)| *variance > 0.0)
        .collect();
    let degrees = u32::try_from(changes.len()).ok()?.checked_sub(1).filter(|d| *d > 0)?;
    let weights: f64 = changes.iter().map(|(_, variance)| 1.0 / variance).sum();
    let mean = changes.iter().map(|(d, variance)| d / variance).sum::<f64>() / weights;
    let statistic = changes.iter().map(|(d, v)| (d - mean) * (d - mean) / v).sum();
    Some(Uniformity {
        statistic,
        degrees_of_freedom: degrees,
        p_value: special::chi_square_survival(statistic, f64::from(degrees)),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell(labelled: f64, mean: f64) -> Cell {
        Cell {
            rows: labelled,
            labelled,
            loss: labelled * mean,
            squares: labelled * mean * mean,
        }
    }

    #[test]
    fn by_hand() {
        // Half the rows at loss 0.2 become a quarter at 0.3; L = 0.4.
        let all = Sides { reference: cell(100.0, 0.4), production: cell(200.0, 0.5) };
        let slice = Sides { reference: cell(50.0, 0.2), production: cell(50.0, 0.3) };
        let parts = split(&slice, &all).unwrap();
        assert!((parts.mix - 0.05).abs() < 1e-15, "(-0.25)(-0.2)");
        assert!((parts.rate - 0.025).abs() < 1e-15, "0.25 * 0.1");
    }

    #[test]
    fn equal_changes_are_uniform() {
        let mut all = Sides::default();
        let partition: Vec<Sides> = (0..4)
            .map(|i| {
                let level = 0.1 * f64::from(i);
                let spread = |mean: f64| Cell {
                    rows: 400.0,
                    labelled: 400.0,
                    loss: 400.0 * mean,
                    squares: 400.0 * (mean * mean + 0.04),
                };
                Sides { reference: spread(level), production: spread(level + 0.3) }
            })
            .collect();
        partition.iter().for_each(|s| all.add(s));
        let uniform = uniformity(&partition, &all).unwrap();
        assert!(uniform.p_value > 0.99 && uniform.degrees_of_freedom == 3);
        assert_eq!(uniformity(&partition[..1], &all), None);
    }

    proptest! {
        #[test]
        fn a_partition_adds_up_to_the_change(
            cells in prop::collection::vec(
                (0_u32..400, -5.0_f64..5.0, 0_u32..400, -5.0_f64..5.0), 1..12),
        ) {
            let slices: Vec<Sides> = cells
                .iter()
                .map(|(n, a, m, b)| Sides {
                    reference: cell(f64::from(*n), *a),
                    production: cell(f64::from(*m), *b),
                })
                .collect();
            let mut all = Sides::default();
            slices.iter().for_each(|s| all.add(s));
            if let (Some(before), Some(after)) = (all.reference.mean(), all.production.mean()) {
                let parts = slices.iter().filter_map(|s| split(s, &all));
                let sum: f64 = parts.map(|p| p.mix + p.rate).sum();
                prop_assert!((sum - (after - before)).abs() < 1e-9);
            }
        }
    }
}
