//! Another unit or encoding of a number. Enter: the values of a column before and after launch. Leave: the
//! transformation that turns part of the old distribution into the new one, and which rows it touched. Cost: about
//! 4 million look-ups a column that moved, nothing for the others. It never explains a column by a free factor: growth
//! by 1.6 is a market, not a unit.
//!
//! # Decisions
//! New values with mean 0 and deviation 1, or from 0 to 1, where the old ones were otherwise, were put there by somebody:
//! they need not have the old shape to the last per cent.
//!
//! The residual of the mixture must be below what two samples of one population show. Where clean and broken values
//! hardly overlap, no drift can look like the mixture, so a little drift beside the break is allowed.

use std::borrow::Cow;

use super::common::{
    ALL, ascending, below, both, inputs, ks, likelihoods, median, moments, newcomers,
    percent, quantiles, says, share_of, short, sorted, tolerance,
};
use super::exact::{self, grain, without_zeros};
use super::lined;
use super::partner::Partners;
use super::since;
use super::{Change, Detector, Fingerprint, NumberMap, View};
use crate::report::CauseId;
use crate::stats::math::{exp, ln, log1p, log10, sqrt};

/// Distance below which a column did not move.
const MIN_MOVED: f64 = 0.05;
/// Distance of clean and broken distribution below which they cannot be told apart.
const MIN_SEPARATION: f64 = 0.3;
/// The same for a break of part of the rows: half the rows grown threefold under a heavy tail look like a tenth of
/// them grown tenfold.
const PART_SEPARATION: f64 = 0.6;
/// Distance from which clean and broken values hardly overlap.
const WIDE_SEPARATION: f64 = 0.75;
/// Residual allowed with [`WIDE_SEPARATION`], as a share of the move and at most.
const WIDE_RESIDUAL: (f64, f64) = (0.15, 0.06);
/// Residual allowed as a share of the move.
const MAX_RESIDUAL: f64 = 0.25;
/// Factors from here on need no more than a small share of rows.
const BIG_FACTOR: f64 = 10.0;
/// Share of the rows said to be broken by the fit that must be seen one by one.
const SEEN: f64 = 0.5;
/// Points at which distributions are compared, a sample.
const POINTS: usize = 120;
/// Share of one value from which it is not part of a distribution but a value of its own.
const ATOM: f64 = 0.01;
/// And how many times as common as its neighbours: rounded values are all common.
const ATOM_TIMES: f64 = 3.0;
/// Values a column needs beside its atoms and in all.
const MIN_VALUES: usize = 200;
/// Distinct values that a broken column must be left with.
const MIN_LEVELS: usize = 5;
/// Distinct values below which a number is a code.
const MIN_DISTINCT: usize = 12;
/// Free factor and its scatter must be this near to the constant of a whole-column map.
const FREE_FIT: (f64, f64) = (0.015, 0.04);
/// Factors a unit can differ by, that are never market growth.
pub const FACTORS: [f64; 15] = [
    7.0, 10.0, 12.0, 16.0, 24.0, 60.0, 100.0, 365.25, 1000.0, 1024.0, 3600.0, 86_400.0,
    1e6, 30.0, 52.0,
];
/// Those of units that differ by powers of ten.
const DECIMAL: [f64; 4] = [10.0, 100.0, 1000.0, 1e6];
/// Factors of squares and grosses: too rare to be told from a heavy tail on a part of the rows.
const WHOLE_FACTORS: [f64; 1] = [144.0];
/// Factors near 1, only for a whole column whose name says that it is measured so: without the name, a market that
/// grew by 1.6 and kilometres for miles are the same numbers.
const SMALL_FACTORS: [(f64, &str, &[&str]); 6] = [
    (
        1.609_344,
        "kilometres for miles",
        &[
            "km",
            "kilometer",
            "kilometre",
            "mile",
            "distance",
            "mileage",
            "speed",
            "odometer",
        ],
    ),
    (
        2.54,
        "centimetres for inches",
        &["inch", "inche", "cm", "height", "width", "length", "depth", "diameter"],
    ),
    (3.0, "feet for yards", &["yard", "feet", "foot", "ft", "length", "distance"]),
    (
        0.3048,
        "metres for feet",
        &[
            "feet",
            "foot",
            "ft",
            "meter",
            "metre",
            "height",
            "altitude",
            "elevation",
            "depth",
        ],
    ),
    (
        0.453_592,
        "kilograms for pounds",
        &["kg", "kilogram", "lb", "pound", "weight", "mass", "payload"],
    ),
    (28.349_5, "grams for ounces", &["gram", "oz", "ounce", "weight", "mass"]),
];
/// Values from which years of something are taken away.
const YEARS: std::ops::RangeInclusive<f64> = 1900.0..=2100.0;
/// Distance of the rows before a day from the reference, as a part of that of the rows from it on, at most.
const UNMOVED: f64 = 0.4;
/// Drift beside the break that is allowed for big factors.
const DRIFTS: [f64; 5] = [1.0, 0.95, 1.05, 0.9, 1.1];

