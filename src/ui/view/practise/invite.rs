//! The way into practice: one button a level.

use leptos::prelude::*;

use crate::platform;
use crate::practise::key::SEEDS;
use crate::practise::{CaseKey, Level};
use crate::state::Session;
use crate::ui::text;

/// Three levels to choose from.
#[component]
pub fn PractiseInvite() -> impl IntoView {
    let session = expect_context::<Session>();
    let levels = Level::ALL.map(|level| {
        let (name, hint) = text::level(level);
        let start = move |_| {
            session.practise(CaseKey { level, seed: platform::any_below(SEEDS) });
        };
        view! {
            <li>
                <button
                    type="button"
                    class="case"
                    data-testid=format!("practise-{}", level.name())
                    on:click=start
                >
                    <span class="case-title">{name}</span>
                    <span class="case-story">{hint}</span>
                </button>
            </li>
        }
    });
    view! {
        <section class="gallery" aria-labelledby="practise-heading">
            <h2 id="practise-heading">{text::PRACTISE_HEADING}</h2>
            <p class="section-hint">{text::PRACTISE_HINT}</p>
            <ul class="cases">{levels}</ul>
        </section>
    }
}
