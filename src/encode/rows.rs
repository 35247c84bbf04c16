//! Encoded rows: a run of rows of one table, one array a column. Enter: a batch and the plan. Leave:
//! [`EncodedRows`], about `coders + 30` bytes a row, kept by the worker that made them so that every later
//! question is a histogram over memory.

use super::code::BLOCKS;
use super::coder::NumberTally;
use super::plan::{EncodePlan, Named};
use crate::choices::{Role, TableRole, Task};
use crate::data::cell::{Cell, Parsed, Reading, cell_of};
use crate::data::class::Classes;
use crate::data::sample::row_hash;
use crate::data::{Batch, Values};
use crate::stats::random::hash64;

/// The class of a row without label or decision.
pub const NO_CLASS: u8 = u8::MAX;

/// The day of a row without a readable time.
pub const NO_DAY: i32 = i32::MIN;

/// Seed of the hash that joins labels and finds blocks.
const ID_SEED: u64 = 0x6964;

/// Encoded rows of one table. Every list is empty when the plan has no such column, else it has
/// `row_count` entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EncodedRows {
    /// Number of rows.
    pub row_count: usize,
    /// Codes, one list a coder.
    pub codes: Vec<Vec<u8>>,
    /// Block, 0–31.
    pub block: Vec<u8>,
    /// Days since 1970-01-01, or [`NO_DAY`].
    pub day: Vec<i32>,
    /// Score; NaN is missing.
    pub score: Vec<f64>,
    /// Scores of the classes, in class order; an empty list where a class has none.
    pub class_scores: Vec<Vec<f64>>,
    /// Class of the label, or [`NO_CLASS`] (binary and multiclass).
    pub label_class: Vec<u8>,
    /// Value of the label; NaN is missing (regression).
    pub label_value: Vec<f64>,
    /// Class of the decision, or [`NO_CLASS`].
    pub decision: Vec<u8>,
    /// Weight; rows with a missing, negative or infinite weight have 0.
    pub weight: Vec<f64>,
    /// How many rows had such a weight.
    pub refused_weights: u64,
    /// Value of a correct decision; NaN is missing.
    pub value: Vec<f64>,
    /// Previous model's output as a number; NaN is missing.
    pub baseline: Vec<f64>,
    /// The same as a class, or [`NO_CLASS`] where it names none.
    pub baseline_class: Vec<u8>,
    /// Business numbers, one list a KPI; NaN is missing.
    pub kpis: Vec<Vec<f64>>,
    /// Cells that were not of their column's kind, one count a coder.
    pub failed: Vec<u64>,
    /// Labels that named no known class.
    pub unknown_labels: u64,
    /// For each row that found its label in a label file, the label's number there. Not kept.
    pub joined: Vec<u32>,
}

impl EncodedRows {
    /// Codes, scores, weights and blocks of some rows, in their order; what became of the rows is left out.
    #[must_use]
    pub fn only(&self, rows: &[u32]) -> Self {
        fn pick<T: Copy>(own: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().filter_map(|row| own.get(*row as usize)).copied().collect()
        }
        Self {
            row_count: rows.len(),
            codes: self.codes.iter().map(|own| pick(own, rows)).collect(),
            block: pick(&self.block, rows),
            score: pick(&self.score, rows),
            class_scores: self.class_scores.iter().map(|own| pick(own, rows)).collect(),
            weight: pick(&self.weight, rows),
            ..Self::default()
        }
    }

    /// How much a row counts: its weight, 1 without a weight column.
    #[must_use]
    pub fn worth(&self, row: usize) -> f64 {
        self.weight.get(row).copied().unwrap_or(1.0)
    }

    /// Whether the outcome of a row is known.
    #[must_use]
    pub fn is_labelled(&self, row: usize) -> bool {
        self.label_class.get(row).is_some_and(|class| *class != NO_CLASS)
            || self.label_value.get(row).is_some_and(|value| !value.is_nan())
    }

