//! The score histograms of a link: how they are merged, written and turned into pictures again. Enter: the what-if of a
//! report; leaves: at most so many bins, every count 0 or at least ten rows and rounded to some binary digits, which
//! is far below what chance moves them by.

use super::hide::LEAST_ROWS;
use super::level::Level;
use super::wire::Wire;
use crate::choices::TableRole;
use crate::report::{
    Decided, Histogram, OldModel, Outcomes, Population, Report, ScoreReport, WhatIf,
};
use crate::story::facts::levels_of;
use crate::what_if;

/// Calibration points a link carries at most, of each table.
const CALIBRATION_POINTS: usize = 10;
/// Most bins and populations of a link.
const MANY: usize = 64;
/// Scores between 0 and 1 are counted in steps of 1/1,024; most edges lie on them.
const GRID: f64 = 1_024.0;

/// Trims the pictures of scores to the level; returns what was left out, by id.
pub fn trim(r: &mut Report, level: &Level) -> Vec<&'static str> {
    let mut left = Vec::new();
    let had = r.what_if.take();
    if let Some(whole) = &had {
        if level.bins < 3 {
            left.push("what_if");
        } else {
            let mut merged = what_if::merged(whole, level.bins, LEAST_ROWS);
            let segments: Vec<String> = what_if::segments(&merged)
                .into_iter()
                .take(level.segments)
                .map(str::to_owned)
                .collect();
            let all = what_if::segments(whole).len();
            if segments.len() < all {
                left.push("what_if_segments");
            }
            merged.populations.retain(|own| match &own.segment {
                None => true,
                Some(title) => segments.contains(title),
            });
            if what_if::bins(&merged) < what_if::bins(whole) {
                left.push("what_if_bins");
            }
            for own in &mut merged.populations {
                round(own, level.count_digits);
            }
            r.what_if = (!merged.populations.is_empty()).then_some(merged);
        }
    }
    let Some(scores) = &mut r.scores else { return left };
    let levels = levels_of(scores);
    let mut is_less = !scores.reference_roc.is_empty();
    scores.reference_roc.clear();
    scores.production_roc.clear();
    scores.reference_precision_recall.clear();
    scores.production_precision_recall.clear();
    // With the what-if there the reader draws the pictures from its bins.
    let from_what_if =
        r.what_if.as_ref().is_some_and(|own| what_if::pictures(own).is_some());
    let points =
        if level.score_bins == 0 || from_what_if { 0 } else { CALIBRATION_POINTS };
    for list in [&mut scores.reference_calibration, &mut scores.production_calibration] {
        is_less |= list.len() > points;
        *list = fewer_points(list, points);
    }
    if from_what_if {
        carry_levels(scores, levels);
    }
    let most = if from_what_if { 0 } else { level.score_bins };
    let bins = scores.edges.len().saturating_sub(1);
    if bins > most {
        is_less = true;
        let step = if most == 0 { bins } else { bins.div_ceil(most) };
        let sum = |shares: &[f64]| -> Vec<f64> {
            shares.chunks(step).map(|own| own.iter().sum()).collect()
        };
        scores.reference_histogram = sum(&scores.reference_histogram);
        scores.production_histogram = sum(&scores.production_histogram);
        let last = scores.edges.last().copied();
        scores.edges = scores.edges.iter().copied().step_by(step).collect();
        if bins % step != 0 {
            scores.edges.extend(last);
        }
        if most == 0 {
            scores.edges.clear();
            scores.reference_histogram.clear();
            scores.production_histogram.clear();
        }
    }
    if is_less {
        left.push("curves");
    }
    left
}

/// Keeps the mean score and the observed rate of both tables, as one point each: bins tell them only roughly.
fn carry_levels(scores: &mut ScoreReport, levels: Option<[(f64, f64); 2]>) {
    let Some([before, after]) = levels else { return };
    scores.reference_calibration = vec![(before.0, before.1, LEAST_ROWS)];
    scores.production_calibration = vec![(after.0, after.1, LEAST_ROWS)];
}

