//! What is known of the tables between looking at the files and counting: their parts, the union of their
//! columns, their samples, and the labels that came in files of their own.

use super::error::AnalysisError;
use super::job::Sampled;
use crate::choices::{Choices, Role, TableRole};
use crate::data::cell::{Cell, Cells};
use crate::data::kind::{self, name_hints_time, name_words};
use crate::data::role::Known;
use crate::data::sample::{TablePart, TableSample};
use crate::data::{FileIndex, Format, Physical};
use crate::encode::rows::id_hash;
use crate::report::LabelJoin;

/// One table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Which.
    pub role: TableRole,
    /// Its files: handle and index.
    pub parts: Vec<(u32, FileIndex)>,
    /// Its label files.
    pub labels: Option<LabelFiles>,
    /// The row sample; columns as in [`Tables::columns`].
    pub sample: TableSample,
}

/// Label files of a table.
#[derive(Clone, Debug)]
pub struct LabelFiles {
    /// Handle and index of each.
    pub parts: Vec<(u32, FileIndex)>,
    /// The column that joins, in table and label files.
    pub key: String,
    /// The column with the label in the label files, and its name in the tables.
    pub label: String,
    /// Hashes of the ids, ascending, distinct; empty until read.
    pub hashes: Vec<u64>,
    /// The label of each.
    pub cells: Cells,
    /// Labels read.
    pub label_count: u64,
    /// Labels whose id had been there before.
    pub duplicate_ids: u64,
}

/// Files by their place in the table.
type Numbered = Vec<(u32, FileIndex)>;

/// All tables, and their columns.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// In order of role.
    pub tables: Vec<Table>,
    /// Names of all columns: the reference's in file order, then those only others have.
    pub columns: Vec<String>,
}

impl Table {
    /// Rows in all files.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.parts.iter().map(|(_, index)| index.row_count).sum()
    }

    /// Whether a file of the table has the column in a form that can be read, or the label files give it.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let in_files =
            self.parts.iter().any(|(_, index)| position(index, name).is_some());
        in_files || self.labels.as_ref().is_some_and(|labels| labels.label == name)
    }

    /// How the label files joined, after counting.
    #[must_use]
    pub fn label_join(
        &self,
        rows: u64,
        matched: u64,
        ids_matched: u64,
    ) -> Option<LabelJoin> {
        let labels = self.labels.as_ref()?;
        Some(LabelJoin {
            files: labels.parts.iter().map(|(_, index)| index.name.clone()).collect(),
            labels: labels.label_count,
            matched,
            rows_unmatched: rows.saturating_sub(matched),
            labels_unmatched: (labels.hashes.len() as u64).saturating_sub(ids_matched),
            duplicate_ids: labels.duplicate_ids,
        })
    }
}

/// Place of a readable column in a file.
#[must_use]
pub fn position(index: &FileIndex, name: &str) -> Option<usize> {
    index.columns.iter().position(|column| {
        column.name == name && !matches!(column.physical, Physical::Unsupported { .. })
    })
}

/// Whether a file writes numbers with a decimal comma.
#[must_use]
pub const fn decimal_comma(index: &FileIndex) -> bool {
    match &index.format {
        Format::Csv(format) => format.decimal_comma,
        Format::Parquet => false,
    }
}

/// Places of all readable columns of a file.
#[must_use]
pub fn readable(index: &FileIndex) -> Vec<usize> {
    let supported = |column: &usize| {
        let physical = index.columns.get(*column).map(|own| &own.physical);
        physical.is_some_and(|own| !matches!(own, Physical::Unsupported { .. }))
    };
    (0..index.columns.len()).filter(supported).collect()
}

impl Tables {
    /// The table with a role.
    #[must_use]
    pub fn table(&self, role: TableRole) -> Option<&Table> {
        self.tables.iter().find(|table| table.role == role)
    }

