//! What the page shows of a report: the report to read, the talk, or a case to practise on.

use std::sync::Arc;

use leptos::prelude::*;

use crate::practise::{Brief, CaseKey, Solution};

/// How the page shows the report it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// To be read.
    #[default]
    Read,
    /// As cards, to be talked about.
    Present,
    /// Its evidence only, to find the cause oneself.
    Practise,
}

impl Mode {
    /// The stable name, as in `<main data-mode>`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Present => "present",
            Self::Practise => "practise",
        }
    }
}

/// The case to practise on.
#[derive(Clone, Copy)]
pub struct Practice {
    /// Which one.
    pub key: RwSignal<Option<CaseKey>>,
    /// What the team knows.
    pub brief: RwSignal<Option<Brief>>,
    /// What is true; not at hand before the candidate asks for it.
    pub solution: RwSignal<Option<Arc<Solution>>>,
    /// The candidate asked for the truth, and it is not here yet.
    pub asked: RwSignal<bool>,
}

impl Practice {
    /// No case.
    #[must_use]
    pub fn new() -> Self {
        Self {
            key: RwSignal::new(None),
            brief: RwSignal::new(None),
            solution: RwSignal::new(None),
            asked: RwSignal::new(false),
        }
    }

    /// Another case, or none.
    pub fn take(self, key: Option<CaseKey>) {
        self.key.set(key);
        self.brief.set(None);
        self.solution.set(None);
        self.asked.set(false);
    }
}

impl Default for Practice {
    fn default() -> Self {
        Self::new()
    }
}
