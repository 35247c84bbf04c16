//! A generalised linear model on a design of standardised numbers, their squares, missing flags, one column
//! a category, and products. Newton's method with a ridge, six to twelve steps, Cholesky.

use super::super::world::{Form, World};
use super::Loss;
use crate::stats::math;

/// Penalty on every coefficient but the intercept.
const RIDGE: f64 = 2.0;

/// One piece of the design.
#[derive(Clone, Debug)]
enum Term {
    /// Standardised value, its square less 1, and a missing flag: three columns.
    Number { column: usize, logarithm: bool, mean: f64, deviation: f64 },
    /// One column a known category.
    Names { column: usize, count: usize },
    /// The standardised value of number term `of`, in each category of `column`.
    Cross { column: usize, count: usize, of: usize },
    /// The product of two number terms.
    Product { of: usize, and: usize },
}

/// A fitted linear model.
#[derive(Clone, Debug)]
pub struct Linear {
    terms: Vec<Term>,
    weights: Vec<f64>,
}

impl Linear {
    /// Fits one output.
    pub fn fit(world: &World, rows: &[f64], target: &[f64], loss: Loss) -> Self {
        let terms = design(world, rows);
        let mut model = Self { terms, weights: Vec::new() };
        let width = world.columns.len();
        let mut matrix = Vec::new();
        let mut line = Vec::new();
        for row in rows.chunks_exact(width) {
            model.expand(row, &mut line);
            matrix.extend_from_slice(&line);
        }
        let p = line.len();
        let mean = target.iter().sum::<f64>() / target.len().max(1) as f64;
        model.weights = vec![0.0; p];
        if let Some(intercept) = model.weights.first_mut() {
            *intercept = loss.margin(mean);
        }
        for _ in 0..12 {
            let (mut hessian, mut gradient) = (vec![0.0; p * p], vec![0.0; p]);
            for (x, &y) in matrix.chunks_exact(p).zip(target) {
                let (fitted, weight) = loss.mean(dot(x, &model.weights));
                for (j, &xj) in x.iter().enumerate() {
                    if xj == 0.0 {
                        continue;
                    }
                    gradient[j] += xj * (y - fitted);
                    let w = weight * xj;
                    for (h, &xk) in hessian[j * p..=j * p + j].iter_mut().zip(x) {
                        *h += w * xk;
                    }
                }
            }
            for j in 1..p {
                gradient[j] -= RIDGE * model.weights[j];
                hessian[j * p + j] += RIDGE;
            }
            let step = solve(&mut hessian, gradient);
            let largest = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
            // Long first steps of a Poisson fit are shortened.
            let scale = if largest > 2.0 { 2.0 / largest } else { 1.0 };
            model.weights.iter_mut().zip(&step).for_each(|(w, s)| *w += scale * s);
            if largest < 1e-6 {
                break;
            }
        }
        model
    }

    /// The linear predictor of a row.
    pub fn margin(&self, row: &[f64]) -> f64 {
        let mut line = Vec::with_capacity(self.weights.len());
        self.expand(row, &mut line);
        dot(&line, &self.weights)
    }

    /// Writes the design line of a row.
    fn expand(&self, row: &[f64], line: &mut Vec<f64>) {
        line.clear();
        line.push(1.0);
        let at = |column: usize| row.get(column).copied().unwrap_or(f64::NAN);
        for term in &self.terms {
            match *term {
                Term::Number { column, .. } => {
                    let z = self.standard(term, row);
                    let square = (z * z).min(16.0);
                    let missing = at(column).is_nan();
                    line.extend([
                        z,
                        if missing { 0.0 } else { square - 1.0 },
                        f64::from(u8::from(missing)),
                    ]);
                }
                Term::Names { column, count } => {
                    let code = at(column);
                    line.extend(
                        (0..count).map(|c| f64::from(u8::from(code == c as f64))),
                    );
                }
                Term::Cross { column, count, of } => {
                    let z = self.terms.get(of).map_or(0.0, |t| self.standard(t, row));
                    let code = at(column);
                    line.extend(
                        (0..count).map(|c| if code == c as f64 { z } else { 0.0 }),
                    );
                }
                Term::Product { of, and } => {
                    let z = |i: usize| {
                        self.terms.get(i).map_or(0.0, |t| self.standard(t, row))
                    };
                    line.push(z(of) * z(and));
                }
            }
        }
    }

