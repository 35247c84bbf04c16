//! What is being tried out on the report: the settings, the figures that follow from them, and the marks for the
//! pictures. Enter: the report and the user's settings. Leave: figures on every move, without a worker.

use std::sync::Arc;

use leptos::prelude::*;

use crate::choices::{Business, TableRole};
use crate::report::{Report, WhatIf};
use crate::state::Session;
use crate::ui::primitive::marks::{Mark, Plot, Tone};
use crate::what_if::{
    Figures, Instead, Prices, Trial, as_decided, best_cut, bins, cut_in_use, nearest_cut,
    recalibrate, score_before, tried,
};

/// Segments that can be switched off at most.
pub(super) const SEGMENTS: usize = 3;

/// What is set; it outlives the report on screen, so that a second look keeps it.
#[derive(Clone, Copy)]
pub struct Trying {
    /// The report the settings are about: its edges, and the costs it came with.
    about: StoredValue<(Vec<f64>, Business)>,
    /// The cut-off, on corrected probabilities where they are corrected; infinity: nobody.
    pub(super) cut_off: RwSignal<f64>,
    pub(super) corrects: RwSignal<bool>,
    pub(super) goes_back: RwSignal<bool>,
    /// False positive, false negative, correct decision.
    pub(super) prices: RwSignal<[f64; 3]>,
    /// The costs as given outside; the fields start from them.
    pub(super) given: RwSignal<[f64; 3]>,
    pub(super) review: RwSignal<f64>,
    /// Who decides in each segment, as a place in the list of ways.
    pub(super) segments: RwSignal<[usize; SEGMENTS]>,
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

    /// Whether a mistake, a decision or a look by hand has a price.
    pub(super) fn is_priced(self) -> bool {
        self.review.get() != 0.0 || self.prices.get().iter().any(|price| *price != 0.0)
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
pub(super) struct Shown {
    pub(super) cut: usize,
    pub(super) before: Figures,
    pub(super) today: Figures,
    pub(super) tried: Figures,
}

/// The panel's state on one report.
#[derive(Clone, Copy)]
pub struct Panel {
    report: StoredValue<Arc<Report>>,
    pub(super) trying: Trying,
    pub(super) shown: Memo<Shown>,
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

    pub(super) fn with<T>(self, look: impl FnOnce(&Report, &WhatIf) -> T) -> Option<T> {
        self.report
            .with_value(|report| report.what_if.as_ref().map(|whole| look(report, whole)))
    }

    /// The correction, where it is switched on.
    fn map(self, whole: &WhatIf) -> Option<(f64, f64)> {
        whole.recalibration.filter(|_| self.trying.corrects.get())
    }

    /// The cut-off as the user sees it: of the score, or of the corrected probability.
    pub(super) fn seen(self, whole: &WhatIf, cut: usize) -> f64 {
        let score = edge(whole, cut);
        if score.is_finite() { recalibrate(self.map(whole), score) } else { score }
    }

    pub(super) fn set_cut(self, cut: usize) {
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

pub(super) fn has_scores(whole: &WhatIf) -> bool {
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

pub(super) fn by_row(whole: &WhatIf) -> bool {
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
