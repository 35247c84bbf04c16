//! Situations in which an answer is easily wrong: few or no labels, one class, odd scores, unequal tables, columns
//! that are missing, empty or of another kind, weights. Each has to give the verdict that the data allow and say what
//! could not be checked.

use super::csv_pair;
use whydrop::act::schema::Schema;
use whydrop::act::sql::Dialect;
use whydrop::choices::{Choices, Role, Task};
use whydrop::engine::native::run_memory;
use whydrop::report::{ChangeKind, DriftBand, MetricChange, Report, VerdictKind};
use whydrop::stats::random::Random;

/// What a row says: its score, its label, a number, a name.
struct Row {
    score: f64,
    yes: bool,
    x: f64,
    channel: &'static str,
    number: usize,
}

/// A table whose score is the true chance of the label.
fn table(
    header: &str,
    rows: usize,
    seed: u64,
    line: impl Fn(&Row, &mut Random) -> String,
) -> String {
    let mut random = Random::new(seed);
    let mut text = format!("{header}\n");
    for number in 0..rows {
        let score = random.uniform();
        let yes = random.chance(score);
        let x = random.normal();
        let channel = ["app", "web", "shop"][random.below(3) as usize];
        let row = Row { score, yes, x, channel, number };
        text.push_str(&line(&row, &mut random));
        text.push('\n');
    }
    text
}

const HEADER: &str = "score,label,x,channel";

fn plain(row: &Row, _: &mut Random) -> String {
    format!("{:.4},{},{:.3},{}", row.score, u8::from(row.yes), row.x, row.channel)
}

fn run(reference: &str, production: &str, choices: &Choices) -> Report {
    run_memory(csv_pair(reference, production), choices, Some(2)).expect("a report")
}

fn guessed(reference: &str, production: &str) -> Report {
    run(reference, production, &Choices::default())
}

fn metric<'a>(report: &'a Report, name: &str) -> Option<&'a MetricChange> {
    report.metrics.iter().find(|own| own.name == name)
}

fn has_note(report: &Report, code: &str) -> bool {
    report.notes.iter().any(|note| note.code == code)
}

fn codes(report: &Report) -> Vec<&str> {
    report.notes.iter().map(|note| note.code.as_str()).collect()
}

#[test]
fn without_production_labels_the_verdict_waits() {
    let before = table(HEADER, 4_000, 1, plain);
    let after = table(HEADER, 4_000, 2, |row, _| {
        format!("{:.4},,{:.3},{}", row.score, row.x, row.channel)
    });
    let report = guessed(&before, &after);
    assert_eq!(report.verdict.kind, VerdictKind::UnknownWithoutLabels);
    assert!(report.metric.reference.is_some() && report.metric.production.is_none());
    assert!(report.attribution.is_empty(), "no labels, no split");
    assert!(report.expected.is_some(), "what was to be expected");
    assert!(has_note(&report, "no_production_labels"), "{:?}", codes(&report));
}

#[test]
fn labels_of_some_rows_are_used_and_counted() {
    let before = table(HEADER, 4_000, 1, plain);
    let after = table(HEADER, 4_000, 2, |row, _| {
        let label = if row.number % 2 == 0 {
            u8::from(row.yes).to_string()
        } else {
            String::new()
        };
        format!("{:.4},{label},{:.3},{}", row.score, row.x, row.channel)
    });
    let report = guessed(&before, &after);
    assert_eq!(report.metric.production_rows, 2_000);
    assert!(has_note(&report, "partial_labels"), "{:?}", codes(&report));
    assert_ne!(report.verdict.kind, VerdictKind::Dropped);
}

