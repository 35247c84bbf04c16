//! Category names to codes: a small open-addressing table, rebuilt wherever it is used, so that only the
//! names themselves travel between workers.

use std::cell::OnceCell;

use serde::{Deserialize, Serialize};

use super::code;
use crate::data::cell::Cell;
use crate::stats::random::hash64;

/// Names with their codes. Names that are not listed get `unlisted`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct NameIndex {
    entries: Vec<(Vec<u8>, u8)>,
    unlisted: u8,
    #[serde(skip)]
    slots: OnceCell<Vec<u32>>,
}

impl PartialEq for NameIndex {
    fn eq(&self, other: &Self) -> bool {
        self.entries == other.entries && self.unlisted == other.unlisted
    }
}

const EMPTY: u32 = u32::MAX;

impl NameIndex {
    /// Lists `entries` (distinct names); every other name has the code `unlisted`.
    #[must_use]
    pub fn new(entries: Vec<(Vec<u8>, u8)>, unlisted: u8) -> Self {
        Self { entries, unlisted, slots: OnceCell::new() }
    }

    /// The listed names.
    #[must_use]
    pub fn entries(&self) -> &[(Vec<u8>, u8)] {
        &self.entries
    }

    fn slots(&self) -> &[u32] {
        self.slots.get_or_init(|| {
            let size = (self.entries.len() * 2 + 2).next_power_of_two();
            let mut slots = vec![EMPTY; size];
            for (number, (name, _)) in self.entries.iter().enumerate() {
                let mut at = first_slot(name, size);
                while slots.get(at).is_some_and(|slot| *slot != EMPTY) {
                    at = (at + 1) % size;
                }
                if let Some(slot) = slots.get_mut(at) {
                    *slot = u32::try_from(number).unwrap_or(EMPTY);
                }
            }
            slots
        })
    }

    /// Code of a name, if it is listed.
    #[must_use]
    pub fn find(&self, name: &[u8]) -> Option<u8> {
        let slots = self.slots();
        let mut at = first_slot(name, slots.len());
        loop {
            let entry = self.entries.get(*slots.get(at)? as usize)?;
            if entry.0 == name {
                return Some(entry.1);
            }
            at = (at + 1) % slots.len();
        }
    }

    /// Code of a cell; null has the null code.
    #[must_use]
    pub fn code_of(&self, cell: Cell<'_>) -> u8 {
        match cell.name() {
            None => code::NULL,
            Some(name) => self.find(&name).unwrap_or(self.unlisted),
        }
    }
}

fn first_slot(name: &[u8], size: usize) -> usize {
    // The low bits of a 64-bit hash; the size is a power of two.
    (hash64(name, 0x6e61_6d65) as usize) & (size - 1)
}
