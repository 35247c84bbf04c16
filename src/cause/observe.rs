//! The values of the facts. Enter: everything that was measured ([`Scene`]). Leave: one [`Observation`] a fact, with
//! the numbers that its sentence needs. A fact that could not be looked at has value 0 and says so.

use super::facts::{FACTS, place};
use crate::bug::{Change, Fingerprint};
use crate::choices::Task;
use crate::encode::frame::Frames;
use crate::ladder::rungs::{BELIEVED, Split};
use crate::ladder::tilt::{ColumnShare, OutcomeTilt};
use crate::metric::worsening::{worse, worse_at};
use crate::report::{CauseId, ChangeKind, MetricChange, Priced, Remedy, Report};

/// Everything that was measured.
pub struct Scene<'a> {
    /// The samples.
    pub frames: &'a Frames<'a>,
    /// The task.
    pub task: Task,
    /// The report so far: verdict, metrics, change point.
    pub report: &'a Report,
    /// Outcomes after launch are in words that never occur before it.
    pub other_words: bool,
    /// The ladder.
    pub split: Option<&'a Split>,
    /// Columns behind who we see.
    pub who: &'a [ColumnShare],
    /// How the outcome moved.
    pub tilt: Option<&'a OutcomeTilt>,
    /// What the detectors found.
    pub fingerprints: &'a [Fingerprint],
    /// What re-tuning gives back.
    pub remedies: &'a [Remedy],
    /// Share of the loss's growth that a line through the scores (amounts) or other class rates (classes) give
    /// back, 0–1; `None` for yes and no, whose remedies say it.
    pub recalibrated: Option<f64>,
    /// A column that told much of the outcome before launch and little after.
    pub lost: Option<Lost>,
    /// Labels by age.
    pub newest: Option<Newest>,
    /// A segment whose outcomes are counted otherwise.
    pub recounted: Option<Recounted>,
    /// Share of the oldest and of the newest rows with an outcome, where the quick ones came first.
    pub quick_first: Option<(f64, f64)>,
    /// What became of the newest outcomes as a whole.
    pub rebooked: Option<Rebooked>,
    /// Difference of label availability between decisions, production less reference, 0–1.
    pub labels_by_decision: f64,
    /// Share of its power to rank that the score keeps on rows not decided yes, 0–1; `None` where it cannot be judged.
    pub undecided_kept: Option<f64>,
    /// Outcomes that something done about high scores prevented.
    pub prevented: Option<Prevented>,
    /// Share of reference rows that the model was trained on, 0–1.
    pub trained_on: f64,
    /// Points of the drop that come from those rows.
    pub optimism: f64,
    /// Whether the result before launch is one on training rows.
    pub in_sample: Option<InSample>,
    /// Points by which the training rows do better than the reference; `None` without them.
    pub training_gap: Option<f64>,
    /// First changed day and the last day of production, days since 1970-01-01.
    pub days: Option<(i32, i32, i32)>,
    /// Columns that look like a calendar's doing (promotions, holidays, seasons) among those that moved.
    pub calendar: Vec<String>,
    /// How clearly the clearest of them moved, 0–1.
    pub calendar_moved: f64,
}

/// Why the result before launch is taken for one on rows the model was trained on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InSample {
    /// This share of the reference rows are training rows.
    Trained(f64),
    /// The scores rank the reference all but perfectly (this AUC), and no column does.
    Perfect(f64),
    /// The scores knew this share of what the inputs leave open about the outcome, and since launch hardly any of it.
    Known(f64),
}

impl InSample {
    fn detail(self) -> Detail {
        match self {
            Self::Trained(share) => {
                Detail { pair: Some((share, 0.0)), ..Detail::default() }
            }
            Self::Perfect(auc) => Detail { pair: Some((0.0, auc)), ..Detail::default() },
            Self::Known(share) => Detail { share: Some(share), ..Detail::default() },
        }
    }
}

