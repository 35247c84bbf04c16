//! Names that stand for each other. Enter: how often a category's names came before launch, and the names of
//! production's rows. Leave: the two, and the day from which they changed places, while all other names came as before;
//! or all of three and more that went round. Cost: one pass over the names. No name is new, so that a change of spelling
//! ([`super::text`]) does not see it.

use super::common::{MIN_ROWS, name_shares};
use super::since::step;
use crate::stats::math::sqrt;

/// How far apart the two shares must be: in all, in standard errors, and where the column has hardly any other names,
/// for then a change of customers could do it as well.
const APART: f64 = 0.05;
const APART_ERRORS: f64 = 8.0;
const APART_ALONE: f64 = 0.4;
/// Share that the other names must have together, not to be alone.
const OTHERS: f64 = 0.2;
/// Difference that chance and a little drift explain: standard errors, and a part of the share.
const CHANCE: f64 = 3.0;
const DRIFT: f64 = 0.1;

/// Whether each row is of the first day or later; all are, without a first day.
pub fn is_since(days: &[i32], first: Option<i32>) -> impl Iterator<Item = bool> + '_ {
    let days = days.iter().map(Some).chain(std::iter::repeat(None));
    days.map(move |day| first.is_none_or(|first| day.is_some_and(|day| *day >= first)))
}

/// The names of those rows.
#[must_use]
pub fn from_day(values: &[u32], days: &[i32], first: Option<i32>) -> Vec<u32> {
    let rows = values.iter().zip(is_since(days, first));
    rows.filter(|own| own.1).map(|own| *own.0).collect()
}

/// Places of the two names and their first day (`None`: all rows). `before` holds the share of every name in `rows`
/// rows.
#[must_use]
pub fn exchanged(
    before: &[f64],
    rows: usize,
    values: &[u32],
    days: &[i32],
) -> Option<(usize, usize, Option<i32>)> {
    let after = name_shares(values, before.len());
    let grew = |at: usize| {
        let of = |own: &[f64]| own.get(at).copied().unwrap_or(0.0);
        of(&after) - of(before)
    };
    let more = (0..before.len()).max_by(|a, b| grew(*a).total_cmp(&grew(*b)))?;
    let less = (0..before.len()).min_by(|a, b| grew(*a).total_cmp(&grew(*b)))?;
    let place = |own: usize| u32::try_from(own).unwrap_or(u32::MAX);
    let sign = |name: &u32| {
        f64::from(u8::from(*name == place(more)))
            - f64::from(u8::from(*name == place(less)))
    };
    let signs: Vec<f64> = values.iter().map(sign).collect();
    let first = step(days, &signs).map(|own| own.day);
    let kept = from_day(values, days, first);
    if more == less || kept.len() < MIN_ROWS || rows < MIN_ROWS {
        return None;
    }
    let after = name_shares(&kept, before.len());
    let share = |own: &[f64], at: usize| own.get(at).copied().unwrap_or(0.0);
    let error =
        |own: f64| sqrt(own.max(1e-3) * (1.0 / rows as f64 + 1.0 / kept.len() as f64));
    let close = |a: f64, b: f64| {
        let most = a.max(b);
        (a - b).abs() <= (CHANCE * error(most)).max(DRIFT * most)
    };
    let (low, high) = (share(before, more), share(before, less));
    let others = 1.0 - low - high;
    let apart = if others >= OTHERS { APART } else { APART_ALONE };
    let clear = low > 0.0 && high - low >= apart.max(APART_ERRORS * error(high));
    let changed = close(share(&after, more), high) && close(share(&after, less), low);
    let stayed = (0..before.len())
        .filter(|at| *at != more && *at != less)
        .all(|at| close(share(before, at), share(&after, at)));
    (clear && changed && stayed).then_some((more, less, first))
}

/// Names that may have gone round, and how far apart their shares must be to be told by rank, in standard errors.
const ROUND: (usize, usize) = (3, 8);
const RANKS_APART: f64 = 4.0;

/// Places of an old name and the new one.
pub type Moves = Vec<(usize, usize)>;

