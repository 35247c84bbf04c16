//! Who exactly, and what exactly: the columns behind "who we see", and the parts of a changed relationship. Enter:
//! a split with its models. Leave: points by column, with what is left to combinations; the shift, the stretch
//! and the columns of the outcome's log-odds, and their points.
//!
//! Columns are credited by Shapley values of an additive tilt, which credits the column whose distribution drives
//! the change given the others, not every column that moves with it.

use super::line::{Fact, fit};
use super::logged::{Decisions, Logged};
use super::loss::{self, RowLoss};
use super::relation::log_odds;
use super::rungs::Split;
use crate::choices::Task;
use crate::encode::frame::Frames;
use crate::model::additive;
use crate::model::matrix::Matrix;
use crate::model::trees::Objective;
use crate::stats::multiple::benjamini_hochberg;
use crate::stats::{math, order, special};

/// Columns that play in a Shapley game.
pub(super) const PLAYERS: usize = 6;

/// Rows that a game is played on.
const GAME_ROWS: usize = 15_000;

/// Standard score of the step at decided rows below which outcomes fell there.
const DECIDED_ROWS_FELL: f64 = -4.0;

/// A column takes part in the outcome's tilt when its score test stands at this false discovery rate.
pub(super) const GATE: f64 = 0.05;

/// A column and its points, worse is positive.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnShare {
    /// Place in the frames' columns.
    pub column: usize,
    /// Points, as a share of the term they belong to.
    pub share: f64,
}

/// How the outcome moved against what the reference's relation says. For other tasks than binary see
/// [`super::residual`]: shifts are then in standard deviations of the residual.
#[derive(Clone, Debug, Default)]
pub struct OutcomeTilt {
    /// Shift of the log-odds, with slope held at 1.
    pub shift: f64,
    /// Its standard score.
    pub shift_z: f64,
    /// Slope of the outcome's log-odds on the score's, relative to before (1: the same).
    pub slope: f64,
    /// Standard score of slope − 1.
    pub slope_z: f64,
    /// Shift of the rows the model decided "yes" beyond the rest, log-odds, less the same jump before launch: scores
    /// that are not quite calibrated have one of their own.
    pub decided: f64,
    /// Its standard score.
    pub decided_z: f64,
    /// Share of the term that the shift and the slope stand for, and each gated column.
    pub shift_share: f64,
    /// Share of the slope.
    pub slope_share: f64,
    /// Columns whose relation to the outcome changed beyond shift and slope, largest share first.
    pub columns: Vec<ColumnShare>,
    /// Columns whose relation to the outcome changed beyond the shift, with their share of the change of log-odds (0–1).
    pub moved: Vec<ColumnShare>,
}

