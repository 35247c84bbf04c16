//! Laws of the drift measures for any counts and samples, and their edge cases.

#![cfg(feature = "engine")]

use proptest::prelude::*;
use whydrop::drift::checks::{self, Counted};
use whydrop::drift::{
    BlockCounts, ColumnCounts, ColumnInput, chi_square, compare, hellinger,
    jensen_shannon, judge, kolmogorov_smirnov, psi, total_variation, wasserstein,
};
use whydrop::encode::code::{HIGH, LOW, Layout, NEW_FIRST, NULL, UNSEEN};
use whydrop::report::DriftBand;

type Measure = fn(&[u64], &[u64]) -> Option<f64>;

/// Measures of two lists of counts, with their largest value.
const MEASURES: [(&str, Measure, f64); 5] = [
    ("total variation", total_variation::total_variation, 1.0),
    ("jensen shannon", jensen_shannon::jensen_shannon, 1.0),
    ("hellinger", hellinger::hellinger, 1.0),
    ("psi", psi::stability_index, f64::INFINITY),
    ("chi square", chi_square::statistic, f64::INFINITY),
];

fn pair() -> impl Strategy<Value = (Vec<u64>, Vec<u64>)> {
    (1_usize..30).prop_flat_map(|bins| {
        let counts = || prop::collection::vec(0_u64..2_000, bins);
        (counts(), counts())
    })
}

fn sample() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(-1e3_f64..1e3, 1..80).prop_map(|mut values| {
        values.sort_by(f64::total_cmp);
        values
    })
}

