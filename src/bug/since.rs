//! Since when. Enter: a number for every production row (touched or not, or how likely) and the rows' days. Leave:
//! the day from which it is larger, when there is one clear step. Cost: one pass and one scan of the days.
//! It does not look for gradual growth or a pulse: `onset` does, on whole series.

use std::collections::BTreeMap;

use crate::encode::rows::NO_DAY;
use crate::stats::math::sqrt;

/// z the step must have.
const MIN_STEP_Z: f64 = 6.0;
/// Share of the days' scatter (each day weighing its rows) that one step must explain beyond chance.
const MIN_EXPLAINED: f64 = 0.5;
/// Rows before and from the step on.
const MIN_SIDE_ROWS: f64 = 30.0;

/// A step up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// First day of the upper level.
    pub day: i32,
    /// Mean before.
    pub before: f64,
    /// Mean from the day on.
    pub after: f64,
}

/// The best step up of `values` over `days`, by squared error of daily means; `None` without a clear one.
#[must_use]
pub fn step(days: &[i32], values: &[f64]) -> Option<Step> {
    let mut by_day: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    // Most rows are of the day of the row before.
    let (mut at, mut own) = (NO_DAY, (0.0, 0.0));
    for (day, value) in days.iter().zip(values) {
        if *day == NO_DAY || value.is_nan() {
            continue;
        }
        if *day != at {
            if at != NO_DAY {
                by_day.insert(at, own);
            }
            (at, own) = (*day, by_day.get(day).copied().unwrap_or_default());
        }
        own.0 += 1.0;
        own.1 += value;
        count += 1.0;
        sum += value;
        squares += value * value;
    }
    if at != NO_DAY {
        by_day.insert(at, own);
    }
    if by_day.len() < 2 || count < 2.0 * MIN_SIDE_ROWS {
        return None;
    }
    let mean = sum / count;
    let mut best: Option<(f64, Step)> = None;
    let (mut rows, mut total) = (0.0, 0.0);
    for (day, own) in &by_day {
        let (left, right) = (rows, count - rows);
        if left >= MIN_SIDE_ROWS && right >= MIN_SIDE_ROWS {
            let (before, after) = (total / left, (sum - total) / right);
            let explained = left * right / count * (after - before) * (after - before);
            let better = best.is_none_or(|(most, _)| explained > most);
            if after > before && better {
                best = Some((explained, Step { day: *day, before, after }));
            }
        }
        rows += own.0;
        total += own.1;
    }
    let (explained, step) = best?;
    let of_days: f64 = by_day
        .values()
        .map(|(rows, sum)| rows * (sum / rows - mean) * (sum / rows - mean))
        .sum();
    let within = ((squares - count * mean * mean - explained) / count).max(1e-12);
    // What the days scatter by chance alone.
    let chance = within * (by_day.len() as f64 - 1.0);
    let beyond = (of_days - chance).max(1e-12);
    let clear = sqrt(explained / within) >= MIN_STEP_Z
        && (explained - within) / beyond >= MIN_EXPLAINED;
    clear.then_some(step)
}

/// First touched day; `None` when it is the first production day or there is no clear step.
#[must_use]
pub fn since(days: &[i32], touched: &[bool]) -> Option<i32> {
    let values: Vec<f64> = touched.iter().map(|own| f64::from(u8::from(*own))).collect();
    step(days, &values).map(|step| step.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn drawn(share: impl Fn(i32) -> f64) -> (Vec<i32>, Vec<bool>) {
        let mut random = Random::new(3);
        let days: Vec<i32> = (0..3000).map(|row| row / 50).collect();
        let touched = days.iter().map(|day| random.chance(share(*day))).collect();
        (days, touched)
    }

    #[test]
    fn finds_the_day_of_a_step_and_nothing_else() {
        let (days, touched) = drawn(|day| if day >= 21 { 0.6 } else { 0.02 });
        assert_eq!(since(&days, &touched), Some(21));
        let (days, touched) = drawn(|_| 0.5);
        assert_eq!(since(&days, &touched), None, "the same all the time");
        let (days, touched) = drawn(|day| f64::from(u8::from(day % 2 == 0)));
        assert_eq!(since(&days, &touched), None, "every other day");
        assert_eq!(since(&[NO_DAY; 500], &[true; 500]), None);
        assert_eq!(since(&[], &[]), None);
    }
}