/// The columns behind who we see, largest first; shares of the term, the rest is combinations of columns.
#[must_use]
pub fn who(
    frames: &Frames<'_>,
    split: &Split,
    before: &Logged<'_>,
    loss: Option<&RowLoss>,
) -> Vec<ColumnShare> {
    let inputs = inputs_of(frames, split);
    let q = split.stacked.production(&split.q);
    let both: Vec<u32> =
        fit_rows(split, &split.p).into_iter().chain(fit_rows(split, &q)).collect();
    let (target, weight) = split.stacked.whose(&split.p, &q);
    let tilt = additive::fit(
        &split.stacked.matrix,
        &both,
        &target,
        Some(&weight),
        None,
        Objective::Logistic,
        additive::CYCLES,
        additive::RATE,
        additive::LAMBDA,
    );
    let of_column = by_column(&inputs, &tilt.tables);
    let step = split.p.len().div_ceil(GAME_ROWS).max(1);
    let game: Vec<u32> = split.p.iter().copied().step_by(step).collect();
    let after: Vec<u32> = q.iter().copied().step_by(step).collect();
    let value = |own: &Own<'_>, row: u32| own.value(&split.stacked.matrix, row);
    let counts =
        |row: &u32| split.stacked.worth.get(*row as usize).copied().unwrap_or(1.0);
    let mean = |own: &Own<'_>, rows: &[u32]| {
        let worth: f64 = rows.iter().map(counts).sum();
        let sum: f64 = rows.iter().map(|row| counts(row) * value(own, *row)).sum();
        if worth > 0.0 { sum / worth } else { 0.0 }
    };
    let mut players: Vec<(f64, &Own<'_>)> =
        of_column.iter().map(|own| (mean(own, &after) - mean(own, &game), own)).collect();
    players.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.column.cmp(&b.1.column)));
    players.truncate(PLAYERS);
    let factors: Vec<Vec<f64>> = players
        .iter()
        .map(|(_, own)| game.iter().map(|row| math::exp(value(own, *row))).collect())
        .collect();
    let losses: Vec<f64> = game
        .iter()
        .map(|row| {
            let at = *row as usize;
            loss::expected(before, loss, at, &split.relation.of(at))
        })
        .collect();
    let worth = |set: usize| {
        let (mut top, mut bottom) = (0.0, 0.0);
        for (row, (loss, place)) in losses.iter().zip(&game).enumerate() {
            let mut factor = counts(place);
            for (player, own) in factors.iter().enumerate() {
                if set >> player & 1 == 1 {
                    factor *= own.get(row).copied().unwrap_or(1.0);
                }
            }
            top += factor * loss;
            bottom += factor;
        }
        if bottom > 0.0 { top / bottom } else { 0.0 }
    };
    let values: Vec<f64> = (0..1_usize << players.len()).map(worth).collect();
    let total =
        values.last().copied().unwrap_or(0.0) - values.first().copied().unwrap_or(0.0);
    if total == 0.0 {
        return Vec::new();
    }
    let shapley = shapley(players.len(), &values);
    let mut shares: Vec<ColumnShare> = players
        .iter()
        .zip(shapley)
        .map(|((_, own), points)| ColumnShare {
            column: own.column,
            share: points / total,
        })
        .collect();
    shares.sort_by(|a, b| b.share.abs().total_cmp(&a.share.abs()));
    shares
}

