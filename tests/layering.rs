//! The shape of the house: which room may name which. An arrow in the crate's documentation is the only
//! direction an import may take.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms of the pure library, in the direction of the data. A room may name itself and rooms before it.
const ROOMS: &[&str] = &[
    "stats",
    "choices",
    "report",
    "what_if",
    "explain",
    "data",
    "encode",
    "model",
    "metric",
    "drift",
    "slice",
    "onset",
    "bug",
    "ladder",
    "cause",
    "story",
    "act",
    "practise",
    "worker/protocol",
    "share",
    "engine",
    "scenario",
];

/// What the pure library must never name.
const BROWSER: [&str; 8] = [
    "leptos",
    "web_sys",
    "js_sys",
    "gloo",
    "charming",
    "wasm_bindgen",
    "std::time",
    "std::env",
];

fn sources(under: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if under.is_file() {
        return vec![under.to_owned()];
    }
    for entry in fs::read_dir(under).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test(&path)
        {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A file of tests only.
fn is_test(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "tests.rs" || name == "fixture.rs")
}

fn room(name: &str) -> Vec<PathBuf> {
    let folder = Path::new("src").join(name);
    let places = [folder.with_extension("rs"), folder];
    places
        .iter()
        .filter(|place| place.exists())
        .flat_map(|place| sources(place))
        .collect()
}

/// Lines of code: no comments, and nothing after the tests of a file begin.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("a source file");
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_pure_library_names_no_browser_and_no_clock() {
    let mut wrong = Vec::new();
    for name in ROOMS {
        for path in room(name) {
            for line in code(&path) {
                if BROWSER.iter().any(|word| line.contains(word)) {
                    wrong.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_name_only_rooms_before_them() {
    let module = |name: &str| name.split('/').next().unwrap_or(name).to_owned();
    let mut wrong = Vec::new();
    for (at, name) in ROOMS.iter().enumerate() {
        let later: Vec<String> =
            ROOMS.iter().skip(at + 1).map(|own| module(own)).collect();
        for path in room(name) {
            for line in code(&path) {
                let names = |own: &String| line.contains(&format!("crate::{own}::"));
                if let Some(own) = later.iter().find(|own| names(own)) {
                    wrong.push(format!(
                        "{} names {own}: {}",
                        path.display(),
                        line.trim()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_that_finds_causes_knows_the_scenarios() {
    for name in ROOMS.iter().filter(|name| **name != "scenario") {
        for path in room(name) {
            let names = code(&path).iter().any(|line| line.contains("scenario::"));
            assert!(!names, "{}", path.display());
        }
    }
}

#[test]
fn only_the_platform_and_the_worker_program_name_the_browser() {
    let allowed = ["src/platform", "src/bin/worker.rs", "src/worker/pool", "src/main.rs"];
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let place = path.to_string_lossy().into_owned();
        if allowed.iter().any(|own| place.starts_with(own)) {
            continue;
        }
        for line in code(&path) {
            if line.contains("js_sys::") || line.contains("web_sys::window") {
                wrong.push(format!("{place}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
