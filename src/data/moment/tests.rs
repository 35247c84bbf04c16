//! Cases and laws of `data::moment`.

use proptest::prelude::*;

use super::*;

fn back(text: &str) -> Option<String> {
    parse_time(text.as_bytes()).map(format_iso)
}

#[test]
fn iso_forms() {
    for (text, expected) in [
        ("1970-01-01", "1970-01-01T00:00:00Z"),
        ("2024/2/29", "2024-02-29T00:00:00Z"),
        (" 2019-03-31 ", "2019-03-31T00:00:00Z"),
        ("2019-03-31T07:08", "2019-03-31T07:08:00Z"),
        ("2019-03-31 07:08:09", "2019-03-31T07:08:09Z"),
        ("2019-03-31 7:08:09 PM", "2019-03-31T19:08:09Z"),
        ("2019-03-31 12:08 am", "2019-03-31T00:08:00Z"),
        ("2019-03-31T07:08:09.5Z", "2019-03-31T07:08:09.500000Z"),
        ("2019-03-31T07:08:09.123456789", "2019-03-31T07:08:09.123456Z"),
        ("2019-03-31 07:08:09,25 UTC", "2019-03-31T07:08:09.250000Z"),
        ("2019-03-31T00:30:00+01:00", "2019-03-30T23:30:00Z"),
        ("2019-03-31 00:30:00+01", "2019-03-30T23:30:00Z"),
        ("2019-03-31T23:30:00-0130", "2019-04-01T01:00:00Z"),
        ("1969-12-31T23:59:59.999999", "1969-12-31T23:59:59.999999Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
        ("2016-12-31T24:00:00Z", "2017-01-01T00:00:00Z"),
        ("0001-01-01", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(back(text).as_deref(), Some(expected), "{text:?}");
    }
}

#[test]
fn months_by_name() {
    for (text, expected) in [
        ("01-Jan-2024", "2024-01-01T00:00:00Z"),
        ("31-MAR-24", "2024-03-31T00:00:00Z"),
        ("31-mar-69 07:08", "1969-03-31T07:08:00Z"),
        ("1 September 2024", "2024-09-01T00:00:00Z"),
        ("Sep 1, 2024 7:08 PM", "2024-09-01T19:08:00Z"),
        ("Sun, 31 Mar 2024 07:08:09 GMT", "2024-03-31T07:08:09Z"),
        ("Sunday, 31.Mar.2024", "2024-03-31T00:00:00Z"),
    ] {
        assert_eq!(back(text).as_deref(), Some(expected), "{text:?}");
    }
    for text in [
        "31-Apr-2024",
        "01-Janu-2024",
        "01-Foo-2024",
        "1 May",
        "May 2024",
        "1 May 24",
        "May",
    ] {
        assert_eq!(back(text), None, "{text:?}");
    }
}

#[test]
fn numbers_as_moments() {
    let moment = |epoch: Epoch, value| epoch.moment(value).map(format_iso);
    let same = "2024-06-01T12:30:45Z";
    for (epoch, value) in [
        (Epoch::Seconds, 1_717_245_045.0),
        (Epoch::Milliseconds, 1_717_245_045_000.0),
        (Epoch::Microseconds, 1_717_245_045_000_000.0),
        (Epoch::Nanoseconds, 1_717_245_045_000_000_000.0),
        (Epoch::Digits, 20_240_601_123_045.0),
    ] {
        assert_eq!(moment(epoch, value).as_deref(), Some(same), "{epoch:?}");
    }
    let day = moment(Epoch::Digits, 20_240_229.0);
    assert_eq!(day.as_deref(), Some("2024-02-29T00:00:00Z"));
    for value in [20_230_229.0, 20_240_229.5, 20_240_601_240_000.0, 2.0e6, f64::NAN, -1.0]
    {
        assert_eq!(moment(Epoch::Digits, value), None, "{value}");
    }
    assert_eq!(moment(Epoch::Seconds, 1e300), None);
}

#[test]
fn not_dates() {
    for text in [
        "",
        "2024",
        "20240101",
        "2024-01",
        "2024-13-01",
        "2024-02-30",
        "2023-02-29",
        "1900-02-29",
        "2024-00-10",
        "2024-01-00",
        "2024-01/02",
        "0000-01-01",
        "2024-01-01T",
        "2024-01-01 25:00",
        "2024-01-01 24:00:01",
        "2024-01-01 10:60",
        "2024-01-01 10:00:61",
        "2024-01-01 10:00:00.",
        "2024-01-01 10:00:00+25:00",
        "2024-01-01 10:00:00.1234567890",
        "2024-01-01 13:00 PM",
        "2024-01-01x",
        "02/01/2024",
        "12345-01-01",
        "2024-01-01T10:00:00 CET",
        "1.5",
        "a",
    ] {
        assert_eq!(back(text), None, "{text:?}");
    }
}

#[test]
fn day_and_month_first() {
    let at = |text: &str, order| {
        parse_time_ordered(text.as_bytes(), order).map(format_iso_date)
    };
    for text in ["03/04/2024", "3.4.2024", "03-04-2024 10:00"] {
        assert_eq!(at(text, DateOrder::DayFirst).as_deref(), Some("2024-04-03"));
        assert_eq!(at(text, DateOrder::MonthFirst).as_deref(), Some("2024-03-04"));
    }
    assert_eq!(at("31/03/2024", DateOrder::MonthFirst), None);
    assert_eq!(at("2024-03-31", DateOrder::DayFirst).as_deref(), Some("2024-03-31"));
    assert_eq!(at("03/04/24", DateOrder::DayFirst), None);
    let order = |texts: &[&str]| infer_date_order(texts.iter().map(|t| t.as_bytes()));
    assert_eq!(order(&["01/02/2024", "13/02/2024"]), Some(DateOrder::DayFirst));
    assert_eq!(order(&["01/02/2024", "02/13/2024"]), Some(DateOrder::MonthFirst));
    assert_eq!(order(&["01/02/2024", ""]), Some(DateOrder::MonthFirst));
    assert_eq!(order(&["01.02.2024"]), Some(DateOrder::DayFirst));
    assert_eq!(order(&["13/02/2024", "02/13/2024"]), None);
    assert_eq!(order(&["2024-01-01"]), None);
    assert_eq!(order(&[]), None);
}

#[test]
fn the_calendar_counts_every_day() {
    let (mut year, mut month, mut day) = (1, 1, 1);
    let start = days_from_civil(1, 1, 1);
    for days in start..=days_from_civil(2400, 12, 31) {
        assert_eq!(civil_from_days(days), (year, month, day));
        assert_eq!(days_from_civil(year, month, day), days);
        day += 1;
        if i64::from(day) > month_days(year, i64::from(month)) {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!(days_from_civil(1970, 1, 1), 0);
    assert_eq!(days_from_civil(2000, 3, 1), 11_017);
}

proptest! {
    #[test]
    fn formatted_moments_come_back(
        micros in days_from_civil(1, 1, 1) * DAY..days_from_civil(10_000, 1, 1) * DAY
    ) {
        prop_assert_eq!(parse_time(format_iso(micros).as_bytes()), Some(micros));
    }

    #[test]
    fn any_input_is_safe(
        bytes in prop::collection::vec(any::<u8>(), 0..40),
        text in "[0-9]{1,4}[-/.][0-9]{1,3}[-/.][0-9]{1,4}[T ]?[0-9:.+-]{0,12}",
        number in any::<i64>(),
    ) {
        let _ = (parse_time(&bytes), parse_time(text.as_bytes()));
        for order in [DateOrder::DayFirst, DateOrder::MonthFirst] {
            let _ = parse_time_ordered(text.as_bytes(), order);
        }
        let _ = (format_iso(number), civil_from_days(number));
    }
}
