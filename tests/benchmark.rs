//! The benchmark's pairs are what they say they are, its scoring is right, and a subset of the benchmark stays
//! above the bar. `make benchmark` runs the whole of it.

#[path = "../bench/diagnosis/baseline.rs"]
mod baseline;
#[path = "../bench/diagnosis/fit.rs"]
#[allow(dead_code, reason = "the numeric part of fitting, tested here")]
mod fit;
#[path = "../bench/diagnosis/outcome.rs"]
mod outcome;
#[path = "../bench/diagnosis/run.rs"]
mod run;
#[path = "../bench/diagnosis/tally.rs"]
#[allow(dead_code, reason = "the tables use more of it")]
mod tally;

use outcome::{Named, Outcome, Term};
use tally::{Rate, calm, coverage, dropped, quantile, ruled_out_wrongly, share_errors};
use whydrop::choices::TableRole;
use whydrop::report::CauseId;
use whydrop::scenario::make::Maker;
use whydrop::scenario::plan::{Calm, Split, Twin, What, list, price};

/// Pairs of the subset: about 3 minutes on two cores, without optimisation.
const PAIRS: usize = 60;
/// Seed of the subset.
const SEED: u64 = 7;

/// Bars at twice the smallest detectable drop, as shares; a subset may stay below by two standard errors.
const AT_LEAST: [(&str, f64); 4] = [
    ("first cause", 0.80),
    ("first two", 0.92),
    ("column", 0.90),
    ("bug or drift", 0.95),
];
/// Bars for what must be rare.
const AT_MOST: [(&str, f64); 3] =
    [("calm drop", 0.02), ("calm cause", 0.02), ("ruled out wrongly", 0.01)];
/// Attribution error, points of share: from, below (times the smallest detectable), median, 90 % quantile.
const ATTRIBUTION: [(f64, f64, f64, f64); 2] =
    [(4.0, f64::INFINITY, 5.0, 20.0), (2.0, 4.0, 12.0, 35.0)];
/// Range the pooled coverage of 95 % intervals has to be in.
const COVERAGE: (f64, f64) = (0.90, 0.98);

/// The rates in the order of [`AT_LEAST`] and [`AT_MOST`].
fn rates(outcomes: &[Outcome]) -> ([Rate; 4], [Rate; 3]) {
    let at = || dropped(outcomes, 2.0);
    (
        [
            Rate::over(at().map(|o| o.named_within(1))),
            Rate::over(at().map(|o| o.named_within(2))),
            Rate::over(at().filter_map(Outcome::column_right)),
            Rate::over(at().filter_map(Outcome::bug_or_drift_right)),
        ],
        [
            Rate::over(calm(outcomes).map(|o| o.verdict == "dropped")),
            Rate::over(calm(outcomes).filter(|o| !o.improved).map(Outcome::alarmed)),
            ruled_out_wrongly(outcomes),
        ],
    )
}

/// What stays below its bar by more than two standard errors.
fn below_the_bar(outcomes: &[Outcome]) -> Vec<String> {
    let (high, low) = rates(outcomes);
    let mut wrong = Vec::new();
    for (rate, (name, bar)) in high.into_iter().zip(AT_LEAST) {
        let limit = bar - 2.0 * rate.error_at(bar);
        if rate.share().is_none_or(|s| s < limit) {
            wrong.push(format!("{name}: {} against {bar}", rate.text()));
        }
    }
    for (rate, (name, bar)) in low.into_iter().zip(AT_MOST) {
        let limit = bar + 2.0 * rate.error_at(bar);
        if rate.share().is_some_and(|s| s > limit) {
            wrong.push(format!("{name}: {} against {bar}", rate.text()));
        }
    }
    for (from, below, median, high) in ATTRIBUTION {
        let errors = share_errors(outcomes, from, below);
        for (share, bar) in [(0.5, median), (0.9, high)] {
            // Two standard errors of a quantile, as the quantile that much lower.
            let slack = 2.0 * (share * (1.0 - share) / errors.len().max(1) as f64).sqrt();
            if quantile(&errors, (share - slack).max(0.0)).is_none_or(|e| e > bar) {
                wrong.push(format!(
                    "attribution at {from} x, quantile {share}: {errors:?}"
                ));
            }
        }
    }
    let rate = coverage(outcomes);
    let (lowest, highest) = COVERAGE;
    let inside = rate.share().is_some_and(|s| {
        s >= lowest - 2.0 * rate.error_at(lowest)
            && s <= highest + 2.0 * rate.error_at(highest)
    });
    if !inside {
        wrong.push(format!("coverage: {}", rate.text()));
    }
    wrong
}

