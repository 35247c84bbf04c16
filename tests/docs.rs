//! The documentation is made from the words that the app shows.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn pages_are_those_of_the_app() {
    let docs = Path::new("docs");
    let pages = whydrop::explain::pages();
    for page in &pages {
        let text = fs::read_to_string(docs.join(&page.path)).unwrap_or_default();
        assert!(
            text == page.text,
            "docs/{} is not up to date: run `make docs`",
            page.path
        );
    }
    let known: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    for folder in ["causes", "methods"] {
        for entry in fs::read_dir(docs.join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            assert!(
                known.contains(path.as_str()),
                "docs/{path} is no page any more: run `make docs`"
            );
        }
    }
}

/// A link in a page of ours leads to a file that is there.
#[test]
fn links_between_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for document in ["README.md", "docs/guide.md", "tests/README.md"] {
        let text = fs::read_to_string(document).expect(document);
        let folder = Path::new(document).parent().expect("a folder");
        for piece in text.split("](").skip(1) {
            let Some(target) = piece.split(')').next() else { continue };
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty()
                && !file.starts_with("http")
                && !folder.join(file).exists()
            {
                wrong.push(format!("{document}: {target}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
