//! Laws of the what-ifs on made histograms: recall falls as the cut-off rises, cost is linear in the prices, parts add
//! up to the whole, and merging bins changes no total and leaves no small group.

use proptest::prelude::*;
use whydrop::choices::TableRole;
use whydrop::report::{Decided, Histogram, Outcomes, Population, WhatIf};
use whydrop::what_if::{
    Figures, Instead, Prices, Sums, Trial, as_decided, best_cut, bins, coarser, gained,
    merged, recalibrate, score_before, tried,
};

const TABLE: TableRole = TableRole::Production;

fn counts(bins: usize) -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![Just(0_u64), 0_u64..4, 0_u64..300], bins)
}

fn histogram(bins: usize) -> impl Strategy<Value = Histogram> {
    (counts(bins), counts(bins), counts(bins)).prop_map(|(no, yes, unlabelled)| {
        Histogram { no, yes, unlabelled, no_value: Vec::new(), yes_value: Vec::new() }
    })
}

fn outcomes() -> impl Strategy<Value = Outcomes> {
    (0_u64..30, 0_u64..30, 0_u64..30).prop_map(|(no, yes, unlabelled)| Outcomes {
        no,
        yes,
        unlabelled,
        ..Outcomes::default()
    })
}

fn rows(own: &Histogram) -> u64 {
    own.no.iter().chain(&own.yes).chain(&own.unlabelled).sum()
}

fn fixed_rows(own: &Decided) -> u64 {
    [own.no, own.yes].iter().map(|own| own.no + own.yes + own.unlabelled).sum()
}

/// All rows are those of a segment and a rest, for both tables.
fn what_if() -> impl Strategy<Value = WhatIf> {
    (1_usize..60).prop_flat_map(|bins| {
        let table = || (histogram(bins), histogram(bins), outcomes(), outcomes());
        (table(), table(), 0..bins).prop_map(move |(before, after, cut)| {
            let edges: Vec<f64> = (0..=bins).map(|at| at as f64 / bins as f64).collect();
            let cut_off = edges[cut];
            let mut populations = Vec::new();
            for (table, (part, rest, no, yes)) in
                [(TableRole::Reference, before), (TABLE, after)]
            {
                let both =
                    |a: &[u64], b: &[u64]| a.iter().zip(b).map(|(a, b)| a + b).collect();
                let score = Histogram {
                    no: both(&part.no, &rest.no),
                    yes: both(&part.yes, &rest.yes),
                    unlabelled: both(&part.unlabelled, &rest.unlabelled),
                    ..Histogram::default()
                };
                let fixed = Decided { no, yes };
                populations.push(Population {
                    table,
                    rows: rows(&score) + fixed_rows(&fixed),
                    score,
                    fixed,
                    ..Population::default()
                });
                populations.push(Population {
                    table,
                    segment: Some("region is north".to_owned()),
                    rows: rows(&part),
                    score: part,
                    ..Population::default()
                });
            }
            WhatIf {
                edges,
                reference_cut_off: Some(cut_off),
                production_cut_off: Some(cut_off),
                row_units: 1.0,
                least_rows: 1,
                populations,
                ..WhatIf::default()
            }
        })
    })
}

fn at(whole: &WhatIf, cut: usize, who: Instead) -> Sums {
    let trial = Trial { cut, segments: vec![who], ..Trial::default() };
    tried(whole, TABLE, &trial).expect("rows")
}

fn figures(whole: &WhatIf, cut: usize, prices: &Prices) -> Figures {
    Figures::new(&at(whole, cut, Instead::Model), prices)
}

/// Outcomes of all rows: no, yes, not known.
fn totals(sums: &Sums) -> (f64, f64, f64) {
    (
        sums.true_negative + sums.false_positive,
        sums.true_positive + sums.false_negative,
        sums.yes_unlabelled + sums.no_unlabelled,
    )
}

