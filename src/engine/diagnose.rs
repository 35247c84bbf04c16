//! Why it dropped: the gates after the verdict, in order. Enter: tables with their samples, the analysis, and the
//! report so far. Leave: the report with attribution, causes, parity and what could be expected.
//!
//! 1. The row samples ([`Frames`]).
//! 2. The stand-in for the user's model.
//! 3. Fingerprints ([`bug`]).
//! 4. The split ([`ladder`](crate::ladder)).
//! 5. Evidence ([`cause`]).
//! 6. Words for all of it ([`story`]).
//!
//! Nothing that a fingerprint claims is called a shift of population. No clock decides anything: caps depend on row
//! counts alone.

use super::finish;
use super::pipeline::Analysis;
use super::tables::Tables;
use crate::bug::{self, Change, Fingerprint, View};
use crate::cause::probe;
use crate::cause::{self, Detail, InSample, Ranked, Scene, Standing, Word};
use crate::choices::{Choices, Role, TableRole, Task};
use crate::data::moment::format_iso_date;
use crate::encode::frame::{FrameSource, Frames};
use crate::encode::rows::NO_DAY;
use crate::ladder::logged::{Decisions, Logged};
use crate::ladder::loss::RowLoss;
use crate::ladder::rungs::{BELIEVED, LEAST_OVERLAP, Question, Split, Term, split};
use crate::ladder::yardstick::{ScoreRule, Yardstick};
use crate::ladder::{remedy, tilt};
use crate::metric::threshold::VIOLATION_LIMIT;
use crate::metric::worsening::worse;
use crate::metric::{MetricId, probability};
use crate::model::surrogate::{Rows, Surrogate};
use crate::report::{
    AttributionTerm, Cause, CauseId, ChangeKind, ChangePoint, ColumnFinding, DriftBand,
    Examined, Expected, Parity, Remedy, Report, TermShare,
};
use crate::story::evidence::{self, Numbers};
use crate::story::{self, number};

/// Shares of a term below this are not listed.
const LEAST_SHARE: f64 = 0.05;

/// Difference, as a part, up to which two prices are one.
const SAME_PRICE: f64 = 0.01;

/// Share of the drop from which a break's first day is that of the drop: prices lean low.
const MOST: f64 = 0.4;
const MICROS_A_DAY: i64 = 86_400_000_000;

/// Share of reference rows that are training rows from which there is no test among them.
const IN_SAMPLE: f64 = 0.9;
/// AUC of the scores before launch from which they know the rows, and of a single column that would explain it.
const PERFECT: (f64, f64) = (0.995, 0.95);

