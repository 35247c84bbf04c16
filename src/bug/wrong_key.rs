//! Values of another entity, without a shadow table to prove it. Enter: pairs of columns that depend on each other
//! before launch. Leave: a group of columns whose own distributions and whose ties among themselves are kept, while
//! every tie to the others is weaker by one and the same factor: the sign of a join by the wrong key. Cost: one table of
//! [`BINS`]² counts a pair, at most [`MAX_COLUMNS`] columns and [`MAX_ROWS`] rows a table.
//!
//! # Decisions
//! The tie of a pair is measured against its own pattern before launch (the departures from independence), so
//! that mixing in strangers scales it linearly: 0.7 is 30 % of rows. A new mix of customers moves distributions too;
//! a pair with a moved column says nothing.
//!
//! A changed relation to the outcome breaks ties to the outcome alone, so that these count beside a broken tie of two
//! inputs only: by the same factor they tell which side of it was moved. Where rows come twice since launch, the other
//! trace of a wrong join, one broken tie of any kind is enough.
//!
//! A wrong join may find a stranger for everybody, and so fill the gaps of those without a match: a column whose gaps came
//! or went is compared on the rows with a value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::common::{
    ascending, both, inputs, ks, noise, percent, quantiles, tolerance, total_variation,
};
use super::since::step;
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::Raw;
use crate::encode::rows::{EncodedRows, NO_CLASS};
use crate::report::CauseId;
use crate::stats::math::sqrt;

/// Bins a column.
const BINS: usize = 8;
/// The code of a missing value.
const MISSING: u8 = (BINS - 1) as u8;
/// Share of a column's values that may have come or gone: a join that finds a stranger for everybody fills gaps.
const MAX_GAPS: f64 = 0.15;
/// Columns looked at.
const MAX_COLUMNS: usize = 40;
/// Rows looked at, a table.
const MAX_ROWS: usize = 40_000;
/// Summed departure from independence (0–1) a pair needs before launch.
const MIN_TIE: f64 = 0.04;
/// Times what chance alone shows that a pair needs.
const BY_CHANCE: f64 = 2.0;
/// A tie is broken when it is surely below this.
const BROKEN: f64 = 0.92;
/// Standard errors for surely: one tie in a thousand by chance, and several must fall into one pattern.
const SURE: f64 = 3.0;
/// How far broken ties may be from their common factor.
const SAME_FACTOR: f64 = 0.12;
/// Broken ties needed.
const MIN_BROKEN: usize = 3;
/// Standard errors by which two are enough: values that are all but functions of each other have few other ties.
const BEYOND_DOUBT: f64 = 10.0;
/// Standard errors by which one broken tie of two inputs is enough beside broken ties to the outcome.
const SURE_ALONE: f64 = 5.0;
/// Folds for standard errors.
const FOLDS: usize = 20;
/// The outcome's place among columns.
const OUTCOME: usize = usize::MAX;

/// The detector.
pub struct WrongKey;

struct Binned {
    column: usize,
    before: Vec<u8>,
    after: Vec<u8>,
    /// Its gaps came or went: only rows with a value say what it goes with.
    known_only: bool,
}

#[derive(Clone)]
struct Tie {
    a: usize,
    b: usize,
    to_outcome: bool,
    factor: f64,
    error: f64,
    /// Weight of each cell in a row's evidence, per unit of factor.
    weights: Vec<f64>,
}

impl Detector for WrongKey {
    fn id(&self) -> &'static str {
        "wrong_key"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let mut columns: Vec<Binned> = inputs(view)
            .into_iter()
            .filter_map(|column| binned(view, column))
            .take(MAX_COLUMNS)
            .collect();
        let doubled = super::rows::copied(view).is_some();
        columns.extend(outcome(view));
        let mut ties = Vec::new();
        for (at, a) in columns.iter().enumerate() {
            for (other, b) in columns.iter().enumerate().skip(at + 1) {
                ties.extend(tie(at, a, other, b));
            }
        }
        let (with, without): (Vec<Tie>, Vec<Tie>) =
            ties.iter().cloned().partition(|own| own.to_outcome);
        let found = group(view, &columns, &ties, doubled)
            // The outcome may have changed as well.
            .or_else(|| group(view, &columns, &without, doubled))
            // Where the columns themselves are hardly tied, those that no longer go with the outcome.
            .or_else(|| doubled.then(|| group(view, &columns, &with, doubled)).flatten());
        found.into_iter().collect()
    }
}

