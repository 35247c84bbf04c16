//! A column that told much of the outcome before launch and little after: the trace of a leak.

use crate::cause::observe::{Lost, ramp};
use crate::choices::{Role, TableRole, Task};
use crate::encode::frame::Frames;
use crate::encode::rows::NO_CLASS;
use crate::ladder::logged::Logged;
use crate::stats::{math, order};

/// Pseudo-rows that pull the mean of a code to the overall mean.
const PULL: f64 = 20.0;

/// Classes rarer than this before launch are too few rows to look at one by one.
const MIN_CLASS: f64 = 0.02;

/// What a column should tell: a number a row (NaN without a label), before and after launch, with its weight.
struct Target {
    before: Vec<f64>,
    after: Vec<f64>,
    weight: f64,
}

/// The outcome as numbers: the place of an amount among those before launch, or one yes or no a class, weighted by its
/// variance before launch.
fn targets(before: &Logged<'_>, after: &Logged<'_>) -> Vec<Target> {
    let all = |table: &Logged<'_>, of: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..table.frame.len()).map(of).collect()
    };
    match before.task {
        Task::Regression => {
            // A few large amounts are most of the variance: their places among the amounts before launch are not.
            let mut usual = before.frame.rows.label_value.clone();
            usual.retain(|own| own.is_finite());
            order::sort(&mut usual);
            let of = |table: &Logged<'_>| {
                let labels = &table.frame.rows.label_value;
                all(table, &|row| match labels.get(row) {
                    Some(own) if !own.is_nan() => order::place_among(&usual, *own),
                    _ => f64::NAN,
                })
            };
            vec![Target { before: of(before), after: of(after), weight: 1.0 }]
        }
        Task::Binary => {
            let of = |table: &Logged<'_>| all(table, &|row| table.yes(row));
            vec![Target { before: of(before), after: of(after), weight: 1.0 }]
        }
        Task::Multiclass => {
            let classes = before.frame.rows.label_class.iter();
            let most =
                classes.filter(|own| **own != NO_CLASS).max().copied().unwrap_or(0);
            let of = |table: &Logged<'_>, class: u8| {
                let labels = &table.frame.rows.label_class;
                all(table, &|row| match labels.get(row) {
                    Some(own) if *own != NO_CLASS => f64::from(u8::from(*own == class)),
                    _ => f64::NAN,
                })
            };
            let target = |class: u8| {
                let own = of(before, class);
                let known: Vec<f64> =
                    own.iter().copied().filter(|y| !y.is_nan()).collect();
                let share = known.iter().sum::<f64>() / known.len().max(1) as f64;
                let weight = share * (1.0 - share);
                (share >= MIN_CLASS).then(|| Target {
                    before: own,
                    after: of(after, class),
                    weight,
                })
            };
            (0..=most).filter_map(target).collect()
        }
    }
}

