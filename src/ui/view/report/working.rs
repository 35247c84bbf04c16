//! The strip below the verdict while the diagnosis is under way: that it goes on, and how to end it.

use leptos::prelude::*;

use crate::state::Session;
use crate::ui::text;

/// There only while the workers work on the report that is shown.
#[component]
pub fn Working() -> impl IntoView {
    let session = expect_context::<Session>();
    let is_at_work = Memo::new(move |_| session.is_at_work());
    let words = move || if is_at_work.get() { text::WORKING_OUT_WHY } else { "" };
    view! {
        // Always there, so that a screen reader hears it change.
        <p class="working-words" role="status">{words}</p>
        <Show when=move || is_at_work.get()>
            <div class="working">
                <progress data-testid="progress" aria-label=text::WORKING_OUT_WHY></progress>
                <button type="button" data-testid="cancel" on:click=move |_| session.cancel()>
                    {text::CANCEL}
                </button>
            </div>
        </Show>
    }
}
