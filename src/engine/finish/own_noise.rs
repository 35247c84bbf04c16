//! How far the reference's own parts stray from the whole of it, column by column: from period to period where there is
//! time, from block to block where there is none. Enter: counts. Leave: [`OwnNoise`], over the same few bars that alerts
//! compare.

use super::columns::{code_title, counts};
use crate::act::{bars, noise};
use crate::choices::TableRole;
use crate::encode::code::NULL;
use crate::encode::coder::ColumnCoder;
use crate::engine::pipeline::Analysis;
use crate::report::{Basis, Bin, BinKind, OwnNoise};

/// The noise of a column; `None` without bars or with fewer than two parts.
pub fn own_noise(
    analysis: &Analysis,
    coder: usize,
    about: &ColumnCoder,
    bins: &[Bin],
) -> Option<OwnNoise> {
    let made = bars::bars(bins, about.kind);
    if made.is_empty() || about.name != about.source {
        return None;
    }
    let place_of_code = places(about, bins);
    let periods = periods(analysis, coder);
    let has_time = periods.len() as u64 >= noise::LEAST_PARTS;
    let parts = if has_time { periods } else { blocks(analysis, coder) };
    let (mut moved, mut missing, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for codes in &parts {
        let mut by_bin = vec![0_u64; bins.len()];
        for (count, place) in codes.iter().zip(&place_of_code) {
            if let Some(slot) = place.and_then(|place| by_bin.get_mut(place)) {
                *slot += u64::from(*count);
            }
        }
        let all = codes.iter().map(|count| f64::from(*count)).sum::<f64>();
        if all <= 0.0 {
            continue;
        }
        moved.push(bars::distance(&made, &bars::gather(&made, &by_bin), all));
        let null = codes.get(usize::from(NULL)).copied().unwrap_or(0);
        missing.push(f64::from(null) / all);
        rows.push(all);
    }
    let (moved_mean, moved_spread) = noise::mean_and_spread(&moved)?;
    let (_, missing_spread) = noise::mean_and_spread(&missing)?;
    rows.sort_by(f64::total_cmp);
    Some(OwnNoise {
        basis: if has_time { Basis::Periods } else { Basis::Blocks },
        parts: moved.len() as u64,
        rows: rows.get(rows.len() / 2).copied()?,
        moved: moved_mean,
        moved_spread,
        missing_spread,
    })
}

/// The bin of each code; names that were joined are in the bin of others.
fn places(about: &ColumnCoder, bins: &[Bin]) -> Vec<Option<usize>> {
    let mut places = vec![None; crate::encode::code::CODES];
    let other = bins.iter().position(|bin| bin.kind == BinKind::Other);
    for (code, kind) in &about.layout.order {
        let title = code_title(about, *code);
        let same = |bin: &Bin| bin.kind == *kind && bin.title == title;
        let found = bins.iter().position(same);
        let joined = other.filter(|_| *kind == BinKind::Category);
        if let Some(slot) = places.get_mut(usize::from(*code)) {
            *slot = found.or(joined);
        }
    }
    places
}

fn periods(analysis: &Analysis, coder: usize) -> Vec<Vec<u32>> {
    let Some(followed) = analysis.asked.followed.iter().position(|own| *own == coder)
    else {
        return Vec::new();
    };
    let Some(reference) = analysis.compared.table(TableRole::Reference) else {
        return Vec::new();
    };
    let of = |period: &crate::engine::measure::compare::PeriodCounts| {
        period.codes.get(followed).cloned()
    };
    reference.periods.iter().filter_map(of).collect()
}

fn blocks(analysis: &Analysis, coder: usize) -> Vec<Vec<u32>> {
    let counts = counts(analysis, TableRole::Reference, coder);
    counts.blocks().map(<[u32]>::to_vec).collect()
}
