//! What if it were decided otherwise: the panel with the cut-off, costs, recalibration, segments and the previous
//! model. Enter: the state. Leave: fields and figures. Longer than most: five small components of one panel.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::web_sys::HtmlInputElement;

use super::trying::{Panel, SEGMENTS, Shown, Trying, by_row, has_scores};
use crate::choices::TableRole;
use crate::report::{Report, Unit, WhatIf};
use crate::state::Session;
use crate::story::number;
use crate::ui::primitive::number_field::NumberField;
use crate::ui::text;
use crate::what_if::{
    Figures, Prices, best_cut, bins, cut_in_use, gained, judged_by, seen_rows_a_day,
    segments,
};

/// The panel; in its place why there is none, or that it is still worked out.
pub fn view(report: &Arc<Report>, panel: Option<Panel>) -> AnyView {
    let session = expect_context::<Session>();
    if panel.is_none()
        && !session.complete.get_untracked()
        && session.busy.get_untracked()
    {
        return view! { <p class="not-examined">{text::WORKING_OUT}</p> }.into_any();
    }
    let (Some(panel), Some(whole)) = (panel, &report.what_if) else {
        return view! {
            <p class="quietly" data-testid="what-if-none">{text::try_impossible(report)}</p>
        }
        .into_any();
    };
    let has_scores = has_scores(whole);
    let marks = (has_scores && report.scores.is_some())
        .then(|| view! { <p class="quietly">{text::TRY_MARKS}</p> });
    let no_cut_off =
        (!has_scores).then(|| view! { <p class="quietly">{text::TRY_NO_CUT_OFF}</p> });
    let cut_off = has_scores.then(|| view! { <CutOff panel/> });
    let reversed = whole.decision_reversed.then(|| view! { <p>{text::TRY_REVERSED}</p> });
    let fixed = text::try_fixed(whole).map(|words| view! { <p>{words}</p> });
    view! {
        <div class="trying" data-testid="what-if" role="group" aria-labelledby="what-if-title">
            <h3 id="what-if-title">{text::TRY_HEADING}</h3>
            {no_cut_off}
            {cut_off}
            <Outcome panel/>
            <div class="trying-settings">
                <Costs panel/>
                <Deciders panel/>
            </div>
            <div class="trying-notes">
                <p data-testid="what-if-resolution">{text::try_resolution(whole)}</p>
                {reversed}
                {fixed}
            </div>
            {marks}
        </div>
    }
    .into_any()
}

/// The slider, the number beside it, and cut-offs to jump to.
#[component]
fn CutOff(
    /// The state.
    panel: Panel,
) -> impl IntoView {
    let last = panel.with(|_, whole| bins(whole)).unwrap_or(0);
    let cut = move || panel.shown.get().cut;
    let seen =
        move || panel.with(|_, whole| panel.seen(whole, cut())).unwrap_or(f64::NAN);
    let words = move || {
        let seen = seen();
        if seen.is_finite() {
            number::quantity(seen)
        } else {
            text::TRY_NOBODY.to_owned()
        }
    };
    let slide = move |event| {
        if let Ok(cut) = event_target_value(&event).parse() {
            panel.set_cut(cut);
        }
    };
    let type_in = move |event| {
        // The browser reads the number: our own reader of floats would be a twentieth of the program's data.
        let value = event_target::<HtmlInputElement>(&event).value_as_number();
        if value.is_finite() {
            panel.trying.cut_off.set(value);
        }
    };
    let label = move || {
        if panel.trying.corrects.get() {
            text::TRY_CUT_OFF_SET_RIGHT
        } else {
            text::TRY_CUT_OFF
        }
    };
    let jump = move |to: fn(&WhatIf, &Prices) -> Option<usize>| {
        let [false_positive, false_negative, value_correct] =
            panel.trying.prices.get_untracked();
        let cut = panel.with(|_, whole| {
            let value_by_row = by_row(whole);
            let prices =
                Prices { false_positive, false_negative, value_correct, value_by_row };
            to(whole, &prices)
        });
        if let Some(cut) = cut.flatten() {
            panel.set_cut(cut);
        }
    };
    let button = move |words: &'static str,
                       hook: &'static str,
                       to: fn(&WhatIf, &Prices) -> Option<usize>| {
        view! {
            <button type="button" data-testid=hook on:click=move |_| jump(to)>{words}</button>
        }
    };
    let today = panel
        .with(|_, whole| cut_in_use(whole, TableRole::Production))
        .flatten()
        .map(|_| {
            button(text::TRY_AS_TODAY, "what-if-today", |whole, _| {
                cut_in_use(whole, TableRole::Production)
            })
        });
    let priced = move || panel.trying.prices.get().iter().any(|price| *price != 0.0);
    view! {
        <div class="trying-cut">
            <label for="what-if-cut">{label}</label>
            <input
                id="what-if-cut"
                type="range"
                min="0"
                max=last.to_string()
                step="1"
                data-testid="what-if-threshold"
                aria-valuetext=words
                prop:value=move || cut().to_string()
                on:input=slide
            />
            <input
                type="number"
                step="any"
                inputmode="decimal"
                aria-label=text::TRY_CUT_OFF_NUMBER
                data-testid="what-if-threshold-number"
                prop:value=move || {
                    let seen = seen();
                    if seen.is_finite() { number::quantity(seen).replace(',', "") } else { String::new() }
                }
                on:change=type_in
            />
            <div class="buttons">
                {today}
                {button(text::TRY_MOST_RIGHT, "what-if-most-right", |whole, prices| {
                    best_cut(whole, TableRole::Production, "accuracy", prices)
                })}
                <Show when=priced>
                    {button(text::TRY_CHEAPEST, "what-if-cheapest", |whole, prices| {
                        best_cut(whole, TableRole::Production, "expected_cost", prices)
                    })}
                </Show>
            </div>
        </div>
    }
}

