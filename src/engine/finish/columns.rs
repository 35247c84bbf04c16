//! Columns: how far each moved, what else was found, what it means for the metric. Enter: counts and losses.
//! Leave: one [`ColumnReport`] a coder, and one for each column that could not be compared.

use super::own_noise;
use crate::choices::{Kind, Role, TableRole};
use crate::data::cell::Reading;
use crate::data::sample::TableSample;
use crate::drift::checks::{self, Finding};
use crate::drift::{self, Bins, ColumnCounts, ColumnInput, materiality};
use crate::encode::code::{BLOCKS, CODES, NULL, UNSEEN};
use crate::encode::coder::{ColumnCoder, NumberTally, Rule};
use crate::engine::count::TableCount;
use crate::engine::inspect;
use crate::engine::pipeline::Analysis;
use crate::engine::tables::Tables;
use crate::report::{
    Bin, BinKind, ColumnDrift, ColumnFinding, ColumnReport, DriftBand, NumberSummary,
};
use crate::slice::ColumnLoss;
use crate::stats::order;
use crate::stats::random::hash64;
use crate::story::{finding, number};

/// Bars shown a column; categories beyond are joined into the last.
const MAX_BARS: usize = 60;

/// Part of the rows with a new value whose values must be known one by one for their number to be told.
const TOLD_VALUES: f64 = 0.99;
/// Values that vanished or are new, named in a sentence.
const NAMED_VALUES: usize = 5;

/// Rows by block and code of every coder of a table.
#[must_use]
pub fn counts(analysis: &Analysis, role: TableRole, coder: usize) -> ColumnCounts {
    let table = analysis.counted.table(role);
    let compared = analysis.compared.table(role);
    let kept = analysis.asked.columns.iter().position(|own| *own == coder);
    let blocks = kept.and_then(|at| compared.and_then(|own| own.block_codes.get(at)));
    let flat = blocks.or_else(|| table.and_then(|own| own.codes.get(coder)));
    flat.map(|flat| counts_from(flat)).unwrap_or_default()
}

/// Counts from a flat list with or without blocks; without, all rows are in block 0.
#[must_use]
pub fn counts_from(flat: &[u32]) -> ColumnCounts {
    let mut all = flat.to_vec();
    all.resize(BLOCKS * CODES, 0);
    ColumnCounts::from_flat(all).unwrap_or_default()
}

/// Losses of a coder in a table.
#[must_use]
pub fn losses(analysis: &Analysis, role: TableRole, coder: usize) -> Option<&ColumnLoss> {
    let at = analysis.asked.columns.iter().position(|own| *own == coder)?;
    analysis.compared.table(role)?.losses.get(at)
}

/// All columns, sorted by effect on the metric, then drift, then name.
#[must_use]
pub fn columns(tables: &Tables, analysis: &Analysis) -> Vec<ColumnReport> {
    let coders = &analysis.plan.coders;
    let in_production = |coder: &ColumnCoder| {
        tables.table(TableRole::Production).is_some_and(|t| t.has(&coder.source))
    };
    let mut measured = Vec::with_capacity(coders.len());
    let mut checked = Vec::with_capacity(coders.len());
    for (at, coder) in coders.iter().enumerate() {
        // A label is missing where it is not known yet: that is told elsewhere, not as drift.
        let comparable = |counts: ColumnCounts| match coder.role {
            Role::Label => counts.without(NULL),
            _ => counts,
        };
        let [reference, production] = [TableRole::Reference, TableRole::Production]
            .map(|role| comparable(counts(analysis, role, at)));
        let is_unknown = coder.role == Role::Label && reference.rows() == 0;
        if !in_production(coder) || production.rows() == 0 || is_unknown {
            measured.push(None);
            checked.push(checks::Checked::default());
            continue;
        }
        let values = sorted_values(tables, coder);
        let periods = reference_periods(analysis, at, coder, &comparable);
        let input = ColumnInput {
            layout: &coder.layout,
            reference: &reference,
            production: &production,
            values: values.as_ref().map(|(p, q)| (p.as_slice(), q.as_slice())),
            reference_periods: &periods,
            seed: hash64(coder.name.as_bytes(), 0x6472_6966),
        };
        measured.push(drift::compare(&input));
        checked.push(checks::check(
            &coder.layout,
            &reference,
            &production,
            &counted(tables, analysis, at, coder),
        ));
    }
    let judged = drift::judge(&measured);
    let findings = checks::judge_checks(&checked);
    let mut reports: Vec<ColumnReport> = coders
        .iter()
        .enumerate()
        .zip(judged.into_iter().zip(findings))
        .map(|((at, coder), (drift, found))| {
            column(tables, analysis, at, coder, drift, &found)
        })
        .collect();
    reports.extend(others(tables, analysis, &reports));
    // Rows in bins that the reference has no outcome for cannot be priced; they count as if all of the
    // mean loss were at stake, so that a column that left its range altogether does not sink to the end.
    let mean_loss = analysis.compared.table(TableRole::Reference).and_then(|table| {
        let mut all = crate::slice::Cell::default();
        table.blocks.iter().for_each(|cell| all.add(cell));
        all.mean()
    });
    let size = |report: &ColumnReport| {
        let unpriced = |bin: &&Bin| bin.reference_loss.is_none();
        let rows: u64 = report.bins.iter().map(|bin| bin.production).sum();
        let outside: u64 =
            report.bins.iter().filter(unpriced).map(|bin| bin.production).sum();
        let share = outside as f64 / rows.max(1) as f64;
        let at_stake = share * mean_loss.unwrap_or(0.0).abs();
        report.mix_points.map_or(0.0, |points| points.abs() + at_stake)
    };
    let moved =
        |report: &ColumnReport| report.drift.as_ref().map_or(-1.0, |drift| drift.moved);
    // What the model takes in comes before what it gives out: a moved score is a consequence.
    let is_output = |report: &ColumnReport| {
        report.role != Role::Feature && report.role != Role::Segment
    };
    reports.sort_by(|a, b| {
        is_output(a)
            .cmp(&is_output(b))
            .then(size(b).total_cmp(&size(a)))
            .then(moved(b).total_cmp(&moved(a)))
            .then(a.name.cmp(&b.name))
    });
    reports
}

