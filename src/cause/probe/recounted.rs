//! A segment whose outcomes are gone: the trace of a label that is counted otherwise. Enter: both tables. Leave: the
//! category in which an outcome that was usual hardly comes any more, while elsewhere it comes as before.

use crate::cause::observe::Emptied;
use crate::choices::{Role, TableRole, Task};
use crate::encode::frame::{Frames, Raw};
use crate::encode::rows::NO_CLASS;
use crate::ladder::logged::Logged;

/// Outcomes that must be expected in the segment.
const MIN_EXPECTED: f64 = 30.0;
/// Share of them that may still come, at most.
const MOST_LEFT: f64 = 0.4;
/// Share of the outcomes expected outside the segment that must still come there.
const LEAST_ELSEWHERE: f64 = 0.75;
/// Share of the labelled rows that the segment may have at most: more is not a segment.
const MOST_ROWS: f64 = 0.6;

/// The emptiest segment; `None` for amounts, without labels, or when there is none.
#[must_use]
pub fn emptied(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<Emptied> {
    if after.task == Task::Regression {
        return None;
    }
    let classes: Vec<u8> = match after.task {
        Task::Binary => vec![1],
        _ => {
            let known =
                before.frame.rows.label_class.iter().filter(|own| **own != NO_CLASS);
            (0..=known.max().copied()?).collect()
        }
    };
    let mut best: Option<Emptied> = None;
    for (at, column) in frames.columns.iter().enumerate() {
        let wanted = column.role == Role::Feature
            && column.is_in(TableRole::Reference)
            && column.is_in(TableRole::Production);
        let (true, Some(Raw::Names(p)), Some(Raw::Names(q))) =
            (wanted, frames.reference.values.get(at), frames.production.values.get(at))
        else {
            continue;
        };
        for class in &classes {
            let (p, q) = (
                counts(p, &before.frame.rows.label_class, *class, column.names.len()),
                counts(q, &after.frame.rows.label_class, *class, column.names.len()),
            );
            if let Some((name, left)) = emptiest(&p, &q)
                && best.as_ref().is_none_or(|own| left < own.left)
            {
                let name = column.names.get(name).cloned().unwrap_or_default();
                best = Some(Emptied { column: at, name, left });
            }
        }
    }
    best
}

/// The name whose outcomes are gone, with the share of them that still comes. `p` and `q` hold labelled rows and
/// outcomes of every name, before and after launch.
fn emptiest(p: &[(f64, f64)], q: &[(f64, f64)]) -> Option<(usize, f64)> {
    let rows: f64 = q.iter().map(|own| own.0).sum();
    let expected = |(p, q): (&(f64, f64), &(f64, f64))| q.0 * p.1 / p.0.max(1.0);
    let expected: Vec<f64> = p.iter().zip(q).map(expected).collect();
    let all: (f64, f64) = (expected.iter().sum(), q.iter().map(|own| own.1).sum());
    let mut best: Option<(usize, f64)> = None;
    for (name, (expected, (in_name, observed))) in expected.iter().zip(q).enumerate() {
        let elsewhere = (all.1 - observed) / (all.0 - expected).max(1.0);
        let left = observed / expected.max(1.0);
        let gone = *expected >= MIN_EXPECTED
            && left <= MOST_LEFT
            && elsewhere >= LEAST_ELSEWHERE
            && *in_name <= MOST_ROWS * rows;
        if gone && best.is_none_or(|own| left < own.1) {
            best = Some((name, left));
        }
    }
    best
}

/// Labelled rows of every name, and those of the class.
fn counts(names: &[u32], labels: &[u8], class: u8, known: usize) -> Vec<(f64, f64)> {
    let mut counts = vec![(0.0, 0.0); known];
    for (name, label) in names.iter().zip(labels).filter(|(_, own)| **own != NO_CLASS) {
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
        let found = counts(&[0, 1, 1, 1, 7], &[1, 0, 1, NO_CLASS, 1], 1, 2);
        assert_eq!(found, [(1.0, 1.0), (2.0, 1.0)]);
    }

    #[test]
    fn only_a_segment_that_lost_its_outcomes_alone_is_named() {
        // By hand: 400 rows a name, 100 outcomes each before launch.
        let usual = [(400.0, 100.0); 3];
        let after = |own: [f64; 3]| emptiest(&usual, &own.map(|yes| (400.0, yes)));
        assert_eq!(after([100.0, 5.0, 100.0]), Some((1, 0.05)));
        assert_eq!(after([100.0, 60.0, 100.0]), None, "rarer, not gone");
        assert_eq!(after([20.0, 5.0, 30.0]), None, "gone everywhere");
        assert_eq!(
            emptiest(&usual, &[(900.0, 5.0), (50.0, 12.0), (50.0, 13.0)]),
            None,
            "no segment"
        );
        assert_eq!(
            emptiest(&[(400.0, 8.0); 3], &[(400.0, 0.0); 3]),
            None,
            "too few to say"
        );
        assert_eq!(emptiest(&[], &[]), None);
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
            assert_eq!(emptiest(&p, &q), None);
        }
    }
}
