//! Values with their uncertainty. Enter: a value and its value with each block left out (or counts). Leave:
//! 95 % intervals, and differences between two independent tables with one-sided bounds for the gate.

use serde::{Deserialize, Serialize};

use super::MetricId;
use crate::stats::jackknife::{self, Scale};
use crate::stats::{math, proportion, special};

/// Two-sided coverage of every interval shown.
pub const COVERAGE: f64 = 0.95;

/// Φ⁻¹(0.975).
pub const Z95: f64 = 1.959_963_984_540_054;

/// Below this many rows a share's interval is at least Wilson's.
pub const FEW_ROWS: f64 = 400.0;

/// Below this many hits or misses, too: the jackknife sees almost nothing then.
const FEW_HITS: f64 = 5.0;

/// Degrees of freedom that stand for "normal".
const MANY: f64 = 1e6;

/// A value with its standard error and 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The value, in the metric's own unit.
    pub value: f64,
    /// Its standard error; `None` when it cannot be had (fewer than 8 blocks with rows).
    pub standard_error: Option<f64>,
    /// 95 % interval; for shares on the log-odds scale, so it need not be symmetric.
    pub interval: Option<(f64, f64)>,
    /// Degrees of freedom of the standard error: blocks with rows less one.
    pub degrees: f64,
}

impl Estimate {
    /// A value alone.
    #[must_use]
    pub const fn bare(value: f64) -> Self {
        Self { value, standard_error: None, interval: None, degrees: 0.0 }
    }

    /// A value with the block jackknife; bare when a left-out value is missing or blocks are few.
    #[must_use]
    pub fn jackknifed(value: f64, left_out: Option<&[f64]>, scale: Scale) -> Self {
        let Some(left_out) = left_out else { return Self::bare(value) };
        let Some(found) = jackknife::standard_error(left_out) else {
            return Self::bare(value);
        };
        Self {
            value,
            standard_error: Some(found.standard_error),
            interval: jackknife::interval(value, left_out, scale, COVERAGE),
            degrees: found.block_count as f64 - 1.0,
        }
    }

    /// A value with a standard error known from theory (DeLong), symmetric on the log-odds scale.
    #[must_use]
    pub fn share_with_error(value: f64, standard_error: f64) -> Self {
        let slope = value * (1.0 - value);
        let interval = if slope > 0.0 {
            let (centre, half) = (math::logit(value), Z95 * standard_error / slope);
            (math::sigmoid(centre - half), math::sigmoid(centre + half))
        } else {
            (value, value)
        };
        let standard_error = Some(standard_error);
        Self { value, standard_error, interval: Some(interval), degrees: MANY }
    }

    /// Widens the estimate of a share to at least Wilson's interval for `rows` effective rows when rows or
    /// hits are few, where the jackknife is too narrow (all right: standard error 0).
    #[must_use]
    pub fn at_least_wilson(self, rows: f64) -> Self {
        let hits = self.value * rows;
        let few = rows < FEW_ROWS || hits.min(rows - hits) < FEW_HITS;
        if !few && self.standard_error.is_some() {
            return self;
        }
        let Some((low, high)) = proportion::wilson(hits.clamp(0.0, rows), rows, Z95)
        else {
            return self;
        };
        let error = (high - low) / (2.0 * Z95);
        let interval =
            self.interval.map_or((low, high), |i| (i.0.min(low), i.1.max(high)));
        let degrees = if self.standard_error.is_some() { self.degrees } else { MANY };
        Self {
            value: self.value,
            standard_error: Some(self.standard_error.map_or(error, |own| own.max(error))),
            interval: Some(interval),
            degrees,
        }
    }
}

/// Why a metric has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// No labelled row.
    NoLabels,
    /// Outcomes in words that never occur before launch.
    OtherWords,
    /// Labelled rows, and neither score nor decision on them.
    NoOutput,
    /// No score.
    NoScore,
    /// No decision and no threshold.
    NoDecision,
    /// All labels are the same.
    OneClass,
    /// Scores are not probabilities.
    NotProbability,
    /// No row was decided "yes".
    NoYes,
    /// All scores are the same, or they separate the classes perfectly.
    NoFit,
    /// No costs were given.
    NoCosts,
    /// The label never varies.
    ConstantLabel,
    /// More classes than the metric is made for.
    TooManyClasses,
}

impl Missing {
    /// The reason in plain words, to stand after "not available: ".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::NoLabels => "no row has a label",
            Self::OtherWords => {
                "the outcomes are in words that never occur before launch"
            }
            Self::NoOutput => "no labelled row has a score or decision",
            Self::NoScore => "there is no score",
            Self::NoDecision => "there is no decision and no threshold",
            Self::OneClass => "all labels are the same",
            Self::NotProbability => "the score is not a probability",
            Self::NoYes => "no row was decided \"yes\"",
            Self::NoFit => "the scores are all the same or split the labels perfectly",
            Self::NoCosts => "no costs were given",
            Self::ConstantLabel => "the label never varies",
            Self::TooManyClasses => "there are too many classes",
        }
    }
}

