//! Amounts that no longer fit the column they go with. Enter: amounts before and after launch. Leave: a factor by which
//! part of the rows is off beside another column, and which rows ([`off`]). A weekly count of 30 beside a monthly mean of
//! 3 is broken however common a 3 is, so that a factor is seen on few rows, and on each of them. Cost: one logarithm a
//! value, a correlation of [`MOST_ROWS`] rows a pair of columns, at most [`MOST_COLUMNS`] columns.
//!
//! # Decisions
//! Beside each other it cannot be seen which of two columns is off. What is common in either one decides: values of the
//! broken column are rarer than they would be without the factor.

use super::View;
use super::common::{both, inputs, likelihoods, median, sorted};
use super::unit::FACTORS;
use crate::encode::frame::Raw;
use crate::stats::association::pearson;
use crate::stats::math::ln;

/// Columns and reference rows that partners are looked for among.
const MOST_COLUMNS: usize = 60;
const MOST_ROWS: usize = 4000;
/// Rows that have both values.
const LEAST_ROWS: usize = 500;
/// Share of values above zero that makes an amount.
const POSITIVE: f64 = 0.9;
/// Correlation of the logarithms that makes a partner.
const MIN_TIE: f64 = 0.6;
/// Points of the line from the partner to the amount.
const KNOTS: usize = 24;
/// A factor must be this many robust deviations of the clean rows away.
const CLEAR: f64 = 5.0;
/// Rows that are off: at least so many, and so large a share; before launch at most this part of it.
const MIN_OFF: (usize, f64) = (30, 0.004);
const OFF_BEFORE: f64 = 0.1;
/// Their middle may be off the factor by so many deviations of clean rows, and at least by this much (of a logarithm).
const NEAR: (f64, f64) = (0.5, 0.05);
/// Their own robust deviation, in those of clean rows, at most; above [`NEAR`]'s second it counts.
const ALIKE: f64 = 1.6;

/// Logarithms of amounts before and after launch; NaN where a value is not above zero.
struct Amounts {
    column: usize,
    before: Vec<f64>,
    after: Vec<f64>,
}

/// A factor on part of the rows.
pub struct Off {
    /// Delivered over true value.
    pub factor: f64,
    /// Whether each production row is off; `None` where it has not both values.
    pub touched: Vec<Option<bool>>,
}

/// Amounts that partners are looked for among.
pub struct Partners(Vec<Amounts>);

impl Partners {
    /// The amounts among the inputs.
    #[must_use]
    pub fn of(view: &View<'_>) -> Self {
        let amounts = |column: usize| {
            let (Raw::Numbers(before), Raw::Numbers(after)) = both(view, column)? else {
                return None;
            };
            let finite = before.iter().filter(|own| own.is_finite()).count();
            let positive = before.iter().filter(|own| **own > 0.0).count();
            let is_amount = positive >= LEAST_ROWS
                && positive as f64 >= POSITIVE * finite as f64
                && before.iter().all(|own| own.is_nan() || *own >= 0.0);
            let logs = |own: &[f64]| -> Vec<f64> {
                let log = |x: &f64| if *x > 0.0 { ln(*x) } else { f64::NAN };
                own.iter().map(log).collect()
            };
            is_amount.then(|| Amounts {
                column,
                before: logs(before),
                after: logs(after),
            })
        };
        Self(inputs(view).into_iter().filter_map(amounts).take(MOST_COLUMNS).collect())
    }

