//! Laws of the talk over made reports of every kind.

use super::super::fixture::{KINDS, TASKS, explained, report, rich, synthetic};
use super::super::tests::seam;
use super::timing::words;
use super::{MINUTES, WORDS_PER_MINUTE, cards, talk};
use crate::report::Report;

fn made() -> Vec<Report> {
    let mut all: Vec<Report> = (0..300).map(synthetic).collect();
    for kind in KINDS {
        for task in TASKS {
            all.push(report(kind, task));
            all.push(rich(report(kind, task)));
            all.push(explained(rich(report(kind, task))));
        }
    }
    for report in &mut all {
        report.plan = super::super::plan(report);
    }
    all
}

#[test]
fn six_to_nine_cards_fill_the_time_exactly() {
    for report in made() {
        let talk = talk(&report);
        for minutes in MINUTES {
            let shown = cards(&talk, minutes);
            assert!((6..=9).contains(&shown.len()), "{} cards", shown.len());
            let seconds: u32 = shown.iter().map(|card| card.seconds).sum();
            assert!(
                seconds.abs_diff(minutes * 60) <= 5,
                "{seconds} for {minutes} minutes"
            );
            for card in &shown {
                assert!(card.seconds >= 10 && !card.notes.is_empty(), "{}", card.id);
                assert!(!card.title.is_empty() && card.body.len() <= 5, "{}", card.id);
            }
        }
    }
}

#[test]
fn what_is_said_fits_the_time_and_longer_talks_say_more() {
    for report in made() {
        let talk = talk(&report);
        let said: Vec<u32> = MINUTES
            .iter()
            .map(|minutes| {
                let cards = cards(&talk, *minutes);
                let lines = cards.iter().flat_map(|card| &card.notes);
                lines.map(|line| words(line)).sum()
            })
            .collect();
        for (words, minutes) in said.iter().zip(MINUTES) {
            assert!(
                *words <= minutes * WORDS_PER_MINUTE,
                "{words} words in {minutes} minutes"
            );
        }
        assert!(said[0] < said[1] && said[1] < said[2], "{said:?}");
    }
}

#[test]
fn every_card_carries_a_number_a_column_or_a_segment() {
    for report in made() {
        let names: Vec<&str> =
            report.columns.iter().map(|column| column.name.as_str()).collect();
        for card in talk(&report).cards {
            let all = format!(
                "{} {} {}",
                card.title,
                card.body.join(" "),
                card.notes
                    .iter()
                    .map(|line| line.says.as_str())
                    .collect::<Vec<_>>()
                    .join(" ")
            );
            let carries = all.chars().any(|c| c.is_ascii_digit())
                || names.iter().any(|name| all.contains(name));
            assert!(carries, "{}: {all}", card.id);
        }
    }
}

#[test]
fn it_reads_well_and_without_jargon() {
    const FORBIDDEN: [&str; 9] = [
        "p-value",
        "chi-square",
        "q-value",
        "psi ",
        "kolmogorov",
        "covariate",
        "sigma",
        "jackknife",
        "95 % interval",
    ];
    for report in made() {
        let talk = talk(&report);
        let said =
            talk.cards.iter().flat_map(|card| card.notes.iter().map(|line| &line.says));
        let answers = talk.questions.iter().map(|question| &question.answer);
        for text in said.chain(answers) {
            assert_eq!(seam(text), None, "{text}");
            let lower = text.to_lowercase();
            for word in FORBIDDEN {
                assert!(!lower.contains(word), "{word} in {text}");
            }
        }
        for card in &talk.cards {
            for text in card.body.iter().chain([&card.title]) {
                assert_eq!(seam(&format!("{text}.")), None, "{text}");
            }
        }
        assert!(!talk.questions.is_empty());
    }
}

#[test]
fn the_same_report_gives_the_same_talk() {
    for seed in 0..50 {
        assert_eq!(talk(&synthetic(seed)), talk(&synthetic(seed)));
    }
}
