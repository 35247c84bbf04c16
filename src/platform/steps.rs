//! The browser's Back and Forward. A step carries a name that the page gave it; steps without one (a jump to a heading)
//! are not ours.

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};

use super::window;

/// The name of the step the browser is on.
#[must_use]
pub fn current() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

/// Adds a step; what lay ahead is gone.
pub fn add(name: &str) {
    if let Ok(history) = window().history() {
        let _kept = history.push_state(&JsValue::from_str(name), "");
    }
}

/// Names the step the browser is on.
pub fn rename(name: &str) {
    if let Ok(history) = window().history() {
        let _kept = history.replace_state(&JsValue::from_str(name), "");
    }
}

/// Calls back with the name of a step that Back or Forward came to, as long as the page lives.
pub fn on_return(run: impl Fn(String) + 'static) {
    EventListener::new(&window(), "popstate", move |event| {
        let state =
            event.dyn_ref::<web_sys::PopStateEvent>().map(web_sys::PopStateEvent::state);
        if let Some(name) = state.and_then(|own| own.as_string()) {
            run(name);
        }
    })
    .forget();
}
