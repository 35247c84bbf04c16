//! Whether the logged inputs reproduce the logged score. Enter: the stand-in for the user's model, rows and scores.
//! Leave: how far production's scores are from it compared with held-out reference rows, and which columns, altered in
//! which way, bring them back: what the model saw and the log does not show. Cost: the stand-in on two samples of rows,
//! and on at most [`TRIED_ROWS`] rows for every alteration tried.
//! Inputs that are broken in the log too still reproduce the score: then nothing is found here.
//! Without a stand-in of fidelity [`MIN_FIDELITY`] nothing can be said.

use super::clock;
use std::collections::BTreeSet;

use super::common::{MIN_ROWS, inputs, median, percent, short, sorted};
use super::since;
use super::unheard::{self, Unheard};
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::{Frame, NO_MOMENT, NO_NAME, Raw};
use crate::encode::rows::NO_DAY;
use crate::model::surrogate::Surrogate;
use crate::report::{CauseId, Consistency};
use crate::stats::math::sqrt;
use crate::stats::random::Random;

/// Share of the score's variance the stand-in must reproduce.
pub const MIN_FIDELITY: f64 = 0.9;
/// Spread of production's distances over the reference's, from which the test fails.
const MAX_SPREAD: f64 = 1.5;
/// Share of rows far off beyond the reference's, from which the test fails.
const MAX_OUTLIERS: f64 = 0.02;
/// Shift of the middle distance from which the test fails, beyond three standard errors.
const MAX_SHIFT: f64 = 0.05;
/// A row is far off beyond so many deviations (1.48 times the median absolute distance).
const FAR: f64 = 6.0;
/// From the first day on a row is touched beyond so many deviations.
const TOUCHED: f64 = 4.0;
/// A row is brought back within so many deviations.
const NEAR: f64 = 3.0;
/// Levels of the margin at which scatter is measured.
const LEVELS: usize = 10;
/// Rows compared a table.
const COMPARED_ROWS: usize = 20_000;
/// Rows far off on which alterations are tried.
const TRIED_ROWS: usize = 500;
/// Kinds of alteration followed to the end.
const FOLLOWED: usize = 4;
/// Share of the distance that alterations must take away to name columns.
const MIN_EXPLAINED: f64 = 0.5;
/// The same from which nothing else is asked.
const MOSTLY_EXPLAINED: f64 = 0.75;
/// Share of what is left that a further column must take away.
const MIN_MORE: f64 = 0.1;
/// Columns named at most.
const MAX_COLUMNS: usize = 6;

/// What stands in for the user's model.
pub trait StandIn {
    /// Share of variance reproduced, 0–1.
    fn fidelity(&self) -> f64;
    /// Margins of rows, one list an output.
    fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>>;
    /// Reference rows it was not fitted on.
    fn held_out(&self) -> Vec<usize>;
    /// The margin of a score.
    fn of_score(&self, output: usize, score: f64) -> f64;
}

impl StandIn for Surrogate {
    fn fidelity(&self) -> f64 {
        self.fidelity
    }

    fn margins(&self, values: &[Raw]) -> Vec<Vec<f64>> {
        Self::margins(self, values)
    }

    fn held_out(&self) -> Vec<usize> {
        Self::held_out(self).iter().map(|row| *row as usize).collect()
    }

    fn of_score(&self, output: usize, score: f64) -> f64 {
        Self::of_score(self, output, score)
    }
}

/// Distances of logged from reproduced margins.
pub struct Distances {
    /// The output.
    pub output: usize,
    /// Of held-out reference rows, ascending.
    pub reference: Vec<f64>,
    /// Production rows compared, in order.
    pub rows: Vec<usize>,
    /// Of those rows.
    pub production: Vec<f64>,
    /// Days of those rows.
    pub days: Vec<i32>,
    /// One deviation on the reference.
    pub deviation: f64,
    /// Fidelity of the stand-in.
    pub fidelity: f64,
    /// Middle distance on the reference.
    pub middle: f64,
}

/// Rows of some columns.
#[must_use]
pub fn picked(values: &[Raw], rows: &[usize]) -> Vec<Raw> {
    fn take<T: Copy>(own: &[T], rows: &[usize], none: T) -> Vec<T> {
        rows.iter().map(|row| own.get(*row).copied().unwrap_or(none)).collect()
    }
    let pick = |raw: &Raw| match raw {
        Raw::Numbers(own) => Raw::Numbers(take(own, rows, f64::NAN)),
        Raw::Names(own) => Raw::Names(take(own, rows, NO_NAME)),
        Raw::Moments(own) => Raw::Moments(take(own, rows, NO_MOMENT)),
        Raw::Other => Raw::Other,
    };
    values.iter().map(pick).collect()
}

