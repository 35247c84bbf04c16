//! Text to moments and back. Enter: the bytes of one field. Leave: microseconds since 1970-01-01 UTC, or `None`
//! when the text is not a date. Years 1 to 9999, Gregorian calendar throughout.
//!
//! # What counts as a date
//! - `2024-03-31` and `2024/03/31` (month and day may have one digit);
//! - with an order: `31/03/2024`, `31.03.2024`, `31-03-2024` or month first;
//! - with the month's English name or its first three letters: `31-Mar-2024`, `31 March 2024`, `Mar 31, 2024`,
//!   `Sun, 31 Mar 2024`, and `31-MAR-24` as Oracle writes it (years 1969 to 2068);
//! - then optionally `T` or one blank and `hh:mm`, `:ss` and a fraction of 1 to 9 digits (digits below the
//!   microsecond are cut), ` AM` or ` PM`, and `Z`, ` UTC`, ` GMT`, `+hh`, `+hhmm` or `+hh:mm`.
//!
//! A time without an offset is read as UTC. `24:00` and the leap second `:60` are the next moment.
//! Bare digits (`20240331`, epoch seconds) are numbers: the kind of the column says which [`Epoch`] they count from.

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;
/// Microseconds in a day.
const DAY: i64 = 86_400 * SECOND;
/// Days in 400 years.
const ERA_DAYS: i64 = 146_097;
/// Days from 1 March of year 0 to 1 January 1970.
const EPOCH_DAYS: i64 = 719_468;

/// Which comes first in dates like `03/04/2024`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 3 April 2024.
    DayFirst,
    /// 4 March 2024.
    MonthFirst,
}

/// What whole numbers of a time column mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Epoch {
    /// Seconds since 1970.
    Seconds,
    /// Milliseconds since 1970.
    Milliseconds,
    /// Microseconds since 1970.
    Microseconds,
    /// Nanoseconds since 1970.
    Nanoseconds,
    /// The digits of a date, `20240331`, or of a date and a time, `20240331235959`.
    Digits,
}

