//! What would have been: production scores on repaired inputs, and reference scores on broken ones. Enter: the
//! fingerprints that are believed, the stand-in for the user's model, the shadow table. Leave: counterfactual
//! scores, and codes of repaired inputs.

use crate::bug::{self, Change, Fingerprint};
use crate::encode::frame::{Frames, Raw, recode};
use crate::encode::rows::EncodedRows;
use crate::model::surrogate::Surrogate;
use crate::stats::order;
use crate::stats::random::{mix64, unit_interval};

/// Below this share of the score's variance the stand-in is not trusted to price a break.
pub const FIDELITY: f64 = 0.85;

/// Shadow rows must be found for at least this share of production rows to serve as clean inputs.
const SHADOW_COVERAGE: f64 = 0.5;

/// Counterfactual scores of production rows, and the codes that go with them.
#[derive(Clone, Debug)]
pub struct Clean {
    /// One list an output, one entry a production row.
    pub scores: Vec<Vec<f64>>,
    /// Codes by coder of every repaired column: coder, one entry a production row.
    pub codes: Vec<(usize, Vec<u8>)>,
    /// Whether they come from the shadow table, row by row.
    pub from_shadow: bool,
}

/// Outputs of the model on a table: the score, or the scores of the classes.
#[must_use]
pub fn outputs(rows: &EncodedRows) -> Vec<Vec<f64>> {
    if rows.class_scores.is_empty() {
        vec![rows.score.clone()]
    } else {
        rows.class_scores.clone()
    }
}

/// Clean production from the shadow table, matched by entity; `None` without enough matches.
#[must_use]
pub fn from_shadow(frames: &Frames<'_>) -> Option<Clean> {
    let shadow = frames.shadow.as_ref()?;
    let pairs = bug::parity::pairs(&frames.production, shadow);
    let mut found: Vec<Option<usize>> = vec![None; frames.production.len()];
    for (row, other) in &pairs {
        found.iter_mut().skip(*row).take(1).for_each(|own| *own = Some(*other));
    }
    if (pairs.len() as f64) < SHADOW_COVERAGE * frames.production.len() as f64 {
        return None;
    }
    let (logged, offline) = (outputs(&frames.production.rows), outputs(&shadow.rows));
    let pick = |(own, other): (&Vec<f64>, &Vec<f64>)| -> Vec<f64> {
        own.iter()
            .zip(&found)
            .map(|(score, at)| at.and_then(|at| other.get(at)).copied().unwrap_or(*score))
            .collect()
    };
    let scores: Vec<Vec<f64>> = logged.iter().zip(&offline).map(pick).collect();
    if scores.iter().flatten().all(|score| score.is_nan()) {
        return None;
    }
    let of_coder = |coder: usize| {
        let own = frames.production.rows.codes.get(coder)?;
        let other = shadow.rows.codes.get(coder)?;
        let codes = own
            .iter()
            .zip(&found)
            .map(|(code, at)| at.and_then(|at| other.get(at)).copied().unwrap_or(*code))
            .collect();
        Some((coder, codes))
    };
    let coders = frames.inputs(&[]);
    Some(Clean {
        scores,
        codes: coders.into_iter().filter_map(of_coder).collect(),
        from_shadow: true,
    })
}

/// Clean production by undoing every break; `None` when one of them cannot be undone. `stand_in` knows the scores of
/// both tables; where the model saw something else than was logged only the `honest` one is asked.
#[must_use]
pub fn repaired(
    frames: &Frames<'_>,
    breaks: &[&Fingerprint],
    stand_in: Option<&Surrogate>,
    honest: Option<&Surrogate>,
) -> Option<Clean> {
    let mut values = frames.production.values.clone();
    let mut touched = vec![false; frames.production.len()];
    let mut changed: Vec<usize> = Vec::new();
    let mut unlogged = false;
    for fingerprint in breaks {
        let unlogged_rows;
        let rows =
            if fingerprint.change == Change::Unlogged && fingerprint.touched.is_empty() {
                unlogged_rows = far_off(frames, honest?);
                &unlogged_rows
            } else {
                &fingerprint.touched
            };
        if rows.is_empty() {
            return None;
        }
        for (own, more) in touched.iter_mut().zip(rows) {
            *own |= *more;
        }
        if fingerprint.change == Change::Unlogged {
            unlogged = true;
            continue;
        }
        values = bug::repaired(&values, fingerprint)?;
        bug::snap(&mut values, fingerprint, &frames.reference.values);
        changed.extend(&fingerprint.columns);
    }
    let logged = outputs(&frames.production.rows);
    // What was logged is what the model should have seen: the honest stand-in alone says its score.
    let scores = if unlogged {
        let honest = honest?;
        let right = honest.margins(&values);
        let pick = |(own, right): (&Vec<f64>, &Vec<f64>)| -> Vec<f64> {
            let rows = own.iter().zip(right).zip(&touched);
            rows.map(
                |((score, margin), touched)| {
                    if *touched { honest.to_score(*margin) } else { *score }
                },
            )
            .collect()
        };
        logged.iter().zip(&right).map(pick).collect()
    } else {
        let stand_in = stand_in?;
        let before = stand_in.margins(&frames.production.values);
        let after = stand_in.margins(&values);
        let kept = kept_residuals(frames, stand_in, &before, &touched);
        moved(stand_in, &logged, &before, &after, &touched, &kept)
    };
    let mut codes = Vec::new();
    for place in changed {
        let (Some(column), Some(raw)) = (frames.columns.get(place), values.get(place))
        else {
            continue;
        };
        for at in &column.coders {
            let Some(coder) = frames.plan.coders.get(*at) else { continue };
            let own =
                (0..frames.production.len()).map(|row| recode(coder, column, raw, row));
            codes.push((*at, own.collect()));
        }
    }
    Some(Clean { scores: normalised(scores), codes, from_shadow: false })
}

