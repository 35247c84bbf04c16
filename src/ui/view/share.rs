//! The share dialog: what is inside, and the ways to hand it on.

use std::sync::Arc;

use leptos::html::{Dialog, Input};
use leptos::prelude::*;

use crate::platform::{files, share as browser};
use crate::state::share::Ready;
use crate::state::{Session, Sharing};
use crate::ui::text;
use crate::worker::BUILD;

/// The dialog; it stands at the end of the report and opens itself when there is something to share.
#[component]
pub fn ShareDialog() -> impl IntoView {
    let session = expect_context::<Session>();
    let state = session.share;
    let node = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| state.sharing.with(|own| *own != Sharing::Closed));
    Effect::new(move |_| {
        let Some(dialog) = node.get() else { return };
        if is_open.get() {
            if !dialog.open() {
                let _shown = dialog.show_modal();
            }
        } else {
            dialog.close();
        }
    });
    let body = move || {
        state.sharing.with(|own| match own {
            Sharing::Closed => ().into_any(),
            Sharing::Working => view! { <p role="status">{text::MAKING}</p> }.into_any(),
            Sharing::Failed(words) => {
                view! { <p class="failure-words" role="alert">{words.clone()}</p> }
                    .into_any()
            }
            Sharing::Ready(ready) => view! { <Ways ready=(**ready).clone()/> }.into_any(),
        })
    };
    view! {
        <dialog
            class="dialog share-dialog"
            data-testid="share-dialog"
            aria-labelledby="share-heading"
            node_ref=node
            on:close=move |_| session.close_share()
        >
            <header class="dialog-head">
                <h2 id="share-heading">{text::SHARE_HEADING}</h2>
                <button type="button" class="quiet" on:click=move |_| session.close_share()>
                    {text::CLOSE_SHARE}
                </button>
            </header>
            <p class="dialog-lede">{text::SHARE_LEDE}</p>
            <label class="tick">
                <input
                    type="checkbox"
                    data-testid="share-redact"
                    prop:checked=move || state.redact.get()
                    on:change=move |event| {
                        state.redact.set(event_target_checked(&event));
                        session.make_ready();
                    }
                />
                <span>{text::REDACT}</span>
            </label>
            {body}
        </dialog>
    }
}

/// The ways to hand it on.
#[component]
fn Ways(
    /// What is ready.
    ready: Ready,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let inside = |title: &'static str, lines: &[String]| {
        let lines =
            lines.iter().map(|own| view! { <li>{own.clone()}</li> }).collect_view();
        view! { <div><h4>{title}</h4><ul>{lines}</ul></div> }
    };
    let out = &ready.outgoing;
    let has_link = !out.link.is_empty();
    let inside_link = has_link.then(|| inside(text::INSIDE_LINK, &out.inside_link));
    let inside_files = inside(text::INSIDE_FILES, &out.inside_files);
    let (json, markdown) = (Arc::clone(&ready.json), Arc::clone(&ready.markdown));
    let sizes = [text::bytes(markdown.len() as u64), text::bytes(json.len() as u64)];
    let [markdown_size, json_size] = sizes;
    view! {
        <section class="share-part" aria-labelledby="share-link-heading">
            <h3 id="share-link-heading">{text::LINK_HEADING}</h3>
            {has_link.then(|| view! { <LinkField link=ready.outgoing.link.clone()/> })}
            <p class="quietly">{ready.outgoing.link_note.clone()}</p>
        </section>
        <section class="share-part" aria-labelledby="share-files-heading">
            <h3 id="share-files-heading">{text::FILES_SHARE_HEADING}</h3>
            <ul class="share-files">
                <HtmlFile ready=ready.clone()/>
                <li>
                    <button
                        type="button"
                        data-testid="download-markdown"
                        on:click=move |_| {
                            files::download(&markdown, text::MARKDOWN_NAME, "text/markdown");
                        }
                    >
                        {text::DOWNLOAD_MARKDOWN}
                    </button>
                    <span>{text::MARKDOWN_HINT} " " {markdown_size} "."</span>
                </li>
                <li>
                    <button
                        type="button"
                        data-testid="download-shared-json"
                        on:click=move |_| {
                            files::download(&json, text::JSON_NAME, "application/json");
                        }
                    >
                        {text::DOWNLOAD_SHARED_JSON}
                    </button>
                    <span>{text::SHARED_JSON_HINT} " " {json_size} "."</span>
                </li>
                <li>
                    <button
                        type="button"
                        on:click=move |_| {
                            session.close_share();
                            session.print();
                        }
                    >
                        {text::PRINT}
                    </button>
                    <span>{text::PRINT_HINT}</span>
                </li>
            </ul>
            <p class="quietly">{text::PICTURES_HINT}</p>
        </section>
        <section class="share-part" aria-labelledby="share-inside-heading">
            <h3 id="share-inside-heading">{text::INSIDE_HEADING}</h3>
            <div class="share-inside">{inside_link} {inside_files}</div>
        </section>
    }
}

/// The link with its button.
#[component]
fn LinkField(
    /// The whole address.
    link: String,
) -> impl IntoView {
    let node = NodeRef::<Input>::new();
    let done = RwSignal::new("");
    let length = text::link_length(link.chars().count());
    let value = link.clone();
    let copy = move |_| {
        if let Some(field) = node.get_untracked() {
            field.select();
        }
        let link = link.clone();
        leptos::task::spawn_local(async move {
            let words =
                if browser::copy(link).await { text::COPIED } else { text::NOT_COPIED };
            let _gone = done.try_set(words);
        });
    };
    view! {
        <p class="quietly">{text::LINK_HINT}</p>
        <div class="share-link">
            <input
                type="text"
                readonly
                spellcheck="false"
                data-testid="share-link"
                aria-label=text::LINK_LABEL
                value=value
                node_ref=node
                on:focus=move |_| {
                    if let Some(field) = node.get_untracked() {
                        field.select();
                    }
                }
            />
            <button type="button" class="primary" data-testid="copy-link" on:click=copy>
                {text::COPY_LINK}
            </button>
        </div>
        <p class="quietly">{length} ". " <span role="status">{move || done.get()}</span></p>
    }
}

/// The button that makes the HTML file; its size is known when it is made.
#[component]
fn HtmlFile(
    /// What is ready.
    ready: Ready,
) -> impl IntoView {
    let told = RwSignal::new(String::new());
    let make = move |_| {
        let ready = ready.clone();
        told.set(text::MAKING.to_owned());
        leptos::task::spawn_local(async move {
            let Ready { outgoing, packed, .. } = ready;
            let made =
                browser::html_file(&packed, &outgoing.title, text::LEDE, BUILD).await;
            let words = match made {
                Ok(page) => {
                    files::download(&page, text::HTML_NAME, "text/html");
                    format!("{} {}.", text::SAVED_HTML, text::bytes(page.len() as u64))
                }
                Err(words) => words,
            };
            let _gone = told.try_set(words);
        });
    };
    view! {
        <li>
            <button type="button" data-testid="download-html" on:click=make>
                {text::DOWNLOAD_HTML}
            </button>
            <span>{text::HTML_HINT} " " <span role="status">{move || told.get()}</span></span>
        </li>
    }
}
