//! Laws of the trees.

use super::*;
use crate::model::matrix::{CodeColumn, Order};
use crate::stats::{math, random::Random};

/// Two numbers (0–31 with missing), a category, noise; log-odds known.
fn table(rows: usize, seed: u64) -> (Matrix, Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed);
    let mut columns = vec![Vec::new(); 4];
    let (mut truth, mut target) = (Vec::new(), Vec::new());
    let effects = [0.9, -0.6, 0.1, 0.6, -0.9, 0.3];
    for _ in 0..rows {
        let (a, b) = (random.below(32) as u8, random.below(32) as u8);
        let (category, noise) = (random.below(6) as u8, random.below(20) as u8);
        let missing = random.chance(0.1);
        let value = if missing { 1.5 } else { f64::from(a) / 10.0 - 1.6 };
        let eta = value
            + effects[usize::from(category)]
            + if b > 15 && category < 3 { 1.0 } else { 0.0 };
        let codes = [if missing { 255 } else { a }, b, category, noise];
        for (column, code) in columns.iter_mut().zip(codes) {
            column.push(code);
        }
        truth.push(eta);
        target.push(f64::from(u8::from(random.chance(math::sigmoid(eta)))));
    }
    let orders =
        [Order::by_code(), Order::by_code(), Order::Categories, Order::by_code()];
    let columns = columns
        .into_iter()
        .zip(orders)
        .map(|(codes, order)| CodeColumn { codes, order })
        .collect();
    (Matrix { row_count: rows, columns }, target, truth)
}

fn all(rows: usize) -> Vec<u32> {
    (0..rows as u32).collect()
}

/// No early stopping.
fn plain(trees: usize) -> Params {
    Params { trees, holdout: 0.0, min_child_rows: 20, ..Params::domain() }
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        ab += (x - ma) * (y - mb);
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
    }
    ab / math::sqrt(aa * bb)
}

#[test]
fn known_log_odds_are_found_out_of_fold() {
    let (matrix, target, truth) = table(6000, 1);
    let folds: Vec<u8> = (0..6000).map(|row| (row % 2) as u8).collect();
    let params = Params::domain().for_rows(3000);
    let found =
        cross_fit(&matrix, &folds, &target, None, None, Objective::Logistic, &params);
    assert!(correlation(&found, &truth) > 0.93, "{}", correlation(&found, &truth));
    let model =
        fit(&matrix, &all(6000), &target, None, None, Objective::Logistic, &params);
    let gains = model.gains();
    assert!(gains[3] < 0.05 * gains[0], "noise is hardly used: {gains:?}");
}

#[test]
fn rows_in_another_order_make_the_same_model() {
    let (matrix, target, _) = table(3000, 2);
    let mut order: Vec<usize> = (0..3000).collect();
    Random::new(9).shuffle(&mut order);
    let moved = Matrix {
        row_count: 3000,
        columns: matrix
            .columns
            .iter()
            .map(|column| CodeColumn {
                codes: order.iter().map(|row| column.codes[*row]).collect(),
                order: column.order.clone(),
            })
            .collect(),
    };
    let moved_target: Vec<f64> = order.iter().map(|row| target[*row]).collect();
    let model = |matrix: &Matrix, target: &[f64]| {
        fit(matrix, &all(3000), target, None, None, Objective::Logistic, &plain(20))
    };
    let (a, b) = (model(&matrix, &target), model(&moved, &moved_target));
    assert_eq!(a, b);
    assert_eq!(a, model(&matrix, &target), "twice the same");
}

#[test]
fn renamed_categories_change_nothing() {
    let (matrix, target, _) = table(3000, 3);
    let names = [200_u8, 7, 255, 3, 90, 41];
    let mut renamed = matrix.clone();
    for code in &mut renamed.columns[2].codes {
        *code = names[usize::from(*code)];
    }
    let margins = |matrix: &Matrix| {
        fit(matrix, &all(3000), &target, None, None, Objective::Logistic, &plain(20))
            .margins(matrix, &all(3000))
    };
    assert_eq!(margins(&matrix), margins(&renamed));
}

#[test]
fn weight_two_is_a_row_twice() {
    let (matrix, target, _) = table(2000, 4);
    let weight: Vec<f64> = (0..2000).map(|row| f64::from(1 + row % 2)).collect();
    let twice: Vec<u32> =
        (0..2000_u32).flat_map(|row| vec![row; 1 + row as usize % 2]).collect();
    let params = Params { min_child_rows: 1, ..plain(10) };
    for objective in [Objective::Logistic, Objective::Squared] {
        let a =
            fit(&matrix, &all(2000), &target, Some(&weight), None, objective, &params);
        let b = fit(&matrix, &twice, &target, None, None, objective, &params);
        let margins = |model: &Trees| model.margins(&matrix, &all(2000));
        for (a, b) in margins(&a).iter().zip(margins(&b)) {
            assert!((a - b).abs() < 1e-5, "{objective:?} {a} {b}");
        }
    }
}

