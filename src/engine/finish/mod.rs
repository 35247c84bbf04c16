//! From counts to the report: what to ask of the later stages, then the gates in order and the words. Enter:
//! tables, an [`Analysis`] and the choices. Leave: specs of the next stage, and in the end the [`Report`].

pub mod columns;
pub mod kpis;
pub mod notes;
mod own_noise;
pub mod scores;
pub mod slices;
pub mod time;
pub mod verdict;
pub mod what_if;

use crate::act;
use crate::choices::{Choices, Role, TableRole, Task};
use crate::data::cell::Reading;
use crate::drift::Bins;
use crate::drift::chi_square;
use crate::encode::code::BLOCKS;
use crate::encode::plan::EncodePlan;
use crate::engine::count::{WIDE_COLUMNS, WIDE_KEPT};
use crate::engine::diagnose;
use crate::engine::inspect::table_input;
use crate::engine::measure::loss::Loss;
use crate::engine::measure::pairs::Question;
use crate::engine::measure::performance::Profile;
use crate::engine::measure::{CompareSpec, MeasureSpec, PairSpec};
use crate::engine::pipeline::Analysis;
use crate::engine::plan::Understood;
use crate::engine::tables::Tables;
use crate::metric::binary::Confusion;
use crate::metric::binary_metrics::Costs;
use crate::metric::gate::{self, AtHand};
use crate::metric::weight::WeightScale;
use crate::metric::{Direction, MetricId, REGISTRY, Tally, probability, threshold};
use crate::report::{
    ColumnInput, Confidence, Inputs, Monitoring, Options, REPORT_VERSION, Report, Slices,
    Story, Talk,
};
use crate::slice::{ColumnItems, FoundSlice, Grid, Search, SliceColumn, pair_blocks};
use crate::stats::{math, order, sum};

pub use notes::{is_identical, notes_on_files};
pub use verdict::headline_hides;

/// Score bins at most, for intervals, curves and periods.
const SCORE_BINS: usize = 1_024;

/// What the later stages were asked, and what was decided on the way.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The headline metric.
    pub headline: Option<MetricId>,
    /// The deployed threshold of the reference and of production, as recovered or given.
    pub thresholds: [Option<threshold::Threshold>; 2],
    /// The threshold the user gave.
    pub given_threshold: Option<f64>,
    /// The loss that slices and columns are priced with.
    pub loss: Loss,
    /// Its grid.
    pub grid: Option<Grid>,
    /// Lower edges of the score bins.
    pub edges: Vec<f64>,
    /// Coders with loss profiles.
    pub columns: Vec<usize>,
    /// Coders followed over time.
    pub followed: Vec<usize>,
    /// First days of the periods of each table.
    pub periods: Vec<(TableRole, Vec<i32>)>,
    /// Columns followed day by day.
    pub gained_count: usize,
    /// The slice search between its steps.
    pub search: Option<Search>,
    /// Slices that stand: grew, got worse.
    pub found: (Vec<FoundSlice>, Vec<FoundSlice>),
}

/// What is at hand to choose a headline metric from.
fn at_hand(understood: &Understood, choices: &Choices) -> AtHand {
    let roles = &understood.roles;
    let has = |role: &Role| roles.column(role).is_some();
    let class_scores =
        roles.roles.iter().any(|(role, _)| matches!(role, Role::ClassScore(_)));
    AtHand {
        costs: costs(choices, has(&Role::Value)).is_some(),
        decision: has(&Role::Decision)
            || (choices.threshold.is_some() && has(&Role::Score)),
        score: has(&Role::Score) || class_scores,
    }
}

/// The costs, when the user gave any.
#[must_use]
pub fn costs(choices: &Choices, value_by_row: bool) -> Option<Costs> {
    let business = &choices.business;
    let given = [
        business.cost_false_positive,
        business.cost_false_negative,
        business.value_correct,
    ];
    (given.iter().any(Option::is_some) || value_by_row).then(|| Costs {
        false_positive: business.cost_false_positive.unwrap_or(0.0),
        false_negative: business.cost_false_negative.unwrap_or(0.0),
        value_correct: business.value_correct.unwrap_or(0.0),
        value_by_row,
    })
}

