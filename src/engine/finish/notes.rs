//! What could not be checked, and other partial trouble: one typed note a case, in the story's words.

use std::collections::BTreeSet;

use crate::cause::rank::LIKELY;
use crate::choices::{Kind, Role, TableRole, Task};
use crate::data::cell::Cell;
use crate::data::class::{CLASS_LIMIT, class_name, is_not_known_yet};
use crate::data::kind::readable;
use crate::data::role::names_in;
use crate::data::sample::TableSample;
use crate::data::{FileIndex, Physical};
use crate::engine::count::WIDE_COLUMNS;
use crate::engine::measure::performance::Profile;
use crate::engine::pipeline::Analysis;
use crate::engine::plan::Understood;
use crate::engine::tables::{Table, Tables};
use crate::metric::threshold::VIOLATION_LIMIT;
use crate::onset::MIN_PERIODS;
use crate::report::{CauseId, Note, Report, VerdictKind};
use crate::stats::random::{combine64, hash64};
use crate::story::note;

/// Labelled rows of a table below which segments cannot be told from noise.
const SLICE_ROWS: u64 = 1_000;

/// Share of a table's rows without a label that is worth a word, 0–1.
const PARTIAL_LABELS: f64 = 0.005;
/// Share of labelled rows without an output of the model from which it is told.
const WITHOUT_OUTPUT: f64 = 0.02;

/// Share of numbers among a category's values before launch, at most, and since, at least, to call it numbers now.
const NUMBERS: (f64, f64) = (0.02, 0.98);
/// Share of production values that must read as the reference's kind; below, the kinds are in conflict.
const READABLE: f64 = 0.5;

/// Notes that the files alone give, before the analysis.
#[must_use]
pub fn notes_on_files(tables: &Tables, understood: &Understood) -> Vec<Note> {
    let mut notes = Vec::new();
    for table in &tables.tables {
        let ragged: u64 =
            table.parts.iter().map(|(_, index)| index.ragged_row_count).sum();
        if ragged > 0 {
            notes.push(note::ragged_rows(table.role, ragged, table.row_count()));
        }
        let duplicates: Vec<String> = table
            .parts
            .iter()
            .flat_map(|(_, index)| index.duplicate_names.clone())
            .collect();
        if !duplicates.is_empty() {
            notes.push(note::duplicate_names(table.role, &duplicates));
        }
        let columns = table.parts.iter().flat_map(|(_, index)| &index.columns);
        let mut nested: Vec<String> = columns
            .filter(|column| matches!(column.physical, Physical::Unsupported { .. }))
            .map(|column| column.name.clone())
            .collect();
        nested.dedup();
        if !nested.is_empty() {
            notes.push(note::nested_columns(table.role, &nested));
        }
        for (_, index) in &table.parts {
            notes.extend(
                index.notes.iter().map(|what| note::file(table.role, &index.name, what)),
            );
            if !has_header(index) && tables_with_header(tables) {
                notes.push(note::part_without_header(table.role, &index.name));
            }
        }
        notes.extend(parts_apart(table));
    }
    notes.extend(empty_columns(tables, understood));
    notes.extend(kind_conflicts(tables, understood));
    notes.extend(sharing(tables));
    if understood.roles.column(&Role::Label).is_none() {
        notes.push(note::no_outcome());
    }
    if understood.roles.column(&Role::Time).is_none() {
        notes.push(note::no_time_column());
    }
    if understood.roles.column(&Role::Id).is_none() {
        notes.push(note::no_id_column());
    }
    notes
}

/// Files of a table that were given twice, or lack columns that the others have.
fn parts_apart(table: &Table) -> Vec<Note> {
    let mut notes = Vec::new();
    let names = |index: &FileIndex| -> BTreeSet<String> {
        index.columns.iter().map(|own| own.name.clone()).collect()
    };
    let all: BTreeSet<String> = table
        .parts
        .iter()
        .filter(|(_, index)| has_header(index))
        .flat_map(|(_, index)| names(index))
        .collect();
    for (at, (_, index)) in table.parts.iter().enumerate() {
        let is_same = |(_, other): &(u32, FileIndex)| {
            other.name == index.name
                && other.row_count == index.row_count
                && other.segments == index.segments
        };
        if table.parts.iter().take(at).any(is_same) {
            notes.push(note::part_twice(table.role, &index.name, index.row_count));
        }
        let missing: Vec<String> = all.difference(&names(index)).cloned().collect();
        if has_header(index) && !missing.is_empty() {
            notes.push(note::part_without_columns(table.role, &index.name, &missing));
        }
    }
    notes
}

