//! Every detector on breaks of several sizes, and all of them on tables in which nothing is broken.

use std::collections::BTreeMap;

use super::fixture::{DAY_ROWS, Fixture};
use super::{Change, Fingerprint, broken, find, parity, repaired};
use crate::encode::frame::Raw;
use crate::report::CauseId;
use crate::stats::math::exp;
use crate::stats::random::Random;

mod disguised;
mod paired;
mod served;

/// Rows of a table.
const ROWS: usize = 4000;
/// First production row of the break: day 20 of 80.
const START: usize = 1000;

fn lognormal(seed: u64, rows: usize, level: f64, sigma: f64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..rows).map(|_| level * exp(sigma * random.normal())).collect()
}

fn picked<'a>(seed: u64, rows: usize, names: &[&'a str], shares: &[f64]) -> Vec<&'a str> {
    let mut random = Random::new(seed);
    let one = |_| {
        let mut left = random.uniform();
        for (name, share) in names.iter().zip(shares) {
            left -= share;
            if left < 0.0 {
                return *name;
            }
        }
        names[names.len() - 1]
    };
    (0..rows).map(one).collect()
}

/// Breaks a share of the values from the start row on.
fn from_start<T>(values: &mut [T], share: f64, change: impl Fn(&mut T)) -> Vec<bool> {
    let mut random = Random::new(99);
    let hit = |(row, value): (usize, &mut T)| {
        let hit = row >= START && random.chance(share);
        if hit {
            change(value);
        }
        hit
    };
    values.iter_mut().enumerate().map(hit).collect()
}

fn all(fixture: &Fixture) -> Vec<Fingerprint> {
    fixture.see(find)
}

fn words(found: &[Fingerprint]) -> String {
    let one = |own: &Fingerprint| {
        format!("{} {:?} {:?} {}", own.detector, own.columns, own.change, own.sentence)
    };
    found.iter().map(one).collect::<Vec<String>>().join("\n")
}

fn agreement(a: &[bool], b: &[bool]) -> f64 {
    a.iter().zip(b).filter(|(a, b)| a == b).count() as f64 / a.len() as f64
}

#[test]
fn units_are_named_with_their_rows_and_day() {
    for (factor, share) in [(1.0 / 12.0, 0.7), (60.0, 0.3), (100.0, 1.0), (1000.0, 0.1)] {
        let mut values = lognormal(2, ROWS, 40_000.0, 0.5);
        let truth = from_start(&mut values, share, |x| *x *= factor);
        let found = all(&Fixture::new().number(
            "income",
            lognormal(1, ROWS, 40_000.0, 0.5),
            values,
        ));
        assert_eq!(found.len(), 1, "{factor} {share}\n{}", words(&found));
        let Change::Affine { factor: own, offset } = found[0].change else {
            panic!("{}", words(&found));
        };
        assert!((own / factor - 1.0).abs() < 0.03 && offset == 0.0, "{own} for {factor}");
        assert!(agreement(&found[0].touched, &truth) > 0.97, "{factor}");
        assert_eq!(found[0].since, Some(1020), "{factor}");
    }
}

#[test]
fn a_division_leaves_values_between_the_steps() {
    // Minutes of delay, some of them early, of which most came in hours.
    let minutes = |seed| -> Vec<f64> {
        let mut random = Random::new(seed);
        (0..ROWS).map(|_| (25.0 * random.exponential() - 12.0).round()).collect()
    };
    for (factor, digits) in [(60.0, 6), (60.0, 4), (7.0, 3)] {
        for share in [0.3, 0.8] {
            let mut values = minutes(2);
            let hit = from_start(&mut values, share, |x| {
                let scale = f64::powi(10.0, digits);
                *x = (*x / factor * scale).round() / scale;
            });
            let found = all(&Fixture::new().number("delay", minutes(1), values));
            assert_eq!(found.len(), 1, "{factor} {share}\n{}", words(&found));
            let Change::Affine { factor: own, .. } = found[0].change else {
                panic!("{}", words(&found))
            };
            assert!((own * factor - 1.0).abs() < 1e-9, "{own}");
            // Multiples of the factor stay on the steps.
            assert!(agreement(&found[0].touched, &hit) > 0.88, "{factor} {share}");
            assert_eq!(found[0].since, Some(1020));
            let truth = share * (1.0 - START as f64 / ROWS as f64);
            assert!((found[0].share - truth).abs() < 0.05, "{}", found[0].share);
        }
    }
    // Finer values of the same kind, and averages of two, are no unit.
    let finer: Vec<f64> = {
        let mut random = Random::new(4);
        (0..ROWS).map(|_| (250.0 * random.exponential() - 120.0).round() / 10.0).collect()
    };
    let halves: Vec<f64> =
        minutes(2).iter().zip(minutes(5)).map(|(a, b)| 0.5 * (a + b)).collect();
    for values in [finer, halves] {
        let found = all(&Fixture::new().number("delay", minutes(1), values));
        assert!(found.iter().all(|own| own.detector != "unit"), "{}", words(&found));
    }
}

