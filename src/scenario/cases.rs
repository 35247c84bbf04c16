//! What each case is made of: its world, the customer's model, what goes wrong and when, which tables and
//! labels the team has, and the truth. One entry a card of the catalogue.

use super::calendar::day_number;
use super::customer_model::Recipe;
use super::inject::{Course, Fault, Injection};
use super::world::World;
use super::worlds::{CUSTOMERS, LINES, LOANS, PAYMENTS, TICKETS};
use crate::choices::TableRole;
use crate::report::VerdictKind;

/// What a case is known to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    /// Id of the cause from the product's table; `none` when there is no real drop.
    pub cause: &'static str,
    /// Further causes in a case with more than one.
    pub also: &'static [&'static str],
    /// Columns that carry it, the most telling first; empty when no column does.
    pub columns: &'static [&'static str],
    /// First changed day, ISO 8601; `None` when it was so from the first day or nothing changed.
    pub onset: Option<&'static str>,
    /// Whether performance really is worse in production, whether or not the labels are at hand.
    pub drop: bool,
    /// The verdict an honest report gives on the files.
    pub verdict: VerdictKind,
    /// The case's natural metric, by id.
    pub metric: &'static str,
}

/// Which labels of production the team has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// In the table.
    Inside,
    /// In a file of their own, joined by id.
    OwnFile,
    /// None yet.
    None,
}

/// Where the rows come from that the model was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Training {
    /// So many rows of their own, from the months before the reference.
    Earlier(usize),
    /// Every second row of the reference, 20,000 at most: a validation that is none.
    HalfOfReference,
}

/// Which outputs of the model the log holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outputs {
    /// Score and decision.
    Both,
    /// The score only.
    Score,
    /// The decision only.
    Decision,
}

/// What a case is made of.
#[derive(Clone, Copy)]
pub struct Spec<'a> {
    /// Id of its card.
    pub id: &'a str,
    /// Its world.
    pub world: &'static World,
    /// How the model was built.
    pub recipe: Recipe,
    /// Rows the model was trained on.
    pub training: Training,
    /// Tables the team has beside reference and production.
    pub hand_over: &'static [TableRole],
    /// Launch day.
    pub launch: (i64, i64, i64),
    /// Days each table covers.
    pub days: i64,
    /// Reference and production rows by default.
    pub rows: (usize, usize),
    /// What goes wrong.
    pub injections: &'a [Injection],
    /// Rows an entity has in each table; 1 is a row an entity.
    pub visits: usize,
    /// What the log holds of the model.
    pub outputs: Outputs,
    /// Labels of production.
    pub labels: Labels,
    /// Cost of a false positive and of a false negative.
    pub costs: Option<(f64, f64)>,
    /// Headline metric to ask for; `None` is the usual rule.
    pub ask_metric: Option<&'static str>,
    /// What is true.
    pub truth: Truth,
}

impl Spec<'_> {
    /// Day number of the launch.
    #[must_use]
    pub const fn launch_day(&self) -> i64 {
        day_number(self.launch.0, self.launch.1, self.launch.2)
    }
}

/// The case with this id.
#[must_use]
pub fn spec(case: &str) -> Option<&'static Spec<'static>> {
    SPECS.iter().find(|s| s.id == case)
}

/// What an entry has unless it says otherwise.
const PLAIN: Spec<'static> = Spec {
    id: "",
    world: &CUSTOMERS,
    recipe: Recipe::Trees,
    training: Training::Earlier(9000),
    hand_over: &[],
    launch: (2025, 3, 31),
    days: 84,
    rows: (14_000, 14_000),
    injections: &[],
    visits: 1,
    outputs: Outputs::Both,
    labels: Labels::Inside,
    costs: None,
    ask_metric: None,
    truth: Truth {
        cause: "none",
        also: &[],
        columns: &[],
        onset: None,
        drop: true,
        verdict: VerdictKind::Dropped,
        metric: "accuracy",
    },
};

/// One fault from some day on.
const fn from_day(onset_days: i64, severity: f64, fault: Fault) -> Injection {
    Injection { fault, severity, onset_days, course: Course::Step }
}

