//! False alarms of drift: two random halves of one source have not drifted. Each run makes a source with
//! numbers, categories, long tails, missing values and constants, splits it at random into a reference and
//! a production half, encodes by the reference only and asks every measure and check. A run is flagged when
//! any column is called drifted or has any finding. Target: at most 2 % of runs.
//!
//! The quick runs are part of every test run; the thousand halves a size are
//! `cargo test --release --test drift_null -- --ignored --nocapture`.

#![cfg(feature = "engine")]

use std::collections::BTreeMap;

use whydrop::drift::checks::{self, Counted};
use whydrop::drift::{ColumnCounts, ColumnInput, Measured, compare, judge};
use whydrop::encode::code::{
    HIGH, LOW, Layout, NEW_FIRST, NEW_LAST, NULL, OTHER, UNSEEN,
};
use whydrop::report::DriftBand;
use whydrop::stats::math;
use whydrop::stats::random::{Random, mix64};

/// A value of the made-up source.
#[derive(Clone, Copy, PartialEq)]
enum Value {
    Number(f64),
    Category(u32),
    Missing,
}

const COLUMNS: usize = 12;

/// One row's values; `zipf` draws a category with share ∝ 1/rank.
fn row(random: &mut Random) -> [Value; COLUMNS] {
    let zipf = |random: &mut Random, size: f64| {
        Value::Category(math::pow(size + 1.0, random.uniform()) as u32)
    };
    let maybe = |random: &mut Random, missing: f64, value: Value| {
        if random.chance(missing) { Value::Missing } else { value }
    };
    let normal = random.normal();
    let long = random.exponential();
    let sparse = random.exponential();
    let count = (random.exponential() * 4.0).floor();
    let few = random.below(3) as f64;
    let seven = random.below(7) as u32;
    [
        Value::Number(normal),
        Value::Number(long * long * long),
        maybe(random, 0.05, Value::Number(normal * 2.0 + long)),
        Value::Number(if random.chance(0.8) { 0.0 } else { sparse }),
        Value::Number(count),
        Value::Number(few),
        Value::Category(u32::from(random.chance(0.3))),
        zipf(random, 20.0),
        zipf(random, 150.0),
        zipf(random, 5_000.0),
        maybe(random, 0.01, Value::Category(seven)),
        Value::Category(u32::from(random.chance(0.004))),
    ]
}

/// Rows with their entity; entities of `entity` rows on average keep each value with chance 0.9.
fn source(rows: usize, entity: u64, random: &mut Random) -> Vec<(u64, [Value; COLUMNS])> {
    let mut out = Vec::with_capacity(rows);
    let mut id = 0;
    while out.len() < rows {
        id += 1;
        let own = row(random);
        let size = if entity <= 1 { 1 } else { 1 + random.below(2 * entity - 1) };
        for _ in 0..size.min((rows - out.len()) as u64) {
            let mut values = own;
            if entity > 1 {
                for (value, fresh) in values.iter_mut().zip(row(random)) {
                    if random.chance(0.1) {
                        *value = fresh;
                    }
                }
            }
            out.push((id, values));
        }
    }
    out
}

/// The numbers of both tables, for a number.
type Numbers = Option<[Vec<f64>; 2]>;

/// Codes of one column by the rules of the encoder: reference edges, 32 ranges or single values, 200
/// categories, new ones by their share of production.
fn encode(
    reference: &[(u64, [Value; COLUMNS])],
    production: &[(u64, [Value; COLUMNS])],
    column: usize,
) -> (Layout, [Vec<u8>; 2], Numbers) {
    let of = |table: &[(u64, [Value; COLUMNS])]| -> Vec<Value> {
        table.iter().map(|(_, values)| values[column]).collect()
    };
    let tables = [of(reference), of(production)];
    let numbers = |table: &[Value]| -> Vec<f64> {
        let mut sorted: Vec<f64> = table
            .iter()
            .filter_map(|v| if let Value::Number(x) = v { Some(*x) } else { None })
            .collect();
        sorted.sort_by(f64::total_cmp);
        sorted
    };
    let sorted = numbers(&tables[0]);
    if !sorted.is_empty() {
        let mut edges: Vec<f64> =
            (1..32).map(|k| sorted[k * sorted.len() / 32]).collect();
        edges.dedup();
        let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
        let code = |value: &Value| match value {
            Value::Number(x) if *x < least => LOW,
            Value::Number(x) if *x > most => HIGH,
            Value::Number(x) => edges.partition_point(|edge| edge <= x) as u8,
            _ => NULL,
        };
        let codes = [0, 1].map(|t: usize| tables[t].iter().map(code).collect());
        let values = [sorted, numbers(&tables[1])];
        return (Layout::of_ranges(edges.len() as u8 + 1), codes, Some(values));
    }
    let tally = |table: &[Value]| {
        let mut counts = BTreeMap::new();
        for value in table {
            if let Value::Category(c) = value {
                *counts.entry(*c).or_insert(0_usize) += 1;
            }
        }
        counts
    };
    let [known, there] = [tally(&tables[0]), tally(&tables[1])];
    let mut ranked: Vec<(u32, usize)> = known.iter().map(|(c, n)| (*c, *n)).collect();
    ranked.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut code_of: BTreeMap<u32, u8> = BTreeMap::new();
    for (place, (category, _)) in ranked.iter().enumerate() {
        code_of.insert(*category, if place < 200 { place as u8 } else { OTHER });
    }
    let mut new: Vec<(u32, usize)> = there
        .iter()
        .filter(|(c, n)| !known.contains_key(c) && **n * 200 >= production.len())
        .map(|(c, n)| (*c, *n))
        .collect();
    new.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for ((category, _), code) in new.iter().zip(NEW_FIRST..=NEW_LAST) {
        code_of.insert(*category, code);
    }
    let code = |value: &Value| match value {
        Value::Category(c) => code_of.get(c).copied().unwrap_or(UNSEEN),
        _ => NULL,
    };
    let codes = [0, 1].map(|t: usize| tables[t].iter().map(code).collect());
    (Layout::of_categories(ranked.len().min(200) as u8), codes, None)
}

