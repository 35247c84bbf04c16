//! Whether the production rows that have an outcome are typical of all of them. Enter: both sets of rows. Leave: the
//! metric that the reference's relation expects on each, which differs by who the rows are alone (METHODS 12b).

use super::blocks::spread;
use super::sums::Context;
use crate::encode::code::BLOCKS;

/// Share of rows with an outcome from which they are as good as all.
const AS_GOOD_AS_ALL: f64 = 0.9;

/// The metric that the reference's relation expects of production.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Typical {
    /// On rows with an outcome.
    pub labelled: f64,
    /// On all rows.
    pub all: f64,
    /// Half of the 95 % interval of their difference.
    pub half: f64,
}

/// Compares `labelled` with `all` production rows; `None` where nearly all have an outcome or nothing can be expected.
pub(super) fn typical(
    context: &Context<'_>,
    labelled: &[u32],
    all: &[u32],
) -> Option<Typical> {
    if labelled.len() as f64 > AS_GOOD_AS_ALL * all.len() as f64 {
        return None;
    }
    let [known, whole] = [labelled, all].map(|rows| context.by_relation(rows));
    let (known, whole) = (known?, whole?);
    let rows = all.len() as f64;
    let value = |sums: &super::blocks::Blocks, without: Option<usize>| {
        let sum: Vec<f64> = sums.mean(without).iter().map(|own| own * rows).collect();
        context.before.stick.value(&sum)
    };
    let held = (0..BLOCKS).filter(|at| whole.holds(*at));
    let gap = |at: usize| Some(value(&whole, Some(at))? - value(&known, Some(at))?);
    let left: Vec<f64> = held.map(gap).collect::<Option<_>>()?;
    let (_, half) = spread(&left)?;
    Some(Typical { labelled: value(&known, None)?, all: value(&whole, None)?, half })
}
