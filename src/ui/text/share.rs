//! Words of sharing: the dialog, shared reports, a newer version.

/// Button.
pub const SHARE: &str = "Share";
/// Heading of the dialog.
pub const SHARE_HEADING: &str = "Share this report";
/// What is shared.
pub const SHARE_LEDE: &str = "A report holds counts and averages, never rows. Whatever you share from here leaves out every group of fewer than 10 rows, and nothing is sent until you send it.";
/// Checkbox.
pub const REDACT: &str =
    "Replace the names of columns, values and files (“field_1”, “value_3”)";
/// Heading.
pub const LINK_HEADING: &str = "Link";
/// What it is.
pub const LINK_HINT: &str = "The report is in the address itself, after the #, which browsers do not send to any server. Whoever has the link can read it.";
/// Label of the field.
pub const LINK_LABEL: &str = "Link to this report";
/// Button.
pub const COPY_LINK: &str = "Copy link";
/// Afterwards.
pub const COPIED: &str = "Copied.";
/// Afterwards.
pub const NOT_COPIED: &str = "The browser did not allow it. Select the link and copy it.";
/// Heading.
pub const FILES_SHARE_HEADING: &str = "Files";
/// Button.
pub const DOWNLOAD_HTML: &str = "One HTML file";
/// What it is.
pub const HTML_HINT: &str =
    "The whole report with its charts; opens from disk, with no network.";
/// Button.
pub const DOWNLOAD_MARKDOWN: &str = "Markdown";
/// What it is.
pub const MARKDOWN_HINT: &str = "Tables and text for a ticket or a wiki.";
/// Button.
pub const DOWNLOAD_SHARED_JSON: &str = "report.json";
/// What it is.
pub const SHARED_JSON_HINT: &str = "For machines, and for this app: drop it on the start page, or put it beside the hosted app and open it with #report=its-name.json.";
/// Button.
pub const PRINT_HINT: &str = "On paper or as PDF, with everything unfolded.";
/// About pictures.
pub const PICTURES_HINT: &str = "Every chart has a button of its own that saves it as a picture with its title and note.";
/// Heading.
pub const INSIDE_HEADING: &str = "What is inside";
/// Heading.
pub const INSIDE_LINK: &str = "In the link";
/// Heading.
pub const INSIDE_FILES: &str = "In the files";
/// While it is made.
pub const MAKING: &str = "Making it ready…";
/// Afterwards.
pub const SAVED_HTML: &str = "Saved.";
/// Button.
pub const CLOSE_SHARE: &str = "Close";
/// Names of the files.
pub const HTML_NAME: &str = "whydrop-report.html";
/// Name of the file.
pub const MARKDOWN_NAME: &str = "whydrop-report.md";
/// Button at a chart.
pub const SAVE_PICTURE: &str = "Save as picture";
/// Below a picture.
pub const PICTURE_NOTE: &str = "Made by whydrop.";
/// On the start page.
pub const OPEN_SAVED: &str = "Open a saved report";
/// What it is.
pub const OPEN_SAVED_HINT: &str =
    "A report.json that was downloaded here; it can also be dropped on a field above.";
/// Heading of a shared report's notice.
pub const SHARED_HEADING: &str = "A shared report";
/// A newer version.
pub const UPDATE: &str = "A newer version of whydrop is ready.";
/// Button.
pub const TAKE_UPDATE: &str = "Reload to use it";
/// Why a file on its own cannot do all.
pub const IN_A_FILE: &str = "This page is one file with one report in it. To analyse tables, open whydrop itself.";

/// Foot of a printed report: where and when it was printed.
#[must_use]
pub fn printed(base: &str, today: &str) -> String {
    format!("Printed on {} from {base}", crate::story::number::date(today))
}

/// Length of the link.
#[must_use]
pub fn link_length(characters: usize) -> String {
    format!(
        "{} of at most {} characters",
        crate::story::number::count(characters as u64),
        crate::story::number::count(crate::share::link::LINK_CHARS as u64)
    )
}

/// The path in the address cannot be asked for.
#[must_use]
pub fn unsafe_path(path: &str) -> String {
    format!(
        "The address asks for “{}”, which is not a report beside this app. After #report= comes the path of a .json \
         file next to the app, for example #report=reports/march.json.",
        crate::story::phrase::one_line(path)
    )
}

/// The file beside the app could not be had.
#[must_use]
pub fn no_report_beside(path: &str, words: &str) -> String {
    format!(
        "{} could not be opened ({}). Check the name, and that the file is there.",
        crate::story::phrase::one_line(path),
        crate::story::phrase::one_line(words)
    )
}

/// The file is too large.
#[must_use]
pub fn report_too_large(name: &str) -> String {
    format!(
        "{} is larger than any report. Choose the report.json that whydrop wrote.",
        crate::story::phrase::one_line(name)
    )
}
