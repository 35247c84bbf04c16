//! How outcomes moved where they are no yes or no. Enter: a split and both tables. Leave: the shift of the residual
//! in its standard deviations, the slope of outcomes on scores against before, and the columns whose residuals
//! moved. The residual of a regression is label less score; of several classes it is being wrong less its chance by
//! the reference's relation.
//!
//! Columns are looked for class by class: being this class less its chance, which is its score or, without scores, how
//! often the decision meant it before launch. A relation that moves outcomes from one class to another can leave every
//! row as often wrong as every other row, so that being wrong names no column.

use super::logged::Logged;
use super::rungs::Split;
use super::tilt::{ColumnShare, GATE, OutcomeTilt, PLAYERS, inputs_of};
use crate::choices::Task;
use crate::encode::frame::Frames;
use crate::encode::rows::NO_CLASS;
use crate::stats::multiple::benjamini_hochberg;
use crate::stats::{math, special};

/// Of the growth of the mean square, what a line through the scores leaves at most where one factor is what changed:
/// rows from before it came are there too, and factors scatter.
const LEFT: f64 = 0.5;
/// Unevenness of the factors of a column up to which they are one, and from which the column tells them apart.
const EVEN: f64 = 0.35;
const UNEVEN: f64 = 0.6;
/// Slope of labels on scores against before, and its standard errors from 1, from which amounts grew by a factor.
const RISES: (f64, f64) = (1.03, 4.0);
/// Rows a code needs before and after to have a factor of its own.
const MIN_FACTOR_ROWS: f64 = 50.0;

/// A row: place in the codes, residual, score, label.
#[derive(Clone, Copy)]
struct Fact {
    place: usize,
    residual: f64,
    score: f64,
    label: f64,
}

/// Tilt of the residuals; `None` without labels or with few rows.
#[must_use]
pub fn outcome(
    frames: &Frames<'_>,
    split: &Split,
    before: &Logged<'_>,
    after: &Logged<'_>,
) -> Option<OutcomeTilt> {
    let first = split.stacked.reference_rows;
    let clean = split.clean.as_ref().and_then(|own| own.scores.first());
    let of = |table: &Logged<'_>, row: usize, place: usize, score: f64| {
        let label = table.frame.rows.label_value.get(row).copied().unwrap_or(f64::NAN);
        let residual = if table.task == Task::Regression {
            label - score
        } else {
            let own = table.pieces(row).first().copied().unwrap_or(f64::NAN);
            own - split.relation.yes(place)
        };
        Fact { place, residual, score, label }
    };
    let p: Vec<Fact> = split
        .p
        .iter()
        .map(|row| of(before, *row as usize, *row as usize, before.score(*row as usize)))
        .filter(|own| own.residual.is_finite())
        .collect();
    let q: Vec<Fact> = split
        .q
        .iter()
        .filter(|row| after.is_labelled(**row as usize))
        .map(|row| {
            let row = *row as usize;
            let score = clean.and_then(|own| own.get(row)).copied();
            of(after, row, first + row, score.unwrap_or_else(|| after.score(row)))
        })
        .filter(|own| own.residual.is_finite())
        .collect();
    if p.len() < 200 || q.len() < 200 {
        return None;
    }
    let (mean_p, spread_p) = moments(&p);
    let (mean_q, spread_q) = moments(&q);
    if spread_p <= 0.0 {
        return None;
    }
    let (n, m) = (p.len() as f64, q.len() as f64);
    let error = math::sqrt(spread_p * spread_p / n + spread_q * spread_q / m);
    let shift = mean_q - mean_p;
    let mut tilt = OutcomeTilt {
        shift: shift / spread_p,
        shift_z: shift / error.max(f64::MIN_POSITIVE),
        slope: 1.0,
        ..OutcomeTilt::default()
    };
    if after.task == Task::Regression
        && let (Some(a), Some(b)) = (slope(&p), slope(&q))
        && a.0 > 0.0
    {
        tilt.slope = b.0 / a.0;
        let error = math::sqrt(a.1 * a.1 * tilt.slope * tilt.slope + b.1 * b.1) / a.0;
        tilt.slope_z = (tilt.slope - 1.0) / error.max(f64::MIN_POSITIVE);
    }
    let parts = match after.task {
        Task::Multiclass => classes(split, before, after, [&p, &q]),
        Task::Binary | Task::Regression => vec![[p, q]],
    };
    // Shares in the growth of the mean square.
    let squares = |own: &[Fact]| {
        own.iter().map(|own| own.residual * own.residual).sum::<f64>() / own.len() as f64
    };
    let square = |at: usize| parts.iter().map(|own| squares(&own[at])).sum::<f64>();
    let grown = (square(1) - square(0)).max(0.05 * square(0)).max(f64::MIN_POSITIVE);
    tilt.shift_share = (mean_q * mean_q - mean_p * mean_p).max(0.0) / grown;
    tilt.moved = columns_of(frames, split, &parts, grown);
    tilt.columns.clone_from(&tilt.moved);
    // Amounts that all grew by one factor moved most where they are largest, and so by every column that tells them
    // apart. Whether they grew alike is seen in the factor of each code.
    if tilt.slope >= RISES.0
        && tilt.slope_z >= RISES.1
        && let [[p, q]] = parts.as_slice()
    {
        let [on_p, on_q] = [beside_line(p), beside_line(q)];
        // A factor makes the errors there were larger too.
        let as_before = tilt.slope * tilt.slope * squares(&on_p);
        let left = (squares(&on_q) - as_before).max(0.0) / grown;
        let uneven = uneven(frames, split, [p, q], [moments(&on_p).1, moments(&on_q).1]);
        let most = uneven.first().map_or(0.0, |own| own.share);
        if left <= LEFT && most <= EVEN {
            tilt.shift_share = 1.0 - left;
            tilt.columns.clear();
        } else if most >= UNEVEN {
            tilt.columns = uneven;
            tilt.columns.retain(|own| own.share >= UNEVEN);
        }
    }
    Some(tilt)
}

