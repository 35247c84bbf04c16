//! Rows by score bin, decision and outcome, of all rows and of the leading segments; and the previous model measured
//! as if it were the model. Enter: encoded rows. Leave: counts that merge by addition. Cost: one binary search and
//! a few additions a row; memory: 24 bytes a bin, table and segment.

use serde::{Deserialize, Serialize};

use super::loss::decision_of;
use super::performance::{MeasureSpec, Measured, Measurer};
use crate::choices::TableRole;
use crate::encode::code::CODES;
use crate::encode::plan::EncodePlan;
use crate::encode::rows::{EncodedRows, NO_CLASS};
use crate::metric::weight::WeightScale;
use crate::stats::sum::ExactSum;

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WhatIfSpec {
    /// Lower edges of the score bins, ascending; bin 0 is below the first.
    pub edges: Vec<f64>,
    /// The cut-offs in use, reference and production; `None` where decisions follow none.
    pub cut_offs: [Option<f64>; 2],
    /// The deployed threshold, where decisions are not logged.
    pub threshold: Option<f64>,
    /// How weights count.
    pub weights: WeightScale,
    /// Whether scores and decisions are counted (binary), or only the previous model is measured.
    pub counts_rows: bool,
    /// Segments: columns (as places in the plan's coders) with the codes a row must have.
    pub segments: Vec<Vec<(usize, Vec<u8>)>>,
    /// The previous model; `None` without one.
    pub old: Option<OldSpec>,
}

/// How the previous model's output is read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OldSpec {
    /// Whether the column names classes.
    pub is_decision: bool,
    /// Edges, threshold and scales of its output, as for the model.
    pub measure: MeasureSpec,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WhatIfCounts {
    /// Reference and production: all rows, then each segment (a row counts in its first).
    pub tables: Vec<(TableRole, Vec<GroupCounts>)>,
}

/// The counts of a stage: rows, and the previous model's performance.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TriedCounts {
    /// Rows by bin, decision and outcome.
    pub counts: WhatIfCounts,
    /// The previous model.
    pub old: Measured,
}

/// Weights by outcome: no, yes, not known.
pub type ByOutcome = [u64; 3];

/// The value column's sums by outcome: no, yes.
pub type Worth = [ExactSum; 2];

/// One group of rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupCounts {
    /// Rows.
    pub rows: u64,
    /// Their weight.
    pub weight: u64,
    /// By score bin: rows whose decision moves with the cut-off.
    pub score: Vec<ByOutcome>,
    /// By decision: rows whose decision does not.
    pub fixed: [ByOutcome; 2],
    /// By decision, as logged, where decisions follow no cut-off.
    pub logged: [ByOutcome; 2],
    /// By bin of the previous model's output.
    pub old: Vec<ByOutcome>,
    /// Worth of the same cells; `None` without a value column.
    pub worth: Option<Box<GroupWorth>>,
}

/// Worth of the cells of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupWorth {
    /// As [`GroupCounts::score`].
    pub score: Vec<Worth>,
    /// As [`GroupCounts::fixed`].
    pub fixed: [Worth; 2],
    /// As [`GroupCounts::logged`].
    pub logged: [Worth; 2],
    /// As [`GroupCounts::old`].
    pub old: Vec<Worth>,
}

/// Where a row counts.
#[derive(Clone, Copy)]
enum Place {
    Score(usize),
    Fixed(usize),
    Logged(usize),
    Old(usize),
}

impl GroupCounts {
    fn new(score_bins: usize, old_bins: usize, has_value: bool) -> Self {
        let worth = || GroupWorth {
            score: vec![Worth::default(); score_bins],
            fixed: [Worth::default(); 2],
            logged: [Worth::default(); 2],
            old: vec![Worth::default(); old_bins],
        };
        Self {
            rows: 0,
            weight: 0,
            score: vec![[0; 3]; score_bins],
            fixed: [[0; 3]; 2],
            logged: [[0; 3]; 2],
            old: vec![[0; 3]; old_bins],
            worth: has_value.then(|| Box::new(worth())),
        }
    }

