//! Two columns that changed places. Enter: numeric columns that moved. Leave: pairs whose new values are each other's
//! old ones, on all rows from some day on or on a part of them. Cost: one sort a column and one comparison a pair of
//! moved columns, at most [`MAX_MOVED`] of them. Columns of like distribution cannot be told apart and are never called
//! swapped.

use std::borrow::Cow;

use super::common::{
    ascending, both, inputs, ks, likelihoods, share_of, share_of_rows, sorted, tolerance,
};
use super::exchanged::is_since;
use super::since::step;
use super::unit::mixture;
use super::{Change, Detector, Fingerprint, View};
use crate::report::CauseId;
use crate::stats::math::ln;

/// Distance from which a column moved enough to have been swapped, and in what chance allows.
const MIN_MOVED: f64 = 0.1;
const MIN_CHANCES: f64 = 3.0;
/// What may be left between a column and the other's old values: in what chance allows (rows of one entity are alike),
/// as a drift beside the swap, and at most, both as a part of the distance of the two columns.
const CHANCES: f64 = 1.3;
const DRIFT: f64 = 0.08;
const MAX_LEFT: f64 = 0.35;
/// Distance of the two columns from which a swap of a part of the rows is seen.
const PART_SEPARATION: f64 = 0.3;
/// Share of the rows that a part must have at least, and how far the two columns' shares may be apart.
const PART: (f64, f64) = (0.1, 0.1);
/// Of the rows on which one column surely holds the other's values, the share on which the other must agree.
const AGREED: f64 = 0.8;
/// Log-likelihood from which a value is surely the other's, and rows of such that are needed.
const SURE: f64 = 2.0;
const MIN_SURE: usize = 50;
/// Columns compared with each other, the most moved first.
const MAX_MOVED: usize = 20;
/// Numbers a column needs.
const MIN_VALUES: usize = 200;

/// The detector.
pub struct Swap;

struct Moved<'a> {
    column: usize,
    before: Cow<'a, [f64]>,
    values: &'a [f64],
    moved: f64,
}

impl Detector for Swap {
    fn id(&self) -> &'static str {
        "swap"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let days = &view.frames.production.rows.day;
        let mut moved: Vec<Moved<'_>> = inputs(view)
            .into_iter()
            .filter_map(|column| {
                let (_, production) = both(view, column)?;
                let values = production.numbers();
                let (before, after) = ascending(view, column);
                if before.len() < MIN_VALUES || after.len() < MIN_VALUES {
                    return None;
                }
                let moved = ks(&before, &after);
                Some(Moved { column, before, values, moved })
            })
            .filter(|own| own.moved >= 0.5 * MIN_MOVED)
            .collect();
        moved.sort_by(|a, b| b.moved.total_cmp(&a.moved).then(a.column.cmp(&b.column)));
        moved.truncate(MAX_MOVED);
        let mut found = Vec::new();
        for (at, a) in moved.iter().enumerate() {
            for b in moved.iter().skip(at + 1) {
                found.extend(swapped(a, b, days));
            }
        }
        found
    }
}

fn swapped(a: &Moved<'_>, b: &Moved<'_>, days: &[i32]) -> Option<Fingerprint> {
    let apart = ks(&a.before, &b.before);
    if apart < MIN_MOVED {
        return None;
    }
    let ratios = [
        likelihoods(a.values, &a.before, &b.before),
        likelihoods(b.values, &b.before, &a.before),
    ];
    let both: Vec<f64> = ratios[0].iter().zip(&ratios[1]).map(|(a, b)| a + b).collect();
    let first = step(days, &both).map(|own| own.day);
    let in_time: Vec<bool> = is_since(days, first).take(a.values.len()).collect();
    let kept = |own: &Moved<'_>| -> Vec<f64> {
        let rows = own.values.iter().zip(&in_time).filter(|own| *own.1);
        sorted(&rows.map(|own| *own.0).collect::<Vec<f64>>())
    };
    let (x, y) = (kept(a), kept(b));
    if x.len() < MIN_VALUES || y.len() < MIN_VALUES {
        return None;
    }
    let near = |own: &[f64], other: &[f64]| {
        let chance = CHANCES * tolerance(own.len(), other.len());
        ks(own, other) <= chance.max(DRIFT * apart).min(MAX_LEFT * apart)
    };
    let far = |own: &Moved<'_>, new: &[f64]| {
        let least = MIN_CHANCES * tolerance(own.before.len(), new.len());
        ks(&own.before, new) >= MIN_MOVED.max(least)
    };
    let whole = far(a, &x) && far(b, &y) && near(&b.before, &x) && near(&a.before, &y);
    let touched = if whole {
        in_time
    } else {
        let prior = part((a, &x), (b, &y))?;
        let is = |row: usize, own: &f64| {
            in_time.get(row).is_some_and(|own| *own) && own + prior > 0.0
        };
        if !agree(&ratios, &in_time, prior) {
            return None;
        }
        both.iter().enumerate().map(|(row, own)| is(row, own)).collect()
    };
    let share = share_of(&touched);
    Some(Fingerprint {
        detector: "swap",
        cause: CauseId::UnitOrEncoding,
        columns: vec![a.column, b.column],
        strength: 0.93,
        share,
        touched,
        change: Change::Swapped,
        since: first,
        sentence: format!(
            "Each column has the other's old values on {}.",
            share_of_rows(share)
        ),
    })
}

