//! Every visible word of the page, by screen. Sentences about findings come from the report; these are the
//! words around them. "Before launch" and "after launch" stand for reference and production.

mod act;
mod charts;
mod columns;
mod practise;
mod present;
mod report;
mod share;
mod start;
mod what_if;
mod why;

pub use act::*;
pub use charts::*;
pub use columns::*;
pub use practise::*;
pub use present::*;
pub use report::*;
pub use share::*;
pub use start::*;
pub use what_if::*;
pub use why::*;

use crate::choices::TableRole;
use crate::report::Unit;
use crate::story::number;

/// Id of the heading that takes the focus in each phase.
pub const HEADING_ID: &str = "heading";
/// The reference, in words.
pub const BEFORE: &str = "Before launch";
/// Production, in words.
pub const AFTER: &str = "After launch";
/// In place of a number.
pub const NOT_KNOWN: &str = "not known";

/// Below a field that holds a number which cannot be.
#[must_use]
pub fn too_small(least: f64) -> String {
    format!("Not used: it must be {} or more.", number::quantity(least))
}

/// A table's name for people.
#[must_use]
pub const fn table_name(role: TableRole) -> &'static str {
    match role {
        TableRole::Reference => BEFORE,
        TableRole::Production => AFTER,
        TableRole::Shadow => "Shadow",
        TableRole::Training => "Training",
    }
}

/// Heads of a data table.
#[must_use]
pub fn heads(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A difference with its sign: "−6.2 points".
#[must_use]
pub fn signed(unit: Unit, difference: f64) -> String {
    signed_change(&number::change(unit, 0.0, difference))
}

/// A difference with its sign that fits the printed values beside it: "−6.2 points".
#[must_use]
pub fn signed_change(change: &number::Change) -> String {
    match change.direction {
        number::Direction::Up => format!("+{}", change.difference),
        number::Direction::Down => format!("−{}", change.difference),
        number::Direction::Same => change.difference.clone(),
    }
}

/// A sentence in pieces between which lines may break: words, and numbers with their percent sign.
#[must_use]
pub fn pieces(sentence: &str) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for word in sentence.split(' ') {
        match list.last_mut() {
            Some(last) if word.starts_with('%') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => list.push(word.to_owned()),
        }
    }
    list
}

/// An interval of differences: "−7.4 to −5.0 points".
#[must_use]
pub fn interval(unit: Unit, (low, high): (f64, f64)) -> String {
    format!("{} to {}", signed_bare(unit, low), signed(unit, high))
}

fn signed_bare(unit: Unit, difference: f64) -> String {
    let words = signed(unit, difference);
    words
        .strip_suffix(" points")
        .or_else(|| words.strip_suffix(" point"))
        .map_or_else(|| words.clone(), ToOwned::to_owned)
}

/// "one column", "3 columns".
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", number::count(u64::try_from(count).unwrap_or(u64::MAX)))
    }
}
