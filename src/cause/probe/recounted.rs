//! A segment whose outcomes are counted otherwise: the trace of a label that is defined or booked in another way. Enter:
//! both tables. Leave: the categories in which an outcome that was usual hardly comes any more, or in which amounts
//! are booked with a round factor, while elsewhere all is as before.

mod scaled;
mod sure;

use crate::cause::observe::{Recount, Recounted};
use crate::choices::{Role, TableRole, Task};
use crate::encode::frame::{FrameColumn, Frames, Raw};
use crate::encode::rows::{NO_CLASS, NO_DAY};
use crate::ladder::logged::Logged;

/// Outcomes that must be expected in a category.
const MIN_EXPECTED: f64 = 30.0;
/// Outcomes that must be expected in a further category of the segment, and in all others together.
const ALSO_EXPECTED: f64 = 10.0;
const ELSEWHERE_EXPECTED: f64 = 15.0;
/// Share of them that may still come, at most: of yes and no, and of several classes, between which a changed relation
/// moves more.
const MOST_LEFT: f64 = 0.4;
const MOST_LEFT_OF_CLASSES: f64 = 0.15;
/// Share of the outcomes expected outside the segment that must come there, at least and at most.
const ELSEWHERE: (f64, f64) = (0.75, 1.33);
/// And of those expected in any other category: a changed relation moves several.
const ANY_OTHER: (f64, f64) = (0.6, 1.67);
/// By how much the segment's part of the rows may have grown: newcomers are other cases, not other books.
const GREW: f64 = 1.5;
/// Share of the labelled rows that a segment of amounts may have at most: more is not a segment.
const MOST_ROWS: f64 = 0.6;

/// The clearest segment; `None` without labels, or when there is none.
#[must_use]
pub fn recounted(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<Recounted> {
    let of = |at: usize, column: &FrameColumn| {
        let wanted = column.role == Role::Feature
            && column.is_in(TableRole::Reference)
            && column.is_in(TableRole::Production);
        let (true, Some(Raw::Names(p)), Some(Raw::Names(q))) =
            (wanted, frames.reference.values.get(at), frames.production.values.get(at))
        else {
            return None;
        };
        let (segment, how, clear) = if after.task == Task::Regression {
            scaled::scaled(before, after, p, q, column.names.len())?
        } else {
            gone(before, after, p, q, column.names.len())?
        };
        let name = |own: usize| column.names.get(own).cloned().unwrap_or_default();
        let names = segment.into_iter().map(name).collect();
        Some((Recounted { column: at, names, how }, clear))
    };
    let all = frames.columns.iter().enumerate().filter_map(|(at, own)| of(at, own));
    let best = all.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.column.cmp(&a.0.column)));
    best.map(|own| own.0)
}

/// Of one column the categories whose outcomes are gone, and how clearly.
fn gone(
    before: &Logged<'_>,
    after: &Logged<'_>,
    p: &[u32],
    q: &[u32],
    known: usize,
) -> Option<(Vec<usize>, Recount, f64)> {
    let (classes, most_left): (Vec<u8>, f64) = match after.task {
        Task::Binary => (vec![1], MOST_LEFT),
        _ => {
            let known =
                before.frame.rows.label_class.iter().filter(|own| **own != NO_CLASS);
            ((0..=known.max().copied()?).collect(), MOST_LEFT_OF_CLASSES)
        }
    };
    let is_new = newest(after, THIRD);
    let of = |class: u8| {
        let p = counts(p, &before.frame.rows.label_class, class, known, &|_| true);
        let q = counts(q, &after.frame.rows.label_class, class, known, &is_new);
        emptied(&p, &q, most_left)
    };
    let gone = classes.iter().copied().filter_map(of).min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((segment, left)) = gone {
        return Some((segment, Recount::Gone { left }, 1.0 - left));
    }
    // Of yes and no the sure cases are also those that decisions prevent.
    let of_classes = classes.iter().filter(|_| after.task == Task::Multiclass);
    let moved = of_classes.filter_map(|class| {
        let (segment, left) = sure::otherwise(before, after, *class, [p, q], known)?;
        Some((segment, Recount::Moved { class: *class, left }, -left))
    });
    moved.max_by(|a, b| a.2.total_cmp(&b.2))
}

