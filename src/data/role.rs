//! What each column is for. Enter: names, kinds, the samples, and what the user chose. Leave: a role with
//! its reason for every column, the task and the classes. Guesses go from sure to unsure: chosen, from a
//! label file, by relation (a column that equals 1[score ≥ t] is the decision), by name.
//!
//! - `names`: what a name says; `output`: label, score, scores of classes, decision; `per_cent`: whether scores are.

mod names;
mod output;
pub mod per_cent;

use std::collections::BTreeMap;

use super::cell::{Cell, Reading};
use super::class::{CLASS_LIMIT, Classes, class_name, is_not_known_yet};
use super::kind::{name_hints_key, name_words};
use super::sample::TableSample;
use crate::choices::{Choices, Kind, Role, TableRole, Task};
use crate::stats::rank::{self, ScoreCount};

/// A label of whole numbers with more distinct values than this is a quantity, not a class.
const CLASS_VALUES: u64 = 20;

/// Values from which a column with the name of a key may be one, and the share of production rows that may hold a value
/// of before.
const KEYS: usize = 20;
const KEYS_BACK: f64 = 0.1;

/// Rows looked at for relations between columns.
const RELATION_ROWS: usize = 20_000;

/// A column as far as it is known before roles are given.
#[derive(Clone, Debug)]
pub struct Known {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// How its text is read.
    pub reading: Reading,
    /// Distinct values seen.
    pub distinct: u64,
    /// Tables that have it.
    pub tables: Vec<TableRole>,
    /// It came in a label file.
    pub from_label_file: bool,
    /// Nested or otherwise never read.
    pub unsupported: bool,
}

/// Roles, reasons, task, classes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    /// Role and reason of each column, in order.
    pub roles: Vec<(Role, String)>,
    /// The task; `None` without label and score.
    pub task: Option<Task>,
    /// Classes of the label.
    pub classes: Classes,
    /// How the decision's values name classes.
    pub decision: DecisionWords,
}

/// How the values of a decision name the classes of the label.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum DecisionWords {
    /// They are the label's own.
    #[default]
    Shared,
    /// They are the label's own, but yes is said below the threshold (a loan is approved when the risk is low): its
    /// yes is the model's no.
    Reversed,
    /// Other words: these mean no and yes.
    Own(Classes),
    /// Other words, and nothing tells which of them means which class.
    Unknown,
}

impl Roles {
    /// The first column with a role.
    #[must_use]
    pub fn column(&self, role: &Role) -> Option<usize> {
        self.roles.iter().position(|(own, _)| own == role)
    }
}

struct Guess<'a> {
    columns: &'a [Known],
    reference: &'a TableSample,
    production: &'a TableSample,
    given: Vec<Option<(Role, String)>>,
}

/// Gives every column its role.
#[must_use]
pub fn assign(
    columns: &[Known],
    [reference, production]: [&TableSample; 2],
    choices: &Choices,
) -> Roles {
    let given = vec![None; columns.len()];
    let mut guess = Guess { columns, reference, production, given };
    for (column, given) in columns.iter().zip(&mut guess.given) {
        if let Some(role) = choices.roles.get(&column.name) {
            *given = Some((role.clone(), "chosen by you".to_owned()));
        } else if column.unsupported {
            *given = Some((Role::Ignore, "its type cannot be analysed".to_owned()));
        }
    }
    guess.keys();
    guess.time();
    guess.scores_of_classes();
    guess.score();
    guess.label();
    let task = choices.task.or_else(|| guess.task());
    let classes = guess.classes(task, choices.positive.as_deref());
    if task == Some(Task::Multiclass) {
        guess.class_scores(&classes.names);
    }
    let decision = guess.decision(task, &classes);
    let classes = guess.with_decided(classes, task, &decision);
    guess.weight();
    guess.keys_of_entities();
    let rest = |(given, column): (Option<(Role, String)>, &Known)| {
        given.unwrap_or_else(|| match column.kind {
            Kind::Identifier => (
                Role::Ignore,
                "nearly every row has its own value: a key, not a feature".to_owned(),
            ),
            _ => (
                Role::Feature,
                "every other column is taken for an input of the model".to_owned(),
            ),
        })
    };
    let roles = guess.given.into_iter().zip(columns).map(rest).collect();
    Roles { roles, task, classes, decision }
}

