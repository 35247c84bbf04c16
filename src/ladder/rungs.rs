//! The ladder itself. Enter: samples of both tables, the metric, and the breaks that are believed. Leave: points
//! of each term, worse is positive, with jackknife intervals; they sum to the metric's difference exactly,
//! whatever the models say, because the populations between the rungs telescope.
//!
//! The populations, from reference to production: the reference; the reference's relation on whom production sees;
//! the same without the rows that were lost on the way; with inputs broken as they are; production without what the model had never met; production at the
//! reference's cut-off; production.
//!
//! # Decisions
//! - The tables' own difference is known exactly; the sample gives every term but the relationship, which takes
//!   the rest. So the sum holds to the last bit and sampling noise does not land in "who we see".
//! - The cut-off's term is the change of policy alone: what production's cut-off costs against the reference's on
//!   the same rows. What a better cut-off would give back is told beside the ladder, because a cut-off that was
//!   always wrong is no reason for a drop.
//! - A sharp estimate of density ratio above 50 does not make a row "never met" (METHODS 5.3c): on strong but
//!   ordinary shifts it moved points away from who we see.

use super::blocks::{Blocks, add, spread};
use super::clean::{self, Clean, FIDELITY, outputs};
use super::left_over;
use super::logged::{Decisions, Logged};
use super::population::{Overlap, Stacked, never_met, overlap};
use super::relation::{self, Relation};
use super::yardstick::Yardstick;
use crate::bug::{Change, Fingerprint};
use crate::choices::Task;
use crate::encode::code::BLOCKS;
use crate::encode::frame::{Frame, Frames};
use crate::model::surrogate::Surrogate;
use crate::stats::math;

/// A break enters the ladder from this strength on; weaker ones are told, not priced.
pub const BELIEVED: f64 = 0.7;

/// Rows the model had never met must be at least this many to have a term of their own.
const UNSEEN_ROWS: usize = 30;

/// Below this effective share of reference rows the two populations hardly overlap: no expectation is given.
pub const LEAST_OVERLAP: f64 = 0.05;

/// Labelled production rows needed for a split.
const LEAST_ROWS: usize = 50;

/// Uncertainty of a price that rests on the stand-in, as a share of the price: it smooths, so that prices lean low.
const STAND_IN_DOUBT: f64 = 0.20;
/// The same where nobody knows what the values should have been: they are drawn from other rows.
const UNKNOWN_DOUBT: f64 = 0.30;
/// A price of so many times the drop is the stand-in's error, not the break's price.
const ABSURD: f64 = 2.0;

/// Growth of the intervals of who we see and of the relationship, because the fits of the weights and of the
/// relation are themselves uncertain while the jackknife holds them fixed: without it, 95 % intervals of who we see held
/// 84 % of the true terms of two scoring runs.
const HELD_FIXED: f64 = 1.3;

/// Uncertainty of who we see that its interval does not show, because the models behind it are held fixed: they
/// shrink towards no change.
const MODEL_DOUBT: f64 = 0.10;

/// What is asked of the ladder.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    /// The samples.
    pub frames: &'a Frames<'a>,
    /// The task.
    pub task: Task,
    /// What rows are measured with.
    pub stick: &'a Yardstick,
    /// The reference's cut-off, where decisions follow the score.
    pub cut: Option<f64>,
    /// The metric's difference, production − reference, over whole tables; `None` without labels.
    pub difference: Option<f64>,
    /// What the detectors found.
    pub fingerprints: &'a [Fingerprint],
    /// The stand-in fitted on the reference.
    pub honest: Option<&'a Surrogate>,
    /// The stand-in fitted on both tables (only needed when something is broken).
    pub stand_in: Option<&'a Surrogate>,
    /// For each frame column whether the model uses it.
    pub matters: &'a [bool],
}

/// The terms, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Cases the model had never met.
    NeverSeen,
    /// A harder mix of known cases.
    WhoWeSee,
    /// Broken inputs.
    BrokenInputs,
    /// Same case, same inputs, another outcome.
    Relationship,
    /// The cut-off was moved.
    Threshold,
}

