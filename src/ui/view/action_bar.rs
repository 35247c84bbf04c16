//! The main button and why it waits.

use leptos::prelude::*;

use crate::state::{FileShelf, Session};
use crate::ui::text;

/// The button that analyses, with a line on the state of things.
#[component]
pub fn ActionBar() -> impl IntoView {
    let session = expect_context::<Session>();
    let allowed = Memo::new(move |_| {
        session.ready.get()
            && session.inspection.with(|inspection| {
                inspection.as_ref().is_some_and(|found| found.problems.is_empty())
            })
    });
    let status = Memo::new(move |_| {
        if !session.shelf.with(FileShelf::is_ready) {
            text::NEED_FILES.to_owned()
        } else if !session.ready.get() {
            text::LOADING.to_owned()
        } else if session.busy.get() {
            text::LOOKING.to_owned()
        } else {
            String::new()
        }
    });
    view! {
        <div class="action-bar">
            <button
                type="button"
                class="primary"
                data-testid="analyse"
                disabled=move || !allowed.get()
                on:click=move |_| session.analyse()
            >
                {text::ANALYSE}
            </button>
            <p class="action-status" role="status">{move || status.get()}</p>
        </div>
    }
}