/// A column that lost its power to tell the outcome.
#[derive(Clone, Debug)]
pub struct Lost {
    /// Place in the frames' columns.
    pub column: usize,
    /// Its power before: AUC of the column alone (binary), else share of variance.
    pub before: f64,
    /// Its power after.
    pub after: f64,
    /// Standard score of the difference.
    pub z: f64,
    /// Power before over that of the best column, 0–1.
    pub of_best: f64,
    /// Whether it now tells the opposite: a relation that turned round, not a leak that closed.
    pub is_reversed: bool,
    /// Share of their power that the other telling columns lost with it, 0–1; 0 where there are not enough of them. A leak
    /// that closes takes nothing from the others.
    pub others_lost: f64,
    /// Whether rows with the outcome and rows without met in the middle, 0–1: the column's values are what they were, and
    /// no longer go with the outcome. 0 where it cannot be told.
    pub both_sides: f64,
}

/// Outcomes that are rarer where the model says yes, while elsewhere all is as before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prevented {
    /// Part of the outcomes usual at these scores before launch that still come, 0–1.
    pub left: f64,
    /// Its standard errors from all of them, negative.
    pub z: f64,
    /// The score from which it is so, where no decision is logged.
    pub from: Option<f64>,
}

/// How all of the newest outcomes are written down otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rebooked {
    /// Some of them as their opposite.
    Turned(Turned),
    /// In another unit: so many times what they were.
    Rescaled(f64),
}

/// Outcomes written down as their opposite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turned {
    /// Share of the outcomes, 0–1.
    pub share: f64,
    /// The same as a multiple of how often the rarer outcome came before launch: 3 in 100 are few where half of all are "yes",
    /// and many where 5 in 100 are.
    pub of_rarer: f64,
}

/// A segment whose outcomes are counted otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Recounted {
    /// Place in the frames' columns.
    pub column: usize,
    /// The categories, those with most of the outcomes first.
    pub names: Vec<String>,
    /// What became of them.
    pub how: Recount,
}

/// How outcomes are counted otherwise.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recount {
    /// They hardly come any more.
    Gone {
        /// Share of the outcomes usual there before launch that still come, 0–1.
        left: f64,
    },
    /// Some come as another class, among them such as were sure.
    Moved {
        /// The class.
        class: u8,
        /// Share of the sure outcomes that still come as before, 0–1.
        left: f64,
    },
    /// Amounts are booked with a factor.
    Scaled {
        /// The factor.
        factor: f64,
        /// Share of the newest rows that have it, 0–1.
        share: f64,
    },
}

/// Observed over expected outcomes by age.
#[derive(Clone, Copy, Debug)]
pub struct Newest {
    /// Ratio in the oldest part of production.
    pub oldest: f64,
    /// Ratio in the newest part.
    pub newest: f64,
    /// Standard score of the fall.
    pub z: f64,
    /// Of several classes the one that an open case counts as.
    pub class: Option<u8>,
}

/// What a sentence about a fact needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Detail {
    /// Points, worse is positive.
    pub points: Option<f64>,
    /// A share, 0–1.
    pub share: Option<f64>,
    /// Two numbers to compare: before and after.
    pub pair: Option<(f64, f64)>,
    /// Columns, most telling first.
    pub columns: Vec<String>,
    /// Categories of the first column.
    pub names: Vec<String>,
    /// A sentence that the detector already has.
    pub told: Option<String>,
    /// How the points of a break were worked out.
    pub priced: Priced,
}

/// A fact with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// The fact's name.
    pub name: &'static str,
    /// 0 (nothing of it) to 1 (all of it).
    pub value: f64,
    /// Its numbers.
    pub detail: Detail,
}

/// All values, in the order of [`FACTS`].
#[must_use]
pub fn values(observations: &[Observation]) -> Vec<f64> {
    let mut values = vec![0.0; FACTS.len()];
    for own in observations {
        if let Some(slot) = place(own.name).and_then(|at| values.get_mut(at)) {
            *slot = own.value;
        }
    }
    values
}

/// What it can say at most that sure cases of a segment come as another class: on made and on real tables about half of
/// such segments were counted otherwise; the others had an event, prevented outcomes or a changed relation.
const MOVED_AT_MOST: f64 = 0.2;

