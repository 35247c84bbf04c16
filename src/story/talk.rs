//! The talk that presents a report: six to nine cards, each with what stands on it, what is said and for how
//! long, and the questions a product manager is likely to ask with their answers. A finished report enters;
//! a [`Talk`] for 5, 7 and 10 minutes leaves. Deterministic; every card carries a number of this report.
//!
//! 1. [`cards`](mod@cards) writes each card with more lines than any talk needs, the most important first.
//! 2. [`timing`] picks lines for each length by the pace of speech and gives each card its seconds.
//! 3. [`questions`] writes questions and answers.
//!
//! # Decisions
//! - All three lengths are written at once and travel with the report: the page only shows them, and carries
//!   none of these words itself.
//! - A longer talk says everything a shorter one says, and more.

mod cards;
mod questions;
pub mod timing;

#[cfg(test)]
mod tests;

pub use timing::{MINUTES, WORDS_PER_MINUTE};

use super::facts::Facts;
use crate::report::{Report, Talk};

/// One card of a talk of a certain length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card<'a> {
    /// Stable id.
    pub id: &'a str,
    /// The message.
    pub title: &'a str,
    /// What stands on it.
    pub body: &'a [String],
    /// What is said, sentence by sentence.
    pub notes: Vec<&'a str>,
    /// How long it stays.
    pub seconds: u32,
    /// `change`, `split`, `time` or `segments`.
    pub chart: Option<&'a str>,
}

/// Writes the talk. Reads everything but `report.talk`.
#[must_use]
pub fn talk(report: &Report) -> Talk {
    let facts = Facts::new(report);
    let mut cards = cards::all(&facts);
    timing::fit(&mut cards);
    Talk { cards, questions: questions::all(&facts) }
}

/// The cards of a talk of 5, 7 or 10 minutes; another length gets the next shorter one.
#[must_use]
pub fn cards(talk: &Talk, minutes: u32) -> Vec<Card<'_>> {
    let slot = MINUTES.iter().rposition(|length| *length <= minutes).unwrap_or(0);
    let length = MINUTES.get(slot).copied().unwrap_or_default();
    talk.cards
        .iter()
        .map(|card| Card {
            id: &card.id,
            title: &card.title,
            body: &card.body,
            notes: card
                .notes
                .iter()
                .filter(|line| line.minutes <= length)
                .map(|line| line.says.as_str())
                .collect(),
            seconds: card.seconds.get(slot).copied().unwrap_or_default(),
            chart: card.chart.as_deref(),
        })
        .collect()
}
