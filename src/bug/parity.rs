//! Production against shadow, entity by entity: decisive, because nothing but the pipeline differs. Enter: both
//! tables' rows with ids. Leave: the share of rows that differ in each column, what kind of difference it is, and a
//! fingerprint for each break. Cost: one sort of the ids and one pass a column.
//! Without ids, or with fewer than [`MIN_MATCHED`] rows in common, it says nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::common::{Z95, grouped, ks, percent, sorted, tolerance};
use super::consistency::score;
use super::kind::{self, Kinds};
use super::lost;
use super::since::since;
use super::telling::telling;
use super::{Change, Detector, Fingerprint, View};
use crate::choices::TableRole;
use crate::encode::frame::{Frame, NO_ID, Raw};
use crate::report::{CauseId, ParityColumn, ShadowParity};
use crate::stats::proportion::wilson;

/// Matched rows needed.
const MIN_MATCHED: usize = 20;
/// Lower bound of the mismatch share from which a column is called different.
const MIN_MISMATCH: f64 = 0.005;
/// Mismatched rows needed.
const MIN_ROWS: usize = 20;
/// Scores that differ by less are equal: logs round them.
const SCORE_TOLERANCE: f64 = 2e-3;
/// Share of rows with another score from which the shadow was scored by another model.
const MOST_UNLOGGED: f64 = 0.9;
/// Share of the rows that differ in one column that also differ in the other, when both came by one broken join.
const SAME_ROWS: f64 = 0.9;

/// The detector.
pub struct Parity;

/// Rows in both tables: (production row, shadow row).
pub type Pairs = Vec<(usize, usize)>;

/// A column in both tables.
pub struct Compared {
    /// Place in the frames' columns.
    pub column: usize,
    /// Pairs that differ.
    pub different: Pairs,
    /// Lower and upper end of the share's interval.
    pub interval: (f64, f64),
    /// Whether it is called different.
    pub flagged: bool,
}

/// Rows with an id, by id, time and place: the id, the time, which of the id's rows it is, and the row.
fn in_order(frame: &Frame) -> Vec<(u64, i64, usize, usize)> {
    let rows = frame.ids.iter().zip(&frame.moments).enumerate();
    let mut known: Vec<(u64, i64, usize, usize)> = rows
        .filter(|(_, (id, _))| **id != NO_ID)
        .map(|(row, (id, at))| (*id, *at, row, row))
        .collect();
    known.sort_unstable();
    for own in known.chunk_by_mut(|a, b| a.0 == b.0) {
        own.iter_mut().enumerate().for_each(|(count, own)| own.2 = count);
    }
    known
}

/// Production rows with the shadow row of the same entity: the nearest in time, and of several as near the one that
/// comes as late among the entity's; empty without ids.
#[must_use]
pub fn pairs(production: &Frame, shadow: &Frame) -> Pairs {
    let known = in_order(shadow);
    let mut found: Pairs = in_order(production)
        .into_iter()
        .filter_map(|(id, at, count, row)| {
            let first = known.partition_point(|own| own.0 < id);
            let own = known.get(first..)?.iter().take_while(|own| own.0 == id);
            let nearest =
                own.min_by_key(|own| (own.1.abs_diff(at), own.2.abs_diff(count), own.3))?;
            Some((row, nearest.3))
        })
        .collect();
    found.sort_unstable();
    found
}

