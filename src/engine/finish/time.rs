//! When: the series by period, and the change point. Enter: days and periods of both tables. Leave: the
//! report's series and the change point named as a date.

use std::collections::BTreeMap;
use std::ops::Range;

use super::columns::{counts, counts_from};
use crate::choices::{TableRole, Task};
use crate::data::moment::format_iso_date;
use crate::drift::Bins;
use crate::engine::measure::compare::{Day, PeriodCounts};
use crate::engine::pipeline::Analysis;
use crate::metric::MetricId;
use crate::onset::{self, Point, Shape};
use crate::report::{ChangeKind, ChangePoint, MetricChange, Period};
use crate::stats::rank::{self, ScoreCount};
use crate::stats::{math, special};
use crate::story::change::{self, ChangeFacts, change_point_sentence};

/// Periods a series is cut into at most; with 30 a step of four standard errors is named right 98 times of
/// 100, and weeks of a year still fit.
const PERIODS: usize = 40;

/// Rows a period should have.
const PERIOD_ROWS: u64 = 120;

/// Days a step is searched around the coarse period.
const MICROS_A_DAY: i64 = 86_400_000_000;

/// Days before launch on which a change is that of launch.
const LAUNCH_DAYS: i32 = 3;

/// Columns followed day by day at most.
const GAINED_COLUMNS: usize = 6;

/// Distance from which a column is worth following day by day, 0–1.
const GAINED_MOVED: f64 = 0.03;

/// The columns that moved most, each with the codes that gained rows: the share of rows in them shows the
/// day on which a column changed far more sharply than the metric does.
#[must_use]
pub fn gained(analysis: &Analysis, followed: &[usize]) -> Vec<(usize, Vec<bool>)> {
    let mut ranked = Vec::new();
    for coder in followed {
        let of = |role| {
            let totals = counts(analysis, role, *coder).totals();
            let rows = totals.iter().sum::<u64>().max(1) as f64;
            totals.into_iter().map(move |count| count as f64 / rows).collect::<Vec<f64>>()
        };
        let (before, after) = (of(TableRole::Reference), of(TableRole::Production));
        let gains = before.iter().zip(&after).map(|(p, q)| q > p).collect();
        let moved: f64 = before.iter().zip(&after).map(|(p, q)| (q - p).max(0.0)).sum();
        if moved >= GAINED_MOVED {
            ranked.push((moved, *coder, gains));
        }
    }
    ranked.sort_by(|a: &(f64, usize, Vec<bool>), b| {
        b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
    });
    ranked
        .into_iter()
        .take(GAINED_COLUMNS)
        .map(|(_, coder, gains)| (coder, gains))
        .collect()
}

/// First days of the periods of a table, and one past its last day; empty without time.
#[must_use]
pub fn period_edges(days: &BTreeMap<i32, u64>) -> Vec<i32> {
    let Some((first, rows)) = rows_a_day(days) else { return Vec::new() };
    let periods = onset::periods(&rows, PERIODS, PERIOD_ROWS);
    let day = |at: usize| first.saturating_add(i32::try_from(at).unwrap_or(i32::MAX));
    let mut edges: Vec<i32> = periods.iter().map(|period| day(period.start)).collect();
    edges.extend(periods.last().map(|period| day(period.end)));
    edges
}

/// Days that stand alone, far from all others, would stretch the series over empty years: the series keeps
/// the shortest stretch with 99.9 % of the rows on either side.
fn rows_a_day(days: &BTreeMap<i32, u64>) -> Option<(i32, Vec<u64>)> {
    let total: u64 = days.values().sum();
    let strays = total / 2_000;
    let mut before = 0;
    let first = *days
        .iter()
        .find(|(_, rows)| {
            before += **rows;
            before > strays
        })?
        .0;
    let mut after = 0;
    let last = *days
        .iter()
        .rev()
        .find(|(_, rows)| {
            after += **rows;
            after > strays
        })?
        .0;
    let length = usize::try_from(i64::from(last) - i64::from(first) + 1).ok()?;
    let mut rows = vec![0; length];
    for (day, count) in days.range(first..=last) {
        let at = usize::try_from(day - first).ok();
        if let Some(slot) = at.and_then(|at| rows.get_mut(at)) {
            *slot += count;
        }
    }
    Some((first, rows))
}

