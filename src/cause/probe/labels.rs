//! Labels by age and by decision.

use crate::cause::observe::{Newest, Prevented};
use crate::choices::Task;
use crate::encode::rows::{NO_CLASS, NO_DAY};
use crate::ladder::logged::Logged;
use crate::ladder::rungs::Split;
use crate::onset::{Line, Point};
use crate::stats::{math, order, rank};

/// Parts of production by age.
const PARTS: usize = 12;
/// χ² by which a rate that falls day by day must fit better than one that stepped down once.
const RATHER_GRADUAL: f64 = 4.0;
/// A class must be expected so often among the newest to be asked whether it fell, too.
const MIN_EXPECTED: f64 = 20.0;

/// Outcomes of the rows of one age: what came, what was expected, and the squares of what came, which are its noise.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    rows: f64,
    came: f64,
    expected: f64,
    squares: f64,
}

impl Part {
    fn add(&mut self, came: f64, expected: f64) {
        self.rows += 1.0;
        self.came += came;
        self.expected += expected;
        self.squares += came * came;
    }

    fn and(self, other: Self) -> Self {
        Self {
            rows: self.rows + other.rows,
            came: self.came + other.came,
            expected: self.expected + other.expected,
            squares: self.squares + other.squares,
        }
    }
}

/// The oldest first.
type Parts = [Part; PARTS];

/// Observed over expected outcomes ("yes", amounts, or classes other than the one that an open case counts as),
/// oldest quarter against newest sixth; `None` without days, with few rows, or when the fall does not go on to the
/// end (a rate that stepped down once is no late label).
#[must_use]
pub fn newest(split: &Split, before: &Logged<'_>, after: &Logged<'_>) -> Option<Newest> {
    let days = &after.frame.rows.day;
    let day = |row: &u32| days.get(*row as usize).copied().unwrap_or(NO_DAY);
    let mut rows: Vec<u32> = split
        .q
        .iter()
        .copied()
        .filter(|row| after.is_labelled(*row as usize) && day(row) != NO_DAY)
        .collect();
    if rows.len() < 40 * PARTS {
        return None;
    }
    rows.sort_by_key(|row| (day(row), *row));
    if after.task == Task::Multiclass {
        return newest_of_classes(&of_classes(&rows, before, after));
    }
    let first = split.stacked.reference_rows;
    let decisions = &after.frame.rows.decision;
    let (mut parts, mut undecided) = (Parts::default(), Parts::default());
    for (at, row) in rows.iter().enumerate() {
        let row = *row as usize;
        let (came, expected) = if after.task == Task::Binary {
            (after.yes(row), split.relation.yes(first + row))
        } else {
            (
                after.frame.rows.label_value.get(row).copied().unwrap_or(0.0),
                after.score(row),
            )
        };
        let place = at * PARTS / rows.len();
        let is_undecided = decisions.get(row) == Some(&0);
        let both = [Some(&mut parts), is_undecided.then_some(&mut undecided)];
        for part in both.into_iter().flatten().filter_map(|own| own.get_mut(place)) {
            part.add(came, expected);
        }
    }
    // Outcomes that are late are so whatever was decided; those that decisions prevent are missing on decided rows alone.
    let found = fall(&parts)?;
    let told = over(&undecided, 10, PARTS).expected >= MIN_EXPECTED;
    (!told || lost(&undecided) >= 0.5 * lost(&parts)).then_some(found)
}

/// Share of outcomes that must be in among the oldest, and part of it among the newest at most, to be late; and the
/// standard errors, and the ratio, by which those that are in then differ from what was expected.
const IN: (f64, f64) = (0.3, 0.6);
const OFF: (f64, f64) = (3.0, 1.25);

