//! The page's side of the workers: starts them, shakes hands, carries jobs and partial results without
//! looking inside, replaces the dead.
//!
//! One [`Wish`] at a time: what the user wants now. A new wish while one is being worked on ends all
//! workers and starts fresh ones from the module the page holds, so that nothing stale keeps running and
//! no request is made. The same is the way to cancel, and it gives the memory back. A worker that dies is
//! replaced and the wish is started again once; a second death is told as [`PoolEvent::Broken`].
//!
//! # Decisions
//! All workers are replaced when one dies: the lead's plan and the rows the others keep belong together.

use std::cell::RefCell;
use std::rc::Rc;

use super::BUILD;
use super::protocol::{
    FileHandle, FromWorker, GeneratedFile, Inspection, Outgoing, Request, Response,
    Stage, TableFiles, ToWorker,
};
use crate::act::export::ExportFile;
use crate::choices::{Business, Choices};
use crate::platform;
use crate::platform::files::FileRef;
use crate::platform::moment::{self, Timer};
use crate::platform::worker::{Message, Part, Prepared, WorkerHandle};
use crate::practise::{Brief, CaseKey, Solution};

/// How long the workers may take to say they are up, in milliseconds. Instantiating takes well below a
/// second; a slow, busy machine is given time.
const HANDSHAKE_MILLIS: u32 = 20_000;

/// The user's files and what belongs where.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableSet {
    /// Handles in the order the tables index them.
    pub files: Vec<FileRef>,
    /// Which handle belongs where.
    pub tables: Vec<TableFiles>,
}

/// What the user wants now.
#[derive(Clone, Debug)]
pub enum Wish {
    /// Look at the files (or look again with other choices).
    Inspect(Rc<TableSet>, Box<Choices>),
    /// Analyse them, looking first where that has not happened.
    Analyse(Rc<TableSet>, Box<Choices>),
    /// Tell a report (its JSON) again for other business inputs.
    Retell(Rc<Vec<u8>>, Box<Business>),
    /// Write the monitoring pack of a report (its JSON).
    Pack(Rc<Vec<u8>>),
    /// Make the files of a gallery case.
    Generate {
        /// Case id.
        case: String,
        /// Seed of the case.
        seed: u64,
    },
    /// Make the files of a case to practise on.
    Practise(CaseKey),
    /// Say what is true of it; with the report as JSON.
    Reveal(CaseKey, Rc<Vec<u8>>),
    /// Read a report that comes from elsewhere.
    Read {
        /// Name for errors; empty for a link.
        name: String,
        /// A link's fragment, or JSON.
        bytes: Rc<Vec<u8>>,
    },
    /// Make a report ready to be handed on.
    Share {
        /// The report's JSON.
        json: Rc<Vec<u8>>,
        /// Whether names are replaced.
        redact: bool,
        /// Address of the site.
        base: String,
    },
}

impl Wish {
    fn is_about(&self, set: &Rc<TableSet>) -> bool {
        match self {
            Self::Inspect(own, _) | Self::Analyse(own, _) => Rc::ptr_eq(own, set),
            Self::Generate { .. }
            | Self::Practise(_)
            | Self::Reveal(..)
            | Self::Retell(..)
            | Self::Pack(_)
            | Self::Read { .. }
            | Self::Share { .. } => false,
        }
    }
}

/// What the pool tells the page.
#[expect(clippy::large_enum_variant, reason = "one event is held at a time")]
#[derive(Debug)]
pub enum PoolEvent {
    /// All workers are up: from now on nothing is asked of the network.
    Ready,
    /// How far the work is.
    Progress {
        /// Stage.
        stage: Stage,
        /// Rows read in the stage.
        rows_done: u64,
        /// Rows of the stage; 0 when it is not about rows.
        rows_total: u64,
    },
    /// The files were looked at.
    Inspected(Box<Inspection>),
    /// The report, twice, and the seconds since the wish: first with the verdict alone, then whole.
    Report {
        /// UTF-8 JSON, for the user.
        json: Vec<u8>,
        /// The same as postcard, for the page.
        packed: Vec<u8>,
        /// Wall-clock seconds.
        seconds: f64,
        /// Whether it is whole.
        is_complete: bool,
    },
    /// The files of the monitoring pack.
    Pack(Vec<ExportFile>),
    /// Files of a gallery case.
    Generated {
        /// What each file is, and the file.
        files: Vec<(GeneratedFile, FileRef)>,
        /// Choices the case comes with.
        choices: Choices,
        /// What the team knows, for a case to practise on.
        brief: Option<Brief>,
    },
    /// What is true of a case to practise on.
    Revealed(Box<Solution>),
    /// A report that was read.
    Opened {
        /// UTF-8 JSON.
        json: Vec<u8>,
        /// The same in postcard.
        packed: Vec<u8>,
    },
    /// A report ready to be handed on.
    Shared {
        /// What the dialog shows.
        outgoing: Box<Outgoing>,
        /// JSON, Markdown, postcard.
        files: Vec<Vec<u8>>,
    },
    /// The wish failed; the workers live.
    Failed {
        /// Stage.
        stage: Stage,
        /// What happened and what to try.
        message: String,
    },
    /// A worker died and was replaced; the wish starts again.
    Replaced(String),
    /// Nothing can be done: the workers cannot be had, or died twice.
    Broken(String),
}

