//! When it changed: the change point, the metric and the inputs over time.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::{health, over_time};
use crate::report::Report;
use crate::ui::primitive::figure::Figure;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    if report.series.is_empty() {
        return view! { <p class="quietly">{text::NO_TIME}</p> }.into_any();
    }
    let metric = over_time::picture(&report);
    // Without labels there is no metric chart; its sentence still belongs here.
    let sentence =
        metric.is_none().then(|| view! { <p>{report.change_point.sentence.clone()}</p> });
    let figures = [metric, health::picture(&report)]
        .into_iter()
        .flatten()
        .map(|picture| view! { <Figure picture/> })
        .collect_view();
    view! {
        <p class="quietly">{text::change_kind(report.change_point.kind)} "."</p>
        {sentence}
        {figures}
    }
    .into_any()
}