/// Tilt of the outcome on labelled production rows; `None` for other tasks, without scores or with few rows.
#[must_use]
pub fn outcome(
    frames: &Frames<'_>,
    split: &Split,
    before: &Logged<'_>,
    after: &Logged<'_>,
    loss: Option<&RowLoss>,
) -> Option<OutcomeTilt> {
    if after.task != Task::Binary {
        return super::residual::outcome(frames, split, before, after);
    }
    if split.relation.margins.is_empty() {
        return None;
    }
    let rows: Vec<u32> =
        split.q.iter().copied().filter(|row| after.is_labelled(*row as usize)).collect();
    if rows.len() < 200 {
        return None;
    }
    let clean = split.clean.as_ref().and_then(|own| own.scores.first());
    let first = split.stacked.reference_rows;
    let score_of = |row: usize| {
        clean.and_then(|own| own.get(row)).copied().unwrap_or_else(|| after.score(row))
    };
    let offset_of =
        |place: usize| split.relation.margins.get(place).copied().unwrap_or(0.0);
    let line = |row: usize| {
        let score = score_of(row);
        if score.is_nan() { 0.0 } else { log_odds(score) }
    };
    let facts: Vec<Fact> = rows
        .iter()
        .map(|row| {
            let row = *row as usize;
            let decided = after.decision(row, after.score(row), Decisions::Logged);
            Fact {
                yes: after.yes(row),
                offset: offset_of(first + row),
                line: line(row),
                decided: f64::from(u8::from(decided == Some(true))),
            }
        })
        .collect();
    let shift = fit(&facts, [true, false, false]);
    let both = fit(&facts, [true, true, false]);
    let with_decision = fit(&facts, [true, true, true]);
    let reference: Vec<Fact> = split
        .p
        .iter()
        .map(|row| {
            let row = *row as usize;
            let score = before.score(row);
            let decided = before.decision(row, score, Decisions::Logged);
            Fact {
                yes: before.yes(row),
                offset: offset_of(row),
                line: if score.is_nan() { 0.0 } else { log_odds(score) },
                decided: f64::from(u8::from(decided == Some(true))),
            }
        })
        .collect();
    let control = fit(&reference, [true, true, true]);
    let decided = with_decision.value[2] - control.value[2];
    let error = math::sqrt(
        with_decision.error[2] * with_decision.error[2]
            + control.error[2] * control.error[2],
    );
    let mut tilt = OutcomeTilt {
        shift: shift.value[0],
        shift_z: shift.z(0),
        slope: 1.0 + both.value[1],
        slope_z: both.z(1),
        decided,
        decided_z: if error > 0.0 { decided / error } else { 0.0 },
        ..OutcomeTilt::default()
    };
    let inputs = inputs_of(frames, split);
    let matrix_rows: Vec<u32> = split.stacked.production(&rows);
    let base: Vec<f64> = facts
        .iter()
        .map(|own| own.offset + both.value[0] + both.value[1] * own.line)
        .collect();
    let tables =
        |base: &[f64], shift| changed(split, &inputs, &matrix_rows, &facts, base, shift);
    // What decisions prevented is on decided rows, and stays a shift of them all.
    let of_decisions = tilt.decided_z <= DECIDED_ROWS_FELL;
    let common = |shift: f64, everywhere: f64| {
        if of_decisions { shift } else { shift + everywhere }
    };
    let (own, everywhere) = tables(&base, both.value[0]);
    let level_of_all = common(both.value[0], everywhere);
    play(&mut tilt, &rows, &facts, (level_of_all, both.value[1]), &own, after, loss);
    // Named without the slope: a column that tells much of the outcome changes the slope when it changes.
    let level: Vec<f64> = facts.iter().map(|own| own.offset + shift.value[0]).collect();
    let (moved, everywhere) = tables(&level, shift.value[0]);
    // The shift is what most rows have in common: a few that changed much must not look like all that changed a little.
    tilt.shift = common(tilt.shift, everywhere);
    tilt.shift_z = if shift.error[0] > 0.0 { tilt.shift / shift.error[0] } else { 0.0 };
    let total: f64 = moved.iter().map(|own| size(&own.1)).sum();
    tilt.moved = moved
        .iter()
        .map(|own| ColumnShare { column: own.0, share: size(&own.1) / total })
        .collect();
    Some(tilt)
}

