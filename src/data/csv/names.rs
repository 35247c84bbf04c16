//! Names of columns. Enter: the names a header spells. Leave: one name a column, each once.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Names without the blanks around them: `column_7` where there is none, ` (2)`, ` (3)` … behind a name that
/// stood before. And the names that stood more than once, in the order of their second appearance.
pub(crate) fn column_names<'a>(
    raw: impl Iterator<Item = Cow<'a, str>>,
) -> (Vec<String>, Vec<String>) {
    let raw: Vec<String> = raw.map(|name| name.trim().to_owned()).collect();
    let spelled: BTreeSet<&str> = raw.iter().map(String::as_str).collect();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut next_copy: BTreeMap<String, usize> = BTreeMap::new();
    let mut names = Vec::with_capacity(raw.len());
    let mut duplicates = Vec::new();
    for (number, name) in (1..).zip(&raw) {
        let wanted =
            if name.is_empty() { format!("column_{number}") } else { name.clone() };
        let mut unique = wanted.clone();
        let copy = next_copy.entry(wanted.clone()).or_insert(2);
        // A made-up name also keeps clear of the names that the header spells.
        while taken.contains(&unique)
            || (unique != *name && spelled.contains(unique.as_str()))
        {
            unique = format!("{wanted} ({copy})");
            *copy += 1;
        }
        if !name.is_empty() && taken.contains(name) && !duplicates.contains(name) {
            duplicates.push(name.clone());
        }
        taken.insert(unique.clone());
        names.push(unique);
    }
    (names, duplicates)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(raw: &[&str]) -> (Vec<String>, Vec<String>) {
        column_names(raw.iter().map(|name| Cow::Borrowed(*name)))
    }

    #[test]
    fn names_are_unique() {
        let (names, duplicates) = named(&["a", "", " a ", "b", "a", "column_2", "b"]);
        assert_eq!(
            names,
            ["a", "column_2 (2)", "a (2)", "b", "a (3)", "column_2", "b (2)"]
        );
        assert_eq!(duplicates, ["a", "b"]);
        let (names, duplicates) = named(&["a", "a", "a (2)"]);
        assert_eq!(names, ["a", "a (3)", "a (2)"]);
        assert_eq!(duplicates, ["a"]);
    }

    #[test]
    fn ten_thousand_equal_names_are_quick() {
        let (names, duplicates) = named(&vec!["x"; 10_000]);
        assert_eq!(names.len(), 10_000);
        assert_eq!(duplicates.len(), 1);
    }
}
