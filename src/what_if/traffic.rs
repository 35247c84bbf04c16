//! Rows a day: as the user says, else as the periods of production show.

use crate::choices::TableRole;
use crate::report::Report;

/// Rows a day in production; `None` where neither the user nor a time column says.
#[must_use]
pub fn rows_a_day(report: &Report) -> Option<f64> {
    given_rows_a_day(report).or_else(|| seen_rows_a_day(report))
}

/// Rows a day as given; `None` when nothing above 0 was given.
#[must_use]
pub fn given_rows_a_day(report: &Report) -> Option<f64> {
    let given = report.inputs.business.traffic_per_day;
    given.filter(|own| own.is_finite() && *own > 0.0)
}

/// Rows a day over the days production covers; `None` without a time column or rows. The rows are those of the whole
/// table, as far as it says them: a report out of a link keeps only some periods, and rows without a time are traffic
/// all the same.
#[must_use]
pub fn seen_rows_a_day(report: &Report) -> Option<f64> {
    let own = || report.series.iter().filter(|own| own.table == TableRole::Production);
    let first = own().filter_map(|own| day_number(&own.start)).min()?;
    let last = own().filter_map(|own| day_number(&own.end)).max()?;
    let mut tables = report.inputs.tables.iter();
    let table = tables.find(|own| own.role == TableRole::Production);
    let of_periods = own().map(|own| own.rows).sum::<u64>();
    let rows = of_periods.max(table.map_or(0, |own| own.rows));
    (rows > 0).then_some(rows as f64 / (last - first + 1).max(1) as f64)
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
    use super::*;
    use crate::report::{Period, TableInput};

    #[test]
    fn a_report_that_kept_some_periods_tells_the_same_traffic() {
        let period = |start: &str, end: &str| Period {
            table: TableRole::Production,
            start: start.to_owned(),
            end: end.to_owned(),
            rows: 100,
            ..Period::default()
        };
        let mut whole = Report::default();
        whole.inputs.tables = vec![TableInput {
            role: TableRole::Production,
            rows: 300,
            ..TableInput::default()
        }];
        whole.series = vec![
            period("2026-03-01", "2026-03-02"),
            period("2026-03-03", "2026-03-04"),
            period("2026-03-05", "2026-03-06"),
        ];
        assert_eq!(seen_rows_a_day(&whole), Some(50.0));
        whole.series.remove(1);
        assert_eq!(seen_rows_a_day(&whole), Some(50.0));
    }

    #[test]
    fn traffic_below_nothing_is_not_given() {
        let mut report = Report::default();
        report.inputs.business.traffic_per_day = Some(-5.0);
        assert_eq!(rows_a_day(&report), None);
        report.inputs.business.traffic_per_day = Some(20.0);
        assert_eq!(rows_a_day(&report), Some(20.0));
    }

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
