//! Another clock. Enter: hour and weekday columns, and the rows' own time. Leave: by how many hours they moved (whole
//! days where there is a weekday only) and on which rows. Cost: one pass a column and 24 shifts of a histogram.
//!
//! # Decisions
//! Where the rows have a time of day and the hour column always went with it, one row is proof. Otherwise the
//! histogram must have turned as a whole: traffic from another region turns part of it, so a mixture is no clock. What
//! goes with the hours, outcome and amounts, turns with the clock and stays where it was when the traffic moved: that
//! decides, and alone can where the rows' own times moved as well.

use std::collections::{BTreeMap, BTreeSet};

use super::common::{
    MIN_ROWS, both, inputs, noise, percent, says, share_of_rows, sorted, total_variation,
};
use super::since::{since, step};
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::{Frame, FrameColumn, NO_MOMENT, NO_NAME, Raw};
use crate::encode::rows::NO_CLASS;
use crate::report::CauseId;
use crate::stats::math::ln;
use crate::stats::order::place_among;

/// Microseconds in an hour.
pub const HOUR_MICROS: i64 = 3_600_000_000;
/// Share of reference rows that go with the row's own time before the relation counts.
const MIN_BOUND: f64 = 0.95;
/// Share of production rows off by one constant, from which it is a break, and their share before launch at most.
const MIN_OFF: f64 = 0.02;
/// Distance of the histograms from which they moved.
const MIN_MOVED: f64 = 0.05;
/// How much a turned histogram must differ from itself before a turn can be seen.
const MIN_CONTRAST: f64 = 0.15;
/// Distance left after turning, as a share of the distance before.
const MAX_LEFT: f64 = 0.15;

/// Distance left after turning, as a multiple of what chance makes.
const MAX_CHANCE: f64 = 1.5;
/// Log-likelihood by which old and turned traffic side by side may explain the hours better than a turn of all.
const MIXED: f64 = 6.0;
/// χ² by which levels over the hours must fit better turned, or not turned, to say which moved.
const ALONG: f64 = 25.0;
/// Rows an hour needs to have a level.
const MIN_HOUR: f64 = 20.0;

/// The detector.
pub struct Clock;

impl Detector for Clock {
    fn id(&self) -> &'static str {
        "clock"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let columns = inputs(view);
        let mut found: Vec<Fingerprint> = Vec::new();
        for column in &columns {
            let own = by_moment(view, *column)
                .or_else(|| by_shape(view, *column))
                .or_else(|| by_weekday(view, *column));
            let Some(own) = own else { continue };
            // Several hour columns that moved alike are one break.
            match found.iter_mut().find(|other| other.change == own.change) {
                Some(other) => other.columns.extend(&own.columns),
                None => found.push(own),
            }
        }
        for own in &mut found {
            let moved: Vec<usize> = columns
                .iter()
                .copied()
                .filter(|column| !own.columns.contains(column))
                .filter(|column| weekday_moved(view, *column, own))
                .collect();
            own.columns.extend(moved);
        }
        if found.is_empty() {
            found.extend(columns.iter().filter_map(|column| cut_off(view, *column)));
        }
        found
    }
}

/// Whether numbers are hours of the day: whole, 0–23, most of them seen, or called so.
#[must_use]
pub fn is_hours(column: &FrameColumn, values: &[f64]) -> bool {
    let finite = || values.iter().filter(|value| value.is_finite());
    if finite().any(|value| value.fract() != 0.0 || !(0.0..24.0).contains(value)) {
        return false;
    }
    let distinct: BTreeSet<i64> = finite().map(|value| *value as i64).collect();
    let named = says(&column.name, "hour") || says(&column.name, "hr");
    let least = if named { 8 } else { 20 };
    // Counts also stay below 24; hours reach the end of the day.
    distinct.len() >= least && (named || distinct.contains(&23))
}

/// Hour of the day of a row in a column, 0–23.
fn hours(view: &View<'_>, frame: &Frame, column: usize) -> Option<Vec<Option<u8>>> {
    let about = view.frames.columns.get(column)?;
    match frame.values.get(column)? {
        Raw::Numbers(values) => {
            let reference = view.frames.reference.values.get(column)?.numbers();
            if !is_hours(about, reference) {
                return None;
            }
            let hour = |value: &f64| {
                ((0.0..24.0).contains(value) && value.fract() == 0.0)
                    .then_some(*value as u8)
            };
            Some(values.iter().map(hour).collect())
        }
        Raw::Moments(values) => Some(values.iter().map(|at| hour_of(*at)).collect()),
        _ => None,
    }
}

