//! Values that stopped updating. Enter: rows with their entity and day. Leave: columns that repeat the entity's earlier
//! value more than before launch, whose days became alike, or that stand still although they changed day by day. Cost:
//! one sort by entity and one by day. Columns that never change for an entity, or hardly, are not called stale.

use std::collections::BTreeMap;

use super::common::{FALSE_ALARMS, MIN_ROWS, MIN_Z, both, inputs, percent, proportion_z};
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::{Frame, NO_ID, Raw};
use crate::encode::rows::NO_DAY;
use crate::report::CauseId;
use crate::stats::multiple::benjamini_hochberg;
use crate::stats::order;
use crate::stats::random::combine64;
use crate::stats::special::normal_survival;

/// Growth of the share of rows that repeat the entity's earlier value, from which it counts.
const MIN_GROWTH: f64 = 0.15;
/// Gaps between an entity's rows, in days, that are compared with their like.
const GAPS: [i32; 5] = [0, 1, 7, 30, i32::MAX];
/// Rows a day needs to be compared with the day before.
const MIN_DAY_ROWS: usize = 20;
/// Distinct values a day, before launch, from which days alike are no accident.
const MIN_DISTINCT: usize = 5;
/// Days alike in a row.
const MIN_DAYS: usize = 3;
/// One part in so many of the usual distinct values of a day is few.
const FEW: usize = 2;
/// Days in a row that must have few values.
const MIN_FEW_DAYS: usize = 7;
/// Share of these days that must have no value but those of the day before; and of the days before launch that may.
const CARRIED: (f64, f64) = (0.6, 0.1);
/// Growth of the share of whole numbers among distinct values that says they were rounded.
const ROUNDED: f64 = 0.3;
/// Days a value of the day must stand still, and how many times the longest stand before launch.
const MIN_STILL: (usize, usize) = (5, 3);

/// The detector.
pub struct Stale;

impl Detector for Stale {
    fn id(&self) -> &'static str {
        "stale"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let mut found = repeated(view);
        let rows = [&view.frames.reference, &view.frames.production].map(rows_by_day);
        for column in inputs(view) {
            let known = found.iter().any(|own| own.columns == [column]);
            if !known {
                found.extend(by_day(view, column, &rows));
            }
        }
        found
    }
}

fn bits(raw: &Raw, row: usize) -> Option<u64> {
    if raw.is_missing(row) {
        return None;
    }
    match raw {
        Raw::Numbers(own) => own.get(row).map(|value| value.to_bits()),
        Raw::Names(own) => own.get(row).map(|name| u64::from(*name)),
        Raw::Moments(own) => own.get(row).map(|at| at.cast_unsigned()),
        Raw::Other => None,
    }
}

/// Pairs (earlier row, row, gap) of one entity, by place of the gap in [`GAPS`].
pub(super) fn successions(frame: &Frame) -> Vec<(usize, usize, usize)> {
    let mut order: Vec<usize> = (0..frame.len()).collect();
    let id = |row: &usize| frame.entities.get(*row).copied().unwrap_or(NO_ID);
    let at = |row: &usize| frame.moments.get(*row).copied().unwrap_or(0);
    let day = |row: &usize| frame.rows.day.get(*row).copied().unwrap_or(NO_DAY);
    order.retain(|row| id(row) != NO_ID && day(row) != NO_DAY);
    // In the order of time, and then, which keeps it, of entities.
    order::sort_by_key(&mut order, |row| at(row).cast_unsigned() ^ (1 << 63));
    order::sort_by_key(&mut order, id);
    let pairs = order.iter().zip(order.iter().skip(1));
    pairs
        .filter(|(a, b)| id(a) == id(b) && at(a) < at(b))
        .map(|(a, b)| {
            let gap = day(b).saturating_sub(day(a));
            (*a, *b, GAPS.iter().position(|own| gap <= *own).unwrap_or(0))
        })
        .collect()
}

