//! The worker program: receives requests, runs the engine, answers. See [`whydrop::worker::protocol`] for
//! the whole boundary. The page's shim loads this program and calls [`start_worker`].

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, File, FileReaderSync, MessageEvent};
use whydrop::data::{ByteSource, DataError};
use whydrop::engine::pipeline::{Pipeline, Step};
use whydrop::engine::shard::{Files, Shard};
use whydrop::practise::{Brief, Solution, model_answer};
use whydrop::report::Report;
use whydrop::scenario::drill::{self, drill};
use whydrop::scenario::{self, Case};
use whydrop::share;
use whydrop::worker::BUILD;
use whydrop::worker::protocol::{
    FromWorker, GeneratedFile, Request, Response, Stage, ToWorker,
};
use whydrop::worker::rehearsal::Rehearsal;

/// Bytes asked of the browser at once: larger slices are faster (measured), up to about here.
const SLICE_BYTES: usize = 16 << 20;

/// Rows between two progress messages.
const PROGRESS_ROWS: u64 = 50_000;

thread_local! {
    static FILES: RefCell<Vec<File>> = const { RefCell::new(Vec::new()) };
    static STATE: RefCell<State> = RefCell::new(State::default());
}

/// What the worker remembers between messages.
#[derive(Default)]
struct State {
    pipeline: Option<Pipeline>,
    shard: Shard,
    stage: Option<Stage>,
    rehearsal: Rehearsal,
}

fn main() {}

/// Called by the shim once the program is loaded.
#[wasm_bindgen]
pub fn start_worker() {
    std::panic::set_hook(Box::new(|panic| {
        // The page learns of the death from the error event; the words help whoever reads the console.
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
    }));
    let handler =
        Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| receive(&event));
    scope().set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn receive(event: &MessageEvent) {
    let message = event.data();
    let field = |name: &str| Reflect::get(&message, &JsValue::from_str(name)).ok();
    let Some(head) = field("head").and_then(|head| head.dyn_into::<Uint8Array>().ok())
    else {
        return;
    };
    let Ok(asked) = postcard::from_bytes::<ToWorker>(&head.to_vec()) else { return };
    let list = |name: &str| field(name).and_then(|own| own.dyn_into::<Array>().ok());
    let parts: Vec<Vec<u8>> = list("parts")
        .map(|parts| parts.iter().map(|part| Uint8Array::new(&part).to_vec()).collect())
        .unwrap_or_default();
    if matches!(asked.body, Request::Files { .. }) {
        let files =
            list("files").map(|files| files.iter().map(JsCast::unchecked_into).collect());
        FILES.with_borrow_mut(|own| *own = files.unwrap_or_default());
        return;
    }
    STATE.with_borrow_mut(|state| answer(state, asked, parts));
}

fn send(run: u32, body: Response, parts: Vec<Vec<u8>>) {
    let Ok(head) = postcard::to_allocvec(&FromWorker { run, body }) else { return };
    let message = Object::new();
    let buffers = Array::new();
    for part in parts {
        buffers.push(&Uint8Array::from(part.as_slice()).buffer());
    }
    let head = Uint8Array::from(head.as_slice());
    let set = |name: &str, value: &JsValue| {
        // Setting a field of a fresh object cannot fail.
        let _ = Reflect::set(&message, &JsValue::from_str(name), value);
    };
    set("head", &head);
    set("parts", &buffers);
    let transfer = Array::of1(&head.buffer());
    buffers.iter().for_each(|buffer| {
        transfer.push(&buffer.unchecked_into::<ArrayBuffer>());
    });
    let _ = scope().post_message_with_transfer(&message, &transfer);
}

