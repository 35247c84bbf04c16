//! One table as the ladder sees it: which rows count, and what each adds to a sum with its logged score, with
//! another score, or with a label that is only half known.

use super::yardstick::{BinaryOutcome, Yardstick};
use crate::choices::Task;
use crate::encode::frame::Frame;
use crate::encode::rows::NO_CLASS;

/// A table under a yardstick.
#[derive(Clone, Copy, Debug)]
pub struct Logged<'a> {
    /// The rows.
    pub frame: &'a Frame,
    /// What they are measured with.
    pub stick: &'a Yardstick,
    /// What the model predicts.
    pub task: Task,
    /// The reference's cut-off, where decisions follow the score: decisions on other scores are made with it.
    pub cut: Option<f64>,
}

/// Which decision a row is measured with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decisions {
    /// What was logged (without a logged decision: the cut-off).
    Logged,
    /// What the reference's cut-off gives.
    AtCut,
}

impl Logged<'_> {
    /// Whether the outcome of a row is known.
    #[must_use]
    pub fn is_labelled(&self, row: usize) -> bool {
        self.frame.rows.is_labelled(row)
    }

    /// Whether the model's output on a row is known.
    #[must_use]
    pub fn is_scored(&self, row: usize) -> bool {
        let rows = &self.frame.rows;
        let score = rows.score.get(row).is_some_and(|own| !own.is_nan());
        match self.task {
            Task::Regression => score,
            Task::Binary => score || self.logged_decision(row).is_some(),
            Task::Multiclass => rows.decision_or_best(row).is_some(),
        }
    }

    /// The logged score; NaN without one.
    #[must_use]
    pub fn score(&self, row: usize) -> f64 {
        self.frame.rows.score.get(row).copied().unwrap_or(f64::NAN)
    }

    /// 1 for a "yes" label, 0 for "no" (binary); NaN without one.
    #[must_use]
    pub fn yes(&self, row: usize) -> f64 {
        match self.frame.rows.label_class.get(row) {
            Some(class) if *class != NO_CLASS => f64::from(u8::from(*class == 1)),
            _ => f64::NAN,
        }
    }

    fn logged_decision(&self, row: usize) -> Option<bool> {
        let own = self.frame.rows.decision.get(row).filter(|own| **own != NO_CLASS);
        own.map(|own| *own == 1)
    }

    /// The decision on a row whose score is `score` (binary).
    #[must_use]
    pub fn decision(&self, row: usize, score: f64, by: Decisions) -> Option<bool> {
        let at_cut = self.cut.filter(|_| !score.is_nan()).map(|cut| score >= cut);
        match by {
            Decisions::Logged => self.logged_decision(row).or(at_cut),
            Decisions::AtCut => at_cut.or_else(|| self.logged_decision(row)),
        }
    }

    /// Adds a row as it was: logged output, known label.
    pub fn put(&self, sum: &mut [f64], row: usize, by: Decisions, weight: f64) {
        if self.task == Task::Binary {
            self.put_binary(sum, row, self.score(row), self.yes(row), by, weight);
        } else {
            self.stick.add_pieces(sum, &self.pieces(row), weight);
        }
    }

    /// Adds a binary row with a given score and label.
    pub fn put_binary(
        &self,
        sum: &mut [f64],
        row: usize,
        score: f64,
        yes: f64,
        by: Decisions,
        weight: f64,
    ) {
        let decision = self.decision(row, score, by);
        self.stick.add_binary(sum, BinaryOutcome { score, decision, yes }, weight);
    }

    /// The pieces of a row as it was (regression and multiclass); NaN without a label.
    #[must_use]
    pub fn pieces(&self, row: usize) -> Vec<f64> {
        let rows = &self.frame.rows;
        if self.task == Task::Regression {
            let label = rows.label_value.get(row).copied().unwrap_or(f64::NAN);
            return self.stick.of_number(self.score(row), label);
        }
        let scores: Vec<f64> = rows
            .class_scores
            .iter()
            .map(|own| own.get(row).copied().unwrap_or(f64::NAN))
            .collect();
        self.class_pieces(row, rows.decision_or_best(row), &scores)
    }

    /// The pieces of a row with other outputs of the model (regression: one; multiclass: one a class).
    #[must_use]
    pub fn pieces_with(&self, row: usize, scores: &[f64]) -> Vec<f64> {
        if self.task == Task::Regression {
            let label = self.frame.rows.label_value.get(row).copied().unwrap_or(f64::NAN);
            let score = scores.first().copied().unwrap_or(f64::NAN);
            return self.stick.of_number(score, label);
        }
        let mut best: Option<(f64, u8)> = None;
        for (score, class) in scores.iter().zip(0_u8..) {
            if !score.is_nan() && best.is_none_or(|(own, _)| *score > own) {
                best = Some((*score, class));
            }
        }
        self.class_pieces(row, best.map(|(_, class)| class), scores)
    }

    fn class_pieces(&self, row: usize, decision: Option<u8>, scores: &[f64]) -> Vec<f64> {
        let label = self.frame.rows.label_class.get(row).copied().unwrap_or(NO_CLASS);
        if label == NO_CLASS {
            return vec![f64::NAN; self.stick.pieces.len()];
        }
        let chance = scores.get(usize::from(label)).copied().filter(|own| !own.is_nan());
        self.stick.of_class(decision.map(|own| own != label), chance)
    }

    /// Whether the metric has a value on a row: its outcome is known, and so is what the model said of it (of classes
    /// also the score of the class that came).
    fn is_measured(&self, row: usize) -> bool {
        let has_pieces = || self.pieces(row).iter().all(|own| own.is_finite());
        self.is_labelled(row) && (self.task == Task::Binary || has_pieces())
    }

    /// Rows that can be measured: scored, and with a value of the metric where `labelled` is asked for.
    #[must_use]
    pub fn usable(&self, labelled: bool) -> Vec<u32> {
        (0..self.frame.len())
            .filter(|row| self.is_scored(*row) && (!labelled || self.is_measured(*row)))
            .filter_map(|row| u32::try_from(row).ok())
            .collect()
    }
}
