//! Missing values and defaults. Enter: a column's values before and after launch. Leave: which columns went missing
//! (together, when the same rows are hit), or became one value. Cost: one sort a numeric column.
//! A rare category that grew is not a default: a name must be new or a word that means nothing was known.

use std::collections::BTreeMap;

use super::common::{
    FALSE_ALARMS, MIN_Z, Z95, ascending, both, inputs, median, moments, newcomers,
    percent, proportion_z, share_of, short,
};
use super::since::since;
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::{NO_MOMENT, NO_NAME, Raw};
use crate::report::CauseId;
use crate::stats::math::sqrt;
use crate::stats::multiple::benjamini_hochberg;
use crate::stats::proportion::newcombe;
use crate::stats::special::normal_survival;

/// Share of production rows from which a spike counts, and by how much it must have grown.
const MIN_SHARE: f64 = 0.01;
/// How many times its old share a spike must have.
const MIN_RATIO: f64 = 3.0;
/// Rows a spike needs in production.
const MIN_ROWS_HIT: f64 = 20.0;
/// Agreement of the rows that are missing in two columns, from which they are one break.
const SAME_ROWS: f64 = 0.98;
/// Other values may shrink only together when one value grew out of them: largest share one of them may lose
/// beyond the common loss, in shares of the spike.
const MAX_TAKEN: f64 = 0.5;
/// Share of one value before launch from which another one that comes often is an event, not a default.
const EVENTS: f64 = 0.5;
/// Share of rows at one value, and how many times its old share that is, from which it is a default whatever it is.
const SUDDEN: (f64, f64) = (0.1, 10.0);
/// Distinct values a column needs for that: of a handful any may become the usual one.
const MANY_VALUES: usize = 40;
/// Share of cells without a number that hold something else, from which they are not missing.
const UNREAD: f64 = 0.5;
/// Standard errors by which the mean or the median of other rows of the same kind may be off.
const CENTRE_ERRORS: f64 = 3.0;
/// Numbers that pipelines write where they know nothing.
const DEFAULTS: [f64; 12] =
    [0.0, -1.0, 1.0, 9.0, 99.0, 999.0, 9999.0, -9.0, -99.0, -999.0, -9999.0, 99_999.0];
/// Names that mean nothing was known.
pub const NO_WORDS: [&str; 14] = [
    "",
    "unknown",
    "n/a",
    "na",
    "none",
    "null",
    "nan",
    "missing",
    "undefined",
    "other",
    "default",
    "-",
    "?",
    "not available",
];
/// Default moments: 1970-01-01 and 1900-01-01, in microseconds.
const DEFAULT_MOMENTS: [i64; 2] = [0, -2_208_988_800_000_000];

/// The detector.
pub struct Missing;

struct Spike {
    column: usize,
    change: Change,
    before: f64,
    after: f64,
    z: f64,
    touched: Vec<bool>,
    words: String,
    /// A value that pipelines write where they know nothing.
    telling: bool,
    /// A value that came now and then and now is everywhere.
    sudden: bool,
    cause: CauseId,
}

impl Detector for Missing {
    fn id(&self) -> &'static str {
        "missing"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let mut spikes: Vec<Spike> = Vec::new();
        for column in inputs(view) {
            spikes.extend(nulls(view, column));
            spikes.extend(value(view, column));
        }
        let p: Vec<f64> = spikes.iter().map(|own| normal_survival(own.z)).collect();
        let q = benjamini_hochberg(&p);
        let kept: Vec<Spike> = spikes
            .into_iter()
            .zip(q)
            .filter(|(own, q)| *q <= FALSE_ALARMS && own.z >= MIN_Z)
            .map(|(own, _)| own)
            .collect();
        let days = &view.frames.production.rows.day;
        let broken = |own: &Spike| {
            let first = since(days, &own.touched);
            !newcomers(view, own.column, &own.touched, first, own.before)
        };
        together(view, kept.into_iter().filter(broken).collect())
    }
}

