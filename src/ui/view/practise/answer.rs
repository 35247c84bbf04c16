//! The candidate's answer: causes, the order of the plan, mitigations with reasons, words. Closed once the truth is
//! shown.

use leptos::prelude::*;

use super::Given;
use crate::platform::focus;
use crate::practise::{Mitigation, Reason};
use crate::report::CauseId;
use crate::state::Session;
use crate::story::cause;
use crate::ui::primitive::choice::Choice;
use crate::ui::text;

/// The form.
#[component]
pub fn AnswerForm(
    /// What is filled in.
    given: Given,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let closed = Memo::new(move |_| session.practice.solution.get().is_some());
    view! {
        <fieldset class="practise-question" disabled=move || closed.get()>
            <legend>{text::ASK_CAUSES}</legend>
            <div class="practise-choices">{causes(given)}</div>
        </fieldset>
        <fieldset class="practise-question" disabled=move || closed.get()>
            <legend>{text::ASK_PLAN}</legend>
            <ol class="practise-plan">{move || plan(given)}</ol>
        </fieldset>
        <fieldset class="practise-question" disabled=move || closed.get()>
            <legend>{text::ASK_MITIGATIONS}</legend>
            <div class="practise-choices">{Mitigation::ALL.map(|own| mitigation(given, own))}</div>
        </fieldset>
        <fieldset class="practise-question" disabled=move || closed.get()>
            <legend>{text::ASK_WORDS}</legend>
            <textarea
                rows="5"
                aria-label=text::ASK_WORDS
                prop:value=move || given.words.get()
                on:input=move |event| given.words.set(event_target_value(&event))
            ></textarea>
            <p class="section-hint">{text::ASK_WORDS_HINT}</p>
        </fieldset>
        <div class="buttons">
            <button
                type="button"
                class="primary"
                data-testid="practise-reveal"
                disabled=move || closed.get()
                on:click=move |_| session.reveal()
            >
                {text::REVEAL}
            </button>
            <p role="status">
                {move || if session.practice.asked.get() { text::REVEALING } else { "" }}
            </p>
        </div>
    }
}

/// Every cause of the product's table, and none.
fn causes(given: Given) -> Vec<AnyView> {
    let box_of = |id: &'static str, words: String| {
        let ticked = move || given.answer.with(|answer| answer.causes.contains(id));
        let tick = move |_| {
            given.answer.update(|answer| {
                if !answer.causes.remove(id) {
                    answer.causes.insert(id.to_owned());
                }
            });
        };
        view! {
            <label class="practise-choice">
                <input type="checkbox" name=id prop:checked=ticked on:change=tick/>
                <span>{words}</span>
            </label>
        }
        .into_any()
    };
    let named = CauseId::ALL.map(CauseId::name).into_iter();
    let mut list: Vec<AnyView> =
        named.map(|id| box_of(id, text::capital(&cause::words(id).0))).collect();
    list.push(box_of("none", text::NO_REAL_DROP.to_owned()));
    list
}

/// The steps as they stand, with buttons that move them.
fn plan(given: Given) -> Vec<AnyView> {
    let order = given.answer.with(|answer| answer.plan);
    let step = |(at, step): (usize, usize)| {
        let words = text::STEPS.get(step).copied().unwrap_or_default();
        let last = order.len() - 1;
        // The step keeps the focus on its way; at the end of the way the other button has it.
        let swap = move |with: usize| {
            given.answer.update(|answer| answer.plan.swap(at, with));
            let up = if with < at { with > 0 } else { with == last };
            focus::keep(format!("{}-{step}", if up { "up" } else { "down" }));
        };
        let button = |id: &'static str, name: &'static str, off: bool, with: usize| {
            view! {
                <button
                    type="button"
                    class="quiet"
                    id=format!("{id}-{step}")
                    aria-label=format!("{name}: {words}")
                    disabled=off
                    on:click=move |_| swap(with)
                >
                    {name}
                </button>
            }
        };
        view! {
            <li data-step=step.to_string()>
                <span>{words}</span>
                <span class="practise-move">
                    {button("up", text::UP, at == 0, at.saturating_sub(1))}
                    {button("down", text::DOWN, at == last, (at + 1).min(last))}
                </span>
            </li>
        }
        .into_any()
    };
    order.into_iter().enumerate().map(step).collect()
}

/// A mitigation; once chosen, its reason.
fn mitigation(given: Given, own: Mitigation) -> AnyView {
    let chosen = Memo::new(move |_| {
        given.answer.with(|answer| answer.mitigations.get(&own).copied())
    });
    let tick = move |_| {
        given.answer.update(|answer| {
            if answer.mitigations.remove(&own).is_none() {
                answer.mitigations.insert(own, None);
            }
        });
    };
    let options: Vec<String> = std::iter::once(text::NO_REASON)
        .chain(Reason::ALL.map(text::reason))
        .map(str::to_owned)
        .collect();
    let place = move || {
        let reason = chosen.get().flatten();
        Some(reason.map_or(0, |own| {
            Reason::ALL.iter().position(|any| *any == own).map_or(0, |at| at + 1)
        }))
    };
    let choose = Callback::new(move |place: usize| {
        let reason = place.checked_sub(1).and_then(|at| Reason::ALL.get(at).copied());
        given.answer.update(|answer| {
            answer.mitigations.insert(own, reason);
        });
    });
    view! {
        <div class="practise-mitigation">
            <label class="practise-choice">
                <input
                    type="checkbox"
                    prop:checked=move || chosen.get().is_some()
                    on:change=tick
                />
                <span>{text::mitigation(own)}</span>
            </label>
            <Show when=move || chosen.get().is_some()>
                <Choice
                    label=format!("{}: {}", text::mitigation(own), text::BECAUSE)
                    options=options.clone()
                    chosen=Signal::derive(place)
                    on_choose=choose
                />
            </Show>
        </div>
    }
    .into_any()
}