/// Whether the scores rank the reference all but perfectly although no column that lost its power would.
fn perfect(
    report: &Report,
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<InSample> {
    let auc = report.metrics.iter().find(|own| own.name == "auc")?;
    let (reference, production) = auc.reference.zip(auc.production)?;
    let fell = reference >= PERFECT.0 && production < PERFECT.1;
    let lost = if fell { probe::lost(frames, before, after, &[]) } else { None };
    lost.filter(|own| own.before < PERFECT.1).map(|_| InSample::Perfect(reference))
}

/// Fills the report; `None` when there is nothing to diagnose (no score and no decision, or hardly any rows).
pub fn diagnose(
    tables: &Tables,
    analysis: &Analysis,
    choices: &Choices,
    report: &mut Report,
) -> Option<Ranked> {
    let task = analysis.plan.task?;
    let metric = analysis.asked.headline?;
    let sources: Vec<FrameSource<'_>> = tables
        .tables
        .iter()
        .map(|table| FrameSource {
            table: table.role,
            table_rows: table.row_count(),
            sample: &table.sample,
        })
        .collect();
    let mut frames = Frames::new(&analysis.plan, &tables.columns, &sources)?;
    let without_absent = Surrogate::fit(&frames, Rows::Reference);
    let honest = bug::absent::take_as_empty(&mut frames, without_absent.as_ref())
        .or(without_absent);
    let view = View::new(&frames, honest.as_ref());
    let mut fingerprints = bug::find(&view);
    bug::outcomes::judge(&mut fingerprints, &frames, honest.as_ref());
    let stick = yardstick(analysis, choices, &frames, task, metric);
    let cut = cut_off(analysis);
    let logged = |frame| Logged { frame, stick: &stick, task, cut };
    let (before, after) = (logged(&frames.reference), logged(&frames.production));
    let trained = probe::trained_rows(&frames);
    let trained_on = trained.as_ref().map_or(0.0, |own| {
        own.iter().filter(|own| **own).count() as f64 / own.len().max(1) as f64
    });
    let in_sample = if trained_on >= IN_SAMPLE {
        Some(InSample::Trained(trained_on))
    } else {
        let known =
            || probe::known(honest.as_ref()?, &before, &after).map(InSample::Known);
        perfect(report, &frames, &before, &after).or_else(known)
    };
    if in_sample.is_some() {
        // Scores of rows that were learned by heart follow no inputs, and live ones do.
        fingerprints.retain(|own| own.change != Change::Unlogged);
    }
    let broken =
        fingerprints.iter().any(|own| own.strength >= 0.7 && !own.columns.is_empty());
    let stand_in = if broken { Surrogate::fit(&frames, Rows::Both) } else { None };
    let matters = matters(&frames, honest.as_ref());
    let question = Question {
        frames: &frames,
        task,
        stick: &stick,
        cut,
        worse: worse(&report.metric),
        fingerprints: &fingerprints,
        honest: honest.as_ref(),
        stand_in: stand_in.as_ref(),
        matters: &matters,
        in_sample: in_sample.is_some(),
    };
    let split = split(&question);
    let row_loss = row_loss(&stick, &before, task, analysis);
    let who = split
        .as_ref()
        .map(|split| tilt::who(&frames, split, &before, row_loss.as_ref()))
        .unwrap_or_default();
    let outcome =
        split.as_ref().filter(|split| split.terms.is_some()).and_then(|split| {
            tilt::outcome(&frames, split, &before, &after, row_loss.as_ref())
        });
    let remedies = remedies(analysis, choices, &frames, task, report, cut);
    let optimism = match &trained {
        Some(own) if trained_on > 0.01 && in_sample.is_none() => {
            probe::optimism(&before, own)
        }
        _ => 0.0,
    };
    let training_gap = report
        .metric
        .training
        .zip(report.metric.reference)
        .map(|(training, reference)| metric.worsening(training, reference));
    let claimed: Vec<usize> = fingerprints
        .iter()
        .filter(|own| own.strength >= 0.7)
        .flat_map(|own| own.columns.iter().copied())
        .collect();
    // Not of what the model or the outcome says, whatever they are called.
    let is_input = |own: &&crate::report::ColumnReport| {
        matches!(own.role, Role::Feature | Role::Segment)
    };
    let moved_columns = report.columns.iter().filter(is_input).filter(|own| {
        own.drift.as_ref().is_some_and(|drift| drift.band >= DriftBand::Slight)
    });
    let of_calendar: Vec<&crate::report::ColumnReport> =
        moved_columns.filter(|own| probe::is_of_the_calendar(&own.name)).collect();
    let calendar: Vec<String> = of_calendar.iter().map(|own| own.name.clone()).collect();
    let clearest =
        of_calendar.iter().filter_map(|own| Some(own.drift.as_ref()?.band)).max();
    let calendar_moved = match clearest {
        Some(DriftBand::Strong) => 1.0,
        Some(DriftBand::Clear) => 0.7,
        Some(DriftBand::Slight) => 0.3,
        Some(DriftBand::None) | None => 0.0,
    };
    let scene = Scene {
        frames: &frames,
        task,
        report,
        other_words: analysis.plan.has_other_words(TableRole::Production),
        split: split.as_ref(),
        who: &who,
        tilt: outcome.as_ref(),
        fingerprints: &fingerprints,
        remedies: &remedies,
        recalibrated: probe::recalibrated(&before, &after),
        lost: probe::lost(&frames, &before, &after, &claimed),
        newest: split.as_ref().and_then(|split| probe::newest(split, &before, &after)),
        recounted: probe::recounted(&frames, &before, &after),
        quick_first: split.as_ref().and_then(|split| probe::quick_first(split, &after)),
        rebooked: probe::rebooked(&frames, &before, &after),
        labels_by_decision: probe::by_decision(&before, &after),
        undecided_kept: probe::undecided_kept(&before, &after),
        prevented: probe::prevented(&before, &after),
        trained_on,
        optimism,
        in_sample,
        training_gap,
        days: days(&frames, report),
        calendar,
        calendar_moved,
    };
    let observations = cause::observe(&scene);
    let ranked = cause::rank(&scene, &observations);
    let shares = shares(&frames, split.as_ref(), &who, outcome.as_ref());
    let parity =
        Parity { shadow: bug::parity(&view), consistency: bug::consistency(&view) };
    let expected = split.as_ref().map(|split| expected(report, split, metric));
    report.attribution = attribution(split.as_ref(), frames.training.is_some(), optimism);
    if report.metric.difference == Some(0.0) && finish::is_identical(analysis) {
        // The same rows twice: what the models make of them is noise.
        for own in &mut report.attribution {
            (own.points, own.ci_low, own.ci_high) = (0.0, 0.0, 0.0);
        }
    }
    report.shares = shares;
    if let Some(day) = dated(&fingerprints, split.as_ref(), question.worse) {
        redate(&mut report.change_point, day);
    }
    report.causes = ranked.causes.iter().map(|own| told(own, report)).collect();
    report.examined = ranked.examined.iter().map(|own| examined(own, report)).collect();
    report.expected = expected;
    report.parity =
        (parity.shadow.is_some() || parity.consistency.is_some()).then_some(parity);
    findings(&frames, &fingerprints, report);
    report.remedies = remedies;
    Some(ranked)
}

/// The first day of a break that most of the drop is from.
fn dated(
    fingerprints: &[Fingerprint],
    split: Option<&Split>,
    worse: Option<f64>,
) -> Option<i32> {
    let (split, worse) = (split?, worse.filter(|own| *own > 0.0)?);
    let priced = fingerprints.iter().zip(&split.prices);
    let is_most = |own: &(&Fingerprint, &Option<f64>)| {
        own.1.is_some_and(|price| price >= MOST * worse)
    };
    let of_most = priced.filter(is_most).map(|own| own.0);
    of_most.filter(|own| own.strength >= BELIEVED).find_map(|own| own.since)
}

/// A break shows its first day in the column itself, far more sharply than the metric does.
fn redate(change: &mut ChangePoint, day: i32) {
    let Some(old) = change.at.as_mut().filter(|_| change.kind == ChangeKind::Step) else {
        return;
    };
    let date = format_iso_date(i64::from(day) * MICROS_A_DAY);
    change.sentence = change.sentence.replace(&number::date(old), &number::date(&date));
    *old = date;
}

fn yardstick(
    analysis: &Analysis,
    choices: &Choices,
    frames: &Frames<'_>,
    task: Task,
    metric: MetricId,
) -> Yardstick {
    let cuts: Vec<f64> = analysis
        .asked
        .thresholds
        .iter()
        .flatten()
        .map(|own| own.value)
        .chain(analysis.asked.given_threshold)
        .collect();
    let (is_probability, epsilon) = score_facts(analysis);
    let rule =
        ScoreRule { edges: &analysis.asked.edges, cuts: &cuts, is_probability, epsilon };
    let labels = &frames.reference.rows.label_value;
    let known: Vec<f64> = labels.iter().copied().filter(|own| !own.is_nan()).collect();
    let centre = known.iter().sum::<f64>() / known.len().max(1) as f64;
    let costs = finish::costs(choices, analysis.plan.roles.value.is_some());
    Yardstick::new(task, metric, costs, &rule, &frames.reference.rows.score, centre)
}

/// Whether scores are probabilities, and the clip of the log-loss.
fn score_facts(analysis: &Analysis) -> (bool, f64) {
    use super::measure::performance::Profile;
    analysis
        .measured
        .tables
        .iter()
        .find_map(|(_, profile)| match profile {
            Profile::Binary(own, _) => Some((own.is_probability, own.epsilon)),
            Profile::Multiclass(..) | Profile::Regression(..) => None,
        })
        .unwrap_or((false, probability::MIN_EPSILON))
}

/// The reference's cut-off, where decisions of both tables follow the score.
fn cut_off(analysis: &Analysis) -> Option<f64> {
    let follows = |own: &Option<crate::metric::threshold::Threshold>| {
        own.filter(|own| own.violation_ratio <= VIOLATION_LIMIT)
    };
    let [before, _] = &analysis.asked.thresholds;
    analysis.asked.given_threshold.or_else(|| follows(before).map(|own| own.value))
}

/// For each column whether the model's score depends on it, by the stand-in: moving the column's values to other
/// rows must move the margin. Without a stand-in every column may matter.
fn matters(frames: &Frames<'_>, stand_in: Option<&Surrogate>) -> Vec<bool> {
    let Some(stand_in) = stand_in.filter(|own| own.fidelity >= 0.5) else {
        return vec![true; frames.columns.len()];
    };
    stand_in.uses(frames.columns.len())
}

fn row_loss(
    stick: &Yardstick,
    before: &Logged<'_>,
    task: Task,
    analysis: &Analysis,
) -> Option<RowLoss> {
    if task != Task::Binary {
        return None;
    }
    let mut sum = vec![0.0; stick.len()];
    let mut rows = 0.0;
    for row in before.usable(true) {
        let worth = before.frame.rows.worth(row as usize);
        before.put(&mut sum, row as usize, Decisions::Logged, worth);
        rows += worth;
    }
    Some(RowLoss::new(stick, &sum, rows, score_facts(analysis).1))
}

fn remedies(
    analysis: &Analysis,
    choices: &Choices,
    frames: &Frames<'_>,
    task: Task,
    report: &Report,
    cut: Option<f64>,
) -> Vec<Remedy> {
    if task != Task::Binary || report.metric.difference.is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let has_costs = finish::costs(choices, false).is_some();
    let headline = analysis.asked.headline;
    let judged = match headline {
        Some(MetricId::Accuracy | MetricId::F1) => headline,
        _ if has_costs => Some(MetricId::ExpectedCost),
        _ => None,
    };
    let of_table = |role: usize| {
        let own = analysis.asked.thresholds.get(role).copied().flatten();
        analysis.asked.given_threshold.or(own.map(|own| own.value))
    };
    if let (Some(metric), Some(used)) = (judged, of_table(1).or(cut)) {
        let stick = yardstick(analysis, choices, frames, task, metric);
        let on = |frame, used| {
            let table = Logged { frame, stick: &stick, task, cut };
            remedy::threshold(&table, used)
        };
        if let Some(gain) = on(&frames.production, used) {
            let before = on(&frames.reference, of_table(0).unwrap_or(used));
            found.push(made(report, "threshold", metric, gain, before, Some(used)));
        }
    }
    let (is_probability, epsilon) = score_facts(analysis);
    if is_probability {
        let stick = yardstick(analysis, choices, frames, task, MetricId::LogLoss);
        let on = |frame| {
            remedy::recalibration(&Logged { frame, stick: &stick, task, cut }, epsilon)
        };
        if let Some(gain) = on(&frames.production) {
            let before = on(&frames.reference);
            found.push(made(
                report,
                "recalibration",
                MetricId::LogLoss,
                gain,
                before,
                None,
            ));
        }
    }
    found
}

fn made(
    report: &Report,
    id: &str,
    metric: MetricId,
    gain: remedy::Gain,
    before: Option<remedy::Gain>,
    used: Option<f64>,
) -> Remedy {
    let name = metric.name();
    let change =
        report.metrics.iter().find(|own| own.name == name).unwrap_or(&report.metric);
    let cut = used.map(|from| (from, gain.best));
    Remedy {
        id: id.to_owned(),
        metric: name.to_owned(),
        points: gain.points,
        ci_low: gain.points - gain.half,
        ci_high: gain.points + gain.half,
        reference_points: before.map_or(0.0, |own| own.points),
        from: used,
        to: used.map(|_| gain.best).filter(|own| own.is_finite()),
        sentence: evidence::remedy(id, gain.points, gain.points - gain.half, cut, change),
    }
}

/// First day, first changed day and last day of production.
fn days(frames: &Frames<'_>, report: &Report) -> Option<(i32, i32, i32)> {
    let known =
        || frames.production.rows.day.iter().copied().filter(|day| *day != NO_DAY);
    let changed = report.change_point.at.as_deref()?;
    let micros = crate::data::moment::parse_time(changed.as_bytes())?;
    Some((known().min()?, crate::encode::rows::day_of(micros), known().max()?))
}

fn attribution(
    split: Option<&Split>,
    has_training: bool,
    optimism: f64,
) -> Vec<AttributionTerm> {
    let Some(terms) = split.and_then(|split| split.terms) else { return Vec::new() };
    let mut listed: Vec<AttributionTerm> = Vec::new();
    for (term, own) in Term::ALL.into_iter().zip(terms) {
        // Rows the model was trained on flatter the reference; what they hid is no change of the world.
        let points =
            if term == Term::Relationship { own.points - optimism } else { own.points };
        listed.push(AttributionTerm {
            term: term.name().to_owned(),
            points,
            ci_low: points - own.half,
            ci_high: points + own.half,
        });
    }
    if has_training {
        let half = terms.iter().map(|own| own.half).fold(0.0, f64::max);
        let half = if optimism == 0.0 { 0.0 } else { half };
        listed.push(AttributionTerm {
            term: "optimism".to_owned(),
            points: optimism,
            ci_low: optimism - half,
            ci_high: optimism + half,
        });
    }
    listed
}

fn shares(
    frames: &Frames<'_>,
    split: Option<&Split>,
    who: &[tilt::ColumnShare],
    outcome: Option<&tilt::OutcomeTilt>,
) -> Vec<TermShare> {
    let Some(terms) = split.and_then(|split| split.terms) else { return Vec::new() };
    let name = |column: usize| {
        frames.columns.get(column).map(|own| own.name.clone()).unwrap_or_default()
    };
    let mut listed = Vec::new();
    let mut push = |term: Term,
                    points: f64,
                    own: &[tilt::ColumnShare],
                    rest: &str,
                    more: &[(&str, f64)]| {
        let known: f64 =
            own.iter().map(|own| own.share).chain(more.iter().map(|own| own.1)).sum();
        let mut one = |columns: Vec<String>, title: String, share: f64| {
            if share.abs() >= LEAST_SHARE {
                let term = term.name().to_owned();
                listed.push(TermShare { term, columns, title, points: share * points });
            }
        };
        for own in own {
            let column = name(own.column);
            one(vec![column.clone()], column, own.share);
        }
        for (title, share) in more {
            one(Vec::new(), (*title).to_owned(), *share);
        }
        one(Vec::new(), rest.to_owned(), 1.0 - known);
    };
    if !who.is_empty() {
        push(Term::WhoWeSee, terms[1].points, who, "other columns and combinations", &[]);
    }
    if let Some(outcome) = outcome.filter(|own| own.shift_share != 0.0) {
        let more = [
            ("the overall rate", outcome.shift_share),
            ("how much scores spread", outcome.slope_share),
        ];
        push(
            Term::Relationship,
            terms[3].points,
            &outcome.columns,
            "other columns",
            &more,
        );
    }
    listed
}

fn expected(report: &Report, split: &Split, metric: MetricId) -> Expected {
    let thin = split.overlap.effective < LEAST_OVERLAP;
    let value = split.expected;
    let labelled_and_all = split.typical.filter(|own| {
        let gap = (own.all - own.labelled).abs();
        gap > own.half && gap >= report.verdict.minimum_effect
    });
    Expected {
        metric: metric.name().to_owned(),
        value: value.map(|own| own.0),
        ci_low: value.map(|own| own.0 - own.1),
        ci_high: value.map(|own| own.0 + own.1),
        reference: report.metric.reference.unwrap_or(f64::NAN),
        realised: report.metric.production,
        labelled_and_all: labelled_and_all.map(|own| (own.labelled, own.all)),
        assumption: evidence::assumption(),
        refused: value.is_none().then(|| evidence::refused(thin)),
    }
}

fn numbers(detail: &Detail) -> Numbers<'_> {
    Numbers {
        points: detail.points,
        share: detail.share,
        pair: detail.pair,
        columns: &detail.columns,
        names: &detail.names,
        told: detail.told.as_deref(),
        priced: detail.priced,
    }
}

