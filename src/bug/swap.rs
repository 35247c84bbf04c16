//! Two columns that changed places. Enter: numeric columns that moved. Leave: pairs whose new values are each other's
//! old ones. Cost: one sort a column and one comparison a pair of moved columns, at most [`MAX_MOVED`] of them.
//! Columns of like distribution cannot be told apart and are never called swapped.

use std::borrow::Cow;

use super::common::{
    ascending, both, inputs, ks, likelihoods, percent, sorted, tolerance,
};
use super::since::step;
use super::{Change, Detector, Fingerprint, View};
use crate::report::CauseId;

/// Distance from which a column moved enough to have been swapped.
const MIN_MOVED: f64 = 0.2;
/// Columns compared with each other, the most moved first.
const MAX_MOVED: usize = 20;
/// Numbers a column needs.
const MIN_VALUES: usize = 200;

/// The detector.
pub struct Swap;

struct Moved<'a> {
    column: usize,
    before: Cow<'a, [f64]>,
    values: &'a [f64],
    moved: f64,
}

impl Detector for Swap {
    fn id(&self) -> &'static str {
        "swap"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let days = &view.frames.production.rows.day;
        let mut moved: Vec<Moved<'_>> = inputs(view)
            .into_iter()
            .filter_map(|column| {
                let (_, production) = both(view, column)?;
                let values = production.numbers();
                let (before, after) = ascending(view, column);
                if before.len() < MIN_VALUES || after.len() < MIN_VALUES {
                    return None;
                }
                let moved = ks(&before, &after);
                Some(Moved { column, before, values, moved })
            })
            .filter(|own| own.moved >= 0.5 * MIN_MOVED)
            .collect();
        moved.sort_by(|a, b| b.moved.total_cmp(&a.moved).then(a.column.cmp(&b.column)));
        moved.truncate(MAX_MOVED);
        let mut found = Vec::new();
        for (at, a) in moved.iter().enumerate() {
            for b in moved.iter().skip(at + 1) {
                found.extend(swapped(a, b, days));
            }
        }
        found
    }
}

fn swapped(a: &Moved<'_>, b: &Moved<'_>, days: &[i32]) -> Option<Fingerprint> {
    if ks(&a.before, &b.before) < MIN_MOVED {
        return None;
    }
    let likely = |own: &Moved<'_>, other: &Moved<'_>| {
        likelihoods(own.values, &own.before, &other.before)
    };
    let both: Vec<f64> =
        likely(a, b).iter().zip(likely(b, a)).map(|(a, b)| a + b).collect();
    let first = step(days, &both).map(|own| own.day);
    let in_time = |row: usize| {
        first.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
    };
    let kept = |own: &Moved<'_>| -> Vec<f64> {
        let rows = own.values.iter().enumerate();
        let kept: Vec<f64> =
            rows.filter(|own| in_time(own.0)).map(|own| *own.1).collect();
        sorted(&kept)
    };
    let (x, y) = (kept(a), kept(b));
    if x.len() < MIN_VALUES || y.len() < MIN_VALUES {
        return None;
    }
    let near =
        |own: &[f64], other: &[f64]| ks(own, other) <= tolerance(own.len(), other.len());
    let moved = ks(&a.before, &x) >= MIN_MOVED && ks(&b.before, &y) >= MIN_MOVED;
    if !moved || !near(&b.before, &x) || !near(&a.before, &y) {
        return None;
    }
    let touched: Vec<bool> = (0..a.values.len()).map(in_time).collect();
    let share = super::common::share_of(&touched);
    Some(Fingerprint {
        detector: "swap",
        cause: CauseId::UnitOrEncoding,
        columns: vec![a.column, b.column],
        strength: 0.93,
        share,
        touched,
        change: Change::Swapped,
        since: first,
        sentence: format!(
            "Each column has the other's old values on {} of rows.",
            percent(share)
        ),
    })
}
