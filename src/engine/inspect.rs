//! What is shown before the analysis: tables, columns with a preview, kinds, roles, task.

use super::finish;
use super::plan::{self, Understood};
use super::tables::Tables;
use crate::choices::{Choices, TableRole};
use crate::data::Physical;
use crate::metric::MetricId;
use crate::report::TableInput;
use crate::worker::protocol::{ColumnInspection, Inspection};

/// Values shown a column.
const PREVIEW_ROWS: usize = 6;

/// Label values offered as the positive one.
const LABEL_VALUES: usize = 20;

/// Letters of a previewed value.
const PREVIEW_LETTERS: usize = 40;

/// Looks at the tables under the user's choices, and how the columns were understood under them.
#[must_use]
pub fn inspect(
    tables: &Tables,
    choices: &Choices,
    understood: &Understood,
) -> Inspection {
    let problems = plan::problems(tables, choices, understood);
    let roles = &understood.roles;
    let offered = finish::offered_metrics(understood, choices);
    let headline = finish::headline(understood, choices);
    Inspection {
        tables: tables.tables.iter().map(|table| table_input(table, 0, None)).collect(),
        columns: columns(tables, choices, understood),
        task: roles.task,
        classes: roles.classes.names.clone(),
        label_values: roles.classes.names.iter().take(LABEL_VALUES).cloned().collect(),
        positive: if roles.classes.is_binary() {
            roles.classes.names.last().cloned()
        } else {
            None
        },
        metric: headline.map(|metric| metric.name().to_owned()),
        metrics: offered
            .into_iter()
            .map(|metric: MetricId| (metric.name().to_owned(), metric.title().to_owned()))
            .collect(),
        problems: problems.iter().map(ToString::to_string).collect(),
        notes: finish::notes_on_files(tables, understood),
    }
}

/// A table as the report lists it.
#[must_use]
pub fn table_input(
    table: &super::tables::Table,
    labelled_rows: u64,
    labels: Option<crate::report::LabelJoin>,
) -> TableInput {
    TableInput {
        role: table.role,
        files: table.parts.iter().map(|(_, index)| index.name.clone()).collect(),
        rows: table.row_count(),
        labelled_rows,
        ragged_rows: table.parts.iter().map(|(_, index)| index.ragged_row_count).sum(),
        labels,
    }
}

fn columns(
    tables: &Tables,
    choices: &Choices,
    understood: &Understood,
) -> Vec<ColumnInspection> {
    let mut shown = Vec::new();
    for (at, ((known, inferred), (role, reason))) in
        understood.columns.iter().zip(&understood.roles.roles).enumerate()
    {
        let name = &known.name;
        let holder = known.tables.first().copied().unwrap_or(TableRole::Reference);
        let preview = tables.table(holder).map(|table| {
            let cells = table.sample.cells(at).take(PREVIEW_ROWS);
            let words = cells.map(|(cell, _)| {
                let name = cell.name().unwrap_or_default();
                String::from_utf8_lossy(&name).chars().take(PREVIEW_LETTERS).collect()
            });
            words.collect::<Vec<String>>()
        });
        let missing = inferred.row_count.saturating_sub(inferred.value_count) as f64;
        shown.push(ColumnInspection {
            name: name.clone(),
            kind: known.kind,
            role: role.clone(),
            reason: reason.clone(),
            chosen: choices.roles.contains_key(name) || choices.kinds.contains_key(name),
            tables: known.tables.clone(),
            missing: missing / inferred.row_count.max(1) as f64,
            distinct: inferred.distinct,
            preview: preview.unwrap_or_default(),
            unsupported: unsupported(tables, name),
        });
    }
    shown
}

/// Why no file has the column in a form that can be read.
#[must_use]
pub fn unsupported(tables: &Tables, name: &str) -> Option<String> {
    if tables.tables.iter().any(|table| table.has(name)) {
        return None;
    }
    let parts = tables.tables.iter().flat_map(|table| &table.parts);
    parts
        .flat_map(|(_, index)| &index.columns)
        .find(|column| column.name == name)
        .and_then(|column| match &column.physical {
            Physical::Unsupported { reason } => Some(reason.clone()),
            _ => None,
        })
}
