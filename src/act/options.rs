//! What can be done, side by side. Enter: a report with causes, split, remedies and segments. Leave: options with what
//! each gives back, touches, takes and risks; which numbers it was worked out from; and the path to take. Words are
//! those of [`crate::story::option_words`].

use super::{path, price, queries};
use crate::report::{
    AttributionTerm, Cause, CauseId, Choice, Options, Query, Remedy, Report, Slice, Test,
    Unit, VerdictKind,
};
use crate::stats::math;
use crate::story::facts::Facts;
use crate::story::metric_words::Better;
use crate::story::option_words::{self as words, Price};
use crate::story::{number, phrase, segment};

/// Below this probability a cause asks for no option of its own.
const ASKS: f64 = 0.25;
/// Days of retraining when nobody said.
pub const RETRAIN_DAYS: (f64, f64) = (5.0, 15.0);
/// Share of rows from which on switching the model off in a segment is switching it off.
const MOST_SWITCHED_OFF: f64 = 0.5;
/// Share of rows of a random hold-out.
pub const HOLD_OUT: f64 = 0.02;

/// The options of a report, and the path.
#[must_use]
pub fn options(report: &Report) -> Options {
    let desk = Desk {
        report,
        facts: Facts::new(report),
        rows: Facts::new(report).rows_per_day().map(|(rows, _)| rows),
    };
    let mut items: Vec<Choice> = match report.verdict.kind {
        VerdictKind::Dropped => desk.for_a_drop(),
        VerdictKind::NotDropped | VerdictKind::Improved => vec![desk.keep()],
        VerdictKind::NotEnoughRows | VerdictKind::UnknownWithoutLabels => {
            let mut items = vec![desk.wait_for_labels()];
            items.extend(desk.hot_fix());
            items
        }
    };
    items.sort_by(|a, b| rank(report, a).total_cmp(&rank(report, b)));
    best_first(&mut items);
    let path = path::path(&Facts::new(report), &items);
    Options { items, path, rows_per_day: desk.rows }
}

/// Smaller is better: options that answer the first cause first, then by how much they surely give back.
fn rank(report: &Report, item: &Choice) -> f64 {
    let cause = report
        .causes
        .iter()
        .position(|cause| item.answers.contains(&cause.id))
        .unwrap_or(report.causes.len());
    let sure = item.interval.map(|(low, _)| low).or(item.points).unwrap_or(0.0);
    let whole = report.metric.difference.unwrap_or(1.0).abs().max(f64::MIN_POSITIVE);
    let useful =
        if item.unit == report.metric.unit { sure / whole } else { sure.signum() * 0.1 };
    cause as f64 - useful.clamp(-0.9, 0.9)
}

/// An option that gives less than another and touches more rows does not come first.
fn best_first(items: &mut [Choice]) {
    let Some(first) = items.first() else { return };
    let beats = |other: &Choice| {
        let more = other.points.zip(first.points).is_some_and(|(own, of)| own > of);
        let fewer = match (other.rows_per_day, first.rows_per_day) {
            (Some(own), Some(of)) => own <= of,
            _ => false,
        };
        other.metric == first.metric && more && fewer
    };
    if let Some(at) = items.iter().position(beats)
        && let Some(front) = items.get_mut(..=at)
    {
        front.rotate_right(1);
    }
}

/// Ends nearer to each other than this part of the points are one number, and no range.
const NO_WIDTH: f64 = 1e-6;

/// A range that the points lie in and that promises no more than `most`; `None` without any width.
fn range_around(
    points: f64,
    (low, high): (f64, f64),
    most: Option<f64>,
) -> Option<(f64, f64)> {
    let high = most.map_or(high, |most| high.min(most)).max(points);
    let low = low.min(points);
    let is_range = low.is_finite() && high.is_finite();
    (is_range && high - low > NO_WIDTH * points.abs()).then_some((low, high))
}

struct Desk<'a> {
    report: &'a Report,
    facts: Facts<'a>,
    rows: Option<f64>,
}

