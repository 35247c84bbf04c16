//! The first two cards: the idea, and what happened.

use super::draft::{ALWAYS, Draft, SEVEN, TEN, labelled};
use crate::choices::TableRole;
use crate::report::{TalkCard, VerdictKind};
use crate::story::facts::Facts;
use crate::story::metric_words::{self, Movement};
use crate::story::number::{self, Direction, finite};
use crate::story::{phrase, segment};

pub(super) fn idea(facts: &Facts<'_>) -> TalkCard {
    let metric = &facts.report.metric;
    let short = &facts.words.short;
    let change = number::metric_change(metric);
    let before = number::rows(facts.rows(TableRole::Reference));
    let after = number::rows(facts.rows(TableRole::Production));
    let lab = finite(metric.reference).map(|value| number::value(metric.unit, value));
    let title = match (facts.kind(), &change, &lab) {
        (VerdictKind::Dropped | VerdictKind::Improved, Some(change), _) => {
            format!(
                "the lab said {}; the real world says {}",
                change.before, change.after
            )
        }
        (VerdictKind::NotDropped, Some(change), _) => format!(
            "the lab said {}, and the real world agrees: {}",
            change.before, change.after
        ),
        (VerdictKind::NotEnoughRows, ..) => {
            format!(
                "the real world has spoken on {}{} so far",
                phrase::only(metric.production_rows, metric.reference_rows),
                labelled(metric.production_rows)
            )
        }
        (_, _, Some(lab)) => {
            format!("the lab said {lab}; the real world has not answered yet")
        }
        _ => format!("{before} in the lab, {after} in the real world"),
    };
    let mut card = Draft::new("idea", &title);
    card.show("validation is a lab test; production is the real world");
    card.show(&format!("in the lab: {before}{}", facts.span(TableRole::Reference)));
    card.show(&format!(
        "in the real world: {after}{}",
        facts.span(TableRole::Production)
    ));
    card.show(&format!("what is compared: {}", facts.words.name));
    card.say(
        ALWAYS,
        &format!(
            "validation is a lab test: before launch the model was asked about {before}{} whose \
             answers were known",
            facts.span(TableRole::Reference)
        ),
    );
    card.say(
        ALWAYS,
        &format!(
            "production is the real world: after launch it met {after}{}, just as they came",
            facts.span(TableRole::Production)
        ),
    );
    card.say_some(
        ALWAYS,
        match (&change, &lab) {
            (Some(change), _) if change.direction == Direction::Same => {
                Some(format!("{short} is {} in both", change.after))
            }
            (Some(change), _) => Some(format!(
                "in the lab {short} was {}, and in the real world it is {}",
                change.before, change.after
            )),
            (None, Some(lab)) => Some(format!(
                "in the lab {short} was {lab}; what it is now depends on outcomes that are not in yet"
            )),
            (None, None) => None,
        },
    );
    card.say(
        SEVEN,
        &format!(
            "a lab test can only ask about the cases it was given: when other cases come, when inputs are \
             delivered differently or when people behave differently, its result no longer carries over, \
             and comparing {} of both sides shows which of these it is",
            phrase::counted(facts.compared(), "input", "inputs")
        ),
    );
    card.say(
        TEN,
        &format!(
            "so the question is not whether the model is good or bad; it is what differs between those \
             {before} and these {after}, and what we do about it"
        ),
    );
    card.finish()
}

