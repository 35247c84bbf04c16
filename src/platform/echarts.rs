//! The binding to what is fetched later: ECharts (load, init, set the option, resize, dispose) and the words of
//! "How is this worked out?", which are bundled with it.

use std::cell::RefCell;

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::{site_url, words};

#[wasm_bindgen(module = "/src/platform/dynamic_import.js")]
extern "C" {
    #[wasm_bindgen(js_name = load)]
    fn import_module(url: &str) -> js_sys::Promise;
    #[wasm_bindgen(js_name = prepare)]
    fn prepare_module(url: &str) -> bool;
    #[wasm_bindgen(js_name = onFirstUse)]
    fn call_on_first_use(run: &JsValue);
}

#[wasm_bindgen]
extern "C" {
    #[derive(Clone)]
    type EChartsModule;
    #[wasm_bindgen(method, catch)]
    fn init(
        this: &EChartsModule,
        element: &Element,
        theme: &JsValue,
        options: &JsValue,
    ) -> Result<Instance, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn explain(this: &EChartsModule, id: &str) -> Result<JsValue, JsValue>;

    type Instance;
    #[wasm_bindgen(method, catch, js_name = setOption)]
    fn set_option(
        this: &Instance,
        option: &JsValue,
        replace: bool,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = convertToPixel)]
    fn convert_to_pixel(
        this: &Instance,
        finder: &JsValue,
        value: &js_sys::Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn resize(this: &Instance) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn dispose(this: &Instance) -> Result<(), JsValue>;
}

thread_local! {
    static LOADED: RefCell<Option<EChartsModule>> = const { RefCell::new(None) };
}

/// Fetches the module without running it; running it takes the page a moment, which the first paint should not pay.
/// `false` where the browser cannot.
#[must_use]
pub fn prepare(build: &str) -> bool {
    prepare_module(&site_url("echarts.js", build))
}

/// Runs once, at the first sign that somebody uses the page.
pub fn on_first_use(run: impl FnOnce() + 'static) {
    call_on_first_use(&Closure::once_into_js(run));
}

/// Imports the module from our own origin.
///
/// # Errors
/// The browser's words when it cannot be loaded.
pub async fn load(build: &str) -> Result<(), String> {
    let module = JsFuture::from(import_module(&site_url("echarts.js", build)))
        .await
        .map_err(|error| words(&error))?;
    LOADED.with(|slot| slot.replace(Some(module.unchecked_into())));
    Ok(())
}

/// How a number is worked out, or what a cause means: title, then heading and words in turn; empty while the
/// module is not loaded or has no such entry.
#[must_use]
pub fn explain(id: &str) -> Vec<String> {
    let module = LOADED.with(|slot| slot.borrow().clone());
    let told = module.and_then(|module| module.explain(id).ok());
    let list = told.and_then(|told| told.dyn_into::<js_sys::Array>().ok());
    list.map(|list| list.iter().filter_map(|part| part.as_string()).collect())
        .unwrap_or_default()
}

/// One drawn chart; dropping it disposes of it.
pub struct Drawing(Instance);

impl Drawing {
    /// Starts a chart in the element; `None` while the module is not loaded.
    #[must_use]
    pub fn start(element: &Element) -> Option<Self> {
        let module = LOADED.with(|slot| slot.borrow().clone())?;
        module.init(element, &JsValue::NULL, &JsValue::UNDEFINED).ok().map(Self)
    }

    /// Draws this option (JSON), replacing the last one.
    pub fn draw(&self, option_json: &str) {
        if let Ok(option) = js_sys::JSON::parse(option_json) {
            let _drawn = self.0.set_option(&option, true);
        }
    }

    /// Where a point of the drawn axes lies, in CSS pixels from the top left.
    #[must_use]
    pub fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let finder = js_sys::Object::new();
        let index = JsValue::from_f64(0.0);
        js_sys::Reflect::set(&finder, &JsValue::from_str("gridIndex"), &index).ok()?;
        let value = js_sys::Array::of2(&x.into(), &y.into());
        let place: js_sys::Array =
            self.0.convert_to_pixel(&finder, &value).ok()?.dyn_into().ok()?;
        place.get(0).as_f64().zip(place.get(1).as_f64())
    }

    /// Fits the element's new size.
    pub fn fit(&self) {
        let _fitted = self.0.resize();
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        let _disposed = self.0.dispose();
    }
}
