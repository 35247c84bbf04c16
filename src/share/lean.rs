//! What a link carries of a report, field by field, in one description for writing and reading. Enter: a report
//! trimmed by [`super::level`]; leaves: the same with rounded numbers. What both sides can make again (differences,
//! titles, the explanation, the plan, pictures of scores) is not carried; see [`complete`].
//!
//! The order of fields, the contexts' numbers and the digits are the link's format: a change needs a new
//! [`VERSION`](super::link::VERSION). Longer than most files because it is one flat list.

use super::histograms;
use super::wire::Wire;
use crate::choices::{Business, Kind, Role, TableRole, Task};
use crate::report::*;
use crate::story::{self, evidence};

/// Most items of any list in a link.
const MANY: usize = 400;

/// Kinds of texts, for the model of what comes next.
mod field {
    pub const COLUMN: u32 = 1;
    pub const VALUE: u32 = 2;
    pub const ID: u32 = 3;
    pub const TITLE: u32 = 4;
    pub const SENTENCE: u32 = 5;
    pub const FILE: u32 = 6;
    pub const DATE: u32 = 7;
}
use field::{COLUMN, DATE, FILE, ID, SENTENCE, TITLE, VALUE};

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];
const VERDICTS: [VerdictKind; 5] = [
    VerdictKind::Dropped,
    VerdictKind::NotDropped,
    VerdictKind::Improved,
    VerdictKind::NotEnoughRows,
    VerdictKind::UnknownWithoutLabels,
];
const CONFIDENCES: [Confidence; 4] = [
    Confidence::AlmostCertain,
    Confidence::Likely,
    Confidence::Possible,
    Confidence::CouldNotCheck,
];
const UNITS: [Unit; 5] =
    [Unit::Share, Unit::Plain, Unit::Label, Unit::Money, Unit::Ratio];
const BANDS: [DriftBand; 4] =
    [DriftBand::None, DriftBand::Slight, DriftBand::Clear, DriftBand::Strong];
const CHANGES: [ChangeKind; 4] =
    [ChangeKind::Step, ChangeKind::Gradual, ChangeKind::Pulse, ChangeKind::None];
const WEIGHTS: [NoteWeight; 3] =
    [NoteWeight::Verdict, NoteWeight::Part, NoteWeight::Information];
const BASES: [Basis; 3] = [Basis::Periods, Basis::Blocks, Basis::Rows];
const KINDS: [Kind; 7] = [
    Kind::Number,
    Kind::Integer,
    Kind::Boolean,
    Kind::Category,
    Kind::Time,
    Kind::Text,
    Kind::Identifier,
];
const BIN_KINDS: [BinKind; 9] = [
    BinKind::Value,
    BinKind::Range,
    BinKind::Category,
    BinKind::New,
    BinKind::Other,
    BinKind::Unseen,
    BinKind::Low,
    BinKind::High,
    BinKind::Missing,
];

fn roles(class: &str) -> [Role; 13] {
    [
        Role::Feature,
        Role::Label,
        Role::Score,
        Role::ClassScore(class.to_owned()),
        Role::Decision,
        Role::Id,
        Role::Time,
        Role::Weight,
        Role::Value,
        Role::Segment,
        Role::Kpi,
        Role::Baseline,
        Role::Ignore,
    ]
}

