//! Small groups. Enter: a report as analysed; leaves: one without a group of fewer than ten rows, and how many groups
//! were merged or hidden. Bars are merged with their neighbours or with "other", points of curves are thinned out,
//! segments and periods are dropped, single values (smallest and largest) give way to quantiles, and where a
//! sentence says so few rows it says "fewer than 10".

use std::collections::BTreeSet;

use super::histograms::together;
use super::walk::each_sentence;
use crate::choices::TableRole;
use crate::report::{Bin, BinKind, Period, Report, ScoreReport};

/// Groups with fewer rows are not shown (rows).
pub const LEAST_ROWS: u64 = 10;
/// In place of the names of hidden values.
const RARE: &str = "a rare value";

const fn is_small(rows: u64) -> bool {
    rows > 0 && rows < LEAST_ROWS
}

/// Hides small groups; returns how many. `None` when it cannot be done; the report must not be shared then.
#[must_use]
pub fn hide(r: &mut Report) -> Option<u64> {
    let mut hidden = 0;
    let mut rare = BTreeSet::new();
    for column in &mut r.columns {
        let names = matches!(
            column.kind,
            crate::choices::Kind::Category | crate::choices::Kind::Text
        );
        hidden += bins(&mut column.bins, names.then_some(&mut rare));
        for own in [&mut column.reference_numbers, &mut column.production_numbers]
            .into_iter()
            .flatten()
        {
            let [low, .., high] = own.quantiles;
            (own.minimum, own.maximum) = (low, high);
        }
    }
    let rows_of = |role: TableRole, r: &Report| {
        r.inputs.tables.iter().find(|own| own.role == role).map_or(0, |own| own.rows)
    };
    let (before, after) =
        (rows_of(TableRole::Reference, r), rows_of(TableRole::Production, r));
    for slices in [&mut r.slices.grew, &mut r.slices.worse] {
        let all = slices.len();
        slices.retain(|own| {
            let reference = (own.reference_share * before as f64).round() as u64;
            let production = (own.production_share * after as f64).round() as u64;
            !is_small(own.production_rows)
                && !is_small(reference)
                && !is_small(production)
        });
        hidden += (all - slices.len()) as u64;
    }
    for kpi in &mut r.kpis {
        let all = kpi.slices.len();
        kpi.slices.retain(|own| own.production_rows >= LEAST_ROWS);
        hidden += (all - kpi.slices.len()) as u64;
    }
    hidden += periods(&mut r.series);
    if let Some(own) = r.what_if.take() {
        let merged = crate::what_if::merged(&own, crate::what_if::bins(&own), LEAST_ROWS);
        hidden += (own.edges.len() - merged.edges.len().min(own.edges.len())) as u64;
        r.what_if = (!merged.populations.is_empty()).then_some(merged);
    }
    if let Some(scores) = &mut r.scores {
        hidden += pictures(scores, before, after);
    }
    each_sentence(r, &mut |text| {
        for own in &rare {
            for (open, close) in [("“", "”"), (" ", " "), (" ", "."), (" ", ",")] {
                let found = format!("{open}{own}{close}");
                if text.contains(&found) {
                    let close = if close == "”" { "" } else { close };
                    let open = if open == "“" { "" } else { open };
                    *text = text.replace(&found, &format!("{open}{RARE}{close}"));
                }
            }
        }
        few_rows(text);
    })?;
    Some(hidden)
}