/// Whether a fact gives the price of all broken inputs, and another one of the list that of the only break.
fn is_same_price(own: &cause::Observation, list: &[cause::Observation]) -> bool {
    let of = |own: &cause::Observation| own.detail.points.unwrap_or(f64::NAN);
    let same = |other: &&cause::Observation| {
        other.name.ends_with("_priced")
            && (of(other) - of(own)).abs() <= SAME_PRICE * of(own).abs()
    };
    own.name == "broken_share" && list.iter().any(|other| same(&other))
}

fn sentences(list: &[cause::Observation], report: &Report) -> Vec<String> {
    let mut told: Vec<String> = list
        .iter()
        .filter(|own| !is_same_price(own, list))
        .filter_map(|own| {
            evidence::sentence(own.name, &numbers(&own.detail), &report.metric)
        })
        .collect();
    let mut seen: Vec<String> = Vec::new();
    told.retain(|own| {
        let new = !seen.contains(own);
        seen.push(own.clone());
        new
    });
    told.truncate(4);
    told
}

fn told(own: &Standing, report: &Report) -> Cause {
    Cause {
        id: own.cause.name().to_owned(),
        word: own.word.words().to_owned(),
        presence: own.presence,
        share: own.share,
        points: own.points,
        columns: own.columns.clone(),
        evidence_for: sentences(&own.evidence_for, report),
        evidence_against: sentences(&own.evidence_against, report),
        next_check: evidence::next_check(own.cause, &own.columns),
    }
}

