//! A column's distribution cut into few bars that a query can count again. Enter: the report's bins of the reference.
//! Leave: at most [`NUMBER_BARS`] ranges or [`NAME_BARS`] names, each with the reference's share and the test that
//! tells whether a value is in it. Used for the reference's own noise and for the alerts, so that both speak of the
//! same distance.

use crate::choices::Kind;
use crate::report::{Bin, BinKind, Test};

/// Ranges of a number, missing left out: enough to see a shift, few enough that a week fills each.
pub const NUMBER_BARS: usize = 10;
/// Names that get a bar of their own; the others together have one more.
pub const NAME_BARS: usize = 20;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// Who is in it.
    pub test: Test,
    /// Places in the list of bins.
    pub bins: Vec<usize>,
    /// Share of reference rows, 0–1.
    pub share: f64,
}

/// The bars of a column; empty when its bins cannot be told apart outside (dates, parts of a date, free text).
#[must_use]
pub fn bars(bins: &[Bin], kind: Kind) -> Vec<Bar> {
    let total: u64 = bins.iter().map(|bin| bin.reference).sum();
    if total == 0 {
        return Vec::new();
    }
    let mut bars = match kind {
        Kind::Number | Kind::Integer => ranges(bins, total),
        Kind::Category | Kind::Identifier => names(bins),
        Kind::Boolean => truths(bins),
        Kind::Time | Kind::Text => Vec::new(),
    };
    if bars.is_empty() {
        return bars;
    }
    let missing = places(bins, |bin| bin.kind == BinKind::Missing);
    if !missing.is_empty() {
        bars.push(Bar { test: Test::Missing, bins: missing, share: 0.0 });
    }
    for bar in &mut bars {
        let rows: u64 =
            bar.bins.iter().filter_map(|at| bins.get(*at)).map(|bin| bin.reference).sum();
        bar.share = rows as f64 / total as f64;
    }
    bars
}

/// Rows by bar from rows by bin.
#[must_use]
pub fn gather(bars: &[Bar], rows_by_bin: &[u64]) -> Vec<f64> {
    let rows = |bar: &Bar| -> u64 {
        bar.bins.iter().filter_map(|at| rows_by_bin.get(*at)).sum()
    };
    bars.iter().map(|bar| rows(bar) as f64).collect()
}

/// Half the sum of differences between shares: 0 when they agree, 1 when they share nothing. Rows outside of all bars
/// count as moved.
#[must_use]
pub fn distance(bars: &[Bar], rows_by_bar: &[f64], rows: f64) -> f64 {
    if rows <= 0.0 {
        return 0.0;
    }
    let inside: f64 = rows_by_bar.iter().sum();
    let apart: f64 = bars
        .iter()
        .zip(rows_by_bar)
        .map(|(bar, own)| (own / rows - bar.share).abs())
        .sum();
    0.5 * (apart + (rows - inside).max(0.0) / rows)
}

fn places(bins: &[Bin], keep: impl Fn(&Bin) -> bool) -> Vec<usize> {
    bins.iter().enumerate().filter(|(_, bin)| keep(bin)).map(|(at, _)| at).collect()
}

fn ranges(bins: &[Bin], total: u64) -> Vec<Bar> {
    let mut groups: Vec<(Option<f64>, Vec<usize>)> = Vec::new();
    let (mut gathered, mut last_value) = (0_u64, None);
    let mut reach = f64::NEG_INFINITY;
    for (at, bin) in bins.iter().enumerate() {
        let own = matches!(
            bin.kind,
            BinKind::Value | BinKind::Range | BinKind::Low | BinKind::High
        );
        if !own {
            continue;
        }
        let reached = gathered * NUMBER_BARS as u64 / total;
        // A range behind a single value leaves the value out, and so does one around it, which no simple test says: they
        // stay together.
        let can_part = bin.low.is_some_and(|low| low >= reach) && bin.low != last_value;
        if groups.is_empty()
            || (can_part && groups.len() < NUMBER_BARS && reached >= groups.len() as u64)
        {
            groups.push((bin.low, Vec::new()));
        }
        if let Some((_, group)) = groups.last_mut() {
            group.push(at);
        }
        gathered += bin.reference;
        last_value = bin.low.filter(|_| bin.kind == BinKind::Value);
        reach = reach.max(bin.high.unwrap_or(f64::NEG_INFINITY));
    }
    let starts: Vec<Option<f64>> = groups.iter().map(|(low, _)| *low).collect();
    let count = groups.len();
    groups
        .into_iter()
        .enumerate()
        .map(|(at, (low, places))| Bar {
            test: Test::Range {
                low: low.filter(|_| at > 0),
                high: starts.get(at + 1).copied().flatten().filter(|_| at + 1 < count),
                high_inclusive: false,
            },
            bins: places,
            share: 0.0,
        })
        .collect()
}