fn hour_of(at: i64) -> Option<u8> {
    (at != NO_MOMENT).then(|| (at.div_euclid(HOUR_MICROS).rem_euclid(24)) as u8)
}

fn day_of(at: i64) -> i64 {
    at.div_euclid(24 * HOUR_MICROS)
}

/// Hours between a row's column and its own time, 0–23.
fn apart(hours: &[Option<u8>], frame: &Frame) -> Vec<Option<u8>> {
    let pairs = hours.iter().zip(&frame.moments);
    pairs.map(|(hour, at)| Some((hour.as_ref()? + 24 - hour_of(*at)?) % 24)).collect()
}

fn shares(values: &[Option<u8>]) -> Option<[f64; 24]> {
    let mut counts = [0.0; 24];
    let mut total = 0.0;
    for value in values.iter().flatten() {
        if let Some(count) = counts.get_mut(usize::from(*value)) {
            *count += 1.0;
            total += 1.0;
        }
    }
    (total >= MIN_ROWS as f64).then(|| counts.map(|count| count / total))
}

fn signed(by: usize) -> i32 {
    let by = i32::try_from(by % 24).unwrap_or(0);
    if by > 12 { by - 24 } else { by }
}

fn by_moment(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let own = hours(view, reference, column)?;
    let before = apart(&own, reference);
    let after = apart(&hours(view, production, column)?, production);
    let (p, q) = (shares(&before)?, shares(&after)?);
    // A time without hours is at midnight on every row and says nothing.
    let of_rows: Vec<Option<u8>> =
        reference.moments.iter().map(|at| hour_of(*at)).collect();
    let spread = shares(&of_rows)?.iter().filter(|share| **share > 0.0).count();
    let (usual, bound) = largest(&p)?;
    let mut off = q;
    if let Some(own) = off.get_mut(usual) {
        *own = 0.0;
    }
    let (new, share) = largest(&off)?;
    let known = p.get(new).copied().unwrap_or(0.0);
    if spread < 8 || bound < MIN_BOUND || share < MIN_OFF || known > 0.1 * share {
        return None;
    }
    let touched: Vec<bool> =
        after.iter().map(|own| own.is_some_and(|own| usize::from(own) == new)).collect();
    let by = signed(new + 24 - usual);
    Some(Fingerprint {
        detector: "clock",
        cause: CauseId::TimeWindow,
        columns: vec![column],
        strength: 0.98,
        share,
        since: since(&production.rows.day, &touched),
        touched,
        change: Change::Hours(by),
        sentence: format!(
            "Hours are {by:+} against the row's own time on {}; before launch they went together.",
            share_of_rows(share)
        ),
    })
}

/// Whether hours go with the rows' own time in both tables: then it is the traffic that moved, not the clock.
fn bound(view: &View<'_>, before: &[Option<u8>], after: &[Option<u8>]) -> bool {
    let usual = |hours: &[Option<u8>], frame: &Frame| {
        shares(&apart(hours, frame)).and_then(|own| largest(&own))
    };
    let spread = |frame: &Frame| {
        let hours: Vec<Option<u8>> =
            frame.moments.iter().map(|at| hour_of(*at)).collect();
        shares(&hours).map_or(0, |own| own.iter().filter(|share| **share > 0.0).count())
    };
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let (Some(p), Some(q)) = (usual(before, reference), usual(after, production)) else {
        return false;
    };
    spread(reference) >= 8 && p.0 == q.0 && p.1 >= MIN_BOUND && q.1 >= MIN_BOUND
}

fn largest(shares: &[f64; 24]) -> Option<(usize, f64)> {
    shares
        .iter()
        .copied()
        .enumerate()
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
}

fn rolled(shares: &[f64; 24], by: usize) -> [f64; 24] {
    std::array::from_fn(|hour| shares.get((hour + 24 - by) % 24).copied().unwrap_or(0.0))
}

/// Whether part of the traffic at other hours explains `q` better than all of it at `turned` hours.
fn mixed(p: &[f64; 24], turned: &[f64; 24], q: &[f64; 24], rows: f64) -> bool {
    let likelihood = |other: &[f64; 24], share: f64| -> f64 {
        let one = |((p, other), q): ((&f64, &f64), &f64)| {
            rows * q * ln((1.0 - share) * p + share * other + 1e-4)
        };
        p.iter().zip(other).zip(q).map(one).sum()
    };
    let whole = likelihood(turned, 1.0);
    (1..24).any(|by| {
        let other = rolled(p, by);
        (1..9).any(|tenths| likelihood(&other, 0.1 * f64::from(tenths)) > whole + MIXED)
    })
}

