//! What stored numbers mean, one value at a time: decimals, halves, days and times. Enter: stored
//! integers and bytes. Leave: `f64` rounded once, and microseconds that saturate instead of overflowing.
//! Cost: no allocation but for decimals beyond 2^53 or 22 places.

use super::super::batch::NULL_TIME;
use super::schema::Unit;
use arrow_buffer::i256;

/// Powers of ten that `f64` holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Whole numbers up to here are exact in `f64`.
const EXACT_MAX: u128 = 1 << 53;
/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// `digits / 10^scale`, rounded once to the nearest `f64`.
#[must_use]
pub fn decimal(digits: i128, scale: u32) -> f64 {
    let power = usize::try_from(scale).ok().and_then(|scale| POWERS.get(scale));
    match power {
        // Both operands are exact, so the division rounds once.
        Some(power) if digits.unsigned_abs() <= EXACT_MAX => digits as f64 / power,
        _ => from_digits(&digits.to_string(), scale),
    }
}

/// A big-endian two's complement number of at most 32 bytes as a decimal; `None` beyond that.
#[must_use]
pub fn decimal_from_bytes(bytes: &[u8], scale: u32) -> Option<f64> {
    let fill =
        if bytes.first().is_some_and(|first| first & 0x80 != 0) { 0xff } else { 0 };
    if bytes.len() <= 16 {
        let mut whole = [fill; 16];
        whole.get_mut(16 - bytes.len()..)?.copy_from_slice(bytes);
        return Some(decimal(i128::from_be_bytes(whole), scale));
    }
    let mut whole = [fill; 32];
    whole.get_mut(32_usize.checked_sub(bytes.len())?..)?.copy_from_slice(bytes);
    let digits = i256::from_be_bytes(whole);
    Some(match digits.to_i128() {
        Some(digits) => decimal(digits, scale),
        None => from_digits(&digits.to_string(), scale),
    })
}

fn from_digits(digits: &str, scale: u32) -> f64 {
    format!("{digits}e-{scale}").parse().unwrap_or(f64::NAN)
}

/// An IEEE 754 half, little-endian. Exact.
#[must_use]
pub fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_le_bytes(bytes);
    let exponent = (bits >> 10) & 0x1f;
    let fraction = f64::from(bits & 0x3ff);
    let size = match exponent {
        0 => fraction / 16_777_216.0,
        31 if fraction > 0.0 => f64::NAN,
        31 => f64::INFINITY,
        // 2^(exponent - 25) from its bits: -25 moved by the bias 1023.
        _ => (1024.0 + fraction) * f64::from_bits(u64::from(exponent + 998) << 52),
    };
    if bits & 0x8000 == 0 { size } else { -size }
}

/// Microseconds since 1970-01-01, never the null mark; finer units are rounded down.
#[must_use]
pub fn micros(count: i64, unit: Unit) -> i64 {
    let micros = match unit {
        Unit::Millis => count.saturating_mul(1000),
        Unit::Micros => count,
        Unit::Nanos => count.div_euclid(1000),
    };
    micros.max(NULL_TIME + 1)
}

/// Microseconds at the start of a day counted from 1970-01-01.
#[must_use]
pub fn day_micros(days: i64) -> i64 {
    days.saturating_mul(DAY_MICROS).max(NULL_TIME + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_rounded_once() {
        assert_eq!(decimal(-12_345, 2), -123.45);
        assert_eq!(decimal(1, 40), 1e-40);
        assert_eq!(decimal(12_345_678_901_234_567_890_123, 5), 123456789012345678.90123);
        assert_eq!(decimal_from_bytes(&[0xff], 1), Some(-0.1));
        assert_eq!(decimal_from_bytes(&[], 1), Some(0.0));
        assert_eq!(decimal_from_bytes(&[0xff; 20], 2), Some(-0.01));
        let mut big = [0; 20];
        big[0] = 1;
        assert_eq!(decimal_from_bytes(&big, 0), Some(f64::powi(2.0, 152)));
        assert_eq!(decimal_from_bytes(&[0; 33], 0), None);
    }

    #[test]
    fn halves() {
        for (bits, value) in [
            (0x3c00_u16, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0001, 5.960_464_477_539_063e-8),
            (0x3555, 0.333_251_953_125),
            (0x7c00, f64::INFINITY),
        ] {
            assert_eq!(half(bits.to_le_bytes()), value);
        }
        assert!(half(0x7e00_u16.to_le_bytes()).is_nan());
    }

    #[test]
    fn times_saturate_and_round_down() {
        assert_eq!(micros(-1, Unit::Nanos), -1);
        assert_eq!(micros(i64::MAX, Unit::Millis), i64::MAX);
        assert_eq!(micros(i64::MIN, Unit::Micros), i64::MIN + 1);
        assert_eq!(day_micros(i64::from(i32::MIN)), i64::MIN + 1);
        assert_eq!(day_micros(18_262), 1_577_836_800_000_000);
    }
}
