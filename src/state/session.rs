//! The session: what the user gave and chose, what the workers answered, and the moves between phases.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::{FileShelf, Mode, Phase, Practice, ShareState, Sharing, Slot};
use crate::choices::Choices;
use crate::platform::files::{self, FileRef};
use crate::platform::moment::{self, Timer};
use crate::platform::{echarts, focus, fragment, screen, share, steps, storage, theme};
use crate::practise::CaseKey;
use crate::report::Report;
use crate::scenario::catalogue::GALLERY_SEED;
use crate::ui::text;
use crate::worker::BUILD;
use crate::worker::pool::{Pool, PoolEvent, TableSet, Wish};
use crate::worker::protocol::{Inspection, Stage};

/// How long a change of a choice waits for the next one before the workers look again, in milliseconds.
const SETTLE_MILLIS: u32 = 250;
/// What stands before the key of a case to practise on in a link.
const PRACTISE_LINK: &str = "practise=";

/// How far the workers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Stage.
    pub stage: Stage,
    /// Rows read in it.
    pub rows_done: u64,
    /// Rows of it; 0 when it is not about rows.
    pub rows_total: u64,
}

/// The session. Copying it shares it.
#[derive(Clone, Copy)]
pub struct Session {
    /// Where the page is.
    pub phase: RwSignal<Phase>,
    /// The user's files.
    pub shelf: RwSignal<FileShelf, LocalStorage>,
    /// The user's choices.
    pub choices: RwSignal<Choices>,
    /// What the workers found in the files.
    pub inspection: RwSignal<Option<Arc<Inspection>>>,
    /// The answer.
    pub report: RwSignal<Option<Arc<Report>>>,
    /// The answer as it came first, with the verdict and without slices and diagnosis; the whole one where it came alone.
    /// Sections that the diagnosis does not touch are drawn from it, so that they stay when the rest arrives.
    pub measured: RwSignal<Option<Arc<Report>>>,
    /// Whether the report is whole: the causes are worked out.
    pub complete: RwSignal<bool>,
    /// What went wrong, in words.
    pub error: RwSignal<Option<String>>,
    /// Something to know that is not an error, for example a replaced worker.
    pub notice: RwSignal<Option<String>>,
    /// Whether the workers are working on something.
    pub busy: RwSignal<bool>,
    /// Whether the workers are up.
    pub ready: RwSignal<bool>,
    /// How far they are.
    pub progress: RwSignal<Option<Progress>>,
    /// Whether ECharts is loaded.
    pub charts: RwSignal<bool>,
    /// Whether the page is dark.
    pub dark: RwSignal<bool>,
    /// Whether every detail is shown (analyst view), or only what a product manager needs (PM view).
    pub full_detail: RwSignal<bool>,
    /// How the report is shown.
    pub mode: RwSignal<Mode>,
    /// The case to practise on.
    pub practice: Practice,
    /// Sharing, and reports that came from elsewhere.
    pub share: ShareState,
    /// Names of files the last look could not use; the next files of their place replace them.
    suspects: RwSignal<Vec<String>>,
    /// The gallery case on screen.
    gallery: RwSignal<Option<&'static str>>,
    files: StoredValue<Option<Rc<TableSet>>, LocalStorage>,
    report_json: StoredValue<Vec<u8>>,
    settle: StoredValue<Option<Timer>, LocalStorage>,
    /// The file of the monitoring pack that was asked for.
    wanted_file: StoredValue<&'static str>,
    /// Whether something was chosen that numbers of the analysis depend on, and the workers were not asked yet.
    must_analyse: StoredValue<bool>,
    pool: StoredValue<Option<Pool>, LocalStorage>,
}

