//! What is done: the plan, and the options.

use super::draft::{ALWAYS, Draft, SEVEN, TEN, labelled};
use super::result::a_day;
use crate::choices::TableRole;
use crate::report::{PathStep, TalkCard, VerdictKind};
use crate::story::facts::Facts;
use crate::story::number::{self, finite};
use crate::story::{cause, phrase};

pub(super) fn plan(facts: &Facts<'_>) -> TalkCard {
    let steps = &facts.report.plan;
    let (low, high) = steps
        .iter()
        .fold((0.0, 0.0), |sum, step| (sum.0 + step.hours.0, sum.1 + step.hours.1));
    let title = if steps.is_empty() {
        format!(
            "first, compare 200 of the {} as served",
            number::rows(facts.rows(TableRole::Production))
        )
    } else {
        format!(
            "{} in three days, {} of work",
            phrase::counted(steps.len() as u64, "step", "steps"),
            number::hours(low, high)
        )
    };
    let mut card = Draft::new("plan", &title);
    for (step, at) in steps.iter().zip(1..) {
        card.show(&format!("{at}. {}, {} ({})", step.title, step.when, step.owner));
    }
    let suspects = facts.suspects(2);
    let which = if suspects.is_empty() {
        phrase::counted(facts.compared(), "input", "inputs")
    } else {
        phrase::names(&suspects, 2)
    };
    card.say(
        ALWAYS,
        &match facts.kind() {
            VerdictKind::Dropped => format!(
                "within 24 hours, comparing 200 rows as served with the same rows computed offline tells \
                 whether this is a bug or drift; {} starts with {which}",
                facts.pipeline_owner()
            ),
            VerdictKind::UnknownWithoutLabels => format!(
                "first we get outcomes, for a random part of the {} if not for all; meanwhile {} checks \
                 {which}",
                number::rows(facts.rows(TableRole::Production)),
                facts.pipeline_owner()
            ),
            VerdictKind::NotEnoughRows => format!(
                "first we collect outcomes: {} are too few to act on",
                labelled(facts.report.metric.production_rows)
            ),
            _ => format!(
                "nothing is urgent; the steps below are what we would do if {} fell",
                facts.words.short
            ),
        },
    );
    for (step, at) in steps.iter().zip(1..) {
        let minutes = if at <= 2 { ALWAYS } else { SEVEN };
        let to_do = step
            .to_do
            .first()
            .map_or_else(String::new, |to_do| format!(": {}", phrase::small(to_do)));
        card.say(
            minutes,
            &format!(
                "step {at}, {}, takes {}{to_do}",
                step.when,
                number::hours(step.hours.0, step.hours.1)
            ),
        );
    }
    for (step, at) in steps.iter().zip(1..) {
        card.say(
            TEN,
            &format!("step {at} is over when {}", phrase::small(&step.exit_test)),
        );
    }
    card.finish()
}

