//! Values that no longer stay with their entity. Enter: rows of entities that come back. Leave: columns whose values
//! went with the entity before launch and go with it much less since, while what they hold looks as ever: rows take them
//! from somebody else, as after a join by the wrong key. Cost: one sort of the entities, and of each column.

use super::common::{
    MIN_ROWS, ascending, below, both, inputs, ks, name_shares, percent, total_variation,
};
use super::stale::successions;
use super::{Change, Detector, Fingerprint, View};
use crate::encode::frame::Raw;
use crate::report::CauseId;
use crate::stats::math::sqrt;

/// Agreement between visits of one entity (a correlation of places, or of names what chance does not make) from which a
/// column goes with it.
const BOUND: f64 = 0.3;
/// Share of that agreement that is left at most where values come from strangers, and at least where they do not.
const LEFT: (f64, f64) = (0.7, 0.85);
/// Standard errors of the fall.
const SURE: f64 = 8.0;
/// Distance of the distributions up to which a column looks as ever.
const AS_EVER: f64 = 0.1;

/// The detector.
pub struct Strangers;

/// Agreement of a column's values between an entity's visits.
struct Bond {
    column: usize,
    before: f64,
    after: f64,
    /// Standard errors by which it fell.
    z: f64,
}

impl Bond {
    /// Share that is left.
    fn left(&self) -> f64 {
        (self.after / self.before).max(0.0)
    }
}

impl Detector for Strangers {
    fn id(&self) -> &'static str {
        "strangers"
    }

    fn detect(&self, view: &View<'_>) -> Vec<Fingerprint> {
        let pairs = [&view.frames.reference, &view.frames.production].map(successions);
        if pairs.iter().any(|own| own.len() < MIN_ROWS) {
            return Vec::new();
        }
        let bonds: Vec<Bond> = inputs(view)
            .into_iter()
            .filter_map(|column| bond(view, column, &pairs))
            .filter(|own| own.before >= BOUND)
            .collect();
        let is_lost = |own: &&Bond| own.left() <= LEFT.0 && own.z >= SURE;
        let lost: Vec<&Bond> = bonds
            .iter()
            .filter(is_lost)
            .filter(|own| looks_as_ever(view, own.column))
            .collect();
        let kept = bonds.iter().filter(|own| own.left() >= LEFT.1).count();
        // One column alone may simply change more often; where nothing is kept, the key is another one, not the values.
        if lost.is_empty() || kept == 0 || (lost.len() < 2 && kept < 2) {
            return Vec::new();
        }
        // Two visits agree only where both rows have their own values.
        let shares: f64 = lost.iter().map(|own| 1.0 - sqrt(own.left())).sum();
        let share = shares / lost.len() as f64;
        vec![Fingerprint {
            detector: self.id(),
            cause: CauseId::JoinOrFilter,
            columns: lost.iter().map(|own| own.column).collect(),
            strength: if lost.len() >= 2 { 0.9 } else { 0.75 },
            share,
            touched: Vec::new(),
            change: Change::Shuffled,
            since: None,
            sentence: format!(
                "The values look as before, but on about {} of rows they no longer go with the entity the row belongs to: \
                 they seem to be somebody else's.",
                percent(share)
            ),
        }]
    }
}

/// Pairs (earlier row, row, gap) of one entity.
type Pairs = [Vec<(usize, usize, usize)>; 2];

fn bond(view: &View<'_>, column: usize, pairs: &Pairs) -> Option<Bond> {
    let (before, after) = both(view, column)?;
    let [p, q] = pairs;
    let (own, counts) = match before {
        Raw::Numbers(_) => {
            let (sorted, _) = ascending(view, column);
            (
                [places(before, p, &sorted)?, places(after, q, &sorted)?],
                [p.len(), q.len()],
            )
        }
        Raw::Names(_) => ([names(before, p)?, names(after, q)?], [p.len(), q.len()]),
        _ => return None,
    };
    let [before, after] = own;
    let variance =
        |own: f64, n: usize| (1.0 - own * own) * (1.0 - own * own) / n.max(1) as f64;
    let [n, m] = counts;
    let spread = sqrt(variance(before, n) + variance(after, m));
    Some(Bond {
        column,
        before,
        after,
        z: (before - after) / spread.max(f64::MIN_POSITIVE),
    })
}