    /// The factor by which part of a column's rows are off beside its best partner.
    #[must_use]
    pub fn off(&self, column: usize, may_be: impl Fn(f64) -> bool) -> Option<Off> {
        let own = self.0.iter().find(|own| own.column == column)?;
        let others = self.0.iter().filter(|other| other.column != column);
        let (_, partner) = others
            .map(|other| (correlation(&own.before, &other.before), other))
            .filter(|(tie, _)| tie.abs() >= MIN_TIE)
            .max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
        let line = line(&partner.before, &own.before)?;
        let before = beside(&line, &partner.before, &own.before);
        let after = beside(&line, &partner.after, &own.after);
        let spread = deviation(&before, 0.0);
        let share_off = |rows: &[f64], log: f64| {
            let off = rows.iter().filter(|x| is_off(**x, log)).count();
            off as f64 / rows.iter().filter(|x| x.is_finite()).count().max(1) as f64
        };
        let fits = |factor: f64| {
            let log = ln(factor);
            if log.abs() < CLEAR * spread {
                return None;
            }
            let off: Vec<f64> =
                after.iter().copied().filter(|x| is_off(*x, log)).collect();
            let (share, middle) = (share_off(&after, log), median(&sorted(&off)));
            let is_found = off.len() >= MIN_OFF.0
                && share >= MIN_OFF.1
                && share_off(&before, log) <= OFF_BEFORE * share
                && (middle - log).abs() <= (NEAR.0 * spread).max(NEAR.1)
                && deviation(&off, middle) <= (ALIKE * spread).max(NEAR.1);
            is_found.then_some(((middle - log).abs(), factor))
        };
        let known = FACTORS.iter().filter(|own| may_be(**own));
        let both_ways = known.flat_map(|own| [*own, 1.0 / own]);
        let (_, factor) =
            both_ways.filter_map(fits).min_by(|a, b| a.0.total_cmp(&b.0))?;
        let log = ln(factor);
        let of = |x: &f64| x.is_finite().then(|| is_off(*x, log));
        let touched: Vec<Option<bool>> = after.iter().map(of).collect();
        // The partner may be off by the inverse.
        if rarer(partner, &touched, -log) >= rarer(own, &touched, log) {
            return None;
        }
        Some(Off { factor, touched })
    }
}

/// How much rarer touched values are than they would be without the factor of that logarithm: mean ln of the ratio.
fn rarer(amounts: &Amounts, touched: &[Option<bool>], log: f64) -> f64 {
    let finite: Vec<f64> =
        amounts.before.iter().copied().filter(|x| x.is_finite()).collect();
    let clean = sorted(&finite);
    let broken: Vec<f64> = clean.iter().map(|x| x + log).collect();
    let values: Vec<f64> = amounts
        .after
        .iter()
        .zip(touched)
        .filter(|(x, touched)| **touched == Some(true) && x.is_finite())
        .map(|(x, _)| *x)
        .collect();
    let count = values.len().max(1) as f64;
    likelihoods(&values, &clean, &broken).iter().sum::<f64>() / count
}

/// Whether a distance from the line is nearer to a factor's logarithm than to nothing.
fn is_off(distance: f64, log: f64) -> bool {
    distance * log.signum() > log.abs() / 2.0
}

/// Correlation of two columns over rows that have both, of a part of the rows; 0 for too few.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let step = (a.len() / MOST_ROWS).max(1);
    let rows = a.iter().copied().zip(b.iter().copied()).step_by(step);
    let pairs: Vec<(f64, f64)> =
        rows.filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    pearson(&pairs).filter(|_| 2 * pairs.len() >= LEAST_ROWS).unwrap_or(0.0)
}

/// Middles of the partner and of the amount in ranges of the partner, ascending.
fn line(partner: &[f64], own: &[f64]) -> Option<Vec<(f64, f64)>> {
    let mut pairs: Vec<(f64, f64)> = partner
        .iter()
        .zip(own)
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .map(|(x, y)| (*x, *y))
        .collect();
    if pairs.len() < LEAST_ROWS {
        return None;
    }
    pairs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let middle = |own: Vec<f64>| median(&sorted(&own));
    let knot = |part: &[(f64, f64)]| {
        let (x, y) = part.iter().copied().unzip();
        (middle(x), middle(y))
    };
    let mut knots: Vec<(f64, f64)> =
        pairs.chunks(pairs.len().div_ceil(KNOTS)).map(knot).collect();
    knots.dedup_by(|b, a| b.0 <= a.0);
    (knots.len() >= 2).then_some(knots)
}

/// How far amounts are from the line at their partner; NaN without either.
fn beside(line: &[(f64, f64)], partner: &[f64], own: &[f64]) -> Vec<f64> {
    let at = |x: f64| {
        let above = line.partition_point(|knot| knot.0 <= x).clamp(1, line.len() - 1);
        let (Some(low), Some(high)) = (line.get(above - 1), line.get(above)) else {
            return f64::NAN;
        };
        low.1 + (x - low.0) * (high.1 - low.1) / (high.0 - low.0)
    };
    partner.iter().zip(own).map(|(x, y)| y - at(*x)).collect()
}

/// Robust deviation around a middle: that of a normal distribution with the same median distance.
fn deviation(own: &[f64], middle: f64) -> f64 {
    let distances: Vec<f64> =
        own.iter().filter(|x| x.is_finite()).map(|x| (x - middle).abs()).collect();
    1.4826 * median(&sorted(&distances))
}
