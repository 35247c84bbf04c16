//! What is watched from now on, and what could not be checked.

use super::draft::{ALWAYS, Draft, SEVEN, SHOWN, TEN};
use crate::choices::TableRole;
use crate::report::{NoteWeight, TalkCard};
use crate::story::facts::Facts;
use crate::story::number::{self, finite};
use crate::story::{cause, phrase, segment};

/// Empty values above the share before launch by this much (0–1) are worth an alarm.
const MISSING_MARGIN: f64 = 0.01;
/// Drift above this (0–1, the lower edge of "slight"), or above a column's own noise, is worth an alarm.
const DRIFT_LIMIT: f64 = 0.05;

pub(super) fn watch(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let limit = number::amount(metric.unit, report.verdict.minimum_effect);
    let mut card =
        Draft::new("watch", &format!("an alarm when {short} is {limit} worse"));
    if let Some(value) = finite(metric.reference) {
        let value = number::value(metric.unit, value);
        card.show(&format!("the model: {short} against {value}, alarm at {limit} worse"));
        card.say(
            ALWAYS,
            &format!("we watch {short} against {value} and raise an alarm once it is {limit} worse"),
        );
    } else {
        card.say(
            ALWAYS,
            &format!("we watch {short} and raise an alarm at a change of {limit}"),
        );
    }
    for column in facts.columns() {
        let most = column.reference_missing + MISSING_MARGIN;
        if column.production_missing > most {
            let name = phrase::name(&column.name);
            card.show(&format!(
                "the data: empty values in {name} above {}",
                number::share(most)
            ));
            card.say(
                ALWAYS,
                &format!(
                    "an alarm on empty values in {name} above {} would have shown the {} of now",
                    number::share(most),
                    number::share(column.production_missing)
                ),
            );
            break;
        }
    }
    if let Some(column) = facts.moved().first()
        && let Some(drift) = &column.drift
        && drift.moved > finite(drift.own_noise).unwrap_or(0.0).max(DRIFT_LIMIT)
    {
        let most = finite(drift.own_noise).unwrap_or(0.0).max(DRIFT_LIMIT);
        let name = phrase::name(&column.name);
        card.show(&format!(
            "the data: more than {} of rows moved in {name}",
            number::share(most)
        ));
        card.say(
            SEVEN,
            &match finite(drift.own_noise) {
                Some(noise) => format!(
                    "in {name}, periods before launch differed by up to {} of rows from one another; now it is \
                     {}, so a limit of {} would have rung",
                    number::share(noise),
                    number::share(drift.moved),
                    number::share(most)
                ),
                None => format!(
                    "a limit of {} of rows moved in {name} would have rung: now it is {}",
                    number::share(most),
                    number::share(drift.moved)
                ),
            },
        );
    }
    if let Some(slice) = facts.worst_slice() {
        let place = segment::where_words(slice);
        card.show(&format!("the group: the same where {place}"));
        card.say(
            SEVEN,
            &format!("the same watch runs where {place}, because an average can hide {} of rows",
                number::share(slice.production_share)),
        );
    }
    match report.kpis.first() {
        Some(kpi) => {
            let name = phrase::name(&kpi.name);
            card.show(&format!("the business: mean {name} per row"));
            card.say(TEN, &format!("mean {name} per row is watched beside it, so that money speaks too"));
        }
        None => card.say(
            TEN,
            &format!("a business number should stand beside {short}; none was among the {} read",
                phrase::counted(report.inputs.columns.len() as u64, "column", "columns")),
        ),
    }
    card.say(
        TEN,
        &format!(
            "the line of {limit} is a choice: a tighter one rings more often for nothing, a looser one lets \
             more rows go wrong before anybody looks"
        ),
    );
    card.finish()
}

pub(super) fn unchecked(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let limits: Vec<_> = report
        .notes
        .iter()
        .filter(|note| note.weight != NoteWeight::Information)
        .collect();
    let open: Vec<_> =
        report.examined.iter().filter(|own| own.word == "could not check").collect();
    let count = (limits.len() + open.len()) as u64;
    let checked = (report.examined.len() - open.len()) as u64;
    let title = if count == 0 {
        format!(
            "everything looked for could be checked, on {}",
            number::rows(facts.rows(TableRole::Production))
        )
    } else {
        format!("{} we could not check", phrase::counted(count, "thing", "things"))
    };
    let mut card = Draft::new("unchecked", &title);
    card.say(
        ALWAYS,
        &if count == 0 {
            format!(
                "nothing stood in the way of {}, and still: data can show what changed together with the \
                 drop, not prove a cause",
                phrase::counted(checked, "check", "checks")
            )
        } else {
            format!(
                "this report is honest about {} it could not check",
                phrase::counted(count, "thing", "things")
            )
        },
    );
    for note in limits.iter().take(SHOWN) {
        card.show(&note.what);
        card.say(ALWAYS, &note.what);
        card.say(TEN, &note.try_this);
    }
    for own in open.iter().take(SHOWN) {
        let (words, _) = cause::words(&own.id);
        card.show(&format!("not checked: {words}"));
        card.say(
            SEVEN,
            &format!("{words} could not be checked: {}", phrase::small(&own.because)),
        );
    }
    card.say(
        SEVEN,
        &format!(
            "what would help most: {}",
            if facts.table(TableRole::Shadow).is_none() {
                format!(
                    "the {} scored again by the offline pipeline, as a third table",
                    number::rows(facts.rows(TableRole::Production).min(10_000))
                )
            } else {
                format!(
                    "final outcomes for all {} after launch",
                    number::rows(facts.rows(TableRole::Production))
                )
            }
        ),
    );
    card.finish()
}