#[test]
fn growth_is_no_unit() {
    for sigma in [0.3, 0.5, 1.0, 1.6] {
        for growth in [0.6, 1.15, 1.6, 2.5, 3.3] {
            for seed in 0..4 {
                let reference = lognormal(seed, ROWS, 100.0, sigma);
                let mut production = lognormal(seed + 50, ROWS, 100.0, sigma);
                production.iter_mut().for_each(|x| *x *= growth);
                let found =
                    all(&Fixture::new().number("spend", reference.clone(), production));
                assert!(found.is_empty(), "{sigma} {growth}\n{}", words(&found));
                // Only some customers grew.
                let mut production = lognormal(seed + 70, ROWS, 100.0, sigma);
                from_start(&mut production, 0.5, |x| *x *= growth);
                let found = all(&Fixture::new().number("spend", reference, production));
                assert!(found.is_empty(), "part {sigma} {growth}\n{}", words(&found));
            }
        }
    }
}

#[test]
fn one_population_in_two_halves_is_quiet() {
    let names = ["a", "b", "c", "d", "unknown"];
    let shares = [0.4, 0.3, 0.2, 0.05, 0.05];
    for seed in 0..20 {
        for rows in [250, 1000, ROWS] {
            let hours = |seed| -> Vec<f64> {
                let mut random = Random::new(seed);
                (0..rows)
                    .map(|_| (random.normal() * 4.0 + 14.0).rem_euclid(24.0).floor())
                    .collect()
            };
            let counts = |seed| -> Vec<f64> {
                lognormal(seed, rows, 2.0, 0.7).into_iter().map(f64::floor).collect()
            };
            let mut gaps = lognormal(seed + 5, rows, 5.0, 1.0);
            gaps.iter_mut().step_by(9).for_each(|x| *x = f64::NAN);
            let fixture = Fixture::new()
                .number("amount", lognormal(seed, rows, 9.0, 1.0), gaps.clone())
                .number("gaps", gaps.clone(), gaps.iter().rev().copied().collect())
                .number("hour", hours(seed + 200), hours(seed + 300))
                .number("count", counts(seed + 400), counts(seed + 500))
                .number("constant", vec![3.0; rows], vec![3.0; rows])
                .number("nothing", vec![f64::NAN; rows], vec![f64::NAN; rows])
                .names(
                    "kind",
                    &picked(seed + 600, rows, &names, &shares),
                    &picked(seed + 700, rows, &names, &shares),
                );
            let found: Vec<Fingerprint> =
                all(&fixture).into_iter().filter(|own| own.columns != [0]).collect();
            assert!(found.is_empty(), "{seed} {rows}\n{}", words(&found));
        }
    }
}

#[test]
fn few_rows_are_silent() {
    for rows in [0, 1, 150] {
        let fixture = Fixture::new().number(
            "x",
            lognormal(1, rows, 1.0, 1.0),
            vec![f64::NAN; rows],
        );
        assert!(all(&fixture).is_empty(), "{rows}");
    }
}

#[test]
fn missing_values_and_defaults() {
    for share in [0.05, 0.3, 1.0] {
        let (mut a, mut b) = (lognormal(2, ROWS, 9.0, 1.0), lognormal(3, ROWS, 5.0, 0.5));
        from_start(&mut a, share, |x| *x = f64::NAN);
        from_start(&mut b, share, |x| *x = f64::NAN);
        let mut zero = lognormal(4, ROWS, 5.0, 0.5);
        from_start(&mut zero, share, |x| *x = 0.0);
        let mut kind = picked(6, ROWS, &["a", "b", "c"], &[0.5, 0.3, 0.2]);
        from_start(&mut kind, share, |x| *x = "unknown");
        let fixture = Fixture::new()
            .number("a", lognormal(12, ROWS, 9.0, 1.0), a)
            .number("b", lognormal(13, ROWS, 5.0, 0.5), b)
            .number("zero", lognormal(14, ROWS, 5.0, 0.5), zero)
            .names("kind", &picked(16, ROWS, &["a", "b", "c"], &[0.5, 0.3, 0.2]), &kind);
        let found = all(&fixture);
        let has = |columns: &[usize], change: &dyn Fn(&Change) -> bool| {
            found.iter().any(|own| {
                let mut sorted = own.columns.clone();
                sorted.sort_unstable();
                sorted == columns && change(&own.change) && own.since == Some(1020)
            })
        };
        assert!(
            has(&[0, 1], &|own| *own == Change::Missing),
            "{share}\n{}",
            words(&found)
        );
        let zeros = has(&[2], &|own| *own == Change::DefaultNumber(0.0));
        assert!(zeros, "{share}\n{}", words(&found));
        let name = has(&[3], &|own| matches!(own, Change::DefaultName(_)));
        assert!(name, "{share}\n{}", words(&found));
    }
}

#[test]
fn spellings_and_codes() {
    let names = ["North", "Süd", "East", "Far West"];
    let shares = [0.4, 0.3, 0.2, 0.1];
    let reference = picked(1, ROWS, &names, &shares);
    let other = |new: [&'static str; 4]| {
        let table: BTreeMap<&str, &str> = names.into_iter().zip(new).collect();
        let mut values = picked(2, ROWS, &names, &shares);
        from_start(&mut values, 1.0, |x| *x = table[*x]);
        all(&Fixture::new().names("region", &reference, &values))
    };
    for new in [
        ["NORTH", "SÜD", "EAST", "FAR WEST"],
        [" North", " Süd", " East", " Far West"],
        ["north", "sud", "east", "far_west"],
        ["N1", "S1", "E1", "W1"],
        ["North", "S1", "East", "Far West"],
    ] {
        let found = other(new);
        assert_eq!(found.len(), 1, "{new:?}\n{}", words(&found));
        let Change::Renamed(pairs) = &found[0].change else {
            panic!("{}", words(&found))
        };
        let expected = new.iter().zip(names).filter(|(new, old)| *new != old).count();
        assert_eq!(pairs.len(), expected, "{new:?}");
        assert_eq!(found[0].since, Some(1020));
    }
    // Newcomers beside the old names are not a recoding.
    let mut values = picked(2, ROWS, &names, &shares);
    from_start(&mut values, 0.3, |x| *x = "Island");
    let found = all(&Fixture::new().names("region", &reference, &values));
    assert!(found.is_empty(), "{}", words(&found));
}

