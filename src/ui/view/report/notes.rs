//! What could not be checked: always there, never folded away.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{NoteWeight, Report};
use crate::story::cause;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let unchecked = cause::unchecked(&report.examined);
    if report.notes.is_empty() && unchecked.is_empty() {
        return view! { <p class="quietly">{text::NO_NOTES}</p> }.into_any();
    }
    let mut notes = report.notes.iter().collect::<Vec<_>>();
    notes.sort_by_key(|note| note.weight);
    let list = notes
        .into_iter()
        .map(|own| note(own.weight, own.what.clone(), own.try_this.clone()));
    let causes = unchecked
        .into_iter()
        .map(|(what, because)| note(NoteWeight::Part, what, because));
    view! { <ul class="notes">{list.collect_view()} {causes.collect_view()}</ul> }
        .into_any()
}

/// One entry: how much it limits, what it is, and what is missing or may help.
fn note(weight: NoteWeight, what: String, more: String) -> AnyView {
    let more = (!more.is_empty()).then(|| view! { <span class="note-try">{more}</span> });
    view! {
        <li class="note" data-weight=text::weight_name(weight)>
            <span class="note-weight">{text::note_weight(weight)}</span>
            <span class="note-what">{what}</span>
            {more}
        </li>
    }
    .into_any()
}