#[test]
fn labels_of_untypical_rows_are_told() {
    let choices = Choices { metric: Some("log_loss".to_owned()), ..Choices::default() };
    // Labels on a third of the rows: of cases that the model is sure of, or of anyone.
    let of = |sure: bool| {
        table(HEADER, 6_000, 2, move |row, _| {
            let (score, x, channel) = (row.score, row.x, row.channel);
            let kept =
                if sure { (score - 0.5).abs() > 0.33 } else { row.number % 3 == 0 };
            let label = if kept { u8::from(row.yes).to_string() } else { String::new() };
            format!("{score:.4},{label},{x:.3},{channel}")
        })
    };
    let before = table(HEADER, 6_000, 1, plain);
    let anyone = run(&before, &of(false), &choices);
    assert!(
        has_note(&anyone, "partial_labels") && !has_note(&anyone, "labels_not_typical")
    );
    let report = run(&before, &of(true), &choices);
    assert!(has_note(&report, "labels_not_typical"), "{:?}", codes(&report));
    let expected = report.expected.expect("an expectation");
    let (labelled, all) = expected.labelled_and_all.expect("a gap");
    // By hand: the mean of −p ln p − (1 − p) ln (1 − p) over 0 to 0.17 and 0.83 to 1, and over 0 to 1.
    assert!((labelled - 0.2731).abs() < 0.03, "{labelled}");
    assert!((all - 0.5).abs() < 0.02, "{all}");
}

#[test]
fn one_class_has_no_ranking_but_a_loss() {
    let before = table(HEADER, 4_000, 1, plain);
    let after = table(HEADER, 4_000, 2, |row, _| {
        format!("{:.4},1,{:.3},{}", row.score, row.x, row.channel)
    });
    let report = guessed(&before, &after);
    let auc = metric(&report, "auc").expect("the metric is listed");
    assert_eq!(auc.production, None);
    assert!(auc.why_missing.as_deref().is_some_and(|why| why.contains("the same")));
    assert!(metric(&report, "log_loss").is_some_and(|own| own.production.is_some()));
    assert!(has_note(&report, "one_class"), "{:?}", codes(&report));
    let honest = [VerdictKind::NotEnoughRows, VerdictKind::UnknownWithoutLabels];
    assert!(honest.contains(&report.verdict.kind), "{:?}", report.verdict.kind);
}

#[test]
fn a_decision_alone_gives_the_metrics_of_decisions() {
    let roles =
        [("label".to_owned(), Role::Label), ("chosen".to_owned(), Role::Decision)];
    let choices =
        Choices { roles: roles.into(), task: Some(Task::Binary), ..Choices::default() };
    let of = |rows, seed| {
        table("chosen,label,x,channel", rows, seed, |row, _| {
            let chosen = u8::from(row.score >= 0.5);
            format!("{chosen},{},{:.3},{}", u8::from(row.yes), row.x, row.channel)
        })
    };
    let report = run(&of(6_000, 1), &of(6_000, 2), &choices);
    assert_eq!(report.metric.name, "accuracy");
    assert!(metric(&report, "auc").is_none_or(|own| own.reference.is_none()));
    assert!(has_note(&report, "no_score"), "{:?}", codes(&report));
    // Right with chance max(s, 1 − s), 0.75 on average.
    assert!((report.metric.reference.expect("a value") - 0.75).abs() < 0.02);
}

#[test]
fn a_score_that_is_no_probability_is_ranked_only() {
    let of = |seed| {
        table(HEADER, 4_000, seed, |row, _| {
            let points = 300.0 + 500.0 * row.score;
            format!("{points:.1},{},{:.3},{}", u8::from(row.yes), row.x, row.channel)
        })
    };
    let report = guessed(&of(1), &of(2));
    assert_eq!(report.metric.name, "auc");
    assert!(metric(&report, "log_loss").is_none_or(|own| own.reference.is_none()));
    assert!(has_note(&report, "score_not_probability"), "{:?}", codes(&report));
}

