//! Entries as pages of `docs/`. Enter: the entries. Leave: Markdown files, a page a cause and a page a method, with
//! a list of each. `make docs` writes them; a test fails when they differ from what is committed.

use std::fmt::Write as _;

use super::{CausePage, Confusion, Entries, Group, Method, causes, methods};

/// First line of every page.
const MADE: &str =
    "<!-- Made by `make docs` from src/explain/. Change the words there. -->\n\n";

/// A page of the documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Path below `docs/`.
    pub path: String,
    /// Markdown.
    pub text: String,
}

/// Every page, sorted by path.
#[must_use]
pub fn pages() -> Vec<Page> {
    let (methods, causes) = (methods(), causes());
    let mut all: Vec<Page> =
        causes.entries.iter().map(|own| of_cause(&causes, own)).collect();
    all.push(list_of_causes(&causes));
    all.extend(methods.entries.iter().map(|own| of_method(&methods, own)));
    all.push(list_of_methods(&methods));
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

fn part(text: &mut String, head: &str, words: &str) {
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## {head}\n\n{words}\n");
}

fn title<'a>(all: &'a Entries<CausePage>, other: &'a Confusion) -> &'a str {
    let page = all.entries.iter().find(|page| page.id == other.with);
    page.map_or(&other.with, |page| &page.title)
}

fn of_cause(all: &Entries<CausePage>, own: &CausePage) -> Page {
    let mut text =
        format!("{MADE}# {}\n\n`{}`, {} family\n", own.title, own.id, own.family);
    let confused: Vec<String> = own
        .confused
        .iter()
        .map(|other| {
            format!("- [{}]({}.md): {}.", title(all, other), other.with, other.how)
        })
        .collect();
    for (field, words) in [
        ("means", own.means.as_str()),
        ("looks", &own.looks),
        ("found", &own.found),
        ("against", &own.against),
        ("confused", &confused.join("\n")),
        ("now", &own.now),
        ("prevent", &own.prevent),
        ("needs", &own.needs),
    ] {
        part(&mut text, all.head(field), words);
    }
    text.push_str("\nHow likely: [see the method](../methods/cause_probability.md). [All causes](README.md)\n");
    Page { path: format!("causes/{}.md", own.id), text }
}

fn list_of_causes(all: &Entries<CausePage>) -> Page {
    let mut text =
        format!("{MADE}# Causes\n\nWhat whydrop looks for when a model got worse.\n\n");
    text.push_str("| cause | family | what it looks like |\n|---|---|---|\n");
    for own in &all.entries {
        let _ = writeln!(
            text,
            "| [{}]({}.md) | {} | {} |",
            own.title, own.id, own.family, own.looks
        );
    }
    Page { path: "causes/README.md".into(), text }
}

fn of_method(all: &Entries<Method>, own: &Method) -> Page {
    let mut text =
        format!("{MADE}# {}\n\n`{}`, under “{}”\n", own.title, own.id, own.group.title());
    for (field, words) in [
        ("measures", &own.measures),
        ("worked", &own.worked),
        ("range", &own.range),
        ("misleads", &own.misleads),
        ("source", &own.source),
    ] {
        part(&mut text, all.head(field), words);
    }
    text.push_str("\n[All methods](README.md)\n");
    Page { path: format!("methods/{}.md", own.id), text }
}

fn list_of_methods(all: &Entries<Method>) -> Page {
    let mut text =
        format!("{MADE}# Methods\n\nHow each number of a report is worked out.\n");
    let mut entries: Vec<&Method> = all.entries.iter().collect();
    entries.sort_by_key(|own| own.group);
    let mut group: Option<Group> = None;
    for own in entries {
        if group != Some(own.group) {
            let _ = write!(text, "\n## {}\n\n", own.group.title());
            group = Some(own.group);
        }
        let _ = writeln!(text, "- [{}]({}.md): {}", own.title, own.id, own.measures);
    }
    Page { path: "methods/README.md".into(), text }
}
