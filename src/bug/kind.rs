//! What kind of difference two pipelines show in one column. Enter: the pairs of rows that differ. Leave: a constant
//! factor, missing against value, hours, spelling, an older value, or nothing that can be named. Cost: one pass.

use std::collections::BTreeMap;

use super::common::{median, short, sorted};
use super::{Change, clock};
use crate::encode::frame::{Frame, FrameColumn, NO_ID, Raw};
use crate::report::CauseId;

/// Share of the rows that differ which one rule must explain.
const MOST: f64 = 0.9;
/// Relative distance from the constant ratio that rounding may make.
const RATIO: f64 = 0.02;
/// Microseconds in an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// A kind of difference.
#[derive(Clone, Debug)]
pub struct Kinds {
    /// The report's code.
    pub code: &'static str,
    /// The cause it speaks for.
    pub cause: CauseId,
    /// The change it is.
    pub change: Change,
    /// How sure.
    pub strength: f64,
    /// Words.
    pub words: String,
}

/// The shadow row of the same entity before this one; `None` when there is none.
#[must_use]
pub fn earlier(shadow: &Frame, row: usize) -> Option<usize> {
    let (id, at) = (*shadow.ids.get(row)?, *shadow.moments.get(row)?);
    if id == NO_ID {
        return None;
    }
    let rows = shadow.ids.iter().zip(&shadow.moments).enumerate();
    rows.filter(|(_, (own, moment))| **own == id && **moment < at)
        .max_by_key(|(_, (_, moment))| **moment)
        .map(|(row, _)| row)
}

/// The kind of difference of production (`a`) from shadow (`b`) on these pairs of rows.
#[must_use]
pub fn of(
    column: &FrameColumn,
    a: &Raw,
    b: &Raw,
    pairs: &[(usize, usize)],
    earlier: &dyn Fn(usize) -> Option<usize>,
) -> Kinds {
    missing(a, b, pairs)
        .or_else(|| match (a, b) {
            (Raw::Numbers(x), Raw::Numbers(y)) => {
                let both: Vec<(f64, f64)> = pairs
                    .iter()
                    .filter_map(|(i, j)| Some((*x.get(*i)?, *y.get(*j)?)))
                    .collect();
                numbers(column, x, &both)
            }
            (Raw::Names(x), Raw::Names(y)) => names(column, x, y, pairs),
            (Raw::Moments(x), Raw::Moments(y)) => moments(x, y, pairs),
            _ => None,
        })
        .or_else(|| stale(a, b, pairs, earlier))
        .unwrap_or_else(|| Kinds {
            code: "other",
            cause: CauseId::JoinOrFilter,
            change: Change::Other,
            strength: 0.7,
            words: "by no single rule".to_owned(),
        })
}

fn missing(a: &Raw, b: &Raw, pairs: &[(usize, usize)]) -> Option<Kinds> {
    let count = |test: &dyn Fn(usize, usize) -> bool| {
        pairs.iter().filter(|(i, j)| test(*i, *j)).count() as f64 / pairs.len() as f64
    };
    let served = count(&|i, j| a.is_missing(i) && !b.is_missing(j));
    if served >= MOST {
        return Some(Kinds {
            code: "missing",
            cause: CauseId::MissingOrDefault,
            change: Change::Missing,
            strength: 1.0,
            words: "missing live, filled offline".to_owned(),
        });
    }
    (count(&|i, j| !a.is_missing(i) && b.is_missing(j)) >= MOST).then(|| Kinds {
        code: "missing",
        cause: CauseId::MissingOrDefault,
        change: Change::Other,
        strength: 0.9,
        words: "filled live, missing offline".to_owned(),
    })
}

fn numbers(column: &FrameColumn, served: &[f64], both: &[(f64, f64)]) -> Option<Kinds> {
    let total = both.len() as f64;
    let share = |test: &dyn Fn(f64, f64) -> bool| {
        both.iter().filter(|(a, b)| test(*a, *b)).count() as f64 / total
    };
    // One value in place of many: a default.
    let values: Vec<f64> = both.iter().map(|own| own.0).collect();
    let middle = median(&sorted(&values));
    let offline: Vec<f64> = both.iter().map(|own| own.1).collect();
    let mut distinct = sorted(&offline);
    distinct.dedup();
    if distinct.len() >= 2 && share(&|a, _| a == middle) >= MOST {
        return Some(Kinds {
            code: "missing",
            cause: CauseId::MissingOrDefault,
            change: Change::DefaultNumber(middle),
            strength: 1.0,
            words: format!("live it is always {}", short(middle)),
        });
    }
    let hours = clock::is_hours(column, served);
    let day_apart = |a: f64, b: f64| (a - b).rem_euclid(24.0);
    if hours && let Some((a, b)) = both.first() {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        for (a, b) in both {
            *counts.entry(day_apart(*a, *b) as i64).or_default() += 1;
        }
        let by = counts
            .iter()
            .max_by_key(|own| own.1)
            .map_or(day_apart(*a, *b) as i64, |own| *own.0);
        if share(&|a, b| day_apart(a, b) as i64 == by) >= MOST {
            let by = i32::try_from(if by > 12 { by - 24 } else { by }).unwrap_or(0);
            return Some(Kinds {
                code: "timezone",
                cause: CauseId::TimeWindow,
                change: Change::Hours(by),
                strength: 1.0,
                words: format!("{by:+} hours"),
            });
        }
    }
    let ratios: Vec<f64> =
        both.iter().filter(|own| own.1 != 0.0).map(|(a, b)| a / b).collect();
    let factor = median(&sorted(&ratios));
    let proportional =
        |a: f64, b: f64| (a - factor * b).abs() <= RATIO * (factor * b).abs();
    if factor != 0.0 && distinct.len() >= 2 && share(&proportional) >= MOST {
        let factor = nice(factor);
        let words = if factor.abs() >= 1.0 {
            format!("live values are {} times as large", short(factor))
        } else {
            format!("live values are divided by {}", short(1.0 / factor))
        };
        let change = Change::Affine { factor, offset: 0.0 };
        return Some(unit("unit", change, words));
    }
    let apart: Vec<f64> = both.iter().map(|(a, b)| a - b).collect();
    let offset = median(&sorted(&apart));
    let constant = |a: f64, b: f64| (a - b - offset).abs() <= 1e-6 + 1e-3 * offset.abs();
    if distinct.len() >= 2 && share(&constant) >= MOST {
        let change = Change::Affine { factor: 1.0, offset };
        let words = format!("live values are {} higher", short(offset));
        return Some(unit("offset", change, words));
    }
    None
}

