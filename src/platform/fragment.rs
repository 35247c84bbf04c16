//! The part of the address behind the `#`. It is never sent to a server.

use gloo::events::EventListener;
use wasm_bindgen::JsValue;

use super::window;

/// The fragment without its `#`; empty when there is none.
#[must_use]
pub fn get() -> String {
    let hash = window().location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or_default().to_owned()
}

/// Replaces the fragment; the page stays where it is and no step back is added.
pub fn set(fragment: &str) {
    let location = window().location();
    let path = location.pathname().unwrap_or_default();
    let search = location.search().unwrap_or_default();
    let mark = if fragment.is_empty() { "" } else { "#" };
    let address = format!("{path}{search}{mark}{fragment}");
    if let Ok(history) = window().history() {
        let state = history.state().unwrap_or(JsValue::NULL);
        let _kept = history.replace_state_with_url(&state, "", Some(&address));
    }
}

/// The whole address, for a link to hand on.
#[must_use]
pub fn address() -> String {
    window().location().href().unwrap_or_default()
}

/// Calls back whenever the fragment is changed by a link or by hand, as long as the page lives.
pub fn on_change(run: impl Fn() + 'static) {
    EventListener::new(&window(), "hashchange", move |_| run()).forget();
}
