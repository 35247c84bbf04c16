//! Where the drop comes from and why: the parts that add up, the causes, and what re-tuning would give back.

use std::sync::Arc;

use leptos::prelude::*;

use crate::chart::waterfall;
use crate::report::{Cause, Report, TermShare, VerdictKind};
use crate::story::cause as words;
use crate::ui::primitive::evidence::evidence;
use crate::ui::primitive::figure::Figure;
use crate::ui::primitive::how::how;
use crate::ui::primitive::technical::Technical;
use crate::ui::text;

/// Causes told in full; those behind them are folded.
const OPEN: usize = 3;

/// Shares smaller than this part of the largest step are noise.
const TOLD_SHARE: f64 = 0.02;

/// The section's body.
pub fn body(report: Arc<Report>) -> AnyView {
    if report.examined.is_empty() && report.attribution.is_empty() {
        return view! {
            <p class="not-examined">
                <strong>{text::NOT_EXAMINED}</strong> " " {text::NOT_EXAMINED_LOOK}
            </p>
        }
        .into_any();
    }
    let picture = waterfall::picture(&report).map(|picture| view! { <Figure picture/> });
    let causes = report
        .causes
        .iter()
        .zip(0..)
        .map(|(own, at)| card(&report, own, at))
        .collect_view();
    let causes = if report.causes.is_empty() {
        let none = match report.verdict.kind {
            VerdictKind::NotDropped | VerdictKind::Improved => text::NO_DROP_CAUSES,
            _ => text::NO_CAUSE,
        };
        view! { <p class="quietly">{none}</p> }.into_any()
    } else {
        view! { <h3>{text::CAUSES_HEADING}</h3> <ol class="causes">{causes}</ol> }
            .into_any()
    };
    view! {
        {picture}
        {causes}
        {expected(&report)}
        {remedies(&report)}
        <Technical>{shares(&report)} {examined(&report)}</Technical>
    }
    .into_any()
}

fn card(report: &Report, cause: &Cause, at: usize) -> AnyView {
    let list = |title: &'static str, items: &[String]| {
        let lines =
            items.iter().map(|item| view! { <li>{item.clone()}</li> }).collect_view();
        (!items.is_empty()).then(|| view! { <h4>{title}</h4> <ul>{lines}</ul> })
    };
    let columns = cause.columns.join(", ");
    let told = view! {
        {list(text::FOR, &cause.evidence_for)}
        {list(text::AGAINST, &cause.evidence_against)}
        <p class="cause-next">
            <strong>{text::NEXT_CHECK} ":"</strong> " " {cause.next_check.clone()}
        </p>
    };
    let told = if at < OPEN {
        told.into_any()
    } else {
        view! { <details><summary>{text::MORE}</summary> {told}</details> }.into_any()
    };
    view! {
        <li class="cause" data-cause=cause.id.clone()>
            <h3>{text::capital(&words::words(&cause.id).0)}</h3>
            <p class="cause-frame">
                <span class="cause-word">{cause.word.clone()}</span>
                <span>{text::price(report, cause.points, cause.share)}</span>
            </p>
            {(!columns.is_empty()).then(|| view! { <p class="cause-columns">{columns}</p> })}
            {told}
            {(!cause.columns.is_empty()).then(|| evidence(&[("columns", text::COLUMNS)]))}
            {how(vec![cause.id.clone()], words::words(&cause.id).0.as_str(), Some(text::ABOUT_CAUSE))}
        </li>
    }
    .into_any()
}

fn expected(report: &Report) -> Option<AnyView> {
    let own = report.expected.as_ref()?;
    let told = own.refused.clone().unwrap_or_else(|| text::expected(report, own));
    let assumption = own.refused.is_none().then(|| own.assumption.clone());
    Some(
        view! {
            <h3>{text::EXPECTED_HEADING}</h3>
            <p class="prose">{told}</p>
            <p class="quietly">{assumption}</p>
        }
        .into_any(),
    )
}

fn remedies(report: &Report) -> Option<AnyView> {
    let lines =
        report.remedies.iter().map(|own| view! { <li>{own.sentence.clone()}</li> });
    (!report.remedies.is_empty()).then(|| {
        view! {
            <h3>{text::REMEDIES_HEADING}</h3>
            <ul class="remedies">{lines.collect_view()}</ul>
        }
        .into_any()
    })
}

fn shares(report: &Report) -> Option<AnyView> {
    let unit = report.metric.unit;
    let row = |own: &TermShare| {
        view! {
            <tr>
                <th scope="row">{text::term(&own.term).to_owned()}</th>
                <td>{own.title.clone()}</td>
                <td class="amount">{text::signed(unit, own.points)}</td>
            </tr>
        }
    };
    if report.verdict.kind != VerdictKind::Dropped {
        return None;
    }
    let largest =
        report.attribution.iter().fold(0.0_f64, |most, own| most.max(own.points.abs()));
    let told = |own: &&TermShare| own.points.abs() >= TOLD_SHARE * largest;
    let shown: Vec<&TermShare> = report.shares.iter().filter(told).collect();
    let rows = shown.iter().map(|own| row(own)).collect_view();
    (!shown.is_empty()).then(|| {
        view! {
            <div class="scroll" tabindex="0" role="group" aria-label=text::SHARES_HEADING>
                <table class="metrics">
                    <caption>{text::SHARES_HEADING}</caption>
                    <thead><tr>
                        <th scope="col">{text::HEAD_PART}</th>
                        <th scope="col">{text::HEAD_BEHIND}</th>
                        <th scope="col" class="amount">{text::HEAD_POINTS}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    })
}

fn examined(report: &Report) -> AnyView {
    let row = |own: &crate::report::Examined| {
        view! {
            <tr>
                <th scope="row">{text::capital(&words::words(&own.id).0)}</th>
                <td>{own.word.clone()}</td>
                <td>{own.because.clone()}</td>
            </tr>
        }
    };
    let rows = report.examined.iter().map(row).collect_view();
    view! {
        <div class="scroll" tabindex="0" role="group" aria-label=text::EXAMINED_HEADING>
            <table class="metrics examined">
                <caption>{text::EXAMINED_HEADING}</caption>
                <thead><tr>
                    <th scope="col">{text::HEAD_CAUSE}</th>
                    <th scope="col">{text::HEAD_WORD}</th>
                    <th scope="col">{text::HEAD_BECAUSE}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}