fn counted(
    tables: &Tables,
    analysis: &Analysis,
    coder: usize,
    about: &ColumnCoder,
) -> checks::Counted {
    let failed = |role: TableRole| {
        let table = analysis.counted.table(role);
        table.and_then(|own| own.failed.get(coder).copied()).unwrap_or(0)
    };
    checks::Counted {
        type_failures: (failed(TableRole::Reference), failed(TableRole::Production)),
        distinct: distinct(tables, about),
        ..checks::Counted::default()
    }
}

/// Distinct names in samples of equal size of both tables, for categories. A larger table has more names by
/// size alone, so the larger sample is thinned evenly over the file to the smaller one.
fn distinct(tables: &Tables, coder: &ColumnCoder) -> Option<(f64, f64)> {
    if !matches!(coder.rule, Rule::Name(_)) {
        return None;
    }
    let at = tables.column(&coder.source)?;
    let hashes = |role: TableRole| -> Option<Vec<u64>> {
        let cells = tables.table(role)?.sample.cells(at);
        let hash = |name: std::borrow::Cow<'_, [u8]>| hash64(&name, 0x6e61_6d65);
        Some(cells.filter_map(|(cell, _)| cell.name().map(hash)).collect())
    };
    let (before, after) = (hashes(TableRole::Reference)?, hashes(TableRole::Production)?);
    let rows = before.len().min(after.len());
    let count = |hashes: &[u64]| {
        let thinned = |row: usize| hashes.get(row * hashes.len() / rows.max(1)).copied();
        let mut names: Vec<u64> = (0..rows).filter_map(thinned).collect();
        names.sort_unstable();
        names.dedup();
        names.len() as f64
    };
    Some((count(&before), count(&after)))
}

/// Ascending values of the samples of both tables, for numbers.
fn sorted_values(tables: &Tables, coder: &ColumnCoder) -> Option<(Vec<f64>, Vec<f64>)> {
    if !matches!(coder.rule, Rule::Number(_)) {
        return None;
    }
    let at = tables.column(&coder.source)?;
    let of = |role: TableRole| -> Option<Vec<f64>> {
        let mut values = numbers(&tables.table(role)?.sample, at, coder.reading);
        values.retain(|value| value.is_finite());
        order::sort(&mut values);
        Some(values)
    };
    let (reference, production) = (of(TableRole::Reference)?, of(TableRole::Production)?);
    (!reference.is_empty() && !production.is_empty()).then_some((reference, production))
}

fn numbers(sample: &TableSample, column: usize, reading: Reading) -> Vec<f64> {
    let cells = sample.cells(column);
    cells
        .filter_map(|(cell, decimal_comma)| {
            cell.number(Reading { decimal_comma, ..reading }).value()
        })
        .collect()
}

