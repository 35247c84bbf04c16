//! From samples and choices to the plan of encoding. Enter: tables with their samples. Leave: the frozen
//! [`EncodePlan`] and how every column was understood.

mod rows;

use super::error::AnalysisError;
use super::tables::{Table, Tables};
use crate::choices::{Choices, Kind, Role, TableRole, Task};
use crate::data::cell::{Cell, Reading};
use crate::data::kind::{self, Inferred};
use crate::data::role::per_cent::is_per_cent;
use crate::data::role::{self, DecisionWords, Known, Roles};
use crate::data::sample::TableSample;
use crate::encode::code;
use crate::encode::coder::Coded;
use crate::encode::edges::Source;
use crate::encode::plan::{EncodePlan, Named, RoleColumns, TablePlan};
use crate::encode::rows::{LabelTable, NO_CLASS, label_number};
use crate::metric::{self, MetricId};

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
    let mut columns = tables.known(choices);
    let known: Vec<Known> = columns.iter().map(|(known, _)| known.clone()).collect();
    let empty = TableSample::default();
    let sample = |role| tables.table(role).map_or(&empty, |table| &table.sample);
    let samples = [sample(TableRole::Reference), sample(TableRole::Production)];
    let roles = role::assign(&known, samples, choices);
    let reading = |at: usize| known.get(at).map(|own| own.reading).unwrap_or_default();
    if is_per_cent(&roles, samples[0], &reading) {
        for ((known, _), (role, _)) in columns.iter_mut().zip(&roles.roles) {
            known.reading.per_cent = matches!(role, Role::Score | Role::ClassScore(_));
        }
    }
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
    let column = |at: usize| {
        let (known, _) = understood.columns.get(at)?;
        Some(Named { name: known.name.clone(), reading: known.reading })
    };
    let named = |role: &Role| roles.column(role).and_then(column);
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
        entity: rows::entity(&understood).and_then(column),
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
        days: rows::days(tables, &understood),
        labelled_where: rows::labelled_where(tables, &understood),
        tables: tables
            .tables
            .iter()
            .map(|table| TablePlan {
                role: table.role,
                parts: table.parts.clone(),
                labels_joined_by: table.labels.as_ref().map(|labels| labels.key.clone()),
                other_words: rows::other_words(tables, &understood, table.role),
            })
            .collect(),
    };
    Ok((plan, understood))
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
    let entity = rows::repeated_key(understood);
    let mut coders = Vec::new();
    for (at, ((known, _), (role, _))) in
        understood.columns.iter().zip(&understood.roles.roles).enumerate()
    {
        if matches!(role, Role::Ignore | Role::Id | Role::Weight) || known.unsupported {
            continue;
        }
        let source = Source {
            entity,
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
        .chain(number_problems(tables, choices, understood))
        .chain(value_problems(tables, choices, understood))
    {
        problem(what, try_this);
    }
    let business = &choices.business;
    let figures = [
        ("A cost", business.cost_false_positive),
        ("A cost", business.cost_false_negative),
        ("The traffic a day", business.traffic_per_day),
        ("The number of users a row", business.users_per_row),
        ("The number of days to retrain", business.retrain_days),
        ("The number of false alarms a month", business.false_alarms_per_month),
    ];
    for (name, value) in figures {
        if value.is_some_and(|own| !own.is_finite() || own < 0.0) {
            let what = format!("{name} is negative or not a number.");
            problem(what, "Give 0 or more, or leave it out.");
        }
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
    let what = if chosen == MetricId::DecisionRate.name() {
        "The decision rate is neither good nor bad, so that it cannot be the headline."
            .to_owned()
    } else if MetricId::from_name(chosen).is_some() {
        format!(
            "The metric {chosen} cannot be worked out from these columns; these can: {}.",
            names.join(", ")
        )
    } else {
        format!("There is no metric named {chosen}; there are {}.", names.join(", "))
    };
    Some((what, "Choose one of these, or give the column or the costs it needs."))
}

/// Share of its values below which a column is not of the kind it was taken for.
const MOST_READABLE: f64 = 0.5;

const fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Number | Kind::Integer => "numbers",
        Kind::Boolean => "yes or no",
        Kind::Time => "times",
        Kind::Category => "categories",
        Kind::Text => "text",
        Kind::Identifier => "keys",
    }
}

