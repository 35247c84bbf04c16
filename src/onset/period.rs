//! Days joined into periods. Enter: rows per day, gaps as 0. Leave: half-open day ranges without holes.

use std::ops::Range;

/// Fewest periods for which a shape is looked for, where the days allow it.
pub const MIN_PERIODS: usize = 12;
/// Most periods of a series.
pub const MAX_PERIODS: usize = 60;

/// Joins days into at most `most` periods (and at least 12 where there are as many days) such that nearly
/// all have `least_rows` rows, with as few days a period as possible. From 4 days a period whole weeks are
/// taken, so that weekdays do not show as change, unless that would leave fewer than 12 periods. A short
/// last period joins the one before. Empty for no day.
#[must_use]
pub fn periods(rows_a_day: &[u64], most: usize, least_rows: u64) -> Vec<Range<usize>> {
    let days = rows_a_day.len();
    let most = most.clamp(1, MAX_PERIODS);
    let longest = (days / MIN_PERIODS).max(1);
    let least = days.div_ceil(most).max(1);
    let mut width = least;
    while width < longest.max(least) && !is_filled(rows_a_day, width, least_rows) {
        width += 1;
    }
    if width >= 4 {
        let weeks = width.div_ceil(7) * 7;
        if weeks <= longest {
            width = weeks;
        }
    }
    cut(days, width)
}

/// Whether nine in ten of the periods with any row have enough.
fn is_filled(rows_a_day: &[u64], width: usize, least_rows: u64) -> bool {
    let sums: Vec<u64> = cut(rows_a_day.len(), width)
        .into_iter()
        .map(|range| rows_a_day.iter().skip(range.start).take(range.len()).sum::<u64>())
        .filter(|sum| *sum > 0)
        .collect();
    let enough = sums.iter().filter(|sum| **sum >= least_rows).count();
    enough * 10 >= sums.len() * 9
}

fn cut(days: usize, width: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = (0..days)
        .step_by(width.max(1))
        .map(|start| start..(start + width).min(days))
        .collect();
    let is_short = |range: &Range<usize>| range.len() * 2 < width;
    if ranges.len() > 1 && ranges.last().is_some_and(is_short) {
        ranges.pop();
        if let Some(last) = ranges.last_mut() {
            last.end = days;
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_become_periods() {
        assert!(periods(&[], 60, 100).is_empty());
        assert_eq!(periods(&[500; 30], 60, 100).len(), 30);
        // 306 days in at most 30 periods: 11 days at least, so two weeks; the last 12 days stand alone
        let half_year = periods(&[160; 306], 30, 100);
        assert_eq!((half_year.len(), half_year.first().cloned()), (22, Some(0..14)));
        // few rows: longer periods, down to 12
        assert_eq!(periods(&[10; 60], 60, 50).len(), 12);
        assert_eq!(periods(&[1; 60], 60, 5_000).len(), 12);
        assert_eq!(periods(&[100; 5], 60, 5_000).len(), 5);
    }

    #[test]
    fn periods_cover_every_day_once() {
        for days in 1..400 {
            let ranges = periods(&vec![7; days], 45, 20);
            assert!(ranges.len() <= 45);
            let mut next = 0;
            for range in ranges {
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, days);
        }
    }
}