fn sample_of(tables: &Tables, role: TableRole) -> Option<&TableSample> {
    tables.table(role).map(|table| &table.sample)
}

fn empty_columns(tables: &Tables, understood: &Understood) -> Vec<Note> {
    let mut notes = Vec::new();
    for role in [TableRole::Reference, TableRole::Production] {
        let Some(table) = tables.table(role) else { continue };
        let empty: Vec<String> = understood
            .columns
            .iter()
            .enumerate()
            .filter(|(at, (known, _))| {
                table.has(&known.name)
                    && table.sample.row_count() > 0
                    && table
                        .sample
                        .cells(*at)
                        .all(|(cell, _)| cell == crate::data::cell::Cell::Null)
            })
            .map(|(_, (known, _))| known.name.clone())
            .collect();
        if !empty.is_empty() {
            notes.push(note::all_missing_columns(role, &empty));
        }
    }
    notes
}

fn has_header(index: &crate::data::FileIndex) -> bool {
    match &index.format {
        crate::data::Format::Csv(own) => own.has_header,
        crate::data::Format::Parquet => true,
    }
}

/// Whether any file has names for its columns, so that one without stands apart.
fn tables_with_header(tables: &Tables) -> bool {
    let parts = tables.tables.iter().flat_map(|table| &table.parts);
    parts.into_iter().any(|(_, index)| has_header(index))
}

fn kind_conflicts(tables: &Tables, understood: &Understood) -> Vec<Note> {
    let Some(sample) = sample_of(tables, TableRole::Production) else {
        return Vec::new();
    };
    let mut notes = Vec::new();
    for (at, (known, _)) in understood.columns.iter().enumerate() {
        let both = [TableRole::Reference, TableRole::Production];
        if !both.iter().all(|role| known.tables.contains(role)) {
            continue;
        }
        let share =
            |role, kind| readable(sample_of(tables, role)?, at, kind, known.reading);
        let (before, live) = (TableRole::Reference, TableRole::Production);
        // Words before launch and numbers since: every number is a new value, and no row counts as unread.
        if known.kind == Kind::Category
            && share(before, Kind::Number).is_some_and(|own| own <= NUMBERS.0)
            && let Some(numbers) =
                share(live, Kind::Number).filter(|own| *own >= NUMBERS.1)
        {
            let words = 1.0 - numbers;
            notes.push(note::kind_conflict(&known.name, known.kind, Kind::Number, words));
        }
        if let Some(share) = share(live, known.kind).filter(|own| *own < READABLE) {
            let live = crate::data::kind::infer(&known.name, sample, at).kind;
            notes.push(note::kind_conflict(&known.name, known.kind, live, share));
        }
    }
    notes
}

fn sharing(tables: &Tables) -> Option<Note> {
    let reference = tables.table(TableRole::Reference)?;
    let production = tables.table(TableRole::Production)?;
    let count = |wanted: (bool, bool)| {
        let has = |name: &&String| (reference.has(name), production.has(name)) == wanted;
        tables.columns.iter().filter(has).count() as u64
    };
    let (shared, before, after) =
        (count((true, true)), count((true, false)), count((false, true)));
    (shared < before.max(after)).then(|| note::few_shared_columns(shared, before, after))
}

/// Rows of a class that production should have by the reference's share, from which it is strange to have none.
const EXPECTED: f64 = 20.0;

/// Whether production has outcomes of one class alone although the reference lets expect many of the other.
fn all_of_one_class(analysis: &Analysis) -> bool {
    let rows = |role| match analysis.measured.table(role) {
        Some(Profile::Binary(profile, _)) => {
            let [no, yes, _] = profile.total().rows;
            Some([no as f64, yes as f64])
        }
        _ => None,
    };
    let (Some(before), Some(after)) =
        (rows(TableRole::Reference), rows(TableRole::Production))
    else {
        return false;
    };
    let (of, all) = (before[0] + before[1], after[0] + after[1]);
    (0..2)
        .any(|class| after[class] == 0.0 && before[class] / of.max(1.0) * all >= EXPECTED)
}

