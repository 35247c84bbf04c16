//! One card of the presentation, and the questions behind the last.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::segments::{self, List};
use crate::chart::{Picture, before_after, over_time, waterfall};
use crate::report::Report;
use crate::story::segment;
use crate::story::talk::Card;
use crate::ui::primitive::canvas::Canvas;
use crate::ui::text;
use crate::ui::view::report::loss_unit;

/// What stands on a card, its chart, and what is said.
pub fn card_view(report: &Report, card: &Card<'_>, notes: RwSignal<bool>) -> AnyView {
    let lines = card.body.iter().map(|line| view! { <li>{line.clone()}</li> });
    let lines = lines.collect_view();
    let chart = card.chart.and_then(|chart| picture(chart, report)).map(chart_view);
    let has_chart = chart.is_some().to_string();
    let said = card.notes.iter().map(|line| view! { <p>{(*line).to_owned()}</p> });
    let said = said.collect_view();
    view! {
        <article class="present-card" data-testid="present-card" data-card=card.id.to_owned()>
            <h1 id=text::HEADING_ID tabindex="-1">{card.title.to_owned()}</h1>
            <div class="present-body" data-chart=has_chart>
                <ul class="present-lines">{lines}</ul>
                {chart}
            </div>
        </article>
        <aside class="present-notes" data-testid="present-notes" hidden=move || !notes.get() tabindex="0">
            <h2>{text::TO_SAY} <span class="present-time">{text::about(card.seconds)}</span></h2>
            {said}
        </aside>
    }
    .into_any()
}

fn chart_view(picture: Picture) -> AnyView {
    let Picture { title, summary, height_px, option, .. } = picture;
    let label = format!("{title}. {summary}");
    view! {
        <figure class="present-chart">
            <figcaption>{title}</figcaption>
            <Canvas option=Arc::new(option) height_px=height_px label=label/>
        </figure>
    }
    .into_any()
}

/// The chart of a card.
fn picture(chart: &str, report: &Report) -> Option<Picture> {
    match chart {
        "change" => before_after::picture(&report.metric),
        "split" => waterfall::picture(report),
        "time" => over_time::picture(report),
        "segments" => {
            let unit = loss_unit(&report.metric);
            [List::Worse, List::New, List::Grew].into_iter().find_map(|list| {
                segments::picture(list, &segment::of(list, &report.slices), unit)
            })
        }
        _ => None,
    }
}

/// Likely questions with their answers, folded.
pub fn questions_view(report: &Report) -> AnyView {
    let asked = report.talk.questions.iter().map(|own| {
        view! {
            <details>
                <summary>{own.asks.clone()}</summary>
                <p>{own.answer.clone()}</p>
            </details>
        }
    });
    view! {
        <article class="present-card" data-testid="present-questions" data-card="questions">
            <h1 id=text::HEADING_ID tabindex="-1">{text::QUESTIONS}</h1>
            <p class="section-hint">{text::QUESTIONS_HINT}</p>
            <div class="present-questions">{asked.collect_view()}</div>
        </article>
    }
    .into_any()
}