/// Whether anything is flagged in two random halves.
fn is_flagged(rows: usize, entity: u64, seed: u64) -> Option<String> {
    let mut random = Random::stream(seed, "random halves");
    let all = source(2 * rows, entity, &mut random);
    let salt = random.next_u64();
    let (reference, production): (Vec<_>, Vec<_>) = if entity > 1 {
        all.into_iter().partition(|(id, _)| mix64(id ^ salt) & 1 == 0)
    } else {
        let mut all = all;
        random.shuffle(&mut all);
        let production = all.split_off(rows);
        (all, production)
    };
    let mut measured: Vec<Option<Measured>> = Vec::new();
    let mut checked = Vec::new();
    for column in 0..COLUMNS {
        let (layout, codes, values) = encode(&reference, &production, column);
        let count = |codes: &[u8], table: &[(u64, [Value; COLUMNS])]| {
            let mut counts = ColumnCounts::default();
            for (code, (id, _)) in codes.iter().zip(table) {
                counts.add((mix64(id.wrapping_add(77)) % 32) as usize, *code, 1);
            }
            counts
        };
        let (p, q) = (count(&codes[0], &reference), count(&codes[1], &production));
        measured.push(compare(&ColumnInput {
            layout: &layout,
            reference: &p,
            production: &q,
            values: values.as_ref().map(|[p, q]| (p.as_slice(), q.as_slice())),
            reference_periods: &[],
            seed: column as u64,
        }));
        checked.push(checks::check(&layout, &p, &q, &Counted::default()));
    }
    for (column, drift) in judge(&measured).into_iter().enumerate() {
        if let Some(drift) = drift.filter(|drift| drift.band != DriftBand::None) {
            return Some(format!("{rows} rows, seed {seed}, column {column}: {drift:?}"));
        }
    }
    for (column, findings) in checks::judge_checks(&checked).iter().enumerate() {
        if let Some(finding) = findings.first() {
            return Some(format!(
                "{rows} rows, seed {seed}, column {column}: {finding:?}"
            ));
        }
    }
    None
}

fn flagged_share(rows: usize, entity: u64, runs: u64) -> f64 {
    let flagged: Vec<String> =
        (0..runs).filter_map(|seed| is_flagged(rows, entity, seed)).collect();
    flagged.iter().take(8).for_each(|what| println!("{what}"));
    let share = flagged.len() as f64 / runs as f64;
    println!("{rows} rows, entities of {entity}: {share} of {runs} halves flagged");
    share
}

#[test]
fn halves_of_independent_rows() {
    assert!(flagged_share(60, 1, 200) <= 0.02);
    assert!(flagged_share(500, 1, 200) <= 0.02);
    assert!(flagged_share(5_000, 1, 30) <= 0.02);
}

#[test]
fn halves_of_clustered_rows() {
    assert!(flagged_share(500, 5, 200) <= 0.02);
    assert!(flagged_share(5_000, 10, 30) <= 0.04);
}

fn a_thousand(rows: usize) {
    for entity in [1, 5] {
        assert!(flagged_share(rows, entity, 1_000) <= 0.02);
    }
}

#[test]
#[ignore = "a minute"]
fn a_thousand_halves_of_500_rows() {
    a_thousand(500);
}

#[test]
#[ignore = "some minutes"]
fn a_thousand_halves_of_5000_rows() {
    a_thousand(5_000);
}

#[test]
#[ignore = "half an hour without --release"]
fn a_thousand_halves_of_50000_rows() {
    a_thousand(50_000);
}