fn date(day: i32) -> String {
    format_iso_date(i64::from(day) * MICROS_A_DAY)
}

/// One period of one table.
struct Span {
    table: TableRole,
    days: Range<i32>,
    sum: Day,
    counts: PeriodCounts,
}

fn spans(analysis: &Analysis) -> Vec<Span> {
    let mut spans = Vec::new();
    for (role, edges) in &analysis.asked.periods {
        let Some(table) = analysis.compared.table(*role) else { continue };
        for (at, (start, end)) in edges.iter().zip(edges.iter().skip(1)).enumerate() {
            let mut sum = Day::default();
            let mut any = false;
            for day in table.days.range(*start..*end).map(|(_, day)| day) {
                if any {
                    sum.merge(day);
                } else {
                    sum = day.clone();
                    any = true;
                }
            }
            let counts = table.periods.get(at).cloned().unwrap_or_default();
            spans.push(Span { table: *role, days: *start..*end, sum, counts });
        }
    }
    spans
}

/// The headline metric of a mean loss, where it is one.
fn metric_of_mean(id: MetricId, mean: f64) -> Option<f64> {
    match id {
        MetricId::Accuracy => Some(1.0 - mean),
        MetricId::LogLoss | MetricId::Brier | MetricId::ExpectedCost | MetricId::Mae => {
            Some(mean)
        }
        MetricId::Rmse => Some(math::sqrt(mean)),
        _ => None,
    }
}

/// Value and standard error of the metric in a span.
fn metric_in(id: MetricId, span: &Span) -> Option<(f64, f64)> {
    let share = |hits: u64, of: u64| {
        let value = hits as f64 / of as f64;
        (of > 0).then(|| {
            (
                value,
                math::sqrt(
                    value.max(1.0 / of as f64) * (1.0 - value).max(1.0 / of as f64)
                        / of as f64,
                ),
            )
        })
    };
    let [no_no, no_yes, yes_no, yes_yes] = span.sum.confusion;
    match id {
        MetricId::Auc => {
            let cells: Vec<ScoreCount> = span
                .counts
                .scores
                .iter()
                .enumerate()
                .map(|(at, (positives, negatives))| ScoreCount {
                    score: at as f64,
                    positives: u64::from(*positives),
                    negatives: u64::from(*negatives),
                })
                .collect();
            let error = rank::delong_standard_error(&cells)?;
            Some((rank::auc(&cells)?, error.max(1e-6)))
        }
        MetricId::Precision => share(yes_yes, yes_yes + yes_no),
        MetricId::Recall => share(yes_yes, yes_yes + no_yes),
        MetricId::Specificity => share(no_no, no_no + yes_no),
        MetricId::DecisionRate => share(span.sum.decided.1, span.sum.decided.0),
        MetricId::F1 => share(2 * yes_yes, 2 * yes_yes + yes_no + no_yes),
        _ => {
            let cell = &span.sum.cell;
            let mean = cell.mean()?;
            let value = metric_of_mean(id, mean)?;
            let rows = cell.labelled;
            let error = math::sqrt(cell.scatter() / (rows - 1.0).max(1.0) / rows);
            let slope = if id == MetricId::Rmse && mean > 0.0 {
                0.5 / math::sqrt(mean)
            } else {
                1.0
            };
            Some((value, (error * slope).max(1e-9)))
        }
    }
}

/// A followed column: its bins, and the reference's rows in each.
struct Followed {
    bins: Bins,
    reference: Vec<u64>,
}

fn followed_columns(analysis: &Analysis) -> Vec<Option<Followed>> {
    let of = |coder: &usize| {
        let about = analysis.plan.coders.get(*coder)?;
        let reference = counts(analysis, TableRole::Reference, *coder);
        let production = counts(analysis, TableRole::Production, *coder);
        let bins = Bins::for_drift(&about.layout, &reference, &production);
        let reference = bins.gather(&reference).totals;
        Some(Followed { bins, reference })
    };
    analysis.asked.followed.iter().map(of).collect()
}

