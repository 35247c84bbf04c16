//! Makes coders. Enter: a column's sampled cells of reference and production. Leave: [`ColumnCoder`]s with
//! edges from the reference alone. Production may only add codes of its own: new categories, and single
//! values that suddenly hold at least [`ATOM_SHARE`] of its rows (a default that was filled in).

use std::collections::{BTreeMap, BTreeSet};

use super::code::{self, Layout};
use super::coder::{CodeTitle, ColumnCoder, Cuts, Rule};
use super::names::NameIndex;
use crate::choices::{Kind, Role};
use crate::data::cell::Reading;
use crate::data::sample::TableSample;
use crate::data::text::{character_count, word_count};
use crate::report::BinKind;
use crate::stats::order;
use crate::stats::sum::unit_for_scale;

/// An exact value with at least this share of the rows of either table has a code of its own.
pub const ATOM_SHARE: f64 = 0.01;
/// So many entities must hold a value before it has a code of its own.
pub const ATOM_OWNERS: usize = 5;
/// At most so many single values have codes of their own.
pub const ATOM_LIMIT: usize = 32;
/// Equal-mass ranges for the rest of a number.
pub const RANGE_COUNT: usize = 32;
/// Categories of the reference with codes of their own; rarer ones share one.
pub const CATEGORY_LIMIT: usize = 200;
/// A category only production has gets a code of its own from this share of production rows.
pub const NEW_CATEGORY_SHARE: f64 = 0.005;