/// The column whose power to tell the outcome fell most; `None` without labels. `broken` columns (places in the
/// frames' columns) are left out: why they lost it is known.
#[must_use]
pub fn lost(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
    broken: &[usize],
) -> Option<Lost> {
    let targets = targets(before, after);
    let labelled = |own: &[f64]| own.iter().filter(|own| !own.is_nan()).count();
    if targets.iter().all(|own| labelled(&own.before).min(labelled(&own.after)) < 200) {
        return None;
    }
    let logged = before;
    let codes_of = |column: usize| -> Option<(&[u8], &[u8])> {
        let coder = *frames.columns.get(column)?.coders.first()?;
        Some((before.frame.rows.codes.get(coder)?, after.frame.rows.codes.get(coder)?))
    };
    let mut found: Vec<(usize, Power, Power)> = Vec::new();
    for (at, column) in frames.columns.iter().enumerate() {
        let both =
            column.is_in(TableRole::Reference) && column.is_in(TableRole::Production);
        if column.role != Role::Feature || broken.contains(&at) || !both {
            continue;
        }
        let Some((codes, later)) = codes_of(at) else { continue };
        let (mut a, mut b) = (Power::default(), Power::default());
        let all: f64 = targets.iter().map(|own| own.weight).sum();
        for target in &targets {
            let [earlier, now] = told(before, codes, later, target);
            let weight = target.weight / all.max(f64::MIN_POSITIVE);
            for (sum, rows) in [(&mut a, earlier), (&mut b, now)] {
                let own = power(before.task, rows);
                sum.told += weight * own.told;
                sum.error += weight * own.error;
                sum.turned += weight * own.turned;
            }
        }
        found.push((at, a, b));
    }
    // How much beyond nothing the best column told.
    let nothing = if before.task == Task::Binary { 0.5 } else { 0.0 };
    let best = found.iter().map(|own| own.1.told - nothing).fold(0.0, f64::max);
    let fall = |own: &(usize, Power, Power)| own.1.told - own.2.told;
    let task = before.task;
    let (column, before, after) =
        *found.iter().max_by(|a, b| fall(a).total_cmp(&fall(b)).then(b.0.cmp(&a.0)))?;
    let error = math::sqrt(before.error * before.error + after.error * after.error);
    let sides = codes_of(column).map_or_else(Sides::default, |(codes, later)| {
        let mut sum = Sides::default();
        for target in &targets {
            sum.add(target.weight, &told(logged, codes, later, target));
        }
        sum
    });
    let moved = codes_of(column).map_or(1.0, |(codes, later)| moved(codes, later));
    Some(Lost {
        column,
        both_sides: sides.both() * (1.0 - ramp(moved, STAYED.0, STAYED.1)),
        before: before.told,
        after: after.told,
        z: if error > 0.0 { (before.told - after.told) / error } else { 0.0 },
        others_lost: others_lost(&found, column, nothing, before.told - nothing),
        of_best: if best > 0.0 { (before.told - nothing) / best } else { 0.0 },
        is_reversed: after.turned > REVERSED
            && match task {
                // AUCs are as far from nothing as they tell; squared correlations are squares of it.
                Task::Binary => 0.5 - after.told >= AS_FAR * (before.told - 0.5),
                _ => after.told >= AS_FAR * AS_FAR * before.told,
            },
    })
}

/// Part of the larger fall that the lesser must have for both sides to have moved, its standard errors, and how sure the
/// larger one must be for the lesser to say anything.
const LESSER: (f64, f64) = (0.3, 0.7);
const LESSER_ERRORS: (f64, f64) = (2.0, 4.0);
const LARGER_ERRORS: (f64, f64) = (3.0, 5.0);

/// Share of rows on other codes up to which a column's values stayed, and from which they did not.
const STAYED: (f64, f64) = (0.06, 0.15);

/// Share of rows that would have to change their code for one list to be spread like the other, 0–1.
fn moved(before: &[u8], after: &[u8]) -> f64 {
    let shares = |codes: &[u8]| {
        let mut shares = [0.0; 256];
        for code in codes {
            if let Some(own) = shares.get_mut(usize::from(*code)) {
                *own += 1.0 / codes.len() as f64;
            }
        }
        shares
    };
    let pairs = shares(before).into_iter().zip(shares(after));
    0.5 * pairs.map(|(a, b): (f64, f64)| (a - b).abs()).sum::<f64>()
}

/// By how much what a column tells fell on rows with the outcome, and rose on rows without, each as a part of all rows,
/// with squared errors.
#[derive(Clone, Copy, Debug, Default)]
struct Sides {
    fell: (f64, f64),
    rose: (f64, f64),
}

impl Sides {
    /// `rows`: told value and target, before and after; amounts count as an outcome from the middle on.
    fn add(&mut self, weight: f64, [before, after]: &[Vec<(f64, f64)>; 2]) {
        let of = |rows: &[(f64, f64)], with: bool| {
            let own: Vec<f64> = rows
                .iter()
                .filter(|own| (own.1 >= 0.5) == with)
                .map(|own| own.0)
                .collect();
            let count = own.len().max(1) as f64;
            let mean = own.iter().sum::<f64>() / count;
            let square = own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            (mean, square / count / count, own.len() as f64 / rows.len().max(1) as f64)
        };
        for (with, side, sign) in
            [(true, &mut self.fell, 1.0), (false, &mut self.rose, -1.0)]
        {
            let (a, b) = (of(before, with), of(after, with));
            side.0 += weight * a.2 * sign * (a.0 - b.0);
            side.1 += weight * weight * a.2 * a.2 * (a.1 + b.1);
        }
    }