/// The categories whose outcomes are gone, most expected first, with the share of them that still comes. `p` and `q`
/// hold labelled rows and outcomes of every category, before and after launch.
fn emptied(
    p: &[(f64, f64)],
    q: &[(f64, f64)],
    most_left: f64,
) -> Option<(Vec<usize>, f64)> {
    let expected = |(p, q): (&(f64, f64), &(f64, f64))| q.0 * p.1 / p.0.max(1.0);
    let expected: Vec<f64> = p.iter().zip(q).map(expected).collect();
    let of = |name: &usize| {
        let own = |list: &[(f64, f64)]| list.get(*name).copied().unwrap_or_default();
        let usual = expected.get(*name).copied().unwrap_or(0.0);
        [own(q).1, usual, own(p).0, own(q).0]
    };
    let sum = |segment: &[usize]| {
        segment.iter().map(of).fold([0.0; 4], |mut sum, own| {
            sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
            sum
        })
    };
    let mut segment: Vec<usize> = (0..q.len())
        .filter(|name| {
            let [came, expected, ..] = of(name);
            expected >= ALSO_EXPECTED && came <= most_left * expected
        })
        .collect();
    segment.sort_by(|a, b| of(b)[1].total_cmp(&of(a)[1]));
    let surely = segment.first().is_some_and(|name| of(name)[1] >= MIN_EXPECTED);
    let [came, usual, before, after] = sum(&segment);
    let all = sum(&(0..q.len()).collect::<Vec<_>>());
    let [elsewhere, expected_there] = [all[0] - came, all[1] - usual];
    let ratio = elsewhere / expected_there.max(1.0);
    let comes = expected_there >= ELSEWHERE_EXPECTED
        && (ELSEWHERE.0..=ELSEWHERE.1).contains(&ratio);
    let others_are_usual = (0..q.len()).filter(|own| !segment.contains(own)).all(|own| {
        let [came, expected, ..] = of(&own);
        expected < MIN_EXPECTED
            || (ANY_OTHER.0..=ANY_OTHER.1).contains(&(came / expected))
    });
    let stayed = after * all[2] <= GREW * before * all[3];
    let found = surely && comes && others_are_usual && stayed;
    found.then(|| (segment, came / usual.max(1.0)))
}

/// The part of production that is looked at: a break that lasts is in the newest third.
pub(super) const THIRD: usize = 3;

/// The newest of so many parts of the labelled rows; every row without days.
pub(super) fn newest(table: &Logged<'_>, parts: usize) -> impl Fn(usize) -> bool {
    let days = &table.frame.rows.day;
    let mut known: Vec<i32> = days
        .iter()
        .enumerate()
        .filter(|(row, day)| **day != NO_DAY && table.is_labelled(*row))
        .map(|own| *own.1)
        .collect();
    known.sort_unstable();
    let first = known.get((parts - 1) * known.len() / parts).copied();
    move |row| first.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
}

/// Labelled rows of every name that are taken, and those of the class.
fn counts(
    names: &[u32],
    labels: &[u8],
    class: u8,
    known: usize,
    takes: &dyn Fn(usize) -> bool,
) -> Vec<(f64, f64)> {
    let mut counts = vec![(0.0, 0.0); known];
    let rows = names.iter().zip(labels).enumerate();
    for (_, (name, label)) in
        rows.filter(|(row, (_, label))| **label != NO_CLASS && takes(*row))
    {
        if let Some(own) = counts.get_mut(*name as usize) {
            own.0 += 1.0;
            own.1 += f64::from(u8::from(*label == class));
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_rows_are_counted_by_name() {
        let found = counts(&[0, 1, 1, 1, 7], &[1, 0, 1, NO_CLASS, 1], 1, 2, &|_| true);
        assert_eq!(found, [(1.0, 1.0), (2.0, 1.0)]);
    }

    #[test]
    fn only_a_segment_that_lost_its_outcomes_alone_is_named() {
        // By hand: 400 rows a name, 100 outcomes each before launch.
        let usual = [(400.0, 100.0); 3];
        let after =
            |own: [f64; 3]| emptied(&usual, &own.map(|yes| (400.0, yes)), MOST_LEFT);
        assert_eq!(after([100.0, 5.0, 100.0]), Some((vec![1], 0.05)));
        assert_eq!(after([100.0, 60.0, 100.0]), None, "rarer, not gone");
        assert_eq!(after([20.0, 5.0, 30.0]), None, "gone everywhere");
        assert_eq!(
            emptied(&usual, &[(960.0, 5.0), (20.0, 5.0), (20.0, 5.0)], MOST_LEFT),
            None,
            "too few elsewhere to say"
        );
        assert_eq!(after([200.0, 5.0, 150.0]), None, "elsewhere it is otherwise, too");
        assert_eq!(
            after([180.0, 5.0, 50.0]),
            None,
            "the others moved, too, if not together"
        );
        assert_eq!(
            emptied(&usual, &[(300.0, 75.0), (800.0, 5.0), (300.0, 75.0)], MOST_LEFT),
            None,
            "other cases came"
        );
        assert_eq!(
            emptied(&[(400.0, 8.0); 3], &[(400.0, 0.0); 3], MOST_LEFT),
            None,
            "too few to say"
        );
        assert_eq!(emptied(&[], &[], MOST_LEFT), None);
    }

    #[test]
    fn a_segment_of_two_categories_is_found_whole() {
        // 35 and 218 outcomes expected and none come; 64 expected elsewhere and 55 come.
        let before = [(1400.0, 15.0), (2600.0, 49.0), (240.0, 35.0), (1760.0, 218.0)];
        let after = [(1400.0, 17.0), (2600.0, 38.0), (240.0, 0.0), (1760.0, 0.0)];
        assert_eq!(emptied(&before, &after, MOST_LEFT), Some((vec![3, 2], 0.0)));
    }

    #[test]
    fn one_population_in_two_halves_is_quiet() {
        let mut random = crate::stats::random::Random::new(3);
        for _ in 0..500 {
            let mut table = || -> Vec<(f64, f64)> {
                (0..12)
                    .map(|_| {
                        let yes = (0..120).filter(|_| random.chance(0.3)).count();
                        (120.0, yes as f64)
                    })
                    .collect()
            };
            let (p, q) = (table(), table());
            assert_eq!(emptied(&p, &q, MOST_LEFT), None);
        }
    }
}
