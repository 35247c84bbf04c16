//! Column checks that are not a distance. Enter: counts of both tables, the layout, and what the reader
//! counted (values that did not parse, distinct values). Leave: [`Check`]s; [`judge_checks`] keeps those
//! that stand over all columns.
//!
//! # Decisions
//! - A share's rows are divided by a design effect from the blocks, so that one entity with a thousand
//!   missing values counts as about one.
//! - New categories are compared with what a *second reference sample* would bring: as many rows are unseen
//!   as the reference has in categories that only one block knows (Good 1953, by blocks, so that an entity's
//!   own category is expected to be new). Without that every column with a long tail has "new categories".
//!   The estimate errs about twice as much as a plain share does (Robbins 1968).
//! - Out of range is compared with what exchangeable tables show: the chance that k rows of production
//!   exceed the reference's largest is (m/(n+m))ᵏ, about 2 rows in each direction are normal.
//! - One family of tests a kind of check, Benjamini–Hochberg over all columns within it. The four families
//!   share the 1 % of drift between them, so that a whole report of noise stays below 2 %.
//!
//! Sources: Newcombe 1998; Good 1953; Robbins 1968; Wilks 1942.

use super::ColumnCounts;
use super::bins::BlockCounts;
use super::chi_square::design_effect;
use crate::encode::code::{HIGH, LOW, Layout, NULL, OTHER};
use crate::report::BinKind;
use crate::stats::{math, multiple, proportion, special};

/// Largest q-value of a check that is kept: a quarter of drift's, for there are four families.
pub const CHECK_ALPHA: f64 = super::bands::ALPHA / 4.0;
/// Smallest change of the missing share worth a word, 0–1.
pub const MISSING_CHANGE: f64 = 0.01;
/// Or: the smaller missing share must be exceeded by this factor.
pub const MISSING_RATIO: f64 = 2.0;
/// Smallest lower bound of a new or out-of-range share worth a word, 0–1.
pub const MASS: f64 = 0.005;
/// Reference share from which a vanished category is worth a word, 0–1.
pub const VANISHED_SHARE: f64 = 0.01;
/// The chance that a category vanishes by luck must be below this.
pub const VANISHED_CHANCE: f64 = 1e-6;
/// Factor between distinct counts (at equal sample size) worth a word.
pub const CARDINALITY_RATIO: f64 = 2.0;
/// Fewest distinct values by which the counts must differ.
pub const CARDINALITY_GAP: f64 = 10.0;
/// Smallest increase of the share that does not parse worth a word, 0–1.
pub const TYPE_FAILURES: f64 = 0.001;
/// A value with this share of production makes the column constant, 0–1.
pub const CONSTANT_NOW: f64 = 0.999;
/// Unless it had this share of the reference already, 0–1.
pub const CONSTANT_BEFORE: f64 = 0.99;
/// Fewest rows a table must have for any check.
pub const MIN_ROWS: u64 = 30;
/// Variance of Good's estimate over that of a plain share.
const GOOD_EFFECT: f64 = 2.0;
/// Normal quantiles of two-sided 95 % and one-sided 95 % bounds.
const Z_TWO_SIDED: f64 = 1.959_963_984_540_054;
const Z_ONE_SIDED: f64 = 1.644_853_626_951_472_2;

/// What the reader counted beside the codes. All zero where it does not apply.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counted {
    /// Values that were there but did not parse as the reference's kind: (reference, production).
    pub type_failures: (u64, u64),
    /// Distinct values at equal sample size: (reference, production).
    pub distinct: Option<(f64, f64)>,
    /// Reference rows in categories that only one block knows; `None`: counted from the codes, with every
    /// row of `OTHER` taken as such (an upper bound, so that nothing is called too early).
    pub lone_rows: Option<u64>,
}