/// 0 below `low`, 1 from `high` on, straight between.
pub fn ramp(value: f64, low: f64, high: f64) -> f64 {
    if value.is_nan() { 0.0 } else { ((value - low) / (high - low)).clamp(0.0, 1.0) }
}

struct Looking<'a> {
    scene: &'a Scene<'a>,
    worse: f64,
    found: Vec<Observation>,
}

impl Looking<'_> {
    fn note(&mut self, name: &'static str, value: f64, detail: Detail) {
        self.found.push(Observation { name, value: value.clamp(0.0, 1.0), detail });
    }

    fn share(&self, points: f64) -> f64 {
        if self.worse > 0.0 { (points / self.worse).clamp(0.0, 1.0) } else { 0.0 }
    }

    fn name_of(&self, column: usize) -> String {
        self.scene
            .frames
            .columns
            .get(column)
            .map(|own| own.name.clone())
            .unwrap_or_default()
    }

    fn names(&self, shares: &[ColumnShare]) -> Vec<String> {
        let kept = shares.iter().filter(|own| own.share >= 0.15);
        kept.map(|own| self.name_of(own.column)).collect()
    }
}

/// Looks at everything.
#[must_use]
pub fn observe(scene: &Scene<'_>) -> Vec<Observation> {
    let metric = &scene.report.metric;
    let expected = || worse_at(metric, scene.split?.expected?.0);
    let worse = worse(metric).or_else(expected).unwrap_or(0.0);
    let mut looking = Looking { scene, worse, found: Vec::new() };
    of_ladder(&mut looking);
    of_fingerprints(&mut looking);
    of_outcome(&mut looking);
    of_lab(&mut looking);
    of_metrics(&mut looking);
    of_time(&mut looking);
    explain_away(&mut looking.found);
    // Of several classes, another rule for a kind of case is both.
    if scene.task != Task::Multiclass {
        explain_segment(&mut looking.found);
    }
    let value = |name: &str| looking.found.iter().find(|own| own.name == name);
    if let Some((lost, start)) = value("one_column_lost").zip(value("from_the_start")) {
        let both = lost.value * start.value;
        let told = lost.detail.clone();
        looking.note("lost_from_start", both, told);
    }
    looking.found
}

/// Facts about what single columns say of the outcome.
const OF_COLUMNS: [&str; 3] =
    ["columns_changed", "one_column_lost", "lost_on_both_sides"];

/// Facts that follow from another one, and so speak for nothing else, in this order: nobody can say how outcomes of a kind
/// never met are written down; outcomes booked as their opposite or in another unit change what every column and every
/// score says; a column whose values are what they were never knew the answer; while outcomes are still coming in, their
/// rate rises and falls.
const IMPLIED: [(&str, &[&str]); 4] = [
    ("unseen_share", &["outcomes_rebooked"]),
    (
        "outcomes_rebooked",
        &[
            "columns_changed",
            "slope_flat",
            "one_column_lost",
            "lost_on_both_sides",
            "shift_up",
            "shift_down",
            "shift_alone",
            "recalibration_share",
        ],
    ),
    ("lost_on_both_sides", &["one_column_lost"]),
    ("newest_labels_missing", &["pulse"]),
];

fn explain_away(found: &mut [Observation]) {
    for (name, implied) in IMPLIED {
        let of = |own: &&Observation| own.name == name;
        let left = 1.0 - found.iter().find(of).map_or(0.0, |own| own.value);
        for own in found.iter_mut().filter(|own| implied.contains(&own.name)) {
            own.value *= left;
        }
    }
}

/// Where the outcomes of a segment are counted otherwise, what its column says of the outcome changes with it: that speaks for
/// nothing else. What other columns say first still does.
fn explain_segment(found: &mut [Observation]) {
    let segment = found.iter().find(|own| own.name == "segment_recounted");
    let Some((column, value)) =
        segment.and_then(|own| Some((own.detail.columns.first()?.clone(), own.value)))
    else {
        return;
    };
    for own in found.iter_mut().filter(|own| OF_COLUMNS.contains(&own.name)) {
        if own.detail.columns.first() == Some(&column) {
            own.value *= 1.0 - value;
        }
    }
}

