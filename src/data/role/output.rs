//! Outcome, the model's output, scores of classes and the decision. Enter: columns and the samples. Leave: their roles.
//! A name is a first guess; what the rows show decides between several: a score is what a decision follows and what
//! ranks the outcome, an outcome is what the score ranks.

use std::collections::BTreeMap;

use super::names::{self, Needs};
use super::{
    CLASS_VALUES, DecisionWords, Guess, Known, RELATION_ROWS, Roles, disagreement,
};
use crate::choices::{Kind, Role, Task};
use crate::data::cell::{Cell, Reading};
use crate::data::class::{Classes, class_name};
use crate::stats::association::pearson;
use crate::stats::rank::{self, ScoreCount};

/// A decision may disagree with 1[score ≥ t] on at most this share of sampled rows and still be taken for it.
const DECISION_DISAGREEMENT: f64 = 0.001;

/// A score ranks the outcome from this AUC on.
const RANKS: f64 = 0.6;

/// Worth of a decision that follows the score, of ranking (an AUC of 1, a correlation of 1), and of lying in 0–1 where
/// the outcome is yes or no; names are worth 0 to 4.
const FOLLOWED: f64 = 4.0;
const RANKED: f64 = 4.0;
const IN_UNIT: f64 = 1.0;

/// Parts of the rows, by score, in each of which a chance lies no further from the share of what it is the chance of.
const CHANCE_PARTS: u64 = 5;
const CHANCE_OFF: f64 = 0.15;

/// Correlation from which a number is an estimate of an amount.
const ESTIMATES: f64 = 0.6;

/// How much closer a score must be to an amount, in its own unit, than the amount's median is: 1 − mean error over mean
/// distance to the median.
const FITS: f64 = 0.1;

/// Share of rows at the score where a decision changes that may be decided either way: scores are often rounded.
const ROUNDED: f64 = 0.1;

/// Share of rows from which a column of classes is the one with the best score.
const BEST: f64 = 0.98;

/// Rows that show that a score knows nothing of a column.
const ENOUGH_ROWS: usize = 500;

/// Standard errors apart that tell which decision goes with which outcome.
const APART: f64 = 3.0;

impl Roles {
    /// Classes that the values of the decision name; `None` where nothing tells.
    #[must_use]
    pub fn decision_classes(&self) -> Option<&Classes> {
        match &self.decision {
            DecisionWords::Own(classes) => Some(classes),
            DecisionWords::Unknown => None,
            DecisionWords::Shared | DecisionWords::Reversed => Some(&self.classes),
        }
    }
}

const fn is_numeric(column: &Known) -> bool {
    matches!(column.kind, Kind::Number | Kind::Integer)
}

fn is_two_valued(column: &Known) -> bool {
    column.kind == Kind::Boolean || column.distinct == 2
}

