//! What the worker program does for sharing, in one step each. Enter: bytes; leave: bytes and words for the page.

use super::{Wishes, fit, link, markdown, open, prepared, words};
use crate::report::Report;
use crate::story::phrase;
use crate::worker::protocol::Outgoing;

/// Reads a report that comes from elsewhere: a link's fragment when `name` is empty, else JSON. Returns it as JSON
/// and in postcard.
///
/// # Errors
/// Words for people.
pub fn opened(name: &str, bytes: &[u8]) -> Result<[Vec<u8>; 2], String> {
    let report = if name.is_empty() {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| link::LinkError::Damaged.to_string())?;
        link::report_from_link(text).map_err(|error| error.to_string())?
    } else {
        open::report_from_json(name, bytes).map_err(|error| error.to_string())?
    };
    Ok([json(&report)?, packed(&report)?])
}

/// Makes a report ready to be handed on: what the dialog shows, then JSON, Markdown and, for the HTML file, postcard.
///
/// # Errors
/// Words for people.
pub fn outgoing(
    bytes: &[u8],
    wishes: Wishes,
    base: &str,
) -> Result<(Outgoing, [Vec<u8>; 3]), String> {
    let report =
        open::report_from_json("The report", bytes).map_err(|error| error.to_string())?;
    let report = prepared(&report, wishes).ok_or_else(|| {
        "This report could not be made ready to share. Use “Download report.json” instead.".to_owned()
    })?;
    let mut out = Outgoing {
        inside_files: words::inside(&report),
        title: title(&report),
        ..Outgoing::default()
    };
    match link::link(&report, base) {
        Ok(made) => {
            out.inside_link = words::inside(&made.carried);
            let shared = made.carried.shared.unwrap_or_default();
            out.link_note = words::left_out(&shared).unwrap_or_default();
            out.link = made.address;
        }
        Err(error) => out.link_note = error.to_string(),
    }
    let for_html = fit::fitting(&report, fit::PACKED_BYTES)?;
    let files =
        [json(&report)?, markdown::markdown(&report).into_bytes(), packed(&for_html)?];
    Ok((out, files))
}

/// Title of a page with the report.
#[must_use]
pub fn title(report: &Report) -> String {
    let sentence = phrase::one_line(&report.verdict.sentence);
    format!("whydrop: {sentence}")
}

/// The report as a file.
///
/// # Errors
/// The writer's words; never for a report of whydrop's own.
pub fn json(report: &Report) -> Result<Vec<u8>, String> {
    serde_json::to_vec_pretty(report).map_err(|error| error.to_string())
}

/// The report for the page.
///
/// # Errors
/// The writer's words; never for a report of whydrop's own.
pub fn packed(report: &Report) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(report).map_err(|error| error.to_string())
}