#[test]
fn a_score_in_per_cent_is_read_as_a_probability() {
    let of = |seed, unit: f64| {
        table(HEADER, 4_000, seed, move |row, _| {
            let score = (1e4 * row.score).round() / 1e4 * unit;
            format!("{score:.4},{},{:.3},{}", u8::from(row.yes), row.x, row.channel)
        })
    };
    let at = |cut: f64| {
        let roles = [("label", Role::Label), ("score", Role::Score)];
        let roles = roles.map(|(name, role)| (name.to_owned(), role));
        let metric = Some("log_loss".to_owned());
        Choices {
            roles: roles.into(),
            threshold: Some(cut),
            metric,
            ..Choices::default()
        }
    };
    let plain = run(&of(1, 1.0), &of(2, 1.0), &at(0.3));
    let per_cent = run(&of(1, 100.0), &of(2, 100.0), &at(30.0));
    assert!(has_note(&per_cent, "score_in_per_cent"), "{:?}", codes(&per_cent));
    assert!(!has_note(&plain, "score_in_per_cent"));
    for (a, b) in plain.metrics.iter().zip(&per_cent.metrics) {
        assert_eq!(a.name, b.name);
        for (a, b) in [(a.reference, b.reference), (a.production, b.production)] {
            let same = a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-9);
            assert!(same && a.is_some() == b.is_some(), "{a:?} {b:?}");
        }
    }
    assert!(plain.metric.reference.is_some());
    // What is run on the file speaks of the file.
    let score = |report: &Report| Schema::new(report).score(Dialect::DuckDb, "");
    assert!(score(&per_cent).is_some_and(|own| own.ends_with("/ 100)")));
    assert!(score(&plain).is_some_and(|own| !own.contains("100")));
}

/// Score, decision at 0.5, label, a word for yes or no.
fn decided(seed: u64, line: impl Fn(&Row, u8) -> String) -> String {
    table("score,chosen,label,flag", 4_000, seed, |row, _| {
        line(row, u8::from(row.score >= 0.5))
    })
}

#[test]
fn a_score_of_the_other_class_turns_no_decision_round() {
    let of = |seed| {
        decided(seed, |row, chosen| {
            let label = u8::from(row.yes);
            format!("{:.4},{chosen},{label},{}", 1.0 - row.score, row.channel)
        })
    };
    let roles =
        [("score", Role::Score), ("chosen", Role::Decision), ("label", Role::Label)];
    let roles = roles.map(|(name, role)| (name.to_owned(), role)).into();
    let report = run(&of(1), &of(2), &Choices { roles, ..Choices::default() });
    assert_eq!(report.metric.name, "accuracy");
    // Right with chance max(s, 1 − s), 0.75 on average.
    assert!((report.metric.reference.expect("a value") - 0.75).abs() < 0.02);
    assert!(has_note(&report, "score_turned"), "{:?}", codes(&report));
}

#[test]
fn a_score_in_another_unit_since_launch_is_told_and_not_measured() {
    let of = |seed, unit: f64| {
        table(HEADER, 4_000, seed, move |row, _| {
            let score = unit * row.score;
            format!("{score:.4},{},{:.3},{}", u8::from(row.yes), row.x, row.channel)
        })
    };
    let report = guessed(&of(1, 1.0), &of(2, 100.0));
    assert!(has_note(&report, "score_on_another_scale"), "{:?}", codes(&report));
    assert!(metric(&report, "log_loss").is_none_or(|own| own.production.is_none()));
}

#[test]
fn words_for_yes_and_no_are_a_business_number() {
    let of = |seed| {
        decided(seed, |row, chosen| {
            let word = if row.number % 4 == 0 { "True" } else { "False" };
            format!("{:.4},{chosen},{},{word}", row.score, u8::from(row.yes))
        })
    };
    let roles = [("flag".to_owned(), Role::Kpi)].into();
    let report = run(&of(1), &of(2), &Choices { roles, ..Choices::default() });
    let own = report.kpis.first().expect("a business number");
    assert!((own.reference_mean.expect("a mean") - 0.25).abs() < 1e-9);
    assert!((own.production_mean.expect("a mean") - 0.25).abs() < 1e-9);
}

