//! Reading a report that comes from somewhere else: a `report.json` beside the app, a dropped file, a link. Enter:
//! bytes that may be anything; leaves: a report whose numbers are finite, whose lists and texts have sane sizes and
//! whose parts fit each other, or a typed error. Nothing is escaped here: views and exports escape what they show.

use serde_json::Value;
use thiserror::Error;

use crate::report::{REPORT_VERSION, Report};

/// Largest file that is read, bytes: a report of 2,000 columns takes about 8 million.
pub const MOST_BYTES: usize = 24 << 20;
/// Longest text anywhere in it, bytes.
const TEXT_BYTES: usize = 20_000;
/// Most items of a list.
const ITEMS: usize = 20_000;
/// Most values in all.
const VALUES: usize = 2_000_000;
/// Largest count of rows: beyond it doubles are not exact.
const MOST_ROWS: u64 = 1 << 53;

/// Why a file is not a report that can be shown.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OpenError {
    /// Too large.
    #[error(
        "{name} has {megabytes} MB; a report has at most {most} MB. Choose the report.json that whydrop wrote."
    )]
    TooLarge {
        /// Of the file.
        name: String,
        /// Its size.
        megabytes: usize,
        /// The limit.
        most: usize,
    },
    /// Not JSON, or not finite.
    #[error(
        "{name} is not a whole JSON file ({because}). It may have been cut; download it again."
    )]
    NotJson {
        /// Of the file.
        name: String,
        /// The reader's words, with line and column.
        because: String,
    },
    /// JSON of something else.
    #[error(
        "{name} is not a whydrop report ({because}). Choose the report.json that whydrop wrote."
    )]
    NotReport {
        /// Of the file.
        name: String,
        /// What is missing.
        because: String,
    },
    /// Of another version.
    #[error(
        "{name} was written by another version of whydrop (report version {found}; this one reads {known}). Open it with that version, or analyse the tables again."
    )]
    Version {
        /// Of the file.
        name: String,
        /// Its version.
        found: u64,
        /// The version this program reads.
        known: u32,
    },
    /// Parts that do not fit, or are beyond all measure.
    #[error(
        "{name} looks like a whydrop report, but {because}. It may have been changed by hand."
    )]
    Unsound {
        /// Of the file.
        name: String,
        /// What is wrong.
        because: String,
    },
}

/// The report in a JSON file called `name`.
///
/// # Errors
/// See [`OpenError`].
pub fn report_from_json(name: &str, bytes: &[u8]) -> Result<Report, OpenError> {
    let name = crate::story::phrase::one_line(name);
    if bytes.len() > MOST_BYTES {
        let (megabytes, most) = (bytes.len() >> 20, MOST_BYTES >> 20);
        return Err(OpenError::TooLarge { name, megabytes, most });
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        OpenError::NotJson { name: name.clone(), because: shape(&error) }
    })?;
    match value.get("version").and_then(Value::as_u64) {
        None => {
            let because = "it has no version".to_owned();
            return Err(OpenError::NotReport { name, because });
        }
        Some(found) if found != u64::from(REPORT_VERSION) => {
            return Err(OpenError::Version { name, found, known: REPORT_VERSION });
        }
        Some(_) => {}
    }
    if let Err(because) = measured(&value) {
        return Err(OpenError::Unsound { name, because: because.to_owned() });
    }
    let report: Report = serde_json::from_value(value).map_err(|error| {
        OpenError::NotReport { name: name.clone(), because: shape(&error) }
    })?;
    if is_sound(&report) {
        Ok(report)
    } else {
        let because = "its parts do not fit each other".to_owned();
        Err(OpenError::Unsound { name, because })
    }
}

/// The reader's words without anything of the file's content.
fn shape(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let quoted = words.contains(['`', '"', '\'']) && !words.starts_with("missing field");
    match (error.line(), quoted) {
        (0, true) => "a field holds something else than it should".to_owned(),
        (line, true) => format!("trouble at line {line}, column {}", error.column()),
        (_, false) => crate::story::phrase::one_line(&words),
    }
}

