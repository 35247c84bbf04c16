//! Cases to practise on. A level and a seed enter; the files, what the team knows and what is true leave. The same
//! key gives the same bytes everywhere. Easy and medium cases are cases of the gallery with other rows; hard ones
//! add pairs that look like another cause and pairs with two causes at once, put together at run time.

use super::calendar::write_date;
use super::cases::{Spec, Training, spec};
use super::catalogue::GALLERY_SEED;
use super::export::{Case, export_made};
use super::make::Maker;
use super::plan::{Ask, Kind, Twin, What, compose};
use crate::practise::{Brief, CaseKey, Level, Truth};
use crate::report::CauseId;
use crate::stats::random::{combine64, hash64};

/// One strong cause that leaves a plain fingerprint.
const EASY: [&str; 7] = [
    "overnight-release",
    "bureau-contract",
    "app-redesign",
    "data-centre-move",
    "hub-launch",
    "festival-weeks",
    "autumn-campaign",
];
/// One cause that has to be told from its neighbours.
const MEDIUM: [&str; 7] = [
    "crm-merge",
    "pilot-to-launch",
    "first-live-quarter",
    "review-queue",
    "hard-winter",
    "spring-rates",
    "second-service",
];
/// Two causes, effects that look like another cause, no drop at all, no outcomes.
const HARD: [&str; 6] = [
    "busy-spring",
    "save-desk",
    "early-figures",
    "new-phones",
    "quiet-fortnight",
    "latest-approvals",
];
/// Pairs put together at run time: world, model, what happens, and the seed of what it happens to.
const MADE: [(&str, Kind, What, u64); 6] = [
    ("payments", Kind::Linear, What::Twin(Twin::WrongZone), 3),
    ("lines", Kind::Trees, What::Twin(Twin::PassingSeason), 2),
    ("loans", Kind::Linear, What::Twin(Twin::LastingChange), 1),
    ("customers", Kind::Linear, What::Twin(Twin::MilesToKilometres), 1),
    (
        "loans",
        Kind::Linear,
        What::Two(CauseId::MissingOrDefault, CauseId::ConceptDrift),
        5,
    ),
    ("tickets", Kind::Linear, What::Two(CauseId::ColdStart, CauseId::LabelProblem), 2),
];

/// A case to practise on.
pub struct Drill {
    /// Files and choices.
    pub case: Case,
    /// What the team knows.
    pub brief: Brief,
    /// What is true.
    pub truth: Truth,
}

/// Makes the case of a key.
#[must_use]
pub fn drill(key: CaseKey) -> Option<Drill> {
    let seed = rows_seed(key);
    match pick(key) {
        Pick::Gallery(id) => {
            let spec = spec(id)?;
            let case = export_made(&maker(spec, seed), spec.rows);
            Some(Drill { case, brief: world_brief(spec.world.name), truth: truth(key)? })
        }
        Pick::Made(made) => {
            let pair = compose(&ask(made), 0)?;
            let spec = pair.spec();
            let case = export_made(&Maker::new(&spec, seed, spec.rows.0), spec.rows);
            Some(Drill { case, brief: world_brief(made.0), truth: truth(key)? })
        }
    }
}

/// Other rows for the gallery's own model: a model fitted anew may hardly use the column that breaks. Where the model
/// was fitted on rows of the reference it has to be fitted on these.
fn maker(spec: &'static Spec<'static>, seed: u64) -> Maker<'static> {
    if spec.training == Training::HalfOfReference {
        return Maker::new(spec, seed, spec.rows.0);
    }
    Maker::new(spec, GALLERY_SEED, spec.rows.0).with_seed(seed)
}