    /// Whether both moved alike, 0–1: a column that no longer goes with the outcome keeps its values, so that rows with
    /// and without the outcome meet in the middle. A leak that closed changes the rows that it knew, and no others.
    fn both(&self) -> f64 {
        let (more, less) = if self.fell.0 >= self.rose.0 {
            (self.fell, self.rose)
        } else {
            (self.rose, self.fell)
        };
        let errors = |own: (f64, f64)| {
            if own.1 > 0.0 { own.0 / math::sqrt(own.1) } else { 0.0 }
        };
        ramp(less.0 / more.0.max(f64::MIN_POSITIVE), LESSER.0, LESSER.1)
            * ramp(errors(less), LESSER_ERRORS.0, LESSER_ERRORS.1)
            * ramp(errors(more), LARGER_ERRORS.0, LARGER_ERRORS.1)
    }
}

/// A column counts among the others from this share of what the lost one told, if it is sure (in standard errors).
const TELLING: (f64, f64) = (0.15, 3.0);

/// Share of their power that columns which lost it like the leak keep at most.
const GONE: f64 = 0.4;

/// What no, one, and several such columns beside the lost one count for: one may be the leak's twin.
const COMPANY: [f64; 3] = [0.0, 0.5, 0.65];

/// Standard errors of its power from which one other column is enough to see whether others lost theirs.
const SURE_ALONE: f64 = 10.0;

/// Share of the other telling columns' power that went, 0–1, or, where several lost nearly all of it, at least
/// [`COMPANY`]; 0 with fewer than two of them, unless one is beyond doubt.
fn others_lost(
    all: &[(usize, Power, Power)],
    lost: usize,
    nothing: f64,
    told: f64,
) -> f64 {
    let others = || {
        all.iter().filter(|(at, before, _)| {
            let own = before.told - nothing;
            *at != lost && own >= TELLING.0 * told && own >= TELLING.1 * before.error
        })
    };
    let is_sure =
        |own: &&(usize, Power, Power)| own.1.told - nothing >= SURE_ALONE * own.1.error;
    if others().count() < 2 && !others().any(|own| is_sure(&own)) {
        return 0.0;
    }
    let had: f64 = others().map(|own| own.1.told - nothing).sum();
    let left: f64 =
        others().map(|own| (own.2.told - nothing).clamp(0.0, own.1.told - nothing)).sum();
    let kept = |own: &(usize, Power, Power)| {
        (own.2.told - nothing) / (own.1.told - nothing).max(f64::MIN_POSITIVE)
    };
    let company = others().filter(|own| kept(own) <= GONE).count();
    let least = COMPANY.get(company.min(COMPANY.len() - 1)).copied().unwrap_or(0.0);
    f64::max(1.0 - left / had.max(f64::MIN_POSITIVE), least)
}

/// How much a column tells.
#[derive(Clone, Copy, Debug, Default)]
struct Power {
    /// AUC (binary), else the squared correlation.
    told: f64,
    /// Its standard error.
    error: f64,
    /// Standard errors by which it tells the opposite; 0 when it does not.
    turned: f64,
}

/// Standard errors of telling the opposite from which a relation turned round, and how much of what it told before it
/// must: under a closed leak, the true relation may well have the other sign.
const REVERSED: f64 = 5.0;
const AS_FAR: f64 = 0.5;