fn reference_periods(
    analysis: &Analysis,
    coder: usize,
    about: &ColumnCoder,
    comparable: &dyn Fn(ColumnCounts) -> ColumnCounts,
) -> Vec<Vec<u64>> {
    let Some(followed) = analysis.asked.followed.iter().position(|own| *own == coder)
    else {
        return Vec::new();
    };
    let Some(reference) = analysis.compared.table(TableRole::Reference) else {
        return Vec::new();
    };
    let whole = |role: TableRole| comparable(counts(analysis, role, coder));
    let bins = Bins::for_drift(
        &about.layout,
        &whole(TableRole::Reference),
        &whole(TableRole::Production),
    );
    let of_period =
        |codes: &Vec<u32>| bins.gather(&comparable(counts_from(codes))).totals;
    reference
        .periods
        .iter()
        .filter_map(|period| period.codes.get(followed).map(of_period))
        .filter(|totals| totals.iter().sum::<u64>() > 0)
        .collect()
}

fn column(
    tables: &Tables,
    analysis: &Analysis,
    at: usize,
    coder: &ColumnCoder,
    drift: Option<ColumnDrift>,
    found: &[Finding],
) -> ColumnReport {
    let reference = counts(analysis, TableRole::Reference, at).totals();
    let production = counts(analysis, TableRole::Production, at).totals();
    let is_label = coder.role == Role::Label;
    let loss = |role: TableRole| losses(analysis, role, at).map(ColumnLoss::totals);
    let before = loss(TableRole::Reference);
    let after = loss(TableRole::Production);
    let mix_points = before.as_ref().filter(|_| drift.is_some() && !is_label).and_then(
        |(rows, sums)| materiality::mix_points(&reference, &production, rows, sums),
    );
    let in_production =
        tables.table(TableRole::Production).is_some_and(|t| t.has(&coder.source));
    let has_outcome = |totals: &[u64]| {
        totals
            .iter()
            .enumerate()
            .any(|(code, rows)| code != usize::from(NULL) && *rows > 0)
    };
    let why_not = match (&drift, in_production) {
        (Some(_), _) => None,
        _ if is_label && !has_outcome(&production) => {
            Some("production has no labels yet".to_owned())
        }
        _ if is_label && !has_outcome(&reference) => {
            Some("the reference has no labels".to_owned())
        }
        (None, false) => Some("production does not have this column".to_owned()),
        (None, true) => Some("there are too few rows to compare".to_owned()),
    };
    let missing = |totals: &[u64]| {
        let rows: u64 = totals.iter().sum();
        let null = totals.get(usize::from(NULL)).copied().unwrap_or(0);
        if rows == 0 { 0.0 } else { null as f64 / rows as f64 }
    };
    let summary = |role: TableRole| number_summary(tables, analysis, role, at, coder);
    let reference_numbers = summary(TableRole::Reference);
    let production_numbers = summary(TableRole::Production);
    let mut findings: Vec<ColumnFinding> = Vec::new();
    if !in_production && !is_label && is_input(&coder.role) {
        findings.push(finding::missing_column(&coder.source));
    }
    let production_rows: u64 = production.iter().sum();
    // Cells that hold something of another kind are told as such, not as missing.
    let failed = analysis.counted.table(TableRole::Production);
    let failed = failed.and_then(|own| own.failed.get(at).copied()).unwrap_or(0);
    let missing_rows = production.get(usize::from(NULL)).copied().unwrap_or(0);
    let is_other_kind = failed > 0 && 2 * failed >= missing_rows;
    let is_missing = |one: &Finding| {
        matches!(one, Finding::MissingRate { .. } | Finding::Constant { code: NULL, .. })
    };
    for one in
        found.iter().filter(|one| !((is_label || is_other_kind) && is_missing(one)))
    {
        findings.push(sentence(
            coder,
            one,
            &production,
            production_rows,
            &reference_numbers,
        ));
    }
    if let Some(drift) = &drift {
        if drift.band != DriftBand::None {
            let both = reference_numbers.as_ref().zip(production_numbers.as_ref());
            findings.push(finding::drift(&coder.name, drift, both));
        } else if let Some(noise) = drift.own_noise
            && drift.q_value <= crate::drift::bands::ALPHA
            && drift.moved >= crate::drift::bands::SLIGHT
        {
            findings.push(finding::usual_noise(&coder.name, drift.moved, noise));
        }
    }
    // A picture of each of ten thousand columns would make a report that no tab opens.
    let bins = if analysis.asked.columns.contains(&at) {
        bins(coder, &reference, &production, before.as_ref(), after.as_ref())
    } else {
        Vec::new()
    };
    let own = own_noise::own_noise(analysis, at, coder, &bins);
    ColumnReport {
        name: coder.name.clone(),
        kind: coder.kind,
        role: coder.role.clone(),
        why_not,
        mix_points,
        reference_missing: missing(&reference),
        production_missing: missing(&production),
        findings,
        bins,
        reference_numbers,
        production_numbers,
        drift,
        own,
    }
}

