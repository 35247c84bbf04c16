//! What came of one pair: the truth and the report side by side, reduced to what the tables need. Enter: a pair,
//! its truth and a report. Leave: one line of JSON. Nothing here depends on how causes are found.

use serde::{Deserialize, Serialize};
use whydrop::report::{CauseId, ChangeKind, MetricChange, Report, Slice, VerdictKind};
use whydrop::scenario::plan::{Calm, Pair, Price, TERMS, What};

use super::baseline::{self, Guess};

/// Standard errors in a 95 % interval's half.
const HALF_95: f64 = 1.959_963_984_540_054;
/// Standard errors of the difference that make it detectable in 80 of 100 tries at 95 %.
const DETECTABLE: f64 = 2.8;

/// A cause as the report names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Id.
    pub id: String,
    /// Word of certainty.
    pub word: String,
    /// Probability; `None` when it could not be checked.
    pub presence: Option<f64>,
    /// Columns, best first.
    pub columns: Vec<String>,
}

/// One term: truth against estimate, in points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Name.
    pub term: String,
    /// True points.
    pub truth: f64,
    /// Estimated points.
    pub points: f64,
    /// Ends of the estimate's interval.
    pub interval: (f64, f64),
}

/// What came of one pair.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Id of the pair.
    pub id: String,
    /// World, way of modelling, what happens, level 1–4.
    pub world: String,
    /// How the model was built.
    pub kind: String,
    /// What happens.
    pub what: String,
    /// Injected level, 1–4.
    pub level: u8,
    /// True causes.
    pub causes: Vec<String>,
    /// True columns.
    pub columns: Vec<String>,
    /// Metric.
    pub metric: String,
    /// `calm` pairs: nothing is wrong (`improved`: something changed for the better).
    pub calm: bool,
    /// Whether it is the calm pair in which something improved.
    pub improved: bool,
    /// Realised drop by the report over the smallest detectable drop; `None` without both.
    pub ratio: Option<f64>,
    /// Drop by the truth's own formula less the report's, in standard errors: a check of the benchmark itself.
    pub formula_gap: Option<f64>,
    /// Verdict.
    pub verdict: String,
    /// Ranked causes of the report.
    pub ranked: Vec<Named>,
    /// Every cause with its word.
    pub examined: Vec<Named>,
    /// Whether the terms have a truth.
    pub priced: bool,
    /// Terms; empty when the report has none.
    pub terms: Vec<Term>,
    /// The true drop, in points.
    pub drop: f64,
    /// True points of the terms, in the order of `TERMS`, whether or not the report has any.
    pub true_points: Vec<f64>,
    /// Days between the named and the true first day; `None` when one of them is missing.
    pub onset_days_off: Option<i64>,
    /// Whether there is a true first day.
    pub has_onset: bool,
    /// Whether one of the first three segments of either list is about a true column.
    pub slice_hit: bool,
    /// What simple rules say.
    pub guesses: Vec<Guess>,
    /// Seconds of the analysis.
    pub seconds: f64,
    /// Values of the facts that causes were weighed by.
    #[serde(default)]
    pub facts: Vec<f64>,
    /// Why there is no report.
    pub error: Option<String>,
}

impl Outcome {
    /// What is known before there is a report.
    #[must_use]
    pub fn of_pair(pair: &Pair, price: &Price) -> Self {
        Self {
            id: pair.id.clone(),
            world: pair.world.name.to_owned(),
            kind: format!("{:?}", pair.kind).to_lowercase(),
            what: pair.what.name(),
            level: pair.level,
            causes: pair.causes.iter().map(|c| c.name().to_owned()).collect(),
            columns: pair.columns.iter().map(|&c| c.to_owned()).collect(),
            metric: pair.metric.to_owned(),
            calm: matches!(pair.what, What::Calm(_)),
            improved: pair.what == What::Calm(Calm::Improved),
            priced: pair.priced,
            drop: price.total(),
            true_points: price.points.to_vec(),
            has_onset: pair.onset_days.is_some(),
            ..Self::default()
        }
    }

