//! What the story and the plan look up in a report: tables, columns that moved, data quality findings,
//! levels of score and label, rows a day. Borrowed views only; nothing is computed that the report does
//! not hold, except sums and divisions of its numbers.

use super::evidence::LabelTrouble;
use super::metric_words::{self, Words};
use super::number;
use super::phrase;
use crate::choices::{Role, TableRole};
use crate::report::{
    CauseId, ChangeKind, Check, CheckKind, ColumnReport, DriftBand, Period, Report,
    ScoreReport, Slice, TableInput, VerdictKind,
};
use crate::what_if::{given_rows_a_day, seen_rows_a_day};

/// From this probability on a cause is possible.
const POSSIBLE: f64 = 0.45;
/// Codes of findings that tell how far a column moved, not that something is wrong with its values.
const MOVEMENT_CODES: [&str; 3] = ["drift", "usual_noise", "effect"];

/// Looks things up in one report.
pub(crate) struct Facts<'a> {
    pub report: &'a Report,
    pub words: Words,
}

impl<'a> Facts<'a> {
    pub fn new(report: &'a Report) -> Self {
        Self { report, words: metric_words::words(&report.metric) }
    }

    pub fn kind(&self) -> VerdictKind {
        self.report.verdict.kind
    }

    pub fn examined(&self) -> bool {
        let report = self.report;
        !(report.causes.is_empty()
            && report.attribution.is_empty()
            && report.examined.is_empty())
    }

