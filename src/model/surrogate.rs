//! The stand-in for the user's model. Enter: the row samples with their raw values and scores. Leave: [`Surrogate`],
//! which says for any inputs what score the user's model would have given, and how far that can be trusted
//! ([`Surrogate::fidelity`]).
//!
//! It reads raw values, not the plan's coarse codes: numbers in up to 250 ranges of the two tables together, names,
//! hours and weekdays of moments. Text is not read. An additive model takes the smooth part, boosted trees the rest.
//!
//! # Decisions
//! The additive part comes first because user models are often linear: trees alone need hundreds of small steps for
//! a straight line. Codes that training never saw take the nearest seen code's margin, so values beyond the
//! training range are held at its end, as by any tree model.
//!
//! Cost: about a second for 60,000 rows of 20 columns (rows above that are left out).

mod coding;
#[cfg(test)]
mod tests;
mod uses;

use super::additive::{self, Additive};
use super::loss::Objective;
use super::matrix::{Matrix, Order};
use super::trees::{self, Params, Trees};
use crate::choices::{Role, TableRole, Task};
use crate::encode::code::{CODES, NULL};
use crate::encode::frame::{Frame, FrameColumn, Frames, NO_ID, Raw};
use crate::stats::math;
use crate::stats::random::{combine64, mix64, unit_interval};
use coding::Coding;

/// Probabilities nearer to 0 or 1 than this are not told apart: rounded scores would have infinite log-odds.
const LEAST_SCORE: f64 = 1e-4;
/// Fewest reference rows with a score.
const LEAST_ROWS: usize = 200;
/// Most training rows; more cost time and add nothing to the fidelity.
const MOST_ROWS: usize = 60_000;
/// Share trained on when fitted on the reference only: the rest judges whether production's scores fit.
const REFERENCE_SHARE: f64 = 0.7;
/// Share trained on when fitted on both tables: the rest only measures fidelity.
const BOTH_SHARE: f64 = 0.85;
/// The additive part: cycles, rate and curvature added (scores have no noise to guard against).
const CYCLES: usize = 12;
/// Cycles that show which link fits.
const LINK_CYCLES: usize = 4;
const RATE: f64 = 0.5;
const LAMBDA: f64 = 1.0;
/// Steps of the trees. On the scenario cases 0.2 beats 0.1 and 0.15 with 200 trees (R² .964 against .961 on the
/// hardest, trained on 8,400 rows): scores have no noise, and the trees run out before the steps do.
const LEARNING_RATE: f64 = 0.2;
/// Entities a row from which rows are on their own, and entities needed to hold out by them.
const REPEATING: f64 = 0.8;
const LEAST_ENTITIES: usize = 100;
/// Seed of the hash that holds rows out.
const SEED: u64 = 0x7375_7272;

/// What a surrogate is fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// The reference: how the model behaved before launch.
    Reference,
    /// Reference and production as logged: how it reacts to the values production has, broken ones included.
    Both,
}

/// How a score becomes a margin.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Link {
    /// The score itself.
    Itself,
    /// Log-odds: of probabilities.
    LogOdds,
    /// Logarithm, of scores no smaller than this: of amounts whose parts multiply.
    Log(f64),
}

impl Link {
    fn margin(self, score: f64) -> f64 {
        // NaN stays NaN.
        match self {
            Self::Itself => score,
            Self::LogOdds => math::logit(score.clamp(LEAST_SCORE, 1.0 - LEAST_SCORE)),
            Self::Log(_) if score.is_nan() => score,
            Self::Log(least) => math::ln(score.max(least)),
        }
    }

    fn score(self, margin: f64) -> f64 {
        match self {
            Self::Itself => margin,
            Self::LogOdds => math::sigmoid(margin),
            Self::Log(_) => math::exp(margin),
        }
    }
}

