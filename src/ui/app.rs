//! The frame: masthead, the one `<main>`, the live region, and the choice of a view by phase.

use leptos::prelude::*;

use super::primitive::how::{Asked, HowDialog};
use super::text;
use super::view::columns::ColumnsView;
use super::view::failed::FailedView;
use super::view::practise::PractiseView;
use super::view::present::PresentView;
use super::view::report::ReportView;
use super::view::running::RunningView;
use super::view::start::StartView;
use crate::platform::{share, theme};
use crate::state::{Mode, Phase, Session};

/// Starts the page program.
pub fn start() {
    console_error_panic_hook::set_once();
    theme::restore();
    mount_to_body(App);
}

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    let session = Session::start();
    provide_context(session);
    provide_context(Asked::new());
    let phase = Memo::new(move |_| session.phase.get());
    let detail = move || if session.full_detail.get() { "full" } else { "plain" };
    let view = move || if session.full_detail.get() { "analyst" } else { "pm" };
    let mode = Memo::new(move |_| session.mode.get());
    // A file dropped beside a zone must not replace the page.
    view! {
        <div
            class="page"
            data-mode=move || mode.get().name()
            on:dragover=|event| event.prevent_default()
            on:drop=|event| event.prevent_default()
        >
            <a class="skip" href="#content">{text::SKIP}</a>
            <Masthead/>
            <main
                id="content"
                data-phase=move || phase.get().name()
                data-mode=move || mode.get().name()
                data-view=view
                data-detail=detail
            >
                <Notice/>
                <Update/>
                {move || match phase.get() {
                    Phase::Start => view! { <StartView/> }.into_any(),
                    Phase::Columns => view! { <ColumnsView/> }.into_any(),
                    Phase::Running => view! { <RunningView/> }.into_any(),
                    Phase::Report => match mode.get() {
                        Mode::Read => view! { <ReportView/> }.into_any(),
                        Mode::Present => view! { <PresentView/> }.into_any(),
                        Mode::Practise => view! { <PractiseView/> }.into_any(),
                    },
                    Phase::Failed => view! { <FailedView/> }.into_any(),
                }}
            </main>
        </div>
        <HowDialog/>
        <Announcer/>
    }
}

/// Name of the tool and the theme button.
#[component]
fn Masthead() -> impl IntoView {
    let session = expect_context::<Session>();
    let words = move || if session.dark.get() { text::TO_LIGHT } else { text::TO_DARK };
    let away = Memo::new(move |_| session.phase.get() != Phase::Start);
    view! {
        <header class="masthead">
            <p class="masthead-name">
                <svg class="masthead-mark" viewBox="0 0 32 32" aria-hidden="true">
                    <path d="M3 10h10l6 12h10"/>
                    <circle cx="13" cy="10" r="3"/>
                </svg>
                {text::NAME}
            </p>
            <div class="masthead-actions">
                <Show when=move || away.get() && !session.share.is_file>
                    <button type="button" class="quiet" on:click=move |_| session.start_over()>
                        {text::START_OVER}
                    </button>
                </Show>
                <button
                    type="button"
                    class="quiet"
                    title=text::THEME_LABEL
                    on:click=move |_| session.toggle_theme()
                >
                    {words}
                </button>
            </div>
        </header>
    }
}

/// Something to know that is not an error.
#[component]
fn Notice() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        {move || {
            session.notice.get().map(|words| view! { <p class="notice" role="status">{words}</p> })
        }}
    }
}

/// A newer version, offered and never forced.
#[component]
fn Update() -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <Show when=move || session.share.update.get()>
            <p class="notice" role="status" data-testid="update">
                {text::UPDATE} " "
                <button type="button" class="link" on:click=move |_| share::take_update()>
                    {text::TAKE_UPDATE}
                </button>
            </p>
        </Show>
    }
}

/// Tells screen readers where the work is; one sentence a stage, not one a row.
#[component]
fn Announcer() -> impl IntoView {
    let session = expect_context::<Session>();
    let words = Memo::new(move |_| match session.phase.get() {
        Phase::Running => session
            .progress
            .get()
            .map_or_else(String::new, |progress| text::stage(progress.stage).to_owned()),
        Phase::Report if session.mode.get() == Mode::Practise => {
            text::PRACTISE_READY.to_owned()
        }
        Phase::Report => session
            .report
            .get()
            .map_or_else(String::new, |report| report.verdict.sentence.clone()),
        Phase::Start | Phase::Columns if session.busy.get() => text::LOOKING.to_owned(),
        _ => String::new(),
    });
    view! { <p class="unseen" aria-live="polite">{move || words.get()}</p> }
}
