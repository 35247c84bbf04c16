//! Amounts of a segment that are booked with a round factor. Enter: both tables and one column's categories. Leave: the
//! categories, the factor and the share of the newest rows that have it.
//!
//! What is looked at is the logarithm of outcome over score. A relation that changes moves its whole body by some
//! amount or widens it; a booking puts part of it exactly one round factor away and leaves the rest. The body of the
//! reference is a histogram; its mixture with itself, moved by the factor, is fitted to the newest third of production
//! by expectation–maximisation and held against the body moved and widened freely.

use crate::cause::observe::Recount;
use crate::ladder::logged::Logged;
use crate::stats::math;

/// Factors of units and of definitions: per day, week, month, year; pairs, dozens, hundreds, thousands.
const FACTORS: [f64; 9] = [2.0, 7.0, 10.0, 12.0, 24.0, 30.0, 60.0, 100.0, 1000.0];
/// Width of a bin, in logarithms.
const WIDTH: f64 = 0.05;
/// Bins on each side of 0: further out is put into the last.
const REACH: usize = 160;
/// Part of the body that is spread over all bins, so that a far row is improbable and not impossible.
const FAR: f64 = 0.01;
/// Half of a triangle's base in deviations times the fifth root of the rows: √6 · 1.06.
const SILVERMAN: f64 = 2.6;
/// Rows a category needs, before launch and among the newest.
const MIN_ROWS: usize = 100;
/// Share of rows that must have positive outcomes and scores.
const MOSTLY: f64 = 0.9;
/// Share of a category's newest rows with the factor, at least, and outside of the segment at most.
const SHARE: (f64, f64) = (0.15, 0.05);
/// Rows with the factor, at least.
const MIN_SCALED: f64 = 30.0;
/// Gain in log-likelihood over no change, and over a body moved and widened.
const GAIN: (f64, f64) = (20.0, 10.0);
/// From this share on all rows have the factor: then the body must be moved by it so exactly, and be as wide as before
/// within this part.
const WHOLE: f64 = 0.9;
const EXACT: f64 = 0.05;
const AS_WIDE: f64 = 0.15;
/// Rounds of the mixture's fit.
const ROUNDS: usize = 60;
/// Difference of the share between the newest third and the newest sixth, at most.
const STEADY: f64 = 0.15;

/// Places of categories, what became of them, and how many rows show it.
type Found = (Vec<usize>, Recount, f64);

/// Logarithms of outcome over score, by category.
struct Ratios {
    by_name: Vec<Vec<f64>>,
}

impl Ratios {
    /// Of the rows that `takes`; `None` when outcomes or scores are not positive.
    fn of(
        table: &Logged<'_>,
        names: &[u32],
        known: usize,
        takes: &dyn Fn(usize) -> bool,
    ) -> Option<Self> {
        let mut by_name = vec![Vec::new(); known];
        let (mut all, mut kept) = (0_usize, 0_usize);
        for (row, name) in names.iter().enumerate() {
            if !(table.is_labelled(row) && table.is_scored(row) && takes(row)) {
                continue;
            }
            all += 1;
            let label = table.frame.rows.label_value.get(row).copied()?;
            let score = table.score(row);
            if let (true, Some(own)) =
                (label > 0.0 && score > 0.0, by_name.get_mut(*name as usize))
            {
                own.push(math::ln(label / score));
                kept += 1;
            }
        }
        (kept as f64 >= MOSTLY * all as f64 && all > 0).then_some(Self { by_name })
    }
}

/// A histogram as a density.
struct Body(Vec<f64>);

impl Body {
    fn of(values: &[f64]) -> Self {
        let size = 2 * REACH + 1;
        let mut bins = vec![0.0; size];
        // Each row is spread over a triangle as wide as the rows ask for (Silverman's rule): a hole of few rows must
        // not look like one of the body's.
        let (_, deviation) = mean_and_deviation(values);
        let fifth_root = math::exp(0.2 * math::ln(values.len().max(1) as f64));
        let wide =
            (SILVERMAN * deviation / fifth_root / WIDTH).ceil().clamp(1.0, 40.0) as i32;
        let whole = f64::from(wide + 1) * f64::from(wide + 1);
        for value in values {
            for beside in -wide..=wide {
                let part = f64::from(wide + 1 - beside.abs()) / whole;
                if let Some(own) = bins.get_mut(bin(value + f64::from(beside) * WIDTH)) {
                    *own += part;
                }
            }
        }
        let count = values.len().max(1) as f64;
        let density = |own: &f64| (1.0 - FAR) * own / count + FAR / size as f64;
        Self(bins.iter().map(density).collect())
    }

    fn at(&self, value: f64) -> f64 {
        self.0.get(bin(value)).copied().unwrap_or(f64::MIN_POSITIVE)
    }
}

