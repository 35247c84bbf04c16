//! Makes the rows of a case, one at a time. Enter: a case's parts and a seed. Leave: for every row what is
//! true, what is served, what the model says, what is decided and what is observed. Row `i` of a table
//! depends on the seed, the table and `i` alone, and features, outcome and faults have dice of their own:
//! the same luck under another setting. Cost: a few microseconds a row; memory for one row.

use std::sync::Arc;

use super::calendar::{DAY_SECONDS, Schedule};
use super::cases::{Spec, Training};
use super::customer_model::CustomerModel;
use super::dice::Dice;
use super::inject::Fault;
use super::world::{ID, Setting, TIME, Target};
use crate::choices::TableRole;
use crate::stats::random::{combine64, hash64, unit_interval};

/// One row, with everything that is known about how it came about.
#[derive(Clone, Copy, Debug)]
pub struct MadeRow<'a> {
    /// As it is in truth.
    pub clean: &'a [f64],
    /// As the pipeline delivered it to the log, and to the model unless `seen` differs.
    pub served: &'a [f64],
    /// As the model saw it.
    pub seen: &'a [f64],
    /// The model's output for `seen`.
    pub scores: &'a [f64],
    /// 0/1 or a class index; NaN for amounts.
    pub decision: f64,
    /// The outcome as the log has it (what was done about the decision included).
    pub label: f64,
    /// How often the row is written (a broken join writes some twice).
    pub copies: usize,
}

/// A case with its model fitted.
pub struct Maker {
    /// The case.
    pub spec: &'static Spec,
    /// The customer's model.
    pub model: Arc<CustomerModel>,
    seed: u64,
    reference_rows: usize,
}

impl Maker {
    /// Draws the training rows and fits the customer's model on them.
    ///
    /// `reference_rows` matters where the training rows are part of the reference.
    #[must_use]
    pub fn new(spec: &'static Spec, seed: u64, reference_rows: usize) -> Self {
        let seed = combine64(hash64(spec.id.as_bytes(), 0), seed);
        let (mut rows, mut labels) = (Vec::new(), Vec::new());
        training_rows(spec, seed, reference_rows, |row, label| {
            rows.extend(row);
            labels.push(label);
        });
        let model = Arc::new(CustomerModel::fit(spec.world, &rows, &labels, spec.recipe));
        Self { spec, model, seed, reference_rows }
    }

    /// Rows of a table as the customer has them: the given number, and for training what it is.
    #[must_use]
    pub fn rows_of(&self, table: TableRole, rows: usize) -> usize {
        match (table, self.spec.training) {
            (TableRole::Training, Training::Earlier(count)) => count,
            (TableRole::Training, Training::HalfOfReference) => half(self.reference_rows),
            _ => rows,
        }
    }

    /// Another seed for the tables, the same fitted model.
    #[must_use]
    pub fn with_seed(&self, seed: u64) -> Self {
        let seed = combine64(hash64(self.spec.id.as_bytes(), 0), seed);
        Self { seed, model: Arc::clone(&self.model), ..*self }
    }

