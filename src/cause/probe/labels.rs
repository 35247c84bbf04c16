//! Labels by age and by decision.

use crate::cause::observe::Newest;
use crate::choices::Task;
use crate::encode::rows::{NO_CLASS, NO_DAY};
use crate::ladder::logged::Logged;
use crate::ladder::rungs::Split;
use crate::stats::math;

/// Parts of production by age.
const PARTS: usize = 12;

/// Observed over expected "yes" labels, oldest quarter against newest sixth; `None` without days, with few rows, or
/// when the fall does not go on to the end (a rate that stepped down once is no late label).
#[must_use]
pub fn newest(split: &Split, after: &Logged<'_>) -> Option<Newest> {
    if after.task == Task::Multiclass {
        return None;
    }
    let days = &after.frame.rows.day;
    let day = |row: &u32| days.get(*row as usize).copied().unwrap_or(NO_DAY);
    let mut rows: Vec<u32> = split
        .q
        .iter()
        .copied()
        .filter(|row| after.is_labelled(*row as usize) && day(row) != NO_DAY)
        .collect();
    if rows.len() < 40 * PARTS {
        return None;
    }
    rows.sort_by_key(|row| (day(row), *row));
    let first = split.stacked.reference_rows;
    // Sums of observed and expected outcomes, and of the square of what is observed: its noise.
    let mut parts = [(0.0_f64, 0.0_f64, 0.0_f64); PARTS];
    for (at, row) in rows.iter().enumerate() {
        let row = *row as usize;
        let (observed, expected) = if after.task == Task::Binary {
            (after.yes(row), split.relation.yes(first + row))
        } else {
            (
                after.frame.rows.label_value.get(row).copied().unwrap_or(0.0),
                after.score(row),
            )
        };
        if let Some(part) = parts.get_mut(at * PARTS / rows.len()) {
            part.0 += observed;
            part.1 += expected;
            part.2 += observed * observed;
        }
    }
    if parts.iter().any(|part| part.1 <= 0.0 || part.0 < 0.0) {
        return None;
    }
    let over = |from: usize, to: usize| {
        let of = parts.iter().skip(from).take(to - from);
        of.fold((0.0, 0.0, 0.0), |sum, part| {
            (sum.0 + part.0, sum.1 + part.1, sum.2 + part.2)
        })
    };
    let half = 0.5 * over(0, PARTS).1 / rows.len() as f64;
    let ratio = |own: (f64, f64, f64)| (own.0 + half) / (own.1 + half);
    // Relative variance of a sum of counts or amounts.
    let noise =
        |own: (f64, f64, f64)| (own.2 + half * half) / ((own.0 + half) * (own.0 + half));
    let (old, new) = (over(0, 3), over(10, 12));
    let middle = over(7, 10);
    let error = math::sqrt(noise(old) + noise(new));
    let fall = math::ln(ratio(old)) - math::ln(ratio(new));
    let onward = math::ln(ratio(middle)) - math::ln(ratio(new));
    let onward_error = math::sqrt(noise(middle) + noise(new));
    if onward < 2.0 * onward_error {
        return None;
    }
    Some(Newest { oldest: ratio(old), newest: ratio(new), z: fall / error })
}

/// By how much label availability differs between decisions, production beyond the reference, 0–1.
#[must_use]
pub fn by_decision(before: &Logged<'_>, after: &Logged<'_>) -> f64 {
    let gap = |table: &Logged<'_>| {
        let mut cells = [(0_u64, 0_u64); 2];
        for (row, decision) in table.frame.rows.decision.iter().enumerate() {
            if *decision == NO_CLASS {
                continue;
            }
            if let Some(cell) = cells.get_mut(usize::from(*decision == 1)) {
                cell.0 += 1;
                cell.1 += u64::from(table.is_labelled(row));
            }
        }
        let share =
            |cell: (u64, u64)| (cell.0 >= 50).then(|| cell.1 as f64 / cell.0 as f64);
        match cells.map(share) {
            [Some(no), Some(yes)] => (yes - no).abs(),
            _ => 0.0,
        }
    };
    (gap(after) - gap(before)).max(0.0)
}