/// How near mean and deviation must be to 0 and 1, and ends to 0 and 1, to have been put there.
const STANDARD: f64 = 0.02;

/// The same where so many values are below zero and none was.
const NEARLY_STANDARD: f64 = 0.2;
const NEGATIVE: f64 = 0.25;

/// The detector.
pub struct Unit;

#[derive(Clone, Debug)]
struct Candidate {
    change: Change,
    /// Size of a pure factor, 1 or more; 0 for other maps.
    factor: f64,
    /// Only for the whole column.
    whole: bool,
    /// The new values' own mean and deviation, or ends, say so.
    told: bool,
    words: String,
}

/// How a new distribution is made of the old one and the broken one.
pub struct Fit {
    /// Share of the broken one, 0–1.
    pub share: f64,
    /// Largest distance left, 0–1.
    pub residual: f64,
    /// Distance of the broken one from the old one, 0–1.
    pub separation: f64,
}

impl Detector for Unit {
    fn id(&self) -> &'static str {
        "unit"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let partners = Partners::of(view);
        let one = |column: usize| {
            by_partner(view, column, &partners)
                .or_else(|| of_column(view, column))
                .or_else(|| by_steps(view, column))
                .or_else(|| by_levels(view, column))
                .or_else(|| by_range(view, column))
                .or_else(|| by_digits(view, column))
        };
        inputs(view).into_iter().filter_map(one).collect()
    }
}

/// The nearest value written with this grain.
#[must_use]
pub fn round_to(value: f64, grain: f64) -> f64 {
    (value / grain).round() * grain
}

/// A value after the change; `None` for changes that are no function of a number.
#[must_use]
pub fn changed(change: &Change, value: f64) -> Option<f64> {
    let changed = match change {
        Change::Affine { factor, offset } => factor * value + offset,
        Change::Mapped(NumberMap::Ln) => ln(value),
        Change::Mapped(NumberMap::Log10) => log10(value),
        Change::Mapped(NumberMap::Log1p) => log1p(value),
        Change::Mapped(NumberMap::Exp) => exp(value),
        Change::Mapped(NumberMap::Truncated) => value.trunc(),
        _ => return None,
    };
    Some(changed)
}

/// The column as a whole or in part; where that is not it, all of it from the day on which its values moved.
fn of_column(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    of_rows(view, column, None)
        .or_else(|| of_rows(view, column, Some(day_of_step(view, column)?)))
}

/// The day on which the values moved among those before launch: up, down or apart.
fn day_of_step(view: &View<'_>, column: usize) -> Option<i32> {
    let (_, production) = both(view, column)?;
    let (before, after) = ascending(view, column);
    if ks(&before, &after) <= MIN_MOVED {
        return None;
    }
    let days = &view.frames.production.rows.day;
    let place = |x: &f64| if x.is_finite() { below(&before, *x) } else { f64::NAN };
    let places: Vec<f64> = production.numbers().iter().map(place).collect();
    let ways: [fn(&f64) -> f64; 3] = [|x| *x, |x| -x, |x| (x - 0.5).abs()];
    ways.into_iter().find_map(|way| {
        let own: Vec<f64> = places.iter().map(way).collect();
        since::step(days, &own).map(|own| own.day)
    })
}