/// Three or more names that went round, as pairs of old and new name, and their first day (`None`: all rows): each comes
/// as often as another did before, by rank, and no share is left over.
#[must_use]
pub fn went_round(
    before: &[f64],
    rows: usize,
    values: &[u32],
    days: &[i32],
) -> Option<(Moves, Option<i32>)> {
    let after = name_shares(values, before.len());
    let share = |own: &[f64], at: usize| own.get(at).copied().unwrap_or(0.0);
    let grew = |at: usize| share(&after, at) - share(before, at);
    let more = (0..before.len()).max_by(|a, b| grew(*a).total_cmp(&grew(*b)))?;
    let is_more: Vec<f64> =
        values.iter().map(|name| f64::from(u8::from(*name as usize == more))).collect();
    let first = step(days, &is_more).map(|own| own.day);
    let kept = from_day(values, days, first);
    if kept.len() < MIN_ROWS || rows < MIN_ROWS {
        return None;
    }
    let after = name_shares(&kept, before.len());
    let error =
        |own: f64| sqrt(own.max(1e-3) * (1.0 / rows as f64 + 1.0 / kept.len() as f64));
    let ranked = |own: &[f64]| -> Vec<usize> {
        let mut order: Vec<usize> =
            (0..own.len()).filter(|at| share(own, *at) > 0.0).collect();
        order.sort_by(|a, b| share(own, *b).total_cmp(&share(own, *a)).then(a.cmp(b)));
        order
    };
    let (old, new) = (ranked(before), ranked(&after));
    if old.len() != new.len() || old.len() < ROUND.0 || old.len() > ROUND.1 {
        return None;
    }
    let told = old.windows(2).all(|own| match own {
        [a, b] => {
            share(before, *a) - share(before, *b)
                >= RANKS_APART * error(share(before, *a))
        }
        _ => true,
    });
    let fits = old.iter().zip(&new).all(|(old, new)| {
        let (a, b) = (share(before, *old), share(&after, *new));
        (a - b).abs() <= (CHANCE * error(a.max(b))).max(0.5 * DRIFT * a.max(b))
    });
    let moved: Moves = old.into_iter().zip(new).filter(|(old, new)| old != new).collect();
    let far = moved.iter().all(|(old, _)| {
        let (a, b) = (share(before, *old), share(&after, *old));
        (a - b).abs() >= RANKS_APART * error(a.max(b))
    });
    let most = moved.iter().map(|own| grew(own.0).abs()).fold(0.0, f64::max);
    let clear = moved.len() >= ROUND.0 && far && most >= 2.0 * APART;
    (told && fits && clear).then_some((moved, first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    const SHARES: [f64; 5] = [0.35, 0.25, 0.2, 0.12, 0.08];

    fn names(shares: &[f64], rows: usize, random: &mut Random) -> Vec<u32> {
        let one = |mut at: f64| {
            let place = shares.iter().position(|own| {
                at -= own;
                at < 0.0
            });
            place.unwrap_or(shares.len() - 1) as u32
        };
        (0..rows).map(|_| one(random.uniform())).collect()
    }

    #[test]
    fn two_names_that_changed_places_are_found_with_their_day() {
        let mut random = Random::new(4);
        let days: Vec<i32> = (0..6000).map(|row| row / 60).collect();
        let mut values = names(&SHARES, 6000, &mut random);
        for name in values.iter_mut().skip(2400) {
            *name = [0, 4, 2, 3, 1][*name as usize];
        }
        let found = exchanged(&SHARES, 6000, &values, &days).expect("exchanged");
        assert_eq!((found.0, found.1), (4, 1));
        assert!(found.2.is_some_and(|day| (39..=41).contains(&day)), "{:?}", found.2);
        let always: Vec<u32> = names(&[0.35, 0.08, 0.2, 0.12, 0.25], 6000, &mut random);
        assert_eq!(exchanged(&SHARES, 6000, &always, &days), Some((4, 1, None)));
    }

    #[test]
    fn names_that_went_round_are_found_with_their_day() {
        let mut random = Random::new(6);
        let days: Vec<i32> = (0..6000).map(|row| row / 60).collect();
        let shares = [0.52, 0.28, 0.2];
        let mut values = names(&shares, 6000, &mut random);
        for name in values.iter_mut().skip(2400) {
            *name = [1, 2, 0][*name as usize];
        }
        let (pairs, day) = went_round(&shares, 6000, &values, &days).expect("a round");
        assert_eq!(pairs, [(0, 1), (1, 2), (2, 0)]);
        assert!(day.is_some_and(|day| (39..=41).contains(&day)), "{day:?}");
        // Another mix, the old mix, and shares that cannot be told apart are none.
        for after in [[0.3, 0.45, 0.25], [0.52, 0.28, 0.2], [0.28, 0.52, 0.2]] {
            let values = names(&after, 6000, &mut random);
            assert_eq!(went_round(&shares, 6000, &values, &days), None, "{after:?}");
        }
        let values = names(&[0.32, 0.35, 0.33], 6000, &mut random);
        assert_eq!(went_round(&[0.35, 0.33, 0.32], 6000, &values, &days), None);
    }

    #[test]
    fn other_customers_are_no_exchange() {
        let mut random = Random::new(5);
        let days: Vec<i32> = (0..4000).map(|row| row / 40).collect();
        for after in [
            [0.35, 0.25, 0.2, 0.12, 0.08],
            [0.25, 0.35, 0.1, 0.22, 0.08],
            [0.35, 0.1, 0.2, 0.12, 0.23],
            [0.3, 0.1, 0.2, 0.14, 0.26],
        ] {
            // The third moves a share from one name to another, but not to each other's.
            let values = names(&after, 4000, &mut random);
            assert_eq!(exchanged(&SHARES, 4000, &values, &days), None, "{after:?}");
        }
        // Of two names any change of the mix looks like it.
        let values = names(&[0.35, 0.65], 4000, &mut random);
        assert_eq!(exchanged(&[0.65, 0.35], 4000, &values, &days), None);
        assert_eq!(exchanged(&[], 0, &[], &[]), None);
    }
}
