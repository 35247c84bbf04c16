//! What detectors share: which columns they look at, sorted values and their distribution functions, likelihood
//! of a value being clean or broken, and words for shares. Enter: raw values. Leave: numbers. Cost: one sort a column.

use std::borrow::Cow;

use super::View;
use crate::choices::{Role, TableRole};
use crate::data::kind::name_words;
use crate::encode::frame::{FrameColumn, Raw};
use crate::stats::math::{ln, sqrt};
use crate::stats::order;
pub use crate::stats::proportion::proportion_z;

/// Rows a table needs before any detector speaks: below it, chance looks like a fingerprint.
pub const MIN_ROWS: usize = 200;
/// Level of false alarms over the columns of one detector (Benjamini–Hochberg).
pub const FALSE_ALARMS: f64 = 0.01;
/// Smallest z of a two-proportion test that counts.
pub const MIN_Z: f64 = 5.0;
/// Normal quantile of a two-sided 95 % interval.
pub const Z95: f64 = 1.959_963_984_540_054;
/// Bins of the densities in [`likelihoods`]: enough to tell units apart, few enough to be filled.
const DENSITY_BINS: usize = 48;

/// Places of the inputs of the model that reference and production both have; empty for small tables.
#[must_use]
pub fn inputs(view: &View<'_>) -> Vec<usize> {
    let frames = view.frames;
    if frames.reference.len() < MIN_ROWS || frames.production.len() < MIN_ROWS {
        return Vec::new();
    }
    let kept = |column: &FrameColumn| {
        column.role == Role::Feature
            && column.is_in(TableRole::Reference)
            && column.is_in(TableRole::Production)
    };
    let all = frames.columns.iter().enumerate();
    all.filter(|(_, column)| kept(column)).map(|(at, _)| at).collect()
}

/// The raw values of a column in reference and production.
#[must_use]
pub fn both<'a>(view: &'a View<'_>, column: usize) -> Option<(&'a Raw, &'a Raw)> {
    let reference = view.frames.reference.values.get(column)?;
    Some((reference, view.frames.production.values.get(column)?))
}

/// Finite numbers of a column in both tables, ascending.
#[must_use]
pub fn ascending<'a>(
    view: &'a View<'_>,
    column: usize,
) -> (Cow<'a, [f64]>, Cow<'a, [f64]>) {
    let frames = view.frames;
    (frames.reference.ascending(column), frames.production.ascending(column))
}

/// Finite values, ascending.
#[must_use]
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> =
        values.iter().copied().filter(|value| value.is_finite()).collect();
    order::sort(&mut kept);
    kept
}

/// Share of ascending values at or below `x`.
#[must_use]
pub fn below(sorted: &[f64], x: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    sorted.partition_point(|value| *value <= x) as f64 / sorted.len() as f64
}

/// About `count` evenly spaced values of an ascending list.
#[must_use]
pub fn quantiles(sorted: &[f64], count: usize) -> Vec<f64> {
    let last = sorted.len().saturating_sub(1);
    let at = |k: usize| sorted.get(k * last / count.max(2).saturating_sub(1)).copied();
    (0..count).filter_map(at).collect()
}

/// Mean and standard deviation; NaN when empty.
#[must_use]
pub fn moments(own: &[f64]) -> (f64, f64) {
    let count = own.len() as f64;
    let mean = own.iter().sum::<f64>() / count;
    (mean, sqrt(own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count))
}