fn of_ladder(looking: &mut Looking<'_>) {
    let Some(split) = looking.scene.split else { return };
    let who_columns = looking.names(looking.scene.who);
    let apart = Detail {
        pair: Some((0.5, split.overlap.auc)),
        columns: who_columns.clone(),
        ..Detail::default()
    };
    looking.note("populations_apart", ramp(split.overlap.auc, 0.55, 0.8), apart);
    let metric = &looking.scene.report.metric;
    looking.note(
        "unseen_rows",
        ramp(split.unseen, 0.0, 0.1),
        Detail {
            share: Some(split.unseen),
            columns: split
                .out_columns
                .iter()
                .take(3)
                .map(|at| looking.name_of(*at))
                .collect(),
            ..Detail::default()
        },
    );
    let Some([unseen, who, broken, relation, threshold]) = split.terms else {
        if let Some((expected, half)) = split.expected
            && let Some(points) = worse_at(metric, expected)
        {
            let detail = Detail {
                points: Some(points),
                columns: who_columns,
                ..Detail::default()
            };
            let share = if split.believed.is_empty() && points > 0.0 { 1.0 } else { 0.0 };
            let clear = ramp(points / half.max(f64::MIN_POSITIVE), 0.5, 1.5);
            looking.note("who_share", share * clear, detail.clone());
            looking.note("who_clear", share * clear, detail);
        }
        return;
    };
    let clear = |own: crate::ladder::Points| {
        if own.error > 0.0 { ramp(own.points / own.error, 1.0, 4.0) } else { 0.0 }
    };
    let detail = |own: crate::ladder::Points| Detail {
        points: Some(own.points),
        share: Some(looking.share(own.points)),
        ..Detail::default()
    };
    let mut notes = Vec::new();
    for (share, clearness, own) in [
        ("who_share", Some("who_clear"), who),
        ("relation_share", Some("relation_clear"), relation),
        ("broken_share", None, broken),
        ("unseen_share", None, unseen),
        ("threshold_share", None, threshold),
    ] {
        let mut told = detail(own);
        if share == "who_share" {
            told.columns.clone_from(&who_columns);
        }
        if share == "relation_share" {
            // Told as the split shows it: what the lab's optimism takes is a part of its own.
            let points = own.points - looking.scene.optimism;
            told.points = Some(points);
            told.share = Some(looking.share(points));
        }
        notes.push((share, looking.share(own.points) * clear(own), told.clone()));
        if let Some(name) = clearness {
            notes.push((name, clear(own), told));
        }
    }
    for (name, value, told) in notes {
        looking.note(name, value, told);
    }
}

/// Fact names of a cause that fingerprints speak for: found, priced.
const fn fact_names(cause: CauseId) -> Option<(&'static str, &'static str)> {
    Some(match cause {
        CauseId::UnitOrEncoding => ("unit_found", "unit_priced"),
        CauseId::MissingOrDefault => ("missing_found", "missing_priced"),
        CauseId::TimeWindow => ("clock_found", "clock_priced"),
        CauseId::CategoryMapping => ("category_found", "category_priced"),
        CauseId::JoinOrFilter => ("join_found", "join_priced"),
        CauseId::StaleFeature => ("stale_found", "stale_priced"),
        CauseId::ServedNotLogged => ("unlogged_found", "unlogged_priced"),
        _ => return None,
    })
}