/// How unlike the factors of each column's codes are, most first.
fn uneven(
    frames: &Frames<'_>,
    split: &Split,
    rows: [&[Fact]; 2],
    spreads: [f64; 2],
) -> Vec<ColumnShare> {
    let one = |(at, column): (usize, usize)| {
        let codes = &split.stacked.matrix.columns.get(at)?.codes;
        let share = unevenness(codes, rows, spreads)?.min(1.0);
        Some(ColumnShare { column, share })
    };
    let mut found: Vec<ColumnShare> =
        inputs_of(frames, split).into_iter().filter_map(one).collect();
    found.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.column.cmp(&b.column)));
    found
}

/// The deviation of the codes' factors (label a score after over label a score before), chance taken off, as a part of
/// how far they are from 1 together, 0 or more; `None` with fewer than two codes of enough rows.
fn unevenness(
    codes: &[u8],
    [p, q]: [&[Fact]; 2],
    [spread_p, spread_q]: [f64; 2],
) -> Option<f64> {
    let sums = |facts: &[Fact]| {
        let mut sums = vec![[0.0_f64; 3]; 256];
        for own in facts {
            let code = codes.get(own.place).copied().unwrap_or(255);
            if let Some(cell) = sums.get_mut(usize::from(code)) {
                *cell = [cell[0] + own.label, cell[1] + own.score, cell[2] + 1.0];
            }
        }
        sums
    };
    // Factor, square of its error, rows.
    let mut factors: Vec<[f64; 3]> = Vec::new();
    for (a, b) in sums(p).into_iter().zip(sums(q)) {
        let enough = a[2].min(b[2]) >= MIN_FACTOR_ROWS;
        if enough && a.iter().chain(&b).all(|own| *own > 0.0) {
            let error_p = spread_p / (a[0] / a[2]);
            let error_q = spread_q / (b[0] / b[2]);
            let factor = (b[0] / b[1]) / (a[0] / a[1]);
            let error = error_p * error_p / a[2] + error_q * error_q / b[2];
            factors.push([factor, factor * factor * error, b[2]]);
        }
    }
    let rows: f64 = factors.iter().map(|own| own[2]).sum();
    let mean = factors.iter().map(|own| own[0] * own[2]).sum::<f64>() / rows;
    let beyond = factors
        .iter()
        .map(|own| ((own[0] - mean) * (own[0] - mean) - own[1]) * own[2] / rows);
    let deviation = math::sqrt(beyond.sum::<f64>().max(0.0));
    (factors.len() >= 2).then(|| deviation / (mean - 1.0).abs().max(f64::MIN_POSITIVE))
}

/// Columns by which residuals moved, with their share in the growth of the mean square, largest first.
fn columns_of(
    frames: &Frames<'_>,
    split: &Split,
    parts: &[[Vec<Fact>; 2]],
    grown: f64,
) -> Vec<ColumnShare> {
    let mut tested: Vec<(usize, f64, f64)> = Vec::new();
    for (at, column) in inputs_of(frames, split) {
        let Some(codes) = split.stacked.matrix.columns.get(at) else { continue };
        let tests: Vec<(f64, f64)> =
            parts.iter().filter_map(|[p, q]| moved(&codes.codes, p, q)).collect();
        // The surest class, as the best of so many tries.
        if let Some(chance) = tests.iter().map(|own| own.0).reduce(f64::min) {
            let size: f64 = tests.iter().map(|own| own.1).sum();
            tested.push((column, (chance * tests.len() as f64).min(1.0), size / grown));
        }
    }
    let q_values =
        benjamini_hochberg(&tested.iter().map(|own| own.1).collect::<Vec<f64>>());
    let mut columns: Vec<ColumnShare> = tested
        .iter()
        .zip(q_values)
        .filter(|(_, q)| *q <= GATE)
        .map(|(own, _)| ColumnShare { column: own.0, share: own.2.min(1.0) })
        .collect();
    columns.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.column.cmp(&b.column)));
    columns.truncate(PLAYERS - 2);
    columns
}

