//! Rows that never arrived: the offline pipeline has them, production has not (or the other way round). Enter: the ids
//! of production and shadow. Leave: the share of entities that only one of them has, the rows that production lost, and
//! where they are. Cost: one sort of the ids.
//! Only shadow rows of production's own days count: a longer offline table has lost nothing. Samples are no parity check.

use std::collections::BTreeSet;

use super::common::{Z95, percent};
use super::{Change, Detector, Fingerprint, View, place};
use crate::encode::frame::{Frame, Frames, NO_ID, NO_MOMENT};
use crate::report::CauseId;
use crate::stats::proportion::wilson;

/// Share of entities one pipeline lost, from which it matters.
const MIN_LOST: f64 = 0.01;
/// Share of a table's entities that the other lacks, from which the two are of different periods or entities.
const MOST_LOST: f64 = 0.6;
/// Sure of it: the rows are there to be seen.
const STRENGTH: f64 = 0.95;
/// The same where nothing tells lost rows from the others, or production has rows of its own: it may be a choice.
const WEAKER: f64 = 0.8;

const DAY_MICROS: i64 = 86_400_000_000;

/// The detector.
pub struct Lost;

/// Entities of one table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unmatched {
    /// Those that the other table does not have.
    pub missing: f64,
    /// All.
    pub all: f64,
}

impl Unmatched {
    /// Share that the other table does not have, 0–1.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.all > 0.0 { self.missing / self.all } else { 0.0 }
    }

    fn low(self) -> f64 {
        wilson(self.missing, self.all, Z95).map_or(0.0, |own| own.0)
    }
}

/// Shadow rows of production's days that have an id; `None` without a shadow table or when a table was sampled.
fn comparable(frames: &Frames<'_>) -> Option<Vec<usize>> {
    let (production, shadow) = (&frames.production, frames.shadow.as_ref()?);
    if production.share() < 1.0 || shadow.share() < 1.0 {
        return None;
    }
    let day = |at: i64| (at != NO_MOMENT).then(|| at.div_euclid(DAY_MICROS));
    let known = || production.moments.iter().filter_map(|at| day(*at));
    let days = known().min().zip(known().max());
    let is_inside = |row: &usize| {
        let own = shadow.moments.get(*row).and_then(|at| day(*at));
        own.zip(days).is_none_or(|(own, (first, last))| (first..=last).contains(&own))
    };
    let ids = shadow.ids.iter().enumerate().filter(|(_, id)| **id != NO_ID);
    Some(ids.map(|own| own.0).filter(is_inside).collect())
}

fn ids_of(frame: &Frame) -> BTreeSet<u64> {
    frame.ids.iter().copied().filter(|id| *id != NO_ID).collect()
}

/// Entities of production, and of the shadow table, that the other does not have; `None` when that cannot be said.
#[must_use]
pub fn unmatched(frames: &Frames<'_>) -> Option<(Unmatched, Unmatched)> {
    let shadow = frames.shadow.as_ref()?;
    let rows = comparable(frames)?;
    let ours = ids_of(&frames.production);
    let theirs: BTreeSet<u64> =
        rows.iter().filter_map(|row| shadow.ids.get(*row)).copied().collect();
    // What production has may lie outside the shadow's days: no time limits it.
    let whole = ids_of(shadow);
    let missing = |own: &BTreeSet<u64>, other: &BTreeSet<u64>| Unmatched {
        missing: own.difference(other).count() as f64,
        all: own.len() as f64,
    };
    Some((missing(&ours, &whole), missing(&theirs, &ours)))
}

/// Shadow rows (of the frame) that production should have had.
fn rows(frames: &Frames<'_>) -> Vec<u32> {
    let (Some(shadow), Some(rows)) = (&frames.shadow, comparable(frames)) else {
        return Vec::new();
    };
    let ours = ids_of(&frames.production);
    let is_lost = |row: &usize| shadow.ids.get(*row).is_some_and(|id| !ours.contains(id));
    rows.into_iter().filter(is_lost).filter_map(|row| u32::try_from(row).ok()).collect()
}

impl Detector for Lost {
    fn id(&self) -> &'static str {
        "lost"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let frames = view.frames;
        let (Some((extra, gone)), Some(shadow)) = (unmatched(frames), &frames.shadow)
        else {
            return Vec::new();
        };
        let different = extra.share() > MOST_LOST || gone.share() > MOST_LOST;
        if different || extra.low().max(gone.low()) < MIN_LOST {
            return Vec::new();
        }
        let found = Fingerprint {
            detector: self.id(),
            cause: CauseId::JoinOrFilter,
            columns: Vec::new(),
            strength: WEAKER,
            share: extra.share().max(gone.share()),
            touched: Vec::new(),
            change: Change::Rows,
            since: None,
            sentence: format!(
                "{} of production's entities are not in the offline pipeline.",
                percent(extra.share())
            ),
        };
        if extra.low() > gone.low() {
            return vec![found];
        }
        let rows = rows(frames);
        let mut flags = vec![false; shadow.len()];
        for row in &rows {
            if let Some(flag) = flags.get_mut(*row as usize) {
                *flag = true;
            }
        }
        let place = place::of(view, shadow, &flags);
        let place_words = place.as_ref().map_or(String::new(), |own| {
            format!(", nearly all of them where {}", own.words)
        });
        vec![Fingerprint {
            strength: if place.is_some() { STRENGTH } else { WEAKER },
            columns: place.map(|own| own.column).into_iter().collect(),
            change: Change::Lost(rows),
            sentence: format!(
                "{} of the offline pipeline's entities are not in production{place_words}.",
                percent(gone.share())
            ),
            ..found
        }]
    }
}
