//! Columns that the score no longer follows. Enter: the stand-in for the user's model, rows and logged scores. Leave:
//! which columns count less in production's scores than they should ([`look`]), and on which rows. Cost: the stand-in
//! on [`ROWS`] rows a table for every input, and a least-squares fit of that many columns.
//!
//! # Decisions
//! What a column adds to a row's margin is the margin less the one with the column's typical value. The distance of
//! the logged from the reproduced margin is regressed on what the columns add, before and after launch: a model
//! that did not get a column on a fifth of rows misses a fifth of what the column adds. No outcome is looked
//! at, so a changed relationship cannot do this; errors of the stand-in are there before launch as well.

use std::cell::OnceCell;

use super::View;
use super::common::{MIN_ROWS, inputs, median, quantiles, sorted};
use super::consistency::{StandIn, in_support, picked, score, spread_out};
use super::since;
use crate::encode::frame::{Frame, NO_ID, NO_NAME, Raw};
use crate::stats::math::sqrt;
use crate::stats::random::mix64;

/// Share of the score's variance the stand-in must reproduce: less than for single rows, since errors average out.
const MIN_FIDELITY: f64 = 0.8;
/// Rows looked at a table.
const ROWS: usize = 5000;
/// Part of what a column adds that must be lost, and its standard score.
const MIN_LOST: (f64, f64) = (0.1, 7.0);
/// The standard score where single rows show already that the score does not fit the log.
const MIN_LOST_Z_WITH_ROWS: f64 = 4.5;
/// Further columns: as a share of the most that one lost, and their standard score.
const ALSO: (f64, f64) = (0.35, 4.0);
/// What a column adds must scatter by this share of the margin's scatter.
const MIN_ADDS: f64 = 0.05;
/// Folds for standard errors.
const FOLDS: usize = 10;
/// Parts of production's margins that the reference is given like weight in, and the most that a row counts.
const MARGIN_BINS: usize = 20;
const MOST_WEIGHT: f64 = 10.0;
/// Share of its rows that a sample is worth under weights, below which a column counts as moved.
const MOVED: f64 = 0.9;
/// Columns regressed on.
const MAX_COLUMNS: usize = 40;
/// Columns named at most.
const MAX_NAMED: usize = 6;
/// Deviations from which a row's missed part can be told from the stand-in's error.
const TOLD: f64 = 1.0;

/// What the score does not follow.
pub struct Unheard {
    /// Columns, the most lost first.
    pub columns: Vec<usize>,
    /// Part of what the first column adds that is lost, on rows since the first day.
    pub lost: f64,
    /// Standard score of that.
    pub z: f64,
    /// For each production row whether its score seems to be without the columns.
    pub touched: Vec<bool>,
    /// First day, when it began after the first production day.
    pub since: Option<i32>,
}

#[derive(Clone)]
struct Sample {
    rows: Vec<usize>,
    /// Fold of each row; rows of one entity are in one.
    folds: Vec<usize>,
    margins: Vec<f64>,
    distances: Vec<f64>,
    /// What each column adds, a list a column.
    adds: Vec<Vec<f64>>,
    /// How much each row counts.
    weights: Vec<f64>,
}

/// Looks at every output that has scores, and takes the one that shows it most clearly: of several classes a column may
/// count for some alone. `rows_show_it`: single rows are too far off already.
#[must_use]
pub fn look(view: &View<'_>, model: &dyn StandIn, rows_show_it: bool) -> Option<Unheard> {
    if model.fidelity() < MIN_FIDELITY {
        return None;
    }
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let held_out = spread_out(model.held_out(), ROWS);
    let rows = spread_out(in_support(view), ROWS);
    if held_out.len() < MIN_ROWS || rows.len() < MIN_ROWS {
        return None;
    }
    let columns: Vec<usize> = inputs(view).into_iter().take(MAX_COLUMNS).collect();
    let typical: Vec<Option<Typical>> =
        columns.iter().map(|column| Typical::of(reference, *column)).collect();
    let least_z = if rows_show_it { MIN_LOST_Z_WITH_ROWS } else { MIN_LOST.1 };
    let own = Look { view, model, columns, typical, least_z };
    let pairs = own.samples(reference, &held_out).into_iter();
    let pairs = pairs.zip(own.samples(production, &rows)).enumerate();
    let found = pairs
        .filter_map(|(output, (before, after))| own.at_output(output, before?, &after?));
    found.max_by(|a, b| a.z.total_cmp(&b.z))
}

