//! A select over a list of words.

use leptos::prelude::*;

/// A native select; values are places in the list of options.
#[component]
pub fn Choice(
    /// Its name for people who cannot see its surroundings.
    #[prop(into)]
    label: String,
    /// The options in order.
    #[prop(into)]
    options: Signal<Vec<String>>,
    /// The place of the chosen one.
    #[prop(into)]
    chosen: Signal<Option<usize>>,
    /// Called with the place of the newly chosen one.
    on_choose: Callback<usize>,
    /// Id, for a visible label elsewhere.
    #[prop(optional, into)]
    id: Option<String>,
) -> impl IntoView {
    let listed = move || {
        options
            .get()
            .into_iter()
            .enumerate()
            .map(|(place, words)| {
                view! {
                    <option
                        value=place.to_string()
                        prop:selected=move || chosen.get() == Some(place)
                    >
                        {words}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <select
            class="choice"
            id=id
            aria-label=label
            on:change=move |event| {
                if let Ok(place) = event_target_value(&event).parse() {
                    on_choose.run(place);
                }
            }
        >
            {listed}
        </select>
    }
}
