//! What can be done with the report: choose the detail, change costs, take it along, go back.

use leptos::prelude::*;

use crate::platform::files;
use crate::state::Session;
use crate::ui::text;
use crate::ui::view::business::BusinessPanel;
use crate::ui::view::share::ShareDialog;
use crate::ui::view::task::MetricChoice;

/// The row below the verdict.
#[component]
pub fn Tools() -> impl IntoView {
    let session = expect_context::<Session>();
    let download = move |_: leptos::ev::MouseEvent| {
        files::download(&session.report_json(), text::JSON_NAME, "application/json");
    };
    let error = move || {
        session.error.get().map(|words| {
            view! { <p class="failure-words" data-testid="error" role="alert">{words}</p> }
        })
    };
    let is_updating = move || session.busy.get() && session.complete.get();
    let updating = move || if is_updating() { text::UPDATING } else { "" };
    // A report from elsewhere has no tables to look at again.
    let has_tables = move || !session.share.opened.get();
    view! {
        <div class="tools">
            <Detail/>
            <div class="buttons">
                <Present/>
                <Show when=move || !session.share.is_file fallback=move || {
                    view! {
                        <button type="button" on:click=move |_| session.print()>{text::PRINT}</button>
                    }
                }>
                    <button
                        type="button"
                        class="primary"
                        data-testid="share"
                        aria-haspopup="dialog"
                        disabled=move || session.busy.get() || !session.complete.get()
                        on:click=move |_| session.make_ready()
                    >
                        {text::SHARE}
                    </button>
                    <button
                        type="button"
                        data-testid="download-json"
                        disabled=move || !session.complete.get()
                        on:click=download
                    >
                        {text::DOWNLOAD_JSON}
                    </button>
                </Show>
                <Show when=has_tables>
                    <button type="button" on:click=move |_| session.back_to_columns()>
                        {text::CHANGE_CHOICES}
                    </button>
                </Show>
            </div>
        </div>
        <details class="panel what-if">
            <summary>{text::BUSINESS_LEGEND}</summary>
            <Show when=has_tables><div class="fields"><MetricChoice/></div></Show>
            <BusinessPanel/>
        </details>
        <ShareDialog/>
        <p class="updating" role="status">{updating}</p>
        {error}
    }
}

/// The way into the presentation, for a report that brings its talk.
#[component]
fn Present() -> impl IntoView {
    let session = expect_context::<Session>();
    let has_talk = Memo::new(move |_| {
        session.report.with(|report| {
            report.as_ref().is_some_and(|report| !report.talk.cards.is_empty())
        }) && session.complete.get()
    });
    view! {
        <Show when=move || has_talk.get()>
            <button
                type="button"
                id="open-present"
                data-testid="open-present"
                on:click=move |_| session.present()
            >
                {text::PRESENT}
            </button>
        </Show>
    }
}

/// PM view or analyst view.
#[component]
fn Detail() -> impl IntoView {
    let session = expect_context::<Session>();
    let option = move |full: bool, hook: &'static str, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="detail"
                    data-testid=hook
                    prop:checked=move || session.full_detail.get() == full
                    on:change=move |_| session.set_full_detail(full)
                />
                <span>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="switch">
            <legend class="unseen">{text::DETAIL_LEGEND}</legend>
            {option(false, "view-pm", text::PLAIN_DETAIL)}
            {option(true, "view-analyst", text::FULL_DETAIL)}
        </fieldset>
    }
}