/// What an option needs beside its words.
struct Worth<'a> {
    points: Option<f64>,
    interval: Option<(f64, f64)>,
    at_most: bool,
    metric: &'a str,
    unit: Unit,
    /// Share of rows touched, 0–1.
    share: Option<f64>,
    query: Option<Query>,
}

impl<'a> Worth<'a> {
    const fn nothing(metric: &'a str, unit: Unit) -> Self {
        Self {
            points: None,
            interval: None,
            at_most: false,
            metric,
            unit,
            share: None,
            query: None,
        }
    }
}

impl Desk<'_> {
    fn choice(
        &self,
        id: &str,
        told: words::Told,
        worth: Worth<'_>,
        days: (f64, f64),
        answers: &[CauseId],
    ) -> Choice {
        let business = &self.report.inputs.business;
        let touched = self.rows.zip(worth.share).map(|(rows, share)| rows * share);
        let worth = self.at_most_the_drop(worth);
        let points = worth.points.filter(|own| own.is_finite());
        let most = self.lost(worth.metric);
        let interval = points
            .zip(worth.interval)
            .and_then(|(own, ends)| range_around(own, ends, most));
        let money = points
            .filter(|own| *own > 0.0)
            .and_then(|own| price::money_per_day(worth.metric, own, self.rows, business));
        let price = Price {
            points,
            interval,
            at_most: worth.at_most,
            unit: worth.unit,
            metric: worth.metric,
        };
        Choice {
            id: id.to_owned(),
            title: told.title,
            what: told.what,
            price_words: words::price_words(&price, &told.unpriced),
            points,
            interval,
            at_most: worth.at_most,
            metric: worth.metric.to_owned(),
            unit: worth.unit,
            rows_per_day: touched,
            users_per_day: touched.map(|rows| price::users(rows, business)),
            money_per_day: money,
            days,
            risk: told.risk,
            undo: told.undo,
            based_on: told.based_on,
            answers: answers.iter().map(|cause| cause.name().to_owned()).collect(),
            query: worth.query,
        }
    }

    /// No option gives back more than was lost: parts of the split that made it better may let one part be larger.
    fn at_most_the_drop<'a>(&self, worth: Worth<'a>) -> Worth<'a> {
        let lost = self.lost(worth.metric);
        match lost.zip(worth.points) {
            Some((lost, points)) if points > lost => {
                Worth { points: Some(lost), at_most: true, ..worth }
            }
            _ => worth,
        }
    }

    /// How much was lost of a metric, where it is the one that the drop is told in.
    fn lost(&self, metric: &str) -> Option<f64> {
        self.facts.worsening().filter(|_| metric == self.report.metric.name)
    }

    fn term(&self, name: &str) -> Option<&AttributionTerm> {
        self.report.attribution.iter().find(|term| term.term == name)
    }

    fn cause(&self, id: CauseId) -> Option<&Cause> {
        let found = self.report.causes.iter().find(|cause| cause.id == id.name());
        found.filter(|cause| cause.presence >= ASKS)
    }

    /// The best ranked cause among some.
    fn first_of(&self, wanted: impl Fn(CauseId) -> bool) -> Option<(CauseId, &Cause)> {
        self.report.causes.iter().filter(|cause| cause.presence >= ASKS).find_map(
            |cause| {
                let id = CauseId::from_name(&cause.id)?;
                wanted(id).then_some((id, cause))
            },
        )
    }

    fn for_a_drop(&self) -> Vec<Choice> {
        let mut items: Vec<Choice> = Vec::new();
        items.extend(self.hot_fix());
        items.extend(self.roll_back());
        items.extend(self.old_cut_off());
        // Priced on outcomes that are not what they seem, or for what is over, these would be tuned to an error.
        if self.facts.distorted_by().is_none() && !self.facts.has_passed() {
            items.extend(self.switch_off());
            items.extend(self.remedy("threshold"));
            items.extend(self.remedy("recalibration"));
            items.extend(self.retrain());
        }
        items.extend(self.drop_column());
        items.extend(self.time_validation());
        items.extend(self.hold_out());
        items.extend(self.wait_out());
        if self.cause(CauseId::LabelProblem).is_some() {
            items.push(self.wait_for_labels());
        }
        items
    }

    fn headline(&self) -> Worth<'_> {
        Worth::nothing(&self.report.metric.name, self.report.metric.unit)
    }

    fn hot_fix(&self) -> Option<Choice> {
        let broken = |id: CauseId| id.is_pipeline() && id != CauseId::LabelProblem;
        let (id, cause) = self.first_of(broken)?;
        let term = self.term("broken_inputs").filter(|term| term.points > 0.0);
        let alone = self
            .report
            .causes
            .iter()
            .filter_map(|own| CauseId::from_name(&own.id).filter(|id| broken(*id)))
            .count()
            == 1;
        let (points, interval) = match (term, cause.points) {
            (Some(term), _) if alone => {
                (Some(term.points), Some((term.ci_low, term.ci_high)))
            }
            (Some(term), Some(points)) if points > 0.0 => {
                // The part of the term that this cause stands behind, with the term's interval cut to it.
                let part = points / term.points;
                (Some(points), Some((term.ci_low * part, term.ci_high * part)))
            }
            (Some(term), _) => (Some(term.points), Some((term.ci_low, term.ci_high))),
            (None, points) => (points.filter(|own| *own > 0.0), None),
        };
        // A clock that is off touches rows that look like any other: how far the column moved does not tell how many.
        let share = match id {
            CauseId::TimeWindow => None,
            _ => price::share_touched(self.report, &cause.columns),
        };
        let told = words::hot_fix(&self.facts, id, &cause.columns, share);
        let worth = Worth { points, interval, share, ..self.headline() };
        Some(self.choice("hot_fix", told, worth, (1.0, 3.0), &[id]))
    }

    /// The guardrail: the model decides everywhere but in the worst segment.
    fn switch_off(&self) -> Option<Choice> {
        let slice =
            self.report.slices.worse.iter().find(|own| !self.is_of_broken(own))?;
        // Without most of its rows there is no model left, and what a flattering lab promised cannot be won back.
        let never = self.facts.first_cause().is_some_and(CauseId::flatters_the_lab);
        if never || slice.production_share > MOST_SWITCHED_OFF {
            return None;
        }
        let loss = segment::loss_words(&self.report.metric);
        let sure = slice.rate_points > 0.0
            && slice.interval.0 > 0.0
            && loss.adds_up
            && segment::has_baseline(slice);
        let mut told = words::switch_off(&self.facts, slice);
        if sure && let Some(right) = price::decided_right(self.report, &slice.title) {
            told.what = phrase::paragraph(&[
                told.what,
                format!(
                    "if people decided all of them right, it would be about {}, before what their work costs",
                    number::amount(self.report.metric.unit, right)
                ),
            ]);
        }
        let worth = Worth {
            points: sure.then_some(slice.rate_points),
            interval: sure.then_some(slice.interval),
            at_most: true,
            share: Some(slice.production_share),
            ..self.headline()
        };
        let answers: Vec<CauseId> = self
            .report
            .causes
            .iter()
            .filter(|cause| {
                slice.conditions.iter().any(|own| cause.columns.contains(&own.column))
            })
            .filter_map(|cause| CauseId::from_name(&cause.id))
            .collect();
        Some(self.choice("switch_off_segment", told, worth, (0.5, 1.0), &answers))
    }

    /// Whether a segment is told by values of a column that is computed wrongly: then the rows in it are not those that
    /// its words name. Empty and unheard-of values are what is broken itself, and a sensible guardrail.
    fn is_of_broken(&self, slice: &Slice) -> bool {
        let broken = |column: &str| {
            let causes = self.report.causes.iter().filter(|own| own.presence >= ASKS);
            causes
                .filter(|own| {
                    CauseId::from_name(&own.id).is_some_and(CauseId::is_pipeline)
                })
                .any(|own| own.columns.iter().any(|name| name == column))
        };
        slice.conditions.iter().any(|own| {
            !matches!(own.test, Test::Missing | Test::OtherThan(_)) && broken(&own.column)
        })
    }

    /// The cut-off of before launch, where decisions are made at another one now.
    fn old_cut_off(&self) -> Option<Choice> {
        self.cause(CauseId::ThresholdCost)?;
        let scores = self.report.scores.as_ref()?;
        let threshold = scores.threshold.as_ref()?;
        let (before, now) = (threshold.reference?, threshold.production?);
        let term = self.term("threshold").filter(|term| term.points > 0.0)?;
        if (before - now).abs() <= f64::EPSILON {
            return None;
        }
        let share = price::share_between(scores, now, before);
        let told = words::old_cut_off(&self.facts, now, before, share);
        let worth = Worth {
            points: Some(term.points),
            interval: Some((term.ci_low, term.ci_high)),
            share,
            ..self.headline()
        };
        let answers = [CauseId::ThresholdCost];
        Some(self.choice("old_cut_off", told, worth, (0.25, 1.0), &answers))
    }

    fn roll_back(&self) -> Option<Choice> {
        if self.report.inputs.business.can_roll_back == Some(false) {
            return None;
        }
        if let Some(priced) = self.roll_back_logged() {
            return Some(priced);
        }
        let told = words::roll_back(&self.facts);
        let worth = Worth {
            share: Some(1.0),
            query: queries::roll_back(self.report),
            ..self.headline()
        };
        Some(self.choice("roll_back", told, worth, (0.25, 1.0), &[]))
    }

    /// The previous model's own figure on production, where its output was logged.
    fn roll_back_logged(&self) -> Option<Choice> {
        let baseline = self.report.baseline.as_ref()?;
        let (old, now) = (&baseline.metric, &self.report.metric);
        let worse = |value: Option<f64>| {
            let value = value.filter(|own| own.is_finite())?;
            match self.facts.words.better {
                Better::Higher => Some(-value),
                Better::Lower => Some(value),
                Better::Near(target) => Some((value - target).abs()),
                Better::Neither => None,
            }
        };
        let points = worse(now.production)? - worse(old.production)?;
        // Both were measured on the same rows, so the two halves together err on the wide side.
        let half =
            |interval: Option<(f64, f64)>| interval.map(|(low, high)| 0.5 * (high - low));
        let interval = half(old.production_interval)
            .zip(half(now.production_interval))
            .map(|(one, other)| math::sqrt(one * one + other * other))
            .map(|half| (points - half, points + half));
        let told = words::roll_back_logged(&self.facts, &baseline.column, old);
        let worth =
            Worth { points: Some(points), interval, share: Some(1.0), ..self.headline() };
        Some(self.choice("roll_back", told, worth, (0.25, 1.0), &[]))
    }

    fn remedy(&self, id: &str) -> Option<Choice> {
        let remedy = self.report.remedies.iter().find(|own| own.id == id)?;
        let metric =
            self.report.metrics.iter().find(|metric| metric.name == remedy.metric)?;
        let moves = |remedy: &Remedy| {
            let scores = self.report.scores.as_ref()?;
            price::share_between(scores, remedy.from?, remedy.to?)
        };
        let mut points = remedy.points;
        let (option, told, share, answers): (_, _, _, &[CauseId]) = if id == "threshold" {
            let moved =
                remedy.to.and_then(|to| price::moved_to(self.report, &remedy.metric, to));
            let share = moved.map(|own| own.share).or_else(|| moves(remedy));
            points = moved.map_or(points, |own| own.points);
            let mut told = words::move_threshold(&self.facts, remedy, metric, share);
            if let Some(moved) = moved {
                told.what = phrase::paragraph(&[told.what, moved.words()]);
            }
            if self.facts.first_cause() == Some(CauseId::ThresholdCost) {
                told.risk = phrase::sentence(
                    "whoever set the present cut-off may have had a reason, such as how many decisions people can \
                     follow up; ask first",
                );
            }
            ("move_threshold", told, share, &[CauseId::ThresholdCost])
        } else {
            let told = words::recalibrate(&self.facts, remedy, metric);
            ("recalibrate", told, Some(1.0), &[CauseId::CalibrationBaseRate])
        };
        let worth = Worth {
            points: Some(points),
            interval: Some((remedy.ci_low, remedy.ci_high)),
            at_most: false,
            metric: &metric.name,
            unit: metric.unit,
            share,
            query: None,
        };
        Some(self.choice(option, told, worth, (0.5, 2.0), answers))
    }

    fn retrain(&self) -> Option<Choice> {
        use CauseId::{ColdStart, ConceptDrift, PopulationShift, SeasonalityEvent};
        let of_world = |id| {
            matches!(id, PopulationShift | SeasonalityEvent | ColdStart | ConceptDrift)
        };
        let (id, cause) = self.first_of(of_world)?;
        // Who we see is harder by itself; what a new model can win back of it is not known, so the sum is a ceiling.
        let names = ["never_seen", "relationship", "who_we_see"];
        let terms: Vec<&AttributionTerm> = names
            .iter()
            .filter_map(|name| self.term(name))
            .filter(|term| term.points > 0.0)
            .collect();
        let sum = |pick: fn(&AttributionTerm) -> f64| {
            terms.iter().map(|term| pick(term)).sum::<f64>()
        };
        let priced = !terms.is_empty();
        let days = match self.report.inputs.business.retrain_days {
            Some(days) if days.is_finite() && days > 0.0 => (days, days),
            _ => RETRAIN_DAYS,
        };
        let mut told = words::retrain(&self.facts, id, &cause.columns, &terms);
        let breaks = |id: CauseId| id.is_pipeline() && !id.distorts_measurement();
        if let Some((_, broken)) = self.first_of(breaks) {
            told.what = words::after_the_repair(&told.what, &broken.columns);
        }
        let worth = Worth {
            points: priced.then(|| sum(|term| term.points)),
            interval: priced.then(|| (sum(|term| term.ci_low), sum(|term| term.ci_high))),
            at_most: true,
            share: Some(1.0),
            ..self.headline()
        };
        let answers = [PopulationShift, SeasonalityEvent, ColdStart, ConceptDrift];
        Some(self.choice("retrain", told, worth, days, &answers))
    }

    fn drop_column(&self) -> Option<Choice> {
        let cause = self.cause(CauseId::LabelLeakage)?;
        let told = words::drop_column(&self.facts, &cause.columns);
        let worth = Worth { share: Some(1.0), ..self.headline() };
        let days = match self.report.inputs.business.retrain_days {
            Some(days) if days.is_finite() && days > 0.0 => (days, days),
            _ => RETRAIN_DAYS,
        };
        Some(self.choice("drop_column", told, worth, days, &[CauseId::LabelLeakage]))
    }

    fn time_validation(&self) -> Option<Choice> {
        use CauseId::{LabelLeakage, Overfitting};
        let (id, _) = self.first_of(|id| matches!(id, Overfitting | LabelLeakage))?;
        let told = words::time_validation(&self.facts, self.term("optimism"));
        let worth = Worth { share: Some(0.0), ..self.headline() };
        Some(self.choice("time_validation", told, worth, (3.0, 10.0), &[id]))
    }

    fn hold_out(&self) -> Option<Choice> {
        self.cause(CauseId::FeedbackLoop)?;
        let told = words::hold_out(&self.facts, self.rows, HOLD_OUT);
        let worth = Worth { share: Some(HOLD_OUT), ..self.headline() };
        Some(self.choice("hold_out", told, worth, (2.0, 5.0), &[CauseId::FeedbackLoop]))
    }

    fn wait_out(&self) -> Option<Choice> {
        let cause = self.cause(CauseId::SeasonalityEvent)?;
        let told = words::wait_out(&self.facts, &cause.columns);
        let worth = Worth { share: Some(0.0), ..self.headline() };
        let answers = [CauseId::SeasonalityEvent];
        Some(self.choice("wait_out_season", told, worth, (7.0, 30.0), &answers))
    }

    fn wait_for_labels(&self) -> Choice {
        let told = words::wait_for_labels(&self.facts);
        let worth = Worth { share: Some(0.0), ..self.headline() };
        self.choice("wait_for_labels", told, worth, (1.0, 14.0), &[CauseId::LabelProblem])
    }

    fn keep(&self) -> Choice {
        let told = words::keep(&self.facts);
        let worth = Worth { share: Some(0.0), ..self.headline() };
        self.choice("keep", told, worth, (0.0, 0.0), &[])
    }
}
