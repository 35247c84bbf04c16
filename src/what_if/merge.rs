//! Fewer bins and no small groups, for a report that is shared. Enter: a [`WhatIf`]. Leave: one with at most so
//! many bins, in which every count is 0 or at least so large. The cut-offs in use stay edges.
//!
//! A bin with too few rows of an outcome hands them to its neighbour above, on the same side of the cut-off in
//! use. No row is lost or invented, so totals stay; at any cut-off fewer than `least` rows of an outcome are
//! decided otherwise than they would be.

use crate::choices::TableRole;
use crate::report::{Decided, Histogram, OldModel, Outcomes, Population, WhatIf};

/// Merges to at most `bins` bins (3 or more) and changes no total; the cut-offs in use and `keep` stay edges where
/// they are.
#[must_use]
pub fn coarser(whole: &WhatIf, bins: usize, keep: &[f64]) -> WhatIf {
    let kept = kept_edges(whole, bins.max(3), keep);
    let edges = kept.iter().filter_map(|at| whole.edges.get(*at)).copied().collect();
    let populations = whole
        .populations
        .iter()
        .map(|own| Population {
            score: Lists::from(&own.score, &kept)
                .into_histogram(!own.score.no_value.is_empty()),
            ..own.clone()
        })
        .collect();
    WhatIf { edges, populations, ..whole.clone() }
}

/// Merges to at most `bins` bins (3 or more) with every count 0 or at least `least` rows. What cannot be shown so is
/// left out: a segment with fewer rows of an outcome, and everything when all rows have fewer or when rows are
/// weighted (weights say nothing of how many rows there are).
#[must_use]
pub fn merged(whole: &WhatIf, bins: usize, least: u64) -> WhatIf {
    let kept = kept_edges(whole, bins.max(3), &[]);
    let mut edges: Vec<f64> =
        kept.iter().filter_map(|at| whole.edges.get(*at)).copied().collect();
    outwards(&mut edges, &[whole.reference_cut_off, whole.production_cut_off]);
    let mut shared = WhatIf {
        edges,
        least_rows: least.max(1),
        populations: Vec::new(),
        old_model: whole.old_model.as_ref().map(two_bins),
        ..whole.clone()
    };
    let is_weighted = whole.row_units.total_cmp(&1.0).is_ne();
    if is_weighted || !whole.populations.iter().any(|own| own.segment.is_none()) {
        return shared;
    }
    let mut titles: Vec<Option<String>> = Vec::new();
    for own in &whole.populations {
        if !titles.contains(&own.segment) {
            titles.push(own.segment.clone());
        }
    }
    for segment in titles {
        let made: Option<Vec<Population>> = whole
            .populations
            .iter()
            .filter(|own| own.segment == segment)
            .map(|own| population(whole, own, &kept, least.max(1)))
            .collect();
        match made {
            Some(made) => shared.populations.extend(made),
            // Segments mean little without the rows they are part of.
            None if segment.is_none() => return shared,
            None => {}
        }
    }
    if shared.populations.iter().all(|own| own.old.is_none()) {
        shared.old_model = None;
    }
    shared
}

/// Places of the edges that stay: the outer ones, the cut-offs in use, and those that part the rest evenly.
fn kept_edges(whole: &WhatIf, bins: usize, keep: &[f64]) -> Vec<usize> {
    let count = whole.edges.len().saturating_sub(1);
    let mut mass = vec![0.0; count];
    for own in whole.populations.iter().filter(|own| own.segment.is_none()) {
        let rows = |bin: usize| {
            let of = |list: &[u64]| list.get(bin).copied().unwrap_or(0);
            (of(&own.score.no) + of(&own.score.yes) + of(&own.score.unlabelled)) as f64
        };
        let all: f64 = (0..count).map(rows).sum();
        for (bin, mass) in mass.iter_mut().enumerate() {
            *mass += rows(bin) / all.max(1.0);
        }
    }
    let in_use = [whole.reference_cut_off, whole.production_cut_off];
    let stays = |at: &usize| {
        let is = |edge: &f64| in_use.contains(&Some(*edge)) || keep.contains(edge);
        *at == 0 || *at == count || whole.edges.get(*at).is_some_and(is)
    };
    let mut kept: Vec<usize> = (0..=count).filter(stays).collect();
    while kept.len() <= bins {
        let weight = |from: usize, to: usize| -> f64 {
            mass.get(from..to).map_or(0.0, |own| own.iter().sum())
        };
        // The heaviest stretch that can be cut, cut where its halves are most alike.
        let heaviest = kept
            .windows(2)
            .filter_map(|pair| match pair {
                [from, to] if to - from > 1 => Some((weight(*from, *to), *from, *to)),
                _ => None,
            })
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((all, from, to)) = heaviest else { break };
        let unlike = |at: usize| (2.0 * weight(from, at) - all).abs();
        let best = (from + 1..to)
            .min_by(|a, b| unlike(*a).total_cmp(&unlike(*b)).then(a.cmp(b)));
        let Some(best) = best else { break };
        let place = kept.partition_point(|own| *own < best);
        kept.insert(place, best);
    }
    kept
}