fn hour_curve(seed: u64, peak: f64) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..ROWS).map(|_| (random.normal() * 4.0 + peak).rem_euclid(24.0).floor()).collect()
}

#[test]
fn clocks_that_moved_and_traffic_that_moved() {
    for by in [2.0, 7.0, -5.0] {
        let mut values = hour_curve(2, 14.0);
        from_start(&mut values, 1.0, |x| *x = (*x + by).rem_euclid(24.0));
        let found = all(&Fixture::new().number("hour", hour_curve(1, 14.0), values));
        assert_eq!(found.len(), 1, "{by}\n{}", words(&found));
        assert_eq!(found[0].change, Change::Hours(by as i32));
        assert!(found[0].since.is_some_and(|day| (day - 1020).abs() <= 1), "{by}");
    }
    // Another region takes part of the traffic.
    for share in [0.1, 0.3, 0.6, 0.8] {
        let mut values = hour_curve(2, 14.0);
        from_start(&mut values, share, |x| *x = (*x + 3.0).rem_euclid(24.0));
        let found = all(&Fixture::new().number("hour", hour_curve(1, 14.0), values));
        assert!(found.is_empty(), "{share}\n{}", words(&found));
    }
}

#[test]
fn where_all_times_moved_what_goes_with_the_hours_tells_the_clock_from_the_traffic() {
    // Hours of rows and an amount that is large at two in the afternoon of the customers' day.
    let table = |seed: u64, traffic: f64, clock: f64| {
        let mut hours = hour_curve(seed, 14.0);
        let later = |by: f64| move |x: &mut f64| *x = (*x + by).rem_euclid(24.0);
        from_start(&mut hours, 1.0, later(traffic));
        let mut random = Random::new(seed + 50);
        let of_hour = |x: &f64| 10.0 - (x - 14.0).abs() + 2.0 * random.normal();
        let amounts: Vec<f64> = hours.iter().map(of_hour).collect();
        from_start(&mut hours, 1.0, later(clock));
        let first_day = if seed == 1 { 0 } else { 1000 };
        let moment = |(row, hour): (usize, &f64)| {
            ((first_day + row / DAY_ROWS) as i64 * 24 + *hour as i64) * 3_600_000_000
        };
        let moments: Vec<i64> = hours.iter().enumerate().map(moment).collect();
        (hours, amounts, moments)
    };
    let (before, sizes, times) = table(1, 0.0, 0.0);
    for (traffic, clock) in [(0.0, 5.0), (5.0, 0.0), (0.0, -7.0), (-7.0, 0.0)] {
        let (hours, amounts, moments) = table(2, traffic, clock);
        let mut fixture = Fixture::new().number("hour", before.clone(), hours).number(
            "amount",
            sizes.clone(),
            amounts,
        );
        fixture.moments = (times.clone(), moments);
        let found = all(&fixture);
        let own = found.iter().find(|own| own.detector == "clock");
        assert_eq!(own.is_some(), clock != 0.0, "{traffic} {clock}: {}", words(&found));
        if let Some(own) = own {
            assert_eq!(own.change, Change::Hours(clock as i32));
            assert!(own.strength >= 0.9);
        }
    }
}

#[test]
fn weekdays_that_left_the_date() {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let of = |first: usize, ahead: usize| -> Vec<usize> {
        let day = |row: usize| first + row / DAY_ROWS;
        (0..ROWS)
            .map(|row| (day(row) + if row < START { 0 } else { ahead }) % 7)
            .collect()
    };
    let names = |days: &[usize]| days.iter().map(|day| DAYS[*day]).collect::<Vec<_>>();
    let numbers = |days: &[usize]| days.iter().map(|day| 1.0 + *day as f64).collect();
    let before = of(0, 0);
    for ahead in [1, 6] {
        let after = of(1000, ahead);
        let of_names = Fixture::new().names("weekday", &names(&before), &names(&after));
        let of_numbers =
            Fixture::new().number("weekday", numbers(&before), numbers(&after));
        for fixture in [of_names, of_numbers] {
            let found: Vec<Fingerprint> = all(&fixture)
                .into_iter()
                .filter(|own| own.cause == CauseId::TimeWindow)
                .collect();
            assert_eq!(found.len(), 1, "{}", words(&found));
            let own = &found[0];
            assert_eq!((own.columns.as_slice(), own.since), ([0].as_slice(), Some(1020)));
            assert!(own.sentence.contains("1 day"), "{}", own.sentence);
            // Undone, the weekdays go with the dates again.
            fixture.see(|view| {
                let frame = &view.frames.production;
                let back = repaired(&frame.values, own).expect("an inverse");
                let right = of(1000, 0);
                match &back[0] {
                    Raw::Numbers(own) => {
                        assert!(
                            own.iter().zip(&right).all(|(a, b)| *a == 1.0 + *b as f64)
                        );
                    }
                    Raw::Names(own) => {
                        let known = &view.frames.columns[0].names;
                        let name = |at: &u32| known[*at as usize].as_str();
                        assert!(own.iter().zip(&right).all(|(a, b)| name(a) == DAYS[*b]));
                    }
                    other => panic!("{other:?}"),
                }
            });
        }
    }
    let calm = of(1000, 0);
    let calm = all(&Fixture::new().names("weekday", &names(&before), &names(&calm)));
    assert!(calm.is_empty(), "{}", words(&calm));
}

