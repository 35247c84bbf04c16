//! What to do now: the path, and the options side by side.

use std::sync::Arc;

use leptos::prelude::*;

use super::plan::queries;
use crate::report::{Choice, PathStep, Report};
use crate::story::{number, path_words};
use crate::ui::text;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    let options = &report.options;
    if options.items.is_empty() {
        return view! { <p class="quietly">{text::NO_OPTIONS}</p> }.into_any();
    }
    let path = options.path.iter().map(step).collect_view();
    let items = options.items.iter().map(item).collect_view();
    view! {
        <h3>{text::PATH}</h3>
        <ol class="path">{path}</ol>
        <h3>{text::SIDE_BY_SIDE}</h3>
        <ul class="options" data-testid="options">{items}</ul>
    }
    .into_any()
}

fn step(step: &PathStep) -> AnyView {
    let what = step.what.iter().map(|what| view! { <li>{what.clone()}</li> });
    view! {
        <li class="path-step"><h4>{step.when.clone()}</h4><ul>{what.collect_view()}</ul></li>
    }
    .into_any()
}

fn item(item: &Choice) -> AnyView {
    let about = |count: f64, word: &str| format!("about {} {word}", number::about(count));
    let mut touches = match (item.rows_per_day, item.users_per_day) {
        (Some(rows), Some(users)) if (rows - users).abs() > 0.5 => {
            vec![about(rows, "rows"), about(users, "users")]
        }
        (Some(rows), _) => vec![about(rows, "rows")],
        (None, _) => vec![text::TRAFFIC_UNKNOWN.to_owned()],
    };
    touches.extend(item.money_per_day.map(|money| about(money, "in money back")));
    let facts = [
        touches.join("; "),
        path_words::days_words(item.days),
        item.risk.clone(),
        item.undo.clone(),
        item.based_on.clone(),
    ];
    let facts = text::OPTION_HEADS
        .into_iter()
        .zip(facts)
        .map(|(head, fact)| view! { <dt>{head}</dt><dd>{fact}</dd> })
        .collect_view();
    view! {
        <li class="option" data-option=item.id.clone()>
            <h4>{item.title.clone()}</h4>
            <p class="option-price">{item.price_words.clone()}</p>
            <p>{item.what.clone()}</p>
            <dl>{facts}</dl>
            {queries(item.query.as_slice())}
        </li>
    }
    .into_any()
}