/// All columns of both tables, compared.
#[must_use]
pub fn compared(view: &View<'_>, pairs: &Pairs) -> Vec<Compared> {
    let Some(shadow) = &view.frames.shadow else { return Vec::new() };
    let mut all = Vec::new();
    for (column, own) in view.frames.columns.iter().enumerate() {
        if !own.is_in(TableRole::Production) || !own.is_in(TableRole::Shadow) {
            continue;
        }
        let (Some(a), Some(b)) =
            (view.frames.production.values.get(column), shadow.values.get(column))
        else {
            continue;
        };
        if matches!(a, Raw::Other) {
            continue;
        }
        let different: Pairs =
            pairs.iter().copied().filter(|(i, j)| differ(a, *i, b, *j)).collect();
        let hits = different.len() as f64;
        let interval = wilson(hits, pairs.len() as f64, Z95).unwrap_or((0.0, 1.0));
        let flagged = interval.0 >= MIN_MISMATCH && different.len() >= MIN_ROWS;
        all.push(Compared { column, different, interval, flagged });
    }
    all
}

fn differ(a: &Raw, i: usize, b: &Raw, j: usize) -> bool {
    match (a, b) {
        (Raw::Numbers(a), Raw::Numbers(b)) => match (a.get(i), b.get(j)) {
            (Some(a), Some(b)) if a.is_nan() || b.is_nan() => a.is_nan() != b.is_nan(),
            (Some(a), Some(b)) => (a - b).abs() > 1e-6 + 1e-4 * b.abs(),
            _ => false,
        },
        (Raw::Names(a), Raw::Names(b)) => a.get(i) != b.get(j),
        (Raw::Moments(a), Raw::Moments(b)) => a.get(i) != b.get(j),
        _ => false,
    }
}

fn matched(view: &View<'_>) -> Option<Pairs> {
    let shadow = view.frames.shadow.as_ref()?;
    let pairs = pairs(&view.frames.production, shadow);
    (pairs.len() >= MIN_MATCHED).then_some(pairs)
}

/// The report's part; `None` without a shadow table or ids.
#[must_use]
pub fn report(view: &View<'_>) -> Option<ShadowParity> {
    let pairs = matched(view)?;
    let shadow = view.frames.shadow.as_ref()?;
    let all = compared(view, &pairs);
    let kinds = kinds(view, &all);
    let mut columns: Vec<ParityColumn> = Vec::new();
    for own in &all {
        let share = own.different.len() as f64 / pairs.len() as f64;
        let kind = kinds.get(&own.column);
        let (code, words) = kind.map_or(("same", "the same".to_owned()), |kind| {
            (kind.code, kind.words.clone())
        });
        let sentence = if own.flagged {
            format!("Differs on {} of the matched rows: {words}.", percent(share))
        } else if own.different.is_empty() {
            "The same on all matched rows.".to_owned()
        } else {
            format!("The same on all but {} of the matched rows.", percent(share))
        };
        columns.push(ParityColumn {
            name: view
                .frames
                .columns
                .get(own.column)
                .map(|own| own.name.clone())
                .unwrap_or_default(),
            mismatch: share,
            ci_low: own.interval.0,
            ci_high: own.interval.1,
            kind: code.to_owned(),
            sentence,
        });
    }
    columns.sort_by(|a, b| b.mismatch.total_cmp(&a.mismatch).then(a.name.cmp(&b.name)));
    let scores = pairs.iter().filter_map(|(i, j)| {
        let a = view.frames.production.rows.score.get(*i)?;
        let difference = (a - shadow.rows.score.get(*j)?).abs();
        difference.is_finite().then_some(difference)
    });
    let (count, sum) = scores.fold((0.0, 0.0), |(n, sum), own| (n + 1.0, sum + own));
    let unmatched = lost::unmatched(view.frames);
    let flagged = all.iter().filter(|own| own.flagged).count();
    let sentence = if flagged == 0 {
        format!(
            "Both pipelines give the same inputs on {} matched rows.",
            grouped(pairs.len())
        )
    } else {
        format!(
            "{flagged} of {} columns differ between the pipelines on {} matched rows.",
            all.len(),
            grouped(pairs.len())
        )
    };
    Some(ShadowParity {
        matched_rows: pairs.len() as u64,
        production_unmatched: unmatched.map(|own| own.0.share()),
        shadow_unmatched: unmatched.map(|own| own.1.share()),
        columns,
        score_difference: (count > 0.0).then_some(sum / count),
        sentence,
    })
}