/// The workers, as the page holds them. Cloning shares them.
#[derive(Clone)]
pub struct Pool(Rc<RefCell<Inner>>);

struct Inner {
    prepared: Option<Prepared>,
    workers: Vec<Seat>,
    /// The worker that rehearses, before the first wish and never again: its code serves all later workers.
    rehearsal: Option<WorkerHandle>,
    /// Counts spawns; messages of an earlier generation are dropped.
    generation: u32,
    handshake: Option<Timer>,
    run: u32,
    wish: Option<Wish>,
    wished_at_millis: f64,
    /// What the living lead has opened.
    opened: Option<Rc<TableSet>>,
    deaths: u32,
    /// The verdict was told and the lead works out the rest, which ends by itself soon.
    is_answered: bool,
    stage: Stage,
    rows_total: u64,
    rows_done: Vec<u64>,
    partials: Vec<Option<Vec<Part>>>,
    tell: Rc<dyn Fn(PoolEvent)>,
}

struct Seat {
    handle: WorkerHandle,
    ready: bool,
}

impl Pool {
    /// An empty pool; [`Pool::start`] fills it.
    #[must_use]
    pub fn new(tell: impl Fn(PoolEvent) + 'static) -> Self {
        Self(Rc::new(RefCell::new(Inner {
            prepared: None,
            workers: Vec::new(),
            rehearsal: None,
            generation: 0,
            handshake: None,
            run: 0,
            wish: None,
            wished_at_millis: 0.0,
            opened: None,
            deaths: 0,
            is_answered: false,
            stage: Stage::Open,
            rows_total: 0,
            rows_done: Vec::new(),
            partials: Vec::new(),
            tell: Rc::new(tell),
        })))
    }

    /// Fetches the worker's files (the only requests ever made for workers) and starts the workers.
    pub async fn start(&self) {
        match Prepared::fetch(BUILD).await {
            Ok(prepared) => {
                self.0.borrow_mut().prepared = Some(prepared);
                self.spawn();
            }
            Err(words) => {
                self.tell(PoolEvent::Broken(format!(
                    "The analysis program could not be loaded ({words})."
                )));
            }
        }
    }

    /// Takes up a wish; an unfinished earlier one is dropped.
    pub fn wish(&self, wish: Wish) {
        let respawn = {
            let mut inner = self.0.borrow_mut();
            inner.rehearsal = None;
            // A quick second look at open files may be overtaken: its answer is dropped by its run.
            let busy = match inner.wish.replace(wish) {
                None => false,
                Some(Wish::Inspect(set, _)) => !inner.has_open(&set),
                Some(Wish::Read { .. } | Wish::Share { .. }) => false,
                // The lead takes up the next look at the same files when the diagnosis is done.
                Some(Wish::Analyse(set, _)) => {
                    let same = inner.wish.as_ref().is_some_and(|new| new.is_about(&set));
                    !(inner.is_answered && same)
                }
                Some(Wish::Retell(..) | Wish::Pack(_)) => false,
                Some(Wish::Generate { .. } | Wish::Practise(_) | Wish::Reveal(..)) => {
                    true
                }
            };
            inner.deaths = 0;
            inner.wished_at_millis = moment::now_millis();
            busy && inner.all_ready()
        };
        if respawn {
            self.spawn();
        } else if self.0.borrow().all_ready() {
            self.begin();
        }
    }

    /// Drops the wish, ends the workers and their memory, and starts fresh ones.
    pub fn cancel(&self) {
        self.0.borrow_mut().wish = None;
        self.spawn();
    }

