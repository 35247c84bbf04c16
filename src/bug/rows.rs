//! Rows repeated or multiplied by a join. Enter: ids, moments, scores and raw values. Leave: the share of rows that are
//! copies, or that differ from another row in one column only. Cost: one hash a cell and a sort of the rows.
//! In a sample of share s a pair of rows is seen with probability s², so rates are scaled back.

use super::common::{MIN_ROWS, Z95, inputs, percent};
use super::place;
use super::since::since;
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::{Frame, NO_ID, Raw};
use crate::report::CauseId;
use crate::stats::order;
use crate::stats::proportion::wilson;
use crate::stats::random::{combine64, mix64};

/// Share of copied rows from which it matters.
const MIN_SHARE: f64 = 0.005;
/// How many times the share before launch.
const MIN_RATIO: f64 = 3.0;
/// Rows needed.
const MIN_COPIES: usize = 20;

/// The detector.
pub struct Rows;

/// Copies among a frame's rows.
struct Copies {
    /// Rows that are a copy of an earlier one.
    copy: Vec<bool>,
    count: usize,
    /// Share of the whole table's rows, scaled for sampling, and its lower bound.
    share: f64,
    low: f64,
}

impl Detector for Rows {
    fn id(&self) -> &'static str {
        "rows"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let (reference, production) = (&view.frames.reference, &view.frames.production);
        if reference.len() < MIN_ROWS || production.len() < MIN_ROWS {
            return Vec::new();
        }
        let mut found = Vec::new();
        found.extend(copied(view));
        if found.is_empty() {
            found.extend(multiplied(view));
        }
        found
    }
}

fn bits(raw: &Raw, row: usize) -> u64 {
    match raw {
        Raw::Numbers(values) => values.get(row).map_or(0, |value| value.to_bits()),
        Raw::Names(values) => values.get(row).map_or(0, |name| u64::from(*name)),
        Raw::Moments(values) => values.get(row).map_or(0, |at| at.cast_unsigned()),
        Raw::Other => 0,
    }
}

/// A hash of each row's id, moment, score and values, but for one column.
fn keys(frame: &Frame, without: Option<usize>) -> Vec<u64> {
    let mut keys: Vec<u64> = (0..frame.len())
        .map(|row| {
            let id = frame.ids.get(row).copied().unwrap_or(NO_ID);
            let at = frame.moments.get(row).map_or(0, |at| at.cast_unsigned());
            combine64(mix64(id), at)
        })
        .collect();
    for (column, raw) in frame.values.iter().enumerate() {
        if Some(column) == without || matches!(raw, Raw::Other) {
            continue;
        }
        for (row, key) in keys.iter_mut().enumerate() {
            *key = combine64(*key, bits(raw, row));
        }
    }
    if without.is_none() {
        for (key, score) in keys.iter_mut().zip(&frame.rows.score) {
            *key = combine64(*key, score.to_bits());
        }
    }
    keys
}

fn copies(frame: &Frame, keys: &[u64]) -> Copies {
    let mut order: Vec<usize> = (0..keys.len()).collect();
    order::sort_by_key(&mut order, |row| keys.get(*row).copied().unwrap_or(0));
    let mut copy = vec![false; keys.len()];
    let mut count = 0;
    for (a, b) in order.iter().zip(order.iter().skip(1)) {
        if keys.get(*a) == keys.get(*b)
            && let Some(own) = copy.get_mut(*b)
        {
            *own = true;
            count += 1;
        }
    }
    // A sampled row's twin is in the sample with the sample's share.
    let scale = 1.0 / frame.share().clamp(1e-6, 1.0);
    let rows = keys.len() as f64;
    let low = wilson(count as f64, rows, Z95).map_or(0.0, |own| own.0);
    Copies {
        copy,
        count,
        share: (count as f64 / rows * scale).min(1.0),
        low: low * scale,
    }
}

/// Whether copies in production are more than chance and habit: two rows are alike by chance in proportion to the
/// number of rows.
fn more(before: &Copies, after: &Copies, view: &View<'_>) -> bool {
    let (n, m) = (
        view.frames.reference.table_rows.max(1) as f64,
        view.frames.production.table_rows.max(1) as f64,
    );
    let usual = before.share * (m / n).max(1.0);
    after.count >= MIN_COPIES && after.low >= MIN_SHARE.max(MIN_RATIO * usual)
}

fn fingerprint(
    view: &View<'_>,
    columns: Vec<usize>,
    own: Copies,
    words: &str,
) -> Fingerprint {
    let sampled = view.frames.production.share() < 1.0;
    Fingerprint {
        detector: "rows",
        cause: CauseId::JoinOrFilter,
        columns,
        strength: 0.9,
        share: own.share,
        since: since(&view.frames.production.rows.day, &own.copy),
        // In a sample most copies lost their twin.
        touched: if sampled { Vec::new() } else { own.copy },
        change: Change::Rows,
        sentence: format!("{} of rows {words}.", percent(own.share)),
    }
}

/// Rows that are copies of others, more than before launch.
pub(super) fn copied(view: &View<'_>) -> Option<Fingerprint> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    let before = copies(reference, &keys(reference, None));
    let after = copies(production, &keys(production, None));
    if more(&before, &after, view) {
        let before = percent(before.share);
        let mut words = format!("are copies of another row, {before} before launch");
        let place = place::of(view, production, &after.copy);
        if let Some(place) = &place {
            words += &format!(", nearly all of them where {}", place.words);
        }
        let columns = place.map(|own| own.column).into_iter().collect();
        return Some(fingerprint(view, columns, after, &words));
    }
    None
}

/// Rows of one entity and moment that differ in one column only: a join that found several partners.
fn multiplied(view: &View<'_>) -> Option<Fingerprint> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    // Without ids or moments nothing says that two rows are the same event.
    let ids = production.ids.iter().filter(|id| **id != NO_ID).count();
    if ids * 2 < production.len() {
        return None;
    }
    let keyed = |frame: &Frame| -> Vec<u64> {
        let pairs = frame.ids.iter().zip(&frame.moments);
        pairs.map(|(id, at)| combine64(mix64(*id), at.cast_unsigned())).collect()
    };
    let same = copies(production, &keyed(production));
    if !more(&copies(reference, &keyed(reference)), &same, view) {
        return None;
    }
    let mut best: Option<(usize, Copies)> = None;
    for column in inputs(view) {
        let own = copies(production, &keys(production, Some(column)));
        if own.count * 2 > same.count
            && best.as_ref().is_none_or(|b| own.count > b.1.count)
        {
            best = Some((column, own));
        }
    }
    let (columns, own, words) = match best {
        Some((column, own)) => (
            vec![column],
            own,
            "repeat another row but for this column: a join found several partners",
        ),
        None => (Vec::new(), same, "repeat the id and time of another row"),
    };
    Some(fingerprint(view, columns, own, words))
}