impl Epoch {
    /// Those that count from 1970.
    pub const COUNTING: [Self; 4] =
        [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// Counts in a second; `None` for digits.
    #[must_use]
    pub const fn per_second(self) -> Option<f64> {
        match self {
            Self::Seconds => Some(1.0),
            Self::Milliseconds => Some(1e3),
            Self::Microseconds => Some(1e6),
            Self::Nanoseconds => Some(1e9),
            Self::Digits => None,
        }
    }

    /// The moment that a number means, microseconds since 1970; `None` when it means none.
    #[must_use]
    pub fn moment(self, value: f64) -> Option<i64> {
        match self.per_second() {
            Some(per_second) => {
                let micros = value * (SECOND as f64 / per_second);
                (micros.abs() < 9e18).then_some(micros as i64)
            }
            None => from_digits(value),
        }
    }
}

/// `20240331` and `20240331235959` as moments.
fn from_digits(value: f64) -> Option<i64> {
    const TIME: i64 = 1_000_000;
    if value.fract() != 0.0 || !(1e7..1e14).contains(&value) {
        return None;
    }
    let digits = value as i64;
    let (date, time) =
        if digits < 100_000_000 { (digits, 0) } else { (digits / TIME, digits % TIME) };
    let (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let midnight = moment(date / 10_000, date / 100 % 100, date % 100, &[])?;
    Some(midnight + ((hour * 60 + minute) * 60 + second) * SECOND)
}

/// The moment of a date that starts with its year or names its month, or `None`.
///
/// ```
/// use whydrop::data::moment::parse_time;
/// assert_eq!(parse_time(b"1970-01-02T00:00:01+01:00"), Some(82_801_000_000));
/// assert_eq!(parse_time(b"02/01/1970"), None);
/// ```
#[must_use]
pub fn parse_time(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let Some((year, rest)) = digits(bytes, 4, 4) else { return named_month(bytes) };
    let (&mark, rest) = rest.split_first()?;
    if !matches!(mark, b'-' | b'/') {
        return None;
    }
    let (month, rest) = digits(rest, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix(&[mark])?, 1, 2)?;
    moment(year, month, day, rest)
}

/// The moment of a date that starts with its year, or with day and month in the given order.
#[must_use]
pub fn parse_time_ordered(bytes: &[u8], order: DateOrder) -> Option<i64> {
    if let Some(time) = parse_time(bytes) {
        return Some(time);
    }
    let (first, second, year, rest) = split_year_last(bytes)?;
    match order {
        DateOrder::DayFirst => moment(year, second, first, rest),
        DateOrder::MonthFirst => moment(year, first, second, rest),
    }
}

/// The order that reads every text that is neither null nor blank as a date; `None` when neither does, or when
/// no text has its year last. When both do (all days are 12 or less) the order is not knowable, and
/// [`DateOrder::DayFirst`] is the answer for `.`, month first for `/` and `-` (the orders of the locales that
/// write them most).
#[must_use]
pub fn infer_date_order<'a>(
    texts: impl IntoIterator<Item = &'a [u8]>,
) -> Option<DateOrder> {
    let (mut day_first, mut month_first) = (true, true);
    let (mut points, mut count) = (0_usize, 0_usize);
    for text in texts {
        let text = text.trim_ascii();
        if text.is_empty() || parse_time(text).is_some() {
            continue;
        }
        count += 1;
        points += usize::from(text.iter().take(3).any(|&byte| byte == b'.'));
        day_first &= parse_time_ordered(text, DateOrder::DayFirst).is_some();
        month_first &= parse_time_ordered(text, DateOrder::MonthFirst).is_some();
        if !day_first && !month_first {
            return None;
        }
    }
    match (day_first, month_first) {
        _ if count == 0 => None,
        (true, true) if points * 2 > count => Some(DateOrder::DayFirst),
        (_, true) => Some(DateOrder::MonthFirst),
        (true, false) => Some(DateOrder::DayFirst),
        (false, false) => None,
    }
}

/// A date with its month in letters.
fn named_month(bytes: &[u8]) -> Option<i64> {
    let bytes = behind_weekday(bytes);
    if let Some((day, rest)) = digits(bytes, 1, 2) {
        let (&mark, rest) = rest.split_first()?;
        let (month, rest) = month_name(rest)?;
        let rest = match mark {
            b'-' | b'/' | b'.' => rest.strip_prefix(&[mark])?,
            b' ' => rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?,
            _ => return None,
        };
        if let Some((year, rest)) = digits(rest, 4, 4) {
            return moment(year, month, day, rest);
        }
        let (year, rest) = digits(rest, 2, 2).filter(|_| mark == b'-')?;
        return moment(year + if year < 69 { 2000 } else { 1900 }, month, day, rest);
    }
    let (month, rest) = month_name(bytes)?;
    let (day, rest) = digits(rest.strip_prefix(b" ")?, 1, 2)?;
    let rest = rest.strip_prefix(b",").unwrap_or(rest).strip_prefix(b" ")?;
    let (year, rest) = digits(rest, 4, 4)?;
    moment(year, month, day, rest)
}

/// What stands behind `Sun, ` or `Sunday, `.
fn behind_weekday(bytes: &[u8]) -> &[u8] {
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = bytes.split_at(letters);
    let is_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().any(|day| {
        word.get(..3).is_some_and(|own| own.eq_ignore_ascii_case(day.as_bytes()))
    });
    rest.strip_prefix(b", ").filter(|_| is_day).unwrap_or(bytes)
}

/// A month's name or its first three letters, as 1 to 12, and the rest.
fn month_name(bytes: &[u8]) -> Option<(i64, &[u8])> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let letters = bytes.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let (word, rest) = bytes.split_at(letters);
    let is_it = |name: &&str| {
        let full = word.len() == name.len() || word.len() == 3;
        full && name
            .as_bytes()
            .get(..letters)
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    };
    let at = NAMES.iter().position(is_it)?;
    Some((i64::try_from(at).ok()? + 1, rest))
}

/// `31/03/2024…` as 31, 3, 2024 and what follows.
fn split_year_last(bytes: &[u8]) -> Option<(i64, i64, i64, &[u8])> {
    let (first, rest) = digits(bytes.trim_ascii(), 1, 2)?;
    let (&mark, rest) = rest.split_first()?;
    if !matches!(mark, b'/' | b'.' | b'-') {
        return None;
    }
    let (second, rest) = digits(rest, 1, 2)?;
    let (year, rest) = digits(rest.strip_prefix(&[mark])?, 4, 4)?;
    Some((first, second, year, rest))
}

