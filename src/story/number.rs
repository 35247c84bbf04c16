//! How numbers are printed everywhere: sentences, page, exports. Values enter in the report's own units
//! (a share is 0–1), strings leave. No locale, no clock; rounding is on the exact decimal value, so that
//! the native program and the browser print the same. Before, after and difference of one comparison are
//! rounded together: what is printed adds up. Never "-0.0"; a value that is not finite prints as "unknown".
//!
//! Above 400 lines because a third are tests. Percent signs stand after a plain space, minus is U+2212, thousands are parted by commas.

use crate::report::{MetricChange, Unit};

/// Printed for a value that is not finite.
pub const UNKNOWN: &str = "unknown";

/// Above this magnitude digits are no longer grouped but shown as a power of ten.
const GROUPED_LIMIT: f64 = 1e15;

/// Decimals are never more than this (values below a billionth print as 0).
const MAX_DECIMALS: usize = 9;

/// Which way a comparison went, as printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// After is larger.
    Up,
    /// After is smaller.
    Down,
    /// Both print the same.
    Same,
}

/// A comparison ready to print: `before ± difference = after` holds for the printed digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The earlier value with its unit: "91.4 %".
    pub before: String,
    /// The later value with its unit: "85.2 %".
    pub after: String,
    /// The size of the difference without sign: "6.2 points".
    pub difference: String,
    /// Which way it went.
    pub direction: Direction,
}

/// A comparison in `unit`, with decimals chosen so that the difference shows.
#[must_use]
pub fn change(unit: Unit, before: f64, after: f64) -> Change {
    let decimals = change_decimals(unit, before, after);
    let scale = scale(unit);
    let (Some(low), Some(high)) =
        (ticks(before * scale, decimals), ticks(after * scale, decimals))
    else {
        return Change {
            before: with_unit(unit, loose(before * scale)),
            after: with_unit(unit, loose(after * scale)),
            difference: difference_unit(unit, &loose(((after - before) * scale).abs())),
            direction: direction_of(after - before),
        };
    };
    let gap = high - low;
    Change {
        before: with_unit(unit, render(low, decimals)),
        after: with_unit(unit, render(high, decimals)),
        difference: difference_unit(unit, &render(gap.abs(), decimals)),
        direction: match gap {
            0 => Direction::Same,
            1.. => Direction::Up,
            _ => Direction::Down,
        },
    }
}

/// The comparison of a metric's two values; `None` unless both are there and finite.
#[must_use]
pub fn metric_change(metric: &MetricChange) -> Option<Change> {
    let before = finite(metric.reference)?;
    let after = finite(metric.production)?;
    Some(change(metric.unit, before, after))
}

/// Parts and their sum, signed and rounded together: the printed parts add up to the printed sum (by the largest
/// remainder).
#[must_use]
pub fn parts(unit: Unit, parts: &[f64]) -> (Vec<String>, String) {
    let scaled: Vec<f64> = parts.iter().map(|part| part * scale(unit)).collect();
    let total: f64 = scaled.iter().sum();
    let largest = scaled.iter().fold(total.abs(), |most, part| most.max(part.abs()));
    let decimals = decimals_for(largest, 3).min(MAX_DECIMALS);
    let printed = |ticks: i128| {
        let size = difference_unit(unit, &render(ticks.abs(), decimals));
        match ticks {
            0 => size,
            1.. => format!("+{size}"),
            _ => format!("−{size}"),
        }
    };
    let rounded: Option<Vec<i128>> =
        scaled.iter().map(|part| ticks(*part, decimals)).collect();
    let (Some(mut rounded), Some(sum)) = (rounded, ticks(total, decimals)) else {
        return (scaled.iter().map(|part| loose(*part)).collect(), loose(total));
    };
    let step = (0..decimals).fold(1.0, |power, _| power * 10.0);
    // What rounding left over goes to the parts that lost most by it.
    while rounded.iter().sum::<i128>() != sum {
        let up = rounded.iter().sum::<i128>() < sum;
        let lost = |(part, ticks): (&f64, &i128)| part * step - *ticks as f64;
        let of = scaled.iter().zip(&rounded).map(lost).enumerate();
        let best = of.max_by(|a, b| {
            let (a, b) = if up { (a, b) } else { (b, a) };
            a.1.total_cmp(&b.1)
        });
        let Some(slot) = best.and_then(|(at, _)| rounded.get_mut(at)) else { break };
        *slot += if up { 1 } else { -1 };
    }
    (rounded.into_iter().map(printed).collect(), printed(sum))
}

