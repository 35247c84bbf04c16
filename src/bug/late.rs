//! Values that were still growing when the model saw them. Enter: production against shadow. Leave: columns whose
//! offline value is always ahead of the served one: the offline table was filled in later, so what was learned
//! from it was not known in time. Cost: one pass over the matched rows. Constant factors and offsets are units, not
//! lateness; [`parity`](super::parity) has them.

use super::common::percent;
use super::{Change, Detector, Fingerprint, View, parity};
use crate::encode::frame::Raw;
use crate::report::CauseId;

/// Share of differing rows on which the offline value must be ahead.
const ONE_WAY: f64 = 0.97;
/// Share of matched rows that must differ.
const MIN_SHARE: f64 = 0.05;
/// Rows that must differ.
const MIN_ROWS: usize = 50;
/// Share of differing rows whose served value is a start (0 or missing) from which it is late data.
const FROM_NOTHING: f64 = 0.5;

/// The detector.
pub struct Late;

impl Detector for Late {
    fn id(&self) -> &'static str {
        "late"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let Some(shadow) = &view.frames.shadow else { return Vec::new() };
        let pairs = parity::pairs(&view.frames.production, shadow);
        let all = parity::compared(view, &pairs);
        let of = |own: &parity::Compared| {
            let served = view.frames.production.values.get(own.column)?;
            let offline = shadow.values.get(own.column)?;
            behind(view, own, (served, offline), pairs.len())
        };
        all.iter().filter(|own| own.flagged).filter_map(of).collect()
    }
}

fn behind(
    view: &View<'_>,
    own: &parity::Compared,
    (served, offline): (&Raw, &Raw),
    matched: usize,
) -> Option<Fingerprint> {
    let (Raw::Numbers(a), Raw::Numbers(b)) = (served, offline) else { return None };
    let rows = own.different.len();
    let share = rows as f64 / matched.max(1) as f64;
    if rows < MIN_ROWS || share < MIN_SHARE {
        return None;
    }
    let (mut ahead, mut whole, mut nothing) = (0.0, 0.0, 0.0);
    let mut touched = vec![false; view.frames.production.len()];
    for (i, j) in &own.different {
        let (a, b) = (*a.get(*i)?, *b.get(*j)?);
        ahead += f64::from(u8::from(a < b || (a.is_nan() && !b.is_nan())));
        whole +=
            f64::from(u8::from(a.is_nan() || (a.fract() == 0.0 && b.fract() == 0.0)));
        nothing += f64::from(u8::from(a.is_nan() || a == 0.0));
        if let Some(own) = touched.get_mut(*i) {
            *own = true;
        }
    }
    let count = rows as f64;
    // Counts grow; amounts that differ one way are as likely in another unit.
    if ahead < ONE_WAY * count || whole < ONE_WAY * count || nothing == count {
        return None;
    }
    let late = nothing >= FROM_NOTHING * count;
    Some(Fingerprint {
        detector: "late",
        cause: if late { CauseId::MissingOrDefault } else { CauseId::LabelLeakage },
        columns: vec![own.column],
        strength: 0.75,
        share,
        since: super::since::since(&view.frames.production.rows.day, &touched),
        touched,
        change: Change::Other,
        sentence: format!(
            "On {} of the same rows the offline count is ahead of the one the model saw: it was filled in later.",
            percent(share)
        ),
    })
}
