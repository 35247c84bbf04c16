//! Every binary metric from a [`BinaryProfile`] and, for exact headline values, a [`Tally`] of (score,
//! label). Enter: the two, and costs. Leave: one [`Measured`] a metric, in registry order. Values of AUC,
//! PR-AUC, lift and calibration error are exact when a tally is given (the profile's bins serve otherwise);
//! the rest is exact from counters. Intervals come from the block jackknife on bins and counters.
//! Cost: some 33 passes over the bins; one pass over the tally.

use serde::{Deserialize, Serialize};

use super::binary::{BinaryBlock, BinaryProfile};
use super::estimate::{Estimate, Measured, Missing};
use super::{MetricId, Tally, calibration};
use crate::stats::jackknife::{self, Additive, Scale};
use crate::stats::rank::{self, ScoreCount};

/// The share of best-scored rows that lift looks at.
pub const LIFT_SHARE: f64 = 0.1;

/// What mistakes cost and right decisions are worth, in one money unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Costs {
    /// Of one false positive.
    pub false_positive: f64,
    /// Of one false negative.
    pub false_negative: f64,
    /// Worth of one right decision, where the row has no value of its own.
    pub value_correct: f64,
    /// Take the worth of right decisions from the rows' value column instead.
    pub value_by_row: bool,
}

/// The ids evaluated, in registry order.
pub const METRICS: [MetricId; 15] = [
    MetricId::Auc,
    MetricId::PrAuc,
    MetricId::Lift,
    MetricId::LogLoss,
    MetricId::Brier,
    MetricId::Ece,
    MetricId::CalibrationSlope,
    MetricId::CalibrationIntercept,
    MetricId::Accuracy,
    MetricId::Precision,
    MetricId::Recall,
    MetricId::F1,
    MetricId::Specificity,
    MetricId::DecisionRate,
    MetricId::ExpectedCost,
];

/// What all left-out evaluations share.
struct Shared {
    is_probability: bool,
    mean_scores: Vec<f64>,
    groups: Vec<u16>,
    log_odds: Vec<f64>,
    costs: Option<Costs>,
}

/// Evaluates every binary metric. `tally`: of labelled rows by score, "yes" the positive label; `None` (or
/// empty) leaves the headline values to the bins.
#[must_use]
pub fn evaluate(
    profile: &BinaryProfile,
    tally: Option<&Tally>,
    costs: Option<Costs>,
) -> Vec<Measured> {
    let total = profile.total();
    let mean_scores = profile.mean_scores(&total);
    let cells = total.cells(&mean_scores);
    let shared = Shared {
        is_probability: profile.is_probability,
        groups: calibration::equal_mass_groups(&cells, calibration::GROUP_COUNT),
        log_odds: calibration::log_odds(&cells, profile.epsilon),
        mean_scores,
        costs,
    };
    let left_out = leave_each_out(profile, &total, &shared);
    let exact = tally.map(Tally::entries).filter(|entries| !entries.is_empty());
    let measure = |(index, id): (usize, MetricId)| {
        let outcome = value(id, &total, &cells, &shared).map(|from_bins| {
            let headline = exact.and_then(|entries| exact_value(id, entries, &total));
            let others: Option<Vec<f64>> =
                left_out.iter().map(|row| row.get(index).copied().flatten()).collect();
            estimate(id, headline.unwrap_or(from_bins), others.as_deref(), &total, exact)
        });
        Measured { id, rows: rows_behind(id, &total), outcome }
    };
    METRICS.into_iter().enumerate().map(measure).collect()
}

/// One metric on any block sum, from counters and bins alone: what the jackknife sees. `mean_scores` as from
/// [`BinaryProfile::mean_scores`].
///
/// # Errors
/// [`Missing`] says why there is no value.
pub fn from_bins(
    id: MetricId,
    sum: &BinaryBlock,
    profile: &BinaryProfile,
    mean_scores: &[f64],
    costs: Option<Costs>,
) -> Result<f64, Missing> {
    let cells = sum.cells(mean_scores);
    let shared = Shared {
        is_probability: profile.is_probability,
        groups: calibration::equal_mass_groups(&cells, calibration::GROUP_COUNT),
        log_odds: calibration::log_odds(&cells, profile.epsilon),
        mean_scores: mean_scores.to_vec(),
        costs,
    };
    let raw = value(id, sum, &cells, &shared)?;
    Ok(if id == MetricId::Ece { calibration::error_from_square(raw) } else { raw })
}

