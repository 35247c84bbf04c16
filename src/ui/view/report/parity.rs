//! Whether the model was served what the log and the offline pipeline say.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{ParityColumn, Report, ShadowParity};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let Some(parity) = &report.parity else { return ().into_any() };
    let shadow = parity.shadow.as_ref().map(shadow);
    let consistency = parity.consistency.as_ref().map(|own| {
        view! {
            <p class="prose">{own.sentence.clone()}</p>
            <p class="quietly detail">{text::consistency(own)}</p>
        }
    });
    view! { {shadow} {consistency} }.into_any()
}

fn shadow(own: &ShadowParity) -> AnyView {
    let row = |column: &ParityColumn| {
        view! {
            <tr class:detail=column.kind == "same">
                <th scope="row">{column.name.clone()}</th>
                <td>{column.sentence.clone()}</td>
            </tr>
        }
    };
    let all_same = own.columns.iter().all(|column| column.kind == "same");
    let rows = own.columns.iter().map(row).collect_view();
    view! {
        <p class="prose">{own.sentence.clone()}</p>
        <div class="scroll" class:detail=all_same tabindex="0" role="group" aria-label=text::PARITY_CAPTION>
            <table class="metrics">
                <caption>{text::PARITY_CAPTION}</caption>
                <thead><tr>
                    <th scope="col">{text::HEAD_COLUMN}</th>
                    <th scope="col">{text::HEAD_KIND}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