fn names(bins: &[Bin]) -> Vec<Bar> {
    let mut named = places(bins, |bin| bin.kind == BinKind::Category);
    let rows = |at: &usize| bins.get(*at).map_or(0, |bin| bin.reference);
    named.sort_by(|a, b| rows(b).cmp(&rows(a)).then(a.cmp(b)));
    let rest = named.split_off(named.len().min(NAME_BARS));
    let title = |at: &usize| bins.get(*at).map(|bin| bin.title.clone());
    let titles: Vec<String> = named.iter().filter_map(title).collect();
    let mut bars: Vec<Bar> = named
        .into_iter()
        .zip(&titles)
        .map(|(at, title)| Bar {
            test: Test::Names(vec![title.clone()]),
            bins: vec![at],
            share: 0.0,
        })
        .collect();
    if bars.is_empty() {
        return bars;
    }
    let mut others = places(bins, |bin| {
        matches!(bin.kind, BinKind::Other | BinKind::New | BinKind::Unseen)
    });
    others.extend(rest);
    bars.push(Bar { test: Test::OtherThan(titles), bins: others, share: 0.0 });
    bars
}

fn truths(bins: &[Bin]) -> Vec<Bar> {
    let plain = places(bins, |bin| bin.kind != BinKind::Missing);
    plain
        .into_iter()
        .filter_map(|at| {
            let yes = match bins.get(at)?.title.as_str() {
                "yes" => true,
                "no" => false,
                _ => return None,
            };
            Some(Bar { test: Test::Truth(yes), bins: vec![at], share: 0.0 })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(kind: BinKind, title: &str, low: Option<f64>, reference: u64) -> Bin {
        Bin {
            title: title.to_owned(),
            kind,
            low,
            high: None,
            reference,
            production: 0,
            reference_loss: None,
            production_loss: None,
        }
    }

    #[test]
    fn a_number_becomes_ranges_that_cover_the_line() {
        let mut bins = vec![bin(BinKind::Low, "", None, 0)];
        bins.extend((0..40).map(|at| {
            let low = f64::from(at);
            bin(BinKind::Range, "", Some(low), 25)
        }));
        bins.push(bin(BinKind::High, "", Some(40.0), 0));
        bins.push(bin(BinKind::Missing, "missing", None, 0));
        let made = bars(&bins, Kind::Number);
        assert_eq!(made.len(), NUMBER_BARS + 1);
        assert!((made.iter().map(|bar| bar.share).sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(matches!(made[0].test, Test::Range { low: None, high: Some(_), .. }));
        assert!(matches!(made[9].test, Test::Range { low: Some(_), high: None, .. }));
        assert_eq!(made[10].test, Test::Missing);
    }

    #[test]
    fn a_range_behind_its_value_is_not_parted_from_it() {
        let bins = [
            bin(BinKind::Value, "", Some(0.0), 900),
            bin(BinKind::Range, "", Some(0.0), 50),
            bin(BinKind::Range, "", Some(5.0), 50),
        ];
        let made = bars(&bins, Kind::Number);
        assert_eq!(made.len(), 2);
        assert_eq!(made[0].bins, [0, 1]);
    }

    #[test]
    fn rare_and_new_names_share_a_bar() {
        let mut bins: Vec<Bin> = (0..25)
            .map(|at| bin(BinKind::Category, &format!("n{at}"), None, 100 - at))
            .collect();
        bins.push(bin(BinKind::New, "fresh", None, 0));
        let made = bars(&bins, Kind::Category);
        assert_eq!(made.len(), NAME_BARS + 1);
        assert_eq!(made[20].bins.len(), 6);
        let truths =
            [bin(BinKind::Value, "no", None, 3), bin(BinKind::Value, "yes", None, 1)];
        assert_eq!(bars(&truths, Kind::Boolean)[1].test, Test::Truth(true));
    }

    #[test]
    fn distance_counts_what_moved() {
        let bins = [
            bin(BinKind::Category, "a", None, 50),
            bin(BinKind::Category, "b", None, 50),
        ];
        let made = bars(&bins, Kind::Category);
        let of = |rows: &[u64]| {
            let all: u64 = rows.iter().sum();
            distance(&made, &gather(&made, rows), all as f64)
        };
        assert!((of(&[50, 50]) - 0.0).abs() < 1e-12);
        assert!((of(&[80, 20]) - 0.3).abs() < 1e-12);
        assert!((of(&[100, 0]) - 0.5).abs() < 1e-12);
    }
}
