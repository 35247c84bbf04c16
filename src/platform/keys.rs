//! Keys of a presentation: arrows, what clickers send, and a few letters.

use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Next card.
    Next,
    /// Card before.
    Previous,
    /// First card.
    First,
    /// Last card.
    Last,
    /// Speaker notes on or off.
    Notes,
    /// Full screen on or off.
    FullScreen,
    /// Clock on or off.
    Clock,
    /// Out of the presentation.
    Leave,
}

/// What this key press asks for; `None` for other keys, and for keys that belong to the field or button that has the
/// focus.
#[must_use]
pub fn asked(event: &KeyboardEvent) -> Option<Key> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let on = |selector: &str| {
        event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_some_and(
            |element| element.closest(selector).is_ok_and(|own| own.is_some()),
        )
    };
    let key = event.key();
    let asked = match key.as_str() {
        "ArrowRight" | "ArrowLeft" | "ArrowUp" | "ArrowDown"
            if on("input, select, textarea") =>
        {
            return None;
        }
        " " if on("button, summary, input, select, textarea, a") => return None,
        "ArrowRight" | "PageDown" | " " => Key::Next,
        "ArrowLeft" | "PageUp" => Key::Previous,
        "Home" => Key::First,
        "End" => Key::Last,
        "n" | "N" => Key::Notes,
        "f" | "F" => Key::FullScreen,
        "p" | "P" => Key::Clock,
        "Escape" => Key::Leave,
        _ => return None,
    };
    event.prevent_default();
    Some(asked)
}
