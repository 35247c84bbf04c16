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
use super::world::{ID, Setting, TIME, Target, World};
use crate::choices::TableRole;
use crate::stats::random::{combine64, hash64, unit_interval};

/// Spread of true growth (deviation of its logarithm) from row to row: what a change of unit has not.
const GROWTH_SPREAD: f64 = 0.12;

/// One row, with everything that is known about how it came about.
#[derive(Clone, Copy, Debug)]
pub struct MadeRow<'a> {
    /// Position in the table.
    pub index: usize,
    /// As it is in truth.
    pub clean: &'a [f64],
    /// `clean` without what a leaking column knows of the outcome.
    pub honest: &'a [f64],
    /// Whether the model was fitted on this very row.
    pub trained: bool,
    /// The outcome if the relation were that of before launch, with the same luck, nothing prevented and
    /// nothing late.
    pub usual_label: f64,
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
    /// How often the row is written (a broken join writes some twice, or loses them).
    pub copies: usize,
}

/// A case with its model fitted.
pub struct Maker<'a> {
    /// The case.
    pub spec: &'a Spec<'a>,
    /// The customer's model.
    pub model: Arc<CustomerModel>,
    seed: u64,
    reference_rows: usize,
}

impl<'a> Maker<'a> {
    /// Draws the training rows and fits the customer's model on them.
    ///
    /// `reference_rows` matters where the training rows are part of the reference.
    #[must_use]
    pub fn new(spec: &'a Spec<'a>, seed: u64, reference_rows: usize) -> Self {
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
            let drawn = if live {
                live_row(spec, self.seed, &schedule, index, rows)
            } else {
                past_row(spec, self.seed, table, &schedule, index, rows)
            };
            let Drawn { row: clean, honest, mut label, usual_label } = drawn;
            let honest = honest.as_deref().unwrap_or(&clean);
            let mut served = clean.clone();
            let mut copies = 1;
            let moment = clean.get(TIME).copied().unwrap_or(0.0) as i64;
            let mut threshold = match spec.world.target {
                Target::Binary { threshold, .. } => threshold,
                _ => 0.0,
            };
            let (mut prevention, mut late, mut redefined) = (0.0, 0.0, false);
            let mut turned = false;
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
                    Fault::Turned => turned |= dice.chance(strength),
                    Fault::Redefined { column, codes } => {
                        redefined |=
                            is_one_of(&clean, column, codes) && dice.chance(strength);
                    }
                    Fault::Lost { column, codes } => {
                        if is_one_of(&clean, column, codes) && dice.chance(strength) {
                            copies = 0;
                        }
                    }
                    Fault::Doubled { column, codes } => {
                        let again =
                            is_one_of(&clean, column, codes) && dice.chance(strength);
                        copies += if again { 2 } else { 0 };
                    }
                    Fault::Stale { .. } => {
                        // An entity's feed stops, not a row's.
                        let entities = entities(spec, rows);
                        let entity = row_key(self.seed, table, index % entities);
                        let mut dice = Dice::new(combine64(entity, 10 + number as u64));
                        let onset =
                            (spec.launch_day() + injection.onset_days) * DAY_SECONDS;
                        injection.apply_to_row(&mut served, strength, &mut dice, || {
                            let mut then = index;
                            while then >= entities
                                && moment_of(self.seed, table, &schedule, then, rows)
                                    >= onset
                            {
                                then -= entities;
                            }
                            live_row(spec, self.seed, &schedule, then, rows).row
                        });
                    }
                    // Applied last: on top of whatever else is broken.
                    Fault::Unlogged { .. } => hidden = Some((injection, strength, dice)),
                    _ => injection.apply_to_row(&mut served, strength, &mut dice, || {
                        let other = index + 1 + dice_index(key, rows);
                        live_row(spec, self.seed, &schedule, other % rows, rows).row
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
            let unknown = unit_interval(combine64(key, 5)) < late;
            label = match spec.world.target {
                Target::Binary { .. } if turned => 1.0 - label,
                Target::Binary { .. } if label == 1.0 && (unknown || redefined) => 0.0,
                Target::Classes { .. } if unknown => 0.0,
                Target::Classes { classes, .. } if redefined => {
                    (label + 1.0) % classes.len() as f64
                }
                Target::Amount { .. } if unknown || redefined => (0.5 * label).round(),
                _ => label,
            };
            visit(MadeRow {
                index,
                honest,
                trained: table == TableRole::Reference
                    && spec.training == Training::HalfOfReference
                    && index % 2 == 0
                    && index / 2 < half(rows),
                usual_label,
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

/// Whether a category is one of these.
fn is_one_of(row: &[f64], column: usize, codes: &[f64]) -> bool {
    row.get(column).is_some_and(|value| codes.contains(value))
}

/// Entities in so many rows.
fn entities(spec: &Spec<'_>, rows: usize) -> usize {
    (rows / spec.visits.max(1)).max(1)
}

/// How many training rows are half of so many reference rows.
fn half(reference_rows: usize) -> usize {
    (reference_rows / 2).min(20_000)
}

/// Visits the rows the model is fitted on.
fn training_rows(
    spec: &Spec<'_>,
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
        let drawn = past_row(spec, seed, table, &schedule, index * step, rows);
        visit(drawn.row, drawn.label);
    }
}

/// The first of the largest.
pub(super) fn best(scores: &[f64]) -> f64 {
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
fn schedule(spec: &Spec<'_>, table: TableRole) -> Schedule {
    let (before, length) = match table {
        TableRole::Production | TableRole::Shadow => (0, spec.days),
        TableRole::Reference => (7 + 84, 84),
        TableRole::Training => (7 + 84 + 84, 84),
    };
    Schedule::new(spec.launch_day() - before, length, &spec.world.rhythm)
}

/// A drawn row with its outcomes.
struct Drawn {
    row: Vec<f64>,
    /// The row before a column learned of the outcome, where one did.
    honest: Option<Vec<f64>>,
    label: f64,
    usual_label: f64,
}

/// Which row of which table.
#[derive(Clone, Copy)]
struct Place {
    seed: u64,
    table: TableRole,
    index: usize,
    rows: usize,
}

/// A row of production and its true outcome.
fn live_row(
    spec: &Spec<'_>,
    seed: u64,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> Drawn {
    let table = TableRole::Production;
    let mut moment = moment_of(seed, table, schedule, index, rows);
    let mut setting = Setting::default();
    let mut later = 0;
    for injection in spec.injections {
        let strength = injection.strength(moment, spec.launch_day());
        injection.apply_to_setting(&mut setting, strength);
        if let Fault::Later(hours) = injection.fault {
            later += (strength * (hours * 3600) as f64) as i64;
        }
    }
    moment += later;
    row_at(spec, Place { seed, table, index, rows }, moment, &setting)
}

/// A row from before launch; here a leaking column already knows the outcome.
fn past_row(
    spec: &Spec<'_>,
    seed: u64,
    table: TableRole,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> Drawn {
    let moment = moment_of(seed, table, schedule, index, rows);
    let place = Place { seed, table, index, rows };
    let mut drawn = row_at(spec, place, moment, &Setting::default());
    for injection in spec.injections {
        if let Fault::Leak { column, mean } = injection.fault {
            drawn.honest.get_or_insert_with(|| drawn.row.clone());
            let mut dice = Dice::new(combine64(row_key(seed, table, index), 6));
            let knows = match spec.world.target {
                Target::Binary { .. } => drawn.label == 1.0,
                _ => true,
            };
            if knows && dice.chance(injection.severity) {
                let more = 1.0 + dice.count(mean);
                drawn.row.get_mut(column).into_iter().for_each(|v| {
                    match spec.world.target {
                        Target::Binary { .. } => *v += more,
                        // The class by its number, or the amount itself.
                        _ => *v = drawn.label,
                    }
                });
            }
        }
    }
    drawn
}

fn moment_of(
    seed: u64,
    table: TableRole,
    schedule: &Schedule,
    index: usize,
    rows: usize,
) -> i64 {
    let jitter = unit_interval(combine64(row_key(seed, table, index), 1));
    schedule.moment((index as f64 + jitter) / rows.max(1) as f64)
}

fn row_at(spec: &Spec<'_>, place: Place, moment: i64, setting: &Setting) -> Drawn {
    let Place { seed, table, index, rows } = place;
    let world = spec.world;
    let key = row_key(seed, table, index);
    let mut row = vec![0.0; world.columns.len()];
    // Ids go on from table to table.
    let first = match table {
        TableRole::Training => 1_000_000,
        TableRole::Reference => 3_000_000,
        TableRole::Production | TableRole::Shadow => 6_000_000,
    };
    let repeated = spec.visits > 1;
    let entity = if repeated { index % entities(spec, rows) } else { index };
    let entity_key = row_key(seed, table, entity);
    let date_only =
        matches!(world.columns.get(TIME).map(|c| c.form), Some(super::world::Form::Date));
    let shown = if date_only { moment - moment.rem_euclid(DAY_SECONDS) } else { moment };
    if let [id, time, ..] = row.as_mut_slice() {
        *id = (first + entity) as f64;
        *time = shown as f64;
    }
    debug_assert_eq!((ID, TIME), (0, 1));
    (world.draw)(&mut Dice::new(combine64(entity_key, 2)), setting, &mut row);
    if repeated {
        world.revisit(&mut Dice::new(combine64(key, 4)), &mut row);
    }
    if setting.growth > 0.0 {
        let mut dice = Dice::new(combine64(key, 12));
        for &column in setting.growing {
            let factor = setting.growth * dice.lognormal(1.0, GROWTH_SPREAD);
            row.get_mut(column).into_iter().for_each(|v| *v *= factor);
        }
    }
    world.settle(&mut row);
    // Half of what happens to an entity with many rows is its own luck, not that of the visit.
    let own = repeated && unit_interval(combine64(key, 40)) < 0.5;
    let luck = unit_interval(combine64(if own { entity_key } else { key }, 3));
    let mut signal = vec![0.0; world.target.width()];
    (world.signal)(&row, setting, &mut signal);
    let label = world.target.realise(&signal, luck);
    let usual = World::usual_relation(setting);
    let usual_label = if usual == *setting {
        label
    } else {
        (world.signal)(&row, &usual, &mut signal);
        world.target.realise(&signal, luck)
    };
    Drawn { row, honest: None, label, usual_label }
}
