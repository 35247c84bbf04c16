//! What can go wrong between bytes and columns. Each message answers what happened, because of what, and
//! what to try; no cell value ever appears in one.

/// A file could not be used.
#[derive(
    Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize,
)]
pub enum DataError {
    /// The platform could not deliver the bytes.
    #[error("{file} could not be read: {because}. Try choosing the file again.")]
    Unreadable {
        /// Base name.
        file: String,
        /// The platform's own words.
        because: String,
    },
    /// No bytes at all.
    #[error("{file} is empty (0 bytes). Try exporting it again.")]
    Empty {
        /// Base name.
        file: String,
    },
    /// A header, and not one row under it.
    #[error("{file} has a header and no rows. Try an export that includes the rows.")]
    HeaderOnly {
        /// Base name.
        file: String,
    },
    /// Neither delimited text nor Parquet.
    #[error(
        "{file} is neither CSV nor Parquet: {because}. Try exporting it as CSV or Parquet."
    )]
    NotATable {
        /// Base name.
        file: String,
        /// What was found instead, for example "it starts like a ZIP archive (an Excel workbook?)".
        because: String,
    },
    /// The file starts as it should and then does not hold together.
    #[error(
        "{file} is damaged at {place}: {because}. Try copying or exporting it again."
    )]
    Damaged {
        /// Base name.
        file: String,
        /// Where: byte, record, row group or column.
        place: String,
        /// What does not hold together.
        because: String,
    },
    /// Over a stated limit.
    #[error(
        "{file} is beyond a limit: {because}. Try fewer columns or an aggregated export."
    )]
    TooLarge {
        /// Base name.
        file: String,
        /// Which limit, and how far beyond.
        because: String,
    },
}