fn by_shape(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let before = hours(view, reference, column)?;
    let after = hours(view, production, column)?;
    let p = shares(&before)?;
    shares(&after)?;
    // Where the rows' own times moved along, what goes with the hours tells whether it is the traffic or the clock.
    let bound = bound(view, &before, &after);
    let contrast =
        (1..24).map(|by| total_variation(&rolled(&p, by), &p)).fold(0.0, f64::max);
    if contrast < MIN_CONTRAST {
        return None;
    }
    let days = &production.rows.day;
    let mut best: Option<(f64, usize, Option<i32>, f64)> = None;
    for by in 1..24 {
        let turned = rolled(&p, by);
        let ratio = |hour: &Option<u8>| {
            let at = usize::from((*hour)?);
            Some(ln((turned.get(at)? + 1e-3) / (p.get(at)? + 1e-3)))
        };
        let likely: Vec<f64> =
            after.iter().map(|hour| ratio(hour).unwrap_or(f64::NAN)).collect();
        let first = step(days, &likely).map(|own| own.day);
        let rows: Vec<Option<u8>> = after
            .iter()
            .enumerate()
            .filter(|(row, _)| {
                first.is_none_or(|first| days.get(*row).is_some_and(|day| *day >= first))
            })
            .map(|(_, hour)| *hour)
            .collect();
        let Some(q) = shares(&rows) else { continue };
        let chance = noise(&p, before.len(), rows.len());
        let (moved, left) = (total_variation(&p, &q), total_variation(&turned, &q));
        let turns = moved >= MIN_MOVED.max(3.0 * chance)
            && left <= (MAX_LEFT * moved).max((MAX_CHANCE * chance).min(0.4 * moved))
            && !mixed(&p, &turned, &q, rows.len() as f64);
        if turns && best.is_none_or(|own| left < own.0) {
            let share = rows.len() as f64 / after.len().max(1) as f64;
            best = Some((left, by, first, share));
        }
    }
    let (_, by, first, share) = best?;
    let in_time = |row: usize| {
        first.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
    };
    let turned = turned_along(view, [&before, &after], by, &in_time);
    if turned <= -ALONG || (bound && turned < ALONG) {
        return None;
    }
    let by = signed(by);
    Some(Fingerprint {
        detector: "clock",
        cause: CauseId::TimeWindow,
        columns: vec![column],
        // The same curve at other hours is a clock; but so would be a business that moved as a whole.
        strength: if turned >= ALONG { 0.9 } else { 0.75 },
        share,
        touched: (0..after.len()).map(in_time).collect(),
        change: Change::Hours(by),
        since: first,
        sentence: format!(
            "The curve over the hours of the day is the old one moved by {by:+} hours on {}.",
            share_of_rows(share)
        ),
    })
}

/// By how much (χ²) the levels of outcome and amounts over the hours fit the old ones better when these are turned by so
/// many hours as well: above 0 the clock moved, below 0 the rows come at other hours.
fn turned_along(
    view: &View<'_>,
    [before, after]: [&[Option<u8>]; 2],
    by: usize,
    in_time: &dyn Fn(usize) -> bool,
) -> f64 {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let outcome = |frame: &Frame| -> Vec<f64> {
        let rows = &frame.rows;
        if rows.label_class.iter().any(|own| *own != NO_CLASS) {
            let known =
                |own: &u8| if *own == NO_CLASS { f64::NAN } else { f64::from(*own) };
            return rows.label_class.iter().map(known).collect();
        }
        rows.label_value.clone()
    };
    let mut found =
        levels([before, after], [&outcome(reference), &outcome(production)], by, in_time);
    for column in inputs(view) {
        let about = view.frames.columns.get(column);
        if let (Some((Raw::Numbers(p), Raw::Numbers(q))), Some(about)) =
            (both(view, column), about)
            && !is_hours(about, p)
        {
            found += levels([before, after], [p, q], by, in_time);
        }
    }
    found
}