/// What is looked at, whatever the output.
struct Look<'a> {
    view: &'a View<'a>,
    model: &'a dyn StandIn,
    /// Inputs, as places in the frames' columns, and what stands in for a value of each.
    columns: Vec<usize>,
    typical: Vec<Option<Typical>>,
    least_z: f64,
}

impl Look<'_> {
    /// One sample an output; `None` where it has no scores.
    fn samples(&self, frame: &Frame, rows: &[usize]) -> Vec<Option<Sample>> {
        let base = picked(&frame.values, rows);
        let without: Vec<Vec<Vec<f64>>> = self
            .columns
            .iter()
            .zip(&self.typical)
            .map(|own| self.model.margins(&with_typical(&base, &[(*own.0, *own.1)])))
            .collect();
        let fold = |row: &usize| {
            let id = frame.ids.get(*row).copied().unwrap_or(NO_ID);
            let key = if id == NO_ID { *row as u64 } else { id };
            (mix64(key) % FOLDS as u64) as usize
        };
        let folds: Vec<usize> = rows.iter().map(fold).collect();
        let of = |(output, margins): (usize, Vec<f64>)| -> Option<Sample> {
            let distance = |(row, own): (&usize, &f64)| {
                self.model.of_score(output, score(frame, output, *row)) - own
            };
            let distances: Vec<f64> = rows.iter().zip(&margins).map(distance).collect();
            let adds = without
                .iter()
                .map(|other| {
                    let pairs = margins.iter().zip(other.get(output)?);
                    Some(pairs.map(|(a, b)| a - b).collect())
                })
                .collect::<Option<Vec<Vec<f64>>>>()?;
            distances.iter().any(|own| own.is_finite()).then(|| Sample {
                rows: rows.to_vec(),
                folds: folds.clone(),
                weights: vec![1.0; margins.len()],
                margins,
                distances,
                adds,
            })
        };
        self.model.margins(&base).into_iter().enumerate().map(of).collect()
    }

    fn at_output(
        &self,
        output: usize,
        mut before: Sample,
        after: &Sample,
    ) -> Option<Unheard> {
        let (reference, production) =
            (&self.view.frames.reference, &self.view.frames.production);
        before.weights = like(&before.margins, &after.margins);
        let days: Vec<i32> = after
            .rows
            .iter()
            .filter_map(|row| production.rows.day.get(*row).copied())
            .collect();
        let scatter = deviation(&before.margins);
        let kept: Vec<usize> = (0..self.columns.len())
            .filter(|at| {
                let adds =
                    |own: &Sample| own.adds.get(*at).map_or(0.0, |own| deviation(own));
                adds(&before).min(adds(after)) >= MIN_ADDS * scatter
            })
            .collect();
        if kept.is_empty() {
            return None;
        }
        let usual = followed(&before, &kept, &|_| true)?;
        let all = vec![true; after.rows.len()];
        // Where values come that were rare before launch the stand-in errs more: held against rows like those.
        let usual_alike = || {
            let mut weights = vec![1.0; before.rows.len()];
            for column in &self.columns {
                let values = |frame: &Frame, rows: &[usize]| places(frame, *column, rows);
                let (Some(a), Some(b)) =
                    (values(reference, &before.rows), values(production, &after.rows))
                else {
                    continue;
                };
                let own = like(&a, &b);
                if effective(&own) < MOVED * own.len() as f64 {
                    weights.iter_mut().zip(&own).for_each(|(all, own)| *all *= own);
                }
            }
            let alike = Sample { weights, ..before.clone() };
            let tells = effective(&alike.weights) >= MIN_ROWS as f64;
            if tells { followed(&alike, &kept, &|_| true) } else { None }
        };
        let known = OnceCell::new();
        let found = |rest: &[(f64, f64)]| {
            let mut found = lost(&usual, rest, &kept, self.least_z);
            if found.is_empty() {
                return found;
            }
            let Some(usual) = known.get_or_init(usual_alike) else { return Vec::new() };
            let still = lost(usual, rest, &kept, ALSO.1);
            found.retain(|own| still.iter().any(|lost| lost.0 == own.0));
            found
        };
        let rest = followed(after, &kept, &|_| true)?;
        let own = self
            .judged(output, after, &found(&rest), &all)
            .filter(|own| own.lost > 0.0)?;
        // Once more on the rows since the first day.
        let late: Vec<bool> =
            days.iter().map(|day| own.since.is_none_or(|first| *day >= first)).collect();
        let rest = followed(after, &kept, &|row| late.get(row).copied().unwrap_or(true))?;
        self.judged(output, after, &found(&rest), &late).or(Some(own))
    }

    /// Rows whose score is nearer to the one without the columns than to the one with them.
    fn judged(
        &self,
        output: usize,
        sample: &Sample,
        found: &[(usize, f64, f64)],
        late: &[bool],
    ) -> Option<Unheard> {
        let (view, model) = (self.view, self.model);
        let lost = found.iter().map(|own| own.1).fold(0.0, f64::max);
        let z = found.first()?.2;
        let out: Vec<(usize, Option<Typical>)> = found
            .iter()
            .filter_map(|own| {
                Some((*self.columns.get(own.0)?, *self.typical.get(own.0)?))
            })
            .collect();
        let without = model
            .margins(&with_typical(
                &picked(&view.frames.production.values, &sample.rows),
                &out,
            ))
            .into_iter()
            .nth(output)?;
        let effect: Vec<f64> =
            without.iter().zip(&sample.margins).map(|(a, b)| a - b).collect();
        // The served default need not be the typical value: a constant more.
        let pairs = || {
            let all = effect.iter().zip(&sample.distances).zip(late);
            all.filter(|((_, d), late)| **late && d.is_finite()).map(|own| own.0)
        };
        let count = pairs().count().max(1) as f64;
        let mean = pairs().fold((0.0, 0.0), |sum, (e, d)| (sum.0 + e, sum.1 + d));
        let (middle, level) = (mean.0 / count, mean.1 / count);
        let (mut product, mut square) = (0.0, 0.0);
        for (e, d) in pairs() {
            product += (e - middle) * (d - level);
            square += (e - middle) * (e - middle);
        }
        let slope = product / square.max(1e-12);
        if slope <= 0.5 * MIN_LOST.0 {
            return None;
        }
        let more = level / slope.min(1.0) - middle;
        let own = sorted(&sample.distances);
        let centre = median(&own);
        let away: Vec<f64> = own.iter().map(|d| (d - centre).abs()).collect();
        // The smaller half of the distances: broken rows must not widen it.
        let quarter = sorted(&away);
        let error = 2.5 * quarter.get(quarter.len() * 3 / 10).copied().unwrap_or(0.0);
        let production = view.frames.production.len();
        let days = &view.frames.production.rows.day;
        let mut evidence = vec![f64::NAN; production];
        let mut hit = vec![false; production];
        // All rows now, not only the sample.
        let rows = in_support(view);
        let base = picked(&view.frames.production.values, &rows);
        let with = model.margins(&base).into_iter().nth(output)?;
        let without =
            model.margins(&with_typical(&base, &out)).into_iter().nth(output)?;
        for ((row, with), without) in rows.iter().zip(&with).zip(&without) {
            let distance = model
                .of_score(output, score(&view.frames.production, output, *row))
                - with;
            let effect = without - with + more;
            if !distance.is_finite() || effect.abs() < TOLD * error.max(1e-9) {
                continue;
            }
            let is = (distance - effect).abs() < distance.abs();
            evidence
                .get_mut(*row)
                .into_iter()
                .for_each(|own| *own = f64::from(u8::from(is)));
            hit.get_mut(*row).into_iter().for_each(|own| *own = is);
        }
        let since = since::step(days, &evidence).map(|own| own.day);
        let touched = hit
            .iter()
            .zip(days.iter().map(Some).chain(std::iter::repeat(None)))
            .map(|(hit, day)| {
                *hit && since.is_none_or(|s| day.is_none_or(|day| *day >= s))
            })
            .collect();
        let columns = out.iter().map(|own| own.0).collect();
        Some(Unheard { columns, lost, z, touched, since })
    }
}

