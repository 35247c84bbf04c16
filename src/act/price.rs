//! What a number of points is worth a day. Enter: points of a metric, rows a day, business inputs. Leave: money, users,
//! rows; `None` where the inputs do not say.

use crate::choices::{Business, TableRole};
use crate::report::{BinKind, Population, Report, ScoreReport, WhatIf};
use crate::story::number;
use crate::what_if::{
    Figures, Instead, Prices, Sums, Trial, as_decided, cut_in_use, gained, nearest_cut,
    segments, tried,
};

/// Money a day for points of a metric given back on all rows; `None` without traffic, or where the metric is no money
/// and no value of a decision is known.
#[must_use]
pub fn money_per_day(
    metric: &str,
    points: f64,
    rows_per_day: Option<f64>,
    business: &Business,
) -> Option<f64> {
    let rows = rows_per_day.filter(|rows| *rows > 0.0)?;
    let worth = match metric {
        "expected_cost" => points,
        "accuracy" => points * business.value_correct.filter(|value| *value > 0.0)?,
        _ => return None,
    };
    let money = worth * rows;
    money.is_finite().then_some(money)
}

/// Users behind a number of rows; one a row unless told otherwise.
#[must_use]
pub fn users(rows: f64, business: &Business) -> f64 {
    let each = business.users_per_row.filter(|each| each.is_finite() && *each >= 0.0);
    rows * each.unwrap_or(1.0)
}

/// What another cut-off does to production's rows, as the what-if counts it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// Points of the metric given back.
    pub points: f64,
    /// Share of rows whose decision changes, 0–1.
    pub share: f64,
    /// Share of rows decided yes, before and after the move.
    pub yes: (f64, f64),
    /// Share of yes decisions that are right, before and after; `None` where there are none.
    pub precision: Option<(f64, f64)>,
}

impl Moved {
    /// The same as part of a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let (before, after) = self.yes;
        let decided = format!(
            "yes decisions go from {} to {} of rows",
            number::share(before),
            number::share(after)
        );
        match self.precision {
            Some((before, after)) => format!(
                "{decided}, and {} of them are right instead of {}",
                number::share(after),
                number::share(before)
            ),
            None => decided,
        }
    }
}

/// The what-if's answer for a cut-off on production; `None` where it cannot be tried, or is about another metric.
#[must_use]
pub fn moved_to(report: &Report, metric: &str, cut_off: f64) -> Option<Moved> {
    let whole = report.what_if.as_ref()?;
    let (used, cut) =
        (cut_in_use(whole, TableRole::Production)?, nearest_cut(whole, cut_off));
    let now = as_decided(whole, TableRole::Production)?;
    let then = tried(whole, TableRole::Production, &Trial { cut, ..Trial::default() })?;
    let prices = prices(report, whole);
    let of = |sums: &Sums| Figures::new(sums, &prices);
    let (before, after) = (of(&now), of(&then));
    let yes = (before.yes_rate?, after.yes_rate?);
    Some(Moved {
        points: gained(metric, &before, &after)?,
        // The decisions between the two cut-offs all change the same way.
        share: if used == cut { 0.0 } else { (yes.1 - yes.0).abs() },
        yes,
        precision: before.precision.zip(after.precision),
    })
}

/// Points given back if every row of a segment were decided right, as the what-if's review by hand at no cost; `None`
/// where the what-if is not about the headline metric or has no such segment.
#[must_use]
pub fn decided_right(report: &Report, segment: &str) -> Option<f64> {
    let whole = report.what_if.as_ref()?;
    let at = segments(whole).iter().position(|own| *own == segment)?;
    let now = as_decided(whole, TableRole::Production)?;
    let mut reviewed = vec![Instead::Model; at];
    reviewed.push(Instead::Review(0.0));
    let trial = Trial {
        cut: cut_in_use(whole, TableRole::Production)?,
        segments: reviewed,
        ..Trial::default()
    };
    let then = tried(whole, TableRole::Production, &trial)?;
    let prices = prices(report, whole);
    let of = |sums: &Sums| Figures::new(sums, &prices);
    gained(&report.metric.name, &of(&now), &of(&then)).filter(|own| *own > 0.0)
}