/// Whether nothing got worse by outcomes that look late or counted differently.
pub fn are_labels_doubtful(analysis: &Analysis, report: &Report) -> bool {
    let looks_late = report.examined.iter().any(|own| {
        own.id == CauseId::LabelProblem.name()
            && own.presence.is_some_and(|presence| presence >= LIKELY)
    });
    matches!(report.verdict.kind, VerdictKind::NotDropped | VerdictKind::Improved)
        && (looks_late || all_of_one_class(analysis))
}

/// Columns that tell whether a row is another one, at most.
const COMPARED_COLUMNS: usize = 12;
/// Share of production rows that stand in the reference as well, beyond chance, to be told, and rows of the sample.
const SHARED: (f64, usize) = (0.01, 20);

/// Production rows that are also in the reference, value for value; as often as rows of the reference are like another
/// one of it may be chance.
fn shared_rows(tables: &Tables) -> Option<Note> {
    let reference = tables.table(TableRole::Reference)?;
    let production = tables.table(TableRole::Production)?;
    let both = |name: &&String| reference.has(name) && production.has(name);
    let columns: Vec<usize> = tables
        .columns
        .iter()
        .filter(both)
        .filter_map(|name| tables.column(name))
        .take(COMPARED_COLUMNS)
        .collect();
    let hashes = |table: &Table| {
        let mut all = vec![0_u64; table.sample.row_count()];
        for column in &columns {
            for (own, (cell, _)) in all.iter_mut().zip(table.sample.cells(*column)) {
                *own = combine64(*own, cell_hash(cell));
            }
        }
        all
    };
    let after = hashes(production);
    let mut before = hashes(reference);
    before.sort_unstable();
    let alike = before.chunk_by(|a, b| a == b).filter(|own| own.len() > 1);
    let alike: usize = alike.map(<[u64]>::len).sum();
    let found = after.iter().filter(|own| before.binary_search(own).is_ok()).count();
    // Of rows that are in both, as many are in the sample of the reference as it holds of the table.
    let seen = before.len() as f64 / reference.row_count().max(1) as f64;
    let of_all = |rows: usize, of: usize| {
        (rows as f64 / of.max(1) as f64 / seen.max(1e-9)).min(1.0)
    };
    let (share, chance) = (of_all(found, after.len()), of_all(alike, before.len()));
    (found >= SHARED.1 && share - chance >= SHARED.0).then(|| {
        let rows = (share * production.row_count() as f64).round() as u64;
        note::shared_rows(rows, share)
    })
}

fn cell_hash(cell: Cell<'_>) -> u64 {
    match cell {
        Cell::Null => 0,
        Cell::Text(bytes) => hash64(bytes, 1),
        Cell::Float(value) => combine64(2, value.to_bits()),
        Cell::Integer(value) => combine64(3, value.cast_unsigned()),
        Cell::Boolean(value) => combine64(4, u64::from(value)),
        Cell::Time(value) => combine64(5, value.cast_unsigned()),
    }
}

fn rows_of(analysis: &Analysis) -> Option<u64> {
    analysis.counted.table(TableRole::Reference).map(|own| own.rows)
}

/// Whether both tables have the same rows, value for value as far as every count can tell.
pub fn is_identical(analysis: &Analysis) -> bool {
    let (Some(reference), Some(production)) = (
        analysis.counted.table(TableRole::Reference),
        analysis.counted.table(TableRole::Production),
    ) else {
        return false;
    };
    let totals =
        |codes: &Vec<u32>| crate::engine::finish::columns::counts_from(codes).totals();
    reference.rows == production.rows
        && reference.rows > 0
        && reference.numbers == production.numbers
        && reference.codes.iter().map(totals).eq(production.codes.iter().map(totals))
}

