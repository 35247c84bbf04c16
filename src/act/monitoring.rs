//! Alert limits made from this data. Enter: a report without words. Leave: checks of data, model and business, each
//! with what is usual and the limits beyond which it is worth an alarm, and rules for what to do then.
//!
//! # How limits are set
//! All checks of all runs together may raise `false_alarms_per_month` false alarms; every check gets the same part of
//! that. A limit is what is usual before launch, plus as many spreads as that chance allows. The spread is the
//! reference's own: from period to period where there is time, from block to block where there is none, never
//! smaller than the number of rows of a run allows.
//!
//! # Decisions
//! - A run covers one period of the reference: its noise is then known, not extrapolated.
//! - What is worse, not what is different: a metric is watched on its worse side only.
//! - At most [`WATCHED`] columns, those with findings and the most weight first: an alarm nobody reads is none.

use std::collections::BTreeSet;

use super::bars::{self, Bar};
use super::noise::{self, LEAST_PARTS, Noise, share_limit, share_spread};
use super::schema::{Schema, condition};
use crate::choices::{Kind, Role, TableRole, Task};
use crate::report::{
    Basis, Bin, BinKind, Check, CheckKind, ColumnReport, KpiChange, Monitoring, Period,
    Report, Slice, Test, Unit,
};
use crate::stats::math;
use crate::story::facts::{Facts, day_number};
use crate::story::metric_words::Better;
use crate::story::segment;
use crate::story::watch;

/// Columns that get checks, at most.
const WATCHED: usize = 25;
/// Segments that get a check of their own, at most.
const SEGMENTS: usize = 3;
/// False alarms a month when nobody chose.
const BUDGET: f64 = 1.0;
/// Days of a month.
const MONTH_DAYS: f64 = 30.0;
/// Days between runs without time.
const EVERY_DAYS: u32 = 7;
/// Fewest rows of a segment in a run for its mean to say anything.
const SEGMENT_ROWS: f64 = 20.0;
/// Fewest different names for their number to be watched.
const DISTINCT: usize = 5;

/// The pack.
#[must_use]
pub fn monitoring(report: &Report) -> Monitoring {
    let frame = Frame::new(report);
    let mut drafts = frame.data();
    drafts.extend(frame.model());
    drafts.extend(frame.business());
    if drafts.is_empty() {
        return Monitoring::default();
    }
    let budget = report.inputs.business.false_alarms_per_month;
    let budget = budget.filter(|own| own.is_finite() && *own > 0.0).unwrap_or(BUDGET);
    let runs = MONTH_DAYS / f64::from(frame.every_days);
    let chance = (budget / (runs * drafts.len() as f64)).min(0.05);
    let mut ids = BTreeSet::new();
    let checks: Vec<Check> =
        drafts.into_iter().map(|draft| draft.finish(chance, &mut ids)).collect();
    let rules = watch::rules(&Facts::new(report), &checks);
    Monitoring {
        false_alarms_per_month: budget,
        every_days: frame.every_days,
        rows_per_run: frame.rows,
        chance_per_check: chance,
        checks,
        rules,
    }
}

/// Which side of what is usual is worth an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Above,
    Below,
    Both,
}

/// A check before its limits are known.
struct Draft {
    check: Check,
    noise: Noise,
    side: Side,
    /// Rows behind a share, so that rare things get their lumps; `None` where it is no share.
    rows: Option<f64>,
}

impl Draft {
    fn finish(mut self, chance: f64, ids: &mut BTreeSet<String>) -> Check {
        let check = &mut self.check;
        let usual = check.usual.unwrap_or(0.0);
        let one_side = if self.side == Side::Both { 0.5 * chance } else { chance };
        let above = match self.rows {
            Some(rows) => share_limit(usual, self.noise, rows, one_side),
            None => usual + self.noise.reach(one_side),
        };
        let below = usual - self.noise.reach(one_side);
        let below = if self.rows.is_some() { below.max(0.0) } else { below };
        check.high = (self.side != Side::Below).then_some(above);
        check.low = (self.side != Side::Above).then_some(below);
        check.basis = self.noise.basis;
        check.raised = check.now.is_some_and(|now| {
            check.high.is_some_and(|high| now > high)
                || check.low.is_some_and(|low| now < low)
        });
        let plain = check.id.clone();
        let mut number = 2;
        while !ids.insert(check.id.clone()) {
            check.id = format!("{plain}_{number}");
            number += 1;
        }
        self.check
    }
}