/// Merges small bars: a range with its neighbour, a value by name with "other". Bars without rows stay.
fn bins(list: &mut Vec<Bin>, mut rare: Option<&mut BTreeSet<String>>) -> u64 {
    let small = |own: &Bin| is_small(own.reference) || is_small(own.production);
    let ordered = |own: &Bin| {
        matches!(own.kind, BinKind::Range | BinKind::Value | BinKind::Low | BinKind::High)
    };
    let mut hidden = 0;
    while let Some(at) = list.iter().position(small) {
        let Some(own) = list.get(at).cloned() else { break };
        let neighbours = [at.checked_sub(1), Some(at + 1)];
        let beside = neighbours
            .into_iter()
            .flatten()
            .find(|to| ordered(&own) && list.get(*to).is_some_and(ordered));
        let to = beside.or_else(|| {
            list.iter().position(|other| {
                matches!(other.kind, BinKind::Other | BinKind::Unseen) && *other != own
            })
        });
        let to = to.or_else(|| {
            // No bar for the rest: the smallest other one by name becomes it.
            (0..list.len())
                .filter(|to| {
                    *to != at && list.get(*to).is_some_and(|other| !ordered(other))
                })
                .min_by_key(|to| {
                    list.get(*to).map_or(0, |other| other.reference + other.production)
                })
        });
        hidden += 1;
        if matches!(own.kind, BinKind::Category | BinKind::New)
            && let Some(rare) = &mut rare
        {
            rare.insert(own.title.clone());
        }
        let Some(other) = to.and_then(|to| list.get_mut(to)) else {
            // Nothing to merge with: these rows are not shown.
            list.remove(at);
            continue;
        };
        if ordered(other) && ordered(&own) {
            let low = other.low.zip(own.low).map(|(a, b)| a.min(b));
            let high = other.high.zip(own.high).map(|(a, b)| a.max(b));
            let (first, second) = if to.is_some_and(|to| to < at) {
                (&*other, &own)
            } else {
                (&own, &*other)
            };
            let title = format!("{} and {}", first.title, second.title);
            let title = match (low, high) {
                (Some(low), Some(high)) => format!(
                    "{} – {}",
                    crate::story::number::quantity(low),
                    crate::story::number::quantity(high)
                ),
                _ => title,
            };
            (other.low, other.high, other.title) = (low, high, title);
        } else if !matches!(
            other.kind,
            BinKind::Other | BinKind::Unseen | BinKind::Missing
        ) {
            if let Some(rare) = &mut rare {
                rare.insert(other.title.clone());
            }
            "other".clone_into(&mut other.title);
            other.kind = BinKind::Other;
        }
        other.reference_loss = mean(
            other.reference_loss,
            other.reference,
            own.reference_loss,
            own.reference,
        );
        other.production_loss = mean(
            other.production_loss,
            other.production,
            own.production_loss,
            own.production,
        );
        other.reference += own.reference;
        other.production += own.production;
        list.remove(at);
    }
    hidden
}

fn mean(a: Option<f64>, of_a: u64, b: Option<f64>, of_b: u64) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let rows = (of_a + of_b).max(1) as f64;
            Some((a * of_a as f64 + b * of_b as f64) / rows)
        }
        (a, None) if !is_small(of_a) => a,
        (None, b) if !is_small(of_b) => b,
        _ => None,
    }
}

fn periods(series: &mut Vec<Period>) -> u64 {
    let all = series.len();
    series.retain(|own| own.rows >= LEAST_ROWS);
    let mut hidden = (all - series.len()) as u64;
    for own in series {
        if is_small(own.labelled_rows) {
            own.labelled_rows = 0;
            own.metric = None;
            own.metric_interval = None;
            own.label_rate = None;
            hidden += 1;
        }
    }
    hidden
}