impl Term {
    /// In the order of the report.
    pub const ALL: [Self; 5] = [
        Self::NeverSeen,
        Self::WhoWeSee,
        Self::BrokenInputs,
        Self::Relationship,
        Self::Threshold,
    ];

    /// The id in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NeverSeen => "never_seen",
            Self::WhoWeSee => "who_we_see",
            Self::BrokenInputs => "broken_inputs",
            Self::Relationship => "relationship",
            Self::Threshold => "threshold",
        }
    }
}

/// Points of a term.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Points {
    /// Points, worse is positive.
    pub points: f64,
    /// Standard error; 0 where the term is exactly nothing.
    pub error: f64,
    /// Half of the 95 % interval.
    pub half: f64,
}

impl Points {
    /// With a wider interval.
    fn grown(self, factor: f64) -> Self {
        Self { half: factor * self.half, ..self }
    }
}

/// What came out.
pub struct Split {
    /// Terms in the order of [`Term::ALL`]; `None` without production labels.
    pub terms: Option<[Points; 5]>,
    /// The metric that production should have if the relation held, broken inputs included, with half of
    /// its 95 % interval.
    pub expected: Option<(f64, f64)>,
    /// Share of production rows that the model had never met.
    pub unseen: f64,
    /// For each sampled production row, whether it was never met.
    pub out: Vec<bool>,
    /// The columns that show it, most rows first.
    pub out_columns: Vec<usize>,
    /// How the populations differ.
    pub overlap: Overlap,
    /// Places in the fingerprints of the breaks that were believed.
    pub believed: Vec<usize>,
    /// Price of each fingerprint, worse is positive; `None` where it was not priced.
    pub prices: Vec<Option<f64>>,
    /// Whether broken inputs could be priced (or there are none).
    pub priced: bool,
    /// Whether what nothing explains was given to repeated rows, because it came with them.
    pub with_copies: bool,
    /// Reference rows that count.
    pub p: Vec<u32>,
    /// Production rows that count and were not "never met".
    pub q: Vec<u32>,
    /// Codes of both.
    pub stacked: Stacked,
    /// Coders of the first columns of the codes (the score, if it is there, comes after them).
    pub inputs: Vec<usize>,
    /// The reference's relation.
    pub relation: Relation,
    /// Production outputs on clean inputs, where they were worked out.
    pub clean: Option<Clean>,
}

struct Sums {
    p: Blocks,
    /// Production by the reference's relation (all rows that are in), at clean scores.
    soft: Blocks,
    /// The same of the rows that were lost on the way.
    soft_lost: Blocks,
    /// Production's at logged scores.
    soft_broken: Blocks,
    /// Weighted reference residuals, or weighted reference rows where scores cannot be trusted.
    residual: Blocks,
    /// Weighted difference of replayed and logged reference rows.
    replay: Blocks,
    /// Labelled production, in.
    q_in: Blocks,
    /// Labelled production, all, at the reference's cut-off.
    q_cut: Blocks,
    /// The same without repeated rows.
    q_once: Blocks,
    /// Labelled production as logged.
    q: Blocks,
    /// All production that is in, and out.
    rows_in: Blocks,
    rows_out: Blocks,
}