/// The headline metric under the user's choices; `None` without a task.
#[must_use]
pub fn headline(understood: &Understood, choices: &Choices) -> Option<MetricId> {
    let chosen = choices.metric.as_deref().and_then(MetricId::from_name);
    let offered = offered_metrics(understood, choices);
    let chosen = chosen.filter(|id| offered.contains(id));
    Some(gate::headline(chosen, understood.roles.task?, at_hand(understood, choices)))
}

/// Metrics the user may choose as the headline.
#[must_use]
pub fn offered_metrics(understood: &Understood, choices: &Choices) -> Vec<MetricId> {
    use MetricId::{
        Accuracy, Auc, Bias, Brier, CalibrationIntercept, CalibrationSlope, Ece,
        ExpectedCost, F1, Lift, LogLoss, MacroF1, Mae, MedianAe, OvrAuc, P90Ae, PrAuc,
        Precision, R2, Recall, Rmse, Specificity, TopK,
    };
    let hand = at_hand(understood, choices);
    let judged = |id: &MetricId| {
        let needs_decision =
            matches!(id, Accuracy | Precision | Recall | F1 | Specificity | MacroF1);
        let needs_score = matches!(
            id,
            Auc | PrAuc
                | Lift
                | LogLoss
                | Brier
                | Ece
                | CalibrationSlope
                | CalibrationIntercept
                | OvrAuc
                | TopK
        );
        let by_scores = understood.roles.task == Some(Task::Multiclass) && hand.score;
        match id {
            ExpectedCost => hand.costs && hand.decision,
            _ if needs_decision => hand.decision || by_scores,
            _ if needs_score => hand.score,
            _ => true,
        }
    };
    let of_task: &[MetricId] = match understood.roles.task {
        Some(Task::Binary) => &[
            Auc,
            PrAuc,
            Lift,
            LogLoss,
            Brier,
            Ece,
            CalibrationSlope,
            CalibrationIntercept,
            Accuracy,
            Precision,
            Recall,
            F1,
            Specificity,
            ExpectedCost,
        ],
        Some(Task::Multiclass) => &[OvrAuc, LogLoss, Accuracy, MacroF1, TopK],
        Some(Task::Regression) => &[Mae, Rmse, Bias, R2, MedianAe, P90Ae],
        None => &[],
    };
    let in_order = REGISTRY.iter().map(|info| info.id).filter(|id| of_task.contains(id));
    in_order
        .filter(judged)
        .filter(|id| id.info().direction != Direction::Neutral)
        .collect()
}

fn role_coder(analysis: &Analysis, role: &Role) -> Option<usize> {
    analysis.plan.coders.iter().position(|coder| coder.role == *role)
}

/// Smallest and largest number of a coder over reference and production.
fn range(
    analysis: &Analysis,
    coder: Option<usize>,
    roles: &[TableRole],
) -> Option<(f64, f64)> {
    let mut found: Option<(f64, f64)> = None;
    for role in roles {
        let tally = analysis
            .counted
            .table(*role)
            .and_then(|table| table.numbers.get(coder?)?.as_ref())
            .filter(|tally| tally.count > 0);
        if let Some(tally) = tally {
            let (low, high) = found.unwrap_or((tally.minimum, tally.maximum));
            found = Some((low.min(tally.minimum), high.max(tally.maximum)));
        }
    }
    found
}

/// Sampled numbers of a column in a table.
fn sampled(tables: &Tables, role: TableRole, name: &str, reading: Reading) -> Vec<f64> {
    let (Some(table), Some(at)) = (tables.table(role), tables.column(name)) else {
        return Vec::new();
    };
    let cells = table.sample.cells(at);
    let number = |(cell, decimal_comma): (crate::data::cell::Cell<'_>, bool)| {
        cell.number(Reading { decimal_comma, ..reading }).value()
    };
    cells.filter_map(number).filter(|value| value.is_finite()).collect()
}