    /// Adds what the report says.
    pub fn read(&mut self, pair: &Pair, price: &Price, report: &Report) {
        let error = standard_error(&report.metric);
        let worse = worse(&report.metric);
        self.ratio = worse.zip(error).map(|(w, e)| w / (DETECTABLE * e).max(1e-12));
        if report.metric.name == pair.metric {
            self.formula_gap =
                worse.zip(error).map(|(w, e)| (price.total() - w) / e.max(1e-12));
        }
        self.verdict = verdict_name(report.verdict.kind).to_owned();
        self.ranked = report
            .causes
            .iter()
            .map(|c| Named {
                id: c.id.clone(),
                word: c.word.clone(),
                presence: Some(c.presence),
                columns: c.columns.clone(),
            })
            .collect();
        self.examined = report
            .examined
            .iter()
            .map(|e| Named {
                id: e.id.clone(),
                word: e.word.clone(),
                presence: e.presence,
                columns: Vec::new(),
            })
            .collect();
        if !report.attribution.is_empty() {
            self.terms = TERMS
                .iter()
                .zip(price.points)
                .map(|(&name, truth)| {
                    let found = report.attribution.iter().find(|t| t.term == name);
                    Term {
                        term: name.to_owned(),
                        truth,
                        points: found.map_or(0.0, |t| t.points),
                        interval: found.map_or((0.0, 0.0), |t| (t.ci_low, t.ci_high)),
                    }
                })
                .collect();
        }
        let named = report.change_point.at.as_deref().and_then(day);
        if report.change_point.kind != ChangeKind::None {
            self.onset_days_off =
                named.zip(pair.onset_day()).map(|(at, onset)| at - onset);
        }
        let about = |slice: &Slice| {
            slice.conditions.iter().any(|c| self.columns.contains(&c.column))
        };
        self.slice_hit = [&report.slices.grew, &report.slices.worse]
            .into_iter()
            .any(|list| list.iter().take(3).any(about));
        self.guesses = baseline::guesses(report);
        self.seconds = report.seconds;
    }

    /// Severity class by the realised drop: 0, 0.5, 1, 2 or 4 times the smallest detectable one.
    #[must_use]
    pub fn class(&self) -> f64 {
        let ratio = self.ratio.unwrap_or(0.0);
        [4.0, 2.0, 1.0, 0.5].into_iter().find(|c| ratio >= *c).unwrap_or(0.0)
    }

    /// Whether one of the first `count` ranked causes is true.
    #[must_use]
    pub fn named_within(&self, count: usize) -> bool {
        self.ranked.iter().take(count).any(|c| self.causes.contains(&c.id))
    }

    /// Whether the first column of the first cause is a true one; `None` when no column carries the cause.
    #[must_use]
    pub fn column_right(&self) -> Option<bool> {
        if self.columns.is_empty() || self.causes.is_empty() {
            return None;
        }
        let first = self.ranked.first().and_then(|c| c.columns.first());
        Some(first.is_some_and(|column| self.columns.contains(column)))
    }

    /// Whether "bug" or "drift" is right; `None` unless the truth is clearly one of the two.
    #[must_use]
    pub fn bug_or_drift_right(&self) -> Option<bool> {
        let truth: Vec<CauseId> =
            self.causes.iter().filter_map(|c| CauseId::from_name(c)).collect();
        let bug = truth.iter().all(|c| c.is_pipeline());
        let drift = truth.iter().all(|c| is_drift(*c));
        if truth.is_empty() || bug == drift {
            return None;
        }
        let named = self.ranked.first().and_then(|c| CauseId::from_name(&c.id));
        Some(named.is_some_and(|c| c.is_pipeline() == bug && (bug || is_drift(c))))
    }

    /// Whether any cause is called likely or almost certain.
    #[must_use]
    pub fn alarmed(&self) -> bool {
        self.ranked.iter().any(|c| c.word == "likely" || c.word == "almost certain")
    }
}

/// Drift: another world rather than a broken one.
fn is_drift(cause: CauseId) -> bool {
    matches!(
        cause,
        CauseId::PopulationShift
            | CauseId::SeasonalityEvent
            | CauseId::ColdStart
            | CauseId::ConceptDrift
    )
}

/// How much worse production is, in points; `None` without the difference.
fn worse(metric: &MetricChange) -> Option<f64> {
    let sign = if metric.larger_is_better { -1.0 } else { 1.0 };
    metric.difference.map(|d| sign * d)
}

/// Standard error of the difference, from the intervals of the two values.
fn standard_error(metric: &MetricChange) -> Option<f64> {
    let half = |(low, high): (f64, f64)| (high - low) / 2.0 / HALF_95;
    let (a, b) = (half(metric.reference_interval?), half(metric.production_interval?));
    Some((a * a + b * b).sqrt()).filter(|e| *e > 0.0)
}

fn verdict_name(kind: VerdictKind) -> &'static str {
    match kind {
        VerdictKind::Dropped => "dropped",
        VerdictKind::NotDropped => "not_dropped",
        VerdictKind::Improved => "improved",
        VerdictKind::NotEnoughRows => "not_enough_rows",
        VerdictKind::UnknownWithoutLabels => "unknown_without_labels",
    }
}

/// Day number of an ISO date.
fn day(date: &str) -> Option<i64> {
    let mut parts = date.get(..10)?.split('-').map(|p| p.parse::<i64>().ok());
    let (y, m, d) = (parts.next()??, parts.next()??, parts.next()??);
    Some(whydrop::scenario::calendar::day_number(y, m, d))
}