/// A column to make coders for.
pub struct Source<'a> {
    /// Name in the files.
    pub name: &'a str,
    /// What it holds.
    pub kind: Kind,
    /// What it is for.
    pub role: Role,
    /// How its text is read.
    pub reading: Reading,
    /// Reference sample and the column's place in it.
    pub reference: (&'a TableSample, Option<usize>),
    /// Production sample and the column's place in it.
    pub production: (&'a TableSample, Option<usize>),
    /// The place of the entity's key in both samples, where rows of one entity repeat.
    pub entity: Option<usize>,
}

impl Source<'_> {
    fn numbers(&self, table: (&TableSample, Option<usize>)) -> Vec<f64> {
        let Some(column) = table.1 else { return Vec::new() };
        let cells = table.0.cells(column);
        let reading = |decimal_comma| Reading { decimal_comma, ..self.reading };
        cells.filter_map(|(cell, comma)| cell.number(reading(comma)).value()).collect()
    }

    /// Whether a number is held by [`ATOM_OWNERS`] entities or more: what one entity brings along with each of its rows
    /// is its own, not a value that rows have in common.
    fn is_shared(&self, value: f64) -> bool {
        let Some(entity) = self.entity else { return true };
        let mut owners = BTreeSet::new();
        [self.reference, self.production].into_iter().any(|(sample, column)| {
            let Some(column) = column else { return false };
            let mut cells = sample.cells(column).zip(sample.cells(entity));
            cells.any(|((cell, decimal_comma), (key, _))| {
                let reading = Reading { decimal_comma, ..self.reading };
                if cell.number(reading).value() == Some(value)
                    && let Some(key) = key.name()
                {
                    owners.insert(key.into_owned());
                }
                owners.len() >= ATOM_OWNERS
            })
        })
    }

    fn measures(
        &self,
        table: (&TableSample, Option<usize>),
        measure: fn(&[u8]) -> usize,
    ) -> Vec<f64> {
        let Some(column) = table.1 else { return Vec::new() };
        let cells = table.0.cells(column);
        cells
            .filter_map(|(cell, _)| cell.name().map(|text| measure(&text) as f64))
            .collect()
    }

    fn names(&self, table: (&TableSample, Option<usize>)) -> BTreeMap<Vec<u8>, u64> {
        let mut counts: BTreeMap<Vec<u8>, u64> = BTreeMap::new();
        if let Some(column) = table.1 {
            for (cell, _) in table.0.cells(column) {
                let Some(name) = cell.name() else { continue };
                match counts.get_mut(name.as_ref()) {
                    Some(count) => *count += 1,
                    None => {
                        counts.insert(name.into_owned(), 1);
                    }
                }
            }
        }
        counts
    }

    fn has_hours(&self) -> bool {
        let Some(column) = self.reference.1 else { return false };
        let mut cells = self.reference.0.cells(column);
        cells.any(|(cell, _)| {
            cell.time(self.reading)
                .value()
                .is_some_and(|t| t.rem_euclid(86_400_000_000) != 0)
        })
    }

    fn coder(
        &self,
        derived: &str,
        rule: Rule,
        layout: Layout,
        titles: Vec<CodeTitle>,
    ) -> ColumnCoder {
        let name = if derived.is_empty() {
            self.name.to_owned()
        } else {
            format!("{} ({derived})", self.name)
        };
        ColumnCoder {
            name,
            source: self.name.to_owned(),
            kind: self.kind,
            role: self.role.clone(),
            reading: self.reading,
            rule,
            sum_unit: 0,
            layout,
            titles,
        }
    }

    fn numeric(
        &self,
        derived: &str,
        make_rule: fn(Cuts) -> Rule,
        reference: Vec<f64>,
        production: Vec<f64>,
    ) -> ColumnCoder {
        let largest = reference.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
        let is_shared = |value: f64| !derived.is_empty() || self.is_shared(value);
        let (cuts, layout, titles) = cut(reference, production, is_shared);
        let coder = self.coder(derived, make_rule(cuts), layout, titles);
        ColumnCoder { sum_unit: unit_for_scale(largest), ..coder }
    }

    /// The coders of the column: one, or several for times and texts, or none for keys.
    #[must_use]
    pub fn coders(&self) -> Vec<ColumnCoder> {
        match self.kind {
            Kind::Number | Kind::Integer => vec![self.numeric(
                "",
                Rule::Number,
                self.numbers(self.reference),
                self.numbers(self.production),
            )],
            Kind::Boolean => {
                let order = vec![(0, BinKind::Category), (1, BinKind::Category), MISSING];
                let layout = Layout { order, ordered: false };
                vec![self.coder(
                    "",
                    Rule::Truth,
                    layout,
                    titles(["no", "yes", "missing"]),
                )]
            }
            Kind::Category => vec![self.category()],
            Kind::Identifier => Vec::new(),
            Kind::Time => self.clock(),
            Kind::Text => {
                [("length", character_count as fn(&[u8]) -> usize), ("words", word_count)]
                    .into_iter()
                    .map(|(derived, measure)| {
                        let rule =
                            if derived == "length" { Rule::Length } else { Rule::Words };
                        self.numeric(
                            derived,
                            rule,
                            self.measures(self.reference, measure),
                            self.measures(self.production, measure),
                        )
                    })
                    .collect()
            }
        }
    }

    /// Hour of the day and, but for the time axis, day of the week. The month is left out: before and after
    /// a launch are different months by definition, and every column like that would be called drift.
    fn clock(&self) -> Vec<ColumnCoder> {
        let mut coders = Vec::new();
        let of = |codes: u8| {
            let mut order: Vec<_> =
                (0..codes).map(|own| (own, BinKind::Category)).collect();
            order.push(MISSING);
            Layout { order, ordered: false }
        };
        if self.has_hours() {
            let hours = (0..24).map(|hour| format!("{hour:02}:00"));
            let named = titles(hours.chain(["missing".to_owned()]));
            coders.push(self.coder("hour", Rule::Hour, of(24), named));
        }
        if self.role != Role::Time {
            let days =
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
            let named = titles(days.into_iter().chain(["Sunday", "missing"]));
            coders.push(self.coder("weekday", Rule::Weekday, of(7), named));
        }
        coders
    }

    fn category(&self) -> ColumnCoder {
        let known = self.names(self.reference);
        let live = self.names(self.production);
        let live_rows: u64 = live.values().sum();
        let mut by_count: Vec<(&Vec<u8>, u64)> =
            known.iter().map(|(n, c)| (n, *c)).collect();
        by_count.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let mut fresh: Vec<(&Vec<u8>, u64)> = live
            .iter()
            .filter(|(name, count)| {
                !known.contains_key(*name)
                    && **count as f64 >= NEW_CATEGORY_SHARE * live_rows as f64
            })
            .map(|(name, count)| (name, *count))
            .collect();
        fresh.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        fresh.truncate(usize::from(code::NEW_LAST - code::NEW_FIRST) + 1);

        let mut entries = Vec::new();
        let mut order = Vec::new();
        let mut named = Vec::new();
        let listed = by_count.iter().take(CATEGORY_LIMIT).zip(0_u8..);
        let listed = listed.map(|((name, _), own)| (*name, own, BinKind::Category));
        let news = fresh.iter().zip(code::NEW_FIRST..);
        let news = news.map(|((name, _), own)| (*name, own, BinKind::New));
        for (name, own, kind) in listed.chain(news) {
            entries.push((name.clone(), own));
            order.push((own, kind));
            named.push(String::from_utf8_lossy(name).into_owned());
        }
        let rare = by_count.iter().skip(CATEGORY_LIMIT);
        entries.extend(rare.map(|(name, _)| ((*name).clone(), code::OTHER)));
        if by_count.len() > CATEGORY_LIMIT {
            order.push((code::OTHER, BinKind::Other));
            named.push("other".to_owned());
        }
        order.extend([(code::UNSEEN, BinKind::Unseen), MISSING]);
        named.extend(["never seen before".to_owned(), "missing".to_owned()]);
        let rule = Rule::Name(NameIndex::new(entries, code::UNSEEN));
        self.coder("", rule, Layout { order, ordered: false }, titles(named))
    }
}