#[test]
fn an_offset_is_built_upon() {
    let (matrix, target, truth) = table(4000, 5);
    let params = Params::domain();
    let fit = |target: &[f64], offset: &[f64], objective| {
        fit(&matrix, &all(4000), target, None, Some(offset), objective, &params)
    };
    // The truth as offset leaves next to nothing to learn.
    let rest = fit(&target, &truth, Objective::Logistic).margins(&matrix, &all(4000));
    assert!(rest.iter().all(|margin| margin.abs() < 0.5));
    // Log-odds 1.5 too high everywhere: the base takes it back.
    let high: Vec<f64> = truth.iter().map(|eta| eta + 1.5).collect();
    let base = fit(&target, &high, Objective::Logistic).base;
    assert!((base + 1.5).abs() < 0.1, "{base}");
    // Numbers: what the offset says is not learned again.
    let model = fit(&truth, &high, Objective::Squared);
    assert_eq!(model.tree_count(), 0);
    assert!((model.base + 1.5).abs() < 1e-9);
}

#[test]
fn missing_goes_to_the_better_side() {
    for missing_like_low in [true, false] {
        let codes: Vec<u8> = (0..900).map(|row| [1, 2, 255][row % 3]).collect();
        let like = if missing_like_low { 1 } else { 2 };
        let target: Vec<f64> = codes
            .iter()
            .map(|code| f64::from(if *code == 255 { like } else { *code }))
            .collect();
        let matrix = Matrix {
            row_count: 900,
            columns: vec![CodeColumn { codes, order: Order::by_code() }],
        };
        let params = Params { lambda: 0.0, learning_rate: 1.0, depth: 1, ..plain(1) };
        let model =
            fit(&matrix, &all(900), &target, None, None, Objective::Squared, &params);
        for (margin, target) in model.margins(&matrix, &all(900)).iter().zip(&target) {
            assert!((margin - target).abs() < 1e-6);
        }
    }
}

#[test]
fn codes_never_seen_follow_rank_or_the_heavier_child() {
    let codes: Vec<u8> = (0..1000).map(|row| if row < 700 { 10 } else { 20 }).collect();
    let target: Vec<f64> = codes.iter().map(|code| f64::from(*code)).collect();
    let margins = |order: Order, asked: u8| {
        let column = |codes| vec![CodeColumn { codes, order: order.clone() }];
        let matrix = Matrix { row_count: 1000, columns: column(codes.clone()) };
        let params = Params { lambda: 0.0, learning_rate: 1.0, depth: 1, ..plain(1) };
        let model =
            fit(&matrix, &all(1000), &target, None, None, Objective::Squared, &params);
        let asked = Matrix { row_count: 1, columns: column(vec![asked]) };
        model.margins(&asked, &[0])[0]
    };
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-6, "{a} {b}");
    near(margins(Order::by_code(), 25), 20.0);
    near(margins(Order::by_code(), 3), 10.0);
    near(margins(Order::by_code(), 255), 10.0);
    near(margins(Order::Categories, 25), 10.0);
}

#[test]
fn nothing_to_learn_keeps_no_tree() {
    let (matrix, target, _) = table(1000, 6);
    for objective in [Objective::Squared, Objective::Logistic] {
        for constant in [0.0, 1.0] {
            let target = vec![constant; 1000];
            for params in [Params::domain(), plain(5), Params { lambda: 0.0, ..plain(5) }]
            {
                let model =
                    fit(&matrix, &all(1000), &target, None, None, objective, &params);
                assert_eq!(model.tree_count(), 0, "{objective:?} {constant}");
                let margin = model.margins(&matrix, &[0])[0];
                assert!(margin.is_finite());
            }
        }
        let none = fit(&matrix, &[], &target, None, None, objective, &plain(5));
        assert_eq!((none.tree_count(), none.margins(&matrix, &[3])), (0, vec![0.0]));
        let one = fit(&matrix, &[7], &target, None, None, objective, &plain(5));
        assert_eq!(one.tree_count(), 0);
        let empty = Matrix::default();
        assert!(fit(&empty, &[], &[], None, None, objective, &plain(5)).trees.is_empty());
        let bare = Matrix { row_count: 1000, columns: Vec::new() };
        let model = fit(&bare, &all(1000), &target, None, None, objective, &plain(5));
        assert_eq!(model.margins(&bare, &all(1000)).len(), 1000);
    }
    // Not finite: left out.
    let mut broken = target.clone();
    broken[5] = f64::NAN;
    let rows: Vec<u32> = all(1000).into_iter().filter(|row| *row != 5).collect();
    let fit = |rows: &[u32], target: &[f64]| {
        fit(&matrix, rows, target, None, None, Objective::Logistic, &plain(5))
    };
    assert_eq!(fit(&all(1000), &broken), fit(&rows, &target));
}

#[test]
fn noise_is_not_learned() {
    let (matrix, _, _) = table(5000, 7);
    let mut random = Random::new(70);
    let target: Vec<f64> =
        (0..5000).map(|_| f64::from(u8::from(random.chance(0.3)))).collect();
    let params = Params::domain();
    let model =
        fit(&matrix, &all(5000), &target, None, None, Objective::Logistic, &params);
    assert!(model.tree_count() < 15, "{}", model.tree_count());
}
