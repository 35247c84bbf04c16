//! Scores and decisions: where scores lie, how well they rank, whether they mean what they say.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::{calibration, curve, histogram};
use crate::report::Report;
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::technical::Technical;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let Some(scores) = &report.scores else {
        return view! { <p class="quietly">{text::NO_SCORES}</p> }.into_any();
    };
    let threshold =
        scores.threshold.map(|threshold| view! { <p>{text::threshold(&threshold)}</p> });
    let wide = histogram::picture(&report).map(|picture| view! { <Figure picture/> });
    let pairs = [
        curve::roc(&report),
        calibration::picture(&report),
        curve::precision_recall(&report),
    ]
    .into_iter()
    .flatten()
    .map(|picture| view! { <div class="half"><Figure picture/></div> })
    .collect_view();
    view! { {threshold} {wide} <Technical><div class="halves">{pairs}</div></Technical> }
        .into_any()
}
