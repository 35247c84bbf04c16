//! Amounts that are all booked in another unit. Enter: scored and labelled rows of both tables. Leave: the factor. Cost: a
//! sort of the labelled rows. A segment alone is looked for in [`super::recounted`].

use super::recounted::{THIRD, newest};
use crate::ladder::logged::Logged;
use crate::stats::math;

/// Factors of units of time, of dozens and of tens; a market may double.
const FACTORS: [f64; 9] = [7.0, 10.0, 12.0, 24.0, 30.0, 60.0, 100.0, 1000.0, 3600.0];
/// Labelled rows a table.
const LEAST_ROWS: usize = 200;
/// Share of them with a positive outcome and a positive score.
const MOSTLY: f64 = 0.9;
/// How near to the factor the middle of outcome over score must be, in logarithms, and its quartiles to as far apart.
const EXACT: f64 = 0.08;
const AS_WIDE: f64 = 0.25;
/// How far the middle of the scores, and of the outcomes from the factor, may have moved, in logarithms.
const STEADY: f64 = 0.5;

/// Logarithms of outcomes, scores and their ratios, ascending.
fn logarithms(
    table: &Logged<'_>,
    takes: &dyn Fn(usize) -> bool,
) -> Option<[Vec<f64>; 3]> {
    let labels = &table.frame.rows.label_value;
    let (mut all, mut kept) = (0_usize, [Vec::new(), Vec::new(), Vec::new()]);
    for row in (0..table.frame.len()).filter(|row| table.is_labelled(*row) && takes(*row))
    {
        let (label, score) =
            (labels.get(row).copied().unwrap_or(f64::NAN), table.score(row));
        all += 1;
        if label > 0.0 && score > 0.0 {
            let own = [math::ln(label), math::ln(score), math::ln(label / score)];
            kept.iter_mut().zip(own).for_each(|(kept, own)| kept.push(own));
        }
    }
    let enough = all >= LEAST_ROWS && kept[0].len() as f64 >= MOSTLY * all as f64;
    enough.then(|| {
        kept.map(|mut own| {
            own.sort_by(f64::total_cmp);
            own
        })
    })
}

/// The factor between outcomes of before launch and the newest; `None` where they are in the same unit.
#[must_use]
pub fn rescaled(before: &Logged<'_>, after: &Logged<'_>) -> Option<f64> {
    factor(&logarithms(before, &|_| true)?, &logarithms(after, &newest(after, THIRD))?)
}

fn factor(before: &[Vec<f64>; 3], after: &[Vec<f64>; 3]) -> Option<f64> {
    let at =
        |own: &[f64], part: usize| own.get(part * own.len() / 4).copied().unwrap_or(0.0);
    let moved = |which: usize| at(&after[which], 2) - at(&before[which], 2);
    let width = |own: &[f64]| at(own, 3) - at(own, 1);
    let wider = math::ln(width(&after[2]).max(1e-9) / width(&before[2]).max(1e-9));
    let of = |factor: f64| {
        let by = math::ln(factor);
        let exact = (moved(2) - by).abs() <= EXACT && wider.abs() <= AS_WIDE;
        let steady = moved(1).abs() <= STEADY && (moved(0) - by).abs() <= STEADY;
        (exact && steady).then_some(factor)
    };
    FACTORS.into_iter().flat_map(|own| [own, 1.0 / own]).find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// Outcomes, scores and ratios of rows whose outcomes are in another unit, of a market that grew, and noisier.
    fn rows(seed: u64, unit: f64, market: f64, noise: f64) -> [Vec<f64>; 3] {
        let mut random = Random::new(seed);
        let mut all = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..2000 {
            let score = 3.0 + 0.5 * random.normal() + math::ln(market);
            let label = score + noise * random.normal() + math::ln(unit);
            all[0].push(label);
            all[1].push(score);
            all[2].push(label - score);
        }
        all.map(|mut own| {
            own.sort_by(f64::total_cmp);
            own
        })
    }

    #[test]
    fn another_unit_of_all_outcomes_is_found_and_nothing_else() {
        let before = rows(1, 1.0, 1.0, 0.2);
        assert_eq!(factor(&before, &rows(2, 60.0, 1.0, 0.2)), Some(60.0));
        assert_eq!(factor(&before, &rows(3, 0.01, 1.2, 0.2)), Some(0.01));
        let others = [
            ("the same", rows(4, 1.0, 1.0, 0.2)),
            ("by no unit", rows(5, 41.0, 1.0, 0.2)),
            ("scores move along", rows(6, 1.0, 60.0, 0.2)),
            ("a changed relation", rows(7, 12.0, 1.0, 0.6)),
            ("a market", rows(8, 2.0, 1.0, 0.2)),
        ];
        for (what, after) in others {
            assert_eq!(factor(&before, &after), None, "{what}");
        }
    }
}
