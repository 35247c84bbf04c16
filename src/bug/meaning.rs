//! Names that stand for each other, seen in what else their rows hold. Enter: a category of few names, or a number of few
//! whole values, before and after launch, with the outcomes and the other inputs of the same rows. Leave: pairs of old and new name, where every row
//! called by the new one looks as rows of the old one did. Cost: one pass over the other columns for a category of
//! which frequencies or outcomes changed, one pass for the others.
//!
//! # Decisions
//! How often a name comes tells names apart only where no two are about as common ([`super::exchanged`]). Here aspects
//! must agree that do not change together otherwise: with other customers a name comes more or less often, but its rows
//! stay what they were; where a relation changes, outcomes do and frequencies do not.

use super::View;
use super::common::{MIN_ROWS, ascending, both, inputs, moments, name_shares};
use super::exchanged::{Moves, is_since};
use super::since::step;
use crate::encode::frame::{Frame, NO_NAME, Raw};
use crate::encode::rows::NO_CLASS;

/// Names of a category, at least and at most, and the share a name must have to be among them.
const NAMES: (usize, usize) = (2, 12);
const MIN_SHARE: f64 = 0.02;
/// Whole values that a number may have to be a code.
const CODES: usize = 20;
/// Share of the rows that those names must have together.
const TOGETHER: f64 = 0.9;
/// Names of another category, and classes, whose frequencies are compared.
const OTHER_NAMES: usize = 4;
/// Drift that is allowed beside the exchange: of a share, as a part of it; of a mean, in deviations.
const DRIFT: (f64, f64) = (0.05, 0.03);
/// What one difference may count at most, so that no odd column decides; values beyond so many deviations count as that.
const MOST: f64 = 60.0;
const DEVIATIONS: f64 = 3.0;
/// By how much the exchange must fit better than no exchange, in squared errors: all in all, and in at least two of
/// frequencies, outcomes and inputs.
const BETTER: f64 = 80.0;
const BETTER_EACH: f64 = 20.0;
/// Squared errors that may be left for each moved name and aspect, with as much again for one aspect.
const LEFT: f64 = 4.0;
/// How much worse it must be with any two of the new names exchanged.
const CLEAR: f64 = 15.0;

/// Pairs of old and new value.
pub type Codes = Vec<(f64, f64)>;

/// Mean of an aspect over the rows of one name, and the squared error of that mean.
type Mean = (f64, f64);
/// Squared errors between each name before and each name after, summed over aspects, and the aspects.
#[derive(Clone, Debug, Default)]
struct Distances {
    between: Vec<Vec<f64>>,
    aspects: f64,
}

impl Distances {
    fn new(names: usize) -> Self {
        Self { between: vec![vec![0.0; names]; names], aspects: 0.0 }
    }

    /// `drift`: what a mean may move by itself.
    fn add(&mut self, before: &[Mean], after: &[Mean], drift: impl Fn(f64) -> f64) {
        self.aspects += 1.0;
        for (row, a) in self.between.iter_mut().zip(before) {
            for (own, b) in row.iter_mut().zip(after) {
                let allowed = drift(a.0.abs().max(b.0.abs()));
                let square = (a.0 - b.0) * (a.0 - b.0) / (a.1 + b.1 + allowed * allowed);
                // A name without rows fits nothing.
                *own += if square.is_nan() { MOST } else { square.min(MOST) };
            }
        }
    }

    fn at(&self, old: usize, new: usize) -> f64 {
        self.between.get(old).and_then(|own| own.get(new)).copied().unwrap_or(MOST)
    }

    fn of(&self, order: &[usize]) -> f64 {
        order.iter().enumerate().map(|(old, new)| self.at(old, *new)).sum()
    }
}

/// Rows of a table by the name that a category has on them: `None` for other names and for rows before the first day.
struct Rows<'a> {
    frame: &'a Frame,
    place: Vec<Option<usize>>,
}

