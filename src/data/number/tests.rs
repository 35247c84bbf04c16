//! Cases and laws of `data::number`.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn same(text: &str, decimal_comma: bool, expected: Option<f64>) {
    let found = parse_number(text.as_bytes(), decimal_comma);
    assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{text:?}");
}

#[test]
fn points_commas_and_groups() {
    for (text, point, comma) in [
        ("1.5", Some(1.5), None),
        ("1,5", None, Some(1.5)),
        ("1,234", Some(1234.0), Some(1.234)),
        ("1.234", Some(1.234), Some(1234.0)),
        ("1,234.5", Some(1234.5), None),
        ("1.234,5", None, Some(1234.5)),
        ("12,345,678.25", Some(12_345_678.25), None),
        ("12.345.678,25", None, Some(12_345_678.25)),
        ("-1,234,567", Some(-1_234_567.0), None),
        ("1 234 567", Some(1_234_567.0), Some(1_234_567.0)),
        ("1\u{a0}234,5", None, Some(1234.5)),
        ("1\u{202f}234.5", Some(1234.5), None),
        ("1'234.5", Some(1234.5), None),
        ("1\u{2019}234,5", None, Some(1234.5)),
        ("0,123", None, Some(0.123)),
        ("0.123", Some(0.123), None),
        ("1234,567", None, Some(1234.567)),
        ("12,34,567", None, None),
        ("1,23", None, Some(1.23)),
        ("1,2345", None, Some(1.2345)),
        ("1,234 567", None, None),
        ("1'234 567", None, None),
        ("1,", None, Some(1.0)),
        ("1 ", Some(1.0), Some(1.0)),
        (" 7", Some(7.0), Some(7.0)),
        ("\u{a0}7\u{a0} ", Some(7.0), Some(7.0)),
    ] {
        same(text, false, point);
        same(text, true, comma);
    }
}

#[test]
fn what_is_and_is_not_a_number() {
    same("inf", false, Some(f64::INFINITY));
    same("-Infinity", true, Some(f64::NEG_INFINITY));
    same("+INF", false, Some(f64::INFINITY));
    same("-0", false, Some(-0.0));
    same(".5", false, Some(0.5));
    same("5.", false, Some(5.0));
    same("1e400", false, Some(f64::INFINITY));
    same("1e-400", false, Some(0.0));
    same("1,5E+03", true, Some(1500.0));
    same("00012", false, Some(12.0));
    for text in ["$5", "€5", "5 €", "-$5", "$-5", "£ 5.0"] {
        same(text, false, Some(if text.contains('-') { -5.0 } else { 5.0 }));
    }
    same("$1,234.56", false, Some(1234.56));
    same("1.234,56 €", true, Some(1234.56));
    for text in [
        "",
        " ",
        "-",
        "+",
        ".",
        "nan",
        "NaN",
        "-nan",
        "1_000",
        "0x10",
        "5%",
        "$",
        "$$5",
        "US$5",
        "1e",
        "1e+",
        "e5",
        "--1",
        "+-1",
        "1.2.3",
        "1-2",
        "12a",
        "in",
        "infinit",
        "(5)",
        "2020-01-01",
        "1e5.5",
        "\u{2212}5",
        "1 2",
        ",5,",
        "1,234,5",
    ] {
        same(text, false, None);
    }
}

#[test]
fn hard_roundings_equal_the_standard_library() {
    for text in [
        "9007199254740993",
        "9007199254740992.5",
        "0.1",
        "0.30000000000000004",
        "2.2250738585072011e-308",
        "1.7976931348623157e308",
        "4.9e-324",
        "123456789012345678901234567890",
        "8.988465674311581e307",
        "1e23",
        "9007199254740992e22",
        "1e22",
        "6.02214076e+23",
        "0.000000000000000000000000000000000000000000000001",
        "18446744073709551616",
        "9999999999999999999",
        "0.0000000000000000000000001",
    ] {
        same(text, false, text.parse().ok());
    }
}

#[test]
fn whole_numbers_and_booleans() {
    assert_eq!(parse_integer(b"9223372036854775807"), Some(i64::MAX));
    assert_eq!(parse_integer(b"-9223372036854775808"), Some(i64::MIN));
    assert_eq!(parse_integer(b" +007 "), Some(7));
    for text in ["9223372036854775808", "", "-", "1.0", "1,000", "1 0", "١"] {
        assert_eq!(parse_integer(text.as_bytes()), None, "{text:?}");
    }
    assert_eq!(parse_boolean(b"True"), Some(true));
    assert_eq!(parse_boolean(b" no "), Some(false));
    assert_eq!(parse_boolean(b"1"), Some(true));
    assert_eq!(parse_boolean(b"0.0"), Some(false));
    assert_eq!(parse_boolean(b"2"), None);
    assert_eq!(parse_boolean(b"maybe"), None);
    assert_eq!(parse_boolean(b""), None);
}

proptest! {
    #[test]
    fn every_float_comes_back(bits in any::<u64>()) {
        let value = f64::from_bits(bits);
        let (shortest, scientific) = (format!("{value}"), format!("{value:e}"));
        let expected = (!value.is_nan()).then_some(bits);
        for text in [shortest, scientific] {
            prop_assert_eq!(
                parse_number(text.as_bytes(), false).map(f64::to_bits), expected
            );
            let comma = text.replace('.', ",");
            prop_assert_eq!(
                parse_number(comma.as_bytes(), true).map(f64::to_bits), expected
            );
        }
    }

    #[test]
    fn plain_text_equals_the_standard_library(
        text in "[-+]?[0-9]{0,22}(\\.[0-9]{0,22})?([eE][-+]?[0-9]{1,3})?"
    ) {
        prop_assert_eq!(
            parse_number(text.as_bytes(), false).map(f64::to_bits),
            text.parse::<f64>().ok().map(f64::to_bits),
            "{}", text
        );
    }

    #[test]
    fn any_bytes_are_safe(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        for comma in [false, true] {
            prop_assert!(parse_number(&bytes, comma).is_none_or(|value| !value.is_nan()));
        }
        let _ = (parse_integer(&bytes), parse_boolean(&bytes));
    }
}
