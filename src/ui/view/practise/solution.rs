//! The truth, the score on five points, the model answer and what the candidate wrote beside it.

use leptos::prelude::*;

use super::Given;
use crate::platform;
use crate::practise::key::SEEDS;
use crate::practise::rubric::{MOST, true_causes};
use crate::practise::{CaseKey, Mark, POINTS, Point, Solution, score};
use crate::report::Report;
use crate::state::Session;
use crate::story::cause;
use crate::ui::text;

/// What is shown after the answer.
pub fn solution(
    session: Session,
    given: Given,
    key: CaseKey,
    solution: &Solution,
    report: &Report,
) -> AnyView {
    let truth = solution.truth.clone();
    let named: Vec<String> = true_causes(&truth)
        .into_iter()
        .map(|id| text::capital(&cause::words(id).0))
        .collect();
    let columns = truth.columns.join(", ");
    let marks = {
        let truth = truth.clone();
        Memo::new(move |_| given.answer.with(|answer| score(answer, &truth)))
    };
    let total =
        move || marks.with(|marks| marks.iter().map(|mark| mark.score).sum::<u32>());
    let model = &solution.model;
    let says = [
        &model.analogy,
        &model.causes,
        &model.plan,
        &model.mitigations,
        &model.trade_offs,
    ];
    let rows = POINTS
        .into_iter()
        .zip(says)
        .enumerate()
        .map(|(at, (point, says))| row(marks, at, point, says.clone()))
        .collect_view();
    let most = MOST * POINTS.len() as u32;
    let another = move |_| {
        session.practise(CaseKey { seed: platform::any_below(SEEDS), ..key });
    };
    let wrote = move || {
        let words = given.words.get();
        if words.trim().is_empty() { text::NO_WORDS.to_owned() } else { words }
    };
    let sentence = report.verdict.sentence.clone();
    view! {
        <section class="practise-solution" data-testid="practise-solution" aria-labelledby=text::SOLUTION_ID>
            <h2 id=text::SOLUTION_ID tabindex="-1">{text::SOLUTION}</h2>
            <p class="practise-truth" data-testid="practise-truth">{named.join("; ")}</p>
            {(!columns.is_empty()).then(|| view! { <p class="cause-columns">{columns}</p> })}
            <p class="prose">{sentence}</p>
            <p class="practise-total" role="status" data-testid="practise-total">
                {move || text::total(total(), most)}
            </p>
            <div class="scroll" tabindex="0" role="group" aria-label=text::SCORE_CAPTION>
                <table class="metrics">
                    <caption>{text::SCORE_CAPTION}</caption>
                    <thead><tr>
                        <th scope="col">{text::HEAD_POINT}</th>
                        <th scope="col">{text::HEAD_SCORE}</th>
                        <th scope="col">{text::HEAD_GOOD}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <h3>{text::YOUR_WORDS}</h3>
            <p class="practise-words">{wrote}</p>
            {checklist(given, 0, Point::Analogy)}
            {checklist(given, 1, Point::TradeOffs)}
            <div class="buttons">
                <button type="button" class="primary" data-testid="practise-next" on:click=another>
                    {text::NEXT_CASE}
                </button>
                <button type="button" data-testid="practise-report" on:click=move |_| session.back_to_report()>
                    {text::FULL_REPORT}
                </button>
            </div>
        </section>
    }
    .into_any()
}

fn row(marks: Memo<[Mark; 5]>, at: usize, point: Point, says: String) -> AnyView {
    let own = move || {
        let score = marks.with(|marks| marks.get(at).map_or(0, |mark| mark.score));
        text::total(score, MOST)
    };
    let by = point
        .is_own()
        .then(|| view! { <span class="why-missing">{text::OWN_SCORE}</span> });
    view! {
        <tr>
            <th scope="row">{text::point(point)} {by}</th>
            <td>{own}</td>
            <td>{says}</td>
        </tr>
    }
    .into_any()
}

/// What the candidate ticks about the own words.
fn checklist(given: Given, which: usize, point: Point) -> AnyView {
    let lines = text::CHECKLISTS.get(which).copied().unwrap_or_default();
    let boxes = lines.into_iter().enumerate().map(|(at, words)| {
        let tick = move |_| {
            given.answer.update(|answer| {
                if let Some(own) =
                    answer.ticks.get_mut(which).and_then(|own| own.get_mut(at))
                {
                    *own = !*own;
                }
            });
        };
        view! {
            <label class="practise-choice">
                <input type="checkbox" on:change=tick/>
                <span>{words}</span>
            </label>
        }
    });
    view! {
        <fieldset class="practise-question">
            <legend>{text::point(point)} ": " {text::TICK}</legend>
            {boxes.collect_view()}
        </fieldset>
    }
    .into_any()
}
