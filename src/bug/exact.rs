//! Factors that are seen in single values. Enter: a number before and after launch. Leave: a factor that left values
//! far beyond all that was there before ([`beyond`]), one that left values between the steps in which they were
//! written ([`divided`]), or one that left only some of the possible last digits ([`comb`]). Cost: a few passes a
//! column. All see a break beside a drift of the rest, which moves distributions as much as the break does; none sees
//! a factor that shrinks values without steps into the old range.

use super::common::{ks, proportion_z, sorted, value_shares};
use super::since;
use super::unit::{FACTORS, round_to};
use crate::encode::rows::NO_DAY;

/// Rows beyond the old range needed, and their share of production.
const MIN_BEYOND: (usize, f64) = (40, 0.004);
/// Share of broken values that must lie beyond the old range: of the others nothing is seen.
const MIN_SEEN: f64 = 0.3;
/// Factors from here on: a market that doubled leaves the old range too.
const MIN_FACTOR: f64 = 7.0;
/// Distance of the values beyond from the broken ones beyond, at most, with chance added.
const MAX_APART: f64 = 0.05;
/// What chance adds: 1.36 is its 95 % point, times the error of two samples.
const CHANCE: f64 = 1.36;
/// How many times that distance the second best factor must have, unless it is near the best.
const CLEAR: f64 = 1.5;
/// Factors nearer than this to each other are one answer.
const NEAR_FACTORS: f64 = 1.25;

/// Factors near 1 that leave gaps between rounded values, with words.
const COMBS: [(f64, &str); 5] = [
    (1.8, "multiplied by 1.8 (as from °C to °F, but without the 32)"),
    (1.609_344, "given in kilometres for miles"),
    (1.609, "given in kilometres for miles"),
    (2.54, "given in centimetres for inches"),
    (2.204_62, "given in pounds for kilograms"),
];
/// Share of values that must be possible after the change, and at most before.
const COMB: (f64, f64) = (0.985, 0.75);
/// Standard score of the difference, and places of the lattice that are needed, before and after.
const MIN_COMB: (f64, usize) = (10.0, 40);

/// Newest rows that a comb must cover before all rows are looked at, and by how much fewer of them may fit.
const NEWEST: (usize, f64) = (4000, 0.05);

/// A factor with the share of rows that it touched.
pub struct Exact {
    /// Delivered over true value.
    pub factor: f64,
    /// Share of all rows.
    pub share: f64,
    /// Distance left.
    pub residual: f64,
    /// What the values look like, where it is no plain factor.
    pub words: Option<&'static str>,
}

/// The factor that explains the values beyond the old range; `None` without enough of them or a clear factor.
/// Both lists ascend.
#[must_use]
pub fn beyond(p: &[f64], q: &[f64]) -> Option<Exact> {
    let positive = |own: &[f64]| own.first().is_some_and(|least| *least >= 0.0);
    if !positive(p) || !positive(q) {
        return None;
    }
    let most = *p.last()?;
    // Past the largest value by a little: the next sample has a larger one too.
    let cut = 1.05 * most;
    let far: Vec<f64> = q.iter().copied().filter(|x| *x > cut).collect();
    let share = far.len() as f64 / q.len().max(1) as f64;
    if far.len() < MIN_BEYOND.0 || share < MIN_BEYOND.1 {
        return None;
    }
    let clean: Vec<f64> = p.iter().copied().filter(|x| *x > 0.0).collect();
    let zeros = 1.0 - clean.len() as f64 / p.len().max(1) as f64;
    let mut tried: Vec<(f64, Exact)> = Vec::new();
    for factor in FACTORS.into_iter().filter(|own| *own >= MIN_FACTOR) {
        let broken: Vec<f64> =
            clean.iter().map(|x| x * factor).filter(|x| *x > cut).collect();
        let seen = broken.len() as f64 / clean.len().max(1) as f64;
        if seen < MIN_SEEN {
            continue;
        }
        let apart = ks(&broken, &far);
        let whole = (share / (seen * (1.0 - zeros)).max(0.01)).min(1.0);
        tried.push((
            apart,
            Exact { factor, share: whole, residual: apart * share, words: None },
        ));
    }
    tried.sort_by(|a, b| a.0.total_cmp(&b.0));
    let chance = CHANCE
        * crate::stats::math::sqrt(1.0 / far.len() as f64 + 1.0 / clean.len() as f64);
    let mut tried = tried.into_iter();
    let (apart, best) = tried.next()?;
    let other = tried.find(|(_, own)| {
        let ratio = own.factor / best.factor;
        !(1.0 / NEAR_FACTORS..=NEAR_FACTORS).contains(&ratio)
    });
    let clear = other.is_none_or(|own| own.0 >= CLEAR * apart);
    (clear && apart <= MAX_APART + chance).then_some(best)
}

