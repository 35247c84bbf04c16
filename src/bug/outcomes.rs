//! What outcomes say of a number that seems to be in another unit on a part of the rows. Enter: a fingerprint, the stand-in
//! for the user's model and labelled rows. Leave: whether it stands. Cost: the stand-in on the touched rows, twice.
//!
//! # Decisions
//! A model learned what a value means. Where values really were put in another unit, outcomes follow the values put back;
//! where new kinds of cases came (customers of the first months, say, whose tenure looks like everybody's over 30), they
//! follow the values as logged. The shape of the values alone cannot tell the two apart.

use super::consistency::picked;
use super::replay::repaired;
use super::{Change, Fingerprint};
use crate::choices::Task;
use crate::encode::frame::{Frames, Raw};
use crate::encode::rows::NO_CLASS;
use crate::metric::probability;
use crate::model::surrogate::Surrogate;
use crate::stats::math::sqrt;

/// Share of rows from which a change is one of the whole column, which its shape alone proves.
const WHOLE: f64 = 0.9;
/// Labelled touched rows needed.
const LEAST_ROWS: usize = 100;
/// Standard scores at which outcomes speak against the values put back, and for them.
const AGAINST: f64 = -2.0;
const FOR: f64 = 1.0;
/// The most a fingerprint is worth where outcomes could have spoken for it and did not, nor did a first day.
const UNHEARD: f64 = 0.65;

/// Takes back what outcomes contradict, and holds down what they could have confirmed and did not.
pub fn judge(
    fingerprints: &mut Vec<Fingerprint>,
    frames: &Frames<'_>,
    model: Option<&Surrogate>,
) {
    let Some(model) = model else { return };
    fingerprints.retain_mut(|own| {
        let is_part = own.share < WHOLE
            && matches!(own.change, Change::Affine { .. } | Change::Mapped(_));
        let Some(z) = is_part.then(|| gain(own, frames, model)).flatten() else {
            return true;
        };
        if z < FOR && own.since.is_none() {
            own.strength = own.strength.min(UNHEARD);
        }
        z > AGAINST
    });
}

/// Standard score of how much better the stand-in foretells outcomes from values put back than from those logged.
fn gain(own: &Fingerprint, frames: &Frames<'_>, model: &Surrogate) -> Option<f64> {
    let frame = &frames.production;
    let outcomes = &frame.rows;
    let touched = own.touched.iter().enumerate().filter(|(_, touched)| **touched);
    let rows: Vec<usize> =
        touched.map(|(row, _)| row).filter(|row| outcomes.is_labelled(*row)).collect();
    if rows.len() < LEAST_ROWS {
        return None;
    }
    let losses = |values: &[Raw]| -> Vec<f64> {
        let margins = model.margins(&picked(values, &rows));
        let loss = |(at, row): (usize, &usize)| {
            let of = |output: usize| {
                let margin = margins.get(output).and_then(|own| own.get(at)).copied();
                margin.map_or(f64::NAN, |own| model.to_score(own))
            };
            let class = outcomes.label_class.get(*row).copied().unwrap_or(NO_CLASS);
            match frames.plan.task {
                Some(Task::Regression) => {
                    let error =
                        of(0) - outcomes.label_value.get(*row).unwrap_or(&f64::NAN);
                    error * error
                }
                Some(Task::Multiclass) => probability::log_loss(
                    of(usize::from(class)),
                    true,
                    probability::MIN_EPSILON,
                ),
                _ => probability::log_loss(of(0), class == 1, probability::MIN_EPSILON),
            }
        };
        rows.iter().enumerate().map(loss).collect()
    };
    if frames.plan.task != Some(Task::Regression) && !model.gives_chances() {
        return None;
    }
    let back = repaired(&frame.values, own)?;
    let pairs = losses(&frame.values).into_iter().zip(losses(&back));
    let better: Vec<f64> =
        pairs.map(|(logged, back)| logged - back).filter(|own| own.is_finite()).collect();
    let count = better.len() as f64;
    let mean = better.iter().sum::<f64>() / count;
    let squares: f64 = better.iter().map(|own| (own - mean) * (own - mean)).sum();
    let error = sqrt(squares / (count * (count - 1.0)));
    (better.len() >= LEAST_ROWS && error > 0.0).then_some(mean / error)
}
