//! The ladder itself. Enter: samples of both tables, the metric, and the breaks that are believed. Leave: points
//! of each term, worse is positive, with jackknife intervals; they sum to the metric's difference exactly,
//! whatever the models say, because the populations between the rungs telescope.
//!
//! The populations, from reference to production: the reference; the reference's relation on whom production sees;
//! the same with inputs broken as they are; production without what the model had never met; production at the
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
use super::logged::{Decisions, Logged};
use super::population::{Overlap, Stacked, never_met, overlap};
use super::relation::{self, Relation};
use super::yardstick::Yardstick;
use crate::bug::{Change, Fingerprint, since};
use crate::choices::Task;
use crate::encode::code::BLOCKS;
use crate::encode::frame::Frames;
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

/// Uncertainty of a price that rests on the stand-in, as a share of the price.
const STAND_IN_DOUBT: f64 = 0.12;
/// The same where nobody knows what the values should have been: they are drawn from other rows.
const UNKNOWN_DOUBT: f64 = 0.20;

/// Uncertainty of who we see that its interval does not show, because the models behind it are held fixed: they
/// shrink towards no change.
const MODEL_DOUBT: f64 = 0.10;

/// What is asked of the ladder.
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
    /// The same at logged scores.
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
        .filter(|(_, own)| own.strength >= BELIEVED && own.change != Change::Rows)
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
    let mut stacked = Stacked::new(frames, &inputs);
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
        let after = clean.unwrap_or(&frames.production.rows.score);
        (frames.reference.rows.score.clone(), after.clone())
    });
    let scores = scores.filter(|(before, after)| !before.is_empty() && !after.is_empty());
    if let Some((before, after)) = &scores {
        stacked.push_scores(before, after);
    }
    let overlap = overlap(&stacked, &p, &q);
    let relation = match question.task {
        Task::Binary => {
            let yes: Vec<f64> =
                (0..frames.reference.len()).map(|row| before.yes(row)).collect();
            let joined = scores
                .as_ref()
                .map(|(before, after)| [before.as_slice(), after].concat());
            relation::of_chances(&stacked, &p, &yes, joined.as_deref())
        }
        _ => {
            let rows: Vec<Vec<f64>> =
                (0..frames.reference.len()).map(|row| before.pieces(row)).collect();
            let piece = |at: usize| -> Vec<f64> {
                rows.iter().map(|own| own.get(at).copied().unwrap_or(f64::NAN)).collect()
            };
            let pieces: Vec<Vec<f64>> =
                (0..question.stick.pieces.len()).map(piece).collect();
            relation::of_pieces(&stacked, &p, &pieces)
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
    };
    let sums = context.sums(&p, &all, &out);
    let rungs = |without: Option<usize>| context.rungs(&sums, without);
    let sign = if question.stick.metric.larger_is_better() { -1.0 } else { 1.0 };
    let whole = rungs(None)?;
    let held: Vec<usize> =
        (0..BLOCKS).filter(|at| sums.p.holds(*at) || sums.rows_in.holds(*at)).collect();
    let left: Vec<[f64; 7]> = held.iter().filter_map(|at| rungs(Some(*at))).collect();
    let half_of = |pick: &dyn Fn(&[f64; 7]) -> f64| {
        let values: Vec<f64> = left.iter().map(pick).collect();
        (left.len() == held.len()).then(|| spread(&values)).flatten()
    };
    let thin = overlap.effective < LEAST_OVERLAP;
    let priced = breaks.is_empty() || clean.is_some() || replay.is_some();
    let expected = (!thin && priced).then(|| {
        let pick = |own: &[f64; 7]| own[2];
        (pick(&whole), half_of(&pick).map_or(f64::INFINITY, |own| own.1))
    });
    let mut prices = vec![None; question.fingerprints.len()];
    let terms = match question.difference {
        Some(difference) if has_labels => {
            Some(terms(question, &whole, &half_of, sign * difference, sign, &breaks))
        }
        _ => None,
    };
    let used = breaks.iter().any(|own| {
        own.columns.iter().any(|at| question.matters.get(*at).copied().unwrap_or(true))
    });
    let is_theirs = (!priced && used) || came_with_copies(question.fingerprints, &after);
    let terms = if is_theirs { terms.map(taken_for_broken) } else { terms };
    if let Some(terms) = &terms {
        let [_, _, broken_points, _, _] = terms;
        if priced || used {
            share_price(question, &believed, broken_points.points, trusted, &mut prices);
        }
        for (at, fingerprint) in question.fingerprints.iter().enumerate() {
            if fingerprint.change == Change::Rows
                && let Some(slot) = prices.get_mut(at)
            {
                *slot = Some(sign * (whole[6] - whole[5]));
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
        p,
        q,
        stacked,
        inputs,
        relation,
        clean,
    })
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

/// Values of the metric: reference, who we see, broken inputs, known production, once, at the cut, as logged.
type Rungs = [f64; 7];

fn terms(
    question: &Question<'_>,
    whole: &Rungs,
    half_of: &HalfOf<'_>,
    worse: f64,
    sign: f64,
    breaks: &[&Fingerprint],
) -> [Points; 5] {
    let proxy = question.stick.is_proxy;
    // Losses that stand for another metric are larger when worse.
    let sign = if proxy { 1.0 } else { sign };
    let raw = |from: usize, to: usize| {
        move |own: &Rungs| {
            sign * (own.get(to).copied().unwrap_or(0.0)
                - own.get(from).copied().unwrap_or(0.0))
        }
    };
    let mut scale = 1.0;
    if proxy {
        let total = raw(0, 6)(whole);
        let error = half_of(&raw(0, 6)).map_or(f64::INFINITY, |own| own.1);
        // Without a clear move of the proxy nothing can be shared out.
        scale = if total.abs() > error { worse / total } else { 0.0 };
    }
    let points = |from: usize, to: usize| {
        let pick = raw(from, to);
        let value = pick(whole);
        if value == 0.0 {
            return Points::default();
        }
        let (error, half) = half_of(&pick).unwrap_or((f64::NAN, f64::NAN));
        let factor = scale.abs();
        Points { points: scale * value, error: factor * error, half: factor * half }
    };
    let unseen = points(3, 4);
    let mut who = points(0, 1);
    // The luck of production's own labels is not known apart from the relation: who we see is no surer than that.
    if let Some((error, half)) = half_of(&|own: &Rungs| own[3]) {
        let factor = scale.abs();
        who.error = math::sqrt(who.error * who.error + factor * factor * error * error);
        who.half = math::sqrt(who.half * who.half + factor * factor * half * half);
    }
    let model_doubt = MODEL_DOUBT * who.points.abs();
    widen(&mut who, model_doubt);
    let mut broken = points(1, 2);
    let repeated = points(4, 5);
    broken.points += repeated.points;
    broken.error = root_sum(broken.error, repeated.error);
    broken.half = root_sum(broken.half, repeated.half);
    let threshold = points(5, 6);
    let mut relationship = points(2, 3);
    relationship.points =
        worse - unseen.points - who.points - broken.points - threshold.points;
    widen(&mut relationship, model_doubt);
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

/// Days by which two changes of one cause may seem apart.
const SAME_DAYS: i32 = 2;

/// Whether the model's errors grew on the very day from which rows come twice: a join that finds several partners finds
/// wrong ones as well, and the world seldom changes on the day of a release.
fn came_with_copies(fingerprints: &[Fingerprint], after: &Logged<'_>) -> bool {
    let of_rows = |own: &&Fingerprint| {
        own.change == Change::Rows
            && own.strength >= BELIEVED
            && own.touched.iter().any(|own| *own)
    };
    let Some(day) = fingerprints.iter().find(of_rows).and_then(|own| own.since) else {
        return false;
    };
    let wrong = |row: usize| {
        let score = after.score(row);
        match after.task {
            Task::Binary => match after.decision(row, score, Decisions::Logged) {
                Some(decision) => (f64::from(u8::from(decision)) - after.yes(row)).abs(),
                None => (score - after.yes(row)).abs(),
            },
            Task::Multiclass | Task::Regression => {
                after.pieces(row).first().copied().unwrap_or(f64::NAN)
            }
        }
    };
    let errors: Vec<f64> = (0..after.frame.len()).map(wrong).collect();
    since::step(&after.frame.rows.day, &errors)
        .is_some_and(|own| (own.day - day).abs() <= SAME_DAYS)
}

/// Where a believed break of inputs that the model uses can be neither undone nor replayed, or rows come twice since the
/// day of the drop, what is left is more likely its doing than the world's; the intervals say that it may be either.
fn taken_for_broken(
    [unseen, who, mut broken, mut relationship, threshold]: [Points; 5],
) -> [Points; 5] {
    let left = relationship.points;
    if left > 0.0 {
        broken.points += left;
        relationship.points = 0.0;
        for own in [&mut broken, &mut relationship] {
            own.half = math::sqrt(own.half * own.half + left * left);
            own.error = math::sqrt(own.error * own.error + 0.25 * left * left);
        }
    }
    [unseen, who, broken, relationship, threshold]
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
}

impl Context<'_> {
    fn sums(&self, p: &[u32], all: &[u32], out: &[bool]) -> Sums {
        let length = self.before.stick.len();
        let new = || Blocks::new(length);
        let mut sums = Sums {
            p: new(),
            soft: new(),
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
        let mut who = sums.residual.mean(without);
        if self.is_soft() {
            let soft = sums.soft.mean(without);
            add(&mut who, &soft, 1.0);
        }
        let mut broken = who.clone();
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
        let third = if self.clean.is_none() && self.replay.is_none() {
            second
        } else {
            value(&blend(&broken), m)?
        };
        if !self.has_labels {
            return Some([first, second, third, third, third, third, third]);
        }
        let known = value(&blend(&sums.q_in.mean(without)), m)?;
        let once = value(&sums.q_once.mean(without), m)?;
        let at_cut = if self.repeated.is_some() {
            value(&sums.q_cut.mean(without), m)?
        } else {
            once
        };
        let logged = value(&sums.q.mean(without), m)?;
        Some([first, second, third, known, once, at_cut, logged])
    }
}