/// A factor near 1 that left only its own rounded values from some day on (or on all rows), with words and rows.
#[must_use]
pub fn comb(
    p: &[f64],
    values: &[f64],
    grain: f64,
    days: &[i32],
) -> Option<(f64, &'static str, Option<i32>, Vec<bool>)> {
    let place = |x: f64| (x / grain).round();
    let mut places: Vec<i64> = p.iter().map(|x| place(*x) as i64).collect();
    places.dedup();
    if places.len() < MIN_COMB.1 {
        return None;
    }
    // A break that lasts is in the newest rows: most columns are done with these.
    let newest = newest(values, days);
    COMBS.into_iter().find_map(|(factor, words)| {
        let possible = |x: f64| {
            let near = (x / grain / factor).round();
            [near - 1.0, near, near + 1.0]
                .into_iter()
                .any(|k| (round_to(k * grain * factor, grain) - x).abs() < 0.01 * grain)
        };
        // No factor changes a zero, so that a zero says nothing of one.
        let says = |x: f64| x.is_finite() && x != 0.0;
        let is = |x: &f64| {
            if says(*x) { f64::from(u8::from(possible(*x))) } else { f64::NAN }
        };
        let fitting = newest.iter().filter(|x| possible(**x)).count() as f64;
        if fitting < (COMB.0 - NEWEST.1) * newest.len() as f64 {
            return None;
        }
        let before = p.iter().map(is).sum::<f64>();
        let fits: Vec<f64> = values.iter().map(is).collect();
        let first = since::step(days, &fits).map(|own| own.day);
        let in_time = |row: usize| {
            first.is_none_or(|first| days.get(row).is_some_and(|day| *day >= first))
        };
        let touched: Vec<bool> = (0..values.len())
            .map(|row| in_time(row) && values.get(row).is_some_and(|x| says(*x)))
            .collect();
        // One value that became common is no comb.
        let mut left: Vec<i64> = values
            .iter()
            .zip(&touched)
            .filter(|own| *own.1)
            .map(|own| place(*own.0) as i64)
            .collect();
        left.sort_unstable();
        left.dedup();
        let rows = touched.iter().filter(|own| **own).count() as f64;
        let hit: f64 =
            fits.iter().zip(&touched).filter(|own| *own.1).map(|own| own.0).sum();
        let all = p.len() as f64;
        let clear = proportion_z((before, all), (hit, rows)) >= MIN_COMB.0;
        let proof = before <= COMB.1 * all && hit >= COMB.0 * rows;
        let many = left.len() >= MIN_COMB.1;
        (many && clear && proof).then_some((factor, words, first, touched))
    })
}

/// Steps that numbers are written with.
const GRAINS: [f64; 5] = [1.0, 0.1, 0.01, 0.001, 0.0001];
/// Rows off the old lattice needed, and their share of production.
const MIN_OFF: (usize, f64) = (40, 0.02);
/// A measure that is given in another: its factor, exact and as people round it, and how values look that were divided or
/// multiplied by it. With digits to prove it no name has to say that the column is measured so.
struct Measure {
    factors: &'static [f64],
    divided: &'static str,
    multiplied: &'static str,
}