/// One line of the table.
struct Line {
    title: &'static str,
    hook: &'static str,
    unit: Unit,
    /// Whether more is better; `None`: neither.
    more_is_better: Option<bool>,
    of: fn(&Figures, f64) -> Option<f64>,
}

const LINES: [Line; 7] = [
    Line {
        title: text::TRY_YES_RATE,
        hook: "what-if-yes-rate",
        unit: Unit::Share,
        more_is_better: None,
        of: |own, _| own.yes_rate,
    },
    Line {
        title: text::TRY_YES_A_DAY,
        hook: "what-if-decisions",
        unit: Unit::Label,
        more_is_better: None,
        of: |own, rows| own.yes_rate.map(|rate| rate * rows),
    },
    Line {
        title: text::TRY_PRECISION,
        hook: "what-if-precision",
        unit: Unit::Share,
        more_is_better: Some(true),
        of: |own, _| own.precision,
    },
    Line {
        title: text::TRY_RECALL,
        hook: "what-if-recall",
        unit: Unit::Share,
        more_is_better: Some(true),
        of: |own, _| own.recall,
    },
    Line {
        title: text::TRY_ACCURACY,
        hook: "what-if-accuracy",
        unit: Unit::Share,
        more_is_better: Some(true),
        of: |own, _| own.accuracy,
    },
    Line {
        title: text::TRY_COST,
        hook: "what-if-cost",
        unit: Unit::Money,
        more_is_better: Some(false),
        of: |own, _| own.cost_per_row,
    },
    Line {
        title: text::TRY_COST_A_DAY,
        hook: "what-if-cost-a-day",
        unit: Unit::Money,
        more_is_better: Some(false),
        of: |own, rows| own.cost_per_row.map(|cost| cost * rows),
    },
];

