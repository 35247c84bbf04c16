//! Moves keyboard focus and the view.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{document, moment, window};

/// Focuses the element with this id once the page has drawn itself, and goes to the top of the page.
pub fn to(id: &'static str) {
    moment::after(30, move || {
        if focused(id).is_some() {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// Focuses the element with this id once the page has drawn itself, and goes to where it stands.
pub fn at(id: &'static str) {
    moment::after(30, move || {
        if let Some(element) = focused(id) {
            element.scroll_into_view();
        }
    });
}

/// Focuses the element with this id once the page has drawn itself; the page stays where it is.
pub fn keep(id: String) {
    moment::after(0, move || {
        focused(&id);
    });
}

/// Focuses the element with this id, if it is there.
fn focused(id: &str) -> Option<HtmlElement> {
    let element = document().get_element_by_id(id)?.dyn_into::<HtmlElement>().ok()?;
    let _focused = element.focus();
    Some(element)
}
