//! What could not be checked: always there, never folded away.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{Note, NoteWeight, Report};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    if report.notes.is_empty() {
        return view! { <p class="quietly">{text::NO_NOTES}</p> }.into_any();
    }
    let mut notes = report.notes.iter().collect::<Vec<_>>();
    notes.sort_by_key(|note| note.weight);
    let list = notes.into_iter().map(note).collect_view();
    view! { <ul class="notes">{list}</ul> }.into_any()
}

fn note(note: &Note) -> AnyView {
    let weight = match note.weight {
        NoteWeight::Verdict => "verdict",
        NoteWeight::Part => "part",
        NoteWeight::Information => "information",
    };
    let try_this = (!note.try_this.is_empty())
        .then(|| view! { <span class="note-try">{note.try_this.clone()}</span> });
    view! {
        <li class="note" data-weight=weight>
            <span class="note-weight">{text::note_weight(note.weight)}</span>
            <span class="note-what">{note.what.clone()}</span>
            {try_this}
        </li>
    }
    .into_any()
}
