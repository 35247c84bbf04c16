//! Puts a pair together. Enter: what is asked for. Leave: its faults with strength and onset, the columns
//! that carry them, tables, sizes and the metric; `None` where the world does not offer the cause a hold.

use super::handles::{HANDLES, Handles};
use super::{Ask, Calm, Kind, Pair, Twin, What};
use crate::choices::TableRole;
use crate::report::CauseId;
use crate::scenario::cases::{Outputs, Training};
use crate::scenario::customer_model::Recipe;
use crate::scenario::dice::Dice;
use crate::scenario::inject::{Course, Fault, Injection};
use crate::scenario::world::Target;
use crate::stats::math;
use crate::stats::random::{combine64, hash64};

/// Share of rows touched by a fault of the pipeline at levels 1–4.
const SHARE: [f64; 4] = [0.15, 0.35, 0.65, 1.0];
/// Strength of a change of the world at levels 1–4.
const STRENGTH: [f64; 4] = [0.25, 0.5, 0.8, 1.2];

/// A pair under construction.
struct Draft {
    dice: Dice,
    handles: &'static Handles,
    level: usize,
    onset_days: i64,
    injections: Vec<Injection>,
    columns: Vec<usize>,
    recipe: Recipe,
    training: Training,
    hand_over: &'static [TableRole],
    visits: usize,
    costs: Option<(f64, f64)>,
    metric: Option<&'static str>,
}

/// The pair that is asked for; `None` when the world cannot have it. Another `salt` takes other columns, sizes
/// and days.
#[must_use]
pub fn compose(ask: &Ask, salt: u64) -> Option<Pair> {
    let handles = HANDLES.iter().find(|h| h.world.name == ask.world)?;
    let world = handles.world;
    let id = format!(
        "{}-{}-{}-{}-{}",
        ask.world,
        format!("{:?}", ask.kind).to_lowercase(),
        ask.what.name(),
        ask.level,
        ask.seed
    );
    let mut dice = Dice::new(combine64(hash64(id.as_bytes(), 11 + salt), ask.seed));
    // Much of what goes wrong does so with the launch itself: that alone must tell no cause.
    let onset_days =
        if dice.chance(0.35) { 0 } else { 14 + dice.pick(&[1.0; 36]) as i64 };
    let size = [6000, 9000, 14_000][dice.pick(&[1.0; 3]) as usize % 3];
    let mut draft = Draft {
        handles,
        // At its fullest; `Pair::make` turns it down.
        level: 3,
        onset_days,
        injections: Vec::new(),
        columns: Vec::new(),
        recipe: match ask.kind {
            Kind::Linear => Recipe::Linear,
            Kind::Trees => Recipe::Trees,
            Kind::Forest => Recipe::Forest,
        },
        training: Training::Earlier(6000),
        hand_over: if dice.chance(0.1) { &[TableRole::Training] } else { &[] },
        visits: 1,
        costs: None,
        metric: None,
        dice,
    };
    let mut rows = (size, size);
    let causes = match ask.what {
        What::One(cause) => {
            if matches!(cause, CauseId::Overfitting | CauseId::ThresholdCost) {
                draft.level = usize::from(ask.level.clamp(1, 4)) - 1;
            }
            draft.put(cause)?;
            vec![cause]
        }
        What::Two(a, b) => {
            draft.put(a)?;
            draft.put(b)?;
            vec![a, b]
        }
        What::Calm(calm) => {
            draft.calm(calm, &mut rows)?;
            Vec::new()
        }
        What::Twin(twin) => vec![draft.twin(twin)?],
    };
    let tunable = match ask.what {
        What::One(cause) => {
            !matches!(cause, CauseId::Overfitting | CauseId::ThresholdCost)
        }
        What::Two(..) => true,
        _ => false,
    };
    let chosen = draft.metric.is_some();
    let metric = draft.metric.unwrap_or_else(|| match world.target {
        Target::Amount { .. } => "mae",
        Target::Classes { .. } => "accuracy",
        Target::Binary { .. } => ["accuracy", "auc", "log_loss"]
            [draft.dice.pick(&[1.0, 1.0, 1.0]) as usize % 3],
    });
    let whole = matches!(metric, "auc" | "accuracy") && draft.dice.chance(0.1);
    let outputs = match metric {
        "auc" if whole => Outputs::Score,
        "accuracy" if whole && matches!(world.target, Target::Binary { .. }) => {
            Outputs::Decision
        }
        _ => Outputs::Both,
    };
    let always =
        causes.iter().any(|c| matches!(c, CauseId::Overfitting | CauseId::LabelLeakage));
    let mut columns: Vec<&'static str> = Vec::new();
    for &column in &draft.columns {
        let name = world.columns.get(column).map_or("", |c| c.name);
        if !columns.contains(&name) {
            columns.push(name);
        }
    }
    if causes.contains(&CauseId::LabelProblem) {
        columns.insert(0, world.target.label());
    }
    let quiet = draft.injections.is_empty() || always || draft.onset_days == 0;
    let month = 1 + draft.dice.pick(&[1.0; 12]) as i64;
    Some(Pair {
        id,
        what: ask.what,
        level: ask.level,
        kind: ask.kind,
        world,
        priced: !always,
        tunable,
        ask: *ask,
        free_metric: !chosen
            && outputs == Outputs::Both
            && matches!(world.target, Target::Binary { .. }),
        causes,
        columns,
        onset_days: if quiet { None } else { Some(draft.onset_days) },
        metric,
        seed: ask.seed,
        recipe: draft.recipe,
        training: draft.training,
        hand_over: draft.hand_over,
        launch: launch(world.name, month),
        days: 84,
        rows,
        injections: draft.injections,
        visits: draft.visits,
        outputs,
        costs: draft.costs,
    })
}