    fn tell(&self, event: PoolEvent) {
        let tell = Rc::clone(&self.0.borrow().tell);
        tell(event);
    }

    /// Ends what runs and starts a new generation.
    fn spawn(&self) {
        let count = platform::worker_count();
        let (prepared, generation) = {
            let mut inner = self.0.borrow_mut();
            inner.workers.clear();
            inner.opened = None;
            inner.is_answered = false;
            inner.generation += 1;
            inner.handshake = None;
            let Some(prepared) = inner.prepared.clone() else { return };
            (prepared, inner.generation)
        };
        for index in 0..count {
            let (hears, dies) = (self.clone(), self.clone());
            let spawned = prepared.spawn(
                move |message| hears.heard(generation, index, message),
                // In a turn of its own: the ended worker's listeners are dropped there.
                move |words| {
                    let dies = dies.clone();
                    moment::after(0, move || dies.died(generation, &words));
                },
            );
            match spawned {
                Ok(handle) => {
                    self.0.borrow_mut().workers.push(Seat { handle, ready: false });
                }
                Err(words) => {
                    self.died(generation, &words);
                    return;
                }
            }
        }
        let late = self.clone();
        let deadline = moment::timer(HANDSHAKE_MILLIS, move || {
            late.died(generation, "it did not answer in time");
        });
        let hello = Request::Hello { build: BUILD.to_owned() };
        let mut inner = self.0.borrow_mut();
        inner.handshake = Some(deadline);
        for index in 0..count {
            inner.post(index, hello.clone(), Vec::new(), &[]);
        }
    }

    /// A worker of this generation ended.
    fn died(&self, generation: u32, words: &str) {
        let again = {
            let mut inner = self.0.borrow_mut();
            if inner.generation != generation {
                return;
            }
            inner.generation += 1;
            inner.workers.clear();
            inner.handshake = None;
            inner.deaths += 1;
            inner.deaths <= 1
        };
        if again {
            self.tell(PoolEvent::Replaced(words.to_owned()));
            self.spawn();
            return;
        }
        let wished = self.0.borrow_mut().wish.take().is_some();
        self.tell(PoolEvent::Broken(words.to_owned()));
        if wished {
            // Fresh workers for the next try; if they cannot be had, that is told once more.
            self.0.borrow_mut().deaths = 1;
            self.spawn();
        }
    }

    fn end_later(&self, generation: u32, words: &'static str) {
        let pool = self.clone();
        moment::after(0, move || pool.died(generation, words));
    }

    fn heard(&self, generation: u32, index: usize, message: Message) {
        if self.0.borrow().generation != generation {
            return;
        }
        match postcard::from_bytes::<FromWorker>(&message.head) {
            Ok(FromWorker { body: Response::Ready { build }, .. }) => {
                self.ready(generation, index, &build);
            }
            Ok(FromWorker { run, body }) => {
                if self.0.borrow().run == run && self.0.borrow().wish.is_some() {
                    self.answered(index, body, message.parts);
                }
            }
            Err(_) => {
                self.end_later(generation, "it answered in words of another version");
            }
        }
    }

    fn ready(&self, generation: u32, index: usize, build: &str) {
        if build != BUILD {
            self.end_later(
                generation,
                "it is of another version than the page; reload the page",
            );
            return;
        }
        let all = {
            let mut inner = self.0.borrow_mut();
            if let Some(seat) = inner.workers.get_mut(index) {
                seat.ready = true;
            }
            let all = inner.all_ready();
            if all {
                inner.handshake = None;
            }
            all
        };
        if all {
            self.tell(PoolEvent::Ready);
            let is_first = generation == 1;
            let has_wish = self.0.borrow().wish.is_some();
            if is_first && !has_wish && platform::worker_count() > 1 {
                self.rehearse();
            }
            self.begin();
        }
    }

    /// Starts the rehearsal in a worker of its own, which ends with it, with the first wish, or with an error: nothing
    /// depends on it.
    fn rehearse(&self) {
        let Some(prepared) = self.0.borrow().prepared.clone() else { return };
        let (hears, dies) = (self.clone(), self.clone());
        let spawned = prepared.spawn(
            move |message| hears.rehearsed(&message),
            move |_| dies.end_rehearsal(),
        );
        self.0.borrow_mut().rehearsal = spawned.ok();
        self.0.borrow().rehearse_on();
    }

