//! Breaks that look like something else: strangers' values that look like a changed relation, names run together that
//! look like a new kind of rows, the old mean that looks like a lost column, and a scaling that looks like other people.

use super::*;

/// A size, three columns that have a little to do with it, and an outcome of the size and the last two; the last three
/// columns come from another row.
fn star(seed: u64, moved: bool) -> (Vec<Vec<f64>>, Vec<u8>) {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 4];
    let mut labels = Vec::new();
    for _ in 0..ROWS {
        let size = random.normal();
        let mut loose = |share: f64| share * size + random.normal();
        let own = [size, loose(0.9), loose(-0.9), loose(0.8)];
        let eta = 0.6 * own[0] + 0.9 * own[2] - 0.9 * own[3] + 0.5 * random.normal();
        labels.push(u8::from(eta > 0.0));
        columns.iter_mut().zip(own).for_each(|(all, own)| all.push(own));
    }
    if moved {
        for own in columns.iter_mut().skip(1) {
            own.rotate_left(1);
        }
    }
    (columns, labels)
}

#[test]
fn the_outcome_tells_which_side_of_a_broken_tie_was_moved() {
    let ((reference, before), (production, after)) = (star(1, false), star(4, true));
    let mut fixture = with_columns(&reference, &production);
    let found = all(&fixture);
    assert!(found.iter().all(|own| own.detector != "wrong_key"), "{}", words(&found));
    fixture.labels = (before.clone(), after);
    let found = all(&fixture);
    let own = found.iter().find(|own| own.detector == "wrong_key").expect("strangers");
    assert_eq!(own.columns, [1, 2, 3], "{}", words(&found));
    assert!(own.share > 0.9, "{}", own.share);
    let (production, after) = star(4, false);
    let mut fixture = with_columns(&reference, &production);
    fixture.labels = (before, after);
    assert!(all(&fixture).is_empty(), "{}", words(&all(&fixture)));
}

/// A monthly mean and a weekly count that goes with it, and something else; the mean is divided by `factor` on that share
/// of the rows from day 20 on.
fn sales(seed: u64, broken: f64, factor: f64, growth: f64) -> Vec<Vec<f64>> {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 3];
    for row in 0..ROWS {
        let size = growth * exp(3.4 + 0.8 * random.normal());
        let mean =
            if row >= START && random.uniform() < broken { size / factor } else { size };
        let week = size * exp(0.25 * random.normal());
        let own = [mean, week, 10.0 + random.normal()];
        columns.iter_mut().zip(own).for_each(|(all, own)| all.push(own));
    }
    columns
}

#[test]
fn beside_its_partner_a_factor_is_seen_on_few_rows_and_on_each() {
    let reference = sales(1, 0.0, 1.0, 1.0);
    let look = |broken: f64, factor: f64, growth: f64| {
        all(&with_columns(&reference, &sales(2, broken, factor, growth)))
    };
    for (broken, factor) in [(0.06, 10.0), (0.4, 10.0), (0.1, 1.0 / 7.0), (0.5, 1000.0)] {
        let found = look(broken, factor, 1.0);
        let [own] = found.as_slice() else { panic!("{factor}: {}", words(&found)) };
        assert_eq!((own.detector, own.columns.as_slice()), ("unit", &[0][..]));
        assert_eq!(own.change, Change::Affine { factor: 1.0 / factor, offset: 0.0 });
        let share = own.touched.iter().filter(|own| **own).count() as f64 / ROWS as f64;
        let truth = broken * (ROWS - START) as f64 / ROWS as f64;
        assert!((share - truth).abs() < 0.2 * truth + 0.005, "{share} {truth}");
    }
    // Everything twice or five times as large is a market.
    assert!(look(0.0, 1.0, 2.0).iter().all(|own| own.detector != "unit"));
    assert!(look(0.0, 1.0, 5.0).iter().all(|own| own.detector != "unit"));
}

const NAMES: [&str; 4] = ["web", "app", "api", "desktop"];
const SHARES: [f64; 4] = [0.4, 0.3, 0.2, 0.1];

#[test]
fn names_run_together_are_no_new_kind_of_rows() {
    let reference = picked(1, ROWS, &NAMES, &SHARES);
    let run_together = |gone: &[&str]| {
        let mut names = picked(2, ROWS, &NAMES, &SHARES);
        from_start(&mut names, 1.0, |own| {
            if gone.contains(own) {
                *own = "client";
            }
        });
        all(&Fixture::new().names("source", &reference, &names))
    };
    for gone in [&["app", "api"][..], &["web", "api", "desktop"], &NAMES] {
        let found = run_together(gone);
        assert_eq!(found.len(), 1, "{}", words(&found));
        assert_eq!(found[0].cause, CauseId::CategoryMapping);
        assert_eq!(found[0].since, Some(1020));
        assert!(matches!(found[0].change, Change::DefaultName(_)), "{}", words(&found));
    }
    // One renamed, two run together, from the first row on.
    let mut names = picked(2, ROWS, &NAMES, &SHARES);
    for own in &mut names {
        *own = match *own {
            "web" => "flexible",
            "app" | "api" => "fixed",
            other => other,
        };
    }
    let found = all(&Fixture::new().names("source", &reference, &names));
    assert_eq!(found.len(), 1, "{}", words(&found));
    let Change::Renamed(pairs) = &found[0].change else { panic!("{}", words(&found)) };
    assert_eq!(pairs.len(), 3);
    // One name for another is a renaming, not a merger.
    let renamed = run_together(&["app"]);
    assert!(matches!(renamed[0].change, Change::Renamed(_)), "{}", words(&renamed));
    // A new kind beside the old ones, which still come.
    let mut names = picked(2, ROWS, &NAMES, &SHARES);
    from_start(&mut names, 0.5, |own| *own = "client");
    let found = all(&Fixture::new().names("source", &reference, &names));
    assert!(found.is_empty(), "{}", words(&found));
}