impl Rows<'_> {
    /// Mean of an aspect by name, over rows where it is known.
    fn means(&self, aspect: &[f64], names: usize) -> Vec<Mean> {
        let mut sums = vec![(0.0, 0.0, 0.0); names];
        for (place, value) in self.place.iter().zip(aspect) {
            if let Some(sum) = place.and_then(|own| sums.get_mut(own))
                && value.is_finite()
            {
                *sum = (sum.0 + 1.0, sum.1 + value, sum.2 + value * value);
            }
        }
        let mean = |(count, sum, squares): (f64, f64, f64)| {
            let mean = sum / count;
            (mean, (squares / count - mean * mean).max(1e-4) / (count - 1.0))
        };
        sums.into_iter().map(mean).collect()
    }

    /// How often each name comes.
    fn frequencies(&self, names: usize) -> Vec<Mean> {
        let mut counts = vec![0.0; names];
        for place in self.place.iter().flatten() {
            if let Some(count) = counts.get_mut(*place) {
                *count += 1.0;
            }
        }
        let all = counts.iter().sum::<f64>().max(1.0);
        let share = |count: f64| {
            let share = count / all;
            (share, (share * (1.0 - share)).max(1.0 / all) / all)
        };
        counts.into_iter().map(share).collect()
    }
}

/// Old and new names of a category with the first day of the exchange (`None`: all rows), where it fits what the rows
/// hold.
#[must_use]
pub fn changed_places(view: &View<'_>, column: usize) -> Option<(Moves, Option<i32>)> {
    let (p, q) = both(view, column)?;
    let known = view.frames.columns.get(column)?.names.len();
    exchange(view, column, (p.names(), q.names()), known)
}

/// The same of a number of few whole values, as pairs of old and new value.
#[must_use]
pub fn changed_codes(view: &View<'_>, column: usize) -> Option<(Codes, Option<i32>)> {
    let (p, q) = both(view, column)?;
    let mut values = ascending(view, column).0.into_owned();
    values.dedup();
    if !(NAMES.0..=CODES).contains(&values.len())
        || values.iter().any(|own| own.fract() != 0.0)
    {
        return None;
    }
    let place = |x: &f64| {
        let at = values.iter().position(|own| own == x);
        at.and_then(|at| u32::try_from(at).ok()).unwrap_or(NO_NAME)
    };
    let of = |own: &Raw| own.numbers().iter().map(place).collect::<Vec<u32>>();
    let (moves, first) = exchange(view, column, (&of(p), &of(q)), values.len())?;
    let value = |at: usize| values.get(at).copied();
    let moves =
        moves.into_iter().filter_map(|(old, new)| Some((value(old)?, value(new)?)));
    Some((moves.collect(), first))
}

