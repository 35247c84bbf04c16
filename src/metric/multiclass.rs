//! Models that choose one of three or more classes. Enter: rows of (block, true class, chosen class, class
//! scores, weight). Leave: 32 blocks of a confusion matrix and order-free sums; accuracy, macro-F1, log-loss
//! of the true class, top-k, and the mean one-vs-rest AUC for up to 20 classes with intervals. One-vs-rest
//! AUC is exact where a [`Tally`] a class is given, else from score bins. Classes beyond the first
//! [`MAX_CLASSES`] are folded into the last. Memory: 8·C² + 4 KB·C bytes a block (C classes).

use serde::{Deserialize, Serialize};

use super::class_scores::{SCORE_BIN_COUNT, best, score_bin};
use super::{Estimate, Measured, MetricId, Missing, Tally, probability};
use crate::stats::jackknife::{self, Additive, Scale};
use crate::stats::rank;
use crate::stats::sum::ExactSum;

/// Most classes kept apart.
pub const MAX_CLASSES: usize = 200;

/// Most classes for which one-vs-rest AUC is worked out.
pub const MAX_RANKED_CLASSES: usize = 20;

/// The ids evaluated, in registry order.
pub const METRICS: [MetricId; 5] = [
    MetricId::OvrAuc,
    MetricId::LogLoss,
    MetricId::Accuracy,
    MetricId::MacroF1,
    MetricId::TopK,
];

/// One encoded row.
#[derive(Clone, Copy, Debug)]
pub struct MulticlassRow<'a> {
    /// Block of the row's entity.
    pub block: u8,
    /// Number of the true class; `None` when not known yet.
    pub label: Option<u16>,
    /// Number of the class chosen; `None`: the best scored.
    pub decision: Option<u16>,
    /// One score a class; empty without scores. NaN is a missing score.
    pub scores: &'a [f64],
    /// Weight units.
    pub weight: u64,
}

/// One block, or several added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MulticlassBlock {
    /// Weight by [true class · C + chosen class].
    pub confusion: Vec<u64>,
    /// −ln of the true class's score, weighted.
    pub log_loss: ExactSum,
    /// Weight of rows whose true class is among the k best scored.
    pub among_best: u64,
    /// Weight of labelled rows with scores.
    pub scored_weight: u64,
    /// Labelled rows with scores.
    pub scored_rows: u64,
    /// Labelled rows with a chosen class.
    pub rows: u64,
    /// Rows without a label.
    pub unlabelled: u64,
    /// Weight by [class][bin][is the class]; empty with more than 20 classes.
    pub ranks: Vec<[u64; 2]>,
    /// Σ weight² of labelled rows with a chosen class.
    pub squared_weight: u128,
}

impl MulticlassBlock {
    fn combine(&mut self, other: &Self, count: impl Fn(&mut u64, u64)) {
        let pairs = self.confusion.iter_mut().zip(&other.confusion);
        pairs.for_each(|(to, &from)| count(to, from));
        let pairs = self.ranks.iter_mut().flatten().zip(other.ranks.iter().flatten());
        pairs.for_each(|(to, &from)| count(to, from));
        count(&mut self.among_best, other.among_best);
        count(&mut self.scored_weight, other.scored_weight);
        count(&mut self.scored_rows, other.scored_rows);
        count(&mut self.rows, other.rows);
        count(&mut self.unlabelled, other.unlabelled);
    }

    fn weight(&self) -> u64 {
        self.confusion.iter().sum()
    }
}

impl Additive for MulticlassBlock {
    fn add(&mut self, other: &Self) {
        self.combine(other, |to, from| *to += from);
        self.log_loss.merge(&other.log_loss);
        self.squared_weight += other.squared_weight;
    }

    fn subtract(&mut self, other: &Self) {
        self.combine(other, |to, from| *to = to.saturating_sub(from));
        self.log_loss.subtract(&other.log_loss);
        self.squared_weight = self.squared_weight.saturating_sub(other.squared_weight);
    }

    fn is_empty(&self) -> bool {
        self.rows == 0 && self.scored_rows == 0
    }
}

/// The profile of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MulticlassProfile {
    class_count: usize,
    top: usize,
    epsilon: f64,
    is_probability: bool,
    /// One entry a block.
    pub blocks: Vec<MulticlassBlock>,
}

impl MulticlassProfile {
    /// Empty, for classes numbered 0 … `class_count` − 1 (the union of both tables). `is_probability`:
    /// scores lie in 0–1; `epsilon`: clip of the log-loss. k of top-k is 3, or 2 with fewer than 5 classes.
    #[must_use]
    pub fn new(
        block_count: usize,
        class_count: usize,
        is_probability: bool,
        epsilon: f64,
    ) -> Self {
        let class_count = class_count.clamp(1, MAX_CLASSES);
        let ranked = if class_count <= MAX_RANKED_CLASSES && is_probability {
            class_count
        } else {
            0
        };
        let block = MulticlassBlock {
            confusion: vec![0; class_count * class_count],
            log_loss: ExactSum::default(),
            among_best: 0,
            scored_weight: 0,
            scored_rows: 0,
            rows: 0,
            unlabelled: 0,
            ranks: vec![[0; 2]; ranked * SCORE_BIN_COUNT],
            squared_weight: 0,
        };
        let top = if class_count < 5 { 2 } else { 3 };
        Self {
            class_count,
            top,
            epsilon,
            is_probability,
            blocks: vec![block; block_count],
        }
    }

