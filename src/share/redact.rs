//! Names out of a report. Enter: a report; leaves: the same with "column 1", "value 3" and "file 2" for the names of
//! columns, categories, classes, files and owners, the same word everywhere, in every sentence. Numbers stay. What
//! can be made again from the report (the explanation, the plan) is made again from the new names.
//!
//! # Decisions
//! Where in doubt a word goes: a value called "new" is replaced in sentences that merely use the word. Whatever
//! stands in curly quotes in a sentence and is not one of the new words goes too: whydrop quotes names only.

use std::collections::BTreeMap;

use super::walk::each_text;
use crate::choices::{Kind, Role};
use crate::report::{BinKind, Report};

/// Keys whose texts are ids of whydrop's own and dates; they name nothing of the user's.
const OWN_IDS: [&str; 18] = [
    "kind",
    "role",
    "task",
    "unit",
    "family",
    "term",
    "id",
    "word",
    "code",
    "weight",
    "metric",
    "table",
    "at",
    "start",
    "end",
    "band",
    "confidence",
    "of",
];

/// While names are replaced each stands as one character of the last plane for private use, so that a new word is
/// never taken for a name.
const FIRST_MARK: u32 = 0xf_0000;
/// Most names: marks of that plane.
const MOST_NAMES: usize = 60_000;

/// Replaces the names. `None` when it cannot be done; the report must not be shared then.
#[must_use]
pub fn redact(r: &mut Report) -> Option<()> {
    let words = names(r);
    if words.len() > MOST_NAMES {
        return None;
    }
    let marks: BTreeMap<&String, String> = words
        .keys()
        .zip(FIRST_MARK..)
        .filter_map(|(name, mark)| Some((name, char::from_u32(mark)?.to_string())))
        .collect();
    // Longest first, so that no name is replaced inside a longer one.
    let mut order: Vec<(&&String, &String)> = marks.iter().collect();
    order.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(b.0)));
    let told: Vec<&String> = words.values().collect();
    each_text(r, &mut |(around, key), text| {
        // Names of metrics are whydrop's own.
        let own =
            matches!(around, "metric" | "metrics") && matches!(key, "name" | "title");
        if own || OWN_IDS.contains(&key) {
            return;
        }
        text.retain(|own| u32::from(own) < FIRST_MARK);
        if let Some(mark) = marks.get(text) {
            text.clone_from(mark);
        } else {
            for (name, mark) in &order {
                replace_words(text, name, mark);
            }
            quotes(text);
        }
        *text = text
            .chars()
            .map(|own| match u32::from(own).checked_sub(FIRST_MARK) {
                Some(at) => {
                    told.get(at as usize).map_or_else(String::new, |own| (*own).clone())
                }
                None => own.to_string(),
            })
            .collect();
    })?;
    for slice in r.slices.grew.iter_mut().chain(&mut r.slices.worse) {
        slice.title = crate::story::slice_title(&slice.conditions);
    }
    super::lean::retell(r);
    r.shared.get_or_insert_default().redacted = true;
    Some(())
}