/// Share of production rows with an outcome, oldest quarter against newest sixth, where it falls and the outcomes that
/// are in come more or less often than others did: the quick ones first. `None` otherwise, and without days.
#[must_use]
pub fn quick_first(split: &Split, after: &Logged<'_>) -> Option<(f64, f64)> {
    if after.task != Task::Binary {
        return None;
    }
    let days = &after.frame.rows.day;
    let day = |row: &u32| days.get(*row as usize).copied().unwrap_or(NO_DAY);
    let mut rows: Vec<u32> =
        after.usable(false).into_iter().filter(|row| day(row) != NO_DAY).collect();
    if rows.len() < 40 * PARTS {
        return None;
    }
    rows.sort_by_key(|row| (day(row), *row));
    let (mut parts, mut all) = (Parts::default(), [0.0_f64; PARTS]);
    for (at, row) in rows.iter().enumerate() {
        let row = *row as usize;
        let place = at * PARTS / rows.len();
        if let (Some(part), Some(count)) = (parts.get_mut(place), all.get_mut(place)) {
            *count += 1.0;
            if after.is_labelled(row) {
                let expected = split.relation.yes(split.stacked.reference_rows + row);
                part.add(after.yes(row), expected);
            }
        }
    }
    let coverage = |from: usize, to: usize| {
        let rows: f64 = all.iter().skip(from).take(to - from).sum();
        over(&parts, from, to).rows / rows.max(1.0)
    };
    let (oldest, newest) = (coverage(0, 3), coverage(10, PARTS));
    let (old, new) = (over(&parts, 0, 3), over(&parts, 9, PARTS));
    if oldest < IN.0
        || newest > IN.1 * oldest
        || new.expected <= 0.0
        || old.expected <= 0.0
    {
        return None;
    }
    let ratio = |own: Part| (own.came + 0.5) / (own.expected + 0.5);
    let noise = |own: Part| 1.0 / (own.expected + 0.5);
    let moved = (math::ln(ratio(new)) - math::ln(ratio(old))).abs();
    let error = math::sqrt(noise(new) + noise(old));
    (moved >= (OFF.0 * error).max(math::ln(OFF.1))).then_some((oldest, newest))
}

/// The parts of every class: what is expected of a row is how often rows with its decision had the class before.
fn of_classes(rows: &[u32], before: &Logged<'_>, after: &Logged<'_>) -> Vec<Parts> {
    let label = |own: &Logged<'_>, row: usize| {
        own.frame.rows.label_class.get(row).copied().filter(|own| *own != NO_CLASS)
    };
    let both = |own: &Logged<'_>, row: usize| {
        own.frame.rows.decision_or_best(row).zip(label(own, row))
    };
    let known = |own: &Logged<'_>| -> Vec<(u8, u8)> {
        (0..own.frame.len()).filter_map(|row| both(own, row)).collect()
    };
    let earlier = known(before);
    let most = earlier.iter().chain(&known(after)).map(|own| own.0.max(own.1)).max();
    let count = usize::from(most.unwrap_or(0)) + 1;
    let mut usual = vec![vec![0.0_f64; count]; count];
    for (decision, class) in earlier {
        let cells = usual.get_mut(usize::from(decision));
        cells
            .and_then(|own| own.get_mut(usize::from(class)))
            .into_iter()
            .for_each(|own| *own += 1.0);
    }
    let mut all = vec![Parts::default(); count];
    for (at, row) in rows.iter().enumerate() {
        let Some((decision, class)) = both(after, *row as usize) else { continue };
        let Some(cells) = usual.get(usize::from(decision)) else { continue };
        let sum: f64 = cells.iter().sum();
        if sum < 1.0 {
            continue;
        }
        for ((parts, cell), own) in all.iter_mut().zip(cells).zip(0_u8..) {
            if let Some(part) = parts.get_mut(at * PARTS / rows.len()) {
                part.add(f64::from(u8::from(own == class)), cell / sum);
            }
        }
    }
    all
}

/// The class that all others fall to, when there is one: an open case counts as it until its outcome is in.
fn newest_of_classes(all: &[Parts]) -> Option<Newest> {
    let others = |class: usize| {
        let mut sum = Parts::default();
        for (_, parts) in all.iter().enumerate().filter(|(own, _)| *own != class) {
            sum.iter_mut().zip(parts).for_each(|(sum, own)| *sum = sum.and(*own));
        }
        sum
    };
    let of = |class: usize| {
        let found = fall(&others(class))?;
        let least = 1.0 - found.newest / found.oldest;
        // Each of them by half as much at least: a drift into one class takes from its neighbours.
        let joint =
            all.iter().enumerate().filter(|(own, _)| *own != class).all(|(_, own)| {
                let expected = over(own, 10, PARTS).expected;
                expected < MIN_EXPECTED || lost(own) >= 0.5 * least
            });
        let class = u8::try_from(class).ok();
        joint.then_some(Newest { class, ..found })
    };
    let found = (0..all.len()).filter_map(of);
    found.max_by(|a, b| a.z.total_cmp(&b.z))
}