impl Session {
    /// Starts the session: workers at once, charts in idle time.
    #[must_use]
    pub fn start() -> Self {
        let embedded = share::embedded();
        let session = Self {
            phase: RwSignal::new(Phase::Start),
            shelf: RwSignal::new_local(FileShelf::default()),
            choices: RwSignal::new(Choices::default()),
            inspection: RwSignal::new(None),
            report: RwSignal::new(None),
            measured: RwSignal::new(None),
            complete: RwSignal::new(false),
            error: RwSignal::new(None),
            notice: RwSignal::new(None),
            busy: RwSignal::new(false),
            ready: RwSignal::new(false),
            progress: RwSignal::new(None),
            charts: RwSignal::new(false),
            dark: RwSignal::new(theme::is_dark()),
            full_detail: RwSignal::new(
                storage::get("detail").as_deref() != Some("plain"),
            ),
            mode: RwSignal::new(Mode::Read),
            practice: Practice::new(),
            share: ShareState::new(embedded.is_some()),
            suspects: RwSignal::new(Vec::new()),
            gallery: RwSignal::new(None),
            files: StoredValue::new_local(None),
            report_json: StoredValue::new(Vec::new()),
            settle: StoredValue::new_local(None),
            wanted_file: StoredValue::new(""),
            must_analyse: StoredValue::new(false),
            pool: StoredValue::new_local(None),
        };
        if let Some(packed) = embedded {
            session.opened(Vec::new(), &packed);
            share::open_for_paper();
        } else {
            let pool = Pool::new(move |event| session.heard(event));
            session.pool.set_value(Some(pool.clone()));
            leptos::task::spawn_local(async move { pool.start().await });
            session.follow_address();
        }
        // Charts are fetched in idle time and take up their work when the page is used, or at once where the browser
        // cannot fetch without running.
        moment::when_idle(move || {
            // One file has its charts inside: nothing is fetched.
            if session.share.is_file || !echarts::prepare(BUILD) {
                session.load_charts();
            }
        });
        echarts::on_first_use(move || session.load_charts());
        Effect::new(move |_| {
            if session.phase.get() != Phase::Start {
                session.load_charts();
            }
        });
        theme::on_system_change(move || session.dark.set(theme::is_dark()));
        if fragment::get().is_empty() {
            steps::rename(Phase::Start.name());
        }
        session.follow_link();
        fragment::on_change(move || session.follow_link());
        steps::on_return(move |name| session.step_to(&name));
        session
    }

    fn load_charts(self) {
        if self.charts.try_get_untracked() != Some(false) {
            return;
        }
        leptos::task::spawn_local(async move {
            // Without charts the text and table twins stay; nothing is lost but the pictures.
            if echarts::load(BUILD).await.is_ok() {
                self.charts.set(true);
            }
        });
    }

    /// Takes files for a place; the workers look at once. Files that could not be used make way.
    pub fn add_files(self, slot: Slot, files: Vec<FileRef>) {
        // A saved report among them is opened; it is no table.
        if let Some(saved) = files.iter().find(|file| is_saved_report(&file.name())) {
            return self.open_file(saved.clone());
        }
        if files.is_empty() {
            return;
        }
        let suspects = self.suspects.get_untracked();
        self.shelf.update(|shelf| {
            shelf.retain(slot, |file| !suspects.contains(&file.name()));
            shelf.add(slot, files);
        });
        self.files_changed();
    }

    /// Takes a file away.
    pub fn remove_file(self, slot: Slot, index: usize) {
        self.shelf.update(|shelf| shelf.remove(slot, index));
        self.files_changed();
    }

    fn files_changed(self) {
        // While the files are looked at, not during the analysis.
        self.load_charts();
        self.leave_practice();
        self.share.opened.set(false);
        self.gallery.set(None);
        self.error.set(None);
        self.inspection.set(None);
        self.suspects.set(Vec::new());
        if !self.is_complete() {
            self.phase.set(Phase::Start);
        }
        let set = self.shelf.with_untracked(FileShelf::table_set);
        if set.files.is_empty() {
            self.files.set_value(None);
            if self.busy.get_untracked() {
                self.end_work();
            }
        } else {
            // One table alone is looked at too: a file that cannot be used is told at once.
            self.files.set_value(Some(Rc::new(set)));
            self.inspect();
        }
    }

    /// Changes a choice; the workers look again once the user pauses.
    pub fn choose(self, change: impl FnOnce(&mut Choices)) {
        self.choices.update(change);
        self.must_analyse.set_value(true);
        let settled = moment::timer(SETTLE_MILLIS, move || {
            if self.phase.try_get_untracked() == Some(Phase::Report) {
                self.look_again();
            } else {
                self.inspect();
            }
        });
        self.settle.set_value(Some(settled));
    }