/// `None` when an outcome has rows, but fewer than `least`.
fn population(
    whole: &WhatIf,
    own: &Population,
    kept: &[usize],
    least: u64,
) -> Option<Population> {
    let cut_off = match own.table {
        TableRole::Reference => whole.reference_cut_off,
        _ => whole.production_cut_off,
    };
    let cut = cut_off.and_then(|cut| {
        kept.iter().position(|at| {
            whole.edges.get(*at).is_some_and(|edge| edge.total_cmp(&cut).is_eq())
        })
    });
    let mut lists = Lists::from(&own.score, kept);
    let mut fixed = own.fixed;
    lists.take_small(&mut fixed, least);
    for outcome in 0..3 {
        lists.carry(outcome, cut.unwrap_or(0), least).or_else(|| {
            // Rows without an outcome bear on nothing but the number of decisions.
            (outcome == 2).then(|| lists.forget(outcome))
        })?;
    }
    let score = lists.into_histogram(!own.score.no_value.is_empty());
    let logged = match own.logged {
        None => None,
        Some(logged) => {
            let mut pair = Lists::from_decided(&logged);
            for outcome in 0..3 {
                pair.carry(outcome, 1, least)
                    .or_else(|| (outcome == 2).then(|| pair.forget(outcome)))?;
            }
            Some(pair.into_decided())
        }
    };
    let old = own.old.as_ref().zip(whole.old_model.as_ref()).and_then(|(old, model)| {
        let places = two_places(model);
        let mut pair = Lists::from(old, &places);
        for outcome in 0..3 {
            pair.carry(outcome, 1, least)
                .or_else(|| (outcome == 2).then(|| pair.forget(outcome)))?;
        }
        Some(pair.into_histogram(!old.no_value.is_empty()))
    });
    let of_decision = |own: Outcomes| own.no + own.yes + own.unlabelled;
    let binned = score.no.iter().chain(&score.yes).chain(&score.unlabelled).sum::<u64>();
    let told = of_decision(fixed.no) + of_decision(fixed.yes) + binned;
    let rest = own.rows.saturating_sub(told);
    Some(Population {
        rows: if rest < least { told } else { own.rows },
        score,
        fixed,
        logged,
        old,
        ..own.clone()
    })
}

/// The old model's edges with its cut-off alone.
fn two_bins(model: &OldModel) -> OldModel {
    let mut edges: Vec<f64> =
        two_places(model).iter().filter_map(|at| model.edges.get(*at)).copied().collect();
    outwards(&mut edges, &[Some(model.cut_off)]);
    OldModel { edges, ..model.clone() }
}

/// Moves the ends, which are the scores of single rows, to round numbers further out; cut-offs stay.
fn outwards(edges: &mut [f64], cut_offs: &[Option<f64>]) {
    let (Some(low), Some(high)) = (edges.first().copied(), edges.last().copied()) else {
        return;
    };
    let (first, last) = if low >= 0.0 && high <= 1.0 {
        (0.0, 1.0)
    } else {
        let mut step = 1.0;
        while step > (high - low) / 10.0 && step > 1e-9 {
            step /= 10.0;
        }
        while step * 10.0 <= (high - low) / 10.0 && step < 1e300 {
            step *= 10.0;
        }
        ((low / step).floor() * step, (high / step).ceil() * step)
    };
    let stays = |edge: f64| cut_offs.contains(&Some(edge));
    if let Some(edge) = edges.first_mut().filter(|edge| !stays(**edge)) {
        *edge = first.min(low);
    }
    if let Some(edge) = edges.last_mut().filter(|edge| !stays(**edge)) {
        *edge = last.max(high);
    }
}

/// Places of the lowest edge, the cut-off and the highest edge.
fn two_places(model: &OldModel) -> Vec<usize> {
    let last = model.edges.len().saturating_sub(1);
    let cut = model.edges.partition_point(|edge| *edge < model.cut_off);
    vec![0, cut.min(last), last]
}

/// Rows and worth by outcome and bin.
struct Lists {
    rows: [Vec<u64>; 3],
    worth: [Vec<f64>; 3],
}

impl Lists {
    /// Adds up the bins between kept edges.
    fn from(own: &Histogram, kept: &[usize]) -> Self {
        fn summed<T: Copy + std::iter::Sum<T> + Default>(
            list: &[T],
            kept: &[usize],
        ) -> Vec<T> {
            kept.windows(2)
                .map(|pair| match pair {
                    [from, to] => list
                        .get(*from..(*to).min(list.len()))
                        .map_or(T::default(), |own| own.iter().copied().sum()),
                    _ => T::default(),
                })
                .collect()
        }
        let rows = [&own.no, &own.yes, &own.unlabelled].map(|list| summed(list, kept));
        let none = Vec::new();
        let worth = [&own.no_value, &own.yes_value, &none].map(|list| summed(list, kept));
        Self { rows, worth }
    }

