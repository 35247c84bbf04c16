//! What was read and how it was understood.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{ColumnInput, Report, TableInput};
use crate::story::number;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let tables = report.inputs.tables.iter().map(table).collect_view();
    let columns = report.inputs.columns.clone();
    let count = text::counted(columns.len(), "column", "columns");
    let opened = RwSignal::new(false);
    let columns = StoredValue::new(columns);
    let rows =
        move || columns.with_value(|columns| columns.iter().map(column).collect_view());
    // A link does not carry what each column was taken for.
    let columns = (!report.inputs.columns.is_empty()).then(|| {
        view! {
            <details on:toggle=move |_| opened.set(true)>
                <summary>{count} " and what each was taken for"</summary>
                <Show when=move || opened.get()>
                    <div class="scroll" tabindex="0" role="group" aria-label=text::COLUMNS_CAPTION>
                        <table class="metrics"><tbody>{rows}</tbody></table>
                    </div>
                </Show>
            </details>
        }
    });
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=text::INPUTS><table class="metrics">
            <thead>
                <tr>
                    <th scope="col">"Table"</th>
                    <th scope="col" class="amount">"Rows"</th>
                    <th scope="col" class="amount">"With outcome"</th>
                    <th scope="col">"Files"</th>
                </tr>
            </thead>
            <tbody>{tables}</tbody>
        </table></div>
        {columns}
        <p class="quietly">{text::took(report.seconds, report.shared.is_some())}</p>
    }
    .into_any()
}

fn table(table: &TableInput) -> AnyView {
    let labels = table.labels.as_ref().map(|join| {
        format!(
            " Outcomes from {}: {} of {} rows found theirs; {} outcomes without a row, {} ids twice.",
            join.files.join(", "),
            number::count(join.matched),
            number::count(table.rows),
            number::count(join.labels_unmatched),
            number::count(join.duplicate_ids)
        )
    });
    view! {
        <tr>
            <th scope="row">{text::table_name(table.role)}</th>
            <td class="amount">{number::count(table.rows)}</td>
            <td class="amount">{number::count(table.labelled_rows)}</td>
            <td>{table.files.join(", ")} {labels}</td>
        </tr>
    }
    .into_any()
}

fn column(column: &ColumnInput) -> AnyView {
    view! {
        <tr>
            <th scope="row">{column.name.clone()}</th>
            <td>{text::role(&column.role)}</td>
            <td>{text::kind(column.kind)}</td>
            <td>{column.reason.clone()}</td>
        </tr>
    }
    .into_any()
}