    pub fn table(&self, role: TableRole) -> Option<&'a TableInput> {
        self.report.inputs.tables.iter().find(|table| table.role == role)
    }

    pub fn rows(&self, role: TableRole) -> u64 {
        self.table(role).map_or(0, |table| table.rows)
    }

    /// Columns that are inputs or segments, in the report's order.
    pub fn columns(&self) -> impl Iterator<Item = &'a ColumnReport> {
        self.report
            .columns
            .iter()
            .filter(|column| matches!(column.role, Role::Feature | Role::Segment))
    }

    /// The column of the segment whose outcomes are counted otherwise since launch, when that is the first cause.
    pub fn recounted(&self) -> Option<&'a str> {
        let first = self.report.causes.first();
        let first = first.filter(|own| own.id == CauseId::LabelProblem.name())?;
        let is_input = |name: &&String| self.columns().any(|own| own.name == **name);
        first.columns.iter().find(is_input).map(String::as_str)
    }

    pub fn compared(&self) -> u64 {
        let left_out = self.report.shared.as_ref().map_or(0, |own| own.columns_left_out);
        left_out + self.columns().filter(|column| column.drift.is_some()).count() as u64
    }

    /// Columns whose distribution moved at least slightly, furthest first, ties by name.
    pub fn moved(&self) -> Vec<&'a ColumnReport> {
        let mut moved: Vec<&ColumnReport> = self
            .columns()
            .filter(|column| {
                column.drift.as_ref().is_some_and(|drift| drift.band > DriftBand::None)
            })
            .collect();
        let far = |column: &ColumnReport| column.drift.as_ref().map_or(0.0, |d| d.moved);
        moved.sort_by(|a, b| far(b).total_cmp(&far(a)).then_with(|| a.name.cmp(&b.name)));
        moved
    }

    /// Columns with a finding about their values (empty, new, out of range …), in the report's order, with
    /// the first such sentence.
    pub fn troubled(&self) -> Vec<(&'a ColumnReport, &'a str)> {
        self.columns()
            .filter_map(|column| {
                let first = column
                    .findings
                    .iter()
                    .find(|finding| !MOVEMENT_CODES.contains(&finding.code.as_str()))?;
                Some((column, first.sentence.as_str()))
            })
            .collect()
    }

    /// Names of columns worth a look: those of the causes first, then those with trouble, then those that moved
    /// furthest.
    pub fn suspects(&self, most: usize) -> Vec<&'a str> {
        let mut names: Vec<&str> = Vec::new();
        let troubled = self.troubled();
        let of_causes = self.report.causes.iter().flat_map(|cause| &cause.columns);
        let of_causes =
            of_causes.filter_map(|name| self.columns().find(|own| own.name == *name));
        let found = of_causes
            .chain(troubled.iter().map(|(column, _)| *column))
            .chain(self.moved());
        for column in found {
            if !names.contains(&column.name.as_str()) && names.len() < most {
                names.push(&column.name);
            }
        }
        names
    }

    /// The first cause, where it is at least possible.
    pub fn first_cause(&self) -> Option<CauseId> {
        let first =
            self.report.causes.first().filter(|cause| cause.presence >= POSSIBLE)?;
        CauseId::from_name(&first.id)
    }

    /// What is wrong with the outcomes, when that is the first cause.
    pub fn label_trouble(&self) -> Option<LabelTrouble> {
        let first = self.report.causes.first();
        let first = first.filter(|own| own.id == CauseId::LabelProblem.name())?;
        Some(LabelTrouble::of(&first.evidence_for))
    }

    /// How many inputs moved, those that a link left out with them.
    pub fn moved_count(&self) -> u64 {
        let left_out = self.report.shared.as_ref().map_or(0, |own| own.moved_left_out);
        self.moved().len() as u64 + left_out
    }

    /// The first cause, where it distorts the figure rather than the model.
    pub fn distorted_by(&self) -> Option<CauseId> {
        self.first_cause().filter(|id| id.distorts_measurement())
    }

    /// The day of the change, where something can have been released on it: after production began, and not for a model
    /// that never was as good as it seemed.
    pub fn release_date(&self) -> Option<&'a str> {
        let at = self.report.change_point.at.as_deref()?;
        let periods = self.periods(TableRole::Production);
        let first = periods.first().map(|own| own.start.as_str());
        let never = self.first_cause().is_some_and(CauseId::flatters_the_lab);
        (!never && first.is_none_or(|first| at > first)).then_some(at)
    }

    /// The alert on the headline metric; `None` when it is not watched.
    pub fn alert(&self) -> Option<&'a Check> {
        let mut checks = self.report.monitoring.checks.iter();
        checks.find(|check| check.kind == CheckKind::Metric)
    }

    /// Whether the report came in a link, which carries the alert on the headline metric and no other.
    pub fn by_link(&self) -> bool {
        self.report.shared.as_ref().is_some_and(|own| own.by_link)
    }

    /// Whether the metric fell and came back within the rows at hand.
    pub fn has_passed(&self) -> bool {
        self.report.change_point.kind == ChangeKind::Pulse
            && self.report.change_point.of == "metric"
    }

    pub fn worst_slice(&self) -> Option<&'a Slice> {
        self.report.slices.worse.first()
    }

    /// Mean score and observed rate of the reference and of production.
    pub fn levels(&self) -> Option<[(f64, f64); 2]> {
        levels_of(self.report.scores.as_ref()?)
    }

    pub fn periods(&self, role: TableRole) -> Vec<&'a Period> {
        self.report.series.iter().filter(|period| period.table == role).collect()
    }

    /// " (1 January to 31 March 2019)", or nothing without time.
    pub fn span(&self, role: TableRole) -> String {
        let periods = self.periods(role);
        match (periods.first(), periods.last()) {
            (Some(first), Some(last)) => {
                format!(" ({})", number::date_span(&first.start, &last.end))
            }
            _ => String::new(),
        }
    }

    /// Production rows a day and whether they were given; else those of the table over the days it covers.
    pub fn rows_per_day(&self) -> Option<(f64, bool)> {
        match given_rows_a_day(self.report) {
            Some(given) => Some((given, true)),
            None => seen_rows_a_day(self.report).map(|seen| (seen, false)),
        }
    }

    /// Why segments were not searched; `None` when they were.
    pub fn unsearched(&self) -> Option<&'a str> {
        unsearched(self.report)
    }

    /// "the pipeline owner" as given, else a role.
    pub fn pipeline_owner(&self) -> String {
        match self.report.inputs.business.pipeline_owner.as_deref().map(str::trim) {
            Some(owner) if !owner.is_empty() => phrase::one_line(owner),
            _ => "data engineering".to_owned(),
        }
    }

    /// The same at the head of a plan step.
    pub fn pipeline_owner_title(&self) -> String {
        let owner = self.pipeline_owner();
        if owner == "data engineering" { "Data engineering".to_owned() } else { owner }
    }

    /// How much worse, in the metric's unit, when it is worse.
    pub fn worsening(&self) -> Option<f64> {
        metric_words::worsening(&self.report.metric).filter(|worse| *worse > 0.0)
    }

    /// How much worse it is on a day now, and " since 2 June 2025" where production has days from before a step: those
    /// do no harm any more.
    pub fn worsening_now(&self) -> Option<(f64, String)> {
        let report = self.report;
        let whole = || Some((self.worsening()?, String::new()));
        let change = &report.change_point;
        let is_mean = matches!(report.metric.name.as_str(), "accuracy" | "expected_cost");
        let at = change.at.as_deref().filter(|_| {
            is_mean && change.kind == ChangeKind::Step && change.of == "metric"
        });
        let (Some(at), Some(reference)) = (at, report.metric.reference) else {
            return whole();
        };
        let periods = self.periods(TableRole::Production);
        let (early, late): (Vec<&Period>, Vec<&Period>) =
            periods.into_iter().partition(|period| period.start.as_str() < at);
        let (mut sum, mut rows) = (0.0, 0.0);
        for period in late {
            let Some(metric) = period.metric else { continue };
            sum += metric * period.labelled_rows as f64;
            rows += period.labelled_rows as f64;
        }
        if early.is_empty() || rows == 0.0 {
            return whole();
        }
        let rise = sum / rows - reference;
        let worse = if report.metric.larger_is_better { -rise } else { rise };
        if worse > 0.0 {
            Some((worse, format!(" since {}", number::date(at))))
        } else {
            whole()
        }
    }

    /// "fell 6.2 points" without the name; `None` without both values.
    pub fn size(&self) -> Option<String> {
        Some(number::metric_change(&self.report.metric)?.difference)
    }
}

