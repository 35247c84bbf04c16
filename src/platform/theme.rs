//! Light and dark, and the CSS tokens that charts share with the page.

use wasm_bindgen::prelude::*;
use web_sys::MediaQueryList;

use super::{document, storage, window};

const KEY: &str = "theme";

fn dark_query() -> Option<MediaQueryList> {
    window().match_media("(prefers-color-scheme: dark)").ok().flatten()
}

/// Whether the page is dark now: the user's choice on this page, else the system's.
#[must_use]
pub fn is_dark() -> bool {
    match chosen().as_deref() {
        Some("dark") => true,
        Some(_) => false,
        None => dark_query().is_some_and(|query| query.matches()),
    }
}

fn chosen() -> Option<String> {
    document().document_element()?.get_attribute("data-theme")
}

/// Takes up the choice kept from the last visit.
pub fn restore() {
    if let Some(name) = storage::get(KEY).filter(|name| name == "dark" || name == "light")
    {
        apply(&name);
    }
}

fn apply(name: &str) {
    if let Some(root) = document().document_element() {
        let _set = root.set_attribute("data-theme", name);
    }
}

/// Switches to the other scheme and keeps it.
pub fn toggle() {
    let name = if is_dark() { "light" } else { "dark" };
    apply(name);
    storage::set(KEY, name);
}

/// Calls back whenever the system's scheme changes, for as long as the page lives.
pub fn on_system_change(run: impl Fn() + 'static) {
    let Some(query) = dark_query() else { return };
    let run = Closure::<dyn Fn()>::new(run);
    query.set_onchange(Some(run.as_ref().unchecked_ref()));
    // The page keeps one listener until it is closed; the query must live as long.
    std::mem::forget(query);
    run.forget();
}

/// The value of a CSS token of the page, for example `--ink`; empty if it is not set.
#[must_use]
pub fn token(name: &str) -> String {
    let value = document()
        .document_element()
        .and_then(|root| window().get_computed_style(&root).ok().flatten())
        .and_then(|style| style.get_property_value(name).ok());
    value.map(|value| value.trim().to_owned()).unwrap_or_default()
}

/// Whether the user asked for less motion.
#[must_use]
pub fn reduced_motion() -> bool {
    window()
        .match_media("(prefers-reduced-motion: reduce)")
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
}
