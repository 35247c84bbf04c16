//! Delete-a-block jackknife: the one source of intervals. Enter: K blocks of additive statistics (rows
//! share a block when they share an entity) and a functional of their sum. Leave: a standard error, or an
//! interval by Student's t with K−1 degrees of freedom.
//!
//! Why: one method for every metric, ratios and ranks included, and rows of one entity count as one, so
//! that repeating rows does not narrow the interval. When it misleads: with few blocks (below
//! [`MIN_BLOCKS`] it refuses), with one block holding most rows, and for functionals that jump (a median
//! of few rows). Source: Quenouille 1949, Tukey 1958; blocks as in Shao and Tu 1995.
//! Cost: K evaluations of the functional.

use super::{math, special};

/// Fewest blocks with rows for which a jackknife is given.
pub const MIN_BLOCKS: usize = 8;

/// Something that adds up over rows and from which a part can be taken away again, exactly.
pub trait Additive: Clone {
    /// Adds another part.
    fn add(&mut self, other: &Self);
    /// Takes a part away that was added before.
    fn subtract(&mut self, other: &Self);
    /// Whether it holds no row.
    fn is_empty(&self) -> bool;
}

/// The jackknife's answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Jackknife {
    /// Standard error of the functional, in its own unit (or on the logit scale, see [`Scale`]).
    pub standard_error: f64,
    /// Blocks that held rows.
    pub block_count: usize,
}

impl Jackknife {
    /// Student's quantile for a two-sided interval of the given coverage, e.g. 0.95.
    #[must_use]
    pub fn quantile(&self, coverage: f64) -> f64 {
        special::student_t_quantile(0.5 + 0.5 * coverage, self.block_count as f64 - 1.0)
    }
}

/// The scale on which an interval is symmetric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The functional's own.
    Plain,
    /// Log-odds: for shares and AUC, so that bounds stay inside 0–1.
    Logit,
}

/// The standard error from the functional's values with each block (that has rows) left out:
/// √((K−1)/K·Σ(θ₍ₖ₎−θ̄)²). `None` with fewer than [`MIN_BLOCKS`] values.
#[must_use]
pub fn standard_error(left_out: &[f64]) -> Option<Jackknife> {
    let block_count = left_out.len();
    if block_count < MIN_BLOCKS {
        return None;
    }
    let count = block_count as f64;
    let mean = left_out.iter().sum::<f64>() / count;
    let squares: f64 = left_out.iter().map(|value| (value - mean) * (value - mean)).sum();
    let standard_error = math::sqrt(squares * (count - 1.0) / count);
    standard_error.is_finite().then_some(Jackknife { standard_error, block_count })
}

/// The functional with each block left out, for the blocks that hold rows. `None` when the functional is
/// undefined without one of them.
#[must_use]
pub fn leave_one_out<T: Additive>(
    blocks: &[T],
    mut functional: impl FnMut(&T) -> Option<f64>,
) -> Option<Vec<f64>> {
    let mut parts = blocks.iter().filter(|block| !block.is_empty());
    let mut total = parts.next()?.clone();
    parts.for_each(|block| total.add(block));
    let mut values = Vec::with_capacity(blocks.len());
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        let mut rest = total.clone();
        rest.subtract(block);
        values.push(functional(&rest)?);
    }
    Some(values)
}

/// Standard error of `functional` over `blocks`; `None` when it cannot be had.
#[must_use]
pub fn over_blocks<T: Additive>(
    blocks: &[T],
    functional: impl FnMut(&T) -> Option<f64>,
) -> Option<Jackknife> {
    standard_error(&leave_one_out(blocks, functional)?)
}

/// An interval around `value` with the given coverage, from the left-out values. On the logit scale a value
/// or left-out value of exactly 0 or 1 falls back to the plain scale, held inside 0–1.
#[must_use]
pub fn interval(
    value: f64,
    left_out: &[f64],
    scale: Scale,
    coverage: f64,
) -> Option<(f64, f64)> {
    if scale == Scale::Logit {
        let moved: Vec<f64> = left_out.iter().map(|&v| math::logit(v)).collect();
        let centre = math::logit(value);
        if centre.is_finite() && moved.iter().all(|v| v.is_finite()) {
            let jackknife = standard_error(&moved)?;
            let half = jackknife.quantile(coverage) * jackknife.standard_error;
            return Some((math::sigmoid(centre - half), math::sigmoid(centre + half)));
        }
    }
    let jackknife = standard_error(left_out)?;
    let half = jackknife.quantile(coverage) * jackknife.standard_error;
    let (low, high) = (value - half, value + half);
    Some(match scale {
        Scale::Plain => (low, high),
        Scale::Logit => (low.max(0.0), high.min(1.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone)]
    struct Mean(f64, u32);

    impl Additive for Mean {
        fn add(&mut self, other: &Self) {
            self.0 += other.0;
            self.1 += other.1;
        }
        fn subtract(&mut self, other: &Self) {
            self.0 -= other.0;
            self.1 -= other.1;
        }
        fn is_empty(&self) -> bool {
            self.1 == 0
        }
    }

    #[test]
    fn of_a_mean_it_is_the_usual_standard_error() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0];
        let mut blocks: Vec<Mean> = values.iter().map(|&v| Mean(v, 1)).collect();
        blocks.push(Mean(0.0, 0));
        let found = over_blocks(&blocks, |m| Some(m.0 / f64::from(m.1))).unwrap();
        // s/√n of the ten numbers.
        assert!(
            (found.standard_error - 0.781_024_967_590_665_4).abs() < 1e-12,
            "{found:?}"
        );
        assert_eq!(found.block_count, 10);
    }

    #[test]
    fn too_few_blocks_or_an_undefined_value_give_nothing() {
        let blocks = vec![Mean(1.0, 1); 7];
        assert!(over_blocks(&blocks, |m| Some(m.0)).is_none());
        let blocks = vec![Mean(1.0, 1); 9];
        assert!(over_blocks(&blocks, |_| None).is_none());
        assert!(over_blocks::<Mean>(&[], |_| Some(1.0)).is_none());
    }

    #[test]
    fn a_logit_interval_stays_inside() {
        let left_out: Vec<f64> =
            (0..32).map(|k| 0.97 + 0.0005 * f64::from(k % 5)).collect();
        let (low, high) = interval(0.971, &left_out, Scale::Logit, 0.95).unwrap();
        assert!(low > 0.9 && low < 0.971 && high > 0.971 && high < 1.0);
        let (_, high) = interval(1.0, &[1.0; 32], Scale::Logit, 0.95).unwrap();
        assert_eq!(high, 1.0);
    }
}
