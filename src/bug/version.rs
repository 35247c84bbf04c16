//! Another version of the model. Enter: columns that name a version, and the scores. Leave: new version names, scores
//! written with other decimals, or scores that stand off from what the inputs give by a constant on every row. Cost: one
//! pass over the names and seven over the scores.

use super::common::{MIN_ROWS, name_shares, says, share_of_rows};
use super::since::{since, step};
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::Frame;
use crate::report::CauseId;
use crate::stats::math::pow;

/// Share of production rows a new version needs.
const MIN_SHARE: f64 = 0.01;
/// Share of scores that must be written with no more than so many decimals.
const MOST: f64 = 0.999;
/// Decimals looked at.
const MAX_DECIMALS: i32 = 7;
/// Scores off by a constant are few beyond it: share of rows far off that still is a shift of all.
const MAX_SUBSET: f64 = 0.05;
/// Shift in log-odds (or score units over the stand-in's deviation) that counts.
const MIN_SHIFT: f64 = 0.1;

/// The detector.
pub struct Version;

impl Detector for Version {
    fn id(&self) -> &'static str {
        "version"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let (reference, production) = (&view.frames.reference, &view.frames.production);
        if reference.len() < MIN_ROWS || production.len() < MIN_ROWS {
            return Vec::new();
        }
        let columns = 0..view.frames.columns.len();
        let mut found: Vec<Fingerprint> =
            columns.filter_map(|column| named(view, column)).collect();
        found.extend(decimals(reference, production));
        found.extend(shifted(view));
        found
    }
}

fn fingerprint(
    columns: Vec<usize>,
    strength: f64,
    touched: Vec<bool>,
    first: Option<i32>,
    sentence: String,
) -> Fingerprint {
    Fingerprint {
        detector: "version",
        cause: CauseId::ServedNotLogged,
        columns,
        strength,
        share: super::common::share_of(&touched),
        touched,
        change: Change::Unlogged,
        since: first,
        sentence,
    }
}

fn named(view: &View<'_>, column: usize) -> Option<Fingerprint> {
    let about = view.frames.columns.get(column)?;
    if !says(&about.name, "version") && !says(&about.name, "build") {
        return None;
    }
    // A version of an app or a device is an input, not the model's.
    let of_model = ["model", "scorer", "pipeline", "scoring", "deployment"];
    if !of_model.iter().any(|word| says(&about.name, word)) && about.name != "version" {
        return None;
    }
    let (reference, production) = super::common::both(view, column)?;
    let known = about.names.len();
    let touched: Vec<bool> = if production.names().is_empty() {
        let before = view.frames.reference.ascending(column);
        let new = |x: &f64| {
            x.is_finite() && before.binary_search_by(|own| own.total_cmp(x)).is_err()
        };
        production.numbers().iter().map(new).collect()
    } else {
        let p = name_shares(reference.names(), known);
        let new = |name: &u32| p.get(*name as usize) == Some(&0.0);
        production.names().iter().map(new).collect()
    };
    let share = super::common::share_of(&touched);
    if share < MIN_SHARE {
        return None;
    }
    let days = &view.frames.production.rows.day;
    let first = since(days, &touched);
    let sentence =
        format!("Another model version answered {} after launch.", share_of_rows(share));
    Some(fingerprint(vec![column], 0.9, touched, first, sentence))
}

/// Decimals with which nearly all scores are written; `None` for more than [`MAX_DECIMALS`] or few scores.
fn written(scores: &[f64]) -> Option<i32> {
    let known = || scores.iter().filter(|own| own.is_finite());
    let count = known().count();
    if count < MIN_ROWS {
        return None;
    }
    (0..=MAX_DECIMALS).find(|decimals| {
        let scale = pow(10.0, f64::from(*decimals));
        let fits = |score: f64| {
            let scaled = score * scale;
            (scaled - scaled.round()).abs() <= 1e-6 * scaled.abs().max(1e-3)
        };
        known().filter(|score| fits(**score)).count() as f64 >= MOST * count as f64
    })
}

fn decimals(reference: &Frame, production: &Frame) -> Option<Fingerprint> {
    let (before, after) = (&reference.rows.score, &production.rows.score);
    let (Some(p), Some(q)) = (written(before), written(after)) else { return None };
    if p == q {
        return None;
    }
    let sentence = format!("Scores have {q} decimals after launch and had {p} before.");
    let touched = vec![true; production.len()];
    Some(fingerprint(Vec::new(), 0.6, touched, None, sentence))
}

/// Scores off by a constant on every row.
fn shifted(view: &View<'_>) -> Option<Fingerprint> {
    let own = view.followed()?.distances.as_ref()?;
    let all = view.frames.production.len();
    let mut values = vec![f64::NAN; all];
    for (row, distance) in own.rows.iter().zip(&own.production) {
        if let Some(value) = values.get_mut(*row) {
            *value = (distance - own.middle)
                .clamp(-10.0 * own.deviation, 10.0 * own.deviation);
        }
    }
    let (shift, error) = own.shift();
    let least = MIN_SHIFT.max(2.0 * own.deviation) + 3.0 * error;
    let same_side =
        values.iter().filter(|v| v.is_finite() && (**v > 0.0) == (shift > 0.0));
    let known = values.iter().filter(|v| v.is_finite()).count();
    let of_all = same_side.count() as f64 >= (1.0 - MAX_SUBSET) * known as f64;
    if shift.abs() < least || !of_all {
        return None;
    }
    let signed: Vec<f64> = values.iter().map(|v| v * shift.signum()).collect();
    let first = step(&view.frames.production.rows.day, &signed).map(|own| own.day);
    let sentence = "Scores are off what the inputs give by about the same on every row: another version, \
                    calibration or post-processing."
        .to_owned();
    Some(fingerprint(Vec::new(), 0.8, vec![true; all], first, sentence))
}
