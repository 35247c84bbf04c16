//! From samples and choices to the plan of encoding. Enter: tables with their samples. Leave: the frozen
//! [`EncodePlan`] and how every column was understood.

use super::error::AnalysisError;
use super::tables::{Table, Tables};
use crate::choices::{Choices, Kind, Role, TableRole, Task};
use crate::data::cell::{Cell, Reading};
use crate::data::kind::{Inferred, VALUES_EXAMINED, name_hints_key};
use crate::data::role::{self, DecisionWords, Known, Roles};
use crate::data::sample::TableSample;
use crate::encode::code;
use crate::encode::coder::Coded;
use crate::encode::edges::Source;
use crate::encode::plan::{EncodePlan, Named, RoleColumns, TablePlan};
use crate::encode::rows::{LabelTable, NO_CLASS, day_of, label_number};
use crate::metric::MetricId;

/// Workers keep encoded rows while all of them together need at most this; beyond it every later stage
/// reads the files again. It depends on counts alone, so that any number of workers does the same.
const KEPT_BYTES: u64 = 640 << 20;

/// Bytes a row needs beside one byte a coder: block, day, score, label, decision and what else has a role.
const ROW_BYTES: u64 = 40;

/// How the columns were understood.
#[derive(Clone, Debug, Default)]
pub struct Understood {
    /// Every column, in the order of [`Tables::columns`].
    pub columns: Vec<(Known, Inferred)>,
    /// Their roles, the task and the classes.
    pub roles: Roles,
}

/// Understands the columns.
#[must_use]
pub fn understand(tables: &Tables, choices: &Choices) -> Understood {
    let columns = tables.known(choices);
    let known: Vec<Known> = columns.iter().map(|(known, _)| known.clone()).collect();
    let empty = TableSample::default();
    let sample = |role| tables.table(role).map_or(&empty, |table| &table.sample);
    let samples = [sample(TableRole::Reference), sample(TableRole::Production)];
    let roles = role::assign(&known, samples, choices);
    Understood { columns, roles }
}

/// Makes the plan.
///
/// # Errors
/// A choice that cannot be followed.
pub fn plan(
    tables: &Tables,
    choices: &Choices,
) -> Result<(EncodePlan, Understood), AnalysisError> {
    plan_of(tables, choices, understand(tables, choices))
}

/// As [`plan`], for columns that were understood under the same choices before.
///
/// # Errors
/// As [`plan`].
pub fn plan_of(
    tables: &Tables,
    choices: &Choices,
    understood: Understood,
) -> Result<(EncodePlan, Understood), AnalysisError> {
    if let Some(problem) = problems(tables, choices, &understood).into_iter().next() {
        return Err(problem);
    }
    let roles = &understood.roles;
    let named = |role: &Role| {
        let (known, _) = understood.columns.get(roles.column(role)?)?;
        Some(Named { name: known.name.clone(), reading: known.reading })
    };
    let all_named = |role: &Role| -> Vec<Named> {
        let of_role = |((known, _), (own, _)): (&(Known, Inferred), &(Role, String))| {
            (own == role)
                .then(|| Named { name: known.name.clone(), reading: known.reading })
        };
        understood.columns.iter().zip(&roles.roles).filter_map(of_role).collect()
    };
    let mut class_scores: Vec<Option<Named>> = Vec::new();
    if roles.task == Some(Task::Multiclass) {
        let of_class = |class: &String| named(&Role::ClassScore(class.clone()));
        class_scores = roles.classes.names.iter().map(of_class).collect();
        if class_scores.iter().all(Option::is_none) {
            class_scores.clear();
        }
    }
    let role_columns = RoleColumns {
        label: named(&Role::Label),
        score: named(&Role::Score),
        class_scores,
        decision: named(&Role::Decision),
        id: named(&Role::Id),
        entity: entity(&understood),
        time: named(&Role::Time),
        weight: named(&Role::Weight),
        value: named(&Role::Value),
        baseline: named(&Role::Baseline),
        kpis: all_named(&Role::Kpi),
    };
    let coders = coders(tables, &understood);
    let rows: u64 = tables.tables.iter().map(Table::row_count).sum();
    let row_bytes = coders.len() as u64 + ROW_BYTES;
    let plan = EncodePlan {
        task: roles.task,
        classes: roles.classes.clone(),
        decision_reversed: roles.decision == DecisionWords::Reversed,
        decision_classes: match &roles.decision {
            DecisionWords::Own(own) => Some(own.clone()),
            _ => None,
        },
        baseline_is_decision: baseline_is_decision(tables, &understood),
        keeps_rows: rows.saturating_mul(row_bytes) <= KEPT_BYTES,
        coders,
        roles: role_columns,
        days: days(tables, &understood),
        labelled_where: labelled_where(tables, &understood),
        tables: tables
            .tables
            .iter()
            .map(|table| TablePlan {
                role: table.role,
                parts: table.parts.clone(),
                labels_joined_by: table.labels.as_ref().map(|labels| labels.key.clone()),
            })
            .collect(),
    };
    Ok((plan, understood))
}

