//! The plain-language explanation in five parts.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::Report;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let story = &report.story;
    let parts = [
        &story.analogy,
        &story.causes,
        &story.plan,
        &story.mitigations,
        &story.next_steps,
    ];
    text::STORY_PARTS
        .into_iter()
        .zip(parts)
        .map(|((letter, title), paragraphs)| {
            let paragraphs = paragraphs
                .iter()
                .map(|words| view! { <p>{words.clone()}</p> })
                .collect_view();
            view! {
                <div class="story-part">
                    <h3><span class="story-letter">{letter}</span> {title}</h3>
                    <div class="prose">{paragraphs}</div>
                </div>
            }
        })
        .collect_view()
        .into_any()
}