/// As [`of_column`]; with a first day only what holds for every row from then on.
fn of_rows(view: &View<'_>, column: usize, first: Option<i32>) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let values = production.numbers();
    let (before, mut after) = ascending(view, column);
    let days = &view.frames.production.rows.day;
    let is_in = |row: usize| {
        first.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
    };
    if first.is_some() {
        let of = |wanted: bool| -> Vec<f64> {
            let rows = values.iter().enumerate().filter(|(row, _)| is_in(*row) == wanted);
            sorted(&rows.map(|(_, value)| *value).collect::<Vec<f64>>())
        };
        let (early, late) = (of(false), of(true));
        // What was so before that day needs another reason.
        if ks(&before, &early) > UNMOVED * ks(&before, &late) {
            return None;
        }
        after = Cow::Owned(late);
    }
    let (p, q) = without_atoms(&before, &after)?;
    let (n, m) = (p.len(), q.len());
    let tol = tolerance(n, m);
    let moved = ks(&p, &q);
    if moved <= tol.max(MIN_MOVED) {
        return None;
    }
    let mut best: Option<(Fit, Candidate)> = None;
    let name = view.frames.columns.get(column).map_or("", |own| own.name.as_str());
    let step = grain(&p, &q);
    let finite = values.iter().filter(|x| x.is_finite()).count().max(1);
    let kept = m as f64 / finite as f64;
    let all = candidates(&p, &q, name);
    for candidate in all.into_iter().filter(|own| own.whole || first.is_none()) {
        let broken = written(&p, &candidate, step);
        // A factor that would round nearly all to one value cannot be told from a default.
        let levels = broken.chunk_by(|a, b| a == b).count();
        if broken.len() < n / 2 || levels < MIN_LEVELS {
            continue;
        }
        let drifts: &[f64] =
            if candidate.factor >= BIG_FACTOR { &DRIFTS } else { &[1.0] };
        for drift in drifts {
            let fit = mixture(&p, &broken, &q, *drift);
            if fit.separation < MIN_SEPARATION
                && candidate.change != Change::Mapped(NumberMap::Truncated)
            {
                continue;
            }
            let apart = if candidate.told { MIN_SEPARATION } else { WIDE_SEPARATION };
            let wide = fit.separation >= apart
                && fit.residual <= (WIDE_RESIDUAL.0 * moved).min(WIDE_RESIDUAL.1)
                && (candidate.factor >= BIG_FACTOR || candidate.told);
            let near = fit.residual <= tol && fit.residual <= MAX_RESIDUAL * moved;
            let enough = (3.0 / sqrt(m as f64)).max(0.02);
            let enough =
                if candidate.factor >= BIG_FACTOR { enough } else { enough.max(0.3) };
            if !(wide || near) || fit.share < enough {
                continue;
            }
            let fits = candidate.told || free_fit(&candidate, &p, &q);
            if candidate.whole && !(fit.share >= 0.97 && fits) {
                continue;
            }
            if best.as_ref().is_none_or(|(own, other)| {
                // Of 1000 and 1024 the first, where both fit.
                let near = (candidate.factor / other.factor.max(1e-9) - 1.0).abs() < 0.05;
                let better = if near && *drift == 1.0 { 0.01 } else { 1e-12 };
                let closer = fit.residual < own.residual - better;
                if candidate.told == other.told { closer } else { candidate.told }
            }) {
                best = Some((fit, candidate.clone()));
            }
        }
    }
    let (fit, candidate) = best?;
    let broken = written(&p, &candidate, step);
    let (mut touched, mut since) = rows(view, values, &p, &broken, &fit);
    if candidate.whole {
        let is_touched = |(row, x): (usize, &f64)| x.is_finite() && is_in(row);
        touched = values.iter().enumerate().map(is_touched).collect();
        since = first.or(since);
    }
    // Part of the rows, but no telling which, or fewer than the fit says: a heavy tail does the same.
    let found = share_of(&touched);
    let unclear = fit.separation < PART_SEPARATION || found < SEEN * fit.share * kept;
    // Nor where a division leaves a handful of whole numbers: the first months of new customers are such.
    let levels = broken.chunk_by(|a, b| a == b).count();
    let coarse = step.is_some() && levels < MIN_DISTINCT;
    if fit.share < 0.9
        && (unclear || coarse || newcomers(view, column, &touched, since, 0.0))
    {
        return None;
    }
    let share = if touched.is_empty() { fit.share } else { share_of(&touched) };
    // A small factor on some rows stays confusable with a heavy tail.
    let certain = candidate.factor >= BIG_FACTOR || candidate.factor == 0.0;
    let strength = if certain || fit.share >= 0.9 {
        0.95
    } else if since.is_some() && fit.separation >= WIDE_SEPARATION {
        0.8
    } else {
        0.6
    };
    Some(told(column, strength - fit.residual, share, (touched, since), candidate))
}