#[test]
fn scores_that_differ_where_the_inputs_agree() {
    let values = lognormal(1, ROWS, 10.0, 0.5);
    let score = |own: &[f64]| own.iter().map(|x| x / (10.0 + x)).collect::<Vec<f64>>();
    let mut fixture = Fixture::new().number("a", values.clone(), values.clone());
    fixture.shadow = Some(vec![Raw::Numbers(values.clone())]);
    fixture.ids = (1..=ROWS as u64).collect();
    let right = score(&values);
    let mut served = right.clone();
    served.iter_mut().skip(START).step_by(2).for_each(|own| *own *= 0.7);
    fixture.shadow_scores = Some(right.clone());
    for (scores, named) in [(served, true), (right.clone(), false)] {
        fixture.scores = (right.clone(), scores);
        let found = all(&fixture);
        let own = found.iter().find(|own| own.detector == "parity");
        assert_eq!(own.is_some(), named, "{}", words(&found));
        if let Some(own) = own {
            assert_eq!((own.cause, own.since), (CauseId::ServedNotLogged, Some(1020)));
        }
    }
    // Another model scored the shadow: says nothing about the log.
    fixture.scores = (right.clone(), right.iter().map(|own| own * 0.6).collect());
    let found = all(&fixture);
    assert!(found.iter().all(|own| own.detector != "parity"), "{}", words(&found));
}

#[test]
fn columns_that_changed_places() {
    let (mut a, mut b) = (lognormal(1, ROWS, 10.0, 0.5), lognormal(2, ROWS, 40.0, 0.3));
    for (row, (a, b)) in a.iter_mut().zip(&mut b).enumerate() {
        if row >= START {
            std::mem::swap(a, b);
        }
    }
    let fixture = Fixture::new().number("a", lognormal(3, ROWS, 10.0, 0.5), a).number(
        "b",
        lognormal(4, ROWS, 40.0, 0.3),
        b,
    );
    let found = all(&fixture);
    assert!(found.iter().any(|own| own.change == Change::Swapped), "{}", words(&found));
    assert_eq!(found[0].since, Some(1020), "{}", words(&found));
}

/// Columns that go together: a level drives the first three, another the last three.
fn related(seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 6];
    for _ in 0..ROWS {
        let level = random.normal();
        for column in &mut columns {
            column.push(level + 0.6 * random.normal());
        }
    }
    columns
}

fn with_columns(reference: &[Vec<f64>], production: &[Vec<f64>]) -> Fixture {
    let mut fixture = Fixture::new();
    for (at, (p, q)) in reference.iter().zip(production).enumerate() {
        fixture = fixture.number(&format!("x{at}"), p.clone(), q.clone());
    }
    fixture
}

/// The last three columns come from another row, for a share of rows.
fn strangers(columns: &mut [Vec<f64>], share: f64) {
    let mut random = Random::new(5);
    let whole = columns.to_vec();
    for row in START..ROWS {
        if random.chance(share) {
            let other = random.below(ROWS as u64) as usize;
            for (own, all) in columns.iter_mut().zip(&whole).skip(3) {
                own[row] = all[other];
            }
        }
    }
}

#[test]
fn other_entities_values_with_and_without_shadow() {
    let reference = related(1);
    let clean = related(2);
    for share in [0.35, 0.7, 1.0] {
        let mut production = clean.clone();
        strangers(&mut production, share);
        let mut fixture = with_columns(&reference, &production);
        let group = |found: &[Fingerprint]| {
            found.iter().any(|own| {
                let mut columns = own.columns.clone();
                columns.sort_unstable();
                // Which of the two equal halves moved cannot be seen without shadow.
                (columns == [3, 4, 5] || columns == [0, 1, 2])
                    && own.change == Change::Shuffled
                    && own.cause == CauseId::JoinOrFilter
            })
        };
        let found = all(&fixture);
        assert!(group(&found), "{share} without\n{}", words(&found));
        fixture.shadow =
            Some(clean.iter().map(|own| Raw::Numbers(own.clone())).collect());
        let found = all(&fixture);
        assert!(
            group(&found) && found[0].detector == "parity",
            "{share}\n{}",
            words(&found)
        );
        assert_eq!(found[0].since, Some(1020));
    }
    let found = all(&with_columns(&reference, &clean));
    assert!(found.is_empty(), "{}", words(&found));
}