/// Mean distance of the span's columns from the whole reference, and its rough standard error.
fn drift_in(columns: &[Option<Followed>], span: &Span) -> Option<(f64, f64)> {
    if span.sum.cell.rows < 1.0 {
        return None;
    }
    let (mut sum, mut variance, mut count) = (0.0, 0.0, 0.0);
    for (codes, column) in span.counts.codes.iter().zip(columns) {
        let Some(column) = column else { continue };
        let own = column.bins.gather(&counts_from(codes)).totals;
        let own_rows = own.iter().sum::<u64>() as f64;
        let whole_rows = column.reference.iter().sum::<u64>() as f64;
        if own_rows == 0.0 || whole_rows == 0.0 {
            continue;
        }
        let (mut distance, mut noise, mut spread) = (0.0, 0.0, 0.0);
        for (one, two) in own.iter().zip(&column.reference) {
            let (q, p) = (*one as f64 / own_rows, *two as f64 / whole_rows);
            distance += 0.5 * (p - q).abs();
            let each = p * (1.0 - p) * (1.0 / own_rows + 1.0 / whole_rows);
            noise += 0.5 * math::sqrt(2.0 / std::f64::consts::PI * each);
            spread += 0.25 * (1.0 - 2.0 / std::f64::consts::PI) * each;
        }
        sum += math::sqrt((distance * distance - noise * noise).max(0.0));
        variance += spread;
        count += 1.0;
    }
    (count > 0.0).then(|| (sum / count, math::sqrt(variance).max(1e-6) / count))
}

/// The series of both tables, oldest first, and the change point.
#[must_use]
pub fn over_time(
    analysis: &Analysis,
    headline: &MetricChange,
    id: MetricId,
) -> (Vec<Period>, ChangePoint) {
    let spans = spans(analysis);
    let followed = analysis.asked.followed.len();
    let columns = followed_columns(analysis);
    let z = special::normal_quantile(0.975);
    let mut series: Vec<Period> = spans
        .iter()
        .map(|span| {
            let metric = metric_in(id, span);
            let rows = span.sum.cell.rows;
            let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
            Period {
                table: span.table,
                start: date(span.days.start),
                end: date(span.days.end.saturating_sub(1)),
                rows: rows as u64,
                labelled_rows: span.sum.labelled,
                metric: metric.map(|(value, _)| value),
                metric_interval: metric
                    .map(|(value, error)| (value - z * error, value + z * error)),
                missing: if rows > 0.0 && followed > 0 {
                    span.sum.missing as f64 / (rows * followed as f64)
                } else {
                    0.0
                },
                drift: drift_in(&columns, span).map_or(0.0, |(value, _)| value),
                decision_rate: share(span.sum.decided.1, span.sum.decided.0),
                label_rate: span.sum.label.mean(span.sum.labelled),
                kpis: span.sum.kpis.iter().map(|(count, sum)| sum.mean(*count)).collect(),
            }
        })
        .collect();
    let change = change_point(analysis, headline, id, &spans, &columns);
    series.sort_by(|a, b| a.start.cmp(&b.start).then(a.table.cmp(&b.table)));
    (series, change)
}

