//! Delimited text. Enter: a [`ByteSource`](super::ByteSource). Leave: [`index`], one streaming pass that learns
//! the dialect, the columns, the number of rows and where segments of whole records start; then
//! [`read_segment`], which turns any segment into batches of text columns, in any order, by any worker.
//!
//! - [`sniff`] delimiter, header, decimal comma · [`encoding`] UTF-8, UTF-16, Windows-1252 · [`binary`] refusals
//! - [`mask`] 64 bytes to bits · [`split`] bits to separators: the rules of quoting are stated there · [`records`]
//!   separators to fields
//! - [`index`](self::index()) and [`pass`] rows and segments · [`read`] batches · [`nulls`] what means "missing"
//!
//! # Decisions
//! - The file is split twice: once to find the segments, exactly, from the first byte to the last (a split that
//!   guesses at record starts is wrong on quoted line breaks), and once to read them.
//! - Text is never copied field by field: a span points into the bytes as they are in the file.

pub(crate) mod binary;
pub(crate) mod encoding;
mod index;
pub(crate) mod mask;
mod names;
pub(crate) mod nulls;
pub(crate) mod pass;
mod read;
pub(crate) mod records;
pub(crate) mod sniff;
pub(crate) mod split;
mod stream;
#[cfg(test)]
mod tests;

pub use index::{MAX_COLUMNS, index};
pub use nulls::NULL_TOKENS;
pub use read::read_segment;
pub use sniff::DELIMITERS;
