//! The headless program, run as a program: files on disk in, report.json out, exit codes.

use std::path::PathBuf;
use std::process::{Command, Output};

use whydrop::choices::TableRole;
use whydrop::report::Report;
use whydrop::scenario;

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).expect("a folder for files");
    folder
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_whydrop"))
        .args(arguments)
        .output()
        .expect("the program runs")
}

/// The files of a case on disk: (flag, path).
fn files(case: &str, name: &str) -> Vec<(String, String)> {
    let case = scenario::generate(case, 1).expect("a case");
    let folder = folder(name);
    case.files
        .iter()
        .map(|file| {
            let path = folder.join(&file.name);
            std::fs::write(&path, &file.bytes).expect("a file");
            let labels = if file.labels { "-labels" } else { "" };
            (
                format!("--{}{labels}", file.role.name()),
                path.to_string_lossy().into_owned(),
            )
        })
        .collect()
}

#[test]
fn writes_the_report_and_says_the_verdict() {
    let mut arguments: Vec<String> = Vec::new();
    for (flag, path) in files("spring-rates", "writes") {
        arguments.extend([flag, path]);
    }
    let json = folder("writes").join("out.json");
    arguments.extend(["--json".to_owned(), json.to_string_lossy().into_owned()]);
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = run(&words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let text = std::fs::read_to_string(&json).expect("the report");
    let report: Report = serde_json::from_str(&text).expect("a report");
    assert!(said.contains(&report.verdict.sentence), "{said}");
    assert!(report.seconds > 0.0);
    let join = report
        .inputs
        .tables
        .iter()
        .find(|table| table.role == TableRole::Production)
        .and_then(|table| table.labels.as_ref())
        .expect("labels were joined");
    assert!(join.matched > 0 && join.matched + join.rows_unmatched > join.matched / 2);
    // Stable top-level names.
    let object: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for name in [
        "version",
        "verdict",
        "metric",
        "metrics",
        "attribution",
        "causes",
        "slices",
        "columns",
        "change_point",
        "plan",
        "notes",
        "inputs",
        "seconds",
    ] {
        assert!(object.get(name).is_some(), "{name}");
    }
    assert!(!text.contains(env!("CARGO_TARGET_TMPDIR")), "base names only");
}

#[test]
fn the_number_of_threads_changes_nothing_but_seconds() {
    let mut texts = Vec::new();
    for threads in ["1", "3"] {
        let mut arguments: Vec<String> = Vec::new();
        for (flag, path) in files("overnight-release", "threads") {
            arguments.extend([flag, path]);
        }
        arguments.extend(["--threads", threads, "--json", "-"].map(str::to_owned));
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut report: Report = serde_json::from_slice(&run(&words).stdout)
            .expect("a report on standard output");
        report.seconds = 0.0;
        texts.push(serde_json::to_string(&report).expect("JSON"));
    }
    assert!(texts[0] == texts[1]);
}

#[test]
fn input_errors_exit_with_two_and_a_message() {
    let folder = folder("errors");
    let good = folder.join("good.csv");
    std::fs::write(&good, "id,score,label\n1,0.2,0\n2,0.8,1\n").expect("a file");
    let empty = folder.join("empty.csv");
    std::fs::write(&empty, "").expect("a file");
    let (good, empty) = (good.to_string_lossy(), empty.to_string_lossy());
    let json = folder.join("out.json");
    let json = json.to_string_lossy();
    for (arguments, words) in [
        (vec!["--reference", &good, "--production", &empty], "empty.csv is empty"),
        (
            vec!["--reference", &good, "--production", "nowhere.csv"],
            "nowhere.csv could not be read",
        ),
        (vec!["--production", &good], "no reference file"),
        (
            vec!["--reference", &good, "--production", &good, "--label", "x"],
            "no column named x",
        ),
        (vec!["--reference", &good, "--production", &good, "--kind", "a"], "COLUMN=KIND"),
        (vec!["--reference", &good, "--wrong", "x"], "--wrong"),
    ] {
        let mut arguments: Vec<&str> = arguments;
        arguments.extend(["--json", &json]);
        let output = run(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said:?} should contain {words:?}");
    }
}