/// What becomes what.
fn names(r: &Report) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    let mut add = |name: &str, kind: &str, count: &mut usize| {
        // Texts that are whydrop's own, or too short to be told from ordinary ones.
        if !name.trim().is_empty() && !names.contains_key(name) {
            *count += 1;
            names.insert(name.to_owned(), format!("{kind} {count}"));
        }
    };
    let (mut columns, mut values, mut files, mut owners, mut classes) = (0, 0, 0, 0, 0);
    let all = r.columns.iter().map(|own| &own.name);
    for name in all.chain(r.inputs.columns.iter().map(|own| &own.name)) {
        add(name, "column", &mut columns);
    }
    let roles = r.columns.iter().map(|own| &own.role);
    for role in roles.chain(r.inputs.columns.iter().map(|own| &own.role)) {
        if let Role::ClassScore(class) = role {
            add(class, "class", &mut classes);
        }
    }
    for class in r.inputs.classes.iter().chain(&r.inputs.positive) {
        if !is_plain(class) {
            add(class, "class", &mut classes);
        }
    }
    for column in &r.columns {
        for bin in &column.bins {
            let named = match bin.kind {
                BinKind::Category | BinKind::New => true,
                BinKind::Value => matches!(column.kind, Kind::Category | Kind::Text),
                _ => false,
            };
            if named && !is_plain(&bin.title) {
                add(&bin.title, "value", &mut values);
            }
        }
    }
    let conditions = r.slices.grew.iter().chain(&r.slices.worse);
    for own in conditions.flat_map(|own| &own.conditions) {
        let value =
            own.is.strip_prefix("is one of ").or_else(|| own.is.strip_prefix("is "));
        let parts = value.into_iter().filter(|own| !WORDS.contains(own));
        for part in
            parts.flat_map(|own| own.split(", ")).flat_map(|own| own.split(" and "))
        {
            let value = part.trim_matches(['“', '”']);
            if !is_plain(value) && !value.ends_with(" more") {
                add(value, "value", &mut values);
            }
        }
    }
    for table in &r.inputs.tables {
        let labels = table.labels.iter().flat_map(|own| &own.files);
        for file in table.files.iter().chain(labels) {
            add(file, "file", &mut files);
        }
    }
    if let Some(owner) = &r.inputs.business.pipeline_owner {
        add(owner, "owner", &mut owners);
    }
    names
}

/// After "is" in conditions, words that name no value.
const WORDS: [&str; 3] = ["missing", "a rare value", "a value not seen before launch"];

/// Numbers and yes or no name nothing.
fn is_plain(value: &str) -> bool {
    const YES_NO: [&str; 8] =
        ["true", "false", "yes", "no", "True", "False", "Yes", "No"];
    value.trim().is_empty()
        || YES_NO.contains(&value)
        || value.chars().all(|own| own.is_ascii_digit() || " .,-–+%<>".contains(own))
}

/// Replaces whole words only.
fn replace_words(text: &mut String, name: &str, own: &str) {
    let of_word = |own: char| own.is_alphanumeric() || own == '_';
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(name)) {
        let at = from + at;
        let end = at + name.len();
        let before = text.get(..at).and_then(|own| own.chars().next_back());
        let after = text.get(end..).and_then(|own| own.chars().next());
        let first = name.chars().next().is_some_and(of_word);
        let last = name.chars().next_back().is_some_and(of_word);
        let inside =
            first && before.is_some_and(of_word) || last && after.is_some_and(of_word);
        if !inside {
            text.replace_range(at..end, own);
            from = at + own.len();
        } else {
            from = end;
        }
    }
}

/// Empties quotes around anything that is not a replaced name.
fn quotes(text: &mut String) {
    if !text.contains('“') {
        return;
    }
    let mut made = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, tail)) = rest.split_once('“') {
        made.push_str(before);
        let Some((inside, after)) = tail.split_once('”') else {
            made.push('…');
            rest = "";
            break;
        };
        let mut letters = inside.chars();
        let is_mark = letters.next().is_some_and(|own| u32::from(own) >= FIRST_MARK)
            && letters.next().is_none();
        made.push_str(if is_mark { inside } else { "“…”" });
        rest = after;
    }
    made.push_str(rest);
    *text = made;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        let mut text = "age averages; age_band, (age) and Age".to_owned();
        replace_words(&mut text, "age", "column 1");
        assert_eq!(text, "column 1 averages; age_band, (column 1) and Age");
    }

    #[test]
    fn quotes_hold_replaced_names_only() {
        let mut text = "New are “\u{f0001}”, “Atlantis” and".to_owned();
        quotes(&mut text);
        assert_eq!(text, "New are \u{f0001}, “…” and");
    }
}