const MEASURES: [Measure; 6] = [
    Measure {
        factors: &[1.609_344, 1.609, 1.61, 1.6, 1.0 / 0.6214, 1.0 / 0.621, 1.0 / 0.62],
        divided: "given in miles for kilometres",
        multiplied: "given in kilometres for miles",
    },
    Measure {
        factors: &[2.54],
        divided: "given in inches for centimetres",
        multiplied: "given in centimetres for inches",
    },
    Measure {
        factors: &[2.204_622_6, 2.2046, 2.205, 2.2, 1.0 / 0.4536, 1.0 / 0.454],
        divided: "given in kilograms for pounds",
        multiplied: "given in pounds for kilograms",
    },
    Measure {
        factors: &[3.280_839_9, 3.2808, 3.281, 3.28, 1.0 / 0.3048, 1.0 / 0.305],
        divided: "given in metres for feet",
        multiplied: "given in feet for metres",
    },
    Measure {
        factors: &[10.763_910_4, 10.764, 10.76],
        divided: "given in square metres for square feet",
        multiplied: "given in square feet for square metres",
    },
    Measure {
        factors: &[14.503_773_8, 14.504, 14.5],
        divided: "given in bar for pounds per square inch",
        multiplied: "given in pounds per square inch for bar",
    },
];
/// Share of the rows off the lattice that the factor must bring back onto it, how far a value may be from it then, in
/// steps (a quarter is half of what chance gives), and how far where there are so many rows.
const BACK: (f64, f64) = (0.985, 0.25);
const BACK_OF_MANY: (f64, usize) = (0.4, 200);
/// A factor that is a unit's only between steps: carats and grams.
const FIVE: f64 = 5.0;
/// How far the rows brought back may be from the old values, with chance added.
const BACK_APART: f64 = 0.1;

