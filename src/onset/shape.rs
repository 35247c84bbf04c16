//! The shape of a series: constant, gradual, step or pulse, by weighted least squares and BIC.
//!
//! Each shape's cost is RSS/φ + k·ln T with k = 1, 2, 3, 4 numbers to fit (places count) and φ ≥ 1 the
//! overdispersion of neighbouring differences. A shape other than constant needs a gain of [`MIN_BIC_GAIN`], a pulse
//! the same gain over a step.
//! Misleads: a step near an end (within 3 periods) or a pulse of one period is not looked for; a slow step is
//! called gradual. Source: Schwarz 1978.

use super::line::{Line, Point};
use crate::report::ChangeKind;
use crate::stats::math;

/// Gain in BIC over a constant that a change needs; 6 gives about 1 false alarm in 100 at 30 periods.
pub const MIN_BIC_GAIN: f64 = 6.0;
/// Fewest periods before and after a step.
const STEP_MARGIN: usize = 3;
/// Fewest usable periods for any answer.
const MIN_POINTS: usize = 8;

/// A shape and its place, in periods of the series given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// No change.
    Constant,
    /// A straight line from `first` on, level before.
    Gradual {
        /// Last level period.
        first: usize,
    },
    /// A jump that stays.
    Step {
        /// First changed period.
        first: usize,
    },
    /// A jump that goes back.
    Pulse {
        /// First changed period.
        first: usize,
        /// First period after it (exclusive end).
        end: usize,
    },
}

impl Shape {
    /// The report's word.
    #[must_use]
    pub const fn kind(self) -> ChangeKind {
        match self {
            Self::Constant => ChangeKind::None,
            Self::Gradual { .. } => ChangeKind::Gradual,
            Self::Step { .. } => ChangeKind::Step,
            Self::Pulse { .. } => ChangeKind::Pulse,
        }
    }

    /// First changed period; `None` for a constant.
    #[must_use]
    pub const fn first(self) -> Option<usize> {
        match self {
            Self::Constant => None,
            Self::Gradual { first }
            | Self::Step { first }
            | Self::Pulse { first, .. } => Some(first),
        }
    }
}

/// The best shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeFit {
    /// What it is.
    pub shape: Shape,
    /// BIC of a constant less that of the shape; 0 for a constant, 6 or more otherwise.
    pub strength: f64,
    /// How far the number moved: after less before (step, pulse), last less first (gradual), in its unit.
    pub change: f64,
    /// Overdispersion of the series, 1 or more.
    pub dispersion: f64,
}

/// The shape of a series; `None` with fewer than 8 usable points.
///
/// ```
/// use whydrop::onset::{Point, Shape, shape};
/// let level = |t: usize| if t < 10 { 0.90 } else { 0.85 };
/// let series: Vec<Point> = (0..20).map(|t| Point { value: level(t), variance: 1e-4 }).collect();
/// assert_eq!(shape(&series, None).unwrap().shape, Shape::Step { first: 10 });
/// ```
///
/// `known`: a place, in periods of the series, at which a step is to be expected (the launch): there it costs no number
/// for its place.
#[must_use]
pub fn shape(series: &[Point], known: Option<usize>) -> Option<ShapeFit> {
    let line = Line::new(series);
    let count = line.len();
    if count < MIN_POINTS {
        return None;
    }
    let cost = |residual: f64, numbers: f64| {
        residual / line.dispersion + numbers * math::ln(count as f64)
    };
    let constant = cost(line.residual(&[(0, count)]), 1.0);
    let mut best = (constant, Shape::Constant, 0.0);
    let mut offer = |bic: f64, shape: Shape, change: f64| {
        if bic < best.0 {
            best = (bic, shape, change);
        }
    };
    let x: Vec<f64> = line.places.iter().map(|place| *place as f64).collect();
    let (residual, slope) = line.straight(&x);
    let length = x.last().unwrap_or(&0.0) - x.first().unwrap_or(&0.0);
    offer(cost(residual, 2.0), Shape::Gradual { first: 0 }, slope * length);
    let mut step = f64::INFINITY;
    if let Some((residual, at)) = best_step(&line, STEP_MARGIN, count - STEP_MARGIN) {
        let change = line.mean(at, count) - line.mean(0, at);
        step = cost(residual, 3.0);
        offer(step, Shape::Step { first: at }, change);
    }
    let at_known = known.map(|own| line.places.partition_point(|place| *place < own));
    if let Some(at) =
        at_known.filter(|at| (STEP_MARGIN..=count - STEP_MARGIN).contains(at))
    {
        let residual = line.residual(&[(0, at)]) + line.residual(&[(at, count)]);
        let change = line.mean(at, count) - line.mean(0, at);
        step = step.min(cost(residual, 2.0));
        offer(cost(residual, 2.0), Shape::Step { first: at }, change);
    }
    // That it went back is a claim of its own: a step with a good period at its end looks much like it.
    let went_back = |own: &(f64, usize, usize)| cost(own.0, 4.0) <= step - MIN_BIC_GAIN;
    if let Some((residual, from, to)) = best_pulse(&line).filter(went_back) {
        let [w1, wy1, _] = line.part(0, from);
        let [w2, wy2, _] = line.part(to, count);
        let change = line.mean(from, to) - (wy1 + wy2) / (w1 + w2);
        offer(cost(residual, 4.0), Shape::Pulse { first: from, end: to }, change);
    }
    let (bic, shape, change) = best;
    let strength = constant - bic;
    let (shape, strength, change) = if strength < MIN_BIC_GAIN {
        (Shape::Constant, 0.0, 0.0)
    } else {
        (in_series(shape, &line), strength, change)
    };
    Some(ShapeFit { shape, strength, change, dispersion: line.dispersion })
}