/// The rows with what the line through their scores leaves as the residual.
fn beside_line(facts: &[Fact]) -> Vec<Fact> {
    let n = facts.len() as f64;
    let mean = |of: fn(&Fact) -> f64| facts.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|own| own.score), mean(|own| own.label));
    let slope = slope(facts).map_or(1.0, |own| own.0);
    let beside =
        |own: &Fact| Fact { residual: own.label - y - slope * (own.score - x), ..*own };
    facts.iter().map(beside).collect()
}

/// Classes rarer than this before launch are too few rows to look at one by one.
const MIN_CLASS: f64 = 0.02;

/// For each class that is not too rare the same rows with being that class as the outcome.
fn classes(
    split: &Split,
    before: &Logged<'_>,
    after: &Logged<'_>,
    facts: [&[Fact]; 2],
) -> Vec<[Vec<Fact>; 2]> {
    let first = split.stacked.reference_rows;
    let [p, q] = facts.map(|own| own.iter().map(|fact| fact.place));
    let p: Vec<(usize, usize)> = p.map(|place| (place, place)).collect();
    let q: Vec<(usize, usize)> = q.map(|place| (place, place - first)).collect();
    let label = |table: &Logged<'_>, row: usize| {
        table.frame.rows.label_class.get(row).copied().unwrap_or(NO_CLASS)
    };
    let clean = split.clean.as_ref().map(|own| &own.scores);
    let most = p.iter().map(|own| label(before, own.1)).filter(|own| *own != NO_CLASS);
    let most = most.max().unwrap_or(0);
    let one = |class: u8| {
        let is = |table: &Logged<'_>, row: usize| {
            f64::from(u8::from(label(table, row) == class))
        };
        let share = p.iter().map(|own| is(before, own.1)).sum::<f64>() / p.len() as f64;
        if share < MIN_CLASS {
            return None;
        }
        // How often each decision meant the class.
        let mut meant = [(0.0_f64, 0.0_f64); 256];
        for (_, row) in &p {
            let decision = before.frame.rows.decision_or_best(*row).unwrap_or(NO_CLASS);
            let cell = &mut meant[usize::from(decision)];
            cell.0 += is(before, *row);
            cell.1 += 1.0;
        }
        let logged = |table: &Logged<'_>, row: usize| {
            let scores = table.frame.rows.class_scores.get(usize::from(class));
            let score = scores.and_then(|own| own.get(row)).copied();
            score.filter(|own| !own.is_nan()).unwrap_or_else(|| {
                let decision = table.frame.rows.decision_or_best(row);
                let cell = meant[usize::from(decision.unwrap_or(NO_CLASS))];
                if cell.1 > 0.0 { cell.0 / cell.1 } else { share }
            })
        };
        let fact = |place: usize, label: f64, score: f64| Fact {
            place,
            residual: label - score,
            score,
            label,
        };
        let own = |(place, row): &(usize, usize)| {
            fact(*place, is(before, *row), logged(before, *row))
        };
        let later = |(place, row): &(usize, usize)| {
            let scores = clean.and_then(|own| own.get(usize::from(class)));
            let score = scores.and_then(|own| own.get(*row)).copied();
            let score =
                score.filter(|own| !own.is_nan()).unwrap_or_else(|| logged(after, *row));
            fact(*place, is(after, *row), score)
        };
        Some([p.iter().map(own).collect(), q.iter().map(later).collect()])
    };
    (0..=most).filter_map(one).collect()
}

/// The chance that residuals by code differ as much as they do when none moved against the rest, and the mean square
/// by which they moved, chance taken off; `None` with fewer than two codes to compare.
fn moved(codes: &[u8], p: &[Fact], q: &[Fact]) -> Option<(f64, f64)> {
    let ((mean_p, spread_p), (mean_q, spread_q)) = (moments(p), moments(q));
    let cells = |facts: &[Fact], mean: f64| {
        let mut cells = vec![(0.0_f64, 0.0_f64); 256];
        for own in facts {
            let code = codes.get(own.place).copied().unwrap_or(255);
            if let Some(cell) = cells.get_mut(usize::from(code)) {
                cell.0 += own.residual - mean;
                cell.1 += 1.0;
            }
        }
        cells
    };
    let (mut statistic, mut bins, mut size) = (0.0, 0_u32, 0.0);
    for ((a, x), (b, y)) in cells(p, mean_p).iter().zip(&cells(q, mean_q)) {
        if *x < 10.0 || *y < 10.0 {
            continue;
        }
        let gap = b / y - a / x;
        let variance = spread_p * spread_p / x + spread_q * spread_q / y;
        statistic += gap * gap / variance.max(f64::MIN_POSITIVE);
        size += (gap * gap - variance).max(0.0) * y / q.len() as f64;
        bins += 1;
    }
    (bins >= 2)
        .then(|| (special::chi_square_survival(statistic, f64::from(bins - 1)), size))
}