    /// Place of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|own| own == name)
    }

    /// Gathers tables from the indices of their files. `label` is the outcome's name, if it was chosen.
    ///
    /// # Errors
    /// A needed table is missing, nothing is shared, or labels cannot be joined.
    pub fn new(
        files: Vec<(TableRole, Numbered, Numbered)>,
        label: Option<&str>,
    ) -> Result<Self, AnalysisError> {
        let mut tables = Vec::new();
        // The outcome of one table is called the same in the other's label file.
        let known: Vec<(TableRole, String)> = files
            .iter()
            .flat_map(|(role, parts, _)| {
                let columns = parts.iter().flat_map(|(_, index)| &index.columns);
                columns.map(|own| (*role, own.name.clone()))
            })
            .collect();
        for (role, parts, labels) in files {
            if parts.is_empty() {
                continue;
            }
            let labels = if labels.is_empty() {
                None
            } else {
                let elsewhere =
                    |name: &str| known.iter().any(|own| own.0 != role && own.1 == name);
                Some(label_files(role, &parts, labels, label, elsewhere)?)
            };
            tables.push(Table { role, parts, labels, sample: TableSample::default() });
        }
        tables.sort_by_key(|table| table.role);
        for role in [TableRole::Reference, TableRole::Production] {
            if !tables.iter().any(|table| table.role == role) {
                return Err(AnalysisError::TableMissing { role });
            }
        }
        let mut columns: Vec<String> = Vec::new();
        for table in &tables {
            let in_files = table.parts.iter().flat_map(|(_, index)| &index.columns);
            let from_labels = table.labels.iter().map(|labels| &labels.label);
            for name in in_files.map(|column| &column.name).chain(from_labels) {
                if !columns.contains(name) {
                    columns.push(name.clone());
                }
            }
        }
        let all = Self { tables, columns };
        all.check_common()?;
        Ok(all)
    }

    fn check_common(&self) -> Result<(), AnalysisError> {
        let (Some(reference), Some(production)) =
            (self.table(TableRole::Reference), self.table(TableRole::Production))
        else {
            return Ok(());
        };
        if self.columns.iter().any(|name| reference.has(name) && production.has(name)) {
            return Ok(());
        }
        if let Some((_, index)) =
            [reference, production].into_iter().flat_map(|own| &own.parts).find(|own| {
                !own.1.columns.is_empty()
                    && own
                        .1
                        .columns
                        .iter()
                        .all(|own| matches!(own.physical, Physical::Unsupported { .. }))
            })
        {
            let columns: Vec<&str> =
                index.columns.iter().take(5).map(|own| own.name.as_str()).collect();
            return Err(AnalysisError::OnlyNested {
                file: index.name.clone(),
                columns: columns.join(", "),
            });
        }
        let names = |table: &Table| {
            let columns = table.parts.first().map(|(_, index)| index.columns.as_slice());
            let first: Vec<&str> = columns
                .unwrap_or_default()
                .iter()
                .take(5)
                .map(|c| c.name.as_str())
                .collect();
            first.join(", ")
        };
        let file = |table: &Table| {
            table.parts.first().map(|(_, index)| index.name.clone()).unwrap_or_default()
        };
        Err(AnalysisError::NoCommonColumn {
            reference: file(reference),
            production: file(production),
            reference_columns: names(reference),
            production_columns: names(production),
        })
    }

    /// Takes in the sample and the labels.
    pub fn take_sample(&mut self, sampled: Vec<Sampled>) {
        let columns = &self.columns;
        for table in &mut self.tables {
            let role = table.role;
            let parts = table.parts.iter().zip(0_u32..).map(|((_, index), part)| {
                let read = readable(index);
                let place = |name: &String| {
                    let column = position(index, name)?;
                    read.iter().position(|own| *own == column)
                };
                let mut own = TablePart {
                    places: columns.iter().map(place).collect(),
                    decimal_comma: decimal_comma(index),
                    ..TablePart::default()
                };
                own.sample.part = part;
                own
            });
            table.sample.parts = parts.collect();
            for (_, more) in
                sampled.iter().flat_map(|own| &own.parts).filter(|(own, _)| *own == role)
            {
                if let Some(part) = table.sample.parts.get_mut(more.part as usize) {
                    part.sample.append(more);
                }
            }
            if let Some(labels) = &mut table.labels {
                let parts = sampled.iter().flat_map(|own| &own.labels);
                let own =
                    parts.filter(|(own, _, _)| *own == role).map(|(_, h, c)| (h, c));
                labels.take(own);
                let key = columns.iter().position(|name| *name == labels.key);
                let label = columns.iter().position(|name| *name == labels.label);
                join_sample(&mut table.sample, labels, key, label);
            }
        }
    }

    /// What is known of every column: kinds from the reference, or from the first table that has it.
    #[must_use]
    pub fn known(&self, choices: &Choices) -> Vec<(Known, kind::Inferred)> {
        let describe = |(at, name): (usize, &String)| {
            let holders: Vec<&Table> =
                self.tables.iter().filter(|table| table.has(name)).collect();
            let empty = TableSample::default();
            let sample = holders.first().map_or(&empty, |table| &table.sample);
            let mut inferred = kind::infer(name, sample, at);
            if let Some(chosen) = choices.kinds.get(name) {
                inferred.kind = *chosen;
                inferred.reading = kind::reading_for(name, *chosen, sample, at);
            }
            let from_label_file = self.tables.iter().any(|table| {
                table.labels.as_ref().is_some_and(|labels| labels.label == *name)
            });
            let known = Known {
                name: name.clone(),
                kind: inferred.kind,
                reading: inferred.reading,
                distinct: inferred.distinct,
                tables: holders.iter().map(|table| table.role).collect(),
                from_label_file,
                unsupported: holders.is_empty(),
            };
            (known, inferred)
        };
        self.columns.iter().enumerate().map(describe).collect()
    }

    /// Checks that every column that was chosen is there.
    ///
    /// # Errors
    /// [`AnalysisError::NoSuchColumn`].
    pub fn check_choices(&self, choices: &Choices) -> Result<(), AnalysisError> {
        let columns = || {
            let first: Vec<&str> =
                self.columns.iter().take(12).map(String::as_str).collect();
            let more = if self.columns.len() > 12 { ", …" } else { "" };
            first.join(", ") + more
        };
        let by_role = choices.roles.iter().map(|(name, role)| (name, role_words(role)));
        let by_kind = choices.kinds.keys().map(|name| (name, "a kind".to_owned()));
        for (name, chosen_for) in by_role.chain(by_kind) {
            if self.column(name).is_none() {
                let (name, columns) = (name.clone(), columns());
                return Err(AnalysisError::NoSuchColumn { name, chosen_for, columns });
            }
        }
        Ok(())
    }
}

