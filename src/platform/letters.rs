//! Letters of any language, by the browser: the program need not carry tables of them.

use js_sys::JsString;

/// In lower case.
#[must_use]
pub fn lower(words: &str) -> String {
    JsString::from(words).to_lower_case().into()
}