/// The first place in `from..=to` that splits the line best, with the residual left.
pub(super) fn best_step(line: &Line, from: usize, to: usize) -> Option<(f64, usize)> {
    let count = line.len();
    let mut best: Option<(f64, usize)> = None;
    for at in from.max(1)..=to.min(count.saturating_sub(1)) {
        let residual = line.residual(&[(0, at)]) + line.residual(&[(at, count)]);
        if best.is_none_or(|(least, _)| residual < least) {
            best = Some((residual, at));
        }
    }
    best
}

/// The pulse of 2 periods to half the series, with 2 periods after it, that leaves least.
fn best_pulse(line: &Line) -> Option<(f64, usize, usize)> {
    let count = line.len();
    let mut best: Option<(f64, usize, usize)> = None;
    for from in 1..count.saturating_sub(3) {
        for to in from + 2..(count - 1).min(from + count / 2 + 1) {
            let outside = line.residual(&[(0, from), (to, count)]);
            let residual = outside + line.residual(&[(from, to)]);
            if best.is_none_or(|(least, _, _)| residual < least) {
                best = Some((residual, from, to));
            }
        }
    }
    best
}

/// Places among usable points become places in the series given; a gradual change gets its start.
fn in_series(shape: Shape, line: &Line) -> Shape {
    let place = |index: usize| line.places.get(index).copied().unwrap_or(index);
    match shape {
        Shape::Constant => Shape::Constant,
        Shape::Gradual { .. } => Shape::Gradual { first: place(hinge(line)) },
        Shape::Step { first } => Shape::Step { first: place(first) },
        Shape::Pulse { first, end } => {
            Shape::Pulse { first: place(first), end: place(end) }
        }
    }
}

