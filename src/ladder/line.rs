//! A shift, a slope and a step of the outcome's log-odds: a logistic regression of three numbers on top of known
//! log-odds. Enter: rows. Leave: the numbers with their standard errors. Newton's method, halving steps that do not
//! lower the loss: scores near 0 and 1 have log-odds so large that a whole step can overshoot for ever.

use crate::stats::math;

/// Steps at most.
const STEPS: usize = 25;
/// Halvings of a step at most.
const HALVINGS: usize = 20;
/// Largest change of a number a step.
const LONGEST: f64 = 3.0;
/// A step that promises to lower the loss by no more than this share of it is the last: its own error is the square of
/// its length, and the next losses would differ by rounding alone.
const LAST: f64 = 1e-13;
/// Rows whose losses share a logarithm: 2 to this power is a number.
const AT_ONCE: usize = 512;

/// A labelled row.
pub struct Fact {
    /// The outcome, 0 or 1.
    pub yes: f64,
    /// Log-odds to start from.
    pub offset: f64,
    /// What the slope multiplies: log-odds of the score.
    pub line: f64,
    /// Whether it was decided "yes", 0 or 1.
    pub decided: f64,
}

/// What was fitted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Line {
    /// Shift, slope beyond the offset's own, step of decided rows; 0 where it was not free.
    pub value: [f64; 3],
    /// Their standard errors; 0 where it was not free.
    pub error: [f64; 3],
}

impl Line {
    /// Standard score of a number; 0 where it was not free.
    #[must_use]
    pub fn z(&self, at: usize) -> f64 {
        let value = self.value.get(at).copied().unwrap_or(0.0);
        let error = self.error.get(at).copied().unwrap_or(0.0);
        if error > 0.0 { value / error } else { 0.0 }
    }
}

/// The loss at some numbers, with its slope and its curvature.
#[derive(Clone, Copy)]
struct Ground {
    loss: f64,
    /// Falls in this direction.
    gradient: [f64; 3],
    hessian: [[f64; 3]; 3],
}

impl Ground {
    fn at(facts: &[Fact], value: &[f64; 3]) -> Self {
        let mut own = Self { loss: 0.0, gradient: [0.0; 3], hessian: [[0.0; 3]; 3] };
        facts.chunks(AT_ONCE).for_each(|facts| own.add(facts, value));
        for a in 0..3 {
            for b in 0..a {
                own.hessian[a][b] = own.hessian[b][a];
            }
        }
        own
    }

    /// Adds at most [`AT_ONCE`] rows: their exponentials side by side, and one logarithm for all of them, that of a
    /// product in which no factor is above 2. For why it is a call of its own see [`crate::model`].
    #[inline(never)]
    fn add(&mut self, facts: &[Fact], [shift, slope, step]: &[f64; 3]) {
        let (mut margins, mut small) = ([0.0_f64; AT_ONCE], [0.0_f64; AT_ONCE]);
        for (margin, fact) in margins.iter_mut().zip(facts) {
            *margin = fact.offset + shift + slope * fact.line + step * fact.decided;
        }
        for (small, margin) in small.iter_mut().zip(&margins) {
            *small = math::exp_of_negative(-margin.abs());
        }
        let mut product = 1.0;
        for ((fact, margin), small) in facts.iter().zip(&margins).zip(&small) {
            let below = 1.0 + small;
            product *= below;
            self.loss += margin.max(0.0) - fact.yes * margin;
            let chance = if *margin >= 0.0 { 1.0 / below } else { small / below };
            let (g, h) = (fact.yes - chance, chance * (1.0 - chance));
            let x = [1.0, fact.line, fact.decided];
            for (a, row) in self.hessian.iter_mut().enumerate() {
                self.gradient[a] += g * x[a];
                for (b, cell) in row.iter_mut().enumerate().skip(a) {
                    *cell += h * x[a] * x[b];
                }
            }
        }
        self.loss += math::ln(product);
    }
}