fn role_words(role: &Role) -> String {
    match role {
        Role::ClassScore(class) => format!("the score of class {class}"),
        other => format!("{other:?}").to_lowercase(),
    }
}

fn label_files(
    role: TableRole,
    parts: &[(u32, FileIndex)],
    labels: Vec<(u32, FileIndex)>,
    chosen: Option<&str>,
    elsewhere: impl Fn(&str) -> bool,
) -> Result<LabelFiles, AnalysisError> {
    let index = labels.first().map(|(_, index)| index);
    let file = index.map(|own| own.name.clone()).unwrap_or_default();
    let names: Vec<&str> = index
        .map(|own| own.columns.iter().map(|column| column.name.as_str()).collect())
        .unwrap_or_default();
    let shared =
        |name: &str| parts.iter().any(|(_, part)| position(part, name).is_some());
    let is_key = |name: &str| {
        name_words(name)
            .iter()
            .any(|word| matches!(word.as_str(), "id" | "uuid" | "key" | "guid"))
    };
    let key = names
        .iter()
        .rev()
        .filter(|name| shared(name))
        .max_by_key(|name| is_key(name))
        .ok_or_else(|| AnalysisError::LabelsWithoutKey { file: file.clone(), role })?;
    let is_index = |name: &str| name.starts_with("Unnamed") || name == "index";
    let is_label = |name: &str| {
        let words = name_words(name);
        let hint = ["label", "target", "outcome", "actual", "truth", "y"];
        words.iter().any(|word| hint.contains(&word.as_str()))
    };
    // When a label came is not what it says.
    let is_when = |name: &str| {
        name_hints_time(name)
            || name_words(name)
                .iter()
                .any(|word| matches!(word.as_str(), "days" | "delay" | "hours"))
    };
    // The first of several that are as good.
    let label = names
        .iter()
        .rev()
        .filter(|name| *name != key && !is_index(name))
        .max_by_key(|name| {
            let marks = (is_label(name), !is_when(name), !shared(name));
            (chosen == Some(**name), elsewhere(name) && !is_when(name), marks)
        })
        .ok_or(AnalysisError::LabelsWithoutLabel { file })?;
    Ok(LabelFiles {
        key: (*key).to_owned(),
        label: (*label).to_owned(),
        parts: labels,
        hashes: Vec::new(),
        cells: Cells::new(),
        label_count: 0,
        duplicate_ids: 0,
    })
}

impl LabelFiles {
    /// Sorts the labels by id; the first of several with one id is kept.
    fn take<'a>(&mut self, parts: impl Iterator<Item = (&'a Vec<u64>, &'a Cells)>) {
        let mut all: Vec<(u64, usize, Cell<'a>)> = Vec::new();
        for (hashes, cells) in parts {
            for (row, hash) in hashes.iter().enumerate() {
                all.push((*hash, all.len(), cells.get(row)));
            }
        }
        self.label_count = all.len() as u64;
        all.sort_unstable_by_key(|(hash, order, _)| (*hash, *order));
        let mut last = None;
        for (hash, _, cell) in all {
            if last == Some(hash) {
                self.duplicate_ids += 1;
                continue;
            }
            last = Some(hash);
            self.hashes.push(hash);
            self.cells.push(cell);
        }
    }
}

fn join_sample(
    sample: &mut TableSample,
    labels: &LabelFiles,
    key: Option<usize>,
    label: Option<usize>,
) {
    for part in &mut sample.parts {
        let keys = key
            .and_then(|key| part.places.get(key).copied().flatten())
            .and_then(|place| part.sample.columns.get(place));
        let own = label
            .and_then(|label| part.places.get(label).copied().flatten())
            .and_then(|place| part.sample.columns.get(place));
        let mut joined = Cells::new();
        for row in 0..part.sample.rows.len() {
            let hash = keys.and_then(|keys| id_hash(keys.get(row)));
            let at = hash.and_then(|hash| labels.hashes.binary_search(&hash).ok());
            let told = own.map_or(Cell::Null, |own| own.get(row));
            joined.push(at.map_or(told, |at| labels.cells.get(at)));
        }
        let place = part.sample.columns.len();
        part.sample.columns.push(joined);
        if let Some(own) = label.and_then(|label| part.places.get_mut(label)) {
            *own = Some(place);
        }
    }
}