    fn add(&mut self, place: Place, outcome: usize, weight: u64, value: f64) {
        let cell = match place {
            Place::Score(bin) => self.score.get_mut(bin),
            Place::Fixed(decision) => self.fixed.get_mut(decision),
            Place::Logged(decision) => self.logged.get_mut(decision),
            Place::Old(bin) => self.old.get_mut(bin),
        };
        if let Some(count) = cell.and_then(|cell| cell.get_mut(outcome)) {
            *count += weight;
        }
        let Some(worth) = self.worth.as_mut().filter(|_| !value.is_nan()) else { return };
        let cell = match place {
            Place::Score(bin) => worth.score.get_mut(bin),
            Place::Fixed(decision) => worth.fixed.get_mut(decision),
            Place::Logged(decision) => worth.logged.get_mut(decision),
            Place::Old(bin) => worth.old.get_mut(bin),
        };
        if let Some(sum) = cell.and_then(|cell| cell.get_mut(outcome)) {
            sum.add_weighted(value, weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.weight += other.weight;
        let pairs = [
            (self.score.as_mut_slice(), other.score.as_slice()),
            (self.fixed.as_mut_slice(), other.fixed.as_slice()),
            (self.logged.as_mut_slice(), other.logged.as_slice()),
            (self.old.as_mut_slice(), other.old.as_slice()),
        ];
        for (own, more) in pairs {
            let cells = own.iter_mut().flatten().zip(more.iter().flatten());
            cells.for_each(|(own, more)| *own += more);
        }
        if let (Some(own), Some(more)) = (&mut self.worth, &other.worth) {
            let pairs = [
                (own.score.as_mut_slice(), more.score.as_slice()),
                (own.fixed.as_mut_slice(), more.fixed.as_slice()),
                (own.logged.as_mut_slice(), more.logged.as_slice()),
                (own.old.as_mut_slice(), more.old.as_slice()),
            ];
            for (own, more) in pairs {
                let cells = own.iter_mut().flatten().zip(more.iter().flatten());
                cells.for_each(|(own, more)| own.merge(more));
            }
        }
    }
}

/// A condition as a look-up of codes.
struct Wanted {
    column: usize,
    codes: [bool; CODES],
}

/// Adds rows.
pub struct Trier {
    spec: WhatIfSpec,
    segments: Vec<Vec<Wanted>>,
    counts: WhatIfCounts,
    old: Option<Measurer>,
    has_value: bool,
}

impl Trier {
    /// Starts without rows.
    #[must_use]
    pub fn new(spec: WhatIfSpec, plan: &EncodePlan) -> Self {
        let wanted = |(column, codes): &(usize, Vec<u8>)| {
            let mut own = Wanted { column: *column, codes: [false; CODES] };
            for code in codes {
                if let Some(slot) = own.codes.get_mut(usize::from(*code)) {
                    *slot = true;
                }
            }
            own
        };
        let segments =
            spec.segments.iter().map(|all| all.iter().map(wanted).collect()).collect();
        // The previous model has one output a row, not one a class.
        let mut old_plan = plan.clone();
        old_plan.roles.class_scores = Vec::new();
        let old =
            spec.old.as_ref().map(|old| Measurer::new(old.measure.clone(), &old_plan));
        let has_value = plan.roles.value.is_some();
        Self { spec, segments, counts: WhatIfCounts::default(), old, has_value }
    }

    /// Adds rows of the reference or of production; other tables are passed over.
    pub fn add(&mut self, table: TableRole, rows: &EncodedRows) {
        let side = match table {
            TableRole::Reference => 0,
            TableRole::Production => 1,
            TableRole::Shadow | TableRole::Training => return,
        };
        if let Some((old, spec)) = self.old.as_mut().zip(self.spec.old.as_ref()) {
            old.add(table, &as_model(rows, spec.is_decision));
        }
        if self.spec.counts_rows {
            let cut_off = self.spec.cut_offs.get(side).copied().flatten();
            self.count(table, rows, cut_off);
        }
    }

    fn count(&mut self, table: TableRole, rows: &EncodedRows, cut_off: Option<f64>) {
        let old_bins = match &self.spec.old {
            None => 0,
            Some(old) if old.is_decision => 2,
            Some(old) => old.measure.edges.len() + 1,
        };
        let group =
            || GroupCounts::new(self.spec.edges.len() + 1, old_bins, self.has_value);
        let at = self.counts.tables.iter().position(|(own, _)| *own == table);
        let at = at.unwrap_or_else(|| {
            let groups = (0..=self.segments.len()).map(|_| group()).collect();
            self.counts.tables.push((table, groups));
            self.counts.tables.len() - 1
        });
        let Some((_, groups)) = self.counts.tables.get_mut(at) else { return };
        let spec = &self.spec;
        for row in 0..rows.row_count {
            let weight = rows.weight.get(row).copied().unwrap_or(1.0);
            let Some(weight) = spec.weights.units(weight) else { continue };
            let outcome = match rows.label_class.get(row) {
                Some(&class) if class != NO_CLASS => usize::from(class == 1),
                _ => 2,
            };
            let score = rows.score.get(row).copied().filter(|score| !score.is_nan());
            let decision = decision_of(rows, row, spec.threshold).map(usize::from);
            let bin = |score: f64| spec.edges.partition_point(|edge| *edge <= score);
            let follows = |score: f64, decision: usize| {
                cut_off.is_some_and(|cut| usize::from(score >= cut) == decision)
            };
            let place = match (cut_off.is_some(), score, decision) {
                (true, Some(score), Some(own)) if follows(score, own) => {
                    Some(Place::Score(bin(score)))
                }
                // Decisions that follow no cut-off would follow one that is tried.
                (false, Some(score), _) => Some(Place::Score(bin(score))),
                (_, _, Some(decision)) => Some(Place::Fixed(decision)),
                (_, _, None) => None,
            };
            let logged = decision.filter(|_| cut_off.is_none()).map(Place::Logged);
            let old = spec.old.as_ref().and_then(|old| old_place(old, rows, row));
            let value = rows.value.get(row).copied().unwrap_or(f64::NAN);
            let inside = |wanted: &Wanted| {
                let code = rows.codes.get(wanted.column).and_then(|codes| codes.get(row));
                code.and_then(|code| wanted.codes.get(usize::from(*code))) == Some(&true)
            };
            let segment = self.segments.iter().position(|all| all.iter().all(inside));
            for group in [Some(0), segment.map(|own| own + 1)].into_iter().flatten() {
                let Some(group) = groups.get_mut(group) else { continue };
                group.rows += 1;
                group.weight += weight;
                for place in [place, logged, old].into_iter().flatten() {
                    group.add(place, outcome, weight, value);
                }
            }
        }
    }

    /// The counts.
    #[must_use]
    pub fn finish(self) -> TriedCounts {
        let old = self.old.map(Measurer::finish).unwrap_or_default();
        TriedCounts { counts: self.counts, old }
    }
}

fn old_place(spec: &OldSpec, rows: &EncodedRows, row: usize) -> Option<Place> {
    if spec.is_decision {
        let class = rows.baseline_class.get(row).copied();
        return class
            .filter(|class| *class != NO_CLASS)
            .map(|class| Place::Old(usize::from(class == 1)));
    }
    let score = rows.baseline.get(row).copied().filter(|score| !score.is_nan())?;
    let edges = &spec.measure.edges;
    Some(Place::Old(edges.partition_point(|edge| *edge <= score)))
}

/// The same rows with the previous model's output in the model's place.
fn as_model(rows: &EncodedRows, is_decision: bool) -> EncodedRows {
    let (score, decision) = if is_decision {
        (Vec::new(), rows.baseline_class.clone())
    } else {
        (rows.baseline.clone(), Vec::new())
    };
    EncodedRows {
        row_count: rows.row_count,
        block: rows.block.clone(),
        score,
        decision,
        label_class: rows.label_class.clone(),
        label_value: rows.label_value.clone(),
        weight: rows.weight.clone(),
        value: rows.value.clone(),
        ..EncodedRows::default()
    }
}

impl WhatIfCounts {
    /// The groups of a table.
    #[must_use]
    pub fn table(&self, role: TableRole) -> &[GroupCounts] {
        let own = self.tables.iter().find(|(table, _)| *table == role);
        own.map_or(&[], |(_, groups)| groups.as_slice())
    }
}

impl TriedCounts {
    /// Adds another worker's counts.
    pub fn merge(&mut self, other: Self) {
        for (table, groups) in other.counts.tables {
            match self.counts.tables.iter_mut().find(|(own, _)| *own == table) {
                Some((_, own)) => {
                    own.iter_mut().zip(&groups).for_each(|(own, more)| own.merge(more));
                }
                None => self.counts.tables.push((table, groups)),
            }
        }
        self.counts.tables.sort_by_key(|(table, _)| *table);
        self.old.merge(other.old);
    }
}