/// Share of rows with a value of their own from which a key is one of rows.
const ROW_KEY: f64 = 0.95;
/// Mean rows a value from which a key is one of entities.
const ENTITY_ROWS: f64 = 1.5;
/// Fewest entities.
const ENTITIES: u64 = 30;

/// The key whose rows belong together, where the id is one of rows: of several the one with the most values.
fn entity(understood: &Understood) -> Option<Named> {
    let roles = &understood.roles;
    let rows_a_value = |own: &Inferred| {
        let examined = own.value_count.min(VALUES_EXAMINED as u64);
        examined as f64 / own.distinct.max(1) as f64
    };
    let (_, id) = understood.columns.get(roles.column(&Role::Id)?)?;
    if rows_a_value(id) > 1.0 / ROW_KEY {
        return None;
    }
    let (known, _) = understood
        .columns
        .iter()
        .zip(&roles.roles)
        .filter(|((known, own), (role, _))| {
            let both = [TableRole::Reference, TableRole::Production];
            *role == Role::Ignore
                && !known.unsupported
                && name_hints_key(&known.name)
                && both.iter().all(|table| known.tables.contains(table))
                && own.distinct >= ENTITIES
                && rows_a_value(own) >= ENTITY_ROWS
        })
        .map(|own| own.0)
        .max_by_key(|(_, own)| own.distinct)?;
    Some(Named { name: known.name.clone(), reading: known.reading })
}

/// Years around the middle of all times in which a row's own time may lie.
const YEARS_AROUND: i32 = 40;

/// First and last day that rows' times may name.
fn days(tables: &Tables, understood: &Understood) -> Option<(i32, i32)> {
    let at = understood.roles.column(&Role::Time)?;
    let (known, _) = understood.columns.get(at)?;
    let mut seen: Vec<i32> = Vec::new();
    for role in [TableRole::Reference, TableRole::Production] {
        let Some(table) = tables.table(role) else { continue };
        for (cell, decimal_comma) in table.sample.cells(at) {
            let reading = Reading { decimal_comma, ..known.reading };
            seen.extend(cell.time(reading).value().map(day_of));
        }
    }
    let middle = seen.len() / 2;
    if seen.is_empty() {
        return None;
    }
    let (_, day, _) = seen.select_nth_unstable(middle);
    let around = YEARS_AROUND * 365;
    Some((day.saturating_sub(around), day.saturating_add(around)))
}

/// Shares of rows with an outcome, and rows, that make outcomes depend on the decision: where they are, where they are
/// not, and where they were before launch.
const LABELLED: (f64, f64, f64) = (0.2, 0.02, 0.5);
/// Fewest rows of a decision to see it on.
const DECIDED_ROWS: f64 = 100.0;

/// The decision on whose rows alone production has outcomes, where the reference had them on all.
fn labelled_where(tables: &Tables, understood: &Understood) -> Option<u8> {
    let roles = &understood.roles;
    if roles.task != Some(Task::Binary) {
        return None;
    }
    let (label, decision) = (roles.column(&Role::Label)?, roles.column(&Role::Decision)?);
    let decided = roles.decision_classes()?;
    let reversed = roles.decision == DecisionWords::Reversed;
    let of_table = |role: TableRole| {
        // By decision: rows with an outcome, rows.
        let mut counts = [(0.0_f64, 0.0_f64); 2];
        let sample = &tables.table(role)?.sample;
        for ((decision, _), (label, _)) in sample.cells(decision).zip(sample.cells(label))
        {
            let Some(side) = decided.class_of(decision) else { continue };
            let side = usize::from(side) ^ usize::from(reversed);
            if let Some((labelled, rows)) = counts.get_mut(side) {
                *labelled += f64::from(u8::from(roles.classes.class_of(label).is_some()));
                *rows += 1.0;
            }
        }
        Some(counts)
    };
    let (before, after) =
        (of_table(TableRole::Reference)?, of_table(TableRole::Production)?);
    let share = |own: (f64, f64)| own.0 / own.1.max(1.0);
    (0..2_u8).find(|wanted| {
        let (wanted, other) = (usize::from(*wanted), usize::from(1 - *wanted));
        after[wanted].0 >= DECIDED_ROWS
            && after[other].1 >= DECIDED_ROWS
            && share(after[wanted]) >= LABELLED.0
            && share(after[other]) <= LABELLED.1
            && before[wanted].0 >= DECIDED_ROWS
            && share(before[other]) >= LABELLED.2
    })
}