/// Codes of the outcome: its class, or its place among the amounts before launch; the last code is unknown.
fn outcome(view: &View<'_>) -> Option<Binned> {
    let (before, after) = (&view.frames.reference.rows, &view.frames.production.rows);
    let known = |own: &[f64]| -> Vec<f64> {
        super::common::sorted(
            &own.iter().copied().filter(|x| x.is_finite()).collect::<Vec<f64>>(),
        )
    };
    let amounts = known(&before.label_value);
    let mut cuts: Vec<f64> =
        quantiles(&amounts, BINS).into_iter().skip(1).take(BINS - 2).collect();
    cuts.dedup();
    let is_amount =
        !amounts.is_empty() && before.label_class.iter().all(|own| *own == NO_CLASS);
    let codes = |rows: &EncodedRows, count: usize| -> Vec<u8> {
        let code = |row: usize| {
            if is_amount {
                let own = rows.label_value.get(row).copied().filter(|x| x.is_finite());
                own.map(|x| cuts.partition_point(|cut| *cut <= x) as u8)
            } else {
                let own =
                    rows.label_class.get(row).copied().filter(|own| *own != NO_CLASS);
                own.map(|class| class.min(MISSING - 1))
            }
        };
        let taken = count.min(MAX_ROWS);
        (0..taken).map(|k| code(k * count / taken.max(1)).unwrap_or(MISSING)).collect()
    };
    let codes = [
        codes(before, view.frames.reference.len()),
        codes(after, view.frames.production.len()),
    ];
    let labelled = |own: &[u8]| own.iter().any(|code| *code != MISSING);
    let [before, after] = codes;
    let shares = |own: &[u8]| -> Vec<f64> {
        let codes: Vec<u32> = own.iter().map(|code| u32::from(*code)).collect();
        super::common::name_shares(&codes, BINS)
    };
    // A rate that moved changes every tie to the outcome.
    let (p, q) = (shares(&before), shares(&after));
    if total_variation(&p, &q) > (3.0 * noise(&p, before.len(), after.len())).max(0.03) {
        return None;
    }
    (labelled(&before) && labelled(&after)).then_some(Binned {
        column: OUTCOME,
        before,
        after,
        known_only: false,
    })
}

/// The code of a value by its row.
type Code<'a> = Box<dyn Fn(&Raw, usize) -> u8 + 'a>;

/// Codes of a column whose distribution stayed; the last code is missing.
fn binned(view: &View<'_>, column: usize) -> Option<Binned> {
    let (before, after) = both(view, column)?;
    let (n, m) = (view.frames.reference.len(), view.frames.production.len());
    let mut known_only = false;
    let code: Code<'_> = match (before, after) {
        (Raw::Numbers(_), Raw::Numbers(_)) => {
            let (p, q) = ascending(view, column);
            let lost = (p.len() as f64 / n as f64 - q.len() as f64 / m as f64).abs();
            if ks(&p, &q) > tolerance(p.len(), q.len()).max(0.03) || lost > MAX_GAPS {
                return None;
            }
            known_only = lost > 0.03;
            let mut cuts: Vec<f64> =
                quantiles(&p, BINS).into_iter().skip(1).take(BINS - 2).collect();
            cuts.dedup();
            Box::new(move |raw, row| match raw.numbers().get(row) {
                Some(x) if x.is_finite() => cuts.partition_point(|cut| cut <= x) as u8,
                _ => MISSING,
            })
        }
        (Raw::Names(p), Raw::Names(q)) => {
            let known = view.frames.columns.get(column)?.names.len();
            let shares = super::common::name_shares(p, known);
            let moved = total_variation(&shares, &super::common::name_shares(q, known));
            if moved > (3.0 * noise(&shares, n, m)).max(0.03) {
                return None;
            }
            let mut order: Vec<usize> = (0..known).collect();
            order.sort_by(|a, b| {
                let share = |at: &usize| shares.get(*at).copied().unwrap_or(0.0);
                share(b).total_cmp(&share(a)).then(a.cmp(b))
            });
            let places: BTreeMap<u32, u8> = order
                .into_iter()
                .zip(0_u8..)
                .map(|(name, rank)| (name as u32, rank.min(MISSING - 1)))
                .take(known)
                .collect();
            Box::new(move |raw, row| {
                let name = raw.names().get(row);
                name.and_then(|name| places.get(name)).copied().unwrap_or(MISSING)
            })
        }
        _ => return None,
    };
    let codes = |raw: &Raw, rows: usize| -> Vec<u8> {
        let count = rows.min(MAX_ROWS);
        (0..count).map(|k| code(raw, k * rows / count.max(1))).collect()
    };
    let (before, after) = (codes(before, n), codes(after, m));
    Some(Binned { column, before, after, known_only })
}

fn cell(a: u8, b: u8) -> usize {
    usize::from(a) * BINS + usize::from(b)
}