fn change_point(
    analysis: &Analysis,
    headline: &MetricChange,
    id: MetricId,
    spans: &[Span],
    columns: &[Option<Followed>],
) -> ChangePoint {
    let of_role = |role| spans.iter().filter(move |span: &&Span| span.table == role);
    let last_reference = of_role(TableRole::Reference).map(|span| span.days.end).max();
    let first_production =
        of_role(TableRole::Production).map(|span| span.days.start).min();
    // Launch lies between the tables when they do not overlap; then a change at launch can be seen too.
    let in_order =
        last_reference.zip(first_production).is_some_and(|(end, start)| end <= start);
    let followed: Vec<&Span> = spans
        .iter()
        .filter(|span| {
            span.table == TableRole::Production
                || (in_order && span.table == TableRole::Reference)
        })
        .collect();
    let has_labels = analysis
        .counted
        .table(TableRole::Production)
        .is_some_and(|table| table.labelled_rows > 0);
    let point = |pair: Option<(f64, f64)>| match pair {
        Some((value, error)) => Point { value, variance: error * error },
        None => Point { value: f64::NAN, variance: f64::NAN },
    };
    let metric = pooled(
        followed.iter().map(|span| point(metric_in(id, span))).collect(),
        followed.iter().map(|span| span.sum.labelled as f64),
    );
    let drift: Vec<Point> =
        followed.iter().map(|span| point(drift_in(columns, span))).collect();
    let follows_metric = has_labels && metric.iter().any(|point| point.value.is_finite());
    let points = if follows_metric { &metric } else { &drift };
    let launch = followed.iter().position(|own| own.table == TableRole::Production);
    let launch = launch.filter(|at| *at > 0);
    let fit = onset::shape(points, launch);
    let shape = fit.map_or(Shape::Constant, |fit| fit.shape);
    let first = shape.first().and_then(|first| followed.get(first).map(|_| first));
    let at = first.and_then(|first| {
        if !matches!(shape, Shape::Step { .. }) {
            return followed.get(first).map(|span| span.days.start);
        }
        refined(analysis, &followed, first, launch, follows_metric)
    });
    // A day on which something was logged: tables need not meet. One of the last before launch is launch.
    let at = at.map(|day| first_day_with_rows(analysis, day)).map(|day| {
        first_production
            .filter(|launch| in_order && *launch > day && *launch - day <= LAUNCH_DAYS)
            .unwrap_or(day)
    });
    let level = |range: Range<usize>| {
        let part = points.get(range).unwrap_or_default();
        let usable =
            part.iter().filter(|point| point.value.is_finite() && point.variance > 0.0);
        let (weights, sum) = usable.fold((0.0, 0.0), |(w, s), p| {
            (w + 1.0 / p.variance, s + p.value / p.variance)
        });
        (weights > 0.0).then(|| sum / weights)
    };
    let count = points.len();
    let (before, after, until) = match shape {
        Shape::Constant => (level(0..count), None, None),
        Shape::Gradual { first } => {
            (level(0..first.max(1)), level(count.saturating_sub(3)..count), None)
        }
        Shape::Step { first } => (level(0..first), level(first..count), None),
        Shape::Pulse { first, end } => {
            let last = end.checked_sub(1).and_then(|last| followed.get(last));
            let until = last.map(|span| date(span.days.end.saturating_sub(1)));
            (level(0..first), level(first..end), until)
        }
    };
    let at = at.map(date);
    let kind = if at.is_some() { shape.kind() } else { ChangeKind::None };
    let sentence = change_point_sentence(&ChangeFacts {
        kind,
        at: at.as_deref(),
        until: until.as_deref(),
        of: if follows_metric {
            change::Followed::Metric(headline)
        } else {
            change::Followed::Drift
        },
        before,
        after,
        periods: count as u64,
    });
    let of = if follows_metric { "metric" } else { "drift" }.to_owned();
    let rose = |from: Option<f64>, to: Option<f64>| Some(to? > from?);
    let here = rose(before, after).filter(|_| follows_metric);
    let overall = rose(headline.reference, headline.production);
    if here.is_some() && overall.is_some() && here != overall {
        // A metric that fell, and got better for a while: that day is told, but it is not when it fell.
        return ChangePoint { at: None, kind: ChangeKind::None, of, sentence };
    }
    ChangePoint { at, kind, of, sentence }
}

/// Points with the variance that a row has over all of them: a period without a single error must not count as one
/// that is known for sure.
fn pooled(points: Vec<Point>, rows: impl Iterator<Item = f64>) -> Vec<Point> {
    let rows: Vec<f64> = rows.collect();
    let known = |own: &(&Point, &f64)| own.0.variance.is_finite() && *own.1 > 0.0;
    let (sum, count) =
        points.iter().zip(&rows).filter(known).fold((0.0, 0.0), |(sum, count), own| {
            (sum + own.0.variance * own.1 * own.1, count + own.1)
        });
    let a_row = if count > 0.0 { sum / count } else { f64::NAN };
    let of = |(own, rows): (&Point, &f64)| Point { variance: a_row / rows, ..*own };
    points.iter().zip(&rows).map(of).collect()
}

/// Share of rows in gained codes and its variance; a share of 0 or 1 is taken as half a row off.
fn share_point(hits: u64, rows: f64) -> Point {
    if rows < 1.0 {
        return Point { value: f64::NAN, variance: f64::NAN };
    }
    let share = (hits as f64 + 0.5) / (rows + 1.0);
    Point { value: hits as f64 / rows, variance: share * (1.0 - share) / rows }
}