#[test]
fn outcomes_in_production_alone_are_told() {
    let bare = |row: &Row, _: &mut Random| {
        format!("{:.4},,{:.3},{}", row.score, row.x, row.channel)
    };
    let report = guessed(&table(HEADER, 4_000, 1, bare), &table(HEADER, 4_000, 2, plain));
    assert!(has_note(&report, "no_reference_labels"), "{:?}", codes(&report));
    assert!(!has_note(&report, "no_production_labels"));
    assert_eq!(report.verdict.kind, VerdictKind::NotEnoughRows);
    assert_eq!(report.verdict.rows_needed, None, "no number of rows would do");
    let drift = report.examined.iter().find(|own| own.id == "concept_drift");
    let because = &drift.expect("examined").because;
    assert!(because.contains("reference has no labels"), "{because}");
    not_compared(&report, "the reference has no labels");
}

/// The column of outcomes is no column that moved.
fn not_compared(report: &Report, why: &str) {
    let label = report.columns.iter().find(|own| own.name == "label").expect("a column");
    assert!(label.drift.is_none() && label.findings.is_empty(), "{:?}", label.findings);
    assert_eq!(label.why_not.as_deref(), Some(why));
}

#[test]
fn outcomes_not_in_yet_are_no_column_that_moved() {
    let some = |of: usize| {
        move |row: &Row, _: &mut Random| {
            let label = u8::from(row.yes).to_string();
            let label = if row.number % 10 < of { label } else { String::new() };
            format!("{:.4},{label},{:.3},{}", row.score, row.x, row.channel)
        }
    };
    let before = table(HEADER, 4_000, 1, plain);
    let none = guessed(&before, &table(HEADER, 4_000, 2, some(0)));
    not_compared(&none, "production has no labels yet");
    let part = guessed(&before, &table(HEADER, 4_000, 2, some(6)));
    let label = part.columns.iter().find(|own| own.name == "label").expect("a column");
    let drift = label.drift.as_ref().expect("compared where it is known");
    assert_eq!(drift.band, DriftBand::None, "{:?}", label.findings);
    assert!((label.production_missing - 0.4).abs() < 1e-9);
}

#[test]
fn decisions_that_are_neither_yes_nor_no_are_counted_out() {
    let of = |seed, other: bool| {
        decided(seed, move |row, chosen| {
            let chosen = if other && row.number % 5 == 0 {
                "review".to_owned()
            } else {
                chosen.to_string()
            };
            format!("{:.4},{chosen},{},{}", row.score, u8::from(row.yes), row.channel)
        })
    };
    let roles = [("chosen", Role::Decision), ("label", Role::Label)];
    let roles = roles.map(|(name, role)| (name.to_owned(), role)).into();
    let report =
        run(&of(1, false), &of(2, true), &Choices { roles, ..Choices::default() });
    let told = report.notes.iter().find(|own| own.code == "other_decisions");
    assert!(told.is_some_and(|own| own.what.contains("review")), "{:?}", codes(&report));
}

#[test]
fn a_small_table_against_a_large_one_moves_nothing_by_itself() {
    let (small, large) = (table(HEADER, 400, 1, plain), table(HEADER, 30_000, 2, plain));
    for (before, after) in [(&small, &large), (&large, &small)] {
        let report = guessed(before, after);
        assert_ne!(report.verdict.kind, VerdictKind::Dropped);
        assert_ne!(report.verdict.kind, VerdictKind::Improved);
        for column in &report.columns {
            let band = column.drift.as_ref().map_or(DriftBand::None, |own| own.band);
            assert_eq!(band, DriftBand::None, "{}", column.name);
        }
    }
}

#[test]
fn a_column_of_one_table_is_listed_and_not_compared() {
    let before = table("score,label,x,channel,gone", 4_000, 1, |row, random| {
        format!("{},{:.3}", plain(row, random), random.normal())
    });
    let after = table("score,label,x,channel,new", 4_000, 2, |row, random| {
        format!("{},{:.3}", plain(row, random), random.normal())
    });
    let report = guessed(&before, &after);
    for name in ["gone", "new"] {
        let column = report.columns.iter().find(|own| own.name == name);
        let column = column.unwrap_or_else(|| panic!("{name} is not listed"));
        assert!(column.drift.is_none() && column.why_not.is_some(), "{name}");
    }
    assert_ne!(report.verdict.kind, VerdictKind::Dropped);
}

