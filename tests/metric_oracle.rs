//! Metrics and distribution functions against scikit-learn and SciPy. Input and expected values are in
//! `tests/oracle/metrics.json`, written by `tests/oracle/make_metrics.py`. Exact metrics must agree to 1e-9,
//! distribution functions to a relative 1e-10, tails included.

use serde_json::Value;
use whydrop::metric::binary::{BinaryProfile, BinaryRow};
use whydrop::metric::binary_metrics::{self, Costs};
use whydrop::metric::estimate::Measured;
use whydrop::metric::multiclass::{MulticlassProfile, MulticlassRow};
use whydrop::metric::regression::RegressionProfile;
use whydrop::metric::weight::WeightScale;
use whydrop::metric::{BLOCK_COUNT, MetricId, Missing, Tally};
use whydrop::stats::{math, multiple, proportion, rank, special};

fn oracle() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/metrics.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn near(found: f64, expected: f64, tolerance: f64, what: &str) {
    let limit = tolerance * expected.abs().max(1.0);
    assert!((found - expected).abs() <= limit, "{what}: {found} is not {expected}");
}

/// Every expected value of a case is there, and a null is a reason.
fn check(case: &Value, found: &[Measured], tolerance: f64) {
    for (name, expected) in case["expected"].as_object().unwrap() {
        let what = format!("{}: {name}", text(&case["name"]));
        let id = MetricId::from_name(name).unwrap();
        let measured = found.iter().find(|m| m.id == id).unwrap();
        match (expected.as_f64(), measured.outcome) {
            (Some(expected), Ok(estimate)) => {
                near(estimate.value, expected, tolerance, &what);
            }
            (None, Err(_)) => {}
            other => panic!("{what}: {other:?}"),
        }
    }
}

struct Binary {
    profile: BinaryProfile,
    tally: Tally,
    costs: Costs,
}

/// One bin a distinct score, so that bins and tally must agree to the last digits.
fn binary(case: &Value, costs: &[f64]) -> Binary {
    let (labels, scores) = (numbers(&case["y"]), numbers(&case["s"]));
    let weights = case["weights"].as_array().map(|_| numbers(&case["weights"]));
    let scale = match &weights {
        Some(_) => WeightScale::for_typical(1.0),
        None => WeightScale::ROWS,
    };
    let mut levels = scores.clone();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let mut profile = BinaryProfile::new(
        levels.len(),
        BLOCK_COUNT,
        case["probability"].as_bool().unwrap(),
        case["epsilon"].as_f64().unwrap(),
    );
    let threshold = case["threshold"].as_f64().unwrap();
    let mut rows = Vec::new();
    for (i, (&label, &score)) in labels.iter().zip(&scores).enumerate() {
        let weight = scale.units(weights.as_ref().map_or(1.0, |w| w[i])).unwrap();
        let label = label == 1.0;
        rows.push((score, label, weight));
        profile.add(&BinaryRow {
            block: (i % BLOCK_COUNT) as u8,
            bin: levels.partition_point(|&level| level < score) as u16,
            score,
            label: Some(label),
            decision: Some(score >= threshold),
            weight,
            value: f64::NAN,
        });
    }
    let costs = Costs {
        false_positive: costs[0],
        false_negative: costs[1],
        value_correct: costs[2],
        value_by_row: false,
    };
    Binary { profile, tally: Tally::from_rows(rows), costs }
}

#[test]
fn binary_metrics_equal_scikit_learn() {
    let oracle = oracle();
    let costs = numbers(&oracle["costs"]);
    for case in oracle["binary"].as_array().unwrap() {
        let made = binary(case, &costs);
        let exact =
            binary_metrics::evaluate(&made.profile, Some(&made.tally), Some(made.costs));
        check(case, &exact, 1e-9);
        // One bin a score: the bins alone must say the same.
        check(
            case,
            &binary_metrics::evaluate(&made.profile, None, Some(made.costs)),
            1e-9,
        );
        let name = text(&case["name"]);
        let auc = exact.iter().find(|m| m.id == MetricId::Auc).unwrap();
        if let (Some(expected), Some(estimate)) =
            (case["auc_error"].as_f64(), auc.estimate())
        {
            if expected > 0.0 {
                near(estimate.standard_error.unwrap(), expected, 1e-9, name);
            }
            let (low, high) = estimate.interval.unwrap();
            assert!(low <= estimate.value && estimate.value <= high, "{name}");
        }
        if let Some(expected) = case["delong"].as_f64() {
            near(
                rank::delong_variance(made.tally.entries()).unwrap(),
                expected,
                1e-12,
                name,
            );
        }
        if case["roc"].is_array() {
            let points = rank::roc_curve(made.tally.entries(), 1_000_000);
            let (x, y) = (numbers(&case["roc"][0]), numbers(&case["roc"][1]));
            assert_eq!(points.len(), x.len(), "{name}");
            for (i, point) in points.iter().enumerate() {
                near(point.x, x[i], 1e-15, name);
                near(point.y, y[i], 1e-15, name);
            }
        }
    }
}

