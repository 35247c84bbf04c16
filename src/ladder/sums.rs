//! The populations between reference and production. Enter: the rows that count, their weights, the reference's
//! relation and counterfactual scores. Leave: the metric on each population, over all rows or without one block.
//!
//! From reference to production: the reference; the reference's relation on whom production sees; the same without the
//! rows that were lost on the way; with inputs broken as they are; production without what the model had never met;
//! production at the reference's cut-off; production.

use super::blocks::{Blocks, add};
use super::clean::Clean;
use super::logged::{Decisions, Logged};
use super::population::Overlap;
use super::relation::Relation;
use crate::choices::Task;

/// Values of the metric on the populations, by the places below.
pub(super) type Rungs = [f64; 8];
/// The reference.
pub(super) const REFERENCE: usize = 0;
/// The reference's relation on whom production should have seen.
pub(super) const WHO: usize = 1;
/// The same without the rows that were lost on the way.
pub(super) const ARRIVED: usize = 2;
/// The same with inputs broken as they are.
pub(super) const BROKEN: usize = 3;
/// Production without rows never met or repeated, at the reference's cut-off.
pub(super) const KNOWN: usize = 4;
/// With rows never met.
pub(super) const ONCE: usize = 5;
/// With repeated rows.
pub(super) const AT_CUT: usize = 6;
/// Production as logged.
pub(super) const LOGGED: usize = 7;

/// What each population is made of, block by block.
pub(super) struct Sums {
    pub(super) p: Blocks,
    /// Production by the reference's relation (all rows that are in), at clean scores.
    pub(super) soft: Blocks,
    /// The same of the rows that were lost on the way.
    pub(super) soft_lost: Blocks,
    /// Production's at logged scores.
    pub(super) soft_broken: Blocks,
    /// Weighted reference residuals, or weighted reference rows where scores cannot be trusted.
    pub(super) residual: Blocks,
    /// Weighted difference of replayed and logged reference rows.
    pub(super) replay: Blocks,
    /// Labelled production, in.
    pub(super) q_in: Blocks,
    /// Labelled production, all, at the reference's cut-off.
    pub(super) q_cut: Blocks,
    /// The same without repeated rows.
    pub(super) q_once: Blocks,
    /// Labelled production as logged.
    pub(super) q: Blocks,
    /// All production that is in, and out.
    pub(super) rows_in: Blocks,
    pub(super) rows_out: Blocks,
}

/// What a row is worth in each population.
pub(super) struct Context<'a> {
    pub(super) before: Logged<'a>,
    pub(super) after: Logged<'a>,
    pub(super) overlap: &'a Overlap,
    pub(super) relation: &'a Relation,
    pub(super) first: usize,
    pub(super) clean: Option<&'a Clean>,
    pub(super) replay: Option<&'a [Vec<f64>]>,
    pub(super) contaminated: bool,
    pub(super) has_labels: bool,
    pub(super) repeated: Option<&'a [bool]>,
    /// The rows that were lost on the way; in the matrix they follow production's.
    pub(super) lost: Option<Logged<'a>>,
}