/// The whole report, either way.
pub fn report(w: &mut Wire<'_>, r: &mut Report) {
    w.choice(1, &TASKS, &mut r.task);
    w.choice(2, &VERDICTS, &mut r.verdict.kind);
    w.choice(3, &CONFIDENCES, &mut r.verdict.confidence);
    w.decimal(4, 4, &mut r.verdict.minimum_effect);
    w.maybe(5, &mut r.verdict.rows_needed, |w, own| w.count(6, own));
    inputs(w, &mut r.inputs);
    w.list(10, MANY, &mut r.metrics, metric);
    let mut headline = r
        .metrics
        .iter()
        .position(|own| own.name == r.metric.name)
        .map_or(0, |at| at as u64 + 1);
    w.count(11, &mut headline);
    match r.metrics.get((headline as usize).wrapping_sub(1)) {
        Some(own) => r.metric = own.clone(),
        None => metric(w, &mut r.metric),
    }
    let made = story::verdict_sentence(
        r.verdict.kind,
        &r.metric,
        r.verdict.minimum_effect,
        r.verdict.rows_needed,
        &r.inputs,
    );
    w.known_text(SENTENCE, &[made], &mut r.verdict.sentence);
    let made: Vec<String> =
        r.metrics.iter().map(|own| story::also_sentence(r.verdict.kind, own)).collect();
    w.list(12, MANY, &mut r.verdict.also, |w, own| w.known_text(SENTENCE, &made, own));
    w.list(20, MANY, &mut r.attribution, |w, own| {
        w.text(ID, &mut own.term);
        w.decimal(21, 4, &mut own.points);
        w.decimal(22, 3, &mut own.ci_low);
        w.decimal(22, 3, &mut own.ci_high);
    });
    w.list(25, MANY, &mut r.shares, |w, own| {
        w.text(ID, &mut own.term);
        w.list(26, MANY, &mut own.columns, |w, own| w.text(COLUMN, own));
        let made = [own.columns.join(", "), own.columns.join(" and ")];
        w.known_text(TITLE, &made, &mut own.title);
        w.decimal(27, 3, &mut own.points);
    });
    let about = r.metric.clone();
    w.list(30, MANY, &mut r.remedies, |w, own| remedy(w, own, &about));
    w.list(40, MANY, &mut r.causes, cause);
    let told: Vec<String> =
        r.causes.iter().filter_map(|own| own.evidence_for.first().cloned()).collect();
    w.list(50, MANY, &mut r.examined, |w, own| examined(w, own, &told));
    w.maybe(60, &mut r.expected, expected);
    w.maybe(70, &mut r.parity, parity);
    w.list(80, MANY, &mut r.slices.worse, slice);
    w.list(81, MANY, &mut r.slices.grew, slice);
    w.list(90, MANY, &mut r.columns, column);
    w.maybe(110, &mut r.scores, scores);
    let mut day = 0;
    w.list(130, MANY, &mut r.series, |w, own| period(w, own, &mut day));
    w.choice(150, &CHANGES, &mut r.change_point.kind);
    w.maybe(151, &mut r.change_point.at, |w, own| date(w, own, &mut day));
    w.text(ID, &mut r.change_point.of);
    w.text(SENTENCE, &mut r.change_point.sentence);
    w.list(160, MANY, &mut r.kpis, kpi);
    w.list(170, MANY, &mut r.notes, |w, own| {
        w.text(ID, &mut own.code);
        w.choice(171, &WEIGHTS, &mut own.weight);
        w.text(SENTENCE, &mut own.what);
        w.text(SENTENCE, &mut own.try_this);
    });
    w.decimal(180, 3, &mut r.seconds);
    w.maybe(181, &mut r.shared, shared);
    histograms::what_if(w, r);
    w.maybe(190, &mut r.baseline, |w, own| {
        w.text(COLUMN, &mut own.column);
        w.flag(191, &mut own.is_decision);
        w.maybe_decimal(192, 5, &mut own.cut_off);
        metric(w, &mut own.metric);
    });
    monitoring(w, &mut r.monitoring);
}