/// What is true of the case of a key, without making it.
#[must_use]
pub fn truth(key: CaseKey) -> Option<Truth> {
    let owned =
        |list: &[&'static str]| list.iter().map(|own| (*own).to_owned()).collect();
    match pick(key) {
        Pick::Gallery(id) => {
            let own = spec(id)?.truth;
            let none = own.cause == "none";
            let causes: Vec<&'static str> =
                std::iter::once(own.cause).chain(own.also.iter().copied()).collect();
            Some(Truth {
                causes: if none { Vec::new() } else { owned(&causes) },
                columns: owned(own.columns),
                onset: own.onset.map(str::to_owned),
            })
        }
        Pick::Made(made) => {
            let pair = compose(&ask(made), 0)?;
            Some(Truth {
                causes: pair.causes.iter().map(|own| own.name().to_owned()).collect(),
                columns: owned(&pair.columns),
                onset: pair.onset_day().map(iso_date),
            })
        }
    }
}

fn iso_date(day: i64) -> String {
    let mut text = String::new();
    write_date(&mut text, day);
    text
}

type Made = (&'static str, Kind, What, u64);

enum Pick {
    Gallery(&'static str),
    Made(Made),
}

fn rows_seed(key: CaseKey) -> u64 {
    combine64(hash64(key.level.name().as_bytes(), 0x6472_696c), u64::from(key.seed))
}

/// Which case a key means. Seeds in a row give cases in a row, from a start that the level shifts.
fn pick(key: CaseKey) -> Pick {
    let at = |length: usize| {
        let drawn = combine64(rows_seed(key), 0x7069_636b) % length as u64;
        usize::try_from(drawn).unwrap_or(0)
    };
    let card = |list: &[&'static str]| {
        Pick::Gallery(list.get(at(list.len())).copied().unwrap_or("overnight-release"))
    };
    match key.level {
        Level::Easy => card(&EASY),
        Level::Medium => card(&MEDIUM),
        Level::Hard => {
            let at = at(HARD.len() + MADE.len());
            match MADE.get(at) {
                Some(made) => Pick::Made(*made),
                None => Pick::Gallery(
                    HARD.get(at - MADE.len()).copied().unwrap_or("busy-spring"),
                ),
            }
        }
    }
}

fn ask((world, kind, what, seed): Made) -> Ask {
    Ask { seed, world, kind, what, level: 4 }
}

/// What a team in this world knows: the same words whatever happens in it.
fn world_brief(world: &str) -> Brief {
    let (title, story) = match world {
        "loans" => (
            "The lender's question",
            "A lender scores loan applications for default. Some time after launch the model's figures are \
             not what validation promised. Several things changed in those months, as they always do.",
        ),
        "payments" => (
            "The fraud desk's question",
            "Card payments are scored for fraud in real time. Since some weeks the desk finds less among \
             the payments it is sent, and nobody agrees on the reason.",
        ),
        "tickets" => (
            "The support desk's question",
            "A support desk routes tickets to teams by model. More of them are passed on by hand than in \
             the first weeks, and two explanations are going round.",
        ),
        "lines" => (
            "The grocer's question",
            "A grocery chain forecasts units sold by product line and store. The forecast was good at \
             launch and has been off since, in some weeks more than in others.",
        ),
        _ => (
            "The streaming service's question",
            "A streaming service predicts who will cancel. The model was good on validation and is less so \
             now; marketing, engineering and finance each suspect another one.",
        ),
    };
    Brief { title: title.to_owned(), story: story.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_reaches_all_its_cases_and_says_nothing_of_causes() {
        for (level, most) in
            [(Level::Easy, EASY.len()), (Level::Medium, MEDIUM.len()), (Level::Hard, 12)]
        {
            let mut seen = std::collections::BTreeSet::new();
            for seed in 0..400 {
                let key = CaseKey { level, seed };
                let own = truth(key).expect("a truth");
                seen.insert(format!("{:?} {:?}", own.causes, own.columns));
            }
            assert!(seen.len() + 1 >= most, "{level:?}: {} of {most}", seen.len());
        }
    }

    #[test]
    fn the_same_key_gives_the_same_bytes() {
        let key = CaseKey { level: Level::Hard, seed: 4 };
        let (one, two) = (drill(key).expect("a case"), drill(key).expect("a case"));
        assert_eq!(one.case.files, two.case.files);
        assert_eq!(one.truth, two.truth);
        let other = drill(CaseKey { seed: 5, ..key }).expect("a case");
        assert_ne!(one.case.files, other.case.files);
    }

    #[test]
    fn files_do_not_give_the_cause_away_by_name() {
        for seed in 0..12 {
            let key = CaseKey { level: Level::Hard, seed };
            for file in drill(key).expect("a case").case.files {
                for id in CauseId::ALL.map(CauseId::name) {
                    assert!(!file.name.contains(id), "{}", file.name);
                }
            }
        }
    }
}