/// Splits the drop.
#[must_use]
pub fn split(question: &Question<'_>) -> Option<Split> {
    let frames = question.frames;
    let of = |frame| Logged {
        frame,
        stick: question.stick,
        task: question.task,
        cut: question.cut,
    };
    let (before, after) = (of(&frames.reference), of(&frames.production));
    let p = before.usable(true);
    let labelled = after.usable(true);
    let has_labels = labelled.len() >= LEAST_ROWS;
    let all = if has_labels { labelled } else { after.usable(false) };
    if p.len() < LEAST_ROWS || all.len() < LEAST_ROWS {
        return None;
    }
    let believed: Vec<usize> = question
        .fingerprints
        .iter()
        .enumerate()
        .filter(|(_, own)| {
            own.strength >= BELIEVED
                && !matches!(own.change, Change::Rows | Change::Lost(_))
        })
        .map(|(at, _)| at)
        .collect();
    let breaks: Vec<&Fingerprint> =
        believed.iter().filter_map(|at| question.fingerprints.get(*at)).collect();
    let mut broken: Vec<usize> = breaks
        .iter()
        .filter(|own| own.change != Change::Unlogged)
        .flat_map(|own| own.columns.iter().copied())
        .collect();
    broken.sort_unstable();
    broken.dedup();
    let honest = question.honest.filter(|own| own.fidelity >= FIDELITY);
    // One that has met broken inputs knows better what the model makes of them, if it could be fitted.
    let trusted = question.stand_in.filter(|own| own.fidelity >= FIDELITY).or(honest);
    let clean = clean::from_shadow(frames).or_else(|| {
        (!breaks.is_empty()).then(|| clean::repaired(frames, &breaks, trusted, honest))?
    });
    let replay = match (&clean, trusted) {
        (None, Some(stand_in)) if !breaks.is_empty() => {
            Some(clean::replayed(frames, &breaks, stand_in))
        }
        _ => None,
    };
    let contaminated = !breaks.is_empty() && clean.is_none();
    let never = never_met(frames, &broken, question.matters);
    let out = never.rows;
    let is_out = |row: &u32| out.get(*row as usize).copied().unwrap_or(false);
    let out_rows = all.iter().filter(|row| is_out(row)).count();
    let out = if out_rows >= UNSEEN_ROWS { out } else { vec![false; out.len()] };
    let is_out = |row: &u32| out.get(*row as usize).copied().unwrap_or(false);
    let q: Vec<u32> = all.iter().copied().filter(|row| !is_out(row)).collect();
    if q.len() < LEAST_ROWS {
        return None;
    }
    let unseen = 1.0 - q.len() as f64 / all.len() as f64;
    // Inputs that are broken beyond repair say nothing of who a row is.
    let inputs = frames.inputs(if clean.is_some() { &[] } else { &broken });
    let lost = lost_rows(question);
    let mut stacked = Stacked::new(frames, &inputs, lost.as_ref().map(|own| &own.rows));
    if let Some(clean) = &clean {
        for (coder, codes) in &clean.codes {
            let Some(at) = inputs.iter().position(|own| own == coder) else { continue };
            let Some(column) = stacked.matrix.columns.get_mut(at) else { continue };
            let first = stacked.reference_rows;
            column
                .codes
                .iter_mut()
                .skip(first)
                .zip(codes)
                .for_each(|(own, code)| *own = *code);
        }
    }
    let scores = (!contaminated && question.task != Task::Multiclass).then(|| {
        let clean = clean.as_ref().and_then(|own| own.scores.first());
        let mut after = clean.unwrap_or(&frames.production.rows.score).clone();
        if let Some(lost) = lost.as_ref().filter(|_| !after.is_empty()) {
            after.extend(&lost.rows.score);
            after.resize(frames.production.len() + lost.len(), f64::NAN);
        }
        (frames.reference.rows.score.clone(), after)
    });
    let scores = scores.filter(|(before, after)| !before.is_empty() && !after.is_empty());
    if let Some((before, after)) = &scores {
        stacked.push_scores(before, after);
    }
    // Whom production should have seen: its rows, and those that were lost on the way.
    let lost_places = (0..lost.as_ref().map_or(0, Frame::len))
        .filter_map(|at| u32::try_from(frames.production.len() + at).ok());
    let whom: Vec<u32> = q.iter().copied().chain(lost_places).collect();
    let overlap = overlap(&stacked, &p, &whom);
    let joined =
        scores.as_ref().map(|(before, after)| [before.as_slice(), after].concat());
    let relation = match question.task {
        Task::Binary => {
            let yes: Vec<f64> =
                (0..frames.reference.len()).map(|row| before.yes(row)).collect();
            relation::of_chances(&stacked, &p, &yes, joined.as_deref())
        }
        _ => {
            let rows: Vec<Vec<f64>> =
                (0..frames.reference.len()).map(|row| before.pieces(row)).collect();
            let piece = |at: usize| -> Vec<f64> {
                rows.iter().map(|own| own.get(at).copied().unwrap_or(f64::NAN)).collect()
            };
            let pieces: Vec<(Vec<f64>, i32)> = (0..)
                .zip(&question.stick.pieces)
                .map(|(at, own)| (piece(at), own.power()))
                .collect();
            relation::of_pieces(
                &stacked,
                &p,
                &pieces,
                joined.as_deref(),
                &overlap.weights,
            )
        }
    };
    let repeated = repeated_rows(question.fingerprints, all.len());
    let context = Context {
        before,
        after,
        overlap: &overlap,
        relation: &relation,
        first: stacked.reference_rows,
        clean: clean.as_ref(),
        replay: replay.as_deref(),
        contaminated,
        has_labels,
        repeated: repeated.as_deref(),
        lost: lost.as_ref().map(of),
    };
    let sums = context.sums(&p, &all, &out);
    let rungs = |without: Option<usize>| context.rungs(&sums, without);
    let sign = if question.stick.metric.larger_is_better() { -1.0 } else { 1.0 };
    let whole = rungs(None)?;
    let held: Vec<usize> =
        (0..BLOCKS).filter(|at| sums.p.holds(*at) || sums.rows_in.holds(*at)).collect();
    let left: Vec<Rungs> = held.iter().filter_map(|at| rungs(Some(*at))).collect();
    let half_of = |pick: &dyn Fn(&Rungs) -> f64| {
        let values: Vec<f64> = left.iter().map(pick).collect();
        (left.len() == held.len()).then(|| spread(&values)).flatten()
    };
    let thin = overlap.effective < LEAST_OVERLAP;
    let priced = breaks.is_empty() || clean.is_some() || replay.is_some();
    let expected = (!thin && priced).then(|| {
        let pick = |own: &Rungs| own[BROKEN];
        (pick(&whole), half_of(&pick).map_or(f64::INFINITY, |own| own.1))
    });
    let mut prices = vec![None; question.fingerprints.len()];
    let scale = match question.difference {
        Some(difference) if has_labels => {
            Some(Scale::new(question, &whole, &half_of, sign * difference, sign))
        }
        _ => None,
    };
    let by_stand_in =
        replay.is_some() || clean.as_ref().is_some_and(|own| !own.from_shadow);
    let is_absurd = |scale: &Scale<'_>| {
        scale.points(ARRIVED, BROKEN).points.abs() > ABSURD * scale.worse.abs()
    };
    if by_stand_in && scale.as_ref().is_some_and(is_absurd) {
        return split(&Question { honest: None, stand_in: None, ..*question });
    }
    let terms = scale.as_ref().map(|scale| terms(scale, &breaks));
    let used = breaks.iter().any(|own| {
        own.columns.iter().any(|at| question.matters.get(*at).copied().unwrap_or(true))
    });
    let with_copies = left_over::came_with_copies(question.fingerprints, &after);
    let unexplained = terms.map_or(0.0, |own| own[3].points.max(0.0));
    let is_theirs = (!priced && used) || with_copies;
    let terms = if is_theirs { terms.map(left_over::taken_for_broken) } else { terms };
    if let (Some([_, _, broken_points, _, _]), Some(scale)) = (&terms, &scale) {
        let left_over = if with_copies { unexplained } else { 0.0 };
        let lost = scale.points(WHO, ARRIVED).points;
        let repeated = scale.points(ONCE, AT_CUT).points + left_over;
        if priced || used {
            let of_values = broken_points.points - lost - repeated;
            share_price(question, &believed, of_values, trusted, &mut prices);
        }
        for (slot, fingerprint) in prices.iter_mut().zip(question.fingerprints) {
            match fingerprint.change {
                Change::Rows => *slot = Some(repeated),
                Change::Lost(_) => *slot = Some(lost),
                _ => {}
            }
        }
    }
    Some(Split {
        terms,
        expected: expected.filter(|own| own.1.is_finite()),
        unseen,
        out,
        out_columns: never.columns,
        overlap,
        believed,
        prices,
        priced,
        with_copies,
        p,
        q,
        stacked,
        inputs,
        relation,
        clean,
    })
}