fn exchange(
    view: &View<'_>,
    column: usize,
    (p, q): (&[u32], &[u32]),
    known: usize,
) -> Option<(Moves, Option<i32>)> {
    let frames = view.frames;
    let (before, after) = (name_shares(p, known), name_shares(q, known));
    let share = |own: &[f64], at: usize| own.get(at).copied().unwrap_or(0.0);
    let names: Vec<usize> =
        (0..known).filter(|at| share(&before, *at) >= MIN_SHARE).collect();
    let count = names.len();
    if !(NAMES.0..=NAMES.1).contains(&count)
        || names.iter().map(|at| share(&before, *at)).sum::<f64>() < TOGETHER
    {
        return None;
    }
    let grew = |at: &usize| share(&after, *at) - share(&before, *at);
    let more = *names.iter().max_by(|a, b| grew(a).total_cmp(&grew(b)))?;
    let is_more: Vec<f64> =
        q.iter().map(|own| f64::from(u8::from(*own as usize == more))).collect();
    let days = &frames.production.rows.day;
    let first = step(days, &is_more).map(|own| own.day);
    let place = |name: &u32| names.iter().position(|own| *own == *name as usize);
    let old = Rows { frame: &frames.reference, place: p.iter().map(place).collect() };
    let late = is_since(days, first).zip(q);
    let new = Rows {
        frame: &frames.production,
        place: late.map(|(is, name)| place(name).filter(|_| is)).collect(),
    };
    if new.place.iter().flatten().count() < MIN_ROWS {
        return None;
    }
    let mut frequency = Distances::new(count);
    frequency.add(&old.frequencies(count), &new.frequencies(count), |own| DRIFT.0 * own);
    let compare = |into: &mut Distances, pair: (Vec<f64>, Vec<f64>)| {
        into.add(&old.means(&pair.0, count), &new.means(&pair.1, count), |_| DRIFT.1);
    };
    let mut outcome = Distances::new(count);
    for pair in outcomes(old.frame, new.frame) {
        compare(&mut outcome, pair);
    }
    let same: Vec<usize> = (0..count).collect();
    if frequency.of(&same) + outcome.of(&same) < BETTER_EACH {
        return None;
    }
    let mut input = Distances::new(count);
    for other in inputs(view).into_iter().filter(|own| *own != column) {
        let known = frames.columns.get(other).map_or(0, |own| own.names.len());
        for pair in both(view, other).map(|own| aspects(own, known)).unwrap_or_default() {
            compare(&mut input, pair);
        }
    }
    let order = best(&[frequency, outcome, input], count)?;
    let moves = order.into_iter().enumerate().filter(|(old, new)| old != new);
    let moves: Moves = moves
        .filter_map(|(old, new)| Some((*names.get(old)?, *names.get(new)?)))
        .collect();
    Some((moves, first))
}

/// Which new name each old one became, where that is clear and not the same one for all.
fn best(groups: &[Distances], count: usize) -> Option<Vec<usize>> {
    let all = |order: &[usize]| groups.iter().map(|own| own.of(order)).sum::<f64>();
    let between = |old: usize, new: usize| -> f64 {
        groups.iter().map(|own| own.at(old, new)).sum()
    };
    let same: Vec<usize> = (0..count).collect();
    let order = cheapest(count, &between);
    let least = all(&order);
    let better =
        groups.iter().filter(|own| own.of(&same) - own.of(&order) >= BETTER_EACH);
    let aspects: f64 = groups.iter().map(|own| own.aspects).sum();
    let mut pairs = order.iter().enumerate();
    let fits = pairs.all(|(old, new)| between(old, *new) <= LEFT * (aspects + 1.0));
    let is_clear = (0..count).all(|a| {
        (0..a).all(|b| {
            let mut other = order.clone();
            other.swap(a, b);
            all(&other) - least >= CLEAR
        })
    });
    (all(&same) - least >= BETTER && better.count() >= 2 && fits && is_clear)
        .then_some(order)
}