#[test]
fn a_column_of_another_kind_is_told() {
    let before = table(HEADER, 4_000, 1, plain);
    let after = table(HEADER, 4_000, 2, |row, _| {
        let word = if row.x > 0.0 { "high" } else { "low" };
        format!("{:.4},{},{word},{}", row.score, u8::from(row.yes), row.channel)
    });
    let report = guessed(&before, &after);
    assert!(has_note(&report, "kind_conflict"), "{:?}", codes(&report));
}

#[test]
fn empty_and_constant_columns_do_no_harm() {
    let of = |rows, seed, varies: bool| {
        table("score,label,x,channel,empty,constant", rows, seed, move |row, random| {
            let constant = if varies { row.number % 3 } else { 7 };
            format!("{},,{constant}", plain(row, random))
        })
    };
    let report = guessed(&of(4_000, 1, false), &of(4_000, 2, false));
    assert!(has_note(&report, "all_missing_columns"), "{:?}", codes(&report));
    let moved = |report: &Report| {
        let own = report.columns.iter().find(|own| own.name == "constant");
        own.and_then(|own| own.drift.as_ref()).map_or(0.0, |own| own.moved)
    };
    assert!(moved(&report) < 0.01);
    let report = guessed(&of(4_000, 1, false), &of(4_000, 2, true));
    assert!(moved(&report) > 0.9, "every value is new");
}

#[test]
fn a_weight_counts_like_so_many_rows() {
    let choices = Choices {
        roles: [("weight".to_owned(), Role::Weight), ("label".to_owned(), Role::Label)]
            .into(),
        ..Choices::default()
    };
    let header = "score,label,x,channel,weight";
    let weighted = |seed| {
        table(header, 3_000, seed, |row, random| {
            format!("{},{}", plain(row, random), 1 + row.number % 3)
        })
    };
    let repeated = |seed| {
        table(header, 3_000, seed, |row, random| {
            let line = format!("{},1", plain(row, random));
            vec![line; 1 + row.number % 3].join("\n")
        })
    };
    let (a, b) = (
        run(&weighted(1), &weighted(2), &choices),
        run(&repeated(1), &repeated(2), &choices),
    );
    for name in ["auc", "log_loss"] {
        let (a, b) = (metric(&a, name).expect(name), metric(&b, name).expect(name));
        let apart = a.reference.zip(b.reference).map(|(a, b)| (a - b).abs());
        assert!(apart.is_some_and(|apart| apart < 1e-9), "{name}: {apart:?}");
    }
    assert!(has_note(&a, "weights_part"), "{:?}", codes(&a));
    assert!(!has_note(&a, "weights_limited"), "{:?}", codes(&a));
    let negative = table(header, 3_000, 2, |row, random| {
        format!("{},{}", plain(row, random), if row.number < 5 { -1 } else { 1 })
    });
    let report = run(&weighted(1), &negative, &choices);
    assert!(has_note(&report, "weights_limited"), "{:?}", codes(&report));
}

/// The same customers, of whom those the model knows nothing about count five times as much since launch: the drop is
/// who counts, not how cases turn out.
#[test]
fn weights_that_moved_are_who_we_see() {
    let choices = Choices {
        roles: [("weight".to_owned(), Role::Weight), ("label".to_owned(), Role::Label)]
            .into(),
        metric: Some("log_loss".to_owned()),
        ..Choices::default()
    };
    let of = |seed, heavy: usize| {
        table("score,label,x,channel,weight", 6_000, seed, move |row, random| {
            let lost = row.channel == "app";
            let yes = if lost { random.chance(0.5) } else { row.yes };
            let weight = if lost { heavy } else { 1 };
            let (score, x, channel) = (row.score, row.x, row.channel);
            format!("{score:.4},{},{x:.3},{channel},{weight}", u8::from(yes))
        })
    };
    let report = run(&of(1, 1), &of(2, 5), &choices);
    assert_eq!(report.verdict.kind, VerdictKind::Dropped, "{}", report.verdict.sentence);
    adds_up(&report);
    let points = |term: &str| {
        let own = report.attribution.iter().find(|own| own.term == term);
        own.map_or(0.0, |own| own.points)
    };
    let drop: f64 = report.attribution.iter().map(|own| own.points).sum();
    let (who, relation) = (points("who_we_see"), points("relationship"));
    assert!(
        who > 0.8 * drop && relation.abs() < 0.2 * drop,
        "{who} {relation} of {drop}"
    );
}

