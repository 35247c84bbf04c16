//! What each column is for. Enter: names, kinds, the samples, and what the user chose. Leave: a role with
//! its reason for every column, the task and the classes. Guesses go from sure to unsure: chosen, from a
//! label file, by relation (a column that equals 1[score ≥ t] is the decision), by name.

use std::collections::BTreeMap;

use super::cell::Reading;
use super::class::{CLASS_LIMIT, Classes, class_name};
use super::kind::name_words;
use super::sample::TableSample;
use crate::choices::{Choices, Kind, Role, TableRole, Task};
use crate::stats::rank::{self, ScoreCount};

/// A label of whole numbers with more distinct values than this is a quantity, not a class.
const CLASS_VALUES: u64 = 20;

/// A decision may disagree with 1[score ≥ t] on at most this share of sampled rows and still be taken for it.
const DECISION_DISAGREEMENT: f64 = 0.001;

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
    /// The decision says yes below the threshold (a loan is approved when the risk is low), so that its yes
    /// is the model's no.
    pub decision_reversed: bool,
}

impl Roles {
    /// The first column with a role.
    #[must_use]
    pub fn column(&self, role: &Role) -> Option<usize> {
        self.roles.iter().position(|(own, _)| own == role)
    }
}

/// On which side of the threshold a decision says yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follows {
    AtOrAbove,
    Below,
}

struct Guess<'a> {
    columns: &'a [Known],
    reference: &'a TableSample,
    given: Vec<Option<(Role, String)>>,
}

