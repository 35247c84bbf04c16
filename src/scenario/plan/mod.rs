//! Pairs of tables with known causes, put together at run time for the benchmark. Enter: a seed, a world, how
//! the model was built, what goes wrong and how strongly. Leave: a [`Pair`], which lends a case's
//! [`Spec`] and knows its truth. Nothing is made before [`Maker`] is asked. The worlds used to fit the
//! weights of the diagnosis ([`Split::Fit`]) are never those it is scored on ([`Split::Score`]).

pub mod compose;
pub mod handles;
pub mod list;
pub mod price;

use std::sync::Arc;

pub use compose::compose;
pub use list::{Ask, list};
pub use price::{Price, TERMS, price, severities};

use super::cases::{Labels, Outputs, Spec, Training, Truth};
use super::customer_model::Recipe;
use super::export::{Case, export_made};
use super::inject::Injection;
use super::make::Maker;
use super::world::World;
use crate::choices::TableRole;
use crate::report::{CauseId, VerdictKind};

/// What a world is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// To fit weights and calibration.
    Fit,
    /// To score.
    Score,
}

/// How the customer's model was built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Linear.
    Linear,
    /// Boosted trees.
    Trees,
    /// A forest.
    Forest,
}

/// A pair in which nothing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calm {
    /// The same process twice.
    Same,
    /// A column that hardly matters moved.
    Harmless,
    /// Many rows an entity.
    Clustered,
    /// A few hundred rows in production.
    Tiny,
    /// Production is easier: no drop, though something changed.
    Improved,
}

/// Pairs that look like another cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    /// Prices truly grow by 1.6 (a change of who we see).
    Growth,
    /// Miles are delivered as kilometres.
    MilesToKilometres,
    /// Rows truly happen some hours later (a change of who we see).
    LaterHours,
    /// Hours come from a clock in another zone.
    WrongZone,
    /// An event that passes.
    PassingSeason,
    /// A relation that stays changed.
    LastingChange,
}

/// What happens in a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// One cause.
    One(CauseId),
    /// Two at once.
    Two(CauseId, CauseId),
    /// None.
    Calm(Calm),
    /// One that looks like another.
    Twin(Twin),
}

impl What {
    /// A short name for tables: `unit_or_encoding`, `two`, `calm_tiny`, ….
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::One(cause) => cause.name().to_owned(),
            Self::Two(a, b) => format!("{}+{}", a.name(), b.name()),
            Self::Calm(calm) => format!("calm_{calm:?}").to_lowercase(),
            Self::Twin(twin) => format!("twin_{twin:?}").to_lowercase(),
        }
    }
}

/// A pair of tables, not made yet.
#[derive(Clone)]
pub struct Pair {
    /// `loans-linear-stale_feature-3-17`.
    pub id: String,
    /// What happens.
    pub what: What,
    /// How strongly: 1–4.
    pub level: u8,
    /// How the model was built.
    pub kind: Kind,
    /// The world.
    pub world: &'static World,
    /// Causes that are present, the main one first; empty when none is.
    pub causes: Vec<CauseId>,
    /// Columns that carry them, the most telling first; any of them is a right answer.
    pub columns: Vec<&'static str>,
    /// Days from launch to the first changed day; `None` when nothing changed or it was so from the start.
    pub onset_days: Option<i64>,
    /// Headline metric, by id.
    pub metric: &'static str,
    /// Whether the terms of the drop have a truth that data can show: not for a model that memorised and a
    /// column that knew the answer, whose terms are a convention.
    pub priced: bool,
    /// Whether strength is turned down from its fullest to what the level asks for.
    tunable: bool,
    ask: Ask,
    /// Whether another metric may be asked for where the first does not feel the cause.
    free_metric: bool,
    seed: u64,
    recipe: Recipe,
    training: Training,
    hand_over: &'static [TableRole],
    launch: (i64, i64, i64),
    days: i64,
    rows: (usize, usize),
    injections: Vec<Injection>,
    visits: usize,
    outputs: Outputs,
    costs: Option<(f64, f64)>,
}