fn of_fingerprints(looking: &mut Looking<'_>) {
    for cause in super::facts::OF_FINGERPRINTS {
        let Some((found, priced)) = fact_names(*cause) else { continue };
        let own: Vec<(usize, &Fingerprint)> = looking
            .scene
            .fingerprints
            .iter()
            .enumerate()
            .filter(|(_, own)| own.cause == *cause)
            .collect();
        let Some((_, best)) =
            own.iter().max_by(|a, b| a.1.strength.total_cmp(&b.1.strength))
        else {
            continue;
        };
        let mut columns: Vec<String> = Vec::new();
        for name in
            own.iter().flat_map(|(_, own)| &own.columns).map(|at| looking.name_of(*at))
        {
            if !columns.contains(&name) {
                columns.push(name);
            }
        }
        let told = Detail {
            share: Some(best.share),
            columns: columns.clone(),
            told: Some(best.sentence.clone()),
            ..Detail::default()
        };
        let value = best.strength
            * match best.change {
                Change::Rows | Change::Lost(_) => 1.0,
                _ => ramp(best.share, 0.0, 0.03),
            };
        looking.note(found, value, told);
        let prices = looking.scene.split.map(|split| &split.prices);
        let price: f64 = own
            .iter()
            .filter(|(_, own)| own.strength >= BELIEVED)
            .filter_map(|(at, _)| prices?.get(*at).copied().flatten())
            .sum();
        let share = looking.share(price);
        let told = Detail {
            points: Some(price),
            share: Some(share),
            columns,
            priced: match (&best.change, looking.scene.split) {
                (_, Some(split)) if !split.priced => Priced::LeftOver,
                (Change::Rows, Some(split)) if split.with_copies => Priced::LeftOver,
                (Change::Rows, _) => Priced::Once,
                (Change::Lost(_), _) => Priced::PutBack,
                _ => Priced::Replayed,
            },
            ..Detail::default()
        };
        looking.note(priced, share, told);
    }
}