/// From here on a cause is told with what speaks for it.
const POSSIBLE: f64 = 0.45;

/// Whether no detector found anything of this cause.
fn no_mark(own: &Standing) -> bool {
    let found = |own: &cause::Observation| own.name.ends_with("_found");
    own.cause != CauseId::LabelProblem
        && !own.evidence_for.iter().any(found)
        && own.evidence_for.iter().any(|own| own.name == "broken_share")
}

fn examined(own: &Standing, report: &Report) -> Examined {
    let is_low = own.presence < POSSIBLE;
    let (list, other) = if is_low {
        (&own.evidence_against, &own.evidence_for)
    } else {
        (&own.evidence_for, &own.evidence_against)
    };
    let because = match (own.word, own.lacking) {
        (Word::CouldNotCheck, Some(lacking)) => evidence::lacking(lacking),
        // That something is broken says nothing for a bug whose own marks are nowhere.
        _ if own.cause.is_pipeline() && own.presence < POSSIBLE && no_mark(own) => {
            evidence::no_mark()
        }
        _ => sentences(list, report)
            .into_iter()
            .next()
            .or_else(|| {
                // Of what is not taken for a cause, a fact that speaks for it alone reads as if it proved the contrary.
                let own = sentences(other, report).into_iter().next()?;
                Some(if is_low { evidence::not_enough(&own) } else { own })
            })
            .unwrap_or_else(|| "Nothing in the data points to it.".to_owned()),
    };
    Examined {
        id: own.cause.name().to_owned(),
        word: own.word.words().to_owned(),
        presence: (own.word != Word::CouldNotCheck).then_some(own.presence),
        because,
    }
}

/// What the detectors found, on the columns it is about.
fn findings(frames: &Frames<'_>, fingerprints: &[Fingerprint], report: &mut Report) {
    for own in fingerprints {
        for at in &own.columns {
            let Some(name) = frames.columns.get(*at).map(|column| &column.name) else {
                continue;
            };
            let Some(column) =
                report.columns.iter_mut().find(|column| column.name == *name)
            else {
                continue;
            };
            let finding = ColumnFinding {
                code: own.detector.to_owned(),
                sentence: story::phrase::sentence(&own.sentence),
            };
            if !column.findings.contains(&finding) {
                column.findings.insert(0, finding);
            }
        }
    }
}