/// The stand-in for the user's model: the margin of the score from the raw inputs.
#[derive(Clone, Debug)]
pub struct Surrogate {
    /// Share of the margin's variance reproduced on held-out reference rows, 0–1 (the worst output's).
    pub fidelity: f64,
    held_out: Vec<u32>,
    link: Link,
    /// Place in [`Frames::columns`] and how it is read.
    codings: Vec<(usize, Coding)>,
    /// One an output; `None` for a class without scores.
    outputs: Vec<Option<(Additive, Trees)>>,
}

impl Surrogate {
    /// Fits; `None` without scores, with fewer than 200 scored reference rows, or without inputs that both tables
    /// have.
    #[must_use]
    pub fn fit(frames: &Frames<'_>, on: Rows) -> Option<Self> {
        let reference = &frames.reference;
        let scores = scores_of(frames, reference);
        let scored = |scores: &&[f64]| scores.iter().filter(|s| s.is_finite()).count();
        if scores.iter().map(scored).max()? < LEAST_ROWS {
            return None;
        }
        let tables: &[&Frame] = &[reference, &frames.production];
        let codings = codings(frames, tables);
        if codings.is_empty() {
            return None;
        }
        let (tables, share) = match on {
            Rows::Reference => (tables.get(..1).unwrap_or(tables), REFERENCE_SHARE),
            Rows::Both => (tables, BOTH_SHARE),
        };
        let matrix =
            matrix(&codings, &tables.iter().map(|t| &*t.values).collect::<Vec<_>>());
        let hash = |row: u32| mix64(combine64(SEED, u64::from(row)));
        let rows = 0..u32::try_from(matrix.row_count).unwrap_or(u32::MAX);
        let groups = entities(tables);
        let is_held = |row: &u32| {
            let own = groups.get(*row as usize).map_or(hash(*row), |id| mix64(*id));
            unit_interval(own) >= share
        };
        let (mut held_out, mut trained): (Vec<u32>, Vec<u32>) = rows.partition(is_held);
        held_out.retain(|row| (*row as usize) < reference.len());
        if trained.len() > MOST_ROWS {
            trained.select_nth_unstable_by_key(MOST_ROWS, |row| (hash(*row), *row));
            trained.truncate(MOST_ROWS);
            trained.sort_unstable();
        }
        let link = link(frames, &scores, &matrix, &trained, &held_out);
        let mut surrogate =
            Self { fidelity: 1.0, held_out, link, codings, outputs: Vec::new() };
        let others: Vec<Vec<&[f64]>> =
            tables.iter().map(|table| scores_of(frames, table)).collect();
        for output in 0..scores.len() {
            let mut target = Vec::with_capacity(matrix.row_count);
            for (table, scores) in tables.iter().zip(&others) {
                let end = target.len() + table.len();
                let own = scores.get(output).copied().unwrap_or(&[]);
                target.extend(own.iter().map(|score| surrogate.of_score(output, *score)));
                target.resize(end, f64::NAN);
            }
            let has_scores = scores.get(output).is_some_and(|scores| !scores.is_empty());
            let model = has_scores.then(|| fit_output(&matrix, &trained, &target));
            if let Some(model) = &model {
                let held = &surrogate.held_out;
                let found = fidelity(&margins_of(model, &matrix, held), held, &target);
                surrogate.fidelity = surrogate.fidelity.min(found);
            }
            surrogate.outputs.push(model);
        }
        Some(surrogate)
    }

    /// Reference rows it was not trained on and that measure its fidelity, ascending.
    #[must_use]
    pub fn held_out(&self) -> &[u32] {
        &self.held_out
    }

    /// Margins of rows given their raw values (in the order of [`Frames::columns`]): one list an output. NaN for a
    /// class without scores.
    #[must_use]
    pub fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>> {
        let matrix = matrix(&self.codings, &[values]);
        let rows: Vec<u32> =
            (0..u32::try_from(matrix.row_count).unwrap_or(u32::MAX)).collect();
        let margins = |output: &Option<(Additive, Trees)>| match output {
            Some(model) => margins_of(model, &matrix, &rows),
            None => vec![f64::NAN; rows.len()],
        };
        self.outputs.iter().map(margins).collect()
    }

