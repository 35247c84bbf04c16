//! Small choices about the page itself (theme, level of detail) kept between visits. Never user data.

use super::window;

/// The kept value, if any and if the browser allows.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value; does nothing where the browser forbids it.
pub fn set(key: &str, value: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _kept = storage.set_item(key, value);
    }
}