fn nulls(view: &View<'_>, column: usize) -> Option<Spike> {
    let (reference, production) = both(view, column)?;
    if matches!(production, Raw::Other) {
        return None;
    }
    let count = |own: &Raw, rows: usize| -> Vec<bool> {
        (0..rows).map(|row| own.is_missing(row)).collect()
    };
    let before = count(reference, view.frames.reference.len());
    let touched = count(production, view.frames.production.len());
    let hit = touched.iter().filter(|own| **own).count() as f64;
    let spike = measured(column, Change::Missing, &before, touched)?;
    let unread = view.frames.production.unread.get(column).copied().unwrap_or(0) as f64;
    // Something stands there, and no number: written in another way, not missing.
    let (words, cause) = if unread >= UNREAD * hit {
        ("Text instead of a number", CauseId::UnitOrEncoding)
    } else {
        ("Missing", CauseId::MissingOrDefault)
    };
    Some(Spike { words: words.to_owned(), telling: true, cause, ..spike })
}

/// A spike at one value, with how it grew; `None` when it did not grow enough.
fn measured(
    column: usize,
    change: Change,
    before: &[bool],
    touched: Vec<bool>,
) -> Option<Spike> {
    let (n, m) = (before.len() as f64, touched.len() as f64);
    let (p, q) = (share_of(before), share_of(&touched));
    let grew = q >= MIN_SHARE
        && q - p >= MIN_SHARE
        && q * m >= MIN_ROWS_HIT
        && q / (p + 1.0 / n) >= MIN_RATIO.min(1.0 + 0.5 / p.max(0.01));
    let (_, low, _) = newcombe((p * n, n), (q * m, m), Z95)?;
    if !grew || low <= 0.0 {
        return None;
    }
    let z = proportion_z((p * n, n), (q * m, m));
    let words = String::new();
    let cause = CauseId::MissingOrDefault;
    Some(Spike {
        column,
        change,
        before: p,
        after: q,
        z,
        touched,
        words,
        telling: false,
        sudden: false,
        cause,
    })
}

/// The value that grew most.
fn value(view: &View<'_>, column: usize) -> Option<Spike> {
    let (reference, production) = both(view, column)?;
    match (reference, production) {
        (Raw::Numbers(before), Raw::Numbers(after)) => {
            number(view, column, before, after)
        }
        (Raw::Names(before), Raw::Names(after)) => {
            let names = &view.frames.columns.get(column)?.names;
            name(column, before, after, names)
        }
        (Raw::Moments(before), Raw::Moments(after)) => {
            let is = |own: &[i64]| -> Vec<bool> {
                own.iter().map(|at| DEFAULT_MOMENTS.contains(at)).collect()
            };
            let spike = measured(column, Change::Other, &is(before), is(after))?;
            let words = "1970-01-01 or 1900-01-01".to_owned();
            let known = after.iter().filter(|at| **at != NO_MOMENT).count();
            (known > 0).then_some(Spike { words, telling: true, ..spike })
        }
        _ => None,
    }
}

