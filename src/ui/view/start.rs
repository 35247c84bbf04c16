//! The start: the question, the two drop zones, privacy, the gallery.

use leptos::prelude::*;

use super::action_bar::ActionBar;
use super::files_panel::FilesPanel;
use super::gallery::Gallery;
use crate::platform::files;
use crate::state::Session;
use crate::ui::text;

/// The start screen.
#[component]
pub fn StartView() -> impl IntoView {
    view! {
        <section class="opening">
            <h1 id=text::HEADING_ID tabindex="-1">{text::QUESTION}</h1>
            <p class="lede">{text::LEDE}</p>
        </section>
        <section class="files" aria-labelledby="files-heading">
            <h2 id="files-heading" class="unseen">{text::FILES_HEADING}</h2>
            <Trouble/>
            <FilesPanel/>
            <ActionBar/>
            <SavedReport/>
        </section>
        <Privacy/>
        <Gallery/>
    }
}

/// Opens a report that was saved before.
#[component]
fn SavedReport() -> impl IntoView {
    let session = expect_context::<Session>();
    let take = move |event: leptos::ev::Event| {
        if let Some(file) = files::of_input(&event).into_iter().next() {
            session.open_file(file);
        }
    };
    view! {
        <details class="saved-report">
            <summary>{text::OPEN_SAVED}</summary>
            <label class="field">
                <span class="field-hint">{text::OPEN_SAVED_HINT}</span>
                <input
                    type="file"
                    accept=".json,application/json"
                    aria-label=text::OPEN_SAVED
                    data-testid="open-report"
                    on:change=take
                />
            </label>
        </details>
    }
}

/// A file that cannot be used, told as soon as it is known.
#[component]
fn Trouble() -> impl IntoView {
    let session = expect_context::<Session>();
    move || {
        session.error.get().map(|words| {
            view! { <p class="failure-words" data-testid="error" role="alert">{words}</p> }
        })
    }
}

/// The promise and how to check it.
#[component]
fn Privacy() -> impl IntoView {
    let steps = text::PRIVACY_STEPS.map(|step| view! { <li>{step}</li> });
    view! {
        <section class="privacy">
            <p><strong>{text::PRIVACY_HEADING}</strong> " " {text::PRIVACY}</p>
            <details>
                <summary>{text::PRIVACY_HOW}</summary>
                <ol>{steps}</ol>
            </details>
        </section>
    }
}
