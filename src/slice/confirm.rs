//! Cover and confirmation. Enter: the shortlist and the rows by the set of slices they are in, per block.
//! Leave: the slices that stand on rows the search did not see, with numbers from all rows.
//!
//! Greedy on even blocks: the best slice takes its rows away, the next must be good on what is left. Each
//! pick is tested on odd blocks by the part it adds; Holm over the picks. The error is the larger of the one
//! for independent rows and the block jackknife's, so rows of one entity do not count as many.

use super::Overlaps;
use super::cell::Sides;
use super::items::{ColumnItems, Condition, ItemRange};
use super::search::{Aim, LONGER_RATIO};
use super::split::{self, Estimate, Split};
use crate::stats::{jackknife, multiple, special};

/// Most slices a list.
pub const MAX_SLICES: usize = 5;
/// A confirmed effect is this many standard errors.
pub const MIN_Z: f64 = 2.6;
/// Largest Holm-adjusted one-sided p-value: the chance that a list of pure noise holds any slice.
pub const MAX_P: f64 = 0.01;
/// A slice must carry at least this share of a positive change of the mean loss.
pub const MIN_PART: f64 = 0.05;
/// The confirmed effect must be at least this share of the discovered one.
pub const MIN_REPEAT: f64 = 0.5;

/// A slice that stood the test.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundSlice {
    /// One or two conditions, all of which hold.
    pub conditions: Vec<Condition>,
    /// Shares, losses and points over all rows.
    pub split: Split,
    /// Labelled production rows inside.
    pub production_rows: u64,
    /// 95 % interval of the list's quantity (mix or rate points).
    pub interval: (f64, f64),
    /// The list's points counting only rows that are in no earlier slice of the list: these add up.
    pub exclusive_points: f64,
    /// Whether the reference has no such rows.
    pub is_new: bool,
    /// Standard errors of the confirmed effect (odd blocks).
    pub z: f64,
    /// Its Holm-adjusted one-sided p-value.
    pub p_value: f64,
}

/// The picks of one list that stand.
pub(super) fn confirm(
    aim: Aim,
    columns: &[ColumnItems],
    shortlist: &[Vec<ItemRange>],
    places: &[usize],
    overlaps: &Overlaps,
) -> Vec<FoundSlice> {
    let rows = Rows { overlaps };
    if aim == Aim::Worse && rows.sum(Half::Both, |_| true).production.labelled == 0.0 {
        return Vec::new();
    }
    let picks = cover(aim, shortlist, places, &rows);
    let tested: Vec<Tested> = picks.iter().map(|pick| test(aim, pick, &rows)).collect();
    let p_values: Vec<f64> = tested.iter().map(|t| t.p_value).collect();
    let adjusted = multiple::holm(&p_values);
    let least = MIN_PART * change(&rows.sum(Half::Odd, |_| true)).max(0.0);
    let mut found: Vec<FoundSlice> = picks
        .iter()
        .zip(&tested)
        .zip(adjusted)
        .filter(|((pick, test), p)| {
            *p <= MAX_P
                && test.z >= MIN_Z
                && test.own_z >= MIN_Z
                && test.own >= least
                && test.value >= MIN_REPEAT * pick.value
        })
        .filter_map(|((pick, test), p)| {
            let ranges = shortlist.get(pick.bit as usize)?;
            let conditions = ranges
                .iter()
                .filter_map(|range| Some(columns.get(range.column)?.condition(*range)))
                .collect();
            describe(aim, conditions, pick, test.z, p, &rows)
        })
        .collect();
    let points = |f: &FoundSlice| match aim {
        Aim::Grew => f.split.mix,
        Aim::Worse => f.split.rate,
    };
    found.sort_by(|a, b| points(b).total_cmp(&points(a)));
    found
}

/// Which blocks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Half {
    Even,
    Odd,
    Both,
}

impl Half {
    const fn has(self, block: usize) -> bool {
        match self {
            Self::Even => block.is_multiple_of(2),
            Self::Odd => block % 2 == 1,
            Self::Both => true,
        }
    }
}

struct Rows<'a> {
    overlaps: &'a Overlaps,
}