/// Numbers that were written in steps and now lie between them: the factor they were divided by, with the rows that
/// show it. `None` without steps, without enough rows between them, or without a factor that brings them back onto
/// the steps and among the old values. `p` ascends.
#[must_use]
pub fn divided(p: &[f64], values: &[f64]) -> Option<(Exact, Vec<bool>)> {
    let off = |x: f64, step: f64| (x - round_to(x, step)).abs() > 1e-6 * step;
    let on_all = |own: &[f64], step: f64| {
        own.iter().filter(|x| off(**x, step)).count() * 1000 <= own.len()
    };
    let step = GRAINS.into_iter().find(|step| on_all(p, *step))?;
    let touched: Vec<bool> =
        values.iter().map(|x| x.is_finite() && off(*x, step)).collect();
    let between: Vec<f64> =
        values.iter().zip(&touched).filter(|own| *own.1).map(|own| *own.0).collect();
    let known = values.iter().filter(|x| x.is_finite()).count().max(1) as f64;
    let share = between.len() as f64 / known;
    if between.len() < MIN_OFF.0 || share < MIN_OFF.1 {
        return None;
    }
    // How exactly the new values are written.
    let mut grains = GRAINS.into_iter().chain([1e-5, 1e-6, 1e-7, 1e-8]);
    let written = grains.find(|grain| on_all(&between, *grain)).unwrap_or(0.0);
    let plain = FACTORS.into_iter().chain([FIVE]).map(|factor| (factor, None));
    let measures = MEASURES.iter().flat_map(|own| {
        let both = |factor: &f64| {
            [(*factor, Some(own.divided)), (1.0 / factor, Some(own.multiplied))]
        };
        own.factors.iter().flat_map(both)
    });
    let mut factors: Vec<(f64, Option<&'static str>)> = plain.chain(measures).collect();
    factors.sort_by(|a, b| a.0.total_cmp(&b.0));
    let nearest = if between.len() >= BACK_OF_MANY.1 { BACK_OF_MANY.0 } else { BACK.1 };
    factors.into_iter().find_map(|(factor, words)| {
        let reach = 0.5 * written * factor + 1e-6 * step;
        if reach > nearest * step {
            return None;
        }
        let back = |x: &f64| (x * factor - round_to(x * factor, step)).abs() <= reach;
        let fitting = between.iter().filter(|x| back(x)).count() as f64;
        if fitting < BACK.0 * between.len() as f64 {
            return None;
        }
        let hidden = |x: &f64| !off(x / factor, step);
        let old: Vec<f64> = p.iter().copied().filter(|x| !hidden(x)).collect();
        let brought: Vec<f64> =
            sorted(&between.iter().map(|x| x * factor).collect::<Vec<f64>>());
        let chance = CHANCE
            * crate::stats::math::sqrt(
                1.0 / old.len().max(1) as f64 + 1.0 / brought.len() as f64,
            );
        let residual = ks(&old, &brought);
        if old.len() < MIN_OFF.0 || residual > BACK_APART + chance {
            return None;
        }
        let seen = old.len() as f64 / p.len().max(1) as f64;
        let share = (share / seen).min(1.0);
        Some((Exact { factor, share, residual, words }, touched.clone()))
    })
}

/// Old values a number of few values may have, and how many of them must come back times the factor.
const LEVELS: (usize, usize) = (4, 40);
const LEVELS_BACK: usize = 3;
/// Share of the new values that must be old ones times the factor.
const IMAGES: f64 = 0.985;

/// A number of few values, of which new ones are the old ones times a factor, each as often: the factor, with the rows
/// that show it. `p` ascends.
#[must_use]
pub fn multiplied(p: &[f64], values: &[f64]) -> Option<(Exact, Vec<bool>)> {
    let levels = value_shares(p);
    let place = |x: f64| levels.binary_search_by(|own| own.0.total_cmp(&x)).ok();
    let is_new = |x: &f64| x.is_finite() && place(*x).is_none();
    let new: Vec<f64> = values.iter().copied().filter(is_new).collect();
    let known = values.iter().filter(|x| x.is_finite()).count().max(1) as f64;
    let share = new.len() as f64 / known;
    let fits = (LEVELS.0..=LEVELS.1).contains(&levels.len());
    if !fits || new.len() < MIN_OFF.0 || share < MIN_OFF.1 {
        return None;
    }
    let of = |factor: f64| {
        let mut came = vec![0.0; levels.len()];
        for x in &new {
            if let Some(own) = place(x / factor).and_then(|at| came.get_mut(at)) {
                *own += 1.0;
            }
        }
        let images: f64 = came.iter().sum();
        let back = came.iter().filter(|own| **own > 0.0).count();
        if images < IMAGES * new.len() as f64 || back < LEVELS_BACK {
            return None;
        }
        // Old values whose image was there before show nothing.
        let shows = |own: &&(f64, f64)| place(own.0 * factor).is_none();
        let seen: f64 = levels.iter().filter(shows).map(|own| own.1).sum();
        let pairs = levels.iter().zip(&came).filter(|own| shows(&own.0));
        let apart = pairs.map(|(own, came)| (own.1 / seen - came / images).abs());
        let residual = 0.5 * apart.sum::<f64>();
        let chance = crate::stats::math::sqrt(levels.len() as f64 / images);
        let is_alike = residual <= BACK_APART + 0.5 * chance;
        is_alike.then(|| Exact {
            factor,
            share: (share / seen).min(1.0),
            residual,
            words: None,
        })
    };
    let found = FACTORS.into_iter().filter_map(of);
    let best = found.min_by(|a, b| a.residual.total_cmp(&b.residual))?;
    Some((best, values.iter().map(is_new).collect()))
}

/// Values other than 0 of the newest rows, at most [`NEWEST`] of them; which rows of the same day is left open.
fn newest(values: &[f64], days: &[i32]) -> Vec<f64> {
    let mut known: Vec<(i32, f64)> = values
        .iter()
        .enumerate()
        .filter(|(_, x)| x.is_finite() && **x != 0.0)
        .map(|(row, x)| (days.get(row).copied().unwrap_or(NO_DAY), *x))
        .collect();
    let rows = known.len();
    if rows > NEWEST.0 {
        let place = rows - NEWEST.0;
        known.select_nth_unstable_by(place, |a, b| a.0.cmp(&b.0));
        known.drain(..place);
    }
    known.into_iter().map(|own| own.1).collect()
}

/// The step between neighbouring values that both lists are written with: 1, 0.1, … 0.0001; `None` when they
/// are not rounded, or not alike.
#[must_use]
pub fn grain(p: &[f64], q: &[f64]) -> Option<f64> {
    let of = |own: &[f64]| {
        GRAINS.into_iter().find(|grain| {
            let off = |x: &&f64| (**x - round_to(**x, *grain)).abs() > 1e-6 * grain;
            own.iter().filter(off).count() * 1000 <= own.len()
        })
    };
    of(p).filter(|own| of(q) == Some(*own))
}

/// Ascending values without zeros: no factor changes a zero.
#[must_use]
pub fn without_zeros(ascending: &[f64]) -> Vec<f64> {
    ascending.iter().copied().filter(|x| *x != 0.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn whole(random: &mut Random) -> Vec<f64> {
        (0..3000).map(|_| (40.0 * random.exponential()).ceil()).collect()
    }

    #[test]
    fn days_that_became_weeks_and_carats_that_became_grams() {
        let mut random = Random::new(12);
        let before = sorted(&whole(&mut random));
        for (factor, step) in [(7.0, 0.1), (FIVE, 0.1), (24.0, 0.01)] {
            let after: Vec<f64> = whole(&mut random)
                .iter()
                .enumerate()
                .map(
                    |(row, x)| if row % 2 == 0 { *x } else { round_to(x / factor, step) },
                )
                .collect();
            let (own, _) = divided(&before, &after).expect("a factor");
            assert_eq!(own.factor, factor);
            assert!((own.share - 0.5).abs() < 0.05, "{factor}: {}", own.share);
        }
    }

    #[test]
    fn a_measure_given_in_another_is_known_by_its_digits() {
        let mut random = Random::new(15);
        let mut distances = || -> Vec<f64> {
            (0..3000).map(|_| round_to(4.0 * random.exponential(), 0.01)).collect()
        };
        let before = sorted(&distances());
        let half = |values: Vec<f64>, factor: f64, step: f64| -> Vec<f64> {
            let own = values.into_iter().enumerate();
            own.map(|(row, x)| if row % 2 == 0 { x } else { round_to(x * factor, step) })
                .collect()
        };
        for (factor, words) in [
            (0.621_371, "given in miles for kilometres"),
            (0.6214, "given in miles for kilometres"),
            (1.609_344, "given in kilometres for miles"),
            (0.3048, "given in metres for feet"),
            (0.453_592, "given in kilograms for pounds"),
        ] {
            let after = half(distances(), factor, 1e-4);
            let (own, _) = divided(&before, &after).expect("a measure");
            assert_eq!(own.words, Some(words), "{factor}");
            assert!((own.share - 0.5).abs() < 0.05, "{factor}: {}", own.share);
        }
        // A price that grew by as much as a mile has more kilometres is written like a price.
        assert!(divided(&before, &half(distances(), 1.609_344, 0.01)).is_none());
        // And an exchange rate is no measure.
        assert!(divided(&before, &half(distances(), 1.0823, 1e-4)).is_none());
    }

    #[test]
    fn few_days_that_became_hours() {
        let mut random = Random::new(14);
        let mut days = |rows: usize| -> Vec<f64> {
            (0..rows)
                .map(|_| 1.0 + (8.0 * random.uniform() * random.uniform()).floor())
                .collect()
        };
        let before = sorted(&days(3000));
        let after: Vec<f64> = days(3000)
            .iter()
            .enumerate()
            .map(|(row, x)| if row % 3 == 0 { *x } else { 24.0 * x })
            .collect();
        let (own, touched) = multiplied(&before, &after).expect("a factor");
        assert_eq!(own.factor, 24.0);
        assert!((own.share - 2.0 / 3.0).abs() < 0.02, "{}", own.share);
        assert_eq!(touched.iter().filter(|own| **own).count(), 2000);
        // Longer waits are other values, and other values are no factor of the old ones.
        let longer: Vec<f64> = days(3000).iter().map(|x| x + 9.0).collect();
        assert!(multiplied(&before, &longer).is_none());
        let one_of_all: Vec<f64> =
            after.iter().map(|x| if *x < 24.0 { *x } else { 48.0 }).collect();
        assert!(multiplied(&before, &one_of_all).is_none(), "a default");
        assert!(multiplied(&before, &before).is_none() && multiplied(&[], &[]).is_none());
    }

    #[test]
    fn numbers_that_are_only_written_more_exactly_are_no_factor() {
        let mut random = Random::new(13);
        let before = sorted(&whole(&mut random));
        for step in [0.1, 0.5, 0.01] {
            for _ in 0..20 {
                let exact: Vec<f64> = (0..3000)
                    .map(|_| round_to(40.0 * random.exponential(), step))
                    .collect();
                assert!(divided(&before, &exact).is_none(), "{step}");
            }
        }
    }
}