    /// Rows with an outcome.
    #[must_use]
    pub fn labelled_rows(&self) -> u64 {
        let classes = self.label_class.iter().filter(|class| **class != NO_CLASS).count();
        let values = self.label_value.iter().filter(|value| !value.is_nan()).count();
        (classes + values) as u64
    }

    /// The class decided on a row of a multiclass model: what was logged, else the class with the best
    /// score (the first of several).
    #[must_use]
    pub fn decision_or_best(&self, row: usize) -> Option<u8> {
        if !self.decision.is_empty() {
            return self
                .decision
                .get(row)
                .copied()
                .filter(|decision| *decision != NO_CLASS);
        }
        let mut best: Option<(f64, u8)> = None;
        for (scores, class) in self.class_scores.iter().zip(0_u8..) {
            if let Some(score) = scores.get(row).copied().filter(|score| !score.is_nan())
                && best.is_none_or(|(own, _)| score > own)
            {
                best = Some((score, class));
            }
        }
        best.map(|(_, class)| class)
    }
}

/// Labels of a table that came in files of their own: hashes ascending, and what each labels.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct LabelTable {
    /// Hashes of the ids, ascending, distinct.
    pub hashes: Vec<u64>,
    /// Class of each (binary and multiclass), or empty.
    pub classes: Vec<u8>,
    /// Value of each (regression), or empty.
    pub values: Vec<f64>,
    /// Code of each in the label's coder, or empty.
    pub codes: Vec<u8>,
    /// Whether each is none of the classes though something stands there, or empty (regression).
    pub others: Vec<bool>,
}

/// The hash of an id, the same for every table and file type; `None` for null. A whole number that went through a float
/// (`1000.0`) is the number.
#[must_use]
pub fn id_hash(cell: Cell<'_>) -> Option<u64> {
    cell.name().map(|name| {
        let name = name.trim_ascii();
        let whole = name.strip_suffix(b".0");
        let is_number =
            |own: &&[u8]| !own.is_empty() && own.iter().all(u8::is_ascii_digit);
        hash64(whole.filter(is_number).unwrap_or(name), ID_SEED)
    })
}

/// A batch with the names of its columns.
pub struct NamedBatch<'a> {
    /// Names, in the order of `batch.columns`.
    pub names: &'a [&'a str],
    /// The rows.
    pub batch: &'a Batch,
    /// Their table.
    pub table: TableRole,
    /// Number of their file in the table.
    pub part: u32,
    /// The file writes numbers with a decimal comma.
    pub decimal_comma: bool,
}

impl NamedBatch<'_> {
    fn values(&self, name: &str) -> Option<&Values> {
        let at = self.names.iter().position(|own| *own == name)?;
        self.batch.columns.get(at)
    }

    fn cells(&self, name: &str) -> impl Iterator<Item = Cell<'_>> {
        let values = self.values(name);
        (0..self.batch.row_count)
            .map(move |row| values.map_or(Cell::Null, |v| cell_of(v, row)))
    }

    /// Finite numbers; anything else is missing. One infinite score would be the mean of them all.
    fn numbers(&self, column: &Named) -> Vec<f64> {
        let reading = Reading { decimal_comma: self.decimal_comma, ..column.reading };
        let finite = |own: f64| if own.is_finite() { own } else { f64::NAN };
        if let Some(Values::Float(values)) = self.values(&column.name)
            && !reading.per_cent
        {
            return values.iter().copied().map(finite).collect();
        }
        let number = |cell: Cell<'_>| cell.number(reading).value().unwrap_or(f64::NAN);
        self.cells(&column.name).map(number).map(finite).collect()
    }

    /// As [`Self::numbers`]; words for true and false are 1 and 0.
    fn numbers_or_truths(&self, column: &Named) -> Vec<f64> {
        let mut numbers = self.numbers(column);
        for (number, cell) in numbers.iter_mut().zip(self.cells(&column.name)) {
            if number.is_nan()
                && let Some(truth) = cell.truth().value()
            {
                *number = f64::from(u8::from(truth));
            }
        }
        numbers
    }

    fn optional(&self, column: Option<&Named>) -> Vec<f64> {
        column.map_or_else(Vec::new, |column| self.numbers(column))
    }

    fn classes(&self, column: &Named, classes: &Classes) -> Vec<u8> {
        let class = |cell: Cell<'_>| classes.class_of(cell).unwrap_or(NO_CLASS);
        if let Some(Values::Dictionary { values, codes }) = self.values(&column.name) {
            let of_entry: Vec<u8> = (0..values.len())
                .map(|entry| class(values.get(entry).map_or(Cell::Null, Cell::Text)))
                .collect();
            let of_code =
                |code: &u32| of_entry.get(*code as usize).copied().unwrap_or(NO_CLASS);
            return codes.iter().map(of_code).collect();
        }
        let mut last: (Vec<u8>, u8) = (Vec::new(), NO_CLASS);
        let cached = |cell: Cell<'_>| match cell {
            // Long runs of few texts: the last one is often the next one.
            Cell::Text(bytes) => {
                if last.0 != bytes || last.0.is_empty() {
                    last = (bytes.to_vec(), class(cell));
                }
                last.1
            }
            other => class(other),
        };
        self.cells(&column.name).map(cached).collect()
    }
}