/// Where a level line starts to bend: the point whose hinge leaves least, in the first two thirds.
fn hinge(line: &Line) -> usize {
    let mut best = (f64::INFINITY, 0);
    for start in 0..(2 * line.len()).div_ceil(3) {
        let from = line.places.get(start).copied().unwrap_or(0) as f64;
        let x: Vec<f64> =
            line.places.iter().map(|p| (*p as f64 - from).max(0.0)).collect();
        let (residual, _) = line.straight(&x);
        if residual < best.0 {
            best = (residual, start);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    const PERIODS: usize = 30;

    fn noisy(random: &mut Random, level: impl Fn(usize) -> f64) -> Vec<Point> {
        (0..PERIODS)
            .map(|t| {
                let error = 0.8 + 0.4 * random.uniform();
                let value = level(t) + error * random.normal();
                Point { value, variance: error * error }
            })
            .collect()
    }

    /// Share of 400 runs with each kind right, at one size of change in standard errors.
    fn right(size: f64) -> [f64; 3] {
        let runs = 400;
        let mut right = [0_u32; 3];
        for run in 0..runs {
            let mut random = Random::stream(run, "shapes");
            let step = 6 + random.below(18) as usize;
            let (start, length) =
                (4 + random.below(14) as usize, 3 + random.below(4) as usize);
            let kinds: [(&dyn Fn(usize) -> f64, ChangeKind); 3] = [
                (&|t| size * (-0.2 + 2.0 * t as f64 / 29.0), ChangeKind::Gradual),
                (&|t| if t >= step { size } else { 0.0 }, ChangeKind::Step),
                (
                    &|t| if (start..start + length).contains(&t) { size } else { 0.0 },
                    ChangeKind::Pulse,
                ),
            ];
            for ((level, kind), count) in kinds.into_iter().zip(&mut right) {
                let found = shape(&noisy(&mut random, level), None).unwrap();
                *count += u32::from(found.shape.kind() == kind);
            }
        }
        right.map(|count| f64::from(count) / runs as f64)
    }

    #[test]
    fn noise_has_no_shape() {
        let mut alarms = 0;
        for run in 0..1000 {
            let mut random = Random::stream(run, "constant");
            let found = shape(&noisy(&mut random, |_| 3.0), None).unwrap();
            alarms += u32::from(found.shape != Shape::Constant);
        }
        println!("false alarms {alarms} of 1000");
        assert!(alarms <= 20, "{alarms} of 1000");
    }

    #[test]
    fn strong_changes_get_their_name() {
        let [gradual, step, pulse] = right(4.0);
        println!("right at 4.0 errors: {gradual} {step} {pulse}");
        assert!(
            gradual >= 0.97 && step >= 0.95 && pulse >= 0.93,
            "{gradual} {step} {pulse}"
        );
    }

    #[test]
    fn weak_changes_mostly_do() {
        let [gradual, step, pulse] = right(2.0);
        println!("right at 2.0 errors: {gradual} {step} {pulse}");
        assert!(
            gradual >= 0.85 && step >= 0.68 && pulse >= 0.3,
            "{gradual} {step} {pulse}"
        );
    }

    #[test]
    fn a_step_is_no_pulse_that_just_ended() {
        let mut pulses = 0;
        for run in 0..400 {
            let mut random = Random::stream(run, "late ends");
            let found =
                shape(&noisy(&mut random, |t| if t >= 15 { 2.0 } else { 0.0 }), None)
                    .unwrap();
            pulses += u32::from(found.shape.kind() == ChangeKind::Pulse);
        }
        println!("pulses {pulses} of 400");
        assert!(pulses <= 8, "{pulses} of 400");
    }

    #[test]
    fn a_step_at_the_launch_is_no_slope() {
        // Noisy enough that a straight line does nearly as well as a step at any place.
        let right = |known: Option<usize>| {
            let of = |run: u64| {
                let mut random = Random::stream(run, "launch");
                let level = |t: usize| if t >= 15 { 1.6 } else { 0.0 };
                shape(&noisy(&mut random, level), known).unwrap().shape
            };
            (0..400).filter(|run| matches!(of(*run), Shape::Step { .. })).count()
        };
        let (told, untold) = (right(Some(15)), right(None));
        println!("steps of 400: {told} with the launch known, {untold} without");
        assert!(told >= 280 && told >= untold + 50, "{told} {untold}");
    }

    #[test]
    fn holes_keep_their_places() {
        let mut series: Vec<Point> = (0..24)
            .map(|t| Point { value: if t < 16 { 1.0 } else { 2.0 }, variance: 0.01 })
            .collect();
        series[3].value = f64::NAN;
        series[9].variance = 0.0;
        let found = shape(&series, None).unwrap();
        assert_eq!(found.shape, Shape::Step { first: 16 });
        assert!((found.change - 1.0).abs() < 1e-12);
        assert_eq!(shape(&series[..8], None), None);
        assert_eq!(shape(&[], None), None);
    }

    #[test]
    fn a_gradual_change_starts_at_its_bend() {
        let level = |t: usize| if t < 12 { 0.0 } else { (t - 12) as f64 };
        let series: Vec<Point> =
            (0..30).map(|t| Point { value: level(t), variance: 1.0 }).collect();
        assert_eq!(shape(&series, None).unwrap().shape, Shape::Gradual { first: 12 });
    }
}
