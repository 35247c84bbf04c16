//! The analysis at work: stages, rows, cancel.

use leptos::prelude::*;

use crate::state::Session;
use crate::ui::text;

/// The running screen.
#[component]
pub fn RunningView() -> impl IntoView {
    let session = expect_context::<Session>();
    let stage = Memo::new(move |_| session.progress.get().map(|progress| progress.stage));
    let value = move || {
        session
            .progress
            .get()
            .filter(|progress| progress.rows_total > 0)
            .map(|progress| progress.rows_done.min(progress.rows_total).to_string())
    };
    let most = move || {
        session
            .progress
            .get()
            .filter(|progress| progress.rows_total > 0)
            .map_or_else(|| "1".to_owned(), |progress| progress.rows_total.to_string())
    };
    let rows = move || {
        session.progress.get().map_or_else(String::new, |progress| {
            text::rows_read(progress.rows_done, progress.rows_total)
        })
    };
    let steps = text::STAGES.map(|(step, words)| {
        let state = move || match stage.get() {
            Some(now) if now == step => "now",
            Some(now) if now > step => "done",
            _ => "to come",
        };
        let current = move || (state() == "now").then_some("step");
        view! { <li data-state=state aria-current=current>{words}</li> }
    });
    view! {
        <section class="running">
            <h1 id=text::HEADING_ID tabindex="-1">{text::RUNNING_HEADING}</h1>
            <progress
                data-testid="progress"
                aria-label=text::RUNNING_HEADING
                value=value
                max=most
            ></progress>
            <p class="running-rows">{rows}</p>
            <ol class="stages">{steps}</ol>
            <div class="buttons">
                <button type="button" data-testid="cancel" on:click=move |_| session.cancel()>
                    {text::CANCEL}
                </button>
            </div>
            <p class="section-hint">{text::RUNNING_HINT}</p>
        </section>
    }
}