/// Multiples of the smallest detectable drop that levels 1–4 aim at: amid the classes that are scored.
const AIMS: [f64; 4] = [0.7, 1.4, 2.9, 5.6];
/// Metrics of a yes-or-no model that may be asked for.
/// Other holds of the same cause that are tried where the first is too weak for the level.
const TRIES: u64 = 4;
/// A pair is taken when its fullest strength reaches this share of the aim.
const ENOUGH: f64 = 0.75;
const FREE_METRICS: [&str; 3] = ["accuracy", "auc", "log_loss"];

/// A pair with its model fitted: the files and the truth.
pub struct MadePair {
    /// The pair at the strength it was made with.
    pub pair: Pair,
    /// Files and choices.
    pub case: Case,
    /// The terms of the drop.
    pub price: Price,
}

impl Pair {
    /// The case it is.
    #[must_use]
    pub fn spec(&self) -> Spec<'_> {
        Spec {
            id: &self.id,
            world: self.world,
            recipe: self.recipe,
            training: self.training,
            hand_over: self.hand_over,
            launch: self.launch,
            days: self.days,
            rows: self.rows,
            injections: &self.injections,
            visits: self.visits,
            outputs: self.outputs,
            labels: Labels::Inside,
            costs: self.costs,
            ask_metric: match self.metric {
                "accuracy" | "mae" | "expected_cost" => None,
                metric => Some(metric),
            },
            truth: Truth {
                cause: self.causes.first().map_or("none", |cause| cause.name()),
                also: &[],
                columns: &[],
                onset: None,
                drop: !self.causes.is_empty(),
                verdict: VerdictKind::Dropped,
                metric: self.metric,
            },
        }
    }

    /// Day number of the first changed day.
    #[must_use]
    pub fn onset_day(&self) -> Option<i64> {
        self.onset_days.map(|days| self.spec().launch_day() + days)
    }

    /// Fits the model, prints the tables, works out the truth.
    #[must_use]
    pub fn make(&self) -> MadePair {
        let mut pair = self.clone();
        if self.tunable {
            let mut reached = pair.tune_alone();
            for salt in 1..TRIES {
                if reached >= ENOUGH {
                    break;
                }
                let Some(mut other) = compose(&self.ask, salt) else { break };
                let by_other = other.tune_alone();
                if by_other > reached {
                    (pair, reached) = (other, by_other);
                }
            }
        }
        let spec = pair.spec();
        let maker = Maker::new(&spec, pair.seed, pair.rows.0);
        let price = price(&maker, pair.rows, pair.metric);
        let case = export_made(&maker, pair.rows);
        drop(maker);
        MadePair { case, price, pair }
    }

    /// [`Self::tune`] with a model fitted for it.
    fn tune_alone(&mut self) -> f64 {
        let full = self.clone();
        let spec = full.spec();
        self.tune(&Maker::new(&spec, full.seed, full.rows.0))
    }

    /// Picks a metric that feels the cause and turns its strength down to the level. The drop is taken as
    /// proportional to strength: what comes of it is measured anyway. Returns the fullest strength's drop over
    /// the aim.
    fn tune(&mut self, full: &Maker<'_>) -> f64 {
        let aim = AIMS.get(usize::from(self.level) - 1).copied().unwrap_or(1.0);
        let metrics: Vec<&'static str> =
            if self.free_metric { FREE_METRICS.to_vec() } else { vec![self.metric] };
        let felt = severities(full, self.rows, &metrics);
        let own = metrics.iter().position(|m| *m == self.metric).unwrap_or(0);
        let mut best = (self.metric, felt.get(own).copied().unwrap_or(0.0));
        if best.1 < aim {
            for (&metric, &severity) in metrics.iter().zip(&felt) {
                if severity > best.1 {
                    best = (metric, severity);
                }
            }
        }
        self.metric = best.0;
        let scale = if best.1 > 0.0 { (aim / best.1).clamp(0.03, 1.0) } else { 1.0 };
        self.injections.iter_mut().for_each(|i| i.severity *= scale);
        best.1 / aim
    }

    /// The fitted model, for tests that look at rows.
    #[must_use]
    pub fn model(&self) -> Arc<super::customer_model::CustomerModel> {
        Maker::new(&self.spec(), self.seed, self.rows.0).model
    }
}