fn of_outcome(looking: &mut Looking<'_>) {
    let relation = looking
        .scene
        .split
        .and_then(|split| split.terms)
        .map_or(0.0, |terms| looking.share(terms[3].points).max(0.0));
    if let Some(tilt) = looking.scene.tilt {
        let shift = |up: bool| {
            let signed = if up { tilt.shift } else { -tilt.shift };
            ramp(signed, 0.05, 0.5) * ramp(tilt.shift_z.abs(), 2.0, 5.0)
        };
        // Of several classes the residual is being wrong: that it grew says nothing of a rate. What other class rates
        // give back does: when some come more often, others come less.
        let (up, down, alone) = if looking.scene.task == Task::Multiclass {
            let share = looking.scene.recalibrated.unwrap_or(0.0);
            let own = ramp(share, 0.3, 0.8);
            (own, 0.0, own)
        } else {
            let alone =
                ramp(tilt.shift_share, 0.3, 0.8) * ramp(tilt.shift_z.abs(), 2.0, 5.0);
            (shift(true), shift(false), alone)
        };
        let one_way = looking.scene.task != Task::Multiclass;
        let pair = one_way.then_some((0.0, tilt.shift));
        let told = Detail { pair, ..Detail::default() };
        looking.note("shift_up", up, told.clone());
        looking.note("shift_down", down, told.clone());
        looking.note("shift_alone", alone * relation.max(0.3), told);
        let slope = Detail { pair: Some((1.0, tilt.slope)), ..Detail::default() };
        let flat = ramp(1.0 - tilt.slope, 0.03, 0.4) * ramp(-tilt.slope_z, 2.0, 5.0);
        looking.note("slope_flat", flat, slope);
        let auc =
            other(looking.scene.report, "auc").and_then(|own| own.production_interval);
        // Scores that rank the wrong way round: no learning by heart and no prevention does that.
        let turned = auc.is_some_and(|own| own.1 < 0.5);
        let changed: f64 = tilt.columns.iter().map(|own| own.share.max(0.0)).sum();
        let changed = if turned { 1.0 } else { changed };
        let columns = looking.names(&tilt.moved);
        let told = Detail { share: Some(changed.min(1.0)), columns, ..Detail::default() };
        looking.note("columns_changed", ramp(changed, 0.1, 0.6) * relation, told);
        let elsewhere = ramp(looking.scene.undecided_kept.unwrap_or(1.0), 0.3, 0.7);
        let fell =
            ramp(-tilt.decided_z, 2.5, 7.0) * ramp(-tilt.decided, 0.1, 0.6) * elsewhere;
        let prevented = looking.scene.prevented;
        let rarer = prevented
            .map_or(0.0, |own| ramp(-own.z, 4.0, 8.0) * ramp(1.0 - own.left, 0.08, 0.3));
        let told = if rarer > fell {
            let from = prevented.and_then(|own| own.from).map(|from| (from, 0.0));
            let left = prevented.map(|own| own.left);
            Detail { share: left, pair: from, ..Detail::default() }
        } else {
            Detail { pair: Some((0.0, tilt.decided)), ..Detail::default() }
        };
        looking.note("decided_rows_fell", fell.max(rarer), told);
    }
    if let Some(lost) = &looking.scene.lost {
        let fall = if looking.scene.task == Task::Binary {
            ramp(lost.before - lost.after, 0.03, 0.15)
        } else {
            // Shares of variance: most of a little, or much of a lot.
            let relative = ramp(1.0 - lost.after / lost.before.max(1e-9), 0.3, 0.9);
            relative.max(ramp(lost.before - lost.after, 0.05, 0.25))
        };
        // A leak told as much as the best of the columns, or nearly.
        let best = match lost.of_best {
            _ if lost.is_reversed => 0.0,
            own if own >= 1.0 => 1.0,
            own => 0.6 * ramp(own, 0.1, 0.3),
        };
        let told = Detail {
            pair: Some((lost.before, lost.after)),
            columns: vec![looking.name_of(lost.column)],
            ..Detail::default()
        };
        // What all columns lose alike is no leak, however little it is.
        let nothing = if looking.scene.task == Task::Binary { 0.5 } else { 0.0 };
        let own = 1.0 - (lost.after - nothing) / (lost.before - nothing).max(1e-9);
        let alike = ramp(lost.others_lost, 0.1, 0.2)
            * ramp(lost.others_lost / own.max(1e-9), 0.5, 0.85);
        let alone = 1.0 - alike.max(ramp(lost.others_lost, 0.35, 0.65));
        let value = best * fall * alone * ramp(lost.z, 3.0, 8.0);
        let met = lost.both_sides * value;
        looking.note("one_column_lost", value, told.clone());
        looking.note("lost_on_both_sides", met, told);
    }
    if let Some(newest) = looking.scene.newest {
        let gone = ramp(1.0 - newest.newest / newest.oldest.max(1e-9), 0.08, 0.35);
        let whole = ramp(newest.oldest, 0.6, 0.85);
        // What has come back to what is usual is not missing.
        let missing = ramp(1.0 - newest.newest, 0.03, 0.12);
        let value = gone * whole * missing * ramp(newest.z, 2.5, 6.0);
        let names = &looking.scene.frames.plan.classes.names;
        let told = Detail {
            pair: Some((newest.oldest, newest.newest)),
            told: newest.class.and_then(|own| names.get(usize::from(own))).cloned(),
            ..Detail::default()
        };
        looking.note("newest_labels_missing", value, told);
    }
    if looking.scene.newest.is_none()
        && let Some((oldest, newest)) = looking.scene.quick_first
    {
        // Told by the share of rows with an outcome, not by how often it came.
        let told = Detail {
            pair: Some((oldest, newest)),
            share: Some(newest / oldest.max(1e-9)),
            ..Detail::default()
        };
        looking.note(
            "newest_labels_missing",
            ramp(1.0 - newest / oldest, 0.15, 0.6),
            told,
        );
    }
    // What decisions prevent is gone where they fall most, and counted as ever.
    let clearly = |own: &Prevented| own.left <= PREVENTED.0 && own.z <= -PREVENTED.1;
    let is_prevented = looking.scene.prevented.is_some_and(|own| clearly(&own));
    let counted_otherwise =
        |own: &&Recounted| !(is_prevented && matches!(own.how, Recount::Gone { .. }));
    if let Some(own) = looking.scene.recounted.as_ref().filter(counted_otherwise) {
        let (value, share, factor) = match own.how {
            Recount::Gone { left } => (ramp(1.0 - left, 0.5, 0.85), left, None),
            Recount::Moved { left, .. } => {
                (MOVED_AT_MOST * ramp(1.0 - left, 0.25, 0.35), left, None)
            }
            Recount::Scaled { factor, share } => {
                (ramp(share, 0.1, 0.4), share, Some((1.0, factor)))
            }
        };
        let told = Detail {
            share: Some(share),
            pair: factor,
            columns: vec![looking.name_of(own.column)],
            names: own.names.clone(),
            told: match own.how {
                Recount::Moved { class, .. } => {
                    let names = &looking.scene.frames.plan.classes.names;
                    names.get(usize::from(class)).cloned()
                }
                _ => None,
            },
            ..Detail::default()
        };
        looking.note("segment_recounted", value, told);
    }
    let rebooked = match looking.scene.rebooked {
        Some(Rebooked::Turned(own)) => {
            let told = Detail { share: Some(own.share), ..Detail::default() };
            Some((ramp(own.share, 0.02, 0.1).max(ramp(own.of_rarer, 0.1, 0.5)), told))
        }
        Some(Rebooked::Rescaled(factor)) => {
            Some((1.0, Detail { pair: Some((1.0, factor)), ..Detail::default() }))
        }
        None => None,
    };
    if let Some((value, told)) = rebooked {
        looking.note("outcomes_rebooked", value, told);
    }
    let by_decision = looking.scene.labels_by_decision;
    let told = Detail { share: Some(by_decision), ..Detail::default() };
    looking.note("labels_by_decision", ramp(by_decision, 0.1, 0.4), told);
}

