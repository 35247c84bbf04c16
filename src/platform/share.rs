//! The address's fragment, the clipboard, files to hand on, pictures of charts, paper, a newer version. The words of
//! JavaScript are in `share.js`; nothing here decides anything or looks into a report.

use std::future::Future;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::files::FileRef;
use super::words;

#[wasm_bindgen(module = "/src/platform/share.js")]
extern "C" {
    #[wasm_bindgen(js_name = fragment)]
    fn js_fragment() -> String;
    #[wasm_bindgen(js_name = base)]
    fn js_base() -> String;
    #[wasm_bindgen(js_name = today)]
    fn js_today() -> String;
    #[wasm_bindgen(js_name = clearFragment)]
    fn js_clear_fragment();
    #[wasm_bindgen(js_name = onFragment)]
    fn js_on_fragment(run: &JsValue);
    #[wasm_bindgen(js_name = keepFragment)]
    fn js_keep_fragment();
    #[wasm_bindgen(js_name = fetchBeside)]
    fn js_fetch_beside(path: &str, most_bytes: f64) -> Promise;
    #[wasm_bindgen(js_name = fileBytes)]
    fn js_file_bytes(file: &JsValue) -> Promise;
    #[wasm_bindgen(js_name = copy)]
    fn js_copy(text: &str) -> Promise;
    #[wasm_bindgen(js_name = embedded)]
    fn js_embedded() -> JsValue;
    #[wasm_bindgen(js_name = htmlFile)]
    fn js_html_file(report: &[u8], title: &str, words: &str, build: &str) -> Promise;
    #[wasm_bindgen(js_name = savePicture)]
    fn js_save_picture(button: &JsValue, title: &str, note: &str, name: &str) -> Promise;
    #[wasm_bindgen(js_name = print)]
    fn js_print(settle: &JsValue) -> Promise;
    #[wasm_bindgen(js_name = openForPaper)]
    fn js_open_for_paper();
    #[wasm_bindgen(js_name = onUpdate)]
    fn js_on_update(run: &JsValue);
    #[wasm_bindgen(js_name = takeUpdate)]
    fn js_take_update();
}

/// A callback that lives as long as the page.
fn kept(run: impl Fn() + 'static) -> JsValue {
    Closure::<dyn Fn()>::new(run).into_js_value()
}

async fn bytes(promise: Promise) -> Result<Vec<u8>, String> {
    let value = JsFuture::from(promise).await.map_err(|error| words(&error))?;
    Ok(Uint8Array::new(&value).to_vec())
}

/// The part of the address after `#`.
#[must_use]
pub fn fragment() -> String {
    js_fragment()
}

/// The address of the app without its fragment.
#[must_use]
pub fn base() -> String {
    js_base()
}

/// Today as an ISO date, for the foot of a printed report; never part of one.
#[must_use]
pub fn today() -> String {
    js_today()
}

/// Takes the fragment away, so that a reload starts empty.
pub fn clear_fragment() {
    js_clear_fragment();
}

/// Calls back whenever the fragment changes, for as long as the page lives.
pub fn on_fragment(run: impl Fn() + 'static) {
    js_on_fragment(&kept(run));
}

/// Keeps a link's report in the address while the reader moves about in it.
pub fn keep_fragment() {
    js_keep_fragment();
}

/// The bytes of a file beside the app. The path was checked before; it is checked again here.
///
/// # Errors
/// The browser's or server's words.
pub fn beside(
    path: &str,
    most_bytes: usize,
) -> impl Future<Output = Result<Vec<u8>, String>> {
    bytes(js_fetch_beside(path, most_bytes as f64))
}

/// The bytes of a file the user chose: only for saved reports, which the page hands on unread.
///
/// # Errors
/// The browser's words.
pub fn file(own: &FileRef) -> impl Future<Output = Result<Vec<u8>, String>> {
    bytes(js_file_bytes(&own.as_js()))
}

/// Puts text on the clipboard; `false` where the browser refuses.
pub async fn copy(text: String) -> bool {
    let done = JsFuture::from(js_copy(&text)).await;
    done.ok().and_then(|done| done.as_bool()).unwrap_or(false)
}

/// The report this page was made for, in postcard; `None` on the site.
#[must_use]
pub fn embedded() -> Option<Vec<u8>> {
    js_embedded().dyn_into::<Uint8Array>().ok().map(|bytes| bytes.to_vec())
}

/// The one-file page with the report inside.
///
/// # Errors
/// The browser's words when a file of the site cannot be had.
pub fn html_file(
    report: &[u8],
    title: &str,
    told: &str,
    build: &str,
) -> impl Future<Output = Result<Vec<u8>, String>> {
    bytes(js_html_file(report, title, told, build))
}

/// Saves the chart of the figure this element stands in, with title and note.
pub fn save_picture(within: &JsValue, title: &str, note: &str, name: &str) {
    // A chart that is not drawn yet has no picture; the button does nothing then.
    let _done = js_save_picture(within, title, note, name);
}

/// A file name made of a chart's title: its first words in small letters.
#[must_use]
pub fn picture_name(title: &str) -> String {
    let words = title.to_ascii_lowercase();
    let words: Vec<&str> = words
        .split(|own: char| !own.is_alphanumeric())
        .filter(|own| !own.is_empty())
        .take(6)
        .collect();
    format!("whydrop-{}.png", words.join("-"))
}

/// Opens what is folded and prints; `settle` lets charts take up the colours.
pub fn print(settle: impl Fn() + 'static) {
    let _done = js_print(&kept(settle));
}

/// Printing by the browser's own command opens what is folded, too.
pub fn open_for_paper() {
    js_open_for_paper();
}

/// Calls back when a newer version lies ready.
pub fn on_update(run: impl Fn() + 'static) {
    js_on_update(&kept(run));
}

/// Takes the newer version: the page loads again.
pub fn take_update() {
    js_take_update();
}
