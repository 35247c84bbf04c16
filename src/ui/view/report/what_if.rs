//! What if it were decided otherwise: cut-off, costs, recalibration, segments, previous model. Everything is worked
//! out here from the histograms in the report, on every move, without a worker: a link or a file can do the same.
//!
//! Enter: the report. Leave: the panel, and marks for the pictures below it.

use std::sync::Arc;

use leptos::prelude::*;

use crate::choices::{Business, TableRole};
use crate::report::{Report, Unit, WhatIf};
use crate::state::Session;
use crate::story::number;
use crate::ui::primitive::marks::{Mark, Plot, Tone};
use crate::ui::primitive::number_field::NumberField;
use crate::ui::text;
use crate::what_if::{
    Figures, Instead, Prices, Trial, as_decided, best_cut, bins, cut_in_use, gained,
    judged_by, nearest_cut, recalibrate, score_before, seen_rows_a_day, segments, tried,
};

/// Segments that can be switched off at most.
const SEGMENTS: usize = 3;

/// What is set; it outlives the report on screen, so that a second look keeps it.
#[derive(Clone, Copy)]
pub struct Trying {
    /// The report the settings are about: its edges, and the costs it came with.
    about: StoredValue<(Vec<f64>, Business)>,
    /// The cut-off, on corrected probabilities where they are corrected; infinity: nobody.
    cut_off: RwSignal<f64>,
    corrects: RwSignal<bool>,
    goes_back: RwSignal<bool>,
    /// False positive, false negative, correct decision.
    prices: RwSignal<[f64; 3]>,
    /// The costs as given outside; the fields start from them.
    given: RwSignal<[f64; 3]>,
    review: RwSignal<f64>,
    /// Who decides in each segment, as a place in the list of ways.
    segments: RwSignal<[usize; SEGMENTS]>,
}

fn given(business: &Business) -> [f64; 3] {
    [business.cost_false_positive, business.cost_false_negative, business.value_correct]
        .map(|own| own.unwrap_or(0.0))
}

impl Trying {
    /// Nothing is set yet.
    #[must_use]
    pub fn new() -> Self {
        let own = Self {
            about: StoredValue::new((Vec::new(), Business::default())),
            cut_off: RwSignal::new(f64::NAN),
            corrects: RwSignal::new(false),
            goes_back: RwSignal::new(false),
            prices: RwSignal::new([0.0; 3]),
            given: RwSignal::new([0.0; 3]),
            review: RwSignal::new(0.0),
            segments: RwSignal::new([0; SEGMENTS]),
        };
        let session = expect_context::<Session>();
        // Costs changed elsewhere on the page count here too.
        Effect::new(move |old: Option<[f64; 3]>| {
            let now = session.choices.with(|choices| given(&choices.business));
            if old.is_some_and(|old| old != now) {
                own.take_prices(now);
            }
            now
        });
        own
    }

    fn take_prices(self, now: [f64; 3]) {
        self.given.set(now);
        self.prices.set(now);
    }

    /// Keeps the settings if the report is about the same rows, else starts from today.
    fn meet(self, report: &Report, whole: &WhatIf) {
        let business = report.inputs.business.clone();
        let (edges, known) = self.about.get_value();
        if given(&known) != given(&business) || edges.is_empty() {
            self.take_prices(given(&business));
        }
        if edges != whole.edges {
            self.cut_off.set(start(whole));
            self.corrects.set(false);
            self.goes_back.set(false);
            self.review.set(0.0);
            self.segments.set([0; SEGMENTS]);
        }
        self.about.set_value((whole.edges.clone(), business));
    }
}

/// The cut-off to start from: today's, else before launch's, else the one that is right most often.
fn start(whole: &WhatIf) -> f64 {
    let prices = Prices::default();
    let cut = cut_in_use(whole, TableRole::Production)
        .or_else(|| cut_in_use(whole, TableRole::Reference))
        .or_else(|| best_cut(whole, TableRole::Production, "accuracy", &prices))
        .unwrap_or(bins(whole) / 2);
    edge(whole, cut)
}

/// The score of a cut; infinity for nobody.
fn edge(whole: &WhatIf, cut: usize) -> f64 {
    if cut >= bins(whole) {
        return f64::INFINITY;
    }
    whole.edges.get(cut).copied().unwrap_or(f64::INFINITY)
}

/// What is shown now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Shown {
    cut: usize,
    before: Figures,
    today: Figures,
    tried: Figures,
}

/// The panel's state on one report.
#[derive(Clone, Copy)]
pub struct Panel {
    report: StoredValue<Arc<Report>>,
    trying: Trying,
    shown: Memo<Shown>,
}

impl Panel {
    /// `None` where there is nothing to try.
    #[must_use]
    pub fn new(report: &Arc<Report>) -> Option<Self> {
        let whole = report.what_if.as_ref()?;
        let trying = use_context::<Trying>().unwrap_or_else(Trying::new);
        trying.meet(report, whole);
        let report = StoredValue::new(Arc::clone(report));
        let shown = Memo::new(move |_| report.with_value(|report| shown(report, trying)));
        Some(Self { report, trying, shown })
    }

    fn with<T>(self, look: impl FnOnce(&Report, &WhatIf) -> T) -> Option<T> {
        self.report
            .with_value(|report| report.what_if.as_ref().map(|whole| look(report, whole)))
    }

    /// The correction, where it is switched on.
    fn map(self, whole: &WhatIf) -> Option<(f64, f64)> {
        whole.recalibration.filter(|_| self.trying.corrects.get())
    }