fn answer(state: &mut State, asked: ToWorker, parts: Vec<Vec<u8>>) {
    let run = asked.run;
    let fail = |stage: Stage, message: String| {
        send(run, Response::Failed { stage, message }, Vec::new());
    };
    let stage = state.stage.unwrap_or(Stage::Open);
    let out_of_order = || "The analysis lost its place. Start it again.".to_owned();
    let step = match asked.body {
        Request::Hello { .. } => {
            send(run, Response::Ready { build: BUILD.to_owned() }, Vec::new());
            return;
        }
        Request::Files { .. } => return,
        Request::Rehearse => {
            let has_more = state.rehearsal.advance();
            return send(run, Response::Rehearsed { has_more }, Vec::new());
        }
        Request::Open { tables, worker_count, choices } => {
            let (pipeline, step) = Pipeline::new(tables, worker_count as usize, choices);
            state.pipeline = Some(pipeline);
            Ok(step)
        }
        Request::Run => {
            run_job(state, run, parts);
            return;
        }
        Request::Advance => {
            let partials: Result<Vec<_>, _> =
                parts.iter().map(|part| postcard::from_bytes(part)).collect();
            drop(parts);
            match (&mut state.pipeline, partials) {
                (Some(pipeline), Ok(partials)) => pipeline.advance(partials),
                _ => return fail(stage, out_of_order()),
            }
        }
        Request::Inspect { choices } => match &mut state.pipeline {
            Some(pipeline) => pipeline.inspect(choices),
            None => return fail(stage, out_of_order()),
        },
        Request::Analyse { choices } => match &mut state.pipeline {
            Some(pipeline) => pipeline.analyse(choices),
            None => return fail(stage, out_of_order()),
        },
        Request::Generate { case, seed } => {
            let made = scenario::generate(&case, seed).map(|case| (case, None));
            generated(run, made);
            return;
        }
        Request::Practise { key } => {
            let made = drill(key).map(|own| (own.case, Some(own.brief)));
            generated(run, made);
            return;
        }
        Request::Reveal { key } => {
            let report = parts.first();
            let report =
                report.and_then(|part| serde_json::from_slice::<Report>(part).ok());
            let (Some(report), Some(truth)) = (report, drill::truth(key)) else {
                return fail(stage, out_of_order());
            };
            let model = model_answer(&report, &truth);
            let solution = Box::new(Solution { truth, model });
            send(run, Response::Revealed(solution), Vec::new());
            return;
        }
        Request::Retell { report, business } => {
            match serde_json::from_slice::<Report>(&report) {
                Ok(mut report) => {
                    whydrop::act::retell(&mut report, &business);
                    send_report(run, stage, &report, true);
                }
                Err(error) => fail(stage, error.to_string()),
            }
            return;
        }
        Request::Pack { report } => {
            match serde_json::from_slice::<Report>(&report) {
                Ok(report) => {
                    let files = whydrop::act::export::files(&report);
                    send(run, Response::Pack(files), Vec::new());
                }
                Err(error) => fail(stage, error.to_string()),
            }
            return;
        }
        Request::Read { name } => {
            let bytes = parts.into_iter().next().unwrap_or_default();
            match share::pack::opened(&name, &bytes) {
                Ok(parts) => send(run, Response::Opened, parts.into()),
                Err(message) => fail(stage, message),
            }
            return;
        }
        Request::Share { redact, base } => {
            let json = parts.into_iter().next().unwrap_or_default();
            match share::pack::outgoing(&json, share::Wishes { redact }, &base) {
                Ok((outgoing, parts)) => {
                    send(run, Response::Shared(Box::new(outgoing)), parts.into());
                }
                Err(message) => fail(stage, message),
            }
            return;
        }
    };
    let step = match step {
        Ok(Step::Answer(answer)) => {
            // The verdict is on its way to the screen while the workers go on.
            send_report(run, stage, &answer, false);
            drop(answer);
            let Some(pipeline) = &mut state.pipeline else {
                return fail(stage, out_of_order());
            };
            pipeline.diagnose()
        }
        step => step,
    };
    match step {
        Ok(Step::Jobs { stage, rows_total, jobs }) => {
            state.stage = Some(stage);
            let packed: Result<Vec<_>, _> =
                jobs.iter().map(postcard::to_allocvec).collect();
            match packed {
                Ok(parts) => send(run, Response::Work { stage, rows_total }, parts),
                Err(error) => fail(stage, error.to_string()),
            }
        }
        Ok(Step::Inspected(inspection)) => {
            send(run, Response::Inspected(inspection), Vec::new());
            if let Some(pipeline) = &mut state.pipeline {
                pipeline.prepare();
            }
        }
        Ok(Step::Report(report)) => send_report(run, stage, &report, true),
        Ok(Step::Answer(_)) => fail(stage, out_of_order()),
        Err(error) => fail(stage, error.to_string()),
    }
}

