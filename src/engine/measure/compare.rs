//! Losses by code and block, numbers by day, and counts by period. Enter: encoded rows. Leave: sums that
//! merge by addition; losses are rounded to a grid first, so that any order gives the same bits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::loss::{Loss, decision_of};
use crate::choices::TableRole;
use crate::encode::code::CODES;
use crate::encode::plan::EncodePlan;
use crate::encode::rows::{EncodedRows, NO_CLASS, NO_DAY};
use crate::metric::kpi::KpiProfile;
use crate::slice::{Cell, ColumnLoss, Grid};
use crate::stats::sum::ExactSum;

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CompareSpec {
    /// The loss.
    pub loss: Loss,
    /// Its grid.
    pub grid: Grid,
    /// The deployed threshold, where decisions are not logged.
    pub threshold: Option<f64>,
    /// Coders whose losses are kept (all but in wide tables).
    pub columns: Vec<usize>,
    /// Coders whose codes are counted by period.
    pub followed: Vec<usize>,
    /// Whether blocks must be counted here, because counting left them out (wide tables).
    pub counts_blocks: bool,
    /// Periods of each table: first days, ascending, the last entry one past the end.
    pub periods: Vec<(TableRole, Vec<i32>)>,
    /// Columns followed day by day, to find the day of a change: the coder, and for each code whether it
    /// gained rows in production.
    pub gained: Vec<(usize, Vec<bool>)>,
    /// Lower edges of score bins for the AUC of a period; empty when it is not needed.
    pub score_edges: Vec<f64>,
    /// Resolution of the sums of each KPI.
    pub kpi_units: Vec<i32>,
    /// Resolution of the sum of a regression's labels.
    pub label_unit: i32,
}

/// What came out.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Compared {
    /// One entry a table.
    pub tables: Vec<TableCompared>,
}

/// One table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TableCompared {
    /// Which.
    pub table: TableRole,
    /// All rows by block: rows, labelled rows, losses.
    pub blocks: Vec<Cell>,
    /// Losses of each column asked for.
    pub losses: Vec<ColumnLoss>,
    /// Rows by block and code of each column asked for; empty unless blocks were asked for.
    pub block_codes: Vec<Vec<u32>>,
    /// Numbers by day.
    pub days: BTreeMap<i32, Day>,
    /// Numbers by period.
    pub periods: Vec<PeriodCounts>,
    /// Each KPI by column asked for: losses are the KPI's values.
    pub kpis: Vec<KpiCounts>,
}

/// Numbers of one day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// Rows and losses.
    pub cell: Cell,
    /// By decision and label, as in [`Loss::Decision`].
    pub confusion: [u64; 4],
    /// Rows with a decision, and with the decision yes.
    pub decided: (u64, u64),
    /// Labels that are yes (binary), or the sum of labels (regression).
    pub label: ExactSum,
    /// Rows with a label.
    pub labelled: u64,
    /// Null cells of the followed columns.
    pub missing: u64,
    /// Values and sum of each KPI.
    pub kpis: Vec<(u64, ExactSum)>,
    /// Rows in codes that gained rows, one count a column followed day by day.
    pub gained: Vec<u64>,
}

/// Counts of one period.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PeriodCounts {
    /// Rows per code of each followed column.
    pub codes: Vec<Vec<u32>>,
    /// Positives and negatives by score bin.
    pub scores: Vec<(u32, u32)>,
}

/// A KPI of one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KpiCounts {
    /// Values by block.
    pub profile: KpiProfile,
    /// Values and their sum by column asked for and code.
    pub codes: Vec<Vec<(u64, ExactSum)>>,
}

/// Adds rows.
pub struct Comparer {
    spec: CompareSpec,
    kpi_count: usize,
    tables: Vec<TableCompared>,
}

impl Comparer {
    /// Starts without rows.
    #[must_use]
    pub fn new(spec: CompareSpec, plan: &EncodePlan) -> Self {
        Self { spec, kpi_count: plan.roles.kpis.len(), tables: Vec::new() }
    }

    fn empty(&self, table: TableRole) -> TableCompared {
        let spec = &self.spec;
        let columns = spec.columns.len();
        let periods = spec.periods.iter().find(|(own, _)| *own == table);
        let period_count = periods.map_or(0, |(_, edges)| edges.len().saturating_sub(1));
        let period = PeriodCounts {
            codes: vec![vec![0; CODES]; spec.followed.len()],
            scores: if spec.score_edges.is_empty() {
                Vec::new()
            } else {
                vec![(0, 0); spec.score_edges.len() + 1]
            },
        };
        let block_cells = if spec.counts_blocks { columns } else { 0 };
        let kpi = |unit: &i32| {
            let zero = (0, ExactSum::with_unit(*unit));
            KpiCounts {
                profile: KpiProfile::new(crate::encode::code::BLOCKS, *unit),
                codes: vec![vec![zero; CODES]; columns],
            }
        };
        TableCompared {
            table,
            blocks: vec![Cell::default(); crate::encode::code::BLOCKS],
            losses: vec![ColumnLoss::default(); columns],
            block_codes: vec![vec![0; crate::encode::code::BLOCKS * CODES]; block_cells],
            days: BTreeMap::new(),
            periods: vec![period; period_count],
            kpis: self.spec.kpi_units.iter().take(self.kpi_count).map(kpi).collect(),
        }
    }

