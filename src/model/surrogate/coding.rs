//! Raw values to fine codes: one code column for numbers and names, two for moments.

use std::collections::BTreeMap;

use crate::encode::code::NULL;
use crate::encode::frame::{NO_MOMENT, NO_NAME, Raw};
use crate::model::matrix::{CodeColumn, Order};
use crate::stats::order;

/// Codes for values; the rest of the byte is for missing and spare.
const MOST_CODES: usize = 250;
/// The code of names too rare for their own.
const RARE: u8 = 249;
const HOUR_MICROS: i64 = 3_600_000_000;
const DAY_MICROS: i64 = 24 * HOUR_MICROS;

/// How a column is read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coding {
    /// The code is the number of cuts at or below the value.
    Cuts(Vec<f64>),
    /// The code of each name number; others are rare.
    Names(Vec<u8>),
    /// Hour of the day, UTC.
    Hour,
    /// Day of the week, Thursday is 0.
    Weekday,
}

/// Rows of raw values; 0 where only codes are known.
pub(super) fn length(values: &Raw) -> usize {
    match values {
        Raw::Numbers(values) => values.len(),
        Raw::Names(values) => values.len(),
        Raw::Moments(values) => values.len(),
        Raw::Other => 0,
    }
}

impl Coding {
    /// The codings of a column given its values in all tables.
    pub fn of(tables: &[&Raw]) -> Vec<Self> {
        match tables.first() {
            Some(Raw::Numbers(_)) => {
                let all = tables.iter().flat_map(|values| values.numbers());
                vec![Self::Cuts(cuts(all.copied().filter(|x| !x.is_nan()).collect()))]
            }
            Some(Raw::Names(_)) => vec![Self::Names(names(tables))],
            Some(Raw::Moments(_)) => vec![Self::Hour, Self::Weekday],
            Some(Raw::Other) | None => Vec::new(),
        }
    }

    /// Appends the codes of values.
    #[inline(never)]
    pub fn extend(&self, values: &Raw, codes: &mut Vec<u8>) {
        match (self, values) {
            (Self::Cuts(cuts), Raw::Numbers(values)) => {
                codes.extend(values.iter().map(|value| {
                    if value.is_nan() {
                        return NULL;
                    }
                    let below = cuts.partition_point(|cut| cut <= value);
                    u8::try_from(below).unwrap_or(NULL)
                }));
            }
            (Self::Names(own), Raw::Names(values)) => {
                codes.extend(values.iter().map(|name| {
                    if *name == NO_NAME {
                        return NULL;
                    }
                    own.get(*name as usize).copied().unwrap_or(RARE)
                }));
            }
            (Self::Hour, Raw::Moments(values)) => {
                codes.extend(values.iter().map(|at| part(*at, HOUR_MICROS, 24)));
            }
            (Self::Weekday, Raw::Moments(values)) => {
                codes.extend(values.iter().map(|at| part(*at, DAY_MICROS, 7)));
            }
            _ => {}
        }
    }

    /// A column of such codes.
    pub fn column(&self, codes: Vec<u8>) -> CodeColumn {
        let order = match self {
            Self::Names(_) => Order::Categories,
            Self::Cuts(_) | Self::Hour | Self::Weekday => Order::by_code(),
        };
        CodeColumn { codes, order }
    }
}

fn part(at: i64, unit: i64, count: i64) -> u8 {
    if at == NO_MOMENT {
        return NULL;
    }
    u8::try_from(at.div_euclid(unit).rem_euclid(count)).unwrap_or(NULL)
}

/// Cuts half way between neighbouring values: between all when there are few, else at quantiles.
fn cuts(mut values: Vec<f64>) -> Vec<f64> {
    order::sort(&mut values);
    let half_way = |low: f64, high: f64| {
        let middle = low + (high - low) / 2.0;
        if middle > low { middle } else { high }
    };
    let mut distinct = values.clone();
    distinct.dedup();
    if distinct.len() <= MOST_CODES {
        let pairs = distinct.iter().zip(distinct.iter().skip(1));
        return pairs.map(|(low, high)| half_way(*low, *high)).collect();
    }
    let mut cuts: Vec<f64> = Vec::with_capacity(MOST_CODES);
    for step in 1..MOST_CODES {
        let Some(value) = values.get(step * values.len() / MOST_CODES) else { continue };
        let below = distinct.partition_point(|own| own < value);
        let low = below.checked_sub(1).and_then(|place| distinct.get(place));
        if let Some(low) = low {
            cuts.push(half_way(*low, *value));
        }
    }
    cuts.dedup();
    cuts
}

/// The most frequent names get codes of their own, most frequent first.
fn names(tables: &[&Raw]) -> Vec<u8> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for name in tables.iter().flat_map(|values| values.names()) {
        if *name != NO_NAME {
            *counts.entry(*name).or_default() += 1;
        }
    }
    let mut order: Vec<(u32, usize)> = counts.into_iter().collect();
    order.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    let length = order.iter().map(|(name, _)| *name as usize + 1).max().unwrap_or(0);
    let mut codes = vec![RARE; length];
    for (code, (name, _)) in (0..RARE).zip(order) {
        if let Some(slot) = codes.get_mut(name as usize) {
            *slot = code;
        }
    }
    codes
}