/// The kind of every flagged column.
fn kinds(view: &View<'_>, all: &[Compared]) -> BTreeMap<usize, Kinds> {
    let Some(shadow) = &view.frames.shadow else { return BTreeMap::new() };
    let of = |own: &Compared| {
        let a = view.frames.production.values.get(own.column)?;
        let b = shadow.values.get(own.column)?;
        let about = view.frames.columns.get(own.column)?;
        let earlier = |row: usize| kind::earlier(shadow, row);
        Some((own.column, kind::of(about, a, b, &own.different, &earlier)))
    };
    all.iter().filter(|own| own.flagged).filter_map(of).collect()
}

impl Detector for Parity {
    fn id(&self) -> &'static str {
        "parity"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let Some(pairs) = matched(view) else { return Vec::new() };
        let all = compared(view, &pairs);
        let kinds = kinds(view, &all);
        let mut found: Vec<Fingerprint> = Vec::new();
        let mut loose: Vec<&Compared> = Vec::new();
        for own in all.iter().filter(|own| own.flagged) {
            let Some(kind) = kinds.get(&own.column) else { continue };
            if kind.code == "other" {
                loose.push(own);
                continue;
            }
            let fingerprint = fingerprint(view, &[own], pairs.len(), kind.clone());
            merge(&mut found, fingerprint);
        }
        found.extend(shuffled(view, &loose, pairs.len()));
        found.extend(unlogged(view, &pairs, &all));
        with_hours(&mut found);
        found
    }
}

/// Rows whose inputs agree and whose scores do not: the model saw something that the log does not show. Nothing when
/// nearly all scores differ, for then the shadow was scored by another model.
fn unlogged(view: &View<'_>, pairs: &Pairs, all: &[Compared]) -> Option<Fingerprint> {
    let shadow = view.frames.shadow.as_ref()?;
    let production = &view.frames.production;
    let broken: BTreeSet<usize> =
        all.iter().flat_map(|own| &own.different).map(|own| own.0).collect();
    let outputs = production.rows.class_scores.len().max(1);
    let scored = |frame: &Frame, row: usize| -> Vec<f64> {
        (0..outputs).map(|output| score(frame, output, row)).collect()
    };
    let margin = |output: usize, score: f64| {
        view.surrogate.map_or(score, |own| own.of_score(output, score))
    };
    let mut touched = vec![false; production.len()];
    let mut apart: Vec<(usize, Vec<f64>)> = Vec::new();
    let (mut rows, mut hits) = (0.0, 0.0);
    for (i, j) in pairs.iter().filter(|own| !broken.contains(&own.0)) {
        let (served, offline) = (scored(production, *i), scored(shadow, *j));
        let both = served.iter().zip(&offline);
        if !both.clone().all(|(a, b)| a.is_finite() && b.is_finite()) {
            continue;
        }
        rows += 1.0;
        let differs =
            |(a, b): (&f64, &f64)| (a - b).abs() > SCORE_TOLERANCE * (1.0 + b.abs());
        if both.clone().any(differs) {
            hits += 1.0;
            let by = both
                .enumerate()
                .map(|(output, (a, b))| margin(output, *a) - margin(output, *b));
            apart.push((*i, by.collect()));
            if let Some(own) = touched.get_mut(*i) {
                *own = true;
            }
        }
    }
    let (least, _) = wilson(hits, rows, Z95)?;
    if hits < MIN_ROWS as f64 || least < MIN_MISMATCH || hits > MOST_UNLOGGED * rows {
        return None;
    }
    let columns =
        view.surrogate.map(|own| telling(view, own, &apart)).unwrap_or_default();
    let off = match columns.len() {
        0 => "",
        1 => " It is off as if the model had not got this column.",
        _ => " It is off as if the model had not got these columns.",
    };
    Some(Fingerprint {
        detector: "parity",
        cause: CauseId::ServedNotLogged,
        columns,
        strength: 0.95,
        share: hits / rows,
        since: since(&production.rows.day, &touched),
        touched,
        change: Change::Unlogged,
        sentence: format!(
            "On {} of the same rows the inputs agree with the offline pipeline and the score does not.{off}",
            percent(hits / rows)
        ),
    })
}

