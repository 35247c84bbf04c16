//! Sums by block, so that every number of the ladder has its delete-a-block jackknife. Enter: rows with their
//! block. Leave: totals with any one block left out.

use crate::encode::code::BLOCKS;
use crate::stats::jackknife;
use crate::stats::special;

/// Sums of one population, block by block, with the mass behind them.
#[derive(Clone, Debug)]
pub struct Blocks {
    length: usize,
    sums: Vec<f64>,
    mass: [f64; BLOCKS],
}

impl Blocks {
    /// Without rows.
    #[must_use]
    pub fn new(length: usize) -> Self {
        Self { length, sums: vec![0.0; length * BLOCKS], mass: [0.0; BLOCKS] }
    }

    /// The sum of a block, to add to; `mass` is counted beside it.
    pub fn of(&mut self, block: u8, mass: f64) -> &mut [f64] {
        let at = usize::from(block) % BLOCKS;
        if let Some(own) = self.mass.get_mut(at) {
            *own += mass;
        }
        self.sums.get_mut(at * self.length..(at + 1) * self.length).unwrap_or(&mut [])
    }

    /// Mass with a block left out.
    #[must_use]
    pub fn mass(&self, without: Option<usize>) -> f64 {
        let kept = |(at, _): &(usize, &f64)| Some(*at) != without;
        self.mass.iter().enumerate().filter(kept).map(|(_, mass)| mass).sum()
    }

    /// Total over blocks with one left out, divided by `by`.
    #[must_use]
    pub fn total(&self, without: Option<usize>, by: f64) -> Vec<f64> {
        let mut total = vec![0.0; self.length];
        for (at, sums) in self.sums.chunks_exact(self.length.max(1)).enumerate() {
            if Some(at) != without {
                total.iter_mut().zip(sums).for_each(|(own, more)| *own += more);
            }
        }
        total.iter_mut().for_each(|own| *own /= by);
        total
    }

    /// Total over the blocks that `kept` keeps.
    #[must_use]
    pub fn part(&self, kept: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut total = vec![0.0; self.length];
        for (at, sums) in self.sums.chunks_exact(self.length.max(1)).enumerate() {
            if kept(at) {
                total.iter_mut().zip(sums).for_each(|(own, more)| *own += more);
            }
        }
        total
    }

    /// Mean over rows with a block left out; all 0 without rows.
    #[must_use]
    pub fn mean(&self, without: Option<usize>) -> Vec<f64> {
        let mass = self.mass(without);
        if mass > 0.0 { self.total(without, mass) } else { vec![0.0; self.length] }
    }

    /// Mean over the rows of both with a block left out; all 0 without rows.
    #[must_use]
    pub fn mean_with(&self, more: &Self, without: Option<usize>) -> Vec<f64> {
        let mass = self.mass(without) + more.mass(without);
        if mass <= 0.0 {
            return vec![0.0; self.length];
        }
        let mut mean = self.total(without, mass);
        add(&mut mean, &more.total(without, mass), 1.0);
        mean
    }

    /// Whether there is no mass at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.mass(None) <= 0.0
    }

    /// Whether a block holds mass.
    #[must_use]
    pub fn holds(&self, block: usize) -> bool {
        self.mass.get(block).is_some_and(|mass| *mass > 0.0)
    }
}

/// Adds `factor` times another vector.
pub fn add(to: &mut [f64], more: &[f64], factor: f64) {
    to.iter_mut().zip(more).for_each(|(own, more)| *own += factor * more);
}

/// Standard error and half-width of the 95 % interval from left-out values; `None` with too few blocks.
#[must_use]
pub fn spread(left_out: &[f64]) -> Option<(f64, f64)> {
    let found = jackknife::standard_error(left_out)?;
    let degrees = (left_out.len() as f64 - 1.0).max(1.0);
    let quantile = special::student_t_quantile(0.975, degrees);
    Some((found.standard_error, quantile * found.standard_error))
}