    fn rehearsed(&self, message: &Message) {
        let said = postcard::from_bytes::<FromWorker>(&message.head);
        if matches!(said, Ok(own) if own.body == Response::Rehearsed { has_more: true }) {
            self.0.borrow().rehearse_on();
        } else {
            self.end_rehearsal();
        }
    }

    fn end_rehearsal(&self) {
        let pool = self.clone();
        // In a turn of its own: the ended worker's listeners are dropped there.
        moment::after(0, move || pool.0.borrow_mut().rehearsal = None);
    }

    /// Sends the first request of the wish.
    fn begin(&self) {
        let mut inner = self.0.borrow_mut();
        let Some(wish) = inner.wish.clone() else { return };
        inner.run = inner.run.wrapping_add(1);
        inner.is_answered = false;
        inner.stage = Stage::Open;
        inner.rows_total = 0;
        inner.rows_done.clear();
        match wish {
            Wish::Generate { case, seed } => {
                inner.post(0, Request::Generate { case, seed }, Vec::new(), &[]);
            }
            Wish::Practise(key) => {
                inner.post(0, Request::Practise { key }, Vec::new(), &[]);
            }
            Wish::Reveal(key, report) => {
                let parts = vec![Part::from_bytes(&report)];
                inner.post(0, Request::Reveal { key }, parts, &[]);
            }
            Wish::Retell(report, business) => {
                let report = report.as_ref().clone();
                let body = Request::Retell { report, business: *business };
                inner.post(0, body, Vec::new(), &[]);
            }
            Wish::Pack(report) => {
                let report = report.as_ref().clone();
                inner.post(0, Request::Pack { report }, Vec::new(), &[]);
            }
            Wish::Read { name, bytes } => {
                inner.post(
                    0,
                    Request::Read { name },
                    vec![Part::from_bytes(&bytes)],
                    &[],
                );
            }
            Wish::Share { json, redact, base } => {
                let body = Request::Share { redact, base };
                inner.post(0, body, vec![Part::from_bytes(&json)], &[]);
            }
            Wish::Inspect(set, choices) if inner.has_open(&set) => {
                inner.post(0, Request::Inspect { choices: *choices }, Vec::new(), &[]);
            }
            Wish::Analyse(set, choices) if inner.has_open(&set) => {
                inner.post(0, Request::Analyse { choices: *choices }, Vec::new(), &[]);
            }
            Wish::Inspect(set, choices) | Wish::Analyse(set, choices) => {
                inner.open(&set, *choices);
            }
        }
    }

    fn answered(&self, index: usize, body: Response, parts: Vec<Part>) {
        let event = match body {
            // Handled before; said by the worker that rehearses.
            Response::Ready { .. } | Response::Rehearsed { .. } => None,
            Response::Progress { rows_done } => {
                self.0.borrow_mut().progressed(index, rows_done)
            }
            Response::Work { stage, rows_total } => {
                self.0.borrow_mut().work(stage, rows_total, parts)
            }
            Response::Partial => self.0.borrow_mut().partial(index, parts),
            Response::Inspected(inspection) => self.inspected(inspection),
            Response::Report { is_complete } => {
                self.0.borrow_mut().report(&parts, is_complete)
            }
            Response::Generated { files, choices, brief } => {
                self.0.borrow_mut().wish = None;
                let named = files.into_iter().zip(&parts).filter_map(|(made, part)| {
                    part.to_file(&made.name).map(|file| (made, file))
                });
                Some(PoolEvent::Generated { files: named.collect(), choices, brief })
            }
            Response::Revealed(solution) => {
                self.0.borrow_mut().wish = None;
                Some(PoolEvent::Revealed(solution))
            }
            Response::Pack(files) => {
                self.0.borrow_mut().wish = None;
                Some(PoolEvent::Pack(files))
            }
            Response::Opened => {
                self.0.borrow_mut().wish = None;
                let mut parts = parts.iter().map(Part::to_bytes);
                let (json, packed) = (parts.next(), parts.next());
                json.zip(packed).map(|(json, packed)| PoolEvent::Opened { json, packed })
            }
            Response::Shared(outgoing) => {
                self.0.borrow_mut().wish = None;
                let files = parts.iter().map(Part::to_bytes).collect();
                Some(PoolEvent::Shared { outgoing, files })
            }
            Response::Failed { stage, message } => {
                self.0.borrow_mut().wish = None;
                Some(PoolEvent::Failed { stage, message })
            }
        };
        if let Some(event) = event {
            self.tell(event);
        }
    }

