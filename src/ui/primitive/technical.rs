//! Technical detail: open in the analyst view, one click away in the PM view.

use leptos::prelude::*;

use crate::state::Session;
use crate::ui::text;

/// Folds its children away in the PM view.
#[component]
pub fn Technical(
    /// What is technical.
    children: Children,
) -> impl IntoView {
    let session = expect_context::<Session>();
    view! {
        <details class="technical" prop:open=move || session.full_detail.get()>
            <summary>{text::FOR_ANALYSTS}</summary>
            {children()}
        </details>
    }
}
