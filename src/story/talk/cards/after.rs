//! What is watched from now on, and what could not be checked.

use super::draft::{ALWAYS, Draft, SEVEN, SHOWN, TEN};
use crate::choices::TableRole;
use crate::report::{Check, CheckKind, NoteWeight, TalkCard};
use crate::story::facts::Facts;
use crate::story::number::{self, finite};
use crate::story::path_words::false_alarms;
use crate::story::{cause, phrase, segment, watch};

/// Data alerts shown at most.
const DATA_ALERTS: usize = 2;

/// The alerts of the pack: the metric, the data alerts that would have rung, the group, the business.
pub(super) fn watch(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let short = &facts.words.short;
    let checks = &report.monitoring.checks;
    let mut card = match facts.alert() {
        Some(check) => {
            let limits = watch::limits(check);
            let mut card =
                Draft::new("watch", &format!("an alarm when {short} is {limits}"));
            card.show(&format!("the model: {short} {limits}"));
            card.say(
                ALWAYS,
                &format!("we watch {short} and raise an alarm once it is {limits}"),
            );
            card
        }
        None if facts.by_link() => {
            let mut card = Draft::new("watch", "what we watch from now on");
            card.say(
                ALWAYS,
                &format!(
                    "we watch {short} from now on, against the {} before launch; the limits stayed with the sender",
                    number::rows(facts.rows(TableRole::Reference))
                ),
            );
            card
        }
        None => {
            let mut card = Draft::new("watch", "what we watch from now on");
            card.say(
                ALWAYS,
                &format!(
                    "{short} of the {} before launch gives no limit, so that the data is watched instead",
                    number::rows(facts.rows(TableRole::Reference))
                ),
            );
            card
        }
    };
    let rung = |check: &&Check| check.family == "data" && check.raised;
    for check in checks.iter().filter(rung).take(DATA_ALERTS) {
        let (title, limits) = (&check.title, watch::limits(check));
        card.show(&format!("the data: {} {limits}", phrase::small(title)));
        if let Some(now) = finite(check.now) {
            card.say(
                if check.kind == CheckKind::Missing { ALWAYS } else { SEVEN },
                &match check.kind {
                    // How far a mix moved is told with its column, on finer steps than an alert counts.
                    CheckKind::Drift => format!(
                        "{} {limits} rings from now on; it would have rung already",
                        phrase::small(title)
                    ),
                    _ => format!(
                        "{} {limits} rings from now on; with {} after launch it would have rung already",
                        phrase::small(title),
                        watch::value(check, now)
                    ),
                },
            );
        }
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
        None if !report.inputs.columns.is_empty() => card.say(
            TEN,
            &format!("a business number should stand beside {short}; none was among the {} read",
                phrase::counted(report.inputs.columns.len() as u64, "column", "columns")),
        ),
        None => {}
    }
    if let Some(check) = facts.alert().filter(|_| !facts.by_link()) {
        card.say(
            TEN,
            &format!(
                "the line is a choice: with {short} {} the {} may together raise {} a month by chance; a \
                 tighter line rings more often for nothing, a looser one lets more rows go wrong before \
                 anybody looks",
                watch::limits(check),
                phrase::counted(checks.len() as u64, "alert", "alerts"),
                false_alarms(report.monitoring.false_alarms_per_month)
            ),
        );
    }
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
            let named = if limits.is_empty() {
                let words: Vec<String> =
                    open.iter().take(SHOWN).map(|own| cause::words(&own.id).0).collect();
                format!(": {}", words.join("; "))
            } else {
                String::new()
            };
            format!(
                "this report is honest about {} it could not check{named}",
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
