//! What the model does and how it is judged.

use leptos::prelude::*;

use crate::state::Session;
use crate::ui::primitive::choice::Choice;
use crate::ui::primitive::number_field::NumberField;
use crate::ui::text;
use crate::worker::protocol::Inspection;

/// Task, positive outcome, metric and threshold. The first option of each is "automatic".
#[component]
pub fn TaskPanel() -> impl IntoView {
    let session = expect_context::<Session>();
    let found = move |read: fn(&Inspection) -> Option<String>| {
        session.inspection.with(|found| found.as_deref().and_then(read))
    };
    let automatic = move |guess: Option<String>| {
        guess.map_or_else(
            || text::AUTOMATIC.to_owned(),
            |guess| format!("{}: {guess}", text::AUTOMATIC),
        )
    };

    let tasks = Signal::derive(move || {
        let guess = found(|found| found.task.map(|task| text::task(task).to_owned()));
        let known = text::TASKS.iter().map(|task| task.1.to_owned());
        [automatic(guess)].into_iter().chain(known).collect::<Vec<_>>()
    });
    let task = Signal::derive(move || {
        let chosen = session.choices.with(|choices| choices.task);
        Some(
            text::TASKS
                .iter()
                .position(|known| Some(known.0) == chosen)
                .map_or(0, |at| at + 1),
        )
    });
    let choose_task = Callback::new(move |place: usize| {
        let task =
            place.checked_sub(1).and_then(|at| text::TASKS.get(at)).map(|known| known.0);
        session.choose(|choices| choices.task = task);
    });

    let values = Memo::new(move |_| {
        session
            .inspection
            .with(|found| found.as_ref().map(|found| found.label_values.clone()))
            .unwrap_or_default()
    });
    let positives = Signal::derive(move || {
        let guess = found(|found| found.positive.clone());
        [automatic(guess)].into_iter().chain(values.get()).collect::<Vec<_>>()
    });
    let positive = Signal::derive(move || {
        let chosen = session.choices.with(|choices| choices.positive.clone());
        Some(
            values
                .with(|values| {
                    values.iter().position(|value| Some(value) == chosen.as_ref())
                })
                .map_or(0, |at| at + 1),
        )
    });
    let choose_positive = Callback::new(move |place: usize| {
        let value =
            place.checked_sub(1).and_then(|at| values.get_untracked().get(at).cloned());
        session.choose(|choices| choices.positive = value);
    });
    let has_values = move || values.with(|values| values.len() > 1);
    let threshold = session.choices.with_untracked(|choices| choices.threshold);
    let choose_threshold = Callback::new(move |value| {
        session.choose(|choices| choices.threshold = value);
    });

    view! {
        <fieldset class="panel fields">
            <legend>{text::TASK_LEGEND}</legend>
            <label class="field">
                <span class="field-label">{text::TASK_LABEL}</span>
                <Choice label=text::TASK_LABEL options=tasks chosen=task on_choose=choose_task/>
            </label>
            <Show when=has_values>
                <label class="field">
                    <span class="field-label">{text::POSITIVE_LABEL}</span>
                    <Choice
                        label=text::POSITIVE_LABEL
                        options=positives
                        chosen=positive
                        on_choose=choose_positive
                    />
                </label>
            </Show>
            <MetricChoice/>
            <NumberField
                label=text::THRESHOLD_LABEL
                hint=text::AUTOMATIC
                value=threshold
                least=f64::MIN
                on_change=choose_threshold
            />
        </fieldset>
    }
}

/// Which metric the verdict is about; used on the report too.
#[component]
pub fn MetricChoice() -> impl IntoView {
    let session = expect_context::<Session>();
    let metrics = Memo::new(move |_| {
        session
            .inspection
            .with(|found| found.as_ref().map(|found| found.metrics.clone()))
            .unwrap_or_default()
    });
    let options = Signal::derive(move || {
        let guess = session
            .inspection
            .with(|found| found.as_ref().and_then(|found| found.metric.clone()))
            .filter(|_| session.choices.with(|choices| choices.metric.is_none()));
        let listed = metrics.get();
        // Costs typed since the files were looked at may choose another metric: nothing is promised then.
        let has_costs = session.choices.with(|choices| {
            let own = &choices.business;
            [own.cost_false_positive, own.cost_false_negative, own.value_correct]
                .iter()
                .any(Option::is_some)
        });
        let title = guess.filter(|_| !has_costs).and_then(|id| {
            listed.iter().find(|metric| metric.0 == id).map(|metric| metric.1.clone())
        });
        let first = title.map_or_else(
            || text::AUTOMATIC.to_owned(),
            |title| format!("{}: {title}", text::AUTOMATIC),
        );
        [first]
            .into_iter()
            .chain(listed.into_iter().map(|metric| metric.1))
            .collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || {
        let id = session.choices.with(|choices| choices.metric.clone());
        Some(
            metrics
                .with(|metrics| {
                    metrics.iter().position(|metric| Some(&metric.0) == id.as_ref())
                })
                .map_or(0, |at| at + 1),
        )
    });
    let choose = Callback::new(move |place: usize| {
        let id = place.checked_sub(1).and_then(|at| {
            metrics.get_untracked().get(at).map(|metric| metric.0.clone())
        });
        session.choose(|choices| choices.metric = id);
    });
    view! {
        <label class="field">
            <span class="field-label">{text::METRIC_LABEL}</span>
            <Choice label=text::METRIC_LABEL options=options chosen=chosen on_choose=choose/>
        </label>
    }
}