/// What is common to all checks.
struct Frame<'a> {
    report: &'a Report,
    schema: Schema<'a>,
    facts: Facts<'a>,
    reference: Vec<&'a Period>,
    reference_rows: f64,
    every_days: u32,
    /// Rows of a run.
    rows: f64,
}

impl<'a> Frame<'a> {
    fn new(report: &'a Report) -> Self {
        let facts = Facts::new(report);
        let reference = facts.periods(TableRole::Reference);
        let reference_rows = (facts.rows(TableRole::Reference) as f64).max(1.0);
        let every_days = period_days(&reference).unwrap_or(EVERY_DAYS);
        let per_day = facts.rows_per_day().map(|(rows, _)| rows);
        let own = middle(reference.iter().map(|period| period.rows as f64).collect());
        let rows = per_day
            .map(|rows| rows * f64::from(every_days))
            .or(own)
            .unwrap_or(reference_rows / 8.0);
        let rows = rows.max(1.0);
        Self {
            report,
            schema: Schema::new(report),
            facts,
            reference,
            reference_rows,
            every_days,
            rows,
        }
    }

    fn check(kind: CheckKind, family: &str, about: &str, title: String) -> Check {
        let word = match kind {
            CheckKind::Missing => "missing",
            CheckKind::NewValues => "new_values",
            CheckKind::Range => "range",
            CheckKind::Distinct => "distinct",
            CheckKind::Drift => "drift",
            CheckKind::Metric => "metric",
            CheckKind::Segment => "segment",
            CheckKind::Calibration => "calibration",
            CheckKind::DecisionRate => "decision_rate",
            CheckKind::Kpi => "kpi",
        };
        let about: String = about
            .chars()
            .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
            .take(48)
            .collect();
        let id =
            if about.is_empty() { word.to_owned() } else { format!("{word}_{about}") };
        Check {
            id,
            family: family.to_owned(),
            kind,
            title,
            column: None,
            conditions: Vec::new(),
            usual: None,
            low: None,
            high: None,
            unit: Unit::Share,
            basis: Basis::Rows,
            now: None,
            raised: false,
        }
    }

    /// Checks of the data, column by column.
    fn data(&self) -> Vec<Draft> {
        let mut columns: Vec<&ColumnReport> = self
            .report
            .columns
            .iter()
            .filter(|own| {
                matches!(own.role, Role::Feature | Role::Segment)
                    && self.schema.is_real(&own.name)
                    && own.bins.iter().any(|bin| bin.reference > 0)
            })
            .collect();
        let of_cause = |own: &ColumnReport| {
            let causes = self.report.causes.iter().take(3);
            causes.flat_map(|cause| &cause.columns).any(|name| *name == own.name)
        };
        // A stable sort: within each rank the report's own order, by effect on the metric.
        columns.sort_by_key(|own| {
            if of_cause(own) { 0 } else { 1 + usize::from(own.findings.is_empty()) }
        });
        columns.into_iter().take(WATCHED).flat_map(|own| self.column(own)).collect()
    }

    fn column(&self, column: &ColumnReport) -> Vec<Draft> {
        let mut drafts = vec![self.missing(column)];
        let made = bars::bars(&column.bins, column.kind);
        drafts.extend(self.drift(column, &made));
        match column.kind {
            Kind::Number | Kind::Integer => drafts.extend(self.range(column)),
            Kind::Category => {
                drafts.extend(self.new_values(column));
                drafts.extend(self.distinct(column));
            }
            _ => {}
        }
        drafts
    }

    /// Where a run is smaller than a part of the reference, it strays more.
    fn smaller(&self, part_rows: f64) -> f64 {
        math::sqrt((part_rows / self.rows).max(1.0))
    }