/// The same, growing or passing.
const fn course(injection: Injection, course: Course) -> Injection {
    Injection { course, ..injection }
}

/// Every case, in the order of the catalogue.
pub static SPECS: &[Spec<'static>] = &[
    Spec {
        id: "overnight-release",
        world: &LOANS,
        recipe: Recipe::Linear,
        // Income arrives by the month from some of the forms.
        injections: &[from_day(17, 0.7, Fault::Scale { column: 9, factor: 1.0 / 12.0 })],
        ask_metric: Some("auc"),
        truth: Truth {
            cause: "unit_or_encoding",
            columns: &["annual_income"],
            onset: Some("2025-04-17"),
            metric: "auc",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "autumn-campaign",
        launch: (2025, 8, 25),
        injections: &[from_day(21, 0.85, Fault::Mix)],
        truth: Truth {
            cause: "population_shift",
            columns: &["signup_channel", "tenure_months", "contract", "age"],
            onset: Some("2025-09-15"),
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "festival-weeks",
        world: &LINES,
        // The log goes on after the festival: an event shows by its end.
        launch: (2025, 10, 27),
        injections: &[course(from_day(42, 0.6, Fault::Season), Course::Pulse(21.0))],
        truth: Truth {
            cause: "seasonality_event",
            columns: &["aisle", "on_display", "discount_percent"],
            onset: Some("2025-12-08"),
            metric: "mae",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "hub-launch",
        world: &TICKETS,
        recipe: Recipe::Linear,
        launch: (2025, 5, 5),
        injections: &[from_day(28, 0.3, Fault::Newcomers)],
        truth: Truth {
            cause: "cold_start",
            columns: &["product"],
            onset: Some("2025-06-02"),
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "bureau-contract",
        world: &LOANS,
        recipe: Recipe::Linear,
        injections: &[from_day(
            30,
            0.65,
            Fault::Blank { columns: &[12, 14], with: None },
        )],
        ask_metric: Some("auc"),
        truth: Truth {
            cause: "missing_or_default",
            columns: &["bureau_score", "card_utilisation"],
            onset: Some("2025-04-30"),
            metric: "auc",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "data-centre-move",
        world: &PAYMENTS,
        launch: (2025, 1, 13),
        injections: &[from_day(
            20,
            1.0,
            Fault::Clock { hour: 2, weekday: Some(3), hours: 7 },
        )],
        rows: (18_000, 18_000),
        ask_metric: Some("auc"),
        truth: Truth {
            cause: "time_window",
            columns: &["hour_of_day", "weekday"],
            onset: Some("2025-02-02"),
            metric: "auc",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "app-redesign",
        launch: (2025, 2, 3),
        injections: &[from_day(33, 1.0, Fault::Rename { column: 4, by: 3 })],
        truth: Truth {
            cause: "category_mapping",
            columns: &["contract"],
            onset: Some("2025-03-08"),
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "crm-merge",
        hand_over: &[TableRole::Shadow],
        recipe: Recipe::Linear,
        launch: (2025, 6, 2),
        injections: &[from_day(
            26,
            0.35,
            Fault::WrongKey { columns: &[8, 11, 12, 13, 15, 17] },
        )],
        truth: Truth {
            cause: "join_or_filter",
            columns: &[
                "tenure_months",
                "weekly_hours",
                "sessions_30d",
                "days_since_login",
                "support_tickets_90d",
                "satisfaction",
            ],
            onset: Some("2025-06-28"),
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "pilot-to-launch",
        world: &LOANS,
        recipe: Recipe::Careless,
        training: Training::HalfOfReference,
        hand_over: &[TableRole::Training],
        rows: (12_000, 14_000),
        ask_metric: Some("auc"),
        truth: Truth { cause: "overfitting", metric: "auc", ..PLAIN.truth },
        ..PLAIN
    },
    Spec {
        id: "first-live-quarter",
        launch: (2025, 4, 7),
        injections: &[from_day(0, 0.7, Fault::Leak { column: 18, mean: 1.4 })],
        truth: Truth {
            cause: "label_leakage",
            columns: &["retention_calls_30d"],
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "review-queue",
        world: &PAYMENTS,
        launch: (2025, 3, 3),
        injections: &[from_day(27, 1.0, Fault::Threshold { to: 0.5 })],
        rows: (18_000, 18_000),
        costs: Some((6.0, 110.0)),
        truth: Truth {
            cause: "threshold_cost",
            onset: Some("2025-03-30"),
            metric: "expected_cost",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "save-desk",
        launch: (2025, 5, 12),
        injections: &[course(from_day(0, 0.8, Fault::Prevention), Course::Ramp(56.0))],
        truth: Truth { cause: "feedback_loop", ..PLAIN.truth },
        ..PLAIN
    },
    Spec {
        id: "spring-rates",
        world: &LOANS,
        injections: &[from_day(19, 0.9, Fault::Concept)],
        labels: Labels::OwnFile,
        ask_metric: Some("auc"),
        truth: Truth {
            cause: "concept_drift",
            columns: &["home", "existing_debt", "bureau_score"],
            onset: Some("2025-04-19"),
            metric: "auc",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "hard-winter",
        world: &LOANS,
        recipe: Recipe::Linear,
        launch: (2025, 11, 3),
        injections: &[from_day(28, 1.0, Fault::BaseRate(0.9))],
        ask_metric: Some("log_loss"),
        truth: Truth {
            cause: "calibration_base_rate",
            onset: Some("2025-12-01"),
            metric: "log_loss",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "early-figures",
        launch: (2025, 7, 7),
        injections: &[course(from_day(35, 0.95, Fault::LateLabels), Course::Ramp(21.0))],
        truth: Truth { cause: "label_problem", onset: Some("2025-08-11"), ..PLAIN.truth },
        ..PLAIN
    },
    Spec {
        id: "second-service",
        world: &PAYMENTS,
        launch: (2025, 4, 28),
        rows: (18_000, 18_000),
        injections: &[from_day(
            31,
            0.7,
            Fault::Unlogged { columns: &[10, 13, 14], with: Some(0.0) },
        )],
        ask_metric: Some("auc"),
        truth: Truth {
            cause: "served_not_logged",
            columns: &["device_trust", "account_age_days", "payments_24h"],
            onset: Some("2025-05-29"),
            metric: "auc",
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "busy-spring",
        launch: (2025, 3, 10),
        // Hours watched arrive as minutes, and another crowd signs up.
        injections: &[
            from_day(25, 0.6, Fault::Scale { column: 11, factor: 60.0 }),
            from_day(25, 0.45, Fault::Mix),
        ],
        recipe: Recipe::Linear,
        truth: Truth {
            cause: "unit_or_encoding",
            also: &["population_shift"],
            columns: &["weekly_hours", "signup_channel", "tenure_months"],
            onset: Some("2025-04-04"),
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "new-phones",
        world: &LOANS,
        injections: &[from_day(0, 1.0, Fault::Harmless)],
        // Saying no needs more rows than saying yes.
        rows: (40_000, 40_000),
        truth: Truth {
            columns: &["device"],
            drop: false,
            verdict: VerdictKind::NotDropped,
            ..PLAIN.truth
        },
        ..PLAIN
    },
    Spec {
        id: "quiet-fortnight",
        rows: (14_000, 900),
        days: 14,
        truth: Truth { drop: false, verdict: VerdictKind::NotEnoughRows, ..PLAIN.truth },
        ..PLAIN
    },
    Spec {
        id: "latest-approvals",
        world: &LOANS,
        launch: (2025, 9, 1),
        injections: &[from_day(14, 1.0, Fault::Mix)],
        labels: Labels::None,
        truth: Truth {
            cause: "population_shift",
            columns: &["channel", "purpose"],
            onset: Some("2025-09-15"),
            verdict: VerdictKind::UnknownWithoutLabels,
            ..PLAIN.truth
        },
        ..PLAIN
    },
];

/// What is true of a case; `None` when there is no such case.
#[must_use]
pub fn truth(case: &str) -> Option<Truth> {
    spec(case).map(|s| s.truth)
}