/// Figures before launch, today and as tried; the gain in words.
#[component]
fn Outcome(
    /// The state.
    panel: Panel,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let seen = panel.with(|report, _| seen_rows_a_day(report)).flatten();
    let in_report =
        panel.with(|report, _| report.inputs.business.traffic_per_day).flatten();
    let given =
        move || session.choices.with(|own| own.business.traffic_per_day).or(in_report);
    let traffic = Memo::new(move |_| given().or(seen));
    let shown = panel.shown;
    let line = move |line: Line| {
        let Line { title, hook, unit, more_is_better, of } = line;
        let value = move |own: fn(&Shown) -> &Figures| {
            // Without traffic, figures are of a thousand rows.
            let rows = traffic.get().unwrap_or(1000.0);
            shown.with(|shown| of(own(shown), rows)).filter(|own| own.is_finite())
        };
        let words = move |own: fn(&Shown) -> &Figures| {
            value(own).map_or_else(
                || text::NOT_KNOWN.to_owned(),
                |value| number::value(unit, value),
            )
        };
        let change = move || {
            value(|own| &own.tried).zip(value(|own| &own.today)).map(|(a, b)| a - b)
        };
        let direction = move || match (change(), more_is_better) {
            (Some(change), Some(more)) if change != 0.0 => {
                if (change > 0.0) == more {
                    "better"
                } else {
                    "worse"
                }
            }
            _ => "same",
        };
        let title = move || match (traffic.get().is_some(), title) {
            (false, text::TRY_YES_A_DAY) => text::TRY_YES_PER_THOUSAND,
            (false, text::TRY_COST_A_DAY) => text::TRY_COST_PER_THOUSAND,
            _ => title,
        };
        // Without prices a cost of 0 would say that mistakes are free.
        let is_cost = unit == Unit::Money;
        let unpriced = move || is_cost && !panel.trying.is_priced();
        view! {
            <tr hidden=unpriced>
                <th scope="row">{title}</th>
                <td class="amount">{move || words(|own| &own.before)}</td>
                <td class="amount">{move || words(|own| &own.today)}</td>
                <td
                    class="amount trying-value"
                    data-testid=hook
                    data-value=move || value(|own| &own.tried).map(|own| own.to_string())
                >
                    {move || words(|own| &own.tried)}
                </td>
                <td class="amount trying-change" data-direction=direction>
                    {move || change().map(|change| text::signed(unit, change))}
                </td>
            </tr>
        }
    };
    let judged = panel
        .with(|report, _| {
            let id = judged_by(&report.metric.name);
            let own = report.metrics.iter().find(|own| own.name == id);
            let title =
                own.map_or_else(|| "Accuracy".to_owned(), |own| own.title.clone());
            (id, title, own.map_or(Unit::Share, |own| own.unit))
        })
        .unwrap_or(("accuracy", String::new(), Unit::Share));
    let sentence = move || {
        let (id, title, unit) = &judged;
        shown.with(|own| {
            text::try_sentence(
                title,
                *unit,
                own.tried.metric(id),
                gained(id, &own.today, &own.tried),
                gained(id, &own.before, &own.tried),
            )
        })
    };
    view! {
        <p class="trying-gain" role="status" data-testid="what-if-gain">{sentence}</p>
        <div class="scroll" tabindex="0" role="group" aria-label=text::TRY_CAPTION>
            <table class="metrics trying-table">
                <caption class="unseen">{text::TRY_CAPTION}</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col" class="amount">{text::BEFORE}</th>
                        <th scope="col" class="amount">{text::TRY_TODAY}</th>
                        <th scope="col" class="amount">{text::TRY_CHANGED}</th>
                        <th scope="col" class="amount">{text::TRY_DIFFERENCE}</th>
                    </tr>
                </thead>
                <tbody>{LINES.map(line)}</tbody>
            </table>
        </div>
        <p class="quietly">{move || text::try_traffic(traffic.get(), given().is_some())}</p>
    }
}

/// Costs; they count here alone until they are kept.
#[component]
fn Costs(
    /// The state.
    panel: Panel,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let Trying { prices, given, review, .. } = panel.trying;
    let by_row = panel.with(|_, whole| by_row(whole)).unwrap_or(false);
    let has_segments =
        panel.with(|_, whole| !segments(whole).is_empty()).unwrap_or(false);
    let field = move |place: usize,
                      label: &'static str,
                      hook: &'static str,
                      least: f64| {
        let change = Callback::new(move |value: Option<f64>| {
            prices.update(|prices| {
                if let Some(price) = prices.get_mut(place) {
                    *price = value.unwrap_or(0.0);
                }
            });
        });
        let start = given.with(|own| own.get(place).copied()).filter(|own| *own != 0.0);
        view! {
            <div data-testid=hook>
                <NumberField label=label hint=text::TRY_MONEY value=start least=least on_change=change/>
            </div>
        }
    };
    // The fields are made anew when the costs change elsewhere; typing here does not.
    let fields = move || {
        let worth = if by_row {
            view! { <p class="field-hint">{text::TRY_CORRECT_BY_ROW}</p> }.into_any()
        } else {
            field(2, text::TRY_CORRECT, "what-if-value", f64::MIN).into_any()
        };
        view! {
            {field(0, text::TRY_FALSE_POSITIVE, "what-if-cost-fp", 0.0)}
            {field(1, text::TRY_FALSE_NEGATIVE, "what-if-cost-fn", 0.0)}
            {worth}
        }
    };
    let review = has_segments.then(|| {
        let change =
            Callback::new(move |value: Option<f64>| review.set(value.unwrap_or(0.0)));
        let value = Some(review.get_untracked()).filter(|own| *own != 0.0);
        view! {
            <div data-testid="what-if-review">
                <NumberField label=text::TRY_REVIEW hint=text::TRY_MONEY value=value on_change=change/>
            </div>
        }
    });
    let keep = move |_| {
        let [positive, negative, worth] = prices.get_untracked();
        let known = |value: f64| (value != 0.0).then_some(value);
        session.choose(move |choices| {
            let business = &mut choices.business;
            business.cost_false_positive = known(positive);
            business.cost_false_negative = known(negative);
            if !by_row {
                business.value_correct = known(worth);
            }
        });
    };
    let differs = move || session.can_analyse() && prices.get() != given.get();
    view! {
        <fieldset class="trying-group">
            <legend>{text::TRY_PRICES}</legend>
            <div class="trying-fields">{fields} {review}</div>
            <Show when=differs>
                <button type="button" data-testid="what-if-keep" on:click=keep>
                    {text::TRY_KEEP_PRICES}
                </button>
            </Show>
        </fieldset>
    }
}