/// What a column's codes say of a target with the target itself, before (each half of the blocks by the other) and
/// after launch.
fn told(
    before: &Logged<'_>,
    codes: &[u8],
    later: &[u8],
    target: &Target,
) -> [Vec<(f64, f64)>; 2] {
    let known = |own: &[f64]| -> Vec<(usize, f64)> {
        own.iter().copied().enumerate().filter(|(_, label)| !label.is_nan()).collect()
    };
    let (p, q) = (known(&target.before), known(&target.after));
    let half = |row: usize| before.frame.rows.block.get(row).copied().unwrap_or(0) & 1;
    let means = |of: Option<u8>| {
        let mut cells = vec![(0.0_f64, 0.0_f64); 256];
        let (mut sum, mut count) = (0.0, 0.0);
        for (row, label) in
            p.iter().filter(|(row, _)| of.is_none_or(|own| half(*row) != own))
        {
            let code = codes.get(*row).copied().unwrap_or(255);
            if let Some(cell) = cells.get_mut(usize::from(code)) {
                cell.0 += label;
                cell.1 += 1.0;
            }
            sum += label;
            count += 1.0;
        }
        let mean = sum / f64::max(count, 1.0);
        let of = |(sum, count): &(f64, f64)| (sum + PULL * mean) / (count + PULL);
        cells.iter().map(of).collect::<Vec<f64>>()
    };
    let halves = [means(Some(0)), means(Some(1))];
    let all = means(None);
    let of = |table: &[f64], code: Option<&u8>| {
        table.get(usize::from(code.copied().unwrap_or(255))).copied().unwrap_or(0.0)
    };
    let earlier = p.iter().map(|(row, label)| {
        let [first, second] = &halves;
        let table = if half(*row) == 0 { first } else { second };
        (of(table, codes.get(*row)), *label)
    });
    let now = q.iter().map(|(row, label)| (of(&all, later.get(*row)), *label));
    [earlier.collect(), now.collect()]
}

