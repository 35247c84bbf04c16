//! Everything a worker must know to encode any table: the coders, and the columns that have a role of their
//! own. Made once from the samples, then sent to every worker.

use serde::{Deserialize, Serialize};

use super::coder::ColumnCoder;
use crate::choices::{TableRole, Task};
use crate::data::FileIndex;
use crate::data::cell::Reading;
use crate::data::class::Classes;

/// A column of the files, by name, and how its text is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Name in the files.
    pub name: String,
    /// How its text is read; the decimal comma comes from each file.
    pub reading: Reading,
}

/// The columns with a role of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoleColumns {
    /// The outcome.
    pub label: Option<Named>,
    /// The model's output.
    pub score: Option<Named>,
    /// Scores of the classes, in class order; `None` where a class has none. Empty without any.
    pub class_scores: Vec<Option<Named>>,
    /// The class chosen.
    pub decision: Option<Named>,
    /// The key of a row, or of the entity it belongs to.
    pub id: Option<Named>,
    /// The key whose rows belong together, where each row has an id of its own beside it.
    pub entity: Option<Named>,
    /// When.
    pub time: Option<Named>,
    /// How much a row counts.
    pub weight: Option<Named>,
    /// What a correct decision is worth.
    pub value: Option<Named>,
    /// The previous model's score or decision.
    pub baseline: Option<Named>,
    /// Business numbers.
    pub kpis: Vec<Named>,
}

/// How rows are encoded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EncodePlan {
    /// What the model predicts.
    pub task: Option<Task>,
    /// Classes of label and decision (binary: no, yes; empty for regression).
    pub classes: Classes,
    /// A yes of the decision column is the model's no.
    pub decision_reversed: bool,
    /// What the decision's values mean, no and yes, where they are not the label's.
    pub decision_classes: Option<Classes>,
    /// The previous model's column names classes; else it holds numbers.
    pub baseline_is_decision: bool,
    /// The coders, in the order of code columns.
    pub coders: Vec<ColumnCoder>,
    /// Columns with a role of their own.
    pub roles: RoleColumns,
    /// Tables with their files.
    pub tables: Vec<TablePlan>,
    /// First and last day (since 1970-01-01) that a row's time may name, where times were seen; others are a default
    /// or a slip.
    pub days: Option<(i32, i32)>,
    /// Outcomes count only on rows with this decision, because production has none elsewhere.
    pub labelled_where: Option<u8>,
    /// Whether workers keep the encoded rows for later stages, or read the files again.
    pub keeps_rows: bool,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TablePlan {
    /// Which.
    pub role: TableRole,
    /// Its files: handle and what is known of it.
    pub parts: Vec<(u32, FileIndex)>,
    /// The label comes from a label file, joined by this column of the table.
    pub labels_joined_by: Option<String>,
    /// So many of its outcomes are in words of their own that the others would be selected by their outcome: none counts.
    pub other_words: bool,
}

impl EncodePlan {
    /// Whether none of a table's outcomes counts, because of so many in words of their own.
    #[must_use]
    pub fn has_other_words(&self, table: TableRole) -> bool {
        self.tables.iter().any(|own| own.role == table && own.other_words)
    }

    /// The key whose rows belong together.
    #[must_use]
    pub fn entity(&self) -> Option<&Named> {
        self.roles.entity.as_ref().or(self.roles.id.as_ref())
    }

    /// The day of a moment; `None` where it cannot be the row's.
    #[must_use]
    pub fn day(&self, micros: i64) -> Option<i32> {
        let day = super::rows::day_of(micros);
        self.days.is_none_or(|(first, last)| (first..=last).contains(&day)).then_some(day)
    }

    /// Classes that values of decisions name, of this model and of the previous one.
    #[must_use]
    pub fn decided(&self) -> &Classes {
        self.decision_classes.as_ref().unwrap_or(&self.classes)
    }

    /// Names of every column that is read, without repeats.
    #[must_use]
    pub fn columns_read(&self) -> Vec<&str> {
        let roles = &self.roles;
        let named = [
            &roles.label,
            &roles.score,
            &roles.decision,
            &roles.id,
            &roles.entity,
            &roles.time,
            &roles.weight,
            &roles.value,
            &roles.baseline,
        ];
        let joins =
            self.tables.iter().filter_map(|table| table.labels_joined_by.as_deref());
        let mut names: Vec<&str> = named
            .into_iter()
            .chain(&roles.class_scores)
            .flatten()
            .chain(&roles.kpis)
            .map(|column| column.name.as_str())
            .chain(self.coders.iter().map(|coder| coder.source.as_str()))
            .chain(joins)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}
