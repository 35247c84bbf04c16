//! The row sample as columns: what the models and the detectors of broken inputs look at, row by row. Enter:
//! a table's sample and the plan. Leave: [`Frames`], one [`Frame`] a table, with the codes of the plan and the
//! raw values beside them. At most [`crate::data::sample::SAMPLE_ROWS`] rows a table (about `9·columns` bytes
//! a row), the same rows for any number of workers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::code::BLOCKS;
use super::coder::Rule;
use super::plan::{EncodePlan, Named};
use super::rows::{EncodedRows, NamedBatch, encode, id_hash};
use crate::choices::{Kind, Role, TableRole};
use crate::data::batch::NULL_TIME;
use crate::data::cell::{Cell, Cells, Reading};
use crate::data::sample::TableSample;
use crate::data::{Batch, Span, TextColumn, Values};
use crate::stats::order;

/// The moment of a row without a readable time.
pub const NO_MOMENT: i64 = i64::MIN;
/// The id of a row without one.
pub const NO_ID: u64 = 0;
/// The name number of a missing category.
pub const NO_NAME: u32 = u32::MAX;

/// The samples of all tables, encoded by one plan.
#[derive(Clone, Debug)]
pub struct Frames<'a> {
    /// How rows were encoded; `plan.coders[i]` is the coder of `frame.rows.codes[i]`.
    pub plan: &'a EncodePlan,
    /// The inputs of the model that both reference and production have, and segments; in plan order.
    pub columns: Vec<FrameColumn>,
    /// Rows from before launch.
    pub reference: Frame,
    /// Rows logged after launch.
    pub production: Frame,
    /// The same production entities from the offline pipeline.
    pub shadow: Option<Frame>,
    /// The rows the model was trained on.
    pub training: Option<Frame>,
}

/// A source column of the files with its coders.
#[derive(Clone, Debug)]
pub struct FrameColumn {
    /// Name in the files.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it is for: [`Role::Feature`] or [`Role::Segment`].
    pub role: Role,
    /// Its coders, as places in `plan.coders` (several for times and texts; never empty).
    pub coders: Vec<usize>,
    /// Distinct names of a category or boolean column over all tables, in order of first appearance in
    /// table order; [`Raw::Names`] points here. Empty for other kinds.
    pub names: Vec<String>,
    /// Tables that have the column.
    pub tables: Vec<TableRole>,
}

/// Sampled rows of one table. Every list has one entry a row.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Which table.
    pub table: TableRole,
    /// Rows of the whole table.
    pub table_rows: u64,
    /// Codes, score, label, decision, block, day, weight.
    pub rows: EncodedRows,
    /// Raw values of `Frames::columns`, same order.
    pub values: Vec<Raw>,
    /// Hash of the row's id, or [`NO_ID`].
    pub ids: Vec<u64>,
    /// Hash of the entity that rows belong to (its id where there is no other key), or [`NO_ID`].
    pub entities: Vec<u64>,
    /// Microseconds since 1970-01-01 UTC, or [`NO_MOMENT`].
    pub moments: Vec<i64>,
    /// For each column the cells that hold something which is no number (columns of numbers); empty: none.
    pub unread: Vec<u64>,
    /// Numbers in order, for [`Frame::ascending`].
    pub in_order: InOrder,
}

/// The numbers of each column in ascending order, sorted when they are first asked for: many detectors ask. The
/// default keeps nothing, so that every question sorts anew.
#[derive(Clone, Debug, Default)]
pub struct InOrder(Vec<OnceLock<Vec<f64>>>);

impl InOrder {
    /// For so many columns, whose values must not change from now on.
    #[must_use]
    pub fn of_columns(count: usize) -> Self {
        Self(vec![OnceLock::new(); count])
    }
}

/// Raw values of a column.
#[derive(Clone, Debug)]
pub enum Raw {
    /// Numbers (kinds number and integer; hours of nothing else); NaN is missing or not a number.
    Numbers(Vec<f64>),
    /// Names (kinds category and boolean) as places in [`FrameColumn::names`], or [`NO_NAME`].
    Names(Vec<u32>),
    /// Moments, microseconds, or [`NO_MOMENT`].
    Moments(Vec<i64>),
    /// Text: only its codes are of use.
    Other,
}

impl Raw {
    /// The numbers; empty for other kinds.
    #[must_use]
    pub fn numbers(&self) -> &[f64] {
        match self {
            Self::Numbers(values) => values,
            _ => &[],
        }
    }

    /// The name numbers; empty for other kinds.
    #[must_use]
    pub fn names(&self) -> &[u32] {
        match self {
            Self::Names(values) => values,
            _ => &[],
        }
    }

