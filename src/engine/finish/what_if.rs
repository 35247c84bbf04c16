//! What-ifs and the previous model. Enter: what was measured so far, then the counts of the last stage. Leave: what
//! that stage is asked, and the report's `what_if` and `baseline`.
//!
//! Rows are counted in the 1,024 score bins of the metrics and merged to about [`BINS`] at the end, when the best
//! cut-off is known: it stays an edge, like the cut-offs in use.

use super::{role_coder, slices, verdict, weight_scale};
use crate::choices::{Choices, Role, TableRole, Task};
use crate::engine::measure::MeasureSpec;
use crate::engine::measure::performance::Profile;
use crate::engine::measure::what_if::{
    ByOutcome, GroupCounts, OldSpec, WhatIfSpec, Worth,
};
use crate::engine::pipeline::Analysis;
use crate::engine::tables::Tables;
use crate::metric::{MetricId, calibration, probability};
use crate::report::{
    BaselineReport, Decided, Histogram, OldModel, Outcomes, Population, Report, WhatIf,
};
use crate::slice::{CodeSet, Condition, FoundSlice};
use crate::what_if;

/// Score bins of the report, about: fine enough that a bin holds under 1 % of the rows, small enough for the page to
/// add up in microseconds.
pub const BINS: usize = 128;

/// Bins of the previous model's score.
const OLD_BINS: usize = 64;

/// Segments that can be switched off.
const SEGMENTS: usize = 3;

/// Reference and production.
const TABLES: [TableRole; 2] = [TableRole::Reference, TableRole::Production];

/// What to ask of the last stage; `None` when there is nothing to try and no previous model.
#[must_use]
pub fn spec(tables: &Tables, analysis: &Analysis) -> Option<WhatIfSpec> {
    let roles = &analysis.plan.roles;
    let binary = analysis.plan.task == Some(Task::Binary);
    let counts_rows = binary && (roles.score.is_some() || roles.decision.is_some());
    let old = old_spec(tables, analysis);
    if !counts_rows && old.is_none() {
        return None;
    }
    let asked = &analysis.asked;
    let codes = |condition: &Condition| match &condition.codes {
        CodeSet::Range { codes, .. } | CodeSet::Set(codes) => codes.clone(),
    };
    let segments = leading(analysis)
        .iter()
        .map(|own| own.conditions.iter().map(|one| (one.column, codes(one))).collect())
        .collect();
    let weights = weight_scale(tables, analysis);
    Some(WhatIfSpec {
        edges: asked.edges.clone(),
        cut_offs: cut_offs(analysis),
        threshold: asked.given_threshold,
        weights,
        counts_rows,
        segments,
        old,
    })
}

/// The cut-offs in use.
fn cut_offs(analysis: &Analysis) -> [Option<f64>; 2] {
    let given = analysis.asked.given_threshold;
    analysis.asked.thresholds.map(|own| given.or_else(|| own.map(|own| own.value)))
}

/// The leading segments: those that got worse first, then those that grew.
fn leading(analysis: &Analysis) -> Vec<&FoundSlice> {
    let (grew, worse) = &analysis.asked.found;
    let mut found: Vec<&FoundSlice> = Vec::new();
    for own in worse.iter().chain(grew) {
        // A report finds a segment by its title.
        let title = slices::title(analysis, own);
        let is_new = !found.iter().any(|known| slices::title(analysis, known) == title);
        if is_new && found.len() < SEGMENTS {
            found.push(own);
        }
    }
    found
}

fn old_spec(tables: &Tables, analysis: &Analysis) -> Option<OldSpec> {
    let column = analysis.plan.roles.baseline.as_ref()?;
    let sampled = |role| super::sampled(tables, role, &column.name, column.reading);
    let is_decision = analysis.plan.baseline_is_decision;
    let mut scores = if is_decision { Vec::new() } else { sampled(TableRole::Reference) };
    scores.sort_by(f64::total_cmp);
    let is_probability = !is_decision
        && !scores.is_empty()
        && scores.iter().all(|own| probability::is_probability(*own))
        && sampled(TableRole::Production)
            .iter()
            .all(|own| probability::is_probability(*own));
    let threshold = old_cut_off(analysis, &scores);
    let mut edges = super::edges_for(scores.clone(), OLD_BINS - 2);
    if let Some(cut) = threshold
        && let Err(at) = edges.binary_search_by(|edge| edge.total_cmp(&cut))
    {
        edges.insert(at, cut);
    }
    let (label_centre, label_scale) = super::label_facts(tables, analysis);
    let epsilon = probability::log_loss_epsilon(scores.iter().copied());
    let measure = MeasureSpec {
        edges,
        is_probability,
        epsilon,
        threshold,
        weights: weight_scale(tables, analysis),
        label_scale,
        label_centre,
    };
    Some(OldSpec { is_decision, measure })
}

