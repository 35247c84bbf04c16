//! The debugging plan in steps.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{PlanStep, Report};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let steps = report.plan.iter().map(step).collect_view();
    view! { <ol class="plan">{steps}</ol> }.into_any()
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
            <p class="plan-exit"><strong>{text::EXIT}</strong> " " {step.exit_test.clone()}</p>
        </li>
    }
    .into_any()
}