fn repeated(view: &View<'_>) -> Vec<Fingerprint> {
    let (before, after) =
        (successions(&view.frames.reference), successions(&view.frames.production));
    if before.len() < MIN_ROWS || after.len() < MIN_ROWS {
        return Vec::new();
    }
    let mut tried: Vec<(usize, Equal, Equal, f64)> = Vec::new();
    for column in inputs(view) {
        let Some(both_raw) = both(view, column) else { continue };
        let (p, q) = both_raw;
        let counts = |raw: &Raw, pairs: &[(usize, usize, usize)]| {
            let mut counts = [(0.0, 0.0); GAPS.len()];
            for (a, b, gap) in pairs {
                let (Some(x), Some(y)) = (bits(raw, *a), bits(raw, *b)) else { continue };
                if let Some(own) = counts.get_mut(*gap) {
                    own.0 += f64::from(u8::from(x == y));
                    own.1 += 1.0;
                }
            }
            counts
        };
        let (p, q) = (counts(p, &before), counts(q, &after));
        // Gap by gap, weighted by production's pairs.
        let (mut e_p, mut e_q, mut n_p, mut n_q) = (0.0, 0.0, 0.0, 0.0);
        for (p, q) in p.iter().zip(&q).filter(|(p, q)| p.1 >= 30.0 && q.1 > 0.0) {
            e_p += q.1 * p.0 / p.1;
            e_q += q.0;
            n_q += q.1;
            n_p += p.1;
        }
        if n_q < MIN_ROWS as f64 {
            continue;
        }
        let (p, q) = (e_p / n_q, e_q / n_q);
        let z = proportion_z((p * n_p, n_p), (e_q, n_q));
        let chance = [(both_raw.0, &before), (both_raw.1, &after)]
            .map(|(raw, pairs)| by_chance(raw, pairs));
        tried.push((column, (p, beyond(p, chance[0])), (q, beyond(q, chance[1])), z));
    }
    let p: Vec<f64> = tried.iter().map(|own| normal_survival(own.3)).collect();
    let mut found = Vec::new();
    for ((column, p, q, z), level) in tried.into_iter().zip(benjamini_hochberg(&p)) {
        let ((p, usual), (q, now)) = (p, q);
        // Where one value is on nearly all rows, everybody's is equal to everybody's.
        let grown = (q - p).min(now - usual);
        if grown < MIN_GROWTH || z < MIN_Z || level > FALSE_ALARMS {
            continue;
        }
        let raw = view.frames.production.values.get(column);
        let mut touched = vec![false; view.frames.production.len()];
        for (a, b, _) in &after {
            let same = raw.is_some_and(|raw| {
                bits(raw, *a).is_some() && bits(raw, *a) == bits(raw, *b)
            });
            if let Some(own) = touched.get_mut(*b) {
                *own = same;
            }
        }
        found.push(Fingerprint {
            detector: "stale",
            cause: CauseId::StaleFeature,
            columns: vec![column],
            strength: 0.8,
            share: ((now - usual) / (1.0 - usual).max(1e-9)).clamp(0.0, 1.0),
            since: super::since::since(&view.frames.production.rows.day, &touched),
            touched,
            change: Change::Stale,
            sentence: format!(
                "Equal to the entity's earlier value on {} of rows, {} before launch.",
                percent(q),
                percent(p)
            ),
        });
    }
    found
}

/// Share of visits with the value of the visit before, and its part beyond chance.
type Equal = (f64, f64);

/// Chance that the values of two rows are equal, whoever's they are, 0–1.
fn by_chance(raw: &Raw, pairs: &[(usize, usize, usize)]) -> f64 {
    let mut counts: BTreeMap<u64, f64> = BTreeMap::new();
    for value in pairs.iter().filter_map(|own| bits(raw, own.1)) {
        *counts.entry(value).or_default() += 1.0;
    }
    let total: f64 = counts.values().sum();
    counts.values().map(|own| own * own).sum::<f64>() / (total * total).max(1.0)
}

/// The part of a share that chance does not make, 0–1.
fn beyond(share: f64, chance: f64) -> f64 {
    ((share - chance) / (1.0 - chance).max(1e-9)).max(0.0)
}

/// A day's values.
struct Day {
    day: i32,
    /// A hash of its sorted values.
    hash: u64,
    /// Its distinct values, ascending by their bits.
    values: Vec<u64>,
    rows: usize,
}

impl Day {
    const fn distinct(&self) -> usize {
        self.values.len()
    }

    /// Whether all its values were there the day before.
    fn is_carried(&self, before: &Self) -> bool {
        self.values.iter().all(|own| before.values.binary_search(own).is_ok())
    }
}

/// Days in order, with the rows of each.
type RowsByDay = Vec<(i32, Vec<usize>)>;

fn rows_by_day(frame: &Frame) -> RowsByDay {
    let mut by_day: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (row, day) in frame.rows.day.iter().enumerate().filter(|(_, day)| **day != NO_DAY)
    {
        by_day.entry(*day).or_default().push(row);
    }
    by_day.into_iter().collect()
}

fn days(rows: &RowsByDay, raw: &Raw) -> Vec<Day> {
    let of = |(day, rows): &(i32, Vec<usize>)| {
        let mut values: Vec<u64> =
            rows.iter().filter_map(|row| bits(raw, *row)).collect();
        values.sort_unstable();
        let hash = values.iter().fold(0, |hash, value| combine64(hash, *value));
        let rows = values.len();
        values.dedup();
        Day { day: *day, hash, values, rows }
    };
    rows.iter().map(of).filter(|own| own.rows >= MIN_DAY_ROWS).collect()
}

