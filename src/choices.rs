//! What the user decided: roles, kinds, task, costs, headline metric. The page and the headless
//! program fill the same type; whatever is `None` or empty is guessed, with the reason shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The four tables whydrop can take. Order is the order of display and of merging.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum TableRole {
    /// Rows from before launch: validation or training time.
    #[default]
    Reference,
    /// Rows logged after launch.
    Production,
    /// The same production entities re-scored by the offline pipeline.
    Shadow,
    /// The rows the model was trained on.
    Training,
}

impl TableRole {
    /// Every role, in order.
    pub const ALL: [Self; 4] =
        [Self::Reference, Self::Production, Self::Shadow, Self::Training];

    /// The name used in messages and in the command line: `reference`, `production`, ….
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Production => "production",
            Self::Shadow => "shadow",
            Self::Training => "training",
        }
    }
}

/// What a column holds, inferred on the reference and applied to every table.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Real numbers.
    Number,
    /// Whole numbers.
    Integer,
    /// Two values that mean yes and no.
    Boolean,
    /// A limited set of names.
    Category,
    /// A date or a moment.
    Time,
    /// Free text.
    #[default]
    Text,
    /// A key: nearly every row has its own value.
    Identifier,
}

/// What a column is for.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An input of the model.
    #[default]
    Feature,
    /// The outcome.
    Label,
    /// The model's output: a probability, a margin or a predicted value.
    Score,
    /// The score of one class of a multiclass model.
    ClassScore(String),
    /// What was done: the class or action chosen.
    Decision,
    /// The entity a row belongs to.
    Id,
    /// When the row happened.
    Time,
    /// How much a row counts.
    Weight,
    /// What a correct decision on the row is worth.
    Value,
    /// A column to slice by that is not an input of the model.
    Segment,
    /// A business number to follow.
    Kpi,
    /// The previous model's score or decision.
    Baseline,
    /// Not analysed.
    Ignore,
}

/// What the model predicts.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// One of two classes.
    #[default]
    Binary,
    /// One of three or more classes.
    Multiclass,
    /// A number.
    Regression,
}

/// Business inputs, all optional.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Business {
    /// Cost of one false positive, in the user's money unit (0 or more).
    pub cost_false_positive: Option<f64>,
    /// Cost of one false negative, in the user's money unit (0 or more).
    pub cost_false_negative: Option<f64>,
    /// Value of one correct decision, in the user's money unit.
    pub value_correct: Option<f64>,
    /// Rows a day in production.
    pub traffic_per_day: Option<f64>,
    /// Users touched by one row (default 1).
    pub users_per_row: Option<f64>,
    /// Days a retrained model needs to ship.
    pub retrain_days: Option<f64>,
    /// Whether a previous model can be rolled back to.
    pub can_roll_back: Option<bool>,
    /// Who owns the data pipeline.
    pub pipeline_owner: Option<String>,
    /// False alarms a month (30 days) the alerts may raise together (above 0; default 1).
    pub false_alarms_per_month: Option<f64>,
    /// The training metric, when the training rows are not at hand (in the headline metric's unit).
    pub training_metric: Option<f64>,
}

/// Everything the user may decide; the empty value means "guess, and say why".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// Roles by column name; a column not named here is guessed.
    pub roles: BTreeMap<String, Role>,
    /// Kinds by column name; a column not named here is inferred.
    pub kinds: BTreeMap<String, Kind>,
    /// The task; `None`: from the label and the score.
    pub task: Option<Task>,
    /// The label value that counts as "yes"; `None`: 1, true, yes, or the later in order.
    pub positive: Option<String>,
    /// The deployed threshold; `None`: recovered from the decision column.
    pub threshold: Option<f64>,
    /// The headline metric by its id; `None`: by the rule in [`crate::metric`].
    pub metric: Option<String>,
    /// Money and operations.
    pub business: Business,
}