/// What stands in for a value that the model did not get: the middle of the numbers, the most common name.
#[derive(Clone, Copy)]
pub enum Typical {
    Number(f64),
    Name(u32),
}

impl Typical {
    /// The typical value before launch; `None` for moments and text.
    pub fn of(frame: &Frame, column: usize) -> Option<Self> {
        match frame.values.get(column)? {
            Raw::Numbers(_) => Some(Self::Number(median(&frame.ascending(column)))),
            Raw::Names(own) => {
                let mut names: Vec<u32> =
                    own.iter().copied().filter(|name| *name != NO_NAME).collect();
                names.sort_unstable();
                let runs = names.chunk_by(|a, b| a == b);
                let most = runs.max_by_key(|own| own.len())?;
                most.first().copied().map(Self::Name)
            }
            _ => None,
        }
    }
}

/// The values with some columns at their typical ones.
pub fn with_typical(values: &[Raw], columns: &[(usize, Option<Typical>)]) -> Vec<Raw> {
    let mut all = values.to_vec();
    for (column, typical) in columns {
        match (all.get_mut(*column), typical) {
            (Some(Raw::Numbers(own)), Some(Typical::Number(to))) => own.fill(*to),
            (Some(Raw::Names(own)), Some(Typical::Name(to))) => own.fill(*to),
            _ => {}
        }
    }
    all
}

