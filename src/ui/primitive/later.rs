//! Puts off drawing, so that a long report never blocks the page.

use leptos::prelude::*;

use crate::platform::moment;

/// Milliseconds between two turns; long enough for the page to answer in between.
const TURN_MILLIS: u32 = 24;

/// Draws its children in a later turn of the page; until then a hidden `data-awaits-turn` stands in their place, so
/// that printing can wait for it.
#[component]
pub fn Later(
    /// Which turn: 0 at once, 1 the next, ….
    turn: u32,
    /// What is drawn.
    children: ChildrenFn,
) -> impl IntoView {
    let shown = RwSignal::new(turn == 0);
    if turn > 0 {
        moment::after(turn * TURN_MILLIS, move || {
            // The report may be gone by then.
            let _gone = shown.try_set(true);
        });
    }
    let awaited = || view! { <span hidden data-awaits-turn></span> };
    view! { <Show when=move || shown.get() fallback=awaited>{children()}</Show> }
}