    /// Adds rows of a table.
    pub fn add(&mut self, table: TableRole, rows: &EncodedRows) {
        let at =
            self.tables.iter().position(|own| own.table == table).unwrap_or_else(|| {
                let empty = self.empty(table);
                self.tables.push(empty);
                self.tables.len() - 1
            });
        let spec = &self.spec;
        let Some(own) = self.tables.get_mut(at) else { return };
        let losses = spec.loss.of_rows(table, rows, spec.threshold);
        for (loss, block) in losses.iter().zip(&rows.block) {
            if let Some(cell) = own.blocks.get_mut(usize::from(*block)) {
                cell.add_row(*loss, spec.grid);
            }
        }
        // Rounded to the grid once, not once a column.
        let rounded: Vec<Cell> = losses
            .iter()
            .map(|loss| {
                let mut cell = Cell::default();
                cell.add_row(*loss, spec.grid);
                cell
            })
            .collect();
        for (sums, column) in own.losses.iter_mut().zip(&spec.columns) {
            let Some(codes) = rows.codes.get(*column) else { continue };
            for ((cell, block), code) in rounded.iter().zip(&rows.block).zip(codes) {
                if cell.labelled > 0.0 {
                    sums.add_labelled(usize::from(*block), *code, cell);
                }
            }
        }
        for (counts, column) in own.block_codes.iter_mut().zip(&spec.columns) {
            let Some(codes) = rows.codes.get(*column) else { continue };
            for (block, code) in rows.block.iter().zip(codes) {
                if let Some(cell) =
                    counts.get_mut(usize::from(*block) * CODES + usize::from(*code))
                {
                    *cell += 1;
                }
            }
        }
        for (kpi, values) in own.kpis.iter_mut().zip(&rows.kpis) {
            add_kpi(kpi, values, rows, &spec.columns);
        }
        add_days(own, spec, rows, &losses);
        let edges = spec.periods.iter().find(|(role, _)| *role == table);
        if let Some((_, edges)) = edges {
            add_periods(own, spec, rows, edges);
        }
    }

    /// The sums.
    #[must_use]
    pub fn finish(self) -> Compared {
        Compared { tables: self.tables }
    }
}

fn add_kpi(kpi: &mut KpiCounts, values: &[f64], rows: &EncodedRows, columns: &[usize]) {
    let add = |slot: Option<&mut (u64, ExactSum)>, value: f64| {
        if let Some((count, sum)) = slot {
            *count += 1;
            sum.add(value);
        }
    };
    for (value, block) in values.iter().zip(&rows.block) {
        kpi.profile.add(*block, *value, 1);
    }
    for (sums, column) in kpi.codes.iter_mut().zip(columns) {
        let Some(codes) = rows.codes.get(*column) else { continue };
        for (value, code) in values.iter().zip(codes) {
            if value.is_finite() {
                add(sums.get_mut(usize::from(*code)), *value);
            }
        }
    }
}

fn add_days(
    own: &mut TableCompared,
    spec: &CompareSpec,
    rows: &EncodedRows,
    losses: &[f64],
) {
    if rows.day.iter().all(|day| *day == NO_DAY) {
        return;
    }
    let missing = missing_cells(rows, &spec.followed);
    for (row, (day, loss)) in rows.day.iter().zip(losses).enumerate() {
        if *day == NO_DAY {
            continue;
        }
        let entry = own.days.entry(*day).or_insert_with(|| Day {
            label: ExactSum::with_unit(spec.label_unit),
            kpis: spec
                .kpi_units
                .iter()
                .map(|unit| (0, ExactSum::with_unit(*unit)))
                .collect(),
            gained: vec![0; spec.gained.len()],
            ..Day::default()
        });
        entry.cell.add_row(*loss, spec.grid);
        let class = rows.label_class.get(row).copied().filter(|class| *class != NO_CLASS);
        let decision = decision_of(rows, row, spec.threshold);
        if let Some(decision) = decision {
            entry.decided.0 += 1;
            entry.decided.1 += u64::from(decision == 1);
            if let Some(class) = class
                && let Some(count) = entry
                    .confusion
                    .get_mut(usize::from(decision == 1) * 2 + usize::from(class == 1))
            {
                *count += 1;
            }
        }
        let value = rows.label_value.get(row).copied().filter(|value| value.is_finite());
        if let Some(label) =
            value.or_else(|| class.map(|class| f64::from(u8::from(class == 1))))
        {
            entry.labelled += 1;
            entry.label.add(label);
        }
        for ((count, sum), values) in entry.kpis.iter_mut().zip(&rows.kpis) {
            if let Some(value) =
                values.get(row).copied().filter(|value| value.is_finite())
            {
                *count += 1;
                sum.add(value);
            }
        }
        for (count, (column, gained)) in entry.gained.iter_mut().zip(&spec.gained) {
            let code = rows.codes.get(*column).and_then(|codes| codes.get(row));
            let inside = code.and_then(|code| gained.get(usize::from(*code)));
            *count += u64::from(inside == Some(&true));
        }
        entry.missing += missing.get(row).copied().map_or(0, u64::from);
    }
}