    /// Whether the files of the report are at hand, so that it can be worked out anew.
    #[must_use]
    pub fn can_analyse(self) -> bool {
        self.files.with_value(Option::is_some)
    }

    /// Changes a business input that no number of the analysis depends on: the words are told again, no row is read.
    pub fn choose_words(self, change: impl FnOnce(&mut Choices)) {
        self.choices.update(change);
        if self.phase.get_untracked() != Phase::Report {
            return;
        }
        let settled = moment::timer(SETTLE_MILLIS, move || self.look_again());
        self.settle.set_value(Some(settled));
    }

    /// Analyses again where a number depends on what was changed, else tells the report again. A change of words must
    /// not overtake an analysis that waits or runs; a report without its files keeps the metric it has.
    fn look_again(self) {
        let waits = self.must_analyse.get_value()
            || self.busy.get_untracked()
            || !self.complete.get_untracked();
        if waits && self.files.with_value(Option::is_some) {
            self.analyse_again();
        } else {
            self.retell();
        }
    }

    fn retell(self) {
        self.busy.set(true);
        let business = Box::new(self.choices.get_untracked().business);
        self.wish(Wish::Retell(Rc::new(self.report_json()), business));
    }

    /// Has the monitoring pack written, and saves one of its files.
    pub fn save_pack(self, name: &'static str) {
        if self.busy.get_untracked() {
            return;
        }
        self.wanted_file.set_value(name);
        self.wish(Wish::Pack(Rc::new(self.report_json())));
    }

    /// Whether both needed tables have files.
    /// Whether the workers work on a report that is not whole yet; tracked.
    pub fn is_at_work(self) -> bool {
        self.busy.get() && !self.complete.get()
    }

    fn is_complete(self) -> bool {
        self.shelf.with_untracked(FileShelf::is_ready)
    }

    fn inspect(self) {
        self.with_files(|set| {
            self.busy.set(true);
            self.progress.set(None);
            let choices = Box::new(self.choices.get_untracked());
            self.wish(Wish::Inspect(set, choices));
        });
    }

    /// Analyses, and shows the progress.
    pub fn analyse(self) {
        self.with_files(|set| {
            self.settle.set_value(None);
            self.error.set(None);
            self.progress.set(None);
            self.go(Phase::Running);
            self.busy.set(true);
            self.must_analyse.set_value(false);
            let choices = Box::new(self.choices.get_untracked());
            self.wish(Wish::Analyse(set, choices));
        });
    }

    /// Analyses again with other costs or another metric; the report stays on screen meanwhile.
    fn analyse_again(self) {
        self.with_files(|set| {
            self.busy.set(true);
            self.must_analyse.set_value(false);
            let choices = Box::new(self.choices.get_untracked());
            self.wish(Wish::Analyse(set, choices));
        });
    }

    /// Makes a gallery case and goes straight on to its report.
    pub fn open_case(self, id: &'static str) {
        self.leave_practice();
        self.open_made(Some(id));
        self.wish(Wish::Generate { case: id.to_owned(), seed: GALLERY_SEED });
    }

    /// Makes a case to practise on and goes straight on to its evidence.
    pub fn practise(self, key: CaseKey) {
        self.practice.take(Some(key));
        self.mode.set(Mode::Practise);
        fragment::set(&format!("{PRACTISE_LINK}{}", key.name()));
        self.open_made(None);
        self.wish(Wish::Practise(key));
    }

    fn open_made(self, gallery: Option<&'static str>) {
        self.share.opened.set(false);
        self.shelf.set(FileShelf::default());
        self.choices.set(Choices::default());
        self.inspection.set(None);
        self.error.set(None);
        self.progress.set(None);
        self.gallery.set(gallery);
        self.busy.set(true);
        self.go(Phase::Running);
    }

    /// Asks for the truth of the case to practise on; who asks early has it once the report is whole.
    pub fn reveal(self) {
        let again = self.practice.asked.get_untracked();
        self.practice.asked.set(true);
        if !again && self.complete.get_untracked() {
            self.look_up();
        }
    }