/// What to ask of the performance stage.
#[must_use]
pub fn measure_spec(
    tables: &Tables,
    analysis: &mut Analysis,
    choices: &Choices,
) -> MeasureSpec {
    let roles = &analysis.plan.roles;
    let score = roles.score.clone();
    let recovered = |role: TableRole| {
        let table = analysis.counted.table(role)?;
        threshold::recover(&table.score_decision)
    };
    let thresholds = [recovered(TableRole::Reference), recovered(TableRole::Production)];
    // The cut-off is given in the file's own unit.
    let unit = if is_per_cent(&analysis.plan) { 100.0 } else { 1.0 };
    let given = choices.threshold.filter(|own| own.is_finite()).map(|own| own / unit);
    let class_score = roles.class_scores.iter().flatten().next().cloned();
    let scores_of = |role: TableRole| -> Vec<f64> {
        let column = score.as_ref().or(class_score.as_ref());
        column.map_or_else(Vec::new, |own| sampled(tables, role, &own.name, own.reading))
    };
    let reference = scores_of(TableRole::Reference);
    let both = [TableRole::Reference, TableRole::Production];
    let is_probability = match analysis.plan.task {
        Some(Task::Multiclass) => {
            !roles.class_scores.is_empty()
                && reference.iter().all(|score| probability::is_probability(*score))
        }
        _ => range(analysis, role_coder(analysis, &Role::Score), &both).map_or_else(
            || reference.iter().all(|score| probability::is_probability(*score)),
            |(low, high)| {
                probability::is_probability(low) && probability::is_probability(high)
            },
        ),
    };
    let epsilon = probability::log_loss_epsilon(reference.iter().copied());
    let mut edges = score_edges(reference);
    for cut in thresholds.iter().flatten().map(|own| own.value).chain(given) {
        if let Err(at) = edges.binary_search_by(|edge| edge.total_cmp(&cut)) {
            edges.insert(at, cut);
        }
    }
    let weights = weight_scale(tables, analysis);
    let (label_centre, label_scale) = label_facts(tables, analysis);
    analysis.asked.headline = if analysis.headline_hides {
        Some(MetricId::Auc)
    } else {
        headline(&analysis.understood, choices)
    };
    analysis.asked.thresholds = thresholds;
    analysis.asked.given_threshold = given;
    analysis.asked.edges.clone_from(&edges);
    MeasureSpec {
        edges,
        is_probability,
        epsilon,
        threshold: given,
        weights,
        label_scale,
        label_centre,
    }
}

/// Whether scores are given in per cent, and were read as a hundredth of what the file says.
fn is_per_cent(plan: &EncodePlan) -> bool {
    let of_class = plan.roles.class_scores.iter().flatten();
    plan.roles.score.iter().chain(of_class).any(|own| own.reading.per_cent)
}

/// How weights count: from the reference's typical one.
fn weight_scale(tables: &Tables, analysis: &Analysis) -> WeightScale {
    let Some(column) = &analysis.plan.roles.weight else { return WeightScale::ROWS };
    let mut weights = sampled(tables, TableRole::Reference, &column.name, column.reading);
    weights.sort_unstable_by(f64::total_cmp);
    WeightScale::for_typical(weights.get(weights.len() / 2).copied().unwrap_or(1.0))
}

/// Mean and spread of the reference's labels (regression).
fn label_facts(tables: &Tables, analysis: &Analysis) -> (f64, f64) {
    let labels = analysis.plan.roles.label.as_ref().map_or_else(Vec::new, |label| {
        sampled(tables, TableRole::Reference, &label.name, label.reading)
    });
    centre_and_spread(&labels)
}

/// Mean and standard deviation; 0 and 1 without values.
fn centre_and_spread(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
    (mean, if variance > 0.0 { math::sqrt(variance) } else { mean.abs().max(1.0) })
}

/// Lower edges of the score bins: every value when there are few, else quantiles. Equal scores always share
/// a bin, because edges are values and a bin takes its lower edge in.
fn score_edges(scores: Vec<f64>) -> Vec<f64> {
    // Two edges are kept free for the thresholds.
    edges_for(scores, SCORE_BINS - 3)
}

/// At most `most` edges.
fn edges_for(mut scores: Vec<f64>, most: usize) -> Vec<f64> {
    order::sort(&mut scores);
    let mut distinct = scores.clone();
    distinct.dedup();
    if distinct.len() <= most {
        return distinct;
    }
    let mut edges: Vec<f64> = (0..most)
        .filter_map(|at| scores.get(at * scores.len() / most).copied())
        .collect();
    edges.dedup();
    edges
}

