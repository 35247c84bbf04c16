//! Laws of the stand-in; how well it copies models is measured in `tests/model_scenarios.rs`.

use super::*;
use crate::choices::Kind;
use crate::encode::frame::{InOrder, NO_MOMENT, NO_NAME};
use crate::encode::plan::EncodePlan;
use crate::encode::rows::EncodedRows;
use crate::stats::random::Random;

const DAY: i64 = 86_400_000_000;

fn frame(table: TableRole, rows: usize, seed: u64) -> Frame {
    let mut random = Random::new(seed);
    let (mut amounts, mut names, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut score = Vec::new();
    for _ in 0..rows {
        let amount = if random.chance(0.05) { f64::NAN } else { random.normal() };
        let name = if random.chance(0.05) { NO_NAME } else { random.below(4) as u32 };
        let at = random.below(30 * DAY as u64) as i64;
        let hour = (at % DAY) / 3_600_000_000;
        let eta = if amount.is_nan() { 0.5 } else { 1.2 * amount }
            + if name == 1 { 1.0 } else { 0.0 }
            + if hour < 6 { 0.8 } else { 0.0 };
        amounts.push(amount);
        names.push(name);
        times.push(at);
        score.push(math::sigmoid(eta));
    }
    Frame {
        table,
        table_rows: rows as u64,
        rows: EncodedRows { row_count: rows, score, ..EncodedRows::default() },
        values: vec![Raw::Numbers(amounts), Raw::Names(names), Raw::Moments(times)],
        ids: vec![0; rows],
        entities: vec![0; rows],
        moments: vec![NO_MOMENT; rows],
        unread: Vec::new(),
        in_order: InOrder::default(),
    }
}

fn frames(plan: &EncodePlan, rows: usize) -> Frames<'_> {
    let kinds = [Kind::Number, Kind::Category, Kind::Time];
    let column = |kind: &Kind| FrameColumn {
        name: format!("{kind:?}"),
        kind: *kind,
        role: Role::Feature,
        coders: vec![0],
        names: Vec::new(),
        tables: vec![TableRole::Reference, TableRole::Production],
    };
    Frames {
        plan,
        columns: kinds.iter().map(column).collect(),
        reference: frame(TableRole::Reference, rows, 1),
        production: frame(TableRole::Production, rows, 2),
        shadow: None,
        training: None,
    }
}

#[test]
fn a_score_is_reproduced_from_numbers_names_and_hours() {
    let plan = EncodePlan::default();
    let frames = frames(&plan, 4000);
    for (on, held) in [(Rows::Reference, 1200.0), (Rows::Both, 600.0)] {
        let Some(model) = Surrogate::fit(&frames, on) else { panic!("scores are there") };
        assert!(model.fidelity > 0.985, "{}", model.fidelity);
        let held_out = model.held_out().len() as f64;
        assert!((held_out / held - 1.0).abs() < 0.15, "{held_out}");
        let margins = model.margins(&frames.production.values);
        assert_eq!((margins.len(), margins[0].len()), (1, 4000));
        let away: f64 = margins[0]
            .iter()
            .zip(&frames.production.rows.score)
            .map(|(margin, score)| (model.to_score(*margin) - score).abs())
            .sum();
        assert!(away / 4000.0 < 0.02, "{}", away / 4000.0);
    }
}

#[test]
fn without_scores_rows_or_inputs_there_is_none() {
    let plan = EncodePlan::default();
    let few = frames(&plan, 150);
    assert!(Surrogate::fit(&few, Rows::Both).is_none());
    let mut blind = frames(&plan, 500);
    blind.columns.iter_mut().for_each(|column| column.role = Role::Segment);
    assert!(Surrogate::fit(&blind, Rows::Both).is_none());
    let mut silent = frames(&plan, 500);
    silent.reference.rows.score.clear();
    assert!(Surrogate::fit(&silent, Rows::Both).is_none());
}

#[test]
fn the_link_is_log_odds_of_probabilities_only() {
    let plan = EncodePlan::default();
    let mut own = frames(&plan, 500);
    let Some(model) = Surrogate::fit(&own, Rows::Reference) else { panic!("fits") };
    assert!((model.to_score(model.of_score(0, 0.3)) - 0.3).abs() < 1e-12);
    assert!(model.of_score(0, 1.0).is_finite());
    assert!(model.of_score(0, f64::NAN).is_nan());
    own.reference.rows.score.iter_mut().for_each(|score| *score *= 100.0);
    let Some(model) = Surrogate::fit(&own, Rows::Reference) else { panic!("fits") };
    assert_eq!((model.of_score(0, 40.0), model.to_score(40.0)), (40.0, 40.0));
}

#[test]
fn amounts_whose_parts_multiply_are_read_by_their_logarithm() {
    let plan = EncodePlan { task: Some(Task::Regression), ..EncodePlan::default() };
    let of = |score: fn(f64) -> f64| {
        let mut own = frames(&plan, 3000);
        for frame in [&mut own.reference, &mut own.production] {
            frame.rows.score.iter_mut().for_each(|x| *x = score(math::logit(*x)));
        }
        let Some(model) = Surrogate::fit(&own, Rows::Reference) else { panic!("fits") };
        (model.link, model.fidelity)
    };
    let (link, fidelity) = of(|eta| 40.0 * math::exp(eta));
    assert!(matches!(link, Link::Log(least) if least > 0.0), "{link:?}");
    assert!(fidelity > 0.985, "{fidelity}");
    assert_eq!(of(|eta| 40.0 + eta).0, Link::Itself, "parts that add");
    assert_eq!(of(|eta| math::exp(eta) - 1.0).0, Link::Itself, "not all positive");
}

#[test]
fn every_class_has_margins_and_one_without_scores_has_none() {
    let plan = EncodePlan { task: Some(Task::Multiclass), ..EncodePlan::default() };
    let mut own = frames(&plan, 1500);
    for frame in [&mut own.reference, &mut own.production] {
        let yes = std::mem::take(&mut frame.rows.score);
        let no = yes.iter().map(|score| 1.0 - score).collect();
        frame.rows.class_scores = vec![no, Vec::new(), yes];
    }
    let Some(model) = Surrogate::fit(&own, Rows::Both) else { panic!("fits") };
    let margins = model.margins(&own.reference.values);
    assert_eq!(margins.len(), 3);
    assert!(margins[1].iter().all(|margin| margin.is_nan()));
    assert!(margins[0].iter().zip(&margins[2]).all(|(a, b)| (a + b).abs() < 0.5));
    assert!(model.fidelity > 0.95, "{}", model.fidelity);
}