fn over(parts: &Parts, from: usize, to: usize) -> Part {
    parts
        .iter()
        .skip(from)
        .take(to - from)
        .fold(Part::default(), |sum, own| sum.and(*own))
}

/// Share that is lost from the oldest quarter to the newest sixth.
fn lost(parts: &Parts) -> f64 {
    let ratio = |own: Part| own.came / own.expected.max(f64::MIN_POSITIVE);
    1.0 - ratio(over(parts, 10, PARTS)) / ratio(over(parts, 0, 3)).max(f64::MIN_POSITIVE)
}

fn fall(parts: &Parts) -> Option<Newest> {
    if parts.iter().any(|part| part.expected <= 0.0 || part.came < 0.0) {
        return None;
    }
    let all = over(parts, 0, PARTS);
    // Half a row more on both sides: no logarithm of nothing.
    let half = 0.5 * all.expected / all.rows;
    let ratio = |own: Part| (own.came + half) / (own.expected + half);
    // Relative variance of a sum of counts or amounts.
    let noise =
        |own: Part| (own.squares + half * half) / ((own.came + half) * (own.came + half));
    let (old, new) = (over(parts, 0, 3), over(parts, 10, PARTS));
    let middle = over(parts, 7, 10);
    let error = math::sqrt(noise(old) + noise(new));
    let fall = math::ln(ratio(old)) - math::ln(ratio(new));
    let onward = math::ln(ratio(middle)) - math::ln(ratio(new));
    let onward_error = math::sqrt(noise(middle) + noise(new));
    if onward < 2.0 * onward_error && !is_gradual(parts) {
        return None;
    }
    Some(Newest { oldest: ratio(old), newest: ratio(new), z: fall / error, class: None })
}

/// Whether a line that bends down once, and then falls to the end, fits what came clearly better than one step.
fn is_gradual(parts: &Parts) -> bool {
    let point = |part: &Part| {
        let noise = part.squares.max(part.came / part.rows.max(1.0));
        let variance = noise.max(f64::MIN_POSITIVE) / (part.expected * part.expected);
        Point { value: part.came / part.expected, variance }
    };
    let line = Line::new(&parts.each_ref().map(point));
    let bent = (0..PARTS - 3).map(|from| {
        let x: [f64; PARTS] = std::array::from_fn(|at| at.saturating_sub(from) as f64);
        line.straight(&x)
    });
    let Some((bent, slope)) = bent.min_by(|a, b| a.0.total_cmp(&b.0)) else {
        return false;
    };
    let stepped = (1..PARTS)
        .map(|from| line.residual(&[(0, from)]) + line.residual(&[(from, PARTS)]));
    slope < 0.0 && stepped.fold(f64::INFINITY, f64::min) - bent >= RATHER_GRADUAL
}

/// By how much label availability differs between decisions, production beyond the reference, 0–1.
#[must_use]
pub fn by_decision(before: &Logged<'_>, after: &Logged<'_>) -> f64 {
    let gap = |table: &Logged<'_>| {
        let mut cells = [(0_u64, 0_u64); 2];
        for (row, decision) in table.frame.rows.decision.iter().enumerate() {
            if *decision == NO_CLASS {
                continue;
            }
            if let Some(cell) = cells.get_mut(usize::from(*decision == 1)) {
                cell.0 += 1;
                cell.1 += u64::from(table.is_labelled(row));
            }
        }
        let share =
            |cell: (u64, u64)| (cell.0 >= 50).then(|| cell.1 as f64 / cell.0 as f64);
        match cells.map(share) {
            [Some(no), Some(yes)] => (yes - no).abs(),
            _ => 0.0,
        }
    };
    (gap(after) - gap(before)).max(0.0)
}

/// Rows of each outcome from which a ranking is judged, and the AUC that is one.
const RANKED: (u64, f64) = (50, 0.55);

