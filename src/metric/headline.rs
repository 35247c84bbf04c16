//! Which metric is judged, and what change of it matters. Enter: the user's choice, the task, what is at hand,
//! reference values. Leave: the headline metric, the smallest effect worth calling a drop, and whether a
//! metric of another family dropped too.

use super::{Difference, Direction, Estimate, Family, MetricId};
use crate::choices::Task;

/// Chance that the one-sided bound of a metric beside the headline is missed: several are looked at.
pub const SECOND_TAIL: f64 = 0.003;

/// The smallest effect worth calling a drop, in the metric's unit: 2 % of the reference value for losses,
/// costs, errors and business numbers, 0.01 for AUC and the like, 1 point for shares, 2 % of the value for
/// lift, 0.1 for calibration slope and shift. `scale` serves where the reference value says little: for
/// `bias` the reference's RMSE, for `expected_cost` the larger of the two costs (1 % of it at least when the
/// reference costs next to nothing). Always above 0.
#[must_use]
pub fn minimum_effect(metric: MetricId, reference: f64, scale: Option<f64>) -> f64 {
    let scale = scale.map_or(0.0, f64::abs);
    let relative = 0.02 * reference.abs();
    let effect = match metric {
        MetricId::CalibrationSlope | MetricId::CalibrationIntercept => 0.1,
        MetricId::Lift => relative,
        MetricId::Bias => 0.02 * scale,
        MetricId::R2 => 0.01,
        MetricId::Brier | MetricId::LogLoss | MetricId::Kpi => relative,
        MetricId::ExpectedCost => relative.max(0.001 * scale),
        _ => match metric.family() {
            Family::Error => relative,
            _ => 0.01,
        },
    };
    if effect > 0.0 && effect.is_finite() { effect } else { 1e-9 }
}

/// What is at hand, for choosing the headline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtHand {
    /// The user gave costs or a value of correct decisions.
    pub costs: bool,
    /// A decision is logged, or a threshold given.
    pub decision: bool,
    /// There is a score (multiclass: class scores).
    pub score: bool,
}

/// The headline metric: the user's choice; else expected cost if costs were given; else accuracy if a
/// decision exists; else AUC. Multiclass: accuracy with a decision, else log-loss. Regression: MAE.
/// A choice that is not judged (neutral) is passed over.
#[must_use]
pub fn headline(choice: Option<MetricId>, task: Task, at_hand: AtHand) -> MetricId {
    if let Some(id) = choice.filter(|id| id.info().direction != Direction::Neutral) {
        return id;
    }
    match task {
        Task::Regression => MetricId::Mae,
        Task::Multiclass if at_hand.decision || !at_hand.score => MetricId::Accuracy,
        Task::Multiclass => MetricId::LogLoss,
        Task::Binary if at_hand.costs && at_hand.decision => MetricId::ExpectedCost,
        Task::Binary if at_hand.decision || !at_hand.score => MetricId::Accuracy,
        Task::Binary => MetricId::Auc,
    }
}

/// The metric that speaks for a family beside the headline: AUC, log-loss, and expected cost or accuracy.
#[must_use]
pub const fn spokesman(family: Family, task: Task, costs: bool) -> Option<MetricId> {
    match (family, task) {
        (Family::Ranking, Task::Binary) => Some(MetricId::Auc),
        (Family::Ranking, Task::Multiclass) => Some(MetricId::OvrAuc),
        (Family::Probability, Task::Binary | Task::Multiclass) => Some(MetricId::LogLoss),
        (Family::Decision, Task::Binary | Task::Multiclass) => Some(MetricId::Accuracy),
        (Family::Cost, Task::Binary) if costs => Some(MetricId::ExpectedCost),
        (Family::Error, Task::Regression) => Some(MetricId::Mae),
        _ => None,
    }
}

/// Whether a metric beside the headline dropped materially: its own MES, and a bound at 99.7 %.
#[must_use]
pub fn also_dropped(
    metric: MetricId,
    reference: &Estimate,
    production: &Estimate,
    scale: Option<f64>,
) -> bool {
    let worse = Difference::worse_positive(metric, reference, production);
    let effect = minimum_effect(metric, reference.value, scale);
    worse.value >= effect && worse.bounds(SECOND_TAIL).is_some_and(|(low, _)| low > 0.0)
}

#[cfg(test)]
mod tests {
    use super::super::REGISTRY;
    use super::*;

    fn estimate(value: f64, error: f64) -> Estimate {
        Estimate { value, standard_error: Some(error), interval: None, degrees: 31.0 }
    }

    #[test]
    fn the_headline_rule() {
        let at = |costs, decision, score| AtHand { costs, decision, score };
        let (binary, multi) = (Task::Binary, Task::Multiclass);
        assert_eq!(headline(None, binary, at(true, true, true)), MetricId::ExpectedCost);
        assert_eq!(headline(None, binary, at(false, true, true)), MetricId::Accuracy);
        assert_eq!(headline(None, binary, at(true, false, true)), MetricId::Auc);
        assert_eq!(headline(None, binary, at(false, false, true)), MetricId::Auc);
        assert_eq!(
            headline(Some(MetricId::F1), binary, at(true, true, true)),
            MetricId::F1
        );
        assert_eq!(
            headline(Some(MetricId::DecisionRate), binary, at(false, true, true)),
            MetricId::Accuracy
        );
        assert_eq!(headline(None, multi, at(false, false, true)), MetricId::LogLoss);
        assert_eq!(headline(None, multi, at(false, true, true)), MetricId::Accuracy);
        assert_eq!(
            headline(None, Task::Regression, at(false, false, true)),
            MetricId::Mae
        );
    }

    #[test]
    fn a_second_family_is_told_when_material() {
        let (good, bad) = (estimate(0.8, 0.002), estimate(0.77, 0.002));
        assert!(also_dropped(MetricId::Auc, &good, &bad, None));
        assert!(!also_dropped(MetricId::Auc, &bad, &good, None));
        assert!(!also_dropped(MetricId::Auc, &good, &Estimate::bare(0.5), None));
        assert_eq!(spokesman(Family::Cost, Task::Binary, false), None);
    }

    #[test]
    fn minimum_effects_are_positive() {
        for info in &REGISTRY {
            assert!(minimum_effect(info.id, 0.0, None) > 0.0);
        }
        assert!((minimum_effect(MetricId::LogLoss, 0.5, None) - 0.01).abs() < 1e-15);
        assert!((minimum_effect(MetricId::Bias, 0.0, Some(3.0)) - 0.06).abs() < 1e-15);
    }
}
