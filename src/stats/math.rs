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
    if x >= 0.0 {
        1.0 / (1.0 + exp(-x))
    } else {
        let e = exp(x);
        e / (1.0 + e)
    }
}

/// ln(p/(1−p)) for `p` in 0–1; −∞ at 0, +∞ at 1, NaN outside.
#[must_use]
pub fn logit(p: f64) -> f64 {
    ln(p) - log1p(-p)
}

/// ln(1 + eˣ) without overflow: the log-loss of a negative row whose log-odds are `x`.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + log1p(exp(-x)) } else { log1p(exp(x)) }
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
    fn powers_of_two_are_exact() {
        assert_eq!(power_of_two(-48) * power_of_two(48), 1.0);
        assert_eq!(floor_log2(1.0), Some(0));
        assert_eq!(floor_log2(-0.75), Some(-1));
        assert_eq!(floor_log2(0.0), None);
        assert_eq!(floor_log2(f64::NAN), None);
    }
}