/// Share of its power to rank that the score keeps on rows that were not decided yes, 0–1; `None` where it cannot be
/// judged. What decisions prevent, they prevent on the other rows.
pub fn undecided_kept(before: &Logged<'_>, after: &Logged<'_>) -> Option<f64> {
    if before.task != Task::Binary {
        return None;
    }
    let auc = |table: &Logged<'_>| {
        let rows = table.frame.rows.decision.iter().enumerate();
        let undecided = rows.filter(|(row, own)| **own == 0 && table.is_labelled(*row));
        let mut pairs: Vec<(f64, bool)> = undecided
            .map(|(row, _)| (table.score(row), table.yes(row) > 0.5))
            .filter(|own| !own.0.is_nan())
            .collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let counts = |tied: &[(f64, bool)]| {
            let yes = tied.iter().filter(|own| own.1).count() as u64;
            (yes, tied.len() as u64 - yes)
        };
        let (yes, no) = counts(&pairs);
        if yes.min(no) < RANKED.0 {
            return None;
        }
        rank::auc_of(pairs.chunk_by(|a, b| a.0 == b.0).map(counts), yes, no)
    };
    let (p, q) = (auc(before)?, auc(after)?);
    (p >= RANKED.1).then(|| ((q - 0.5) / (p - 0.5)).clamp(0.0, 1.0))
}

/// Groups by score of rows that were decided no, and yes.
const GROUPS: [usize; 2] = [8, 4];
/// Rows of a decision, a table, from which its rate is judged.
const RATE_ROWS: usize = 200;
/// Where the outcome came as before: standard errors off, or part off; and its part of the power to rank.
const AS_BEFORE: (f64, f64, f64) = (2.5, 0.06, 0.85);

/// How often an outcome came, and its standard error, over how often it did at the same scores before launch.
#[derive(Clone, Copy, Debug)]
struct Came {
    ratio: f64,
    error: f64,
}

impl Came {
    fn is_as_before(self) -> bool {
        let off = (self.ratio - 1.0).abs();
        off <= AS_BEFORE.0 * self.error && off <= 2.0 * AS_BEFORE.1 || off <= AS_BEFORE.1
    }
}

/// The same of rows of one decision; `p` and `q` hold scores with the outcome, before and after launch.
fn came(mut p: Vec<(f64, f64)>, q: &[(f64, f64)], groups: usize) -> Option<Came> {
    if p.len().min(q.len()) < RATE_ROWS {
        return None;
    }
    order::sort_by_first(&mut p);
    let mut cuts: Vec<f64> = (1..groups)
        .filter_map(|at| p.get(at * p.len() / groups).map(|own| own.0))
        .collect();
    cuts.dedup();
    // Rows and outcomes, before and after.
    let mut cells = vec![[0.0_f64; 4]; cuts.len() + 1];
    for (first, rows) in [(0, p.as_slice()), (2, q)] {
        for (score, yes) in rows {
            let cell = cells.get_mut(cuts.partition_point(|cut| cut <= score));
            if let Some(cell) = cell {
                cell[first] += 1.0;
                cell[first + 1] += yes;
            }
        }
    }
    let (mut came, mut expected, mut variance) = (0.0, 0.0, 0.0);
    for [rows, yes, later, now] in cells {
        if rows < 1.0 {
            continue;
        }
        let rate = (yes + 0.5) / (rows + 1.0);
        came += now;
        expected += later * rate;
        variance += later * (1.0 + later / rows) * rate * (1.0 - rate);
    }
    (expected > 0.0)
        .then(|| Came { ratio: came / expected, error: math::sqrt(variance) / expected })
}

/// Outcomes that became rarer on rows that were decided yes, where on all other rows they come as before and are ranked as
/// well: something was done about them. Without a logged decision, on rows from some score on. `None` otherwise.
pub fn prevented(before: &Logged<'_>, after: &Logged<'_>) -> Option<Prevented> {
    if before.task == Task::Binary && after.frame.rows.decision.is_empty() {
        return prevented_from(scored(before), &scored(after));
    }
    if undecided_kept(before, after)? < AS_BEFORE.2 {
        return None;
    }
    let rows = |table: &Logged<'_>, wanted: u8| -> Vec<(f64, f64)> {
        let all = table.frame.rows.decision.iter().enumerate();
        all.filter(|(row, own)| **own == wanted && table.is_labelled(*row))
            .map(|(row, _)| (table.score(row), table.yes(row)))
            .filter(|own| !own.0.is_nan())
            .collect()
    };
    let of = |wanted: u8| {
        let groups = GROUPS.get(usize::from(wanted)).copied()?;
        came(rows(before, wanted), &rows(after, wanted), groups)
    };
    let (no, yes) = (of(0)?, of(1)?);
    (no.is_as_before() && yes.ratio < 1.0).then(|| Prevented {
        left: yes.ratio,
        z: (yes.ratio - 1.0) / yes.error,
        from: None,
    })
}

