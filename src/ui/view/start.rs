//! The start: the question, the two drop zones, privacy, the gallery.

use leptos::prelude::*;

use super::action_bar::ActionBar;
use super::files_panel::FilesPanel;
use super::gallery::Gallery;
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
        </section>
        <Privacy/>
        <Gallery/>
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
