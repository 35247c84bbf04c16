//! Who is affected: groups that do worse, groups that are new, and groups whose share of rows changed.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::segments::{self, List};
use crate::report::{MetricChange, Report, Slice, Unit};
use crate::story::{facts, number, phrase, segment};
use crate::ui::primitive::figure::Figure;
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let unit = loss_unit(&report.metric);
    if let Some(why) = facts::unsearched(&report) {
        return view! { <p class="quietly">{why.to_owned()}</p> }.into_any();
    }
    let part = |list: List, heading: &'static str, none: Option<&'static str>| {
        let slices = segment::of(list, &report.slices);
        if slices.is_empty() && none.is_none() {
            return ().into_any();
        }
        let picture = segments::picture(list, &slices, unit)
            .map(|picture| view! { <Figure picture/> });
        let rows = slices.iter().map(|slice| row(list, slice, unit)).collect_view();
        let body = if slices.is_empty() {
            view! { <p class="quietly">{none}</p> }.into_any()
        } else {
            view! { {picture} <ul class="segments">{rows}</ul> }.into_any()
        };
        view! { <div class="group"><h3>{heading}</h3>{body}</div> }.into_any()
    };
    let none_worse = match report.metric.production_rows {
        0 => text::NO_OUTCOMES,
        _ => text::NO_WORSE,
    };
    view! {
        <div class="groups">
            {part(List::Worse, text::WORSE_HEADING, Some(none_worse))}
            {part(List::New, text::NEW_HEADING, None)}
            {part(List::Grew, text::GREW_HEADING, Some(text::NO_GREW))}
        </div>
    }
    .into_any()
}

/// The unit of the loss that slices are counted in: a share of errors for decisions, else plain.
#[must_use]
pub fn loss_unit(metric: &MetricChange) -> Unit {
    if metric.unit == Unit::Share && metric.family == "decision" {
        Unit::Share
    } else if matches!(metric.unit, Unit::Label | Unit::Money) {
        metric.unit
    } else {
        Unit::Plain
    }
}

fn row(list: List, slice: &Slice, unit: Unit) -> AnyView {
    let loss = |value: Option<f64>| {
        value.map_or_else(
            || text::NOT_KNOWN.to_owned(),
            |value| number::value(unit, value),
        )
    };
    let outcomes =
        phrase::counted(slice.production_rows, "labelled row", "labelled rows");
    let words = match list {
        List::Grew => format!(
            "{} of rows before, {} after",
            number::share(slice.reference_share),
            number::share(slice.production_share)
        ),
        List::Worse => format!(
            "average error {} before, {} after, on {outcomes}",
            loss(slice.reference_loss),
            loss(slice.production_loss),
        ),
        List::New => format!(
            "{}: average error {}, on {outcomes}",
            segment::newness(slice),
            loss(slice.production_loss),
        ),
    };
    let title = match list {
        List::Grew => {
            let place = segment::where_words(slice);
            format!("{} {place}", text::capital(segment::rows_where(slice)))
        }
        List::Worse | List::New => slice.title.clone(),
    };
    let points = list.points(slice);
    let direction = if points > 0.0 { "worse" } else { "better" };
    view! {
        <li class="segment" data-direction=direction>
            <span class="segment-title">{title}</span>
            <span class="segment-points">{text::signed(unit, points)}</span>
            <span class="segment-words">{words}</span>
        </li>
    }
    .into_any()
}