    fn missing(&self, column: &ColumnReport) -> Draft {
        let usual = column.reference_missing;
        let floor = usual.max(noise::unseen_share(self.reference_rows));
        let by_rows = share_spread(floor, self.rows);
        let noise = match &column.own {
            Some(own) if own.parts >= LEAST_PARTS => Noise {
                spread: own.missing_spread * self.smaller(own.rows),
                parts: own.parts,
                basis: own.basis,
            },
            _ => Noise::of_rows(by_rows),
        };
        let title = watch::missing(&column.name);
        let mut check = Self::check(CheckKind::Missing, "data", &column.name, title);
        check.column = Some(column.name.clone());
        check.usual = Some(usual);
        check.now = column.drift.as_ref().map(|_| column.production_missing);
        let rows = Some(self.rows);
        Draft { check, noise: noise.at_least(by_rows), side: Side::Above, rows }
    }

    fn drift(&self, column: &ColumnReport, made: &[Bar]) -> Option<Draft> {
        if made.len() < 2 {
            return None;
        }
        let shares: Vec<f64> = made.iter().map(|bar| bar.share).collect();
        let (mean, spread) = noise::distance_by_chance(&shares, self.rows);
        let (usual, noise) = match &column.own {
            Some(own) if own.parts >= LEAST_PARTS => {
                let times = self.smaller(own.rows);
                let spread = own.moved_spread * times;
                (own.moved * times, Noise { spread, parts: own.parts, basis: own.basis })
            }
            _ => (mean, Noise::of_rows(spread)),
        };
        let production: Vec<u64> = column.bins.iter().map(|bin| bin.production).collect();
        let total: u64 = production.iter().sum();
        let title = watch::drift(&column.name);
        let mut check = Self::check(CheckKind::Drift, "data", &column.name, title);
        check.column = Some(column.name.clone());
        check.usual = Some(usual.max(mean));
        check.now = (total > 0).then(|| {
            bars::distance(made, &bars::gather(made, &production), total as f64)
        });
        let noise = noise.at_least(spread);
        Some(Draft { check, noise, side: Side::Above, rows: None })
    }

    /// A share of values that the reference does not have (or hardly).
    fn outside(&self, mut check: Check, column: &ColumnReport, out: &[&Bin]) -> Draft {
        let count = |pick: fn(&Bin) -> u64| out.iter().map(|bin| pick(bin)).sum::<u64>();
        let present = |pick: fn(&Bin) -> u64| {
            let known = column.bins.iter().filter(|bin| bin.kind != BinKind::Missing);
            known.map(pick).sum::<u64>() as f64
        };
        let usual =
            count(|bin| bin.reference) as f64 / present(|bin| bin.reference).max(1.0);
        let live = present(|bin| bin.production);
        let floor = usual.max(noise::unseen_share(self.reference_rows));
        check.column = Some(column.name.clone());
        check.usual = Some(usual);
        check.now = (live > 0.0).then(|| count(|bin| bin.production) as f64 / live);
        Draft {
            check,
            noise: Noise::of_rows(share_spread(floor, self.rows)),
            side: Side::Above,
            rows: Some(self.rows),
        }
    }

    fn range(&self, column: &ColumnReport) -> Option<Draft> {
        let numbers = column.reference_numbers?;
        if !(numbers.minimum.is_finite() && numbers.maximum.is_finite()) {
            return None;
        }
        let title = watch::range(&column.name, numbers.minimum, numbers.maximum);
        let mut check = Self::check(CheckKind::Range, "data", &column.name, title);
        check.conditions = vec![condition(
            &column.name,
            Test::Range {
                low: Some(numbers.minimum),
                high: Some(numbers.maximum),
                high_inclusive: true,
            },
        )];
        let out: Vec<&Bin> = column
            .bins
            .iter()
            .filter(|bin| matches!(bin.kind, BinKind::Low | BinKind::High))
            .collect();
        Some(self.outside(check, column, &out))
    }