fn unit(code: &'static str, change: Change, words: String) -> Kinds {
    Kinds { code, cause: CauseId::UnitOrEncoding, change, strength: 1.0, words }
}

/// The whole number (or its inverse) a factor is within 1 % of, or itself.
fn nice(factor: f64) -> f64 {
    let size = if factor.abs() < 1.0 { 1.0 / factor } else { factor };
    let whole = size.round();
    if (size / whole - 1.0).abs() > 0.01 {
        factor
    } else if factor.abs() < 1.0 {
        1.0 / whole
    } else {
        whole
    }
}

fn names(
    column: &FrameColumn,
    a: &[u32],
    b: &[u32],
    pairs: &[(usize, usize)],
) -> Option<Kinds> {
    let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (i, j) in pairs {
        *counts.entry((*b.get(*j)?, *a.get(*i)?)).or_default() += 1;
    }
    let mut best: BTreeMap<u32, (usize, u32)> = BTreeMap::new();
    let mut largest: BTreeMap<u32, usize> = BTreeMap::new();
    for ((old, new), count) in &counts {
        let own = best.entry(*old).or_default();
        if *count > own.0 {
            *own = (*count, *new);
        }
        *largest.entry(*new).or_default() += count;
    }
    let explained: usize = best.values().map(|own| own.0).sum();
    if (explained as f64) < MOST * pairs.len() as f64 {
        return None;
    }
    let kept: Vec<(u32, u32)> = best.iter().map(|(old, own)| (*old, own.1)).collect();
    let to_one = largest.values().max().copied().unwrap_or(0);
    if kept.len() >= 2 && to_one as f64 >= MOST * pairs.len() as f64 {
        let (_, name) = *kept.first()?;
        let shown = column.names.get(name as usize).map_or("", String::as_str);
        return Some(Kinds {
            code: "missing",
            cause: CauseId::MissingOrDefault,
            change: Change::DefaultName(name),
            strength: 1.0,
            words: format!("live it is always \u{201c}{shown}\u{201d}"),
        });
    }
    Some(Kinds {
        code: "format",
        cause: CauseId::CategoryMapping,
        change: Change::Renamed(kept),
        strength: 1.0,
        words: "each name has another spelling or code live".to_owned(),
    })
}

fn moments(a: &[i64], b: &[i64], pairs: &[(usize, usize)]) -> Option<Kinds> {
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for (i, j) in pairs {
        *counts.entry(a.get(*i)?.wrapping_sub(*b.get(*j)?)).or_default() += 1;
    }
    let (apart, count) = counts.into_iter().max_by_key(|own| own.1)?;
    let whole = apart % HOUR_MICROS == 0 && apart.abs() <= 14 * HOUR_MICROS;
    if !whole || (count as f64) < MOST * pairs.len() as f64 {
        return None;
    }
    let by = i32::try_from(apart / HOUR_MICROS).ok()?;
    Some(Kinds {
        code: "timezone",
        cause: CauseId::TimeWindow,
        change: Change::Hours(by),
        strength: 1.0,
        words: format!("{by:+} hours"),
    })
}

fn stale(
    a: &Raw,
    b: &Raw,
    pairs: &[(usize, usize)],
    earlier: &dyn Fn(usize) -> Option<usize>,
) -> Option<Kinds> {
    let same = |i: usize, j: usize| match (a, b) {
        (Raw::Numbers(a), Raw::Numbers(b)) => a.get(i) == b.get(j),
        (Raw::Names(a), Raw::Names(b)) => a.get(i) == b.get(j),
        (Raw::Moments(a), Raw::Moments(b)) => a.get(i) == b.get(j),
        _ => false,
    };
    // Some hundred rows tell as much as all.
    let some: Vec<&(usize, usize)> =
        pairs.iter().step_by((pairs.len() / 300).max(1)).collect();
    let hits = some
        .iter()
        .filter(|(i, j)| earlier(*j).is_some_and(|before| same(*i, before)))
        .count();
    (hits as f64 >= 0.6 * some.len() as f64 && hits >= 12).then(|| Kinds {
        code: "stale",
        cause: CauseId::StaleFeature,
        change: Change::Stale,
        strength: 0.95,
        words: "live it is the entity's earlier value".to_owned(),
    })
}
