//! Words of the columns screen and the business inputs.

use crate::choices::{Kind, Role, Task};
use crate::story::number;
use crate::worker::protocol::Inspection;

/// Heading.
pub const COLUMNS_HEADING: &str = "Is this how your data is meant?";
/// Below it.
pub const COLUMNS_HINT: &str = "Roles and kinds are guessed from names, values and relations; the reason stands beside each. Change what is wrong.";
/// Heading of problems.
pub const PROBLEMS: &str = "This has to be put right first";
/// Caption of the table.
pub const COLUMNS_CAPTION: &str = "Columns, what they are for, and why";
/// Filter label.
pub const FILTER: &str = "Find a column";
/// More rows.
pub const SHOW_MORE: &str = "Show more columns";
/// Files again.
pub const CHANGE_FILES: &str = "Files: add, remove or replace";
/// Heading of the task.
pub const TASK_LEGEND: &str = "What the model does";
/// Label.
pub const TASK_LABEL: &str = "Kind of prediction";
/// Label.
pub const POSITIVE_LABEL: &str = "The outcome that counts as “yes”";
/// Label.
pub const METRIC_LABEL: &str = "Judge it by";
/// Label.
pub const THRESHOLD_LABEL: &str = "Decision threshold";
/// Nothing chosen.
pub const AUTOMATIC: &str = "Automatic";
/// Undo an own choice.
pub const GUESS_AGAIN: &str = "Undo";
/// Heading of the business inputs.
pub const BUSINESS_LEGEND: &str = "Costs and operations (optional)";
/// Below it.
pub const BUSINESS_HINT: &str = "Costs and operations turn points into money and dates. You can change them after the analysis too.";
/// Yes.
pub const YES: &str = "Yes";
/// No.
pub const NO: &str = "No";
/// Not given.
pub const NOT_GIVEN: &str = "Not given";
/// Missing value in a preview.
pub const EMPTY_VALUE: &str = "∅";

/// Roles that can be chosen, in order of display.
#[must_use]
pub fn roles() -> Vec<(Role, &'static str)> {
    vec![
        (Role::Feature, "Model input"),
        (Role::Label, "Outcome (label)"),
        (Role::Score, "Score"),
        (Role::Decision, "Decision"),
        (Role::Id, "Id"),
        (Role::Time, "Time"),
        (Role::Segment, "Segment"),
        (Role::Kpi, "Business number"),
        (Role::Value, "Value of a row"),
        (Role::Weight, "Weight"),
        (Role::Baseline, "Previous model"),
        (Role::Ignore, "Ignore"),
    ]
}

/// A role for people.
#[must_use]
pub fn role(role: &Role) -> String {
    match role {
        Role::ClassScore(class) => format!("Score of “{class}”"),
        other => roles()
            .into_iter()
            .find(|known| &known.0 == other)
            .map_or_else(String::new, |known| known.1.to_owned()),
    }
}

/// The option for a class score.
pub const CLASS_SCORE: &str = "Score of one class";

/// Kinds that can be chosen, in order of display.
pub const KINDS: [(Kind, &str); 7] = [
    (Kind::Number, "Number"),
    (Kind::Integer, "Whole number"),
    (Kind::Boolean, "Yes or no"),
    (Kind::Category, "Category"),
    (Kind::Time, "Time"),
    (Kind::Text, "Text"),
    (Kind::Identifier, "Identifier"),
];

/// A kind for people.
#[must_use]
pub fn kind(kind: Kind) -> &'static str {
    KINDS.iter().find(|known| known.0 == kind).map_or("", |known| known.1)
}

/// Tasks that can be chosen.
pub const TASKS: [(Task, &str); 3] = [
    (Task::Binary, "Yes or no"),
    (Task::Multiclass, "One of several classes"),
    (Task::Regression, "A number"),
];

/// A task for people.
#[must_use]
pub fn task(task: Task) -> &'static str {
    TASKS.iter().find(|known| known.0 == task).map_or("", |known| known.1)
}

/// What was read, in one sentence.
#[must_use]
pub fn inspection_summary(inspection: &Inspection) -> String {
    let tables = inspection
        .tables
        .iter()
        .map(|table| {
            format!(
                "{} {}",
                number::rows(table.rows),
                super::table_name(table.role).to_ascii_lowercase()
            )
        })
        .collect::<Vec<_>>()
        .join(", ");
    let columns = super::counted(inspection.columns.len(), "column", "columns");
    format!("{tables}; {columns}.")
}

/// "12 % missing", or nothing.
#[must_use]
pub fn missing(share: f64) -> String {
    if share > 0.0 { number::share(share) } else { "none".to_owned() }
}

/// Label of a role select.
#[must_use]
pub fn role_of(column: &str) -> String {
    format!("What {column} is for")
}

/// Label of a kind select.
#[must_use]
pub fn kind_of(column: &str) -> String {
    format!("What {column} holds")
}

/// How many columns are shown.
#[must_use]
pub fn shown_of(shown: usize, all: usize) -> String {
    format!(
        "{shown} of {} columns",
        number::count(u64::try_from(all).unwrap_or(u64::MAX))
    )
}
