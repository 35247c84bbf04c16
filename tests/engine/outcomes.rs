//! Outcomes that are not what they were: turned round, given carelessly, or in only where they come quickly.

use super::csv_pair;
use whydrop::choices::{Choices, Role};
use whydrop::engine::native::run_memory;
use whydrop::report::{Report, VerdictKind};
use whydrop::stats::math::{exp, sigmoid};
use whydrop::stats::random::Random;

/// Rows a table, and days of it.
const ROWS: usize = 6000;
const DAYS: usize = 60;

/// What becomes of the outcome of a row of a day: `None` where it is not in.
type Becomes<'a> = &'a dyn Fn(&mut Random, usize, bool) -> Option<bool>;

fn table(seed: u64, month: usize, becomes: Becomes<'_>) -> String {
    let mut random = Random::new(seed);
    let mut text = "applied_on,income,age,score,defaulted\n".to_owned();
    for row in 0..ROWS {
        let day = row * DAYS / ROWS;
        let (income, age) = (random.normal(), random.normal());
        let eta = -1.3 + 1.2 * income - 0.8 * age;
        let came = random.uniform() < sigmoid(eta);
        let label = becomes(&mut random, day, came)
            .map_or(String::new(), |own| u8::from(own).to_string());
        let date = format!("2024-{:02}-{:02}", month + day / 28, 1 + day % 28);
        text += &format!("{date},{income:.3},{age:.3},{:.5},{label}\n", sigmoid(eta));
    }
    text
}

fn first_cause(metric: &str, becomes: Becomes<'_>) -> (Report, String) {
    let before = table(1, 1, &|_, _, came| Some(came));
    let choices = Choices { metric: Some(metric.to_owned()), ..Choices::default() };
    let pair = csv_pair(&before, &table(2, 6, becomes));
    let own = run_memory(pair, &choices, Some(1)).expect("a report");
    let first = own.causes.first().map(|own| own.id.clone()).unwrap_or_default();
    (own, first)
}

