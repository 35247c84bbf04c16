//! Hears an element's size.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Calls back with the element's width and height in CSS pixels, now and at every change, until dropped.
#[derive(Debug)]
pub struct SizeWatch {
    observer: ResizeObserver,
    _heard: Closure<dyn Fn()>,
}

impl SizeWatch {
    /// Starts watching; `None` where the browser cannot.
    #[must_use]
    pub fn start(element: &Element, run: impl Fn(f64, f64) + 'static) -> Option<Self> {
        let watched = element.clone();
        let heard = Closure::<dyn Fn()>::new(move || {
            let size = watched.get_bounding_client_rect();
            run(size.width(), size.height());
        });
        let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _heard: heard })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