/// Rows of the shadow table that production should have had, where their loss can be priced: with scores, if the metric
/// needs them.
fn lost_rows(question: &Question<'_>) -> Option<Frame> {
    let shadow = question.frames.shadow.as_ref()?;
    let rows = question.fingerprints.iter().find_map(|own| match &own.change {
        Change::Lost(rows) if own.strength >= BELIEVED => Some(rows),
        _ => None,
    })?;
    let lost = shadow.only(rows);
    let scored = lost.rows.score.iter().any(|own| !own.is_nan());
    (question.task != Task::Binary || scored).then_some(lost)
}

/// Sampled production rows that a fingerprint of repeated rows touches.
fn repeated_rows(fingerprints: &[Fingerprint], rows: usize) -> Option<Vec<bool>> {
    let own = fingerprints.iter().find(|own| {
        own.change == Change::Rows && own.strength >= BELIEVED && !own.touched.is_empty()
    })?;
    let touched = own.touched.iter().filter(|own| **own).count();
    (touched > 0 && touched < rows).then(|| own.touched.clone())
}

/// Standard error and half of the 95 % interval of what is picked from the rungs.
type HalfOf<'a> = dyn Fn(&dyn Fn(&Rungs) -> f64) -> Option<(f64, f64)> + 'a;

/// Values of the metric on the populations, by the places below.
type Rungs = [f64; 8];
/// The reference.
const REFERENCE: usize = 0;
/// The reference's relation on whom production should have seen.
const WHO: usize = 1;
/// The same without the rows that were lost on the way.
const ARRIVED: usize = 2;
/// The same with inputs broken as they are.
const BROKEN: usize = 3;
/// Production without rows never met or repeated, at the reference's cut-off.
const KNOWN: usize = 4;
/// With rows never met.
const ONCE: usize = 5;
/// With repeated rows.
const AT_CUT: usize = 6;
/// Production as logged.
const LOGGED: usize = 7;

