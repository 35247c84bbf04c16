//! What a link leaves out so that it fits. Enter: a report; leaves: the same with less in it, and the ids of what was
//! left out. The order is fixed: each step of [`STEPS`] takes a little away, what the reader needs least first.
//! The verdict, the headline metric, the split, the causes with their word and share, and what could not be checked
//! are never left out (only shortened, in the very last steps).

use super::histograms;
use crate::choices::Role;
use crate::report::{CheckKind, ColumnReport, DriftBand, NoteWeight, Report, Shared};

/// How much of everything a link carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Bins of the what-if histograms.
    pub bins: usize,
    /// Segments beside all rows in them.
    pub segments: usize,
    /// Binary digits of their counts that are kept.
    pub count_digits: u32,
    periods: usize,
    period_details: bool,
    columns: usize,
    findings: usize,
    numbers: bool,
    causes: usize,
    evidence: usize,
    against: usize,
    shares: usize,
    because: bool,
    examined: bool,
    slices: usize,
    kpis: usize,
    kpi_slices: usize,
    metrics: usize,
    intervals: bool,
    information: usize,
    notes: usize,
    /// Bins of the score histogram.
    pub score_bins: usize,
    parity_columns: usize,
    files: usize,
    text_bytes: usize,
}

/// The fullest.
const FULL: Level = Level {
    bins: 48,
    segments: 3,
    count_digits: 8,
    periods: 60,
    period_details: true,
    columns: 12,
    findings: 2,
    numbers: true,
    causes: 8,
    evidence: 4,
    against: 2,
    shares: 12,
    because: true,
    examined: true,
    slices: 5,
    kpis: 6,
    kpi_slices: 3,
    metrics: 30,
    intervals: true,
    information: 20,
    notes: 40,
    score_bins: 32,
    parity_columns: 8,
    files: 8,
    text_bytes: 480,
};

/// What is taken away, step by step, until the link fits.
const STEPS: [fn(&mut Level); 24] = [
    |own| own.count_digits = 6,
    |own| (own.information, own.kpi_slices) = (4, 1),
    |own| (own.because, own.findings) = (false, 1),
    |own| (own.intervals, own.shares) = (false, 6),
    |own| own.count_digits = 5,
    |own| (own.period_details, own.parity_columns) = (false, 4),
    |own| (own.bins, own.score_bins, own.columns) = (32, 20, 9),
    |own| (own.evidence, own.against, own.slices) = (3, 1, 3),
    |own| (own.numbers, own.periods) = (false, 30),
    |own| (own.bins, own.count_digits) = (24, 4),
    |own| (own.metrics, own.information) = (6, 1),
    |own| (own.columns, own.shares) = (6, 3),
    |own| (own.evidence, own.segments) = (2, 2),
    |own| (own.bins, own.score_bins, own.periods) = (16, 12, 16),
    |own| (own.kpis, own.slices, own.causes) = (3, 2, 5),
    |own| (own.segments, own.metrics) = (1, 3),
    |own| (own.bins, own.periods, own.kpi_slices) = (12, 0, 0),
    |own| (own.evidence, own.against, own.columns) = (1, 0, 4),
    |own| (own.segments, own.parity_columns, own.files) = (0, 2, 1),
    |own| (own.text_bytes, own.examined, own.information) = (200, false, 0),
    |own| (own.bins, own.score_bins, own.shares, own.kpis) = (0, 0, 0, 1),
    |own| (own.findings, own.notes, own.slices) = (0, 6, 1),
    |own| (own.text_bytes, own.columns, own.causes) = (100, 2, 3),
    |own| (own.text_bytes, own.metrics, own.notes, own.evidence) = (60, 1, 3, 0),
];

/// Every level, fullest first.
pub fn levels() -> impl Iterator<Item = Level> {
    let mut level = FULL;
    std::iter::once(FULL).chain(STEPS.iter().map(move |step| {
        step(&mut level);
        level
    }))
}

/// Keeps at most `most`; tells whether that left something out.
fn cut<T>(list: &mut Vec<T>, most: usize) -> bool {
    let is_cut = list.len() > most;
    list.truncate(most);
    is_cut
}