const MISSING: (u8, BinKind) = (code::NULL, BinKind::Missing);

fn titles(words: impl IntoIterator<Item = impl Into<String>>) -> Vec<CodeTitle> {
    let title = |words: String| CodeTitle { title: words, low: None, high: None };
    words.into_iter().map(|words| title(words.into())).collect()
}

/// Cuts a number: every value when there are few, else single values that are common, and equal-mass ranges.
fn cut(
    mut reference: Vec<f64>,
    production: Vec<f64>,
    is_shared: impl Fn(f64) -> bool,
) -> (Cuts, Layout, Vec<CodeTitle>) {
    order::sort(&mut reference);
    let known = runs(&reference);
    let few = known.len() <= ATOM_LIMIT;
    let mut atoms: Vec<f64> = if few {
        known.iter().map(|(value, _)| *value).collect()
    } else {
        let mut own = common(&known, reference.len());
        own.retain(|value| is_shared(*value));
        own
    };
    let mut live = production;
    order::sort(&mut live);
    for value in common(&runs(&live), live.len()) {
        if atoms.len() < ATOM_LIMIT + 8 && !atoms.contains(&value) && is_shared(value) {
            atoms.push(value);
        }
    }
    atoms.sort_unstable_by(f64::total_cmp);
    let rest: Vec<f64> = if few {
        Vec::new()
    } else {
        let is_atom =
            |value: &f64| atoms.binary_search_by(|a| a.total_cmp(value)).is_ok();
        reference.iter().copied().filter(|value| !is_atom(value)).collect()
    };

    let mut edges = equal_mass_edges(&rest);
    let minimum = reference.first().copied();
    let maximum = reference.last().copied();
    if let (Some(first), Some(low)) = (edges.first_mut(), minimum) {
        *first = first.min(low);
    }
    let high_cut = maximum.map(next_above);
    let mut cuts: Vec<f64> =
        edges.iter().copied().chain(minimum).chain(high_cut).collect();
    cuts.extend(&atoms);
    cuts.sort_unstable_by(f64::total_cmp);
    cuts.dedup();

    let atom_code = |value: f64| {
        let at = atoms.binary_search_by(|a| a.total_cmp(&value)).ok()?;
        u8::try_from(at).ok()
    };
    let first_range = u8::try_from(atoms.len()).unwrap_or(0);
    let range_code = |value: f64| {
        let above = edges.partition_point(|edge| *edge <= value);
        if above == 0 {
            code::UNSEEN
        } else {
            first_range + u8::try_from(above - 1).unwrap_or(0)
        }
    };
    let code_from = |value: f64| match (minimum, high_cut) {
        (Some(low), _) if value < low => code::LOW,
        (_, Some(high)) if value >= high => code::HIGH,
        _ => range_code(value),
    };
    let lowest = if minimum.is_some() { code::LOW } else { code::UNSEEN };
    let intervals: Vec<u8> =
        std::iter::once(lowest).chain(cuts.iter().map(|cut| code_from(*cut))).collect();
    let own_atoms: Vec<Option<u8>> = cuts.iter().map(|cut| atom_code(*cut)).collect();

    let mut placed: Vec<(f64, u8, BinKind, CodeTitle)> = Vec::new();
    for (own, value) in atoms.iter().enumerate() {
        let title = CodeTitle { title: String::new(), low: Some(*value), high: None };
        placed.push((*value, u8::try_from(own).unwrap_or(0), BinKind::Value, title));
    }
    for (number, low) in edges.iter().enumerate() {
        let high = edges.get(number + 1).copied().or(maximum);
        let title = CodeTitle { title: String::new(), low: Some(*low), high };
        let own = first_range + u8::try_from(number).unwrap_or(0);
        // A range starts right after a single value at its edge.
        placed.push((next_above(*low), own, BinKind::Range, title));
    }
    if let (Some(low), Some(high)) = (minimum, maximum) {
        let below = CodeTitle { title: String::new(), low: None, high: Some(low) };
        let above = CodeTitle { title: String::new(), low: Some(high), high: None };
        let from = placed.iter().map(|p| p.0).fold(low, f64::min);
        placed.push((
            if from < low { low } else { f64::NEG_INFINITY },
            code::LOW,
            BinKind::Low,
            below,
        ));
        placed.push((next_above(high), code::HIGH, BinKind::High, above));
    }
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut order: Vec<(u8, BinKind)> = placed.iter().map(|p| (p.1, p.2)).collect();
    let mut named: Vec<CodeTitle> = placed.into_iter().map(|p| p.3).collect();
    if intervals.contains(&code::UNSEEN) {
        order.push((code::UNSEEN, BinKind::Unseen));
        named.extend(titles(["never seen before"]));
    }
    order.push(MISSING);
    named.extend(titles(["missing"]));
    (Cuts { cuts, intervals, atoms: own_atoms }, Layout { order, ordered: true }, named)
}

