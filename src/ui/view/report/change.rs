//! Before and after: the headline with its interval, then every metric.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::before_after;
use crate::report::{MetricChange, Report};
use crate::story::number;
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::how::how;
use crate::ui::primitive::technical::Technical;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let picture =
        before_after::picture(&report.metric).map(|picture| view! { <Figure picture/> });
    let missing = report
        .metric
        .why_missing
        .clone()
        .map(|words| view! { <p class="quietly">{words}</p> });
    let headline = report.metric.name.clone();
    let has_shadow = report.metrics.iter().any(|metric| metric.shadow.is_some());
    let has_training = report.metrics.iter().any(|metric| metric.training.is_some());
    let rows = report
        .metrics
        .iter()
        .map(|metric| row(metric, metric.name == headline, has_shadow, has_training))
        .collect_view();
    view! {
        {picture}
        {missing}
        <Technical>
        <div class="scroll" tabindex="0" role="group" aria-label=text::METRICS_CAPTION>
            <table class="metrics">
                <caption>{text::METRICS_CAPTION}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Metric"</th>
                        <th scope="col" class="amount">"Before"</th>
                        <th scope="col" class="amount">"After"</th>
                        <th scope="col" class="amount">"Difference"</th>
                        <th scope="col" class="amount">"95 % interval"</th>
                        {has_shadow.then(|| view! { <th scope="col" class="amount">"Shadow"</th> })}
                        {has_training.then(|| view! { <th scope="col" class="amount">"Training"</th> })}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        </Technical>
    }
    .into_any()
}

/// `worse`, `better` or `same`, where the interval leaves no doubt. A metric with a right value is judged
/// by its distance from it; one without a better side is never judged.
fn direction(metric: &MetricChange) -> &'static str {
    let (Some(low), Some(high)) = (metric.ci_low, metric.ci_high) else { return "same" };
    if low <= 0.0 && high >= 0.0 {
        return "same";
    }
    let target = match metric.name.as_str() {
        "decision_rate" => return "same",
        "calibration_slope" => Some(1.0),
        "calibration_intercept" | "bias" => Some(0.0),
        _ => None,
    };
    let better = match (target, metric.reference, metric.production) {
        (Some(target), Some(before), Some(after)) => {
            (after - target).abs() < (before - target).abs()
        }
        _ => (low > 0.0) == metric.larger_is_better,
    };
    if better { "better" } else { "worse" }
}

fn row(metric: &MetricChange, headline: bool, shadow: bool, training: bool) -> AnyView {
    let known = |value: Option<f64>| {
        number::finite(value)
            .map_or_else(String::new, |value| number::value(metric.unit, value))
    };
    let (before, after, difference) = number::metric_change(metric).map_or_else(
        || (known(metric.reference), known(metric.production), String::new()),
        |change| {
            let difference = text::signed_change(&change);
            (change.before, change.after, difference)
        },
    );
    let interval =
        metric.ci_low.zip(metric.ci_high).map(|ends| text::interval(metric.unit, ends));
    let mark = match direction(metric) {
        "worse" => "▼ worse",
        "better" => "▲ better",
        _ => "",
    };
    view! {
        <tr data-headline=headline.to_string() data-direction=direction(metric)>
            <th scope="row">
                {metric.title.clone()}
                {how(vec![metric.name.clone()], &metric.title, None)}
                {metric.why_missing.clone().map(|why| view! { <span class="why-missing">{why}</span> })}
            </th>
            <td class="amount">{before}</td>
            <td class="amount">{after}</td>
            <td class="amount difference">
                {difference}
                <span class="direction">{mark}</span>
            </td>
            <td class="amount">{interval}</td>
            {shadow.then(|| view! { <td class="amount">{known(metric.shadow)}</td> })}
            {training.then(|| view! { <td class="amount">{known(metric.training)}</td> })}
        </tr>
    }
    .into_any()
}