/// Fits the numbers that are `free`: shift, slope, step.
#[must_use]
pub fn fit(facts: &[Fact], free: [bool; 3]) -> Line {
    let mut line = Line::default();
    let mut ground = Ground::at(facts, &line.value);
    for _ in 0..STEPS {
        let Ground { mut gradient, mut hessian, loss } = ground;
        for at in 0..3 {
            if free[at] {
                hessian[at][at] += 1e-9;
            } else {
                gradient[at] = 0.0;
                hessian[at] = [0.0; 3];
                hessian.iter_mut().for_each(|row| row[at] = 0.0);
                hessian[at][at] = 1.0;
            }
        }
        let Some(inverse) = inverse(hessian) else { break };
        let mut step = [0.0_f64; 3];
        for at in 0..3 {
            let whole: f64 = (0..3).map(|b| inverse[at][b] * gradient[b]).sum();
            step[at] = whole.clamp(-LONGEST, LONGEST);
            line.error[at] =
                if free[at] { math::sqrt(inverse[at][at].max(0.0)) } else { 0.0 };
        }
        let go = |share: f64| {
            let mut value = line.value;
            value.iter_mut().zip(step).for_each(|(own, step)| *own += share * step);
            value
        };
        let promised: f64 = gradient.iter().zip(step).map(|(g, s)| 0.5 * g * s).sum();
        if promised <= LAST * loss {
            line.value = go(1.0);
            break;
        }
        let mut share = 1.0;
        let moved = (0..HALVINGS).find_map(|_| {
            let value = go(share);
            let there = Ground::at(facts, &value);
            share *= 0.5;
            (there.loss <= loss).then_some((value, there))
        });
        let Some(moved) = moved else { break };
        (line.value, ground) = moved;
    }
    line
}