/// Decisions against labels of a table.
fn confusion(analysis: &Analysis, role: TableRole) -> Option<Confusion> {
    match analysis.measured.table(role)? {
        Profile::Binary(profile, _) => Some(profile.total().confusion),
        _ => None,
    }
}

/// The loss whose mean moves with the headline metric, and the largest it can be.
fn loss_of(analysis: &Analysis, choices: &Choices, epsilon: f64) -> (Loss, f64) {
    use MetricId as M;
    let tables: Vec<TableRole> =
        analysis.measured.tables.iter().map(|(role, _)| *role).collect();
    let decisions = |of_table: &dyn Fn(&Confusion) -> [f64; 4]| {
        let losses: Vec<(TableRole, [f64; 4])> = tables
            .iter()
            .filter_map(|role| Some((*role, of_table(&confusion(analysis, *role)?))))
            .collect();
        let most =
            losses.iter().flat_map(|(_, l)| l).fold(0.0_f64, |a, b| a.max(b.abs()));
        (Loss::Decision(losses), most)
    };
    let per =
        |part: u64, all: u64| if part == 0 { 0.0 } else { all as f64 / part as f64 };
    let surprise = -math::ln(epsilon);
    let wrong = || decisions(&|_| [0.0, 1.0, 1.0, 0.0]);
    let multiclass = analysis.plan.task == Some(Task::Multiclass);
    match analysis.asked.headline {
        None => (Loss::None, 1.0),
        Some(M::Mae | M::MedianAe | M::P90Ae | M::Bias) => {
            (Loss::Absolute, largest_error(analysis))
        }
        Some(M::Rmse | M::R2) => {
            let most = largest_error(analysis);
            (Loss::Squared, most * most)
        }
        Some(M::Accuracy | M::MacroF1 | M::TopK) if multiclass => (Loss::Wrong, 1.0),
        Some(_) if multiclass => (Loss::ClassLogLoss { epsilon }, surprise),
        Some(M::Auc | M::PrAuc | M::Lift | M::OvrAuc) => misplaced(analysis),
        Some(M::LogLoss | M::Ece | M::CalibrationSlope | M::CalibrationIntercept) => {
            (Loss::LogLoss { epsilon }, surprise)
        }
        Some(M::Brier) => (Loss::Squared, 1.0),
        Some(M::ExpectedCost) => match costs(choices, false) {
            Some(c) => decisions(&|_| {
                [-c.value_correct, c.false_negative, c.false_positive, -c.value_correct]
            }),
            None => wrong(),
        },
        Some(M::Precision) => decisions(&|c| {
            [0.0, 0.0, per(c.true_positive + c.false_positive, c.total()), 0.0]
        }),
        Some(M::Recall) => decisions(&|c| {
            [0.0, per(c.true_positive + c.false_negative, c.total()), 0.0, 0.0]
        }),
        Some(M::Specificity) => decisions(&|c| {
            [0.0, 0.0, per(c.true_negative + c.false_positive, c.total()), 0.0]
        }),
        Some(M::F1) => decisions(&|c| {
            let each =
                per(2 * c.true_positive + c.false_positive + c.false_negative, c.total());
            [0.0, each, each, 0.0]
        }),
        Some(M::Accuracy | M::DecisionRate | M::MacroF1 | M::TopK | M::Kpi) => wrong(),
    }
}

fn largest_error(analysis: &Analysis) -> f64 {
    let all = TableRole::ALL;
    let score = range(analysis, role_coder(analysis, &Role::Score), &all);
    let label = range(analysis, role_coder(analysis, &Role::Label), &all);
    let (a, b) = (score.unwrap_or((0.0, 0.0)), label.unwrap_or((0.0, 0.0)));
    (a.1.max(b.1) - a.0.min(b.0)).max(f64::MIN_POSITIVE)
}