/// Null cells of each row in the given columns, column by column.
fn missing_cells(rows: &EncodedRows, columns: &[usize]) -> Vec<u16> {
    let mut missing = vec![0_u16; rows.row_count];
    for codes in columns.iter().filter_map(|column| rows.codes.get(*column)) {
        for (count, code) in missing.iter_mut().zip(codes) {
            *count += u16::from(*code == crate::encode::code::NULL);
        }
    }
    missing
}

fn add_periods(
    own: &mut TableCompared,
    spec: &CompareSpec,
    rows: &EncodedRows,
    edges: &[i32],
) {
    let period_of: Vec<usize> = rows
        .day
        .iter()
        .map(|day| match edges.partition_point(|edge| edge <= day) {
            0 => usize::MAX,
            above => above - 1,
        })
        .collect();
    for (followed, column) in spec.followed.iter().enumerate() {
        let Some(codes) = rows.codes.get(*column) else { continue };
        for (period, code) in period_of.iter().zip(codes) {
            let cell = own
                .periods
                .get_mut(*period)
                .and_then(|period| period.codes.get_mut(followed))
                .and_then(|codes| codes.get_mut(usize::from(*code)));
            if let Some(cell) = cell {
                *cell += 1;
            }
        }
    }
    if spec.score_edges.is_empty() {
        return;
    }
    for ((period, score), class) in
        period_of.iter().zip(&rows.score).zip(&rows.label_class)
    {
        if score.is_nan() || *class == NO_CLASS {
            continue;
        }
        let bin = spec.score_edges.partition_point(|edge| edge <= score);
        let cell =
            own.periods.get_mut(*period).and_then(|period| period.scores.get_mut(bin));
        if let Some((yes, no)) = cell {
            *(if *class == 1 { yes } else { no }) += 1;
        }
    }
}

impl Compared {
    /// The sums of a table.
    #[must_use]
    pub fn table(&self, role: TableRole) -> Option<&TableCompared> {
        self.tables.iter().find(|table| table.table == role)
    }

    /// Adds another worker's sums.
    pub fn merge(&mut self, other: Self) {
        for table in other.tables {
            match self.tables.iter_mut().find(|own| own.table == table.table) {
                Some(own) => own.merge(&table),
                None => self.tables.push(table),
            }
        }
        self.tables.sort_by_key(|table| table.table);
    }
}

fn add_all(own: &mut [u32], more: &[u32]) {
    for (cell, count) in own.iter_mut().zip(more) {
        *cell = cell.saturating_add(*count);
    }
}

fn add_sums(own: &mut [(u64, ExactSum)], more: &[(u64, ExactSum)]) {
    for ((count, sum), (more, other)) in own.iter_mut().zip(more) {
        *count += more;
        sum.merge(other);
    }
}

impl TableCompared {
    fn merge(&mut self, other: &Self) {
        for (own, more) in self.blocks.iter_mut().zip(&other.blocks) {
            own.add(more);
        }
        for (own, more) in self.losses.iter_mut().zip(&other.losses) {
            own.merge(more);
        }
        for (own, more) in self.block_codes.iter_mut().zip(&other.block_codes) {
            add_all(own, more);
        }
        for (day, more) in &other.days {
            match self.days.get_mut(day) {
                Some(own) => own.merge(more),
                None => {
                    self.days.insert(*day, more.clone());
                }
            }
        }
        for (own, more) in self.periods.iter_mut().zip(&other.periods) {
            for (codes, more) in own.codes.iter_mut().zip(&more.codes) {
                add_all(codes, more);
            }
            for (score, more) in own.scores.iter_mut().zip(&more.scores) {
                score.0 += more.0;
                score.1 += more.1;
            }
        }
        for (own, more) in self.kpis.iter_mut().zip(&other.kpis) {
            own.profile.merge(&more.profile);
            for (codes, more) in own.codes.iter_mut().zip(&more.codes) {
                add_sums(codes, more);
            }
        }
    }
}

impl Day {
    /// Adds another day, or another part of the same.
    pub fn merge(&mut self, other: &Self) {
        self.cell.add(&other.cell);
        for (own, more) in self.confusion.iter_mut().zip(other.confusion) {
            *own += more;
        }
        self.decided.0 += other.decided.0;
        self.decided.1 += other.decided.1;
        self.label.merge(&other.label);
        self.labelled += other.labelled;
        self.missing += other.missing;
        for (own, more) in self.gained.iter_mut().zip(&other.gained) {
            *own += more;
        }
        add_sums(&mut self.kpis, &other.kpis);
    }
}
