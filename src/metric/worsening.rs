//! How much worse a metric became. Enter: a metric before and after. Leave: one number, positive when worse, which
//! every share and every price is a part of. The story has its own words and its own turn
//! ([`crate::story::metric_words`]): the page, which tells it, does not carry the registry.

use super::MetricId;
use crate::report::MetricChange;

/// How much worse production is, in the metric's unit: positive when worse; with a target, the growth of the distance
/// from it. `None` where a value is missing.
#[must_use]
pub fn worse(metric: &MetricChange) -> Option<f64> {
    worse_at(metric, metric.production?)
}

/// How much worse another value would be than the reference's.
#[must_use]
pub fn worse_at(metric: &MetricChange, value: f64) -> Option<f64> {
    let before = metric.reference?;
    Some(match MetricId::from_name(&metric.name) {
        Some(id) => id.worsening(before, value),
        None if metric.larger_is_better => before - value,
        None => value - before,
    })
}