    /// Whether a row is missing (text: never said here).
    #[must_use]
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::Numbers(values) => values.get(row).is_none_or(|value| value.is_nan()),
            Self::Names(values) => values.get(row).is_none_or(|name| *name == NO_NAME),
            Self::Moments(values) => values.get(row).is_none_or(|at| *at == NO_MOMENT),
            Self::Other => false,
        }
    }
}

impl Frame {
    /// Number of sampled rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rows.row_count
    }

    /// Whether there is no row.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rows.row_count == 0
    }

    /// The finite numbers of a column, ascending; empty for other kinds.
    #[must_use]
    pub fn ascending(&self, column: usize) -> Cow<'_, [f64]> {
        let sorted = || {
            let numbers = self.values.get(column).map(Raw::numbers).unwrap_or_default();
            let mut kept: Vec<f64> =
                numbers.iter().copied().filter(|value| value.is_finite()).collect();
            order::sort(&mut kept);
            kept
        };
        match self.in_order.0.get(column) {
            Some(known) => Cow::Borrowed(known.get_or_init(sorted).as_slice()),
            None => Cow::Owned(sorted()),
        }
    }

    /// What the model and its inputs say of some of the rows (places in this frame): codes, scores, blocks.
    #[must_use]
    pub fn only(&self, rows: &[u32]) -> Self {
        Self {
            table: self.table,
            table_rows: rows.len() as u64,
            rows: self.rows.only(rows),
            values: Vec::new(),
            ids: Vec::new(),
            entities: Vec::new(),
            moments: Vec::new(),
            unread: Vec::new(),
            in_order: InOrder::default(),
        }
    }

    /// Share of the table's rows that were sampled, 0–1.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.table_rows == 0 {
            1.0
        } else {
            self.len() as f64 / self.table_rows as f64
        }
    }
}

/// A table to make a frame of.
pub struct FrameSource<'a> {
    /// Which table.
    pub table: TableRole,
    /// Rows of the whole table.
    pub table_rows: u64,
    /// Its sample.
    pub sample: &'a TableSample,
}