    fn look_up(self) {
        if let Some(key) = self.practice.key.get_untracked() {
            self.error.set(None);
            self.busy.set(true);
            self.wish(Wish::Reveal(key, Rc::new(self.report_json.get_value())));
        }
    }

    /// Shows the report as a talk.
    pub fn present(self) {
        self.mode.set(Mode::Present);
        focus::to(text::HEADING_ID);
    }

    /// Shows the report to be read.
    pub fn back_to_report(self) {
        screen::give_back();
        self.leave_practice();
        self.mode.set(Mode::Read);
        focus::to(text::HEADING_ID);
    }

    pub(super) fn leave_practice(self) {
        if self.practice.key.get_untracked().is_some() {
            self.practice.take(None);
            fragment::set("");
        }
        self.mode.set(Mode::Read);
    }

    /// Takes up a case to practise on from the page's address.
    fn follow_link(self) {
        let fragment = fragment::get();
        let key = fragment.strip_prefix(PRACTISE_LINK).and_then(CaseKey::from_name);
        if let Some(key) =
            key.filter(|key| self.practice.key.get_untracked() != Some(*key))
        {
            self.practise(key);
        }
    }

    /// Ends the work and frees its memory; files and choices stay.
    pub fn cancel(self) {
        self.end_work();
        if self.inspection.with_untracked(Option::is_some) {
            self.go(Phase::Columns);
        } else if self.gallery.get_untracked().is_none()
            && self.practice.key.get_untracked().is_none()
            && self.is_complete()
        {
            self.inspect();
            self.go(Phase::Start);
        } else {
            self.start_over();
        }
    }

    fn end_work(self) {
        self.busy.set(false);
        self.progress.set(None);
        self.settle.set_value(None);
        self.pool.with_value(|pool| {
            if let Some(pool) = pool {
                pool.cancel();
            }
        });
    }

    /// Back to the columns, with everything kept.
    pub fn back_to_columns(self) {
        self.error.set(None);
        if self.inspection.with_untracked(Option::is_some) {
            self.go(Phase::Columns);
        } else {
            self.go(Phase::Start);
            self.inspect();
        }
    }

    /// Back to the empty start.
    pub fn start_over(self) {
        self.leave_practice();
        if self.busy.get_untracked() {
            self.end_work();
        }
        self.forget();
        if self.share.opened.get_untracked() || share::fragment().starts_with('r') {
            share::clear_fragment();
        }
        self.share.opened.set(false);
        self.go(Phase::Start);
    }

    /// Lets go of files, choices and report.
    pub(super) fn forget(self) {
        self.shelf.set(FileShelf::default());
        self.files.set_value(None);
        self.choices.set(Choices::default());
        self.inspection.set(None);
        self.report.set(None);
        self.measured.set(None);
        self.complete.set(false);
        self.error.set(None);
        self.notice.set(None);
        self.gallery.set(None);
        self.suspects.set(Vec::new());
    }

    /// Puts a report on screen that is whole as it is.
    pub(super) fn show(self, report: Arc<Report>, json: Vec<u8>) {
        self.report_json.set_value(json);
        self.mode.set(Mode::Read);
        self.complete.set(true);
        self.measured.set(Some(Arc::clone(&report)));
        self.report.set(Some(report));
        self.go(Phase::Report);
    }