impl Guess<'_> {
    /// The column that is the outcome by choice, by its file or by its name alone, where there is one.
    fn named_outcomes(&self) -> Vec<usize> {
        if let Some(own) = self.of(&Role::Label) {
            return vec![own];
        }
        let from_file = self.free().find(|(_, column)| column.from_label_file);
        if let Some((at, _)) = from_file {
            return vec![at];
        }
        let named = self
            .free()
            .filter(|(_, own)| names::outcome(own).is_some_and(|mark| mark >= 2.0));
        named.map(|own| own.0).collect()
    }

    /// Scores of the classes of an outcome with three or more values, where at least half of the classes have one.
    pub(super) fn scores_of_classes(&mut self) {
        for label in self.named_outcomes() {
            let classes: Vec<String> = self.some_names(label).into_keys().collect();
            if !(3..=super::CLASS_LIMIT).contains(&classes.len()) {
                continue;
            }
            let has = |class: &&String| {
                self.free().any(|(_, own)| names::is_score_of(own, class))
            };
            let found = classes.iter().filter(has).count();
            if found >= 2 && 2 * found >= classes.len() {
                self.class_scores(&classes);
                return;
            }
        }
        self.classes_with_scores();
    }

    /// Columns whose every value has a score by its name, where no name tells the outcome: the one that is not simply the
    /// value with the best score.
    fn classes_with_scores(&mut self) {
        let of = |(at, column): (usize, &Known)| {
            let classes: Vec<String> = match column.kind {
                Kind::Category => self.some_names(at).into_keys().collect(),
                _ => Vec::new(),
            };
            let scores: Option<Vec<usize>> = classes
                .iter()
                .map(|class| {
                    let found =
                        self.free().find(|(_, own)| names::is_score_of(own, class));
                    found.map(|own| own.0)
                })
                .collect();
            let scores =
                scores.filter(|_| (3..=super::CLASS_LIMIT).contains(&classes.len()))?;
            let best = self.is_best(at, &classes, &scores)?;
            (best < BEST).then_some((best, at, classes))
        };
        let found = self.free().filter_map(of).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, at, classes)) = found {
            self.give(at, Role::Label, "each of its values has a score".to_owned());
            self.class_scores(&classes);
        }
    }

    /// Share of rows on which a column holds the class with the best score.
    fn is_best(
        &self,
        column: usize,
        classes: &[String],
        scores: &[usize],
    ) -> Option<f64> {
        let mut tops: Vec<(f64, usize)> = Vec::new();
        for (class, score) in scores.iter().enumerate() {
            let reading =
                self.columns.get(*score).map(|own| own.reading).unwrap_or_default();
            let cells = self.reference.cells(*score).take(RELATION_ROWS);
            for (row, (cell, decimal_comma)) in cells.enumerate() {
                let own = cell.number(Reading { decimal_comma, ..reading }).value();
                let own = own.unwrap_or(f64::NEG_INFINITY);
                match tops.get_mut(row) {
                    None => tops.push((own, class)),
                    Some(top) if own > top.0 => *top = (own, class),
                    Some(_) => {}
                }
            }
        }
        let (mut rows, mut same) = (0_u32, 0_u32);
        for ((cell, _), (_, top)) in self.reference.cells(column).zip(&tops) {
            let Some(name) = class_name(cell) else { continue };
            rows += 1;
            same += u32::from(classes.get(*top) == Some(&name));
        }
        (rows > 0).then(|| f64::from(same) / f64::from(rows))
    }

    /// Gives each class the column with its score.
    pub(super) fn class_scores(&mut self, classes: &[String]) {
        for class in classes {
            let role = Role::ClassScore(class.clone());
            if self.has(&role) {
                continue;
            }
            let found = self.free().find(|(_, own)| names::is_score_of(own, class));
            if let Some((at, _)) = found {
                let reason = format!("its name is that of the score of class {class}");
                self.give(at, role, reason);
            }
        }
    }

    pub(super) fn score(&mut self) {
        if self.has(&Role::Score) {
            return;
        }
        let outcomes = self.named_outcomes();
        let mut best: Option<(f64, usize, String)> = None;
        for (at, column) in self.free() {
            if !is_numeric(column) || outcomes.contains(&at) {
                continue;
            }
            let Some((mark, needs)) = names::output(column) else { continue };
            let decision = self.decision_of(at, &outcomes);
            let ranking = outcomes.iter().map(|own| self.ranking(at, *own));
            let ranking = ranking.fold(0.0, f64::max);
            let in_unit = || self.numbers(at).all(|own| (0.0..=1.0).contains(&own));
            let is_believed = match needs {
                Needs::Nothing => true,
                Needs::Relation => {
                    decision.is_some() || (ranking >= 2.0 * (RANKS - 0.5) && in_unit())
                }
                Needs::Decision => decision.is_some(),
                Needs::Amount => self.free().any(|(other, own)| {
                    let is_amount = names::is_amount(own) || names::predicts(column, own);
                    other != at
                        && is_amount
                        && self.correlation(at, other).is_some_and(|own| own >= ESTIMATES)
                }),
            };
            if !is_believed {
                continue;
            }
            let value = mark
                + if decision.is_some() { FOLLOWED } else { 0.0 }
                + RANKED * ranking
                + if in_unit() { IN_UNIT } else { 0.0 };
            if best.as_ref().is_none_or(|own| value > own.0) {
                let reason = decision.map_or_else(
                    || "a number with the name of a model's output".to_owned(),
                    |own| format!("{} follows it at one threshold", self.name(own)),
                );
                best = Some((value, at, reason));
            }
        }
        let best =
            best.map(|own| (own.1, own.2)).or_else(|| self.score_by_decision(&outcomes));
        let best = best.or_else(|| self.score_by_relations(&outcomes));
        if let Some((at, reason)) = best {
            self.give(at, Role::Score, reason);
        }
    }

    /// A number without a telling name that a column with the name of a decision follows.
    fn score_by_decision(&self, outcomes: &[usize]) -> Option<(usize, String)> {
        let decisions: Vec<usize> = self
            .free()
            .filter(|(at, own)| {
                is_two_valued(own) && names::decision(own) && !outcomes.contains(at)
            })
            .map(|own| own.0)
            .collect();
        self.free().find_map(|(at, own)| {
            let many = own.kind == Kind::Number || own.distinct > CLASS_VALUES;
            if !is_numeric(own) || !many || names::outcome(own).is_some() {
                return None;
            }
            let decision =
                decisions.iter().find(|own| self.follows(at, **own).is_some())?;
            Some((at, format!("{} follows it at one threshold", self.name(*decision))))
        })
    }

    /// A number that no name tells: one two-valued column follows it at one threshold, and it is the chance of another. No
    /// input of a model is both, so that files without a header are understood.
    fn score_by_relations(&self, outcomes: &[usize]) -> Option<(usize, String)> {
        if self.reference.row_count() < ENOUGH_ROWS {
            return None;
        }
        self.free().find_map(|(at, own)| {
            let many = own.kind == Kind::Number && own.distinct > CLASS_VALUES;
            if !many || outcomes.contains(&at) {
                return None;
            }
            let decision = self.decision_of(at, outcomes)?;
            let mut others = self.free().filter(|(other, own)| {
                is_two_valued(own)
                    && *other != decision
                    && self.follows(at, *other).is_none()
            });
            let named = outcomes.iter().copied().find(|own| self.is_chance_of(at, *own));
            let outcome = named
                .or_else(|| Some(others.find(|own| self.is_chance_of(at, own.0))?.0))?;
            let reason = format!(
                "{} follows it at one threshold, and it is the chance of {}",
                self.name(decision),
                self.name(outcome)
            );
            Some((at, reason))
        })
    }

    /// Whether a number ranks a two-valued column and lies, from its lowest to its highest rows, where the column's share
    /// does: all in 0–1.
    fn is_chance_of(&self, score: usize, outcome: usize) -> bool {
        let Some(last) = self.some_names(outcome).into_keys().next_back() else {
            return false;
        };
        let is_last = |cell: Cell<'_>| class_name(cell).map(|own| own == last);
        let counts = self.counts_against(score, is_last, outcome);
        let in_unit = counts.iter().all(|own| (0.0..=1.0).contains(&own.score));
        let ranks = rank::auc(&counts).is_some_and(|own| own.max(1.0 - own) >= RANKS);
        let (yes, no) = rank::totals(&counts);
        let part = (yes + no).div_ceil(CHANCE_PARTS).max(1);
        // Of each part its rows, scores and rows of the last value.
        let mut parts = [[0.0_f64; 3]; CHANCE_PARTS as usize];
        let mut before = 0;
        for own in &counts {
            let rows = own.positives + own.negatives;
            if let Some([all, sum, last]) = parts.get_mut((before / part) as usize) {
                *all += rows as f64;
                *sum += own.score * rows as f64;
                *last += own.positives as f64;
            }
            before += rows;
        }
        let off = |turned: bool| {
            parts
                .iter()
                .filter(|own| own[0] > 0.0)
                .map(|[all, sum, last]| {
                    let share = if turned { 1.0 - last / all } else { last / all };
                    (sum / all - share).abs()
                })
                .fold(0.0, f64::max)
        };
        in_unit && ranks && off(false).min(off(true)) <= CHANCE_OFF
    }

    fn name(&self, column: usize) -> &str {
        self.columns.get(column).map_or("", |own| own.name.as_str())
    }

    /// The two-valued column that a number decides: one with the name of a decision first.
    fn decision_of(&self, score: usize, outcomes: &[usize]) -> Option<usize> {
        let chosen = self.of(&Role::Decision).into_iter();
        let free = self.free().filter(|(_, own)| is_two_valued(own)).map(|own| own.0);
        let mut found: Vec<usize> = chosen
            .chain(free)
            .filter(|at| !outcomes.contains(at) && self.follows(score, *at).is_some())
            .collect();
        found.sort_by_key(|at| !self.columns.get(*at).is_some_and(names::decision));
        found.first().copied()
    }

    /// How well a number ranks an outcome, 0–1: 2 · AUC − 1 of two values, else the correlation.
    fn ranking(&self, score: usize, outcome: usize) -> f64 {
        let Some(column) = self.columns.get(outcome) else { return 0.0 };
        if is_two_valued(column) {
            return self
                .auc(score, outcome)
                .map_or(0.0, |own| (2.0 * own - 1.0).max(0.0));
        }
        if is_numeric(column) {
            return self.correlation(score, outcome).unwrap_or(0.0).max(0.0);
        }
        0.0
    }

    /// AUC of a two-valued column; of words that are not yes or no, the better side's.
    fn auc(&self, score: usize, outcome: usize) -> Option<f64> {
        let yes = |cell: Cell<'_>| cell.truth().value();
        if let Some(auc) = rank::auc(&self.counts_against(score, yes, outcome)) {
            return Some(auc);
        }
        let later = self.some_names(outcome).into_keys().next_back()?;
        let is_later = |cell: Cell<'_>| class_name(cell).map(|own| own == later);
        rank::auc(&self.counts_against(score, is_later, outcome))
            .map(|own| own.max(1.0 - own))
    }

    /// The finite numbers of two columns, row by row.
    fn pairs(&self, a: usize, b: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let reading = |at: usize| self.columns.get(at).map(|own| own.reading);
        let (first, second) =
            (reading(a).unwrap_or_default(), reading(b).unwrap_or_default());
        let cells = self.reference.cells(a).zip(self.reference.cells(b));
        cells.take(RELATION_ROWS).filter_map(move |((x, comma), (y, _))| {
            let of = |cell: Cell<'_>, reading: Reading| {
                cell.number(Reading { decimal_comma: comma, ..reading }).value()
            };
            let (x, y) = (of(x, first)?, of(y, second)?);
            (x.is_finite() && y.is_finite()).then_some((x, y))
        })
    }

    /// Amounts that a score which is no probability may be an estimate of, with how much speaks for each: its name (−1 to
    /// 2) and twice its fit.
    fn fits(&self, score: Option<usize>) -> BTreeMap<usize, f64> {
        let Some(score) = score.filter(|_| self.score_is_quantity()) else {
            return BTreeMap::new();
        };
        let may_be = |own: &Known| {
            is_numeric(own) && !is_two_valued(own) && !names::is_known_before(own)
        };
        let of = |(at, own): (usize, &Known)| {
            let fit = self.fit(score, at)?;
            let named =
                self.columns.get(score).map_or(0.0, |it| names::estimated(it, own));
            Some((at, named + 2.0 * fit))
        };
        self.free().filter(|own| may_be(own.1)).filter_map(of).collect()
    }

    /// How much closer a number is to an amount than the amount's median, where it is clearly closer: at most 1.
    fn fit(&self, score: usize, amount: usize) -> Option<f64> {
        let mut pairs: Vec<(f64, f64)> = self.pairs(score, amount).collect();
        pairs.sort_by(|a, b| a.1.total_cmp(&b.1));
        let median = pairs.get(pairs.len() / 2)?.1;
        let error: f64 = pairs.iter().map(|own| (own.0 - own.1).abs()).sum();
        let spread: f64 = pairs.iter().map(|own| (own.1 - median).abs()).sum();
        let fit = 1.0 - error / spread;
        (spread > 0.0 && fit >= FITS).then_some(fit)
    }

    fn correlation(&self, a: usize, b: usize) -> Option<f64> {
        pearson(&self.pairs(a, b).collect::<Vec<_>>())
    }

    pub(super) fn label(&mut self) {
        if self.has(&Role::Label) {
            return;
        }
        let from_file = self.free().find(|(_, own)| own.from_label_file).map(|own| own.0);
        if let Some(at) = from_file {
            self.give(at, Role::Label, "it came in the label file".to_owned());
            return;
        }
        let score = self.of(&Role::Score);
        let decision = score.and_then(|score| self.decision_of(score, &[]));
        let enough = self.reference.row_count() >= ENOUGH_ROWS;
        let quantity = self.score_is_quantity();
        let fits = self.fits(score);
        let mut best: Option<(f64, usize, String)> = None;
        for (at, column) in self.free() {
            let is_output = Some(at) == decision
                && names::outcome(column).is_none_or(|mark| mark < 4.0);
            if is_output {
                continue;
            }
            let named = names::outcome(column);
            let predicted =
                score.and_then(|score| self.columns.get(score)).is_some_and(|score| {
                    is_numeric(column) && names::predicts(score, column)
                });
            let ranked = match score {
                Some(score) if is_two_valued(column) => self.auc(score, at),
                _ => None,
            };
            let follows = match score {
                Some(score) if is_numeric(column) && !is_two_valued(column) => {
                    self.correlation(score, at).filter(|own| *own >= 0.3)
                }
                _ => None,
            };
            let fit = fits.get(&at).copied();
            let by_name = match named {
                _ if predicted => Some(4.0),
                None if fit.is_some() => fit,
                None if names::is_amount(column) && quantity => Some(1.0),
                own => own,
            };
            let relation = match (ranked, follows) {
                (Some(auc), _) if auc >= RANKS => RANKED * (2.0 * auc - 1.0),
                (Some(auc), _) if enough && auc < 0.53 && named.is_some() => -2.0,
                (_, Some(own)) if by_name.is_some() => 2.0 * own,
                _ => 0.0,
            };
            let is_plausible = by_name.is_some()
                || (column.kind == Kind::Boolean
                    && fits.is_empty()
                    && ranked.is_some_and(|auc| auc >= RANKS));
            let value = by_name.unwrap_or(0.0) + relation;
            if is_plausible
                && value > 0.0
                && best.as_ref().is_none_or(|own| value > own.0)
            {
                let reason = match (by_name, ranked) {
                    (None, Some(auc)) => {
                        format!("the score ranks it with an AUC of {auc:.2}")
                    }
                    _ if predicted => "the score is called its prediction".to_owned(),
                    _ if fit.is_some() && named.is_none() => {
                        "the score comes close to it, in its own unit".to_owned()
                    }
                    _ => "its name says so".to_owned(),
                };
                best = Some((value, at, reason));
            }
        }
        if let Some((_, at, reason)) = best {
            self.give(at, Role::Label, reason);
        }
    }

    /// Finds the decision, and how its values name classes.
    pub(super) fn decision(
        &mut self,
        task: Option<Task>,
        classes: &Classes,
    ) -> DecisionWords {
        if task.is_none() || task == Some(Task::Regression) {
            return DecisionWords::Shared;
        }
        if let Some(chosen) = self.of(&Role::Decision) {
            return self.words_of(task, classes, chosen);
        }
        let score = self.of(&Role::Score).filter(|_| task == Some(Task::Binary));
        if let Some(at) = score.and_then(|score| self.decision_of(score, &[])) {
            let words = self.words_of(task, classes, at);
            let reason = match &words {
                DecisionWords::Reversed => {
                    "it equals “score below one threshold”: its yes is counted as the model's no"
                        .to_owned()
                }
                DecisionWords::Own(own) => format!(
                    "it changes where the score crosses one threshold: “{}” is at or above it",
                    own.names.last().map_or("", String::as_str)
                ),
                _ => "it equals “score at or above one threshold”".to_owned(),
            };
            self.give(at, Role::Decision, reason);
            return words;
        }
        let found = self.best(|column| {
            let fits =
                matches!(column.kind, Kind::Boolean | Kind::Category | Kind::Integer)
                    && column.distinct <= classes.names.len().max(2) as u64;
            (fits && names::decision(column)).then_some(1)
        });
        let found = found.or_else(|| self.decision_in_classes(task, classes));
        let Some(at) = found else { return DecisionWords::Shared };
        let words = self.words_of(task, classes, at);
        let (role, reason) = match &words {
            DecisionWords::Unknown => (
                Role::Ignore,
                "it has the name of a decision, but nothing tells which of its values means which outcome"
                    .to_owned(),
            ),
            DecisionWords::Own(own) => {
                let goes = |side: usize| {
                    format!(
                        "“{}” with “{}”",
                        own.names.get(side).map_or("", String::as_str),
                        classes.names.get(side).map_or("", String::as_str)
                    )
                };
                (Role::Decision, format!("its name says so; {} and {} go together", goes(0), goes(1)))
            }
            _ => (Role::Decision, "its name says so".to_owned()),
        };
        self.give(at, role, reason);
        if words == DecisionWords::Unknown { DecisionWords::Shared } else { words }
    }

    /// Of several classes: the column that holds nothing but their names.
    fn decision_in_classes(
        &self,
        task: Option<Task>,
        classes: &Classes,
    ) -> Option<usize> {
        if task != Some(Task::Multiclass) || classes.names.len() < 3 {
            return None;
        }
        let holds = |(at, column): &(usize, &Known)| {
            let texts = column.kind == Kind::Category && column.distinct >= 3;
            texts && self.some_names(*at).keys().all(|name| classes.names.contains(name))
        };
        self.free().find(holds).map(|own| own.0)
    }

    /// How the values of a decision name the classes.
    fn words_of(
        &self,
        task: Option<Task>,
        classes: &Classes,
        column: usize,
    ) -> DecisionWords {
        let counts = self.some_names(column);
        let class = |name: &String| classes.class_of(Cell::Text(name.as_bytes()));
        if task != Some(Task::Binary) {
            let named: u64 =
                counts.iter().filter(|own| class(own.0).is_some()).map(|own| own.1).sum();
            let all: u64 = counts.values().sum();
            let is_shared = all == 0 || 2 * named >= all;
            return if is_shared {
                DecisionWords::Shared
            } else {
                DecisionWords::Unknown
            };
        }
        let is_shared = counts.keys().all(|name| class(name).is_some());
        let sides = self.of(&Role::Score).and_then(|score| self.follows(score, column));
        match sides {
            Some((_, yes)) if is_shared => {
                // The outcome knows better than the score what the label's own words mean: a score may be that of the
                // other class.
                let side = |cell: Cell<'_>| classes.class_of(cell).map(|own| own == 1);
                let with_label = self.goes_with_outcome(classes, column, side);
                if class(&yes) == Some(0) && with_label < APART {
                    DecisionWords::Reversed
                } else {
                    DecisionWords::Shared
                }
            }
            _ if is_shared => DecisionWords::Shared,
            Some((no, yes)) => own_words(no, yes),
            None => self.words_by_outcome(classes, column, &counts),
        }
    }

    /// How clearly one side of a decision goes with yes, in standard errors.
    fn goes_with_outcome(
        &self,
        classes: &Classes,
        column: usize,
        side: impl Fn(Cell<'_>) -> Option<bool>,
    ) -> f64 {
        let Some(label) = self.of(&Role::Label) else { return 0.0 };
        let mut met = [[0.0_f64; 2]; 2];
        let pairs = self.reference.cells(column).zip(self.reference.cells(label));
        for ((decided, _), (label, _)) in pairs {
            if let (Some(side), Some(class)) = (side(decided), classes.class_of(label))
                && let Some(own) = met
                    .get_mut(usize::from(side))
                    .and_then(|own| own.get_mut(usize::from(class)))
            {
                *own += 1.0;
            }
        }
        let [no, yes] = met;
        crate::stats::proportion::proportion_z(
            (no[1], no[0] + no[1]),
            (yes[1], yes[0] + yes[1]),
        )
    }

    /// Which of two values goes with which class, by how often they meet; else words for yes and no.
    fn words_by_outcome(
        &self,
        classes: &Classes,
        column: usize,
        counts: &BTreeMap<String, u64>,
    ) -> DecisionWords {
        let names: Vec<&String> = counts.keys().collect();
        let [first, second] = names.as_slice() else { return DecisionWords::Unknown };
        let side = |cell: Cell<'_>| Some(class_name(cell)? == **second);
        let z = self.goes_with_outcome(classes, column, side);
        let truth = |name: &String| Cell::Text(name.as_bytes()).truth().value();
        match (truth(first), truth(second)) {
            _ if z >= APART => own_words((*first).clone(), (*second).clone()),
            _ if z <= -APART => own_words((*second).clone(), (*first).clone()),
            (Some(false), Some(true)) => own_words((*first).clone(), (*second).clone()),
            (Some(true), Some(false)) => own_words((*second).clone(), (*first).clone()),
            _ => DecisionWords::Unknown,
        }
    }

    /// The values of a two-valued column below and at or above one threshold of the score, if it follows one.
    pub(super) fn follows(
        &self,
        score: usize,
        column: usize,
    ) -> Option<(String, String)> {
        let names: Vec<String> = self.some_names(column).into_keys().collect();
        let [first, second] = names.as_slice() else { return None };
        let is_second = |cell: Cell<'_>| class_name(cell).map(|own| own == *second);
        let counts = self.counts_against(score, is_second, column);
        let (yes, no) = rank::totals(&counts);
        if yes == 0 || no == 0 || counts.len() < 3 {
            return None;
        }
        let follows = |own: &[ScoreCount]| {
            disagreement(own) <= DECISION_DISAGREEMENT || follows_rounded(own)
        };
        if follows(&counts) {
            return Some((first.clone(), second.clone()));
        }
        let turned: Vec<ScoreCount> = counts
            .iter()
            .map(|count| ScoreCount {
                score: count.score,
                positives: count.negatives,
                negatives: count.positives,
            })
            .collect();
        follows(&turned).then(|| (second.clone(), first.clone()))
    }
}

/// Whether only rows of one score are decided either way: the decision was made before the score was rounded.
fn follows_rounded(counts: &[ScoreCount]) -> bool {
    let (positives, negatives) = rank::totals(counts);
    let rows = (positives + negatives) as f64;
    let (mut below, mut above) = (0, negatives);
    counts.iter().any(|own| {
        above -= own.negatives;
        let fits = (below + above) as f64 <= DECISION_DISAGREEMENT * rows;
        below += own.positives;
        fits && (own.positives + own.negatives) as f64 <= ROUNDED * rows
    })
}

fn own_words(no: String, yes: String) -> DecisionWords {
    let last = yes.clone();
    DecisionWords::Own(Classes::new(vec![no, yes], Some(&last)))
}