    /// The k of top-k.
    #[must_use]
    pub const fn top(&self) -> usize {
        self.top
    }

    /// Adds a row.
    pub fn add(&mut self, row: &MulticlassRow<'_>) {
        let last = self.blocks.len().saturating_sub(1);
        let fold = |class: u16| usize::from(class).min(self.class_count - 1);
        let (label, decision) = (row.label.map(fold), row.decision.map(fold));
        let Some(block) = self.blocks.get_mut(usize::from(row.block).min(last)) else {
            return;
        };
        let Some(label) = label else {
            block.unlabelled += 1;
            return;
        };
        if let Some(decision) =
            decision.or_else(|| best(row.scores).map(|c| c.min(self.class_count - 1)))
        {
            block.rows += 1;
            block.squared_weight += u128::from(row.weight) * u128::from(row.weight);
            if let Some(cell) =
                block.confusion.get_mut(label * self.class_count + decision)
            {
                *cell += row.weight;
            }
        }
        let Some(&score) = row.scores.get(label).filter(|score| score.is_finite()) else {
            return;
        };
        block.scored_rows += 1;
        block.scored_weight += row.weight;
        // Ties go to the lower class number, as in the choice of the best one.
        let ahead =
            |(class, &s): (usize, &f64)| s > score || (s == score && class < label);
        if row.scores.iter().enumerate().filter(|&pair| ahead(pair)).count() < self.top {
            block.among_best += row.weight;
        }
        if !self.is_probability {
            return;
        }
        // The scores as they are, like scikit-learn: rounded ones that miss a sum of 1 are not stretched to it.
        let loss = probability::log_loss(score, true, self.epsilon);
        block.log_loss.add_weighted(loss, row.weight);
        let bins = block.ranks.chunks_exact_mut(SCORE_BIN_COUNT);
        for (class, (bins, &score)) in bins.zip(row.scores).enumerate() {
            if let Some([no, yes]) =
                bins.get_mut(score_bin(score)).filter(|_| !score.is_nan())
            {
                *(if class == label { yes } else { no }) += row.weight;
            }
        }
    }

    /// Adds the rows of another profile of the same shape.
    pub fn merge(&mut self, other: &Self) {
        self.blocks.iter_mut().zip(&other.blocks).for_each(|(to, from)| to.add(from));
    }

    /// All blocks added; `None` when made without blocks.
    #[must_use]
    pub fn total(&self) -> Option<MulticlassBlock> {
        let mut blocks = self.blocks.iter();
        let mut total = blocks.next()?.clone();
        blocks.for_each(|block| total.add(block));
        Some(total)
    }

    fn value(&self, id: MetricId, sum: &MulticlassBlock) -> Result<f64, Missing> {
        if sum.rows == 0 && sum.scored_rows == 0 {
            return Err(Missing::NoLabels);
        }
        match id {
            MetricId::Accuracy | MetricId::MacroF1 if sum.weight() == 0 => {
                Err(Missing::NoDecision)
            }
            MetricId::Accuracy => {
                let right: u64 = sum.confusion.iter().step_by(self.class_count + 1).sum();
                Ok(right as f64 / sum.weight() as f64)
            }
            MetricId::MacroF1 => Ok(self.macro_f1(sum)),
            _ if sum.scored_weight == 0 => Err(Missing::NoScore),
            MetricId::TopK => Ok(sum.among_best as f64 / sum.scored_weight as f64),
            _ if !self.is_probability => Err(Missing::NotProbability),
            MetricId::LogLoss => {
                sum.log_loss.mean(sum.scored_weight).ok_or(Missing::NoScore)
            }
            _ if sum.ranks.is_empty() => Err(Missing::TooManyClasses),
            _ => {
                let classes =
                    sum.ranks.chunks_exact(SCORE_BIN_COUNT).filter_map(|bins| {
                        let total =
                            |side: usize| bins.iter().filter_map(|b| b.get(side)).sum();
                        rank::auc_of(
                            bins.iter().map(|&[no, yes]| (yes, no)),
                            total(1),
                            total(0),
                        )
                    });
                mean(classes).ok_or(Missing::OneClass)
            }
        }
    }

