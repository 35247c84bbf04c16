//! Columns that production's files no longer have at all. Enter: the stand-in fitted without them, and one fitted with
//! them. Leave: those whose part of the score went with them, taken as empty from then on, so that detectors and ladder
//! treat them like any other column that went missing. Cost: one more stand-in, only where a column is absent.
//!
//! # Decisions
//! A column may be absent because nobody logs it, while the model still gets it: then scores scatter around the stand-in
//! without it as they did before launch. Where the model gets nothing either, that scatter is gone. Without scores, or
//! where the column adds too little to see, nothing is claimed.

use super::View;
use super::common::MIN_ROWS;
use super::consistency::{in_support, picked, score};
use crate::choices::{Role, TableRole};
use crate::encode::frame::{Frame, Frames};
use crate::model::surrogate::{Rows, Surrogate};

/// How many times the scatter with the columns the scatter without them must be to be seen (variances).
const SEEN: f64 = 1.25;

/// Takes such columns as empty in production; the new stand-in, or `None` where there is no such column.
#[must_use]
pub fn take_as_empty(
    frames: &mut Frames<'_>,
    without: Option<&Surrogate>,
) -> Option<Surrogate> {
    let without = without?;
    let absent: Vec<usize> = (0..)
        .zip(&frames.columns)
        .filter(|(_, own)| {
            own.role == Role::Feature
                && own.is_in(TableRole::Reference)
                && !own.is_in(TableRole::Production)
        })
        .map(|(at, _)| at)
        .collect();
    if absent.is_empty() {
        return None;
    }
    let served = in_support(&View::new(frames, Some(without)));
    let scatter_after = scatter(without, &frames.production, &served)?;
    let before = |model: &Surrogate, frames: &Frames<'_>| {
        let rows: Vec<usize> = model.held_out().iter().map(|row| *row as usize).collect();
        scatter(model, &frames.reference, &rows)
    };
    let scatter_before = before(without, frames)?;
    set_present(frames, &absent, true);
    let with = Surrogate::fit(frames, Rows::Reference);
    let used = with.as_ref().map_or_else(Vec::new, |own| own.uses(frames.columns.len()));
    let is_used = |at: &usize| used.get(*at) == Some(&true);
    let (gone, idle): (Vec<usize>, Vec<usize>) = absent.into_iter().partition(is_used);
    set_present(frames, &idle, false);
    let explained = with.as_ref().and_then(|own| before(own, frames)).filter(|known| {
        scatter_before >= SEEN * known && scatter_after <= 0.5 * (scatter_before + known)
    });
    if gone.is_empty() || explained.is_none() {
        set_present(frames, &gone, false);
        return None;
    }
    if idle.is_empty() { with } else { Surrogate::fit(frames, Rows::Reference) }
}

fn set_present(frames: &mut Frames<'_>, columns: &[usize], is_present: bool) {
    for at in columns {
        let Some(column) = frames.columns.get_mut(*at) else { continue };
        column.tables.retain(|own| *own != TableRole::Production);
        column.tables.extend(is_present.then_some(TableRole::Production));
    }
}

/// Variance of the logged around the reproduced margins, the mean over outputs.
fn scatter(model: &Surrogate, frame: &Frame, rows: &[usize]) -> Option<f64> {
    let margins = model.margins(&picked(&frame.values, rows));
    let of_output = |(output, own): (usize, &Vec<f64>)| {
        let distances: Vec<f64> = rows
            .iter()
            .zip(own)
            .map(|(row, own)| model.of_score(output, score(frame, output, *row)) - own)
            .filter(|own| own.is_finite())
            .collect();
        let count = distances.len() as f64;
        let mean = distances.iter().sum::<f64>() / count;
        let squares: f64 = distances.iter().map(|own| (own - mean) * (own - mean)).sum();
        (distances.len() >= MIN_ROWS).then_some(squares / count)
    };
    let all: Vec<f64> = margins.iter().enumerate().filter_map(of_output).collect();
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}
