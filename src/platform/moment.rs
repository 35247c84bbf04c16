//! Time on the page: the clock for the report's seconds, timers, idle time.

use gloo::timers::callback::{Interval, Timeout};
use wasm_bindgen::prelude::*;

use super::window;

/// Milliseconds since the page was opened.
#[must_use]
pub fn now_millis() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// Runs once after this many milliseconds; cannot be undone.
pub fn after(millis: u32, run: impl FnOnce() + 'static) {
    Timeout::new(millis, run).forget();
}

/// Runs once after this many milliseconds, unless the returned value is dropped first.
#[must_use]
pub fn timer(millis: u32, run: impl FnOnce() + 'static) -> Timer {
    Timer(Some(Timeout::new(millis, run)))
}

/// Runs every so many milliseconds until the returned value is dropped.
#[must_use]
pub fn every(millis: u32, run: impl FnMut() + 'static) -> Ticker {
    Ticker(Interval::new(millis, run))
}

/// A clock's tick; dropping it stops it.
#[derive(Debug)]
pub struct Ticker(#[expect(dead_code, reason = "held for its drop")] Interval);

/// A pending call; dropping it undoes it.
#[derive(Debug)]
pub struct Timer(Option<Timeout>);

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(pending) = self.0.take() {
            pending.cancel();
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = requestIdleCallback)]
    fn request_idle_callback(run: &JsValue) -> Result<JsValue, JsValue>;
}

/// Runs when the page has nothing better to do; soon, in browsers without idle time.
pub fn when_idle(run: impl FnOnce() + 'static) {
    let has_idle =
        js_sys::Reflect::has(&window(), &JsValue::from_str("requestIdleCallback"))
            .unwrap_or(false);
    if has_idle {
        let run = Closure::once_into_js(run);
        // The browser has it, and takes any function.
        drop(request_idle_callback(&run));
    } else {
        after(60, run);
    }
}