fn middle(own: &[f64]) -> f64 {
    let mut sorted = own.to_vec();
    order::sort(&mut sorted);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn size(own: &[f64]) -> f64 {
    own.iter().map(|v| v * v).sum()
}

/// Columns whose relation to the outcome changed, largest first, with what each adds to the log-odds of every row beyond
/// what it adds to most, and the sum of the latter, which is everybody's: it changes the `shift` by no more than its own
/// size.
fn changed(
    split: &Split,
    inputs: &[(usize, usize)],
    rows: &[u32],
    facts: &[Fact],
    base: &[f64],
    shift: f64,
) -> (Vec<(usize, Vec<f64>)>, f64) {
    let gated = gate(&split.stacked.matrix, inputs, rows, facts, base);
    let mut tables: Vec<(usize, Vec<f64>)> = Vec::new();
    if gated.is_empty() {
        return (tables, 0.0);
    }
    let columns: Vec<_> = gated
        .iter()
        .filter_map(|(at, _)| split.stacked.matrix.columns.get(*at).cloned())
        .collect();
    let matrix = Matrix { row_count: split.stacked.matrix.row_count, columns };
    let (mut target, mut offset) =
        (vec![0.0; matrix.row_count], vec![0.0; matrix.row_count]);
    for ((place, fact), base) in rows.iter().zip(facts).zip(base) {
        target.get_mut(*place as usize).into_iter().for_each(|own| *own = fact.yes);
        offset.get_mut(*place as usize).into_iter().for_each(|own| *own = *base);
    }
    let fitted = additive::fit(
        &matrix,
        rows,
        &target,
        None,
        Some(&offset),
        Objective::Logistic,
        25,
        additive::RATE,
        30.0,
    );
    for ((_, column), (codes, table)) in
        gated.iter().zip(matrix.columns.iter().zip(&fitted.tables))
    {
        let own: Vec<f64> = rows
            .iter()
            .map(|row| {
                let code = codes.codes.get(*row as usize).copied().unwrap_or(255);
                table.get(usize::from(code)).copied().unwrap_or(0.0)
            })
            .collect();
        match tables.iter_mut().find(|(known, _)| known == column) {
            Some((_, all)) => all.iter_mut().zip(&own).for_each(|(a, b)| *a += b),
            None => tables.push((*column, own)),
        }
    }
    // What a column does to most rows belongs to the shift: a change in one region is not a change overall.
    let medians: Vec<f64> = tables.iter().map(|own| middle(&own.1)).collect();
    let sum: f64 = medians.iter().sum();
    let (low, high) = ((2.0 * shift).min(0.0), (2.0 * shift).max(0.0));
    let everywhere = (shift + sum).clamp(low, high) - shift;
    let kept = if sum == 0.0 { 0.0 } else { everywhere / sum };
    for ((_, own), median) in tables.iter_mut().zip(&medians) {
        own.iter_mut().for_each(|value| *value -= kept * median);
    }
    tables.sort_by(|a, b| size(&b.1).total_cmp(&size(&a.1)).then(a.0.cmp(&b.0)));
    tables.truncate(PLAYERS - 2);
    (tables, everywhere)
}

/// Shares of shift, slope and columns in the change of the expected loss.
fn play(
    tilt: &mut OutcomeTilt,
    rows: &[u32],
    facts: &[Fact],
    (shift, slope): (f64, f64),
    tables: &[(usize, Vec<f64>)],
    after: &Logged<'_>,
    loss: Option<&RowLoss>,
) {
    let Some(loss) = loss else { return };
    let step = rows.len().div_ceil(GAME_ROWS).max(1);
    let chosen: Vec<usize> = (0..rows.len()).step_by(step).collect();
    let losses: Vec<[f64; 2]> = chosen
        .iter()
        .filter_map(|at| rows.get(*at))
        .map(|row| {
            let row = *row as usize;
            let score = after.score(row);
            loss.of(score, after.decision(row, score, Decisions::Logged))
        })
        .collect();
    let players = 2 + tables.len();
    let worth = |set: usize| {
        let mut sum = 0.0;
        for (at, [no, yes]) in chosen.iter().zip(&losses) {
            let Some(fact) = facts.get(*at) else { continue };
            let mut margin = fact.offset;
            if set & 1 == 1 {
                margin += shift;
            }
            if set & 2 == 2 {
                margin += slope * fact.line;
            }
            for (player, (_, own)) in tables.iter().enumerate() {
                if set >> (player + 2) & 1 == 1 {
                    margin += own.get(*at).copied().unwrap_or(0.0);
                }
            }
            let chance = math::sigmoid(margin);
            sum += chance * yes + (1.0 - chance) * no;
        }
        sum / chosen.len().max(1) as f64
    };
    let values: Vec<f64> = (0..1_usize << players).map(worth).collect();
    let total =
        values.last().copied().unwrap_or(0.0) - values.first().copied().unwrap_or(0.0);
    if total.abs() < 1e-12 {
        return;
    }
    let points = shapley(players, &values);
    let share = |at: usize| points.get(at).copied().unwrap_or(0.0) / total;
    tilt.shift_share = share(0);
    tilt.slope_share = share(1);
    tilt.columns = tables
        .iter()
        .enumerate()
        .map(|(at, (column, _))| ColumnShare { column: *column, share: share(at + 2) })
        .collect();
    tilt.columns.sort_by(|a, b| b.share.total_cmp(&a.share));
}

/// Matrix columns (with their frame column) whose relation to the outcome changed.
fn gate(
    matrix: &Matrix,
    inputs: &[(usize, usize)],
    rows: &[u32],
    facts: &[Fact],
    base: &[f64],
) -> Vec<(usize, usize)> {
    let mut tested: Vec<(usize, usize, f64)> = Vec::new();
    for (at, column) in inputs {
        let Some(codes) = matrix.columns.get(*at) else { continue };
        let mut cells = vec![(0.0_f64, 0.0_f64); 256];
        let (mut sum, mut spread) = (0.0, 0.0);
        for ((row, fact), margin) in rows.iter().zip(facts).zip(base) {
            let code = codes.codes.get(*row as usize).copied().unwrap_or(255);
            let chance = math::sigmoid(*margin);
            let (g, v) = (fact.yes - chance, chance * (1.0 - chance));
            sum += g;
            spread += v;
            if let Some(cell) = cells.get_mut(usize::from(code)) {
                cell.0 += g;
                cell.1 += v;
            }
        }
        let mut statistic = 0.0;
        let mut bins = 0_u32;
        for (g, v) in cells.iter().filter(|(_, v)| *v >= 2.0) {
            statistic += g * g / v;
            bins += 1;
        }
        if spread > 0.0 {
            statistic -= sum * sum / spread;
        }
        if bins >= 2 {
            let p = special::chi_square_survival(statistic.max(0.0), f64::from(bins - 1));
            tested.push((*at, *column, p));
        }
    }
    let p: Vec<f64> = tested.iter().map(|own| own.2).collect();
    let q = benjamini_hochberg(&p);
    tested
        .iter()
        .zip(q)
        .filter(|(_, q)| *q <= GATE)
        .map(|(own, _)| (own.0, own.1))
        .collect()
}

/// Tables of one frame column.
struct Own<'a> {
    column: usize,
    tables: Vec<(usize, &'a [f64; 256])>,
}

impl Own<'_> {
    fn value(&self, matrix: &Matrix, row: u32) -> f64 {
        let of = |(at, table): &(usize, &[f64; 256])| {
            let code = matrix.code(*at, row as usize);
            table.get(usize::from(code)).copied().unwrap_or(0.0)
        };
        self.tables.iter().map(of).sum()
    }
}