/// The alert on the headline metric; the others stay with the sender.
fn monitoring(w: &mut Wire<'_>, own: &mut Monitoring) {
    let is_alert = |own: &&Check| own.kind == CheckKind::Metric;
    let mut alert = own.checks.iter().find(is_alert).cloned().map(Alert);
    w.maybe(195, &mut alert, |w, Alert(own)| {
        w.text(ID, &mut own.id);
        w.text(TITLE, &mut own.title);
        w.choice(196, &UNITS, &mut own.unit);
        w.choice(196, &BASES, &mut own.basis);
        w.maybe_decimal(197, 5, &mut own.usual);
        w.maybe_decimal(197, 5, &mut own.low);
        w.maybe_decimal(197, 5, &mut own.high);
        w.maybe_decimal(197, 5, &mut own.now);
        w.flag(198, &mut own.raised);
    });
    if alert.is_some() {
        let mut days = u64::from(own.every_days);
        w.count(199, &mut days);
        own.every_days = u32::try_from(days).unwrap_or(1).max(1);
        w.decimal(199, 3, &mut own.false_alarms_per_month);
        w.decimal(199, 3, &mut own.rows_per_run);
        w.decimal(199, 3, &mut own.chance_per_check);
    }
    own.checks = alert.into_iter().map(|own| own.0).collect();
}

/// A check on the headline metric.
struct Alert(Check);

impl Default for Alert {
    fn default() -> Self {
        Self(Check {
            id: String::new(),
            family: "model".to_owned(),
            kind: CheckKind::Metric,
            title: String::new(),
            column: None,
            conditions: Vec::new(),
            usual: None,
            low: None,
            high: None,
            unit: Unit::Share,
            basis: Basis::Rows,
            now: None,
            raised: false,
        })
    }
}

fn shared(w: &mut Wire<'_>, own: &mut Shared) {
    w.flag(182, &mut own.redacted);
    w.count(183, &mut own.groups_hidden);
    w.list(184, MANY, &mut own.left_out, |w, own| w.text(ID, own));
    w.count(185, &mut own.columns_left_out);
    w.count(186, &mut own.moved_left_out);
    own.by_link = true;
}

fn inputs(w: &mut Wire<'_>, own: &mut Inputs) {
    w.list(200, 8, &mut own.tables, |w, own| {
        w.choice(201, &TableRole::ALL, &mut own.role);
        let made =
            ["csv", "parquet"].map(|end| vec![format!("{}.{end}", own.role.name())]);
        w.list(202, MANY, &mut own.files, |w, own| {
            w.known_text(FILE, &made.concat(), own);
        });
        w.count(203, &mut own.rows);
        same_or(w, 204, own.rows, &mut own.labelled_rows);
        w.count(205, &mut own.ragged_rows);
        w.maybe(206, &mut own.labels, |w, own| {
            w.list(207, MANY, &mut own.files, |w, own| w.text(FILE, own));
            w.count(208, &mut own.labels);
            same_or(w, 209, own.labels, &mut own.matched);
            w.count(210, &mut own.rows_unmatched);
            w.count(210, &mut own.labels_unmatched);
            w.count(210, &mut own.duplicate_ids);
        });
    });
    w.maybe(211, &mut own.positive, |w, own| w.text(VALUE, own));
    w.list(212, MANY, &mut own.classes, |w, own| w.text(VALUE, own));
    business(w, &mut own.business);
}

fn business(w: &mut Wire<'_>, own: &mut Business) {
    w.maybe_decimal(220, 6, &mut own.cost_false_positive);
    w.maybe_decimal(220, 6, &mut own.cost_false_negative);
    w.maybe_decimal(221, 6, &mut own.value_correct);
    w.maybe_decimal(221, 6, &mut own.traffic_per_day);
    w.maybe_decimal(221, 6, &mut own.users_per_row);
    w.maybe_decimal(221, 6, &mut own.retrain_days);
    w.maybe(222, &mut own.can_roll_back, |w, own| w.flag(223, own));
    w.maybe(224, &mut own.pipeline_owner, |w, own| w.text(VALUE, own));
    w.maybe_decimal(221, 6, &mut own.training_metric);
}

/// A count that often equals another.
fn same_or(w: &mut Wire<'_>, context: u32, other: u64, value: &mut u64) {
    let mut same = *value == other;
    w.flag(context, &mut same);
    if same {
        *value = other;
    } else {
        w.count(context, value);
    }
}

