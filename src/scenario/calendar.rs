//! Days, moments and when rows happen. Enter: civil dates, and the position of a row in its table. Leave:
//! seconds since 1970-01-01 00:00 (local, no zone) in ascending order, and their text. Cost: tens of
//! nanoseconds a row.

use std::fmt::Write as _;

/// Seconds in a day.
pub const DAY_SECONDS: i64 = 86_400;

/// Days from 1970-01-01 to a date of the Gregorian calendar. `month` 1–12, `day` 1–31.
#[must_use]
pub const fn day_number(year: i64, month: i64, day: i64) -> i64 {
    // A year that starts in March puts the leap day last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let in_year = (153 * m + 2) / 5 + day - 1;
    365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + in_year - 719_468
}

/// Year, month and day of a day number; the inverse of [`day_number`].
#[must_use]
pub const fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = era * 400 + year;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

/// Weekday of a day number: 0 is Monday, 6 is Sunday.
#[must_use]
pub const fn weekday(day: i64) -> i64 {
    (day + 3).rem_euclid(7)
}

/// Appends `2025-03-04`.
pub fn write_date(text: &mut String, day: i64) {
    let (year, month, day) = civil(day);
    let _ = write!(text, "{year:04}-{month:02}-{day:02}");
}

/// Appends `2025-03-04 13:22:05`.
pub fn write_moment(text: &mut String, moment: i64) {
    write_date(text, moment.div_euclid(DAY_SECONDS));
    let s = moment.rem_euclid(DAY_SECONDS);
    let _ = write!(text, " {:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

/// Volume through the week, Monday first, and through the day, hour 0 first; any positive scale.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    /// Weight of each weekday.
    pub week: [f64; 7],
    /// Weight of each hour.
    pub hours: [f64; 24],
}

/// Places the rows of one table in time, in order.
#[derive(Clone, Debug)]
pub struct Schedule {
    first_day: i64,
    days: Vec<f64>,
    hours: Vec<f64>,
}

impl Schedule {
    /// A schedule of `day_count` days from `first_day`.
    #[must_use]
    pub fn new(first_day: i64, day_count: i64, rhythm: &Rhythm) -> Self {
        let weights = (0..day_count)
            .map(|d| rhythm.week[weekday(first_day + d).unsigned_abs() as usize % 7]);
        Self {
            first_day,
            days: cumulative(weights),
            hours: cumulative(rhythm.hours.iter().copied()),
        }
    }

    /// The moment at `position` (0–1, 1 exclusive) of the table's volume; ascending in `position`.
    #[must_use]
    pub fn moment(&self, position: f64) -> i64 {
        let (day, of_day) = locate(&self.days, position);
        let (hour, of_hour) = locate(&self.hours, of_day);
        let second = ((of_hour * 3600.0) as i64).min(3599);
        (self.first_day + day as i64) * DAY_SECONDS + hour as i64 * 3600 + second
    }
}

/// Running sums from 0 to 1.
fn cumulative(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut sum = 0.0;
    for weight in weights {
        sum += weight;
        sums.push(sum);
    }
    sums.iter_mut().for_each(|s| *s /= sum);
    sums
}

/// The step of `sums` that holds `position`, and how far inside it (0–1).
fn locate(sums: &[f64], position: f64) -> (usize, f64) {
    let step = sums.partition_point(|&s| s <= position).saturating_sub(1);
    let step = step.min(sums.len().saturating_sub(2));
    match (sums.get(step), sums.get(step + 1)) {
        (Some(low), Some(high)) if high > low => (step, (position - low) / (high - low)),
        _ => (step, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(2000, 3, 1), 11_017);
        assert_eq!(weekday(day_number(2025, 3, 3)), 0, "a Monday");
        for day in (-1_000_000..1_000_000).step_by(97) {
            let (y, m, d) = civil(day);
            assert_eq!(day_number(y, m, d), day);
        }
        let mut text = String::new();
        write_moment(&mut text, day_number(2024, 2, 29) * DAY_SECONDS + 3_661);
        assert_eq!(text, "2024-02-29 01:01:01");
    }

    #[test]
    fn moments_ascend_and_stay_inside() {
        let mut rhythm = Rhythm { week: [1.0; 7], hours: [0.0; 24] };
        rhythm.hours[9] = 2.0;
        rhythm.hours[17] = 1.0;
        let schedule = Schedule::new(100, 10, &rhythm);
        let moments: Vec<i64> =
            (0..999).map(|i| schedule.moment(f64::from(i) / 999.0)).collect();
        assert!(moments.is_sorted());
        assert!(moments.iter().all(|m| [9, 17].contains(&(m % DAY_SECONDS / 3600))));
        assert_eq!(moments[0] / DAY_SECONDS, 100);
        assert_eq!(moments[998] / DAY_SECONDS, 109);
    }
}