/// Each row's share of the pairs that are in the wrong order, from the table's own score histogram.
fn misplaced(analysis: &Analysis) -> (Loss, f64) {
    let edges = analysis.asked.edges.clone();
    let mut most = 0.0_f64;
    let mut tables = Vec::new();
    for (role, profile) in &analysis.measured.tables {
        let Profile::Binary(profile, _) = profile else { continue };
        let total = profile.total();
        let (mut positives, mut negatives) = (0_u64, 0_u64);
        for bin in &total.bins {
            positives += bin.positives;
            negatives += bin.negatives;
        }
        if positives == 0 || negatives == 0 {
            continue;
        }
        let all = (positives + negatives) as f64;
        // A mean over all rows of 1 − AUC: each class carries half.
        let (yes_weight, no_weight) =
            (all / (2.0 * positives as f64), all / (2.0 * negatives as f64));
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        let (mut negatives_below, mut positives_above) = (0.0, positives as f64);
        for bin in &total.bins {
            let (p, n) = (bin.positives as f64, bin.negatives as f64);
            let placed = (negatives_below + 0.5 * n) / negatives as f64;
            let outranked = (positives_above - 0.5 * p) / positives as f64;
            yes.push(yes_weight * (1.0 - placed));
            no.push(no_weight * (1.0 - outranked));
            negatives_below += n;
            positives_above -= p;
        }
        most = most.max(yes_weight).max(no_weight);
        tables.push((*role, yes, no));
    }
    (Loss::Misplaced { edges, tables }, most)
}

/// What to ask of the comparison stage.
#[must_use]
pub fn compare_spec(
    tables: &Tables,
    analysis: &mut Analysis,
    choices: &Choices,
) -> CompareSpec {
    let epsilon =
        analysis.measured.tables.iter().find_map(|(_, profile)| match profile {
            Profile::Binary(profile, _) => Some(profile.epsilon),
            _ => None,
        });
    let epsilon = epsilon.unwrap_or(probability::MIN_EPSILON);
    let (loss, most) = loss_of(analysis, choices, epsilon);
    let grid = Grid::for_largest(most);
    let wide = analysis.plan.coders.len() > WIDE_COLUMNS;
    let columns: Vec<usize> = if wide {
        most_drifted(analysis)
    } else {
        (0..analysis.plan.coders.len()).collect()
    };
    let follows = |at: &usize| {
        let coder = analysis.plan.coders.get(*at);
        coder.is_some_and(|coder| {
            matches!(coder.role, Role::Feature | Role::Segment)
                && tables
                    .table(TableRole::Production)
                    .is_some_and(|t| t.has(&coder.source))
        })
    };
    let followed: Vec<usize> = columns.iter().copied().filter(follows).collect();
    let gained = time::gained(analysis, &followed);
    let of_table = |role: TableRole| {
        let days =
            analysis.counted.table(role).map(|table| time::period_edges(&table.days));
        (role, days.unwrap_or_default())
    };
    let periods = vec![of_table(TableRole::Reference), of_table(TableRole::Production)];
    let needs_bins = analysis
        .asked
        .headline
        .is_some_and(|id| time::needs_score_bins(analysis.plan.task, id));
    let unit_of = |name: &str, reading| {
        let values = sampled(tables, TableRole::Reference, name, reading);
        let largest = values.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
        sum::unit_for_scale(largest)
    };
    let kpis = &analysis.plan.roles.kpis;
    let kpi_units: Vec<i32> =
        kpis.iter().map(|kpi| unit_of(&kpi.name, kpi.reading)).collect();
    let label_unit = match (&analysis.plan.roles.label, analysis.plan.task) {
        (Some(label), Some(Task::Regression)) => unit_of(&label.name, label.reading),
        _ => sum::DEFAULT_UNIT_EXPONENT,
    };
    let asked = &mut analysis.asked;
    asked.loss = loss.clone();
    asked.grid = Some(grid);
    asked.columns.clone_from(&columns);
    asked.followed.clone_from(&followed);
    asked.periods.clone_from(&periods);
    asked.gained_count = gained.len();
    CompareSpec {
        loss,
        grid,
        threshold: asked.given_threshold,
        columns,
        followed,
        counts_blocks: wide,
        periods,
        gained,
        score_edges: if needs_bins { asked.edges.clone() } else { Vec::new() },
        kpi_units,
        label_unit,
    }
}