fn number(
    view: &View<'_>,
    column: usize,
    before: &[f64],
    after: &[f64],
) -> Option<Spike> {
    let (p, q) = ascending(view, column);
    let (n, m) = (before.len() as f64, after.len() as f64);
    let runs = |own: &[f64]| -> Vec<(f64, f64)> {
        let mut runs: Vec<(f64, f64)> = Vec::new();
        for value in own {
            match runs.last_mut() {
                Some(last) if last.0 == *value => last.1 += 1.0,
                _ => runs.push((*value, 1.0)),
            }
        }
        runs
    };
    let share = |x: f64| {
        let low = p.partition_point(|value| *value < x);
        (p.partition_point(|value| *value <= x) - low) as f64 / n.max(1.0)
    };
    let grew = |run: &&(f64, f64)| run.1 / m - share(run.0) >= MIN_SHARE;
    let runs = runs(&q);
    let all: Vec<&(f64, f64)> = runs.iter().filter(grew).collect();
    let most = all.iter().max_by(|a, b| {
        (a.1 / m - share(a.0))
            .total_cmp(&(b.1 / m - share(b.0)))
            .then(b.0.total_cmp(&a.0))
    })?;
    let spiked = most.0;
    let imputed = is_centre(&p, spiked, share(spiked));
    let known = DEFAULTS.contains(&spiked);
    let end = p.first() == Some(&spiked) || p.last() == Some(&spiked);
    let is = |own: &[f64]| -> Vec<bool> { own.iter().map(|x| *x == spiked).collect() };
    let change = Change::DefaultNumber(spiked);
    let mut spike = measured(column, change, &is(before), is(after))?;
    let missing =
        |own: &[f64]| own.iter().filter(|x| x.is_nan()).count() as f64 / own.len() as f64;
    let replaced = replaced_nulls(missing(before), missing(after), &spike);
    // Neighbours that grew as well are a distribution that moved, not a default.
    let alone = all.len() == 1;
    // A spike taken evenly from all other values leaves their distribution as it was.
    let others = |own: &[f64]| -> Vec<f64> {
        own.iter().copied().filter(|x| *x != spiked).collect()
    };
    let (op, oq) = (others(&p), others(&q));
    let kept = super::common::ks(&op, &oq)
        <= super::common::tolerance(op.len(), oq.len()).max(0.25 * spike.after);
    let dense = op.len() >= 30 && oq.len() >= 30;
    let nothing_left = oq.len() < 30;
    let clean = replaced || nothing_left || (alone && dense && kept);
    // A value that came now and then and now is everywhere, taken evenly from all others.
    let values = p.chunk_by(|a, b| a == b).count();
    let sudden = values >= MANY_VALUES
        && spike.after >= SUDDEN.0
        && spike.after >= SUDDEN.1 * spike.before;
    if !clean || !(known || imputed || end || replaced || sudden || spike.before < 0.001)
    {
        return None;
    }
    spike.telling = known || imputed || replaced;
    spike.sudden = sudden;
    // A column that mostly stands at one value and now often at another has events.
    let usual = most_common(&p) / n.max(1.0);
    if !spike.telling && !sudden && usual >= EVENTS {
        return None;
    }
    spike.words = format!("Equal to {}", short(spiked));
    if replaced {
        spike.words += " instead of missing";
    } else if imputed && !known {
        spike.words += " (the old mean or median)";
    }
    Some(spike)
}

/// Whether a value is the mean or the median of ascending values: the very one, or, for a value that never came, as near
/// as that of the rows the model was trained on may be.
fn is_centre(p: &[f64], value: f64, share: f64) -> bool {
    let count = p.len().max(1) as f64;
    let ((mean, spread), middle) = (moments(p), median(p));
    if (value - mean).abs() < 1e-6 * mean.abs() || value == middle {
        return true;
    }
    let below = p.partition_point(|x| *x < value) as f64 / count;
    let is_near = (value - mean).abs() < CENTRE_ERRORS * spread / sqrt(count)
        || (below - 0.5).abs() < CENTRE_ERRORS * 0.5 / sqrt(count);
    share == 0.0 && is_near
}

/// How often the most common of ascending values comes.
fn most_common(sorted: &[f64]) -> f64 {
    let runs = sorted.chunk_by(|a, b| a == b);
    runs.map(<[f64]>::len).max().unwrap_or(0) as f64
}

fn name(column: usize, before: &[u32], after: &[u32], names: &[String]) -> Option<Spike> {
    let p = super::common::name_shares(before, names.len());
    let q = super::common::name_shares(after, names.len());
    let means_nothing = |at: usize| {
        let word = names.get(at).map(|name| name.trim().to_lowercase());
        word.is_some_and(|word| NO_WORDS.contains(&word.as_str()))
    };
    let shares = p.iter().zip(&q).enumerate();
    let (at, _) = shares
        .filter(|(at, (p, q))| *q - *p >= MIN_SHARE && means_nothing(*at))
        .max_by(|a, b| (a.1.1 - a.1.0).total_cmp(&(b.1.1 - b.1.0)))?;
    let spiked = u32::try_from(at).ok()?;
    let is =
        |own: &[u32]| -> Vec<bool> { own.iter().map(|own| *own == spiked).collect() };
    let mut spike =
        measured(column, Change::DefaultName(spiked), &is(before), is(after))?;
    let missing = |own: &[u32]| {
        own.iter().filter(|own| **own == NO_NAME).count() as f64 / own.len() as f64
    };
    let replaced = replaced_nulls(missing(before), missing(after), &spike);
    // One other name gave it all: a new spelling or another word for it, not a default.
    let grown = spike.after - spike.before;
    let kept = 1.0 - grown;
    let taken = |(p, q): (&f64, &f64)| p * kept - q;
    let most = p.iter().zip(&q).map(taken).fold(0.0, f64::max);
    if !replaced && most > MAX_TAKEN * grown {
        return None;
    }
    spike.telling = true;
    let shown = names.get(at).map_or("", String::as_str);
    spike.words = format!("Equal to \u{201c}{shown}\u{201d}");
    if replaced {
        spike.words += " instead of missing";
    }
    Some(spike)
}