/// The same of one column: where its level was before launch at that hour, and so many hours earlier.
fn levels(
    [before, after]: [&[Option<u8>]; 2],
    [p, q]: [&[f64]; 2],
    by: usize,
    in_time: &dyn Fn(usize) -> bool,
) -> f64 {
    // Places among the old values, 0–1: an amount of any scale, and no far value, moves a level.
    let sorted = sorted(p);
    let tally = |hours: &[Option<u8>], values: &[f64], takes: &dyn Fn(usize) -> bool| {
        let mut sums = [[0.0_f64; 3]; 24];
        for (row, (hour, value)) in hours.iter().zip(values).enumerate() {
            let Some(cell) = hour.and_then(|own| sums.get_mut(usize::from(own))) else {
                continue;
            };
            if value.is_finite() && takes(row) {
                let own = place_among(&sorted, *value);
                cell.iter_mut()
                    .zip([1.0, own, own * own])
                    .for_each(|(sum, own)| *sum += own);
            }
        }
        sums
    };
    let (old, new) = (tally(before, p, &|_| true), tally(after, q, in_time));
    let total = |own: &[[f64; 3]; 24]| {
        own.iter().fold([0.0; 3], |mut sum, cell| {
            sum.iter_mut().zip(cell).for_each(|(sum, own)| *sum += own);
            sum
        })
    };
    let (all, now) = (total(&old), total(&new));
    if all[0] < MIN_ROWS as f64 || now[0] < MIN_ROWS as f64 {
        return 0.0;
    }
    let mean = |own: [f64; 3]| own[1] / own[0];
    let variance = all[2] / all[0] - mean(all) * mean(all);
    // Levels are taken around their own mean: a column may have moved as a whole.
    let misfit = |turn: usize| -> f64 {
        let centre: f64 = (0..24)
            .filter_map(|hour| {
                let (cell, then) = (new.get(hour)?, old.get((hour + 24 - turn) % 24)?);
                (then[0] >= MIN_HOUR).then(|| cell[0] * (mean(*then) - mean(all)))
            })
            .sum::<f64>()
            / now[0];
        let one = |hour: usize| {
            let (cell, then) = (new.get(hour)?, old.get((hour + 24 - turn) % 24)?);
            if cell[0] < MIN_HOUR || then[0] < MIN_HOUR {
                return None;
            }
            let off = (mean(*cell) - mean(now)) - (mean(*then) - mean(all) - centre);
            Some(off * off / (variance * (1.0 / cell[0] + 1.0 / then[0])))
        };
        (0..24).filter_map(one).sum()
    };
    if variance > 0.0 { misfit(0) - misfit(by) } else { 0.0 }
}

/// A name or whole number of a row, as a number.
fn weekday_value(raw: &Raw, row: usize) -> Option<i64> {
    match raw {
        Raw::Names(names) => {
            names.get(row).filter(|name| **name != NO_NAME).map(|name| i64::from(*name))
        }
        Raw::Numbers(values) => {
            values.get(row).filter(|v| v.fract() == 0.0).map(|v| *v as i64)
        }
        _ => None,
    }
}

/// For each day of the week, counted from the epoch's, the value a column had on it before launch, where nearly all
/// rows agree; `None` for a column that does not go with the day.
fn days_of_week(view: &View<'_>, before: &Raw) -> Option<BTreeMap<i64, i64>> {
    let moments = &view.frames.reference.moments;
    // With more values than this, too many rows cannot agree.
    let most = 7 + ((1.0 - MIN_BOUND) * moments.len() as f64) as usize;
    let mut counts: BTreeMap<(i64, i64), f64> = BTreeMap::new();
    for (row, at) in moments.iter().enumerate() {
        if counts.len() > most {
            return None;
        }
        if *at != NO_MOMENT
            && let Some(value) = weekday_value(before, row)
        {
            *counts.entry((day_of(*at).rem_euclid(7), value)).or_default() += 1.0;
        }
    }
    let mut best: BTreeMap<i64, (f64, i64)> = BTreeMap::new();
    for ((day, value), count) in &counts {
        let own = best.entry(*day).or_default();
        if *count > own.0 {
            *own = (*count, *value);
        }
    }
    let total: f64 = counts.values().sum();
    let bound: f64 = best.values().map(|own| own.0).sum();
    // What is the same on all days goes with none of them.
    let first = best.values().next().map(|own| own.1);
    let differs = best.values().any(|own| Some(own.1) != first);
    let enough = total >= MIN_ROWS as f64 && best.len() >= 5 && differs;
    let known = enough && bound >= MIN_BOUND * total;
    known.then(|| best.into_iter().map(|(day, (_, value))| (day, value)).collect())
}

