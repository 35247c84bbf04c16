//! Outcomes written down as their opposite: a coding that was turned round, or labels given carelessly. Enter: scored and
//! labelled rows of both tables. Leave: the share of the outcomes that must have been turned, where it shows most clearly: in
//! the newest third, half, or all of production. Cost: a sort of the reference's scores.
//!
//! # Decisions
//! Turning a share s of all outcomes takes the rate r of rows with any one score to r + s (1 − 2r): up where it was below
//! a half, down above, and the steepest at the ends. A relation that weakened takes it towards the mean instead, and a
//! rate that moved takes it one way; both must fit clearly worse. Where the mean is a half the first is the same line, and
//! only outcomes that are mostly turned tell.

use super::recounted::newest;
use crate::cause::observe::Turned;
use crate::encode::frame::Frames;
use crate::ladder::logged::Logged;
use crate::stats::{math, order};

/// Groups of rows by score.
const GROUPS: usize = 12;
/// Labelled rows a table, a group.
const LEAST_ROWS: f64 = 40.0;
/// Standard errors of the share.
const SURE: f64 = 5.0;
/// χ² by which a line must fit worse to be out of the question.
const WORSE: f64 = 20.0;
/// The same as a part of what turned outcomes alone would make of it.
const AS_WORSE: f64 = 0.55;
/// Misfit that is allowed, as a part of the whole change.
const MISFIT: f64 = 0.15;
/// Share from which no weaker relation could do it.
const MOSTLY: f64 = 0.7;

/// Share up to which the outcomes of all other categories count as not turned.
const ELSEWHERE: f64 = 0.06;

/// Rows and "yes" of a group, before launch and among the newest.
type Group = [(f64, f64); 2];

/// The newest of so many parts of production are looked at, in turn: a coding need not be as old as production.
const PARTS: [usize; 3] = [3, 2, 1];

