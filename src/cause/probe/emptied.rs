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
            let rows: f64 = q.iter().map(|own| own.0).sum();
            // Expected and observed outcomes of every name.
            let pairs: Vec<(f64, f64)> =
                p.iter().zip(&q).map(|(p, q)| (q.0 * p.1 / p.0.max(1.0), q.1)).collect();
            let all =
                pairs.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
            for (name, ((expected, observed), (in_name, _))) in
                pairs.iter().zip(&q).enumerate()
            {
                let elsewhere = (all.1 - observed) / (all.0 - expected).max(1.0);
                let left = observed / expected.max(1.0);
                let gone = *expected >= MIN_EXPECTED
                    && left <= MOST_LEFT
                    && elsewhere >= LEAST_ELSEWHERE
                    && *in_name <= MOST_ROWS * rows;
                if gone && best.as_ref().is_none_or(|own| left < own.left) {
                    let name = column.names.get(name).cloned().unwrap_or_default();
                    best = Some(Emptied { column: at, name, left });
                }
            }
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
}