/// One value in `unit`: "91.4 %", "0.871", "12.4×".
#[must_use]
pub fn value(unit: Unit, value: f64) -> String {
    if unit == Unit::Share {
        return share(value);
    }
    change(unit, value, value).before
}

/// A size of difference in `unit`, without sign, zeros trimmed: "1 point", "0.5 points", "0.01".
#[must_use]
pub fn amount(unit: Unit, size: f64) -> String {
    let size = (size * scale(unit)).abs();
    let decimals = decimals_for(size, 2).min(MAX_DECIMALS);
    let text = match ticks(size, decimals) {
        Some(ticks) => trimmed(&render(ticks, decimals)),
        None => loose(size),
    };
    difference_unit(unit, &text)
}

/// How far from a whole difference a size may be, as a part of it, to be told as that difference.
const SAME_SIZE: f64 = 0.005;

/// A size of difference of a metric: that of its whole change where it is as large, so that one fall is not told as 9.2
/// points in one place and 9.3 in another.
#[must_use]
pub fn amount_of(metric: &MetricChange, size: f64) -> String {
    let whole = finite(metric.production)
        .zip(finite(metric.reference))
        .map(|(after, before)| (after - before).abs())
        .filter(|whole| (size.abs() - whole).abs() <= SAME_SIZE * whole);
    match whole.and_then(|_| metric_change(metric)) {
        Some(change) => change.difference,
        None => amount(metric.unit, size),
    }
}

/// The signed difference of a metric, rounded with its two values: "−9.2 points".
#[must_use]
pub fn metric_difference(metric: &MetricChange) -> Option<String> {
    let change = metric_change(metric)?;
    Some(match change.direction {
        Direction::Up => format!("+{}", change.difference),
        Direction::Down => format!("−{}", change.difference),
        Direction::Same => change.difference,
    })
}

/// Both ends of an interval of differences, without sign and unit on the first: ("5.1", "7.3 points").
/// The ends come back in order of size.
#[must_use]
pub fn amounts(unit: Unit, one: f64, other: f64) -> (String, String) {
    let (one, other) = (one.abs() * scale(unit), other.abs() * scale(unit));
    let (small, large) = if one <= other { (one, other) } else { (other, one) };
    let decimals = match unit {
        Unit::Share => usize::from(large < 0.95) + 1,
        _ => decimals_for(large, 2).max(usize::from(unit == Unit::Money) * 2),
    };
    (fixed(small, decimals), difference_unit(unit, &fixed(large, decimals)))
}

/// A share of rows, 0–1, as percent: "91.4 %", "0 %", "under 0.01 %".
#[must_use]
pub fn share(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let edge = value.min(1.0 - value);
    if value == 0.0 {
        "0 %".to_owned()
    } else if value == 1.0 {
        "100 %".to_owned()
    } else if edge > 0.0 && edge < 0.000_05 {
        if value < 0.5 { "under 0.01 %".to_owned() } else { "over 99.99 %".to_owned() }
    } else if edge > 0.0 && edge < 0.001 {
        format!("{} %", fixed(value * 100.0, 2))
    } else {
        format!("{} %", fixed(value * 100.0, 1))
    }
}

/// A share or a probability in whole percent: "61 %", "under 1 %", "over 99 %".
#[must_use]
pub fn whole_share(value: f64) -> String {
    if !value.is_finite() {
        UNKNOWN.to_owned()
    } else if value > 0.0 && value < 0.005 {
        "under 1 %".to_owned()
    } else if (0.995..1.0).contains(&value) {
        "over 99 %".to_owned()
    } else {
        format!("{} %", fixed(value * 100.0, 0))
    }
}

/// A whole number with thousands parted: "12,480".
#[must_use]
pub fn count(value: u64) -> String {
    render(i128::from(value), 0)
}

/// Rows: "1 row", "12,480 rows".
#[must_use]
pub fn rows(value: u64) -> String {
    if value == 1 { "1 row".to_owned() } else { format!("{} rows", count(value)) }
}

/// Rows after "about", rounded alike wherever they are told: "1 row", "14,000 rows".
#[must_use]
pub fn rows_about(value: u64) -> String {
    if value == 1 { rows(1) } else { format!("{} rows", about(value as f64)) }
}

/// A number of a data column (an edge, a mean, a quantile): four significant digits, zeros trimmed.
#[must_use]
pub fn quantity(value: f64) -> String {
    let decimals = decimals_for(value, 4);
    match ticks(value, decimals) {
        Some(ticks) => trimmed(&render(ticks, decimals)),
        None => loose(value),
    }
}