fn of_lab(looking: &mut Looking<'_>) {
    let scene = looking.scene;
    let told = Detail { share: Some(scene.trained_on), ..Detail::default() };
    // A perfect result says so without the training rows; their share is then not known, and not told.
    let trained =
        if scene.in_sample.is_some() { 1.0 } else { ramp(scene.trained_on, 0.005, 0.2) };
    looking.note("trained_on_reference", trained, told);
    let relation = scene.split.and_then(|own| own.terms).map(|own| own[3].points);
    let (share, told) = match &scene.in_sample {
        // Nothing is left to tell the optimism from what changed: it is the first thing to think of.
        Some(why) => {
            let share = looking.share(relation.unwrap_or(0.0));
            (share, why.detail())
        }
        None => {
            let points = scene.optimism;
            let share = looking.share(points);
            (
                share,
                Detail { points: Some(points), share: Some(share), ..Detail::default() },
            )
        }
    };
    looking.note("optimism_share", share, told);
    if let Some(gap) = scene.training_gap.filter(|_| scene.in_sample.is_none()) {
        let least = scene.report.verdict.minimum_effect.max(0.3 * looking.worse.max(0.0));
        let told = Detail { points: Some(gap), ..Detail::default() };
        looking.note(
            "training_gap",
            ramp(gap / least.max(f64::MIN_POSITIVE), 0.8, 2.5),
            told,
        );
    }
}

/// A metric of the report that is not the headline.
fn other<'a>(report: &'a Report, name: &str) -> Option<&'a MetricChange> {
    report.metrics.iter().find(|own| own.name == name)
}

fn of_metrics(looking: &mut Looking<'_>) {
    let report = looking.scene.report;
    if let Some(auc) = other(report, "auc")
        && report.metric.family != "ranking"
        && let (Some(difference), Some(low), Some(high)) =
            (auc.difference, auc.ci_low, auc.ci_high)
    {
        let error = (high - low) / 3.92;
        let kept =
            1.0 - ramp(-difference, 0.005_f64.max(error), 0.02_f64.max(3.0 * error));
        let told =
            Detail { pair: auc.reference.zip(auc.production), ..Detail::default() };
        looking.note("ranking_kept", if looking.worse > 0.0 { kept } else { 0.0 }, told);
    }
    for remedy in looking.scene.remedies {
        let more = remedy.points - remedy.reference_points;
        let name = match remedy.id.as_str() {
            "threshold" => "retune_share",
            _ => "recalibration_share",
        };
        // Recalibration is worked out in another metric than decisions: as a share of that metric's own fall.
        let fall = other(report, &remedy.metric).and_then(worse);
        let fall = fall.unwrap_or(looking.worse);
        let clear = ramp(remedy.ci_low, 0.0, 0.3 * remedy.points.max(f64::MIN_POSITIVE));
        let share = if fall > 0.0 { (more / fall).clamp(0.0, 1.0) * clear } else { 0.0 };
        let told = Detail {
            points: Some(more),
            share: Some(share),
            pair: remedy.from.zip(remedy.to),
            ..Detail::default()
        };
        looking.note(name, share, told);
    }
    if let Some(share) = looking.scene.recalibrated {
        let told = Detail { share: Some(share), ..Detail::default() };
        looking.note("recalibration_share", share, told);
    }
    let cuts = report.scores.as_ref().and_then(|own| own.threshold);
    if let Some((before, after)) = cuts.and_then(|own| own.reference.zip(own.production))
    {
        let follows = cuts.is_some_and(|own| {
            own.reference_violations <= 0.01 && own.production_violations <= 0.2
        });
        let moved = before != after && follows;
        let told = Detail { pair: Some((before, after)), ..Detail::default() };
        looking.note(
            "cut_moved",
            if moved { ramp((before - after).abs(), 0.005, 0.05) } else { 0.0 },
            told,
        );
    }
}