    fn new_values(&self, column: &ColumnReport) -> Option<Draft> {
        let known = |bin: &&Bin| bin.kind == BinKind::Category && bin.reference > 0;
        let names: Vec<String> =
            column.bins.iter().filter(known).map(|bin| bin.title.clone()).collect();
        if names.is_empty() {
            return None;
        }
        let title = watch::new_values(&column.name, names.len() as u64);
        let mut check = Self::check(CheckKind::NewValues, "data", &column.name, title);
        check.conditions = vec![condition(&column.name, Test::Names(names))];
        let out: Vec<&Bin> = column
            .bins
            .iter()
            .filter(|bin| !known(bin) && bin.kind != BinKind::Missing)
            .collect();
        Some(self.outside(check, column, &out))
    }

    /// How many different names a run should hold, from how often each stood before launch.
    fn distinct(&self, column: &ColumnReport) -> Option<Draft> {
        let names: Vec<&Bin> =
            column.bins.iter().filter(|bin| bin.kind != BinKind::Missing).collect();
        let plain = names.iter().all(|bin| {
            matches!(bin.kind, BinKind::Category | BinKind::New)
                && (bin.reference > 0 || bin.kind == BinKind::New)
        });
        let known: Vec<f64> = names
            .iter()
            .filter(|bin| bin.reference > 0)
            .map(|bin| bin.reference as f64 / self.reference_rows)
            .collect();
        if !plain || known.len() < DISTINCT {
            return None;
        }
        let (mut mean, mut variance) = (0.0, 0.0);
        for share in known {
            let seen = 1.0 - math::pow((1.0 - share).max(0.0), self.rows);
            mean += seen;
            variance += seen * (1.0 - seen);
        }
        let title = watch::distinct(&column.name);
        let mut check = Self::check(CheckKind::Distinct, "data", &column.name, title);
        check.column = Some(column.name.clone());
        check.unit = Unit::Plain;
        check.usual = Some(mean);
        // One name more or less is never worth an alarm.
        let spread = math::sqrt(variance).max(0.4);
        Some(Draft { check, noise: Noise::of_rows(spread), side: Side::Both, rows: None })
    }

    /// Spread of a period's number from period to period; `None` with too few periods.
    fn by_period(&self, pick: impl Fn(&Period) -> Option<f64>) -> Option<Noise> {
        let values: Vec<f64> = self
            .reference
            .iter()
            .filter_map(|period| pick(period).filter(|own| own.is_finite()))
            .collect();
        let parts = values.len() as u64;
        let (_, spread) =
            noise::mean_and_spread(&values).filter(|_| parts >= LEAST_PARTS)?;
        let rows = middle(self.reference.iter().map(|own| own.rows as f64).collect())?;
        let spread = spread * self.smaller(rows);
        Some(Noise { spread, parts, basis: Basis::Periods })
    }

    /// Noise of the headline metric in a run.
    fn metric_noise(&self) -> Option<Noise> {
        let metric = &self.report.metric;
        if let Some(noise) = self.by_period(|period| period.metric) {
            return Some(noise);
        }
        let (low, high) = metric.reference_interval?;
        let error = (high - low) / (2.0 * 1.96);
        let spread = error * math::sqrt(metric.reference_rows as f64 / self.rows);
        spread.is_finite().then_some(Noise { spread, parts: 0, basis: Basis::Blocks })
    }

    fn model(&self) -> Vec<Draft> {
        let mut drafts = Vec::new();
        let metric = &self.report.metric;
        let noise = self.metric_noise();
        if let (Some(noise), Some(usual)) =
            (noise, metric.reference.filter(|own| own.is_finite()))
        {
            let side = match self.facts.words.better {
                Better::Higher => Side::Below,
                Better::Lower => Side::Above,
                Better::Near(_) | Better::Neither => Side::Both,
            };
            let mut check = Self::check(
                CheckKind::Metric,
                "model",
                &metric.name,
                watch::metric(metric),
            );
            check.unit = metric.unit;
            check.usual = Some(usual);
            check.now = metric.production;
            drafts.push(Draft { check, noise, side, rows: None });
            let slices = self.report.slices.worse.iter().take(SEGMENTS);
            drafts.extend(slices.filter_map(|slice| self.segment(slice, noise)));
        }
        drafts.extend(self.decision_rate());
        drafts.extend(self.calibration());
        drafts
    }

