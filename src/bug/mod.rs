//! Fingerprints of broken inputs: one detector a file, all behind [`Detector`] and in one [`registry`]. Enter: the
//! row samples of the tables ([`View`]). Leave: [`Fingerprint`]s, each an exact, enumerable transformation with
//! the rows it touches, that the ladder can replay and price. Nothing is called a shift of population that a
//! fingerprint has claimed as broken.
//!
//! A fingerprint is not yet a cause: `cause` weighs it with everything else that is known.

pub mod absent;
pub mod clock;
mod common;
pub mod consistency;
mod exact;
mod exchanged;
#[cfg(test)]
mod fixture;
mod kind;
pub mod late;
mod lined;
pub mod lost;
mod meaning;
pub mod missing;
pub mod outcomes;
pub mod parity;
mod partner;
mod place;
mod replay;
pub mod rows;
pub mod since;
pub mod stale;
mod strangers;
pub mod swap;
mod telling;
#[cfg(test)]
mod tests;
pub mod text;
mod unheard;
pub mod unit;
pub mod version;
pub mod wrong_key;

use std::sync::OnceLock;

use self::consistency::Followed;
use crate::encode::frame::Frames;
use crate::model::surrogate::Surrogate;
use crate::report::{CauseId, Consistency, ShadowParity};

pub use replay::{broken, repaired, snap};

/// What a detector may look at.
pub struct View<'a> {
    /// The row samples.
    pub frames: &'a Frames<'a>,
    /// The stand-in for the user's model, fitted on the reference; `None` when scores cannot be reproduced.
    pub surrogate: Option<&'a Surrogate>,
    followed: OnceLock<Option<Followed>>,
}

impl<'a> View<'a> {
    /// Row samples, and the stand-in where there is one.
    #[must_use]
    pub const fn new(frames: &'a Frames<'a>, surrogate: Option<&'a Surrogate>) -> Self {
        Self { frames, surrogate, followed: OnceLock::new() }
    }

    /// How well scores follow the logged inputs; `None` without a stand-in.
    #[must_use]
    pub fn followed(&self) -> Option<&Followed> {
        let look = || self.surrogate.map(|model| Followed::of(self, model));
        self.followed.get_or_init(look).as_ref()
    }
}

/// Looks for one kind of broken input.
pub trait Detector: Sync {
    /// Stable id, for example `unit`: also the code of the findings it leaves on columns.
    fn id(&self) -> &'static str;
    /// Finds fingerprints, strongest first; empty when there is none or it cannot be checked.
    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint>;
}

/// One way in which inputs are broken.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    /// The detector's id.
    pub detector: &'static str,
    /// The cause it speaks for.
    pub cause: CauseId,
    /// Columns it touches, as places in [`Frames::columns`], most telling first; may be empty (duplicated rows).
    pub columns: Vec<usize>,
    /// How sure the detector is, 0–1: 1 is an exact match of an enumerable transformation.
    pub strength: f64,
    /// Share of production rows it touches, 0–1.
    pub share: f64,
    /// For each sampled production row whether it is touched; empty when rows cannot be told apart.
    pub touched: Vec<bool>,
    /// What was done to the values.
    pub change: Change,
    /// First touched day (days since 1970-01-01), when it began after the first production day.
    pub since: Option<i32>,
    /// One sentence with its numbers, for people, without the column's name when it is about one column.
    pub sentence: String,
}

/// What was done to the values of the fingerprint's columns, from clean to broken.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Numbers became `factor·x + offset`.
    Affine {
        /// Factor.
        factor: f64,
        /// Offset.
        offset: f64,
    },
    /// Numbers became another function of themselves.
    Mapped(NumberMap),
    /// Values went missing.
    Missing,
    /// Numbers became this default.
    DefaultNumber(f64),
    /// Names became this name (a place in the column's names).
    DefaultName(u32),
    /// Names were spelled or coded differently: for each reference name the new one (places in the names).
    Renamed(Vec<(u32, u32)>),
    /// Numbers that are codes were given anew: for each old value the new one.
    Recoded(Vec<(f64, f64)>),
    /// Hours moved by so many (numbers 0–23, or moments); other columns of the fingerprint moved with them.
    Hours(i32),
    /// The fingerprint's two columns changed places.
    Swapped,
    /// Values belong to another entity.
    Shuffled,
    /// Values are those of an earlier time.
    Stale,
    /// Rows were repeated or filtered.
    Rows,
    /// These rows of the shadow table (of its frame) never came to production.
    Lost(Vec<u32>),
    /// The model saw something else than the log, in columns unknown or the fingerprint's.
    Unlogged,
    /// Something else; cannot be replayed.
    Other,
}