/// A number after "about": two significant digits, whole when 10 or more ("620", "0.42").
#[must_use]
pub fn about(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    let size = value.abs();
    if size < 10.0 {
        return trimmed(&fixed(value, decimals_for(value, 2)));
    }
    let mut step = 1.0;
    while size / step >= 100.0 && step < GROUPED_LIMIT {
        step *= 10.0;
    }
    fixed((value / step).round() * step, 0)
}

/// Working hours: "1 hour", "2 to 4 hours".
#[must_use]
pub fn hours(low: f64, high: f64) -> String {
    let (low, high) = (quantity(low), quantity(high));
    if low == high {
        return if low == "1" { "1 hour".to_owned() } else { format!("{low} hours") };
    }
    format!("{low} to {high} hours")
}

/// Days: "1 day", "14 days"; parts of a day keep one decimal.
#[must_use]
pub fn days(value: f64) -> String {
    let text = trimmed(&fixed(value, 1));
    if text == "1" { "1 day".to_owned() } else { format!("{text} days") }
}

/// An ISO 8601 date or moment as "31 March 2019"; anything else comes back as it is.
#[must_use]
pub fn date(iso: &str) -> String {
    match date_parts(iso) {
        Some((year, month, day)) => format!("{day} {month} {year}"),
        None => iso.trim().to_owned(),
    }
}

/// Two ISO dates as one span: "1 to 7 March 2019", "28 March to 3 April 2019", "31 March 2019".
#[must_use]
pub fn date_span(start: &str, end: &str) -> String {
    match (date_parts(start), date_parts(end)) {
        (Some((y1, m1, d1)), Some((y2, m2, d2))) => {
            if (y1, m1, d1) == (y2, m2, d2) {
                format!("{d1} {m1} {y1}")
            } else if (y1, m1) == (y2, m2) {
                format!("{d1} to {d2} {m1} {y1}")
            } else if y1 == y2 {
                format!("{d1} {m1} to {d2} {m2} {y1}")
            } else {
                format!("{d1} {m1} {y1} to {d2} {m2} {y2}")
            }
        }
        _ => format!("{} to {}", start.trim(), end.trim()),
    }
}

fn date_parts(iso: &str) -> Option<(u32, &'static str, u32)> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let day_text = iso.trim().get(0..10)?;
    let mut parts = day_text.split('-');
    let year = parts.next()?.parse().ok()?;
    let month: usize = parts.next()?.parse().ok()?;
    let day: u32 = parts.next()?.parse().ok()?;
    let name = MONTHS.get(month.checked_sub(1)?)?;
    ((1..=31).contains(&day)).then_some((year, name, day))
}

/// `value` with a fixed number of decimals, thousands parted, never "-0.0".
#[must_use]
pub fn fixed(value: f64, decimals: usize) -> String {
    ticks(value, decimals).map_or_else(|| loose(value), |ticks| render(ticks, decimals))
}

/// The value when it is there and finite.
#[must_use]
pub fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}

/// Decimals that show `digits` significant digits of `value`, 0–9.
fn decimals_for(value: f64, digits: usize) -> usize {
    let size = value.abs();
    if !size.is_finite() || size == 0.0 {
        return 0;
    }
    let mut limit = 10.0;
    let mut whole = 1_usize;
    while size >= limit && whole < 18 {
        limit *= 10.0;
        whole += 1;
    }
    if size >= 1.0 {
        return digits.saturating_sub(whole);
    }
    // Below one: count zeros after the point; the tiny slack keeps 0.01 from being seen as 0.00999….
    let mut zeros = 0_usize;
    let mut step = 0.1;
    while size < step * (1.0 - 1e-12) && zeros < MAX_DECIMALS {
        step /= 10.0;
        zeros += 1;
    }
    (zeros + digits).min(MAX_DECIMALS)
}

/// Decimals for a comparison: the usual number for the unit, more where the difference would vanish.
fn change_decimals(unit: Unit, before: f64, after: f64) -> usize {
    let scale = scale(unit);
    let size = before.abs().max(after.abs()) * scale;
    let gap = (after - before).abs() * scale;
    let small = |usual: usize, limit: f64, most: usize| {
        let mut decimals = usual;
        let mut limit = limit;
        while gap > 0.0 && gap < limit && decimals < most {
            limit /= 10.0;
            decimals += 1;
        }
        decimals
    };
    match unit {
        Unit::Share => small(if size < 1.0 { 2 } else { 1 }, 0.095, 3),
        Unit::Plain if size >= 10.0 => decimals_for(size, 3).max(1),
        Unit::Plain => small(3, 0.000_95, 5),
        Unit::Ratio => small(2, 0.0095, 4),
        Unit::Label => decimals_for(size, 3).max(decimals_for(gap, 2)).min(MAX_DECIMALS),
        Unit::Money => {
            let usual = if size < 1000.0 { 2 } else { 0 };
            decimals_for(size, 2).max(decimals_for(gap, 2)).max(usual).min(MAX_DECIMALS)
        }
    }
}

