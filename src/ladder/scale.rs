//! Differences between populations as points of the drop, and how sure they are. Enter: the metric on each population,
//! over all rows and block by block. Leave: the five terms with their intervals.

use super::rungs::Question;
use super::sums::{ARRIVED, AT_CUT, BROKEN, KNOWN, LOGGED, ONCE, REFERENCE, Rungs, WHO};
use crate::bug::{Change, Fingerprint};
use crate::metric::MetricId;
use crate::stats::math;

/// Uncertainty of a price that rests on the stand-in, as a share of the price: it smooths, so that prices lean low.
const STAND_IN_DOUBT: f64 = 0.20;
/// The same where nobody knows what the values should have been: they are drawn from other rows.
const UNKNOWN_DOUBT: f64 = 0.30;

/// Growth of the intervals of who we see and of the relationship, because the fits of the weights and of the
/// relation are themselves uncertain while the jackknife holds them fixed: without it, 95 % intervals of who we see held
/// 84 % of the true terms of two scoring runs.
const HELD_FIXED: f64 = 1.3;

/// Uncertainty of who we see that its interval does not show, because the models behind it are held fixed: they
/// shrink towards no change.
const MODEL_DOUBT: f64 = 0.10;

/// Points of a term.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Points {
    /// Points, worse is positive.
    pub points: f64,
    /// Standard error; 0 where the term is exactly nothing.
    pub error: f64,
    /// Half of the 95 % interval.
    pub half: f64,
}

impl Points {
    /// With a wider interval.
    fn grown(self, factor: f64) -> Self {
        Self { half: factor * self.half, ..self }
    }
}

/// Standard error and half of the 95 % interval of what is picked from the rungs.
pub(super) type HalfOf<'a> = dyn Fn(&dyn Fn(&Rungs) -> f64) -> Option<(f64, f64)> + 'a;

/// Differences between rungs as points of the drop.
pub(super) struct Scale<'a> {
    whole: &'a Rungs,
    half_of: &'a HalfOf<'a>,
    pub(super) worse: f64,
    /// What the ladder adds up; `None` for losses that stand for a metric that is no function of sums: they are larger
    /// when worse.
    metric: Option<MetricId>,
    /// Points of the headline a point of the ladder's metric stands for; 1 unless that is a proxy.
    factor: f64,
}

impl<'a> Scale<'a> {
    pub(super) fn new(
        question: &Question<'_>,
        whole: &'a Rungs,
        half_of: &'a HalfOf<'a>,
        worse: f64,
    ) -> Self {
        let metric = (!question.stick.is_proxy).then_some(question.stick.metric);
        let mut scale = Self { whole, half_of, worse, metric, factor: 1.0 };
        if metric.is_none() {
            let total = scale.raw(REFERENCE, LOGGED)(whole);
            let error =
                half_of(&scale.raw(REFERENCE, LOGGED)).map_or(f64::INFINITY, |own| own.1);
            // Without a clear move of the proxy nothing can be shared out.
            scale.factor = if total.abs() > error { worse / total } else { 0.0 };
        }
        scale
    }

    fn raw(&self, from: usize, to: usize) -> impl Fn(&Rungs) -> f64 + use<> {
        let metric = self.metric;
        move |own: &Rungs| {
            let at = |place: usize| own.get(place).copied().unwrap_or(0.0);
            metric.map_or(at(to) - at(from), |own| own.worsening(at(from), at(to)))
        }
    }

    pub(super) fn points(&self, from: usize, to: usize) -> Points {
        let pick = self.raw(from, to);
        let value = pick(self.whole);
        if value == 0.0 {
            return Points::default();
        }
        let (error, half) = (self.half_of)(&pick).unwrap_or((f64::NAN, f64::NAN));
        let size = self.factor.abs();
        Points { points: self.factor * value, error: size * error, half: size * half }
    }
}

/// The five terms, in the order of [`super::Term::ALL`].
pub(super) fn terms(scale: &Scale<'_>, breaks: &[&Fingerprint]) -> [Points; 5] {
    let unseen = scale.points(KNOWN, ONCE);
    let mut who = scale.points(REFERENCE, WHO);
    // The luck of production's own labels is not known apart from the relation: who we see is no surer than that.
    if let Some((error, half)) = (scale.half_of)(&|own: &Rungs| own[KNOWN]) {
        let factor = scale.factor.abs();
        who.error = math::sqrt(who.error * who.error + factor * factor * error * error);
        who.half = math::sqrt(who.half * who.half + factor * factor * half * half);
    }
    who = who.grown(HELD_FIXED);
    let model_doubt = MODEL_DOUBT * who.points.abs();
    widen(&mut who, model_doubt);
    let mut broken = scale.points(WHO, BROKEN);
    // Nobody knows what became of rows that were lost: the relation says what to expect of them.
    let lost_doubt = MODEL_DOUBT * scale.points(WHO, ARRIVED).points.abs();
    widen(&mut broken, lost_doubt);
    let repeated = scale.points(ONCE, AT_CUT);
    broken.points += repeated.points;
    broken.error = root_sum(broken.error, repeated.error);
    broken.half = root_sum(broken.half, repeated.half);
    let threshold = scale.points(AT_CUT, LOGGED);
    let mut relationship = scale.points(BROKEN, KNOWN).grown(HELD_FIXED);
    relationship.points =
        scale.worse - unseen.points - who.points - broken.points - threshold.points;
    widen(&mut relationship, root_sum(model_doubt, lost_doubt));
    if !breaks.is_empty() && broken.points != 0.0 {
        let unknown = breaks.iter().any(|own| {
            matches!(own.change, Change::Shuffled | Change::Stale | Change::Unlogged)
        });
        let doubt = if unknown { UNKNOWN_DOUBT } else { STAND_IN_DOUBT };
        let doubt = doubt * broken.points.abs();
        widen(&mut broken, doubt);
        widen(&mut relationship, doubt);
    }
    let known = |own: Points| Points {
        error: if own.error.is_finite() { own.error } else { own.points.abs() },
        half: if own.half.is_finite() { own.half } else { own.points.abs() },
        ..own
    };
    [known(unseen), known(who), known(broken), known(relationship), known(threshold)]
}

fn root_sum(a: f64, b: f64) -> f64 {
    math::sqrt(a * a + b * b)
}

/// Adds a doubt (a standard error) to an estimate.
fn widen(own: &mut Points, doubt: f64) {
    own.error = math::sqrt(own.error * own.error + doubt * doubt);
    own.half = math::sqrt(own.half * own.half + 4.0 * doubt * doubt);
}