fn leave_each_out(
    profile: &BinaryProfile,
    total: &BinaryBlock,
    shared: &Shared,
) -> Vec<Vec<Option<f64>>> {
    let evaluate = |block: &BinaryBlock| {
        let mut rest = total.clone();
        rest.subtract(block);
        let cells = rest.cells(&shared.mean_scores);
        METRICS.iter().map(|&id| value(id, &rest, &cells, shared).ok()).collect()
    };
    profile.blocks.iter().filter(|block| !block.is_empty()).map(evaluate).collect()
}

/// The metric from bins and counters; for [`MetricId::Ece`] its square, which the jackknife likes better.
fn value(
    id: MetricId,
    sum: &BinaryBlock,
    cells: &[ScoreCount],
    shared: &Shared,
) -> Result<f64, Missing> {
    let c = &sum.confusion;
    let share = |part: u64, whole: u64, missing: Missing| {
        if whole == 0 { Err(missing) } else { Ok(part as f64 / whole as f64) }
    };
    match id {
        MetricId::DecisionRate => {
            return share(
                sum.decided[1],
                sum.decided[0] + sum.decided[1],
                Missing::NoDecision,
            );
        }
        _ if sum.labelled_rows() == 0 => return Err(Missing::NoLabels),
        MetricId::ExpectedCost if shared.costs.is_none() => return Err(Missing::NoCosts),
        MetricId::Accuracy
        | MetricId::Precision
        | MetricId::Recall
        | MetricId::F1
        | MetricId::Specificity
        | MetricId::ExpectedCost
            if c.total() == 0 =>
        {
            return Err(Missing::NoDecision);
        }
        _ => {}
    }
    let (yes, positives) =
        (c.true_positive + c.false_positive, c.true_positive + c.false_negative);
    match id {
        MetricId::Accuracy => {
            return share(
                c.true_positive + c.true_negative,
                c.total(),
                Missing::NoLabels,
            );
        }
        MetricId::Precision => return share(c.true_positive, yes, Missing::NoYes),
        MetricId::Recall => return share(c.true_positive, positives, Missing::OneClass),
        MetricId::Specificity => {
            return share(
                c.true_negative,
                c.true_negative + c.false_positive,
                Missing::OneClass,
            );
        }
        MetricId::F1 => {
            return share(2 * c.true_positive, yes + positives, Missing::OneClass);
        }
        MetricId::ExpectedCost => {
            return Ok(cost(sum, &shared.costs.unwrap_or_default()));
        }
        _ => {}
    }
    if sum.scored_rows == 0 {
        return Err(Missing::NoScore);
    }
    match id {
        MetricId::Auc => return rank::auc(cells).ok_or(Missing::OneClass),
        MetricId::PrAuc => {
            rank::auc(cells).ok_or(Missing::OneClass)?;
            return rank::average_precision(cells).ok_or(Missing::OneClass);
        }
        MetricId::Lift => return lift(cells).ok_or(Missing::OneClass),
        _ => {}
    }
    if !shared.is_probability {
        return Err(Missing::NotProbability);
    }
    match id {
        MetricId::LogLoss => sum.log_loss.mean(sum.scored_weight).ok_or(Missing::NoScore),
        MetricId::Brier => sum.brier.mean(sum.scored_weight).ok_or(Missing::NoScore),
        MetricId::Ece => {
            let groups =
                calibration::grouped(cells, &shared.groups, calibration::GROUP_COUNT);
            calibration::squared_error(&groups, sum.effective_rows())
                .ok_or(Missing::NoScore)
        }
        MetricId::CalibrationSlope => {
            rank::auc(cells).ok_or(Missing::OneClass)?;
            calibration::slope(cells, &shared.log_odds)
                .map(|fit| fit.1)
                .ok_or(Missing::NoFit)
        }
        MetricId::CalibrationIntercept => {
            calibration::shift(cells, &shared.log_odds).ok_or(Missing::OneClass)
        }
        _ => Err(Missing::NoScore),
    }
}

/// Mean cost of a decided, labelled row.
fn cost(sum: &BinaryBlock, costs: &Costs) -> f64 {
    let c = &sum.confusion;
    let worth = if costs.value_by_row {
        let mut worth = sum.value[1][1];
        worth.merge(&sum.value[0][0]);
        worth.value()
    } else {
        costs.value_correct * (c.true_positive + c.true_negative) as f64
    };
    let mistakes = costs.false_positive * c.false_positive as f64
        + costs.false_negative * c.false_negative as f64;
    (mistakes - worth) / c.total() as f64
}

