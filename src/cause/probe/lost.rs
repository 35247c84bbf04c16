//! A column that told much of the outcome before launch and little after: the trace of a leak.

use crate::cause::observe::Lost;
use crate::choices::{Role, TableRole, Task};
use crate::encode::frame::Frames;
use crate::ladder::logged::Logged;
use crate::stats::math;

/// Pseudo-rows that pull the mean of a code to the overall mean.
const PULL: f64 = 20.0;

/// The column whose power to tell the outcome fell most; `None` without labels or for several classes. `broken`
/// columns (places in the frames' columns) are left out: why they lost it is known.
#[must_use]
pub fn lost(
    frames: &Frames<'_>,
    before: &Logged<'_>,
    after: &Logged<'_>,
    broken: &[usize],
) -> Option<Lost> {
    if before.task == Task::Multiclass {
        return None;
    }
    let label = |table: &Logged<'_>, row: usize| match table.task {
        Task::Regression => {
            table.frame.rows.label_value.get(row).copied().unwrap_or(f64::NAN)
        }
        _ => table.yes(row),
    };
    let rows = |table: &Logged<'_>| -> Vec<(usize, f64)> {
        (0..table.frame.len())
            .map(|row| (row, label(table, row)))
            .filter(|(_, label)| !label.is_nan())
            .collect()
    };
    let (p, q) = (rows(before), rows(after));
    if p.len() < 200 || q.len() < 200 {
        return None;
    }
    let mut found: Vec<(usize, f64, f64, f64)> = Vec::new();
    for (at, column) in frames.columns.iter().enumerate() {
        let both =
            column.is_in(TableRole::Reference) && column.is_in(TableRole::Production);
        if column.role != Role::Feature || broken.contains(&at) || !both {
            continue;
        }
        let Some(coder) = column.coders.first() else { continue };
        let (Some(codes), Some(later)) =
            (before.frame.rows.codes.get(*coder), after.frame.rows.codes.get(*coder))
        else {
            continue;
        };
        let half =
            |row: usize| before.frame.rows.block.get(row).copied().unwrap_or(0) & 1;
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
        let told = |table: &[f64], code: Option<&u8>| {
            table.get(usize::from(code.copied().unwrap_or(255))).copied().unwrap_or(0.0)
        };
        let earlier: Vec<(f64, f64)> = p
            .iter()
            .map(|(row, label)| {
                let [first, second] = &halves;
                let table = if half(*row) == 0 { first } else { second };
                (told(table, codes.get(*row)), *label)
            })
            .collect();
        let now: Vec<(f64, f64)> =
            q.iter().map(|(row, label)| (told(&all, later.get(*row)), *label)).collect();
        let (a, b) = (power(before.task, earlier), power(before.task, now));
        let error = math::sqrt(a.1 * a.1 + b.1 * b.1);
        let z = if error > 0.0 { (a.0 - b.0) / error } else { 0.0 };
        found.push((at, a.0, b.0, z));
    }
    let best = found.iter().map(|own| own.1).fold(f64::NEG_INFINITY, f64::max);
    let (column, before, after, z) = found
        .into_iter()
        .max_by(|a, b| (a.1 - a.2).total_cmp(&(b.1 - b.2)).then(b.0.cmp(&a.0)))?;
    Some(Lost { column, before, after, z, is_best: before >= best })
}

/// Power of told values and its standard error: AUC (binary), else the squared correlation.
fn power(task: Task, mut rows: Vec<(f64, f64)>) -> (f64, f64) {
    let n = rows.len() as f64;
    if task == Task::Binary {
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let yes: f64 = rows.iter().map(|own| own.1).sum();
        let no = n - yes;
        if yes < 1.0 || no < 1.0 {
            return (0.5, 0.5);
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
        return (auc, math::sqrt(variance.max(0.0)));
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
        return (0.0, 0.0);
    }
    let squared = xy * xy / (xx * yy);
    (squared, 2.0 * math::sqrt(squared * (1.0 - squared) * (1.0 - squared) / n))
}
