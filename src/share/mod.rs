//! Sharing. A finished [`Report`](crate::report::Report) enters; leaves what may be handed on: a link, Markdown, one
//! HTML file, JSON. And back: a report from a link or a JSON file that may be anything.
//!
//! 1. [`prepared`] hides groups under ten rows ([`hide`]) and, if asked, names ([`redact`]).
//! 2. [`link`] puts it into an address of at most 2,000 characters: [`level`] leaves out what does not fit, in a
//!    fixed order; [`lean`] says which fields, [`wire`], [`text`] and [`coder`] how.
//! 3. [`markdown`] and [`html`] make files of it; [`fit`] keeps the HTML file below a megabyte. [`open`] reads reports that come from elsewhere.
//!
//! Aggregates only: a report holds no rows, and no group of fewer than ten rows leaves through here.

pub mod coder;
#[cfg(feature = "engine")]
pub mod fit;
pub mod hide;
mod histograms;
pub mod html;
mod lean;
mod level;
pub mod link;
pub mod markdown;
pub mod open;
#[cfg(feature = "engine")]
pub mod pack;
pub mod redact;
mod text;
mod walk;
mod wire;
pub mod words;

use crate::report::Report;

/// How a report is shared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Replace names of columns, values and files.
    pub redact: bool,
}

/// The report as it may be handed on. `None` when it cannot be made safe, which a report of whydrop's own always can.
#[must_use]
pub fn prepared(report: &Report, wishes: Wishes) -> Option<Report> {
    let mut own = report.clone();
    let already = own.shared.clone().unwrap_or_default();
    let hidden = hide::hide(&mut own)?;
    let mut shared = already;
    shared.groups_hidden += hidden;
    own.shared = Some(shared);
    if wishes.redact {
        redact::redact(&mut own)?;
    }
    Some(own)
}
