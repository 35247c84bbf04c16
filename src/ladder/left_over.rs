//! Whose is what nothing explains? Enter: the breaks that were found, production as logged, the terms. Leave: the terms,
//! with what is left of the drop given to broken inputs where that is likelier than a world that changed.

use super::logged::{Decisions, Logged};
use super::rungs::BELIEVED;
use super::scale::Points;
use crate::bug::{Change, Fingerprint, since};
use crate::choices::Task;
use crate::encode::rows::NO_DAY;
use crate::stats::math;

/// Days by which two changes of one cause may seem apart.
const SAME_DAYS: i32 = 2;

/// Whether the model's errors grew on the very day from which rows come twice: a join that finds several partners finds
/// wrong ones as well, and the world seldom changes on the day of a release.
pub(super) fn came_with_copies(fingerprints: &[Fingerprint], after: &Logged<'_>) -> bool {
    let of_rows = |own: &&Fingerprint| {
        own.change == Change::Rows
            && own.strength >= BELIEVED
            && own.touched.iter().any(|own| *own)
    };
    let Some(day) = fingerprints.iter().find(of_rows).and_then(|own| own.since) else {
        return false;
    };
    let wrong = |row: usize| {
        let score = after.score(row);
        match after.task {
            Task::Binary => match after.decision(row, score, Decisions::Logged) {
                Some(decision) => (f64::from(u8::from(decision)) - after.yes(row)).abs(),
                None => (score - after.yes(row)).abs(),
            },
            Task::Multiclass | Task::Regression => {
                after.pieces(row).first().copied().unwrap_or(f64::NAN)
            }
        }
    };
    let errors: Vec<f64> = (0..after.frame.len()).map(wrong).collect();
    let days = &after.frame.rows.day;
    since::step(days, &errors).is_some_and(|own| {
        // Errors that grow slowly have a best day to part them, too; a line is then closer to them.
        let is_after = |at: i32| f64::from(u8::from(at >= own.day));
        (own.day - day).abs() <= SAME_DAYS
            && explained(days, &errors, is_after) > explained(days, &errors, f64::from)
    })
}

/// Share of the values' variance that a straight line in a function of the day explains, 0–1; NaN values are left out.
fn explained(days: &[i32], values: &[f64], of: impl Fn(i32) -> f64) -> f64 {
    let rows = || {
        let own = days.iter().zip(values);
        own.filter(|(day, value)| **day != NO_DAY && !value.is_nan())
            .map(|(day, value)| (of(*day), *value))
    };
    let count = rows().count() as f64;
    let (x, y) = rows().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / count, b + y / count));
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (own, value) in rows() {
        xx += (own - x) * (own - x);
        xy += (own - x) * (value - y);
        yy += (value - y) * (value - y);
    }
    if xx > 0.0 && yy > 0.0 { xy * xy / (xx * yy) } else { 0.0 }
}