/// Prices of the business inputs, as the what-if takes them.
fn prices(report: &Report, whole: &WhatIf) -> Prices {
    let business = &report.inputs.business;
    let or_nothing = |own: Option<f64>| own.filter(|own| own.is_finite()).unwrap_or(0.0);
    let has_values = |own: &Population| !own.score.no_value.is_empty();
    Prices {
        false_positive: or_nothing(business.cost_false_positive),
        false_negative: or_nothing(business.cost_false_negative),
        value_correct: or_nothing(business.value_correct),
        value_by_row: whole.populations.iter().any(has_values),
    }
}

/// Share of production rows whose score lies between two cut-offs: those whose decision would change.
#[must_use]
pub fn share_between(scores: &ScoreReport, one: f64, other: f64) -> Option<f64> {
    let (low, high) = if one <= other { (one, other) } else { (other, one) };
    let total: f64 = scores.production_histogram.iter().sum();
    if total <= 0.0 || scores.edges.len() != scores.production_histogram.len() + 1 {
        return None;
    }
    let mut inside = 0.0;
    for (share, ends) in scores.production_histogram.iter().zip(scores.edges.windows(2)) {
        let [start, end] = ends else { continue };
        let width = end - start;
        let covered = (high.min(*end) - low.max(*start)).max(0.0);
        if width > 0.0 {
            inside += share * (covered / width).min(1.0);
        }
    }
    Some((inside / total).clamp(0.0, 1.0))
}

/// Share of production rows whose values in these columns look broken: differ from the shadow table, or else became
/// empty, left the range or are new, or else moved. The largest over the columns; `None` without any.
#[must_use]
pub fn share_touched(report: &Report, columns: &[String]) -> Option<f64> {
    let parity = report.parity.as_ref().and_then(|own| own.shadow.as_ref());
    let of = |name: &String| -> Option<f64> {
        let differs = parity
            .and_then(|own| own.columns.iter().find(|column| column.name == *name))
            .map(|column| column.mismatch);
        if differs.is_some() {
            return differs;
        }
        let column = report.columns.iter().find(|own| own.name == *name)?;
        let rows: u64 = column.bins.iter().map(|bin| bin.production).sum();
        let odd: u64 = column
            .bins
            .iter()
            .filter(|bin| {
                matches!(
                    bin.kind,
                    BinKind::New | BinKind::Unseen | BinKind::Low | BinKind::High
                )
            })
            .map(|bin| bin.production)
            .sum();
        let empty = column.production_missing - column.reference_missing;
        let odd = odd as f64 / rows.max(1) as f64;
        let moved = column.drift.as_ref().map_or(0.0, |drift| drift.moved);
        Some(empty.max(odd).max(moved))
    };
    let shares = columns.iter().filter_map(of).filter(|share| share.is_finite());
    let most = shares.fold(0.0_f64, f64::max);
    (most > 0.0).then_some(most.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_become_money_where_they_can() {
        let business = Business { value_correct: Some(2.0), ..Business::default() };
        assert_eq!(
            money_per_day("accuracy", 0.05, Some(1_000.0), &business),
            Some(100.0)
        );
        assert_eq!(money_per_day("expected_cost", 0.3, Some(10.0), &business), Some(3.0));
        assert_eq!(money_per_day("auc", 0.05, Some(1_000.0), &business), None);
        assert_eq!(money_per_day("accuracy", 0.05, None, &business), None);
        assert!((users(10.0, &Business::default()) - 10.0).abs() < 1e-12);
    }

    #[test]
    fn rows_between_two_cut_offs() {
        let scores = ScoreReport {
            edges: vec![0.0, 0.5, 1.0],
            reference_histogram: vec![0.5, 0.5],
            production_histogram: vec![0.8, 0.2],
            reference_roc: vec![],
            production_roc: vec![],
            reference_precision_recall: vec![],
            production_precision_recall: vec![],
            reference_calibration: vec![],
            production_calibration: vec![],
            threshold: None,
            levels: None,
            per_cent: false,
        };
        let share = share_between(&scores, 0.75, 0.25).expect("there is a histogram");
        assert!((share - (0.4 + 0.1)).abs() < 1e-12);
    }
}
