//! A break done again, or undone. Enter: raw values, a fingerprint and the rows to touch. Leave: the values after
//! (or before) the change. Cost: a copy of the columns and one pass over those of the fingerprint.
//!
//! # Decisions
//! A weekday that moved with an hour keeps its values: only the hour is certain. Weekdays 0–6 or 1–7 alone, moved by
//! whole days, turn with them (names of weekdays are renamed).

use std::collections::BTreeMap;

use super::exact::grain;
use super::unit::{changed, round_to};
use super::{Change, Fingerprint, NumberMap};
use crate::encode::frame::{NO_ID, NO_MOMENT, NO_NAME, Raw};
use crate::stats::math::{expm1, pow};
use crate::stats::random::Random;

/// Seed of the rows that stand in for other entities.
const SEED: u64 = 0x7768_6f73;
/// Share of rows that must be a later visit of an entity for its own old values to be taken.
const RETURNING: f64 = 0.2;
/// Microseconds in an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// The values of all columns, with those of the fingerprint broken by its change on the rows in `touched`. `ids` say
/// whose value an old one is.
#[must_use]
pub fn broken(
    values: &[Raw],
    fingerprint: &Fingerprint,
    touched: &[bool],
    ids: &[u64],
) -> Vec<Raw> {
    let mut all = values.to_vec();
    let change = &fingerprint.change;
    match change {
        Change::Swapped => swap(&mut all, &fingerprint.columns, touched),
        Change::Shuffled | Change::Stale => {
            // Whole rows of the columns come from one other row, so that they stay together.
            let mut from: Vec<usize> = (0..touched.len()).collect();
            Random::stream(SEED, fingerprint.detector).shuffle(&mut from);
            if *change == Change::Stale {
                from = older(ids, from);
            }
            for column in &fingerprint.columns {
                if let (Some(own), Some(old)) =
                    (all.get_mut(*column), values.get(*column))
                {
                    taken(own, old, &from, touched);
                }
            }
        }
        _ => {
            for column in &fingerprint.columns {
                if let Some(own) = all.get_mut(*column) {
                    change_column(own, change, touched);
                }
            }
        }
    }
    all
}

/// Where an old value comes from: the entity's first visit, if entities come again, or else an older row (rows come in
/// order of time) of somebody's, `from` in any order.
fn older(ids: &[u64], from: Vec<usize>) -> Vec<usize> {
    let mut first: BTreeMap<u64, usize> = BTreeMap::new();
    let visit = |(row, id): (usize, &u64)| {
        if *id == NO_ID { row } else { *first.entry(*id).or_insert(row) }
    };
    let visits: Vec<usize> = ids.iter().enumerate().map(visit).collect();
    let again = visits.iter().enumerate().filter(|own| *own.1 < own.0).count();
    if again as f64 >= RETURNING * from.len() as f64 && again > 0 {
        return visits;
    }
    from.into_iter().enumerate().map(|(row, own)| own.min(row)).collect()
}

/// The values of all columns with the fingerprint's change undone on the rows it touched; `None` when it has no
/// inverse, or when its rows cannot be told apart from the others.
#[must_use]
pub fn repaired(values: &[Raw], fingerprint: &Fingerprint) -> Option<Vec<Raw>> {
    let rows = values.iter().map(rows_of).max()?;
    let touched = if fingerprint.touched.len() == rows {
        fingerprint.touched.clone()
    } else if fingerprint.share >= 0.99 {
        vec![true; rows]
    } else {
        return None;
    };
    let mut all = values.to_vec();
    let inverse = match &fingerprint.change {
        Change::Swapped => {
            swap(&mut all, &fingerprint.columns, &touched);
            return Some(all);
        }
        Change::Affine { factor, offset } if *factor != 0.0 => {
            Change::Affine { factor: 1.0 / factor, offset: -offset / factor }
        }
        Change::Mapped(NumberMap::Ln) => Change::Mapped(NumberMap::Exp),
        Change::Mapped(NumberMap::Exp) => Change::Mapped(NumberMap::Ln),
        Change::Mapped(map @ (NumberMap::Log10 | NumberMap::Log1p)) => {
            let back = |x: f64| {
                if *map == NumberMap::Log10 { pow(10.0, x) } else { expm1(x) }
            };
            for column in &fingerprint.columns {
                if let Some(Raw::Numbers(own)) = all.get_mut(*column) {
                    each(own, &touched, |x| *x = back(*x));
                }
            }
            return Some(all);
        }
        Change::Renamed(pairs) => {
            // Of several old names with one new one the first stands for all.
            let mut back: BTreeMap<u32, u32> = BTreeMap::new();
            for (old, new) in pairs {
                back.entry(*new).or_insert(*old);
            }
            Change::Renamed(back.into_iter().collect())
        }
        Change::Recoded(pairs) => {
            Change::Recoded(pairs.iter().map(|(old, new)| (*new, *old)).collect())
        }
        Change::Hours(by) => Change::Hours(-by),
        _ => return None,
    };
    for column in &fingerprint.columns {
        if let Some(own) = all.get_mut(*column) {
            change_column(own, &inverse, &touched);
        }
    }
    Some(all)
}

