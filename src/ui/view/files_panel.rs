//! All places for files, and the paste box.

use leptos::html::Textarea;
use leptos::prelude::*;

use crate::platform::files::FileRef;
use crate::state::{Session, Slot};
use crate::ui::primitive::drop_zone::DropZone;
use crate::ui::text;

/// The two large zones and the optional ones.
#[component]
pub fn FilesPanel() -> impl IntoView {
    let session = expect_context::<Session>();
    let has_optional = session.shelf.with_untracked(|shelf| {
        Slot::OPTIONAL.iter().any(|slot| !shelf.of(*slot).is_empty())
    });
    view! {
        <div class="zones">
            {Slot::NEEDED.map(|slot| view! { <DropZone place=slot large=true/> })}
        </div>
        <p class="files-hint">{text::FILES_HINT}</p>
        <details class="more-files" open=has_optional>
            <summary>{text::MORE_FILES}</summary>
            <div class="zones zones-optional">
                {Slot::OPTIONAL.map(|slot| view! { <DropZone place=slot/> })}
            </div>
            <PasteBox/>
        </details>
    }
}

/// Takes a table as text.
#[component]
fn PasteBox() -> impl IntoView {
    let session = expect_context::<Session>();
    let node = NodeRef::<Textarea>::new();
    let take = move |slot: Slot| {
        if let Some(area) = node.get_untracked() {
            let words = area.value();
            if !words.trim().is_empty()
                && let Some(file) = FileRef::from_text(&words, "pasted.csv")
            {
                area.set_value("");
                session.add_files(slot, vec![file]);
            }
        }
    };
    let button = |slot: Slot| {
        view! {
            <button type="button" on:click=move |_| take(slot)>{text::use_paste(slot)}</button>
        }
    };
    view! {
        <fieldset class="paste">
            <legend>{text::PASTE_LEGEND}</legend>
            <label class="field">
                <span class="field-label">{text::PASTE_LABEL}</span>
                <textarea rows="4" spellcheck="false" node_ref=node></textarea>
            </label>
            <div class="buttons">{Slot::NEEDED.map(button)}</div>
        </fieldset>
    }
}