fn told(
    column: usize,
    strength: f64,
    share: f64,
    (touched, since): (Vec<bool>, Option<i32>),
    candidate: Candidate,
) -> Fingerprint {
    let rows = if share >= ALL {
        "all rows".to_owned()
    } else {
        format!("about {} of rows", percent(share))
    };
    Fingerprint {
        detector: "unit",
        cause: CauseId::UnitOrEncoding,
        columns: vec![column],
        strength,
        share,
        touched,
        change: candidate.change,
        since,
        sentence: format!("Values look {} on {rows}.", candidate.words),
    }
}

/// A factor seen beside a column that goes with this one, row by row.
fn by_partner(
    view: &View<'_>,
    column: usize,
    partners: &Partners,
) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let name = view.frames.columns.get(column).map_or("", |own| own.name.as_str());
    let own = partners.off(column, |factor| is_of(name, factor))?;
    let change = Change::Affine { factor: own.factor, offset: 0.0 };
    let seen: Vec<bool> = own.touched.iter().copied().flatten().collect();
    let mut share = share_of(&seen);
    let values = production.numbers();
    let days = &view.frames.production.rows.day;
    let (touched, first) = if share >= ALL {
        share = 1.0;
        (values.iter().map(|x| x.is_finite()).collect(), None)
    } else {
        // Rows without a partner are told by their own value.
        let clean = ascending(view, column).0;
        let broken = mapped(&clean, &change);
        let fit = Fit { share, residual: 0.0, separation: ks(&clean, &broken) };
        let (alone, _) = rows(view, values, &clean, &broken, &fit);
        let alone = alone.into_iter().chain(std::iter::repeat(false));
        let either =
            own.touched.iter().zip(alone).map(|(own, alone)| own.unwrap_or(alone));
        let touched: Vec<bool> = either.collect();
        share = share_of(&touched);
        let first = since::since(days, &touched);
        if newcomers(view, column, &touched, first, 0.0) {
            return None;
        }
        (touched, first)
    };
    let size = own.factor.max(1.0 / own.factor);
    let done = if own.factor < 1.0 { "divided" } else { "multiplied" };
    let words = format!("{done} by {}", factor_name(size));
    let candidate = Candidate { change, factor: size, whole: false, told: false, words };
    Some(told(column, 0.95, share, (touched, first), candidate))
}

/// A factor on few rows, or beside a drift, seen in the values beyond the old range.
fn by_range(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let (before, after) = ascending(view, column);
    let (mut p, mut q) = (without_zeros(&before), without_zeros(&after));
    let mut values = Cow::Borrowed(production.numbers());
    if p.first().is_some_and(|own| *own < 0.0) && p.last().is_some_and(|own| *own > 0.0) {
        // Of values on both sides of zero a factor changes the size alone.
        let sizes = |own: &[f64]| own.iter().map(|x| x.abs()).collect::<Vec<f64>>();
        (p, q) = (sorted(&sizes(&p)), sorted(&sizes(&q)));
        values = Cow::Owned(sizes(&values));
    }
    let values = values.as_ref();
    let mut distinct = p.clone();
    distinct.dedup();
    if p.len() < MIN_VALUES || q.len() < MIN_VALUES || distinct.len() < MIN_DISTINCT {
        return None;
    }
    let name = view.frames.columns.get(column).map_or("", |own| own.name.as_str());
    let own = exact::beyond(&p, &q).filter(|own| is_of(name, own.factor))?;
    let change = Change::Affine { factor: own.factor, offset: 0.0 };
    let broken = mapped(&p, &change);
    let separation = ks(&p, &broken);
    let fit = Fit { share: own.share, residual: own.residual, separation };
    if separation < PART_SEPARATION {
        return None;
    }
    let (touched, since) = rows(view, values, &p, &broken, &fit);
    if newcomers(view, column, &touched, since, 0.0) {
        return None;
    }
    let words = format!("multiplied by {}", factor_name(own.factor));
    let candidate =
        Candidate { change, factor: own.factor, whole: false, told: false, words };
    let share = share_of(&touched);
    Some(told(column, 0.9 - own.residual, share, (touched, since), candidate))
}

