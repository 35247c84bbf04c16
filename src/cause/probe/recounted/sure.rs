//! Sure cases that come otherwise, of several classes: where outcomes of a segment are booked as another class for a part of its rows, the
//! cases of which the model was rightly sure change as much as the doubtful ones, and no other segment changes. A changed
//! relation moves the doubtful cases first.

use super::{ALSO_EXPECTED, ELSEWHERE_EXPECTED, GREW, MIN_EXPECTED, THIRD, newest};
use crate::encode::rows::NO_CLASS;
use crate::ladder::logged::Logged;
use crate::model::isotonic;
use crate::stats::math::sqrt;

/// Part of a segment's outcomes of a class that may still come, at most.
const MOST_LEFT: f64 = 0.8;
/// The same of the cases that were sure.
const MOST_LEFT_OF_SURE: f64 = 0.7;
/// A case is sure from this chance on.
const SURE: f64 = 0.8;
/// Sure outcomes that must be expected in the segment.
const MIN_SURE: f64 = 15.0;
/// By how much more of the sure ones than of all may be left.
const AS_MUCH: f64 = 0.1;
/// Standard errors of the fall.
const MIN_Z: f64 = 5.0;
/// How far another segment may be from what is expected: a share, or standard errors where they are more.
const USUAL: (f64, f64) = (0.15, 3.5);

/// Outcomes of a class in a category: what came and what was expected, and the same of sure cases.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Tally {
    rows: f64,
    came: f64,
    expected: f64,
    sure_came: f64,
    sure_expected: f64,
}

/// What a class is expected to do in each category, and what it did among the newest rows; `None` without scores of it.
fn tallies(
    before: &Logged<'_>,
    after: &Logged<'_>,
    class: u8,
    [p, q]: [&[u32]; 2],
    known: usize,
) -> Option<[Vec<Tally>; 2]> {
    let scores = |table: &Logged<'_>| -> Vec<f64> {
        let all = &table.frame.rows.class_scores;
        all.get(usize::from(class)).cloned().unwrap_or_default()
    };
    let (earlier, later) = (scores(before), scores(after));
    let labels = &before.frame.rows.label_class;
    let hits = |own: &u8| {
        if *own == NO_CLASS { f64::NAN } else { f64::from(u8::from(*own == class)) }
    };
    let targets: Vec<f64> = labels.iter().map(hits).collect();
    if earlier.is_empty() || later.is_empty() || targets.len() != earlier.len() {
        return None;
    }
    let chance = isotonic::fit(&earlier, &targets, None);
    let is_new = newest(after, THIRD);
    let tally =
        |names: &[u32], scores: &[f64], labels: &[u8], takes: &dyn Fn(usize) -> bool| {
            let mut all = vec![Tally::default(); known];
            for (row, ((name, score), label)) in
                names.iter().zip(scores).zip(labels).enumerate()
            {
                if *label == NO_CLASS || score.is_nan() || !takes(row) {
                    continue;
                }
                let Some(own) = all.get_mut(*name as usize) else { continue };
                let (came, expected) =
                    (f64::from(u8::from(*label == class)), chance.at(*score));
                own.rows += 1.0;
                own.came += came;
                own.expected += expected;
                if expected >= SURE {
                    own.sure_came += came;
                    own.sure_expected += expected;
                }
            }
            all
        };
    Some([
        tally(p, &earlier, labels, &|_| true),
        tally(q, &later, &after.frame.rows.label_class, &is_new),
    ])
}

/// The categories of a column in which a class comes less often, for sure cases as for others, with the part of the
/// sure ones that is left.
pub(super) fn otherwise(
    before: &Logged<'_>,
    after: &Logged<'_>,
    class: u8,
    names: [&[u32]; 2],
    known: usize,
) -> Option<(Vec<usize>, f64)> {
    let [p, q] = tallies(before, after, class, names, known)?;
    segment(&p, &q)
}