    /// The standardised value of a number term; 0 when missing.
    fn standard(&self, term: &Term, row: &[f64]) -> f64 {
        let &Term::Number { column, logarithm, mean, deviation } = term else {
            return 0.0;
        };
        let x = transformed(row.get(column).copied().unwrap_or(f64::NAN), logarithm);
        if x.is_nan() { 0.0 } else { (x - mean) / deviation }
    }
}

fn transformed(x: f64, logarithm: bool) -> f64 {
    if logarithm { math::ln(x.max(0.0) + 1.0) } else { x }
}

/// The terms for a world, standardised on these rows.
fn design(world: &World, rows: &[f64]) -> Vec<Term> {
    let width = world.columns.len();
    let mut terms = Vec::new();
    let mut place = vec![None; width];
    for (column, spec) in world.columns.iter().enumerate() {
        match spec.form {
            Form::Id(_) | Form::Moment | Form::Date => {}
            Form::Category(_, count) => {
                terms.push(Term::Names { column, count });
            }
            Form::Number(_) | Form::Skewed(_) | Form::Integer | Form::Boolean(..) => {
                let logarithm = matches!(spec.form, Form::Skewed(_));
                let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
                for &raw in rows.iter().skip(column).step_by(width) {
                    let x = transformed(raw, logarithm);
                    if !x.is_nan() {
                        n += 1.0;
                        sum += x;
                        squares += x * x;
                    }
                }
                let mean = sum / f64::max(n, 1.0);
                let variance = squares / f64::max(n, 1.0) - mean * mean;
                let deviation = math::sqrt(variance.max(1e-9));
                place[column] = Some(terms.len());
                terms.push(Term::Number { column, logarithm, mean, deviation });
            }
        }
    }
    for &(a, b) in world.crosses {
        let count = |c: usize| match world.columns.get(c).map(|s| s.form) {
            Some(Form::Category(_, count)) => Some(count),
            _ => None,
        };
        match (place.get(a).copied().flatten(), place.get(b).copied().flatten()) {
            (Some(of), Some(and)) => terms.push(Term::Product { of, and }),
            (None, Some(of)) => {
                terms.extend(count(a).map(|count| Term::Cross { column: a, count, of }));
            }
            (Some(of), None) => {
                terms.extend(count(b).map(|count| Term::Cross { column: b, count, of }));
            }
            (None, None) => {}
        }
    }
    terms
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Solves a symmetric positive system given by its lower triangle (row-major), in place, by Cholesky.
fn solve(matrix: &mut [f64], mut right: Vec<f64>) -> Vec<f64> {
    let p = right.len();
    for j in 0..p {
        for k in 0..=j {
            let mut sum = matrix[j * p + k];
            for i in 0..k {
                sum -= matrix[j * p + i] * matrix[k * p + i];
            }
            matrix[j * p + k] =
                if j == k { math::sqrt(sum.max(1e-9)) } else { sum / matrix[k * p + k] };
        }
    }
    for j in 0..p {
        for k in 0..j {
            right[j] -= matrix[j * p + k] * right[k];
        }
        right[j] /= matrix[j * p + j];
    }
    for j in (0..p).rev() {
        for k in j + 1..p {
            right[j] -= matrix[k * p + j] * right[k];
        }
        right[j] /= matrix[j * p + j];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_system_is_solved() {
        // 4x + 2y = 10, 2x + 3y = 9: x = 1.5, y = 2.
        let mut matrix = vec![4.0, 0.0, 2.0, 3.0];
        let x = solve(&mut matrix, vec![10.0, 9.0]);
        assert!((x[0] - 1.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12, "{x:?}");
    }
}