    /// The margin of a score: its log-odds, held inside 0.0001–0.9999, when scores are probabilities; its logarithm
    /// where that fits amounts better; else itself.
    #[must_use]
    pub fn of_score(&self, output: usize, score: f64) -> f64 {
        let _ = output;
        self.link.margin(score)
    }

    /// Whether scores are read as probabilities: all of the reference's lie in 0–1, of a model that chooses classes.
    #[must_use]
    pub fn gives_chances(&self) -> bool {
        self.link == Link::LogOdds
    }

    /// The score of a margin.
    #[must_use]
    pub fn to_score(&self, margin: f64) -> f64 {
        self.link.score(margin)
    }
}

/// Log-odds for probabilities. Amounts that are all positive: the logarithm when an additive model of it comes nearer
/// to the held-out scores than one of the scores themselves, as where the user's model multiplies.
fn link(
    frames: &Frames<'_>,
    scores: &[&[f64]],
    matrix: &Matrix,
    trained: &[u32],
    held_out: &[u32],
) -> Link {
    let all = || scores.iter().copied().flatten().filter(|score| score.is_finite());
    if frames.plan.task != Some(Task::Regression) {
        let within = all().all(|score| (0.0..=1.0).contains(score));
        return if within { Link::LogOdds } else { Link::Itself };
    }
    let least = all().copied().fold(f64::INFINITY, f64::min);
    let [own] = scores else { return Link::Itself };
    if !(least > 0.0 && least.is_finite()) {
        return Link::Itself;
    }
    let rows: Vec<u32> =
        trained.iter().copied().filter(|row| (*row as usize) < own.len()).collect();
    let near = |link: Link| {
        let mut target: Vec<f64> = own.iter().map(|score| link.margin(*score)).collect();
        target.resize(matrix.row_count, f64::NAN);
        let squared = Objective::Squared;
        let (cycles, lambda) = (LINK_CYCLES, LAMBDA);
        let fit = additive::fit(
            matrix, &rows, &target, None, None, squared, cycles, RATE, lambda,
        );
        let back: Vec<f64> =
            fit.margins(matrix, held_out).iter().map(|own| link.score(*own)).collect();
        fidelity(&back, held_out, own)
    };
    let log = Link::Log(0.5 * least);
    if near(log) > near(Link::Itself) { log } else { Link::Itself }
}

/// The ids of all rows where entities come again and again: rows of one entity are held out together, or the held-out
/// ones would be known too well. Empty where ids hardly repeat.
fn entities(tables: &[&Frame]) -> Vec<u64> {
    let all: Vec<u64> =
        tables.iter().flat_map(|table| table.entities.iter().copied()).collect();
    let rows: usize = tables.iter().map(|table| table.len()).sum();
    let mut distinct: Vec<u64> = all.iter().copied().filter(|id| *id != NO_ID).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let repeats = distinct.len() >= LEAST_ENTITIES
        && all.len() == rows
        && !all.contains(&NO_ID)
        && distinct.len() as f64 <= REPEATING * rows as f64;
    if repeats { all.iter().map(|id| combine64(SEED, *id)).collect() } else { Vec::new() }
}

/// The scores of a table, one list an output; a class without scores has an empty list. Empty without scores.
fn scores_of<'a>(frames: &Frames<'_>, frame: &'a Frame) -> Vec<&'a [f64]> {
    let rows = &frame.rows;
    let has_classes =
        frames.plan.task == Some(Task::Multiclass) && !rows.class_scores.is_empty();
    if has_classes || rows.score.is_empty() {
        rows.class_scores.iter().map(Vec::as_slice).collect()
    } else {
        vec![&rows.score]
    }
}

