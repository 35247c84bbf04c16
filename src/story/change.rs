//! When it changed, in one sentence: a step, a slide, a pulse or nothing that stands out.

use super::number::{self, Direction};
use super::{metric_words, phrase};
use crate::report::{ChangeKind, MetricChange, Unit};

/// What the search for a change point found.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeFacts<'a> {
    /// The shape.
    pub kind: ChangeKind,
    /// First changed day, ISO 8601.
    pub at: Option<&'a str>,
    /// For a pulse: last changed day, ISO 8601.
    pub until: Option<&'a str>,
    /// What was followed.
    pub of: Followed<'a>,
    /// Its level before the change.
    pub before: Option<f64>,
    /// Its level after the change (of a slide: in the newest periods; of a pulse: inside).
    pub after: Option<f64>,
    /// Periods looked at (0 without a time column).
    pub periods: u64,
}

/// The series that was followed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Followed<'a> {
    /// The headline metric.
    Metric(&'a MetricChange),
    /// Mean drift over the feature columns, 0–1.
    Drift,
}

/// One sentence for `report.change_point.sentence`.
#[must_use]
pub fn change_point_sentence(facts: &ChangeFacts<'_>) -> String {
    if facts.periods == 0 {
        return "When it changed could not be checked, because no time column was found."
            .to_owned();
    }
    let (name, unit) = match facts.of {
        Followed::Metric(metric) => (metric_words::words(metric).name, metric.unit),
        Followed::Drift => {
            ("the share of rows that moved in a typical column".to_owned(), Unit::Share)
        }
    };
    let levels = match (number::finite(facts.before), number::finite(facts.after)) {
        (Some(before), Some(after)) => Some(number::change(unit, before, after)),
        _ => None,
    };
    let direction = levels.as_ref().map_or(Direction::Same, |change| change.direction);
    let span = levels.as_ref().map_or_else(String::new, |change| {
        format!(", from {} to {}", change.before, change.after)
    });
    let periods = phrase::counted(facts.periods, "period", "periods");
    let Some(at) = facts.at.map(number::date) else {
        return phrase::sentence(&none(&name, &periods));
    };
    let text = match facts.kind {
        ChangeKind::Step => {
            let verb = verb(direction, "jumped", "dropped", "changed");
            format!("{name} {verb} on {at}{span}, and has stayed there since")
        }
        ChangeKind::Gradual => {
            let verb = verb(direction, "risen", "slid", "moved");
            format!(
                "{name} has {verb} bit by bit since about {at}{span} in the newest periods"
            )
        }
        ChangeKind::Pulse => {
            let verb = verb(direction, "jumped", "dipped", "changed");
            let until = facts.until.map_or_else(
                || "and came back later".to_owned(),
                |until| format!("and came back after {}", number::date(until)),
            );
            format!("{name} {verb} on {at}{span}, {until}")
        }
        ChangeKind::None => none(&name, &periods),
    };
    phrase::sentence(&text)
}

fn none(name: &str, periods: &str) -> String {
    format!("no date stands out: over {periods} {name} moved no more than its own noise")
}

const fn verb(
    direction: Direction,
    up: &'static str,
    down: &'static str,
    same: &'static str,
) -> &'static str {
    match direction {
        Direction::Up => up,
        Direction::Down => down,
        Direction::Same => same,
    }
}