/// Correlation of the places (among those before launch) that two visits take.
fn places(raw: &Raw, pairs: &[(usize, usize, usize)], sorted: &[f64]) -> Option<f64> {
    let values = raw.numbers();
    let mut sums = [0.0_f64; 6];
    for (a, b, _) in pairs {
        let (Some(a), Some(b)) = (values.get(*a), values.get(*b)) else { continue };
        if a.is_nan() || b.is_nan() {
            continue;
        }
        let (x, y) = (below(sorted, *a), below(sorted, *b));
        for (sum, own) in sums.iter_mut().zip([1.0, x, y, x * x, y * y, x * y]) {
            *sum += own;
        }
    }
    let [n, x, y, xx, yy, xy] = sums;
    let spread = sqrt((n * xx - x * x).max(0.0) * (n * yy - y * y).max(0.0));
    (n >= MIN_ROWS as f64 && spread > 0.0).then(|| (n * xy - x * y) / spread)
}

/// Share of visits with the same name, beyond what chance makes.
fn names(raw: &Raw, pairs: &[(usize, usize, usize)]) -> Option<f64> {
    let Raw::Names(values) = raw else { return None };
    let mut counts = std::collections::BTreeMap::new();
    let (mut same, mut all) = (0.0, 0.0);
    for (a, b, _) in pairs {
        let (Some(a), Some(b)) = (values.get(*a), values.get(*b)) else { continue };
        all += 1.0;
        same += f64::from(u8::from(a == b));
        *counts.entry(*b).or_insert(0.0_f64) += 1.0;
    }
    let chance = counts.values().map(|own| own * own).sum::<f64>() / (all * all);
    (all >= MIN_ROWS as f64 && chance < 0.95)
        .then(|| (same / all - chance) / (1.0 - chance))
}

/// Whether what a column holds looks as before.
fn looks_as_ever(view: &View<'_>, column: usize) -> bool {
    let Some((before, after)) = both(view, column) else { return false };
    match before {
        Raw::Numbers(_) => {
            let (p, q) = ascending(view, column);
            ks(&p, &q) <= AS_EVER
        }
        _ => {
            let known = view.frames.columns.get(column).map_or(0, |own| own.names.len());
            let shares = |raw: &Raw| match raw {
                Raw::Names(own) => name_shares(own, known),
                _ => Vec::new(),
            };
            total_variation(&shares(before), &shares(after)) <= AS_EVER
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bug::fixture::Fixture;
    use crate::stats::random::Random;

    const ENTITIES: usize = 500;
    const ROWS: usize = 2000;

    /// Two traits of each entity, a number that is new at every visit, and a name that stays; from strangers on a share
    /// of production's rows for the first so many columns.
    fn found(share: f64, broken: usize, seed: u64) -> Vec<Fingerprint> {
        let mut random = Random::new(seed);
        let traits: Vec<[f64; 2]> =
            (0..2 * ENTITIES).map(|_| [random.normal(), random.normal()]).collect();
        let mut table = |first: usize, share: f64| {
            let mut columns = vec![Vec::new(); 3];
            let mut names: Vec<&str> = Vec::new();
            for row in 0..ROWS {
                let own = first + row % ENTITIES;
                let stranger = first + random.below(ENTITIES as u64) as usize;
                let strange = random.chance(share);
                for (at, column) in columns.iter_mut().enumerate().take(2) {
                    let from = if strange && at < broken { stranger } else { own };
                    column.push(traits[from][at] + 0.3 * random.normal());
                }
                columns[2].push(random.normal());
                names.push(["basic", "plus", "max"][own % 3]);
            }
            (columns, names)
        };
        let (before, kept) = table(0, 0.0);
        let (after, live) = table(ENTITIES, share);
        let mut fixture = Fixture::new();
        for (at, name) in ["balance", "utilisation", "amount"].into_iter().enumerate() {
            fixture = fixture.number(name, before[at].clone(), after[at].clone());
        }
        fixture = fixture.names("plan", &kept, &live);
        let entities = |first: usize| -> Vec<u64> {
            (0..ROWS).map(|row| (first + row % ENTITIES + 1) as u64).collect()
        };
        fixture.entities = (entities(0), entities(ENTITIES));
        fixture.see(|view| Strangers.detect(view))
    }

    #[test]
    fn columns_that_left_their_entity_are_named_with_the_share_of_rows() {
        for share in [0.4, 0.9] {
            let own = found(share, 2, 1);
            assert_eq!(own.len(), 1);
            assert_eq!(own[0].columns, [0, 1]);
            assert!((own[0].share - share).abs() < 0.1, "{} of {share}", own[0].share);
        }
    }

    #[test]
    fn other_entities_are_no_strangers() {
        for seed in 0..20 {
            assert!(found(0.0, 0, seed).is_empty(), "{seed}");
        }
        // One column of four, while the other two that go with the entity do so still.
        assert_eq!(found(0.8, 1, 3)[0].columns, [0]);
    }
}