fn metric(w: &mut Wire<'_>, own: &mut MetricChange) {
    w.text(ID, &mut own.name);
    w.text(TITLE, &mut own.title);
    w.text(ID, &mut own.family);
    w.choice(300, &UNITS, &mut own.unit);
    w.maybe_decimal(301, 6, &mut own.reference);
    w.maybe_decimal(301, 6, &mut own.production);
    w.maybe_decimal(302, 3, &mut own.ci_low);
    w.maybe_decimal(302, 3, &mut own.ci_high);
    interval(w, 303, 4, &mut own.reference_interval);
    interval(w, 303, 4, &mut own.production_interval);
    w.flag(304, &mut own.larger_is_better);
    w.count(305, &mut own.reference_rows);
    w.count(306, &mut own.production_rows);
    w.maybe_decimal(307, 4, &mut own.shadow);
    w.maybe_decimal(308, 4, &mut own.training);
    w.maybe(309, &mut own.why_missing, |w, own| w.text(SENTENCE, own));
    let mut differs = own.difference.is_some();
    w.flag(310, &mut differs);
    own.difference = own
        .production
        .zip(own.reference)
        .filter(|_| differs)
        .map(|(production, reference)| production - reference);
}

fn interval(
    w: &mut Wire<'_>,
    context: u32,
    digits: usize,
    value: &mut Option<(f64, f64)>,
) {
    w.maybe(context, value, |w, (low, high)| {
        w.decimal(context, digits, low);
        w.decimal(context, digits, high);
    });
}

fn remedy(w: &mut Wire<'_>, own: &mut Remedy, metric: &MetricChange) {
    w.text(ID, &mut own.id);
    w.text(ID, &mut own.metric);
    w.decimal(31, 4, &mut own.points);
    w.decimal(32, 3, &mut own.ci_low);
    w.decimal(32, 3, &mut own.ci_high);
    w.decimal(31, 3, &mut own.reference_points);
    w.maybe_decimal(33, 4, &mut own.from);
    w.maybe_decimal(33, 4, &mut own.to);
    let cut = own.from.zip(own.to);
    let made = [evidence::remedy(&own.id, own.points, own.ci_low, cut, metric)];
    w.known_text(SENTENCE, &made, &mut own.sentence);
}

fn cause_id(w: &mut Wire<'_>, context: u32, id: &mut String) {
    let mut at = CauseId::ALL
        .iter()
        .position(|own| own.name() == id)
        .map_or(0, |at| at as u64 + 1);
    w.count(context, &mut at);
    match CauseId::ALL.get((at as usize).wrapping_sub(1)) {
        Some(own) => own.name().clone_into(id),
        None => w.text(ID, id),
    }
}

fn cause(w: &mut Wire<'_>, own: &mut Cause) {
    cause_id(w, 41, &mut own.id);
    w.text(ID, &mut own.word);
    w.decimal(42, 3, &mut own.presence);
    w.maybe_decimal(43, 3, &mut own.share);
    w.maybe_decimal(44, 4, &mut own.points);
    w.list(45, MANY, &mut own.columns, |w, own| w.text(COLUMN, own));
    w.list(46, MANY, &mut own.evidence_for, |w, own| w.text(SENTENCE, own));
    w.list(47, MANY, &mut own.evidence_against, |w, own| w.text(SENTENCE, own));
    let made: Vec<String> = CauseId::from_name(&own.id)
        .map(|id| evidence::next_check(id, &own.columns))
        .into_iter()
        .collect();
    w.known_text(SENTENCE, &made, &mut own.next_check);
}

fn examined(w: &mut Wire<'_>, own: &mut Examined, told: &[String]) {
    cause_id(w, 51, &mut own.id);
    w.text(ID, &mut own.word);
    w.maybe_decimal(52, 2, &mut own.presence);
    let mut made = vec![String::new(), evidence::no_mark()];
    made.extend(Lacking::ALL.map(evidence::lacking));
    made.extend(told.iter().cloned());
    made.extend(told.iter().map(|own| evidence::not_enough(own)));
    w.known_text(SENTENCE, &made, &mut own.because);
}

