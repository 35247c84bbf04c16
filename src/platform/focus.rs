//! Moves keyboard focus and the view.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{document, moment, window};

/// Focuses the element with this id once the page has drawn itself, and goes to the top of the page.
pub fn to(id: &'static str) {
    moment::after(30, move || {
        let element = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            let _focused = element.focus();
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    });
}

/// Focuses the element with this id once the page has drawn itself, and goes to where it stands.
pub fn at(id: &'static str) {
    moment::after(30, move || {
        let element = document()
            .get_element_by_id(id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            let _focused = element.focus();
            element.scroll_into_view();
        }
    });
}

/// Focuses the element with this id once the page has drawn itself; the page stays where it is.
pub fn keep(id: String) {
    moment::after(0, move || {
        let element = document()
            .get_element_by_id(&id)
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(element) = element {
            let _focused = element.focus();
        }
    });
}