/// A division, seen in values between the steps in which the old ones were written, or a number of few values that came
/// back times a factor.
fn by_steps(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let values = production.numbers();
    let p = without_zeros(&ascending(view, column).0);
    if p.len() < MIN_VALUES {
        return None;
    }
    let name = view.frames.columns.get(column).map_or("", |own| own.name.as_str());
    let told_by = |found: Option<(exact::Exact, Vec<bool>)>, is_division: bool| {
        let (own, touched) =
            found.filter(|own| own.0.words.is_some() || is_of(name, own.0.factor))?;
        let since = since::since(&view.frames.production.rows.day, &touched);
        if newcomers(view, column, &touched, since, 0.0) {
            return None;
        }
        let (factor, done) = if is_division {
            (1.0 / own.factor, "divided")
        } else {
            (own.factor, "multiplied")
        };
        let change = Change::Affine { factor, offset: 0.0 };
        let plain = || format!("{done} by {}", factor_name(own.factor));
        let words = own.words.map_or_else(plain, str::to_owned);
        let candidate =
            Candidate { change, factor: own.factor, whole: false, told: false, words };
        Some(told(column, 0.95 - own.residual, own.share, (touched, since), candidate))
    };
    told_by(exact::divided(&p, values), true)
        .or_else(|| told_by(exact::multiplied(&p, values), false))
}

/// A number of few values that came back on a straight line.
fn by_levels(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let values = production.numbers();
    let before = ascending(view, column).0;
    if before.len() < MIN_VALUES {
        return None;
    }
    let own = lined::levels(&before, values)?;
    let since = since::since(&view.frames.production.rows.day, &own.touched);
    if newcomers(view, column, &own.touched, since, 0.0) {
        return None;
    }
    let change = Change::Affine { factor: own.factor, offset: own.offset };
    let words = if own.is_standard {
        "standardised (mean 0, deviation 1)".to_owned()
    } else {
        format!(
            "put on another scale ({} for 0, {} more for each 1)",
            short(own.offset),
            short(own.factor)
        )
    };
    let candidate = Candidate { change, factor: 0.0, whole: true, told: true, words };
    let share = share_of(&own.touched);
    Some(told(column, 0.95 - own.residual, share, (own.touched, since), candidate))
}

/// A factor near 1 on all rows from some day on, seen in the digits that no longer come.
fn by_digits(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (_, production) = both(view, column)?;
    let values = production.numbers();
    let (before, after) = ascending(view, column);
    let (p, q) = (without_zeros(&before), without_zeros(&after));
    if p.len() < MIN_VALUES || q.len() < MIN_VALUES {
        return None;
    }
    let days = &view.frames.production.rows.day;
    let (factor, words, since, touched) = exact::comb(&p, values, grain(&p, &q)?, days)?;
    let change = Change::Affine { factor, offset: 0.0 };
    let candidate =
        Candidate { change, factor, whole: true, told: false, words: words.to_owned() };
    Some(told(column, 0.9, share_of(&touched), (touched, since), candidate))
}

/// The old values after a change, rounded as the column is written.
fn written(p: &[f64], candidate: &Candidate, step: Option<f64>) -> Vec<f64> {
    let mut broken = mapped(p, &candidate.change);
    if let Some(step) = step.filter(|_| candidate.factor > 0.0) {
        broken.iter_mut().for_each(|x| *x = round_to(*x, step));
    }
    broken
}

