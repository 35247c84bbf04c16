//! Moves keyboard focus and the view.

use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{document, moment};

/// Focuses the element with this id once the page has drawn itself, and brings it into view.
pub fn to(id: &'static str) {
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

/// Opens the file picker of the input with this id.
pub fn press(id: &str) {
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        element.click();
    }
}
