//! The whole screen for the page.

use super::document;

/// Whether the page has the whole screen.
#[must_use]
pub fn is_full() -> bool {
    document().fullscreen_element().is_some()
}

/// Takes the whole screen, or gives it back. Nothing happens where the browser does not allow it.
pub fn toggle() {
    if is_full() {
        give_back();
    } else if let Some(root) = document().document_element() {
        let _asked = root.request_fullscreen();
    }
}

/// Gives the screen back.
pub fn give_back() {
    if is_full() {
        document().exit_fullscreen();
    }
}