/// Whether a role makes a column an input whose absence matters.
#[must_use]
pub fn is_input(role: &Role) -> bool {
    matches!(role, Role::Feature | Role::Score | Role::ClassScore(_) | Role::Decision)
}

fn sentence(
    coder: &ColumnCoder,
    found: &Finding,
    production: &[u64],
    production_rows: u64,
    numbers: &Option<NumberSummary>,
) -> ColumnFinding {
    let name = &coder.name;
    let count =
        |totals: &[u64], code: u8| totals.get(usize::from(code)).copied().unwrap_or(0);
    match found {
        Finding::MissingRate { reference, production, .. } => {
            finding::missing_rate(name, *reference, *production)
        }
        Finding::NewCategories { share, .. } => {
            let new = coder.layout.codes_of(BinKind::New).filter(|code| *code != UNSEEN);
            let mut present: Vec<u8> =
                new.filter(|code| count(production, *code) > 0).collect();
            present.sort_by_key(|code| std::cmp::Reverse(count(production, *code)));
            let values: Vec<String> = present
                .iter()
                .take(NAMED_VALUES)
                .map(|code| code_title(coder, *code))
                .collect();
            let told: u64 = present.iter().map(|code| count(production, *code)).sum();
            // Values beyond the sample share one bin.
            let all_told = told as f64 >= TOLD_VALUES * share * production_rows as f64;
            let distinct = if all_told { present.len() as u64 } else { 0 };
            finding::new_categories(name, &values, distinct, *share)
        }
        Finding::Vanished { codes, reference } => {
            let values: Vec<String> = codes
                .iter()
                .take(NAMED_VALUES)
                .map(|code| code_title(coder, *code))
                .collect();
            finding::vanished_categories(name, &values, codes.len() as u64, *reference)
        }
        Finding::Cardinality { reference, production } => {
            finding::cardinality(name, *reference as u64, *production as u64)
        }
        Finding::OutOfRange { below, above, .. } => {
            let (low, high) =
                numbers.as_ref().map_or((0.0, 0.0), |n| (n.minimum, n.maximum));
            finding::out_of_range(name, low, high, *below, *above)
        }
        Finding::TypeFailures { production, .. } => {
            let rows = (*production * production_rows as f64).round() as u64;
            finding::type_failures(name, coder.kind, rows, *production)
        }
        Finding::Constant { code, reference: before, production: after } => {
            finding::constant(name, &code_title(coder, *code), *before, *after)
        }
    }
}

fn number_summary(
    tables: &Tables,
    analysis: &Analysis,
    role: TableRole,
    at: usize,
    coder: &ColumnCoder,
) -> Option<NumberSummary> {
    let table: &TableCount = analysis.counted.table(role)?;
    let tally: &NumberTally = table.numbers.get(at)?.as_ref()?;
    let column = tables.column(&coder.source)?;
    let mut values = numbers(&tables.table(role)?.sample, column, coder.reading);
    values.retain(|value| value.is_finite());
    order::sort(&mut values);
    let quantile = |share: f64| {
        let place = share * values.len().saturating_sub(1) as f64;
        values.get(place.round() as usize).copied()
    };
    Some(NumberSummary {
        minimum: tally.minimum,
        maximum: tally.maximum,
        mean: tally.sum.mean(tally.count)?,
        quantiles: [
            quantile(0.05)?,
            quantile(0.25)?,
            quantile(0.5)?,
            quantile(0.75)?,
            quantile(0.95)?,
        ],
    })
}

type LossTotals = (Vec<u64>, Vec<f64>);

fn bins(
    coder: &ColumnCoder,
    reference: &[u64],
    production: &[u64],
    before: Option<&LossTotals>,
    after: Option<&LossTotals>,
) -> Vec<Bin> {
    let count =
        |totals: &[u64], code: u8| totals.get(usize::from(code)).copied().unwrap_or(0);
    let mean = |losses: Option<&LossTotals>, code: u8| {
        let (rows, sums) = losses?;
        let rows = *rows.get(usize::from(code))?;
        let sum = *sums.get(usize::from(code))?;
        (rows > 0).then(|| sum / rows as f64)
    };
    let mut bars: Vec<Bin> = Vec::new();
    for ((code, kind), title) in coder.layout.order.iter().zip(&coder.titles) {
        let (rows, live) = (count(reference, *code), count(production, *code));
        if rows == 0 && live == 0 {
            continue;
        }
        bars.push(Bin {
            title: code_title(coder, *code),
            kind: *kind,
            low: title.low,
            high: title.high,
            reference: rows,
            production: live,
            reference_loss: mean(before, *code),
            production_loss: mean(after, *code),
        });
    }
    if bars.len() > MAX_BARS {
        join_rare(&mut bars);
    }
    bars
}