#[test]
fn business_figures_below_zero_are_refused_with_words() {
    type Set = fn(&mut Choices);
    let set: [(&str, Set); 3] = [
        ("traffic", |own| own.business.traffic_per_day = Some(-5.0)),
        ("days to retrain", |own| own.business.retrain_days = Some(-1.0)),
        ("cost", |own| own.business.cost_false_negative = Some(f64::NAN)),
    ];
    let text = table(HEADER, 500, 1, plain);
    for (word, change) in set {
        let mut choices = Choices::default();
        change(&mut choices);
        let refused = run_memory(csv_pair(&text, &text), &choices, Some(1));
        let error = refused.expect_err(word).to_string();
        assert!(error.contains(word) && error.contains("leave it out"), "{error}");
    }
}

#[test]
fn parts_given_twice_or_short_of_columns_are_told() {
    let before = table(HEADER, 3_000, 1, plain);
    let part = table(HEADER, 1_500, 2, plain);
    let short: String = part
        .lines()
        .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    let of = |parts: &[(&str, &str)]| {
        let mut pair = csv_pair(&before, &part);
        pair[1].files = parts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect();
        run_memory(pair, &Choices::default(), Some(2)).expect("a report")
    };
    let twice = of(&[("a.csv", &part), ("a.csv", &part)]);
    assert!(has_note(&twice, "part_twice"), "{:?}", codes(&twice));
    let lacks = of(&[("a.csv", &part), ("b.csv", &short)]);
    assert!(has_note(&lacks, "part_without_columns") && !has_note(&lacks, "part_twice"));
    let whole = of(&[("a.csv", &part), ("b.csv", &table(HEADER, 1_500, 3, plain))]);
    for code in ["part_twice", "part_without_columns"] {
        assert!(!has_note(&whole, code), "{code}");
    }
}

#[test]
fn without_times_nothing_is_dated() {
    let report =
        guessed(&table(HEADER, 3_000, 1, plain), &table(HEADER, 3_000, 2, plain));
    assert!(report.series.is_empty());
    assert_eq!(report.change_point.kind, ChangeKind::None);
    assert_eq!(report.change_point.at, None);
    assert!(has_note(&report, "no_time_column"), "{:?}", codes(&report));
}

#[test]
fn a_training_figure_without_rows_stands_beside_the_metric() {
    let mut choices = Choices::default();
    choices.business.training_metric = Some(0.91);
    let report =
        run(&table(HEADER, 3_000, 1, plain), &table(HEADER, 3_000, 2, plain), &choices);
    assert_eq!(report.metric.training, Some(0.91));
}

#[test]
fn a_class_that_is_new_in_production_is_told() {
    let choices = Choices {
        roles: [("truth".to_owned(), Role::Label), ("chosen".to_owned(), Role::Decision)]
            .into(),
        task: Some(Task::Multiclass),
        ..Choices::default()
    };
    let of = |seed, new: bool| {
        table("truth,chosen,x", 4_000, seed, move |row, _| {
            let truth = if new && row.number % 10 == 0 { "bird" } else { row.channel };
            let chosen = if row.score > 0.3 { row.channel } else { "app" };
            format!("{truth},{chosen},{:.3}", row.x)
        })
    };
    let report = run(&of(1, false), &of(2, true), &choices);
    assert!(has_note(&report, "unseen_label"), "{:?}", codes(&report));
    adds_up(&report);
    let never = report.attribution.iter().find(|own| own.term == "never_seen");
    let lost = report.metric.difference.expect("both values").abs();
    let never = never.expect("a split").points;
    assert!(never > 0.5 * lost, "no model knows a class it never met: {never} of {lost}");
}