/// One metric on one table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Which metric.
    pub id: MetricId,
    /// Rows behind it.
    pub rows: u64,
    /// The value, or why there is none.
    pub outcome: Result<Estimate, Missing>,
}

impl Measured {
    /// The estimate, if there is one.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        self.outcome.ok()
    }
}

/// The measurement of `id` in a list.
#[must_use]
pub fn find(measured: &[Measured], id: MetricId) -> Option<&Measured> {
    measured.iter().find(|m| m.id == id)
}

/// production − reference for two independent tables.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// production − reference, in the metric's unit.
    pub value: f64,
    /// √(SE² + SE²); `None` when either is missing.
    pub standard_error: Option<f64>,
    /// Degrees of freedom: the smaller of both tables'.
    pub degrees: f64,
    /// 95 % interval: value ± t·SE.
    pub interval: Option<(f64, f64)>,
}

impl Difference {
    /// From two independent estimates.
    #[must_use]
    pub fn between(reference: &Estimate, production: &Estimate) -> Self {
        let value = production.value - reference.value;
        let degrees = reference.degrees.min(production.degrees);
        let standard_error = match (reference.standard_error, production.standard_error) {
            (Some(a), Some(b)) => Some(math::sqrt(a * a + b * b)),
            _ => None,
        };
        let interval = standard_error.map(|error| {
            let half = error * special::student_t_quantile(0.5 + 0.5 * COVERAGE, degrees);
            (value - half, value + half)
        });
        Self { value, standard_error, degrees, interval }
    }

    /// The same difference turned so that larger is worse. For a metric with a target the two distances are
    /// compared (the standard error is kept: the distance moves at most as fast as the value).
    #[must_use]
    pub fn worse_positive(
        id: MetricId,
        reference: &Estimate,
        production: &Estimate,
    ) -> Self {
        let turn = |e: &Estimate| Estimate { value: id.badness(e.value), ..*e };
        Self::between(&turn(reference), &turn(production))
    }

    /// Lower and upper one-sided bounds, each missed with probability `tail` (0.01 for 99 %).
    #[must_use]
    pub fn bounds(&self, tail: f64) -> Option<(f64, f64)> {
        let error = self.standard_error?;
        let half = error * special::student_t_quantile(1.0 - tail, self.degrees);
        Some((self.value - half, self.value + half))
    }
}

/// One metric on both tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Which metric.
    pub id: MetricId,
    /// On the reference.
    pub reference: Measured,
    /// On production.
    pub production: Measured,
    /// production − reference; `None` when either has no value.
    pub difference: Option<Difference>,
}

/// Pairs up the metrics of two tables, in the reference's order; one only production has is left out.
#[must_use]
pub fn compare(reference: &[Measured], production: &[Measured]) -> Vec<Compared> {
    let pair = |before: &Measured| {
        let after = *find(production, before.id)?;
        let difference = match (&before.outcome, &after.outcome) {
            (Ok(a), Ok(b)) => Some(Difference::between(a, b)),
            _ => None,
        };
        Some(Compared {
            id: before.id,
            reference: *before,
            production: after,
            difference,
        })
    };
    reference.iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identical_tables_differ_by_zero() {
        let left_out: Vec<f64> = (0..32).map(|k| 0.8 + 0.001 * f64::from(k)).collect();
        let e = Estimate::jackknifed(0.815, Some(&left_out), Scale::Logit);
        let difference = Difference::between(&e, &e);
        assert_eq!(difference.value, 0.0);
        let (low, high) = difference.bounds(0.01).unwrap();
        assert!(low < 0.0 && high == -low);
        let ratio = high / difference.standard_error.unwrap();
        assert!((ratio - 2.452_824_193).abs() < 1e-8);
    }

    #[test]
    fn a_perfect_share_is_not_certain() {
        let e = Estimate::jackknifed(1.0, Some(&[1.0; 32]), Scale::Logit)
            .at_least_wilson(1000.0);
        assert!(e.standard_error.unwrap() > 0.0005);
        assert_eq!(e.interval.unwrap().1, 1.0);
    }

    #[test]
    fn a_target_is_judged_by_distance() {
        let (a, b) = (Estimate::bare(1.2), Estimate::bare(0.9));
        let worse = Difference::worse_positive(MetricId::CalibrationSlope, &a, &b);
        assert!((worse.value + 0.1).abs() < 1e-12);
    }
}