/// Whether as many missing values went as the spike brought.
fn replaced_nulls(before: f64, after: f64, spike: &Spike) -> bool {
    let (gone, came) = (before - after, spike.after - spike.before);
    gone >= MIN_SHARE && (gone - came).abs() <= 0.25 * came
}

/// Spikes on the same rows are one break.
fn together(view: &View<'_>, mut spikes: Vec<Spike>) -> Vec<Fingerprint> {
    spikes.sort_by(|a, b| b.z.total_cmp(&a.z).then(a.column.cmp(&b.column)));
    let mut groups: Vec<(Spike, Vec<Spike>)> = Vec::new();
    for spike in spikes {
        let same = |group: &&mut (Spike, Vec<Spike>)| {
            // Values that were missing before launch too are no sign of the break.
            let known = group.0.cause == spike.cause
                && std::mem::discriminant(&group.0.change)
                    == std::mem::discriminant(&spike.change);
            known && agreement(view, &group.0, &spike) >= SAME_ROWS
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.1.push(spike),
            None => groups.push((spike, Vec::new())),
        }
    }
    let mut found: Vec<Fingerprint> = Vec::new();
    for (first, more) in groups {
        let mut by_column: BTreeMap<usize, ()> = BTreeMap::new();
        let mut columns = vec![first.column];
        by_column.insert(first.column, ());
        for own in &more {
            if by_column.insert(own.column, ()).is_none() {
                columns.push(own.column);
            }
        }
        let days = &view.frames.production.rows.day;
        let first_day = since(days, &first.touched);
        let sharp = first.after - first.before >= 0.05 || first.before < 0.005;
        let mut strength = match (first.telling, first.sudden) {
            (true, _) => 0.85,
            // It may be an event, so it is less sure than a value that nobody writes on purpose.
            (false, true) => 0.75,
            (false, false) => 0.6,
        };
        strength += if more.is_empty() { 0.0 } else { 0.08 };
        strength += if first_day.is_some() { 0.05 } else { 0.0 };
        strength -= if sharp { 0.0 } else { 0.3 };
        let also = if more.is_empty() { "" } else { ", in all these columns at once" };
        let sentence = format!(
            "{} on {} of rows, {} before launch{also}.",
            first.words,
            percent(first.after),
            percent(first.before)
        );
        found.push(Fingerprint {
            detector: "missing",
            cause: first.cause,
            columns,
            strength,
            share: first.after - first.before,
            touched: first.touched,
            change: first.change,
            since: first_day,
            sentence,
        });
    }
    found
}

/// Agreement (Jaccard) of the rows two spikes hit, corrected for what each hits anyway (before launch).
fn agreement(view: &View<'_>, a: &Spike, b: &Spike) -> f64 {
    let rows = view.frames.production.len() as f64;
    let pairs = a.touched.iter().zip(&b.touched);
    let both = pairs.clone().filter(|(a, b)| **a && **b).count() as f64 / rows;
    let either = pairs.filter(|(a, b)| **a || **b).count() as f64 / rows;
    // Rows that would be hit in one column only if nothing but the old rate were at work outside.
    let outside = 1.0 - both;
    let usual = outside * (a.before + b.before - 2.0 * a.before * b.before);
    let lone = (either - both - usual).max(0.0);
    if both > 0.0 { both / (both + lone) } else { 0.0 }
}