#[test]
fn the_diagnosis_stays_above_the_bar() {
    let pairs = list(Split::Score, SEED, PAIRS, None);
    let outcomes = run::all(&pairs, 2, &|_, _| {}, false);
    let failed: Vec<_> = outcomes.iter().filter_map(|o| o.error.as_ref()).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let wrong = below_the_bar(&outcomes);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn worlds_to_fit_on_are_not_worlds_to_score_on() {
    let worlds = |split| {
        let mut names: Vec<_> =
            list(split, 3, 120, None).iter().map(|p| p.world.name).collect();
        names.sort_unstable();
        names.dedup();
        names
    };
    let (fit, score) = (worlds(Split::Fit), worlds(Split::Score));
    assert!(fit.len() >= 3 && score.len() >= 4, "{fit:?} {score:?}");
    assert!(fit.iter().all(|f| !score.contains(f)));
}

#[test]
fn every_cause_is_in_the_list_and_the_list_is_repeatable() {
    for split in [Split::Fit, Split::Score] {
        let pairs = list(split, 1, 300, None);
        assert_eq!(pairs.len(), 300);
        let again = list(split, 1, 300, None);
        assert!(pairs.iter().zip(&again).all(|(a, b)| a.id == b.id));
        for cause in CauseId::ALL {
            let count = pairs.iter().filter(|p| p.causes.contains(&cause)).count();
            assert!(count >= 4, "{}: {count}", cause.name());
        }
        let calm = pairs.iter().filter(|p| matches!(p.what, What::Calm(_))).count();
        let two = pairs.iter().filter(|p| p.causes.len() == 2).count();
        assert!(calm >= 50 && two >= 25, "{calm} {two}");
    }
}

#[test]
fn the_terms_sum_to_the_drop_and_are_those_of_the_cause() {
    let term_of = |cause| match cause {
        CauseId::PopulationShift => Some(0),
        CauseId::UnitOrEncoding
        | CauseId::MissingOrDefault
        | CauseId::TimeWindow
        | CauseId::CategoryMapping
        | CauseId::StaleFeature
        | CauseId::ServedNotLogged => Some(1),
        CauseId::LabelProblem | CauseId::FeedbackLoop => Some(2),
        CauseId::ColdStart => Some(3),
        CauseId::ThresholdCost => Some(4),
        _ => None,
    };
    let pairs: Vec<_> = list(Split::Score, 11, 60, None)
        .into_iter()
        .filter(|p| p.level == 4 && matches!(p.what, What::One(_)))
        .take(8)
        .collect();
    for pair in pairs {
        let spec = pair.spec();
        let maker = Maker::new(&spec, 5, 2500);
        let price = price(&maker, (2500, 2500), pair.metric);
        let sum: f64 = price.points.iter().sum();
        assert!((sum - price.total()).abs() < 1e-9, "{}: {price:?}", pair.id);
        // What no part of the pair can move is exactly 0.
        let Some(own) = pair.causes.first().and_then(|c| term_of(*c)) else { continue };
        for (index, points) in price.points.iter().enumerate().skip(1) {
            let quiet = index != own && !(own == 3 && index == 2);
            assert!(!quiet || points.abs() < 1e-9, "{}: {price:?}", pair.id);
        }
    }
}

#[test]
fn a_frozen_feed_repeats_the_entity_and_lost_rows_are_gone() {
    let pairs = list(Split::Fit, 2, 3, Some(CauseId::StaleFeature));
    let pair = pairs.iter().max_by_key(|p| p.level).expect("a pair");
    let spec = pair.spec();
    let maker = Maker::new(&spec, 1, 1200);
    let column = pair.world.position(pair.columns[0]).expect("a column");
    let mut last: std::collections::BTreeMap<u64, f64> = Default::default();
    let (mut same, mut seen) = (0, 0);
    let onset = pair.onset_day().expect("a day") as f64 * 86_400.0;
    maker.each_row(TableRole::Production, 1200, |row| {
        let entity = row.served[0] as u64;
        let value = row.served[column];
        let before = last.insert(entity, value);
        if row.served[1] > onset + 30.0 * 86_400.0 && before.is_some() {
            seen += 1;
            same += usize::from(before == Some(value));
        }
    });
    assert!(seen > 100 && same * 10 > seen, "{same} of {seen}");
}

#[test]
fn look_alikes_differ_where_it_counts() {
    let twins: Vec<_> = list(Split::Score, 1, 400, None)
        .into_iter()
        .filter(|p| {
            p.what == What::Twin(Twin::Growth) || p.what == What::Twin(Twin::LaterHours)
        })
        .take(2)
        .collect();
    for pair in twins {
        let spec = pair.spec();
        let maker = Maker::new(&spec, 1, 800);
        maker.each_row(TableRole::Production, 800, |row| {
            let same =
                row.clean.iter().zip(row.served).all(|(a, b)| a.total_cmp(b).is_eq());
            assert!(same, "{}: nothing is broken", pair.id);
        });
    }
}

/// An outcome with one true cause at three times the smallest detectable drop.
fn outcome(truth: &str, said: &[&str]) -> Outcome {
    Outcome {
        causes: if truth.is_empty() { Vec::new() } else { vec![truth.to_owned()] },
        calm: truth.is_empty(),
        columns: vec!["income".to_owned()],
        ratio: Some(3.0),
        priced: true,
        drop: 0.1,
        verdict: if truth.is_empty() { "not_dropped" } else { "dropped" }.to_owned(),
        ranked: said
            .iter()
            .map(|id| Named {
                id: (*id).to_owned(),
                word: "likely".to_owned(),
                presence: Some(0.8),
                columns: vec!["income".to_owned()],
            })
            .collect(),
        terms: vec![Term {
            term: "broken_inputs".to_owned(),
            truth: 0.1,
            points: 0.09,
            interval: (0.07, 0.11),
        }],
        ..Outcome::default()
    }
}

#[test]
fn scoring_counts_what_it_says() {
    let outcomes = [
        outcome("unit_or_encoding", &["unit_or_encoding"]),
        outcome("population_shift", &["unit_or_encoding", "population_shift"]),
        outcome("threshold_cost", &[]),
        outcome("", &["concept_drift"]),
    ];
    let ([first, two, column, bug], [drop, alarm, _]) = rates(&outcomes);
    assert_eq!((first.hits, first.of), (1, 3));
    assert_eq!((two.hits, two.of), (2, 3));
    assert_eq!((column.hits, column.of), (2, 3));
    assert_eq!((bug.hits, bug.of), (1, 2), "a cut-off is neither bug nor drift");
    assert_eq!((drop.hits, drop.of), (0, 1));
    assert_eq!((alarm.hits, alarm.of), (1, 1));
    let errors = share_errors(&outcomes, 2.0, 4.0);
    assert_eq!(errors.len(), 3);
    assert!((errors[0] - 10.0).abs() < 1e-9, "one point of ten");
    assert_eq!(coverage(&outcomes).hits, 3);
    assert_eq!(outcomes[0].class(), 2.0);
    assert!(!below_the_bar(&outcomes).is_empty());
}

#[test]
fn calm_pairs_are_of_every_sort() {
    let pairs = list(Split::Score, 1, 100, None);
    for calm in [Calm::Same, Calm::Harmless, Calm::Clustered, Calm::Tiny, Calm::Improved]
    {
        assert!(pairs.iter().any(|p| p.what == What::Calm(calm)), "{calm:?}");
    }
}