#[test]
fn the_mean_of_other_rows_is_a_default() {
    let tenths = |seed: u64| -> Vec<f64> {
        let own = lognormal(seed, ROWS, 30.0, 0.6).into_iter();
        own.map(|x| (10.0 * x).round() / 10.0).collect()
    };
    let (reference, trained) = (tenths(1), tenths(3));
    let mean = trained.iter().sum::<f64>() / ROWS as f64;
    let filled = |value: f64| {
        let mut values = tenths(2);
        from_start(&mut values, 0.6, |x| *x = value);
        all(&Fixture::new().number("distance", reference.clone(), values))
    };
    let found = filled(mean);
    assert_eq!(found[0].change, Change::DefaultNumber(mean), "{}", words(&found));
    assert!(found[0].strength >= 0.85, "{}", found[0].strength);
    assert!(found[0].sentence.contains("mean or median"), "{}", found[0].sentence);
    // One that is nobody's mean is believed too, and less surely: it may be an event.
    let found = filled(mean + 20.05);
    assert!((0.7..0.85).contains(&found[0].strength), "{}", words(&found));
    // Of a handful of values any may become the usual one: a promotion, not a default.
    let few = |seed: u64, often: f64| -> Vec<f64> {
        let mut random = Random::new(seed);
        let one = |own: &mut Random| 10.0 * own.below(6) as f64 + 5.0;
        (0..ROWS)
            .map(|_| if random.chance(often) { 45.0 } else { one(&mut random) })
            .collect()
    };
    let found = all(&Fixture::new().number("discount", few(1, 0.0), few(2, 0.5)));
    assert!(found.iter().all(|own| own.strength < 0.7), "{}", words(&found));
}

#[test]
fn a_scaling_by_the_new_rows_own_moments_is_seen() {
    // The new rows are of a somewhat other shape, and scaled by their own mean and deviation, or ends.
    let raw = lognormal(2, ROWS, 50.0, 0.55);
    let reference = || lognormal(1, ROWS, 40.0, 0.6);
    let mean = raw.iter().sum::<f64>() / ROWS as f64;
    let square = raw.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / ROWS as f64;
    let standard: Vec<f64> =
        raw.iter().map(|x| (x - mean) / crate::stats::math::sqrt(square)).collect();
    let (low, high) =
        raw.iter().fold((f64::MAX, f64::MIN), |(a, b), x| (a.min(*x), b.max(*x)));
    let unit: Vec<f64> = raw.iter().map(|x| (x - low) / (high - low)).collect();
    for (values, word) in [(standard, "standardised"), (unit, "scaled to 0")] {
        let found = all(&Fixture::new().number("amount", reference(), values));
        assert_eq!(found.len(), 1, "{}", words(&found));
        assert_eq!(found[0].cause, CauseId::UnitOrEncoding);
        assert!(found[0].sentence.contains(word), "{}", found[0].sentence);
    }
    // Values that come to lie about 0 by another road are no scaling.
    let moved: Vec<f64> =
        lognormal(2, ROWS, 40.0, 0.6).iter().map(|x| 0.05 * x - 1.0).collect();
    let found = all(&Fixture::new().number("amount", reference(), moved));
    assert!(
        found.iter().all(|own| !own.sentence.contains("standard")),
        "{}",
        words(&found)
    );
}

#[test]
fn a_distance_is_not_off_by_the_days_of_a_year() {
    // A tenth of the rows from far away, by a factor that chance makes 365.
    let far = || {
        let mut values = lognormal(2, ROWS, 6.0, 0.5);
        from_start(&mut values, 0.2, |x| *x *= 365.0);
        values
    };
    let of = |name: &str, values: Vec<f64>| {
        all(&Fixture::new().number(name, lognormal(1, ROWS, 6.0, 0.5), values))
    };
    let units = |found: &[Fingerprint]| found.iter().any(|own| own.detector == "unit");
    assert!(!units(&of("distance_km", far())));
    assert!(units(&of("waiting", far())));
    let mut metres = lognormal(2, ROWS, 6.0, 0.5);
    from_start(&mut metres, 0.2, |x| *x *= 1000.0);
    assert!(units(&of("distance_km", metres)));
}

#[test]
fn of_values_on_both_sides_of_zero_a_factor_changes_the_size() {
    let moods = |seed: u64, times: f64, share: f64| -> Vec<f64> {
        let mut random = Random::new(seed);
        let one = |row: usize| {
            let mood = (100.0 * (0.4 * random.normal()).clamp(-1.0, 1.0)).round() / 100.0;
            if row >= START && random.uniform() < share { times * mood } else { mood }
        };
        (0..ROWS).map(one).collect()
    };
    let found = |production: Vec<f64>| {
        all(&Fixture::new().number("mood", moods(1, 1.0, 0.0), production))
    };
    let own = found(moods(2, 100.0, 0.15));
    assert_eq!(own.len(), 1, "{}", words(&own));
    let [own] = own.as_slice() else { return };
    assert_eq!(own.change, Change::Affine { factor: 100.0, offset: 0.0 });
    assert!((own.share - 0.11).abs() < 0.03, "{}", own.share);
    assert_eq!(own.since, Some(1020));
    assert!(found(moods(2, 1.0, 0.0)).is_empty());
}
