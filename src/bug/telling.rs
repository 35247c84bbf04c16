//! Which inputs tell by how much scores are off. Enter: rows of production with the distance of their margins from what
//! they should be, and the stand-in for the user's model. Leave: the inputs without which the model would have been off
//! like that ([`telling`]). Cost: the stand-in on at most [`MOST_ROWS`] rows, once for every input at every step.
//!
//! # Decisions
//! A model that did not get a column is off by what the column adds to the row. What an input adds is asked of the
//! stand-in, with the input's typical value in its place, since trees let it depend on the other inputs. A column that
//! only goes along with the one that was lost explains less than that one, and nothing more once it is in.

use super::View;
use super::common::inputs;
use super::consistency::{StandIn, picked, spread_out};
use super::unheard::{Typical, with_typical};
use crate::encode::frame::Raw;

/// Share of the score's variance the stand-in must reproduce: errors average out over rows.
const MIN_FIDELITY: f64 = 0.7;
/// Rows whose score is off that are needed, and looked at.
const LEAST_ROWS: usize = 100;
const MOST_ROWS: usize = 2000;
/// Inputs named at most.
const MAX_COLUMNS: usize = 6;
/// Part of what is left that the first input and each further one must explain; and of the whole.
const FIRST: f64 = 0.2;
const FURTHER: f64 = 0.15;
const LEAST: f64 = 0.03;

/// The inputs without which margins would be off as they are, the most telling first. `apart` holds production rows
/// with the distance of each output's margin.
pub fn telling(
    view: &View<'_>,
    model: &dyn StandIn,
    apart: &[(usize, Vec<f64>)],
) -> Vec<usize> {
    if model.fidelity() < MIN_FIDELITY || apart.len() < LEAST_ROWS {
        return Vec::new();
    }
    let places = spread_out((0..apart.len()).collect(), MOST_ROWS);
    let taken: Vec<&(usize, Vec<f64>)> =
        places.iter().filter_map(|place| apart.get(*place)).collect();
    let rows: Vec<usize> = taken.iter().map(|own| own.0).collect();
    let base = picked(&view.frames.production.values, &rows);
    let distances = |output: usize| -> Vec<f64> {
        let one = |own: &&(usize, Vec<f64>)| own.1.get(output).copied();
        taken.iter().map(|own| one(own).unwrap_or(f64::NAN)).collect()
    };
    let outputs = taken.first().map_or(0, |own| own.1.len());
    let of = |output: usize| follow(view, model, &base, &distances(output), output);
    let best = (0..outputs).map(of).max_by(|a, b| a.1.total_cmp(&b.1));
    best.map(|own| own.0).unwrap_or_default()
}

/// The inputs that an output's distances follow, and how much of their variance.
fn follow(
    view: &View<'_>,
    model: &dyn StandIn,
    base: &[Raw],
    distances: &[f64],
    output: usize,
) -> (Vec<usize>, f64) {
    let margins = |values: &[Raw]| -> Vec<f64> {
        model.margins(values).into_iter().nth(output).unwrap_or_default()
    };
    let with = margins(base);
    let typical = |column: usize| (column, Typical::of(&view.frames.reference, column));
    let all = unexplained(&vec![0.0; distances.len()], distances);
    let mut left = all;
    let mut found: Vec<(usize, Option<Typical>)> = Vec::new();
    let known = inputs(view);
    while found.len() < MAX_COLUMNS {
        let more = known.iter().filter(|own| found.iter().all(|had| had.0 != **own));
        let tried = more.map(|column| {
            let mut out = found.clone();
            out.push(typical(*column));
            let without = margins(&with_typical(base, &out));
            let adds: Vec<f64> = without.iter().zip(&with).map(|(a, b)| a - b).collect();
            (unexplained(&adds, distances), *column)
        });
        let Some((after, column)) =
            tried.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
        else {
            break;
        };
        let least = if found.is_empty() { FIRST } else { FURTHER };
        let told = left - after;
        if told.is_nan() || told < (least * left).max(LEAST * all) {
            break;
        }
        found.push(typical(column));
        left = after;
    }
    let share = 1.0 - left / all.max(f64::MIN_POSITIVE);
    (found.into_iter().map(|own| own.0).collect(), share)
}

/// Squares of what a rising line through `adds` leaves of the distances.
fn unexplained(adds: &[f64], distances: &[f64]) -> f64 {
    let rows =
        || adds.iter().zip(distances).filter(|(a, d)| a.is_finite() && d.is_finite());
    let count = rows().count().max(1) as f64;
    let sum = rows().fold((0.0, 0.0), |sum, (a, d)| (sum.0 + a, sum.1 + d));
    let (middle, level) = (sum.0 / count, sum.1 / count);
    let (mut aa, mut ad, mut dd) = (0.0, 0.0, 0.0);
    for (a, d) in rows() {
        aa += (a - middle) * (a - middle);
        ad += (a - middle) * (d - level);
        dd += (d - level) * (d - level);
    }
    if aa > 0.0 && ad > 0.0 { dd - ad * ad / aa } else { dd }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_rising_line_explains() {
        // By hand: around their means the distances are −1, 0, 1 and the slope is 1.
        assert_eq!(unexplained(&[0.0, 1.0, 2.0], &[5.0, 6.0, 7.0]), 0.0);
        assert_eq!(unexplained(&[2.0, 1.0, 0.0], &[5.0, 6.0, 7.0]), 2.0);
        assert_eq!(unexplained(&[1.0; 3], &[5.0, 6.0, 7.0]), 2.0);
        assert_eq!(unexplained(&[0.0, f64::NAN, 2.0], &[5.0, 9.0, 7.0]), 0.0);
        assert_eq!(unexplained(&[], &[]), 0.0);
    }
}
