//! The ladder itself. Enter: samples of both tables, the metric, and the breaks that are believed. Leave: points
//! of each term, worse is positive, with jackknife intervals; they sum to the metric's difference exactly,
//! whatever the models say, because the populations between the rungs telescope.
//!
//! # Decisions
//! - The tables' own difference is known exactly; the sample gives every term but the relationship, which takes
//!   the rest. So the sum holds to the last bit and sampling noise does not land in "who we see".
//! - The cut-off's term is the change of policy alone: what production's cut-off costs against the reference's on
//!   the same rows. What a better cut-off would give back is told beside the ladder, because a cut-off that was
//!   always wrong is no reason for a drop.
//! - A sharp estimate of density ratio above 50 does not make a row "never met" (METHODS 5.3c): on strong but
//!   ordinary shifts it moved points away from who we see.

use std::collections::BTreeSet;

use super::blocks::spread;
use super::clean::{self, Clean, FIDELITY, outputs};
use super::left_over;
use super::logged::Logged;
use super::population::{Overlap, Stacked, never_met, overlap};
use super::relation::{self, Relation};
use super::scale::{Points, Scale, terms};
use super::sums::{ARRIVED, AT_CUT, BROKEN, Context, ONCE, Rungs, WHO};
use super::typical::{Typical, typical};
use super::yardstick::Yardstick;
use crate::bug::{Change, Fingerprint};
use crate::choices::Task;
use crate::encode::code::BLOCKS;
use crate::encode::frame::{Frame, Frames};
use crate::encode::rows::NO_CLASS;
use crate::model::surrogate::Surrogate;

/// A break enters the ladder from this strength on; weaker ones are told, not priced.
pub const BELIEVED: f64 = 0.7;

/// Rows the model had never met must be at least this many to have a term of their own.
const UNSEEN_ROWS: usize = 30;

/// Below this effective share of reference rows the two populations hardly overlap: no expectation is given.
pub const LEAST_OVERLAP: f64 = 0.05;

/// Labelled production rows needed for a split.
const LEAST_ROWS: usize = 50;

/// A price of so many times the drop is the stand-in's error, not the break's price.
const ABSURD: f64 = 2.0;

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
    /// How much worse production's metric is over whole tables; `None` without labels.
    pub worse: Option<f64>,
    /// What the detectors found.
    pub fingerprints: &'a [Fingerprint],
    /// The stand-in fitted on the reference.
    pub honest: Option<&'a Surrogate>,
    /// The stand-in fitted on both tables (only needed when something is broken).
    pub stand_in: Option<&'a Surrogate>,
    /// For each frame column whether the model uses it.
    pub matters: &'a [bool],
    /// The reference's scores are those of training rows: they say nothing of who a row is, nor of its chances.
    pub in_sample: bool,
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

/// What came out.
pub struct Split {
    /// Terms in the order of [`Term::ALL`]; `None` without production labels.
    pub terms: Option<[Points; 5]>,
    /// The metric that production should have if the relation held, broken inputs included, with half of
    /// its 95 % interval.
    pub expected: Option<(f64, f64)>,
    /// Whether the rows with an outcome are typical of all; `None` where nearly all have one.
    pub typical: Option<Typical>,
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

/// The rows never met, and with them those whose outcome is of a class that the model could not know.
fn with_new_classes(
    mut out: Vec<bool>,
    question: &Question<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Vec<bool> {
    if question.task != Task::Multiclass {
        return out;
    }
    let known: BTreeSet<u8> = before
        .frame
        .rows
        .label_class
        .iter()
        .copied()
        .filter(|own| *own != NO_CLASS)
        .collect();
    out.resize(after.frame.len(), false);
    for (out, class) in out.iter_mut().zip(&after.frame.rows.label_class) {
        *out |= *class != NO_CLASS && !known.contains(class);
    }
    out
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
    let scored = after.usable(false);
    let all = if has_labels { labelled } else { scored.clone() };
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
    let out = with_new_classes(never.rows, question, &before, &after);
    let is_out = |row: &u32| out.get(*row as usize).copied().unwrap_or(false);
    let out_rows = all.iter().filter(|row| is_out(row)).count();
    let out = if out_rows >= UNSEEN_ROWS { out } else { vec![false; out.len()] };
    let known = |out: &[bool]| -> Vec<u32> {
        let is_known = |row: &u32| out.get(*row as usize) != Some(&true);
        all.iter().copied().filter(is_known).collect()
    };
    let mut q = known(&out);
    let unseen = 1.0 - q.len() as f64 / all.len() as f64;
    // Where hardly a row is of a known kind, all count as known: without the columns that say so they are compared.
    let all_new = q.len() < LEAST_ROWS;
    let out = if all_new { vec![false; out.len()] } else { out };
    // Inputs that are broken beyond repair say nothing of who a row is.
    let mut silent = if clean.is_some() { Vec::new() } else { broken };
    if all_new {
        q = known(&out);
        silent.extend(&never.columns);
        silent.sort_unstable();
        silent.dedup();
    }
    let inputs = frames.inputs(&silent);
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
    // What the model made of values it had never met shows in its scores, and is nobody else's.
    let trusts_scores = !contaminated && !question.in_sample && !all_new;
    let scores = (trusts_scores && question.task != Task::Multiclass).then(|| {
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
    let relation =
        relation_of(question, &before, &stacked, &p, joined.as_deref(), &overlap);
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
    let typical = if has_labels && !question.in_sample {
        typical(&context, &all, &scored)
    } else {
        None
    };
    let rungs = |without: Option<usize>| context.rungs(&sums, without);
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
    let scale = question
        .worse
        .filter(|_| has_labels)
        .map(|worse| Scale::new(question, &whole, &half_of, worse));
    let by_stand_in =
        replay.is_some() || clean.as_ref().is_some_and(|own| !own.from_shadow);
    let is_absurd = |scale: &Scale<'_>| {
        scale.points(ARRIVED, BROKEN).points.abs() > ABSURD * scale.worse.abs()
    };
    if by_stand_in && scale.as_ref().is_some_and(is_absurd) {
        return split(&Question { honest: None, stand_in: None, ..*question });
    }
    let terms = scale.as_ref().map(|scale| terms(scale, &breaks));
    // A metric without a value on some step has no split.
    let terms = terms.filter(|all| all.iter().all(|own| own.points.is_finite()));
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
        expected: expected.filter(|own| own.0.is_finite() && own.1.is_finite()),
        typical,
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

/// The reference's relation, from its rows `p`; `scores` by matrix row.
fn relation_of(
    question: &Question<'_>,
    before: &Logged<'_>,
    stacked: &Stacked,
    p: &[u32],
    scores: Option<&[f64]>,
    overlap: &Overlap,
) -> Relation {
    match question.task {
        Task::Binary => {
            let yes: Vec<f64> =
                (0..before.frame.len()).map(|row| before.yes(row)).collect();
            relation::of_chances(stacked, p, &yes, scores)
        }
        _ => {
            let rows: Vec<Vec<f64>> =
                (0..before.frame.len()).map(|row| before.pieces(row)).collect();
            let piece = |at: usize| -> Vec<f64> {
                rows.iter().map(|own| own.get(at).copied().unwrap_or(f64::NAN)).collect()
            };
            let pieces: Vec<(Vec<f64>, i32)> = (0..)
                .zip(&question.stick.pieces)
                .map(|(at, own)| (piece(at), own.power()))
                .collect();
            relation::of_pieces(stacked, p, &pieces, scores, &overlap.weights)
        }
    }
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