/// Recalibration, the previous model, and the segments.
#[component]
fn Deciders(
    /// The state.
    panel: Panel,
) -> impl IntoView {
    let Trying { corrects, goes_back, segments: ways, .. } = panel.trying;
    let facts = panel.with(|_, whole| {
        let has_old = whole.populations.iter().any(|own| own.old.is_some());
        let old = whole.old_model.clone().filter(|_| has_old);
        let titles: Vec<String> =
            segments(whole).into_iter().map(str::to_owned).take(SEGMENTS).collect();
        (whole.recalibration.is_some() && has_scores(whole), old, titles)
    });
    let (can_correct, old, titles) = facts.unwrap_or_default();
    let has_old = old.is_some();
    let old_words = match old {
        None => Some(text::TRY_NO_OLD_MODEL.to_owned()),
        Some(own) if own.is_decision => None,
        Some(own) => Some(text::try_old_cut(own.cut_off)),
    };
    let check = move |words: &'static str, hook: &'static str, set: RwSignal<bool>| {
        view! {
            <label class="trying-check">
                <input
                    type="checkbox"
                    data-testid=hook
                    prop:checked=move || set.get()
                    on:change=move |event| set.set(event_target_checked(&event))
                />
                <span>{words}</span>
            </label>
        }
    };
    let correct = if can_correct {
        check(text::TRY_RECALIBRATE, "what-if-recalibrate", corrects).into_any()
    } else {
        view! { <p class="field-hint">{text::TRY_NO_RECALIBRATION}</p> }.into_any()
    };
    let back =
        has_old.then(|| check(text::TRY_OLD_MODEL, "what-if-old-model", goes_back));
    let on_same_rows = panel
        .with(|report, _| {
            let old = report.baseline.as_ref()?;
            text::try_old_metric(&old.metric)
        })
        .flatten()
        .map(|words| view! { <p class="field-hint" data-testid="what-if-old-metric">{words}</p> });
    let old_words = old_words.map(|words| view! { <p class="field-hint">{words}</p> });
    let assumes = (!titles.is_empty())
        .then(|| view! { <p class="field-hint">{text::TRY_ASSUMES}</p> });
    let pick = move |(place, title): (usize, String)| {
        let options = text::TRY_INSTEAD
            .into_iter()
            .chain(has_old.then_some(text::TRY_INSTEAD_OLD))
            .enumerate()
            .map(|(way, words)| {
                let chosen = move || ways.with(|own| own.get(place) == Some(&way));
                view! { <option value=way.to_string() prop:selected=chosen>{words}</option> }
            })
            .collect_view();
        let choose = move |event| {
            if let Ok(way) = event_target_value(&event).parse::<usize>() {
                ways.update(|own| {
                    if let Some(own) = own.get_mut(place) {
                        *own = way;
                    }
                });
            }
        };
        view! {
            <label class="trying-segment">
                <span>{title}</span>
                <select
                    class="choice"
                    data-testid=format!("what-if-segment-{place}")
                    on:change=choose
                >
                    {options}
                </select>
            </label>
        }
    };
    view! {
        <fieldset class="trying-group">
            <legend>{text::TRY_WHO}</legend>
            {correct}
            {back}
            {on_same_rows}
            {old_words}
            {titles.into_iter().enumerate().map(pick).collect_view()}
            {assumes}
        </fieldset>
    }
}
