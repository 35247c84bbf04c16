//! Questions a product manager is likely to ask, with answers made from this report. A question whose answer the
//! report does not hold is left out.

use super::super::facts::Facts;
use super::super::number::{self, finite};
use super::super::{cause, phrase, segment};
use super::cards::chance;
use crate::choices::TableRole;
use crate::report::{CauseId, ChangeKind, TalkQuestion, VerdictKind};

/// All of them, likeliest first.
pub(super) fn all(facts: &Facts<'_>) -> Vec<TalkQuestion> {
    let asked: [(&str, Option<String>); 11] = [
        ("How sure are you?", sure(facts)),
        ("Is it a bug, or has the world changed?", bug_or_drift(facts)),
        ("How many people does it affect?", people(facts)),
        ("Is everybody affected, or only some?", some(facts)),
        ("Why did validation not catch it?", validation(facts)),
        ("Can we just roll back?", roll_back(facts)),
        ("When will it be fixed?", when_fixed(facts)),
        ("When did it begin?", began(facts)),
        ("What if you are wrong?", wrong(facts)),
        ("From when on is it a drop?", limit(facts)),
        ("What did you compare?", compared(facts)),
    ];
    let told = |(asks, answer): (&str, Option<String>)| {
        Some(TalkQuestion { asks: asks.to_owned(), answer: answer? })
    };
    asked.into_iter().filter_map(told).collect()
}

fn sure(facts: &Facts<'_>) -> Option<String> {
    let report = facts.report;
    let rows = phrase::counted(
        report.metric.production_rows,
        "row with a known outcome",
        "rows with a known outcome",
    );
    let first = match facts.kind() {
        VerdictKind::UnknownWithoutLabels => format!(
            "not at all yet: the {} after launch have no outcomes",
            number::rows(facts.rows(TableRole::Production))
        ),
        VerdictKind::NotEnoughRows => format!("not sure enough to act: there are {rows}"),
        _ => format!("it rests on {rows}"),
    };
    Some(phrase::paragraph(&[first, chance(facts).unwrap_or_default()]))
}

fn bug_or_drift(facts: &Facts<'_>) -> Option<String> {
    if facts.kind() != VerdictKind::Dropped {
        return None;
    }
    let first = facts.report.causes.first();
    let told = cause::bug_or_drift(&facts.report.causes).or_else(|| {
        let first = first?;
        Some(format!(
            "not decided yet; the best lead is {}, which is {}",
            cause::words(&first.id).0,
            first.word
        ))
    })?;
    let check = first.map(|found| found.next_check.clone()).unwrap_or_default();
    Some(phrase::paragraph(&[told, check]))
}

/// Rows and users, not money: what it costs is told elsewhere.
fn people(facts: &Facts<'_>) -> Option<String> {
    let (per_day, _) = facts.rows_per_day()?;
    let rows = number::about(per_day);
    let (worse, _) =
        facts.worsening_now().filter(|_| facts.kind() == VerdictKind::Dropped)?;
    let day = match facts.report.metric.name.as_str() {
        "accuracy" => format!(
            "of about {rows} rows a day, about {} more are decided wrongly than before launch",
            number::about(per_day * worse)
        ),
        _ => format!("about {rows} rows a day are judged by the model"),
    };
    let users = finite(facts.report.inputs.business.users_per_row)
        .filter(|users| *users > 0.0)
        .map(|users| {
            format!(
                "all rows together are about {} users a day",
                number::about(per_day * users)
            )
        })
        .unwrap_or_else(|| "how many people stand behind a row was not given".to_owned());
    Some(phrase::paragraph(&[day, users]))
}

fn some(facts: &Facts<'_>) -> Option<String> {
    if facts.kind() != VerdictKind::Dropped {
        return None;
    }
    let slice = facts.worst_slice();
    Some(match slice {
        Some(slice) => phrase::paragraph(&[
            format!(
                "some more than others: {} of rows stand out, where {}",
                number::share(slice.production_share),
                segment::where_words(slice)
            ),
            segment::worse_sentence(slice, &facts.report.metric),
        ]),
        None if facts.unsearched().is_some() => {
            phrase::sentence(facts.unsearched().unwrap_or_default())
        }
        None => phrase::sentence(&format!(
            "no group of the {} does clearly worse than the rest, so it looks overall",
            number::rows(facts.rows(TableRole::Production))
        )),
    })
}

