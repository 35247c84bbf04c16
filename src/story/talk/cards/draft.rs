//! A card under construction. Enter: lines, the most important first. Leaves: a card with as many as it holds.

use crate::report::{TalkCard, TalkLine};
use crate::story::phrase;

/// Lines on a card.
const BODY: usize = 5;
/// Causes, segments and notes on a card.
pub(super) const SHOWN: usize = 3;

/// Said in every talk.
pub(super) const ALWAYS: u32 = 5;
/// Said from seven minutes on.
pub(super) const SEVEN: u32 = 7;
/// Said in the ten-minute talk only.
pub(super) const TEN: u32 = 10;

/// A card under construction.
pub(super) struct Draft {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) body: Vec<String>,
    pub(super) notes: Vec<TalkLine>,
    pub(super) chart: Option<&'static str>,
}

impl Draft {
    pub(super) fn new(id: &'static str, title: &str) -> Self {
        let title = bullet(title);
        Self { id, title, body: Vec::new(), notes: Vec::new(), chart: None }
    }

    /// A line on the card.
    pub(super) fn show(&mut self, text: &str) {
        let text = bullet(text);
        if !text.is_empty() && self.body.len() < BODY && !self.body.contains(&text) {
            self.body.push(text);
        }
    }

    /// A line that is said.
    pub(super) fn say(&mut self, minutes: u32, text: &str) {
        let says = phrase::sentence(text);
        let again = self.notes.iter().any(|line| line.says == says);
        if !says.is_empty() && !again {
            self.notes.push(TalkLine { minutes, says });
        }
    }

    pub(super) fn say_some(&mut self, minutes: u32, text: Option<String>) {
        self.say(minutes, &text.unwrap_or_default());
    }

    pub(super) fn finish(self) -> TalkCard {
        TalkCard {
            id: self.id.to_owned(),
            title: self.title,
            body: self.body,
            notes: self.notes,
            seconds: [0; 3],
            chart: self.chart.map(str::to_owned),
        }
    }
}

/// A line without its full stop.
pub(super) fn bullet(text: &str) -> String {
    let text = phrase::sentence(text);
    text.strip_suffix('.').map_or_else(|| text.clone(), ToOwned::to_owned)
}

pub(super) fn labelled(rows: u64) -> String {
    phrase::counted(rows, "row with a known outcome", "rows with a known outcome")
}