/// Gives every column its role.
#[must_use]
pub fn assign(columns: &[Known], reference: &TableSample, choices: &Choices) -> Roles {
    let mut guess = Guess { columns, reference, given: vec![None; columns.len()] };
    for (column, given) in columns.iter().zip(&mut guess.given) {
        if let Some(role) = choices.roles.get(&column.name) {
            *given = Some((role.clone(), "chosen by you".to_owned()));
        } else if column.unsupported {
            *given = Some((Role::Ignore, "its type cannot be analysed".to_owned()));
        }
    }
    guess.keys();
    guess.time();
    guess.label();
    guess.score();
    let task = choices.task.or_else(|| guess.task());
    let classes = guess.classes(task, choices.positive.as_deref());
    if task == Some(Task::Multiclass) {
        guess.class_scores(&classes);
    }
    let decision_reversed = guess.decision(task, &classes);
    guess.weight();
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
    Roles { roles, task, classes, decision_reversed }
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

    fn label(&mut self) {
        if self.has(&Role::Label) {
            return;
        }
        if let Some(at) = self.best(|column| column.from_label_file.then_some(1)) {
            self.give(at, Role::Label, "it came in the label file".to_owned());
            return;
        }
        let found = self.best(|column| {
            let words = name_words(&column.name);
            let says =
                |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            if says(&[
                "pred",
                "predicted",
                "prediction",
                "score",
                "proba",
                "prob",
                "probability",
            ]) {
                return None;
            }
            let name = words.join("_");
            if matches!(
                name.as_str(),
                "label" | "target" | "y_true" | "ground_truth" | "y"
            ) {
                Some(3)
            } else if says(&["label", "target", "outcome", "truth", "actual", "actuals"])
            {
                Some(2)
            } else {
                None
            }
        });
        if let Some(at) = found {
            self.give(at, Role::Label, "its name says so".to_owned());
            return;
        }
        self.label_by_relation();
    }

    /// A two-valued column that the likely score ranks well, and that is not the score's own threshold.
    fn label_by_relation(&mut self) {
        let Some(score) = self.score_candidate() else { return };
        let mut best: Option<(f64, usize)> = None;
        for (at, column) in self.free() {
            if column.kind != Kind::Boolean || at == score {
                continue;
            }
            let counts =
                self.counts_against(score, |row_cell| row_cell.truth().value(), at);
            let (Some(auc), separated) = (rank::auc(&counts), disagreement(&counts))
            else {
                continue;
            };
            if auc >= 0.6
                && separated > DECISION_DISAGREEMENT
                && best.is_none_or(|b| auc > b.0)
            {
                best = Some((auc, at));
            }
        }
        if let Some((auc, at)) = best {
            let reason = format!("the score ranks it with an AUC of {auc:.2}");
            self.give(at, Role::Label, reason);
        }
    }

    fn score_candidate(&self) -> Option<usize> {
        self.of(&Role::Score).or_else(|| {
            self.best(|column| {
                if !matches!(column.kind, Kind::Number | Kind::Integer) {
                    return None;
                }
                let words = name_words(&column.name);
                let says = |list: &[&str]| {
                    words.iter().any(|word| list.contains(&word.as_str()))
                };
                if says(&["baseline", "old", "previous", "credit", "fico", "risk"])
                    && !says(&["model", "pred", "proba", "probability"])
                {
                    return None;
                }
                if says(&["proba", "probability", "prob"]) {
                    Some(4)
                } else if says(&["yhat", "forecast", "pred", "prediction", "predicted"])
                    && (column.kind == Kind::Number || column.distinct > CLASS_VALUES)
                {
                    Some(3)
                } else if says(&["score", "scores"]) {
                    Some(2 + u32::from(says(&["model"])))
                } else {
                    None
                }
            })
        })
    }

    fn score(&mut self) {
        if !self.has(&Role::Score)
            && let Some(at) = self.score_candidate()
        {
            self.give(
                at,
                Role::Score,
                "a number with the name of a model's output".to_owned(),
            );
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
            Some(column) => Some(match (column.kind, column.distinct) {
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

    fn numbers(&self, column: usize) -> impl Iterator<Item = f64> + '_ {
        let reading =
            self.columns.get(column).map(|known| known.reading).unwrap_or_default();
        self.reference.cells(column).take(RELATION_ROWS).filter_map(
            move |(cell, decimal_comma)| {
                cell.number(Reading { decimal_comma, ..reading }).value()
            },
        )
    }

    fn classes(&self, task: Option<Task>, positive: Option<&str>) -> Classes {
        let label = self.of(&Role::Label);
        let (Some(label), Some(Task::Binary | Task::Multiclass)) = (label, task) else {
            return Classes::default();
        };
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for (cell, _) in self.reference.cells(label) {
            if let Some(name) = class_name(cell) {
                *counts.entry(name).or_insert(0) += 1;
            }
        }
        let mut by_count: Vec<(String, u64)> = counts.into_iter().collect();
        by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        by_count.truncate(if task == Some(Task::Binary) { 2 } else { CLASS_LIMIT });
        let mut names: Vec<String> = by_count.into_iter().map(|(name, _)| name).collect();
        if let ([only], Some(Task::Binary)) = (names.as_slice(), task) {
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

    /// Words for yes win; else the class with the higher scores; else the later in order.
    fn positive(&self, label: usize, names: &[String]) -> Option<String> {
        let is_yes = |name: &&String| {
            let word = name.to_lowercase();
            matches!(word.as_str(), "1" | "true" | "yes" | "y" | "t" | "positive" | "pos")
        };
        if let Some(name) = names.iter().find(is_yes) {
            return Some(name.clone());
        }
        let score = self.of(&Role::Score)?;
        let later = names.iter().max()?;
        let is_later = |cell: super::cell::Cell<'_>| Some(class_name(cell)? == *later);
        let auc = rank::auc(&self.counts_against(score, is_later, label))?;
        if auc < 0.5 { names.iter().min().cloned() } else { Some(later.clone()) }
    }

    fn class_scores(&mut self, classes: &Classes) {
        for class in &classes.names {
            let role = Role::ClassScore(class.clone());
            if self.has(&role) {
                continue;
            }
            let tail = name_words(class);
            let found = self.free().find(|(_, column)| {
                let words = name_words(&column.name);
                let marked = words.first().is_some_and(|word| {
                    matches!(
                        word.as_str(),
                        "p" | "prob" | "proba" | "probability" | "score" | "pred"
                    )
                });
                let named = words.len() > tail.len() && words.ends_with(&tail);
                matches!(column.kind, Kind::Number | Kind::Integer) && marked && named
            });
            if let Some((at, _)) = found {
                let reason = format!("its name is that of the score of class {class}");
                self.give(at, role, reason);
            }
        }
    }

    /// Finds the decision; whether its yes is the model's no.
    fn decision(&mut self, task: Option<Task>, classes: &Classes) -> bool {
        if task.is_none() || task == Some(Task::Regression) {
            return false;
        }
        if let Some(chosen) = self.of(&Role::Decision) {
            return self.follows(task, classes, chosen) == Some(Follows::Below);
        }
        let related = self.free().find_map(|(at, column)| {
            let two_valued = column.kind == Kind::Boolean || column.distinct == 2;
            two_valued
                .then(|| self.follows(task, classes, at))
                .flatten()
                .map(|how| (at, how))
        });
        if let Some((at, how)) = related {
            let reason = match how {
                Follows::AtOrAbove => "it equals “score at or above one threshold”",
                Follows::Below => {
                    "it equals “score below one threshold”: its yes is counted as the model's no"
                }
            };
            self.give(at, Role::Decision, reason.to_owned());
            return how == Follows::Below;
        }
        let found = self.best(|column| {
            let fits =
                matches!(column.kind, Kind::Boolean | Kind::Category | Kind::Integer)
                    && column.distinct <= classes.names.len().max(2) as u64;
            let words = name_words(&column.name);
            let says =
                |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            let named = says(&["decision", "pred", "predicted", "prediction", "decided"]);
            (fits && named).then_some(1)
        });
        if let Some(at) = found {
            self.give(at, Role::Decision, "its name says so".to_owned());
        }
        false
    }

    /// Whether a two-valued column is one side of a threshold on the score, and which.
    fn follows(
        &self,
        task: Option<Task>,
        classes: &Classes,
        column: usize,
    ) -> Option<Follows> {
        let score = self.of(&Role::Score).filter(|_| task == Some(Task::Binary))?;
        let counts = self.counts_against(
            score,
            |cell| classes.class_of(cell).map(|class| class == 1),
            column,
        );
        let (yes, no) = rank::totals(&counts);
        if yes == 0 || no == 0 {
            return None;
        }
        if disagreement(&counts) <= DECISION_DISAGREEMENT {
            return Some(Follows::AtOrAbove);
        }
        let turned: Vec<ScoreCount> = counts
            .iter()
            .map(|count| ScoreCount {
                score: count.score,
                positives: count.negatives,
                negatives: count.positives,
            })
            .collect();
        (disagreement(&turned) <= DECISION_DISAGREEMENT).then_some(Follows::Below)
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
        is_positive: impl Fn(super::cell::Cell<'_>) -> Option<bool>,
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
