//! The places a file can be put, and the files put there.

use std::collections::BTreeMap;

use crate::choices::TableRole;
use crate::platform::files::FileRef;
use crate::worker::pool::TableSet;
use crate::worker::protocol::TableFiles;

/// A place for files: a table, or the labels of a table in files of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// Rows from before launch.
    Reference,
    /// Rows from after launch.
    Production,
    /// The same production entities scored offline.
    Shadow,
    /// The rows the model was trained on.
    Training,
    /// Labels of the reference.
    ReferenceLabels,
    /// Labels of production.
    ProductionLabels,
}

impl Slot {
    /// The two that are needed.
    pub const NEEDED: [Self; 2] = [Self::Reference, Self::Production];
    /// The four that are not.
    pub const OPTIONAL: [Self; 4] =
        [Self::ReferenceLabels, Self::ProductionLabels, Self::Shadow, Self::Training];

    /// The `data-testid` and id of its file input.
    #[must_use]
    pub const fn input_id(self) -> &'static str {
        match self {
            Self::Reference => "reference-input",
            Self::Production => "production-input",
            Self::Shadow => "shadow-input",
            Self::Training => "training-input",
            Self::ReferenceLabels => "reference-labels-input",
            Self::ProductionLabels => "production-labels-input",
        }
    }

    /// The table its files belong to.
    #[must_use]
    pub const fn table(self) -> TableRole {
        match self {
            Self::Reference | Self::ReferenceLabels => TableRole::Reference,
            Self::Production | Self::ProductionLabels => TableRole::Production,
            Self::Shadow => TableRole::Shadow,
            Self::Training => TableRole::Training,
        }
    }

    /// Whether it holds labels only.
    #[must_use]
    pub const fn is_labels(self) -> bool {
        matches!(self, Self::ReferenceLabels | Self::ProductionLabels)
    }

    /// The place of a file of this table; only reference and production have label files.
    #[must_use]
    pub const fn of(table: TableRole, labels: bool) -> Self {
        match (table, labels) {
            (TableRole::Reference, false) => Self::Reference,
            (TableRole::Reference, true) => Self::ReferenceLabels,
            (TableRole::Production, false) => Self::Production,
            (TableRole::Production, true) => Self::ProductionLabels,
            (TableRole::Shadow, _) => Self::Shadow,
            (TableRole::Training, _) => Self::Training,
        }
    }
}

/// The files given so far, by place, in the order given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileShelf(BTreeMap<Slot, Vec<FileRef>>);

impl FileShelf {
    /// The files of a place.
    #[must_use]
    pub fn of(&self, slot: Slot) -> &[FileRef] {
        self.0.get(&slot).map_or(&[], Vec::as_slice)
    }

    /// Puts files behind those already there.
    pub fn add(&mut self, slot: Slot, files: Vec<FileRef>) {
        self.0.entry(slot).or_default().extend(files);
    }

    /// Takes one file away.
    pub fn remove(&mut self, slot: Slot, index: usize) {
        if let Some(files) = self.0.get_mut(&slot)
            && index < files.len()
        {
            files.remove(index);
        }
    }

    /// Keeps only some files of a place.
    pub fn retain(&mut self, slot: Slot, keep: impl Fn(&FileRef) -> bool) {
        if let Some(files) = self.0.get_mut(&slot) {
            files.retain(keep);
        }
    }

    /// Names of the files that these words name.
    #[must_use]
    pub fn named_in(&self, words: &str) -> Vec<String> {
        let names = self.0.values().flatten().map(FileRef::name);
        names.filter(|name| words.contains(name.as_str())).collect()
    }

    /// Whether both needed tables have a file.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        Slot::NEEDED.iter().all(|slot| !self.of(*slot).is_empty())
    }

    /// Whether nothing was given yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(Vec::is_empty)
    }

    /// The files as the workers take them: one flat list and who owns which.
    #[must_use]
    pub fn table_set(&self) -> TableSet {
        let mut set = TableSet::default();
        for role in TableRole::ALL {
            let mut table = TableFiles { role, parts: Vec::new(), labels: Vec::new() };
            for (slot, files) in self.0.iter().filter(|(slot, _)| slot.table() == role) {
                for file in files {
                    let index = u32::try_from(set.files.len()).unwrap_or(u32::MAX);
                    set.files.push(file.clone());
                    let list = if slot.is_labels() {
                        &mut table.labels
                    } else {
                        &mut table.parts
                    };
                    list.push(index);
                }
            }
            if !table.parts.is_empty() {
                set.tables.push(table);
            }
        }
        set
    }
}