/// The split adds up to the difference, and the report can be handed on.
fn adds_up(report: &Report) {
    let turned = if report.metric.larger_is_better { -1.0 } else { 1.0 };
    let sum: f64 = report.attribution.iter().map(|own| own.points).sum();
    let worse = turned * report.metric.difference.expect("both values");
    assert!((sum - worse).abs() < 1e-9, "{sum} of {worse}");
    let json = serde_json::to_string(report).expect("JSON");
    assert_eq!(&serde_json::from_str::<Report>(&json).expect("read back"), report);
}

#[test]
fn one_odd_row_does_not_take_the_split_away() {
    let of = |seed, odd: bool| {
        table("pred,truth,x", 4_000, seed, move |row, random| {
            let truth = 50.0 * row.score + if odd { 12.0 } else { 4.0 } * random.normal();
            let pred =
                if odd && row.number == 8 { f64::NEG_INFINITY } else { 50.0 * row.score };
            let truth = if odd && row.number == 7 { f64::INFINITY } else { truth };
            format!("{pred:.3},{truth:.3},{:.3}", row.x)
        })
    };
    let choices = Choices {
        roles: [("truth".to_owned(), Role::Label), ("pred".to_owned(), Role::Score)]
            .into(),
        task: Some(Task::Regression),
        ..Choices::default()
    };
    let report = run(&of(1, false), &of(2, true), &choices);
    assert_eq!(report.metric.production_rows, 3_998);
    adds_up(&report);
    // One outcome of a class without a score, under a metric that needs its score.
    let of = |seed, odd: bool| {
        table("p_app,p_web,p_shop,truth,x", 4_000, seed, move |row, random| {
            let sure = if odd { 0.5 } else { 0.8 };
            let rest = (1.0 - sure) / 2.0;
            let p = ["app", "web", "shop"]
                .map(|own| if own == row.channel { sure } else { rest });
            let truth = if random.chance(0.7) { row.channel } else { "app" };
            let truth = if odd && row.number == 7 { "bird" } else { truth };
            format!("{},{},{},{truth},{:.3}", p[0], p[1], p[2], row.x)
        })
    };
    let choices = Choices { metric: Some("log_loss".to_owned()), ..Choices::default() };
    let report = run(&of(1, false), &of(2, true), &choices);
    assert_eq!(report.task, Task::Multiclass);
    adds_up(&report);
}

