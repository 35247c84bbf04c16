//! The rubric: five points of 0, 1 or 2. An answer, its self-check and the truth enter; marks leave.

use std::collections::{BTreeMap, BTreeSet};

use super::Truth;
use super::mitigation::{Fit, Mitigation, Reason};
use crate::story::cause::{Family, words};

/// The most a point can be worth.
pub const MOST: u32 = 2;
/// Things to tick for a self-scored point.
pub const CHECKS: usize = 3;
/// Pairs of steps out of order that still count as partly right.
const SWAPS: usize = 2;

/// The five points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// The core idea, in one analogy.
    Analogy,
    /// The causes.
    Causes,
    /// The debugging plan in its order.
    Plan,
    /// What helps.
    Mitigations,
    /// What is traded against what.
    TradeOffs,
}

/// The points in order.
pub const POINTS: [Point; 5] =
    [Point::Analogy, Point::Causes, Point::Plan, Point::Mitigations, Point::TradeOffs];

impl Point {
    /// Whether the candidate scores it.
    #[must_use]
    pub const fn is_own(self) -> bool {
        matches!(self, Self::Analogy | Self::TradeOffs)
    }
}

/// Steps of the plan in the order of the candidate; step 0 is the first of the product's plan.
pub type PlanOrder = [usize; 5];

/// The steps in an order that is not the right one; the same for the same seed.
#[must_use]
pub fn shuffled(seed: u32) -> PlanOrder {
    let mut order: PlanOrder = [0, 1, 2, 3, 4];
    let mut left = seed;
    for at in (1..order.len()).rev() {
        let places = u32::try_from(at + 1).unwrap_or(1);
        order.swap(at, usize::try_from(left % places).unwrap_or(0));
        left = left / places + 7 * (left % places) + 1;
    }
    if plan(order) > 0 {
        order.reverse();
    }
    order
}

/// What the candidate answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Ids of causes; `none` for no real drop.
    pub causes: BTreeSet<String>,
    /// The plan.
    pub plan: PlanOrder,
    /// What to do, each with its reason; `None` when no reason was given.
    pub mitigations: BTreeMap<Mitigation, Option<Reason>>,
    /// Ticks for the analogy and for the trade-offs.
    pub ticks: [[bool; CHECKS]; 2],
}

/// The mark of one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Which point.
    pub point: Point,
    /// 0 to [`MOST`].
    pub score: u32,
}

/// All five marks, in order.
#[must_use]
pub fn score(answer: &Answer, truth: &Truth) -> [Mark; 5] {
    let [analogy, trade_offs] = answer.ticks;
    POINTS.map(|point| Mark {
        point,
        score: match point {
            Point::Analogy => ticked(analogy),
            Point::Causes => causes(&answer.causes, truth),
            Point::Plan => plan(answer.plan),
            Point::Mitigations => mitigations(&answer.mitigations, truth),
            Point::TradeOffs => ticked(trade_offs),
        },
    })
}

/// Ids of what is true; `none` when nothing is.
#[must_use]
pub fn true_causes(truth: &Truth) -> Vec<&str> {
    if truth.causes.is_empty() {
        vec!["none"]
    } else {
        truth.causes.iter().map(String::as_str).collect()
    }
}

fn ticked(ticks: [bool; CHECKS]) -> u32 {
    match ticks.iter().filter(|tick| **tick).count() {
        0 => 0,
        CHECKS => MOST,
        _ => 1,
    }
}

/// Full marks for exactly what is true; half for the main cause among others, or for its family alone.
fn causes(named: &BTreeSet<String>, truth: &Truth) -> u32 {
    let truths = true_causes(truth);
    let right = truths.iter().filter(|own| named.contains(**own)).count();
    if right == truths.len() && named.len() == right {
        return MOST;
    }
    let family = truths.first().map(|main| words(main).1);
    let same_family = !named.is_empty()
        && family.is_some_and(|own| own != Family::None)
        && named.iter().all(|own| Some(words(own).1) == family);
    // Ticking everything is no answer.
    let sparing = named.len() <= truths.len() + 2;
    u32::from((right > 0 || same_family) && sparing)
}

fn plan(order: PlanOrder) -> u32 {
    let pairs =
        (0..order.len()).flat_map(|at| (at + 1..order.len()).map(move |to| (at, to)));
    let swapped = pairs.filter(|(at, to)| order.get(*at) > order.get(*to)).count();
    match swapped {
        0 => MOST,
        1..=SWAPS => 1,
        _ => 0,
    }
}

/// Full marks for two fitting ones with the right reason, or for all that fit, and nothing that misses.
fn mitigations(chosen: &BTreeMap<Mitigation, Option<Reason>>, truth: &Truth) -> u32 {
    let truths = true_causes(truth);
    let fit = |own: Mitigation| best_fit(own, &truths);
    let good = |own: &Mitigation| fit(*own) == Fit::Fits;
    let fits = chosen.keys().filter(|own| good(own)).count();
    let reasoned = chosen
        .iter()
        .filter(|(own, reason)| good(own) && **reason == Some(own.reason()))
        .count();
    let misses = chosen.keys().filter(|own| fit(**own) == Fit::Misses).count();
    let to_find = Mitigation::ALL.iter().filter(|own| good(own)).count().min(2);
    if misses == 0 && reasoned >= to_find { MOST } else { u32::from(fits > misses) }
}