/// Scores with outcomes of the rows that have both.
fn scored(table: &Logged<'_>) -> Vec<(f64, f64)> {
    let rows = (0..table.frame.len()).map(|row| (table.score(row), table.yes(row)));
    rows.filter(|own| !own.0.is_nan() && !own.1.is_nan()).collect()
}

/// Parts of the rows, by score, below which nothing may have changed.
const BELOW: std::ops::RangeInclusive<usize> = 20..=38;
const OF: usize = 40;
/// Part of the outcomes that may be left from the score on, and standard errors: many scores are tried.
const RARER: (f64, f64) = (0.75, 8.0);
/// Rows beside the score, as a part of those below and from it on, and what must be left on either side: prevention begins
/// at once, where a relation that faded does so little by little.
const BESIDE: f64 = 0.25;
const BEGINS: (f64, f64) = (0.85, 0.8);

/// The score from which outcomes became rarer although below nothing changed.
fn prevented_from(mut p: Vec<(f64, f64)>, q: &[(f64, f64)]) -> Option<Prevented> {
    order::sort_by_first(&mut p);
    let mut q = q.to_vec();
    order::sort_by_first(&mut q);
    let at = |part: usize| q.get(part * q.len() / OF).map(|own| own.0);
    let between = |low: f64, high: f64| {
        let of = |own: &[(f64, f64)]| -> Vec<(f64, f64)> {
            own.iter().copied().filter(|own| own.0 >= low && own.0 < high).collect()
        };
        came(of(&p), &of(&q), GROUPS[1])
    };
    let of = |part: usize| -> Option<Prevented> {
        let from = at(part)?;
        let above = between(from, f64::INFINITY)?;
        let z = (above.ratio - 1.0) / above.error;
        if above.ratio > RARER.0 || z > -RARER.1 {
            return None;
        }
        let low = at(part - (BESIDE * part as f64) as usize)?;
        let high = at(part + (BESIDE * (OF - part) as f64).ceil() as usize)?;
        let (under, over) = (between(low, from)?, between(from, high)?);
        let begins = under.ratio >= BEGINS.0 && over.ratio <= BEGINS.1;
        let is_one = begins && between(f64::NEG_INFINITY, from)?.is_as_before();
        is_one.then_some(Prevented { left: above.ratio, z, from: Some(from) })
    };
    BELOW.filter_map(of).min_by(|a, b| a.z.total_cmp(&b.z))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn what_is_prevented_begins_at_a_score_and_what_faded_does_not() {
        let mut random = Random::new(11);
        let mut rows = |chance: &dyn Fn(f64) -> f64| -> Vec<(f64, f64)> {
            (0..9000)
                .map(|_| {
                    let score = random.uniform();
                    (score, f64::from(u8::from(random.uniform() < chance(score))))
                })
                .collect()
        };
        let p = rows(&|x| x);
        let own =
            prevented_from(p.clone(), &rows(&|x| if x < 0.8 { x } else { 0.35 * x }));
        let own = own.expect("prevented");
        assert!((own.from.expect("a score") - 0.8).abs() < 0.06, "{own:?}");
        assert!((own.left - 0.35).abs() < 0.08 && own.z < -8.0, "{own:?}");
        for (what, chance) in [
            ("nothing", (|x| x) as fn(f64) -> f64),
            ("faded", |x| 0.3 + 0.4 * x),
            ("rarer everywhere", |x| 0.5 * x),
            ("rarer the higher", |x| x * (1.0 - 0.6 * x)),
        ] {
            assert_eq!(prevented_from(p.clone(), &rows(&chance)), None, "{what}");
        }
        assert_eq!(prevented_from(Vec::new(), &[]), None);
    }

    #[test]
    fn a_ratio_of_what_came_is_taken_at_equal_scores() {
        let mut random = Random::new(8);
        let mut rows = |count: usize, from: f64, part: f64| -> Vec<(f64, f64)> {
            (0..count)
                .map(|_| {
                    let score = from + (1.0 - from) * random.uniform();
                    (score, f64::from(u8::from(random.uniform() < part * score)))
                })
                .collect()
        };
        let p = rows(8000, 0.0, 1.0);
        // Other scores, the same outcomes of each.
        let own = came(p.clone(), &rows(8000, 0.4, 1.0), 8).expect("rows");
        assert!((own.ratio - 1.0).abs() < 3.0 * own.error + 0.02, "{own:?}");
        let own = came(p.clone(), &rows(8000, 0.0, 0.6), 8).expect("rows");
        assert!((own.ratio - 0.6).abs() < 3.0 * own.error, "{own:?}");
        assert!(own.error < 0.03, "{own:?}");
        assert!(came(p, &[], 8).is_none() && came(Vec::new(), &[], 8).is_none());
    }

    /// Parts of 400 rows: how often an outcome is expected, and the part of it that came by age.
    fn parts(expected: f64, came: impl Fn(usize) -> f64) -> Parts {
        std::array::from_fn(|at| Part {
            rows: 400.0,
            came: expected * came(at),
            expected,
            squares: expected * came(at),
        })
    }

    /// All there in the older half, then falling to a third.
    fn late(at: usize) -> f64 {
        if at < 6 { 1.0 } else { 1.0 - 0.12 * (at - 5) as f64 }
    }

    #[test]
    fn only_what_falls_to_the_end_is_late() {
        let found = fall(&parts(120.0, late)).expect("late");
        // By hand: the oldest quarter has all; the newest sixth has 1 − 0.12·5.5 = 0.34.
        assert!((found.oldest - 1.0).abs() < 1e-12);
        assert!((found.newest - 0.34).abs() < 0.005, "{}", found.newest);
        assert!(found.z > 6.0);
        assert!(fall(&parts(120.0, |_| 1.0)).is_none(), "all there");
        let step = |at: usize| if at < 6 { 1.0 } else { 0.4 };
        assert!(fall(&parts(120.0, step)).is_none(), "a step stays where it is");
        let slow = |at: usize| 1.0 - 0.025 * at as f64;
        assert!(fall(&parts(640.0, slow)).is_some(), "little by little, all the way");
        let back = |at: usize| if (4..9).contains(&at) { 0.7 } else { 1.0 };
        assert!(fall(&parts(640.0, back)).is_none(), "and back");
        assert!(fall(&parts(640.0, |at| 0.7 + 0.025 * at as f64)).is_none(), "rising");
        assert!(fall(&parts(0.0, late)).is_none(), "nothing expected");
    }

    #[test]
    fn chance_and_a_step_are_seldom_a_gradual_fall() {
        let mut random = Random::new(23);
        let mut drawn = |rate: &dyn Fn(usize) -> f64| -> Parts {
            std::array::from_fn(|at| {
                let yes = (0..400).filter(|_| random.uniform() < 0.3 * rate(at)).count();
                let came = yes as f64;
                Part { rows: 400.0, came, expected: 120.0, squares: came }
            })
        };
        let chance = (0..500).filter(|_| is_gradual(&drawn(&|_| 1.0))).count();
        assert!(chance <= 10, "{chance} of 500");
        for from in [2, 4, 6, 8, 10] {
            let step = |at: usize| if at < from { 1.0 } else { 0.6 };
            let stepped = (0..200).filter(|_| is_gradual(&drawn(&step))).count();
            assert!(stepped <= 4, "{stepped} of 200 from {from}");
        }
        let slow = |at: usize| 1.0 - 0.05 * at as f64;
        let seen = (0..200).filter(|_| is_gradual(&drawn(&slow))).count();
        assert!(seen >= 150, "{seen} of 200");
    }

    #[test]
    fn an_open_case_counts_as_the_class_that_all_others_fall_to() {
        let rest =
            |own: fn(usize) -> f64, from: f64| move |at| 1.0 + from * (1.0 - own(at));
        let open = parts(160.0, rest(late, 1.5));
        let all = [parts(120.0, late), open, parts(120.0, late)];
        let found = newest_of_classes(&all).expect("late");
        assert_eq!(found.class, Some(1));
        assert!((found.newest - 0.34).abs() < 0.005);
        // The same rows drift from one class into another: the third stays.
        let drifted =
            [parts(120.0, late), parts(160.0, rest(late, 0.75)), parts(120.0, |_| 1.0)];
        assert!(newest_of_classes(&drifted).is_none());
        assert!(newest_of_classes(&[]).is_none());
    }
}