/// A cut-off for the previous model's scores (ascending, of the reference's sample): yes as often before launch as
/// the model in use, or, where nothing is decided, as often as the outcome.
fn old_cut_off(analysis: &Analysis, scores: &[f64]) -> Option<f64> {
    if analysis.plan.task != Some(Task::Binary) {
        return None;
    }
    let Some(Profile::Binary(profile, _)) = analysis.measured.table(TableRole::Reference)
    else {
        return None;
    };
    let total = profile.total();
    let [no, yes] = total.decided;
    let share = |part: u64, whole: u64| (whole > 0).then(|| part as f64 / whole as f64);
    let rate =
        share(yes, no + yes).or_else(|| share(total.rows[1], total.labelled_rows()))?;
    let above = (rate * scores.len() as f64).round().max(1.0);
    scores.get(scores.len().saturating_sub(above as usize)).copied()
}

/// Fills `what_if`; its best cut-offs must be in `report.remedies` by now.
#[must_use]
pub fn what_if(tables: &Tables, analysis: &Analysis, report: &Report) -> Option<WhatIf> {
    let counts = &analysis.tried.counts;
    if counts.tables.is_empty() {
        return None;
    }
    let [reference_cut_off, production_cut_off] = cut_offs(analysis);
    let (low, high) = super::range(analysis, role_coder(analysis, &Role::Score), &TABLES)
        .unwrap_or((0.0, 0.0));
    let axis = Axis::new(&analysis.asked.edges, low, high);
    let baseline = role_coder(analysis, &Role::Baseline);
    let old = analysis.plan.roles.baseline.is_some().then(|| {
        if analysis.plan.baseline_is_decision {
            return (Axis::whole(vec![0.0, 1.0, 2.0]), 1.0);
        }
        let edges = old_spec(tables, analysis).map(|own| own.measure);
        let cut = edges.as_ref().and_then(|own| own.threshold).unwrap_or(f64::NAN);
        let edges = edges.map(|own| own.edges).unwrap_or_default();
        let (low, high) = super::range(analysis, baseline, &TABLES).unwrap_or((0.0, 0.0));
        (Axis::new(&edges, low, high), cut)
    });
    let old = old.filter(|(_, cut)| !cut.is_nan());
    let titles = leading(analysis).into_iter().map(|own| slices::title(analysis, own));
    let names = std::iter::once(None).chain(titles.map(Some));
    let mut populations = Vec::new();
    let (mut weight, mut rows) = (0_u64, 0_u64);
    for (place, name) in names.enumerate() {
        for role in TABLES {
            let Some(group) = counts.table(role).get(place) else { continue };
            if place == 0 {
                weight += group.weight;
                rows += group.rows;
            }
            let cut_off = match role {
                TableRole::Reference => reference_cut_off,
                _ => production_cut_off,
            };
            let old = old.as_ref().map(|(axis, _)| axis);
            populations.push(population(group, role, name.clone(), &axis, cut_off, old));
        }
    }
    let is_weighted = analysis.plan.roles.weight.is_some();
    let whole = WhatIf {
        edges: axis.edges,
        reference_cut_off,
        production_cut_off,
        decision_reversed: analysis.plan.decision_reversed,
        recalibration: recalibration(analysis),
        row_units: if is_weighted { weight as f64 / rows.max(1) as f64 } else { 1.0 },
        least_rows: 1,
        populations,
        old_model: old.map(|(axis, cut_off)| OldModel {
            edges: axis.edges,
            cut_off,
            is_decision: analysis.plan.baseline_is_decision,
        }),
    };
    let best = report.remedies.iter().filter_map(|own| own.to);
    Some(what_if::coarser(&whole, BINS, &best.collect::<Vec<_>>()))
}

