//! What can be done with the report: choose the detail, change costs, take it along, go back.

use leptos::prelude::*;

use crate::platform::files;
use crate::state::Session;
use crate::ui::text;
use crate::ui::view::business::BusinessPanel;
use crate::ui::view::task::MetricChoice;

/// The row below the verdict.
#[component]
pub fn Tools() -> impl IntoView {
    let session = expect_context::<Session>();
    let download = move |_| {
        files::download(&session.report_json(), text::JSON_NAME, "application/json");
    };
    let error = move || {
        session.error.get().map(|words| {
            view! { <p class="failure-words" data-testid="error" role="alert">{words}</p> }
        })
    };
    let updating = move || match (session.busy.get(), session.complete.get()) {
        (false, _) => "",
        (true, true) => text::UPDATING,
        (true, false) => text::WORKING_OUT_WHY,
    };
    view! {
        <div class="tools">
            <Detail/>
            <div class="buttons">
                <button
                    type="button"
                    data-testid="download-json"
                    disabled=move || !session.complete.get()
                    on:click=download
                >
                    {text::DOWNLOAD_JSON}
                </button>
                <button type="button" on:click=move |_| session.back_to_columns()>
                    {text::CHANGE_CHOICES}
                </button>
            </div>
        </div>
        <details class="panel what-if">
            <summary>{text::BUSINESS_LEGEND}</summary>
            <div class="fields"><MetricChoice/></div>
            <BusinessPanel/>
        </details>
        <p class="updating" role="status">{updating}</p>
        {error}
    }
}

/// Essentials or everything.
#[component]
fn Detail() -> impl IntoView {
    let session = expect_context::<Session>();
    let option = move |full: bool, words: &'static str| {
        view! {
            <label>
                <input
                    type="radio"
                    name="detail"
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
            {option(false, text::PLAIN_DETAIL)}
            {option(true, text::FULL_DETAIL)}
        </fieldset>
    }
}