    /// Mean F1 over the classes that occur as truth or choice (as scikit-learn does; 0 where never right).
    fn macro_f1(&self, sum: &MulticlassBlock) -> f64 {
        let count = self.class_count;
        let cell = |truth: usize, choice: usize| {
            sum.confusion.get(truth * count + choice).copied().unwrap_or(0)
        };
        let classes = (0..count).filter_map(|class| {
            let truths: u64 = (0..count).map(|other| cell(class, other)).sum();
            let choices: u64 = (0..count).map(|other| cell(other, class)).sum();
            let all = truths + choices;
            (all > 0).then(|| 2.0 * cell(class, class) as f64 / all as f64)
        });
        mean(classes).unwrap_or(0.0)
    }

    /// Every metric. `tallies`: one a class of (its score, is the class) makes one-vs-rest AUC exact; an
    /// empty list leaves it to the bins.
    #[must_use]
    pub fn evaluate(&self, tallies: &[Tally]) -> Vec<Measured> {
        let Some(total) = self.total() else { return Vec::new() };
        let effective = if total.squared_weight == 0 {
            0.0
        } else {
            let weight = total.weight() as f64;
            weight * weight / total.squared_weight as f64
        };
        let measure = |id: MetricId| {
            let outcome = self.value(id, &total).map(|from_bins| {
                let exact = (id == MetricId::OvrAuc)
                    .then(|| {
                        mean(
                            tallies.iter().filter_map(|tally| rank::auc(tally.entries())),
                        )
                    })
                    .flatten();
                let left_out = jackknife::leave_one_out(&self.blocks, |rest| {
                    self.value(id, rest).ok()
                });
                let value = exact.unwrap_or(from_bins);
                let scale =
                    if id == MetricId::LogLoss { Scale::Plain } else { Scale::Logit };
                let found = Estimate::jackknifed(value, left_out.as_deref(), scale);
                match id {
                    MetricId::Accuracy | MetricId::TopK => {
                        found.at_least_wilson(effective)
                    }
                    _ => found,
                }
            });
            let rows = match id {
                MetricId::Accuracy | MetricId::MacroF1 => total.rows,
                _ => total.scored_rows,
            };
            Measured { id, rows, outcome }
        };
        METRICS.into_iter().map(measure).collect()
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u32);
    for value in values {
        sum += value;
        count += 1;
    }
    (count > 0).then(|| sum / f64::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(profile: &mut MulticlassProfile, i: u64, label: u16, scores: &[f64]) {
        let block = (i % 32) as u8;
        profile.add(&MulticlassRow {
            block,
            label: Some(label),
            decision: None,
            scores,
            weight: 1,
        });
    }

    #[test]
    fn by_hand() {
        let mut profile = MulticlassProfile::new(32, 3, true, 1e-6);
        add(&mut profile, 0, 0, &[0.5, 0.3, 0.2]);
        add(&mut profile, 1, 1, &[0.5, 0.3, 0.2]);
        add(&mut profile, 2, 2, &[0.5, 0.3, 0.2]);
        add(&mut profile, 3, 2, &[0.1, 0.1, 0.8]);
        let found = profile.evaluate(&[]);
        let value =
            |id| found.iter().find(|m| m.id == id).unwrap().estimate().unwrap().value;
        assert_eq!(value(MetricId::Accuracy), 0.5);
        assert_eq!(value(MetricId::TopK), 0.75);
        // F1: 2/(1+3), 0/(1+0), 2/(2+1).
        assert!((value(MetricId::MacroF1) - (0.5 + 2.0 / 3.0) / 3.0).abs() < 1e-15);
        let expected =
            -[0.5, 0.3, 0.2, 0.8].map(crate::stats::math::ln).iter().sum::<f64>() / 4.0;
        assert!((value(MetricId::LogLoss) - expected).abs() < 1e-13);
        // Rounded scores that miss a sum of 1: as scikit-learn, −ln of the score as it is.
        let mut rounded = MulticlassProfile::new(32, 3, true, 1e-6);
        add(&mut rounded, 0, 1, &[0.333, 0.333, 0.333]);
        let found = rounded.evaluate(&[]);
        let loss = found.iter().find(|own| own.id == MetricId::LogLoss);
        let loss = loss.and_then(Measured::estimate).expect("a value").value;
        assert!((loss + crate::stats::math::ln(0.333)).abs() < 1e-13);
    }

    #[test]
    fn merging_and_odd_rows() {
        let scores = [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1], [f64::NAN; 3]];
        let build = |rows: &[u64]| {
            let mut profile = MulticlassProfile::new(32, 3, true, 1e-6);
            rows.iter().for_each(|&i| {
                add(&mut profile, i, (i % 4) as u16, &scores[i as usize % 3]);
            });
            profile
        };
        let rows: Vec<u64> = (0..100).collect();
        let mut merged = build(&rows[40..]);
        merged.merge(&build(&rows[..40]));
        assert_eq!(merged, build(&rows));
        assert!(
            build(&[]).evaluate(&[]).iter().all(|m| m.outcome == Err(Missing::NoLabels))
        );
        let many = MulticlassProfile::new(32, 5000, true, 1e-6);
        assert_eq!(
            many.total().map(|t| t.confusion.len()),
            Some(MAX_CLASSES * MAX_CLASSES)
        );
    }
}