const fn scale(unit: Unit) -> f64 {
    match unit {
        Unit::Share => 100.0,
        _ => 1.0,
    }
}

fn with_unit(unit: Unit, digits: String) -> String {
    match unit {
        Unit::Share => format!("{digits} %"),
        Unit::Ratio => format!("{digits}×"),
        Unit::Plain | Unit::Label | Unit::Money => digits,
    }
}

fn difference_unit(unit: Unit, digits: &str) -> String {
    match unit {
        Unit::Share if digits == "1" => "1 point".to_owned(),
        Unit::Share => format!("{digits} points"),
        Unit::Ratio => format!("{digits}×"),
        Unit::Plain | Unit::Label | Unit::Money => digits.to_owned(),
    }
}

fn direction_of(gap: f64) -> Direction {
    if gap > 0.0 {
        Direction::Up
    } else if gap < 0.0 {
        Direction::Down
    } else {
        Direction::Same
    }
}

/// The value as a whole number of its last printed decimal; `None` when not finite or too large to group.
fn ticks(value: f64, decimals: usize) -> Option<i128> {
    if !value.is_finite() || value.abs() >= GROUPED_LIMIT {
        return None;
    }
    let digits: String =
        format!("{value:.decimals$}").chars().filter(|c| *c != '.').collect();
    digits.parse().ok()
}