fn by_day(
    view: &View<'_>,
    column: usize,
    [rows_before, rows_after]: &[RowsByDay; 2],
) -> Option<Fingerprint> {
    let (reference, production) = both(view, column)?;
    let (before, after) = (days(rows_before, reference), days(rows_after, production));
    if before.len() < 2 * MIN_DAYS || after.len() <= MIN_DAYS {
        return None;
    }
    let mut usual: Vec<usize> = before.iter().map(Day::distinct).collect();
    usual.sort_unstable();
    let usual = usual.get(usual.len() / 2).copied().unwrap_or(0);
    let alike = |own: &[Day]| {
        // For each day whether it equals the day before.
        let pairs = own.iter().zip(own.iter().skip(1));
        // Days of hardly any values are alike by chance.
        let is_alike = |(a, b): (&Day, &Day)| {
            a.hash == b.hash && a.rows == b.rows && b.distinct() >= MIN_DISTINCT
        };
        pairs.map(is_alike).collect::<Vec<bool>>()
    };
    let (p, q) = (alike(&before), alike(&after));
    let run = |own: &[bool]| {
        own.iter().fold((0, 0), |(now, most), same| {
            let now = if *same { now + 1 } else { 0 };
            (now, most.max(now))
        })
    };
    let trailing = |own: &[bool]| own.iter().rev().take_while(|same| **same).count();
    // Many values a day, and then the very same ones day after day.
    if usual >= MIN_DISTINCT && run(&p).1 == 0 && run(&q).1 >= MIN_DAYS {
        let start = q.windows(MIN_DAYS).position(|own| own.iter().all(|same| *same))?;
        let first = after.get(start + 1)?.day;
        let words = "The values of a day are those of the day before, day after day.";
        return Some(frozen(view, column, first, words.to_owned()));
    }
    // Many values a day, then hardly any, which stay for days: a cache that is filled now and then.
    if usual >= MIN_DISTINCT {
        let is_few = |own: &Day| FEW * own.distinct() <= usual;
        let still = after.iter().rev().take_while(|own| is_few(own)).count();
        let few = after.get(after.len() - still..).unwrap_or(&[]);
        let carried = |days: &[Day]| {
            let pairs = days.iter().zip(days.iter().skip(1));
            let carried = pairs.filter(|(a, b)| b.is_carried(a)).count();
            carried as f64 / days.len().saturating_sub(1).max(1) as f64
        };
        if still >= MIN_FEW_DAYS
            && still < after.len()
            && carried(few) >= CARRIED.0
            && carried(&before) <= CARRIED.1
            && whole_numbers(production, few) - whole_numbers(reference, &before)
                < ROUNDED
        {
            let first = few.first()?;
            let most = few.iter().map(Day::distinct).max().unwrap_or(0);
            let words = format!(
                "A day has at most {most} {} since then, kept for days; about {usual} before launch.",
                if most == 1 { "value" } else { "values" }
            );
            return Some(frozen(view, column, first.day, words));
        }
    }
    // One value a day that changed with the days, and no longer does.
    if usual == 1 && before.iter().all(|own| own.distinct() == 1) {
        let value = |frame: &Frame, raw: &Raw| -> Vec<u64> {
            let mut values: BTreeMap<i32, u64> = BTreeMap::new();
            for (row, day) in frame.rows.day.iter().enumerate() {
                if let Some(value) = bits(raw, row) {
                    values.insert(*day, value);
                }
            }
            values.into_values().collect()
        };
        let same = |own: &[u64]| -> Vec<bool> {
            own.iter().zip(own.iter().skip(1)).map(|(a, b)| a == b).collect()
        };
        let p = same(&value(&view.frames.reference, reference));
        let q = same(&value(&view.frames.production, production));
        let still = trailing(&q);
        let changing = p.iter().filter(|same| !**same).count() * 2 >= p.len();
        if changing && still >= MIN_STILL.0.max(MIN_STILL.1 * run(&p).1) {
            let first = after.get(after.len().saturating_sub(still))?.day;
            let words = format!("The day's value has not changed for {still} days.");
            return Some(frozen(view, column, first, words));
        }
    }
    None
}

/// Share of whole numbers among the distinct values of the days, 0–1; 0 for what is no number.
fn whole_numbers(raw: &Raw, days: &[Day]) -> f64 {
    if !matches!(raw, Raw::Numbers(_)) {
        return 0.0;
    }
    let mut values: Vec<u64> = days.iter().flat_map(|own| &own.values).copied().collect();
    values.sort_unstable();
    values.dedup();
    let whole = values.iter().filter(|own| f64::from_bits(**own).fract() == 0.0).count();
    whole as f64 / values.len().max(1) as f64
}

fn frozen(view: &View<'_>, column: usize, first: i32, sentence: String) -> Fingerprint {
    let days = &view.frames.production.rows.day;
    let touched: Vec<bool> =
        days.iter().map(|day| *day != NO_DAY && *day >= first).collect();
    let began = days.iter().filter(|day| **day != NO_DAY).min();
    Fingerprint {
        detector: "stale",
        cause: CauseId::StaleFeature,
        columns: vec![column],
        strength: 0.85,
        share: super::common::share_of(&touched),
        touched,
        change: Change::Stale,
        since: (began != Some(&first)).then_some(first),
        sentence,
    }
}