/// Shares of pairs of codes, and departures from independence.
fn departures(a: &[u8], b: &[u8]) -> (Vec<f64>, Vec<f64>) {
    let mut joint = vec![0.0; BINS * BINS];
    let (mut rows, mut of_a, mut of_b) = (0.0, [0.0; BINS], [0.0; BINS]);
    for (a, b) in a.iter().zip(b) {
        if let Some(own) = joint.get_mut(cell(*a, *b)) {
            *own += 1.0;
        }
        if let Some(own) = of_a.get_mut(usize::from(*a)) {
            *own += 1.0;
        }
        if let Some(own) = of_b.get_mut(usize::from(*b)) {
            *own += 1.0;
        }
        rows += 1.0;
    }
    let total = if rows > 0.0 { rows } else { 1.0 };
    let alone =
        of_a.iter().flat_map(|a| of_b.iter().map(move |b| a * b / (total * total)));
    let alone: Vec<f64> = alone.collect();
    let apart =
        joint.iter().zip(&alone).map(|(own, alone)| own / total - alone).collect();
    (alone, apart)
}

/// Codes of two columns row by row; without the rows that a column does not know, where its gaps came or went.
fn pairs<'a>(a: (&'a [u8], bool), b: (&'a [u8], bool)) -> (Cow<'a, [u8]>, Cow<'a, [u8]>) {
    if !a.1 && !b.1 {
        return (Cow::Borrowed(a.0), Cow::Borrowed(b.0));
    }
    let says = |own: u8, known_only: bool| !known_only || own != MISSING;
    let rows = a.0.iter().zip(b.0).filter(|(x, y)| says(**x, a.1) && says(**y, b.1));
    let (x, y): (Vec<u8>, Vec<u8>) = rows.map(|(x, y)| (*x, *y)).unzip();
    (Cow::Owned(x), Cow::Owned(y))
}

fn tie(at: usize, a: &Binned, other: usize, b: &Binned) -> Option<Tie> {
    let of = (a.known_only, b.known_only);
    let (a_before, b_before) = pairs((&a.before, of.0), (&b.before, of.1));
    let (a_after, b_after) = pairs((&a.after, of.0), (&b.after, of.1));
    let rows = a_before.len();
    let (alone, pattern) = departures(&a_before, &b_before);
    let size = 0.5 * pattern.iter().map(|own| own.abs()).sum::<f64>();
    let chance = noise(&alone, rows, rows);
    if size < MIN_TIE.max(BY_CHANCE * chance) {
        return None;
    }
    // Weighted by what chance makes of a cell.
    let weights: Vec<f64> = pattern
        .iter()
        .zip(&alone)
        .map(|(own, alone)| if *alone > 0.0 { own / alone.max(1e-4) } else { 0.0 })
        .collect();
    // What chance adds to the pattern itself makes its square too large.
    let square: f64 = weights.iter().zip(&pattern).map(|(w, d)| w * d).sum::<f64>();
    let by_chance: f64 =
        alone.iter().filter(|own| **own > 0.0).count() as f64 / rows.max(1) as f64;
    let square = square - by_chance;
    if square <= 0.0 {
        return None;
    }
    let factor_of = |x: &[u8], y: &[u8]| {
        let (_, now) = departures(x, y);
        weights.iter().zip(&now).map(|(w, d)| w * d).sum::<f64>() / square
    };
    let factor = factor_of(&a_after, &b_after);
    let fold = |k: usize, own: &[u8]| -> Vec<u8> {
        own.iter().skip(k).step_by(FOLDS).copied().collect()
    };
    let spread = |x: &[u8], y: &[u8]| {
        let folds: Vec<f64> =
            (0..FOLDS).map(|k| factor_of(&fold(k, x), &fold(k, y))).collect();
        let mean = folds.iter().sum::<f64>() / FOLDS as f64;
        let squares = folds.iter().map(|own| (own - mean) * (own - mean)).sum::<f64>();
        squares / (FOLDS - 1) as f64 / FOLDS as f64
    };
    let error = sqrt(spread(&a_after, &b_after) + spread(&a_before, &b_before));
    let weights = weights.iter().map(|own| own / square).collect();
    let to_outcome = b.column == OUTCOME;
    Some(Tie { a: at, b: other, to_outcome, factor, error, weights })
}