/// Why segments were not searched; `None` when they were.
pub(crate) fn unsearched(report: &Report) -> Option<&str> {
    let note = report.notes.iter().find(|note| note.code == "few_rows_for_slices");
    note.map(|note| note.what.as_str())
}

/// Mean score and observed rate of the reference and of production: as carried, else from the calibration points.
pub(crate) fn levels_of(scores: &ScoreReport) -> Option<[(f64, f64); 2]> {
    scores.levels.or_else(|| {
        let before = mean_level(&scores.reference_calibration)?;
        let after = mean_level(&scores.production_calibration)?;
        Some([before, after])
    })
}

fn mean_level(points: &[(f64, f64, u64)]) -> Option<(f64, f64)> {
    let rows: u64 = points.iter().map(|point| point.2).sum();
    if rows == 0 {
        return None;
    }
    let mean = |pick: fn(&(f64, f64, u64)) -> f64| {
        points.iter().map(|point| pick(point) * point.2 as f64).sum::<f64>() / rows as f64
    };
    let (score, rate) = (mean(|point| point.0), mean(|point| point.1));
    (score.is_finite() && rate.is_finite()).then_some((score, rate))
}

/// Days since 1 March of year 0, proleptic Gregorian; `None` when the text is no ISO date.
pub(crate) fn day_number(iso: &str) -> Option<i64> {
    let mut parts = iso.trim().get(0..10)?.split('-');
    let year: i64 = parts.next()?.parse().ok()?;
    let month: i64 = parts.next()?.parse().ok()?;
    let day: i64 = parts.next()?.parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(
        365 * year + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (153 * month + 2) / 5
            + day,
    )
}

#[cfg(test)]
mod tests {
    use super::day_number;

    #[test]
    fn days_between_dates() {
        let days =
            |a: &str, b: &str| day_number(b).zip(day_number(a)).map(|(b, a)| b - a);
        assert_eq!(days("2019-02-28", "2019-03-01"), Some(1));
        assert_eq!(days("2020-02-28", "2020-03-01"), Some(2));
        assert_eq!(days("2019-12-31", "2020-01-01"), Some(1));
        assert_eq!(days("1970-01-01", "2026-11-23"), Some(20_780));
        assert_eq!(day_number("soon"), None);
    }
}