/// Positive rate in the best-scored tenth over the overall rate; of a tie at the cut the fitting part is
/// taken. 1 is chance, 10 the most. `None` without positives.
#[must_use]
pub fn lift(cells: &[ScoreCount]) -> Option<f64> {
    let (positives, negatives) = rank::totals(cells);
    if positives == 0 || negatives == 0 {
        return None;
    }
    let total = (positives + negatives) as f64;
    let mut left = LIFT_SHARE * total;
    let mut hits = 0.0;
    for cell in cells.iter().rev() {
        let mass = (cell.positives + cell.negatives) as f64;
        if mass >= left {
            hits += if mass > 0.0 { cell.positives as f64 * (left / mass) } else { 0.0 };
            break;
        }
        hits += cell.positives as f64;
        left -= mass;
    }
    Some(hits / (LIFT_SHARE * positives as f64))
}

/// The exact headline value where the tally knows more than the bins.
fn exact_value(id: MetricId, entries: &[ScoreCount], total: &BinaryBlock) -> Option<f64> {
    match id {
        MetricId::Auc => rank::auc(entries),
        MetricId::PrAuc => rank::average_precision(entries),
        MetricId::Lift => lift(entries),
        // Squared, as `value` gives it.
        MetricId::Ece => {
            let groups =
                calibration::equal_mass_groups(entries, calibration::GROUP_COUNT);
            let groups = calibration::grouped(entries, &groups, calibration::GROUP_COUNT);
            calibration::squared_error(&groups, total.effective_rows())
        }
        _ => None,
    }
}

fn estimate(
    id: MetricId,
    value: f64,
    left_out: Option<&[f64]>,
    total: &BinaryBlock,
    exact: Option<&[ScoreCount]>,
) -> Estimate {
    let effective = total.effective_rows();
    let c = &total.confusion;
    // Effective rows of a subset of the labelled ones.
    let rows_of = |part: u64| effective * part as f64 / (total.weight.max(1)) as f64;
    let share = |rows: f64| {
        Estimate::jackknifed(value, left_out, Scale::Logit).at_least_wilson(rows)
    };
    match id {
        MetricId::Accuracy => share(rows_of(c.total())),
        MetricId::Precision => share(rows_of(c.true_positive + c.false_positive)),
        MetricId::Recall => share(rows_of(c.true_positive + c.false_negative)),
        MetricId::Specificity => share(rows_of(c.true_negative + c.false_positive)),
        MetricId::F1 => {
            share(rows_of(c.true_positive + c.false_positive + c.false_negative))
        }
        MetricId::DecisionRate => {
            let rows: u64 = total.rows.iter().sum();
            share(if total.squared_weight == u128::from(total.weight) {
                rows as f64
            } else {
                effective
            })
        }
        MetricId::Auc | MetricId::PrAuc => ranking(id, value, left_out, total, exact),
        MetricId::Ece => calibration_error(value, left_out),
        _ => Estimate::jackknifed(value, left_out, Scale::Plain),
    }
}

/// AUC with too few blocks takes DeLong's error (unweighted rows only); a perfect ranking takes at least the
/// uncertainty of as many right answers as the smaller class has rows.
fn ranking(
    id: MetricId,
    value: f64,
    left_out: Option<&[f64]>,
    total: &BinaryBlock,
    exact: Option<&[ScoreCount]>,
) -> Estimate {
    let found = Estimate::jackknifed(value, left_out, Scale::Logit);
    let unweighted = total.squared_weight == u128::from(total.weight);
    let found = match (found.standard_error, exact) {
        (None, Some(entries)) if id == MetricId::Auc && unweighted => {
            rank::delong_standard_error(entries)
                .map_or(found, |error| Estimate::share_with_error(value, error))
        }
        _ => found,
    };
    let perfect = value <= 0.0 || value >= 1.0;
    if perfect {
        found.at_least_wilson(total.rows[0].min(total.rows[1]) as f64)
    } else {
        found
    }
}

/// From the square and its left-out values: the interval is the root of the square's interval.
fn calibration_error(square: f64, left_out: Option<&[f64]>) -> Estimate {
    let value = calibration::error_from_square(square);
    let Some(left_out) = left_out else { return Estimate::bare(value) };
    let Some(found) = jackknife::standard_error(left_out) else {
        return Estimate::bare(value);
    };
    let quantile = found.quantile(super::estimate::COVERAGE);
    let half = quantile * found.standard_error;
    let low = calibration::error_from_square(square - half);
    let high = calibration::error_from_square(square + half);
    Estimate {
        value,
        standard_error: Some((high - low) / (2.0 * quantile)),
        interval: Some((low, high)),
        degrees: found.block_count as f64 - 1.0,
    }
}

fn rows_behind(id: MetricId, total: &BinaryBlock) -> u64 {
    match id.family() {
        super::Family::Ranking | super::Family::Probability => total.scored_rows,
        _ if id == MetricId::DecisionRate => total.rows.iter().sum(),
        _ => total.decided_rows,
    }
}