impl Draft {
    fn starting(&mut self, strength: f64, fault: Fault) {
        self.add(strength, fault, Course::Step);
    }

    fn add(&mut self, severity: f64, fault: Fault, course: Course) {
        let onset_days = self.onset_days;
        self.injections.push(Injection { fault, severity, onset_days, course });
    }

    /// Most changes of the world come at once, some bit by bit.
    fn world_change(&mut self, fault: Fault, columns: &[usize]) {
        let strength = STRENGTH[self.level];
        let course =
            if self.dice.chance(0.25) { Course::Ramp(28.0) } else { Course::Step };
        self.columns.extend(columns);
        self.add(strength, fault, course);
    }

    /// A fault of the pipeline: always at once.
    fn break_inputs(&mut self, fault: Fault, columns: &[usize]) {
        self.columns.extend(columns);
        self.starting(SHARE[self.level], fault);
    }

    /// Puts a cause into the pair; `None` when the world has no hold for it.
    fn put(&mut self, cause: CauseId) -> Option<()> {
        let handles = self.handles;
        let binary = match handles.world.target {
            Target::Binary { threshold, .. } => Some(threshold),
            _ => None,
        };
        match cause {
            CauseId::PopulationShift => {
                // A share of rows: 1 is everybody.
                let strength = [0.2, 0.45, 0.7, 1.0][self.level];
                self.columns.extend(handles.mix);
                self.starting(strength, Fault::Mix);
            }
            CauseId::SeasonalityEvent => {
                self.onset_days = 14 + self.onset_days % 28;
                let length = 28.0 + 7.0 * self.dice.pick(&[1.0; 2]);
                self.columns.extend(handles.season);
                self.add(
                    STRENGTH[self.level] * 1.6,
                    Fault::Season,
                    Course::Pulse(length),
                );
            }
            CauseId::ColdStart => {
                let share = [0.08, 0.16, 0.3, 0.5][self.level];
                self.columns.push(handles.newcomers);
                self.starting(share, Fault::Newcomers);
            }
            CauseId::UnitOrEncoding => {
                // The last one is kept for the look-alikes.
                let (column, factor) =
                    handles.scales[self.dice.pick(&[1.0; 4]) as usize % 4];
                self.break_inputs(Fault::Scale { column, factor }, &[column]);
            }
            CauseId::MissingOrDefault => {
                if self.dice.chance(0.5) {
                    let columns = handles.feed;
                    self.break_inputs(Fault::Blank { columns, with: None }, columns);
                } else {
                    let (column, value) = handles.default;
                    let columns = one(column);
                    let with = Some(value);
                    self.break_inputs(Fault::Blank { columns, with }, columns);
                }
            }
            CauseId::TimeWindow => {
                let (hour, weekday, hours) = handles.clock?;
                let column = if hour == super::handles::NOWHERE {
                    weekday.unwrap_or(hour)
                } else {
                    hour
                };
                self.columns.extend(weekday);
                self.break_inputs(Fault::Clock { hour, weekday, hours }, &[column]);
            }
            CauseId::CategoryMapping => {
                let (column, by) = handles.rename;
                self.break_inputs(Fault::Rename { column, by }, &[column]);
            }
            CauseId::JoinOrFilter => match self.dice.pick(&[0.5, 0.25, 0.25]) as u8 {
                0 => {
                    if self.dice.chance(0.3) {
                        self.hand_over = &[TableRole::Shadow];
                    }
                    let columns = handles.joined;
                    self.break_inputs(Fault::WrongKey { columns }, columns);
                }
                1 => {
                    let (column, codes) = handles.easy;
                    self.break_inputs(Fault::Lost { column, codes }, &[column]);
                }
                _ => {
                    let (column, codes) = handles.hard;
                    self.break_inputs(Fault::Doubled { column, codes }, &[column]);
                }
            },
            CauseId::StaleFeature => {
                self.visits = 6;
                self.onset_days = 14 + self.onset_days % 21;
                let columns = handles.stale;
                self.break_inputs(Fault::Stale { columns }, columns);
            }
            CauseId::ServedNotLogged => {
                if self.dice.chance(0.3) {
                    self.hand_over = &[TableRole::Shadow];
                }
                let columns = handles.feed;
                let with = if self.dice.chance(0.5) { Some(0.0) } else { None };
                self.break_inputs(Fault::Unlogged { columns, with }, columns);
            }
            CauseId::LabelProblem => {
                let turned = binary.is_some() && self.dice.chance(0.25);
                if turned {
                    let share = [0.05, 0.12, 0.3, 1.0][self.level];
                    self.starting(share, Fault::Turned);
                } else if self.dice.chance(0.6) {
                    let days = (84 - self.onset_days).max(1) as f64;
                    let share = [0.25, 0.5, 0.8, 1.0][self.level];
                    self.add(share, Fault::LateLabels, Course::Ramp(days));
                } else {
                    let (column, codes) = handles.hard;
                    self.break_inputs(Fault::Redefined { column, codes }, &[column]);
                }
            }
            CauseId::Overfitting => {
                let rounds = [6, 12, 25, 60][self.level];
                self.recipe = match self.recipe {
                    Recipe::Forest => Recipe::Forest,
                    _ => Recipe::Overgrown(rounds),
                };
                self.training = Training::HalfOfReference;
                self.hand_over = &[TableRole::Training];
                self.onset_days = 0;
            }
            CauseId::LabelLeakage => {
                let (column, mean) = handles.leak?;
                self.onset_days = 0;
                let share = [0.12, 0.25, 0.45, 0.7][self.level];
                self.columns.push(column);
                self.starting(share, Fault::Leak { column, mean });
            }
            CauseId::ThresholdCost => {
                let threshold = binary?;
                let away = [0.7, 1.3, 2.1, 3.2][self.level];
                let to = math::sigmoid(math::logit(threshold) + away);
                self.costs = Some((1.0, (1.0 - threshold) / threshold));
                self.metric = Some("expected_cost");
                self.starting(1.0, Fault::Threshold { to });
            }
            CauseId::CalibrationBaseRate => {
                let by = [0.25, 0.5, 0.9, 1.4][self.level];
                match handles.world.target {
                    Target::Binary { .. } => self.metric = Some("log_loss"),
                    Target::Classes { .. } => return None,
                    Target::Amount { .. } => {}
                }
                let scale = if binary.is_some() { 1.0 } else { 0.5 };
                self.starting(1.0, Fault::BaseRate(by * scale));
            }
            CauseId::FeedbackLoop => {
                binary?;
                let share = [0.2, 0.4, 0.65, 0.95][self.level];
                if self.dice.chance(0.4) {
                    self.starting(share, Fault::Prevention);
                } else {
                    let days = 28.0 + 14.0 * self.dice.pick(&[1.0; 2]);
                    self.onset_days = 0;
                    self.add(share, Fault::Prevention, Course::Ramp(days));
                }
            }
            CauseId::ConceptDrift => self.world_change(Fault::Concept, handles.concept),
        }
        Some(())
    }