/// The day of a step, searched from the period before the coarse one to the period after it. The metric by
/// day is noisy; a column that makes a step at the same time tells the day far better, so every such column
/// has a say. A column that moved at another time, or bit by bit, has none.
fn refined(
    analysis: &Analysis,
    followed: &[&Span],
    first: usize,
    launch: Option<usize>,
    by_loss: bool,
) -> Option<i32> {
    let coarse = followed.get(first)?;
    let before = first.checked_sub(1).and_then(|at| followed.get(at)).unwrap_or(coarse);
    let next = followed.get(first + 1).unwrap_or(coarse);
    let (origin, end) = (followed.first()?.days.start, followed.last()?.days.end);
    let place = |day: i32| usize::try_from(i64::from(day) - i64::from(origin)).ok();
    let length = place(end)?;
    let with_steps: Vec<usize> = (0..analysis.asked.gained_count)
        .filter(|column| {
            let hits = |span: &&Span| span.sum.gained.get(*column).copied().unwrap_or(0);
            let points: Vec<Point> = followed
                .iter()
                .map(|span| share_point(hits(span), span.sum.cell.rows))
                .collect();
            let shape =
                onset::shape(&points, launch).map_or(Shape::Constant, |fit| fit.shape);
            matches!(shape, Shape::Step { first: own } if own.abs_diff(first) <= 1)
        })
        .collect();
    let nothing = Point { value: f64::NAN, variance: f64::NAN };
    let mut series: Vec<Vec<Point>> = vec![vec![nothing; length]; with_steps.len() + 1];
    let spread = loss_spread(analysis);
    for role in [TableRole::Reference, TableRole::Production] {
        if !followed.iter().any(|span| span.table == role) {
            continue;
        }
        for (day, sums) in analysis.compared.table(role)?.days.range(origin..end) {
            let Some(at) = place(*day) else { continue };
            let mut slots = series.iter_mut().filter_map(|own| own.get_mut(at));
            let loss = sums.cell.mean().zip(spread).filter(|_| by_loss);
            if let (Some(slot), Some((value, spread))) = (slots.next(), loss) {
                *slot = Point { value, variance: spread / sums.cell.labelled };
            }
            for (slot, column) in slots.zip(&with_steps) {
                let hits = sums.gained.get(*column).copied().unwrap_or(0);
                *slot = share_point(hits, sums.cell.rows);
            }
        }
    }
    let usable: Vec<&[Point]> = series
        .iter()
        .filter(|own| own.iter().any(|point| point.value.is_finite()))
        .map(Vec::as_slice)
        .collect();
    if usable.is_empty() {
        return Some(coarse.days.start);
    }
    let last = if with_steps.is_empty() { coarse.days.end } else { next.days.end };
    let found = onset::refine_step(&usable, place(before.days.start)?..place(last)? + 1)?;
    Some(origin.saturating_add(i32::try_from(found).ok()?))
}

/// The first day from this one on with rows of reference or production.
fn first_day_with_rows(analysis: &Analysis, day: i32) -> i32 {
    let tables = [TableRole::Reference, TableRole::Production];
    let days = tables.into_iter().filter_map(|role| {
        let table = analysis.compared.table(role)?;
        table.days.range(day..).next().map(|own| *own.0)
    });
    days.min().unwrap_or(day)
}

/// Variance of the loss of a production row.
fn loss_spread(analysis: &Analysis) -> Option<f64> {
    let table = analysis.compared.table(TableRole::Production)?;
    let mut all = crate::slice::Cell::default();
    table.blocks.iter().for_each(|cell| all.add(cell));
    Some(all.scatter() / (all.labelled - 1.0).max(1.0)).filter(|spread| *spread > 0.0)
}

/// Whether the task's periods need score bins.
#[must_use]
pub fn needs_score_bins(task: Option<Task>, id: MetricId) -> bool {
    task == Some(Task::Binary) && id == MetricId::Auc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_without_an_error_is_as_sure_as_its_rows() {
        let points = [(1.0, 1e-18), (0.8, 0.0016), (f64::NAN, f64::NAN)];
        let points = points.map(|(value, variance)| Point { value, variance });
        let found = pooled(points.to_vec(), [100.0, 100.0, 0.0].into_iter());
        // By hand: a row's variance is 0 in one and 0.16 in the other period of as many rows, 0.08 over both.
        for own in found.iter().take(2) {
            assert!((own.variance - 0.0008).abs() < 1e-9, "{}", own.variance);
        }
        assert_eq!(
            found.iter().map(|own| own.value).take(2).collect::<Vec<_>>(),
            [1.0, 0.8]
        );
    }
}