/// The best a mitigation does against any of the causes.
#[must_use]
pub fn best_fit(own: Mitigation, causes: &[&str]) -> Fit {
    causes.iter().map(|cause| own.fit(cause)).max().unwrap_or(Fit::Misses)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(causes: &[&str]) -> Truth {
        Truth {
            causes: causes.iter().map(|own| (*own).to_owned()).collect(),
            ..Truth::default()
        }
    }

    fn named(causes: &[&str]) -> BTreeSet<String> {
        causes.iter().map(|own| (*own).to_owned()).collect()
    }

    #[test]
    fn causes_are_scored_against_the_truth() {
        let one = truth(&["unit_or_encoding"]);
        assert_eq!(causes(&named(&["unit_or_encoding"]), &one), 2);
        assert_eq!(causes(&named(&["unit_or_encoding", "population_shift"]), &one), 1);
        assert_eq!(causes(&named(&["missing_or_default"]), &one), 1, "the right family");
        assert_eq!(causes(&named(&["concept_drift"]), &one), 0);
        assert_eq!(causes(&named(&[]), &one), 0);
        let two = truth(&["unit_or_encoding", "population_shift"]);
        assert_eq!(causes(&named(&["population_shift", "unit_or_encoding"]), &two), 2);
        assert_eq!(causes(&named(&["population_shift"]), &two), 1);
        assert_eq!(causes(&named(&["none"]), &truth(&[])), 2);
        assert_eq!(causes(&named(&["concept_drift"]), &truth(&[])), 0);
        let all = crate::report::CauseId::ALL.map(crate::report::CauseId::name);
        assert_eq!(causes(&named(&all), &one), 0, "ticking everything is no answer");
    }

    #[test]
    fn the_plan_is_scored_by_its_order() {
        assert_eq!(plan([0, 1, 2, 3, 4]), 2);
        assert_eq!(plan([1, 0, 2, 3, 4]), 1);
        assert_eq!(plan([0, 2, 1, 4, 3]), 1);
        assert_eq!(plan([4, 3, 2, 1, 0]), 0);
    }

    #[test]
    fn mitigations_are_scored_against_the_cause() {
        let bug = truth(&["unit_or_encoding"]);
        let chosen =
            |list: &[(Mitigation, Option<Reason>)]| list.iter().copied().collect();
        let good = [
            (Mitigation::HotFix, Some(Reason::RemovesCause)),
            (Mitigation::Alerts, Some(Reason::Prevents)),
        ];
        assert_eq!(mitigations(&chosen(&good), &bug), 2);
        assert_eq!(mitigations(&chosen(&[(Mitigation::HotFix, None)]), &bug), 1);
        let mixed = [good[0], good[1], (Mitigation::Retrain, Some(Reason::RemovesCause))];
        assert_eq!(mitigations(&chosen(&mixed), &bug), 1);
        assert_eq!(mitigations(&chosen(&[(Mitigation::Retrain, None)]), &bug), 0);
        let both = truth(&["unit_or_encoding", "population_shift"]);
        assert_eq!(
            mitigations(&chosen(&mixed), &both),
            2,
            "retraining fits the second cause"
        );
        let calm = [
            (Mitigation::KeepRunning, Some(Reason::Tells)),
            (Mitigation::WaitForOutcomes, Some(Reason::Tells)),
        ];
        assert_eq!(mitigations(&chosen(&calm), &truth(&[])), 2);
    }

    #[test]
    fn the_steps_start_in_disorder() {
        for seed in 0..500 {
            let order = shuffled(seed);
            assert_eq!(plan(order), 0, "seed {seed}");
            let all: BTreeSet<usize> = order.into_iter().collect();
            assert_eq!(all.len(), 5, "seed {seed}");
        }
    }

    #[test]
    fn ticks_give_nothing_half_or_all() {
        assert_eq!(ticked([false; 3]), 0);
        assert_eq!(ticked([true, false, true]), 1);
        assert_eq!(ticked([true; 3]), 2);
    }

    #[test]
    fn full_marks_are_ten() {
        let answer = Answer {
            causes: named(&["concept_drift"]),
            plan: [0, 1, 2, 3, 4],
            mitigations: [
                (Mitigation::Retrain, Some(Reason::RemovesCause)),
                (Mitigation::Guardrail, Some(Reason::LimitsHarm)),
            ]
            .into(),
            ticks: [[true; CHECKS]; 2],
        };
        let marks = score(&answer, &truth(&["concept_drift"]));
        assert_eq!(marks.iter().map(|mark| mark.score).sum::<u32>(), 10);
        assert_eq!(marks.map(|mark| mark.point), POINTS);
    }
}