/// Which check, with its numbers. Shares are 0–1.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// The missing share changed.
    MissingRate {
        /// Missing share of the reference.
        reference: f64,
        /// Missing share of production.
        production: f64,
        /// 95 % interval of production − reference.
        interval: (f64, f64),
    },
    /// Categories the reference does not have.
    NewCategories {
        /// Their share of production.
        share: f64,
        /// What chance alone would bring.
        expected: f64,
        /// One-sided 95 % lower bound of the excess.
        low: f64,
    },
    /// Values or categories that are gone.
    Vanished {
        /// Their codes, largest reference share first.
        codes: Vec<u8>,
        /// Their share of the reference.
        reference: f64,
    },
    /// Many more or fewer distinct values.
    Cardinality {
        /// Distinct values of the reference.
        reference: f64,
        /// Distinct values of as many rows of production.
        production: f64,
    },
    /// Numbers outside the reference's range.
    OutOfRange {
        /// Share below.
        below: f64,
        /// Share above.
        above: f64,
        /// One-sided 95 % lower bound of both together.
        low: f64,
    },
    /// Values that do not parse.
    TypeFailures {
        /// Share in the reference.
        reference: f64,
        /// Share in production.
        production: f64,
    },
    /// One value took over.
    Constant {
        /// Its code.
        code: u8,
        /// Its share of the reference.
        reference: f64,
        /// Its share of production.
        production: f64,
    },
}

impl Finding {
    /// The stable name.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingRate { .. } => "missing_rate",
            Self::NewCategories { .. } => "new_categories",
            Self::Vanished { .. } => "vanished_categories",
            Self::Cardinality { .. } => "cardinality",
            Self::OutOfRange { .. } => "out_of_range",
            Self::TypeFailures { .. } => "type_failures",
            Self::Constant { .. } => "constant",
        }
    }
}

/// A finding that passed its size limits, and how likely it is by chance.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What was found.
    pub finding: Finding,
    /// Chance of it without a change; NaN for a finding that stands by itself.
    pub p_value: f64,
}

/// Runs every check on one column. Only findings that pass their size limits are returned, but every test
/// that was made is counted: [`Checked::tested`].
#[must_use]
pub fn check(
    layout: &Layout,
    reference: &ColumnCounts,
    production: &ColumnCounts,
    counted: &Counted,
) -> Checked {
    let mut checked = Checked::default();
    if reference.rows().min(production.rows()) < MIN_ROWS {
        return checked;
    }
    let pair = Pair {
        layout,
        reference,
        production,
        totals: (reference.totals(), production.totals()),
    };
    pair.missing(&mut checked);
    pair.new_categories(counted, &mut checked);
    pair.vanished(&mut checked);
    cardinality(counted, &mut checked);
    pair.out_of_range(&mut checked);
    pair.type_failures(counted, &mut checked);
    pair.constant(&mut checked);
    checked
}

/// The checks of one column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// Every test: its family and p-value, kept or not.
    pub tested: Vec<(&'static str, f64)>,
    /// What passed its size limits.
    pub checks: Vec<Check>,
}

impl Checked {
    fn test(&mut self, finding: Finding, p_value: f64, large_enough: bool) {
        self.tested.push((finding.code(), p_value));
        if large_enough {
            self.checks.push(Check { finding, p_value });
        }
    }

    fn state(&mut self, finding: Finding) {
        self.checks.push(Check { finding, p_value: f64::NAN });
    }
}

/// Keeps the findings with q ≤ [`CHECK_ALPHA`] in their family over all columns, and those that need no test.
#[must_use]
pub fn judge_checks(columns: &[Checked]) -> Vec<Vec<Finding>> {
    let mut families: Vec<&'static str> =
        columns.iter().flat_map(|c| c.tested.iter().map(|(family, _)| *family)).collect();
    families.sort_unstable();
    families.dedup();
    let mut kept: Vec<Vec<Finding>> = vec![Vec::new(); columns.len()];
    for (column, into) in columns.iter().zip(&mut kept) {
        let certain = column.checks.iter().filter(|check| check.p_value.is_nan());
        into.extend(certain.map(|check| check.finding.clone()));
    }
    for family in families {
        let of_family = |column: &Checked| {
            column
                .tested
                .iter()
                .find(|(name, _)| *name == family)
                .map_or(f64::NAN, |t| t.1)
        };
        let p_values: Vec<f64> = columns.iter().map(of_family).collect();
        let q_values = multiple::benjamini_hochberg(&p_values);
        for ((column, q_value), into) in columns.iter().zip(q_values).zip(&mut kept) {
            let found = column.checks.iter().find(|check| check.finding.code() == family);
            into.extend(
                found
                    .filter(|_| q_value <= CHECK_ALPHA)
                    .map(|check| check.finding.clone()),
            );
        }
    }
    kept
}

