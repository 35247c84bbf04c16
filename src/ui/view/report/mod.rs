//! The report, top to bottom: the answer first, then the evidence, then what to do.
//!
//! The report is replaced whole; the business inputs stand outside of what is replaced, so that typing in
//! them is never interrupted. Sections are drawn one a turn.

mod change;
mod columns;
mod inputs;
mod kpis;
mod notes;
mod parity;
mod plan;
mod scores;
mod story;
mod tools;
mod verdict;
mod when;
mod who;
mod why;

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::Report;
use crate::state::Session;
use crate::ui::primitive::later::Later;
use crate::ui::text;

/// A section: its id, its title, its body.
type Body = fn(Arc<Report>) -> AnyView;

/// The sections a report has, in order.
fn sections(report: &Report) -> Vec<(&'static str, &'static str, Body)> {
    let mut list: Vec<(&'static str, &'static str, Body)> = vec![
        ("change", text::CHANGE, change::body),
        ("why", text::WHY, why::body),
        ("who", text::WHO, who::body),
        ("when", text::WHEN, when::body),
        ("columns", text::COLUMNS, columns::body),
        ("scores", text::SCORES, scores::body),
    ];
    if !report.kpis.is_empty() {
        list.push(("kpis", text::KPIS, kpis::body));
    }
    if report.parity.is_some() {
        list.push(("parity", text::PARITY, parity::body));
    }
    list.extend([
        ("story", text::STORY, story::body as Body),
        ("plan", text::PLAN, plan::body as Body),
        ("notes", text::NOTES, notes::body as Body),
        ("inputs", text::INPUTS, inputs::body as Body),
    ]);
    list
}

/// The report screen.
#[component]
pub fn ReportView() -> impl IntoView {
    let session = expect_context::<Session>();
    let verdict = move || {
        session.report.get().map(|report| view! { <verdict::VerdictCard report=report/> })
    };
    let contents = move || {
        let links = |report: &Report| {
            sections(report)
                .into_iter()
                .map(|(id, title, _)| view! { <li><a href=format!("#{id}")>{title}</a></li> })
                .collect_view()
        };
        session.report.with(|report| report.as_ref().map(|report| links(report)))
    };
    let bodies = move || {
        let draw = |report: Arc<Report>| {
            sections(&report)
                .into_iter()
                .zip(1_u32..)
                .map(|((id, title, body), turn)| {
                    let report = Arc::clone(&report);
                    view! {
                        <section class="section" id=id aria-labelledby=format!("{id}-title")>
                            <h2 id=format!("{id}-title")>{title}</h2>
                            <Later turn=turn>{body(Arc::clone(&report))}</Later>
                        </section>
                    }
                })
                .collect_view()
        };
        session.report.get().map(draw)
    };
    view! {
        <article class="report" data-testid="report">
            {verdict}
            <tools::Tools/>
            <div class="report-columns">
                <nav class="contents" aria-label=text::CONTENTS>
                    <p class="contents-title">{text::CONTENTS}</p>
                    <ol>{contents}</ol>
                </nav>
                <div class="report-body" aria-busy=move || session.busy.get().to_string()>
                    {bodies}
                </div>
            </div>
        </article>
    }
}