/// Encodes a batch. `numbers` has one entry a coder, or none, and takes the numbers that were read.
#[must_use]
pub fn encode(
    plan: &EncodePlan,
    named: &NamedBatch<'_>,
    labels: Option<&LabelTable>,
    numbers: &mut [Option<NumberTally>],
) -> EncodedRows {
    let row_count = named.batch.row_count;
    let roles = &plan.roles;
    let mut rows = EncodedRows { row_count, ..EncodedRows::default() };
    let mut none = None;
    for (at, coder) in plan.coders.iter().enumerate() {
        let mut codes = Vec::with_capacity(row_count);
        let mut failed = 0;
        let tally = numbers.get_mut(at).unwrap_or(&mut none).as_mut();
        match named.values(&coder.source) {
            Some(values) => {
                failed = coder.encode(values, named.decimal_comma, &mut codes, tally);
            }
            None => codes.resize(row_count, super::code::NULL),
        }
        rows.codes.push(codes);
        rows.failed.push(failed);
    }
    rows.block = blocks(named, plan.entity());
    if let Some(time) = &roles.time {
        let reading = Reading { decimal_comma: named.decimal_comma, ..time.reading };
        let day = |cell: Cell<'_>| {
            cell.time(reading).value().and_then(|at| plan.day(at)).unwrap_or(NO_DAY)
        };
        rows.day = named.cells(&time.name).map(day).collect();
    }
    rows.score = named.optional(roles.score.as_ref());
    rows.class_scores =
        roles.class_scores.iter().map(|column| named.optional(column.as_ref())).collect();
    rows.weight = named.optional(roles.weight.as_ref());
    for weight in &mut rows.weight {
        if !weight.is_finite() || *weight < 0.0 {
            *weight = 0.0;
            rows.refused_weights += 1;
        }
    }
    rows.value = named.optional(roles.value.as_ref());
    rows.baseline = named.optional(roles.baseline.as_ref());
    if let Some(baseline) = &roles.baseline
        && plan.baseline_is_decision
    {
        rows.baseline_class = named.classes(baseline, plan.decided());
        if plan.decision_reversed {
            rows.baseline_class.iter_mut().for_each(reverse);
        }
    }
    rows.kpis = roles.kpis.iter().map(|column| named.numbers_or_truths(column)).collect();
    if let Some(decision) = &roles.decision
        && plan.task != Some(Task::Regression)
    {
        rows.decision = named.classes(decision, plan.decided());
        if plan.decision_reversed {
            rows.decision.iter_mut().for_each(reverse);
        }
    }
    let join = plan
        .tables
        .iter()
        .find(|table| table.role == named.table)
        .and_then(|table| table.labels_joined_by.as_deref());
    let mut others = match &roles.label {
        Some(label) => own_labels(&mut rows, named, plan, label),
        None => Vec::new(),
    };
    if let (Some(key), Some(labels)) = (join, labels) {
        let coder = plan.coders.iter().position(|coder| coder.role == Role::Label);
        join_labels(&mut rows, named, key, labels, coder, &mut others);
    }
    rows.unknown_labels = others.into_iter().map(u64::from).sum();
    if plan.has_other_words(named.table) {
        rows.label_class.fill(NO_CLASS);
    }
    if let Some(wanted) = plan.labelled_where {
        for (label, decision) in rows.label_class.iter_mut().zip(&rows.decision) {
            if *decision != wanted {
                *label = NO_CLASS;
            }
        }
    }
    rows
}