#[test]
fn a_wrong_join_that_fills_gaps_is_seen_on_the_values() {
    let mut reference = related(1);
    let mut random = Random::new(9);
    for own in reference[3].iter_mut().filter(|_| random.chance(0.06)) {
        *own = f64::NAN;
    }
    let mut production = related(2);
    strangers(&mut production, 0.9);
    let found = all(&with_columns(&reference, &production));
    let own = found.iter().find(|own| own.detector == "wrong_key").expect("strangers");
    let mut columns = own.columns.clone();
    columns.sort_unstable();
    assert!(columns == [3, 4, 5] || columns == [0, 1, 2], "{}", words(&found));
}

/// A size, two measures that all but follow from it, and two columns that have a little to do with it.
fn measured(seed: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 5];
    for _ in 0..ROWS {
        let size = random.normal();
        let mut loose = |share: f64| share * size + random.normal();
        let (fourth, fifth) = (loose(0.7), loose(-0.7));
        let mut close = |factor: f64| factor * size + 0.05 * random.normal();
        let own = [size, close(2.0), close(3.0), fourth, fifth];
        columns.iter_mut().zip(own).for_each(|(all, own)| all.push(own));
    }
    columns
}

#[test]
fn two_close_ties_are_enough_for_strangers_and_not_for_noise() {
    let (reference, clean) = (measured(1), measured(2));
    let mut production = clean.clone();
    let mut random = Random::new(3);
    let others: Vec<Option<usize>> = (0..ROWS)
        .map(|row| {
            let hit = row >= START && random.chance(0.25);
            hit.then(|| random.below(ROWS as u64) as usize)
        })
        .collect();
    for (own, all) in production.iter_mut().zip(&clean).skip(1).take(2) {
        for (value, other) in own.iter_mut().zip(&others) {
            *value = other.map_or(*value, |other| all[other]);
        }
    }
    let found = all(&with_columns(&reference, &production));
    let own = found.iter().find(|own| own.detector == "wrong_key").expect("strangers");
    assert_eq!(own.columns, [1, 2]);
    assert_eq!(own.since, Some(1020));
    assert!((own.share - 0.2).abs() < 0.03, "{}", own.share);
    // The size itself is read from another row: one column alone may as well be noise.
    let mut noisy = clean.clone();
    for own in noisy[0].iter_mut().skip(START) {
        if random.chance(0.25) {
            *own = clean[0][random.below(ROWS as u64) as usize];
        }
    }
    let found = all(&with_columns(&reference, &noisy));
    assert!(found.iter().all(|own| own.detector != "wrong_key"), "{}", words(&found));
    let found = all(&with_columns(&reference, &clean));
    assert!(found.is_empty(), "{}", words(&found));
}

/// Columns that do not go together, and an outcome that the first two tell, from some row on without the first.
fn told(seed: u64, lost: usize) -> (Vec<Vec<f64>>, Vec<u8>) {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 3];
    let mut labels = Vec::new();
    for row in 0..ROWS {
        let own: Vec<f64> = (0..3).map(|_| random.normal()).collect();
        let first = if row < lost { own[0] } else { random.normal() };
        let eta = 1.2 * first + 1.2 * own[1] + 0.5 * random.normal();
        labels.push(u8::from(eta > 0.0));
        columns.iter_mut().zip(own).for_each(|(all, own)| all.push(own));
    }
    (columns, labels)
}

#[test]
fn a_join_that_repeats_rows_may_bring_strangers_too() {
    let (reference, before) = told(1, ROWS);
    let pair = |lost: usize, repeats: bool| {
        let (mut columns, mut after) = told(2, lost);
        let mut ids: Vec<u64> = (1..=ROWS as u64).collect();
        let mut moments: Vec<i64> = (0..ROWS as i64).collect();
        for row in (START..ROWS).step_by(20).filter(|_| repeats) {
            columns.iter_mut().for_each(|own| own[row] = own[row - 1]);
            after[row] = after[row - 1];
            ids[row] = ids[row - 1];
            moments[row] = moments[row - 1];
        }
        let mut fixture = with_columns(&reference, &columns);
        fixture.ids = ids;
        fixture.moments.1 = moments;
        fixture.labels = (before.clone(), after);
        fixture
    };
    let strangers = |fixture: &Fixture| {
        let found = all(fixture);
        let own = found.iter().find(|own| own.change == Change::Shuffled);
        own.map(|own| (own.columns.clone(), own.share))
    };
    // Rows come twice and the first column no longer goes with the outcome: it came with the join.
    let (columns, share) = strangers(&pair(START, true)).expect("a wrong join");
    let truth = 1.0 - START as f64 / ROWS as f64;
    assert_eq!(columns, [0]);
    assert!((share - truth).abs() < 0.12, "{share} of {truth}");
    // Repeated rows alone, and a changed relation alone, are no wrong key.
    assert_eq!(strangers(&pair(ROWS, true)), None);
    assert_eq!(strangers(&pair(START, false)), None);
}

