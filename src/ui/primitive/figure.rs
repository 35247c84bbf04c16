//! A chart with its finding as a title, its samples, its summary and its data table.

use std::sync::Arc;

use leptos::prelude::*;

use super::canvas::Canvas;
use super::marks::Plot;
use crate::chart::{DataTable, Picture};
use crate::platform::share;
use crate::state::Session;
use crate::ui::text;

/// A picture, set as a figure.
#[component]
pub fn Figure(
    /// What to show.
    picture: Picture,
    /// Marks that move over it.
    #[prop(optional_no_strip)]
    marks: Option<Plot>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let Picture { title, samples, summary, height_px, table, option } = picture;
    let label = format!("{title}. {summary}");
    let (heading, note) =
        (title.clone(), format!("{samples} {summary} {}", text::PICTURE_NOTE));
    let save = move |event: leptos::ev::MouseEvent| {
        let within = event_target::<leptos::web_sys::Element>(&event);
        share::save_picture(
            &within,
            &heading,
            note.trim(),
            &share::picture_name(&heading),
        );
    };
    view! {
        <figure class="figure">
            <figcaption class="figure-caption">
                <span class="figure-title">{title}</span>
                <span class="figure-samples">{samples}</span>
            </figcaption>
            <Canvas option=Arc::new(option) height_px=height_px label=label marks=marks/>
            <Show when=move || !session.charts.get()>
                <p class="figure-waits">{text::CHART_WAITS}</p>
            </Show>
            <p class="figure-summary">{summary}</p>
            <Numbers table=table/>
            <button
                type="button"
                class="link figure-save"
                data-testid="save-picture"
                disabled=move || !session.charts.get()
                on:click=save
            >
                {text::SAVE_PICTURE}
            </button>
        </figure>
    }
}

/// The numbers behind a picture; its rows are drawn when it is opened.
#[component]
fn Numbers(
    /// The numbers.
    table: DataTable,
) -> impl IntoView {
    let opened = RwSignal::new(false);
    let table = StoredValue::new(table);
    let body = move || {
        let DataTable { heads, rows } = table.get_value();
        let head = heads.into_iter().map(|head| view! { <th scope="col">{head}</th> });
        let row = |cells: Vec<String>| {
            let mut cells = cells.into_iter();
            let first = cells.next();
            let rest = cells.map(|cell| view! { <td>{cell}</td> }).collect_view();
            view! { <tr><th scope="row">{first}</th>{rest}</tr> }
        };
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=text::AS_TABLE>
                <table class="numbers">
                    <thead><tr>{head.collect_view()}</tr></thead>
                    <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    };
    view! {
        <details class="figure-numbers" on:toggle=move |_| opened.set(true)>
            <summary>{text::AS_TABLE}</summary>
            <Show when=move || opened.get()>{body()}</Show>
        </details>
    }
}