/// Turns yes into no.
const fn reverse(class: &mut u8) {
    if *class != NO_CLASS {
        *class = 1 - *class;
    }
}

fn blocks(named: &NamedBatch<'_>, id: Option<&Named>) -> Vec<u8> {
    let first = named.batch.first_row;
    let of_hash = |hash: u64| (hash % BLOCKS as u64) as u8;
    let of_row = |row: usize| {
        // The sample is taken by the low end of this hash; its high bits would tie block and sample.
        of_hash(row_hash(named.table, named.part, first + row as u64).rotate_left(32))
    };
    let ids = id.and_then(|id| named.values(&id.name));
    let of_id = |row: usize| ids.and_then(|ids| id_hash(cell_of(ids, row)));
    (0..named.batch.row_count)
        .map(|row| of_id(row).map_or_else(|| of_row(row), of_hash))
        .collect()
}

/// Microseconds to days since 1970-01-01.
#[must_use]
pub fn day_of(micros: i64) -> i32 {
    i32::try_from(micros.div_euclid(86_400_000_000)).unwrap_or(NO_DAY)
}

/// The outcomes that a table holds itself; which of them are none of the classes (not for regression).
fn own_labels(
    rows: &mut EncodedRows,
    named: &NamedBatch<'_>,
    plan: &EncodePlan,
    label: &Named,
) -> Vec<bool> {
    if plan.task == Some(Task::Regression) {
        rows.label_value = named.numbers(label);
        return Vec::new();
    }
    rows.label_class = named.classes(label, &plan.classes);
    let cells = named.cells(&label.name).zip(&rows.label_class);
    cells.map(|(cell, class)| *class == NO_CLASS && cell != Cell::Null).collect()
}

/// Outcomes of a file of their own, by id; rows that are not in it keep what the table says.
fn join_labels(
    rows: &mut EncodedRows,
    named: &NamedBatch<'_>,
    key: &str,
    labels: &LabelTable,
    coder: Option<usize>,
    others: &mut Vec<bool>,
) {
    fn take<T: Copy>(own: &mut [T], found: &[Option<usize>], from: &[T]) {
        for (own, at) in own.iter_mut().zip(found) {
            if let Some(value) = at.and_then(|at| from.get(at)) {
                *own = *value;
            }
        }
    }
    let find = |cell: Cell<'_>| labels.hashes.binary_search(&id_hash(cell)?).ok();
    let found: Vec<Option<usize>> = named.cells(key).map(find).collect();
    rows.joined =
        found.iter().flatten().filter_map(|at| u32::try_from(*at).ok()).collect();
    if let Some(codes) = coder.and_then(|coder| rows.codes.get_mut(coder)) {
        take(codes, &found, &labels.codes);
    }
    if labels.classes.is_empty() {
        rows.label_value.resize(found.len(), f64::NAN);
        take(&mut rows.label_value, &found, &labels.values);
    } else {
        rows.label_class.resize(found.len(), NO_CLASS);
        take(&mut rows.label_class, &found, &labels.classes);
        others.resize(found.len(), false);
        take(others, &found, &labels.others);
    }
}

/// A cell read as the label of a regression.
#[must_use]
pub fn label_number(cell: Cell<'_>, reading: Reading) -> f64 {
    match cell.number(reading) {
        Parsed::Value(value) if value.is_finite() => value,
        Parsed::Value(_) | Parsed::Null | Parsed::Failed => f64::NAN,
    }
}