/// The report with less in it; `report.shared` tells what was left out.
#[must_use]
pub fn trimmed(whole: &Report, level: &Level) -> Report {
    let mut r = whole.clone();
    let mut left = Vec::new();
    let mut tell = |id: &str, is_left: bool| {
        if is_left && !left.iter().any(|own| own == id) {
            left.push(id.to_owned());
        }
    };
    // Made again by the reader.
    r.plan.clear();
    r.story = crate::report::Story::default();
    r.talk = crate::report::Talk::default();
    r.options = crate::report::Options::default();
    // The alert on the headline metric is what the story tells.
    r.monitoring.checks.retain(|own| own.kind == CheckKind::Metric);
    r.monitoring.checks.truncate(1);
    r.monitoring.rules.clear();
    r.inputs.columns.clear();

    let (columns_left_out, moved_left_out) = columns(&mut r, level);
    tell("columns", columns_left_out > 0);
    tell("monitoring", r.monitoring.checks.len() < whole.monitoring.checks.len());
    tell("queries", whole.plan.iter().any(|own| !own.queries.is_empty()));
    tell("roles", !whole.inputs.columns.is_empty());
    tell("distributions", whole.columns.iter().any(|own| !own.bins.is_empty()));
    let findings =
        |r: &Report| r.columns.iter().map(|own| own.findings.len()).sum::<usize>();
    let of_kept = whole
        .columns
        .iter()
        .filter(|own| r.columns.iter().any(|kept| kept.name == own.name))
        .map(|own| own.findings.len())
        .sum::<usize>();
    tell("findings", findings(&r) < of_kept);
    tell("causes", cut(&mut r.causes, level.causes));
    for cause in &mut r.causes {
        tell("evidence", cut(&mut cause.evidence_for, level.evidence));
        tell("evidence", cut(&mut cause.evidence_against, level.against));
        cause.columns.truncate(6);
    }
    if !level.examined {
        tell("examined", !r.examined.is_empty());
        // What could not be checked stays.
        r.examined.retain(|own| own.word == "could not check");
    }
    if !level.because {
        let open = |word: &str| word == "could not check";
        for own in r.examined.iter_mut().filter(|own| !open(&own.word)) {
            tell("examined", !own.because.is_empty());
            own.because.clear();
        }
    }
    tell("shares", cut(&mut r.shares, level.shares));
    tell("segments", cut(&mut r.slices.worse, level.slices));
    tell("segments", cut(&mut r.slices.grew, level.slices));
    tell("kpis", cut(&mut r.kpis, level.kpis));
    for kpi in &mut r.kpis {
        tell("kpis", cut(&mut kpi.slices, level.kpi_slices));
    }
    let headline = r.metric.name.clone();
    if r.metrics.len() > level.metrics {
        tell("metrics", true);
        let mut room = level.metrics.saturating_sub(1);
        r.metrics.retain(|own| {
            own.name == headline || {
                let fits = room > 0;
                room = room.saturating_sub(1);
                fits
            }
        });
    }
    for metric in r.metrics.iter_mut().chain(std::iter::once(&mut r.metric)) {
        // Those of the headline are on its chart; others are told by the interval of the difference.
        if !level.intervals || metric.name != headline {
            metric.reference_interval = None;
            metric.production_interval = None;
        }
    }
    let mut information = level.information;
    let mut told = level.notes;
    let notes = r.notes.len();
    r.notes.retain(|own| {
        let room = if own.weight == NoteWeight::Information {
            &mut information
        } else {
            &mut told
        };
        let fits = *room > 0;
        *room = room.saturating_sub(1);
        fits
    });
    tell("notes", r.notes.len() < notes);
    tell("time", series(&mut r, level));
    if let Some(shadow) = r.parity.as_mut().and_then(|own| own.shadow.as_mut()) {
        tell("parity", cut(&mut shadow.columns, level.parity_columns));
    }
    for table in &mut r.inputs.tables {
        table.files.truncate(level.files);
    }
    if let Some(own) = &mut r.baseline {
        tell("old_model", !own.metrics.is_empty());
        own.metrics.clear();
        own.metric.reference_interval = None;
        own.metric.production_interval = None;
    }
    for id in histograms::trim(&mut r, level) {
        tell(id, true);
    }
    texts(&mut r, level.text_bytes);
    let before = whole.shared.clone().unwrap_or_default();
    r.shared = Some(Shared {
        by_link: true,
        left_out: left,
        columns_left_out,
        moved_left_out,
        ..before
    });
    r
}

/// How much a reader needs each column: 0 named by a cause, 1 moved or with findings, 2 other inputs, 3 other roles,
/// 9 nothing to show.
pub fn need(r: &Report) -> Vec<u8> {
    let named: Vec<&String> = r.causes.iter().flat_map(|own| &own.columns).collect();
    let of = |own: &ColumnReport| match own.role {
        Role::Ignore | Role::Id => 9,
        _ if named.contains(&&own.name) => 0,
        _ if moved(own) || !own.findings.is_empty() => 1,
        Role::Feature | Role::Segment => 2,
        _ => 3,
    };
    r.columns.iter().map(of).collect()
}

fn moved(own: &ColumnReport) -> bool {
    own.drift.as_ref().is_some_and(|drift| drift.band > DriftBand::None)
}

