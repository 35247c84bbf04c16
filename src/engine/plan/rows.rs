//! What sampled rows say of all of them. Enter: tables and how their columns were understood. Leave: the key of their
//! entities, the days that may be theirs, and the decision on which alone they have outcomes.

use super::Understood;
use crate::choices::{Role, TableRole, Task};
use crate::data::cell::Reading;
use crate::data::class::{class_name, is_not_known_yet};
use crate::data::kind::{Inferred, VALUES_EXAMINED, name_hints_key};
use crate::data::role::DecisionWords;
use crate::encode::rows::day_of;
use crate::engine::tables::Tables;

/// Share of rows with a value of their own from which a key is one of rows.
const ROW_KEY: f64 = 0.95;
/// Mean rows a value from which a key is one of entities.
const ENTITY_ROWS: f64 = 1.5;
/// Fewest entities.
const ENTITIES: u64 = 30;

/// Mean rows a value of a column, as far as it was examined.
fn rows_a_value(own: &Inferred) -> f64 {
    own.value_count.min(VALUES_EXAMINED as u64) as f64 / own.distinct.max(1) as f64
}

/// The key whose rows belong together, where the id is one of rows: of several the one with the most values.
pub(super) fn entity(understood: &Understood) -> Option<usize> {
    let roles = &understood.roles;
    let (_, id) = understood.columns.get(roles.column(&Role::Id)?)?;
    if rows_a_value(id) > 1.0 / ROW_KEY {
        return None;
    }
    let both = [TableRole::Reference, TableRole::Production];
    let columns = understood.columns.iter().zip(&roles.roles).enumerate();
    let keys = columns.filter(|(_, ((known, own), (role, _)))| {
        *role == Role::Ignore
            && !known.unsupported
            && name_hints_key(&known.name)
            && both.iter().all(|table| known.tables.contains(table))
            && own.distinct >= ENTITIES
            && rows_a_value(own) >= ENTITY_ROWS
    });
    keys.max_by_key(|(_, ((_, own), _))| own.distinct).map(|own| own.0)
}

/// The key of entities that come again; `None` where hardly a key comes twice, and nothing is one entity's alone.
pub(super) fn repeated_key(understood: &Understood) -> Option<usize> {
    let key = entity(understood).or_else(|| understood.roles.column(&Role::Id))?;
    let (_, own) = understood.columns.get(key)?;
    (rows_a_value(own) >= ENTITY_ROWS).then_some(key)
}

/// Years around the middle of all times in which a row's own time may lie.
const YEARS_AROUND: i32 = 40;

/// First and last day that rows' times may name.
pub(super) fn days(tables: &Tables, understood: &Understood) -> Option<(i32, i32)> {
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

/// Share of a table's outcomes that are none of the classes from which the others are no fair part of them, and how many
/// there must be.
const OTHER_WORDS: (f64, f64) = (0.1, 20.0);

/// Whether a table writes its outcomes in other words than the reference: as yes and no for 1 and 0, or one of them anew.
pub(super) fn other_words(
    tables: &Tables,
    understood: &Understood,
    role: TableRole,
) -> bool {
    let roles = &understood.roles;
    let sample = tables.table(role).map(|own| &own.sample);
    let (Some(label), Some(sample)) = (roles.column(&Role::Label), sample) else {
        return false;
    };
    if role == TableRole::Reference || roles.task != Some(Task::Binary) {
        return false;
    }
    let (mut all, mut others) = (0.0, 0.0);
    for (cell, _) in sample.cells(label) {
        let Some(name) = class_name(cell).filter(|own| !is_not_known_yet(own)) else {
            continue;
        };
        all += 1.0;
        let is_other = !name.is_empty() && roles.classes.class_of(cell).is_none();
        others += f64::from(u8::from(is_other));
    }
    others >= OTHER_WORDS.1 && others >= OTHER_WORDS.0 * all
}

/// Shares of rows with an outcome, and rows, that make outcomes depend on the decision: where they are, where they are
/// not, and where they were before launch.
const LABELLED: (f64, f64, f64) = (0.2, 0.02, 0.5);
/// Fewest rows of a decision to see it on.
const DECIDED_ROWS: f64 = 100.0;

/// Part of production's rows, the newest, that may show it alone.
const NEWEST: usize = 3;

/// Rows with an outcome, and rows, by decision.
type ByDecision = [(f64, f64); 2];

/// The decision on whose rows alone production has outcomes, all the time or at least on its newest third, where the
/// reference had them on all.
pub(super) fn labelled_where(tables: &Tables, understood: &Understood) -> Option<u8> {
    let roles = &understood.roles;
    if roles.task != Some(Task::Binary) {
        return None;
    }
    let (label, decision) = (roles.column(&Role::Label)?, roles.column(&Role::Decision)?);
    let decided = roles.decision_classes()?;
    let reversed = roles.decision == DecisionWords::Reversed;
    // Side of the decision and whether there is an outcome, row by row.
    let of_table = |role: TableRole| -> Option<Vec<Option<(usize, bool)>>> {
        let sample = &tables.table(role)?.sample;
        let rows = sample.cells(decision).zip(sample.cells(label));
        let of = |((decision, _), (label, _))| {
            let side = usize::from(decided.class_of(decision)?) ^ usize::from(reversed);
            Some((side, roles.classes.class_of(label).is_some()))
        };
        Some(rows.map(of).collect())
    };
    let count = |rows: &mut dyn Iterator<Item = Option<(usize, bool)>>| {
        let mut counts = ByDecision::default();
        for (side, is_labelled) in rows.flatten() {
            if let Some((labelled, rows)) = counts.get_mut(side) {
                *labelled += f64::from(u8::from(is_labelled));
                *rows += 1.0;
            }
        }
        counts
    };
    let before = count(&mut of_table(TableRole::Reference)?.into_iter());
    let live = of_table(TableRole::Production)?;
    let newest = newest_rows(tables, understood).unwrap_or_default();
    let newest = newest.iter().filter_map(|row| live.get(*row).copied());
    [count(&mut live.iter().copied()), count(&mut newest.into_iter())]
        .iter()
        .find_map(|after| only_where(&before, after))
}

/// The decision with outcomes, where rows with the other one have none and had them before.
fn only_where(before: &ByDecision, after: &ByDecision) -> Option<u8> {
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

/// Sampled production rows of the newest third by their time; `None` without times.
fn newest_rows(tables: &Tables, understood: &Understood) -> Option<Vec<usize>> {
    let at = understood.roles.column(&Role::Time)?;
    let (known, _) = understood.columns.get(at)?;
    let cells = tables.table(TableRole::Production)?.sample.cells(at);
    let mut rows: Vec<(i32, usize)> = cells
        .enumerate()
        .filter_map(|(row, (cell, decimal_comma))| {
            let reading = Reading { decimal_comma, ..known.reading };
            Some((day_of(cell.time(reading).value()?), row))
        })
        .collect();
    rows.sort_unstable();
    Some(rows.iter().skip(rows.len() - rows.len() / NEWEST).map(|own| own.1).collect())
}