#[test]
fn a_whole_column_in_another_unit_from_a_day_on() {
    let before = lognormal(1, ROWS, 50.0, 0.6);
    let clean = lognormal(2, ROWS, 50.0, 0.6);
    let mean = clean.iter().sum::<f64>() / ROWS as f64;
    let variance =
        clean.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / ROWS as f64;
    let of = |name: &str, change: &dyn Fn(f64) -> f64| {
        let mut values = clean.clone();
        from_start(&mut values, 1.0, |x| *x = change(*x));
        all(&Fixture::new().number(name, before.clone(), values))
    };
    let cases: [(&str, &dyn Fn(f64) -> f64); 3] = [
        ("amount", &|x| (x - mean) / variance.sqrt()),
        ("distance_km", &|x| x / 1.609_344),
        ("amount", &crate::stats::math::ln),
    ];
    for (name, change) in cases {
        let found = of(name, change);
        let own = found.iter().find(|own| own.detector == "unit").expect(name);
        assert_eq!(own.since, Some(1020), "{name}: {}", words(&found));
        let truth = 1.0 - START as f64 / ROWS as f64;
        assert!((own.share - truth).abs() < 0.01, "{name}: {}", own.share);
    }
    // A market that grew from a day on is no unit, nor is one that fell.
    for growth in [1.3, 1.6, 0.7] {
        let found = of("amount", &|x| growth * x);
        assert!(found.iter().all(|own| own.detector != "unit"), "{}", words(&found));
    }
}

#[test]
fn one_value_that_became_common_is_no_factor() {
    // 0 and 9 are both whole numbers times 1.8; neither is a unit.
    for default in [0.0, 9.0] {
        let mut values: Vec<f64> =
            lognormal(2, ROWS, 50.0, 0.6).into_iter().map(f64::round).collect();
        from_start(&mut values, 1.0, |x| *x = default);
        let before = lognormal(1, ROWS, 50.0, 0.6).into_iter().map(f64::round).collect();
        let found = all(&Fixture::new().number("days", before, values));
        assert_eq!(found.len(), 1, "{}", words(&found));
        assert_eq!(found[0].detector, "missing", "{}", words(&found));
    }
}

#[test]
fn kinds_of_difference_from_the_shadow() {
    let clean = lognormal(2, ROWS, 50.0, 0.6);
    type Break = fn(&mut f64);
    let cases: [(&str, Break); 4] = [
        ("unit", |x| *x *= 100.0),
        ("missing", |x| *x = f64::NAN),
        ("missing", |x| *x = -1.0),
        ("offset", |x| *x += 7.0),
    ];
    for (kind, change) in cases {
        let mut values = clean.clone();
        from_start(&mut values, 0.2, change);
        let mut fixture =
            Fixture::new().number("x", lognormal(1, ROWS, 50.0, 0.6), values);
        fixture.shadow = Some(vec![Raw::Numbers(clean.clone())]);
        let report = fixture.see(parity).expect("a shadow table");
        assert_eq!(report.columns[0].kind, kind);
        assert_eq!(report.matched_rows, ROWS as u64);
        let found = all(&fixture);
        assert_eq!(found[0].detector, "parity", "{}", words(&found));
        assert_eq!(found[0].since, Some(1020), "{kind}");
    }
}

#[test]
fn names_replaced_while_the_season_moves_them() {
    // A third of the rows on average, almost none to two thirds over a fortnight; renamed from day 1020 on.
    let of = |seed: u64, renamed: bool| -> Vec<&'static str> {
        let mut random = Random::new(seed);
        (0..ROWS)
            .map(|row| {
                let season = crate::stats::math::sin((row / DAY_ROWS) as f64 * 0.45);
                if !random.chance(0.33 + 0.32 * season) {
                    "single"
                } else if renamed && row >= START {
                    "GRP"
                } else {
                    "group"
                }
            })
            .collect()
    };
    let found = all(&Fixture::new().names("party", &of(1, false), &of(2, true)));
    let own = found.iter().find(|own| own.detector == "text").expect("renamed");
    assert!(matches!(&own.change, Change::Renamed(pairs) if pairs.len() == 1));
    assert_eq!(own.cause, CauseId::CategoryMapping);
    let calm = all(&Fixture::new().names("party", &of(1, false), &of(3, false)));
    assert!(calm.iter().all(|own| own.detector != "text"), "{}", words(&calm));
}

#[test]
fn a_whole_column_of_zeros_is_no_unit() {
    let before: Vec<f64> =
        lognormal(1, ROWS, 400.0, 0.8).iter().map(|x| x.round()).collect();
    let found = all(&Fixture::new().number("account_age_days", before, vec![0.0; ROWS]));
    assert!(found.iter().all(|own| own.detector != "unit"), "{}", words(&found));
    let own = found.iter().find(|own| own.detector == "missing").expect("a default");
    assert_eq!(own.change, Change::DefaultNumber(0.0));
}

#[test]
fn rows_that_came_twice() {
    let mut values = lognormal(2, ROWS, 50.0, 0.6);
    let mut ids: Vec<u64> = (1..=ROWS as u64).collect();
    let mut moments: Vec<i64> = (0..ROWS as i64).collect();
    for row in (START..ROWS).step_by(25) {
        values[row] = values[row - 1];
        ids[row] = ids[row - 1];
        moments[row] = moments[row - 1];
    }
    let mut fixture = Fixture::new().number("x", lognormal(1, ROWS, 50.0, 0.6), values);
    fixture.ids = ids;
    fixture.moments.1 = moments;
    let found = all(&fixture);
    assert_eq!(found.len(), 1, "{}", words(&found));
    assert_eq!(found[0].change, Change::Rows);
    assert!((found[0].share - 0.03).abs() < 0.002, "{}", found[0].share);
}

