//! The metric as a function of sums over rows, so that any mixture of tables, weights and half-known labels has
//! its value. Enter: rows with a score, a decision and a label that may be a probability. Leave: vectors that
//! add up, and the metric of a sum. Binary metrics are evaluated by `metric::binary_metrics` itself, on score
//! bins; the others from means of row losses. Memory: about 4 KiB a sum.
//!
//! # Decisions
//! Metrics that are no function of such sums (quantiles of errors, macro averages) are followed by the mean loss
//! that moves with them; [`Yardstick::is_proxy`] says so, and the ladder then shares out the metric's own
//! difference in the proportions of the proxy.

use crate::choices::Task;
use crate::metric::binary_metrics::{self, Costs};
use crate::metric::{MetricId, binary::BinaryProfile, probability};
use crate::stats::math;
use crate::stats::sum::ExactSum;

/// Score bins at most.
const BINS: usize = 256;

/// Weight units of a whole population when a sum is turned into counters.
const UNITS: f64 = 4_294_967_296.0;

/// A mean that a metric of numbers or classes is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// |score − label|.
    Absolute,
    /// (score − label)².
    Squared,
    /// score − label.
    Error,
    /// The label.
    Label,
    /// The label's square.
    LabelSquared,
    /// 1 when the decision is not the label.
    Wrong,
    /// −ln of the probability of what happened.
    Surprise,
}

impl Piece {
    /// The power of the score that it may grow with; 0 where it has no size.
    #[must_use]
    pub const fn power(self) -> i32 {
        match self {
            Self::Absolute | Self::Error => 1,
            Self::Squared => 2,
            Self::Label | Self::LabelSquared | Self::Wrong | Self::Surprise => 0,
        }
    }
}

/// What rows are measured with.
#[derive(Clone, Debug)]
pub struct Yardstick {
    /// The metric.
    pub metric: MetricId,
    /// The means it is made of; empty for binary metrics.
    pub pieces: Vec<Piece>,
    /// Whether the metric itself is no function of sums.
    pub is_proxy: bool,
    edges: Vec<f64>,
    mean_scores: Vec<f64>,
    is_probability: bool,
    epsilon: f64,
    costs: Option<Costs>,
    label_shift: f64,
}

/// A binary row.
#[derive(Clone, Copy, Debug)]
pub struct BinaryOutcome {
    /// Score; NaN without one.
    pub score: f64,
    /// Decision, where there is one.
    pub decision: Option<bool>,
    /// Probability of "yes": 0 or 1 where the label is known.
    pub yes: f64,
}

/// How scores are read.
#[derive(Clone, Debug)]
pub struct ScoreRule<'a> {
    /// Lower edges of score bins, ascending.
    pub edges: &'a [f64],
    /// Cut-offs that must stay edges.
    pub cuts: &'a [f64],
    /// Whether scores are probabilities.
    pub is_probability: bool,
    /// Clip of the log-loss.
    pub epsilon: f64,
}

impl Yardstick {
    /// The yardstick of a metric. `scores` are reference scores (means of bins), `label_shift` a number near the
    /// mean label of a regression.
    #[must_use]
    pub fn new(
        task: Task,
        metric: MetricId,
        costs: Option<Costs>,
        rule: &ScoreRule<'_>,
        scores: &[f64],
        label_shift: f64,
    ) -> Self {
        let pieces = match (task, metric) {
            (Task::Binary, _) => Vec::new(),
            (Task::Regression, MetricId::Rmse) => vec![Piece::Squared],
            (Task::Regression, MetricId::Bias) => vec![Piece::Error],
            (Task::Regression, MetricId::R2) => {
                vec![Piece::Squared, Piece::Label, Piece::LabelSquared]
            }
            (Task::Regression, _) => vec![Piece::Absolute],
            (Task::Multiclass, MetricId::LogLoss | MetricId::OvrAuc) => {
                vec![Piece::Surprise]
            }
            (Task::Multiclass, _) => vec![Piece::Wrong],
        };
        let is_proxy = matches!(
            metric,
            MetricId::MedianAe
                | MetricId::P90Ae
                | MetricId::MacroF1
                | MetricId::TopK
                | MetricId::OvrAuc
        );
        let edges = thinned(rule.edges, rule.cuts);
        let mean_scores = bin_means(&edges, scores);
        Self {
            metric,
            pieces,
            is_proxy,
            edges,
            mean_scores,
            is_probability: rule.is_probability,
            epsilon: rule.epsilon,
            // The value of single rows is not followed through counterfactuals.
            costs: costs.map(|own| Costs { value_by_row: false, ..own }),
            label_shift,
        }
    }