/// A weekday that went with the row's own day before launch and is some days off on part of the rows now.
fn by_weekday(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (before_values, after) = both(view, column)?;
    let value_of = days_of_week(view, before_values)?;
    let mut day_of_value: BTreeMap<i64, i64> = BTreeMap::new();
    for (day, value) in &value_of {
        // Two days with one value, as in "weekend", are no weekday.
        if day_of_value.insert(*value, *day).is_some() {
            return None;
        }
    }
    let off = |raw: &Raw, frame: &Frame| -> Vec<Option<i64>> {
        let one = |(row, at): (usize, &i64)| {
            let own = day_of_value.get(&weekday_value(raw, row)?)?;
            (*at != NO_MOMENT).then(|| (own - day_of(*at)).rem_euclid(7))
        };
        frame.moments.iter().enumerate().map(one).collect()
    };
    let production = &view.frames.production;
    let after = off(after, production);
    let before = off(before_values, &view.frames.reference);
    let share = |rows: &[Option<i64>], by: i64| {
        let known = rows.iter().flatten().count().max(1);
        rows.iter().flatten().filter(|own| **own == by).count() as f64 / known as f64
    };
    let (by, found) = (1..7)
        .map(|by| (by, share(&after, by)))
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
    let few = after.iter().flatten().filter(|own| **own == by).count() < MIN_ROWS;
    if few || found < MIN_OFF || share(&before, by) > 0.1 * found {
        return None;
    }
    let touched: Vec<bool> = after.iter().map(|own| *own == Some(by)).collect();
    // Names turn one into the other; numbers turn with the days.
    let change = match before_values {
        Raw::Names(_) => {
            let name = |day: i64| {
                let value = value_of.get(&day.rem_euclid(7))?;
                u32::try_from(*value).ok()
            };
            let pairs =
                value_of.keys().filter_map(|day| Some((name(*day)?, name(day + by)?)));
            Change::Renamed(pairs.collect())
        }
        _ => Change::Hours(24 * i32::try_from(by).unwrap_or(0)),
    };
    let (days, way) = if by > 3 { (7 - by, "behind") } else { (by, "ahead of") };
    Some(Fingerprint {
        detector: "clock",
        cause: CauseId::TimeWindow,
        columns: vec![column],
        strength: 0.98,
        share: found,
        since: since(&production.rows.day, &touched),
        touched,
        change,
        sentence: format!(
            "The weekday is {days} {} {way} the row's own date on {} of rows; before launch they went together.",
            if days == 1 { "day" } else { "days" },
            percent(found)
        ),
    })
}

/// Whether a weekday column went with the row's own day before launch and goes with the moved clock now.
fn weekday_moved(view: &View<'_>, column: usize, own: &Fingerprint) -> bool {
    let Change::Hours(by) = own.change else { return false };
    let Some((before, after)) = both(view, column) else { return false };
    let production = &view.frames.production;
    let Some(best) = days_of_week(view, before) else { return false };
    // Rows whose day changes under the moved clock.
    let (mut rows, mut moved) = (0.0, 0.0);
    for (row, at) in production.moments.iter().enumerate() {
        if *at == NO_MOMENT || !own.touched.get(row).copied().unwrap_or(false) {
            continue;
        }
        let then = day_of(at + i64::from(by) * HOUR_MICROS);
        if then == day_of(*at) {
            continue;
        }
        let (Some(value), Some(want)) =
            (weekday_value(after, row), best.get(&then.rem_euclid(7)))
        else {
            continue;
        };
        rows += 1.0;
        moved += f64::from(u8::from(value == *want));
    }
    rows >= 20.0 && moved >= MIN_BOUND * rows
}

/// Hours that no longer come at all.
fn cut_off(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let p = shares(&hours(view, reference, column)?)?;
    let after = hours(view, production, column)?;
    let q = shares(&after)?;
    let m = after.iter().flatten().count() as f64;
    // (1 − p)^m < 10⁻⁶: chance does not empty an hour.
    let gone: Vec<usize> = p
        .iter()
        .zip(&q)
        .enumerate()
        .filter(|(_, (p, q))| **q == 0.0 && **p >= 0.01 && m * ln(1.0 - **p) < -13.8)
        .map(|(hour, _)| hour)
        .collect();
    if gone.is_empty() {
        return None;
    }
    let lost: f64 = gone.iter().filter_map(|hour| p.get(*hour)).sum();
    let list: Vec<String> =
        gone.iter().map(|hour| format!("{hour}–{}", hour + 1)).collect();
    Some(Fingerprint {
        detector: "clock",
        cause: CauseId::TimeWindow,
        columns: vec![column],
        strength: 0.5,
        share: lost,
        touched: Vec::new(),
        change: Change::Rows,
        since: None,
        sentence: format!(
            "No row comes at {} o'clock any more; before launch it was {} of rows.",
            list.join(", "),
            percent(lost)
        ),
    })
}
