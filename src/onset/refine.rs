//! The day of a step. Enter: one or several daily series with variances that should jump on the same day,
//! and the days to look at. Leave: the first changed day.

use std::ops::Range;

use super::line::{Line, Point};

/// The first changed day within `days` that fits the daily series best together: least Σ residual/φ of one
/// mean before and one from that day on. Give series of the same days (other lengths are cut to the
/// shortest), cut to where only this one step happens: for a pulse from the first day to its middle, then
/// from its middle to the last day. `None` when no series has a usable day on both sides.
///
/// Misleads: with a jump below two daily standard errors the day is off by several days.
#[must_use]
pub fn refine_step(series: &[&[Point]], days: Range<usize>) -> Option<usize> {
    let length = series.iter().map(|one| one.len()).min()?;
    let lines: Vec<Line> =
        series.iter().map(|one| Line::new(one.get(..length).unwrap_or(one))).collect();
    let mut best: Option<(f64, usize)> = None;
    for day in days.start.max(1)..days.end.min(length) {
        let mut cost = 0.0;
        let mut splits = false;
        for line in &lines {
            // Usable points before this day.
            let at = line.places.partition_point(|place| *place < day);
            splits |= at > 0 && at < line.len();
            let residual = line.residual(&[(0, at)]) + line.residual(&[(at, line.len())]);
            cost += residual / line.dispersion;
        }
        if splits && best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, day));
        }
    }
    best.map(|(_, day)| day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn daily(random: &mut Random, days: usize, step: usize, size: f64) -> Vec<Point> {
        (0..days)
            .map(|day| {
                let level = if day < step { 0.0 } else { size };
                Point { value: level + random.normal(), variance: 1.0 }
            })
            .collect()
    }

    #[test]
    fn a_strong_step_is_found_to_the_day() {
        let mut close = 0;
        for run in 0..300 {
            let mut random = Random::stream(run, "day of a step");
            let step = 100 + random.below(100) as usize;
            let series = daily(&mut random, 300, step, 3.0);
            let coarse = step / 14 * 14;
            let from = coarse.saturating_sub(14);
            let found = refine_step(&[&series], from..coarse + 28).unwrap();
            close += u32::from(found.abs_diff(step) <= 1);
        }
        assert!(close >= 285, "{close} of 300");
    }

    #[test]
    fn several_weak_series_together_are_strong() {
        let (mut alone, mut together) = (0, 0);
        for run in 0..200 {
            let mut random = Random::stream(run, "weak steps");
            let many: Vec<Vec<Point>> =
                (0..8).map(|_| daily(&mut random, 200, 90, 1.2)).collect();
            let all: Vec<&[Point]> = many.iter().map(Vec::as_slice).collect();
            alone +=
                u32::from(refine_step(&all[..1], 70..110).unwrap().abs_diff(90) <= 1);
            together += u32::from(refine_step(&all, 70..110).unwrap().abs_diff(90) <= 1);
        }
        assert!(together >= 190 && alone < 180, "{alone} {together}");
    }

    #[test]
    fn days_without_rows() {
        let gap = Point { value: f64::NAN, variance: 0.0 };
        assert_eq!(refine_step(&[], 0..10), None);
        assert_eq!(refine_step(&[&[gap; 10]], 0..10), None);
        let mut series = vec![Point { value: 0.0, variance: 1.0 }; 20];
        series[10..].fill(Point { value: 5.0, variance: 1.0 });
        series[8] = gap;
        assert_eq!(refine_step(&[&series], 0..20), Some(10));
    }
}