/// Differences between rungs as points of the drop.
struct Scale<'a> {
    whole: &'a Rungs,
    half_of: &'a HalfOf<'a>,
    worse: f64,
    sign: f64,
    /// Points of the headline a point of the ladder's metric stands for; 1 unless that is a proxy.
    factor: f64,
}

impl<'a> Scale<'a> {
    fn new(
        question: &Question<'_>,
        whole: &'a Rungs,
        half_of: &'a HalfOf<'a>,
        worse: f64,
        sign: f64,
    ) -> Self {
        let proxy = question.stick.is_proxy;
        // Losses that stand for another metric are larger when worse.
        let sign = if proxy { 1.0 } else { sign };
        let mut scale = Self { whole, half_of, worse, sign, factor: 1.0 };
        if proxy {
            let total = scale.raw(REFERENCE, LOGGED)(whole);
            let error =
                half_of(&scale.raw(REFERENCE, LOGGED)).map_or(f64::INFINITY, |own| own.1);
            // Without a clear move of the proxy nothing can be shared out.
            scale.factor = if total.abs() > error { worse / total } else { 0.0 };
        }
        scale
    }

    fn raw(&self, from: usize, to: usize) -> impl Fn(&Rungs) -> f64 + use<> {
        let sign = self.sign;
        move |own: &Rungs| {
            sign * (own.get(to).copied().unwrap_or(0.0)
                - own.get(from).copied().unwrap_or(0.0))
        }
    }

    fn points(&self, from: usize, to: usize) -> Points {
        let pick = self.raw(from, to);
        let value = pick(self.whole);
        if value == 0.0 {
            return Points::default();
        }
        let (error, half) = (self.half_of)(&pick).unwrap_or((f64::NAN, f64::NAN));
        let size = self.factor.abs();
        Points { points: self.factor * value, error: size * error, half: size * half }
    }
}