fn expected(w: &mut Wire<'_>, own: &mut Expected) {
    w.text(ID, &mut own.metric);
    w.maybe_decimal(61, 4, &mut own.value);
    w.maybe_decimal(61, 4, &mut own.ci_low);
    w.maybe_decimal(61, 4, &mut own.ci_high);
    w.decimal(61, 4, &mut own.reference);
    w.maybe_decimal(61, 4, &mut own.realised);
    w.known_text(SENTENCE, &[evidence::assumption()], &mut own.assumption);
    let made = [evidence::refused(false), evidence::refused(true)];
    w.maybe(62, &mut own.refused, |w, own| w.known_text(SENTENCE, &made, own));
}

fn parity(w: &mut Wire<'_>, own: &mut Parity) {
    w.maybe(71, &mut own.shadow, |w, own| {
        w.count(72, &mut own.matched_rows);
        w.maybe_decimal(73, 2, &mut own.production_unmatched);
        w.maybe_decimal(73, 2, &mut own.shadow_unmatched);
        w.list(74, MANY, &mut own.columns, |w, own| {
            w.text(COLUMN, &mut own.name);
            w.decimal(75, 3, &mut own.mismatch);
            w.decimal(75, 2, &mut own.ci_low);
            w.decimal(75, 2, &mut own.ci_high);
            w.text(ID, &mut own.kind);
            w.text(SENTENCE, &mut own.sentence);
        });
        w.maybe_decimal(76, 3, &mut own.score_difference);
        w.text(SENTENCE, &mut own.sentence);
    });
    w.maybe(77, &mut own.consistency, |w, own| {
        w.decimal(78, 3, &mut own.fidelity);
        w.decimal(78, 3, &mut own.spread_ratio);
        w.decimal(78, 2, &mut own.outliers);
        w.flag(79, &mut own.fails);
        w.text(SENTENCE, &mut own.sentence);
    });
}

fn slice(w: &mut Wire<'_>, own: &mut Slice) {
    w.list(82, MANY, &mut own.conditions, |w, own| {
        w.text(COLUMN, &mut own.column);
        w.text(TITLE, &mut own.is);
    });
    w.known_text(TITLE, &[story::slice_title(&own.conditions)], &mut own.title);
    w.decimal(83, 3, &mut own.reference_share);
    w.decimal(83, 3, &mut own.production_share);
    w.count(84, &mut own.production_rows);
    w.maybe_decimal(85, 3, &mut own.reference_loss);
    w.maybe_decimal(85, 3, &mut own.production_loss);
    w.decimal(86, 3, &mut own.mix_points);
    w.decimal(86, 3, &mut own.rate_points);
    w.decimal(87, 2, &mut own.interval.0);
    w.decimal(87, 2, &mut own.interval.1);
}

fn column(w: &mut Wire<'_>, own: &mut ColumnReport) {
    w.text(COLUMN, &mut own.name);
    w.choice(91, &KINDS, &mut own.kind);
    let mut class = match &own.role {
        Role::ClassScore(class) => class.clone(),
        _ => String::new(),
    };
    w.choice(92, &roles(&class), &mut own.role);
    if matches!(own.role, Role::ClassScore(_)) {
        w.text(VALUE, &mut class);
        own.role = Role::ClassScore(class);
    }
    w.maybe(93, &mut own.drift, drift);
    w.maybe(94, &mut own.why_not, |w, own| w.text(SENTENCE, own));
    w.maybe_decimal(95, 3, &mut own.mix_points);
    w.decimal(96, 3, &mut own.reference_missing);
    w.decimal(96, 3, &mut own.production_missing);
    w.list(97, MANY, &mut own.findings, |w, own| {
        w.text(ID, &mut own.code);
        w.text(SENTENCE, &mut own.sentence);
    });
    w.list(98, MANY, &mut own.bins, |w, own| {
        w.choice(99, &BIN_KINDS, &mut own.kind);
        w.text(VALUE, &mut own.title);
        w.count(100, &mut own.reference);
        w.count(101, &mut own.production);
    });
    let mut numbers = own.reference_numbers.zip(own.production_numbers);
    w.maybe(102, &mut numbers, |w, (before, after)| {
        numeric(w, before);
        numeric(w, after);
    });
    own.reference_numbers = numbers.map(|own| own.0);
    own.production_numbers = numbers.map(|own| own.1);
}