/// Log-odds of a row being swapped, where a like part of both columns holds the other's values.
fn part(a: (&Moved<'_>, &[f64]), b: (&Moved<'_>, &[f64])) -> Option<f64> {
    let of = |own: (&Moved<'_>, &[f64]), other: &Moved<'_>| {
        let fit = mixture(&own.0.before, &other.before, own.1, 1.0);
        let chance = CHANCES * tolerance(own.0.before.len(), own.1.len());
        let fits = fit.separation >= PART_SEPARATION && fit.residual <= chance;
        (fits && fit.share >= PART.0).then_some(fit.share)
    };
    let (one, other) = (of(a, b.0)?, of(b, a.0)?);
    let share = 0.5 * (one + other).min(1.98);
    ((one - other).abs() <= PART.1).then(|| ln(share / (1.0 - share)))
}

/// Whether it is on the same rows that both columns hold the other's values, seen from one of them.
fn agree(ratios: &[Vec<f64>; 2], in_time: &[bool], prior: f64) -> bool {
    [(0, 1), (1, 0)].into_iter().any(|(own, other)| {
        let pairs = ratios[own].iter().zip(&ratios[other]).zip(in_time);
        let sure: Vec<f64> = pairs
            .filter(|((own, _), in_time)| **in_time && **own >= SURE)
            .map(|((_, other), _)| *other)
            .collect();
        let agreed = sure.iter().filter(|own| **own + prior > 0.0).count() as f64;
        sure.len() >= MIN_SURE && agreed >= AGREED * sure.len() as f64
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bug::fixture::Fixture;
    use crate::stats::random::Random;

    /// Two columns of 4,000 rows, of the numbers that `of` makes of a row.
    fn pair(
        random: &mut Random,
        of: impl Fn(usize, &mut Random) -> (f64, f64),
    ) -> (Vec<f64>, Vec<f64>) {
        (0..4000).map(|row| of(row, random)).unzip()
    }

    fn clean(_: usize, random: &mut Random) -> (f64, f64) {
        (random.normal(), 3.0 + 2.0 * random.normal())
    }

    fn found(of: impl Fn(usize, &mut Random) -> (f64, f64)) -> Vec<Fingerprint> {
        let mut random = Random::new(17);
        let (before, after) = (pair(&mut random, clean), pair(&mut random, of));
        let fixture = Fixture::new()
            .number("hour", before.0, after.0)
            .number("weekday", before.1, after.1);
        fixture.see(|view| Swap.detect(view))
    }

    #[test]
    fn a_swap_of_a_part_of_the_rows_is_found_on_these_rows() {
        let part = |row: usize, random: &mut Random| {
            let (a, b) = clean(row, random);
            if row % 5 < 2 { (b, a) } else { (a, b) }
        };
        let all = found(part);
        let [own] = all.as_slice() else { panic!("{}", all.len()) };
        assert_eq!(own.change, Change::Swapped);
        assert!((own.share - 0.4).abs() < 0.06, "{}", own.share);
        let right =
            own.touched.iter().enumerate().filter(|own| *own.1 == (own.0 % 5 < 2));
        assert!(right.count() > 3600);
        // All rows are the old case.
        let whole = |row, random: &mut Random| {
            let (a, b) = clean(row, random);
            (b, a)
        };
        assert_eq!(found(whole).len(), 1);
    }

    #[test]
    fn columns_that_moved_each_for_itself_are_not_swapped() {
        // The right mixture on different rows, one column alone, both towards each other, nothing.
        let apart = |row: usize, random: &mut Random| {
            let (a, b) = clean(row, random);
            let (other_a, other_b) = clean(row, random);
            (
                if row % 5 < 2 { other_b } else { a },
                if row % 5 >= 3 { other_a } else { b },
            )
        };
        let alone = |row: usize, random: &mut Random| {
            let (a, b) = clean(row, random);
            (if row % 5 < 2 { clean(row, random).1 } else { a }, b)
        };
        let nearer = |row: usize, random: &mut Random| {
            let (a, b) = clean(row, random);
            (a + 1.0, b - 1.0)
        };
        assert!(found(apart).is_empty());
        assert!(found(alone).is_empty());
        assert!(found(nearer).is_empty());
        assert!(found(clean).is_empty());
    }
}
