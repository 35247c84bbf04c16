//! The headless program: the same engine over files on disk. Writes the report as JSON, and ready to hand on as one
//! HTML file, Markdown or a link; exit code 0 for any verdict, 2 for input errors with the message on standard error.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use whydrop::choices::{Business, Choices, Kind, Role, TableRole, Task};
use whydrop::engine::native::{self, DiskTable};
use whydrop::report::Report;
use whydrop::share::{self, Wishes};

/// Why did the model get worse after launch? Compares a reference file with a production file.
#[derive(Parser)]
#[command(name = "whydrop", version)]
struct Arguments {
    /// Rows from before launch: CSV or Parquet, one or several files.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    reference: Vec<PathBuf>,
    /// Rows logged after launch: CSV or Parquet, one or several files.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    production: Vec<PathBuf>,
    /// The same production entities, re-scored offline.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    shadow: Vec<PathBuf>,
    /// The rows the model was trained on.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    training: Vec<PathBuf>,
    /// Reference labels in a file of their own: an id and the label.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    reference_labels: Vec<PathBuf>,
    /// Production labels in a file of their own: an id and the label.
    #[arg(long, num_args = 1.., value_name = "FILE")]
    production_labels: Vec<PathBuf>,
    /// Column with the outcome.
    #[arg(long, value_name = "COLUMN")]
    label: Option<String>,
    /// Column with the model's score; for a multiclass model, `class=COLUMN` once a class.
    #[arg(long, value_name = "COLUMN")]
    score: Vec<String>,
    /// Column with the class or action chosen.
    #[arg(long, value_name = "COLUMN")]
    decision: Option<String>,
    /// Column with the entity's key.
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// Column with the moment of the row.
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Columns to leave out.
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,…")]
    ignore: Vec<String>,
    /// What the model predicts.
    #[arg(long, value_parser = ["binary", "multiclass", "regression"])]
    task: Option<String>,
    /// The label value that counts as yes.
    #[arg(long, value_name = "VALUE")]
    positive: Option<String>,
    /// The deployed threshold.
    #[arg(long, allow_hyphen_values = true, value_name = "SCORE")]
    threshold: Option<f64>,
    /// Cost of one false positive.
    #[arg(long, allow_hyphen_values = true, value_name = "MONEY")]
    cost_fp: Option<f64>,
    /// Cost of one false negative.
    #[arg(long, allow_hyphen_values = true, value_name = "MONEY")]
    cost_fn: Option<f64>,
    /// The headline metric, by its id (for example auc, accuracy, log_loss, mae).
    #[arg(long, value_name = "METRIC")]
    metric: Option<String>,
    /// Column with what a correct decision is worth.
    #[arg(long, value_name = "COLUMN")]
    value: Option<String>,
    /// Column with how much a row counts.
    #[arg(long, value_name = "COLUMN")]
    weight: Option<String>,
    /// Columns to slice by that are not inputs of the model.
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,…")]
    segment: Vec<String>,
    /// Business numbers to follow.
    #[arg(long, value_delimiter = ',', value_name = "COLUMN,…")]
    kpi: Vec<String>,
    /// Column with the previous model's score or decision.
    #[arg(long, value_name = "COLUMN")]
    baseline: Option<String>,
    /// The training metric, when the training rows are not at hand.
    #[arg(long, allow_hyphen_values = true, value_name = "NUMBER")]
    training_metric: Option<f64>,
    /// Rows a day in production.
    #[arg(long, allow_hyphen_values = true, value_name = "ROWS")]
    traffic: Option<f64>,
    /// Users touched by one row.
    #[arg(long, allow_hyphen_values = true, value_name = "USERS")]
    users_per_row: Option<f64>,
    /// Value of one correct decision.
    #[arg(long, allow_hyphen_values = true, value_name = "MONEY")]
    value_correct: Option<f64>,
    /// Days a retrained model needs to ship.
    #[arg(long, allow_hyphen_values = true, value_name = "DAYS")]
    retrain_days: Option<f64>,
    /// Whether a previous model can be rolled back to.
    #[arg(long, value_name = "true|false")]
    can_roll_back: Option<bool>,
    /// Who owns the data pipeline.
    #[arg(long, value_name = "NAME")]
    pipeline_owner: Option<String>,
    /// False alarms a month that all alerts together may raise (default 1).
    #[arg(long, allow_hyphen_values = true, value_name = "COUNT")]
    false_alarms: Option<f64>,
    /// Folder for the monitoring pack and the plan's queries: SQL, Great Expectations, Evidently, YAML.
    #[arg(long, value_name = "FOLDER")]
    monitoring: Option<PathBuf>,
    /// What a column holds, for example `--kind zip=category`.
    #[arg(long, value_name = "COLUMN=KIND")]
    kind: Vec<String>,
    /// Threads (default: as many as there are cores, at most 4). The result does not depend on it.
    #[arg(long, value_name = "COUNT")]
    threads: Option<usize>,
    /// Where to write the report; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where to write the report as one HTML file with its charts; needs the built site (see --viewer).
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Folder of the built site, for --html.
    #[arg(long, value_name = "DIR", default_value = "dist")]
    viewer: PathBuf,
    /// Where to write the report as Markdown; `-` is standard output.
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Print a link with the report in it: at most 2,000 characters, aggregates only.
    #[arg(long)]
    link: bool,
    /// Address of the hosted app, for --link.
    #[arg(long, value_name = "URL", default_value = "")]
    base: String,
    /// Replace names of columns, values and files in the HTML file, the Markdown and the link.
    #[arg(long)]
    redact: bool,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match run(&arguments) {
        Ok(sentence) => {
            eprintln!("{sentence}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("whydrop: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Arguments) -> Result<String, String> {
    let outputs =
        [&arguments.json, &arguments.html, &arguments.markdown, &arguments.monitoring];
    if outputs.iter().all(|own| own.is_none()) && !arguments.link {
        return Err(
            "nothing to write. Ask for --json, --html, --markdown, --link or --monitoring.".to_owned()
        );
    }
    let choices = choices(arguments)?;
    let viewer = viewer(arguments)?;
    let table = |role, files: &[PathBuf], labels: &[PathBuf]| DiskTable {
        role,
        files: files.to_vec(),
        labels: labels.to_vec(),
    };
    let none: [PathBuf; 0] = [];
    let tables = [
        table(TableRole::Reference, &arguments.reference, &arguments.reference_labels),
        table(TableRole::Production, &arguments.production, &arguments.production_labels),
        table(TableRole::Shadow, &arguments.shadow, &none),
        table(TableRole::Training, &arguments.training, &none),
    ];
    #[allow(
        clippy::disallowed_methods,
        reason = "the report says how long the analysis took"
    )]
    let started = std::time::Instant::now();
    let mut report = native::run(&tables, &choices, arguments.threads)
        .map_err(|error| error.to_string())?;
    report.seconds = started.elapsed().as_secs_f64();
    if let Some(file) = &arguments.json {
        let json =
            serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?;
        write(file, &json)?;
    }
    if let Some(folder) = &arguments.monitoring {
        write_pack(folder, &report)?;
    }
    share(arguments, &report, viewer.as_deref())?;
    Ok(report.verdict.sentence)
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    if file.as_os_str() == "-" {
        print!("{text}");
        return Ok(());
    }
    std::fs::write(file, text)
        .map_err(|error| format!("{} could not be written: {error}.", file.display()))
}

/// The viewer is read before the analysis: who asked for HTML hears at once that the site is not built.
fn viewer(arguments: &Arguments) -> Result<Option<String>, String> {
    if arguments.html.is_none() {
        return Ok(None);
    }
    let path = arguments.viewer.join("viewer.html");
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!(
            "--html needs the built site, and {} could not be read ({error}). Run `make dist`, or name the folder \
             with --viewer.",
            path.display()
        )
    })?;
    Ok(Some(text))
}