/// Functions that are not affine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberMap {
    /// Natural logarithm.
    Ln,
    /// Decimal logarithm.
    Log10,
    /// ln(1 + x).
    Log1p,
    /// Exponential.
    Exp,
    /// Towards zero.
    Truncated,
}

/// All detectors, in the order in which they run.
#[must_use]
pub fn registry() -> Vec<Box<dyn Detector>> {
    vec![
        Box::new(parity::Parity),
        Box::new(unit::Unit),
        Box::new(missing::Missing),
        Box::new(text::Spelling),
        Box::new(clock::Clock),
        Box::new(rows::Rows),
        Box::new(lost::Lost),
        Box::new(stale::Stale),
        Box::new(swap::Swap),
        Box::new(strangers::Strangers),
        Box::new(wrong_key::WrongKey),
        Box::new(consistency::ScoreConsistency),
        Box::new(version::Version),
        Box::new(late::Late),
    ]
}

/// Rows two fingerprints on the same columns share (of all they touch), below which they are two breaks.
const APART: f64 = 0.2;

/// Everything the detectors found, strongest first; a weaker fingerprint on the same columns that a stronger one
/// explains is left out.
#[must_use]
pub fn find(view: &View<'_>) -> Vec<Fingerprint> {
    let mut found: Vec<Fingerprint> =
        registry().iter().flat_map(|detector| detector.detect(view)).collect();
    // The sort is stable: of equals, the detector that runs first.
    found.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    let mut kept: Vec<Fingerprint> = Vec::new();
    for own in found {
        if !kept.iter().any(|stronger| explained(&own, stronger, &kept)) {
            kept.push(own);
        }
    }
    kept
}

/// Whether stronger fingerprints already claim all columns of this one.
fn explained(own: &Fingerprint, stronger: &Fingerprint, kept: &[Fingerprint]) -> bool {
    if own.columns.is_empty() {
        if stronger.columns.is_empty() && stronger.change == own.change {
            return true;
        }
        // Scores that fit badly where inputs are known to be broken say nothing more.
        let far = own.touched.iter().filter(|own| **own).count();
        let pairs = own.touched.iter().zip(&stronger.touched);
        let inside = pairs.filter(|(a, b)| **a && **b).count();
        return own.change == Change::Unlogged
            && !stronger.columns.is_empty()
            && far > 0
            && inside * 2 > far;
    }
    if !own.columns.iter().any(|column| stronger.columns.contains(column)) {
        return false;
    }
    // Values that are wrong do not explain that rows are missing.
    if matches!(own.change, Change::Lost(_)) {
        return false;
    }
    let claimed =
        |column: &usize| kept.iter().any(|other| other.columns.contains(column));
    let pairs = || own.touched.iter().zip(&stronger.touched);
    let both = pairs().filter(|(a, b)| **a && **b).count() as f64;
    let either = pairs().filter(|(a, b)| **a || **b).count() as f64;
    let apart = either > 0.0 && both < APART * either;
    own.columns.iter().all(claimed) && !apart
}

/// Production against shadow, entity by entity; `None` without a shadow table or ids.
#[must_use]
pub fn parity(view: &View<'_>) -> Option<ShadowParity> {
    parity::report(view)
}

/// Whether logged inputs reproduce logged scores; `None` without a stand-in for the model that is good enough.
#[must_use]
pub fn consistency(view: &View<'_>) -> Option<Consistency> {
    view.followed()?.report()
}
