//! The benchmark of the diagnosis: pairs of tables with known causes, analysed and scored.
//! `cargo run --profile bench-diagnosis --example diagnosis -- --pairs 400`.

mod baseline;
#[allow(dead_code, reason = "the tests use more of it")]
mod fit;
mod outcome;
mod run;
mod table;
#[allow(dead_code, reason = "the tests use more of it")]
mod tally;

use std::fs;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use whydrop::report::CauseId;
use whydrop::scenario::plan::{Split, list};

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Which {
    /// The worlds that weights are fitted on.
    Fit,
    /// The worlds that are scored.
    Score,
}

#[derive(Parser)]
#[command(about = "Scores the diagnosis on pairs of tables with known causes.")]
struct Options {
    /// How many pairs.
    #[arg(long, default_value_t = 400)]
    pairs: usize,
    /// Which worlds.
    #[arg(long, value_enum, default_value = "score")]
    split: Which,
    /// Seed of the list.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One-cause pairs of this cause only.
    #[arg(long)]
    only: Option<String>,
    /// Pairs whose id contains this only.
    #[arg(long)]
    like: Option<String>,
    /// Pairs at a time.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    /// Where the lines of JSON go.
    #[arg(long, default_value = "target/diagnosis")]
    out: PathBuf,
    /// Writes the table into this file as well.
    #[arg(long)]
    table: Option<PathBuf>,
    /// Scores these lines of JSON again instead of analysing.
    #[arg(long)]
    read: Option<PathBuf>,
    /// Writes the tables of the list's first pair into this folder and stops.
    #[arg(long)]
    export: Option<PathBuf>,
    /// Fits the weights of causes on the outcomes (use with the fitting worlds) and writes them into this file.
    #[arg(long)]
    fit: Option<PathBuf>,
    /// Prints one line a pair and stops.
    #[arg(long)]
    list: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse();
    let outcomes = if let Some(lines) = &options.read {
        let text = fs::read_to_string(lines)?;
        text.lines().map(serde_json::from_str).collect::<Result<Vec<_>, _>>()?
    } else {
        let only = match &options.only {
            Some(name) => Some(
                CauseId::from_name(name)
                    .ok_or_else(|| format!("no cause named {name}"))?,
            ),
            None => None,
        };
        let (split, name) = match options.split {
            Which::Fit => (Split::Fit, "fit"),
            Which::Score => (Split::Score, "score"),
        };
        let mut pairs = list(split, options.seed, options.pairs, only);
        if let Some(part) = &options.like {
            pairs.retain(|pair| pair.id.contains(part));
        }
        if options.list {
            pairs.iter().for_each(|p| println!("{} {} {:?}", p.id, p.metric, p.columns));
            return Ok(());
        }
        if let (Some(folder), Some(pair)) = (&options.export, pairs.first()) {
            fs::create_dir_all(folder)?;
            let made = pair.make();
            println!("{}: {:?}, {:?}", pair.id, pair.causes, made.price);
            for file in made.case.files {
                fs::write(folder.join(file.name), file.bytes)?;
            }
            return Ok(());
        }
        let outcomes = run::all(&pairs, options.jobs, &|_, _| {}, true);
        fs::create_dir_all(&options.out)?;
        let lines: Result<Vec<String>, _> =
            outcomes.iter().map(serde_json::to_string).collect();
        let file = options.out.join(format!("{name}-{}.jsonl", options.seed));
        fs::write(&file, lines?.join("\n") + "\n")?;
        eprintln!("{}", file.display());
        outcomes
    };
    if let Some(file) = &options.fit {
        let words = format!(
            "{} pairs of the worlds {}, calibrated on pairs of each world by a fit on the others",
            outcomes.len(),
            whydrop::scenario::plan::list::FIT_WORLDS.join(", ")
        );
        let weights = fit::weights(&outcomes, words);
        fs::write(file, serde_json::to_string_pretty(&weights)? + "\n")?;
    }
    let text = table::markdown(&outcomes);
    println!("{text}");
    if let Some(file) = &options.table {
        fs::write(file, table::page(&outcomes))?;
    }
    Ok(())
}
