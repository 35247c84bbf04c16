//! Starts workers from a blob and carries messages.
//!
//! The worker's two files are fetched once by [`Prepared::fetch`], before an analysis can be asked
//! for; every later worker is made from what the page already holds, without a request. A worker from
//! a `blob:` address inherits the page's Content-Security-Policy, so `connect-src` binds it too.
//! What the worker program must export stands in `worker_shim.js`.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, MessageEvent, Response, Url, Worker};

use super::files::FileRef;
use super::{site_url, window, words};

const SHIM: &str = include_str!("worker_shim.js");

/// A buffer on its way between workers. The page never looks inside.
#[derive(Clone, Debug)]
pub struct Part(ArrayBuffer);

impl Part {
    /// A buffer with a copy of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Uint8Array::from(bytes).buffer())
    }

    /// The bytes, copied. Only for what is meant for the page: the finished report.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Uint8Array::new(&self.0).to_vec()
    }

    /// The buffer as a file of this name, for the gallery.
    #[must_use]
    pub fn to_file(&self, name: &str) -> Option<FileRef> {
        FileRef::from_js_parts(&Array::of1(&self.0), name)
    }
}

/// A message from a worker.
#[derive(Debug)]
pub struct Message {
    /// The encoded head.
    pub head: Vec<u8>,
    /// Buffers that came with it.
    pub parts: Vec<Part>,
}

/// The compiled program and the address of its blob: all that is needed to start workers.
#[derive(Clone, Debug)]
pub struct Prepared {
    module: JsValue,
    script_url: String,
}

impl Prepared {
    /// Fetches the glue and the program, compiles the program.
    ///
    /// # Errors
    /// Words for people when a file is missing or does not compile.
    pub async fn fetch(build: &str) -> Result<Self, String> {
        let glue = response(&site_url("worker.js", build)).await?;
        let program = response(&site_url("worker_bg.wasm", build)).await?;
        let text = JsFuture::from(glue.text().map_err(|error| words(&error))?)
            .await
            .map_err(|error| words(&error))?;
        let bytes =
            JsFuture::from(program.array_buffer().map_err(|error| words(&error))?)
                .await
                .map_err(|error| words(&error))?;
        let module = JsFuture::from(WebAssembly::compile(&bytes))
            .await
            .map_err(|error| words(&error))?;
        let kind = BlobPropertyBag::new();
        kind.set_type("text/javascript");
        let texts = Array::of2(&text, &JsValue::from_str(SHIM));
        let blob = Blob::new_with_str_sequence_and_options(&texts, &kind)
            .map_err(|error| words(&error))?;
        let script_url =
            Url::create_object_url_with_blob(&blob).map_err(|error| words(&error))?;
        Ok(Self { module, script_url })
    }

    /// Starts one worker. `hear` gets its messages, `died` the words of an error that ended it.
    ///
    /// # Errors
    /// Words for people when the browser refuses.
    pub fn spawn(
        &self,
        hear: impl Fn(Message) + 'static,
        died: impl Fn(String) + 'static,
    ) -> Result<WorkerHandle, String> {
        let worker = Worker::new(&self.script_url).map_err(|error| words(&error))?;
        let on_message =
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(message) = read(&event.data()) {
                    hear(message);
                }
            });
        let on_error = Closure::<dyn Fn(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            died(event.message());
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let first = Object::new();
        set(&first, "module", &self.module);
        worker.post_message(&first).map_err(|error| words(&error))?;
        Ok(WorkerHandle { worker, _on_message: on_message, _on_error: on_error })
    }
}

/// A running worker; dropping it ends it and gives its memory back.
#[derive(Debug)]
pub struct WorkerHandle {
    worker: Worker,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(ErrorEvent)>,
}

impl WorkerHandle {
    /// Sends a message; `parts` are moved, `files` are handles and cost nothing.
    ///
    /// # Errors
    /// Words for people when the browser cannot send it.
    pub fn post(
        &self,
        head: &[u8],
        parts: Vec<Part>,
        files: &[FileRef],
    ) -> Result<(), String> {
        let message = Object::new();
        let moved: Array = parts.iter().map(|part| part.0.clone()).collect();
        let handles: Array = files.iter().map(FileRef::as_js).collect();
        set(&message, "head", &Uint8Array::from(head));
        set(&message, "parts", &moved);
        set(&message, "files", &handles);
        self.worker
            .post_message_with_transfer(&message, &moved)
            .map_err(|error| words(&error))
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

async fn response(url: &str) -> Result<Response, String> {
    let answer: Response = JsFuture::from(window().fetch_with_str(url))
        .await
        .map_err(|error| words(&error))?
        .unchecked_into();
    if answer.ok() {
        Ok(answer)
    } else {
        Err(format!("{url} answered {}", answer.status()))
    }
}

fn set(object: &Object, name: &str, value: &JsValue) {
    // Setting a plain property on a fresh plain object cannot fail.
    let _done = Reflect::set(object, &JsValue::from_str(name), value);
}

fn read(data: &JsValue) -> Option<Message> {
    let get = |name: &str| Reflect::get(data, &JsValue::from_str(name)).ok();
    let head = get("head")?.dyn_into::<Uint8Array>().ok()?.to_vec();
    let parts = get("parts")
        .filter(JsValue::is_object)
        .map(|list| Array::from(&list))
        .map(|list| {
            list.iter().filter_map(|part| part.dyn_into().ok().map(Part)).collect()
        })
        .unwrap_or_default();
    Some(Message { head, parts })
}