/// The logged score of an output.
pub fn score(frame: &Frame, output: usize, row: usize) -> f64 {
    let list = if frame.rows.score.is_empty() {
        frame.rows.class_scores.get(output)
    } else {
        Some(&frame.rows.score)
    };
    list.and_then(|own| own.get(row)).copied().unwrap_or(f64::NAN)
}

/// At most so many rows, evenly.
pub fn spread_out(rows: Vec<usize>, most: usize) -> Vec<usize> {
    let count = rows.len();
    if count <= most {
        return rows;
    }
    (0..most).filter_map(|k| rows.get(k * count / most).copied()).collect()
}

/// Production rows whose inputs the reference has met: others the stand-in can only guess.
pub fn in_support(view: &View<'_>) -> Vec<usize> {
    let mut inside = vec![true; view.frames.production.len()];
    for column in inputs(view) {
        let Some((before, after)) = super::common::both(view, column) else { continue };
        match (before, after) {
            (Raw::Numbers(before), Raw::Numbers(after)) => {
                let known = view.frames.reference.ascending(column);
                // The thin ends are guessed as badly as what lies beyond.
                let cut = known.len() / 400;
                let ends =
                    (known.get(cut), known.get(known.len().saturating_sub(1 + cut)));
                let (Some(low), Some(high)) = ends else { continue };
                let lacks = known.len() == before.len();
                for (own, value) in inside.iter_mut().zip(after) {
                    *own &= (value.is_nan() && !lacks) || (low..=high).contains(&value);
                }
            }
            (Raw::Names(before), Raw::Names(after)) => {
                let mut known: BTreeSet<u32> = BTreeSet::new();
                known.extend(before);
                for (own, name) in inside.iter_mut().zip(after) {
                    *own &= known.contains(name);
                }
            }
            _ => {}
        }
    }
    (0..inside.len()).filter(|row| inside.get(*row).copied().unwrap_or(false)).collect()
}

/// Distances of the output that fits worst in production; `None` without scores or a good stand-in.
pub fn distances(view: &View<'_>, model: &dyn StandIn) -> Option<Distances> {
    let (reference, production) = (&view.frames.reference, &view.frames.production);
    if model.fidelity() < MIN_FIDELITY {
        return None;
    }
    let held_out = spread_out(model.held_out(), COMPARED_ROWS);
    let rows = spread_out(in_support(view), COMPARED_ROWS);
    if held_out.len() < MIN_ROWS || rows.len() < MIN_ROWS {
        return None;
    }
    let of_days = &production.rows.day;
    let days: Vec<i32> =
        rows.iter().map(|row| of_days.get(*row).copied().unwrap_or(NO_DAY)).collect();
    let before = model.margins(&picked(&reference.values, &held_out));
    let after = model.margins(&picked(&production.values, &rows));
    let of =
        |frame: &Frame, output: usize, rows: &[usize], margins: &[f64]| -> Vec<f64> {
            let pairs = rows.iter().zip(margins);
            pairs
                .map(|(row, own)| {
                    model.of_score(output, score(frame, output, *row)) - own
                })
                .collect()
        };
    let mut worst: Option<(f64, Distances)> = None;
    for (output, (before, after)) in before.iter().zip(&after).enumerate() {
        let levels = Levels::new(before, &of(reference, output, &held_out, before));
        let own = sorted(&levels.even(before, &of(reference, output, &held_out, before)));
        let other = levels.even(after, &of(production, output, &rows, after));
        if own.len() < MIN_ROWS || sorted(&other).len() < MIN_ROWS {
            continue;
        }
        let middle = median(&own);
        let deviation = (1.48 * scatter(&own, middle)).max(1e-6);
        let found = Distances {
            output,
            reference: own,
            rows: rows.clone(),
            production: other,
            days: days.clone(),
            deviation,
            fidelity: model.fidelity(),
            middle,
        };
        let outliers = found.outliers();
        if worst.as_ref().is_none_or(|own| outliers > own.0) {
            worst = Some((outliers, found));
        }
    }
    worst.map(|own| own.1)
}