/// Sizes of texts and lists, finite numbers.
fn measured(value: &Value) -> Result<(), &'static str> {
    let mut waiting = vec![value];
    let mut seen = 0;
    while let Some(own) = waiting.pop() {
        seen += 1;
        if seen > VALUES {
            return Err("it holds too many values");
        }
        match own {
            Value::String(text) if text.len() > TEXT_BYTES => {
                return Err("it holds a text that is far too long");
            }
            Value::Array(items) if items.len() > ITEMS => {
                return Err("it holds a list that is far too long");
            }
            Value::Number(number) if !number.as_f64().is_some_and(f64::is_finite) => {
                return Err("it holds a number that is not finite");
            }
            Value::Array(items) => waiting.extend(items),
            Value::Object(fields) => {
                if fields.keys().any(|own| own.len() > TEXT_BYTES) {
                    return Err("it holds a text that is far too long");
                }
                waiting.extend(fields.values());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether the parts fit each other: what charts and tables take for granted.
#[must_use]
pub fn is_sound(report: &Report) -> bool {
    let small = |rows: u64| rows <= MOST_ROWS / 4_096;
    let scores = report.scores.as_ref().is_none_or(|own| {
        let bins = own.edges.len().saturating_sub(1);
        let fits = own.reference_histogram.len() == bins
            && own.production_histogram.len() == bins;
        let rows = own.reference_calibration.iter().chain(&own.production_calibration);
        fits && rows.into_iter().all(|point| small(point.2))
    });
    let columns = report.columns.iter().all(|own| {
        own.bins.iter().all(|bin| small(bin.reference) && small(bin.production))
    });
    let series =
        report.series.iter().all(|own| small(own.rows) && own.labelled_rows <= own.rows);
    let tables = report.inputs.tables.iter().all(|own| small(own.rows));
    let slices = report.slices.worse.iter().chain(&report.slices.grew);
    let slices = slices.into_iter().all(|own| small(own.production_rows));
    let what_if = report.what_if.as_ref().is_none_or(is_sound_what_if);
    let metrics = report.metrics.iter().chain(std::iter::once(&report.metric));
    let metrics = metrics
        .into_iter()
        .all(|own| small(own.reference_rows) && small(own.production_rows));
    let dates =
        report.series.iter().all(|own| is_plain(&own.start) && is_plain(&own.end));
    what_if && scores && columns && series && tables && slices && metrics && dates
}

/// Whether lists have one entry a bin, edges ascend and counts can be added up.
fn is_sound_what_if(own: &crate::report::WhatIf) -> bool {
    let ascending = |edges: &[f64]| {
        edges.iter().all(|own| own.is_finite())
            && edges.windows(2).all(|pair| matches!(pair, [a, b] if a <= b))
    };
    let bins = own.edges.len().saturating_sub(1);
    let old_bins =
        own.old_model.as_ref().map_or(0, |own| own.edges.len().saturating_sub(1));
    let fits = |own: &crate::report::Histogram, bins: usize| {
        let counts = [&own.no, &own.yes, &own.unlabelled];
        let worth = [&own.no_value, &own.yes_value];
        counts.iter().all(|list| {
            list.len() == bins && list.iter().all(|own| *own <= MOST_ROWS / 4_096)
        }) && worth.iter().all(|list| list.is_empty() || list.len() == bins)
    };
    let decided = |own: &crate::report::Decided| {
        [own.no, own.yes].iter().all(|own| {
            [own.no, own.yes, own.unlabelled].iter().all(|own| *own <= MOST_ROWS / 4_096)
        })
    };
    ascending(&own.edges)
        && own.old_model.as_ref().is_none_or(|own| ascending(&own.edges))
        && own.row_units > 0.0
        && own.populations.iter().all(|own| {
            own.rows <= MOST_ROWS / 4_096
                && fits(&own.score, bins)
                && decided(&own.fixed)
                && own.logged.as_ref().is_none_or(decided)
                && own.old.as_ref().is_none_or(|own| fits(own, old_bins))
        })
}

/// A short text without anything but letters, digits and the marks of dates.
fn is_plain(text: &str) -> bool {
    text.len() <= 40
        && text.chars().all(|own| own.is_alphanumeric() || " :-+.".contains(own))
}

/// Whether `path` may be asked for with `#report=`: relative, below the app, a `.json`; no scheme, no other host, no
/// way up, nothing that a browser would read as one.
#[must_use]
pub fn is_safe_path(path: &str) -> bool {
    let plain =
        |own: char| own.is_ascii_alphanumeric() || "-_.~/".contains(own) || own == ' ';
    let parts_fine = path
        .split('/')
        .all(|part| !part.is_empty() && !part.starts_with('.') && !part.ends_with(' '));
    path.len() <= 300
        && path.ends_with(".json")
        && path.chars().all(plain)
        && !path.starts_with('/')
        && parts_fine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_below_the_app_may_be_asked_for() {
        for good in ["reports/x.json", "x.json", "a/b-c/d_1.2.json"] {
            assert!(is_safe_path(good), "{good}");
        }
        for bad in [
            "",
            "https://elsewhere.example/x.json",
            "//elsewhere.example/x.json",
            "/x.json",
            "../x.json",
            "a/../x.json",
            "a/./x.json",
            "a//x.json",
            "javascript:x.json",
            "data:x.json",
            "a\\x.json",
            "%2e%2e/x.json",
            "x.json?y",
            "x.html",
            ".hidden/x.json",
            "blob:x.json",
            "x\n.json",
        ] {
            assert!(!is_safe_path(bad), "{bad}");
        }
    }
}