#[test]
fn missing_values_say_why() {
    let oracle = oracle();
    let reason = |name: &str, id: MetricId| {
        let case =
            oracle["binary"].as_array().unwrap().iter().find(|c| c["name"] == name);
        let made = binary(case.unwrap(), &[1.0, 1.0, 0.0]);
        let found = binary_metrics::evaluate(&made.profile, Some(&made.tally), None);
        found.iter().find(|m| m.id == id).unwrap().outcome.err()
    };
    assert_eq!(reason("all negative", MetricId::Auc), Some(Missing::OneClass));
    assert_eq!(reason("all negative", MetricId::Recall), Some(Missing::OneClass));
    assert_eq!(reason("all negative", MetricId::LogLoss), None);
    assert_eq!(reason("constant score", MetricId::Precision), Some(Missing::NoYes));
    assert_eq!(
        reason("constant score", MetricId::CalibrationSlope),
        Some(Missing::NoFit)
    );
    assert_eq!(reason("perfect", MetricId::CalibrationSlope), Some(Missing::NoFit));
    assert_eq!(reason("margins", MetricId::LogLoss), Some(Missing::NotProbability));
    assert_eq!(reason("tiny", MetricId::ExpectedCost), Some(Missing::NoCosts));
}

#[test]
fn multiclass_metrics_equal_scikit_learn() {
    for case in oracle()["multiclass"].as_array().unwrap() {
        let classes = case["classes"].as_u64().unwrap() as usize;
        let labels = numbers(&case["y"]);
        let scores: Vec<Vec<f64>> =
            case["s"].as_array().unwrap().iter().map(numbers).collect();
        let mut profile = MulticlassProfile::new(BLOCK_COUNT, classes, true, 1e-6);
        for (i, (label, scores)) in labels.iter().zip(&scores).enumerate() {
            let block = (i % BLOCK_COUNT) as u8;
            let label = Some(*label as u16);
            profile.add(&MulticlassRow {
                block,
                label,
                decision: None,
                scores,
                weight: 1,
            });
        }
        let of_class = |class: usize| {
            let rows = labels.iter().zip(&scores);
            Tally::from_rows(rows.map(|(y, s)| (s[class], *y as usize == class, 1)))
        };
        let tallies: Vec<Tally> = (0..classes).map(of_class).collect();
        check(case, &profile.evaluate(&tallies), 1e-9);
        // From bins: close, with an interval that holds the exact value.
        let binned = profile.evaluate(&[]);
        let found = binned.iter().find(|m| m.id == MetricId::OvrAuc).unwrap();
        let expected = case["expected"]["ovr_auc"].as_f64().unwrap();
        near(found.estimate().unwrap().value, expected, 3e-3, text(&case["name"]));
    }
}

#[test]
fn regression_metrics_equal_scikit_learn() {
    for case in oracle()["regression"].as_array().unwrap() {
        let (truth, prediction) = (numbers(&case["truth"]), numbers(&case["prediction"]));
        let spread = case["spread"].as_f64().unwrap();
        let mut profile =
            RegressionProfile::new(BLOCK_COUNT, spread, case["level"].as_f64().unwrap());
        let pairs = || truth.iter().zip(&prediction);
        for (i, (t, p)) in pairs().enumerate() {
            profile.add((i % BLOCK_COUNT) as u8, *p, *t, 1);
        }
        let sizes = Tally::from_rows(pairs().map(|(t, p)| ((p - t).abs(), true, 1)));
        let found = profile.evaluate(Some(&sizes));
        for (name, expected) in case["expected"].as_object().unwrap() {
            let id = MetricId::from_name(name).unwrap();
            let value =
                found.iter().find(|m| m.id == id).unwrap().estimate().unwrap().value;
            let expected = expected.as_f64().unwrap();
            let what = format!("{}: {name}", text(&case["name"]));
            // Relative to the metric's own size, or to the spread where that may be near 0.
            let size = if name == "r2" { 1.0 } else { expected.abs().max(0.01 * spread) };
            assert!(
                (value - expected).abs() <= 1e-9 * size,
                "{what}: {value} is not {expected}"
            );
        }
    }
}

#[test]
fn distribution_functions_equal_scipy() {
    let oracle = oracle();
    let mut failures = Vec::new();
    for row in oracle["functions"].as_array().unwrap() {
        let (name, a) = (text(&row[0]), numbers(&row[1]));
        let expected = row[2].as_f64().unwrap();
        let found = match name {
            "normal_cdf" => special::normal_cdf(a[0]),
            "normal_quantile" => special::normal_quantile(a[0]),
            "chi_square_survival" => special::chi_square_survival(a[0], a[1]),
            "gamma_lower" => special::incomplete_gamma(a[0], a[1]).0,
            "beta_lower" => special::incomplete_beta(a[0], a[1], a[2], 1.0 - a[2]).0,
            "student_t_survival" => special::student_t_survival(a[0], a[1]),
            "student_t_quantile" => special::student_t_quantile(a[0], a[1]),
            "kolmogorov_survival" => special::kolmogorov_survival(a[0]),
            "lgamma" => math::lgamma(a[0]),
            other => panic!("no function {other}"),
        };
        let error = ((found - expected) / expected).abs();
        // A quantile of one half is 0: compare in absolute terms there.
        if !(error <= 1e-10 || (found - expected).abs() <= 1e-16) {
            failures.push(format!(
                "{name}{a:?}: {found:e} is not {expected:e} ({error:.1e})"
            ));
        }
    }
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn adjusted_p_values_and_wilson_equal_scipy() {
    let oracle = oracle();
    let families = &oracle["families"];
    let p = numbers(&families["p"]);
    let pairs = [(multiple::benjamini_hochberg(&p), "bh"), (multiple::holm(&p), "holm")];
    for (found, name) in pairs {
        for (found, expected) in found.iter().zip(numbers(&families[name])) {
            near(*found, expected, 1e-14, name);
        }
    }
    for row in families["wilson"].as_array().unwrap() {
        let row = numbers(row);
        let (low, high) =
            proportion::wilson(row[0], row[1], 1.959_963_984_540_054).unwrap();
        near(low, row[2], 1e-13, "wilson low");
        near(high, row[3], 1e-13, "wilson high");
    }
}
