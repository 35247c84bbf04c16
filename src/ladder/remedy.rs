//! What would fix it without a new model: the best cut-off, and recalibrated probabilities. Enter: a table under a
//! yardstick. Leave: points given back, honestly: chosen on one half of the blocks and measured on the other.

use super::blocks::{Blocks, spread};
use super::line::{self, Fact};
use super::logged::Logged;
use super::relation::log_odds;
use super::yardstick::{BinaryOutcome, Yardstick};
use crate::encode::code::BLOCKS;
use crate::metric::probability;
use crate::stats::math;

/// What a remedy gives back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gain {
    /// Points given back, worse to better is positive.
    pub points: f64,
    /// Half of the 95 % interval.
    pub half: f64,
    /// The best cut-off on all rows (of no meaning for recalibration).
    pub best: f64,
}

/// The gain of the best cut-off on the labelled rows of a table against the one in use; `None` without scores or
/// a cut-off.
#[must_use]
pub fn threshold(table: &Logged<'_>, in_use: f64) -> Option<Gain> {
    let stick = table.stick;
    let (edges, means) = stick.bins_of();
    // Rows by block, score bin and outcome.
    let width = 2 * means.len();
    let mut cells = Blocks::new(width);
    for row in table.usable(true) {
        let row = row as usize;
        let score = table.score(row);
        if score.is_nan() {
            continue;
        }
        let bin = edges.partition_point(|edge| *edge <= score);
        let at = 2 * bin + usize::from(table.yes(row) > 0.5);
        let block = table.frame.rows.block.get(row).copied().unwrap_or(0);
        if let Some(cell) = cells.of(block, 1.0).get_mut(at) {
            *cell += 1.0;
        }
    }
    if cells.mass(None) < 100.0 {
        return None;
    }
    let halves = [0, 1].map(|half| cells.part(|block| block % 2 == half));
    let sign = if stick.metric.larger_is_better() { -1.0 } else { 1.0 };
    let worth =
        |counts: &[f64], cut: usize| at_cut(stick, means, counts, cut).map(|v| sign * v);
    let used = edges.partition_point(|edge| *edge < in_use);
    let best = |counts: &[f64]| {
        let mut found: Option<(f64, usize)> = None;
        for cut in 0..means.len() {
            if let Some(value) = worth(counts, cut)
                && found.is_none_or(|(own, _)| value < own)
            {
                found = Some((value, cut));
            }
        }
        found.map(|(_, cut)| cut)
    };
    // Bin `cut + 1` is the first at or above edge `cut`.
    let cuts = [best(&halves[0])?, best(&halves[1])?];
    let gain = |first: &[f64], second: &[f64]| {
        let one = worth(first, used + 1)? - worth(first, cuts[1])?;
        let other = worth(second, used + 1)? - worth(second, cuts[0])?;
        Some(0.5 * (one + other))
    };
    let points = gain(&halves[0], &halves[1])?;
    let left: Vec<f64> = (0..BLOCKS)
        .filter(|block| cells.holds(*block))
        .filter_map(|out| {
            let parts =
                [0, 1].map(|half| cells.part(|block| block % 2 == half && block != out));
            gain(&parts[0], &parts[1])
        })
        .collect();
    let half = spread(&left)?.1;
    let all = best(&cells.part(|_| true))?;
    let best = all
        .checked_sub(1)
        .and_then(|at| edges.get(at))
        .copied()
        .unwrap_or(f64::NEG_INFINITY);
    Some(Gain { points, half, best })
}

/// The metric when bins from `cut` on are decided "yes".
fn at_cut(stick: &Yardstick, means: &[f64], counts: &[f64], cut: usize) -> Option<f64> {
    let mut sum = vec![0.0; stick.len()];
    let mut totals = [[0.0_f64; 2]; 2];
    for (bin, pair) in counts.chunks_exact(2).enumerate() {
        let decided = usize::from(bin >= cut);
        if let (Some(total), [no, yes]) = (totals.get_mut(decided), pair) {
            total[0] += no;
            total[1] += yes;
        }
    }
    let score = means.first().copied().unwrap_or(f64::NAN);
    for (decided, [no, yes]) in totals.into_iter().enumerate() {
        let row = |yes| BinaryOutcome { score, decision: Some(decided == 1), yes };
        stick.add_binary(&mut sum, row(0.0), no);
        stick.add_binary(&mut sum, row(1.0), yes);
    }
    stick.value(&sum)
}

/// The gain in log-loss of recalibrating with a shift and a slope; `None` where scores are no probabilities.
#[must_use]
pub fn recalibration(table: &Logged<'_>, epsilon: f64) -> Option<Gain> {
    let rows: Vec<(u8, f64, f64)> = table
        .usable(true)
        .iter()
        .map(|row| {
            let row = *row as usize;
            let block = table.frame.rows.block.get(row).copied().unwrap_or(0);
            (block, table.score(row), table.yes(row))
        })
        .filter(|(_, score, _)| probability::is_probability(*score))
        .collect();
    if rows.len() < 100 {
        return None;
    }
    let fits = [0, 1].map(|half| {
        let own = rows.iter().filter(|row| row.0 % 2 == half);
        let facts: Vec<Fact> = own
            .map(|(_, score, yes)| {
                let line = log_odds(*score);
                Fact { yes: *yes, offset: line, line, decided: 0.0 }
            })
            .collect();
        let [shift, more, _] = line::fit(&facts, [true, true, false]).value;
        (shift, 1.0 + more)
    });
    let mut gains = Blocks::new(1);
    for (block, score, yes) in &rows {
        let (shift, slope) = fits[usize::from(block % 2 == 0)];
        let moved = math::sigmoid(shift + slope * log_odds(*score));
        let loss = |score: f64| probability::log_loss(score, *yes > 0.5, epsilon);
        if let Some(cell) = gains.of(*block, 1.0).first_mut() {
            *cell += loss(*score) - loss(moved);
        }
    }
    let mean = |without| gains.mean(without).first().copied().unwrap_or(0.0);
    let left: Vec<f64> = (0..BLOCKS)
        .filter(|block| gains.holds(*block))
        .map(|block| mean(Some(block)))
        .collect();
    Some(Gain { points: mean(None), half: spread(&left)?.1, best: f64::NAN })
}
