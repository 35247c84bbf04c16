//! Keep it from happening again: alerts with their limits, what to do when one rings, and the files to take along.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{Basis, Check, Report};
use crate::state::Session;
use crate::story::{number, path_words, watch};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let pack = &report.monitoring;
    if pack.checks.is_empty() {
        let by_link = report.shared.as_ref().is_some_and(|own| own.by_link);
        return view! { <p class="quietly">{text::no_checks(by_link)}</p> }.into_any();
    }
    let lead = text::pack_lead(
        pack.checks.len(),
        pack.every_days,
        &path_words::false_alarms(pack.false_alarms_per_month),
        pack.rows_per_run,
    );
    let rules = pack.rules.iter().map(|rule| view! { <li>{rule.clone()}</li> });
    let tables = text::FAMILIES
        .into_iter()
        .filter_map(|(family, title)| {
            let rows: Vec<&Check> =
                pack.checks.iter().filter(|check| check.family == family).collect();
            (!rows.is_empty()).then(|| table(title, &rows))
        })
        .collect_view();
    view! {
        <p>{lead}</p>
        <h3>{text::RULES}</h3>
        <ul class="rules">{rules.collect_view()}</ul>
        {tables}
        <h3>{text::EXPORTS}</h3>
        <p class="section-hint">{text::EXPORTS_HINT}</p>
        <Exports/>
    }
    .into_any()
}

fn table(title: &'static str, checks: &[&Check]) -> AnyView {
    let rang = checks.iter().filter(|check| check.raised).count();
    let rows = checks.iter().map(|check| row(check)).collect_view();
    let heads = text::CHECK_HEADS.map(|head| view! { <th scope="col">{head}</th> });
    view! {
        <details class="checks">
            <summary>{text::checks_summary(title, checks.len(), rang)}</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=title>
                <table class="numbers">
                    <caption class="unseen">{text::CHECKS_CAPTION}</caption>
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row(check: &Check) -> AnyView {
    let printed = |value: Option<f64>| {
        number::finite(value)
            .map_or_else(|| text::NOT_KNOWN.to_owned(), |own| watch::value(check, own))
    };
    let basis = match check.basis {
        Basis::Periods => text::FROM_PERIODS,
        Basis::Blocks => text::FROM_BLOCKS,
        Basis::Rows => text::FROM_ROWS,
    };
    let rings = check.raised.then_some(text::WOULD_RING);
    view! {
        <tr data-raised=check.raised.to_string()>
            <th scope="row">{check.title.clone()}</th>
            <td>{printed(check.usual)}</td>
            <td>{watch::limits(check)}</td>
            <td>{printed(check.now)} " " {rings.map(|word| view! { <strong>{word}</strong> })}</td>
            <td>{basis}</td>
        </tr>
    }
    .into_any()
}

/// A button a file.
#[component]
fn Exports() -> impl IntoView {
    let session = expect_context::<Session>();
    let buttons = text::EXPORT_FILES.map(|(label, name)| {
        view! {
            <button type="button" data-testid=format!("export-{name}") on:click=move |_| session.save_pack(name)>
                {label}
            </button>
        }
    });
    view! { <div class="buttons">{buttons.into_iter().collect_view()}</div> }
}
