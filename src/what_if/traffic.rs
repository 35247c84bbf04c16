//! Rows a day: as the user says, else as the periods of production show.

use crate::choices::TableRole;
use crate::report::Report;

/// Rows a day in production; `None` where neither the user nor a time column says.
#[must_use]
pub fn rows_a_day(report: &Report) -> Option<f64> {
    report.inputs.business.traffic_per_day.or_else(|| seen_rows_a_day(report))
}

/// Rows a day over the days production covers; `None` without a time column.
#[must_use]
pub fn seen_rows_a_day(report: &Report) -> Option<f64> {
    let own = || report.series.iter().filter(|own| own.table == TableRole::Production);
    let first = own().filter_map(|own| day_number(&own.start)).min()?;
    let last = own().filter_map(|own| day_number(&own.end)).max()?;
    let rows: u64 = own().map(|own| own.rows).sum();
    Some(rows as f64 / (last - first + 1).max(1) as f64)
}

/// Days since 1 March of year 0 of an ISO 8601 date.
fn day_number(iso: &str) -> Option<i64> {
    let mut parts = iso.get(0..10)?.split('-');
    let mut next = || parts.next()?.parse::<i64>().ok();
    let (year, month, day) = (next()?, next()?, next()?);
    // Years that begin in March end with the day that leap years add.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leaps = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leaps + (153 * month + 2) / 5 + day - 1)
}

#[cfg(test)]
mod tests {
    use super::day_number;

    #[test]
    fn days_follow_each_other_over_months_and_leap_years() {
        let days = |from: &str, to: &str| {
            day_number(to).zip(day_number(from)).map(|(a, b)| a - b)
        };
        assert_eq!(days("2024-02-28", "2024-03-01"), Some(2));
        assert_eq!(days("2023-02-28", "2023-03-01"), Some(1));
        assert_eq!(days("1999-12-31", "2000-01-01"), Some(1));
        assert_eq!(days("2000-01-01", "2001-01-01"), Some(366));
        assert_eq!(day_number("soon"), None);
    }
}