    fn inspected(&self, inspection: Box<Inspection>) -> Option<PoolEvent> {
        let mut inner = self.0.borrow_mut();
        match inner.wish.clone()? {
            Wish::Inspect(set, _) => {
                inner.opened = Some(set);
                inner.wish = None;
            }
            Wish::Analyse(set, choices) => {
                inner.opened = Some(set);
                if inspection.problems.is_empty() {
                    inner.post(
                        0,
                        Request::Analyse { choices: *choices },
                        Vec::new(),
                        &[],
                    );
                } else {
                    inner.wish = None;
                }
            }
            Wish::Generate { .. }
            | Wish::Practise(_)
            | Wish::Reveal(..)
            | Wish::Retell(..)
            | Wish::Pack(_)
            | Wish::Read { .. }
            | Wish::Share { .. } => return None,
        }
        Some(PoolEvent::Inspected(inspection))
    }
}

impl Inner {
    fn all_ready(&self) -> bool {
        !self.workers.is_empty() && self.workers.iter().all(|seat| seat.ready)
    }

    fn has_open(&self, set: &Rc<TableSet>) -> bool {
        self.opened.as_ref().is_some_and(|opened| Rc::ptr_eq(opened, set))
    }

    fn rehearse_on(&self) {
        let message = ToWorker { run: 0, body: Request::Rehearse };
        if let Some(worker) = &self.rehearsal
            && let Ok(head) = postcard::to_stdvec(&message)
        {
            // A worker that cannot be told just stays idle until the first wish.
            let _posted = worker.post(&head, Vec::new(), &[]);
        }
    }

    fn post(&mut self, index: usize, body: Request, parts: Vec<Part>, files: &[FileRef]) {
        let message = ToWorker { run: self.run, body };
        let Some(seat) = self.workers.get(index) else { return };
        if let Ok(head) = postcard::to_stdvec(&message) {
            // A message that cannot be posted is a worker that does not answer: its death is heard,
            // or the handshake's deadline passes.
            let _posted = seat.handle.post(&head, parts, files);
        }
    }

    fn open(&mut self, set: &Rc<TableSet>, choices: Choices) {
        let handles = set
            .files
            .iter()
            .map(|file| FileHandle { name: file.name(), len_bytes: file.len_bytes() })
            .collect::<Vec<_>>();
        for index in 0..self.workers.len() {
            let body = Request::Files { files: handles.clone() };
            self.post(index, body, Vec::new(), &set.files);
        }
        let worker_count = u32::try_from(self.workers.len()).unwrap_or(1);
        let body = Request::Open { tables: set.tables.clone(), worker_count, choices };
        self.post(0, body, Vec::new(), &[]);
    }

    fn work(
        &mut self,
        stage: Stage,
        rows_total: u64,
        jobs: Vec<Part>,
    ) -> Option<PoolEvent> {
        self.stage = stage;
        self.rows_total = rows_total;
        self.rows_done = vec![0; jobs.len()];
        self.partials = vec![None; jobs.len()];
        if jobs.is_empty() {
            self.post(0, Request::Advance, Vec::new(), &[]);
        }
        for (index, job) in jobs.into_iter().enumerate() {
            self.post(index, Request::Run, vec![job], &[]);
        }
        Some(self.progress())
    }

    fn progress(&self) -> PoolEvent {
        PoolEvent::Progress {
            stage: self.stage,
            rows_done: self.rows_done.iter().sum(),
            rows_total: self.rows_total,
        }
    }

    fn progressed(&mut self, index: usize, rows_done: u64) -> Option<PoolEvent> {
        *self.rows_done.get_mut(index)? = rows_done;
        Some(self.progress())
    }

    fn partial(&mut self, index: usize, parts: Vec<Part>) -> Option<PoolEvent> {
        *self.partials.get_mut(index)? = Some(parts);
        if self.partials.iter().all(Option::is_some) {
            let all = std::mem::take(&mut self.partials);
            let parts = all.into_iter().flatten().flatten().collect();
            self.post(0, Request::Advance, parts, &[]);
        }
        None
    }

    fn report(&mut self, parts: &[Part], is_complete: bool) -> Option<PoolEvent> {
        let [json, packed] = parts else { return None };
        if is_complete {
            self.wish = None;
        }
        self.is_answered = !is_complete;
        let seconds = (moment::now_millis() - self.wished_at_millis) / 1000.0;
        Some(PoolEvent::Report {
            json: json.to_bytes(),
            packed: packed.to_bytes(),
            seconds,
            is_complete,
        })
    }
}
