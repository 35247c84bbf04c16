//! Small tables for tests: columns of raw values without files or codes. Enter: values. Leave: [`Frames`] that the
//! detectors take as they take those of a file.

use super::View;
use crate::choices::{Kind, Role, TableRole};
use crate::encode::frame::{Frame, FrameColumn, Frames, InOrder, Raw};
use crate::encode::plan::EncodePlan;
use crate::encode::rows::EncodedRows;

/// Rows of the fixture's tables a day.
pub const DAY_ROWS: usize = 50;

/// A pair of tables.
pub struct Fixture {
    plan: EncodePlan,
    columns: Vec<FrameColumn>,
    reference: Vec<Raw>,
    production: Vec<Raw>,
    /// Values of a shadow table.
    pub shadow: Option<Vec<Raw>>,
    /// Ids of production (and shadow).
    pub ids: Vec<u64>,
    /// Entities of reference and production, where they are not the ids.
    pub entities: (Vec<u64>, Vec<u64>),
    /// Scores of reference and production.
    pub scores: (Vec<f64>, Vec<f64>),
    /// Scores of the shadow table, where they are not production's.
    pub shadow_scores: Option<Vec<f64>>,
    /// Moments of reference and production.
    pub moments: (Vec<i64>, Vec<i64>),
    /// Moments of the shadow table, where they are not production's.
    pub shadow_moments: Vec<i64>,
    /// Outcomes of reference and production: classes.
    pub labels: (Vec<u8>, Vec<u8>),
}

impl Fixture {
    /// No columns yet.
    pub fn new() -> Self {
        Self {
            plan: EncodePlan::default(),
            columns: Vec::new(),
            reference: Vec::new(),
            production: Vec::new(),
            shadow: None,
            ids: Vec::new(),
            entities: (Vec::new(), Vec::new()),
            scores: (Vec::new(), Vec::new()),
            shadow_scores: None,
            moments: (Vec::new(), Vec::new()),
            shadow_moments: Vec::new(),
            labels: (Vec::new(), Vec::new()),
        }
    }

    /// A numeric column.
    pub fn number(
        mut self,
        name: &str,
        reference: Vec<f64>,
        production: Vec<f64>,
    ) -> Self {
        self.add(name, Kind::Number, Vec::new());
        self.reference.push(Raw::Numbers(reference));
        self.production.push(Raw::Numbers(production));
        self
    }

    /// A category column.
    pub fn names(mut self, name: &str, reference: &[&str], production: &[&str]) -> Self {
        let mut known: Vec<String> = Vec::new();
        let mut codes = |own: &[&str]| -> Vec<u32> {
            own.iter()
                .map(|name| {
                    let at =
                        known.iter().position(|own| own == name).unwrap_or_else(|| {
                            known.push((*name).to_owned());
                            known.len() - 1
                        });
                    at as u32
                })
                .collect()
        };
        let (reference, production) = (codes(reference), codes(production));
        self.add(name, Kind::Category, known);
        self.reference.push(Raw::Names(reference));
        self.production.push(Raw::Names(production));
        self
    }

    fn add(&mut self, name: &str, kind: Kind, names: Vec<String>) {
        self.columns.push(FrameColumn {
            name: name.to_owned(),
            kind,
            role: Role::Feature,
            coders: vec![self.columns.len()],
            names,
            tables: vec![TableRole::Reference, TableRole::Production, TableRole::Shadow],
        });
    }

    /// What `test` says of the tables.
    pub fn see<T>(&self, test: impl FnOnce(&View<'_>) -> T) -> T {
        let rows = |own: &[Raw]| match own.first() {
            Some(Raw::Numbers(own)) => own.len(),
            Some(Raw::Names(own)) => own.len(),
            _ => 0,
        };
        let frame = |table,
                     values: &[Raw],
                     first_day: i32,
                     scores: &[f64],
                     moments: &[i64],
                     labels: &[u8]| {
            let count = rows(values);
            let day =
                |row: usize| first_day + i32::try_from(row / DAY_ROWS).expect("a day");
            let of_day = |row: usize| i64::from(day(row)) * 86_400_000_000 + row as i64;
            let mut ids: Vec<u64> = (1..=count as u64).collect();
            if table != TableRole::Reference && self.ids.len() == count {
                ids.clone_from(&self.ids);
            }
            Frame {
                table,
                table_rows: count as u64,
                rows: EncodedRows {
                    row_count: count,
                    day: (0..count).map(day).collect(),
                    score: scores.to_vec(),
                    label_class: labels.to_vec(),
                    ..EncodedRows::default()
                },
                values: values.to_vec(),
                entities: match table {
                    TableRole::Reference if !self.entities.0.is_empty() => {
                        self.entities.0.clone()
                    }
                    TableRole::Production if !self.entities.1.is_empty() => {
                        self.entities.1.clone()
                    }
                    _ => ids.clone(),
                },
                ids,
                moments: if moments.is_empty() {
                    (0..count).map(of_day).collect()
                } else {
                    moments.to_vec()
                },
                unread: Vec::new(),
                in_order: InOrder::default(),
            }
        };
        let frames = Frames {
            plan: &self.plan,
            columns: self.columns.clone(),
            reference: frame(
                TableRole::Reference,
                &self.reference,
                0,
                &self.scores.0,
                &self.moments.0,
                &self.labels.0,
            ),
            production: frame(
                TableRole::Production,
                &self.production,
                1000,
                &self.scores.1,
                &self.moments.1,
                &self.labels.1,
            ),
            shadow: self.shadow.as_ref().map(|own| {
                let scores = self.shadow_scores.as_ref().unwrap_or(&self.scores.1);
                let own_time = !self.shadow_moments.is_empty();
                let moments =
                    if own_time { &self.shadow_moments } else { &self.moments.1 };
                frame(TableRole::Shadow, own, 1000, scores, moments, &[])
            }),
            training: None,
        };
        test(&View::new(&frames, None))
    }
}