/// Both tables of one column.
struct Pair<'a> {
    layout: &'a Layout,
    reference: &'a ColumnCounts,
    production: &'a ColumnCounts,
    totals: (Vec<u64>, Vec<u64>),
}

/// Hits of rows, both divided by the design effect of the share.
#[derive(Clone, Copy)]
struct Share {
    hits: f64,
    rows: f64,
    effect: f64,
}

impl Share {
    fn of(counts: &ColumnCounts, codes: &[u8]) -> Self {
        let blocks = counts
            .blocks()
            .map(|block| {
                let hits: u64 = codes
                    .iter()
                    .filter_map(|code| block.get(usize::from(*code)))
                    .map(|count| u64::from(*count))
                    .sum();
                vec![hits, block.iter().map(|c| u64::from(*c)).sum::<u64>() - hits]
            })
            .collect();
        let table = BlockCounts::new(blocks);
        let effect = design_effect(&table).unwrap_or(1.0).max(1.0);
        let hits = table.totals.first().copied().unwrap_or(0);
        Self { hits: hits as f64 / effect, rows: table.rows as f64 / effect, effect }
    }

    /// The share of both tables, both with the larger design effect: a table without a hit cannot show how
    /// its hits would cluster.
    fn pair(
        reference: &ColumnCounts,
        production: &ColumnCounts,
        codes: &[u8],
    ) -> (Self, Self) {
        let (one, two) = (Self::of(reference, codes), Self::of(production, codes));
        let effect = one.effect.max(two.effect);
        let with = |share: Self| {
            let scale = share.effect / effect;
            Self { hits: share.hits * scale, rows: share.rows * scale, effect }
        };
        (with(one), with(two))
    }

    fn rate(&self) -> f64 {
        if self.rows > 0.0 { self.hits / self.rows } else { 0.0 }
    }
}

/// Two-sided p-value of equal shares: χ² with pooled variance, Yates' correction for small counts.
fn equal_shares(one: Share, two: Share) -> f64 {
    let pooled = (one.hits + two.hits) / (one.rows + two.rows);
    let variance = pooled * (1.0 - pooled) * (1.0 / one.rows + 1.0 / two.rows);
    if variance <= 0.0 {
        return 1.0;
    }
    let correction = 0.5 * (1.0 / one.rows + 1.0 / two.rows);
    let gap = ((one.rate() - two.rate()).abs() - correction).max(0.0);
    special::chi_square_survival(gap * gap / variance, 1.0)
}