impl<'a> Frames<'a> {
    /// Encodes the samples. `columns` are the names of the sample's columns, in order; `None` without
    /// a reference or a production table.
    #[must_use]
    pub fn new(
        plan: &'a EncodePlan,
        columns: &[String],
        sources: &[FrameSource<'_>],
    ) -> Option<Self> {
        // Label files were joined when the sample was taken: here the label is a column like any other.
        let mut unjoined = plan.clone();
        for table in &mut unjoined.tables {
            table.labels_joined_by = None;
        }
        let mut kept = frame_columns(plan);
        let mut frames: BTreeMap<TableRole, Frame> = BTreeMap::new();
        let mut names: Vec<BTreeMap<Vec<u8>, u32>> = vec![BTreeMap::new(); kept.len()];
        for source in sources {
            let frame = frame(&unjoined, columns, source, &mut kept, &mut names);
            frames.insert(source.table, frame);
        }
        Some(Self {
            plan,
            columns: kept,
            reference: frames.remove(&TableRole::Reference)?,
            production: frames.remove(&TableRole::Production)?,
            shadow: frames.remove(&TableRole::Shadow),
            training: frames.remove(&TableRole::Training),
        })
    }

    /// Place of a column in [`Frames::columns`].
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Coders of the inputs of the model that reference and production both have, but for the columns in
    /// `without` (places in [`Frames::columns`]). Segments are not inputs.
    #[must_use]
    pub fn inputs(&self, without: &[usize]) -> Vec<usize> {
        let kept = |(at, column): &(usize, &FrameColumn)| {
            column.role == Role::Feature
                && !without.contains(at)
                && column.is_in(TableRole::Reference)
                && column.is_in(TableRole::Production)
        };
        self.columns
            .iter()
            .enumerate()
            .filter(kept)
            .flat_map(|(_, column)| column.coders.iter().copied())
            .collect()
    }
}

impl FrameColumn {
    /// Whether a table has the column.
    #[must_use]
    pub fn is_in(&self, table: TableRole) -> bool {
        self.tables.contains(&table)
    }
}

fn frame_columns(plan: &EncodePlan) -> Vec<FrameColumn> {
    let mut kept: Vec<FrameColumn> = Vec::new();
    for (at, coder) in plan.coders.iter().enumerate() {
        if !matches!(coder.role, Role::Feature | Role::Segment) {
            continue;
        }
        match kept.iter_mut().find(|column| column.name == coder.source) {
            Some(column) => column.coders.push(at),
            None => kept.push(FrameColumn {
                name: coder.source.clone(),
                kind: coder.kind,
                role: coder.role.clone(),
                coders: vec![at],
                names: Vec::new(),
                tables: Vec::new(),
            }),
        }
    }
    kept
}

fn frame(
    plan: &EncodePlan,
    columns: &[String],
    source: &FrameSource<'_>,
    kept: &mut [FrameColumn],
    names: &mut [BTreeMap<Vec<u8>, u32>],
) -> Frame {
    let mut frame = Frame {
        table: source.table,
        table_rows: source.table_rows,
        rows: EncodedRows::default(),
        values: kept.iter().map(|column| empty(column.kind)).collect(),
        ids: Vec::new(),
        entities: Vec::new(),
        moments: Vec::new(),
        unread: vec![0; kept.len()],
        in_order: InOrder::of_columns(kept.len()),
    };
    for part in &source.sample.parts {
        let cells_of = |name: &str| -> Option<&Cells> {
            let at = columns.iter().position(|own| own == name)?;
            part.sample.columns.get(part.places.get(at).copied().flatten()?)
        };
        let count = part.sample.rows.len();
        let (names_read, values): (Vec<&str>, Vec<Values>) = columns
            .iter()
            .filter_map(|name| Some((name.as_str(), values_of(cells_of(name)?))))
            .unzip();
        let batch = Batch { first_row: 0, row_count: count, columns: values };
        let named = NamedBatch {
            names: &names_read,
            batch: &batch,
            table: source.table,
            part: part.sample.part,
            decimal_comma: part.decimal_comma,
        };
        append(&mut frame.rows, encode(plan, &named, None, &mut []));
        let reading = |own: Reading| Reading { decimal_comma: part.decimal_comma, ..own };
        for (place, column) in kept.iter_mut().enumerate() {
            let cells = cells_of(&column.name);
            if cells.is_some() && !column.tables.contains(&source.table) {
                column.tables.push(source.table);
            }
            let own = column.coders.first().and_then(|at| plan.coders.get(*at));
            let own = reading(own.map(|coder| coder.reading).unwrap_or_default());
            let known = (&mut column.names, names.get_mut(place));
            if let (Some(values), (names, Some(known))) =
                (frame.values.get_mut(place), known)
            {
                extend(values, cells, count, own, (names, known));
                let read = values.numbers();
                let new = read.get(read.len().saturating_sub(count)..).unwrap_or(&[]);
                let is_unread = |(row, value): &(usize, &f64)| {
                    value.is_nan() && cells.is_some_and(|own| own.get(*row) != Cell::Null)
                };
                let unread = new.iter().enumerate().filter(is_unread).count() as u64;
                frame.unread.get_mut(place).into_iter().for_each(|own| *own += unread);
            }
        }
        let hashes = |key: Option<&Named>| -> Vec<u64> {
            let cells = key.and_then(|key| cells_of(&key.name));
            let hash = |row| cells.and_then(|own| id_hash(own.get(row))).unwrap_or(NO_ID);
            (0..count).map(hash).collect()
        };
        frame.ids.extend(hashes(plan.roles.id.as_ref()));
        frame.entities.extend(hashes(plan.entity()));
        let time = plan.roles.time.as_ref();
        let own = reading(time.map(|time| time.reading).unwrap_or_default());
        let times = time.and_then(|time| cells_of(&time.name));
        let moment = |row: usize| {
            let at = times.and_then(|times| times.get(row).time(own).value());
            at.filter(|at| plan.day(*at).is_some()).unwrap_or(NO_MOMENT)
        };
        frame.moments.extend((0..count).map(moment));
    }
    // Of a mean of 1, so that tables whose weights are of another size can be put together.
    let total: f64 = frame.rows.weight.iter().sum();
    if total > 0.0 {
        let mean = total / frame.rows.weight.len() as f64;
        frame.rows.weight.iter_mut().for_each(|own| *own /= mean);
    }
    frame
}

/// Appends so many cells of a column (null where there is none), with its names so far, as they are and by number.
#[inline(never)]
fn extend(
    values: &mut Raw,
    cells: Option<&Cells>,
    count: usize,
    reading: Reading,
    (names, known): (&mut Vec<String>, &mut BTreeMap<Vec<u8>, u32>),
) {
    let cell = |row: usize| cells.map_or(Cell::Null, |cells| cells.get(row));
    let rows = 0..count;
    match values {
        Raw::Numbers(values) => values
            .extend(rows.map(|at| cell(at).number(reading).value().unwrap_or(f64::NAN))),
        Raw::Moments(values) => values
            .extend(rows.map(|at| cell(at).time(reading).value().unwrap_or(NO_MOMENT))),
        Raw::Names(values) => {
            for row in rows {
                let cell = cell(row);
                let Some(name) = cell.name() else {
                    values.push(NO_NAME);
                    continue;
                };
                let number = known.get(name.as_ref()).copied();
                values.push(number.unwrap_or_else(|| {
                    let next = names.len() as u32;
                    known.insert(name.to_vec(), next);
                    names.push(String::from_utf8_lossy(&name).into_owned());
                    next
                }));
            }
        }
        Raw::Other => {}
    }
}

fn empty(kind: Kind) -> Raw {
    match kind {
        Kind::Number | Kind::Integer => Raw::Numbers(Vec::new()),
        Kind::Boolean | Kind::Category | Kind::Identifier => Raw::Names(Vec::new()),
        Kind::Time => Raw::Moments(Vec::new()),
        Kind::Text => Raw::Other,
    }
}

/// Sampled cells as a batch column, so that sampled rows are encoded by the same code as all rows.
fn values_of(cells: &Cells) -> Values {
    match cells {
        Cells::Null(count) => {
            Values::Float(vec![f64::NAN; usize::try_from(*count).unwrap_or(0)])
        }
        Cells::Text { bytes, spans } => {
            let span = |(start, length): &(u32, u32)| {
                if *length == u32::MAX {
                    Span::NULL
                } else {
                    Span { start: *start, length: *length }
                }
            };
            let spans = spans.iter().map(span).collect();
            Values::Text(TextColumn { buffer: Arc::new(bytes.clone()), spans })
        }
        Cells::Float(values) => Values::Float(values.clone()),
        Cells::Integer(values) => Values::Integer {
            values: values.iter().map(|value| value.unwrap_or(0)).collect(),
            valid: Some(values.iter().map(Option::is_some).collect()),
        },
        Cells::Boolean(values) => {
            let byte = |value: &Option<bool>| value.map_or(2, u8::from);
            Values::Boolean(values.iter().map(byte).collect())
        }
        Cells::Time(values) => Values::Time(
            values
                .iter()
                .map(|at| if *at == NO_MOMENT { NULL_TIME } else { *at })
                .collect(),
        ),
    }
}

fn append(all: &mut EncodedRows, more: EncodedRows) {
    fn lists<T: Clone>(all: &mut Vec<Vec<T>>, more: Vec<Vec<T>>) {
        if all.is_empty() {
            *all = more;
        } else {
            all.iter_mut().zip(more).for_each(|(own, more)| own.extend(more));
        }
    }
    all.row_count += more.row_count;
    lists(&mut all.codes, more.codes);
    lists(&mut all.class_scores, more.class_scores);
    lists(&mut all.kpis, more.kpis);
    all.block.extend(more.block);
    all.day.extend(more.day);
    all.score.extend(more.score);
    all.label_class.extend(more.label_class);
    all.label_value.extend(more.label_value);
    all.decision.extend(more.decision);
    all.weight.extend(more.weight);
    all.value.extend(more.value);
    all.baseline.extend(more.baseline);
    all.baseline_class.extend(more.baseline_class);
    debug_assert!(all.block.iter().all(|block| usize::from(*block) < BLOCKS));
}

/// Whether a coder reads numbers by cuts of their own line.
#[must_use]
pub const fn is_numeric(rule: &Rule) -> bool {
    matches!(rule, Rule::Number(_))
}

/// The code of a raw value under a coder: what the row would have been encoded to with this value.
#[must_use]
pub fn recode(
    coder: &super::coder::ColumnCoder,
    column: &FrameColumn,
    raw: &Raw,
    row: usize,
) -> u8 {
    use super::code::NULL;
    use super::coder::Coded;
    let cell = match raw {
        Raw::Numbers(values) => match values.get(row) {
            Some(value) if !value.is_nan() => Cell::Float(*value),
            _ => Cell::Null,
        },
        Raw::Names(values) => values
            .get(row)
            .and_then(|name| column.names.get(*name as usize))
            .map_or(Cell::Null, |name| Cell::Text(name.as_bytes())),
        Raw::Moments(values) => match values.get(row) {
            Some(at) if *at != NO_MOMENT => Cell::Time(*at),
            _ => Cell::Null,
        },
        Raw::Other => Cell::Null,
    };
    match coder.code(cell, coder.reading) {
        Coded::Code(code) => code,
        Coded::Failed => NULL,
    }
}
