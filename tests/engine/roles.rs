//! Columns as people name and fill them: whatever the words, the same model is measured.

use super::csv_pair;
use whydrop::choices::{Choices, Role, TableRole};
use whydrop::data::moment::format_iso_date;
use whydrop::engine::AnalysisError;
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::report::{Report, VerdictKind};
use whydrop::stats::math::{exp, sigmoid};
use whydrop::stats::random::Random;

/// One row: id, a feature, the score, whether it was decided yes, whether it came true.
type Row = (usize, f64, f64, bool, bool);

fn rows(seed: u64, count: usize, skill: f64) -> Vec<Row> {
    let mut random = Random::new(seed);
    let row = |id| {
        let x = random.normal();
        let score = sigmoid(1.2 * x);
        let chance = sigmoid(1.2 * skill * x);
        (id, x, score, score >= 0.5, random.uniform() < chance)
    };
    (0..count).map(row).collect()
}

/// Names of feature, score, decision and label, their words for no and yes, and further columns (header, cells).
#[derive(Clone, Copy)]
struct Style {
    names: [&'static str; 4],
    decided: [&'static str; 2],
    came: [&'static str; 2],
    more: (&'static str, fn(&Row) -> String),
}

const PLAIN: Style = Style {
    names: ["income", "score", "decision", "label"],
    decided: ["0", "1"],
    came: ["0", "1"],
    more: ("region", |row| ["north", "south", "west"][row.0 % 3].to_owned()),
};

fn csv(rows: &[Row], style: &Style) -> String {
    let [x, score, decision, label] = style.names;
    let mut text =
        format!("customer_id,{x},{},{score},{decision},{label}\n", style.more.0);
    for row in rows {
        let (id, own, s, decided, came) = row;
        let more = (style.more.1)(row);
        let (decided, came) =
            (style.decided[usize::from(*decided)], style.came[usize::from(*came)]);
        text += &format!("c{id},{own:.4},{more},{s:.6},{decided},{came}\n");
    }
    text
}

fn report(before: &str, after: &str, choices: &Choices) -> Report {
    let table = |role, name: &str, text: &str| MemoryTable {
        role,
        files: vec![(name.to_owned(), text.as_bytes().to_vec())],
        labels: Vec::new(),
    };
    let tables = vec![
        table(TableRole::Reference, "before.csv", before),
        table(TableRole::Production, "after.csv", after),
    ];
    run_memory(tables, choices, Some(1)).expect("a report")
}

fn measured(style: &Style) -> Report {
    let (before, after) = (rows(1, 3000, 1.0), rows(2, 3000, 0.3));
    report(&csv(&before, style), &csv(&after, style), &Choices::default())
}

fn role_of(report: &Report, name: &str) -> Role {
    let column = report.inputs.columns.iter().find(|own| own.name == name);
    column.unwrap_or_else(|| panic!("no column {name}")).role.clone()
}

fn values(report: &Report, name: &str) -> Option<(Option<f64>, Option<f64>)> {
    let metric = report.metrics.iter().find(|own| own.name == name)?;
    Some((metric.reference, metric.production))
}

#[test]
fn a_file_without_header_is_understood_by_its_relations() {
    let of = |seed: u64, skill: f64| {
        let mut random = Random::new(seed);
        let mut text = String::new();
        for row in 0..3000 {
            let (share, x) = (random.uniform(), random.normal());
            let eta = 2.0 * x + share - 0.5;
            let chance = sigmoid(eta);
            let yes = u8::from(random.uniform() < sigmoid(skill * eta));
            // A share with a flag of its own that follows it, an input, the chance, the decision and the outcome.
            let flag = u8::from(share >= 0.8);
            let decided = u8::from(chance >= 0.6);
            text +=
                &format!("{row},{share:.4},{flag},{x:.4},{chance:.5},{decided},{yes}\n");
        }
        text
    };
    let report =
        run_memory(csv_pair(&of(1, 1.0), &of(2, 0.2)), &Choices::default(), Some(1))
            .expect("a report");
    let role = |at: usize| report.inputs.columns[at].role.clone();
    assert_eq!(role(4), Role::Score, "{:?}", report.inputs.columns);
    assert_eq!((role(5), role(6)), (Role::Decision, Role::Label));
    assert_eq!((role(1), role(2)), (Role::Feature, Role::Feature));
    assert_eq!(report.verdict.kind, VerdictKind::Dropped);
}

#[test]
fn the_words_of_labels_and_decisions_change_nothing() {
    let plain = measured(&PLAIN);
    assert_eq!(plain.verdict.kind, VerdictKind::Dropped);
    let styles = [
        Style { came: ["1", "2"], ..PLAIN },
        Style { came: ["-1", "1"], ..PLAIN },
        Style { came: ["paid", "default"], ..PLAIN },
        Style { came: ["good", "bad"], decided: ["approve", "reject"], ..PLAIN },
        Style { decided: ["no", "yes"], ..PLAIN },
        Style { came: ["1", "2"], decided: ["1", "2"], ..PLAIN },
    ];
    for style in &styles {
        let own = measured(style);
        let words = (style.decided, style.came);
        for name in ["auc", "accuracy", "recall"] {
            assert_eq!(values(&own, name), values(&plain, name), "{name} {words:?}");
        }
        assert_eq!(own.verdict.kind, plain.verdict.kind, "{words:?}");
    }
}

#[test]
fn the_real_columns_are_found_behind_their_names() {
    let likely = |name: &'static str, more: fn(&Row) -> String| Style {
        names: ["income", "churn_score", "decision", "churned"],
        more: (name, more),
        ..PLAIN
    };
    let styles = [
        likely("target_enc_region", |row| {
            format!("{:.3}", (row.0 * 7 % 50) as f64 / 50.0)
        }),
        likely("target_market", |row| ["a", "b", "c"][row.0 % 3].to_owned()),
        likely("actual_balance", |row| format!("{}", row.0 * 13 % 900)),
        likely("prob_of_rain", |row| {
            format!("{:.3}", (row.0 * 31 % 1000) as f64 / 1000.0)
        }),
        likely("engagement_score", |row| {
            format!("{:.3}", (row.0 * 17 % 900) as f64 / 9.0)
        }),
        likely("prev_score", |row| format!("{:.4}", row.2 * 0.9)),
        likely("label_printed", |row| format!("{}", row.0 % 2)),
    ];
    for style in &styles {
        let own = measured(style);
        let more = style.more.0;
        assert_eq!(role_of(&own, "churn_score"), Role::Score, "{more}");
        assert_eq!(role_of(&own, "churned"), Role::Label, "{more}");
        assert_eq!(role_of(&own, "decision"), Role::Decision, "{more}");
        assert_eq!(role_of(&own, more), Role::Feature, "{more}");
    }
    // A score that a decision follows may be called what it will.
    let style = Style { names: ["income", "risk", "decision", "loan_default"], ..PLAIN };
    let own = measured(&style);
    assert_eq!(role_of(&own, "risk"), Role::Score);
    assert_eq!(role_of(&own, "loan_default"), Role::Label);
}

#[test]
fn outcomes_that_are_not_known_yet_are_left_out() {
    let (before, after) = (rows(1, 3000, 1.0), rows(2, 3000, 0.3));
    let waiting = |rows: &[Row], word: &str| {
        let text = csv(rows, &PLAIN);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for line in lines.iter_mut().skip(1).step_by(5) {
            line.truncate(line.len() - 1);
            line.push_str(word);
        }
        lines.join("\n")
    };
    let known = report(&waiting(&before, ""), &waiting(&after, ""), &Choices::default());
    for word in ["pending", "?", "-1", "unknown"] {
        let own =
            report(&waiting(&before, word), &waiting(&after, word), &Choices::default());
        assert_eq!(own.metrics, known.metrics, "{word}");
        assert!(own.notes.iter().any(|note| note.code == "labels_not_known"), "{word}");
    }
}

#[test]
fn outcomes_on_one_decision_alone_are_compared_with_the_same_decisions() {
    let (before, after) = (rows(1, 6000, 1.0), rows(2, 6000, 1.0));
    let text = csv(&after, &PLAIN);
    let selected: Vec<String> = text
        .lines()
        .map(|line| match line.strip_suffix(",0,0").or(line.strip_suffix(",0,1")) {
            Some(rest) => format!("{rest},0,"),
            None => line.to_owned(),
        })
        .collect();
    let own = report(&csv(&before, &PLAIN), &selected.join("\n"), &Choices::default());
    assert_ne!(own.verdict.kind, VerdictKind::Dropped, "{}", own.verdict.sentence);
    assert!(own.notes.iter().any(|note| note.code == "selective_labels"));
    let share = |rows: &[Row]| {
        let yes = rows.iter().filter(|row| row.3);
        yes.clone().filter(|row| row.4).count() as f64 / yes.count() as f64
    };
    let (p, q) = values(&own, "accuracy").expect("accuracy");
    assert!((p.unwrap() - share(&before)).abs() < 1e-9);
    assert!((q.unwrap() - share(&after)).abs() < 1e-9);
}

#[test]
fn outcomes_on_one_decision_from_some_day_on_are_no_other_people() {
    let dated = |rows: &[Row], first: i64, hidden_from: usize| {
        let mut text = "day,income,score,decision,label\n".to_owned();
        for (at, (_, x, score, decided, came)) in rows.iter().enumerate() {
            let day = first + at as i64 / 100;
            let date = format_iso_date(day * 86_400_000_000);
            let came = if *decided && at >= hidden_from {
                String::new()
            } else {
                u8::from(*came).to_string()
            };
            text += &format!("{date},{x:.4},{score:.6},{},{came}\n", u8::from(*decided));
        }
        text
    };
    let (before, after) = (rows(1, 6000, 1.0), rows(2, 6000, 1.0));
    let choices = Choices { metric: Some("auc".to_owned()), ..Choices::default() };
    let of = |hidden_from| {
        report(
            &dated(&before, 19_000, usize::MAX),
            &dated(&after, 19_060, hidden_from),
            &choices,
        )
    };
    let own = of(2500);
    assert_ne!(own.verdict.kind, VerdictKind::Dropped, "{}", own.verdict.sentence);
    assert!(own.notes.iter().any(|note| note.code == "selective_labels"));
    assert!(own.causes.is_empty());
    assert!(of(usize::MAX).notes.iter().all(|note| note.code != "selective_labels"));
}

#[test]
fn a_lost_ranking_is_not_hidden_by_a_rare_outcome() {
    let rare = |seed: u64, skill: f64| {
        let mut rows = rows(seed, 12_000, 1.0);
        let mut random = Random::new(seed + 50);
        for row in &mut rows {
            let logit = -4.3 + 1.5 * skill * row.1;
            row.4 = random.uniform() < sigmoid(logit);
            row.3 = row.2 >= 0.95;
        }
        csv(&rows, &PLAIN)
    };
    let own = report(&rare(1, 1.0), &rare(2, -0.2), &Choices::default());
    assert_eq!(own.metric.name, "auc", "{}", own.verdict.sentence);
    assert_eq!(own.verdict.kind, VerdictKind::Dropped);
    assert!(own.notes.iter().any(|note| note.code == "headline_hides"));
    // Who asks for accuracy gets it.
    let asked = Choices { metric: Some("accuracy".to_owned()), ..Choices::default() };
    let own = report(&rare(1, 1.0), &rare(2, -0.2), &asked);
    assert_eq!(own.metric.name, "accuracy");
}

#[test]
fn impossible_times_are_left_out_and_told() {
    let dated = |rows: &[Row], odd: &str| {
        let text = csv(rows, &PLAIN);
        let line = |(at, line): (usize, &str)| match at {
            0 => format!("{line},timestamp"),
            7 => format!("{line},{odd}"),
            _ => format!("{line},2024-03-{:02}T10:00:00Z", at % 28 + 1),
        };
        text.lines().enumerate().map(line).collect::<Vec<_>>().join("\n")
    };
    let (before, after) = (rows(1, 2000, 1.0), rows(2, 2000, 1.0));
    for odd in ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"] {
        let own = report(
            &dated(&before, "2024-03-02T10:00:00Z"),
            &dated(&after, odd),
            &Choices::default(),
        );
        let live = own.series.iter().filter(|own| own.table == TableRole::Production);
        assert!(live.count() > 5, "{odd}");
        let told = own.notes.iter().find(|note| note.code == "unreadable_times");
        assert!(
            told.is_some_and(|note| note.what.starts_with("1 row ")),
            "{odd} {told:?}"
        );
    }
}

/// What is said of choices that the same file in both places cannot follow.
fn refused_of(text: &str, choices: &Choices) -> String {
    match run_memory(csv_pair(text, text), choices, Some(1)) {
        Err(AnalysisError::Choice { what, .. }) => what,
        other => panic!("{:?}", other.map(|own| own.verdict.sentence)),
    }
}

#[test]
fn choices_that_cannot_be_followed_are_refused() {
    let text = csv(&rows(1, 500, 1.0), &PLAIN);
    let refused = |choices: Choices| refused_of(&text, &choices);
    let metric =
        |name: &str| Choices { metric: Some(name.to_owned()), ..Choices::default() };
    assert!(refused(metric("banana")).contains("no metric named banana"));
    assert!(refused(metric("expected_cost")).contains("cannot be worked out"));
    let roles = [("region".to_owned(), Role::Score)].into();
    assert!(
        refused(Choices { roles, ..Choices::default() })
            .contains("does not hold numbers")
    );
    let chosen = |name: &str, role| Choices {
        roles: [(name.to_owned(), role)].into(),
        ..Choices::default()
    };
    assert!(
        refused(chosen("region", Role::Baseline)).contains("previous model's region")
    );
    let threshold = Some(f64::NAN);
    assert!(refused(Choices { threshold, ..Choices::default() }).contains("cut-off"));
}

#[test]
fn weights_that_are_all_zero_and_scores_of_no_class_are_refused() {
    let refused = |text: &str, roles: &[(&str, Role)]| {
        let roles = roles.iter().map(|(name, role)| ((*name).to_owned(), role.clone()));
        refused_of(text, &Choices { roles: roles.collect(), ..Choices::default() })
    };
    let mut weighted = "x,w,score,label\n".to_owned();
    let mut classes = "x,p_red,p_blue,p_green,label\n".to_owned();
    for row in 0..900 {
        let (x, share) = (row % 37, f64::from(row % 10) / 10.0);
        weighted += &format!("{x},0,{share},{}\n", row % 2);
        let label = ["red", "blue", "green"][row as usize % 3];
        classes += &format!("{x},{share},{},0.1,{label}\n", 0.9 - share);
    }
    let what = refused(&weighted, &[("w", Role::Weight)]);
    assert!(what.contains("weight w is nowhere above 0"), "{what}");
    let of = |name: &str| Role::ClassScore(name.to_owned());
    let what = refused(&classes, &[("p_red", of("red")), ("p_blue", of("violet"))]);
    assert!(
        what.contains("score of violet") && what.contains("blue, green, red"),
        "{what}"
    );
}

#[test]
fn what_an_entity_brings_along_is_no_drift() {
    // Eight rows a customer, each with an income of its own; the customers are others after launch.
    let clustered = |seed: u64| {
        let mut random = Random::new(seed);
        let mut text = "customer_id,order_id,income,score,label\n".to_owned();
        for customer in 0..60 {
            let income = (3000.0 + 900.0 * random.normal()).round();
            for order in 0..8 {
                let score = random.uniform();
                let label = u8::from(random.uniform() < score);
                let at = seed * 1000 + customer;
                text += &format!("k{at},o{at}-{order},{income},{score:.5},{label}\n");
            }
        }
        text
    };
    let mut flagged = 0;
    for seed in 0..12 {
        let own = report(&clustered(seed), &clustered(seed + 100), &Choices::default());
        let drift = own.columns.iter().find(|own| own.name == "income");
        let drift = drift.and_then(|own| own.drift.as_ref());
        flagged += u32::from(
            drift.is_some_and(|own| own.band >= whydrop::report::DriftBand::Slight),
        );
    }
    assert!(flagged <= 1, "{flagged} of 12");
}

#[test]
fn a_label_file_gives_the_label_and_not_its_day() {
    let (before, after) = (rows(1, 2000, 1.0), rows(2, 2000, 0.3));
    let whole = report(&csv(&before, &PLAIN), &csv(&after, &PLAIN), &Choices::default());
    let text = csv(&after, &PLAIN);
    let without = |line: &str| line.rsplit_once(',').map_or("", |own| own.0).to_owned();
    let bare: Vec<String> = text.lines().map(without).collect();
    for (name, cell) in [("label_ts", "2024-06-01"), ("days_to_label", "14")] {
        let label = |row: &Row| format!("c{},{},{cell}\n", row.0, u8::from(row.4));
        let labels = after.iter().map(label).collect::<String>();
        let file = |name: &str, text: String| (name.to_owned(), text.into_bytes());
        let tables = vec![
            MemoryTable {
                role: TableRole::Reference,
                files: vec![file("before.csv", csv(&before, &PLAIN))],
                labels: Vec::new(),
            },
            MemoryTable {
                role: TableRole::Production,
                files: vec![file("after.csv", bare.join("\n"))],
                labels: vec![file(
                    "labels.csv",
                    format!("customer_id,label,{name}\n{labels}"),
                )],
            },
        ];
        let own = run_memory(tables, &Choices::default(), Some(1)).expect("a report");
        assert_eq!(values(&own, "accuracy"), values(&whole, "accuracy"), "{name}");
        assert_eq!(values(&own, "auc"), values(&whole, "auc"), "{name}");
    }
}

#[test]
fn one_class_alone_hides_no_fall_of_accuracy() {
    let (before, mut after) = (rows(1, 3000, 1.0), rows(2, 3000, 1.0));
    after.iter_mut().for_each(|row| row.4 = false);
    let own = report(&csv(&before, &PLAIN), &csv(&after, &PLAIN), &Choices::default());
    assert_eq!(own.verdict.kind, VerdictKind::Dropped, "{}", own.verdict.sentence);
    assert!(own.notes.iter().any(|note| note.code == "one_class"));
    // With few rows of it nothing is claimed.
    after.truncate(500);
    let own = report(&csv(&before, &PLAIN), &csv(&after, &PLAIN), &Choices::default());
    assert_eq!(own.verdict.kind, VerdictKind::NotEnoughRows, "{}", own.verdict.sentence);
}

#[test]
fn without_an_outcome_the_report_says_so() {
    let style = Style { names: ["income", "score", "decision", "colour"], ..PLAIN };
    let blue = |rows: &[Row]| {
        let text = csv(rows, &style);
        let line = |line: &str| match line.rsplit_once(',') {
            Some((rest, "0" | "1")) => format!("{rest},blue"),
            _ => line.to_owned(),
        };
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    };
    let (before, after) = (rows(1, 1000, 1.0), rows(2, 1000, 1.0));
    let own = report(&blue(&before), &blue(&after), &Choices::default());
    assert_eq!(own.verdict.kind, VerdictKind::UnknownWithoutLabels);
    let sentence = &own.verdict.sentence;
    assert!(sentence.contains("no column was recognised as the outcome"), "{sentence}");
    assert!(own.notes.iter().any(|note| note.code == "no_outcome"));
}

#[test]
fn a_shadow_table_of_others_is_told() {
    let (before, after) = (rows(1, 1500, 1.0), rows(2, 1500, 1.0));
    let strangers = csv(&after, &PLAIN).replace("\nc", "\nz");
    let table = |role, text: String| MemoryTable {
        role,
        files: vec![("rows.csv".to_owned(), text.into_bytes())],
        labels: Vec::new(),
    };
    let tables = vec![
        table(TableRole::Reference, csv(&before, &PLAIN)),
        table(TableRole::Production, csv(&after, &PLAIN)),
        table(TableRole::Shadow, strangers),
    ];
    let own = run_memory(tables, &Choices::default(), Some(1)).expect("a report");
    assert!(own.notes.iter().any(|note| note.code == "shadow_unmatched"));
}

#[test]
fn infinite_values_and_currency_signs_do_not_move_a_mean() {
    let style = |more: fn(&Row) -> String| Style { more: ("amount", more), ..PLAIN };
    let plain = style(|row| format!("{}", 1000 + row.0 % 700));
    let odd = style(|row| match row.0 % 7 {
        0 => "-inf".to_owned(),
        _ => format!("${}", 1000 + row.0 % 700),
    });
    let (before, after) = (rows(1, 2100, 1.0), rows(2, 2100, 1.0));
    let own = report(&csv(&before, &plain), &csv(&after, &odd), &Choices::default());
    let column = own.columns.iter().find(|own| own.name == "amount").expect("the column");
    assert!(
        column.findings.iter().all(|found| found.code != "missing_rate"),
        "{:?}",
        column.findings
    );
    let mean = column.production_numbers.as_ref().expect("numbers").mean;
    let known = (0..2100).filter(|id| id % 7 != 0).map(|id| (1000 + id % 700) as f64);
    let expected = known.clone().sum::<f64>() / known.count() as f64;
    assert!((mean - expected).abs() < 1e-6, "{mean} {expected}");
}

/// A table of text columns, by row.
fn table_of(
    head: &str,
    rows: usize,
    seed: u64,
    row: impl Fn(&mut Random) -> String,
) -> String {
    let mut random = Random::new(seed);
    let mut text = format!("{head}\n");
    for _ in 0..rows {
        text += &row(&mut random);
        text.push('\n');
    }
    text
}

fn report_of(of: impl Fn(u64) -> String) -> Report {
    report(&of(1), &of(2), &Choices::default())
}

#[test]
fn an_estimate_is_the_score_of_the_amount_it_goes_with() {
    let cases = [
        ("eta_min", "duration_min"),
        ("predicted_rent", "rent_eur"),
        ("estimated_delivery_days", "delivery_days"),
    ];
    for (score, label) in cases {
        let own = report_of(|seed| {
            table_of(&format!("size,{score},{label},tip"), 900, seed, |random| {
                let size = 10.0 * random.uniform();
                let amount = 20.0 + 5.0 * size + 2.0 * random.normal();
                format!(
                    "{size:.3},{:.2},{amount:.2},{:.2}",
                    20.0 + 5.0 * size,
                    random.uniform()
                )
            })
        });
        assert_eq!(role_of(&own, score), Role::Score, "{score}");
        assert_eq!(role_of(&own, label), Role::Label, "{label}");
        assert_eq!(role_of(&own, "tip"), Role::Feature, "{score}");
    }
    // An estimate of nothing that is there is an input.
    let own = report_of(|seed| {
        table_of("estimated_income,age,score,label", 900, seed, |random| {
            let (x, age) = (random.uniform(), random.uniform());
            let label = u8::from(random.uniform() < x);
            format!("{:.0},{:.0},{x:.3},{label}", 9000.0 * age, 50.0 * random.uniform())
        })
    });
    assert_eq!(role_of(&own, "estimated_income"), Role::Feature);
    assert_eq!(role_of(&own, "score"), Role::Score);
}

#[test]
fn of_many_amounts_the_outcome_is_the_one_that_came_about() {
    let cases = [
        ("forecast_units", "units_sold", "units_last_week"),
        ("prediction", "cnt", "mean_30d"),
        ("model_output", "sale_price", "list_price"),
        ("pred_load", "load_actual", "load_yesterday"),
        ("y_hat", "consumption_kwh", "prev_consumption_kwh"),
        ("pred_ltv", "ltv_12m", "ltv_list"),
    ];
    for (score, label, known) in cases {
        let head = format!("{known},on_display,{score},{label},spare");
        let own = report_of(|seed| {
            table_of(&head, 1500, seed, |random| {
                let size = exp(1.0 + 0.6 * random.normal());
                let display = random.uniform() < sigmoid(size - 3.0);
                let forecast = size * if display { 12.0 } else { 9.0 };
                let amount = forecast * exp(0.35 * random.normal());
                let before = 9.0 * size * exp(0.1 * random.normal());
                let (display, spare) = (u8::from(display), random.uniform());
                format!("{before:.2},{display},{forecast:.3},{amount:.0},{spare:.3}")
            })
        });
        assert_eq!(role_of(&own, score), Role::Score, "{score}");
        assert_eq!(role_of(&own, label), Role::Label, "{label}");
        for feature in [known, "on_display", "spare"] {
            assert_eq!(role_of(&own, feature), Role::Feature, "{score}: {feature}");
        }
        assert_eq!(own.metric.name, "mae");
    }
}

#[test]
fn a_class_each_of_whose_values_has_a_score_is_the_outcome() {
    let own = report_of(|seed| {
        let head = "words,p_billing,p_tech,p_sales,routed_to,team,channel";
        table_of(head, 900, seed, |random| {
            let mut chances = [random.uniform(), random.uniform(), random.uniform()];
            let sum: f64 = chances.iter().sum();
            chances.iter_mut().for_each(|own| *own /= sum);
            let names = ["billing", "tech", "sales"];
            let best =
                (0..3).max_by(|a, b| chances[*a].total_cmp(&chances[*b])).unwrap_or(0);
            let mut left = random.uniform();
            let team = (0..3).find(|at| {
                left -= chances[*at];
                left < 0.0
            });
            format!(
                "{:.0},{:.4},{:.4},{:.4},{},{},{}",
                90.0 * random.uniform(),
                chances[0],
                chances[1],
                chances[2],
                names[best],
                names[team.unwrap_or(2)],
                ["mail", "chat"][usize::from(random.chance(0.5))]
            )
        })
    });
    assert_eq!(own.task, whydrop::choices::Task::Multiclass);
    assert_eq!(role_of(&own, "team"), Role::Label);
    assert_eq!(role_of(&own, "routed_to"), Role::Decision);
    assert_eq!(role_of(&own, "p_tech"), Role::ClassScore("tech".to_owned()));
}

#[test]
fn a_decision_on_a_score_that_was_rounded_is_one() {
    let own = report_of(|seed| {
        table_of("patient_no,lead,risk,double_book,outcome_code", 3000, seed, |random| {
            let x = random.uniform();
            let came = if random.uniform() < x { 2 } else { 1 };
            let booked = if x >= 0.503 { "True" } else { "False" };
            let patient = random.below(900);
            format!("{},{:.1},{:.0},{booked},{came}", 5000 + patient, 9.0 * x, 100.0 * x)
        })
    });
    assert_eq!(role_of(&own, "risk"), Role::Score);
    assert_eq!(role_of(&own, "double_book"), Role::Decision);
    assert_eq!(role_of(&own, "outcome_code"), Role::Label);
    assert_eq!(role_of(&own, "patient_no"), Role::Id);
    assert_eq!(own.inputs.positive.as_deref(), Some("2"));
}
