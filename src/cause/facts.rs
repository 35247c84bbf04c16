//! The facts that speak for or against causes. One table: a name, which causes it supports, which it opposes. Every
//! fact has a value from 0 (nothing of it) to 1 (all of it); what a value means is said where it is worked out, in
//! [`super::observe`]. Weights of a fact are fitted, but never against the direction stated here.

use crate::report::CauseId;
use CauseId as C;

/// A fact.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Stable name, the key in the weights.
    pub name: &'static str,
    /// Causes it speaks for.
    pub supports: &'static [CauseId],
    /// Causes it speaks against.
    pub opposes: &'static [CauseId],
}

const fn fact(
    name: &'static str,
    supports: &'static [CauseId],
    opposes: &'static [CauseId],
) -> Fact {
    Fact { name, supports, opposes }
}

/// Causes that a changed relationship between inputs and outcome can stand for.
pub const OF_RELATION: &[CauseId] = &[
    C::SeasonalityEvent,
    C::LabelProblem,
    C::Overfitting,
    C::LabelLeakage,
    C::CalibrationBaseRate,
    C::FeedbackLoop,
    C::ConceptDrift,
];

/// Causes that a fingerprint can stand for.
pub const OF_FINGERPRINTS: &[CauseId] = &[
    C::UnitOrEncoding,
    C::MissingOrDefault,
    C::TimeWindow,
    C::CategoryMapping,
    C::JoinOrFilter,
    C::StaleFeature,
    C::ServedNotLogged,
];

