//! Writes the tables of a gallery case, its report and its monitoring pack: `export_case CASE FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use whydrop::act::export;
use whydrop::choices::TableRole;
use whydrop::engine::native::{self, MemoryTable};
use whydrop::scenario;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, folder] = arguments.as_slice() else {
        eprintln!("export_case CASE FOLDER");
        return ExitCode::from(2);
    };
    match write(case, Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn write(case: &str, folder: &Path) -> Result<(), String> {
    let made = scenario::generate(case, 1).ok_or(format!("there is no case {case}"))?;
    let tables: Vec<MemoryTable> = TableRole::ALL
        .into_iter()
        .map(|role| {
            let of = |labels: bool| {
                made.files
                    .iter()
                    .filter(|file| file.role == role && file.labels == labels)
                    .map(|file| (file.name.clone(), file.bytes.clone()))
                    .collect()
            };
            MemoryTable { role, files: of(false), labels: of(true) }
        })
        .collect();
    let mut report =
        native::run_memory(tables, &made.choices, None).map_err(|e| e.to_string())?;
    report.seconds = 0.0;
    let pack = folder.join("pack");
    std::fs::create_dir_all(&pack).map_err(|e| e.to_string())?;
    let save = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes).map_err(|error| error.to_string())
    };
    for file in &made.files {
        let labels = if file.labels { "_labels" } else { "" };
        let name = format!("{}{labels}.csv", file.role.name());
        save(&folder.join(name), &file.bytes)?;
    }
    let json = serde_json::to_string_pretty(&report).map_err(|e| e.to_string())?;
    save(&folder.join("report.json"), json.as_bytes())?;
    for file in export::files(&report) {
        save(&pack.join(file.name), file.text.as_bytes())?;
    }
    Ok(())
}