impl Rows<'_> {
    /// Rows of a half whose mask is wanted.
    fn sum(&self, half: Half, wanted: impl Fn(u32) -> bool) -> Sides {
        let mut sum = Sides::default();
        for cells in self.blocks(half, wanted) {
            sum.add(&cells);
        }
        sum
    }

    /// Each mask with its rows of a half.
    fn whole(&self, half: Half) -> Vec<(u32, Sides)> {
        let whole = |cells: &[Sides]| {
            let mut sum = Sides::default();
            let kept = cells.iter().enumerate().filter(|(block, _)| half.has(*block));
            kept.for_each(|(_, cell)| sum.add(cell));
            sum
        };
        self.overlaps.masks.iter().map(|(mask, cells)| (*mask, whole(cells))).collect()
    }

    /// Rows whose mask is wanted, block by block.
    fn blocks(&self, half: Half, wanted: impl Fn(u32) -> bool) -> Vec<Sides> {
        let blocks =
            self.overlaps.masks.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let mut sums = vec![Sides::default(); blocks];
        for (mask, cells) in &self.overlaps.masks {
            if wanted(*mask) {
                for (sum, cell) in sums.iter_mut().zip(cells) {
                    sum.add(cell);
                }
            }
        }
        sums.into_iter()
            .enumerate()
            .filter(|(block, _)| half.has(*block))
            .map(|(_, sum)| sum)
            .collect()
    }
}

/// A greedy pick: its bit and the bits picked before it.
struct Pick {
    bit: u32,
    before: u32,
    value: f64,
}

impl Pick {
    const fn holds(&self, mask: u32) -> bool {
        mask & (1 << self.bit) != 0
    }

    /// In the slice, and in none picked before.
    const fn adds(&self, mask: u32) -> bool {
        self.holds(mask) && mask & self.before == 0
    }

    /// In no slice picked so far, this one included.
    const fn leaves(&self, mask: u32) -> bool {
        !self.holds(mask) && mask & self.before == 0
    }
}

fn cover(
    aim: Aim,
    shortlist: &[Vec<ItemRange>],
    places: &[usize],
    rows: &Rows,
) -> Vec<Pick> {
    // Sums are exact in any order (see [`super::cell`]): blocks first, once, is the same.
    let even: Vec<(u32, Sides)> = rows.whole(Half::Even);
    let sum = |wanted: &dyn Fn(u32) -> bool| {
        let mut sum = Sides::default();
        let own = even.iter().filter(|own| wanted(own.0));
        own.for_each(|own| sum.add(&own.1));
        sum
    };
    let all = sum(&|_| true);
    let mut picks: Vec<Pick> = Vec::new();
    let mut before = 0_u32;
    while picks.len() < MAX_SLICES {
        let mut best: Option<(f64, Pick)> = None;
        for place in places.iter().filter(|place| **place < 32) {
            let bit = *place as u32;
            if before & (1 << bit) != 0 {
                continue;
            }
            let mut pick = Pick { bit, before, value: 0.0 };
            let slice = sum(&|mask| pick.adds(mask));
            let rest = sum(&|mask| pick.leaves(mask));
            let Some(score) = aim.score(&slice, &rest, &all) else { continue };
            let longer = shortlist.get(*place).is_some_and(|ranges| ranges.len() > 1);
            let score = if longer { score / LONGER_RATIO } else { score };
            pick.value = aim.estimate(&slice, &rest, &all).map_or(0.0, |e| e.value);
            if best.as_ref().is_none_or(|(highest, _)| score > *highest) {
                best = Some((score, pick));
            }
        }
        let Some((_, pick)) = best else { break };
        before |= 1 << pick.bit;
        picks.push(pick);
    }
    picks
}

/// What the odd blocks say.
struct Tested {
    value: f64,
    z: f64,
    p_value: f64,
    /// The list's plain quantity of the rows added, and its z.
    own: f64,
    own_z: f64,
}

