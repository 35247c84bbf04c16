//! Part C: the five-step debugging plan, each step with what whydrop already checked (and the numbers it
//! found), what only the team can check, who does it, how long it takes and when it is over. Above 400 lines
//! because the five steps share their wording and belong side by side.

use super::facts::Facts;
use super::number::{self, finite};
use super::{cause, happened, phrase, segment, watch};
use crate::choices::TableRole;
use crate::report::{NoteWeight, PlanStep, Report, VerdictKind};

/// Ids pulled by hand for a parity check.
const PARITY_IDS: u64 = 200;
/// Words that open the steps in the story.
const ORDER: [&str; 5] = ["first", "second", "third", "fourth", "last"];
const DATA_SCIENCE: &str = "Data science";

/// The five steps for this report, in order.
#[must_use]
pub fn plan(report: &Report) -> Vec<PlanStep> {
    let facts = Facts::new(report);
    vec![confirm(&facts), parity(&facts), slices(&facts), shadow(&facts), decide(&facts)]
}

/// One paragraph a step for the story: when, who, the first result and the first thing to do.
pub(super) fn in_short(facts: &Facts<'_>) -> Vec<String> {
    plan(facts.report)
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let lead = format!(
                "{}, {}: {} ({}, {})",
                ORDER.get(index).unwrap_or(&"then"),
                step.when,
                phrase::small(&step.title),
                step.owner,
                number::hours(step.hours.0, step.hours.1)
            );
            let mut sentences = vec![lead];
            sentences.extend(step.to_do.first().cloned());
            sentences
                .push(format!("this is done when {}", phrase::small(&step.exit_test)));
            phrase::paragraph(&sentences)
        })
        .collect()
}

fn step(
    title: &str,
    when: &str,
    hours: (f64, f64),
    owner: &str,
    done: Vec<String>,
    to_do: Vec<String>,
    exit_test: &str,
) -> PlanStep {
    let sentences = |list: Vec<String>| {
        list.iter()
            .map(|text| phrase::paragraph(&[text]))
            .filter(|t| !t.is_empty())
            .collect()
    };
    PlanStep {
        title: title.to_owned(),
        when: when.to_owned(),
        hours,
        owner: owner.to_owned(),
        done: sentences(done),
        to_do: sentences(to_do),
        exit_test: phrase::sentence(exit_test),
        queries: Vec::new(),
    }
}

fn confirm(facts: &Facts<'_>) -> PlanStep {
    let report = facts.report;
    let mut done = vec![report.verdict.sentence.clone()];
    done.extend(happened::interval(facts));
    done.extend(happened::expected(facts));
    done.extend(report.verdict.also.iter().cloned());
    if let Some(slice) = facts.worst_slice() {
        let segments = (report.slices.worse.len() + report.slices.grew.len()) as u64;
        done.push(format!(
            "{} out{} where {}, {} of production rows",
            phrase::counted(segments, "segment stands", "segments stand"),
            if segments == 1 { ":" } else { ", first of all" },
            segment::where_words(slice),
            number::share(slice.production_share)
        ));
    }
    let mut to_do = Vec::new();
    let periods = facts.periods(TableRole::Production);
    let other_words = report.notes.iter().any(|own| own.code == "other_outcomes");
    match (facts.kind(), periods.last()) {
        (VerdictKind::UnknownWithoutLabels, _) if other_words => to_do.push(format!(
            "say which of the new words means what, write the outcomes of the {} as before launch, and analyse again",
            phrase::counted(
                facts.rows(TableRole::Production),
                "production row",
                "production rows"
            )
        )),
        (VerdictKind::UnknownWithoutLabels, _) => to_do.push(format!(
            "get outcomes for the {}, or for a random part of them",
            phrase::counted(
                facts.rows(TableRole::Production),
                "production row",
                "production rows"
            )
        )),
        (_, Some(last)) => to_do.push(format!(
            "ask whether the labels of {} can still change ({} of {} have one)",
            number::date_span(&last.start, &last.end),
            number::count(last.labelled_rows),
            number::rows(last.rows)
        )),
        (_, None) => to_do.push(format!(
            "check that the labels of the {} are final and defined as before launch",
            phrase::counted(
                report.metric.production_rows,
                "production row",
                "production rows"
            )
        )),
    }
    if facts.kind() == VerdictKind::NotEnoughRows
        && let Some(needed) = report.verdict.rows_needed
    {
        to_do.push(format!(
            "collect labels until about {} {} one",
            number::rows_about(needed),
            phrase::plural(needed, "has", "have")
        ));
    }
    let exit = match number::metric_change(&report.metric) {
        Some(change) => format!(
            "everybody quotes the same figures for {}, {} and {}, on final labels",
            facts.words.short, change.before, change.after
        ),
        None => {
            format!(
                "{} can be computed on final labels of the {}",
                facts.words.short,
                production_rows(facts)
            )
        }
    };
    step(
        "Confirm the symptom precisely",
        "within hours",
        (1.0, 4.0),
        DATA_SCIENCE,
        done,
        to_do,
        &exit,
    )
}