/// The inverse of a symmetric 3 × 3 matrix; `None` when it has none.
fn inverse(m: [[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let minor = |r: [usize; 2], c: [usize; 2]| {
        m[r[0]][c[0]] * m[r[1]][c[1]] - m[r[0]][c[1]] * m[r[1]][c[0]]
    };
    let others = [[1, 2], [0, 2], [0, 1]];
    let sign = |a: usize, b: usize| if (a + b).is_multiple_of(2) { 1.0 } else { -1.0 };
    let determinant: f64 =
        (0..3).map(|c| m[0][c] * sign(0, c) * minor(others[0], others[c])).sum();
    if determinant.abs() < 1e-300 {
        return None;
    }
    let mut out = [[0.0; 3]; 3];
    for (a, row) in out.iter_mut().enumerate() {
        for (b, cell) in row.iter_mut().enumerate() {
            *cell = sign(a, b) * minor(others[b], others[a]) / determinant;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn rows(shift: f64, slope: f64, step: f64) -> Vec<Fact> {
        let mut random = Random::new(9);
        (0..20_000)
            .map(|_| {
                let line = 3.0 * random.normal();
                let decided = f64::from(u8::from(line > 1.0));
                let eta = line + shift + slope * line + step * decided;
                let yes = f64::from(u8::from(random.chance(math::sigmoid(eta))));
                Fact { yes, offset: line, line, decided }
            })
            .collect()
    }

    #[test]
    fn what_was_put_in_comes_back() {
        for (shift, slope, step) in [(0.0, 0.0, 0.0), (-0.7, 0.3, 0.0), (0.4, -0.5, -1.5)]
        {
            let line = fit(&rows(shift, slope, step), [true; 3]);
            for (found, (error, is)) in
                line.value.iter().zip(line.error.iter().zip([shift, slope, step]))
            {
                assert!((found - is).abs() < 4.0 * error, "{line:?} {is}");
            }
        }
        let held = fit(&rows(0.4, 0.0, 0.0), [true, false, false]);
        assert_eq!((held.value[1], held.error[1], held.z(2)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn the_numbers_are_those_of_scipy() {
        // Minimum of the same loss by `scipy.optimize.minimize` (BFGS, SciPy 1.17.1) and the roots of the diagonal of
        // the inverse of its Hessian, on 24 rows written out here.
        let yes =
            [0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 1];
        let facts: Vec<Fact> = yes
            .iter()
            .enumerate()
            .map(|(row, yes)| {
                let line = ((row % 12) as f64 - 5.5) / 2.0;
                let decided = f64::from(u8::from(line > 0.6));
                Fact { yes: f64::from(*yes), offset: line, line, decided }
            })
            .collect();
        let cases = [
            ([true, false, false], [-0.276_255_24, 0.0, 0.0], [0.526_204_31, 0.0, 0.0]),
            (
                [true, true, false],
                [-0.178_673_98, -0.691_997_51, 0.0],
                [0.424_031_31, 0.252_274_42, 0.0],
            ),
            (
                [true; 3],
                [-0.310_125_31, -0.771_941_25, 0.319_085_7],
                [0.799_664_32, 0.480_762_49, 1.641_509_84],
            ),
        ];
        for (free, value, error) in cases {
            let own = fit(&facts, free);
            let near = |a: [f64; 3], b: [f64; 3]| {
                a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6)
            };
            assert!(
                near(own.value, value) && near(own.error, error),
                "{free:?}: {own:?}"
            );
        }
    }

    #[test]
    fn one_pass_gives_the_loss_and_both_its_derivatives() {
        let facts = rows(0.3, -0.2, 0.5);
        let value = [0.2, -0.4, 0.7];
        let margin = |fact: &Fact, value: &[f64; 3]| {
            fact.offset + value[0] + value[1] * fact.line + value[2] * fact.decided
        };
        let loss = |value: &[f64; 3]| -> f64 {
            let one = |fact: &Fact| {
                let margin = margin(fact, value);
                math::softplus(margin) - fact.yes * margin
            };
            facts.iter().map(one).sum()
        };
        let own = Ground::at(&facts, &value);
        assert!((own.loss / loss(&value) - 1.0).abs() < 1e-12);
        let moved = |at: usize, by: f64| {
            let mut value = value;
            value[at] += by;
            value
        };
        for at in 0..3 {
            let slope = (loss(&moved(at, -1e-5)) - loss(&moved(at, 1e-5))) / 2e-5;
            assert!((own.gradient[at] - slope).abs() < 1e-3 * slope.abs().max(1.0));
            for of in 0..3 {
                let there = |by| Ground::at(&facts, &moved(at, by)).gradient[of];
                let bend = (there(-1e-5) - there(1e-5)) / 2e-5;
                assert!((own.hessian[at][of] - bend).abs() < 1e-3 * bend.abs().max(1.0));
            }
        }
    }

    #[test]
    fn sure_scores_that_were_wrong_do_not_run_away() {
        // Most scores are all but 0 or 1, and outcomes no longer follow them: whole steps overshoot here.
        let facts: Vec<Fact> = (0..4000)
            .map(|row| {
                let line = if row % 2 == 0 { 13.8 } else { -13.8 };
                let yes = f64::from(u8::from(row % 20 < 7));
                Fact {
                    yes,
                    offset: line,
                    line,
                    decided: f64::from(u8::from(row % 2 == 0)),
                }
            })
            .collect();
        for free in [[true, false, false], [true, true, false], [true; 3]] {
            let line = fit(&facts, free);
            let loss = |value: &[f64; 3]| Ground::at(&facts, value).loss;
            let nothing = loss(&[0.0; 3]);
            assert!(line.value.iter().all(|own| own.is_finite()), "{line:?}");
            assert!(loss(&line.value) <= nothing, "{line:?}");
        }
        let flat = fit(&facts, [true, true, false]);
        assert!((flat.value[1] + 1.0).abs() < 0.05, "the slope is gone: {flat:?}");
        assert_eq!(fit(&[], [true; 3]).value, [0.0; 3]);
    }
}
