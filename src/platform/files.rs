//! Files as handles: chosen, dropped, pasted, made from text, or handed to the user as a download.
//! Their bytes are only ever read by workers.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, ClipboardEvent, DragEvent, Event, File, FileList,
    HtmlAnchorElement, HtmlInputElement, Url,
};

use super::{document, moment};

/// A file the user gave; a handle, not its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct FileRef(File);

impl FileRef {
    /// Base name.
    #[must_use]
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Length in bytes (whole number, exact up to 2^53).
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the browser gives lengths as whole, non-negative doubles"
    )]
    pub fn len_bytes(&self) -> u64 {
        self.0.size() as u64
    }

    /// A file of this text, for pasted tables.
    #[must_use]
    pub fn from_text(text: &str, name: &str) -> Option<Self> {
        Self::from_js_parts(&Array::of1(&JsValue::from_str(text)), name)
    }

    pub(super) fn from_js_parts(parts: &Array, name: &str) -> Option<Self> {
        File::new_with_buffer_source_sequence(parts, name)
            .or_else(|_| File::new_with_str_sequence(parts, name))
            .ok()
            .map(Self)
    }

    pub(super) fn as_js(&self) -> JsValue {
        self.0.clone().into()
    }
}

fn from_list(list: Option<FileList>) -> Vec<FileRef> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.get(index)).map(FileRef).collect()
}

/// The files of a file input's change event. The input is emptied, so that choosing the same file
/// again is heard.
#[must_use]
pub fn of_input(event: &Event) -> Vec<FileRef> {
    let Some(input) =
        event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
    else {
        return Vec::new();
    };
    let files = from_list(input.files());
    input.set_value("");
    files
}

/// The files of a drop.
#[must_use]
pub fn of_drop(event: &DragEvent) -> Vec<FileRef> {
    event.data_transfer().map(|data| from_list(data.files())).unwrap_or_default()
}

/// The files of a paste, or its text.
#[must_use]
pub fn of_paste(event: &Event) -> (Vec<FileRef>, Option<String>) {
    let data = event
        .dyn_ref::<ClipboardEvent>()
        .and_then(web_sys::ClipboardEvent::clipboard_data);
    let Some(data) = data else { return (Vec::new(), None) };
    let files = from_list(data.files());
    let text = data.get_data("text").ok().filter(|text| !text.trim().is_empty());
    (files, text)
}

/// Hands the bytes to the user as a download.
pub fn download(bytes: &[u8], name: &str, media_type: &str) {
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    let parts = Array::of1(&js_sys::Uint8Array::from(bytes));
    let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &kind) else {
        return;
    };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = document().create_element("a").map(JsCast::dyn_into::<HtmlAnchorElement>);
    if let Ok(Ok(link)) = link {
        link.set_href(&url);
        link.set_download(name);
        link.click();
    }
    // The browser reads the blob after this turn.
    moment::after(10_000, move || {
        let _done = Url::revoke_object_url(&url);
    });
}
