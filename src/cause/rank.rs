//! Prices, words and order. Enter: observations and the ladder. Leave: every cause with its standing.

use super::facts::{FACTS, OF_RELATION, direction};
use super::observe::{Observation, Scene, values};
use super::weigh::Weights;
use crate::choices::{TableRole, Task};
use crate::metric::worsening;
use crate::report::{CauseId, Lacking, Remedy, VerdictKind};

/// From here on a cause is "almost certain".
pub const ALMOST_CERTAIN: f64 = 0.90;
/// From here on it is "likely".
pub const LIKELY: f64 = 0.75;
/// From here on it is "possible", and listed.
pub const POSSIBLE: f64 = 0.45;
/// Below this it is "ruled out", if it could have been seen.
pub const RULED_OUT: f64 = 0.02;

/// Strength of the facts from which concept drift is possible by exclusion, its own probability that it needs, and the
/// one it gets.
const CARRIES: f64 = 0.8;
const LEAST_TO_LIFT: f64 = 0.2;
const BY_EXCLUSION: f64 = 0.5;

/// The least trace that a loop of decisions and outcomes leaves.
const TRACE: f64 = 0.05;

/// A fact moves the log-odds by at least this to be told.
const TOLD: f64 = 0.15;

/// What is said of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// 0.90 or more.
    AlmostCertain,
    /// 0.75–0.90.
    Likely,
    /// 0.45–0.75.
    Possible,
    /// 0.02–0.45, or less without the power to see it.
    Unlikely,
    /// Below 0.02, and it would have been seen.
    RuledOut,
    /// An input is missing.
    CouldNotCheck,
}

impl Word {
    /// The words of the report.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::AlmostCertain => "almost certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
            Self::Unlikely => "unlikely",
            Self::RuledOut => "ruled out",
            Self::CouldNotCheck => "could not check",
        }
    }
}

/// A cause with what is known of it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Which.
    pub cause: CauseId,
    /// What is said.
    pub word: Word,
    /// Calibrated probability, 0–1.
    pub presence: f64,
    /// Points, worse is positive; `None` when it could not be priced.
    pub points: Option<f64>,
    /// Share of the drop, 0–1.
    pub share: Option<f64>,
    /// Columns, most telling first.
    pub columns: Vec<String>,
    /// Facts for, strongest first.
    pub evidence_for: Vec<Observation>,
    /// Facts against, strongest first.
    pub evidence_against: Vec<Observation>,
    /// What is missing, when it could not be checked.
    pub lacking: Option<Lacking>,
}

/// All causes.
#[derive(Clone, Debug)]
pub struct Ranked {
    /// Listed causes, best first.
    pub causes: Vec<Standing>,
    /// Every cause, in the product's order.
    pub examined: Vec<Standing>,
    /// Values of the facts, in the order of [`FACTS`]: what weights are fitted on.
    pub values: Vec<f64>,
}

