//! The gallery of made cases. Cards stand in one list: grouping them by family would give causes away.

use leptos::prelude::*;

use super::practise::PractiseInvite;
use crate::scenario::catalogue::{CATALOGUE, CaseCard};
use crate::state::Session;
use crate::ui::text;

/// All cards.
#[component]
pub fn Gallery() -> impl IntoView {
    view! {
        <section class="gallery" aria-labelledby="gallery-heading">
            <h2 id="gallery-heading">{text::GALLERY_HEADING}</h2>
            <p class="section-hint">{text::GALLERY_HINT}</p>
            <ul class="cases">{CATALOGUE.iter().map(|card| view! { <Case card=card/> }).collect_view()}</ul>
        </section>
        <PractiseInvite/>
    }
}

/// One card.
#[component]
fn Case(
    /// What it says.
    card: &'static CaseCard,
) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <li>
            <button
                type="button"
                class="case"
                data-testid=format!("case-{}", card.id)
                on:click=move |_| session.open_case(card.id)
            >
                <span class="case-title">{card.title}</span>
                <span class="case-story">{card.story}</span>
            </button>
        </li>
    }
}
