//! Drift and onset against SciPy and plain formulas: `oracle/drift.json`, made by `oracle/make_drift.py`.
//! Tolerance 1e-9, relative for numbers above 1.

#![cfg(feature = "engine")]

use serde_json::Value;
use whydrop::drift::{
    BlockCounts, chi_square, hellinger, jensen_shannon, kolmogorov_smirnov, materiality,
    psi, total_variation, wasserstein,
};
use whydrop::onset::{Point, shape};
use whydrop::report::ChangeKind;

fn cases(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("oracle/drift.json")).unwrap();
    let cases = all[name].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

fn counts(value: &Value) -> Vec<u64> {
    value.as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

#[track_caller]
fn close(ours: f64, case: &Value, name: &str) {
    let theirs = case[name].as_f64().unwrap_or_else(|| panic!("{name} is missing"));
    assert!(
        (ours - theirs).abs() <= 1e-9 * theirs.abs().max(1.0),
        "{name}: {ours} is not {theirs}"
    );
}

/// p-values far in the tail must agree by ratio too.
#[track_caller]
fn close_p(ours: f64, case: &Value) {
    close(ours, case, "p_value");
    let theirs = case["p_value"].as_f64().unwrap();
    if theirs > 1e-250 {
        assert!((ours / theirs - 1.0).abs() < 1e-7, "{ours} is not {theirs}");
    }
}

#[test]
fn measures_of_counts() {
    for case in cases("counts") {
        let (p, q) = (counts(&case["reference"]), counts(&case["production"]));
        let raw = total_variation::total_variation(&p, &q).unwrap();
        let expected = total_variation::expected_by_chance(&p, &q, (1.0, 1.0)).unwrap();
        close(raw, &case, "total_variation");
        close(expected, &case, "expected");
        close(total_variation::less_noise(raw, expected), &case, "moved");
        close(psi::stability_index(&p, &q).unwrap(), &case, "psi");
        close(psi::less_noise(&p, &q).unwrap(), &case, "psi_less_noise");
        close(jensen_shannon::jensen_shannon(&p, &q).unwrap(), &case, "jensen_shannon");
        close(hellinger::hellinger(&p, &q).unwrap(), &case, "hellinger");
        close(kolmogorov_smirnov::from_counts(&p, &q).unwrap(), &case, "ks");
        if case.get("chi_square").is_some() {
            let (p, q) = (BlockCounts::new(vec![p]), BlockCounts::new(vec![q]));
            let test = chi_square::test(&p, &q, 1).unwrap();
            close(test.statistic, &case, "chi_square");
            assert_eq!(u64::from(test.degrees_of_freedom), case["degrees_of_freedom"]);
            close_p(test.p_value, &case);
        }
    }
}

#[test]
fn measures_of_samples() {
    for case in cases("samples") {
        let (p, q) = (numbers(&case["reference"]), numbers(&case["production"]));
        let d = kolmogorov_smirnov::from_sorted(&p, &q).unwrap();
        close(d, &case, "ks");
        let (n, m) = (p.len() as u64, q.len() as u64);
        close(kolmogorov_smirnov::p_value(d, n, m), &case, "ks_p_value");
        close(wasserstein::from_sorted(&p, &q).unwrap(), &case, "wasserstein");
        close(wasserstein::spread(&p).unwrap(), &case, "spread");
        let held = wasserstein::measure(&p, &q).unwrap();
        close(held.distance, &case, "held");
        close(held.scaled, &case, "scaled");
    }
}

#[test]
fn clustered_rows() {
    for case in cases("blocks") {
        let table = |name: &str| {
            let blocks = case[name].as_array().unwrap();
            BlockCounts::new(blocks.iter().map(counts).collect())
        };
        let (p, q) = (table("reference"), table("production"));
        let effects = numbers(&case["effects"]);
        for (table, effect) in [&p, &q].into_iter().zip(effects) {
            assert!((chi_square::design_effect(table).unwrap() - effect).abs() < 1e-9);
        }
        let test = chi_square::test(&p, &q, 1).unwrap();
        close(test.statistic, &case, "statistic");
        close_p(test.p_value, &case);
        let moved = total_variation::measure(&p, &q, Some(1)).unwrap();
        close(moved.moved, &case, "moved");
        close(moved.low, &case, "low");
        close(moved.high, &case, "high");
    }
}

#[test]
fn fisher() {
    for case in cases("fisher") {
        let (p, q) = (counts(&case["reference"]), counts(&case["production"]));
        close_p(chi_square::fisher(&p, &q).unwrap(), &case);
    }
}

#[test]
fn materiality_points() {
    for case in cases("mix") {
        let points = materiality::mix_points(
            &counts(&case["reference"]),
            &counts(&case["production"]),
            &counts(&case["labelled"]),
            &numbers(&case["loss_sums"]),
        );
        close(points.unwrap(), &case, "points");
    }
}

#[test]
fn shapes() {
    for case in cases("shapes") {
        let series: Vec<Point> = numbers(&case["values"])
            .into_iter()
            .zip(numbers(&case["variances"]))
            .map(|(value, variance)| Point { value, variance })
            .collect();
        let found = shape(&series, None).unwrap();
        let kind = match found.shape.kind() {
            ChangeKind::None => "none",
            ChangeKind::Gradual => "gradual",
            ChangeKind::Step => "step",
            ChangeKind::Pulse => "pulse",
        };
        assert_eq!(case["kind"], kind);
        if let (Some(first), "step" | "pulse") = (found.shape.first(), kind) {
            assert_eq!(case["first"], first as u64);
        }
        close(found.strength, &case, "strength");
        close(found.dispersion, &case, "dispersion");
    }
}