/// What a code of a column is called.
#[must_use]
pub fn code_title(coder: &ColumnCoder, code: u8) -> String {
    let Some(at) = coder.layout.order.iter().position(|(own, _)| *own == code) else {
        return String::new();
    };
    let kind = coder.layout.order.get(at).map(|(_, kind)| *kind);
    let Some(title) = coder.titles.get(at) else { return String::new() };
    let words = number::quantity;
    match (kind, title.low, title.high) {
        (Some(BinKind::Value), Some(value), _) => words(value),
        (Some(BinKind::Range), Some(low), Some(high)) => {
            format!("{} to {}", words(low), words(high))
        }
        (Some(BinKind::Low), _, Some(high)) => format!("below {}", words(high)),
        (Some(BinKind::High), Some(low), _) => format!("above {}", words(low)),
        _ => title.title.clone(),
    }
}

/// Joins the rarest categories into one bar.
fn join_rare(bars: &mut Vec<Bin>) {
    let is_plain = |bar: &Bin| bar.kind == BinKind::Category;
    let plain = bars.iter().filter(|bar| is_plain(bar)).count();
    let surplus = bars.len() - MAX_BARS + 1;
    if plain <= surplus {
        return;
    }
    let mut rare = Bin {
        title: "other".to_owned(),
        kind: BinKind::Other,
        low: None,
        high: None,
        reference: 0,
        production: 0,
        reference_loss: None,
        production_loss: None,
    };
    let mut at = plain - surplus;
    let mut seen = 0;
    bars.retain(|bar| {
        if !is_plain(bar) {
            return true;
        }
        seen += 1;
        if seen <= plain - surplus {
            return true;
        }
        rare.reference += bar.reference;
        rare.production += bar.production;
        false
    });
    at = at.min(bars.len());
    if let Some(other) = bars.iter_mut().find(|bar| bar.kind == BinKind::Other) {
        other.reference += rare.reference;
        other.production += rare.production;
    } else {
        bars.insert(at, rare);
    }
}

/// Columns without a coder: keys, ignored and unreadable ones, and those only production has.
fn others(
    tables: &Tables,
    analysis: &Analysis,
    done: &[ColumnReport],
) -> Vec<ColumnReport> {
    let understood = &analysis.understood;
    let mut more = Vec::new();
    for ((known, inferred), (role, _)) in
        understood.columns.iter().zip(&understood.roles.roles)
    {
        let is_done = analysis.plan.coders.iter().any(|coder| coder.source == known.name);
        if is_done || done.iter().any(|report| report.name == known.name) {
            continue;
        }
        let unsupported = inspect::unsupported(tables, &known.name);
        let in_reference =
            tables.table(TableRole::Reference).is_some_and(|t| t.has(&known.name));
        let is_extra = unsupported.is_none() && !in_reference && is_input(role);
        let why = match (unsupported, role, known.kind) {
            (Some(reason), _, _) => reason,
            (None, Role::Ignore, Kind::Identifier) => "it is a key".to_owned(),
            (None, Role::Ignore, _) => "it was left out".to_owned(),
            (None, Role::Id, _) => "it names the entity of a row".to_owned(),
            (None, Role::Weight, _) => "it says how much a row counts".to_owned(),
            _ if !in_reference => "the reference does not have this column".to_owned(),
            (None, Role::Time, _) => "it is the time axis".to_owned(),
            _ => "nothing about it can be compared".to_owned(),
        };
        let missing = inferred.row_count.saturating_sub(inferred.value_count) as f64;
        let share = missing / inferred.row_count.max(1) as f64;
        more.push(ColumnReport {
            name: known.name.clone(),
            kind: known.kind,
            role: role.clone(),
            drift: None,
            why_not: Some(why),
            mix_points: None,
            reference_missing: if in_reference { share } else { 0.0 },
            production_missing: if in_reference { 0.0 } else { share },
            findings: if is_extra {
                vec![finding::extra_column(&known.name)]
            } else {
                Vec::new()
            },
            bins: Vec::new(),
            reference_numbers: None,
            production_numbers: None,
            own: None,
        });
    }
    more
}