#[test]
fn outcomes_turned_round_or_given_carelessly_are_a_label_problem() {
    let cases: [(&str, Becomes<'_>); 3] = [
        ("all turned", &|_, _, came| Some(!came)),
        ("turned from some day on", &|_, day, came| Some(came ^ (day >= 20))),
        ("a fifth careless", &|random, _, came| Some(came ^ random.chance(0.2))),
    ];
    for (what, becomes) in cases {
        let (own, first) = first_cause("auc", becomes);
        assert_eq!(own.verdict.kind, VerdictKind::Dropped, "{what}");
        assert_eq!(first, "label_problem", "{what}: {:#?}", own.causes);
        let told = own.causes[0].evidence_for.iter();
        let says =
            |own: &String| own.contains("opposite") || own.contains("other way round");
        assert!(told.clone().any(says), "{what}: {told:?}");
    }
    // A relation that reversed around the same mean is no turned label.
    let (_, first) = first_cause("auc", &|random, _, _| Some(random.chance(0.26)));
    assert_ne!(first, "label_problem");
}

#[test]
fn quick_outcomes_that_are_in_first_are_a_label_problem() {
    // A default shows within weeks, its absence after two months.
    let (own, first) = first_cause("log_loss", &|random, day, came| {
        let age = DAYS - day;
        let is_in = if came { age > 3 } else { age > 30 || random.chance(0.1) };
        is_in.then_some(came)
    });
    assert_eq!(own.verdict.kind, VerdictKind::Dropped);
    assert_eq!(first, "label_problem", "{:#?}", own.causes);
    // Outcomes that are late alike leave those that are in as they were.
    let (own, _) = first_cause("log_loss", &|random, day, came| {
        (DAYS - day > 30 || random.chance(0.1)).then_some(came)
    });
    assert_ne!(own.verdict.kind, VerdictKind::Dropped, "{}", own.verdict.sentence);
}

/// A table with decisions and, if asked for, days; `becomes` takes day, decision and outcome.
fn decided(
    seed: u64,
    month: Option<usize>,
    age_counts: f64,
    becomes: &dyn Fn(&mut Random, usize, bool, bool) -> bool,
) -> String {
    let mut random = Random::new(seed);
    let date = |day: usize| match month {
        Some(month) => format!("2024-{:02}-{:02},", month + day / 28, 1 + day % 28),
        None => String::new(),
    };
    let first = if month.is_some() { "applied_on," } else { "" };
    let mut text = format!("{first}income,age,score,called,defaulted\n");
    for row in 0..ROWS {
        let day = row * DAYS / ROWS;
        let (income, age) = (random.normal(), random.normal());
        let score = sigmoid(-1.3 + 1.2 * income - 0.8 * age);
        let called = score >= 0.4;
        let came = random.uniform() < sigmoid(-1.3 + 1.2 * income - age_counts * age);
        let label = u8::from(becomes(&mut random, day, called, came));
        let called = u8::from(called);
        text +=
            &format!("{}{income:.3},{age:.3},{score:.5},{called},{label}\n", date(day));
    }
    text
}

fn first_of(before: &str, after: &str) -> String {
    let choices = Choices { metric: Some("auc".to_owned()), ..Choices::default() };
    let own = run_memory(csv_pair(before, after), &choices, Some(1)).expect("a report");
    assert_eq!(own.verdict.kind, VerdictKind::Dropped, "{}", own.verdict.sentence);
    own.causes.first().map(|own| own.id.clone()).unwrap_or_default()
}

#[test]
fn what_decisions_prevent_is_neither_late_nor_another_world() {
    let before = decided(1, Some(1), 0.8, &|_, _, _, came| came);
    let prevented = decided(2, Some(6), 0.8, &|random, day, called, came| {
        came && !(called && day >= 25 && random.chance(0.8))
    });
    assert_eq!(first_of(&before, &prevented), "feedback_loop");
    // The younger a row, the more of its outcomes are still to come, whatever was decided.
    let late = decided(2, Some(6), 0.8, &|random, day, _, came| {
        came && !random.chance((day as f64 / DAYS as f64).powi(2))
    });
    assert_eq!(first_of(&before, &late), "label_problem");
    let changed = decided(2, Some(6), -0.8, &|_, _, _, came| came);
    assert_eq!(first_of(&before, &changed), "concept_drift");
}

#[test]
fn without_days_a_changed_relation_is_still_named() {
    let before = decided(1, None, 0.8, &|_, _, _, came| came);
    let changed = decided(2, None, -0.8, &|_, _, _, came| came);
    assert_eq!(first_of(&before, &changed), "concept_drift");
}

/// Prices of things by size and age, with what the model quotes; `becomes` moves the price of a row of a day.
fn prices(seed: u64, month: usize, becomes: &dyn Fn(f64, f64, usize) -> f64) -> String {
    let mut random = Random::new(seed);
    let mut text = "sold_on,size,age,quoted,price\n".to_owned();
    for row in 0..ROWS {
        let day = row * DAYS / ROWS;
        let (size, age) = (1.0 + 4.0 * random.uniform(), 20.0 * random.uniform());
        let quoted = 40.0 * size * size + 30.0 - 2.0 * age;
        let price = quoted * (1.0 + 0.05 * random.normal());
        let price = price * becomes(size, age, day);
        let date = format!("2024-{:02}-{:02}", month + day / 28, 1 + day % 28);
        text += &format!("{date},{size:.3},{age:.2},{quoted:.1},{price:.1}\n");
    }
    text
}

#[test]
fn amounts_that_all_grew_by_one_factor_are_a_level_and_no_relation_of_a_column() {
    let first = |becomes: &dyn Fn(f64, f64, usize) -> f64| {
        let before = prices(1, 1, &|_, _, _| 1.0);
        let pair = csv_pair(&before, &prices(2, 6, becomes));
        let roles = [("price", Role::Label), ("quoted", Role::Score)];
        let roles = roles.map(|(name, role)| (name.to_owned(), role)).into();
        let choices = Choices { roles, ..Choices::default() };
        let own = run_memory(pair, &choices, Some(1)).expect("a report");
        assert_eq!(own.verdict.kind, VerdictKind::Dropped);
        own.causes.first().map(|own| own.id.clone()).unwrap_or_default()
    };
    let later = |day: usize, factor: f64| if day >= 20 { factor } else { 1.0 };
    assert_eq!(first(&|_, _, day| later(day, 1.3)), "calibration_base_rate");
    // The old ones alone: what age says has changed.
    let old =
        |_: f64, age: f64, day: usize| later(day, if age > 10.0 { 1.6 } else { 1.0 });
    assert_eq!(first(&old), "concept_drift");
    // The large ones alone, which a line through the quotes nearly follows.
    let large =
        |size: f64, _: f64, day: usize| later(day, if size > 3.0 { 1.6 } else { 1.0 });
    assert_eq!(first(&large), "concept_drift");
}

/// Three classes by two inputs, with their scores; afterwards each class comes `factors` times as often, or follows `x`
/// otherwise where `turned`.
fn classes(seed: u64, month: usize, factors: [f64; 3], turned: bool) -> String {
    let mut random = Random::new(seed);
    let mut text = "seen_on,x,y,p_a,p_b,p_c,chosen,kind\n".to_owned();
    for row in 0..ROWS {
        let day = row * DAYS / ROWS;
        let (x, y) = (random.normal(), random.normal());
        let shares = |x: f64, factors: [f64; 3]| {
            let raw = [1.2 * x, 1.2 * y, -0.6 * x - 0.6 * y];
            let own = [0, 1, 2].map(|at| factors[at] * exp(raw[at]));
            let sum: f64 = own.iter().sum();
            own.map(|own| own / sum)
        };
        let scores = shares(x, [1.0; 3]);
        let real = shares(if turned { -x } else { x }, factors);
        let at = random.uniform();
        let of = |place: usize| ["a", "b", "c"][place];
        let kind = of(usize::from(at >= real[0]) + usize::from(at >= real[0] + real[1]));
        let best = [0, 1, 2].into_iter().max_by(|p, q| scores[*p].total_cmp(&scores[*q]));
        let date = format!("2024-{:02}-{:02}", month + day / 28, 1 + day % 28);
        let [a, b, c] = scores;
        let chosen = of(best.expect("three"));
        text += &format!("{date},{x:.3},{y:.3},{a:.5},{b:.5},{c:.5},{chosen},{kind}\n");
    }
    text
}

#[test]
fn classes_that_came_more_often_alike_everywhere_are_a_base_rate() {
    let first = |factors: [f64; 3], turned: bool| {
        let pair =
            csv_pair(&classes(1, 1, [1.0; 3], false), &classes(2, 6, factors, turned));
        let choices =
            Choices { metric: Some("log_loss".to_owned()), ..Choices::default() };
        let own = run_memory(pair, &choices, Some(1)).expect("a report");
        assert_eq!(own.verdict.kind, VerdictKind::Dropped);
        own.causes.first().cloned()
    };
    let level = first([0.4, 1.0, 4.0], false).expect("a cause");
    assert_eq!(level.id, "calibration_base_rate", "{level:#?}");
    let says = |own: &String| own.contains("some classes come more often");
    assert!(level.evidence_for.iter().any(says), "{:?}", level.evidence_for);
    let turned = first([1.0; 3], true).map(|own| own.id).unwrap_or_default();
    assert_ne!(turned, "calibration_base_rate");
}