fn pictures(own: &mut ScoreReport, before: u64, after: u64) -> u64 {
    let mut hidden = 0;
    for points in [&mut own.reference_calibration, &mut own.production_calibration] {
        while let Some(at) = points.iter().position(|point| is_small(point.2)) {
            hidden += 1;
            let from = at.saturating_sub(1);
            let to = if at == 0 { 1 } else { at };
            let Some(pair) = points.get(from..=to).filter(|_| points.len() > 1) else {
                points.clear();
                break;
            };
            let merged = together(pair);
            points.splice(from..=to, merged);
        }
    }
    // Bars of the histogram: as long as one is too small, it joins its neighbour, in both tables alike.
    let rows = |share: f64, of: u64| (share * of as f64).round() as u64;
    loop {
        let pairs = own.reference_histogram.iter().zip(&own.production_histogram);
        let small = pairs.into_iter().position(|(reference, production)| {
            is_small(rows(*reference, before)) || is_small(rows(*production, after))
        });
        let Some(at) = small else { break };
        if own.reference_histogram.len() < 2 {
            own.edges.clear();
            own.reference_histogram.clear();
            own.production_histogram.clear();
            break;
        }
        hidden += 1;
        let from = at.min(own.reference_histogram.len() - 2);
        for list in [&mut own.reference_histogram, &mut own.production_histogram] {
            let taken = list.remove(from);
            if let Some(next) = list.get_mut(from) {
                *next += taken;
            }
        }
        own.edges.remove(from + 1);
    }
    for (points, rows) in [
        (&mut own.reference_roc, before),
        (&mut own.production_roc, after),
        (&mut own.reference_precision_recall, before),
        (&mut own.production_precision_recall, after),
    ] {
        // Between two points lie this many rows on average; each step of a curve is a group.
        let most = usize::try_from(rows / (2 * LEAST_ROWS)).unwrap_or(usize::MAX).max(2);
        if points.len() > most {
            hidden += 1;
            let step = points.len().div_ceil(most);
            let last = points.last().copied();
            *points = points.iter().copied().step_by(step).collect();
            points.extend(last.filter(|last| points.last() != Some(last)));
        }
    }
    hidden
}

/// "3 rows" becomes "fewer than 10 rows".
fn few_rows(text: &mut String) {
    for count in 1..LEAST_ROWS {
        for noun in ["row", "rows", "labelled row", "labelled rows", "production rows"] {
            let found = format!("{count} {noun}");
            let mut from = 0;
            while let Some(at) = text.get(from..).and_then(|rest| rest.find(&found)) {
                let at = from + at;
                let before = text.get(..at).and_then(|own| own.chars().next_back());
                let after =
                    text.get(at + found.len()..).and_then(|own| own.chars().next());
                let whole = before.is_none_or(|own| own.is_whitespace() || own == '(')
                    && after.is_none_or(|own| !own.is_alphanumeric());
                if whole {
                    let noun = noun.trim_end_matches('s');
                    let words = format!("fewer than {LEAST_ROWS} {noun}s");
                    text.replace_range(at..at + found.len(), &words);
                    from = at + words.len();
                } else {
                    from = at + found.len();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bin(title: &str, kind: BinKind, reference: u64, production: u64) -> Bin {
        Bin { title: title.to_owned(), kind, reference, production, ..Bin::default() }
    }

    #[test]
    fn small_bars_are_merged_and_no_row_is_lost() {
        let mut list = vec![
            bin("a", BinKind::Category, 100, 90),
            bin("b", BinKind::Category, 20, 3),
            bin("c", BinKind::New, 0, 4),
            bin("other", BinKind::Other, 8, 5),
        ];
        let mut rare = BTreeSet::new();
        assert!(bins(&mut list, Some(&mut rare)) >= 2);
        assert!(
            list.iter().all(|own| !is_small(own.reference) && !is_small(own.production))
        );
        assert_eq!(list.iter().map(|own| own.reference).sum::<u64>(), 128);
        assert_eq!(list.iter().map(|own| own.production).sum::<u64>(), 102);
        assert!(rare.contains("b") && rare.contains("c"));
        let mut ranges = vec![
            Bin {
                low: Some(0.0),
                high: Some(1.0),
                ..bin("0 – 1", BinKind::Range, 40, 50)
            },
            Bin {
                low: Some(1.0),
                high: Some(2.0),
                ..bin("1 – 2", BinKind::Range, 4, 50)
            },
        ];
        bins(&mut ranges, None);
        assert_eq!(ranges.len(), 1);
        assert_eq!(ranges[0].high, Some(2.0));
    }

    #[test]
    fn few_rows_are_not_counted_out() {
        let mut text = "It was 3 rows, 1 row and 13 rows (4 rows).".to_owned();
        few_rows(&mut text);
        assert_eq!(
            text,
            "It was fewer than 10 rows, fewer than 10 rows and 13 rows (fewer than 10 rows)."
        );
    }
}