/// The values without those that stand out as single values, where enough is left.
fn without_atoms(p: &[f64], q: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
    if p.len() < MIN_VALUES || q.len() < MIN_VALUES {
        return None;
    }
    let mut distinct = p.to_vec();
    distinct.dedup();
    if distinct.len() < MIN_DISTINCT {
        return None;
    }
    let mut atoms = stand_out(p);
    atoms.extend(stand_out(q));
    let is_atom = |x: &f64| atoms.contains(x);
    let kept = |own: &[f64]| -> Vec<f64> {
        own.iter().copied().filter(|x| !is_atom(x)).collect()
    };
    // No factor changes a zero, however many there are.
    let only_zero = atoms.iter().all(|x| *x == 0.0);
    let (kept_p, kept_q) = (kept(p), kept(q));
    let enough = |kept: &[f64], all: &[f64]| {
        let least = if only_zero { 0 } else { all.len() * 7 / 10 };
        kept.len() >= MIN_VALUES.max(least)
    };
    if enough(&kept_p, p) && enough(&kept_q, q) {
        Some((kept_p, kept_q))
    } else {
        Some((p.to_vec(), q.to_vec()))
    }
}

/// Single values far more common than their neighbours.
fn stand_out(own: &[f64]) -> Vec<f64> {
    let mut runs: Vec<(f64, f64)> = Vec::new();
    for value in own {
        match runs.last_mut() {
            Some(last) if last.0 == *value => last.1 += 1.0,
            _ => runs.push((*value, 1.0)),
        }
    }
    let count = |at: Option<usize>| at.and_then(|at| runs.get(at)).map_or(0.0, |r| r.1);
    let all = runs.iter().enumerate();
    all.filter(|(at, run)| {
        let beside = count(at.checked_sub(1)).max(count(Some(at + 1)));
        run.1 >= ATOM * own.len() as f64 && run.1 >= ATOM_TIMES * beside
    })
    .map(|(_, run)| run.0)
    .collect()
}

fn mapped(p: &[f64], change: &Change) -> Vec<f64> {
    let all: Vec<f64> = p.iter().filter_map(|value| changed(change, *value)).collect();
    sorted(&all)
}

/// How much of the new distribution is the broken one: least squares of the distribution functions. All lists ascend.
#[must_use]
pub fn mixture(p: &[f64], broken: &[f64], q: &[f64], drift: f64) -> Fit {
    let scale = |own: Vec<f64>| own.into_iter().map(move |x| x * drift);
    let points: Vec<f64> = scale(quantiles(p, POINTS))
        .chain(scale(quantiles(broken, POINTS)))
        .chain(quantiles(q, POINTS))
        .collect();
    let (mut product, mut square, mut separation) = (0.0, 0.0, 0.0_f64);
    let mut differences = Vec::with_capacity(points.len());
    for x in points {
        let clean = below(p, x / drift);
        let toward = below(broken, x / drift) - clean;
        let moved = below(q, x) - clean;
        product += toward * moved;
        square += toward * toward;
        separation = separation.max(toward.abs());
        differences.push((toward, moved));
    }
    let share = if square > 0.0 { (product / square).clamp(0.0, 1.0) } else { 0.0 };
    let residual = differences
        .iter()
        .map(|(toward, moved)| (moved - share * toward).abs())
        .fold(0.0, f64::max);
    Fit { share, residual, separation }
}

/// Whether quantile by quantile the new values are the old ones under the map, not only on the whole.
fn free_fit(candidate: &Candidate, p: &[f64], q: &[f64]) -> bool {
    let Change::Affine { offset, .. } = candidate.change else { return true };
    let broken = mapped(p, &candidate.change);
    let (a, b) = (quantiles(&broken, 41), quantiles(q, 41));
    if offset != 0.0 {
        // Temperatures and mirrored values: differences in units of the spread.
        let spread = below_range(&broken);
        let worst = a.iter().zip(&b).skip(2).take(37).map(|(a, b)| (a - b).abs());
        return worst.fold(0.0, f64::max) <= FREE_FIT.1 * spread;
    }
    let ratios: Vec<f64> = a
        .iter()
        .zip(&b)
        .skip(2)
        .take(37)
        .filter(|(a, _)| a.abs() > 1e-9)
        .map(|(a, b)| b / a)
        .collect();
    let ratios = sorted(&ratios);
    if ratios.len() < 15 {
        return false;
    }
    let centre = median(&ratios);
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let variance =
        ratios.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / ratios.len() as f64;
    (centre - 1.0).abs() <= FREE_FIT.0 && sqrt(variance) < FREE_FIT.1
}

