//! How much each row moves the metric: its influence, worse is positive. Enter: a yardstick and the reference's
//! sum. Leave: a loss for any score, decision and outcome, whose mean moves with the metric whatever the metric is.
//! Cost: one evaluation of the metric a score bin, decision and outcome.

use super::logged::{Decisions, Logged};
use super::yardstick::{BinaryOutcome, Yardstick};
use crate::choices::Task;
use crate::metric::{MetricId, probability};

/// Mass of a row, as a share of the population, when its influence is tried out.
const STEP: f64 = 1e-3;

/// Losses of binary rows by score bin, decision and outcome.
#[derive(Clone, Debug)]
pub struct RowLoss {
    exact: Option<MetricId>,
    epsilon: f64,
    edges: Vec<f64>,
    /// By bin, then decision (no, yes, none), then outcome (no, yes).
    cells: Vec<[[f64; 2]; 3]>,
}

impl RowLoss {
    /// The influence of rows on the metric at the given population (a sum of the yardstick).
    #[must_use]
    pub fn new(stick: &Yardstick, population: &[f64], rows: f64, epsilon: f64) -> Self {
        let exact = matches!(stick.metric, MetricId::LogLoss | MetricId::Brier)
            .then_some(stick.metric);
        let (edges, means) = stick.bins_of();
        let base = stick.value(population).unwrap_or(0.0);
        let influence = |score: f64, decision: Option<bool>, yes: f64| {
            let mut moved = population.to_vec();
            let row = BinaryOutcome { score, decision, yes };
            stick.add_binary(&mut moved, row, rows * STEP);
            stick
                .value(&moved)
                .map_or(0.0, |value| stick.metric.worsening(base, value) / STEP)
        };
        let decisions = [Some(false), Some(true), None];
        let cell = |score: &f64| {
            decisions.map(|decision| {
                if exact.is_some() {
                    [0.0; 2]
                } else {
                    [influence(*score, decision, 0.0), influence(*score, decision, 1.0)]
                }
            })
        };
        Self {
            exact,
            epsilon,
            edges: edges.to_vec(),
            cells: means.iter().map(cell).collect(),
        }
    }

    /// The loss of a row for both outcomes: no, yes.
    #[must_use]
    pub fn of(&self, score: f64, decision: Option<bool>) -> [f64; 2] {
        match self.exact {
            Some(MetricId::LogLoss) => {
                [false, true].map(|yes| probability::log_loss(score, yes, self.epsilon))
            }
            Some(_) => [false, true].map(|yes| probability::brier(score, yes)),
            None => {
                let bin = if score.is_nan() {
                    0
                } else {
                    self.edges.partition_point(|edge| *edge <= score)
                };
                let at = decision.map_or(2, usize::from);
                self.cells
                    .get(bin)
                    .and_then(|own| own.get(at))
                    .copied()
                    .unwrap_or([0.0; 2])
            }
        }
    }
}

/// The expected loss of a row under a soft label: binary by influence, else the first piece.
#[must_use]
pub fn expected(
    table: &Logged<'_>,
    loss: Option<&RowLoss>,
    row: usize,
    soft: &[f64],
) -> f64 {
    let first = soft.first().copied().unwrap_or(f64::NAN);
    match (table.task, loss) {
        (Task::Binary, Some(loss)) => {
            let score = table.score(row);
            let [no, yes] = loss.of(score, table.decision(row, score, Decisions::Logged));
            first * yes + (1.0 - first) * no
        }
        _ => first,
    }
}