/// The coders of a wide table that moved most, by chi-square over degrees of freedom, and all with a role
/// of their own; ascending.
fn most_drifted(analysis: &Analysis) -> Vec<usize> {
    let mut ranked: Vec<(f64, usize)> = Vec::new();
    let mut kept = Vec::new();
    for (at, coder) in analysis.plan.coders.iter().enumerate() {
        if coder.role != Role::Feature {
            kept.push(at);
            continue;
        }
        let of = |role: TableRole| {
            let table = analysis.counted.table(role);
            let flat = table.and_then(|table| table.codes.get(at));
            flat.map(|flat| columns::counts_from(flat)).unwrap_or_default()
        };
        let (p, q) = (of(TableRole::Reference), of(TableRole::Production));
        let bins = Bins::for_drift(&coder.layout, &p, &q);
        let (p, q) = (bins.gather(&p), bins.gather(&q));
        let strength = chi_square::test(&p, &q, at as u64).map_or(0.0, |test| {
            test.statistic / f64::from(test.degrees_of_freedom.max(1))
        });
        ranked.push((strength, at));
    }
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    kept.extend(ranked.into_iter().take(WIDE_KEPT).map(|(_, at)| at));
    kept.sort_unstable();
    kept
}

/// Starts the slice search; `None` when there is nothing to search.
fn start_search(tables: &Tables, analysis: &Analysis) -> Option<Search> {
    if analysis.asked.loss == Loss::None {
        return None;
    }
    let mut parts = Vec::new();
    for at in &analysis.asked.columns {
        let coder = analysis.plan.coders.get(*at)?;
        let shared =
            tables.table(TableRole::Production).is_some_and(|t| t.has(&coder.source));
        if !shared || !matches!(coder.role, Role::Feature | Role::Segment) {
            continue;
        }
        let (Some(before), Some(after)) = (
            columns::losses(analysis, TableRole::Reference, *at),
            columns::losses(analysis, TableRole::Production, *at),
        ) else {
            continue;
        };
        let counts = |role| columns::counts(analysis, role, *at);
        parts.push((
            *at,
            coder,
            counts(TableRole::Reference),
            counts(TableRole::Production),
            before,
            after,
        ));
    }
    let slice_columns: Vec<SliceColumn<'_>> = parts
        .iter()
        .map(|(at, coder, reference, production, before, after)| SliceColumn {
            column: *at,
            layout: &coder.layout,
            reference,
            reference_loss: before,
            production,
            production_loss: after,
        })
        .collect();
    Search::start(&slice_columns)
}

/// What to ask of the pair stage, first for pairs, then for overlaps.
#[must_use]
pub fn pair_spec(tables: &Tables, analysis: &mut Analysis) -> Option<PairSpec> {
    analysis.asked.search = start_search(tables, analysis);
    let search = analysis.asked.search.as_ref()?;
    let question = Question::Pairs(search.pairs().to_vec());
    Some(spec_for(analysis, search.columns().to_vec(), question))
}

/// The second question: rows by the slices of the shortlist.
#[must_use]
pub fn overlap_spec(analysis: &mut Analysis) -> Option<PairSpec> {
    let search = analysis.asked.search.as_mut()?;
    let shortlist = search.shortlist(&analysis.pairs.pairs).to_vec();
    let columns = search.columns().to_vec();
    Some(spec_for(analysis, columns, Question::Overlaps(shortlist)))
}

/// The last step of the search: which slices stand.
pub fn confirm_slices(analysis: &mut Analysis) {
    let search = analysis.asked.search.as_ref();
    let searched = search.filter(|_| analysis.asked.loss != Loss::None);
    analysis.asked.found =
        searched.map(|own| own.confirm(&analysis.overlaps)).unwrap_or_default();
}

fn spec_for(
    analysis: &Analysis,
    columns: Vec<ColumnItems>,
    question: Question,
) -> PairSpec {
    let blocks = |role: TableRole| {
        let mut rows = [0_u64; BLOCKS];
        if let Some(table) = analysis.compared.table(role) {
            for (slot, cell) in rows.iter_mut().zip(&table.blocks) {
                *slot = cell.rows as u64;
            }
        }
        pair_blocks(&rows)
    };
    PairSpec {
        loss: analysis.asked.loss.clone(),
        grid: analysis.asked.grid.unwrap_or_else(|| Grid::for_largest(1.0)),
        threshold: analysis.asked.given_threshold,
        columns,
        pair_blocks: (blocks(TableRole::Reference), blocks(TableRole::Production)),
        question,
    }
}