/// The cheapest way to give each of so many one of as many others: the Hungarian method (Kuhn 1955, Munkres 1957), row by
/// row along shortest paths. Costs are 0 or more.
fn cheapest(count: usize, cost: &dyn Fn(usize, usize) -> f64) -> Vec<usize> {
    // What a row and a column give off the cost, so that no pair costs less than 0. The last column stands for the row
    // that is being placed.
    let (mut of_row, mut of_column) = (vec![0.0; count], vec![0.0; count + 1]);
    let mut taken_by: Vec<Option<usize>> = vec![None; count + 1];
    for row in 0..count {
        let mut least = vec![f64::INFINITY; count];
        let mut came_from = vec![count; count];
        let mut done = vec![false; count + 1];
        taken_by[count] = Some(row);
        let mut at = count;
        while let Some(own) = taken_by[at] {
            done[at] = true;
            let (mut step, mut next) = (f64::INFINITY, at);
            for column in (0..count).filter(|column| !done[*column]) {
                let more = cost(own, column) - of_row[own] - of_column[column];
                if more < least[column] {
                    (least[column], came_from[column]) = (more, at);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for column in 0..=count {
                match taken_by[column].filter(|_| done[column]) {
                    Some(own) => {
                        of_row[own] += step;
                        of_column[column] -= step;
                    }
                    None => {
                        least.get_mut(column).into_iter().for_each(|own| *own -= step);
                    }
                }
            }
            at = next;
        }
        while at != count {
            taken_by[at] = taken_by[came_from[at]];
            at = came_from[at];
        }
    }
    let mut order = vec![0; count];
    for (column, row) in taken_by.iter().take(count).enumerate() {
        row.and_then(|row| order.get_mut(row)).into_iter().for_each(|own| *own = column);
    }
    order
}

/// What came of the rows, before and after: one list a class, or the amount.
fn outcomes(before: &Frame, after: &Frame) -> Vec<(Vec<f64>, Vec<f64>)> {
    if before.rows.label_class.is_empty() {
        return vec![in_deviations(&before.rows.label_value, &after.rows.label_value)];
    }
    let is = |frame: &Frame, class: u8| -> Vec<f64> {
        let of = |own: &u8| {
            if *own == NO_CLASS { f64::NAN } else { f64::from(u8::from(*own == class)) }
        };
        frame.rows.label_class.iter().map(of).collect()
    };
    let highest = before.rows.label_class.iter().filter(|own| **own != NO_CLASS).max();
    let classes = 1..=highest.copied().unwrap_or(0).min(OTHER_NAMES as u8);
    classes.map(|class| in_deviations(&is(before, class), &is(after, class))).collect()
}

/// Aspects of another input: its number, or whether it is one of its common names.
fn aspects((p, q): (&Raw, &Raw), known: usize) -> Vec<(Vec<f64>, Vec<f64>)> {
    match (p, q) {
        (Raw::Numbers(p), Raw::Numbers(q)) => vec![in_deviations(p, q)],
        (Raw::Names(p), Raw::Names(q)) => {
            let shares = name_shares(p, known);
            let mut common: Vec<usize> = (0..known).collect();
            common.sort_by(|a, b| {
                let share = |at: &usize| shares.get(*at).copied().unwrap_or(0.0);
                share(b).total_cmp(&share(a)).then(a.cmp(b))
            });
            let is = |own: &[u32], name: usize| -> Vec<f64> {
                own.iter().map(|own| f64::from(u8::from(*own as usize == name))).collect()
            };
            let common = common.into_iter().take(OTHER_NAMES);
            common.map(|name| in_deviations(&is(p, name), &is(q, name))).collect()
        }
        _ => Vec::new(),
    }
}

/// Both lists in deviations from the first one's mean.
fn in_deviations(before: &[f64], after: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let known: Vec<f64> = before.iter().copied().filter(|x| x.is_finite()).collect();
    let (mean, deviation) = moments(&known);
    let of = |own: &[f64]| -> Vec<f64> {
        let one = |x: &f64| ((x - mean) / deviation).clamp(-DEVIATIONS, DEVIATIONS);
        own.iter().map(one).collect()
    };
    (of(before), of(after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bug::fixture::Fixture;
    use crate::stats::random::Random;

    const NAMES: [&str; 3] = ["online", "contactless", "chip"];

    /// Rows of names that come so often, with outcomes and an amount that go with the name.
    fn rows(
        count: usize,
        shares: [f64; 3],
        rates: [f64; 3],
        random: &mut Random,
    ) -> (Vec<usize>, Vec<u8>, Vec<f64>) {
        let mut own = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..count {
            let u = random.uniform();
            let name =
                usize::from(u > shares[0]) + usize::from(u > shares[0] + shares[1]);
            own.0.push(name);
            own.1.push(u8::from(random.uniform() < rates[name]));
            own.2.push(random.normal() + 0.3 * name as f64);
        }
        own
    }

    fn found(shares: [f64; 3], rates: [f64; 3], moved: [usize; 3]) -> Option<Moves> {
        let mut random = Random::new(21);
        let before = rows(5000, [0.47, 0.275, 0.255], [0.2, 0.08, 0.05], &mut random);
        let after = rows(5000, shares, rates, &mut random);
        let names = |own: &[usize], moved: [usize; 3]| -> Vec<&str> {
            own.iter().map(|name| NAMES[moved[*name]]).collect()
        };
        let mut fixture = Fixture::new().number("amount", before.2, after.2).names(
            "channel",
            &names(&before.0, [0, 1, 2]),
            &names(&after.0, moved),
        );
        fixture.labels = (before.1, after.1);
        fixture.see(|view| changed_places(view, 1)).map(|own| own.0)
    }

    #[test]
    fn names_that_went_round_are_found_where_two_are_about_as_common() {
        let (shares, rates) = ([0.47, 0.275, 0.255], [0.2, 0.08, 0.05]);
        // Places are in the order in which the names first came.
        let moves = found(shares, rates, [1, 2, 0]).expect("went round");
        assert_eq!(moves.len(), 3);
        let two = found(shares, rates, [1, 0, 2]).expect("two changed places");
        assert_eq!(two.len(), 2);
        assert_eq!(found(shares, rates, [0, 1, 2]), None);
    }

    #[test]
    fn other_customers_and_other_outcomes_are_no_exchange() {
        let same = [0, 1, 2];
        assert_eq!(found([0.27, 0.47, 0.26], [0.2, 0.08, 0.05], same), None);
        assert_eq!(found([0.47, 0.275, 0.255], [0.08, 0.2, 0.05], same), None);
        assert_eq!(found([0.2, 0.3, 0.5], [0.1, 0.1, 0.3], same), None);
    }

    #[test]
    fn codes_that_were_renumbered_are_found_by_their_values() {
        let (shares, rates) = ([0.47, 0.275, 0.255], [0.2, 0.08, 0.05]);
        let mut random = Random::new(22);
        let before = rows(5000, shares, rates, &mut random);
        let after = rows(5000, shares, rates, &mut random);
        let codes = |own: &[usize], of: [f64; 3]| -> Vec<f64> {
            own.iter().map(|name| of[*name]).collect()
        };
        let of = |new: [f64; 3]| {
            let mut fixture = Fixture::new()
                .number("amount", before.2.clone(), after.2.clone())
                .number("slot", codes(&before.0, [1.0, 2.0, 3.0]), codes(&after.0, new));
            fixture.labels = (before.1.clone(), after.1.clone());
            fixture.see(|view| changed_codes(view, 1)).map(|own| own.0)
        };
        assert_eq!(of([2.0, 3.0, 1.0]), Some(vec![(1.0, 2.0), (2.0, 3.0), (3.0, 1.0)]));
        assert_eq!(of([1.0, 2.0, 3.0]), None);
        assert_eq!(of([1.5, 2.0, 3.0]), None);
    }

    #[test]
    fn the_cheapest_order_is_that_of_all_orders() {
        let mut random = Random::new(23);
        for count in 1..=5 {
            for _ in 0..40 {
                let costs: Vec<f64> = (0..count * count)
                    .map(|_| (10.0 * random.uniform()).floor())
                    .collect();
                let cost = |a: usize, b: usize| costs[a * count + b];
                let sum = |order: &[usize]| -> f64 {
                    order.iter().enumerate().map(|(a, b)| cost(a, *b)).sum()
                };
                let found = cheapest(count, &cost);
                let mut left: Vec<Vec<usize>> = vec![Vec::new()];
                for _ in 0..count {
                    left = left
                        .iter()
                        .flat_map(|own| {
                            let free = (0..count).filter(|next| !own.contains(next));
                            free.map(|next| [own.as_slice(), &[next]].concat())
                                .collect::<Vec<_>>()
                        })
                        .collect();
                }
                let least = left.iter().map(|own| sum(own)).fold(f64::INFINITY, f64::min);
                assert_eq!(sum(&found), least, "{costs:?} {found:?}");
            }
        }
        assert!(cheapest(0, &|_, _| 0.0).is_empty());
    }
}