impl Pair<'_> {
    fn missing(&self, checked: &mut Checked) {
        let (one, two) = Share::pair(self.reference, self.production, &[NULL]);
        let Some((change, low, high)) =
            proportion::newcombe((one.hits, one.rows), (two.hits, two.rows), Z_TWO_SIDED)
        else {
            return;
        };
        let (p, q) = (one.rate(), two.rate());
        let doubled = p.max(q) >= MISSING_RATIO * p.min(q);
        let large = change.abs() >= MISSING_CHANGE && (change > 0.0 || doubled);
        let finding =
            Finding::MissingRate { reference: p, production: q, interval: (low, high) };
        checked.test(finding, equal_shares(one, two), large);
    }

    fn new_categories(&self, counted: &Counted, checked: &mut Checked) {
        let mut codes: Vec<u8> = self.layout.codes_of(BinKind::New).collect();
        codes.extend(self.layout.codes_of(BinKind::Unseen));
        if codes.is_empty() {
            return;
        }
        let two = Share::of(self.production, &codes);
        let rows = self.reference.rows() as f64;
        let lone = counted.lone_rows.unwrap_or_else(|| self.lone_rows()) as f64;
        let effect = GOOD_EFFECT * two.effect;
        let one = Share { hits: lone.min(rows) / effect, rows: rows / effect, effect };
        let Some((_, low, _)) =
            proportion::newcombe((one.hits, one.rows), (two.hits, two.rows), Z_ONE_SIDED)
        else {
            return;
        };
        let finding =
            Finding::NewCategories { share: two.rate(), expected: one.rate(), low };
        checked.test(finding, equal_shares(one, two), low >= MASS);
    }

    fn lone_rows(&self) -> u64 {
        let mut lone = self.totals.0.get(usize::from(OTHER)).copied().unwrap_or(0);
        for code in self.layout.codes_of(BinKind::Category) {
            let in_block = |block: &[u32]| {
                block.get(usize::from(code)).is_some_and(|rows| *rows > 0)
            };
            if self.reference.blocks().filter(|block| in_block(block)).count() == 1 {
                lone += self.totals.0.get(usize::from(code)).copied().unwrap_or(0);
            }
        }
        lone
    }

    fn vanished(&self, checked: &mut Checked) {
        let (n, m) = (self.reference.rows() as f64, self.production.rows() as f64);
        let at = |totals: &Vec<u64>, code: u8| {
            totals.get(usize::from(code)).copied().unwrap_or(0)
        };
        let mut gone: Vec<(u64, u8)> = Vec::new();
        for &(code, kind) in &self.layout.order {
            let named = matches!(kind, BinKind::Category | BinKind::Value);
            let count = at(&self.totals.0, code);
            let share = count as f64 / n;
            if !named || share < VANISHED_SHARE || at(&self.totals.1, code) > 0 {
                continue;
            }
            // By luck: no hit in m rows at this rate, and every hit falling in the reference.
            let effect = Share::of(self.reference, &[code]).effect;
            let no_hit = m / effect * math::log1p(-share.min(1.0));
            let all_there = count as f64 / effect * math::ln(n / (n + m));
            if no_hit.max(all_there) < math::ln(VANISHED_CHANCE) {
                gone.push((count, code));
            }
        }
        gone.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        if !gone.is_empty() {
            let rows: u64 = gone.iter().map(|(count, _)| count).sum();
            let codes = gone.iter().map(|(_, code)| *code).collect();
            checked.state(Finding::Vanished { codes, reference: rows as f64 / n });
        }
    }

    fn out_of_range(&self, checked: &mut Checked) {
        if self.layout.codes_of(BinKind::High).next().is_none() {
            return;
        }
        let outside = Share::of(self.production, &[LOW, HIGH]);
        let Some((low, _)) = proportion::wilson(outside.hits, outside.rows, Z_ONE_SIDED)
        else {
            return;
        };
        let (n, m) = (self.reference.rows() as f64, self.production.rows() as f64);
        // Rows beyond the reference's ends are two geometric counts with ratio r when nothing changed.
        let r = m / (n + m);
        let chance = math::pow(r, outside.hits) * (1.0 + outside.hits * (1.0 - r));
        let rows = |code: u8| {
            self.totals.1.get(usize::from(code)).copied().unwrap_or(0) as f64 / m
        };
        let finding = Finding::OutOfRange { below: rows(LOW), above: rows(HIGH), low };
        checked.test(finding, chance.min(1.0), low >= MASS);
    }

    fn type_failures(&self, counted: &Counted, checked: &mut Checked) {
        let (one, two) = counted.type_failures;
        let share = |hits: u64, counts: &ColumnCounts| Share {
            hits: hits.min(counts.rows()) as f64,
            rows: counts.rows() as f64,
            effect: 1.0,
        };
        let (one, two) = (share(one, self.reference), share(two, self.production));
        let finding =
            Finding::TypeFailures { reference: one.rate(), production: two.rate() };
        let large = two.rate() - one.rate() >= TYPE_FAILURES;
        checked.test(finding, equal_shares(one, two), large);
    }

    fn constant(&self, checked: &mut Checked) {
        let (n, m) = (self.reference.rows() as f64, self.production.rows() as f64);
        for code in 0..=u8::MAX {
            let rows = |totals: &Vec<u64>| {
                totals.get(usize::from(code)).copied().unwrap_or(0) as f64
            };
            let (p, q) = (rows(&self.totals.0) / n, rows(&self.totals.1) / m);
            // A bin of many values is no constant.
            let single = !matches!(
                self.layout.kind_of(code),
                Some(BinKind::Range | BinKind::Low | BinKind::High | BinKind::Other)
            );
            if single && q >= CONSTANT_NOW && p < CONSTANT_BEFORE {
                let (one, two) = Share::pair(self.reference, self.production, &[code]);
                let finding = Finding::Constant { code, reference: p, production: q };
                checked.test(finding, equal_shares(one, two), true);
            }
        }
    }
}

