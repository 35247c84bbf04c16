//! Reports that come from elsewhere and reports that are handed on: the session's moves for both.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::{Mode, Phase, Session};
use crate::platform::files::FileRef;
use crate::platform::share as browser;
use crate::report::Report;
use crate::share::open;
use crate::ui::text;
use crate::worker::pool::Wish;
use crate::worker::protocol::Outgoing;

/// What the share dialog holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ready {
    /// What it shows.
    pub outgoing: Outgoing,
    /// report.json.
    pub json: Arc<Vec<u8>>,
    /// Markdown.
    pub markdown: Arc<Vec<u8>>,
    /// The report for the HTML file.
    pub packed: Arc<Vec<u8>>,
}

/// What the share dialog waits for or has.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Sharing {
    /// The dialog is closed.
    #[default]
    Closed,
    /// The worker makes it ready.
    Working,
    /// It is ready.
    Ready(Box<Ready>),
    /// It could not be made ready.
    Failed(String),
}

/// The state of both.
#[derive(Clone, Copy)]
pub struct ShareState {
    /// The dialog.
    pub sharing: RwSignal<Sharing>,
    /// Whether names are replaced.
    pub redact: RwSignal<bool>,
    /// Whether the report on screen came from elsewhere: there are no tables to look at again.
    pub opened: RwSignal<bool>,
    /// Whether a newer version lies ready.
    pub update: RwSignal<bool>,
    /// Whether the page is one file with its report inside: no workers, nothing to load.
    pub is_file: bool,
}

impl ShareState {
    /// Nothing shared, nothing opened.
    #[must_use]
    pub fn new(is_file: bool) -> Self {
        Self {
            sharing: RwSignal::new(Sharing::Closed),
            redact: RwSignal::new(false),
            opened: RwSignal::new(is_file),
            update: RwSignal::new(false),
            is_file,
        }
    }
}

impl Session {
    /// Takes up what the address asks for, now and whenever it changes, and hears of a newer version.
    pub(super) fn follow_address(self) {
        browser::open_for_paper();
        browser::on_update(move || {
            let _gone = self.share.update.try_set(true);
        });
        browser::on_fragment(move || self.open_address());
        self.open_address();
    }

    fn open_address(self) {
        let fragment = browser::fragment();
        if fragment.starts_with("r=") {
            browser::keep_fragment();
            self.read(String::new(), fragment.into_bytes());
        } else if let Some(path) = fragment.strip_prefix("report=") {
            if !open::is_safe_path(path) {
                return self.fail(text::unsafe_path(path));
            }
            browser::keep_fragment();
            let path = path.to_owned();
            self.wait_for_report();
            leptos::task::spawn_local(async move {
                match browser::beside(&path, open::MOST_BYTES).await {
                    Ok(bytes) => self.read(path, bytes),
                    Err(words) => self.fail(text::no_report_beside(&path, &words)),
                }
            });
        }
    }

    /// Opens a saved report.json.
    pub fn open_file(self, file: FileRef) {
        let name = file.name();
        if file.len_bytes() > open::MOST_BYTES as u64 {
            return self.fail(text::report_too_large(&name));
        }
        self.wait_for_report();
        leptos::task::spawn_local(async move {
            match browser::file(&file).await {
                Ok(bytes) => self.read(name, bytes),
                Err(words) => self.fail(text::no_report_beside(&name, &words)),
            }
        });
    }

    fn wait_for_report(self) {
        self.leave_practice();
        self.forget();
        self.busy.set(true);
        self.go(Phase::Running);
    }

    fn read(self, name: String, bytes: Vec<u8>) {
        self.wait_for_report();
        self.wish(Wish::Read { name, bytes: Rc::new(bytes) });
    }

    /// A report came from elsewhere.
    pub(super) fn opened(self, json: Vec<u8>, packed: &[u8]) {
        match postcard::from_bytes::<Report>(packed) {
            Ok(report) => {
                self.busy.set(false);
                self.error.set(None);
                self.share.opened.set(true);
                self.practice.take(None);
                self.mode.set(Mode::Read);
                self.show_plain();
                self.choices.update(|own| own.business = report.inputs.business.clone());
                self.show(Arc::new(report), json);
            }
            Err(_) => self.fail(text::REPORT_UNREADABLE.to_owned()),
        }
    }

    /// Opens the share dialog, or makes its content ready again with other wishes.
    pub fn make_ready(self) {
        self.share.sharing.set(Sharing::Working);
        self.wish(Wish::Share {
            json: Rc::new(self.report_json()),
            redact: self.share.redact.get_untracked(),
            base: browser::base(),
        });
    }

    /// Closes the share dialog.
    pub fn close_share(self) {
        self.share.sharing.set(Sharing::Closed);
    }

    /// What was asked of the worker is there.
    pub(super) fn made_ready(self, outgoing: Outgoing, files: Vec<Vec<u8>>) {
        if self.share.sharing.with_untracked(|own| *own != Sharing::Working) {
            return;
        }
        let mut files = files.into_iter().map(Arc::new);
        let mut next = || files.next().unwrap_or_default();
        let ready = Ready { outgoing, json: next(), markdown: next(), packed: next() };
        self.share.sharing.set(Sharing::Ready(Box::new(ready)));
    }

    /// Prints the report with everything open, in light colours.
    pub fn print(self) {
        browser::print(move || {
            self.dark.set(crate::platform::theme::is_dark());
        });
    }
}