#[test]
fn outcomes_in_other_words_are_neither_missing_nor_a_fair_part() {
    let of = |seed, words: [&'static str; 2]| {
        table(HEADER, 4_000, seed, move |row, _| {
            let label = words[usize::from(row.yes)];
            format!("{:.4},{label},{:.3},{}", row.score, row.x, row.channel)
        })
    };
    for words in [["ok", "fraud"], ["0", "2"]] {
        let report = guessed(&of(1, ["0", "1"]), &of(2, words));
        assert_eq!(report.verdict.kind, VerdictKind::UnknownWithoutLabels, "{words:?}");
        assert!(report.metric.production.is_none() && report.attribution.is_empty());
        assert!(has_note(&report, "other_outcomes"), "{:?}", codes(&report));
        assert!(!has_note(&report, "no_production_labels"));
        let sentence = &report.verdict.sentence;
        assert!(
            sentence.contains("in words that never occur before launch"),
            "{sentence}"
        );
        let labels = report.examined.iter().find(|own| own.id == "label_problem");
        let because = &labels.expect("examined").because;
        assert!(because.contains("words that never occur"), "{because}");
        let first = report.plan.first().expect("a plan").to_do.join(" ");
        assert!(first.contains("which of the new words means what"), "{first}");
    }
    // The same in a file of labels.
    let line = |row: &Row, label: String| {
        let (score, x, channel) = (row.score, row.x, row.channel);
        format!("c{},{score:.4},{label},{x:.3},{channel}", row.number)
    };
    let header = format!("customer_id,{HEADER}");
    let before =
        table(&header, 4_000, 1, |row, _| line(row, u8::from(row.yes).to_string()));
    let after = table(&header, 4_000, 2, |row, _| line(row, String::new()));
    let labels = table("customer_id,label", 4_000, 2, |row, _| {
        format!("c{},{}", row.number, if row.yes { "fraud" } else { "ok" })
    });
    let mut pair = csv_pair(&before, &after);
    pair[1].labels = vec![("labels.csv".to_owned(), labels.into_bytes())];
    let report = run_memory(pair, &Choices::default(), Some(2)).expect("a report");
    assert_eq!(report.verdict.kind, VerdictKind::UnknownWithoutLabels);
    assert!(has_note(&report, "other_outcomes"), "{:?}", codes(&report));
    let why = report.metric.why_missing.as_deref();
    assert_eq!(
        why,
        Some("after launch: the outcomes are in words that never occur before launch")
    );
    // A word for "not known yet" leaves the others what they are.
    let waiting = guessed(
        &of(1, ["0", "1"]),
        &table(HEADER, 4_000, 2, |row, _| {
            let label = match row.number % 4 {
                0 => "pending".to_owned(),
                _ => u8::from(row.yes).to_string(),
            };
            format!("{:.4},{label},{:.3},{}", row.score, row.x, row.channel)
        }),
    );
    assert!(waiting.metric.production.is_some());
    assert!(!has_note(&waiting, "other_outcomes"));
}

#[test]
fn rows_without_a_score_are_told_and_ids_may_be_written_as_floats() {
    let missing = table(HEADER, 4_000, 2, |row, _| {
        let score =
            if row.number % 4 == 0 { String::new() } else { format!("{:.4}", row.score) };
        format!("{score},{},{:.3},{}", u8::from(row.yes), row.x, row.channel)
    });
    let choices = Choices { metric: Some("auc".to_owned()), ..Choices::default() };
    let report = run(&table(HEADER, 4_000, 1, plain), &missing, &choices);
    assert_eq!(report.metric.production_rows, 3_000);
    assert!(has_note(&report, "partial_outputs"), "{:?}", codes(&report));
    use whydrop::data::cell::Cell;
    use whydrop::encode::rows::id_hash;
    let of = |text: &'static str| id_hash(Cell::Text(text.as_bytes()));
    assert_eq!(of("1000.0"), of("1000"));
    assert_eq!(id_hash(Cell::Integer(1000)), of("1000.0"));
    assert_ne!(of("v1.0"), of("v1"));
    assert_ne!(of("1000.5"), of("1000"));
}

#[test]
fn a_column_with_nothing_but_new_values_leaves_the_rest_to_be_compared() {
    let rows = |seed: u64, site: &str, skill: f64| {
        let mut random = Random::new(seed);
        let mut text = "site,age,income,score,label\n".to_owned();
        for row in 0..3000 {
            let (age, income) = (random.normal(), random.normal());
            let eta = 1.3 * age - 0.9 * income;
            let label = random.uniform() < whydrop::stats::math::sigmoid(skill * eta);
            let score = whydrop::stats::math::sigmoid(eta);
            text += &format!(
                "{site}{},{age:.3},{income:.3},{score:.4},{}\n",
                row % 4,
                u8::from(label)
            );
        }
        text
    };
    let own = run_memory(
        csv_pair(&rows(1, "north", 1.0), &rows(2, "plant", 0.3)),
        &Choices::default(),
        Some(1),
    )
    .expect("a report");
    assert_eq!(own.verdict.kind, VerdictKind::Dropped);
    let sum: f64 = own.attribution.iter().map(|own| own.points).sum();
    assert!((sum + own.metric.difference.expect("both values")).abs() < 1e-9);
    let words = own.examined.iter().map(|own| own.because.as_str());
    assert!(
        words.clone().all(|own| !own.contains("no labels")),
        "{:?}",
        words.collect::<Vec<_>>()
    );
}
