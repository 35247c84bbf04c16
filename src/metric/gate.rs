//! G1: is there a drop? Enter: the headline metric on both tables and what counts as material. Leave: one of
//! five kinds, how sure, and the rows that would be needed. A pure function.
//!
//! Let w be the difference turned so that larger is worse, MES the smallest effect worth calling a drop, and
//! the bounds of w one-sided at 99 % (Student's t, smaller block count less one):
//!
//! | kind | rule |
//! |---|---|
//! | `unknown_without_labels` | production has no label (or the metric cannot be had there for want of labels) |
//! | `not_enough_rows` | fewer than 50 rows of a class (binary) or 200 rows in a table, or no standard error |
//! | `dropped` | lower bound > 0 and w ≥ MES |
//! | `improved` | the mirror: upper bound < 0 and −w ≥ MES |
//! | `not_dropped` | upper bound < MES |
//! | `not_enough_rows` | anything else |
//!
//! Accuracy and cost count all rows alike: they need 50 rows of a class or 1,000 rows.
//!
//! So a table pair without any change is called dropped at most once in a hundred, and less often where the
//! MES asks for more than noise.

use serde::{Deserialize, Serialize};

pub use super::headline::{
    AtHand, SECOND_TAIL, also_dropped, headline, minimum_effect, spokesman,
};
use super::{Difference, Estimate, MetricId};
use crate::stats::special;

/// Chance that a one-sided bound is missed.
pub const BOUND_TAIL: f64 = 0.01;

/// Fewest labelled rows of each class in each table of a yes/no model.
pub const MIN_CLASS_ROWS: u64 = 50;

/// Rows from which a share of right decisions is told with hardly a row of one class.
pub const MIN_ROWS_OF_ONE_CLASS: u64 = 1_000;

/// Fewest labelled rows in each table of any other model.
pub const MIN_ROWS: u64 = 200;

/// z of the deciding bound from which a verdict is almost certain (one in 30,000 by chance).
pub const ALMOST_CERTAIN_Z: f64 = 4.0;

/// |z| from which undecided data lean one way (one in ten by chance).
pub const LEANING_Z: f64 = 1.28;

/// Power asked for when rows are counted: 0.84 is Φ⁻¹(0.8).
const POWER_Z: f64 = 0.841_621_233_572_914_4;

/// The five honest kinds of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateKind {
    /// Performance dropped.
    Dropped,
    /// It did not drop.
    NotDropped,
    /// It improved.
    Improved,
    /// Too few rows to tell.
    NotEnoughRows,
    /// Production has no labels yet.
    UnknownWithoutLabels,
}

/// How sure a verdict is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sureness {
    /// The deciding limit is 4 standard errors away or more.
    AlmostCertain,
    /// The rule is met (2.45 standard errors).
    Likely,
    /// Undecided, but the data lean one way (1.28 standard errors).
    Possible,
    /// Nothing can be said.
    CouldNotCheck,
}

/// Labelled rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabelledRows {
    /// All of them.
    pub rows: u64,
    /// Of the rarer class; `None` when the model is not a yes/no one.
    pub smaller_class: Option<u64>,
}

/// What the gate looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GateInput {
    /// The headline metric.
    pub metric: MetricId,
    /// Its value before launch.
    pub reference: Option<Estimate>,
    /// Its value after launch.
    pub production: Option<Estimate>,
    /// Labelled rows before launch.
    pub reference_rows: LabelledRows,
    /// Labelled rows after launch.
    pub production_rows: LabelledRows,
    /// The smallest effect worth calling a drop, above 0; see [`minimum_effect`].
    pub minimum_effect: f64,
}

/// The gate's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// Which of the five.
    pub kind: GateKind,
    /// How sure.
    pub sureness: Sureness,
    /// The difference, positive when worse.
    pub worse: Option<Difference>,
    /// One-sided 99 % bounds of it.
    pub bounds: Option<(f64, f64)>,
    /// The smallest effect worth calling a drop.
    pub minimum_effect: f64,
    /// The smallest change these tables can show (80 % of the time); `None` without standard error.
    pub detectable: Option<f64>,
    /// For `not_enough_rows`: labelled production rows needed; `None` when that cannot be told.
    pub rows_needed: Option<u64>,
    /// The reference would have to grow in the same proportion: more production rows alone do not do.
    pub reference_must_grow: bool,
}