/// Puts numbers that a map's inverse gave back on the grid in which the reference's are written, so that a year is a year
/// again.
pub fn snap(values: &mut [Raw], fingerprint: &Fingerprint, reference: &[Raw]) {
    if !matches!(fingerprint.change, Change::Affine { .. } | Change::Mapped(_)) {
        return;
    }
    for column in &fingerprint.columns {
        let (Some(Raw::Numbers(own)), Some(Raw::Numbers(old))) =
            (values.get_mut(*column), reference.get(*column))
        else {
            continue;
        };
        let known: Vec<f64> = old.iter().copied().filter(|x| x.is_finite()).collect();
        if let Some(step) = grain(&known, &known) {
            own.iter_mut().for_each(|x| *x = round_to(*x, step));
        }
    }
}

const fn rows_of(raw: &Raw) -> usize {
    match raw {
        Raw::Numbers(own) => own.len(),
        Raw::Names(own) => own.len(),
        Raw::Moments(own) => own.len(),
        Raw::Other => 0,
    }
}

fn each<T>(values: &mut [T], touched: &[bool], change: impl Fn(&mut T)) {
    values
        .iter_mut()
        .zip(touched)
        .filter(|(_, own)| **own)
        .for_each(|(own, _)| change(own));
}

fn change_column(raw: &mut Raw, change: &Change, touched: &[bool]) {
    match (raw, change) {
        (Raw::Numbers(own), Change::Missing) => each(own, touched, |x| *x = f64::NAN),
        (Raw::Names(own), Change::Missing) => each(own, touched, |x| *x = NO_NAME),
        (Raw::Moments(own), Change::Missing) => each(own, touched, |x| *x = NO_MOMENT),
        (Raw::Numbers(own), Change::DefaultNumber(to)) => {
            each(own, touched, |x| *x = *to);
        }
        (Raw::Names(own), Change::DefaultName(to)) => each(own, touched, |x| *x = *to),
        (Raw::Names(own), Change::Renamed(pairs)) => {
            let to: BTreeMap<u32, u32> = pairs.iter().copied().collect();
            each(own, touched, |x| *x = to.get(x).copied().unwrap_or(*x));
        }
        (Raw::Numbers(own), Change::Recoded(pairs)) => each(own, touched, |x| {
            if let Some((_, new)) = pairs.iter().find(|(old, _)| old == x) {
                *x = *new;
            }
        }),
        (Raw::Numbers(own), Change::Hours(by)) => {
            let hours = own.iter().all(|x| x.is_nan() || (0.0..24.0).contains(x));
            let weekday = own.iter().all(|x| x.is_nan() || (0.0..8.0).contains(x));
            if weekday && by % 24 == 0 {
                let first = if own.contains(&0.0) { 0.0 } else { 1.0 };
                let days = f64::from(by / 24);
                each(own, touched, |x| *x = (*x - first + days).rem_euclid(7.0) + first);
            } else if hours && !weekday {
                each(own, touched, |x| *x = (*x + f64::from(*by)).rem_euclid(24.0));
            }
        }
        (Raw::Moments(own), Change::Hours(by)) => each(own, touched, |at| {
            if *at != NO_MOMENT {
                *at = at.saturating_add(i64::from(*by) * HOUR_MICROS);
            }
        }),
        (Raw::Numbers(own), change) => each(own, touched, |x| {
            if let Some(new) = changed(change, *x) {
                *x = new;
            }
        }),
        _ => {}
    }
}

fn swap(all: &mut [Raw], columns: &[usize], touched: &[bool]) {
    let [a, b] = columns else { return };
    let (Some(x), Some(y)) = (all.get(*a).cloned(), all.get(*b).cloned()) else { return };
    let rows: Vec<usize> = (0..touched.len()).collect();
    if let Some(own) = all.get_mut(*a) {
        taken(own, &y, &rows, touched);
    }
    if let Some(own) = all.get_mut(*b) {
        taken(own, &x, &rows, touched);
    }
}

/// Puts `from[row]` of the old column into each touched row.
fn taken(own: &mut Raw, old: &Raw, from: &[usize], touched: &[bool]) {
    fn put<T: Copy>(own: &mut [T], old: &[T], from: &[usize], touched: &[bool]) {
        for ((own, from), touched) in own.iter_mut().zip(from).zip(touched) {
            if *touched && let Some(value) = old.get(*from) {
                *own = *value;
            }
        }
    }
    match (own, old) {
        (Raw::Numbers(own), Raw::Numbers(old)) => put(own, old, from, touched),
        (Raw::Names(own), Raw::Names(old)) => put(own, old, from, touched),
        (Raw::Moments(own), Raw::Moments(old)) => put(own, old, from, touched),
        _ => {}
    }
}
