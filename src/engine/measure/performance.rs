//! Performance of every table: profiles whose metrics and intervals are functions of sums, and exact tallies
//! for what must be exact. Enter: encoded rows. Leave: one profile a table, mergeable.

use serde::{Deserialize, Serialize};

use super::loss::decision_of;
use crate::choices::{TableRole, Task};
use crate::encode::plan::EncodePlan;
use crate::encode::rows::{EncodedRows, NO_CLASS};
use crate::metric::binary::{BinaryProfile, BinaryRow};
use crate::metric::multiclass::{MAX_RANKED_CLASSES, MulticlassProfile, MulticlassRow};
use crate::metric::regression::RegressionProfile;
use crate::metric::weight::WeightScale;
use crate::metric::{BLOCK_COUNT, Tally, TallyBuilder};

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeasureSpec {
    /// Lower edges of the score bins, ascending; bin 0 is below the first. At most 1,023.
    pub edges: Vec<f64>,
    /// Whether the scores are probabilities.
    pub is_probability: bool,
    /// Probabilities are held this far from 0 and 1 by the log-loss.
    pub epsilon: f64,
    /// The deployed threshold, where decisions are not logged.
    pub threshold: Option<f64>,
    /// How weights count.
    pub weights: WeightScale,
    /// Spread of the label in the reference (regression).
    pub label_scale: f64,
    /// A number near the mean label of the reference (regression).
    pub label_centre: f64,
}

/// What came out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// One entry a table.
    pub tables: Vec<(TableRole, Profile)>,
}

/// The profile of one table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Profile {
    /// Binary: sums, and labelled rows by exact score.
    Binary(Box<BinaryProfile>, Tally),
    /// Multiclass: sums, and a tally of each class's score (yes: the row is of the class).
    Multiclass(Box<MulticlassProfile>, Vec<Tally>),
    /// Regression: sums, and a tally of the absolute errors.
    Regression(Box<RegressionProfile>, Tally),
}

enum Adder {
    Binary(Box<BinaryProfile>, TallyBuilder),
    Multiclass(Box<MulticlassProfile>, Vec<TallyBuilder>),
    Regression(Box<RegressionProfile>, TallyBuilder),
}

/// Adds rows.
pub struct Measurer {
    spec: MeasureSpec,
    task: Option<Task>,
    class_count: usize,
    has_class_scores: bool,
    tables: Vec<(TableRole, Adder)>,
}

impl Measurer {
    /// Starts without rows.
    #[must_use]
    pub fn new(spec: MeasureSpec, plan: &EncodePlan) -> Self {
        Self {
            spec,
            task: plan.task,
            class_count: plan.classes.names.len(),
            has_class_scores: !plan.roles.class_scores.is_empty(),
            tables: Vec::new(),
        }
    }

    fn adder(&self) -> Adder {
        let spec = &self.spec;
        match self.task {
            Some(Task::Multiclass) => {
                let probable = spec.is_probability && self.has_class_scores;
                let ranked = probable && self.class_count <= MAX_RANKED_CLASSES;
                let tallies = if ranked { self.class_count } else { 0 };
                let profile = MulticlassProfile::new(
                    BLOCK_COUNT,
                    self.class_count,
                    probable,
                    spec.epsilon,
                );
                let builders = (0..tallies).map(|_| TallyBuilder::default()).collect();
                Adder::Multiclass(Box::new(profile), builders)
            }
            Some(Task::Regression) => {
                let profile = RegressionProfile::new(
                    BLOCK_COUNT,
                    spec.label_scale,
                    spec.label_centre,
                );
                Adder::Regression(Box::new(profile), TallyBuilder::default())
            }
            Some(Task::Binary) | None => Adder::Binary(
                Box::new(BinaryProfile::new(
                    spec.edges.len() + 1,
                    BLOCK_COUNT,
                    spec.is_probability,
                    spec.epsilon,
                )),
                TallyBuilder::default(),
            ),
        }
    }