/// The shift and slope that set production's probabilities right.
fn recalibration(analysis: &Analysis) -> Option<(f64, f64)> {
    let Some(Profile::Binary(profile, _)) =
        analysis.measured.table(TableRole::Production)
    else {
        return None;
    };
    if !profile.is_probability {
        return None;
    }
    let total = profile.total();
    let cells = total.cells(&profile.mean_scores(&total));
    let log_odds = calibration::log_odds(&cells, profile.epsilon);
    calibration::slope(&cells, &log_odds).filter(|(_, slope)| *slope > 0.0)
}

/// Bins with both ends known: from lower edges, where bin 0 lies below the first.
struct Axis {
    edges: Vec<f64>,
    /// Whether bin 0 is left out, because nothing lies there.
    skips_first: bool,
}

impl Axis {
    fn new(lower: &[f64], low: f64, high: f64) -> Self {
        let held = |edge: f64| edge.clamp(f64::MIN, f64::MAX);
        let mut edges: Vec<f64> = lower.iter().copied().map(held).collect();
        let skips_first = lower.first().is_some_and(|first| *first <= low);
        if !skips_first {
            edges.insert(0, held(low));
        }
        let last = edges.last().copied().unwrap_or(0.0);
        edges.push(held(high).max(last));
        Self { edges, skips_first }
    }

    const fn whole(edges: Vec<f64>) -> Self {
        Self { edges, skips_first: false }
    }

    fn histogram(&self, rows: &[ByOutcome], worth: Option<&[Worth]>) -> Histogram {
        let skip = usize::from(self.skips_first);
        let list = |outcome: usize| {
            let of = |cell: &ByOutcome| cell.get(outcome).copied().unwrap_or(0);
            rows.iter().skip(skip).map(of).collect::<Vec<u64>>()
        };
        let value = |outcome: usize| {
            let of = |cell: &Worth| {
                cell.get(outcome).map_or(0.0, crate::stats::sum::ExactSum::value)
            };
            worth.unwrap_or_default().iter().skip(skip).map(of).collect::<Vec<f64>>()
        };
        Histogram {
            no: list(0),
            yes: list(1),
            unlabelled: list(2),
            no_value: value(0),
            yes_value: value(1),
        }
    }
}

fn population(
    group: &GroupCounts,
    table: TableRole,
    segment: Option<String>,
    axis: &Axis,
    cut_off: Option<f64>,
    old: Option<&Axis>,
) -> Population {
    let worth = group.worth.as_deref();
    let outcomes = |rows: ByOutcome, worth: Option<Worth>| {
        let [no, yes, unlabelled] = rows;
        let [no_value, yes_value] =
            worth.map_or([0.0; 2], |own| own.map(|sum| sum.value()));
        Outcomes { no, yes, unlabelled, no_value, yes_value }
    };
    let decided = |rows: [ByOutcome; 2], worth: Option<[Worth; 2]>| {
        let [no, yes] = rows;
        let [no_worth, yes_worth] =
            worth.map_or([None; 2], |[no, yes]| [Some(no), Some(yes)]);
        Decided { no: outcomes(no, no_worth), yes: outcomes(yes, yes_worth) }
    };
    let is_logged = group.logged.iter().flatten().any(|count| *count > 0);
    Population {
        table,
        segment,
        rows: group.rows,
        score: axis.histogram(&group.score, worth.map(|own| own.score.as_slice())),
        fixed: decided(group.fixed, worth.map(|own| own.fixed)),
        logged: (cut_off.is_none() && is_logged)
            .then(|| decided(group.logged, worth.map(|own| own.logged))),
        old: old
            .map(|old| old.histogram(&group.old, worth.map(|own| own.old.as_slice()))),
    }
}

/// The previous model's headline metric and all others.
#[must_use]
pub fn baseline(
    tables: &Tables,
    analysis: &Analysis,
    choices: &Choices,
    headline: MetricId,
) -> Option<BaselineReport> {
    let column = analysis.plan.roles.baseline.as_ref()?;
    let (metric, metrics) =
        verdict::of_measured(&analysis.tried.old, analysis, choices, headline);
    let spec = old_spec(tables, analysis)?;
    Some(BaselineReport {
        column: column.name.clone(),
        is_decision: spec.is_decision,
        cut_off: spec.measure.threshold.filter(|_| !spec.is_decision),
        metric,
        metrics,
    })
}