fn test(aim: Aim, pick: &Pick, rows: &Rows) -> Tested {
    let slices = rows.blocks(Half::Odd, |mask| pick.adds(mask));
    let rests = rows.blocks(Half::Odd, |mask| pick.leaves(mask));
    let alls = rows.blocks(Half::Odd, |_| true);
    let nothing = Measure { value: 0.0, error: f64::INFINITY, degrees: None };
    let aimed = sized(&slices, &rests, &alls, |s, r, a| aim.estimate(s, r, a));
    let aimed = aimed.unwrap_or(nothing);
    let own = sized(&slices, &rests, &alls, |s, _, a| plain(aim, s, a));
    let own = own.unwrap_or(nothing);
    Tested {
        value: aimed.value,
        z: aimed.z(),
        p_value: aimed.p_value(),
        own: own.value,
        own_z: own.z(),
    }
}

fn plain(aim: Aim, slice: &Sides, all: &Sides) -> Option<Estimate> {
    match aim {
        Aim::Grew => split::mix(slice, all),
        Aim::Worse => split::rate(slice, all),
    }
}

/// A number with the larger of its two errors; `degrees` where the jackknife's was larger.
#[derive(Clone, Copy)]
struct Measure {
    value: f64,
    error: f64,
    degrees: Option<f64>,
}

impl Measure {
    fn z(self) -> f64 {
        if self.error > 0.0 { self.value / self.error } else { 0.0 }
    }

    fn p_value(self) -> f64 {
        match self.degrees {
            Some(degrees) => special::student_t_survival(self.z(), degrees),
            None => special::normal_survival(self.z()),
        }
    }
}

/// Leaves each block out of both tables at once: an entity that is in both has one block.
fn sized(
    slices: &[Sides],
    rests: &[Sides],
    alls: &[Sides],
    estimate: impl Fn(&Sides, &Sides, &Sides) -> Option<Estimate>,
) -> Option<Measure> {
    let total = |blocks: &[Sides]| {
        let mut sum = Sides::default();
        blocks.iter().for_each(|block| sum.add(block));
        sum
    };
    let (slice, rest, all) = (total(slices), total(rests), total(alls));
    let whole = estimate(&slice, &rest, &all)?;
    let mut left_out = Vec::with_capacity(alls.len());
    for ((s, r), a) in slices.iter().zip(rests).zip(alls) {
        if a.reference.rows + a.production.rows > 0.0 {
            let value = estimate(&slice.without(s), &rest.without(r), &all.without(a))?;
            left_out.push(value.value);
        }
    }
    let plain = Measure { value: whole.value, error: whole.error, degrees: None };
    Some(match jackknife::standard_error(&left_out) {
        Some(blocks) if blocks.standard_error > whole.error => Measure {
            error: blocks.standard_error,
            degrees: Some(blocks.block_count as f64 - 1.0),
            ..plain
        },
        _ => plain,
    })
}

fn change(all: &Sides) -> f64 {
    match (all.reference.mean(), all.production.mean()) {
        (Some(before), Some(after)) => after - before,
        _ => 0.0,
    }
}

/// The numbers over all rows.
fn describe(
    aim: Aim,
    conditions: Vec<Condition>,
    pick: &Pick,
    z: f64,
    p_value: f64,
    rows: &Rows,
) -> Option<FoundSlice> {
    let slices = rows.blocks(Half::Both, |mask| pick.holds(mask));
    let alls = rows.blocks(Half::Both, |_| true);
    let own = sized(&slices, &slices, &alls, |s, _, a| plain(aim, s, a))?;
    let all = rows.sum(Half::Both, |_| true);
    let slice = rows.sum(Half::Both, |mask| pick.holds(mask));
    let split = split::split(&slice, &all)?;
    let added = rows.sum(Half::Both, |mask| pick.adds(mask));
    let exclusive = plain(aim, &added, &all)?;
    let half =
        own.error * own.degrees.map_or(1.96, |d| special::student_t_quantile(0.975, d));
    Some(FoundSlice {
        conditions,
        split,
        production_rows: slice.production.labelled as u64,
        interval: (own.value - half, own.value + half),
        exclusive_points: exclusive.value,
        is_new: slice.reference.rows == 0.0,
        z,
        p_value,
    })
}
