//! "How is this worked out?": buttons beside numbers and sections, and the one dialog that answers them. The words
//! come from `src/explain/`, by way of the bundle that is fetched in idle time.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::platform::echarts;
use crate::ui::text;

/// What the dialog is asked for: ids of methods or causes, first one open.
#[derive(Clone, Copy)]
pub struct Asked(RwSignal<Vec<String>>);

impl Asked {
    /// Nothing asked yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }
}

impl Default for Asked {
    fn default() -> Self {
        Self::new()
    }
}

/// Methods behind a section of the report, first one open; empty for sections that measure nothing.
#[must_use]
pub fn of_section(id: &str) -> &'static [&'static str] {
    match id {
        "change" => &["verdict", "confidence", "interval"],
        "why" => &[
            "split",
            "who_we_see",
            "broken_inputs",
            "never_seen",
            "relationship",
            "threshold",
            "optimism",
            "shares",
            "expected",
            "retuning",
            "cause_probability",
            "interval",
        ],
        "who" => &["segments_worse", "segments_grew", "interval"],
        "when" => &["change_point", "inputs_over_time", "interval"],
        "columns" => {
            &["rows_moved", "column_effect", "missing", "chi_square", "own_noise"]
        }
        "scores" => &[
            "roc",
            "precision_recall",
            "calibration",
            "score_histogram",
            "cut_off",
            "what_if",
        ],
        "kpis" => &["kpi", "interval"],
        "parity" => &["parity", "consistency"],
        "options" => &["options"],
        "plan" => &["plan"],
        "monitoring" => &["alert_limits"],
        "notes" => &["notes"],
        "inputs" => &["roles"],
        _ => &[],
    }
}

/// A button that opens the dialog. With `words` it is a line of its own, else a small mark beside a number.
pub fn how(ids: Vec<String>, about: &str, words: Option<&'static str>) -> AnyView {
    let asked = expect_context::<Asked>().0;
    view! {
        <button
            type="button"
            class=if words.is_some() { "link how" } else { "how-mark" }
            aria-haspopup="dialog"
            aria-label=format!("{}: {about}", words.unwrap_or(text::HOW))
            on:click=move |_| asked.set(ids.clone())
        >
            {words.unwrap_or("?")}
        </button>
    }
    .into_any()
}

/// The dialog. One is enough; it stands at the end of the page.
#[component]
pub fn HowDialog() -> impl IntoView {
    let asked = expect_context::<Asked>().0;
    let node = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if asked.with(|ids| !ids.is_empty())
            && let Some(dialog) = node.get()
        {
            let _shown = dialog.show_modal();
        }
    });
    let close = move |_| {
        if let Some(dialog) = node.get_untracked() {
            dialog.close();
        }
    };
    let told = move || {
        let ids = asked.get();
        let mut entries =
            ids.iter().map(|id| echarts::explain(id)).filter(|own| !own.is_empty());
        let Some(first) = entries.next() else {
            return view! { <p>{text::HOW_WAITS}</p> }.into_any();
        };
        let others = entries
            .map(|own| view! { <details><summary>{own.first().cloned()}</summary>{parts(&own)}</details> })
            .collect_view();
        view! {
            <h2 id="how-title">{first.first().cloned()}</h2>
            {parts(&first)}
            {others}
        }
        .into_any()
    };
    view! {
        <dialog
            class="how-dialog"
            aria-labelledby="how-title"
            closedby="any"
            node_ref=node
            on:close=move |_| asked.set(Vec::new())
        >
            <div class="how-body" tabindex="-1">{told}</div>
            <button type="button" class="how-close" on:click=close>{text::CLOSE}</button>
        </dialog>
    }
}

/// Headings and words of one entry.
fn parts(entry: &[String]) -> AnyView {
    let pairs = entry.get(1..).unwrap_or_default().chunks_exact(2);
    let pairs = pairs.map(|pair| {
        view! { <dt>{pair.first().cloned()}</dt> <dd>{pair.last().cloned()}</dd> }
    });
    view! { <dl class="told">{pairs.collect_view()}</dl> }.into_any()
}
