//! Text to numbers. Enter: the bytes of one field. Leave: the number, or `None` when the text is not one.
//!
//! # What counts as a number
//! Blanks around it are dropped. An optional sign, digits with one decimal mark, an optional exponent; or
//! `inf` and `infinity` in any case. Thousands may be grouped, always by three, always with the same mark, and
//! never after a leading zero: `1,234.5`, `1 234.5`, `1'234.5`, and with a decimal comma `1.234,5`. Blanks
//! may be no-break or thin. A currency sign before or after is dropped. `NaN` is no number: it means missing. Percent
//! signs, hexadecimal and underscores are text.
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
    match parse_plain(bytes, decimal_mark) {
        Plain::Exact(value) => Some(value),
        Plain::Long => parse_long(bytes).or_else(|| parse_general(bytes, decimal_comma)),
        Plain::Other => parse_general(bytes, decimal_comma),
    }
}

/// What the quick look at a text gives.
enum Plain {
    /// The number.
    Exact(f64),
    /// A number of digits, one decimal mark and an exponent that needs more care.
    Long,
    /// Something else: grouped thousands, blanks, words.
    Other,
}

/// Digits, one decimal mark and a short exponent, when that can be had exactly.
#[inline]
fn parse_plain(bytes: &[u8], decimal_mark: u8) -> Plain {
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
            let Some(value) = short_exponent(rest.as_slice()) else {
                return Plain::Other;
            };
            exponent = value;
            break;
        } else {
            return Plain::Other;
        }
    }
    if count == 0 {
        return Plain::Other;
    }
    let scale = exponent - decimals;
    let power = EXACT_POWERS.get(scale.unsigned_abs() as usize);
    let Some(power) = power.filter(|_| count <= EXACT_DIGITS && mantissa <= 1 << 53)
    else {
        return Plain::Long;
    };
    #[expect(clippy::cast_precision_loss, reason = "at most 2^53: exact")]
    let whole = mantissa as f64;
    let value = if scale < 0 { whole / power } else { whole * power };
    Plain::Exact(if negative { -value } else { value })
}

/// A plain number of up to 40 bytes, rounded by the standard library.
fn parse_long(bytes: &[u8]) -> Option<f64> {
    let mut point = [0; 40];
    let point = point.get_mut(..bytes.len())?;
    for (to, from) in point.iter_mut().zip(bytes) {
        *to = if *from == b',' { b'.' } else { *from };
    }
    std::str::from_utf8(point).ok()?.parse().ok()
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

/// Signs of currencies.
const CURRENCIES: [&[u8]; 5] =
    [b"$", "€".as_bytes(), "£".as_bytes(), "¥".as_bytes(), "₹".as_bytes()];

/// The text without one currency sign at its beginning or end, and the blanks beside it.
fn without_currency(bytes: &[u8]) -> &[u8] {
    let rest = CURRENCIES
        .iter()
        .find_map(|sign| bytes.strip_prefix(*sign).or_else(|| bytes.strip_suffix(*sign)));
    rest.map_or(bytes, trim_blanks)
}

/// The whole grammar: rewritten for the standard library, which rounds it.
#[cold]
fn parse_general(bytes: &[u8], decimal_comma: bool) -> Option<f64> {
    let bytes = trim_blanks(bytes);
    let bytes = without_currency(bytes);
    let (negative, unsigned) = split_sign(bytes);
    // A sign may stand on either side of the currency: −$5 and $−5.
    let unsigned =
        if unsigned.len() < bytes.len() { without_currency(unsigned) } else { unsigned };
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

/// Yes or no: `true`/`false`, `t`/`f`, `yes`/`no`, `y`/`n`, `on`/`off` in any case, and the numbers 1 and 0
/// however they are written (`1.0` is how pandas writes a flag that is sometimes missing); blanks around are
/// dropped. Whether a column of 0 and 1 means yes and no is for its kind to say.
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
    if is_one_of(NO) {
        return Some(false);
    }
    match parse_number(bytes, false)? {
        1.0 => Some(true),
        0.0 => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
