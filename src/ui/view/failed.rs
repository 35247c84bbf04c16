//! Something went wrong: what, and the way back with everything kept.

use leptos::prelude::*;

use super::action_bar::ActionBar;
use super::files_panel::FilesPanel;
use crate::state::Session;
use crate::ui::text;

/// The error with the files below it.
#[component]
pub fn FailedView() -> impl IntoView {
    let session = expect_context::<Session>();
    let has_files = move || session.shelf.with(|shelf| !shelf.is_empty());
    let retry_words = move || {
        if session.inspection.with(Option::is_some) {
            text::BACK_TO_COLUMNS
        } else {
            text::TRY_AGAIN
        }
    };
    view! {
        <section class="failure">
            <h1 id=text::HEADING_ID tabindex="-1">{text::FAILED_HEADING}</h1>
            <p class="failure-words" data-testid="error" role="alert">
                {move || session.error.get()}
            </p>
            <Show when=has_files>
                <p>{text::FAILED_HINT}</p>
            </Show>
            <div class="buttons">
                <Show when=has_files>
                    <button
                        type="button"
                        class="primary"
                        on:click=move |_| session.back_to_columns()
                    >
                        {retry_words}
                    </button>
                </Show>
                <button type="button" on:click=move |_| session.start_over()>
                    {text::START_OVER}
                </button>
            </div>
        </section>
        <section class="files" aria-label=text::FILES_HEADING>
            <FilesPanel/>
            <ActionBar/>
        </section>
    }
}
