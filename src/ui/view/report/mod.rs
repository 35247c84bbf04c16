//! The report, top to bottom: the answer first, then the evidence, then what to do.
//!
//! The report comes twice: with the verdict, then whole. Sections that the diagnosis does not touch are drawn from
//! the first and stay; the others say that they are being worked out until the second is there. The business inputs
//! stand outside of what is replaced, so that typing in them is never interrupted. Sections are drawn one a turn.

mod change;
mod columns;
mod inputs;
mod kpis;
mod monitoring;
mod notes;
mod options;
mod parity;
mod plan;
mod scores;
mod shared;
mod story;
mod tools;
mod trying;
mod verdict;
mod what_if;
mod when;
mod who;
mod why;
mod working;

pub use who::loss_unit;

use std::sync::Arc;

use leptos::prelude::*;

use crate::platform::share;
use crate::report::Report;
use crate::state::Session;
use crate::ui::primitive::how;
use crate::ui::primitive::later::Later;
use crate::ui::text;

/// A section: its id, its title, its body.
type Body = fn(Arc<Report>) -> AnyView;

/// Sections that rest on the diagnosis, or on the slices that come with it.
const OF_THE_DIAGNOSIS: [&str; 10] = [
    "why",
    "who",
    "columns",
    "scores",
    PARITY,
    "story",
    "options",
    "plan",
    "monitoring",
    "notes",
];
/// Of these, the ones that have something to show before it.
const SHOWN_BEFORE: [&str; 2] = ["columns", "scores"];

/// Only there when the whole report has it.
const PARITY: &str = "parity";

/// The sections a report may have, in order.
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
    list.extend([
        (PARITY, text::PARITY, parity::body as Body),
        ("story", text::STORY, story::body as Body),
        ("options", text::OPTIONS, options::body as Body),
        ("plan", text::PLAN, plan::body as Body),
        ("monitoring", text::MONITORING, monitoring::body as Body),
        ("notes", text::NOTES, notes::body as Body),
        ("inputs", text::INPUTS, inputs::body as Body),
    ]);
    list
}

/// The button below a section that says how its numbers are worked out.
fn worked_out(id: &str, title: &str) -> Option<AnyView> {
    let ids = how::of_section(id);
    let ids = (!ids.is_empty()).then(|| ids.iter().map(|id| (*id).to_owned()).collect());
    ids.map(|ids| how::how(ids, title, Some(text::HOW)))
}

/// The report screen.
#[component]
pub fn ReportView() -> impl IntoView {
    let session = expect_context::<Session>();
    provide_context(trying::Trying::new());
    let verdict = move || {
        let drawn = session.measured.get();
        drawn.map(|report| view! { <verdict::VerdictCard report=report/> })
    };
    let contents = move || {
        let links = |report: &Report| {
            let has = |id: &str| id != PARITY || report.parity.is_some();
            sections(report)
                .into_iter()
                .filter(|(id, ..)| has(id))
                .map(|(id, title, _)| view! { <li><a href=format!("#{id}")>{title}</a></li> })
                .collect_view()
        };
        session.report.with(|report| report.as_ref().map(|report| links(report)))
    };
    let bodies = move || {
        let draw = |measured: Arc<Report>| {
            sections(&measured)
                .into_iter()
                .zip(1_u32..)
                .map(|((id, title, body), turn)| {
                    let measured = Arc::clone(&measured);
                    view! { <Section id title body turn measured/> }
                })
                .collect_view()
        };
        session.measured.get().map(draw)
    };
    let notice = move || {
        session.report.get().map(|report| view! { <shared::SharedNotice report=report/> })
    };
    view! {
        <article
            class="report"
            data-testid="report"
            data-complete=move || session.complete.get().to_string()
        >
            {verdict}
            <working::Working/>
            {notice}
            <tools::Tools/>
            <div class="report-columns">
                <nav class="contents" aria-label=text::CONTENTS>
                    <p class="contents-title">{text::CONTENTS}</p>
                    <ol>{contents}</ol>
                </nav>
                <div class="report-body">{bodies}</div>
            </div>
            <p class="printed">{text::printed(&share::base(), &share::today())}</p>
        </article>
    }
}

/// One section; while the diagnosis is under way, what rests on it says so.
#[component]
fn Section(
    /// Its id.
    id: &'static str,
    /// Its title.
    title: &'static str,
    /// What draws it.
    body: Body,
    /// Which turn of the page draws it.
    turn: u32,
    /// The report as it came first.
    measured: Arc<Report>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let waits = OF_THE_DIAGNOSIS.contains(&id);
    let pending = Memo::new(move |_| {
        waits && !SHOWN_BEFORE.contains(&id) && !session.complete.get()
    });
    let content = move || {
        if pending.get() {
            let words = move || {
                if session.busy.get() { text::WORKING_OUT } else { text::NOT_WORKED_OUT }
            };
            return view! { <p class="not-examined">{words}</p> }.into_any();
        }
        let own = if waits { session.report.get() } else { Some(Arc::clone(&measured)) };
        own.map(|report| view! { <Later turn>{body(Arc::clone(&report))}</Later> })
            .into_any()
    };
    let content = StoredValue::new_local(content);
    let is_here = Memo::new(move |_| {
        id != PARITY
            || session
                .report
                .with(|own| own.as_ref().is_some_and(|own| own.parity.is_some()))
    });
    let busy = move || (pending.get() && session.busy.get()).to_string();
    view! {
        <Show when=move || is_here.get()>
            <section class="section" id=id aria-labelledby=format!("{id}-title") aria-busy=busy>
                <h2 id=format!("{id}-title")>{title}</h2>
                {move || content.with_value(|draw| draw())}
                {worked_out(id, title)}
            </section>
        </Show>
    }
}