/// From the 2 % to the 98 % quantile.
fn below_range(sorted: &[f64]) -> f64 {
    let marks = quantiles(sorted, 51);
    marks.get(49).copied().unwrap_or(0.0) - marks.get(1).copied().unwrap_or(0.0)
}

fn candidates(p: &[f64], q: &[f64], name: &str) -> Vec<Candidate> {
    let mut all = scaled(p, q);
    let mut add = |change, factor, whole, words: String| {
        all.push(Candidate { change, factor, whole, told: false, words });
    };
    let times = |factor: f64| Change::Affine { factor, offset: 0.0 };
    let of_part = FACTORS.iter().map(|factor| (*factor, false));
    for (factor, whole) in of_part.chain(WHOLE_FACTORS.iter().map(|own| (*own, true))) {
        if !is_of(name, factor) {
            continue;
        }
        let name = factor_name(factor);
        add(times(factor), factor, whole, format!("multiplied by {name}"));
        add(times(1.0 / factor), factor, whole, format!("divided by {name}"));
    }
    for (factor, words, named) in SMALL_FACTORS {
        if !named.iter().any(|word| says(name, word)) {
            continue;
        }
        let size = if factor < 1.0 { 1.0 / factor } else { factor };
        add(times(factor), size.min(9.0), true, format!("given in {words}"));
        let back = format!("divided by {} ({words} undone)", short(factor));
        add(times(1.0 / factor), size.min(9.0), true, back);
    }
    let (low, high) = (
        p.get(p.len() / 100).copied().unwrap_or(0.0),
        p.get(p.len() - 1 - p.len() / 100).copied().unwrap_or(0.0),
    );
    let affine = |factor, offset| Change::Affine { factor, offset };
    // Of the air and of machines.
    if low >= -90.0 && high <= 300.0 {
        add(affine(1.8, 32.0), 1.0, true, "turned from °C into °F".to_owned());
        add(affine(1.0, 273.15), 1.0, true, "turned from °C into kelvin".to_owned());
    }
    if low >= -130.0 && high <= 570.0 {
        let back = affine(5.0 / 9.0, -160.0 / 9.0);
        add(back, 1.0, true, "turned from °F into °C".to_owned());
    }
    if low >= 180.0 && high <= 573.0 {
        add(affine(1.0, -273.15), 1.0, true, "turned from kelvin into °C".to_owned());
    }
    if low >= 0.0 && high <= 1.0 {
        add(affine(-1.0, 1.0), 1.0, true, "turned into 1 − the value".to_owned());
    }
    add(times(-1.0), 1.0, true, "of the other sign".to_owned());
    if let Some(centre) = lined::mirror(p, q) {
        let words = if YEARS.contains(&centre) {
            format!("given as a year ({centre:.0} less the value)")
        } else {
            format!("turned round ({} less the value)", short(centre))
        };
        add(affine(-1.0, centre), 1.0, false, words);
    }
    let map = |own| Change::Mapped(own);
    if low > 0.0 {
        add(map(NumberMap::Ln), 0.0, false, "replaced by their logarithm".to_owned());
        add(map(NumberMap::Log10), 0.0, false, "replaced by log10".to_owned());
    }
    if low >= 0.0 {
        add(map(NumberMap::Log1p), 0.0, false, "replaced by ln(1 + value)".to_owned());
    }
    if high <= 30.0 {
        add(map(NumberMap::Exp), 0.0, false, "no longer logarithms".to_owned());
    }
    let whole = p.iter().filter(|value| value.fract() == 0.0).count();
    if whole * 10 < p.len() {
        let words = "cut to whole numbers".to_owned();
        add(map(NumberMap::Truncated), 0.0, true, words);
    }
    all
}

