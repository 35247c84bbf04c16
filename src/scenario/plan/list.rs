//! Which pairs a run of the benchmark consists of. Enter: the split, a seed and how many. Leave: what to ask
//! for, in a fixed order in which every stretch holds about the same shares: of twenty pairs twelve have one
//! cause, two have two, four have none, two look like another cause.

use super::{Calm, Kind, Pair, Split, Twin, What, compose};
use crate::report::CauseId;
use crate::stats::random::{combine64, unit_interval};

/// A pair to ask for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// Seed of its tables and choices.
    pub seed: u64,
    /// World, by name.
    pub world: &'static str,
    /// How the model was built.
    pub kind: Kind,
    /// What happens.
    pub what: What,
    /// How strongly: 1–4.
    pub level: u8,
}

/// Worlds the benchmark scores on.
pub const SCORE_WORLDS: [&str; 5] =
    ["loans", "customers", "payments", "tickets", "lines"];
/// Worlds the weights are fitted on.
pub const FIT_WORLDS: [&str; 4] = ["clinic", "hotel", "rides", "parcels"];

/// Causes that can meet another one in the same pair.
const MEETING: [CauseId; 8] = [
    CauseId::PopulationShift,
    CauseId::ColdStart,
    CauseId::UnitOrEncoding,
    CauseId::MissingOrDefault,
    CauseId::CategoryMapping,
    CauseId::ServedNotLogged,
    CauseId::LabelProblem,
    CauseId::ConceptDrift,
];

const CALM: [Calm; 5] =
    [Calm::Same, Calm::Harmless, Calm::Clustered, Calm::Tiny, Calm::Improved];

const TWINS: [Twin; 6] = [
    Twin::Growth,
    Twin::MilesToKilometres,
    Twin::LaterHours,
    Twin::WrongZone,
    Twin::PassingSeason,
    Twin::LastingChange,
];

/// `count` pairs of a split. With `only`, one-cause pairs of that cause.
#[must_use]
pub fn list(split: Split, seed: u64, count: usize, only: Option<CauseId>) -> Vec<Pair> {
    let worlds: &[&'static str] = match split {
        Split::Score => &SCORE_WORLDS,
        Split::Fit => &FIT_WORLDS,
    };
    let mut pairs = Vec::new();
    let mut turn = 0_u64;
    // How many of each sort came before: sorts take turns of their own, so that none is left out.
    let (mut ones, mut calms, mut twins) = (0, 0, 0);
    while pairs.len() < count && turn < 40 * count as u64 + 100 {
        let key = combine64(combine64(seed, 0xbe4c), turn);
        let draw = |at: u64, bound: usize| {
            ((unit_interval(combine64(key, at)) * bound as f64) as usize)
                .min(bound.saturating_sub(1))
        };
        let any = |from: &[&'static str]| from.get(draw(1, from.len())).copied();
        let what = match (only, pairs.len() % 20) {
            (Some(cause), _) => What::One(cause),
            (None, 3 | 13) => {
                let a = MEETING[draw(2, MEETING.len()) % MEETING.len()];
                let b = MEETING[draw(3, MEETING.len()) % MEETING.len()];
                if a == b {
                    turn += 1;
                    continue;
                }
                What::Two(a, b)
            }
            (None, 1 | 6 | 11 | 16) => What::Calm(CALM[calms % CALM.len()]),
            (None, 8 | 18) => What::Twin(TWINS[twins % TWINS.len()]),
            (None, _) => What::One(CauseId::ALL[ones % CauseId::ALL.len()]),
        };
        let ask = Ask {
            seed: combine64(key, 5) >> 40,
            world: any(worlds).unwrap_or("loans"),
            kind: [Kind::Linear, Kind::Trees, Kind::Forest][draw(4, 3) % 3],
            what,
            // More of the strong ones: the bars are about them.
            level: [1, 2, 2, 3, 3, 4, 4, 4][draw(6, 8) % 8],
        };
        turn += 1;
        // A world that cannot have it: the same again, in another.
        let Some(pair) = compose(&ask, 0) else { continue };
        match what {
            What::One(_) => ones += 1,
            What::Calm(_) => calms += 1,
            What::Twin(_) => twins += 1,
            What::Two(..) => {}
        }
        pairs.push(pair);
    }
    pairs
}
