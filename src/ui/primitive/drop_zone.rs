//! A place to put the files of one table: drop, choose or paste.

use leptos::prelude::*;

use crate::platform::files;
use crate::state::{FileShelf, Session, Slot};
use crate::ui::text;

/// A drop zone with its file input and the files already there.
#[component]
pub fn DropZone(
    /// Which place.
    place: Slot,
    /// Whether it is one of the two large ones.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let over = RwSignal::new(false);
    let filled = move || session.shelf.with(|shelf| !shelf.of(place).is_empty());
    let id = place.input_id();
    let pasted = move |event: leptos::ev::ClipboardEvent| {
        let (files, text) = files::of_paste(&event);
        if !files.is_empty() {
            session.add_files(place, files);
        } else if let Some(file) =
            text.and_then(|text| files::FileRef::from_text(&text, "pasted.csv"))
        {
            session.add_files(place, vec![file]);
        }
    };
    view! {
        <div
            class="zone"
            data-size=if large { "large" } else { "small" }
            data-slot=id
            data-over=move || over.get().to_string()
            data-filled=move || filled().to_string()
            on:dragenter=move |_| over.set(true)
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                session.add_files(place, files::of_drop(&event));
            }
            on:paste=pasted
        >
            <label class="zone-label" for=id>
                <span class="zone-title">{text::slot_title(place)}</span>
                <span class="zone-hint">{text::slot_hint(place)}</span>
                <span class="zone-invite">
                    {text::DROP_HERE} " " <span class="zone-choose">{text::CHOOSE}</span>
                </span>
                <span class="zone-paste">{text::PASTE_HINT}</span>
            </label>
            <input
                class="zone-input"
                type="file"
                id=id
                data-testid=id
                multiple=true
                on:change=move |event| session.add_files(place, files::of_input(&event))
            />
            <Files place=place/>
        </div>
    }
}

/// The files already in a place.
#[component]
fn Files(
    /// Which place.
    place: Slot,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let list = move || {
        let named = |shelf: &FileShelf| {
            shelf
                .of(place)
                .iter()
                .map(|file| (file.name(), text::bytes(file.len_bytes())))
                .collect::<Vec<_>>()
        };
        let one = |(index, (name, size)): (usize, (String, String))| {
            let label = format!("{} {name}", text::REMOVE);
            view! {
                <li class="zone-file">
                    <span class="zone-file-name">{name}</span>
                    <span class="zone-file-size">{size}</span>
                    <button
                        type="button"
                        class="zone-file-remove"
                        aria-label=label
                        on:click=move |_| session.remove_file(place, index)
                    >
                        "×"
                    </button>
                </li>
            }
        };
        let files = session.shelf.with(named);
        (!files.is_empty()).then(|| {
            view! {
                <ul class="zone-files">
                    {files.into_iter().enumerate().map(one).collect_view()}
                </ul>
            }
        })
    };
    view! { {list} }
}