fn fingerprint(
    view: &View<'_>,
    columns: &[&Compared],
    matched: usize,
    kind: Kinds,
) -> Fingerprint {
    let mut touched = vec![false; view.frames.production.len()];
    for (row, _) in columns.iter().flat_map(|own| &own.different) {
        if let Some(own) = touched.get_mut(*row) {
            *own = true;
        }
    }
    let hits = touched.iter().filter(|own| **own).count();
    let share = hits as f64 / matched.max(1) as f64;
    Fingerprint {
        detector: "parity",
        cause: kind.cause,
        columns: columns.iter().map(|own| own.column).collect(),
        strength: kind.strength,
        share,
        since: since(&view.frames.production.rows.day, &touched),
        touched,
        change: kind.change,
        sentence: format!(
            "Differs from the offline pipeline on {} of the same rows: {}.",
            percent(share),
            kind.words
        ),
    }
}

/// Columns that went missing on the same rows are one break.
fn merge(found: &mut Vec<Fingerprint>, own: Fingerprint) {
    let same = |other: &&mut Fingerprint| {
        other.change == own.change
            && matches!(own.change, Change::Missing | Change::Hours(_))
            && overlap(&other.touched, &own.touched) >= SAME_ROWS
    };
    match found.iter_mut().find(same) {
        Some(other) => {
            other.columns.extend(&own.columns);
            other.touched.iter_mut().zip(&own.touched).for_each(|(a, b)| *a |= *b);
        }
        None => found.push(own),
    }
}

/// Share of the smaller set of rows that is in the larger.
fn overlap(a: &[bool], b: &[bool]) -> f64 {
    let both = a.iter().zip(b).filter(|(a, b)| **a && **b).count() as f64;
    let count = |own: &[bool]| own.iter().filter(|own| **own).count();
    both / count(a).min(count(b)).max(1) as f64
}

/// A column renamed only where hours moved (a weekday across midnight) moved with them.
fn with_hours(found: &mut Vec<Fingerprint>) {
    let Some(at) = found.iter().position(|own| matches!(own.change, Change::Hours(_)))
    else {
        return;
    };
    let touched = found.get(at).map(|own| own.touched.clone()).unwrap_or_default();
    let inside = |own: &Fingerprint| {
        matches!(own.change, Change::Renamed(_) | Change::Affine { .. } | Change::Other)
            && own.touched.iter().zip(&touched).all(|(a, b)| !*a || *b)
    };
    let moved: Vec<usize> = found
        .iter()
        .filter(|own| inside(own))
        .flat_map(|own| own.columns.clone())
        .collect();
    if let Some(hours) = found.get_mut(at) {
        hours.columns.extend(moved);
    }
    found.retain(|own| !inside(own));
}