/// The answer and what was measured: everything but the slices, the diagnosis and the words that rest on them (`notes`,
/// `plan` and `story` are empty). [`report`] completes it.
#[must_use]
pub fn answer(tables: &Tables, analysis: &Analysis, choices: &Choices) -> Report {
    let inputs = inputs(tables, analysis, choices);
    let judged = verdict::judge(analysis, choices, &inputs);
    let id = analysis.asked.headline.unwrap_or(MetricId::Accuracy);
    let (series, change_point) = time::over_time(analysis, &judged.metric, id);
    Report {
        version: REPORT_VERSION,
        verdict: judged.verdict,
        task: analysis.plan.task.unwrap_or(Task::Binary),
        metric: judged.metric,
        metrics: judged.metrics,
        attribution: Vec::new(),
        shares: Vec::new(),
        remedies: Vec::new(),
        causes: Vec::new(),
        examined: Vec::new(),
        expected: None,
        parity: None,
        what_if: None,
        baseline: None,
        slices: Slices::default(),
        columns: columns::columns(tables, analysis),
        scores: scores::scores(analysis),
        series,
        change_point,
        kpis: kpis::kpis(analysis),
        plan: Vec::new(),
        options: Options::default(),
        monitoring: Monitoring::default(),
        story: Story::default(),
        talk: Talk::default(),
        notes: Vec::new(),
        inputs,
        shared: None,
        seconds: 0.0,
    }
}

/// The whole report from its [`answer`], and the values of the facts that causes were weighed by (empty when
/// nothing was diagnosed).
#[must_use]
pub fn report(
    tables: &Tables,
    analysis: &Analysis,
    choices: &Choices,
    answer: Report,
) -> (Report, Vec<f64>) {
    let mut report = answer;
    let id = analysis.asked.headline.unwrap_or(MetricId::Accuracy);
    report.slices = slices::slices(analysis);
    report.baseline = what_if::baseline(tables, analysis, choices, id);
    let ranked = diagnose::diagnose(tables, analysis, choices, &mut report);
    report.what_if = what_if::what_if(tables, analysis, &report);
    report.notes = notes::notes(tables, analysis, &report);
    if notes::are_labels_doubtful(analysis, &report) {
        report.verdict.confidence = Confidence::Possible;
    }
    act::tell(&mut report);
    (report, ranked.map(|own| own.values).unwrap_or_default())
}

fn inputs(tables: &Tables, analysis: &Analysis, choices: &Choices) -> Inputs {
    let understood = &analysis.understood;
    let table = |table: &crate::engine::tables::Table| {
        let counted = analysis.counted.table(table.role);
        let labelled = counted.map_or(0, |own| own.labelled_rows);
        let join = counted.and_then(|own| {
            let ids =
                own.joined_labels.iter().map(|word| u64::from(word.count_ones())).sum();
            table.label_join(own.rows, own.joined_rows, ids)
        });
        table_input(table, labelled, join)
    };
    let column = |((known, _), (role, reason)): (
        &(crate::data::role::Known, crate::data::kind::Inferred),
        &(Role, String),
    )| ColumnInput {
        name: known.name.clone(),
        kind: known.kind,
        role: role.clone(),
        reason: reason.clone(),
        chosen: choices.roles.contains_key(&known.name)
            || choices.kinds.contains_key(&known.name),
        tables: known.tables.clone(),
    };
    let classes = &understood.roles.classes;
    Inputs {
        tables: tables.tables.iter().map(table).collect(),
        columns: understood
            .columns
            .iter()
            .zip(&understood.roles.roles)
            .map(column)
            .collect(),
        positive: if classes.is_binary() { classes.names.last().cloned() } else { None },
        classes: classes.names.clone(),
        business: choices.business.clone(),
    }
}

/// The exact tally of a table's scores.
#[must_use]
pub fn tally(analysis: &Analysis, role: TableRole) -> Option<&Tally> {
    match analysis.measured.table(role)? {
        Profile::Binary(_, tally) => Some(tally),
        _ => None,
    }
}
