//! Prints the rows of a case as CSV. Enter: a case id, a seed, sizes. Leave: UTF-8 files with a header,
//! comma-separated, nulls empty, and the choices that go with them. Cost: about 3 microseconds and 150
//! bytes a row; nothing printed needs quoting.

use super::cases::{Labels, Outputs, Spec, Truth, spec};
use super::make::{MadeRow, Maker};
use super::world::{ID, TIME, Target, write_value};
use crate::choices::{Choices, Role, TableRole};
use std::fmt::Write as _;

/// A file of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// Which table it belongs to.
    pub role: TableRole,
    /// Whether it holds labels by id and nothing else.
    pub labels: bool,
    /// Base name.
    pub name: String,
    /// UTF-8 CSV.
    pub bytes: Vec<u8>,
}

/// A case, ready to be analysed.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Reference, production, production's label file, then what else the team has.
    pub files: Vec<CaseFile>,
    /// What the team would set: what the output columns are, costs, the metric.
    pub choices: Choices,
    /// What is true.
    pub truth: Truth,
}

/// The files of a case in its default size (12,000–20,000 rows a table, more or fewer where the case is
/// about that); `None` when there is no such case.
#[must_use]
pub fn generate(case: &str, seed: u64) -> Option<Case> {
    let spec = spec(case)?;
    Some(export(spec, seed, spec.rows))
}

/// The same with `rows` reference rows and as many in production; `None` when there is no such case or
/// `rows` is 0.
#[must_use]
pub fn generate_rows(case: &str, seed: u64, rows: usize) -> Option<Case> {
    let spec = spec(case).filter(|_| rows > 0)?;
    Some(export(spec, seed, (rows, rows)))
}

fn export(spec: &Spec<'_>, seed: u64, rows: (usize, usize)) -> Case {
    export_made(&Maker::new(spec, seed, rows.0), rows)
}

/// Prints the tables of a case whose model is fitted.
#[must_use]
pub fn export_made(maker: &Maker<'_>, (reference, production): (usize, usize)) -> Case {
    let spec = maker.spec;
    let mut files = vec![table(maker, TableRole::Reference, reference, true)];
    let inside = spec.labels == Labels::Inside;
    files.push(table(maker, TableRole::Production, production, inside));
    if spec.labels == Labels::OwnFile {
        files.push(outcomes(maker, production));
    }
    for &role in spec.hand_over {
        let rows = maker.rows_of(role, production);
        // Labels of the shadow rows are those of production.
        files.push(table(maker, role, rows, role == TableRole::Training));
    }
    Case { files, choices: choices(spec), truth: spec.truth }
}

/// Prints one table.
fn table(maker: &Maker<'_>, role: TableRole, rows: usize, labels: bool) -> CaseFile {
    let world = maker.spec.world;
    let mut text = String::with_capacity(rows * 170 + 1000);
    for column in world.columns {
        text.push_str(column.name);
        text.push(',');
    }
    let outputs = maker.spec.outputs;
    match world.target {
        Target::Binary { score, decision, .. } => {
            let _ = match outputs {
                Outputs::Both => write!(text, "{score},{decision}"),
                Outputs::Score => write!(text, "{score}"),
                Outputs::Decision => write!(text, "{decision}"),
            };
        }
        Target::Classes { classes, decision, .. } => {
            for (_, score) in classes {
                let _ = write!(text, "{score},");
            }
            text.push_str(decision);
        }
        Target::Amount { score, .. } => text.push_str(score),
    }
    if labels {
        let _ = write!(text, ",{}", world.target.label());
    }
    text.push('\n');
    maker.each_row(role, rows, |row| {
        let start = text.len();
        for (value, column) in row.served.iter().zip(world.columns) {
            write_value(&mut text, column.form, *value);
            text.push(',');
        }
        write_output(&mut text, &world.target, outputs, &row);
        if labels {
            text.push(',');
            write_label(&mut text, &world.target, row.label);
        }
        text.push('\n');
        let end = text.len();
        if row.copies == 0 {
            text.truncate(start);
        }
        for _ in 1..row.copies {
            text.extend_from_within(start..end);
        }
    });
    let name = format!("{}_{}.csv", world.name, role.name());
    CaseFile { role, labels: false, name, bytes: text.into_bytes() }
}

/// Prints production's labels by id.
fn outcomes(maker: &Maker<'_>, rows: usize) -> CaseFile {
    let world = maker.spec.world;
    let id = world.columns.get(ID);
    let mut text = format!("{},{}\n", id.map_or("id", |c| c.name), world.target.label());
    maker.each_row(TableRole::Production, rows, |row| {
        if let (Some(column), Some(value)) = (id, row.served.get(ID)) {
            write_value(&mut text, column.form, *value);
        }
        text.push(',');
        write_label(&mut text, &world.target, row.label);
        text.push('\n');
    });
    let name = format!("{}_outcomes.csv", world.name);
    CaseFile { role: TableRole::Production, labels: true, name, bytes: text.into_bytes() }
}

fn write_output(text: &mut String, target: &Target, outputs: Outputs, row: &MadeRow<'_>) {
    match target {
        Target::Binary { .. } => {
            let score = row.scores.first().copied().unwrap_or(0.0);
            let decision = row.decision as u8;
            let _ = match outputs {
                Outputs::Both => write!(text, "{score:.6},{decision}"),
                Outputs::Score => write!(text, "{score:.6}"),
                Outputs::Decision => write!(text, "{decision}"),
            };
        }
        Target::Classes { classes, .. } => {
            for score in row.scores {
                let _ = write!(text, "{score:.6},");
            }
            text.push_str(classes.get(row.decision as usize).map_or("", |c| c.0));
        }
        Target::Amount { .. } => {
            let _ = write!(text, "{:.2}", row.scores.first().copied().unwrap_or(0.0));
        }
    }
}

fn write_label(text: &mut String, target: &Target, label: f64) {
    match target {
        _ if label.is_nan() => {}
        Target::Binary { words, .. } => {
            text.push_str(if label == 1.0 { words.1 } else { words.0 });
        }
        Target::Classes { classes, .. } => {
            text.push_str(classes.get(label as usize).map_or("", |c| c.0));
        }
        Target::Amount { .. } => {
            let _ = write!(text, "{}", label as i64);
        }
    }
}

/// What the team knows of its own columns and money.
fn choices(spec: &Spec<'_>) -> Choices {
    let world = spec.world;
    let mut choices = Choices::default();
    let mut is = |name: &str, role: Role| {
        choices.roles.insert(name.to_owned(), role);
    };
    for (at, role) in [(ID, Role::Id), (TIME, Role::Time)] {
        if let Some(column) = world.columns.get(at) {
            is(column.name, role);
        }
    }
    is(world.target.label(), Role::Label);
    match world.target {
        Target::Binary { score, decision, .. } => {
            if spec.outputs != Outputs::Decision {
                is(score, Role::Score);
            }
            if spec.outputs != Outputs::Score {
                is(decision, Role::Decision);
            }
        }
        Target::Classes { classes, decision, .. } => {
            for (class, score) in classes {
                is(score, Role::ClassScore((*class).to_owned()));
            }
            is(decision, Role::Decision);
        }
        Target::Amount { score, .. } => is(score, Role::Score),
    }
    if let Some((false_positive, false_negative)) = spec.costs {
        choices.business.cost_false_positive = Some(false_positive);
        choices.business.cost_false_negative = Some(false_negative);
    }
    choices.metric = spec.ask_metric.map(str::to_owned);
    choices
}
