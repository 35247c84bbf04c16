//! Class names: what the label may be, and which class a cell of a label or decision column names. A label
//! `1` and a decision `True` are the same class; so are `1` and `1.0`.

use serde::{Deserialize, Serialize};

use super::cell::{Cell, Reading};
use super::number;

/// Most classes a label may have.
pub const CLASS_LIMIT: usize = 200;

/// The classes of a label, in order; binary: no, yes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes {
    /// Names.
    pub names: Vec<String>,
    /// Classes of false and true, when the names are words for them.
    truth: Option<(u8, u8)>,
}

impl Classes {
    /// Orders distinct class names; `positive` comes last of two.
    #[must_use]
    pub fn new(mut names: Vec<String>, positive: Option<&str>) -> Self {
        names.sort_by(|a, b| by_number(a).total_cmp(&by_number(b)).then(a.cmp(b)));
        names.dedup();
        names.truncate(CLASS_LIMIT);
        if let (2, Some(positive)) = (names.len(), positive)
            && names.first().map(String::as_str) == Some(positive)
        {
            names.reverse();
        }
        let truth_of = |name: &String| Cell::Text(name.as_bytes()).truth().value();
        let truths: Vec<Option<bool>> = names.iter().map(truth_of).collect();
        let truth = match truths.as_slice() {
            [Some(false), Some(true)] => Some((0, 1)),
            [Some(true), Some(false)] => Some((1, 0)),
            _ => None,
        };
        Self { names, truth }
    }

    /// The class a cell names; `None` for null and for other names.
    #[must_use]
    pub fn class_of(&self, cell: Cell<'_>) -> Option<u8> {
        if let (Some((no, yes)), Some(truth)) = (self.truth, cell.truth().value()) {
            return Some(if truth { yes } else { no });
        }
        let name = class_name(cell)?;
        self.names
            .iter()
            .position(|own| *own == name)
            .and_then(|at| u8::try_from(at).ok())
    }

    /// Whether there are two classes.
    #[must_use]
    pub fn is_binary(&self) -> bool {
        self.names.len() == 2
    }
}

/// The name of the class in a cell: text trimmed, whole numbers without a point.
#[must_use]
pub fn class_name(cell: Cell<'_>) -> Option<String> {
    let cell = match cell {
        Cell::Text(bytes) => match number::parse_number(bytes, false) {
            Some(value) => Cell::Float(value),
            None => Cell::Text(bytes.trim_ascii()),
        },
        other => other,
    };
    cell.name().map(|name| String::from_utf8_lossy(&name).into_owned())
}

/// Whether a value of a label says that the outcome is not known yet.
#[must_use]
pub fn is_not_known_yet(name: &str) -> bool {
    matches!(
        name.trim().to_lowercase().as_str(),
        "pending"
            | "unknown"
            | "?"
            | "-"
            | "--"
            | "tbd"
            | "n.a."
            | "none"
            | "open"
            | "awaiting"
            | "not yet"
            | "undecided"
            | "unlabeled"
            | "unlabelled"
            | "in progress"
            | "to be determined"
            | "-1"
    ) || name.starts_with('#')
}

fn by_number(name: &str) -> f64 {
    Cell::Text(name.as_bytes())
        .number(Reading::default())
        .value()
        .unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truth_words_name_the_same_classes() {
        let classes = Classes::new(vec!["1".into(), "0".into()], None);
        assert_eq!(classes.names, ["0", "1"]);
        for (cell, class) in [
            (Cell::Text(b"True"), Some(1)),
            (Cell::Text(b"0.0"), Some(0)),
            (Cell::Float(1.0), Some(1)),
            (Cell::Boolean(false), Some(0)),
            (Cell::Text(b"2"), None),
            (Cell::Null, None),
        ] {
            assert_eq!(classes.class_of(cell), class, "{cell:?}");
        }
    }

    #[test]
    fn the_positive_class_is_last() {
        let classes = Classes::new(vec!["bad".into(), "good".into()], Some("bad"));
        assert_eq!(classes.names, ["good", "bad"]);
        let classes = Classes::new(vec!["0".into(), "1".into()], Some("0"));
        assert_eq!(classes.class_of(Cell::Boolean(false)), Some(1));
    }

    #[test]
    fn numbers_come_in_order() {
        let classes = Classes::new(["10", "9", "x"].map(String::from).to_vec(), None);
        assert_eq!(classes.names, ["9", "10", "x"]);
    }
}
