//! What a candidate may see: figures, time, groups, columns, scores. No cause, no verdict in words, no plan. Easier
//! levels see more of what the detectors found.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::segments::{self, List};
use crate::chart::{
    Picture, before_after, calibration, distribution, health, histogram, over_time,
    waterfall,
};
use crate::choices::Role;
use crate::practise::{CaseKey, Level};
use crate::report::{ColumnReport, Report};
use crate::story::{number, segment};
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::later::Later;
use crate::ui::text;
use crate::ui::view::report::loss_unit;

/// Columns shown; they stand in order of their effect.
const COLUMNS: usize = 14;
/// Findings that tell what is there to be counted, not what may be behind it.
const COUNTED: [&str; 7] = [
    "missing_rate",
    "new_categories",
    "vanished_categories",
    "out_of_range",
    "constant",
    "all_missing",
    "drift",
];

/// The evidence of a case.
pub fn evidence(report: &Arc<Report>, key: CaseKey) -> AnyView {
    let unit = loss_unit(&report.metric);
    let groups = |list| segments::picture(list, &segment::of(list, &report.slices), unit);
    let pictures = [
        before_after::picture(&report.metric),
        over_time::picture(report),
        health::picture(report),
        groups(List::Worse),
        groups(List::New),
        groups(List::Grew),
        histogram::picture(report),
        calibration::picture(report),
    ];
    let figures = pictures.into_iter().flatten().map(figure).collect_view();
    let parity = report.parity.as_ref().map(|own| {
        let told = own.shadow.iter().map(|own| own.sentence.clone());
        let told = told.chain(own.consistency.iter().map(text::consistency));
        let told = told.map(|line| view! { <p class="prose">{line}</p> }).collect_view();
        view! { <h3>{text::EVIDENCE_PARITY}</h3> {told} }
    });
    let columns = report
        .columns
        .iter()
        .filter(|column| matches!(column.role, Role::Feature | Role::Segment))
        .take(COLUMNS)
        .map(|own| column(own, key.level))
        .collect_view();
    let hint = (key.level == Level::Easy).then(|| hint(report));
    let later = Arc::clone(report);
    view! {
        <p class="prose">{metrics_line(report)}</p>
        <div class="practise-figures">{figures}</div>
        {parity}
        <h3>{text::COLUMNS_SHOWN}</h3>
        <div class="practise-columns">{columns}</div>
        {hint}
        <Later turn=1>{notes(&later)}</Later>
    }
    .into_any()
}

fn figure(picture: Picture) -> AnyView {
    view! { <div class="practise-figure"><Figure picture/></div> }.into_any()
}

/// The other metrics, before and after, in one line each.
fn metrics_line(report: &Report) -> String {
    let told = report.metrics.iter().filter_map(|metric| {
        let change = number::metric_change(metric)?;
        let shadow = metric
            .training
            .map(|value| format!(" (training {})", number::value(metric.unit, value)))
            .unwrap_or_default();
        Some(format!("{}: {} → {}{shadow}", metric.title, change.before, change.after))
    });
    told.collect::<Vec<_>>().join(" · ")
}

fn column(column: &ColumnReport, level: Level) -> AnyView {
    let moved = column
        .drift
        .as_ref()
        .map_or_else(|| text::NOT_KNOWN.to_owned(), |drift| number::share(drift.moved));
    let missing = format!(
        "{} → {}",
        number::share(column.reference_missing),
        number::share(column.production_missing)
    );
    let means = column.reference_numbers.zip(column.production_numbers).map(|(a, b)| {
        format!("{} → {}", number::quantity(a.mean), number::quantity(b.mean))
    });
    let shown = |code: &str| match level {
        Level::Easy => true,
        Level::Medium => COUNTED.contains(&code),
        Level::Hard => false,
    };
    let findings = column
        .findings
        .iter()
        .filter(|finding| shown(&finding.code))
        .map(|finding| view! { <li>{finding.sentence.clone()}</li> })
        .collect_view();
    let opened = RwSignal::new(false);
    let own = StoredValue::new(column.clone());
    let picture = move || {
        own.with_value(distribution::picture).map(|picture| view! { <Figure picture/> })
    };
    view! {
        <details class="practise-column" on:toggle=move |_| opened.set(true)>
            <summary>
                <span class="practise-name">{column.name.clone()}</span>
                <span class="practise-fact">{text::HEAD_MOVED} " " {moved}</span>
                <span class="practise-fact">{text::HEAD_MISSING} " " {missing}</span>
                {means.map(|means| view! { <span class="practise-fact">"Mean " {means}</span> })}
            </summary>
            <ul class="practise-findings">{findings}</ul>
            <Show when=move || opened.get()>{picture()}</Show>
        </details>
    }
    .into_any()
}

/// Where the points go: drawn only once it is asked for.
fn hint(report: &Arc<Report>) -> AnyView {
    let opened = RwSignal::new(false);
    let report = Arc::clone(report);
    let picture =
        move || waterfall::picture(&report).map(|picture| view! { <Figure picture/> });
    view! {
        <details class="panel" data-testid="practise-hint" on:toggle=move |_| opened.set(true)>
            <summary>{text::HINT} ": " {text::HINT_SPLIT}</summary>
            <Show when=move || opened.get()>{picture()}</Show>
        </details>
    }
    .into_any()
}

/// What could not be checked is evidence, too.
fn notes(report: &Report) -> AnyView {
    let lines = report.notes.iter().map(|note| view! { <li>{note.what.clone()}</li> });
    let lines = lines.collect_view();
    (!report.notes.is_empty())
        .then(|| view! { <h3>{text::NOTES}</h3> <ul class="practise-notes">{lines}</ul> })
        .into_any()
}