fn parity(facts: &Facts<'_>) -> PlanStep {
    let moved = facts.moved();
    let troubled = facts.troubled();
    let compared = facts.compared();
    let mut done = vec![format!(
        "{} of {} compared moved{}",
        number::count(facts.moved_count()),
        phrase::counted(compared, "column", "columns"),
        if moved.is_empty() {
            String::new()
        } else {
            let names: Vec<&str> =
                moved.iter().map(|column| column.name.as_str()).collect();
            // As many as the story names.
            format!(": {}", phrase::names(&names, happened::COLUMNS))
        }
    )];
    done.extend(happened::findings(&troubled).into_iter().take(4));
    if compared == 0 {
        done = vec![format!(
            "no column could be compared on {}",
            phrase::counted(
                facts.rows(TableRole::Production),
                "production row",
                "production rows"
            )
        )];
    } else if troubled.is_empty() && !facts.by_link() {
        done.push(format!(
            "no jump in empty values, no new categories and nothing out of range in {}",
            phrase::counted(compared, "column", "columns")
        ));
    }
    for table in &facts.report.inputs.tables {
        if let Some(join) = &table.labels {
            done.push(format!(
                "{} of {} found a label by id in the {} table",
                number::count(join.matched),
                number::rows(table.rows),
                table.role.name()
            ));
        }
    }
    let suspects = facts.suspects(4);
    let columns = if suspects.is_empty() {
        "every input".to_owned()
    } else {
        phrase::names(&suspects, 4)
    };
    let mut to_do = vec![format!(
        "pull {PARITY_IDS} ids from production and compare {columns} as served with the same rows \
         computed offline"
    )];
    if let Some(at) = facts.release_date() {
        to_do.push(format!(
            "list what was released around {}: code, tables, jobs, settings",
            number::date(at)
        ));
    } else {
        to_do.push(format!(
            "compare the definitions and time stamps of {columns} in the training code and in the live \
             code"
        ));
    }
    let any = if suspects.is_empty() { "any input" } else { columns.as_str() };
    let exit = format!(
        "at most 1 of {PARITY_IDS} values differs in {any}, or the difference has a name and a fix"
    );
    let owner = facts.pipeline_owner_title();
    step(
        "Check data quality and parity between lab and live",
        "within 24 hours",
        (4.0, 12.0),
        &owner,
        done,
        to_do,
        &exit,
    )
}

fn slices(facts: &Facts<'_>) -> PlanStep {
    let report = facts.report;
    let metric = &report.metric;
    let mut done: Vec<String> = report
        .slices
        .worse
        .iter()
        .take(2)
        .map(|slice| segment::worse_sentence(slice, metric))
        .collect();
    done.extend(
        report
            .slices
            .grew
            .iter()
            .take(2)
            .map(|slice| segment::grew_sentence(slice, metric)),
    );
    if done.is_empty() {
        done.push(no_segment(facts));
    }
    let mut to_do = Vec::new();
    if let Some(slice) = facts.worst_slice() {
        let rows = slice.production_rows.min(50);
        to_do.push(format!(
            "read by hand {} where {}, and note what they share",
            phrase::counted(rows, "badly predicted row", "badly predicted rows"),
            segment::where_words(slice)
        ));
    }
    to_do.push(if facts.compared() == 0 {
        format!("slice {} by app version, partner or channel", facts.words.short)
    } else {
        format!(
            "slice {} by what is not among the {} compared, such as app version, partner or channel",
            facts.words.short,
            phrase::counted(facts.compared(), "column", "columns")
        )
    });
    let size = facts.size().filter(|_| facts.kind() == VerdictKind::Dropped);
    let exit = match (facts.worst_slice(), size) {
        (Some(slice), Some(size)) => format!(
            "it is known how much of the change of {size} comes from where {}",
            segment::where_words(slice)
        ),
        (None, Some(size)) => {
            format!("the change of {size} is known to be overall or in one segment")
        }
        _ => format!(
            "{} is known for each segment of interest among the {}",
            facts.words.short,
            production_rows(facts)
        ),
    };
    step("Slice the metric", "the same day", (2.0, 4.0), DATA_SCIENCE, done, to_do, &exit)
}

/// Why there is no segment to tell about: none stood out, or none could be searched.
fn no_segment(facts: &Facts<'_>) -> String {
    let labelled = facts.report.metric.production_rows;
    if let Some(why) = facts.unsearched() {
        why.to_owned()
    } else if labelled == 0 || facts.kind() == VerdictKind::UnknownWithoutLabels {
        format!(
            "segments could not be judged: {} have no labels",
            phrase::counted(
                facts.rows(TableRole::Production),
                "production row",
                "production rows"
            )
        )
    } else {
        format!(
            "no segment stands out on {}",
            phrase::counted(labelled, "labelled row", "labelled rows")
        )
    }
}