/// All notes of a report, weightiest first.
#[must_use]
pub fn notes(tables: &Tables, analysis: &Analysis, report: &Report) -> Vec<Note> {
    let mut notes = notes_on_files(tables, &analysis.understood);
    let differs =
        report.metrics.iter().any(|own| own.difference.is_some_and(|d| d != 0.0));
    if is_identical(analysis) && !differs {
        notes.extend(rows_of(analysis).map(note::identical_tables));
    } else {
        notes.extend(shared_rows(tables));
    }
    notes.extend(label_notes(tables, analysis, report));
    if let Some((labelled, all)) =
        report.expected.as_ref().and_then(|own| own.labelled_and_all)
    {
        notes.push(note::labels_not_typical(&report.metric, labelled, all));
    }
    notes.extend(time_notes(analysis));
    notes.extend(output_notes(analysis, report));
    for input in &report.inputs.tables {
        if let Some(join) = &input.labels {
            if join.rows_unmatched > 0 || join.labels_unmatched > 0 {
                notes.push(note::labels_unmatched(input.role, join));
            }
            if join.duplicate_ids > 0 {
                notes.push(note::duplicate_label_ids(input.role, join));
            }
        }
        match input.role {
            TableRole::Shadow if report.parity.is_none() => {
                notes.push(note::shadow_not_examined(input.rows));
            }
            TableRole::Shadow
                if analysis.plan.roles.id.is_some()
                    && report.parity.as_ref().is_some_and(|own| {
                        own.shadow.as_ref().is_none_or(|own| own.matched_rows == 0)
                    }) =>
            {
                notes.push(note::shadow_unmatched(input.rows));
            }
            TableRole::Training if report.examined.is_empty() => {
                notes.push(note::training_not_examined(input.rows));
            }
            TableRole::Training
                if report.metric.training.is_none()
                    && report.metric.reference.is_some() =>
            {
                notes.push(note::training_not_measured(input.rows));
            }
            _ => {}
        }
    }
    let width = analysis.plan.coders.len();
    if width > WIDE_COLUMNS {
        notes.push(note::wide_table(width as u64, analysis.asked.columns.len() as u64));
    }
    if let Some(weight) = &analysis.plan.roles.weight {
        notes.push(note::weights_part(
            &weight.name,
            "drift, segments, business numbers and the series over time",
        ));
        let refused: u64 =
            analysis.counted.tables.iter().map(|table| table.refused_weights).sum();
        if refused > 0 {
            notes.push(note::weights_limited(&weight.name, refused));
        }
    }
    let texts: Vec<String> = analysis
        .plan
        .coders
        .iter()
        .filter(|coder| coder.kind == Kind::Text)
        .map(|coder| coder.source.clone())
        .fold(Vec::new(), |mut names, name| {
            if !names.contains(&name) {
                names.push(name);
            }
            names
        });
    if !texts.is_empty() {
        notes.push(note::text_columns(&texts));
    }
    if analysis.plan.roles.time.is_some() {
        let periods =
            report.series.iter().filter(|p| p.table == TableRole::Production).count();
        if periods < MIN_PERIODS {
            notes.push(note::few_periods(periods as u64, MIN_PERIODS as u64));
        }
    }
    notes.extend(are_labels_doubtful(analysis, report).then(note::labels_doubtful));
    let compared = report.columns.iter().filter(|column| column.drift.is_some()).count();
    if report.examined.is_empty() {
        notes.push(note::causes_not_examined(compared as u64));
    }
    notes.sort_by(|a, b| {
        a.weight.cmp(&b.weight).then(a.code.cmp(&b.code)).then(a.what.cmp(&b.what))
    });
    notes.dedup();
    notes
}

/// Rows whose time is none, or cannot be the row's.
fn time_notes(analysis: &Analysis) -> Vec<Note> {
    let Some(time) = &analysis.plan.roles.time else { return Vec::new() };
    let unread = |role: TableRole| {
        let counted = analysis.counted.table(role)?;
        let dated: u64 = counted.days.values().sum();
        let rows = counted.rows.saturating_sub(dated);
        (rows > 0 && dated > 0).then(|| note::unreadable_times(role, &time.name, rows))
    };
    [TableRole::Reference, TableRole::Production].into_iter().filter_map(unread).collect()
}

/// Values of a table's label that are none of the classes, as far as the sample shows.
fn other_labels(tables: &Tables, analysis: &Analysis, role: TableRole) -> Vec<String> {
    let understood = &analysis.understood;
    let (Some(sample), Some(label)) =
        (sample_of(tables, role), understood.roles.column(&Role::Label))
    else {
        return Vec::new();
    };
    let classes = &understood.roles.classes;
    let mut names = BTreeSet::new();
    for (cell, _) in sample.cells(label) {
        if classes.class_of(cell).is_none() {
            names.extend(class_name(cell));
        }
    }
    names.into_iter().collect()
}

