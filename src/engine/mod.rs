//! Analyse: files and choices in, a report out. The only place that knows the order of the gates.
//!
//! 1. *Open* ([`tables`]): what the files are, where their rows start, what the tables share.
//! 2. *Sample*: a row sample of each table; kinds, roles and task are understood from it ([`plan`]) and
//!    shown before the analysis ([`inspect`]).
//! 3. *Count* ([`count`]): every row once, encoded and kept.
//! 4. *Compare* ([`measure`]): performance, then losses by column and time.
//! 5. *Answer* ([`finish`]): is there a drop, what moved, when. It goes to the screen at once.
//! 6. *Search* ([`measure`]): pairs of columns, overlaps of slices, other cut-offs.
//! 7. *Finish* ([`finish`]): who, why ([`diagnose`]), and the words.
//!
//! Each stage is a list of [`job::Job`]s whose results merge, so that browser workers and native threads
//! ([`native`]) do the same with the same bits. [`pipeline::Pipeline`] holds the order, [`shard::Shard`] does
//! the work.

pub mod count;
pub mod diagnose;
pub mod error;
pub mod finish;
pub mod inspect;
pub mod job;
pub mod measure;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
pub mod pipeline;
pub mod plan;
pub mod shard;
pub mod tables;

pub use error::AnalysisError;