fn nearly(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn measures_keep_their_range_and_do_not_care_which_table_is_first((p, q) in pair()) {
        for (name, measure, largest) in MEASURES {
            let (there, back) = (measure(&p, &q), measure(&q, &p));
            prop_assert_eq!(there.is_some(), p.iter().sum::<u64>() > 0 && q.iter().sum::<u64>() > 0);
            if let (Some(there), Some(back)) = (there, back) {
                prop_assert!((0.0..=largest).contains(&there), "{} {}", name, there);
                prop_assert!(nearly(there, back), "{} {} {}", name, there, back);
            }
        }
    }

    #[test]
    fn equal_tables_are_at_distance_nothing((p, _) in pair(), times in 1_u64..5) {
        let q: Vec<u64> = p.iter().map(|count| count * times).collect();
        for (name, measure, _) in MEASURES {
            // PSI adds half a row, which weighs less in the larger table.
            if let Some(value) = measure(&p, &q).filter(|_| times == 1 || name != "psi") {
                prop_assert!(value < 1e-9, "{} {}", name, value);
            }
        }
    }

    #[test]
    fn names_of_bins_do_not_matter((p, q) in pair(), turn in 0_usize..30) {
        let turned = |counts: &[u64]| {
            let mut turned = counts.to_vec();
            turned.rotate_left(turn % counts.len());
            turned.reverse();
            turned
        };
        for (name, measure, _) in MEASURES {
            if let (Some(a), Some(b)) = (measure(&p, &q), measure(&turned(&p), &turned(&q))) {
                prop_assert!(nearly(a, b), "{} {} {}", name, a, b);
            }
        }
    }

    #[test]
    fn joining_bins_hides_but_never_makes_distance((p, q) in pair()) {
        let join = |counts: &[u64]| counts.chunks(2).map(|pair| pair.iter().sum()).collect::<Vec<u64>>();
        for (name, measure, _) in MEASURES.into_iter().filter(|(name, ..)| *name != "psi") {
            if let (Some(fine), Some(coarse)) = (measure(&p, &q), measure(&join(&p), &join(&q))) {
                prop_assert!(coarse <= fine + 1e-9, "{} {} {}", name, fine, coarse);
            }
        }
    }

    #[test]
    fn the_usual_inequalities_hold((p, q) in pair()) {
        if let (Some(t), Some(h)) = (total_variation::total_variation(&p, &q), hellinger::hellinger(&p, &q)) {
            prop_assert!(h * h <= t + 1e-9 && t <= h * 2_f64.sqrt() + 1e-9);
            let ks = kolmogorov_smirnov::from_counts(&p, &q).unwrap();
            prop_assert!(ks <= t + 1e-9);
        }
    }

    #[test]
    fn a_rising_transform_leaves_ks_and_a_move_adds_to_wasserstein(
        p in sample(), q in sample(), by in 0.0_f64..50.0,
    ) {
        let rise = |values: &[f64]| values.iter().map(|x| x * x * x + x).collect::<Vec<f64>>();
        let there = kolmogorov_smirnov::from_sorted(&p, &q).unwrap();
        prop_assert_eq!(there, kolmogorov_smirnov::from_sorted(&rise(&p), &rise(&q)).unwrap());
        prop_assert!(nearly(there, kolmogorov_smirnov::from_sorted(&q, &p).unwrap()));
        let moved: Vec<f64> = p.iter().map(|x| x + by).collect();
        prop_assert!(nearly(wasserstein::from_sorted(&p, &moved).unwrap(), by));
        let (a, b) = (wasserstein::from_sorted(&p, &q).unwrap(), wasserstein::from_sorted(&q, &p).unwrap());
        prop_assert!(nearly(a, b));
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        prop_assert!(a + 1e-9 >= (mean(&p) - mean(&q)).abs());
    }

    #[test]
    fn parts_merge_in_any_order(
        rows in prop::collection::vec((0_usize..32, 0_u8..=255, 1_u32..9), 0..200), cut in 0_usize..200,
    ) {
        let count = |rows: &[(usize, u8, u32)]| {
            let mut counts = ColumnCounts::default();
            rows.iter().for_each(|(block, code, n)| counts.add(*block, *code, *n));
            counts
        };
        let (left, right) = rows.split_at(cut.min(rows.len()));
        let (mut one, mut two) = (count(left), count(right));
        one.merge(&count(right));
        two.merge(&count(left));
        prop_assert_eq!(&one, &count(&rows));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn an_interval_holds_its_value_and_p_values_are_shares(
        blocks in prop::collection::vec((0_u64..60, 0_u64..60, 0_u64..60), 2..33),
        more in prop::collection::vec((0_u64..60, 0_u64..60, 0_u64..60), 2..33),
    ) {
        let table = |blocks: &[(u64, u64, u64)]| {
            BlockCounts::new(blocks.iter().map(|(a, b, c)| vec![*a, *b, *c]).collect())
        };
        let (p, q) = (table(&blocks), table(&more));
        if let Some(value) = total_variation::measure(&p, &q, Some(3)) {
            prop_assert!(0.0 <= value.low && value.low <= value.moved);
            prop_assert!(value.moved <= value.high && value.high <= 1.0);
            prop_assert!(value.moved <= value.raw + 1e-12);
        }
        if let Some(test) = chi_square::test(&p, &q, 3) {
            prop_assert!((0.0..=1.0).contains(&test.p_value) && test.design_effect >= 1.0);
            prop_assert_eq!(Some(test), chi_square::test(&p, &q, 3));
        }
    }
}

/// Spreads rows over the blocks.
fn counts(rows: &[(u8, u32)]) -> ColumnCounts {
    let mut counts = ColumnCounts::default();
    for &(code, number) in rows {
        for block in 0..32 {
            let extra = u32::from(block < number % 32);
            counts.add(block as usize, code, number / 32 + extra);
        }
    }
    counts
}

fn band(layout: &Layout, p: &[(u8, u32)], q: &[(u8, u32)]) -> Option<DriftBand> {
    let (p, q) = (counts(p), counts(q));
    let input = ColumnInput {
        layout,
        reference: &p,
        production: &q,
        values: None,
        reference_periods: &[],
        seed: 1,
    };
    let checked = checks::check(layout, &p, &q, &Counted::default());
    assert_eq!(checks::judge_checks(&[checked]).len(), 1);
    let drift = judge(&[compare(&input)]).into_iter().next().flatten()?;
    assert!(drift.moved.is_finite() && drift.psi.is_finite() && drift.q_value <= 1.0);
    Some(drift.band)
}

#[test]
fn edge_cases() {
    let categories = Layout::of_categories(3);
    let numbers = Layout::of_ranges(32);
    let none = Some(DriftBand::None);
    assert_eq!(band(&categories, &[], &[(0, 100)]), None);
    assert_eq!(band(&categories, &[(0, 100)], &[]), None);
    assert_eq!(band(&categories, &[(0, 5000)], &[(0, 700)]), none, "constant");
    assert_eq!(band(&numbers, &[(NULL, 900)], &[(NULL, 900)]), none, "all null");
    assert_eq!(band(&numbers, &[(3, 10)], &[(5, 10)]), none, "too few rows");
    let strong = Some(DriftBand::Strong);
    assert_eq!(band(&numbers, &[(3, 900)], &[(NULL, 900)]), strong);
    assert_eq!(band(&numbers, &[(3, 900)], &[(LOW, 400), (HIGH, 500)]), strong);
    assert_eq!(band(&categories, &[(0, 900)], &[(UNSEEN, 900)]), strong);
    assert_eq!(band(&categories, &[(0, 900)], &[(0, 450), (NEW_FIRST, 450)]), strong);
    assert_eq!(band(&categories, &[(0, 900)], &[(7, 900)]), strong, "outside the layout");
    let many = u32::MAX / 2;
    assert_eq!(band(&categories, &[(0, many), (1, many)], &[(0, many), (1, many)]), none);
    assert_eq!(band(&categories, &[(0, many), (1, many)], &[(0, many)]), strong);
    assert_eq!(band(&categories, &[(0, many), (1, many)], &[(0, 40), (1, 40)]), none);
    assert_eq!(band(&categories, &[(0, many), (1, many)], &[(1, 40)]), strong);
}

#[test]
fn a_real_change_is_called_by_its_size() {
    let layout = Layout::of_categories(4);
    let p = [(0, 2500), (1, 2500), (2, 2500), (3, 2500)];
    let by = |share: u32| [(0, 2500 + share), (1, 2500), (2, 2500), (3, 2500 - share)];
    assert_eq!(band(&layout, &p, &by(200)), Some(DriftBand::None), "2 % moved");
    assert_eq!(band(&layout, &p, &by(800)), Some(DriftBand::Slight), "8 % moved");
    assert_eq!(band(&layout, &p, &by(1500)), Some(DriftBand::Clear), "15 % moved");
    // No more than a quarter can leave one category.
    let q = [(0, 5500), (1, 2500), (2, 1000), (3, 1000)];
    assert_eq!(band(&layout, &p, &q), Some(DriftBand::Strong), "30 % moved");
}