/// What is handed on: groups under ten rows hidden, names replaced where asked.
fn share(
    arguments: &Arguments,
    report: &Report,
    viewer: Option<&str>,
) -> Result<(), String> {
    if viewer.is_none() && arguments.markdown.is_none() && !arguments.link {
        return Ok(());
    }
    let wishes = Wishes { redact: arguments.redact };
    let report = share::prepared(report, wishes)
        .ok_or("The report could not be made ready to share. Use --json.")?;
    if let Some(file) = &arguments.markdown {
        write(file, &share::markdown::markdown(&report))?;
    }
    if let (Some(file), Some(viewer)) = (&arguments.html, viewer) {
        let report = share::fit::fitting(&report, share::fit::PACKED_BYTES)?;
        let packed = share::html::base64(&share::fit::gzipped(&report)?);
        let title = share::pack::title(&report);
        let page = share::html::html(viewer, &packed, &title, &report.verdict.sentence)
            .map_err(|error| error.to_string())?;
        write(file, &page)?;
    }
    if arguments.link {
        let link = share::link::link(&report, &arguments.base)
            .map_err(|error| error.to_string())?;
        println!("{}", link.address);
        if let Some(left) = link.carried.shared.as_ref().and_then(share::words::left_out)
        {
            eprintln!("{left}");
        }
    }
    Ok(())
}