impl Guess<'_> {
    fn has(&self, role: &Role) -> bool {
        self.given.iter().flatten().any(|(own, _)| own == role)
    }

    fn of(&self, role: &Role) -> Option<usize> {
        self.given
            .iter()
            .position(|given| given.as_ref().is_some_and(|(own, _)| own == role))
    }

    fn free(&self) -> impl Iterator<Item = (usize, &Known)> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(at, _)| self.given.get(*at).is_some_and(Option::is_none))
    }

    fn give(&mut self, column: usize, role: Role, reason: String) {
        if let Some(given) = self.given.get_mut(column) {
            *given = Some((role, reason));
        }
    }

    /// The free column with the best mark (first on ties), if any has one.
    fn best(&self, mark: impl Fn(&Known) -> Option<u32>) -> Option<usize> {
        self.free()
            .filter_map(|(at, column)| Some((mark(column)?, std::cmp::Reverse(at))))
            .max()
            .map(|(_, at)| at.0)
    }

    fn keys(&mut self) {
        for at in 0..self.columns.len() {
            let is_index = self.columns.get(at).is_some_and(|column| {
                column.name.starts_with("Unnamed") || column.name == "index"
            });
            if is_index && self.given.get(at).is_some_and(Option::is_none) {
                self.give(at, Role::Ignore, "the row number an export added".to_owned());
            }
        }
        if self.has(&Role::Id) {
            return;
        }
        let found = self.best(|column| {
            let words = name_words(&column.name);
            let named = words
                .iter()
                .any(|word| matches!(word.as_str(), "id" | "uuid" | "guid" | "key"));
            let shared = column.tables.len() > 1;
            match (column.kind, named) {
                (Kind::Identifier, _) | (Kind::Integer | Kind::Category, true) => Some(
                    u32::from(named) * 4
                        + u32::from(shared) * 2
                        + u32::from(words.len() == 1),
                ),
                _ => None,
            }
        });
        if let Some(at) = found {
            self.give(at, Role::Id, "its values are keys".to_owned());
        }
    }

    /// Columns with the name of a key of which hardly a value comes back: whoever production saw, not a kind of row.
    fn keys_of_entities(&mut self) {
        let is_key = |at: &usize| {
            let Some(column) = self.columns.get(*at) else { return false };
            if !matches!(column.kind, Kind::Integer | Kind::Category)
                || !name_hints_key(&column.name)
            {
                return false;
            }
            let (known, live) =
                (names_in(self.reference, *at), names_in(self.production, *at));
            let rows: u64 = live.values().sum();
            let back = live.iter().filter(|own| known.contains_key(own.0));
            let back: u64 = back.map(|own| own.1).sum();
            known.len().min(live.len()) >= KEYS && (back as f64) < KEYS_BACK * rows as f64
        };
        let found: Vec<usize> = self.free().map(|own| own.0).filter(is_key).collect();
        for at in found {
            let reason =
                "hardly one of its values comes back after launch: a key, not a feature";
            self.give(at, Role::Ignore, reason.to_owned());
        }
    }

    fn time(&mut self) {
        if self.has(&Role::Time) {
            return;
        }
        let found = self.best(|column| {
            (column.kind == Kind::Time).then(|| {
                let words = name_words(&column.name);
                let says = |list: &[&str]| {
                    words.iter().any(|word| list.contains(&word.as_str()))
                };
                let row_time =
                    says(&["timestamp", "ts", "scored", "prediction", "event", "logged"]);
                let birth =
                    says(&["birth", "signup", "signed", "opened", "created", "first"]);
                u32::from(row_time) * 4
                    + u32::from(!birth) * 2
                    + u32::from(words.len() == 1)
            })
        });
        if let Some(at) = found {
            self.give(at, Role::Time, "it holds the moments of the rows".to_owned());
        }
    }

    fn task(&self) -> Option<Task> {
        if self
            .given
            .iter()
            .flatten()
            .any(|(role, _)| matches!(role, Role::ClassScore(_)))
        {
            return Some(Task::Multiclass);
        }
        let label = self.of(&Role::Label).and_then(|at| self.columns.get(at));
        match label {
            Some(column) => Some(match (column.kind, self.label_values(column)) {
                (Kind::Boolean, _) | (Kind::Category | Kind::Integer, 0..=2) => {
                    Task::Binary
                }
                (Kind::Category, 3..) => Task::Multiclass,
                (Kind::Integer, 3..=CLASS_VALUES) if !self.score_is_quantity() => {
                    Task::Multiclass
                }
                _ => Task::Regression,
            }),
            None => self.of(&Role::Score).map(|score| {
                let mut values = self.numbers(score).peekable();
                if values.peek().is_some() && values.all(|v| (0.0..=1.0).contains(&v)) {
                    Task::Binary
                } else {
                    Task::Regression
                }
            }),
        }
    }

    fn score_is_quantity(&self) -> bool {
        self.of(&Role::Score)
            .is_some_and(|score| self.numbers(score).any(|v| !(0.0..=1.0).contains(&v)))
    }

    /// Names in the rows that are looked at for relations.
    fn some_names(&self, column: usize) -> BTreeMap<String, u64> {
        names_among(self.reference.cells(column).take(RELATION_ROWS))
    }

    fn numbers(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        let reading =
            self.columns.get(column).map(|known| known.reading).unwrap_or_default();
        self.reference.cells(column).take(RELATION_ROWS).filter_map(
            move |(cell, decimal_comma)| {
                cell.number(Reading { decimal_comma, ..reading }).value()
            },
        )
    }

    /// Distinct values of a label, without the word for "not known yet" where two values are left.
    fn label_values(&self, column: &Known) -> u64 {
        let at = self.columns.iter().position(|own| own.name == column.name);
        if !(3..=4).contains(&column.distinct) {
            return column.distinct;
        }
        let names = at.map(|at| names_in(self.reference, at)).unwrap_or_default();
        let known = names.keys().filter(|name| !is_not_known_yet(name)).count();
        if known == 2 { 2 } else { column.distinct }
    }

    fn classes(&self, task: Option<Task>, positive: Option<&str>) -> Classes {
        let label = self.of(&Role::Label);
        let (Some(label), Some(task @ (Task::Binary | Task::Multiclass))) = (label, task)
        else {
            return Classes::default();
        };
        let mut counts = names_in(self.reference, label);
        if counts.is_empty() {
            counts = names_in(self.production, label);
        }
        let mut by_count: Vec<(String, u64)> = counts.into_iter().collect();
        by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        if task == Task::Binary && by_count.len() > 2 {
            by_count.retain(|(name, _)| !is_not_known_yet(name));
        }
        by_count.truncate(if task == Task::Binary { 2 } else { CLASS_LIMIT });
        let mut names: Vec<String> = by_count.into_iter().map(|(name, _)| name).collect();
        if task == Task::Multiclass {
            // A class that is new is a class: whoever decides can only be wrong on it.
            let new = names_in(self.production, label).into_keys();
            let room = CLASS_LIMIT.saturating_sub(names.len());
            let new: Vec<String> =
                new.filter(|own| !names.contains(own)).take(room).collect();
            names.extend(new);
        }
        if let ([only], Task::Binary) = (names.as_slice(), task) {
            // One class in the reference: the other still has a name.
            let other = match only.as_str() {
                "0" => "1",
                "1" => "0",
                "false" | "False" => "true",
                _ => "(any other)",
            };
            names.push(other.to_owned());
        }
        let positive =
            positive.map(str::to_owned).or_else(|| self.positive(label, &names));
        Classes::new(names, positive.as_deref())
    }

    /// Of several classes also those that only decisions name: whoever decides so is wrong.
    fn with_decided(
        &self,
        classes: Classes,
        task: Option<Task>,
        decision: &DecisionWords,
    ) -> Classes {
        let shared = task == Some(Task::Multiclass) && *decision == DecisionWords::Shared;
        let Some(at) = self.of(&Role::Decision).filter(|_| shared) else {
            return classes;
        };
        let of = |sample: &TableSample| names_in(sample, at).into_keys();
        let mut names = classes.names.clone();
        for name in of(self.reference).chain(of(self.production)) {
            if names.len() < CLASS_LIMIT && !names.contains(&name) {
                names.push(name);
            }
        }
        if names.len() == classes.names.len() {
            classes
        } else {
            Classes::new(names, None)
        }
    }

    /// The word for yes where the other is one for no; else the class with the higher scores; else a word for yes, else
    /// the later in order.
    fn positive(&self, label: usize, names: &[String]) -> Option<String> {
        let says = |name: &&String, words: &[&str]| {
            words.contains(&name.to_lowercase().as_str())
        };
        let yes = names
            .iter()
            .find(|name| says(name, &["1", "true", "yes", "y", "t", "positive", "pos"]));
        let no = names.iter().any(|name| {
            says(&name, &["0", "-1", "false", "no", "n", "f", "negative", "neg"])
        });
        if let Some(name) = yes.filter(|_| no || names.len() != 2) {
            return Some(name.clone());
        }
        let later = names.iter().max()?;
        let is_later = |cell: Cell<'_>| Some(class_name(cell)? == *later);
        let auc = self
            .of(&Role::Score)
            .and_then(|score| rank::auc(&self.counts_against(score, is_later, label)));
        match (auc, yes) {
            (Some(auc), _) if auc < 0.5 => names.iter().min().cloned(),
            (None, Some(yes)) => Some(yes.clone()),
            _ => Some(later.clone()),
        }
    }

    fn weight(&mut self) {
        if self.has(&Role::Weight) {
            return;
        }
        let found = self.best(|column| {
            let name = name_words(&column.name).join("_");
            let named =
                matches!(name.as_str(), "sample_weight" | "row_weight" | "case_weight");
            (named && matches!(column.kind, Kind::Number | Kind::Integer)).then_some(1)
        });
        if let Some(at) = found {
            self.give(at, Role::Weight, "its name says so".to_owned());
        }
    }

    /// Positives and negatives of `column` by value of `score`, ascending.
    fn counts_against(
        &self,
        score: usize,
        is_positive: impl Fn(Cell<'_>) -> Option<bool>,
        column: usize,
    ) -> Vec<ScoreCount> {
        let reading =
            self.columns.get(score).map(|known| known.reading).unwrap_or_default();
        let scores = self.reference.cells(score);
        let labels = self.reference.cells(column);
        let mut rows: Vec<(f64, bool)> = scores
            .zip(labels)
            .take(RELATION_ROWS)
            .filter_map(|((score, decimal_comma), (label, _))| {
                let score = score.number(Reading { decimal_comma, ..reading }).value()?;
                Some((score, is_positive(label)?))
            })
            .collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut counts: Vec<ScoreCount> = Vec::new();
        for (score, positive) in rows {
            if counts.last().is_none_or(|last| last.score != score) {
                counts.push(ScoreCount { score, positives: 0, negatives: 0 });
            }
            if let Some(last) = counts.last_mut() {
                last.positives += u64::from(positive);
                last.negatives += u64::from(!positive);
            }
        }
        counts
    }
}

/// Values of a column that name something, with how often.
#[must_use]
pub fn names_in(sample: &TableSample, column: usize) -> BTreeMap<String, u64> {
    names_among(sample.cells(column))
}

fn names_among<'a>(
    cells: impl Iterator<Item = (Cell<'a>, bool)>,
) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (cell, _) in cells {
        if let Some(name) = class_name(cell) {
            *counts.entry(name).or_insert(0) += 1;
        }
    }
    counts
}

/// Smallest share of rows that disagree with 1[score ≥ t] over all thresholds t; 1 without rows.
fn disagreement(counts: &[ScoreCount]) -> f64 {
    let (positives, negatives) = rank::totals(counts);
    let rows = positives + negatives;
    if rows == 0 {
        return 1.0;
    }
    // Below every score: all are decided yes, the negatives are wrong.
    let mut wrong = negatives;
    let mut fewest = wrong;
    for count in counts {
        wrong = wrong + count.positives - count.negatives;
        fewest = fewest.min(wrong);
    }
    fewest as f64 / rows as f64
}