/// Columns chosen for numbers that hold none, a cut-off that is none, and one column for two things.
fn number_problems(
    tables: &Tables,
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
    for (at, (known, _)) in understood.columns.iter().enumerate() {
        let is_time = choices.roles.get(&known.name) == Some(&Role::Time);
        let chosen = choices.kinds.get(&known.name).copied();
        let Some(kind) = chosen.or(is_time.then_some(Kind::Time)) else { continue };
        let holder = tables.tables.iter().find(|table| table.has(&known.name));
        let Some(share) =
            holder.and_then(|own| kind::readable(&own.sample, at, kind, known.reading))
        else {
            continue;
        };
        if share < MOST_READABLE {
            let what = format!(
                "The column {} was taken for {}, and only {:.0} % of its values read so.",
                known.name,
                kind_words(kind),
                100.0 * share
            );
            found.push((what, "Choose another kind, or leave the choice to whydrop."));
        }
    }
    if choices.threshold.is_some_and(|own| !own.is_finite()) {
        found.push(("The cut-off is not a number.".to_owned(), "Give a number."));
    }
    if let Some(own) = choices.business.training_metric {
        let id = super::finish::headline(understood, choices);
        let is_share = id.is_some_and(|id| id.info().format == metric::Format::Share);
        if !own.is_finite() || (is_share && !(0.0..=1.0).contains(&own)) {
            let what =
                format!("The training figure {own} is no value of the headline metric.");
            found.push((what, "Give a share as a number from 0 to 1."));
        }
    }
    found
}

/// Columns whose values cannot serve the role that was chosen for them: weights that are all 0, the score of a class there is not, and what a
/// previous model said in words of its own.
fn value_problems(
    tables: &Tables,
    choices: &Choices,
    understood: &Understood,
) -> Vec<(String, &'static str)> {
    let roles = &understood.roles;
    let names = roles.classes.names.join(", ");
    let mut found = Vec::new();
    for (at, ((known, _), (role, _))) in
        understood.columns.iter().zip(&roles.roles).enumerate()
    {
        if !choices.roles.contains_key(&known.name) {
            continue;
        }
        let samples = tables.tables.iter().map(|table| &table.sample);
        let mut cells = samples.flat_map(|sample| sample.cells(at));
        let mut any = |is: &dyn Fn(Cell<'_>, Reading) -> bool| {
            cells.any(|(cell, comma)| {
                is(cell, Reading { decimal_comma: comma, ..known.reading })
            })
        };
        let name = &known.name;
        match role {
            Role::Weight if !any(&|cell, reading| weighs(cell, reading)) => found.push((
                format!(
                    "The weight {name} is nowhere above 0, so that no row would count."
                ),
                "Choose another weight, or none.",
            )),
            Role::ClassScore(class)
                if roles.task == Some(Task::Multiclass)
                    && !roles.classes.names.contains(class) =>
            {
                found.push((
                    format!("The column {name} is to be the score of {class}, and the label never has that value; its values are {names}."),
                    "Choose it for one of these.",
                ));
            }
            Role::Baseline
                if !roles.classes.names.is_empty()
                    && !any(&|cell, reading| {
                        cell.number(reading).value().is_some()
                            || roles.classes.class_of(cell).is_some()
                    }) =>
            {
                found.push((
                    format!("The previous model's {name} holds neither numbers nor the label's values ({names})."),
                    "Choose its score, or its decision in the label's values.",
                ));
            }
            _ => {}
        }
    }
    found
}

fn weighs(cell: Cell<'_>, reading: Reading) -> bool {
    cell.number(reading).value().is_some_and(|own| own > 0.0)
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
            let is_other =
                |(cell, class): (Cell<'_>, &u8)| *class == NO_CLASS && cell != Cell::Null;
            own.others = cells().zip(&own.classes).map(is_other).collect();
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