/// A number of `at_least` to `at_most` digits that no further digit follows, and the rest.
fn digits(bytes: &[u8], at_least: usize, at_most: usize) -> Option<(i64, &[u8])> {
    let mut value = 0;
    let mut count = 0;
    for &byte in bytes {
        if !byte.is_ascii_digit() {
            break;
        }
        count += 1;
        if count > at_most {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    (count >= at_least).then(|| (value, bytes.get(count..).unwrap_or_default()))
}

/// A checked date and the rest of its text.
fn moment(year: i64, month: i64, day: i64, rest: &[u8]) -> Option<i64> {
    if year < 1 || !(1..=12).contains(&month) || day < 1 || day > month_days(year, month)
    {
        return None;
    }
    let month = u32::try_from(month).ok()?;
    let date = days_from_civil(year, month, u32::try_from(day).ok()?) * DAY;
    match rest.split_first() {
        None => Some(date),
        Some((b'T' | b' ', time)) => Some(date + time_of_day(time)?),
        Some(_) => None,
    }
}

const fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Microseconds after midnight UTC (negative and beyond a day with an offset).
fn time_of_day(bytes: &[u8]) -> Option<i64> {
    let (mut hour, rest) = digits(bytes, 1, 2)?;
    let (minute, mut rest) = digits(rest.strip_prefix(b":")?, 2, 2)?;
    let (mut second, mut micros) = (0, 0);
    if let Some(seconds) = rest.strip_prefix(b":") {
        (second, rest) = digits(seconds, 2, 2)?;
        if let [b'.' | b',', fraction @ ..] = rest {
            (micros, rest) = fraction_micros(fraction)?;
        }
    }
    if let Some((afternoon, behind)) = half_day(rest) {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest = behind;
    }
    let midnight = hour == 24 && minute == 0 && second == 0 && micros == 0;
    if (hour > 23 && !midnight) || minute > 59 || second > 60 {
        return None;
    }
    let offset_minutes = offset_minutes(rest)?;
    Some(((hour * 60 + minute - offset_minutes) * 60 + second) * SECOND + micros)
}

/// A fraction of a second of 1 to 9 digits, in microseconds.
fn fraction_micros(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let (_, rest) = digits(bytes, 1, 9)?;
    let count = bytes.len() - rest.len();
    let mut micros = 0;
    for place in 0..6 {
        let digit =
            if place < count { bytes.get(place).map_or(0, |b| b - b'0') } else { 0 };
        micros = micros * 10 + i64::from(digit);
    }
    Some((micros, rest))
}

/// ` AM` and ` PM`, with or without the blank: whether it is the afternoon, and the rest.
fn half_day(bytes: &[u8]) -> Option<(bool, &[u8])> {
    let bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
    match bytes {
        [b'A' | b'a', b'M' | b'm', rest @ ..] => Some((false, rest)),
        [b'P' | b'p', b'M' | b'm', rest @ ..] => Some((true, rest)),
        _ => None,
    }
}

/// The offset from UTC at the end of a time, in minutes; nothing is 0.
fn offset_minutes(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.strip_prefix(b" ").unwrap_or(bytes);
    let (sign, offset) = match bytes {
        [] | [b'Z'] | [b'U', b'T', b'C'] | [b'G', b'M', b'T'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match *offset {
        [_, _] => (digits(offset, 2, 2)?.0, 0),
        [_, _, _, _] => {
            let (value, _) = digits(offset, 4, 4)?;
            (value / 100, value % 100)
        }
        [_, _, b':', ref minutes @ ..] => {
            let (minutes, rest) = digits(minutes, 2, 2)?;
            if !rest.is_empty() {
                return None;
            }
            (digits(offset.get(..2)?, 2, 2)?.0, minutes)
        }
        _ => return None,
    };
    (hours <= 18 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (negative before). `month` 1 to 12, `day` from 1;
/// a day beyond its month counts on. Years are counted from March, so that the leap day is a year's last.
#[must_use]
pub const fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let from_march = (month as i64 + 9) % 12;
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * from_march + 2) / 5 + day as i64 - 1;
    let leap_days = year_of_era / 4 - year_of_era / 100;
    era * ERA_DAYS + year_of_era * 365 + leap_days + day_of_year - EPOCH_DAYS
}

/// Year, month (1 to 12) and day (1 to 31) of a day counted from 1970-01-01; inverse of [`days_from_civil`].
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let from_march_0 = days.saturating_add(EPOCH_DAYS);
    let era = from_march_0.div_euclid(ERA_DAYS);
    let day_of_era = from_march_0.rem_euclid(ERA_DAYS);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year =
        day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
    let from_march = (day_of_year * 5 + 2) / 153;
    let day = day_of_year - (from_march * 153 + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    let small = |value: i64| u32::try_from(value).unwrap_or_default();
    (year, small(month), small(day))
}

/// The UTC date of a moment: `2019-03-31`.
#[must_use]
pub fn format_iso_date(micros: i64) -> String {
    let (year, month, day) = civil_from_days(micros.div_euclid(DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

/// The moment in UTC: `2019-03-31T12:30:00Z`, with six decimals when it is not a whole second.
#[must_use]
pub fn format_iso(micros: i64) -> String {
    let of_day = micros.rem_euclid(DAY);
    let (seconds, fraction) = (of_day / SECOND, of_day % SECOND);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let date = format_iso_date(micros);
    let decimals = if fraction == 0 { String::new() } else { format!(".{fraction:06}") };
    format!("{date}T{hour:02}:{minute:02}:{second:02}{decimals}Z")
}

#[cfg(test)]
mod tests;