/// Middle and scatter of the distances by level of the margin: scores are rougher where they are large, and more
/// rows there are no break.
struct Levels {
    cuts: Vec<f64>,
    /// Middle and scale of each level, the scale relative to that of all.
    of: Vec<(f64, f64)>,
}

impl Levels {
    fn new(margins: &[f64], distances: &[f64]) -> Self {
        let known = sorted(margins);
        let mut cuts: Vec<f64> =
            super::common::quantiles(&known, LEVELS + 1).into_iter().skip(1).collect();
        cuts.pop();
        cuts.dedup();
        let mut lists: Vec<Vec<f64>> = vec![Vec::new(); cuts.len() + 1];
        for (margin, distance) in margins.iter().zip(distances) {
            if let Some(own) = lists.get_mut(cuts.partition_point(|cut| cut <= margin)) {
                own.push(*distance);
            }
        }
        let all = sorted(distances);
        let middle = median(&all);
        let scale = scatter(&all, middle).max(1e-9);
        let of = lists
            .iter()
            .map(|own| {
                let own = sorted(own);
                if own.len() < 20 {
                    return (middle, 1.0);
                }
                let middle = median(&own);
                (middle, (scatter(&own, middle) / scale).max(0.5))
            })
            .collect();
        Self { cuts, of }
    }

    fn even(&self, margins: &[f64], distances: &[f64]) -> Vec<f64> {
        let one = |(margin, distance): (&f64, &f64)| {
            let at = self.cuts.partition_point(|cut| cut <= margin);
            let (middle, scale) = self.of.get(at).copied().unwrap_or((0.0, 1.0));
            (distance - middle) / scale
        };
        margins.iter().zip(distances).map(one).collect()
    }
}

/// Median absolute distance from a middle.
fn scatter(values: &[f64], middle: f64) -> f64 {
    let away: Vec<f64> = values.iter().map(|value| (value - middle).abs()).collect();
    median(&sorted(&away))
}

impl Distances {
    fn is_far(&self, distance: f64) -> bool {
        (distance - self.middle).abs() > FAR * self.deviation
    }

    /// Share of production rows far off.
    #[must_use]
    pub fn outliers(&self) -> f64 {
        let known = self.production.iter().filter(|own| own.is_finite());
        let far = known.clone().filter(|own| self.is_far(**own)).count();
        far as f64 / known.count().max(1) as f64
    }

    fn usual_outliers(&self) -> f64 {
        let far = self.reference.iter().filter(|own| self.is_far(**own)).count();
        far as f64 / self.reference.len().max(1) as f64
    }

    fn spread_ratio(&self) -> f64 {
        let own = sorted(&self.production);
        1.48 * scatter(&own, median(&own)) / self.deviation
    }

    /// Middle distance in production beyond the reference's, and its standard error.
    #[must_use]
    pub fn shift(&self) -> (f64, f64) {
        let own = sorted(&self.production);
        let spread = 1.48 * scatter(&own, median(&own));
        let rows = |n: usize| 1.0 / n.max(1) as f64;
        let error = 1.2533
            * sqrt(
                spread * spread * rows(own.len())
                    + self.deviation * self.deviation * rows(self.reference.len()),
            );
        (median(&own) - self.middle, error)
    }

    /// How many times as wide the distances are spread from the day on at which they grew, compared with the production
    /// rows before it; `None` without one clear step. The season or the mix of cases moves both sides alike.
    #[must_use]
    pub fn growth(&self) -> Option<f64> {
        let away = |own: &f64| ((own - self.middle).abs() / self.deviation).min(FAR);
        let values: Vec<f64> = self.production.iter().map(away).collect();
        let first = since::step(&self.days, &values)?.day;
        let spread = |after: bool| -> Option<f64> {
            let rows = self.days.iter().zip(&self.production);
            let own: Vec<f64> = rows
                .filter(|(day, _)| **day != NO_DAY && (**day >= first) == after)
                .map(|own| *own.1)
                .collect();
            let own = sorted(&own);
            (own.len() >= MIN_ROWS).then(|| 1.48 * scatter(&own, median(&own)))
        };
        Some(spread(true)? / spread(false)?.max(self.deviation))
    }