proptest! {
    #[test]
    fn recall_and_decisions_fall_as_the_cut_off_rises(whole in what_if()) {
        let prices = Prices::default();
        for cut in 0..bins(&whole) {
            let (low, high) = (figures(&whole, cut, &prices), figures(&whole, cut + 1, &prices));
            prop_assert!(low.recall >= high.recall && low.yes_rate >= high.yes_rate);
            prop_assert!(low.specificity <= high.specificity);
            prop_assert_eq!(low.decided, high.decided);
        }
    }

    #[test]
    fn cost_is_linear_in_the_prices(
        whole in what_if(), cut in 0_usize..60,
        a in (0.0..50.0_f64, 0.0..50.0_f64, -5.0..5.0_f64),
        b in (0.0..50.0_f64, 0.0..50.0_f64, -5.0..5.0_f64),
        part in 0.0..1.0_f64,
    ) {
        let prices = |(false_positive, false_negative, value_correct): (f64, f64, f64)| Prices {
            false_positive, false_negative, value_correct, value_by_row: false,
        };
        let mixed = |x: f64, y: f64| part * x + (1.0 - part) * y;
        let cost = |own: &Prices| figures(&whole, cut.min(bins(&whole)), own).cost_per_row;
        let both = (mixed(a.0, b.0), mixed(a.1, b.1), mixed(a.2, b.2));
        match (cost(&prices(a)), cost(&prices(b)), cost(&prices(both))) {
            (Some(a), Some(b), Some(both)) => {
                prop_assert!((both - mixed(a, b)).abs() <= 1e-9 * (1.0 + both.abs()));
            }
            other => prop_assert_eq!(other, (None, None, None)),
        }
    }

    #[test]
    fn the_best_cut_is_beaten_by_none(whole in what_if(), fp in 0.0..9.0_f64, fneg in 0.0..9.0_f64) {
        let prices = Prices { false_positive: fp, false_negative: fneg, ..Prices::default() };
        for metric in ["accuracy", "f1", "expected_cost"] {
            let Some(best) = best_cut(&whole, TABLE, metric, &prices) else { continue };
            let best = figures(&whole, best, &prices);
            for cut in 0..=bins(&whole) {
                let gain = gained(metric, &best, &figures(&whole, cut, &prices));
                prop_assert!(gain.is_none_or(|gain| gain <= 0.0), "{metric} at {cut}");
            }
        }
    }

    #[test]
    fn whoever_decides_decides_on_the_same_rows(whole in what_if(), cut in 0_usize..60) {
        let cut = cut.min(bins(&whole));
        let model = at(&whole, cut, Instead::Model);
        for who in [Instead::AllNo, Instead::AllYes, Instead::Review(2.0)] {
            let own = at(&whole, cut, who);
            let (a, b) = (totals(&own), totals(&model));
            prop_assert_eq!((a.0, a.1), (b.0, b.1));
            prop_assert!((a.2 - b.2).abs() < 1e-6);
        }
        let review = at(&whole, cut, Instead::Review(2.0));
        let north = whole.populations.iter().find(|own| own.table == TABLE && own.segment.is_some());
        let labelled = north.map_or(0, |own| own.score.no.iter().chain(&own.score.yes).sum::<u64>());
        prop_assert_eq!(review.review, 2.0 * labelled as f64);
    }

    #[test]
    fn merging_changes_no_total_and_keeps_the_cut_off(whole in what_if(), most in 3_usize..50) {
        let few = coarser(&whole, most, &[]);
        // The cut-off in use may cost one bin more than asked for when there are hardly any.
        prop_assert!(bins(&few) <= most.max(3));
        for role in [TableRole::Reference, TABLE] {
            prop_assert_eq!(as_decided(&few, role), as_decided(&whole, role));
        }
        let ends = |own: &WhatIf| (own.edges.first().copied(), own.edges.last().copied());
        prop_assert_eq!(ends(&few), ends(&whole));
        for cut in 0..=bins(&few) {
            let old = whole.edges.iter().position(|edge| *edge == few.edges[cut]).expect("an old edge");
            prop_assert_eq!(at(&few, cut, Instead::Model), at(&whole, old, Instead::Model));
        }
    }

    #[test]
    fn what_is_shared_has_no_small_group(whole in what_if(), most in 3_usize..50, least in 1_u64..20) {
        let shared = merged(&whole, most, least);
        prop_assert!(bins(&shared) <= most.max(3));
        let small = |count: &u64| (1..least).contains(count);
        for own in &shared.populations {
            let score = &own.score;
            let binned = score.no.iter().chain(&score.yes).chain(&score.unlabelled);
            prop_assert!(!binned.into_iter().any(small), "{own:?}");
            for fixed in [own.fixed.no, own.fixed.yes] {
                prop_assert!(![fixed.no, fixed.yes, fixed.unlabelled].iter().any(small));
            }
            let before = whole.populations.iter()
                .find(|old| old.table == own.table && old.segment == own.segment)
                .expect("it was there");
            let by_outcome = |own: &Population, of: fn(&Histogram) -> &Vec<u64>, at: fn(&Outcomes) -> u64| {
                of(&own.score).iter().sum::<u64>() + at(&own.fixed.no) + at(&own.fixed.yes)
            };
            prop_assert_eq!(by_outcome(own, |h| &h.no, |o| o.no), by_outcome(before, |h| &h.no, |o| o.no));
            prop_assert_eq!(by_outcome(own, |h| &h.yes, |o| o.yes), by_outcome(before, |h| &h.yes, |o| o.yes));
            let open = by_outcome(before, |h| &h.unlabelled, |o| o.unlabelled);
            let told = by_outcome(own, |h| &h.unlabelled, |o| o.unlabelled);
            // Too few to be told by score: they bear on nothing but the number of decisions.
            prop_assert!(told <= open && open - told < least);
        }
        // At any cut-off fewer rows of an outcome than the limit are decided otherwise.
        if shared.populations.iter().any(|own| own.table == TABLE && own.segment.is_none()) {
            for cut in 0..=bins(&shared) {
                let old = whole.edges.iter().position(|edge| *edge == shared.edges[cut]).expect("an old edge");
                let (a, b) = (at(&shared, cut, Instead::Model), at(&whole, old, Instead::Model));
                let limit = 3.0 * least as f64;
                prop_assert!((a.true_positive - b.true_positive).abs() < limit);
                prop_assert!((a.false_positive - b.false_positive).abs() < limit);
            }
        }
    }

    #[test]
    fn recalibration_is_undone_by_its_inverse(shift in -2.0..2.0_f64, slope in 0.2..2.5_f64, score in 0.01..0.99_f64) {
        let map = Some((shift, slope));
        let back = score_before(map, recalibrate(map, score));
        prop_assert!((back - score).abs() < 1e-6, "{back}");
        prop_assert!(recalibrate(map, score) <= recalibrate(map, (score + 0.001).min(1.0)));
        prop_assert_eq!(recalibrate(None, score), score);
    }
}