#[test]
fn the_segment_whose_rows_came_twice_is_named() {
    let names = ["shop", "phone", "web"];
    let of = |seed| picked(seed, ROWS, &names, &[0.6, 0.2, 0.2]);
    for twice in ["phone", "any"] {
        let mut after = of(2);
        let mut values = lognormal(2, ROWS, 50.0, 0.6);
        let mut ids: Vec<u64> = (1..=ROWS as u64).collect();
        let mut moments: Vec<i64> = (0..ROWS as i64).collect();
        for row in START..ROWS {
            if row % 4 == 0 && (twice == "any" || after[row - 1] == twice) {
                after[row] = after[row - 1];
                values[row] = values[row - 1];
                ids[row] = ids[row - 1];
                moments[row] = moments[row - 1];
            }
        }
        let mut fixture = Fixture::new()
            .number("x", lognormal(1, ROWS, 50.0, 0.6), values)
            .names("channel", &of(1), &after);
        fixture.ids = ids;
        fixture.moments.1 = moments;
        let found = all(&fixture);
        let own = found.iter().find(|own| own.change == Change::Rows).expect("copies");
        let expected: &[usize] = if twice == "any" { &[] } else { &[1] };
        assert_eq!(own.columns, expected, "{}", own.sentence);
        assert_eq!(own.sentence.contains("where channel is phone"), twice == "phone");
    }
}

#[test]
fn rows_that_never_arrived() {
    let names = ["shop", "phone", "web"];
    let sizes = lognormal(2, ROWS, 50.0, 0.6);
    let channels = picked(2, ROWS, &names, &[0.6, 0.2, 0.2]);
    let hours = |row: usize| row as i64 * 3_600_000_000;
    let without = |is_lost: &dyn Fn(usize) -> bool| {
        let kept: Vec<usize> = (0..ROWS).filter(|row| !is_lost(*row)).collect();
        let some = |own: &[f64]| kept.iter().map(|row| own[*row]).collect::<Vec<f64>>();
        let named: Vec<&str> = kept.iter().map(|row| channels[*row]).collect();
        let mut fixture = Fixture::new()
            .number("x", lognormal(1, ROWS, 50.0, 0.6), some(&sizes))
            .names("channel", &picked(1, ROWS, &names, &[0.6, 0.2, 0.2]), &named);
        let place =
            |own: &&str| names.iter().position(|name| name == own).expect("a name");
        fixture.shadow = Some(vec![
            Raw::Numbers(sizes.clone()),
            Raw::Names(channels.iter().map(|own| place(own) as u32).collect()),
        ]);
        fixture.ids = kept.iter().map(|row| *row as u64 + 1).collect();
        fixture.moments.1 = kept.iter().map(|row| hours(*row)).collect();
        fixture.shadow_moments = (0..ROWS).map(hours).collect();
        let found = all(&fixture);
        found.into_iter().find(|own| own.detector == "lost")
    };
    let lost = |own: &Fingerprint| match &own.change {
        Change::Lost(rows) => rows.len(),
        _ => 0,
    };
    let own = without(&|row| channels[row] == "phone").expect("a category");
    assert_eq!(own.columns, [1]);
    assert!(own.sentence.ends_with("where channel is phone."), "{}", own.sentence);
    assert_eq!(lost(&own), channels.iter().filter(|own| **own == "phone").count());
    let own = without(&|row| sizes[row] < 40.0).expect("small numbers");
    assert_eq!(own.columns, [0]);
    assert!(own.sentence.contains("where x is at most 39."), "{}", own.sentence);
    let own = without(&|row| row % 5 == 0).expect("any rows");
    assert!(own.columns.is_empty() && own.strength < 0.9);
    assert_eq!(
        own.sentence,
        "20 % of the offline pipeline's entities are not in production."
    );
    assert!(without(&|_| false).is_none(), "nothing is lost");
    assert!(without(&|row| row == 7).is_none(), "one row");
    // An offline table that goes on after production's last day has lost nothing.
    assert!(without(&|row| row >= ROWS - 500).is_none(), "later rows");
}

#[test]
fn values_that_stand_still() {
    let mut values = lognormal(2, ROWS, 50.0, 0.6);
    // From day 60 on every day has the values of day 59.
    for row in 3000..ROWS {
        values[row] = values[2950 + row % 50];
    }
    let found = all(&Fixture::new().number("x", lognormal(1, ROWS, 50.0, 0.6), values));
    assert!(
        found.iter().any(|own| own.change == Change::Stale && own.since == Some(1060)),
        "{}",
        words(&found)
    );
}

#[test]
fn a_cache_filled_once_a_week_and_values_that_were_rounded() {
    let before = lognormal(1, ROWS, 50.0, 0.6);
    let clean = lognormal(2, ROWS, 50.0, 0.6);
    // Three stations, whose ids are not in the file, show the first value of the week from day 20 on.
    let weekly = |row: usize| if row < START { row } else { row / 350 * 350 + row % 3 };
    let cached: Vec<f64> = (0..ROWS).map(|row| clean[weekly(row)]).collect();
    let found = all(&Fixture::new().number("x", before.clone(), cached));
    let own = found.iter().find(|own| own.detector == "stale").expect("a cache");
    assert!((1020..1022).contains(&own.since.expect("a day")), "{:?}", own.since);
    assert!(own.sentence.starts_with("A day has at most 3 values"), "{}", own.sentence);
    let rounded = clean.iter().map(|own| (own / 25.0).round() * 25.0).collect();
    for values in [clean, rounded] {
        let found = all(&Fixture::new().number("x", before.clone(), values));
        assert!(found.iter().all(|own| own.detector != "stale"), "{}", words(&found));
    }
}

