//! Words of the start screen, the files, the running screen and errors.

use crate::state::Slot;
use crate::story::number;
use crate::worker::protocol::Stage;

/// Name of the tool.
pub const NAME: &str = "whydrop";
/// First link of the page.
pub const SKIP: &str = "Skip to the content";
/// The question.
pub const QUESTION: &str = "Why did the model get worse after launch?";
/// What to do and what comes out.
pub const LEDE: &str = "Validation is a lab test; production is the real world. Give whydrop the rows from before launch and the rows from after launch. It says whether the model really got worse, how sure that is, what changed, and what to do next.";
/// Heading of the files.
pub const FILES_HEADING: &str = "Your two tables";
/// Below the zones.
pub const FILES_HINT: &str = "CSV or Parquet, with the same columns in both: the model’s inputs, its score or decision, and the outcome where it is known. Several files count as parts of one table.";
/// Opens the optional places.
pub const MORE_FILES: &str =
    "More tables, outcomes in a file of their own, or paste a table";
/// In a drop zone.
pub const DROP_HERE: &str = "Drop files here, or";
/// In a drop zone.
pub const CHOOSE: &str = "choose files";
/// In a drop zone with the keyboard on it.
pub const PASTE_HINT: &str = "or paste a table with Ctrl+V";
/// Legend of the paste box.
pub const PASTE_LEGEND: &str = "Paste a table";
/// Label of the paste box.
pub const PASTE_LABEL: &str = "Rows as text, the first line with the column names";
/// Main button.
pub const ANALYSE: &str = "Find out why";
/// Cancel button.
pub const CANCEL: &str = "Cancel";
/// Button on a file.
pub const REMOVE: &str = "Remove";
/// Heading of the privacy line.
pub const PRIVACY_HEADING: &str = "No row leaves this tab.";
/// The promise.
pub const PRIVACY: &str = "The analysis runs on your own machine. The page is forbidden to talk to any other site, and an analysis makes no network request at all.";
/// Opens the proof.
pub const PRIVACY_HOW: &str = "How to check that yourself";
/// The proof, step by step.
pub const PRIVACY_STEPS: [&str; 3] = [
    "Open the developer tools (F12), choose “Network”, clear the list, then run an analysis: the list stays empty.",
    "Or switch the network off once this page has loaded: everything goes on working.",
    "The rule that binds the page is its Content-Security-Policy; you find it in the first lines of the page’s source. The browser enforces it for the page and for its workers.",
];
/// Heading of the gallery.
pub const GALLERY_HEADING: &str = "No files at hand? Open a case";
/// Below it.
pub const GALLERY_HINT: &str = "Each card makes two tables of invented data with a known cause inside and runs the same analysis on them. What went wrong is not said here.";
/// Heading while running.
pub const RUNNING_HEADING: &str = "Reading every row once";
/// Hint while running.
pub const RUNNING_HINT: &str = "The page stays usable. Cancelling ends the workers and gives their memory back; your files and choices stay.";
/// While files are looked at.
pub const LOOKING: &str = "Looking at the files…";
/// While the program loads.
pub const LOADING: &str = "Loading the analysis program…";
/// Why the button waits.
pub const NEED_FILES: &str = "Add a table from before launch and one from after launch.";
/// Heading of an error.
pub const FAILED_HEADING: &str = "That did not work";
/// After an error.
pub const FAILED_HINT: &str =
    "Your files and choices are kept. Change what is named above and try again.";
/// Button after an error.
pub const BACK_TO_COLUMNS: &str = "Back to the columns";
/// Button.
pub const TRY_AGAIN: &str = "Try again";
/// Button.
pub const START_OVER: &str = "Start over";
/// Theme button, in the dark.
pub const TO_LIGHT: &str = "Light";
/// Theme button, in the light.
pub const TO_DARK: &str = "Dark";
/// Its full name.
pub const THEME_LABEL: &str = "Switch between light and dark";
/// A worker was replaced.
pub const WORKER_REPLACED: &str = "A worker ended unexpectedly (perhaps for lack of memory). It was replaced and the work started again.";
/// A report that cannot be read.
pub const REPORT_UNREADABLE: &str = "The analysis finished, but its report could not be read: the page and the analysis program are of different versions. Reload the page.";

/// The workers cannot be had.
#[must_use]
pub fn worker_broken(words: &str) -> String {
    let words = words.trim().trim_end_matches('.');
    format!(
        "The analysis program ended twice ({words}). If the files are very large, close other tabs to free memory, or give fewer columns; otherwise reload the page."
    )
}

/// Title of a place for files.
#[must_use]
pub const fn slot_title(slot: Slot) -> &'static str {
    match slot {
        Slot::Reference => "Before launch",
        Slot::Production => "After launch",
        Slot::Shadow => "Shadow",
        Slot::Training => "Training",
        Slot::ReferenceLabels => "Outcomes before launch",
        Slot::ProductionLabels => "Outcomes after launch",
    }
}

/// What belongs there.
#[must_use]
pub const fn slot_hint(slot: Slot) -> &'static str {
    match slot {
        Slot::Reference => "Validation rows, where the model did well",
        Slot::Production => "Rows logged live; outcomes may still be missing",
        Slot::Shadow => "The same live entities, scored again by the offline pipeline",
        Slot::Training => "The rows the model was trained on",
        Slot::ReferenceLabels => {
            "An id and the outcome, if they are in a file of their own"
        }
        Slot::ProductionLabels => "An id and the outcome, arrived later",
    }
}

/// Button that takes pasted text for a place.
#[must_use]
pub fn use_paste(slot: Slot) -> String {
    format!("Use as “{}”", slot_title(slot))
}

/// Bytes for people.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "printed with one decimal")]
pub fn bytes(len_bytes: u64) -> String {
    const STEP: f64 = 1024.0;
    let mut size = len_bytes as f64;
    for unit in ["bytes", "KB", "MB", "GB"] {
        if size < STEP || unit == "GB" {
            let decimals = usize::from(unit != "bytes" && size < 100.0);
            return format!("{} {unit}", number::fixed(size, decimals));
        }
        size /= STEP;
    }
    String::new()
}

/// Stages in order, with their words.
pub const STAGES: [(Stage, &str); 5] = [
    (Stage::Open, "Find out what the files are"),
    (Stage::Sample, "Look at a sample, understand the columns"),
    (Stage::Labels, "Join outcomes by id"),
    (Stage::Count, "Read every row and count"),
    (Stage::Compare, "Compare before and after"),
];

/// Words of a stage.
#[must_use]
pub fn stage(stage: Stage) -> &'static str {
    STAGES.iter().find(|known| known.0 == stage).map_or("", |known| known.1)
}

/// "1,200,000 of 2,000,000 rows".
#[must_use]
pub fn rows_read(done: u64, total: u64) -> String {
    if total == 0 {
        return String::new();
    }
    format!("{} of {} rows", number::count(done.min(total)), number::count(total))
}