/// Middle value of an ascending list; 0 when empty.
#[must_use]
pub fn median(sorted: &[f64]) -> f64 {
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

/// Largest distance of the distribution functions of two ascending lists, at 200 quantiles of each.
#[must_use]
pub fn ks(a: &[f64], b: &[f64]) -> f64 {
    let points = quantiles(a, 200).into_iter().chain(quantiles(b, 200));
    points.map(|x| (below(a, x) - below(b, x)).abs()).fold(0.0, f64::max)
}

/// The distance two samples of one population stay below 99 times in 100, at least 0.02.
#[must_use]
pub fn tolerance(n: usize, m: usize) -> f64 {
    (1.63 * sqrt(1.0 / n.max(1) as f64 + 1.0 / m.max(1) as f64)).max(0.02)
}

/// Distinct values of an ascending list with their shares, ascending.
#[must_use]
pub fn value_shares(ascending: &[f64]) -> Vec<(f64, f64)> {
    let all = ascending.len().max(1) as f64;
    let runs = ascending.chunk_by(|a, b| a == b);
    runs.filter_map(|run| Some((*run.first()?, run.len() as f64 / all))).collect()
}

/// Share of each name, by name number; missing left out of counts but not of the total.
#[must_use]
pub fn name_shares(names: &[u32], known: usize) -> Vec<f64> {
    let mut counts = vec![0.0; known];
    for name in names {
        if let Some(count) = counts.get_mut(*name as usize) {
            *count += 1.0;
        }
    }
    let total = names.len().max(1) as f64;
    counts.into_iter().map(|count| count / total).collect()
}

/// Half the summed distance of two lists of shares.
#[must_use]
pub fn total_variation(a: &[f64], b: &[f64]) -> f64 {
    0.5 * a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f64>()
}

/// The total variation two samples of `n` and `m` rows of one population are expected to show.
#[must_use]
pub fn noise(shares: &[f64], n: usize, m: usize) -> f64 {
    let size = 1.0 / n.max(1) as f64 + 1.0 / m.max(1) as f64;
    // Mean of |normal| is 0.798 of its deviation.
    0.5 * 0.798 * shares.iter().map(|p| sqrt(p * (1.0 - p) * size)).sum::<f64>()
}

/// For each value, ln(density broken / density clean), both estimated from ascending lists, clipped to ±6;
/// 0 for what is missing.
#[must_use]
pub fn likelihoods(values: &[f64], clean: &[f64], broken: &[f64]) -> Vec<f64> {
    let half = DENSITY_BINS / 2;
    let mut cuts = quantiles(clean, half);
    cuts.extend(quantiles(broken, half));
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();
    let shares = |own: &[f64]| -> Vec<f64> {
        let mut shares = Vec::with_capacity(cuts.len() + 1);
        let mut before = 0.0;
        for cut in &cuts {
            // Bins are [cut, next cut): the cut itself belongs to the upper one.
            let now = own.partition_point(|value| value < cut) as f64;
            shares.push(now - before);
            before = now;
        }
        shares.push(own.len() as f64 - before);
        let total = own.len() as f64 + 0.5 * shares.len() as f64;
        shares.into_iter().map(|count| (count + 0.5) / total).collect()
    };
    let (clean, broken) = (shares(clean), shares(broken));
    let ratios: Vec<f64> =
        clean.iter().zip(&broken).map(|(c, b)| ln(b / c).clamp(-6.0, 6.0)).collect();
    let ratio = |value: &f64| {
        if !value.is_finite() {
            return 0.0;
        }
        ratios.get(cuts.partition_point(|cut| cut <= value)).copied().unwrap_or(0.0)
    };
    values.iter().map(ratio).collect()
}

/// "70 %", "0.8 %".
#[must_use]
pub fn percent(share: f64) -> String {
    let value = 100.0 * share;
    if value < 9.95 && (value - value.round()).abs() >= 0.05 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// Share of rows that is said to be all.
pub const ALL: f64 = 0.97;

/// "all rows", "62 % of rows".
#[must_use]
pub fn share_of_rows(share: f64) -> String {
    if share >= ALL {
        "all rows".to_owned()
    } else {
        format!("{} of rows", percent(share))
    }
}

/// A number with at most four digits that matter.
#[must_use]
pub fn short(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1000.0..1e9).contains(&size) || value.fract() == 0.0 {
        return format!("{value:.0}");
    }
    let mut decimals = 2;
    let mut scale = 1.0;
    while size < scale && decimals < 8 {
        scale /= 10.0;
        decimals += 1;
    }
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Whether a word is in a column's name.
#[must_use]
pub fn says(name: &str, word: &str) -> bool {
    name_words(name).iter().any(|own| own == word || own.strip_suffix('s') == Some(word))
}

/// The rows of `touched` counted, as a share of all.
#[must_use]
pub fn share_of(touched: &[bool]) -> f64 {
    touched.iter().filter(|own| **own).count() as f64 / touched.len().max(1) as f64
}

/// A count with its thousands parted, as the story prints it.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many times its old share a name must have to be of newcomers.
const NEWCOMERS: f64 = 3.0;
/// Share of the excess that may be found among other rows.
const ELSEWHERE: f64 = 0.2;

/// Whether the touched rows are of a kind that hardly was there before launch, and no other rows are touched more than
/// usual (`usual`: their share before launch): then that is how this kind is, and nothing broke.
#[must_use]
pub fn newcomers(
    view: &View<'_>,
    column: usize,
    touched: &[bool],
    since: Option<i32>,
    usual: f64,
) -> bool {
    let days = &view.frames.production.rows.day;
    let late = |row: usize| {
        since.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
    };
    inputs(view).into_iter().filter(|own| *own != column).any(|other| {
        let (Some((p, q)), Some(about)) =
            (both(view, other), view.frames.columns.get(other))
        else {
            return false;
        };
        let known = about.names.len();
        if known == 0 {
            return false;
        }
        let (before, after) =
            (name_shares(p.names(), known), name_shares(q.names(), known));
        // A word for nothing known is no kind of row.
        let is_kind = |name: &String| {
            !super::missing::NO_WORDS.contains(&name.trim().to_lowercase().as_str())
        };
        let pairs = before.iter().zip(&after).zip(&about.names);
        let grown: Vec<bool> = pairs
            .map(|((p, q), name)| *q >= 0.01 && *q >= NEWCOMERS * p && is_kind(name))
            .collect();
        // Rows and touched rows: of the grown names, of the others.
        let (mut new, mut old) = ((0.0, 0.0), (0.0, 0.0));
        for (row, (name, touched)) in q.names().iter().zip(touched).enumerate() {
            if !late(row) {
                continue;
            }
            let is_new = grown.get(*name as usize).copied().unwrap_or(false);
            let own = if is_new { &mut new } else { &mut old };
            own.0 += 1.0;
            own.1 += f64::from(u8::from(*touched));
        }
        let rate = |own: (f64, f64)| own.1 / f64::max(own.0, 1.0) - usual;
        let all = rate((new.0 + old.0, new.1 + old.1));
        new.0 > 0.0 && all > 0.0 && rate(old) <= ELSEWHERE * all
    })
}
