//! Rows of the reference that the model was trained on, and what the lab result owes them.

use std::collections::BTreeSet;

use crate::encode::frame::{Frame, Frames, NO_ID};
use crate::ladder::logged::{Decisions, Logged};
use crate::stats::random::hash64;

/// Flags of sampled reference rows that are training rows too: by id where both have ids, else by all codes and the
/// score. `None` without a training table. Samples of large tables find only their share of the overlap.
#[must_use]
pub fn trained_rows(frames: &Frames<'_>) -> Option<Vec<bool>> {
    let training = frames.training.as_ref()?;
    let has_ids = |frame: &Frame| frame.ids.iter().any(|id| *id != NO_ID);
    let by_id = has_ids(training) && has_ids(&frames.reference);
    let keys = |frame: &Frame| -> Vec<u64> {
        if by_id {
            frame.ids.clone()
        } else {
            (0..frame.len()).map(|row| content(frame, row)).collect()
        }
    };
    let known: BTreeSet<u64> =
        keys(training).into_iter().filter(|key| *key != NO_ID).collect();
    Some(keys(&frames.reference).iter().map(|key| known.contains(key)).collect())
}

fn content(frame: &Frame, row: usize) -> u64 {
    let mut bytes: Vec<u8> =
        frame.rows.codes.iter().filter_map(|codes| codes.get(row)).copied().collect();
    let score = frame.rows.score.get(row).copied().unwrap_or(f64::NAN);
    bytes.extend(score.to_bits().to_le_bytes());
    hash64(&bytes, 0x6c_6162)
}

/// Points by which the reference looks better because of the rows the model was trained on: the metric of the
/// others less the metric of all, worse is positive; 0 when one of them has no value.
#[must_use]
pub fn optimism(reference: &Logged<'_>, trained: &[bool]) -> f64 {
    let stick = reference.stick;
    let (mut all, mut fresh) = (vec![0.0; stick.len()], vec![0.0; stick.len()]);
    for row in reference.usable(true) {
        let row = row as usize;
        reference.put(&mut all, row, Decisions::Logged, 1.0);
        if trained.get(row) != Some(&true) {
            reference.put(&mut fresh, row, Decisions::Logged, 1.0);
        }
    }
    match (stick.value(&fresh), stick.value(&all)) {
        (Some(fresh), Some(all)) if !stick.is_proxy => stick.metric.worsening(all, fresh),
        _ => 0.0,
    }
}