    /// A pair without a drop; `None` where the world has no such pair.
    fn calm(&mut self, calm: Calm, rows: &mut (usize, usize)) -> Option<()> {
        let handles = self.handles;
        match calm {
            Calm::Same => {}
            Calm::Harmless => {
                self.columns.push(handles.harmless);
                self.starting(1.0, Fault::Harmless);
            }
            Calm::Clustered => self.visits = 8,
            Calm::Tiny => rows.1 = 150 + 50 * self.dice.pick(&[1.0; 8]) as usize,
            Calm::Improved => {
                // Fewer of the rare outcomes: more rows are right.
                if !matches!(handles.world.target, Target::Binary { .. }) {
                    return None;
                }
                self.metric = Some("accuracy");
                self.starting(1.0, Fault::BaseRate(-0.7));
            }
        }
        Some(())
    }

    /// Puts in a look-alike and says which cause it honestly is.
    fn twin(&mut self, twin: Twin) -> Option<CauseId> {
        let handles = self.handles;
        match twin {
            Twin::Growth => {
                let columns = handles.grows;
                self.columns.extend(columns);
                let fault = Fault::Growth { columns, factor: 1.6 };
                self.add(1.0, fault, Course::Ramp(42.0));
                Some(CauseId::PopulationShift)
            }
            Twin::MilesToKilometres => {
                let &(column, factor) = handles.scales.last()?;
                self.columns.push(column);
                self.starting(1.0, Fault::Scale { column, factor });
                Some(CauseId::UnitOrEncoding)
            }
            Twin::LaterHours => {
                let (hour, _, _) = handles.clock?;
                if hour == super::handles::NOWHERE {
                    return None;
                }
                self.columns.push(hour);
                self.starting(1.0, Fault::Later(4));
                Some(CauseId::PopulationShift)
            }
            Twin::WrongZone => {
                self.level = 3;
                self.put(CauseId::TimeWindow)?;
                Some(CauseId::TimeWindow)
            }
            Twin::PassingSeason => {
                self.put(CauseId::SeasonalityEvent)?;
                Some(CauseId::SeasonalityEvent)
            }
            Twin::LastingChange => {
                self.columns.extend(handles.concept);
                let strength = STRENGTH[self.level];
                self.starting(strength, Fault::Concept);
                Some(CauseId::ConceptDrift)
            }
        }
    }
}

/// One column as a list that lives as long as the worlds: positions below 24.
fn one(column: usize) -> &'static [usize] {
    const ALL: [usize; 24] = [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        23,
    ];
    ALL.get(column..=column).unwrap_or(&[])
}

/// The launch day. Where the year shows in a column, it lies at the turn of the year's wave, so that reference
/// and production see the same part of it from both sides: otherwise every pair had a season as well.
fn launch(world: &str, month: i64) -> (i64, i64, i64) {
    match world {
        "lines" if month <= 6 => (2025, 1, 22),
        "lines" => (2025, 7, 23),
        _ => (2025, month, 3),
    }
}
