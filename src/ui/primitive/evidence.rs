//! Links from a number or a sentence to the sections that hold its evidence.

use leptos::prelude::*;

use crate::ui::text;

/// "Evidence: Who is affected · When it changed", each a link to a section of the report by its id.
pub fn evidence(sections: &[(&'static str, &'static str)]) -> AnyView {
    let links = sections.iter().map(|(id, title)| {
        view! { <li><a href=format!("#{id}")>{*title}</a></li> }
    });
    view! {
        <div class="evidence">
            <span>{text::SEE}</span>
            <ul>{links.collect_view()}</ul>
        </div>
    }
    .into_any()
}