fn render(ticks: i128, decimals: usize) -> String {
    let digits = format!("{:0>width$}", ticks.unsigned_abs(), width = decimals + 1);
    let (whole, part) = digits.split_at(digits.len().saturating_sub(decimals));
    let mut text = String::new();
    if ticks < 0 {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if !part.is_empty() {
        text.push('.');
        text.push_str(part);
    }
    text
}

/// Very large values as a power of ten; not finite ones as [`UNKNOWN`].
fn loose(value: f64) -> String {
    if !value.is_finite() {
        return UNKNOWN.to_owned();
    }
    if value.abs() < GROUPED_LIMIT {
        return fixed(value, decimals_for(value, 3));
    }
    let text = format!("{value:.2e}");
    match text.split_once('e') {
        Some((digits, power)) => format!("{} × 10^{power}", digits.replace('-', "−")),
        None => text,
    }
}

fn trimmed(digits: &str) -> String {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        digits.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_shares() {
        assert_eq!(whole_share(0.613), "61 %");
        assert_eq!(whole_share(0.999), "over 99 %");
        assert_eq!(whole_share(0.001), "under 1 %");
        assert_eq!(whole_share(1.0), "100 %");
        assert_eq!(whole_share(0.0), "0 %");
    }

    #[test]
    fn printed_parts_add_up() {
        let (parts, total) = parts(Unit::Share, &[0.01044, 0.01044, 0.01044]);
        assert_eq!(total, "+3.13 points");
        let sum: f64 = parts
            .iter()
            .map(|part| part.trim_start_matches('+').trim_end_matches(" points"))
            .map(|part| part.parse::<f64>().expect("a number"))
            .sum();
        assert!((sum - 3.13).abs() < 1e-9, "{parts:?}");
        assert_eq!(super::parts(Unit::Plain, &[0.0, -0.5]).0, ["0.000", "−0.500"]);
        assert_eq!(super::parts(Unit::Plain, &[]).1, "0");
    }

    #[test]
    fn shares_and_points() {
        let fall = change(Unit::Share, 0.914, 0.852);
        assert_eq!(fall.before, "91.4 %");
        assert_eq!(fall.after, "85.2 %");
        assert_eq!(fall.difference, "6.2 points");
        assert_eq!(fall.direction, Direction::Down);
        // Rounded together: 91.44 → 91.4 and 85.16 → 85.2 differ by 6.2 although 6.28 rounds to 6.3.
        assert_eq!(change(Unit::Share, 0.9144, 0.8516).difference, "6.2 points");
        assert_eq!(change(Unit::Share, 0.9144, 0.9142).difference, "0.02 points");
        assert_eq!(change(Unit::Share, 0.002, 0.005).after, "0.50 %");
        assert_eq!(change(Unit::Share, 0.5, 0.5).direction, Direction::Same);
        assert_eq!(share(0.0), "0 %");
        assert_eq!(share(-0.0), "0 %");
        assert_eq!(share(1.0), "100 %");
        assert_eq!(share(0.000_4), "0.04 %");
        assert_eq!(share(0.000_001), "under 0.01 %");
        assert_eq!(share(0.999_999), "over 99.99 %");
        assert_eq!(share(f64::NAN), UNKNOWN);
    }

    #[test]
    fn other_units() {
        let rise = change(Unit::Plain, 0.412, 0.443);
        assert_eq!((rise.difference.as_str(), rise.after.as_str()), ("0.031", "0.443"));
        assert_eq!(change(Unit::Plain, 0.8712, 0.8708).difference, "0.0004");
        let error = change(Unit::Label, 12_480.4, 13_911.2);
        assert_eq!(error.before, "12,480");
        assert_eq!(error.difference, "1,431");
        assert_eq!(change(Unit::Money, 0.4, 0.55).after, "0.55");
        assert_eq!(change(Unit::Ratio, 2.5, 1.75).after, "1.75×");
        assert_eq!(change(Unit::Label, -0.000_1, 0.0).before, "−0.000100");
        assert_eq!(fixed(-0.04, 1), "0.0");
        assert_eq!(value(Unit::Label, 1.25e18), "1.25 × 10^18");
        assert_eq!(value(Unit::Plain, f64::INFINITY), UNKNOWN);
    }

    #[test]
    fn amounts_and_counts() {
        assert_eq!(amount(Unit::Share, 0.01), "1 point");
        assert_eq!(amount(Unit::Share, 0.005), "0.5 points");
        assert_eq!(amount(Unit::Plain, 0.01), "0.01");
        assert_eq!(amount(Unit::Label, 249.6), "250");
        let ends = amounts(Unit::Share, -0.073, -0.051);
        assert_eq!(ends, ("5.1".to_owned(), "7.3 points".to_owned()));
        assert_eq!(count(12_480), "12,480");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(rows(1), "1 row");
        assert_eq!(about(623.4), "620");
        assert_eq!(about(12_480.0), "12,000");
        assert_eq!(about(0.421), "0.42");
        assert_eq!(about(9.96), "10");
        assert_eq!(quantity(52_312.4), "52,312");
        assert_eq!(quantity(0.031_25), "0.03125");
        assert_eq!(quantity(12.0), "12");
        assert_eq!(hours(1.0, 4.0), "1 to 4 hours");
        assert_eq!(days(1.0), "1 day");
        assert_eq!(days(14.0), "14 days");
    }

    #[test]
    fn dates() {
        assert_eq!(date("2019-03-31"), "31 March 2019");
        assert_eq!(date("2019-03-31T05:00:00Z"), "31 March 2019");
        assert_eq!(date("week 12"), "week 12");
        assert_eq!(date_span("2019-03-01", "2019-03-07"), "1 to 7 March 2019");
        assert_eq!(date_span("2019-03-28", "2019-04-03"), "28 March to 3 April 2019");
        assert_eq!(
            date_span("2018-12-30", "2019-01-05"),
            "30 December 2018 to 5 January 2019"
        );
        assert_eq!(date_span("2019-03-01", "2019-03-01"), "1 March 2019");
    }

    proptest::proptest! {
        /// What is printed adds up, for every unit and size.
        #[test]
        fn printed_digits_add_up(
            before in -2.0e6_f64..2.0e6,
            after in -2.0e6_f64..2.0e6,
            shrink in 0_i32..8,
            unit in 0_usize..5,
        ) {
            let unit = [Unit::Share, Unit::Plain, Unit::Label, Unit::Money, Unit::Ratio][unit];
            let factor = 10.0_f64.powi(-shrink);
            let change = change(unit, before * factor, after * factor);
            let digits = |text: &str| -> i128 {
                let sign = if text.contains('−') { -1 } else { 1 };
                let only: String = text.chars().filter(char::is_ascii_digit).collect();
                sign * only.parse::<i128>().unwrap_or(0)
            };
            let sign = match change.direction {
                Direction::Up => 1,
                Direction::Down => -1,
                Direction::Same => 0,
            };
            proptest::prop_assert_eq!(
                digits(&change.before) + sign * digits(&change.difference),
                digits(&change.after),
                "{:?}", change
            );
            proptest::prop_assert!(!change.after.starts_with("−0 ") && change.after != "−0.0");
        }
    }
}
