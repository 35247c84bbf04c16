//! The presentation: one card at a time, notes, a clock, likely questions. The words come with the report.

use std::sync::Arc;

use leptos::ev;
use leptos::prelude::*;

use super::present_card::{card_view, questions_view};
use crate::platform::keys::{self, Key};
use crate::platform::moment::{self, Ticker};
use crate::platform::{focus, screen, storage};
use crate::report::Report;
use crate::state::Session;
use crate::story::talk::{self, MINUTES};
use crate::ui::text;

/// How often the clock is looked at, in milliseconds.
const TICK_MILLIS: u32 = 250;
/// Where the length and the notes are kept between visits.
const KEPT_MINUTES: &str = "talk-minutes";

/// The clock of the talk.
#[derive(Clone, Copy)]
struct Clock {
    seconds: RwSignal<u32>,
    running: RwSignal<bool>,
    before: StoredValue<f64>,
    since: StoredValue<f64>,
    ticker: StoredValue<Option<Ticker>, LocalStorage>,
}

impl Clock {
    fn new() -> Self {
        Self {
            seconds: RwSignal::new(0),
            running: RwSignal::new(false),
            before: StoredValue::new(0.0),
            since: StoredValue::new(0.0),
            ticker: StoredValue::new_local(None),
        }
    }

    fn elapsed(self) -> f64 {
        self.before.get_value() + moment::now_millis() - self.since.get_value()
    }

    fn start(self) {
        if self.running.get_untracked() {
            return;
        }
        self.since.set_value(moment::now_millis());
        self.running.set(true);
        let ticker = moment::every(TICK_MILLIS, move || {
            if self.running.try_get_untracked() == Some(true) {
                let now = (self.elapsed() / 1000.0) as u32;
                if self.seconds.get_untracked() != now {
                    self.seconds.set(now);
                }
            }
        });
        self.ticker.set_value(Some(ticker));
    }

    fn toggle(self) {
        if self.running.get_untracked() {
            self.before.set_value(self.elapsed());
            self.running.set(false);
            self.ticker.set_value(None);
        } else {
            self.start();
        }
    }
}

/// What the parts of the presentation share.
#[derive(Clone, Copy)]
struct Show {
    minutes: RwSignal<u32>,
    at: RwSignal<usize>,
    notes: RwSignal<bool>,
    clock: Clock,
    /// Cards and the questions behind them.
    count: usize,
}

impl Show {
    fn turn(self, to: usize) {
        let to = to.min(self.count.saturating_sub(1));
        if to > 0 {
            self.clock.start();
        }
        if self.at.get_untracked() != to {
            self.at.set(to);
        }
    }

    fn press(self, key: Key, session: Session) {
        let at = self.at.get_untracked();
        match key {
            Key::Next => self.turn(at + 1),
            Key::Previous => self.turn(at.saturating_sub(1)),
            Key::First => self.turn(0),
            Key::Last => self.turn(self.count),
            Key::Notes => self.notes.update(|shown| *shown = !*shown),
            Key::FullScreen => screen::toggle(),
            Key::Clock => self.clock.toggle(),
            Key::Leave => {
                session.back_to_report();
                focus::to("open-present");
            }
        }
    }
}

/// The presentation screen.
#[component]
pub fn PresentView() -> impl IntoView {
    let session = expect_context::<Session>();
    move || session.report.get().map(|report| view! { <Stage report=report/> })
}

#[component]
fn Stage(
    /// What is presented.
    report: Arc<Report>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let kept = storage::get(KEPT_MINUTES).and_then(|kept| kept.parse().ok());
    let show = Show {
        minutes: RwSignal::new(kept.filter(|kept| MINUTES.contains(kept)).unwrap_or(5)),
        at: RwSignal::new(0),
        notes: RwSignal::new(true),
        clock: Clock::new(),
        count: report.talk.cards.len() + 1,
    };
    let heard = window_event_listener(ev::keydown, move |event| {
        if let Some(key) = keys::asked(&event) {
            show.press(key, session);
        }
    });
    on_cleanup(move || heard.remove());
    let card = {
        let report = Arc::clone(&report);
        move || {
            let (at, minutes) = (show.at.get(), show.minutes.get());
            match talk::cards(&report.talk, minutes).get(at) {
                Some(card) => card_view(&report, card, show.notes),
                None => questions_view(&report),
            }
        }
    };
    let titles: Vec<String> = report
        .talk
        .cards
        .iter()
        .map(|card| card.title.clone())
        .chain([text::QUESTIONS.to_owned()])
        .collect();
    let told = move || titles.get(show.at.get()).cloned();
    view! {
        <section
            class="present"
            data-testid="present"
            aria-label=text::PRESENTATION
            data-notes=move || if show.notes.get() { "shown" } else { "hidden" }
        >
            <p class="unseen" aria-live="polite">{told}</p>
            <Bar show=show/>
            {card}
            <nav class="present-nav" aria-label=text::PRESENTATION>
                <button
                    type="button"
                    data-testid="present-previous"
                    disabled=move || show.at.get() == 0
                    on:click=move |_| show.press(Key::Previous, session)
                >
                    {text::PREVIOUS}
                </button>
                <p class="present-place">{move || text::place(show.at.get() + 1, show.count)}</p>
                <button
                    type="button"
                    class="primary"
                    data-testid="present-next"
                    disabled=move || { show.at.get() + 1 >= show.count }
                    on:click=move |_| show.press(Key::Next, session)
                >
                    {text::NEXT}
                </button>
            </nav>
        </section>
    }
}

/// Clock, length, notes, full screen, way out.
#[component]
fn Bar(
    /// What it steers.
    show: Show,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let clock = show.clock;
    let planned = move || show.minutes.get() * 60;
    let lengths = MINUTES.map(|minutes| {
        view! {
            <label>
                <input
                    type="radio"
                    name="talk-length"
                    prop:checked=move || show.minutes.get() == minutes
                    on:change=move |_| {
                        storage::set(KEPT_MINUTES, &minutes.to_string());
                        show.minutes.set(minutes);
                    }
                />
                <span>{text::minutes(minutes)}</span>
            </label>
        }
    });
    let words =
        move |on: bool, yes: &'static str, no: &'static str| if on { yes } else { no };
    view! {
        <header class="present-bar" title=text::KEYS>
            <p class="present-clock" role="timer" data-over=move || (clock.seconds.get() > planned()).to_string()>
                <span class="present-elapsed">{move || text::clock(clock.seconds.get())}</span>
                " "
                <span class="present-left">{move || text::left(clock.seconds.get(), planned())}</span>
            </p>
            <button type="button" class="quiet" data-testid="present-clock" on:click=move |_| clock.toggle()>
                {move || words(clock.running.get(), text::CLOCK_PAUSE, text::CLOCK_START)}
            </button>
            <fieldset class="switch">
                <legend class="unseen">{text::TALK_LENGTH}</legend>
                {lengths}
            </fieldset>
            <button type="button" class="quiet" on:click=move |_| show.press(Key::Notes, session)>
                {move || words(show.notes.get(), text::NOTES_HIDE, text::NOTES_SHOW)}
            </button>
            <button type="button" class="quiet" on:click=move |_| screen::toggle()>
                {text::FULL_SCREEN}
            </button>
            <button
                type="button"
                class="quiet"
                data-testid="present-leave"
                on:click=move |_| show.press(Key::Leave, session)
            >
                {text::LEAVE}
            </button>
        </header>
    }
}