    fn report(&self) -> Consistency {
        let (ratio, outliers) = (self.spread_ratio(), self.outliers());
        let (shift, error) = self.shift();
        let many = outliers - self.usual_outliers() >= MAX_OUTLIERS;
        let fails = ratio >= MAX_SPREAD
            || many
            || shift.abs() >= MAX_SHIFT.max(0.5 * self.deviation) + 3.0 * error;
        let growth = self.growth().filter(|own| *own >= MAX_SPREAD);
        let sentence = if let (false, Some(growth)) = (fails, growth) {
            format!(
                "From one day on the logged inputs reproduce the logged score less well: what is left is spread {} \
                 times as wide as before that day.",
                short(growth)
            )
        } else if fails {
            format!(
                "The logged inputs do not reproduce the logged score on {} of rows (spread {} times \
                 that before launch).",
                percent(outliers),
                short(ratio)
            )
        } else {
            "The logged inputs reproduce the logged score as well as before launch."
                .to_owned()
        };
        Consistency {
            fidelity: self.fidelity,
            spread_ratio: ratio,
            outliers,
            fails: fails || growth.is_some(),
            sentence,
        }
    }
}

/// How well scores follow the logged inputs by a stand-in: seen once, told by detectors and in the report.
pub struct Followed {
    /// Row by row; `None` where there are too few or the stand-in is too rough.
    pub distances: Option<Distances>,
    /// Rows that are too far off, and how much of that its columns explain, 0–1.
    far: Option<(Fingerprint, f64)>,
    /// Columns that count for less than they should.
    unheard: Option<Unheard>,
}

impl Followed {
    /// Looks, with any stand-in.
    #[must_use]
    pub fn of(view: &View<'_>, model: &dyn StandIn) -> Self {
        let distances = distances(view, model);
        let far = distances.as_ref().and_then(|own| far_off(view, model, own));
        let unheard = unheard::look(view, model, far.is_some());
        Self { distances, far, unheard }
    }

    /// The report's part.
    #[must_use]
    pub fn report(&self) -> Option<Consistency> {
        let mut report = self.distances.as_ref()?.report();
        if !report.fails
            && let Some(own) = &self.unheard
        {
            report.fails = true;
            report.sentence = words_unheard(own);
        }
        Some(report)
    }

    /// What was served and not logged.
    #[must_use]
    pub fn found(&self) -> Option<Fingerprint> {
        let Some(unheard) = &self.unheard else {
            return self.far.clone().map(|own| own.0);
        };
        let words = words_unheard(unheard);
        let columns = unheard.columns.clone();
        let Some((mut far, explained)) = self.far.clone() else {
            return Some(Fingerprint {
                detector: "consistency",
                cause: CauseId::ServedNotLogged,
                strength: 0.8,
                share: super::common::share_of(&unheard.touched),
                columns,
                touched: unheard.touched.clone(),
                change: Change::Unlogged,
                since: unheard.since,
                sentence: words,
            });
        };
        let same = |a: &[usize], b: &[usize]| a.iter().all(|own| b.contains(own));
        let agree = same(&far.columns, &columns) && same(&columns, &far.columns);
        // Values under which the scores come out as logged say more than what the scores follow less: where columns work
        // together, others seem to be followed less as well.
        if explained < MOSTLY_EXPLAINED {
            if !agree {
                far.sentence = words;
            }
            far.columns = columns;
        }
        far.strength = 0.9;
        far.since = far.since.or(unheard.since);
        for (own, more) in far.touched.iter_mut().zip(&unheard.touched) {
            *own |= *more;
        }
        far.share = super::common::share_of(&far.touched);
        Some(far)
    }
}

fn words_unheard(own: &Unheard) -> String {
    let which = if own.columns.len() == 1 { "this column" } else { "these columns" };
    format!(
        "Since launch the score follows {which} {} less than the logged values say: \
         the model does not seem to have got them on a part of the rows.",
        percent(own.lost.min(1.0))
    )
}