    /// The cut-off as the user sees it: of the score, or of the corrected probability.
    fn seen(self, whole: &WhatIf, cut: usize) -> f64 {
        let score = edge(whole, cut);
        if score.is_finite() { recalibrate(self.map(whole), score) } else { score }
    }

    fn set_cut(self, cut: usize) {
        let seen = self.with(|_, whole| self.seen(whole, cut));
        self.trying.cut_off.set(seen.unwrap_or(f64::NAN));
    }

    fn plot(
        self,
        corners: ((f64, f64), (f64, f64)),
        marks: impl Fn(&Self, &Shown) -> Vec<Mark> + Send + Sync + 'static,
    ) -> Option<Plot> {
        let has_scores = self.with(|_, whole| has_scores(whole))?;
        let marks = Signal::derive(move || marks(&self, &self.shown.get()));
        has_scores.then_some(Plot { corners, marks })
    }

    /// The cut-off on the histogram of scores.
    #[must_use]
    pub fn on_histogram(&self, report: &Report) -> Option<Plot> {
        let edges = &report.scores.as_ref()?.edges;
        let (low, high) = (*edges.first()?, *edges.last()?);
        (low < high).then_some(())?;
        self.plot(((low, 0.0), (high, 1.0)), |own, shown| {
            let at = own.with(|_, whole| edge(whole, shown.cut)).unwrap_or(f64::NAN);
            vec![Mark::Upright(Tone::Tried, at)]
        })
    }

    /// Where each way to decide stands on the ROC curve.
    #[must_use]
    pub fn on_roc(&self, _report: &Report) -> Option<Plot> {
        self.plot(((0.0, 0.0), (100.0, 100.0)), |_, shown| {
            points(shown, |own| Some((1.0 - own.specificity?, own.recall?)))
        })
    }

    /// The same on precision and recall.
    #[must_use]
    pub fn on_precision_recall(&self, _report: &Report) -> Option<Plot> {
        self.plot(((0.0, 0.0), (100.0, 100.0)), |_, shown| {
            points(shown, |own| Some((own.recall?, own.precision?)))
        })
    }

    /// Probabilities after the correction.
    #[must_use]
    pub fn on_calibration(&self, _report: &Report) -> Option<Plot> {
        self.plot(((0.0, 0.0), (100.0, 100.0)), |own, _| {
            let moved = own.with(|report, whole| {
                let map = own.map(whole)?;
                let points = &report.scores.as_ref()?.production_calibration;
                let moved = |(score, rate, _): &(f64, f64, u64)| {
                    let right = recalibrate(Some(map), *score);
                    Mark::Point(Tone::Tried, 100.0 * right, 100.0 * rate)
                };
                Some(points.iter().map(moved).collect::<Vec<_>>())
            });
            moved.flatten().unwrap_or_default()
        })
    }
}

fn points(shown: &Shown, of: impl Fn(&Figures) -> Option<(f64, f64)>) -> Vec<Mark> {
    let all = [
        (Tone::Before, &shown.before),
        (Tone::Today, &shown.today),
        (Tone::Tried, &shown.tried),
    ];
    all.into_iter()
        .filter_map(|(tone, own)| {
            let (x, y) = of(own)?;
            Some(Mark::Point(tone, 100.0 * x, 100.0 * y))
        })
        .collect()
}

fn has_scores(whole: &WhatIf) -> bool {
    let rows = |own: &crate::report::Population| {
        own.score
            .no
            .iter()
            .chain(&own.score.yes)
            .chain(&own.score.unlabelled)
            .sum::<u64>()
    };
    whole.populations.iter().any(|own| rows(own) > 0)
}

fn by_row(whole: &WhatIf) -> bool {
    whole.populations.iter().any(|own| !own.score.no_value.is_empty())
}

/// Works out all figures.
fn shown(report: &Report, trying: Trying) -> Shown {
    let Some(whole) = &report.what_if else { return Shown::default() };
    let [false_positive, false_negative, value_correct] = trying.prices.get();
    let prices = Prices {
        false_positive,
        false_negative,
        value_correct,
        value_by_row: by_row(whole),
    };
    let map = whole.recalibration.filter(|_| trying.corrects.get());
    let cut_off = trying.cut_off.get();
    let score = if cut_off.is_finite() { score_before(map, cut_off) } else { cut_off };
    let cut = nearest_cut(whole, score);
    let all = if trying.goes_back.get() { Instead::OldModel } else { Instead::Model };
    let review = trying.review.get();
    let way = |place: usize| match place {
        1 => Instead::AllNo,
        2 => Instead::AllYes,
        3 => Instead::Review(review),
        4 => Instead::OldModel,
        _ => all,
    };
    let segments = trying.segments.get().map(way).to_vec();
    let figures = |sums: Option<crate::what_if::Sums>| {
        sums.map(|own| Figures::new(&own, &prices)).unwrap_or_default()
    };
    Shown {
        cut,
        before: figures(as_decided(whole, TableRole::Reference)),
        today: figures(as_decided(whole, TableRole::Production)),
        tried: figures(tried(
            whole,
            TableRole::Production,
            &Trial { cut, all, segments },
        )),
    }
}

/// The panel; in its place why there is none.
pub fn view(report: &Arc<Report>, panel: Option<Panel>) -> AnyView {
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
        if let Ok(value) = event_target_value(&event).parse::<f64>()
            && value.is_finite()
        {
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
        view! {
            <tr>
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