    /// Length of a sum.
    #[must_use]
    pub fn len(&self) -> usize {
        if self.pieces.is_empty() {
            2 * self.bins() + Confusion::SLOTS + Losses::SLOTS
        } else {
            1 + self.pieces.len()
        }
    }

    /// Whether a sum has no entry: never.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        false
    }

    /// Lower edges of the score bins and the mean score of each bin.
    #[must_use]
    pub fn bins_of(&self) -> (&[f64], &[f64]) {
        (&self.edges, &self.mean_scores)
    }

    fn bins(&self) -> usize {
        self.edges.len() + 1
    }

    /// Adds a binary row.
    pub fn add_binary(&self, sum: &mut [f64], row: BinaryOutcome, weight: f64) {
        let (yes, no) = (weight * row.yes, weight * (1.0 - row.yes));
        let base = 2 * self.bins();
        let mut put = |at: usize, value: f64| {
            if let Some(slot) = sum.get_mut(at) {
                *slot += value;
            }
        };
        if let Some(decision) = row.decision {
            let at = base + 2 * usize::from(decision);
            put(at, no);
            put(at + 1, yes);
        }
        let losses = base + Confusion::SLOTS;
        put(losses + Losses::MASS, weight);
        if row.score.is_nan() {
            return;
        }
        let bin = self.edges.partition_point(|edge| *edge <= row.score);
        put(2 * bin, no);
        put(2 * bin + 1, yes);
        put(losses + Losses::SCORED, weight);
        if self.is_probability {
            let loss =
                |happened| probability::log_loss(row.score, happened, self.epsilon);
            put(losses + Losses::LOG_LOSS, yes * loss(true) + no * loss(false));
            let brier = |happened| probability::brier(row.score, happened);
            put(losses + Losses::BRIER, yes * brier(true) + no * brier(false));
        }
    }

    /// Adds a row of another task, its pieces in order.
    pub fn add_pieces(&self, sum: &mut [f64], pieces: &[f64], weight: f64) {
        if let Some((mass, slots)) = sum.split_first_mut() {
            *mass += weight;
            slots
                .iter_mut()
                .zip(pieces)
                .for_each(|(slot, piece)| *slot += weight * piece);
        }
    }

    /// The pieces of a numeric prediction.
    #[must_use]
    pub fn of_number(&self, score: f64, label: f64) -> Vec<f64> {
        let error = score - label;
        let centred = label - self.label_shift;
        let piece = |piece: &Piece| match piece {
            Piece::Absolute => error.abs(),
            Piece::Squared => error * error,
            Piece::Error => error,
            Piece::Label => centred,
            Piece::LabelSquared => centred * centred,
            Piece::Wrong | Piece::Surprise => f64::NAN,
        };
        self.pieces.iter().map(piece).collect()
    }

    /// The pieces of a class prediction: whether it was wrong, and the probability of what happened.
    #[must_use]
    pub fn of_class(&self, wrong: Option<bool>, chance: Option<f64>) -> Vec<f64> {
        let piece = |piece: &Piece| match piece {
            Piece::Wrong => wrong.map_or(f64::NAN, |own| f64::from(u8::from(own))),
            Piece::Surprise => chance
                .map_or(f64::NAN, |own| probability::log_loss(own, true, self.epsilon)),
            _ => f64::NAN,
        };
        self.pieces.iter().map(piece).collect()
    }

    /// The metric of a sum; `None` where it has no value.
    #[must_use]
    pub fn value(&self, sum: &[f64]) -> Option<f64> {
        if self.pieces.is_empty() { self.binary_value(sum) } else { self.mean_value(sum) }
    }

    fn mean_value(&self, sum: &[f64]) -> Option<f64> {
        let (mass, slots) = sum.split_first()?;
        if *mass <= 0.0 {
            return None;
        }
        let mean = |at: usize| slots.get(at).map(|slot| slot / mass);
        Some(match self.metric {
            MetricId::Accuracy | MetricId::MacroF1 | MetricId::TopK => 1.0 - mean(0)?,
            MetricId::Rmse => math::sqrt(mean(0)?.max(0.0)),
            MetricId::R2 => {
                let spread = mean(2)? - mean(1)? * mean(1)?;
                if spread <= 0.0 {
                    return None;
                }
                1.0 - mean(0)? / spread
            }
            _ => mean(0)?,
        })
    }

    fn binary_value(&self, sum: &[f64]) -> Option<f64> {
        let base = 2 * self.bins();
        let losses = base + Confusion::SLOTS;
        let at = |place: usize| sum.get(place).copied().unwrap_or(0.0);
        let mass = at(losses + Losses::MASS);
        if mass <= 0.0 {
            return None;
        }
        let unit = UNITS / mass;
        // Half-known labels are corrected by differences that may leave a cell a little below nothing.
        let units = |place: usize| (at(place).max(0.0) * unit).round() as u64;
        let mut profile =
            BinaryProfile::new(self.bins(), 1, self.is_probability, self.epsilon);
        let block = profile.blocks.first_mut()?;
        for (bin, counts) in block.bins.iter_mut().enumerate() {
            counts.negatives = units(2 * bin);
            counts.positives = units(2 * bin + 1);
        }
        block.confusion.true_negative = units(base);
        block.confusion.false_negative = units(base + 1);
        block.confusion.false_positive = units(base + 2);
        block.confusion.true_positive = units(base + 3);
        let decided = |from: usize| units(from) + units(from + 1);
        block.decided = [decided(base), decided(base + 2)];
        let total = |value: f64| {
            let mut sum = ExactSum::default();
            sum.add(value * unit);
            sum
        };
        block.log_loss = total(at(losses + Losses::LOG_LOSS));
        block.brier = total(at(losses + Losses::BRIER));
        block.scored_weight = (at(losses + Losses::SCORED) * unit).round() as u64;
        block.weight = UNITS as u64;
        // Rows only say that there are some, and how noisy shares of bins are.
        let rows = mass.round().max(2.0);
        block.rows = [rows as u64, rows as u64, 0];
        block.scored_rows = u64::from(block.scored_weight > 0);
        block.decided_rows = block.confusion.total();
        block.squared_weight = (UNITS * UNITS / rows) as u128;
        let block = block.clone();
        binary_metrics::from_bins(
            self.metric,
            &block,
            &profile,
            &self.mean_scores,
            self.costs,
        )
        .ok()
    }
}