/// Neighbouring points put together; means weighted by rows.
fn fewer_points(points: &[(f64, f64, u64)], most: usize) -> Vec<(f64, f64, u64)> {
    if points.len() <= most {
        return points.to_vec();
    }
    if most == 0 {
        return Vec::new();
    }
    points.chunks(points.len().div_ceil(most)).filter_map(together).collect()
}

/// Calibration points as one; `None` without rows.
pub fn together(points: &[(f64, f64, u64)]) -> Option<(f64, f64, u64)> {
    let rows: u64 = points.iter().map(|own| own.2).sum();
    let mean = |of: fn(&(f64, f64, u64)) -> f64| {
        points.iter().map(|own| of(own) * own.2 as f64).sum::<f64>() / rows as f64
    };
    (rows > 0).then(|| (mean(|own| own.0), mean(|own| own.1), rows))
}

/// Keeps the first `digits` binary digits of every count; what has as few rows as may be told stays.
fn round(own: &mut Population, digits: u32) {
    let lists = [Some(&mut own.score), own.old.as_mut()];
    for histogram in lists.into_iter().flatten() {
        for list in [&mut histogram.no, &mut histogram.yes, &mut histogram.unlabelled] {
            for count in list {
                let spare = (64 - count.leading_zeros()).saturating_sub(digits);
                if spare > 0 {
                    let half = 1_u64 << (spare - 1);
                    *count = (count.saturating_add(half) >> spare) << spare;
                }
                if *count > 0 {
                    *count = (*count).max(LEAST_ROWS);
                }
            }
        }
    }
}

/// Writes or reads the what-if histograms.
pub fn what_if(w: &mut Wire<'_>, r: &mut Report) {
    let slices = r.slices.worse.iter().chain(&r.slices.grew);
    let titles: Vec<String> = slices.map(|own| own.title.clone()).collect();
    w.maybe(700, &mut r.what_if, |w, own| whole(w, own, &titles));
}

fn whole(w: &mut Wire<'_>, own: &mut WhatIf, titles: &[String]) {
    edges(w, &mut own.edges);
    cut(w, &own.edges, &mut own.reference_cut_off);
    cut(w, &own.edges, &mut own.production_cut_off);
    w.flag(701, &mut own.decision_reversed);
    w.maybe(702, &mut own.recalibration, |w, (shift, slope)| {
        w.decimal(703, 4, shift);
        w.decimal(703, 4, slope);
    });
    w.decimal(704, 5, &mut own.row_units);
    w.count(705, &mut own.least_rows);
    w.maybe(706, &mut own.old_model, |w, own| {
        edges(w, &mut own.edges);
        let OldModel { edges, cut_off, is_decision } = own;
        let mut cut_at = Some(*cut_off);
        cut(w, edges, &mut cut_at);
        *cut_off = cut_at.unwrap_or_default();
        w.flag(707, is_decision);
    });
    let bins = own.edges.len().saturating_sub(1);
    let old_bins =
        own.old_model.as_ref().map_or(0, |own| own.edges.len().saturating_sub(1));
    // The first population of each table is what the others are told apart from.
    let mut firsts: [Option<Population>; 4] = [None, None, None, None];
    w.list(710, MANY, &mut own.populations, |w, own| {
        w.choice(711, &TableRole::ALL, &mut own.table);
        let at = TableRole::ALL.iter().position(|role| *role == own.table).unwrap_or(0);
        let first = firsts.get(at).cloned().flatten();
        population(w, own, titles, (bins, old_bins), first.as_ref());
        if let Some(slot) = firsts.get_mut(at).filter(|slot| slot.is_none()) {
            *slot = Some(own.clone());
        }
    });
}

fn population(
    w: &mut Wire<'_>,
    own: &mut Population,
    titles: &[String],
    (bins, old_bins): (usize, usize),
    first: Option<&Population>,
) {
    w.maybe(712, &mut own.segment, |w, own| w.known_text(4, titles, own));
    w.count(713, &mut own.rows);
    let scale = first.map(|first| own.rows as f64 / first.rows.max(1) as f64);
    let about = first.map(|first| &first.score).zip(scale);
    histogram(w, &mut own.score, bins, about);
    decided(w, &mut own.fixed);
    w.maybe(715, &mut own.logged, decided);
    let about = first.and_then(|first| first.old.as_ref()).zip(scale);
    w.maybe(716, &mut own.old, |w, own| histogram(w, own, old_bins, about));
}