/// All facts, in the order of feature vectors.
pub static FACTS: &[Fact] = &[
    fact(
        "who_share",
        &[C::PopulationShift, C::SeasonalityEvent],
        &[C::Overfitting, C::LabelLeakage],
    ),
    fact("who_clear", &[C::PopulationShift, C::SeasonalityEvent], &[]),
    fact("relation_share", OF_RELATION, &[C::PopulationShift, C::ColdStart]),
    fact("relation_clear", OF_RELATION, &[]),
    fact("broken_share", OF_FINGERPRINTS, OF_RELATION),
    fact("unseen_share", &[C::ColdStart], &[]),
    fact("unseen_rows", &[C::ColdStart], &[]),
    fact("threshold_share", &[C::ThresholdCost], &[C::ConceptDrift, C::PopulationShift]),
    fact("cut_moved", &[C::ThresholdCost], &[]),
    fact("retune_share", &[C::ThresholdCost], &[]),
    fact("unit_found", &[C::UnitOrEncoding], &[C::PopulationShift, C::ServedNotLogged]),
    fact(
        "missing_found",
        &[C::MissingOrDefault],
        &[C::PopulationShift, C::ServedNotLogged],
    ),
    fact("clock_found", &[C::TimeWindow], &[C::PopulationShift]),
    fact("category_found", &[C::CategoryMapping], &[C::ColdStart, C::PopulationShift]),
    fact("join_found", &[C::JoinOrFilter], &[C::ServedNotLogged, C::ConceptDrift]),
    fact("stale_found", &[C::StaleFeature], &[C::PopulationShift, C::ConceptDrift]),
    fact("unlogged_found", &[C::ServedNotLogged], &[C::ConceptDrift]),
    fact("unit_priced", &[C::UnitOrEncoding], &[]),
    fact("missing_priced", &[C::MissingOrDefault], &[]),
    fact("clock_priced", &[C::TimeWindow], &[]),
    fact("category_priced", &[C::CategoryMapping], &[]),
    fact("join_priced", &[C::JoinOrFilter], &[]),
    fact("stale_priced", &[C::StaleFeature], &[]),
    fact("unlogged_priced", &[C::ServedNotLogged], &[]),
    fact(
        "populations_apart",
        &[C::PopulationShift, C::SeasonalityEvent],
        &[C::Overfitting],
    ),
    fact(
        "shift_up",
        &[C::CalibrationBaseRate, C::SeasonalityEvent],
        &[C::LabelProblem, C::FeedbackLoop],
    ),
    fact("shift_down", &[C::CalibrationBaseRate, C::LabelProblem, C::FeedbackLoop], &[]),
    fact(
        "shift_alone",
        &[C::CalibrationBaseRate, C::LabelProblem],
        &[C::ConceptDrift, C::LabelLeakage],
    ),
    fact(
        "slope_flat",
        // What is done about high scores prevents outcomes just there.
        &[C::Overfitting, C::LabelLeakage, C::ConceptDrift, C::FeedbackLoop],
        &[C::CalibrationBaseRate],
    ),
    fact(
        "columns_changed",
        &[C::ConceptDrift, C::LabelLeakage],
        &[C::CalibrationBaseRate, C::LabelProblem],
    ),
    fact("one_column_lost", &[C::LabelLeakage], &[C::ConceptDrift, C::Overfitting]),
    // Its values are as ever and no longer go with the outcome: what knew the answer would now hold other values.
    fact("lost_on_both_sides", &[C::ConceptDrift, C::JoinOrFilter], &[C::LabelLeakage]),
    // A column that knew the answer changes on the day of launch, in what it holds and in what it tells.
    fact(
        "lost_from_start",
        &[C::LabelLeakage],
        &[C::PopulationShift, C::ConceptDrift, C::CalibrationBaseRate, C::Overfitting],
    ),
    fact(
        "decided_rows_fell",
        &[C::FeedbackLoop],
        &[C::CalibrationBaseRate, C::LabelProblem, C::ConceptDrift],
    ),
    fact("labels_by_decision", &[C::FeedbackLoop], &[]),
    fact(
        "newest_labels_missing",
        &[C::LabelProblem],
        &[C::CalibrationBaseRate, C::FeedbackLoop],
    ),
    // An outcome that never comes any more, or comes at half of what it was, in one segment only is counted otherwise there.
    fact(
        "segment_recounted",
        &[C::LabelProblem],
        &[C::LabelLeakage, C::ConceptDrift, C::FeedbackLoop, C::CalibrationBaseRate],
    ),
    // Outcomes that come as their opposite, or all in another unit.
    fact(
        "outcomes_rebooked",
        &[C::LabelProblem],
        &[
            C::ConceptDrift,
            C::LabelLeakage,
            C::FeedbackLoop,
            C::CalibrationBaseRate,
            C::Overfitting,
        ],
    ),
    fact("trained_on_reference", &[C::Overfitting], &[C::ConceptDrift, C::LabelLeakage]),
    fact("training_gap", &[C::Overfitting], &[]),
    fact(
        "optimism_share",
        &[C::Overfitting],
        &[C::ConceptDrift, C::LabelLeakage, C::CalibrationBaseRate],
    ),
    fact(
        "ranking_kept",
        &[C::ThresholdCost, C::CalibrationBaseRate, C::LabelProblem],
        &[C::ConceptDrift, C::LabelLeakage, C::Overfitting],
    ),
    fact("recalibration_share", &[C::CalibrationBaseRate, C::LabelProblem], &[]),
    fact(
        "from_the_start",
        &[C::Overfitting, C::LabelLeakage],
        &[C::CalibrationBaseRate, C::LabelProblem],
    ),
    fact(
        "step",
        &[C::ConceptDrift, C::PopulationShift, C::CalibrationBaseRate, C::ThresholdCost],
        &[C::Overfitting, C::LabelLeakage],
    ),
    fact(
        "gradual",
        &[C::FeedbackLoop, C::LabelProblem, C::ConceptDrift, C::PopulationShift],
        &[],
    ),
    fact(
        "pulse",
        &[C::SeasonalityEvent],
        &[C::ConceptDrift, C::PopulationShift, C::Overfitting, C::LabelLeakage],
    ),
    fact("late_and_joint", &[C::SeasonalityEvent], &[]),
    fact("calendar_columns", &[C::SeasonalityEvent], &[]),
];

/// Place of a fact; every name used in the code is in the table (tested).
#[must_use]
pub fn place(name: &str) -> Option<usize> {
    FACTS.iter().position(|fact| fact.name == name)
}

/// Whether a fact speaks for (1), against (−1) or not at all (0) about a cause.
#[must_use]
pub fn direction(fact: &Fact, cause: CauseId) -> f64 {
    if fact.supports.contains(&cause) {
        1.0
    } else if fact.opposes.contains(&cause) {
        -1.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct_and_no_fact_contradicts_itself() {
        for (at, fact) in FACTS.iter().enumerate() {
            assert_eq!(place(fact.name), Some(at), "{}", fact.name);
            assert!(
                fact.supports.iter().all(|cause| !fact.opposes.contains(cause)),
                "{}",
                fact.name
            );
        }
        for cause in CauseId::ALL {
            assert!(
                FACTS.iter().any(|fact| fact.supports.contains(&cause)),
                "{}",
                cause.name()
            );
        }
    }
}
