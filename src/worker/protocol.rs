//! The whole boundary between the page and its workers, in one file.
//!
//! A message is a JS object `{ head, parts, files }`: `head` is a `Uint8Array` with a postcard-encoded
//! [`ToWorker`] or [`FromWorker`]; `parts` are `ArrayBuffer`s, always transferred, that the page passes on
//! without looking inside; `files` are `File` handles (structured clone, no copy). Which parts belong to
//! which message is said on each variant.
//!
//! # Roles
//! Every worker runs the same program. Worker 0 is the *lead*: it holds the pipeline, says what work there
//! is and merges what comes back. All of them, the lead too, run jobs; `jobs[i]` goes to worker `i` because
//! a worker keeps the rows it encoded for later stages. The page only carries: it never parses user bytes.
//!
//! ```text
//! page ── Hello ─▶ every worker ── Ready ─▶ page
//! page ── Files ─▶ every worker                     (handles, once a run)
//! page ── Open  ─▶ lead ── Work + jobs ─▶ page ── Run + job ─▶ worker i ── Progress*, Partial ─▶ page
//! page ── Advance + partials ─▶ lead ── Work … | Inspected | Report, Report
//! page ── Inspect (choices) ─▶ lead ── Inspected
//! page ── Analyse (choices) ─▶ lead ── Work … | Report, Report
//! page ── Generate ─▶ lead ── Generated + file bytes  (gallery: the page makes `File`s of them)
//! page ── Practise ─▶ lead ── Generated + file bytes  (the cause stays in the worker)
//! page ── Reveal + report ─▶ lead ── Revealed
//! page ── Rehearse ─▶ a worker of its own ── Rehearsed ─▶ page ── Rehearse ─▶ … until files come
//! page ── Read + bytes ─▶ lead ── Opened;  page ── Share + report ─▶ lead ── Shared
//! ```
//! Every message carries the number of its run; an answer of an older run is dropped. A worker that does
//! not say `Ready` with the page's build id within the deadline, or that dies, is replaced by the page and
//! the run starts again once; a second death is an error on the page.

use serde::{Deserialize, Serialize};

use crate::act::export::ExportFile;
use crate::choices::{Business, Choices, Kind, Role, TableRole, Task};
use crate::practise::{Brief, CaseKey, Solution};
use crate::report::{Note, TableInput};

/// Page to worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Run number; answers repeat it.
    pub run: u32,
    /// What is asked.
    pub body: Request,
}

/// Worker to page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FromWorker {
    /// The run it answers.
    pub run: u32,
    /// The answer.
    pub body: Response,
}

/// What the page may ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Handshake; answered by [`Response::Ready`].
    Hello {
        /// The page's build id.
        build: String,
    },
    /// Take these file handles (`files`, same order as the table below) for the coming run. No answer.
    Files {
        /// Name and length of every handle.
        files: Vec<FileHandle>,
    },
    /// Lead: look at the files. Answered by `Work`, in the end by `Inspected`.
    Open {
        /// Which handle belongs where.
        tables: Vec<TableFiles>,
        /// Workers at hand, 1 or more.
        worker_count: u32,
        /// What the user has decided so far.
        choices: Choices,
    },
    /// A worker of its own: go a stage on through small made cases, so that the program is compiled when files come
    /// (see `rehearsal`). Answered by `Rehearsed`.
    Rehearse,
    /// Any worker: run one job (`parts[0]`). Answered by `Progress`* and `Partial`.
    Run,
    /// Lead: here are the partial results (`parts[i]` from worker `i`).
    Advance,
    /// Lead: look again with these choices; answered by `Inspected` at once.
    Inspect {
        /// What the user has decided.
        choices: Choices,
    },
    /// Lead: analyse. Answered by `Work` … and in the end `Report`. Asked again after a report with other
    /// costs or another metric, it answers quickly from what was already counted.
    Analyse {
        /// What the user has decided.
        choices: Choices,
    },
    /// Any worker: tell a report again for other business inputs, without a look at the rows. Answered by `Report`.
    Retell {
        /// The report as JSON (UTF-8).
        report: Vec<u8>,
        /// The business inputs.
        business: Business,
    },
    /// Any worker: write the monitoring pack of a report. Answered by `Pack`.
    Pack {
        /// The report as JSON (UTF-8).
        report: Vec<u8>,
    },
    /// Lead: make the files of a gallery case. Answered by `Generated`.
    Generate {
        /// Case id.
        case: String,
        /// Seed; the same seed gives the same bytes.
        seed: u64,
    },
    /// Lead: make the files of a case to practise on. Answered by `Generated` with a brief.
    Practise {
        /// Which case.
        key: CaseKey,
    },
    /// Lead: say what is true of a case, with a model answer about the report (JSON, `parts[0]`). Answered by
    /// `Revealed`.
    Reveal {
        /// Which case.
        key: CaseKey,
    },
    /// Lead: read a report that comes from elsewhere (`parts[0]`: a link's fragment or JSON). Answered by `Opened`.
    Read {
        /// Name for errors; empty for a link.
        name: String,
    },
    /// Lead: make a report (`parts[0]`: JSON) ready to be handed on. Answered by `Shared`.
    Share {
        /// Whether names are replaced.
        redact: bool,
        /// Address of the site, for the link.
        base: String,
    },
}

