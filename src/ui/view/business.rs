//! Costs and operations: all optional, before and after the analysis.

use leptos::prelude::*;

use crate::choices::{Business, Choices};
use crate::state::Session;
use crate::ui::primitive::choice::Choice;
use crate::ui::primitive::number_field::NumberField;
use crate::ui::text;

type Get = fn(&Business) -> Option<f64>;
type Set = fn(&mut Business, Option<f64>);

/// Label, hint, read, write, and whether numbers of the analysis depend on it.
const NUMBERS: [(&str, &str, Get, Set, bool); 8] = [
    (
        "Cost of a false positive",
        "money for one",
        |b| b.cost_false_positive,
        |b, v| b.cost_false_positive = v,
        true,
    ),
    (
        "Cost of a false negative",
        "money for one",
        |b| b.cost_false_negative,
        |b, v| b.cost_false_negative = v,
        true,
    ),
    (
        "Value of a correct decision",
        "money for one",
        |b| b.value_correct,
        |b, v| b.value_correct = v,
        true,
    ),
    ("Traffic", "rows a day", |b| b.traffic_per_day, |b, v| b.traffic_per_day = v, false),
    (
        "Users touched by a row",
        "1 if empty",
        |b| b.users_per_row,
        |b, v| b.users_per_row = v,
        false,
    ),
    ("Time to retrain", "days", |b| b.retrain_days, |b, v| b.retrain_days = v, false),
    (
        "False alarms allowed",
        "a month, all alerts together; 1 if empty",
        |b| b.false_alarms_per_month,
        |b, v| b.false_alarms_per_month = v,
        false,
    ),
    (
        "Metric on the training rows",
        "if the rows are not at hand",
        |b| b.training_metric,
        |b, v| b.training_metric = v,
        true,
    ),
];

/// The business inputs.
#[component]
pub fn BusinessPanel() -> impl IntoView {
    let session = expect_context::<Session>();
    let numbers = NUMBERS.map(|(label, hint, get, set, counts)| {
        let value = session.choices.with_untracked(|choices| get(&choices.business));
        let change = Callback::new(move |value| {
            let change = move |choices: &mut Choices| set(&mut choices.business, value);
            if counts { session.choose(change) } else { session.choose_words(change) }
        });
        view! { <NumberField label=label hint=hint value=value on_change=change/> }
    });
    let roll_back = Signal::derive(move || {
        let chosen = session.choices.with(|choices| choices.business.can_roll_back);
        Some(match chosen {
            None => 0,
            Some(true) => 1,
            Some(false) => 2,
        })
    });
    let answers = Signal::derive(|| text::heads(&[text::NOT_GIVEN, text::YES, text::NO]));
    let choose = Callback::new(move |place: usize| {
        let answer = match place {
            1 => Some(true),
            2 => Some(false),
            _ => None,
        };
        session.choose_words(|choices| choices.business.can_roll_back = answer);
    });
    let owner = session
        .choices
        .with_untracked(|choices| choices.business.pipeline_owner.clone())
        .unwrap_or_default();
    let own = move |event| {
        let words = event_target_value(&event).trim().to_owned();
        let owner = (!words.is_empty()).then_some(words);
        session.choose_words(|choices| choices.business.pipeline_owner = owner);
    };
    view! {
        <div class="business">
            <p class="section-hint">{text::BUSINESS_HINT}</p>
            <div class="fields">
                {numbers}
                <label class="field">
                    <span class="field-label">"A previous model can be rolled back to"</span>
                    <Choice
                        label="A previous model can be rolled back to"
                        options=answers
                        chosen=roll_back
                        on_choose=choose
                    />
                </label>
                <label class="field">
                    <span class="field-label">"Who owns the data pipeline"</span>
                    <input type="text" prop:value=owner on:input=own/>
                </label>
            </div>
        </div>
    }
}