    /// Makes `rows` rows of a table, oldest first.
    pub fn each_row(
        &self,
        table: TableRole,
        rows: usize,
        mut visit: impl FnMut(MadeRow<'_>),
    ) {
        let spec = self.spec;
        let width = spec.world.target.width();
        let mut scores = vec![0.0; width];
        let live = matches!(table, TableRole::Production | TableRole::Shadow);
        // The shadow is production without its faults; training rows that are reference rows keep the
        // luck and the place they have there.
        let broken = table == TableRole::Production;
        let shared =
            table == TableRole::Training && spec.training == Training::HalfOfReference;
        let (table, rows, step) = match table {
            TableRole::Training if shared => {
                (TableRole::Reference, self.reference_rows, 2)
            }
            TableRole::Shadow => (TableRole::Production, rows, 1),
            _ => (table, rows, 1),
        };
        let schedule = schedule(spec, table);
        let last = if shared { 2 * half(rows) } else { rows };
        for index in (0..last).step_by(step) {
            let (clean, mut label) = if live {
                live_row(spec, self.seed, &schedule, index, rows)
            } else {
                past_row(spec, self.seed, table, &schedule, index, rows)
            };
            let mut served = clean.clone();
            let mut copies = 1;
            let moment = clean.get(TIME).copied().unwrap_or(0.0) as i64;
            let mut threshold = match spec.world.target {
                Target::Binary { threshold, .. } => threshold,
                _ => 0.0,
            };
            let (mut prevention, mut late) = (0.0, 0.0);
            let mut hidden = None;
            let key = row_key(self.seed, table, index);
            for (number, injection) in spec.injections.iter().enumerate() {
                let strength = injection.strength(moment, spec.launch_day());
                if !broken || strength <= 0.0 {
                    continue;
                }
                let mut dice = Dice::new(combine64(key, 10 + number as u64));
                match injection.fault {
                    Fault::Threshold { to } => threshold = to,
                    Fault::Prevention => prevention = strength,
                    Fault::LateLabels => late = strength,
                    // Applied last: on top of whatever else is broken.
                    Fault::Unlogged { .. } => hidden = Some((injection, strength, dice)),
                    _ => injection.apply_to_row(&mut served, strength, &mut dice, || {
                        let other = index + 1 + dice_index(key, rows);
                        live_row(spec, self.seed, &schedule, other % rows, rows).0
                    }),
                }
                if matches!(injection.fault, Fault::WrongKey { .. }) {
                    copies += usize::from(unit_interval(combine64(key, 9)) < 0.05);
                }
            }
            spec.world.settle(&mut served);
            let mut seen = served.clone();
            if let Some((injection, strength, mut dice)) = hidden {
                injection.apply_to_row(&mut seen, strength, &mut dice, Vec::new);
            }
            self.model.score(&seen, &mut scores);
            let decision = match spec.world.target {
                Target::Binary { .. } => {
                    let score = scores.first().copied().unwrap_or(0.0);
                    f64::from(u8::from(score >= threshold))
                }
                Target::Classes { .. } => best(&scores),
                Target::Amount { .. } => f64::NAN,
            };
            if decision == 1.0 && unit_interval(combine64(key, 8)) < prevention {
                label = 0.0;
            }
            if label == 1.0 && unit_interval(combine64(key, 5)) < late {
                label = 0.0;
            }
            visit(MadeRow {
                clean: &clean,
                served: &served,
                seen: &seen,
                scores: &scores,
                decision,
                label,
                copies,
            });
        }
    }
}

/// How many training rows are half of so many reference rows.
fn half(reference_rows: usize) -> usize {
    (reference_rows / 2).min(20_000)
}

/// Visits the rows the model is fitted on.
fn training_rows(
    spec: &Spec,
    seed: u64,
    reference_rows: usize,
    mut visit: impl FnMut(Vec<f64>, f64),
) {
    let (table, rows, count, step) = match spec.training {
        Training::Earlier(count) => (TableRole::Training, count, count, 1),
        Training::HalfOfReference => {
            (TableRole::Reference, reference_rows, half(reference_rows), 2)
        }
    };
    let schedule = schedule(spec, table);
    for index in 0..count {
        let (row, label) = past_row(spec, seed, table, &schedule, index * step, rows);
        visit(row, label);
    }
}

/// The first of the largest.
fn best(scores: &[f64]) -> f64 {
    let mut best = (f64::NEG_INFINITY, 0);
    for (index, &score) in scores.iter().enumerate() {
        if score > best.0 {
            best = (score, index);
        }
    }
    best.1 as f64
}

/// A far row, chosen by the key.
fn dice_index(key: u64, rows: usize) -> usize {
    (combine64(key, 7) % (rows.max(2) as u64 - 1)) as usize
}

fn row_key(seed: u64, table: TableRole, index: usize) -> u64 {
    combine64(hash64(table.name().as_bytes(), seed), index as u64)
}

/// When a table's rows happen: production from the launch on, the reference before it with a week between,
/// training before that.
fn schedule(spec: &Spec, table: TableRole) -> Schedule {
    let (before, length) = match table {
        TableRole::Production | TableRole::Shadow => (0, spec.days),
        TableRole::Reference => (7 + 84, 84),
        TableRole::Training => (7 + 84 + 84, 84),
    };
    Schedule::new(spec.launch_day() - before, length, &spec.world.rhythm)
}

/// A row of production and its true outcome.
fn live_row(
    spec: &Spec,
    seed: u64,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> (Vec<f64>, f64) {
    let moment = moment(seed, TableRole::Production, schedule, index, rows);
    let mut setting = Setting::default();
    for injection in spec.injections {
        let strength = injection.strength(moment, spec.launch_day());
        injection.apply_to_setting(&mut setting, strength);
    }
    row_at(spec, seed, TableRole::Production, index, moment, &setting)
}

/// A row from before launch; here a leaking column already knows the outcome.
fn past_row(
    spec: &Spec,
    seed: u64,
    table: TableRole,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> (Vec<f64>, f64) {
    let moment = moment(seed, table, schedule, index, rows);
    let (mut row, label) = row_at(spec, seed, table, index, moment, &Setting::default());
    for injection in spec.injections {
        if let Fault::Leak { column, mean } = injection.fault {
            let mut dice = Dice::new(combine64(row_key(seed, table, index), 6));
            if label == 1.0 && dice.chance(injection.severity) {
                let more = 1.0 + dice.count(mean);
                row.get_mut(column).into_iter().for_each(|v| *v += more);
            }
        }
    }
    (row, label)
}

fn moment(
    seed: u64,
    table: TableRole,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> i64 {
    let jitter = unit_interval(combine64(row_key(seed, table, index), 1));
    schedule.moment((index as f64 + jitter) / rows.max(1) as f64)
}

fn row_at(
    spec: &Spec,
    seed: u64,
    table: TableRole,
    index: usize,
    moment: i64,
    setting: &Setting,
) -> (Vec<f64>, f64) {
    let world = spec.world;
    let key = row_key(seed, table, index);
    let mut row = vec![0.0; world.columns.len()];
    // Ids go on from table to table.
    let first = match table {
        TableRole::Training => 1_000_000,
        TableRole::Reference => 3_000_000,
        TableRole::Production | TableRole::Shadow => 6_000_000,
    };
    let date_only =
        matches!(world.columns.get(TIME).map(|c| c.form), Some(super::world::Form::Date));
    let shown = if date_only { moment - moment.rem_euclid(DAY_SECONDS) } else { moment };
    if let [id, time, ..] = row.as_mut_slice() {
        *id = (first + index) as f64;
        *time = shown as f64;
    }
    debug_assert_eq!((ID, TIME), (0, 1));
    (world.draw)(&mut Dice::new(combine64(key, 2)), setting, &mut row);
    world.settle(&mut row);
    let mut signal = vec![0.0; world.target.width()];
    (world.signal)(&row, setting, &mut signal);
    let label = world.target.realise(&signal, unit_interval(combine64(key, 3)));
    (row, label)
}