fn numeric(w: &mut Wire<'_>, own: &mut NumberSummary) {
    w.decimal(103, 4, &mut own.mean);
    for quantile in &mut own.quantiles {
        w.decimal(104, 3, quantile);
    }
    let [low, .., high] = own.quantiles;
    (own.minimum, own.maximum) = (low, high);
}

fn drift(w: &mut Wire<'_>, own: &mut ColumnDrift) {
    w.decimal(120, 3, &mut own.moved);
    w.decimal(121, 2, &mut own.moved_low);
    w.decimal(121, 2, &mut own.moved_high);
    w.choice(122, &BANDS, &mut own.band);
    w.maybe_decimal(123, 2, &mut own.own_noise);
    // The tests and distances behind it stay with the sender: no degrees of freedom says so.
    own.degrees_of_freedom = 0;
}

fn scores(w: &mut Wire<'_>, own: &mut ScoreReport) {
    w.maybe(111, &mut own.threshold, |w, own| {
        w.maybe_decimal(112, 4, &mut own.reference);
        w.maybe_decimal(112, 4, &mut own.production);
        w.decimal(113, 2, &mut own.reference_violations);
        w.decimal(113, 2, &mut own.production_violations);
        w.flag(114, &mut own.given);
    });
    w.flag(126, &mut own.per_cent);
    w.list(115, MANY, &mut own.edges, |w, own| w.decimal(116, 4, own));
    let bins = own.edges.len().saturating_sub(1);
    for shares in [&mut own.reference_histogram, &mut own.production_histogram] {
        shares.resize(if bins == 0 { 0 } else { bins }, 0.0);
        for share in shares {
            // In thousandths of the rows.
            let mut own = (*share * 1_000.0).round() as u64;
            w.count(117, &mut own);
            *share = own as f64 / 1_000.0;
        }
    }
    for points in [&mut own.reference_calibration, &mut own.production_calibration] {
        // One point alone is the level of a table, which is told beside its change.
        let digits = if points.len() == 1 { 5 } else { 3 };
        w.list(118, MANY, points, |w, own| {
            w.decimal(119, digits, &mut own.0);
            w.decimal(119, digits, &mut own.1);
            w.count(119, &mut own.2);
        });
    }
}

/// A date as the days since the one before.
fn date(w: &mut Wire<'_>, own: &mut String, last: &mut i64) {
    let known = days_from_iso(own).filter(|days| iso_from_days(*days) == *own);
    let mut plain = known.is_some();
    w.flag(140, &mut plain);
    if !plain {
        return w.text(DATE, own);
    }
    let mut step = known.unwrap_or(0) - *last;
    w.whole(141, &mut step);
    // A link's dates lie within some thousand years; others are nonsense, not trouble.
    *last = last.saturating_add(step).clamp(-1_000_000, 4_000_000);
    *own = iso_from_days(*last);
}

fn period(w: &mut Wire<'_>, own: &mut Period, day: &mut i64) {
    w.choice(131, &TableRole::ALL, &mut own.table);
    date(w, &mut own.start, day);
    date(w, &mut own.end, day);
    w.count(132, &mut own.rows);
    same_or(w, 133, own.rows, &mut own.labelled_rows);
    w.maybe_decimal(134, 3, &mut own.metric);
    interval(w, 135, 2, &mut own.metric_interval);
    w.decimal(136, 2, &mut own.missing);
    w.decimal(137, 2, &mut own.drift);
    w.maybe_decimal(138, 3, &mut own.decision_rate);
    w.maybe_decimal(139, 3, &mut own.label_rate);
    w.list(142, MANY, &mut own.kpis, |w, own| w.maybe_decimal(143, 3, own));
}