fn segment(p: &[Tally], q: &[Tally]) -> Option<(Vec<usize>, f64)> {
    // What is usual in a category, whatever the score says of it, was so before launch.
    let usual = |before: &Tally, now: f64| now * before.came / before.expected.max(1.0);
    let expected: Vec<f64> = p.iter().zip(q).map(|(p, q)| usual(p, q.expected)).collect();
    let fell = |name: &usize| {
        let (Some(own), Some(expected)) = (q.get(*name), expected.get(*name)) else {
            return false;
        };
        *expected >= ALSO_EXPECTED
            && own.came <= MOST_LEFT * expected
            && (expected - own.came) >= MIN_Z * sqrt(*expected)
    };
    let (fallen, others): (Vec<usize>, Vec<usize>) = (0..q.len()).partition(fell);
    let sum = |names: &[usize], of: &dyn Fn(usize) -> f64| -> f64 {
        names.iter().map(|name| of(*name)).sum()
    };
    let at = |list: &[Tally], name: usize| list.get(name).copied().unwrap_or_default();
    let came = |name: usize| at(q, name).came;
    let usually = |name: usize| expected.get(name).copied().unwrap_or(0.0);
    let (came_here, usual_here) = (sum(&fallen, &came), sum(&fallen, &usually));
    let sure = sum(&fallen, &|name| usual(&at(p, name), at(q, name).sure_expected));
    let sure_came = sum(&fallen, &|name| at(q, name).sure_came);
    if usual_here < MIN_EXPECTED || sure < MIN_SURE {
        return None;
    }
    let (left, sure_left) = (came_here / usual_here, sure_came / sure);
    let (there, usual_there) = (sum(&others, &came), sum(&others, &usually));
    let is_usual = |came: f64, expected: f64| {
        let apart = (came - expected).abs();
        apart <= (USUAL.0 * expected).max(USUAL.1 * sqrt(expected))
    };
    let others_are_usual = usual_there >= ELSEWHERE_EXPECTED
        && is_usual(there, usual_there)
        && others.iter().all(|name| is_usual(came(*name), usually(*name)));
    let part = |list: &[Tally]| {
        let all: Vec<usize> = (0..list.len()).collect();
        sum(&fallen, &|name| at(list, name).rows)
            / sum(&all, &|name| at(list, name).rows).max(1.0)
    };
    let found = sure_left <= MOST_LEFT_OF_SURE
        && sure_left <= left + AS_MUCH
        && others_are_usual
        && part(q) <= GREW * part(p);
    let mut fallen = fallen;
    fallen.sort_by(|a, b| usually(*b).total_cmp(&usually(*a)));
    found.then_some((fallen, sure_left))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::math::{logit, sigmoid};
    use crate::stats::random::Random;

    /// Tallies of `rows` cases in each of four categories, whose outcomes come as `chance` says (category, usual chance).
    fn drawn(seed: u64, rows: usize, chance: impl Fn(usize, f64) -> f64) -> Vec<Tally> {
        let mut random = Random::new(seed);
        (0..4)
            .map(|name| {
                let mut own = Tally::default();
                for _ in 0..rows {
                    let usual = sigmoid(3.0 * random.normal());
                    let came = f64::from(u8::from(random.chance(chance(name, usual))));
                    own.rows += 1.0;
                    own.came += came;
                    own.expected += usual;
                    if usual >= SURE {
                        own.sure_came += came;
                        own.sure_expected += usual;
                    }
                }
                own
            })
            .collect()
    }

    fn found(seed: u64, chance: impl Fn(usize, f64) -> f64) -> Option<(Vec<usize>, f64)> {
        let usual = drawn(seed + 1000, 3000, |_, usual| usual);
        segment(&usual, &drawn(seed, 800, chance))
    }

    #[test]
    fn a_part_booked_as_another_class_is_found_and_a_changed_relation_is_not() {
        for seed in 0..50 {
            let own =
                found(seed, |name, usual| if name == 2 { 0.5 * usual } else { usual });
            let (names, left) = own.unwrap_or_else(|| panic!("seed {seed}"));
            assert_eq!(names, [2]);
            assert!((left - 0.5).abs() < 0.12, "{left}");
            let shifted = |usual: f64| sigmoid(logit(usual) - 1.5);
            let own =
                found(seed, |name, usual| if name == 2 { shifted(usual) } else { usual });
            assert_eq!(own, None, "a rate that moved in one category, seed {seed}");
            let own = found(seed, |_, usual| 0.5 * usual);
            assert_eq!(own, None, "fewer everywhere, seed {seed}");
            let own = found(
                seed,
                |name, usual| if name == 2 { 0.5 * usual } else { 0.8 * usual },
            );
            assert_eq!(own, None, "fewer elsewhere, too, seed {seed}");
        }
    }

    #[test]
    fn one_population_in_two_parts_is_quiet() {
        for seed in 0..500 {
            assert_eq!(found(seed, |_, usual| usual), None, "seed {seed}");
        }
        assert_eq!(segment(&[], &[]), None);
    }
}