    /// The gallery case on screen, if it is one.
    #[must_use]
    pub fn gallery_case(self) -> Option<&'static str> {
        self.gallery.get()
    }

    /// The report as JSON, for a download.
    #[must_use]
    pub fn report_json(self) -> Vec<u8> {
        self.report_json.get_value()
    }

    /// Switches between light and dark.
    pub fn toggle_theme(self) {
        theme::toggle();
        self.dark.set(theme::is_dark());
    }

    /// PM view for this visit: what a shared link opens with. The kept choice stays.
    pub fn show_plain(self) {
        self.full_detail.set(false);
    }

    /// Switches between PM view and analyst view, and keeps the choice.
    pub fn set_full_detail(self, full: bool) {
        storage::set("detail", if full { "full" } else { "plain" });
        self.full_detail.set(full);
    }

    fn with_files(self, run: impl FnOnce(Rc<TableSet>)) {
        if let Some(set) = self.files.get_value() {
            run(set);
        }
    }

    pub(super) fn wish(self, wish: Wish) {
        let pool = self.pool.get_value();
        if let Some(pool) = pool {
            pool.wish(wish);
        }
    }

    /// Goes to a phase and takes the keyboard along to its heading.
    pub(super) fn go(self, phase: Phase) {
        let from = self.phase.get_untracked();
        if from != phase {
            // Nobody steps back into a wait, and who came by a link steps back to where the link was.
            if matches!(from, Phase::Running | Phase::Failed)
                || steps::current().is_none()
            {
                steps::rename(phase.name());
            } else {
                steps::add(phase.name());
            }
            self.arrive(phase);
        }
    }

    fn arrive(self, phase: Phase) {
        self.phase.set(phase);
        focus::to(text::HEADING_ID);
    }

    /// Follows the browser's Back and Forward, as far as there is something to show there.
    fn step_to(self, name: &str) {
        let Some(phase) = Phase::from_name(name) else { return };
        let from = self.phase.get_untracked();
        if from == Phase::Report && self.mode.get_untracked() == Mode::Present {
            // Back from the talk is back to its report.
            steps::add(from.name());
            return self.back_to_report();
        }
        match phase {
            Phase::Report if self.report.with_untracked(Option::is_some) => {}
            Phase::Columns if self.inspection.with_untracked(Option::is_some) => {}
            Phase::Start => {
                self.leave_practice();
                // Made tables were nobody's files.
                if self.gallery.get_untracked().is_some() {
                    self.shelf.set(FileShelf::default());
                    self.files.set_value(None);
                    self.inspection.set(None);
                }
            }
            _ => return,
        }
        if from == Phase::Running {
            self.end_work();
        }
        self.error.set(None);
        if from != phase {
            self.arrive(phase);
        }
    }

    fn heard(self, event: PoolEvent) {
        match event {
            PoolEvent::Ready => self.ready.set(true),
            PoolEvent::Progress { stage, rows_done, rows_total } => {
                self.progress.set(Some(Progress { stage, rows_done, rows_total }));
            }
            PoolEvent::Inspected(inspection) => self.inspected(*inspection),
            PoolEvent::Report { json, packed, seconds, is_complete } => {
                self.reported(json, &packed, seconds, is_complete);
            }
            PoolEvent::Revealed(solution) => {
                self.busy.set(false);
                self.practice.asked.set(false);
                self.practice.solution.set(Some(Arc::new(*solution)));
                focus::at(text::SOLUTION_ID);
            }
            PoolEvent::Pack(made) => {
                let wanted = self.wanted_file.get_value();
                if let Some(file) = made.iter().find(|file| file.name == wanted) {
                    files::download(file.text.as_bytes(), &file.name, &file.media);
                }
            }
            PoolEvent::Generated { files, choices, brief } => {
                self.choices.set(choices);
                self.practice.brief.set(brief);
                self.shelf.update(|shelf| {
                    for (made, file) in files {
                        shelf.add(Slot::of(made.role, made.labels), vec![file]);
                    }
                });
                let set = Rc::new(self.shelf.with_untracked(FileShelf::table_set));
                self.files.set_value(Some(set));
                self.analyse();
            }
            PoolEvent::Opened { json, packed } => self.opened(json, &packed),
            PoolEvent::Shared { outgoing, files } => self.made_ready(*outgoing, files),
            PoolEvent::Failed { message, .. }
                if self.share.sharing.with_untracked(|own| *own == Sharing::Working) =>
            {
                self.share.sharing.set(Sharing::Failed(message));
            }
            PoolEvent::Failed { message, .. } => self.failed(message),
            PoolEvent::Replaced(_) => {
                self.ready.set(false);
                self.notice.set(Some(text::WORKER_REPLACED.to_owned()));
            }
            PoolEvent::Broken(words) => {
                self.ready.set(false);
                self.fail(text::worker_broken(&words));
            }
        }
    }

    fn inspected(self, inspection: Inspection) {
        let blocked = !inspection.problems.is_empty();
        self.inspection.set(Some(Arc::new(inspection)));
        // An analysis that had to open the files first goes on by itself.
        if matches!(self.phase.get_untracked(), Phase::Running | Phase::Report) {
            if blocked {
                self.busy.set(false);
                self.go(Phase::Columns);
            }
            return;
        }
        self.busy.set(false);
        self.error.set(None);
        if self.is_complete() {
            self.go(Phase::Columns);
        } else {
            self.inspection.set(None);
        }
    }

    /// The workers could not do what was asked.
    fn failed(self, message: String) {
        let named = self.shelf.with_untracked(|shelf| shelf.named_in(&message));
        if self.is_complete() || self.phase.get_untracked() == Phase::Running {
            self.fail(message);
        } else {
            // With one table alone, only trouble with its own files is news.
            self.busy.set(false);
            self.error.set((!named.is_empty()).then_some(message));
        }
        self.suspects.set(named);
    }

    fn reported(self, json: Vec<u8>, packed: &[u8], seconds: f64, is_complete: bool) {
        let at = self.phase.get_untracked();
        let whole_on_screen = at == Phase::Report && self.complete.get_untracked();
        if !is_complete && whole_on_screen {
            // A second look: the old report stands whole until the new one does.
            return;
        }
        if is_complete {
            self.busy.set(false);
        }
        let Ok(mut report) = postcard::from_bytes::<Report>(packed) else {
            self.fail(text::REPORT_UNREADABLE.to_owned());
            return;
        };
        // A quick second look counts from what is already there; the first time is the real one.
        let old =
            || self.report.with_untracked(|old| old.as_ref().map(|old| old.seconds));
        report.seconds = if whole_on_screen { old().unwrap_or(seconds) } else { seconds };
        if is_complete {
            self.report_json.set_value(with_seconds(json, report.seconds));
        }
        self.error.set(None);
        let report = Arc::new(report);
        let follows = is_complete && at == Phase::Report && !whole_on_screen;
        if !follows {
            self.measured.set(Some(Arc::clone(&report)));
        }
        self.complete.set(is_complete);
        self.report.set(Some(report));
        if is_complete && self.practice.asked.get_untracked() {
            self.look_up();
        }
        // Who went back to the columns while the causes were worked out stays there.
        if matches!(at, Phase::Running | Phase::Report) {
            self.go(Phase::Report);
        }
    }

    pub(super) fn fail(self, message: String) {
        self.busy.set(false);
        self.practice.asked.set(false);
        self.progress.set(None);
        self.error.set(Some(message));
        // A second look that fails leaves the report standing, with the error beside it.
        if self.phase.get_untracked() != Phase::Report {
            self.go(Phase::Failed);
        }
    }
}

/// Whether a file is a saved report rather than a table.
fn is_saved_report(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".json")
}

/// The report's JSON with its `seconds` filled in; every other byte stays as the engine wrote it.
fn with_seconds(json: Vec<u8>, seconds: f64) -> Vec<u8> {
    const KEY: &str = "\"seconds\":";
    let Ok(text) = String::from_utf8(json) else { return Vec::new() };
    let Some(at) = text.rfind(KEY) else { return text.into_bytes() };
    let (head, tail) = text.split_at(at + KEY.len());
    let rest = tail.trim_start_matches(|c: char| !matches!(c, ',' | '}' | '\n'));
    let space = if tail.starts_with(' ') { " " } else { "" };
    format!("{head}{space}{seconds:.3}{rest}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::with_seconds;

    #[test]
    fn seconds_are_replaced_and_nothing_else() {
        let compact = with_seconds(br#"{"a":1,"seconds":0.0}"#.to_vec(), 1.5);
        assert_eq!(compact, br#"{"a":1,"seconds":1.500}"#);
        let pretty = with_seconds(b"{\n  \"seconds\": 0.0\n}\n".to_vec(), 2.0);
        assert_eq!(pretty, b"{\n  \"seconds\": 2.000\n}\n");
    }
}