/// Weights with which margins come as often as the others do: where the stand-in errs depends on how high a row is.
fn like(margins: &[f64], others: &[f64]) -> Vec<f64> {
    let (own, other) = (sorted(margins), sorted(others));
    let cuts = quantiles(&other, MARGIN_BINS + 1);
    let cuts = cuts.get(1..MARGIN_BINS).unwrap_or_default();
    let bin = |x: f64| cuts.partition_point(|cut| *cut <= x);
    let counts = |all: &[f64]| {
        let mut counts = vec![0.5; MARGIN_BINS];
        for x in all {
            counts.get_mut(bin(*x)).into_iter().for_each(|own| *own += 1.0);
        }
        counts
    };
    let (a, b) = (counts(&own), counts(&other));
    let level = own.len() as f64 / other.len().max(1) as f64;
    let weight = |x: &f64| {
        let of = |counts: &[f64]| counts.get(bin(*x)).copied().unwrap_or(1.0);
        (level * of(&b) / of(&a)).min(MOST_WEIGHT)
    };
    margins.iter().map(weight).collect()
}

/// How many rows of equal weight tell as much.
fn effective(weights: &[f64]) -> f64 {
    let (sum, squares) =
        weights.iter().fold((0.0, 0.0), |(s, q), own| (s + own, q + own * own));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// A column's values as numbers, row by row; `None` for moments and text.
fn places(frame: &Frame, column: usize, rows: &[usize]) -> Option<Vec<f64>> {
    match frame.values.get(column)? {
        Raw::Numbers(own) => {
            Some(rows.iter().filter_map(|row| own.get(*row).copied()).collect())
        }
        Raw::Names(own) => Some(
            rows.iter()
                .filter_map(|row| own.get(*row))
                .map(|own| f64::from(*own))
                .collect(),
        ),
        _ => None,
    }
}

fn deviation(values: &[f64]) -> f64 {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    sqrt(values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count)
}

/// How much of what each column adds the distance follows, with standard errors.
fn followed(
    sample: &Sample,
    kept: &[usize],
    takes: &dyn Fn(usize) -> bool,
) -> Option<Vec<(f64, f64)>> {
    let of = |fold: Option<usize>| {
        let rows = (0..sample.rows.len()).filter(|row| {
            takes(*row) && fold.is_none_or(|fold| sample.folds.get(*row) != Some(&fold))
        });
        fit(sample, kept, rows)
    };
    let whole = of(None)?;
    let folds: Vec<Vec<f64>> = (0..FOLDS).map(|k| of(Some(k))).collect::<Option<_>>()?;
    let error = |at: usize| {
        let all: Vec<f64> = folds.iter().filter_map(|own| own.get(at).copied()).collect();
        let mean = all.iter().sum::<f64>() / FOLDS as f64;
        let squares: f64 = all.iter().map(|own| (own - mean) * (own - mean)).sum();
        sqrt(squares * (FOLDS - 1) as f64 / FOLDS as f64)
    };
    Some(whole.iter().enumerate().map(|(at, own)| (*own, error(at))).collect())
}

/// Least squares of the distance on what the columns add, with a constant.
fn fit(
    sample: &Sample,
    kept: &[usize],
    rows: impl Iterator<Item = usize>,
) -> Option<Vec<f64>> {
    let size = kept.len() + 1;
    let mut normal = vec![vec![0.0; size + 1]; size];
    let mut count = 0;
    for row in rows {
        let distance = sample.distances.get(row).copied().unwrap_or(f64::NAN);
        let mut line = vec![1.0];
        let add = |at: &usize| sample.adds.get(*at).and_then(|own| own.get(row)).copied();
        line.extend(kept.iter().map(|at| add(at).unwrap_or(0.0)));
        if !distance.is_finite() || line.iter().any(|x| !x.is_finite()) {
            continue;
        }
        count += 1;
        let weight = sample.weights.get(row).copied().unwrap_or(1.0);
        for (own, a) in normal.iter_mut().zip(&line) {
            own.iter_mut().zip(&line).for_each(|(cell, b)| *cell += weight * a * b);
            own.last_mut().into_iter().for_each(|cell| *cell += weight * a * distance);
        }
    }
    if count < MIN_ROWS / 2 {
        return None;
    }
    for at in 0..size {
        let own = normal.get_mut(at)?.get_mut(at)?;
        *own += 1e-6 * *own + 1e-9;
    }
    let mut solution = solve(normal)?;
    solution.remove(0);
    Some(solution)
}

/// Gauss–Jordan of a positive definite system, its right side in the last column.
fn solve(mut lines: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    for at in 0..lines.len() {
        let mut own = lines.get(at)?.clone();
        let pivot = own.get(at).copied().filter(|pivot| pivot.abs() > 1e-12)?;
        own.iter_mut().for_each(|cell| *cell /= pivot);
        for (other, line) in lines.iter_mut().enumerate() {
            if other == at {
                line.clone_from(&own);
                continue;
            }
            let by = line.get(at).copied().unwrap_or(0.0);
            line.iter_mut().zip(&own).for_each(|(cell, own)| *cell -= by * own);
        }
    }
    lines.iter().map(|line| line.last().copied()).collect()
}

/// Columns that lost part of what they add: place, part, standard score; the most first.
fn lost(
    before: &[(f64, f64)],
    after: &[(f64, f64)],
    kept: &[usize],
    least_z: f64,
) -> Vec<(usize, f64, f64)> {
    let pairs = kept.iter().zip(before).zip(after);
    let mut all: Vec<(usize, f64, f64)> = pairs
        .map(|((at, a), b)| {
            let error = sqrt(a.1 * a.1 + b.1 * b.1).max(1e-9);
            (*at, a.0 - b.0, (a.0 - b.0) / error)
        })
        .filter(|own| own.1 >= MIN_LOST.0)
        .collect();
    all.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
    let surely = all.first().is_some_and(|own| own.2 >= least_z);
    let most =
        all.iter().filter(|own| own.2 >= least_z).map(|own| own.1).fold(0.0, f64::max);
    if !surely {
        return Vec::new();
    }
    all.retain(|own| own.1 >= ALSO.0 * most && own.2 >= ALSO.1);
    all.truncate(MAX_NAMED);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn weights_give_margins_the_others_frequencies() {
        let mut random = Random::new(31);
        let own: Vec<f64> = (0..4000).map(|_| random.normal()).collect();
        let others: Vec<f64> = (0..3000).map(|_| 0.8 + 0.7 * random.normal()).collect();
        let weights = like(&own, &others);
        let all: f64 = weights.iter().sum();
        let mean = own.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>() / all;
        assert!((mean - 0.8).abs() < 0.1, "{mean}");
        assert!(weights.iter().all(|own| (0.0..=MOST_WEIGHT).contains(own)));
        // The same frequencies leave every row at about 1.
        let same = like(&own, &own);
        assert!(same.iter().all(|own| (own - 1.0).abs() < 1e-9), "{same:?}");
        assert!(like(&[], &others).is_empty());
    }
}