fn moments(facts: &[Fact]) -> (f64, f64) {
    let n = facts.len() as f64;
    let mean = facts.iter().map(|own| own.residual).sum::<f64>() / n;
    let square = facts.iter().map(|own| (own.residual - mean) * (own.residual - mean));
    (mean, math::sqrt(square.sum::<f64>() / n))
}

/// Slope of labels on scores and its standard error; `None` when scores do not vary.
fn slope(facts: &[Fact]) -> Option<(f64, f64)> {
    let n = facts.len() as f64;
    let mean = |of: fn(&Fact) -> f64| facts.iter().map(of).sum::<f64>() / n;
    let (x, y) = (mean(|own| own.score), mean(|own| own.label));
    let (mut xx, mut xy) = (0.0, 0.0);
    for own in facts {
        xx += (own.score - x) * (own.score - x);
        xy += (own.score - x) * (own.label - y);
    }
    if xx <= 0.0 {
        return None;
    }
    let slope = xy / xx;
    let rest = facts.iter().map(|own| {
        let off = own.label - y - slope * (own.score - x);
        off * off
    });
    Some((slope, math::sqrt(rest.sum::<f64>() / n / xx)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(residual: impl Fn(usize) -> f64) -> Vec<Fact> {
        (0..66)
            .map(|place| Fact {
                place,
                residual: residual(place),
                score: 0.0,
                label: 0.0,
            })
            .collect()
    }

    #[test]
    fn a_code_whose_residuals_moved_is_as_sure_as_scipy_says() {
        let codes: Vec<u8> = (0..66).map(|row| (row % 3) as u8).collect();
        let before = facts(|row| ((row * 7 % 11) as f64 - 5.0) / 10.0);
        let after = |by: f64| {
            facts(|row| {
                let more = if row % 3 == 1 { by } else { 0.0 };
                ((row * 5 % 11) as f64 - 5.0) / 10.0 + more
            })
        };
        // `scipy.stats.chi2.sf` of the same sum of squares in NumPy (SciPy 1.17.1).
        let (chance, size) = moved(&codes, &before, &after(0.4)).expect("three codes");
        assert!((chance / 0.006_866_285_003_103_913 - 1.0).abs() < 1e-9, "{chance}");
        assert!((size / 0.024_848_484_848_484_842 - 1.0).abs() < 1e-9, "{size}");
        // What moved alike in all codes moved in none against the rest.
        let all = facts(|row| ((row * 7 % 11) as f64 - 5.0) / 10.0 + 0.4);
        let (chance, size) = moved(&codes, &before, &all).expect("three codes");
        assert!(chance > 0.999 && size == 0.0, "{chance} {size}");
        // One code only, and no rows.
        assert!(moved(&[0; 66], &before, &after(0.4)).is_none());
        assert!(moved(&codes, &[], &[]).is_none());
    }

    #[test]
    fn factors_of_codes_are_as_uneven_as_worked_out_apart() {
        let rows = |factor: fn(usize) -> f64| -> Vec<Fact> {
            let one = |place: usize| {
                let score = 50.0 + (place * 13 % 40) as f64;
                let label = score * factor(place % 3) + (place * 7 % 11) as f64 - 5.0;
                Fact { place, residual: 0.0, score, label }
            };
            (0..300).map(one).collect()
        };
        let codes: Vec<u8> = (0..300).map(|row| (row % 3) as u8).collect();
        let spreads = [math::sqrt(10.0), math::sqrt(10.0)];
        let before = rows(|_| 1.0);
        let of = |factor| unevenness(&codes, [&before, &rows(factor)], spreads);
        let one = of(|code| [1.0, 1.2, 1.6][code]).expect("three codes");
        let alike = of(|_| 1.3).expect("three codes");
        assert!((one / 0.935_173_059_019_023_4 - 1.0).abs() < 1e-9, "{one}");
        assert!(alike < 0.02, "{alike}");
        // One code only, too few rows of each, and none.
        assert!(unevenness(&[0; 300], [&before, &before], spreads).is_none());
        let few = |own: &[Fact]| own.iter().take(60).copied().collect::<Vec<Fact>>();
        assert!(unevenness(&codes, [&few(&before), &few(&before)], spreads).is_none());
        assert!(unevenness(&codes, [&[], &[]], spreads).is_none());
    }
}
