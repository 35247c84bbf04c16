//! All measures of one column, then the decision over all columns. Enter: [`ColumnInput`]s. Leave:
//! [`ColumnDrift`]s in the same order. Cost: a few thousand additions a column, and one merge of the two
//! value samples for numbers.

use super::bins::{Bins, BlockCounts};
use super::chi_square::{self, ChiSquare};
use super::total_variation::{self, TotalVariation};
use super::wasserstein::{self, Wasserstein};
use super::{ColumnCounts, bands, hellinger, jensen_shannon, kolmogorov_smirnov, psi};
use crate::encode::code::Layout;
use crate::report::ColumnDrift;
use crate::stats::multiple;

/// What is known about one column.
#[derive(Clone, Copy, Debug)]
pub struct ColumnInput<'a> {
    /// What its codes mean.
    pub layout: &'a Layout,
    /// Counts of the reference.
    pub reference: &'a ColumnCounts,
    /// Counts of production.
    pub production: &'a ColumnCounts,
    /// Ascending finite values of a row sample of both tables (reference, production); `None` for what is
    /// not a number.
    pub values: Option<(&'a [f64], &'a [f64])>,
    /// Counts of the reference by period, gathered with [`Bins::for_drift`]; empty without time.
    pub reference_periods: &'a [Vec<u64>],
    /// Sets the redraws and the bootstrap; take it from the column's name.
    pub seed: u64,
}

/// The measures of one column before the decision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The effect size.
    pub total_variation: TotalVariation,
    /// The test; `None` with too few rows or one occupied bin.
    pub chi_square: Option<ChiSquare>,
    /// Population stability index less its noise.
    pub psi: f64,
    /// Bits.
    pub jensen_shannon: f64,
    /// 0–1.
    pub hellinger: f64,
    /// 0–1, for ordered columns.
    pub ks: Option<f64>,
    /// For numbers.
    pub wasserstein: Option<Wasserstein>,
    /// Own wobble of the reference.
    pub own_noise: Option<f64>,
}

/// Measures one column; `None` when a table has no rows.
#[must_use]
pub fn compare(input: &ColumnInput) -> Option<Measured> {
    let bins = Bins::for_drift(input.layout, input.reference, input.production);
    let reference = bins.gather(input.reference);
    let production = bins.gather(input.production);
    let (p, q) = (&reference.totals, &production.totals);
    let chi_square = chi_square::test(&reference, &production, input.seed);
    // A q-value is never below its p-value: only these can be called drift.
    let seed = chi_square.filter(|t| t.p_value <= bands::ALPHA).map(|_| input.seed);
    Some(Measured {
        total_variation: total_variation::measure(&reference, &production, seed)?,
        chi_square,
        psi: psi::less_noise(p, q)?,
        jensen_shannon: jensen_shannon::jensen_shannon(p, q)?,
        hellinger: hellinger::hellinger(p, q)?,
        ks: ks(input),
        wasserstein: input.values.and_then(|(p, q)| wasserstein::measure(p, q)),
        own_noise: bands::own_noise(input.reference_periods),
    })
}

/// From the values where there are any (exact up to the sample), else from the ordered codes.
fn ks(input: &ColumnInput) -> Option<f64> {
    if let Some((p, q)) = input.values {
        return kolmogorov_smirnov::from_sorted(p, q);
    }
    if !input.layout.ordered {
        return None;
    }
    let steps = Bins::in_order(input.layout);
    let totals = |counts: &ColumnCounts| -> BlockCounts { steps.gather(counts) };
    kolmogorov_smirnov::from_counts(
        &totals(input.reference).totals,
        &totals(input.production).totals,
    )
}

/// Decides over all columns together: q-values by Benjamini–Hochberg, then bands. A column without a test
/// has p and q 1 and is never drift.
#[must_use]
pub fn judge(columns: &[Option<Measured>]) -> Vec<Option<ColumnDrift>> {
    let p_value = |column: &Option<Measured>| {
        column.and_then(|m| m.chi_square).map_or(f64::NAN, |test| test.p_value)
    };
    let p_values: Vec<f64> = columns.iter().map(p_value).collect();
    let q_values = multiple::benjamini_hochberg(&p_values);
    columns
        .iter()
        .zip(q_values)
        .map(|(column, q_value)| column.as_ref().map(|m| decided(m, q_value)))
        .collect()
}

fn decided(measured: &Measured, q_value: f64) -> ColumnDrift {
    let TotalVariation { moved, low, high, .. } = measured.total_variation;
    ColumnDrift {
        moved,
        moved_low: low,
        moved_high: high,
        band: bands::band(q_value, moved, low, measured.own_noise),
        chi_square: measured.chi_square.map_or(0.0, |test| test.statistic),
        degrees_of_freedom: measured.chi_square.map_or(0, |t| t.degrees_of_freedom),
        p_value: measured.chi_square.map_or(1.0, |test| test.p_value),
        q_value: if q_value.is_nan() { 1.0 } else { q_value },
        psi: measured.psi,
        jensen_shannon: measured.jensen_shannon,
        hellinger: measured.hellinger,
        ks: measured.ks,
        wasserstein: measured.wasserstein.map(|w| w.distance),
        wasserstein_scaled: measured.wasserstein.map(|w| w.scaled),
        own_noise: measured.own_noise,
    }
}
