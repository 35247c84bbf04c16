//! The plain-language explanation in five parts.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::Report;
use crate::ui::primitive::evidence::evidence;
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
                    <div class="prose">
                        {paragraphs}
                        {evidence(evidence_of(letter))}
                    </div>
                </div>
            }
        })
        .collect_view()
        .into_any()
}

/// The sections behind a part.
fn evidence_of(letter: &str) -> &'static [(&'static str, &'static str)] {
    match letter {
        "A" => &[("change", text::CHANGE), ("inputs", text::INPUTS)],
        "B" => &[
            ("change", text::CHANGE),
            ("why", text::WHY),
            ("who", text::WHO),
            ("when", text::WHEN),
            ("columns", text::COLUMNS),
        ],
        "C" => &[("plan", text::PLAN)],
        "D" => &[
            ("options", text::OPTIONS),
            ("monitoring", text::MONITORING),
            ("why", text::WHY),
        ],
        _ => &[
            ("options", text::OPTIONS),
            ("change", text::CHANGE),
            ("notes", text::NOTES),
        ],
    }
}