fn terms(scale: &Scale<'_>, breaks: &[&Fingerprint]) -> [Points; 5] {
    let unseen = scale.points(KNOWN, ONCE);
    let mut who = scale.points(REFERENCE, WHO);
    // The luck of production's own labels is not known apart from the relation: who we see is no surer than that.
    if let Some((error, half)) = (scale.half_of)(&|own: &Rungs| own[KNOWN]) {
        let factor = scale.factor.abs();
        who.error = math::sqrt(who.error * who.error + factor * factor * error * error);
        who.half = math::sqrt(who.half * who.half + factor * factor * half * half);
    }
    who = who.grown(HELD_FIXED);
    let model_doubt = MODEL_DOUBT * who.points.abs();
    widen(&mut who, model_doubt);
    let mut broken = scale.points(WHO, BROKEN);
    // Nobody knows what became of rows that were lost: the relation says what to expect of them.
    let lost_doubt = MODEL_DOUBT * scale.points(WHO, ARRIVED).points.abs();
    widen(&mut broken, lost_doubt);
    let repeated = scale.points(ONCE, AT_CUT);
    broken.points += repeated.points;
    broken.error = root_sum(broken.error, repeated.error);
    broken.half = root_sum(broken.half, repeated.half);
    let threshold = scale.points(AT_CUT, LOGGED);
    let mut relationship = scale.points(BROKEN, KNOWN).grown(HELD_FIXED);
    relationship.points =
        scale.worse - unseen.points - who.points - broken.points - threshold.points;
    widen(&mut relationship, root_sum(model_doubt, lost_doubt));
    if !breaks.is_empty() && broken.points != 0.0 {
        let unknown = breaks.iter().any(|own| {
            matches!(own.change, Change::Shuffled | Change::Stale | Change::Unlogged)
        });
        let doubt = if unknown { UNKNOWN_DOUBT } else { STAND_IN_DOUBT };
        let doubt = doubt * broken.points.abs();
        widen(&mut broken, doubt);
        widen(&mut relationship, doubt);
    }
    let known = |own: Points| Points {
        error: if own.error.is_finite() { own.error } else { own.points.abs() },
        half: if own.half.is_finite() { own.half } else { own.points.abs() },
        ..own
    };
    [known(unseen), known(who), known(broken), known(relationship), known(threshold)]
}

fn root_sum(a: f64, b: f64) -> f64 {
    math::sqrt(a * a + b * b)
}

/// Adds a doubt (a standard error) to an estimate.
fn widen(own: &mut Points, doubt: f64) {
    own.error = math::sqrt(own.error * own.error + doubt * doubt);
    own.half = math::sqrt(own.half * own.half + 4.0 * doubt * doubt);
}

/// Shares the price of all breaks among them in the proportion of what each does to reference scores alone.
fn share_price(
    question: &Question<'_>,
    believed: &[usize],
    total: f64,
    trusted: Option<&Surrogate>,
    prices: &mut [Option<f64>],
) {
    let mut weights: Vec<f64> = vec![1.0; believed.len()];
    if believed.len() > 1
        && let Some(stand_in) = trusted
    {
        let logged = outputs(&question.frames.reference.rows);
        for (slot, at) in weights.iter_mut().zip(believed) {
            let Some(fingerprint) = question.fingerprints.get(*at) else { continue };
            let moved = clean::replayed(question.frames, &[fingerprint], stand_in);
            let pairs = logged.iter().zip(&moved).flat_map(|(a, b)| a.iter().zip(b));
            let size: f64 =
                pairs.map(|(a, b)| (a - b).abs()).filter(|own| own.is_finite()).sum();
            *slot = size.max(f64::MIN_POSITIVE);
        }
    }
    let sum: f64 = weights.iter().sum();
    for (at, weight) in believed.iter().zip(weights) {
        if let Some(slot) = prices.get_mut(*at) {
            *slot = Some(total * weight / sum);
        }
    }
}