pub(super) fn happened(facts: &Facts<'_>) -> TalkCard {
    let report = facts.report;
    let metric = &report.metric;
    let short = &facts.words.short;
    let rows = labelled(metric.production_rows);
    let change = number::metric_change(metric);
    let moved = change.as_ref().map(|change| metric_words::moved_as(short, change));
    let title = match (facts.kind(), &change) {
        (VerdictKind::Dropped, Some(change)) => {
            let verb = if change.direction == Direction::Up { "rose" } else { "fell" };
            format!("{short} {verb} {}", change.difference)
        }
        (VerdictKind::Improved, Some(change)) => {
            format!("{short} improved, from {} to {}", change.before, change.after)
        }
        (VerdictKind::NotDropped, Some(change)) => format!(
            "{short} did not get worse: {} before launch, {} after",
            change.before, change.after
        ),
        (VerdictKind::NotEnoughRows, _) => {
            format!("too few to tell: {rows} after launch")
        }
        _ => format!(
            "no outcomes yet for the {} after launch",
            number::rows(facts.rows(TableRole::Production))
        ),
    };
    let mut card = Draft::new("happened", &title);
    if let Some(change) = &change {
        card.show(&format!(
            "from {} before launch to {} after, on {rows}",
            change.before, change.after
        ));
        card.chart = Some("change");
    }
    let chance = chance(facts);
    card.show(&chance.clone().unwrap_or_default());
    card.show(&a_day(facts).unwrap_or_default());
    for also in report.verdict.also.iter().take(2) {
        card.show(also);
    }
    card.say(
        ALWAYS,
        &match (facts.kind(), &moved) {
            (VerdictKind::UnknownWithoutLabels, _) | (_, None) => format!(
                "whether {short} got worse cannot be said yet: of the {} after launch, {} the outcome we need",
                number::rows(facts.rows(TableRole::Production)),
                match metric.production_rows {
                    0 => "none has".to_owned(),
                    1 => "1 has".to_owned(),
                    more => format!("{} have", number::count(more)),
                }
            ),
            (_, Some(moved)) => format!("{moved}, measured on {rows}"),
        },
    );
    card.say_some(ALWAYS, chance);
    if let (Some(value), true) =
        (report.expected.as_ref().and_then(|own| own.value), metric.production.is_none())
    {
        card.say(
            ALWAYS,
            &format!(
                "if nothing but the mix of cases has changed, it should now be about {}",
                number::value(metric.unit, value)
            ),
        );
    }
    card.say_some(SEVEN, a_day(facts));
    let sizes = number::amount(metric.unit, report.verdict.minimum_effect);
    card.say(
        SEVEN,
        &match facts.kind() {
            VerdictKind::NotEnoughRows => report.verdict.rows_needed.map_or_else(
                || format!("a change of {sizes} is the smallest that would matter"),
                |needed| {
                    format!(
                        "to see a change of {sizes} we would need about {}",
                        number::rows_about(needed)
                    )
                },
            ),
            _ => format!(
                "anything below {sizes} we would have called a wobble, not a change"
            ),
        },
    );
    for metric in &report.metrics {
        let told = match metric_words::movement(metric) {
            Some(Movement::Worse) => metric_words::moved(metric),
            Some(Movement::Held) => metric_words::moved(metric)
                .map(|moved| format!("not everything moved: {moved}")),
            _ => None,
        };
        if metric.name != report.metric.name && metric.family != report.metric.family {
            card.say_some(TEN, told);
        }
    }
    for kpi in report.kpis.iter().take(1) {
        card.say(TEN, &segment::kpi_sentence(kpi));
    }
    card.finish()
}

/// "allowing for chance, the fall lies between 5.0 and 7.4 points".
pub(in crate::story::talk) fn chance(facts: &Facts<'_>) -> Option<String> {
    let metric = &facts.report.metric;
    let (low, high) = (finite(metric.ci_low)?, finite(metric.ci_high)?);
    let unit = metric.unit;
    if low > 0.0 || high < 0.0 {
        let (small, large) = number::amounts(unit, low, high);
        let noun = if low > 0.0 { "rise" } else { "fall" };
        return Some(format!(
            "allowing for chance, the {noun} lies between {small} and {large}"
        ));
    }
    Some(format!(
        "allowing for chance, it is anything from a fall of {} to a rise of {}",
        number::amount(unit, low),
        number::amount(unit, high)
    ))
}

/// What it means every day, where that follows from the metric and the business inputs.
pub(in crate::story::talk) fn a_day(facts: &Facts<'_>) -> Option<String> {
    let report = facts.report;
    let (worse, since) =
        facts.worsening_now().filter(|_| facts.kind() == VerdictKind::Dropped)?;
    let (per_day, _) = facts.rows_per_day()?;
    let rows = number::about(per_day);
    match report.metric.name.as_str() {
        "accuracy" => {
            let wrong = per_day * worse;
            let value =
                finite(report.inputs.business.value_correct).filter(|own| *own > 0.0);
            let lost = value.map_or_else(String::new, |value| {
                format!(", worth about {} a day", number::about(wrong * value))
            });
            Some(format!(
                "at about {rows} rows a day, about {} more are decided wrongly every day{since}{lost}",
                number::about(wrong)
            ))
        }
        "expected_cost" => Some(format!(
            "at about {rows} rows a day, that costs about {} more every day{since}",
            number::about(per_day * worse)
        )),
        _ => Some(format!("about {rows} rows a day are judged by it")),
    }
}