/// Rows whose score is far off what the inputs give, when there are more of them than before launch.
fn far_off(
    view: &View<'_>,
    model: &dyn StandIn,
    own: &Distances,
) -> Option<(Fingerprint, f64)> {
    let report = own.report();
    if !report.fails {
        return None;
    }
    let all = view.frames.production.len();
    let days = &view.frames.production.rows.day;
    let mut far = vec![f64::NAN; all];
    let mut near = vec![false; all];
    for (row, distance) in own.rows.iter().zip(&own.production) {
        if let (Some(far), Some(near)) = (far.get_mut(*row), near.get_mut(*row))
            && distance.is_finite()
        {
            *far = f64::from(u8::from(own.is_far(*distance)));
            *near = (distance - own.middle).abs() > TOUCHED * own.deviation;
        }
    }
    let first = since::step(days, &far).map(|own| own.day);
    // From the first day on, rows less far off are touched as well.
    let touched = near
        .iter()
        .zip(&far)
        .enumerate()
        .map(|(row, (near, far))| {
            let day = days.get(row).copied();
            *far > 0.0
                || *near && first.is_some_and(|first| day.is_some_and(|day| day >= first))
        })
        .collect::<Vec<bool>>();
    let (columns, words, explained) = culprits(view, model, own).unwrap_or_default();
    let strength = if columns.is_empty() { 0.7 } else { 0.9 };
    let mut sentence = report.sentence;
    if !words.is_empty() {
        sentence = format!("{sentence} {words}");
    }
    let share = report.outliers.max(super::common::share_of(&touched));
    let found = Fingerprint {
        detector: "consistency",
        cause: CauseId::ServedNotLogged,
        columns,
        strength,
        share,
        touched,
        change: Change::Unlogged,
        since: first,
        sentence,
    };
    Some((found, explained))
}

/// A way in which a column may have been served.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Alteration {
    Missing,
    Number(f64),
    Times(f64),
    Hours(i32),
    OtherRow,
}

fn alterations(view: &View<'_>, column: usize) -> Vec<Alteration> {
    let about = view.frames.columns.get(column);
    let mut all = vec![Alteration::Missing];
    match view.frames.reference.values.get(column) {
        Some(Raw::Numbers(before)) => {
            all.extend([0.0, -1.0].map(Alteration::Number));
            let known = view.frames.reference.ascending(column);
            if !known.is_empty() {
                let mean = known.iter().sum::<f64>() / known.len() as f64;
                all.extend([median(&known), mean].map(Alteration::Number));
            }
            let factors = [12.0, 60.0, 100.0, 1000.0];
            all.extend(factors.iter().map(|own| Alteration::Times(*own)));
            all.extend(factors.iter().map(|own| Alteration::Times(1.0 / own)));
            if about.is_some_and(|about| clock::is_hours(about, before)) {
                all.extend((1..=12).flat_map(|by| [by, -by]).map(Alteration::Hours));
            }
        }
        Some(Raw::Moments(_)) => {
            all.extend((1..=12).flat_map(|by| [by, -by]).map(Alteration::Hours));
        }
        _ => {}
    }
    all.push(Alteration::OtherRow);
    all
}

fn altered(raw: &Raw, how: Alteration) -> Raw {
    let order = |rows: usize| {
        let mut order: Vec<usize> = (0..rows).collect();
        Random::stream(1, "other row").shuffle(&mut order);
        order
    };
    let mut one = match (raw, how) {
        (Raw::Numbers(own), Alteration::OtherRow) => {
            return Raw::Numbers(
                order(own.len()).iter().filter_map(|at| own.get(*at).copied()).collect(),
            );
        }
        (Raw::Names(own), Alteration::OtherRow) => {
            return Raw::Names(
                order(own.len()).iter().filter_map(|at| own.get(*at).copied()).collect(),
            );
        }
        (other, _) => other.clone(),
    };
    match (&mut one, how) {
        (Raw::Numbers(own), Alteration::Missing) => {
            own.iter_mut().for_each(|x| *x = f64::NAN);
        }
        (Raw::Names(own), Alteration::Missing) => {
            own.iter_mut().for_each(|x| *x = NO_NAME);
        }
        (Raw::Moments(own), Alteration::Missing) => {
            own.iter_mut().for_each(|x| *x = NO_MOMENT);
        }
        (Raw::Numbers(own), Alteration::Number(to)) => {
            own.iter_mut().for_each(|x| *x = to);
        }
        (Raw::Numbers(own), Alteration::Times(by)) => {
            own.iter_mut().for_each(|x| *x *= by);
        }
        (Raw::Numbers(own), Alteration::Hours(by)) => {
            own.iter_mut().for_each(|x| *x = (*x + f64::from(by)).rem_euclid(24.0));
        }
        (Raw::Moments(own), Alteration::Hours(by)) => own.iter_mut().for_each(|at| {
            *at = at.saturating_add(i64::from(by) * clock::HOUR_MICROS);
        }),
        _ => {}
    }
    one
}

