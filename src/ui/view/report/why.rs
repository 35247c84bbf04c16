//! Where the drop comes from and why: what the report has, or that it was not examined.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{Cause, Report};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    if report.attribution.is_empty() && report.causes.is_empty() {
        return view! {
            <p class="not-examined">
                <strong>{text::NOT_EXAMINED}</strong> " " {text::NOT_EXAMINED_LOOK}
            </p>
        }
        .into_any();
    }
    let unit = report.metric.unit;
    let terms = report
        .attribution
        .iter()
        .map(|term| {
            view! {
                <tr>
                    <th scope="row">{term.term.replace('_', " ")}</th>
                    <td class="amount">{text::signed(unit, term.points)}</td>
                    <td class="amount">{text::interval(unit, (term.ci_low, term.ci_high))}</td>
                </tr>
            }
        })
        .collect_view();
    let causes = report.causes.iter().map(cause).collect_view();
    view! {
        <table class="metrics"><tbody>{terms}</tbody></table>
        <ol class="causes">{causes}</ol>
    }
    .into_any()
}

fn cause(cause: &Cause) -> AnyView {
    let list = |items: &[String]| {
        items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view()
    };
    view! {
        <li>
            <h3>{text::capital(&cause.id.replace('_', " "))} " · " {cause.word.clone()}</h3>
            <ul>{list(&cause.evidence_for)} {list(&cause.evidence_against)}</ul>
            <p>{cause.next_check.clone()}</p>
        </li>
    }
    .into_any()
}