/// Share of the outcomes of yes and no that were turned; `None` where that is not what happened, or cannot be told.
#[must_use]
pub fn turned(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<Turned> {
    let mut p = known(before, &|_| true);
    order::sort_by_first(&mut p);
    let mut cuts: Vec<f64> = (1..GROUPS)
        .filter_map(|at| p.get(at * p.len() / GROUPS).map(|own| own.0))
        .collect();
    cuts.dedup();
    let found = PARTS
        .iter()
        .filter_map(|parts| of_newest((&p, &cuts), after, &newest(after, *parts)));
    let (share, _) = found.max_by(|a, b| a.1.total_cmp(&b.1))?;
    // What turned in one segment may look careless among all rows since launch.
    let in_one =
        |parts: &usize| is_local(frames, (&p, &cuts), after, &newest(after, *parts));
    if share < MOSTLY && PARTS.iter().any(in_one) {
        return None;
    }
    let mean = p.iter().map(|own| own.1).sum::<f64>() / p.len().max(1) as f64;
    Some(Turned { share, of_rarer: share / mean.min(1.0 - mean).max(f64::MIN_POSITIVE) })
}

/// Scores and outcomes of the rows that are taken and have both.
fn known(table: &Logged<'_>, takes: &dyn Fn(usize) -> bool) -> Vec<(f64, f64)> {
    (0..table.frame.len())
        .filter(|row| table.is_labelled(*row) && takes(*row))
        .map(|row| (table.score(row), table.yes(row)))
        .filter(|own| !own.0.is_nan())
        .collect()
}

/// The reference's rows (score, outcome), ascending, and where its groups end.
type Usual<'a> = (&'a [(f64, f64)], &'a [f64]);

/// Adds rows to their groups, as those of a table.
fn add(groups: &mut [Group], cuts: &[f64], table: usize, rows: &[(f64, f64)]) {
    for (score, yes) in rows {
        let group = groups.get_mut(cuts.partition_point(|cut| cut <= score));
        if let Some(cell) = group.and_then(|own| own.get_mut(table)) {
            cell.0 += 1.0;
            cell.1 += yes;
        }
    }
}

/// The share among the rows that are taken, with its standard score.
fn of_newest(
    (p, cuts): Usual<'_>,
    after: &Logged<'_>,
    takes: &dyn Fn(usize) -> bool,
) -> Option<(f64, f64)> {
    let mut groups = vec![Group::default(); cuts.len() + 1];
    add(&mut groups, cuts, 0, p);
    add(&mut groups, cuts, 1, &known(after, takes));
    groups.retain(|own| own.iter().all(|cell| cell.0 >= LEAST_ROWS));
    share(&groups)
}

/// Whether among the rows that are taken the outcomes of one category are turned, and no others.
fn is_local(
    frames: &Frames<'_>,
    (p, cuts): Usual<'_>,
    after: &Logged<'_>,
    takes: &dyn Fn(usize) -> bool,
) -> bool {
    let mut groups = vec![Group::default(); cuts.len() + 1];
    add(&mut groups, cuts, 0, p);
    let row = |row: usize| -> Option<(f64, f64)> {
        let (score, yes) = (after.score(row), after.yes(row));
        let is_known = takes(row) && !score.is_nan() && !yes.is_nan();
        let group = groups.get(cuts.partition_point(|cut| *cut <= score))?;
        is_known.then(|| (rate(group[0]), yes))
    };
    let rows: Vec<Option<(f64, f64)>> = (0..after.frame.len()).map(row).collect();
    let names = frames.columns.iter().filter(|own| !own.names.is_empty());
    names
        .filter_map(|own| after.frame.rows.codes.get(*own.coders.first()?))
        .any(|codes| in_one_segment(codes, &rows))
}

/// Rate of "yes" in a cell, with half a row of either.
fn rate(cell: (f64, f64)) -> f64 {
    (cell.1 + 0.5) / (cell.0 + 1.0)
}

/// Whether the outcomes of one category are mostly turned and those of all others are not: there a relation turned round.
/// `rows`: the usual rate at a row's score, and its outcome.
fn in_one_segment(codes: &[u8], rows: &[Option<(f64, f64)>]) -> bool {
    let mut cells = vec![(0.0_f64, 0.0_f64); 256];
    for (code, row) in codes.iter().zip(rows) {
        if let (Some((usual, yes)), Some(cell)) = (row, cells.get_mut(usize::from(*code)))
        {
            let towards = 1.0 - 2.0 * usual;
            cell.0 += towards * (yes - usual);
            cell.1 += towards * towards;
        }
    }
    let all = cells.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
    cells.iter().filter(|own| own.1 >= LEAST_ROWS).any(|own| {
        let rest = (all.0 - own.0, all.1 - own.1);
        rest.1 >= LEAST_ROWS
            && own.0 >= MOSTLY * own.1
            && rest.0.abs() <= ELSEWHERE * rest.1
    })
}

/// How well "every rate moved by an amount times this" fits.
struct Line {
    amount: f64,
    error: f64,
    misfit: f64,
}

/// The share that was turned, 0–1, with its standard score.
fn share(groups: &[Group]) -> Option<(f64, f64)> {
    if groups.len() < 4 {
        return None;
    }
    let points: Vec<(f64, f64, f64)> = groups
        .iter()
        .map(|[p, q]| {
            let (r, s) = (rate(*p), rate(*q));
            (r, s - r, r * (1.0 - r) / p.0 + s * (1.0 - s) / q.0)
        })
        .collect();
    let rows: f64 = groups.iter().map(|own| own[0].0).sum();
    let mean = groups.iter().map(|own| own[0].1).sum::<f64>() / rows;
    let fit = |points: &[(f64, f64, f64)], towards: &dyn Fn(f64) -> f64| -> Line {
        let (mut product, mut square) = (0.0, 0.0);
        for (r, moved, variance) in points {
            product += towards(*r) * moved / variance;
            square += towards(*r) * towards(*r) / variance;
        }
        let amount = product / square;
        let miss = |(r, moved, variance): &(f64, f64, f64)| {
            let off = moved - amount * towards(*r);
            off * off / variance
        };
        let misfit = points.iter().map(miss).sum();
        Line { amount, error: 1.0 / math::sqrt(square), misfit }
    };
    let line = fit(&points, &|r| 1.0 - 2.0 * r);
    let unchanged: f64 =
        points.iter().map(|(_, moved, variance)| moved * moved / variance).sum();
    let allowed = (2.0 * points.len() as f64).max(MISFIT * unchanged);
    let clear = line.amount >= SURE * line.error && line.misfit <= allowed;
    let others = |points: &[(f64, f64, f64)]| {
        let weaker = fit(points, &|r| mean - r);
        let moved = fit(points, &|r| r * (1.0 - r));
        weaker.misfit.min(moved.misfit)
    };
    // How much worse the other lines would fit, had nothing else happened: a relation that weakened towards another
    // rate than before lies between the lines, and is none of them.
    let turned = |(r, _, variance): &(f64, f64, f64)| {
        (*r, line.amount * (1.0 - 2.0 * r), *variance)
    };
    let expected = others(&points.iter().map(turned).collect::<Vec<_>>());
    let others = others(&points);
    let worse = others - line.misfit;
    let alone =
        worse >= WORSE && others >= 2.0 * line.misfit && worse >= AS_WORSE * expected;
    (clear && (alone || line.amount >= MOSTLY))
        .then(|| (line.amount.min(1.0), line.amount / line.error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// Groups whose rates rise from `low` to `high`, and what became of them.
    fn groups(low: f64, high: f64, now: impl Fn(f64) -> f64) -> Vec<Group> {
        seeded(3, low, high, now)
    }

    fn seeded(seed: u64, low: f64, high: f64, now: impl Fn(f64) -> f64) -> Vec<Group> {
        let mut random = Random::new(seed);
        let mut drawn = |rate: f64| {
            let yes = (0..500).filter(|_| random.uniform() < rate).count();
            (500.0, yes as f64)
        };
        (0..GROUPS)
            .map(|at| {
                let rate = low + (high - low) * at as f64 / (GROUPS - 1) as f64;
                [drawn(rate), drawn(now(rate))]
            })
            .collect()
    }

    #[test]
    fn the_share_that_was_turned_comes_back() {
        for part in [0.1, 0.3, 1.0] {
            let own = share(&groups(0.02, 0.5, |r| r + part * (1.0 - 2.0 * r)));
            let own = own.expect("turned").0;
            assert!((own - part).abs() < 0.05, "{own} of {part}");
        }
        // Around a half only outcomes that are mostly turned tell.
        assert!(share(&groups(0.1, 0.9, |r| r + 0.9 * (1.0 - 2.0 * r))).is_some());
        assert!(share(&groups(0.1, 0.9, |r| r + 0.3 * (1.0 - 2.0 * r))).is_none());
    }

    #[test]
    fn what_turned_in_one_segment_is_no_coding() {
        let mut random = Random::new(5);
        // Three categories; outcomes of the first come as their opposite, or a third of all of them.
        let mut rows =
            |turned: &dyn Fn(u8, f64) -> bool| -> (Vec<u8>, Vec<Option<(f64, f64)>>) {
                (0..6000)
                    .map(|_| {
                        let code = random.below(3) as u8;
                        let usual = 0.5 * random.uniform();
                        let yes = random.uniform() < usual;
                        let yes = yes != turned(code, random.uniform());
                        (code, Some((usual, f64::from(u8::from(yes)))))
                    })
                    .unzip()
            };
        let (codes, own) = rows(&|code, _| code == 0);
        assert!(in_one_segment(&codes, &own));
        let (codes, own) = rows(&|_, chance| chance < 1.0 / 3.0);
        assert!(!in_one_segment(&codes, &own), "carelessly, everywhere");
        let (codes, own) = rows(&|code, chance| code == 0 || chance < 0.2);
        assert!(!in_one_segment(&codes, &own), "elsewhere too");
        assert!(!in_one_segment(&[], &[]));
    }

    #[test]
    fn other_changes_are_not_turned_outcomes() {
        let mean = 0.26;
        assert!(share(&groups(0.02, 0.5, |r| r)).is_none(), "nothing");
        assert!(share(&groups(0.02, 0.5, |r| r + 0.6 * (mean - r))).is_none(), "weaker");
        assert!(share(&groups(0.02, 0.5, |r| 2.0 * mean - r)).is_none(), "reversed");
        assert!(share(&groups(0.02, 0.5, |r| 0.5 * r)).is_none(), "fewer");
        let odds = |r: f64| 2.0 * r / (1.0 - r + 2.0 * r);
        assert!(share(&groups(0.02, 0.5, odds)).is_none(), "more");
        assert!(share(&groups(0.2, 0.2, |r| r + 0.1)).is_none(), "no order, one rate");
        // Weaker, and about a higher rate than before: between turned and weaker.
        let between = |r: f64| r + 0.5 * (0.36 - r);
        let taken = |seed: u64| share(&seeded(seed, 0.02, 0.5, between)).is_some();
        let count = (0..100).filter(|seed| taken(*seed)).count();
        assert!(count <= 8, "{count} of 100");
        let nothing = |seed: &u64| share(&seeded(*seed, 0.02, 0.5, |r| r)).is_some();
        assert_eq!((0..300).filter(nothing).count(), 0);
        assert!(share(&[]).is_none());
    }
}