/// Columns without a rule: other entities' values when rows agree and the distributions stay.
fn shuffled(view: &View<'_>, loose: &[&Compared], matched: usize) -> Vec<Fingerprint> {
    let mut left: Vec<&Compared> = loose.to_vec();
    left.sort_by_key(|own| (std::cmp::Reverse(own.different.len()), own.column));
    let mut found = Vec::new();
    while let Some(first) = left.first().copied() {
        let rows: BTreeSet<usize> = first.different.iter().map(|own| own.0).collect();
        let joins = |own: &&Compared| {
            let both = own.different.iter().filter(|own| rows.contains(&own.0)).count();
            both as f64 >= SAME_ROWS * own.different.len() as f64
        };
        let (group, rest): (Vec<&Compared>, Vec<&Compared>) =
            left.into_iter().partition(joins);
        left = rest;
        let kept = group.iter().filter(|own| margins_agree(view, own)).count();
        let related = group.iter().any(|own| relation(view, own) >= 0.3);
        let kind = if group.len() >= 2 && kept * 3 >= group.len() * 2 && !related {
            Kinds {
                code: "other",
                cause: CauseId::JoinOrFilter,
                change: Change::Shuffled,
                strength: 1.0,
                words: "values that belong to another entity".to_owned(),
            }
        } else if kept == group.len() && related {
            Kinds {
                code: "stale",
                cause: CauseId::StaleFeature,
                change: Change::Stale,
                strength: 0.7,
                words:
                    "values near to, but not, the current ones, as older ones would be"
                        .to_owned(),
            }
        } else if kept == group.len() {
            Kinds {
                code: "other",
                cause: CauseId::JoinOrFilter,
                change: Change::Shuffled,
                strength: 0.8,
                words: "values that look like another entity's".to_owned(),
            }
        } else {
            Kinds {
                code: "other",
                cause: CauseId::UnitOrEncoding,
                change: Change::Other,
                strength: 0.7,
                words: "by no single rule".to_owned(),
            }
        };
        found.push(fingerprint(view, &group, matched, kind));
    }
    found
}

/// Whether served and offline values of the rows that differ have one distribution.
fn margins_agree(view: &View<'_>, own: &Compared) -> bool {
    let Some(shadow) = &view.frames.shadow else { return false };
    let served = view.frames.production.values.get(own.column);
    let (Some(a), Some(b)) = (served, shadow.values.get(own.column)) else {
        return false;
    };
    let rows = own.different.len();
    let allowed = tolerance(rows, rows) + 0.05;
    match (a, b) {
        (Raw::Numbers(a), Raw::Numbers(b)) => {
            let (x, y): (Vec<f64>, Vec<f64>) = own
                .different
                .iter()
                .filter_map(|(i, j)| Some((*a.get(*i)?, *b.get(*j)?)))
                .unzip();
            let (x, y) = (sorted(&x), sorted(&y));
            let missing = (x.len() as f64 - y.len() as f64).abs() / rows.max(1) as f64;
            missing <= allowed && ks(&x, &y) <= allowed
        }
        (Raw::Names(a), Raw::Names(b)) => {
            let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
            for (i, j) in &own.different {
                *counts.entry(a.get(*i).copied().unwrap_or(0)).or_default() += 1.0;
                *counts.entry(b.get(*j).copied().unwrap_or(0)).or_default() -= 1.0;
            }
            let apart = counts.values().map(|own| own.abs()).sum::<f64>();
            0.5 * apart / rows.max(1) as f64 <= allowed
        }
        _ => false,
    }
}

/// Rank correlation of served and offline numbers on the rows that differ; 0 for other kinds.
fn relation(view: &View<'_>, own: &Compared) -> f64 {
    let Some(shadow) = &view.frames.shadow else { return 0.0 };
    let served = view.frames.production.values.get(own.column);
    let (Some(Raw::Numbers(a)), Some(Raw::Numbers(b))) =
        (served, shadow.values.get(own.column))
    else {
        return 0.0;
    };
    let (x, y): (Vec<f64>, Vec<f64>) = own
        .different
        .iter()
        .filter_map(|(i, j)| Some((*a.get(*i)?, *b.get(*j)?)))
        .filter(|(x, y)| x.is_finite() && y.is_finite())
        .unzip();
    let (sx, sy) = (sorted(&x), sorted(&y));
    let rank = |own: &[f64], value: f64| super::common::below(own, value) - 0.5;
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(&y) {
        let (x, y) = (rank(&sx, *x), rank(&sy, *y));
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    if xx * yy > 0.0 { xy / crate::stats::math::sqrt(xx * yy) } else { 0.0 }
}