fn cardinality(counted: &Counted, checked: &mut Checked) {
    let Some((one, two)) = counted.distinct else { return };
    let (small, large) = (one.min(two), one.max(two));
    let gap = CARDINALITY_GAP.max(4.0 * math::sqrt(one + two));
    if large >= CARDINALITY_RATIO * small && large - small >= gap {
        checked.state(Finding::Cardinality { reference: one, production: two });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::code::{NEW_FIRST, UNSEEN};

    /// Spreads rows over the blocks.
    fn counts(rows: &[(u8, u32)]) -> ColumnCounts {
        let mut counts = ColumnCounts::default();
        for &(code, number) in rows {
            for row in 0..number {
                counts.add((row % 32) as usize, code, 1);
            }
        }
        counts
    }

    fn found(layout: &Layout, p: &ColumnCounts, q: &ColumnCounts) -> Vec<&'static str> {
        let checked = check(layout, p, q, &Counted::default());
        let kept = judge_checks(&[checked]);
        kept.iter().flatten().map(Finding::code).collect()
    }

    #[test]
    fn missing_values_must_grow_enough() {
        let layout = Layout::of_categories(1);
        let p = counts(&[(0, 9900), (NULL, 100)]);
        assert_eq!(
            found(&layout, &p, &counts(&[(0, 9700), (NULL, 300)])),
            ["missing_rate"]
        );
        assert!(found(&layout, &p, &counts(&[(0, 9850), (NULL, 150)])).is_empty());
        assert_eq!(
            found(&layout, &counts(&[(0, 9700), (NULL, 300)]), &p),
            ["missing_rate"]
        );
        assert!(found(&layout, &p, &p).is_empty());
    }

    #[test]
    fn one_entity_without_values_is_no_finding() {
        let layout = Layout::of_categories(1);
        let p = counts(&[(0, 3200)]);
        let mut q = counts(&[(0, 3100)]);
        q.add(5, NULL, 100);
        assert!(found(&layout, &p, &q).is_empty());
    }

    #[test]
    fn new_categories_are_weighed_against_a_long_tail() {
        let layout = Layout::of_categories(100);
        let mut rows: Vec<(u8, u32)> = vec![(0, 900)];
        let short = counts(&rows);
        rows.extend((1..100).map(|code| (code, 1)));
        let long = counts(&rows);
        let q = counts(&[(0, 920), (NEW_FIRST, 30), (UNSEEN, 50)]);
        assert_eq!(found(&layout, &short, &q), ["new_categories"]);
        assert!(found(&layout, &long, &q).is_empty());
    }

    #[test]
    fn out_of_range_needs_more_than_luck() {
        let layout = Layout::of_ranges(2);
        let p = counts(&[(0, 250), (1, 250)]);
        assert!(found(&layout, &p, &counts(&[(0, 250), (1, 243), (HIGH, 7)])).is_empty());
        assert_eq!(
            found(&layout, &p, &counts(&[(0, 250), (1, 230), (HIGH, 20)])),
            ["out_of_range"]
        );
    }

    #[test]
    fn vanished_and_constant() {
        let layout = Layout::of_categories(2);
        let p = counts(&[(0, 9000), (1, 1000)]);
        let q = counts(&[(0, 10_000)]);
        let mut codes = found(&layout, &p, &q);
        codes.sort_unstable();
        assert_eq!(codes, ["constant", "vanished_categories"]);
        assert!(
            found(&layout, &counts(&[(0, 50), (1, 3)]), &counts(&[(0, 60)])).is_empty()
        );
    }

    #[test]
    fn readers_counts() {
        let layout = Layout::of_categories(1);
        let p = counts(&[(0, 5000)]);
        let counted = Counted {
            type_failures: (0, 40),
            distinct: Some((100.0, 250.0)),
            lone_rows: None,
        };
        let kept = judge_checks(&[check(&layout, &p, &p, &counted)]);
        let codes: Vec<&str> = kept.iter().flatten().map(Finding::code).collect();
        assert_eq!(codes, ["cardinality", "type_failures"]);
        assert!(check(&layout, &counts(&[(0, 3)]), &p, &counted).checks.is_empty());
    }
}