/// Classes of a table that the reference does not have, and how many of its rows have one, as the samples show it.
fn new_classes(
    tables: &Tables,
    analysis: &Analysis,
    role: TableRole,
) -> Option<(Vec<String>, u64)> {
    let label = analysis.understood.roles.column(&Role::Label)?;
    let reference = names_in(sample_of(tables, TableRole::Reference)?, label);
    let table = tables.table(role)?;
    let found: Vec<(String, u64)> = names_in(&table.sample, label)
        .into_iter()
        .filter(|(name, _)| {
            !reference.contains_key(name) && analysis.plan.classes.names.contains(name)
        })
        .collect();
    let rows: u64 = found.iter().map(|own| own.1).sum();
    let whole = table.row_count() as f64 / table.sample.row_count().max(1) as f64;
    let names = found.into_iter().map(|own| own.0).collect();
    (rows > 0).then(|| (names, (rows as f64 * whole).round() as u64))
}

/// The other one of reference and production.
const fn other_role(role: TableRole) -> TableRole {
    match role {
        TableRole::Production => TableRole::Reference,
        _ => TableRole::Production,
    }
}

/// Decisions of a table that are neither yes nor no, and on how many of its rows, as the sample shows it.
fn other_decisions(
    tables: &Tables,
    analysis: &Analysis,
    role: TableRole,
) -> Option<(Vec<String>, u64)> {
    let at = analysis.understood.roles.column(&Role::Decision)?;
    let table = tables.table(role)?;
    let decided = analysis.plan.decided();
    let is_other = |name: &String| {
        decided.class_of(crate::data::cell::Cell::Text(name.as_bytes())).is_none()
    };
    let found: Vec<(String, u64)> =
        names_in(&table.sample, at).into_iter().filter(|own| is_other(&own.0)).collect();
    let rows: u64 = found.iter().map(|own| own.1).sum();
    let whole = table.row_count() as f64 / table.sample.row_count().max(1) as f64;
    let names = found.into_iter().map(|own| own.0).collect();
    (rows > 0).then(|| (names, (rows as f64 * whole).round() as u64))
}

fn label_notes(tables: &Tables, analysis: &Analysis, report: &Report) -> Vec<Note> {
    let mut notes = Vec::new();
    let classes = &report.inputs.classes;
    if analysis.plan.roles.label.is_none() {
        return notes;
    }
    if let Some(class) = analysis.plan.labelled_where {
        let class = if analysis.plan.decision_reversed { 1 - class } else { class };
        let decided = analysis.plan.decided().names.get(usize::from(class));
        notes.push(note::selective_labels(decided.map_or("", String::as_str)));
    }
    if analysis.headline_hides {
        let accuracy = report.metrics.iter().find(|own| own.name == "accuracy");
        let has_both = accuracy.is_some_and(|own| own.difference.is_some());
        notes.push(note::headline_hides(has_both));
    }
    let labelled = |role| {
        let tables = report.inputs.tables.iter().filter(|own| own.role == role);
        tables.map(|own| own.labelled_rows).sum::<u64>()
    };
    let has_before = labelled(TableRole::Reference) > 0;
    for input in &report.inputs.tables {
        if !matches!(input.role, TableRole::Reference | TableRole::Production) {
            continue;
        }
        let Some(counted) = analysis.counted.table(input.role) else { continue };
        if input.labelled_rows == 0 {
            let has_label = |table: &crate::engine::tables::Table| {
                analysis.plan.roles.label.as_ref().is_some_and(|own| table.has(&own.name))
            };
            let from_file = tables.tables.iter().find_map(|table| table.labels.as_ref());
            let other = tables.table(input.role).filter(|own| !has_label(own));
            match (from_file, other, input.role) {
                _ if analysis.plan.has_other_words(input.role) => {
                    let names = other_labels(tables, analysis, input.role);
                    let rows = counted.unknown_labels;
                    notes.push(note::other_outcomes(input.role, &names, rows));
                }
                (Some(own), Some(_), _) => {
                    let of = other_role(input.role);
                    notes.push(note::label_names_differ(of, &own.label));
                }
                (_, _, TableRole::Production) => {
                    notes.push(note::no_production_labels(input.rows));
                }
                _ => {
                    let rows = labelled(TableRole::Production);
                    notes.extend((rows > 0).then(|| note::no_reference_labels(rows)));
                }
            }
            continue;
        }
        let unlabelled = input.rows.saturating_sub(input.labelled_rows) as f64;
        // Outcomes that were set aside, so that the same decisions are compared, are not missing in the file.
        let set_aside = analysis.plan.labelled_where.is_some();
        if unlabelled > PARTIAL_LABELS * input.rows as f64 && !set_aside {
            notes.push(note::partial_labels(input.role, input.labelled_rows, input.rows));
        }
        let measured = match input.role {
            TableRole::Reference => {
                report.metric.reference.map(|_| report.metric.reference_rows)
            }
            TableRole::Production => {
                report.metric.production.map(|_| report.metric.production_rows)
            }
            TableRole::Shadow | TableRole::Training => None,
        };
        if let Some(rows) = measured {
            let without = input.labelled_rows.saturating_sub(rows);
            if without as f64 > WITHOUT_OUTPUT * input.labelled_rows as f64 {
                notes.push(note::partial_outputs(
                    input.role,
                    without,
                    input.labelled_rows,
                ));
            }
        }
        if has_before
            && let Some((names, rows)) = new_classes(tables, analysis, input.role)
        {
            notes.push(note::unseen_label(input.role, &names, rows));
        }
        if report.task == Task::Binary
            && let Some((names, rows)) = other_decisions(tables, analysis, input.role)
        {
            notes.push(note::other_decisions(input.role, &names, rows));
        }
        if classes.len() >= CLASS_LIMIT && counted.unknown_labels > 0 {
            if input.role == TableRole::Reference {
                notes.push(note::too_many_classes(CLASS_LIMIT));
            }
        } else if counted.unknown_labels > 0 {
            let names = other_labels(tables, analysis, input.role);
            let waiting =
                !names.is_empty() && names.iter().all(|own| is_not_known_yet(own));
            let told = if waiting { note::labels_not_known } else { note::unseen_label };
            notes.push(told(input.role, &names, counted.unknown_labels));
        }
        if report.task == Task::Binary
            && let Some(crate::engine::measure::performance::Profile::Binary(profile, _)) =
                analysis.measured.table(input.role)
        {
            let [no, yes, _] = profile.total().rows;
            let only = match (no, yes) {
                (0, 1..) => classes.last(),
                (1.., 0) => classes.first(),
                _ => None,
            };
            if let Some(class) = only {
                notes.push(note::one_class(input.role, class, no + yes));
            }
        }
        if input.role == TableRole::Production && input.labelled_rows < SLICE_ROWS {
            notes.push(note::few_rows_for_slices(input.labelled_rows, SLICE_ROWS));
        }
    }
    notes
}

