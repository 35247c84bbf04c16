//! Practice: the evidence of a case without its causes, the candidate's answer, then the truth and the score. What
//! is true is not on the page before it is asked for.

mod answer;
mod evidence;
mod invite;
mod solution;

pub use invite::PractiseInvite;

use leptos::prelude::*;

use crate::platform::fragment;
use crate::practise::rubric::shuffled;
use crate::practise::{Answer, CaseKey};
use crate::state::Session;
use crate::ui::text;

/// What the candidate has given so far.
#[derive(Clone, Copy)]
pub struct Given {
    /// Causes, plan, mitigations, ticks.
    pub answer: RwSignal<Answer>,
    /// The explanation, never judged.
    pub words: RwSignal<String>,
}

/// The practice screen.
#[component]
pub fn PractiseView() -> impl IntoView {
    let session = expect_context::<Session>();
    // One case, one form: a new case starts with an empty one.
    move || session.practice.key.get().map(|key| view! { <Case key=key/> })
}

#[component]
fn Case(
    /// Which case.
    key: CaseKey,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let practice = session.practice;
    let empty = Answer { plan: shuffled(key.seed), ..Answer::default() };
    let given =
        Given { answer: RwSignal::new(empty), words: RwSignal::new(String::new()) };
    let title = move || {
        practice
            .brief
            .get()
            .map_or_else(|| text::PRACTISE_CASE.to_owned(), |brief| brief.title)
    };
    let story = move || practice.brief.get().map(|brief| brief.story);
    let body =
        move || session.report.get().map(|report| evidence::evidence(&report, key));
    // Groups and parity come with the whole report.
    let pending = move || session.busy.get() && !session.complete.get();
    let more = move || {
        pending().then(|| view! { <p class="not-examined">{text::EVIDENCE_TO_COME}</p> })
    };
    let solved = move || {
        let solution = practice.solution.get()?;
        let report = session.report.get()?;
        Some(solution::solution(session, given, key, &solution, &report))
    };
    let error = move || {
        session.error.get().map(|words| {
            view! { <p class="failure-words" data-testid="error" role="alert">{words}</p> }
        })
    };
    let (level, hint) = text::level(key.level);
    view! {
        <article class="practise" data-testid="practise">
            <header class="practise-head">
                <p class="practise-level"><strong>{level}</strong> " · " {hint}</p>
                <h1 id=text::HEADING_ID tabindex="-1">{title}</h1>
                <p class="lede">{story}</p>
                <label class="field practise-link">
                    <span class="field-label">{text::CASE_LINK}</span>
                    <input type="text" readonly data-testid="practise-link" prop:value=fragment::address()/>
                </label>
            </header>
            <section
                aria-labelledby="practise-evidence"
                aria-busy=move || pending().to_string()
                data-complete=move || session.complete.get().to_string()
            >
                <h2 id="practise-evidence">{text::THE_EVIDENCE}</h2>
                {body}
                {more}
            </section>
            <section aria-labelledby="practise-answer">
                <h2 id="practise-answer">{text::YOUR_ANSWER}</h2>
                <answer::AnswerForm given=given/>
                {error}
            </section>
            {solved}
        </article>
    }
}