fn shadow(facts: &Facts<'_>) -> PlanStep {
    let report = facts.report;
    let metric = &report.metric;
    let mut done = Vec::new();
    match (facts.table(TableRole::Shadow), finite(metric.shadow)) {
        (Some(table), Some(value)) => done.push(format!(
            "on the shadow table ({}) {} is {}",
            number::rows(table.rows),
            facts.words.short,
            number::value(metric.unit, value)
        )),
        (Some(table), None) => done.push(format!(
            "the shadow table has {}, but {} could not be computed on it",
            number::rows(table.rows),
            facts.words.short
        )),
        (None, _) => done.push(format!(
            "nothing yet: no shadow table was given, only {} of production",
            number::rows(facts.rows(TableRole::Production))
        )),
    }
    let which = match facts.release_date() {
        Some(at) => format!(" from before and after {}", number::date(at)),
        None => facts.worst_slice().map_or_else(String::new, |slice| {
            format!(" with enough of them where {}", segment::where_words(slice))
        }),
    };
    let sample = facts.rows(TableRole::Production).min(10_000);
    let to_do = vec![
        format!(
            "run the offline feature code on {}{which}, score them with the deployed model and drop the \
             result in as the shadow table",
            phrase::counted(sample, "production row", "production rows")
        ),
        "compare the score of each id with the score that was logged".to_owned(),
    ];
    let exit = match number::metric_change(metric) {
        Some(change) if facts.kind() == VerdictKind::Dropped => format!(
            "{} on the re-scored rows is near {} (then inputs were broken) or near {} (then they were not)",
            facts.words.short, change.before, change.after
        ),
        _ => format!(
            "the logged scores come out again on {}, or the difference has a name",
            phrase::counted(sample, "re-scored row", "re-scored rows")
        ),
    };
    let owner = format!("{} with data science", facts.pipeline_owner_title());
    step(
        "Reproduce it with a shadow evaluation",
        "within one to three days",
        (8.0, 24.0),
        &owner,
        done,
        to_do,
        &exit,
    )
}

fn decide(facts: &Facts<'_>) -> PlanStep {
    let report = facts.report;
    let mut done: Vec<String> = Vec::new();
    done.extend(cause::bug_or_drift(&report.causes));
    done.extend(cause::split(&report.attribution, &report.metric));
    if done.is_empty() {
        done.push(if report.causes.is_empty() {
            let suspects = facts.suspects(3);
            let seen = if suspects.is_empty() {
                format!(
                    "{} compared",
                    phrase::counted(facts.compared(), "column", "columns")
                )
            } else {
                phrase::names(&suspects, 3)
            };
            if facts.examined() {
                format!("no cause stands out; the facts so far are about {seen}")
            } else {
                format!("the causes have not been examined yet; the facts so far are about {seen}")
            }
        } else {
            format!(
                "{} found, none of them likely yet",
                phrase::counted(
                    report.causes.len() as u64,
                    "possible cause was",
                    "possible causes were"
                )
            )
        });
    }
    let limits =
        report.notes.iter().filter(|note| note.weight == NoteWeight::Verdict).count()
            as u64;
    if limits > 0 {
        done.push(format!(
            "{} the verdict itself, see what could not be checked",
            phrase::counted(limits, "note limits", "notes limit")
        ));
    }
    let name = &facts.words.short;
    let mut to_do = vec![match (facts.kind(), facts.size()) {
        (VerdictKind::Dropped, Some(size)) => format!(
            "agree on one sentence that says whether the change of {size} in {name} is a bug, drift or \
             neither"
        ),
        (VerdictKind::Improved, Some(size)) => {
            format!("agree on whether the gain of {size} in {name} is counted on")
        }
        (VerdictKind::NotDropped, _) => {
            format!("agree that no repair of {name} is due and who watches it")
        }
        _ => format!(
            "agree on what is done with the model until {name} is known for the {}",
            production_rows(facts)
        ),
    }];
    let next = report
        .causes
        .first()
        .map(|cause| cause.next_check.trim())
        .filter(|n| !n.is_empty());
    to_do.extend(next.map(str::to_owned));
    let exit = match facts.alert() {
        Some(check) => format!(
            "one decision with a date stands, and {} {} raises an alarm",
            facts.words.short,
            watch::limits(check)
        ),
        None => format!(
            "one decision with a date stands, and somebody is named who watches {}",
            facts.words.short
        ),
    };
    step(
        "Decide: drift or bug",
        "by the third day",
        (1.0, 2.0),
        "Product with data science",
        done,
        to_do,
        &exit,
    )
}

fn production_rows(facts: &Facts<'_>) -> String {
    let rows = facts.rows(TableRole::Production);
    phrase::counted(rows, "production row", "production rows")
}