fn bin(value: f64) -> usize {
    let reach = REACH as f64;
    ((value / WIDTH).round().clamp(-reach, reach) + reach) as usize
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len().max(1) as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
    (mean, math::sqrt(square / count))
}

/// Share of rows moved by `by`, and the log-likelihood of the mixture less that of no change.
fn mixture(body: &Body, values: &[f64], by: f64) -> (f64, f64) {
    let densities: Vec<(f64, f64)> =
        values.iter().map(|x| (body.at(*x), body.at(x - by))).collect();
    let mut share = 0.5;
    for _ in 0..ROUNDS {
        let of =
            |own: &(f64, f64)| share * own.1 / (share * own.1 + (1.0 - share) * own.0);
        share = densities.iter().map(of).sum::<f64>() / densities.len().max(1) as f64;
    }
    let gain = |own: &(f64, f64)| math::ln(1.0 - share + share * own.1 / own.0);
    (share, densities.iter().map(gain).sum())
}

/// A category's factor (as a logarithm) and share; `None` when nothing, or something else, happened to it.
fn factor_of(before: &[f64], after: &[f64]) -> Option<(f64, f64)> {
    if before.len().min(after.len()) < MIN_ROWS {
        return None;
    }
    let body = Body::of(before);
    let tried = FACTORS.iter().flat_map(|own| [math::ln(*own), -math::ln(*own)]);
    let fits = tried.map(|by| (by, mixture(&body, after, by)));
    let (by, (share, gain)) = fits.max_by(|a, b| a.1.1.total_cmp(&b.1.1))?;
    let enough =
        share >= SHARE.0 && share * after.len() as f64 >= MIN_SCALED && gain >= GAIN.0;
    if !enough {
        return None;
    }
    let (usual, width) = mean_and_deviation(before);
    let (mean, wide) = mean_and_deviation(after);
    let ratio = wide / width.max(WIDTH);
    let whole = share >= WHOLE
        && (mean - usual - by).abs() <= EXACT
        && (ratio - 1.0).abs() <= AS_WIDE;
    // A few rows left as they were make the rest no less exact.
    let is = whole || {
        // The same body, moved to the mean and widened to the deviation of what came.
        let freely: f64 = after
            .iter()
            .map(|x| {
                let density = body.at(usual + (x - mean) / ratio) / ratio;
                math::ln(density / body.at(*x))
            })
            .sum();
        // A factor beside the round one must not fit better.
        let beside =
            [-3.0, -2.0, 2.0, 3.0].map(|own| mixture(&body, after, by + own * WIDTH).1);
        gain - freely >= GAIN.1 && beside.iter().all(|own| *own < gain)
    };
    is.then_some((by, share))
}

/// Of one column the categories whose newest amounts have a factor, the factor with its share, and how clearly.
pub fn scaled(
    before: &Logged<'_>,
    after: &Logged<'_>,
    p: &[u32],
    q: &[u32],
    known: usize,
) -> Option<Found> {
    let usual = Ratios::of(before, p, known, &|_| true)?.by_name;
    let newest = |parts: usize| -> Option<Vec<Vec<f64>>> {
        Some(Ratios::of(after, q, known, &super::newest(after, parts))?.by_name)
    };
    let found = segment(&usual, &newest(super::THIRD)?)?;
    // An event that passes is over in the newest rows, or not yet on all of them.
    lasts(&found, &usual, &newest(2 * super::THIRD)?).then_some(found)
}

/// Whether the factor is on about as many of these rows.
fn lasts((names, how, _): &Found, usual: &[Vec<f64>], now: &[Vec<f64>]) -> bool {
    let Recount::Scaled { factor, share } = *how else { return false };
    let (mut scaled, mut rows) = (0.0, 0.0);
    for name in names {
        if let (Some(p), Some(q)) = (usual.get(*name), now.get(*name)) {
            let later = mixture(&Body::of(p), q, math::ln(factor)).0;
            scaled += later * q.len() as f64;
            rows += q.len() as f64;
        }
    }
    (share - scaled / f64::max(rows, 1.0)).abs() <= STEADY
}