pub(super) fn options(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let business = &report.inputs.business;
    let limit = number::amount(metric.unit, report.verdict.minimum_effect);
    if facts.kind() != VerdictKind::Dropped {
        return calm(facts, &limit);
    }
    let size = facts.size().unwrap_or(limit);
    let [today, week] = [0, 1].map(|at| report.options.path.get(at));
    let today = today.and_then(meanwhile);
    let week = week.and_then(|own| own.what.first());
    let title = if facts.distorted_by().is_some() {
        format!("settle first how the {size} is measured")
    } else if facts.has_passed() {
        format!("nothing to limit today: the {size} came back")
    } else if today.is_some() {
        format!("limit the harm today, win back the {size} with the fix")
    } else {
        format!("win back the {size} with the fix")
    };
    let mut card = Draft::new("options", &title);
    // What the report recommends, and nothing else, so that the two never differ.
    if let Some(today) = &today {
        card.show(&format!("today: {today}"));
        card.say(ALWAYS, &format!("today we {}", says(today)));
    }
    if let Some(week) = week {
        card.show(&format!("this week: {}", phrase::small(week)));
        card.say(ALWAYS, &format!("this week: {}", phrase::small(week)));
    }
    if let (None, Some(found)) = (week, report.causes.first()) {
        let (words, family) = cause::words(&found.id);
        card.say(
            ALWAYS,
            &format!("against {words}, the fix is to {}", cause::remedy(family).0),
        );
    }
    if let Some(cause) = facts.distorted_by() {
        card.say(
            SEVEN,
            &format!(
                "because of {}, the {size} may lie in how it is measured, so nothing is tuned to it before \
                 that is settled",
                cause::words(cause.name()).0
            ),
        );
    }
    let told = |title: &str| {
        let title = phrase::small(title);
        [today.as_ref(), week]
            .into_iter()
            .flatten()
            .any(|own| phrase::small(own).contains(&title))
    };
    let others = report.options.items.iter().filter(|own| {
        ["move_threshold", "recalibrate", "switch_off_segment"].contains(&own.id.as_str())
            && own.interval.is_some_and(|(low, _)| low > 0.0)
            && !told(&own.title)
    });
    for option in others.take(1) {
        let price = phrase::small(option.price_words.trim_end_matches('.'));
        card.show(&format!("instead: {} ({price})", phrase::small(&option.title)));
        card.say(
            SEVEN,
            &format!(
                "what could be done instead: {}, which {price}",
                phrase::small(&option.title)
            ),
        );
    }
    card.show(&match business.can_roll_back {
        Some(true) => {
            "today: roll back to the previous model, undone by a switch".to_owned()
        }
        Some(false) => {
            format!("no previous model to roll back to; the {size} can only be limited")
        }
        None => "open: is there a previous model to roll back to?".to_owned(),
    });
    card.say(
        SEVEN,
        &match business.can_roll_back {
            Some(true) => format!(
                "rolling back is quick and easy to undo, but it helps only if the previous model loses less \
                 than {size} of {short} on the same rows; log both scores to know"
            ),
            Some(false) => format!(
                "there is no previous model, so until the fix is out the {size} can only be limited, by \
                 rules or by the cut-off"
            ),
            None => format!(
                "if a previous model exists, rolling back is the fastest way out of the {size}; somebody \
                 has to tell us whether it does"
            ),
        },
    );
    let days = finite(business.retrain_days);
    if let Some(days) = days {
        card.show(&format!("if it is drift: retrain, {}", number::days(days)));
    }
    let during =
        match (metric.name.as_str(), facts.worsening_now(), facts.rows_per_day(), days) {
            ("accuracy", Some((worse, _)), Some((per_day, _)), Some(days)) => format!(
                ", in which about {} more decisions go wrong unless we limit the harm",
                number::about(worse * per_day * days)
            ),
            _ => String::new(),
        };
    card.say(
        TEN,
        &match days {
            Some(days) => format!(
                "the trade-off: a bug is repaired in hours to days and the model may be fine; if it is drift, \
                 retraining takes {}{during}",
                number::days(days)
            ),
            None => format!(
                "the trade-off: a bug is repaired in hours to days and the model may be fine; if it is drift, \
                 retraining comes next, and its days weigh against the {size} of {short}"
            ),
        },
    );
    card.say(
        TEN,
        &format!(
            "doing nothing has a price too: {}",
            a_day(facts).unwrap_or_else(|| format!(
                "{short} stays {size} away from what the lab showed"
            ))
        ),
    );
    card.finish()
}

/// What limits the harm until it is mended, as the path of the report has it: its sentence that begins with "meanwhile".
fn meanwhile(step: &PathStep) -> Option<String> {
    let own = step.what.iter().find_map(|own| own.strip_prefix("Meanwhile "))?;
    Some(own.trim_end_matches('.').to_owned())
}

/// The same after "today we": the recommended title is an imperative.
fn says(today: &str) -> String {
    match today.split_once(": it ") {
        Some((what, gives)) => format!("{what}, which {gives}"),
        None => today.to_owned(),
    }
}

/// Options when nothing dropped, or when nobody can tell yet.
fn calm(facts: &Facts<'_>, limit: &str) -> TalkCard {
    let short = &facts.words.short;
    let rows = labelled(facts.report.metric.production_rows);
    let moved = facts.moved();
    let (title, first) = match facts.kind() {
        VerdictKind::NotDropped => (
            "no repair is due, and nothing has to be switched off".to_owned(),
            format!(
                "no repair is due: a change of {limit} or more would have shown on {rows}"
            ),
        ),
        VerdictKind::Improved => (
            "keep it running, and check that the gain is real".to_owned(),
            format!(
                "before the gain is counted on, check that the outcomes of the {rows} are final"
            ),
        ),
        VerdictKind::NotEnoughRows => (
            "wait for more outcomes; do not roll back on a hunch".to_owned(),
            format!(
                "rolling back now would answer a question that {rows} cannot answer; waiting costs little, \
                 as long as nobody sees more than {limit} of change"
            ),
        ),
        _ => (
            "get outcomes first; keep the model, with a check by hand".to_owned(),
            format!(
                "until outcomes are in, a random part checked by hand tells within days whether {short} has \
                 moved by {limit} or more"
            ),
        ),
    };
    let mut card = Draft::new("options", &title);
    card.show(&first);
    card.say(ALWAYS, &first);
    if let Some(needed) = facts.report.verdict.rows_needed {
        card.show(&format!("needed: about {}", number::rows_about(needed)));
    }
    if let Some(column) = moved.first() {
        let keep = format!(
            "keep an eye on {}, which moved the most",
            phrase::name(&column.name)
        );
        card.show(&keep);
        card.say(SEVEN, &keep);
    }
    if let Some((per_day, _)) = facts.rows_per_day() {
        card.say(
            SEVEN,
            &format!(
                "the model goes on deciding about {} rows a day meanwhile",
                number::about(per_day)
            ),
        );
    }
    card.say(
        TEN,
        &format!(
            "the trade-off is between acting on noise and missing a change; the line we drew is {limit} of \
             {short}, and it can be moved"
        ),
    );
    card.finish()
}
