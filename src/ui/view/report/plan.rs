//! The debugging plan in steps.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{PlanStep, Query, Report};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let steps = report.plan.iter().map(step).collect_view();
    view! { <ol class="plan">{steps}</ol> }.into_any()
}

/// Queries to pull, folded; both dialects.
pub fn queries(queries: &[Query]) -> Vec<AnyView> {
    let code = |name: &'static str, text: &str| {
        view! {
            <figure class="query-text">
                <figcaption>{name}</figcaption>
                <pre tabindex="0"><code>{text.to_owned()}</code></pre>
            </figure>
        }
    };
    queries
        .iter()
        .map(|query| {
            view! {
                <details class="query">
                    <summary>{query.title.clone()}</summary>
                    {code(text::DUCKDB, &query.duckdb)}
                    {code(text::SPARK, &query.spark)}
                </details>
            }
            .into_any()
        })
        .collect()
}

fn step(step: &PlanStep) -> AnyView {
    let list = |heading: &'static str, items: &[String], state: &'static str| {
        let items = items
            .iter()
            .map(|item| view! { <li>{item.clone()}</li> })
            .collect::<Vec<_>>();
        (!items.is_empty()).then(|| {
            view! {
                <div class="plan-list" data-state=state>
                    <h4>{heading}</h4>
                    <ul>{items}</ul>
                </div>
            }
        })
    };
    view! {
        <li class="plan-step">
            <h3>{step.title.clone()}</h3>
            <p class="plan-frame">{text::step_frame(&step.when, &step.owner, step.hours)}</p>
            <div class="plan-lists">
                {list(text::DONE, &step.done, "done")}
                {list(text::TO_DO, &step.to_do, "to do")}
            </div>
            {queries(&step.queries)}
            <p class="plan-exit"><strong>{text::EXIT}</strong> " " {step.exit_test.clone()}</p>
        </li>
    }
    .into_any()
}