fn send_report(run: u32, stage: Stage, report: &Report, is_complete: bool) {
    let json = serde_json::to_vec_pretty(report).map_err(|error| error.to_string());
    let packed = postcard::to_allocvec(report).map_err(|error| error.to_string());
    match json.and_then(|json| Ok(vec![json, packed?])) {
        Ok(parts) => send(run, Response::Report { is_complete }, parts),
        Err(message) => send(run, Response::Failed { stage, message }, Vec::new()),
    }
}

fn run_job(state: &mut State, run: u32, parts: Vec<Vec<u8>>) {
    let job = parts.first().and_then(|part| postcard::from_bytes(part).ok());
    drop(parts);
    let stage = state.stage.unwrap_or(Stage::Open);
    let failed = |message: String| {
        send(run, Response::Failed { stage, message }, Vec::new());
    };
    let Some(job) = job else {
        return failed("The analysis lost its place. Start it again.".to_owned());
    };
    let (mut done, mut told) = (0, 0);
    let mut progress = |rows: u64| {
        done += rows;
        if done - told >= PROGRESS_ROWS {
            told = done;
            send(run, Response::Progress { rows_done: done }, Vec::new());
        }
    };
    let result = state.shard.run(job, &Dropped, &mut progress);
    match result.map_err(|error| error.to_string()).and_then(|partial| {
        postcard::to_allocvec(&partial).map_err(|error| error.to_string())
    }) {
        Ok(bytes) => send(run, Response::Partial, vec![bytes]),
        Err(message) => failed(message),
    }
}

/// Sends the files of a made case.
fn generated(run: u32, made: Option<(Case, Option<Brief>)>) {
    let Some((case, brief)) = made else {
        let message = "There is no such case. Choose one from the gallery.".to_owned();
        return send(run, Response::Failed { stage: Stage::Open, message }, Vec::new());
    };
    let (files, parts) = case
        .files
        .into_iter()
        .map(|file| {
            let about =
                GeneratedFile { role: file.role, labels: file.labels, name: file.name };
            (about, file.bytes)
        })
        .unzip();
    send(run, Response::Generated { files, choices: case.choices, brief }, parts);
}

/// The files the page handed over, by handle.
struct Dropped;

/// One of them; the handle stays with the worker, so that this is plain data.
struct DroppedFile {
    handle: usize,
    name: String,
    len_bytes: u64,
}

impl Files for Dropped {
    fn open(&self, file: u32) -> Result<Box<dyn ByteSource + '_>, DataError> {
        let handle = file as usize;
        FILES.with_borrow(|files| match files.get(handle) {
            Some(own) => Ok(Box::new(DroppedFile {
                handle,
                name: own.name(),
                len_bytes: own.size() as u64,
            }) as Box<dyn ByteSource>),
            None => Err(DataError::Unreadable {
                file: format!("file {file}"),
                because: "it was not handed over".to_owned(),
            }),
        })
    }
}

impl ByteSource for DroppedFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn len_bytes(&self) -> u64 {
        self.len_bytes
    }

    fn read_range(
        &self,
        offset_bytes: u64,
        count_bytes: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), DataError> {
        let unreadable =
            |because: String| DataError::Unreadable { file: self.name.clone(), because };
        let js = |error: JsValue| {
            let message = Reflect::get(&error, &JsValue::from_str("message")).ok();
            let words = message.and_then(|words| words.as_string());
            unreadable(words.unwrap_or_else(|| "the browser refused".to_owned()))
        };
        FILES.with_borrow(|files| {
            let file = files
                .get(self.handle)
                .ok_or_else(|| unreadable("it was not handed over".to_owned()))?;
            let blob: &Blob = file.as_ref();
            let reader = FileReaderSync::new().map_err(js)?;
            into.reserve(count_bytes);
            let mut done = 0;
            while done < count_bytes {
                let count = SLICE_BYTES.min(count_bytes - done);
                let from = (offset_bytes + done as u64) as f64;
                let slice =
                    blob.slice_with_f64_and_f64(from, from + count as f64).map_err(js)?;
                let buffer = reader.read_as_array_buffer(&slice).map_err(js)?;
                let bytes = Uint8Array::new(&buffer);
                if bytes.length() as usize != count {
                    return Err(unreadable(
                        "it ended early; it may have changed".to_owned(),
                    ));
                }
                let start = into.len();
                into.resize(start + count, 0);
                if let Some(target) = into.get_mut(start..) {
                    bytes.copy_to(target);
                }
                done += count;
            }
            Ok(())
        })
    }
}
