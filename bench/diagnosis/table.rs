//! The tables of the benchmark as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::outcome::Outcome;
use super::tally::{
    Rate, WORDS, calm, coverage, dropped, quantile, reliability, ruled_out_wrongly,
    share_errors,
};

/// What stands above the tables in the documentation; everything from this mark on is written anew.
const HEAD: &str = include_str!("head.md");

/// The page for the documentation.
#[must_use]
pub fn page(outcomes: &[Outcome]) -> String {
    format!("{HEAD}\n{}", markdown(outcomes))
}

/// All tables.
#[must_use]
pub fn markdown(outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    bars(&mut out, outcomes);
    severities(&mut out, outcomes);
    groups(&mut out, "By cause, at 2 × and above", outcomes, |o| o.what.clone());
    groups(&mut out, "By world, at 2 × and above", outcomes, |o| o.world.clone());
    groups(&mut out, "By model, at 2 × and above", outcomes, |o| o.kind.clone());
    attribution(&mut out, outcomes);
    probabilities(&mut out, outcomes);
    baselines(&mut out, outcomes);
    confusions(&mut out, outcomes);
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn bars(out: &mut String, outcomes: &[Outcome]) {
    let at = |severity| dropped(outcomes, severity);
    let failed: Vec<&Outcome> = outcomes.iter().filter(|o| o.error.is_some()).collect();
    let seconds: f64 = outcomes.iter().map(|o| o.seconds).sum();
    let _ = writeln!(
        out,
        "{} pairs, {} of them without a report; {:.2} s a pair on one core.\n",
        outcomes.len(),
        failed.len(),
        seconds / outcomes.len().max(1) as f64
    );
    line(out, "| what | measured | bar |\n|---|---|---|");
    let mut row = |what: &str, measured: String, bar: &str| {
        let _ = writeln!(out, "| {what} | {measured} | {bar} |");
    };
    row(
        "first cause right, 2 × and above",
        Rate::over(at(2.0).map(|o| o.named_within(1))).text(),
        "≥ 80 %",
    );
    row(
        "one of the first two right, 2 × and above",
        Rate::over(at(2.0).map(|o| o.named_within(2))).text(),
        "≥ 92 %",
    );
    row(
        "culprit column right, 2 × and above",
        Rate::over(at(2.0).filter_map(Outcome::column_right)).text(),
        "≥ 90 %",
    );
    row(
        "bug or drift right, 2 × and above",
        Rate::over(at(2.0).filter_map(Outcome::bug_or_drift_right)).text(),
        "≥ 95 %",
    );
    row(
        "a culprit column in the first three segments, 2 × and above",
        Rate::over(at(2.0).filter(|o| !o.columns.is_empty()).map(|o| o.slice_hit)).text(),
        "–",
    );
    let days: Vec<f64> = {
        let mut days: Vec<f64> =
            at(2.0).filter_map(|o| o.onset_days_off).map(|d| d.abs() as f64).collect();
        days.sort_by(f64::total_cmp);
        days
    };
    row(
        "days off the true first day, median and 90 % (where a day was named)",
        format!(
            "{} and {} of {}",
            number(quantile(&days, 0.5)),
            number(quantile(&days, 0.9)),
            days.len()
        ),
        "–",
    );
    for (what, from, below, bar) in [
        ("attribution error at 4 ×, points of share", 4.0, f64::INFINITY, "≤ 5 and ≤ 20"),
        ("attribution error at 2–4 ×, points of share", 2.0, 4.0, "≤ 12 and ≤ 35"),
    ] {
        let errors = share_errors(outcomes, from, below);
        let text = format!(
            "median {}, 90 % {} of {} terms",
            number(quantile(&errors, 0.5)),
            number(quantile(&errors, 0.9)),
            errors.len()
        );
        row(what, text, bar);
    }
    row("true terms inside their 95 % interval", coverage(outcomes).text(), "90–98 %");
    row(
        "a drop where nothing is wrong",
        Rate::over(calm(outcomes).map(|o| o.verdict == "dropped")).text(),
        "≤ 2 %",
    );
    row(
        "a cause likely or above where nothing is wrong",
        Rate::over(calm(outcomes).filter(|o| !o.improved).map(Outcome::alarmed)).text(),
        "≤ 2 %",
    );
    row(
        "\"ruled out\" said of a true cause",
        ruled_out_wrongly(outcomes).text(),
        "≤ 1 %",
    );
    let mut gaps: Vec<f64> =
        outcomes.iter().filter_map(|o| o.formula_gap).map(f64::abs).collect();
    gaps.sort_by(f64::total_cmp);
    row(
        "check: the truth's metric against the report's, standard errors, 90 % and worst",
        format!("{} and {}", number(quantile(&gaps, 0.9)), number(quantile(&gaps, 1.0))),
        "–",
    );
    for o in failed.iter().take(5) {
        let _ =
            writeln!(out, "\nno report: {}: {}", o.id, o.error.as_deref().unwrap_or(""));
    }
}

fn severities(out: &mut String, outcomes: &[Outcome]) {
    line(out, "\n## By severity (realised drop over the smallest detectable)\n");
    line(out, "| severity | pairs | called a drop | first | first two | column |");
    line(out, "|---|---|---|---|---|---|");
    for class in [0.0, 0.5, 1.0, 2.0, 4.0] {
        let here: Vec<&Outcome> = outcomes
            .iter()
            .filter(|o| o.error.is_none() && !o.causes.is_empty() && o.class() == class)
            .collect();
        let _ = writeln!(
            out,
            "| {class} × | {} | {} | {} | {} | {} |",
            here.len(),
            Rate::over(here.iter().map(|o| o.verdict == "dropped")).text(),
            Rate::over(here.iter().map(|o| o.named_within(1))).text(),
            Rate::over(here.iter().map(|o| o.named_within(2))).text(),
            Rate::over(here.iter().filter_map(|o| o.column_right())).text(),
        );
    }
}

fn groups(
    out: &mut String,
    title: &str,
    outcomes: &[Outcome],
    key: impl Fn(&Outcome) -> String,
) {
    let _ = writeln!(out, "\n## {title}\n");
    line(out, "| | pairs | of all | first | first two | column | bug or drift |");
    line(out, "|---|---|---|---|---|---|---|");
    let short = |o: &Outcome| {
        let key = key(o);
        if key.contains('+') { "two causes".to_owned() } else { key }
    };
    let mut all: BTreeMap<String, usize> = BTreeMap::new();
    for o in outcomes.iter().filter(|o| !o.causes.is_empty()) {
        *all.entry(short(o)).or_default() += 1;
    }
    for (group, count) in all {
        let here: Vec<&Outcome> =
            dropped(outcomes, 2.0).filter(|o| short(o) == group).collect();
        let _ = writeln!(
            out,
            "| {group} | {} | {count} | {} | {} | {} | {} |",
            here.len(),
            Rate::over(here.iter().map(|o| o.named_within(1))).text(),
            Rate::over(here.iter().map(|o| o.named_within(2))).text(),
            Rate::over(here.iter().filter_map(|o| o.column_right())).text(),
            Rate::over(here.iter().filter_map(|o| o.bug_or_drift_right())).text(),
        );
    }
}

fn attribution(out: &mut String, outcomes: &[Outcome]) {
    line(out, "\n## Terms, at 2 × and above\n");
    line(out, "| term | not 0 in | mean true share | median error | 90 % | covered |");
    line(out, "|---|---|---|---|---|---|");
    for name in whydrop::scenario::plan::TERMS {
        let mut errors = Vec::new();
        let (mut shares, mut covered) = (0.0, Vec::new());
        for o in dropped(outcomes, 2.0).filter(|o| o.priced) {
            for t in o.terms.iter().filter(|t| t.term == name) {
                if t.truth.abs() <= 1e-9 && t.points.abs() <= 1e-9 {
                    continue;
                }
                shares += 100.0 * t.truth / o.drop;
                errors.push(100.0 * (t.points - t.truth).abs() / o.drop.abs());
                covered.push(t.interval.0 <= t.truth && t.truth <= t.interval.1);
            }
        }
        errors.sort_by(f64::total_cmp);
        let _ = writeln!(
            out,
            "| {name} | {} | {:.0} % | {} | {} | {} |",
            errors.len(),
            shares / errors.len().max(1) as f64,
            number(quantile(&errors, 0.5)),
            number(quantile(&errors, 0.9)),
            Rate::over(covered.into_iter()).text(),
        );
    }
}

fn probabilities(out: &mut String, outcomes: &[Outcome]) {
    line(out, "\n## Do the probabilities mean what they say?\n");
    line(out, "| probability said | times | mean said | was so | off by, points |");
    line(out, "|---|---|---|---|---|");
    for (word, low, high) in WORDS {
        let (said, rate) = reliability(outcomes, low, high);
        let Some(was) = rate.share() else { continue };
        let _ = writeln!(
            out,
            "| {word} | {} | {said:.3} | {was:.3} | {:+.1} |",
            rate.of,
            100.0 * (was - said)
        );
    }
}

fn baselines(out: &mut String, outcomes: &[Outcome]) {
    line(out, "\n## Simple rules on the same pairs\n");
    line(
        out,
        "| rule | culprit column, 2 × and above | cause \"different people\" right | alarm where nothing is wrong |",
    );
    line(out, "|---|---|---|---|");
    let rules: Vec<String> = outcomes
        .iter()
        .find(|o| !o.guesses.is_empty())
        .map(|o| o.guesses.iter().map(|g| g.rule.clone()).collect())
        .unwrap_or_default();
    for (index, rule) in rules.iter().enumerate() {
        let columns = dropped(outcomes, 2.0).filter(|o| !o.columns.is_empty()).map(|o| {
            let column = o.guesses.get(index).and_then(|g| g.column.as_ref());
            column.is_some_and(|c| o.columns.contains(c))
        });
        let causes = dropped(outcomes, 2.0).map(|o| {
            o.guesses.get(index).is_some_and(|g| g.alarm)
                && o.causes.iter().any(|c| c == "population_shift")
        });
        let alarms =
            calm(outcomes).map(|o| o.guesses.get(index).is_some_and(|g| g.alarm));
        let _ = writeln!(
            out,
            "| {rule} | {} | {} | {} |",
            Rate::over(columns).text(),
            Rate::over(causes).text(),
            Rate::over(alarms).text()
        );
    }
    let own = Rate::over(dropped(outcomes, 2.0).filter_map(Outcome::column_right));
    let first = Rate::over(dropped(outcomes, 2.0).map(|o| o.named_within(1)));
    let alarms = Rate::over(calm(outcomes).filter(|o| !o.improved).map(Outcome::alarmed));
    let _ = writeln!(
        out,
        "| **whydrop** (any cause) | {} | {} | {} |",
        own.text(),
        first.text(),
        alarms.text()
    );
}

fn confusions(out: &mut String, outcomes: &[Outcome]) {
    let mut pairs: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for o in dropped(outcomes, 2.0).filter(|o| !o.named_within(1)) {
        let said = o.ranked.first().map_or("nothing", |c| c.id.as_str()).to_owned();
        pairs.entry((o.causes.join(" + "), said)).or_default().push(&o.id);
    }
    let mut list: Vec<_> = pairs.into_iter().collect();
    list.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    line(out, "\n## The most frequent wrong answers, at 2 × and above\n");
    line(out, "| truth | said | times | for example |\n|---|---|---|---|");
    for ((truth, said), ids) in list.iter().take(25) {
        let example = ids.first().copied().unwrap_or("");
        let _ = writeln!(out, "| {truth} | {said} | {} | `{example}` |", ids.len());
    }
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.1}"))
}