struct Confusion;

impl Confusion {
    /// Decided no and was no, no and yes, yes and no, yes and yes.
    const SLOTS: usize = 4;
}

struct Losses;

impl Losses {
    const MASS: usize = 0;
    const SCORED: usize = 1;
    const LOG_LOSS: usize = 2;
    const BRIER: usize = 3;
    const SLOTS: usize = 4;
}

/// At most [`BINS`] edges, spread evenly, and every cut among them.
fn thinned(edges: &[f64], cuts: &[f64]) -> Vec<f64> {
    let step = edges.len().div_ceil(BINS - 4).max(1);
    let mut kept: Vec<f64> = edges.iter().copied().step_by(step).collect();
    kept.extend(cuts.iter().copied().filter(|cut| cut.is_finite()));
    kept.sort_unstable_by(f64::total_cmp);
    kept.dedup();
    kept
}

/// Mean score of each bin; between its edges where no reference score fell into it.
fn bin_means(edges: &[f64], scores: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0_u64); edges.len() + 1];
    for score in scores.iter().filter(|score| !score.is_nan()) {
        let bin = edges.partition_point(|edge| edge <= score);
        if let Some((sum, count)) = sums.get_mut(bin) {
            *sum += score;
            *count += 1;
        }
    }
    let between = |bin: usize| {
        let low = bin.checked_sub(1).and_then(|at| edges.get(at)).copied();
        let high = edges.get(bin).copied();
        match (low, high) {
            (Some(low), Some(high)) => 0.5 * (low + high),
            (Some(edge), None) | (None, Some(edge)) => edge,
            (None, None) => 0.5,
        }
    };
    sums.iter()
        .enumerate()
        .map(
            |(bin, (sum, count))| {
                if *count == 0 { between(bin) } else { sum / *count as f64 }
            },
        )
        .collect()
}