/// Decides.
#[must_use]
pub fn decide(input: &GateInput) -> Gate {
    let mut gate = Gate {
        kind: GateKind::NotEnoughRows,
        sureness: Sureness::CouldNotCheck,
        worse: None,
        bounds: None,
        minimum_effect: input.minimum_effect,
        detectable: None,
        rows_needed: None,
        reference_must_grow: false,
    };
    if input.production_rows.rows == 0 {
        gate.kind = GateKind::UnknownWithoutLabels;
        return gate;
    }
    let worse = match (&input.reference, &input.production) {
        (Some(a), Some(b)) => Some(Difference::worse_positive(input.metric, a, b)),
        _ => None,
    };
    gate.worse = worse;
    let may_speak = |rows| may_speak(rows, input.metric);
    if !may_speak(input.reference_rows) || !may_speak(input.production_rows) {
        let error = worse.and_then(|own| own.standard_error);
        let factor = worse.map(|own| decision_factor(&own));
        // What would see an effect, if that can be told: the least to speak alone would not.
        let decides = error.zip(factor).filter(|own| own.0 > 0.0);
        let decides =
            decides.and_then(|own| rows_to_decide(input, input.minimum_effect / own.1).0);
        // No number of production rows makes up for a reference without outcomes.
        let comparable = input.reference_rows.rows > 0;
        gate.rows_needed = rows_to_speak(input).max(decides).filter(|_| comparable);
        gate.reference_must_grow = !may_speak(input.reference_rows);
        return gate;
    }
    let Some(worse) = worse else { return gate };
    let (Some((low, high)), Some(error)) =
        (worse.bounds(BOUND_TAIL), worse.standard_error)
    else {
        return gate;
    };
    gate.bounds = Some((low, high));
    let factor = decision_factor(&worse);
    gate.detectable = Some(factor * error);
    let effect = input.minimum_effect;
    // Standard errors between the value and the limit that decides.
    let (kind, distance) = if low > 0.0 && worse.value >= effect {
        (GateKind::Dropped, worse.value)
    } else if high < 0.0 && -worse.value >= effect {
        (GateKind::Improved, -worse.value)
    } else if high < effect {
        (GateKind::NotDropped, effect - worse.value)
    } else {
        (GateKind::NotEnoughRows, worse.value.abs())
    };
    gate.kind = kind;
    gate.sureness = match kind {
        GateKind::NotEnoughRows if distance >= LEANING_Z * error => Sureness::Possible,
        GateKind::NotEnoughRows => Sureness::CouldNotCheck,
        _ if distance >= ALMOST_CERTAIN_Z * error => Sureness::AlmostCertain,
        _ => Sureness::Likely,
    };
    if kind == GateKind::NotEnoughRows {
        let target = effect / factor;
        (gate.rows_needed, gate.reference_must_grow) = rows_to_decide(input, target);
    }
    gate
}

/// Standard errors that an effect must measure to be seen four times in five.
fn decision_factor(worse: &Difference) -> f64 {
    special::student_t_quantile(1.0 - BOUND_TAIL, worse.degrees) + POWER_Z
}

/// Whether there are rows enough. What is counted over all rows alike does not need both outcomes, only many rows.
fn may_speak(rows: LabelledRows, metric: MetricId) -> bool {
    let counts_all = matches!(metric, MetricId::Accuracy | MetricId::ExpectedCost);
    match rows.smaller_class {
        Some(smaller) => {
            smaller >= MIN_CLASS_ROWS
                || (counts_all && rows.rows >= MIN_ROWS_OF_ONE_CLASS)
        }
        None => rows.rows >= MIN_ROWS,
    }
}

/// Production rows at which the minimum to speak is met, at the class shares seen (in the reference where
/// production has none of a class).
fn rows_to_speak(input: &GateInput) -> Option<u64> {
    let here = input.production_rows;
    let Some(smaller) = here.smaller_class else { return Some(MIN_ROWS.max(here.rows)) };
    let (class, rows) = match (smaller, input.reference_rows.smaller_class) {
        (0, Some(class)) => (class, input.reference_rows.rows),
        _ => (smaller, here.rows),
    };
    if class == 0 {
        return None;
    }
    Some((MIN_CLASS_ROWS * rows).div_ceil(class).max(here.rows))
}