/// Part of the outcomes that still come on decided rows, and standard errors, from which they are clearly prevented.
const PREVENTED: (f64, f64) = (0.9, 6.0);

/// What is put for the course of a drop where there is no time: most come at once, about half from the start.
const UNKNOWN_COURSE: f64 = 0.5;

fn of_time(looking: &mut Looking<'_>) {
    let report = looking.scene.report;
    if report.series.is_empty() {
        let dropped = f64::from(u8::from(looking.worse > 0.0));
        for name in ["step", "from_the_start"] {
            looking.note(name, UNKNOWN_COURSE * dropped, Detail::default());
        }
        return;
    }
    let told = Detail { told: report.change_point.at.clone(), ..Detail::default() };
    let kind = report.change_point.kind;
    let is = |wanted: ChangeKind| f64::from(u8::from(kind == wanted));
    let dropped = f64::from(u8::from(looking.worse > 0.0));
    // A step on the day production begins is no change of the live world: it was so from the start.
    let at_launch = looking.scene.days.is_some_and(|(first, changed, last)| {
        kind == ChangeKind::Step && changed - first <= ((last - first) / 50).max(1)
    });
    let from_the_start = if at_launch { 1.0 } else { is(ChangeKind::None) };
    looking.note("from_the_start", from_the_start * dropped, told.clone());
    looking.note(
        "step",
        if at_launch { 0.0 } else { is(ChangeKind::Step) },
        told.clone(),
    );
    looking.note("gradual", is(ChangeKind::Gradual), told.clone());
    looking.note("pulse", is(ChangeKind::Pulse), told.clone());
    if let (Some((first, changed, last)), Some(split)) =
        (looking.scene.days, looking.scene.split)
    {
        let length = f64::from((last - first + 1).max(1));
        let late = ramp(f64::from(changed - first) / length, 0.45, 0.7);
        let joint = split.terms.map_or(0.0, |terms| {
            let (who, relation) =
                (looking.share(terms[1].points), looking.share(terms[3].points));
            2.0 * who.min(relation)
        });
        looking.note(
            "late_and_joint",
            late * joint.max(0.3 * ramp(split.overlap.auc, 0.55, 0.7)),
            told,
        );
    }
    let columns = looking.scene.calendar.clone();
    let told = Detail { columns: columns.clone(), ..Detail::default() };
    looking.note("calendar_columns", looking.scene.calendar_moved, told);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_counted_otherwise_is_why_its_column_says_something_else() {
        let fact = |name: &'static str, value: f64, column: &str| Observation {
            name,
            value,
            detail: Detail { columns: vec![column.to_owned()], ..Detail::default() },
        };
        let after = |segment: Option<f64>, column: &str| {
            let mut found = vec![fact("columns_changed", 0.8, column)];
            found.extend(segment.map(|own| fact("segment_recounted", own, "region")));
            explain_segment(&mut found);
            found[0].value
        };
        assert!((after(Some(0.9), "region") - 0.08).abs() < 1e-12);
        assert!((after(Some(0.9), "age") - 0.8).abs() < 1e-12, "another column's");
        assert!((after(Some(0.0), "region") - 0.8).abs() < 1e-12);
        assert!((after(None, "region") - 0.8).abs() < 1e-12);
    }
}