/// Distinct values of a sorted slice with their counts. −0 and 0 are one value.
fn runs(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match runs.last_mut() {
            Some((last, count)) if *last == *value => *count += 1,
            _ => runs.push((*value, 1)),
        }
    }
    runs
}

/// Values with at least [`ATOM_SHARE`] of the rows, the most common [`ATOM_LIMIT`].
fn common(runs: &[(f64, usize)], row_count: usize) -> Vec<f64> {
    let mut common: Vec<(f64, usize)> = runs
        .iter()
        .copied()
        .filter(|(_, count)| *count as f64 >= ATOM_SHARE * row_count as f64)
        .collect();
    common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.total_cmp(&b.0)));
    common.truncate(ATOM_LIMIT);
    common.into_iter().map(|(value, _)| value).collect()
}

/// Lower edges of [`RANGE_COUNT`] ranges of equal mass, without repeats; empty without values.
fn equal_mass_edges(sorted: &[f64]) -> Vec<f64> {
    let mut edges: Vec<f64> = (0..RANGE_COUNT)
        .filter_map(|range| sorted.get(range * sorted.len() / RANGE_COUNT).copied())
        .collect();
    edges.dedup();
    edges
}

/// The next larger number.
fn next_above(value: f64) -> f64 {
    value.next_up()
}