fn validation(facts: &Facts<'_>) -> Option<String> {
    let first = facts.report.causes.first()?;
    let rows = number::rows(facts.rows(TableRole::Reference));
    let span = facts.span(TableRole::Reference);
    let cut = facts.report.scores.as_ref().and_then(|own| own.threshold);
    let moved_cut = cut.and_then(|own| finite(own.reference).zip(finite(own.production)));
    let cut_words = match moved_cut {
        Some((before, after)) if (before - after).abs() > 0.005 => format!(
            "it judged them at a cut-off of {}, and decisions are made at {} now",
            number::quantity(before),
            number::quantity(after)
        ),
        _ => "it does not ask what each kind of error costs where the decisions are made"
            .to_owned(),
    };
    let because = match cause::words(&first.id).1 {
        _ if first.id == CauseId::ThresholdCost.name() => cut_words.as_str(),
        _ if first.id == CauseId::CalibrationBaseRate.name() => {
            "the outcome came as often as then, and it comes more or less often now"
        }
        _ if first.id == CauseId::LabelProblem.name() => {
            "their outcomes were final, and counted and coded in the way of then"
        }
        _ if first.id == CauseId::ServedNotLogged.name() => {
            "they were scored by the model and the inputs at hand, and live another version or other inputs were used"
        }
        cause::Family::Pipeline => {
            "they were computed by the offline pipeline, and live the same columns are made another way"
        }
        cause::Family::Data => "they are the cases of then, and other cases come now",
        cause::Family::World => "in those days the same cases ended differently",
        cause::Family::Model => {
            "they shared something with what the model was built on, so they could not surprise it"
        }
        cause::Family::Feedback => {
            "the model's own decisions had not yet changed what we see"
        }
        cause::Family::None => return None,
    };
    Some(phrase::sentence(&format!("validation asked about {rows}{span}; {because}")))
}

fn roll_back(facts: &Facts<'_>) -> Option<String> {
    let size = facts.size().filter(|_| facts.kind() == VerdictKind::Dropped)?;
    let baseline = facts.report.baseline.is_some()
        || facts
            .report
            .inputs
            .columns
            .iter()
            .any(|column| column.role == crate::choices::Role::Baseline);
    let known = match facts.report.inputs.business.can_roll_back {
        Some(true) => "yes, it is possible",
        Some(false) => "no, there is no previous model",
        None => "nobody has told us yet whether a previous model is at hand",
    };
    let price = if baseline {
        format!(
            "the previous model is in the log, so its result on the same rows can be set against the {size}"
        )
    } else {
        format!(
            "whether it beats a model that lost {size} cannot be priced, because its scores are not in the log"
        )
    };
    Some(phrase::paragraph(&[known.to_owned(), price]))
}

fn when_fixed(facts: &Facts<'_>) -> Option<String> {
    if facts.kind() != VerdictKind::Dropped {
        return None;
    }
    let hours = facts.report.plan.get(1).map(|step| step.hours)?;
    let retrain = match finite(facts.report.inputs.business.retrain_days) {
        Some(days) => format!("if it is drift, retraining takes {}", number::days(days)),
        None => "if it is drift, it takes as long as retraining takes; give us the days"
            .to_owned(),
    };
    Some(phrase::paragraph(&[
        format!(
            "in {} of work, within 24 hours, we know whether it is a bug; a bug is repaired in hours to days",
            number::hours(hours.0, hours.1)
        ),
        retrain,
    ]))
}

fn began(facts: &Facts<'_>) -> Option<String> {
    let change = &facts.report.change_point;
    (change.kind != ChangeKind::None && change.at.is_some())
        .then(|| phrase::sentence(&change.sentence))
}

fn wrong(facts: &Facts<'_>) -> Option<String> {
    let first = facts.report.causes.first()?;
    let check = first.next_check.trim();
    let shows = if check.is_empty() {
        String::new()
    } else {
        format!(
            "then it shows soon, and before anything large is built: {}",
            phrase::small(check)
        )
    };
    let against = first
        .evidence_against
        .first()
        .map(|against| format!("what speaks against us: {}", phrase::small(against)));
    let next = facts.report.causes.get(1).map(|second| {
        format!("then the next to look at is {}", cause::words(&second.id).0)
    });
    Some(phrase::paragraph(&[
        shows,
        against.unwrap_or_default(),
        next.unwrap_or_default(),
    ]))
    .filter(|own| !own.is_empty())
}

fn limit(facts: &Facts<'_>) -> Option<String> {
    let report = facts.report;
    let least = finite(Some(report.verdict.minimum_effect))?;
    Some(phrase::sentence(&format!(
        "from {} on, and only where chance cannot explain it",
        number::amount(report.metric.unit, least)
    )))
}

fn compared(facts: &Facts<'_>) -> Option<String> {
    Some(phrase::sentence(&format!(
        "{} from before launch with {} from after it, and {} one by one",
        number::rows(facts.rows(TableRole::Reference)),
        number::rows(facts.rows(TableRole::Production)),
        phrase::counted(facts.compared(), "input", "inputs")
    )))
}
