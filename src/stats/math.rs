//! The only door to transcendental functions. Enter: finite numbers. Leave: the same bits natively and in
//! WebAssembly, because every function is the portable one of the `libm` crate (a port of musl), never the
//! platform's. Addition, multiplication, division, square root and rounding are exact by IEEE 754 and may
//! be used directly; everything else in the product goes through here. Cost: tens of nanoseconds a call.

/// Natural logarithm; `ln(0)` is −∞, of a negative number NaN.
#[must_use]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Logarithm to base 2.
#[must_use]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// Logarithm to base 10.
#[must_use]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `ln(1 + x)`, accurate near 0.
#[must_use]
pub fn log1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// eˣ.
#[must_use]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// eˣ for an `x` at or below 0, to the last two bits: no branch and no call, so that a loop over many numbers takes
/// several at once. Below −708, where it is less than 1e-307, it is 0.
/// The method is the one of musl's `exp`: x = k·ln 2 + r, a rational function of r, and 2ᵏ by its bits.
#[inline]
#[must_use]
pub fn exp_of_negative(x: f64) -> f64 {
    const LEAST: f64 = -708.0;
    /// Adding it leaves the nearest whole number in the last bits.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    const LN_2: [f64; 2] = [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10];
    const P: [f64; 5] = [
        1.666_666_666_666_660_2e-1,
        -2.777_777_777_701_559_3e-3,
        6.613_756_321_437_934e-5,
        -1.653_390_220_546_525_2e-6,
        4.138_136_797_057_238_5e-8,
    ];
    let shifted = x * std::f64::consts::LOG2_E + WHOLE;
    let k = shifted - WHOLE;
    let (high, low) = (x - k * LN_2[0], k * LN_2[1]);
    let r = high - low;
    let s = r * r;
    let c = r - s * (P[0] + s * (P[1] + s * (P[2] + s * (P[3] + s * P[4]))));
    let own = 1.0 + (r * c / (2.0 - c) - low + high);
    // The whole number stands in the last bits of `shifted`: moved to where the exponent is, it multiplies by 2ᵏ.
    let own = f64::from_bits(own.to_bits().wrapping_add(shifted.to_bits() << 52));
    if x < LEAST { 0.0 } else { own }
}

/// eˣ − 1, accurate near 0.
#[must_use]
pub fn expm1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `base` to the power `exponent`.
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Square root, correctly rounded; NaN below 0.
#[must_use]
pub fn sqrt(x: f64) -> f64 {
    libm::sqrt(x)
}

/// Cube root.
#[must_use]
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// Sine of an angle in radians.
#[must_use]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians.
#[must_use]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Hyperbolic tangent.
#[must_use]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// Error function.
#[must_use]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// Complementary error function, accurate in the upper tail.
#[must_use]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// Logarithm of |Γ(x)|.
#[must_use]
pub fn lgamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// 1/(1 + e⁻ˣ), without overflow on either side.
#[must_use]
pub fn sigmoid(x: f64) -> f64 {
    let e = exp_of_negative(-x.abs());
    if x >= 0.0 { 1.0 / (1.0 + e) } else { e / (1.0 + e) }
}

/// ln(p/(1−p)) for `p` in 0–1; −∞ at 0, +∞ at 1, NaN outside.
#[must_use]
pub fn logit(p: f64) -> f64 {
    ln(p) - log1p(-p)
}

/// ln(1 + eˣ) without overflow: the log-loss of a negative row whose log-odds are `x`.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + log1p(exp_of_negative(-x.abs()))
}

/// 2 to an integer power, exact; 0 or ∞ outside the range of `f64`.
#[must_use]
pub fn power_of_two(exponent: i32) -> f64 {
    libm::scalbn(1.0, exponent)
}

/// The `n` with 2ⁿ ≤ |x| < 2ⁿ⁺¹, exact; `None` for 0 and what is not finite.
#[must_use]
pub fn floor_log2(x: f64) -> Option<i32> {
    if x == 0.0 || !x.is_finite() { None } else { Some(libm::ilogb(x)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sigmoid_and_logit_are_inverse_and_do_not_overflow() {
        for x in [-30.0, -5.0, -0.1, 0.0, 0.3, 7.0, 20.0] {
            assert!((logit(sigmoid(x)) - x).abs() < 1e-6, "{x}");
        }
        assert_eq!(sigmoid(-1e4), 0.0);
        assert_eq!(sigmoid(1e4), 1.0);
        assert_eq!(softplus(1e4), 1e4);
        assert_eq!(logit(0.0), f64::NEG_INFINITY);
        assert_eq!(logit(1.0), f64::INFINITY);
    }

    #[test]
    fn exponentials_of_negative_numbers_are_those_of_libm() {
        let mut random = crate::stats::random::Random::new(4);
        let own = (0..100_000).map(|_| -40.0 * random.exponential());
        for x in own.chain([0.0, -0.0, -f64::MIN_POSITIVE, -0.5, -1.0, -707.9]) {
            let (own, known) = (exp_of_negative(x), exp(x));
            assert!((own - known).abs() <= 4.5e-16 * known, "{x}: {own} {known}");
        }
        assert_eq!((exp_of_negative(0.0), exp_of_negative(-0.0)), (1.0, 1.0));
        assert_eq!(
            (exp_of_negative(-709.0), exp_of_negative(f64::NEG_INFINITY)),
            (0.0, 0.0)
        );
        assert!(exp_of_negative(f64::NAN).is_nan() && sigmoid(f64::NAN).is_nan());
    }

    #[test]
    fn powers_of_two_are_exact() {
        assert_eq!(power_of_two(-48) * power_of_two(48), 1.0);
        assert_eq!(floor_log2(1.0), Some(0));
        assert_eq!(floor_log2(-0.75), Some(-1));
        assert_eq!(floor_log2(0.0), None);
        assert_eq!(floor_log2(f64::NAN), None);
    }
}
