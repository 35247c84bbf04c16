//! What can be done about a drop, and why one would. Which mitigation fits which cause follows the product's list
//! of mitigations by cause.

use crate::story::cause::{Family, words};

/// Something that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mitigation {
    /// Repair the computation of the column and score the rows again.
    HotFix,
    /// Tests of the feature's code, alerts on empty values and range.
    Alerts,
    /// Retrain on recent rows.
    Retrain,
    /// Fit the probabilities to the outcomes of now.
    Recalibrate,
    /// Move the cut-off to the real costs.
    RetuneCutOff,
    /// Take out columns that know the answer; validate on later time.
    ValidateInTime,
    /// Go back to the previous model.
    RollBack,
    /// Decide one group of rows by hand or by rule.
    Guardrail,
    /// Leave a random part undecided by the model.
    HoldOut,
    /// Wait until outcomes are complete, then measure again.
    WaitForOutcomes,
    /// Leave everything as it is and keep watching.
    KeepRunning,
}

impl Mitigation {
    /// Every one, in order of display.
    pub const ALL: [Self; 11] = [
        Self::HotFix,
        Self::Retrain,
        Self::Recalibrate,
        Self::RetuneCutOff,
        Self::RollBack,
        Self::Guardrail,
        Self::ValidateInTime,
        Self::HoldOut,
        Self::WaitForOutcomes,
        Self::Alerts,
        Self::KeepRunning,
    ];

    /// Why one would do it.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::HotFix | Self::Retrain | Self::Recalibrate | Self::RetuneCutOff => {
                Reason::RemovesCause
            }
            Self::RollBack | Self::Guardrail => Reason::LimitsHarm,
            Self::Alerts | Self::ValidateInTime => Reason::Prevents,
            Self::HoldOut | Self::WaitForOutcomes | Self::KeepRunning => Reason::Tells,
        }
    }

    /// Whether it helps against a cause, by id; `none` is no drop.
    #[must_use]
    pub fn fit(self, cause: &str) -> Fit {
        use Fit::{Fits, Misses, Neutral};
        let (_, family) = words(cause);
        match self {
            Self::HotFix => match family {
                Family::Pipeline if cause != "label_problem" => Fits,
                Family::Pipeline => Neutral,
                _ => Misses,
            },
            Self::Alerts => {
                if family == Family::Pipeline {
                    Fits
                } else {
                    Neutral
                }
            }
            Self::Retrain => match (family, cause) {
                (Family::Data | Family::World, "seasonality_event") => Neutral,
                (Family::Data | Family::World, _)
                | (_, "overfitting" | "label_leakage") => Fits,
                (Family::Model, _) => Neutral,
                _ => Misses,
            },
            Self::Recalibrate => match cause {
                "calibration_base_rate" | "concept_drift" | "population_shift" => Fits,
                "threshold_cost" | "seasonality_event" => Neutral,
                _ => Misses,
            },
            Self::RetuneCutOff => match cause {
                "threshold_cost" | "calibration_base_rate" => Fits,
                _ if family == Family::None => Misses,
                _ => Neutral,
            },
            Self::ValidateInTime => match cause {
                "overfitting" | "label_leakage" => Fits,
                _ => Neutral,
            },
            Self::RollBack => match (family, cause) {
                (Family::None, _) | (_, "label_problem") => Misses,
                (
                    _,
                    "overfitting" | "label_leakage" | "served_not_logged"
                    | "threshold_cost",
                ) => Fits,
                _ => Neutral,
            },
            Self::Guardrail => match (family, cause) {
                (Family::None, _) | (_, "label_problem") => Misses,
                (Family::Data | Family::World, _) => Fits,
                _ => Neutral,
            },
            Self::HoldOut => {
                if family == Family::Feedback {
                    Fits
                } else {
                    Neutral
                }
            }
            Self::WaitForOutcomes => match cause {
                "label_problem" | "none" => Fits,
                "feedback_loop" | "population_shift" => Neutral,
                _ => Misses,
            },
            Self::KeepRunning => match family {
                Family::None => Fits,
                _ if matches!(cause, "label_problem" | "seasonality_event") => Neutral,
                _ => Misses,
            },
        }
    }
}

/// Why a mitigation is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It removes the cause.
    RemovesCause,
    /// It limits the harm meanwhile.
    LimitsHarm,
    /// It keeps it from happening again.
    Prevents,
    /// It tells whether we are right.
    Tells,
}

impl Reason {
    /// Every one, in order of display.
    pub const ALL: [Self; 4] =
        [Self::RemovesCause, Self::LimitsHarm, Self::Prevents, Self::Tells];
}

/// How well a mitigation answers a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It does not help, or makes it worse.
    Misses,
    /// It does no harm.
    Neutral,
    /// It is what one would do.
    Fits,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::CauseId;

    #[test]
    fn every_cause_has_an_answer_and_a_wrong_one() {
        for cause in CauseId::ALL.map(CauseId::name).into_iter().chain(["none"]) {
            let fits: Vec<Fit> =
                Mitigation::ALL.iter().map(|own| own.fit(cause)).collect();
            assert!(fits.iter().filter(|fit| **fit == Fit::Fits).count() >= 1, "{cause}");
            assert!(fits.contains(&Fit::Misses), "{cause}");
        }
    }

    #[test]
    fn bugs_are_repaired_and_drift_is_retrained() {
        assert_eq!(Mitigation::HotFix.fit("unit_or_encoding"), Fit::Fits);
        assert_eq!(Mitigation::Retrain.fit("unit_or_encoding"), Fit::Misses);
        assert_eq!(Mitigation::Retrain.fit("concept_drift"), Fit::Fits);
        assert_eq!(Mitigation::HotFix.fit("concept_drift"), Fit::Misses);
        assert_eq!(Mitigation::RollBack.fit("none"), Fit::Misses);
    }
}