#[test]
fn what_is_broken_can_be_undone() {
    let values = vec![
        Raw::Numbers(vec![1.0, 2.0, f64::NAN, 23.0]),
        Raw::Names(vec![0, 1, 2, 0]),
        Raw::Numbers(vec![5.0, 6.0, 7.0, 8.0]),
    ];
    let touched = vec![true, false, true, true];
    let own = |columns: &[usize], change: Change| Fingerprint {
        detector: "test",
        cause: CauseId::UnitOrEncoding,
        columns: columns.to_vec(),
        strength: 1.0,
        share: 0.75,
        touched: touched.clone(),
        change,
        since: None,
        sentence: String::new(),
    };
    let bits = |values: &[Raw]| format!("{values:?}");
    for (columns, change) in [
        (vec![0], Change::Affine { factor: 4.0, offset: 2.0 }),
        (vec![1], Change::Renamed(vec![(0, 3), (2, 4)])),
        (vec![0], Change::Hours(7)),
        (vec![0, 2], Change::Swapped),
    ] {
        let fingerprint = own(&columns, change);
        let after = broken(&values, &fingerprint, &touched, &[]);
        assert_ne!(bits(&after), bits(&values));
        let back = repaired(&after, &fingerprint).expect("an inverse");
        assert_eq!(bits(&back), bits(&values), "{:?}", fingerprint.change);
    }
    let lost = own(&[0, 2], Change::Missing);
    let after = broken(&values, &lost, &touched, &[]);
    assert!(after[2].is_missing(0) && !after[2].is_missing(1));
    assert!(repaired(&after, &lost).is_none());
    let other = broken(&values, &own(&[2], Change::Shuffled), &touched, &[]);
    assert_eq!(other[2].numbers()[1], 6.0, "untouched");
}

#[test]
fn what_is_stale_comes_from_the_first_visit_of_the_same_entity() {
    // Entity 1 comes three times, entity 2 twice, entity 3 once.
    let ids = [1, 2, 1, 3, 2, 1];
    let values = vec![Raw::Numbers(vec![10.0, 20.0, 11.0, 30.0, 21.0, 12.0])];
    let fingerprint = Fingerprint {
        detector: "test",
        cause: CauseId::StaleFeature,
        columns: vec![0],
        strength: 1.0,
        share: 1.0,
        touched: Vec::new(),
        change: Change::Stale,
        since: None,
        sentence: String::new(),
    };
    let stale = |ids: &[u64]| {
        broken(&values, &fingerprint, &[true; 6], ids)[0].numbers().to_vec()
    };
    assert_eq!(stale(&ids), [10.0, 20.0, 10.0, 30.0, 20.0, 10.0]);
    // Where nobody returns it is a value of somebody's, never of a later row.
    for unknown in [&[][..], &[1, 2, 3, 4, 5, 6]] {
        let own = stale(unknown);
        assert_eq!(own[0], 10.0);
        let before = |row: usize| values[0].numbers()[..=row].contains(&own[row]);
        assert!((0..6).all(before), "{own:?}");
    }
}

#[test]
fn a_value_that_nearly_all_rows_share_is_not_stale() {
    // 500 entities, four visits each; since launch the column is 0 on all rows but a few, whoever they are.
    let mut random = Random::new(4);
    let before: Vec<f64> = (0..2000).map(|_| (20.0 * random.uniform()).round()).collect();
    let after: Vec<f64> =
        (0..2000).map(|row| if row % 41 == 0 { 3.0 } else { 0.0 }).collect();
    let stays: Vec<f64> = (0..2000).map(|row| before[row % 500]).collect();
    let entities: Vec<u64> = (0..2000).map(|row| (row % 500 + 1) as u64).collect();
    let found = |after: Vec<f64>| {
        let mut fixture = Fixture::new().number("letters", before.clone(), after);
        fixture.entities = (entities.clone(), entities.clone());
        fixture.see(|view| crate::bug::Detector::detect(&crate::bug::stale::Stale, view))
    };
    assert!(found(after).is_empty());
    assert_eq!(found(stays).len(), 1, "an entity's value that no longer changes is");
}

#[test]
fn a_number_that_is_the_same_on_most_days_has_no_clock() {
    // Hours five ahead of the rows' own time, and rain that is 0 nearly always: only the hour moved.
    let moments: Vec<i64> = (0..ROWS)
        .map(|row| {
            let day = 1000 + (row / DAY_ROWS) as i64;
            day * 86_400_000_000 + (row * 7 % 24) as i64 * 3_600_000_000
        })
        .collect();
    let hour = |by: usize| -> Vec<f64> {
        (0..ROWS).map(|row| ((row * 7 % 24 + by) % 24) as f64).collect()
    };
    let rain: Vec<f64> =
        (0..ROWS).map(|row| if row % 97 == 0 { 1.0 } else { 0.0 }).collect();
    let mut fixture = Fixture::new().number("hour", hour(0), hour(5)).number(
        "rain",
        rain.clone(),
        rain,
    );
    fixture.moments = (moments.clone(), moments);
    let found = all(&fixture);
    assert_eq!(found.len(), 1, "{}", words(&found));
    assert_eq!(found[0].columns, [0], "{}", words(&found));
    assert_eq!(found[0].change, Change::Hours(5));
}