/// Whether every value the previous model's column shows in the samples names a class of the label.
fn baseline_is_decision(tables: &Tables, understood: &Understood) -> bool {
    let roles = &understood.roles;
    let Some(at) = roles.column(&Role::Baseline) else { return false };
    if !matches!(roles.task, Some(Task::Binary | Task::Multiclass)) {
        return false;
    }
    let mut known = 0_usize;
    for table in [TableRole::Reference, TableRole::Production] {
        let Some(table) = tables.table(table) else { continue };
        for (cell, _) in table.sample.cells(at) {
            if matches!(cell, Cell::Null | Cell::Text(b"")) {
                continue;
            }
            let classes = roles.decision_classes().unwrap_or(&roles.classes);
            if classes.class_of(cell).is_none() {
                return false;
            }
            known += 1;
        }
    }
    known > 0
}

fn coders(
    tables: &Tables,
    understood: &Understood,
) -> Vec<crate::encode::coder::ColumnCoder> {
    let empty = TableSample::default();
    let of_table = |role: TableRole, name: &str, at: usize| match tables.table(role) {
        Some(table) if table.has(name) => (&table.sample, Some(at)),
        _ => (&empty, None),
    };
    let key = entity(understood)
        .map(|own| own.name)
        .and_then(|name| tables.columns.iter().position(|own| *own == name))
        .or_else(|| understood.roles.column(&Role::Id));
    // Where hardly a key comes twice, nothing is one entity's alone.
    let entity_at = key.filter(|at| {
        understood.columns.get(*at).is_some_and(|(_, own)| {
            let examined = own.value_count.min(VALUES_EXAMINED as u64);
            examined as f64 >= ENTITY_ROWS * own.distinct.max(1) as f64
        })
    });
    let mut coders = Vec::new();
    for (at, ((known, _), (role, _))) in
        understood.columns.iter().zip(&understood.roles.roles).enumerate()
    {
        if matches!(role, Role::Ignore | Role::Id | Role::Weight) || known.unsupported {
            continue;
        }
        let source = Source {
            entity: entity_at,
            name: &known.name,
            kind: known.kind,
            role: role.clone(),
            reading: known.reading,
            reference: of_table(TableRole::Reference, &known.name, at),
            production: of_table(TableRole::Production, &known.name, at),
        };
        if source.reference.1.is_some() {
            coders.extend(source.coders());
        }
    }
    coders
}

/// What stands in the way of an analysis, in the order a user would mend it.
#[must_use]
pub fn problems(
    tables: &Tables,
    choices: &Choices,
    understood: &Understood,
) -> Vec<AnalysisError> {
    let mut problems = Vec::new();
    let mut problem = |what: String, try_this: &str| {
        problems.push(AnalysisError::Choice { what, try_this: try_this.to_owned() });
    };
    let roles = &understood.roles;
    let single = [
        Role::Label,
        Role::Score,
        Role::Decision,
        Role::Id,
        Role::Time,
        Role::Weight,
        Role::Value,
        Role::Baseline,
    ];
    for role in single {
        let named: Vec<&str> = understood
            .columns
            .iter()
            .zip(&roles.roles)
            .filter(|(_, (own, _))| *own == role)
            .map(|((known, _), _)| known.name.as_str())
            .collect();
        if named.len() > 1 {
            let role = format!("{role:?}").to_lowercase();
            let what = format!("Two columns are the {role}: {}.", named.join(", "));
            problem(what, "Keep one of them and give the other another role.");
        }
    }
    if let (Some(Task::Binary | Task::Multiclass), Some(positive)) =
        (roles.task, choices.positive.as_deref())
        && !roles.classes.names.is_empty()
        && !roles.classes.names.iter().any(|name| name == positive)
    {
        let names = roles.classes.names.join(", ");
        let what =
            format!("The label never has the value {positive}; its values are {names}.");
        problem(what, "Choose one of these as the positive value.");
    }
    if roles.decision == DecisionWords::Unknown
        && let Some((known, _)) =
            roles.column(&Role::Decision).and_then(|at| understood.columns.get(at))
    {
        let what = format!(
            "The decision {} does not use the label's values ({}), and nothing tells which of its values means which.",
            known.name,
            roles.classes.names.join(", ")
        );
        problem(
            what,
            "Choose another decision column, or write the label's values into it.",
        );
    }
    for (what, try_this) in metric_problem(choices, understood)
        .into_iter()
        .chain(number_problems(choices, understood))
    {
        problem(what, try_this);
    }
    let not_finite =
        |value: Option<f64>| value.is_some_and(|v| !v.is_finite() || v < 0.0);
    let business = &choices.business;
    if not_finite(business.cost_false_positive)
        || not_finite(business.cost_false_negative)
    {
        problem(
            "A cost is negative or not a number.".to_owned(),
            "Give costs of 0 or more.",
        );
    }
    let label = roles.column(&Role::Label).and_then(|at| understood.columns.get(at));
    if let Some((known, _)) = label
        && roles.task == Some(Task::Regression)
        && !matches!(known.kind, Kind::Number | Kind::Integer | Kind::Boolean)
    {
        let what = format!(
            "The label {} does not hold numbers, as a regression needs.",
            known.name
        );
        problem(what, "Choose another label or another task.");
    }
    if tables.tables.iter().any(|table| table.row_count() == 0) {
        problem("A table has no rows.".to_owned(), "Add a file with rows.");
    }
    problems
}