/// Where a believed break of inputs that the model uses can be neither undone nor replayed, or rows come twice since the
/// day of the drop, what is left is more likely its doing than the world's; the intervals say that it may be either.
pub(super) fn taken_for_broken(
    [unseen, who, mut broken, mut relationship, threshold]: [Points; 5],
) -> [Points; 5] {
    let left = relationship.points;
    if left > 0.0 {
        broken.points += left;
        relationship.points = 0.0;
        for own in [&mut broken, &mut relationship] {
            own.half = math::sqrt(own.half * own.half + left * left);
            own.error = math::sqrt(own.error * own.error + 0.25 * left * left);
        }
    }
    [unseen, who, broken, relationship, threshold]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::TableRole;
    use crate::encode::frame::{Frame, InOrder};
    use crate::encode::rows::EncodedRows;
    use crate::ladder::yardstick::{ScoreRule, Yardstick};
    use crate::metric::MetricId;
    use crate::report::CauseId;
    use crate::stats::random::Random;

    const DAYS: i32 = 60;
    const DAY_ROWS: i32 = 50;

    /// Production whose scores are wrong on `wrong(day)` of the rows, with rows twice from day 30 on.
    fn is_theirs(task: Task, copies: bool, wrong: impl Fn(i32) -> f64) -> bool {
        let mut random = Random::new(11);
        let day: Vec<i32> = (0..DAYS * DAY_ROWS).map(|row| row / DAY_ROWS).collect();
        let classes: Vec<u8> = day.iter().map(|_| random.below(2) as u8).collect();
        let said: Vec<u8> = day
            .iter()
            .zip(&classes)
            .map(|(day, own)| if random.chance(wrong(*day)) { 1 - own } else { *own })
            .collect();
        let number = |own: &u8| f64::from(*own) + 0.1;
        let rows = EncodedRows {
            row_count: day.len(),
            score: said.iter().map(number).collect(),
            label_class: classes.clone(),
            label_value: classes.iter().map(|own| f64::from(*own)).collect(),
            decision: said,
            day: day.clone(),
            ..EncodedRows::default()
        };
        let frame = Frame {
            table: TableRole::Production,
            table_rows: day.len() as u64,
            rows,
            values: Vec::new(),
            ids: Vec::new(),
            entities: Vec::new(),
            moments: Vec::new(),
            unread: Vec::new(),
            in_order: InOrder::default(),
        };
        let metric =
            if task == Task::Regression { MetricId::Mae } else { MetricId::Accuracy };
        let rule = ScoreRule {
            edges: &[0.5],
            cuts: &[0.5],
            is_probability: false,
            epsilon: 1e-9,
        };
        let stick = Yardstick::new(task, metric, None, &rule, &frame.rows.score, 0.0);
        let after = Logged { frame: &frame, stick: &stick, task, cut: Some(0.5) };
        let touched = day.iter().map(|day| copies && *day >= 30 && random.chance(0.4));
        let found = Fingerprint {
            detector: "rows",
            cause: CauseId::JoinOrFilter,
            columns: Vec::new(),
            strength: 1.0,
            share: 0.2,
            touched: touched.collect(),
            change: Change::Rows,
            since: copies.then_some(30),
            sentence: String::new(),
        };
        came_with_copies(&[found], &after)
    }

    #[test]
    fn errors_that_grow_on_the_day_of_the_copies_are_theirs() {
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            let step = |at: i32| move |day: i32| if day >= at { 0.4 } else { 0.1 };
            assert!(is_theirs(task, true, step(30)), "{task:?}: the same day");
            assert!(is_theirs(task, true, step(31)), "{task:?}: a day late");
            assert!(!is_theirs(task, true, step(40)), "{task:?}: ten days later");
            assert!(!is_theirs(task, true, step(20)), "{task:?}: ten days before");
            assert!(
                !is_theirs(task, true, |_| 0.2),
                "{task:?}: no more errors than before"
            );
            let fewer = |day: i32| if day >= 30 { 0.1 } else { 0.4 };
            assert!(!is_theirs(task, true, fewer), "{task:?}: fewer errors");
            let slow = |day: i32| 0.1 + 0.005 * f64::from(day);
            assert!(!is_theirs(task, true, slow), "{task:?}: errors that grow slowly");
            assert!(!is_theirs(task, false, step(30)), "{task:?}: no row twice");
        }
    }

    #[test]
    fn what_is_left_moves_whole_with_an_interval_down_to_nothing() {
        let own = |points, half| Points { points, error: half / 2.0, half };
        let terms = [
            own(0.0, 0.0),
            own(0.1, 0.02),
            own(0.2, 0.03),
            own(0.5, 0.04),
            own(0.0, 0.0),
        ];
        let moved = taken_for_broken(terms);
        let sum = |own: &[Points; 5]| own.iter().map(|own| own.points).sum::<f64>();
        assert!((sum(&moved) - sum(&terms)).abs() < 1e-12);
        assert_eq!((moved[2].points, moved[3].points), (0.7, 0.0));
        assert!(moved[2].points - moved[2].half <= 0.2 && moved[3].half >= 0.5);
        let gained = [terms[0], terms[1], terms[2], own(-0.5, 0.04), terms[4]];
        assert_eq!(taken_for_broken(gained), gained, "nothing is left to give");
    }
}