fn write_pack(folder: &Path, report: &Report) -> Result<(), String> {
    let failed = |path: &Path, error: std::io::Error| {
        format!("{} could not be written: {error}.", path.display())
    };
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for file in whydrop::act::export::files(report) {
        let path = folder.join(&file.name);
        std::fs::write(&path, file.text).map_err(|error| failed(&path, error))?;
    }
    Ok(())
}

fn choices(arguments: &Arguments) -> Result<Choices, String> {
    let mut roles = BTreeMap::new();
    let single = [
        (&arguments.label, Role::Label),
        (&arguments.decision, Role::Decision),
        (&arguments.id, Role::Id),
        (&arguments.time, Role::Time),
        (&arguments.value, Role::Value),
        (&arguments.weight, Role::Weight),
        (&arguments.baseline, Role::Baseline),
    ];
    let mut give = |column: &String, role: Role| match roles
        .insert(column.clone(), role.clone())
    {
        Some(other) if other != role => Err(format!(
            "The column {column} was given two roles ({other:?} and {role:?}). Give it one."
        )),
        _ => Ok(()),
    };
    for (column, role) in single {
        if let Some(column) = column {
            give(column, role)?;
        }
    }
    let lists = [
        (&arguments.ignore, Role::Ignore),
        (&arguments.segment, Role::Segment),
        (&arguments.kpi, Role::Kpi),
    ];
    for (columns, role) in lists {
        for column in columns {
            give(column, role.clone())?;
        }
    }
    for score in &arguments.score {
        match score.split_once('=') {
            Some((class, column)) if arguments.score.len() > 1 => {
                give(&column.to_owned(), Role::ClassScore(class.to_owned()))?;
            }
            _ => {
                give(score, Role::Score)?;
            }
        }
    }
    let mut kinds = BTreeMap::new();
    for pair in &arguments.kind {
        let known = |kind: &str| -> Option<Kind> {
            serde_json::from_value(serde_json::Value::String(kind.to_owned())).ok()
        };
        let parsed =
            pair.rsplit_once('=').and_then(|(name, kind)| Some((name, known(kind)?)));
        let Some((name, kind)) = parsed else {
            return Err(format!(
                "--kind {pair} is not COLUMN=KIND. The kinds are number, integer, boolean, category, \
                 time, text, identifier."
            ));
        };
        kinds.insert(name.to_owned(), kind);
    }
    Ok(Choices {
        roles,
        kinds,
        task: arguments.task.as_deref().map(|task| match task {
            "multiclass" => Task::Multiclass,
            "regression" => Task::Regression,
            _ => Task::Binary,
        }),
        positive: arguments.positive.clone(),
        threshold: arguments.threshold,
        metric: arguments.metric.as_deref().map(str::to_lowercase),
        business: Business {
            cost_false_positive: arguments.cost_fp,
            cost_false_negative: arguments.cost_fn,
            value_correct: arguments.value_correct,
            traffic_per_day: arguments.traffic,
            users_per_row: arguments.users_per_row,
            retrain_days: arguments.retrain_days,
            can_roll_back: arguments.can_roll_back,
            pipeline_owner: arguments.pipeline_owner.clone(),
            false_alarms_per_month: arguments.false_alarms,
            training_metric: arguments.training_metric,
        },
    })
}
