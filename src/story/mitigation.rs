//! Part D: what limits the harm now, what mends it, what keeps it from happening again. The options were priced
//! before; here they are told, the one that fits best first. Without options (a report told without them) only the
//! alerts are left.

use super::facts::Facts;
use super::number::{self, finite};
use super::{phrase, segment, watch};
use crate::report::{CheckKind, Choice};

/// Options told one by one.
const TOLD: usize = 4;
/// Alerts told one by one.
const ALERTS: usize = 2;

/// The paragraphs of part D.
pub(super) fn paragraphs(facts: &Facts<'_>) -> Vec<String> {
    // What was tried and gives nothing back stands beside the others in the table, not here.
    let items: Vec<&Choice> = facts
        .report
        .options
        .items
        .iter()
        .filter(|own| own.points.is_none_or(|points| points > 0.0))
        .collect();
    let traffic = facts.report.options.rows_per_day;
    let mut told: Vec<String> =
        items.iter().take(TOLD).map(|own| option(own, traffic)).collect();
    told.push(rest(&items));
    told.push(prevent(facts));
    told.retain(|paragraph| !paragraph.is_empty());
    told
}

/// One option: what, what it gives back, what it does here, what it risks.
fn option(item: &Choice, traffic: Option<f64>) -> String {
    let priced = item.points.is_some();
    let mut sentences = vec![if priced {
        let price = phrase::small(item.price_words.trim_end_matches('.'));
        format!("{}: it {price}", item.title)
    } else {
        item.title.clone()
    }];
    sentences.push(item.what.clone());
    if !priced {
        sentences.push(item.price_words.clone());
    }
    if let Some(touch) = touches(item, traffic) {
        sentences.push(touch);
    }
    phrase::paragraph(&sentences)
}

/// "About 1,300 of 17,000 users a day are touched by it." `traffic`: rows a day.
fn touches(item: &Choice, traffic: Option<f64>) -> Option<String> {
    let users = item.users_per_day.filter(|users| *users >= 1.0)?;
    let rows = item.rows_per_day.filter(|rows| *rows > 0.0)?;
    let everybody = users * traffic? / rows;
    let who = if users < 0.99 * everybody {
        format!("about {} of {}", number::about(users), number::about(everybody))
    } else {
        format!("all {}", number::about(users))
    };
    let users = format!("{who} users a day are touched by it");
    Some(match item.money_per_day {
        Some(money) => format!(
            "{users}, and about {} a day comes back in the unit of the costs",
            number::about(money)
        ),
        None => users,
    })
}

fn rest(items: &[&Choice]) -> String {
    let more: Vec<String> = items
        .iter()
        .skip(TOLD)
        .map(|item| {
            let price = phrase::small(item.price_words.trim_end_matches('.'));
            format!("{} ({price})", phrase::small(&item.title))
        })
        .collect();
    if more.is_empty() {
        return String::new();
    }
    let count = more.len() as u64;
    phrase::sentence(&format!(
        "{} beside these: {}",
        phrase::counted(count, "option stands", "options stand"),
        more.join("; ")
    ))
}

fn prevent(facts: &Facts<'_>) -> String {
    let checks = &facts.report.monitoring.checks;
    let mut sentences: Vec<String> = checks
        .iter()
        .filter(|check| check.raised && check.family == "data")
        .take(ALERTS)
        .filter_map(|check| {
            let now = finite(check.now)?;
            let title = phrase::small(&check.title);
            let article = if title.starts_with("how ") { "" } else { "the " };
            // How far a mix moved is told with its column, on finer steps than an alert counts.
            let now = match check.kind {
                CheckKind::Drift => String::new(),
                _ => format!(": it is {} now", watch::value(check, now)),
            };
            Some(format!(
                "an alert on {article}{title}, {}, would have rung{now}",
                watch::limits(check)
            ))
        })
        .collect();
    sentences.push(metric_alert(facts));
    phrase::paragraph(&sentences)
}

fn metric_alert(facts: &Facts<'_>) -> String {
    let report = facts.report;
    let name = &facts.words.short;
    let per = match facts.worst_slice() {
        Some(slice) => format!("overall and where {}", segment::where_words(slice)),
        None => "overall and by segment".to_owned(),
    };
    let business = match report.kpis.first() {
        Some(kpi) => format!(", with mean {} per row beside it", phrase::name(&kpi.name)),
        None => String::new(),
    };
    let own = report.monitoring.checks.iter().find(|own| own.kind == CheckKind::Metric);
    if let Some(check) = own {
        let days = number::days(f64::from(report.monitoring.every_days));
        return format!(
            "watch {name} {per}{business}: measured every {days}, {} is more than it ever strays by itself",
            watch::limits(check)
        );
    }
    if facts.by_link() {
        return format!(
            "watch {name} {per}{business}; its limits are in the HTML file and in report.json"
        );
    }
    let limit = number::amount(report.metric.unit, report.verdict.minimum_effect);
    match finite(report.metric.reference) {
        Some(value) => format!(
            "watch {name} {per}{business}, and raise an alarm once it is {limit} worse than {}",
            number::value(report.metric.unit, value)
        ),
        None => format!(
            "watch {name} {per}{business}, and raise an alarm at a change of {limit}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Task;
    use crate::report::VerdictKind;
    use crate::story::fixture::{explained, report, rich};

    #[test]
    fn all_means_the_whole_traffic() {
        let mut made = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
        crate::act::tell(&mut made);
        let mut item = made.options.items.first().expect("an option").clone();
        (item.rows_per_day, item.users_per_day) = (Some(50.0), Some(100.0));
        item.money_per_day = None;
        let told = touches(&item, Some(200.0)).expect("told");
        assert_eq!(told, "about 100 of 400 users a day are touched by it");
        let told = touches(&item, Some(50.0)).expect("told");
        assert_eq!(told, "all 100 users a day are touched by it");
        assert_eq!(touches(&item, None), None);
    }
}