/// Columns a reader would ask for: moved, with findings, or named by a cause. Returns how many compared columns
/// stay behind, and how many of them moved.
fn columns(r: &mut Report, level: &Level) -> (u64, u64) {
    let needs = need(r);
    let rank = |at: &usize| needs.get(*at).copied().unwrap_or(9);
    let mut order: Vec<usize> = (0..r.columns.len()).collect();
    order.sort_by_key(rank);
    let mut kept: Vec<usize> =
        order.into_iter().filter(|at| rank(at) < 2).take(level.columns).collect();
    kept.sort_unstable();
    let (mut left, mut left_moved) = (0, 0);
    for (at, own) in r.columns.iter().enumerate() {
        let inputs = matches!(own.role, Role::Feature | Role::Segment);
        if !kept.contains(&at) && inputs && own.drift.is_some() {
            left += 1;
            left_moved += u64::from(moved(own));
        }
    }
    let mut at = 0;
    r.columns.retain(|_| {
        at += 1;
        kept.contains(&(at - 1))
    });
    for column in &mut r.columns {
        column.bins.clear();
        column.own = None;
        column.findings.truncate(level.findings);
        if !level.numbers || !moved(column) {
            column.reference_numbers = None;
            column.production_numbers = None;
        }
    }
    (left, left_moved)
}

/// Periods in full, without details, or the first and last of each table only (they give the dates).
fn series(r: &mut Report, level: &Level) -> bool {
    let mut left = false;
    let last = |at: usize, r: &Report| {
        r.series.get(at + 1).map(|own| own.table) != r.series.get(at).map(|own| own.table)
    };
    if r.series.len() > level.periods {
        left = true;
        let edges: Vec<bool> = (0..r.series.len())
            .map(|at| last(at, r) || at == 0 || last(at - 1, r))
            .collect();
        let step = match level.periods {
            0 => usize::MAX,
            most => r.series.len().div_ceil(most),
        };
        let mut at = 0;
        r.series.retain(|_| {
            at += 1;
            edges.get(at - 1).copied().unwrap_or(false) || (at - 1) % step == 0
        });
    }
    for own in &mut r.series {
        if !level.period_details {
            left |= own.metric_interval.is_some();
            own.metric_interval = None;
            own.decision_rate = None;
            own.label_rate = None;
            own.kpis.clear();
        }
        own.kpis.truncate(level.kpis);
    }
    left
}

/// Cuts names and sentences.
fn texts(r: &mut Report, most: usize) {
    if most >= super::wire::TEXT_BYTES {
        return;
    }
    let short = |text: &mut String| {
        if text.len() > most {
            let mut end = most.saturating_sub('…'.len_utf8());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
            text.push('…');
        }
    };
    let name = |text: &mut String| {
        if text.len() > most {
            // A letter takes up to four bytes, and no name of another alphabet is to be longer than the level allows.
            let letters = if text.is_ascii() { most.saturating_sub(2) } else { most / 4 };
            *text = crate::story::phrase::middle_out(text, letters);
        }
    };
    r.verdict.also.clear();
    for own in &mut r.causes {
        own.columns.truncate(3);
        own.columns.iter_mut().for_each(name);
        own.evidence_for.iter_mut().for_each(short);
        own.evidence_against.iter_mut().for_each(short);
    }
    for own in &mut r.columns {
        name(&mut own.name);
        own.findings.iter_mut().for_each(|own| short(&mut own.sentence));
    }
    for own in &mut r.notes {
        short(&mut own.what);
        own.try_this.clear();
    }
    let slices = r.slices.worse.iter_mut().chain(&mut r.slices.grew);
    for own in slices {
        for own in &mut own.conditions {
            name(&mut own.column);
            short(&mut own.is);
        }
        own.title = crate::story::slice_title(&own.conditions);
    }
    for own in &mut r.remedies {
        short(&mut own.sentence);
    }
    for own in &mut r.shares {
        own.columns.truncate(3);
        own.columns.iter_mut().for_each(name);
        short(&mut own.title);
    }
    for own in &mut r.kpis {
        name(&mut own.name);
        own.slices.iter_mut().for_each(|own| short(&mut own.title));
    }
    for own in &mut r.inputs.tables {
        own.files.iter_mut().for_each(short);
        if let Some(labels) = &mut own.labels {
            labels.files.truncate(1);
            labels.files.iter_mut().for_each(short);
        }
    }
    r.inputs.classes.iter_mut().for_each(short);
    r.inputs.classes.truncate(8);
    if let Some(positive) = &mut r.inputs.positive {
        short(positive);
    }
    if let Some(owner) = &mut r.inputs.business.pipeline_owner {
        short(owner);
    }
    if let Some(parity) = &mut r.parity {
        if let Some(own) = &mut parity.shadow {
            short(&mut own.sentence);
            own.columns.iter_mut().for_each(|own| {
                name(&mut own.name);
                short(&mut own.sentence);
            });
        }
        if let Some(own) = &mut parity.consistency {
            short(&mut own.sentence);
        }
    }
    for own in &mut r.metrics {
        short(&mut own.title);
        if let Some(why) = &mut own.why_missing {
            short(why);
        }
    }
    short(&mut r.change_point.sentence);
}