/// Production rows at which the standard error of the difference falls to `target`, and whether the reference
/// would have to grow too (then by the same factor).
fn rows_to_decide(input: &GateInput, target: f64) -> (Option<u64>, bool) {
    let error = |e: &Option<Estimate>| e.as_ref().and_then(|e| e.standard_error);
    let (Some(before), Some(after)) = (error(&input.reference), error(&input.production))
    else {
        return (None, false);
    };
    let rows = input.production_rows.rows as f64;
    let room = target * target - before * before;
    // At most a hundredfold from production alone; beyond that both tables are asked to grow.
    let alone = after * after / room;
    let reference_must_grow = !(room > 0.0 && alone <= 100.0);
    let factor = if reference_must_grow {
        (before * before + after * after) / (target * target)
    } else {
        alone
    };
    let needed = (rows * factor).ceil();
    if !needed.is_finite() || needed > 1e15 {
        return (None, reference_must_grow);
    }
    (Some((needed as u64).max(input.production_rows.rows + 1)), reference_must_grow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, error: f64) -> Option<Estimate> {
        Some(Estimate {
            value,
            standard_error: Some(error),
            interval: None,
            degrees: 31.0,
        })
    }

    fn input(metric: MetricId, before: (f64, f64), after: (f64, f64)) -> GateInput {
        let rows = LabelledRows { rows: 10_000, smaller_class: Some(2000) };
        GateInput {
            metric,
            reference: estimate(before.0, before.1),
            production: estimate(after.0, after.1),
            reference_rows: rows,
            production_rows: rows,
            minimum_effect: minimum_effect(metric, before.0, None),
        }
    }

    #[test]
    fn the_table_of_cases() {
        use GateKind::{Dropped, Improved, NotDropped, NotEnoughRows};
        use MetricId::{Accuracy, Auc, CalibrationSlope, LogLoss};
        use Sureness::{AlmostCertain, CouldNotCheck, Likely, Possible};
        let cases = [
            // A clear drop, a clear gain, and nothing, for a metric where more is better.
            (Auc, (0.80, 0.003), (0.74, 0.003), Dropped, AlmostCertain),
            (Auc, (0.80, 0.003), (0.86, 0.003), Improved, AlmostCertain),
            (Auc, (0.80, 0.001), (0.80, 0.001), NotDropped, AlmostCertain),
            (Auc, (0.80, 0.002), (0.80, 0.002), NotDropped, Likely),
            // Just met: 3 errors.
            (Auc, (0.80, 0.003), (0.7873, 0.003), Dropped, Likely),
            // Significant but too small to matter.
            (Auc, (0.80, 0.0005), (0.796, 0.0005), NotDropped, AlmostCertain),
            // Significant, below the minimum, and not excluded: undecided.
            (Auc, (0.80, 0.002), (0.7915, 0.002), NotEnoughRows, Possible),
            // Large but noise.
            (Auc, (0.80, 0.02), (0.77, 0.02), NotEnoughRows, CouldNotCheck),
            (Auc, (0.80, 0.02), (0.75, 0.02), NotEnoughRows, Possible),
            // Less is better.
            (LogLoss, (0.40, 0.004), (0.45, 0.004), Dropped, AlmostCertain),
            (LogLoss, (0.40, 0.004), (0.36, 0.004), Improved, AlmostCertain),
            // A target: 1.2 and 0.8 are equally bad, 1.0 is better.
            (CalibrationSlope, (1.2, 0.01), (0.8, 0.01), NotDropped, AlmostCertain),
            (CalibrationSlope, (1.0, 0.01), (0.8, 0.01), Dropped, AlmostCertain),
            (CalibrationSlope, (1.5, 0.01), (1.0, 0.01), Improved, AlmostCertain),
            // Certain and equal.
            (Accuracy, (0.9, 0.0), (0.9, 0.0), NotDropped, AlmostCertain),
        ];
        for (metric, before, after, kind, sureness) in cases {
            let gate = decide(&input(metric, before, after));
            assert_eq!(
                (gate.kind, gate.sureness),
                (kind, sureness),
                "{metric:?} {before:?} {after:?}"
            );
            let undecided = kind == GateKind::NotEnoughRows;
            assert_eq!(
                gate.rows_needed.is_some(),
                undecided,
                "{metric:?} {before:?} {after:?}"
            );
        }
    }

    #[test]
    fn too_little_to_speak() {
        let mut few = input(MetricId::Auc, (0.8, 0.003), (0.7, 0.003));
        few.production_rows = LabelledRows { rows: 400, smaller_class: Some(40) };
        let gate = decide(&few);
        // 500 rows hold 50 of the class, but would not show an effect.
        assert_eq!(gate.kind, GateKind::NotEnoughRows);
        assert!(gate.rows_needed > Some(500), "{:?}", gate.rows_needed);
        // One class only: the reference's share of it tells.
        few.production_rows = LabelledRows { rows: 400, smaller_class: Some(0) };
        few.production = None;
        assert_eq!(decide(&few).rows_needed, Some(400));
        few.reference_rows = LabelledRows { rows: 10_000, smaller_class: Some(50) };
        assert_eq!(decide(&few).rows_needed, Some(10_000));
        few.production_rows = LabelledRows::default();
        assert_eq!(decide(&few).kind, GateKind::UnknownWithoutLabels);
        let mut other = input(MetricId::Mae, (1.0, 0.001), (2.0, 0.001));
        other.production_rows = LabelledRows { rows: 150, smaller_class: None };
        assert_eq!(decide(&other).rows_needed, Some(200));
    }

    #[test]
    fn rows_needed_would_decide() {
        let wide = input(MetricId::Auc, (0.80, 0.001), (0.80, 0.02));
        let gate = decide(&wide);
        assert!(!gate.reference_must_grow);
        let rows = gate.rows_needed.unwrap() as f64;
        let shrunk = 0.02 * (10_000.0 / rows).sqrt();
        assert_eq!(
            decide(&input(MetricId::Auc, (0.8, 0.001), (0.8, shrunk))).kind,
            GateKind::NotDropped
        );
        // A noisy reference cannot be cured by production rows.
        let gate = decide(&input(MetricId::Auc, (0.80, 0.02), (0.80, 0.02)));
        assert!(gate.reference_must_grow && gate.rows_needed.unwrap() > 100_000);
        // No standard error: undecided, rows unknown.
        let mut bare = wide;
        bare.production = Some(Estimate::bare(0.6));
        assert_eq!(
            (decide(&bare).kind, decide(&bare).rows_needed),
            (GateKind::NotEnoughRows, None)
        );
    }
}
