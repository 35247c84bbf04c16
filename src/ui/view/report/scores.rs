//! Scores and decisions: what would follow from deciding otherwise; where scores lie, how well they rank, whether they
//! mean what they say.

use std::sync::Arc;

use leptos::prelude::*;

use super::trying::Panel;
use super::what_if;
use crate::chart::{calibration, curve, histogram};
use crate::report::Report;
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::marks::Plot;
use crate::ui::primitive::technical::Technical;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let panel = Panel::new(&report);
    let tried = what_if::view(&report, panel);
    let Some(scores) = &report.scores else {
        return view! { {tried} <p class="quietly">{text::NO_SCORES}</p> }.into_any();
    };
    let threshold =
        scores.threshold.map(|threshold| view! { <p>{text::threshold(&threshold)}</p> });
    let marks = |plot: fn(&Panel, &Report) -> Option<Plot>| {
        panel.as_ref().and_then(|panel| plot(panel, &report))
    };
    let wide = histogram::picture(&report).map(|picture| {
        view! { <Figure picture marks=marks(Panel::on_histogram)/> }
    });
    let pairs = [
        (curve::roc(&report), marks(Panel::on_roc)),
        (calibration::picture(&report), marks(Panel::on_calibration)),
        (curve::precision_recall(&report), marks(Panel::on_precision_recall)),
    ]
    .into_iter()
    .filter_map(|(picture, marks)| {
        let picture = picture?;
        Some(view! { <div class="half"><Figure picture marks/></div> })
    })
    .collect_view();
    view! { {threshold} {wide} {tried} <Technical><div class="halves">{pairs}</div></Technical> }
        .into_any()
}