/// Whether a column of that name may be off by a factor: a length or a weight is by powers of ten, or by the factors of its
/// own units; not by the days of a year.
fn is_of(name: &str, factor: f64) -> bool {
    let is_measured = SMALL_FACTORS
        .iter()
        .any(|(_, _, named)| named.iter().any(|word| says(name, word)));
    !is_measured || DECIMAL.contains(&factor)
}

/// Scalings for a model that wants them. Told by the new values they may be by the moments or ends of any rows: then the
/// quartiles say which map it was, and the shape whether it was one.
fn scaled(p: &[f64], q: &[f64]) -> Vec<Candidate> {
    let mut all = Vec::new();
    let mut add = |factor: f64, offset: f64, told: bool, words: &str| {
        let marks = |own: &[f64]| quantiles(own, 5);
        let mut map = (factor, offset);
        if told && let ([_, a, b, c, _], [_, x, y, z, _]) = (&*marks(p), &*marks(q)) {
            let factor = (z - x) / (c - a).max(f64::MIN_POSITIVE);
            map = (factor, y - factor * b);
        }
        let change = Change::Affine { factor: map.0, offset: map.1 };
        let words = words.to_owned();
        all.push(Candidate { change, factor: 0.0, whole: true, told, words });
    };
    let is_standard = |(mean, deviation): (f64, f64), off: f64| {
        mean.abs() <= off * deviation && (deviation - 1.0).abs() <= off
    };
    let (mean, deviation) = moments(p);
    if deviation > 0.0 && !is_standard((mean, deviation), 0.2) {
        // Values below zero where there were none need not be standardised by their own moments.
        let sign_came = p.first().is_some_and(|least| *least >= 0.0)
            && below(q, -f64::MIN_POSITIVE) >= NEGATIVE;
        let told =
            is_standard(moments(q), if sign_came { NEARLY_STANDARD } else { STANDARD });
        let words = "standardised (mean 0, deviation 1)";
        add(1.0 / deviation, -mean / deviation, told, words);
    }
    let ends = |own: &[f64]| own.first().copied().zip(own.last().copied());
    if let (Some((first, last)), Some((low, high))) = (ends(p), ends(q)) {
        let range = last - first;
        let told = low.abs() <= STANDARD && (high - 1.0).abs() <= STANDARD;
        if range > 0.0 && (first.abs() > 0.05 || (range - 1.0).abs() > 0.05) {
            add(1.0 / range, -first / range, told, "scaled to 0–1");
        }
    }
    all
}

fn factor_name(factor: f64) -> String {
    if factor == 1000.0 || factor == 1024.0 {
        "1000 or 1024".to_owned()
    } else if factor == 10.0 || factor == 12.0 || factor == 365.25 {
        short(factor)
    } else {
        format!("{factor:.0}")
    }
}

/// Which rows are broken, where values tell, and since when.
fn rows(
    view: &View<'_>,
    values: &[f64],
    clean: &[f64],
    broken: &[f64],
    fit: &Fit,
) -> (Vec<bool>, Option<i32>) {
    let days = &view.frames.production.rows.day;
    let ratios = likelihoods(values, clean, broken);
    let odds = |share: f64| ln(share.clamp(0.01, 0.99) / (1.0 - share.clamp(0.01, 0.99)));
    let prior = odds(fit.share);
    let chance = |(ratio, value): (&f64, &f64)| {
        if value.is_finite() {
            crate::stats::math::sigmoid(ratio + prior)
        } else {
            f64::NAN
        }
    };
    let likely: Vec<f64> = ratios.iter().zip(values).map(chance).collect();
    let step = since::step(days, &likely);
    if fit.separation < 0.5 {
        return (Vec::new(), step.map(|own| own.day));
    }
    // From the step on more rows are broken than over the whole table.
    let prior = step.map_or(prior, |own| odds(own.after));
    let first = step.map_or(i32::MIN, |own| own.day);
    let all = step.map_or(fit.share, |own| own.after) >= 0.97;
    let touched = ratios
        .iter()
        .zip(values)
        .enumerate()
        .map(|(row, (ratio, value))| {
            let day = days.get(row).copied().unwrap_or(i32::MIN);
            let in_time = step.is_none() || day >= first;
            value.is_finite() && in_time && (all || ratio + prior > 0.0)
        })
        .collect();
    (touched, step.map(|own| own.day))
}
