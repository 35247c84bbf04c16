//! The answer: one sentence, one number with its interval, one word of confidence.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::{MetricChange, Report, VerdictKind};
use crate::state::Session;
use crate::story::{cause, expected_sentence, number};
use crate::ui::primitive::evidence::evidence;
use crate::ui::primitive::how::how;
use crate::ui::text;

/// The verdict card.
#[component]
pub fn VerdictCard(
    /// The report.
    report: Arc<Report>,
) -> impl IntoView {
    let verdict = &report.verdict;
    let also = verdict.also.iter().map(|words| view! { <li>{words.clone()}</li> });
    let also = (!verdict.also.is_empty())
        .then(|| view! { <ul class="verdict-also">{also.collect_view()}</ul> });
    let needed = verdict
        .rows_needed
        .map(|rows| view! { <p class="verdict-needed">{text::rows_needed(rows)}</p> });
    let sentence = text::pieces(&verdict.sentence).into_iter().map(|piece| {
        let kept = piece.contains(' ');
        view! { <span class:kept=kept>{piece}</span> " " }
    });
    let sentence = sentence.collect_view();
    let answer = ["verdict", "confidence", report.metric.name.as_str(), "interval"];
    let answer = answer.map(str::to_owned).to_vec();
    // "Cannot be known: could not check": these two verdicts are about how sure one can be, and need no second word.
    let sure = (!matches!(
        verdict.kind,
        VerdictKind::NotEnoughRows | VerdictKind::UnknownWithoutLabels
    ))
    .then(|| {
        view! { <span class="verdict-confidence">{text::confidence(verdict.confidence)}</span> }
    });
    let session = expect_context::<Session>();
    let short = move || {
        session.complete.get().then(|| session.report.get().map(|own| in_short(&own)))
    };
    view! {
        <header class="verdict" data-testid="verdict" data-kind=text::verdict_name(verdict.kind)>
            <p class="verdict-word">
                <span class="verdict-mark" aria-hidden="true"></span>
                {text::verdict_word(verdict.kind)}
                {sure}
                {how(answer, text::verdict_word(verdict.kind), None)}
            </p>
            <h1 id=text::HEADING_ID tabindex="-1">{sentence}</h1>
            <BigNumber metric=report.metric.clone()/>
            {needed}
            {also}
            {short}
            {evidence(&[("change", text::CHANGE), ("why", text::WHY), ("notes", text::NOTES)])}
        </header>
    }
}

/// Why, whether it is a bug and what to do today, each with the section behind it. Only what the whole report holds.
fn in_short(report: &Report) -> AnyView {
    let best = report.causes.first();
    let why = best.map(|own| {
        let minor = own.share.filter(|_| cause::is_minor(own));
        text::capital(&text::with_minor(&cause::words(&own.id).0, minor))
    });
    let word = best.map(|own| {
        view! { <span class="cause-word">{own.word.clone()}</span> " " }
    });
    let bug = cause::bug_or_drift(&report.causes);
    let today = report.options.path.first().and_then(|step| step.what.first().cloned());
    let expected = expected_sentence(report);
    let parts = [
        ("why", text::ANSWER_EXPECTED, expected, None),
        ("why", text::ANSWER_WHY, why, word),
        ("story", text::ANSWER_BUG, bug, None),
        ("options", text::ANSWER_TODAY, today, None),
    ];
    let parts = parts.into_iter().filter_map(|(id, title, told, word)| {
        let told = told?;
        let link = view! { <a href=format!("#{id}")>{title}</a> };
        Some(view! { <div><dt>{link}</dt><dd>{word} {told}</dd></div> })
    });
    view! { <dl class="answer" data-testid="answer">{parts.collect_view()}</dl> }
        .into_any()
}

/// Before, after and the difference with its interval.
#[component]
fn BigNumber(
    /// The headline metric.
    metric: MetricChange,
) -> impl IntoView {
    let change = number::metric_change(&metric)?;
    let interval = metric.ci_low.zip(metric.ci_high).map(|ends| {
        view! {
            <span class="for-analyst">{text::INTERVAL}</span>
            <span class="for-pm">{text::BY_CHANCE}</span>
            " "
            {text::interval(metric.unit, ends)}
        }
    });
    let difference = text::signed_change(&change);
    Some(view! {
        <dl class="verdict-numbers">
            <div data-table="reference">
                <dt>{text::BEFORE}</dt>
                <dd>{change.before}</dd>
                <dd class="verdict-rows">{number::rows(metric.reference_rows)}</dd>
            </div>
            <div data-table="production">
                <dt>{text::AFTER}</dt>
                <dd>{change.after}</dd>
                <dd class="verdict-rows">{number::rows(metric.production_rows)}</dd>
            </div>
            <div data-table="difference">
                <dt>{metric.title.clone()}</dt>
                <dd>{difference}</dd>
                <dd class="verdict-rows">{interval}</dd>
            </div>
        </dl>
    })
}