fn kpi(w: &mut Wire<'_>, own: &mut KpiChange) {
    w.text(COLUMN, &mut own.name);
    w.maybe_decimal(161, 4, &mut own.reference_mean);
    w.maybe_decimal(161, 4, &mut own.production_mean);
    w.decimal(162, 4, &mut own.reference_sum);
    w.decimal(162, 4, &mut own.production_sum);
    interval(w, 163, 3, &mut own.interval);
    w.list(164, MANY, &mut own.slices, |w, own| {
        w.text(TITLE, &mut own.title);
        w.maybe_decimal(165, 3, &mut own.reference_mean);
        w.maybe_decimal(165, 3, &mut own.production_mean);
        w.count(166, &mut own.production_rows);
    });
    let mut differs = own.difference.is_some();
    w.flag(167, &mut differs);
    own.difference = own
        .production_mean
        .zip(own.reference_mean)
        .filter(|_| differs)
        .map(|(production, reference)| production - reference);
}

/// Makes again what a link does not carry: words of the whole, pictures of scores.
pub fn complete(r: &mut Report) {
    r.version = REPORT_VERSION;
    histograms::scores(r);
    retell(r);
}

/// Makes the words of the whole again from the rest of the report.
pub fn retell(r: &mut Report) {
    if r.shared.as_ref().is_some_and(|own| own.by_link) {
        retell_with_its_limits(r);
    } else {
        crate::act::tell(r);
    }
    if r.shared.as_ref().is_some_and(|own| own.redacted) {
        queries_to_fill(r);
    }
}

/// The same with the limits a link carries: they rest on the reference's own noise, so that they cannot be made again
/// from what a link holds.
fn retell_with_its_limits(r: &mut Report) {
    r.monitoring.rules =
        story::watch::rules(&story::facts::Facts::new(r), &r.monitoring.checks);
    r.options = crate::act::options::options(r);
    r.plan = story::plan(r);
    let pulled = crate::act::queries::of_steps(r);
    for (step, queries) in r.plan.iter_mut().zip(pulled) {
        step.queries = queries;
    }
    r.story = story::tell(r);
    r.talk = story::talk(r);
}

/// Queries with replaced names cannot run as they are, and say so.
fn queries_to_fill(r: &mut Report) {
    const TOLD: &str = "-- Names were replaced before this was shared: put your own columns and values in before you run it.\n";
    let of_plan = r.plan.iter_mut().flat_map(|own| &mut own.queries);
    let of_options = r.options.items.iter_mut().filter_map(|own| own.query.as_mut());
    for query in of_plan.chain(of_options) {
        query.duckdb.insert_str(0, TOLD);
        query.spark.insert_str(0, TOLD);
    }
}

/// Days since 1 March of year 0, of a date like 2026-03-02.
fn days_from_iso(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut next = |length: usize| {
        let part = parts.next()?;
        let plain = part.len() == length && part.bytes().all(|own| own.is_ascii_digit());
        plain.then(|| part.parse::<i64>().ok()).flatten()
    };
    let (year, month, day) = (next(4)?, next(2)?, next(2)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + day
            - 1,
    )
}

/// The inverse of [`days_from_iso`] (H. Hinnant's days algorithm).
fn iso_from_days(days: i64) -> String {
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era =
        (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + 400 * era + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_go_there_and_back() {
        for own in ["2026-03-02", "2024-02-29", "1999-12-31", "2000-03-01", "0001-01-01"]
        {
            let days = days_from_iso(own).expect("a date");
            assert_eq!(iso_from_days(days), own);
        }
        assert_eq!(days_from_iso("2026-3-2"), None);
        assert_eq!(days_from_iso("soon"), None);
        let feb = days_from_iso("2026-02-28").expect("a date");
        assert_eq!(iso_from_days(feb + 1), "2026-03-01");
    }
}