fn segment(usual: &[Vec<f64>], now: &[Vec<f64>]) -> Option<Found> {
    let found: Vec<Option<(f64, f64)>> =
        usual.iter().zip(now).map(|(p, q)| factor_of(p, q)).collect();
    let count = |name: usize| now.get(name).map_or(0.0, |own| own.len() as f64);
    let (by, _) = (0..found.len())
        .filter_map(|name| Some((found.get(name).copied().flatten()?.0, count(name))))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    let is_in =
        |name: &usize| found.get(*name).copied().flatten().is_some_and(|own| own.0 == by);
    let mut names: Vec<usize> = (0..found.len()).filter(is_in).collect();
    names.sort_by(|a, b| count(*b).total_cmp(&count(*a)));
    let rows: f64 = names.iter().map(|name| count(*name)).sum();
    let all: f64 = (0..now.len()).map(count).sum();
    let others = |list: &[Vec<f64>]| -> Vec<f64> {
        let outside = list.iter().enumerate().filter(|(name, _)| !is_in(name));
        outside.flat_map(|own| own.1.iter().copied()).collect()
    };
    let (elsewhere, _) = mixture(&Body::of(&others(usual)), &others(now), by);
    if elsewhere > SHARE.1 || rows > super::MOST_ROWS * all {
        return None;
    }
    let scaled: f64 = names
        .iter()
        .filter_map(|name| Some(count(*name) * found.get(*name).copied().flatten()?.1))
        .sum();
    let share = scaled / rows.max(1.0);
    Some((names, Recount::Scaled { factor: math::exp(by), share }, scaled))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// Log-ratios with a deviation of 0.2, as of counts of about 25, the share of them moved.
    fn ratios(
        random: &mut Random,
        rows: usize,
        share: f64,
        by: f64,
        wide: f64,
    ) -> Vec<f64> {
        (0..rows)
            .map(|_| {
                let moved = if random.chance(share) { by } else { 0.0 };
                wide * random.normal() + moved
            })
            .collect()
    }

    #[test]
    fn a_booking_is_told_from_a_relation_that_moved_or_widened() {
        let mut random = Random::new(5);
        let half = -math::ln(2.0);
        let cases: [(&str, f64, f64, f64, Option<f64>); 9] = [
            ("nothing", 0.0, 0.0, 0.2, None),
            ("half of them halved", 0.5, half, 0.2, Some(0.5)),
            ("all halved", 1.0, half, 0.2, Some(1.0)),
            ("nearly all halved", 0.95, half, 0.2, Some(0.95)),
            ("a fifth in thousands", 0.2, -math::ln(1000.0), 0.2, Some(0.2)),
            ("all lower by a third", 1.0, math::ln(0.67), 0.2, None),
            ("half of them lower by a third", 0.5, math::ln(0.67), 0.2, None),
            ("wider", 0.0, 0.0, 0.45, None),
            ("lower and wider", 1.0, -0.4, 0.4, None),
        ];
        for (name, share, by, wide, wanted) in cases {
            let before = ratios(&mut random, 1500, 0.0, 0.0, 0.2);
            let after = ratios(&mut random, 800, share, by, wide);
            let found = factor_of(&before, &after);
            match (wanted, found) {
                (None, own) => assert_eq!(own, None, "{name}"),
                (Some(wanted), Some((factor, own))) => {
                    assert!((factor - by).abs() < 1e-12, "{name}: {factor}");
                    assert!((own - wanted).abs() < 0.06, "{name}: {own}");
                }
                (Some(_), None) => panic!("{name}: not found"),
            }
        }
    }

    #[test]
    fn one_population_in_two_halves_is_quiet() {
        let mut random = Random::new(8);
        for round in 0..100 {
            let mut table = || -> Vec<Vec<f64>> {
                (0..4).map(|_| ratios(&mut random, 300, 0.0, 0.0, 0.5)).collect()
            };
            let (before, after) = (table(), table());
            assert!(segment(&before, &after).is_none(), "{round}");
        }
    }

    #[test]
    fn only_a_segment_counts() {
        let mut random = Random::new(6);
        let half = -math::ln(2.0);
        let usual: Vec<Vec<f64>> =
            (0..4).map(|_| ratios(&mut random, 900, 0.0, 0.0, 0.2)).collect();
        let mut after = |shares: [f64; 4]| -> Vec<Vec<f64>> {
            shares.iter().map(|own| ratios(&mut random, 500, *own, half, 0.2)).collect()
        };
        let (names, how, _) = segment(&usual, &after([0.0, 0.6, 0.0, 0.6])).expect("two");
        assert_eq!(names.len(), 2);
        assert!(names.contains(&1) && names.contains(&3));
        assert!(matches!(how, Recount::Scaled { factor, share }
            if (factor - 0.5).abs() < 1e-9 && (share - 0.6).abs() < 0.06));
        assert!(segment(&usual, &after([0.6; 4])).is_none(), "everywhere is no segment");
        assert!(segment(&usual, &after([0.0; 4])).is_none());
        assert!(segment(&[], &[]).is_none());
        // It lasts where the last rows have it as well, few as they are.
        let found = segment(&usual, &after([0.0, 0.6, 0.0, 0.6])).expect("two");
        let mut last = |share: f64| -> Vec<Vec<f64>> {
            (0..4).map(|_| ratios(&mut random, 150, share, half, 0.2)).collect()
        };
        assert!(lasts(&found, &usual, &last(0.6)));
        assert!(!lasts(&found, &usual, &last(0.0)), "over");
        assert!(!lasts(&found, &usual, &last(0.95)), "still coming");
    }
}