fn words_of(how: Alteration) -> String {
    match how {
        Alteration::Missing => "missing".to_owned(),
        Alteration::Number(to) => format!("equal to {}", short(to)),
        Alteration::Times(by) if by >= 1.0 => format!("multiplied by {}", short(by)),
        Alteration::Times(by) => format!("divided by {}", short(1.0 / by)),
        Alteration::Hours(by) => format!("moved by {by:+} hours"),
        Alteration::OtherRow => "another row's".to_owned(),
    }
}

/// The columns that, altered alike, bring the scores of rows far off back; greedily, the most telling first.
fn culprits(
    view: &View<'_>,
    model: &dyn StandIn,
    own: &Distances,
) -> Option<(Vec<usize>, String, f64)> {
    let pairs = own.rows.iter().zip(&own.production);
    let far: Vec<usize> = pairs
        .filter(|(_, distance)| own.is_far(**distance))
        .map(|(row, _)| *row)
        .collect();
    let rows = spread_out(far, TRIED_ROWS);
    if rows.len() < 20 {
        return None;
    }
    let base = picked(&view.frames.production.values, &rows);
    let frame = &view.frames.production;
    let away = |values: &[Raw]| -> Vec<f64> {
        let margins = model.margins(values);
        let margins = margins.get(own.output).map_or(&[][..], |own| own.as_slice());
        let logged =
            |row: &usize| model.of_score(own.output, score(frame, own.output, *row));
        rows.iter().zip(margins).map(|(row, own)| logged(row) - own).collect()
    };
    // Distance left beyond chance.
    let left = |values: &[Raw]| -> f64 {
        let beyond = |d: f64| (d.abs() - NEAR * own.deviation).max(0.0);
        away(values).into_iter().map(beyond).filter(|own| own.is_finite()).sum()
    };
    // Scatter left: what was really served takes row-to-row differences away, a column that merely pushes scores the
    // right way adds its own.
    let scattered = |values: &[Raw]| -> f64 {
        let own = sorted(&away(values));
        let mean = own.iter().sum::<f64>() / own.len().max(1) as f64;
        own.iter().map(|d| (d - mean) * (d - mean)).sum()
    };
    let columns_in = inputs(view);
    let with = |values: &[Raw], column: usize, how: Alteration| -> Vec<Raw> {
        let mut values = values.to_vec();
        if let (Some(place), Some(raw)) = (values.get_mut(column), base.get(column)) {
            *place = altered(raw, how);
        }
        values
    };
    let whole = left(&base);
    if whole <= 0.0 {
        return None;
    }
    let mut starts: Vec<(f64, usize, Alteration)> = Vec::new();
    for column in &columns_in {
        for how in alterations(view, *column) {
            starts.push((scattered(&with(&base, *column, how)), *column, how));
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut followed: Vec<Alteration> = Vec::new();
    let mut best: Option<(f64, Vec<usize>, Alteration)> = None;
    for (mut scatter, first, how) in starts {
        if followed.contains(&how) || followed.len() >= FOLLOWED {
            continue;
        }
        followed.push(how);
        let mut columns = vec![first];
        let mut values = with(&base, first, how);
        while columns.len() < MAX_COLUMNS {
            let more = columns_in.iter().copied().filter(|own| !columns.contains(own));
            let tried = more
                .filter(|column| alterations(view, *column).contains(&how))
                .map(|column| (scattered(&with(&values, column, how)), column))
                .min_by(|a, b| a.0.total_cmp(&b.0));
            let Some((after, column)) =
                tried.filter(|own| own.0 <= (1.0 - MIN_MORE) * scatter)
            else {
                break;
            };
            values = with(&values, column, how);
            columns.push(column);
            scatter = after;
        }
        let rest = left(&values);
        if best.as_ref().is_none_or(|own| rest < own.0) {
            best = Some((rest, columns, how));
        }
    }
    let (rest, columns, how) = best?;
    if rest > (1.0 - MIN_EXPLAINED) * whole {
        return None;
    }
    let explained = 1.0 - rest / whole;
    let which =
        if columns.len() == 1 { "this column were" } else { "these columns were" };
    let words = format!(
        "Scores come out as logged if {which} {} ({} explained).",
        words_of(how),
        percent(explained)
    );
    Some((columns, words, explained))
}

/// The detector.
pub struct ScoreConsistency;

impl Detector for ScoreConsistency {
    fn id(&self) -> &'static str {
        "consistency"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        view.followed().and_then(Followed::found).into_iter().collect()
    }
}