fn by_column<'a>(inputs: &[(usize, usize)], tables: &'a [[f64; 256]]) -> Vec<Own<'a>> {
    let mut all: Vec<Own<'a>> = Vec::new();
    for (at, column) in inputs {
        let Some(table) = tables.get(*at) else { continue };
        match all.iter_mut().find(|own| own.column == *column) {
            Some(own) => own.tables.push((*at, table)),
            None => all.push(Own { column: *column, tables: vec![(*at, table)] }),
        }
    }
    all
}

/// Matrix columns with the frame column each comes from (the score's column is of none).
pub(super) fn inputs_of(frames: &Frames<'_>, split: &Split) -> Vec<(usize, usize)> {
    let column_of = |coder: &usize| {
        frames.columns.iter().position(|column| column.coders.contains(coder))
    };
    let found = split.inputs.iter().enumerate();
    found.filter_map(|(at, coder)| Some((at, column_of(coder)?))).collect()
}

fn fit_rows(split: &Split, rows: &[u32]) -> Vec<u32> {
    let fits =
        |row: &&u32| split.stacked.folds.get(**row as usize).is_some_and(|own| *own < 2);
    rows.iter().filter(fits).copied().collect()
}

/// Shapley values from the worth of every set of players (bit `i`: player `i` takes part).
#[must_use]
pub fn shapley(players: usize, worth: &[f64]) -> Vec<f64> {
    let mut factorial = vec![1.0_f64];
    for number in 1..=players {
        factorial.push(factorial.last().copied().unwrap_or(1.0) * number as f64);
    }
    let fact = |number: usize| factorial.get(number).copied().unwrap_or(1.0);
    let mut values = vec![0.0; players];
    for (player, value) in values.iter_mut().enumerate() {
        for set in 0..1_usize << players {
            if set >> player & 1 == 1 {
                continue;
            }
            let size = set.count_ones() as usize;
            let weight = fact(size) * fact(players - size - 1) / fact(players);
            let at = |set: usize| worth.get(set).copied().unwrap_or(0.0);
            *value += weight * (at(set | 1 << player) - at(set));
        }
    }
    values
}
