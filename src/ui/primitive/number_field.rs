//! An optional number the user types.

use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use crate::ui::text;

/// A labelled number input; empty means not given.
#[component]
pub fn NumberField(
    /// Its label.
    #[prop(into)]
    label: String,
    /// Unit or hint behind it.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Value shown at first.
    value: Option<f64>,
    /// Smallest value allowed.
    #[prop(default = 0.0)]
    least: f64,
    /// Called with the new value; `None` when emptied, no number, or too small, which the field then says.
    on_change: Callback<Option<f64>>,
) -> impl IntoView {
    let refused = RwSignal::new(false);
    let changed = move |event: leptos::ev::Event| {
        // The browser reads the number; it says NaN of an empty field and of what is none.
        let value = event_target::<HtmlInputElement>(&event).value_as_number();
        let usable = value.is_finite() && value >= least;
        refused.set(!usable && !value.is_nan());
        on_change.run(usable.then_some(value));
    };
    let error = move || {
        refused.get().then(|| {
            view! { <span class="field-error" role="alert">{text::too_small(least)}</span> }
        })
    };
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input
                type="number"
                inputmode="decimal"
                step="any"
                min=least.to_string()
                prop:value=value.map(|value| value.to_string()).unwrap_or_default()
                aria-invalid=move || refused.get().to_string()
                on:input=changed
            />
            {error}
            {hint.map(|hint| view! { <span class="field-hint">{hint}</span> })}
        </label>
    }
}
