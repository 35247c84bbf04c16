//! The loss of a row: larger is worse, and its mean over a table moves with the headline metric. Slices and
//! materiality split the change of this mean exactly.

use serde::{Deserialize, Serialize};

use crate::choices::TableRole;
use crate::encode::rows::{EncodedRows, NO_CLASS};
use crate::metric::probability;

/// How a row's loss is worked out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Loss {
    /// There is none: no label, or nothing to compare it with.
    #[default]
    None,
    /// By decision and label, `[no/no, no/yes, yes/no, yes/yes]` as decision/label: accuracy, costs, and
    /// precision, recall, F1 and specificity, whose values depend on the table's own totals.
    Decision(Vec<(TableRole, [f64; 4])>),
    /// 1 when decision and label differ (multiclass).
    Wrong,
    /// −log of the probability of what happened (binary).
    LogLoss {
        /// Probabilities are held this far from 0 and 1.
        epsilon: f64,
    },
    /// −log of the probability of the class that happened (multiclass).
    ClassLogLoss {
        /// Probabilities are held this far from 0 and 1.
        epsilon: f64,
    },
    /// (score − label)².
    Squared,
    /// |score − label|.
    Absolute,
    /// Share of the other class's rows of the same table that the score puts on the wrong side, scaled so
    /// that its mean is 1 − AUC. By score bin, positives and negatives.
    Misplaced {
        /// Lower edges of the bins, ascending; bin 0 is below the first.
        edges: Vec<f64>,
        /// For each table: loss of a positive and of a negative in each bin.
        tables: Vec<(TableRole, Vec<f64>, Vec<f64>)>,
    },
}

impl Loss {
    /// The losses of all rows; NaN where a row has none.
    #[must_use]
    pub fn of_rows(
        &self,
        table: TableRole,
        rows: &EncodedRows,
        threshold: Option<f64>,
    ) -> Vec<f64> {
        let count = rows.row_count;
        let decided = |row: usize| decision_of(rows, row, threshold);
        let class =
            |row: usize| rows.label_class.get(row).copied().filter(|c| *c != NO_CLASS);
        let score = |row: usize| rows.score.get(row).copied().filter(|s| !s.is_nan());
        let truth = |row: usize| match rows.label_value.get(row) {
            Some(value) => Some(*value).filter(|v| !v.is_nan()),
            None => class(row).map(f64::from),
        };
        let each = |loss: &dyn Fn(usize) -> Option<f64>| -> Vec<f64> {
            (0..count).map(|row| loss(row).unwrap_or(f64::NAN)).collect()
        };
        match self {
            Self::None => vec![f64::NAN; count],
            Self::Decision(tables) => {
                let Some((_, losses)) = tables.iter().find(|(own, _)| *own == table)
                else {
                    return vec![f64::NAN; count];
                };
                each(&|row| {
                    let at = usize::from(decided(row)? == 1) * 2
                        + usize::from(class(row)? == 1);
                    losses.get(at).copied()
                })
            }
            Self::Wrong => each(&|row| {
                Some(f64::from(u8::from(rows.decision_or_best(row)? != class(row)?)))
            }),
            Self::LogLoss { epsilon } => each(&|row| {
                Some(probability::log_loss(score(row)?, class(row)? == 1, *epsilon))
            }),
            Self::ClassLogLoss { epsilon } => each(&|row| {
                let scores = rows.class_scores.get(usize::from(class(row)?))?;
                let chance = scores.get(row).copied().filter(|s| !s.is_nan())?;
                Some(probability::log_loss(chance, true, *epsilon))
            }),
            Self::Squared => each(&|row| {
                let error = score(row)? - truth(row)?;
                Some(error * error)
            }),
            Self::Absolute => each(&|row| Some((score(row)? - truth(row)?).abs())),
            Self::Misplaced { edges, tables } => {
                let Some((_, yes, no)) = tables.iter().find(|(own, _, _)| *own == table)
                else {
                    return vec![f64::NAN; count];
                };
                each(&|row| {
                    let score = score(row)?;
                    let bin = edges.partition_point(|edge| *edge <= score);
                    if class(row)? == 1 {
                        yes.get(bin).copied()
                    } else {
                        no.get(bin).copied()
                    }
                })
            }
        }
    }
}

/// The decision on a row, binary: what was logged, else score at or above the threshold.
#[must_use]
pub fn decision_of(rows: &EncodedRows, row: usize, threshold: Option<f64>) -> Option<u8> {
    if !rows.decision.is_empty() {
        return rows.decision.get(row).copied().filter(|decision| *decision != NO_CLASS);
    }
    let score = rows.score.get(row).copied().filter(|score| !score.is_nan())?;
    threshold.map(|threshold| u8::from(score >= threshold))
}