/// What a worker may answer.
#[expect(clippy::large_enum_variant, reason = "one answer is held at a time")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// The worker is up.
    Ready {
        /// Its build id; must equal the page's.
        build: String,
    },
    /// The rehearsal is a stage further.
    Rehearsed {
        /// Whether there is more to do.
        has_more: bool,
    },
    /// Rows read so far by this worker in this stage.
    Progress {
        /// Rows done in this job.
        rows_done: u64,
    },
    /// Lead: run these jobs (`parts[i]` on worker `i`), then `Advance` with the results.
    Work {
        /// What the stage is, for people.
        stage: Stage,
        /// Rows all jobs together will read (0 when it is not about rows).
        rows_total: u64,
    },
    /// A job's result in `parts[0]`.
    Partial,
    /// The files were looked at.
    Inspected(Box<Inspection>),
    /// The report as JSON (UTF-8) in `parts[0]`, for the user, and as postcard in `parts[1]`, for the page, which
    /// so needs no JSON reader; `seconds` is filled by the page. It comes twice: first without slices and diagnosis (no
    /// notes, plan, story), as soon as there is a verdict, then whole.
    Report {
        /// Whether it is whole.
        is_complete: bool,
    },
    /// The files of the monitoring pack.
    Pack(Vec<ExportFile>),
    /// Gallery files in `parts`, in the order of `files`.
    Generated {
        /// Where each belongs and its name.
        files: Vec<GeneratedFile>,
        /// Choices the case comes with (costs, for example).
        choices: Choices,
        /// What the team knows, for a case to practise on.
        brief: Option<Brief>,
    },
    /// What is true of a case to practise on.
    Revealed(Box<Solution>),
    /// A report that was read: JSON in `parts[0]`, postcard in `parts[1]`.
    Opened,
    /// What may be handed on. Parts: JSON, Markdown, the report in postcard for the HTML file.
    Shared(Box<Outgoing>),
    /// The request failed; the worker goes on and keeps what it had.
    Failed {
        /// Which stage.
        stage: Stage,
        /// What happened, where, and what to try.
        message: String,
    },
}

/// A report ready to be handed on: what the share dialog shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The whole address with the report in its fragment; empty when it does not fit.
    pub link: String,
    /// What is left out of the link, or why there is none; empty when nothing is.
    pub link_note: String,
    /// What is inside the link, a line each.
    pub inside_link: Vec<String>,
    /// What is inside the files, a line each.
    pub inside_files: Vec<String>,
    /// Title of the HTML file.
    pub title: String,
}

/// Stages, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// Finding out what the files are and where their rows start.
    Open,
    /// Taking the row sample, inferring kinds and roles.
    Sample,
    /// Joining labels that came in files of their own.
    Labels,
    /// Reading every row once and counting.
    Count,
    /// Comparing: slices, time, report.
    Compare,
}

/// Name and size of a handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHandle {
    /// Base name.
    pub name: String,
    /// Bytes.
    pub len_bytes: u64,
}

/// The files of one table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFiles {
    /// Which table.
    pub role: TableRole,
    /// Handles of its parts, in order (index into the files handed over).
    pub parts: Vec<u32>,
    /// Handles of its label files.
    pub labels: Vec<u32>,
}

/// A file made for the gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneratedFile {
    /// Which table.
    pub role: TableRole,
    /// Whether it is a label file.
    pub labels: bool,
    /// Base name.
    pub name: String,
}

/// What is known before the analysis: shown in the columns phase.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inspection {
    /// Tables in order of role (labelled rows are known only after the analysis and are 0 here).
    pub tables: Vec<TableInput>,
    /// Columns in reference order.
    pub columns: Vec<ColumnInspection>,
    /// The task as understood; `None` without a usable label or score.
    pub task: Option<Task>,
    /// Classes in order; for binary no, yes.
    pub classes: Vec<String>,
    /// Values the label may have, to choose the positive one from (binary; at most 20).
    pub label_values: Vec<String>,
    /// The label value that counts as yes.
    pub positive: Option<String>,
    /// The headline metric that would be used, by id, and the metrics to choose from (id, title).
    pub metric: Option<String>,
    /// Metrics to choose from: (id, title).
    pub metrics: Vec<(String, String)>,
    /// Why the analysis cannot start; empty when it can.
    pub problems: Vec<String>,
    /// Partial trouble so far.
    pub notes: Vec<Note>,
}

/// One column before the analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ColumnInspection {
    /// Name.
    pub name: String,
    /// Kind, inferred or chosen.
    pub kind: Kind,
    /// Role, guessed or chosen.
    pub role: Role,
    /// Why this role.
    pub reason: String,
    /// Whether the user chose role or kind.
    pub chosen: bool,
    /// Tables that have it.
    pub tables: Vec<TableRole>,
    /// Missing share in the reference sample, 0–1.
    pub missing: f64,
    /// Distinct values in the reference sample.
    pub distinct: u64,
    /// The first few values of the reference, as read ("" is missing).
    pub preview: Vec<String>,
    /// Why it is not analysed (nested columns).
    pub unsupported: Option<String>,
}
