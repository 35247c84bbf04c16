//! The small models against scikit-learn (`tests/oracle/make_models.py`): trees by the quality they reach on rows
//! they have not seen (AUC, log-loss, R² within 0.005), isotonic regression value by value (10⁻⁹).

use serde::Deserialize;
use whydrop::model::isotonic;
use whydrop::model::matrix::{CodeColumn, Matrix, Order};
use whydrop::model::trees::{Objective, Params, fit};
use whydrop::stats::math;

/// How far below scikit-learn's quality ours may lie.
const TOLERANCE: f64 = 0.005;

#[derive(Deserialize)]
struct Oracle {
    boosted: Vec<Boosted>,
    isotonic: Vec<IsotonicCase>,
}

#[derive(Deserialize)]
struct Boosted {
    name: String,
    task: String,
    train_rows: usize,
    ordered: usize,
    params: Grown,
    codes: Vec<String>,
    target: Vec<f64>,
    quality: Quality,
}

#[derive(Deserialize)]
struct Grown {
    depth: u8,
    trees: usize,
    rate: f64,
    lambda: f64,
    leaf: usize,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Quality {
    auc: f64,
    log_loss: f64,
    r2: f64,
}

#[derive(Deserialize)]
struct IsotonicCase {
    scores: Vec<f64>,
    targets: Vec<f64>,
    weights: Option<Vec<f64>>,
    asked: Vec<f64>,
    values: Vec<f64>,
}

fn oracle() -> Oracle {
    serde_json::from_str(include_str!("oracle/models.json")).expect("the oracle is JSON")
}

fn codes(text: &str) -> Vec<u8> {
    let byte =
        |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("hexadecimal");
    (0..text.len()).step_by(2).map(byte).collect()
}

fn auc(margins: &[f64], target: &[f64]) -> f64 {
    let (mut wins, mut pairs) = (0.0, 0.0);
    for (a, _) in margins.iter().zip(target).filter(|(_, y)| **y == 1.0) {
        for (b, _) in margins.iter().zip(target).filter(|(_, y)| **y == 0.0) {
            pairs += 1.0;
            wins += if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            };
        }
    }
    wins / pairs
}

fn quality(objective: Objective, margins: &[f64], target: &[f64]) -> Quality {
    let n = target.len() as f64;
    let pairs = || margins.iter().zip(target);
    if objective == Objective::Logistic {
        let loss: f64 = pairs().map(|(m, y)| math::softplus(*m) - y * m).sum();
        return Quality { auc: auc(margins, target), log_loss: loss / n, r2: 0.0 };
    }
    let mean = target.iter().sum::<f64>() / n;
    let error: f64 = pairs().map(|(m, y)| (m - y) * (m - y)).sum();
    let all: f64 = target.iter().map(|y| (y - mean) * (y - mean)).sum();
    Quality { r2: 1.0 - error / all, ..Quality::default() }
}

#[test]
fn trees_reach_the_quality_of_scikit_learn() {
    let mut short = Vec::new();
    for case in oracle().boosted {
        let order =
            |at| if at < case.ordered { Order::by_code() } else { Order::Categories };
        let column = |(at, text): (usize, &String)| CodeColumn {
            codes: codes(text),
            order: order(at),
        };
        let matrix = Matrix {
            row_count: case.target.len(),
            columns: case.codes.iter().enumerate().map(column).collect(),
        };
        let params = Params {
            depth: case.params.depth,
            trees: case.params.trees,
            learning_rate: case.params.rate,
            lambda: case.params.lambda,
            min_child_rows: case.params.leaf,
            holdout: 0.0,
            patience: 8,
            seed: 1,
        };
        let objective = if case.task == "logistic" {
            Objective::Logistic
        } else {
            Objective::Squared
        };
        let rows: Vec<u32> = (0..case.target.len() as u32).collect();
        let (train, test) = rows.split_at(case.train_rows);
        let model = fit(&matrix, train, &case.target, None, None, objective, &params);
        let margins = model.margins(&matrix, test);
        let ours = quality(objective, &margins, &case.target[case.train_rows..]);
        let theirs = &case.quality;
        println!("{}: ours {ours:?}, scikit-learn {theirs:?}", case.name);
        if ours.auc < theirs.auc - TOLERANCE
            || ours.log_loss > theirs.log_loss + TOLERANCE
            || ours.r2 < theirs.r2 - TOLERANCE
        {
            short.push(case.name);
        }
    }
    assert!(short.is_empty(), "{short:?}");
}

#[test]
fn isotonic_regression_agrees_with_scikit_learn() {
    for case in oracle().isotonic {
        let fitted = isotonic::fit(&case.scores, &case.targets, case.weights.as_deref());
        for (asked, value) in case.asked.iter().zip(&case.values) {
            let own = fitted.at(*asked);
            assert!((own - value).abs() < 1e-9, "at {asked}: {own} instead of {value}");
        }
    }
}
