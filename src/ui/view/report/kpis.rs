//! Business numbers before and after, and where they moved most.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{KpiChange, Report, Unit};
use crate::story::number;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    report.kpis.iter().map(kpi).collect_view().into_any()
}

fn kpi(kpi: &KpiChange) -> AnyView {
    let known = |value: Option<f64>| {
        value.map_or_else(|| text::NOT_KNOWN.to_owned(), number::quantity)
    };
    let difference = kpi.difference.map(|value| text::signed(Unit::Label, value));
    let interval = kpi.interval.map(|ends| text::interval(Unit::Label, ends));
    let slices = kpi
        .slices
        .iter()
        .map(|slice| {
            view! {
                <tr>
                    <th scope="row">{slice.title.clone()}</th>
                    <td class="amount">{known(slice.reference_mean)}</td>
                    <td class="amount">{known(slice.production_mean)}</td>
                    <td class="amount">{number::count(slice.production_rows)}</td>
                </tr>
            }
        })
        .collect_view();
    let table = (!kpi.slices.is_empty()).then(|| {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=text::KPIS><table class="metrics">
                <thead>
                    <tr>
                        <th scope="col">"Where it moved most"</th>
                        <th scope="col" class="amount">"Before"</th>
                        <th scope="col" class="amount">"After"</th>
                        <th scope="col" class="amount">"Rows after"</th>
                    </tr>
                </thead>
                <tbody>{slices}</tbody>
            </table></div>
        }
    });
    view! {
        <div class="kpi">
            <h3>{kpi.name.clone()}</h3>
            <p>
                "Mean a row: " {known(kpi.reference_mean)} " before, "
                {known(kpi.production_mean)} " after"
                {difference.map(|words| format!(" ({words}"))}
                {interval.map(|words| format!("; allowing for chance, {words}"))} ". Sum: "
                {number::quantity(kpi.reference_sum)} " before, "
                {number::quantity(kpi.production_sum)} " after."
            </p>
            {table}
        </div>
    }
    .into_any()
}