    fn from_decided(own: &Decided) -> Self {
        let (no, yes) = (own.no, own.yes);
        Self {
            rows: [
                vec![no.no, yes.no],
                vec![no.yes, yes.yes],
                vec![no.unlabelled, yes.unlabelled],
            ],
            worth: [
                vec![no.no_value, yes.no_value],
                vec![no.yes_value, yes.yes_value],
                vec![0.0; 2],
            ],
        }
    }

    /// Moves decisions that too few rows have to the bins where every cut-off decides so.
    fn take_small(&mut self, fixed: &mut Decided, least: u64) {
        let Decided { no, yes } = fixed;
        for (decided, is_yes) in [(no, false), (yes, true)] {
            let Outcomes { no, yes, unlabelled, no_value, yes_value } = decided;
            let mut none = 0.0;
            let cells = [(no, no_value), (yes, yes_value), (unlabelled, &mut none)];
            let lists = self.rows.iter_mut().zip(self.worth.iter_mut());
            for ((count, worth), (rows, worths)) in cells.into_iter().zip(lists) {
                let end =
                    |length: usize| if is_yes { length.saturating_sub(1) } else { 0 };
                let place = end(rows.len());
                if *count < least
                    && let (Some(rows), Some(worths)) =
                        (rows.get_mut(place), worths.get_mut(place))
                {
                    *rows += std::mem::take(count);
                    *worths += std::mem::take(worth);
                }
            }
        }
    }

    /// Hands small counts of an outcome upwards, below and from place `cut` on apart; `None` when there are fewer
    /// than `least` in all.
    fn carry(&mut self, outcome: usize, cut: usize, least: u64) -> Option<()> {
        let (rows, worth) = (self.rows.get_mut(outcome)?, self.worth.get_mut(outcome)?);
        let all: u64 = rows.iter().sum();
        if all == 0 {
            return Some(());
        }
        if all < least {
            return None;
        }
        let count = rows.len();
        let below: u64 = rows.iter().take(cut).sum();
        let above = all - below;
        // A side too small to be told goes over to the other.
        if (1..least).contains(&below) {
            move_all(rows, worth, 0..cut, cut);
        } else if (1..least).contains(&above) {
            move_all(rows, worth, cut..count, cut.saturating_sub(1));
        }
        for side in [0..cut, cut..count] {
            let (mut held, mut held_worth) = (0_u64, 0.0_f64);
            let mut last = None;
            for at in side {
                held += rows.get_mut(at).map_or(0, std::mem::take);
                held_worth += worth.get_mut(at).map_or(0.0, std::mem::take);
                if held >= least {
                    put(rows, worth, at, &mut held, &mut held_worth);
                    last = Some(at);
                }
            }
            if let Some(last) = last {
                put(rows, worth, last, &mut held, &mut held_worth);
            }
        }
        Some(())
    }

    fn forget(&mut self, outcome: usize) {
        if let (Some(rows), Some(worth)) =
            (self.rows.get_mut(outcome), self.worth.get_mut(outcome))
        {
            rows.iter_mut().for_each(|own| *own = 0);
            worth.iter_mut().for_each(|own| *own = 0.0);
        }
    }

    fn into_histogram(self, has_worth: bool) -> Histogram {
        let [no, yes, unlabelled] = self.rows;
        let [no_value, yes_value, _] = self.worth;
        let worth = |list: Vec<f64>| if has_worth { list } else { Vec::new() };
        Histogram {
            no,
            yes,
            unlabelled,
            no_value: worth(no_value),
            yes_value: worth(yes_value),
        }
    }

    fn into_decided(self) -> Decided {
        let of = |place: usize| {
            let rows = |outcome: usize| {
                let list = self.rows.get(outcome);
                list.and_then(|own| own.get(place)).copied().unwrap_or(0)
            };
            let worth = |outcome: usize| {
                let list = self.worth.get(outcome);
                list.and_then(|own| own.get(place)).copied().unwrap_or(0.0)
            };
            Outcomes {
                no: rows(0),
                yes: rows(1),
                unlabelled: rows(2),
                no_value: worth(0),
                yes_value: worth(1),
            }
        };
        Decided { no: of(0), yes: of(1) }
    }
}

/// Adds what is held to a bin.
fn put(
    rows: &mut [u64],
    worth: &mut [f64],
    at: usize,
    held: &mut u64,
    held_worth: &mut f64,
) {
    if let (Some(rows), Some(worth)) = (rows.get_mut(at), worth.get_mut(at)) {
        *rows += std::mem::take(held);
        *worth += std::mem::take(held_worth);
    }
}

/// Empties some bins into another.
fn move_all(
    rows: &mut [u64],
    worth: &mut [f64],
    from: std::ops::Range<usize>,
    to: usize,
) {
    let (mut held, mut held_worth) = (0, 0.0);
    for at in from {
        held += rows.get_mut(at).map_or(0, std::mem::take);
        held_worth += worth.get_mut(at).map_or(0.0, std::mem::take);
    }
    put(rows, worth, to, &mut held, &mut held_worth);
}