struct Context<'a> {
    before: Logged<'a>,
    after: Logged<'a>,
    overlap: &'a Overlap,
    relation: &'a Relation,
    first: usize,
    clean: Option<&'a Clean>,
    replay: Option<&'a [Vec<f64>]>,
    contaminated: bool,
    has_labels: bool,
    repeated: Option<&'a [bool]>,
    /// The rows that were lost on the way; in the matrix they follow production's.
    lost: Option<Logged<'a>>,
}

impl Context<'_> {
    fn sums(&self, p: &[u32], all: &[u32], out: &[bool]) -> Sums {
        let length = self.before.stick.len();
        let new = || Blocks::new(length);
        let mut sums = Sums {
            p: new(),
            soft: new(),
            soft_lost: new(),
            soft_broken: new(),
            residual: new(),
            replay: new(),
            q_in: new(),
            q_cut: new(),
            q_once: new(),
            q: new(),
            rows_in: Blocks::new(1),
            rows_out: Blocks::new(1),
        };
        for row in p {
            self.reference_row(&mut sums, *row as usize);
        }
        for row in all {
            let row = *row as usize;
            let is_out = out.get(row).copied().unwrap_or(false);
            self.production_row(&mut sums, row, is_out);
        }
        if let Some(lost) = self.lost.as_ref().filter(|_| self.is_soft()) {
            for row in 0..lost.frame.len() {
                let block = lost.frame.rows.block.get(row).copied().unwrap_or(0);
                let place = self.first + self.after.frame.len() + row;
                let slot = sums.soft_lost.of(block, 1.0);
                self.soft(lost, slot, row, place, lost.score(row), 1.0);
            }
        }
        sums
    }

    /// Whether soft labels of production rows can be used at its scores.
    fn is_soft(&self) -> bool {
        !(self.contaminated && self.before.task == Task::Binary)
    }

    fn reference_row(&self, sums: &mut Sums, row: usize) {
        let block = self.before.frame.rows.block.get(row).copied().unwrap_or(0);
        self.before.put(sums.p.of(block, 1.0), row, Decisions::Logged, 1.0);
        let weight = self.overlap.weights.get(row).copied().unwrap_or(0.0);
        let slot = sums.residual.of(block, weight);
        self.before.put(slot, row, Decisions::Logged, weight);
        if self.is_soft() {
            self.soft(&self.before, slot, row, row, self.before.score(row), -weight);
        }
        if let Some(broken) = self.replay {
            let slot = sums.replay.of(block, weight);
            self.scored(&self.before, slot, row, broken, weight);
            self.before.put(slot, row, Decisions::Logged, -weight);
        }
    }

    /// Adds a row with its soft label at a score.
    fn soft(
        &self,
        table: &Logged<'_>,
        slot: &mut [f64],
        row: usize,
        place: usize,
        score: f64,
        weight: f64,
    ) {
        if table.task == Task::Binary {
            let yes = self.relation.yes(place);
            table.put_binary(slot, row, score, yes, Decisions::AtCut, weight);
        } else {
            table.stick.add_pieces(slot, &self.relation.of(place), weight);
        }
    }

    /// Adds a row with its own label at other scores.
    fn scored(
        &self,
        table: &Logged<'_>,
        slot: &mut [f64],
        row: usize,
        outputs: &[Vec<f64>],
        weight: f64,
    ) {
        let scores: Vec<f64> =
            outputs.iter().map(|own| own.get(row).copied().unwrap_or(f64::NAN)).collect();
        if table.task == Task::Binary {
            let score = scores.first().copied().unwrap_or(f64::NAN);
            table.put_binary(slot, row, score, table.yes(row), Decisions::AtCut, weight);
        } else {
            table.stick.add_pieces(slot, &table.pieces_with(row, &scores), weight);
        }
    }

    fn production_row(&self, sums: &mut Sums, row: usize, is_out: bool) {
        let block = self.after.frame.rows.block.get(row).copied().unwrap_or(0);
        let binary = self.after.task == Task::Binary;
        let is_repeated = self.repeated.is_some_and(|own| own.get(row) == Some(&true));
        if is_out {
            sums.rows_out.of(block, 1.0);
        } else if !is_repeated {
            sums.rows_in.of(block, 1.0);
            if self.is_soft() {
                let place = self.first + row;
                let clean = self.clean.and_then(|own| own.scores.first());
                let score = clean.and_then(|own| own.get(row)).copied();
                let score = score.unwrap_or_else(|| self.after.score(row));
                self.soft(&self.after, sums.soft.of(block, 1.0), row, place, score, 1.0);
                if self.clean.is_some() {
                    let slot = sums.soft_broken.of(block, 1.0);
                    if binary {
                        let logged = self.after.score(row);
                        self.soft(&self.after, slot, row, place, logged, 1.0);
                    } else if self.has_labels {
                        // With labels at hand the price of a break is what it did to these very rows.
                        self.soft(&self.after, slot, row, place, score, 1.0);
                        self.after.put(slot, row, Decisions::AtCut, 1.0);
                        if let Some(clean) = self.clean {
                            self.scored(&self.after, slot, row, &clean.scores, -1.0);
                        }
                    }
                }
            }
        }
        if !self.has_labels {
            return;
        }
        if !is_out && !is_repeated {
            self.after.put(sums.q_in.of(block, 1.0), row, Decisions::AtCut, 1.0);
        }
        if !is_repeated {
            self.after.put(sums.q_once.of(block, 1.0), row, Decisions::AtCut, 1.0);
        }
        self.after.put(sums.q_cut.of(block, 1.0), row, Decisions::AtCut, 1.0);
        self.after.put(sums.q.of(block, 1.0), row, Decisions::Logged, 1.0);
    }

    /// The metric of every population; `None` where one of them has none.
    fn rungs(&self, sums: &Sums, without: Option<usize>) -> Option<Rungs> {
        let stick = self.before.stick;
        let (inside, outside) = (sums.rows_in.mass(without), sums.rows_out.mass(without));
        let unseen =
            if inside + outside > 0.0 { outside / (inside + outside) } else { 0.0 };
        let p = sums.p.mean(without);
        let mut arrived = sums.residual.mean(without);
        let mut who = arrived.clone();
        if self.is_soft() {
            add(&mut arrived, &sums.soft.mean(without), 1.0);
            add(&mut who, &sums.soft.mean_with(&sums.soft_lost, without), 1.0);
        }
        let mut broken = arrived.clone();
        if self.clean.is_some() && !sums.soft_broken.is_empty() {
            add(&mut broken, &sums.soft_broken.mean(without), 1.0);
            add(&mut broken, &sums.soft.mean(without), -1.0);
        } else if self.replay.is_some() {
            add(&mut broken, &sums.replay.mean(without), 1.0);
        }
        let blend = |known: &[f64]| {
            let mut mixed: Vec<f64> =
                known.iter().map(|own| own * (1.0 - unseen)).collect();
            add(&mut mixed, &p, unseen);
            mixed
        };
        let (n, m) = (sums.p.mass(without), inside + outside);
        let value = |mean: &[f64], rows: f64| {
            let sum: Vec<f64> = mean.iter().map(|own| own * rows).collect();
            stick.value(&sum)
        };
        let first = value(&p, n)?;
        let second = value(&blend(&who), m)?;
        let without_lost =
            if sums.soft_lost.is_empty() { second } else { value(&blend(&arrived), m)? };
        let third = if self.clean.is_none() && self.replay.is_none() {
            without_lost
        } else {
            value(&blend(&broken), m)?
        };
        if !self.has_labels {
            return Some([
                first,
                second,
                without_lost,
                third,
                third,
                third,
                third,
                third,
            ]);
        }
        let known = value(&blend(&sums.q_in.mean(without)), m)?;
        let once = value(&sums.q_once.mean(without), m)?;
        let at_cut = if self.repeated.is_some() {
            value(&sums.q_cut.mean(without), m)?
        } else {
            once
        };
        let logged = value(&sums.q.mean(without), m)?;
        Some([first, second, without_lost, third, known, once, at_cut, logged])
    }
}