/// Production rows whose score is further from what their inputs say than reference rows ever are (6 robust
/// standard deviations of held-out rows; the first output stands for all).
fn far_off(frames: &Frames<'_>, honest: &Surrogate) -> Vec<bool> {
    let of = |rows: &EncodedRows, values: &[Raw]| {
        missed(honest, 0, &outputs(rows), &honest.margins(values))
    };
    let before = of(&frames.reference.rows, &frames.reference.values);
    let spread = 1.4826 * size_on(&before, &held_out(frames, honest)).unwrap_or(0.0);
    of(&frames.production.rows, &frames.production.values)
        .iter()
        .map(|own| own.abs() > 6.0 * spread)
        .collect()
}

/// What the model said of each row, as margins of one output, less what the stand-in says; NaN without either.
fn missed(
    stand_in: &Surrogate,
    output: usize,
    scores: &[Vec<f64>],
    margins: &[Vec<f64>],
) -> Vec<f64> {
    let (Some(scores), Some(margins)) = (scores.get(output), margins.get(output)) else {
        return Vec::new();
    };
    let pairs = scores.iter().zip(margins);
    pairs.map(|(score, margin)| stand_in.of_score(output, *score) - margin).collect()
}

/// Median size of residuals on flagged rows.
fn size_on(residuals: &[f64], flags: &[bool]) -> Option<f64> {
    let own = residuals.iter().zip(flags).filter(|own| *own.1).map(|own| own.0.abs());
    let mut own: Vec<f64> = own.filter(|own| own.is_finite()).collect();
    order::sort(&mut own);
    own.get(own.len() / 2).copied()
}

/// Reference rows that the stand-in did not learn from.
fn held_out(frames: &Frames<'_>, stand_in: &Surrogate) -> Vec<bool> {
    let mut held = vec![false; frames.reference.len()];
    for row in stand_in.held_out() {
        held.get_mut(*row as usize).into_iter().for_each(|own| *own = true);
    }
    held
}

/// Reference scores as they would be with the breaks on as many rows as in production.
#[must_use]
pub fn replayed(
    frames: &Frames<'_>,
    breaks: &[&Fingerprint],
    stand_in: &Surrogate,
) -> Vec<Vec<f64>> {
    let rows = frames.reference.len();
    let mut values: Vec<Raw> = frames.reference.values.clone();
    let mut touched = vec![false; rows];
    for (number, fingerprint) in breaks.iter().enumerate() {
        let hit = |row: usize| {
            let key = mix64(row as u64 ^ ((number as u64 + 1) << 40));
            unit_interval(key) < fingerprint.share
        };
        let own: Vec<bool> = (0..rows).map(hit).collect();
        values = bug::broken(&values, fingerprint, &own, &frames.reference.entities);
        touched.iter_mut().zip(&own).for_each(|(all, own)| *all |= *own);
    }
    let logged = outputs(&frames.reference.rows);
    let before = stand_in.margins(&frames.reference.values);
    let after = stand_in.margins(&values);
    let kept = vec![1.0; logged.len()];
    normalised(moved(stand_in, &logged, &before, &after, &touched, &kept))
}

/// Share of a broken row's residual that its clean score keeps, an output each, 0–1. What the stand-in misses of a row
/// is carried over to the clean values, but on broken values it may miss more than it ever does on clean ones: then as
/// much of it as would be missed there. With all of it clean scores were noisier than the model's, and prices too low.
fn kept_residuals(
    frames: &Frames<'_>,
    stand_in: &Surrogate,
    broken: &[Vec<f64>],
    touched: &[bool],
) -> Vec<f64> {
    let clean = stand_in.margins(&frames.reference.values);
    let (past, live) =
        (outputs(&frames.reference.rows), outputs(&frames.production.rows));
    let held = held_out(frames, stand_in);
    let share = |output: usize| {
        let on_clean = size_on(&missed(stand_in, output, &past, &clean), &held)?;
        let on_broken = size_on(&missed(stand_in, output, &live, broken), touched)?;
        (on_broken > on_clean).then(|| on_clean / on_broken)
    };
    (0..live.len()).map(|output| share(output).unwrap_or(1.0)).collect()
}

/// Scores moved by as much as the stand-in's margin moves, on the touched rows, with the part `kept` of what it misses.
fn moved(
    stand_in: &Surrogate,
    logged: &[Vec<f64>],
    before: &[Vec<f64>],
    after: &[Vec<f64>],
    touched: &[bool],
    kept: &[f64],
) -> Vec<Vec<f64>> {
    let mut all = Vec::with_capacity(logged.len());
    for (output, ((scores, before), after)) in
        logged.iter().zip(before).zip(after).enumerate()
    {
        let kept = kept.get(output).copied().unwrap_or(1.0);
        let rows = scores.iter().zip(before).zip(after).zip(touched);
        let own = rows
            .map(|(((score, before), after), touched)| {
                if !*touched || score.is_nan() || before == after {
                    return *score;
                }
                let missed = stand_in.of_score(output, *score) - before;
                stand_in.to_score(after + kept * missed)
            })
            .collect();
        all.push(own);
    }
    all
}

/// Scores of several classes brought back to a sum of 1.
fn normalised(mut scores: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    if scores.len() < 2 {
        return scores;
    }
    let rows = scores.first().map_or(0, Vec::len);
    for row in 0..rows {
        let total: f64 = scores.iter().filter_map(|own| own.get(row)).sum();
        if total > 0.0 {
            for own in &mut scores {
                own.get_mut(row).into_iter().for_each(|score| *score /= total);
            }
        }
    }
    scores
}