    fn segment(&self, slice: &Slice, whole: Noise) -> Option<Draft> {
        let loss = segment::loss_words(&self.report.metric);
        let share = slice.reference_share.min(slice.production_share);
        let usual = slice.reference_loss.filter(|own| own.is_finite())?;
        if !loss.adds_up || share * self.rows < SEGMENT_ROWS {
            return None;
        }
        // The mean of fewer rows strays more, by the root of their share.
        let mut noise = Noise { spread: whole.spread / math::sqrt(share), ..whole };
        if loss.unit == Unit::Share {
            noise = noise.at_least(share_spread(usual, share * self.rows));
        }
        let title = watch::segment(loss.name, slice);
        let mut check = Self::check(CheckKind::Segment, "model", &slice.title, title);
        check.conditions.clone_from(&slice.conditions);
        check.unit = loss.unit;
        check.usual = Some(usual);
        check.now = slice.production_loss;
        Some(Draft { check, noise, side: Side::Above, rows: None })
    }

    fn decision_rate(&self) -> Option<Draft> {
        let rate = self.report.metrics.iter().find(|own| own.name == "decision_rate")?;
        let usual = rate.reference.filter(|own| own.is_finite())?;
        let by_rows = share_spread(usual, self.rows);
        let noise = self
            .by_period(|period| period.decision_rate)
            .unwrap_or(Noise::of_rows(by_rows))
            .at_least(by_rows);
        let title = watch::decision_rate();
        let mut check = Self::check(CheckKind::DecisionRate, "model", "", title);
        check.usual = Some(usual);
        check.now = rate.production;
        Some(Draft { check, noise, side: Side::Both, rows: Some(self.rows) })
    }

    fn calibration(&self) -> Option<Draft> {
        if self.report.task != Task::Binary {
            return None;
        }
        let [before, after] = self.facts.levels()?;
        let by_rows = share_spread(before.1, self.rows);
        // The rate's own wobble, over what the rows explain, is how far calibration strays at most.
        let noise = self
            .by_period(|period| period.label_rate)
            .unwrap_or(Noise::of_rows(by_rows))
            .at_least(by_rows);
        let mut check =
            Self::check(CheckKind::Calibration, "model", "", watch::calibration());
        check.usual = Some(before.0 - before.1);
        check.now = Some(after.0 - after.1);
        Some(Draft { check, noise, side: Side::Both, rows: None })
    }

    fn business(&self) -> Vec<Draft> {
        let kpis = self.report.kpis.iter().enumerate();
        kpis.filter_map(|(at, kpi)| self.kpi(at, kpi)).collect()
    }

    fn kpi(&self, at: usize, kpi: &KpiChange) -> Option<Draft> {
        let usual = kpi.reference_mean.filter(|own| own.is_finite())?;
        let noise = self
            .by_period(|period| period.kpis.get(at).copied().flatten())
            .or_else(|| {
                let (low, high) = kpi.interval?;
                let error = (high - low) / (2.0 * 1.96);
                let production = self.facts.rows(TableRole::Production).max(1) as f64;
                let each =
                    error / math::sqrt(1.0 / self.reference_rows + 1.0 / production);
                let spread = each / math::sqrt(self.rows);
                spread.is_finite().then_some(Noise {
                    spread,
                    parts: 0,
                    basis: Basis::Blocks,
                })
            })?;
        let mut check =
            Self::check(CheckKind::Kpi, "business", &kpi.name, watch::kpi(&kpi.name));
        check.column = Some(kpi.name.clone());
        check.unit = Unit::Label;
        check.usual = Some(usual);
        check.now = kpi.production_mean;
        Some(Draft { check, noise, side: Side::Both, rows: None })
    }
}

/// Days of a period, in the middle.
fn period_days(periods: &[&Period]) -> Option<u32> {
    let days = periods.iter().filter_map(|period| {
        let days = day_number(&period.end)? - day_number(&period.start)? + 1;
        u32::try_from(days).ok().map(f64::from)
    });
    let days = middle(days.collect())?;
    Some((days.round() as u32).max(1))
}

fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