/// A chosen metric that does not exist, or cannot be had with these columns.
fn metric_problem(
    choices: &Choices,
    understood: &Understood,
) -> Option<(String, &'static str)> {
    let chosen = choices.metric.as_deref()?;
    understood.roles.task?;
    let offered = super::finish::offered_metrics(understood, choices);
    if offered.iter().any(|own| own.name() == chosen) {
        return None;
    }
    let names: Vec<&str> = offered.iter().map(|own| own.name()).collect();
    let what = if MetricId::from_name(chosen).is_some() {
        format!(
            "The metric {chosen} cannot be worked out from these columns; these can: {}.",
            names.join(", ")
        )
    } else {
        format!("There is no metric named {chosen}; there are {}.", names.join(", "))
    };
    Some((what, "Choose one of these, or give the column or the costs it needs."))
}

/// Columns chosen for numbers that hold none, a cut-off that is none, and one column for two things.
fn number_problems(
    choices: &Choices,
    understood: &Understood,
) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for ((known, _), (role, _)) in understood.columns.iter().zip(&understood.roles.roles)
    {
        let word = match role {
            Role::Score | Role::ClassScore(_) => "score",
            Role::Value => "value of a decision",
            Role::Weight => "weight",
            Role::Kpi => "business number",
            _ => continue,
        };
        let holds = matches!(
            known.kind,
            Kind::Number | Kind::Integer | Kind::Boolean | Kind::Identifier
        );
        if choices.roles.contains_key(&known.name) && !holds {
            let what = format!("The {word} {} does not hold numbers.", known.name);
            found.push((what, "Choose a column of numbers."));
        }
    }
    if choices.threshold.is_some_and(|own| !own.is_finite()) {
        found.push(("The cut-off is not a number.".to_owned(), "Give a number."));
    }
    found
}

/// The labels that came in files of their own, as classes or numbers of the plan.
#[must_use]
pub fn label_tables(tables: &Tables, plan: &EncodePlan) -> Vec<(TableRole, LabelTable)> {
    let mut found = Vec::new();
    for table in &tables.tables {
        let Some(labels) = &table.labels else { continue };
        let part =
            labels.parts.first().map(|(_, index)| super::tables::decimal_comma(index));
        let label = plan.roles.label.as_ref();
        let reading = Reading {
            decimal_comma: part.unwrap_or(false),
            ..label.map(|label| label.reading).unwrap_or_default()
        };
        let coder = plan.coders.iter().find(|coder| coder.role == Role::Label);
        let cells = || (0..labels.hashes.len()).map(|row| labels.cells.get(row));
        let mut own =
            LabelTable { hashes: labels.hashes.clone(), ..LabelTable::default() };
        if plan.task == Some(Task::Regression) {
            own.values = cells().map(|cell| label_number(cell, reading)).collect();
        } else {
            let class = |cell: Cell<'_>| plan.classes.class_of(cell).unwrap_or(NO_CLASS);
            own.classes = cells().map(class).collect();
        }
        if let Some(coder) = coder {
            let code = |cell: Cell<'_>| match coder.code(cell, reading) {
                Coded::Code(code) => code,
                Coded::Failed => code::NULL,
            };
            own.codes = cells().map(code).collect();
        }
        found.push((table.role, own));
    }
    found
}
