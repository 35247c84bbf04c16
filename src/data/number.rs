//! Text to numbers. Enter: the bytes of one field. Leave: the number, or `None` when the text is not one.
//!
//! # What counts as a number
//! Blanks around it are dropped. An optional sign, digits with one decimal mark, an optional exponent; or
//! `inf` and `infinity` in any case. Thousands may be grouped, always by three, always with the same mark, and
//! never after a leading zero: `1,234.5`, `1 234.5`, `1'234.5`, and with a decimal comma `1.234,5`. Blanks
//! may be no-break or thin. `NaN` is no number: it means missing. Percent and currency signs, hexadecimal
//! and underscores are text.
//!
//! # Exactness
//! The value is the `f64` nearest to the decimal, the same as [`str::parse`] gives. Up to 2^53 in the digits
//! and 10^±22 in the scale both operands are exact, so one division or product rounds once, correctly
//! (Clinger 1990, "How to read floating point numbers accurately"); everything else is left to the standard
//! library.

/// Powers of ten that an `f64` holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// Digits that always fit a `u64`.
const EXACT_DIGITS: usize = 19;

/// Marks that may stand between groups of three digits whatever the decimal mark: blank, apostrophe, no-break
/// blank, thin blank, narrow no-break blank, typographic apostrophe.
const GROUP_MARKS: [&[u8]; 6] = [
    b" ",
    b"'",
    "\u{a0}".as_bytes(),
    "\u{2009}".as_bytes(),
    "\u{202f}".as_bytes(),
    "\u{2019}".as_bytes(),
];

/// The number a field spells, or `None`. With `decimal_comma` the comma is the decimal mark and the point
/// may group thousands; without, the other way round.
///
/// ```
/// use whydrop::data::number::parse_number;
/// assert_eq!(parse_number(b"1,234.5", false), Some(1234.5));
/// assert_eq!(parse_number(b"1.234,5", true), Some(1234.5));
/// assert_eq!(parse_number(b"12,34", false), None);
/// ```
#[must_use]
#[inline]
pub fn parse_number(bytes: &[u8], decimal_comma: bool) -> Option<f64> {
    let decimal_mark = if decimal_comma { b',' } else { b'.' };
    parse_plain(bytes, decimal_mark).or_else(|| parse_general(bytes, decimal_comma))
}

/// Digits, one decimal mark and a short exponent, when that can be had exactly.
#[inline]
fn parse_plain(bytes: &[u8], decimal_mark: u8) -> Option<f64> {
    let (negative, digits) = split_sign(bytes);
    let (mut mantissa, mut count, mut decimals) = (0_u64, 0_usize, 0_i32);
    let mut seen_mark = false;
    let mut rest = digits.iter();
    let mut exponent = 0;
    while let Some(&byte) = rest.next() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
            count += 1;
            decimals += i32::from(seen_mark);
        } else if byte == decimal_mark && !seen_mark {
            seen_mark = true;
        } else if (byte == b'e' || byte == b'E') && count > 0 {
            exponent = short_exponent(rest.as_slice())?;
            break;
        } else {
            return None;
        }
    }
    if count == 0 || count > EXACT_DIGITS || mantissa > 1 << 53 {
        return None;
    }
    let scale = exponent - decimals;
    let power = *EXACT_POWERS.get(scale.unsigned_abs() as usize)?;
    #[expect(clippy::cast_precision_loss, reason = "at most 2^53: exact")]
    let whole = mantissa as f64;
    let value = if scale < 0 { whole / power } else { whole * power };
    Some(if negative { -value } else { value })
}

/// A signed exponent of one to three digits.
fn short_exponent(bytes: &[u8]) -> Option<i32> {
    let (negative, digits) = split_sign(bytes);
    if digits.is_empty() || digits.len() > 3 {
        return None;
    }
    let mut value = 0;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i32::from(byte - b'0');
    }
    Some(if negative { -value } else { value })
}

const fn split_sign(bytes: &[u8]) -> (bool, &[u8]) {
    match bytes {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, bytes),
    }
}

