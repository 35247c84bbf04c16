//! The customer's model: really fitted on rows of its own, then frozen. Enter: training rows and labels of a
//! world. Leave: scores for any row. Two kinds: a generalised linear model and boosted trees; logistic
//! for yes/no, Poisson for amounts, several classes by softmax (trees) or one against the rest (linear).
//! Cost: below a second for 10,000 rows unoptimised, about a microsecond a score.
//!
//! # Decisions
//! This is not the product's own `model`: what diagnoses must not share code with what is diagnosed.

mod linear;
mod trees;

use super::world::{Target, World, round};
use crate::stats::math;
use linear::Linear;
use trees::Trees;

/// How the customer built the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recipe {
    /// Ridge-penalised linear model with squares and the world's crosses, by Newton's method.
    Linear,
    /// Boosted trees, with care.
    Trees,
    /// Boosted trees grown until they know the training rows by heart.
    Careless,
    /// The same, stopped after so many rounds.
    Overgrown(u8),
    /// The mean of deep trees on resampled rows and random columns.
    Forest,
}

/// The loss that is fitted; its mean function is the inverse link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Loss {
    Logistic,
    Poisson,
}

impl Loss {
    /// Mean and its derivative (the Newton weight) at a margin.
    fn mean(self, margin: f64) -> (f64, f64) {
        match self {
            Self::Logistic => {
                let p = math::sigmoid(margin);
                (p, (p * (1.0 - p)).max(1e-6))
            }
            Self::Poisson => {
                let m = math::exp(margin.clamp(-12.0, 12.0));
                (m, m.max(1e-6))
            }
        }
    }

    /// The margin whose mean this is.
    fn margin(self, mean: f64) -> f64 {
        match self {
            Self::Logistic => math::logit(mean.clamp(1e-4, 1.0 - 1e-4)),
            Self::Poisson => math::ln(mean.max(1e-4)),
        }
    }
}

enum Fitted {
    Linear(Vec<Linear>),
    Trees(Trees),
    Forest(Trees),
}

/// A fitted model.
pub struct CustomerModel {
    fitted: Fitted,
    loss: Loss,
}

impl CustomerModel {
    /// Fits on `rows` (row-major, the world's columns) and `labels` (0/1, class index or amount).
    #[must_use]
    pub fn fit(world: &World, rows: &[f64], labels: &[f64], recipe: Recipe) -> Self {
        let width = world.target.width();
        let loss = match world.target {
            Target::Amount { .. } => Loss::Poisson,
            _ => Loss::Logistic,
        };
        let targets: Vec<Vec<f64>> = if width == 1 {
            vec![labels.to_vec()]
        } else {
            (0..width)
                .map(|class| {
                    let is = |&l: &f64| f64::from(u8::from(l == class as f64));
                    labels.iter().map(is).collect()
                })
                .collect()
        };
        let fitted = match recipe {
            Recipe::Linear => Fitted::Linear(
                targets.iter().map(|t| Linear::fit(world, rows, t, loss)).collect(),
            ),
            Recipe::Trees => {
                let care = trees::Care::usual(width);
                Fitted::Trees(Trees::fit(world, rows, &targets, loss, care))
            }
            Recipe::Forest => Fitted::Forest(Trees::forest(world, rows, &targets)),
            Recipe::Overgrown(rounds) => {
                let care = trees::Care::overgrown(usize::from(rounds));
                Fitted::Trees(Trees::fit(world, rows, &targets, loss, care))
            }
            Recipe::Careless => {
                let care = trees::Care::NONE;
                Fitted::Trees(Trees::fit(world, rows, &targets, loss, care))
            }
        };
        Self { fitted, loss }
    }

    /// Scores one row as a service would log it: a probability with 6 decimals, class probabilities, or
    /// an amount with 2.
    pub fn score(&self, row: &[f64], out: &mut [f64]) {
        match &self.fitted {
            Fitted::Linear(parts) => {
                for (o, part) in out.iter_mut().zip(parts) {
                    *o = part.margin(row);
                }
            }
            Fitted::Trees(trees) | Fitted::Forest(trees) => trees.margins(row, out),
        }
        let several = out.len() > 1;
        match (&self.fitted, self.loss, several) {
            (Fitted::Forest(_), Loss::Poisson, _) => {
                out.iter_mut().for_each(|o| *o = o.max(0.0));
            }
            (Fitted::Forest(_), ..) => {
                out.iter_mut().for_each(|o| *o = o.clamp(0.0005, 0.9995));
                if several {
                    let total: f64 = out.iter().sum();
                    out.iter_mut().for_each(|o| *o /= total);
                }
            }
            (Fitted::Trees(_), _, true) => softmax(out),
            (_, Loss::Logistic, _) => {
                out.iter_mut().for_each(|o| *o = math::sigmoid(*o));
                if several {
                    let total: f64 = out.iter().sum();
                    out.iter_mut().for_each(|o| *o /= total.max(1e-12));
                }
            }
            (_, Loss::Poisson, _) => {
                out.iter_mut().for_each(|o| *o = self.loss.mean(*o).0);
            }
        }
        let decimals = if self.loss == Loss::Poisson { 2 } else { 6 };
        out.iter_mut().for_each(|o| *o = round(*o, decimals));
    }
}

/// Turns margins into probabilities.
fn softmax(out: &mut [f64]) {
    let top = out.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    out.iter_mut().for_each(|o| *o = math::exp(*o - top));
    let total: f64 = out.iter().sum();
    out.iter_mut().for_each(|o| *o /= total);
}