/// Power of told values and its standard error: AUC (binary), else the squared correlation (of amounts: with their places,
/// a rank correlation on one side).
fn power(task: Task, mut rows: Vec<(f64, f64)>) -> Power {
    let n = rows.len() as f64;
    if task == Task::Binary {
        order::sort_by_first(&mut rows);
        let yes: f64 = rows.iter().map(|own| own.1).sum();
        let no = n - yes;
        if yes < 1.0 || no < 1.0 {
            return Power { told: 0.5, error: 0.5, turned: 0.0 };
        }
        let (mut below, mut wins) = (0.0, 0.0);
        for tied in rows.chunk_by(|a, b| a.0 == b.0) {
            let positives: f64 = tied.iter().map(|own| own.1).sum();
            let negatives = tied.len() as f64 - positives;
            wins += positives * (below + 0.5 * negatives);
            below += negatives;
        }
        let auc = wins / (yes * no);
        let (a, b) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
        let variance = (auc * (1.0 - auc)
            + (yes - 1.0) * (a - auc * auc)
            + (no - 1.0) * (b - auc * auc))
            / (yes * no);
        let error = math::sqrt(variance.max(0.0));
        let turned = ((0.5 - auc) / error.max(f64::MIN_POSITIVE)).max(0.0);
        return Power { told: auc, error, turned };
    }
    let mean = |of: fn(&(f64, f64)) -> f64| rows.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|own| own.0), mean(|own| own.1));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for own in &rows {
        xx += (own.0 - x) * (own.0 - x);
        yy += (own.1 - y) * (own.1 - y);
        xy += (own.0 - x) * (own.1 - y);
    }
    if xx <= 0.0 || yy <= 0.0 {
        return Power::default();
    }
    let squared = xy * xy / (xx * yy);
    // The correlation of nothing with nothing has an error of 1/√n.
    let turned = if xy < 0.0 { math::sqrt(squared * n) } else { 0.0 };
    let error = 2.0 * math::sqrt(squared * (1.0 - squared) * (1.0 - squared) / n);
    Power { told: squared, error, turned }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_empirical_distribution() {
        let sorted = [1.0, 2.0, 2.0, 5.0];
        let places =
            [0.0, 1.0, 2.0, 3.0, 5.0, 9.0].map(|x| order::place_among(&sorted, x));
        assert_eq!(places, [0.0, 0.125, 0.5, 0.75, 0.875, 1.0]);
        assert_eq!(order::place_among(&[], 1.0), 0.0);
    }

    #[test]
    fn amounts_that_grow_at_the_top_keep_their_power() {
        // The same order of amounts, with the largest hundredfold: the squared correlation falls, that of places stays.
        let x: Vec<f64> = (0..1000).map(|k| f64::from(k) / 1000.0).collect();
        let grown = |k: usize| {
            if k >= 990 { 100.0 * (k - 985) as f64 } else { k as f64 / 1000.0 }
        };
        let amounts: Vec<(f64, f64)> =
            x.iter().enumerate().map(|(k, own)| (*own, grown(k))).collect();
        let places: Vec<(f64, f64)> =
            amounts.iter().map(|(own, y)| (*own, order::place_among(&x, *y))).collect();
        assert!(power(Task::Regression, amounts).told < 0.1);
        assert!(power(Task::Regression, places).told > 0.95);
    }

    #[test]
    fn what_tells_the_opposite_has_turned_round_and_what_tells_nothing_has_not() {
        let mut random = crate::stats::random::Random::new(5);
        let mut drawn = |factor: f64| -> Vec<(f64, f64)> {
            (0..1000)
                .map(|_| {
                    let told = random.normal();
                    (told, f64::from(u8::from(factor * told + random.normal() > 0.0)))
                })
                .collect()
        };
        for task in [Task::Binary, Task::Multiclass, Task::Regression] {
            assert!(power(task, drawn(-1.0)).turned > REVERSED);
            assert!(power(task, drawn(1.0)).turned < REVERSED);
            assert!(power(task, drawn(0.0)).turned < REVERSED);
        }
    }

    #[test]
    fn a_closed_leak_moves_one_side_and_a_broken_relation_both() {
        let mut random = crate::stats::random::Random::new(7);
        // One row in four has the outcome; what the column tells is higher by so much on either side.
        let mut rows = |with: f64, without: f64| -> Vec<(f64, f64)> {
            (0..4000)
                .map(|row| {
                    let has = row % 4 == 0;
                    let told = random.normal() + if has { with } else { without };
                    (told, f64::from(u8::from(has)))
                })
                .collect()
        };
        let mut both = |after: (f64, f64)| {
            let mut sides = Sides::default();
            sides.add(1.0, &[rows(0.6, 0.0), rows(after.0, after.1)]);
            sides.both()
        };
        assert_eq!(both((0.0, 0.0)), 0.0, "only rows with the outcome changed");
        assert!(both((0.15, 0.15)) > 0.9, "the same values, given out anew");
        assert_eq!(both((0.6, 0.0)), 0.0, "nothing changed");
        assert_eq!(Sides::default().both(), 0.0);
    }

    #[test]
    fn a_leak_takes_nothing_from_others_and_a_changed_world_does() {
        let column = |at: usize, before: f64, after: f64| {
            let of = |told| Power { told, error: 0.03, turned: 0.0 };
            (at, of(before), of(after))
        };
        let of = |others: &[(f64, f64)]| {
            let own = others.iter().zip(1..);
            let mut all: Vec<_> =
                own.map(|((before, after), at)| column(at, *before, *after)).collect();
            all.push(column(0, 0.9, 0.5));
            others_lost(&all, 0, 0.5, 0.4)
        };
        // By hand: others keep what they had, or gain; one is too weak to count.
        assert_eq!(of(&[(0.7, 0.7), (0.65, 0.68), (0.51, 0.5)]), 0.0);
        assert!((of(&[(0.7, 0.6), (0.7, 0.65)]) - 0.375).abs() < 1e-12);
        // One that lost nearly all may be a twin; two are company, however much the rest keeps.
        let rest = [(0.8, 0.8), (0.8, 0.8), (0.8, 0.8)];
        assert_eq!(of(&[&rest[..], &[(0.6, 0.5)]].concat()), COMPANY[1]);
        assert_eq!(of(&[&rest[..], &[(0.6, 0.5), (0.6, 0.52)]].concat()), COMPANY[2]);
        assert_eq!(of(&[(0.7, 0.5)]), 0.0, "one other says nothing");
        assert!((of(&[(0.85, 0.675)]) - 0.5).abs() < 1e-9, "unless it is beyond doubt");
    }
}