/// Weighs, prices and orders.
#[must_use]
pub fn rank(scene: &Scene<'_>, observations: &[Observation]) -> Ranked {
    let values = values(observations);
    let weights = Weights::shipped();
    let kind = scene.report.verdict.kind;
    let explains =
        matches!(kind, VerdictKind::Dropped | VerdictKind::UnknownWithoutLabels);
    // What a model's decisions did shows on the rows they were made on, or in the outcomes that are missing there.
    let trace = ["decided_rows_fell", "labels_by_decision"].map(|name| {
        observations.iter().find(|own| own.name == name).map_or(0.0, |own| own.value)
    });
    let has_trace = trace.into_iter().fold(0.0, f64::max) >= TRACE;
    let seen = |cause| {
        !(cause == CauseId::FeedbackLoop
            && (lacking(scene, cause) == Some(Lacking::Decisions) || !has_trace))
    };
    let mut presences = weights.presences(&values, kind == VerdictKind::Dropped, &seen);
    if kind == VerdictKind::Dropped {
        by_exclusion(&mut presences, observations);
    }
    let relation: f64 = CauseId::ALL
        .iter()
        .zip(&presences)
        .filter(|(cause, _)| OF_RELATION.contains(cause))
        .map(|(_, presence)| presence.powi(3))
        .sum();
    let worse = worse(scene);
    let standing = |(cause, presence): (&CauseId, &f64)| {
        let lacking = lacking(scene, *cause);
        let points = price(scene, *cause, *presence, relation, observations);
        let parts = weights.of(*cause).map(|own| own.parts(&values)).unwrap_or_default();
        let told = |wanted: f64| -> Vec<Observation> {
            let mut found: Vec<(f64, &Observation)> = FACTS
                .iter()
                .zip(&parts)
                .filter(|(fact, part)| {
                    direction(fact, *cause) == wanted && wanted * **part >= TOLD
                })
                .filter_map(|(fact, part)| {
                    let own = observations.iter().find(|own| own.name == fact.name)?;
                    Some((part.abs(), own))
                })
                .collect();
            found.sort_by(|a, b| b.0.total_cmp(&a.0));
            found.into_iter().map(|(_, own)| own.clone()).collect()
        };
        let evidence_for = told(1.0);
        let word = match presence {
            _ if lacking.is_some()
                && (*presence < POSSIBLE || evidence_for.is_empty()) =>
            {
                Word::CouldNotCheck
            }
            // What nothing speaks for is no answer, however little speaks for the others.
            own if *own >= POSSIBLE && evidence_for.is_empty() => Word::Unlikely,
            own if *own >= ALMOST_CERTAIN => Word::AlmostCertain,
            own if *own >= LIKELY => Word::Likely,
            own if *own >= POSSIBLE => Word::Possible,
            own if *own < RULED_OUT && has_power(scene) && shows(scene, *cause) => {
                Word::RuledOut
            }
            _ => Word::Unlikely,
        };
        let mut columns: Vec<String> = Vec::new();
        let label = scene
            .frames
            .plan
            .roles
            .label
            .as_ref()
            .filter(|_| *cause == CauseId::LabelProblem);
        let own = label.map(|label| label.name.clone()).into_iter();
        for name in own.chain(columns_of(*cause, observations)) {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        Standing {
            cause: *cause,
            word,
            presence: *presence,
            points,
            share: points
                .filter(|_| worse > 0.0)
                .map(|own| (own / worse).clamp(0.0, 1.0)),
            columns,
            evidence_for,
            evidence_against: told(-1.0),
            lacking,
        }
    };
    let examined: Vec<Standing> =
        CauseId::ALL.iter().zip(&presences).map(standing).collect();
    let is_listed = |own: &&Standing| {
        explains
            && matches!(own.word, Word::AlmostCertain | Word::Likely | Word::Possible)
    };
    let causes = in_order(examined.iter().filter(is_listed).cloned().collect());
    Ranked { causes, examined, values }
}

/// Best first: what is likely and explains much comes first; what is certain but explains nothing comes last.
fn in_order(mut causes: Vec<Standing>) -> Vec<Standing> {
    let weight = |own: &Standing| {
        own.presence * own.share.map_or(0.5, |share| 0.25 + 0.75 * share)
    };
    // A column that knew the answer holds other values since launch: nobody else came for that.
    let leaked = causes
        .iter()
        .find(|own| own.cause == CauseId::LabelLeakage && own.word == Word::AlmostCertain)
        .and_then(|own| own.columns.first().cloned());
    let is_leak_again = |own: &Standing| {
        own.cause == CauseId::PopulationShift
            && leaked.is_some()
            && own.columns.first() == leaked.as_ref()
    };
    causes.sort_by(|a, b| {
        is_leak_again(a)
            .cmp(&is_leak_again(b))
            .then(weight(b).total_cmp(&weight(a)))
            .then(a.cause.cmp(&b.cause))
    });
    causes
}

fn worse(scene: &Scene<'_>) -> f64 {
    worsening::worse(&scene.report.metric).unwrap_or(0.0)
}

/// Whether a cause would have left marks. Numbers in another unit may look like other customers, hours moved like busy
/// evenings, and values of other rows or other days like a changed relation: without the offline pipeline's values for
/// the same rows they cannot be excluded.
fn shows(scene: &Scene<'_>, cause: CauseId) -> bool {
    let may_hide = matches!(
        cause,
        CauseId::UnitOrEncoding
            | CauseId::TimeWindow
            | CauseId::JoinOrFilter
            | CauseId::StaleFeature
    );
    !may_hide || scene.frames.shadow.is_some()
}

/// Lifts concept drift to possible where nothing else is, and what columns say of the outcome carries the drop: the
/// probabilities were learned where drift mostly spoils the ranking too.
fn by_exclusion(presences: &mut [f64], observations: &[Observation]) {
    let fact = |name: &str| {
        observations.iter().find(|own| own.name == name).map_or(0.0, |own| own.value)
    };
    let carries = fact("columns_changed") >= CARRIES && fact("relation_clear") >= CARRIES;
    let is_open = presences.iter().all(|own| *own < POSSIBLE);
    let at = CauseId::ALL.iter().position(|own| *own == CauseId::ConceptDrift);
    if let Some(own) = at
        .and_then(|at| presences.get_mut(at))
        .filter(|own| carries && is_open && **own >= LEAST_TO_LIFT)
    {
        *own = BY_EXCLUSION;
    }
}

/// Whether the tables are large enough for a cause that matters to be seen.
fn has_power(scene: &Scene<'_>) -> bool {
    let metric = &scene.report.metric;
    let half = metric.ci_high.zip(metric.ci_low).map(|(high, low)| 0.5 * (high - low));
    half.is_some_and(|half| {
        half < 0.5 * worse(scene).abs().max(scene.report.verdict.minimum_effect)
    })
}

/// The columns of the facts that name any, for the causes that have columns.
fn columns_of(cause: CauseId, observations: &[Observation]) -> Vec<String> {
    let from: &[&str] = match cause {
        CauseId::PopulationShift => {
            &["who_share", "populations_apart", "calendar_columns"]
        }
        // The promotion or holiday itself before what it moved.
        CauseId::SeasonalityEvent => {
            &["calendar_columns", "who_share", "populations_apart"]
        }
        CauseId::UnitOrEncoding => &["unit_found"],
        CauseId::MissingOrDefault => &["missing_found"],
        CauseId::TimeWindow => &["clock_found"],
        CauseId::CategoryMapping => &["category_found"],
        CauseId::JoinOrFilter => &["join_found"],
        CauseId::StaleFeature => &["stale_found"],
        CauseId::ServedNotLogged => &["unlogged_found"],
        CauseId::LabelProblem => &["segment_recounted"],
        CauseId::LabelLeakage => &["one_column_lost", "columns_changed"],
        CauseId::ConceptDrift => &["columns_changed", "one_column_lost"],
        CauseId::ColdStart => &["unseen_rows"],
        _ => &[],
    };
    let found =
        from.iter().filter_map(|name| observations.iter().find(|own| own.name == *name));
    found.flat_map(|own| own.detail.columns.clone()).collect()
}

/// Points of a cause: its own term of the ladder, its fingerprints' price, or its part of the relationship.
fn price(
    scene: &Scene<'_>,
    cause: CauseId,
    presence: f64,
    relation: f64,
    observations: &[Observation],
) -> Option<f64> {
    let split = scene.split?;
    let [unseen, who, _, changed, threshold] = split.terms?.map(|own| own.points);
    let fact = |name: &str| {
        observations.iter().find(|own| own.name == name).and_then(|own| own.detail.points)
    };
    let of_relation = || {
        let rest = changed - scene.optimism;
        if relation > 0.0 {
            Some(rest * presence * presence * presence / relation)
        } else {
            None
        }
    };
    match cause {
        CauseId::PopulationShift => Some(who),
        CauseId::ColdStart => Some(unseen),
        CauseId::ThresholdCost => {
            let remedy = |own: &&Remedy| {
                own.id == "threshold" && own.metric == scene.report.metric.name
            };
            let retuned = scene
                .remedies
                .iter()
                .find(remedy)
                .map_or(0.0, |own| own.points - own.reference_points);
            Some(if threshold == 0.0 { retuned.max(0.0) } else { threshold })
        }
        CauseId::UnitOrEncoding => fact("unit_priced"),
        CauseId::MissingOrDefault => fact("missing_priced"),
        CauseId::TimeWindow => fact("clock_priced"),
        CauseId::CategoryMapping => fact("category_priced"),
        CauseId::JoinOrFilter => fact("join_priced"),
        CauseId::StaleFeature => fact("stale_priced"),
        CauseId::ServedNotLogged => fact("unlogged_priced"),
        CauseId::Overfitting if scene.optimism != 0.0 => Some(scene.optimism),
        CauseId::SeasonalityEvent => of_relation().map(|own| own + who),
        _ => of_relation(),
    }
}

/// The input that is missing to check a cause.
fn lacking(scene: &Scene<'_>, cause: CauseId) -> Option<Lacking> {
    use CauseId as C;
    let terms = scene.split.is_some_and(|split| split.terms.is_some());
    let rows = &scene.frames.production.rows;
    let scores = !rows.score.is_empty() || !rows.class_scores.is_empty();
    let time = !scene.report.series.is_empty();
    let decisions = !rows.decision.is_empty();
    let training = scene.frames.training.is_some() || scene.training_gap.is_some();
    let needs_labels = OF_RELATION.contains(&cause) || cause == C::ThresholdCost;
    match cause {
        _ if needs_labels && !terms => Some(lacking_terms(scene)),
        C::ServedNotLogged | C::CalibrationBaseRate if !scores => Some(Lacking::Scores),
        C::ThresholdCost if !decisions && scene.task == Task::Binary => {
            Some(Lacking::Decisions)
        }
        C::FeedbackLoop if !decisions && scene.prevented.is_none() => {
            Some(Lacking::Decisions)
        }
        C::SeasonalityEvent | C::StaleFeature | C::LabelProblem if !time => {
            Some(Lacking::Time)
        }
        C::Overfitting if !training && scene.in_sample.is_none() => {
            Some(Lacking::Training)
        }
        C::TimeWindow if !has_clock(scene) => Some(Lacking::Time),
        _ => None,
    }
}

/// Why the change of the metric has no terms.
fn lacking_terms(scene: &Scene<'_>) -> Lacking {
    let frames = scene.frames;
    if scene.other_words {
        Lacking::Words
    } else if frames.production.rows.labelled_rows() == 0 {
        Lacking::Labels
    } else if frames.reference.rows.labelled_rows() == 0 {
        Lacking::LabelsBefore
    } else {
        Lacking::Terms
    }
}

/// Whether there is an hour to look at at all.
fn has_clock(scene: &Scene<'_>) -> bool {
    let hours = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.contains("hour") || name.contains("time") || name.contains("weekday")
    };
    !scene.report.series.is_empty()
        || scene.frames.columns.iter().any(|own| {
            own.is_in(TableRole::Production)
                && (own.kind == crate::choices::Kind::Time || hours(&own.name))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(cause: CauseId, presence: f64, share: f64, column: &str) -> Standing {
        Standing {
            cause,
            word: if presence >= ALMOST_CERTAIN {
                Word::AlmostCertain
            } else {
                Word::Likely
            },
            presence,
            points: None,
            share: Some(share),
            columns: vec![column.to_owned()],
            evidence_for: Vec::new(),
            evidence_against: Vec::new(),
            lacking: None,
        }
    }

    fn order(causes: [Standing; 2]) -> Vec<CauseId> {
        in_order(causes.into()).into_iter().map(|own| own.cause).collect()
    }

    #[test]
    fn what_explains_more_comes_before_what_is_more_certain() {
        let drift = standing(CauseId::ConceptDrift, 0.97, 0.05, "price");
        let unit = standing(CauseId::UnitOrEncoding, 0.85, 0.9, "distance");
        assert_eq!(
            order([drift, unit]),
            [CauseId::UnitOrEncoding, CauseId::ConceptDrift]
        );
    }

    #[test]
    fn a_sure_leak_comes_before_the_population_that_its_own_column_looks_like() {
        let leak =
            |presence| standing(CauseId::LabelLeakage, presence, 0.1, "refund_code");
        let others = |column| standing(CauseId::PopulationShift, 0.97, 0.9, column);
        let (first, second) = (CauseId::LabelLeakage, CauseId::PopulationShift);
        assert_eq!(order([others("refund_code"), leak(0.95)]), [first, second]);
        // Other columns, or a leak that is not sure, are no reason to think so.
        assert_eq!(order([others("region"), leak(0.95)]), [second, first]);
        assert_eq!(order([others("refund_code"), leak(0.8)]), [second, first]);
    }
}
