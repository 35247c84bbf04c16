//! The browser, and the only place that names web-sys and js-sys. Everything else in the page program
//! talks to these small types: a [`files::FileRef`] is a handle the page never looks into, a
//! [`worker::WorkerHandle`] posts and hears messages, [`echarts`] draws, [`theme`] reads the CSS tokens.
//!
//! Nothing here decides anything; nothing here reads user data.

pub mod echarts;
pub mod files;
pub mod focus;
pub mod fragment;
pub mod keys;
pub mod letters;
pub mod moment;
pub mod observe;
pub mod screen;
pub mod share;
pub mod steps;
pub mod storage;
pub mod theme;
pub mod worker;

use wasm_bindgen::JsValue;
use web_sys::{Document, Window};

/// The window; the page program runs nowhere else.
fn window() -> Window {
    web_sys::window().expect("the page program runs in a window")
}

/// The document of the window.
fn document() -> Document {
    window().document().expect("a window has a document")
}

/// A number from 0 to `bound` (exclusive) that nobody can foresee.
#[must_use]
pub fn any_below(bound: u32) -> u32 {
    ((js_sys::Math::random() * f64::from(bound)) as u32).min(bound.saturating_sub(1))
}

/// The absolute address of a file of the site, with the build id as cache key.
fn site_url(name: &str, build: &str) -> String {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(&format!("{name}?v={build}"), &base)
        .map_or_else(|_| name.to_owned(), |url| url.href())
}

/// Words of a JS error, without its stack.
fn words(error: &JsValue) -> String {
    error
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| error.as_string())
        .unwrap_or_else(|| "unknown error".to_owned())
}

use wasm_bindgen::JsCast;

/// How many workers to start: as many as cores, at most four (more only costs memory: reading and
/// decoding are bound by it), at least one.
#[must_use]
pub fn worker_count() -> usize {
    let cores = window().navigator().hardware_concurrency();
    if cores >= 4.0 {
        4
    } else if cores >= 2.0 {
        2 + usize::from(cores >= 3.0)
    } else {
        1
    }
}