fn output_notes(analysis: &Analysis, report: &Report) -> Vec<Note> {
    let mut notes = Vec::new();
    let roles = &analysis.plan.roles;
    if roles.score.is_none() && roles.class_scores.is_empty() {
        notes.push(note::no_score());
    }
    let classifies = report.task != Task::Regression;
    if classifies && roles.decision.is_none() && analysis.asked.given_threshold.is_none()
    {
        notes.push(note::no_decision());
    }
    if super::is_per_cent(&analysis.plan) {
        let class_score = roles.class_scores.iter().flatten().next();
        let column = roles.score.as_ref().or(class_score).map_or("", |own| &own.name);
        notes.push(note::score_in_per_cent(column));
    }
    if let (Some(score), Task::Binary) = (&roles.score, report.task) {
        let coder = super::role_coder(analysis, &Role::Score);
        if let Some((low, high)) = super::range(analysis, coder, &[TableRole::Reference])
        {
            let live = super::range(analysis, coder, &[TableRole::Production]);
            if low < 0.0 || high > 1.0 {
                notes.push(note::score_not_probability(&score.name, low, high));
            } else if let Some((low, high)) =
                live.filter(|own| own.0 < 0.0 || own.1 > 1.0)
            {
                notes.push(note::score_on_another_scale(&score.name, low, high));
            }
        }
        let auc = report.metrics.iter().find(|own| own.name == "auc");
        let turned = auc.filter(|own| {
            let above = own.reference_interval.map(|own| own.1);
            above.is_some_and(|own| own < 0.5)
        });
        if let Some(auc) = turned.and_then(|own| own.reference) {
            notes.push(note::score_turned(&score.name, auc));
        }
    }
    let thresholds = report.scores.as_ref().and_then(|scores| scores.threshold);
    if let Some(own) = thresholds {
        let sides = [
            (TableRole::Reference, own.reference, own.reference_violations),
            (TableRole::Production, own.production, own.production_violations),
        ];
        for (role, threshold, share) in sides {
            if let Some(threshold) = threshold.filter(|_| share > VIOLATION_LIMIT) {
                notes.push(note::decisions_off_score(role, share, threshold));
            }
        }
    }
    notes
}