/// The whole grammar: rewritten for the standard library, which rounds it.
#[cold]
fn parse_general(bytes: &[u8], decimal_comma: bool) -> Option<f64> {
    let bytes = trim_blanks(bytes);
    let (negative, unsigned) = split_sign(bytes);
    if unsigned.eq_ignore_ascii_case(b"inf") || unsigned.eq_ignore_ascii_case(b"infinity")
    {
        return Some(if negative { f64::NEG_INFINITY } else { f64::INFINITY });
    }
    let decimal_mark = if decimal_comma { b',' } else { b'.' };
    if !unsigned.first().is_some_and(|&b| b.is_ascii_digit() || b == decimal_mark) {
        return None;
    }
    let mut plain = String::with_capacity(bytes.len());
    if negative {
        plain.push('-');
    }
    let rest = take_whole_part(unsigned, decimal_comma, &mut plain)?;
    let mut count = plain.len() - usize::from(negative);
    let rest = match rest.split_first() {
        Some((&mark, decimals)) if mark == decimal_mark => {
            plain.push('.');
            let (digits, rest) = split_digits(decimals);
            count += digits.len();
            push_digits(digits, &mut plain);
            rest
        }
        _ => rest,
    };
    if count == 0 {
        return None;
    }
    if let Some((b'e' | b'E', exponent)) = rest.split_first() {
        let (negative, exponent) = split_sign(exponent);
        let (digits, rest) = split_digits(exponent);
        if digits.is_empty() || !rest.is_empty() {
            return None;
        }
        plain.push('e');
        if negative {
            plain.push('-');
        }
        push_digits(digits, &mut plain);
    } else if !rest.is_empty() {
        return None;
    }
    plain.parse().ok()
}

/// Appends the digits before the decimal mark, grouped or not, and gives what follows them.
fn take_whole_part<'a>(
    bytes: &'a [u8],
    decimal_comma: bool,
    plain: &mut String,
) -> Option<&'a [u8]> {
    let (first, mut rest) = split_digits(bytes);
    push_digits(first, plain);
    let point_or_comma: &[u8] = if decimal_comma { b"." } else { b"," };
    let Some(mark) = GROUP_MARKS
        .into_iter()
        .chain([point_or_comma])
        .find(|mark| rest.starts_with(mark))
    else {
        return Some(rest);
    };
    if first.is_empty() || first.len() > 3 || first.starts_with(b"0") {
        return None;
    }
    while let Some(group) = rest.strip_prefix(mark) {
        let (digits, behind) = split_digits(group);
        if digits.len() != 3 {
            return None;
        }
        push_digits(digits, plain);
        rest = behind;
    }
    Some(rest)
}

fn split_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let count = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    bytes.split_at(count)
}

fn push_digits(digits: &[u8], into: &mut String) {
    into.extend(digits.iter().map(|&byte| char::from(byte)));
}

/// Without blanks, tabs and no-break blanks around it.
fn trim_blanks(mut bytes: &[u8]) -> &[u8] {
    const NO_BREAK: &[u8] = "\u{a0}".as_bytes();
    loop {
        let trimmed = bytes.trim_ascii();
        let trimmed = trimmed.strip_prefix(NO_BREAK).unwrap_or(trimmed);
        let trimmed = trimmed.strip_suffix(NO_BREAK).unwrap_or(trimmed);
        if trimmed.len() == bytes.len() {
            return bytes;
        }
        bytes = trimmed;
    }
}

/// The whole number a field spells with a sign and digits alone, or `None`: also beyond `i64`. Blanks around it
/// are dropped; `1.0` and `1,000` are not whole numbers here (see [`parse_number`]).
#[must_use]
pub fn parse_integer(bytes: &[u8]) -> Option<i64> {
    let bytes = bytes.trim_ascii();
    let (negative, digits) = split_sign(bytes);
    if digits.is_empty() {
        return None;
    }
    let mut value = 0_i64;
    for &byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        let digit = i64::from(byte - b'0');
        value = value.checked_mul(10)?;
        value = if negative {
            value.checked_sub(digit)?
        } else {
            value.checked_add(digit)?
        };
    }
    Some(value)
}

/// Yes or no: `true`/`false`, `t`/`f`, `yes`/`no`, `y`/`n`, `on`/`off` in any case, blanks around dropped.
/// `0` and `1` are whole numbers: whether they mean yes and no is for the kind to say.
#[must_use]
pub fn parse_boolean(bytes: &[u8]) -> Option<bool> {
    const YES: [&[u8]; 5] = [b"true", b"t", b"yes", b"y", b"on"];
    const NO: [&[u8]; 5] = [b"false", b"f", b"no", b"n", b"off"];
    let bytes = bytes.trim_ascii();
    let is_one_of = |words: [&[u8]; 5]| {
        words.into_iter().any(|word| bytes.eq_ignore_ascii_case(word))
    };
    if is_one_of(YES) {
        return Some(true);
    }
    is_one_of(NO).then_some(false)
}

#[cfg(test)]
mod tests {
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
            "$5",
            "€5",
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
        assert_eq!(parse_boolean(b"1"), None);
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
}