    /// Adds rows of a table.
    pub fn add(&mut self, table: TableRole, rows: &EncodedRows) {
        let at =
            self.tables.iter().position(|(own, _)| *own == table).unwrap_or_else(|| {
                let adder = self.adder();
                self.tables.push((table, adder));
                self.tables.len() - 1
            });
        let spec = &self.spec;
        let Some((_, adder)) = self.tables.get_mut(at) else { return };
        for row in 0..rows.row_count {
            let weight = rows.weight.get(row).copied().unwrap_or(1.0);
            let Some(weight) = spec.weights.units(weight) else { continue };
            let block = rows.block.get(row).copied().unwrap_or(0);
            let score = rows.score.get(row).copied().unwrap_or(f64::NAN);
            let class =
                rows.label_class.get(row).copied().filter(|class| *class != NO_CLASS);
            match adder {
                Adder::Binary(profile, tally) => {
                    let label = class.map(|class| class == 1);
                    let bin = spec.edges.partition_point(|edge| *edge <= score);
                    profile.add(&BinaryRow {
                        block,
                        bin: u16::try_from(bin).unwrap_or(u16::MAX),
                        score,
                        label,
                        decision: decision_of(rows, row, spec.threshold).map(|d| d == 1),
                        weight,
                        value: rows.value.get(row).copied().unwrap_or(f64::NAN),
                    });
                    if let (Some(label), false) = (label, score.is_nan()) {
                        tally.push(score, label, weight);
                    }
                }
                Adder::Multiclass(profile, tallies) => {
                    let scores: Vec<f64> = rows
                        .class_scores
                        .iter()
                        .map(|scores| scores.get(row).copied().unwrap_or(f64::NAN))
                        .collect();
                    profile.add(&MulticlassRow {
                        block,
                        label: class.map(u16::from),
                        decision: rows.decision_or_best(row).map(u16::from),
                        scores: &scores,
                        weight,
                    });
                    let Some(class) = class else { continue };
                    for ((own, tally), score) in
                        (0..).zip(tallies.iter_mut()).zip(&scores)
                    {
                        if !score.is_nan() {
                            tally.push(*score, class == own, weight);
                        }
                    }
                }
                Adder::Regression(profile, sizes) => {
                    let label = rows.label_value.get(row).copied().unwrap_or(f64::NAN);
                    profile.add(block, score, label, weight);
                    let size = (score - label).abs();
                    if size.is_finite() {
                        sizes.push(size, true, weight);
                    }
                }
            }
        }
    }

    /// The profiles.
    #[must_use]
    pub fn finish(self) -> Measured {
        let profile = |(table, adder)| {
            let profile = match adder {
                Adder::Binary(profile, tally) => Profile::Binary(profile, tally.finish()),
                Adder::Multiclass(profile, tallies) => {
                    let tallies = tallies.into_iter().map(TallyBuilder::finish).collect();
                    Profile::Multiclass(profile, tallies)
                }
                Adder::Regression(profile, sizes) => {
                    Profile::Regression(profile, sizes.finish())
                }
            };
            (table, profile)
        };
        Measured { tables: self.tables.into_iter().map(profile).collect() }
    }
}

impl Measured {
    /// The profile of a table.
    #[must_use]
    pub fn table(&self, role: TableRole) -> Option<&Profile> {
        self.tables.iter().find(|(table, _)| *table == role).map(|(_, profile)| profile)
    }

    /// Adds another worker's profiles.
    pub fn merge(&mut self, other: Self) {
        for (table, profile) in other.tables {
            let own = self.tables.iter_mut().find(|(own, _)| *own == table);
            match (own.map(|(_, own)| own), profile) {
                (None, profile) => self.tables.push((table, profile)),
                (Some(Profile::Binary(own, tally)), Profile::Binary(more, other)) => {
                    own.merge(&more);
                    tally.merge(&other);
                }
                (
                    Some(Profile::Multiclass(own, tallies)),
                    Profile::Multiclass(more, others),
                ) => {
                    own.merge(&more);
                    tallies
                        .iter_mut()
                        .zip(&others)
                        .for_each(|(own, more)| own.merge(more));
                }
                (
                    Some(Profile::Regression(own, sizes)),
                    Profile::Regression(more, others),
                ) => {
                    own.merge(&more);
                    sizes.merge(&others);
                }
                // All workers follow one plan, so profiles of one table are of one kind.
                (Some(_), _) => {}
            }
        }
        self.tables.sort_by_key(|(table, _)| *table);
    }
}