impl Context<'_> {
    /// Sums block by block over reference rows `p` and production rows `all`, of which `out` were never met.
    pub(super) fn sums(&self, p: &[u32], all: &[u32], out: &[bool]) -> Sums {
        let length = self.before.stick.len();
        let new = || Blocks::new(length);
        let mut sums = Sums {
            p: new(),
            soft: new(),
            soft_lost: new(),
            soft_broken: new(),
            residual: new(),
            replay: new(),
            q_in: new(),
            q_cut: new(),
            q_once: new(),
            q: new(),
            rows_in: Blocks::new(1),
            rows_out: Blocks::new(1),
        };
        for row in p {
            self.reference_row(&mut sums, *row as usize);
        }
        for row in all {
            let row = *row as usize;
            let is_out = out.get(row).copied().unwrap_or(false);
            self.production_row(&mut sums, row, is_out);
        }
        if let Some(lost) = self.lost.as_ref().filter(|_| self.is_soft()) {
            for row in 0..lost.frame.len() {
                let block = lost.frame.rows.block.get(row).copied().unwrap_or(0);
                let place = self.first + self.after.frame.len() + row;
                let worth = lost.frame.rows.worth(row);
                let slot = sums.soft_lost.of(block, worth);
                self.soft(lost, slot, row, place, lost.score(row), worth);
            }
        }
        sums
    }

    /// Whether soft labels of production rows can be used at its scores.
    fn is_soft(&self) -> bool {
        !(self.contaminated && self.before.task == Task::Binary)
    }

    fn reference_row(&self, sums: &mut Sums, row: usize) {
        let block = self.before.frame.rows.block.get(row).copied().unwrap_or(0);
        let worth = self.before.frame.rows.worth(row);
        self.before.put(sums.p.of(block, worth), row, Decisions::Logged, worth);
        let weight = self.overlap.weights.get(row).copied().unwrap_or(0.0);
        let slot = sums.residual.of(block, weight);
        self.before.put(slot, row, Decisions::Logged, weight);
        if self.is_soft() {
            self.soft(&self.before, slot, row, row, self.before.score(row), -weight);
        }
        if let Some(broken) = self.replay {
            let slot = sums.replay.of(block, weight);
            self.scored(&self.before, slot, row, broken, weight);
            self.before.put(slot, row, Decisions::Logged, -weight);
        }
    }

    /// Adds a row with its soft label at a score.
    fn soft(
        &self,
        table: &Logged<'_>,
        slot: &mut [f64],
        row: usize,
        place: usize,
        score: f64,
        weight: f64,
    ) {
        if table.task == Task::Binary {
            let yes = self.relation.yes(place);
            table.put_binary(slot, row, score, yes, Decisions::AtCut, weight);
        } else {
            table.stick.add_pieces(slot, &self.relation.of(place), weight);
        }
    }

    /// Adds a row with its own label at other scores.
    fn scored(
        &self,
        table: &Logged<'_>,
        slot: &mut [f64],
        row: usize,
        outputs: &[Vec<f64>],
        weight: f64,
    ) {
        let scores: Vec<f64> =
            outputs.iter().map(|own| own.get(row).copied().unwrap_or(f64::NAN)).collect();
        if table.task == Task::Binary {
            let score = scores.first().copied().unwrap_or(f64::NAN);
            table.put_binary(slot, row, score, table.yes(row), Decisions::AtCut, weight);
        } else {
            table.stick.add_pieces(slot, &table.pieces_with(row, &scores), weight);
        }
    }

    /// The score of a production row with its inputs as they should be.
    fn clean_score(&self, row: usize) -> f64 {
        let clean = self.clean.and_then(|own| own.scores.first());
        let own = clean.and_then(|own| own.get(row)).copied();
        own.unwrap_or_else(|| self.after.score(row))
    }

    /// Production rows by the reference's relation, at clean scores; `None` where that cannot be had.
    pub(super) fn by_relation(&self, rows: &[u32]) -> Option<Blocks> {
        let mut sums = Blocks::new(self.before.stick.len());
        for row in rows.iter().map(|row| *row as usize).filter(|_| self.is_soft()) {
            let block = self.after.frame.rows.block.get(row).copied().unwrap_or(0);
            let worth = self.after.frame.rows.worth(row);
            let slot = sums.of(block, worth);
            let place = self.first + row;
            self.soft(&self.after, slot, row, place, self.clean_score(row), worth);
        }
        (!sums.is_empty()).then_some(sums)
    }

    fn production_row(&self, sums: &mut Sums, row: usize, is_out: bool) {
        let block = self.after.frame.rows.block.get(row).copied().unwrap_or(0);
        let worth = self.after.frame.rows.worth(row);
        let binary = self.after.task == Task::Binary;
        let is_repeated = self.repeated.is_some_and(|own| own.get(row) == Some(&true));
        if is_out {
            sums.rows_out.of(block, worth);
        } else if !is_repeated {
            sums.rows_in.of(block, worth);
            if self.is_soft() {
                let place = self.first + row;
                let score = self.clean_score(row);
                self.soft(
                    &self.after,
                    sums.soft.of(block, worth),
                    row,
                    place,
                    score,
                    worth,
                );
                if self.clean.is_some() {
                    let slot = sums.soft_broken.of(block, worth);
                    if binary {
                        let logged = self.after.score(row);
                        self.soft(&self.after, slot, row, place, logged, worth);
                    } else if self.has_labels {
                        // With labels at hand the price of a break is what it did to these very rows.
                        self.soft(&self.after, slot, row, place, score, worth);
                        self.after.put(slot, row, Decisions::AtCut, worth);
                        if let Some(clean) = self.clean {
                            self.scored(&self.after, slot, row, &clean.scores, -worth);
                        }
                    }
                }
            }
        }
        if !self.has_labels {
            return;
        }
        if !is_out && !is_repeated {
            self.after.put(sums.q_in.of(block, worth), row, Decisions::AtCut, worth);
        }
        if !is_repeated {
            self.after.put(sums.q_once.of(block, worth), row, Decisions::AtCut, worth);
        }
        self.after.put(sums.q_cut.of(block, worth), row, Decisions::AtCut, worth);
        self.after.put(sums.q.of(block, worth), row, Decisions::Logged, worth);
    }

    /// The metric of every population; `None` where one of them has none.
    pub(super) fn rungs(&self, sums: &Sums, without: Option<usize>) -> Option<Rungs> {
        let stick = self.before.stick;
        let (inside, outside) = (sums.rows_in.mass(without), sums.rows_out.mass(without));
        let unseen =
            if inside + outside > 0.0 { outside / (inside + outside) } else { 0.0 };
        let p = sums.p.mean(without);
        let mut arrived = sums.residual.mean(without);
        let mut who = arrived.clone();
        if self.is_soft() {
            add(&mut arrived, &sums.soft.mean(without), 1.0);
            add(&mut who, &sums.soft.mean_with(&sums.soft_lost, without), 1.0);
        }
        let mut broken = arrived.clone();
        if self.clean.is_some() && !sums.soft_broken.is_empty() {
            add(&mut broken, &sums.soft_broken.mean(without), 1.0);
            add(&mut broken, &sums.soft.mean(without), -1.0);
        } else if self.replay.is_some() {
            add(&mut broken, &sums.replay.mean(without), 1.0);
        }
        let blend = |known: &[f64]| {
            let mut mixed: Vec<f64> =
                known.iter().map(|own| own * (1.0 - unseen)).collect();
            add(&mut mixed, &p, unseen);
            mixed
        };
        let (n, m) = (sums.p.mass(without), inside + outside);
        let value = |mean: &[f64], rows: f64| {
            let sum: Vec<f64> = mean.iter().map(|own| own * rows).collect();
            stick.value(&sum)
        };
        let first = value(&p, n)?;
        let second = value(&blend(&who), m)?;
        let without_lost =
            if sums.soft_lost.is_empty() { second } else { value(&blend(&arrived), m)? };
        let third = if self.clean.is_none() && self.replay.is_none() {
            without_lost
        } else {
            value(&blend(&broken), m)?
        };
        if !self.has_labels {
            return Some([
                first,
                second,
                without_lost,
                third,
                third,
                third,
                third,
                third,
            ]);
        }
        let known = value(&blend(&sums.q_in.mean(without)), m)?;
        let once = value(&sums.q_once.mean(without), m)?;
        let at_cut = if self.repeated.is_some() {
            value(&sums.q_cut.mean(without), m)?
        } else {
            once
        };
        let logged = value(&sums.q.mean(without), m)?;
        Some([first, second, without_lost, third, known, once, at_cut, logged])
    }
}
