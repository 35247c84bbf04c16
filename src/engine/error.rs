//! Why an analysis cannot go on. Each message says what happened, because of what, and what to try.

use crate::choices::TableRole;
use crate::data::DataError;

/// The analysis stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// A file could not be used.
    #[error("{0}")]
    Data(#[from] DataError),
    /// A table that is needed was not given.
    #[error("There is no {} file. Add at least one reference file and one production file.", .role.name())]
    TableMissing {
        /// Which table.
        role: TableRole,
    },
    /// The tables have nothing to compare.
    #[error(
        "The reference ({reference}) and production ({production}) share no column: the first reference \
         columns are {reference_columns}; the first production columns are {production_columns}. Check \
         that both are exports of the same table with the same header."
    )]
    NoCommonColumn {
        /// Base name of the first reference file.
        reference: String,
        /// Base name of the first production file.
        production: String,
        /// A few of its columns.
        reference_columns: String,
        /// A few of its columns.
        production_columns: String,
    },
    /// A file has no column that can be compared.
    #[error(
        "{file} holds nested columns alone ({columns}), and lists, maps and structs are not analysed. Write their \
         fields out as columns of their own."
    )]
    OnlyNested {
        /// Base name of the file.
        file: String,
        /// A few of its columns.
        columns: String,
    },
    /// A label file shares no column with its table.
    #[error(
        "{file} has no column in common with the {} table, so its labels cannot be joined. Give both the \
         same id column under the same name.", .role.name()
    )]
    LabelsWithoutKey {
        /// Base name of the label file.
        file: String,
        /// Table.
        role: TableRole,
    },
    /// A label file holds only its key.
    #[error(
        "{file} has an id column and no label column. Add the column with the outcomes."
    )]
    LabelsWithoutLabel {
        /// Base name of the label file.
        file: String,
    },
    /// A choice names what is not there.
    #[error(
        "There is no column named {name} ({chosen_for}). The columns are: {columns}."
    )]
    NoSuchColumn {
        /// The name given.
        name: String,
        /// What it was chosen for.
        chosen_for: String,
        /// The first columns there are.
        columns: String,
    },
    /// A choice cannot be followed.
    #[error("{what} {try_this}")]
    Choice {
        /// What does not fit.
        what: String,
        /// What to try.
        try_this: String,
    },
    /// Steps were taken out of order: a defect of whydrop.
    #[error(
        "The analysis lost its place ({stage}). This is a defect of whydrop; start it again."
    )]
    OutOfOrder {
        /// Where.
        stage: &'static str,
    },
}