fn codings(frames: &Frames<'_>, tables: &[&Frame]) -> Vec<(usize, Coding)> {
    let input = |column: &FrameColumn| {
        column.role == Role::Feature
            && column.is_in(TableRole::Reference)
            && column.is_in(TableRole::Production)
    };
    let mut codings = Vec::new();
    for (place, column) in frames.columns.iter().enumerate() {
        if input(column) {
            let values: Vec<&Raw> =
                tables.iter().filter_map(|table| table.values.get(place)).collect();
            codings.extend(Coding::of(&values).into_iter().map(|coding| (place, coding)));
        }
    }
    codings
}

fn matrix(codings: &[(usize, Coding)], tables: &[&[Raw]]) -> Matrix {
    let length = |values: &&[Raw]| values.iter().map(coding::length).max().unwrap_or(0);
    let row_count = tables.iter().map(length).sum();
    let column = |(place, coding): &(usize, Coding)| {
        let mut codes = Vec::with_capacity(row_count);
        for values in tables {
            let end = codes.len() + length(values);
            if let Some(values) = values.get(*place) {
                coding.extend(values, &mut codes);
            }
            codes.resize(end, NULL);
        }
        coding.column(codes)
    };
    Matrix { row_count, columns: codings.iter().map(column).collect() }
}

fn fit_output(matrix: &Matrix, rows: &[u32], target: &[f64]) -> (Additive, Trees) {
    let squared = Objective::Squared;
    let mut smooth =
        additive::fit(matrix, rows, target, None, None, squared, CYCLES, RATE, LAMBDA);
    for (column, table) in matrix.columns.iter().zip(&mut smooth.tables) {
        let mut seen = [false; CODES];
        for row in rows {
            let code = column.codes.get(*row as usize).copied().unwrap_or(NULL);
            if let Some(slot) = seen.get_mut(usize::from(code)) {
                *slot = true;
            }
        }
        if column.order != Order::Categories {
            hold_ends(table, &seen);
        }
    }
    let mut offset = vec![f64::NAN; matrix.row_count];
    for (row, margin) in rows.iter().zip(smooth.margins(matrix, rows)) {
        if let Some(slot) = offset.get_mut(*row as usize) {
            *slot = margin;
        }
    }
    let params = Params { learning_rate: LEARNING_RATE, ..Params::surrogate() };
    let rest = trees::fit(matrix, rows, target, None, Some(&offset), squared, &params);
    (smooth, rest)
}

/// Codes that were not seen take the margin of the next lower seen one, else of the next higher.
fn hold_ends(table: &mut [f64; CODES], seen: &[bool; CODES]) {
    let values = table.iter().zip(seen).take(usize::from(NULL));
    let mut last = values.filter(|(_, seen)| **seen).map(|(value, _)| *value).next();
    for (value, seen) in table.iter_mut().zip(seen).take(usize::from(NULL)) {
        if *seen {
            last = Some(*value);
        } else if let Some(last) = last {
            *value = last;
        }
    }
}

fn margins_of(
    (smooth, rest): &(Additive, Trees),
    matrix: &Matrix,
    rows: &[u32],
) -> Vec<f64> {
    let mut margins = smooth.margins(matrix, rows);
    for (margin, more) in margins.iter_mut().zip(rest.margins(matrix, rows)) {
        *margin += more;
    }
    margins
}

/// Share of the variance of the target that margins of held-out rows reproduce; 0 when there is none.
fn fidelity(margins: &[f64], rows: &[u32], target: &[f64]) -> f64 {
    let pairs: Vec<(f64, f64)> = margins
        .iter()
        .zip(rows)
        .filter_map(|(margin, row)| Some((*margin, *target.get(*row as usize)?)))
        .filter(|(_, target)| target.is_finite())
        .collect();
    let mean =
        pairs.iter().map(|(_, target)| target).sum::<f64>() / pairs.len().max(1) as f64;
    let (mut error, mut all) = (0.0, 0.0);
    for (margin, target) in pairs {
        error += (target - margin) * (target - margin);
        all += (target - mean) * (target - mean);
    }
    if all > 0.0 { (1.0 - error / all).clamp(0.0, 1.0) } else { 0.0 }
}