/// Edges in ascending order: steps of the grid where they lie on it.
fn edges(w: &mut Wire<'_>, own: &mut Vec<f64>) {
    let mut last = 0_i64;
    w.list(720, 2 * MANY, own, |w, edge| {
        let steps = *edge * GRID;
        let mut on_grid = steps.fract() == 0.0 && steps.abs() < 1e9;
        w.flag(721, &mut on_grid);
        if on_grid {
            let mut step = steps as i64 - last;
            w.whole(722, &mut step);
            last = last.saturating_add(step).clamp(-2_000_000_000, 2_000_000_000);
            *edge = last as f64 / GRID;
        } else {
            w.decimal(723, 6, edge);
            last = (*edge * GRID) as i64;
        }
    });
}

/// A cut-off: one of the edges, as a rule.
fn cut(w: &mut Wire<'_>, edges: &[f64], own: &mut Option<f64>) {
    w.maybe(724, own, |w, own| {
        let near = |edge: &f64| (*edge - *own).abs() <= 1e-6 * own.abs().max(1e-3);
        let mut at = edges.iter().position(near).map_or(0, |at| at as u64 + 1);
        w.count(725, &mut at);
        match edges.get((at as usize).wrapping_sub(1)) {
            Some(edge) => *own = *edge,
            None => w.decimal(726, 6, own),
        }
    });
}

fn histogram(
    w: &mut Wire<'_>,
    own: &mut Histogram,
    bins: usize,
    about: Option<(&Histogram, f64)>,
) {
    let Histogram { no, yes, unlabelled, no_value, yes_value } = own;
    type List = fn(&Histogram) -> &Vec<u64>;
    let lists: [(&mut Vec<u64>, List); 3] =
        [(no, |own| &own.no), (yes, |own| &own.yes), (unlabelled, |own| &own.unlabelled)];
    for (list, of) in lists {
        list.resize(bins, 0);
        let mut any = list.iter().any(|own| *own > 0);
        w.flag(730, &mut any);
        if !any {
            continue;
        }
        let (mut one, mut two) = (0_u64, 0_u64);
        for (at, count) in list.iter_mut().enumerate() {
            let known =
                about.and_then(|(first, scale)| Some(*of(first).get(at)? as f64 * scale));
            let guess = known.unwrap_or((one / 2 + two / 2) as f64);
            let size = 64 - (guess as u64).leading_zeros();
            let kind = if known.is_some() { 200 } else { 100 };
            w.near(731, kind + size, count);
            (two, one) = (one, *count);
        }
    }
    for list in [no_value, yes_value] {
        let mut any = !list.is_empty();
        w.flag(732, &mut any);
        if !any {
            list.clear();
            continue;
        }
        list.resize(bins, 0.0);
        for own in list {
            w.decimal(733, 3, own);
        }
    }
}

fn decided(w: &mut Wire<'_>, own: &mut Decided) {
    for Outcomes { no, yes, unlabelled, no_value, yes_value } in
        [&mut own.no, &mut own.yes]
    {
        w.count(740, no);
        w.count(740, yes);
        w.count(741, unlabelled);
        w.decimal(742, 4, no_value);
        w.decimal(742, 4, yes_value);
    }
}

/// Makes the pictures of scores again, as far as the histograms tell.
pub fn scores(r: &mut Report) {
    let made = r.what_if.as_ref().and_then(what_if::pictures);
    let (Some(mut made), Some(own)) = (made, &mut r.scores) else { return };
    if own.edges.is_empty() {
        made.threshold = own.threshold.or(made.threshold);
        made.levels = levels_of(own);
        made.per_cent = own.per_cent;
        *own = made;
    }
}