/// The columns on one side of all broken ties.
fn group(
    view: &View<'_>,
    columns: &[Binned],
    ties: &[Tie],
    doubled: bool,
) -> Option<Fingerprint> {
    let broken: Vec<&Tie> =
        ties.iter().filter(|own| own.factor + SURE * own.error < BROKEN).collect();
    let is_beyond_doubt = |own: &&Tie| 1.0 - own.factor >= BEYOND_DOUBT * own.error;
    let needed = match doubled {
        true => 1,
        false if broken.iter().all(is_beyond_doubt) => 2,
        false => MIN_BROKEN,
    };
    let of_inputs: Vec<&Tie> =
        broken.iter().copied().filter(|own| !own.to_outcome).collect();
    let is_sure = |own: &&Tie| 1.0 - own.factor >= SURE_ALONE * own.error;
    let between = doubled || of_inputs.len() > 1 || of_inputs.iter().any(is_sure);
    if broken.len() < needed || !between {
        return None;
    }
    let mut weight = (0.0, 0.0);
    for own in &broken {
        let precision = 1.0 / (own.error * own.error + 1e-6);
        weight.0 += precision;
        weight.1 += precision * own.factor;
    }
    let factor = weight.1 / weight.0;
    let same =
        |own: &&Tie| (own.factor - factor).abs() <= SAME_FACTOR.max(3.0 * own.error);
    if !broken.iter().all(same) {
        return None;
    }
    let middle = 0.5 * (1.0 + factor);
    let kept: Vec<&Tie> = ties
        .iter()
        .filter(|own| own.factor > middle && own.factor + SURE * own.error >= BROKEN)
        .collect();
    // Columns with a kept tie came together.
    let mut part: Vec<usize> = (0..columns.len()).collect();
    for own in &kept {
        let (Some(a), Some(b)) = (part.get(own.a).copied(), part.get(own.b).copied())
        else {
            continue;
        };
        part.iter_mut().filter(|own| **own == b).for_each(|own| *own = a);
    }
    let of = |at: usize| part.get(at).copied().unwrap_or(at);
    if broken.iter().any(|own| of(own.a) == of(own.b)) {
        return None;
    }
    // Two sides: the parts with broken ties must fall into two camps.
    let mut side: BTreeMap<usize, bool> = BTreeMap::new();
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for at in 0..columns.len() {
        *sizes.entry(of(at)).or_default() += 1;
    }
    let largest = *sizes.iter().max_by_key(|own| (own.1, std::cmp::Reverse(own.0)))?.0;
    let start = broken.iter().flat_map(|own| [of(own.a), of(own.b)]);
    // The outcome is never what a join brought.
    let outcome = columns.iter().position(|own| own.column == OUTCOME).map(of);
    let first = start
        .clone()
        .find(|own| Some(*own) == outcome)
        .or_else(|| start.clone().find(|own| *own == largest))
        .or_else(|| start.clone().next())?;
    side.insert(first, false);
    for _ in 0..columns.len() {
        for own in &broken {
            let (a, b) = (of(own.a), of(own.b));
            match (side.get(&a).copied(), side.get(&b).copied()) {
                (Some(x), Some(y)) if x == y => return None,
                (Some(x), None) => {
                    side.insert(b, !x);
                }
                (None, Some(y)) => {
                    side.insert(a, !y);
                }
                _ => {}
            }
        }
    }
    let moved: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(at, _)| side.get(&of(*at)) == Some(&true))
        .map(|(_, own)| own.column)
        .collect();
    // One column alone whose ties weaken may as well have become noisy.
    if moved.len() < if doubled { 1 } else { 2 } || moved.contains(&OUTCOME) {
        return None;
    }
    let first = onset(view, columns, &broken);
    let share = (1.0 - factor).clamp(0.0, 1.0);
    Some(Fingerprint {
        detector: "wrong_key",
        cause: CauseId::JoinOrFilter,
        columns: moved,
        strength: if doubled { 0.85 } else { 0.7 },
        share,
        touched: Vec::new(),
        change: Change::Shuffled,
        since: first,
        sentence: if doubled {
            format!(
                "The values look as before, but on about {} of rows they no longer go with the rest of the row, \
                 and rows come twice: they seem to belong to another entity.",
                percent(share)
            )
        } else {
            format!(
                "Each column looks as before, but on about {} of rows they no longer go with the other columns: \
                 they seem to belong to another entity.",
                percent(share)
            )
        },
    })
}

/// The day from which rows go less with the pattern.
fn onset(view: &View<'_>, columns: &[Binned], broken: &[&Tie]) -> Option<i32> {
    let rows = view.frames.production.len();
    let count = rows.min(MAX_ROWS);
    let mut against = vec![0.0; count];
    for own in broken {
        let (Some(a), Some(b)) = (columns.get(own.a), columns.get(own.b)) else {
            continue;
        };
        for ((row, a), b) in against.iter_mut().zip(&a.after).zip(&b.after) {
            *row -=
                own.weights.get(cell(*a, *b)).copied().unwrap_or(0.0).clamp(-20.0, 20.0);
        }
    }
    let days = &view.frames.production.rows.day;
    let days: Vec<i32> =
        (0..count).filter_map(|k| days.get(k * rows / count.max(1)).copied()).collect();
    step(&days, &against).map(|own| own.day)
}
