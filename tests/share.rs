//! Sharing, from real analyses of every gallery case: what a link carries, that it fits, that a cut one says so, that
//! nothing small or named leaves, and that no bytes make a reader panic.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use proptest::prelude::*;
use whydrop::choices::{Role, TableRole};
use whydrop::engine::native::{MemoryTable, run_memory};
use whydrop::report::{BinKind, Report};
use whydrop::scenario;
use whydrop::scenario::catalogue::CATALOGUE;
use whydrop::share::link::{self, LinkError};
use whydrop::share::{Wishes, hide, markdown, open, prepared};

/// Where a site may be.
const BASE: &str = "https://team.example.org/tools/whydrop/";

fn analysed(case: &str) -> Report {
    let case = scenario::generate(case, 1).expect("a case of the gallery");
    let tables = TableRole::ALL.map(|role| {
        let files = |labels: bool| {
            let own =
                case.files.iter().filter(move |f| f.role == role && f.labels == labels);
            own.map(|file| (file.name.clone(), file.bytes.clone())).collect::<Vec<_>>()
        };
        MemoryTable { role, files: files(false), labels: files(true) }
    });
    run_memory(tables.to_vec(), &case.choices, Some(2)).expect("a report")
}

/// Every gallery case by its id, analysed once.
fn gallery() -> &'static [(&'static str, Report)] {
    static ALL: OnceLock<Vec<(&'static str, Report)>> = OnceLock::new();
    ALL.get_or_init(|| {
        CATALOGUE.iter().map(|card| (card.id, analysed(card.id))).collect()
    })
}

fn one() -> &'static Report {
    static ONE: OnceLock<Report> = OnceLock::new();
    ONE.get_or_init(|| analysed("overnight-release"))
}

fn ready(report: &Report) -> Report {
    prepared(report, Wishes::default()).expect("can be shared")
}

/// What the story tells of the average score; `None` where it does not tell it.
fn average_score(report: &Report) -> Option<String> {
    let sentences = report.story.causes.iter().flat_map(|part| part.split(". "));
    sentences.map(str::to_owned).find(|own| own.contains("verage score"))
}

fn fragment(address: &str) -> &str {
    address.split_once('#').expect("a fragment").1
}

#[test]
fn every_gallery_case_fits_into_a_link_and_comes_back() {
    for (id, report) in gallery() {
        let made = link::link(&ready(report), BASE).expect("a link");
        let length = made.address.chars().count();
        assert!(length <= link::LINK_CHARS, "{id}: {length}");
        let back = link::report_from_link(fragment(&made.address)).expect("a report");
        assert!(back == made.carried, "{id}: the reader sees something else");
        let shared = back.shared.as_ref().expect("says that it was shared");
        println!("{id}: {length} characters; left out: {}", shared.left_out.join(", "));

        assert_eq!(back.verdict.sentence, report.verdict.sentence, "{id}");
        assert_eq!(back.verdict.kind, report.verdict.kind);
        let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-5 * a.abs().max(1e-9),
            (a, b) => a == b,
        };
        assert!(near(back.metric.reference, report.metric.reference), "{id}");
        assert!(near(back.metric.production, report.metric.production), "{id}");
        assert_eq!(back.attribution.len(), report.attribution.len(), "{id}");
        assert_eq!(
            whydrop::what_if::seen_rows_a_day(&back),
            whydrop::what_if::seen_rows_a_day(report),
            "{id}: the same traffic"
        );
        assert_eq!(average_score(&back), average_score(report), "{id}");
        let causes = |r: &Report| {
            r.causes
                .iter()
                .take(3)
                .map(|c| (c.id.clone(), c.word.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(causes(&back), causes(report), "{id}");
        for (own, whole) in back.causes.iter().zip(&report.causes).take(3) {
            assert_eq!(own.evidence_for.first(), whole.evidence_for.first(), "{id}");
            assert!(own.columns.iter().all(|name| whole.columns.contains(name)), "{id}");
        }
        let worst = |r: &Report| r.slices.worse.first().map(|own| own.title.clone());
        assert_eq!(worst(&back), worst(&ready(report)), "{id}");
        assert_eq!(back.change_point, report.change_point, "{id}");
        assert_eq!(back.plan.len(), 5, "{id}");
        assert!(
            !back.story.causes.is_empty() && !back.story.next_steps.is_empty(),
            "{id}"
        );
        let limits = |r: &Report| {
            r.notes
                .iter()
                .filter(|own| own.weight != whydrop::report::NoteWeight::Information)
                .count()
        };
        assert_eq!(
            limits(&back),
            limits(report),
            "{id}: what could not be checked stays"
        );
    }
}

#[test]
fn a_link_that_is_shared_again_says_the_same() {
    let first = link::link(&ready(one()), BASE).expect("a link");
    let back = link::report_from_link(fragment(&first.address)).expect("a report");
    let second = link::link(&ready(&back), BASE).expect("a link");
    let again = link::report_from_link(fragment(&second.address)).expect("a report");
    assert_eq!(again.verdict, back.verdict);
    assert_eq!(again.causes, back.causes);
}

#[test]
fn every_cut_is_told() {
    let address = link::link(&ready(one()), BASE).expect("a link").address;
    let whole = fragment(&address);
    for end in "r=".len()..whole.len() {
        let cut = whole.get(..end).expect("letters of one byte");
        match link::report_from_link(cut) {
            Err(LinkError::Cut { here, whole: all }) => {
                assert_eq!(here, end - 2);
                assert_eq!(all, whole.len() - 2);
            }
            Err(LinkError::AllCut) => {
                assert!(end < 13, "{end} letters are more than a head");
            }
            other => panic!("{end} of {} letters: {other:?}", whole.len()),
        }
    }
    let words =
        link::report_from_link(&whole[..whole.len() / 2]).expect_err("cut").to_string();
    assert!(words.contains("was cut") && words.contains("of its"), "{words}");
    // What sentences and chat tools put behind an address does no harm.
    for end in [".", ")", ">", "!\n"] {
        assert!(link::report_from_link(&format!("#{whole}{end}")).is_ok(), "{end:?}");
    }
}

#[test]
fn a_newer_link_and_a_changed_one_say_so() {
    let address = link::link(&ready(one()), BASE).expect("a link").address;
    let whole = fragment(&address);
    // The first byte is the version: eight of the first two letters' twelve bits, of which the last four are not its own.
    const LETTERS: &str =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let of_version = |version: usize| {
        let second = LETTERS.find(&whole[3..4]).expect("a letter of the code");
        let first = version >> 2;
        let other = ((version & 3) << 4) | (second & 15);
        let (first, other) = (&LETTERS[first..=first], &LETTERS[other..=other]);
        format!("r={first}{other}{}", &whole[4..])
    };
    assert_eq!(
        link::report_from_link(&of_version(4)),
        Err(LinkError::Newer { found: 4, known: link::VERSION })
    );
    let older = link::report_from_link(&of_version(2));
    assert_eq!(older, Err(LinkError::Older { found: 2, known: link::VERSION }));
    let at = whole.len() / 2;
    let other = if whole.as_bytes()[at] == b'A' { "B" } else { "A" };
    let changed = format!("{}{other}{}", &whole[..at], &whole[at + 1..]);
    assert_eq!(link::report_from_link(&changed), Err(LinkError::Damaged));
    assert_eq!(link::report_from_link("r=<script>"), Err(LinkError::Damaged));
    assert_eq!(link::report_from_link("r="), Err(LinkError::AllCut));
}

/// Wide tables, long names and many causes still fit; the link says what it leaves out.
#[test]
fn a_report_of_two_hundred_columns_with_long_names_fits() {
    let mut report = one().clone();
    let column = report.columns.first().cloned().expect("a column");
    for at in 0..200 {
        let mut own = column.clone();
        own.name = format!(
            "an unusually long name of a column, number {at}, {}",
            "ü".repeat(80)
        );
        own.findings.iter_mut().for_each(|finding| finding.sentence = "word ".repeat(90));
        report.columns.push(own);
    }
    for cause in &mut report.causes {
        cause.columns = report.columns.iter().map(|own| own.name.clone()).collect();
        cause.evidence_for =
            (0..6).map(|at| format!("{at} {}", "reason ".repeat(60))).collect();
    }
    report.notes = (0..50)
        .map(|at| whydrop::report::Note {
            code: format!("code_{at}"),
            what: "something that could not be checked, at length ".repeat(9),
            ..Default::default()
        })
        .collect();
    let made = link::link(&ready(&report), BASE).expect("a link");
    assert!(made.address.chars().count() <= link::LINK_CHARS);
    let shared = made.carried.shared.expect("says that it was shared");
    assert!(shared.columns_left_out > 150, "{shared:?}");
    assert!(shared.left_out.iter().any(|own| own == "notes"));
    let told = whydrop::share::words::left_out(&shared).expect("words");
    assert!(told.contains("columns"), "{told}");
}

/// No group of one to nine rows in what is shared.
#[test]
fn small_groups_stay_home() {
    let mut report = one().clone();
    let bins =
        &mut report.columns.iter_mut().find(|own| own.bins.len() > 2).expect("bars").bins;
    bins[0].production = 3;
    bins[1].reference = 7;
    if let Some(slice) = report.slices.worse.first_mut() {
        slice.production_rows = 4;
        slice.title = "the four".to_owned();
    }
    if let Some(period) = report.series.first_mut() {
        period.rows = 9;
        period.labelled_rows = 9;
    }
    let shared = ready(&report);
    assert!(shared.shared.as_ref().expect("shared").groups_hidden >= 2);
    let small = |rows: u64| rows > 0 && rows < hide::LEAST_ROWS;
    for (_, own) in gallery() {
        check(&ready(own));
    }
    check(&shared);
    fn check(own: &Report) {
        let small = |rows: u64| rows > 0 && rows < hide::LEAST_ROWS;
        for bin in own.columns.iter().flat_map(|own| &own.bins) {
            assert!(!small(bin.reference) && !small(bin.production), "{bin:?}");
        }
        let slices = own.slices.worse.iter().chain(&own.slices.grew);
        assert!(slices.into_iter().all(|own| !small(own.production_rows)));
        assert!(
            own.series.iter().all(|own| !small(own.rows) && !small(own.labelled_rows))
        );
        if let Some(scores) = &own.scores {
            let points =
                scores.reference_calibration.iter().chain(&scores.production_calibration);
            assert!(points.into_iter().all(|own| !small(own.2)));
            assert_eq!(
                scores.edges.len().saturating_sub(1),
                scores.reference_histogram.len()
            );
        }
        for column in &own.columns {
            for numbers in [&column.reference_numbers, &column.production_numbers]
                .into_iter()
                .flatten()
            {
                assert!(numbers.minimum == numbers.quantiles[0], "a single row's value");
            }
        }
    }
    assert!(shared.slices.worse.iter().all(|own| own.title != "the four"));
    assert!(!small(0));
}

/// No name of the user's in anything that is shared with names replaced.
#[test]
fn redaction_replaces_every_name_in_every_text() {
    let mut told: Vec<(&str, BTreeSet<String>, String)> = Vec::new();
    for (id, report) in gallery() {
        let redacted = prepared(report, Wishes { redact: true }).expect("can be shared");
        let json = serde_json::to_string(&redacted).expect("JSON");
        let text = markdown::markdown(&redacted);
        let link = link::link(&redacted, BASE).expect("a link");
        let from_link = serde_json::to_string(&link.carried).expect("JSON");
        let mut names: Vec<String> =
            report.columns.iter().map(|own| own.name.clone()).collect();
        for table in &report.inputs.tables {
            names.extend(table.files.iter().cloned());
        }
        for column in report.columns.iter().filter(|own| own.role == Role::Feature) {
            let named = column.bins.iter().filter(|own| own.kind == BinKind::Category);
            names.extend(named.map(|own| own.title.clone()));
        }
        let names: BTreeSet<String> = names
            .into_iter()
            .filter(|own| own.len() > 3 && own.parse::<f64>().is_err())
            .collect();
        told.push((*id, names, [json, text, from_link].join("\n")));
        assert!(redacted.shared.expect("shared").redacted);
        assert_eq!(redacted.metric.name, report.metric.name);
        assert_eq!(redacted.columns.len(), report.columns.len());
        // One word a name, everywhere.
        for (own, whole) in redacted.causes.iter().zip(&report.causes) {
            for (new, old) in own.columns.iter().zip(&whole.columns) {
                let at = report
                    .columns
                    .iter()
                    .position(|own| own.name == *old)
                    .expect("a column");
                assert_eq!(*new, redacted.columns[at].name);
            }
        }
    }
    let place = |text: &str, name: &str| {
        let of_word =
            |own: Option<char>| own.is_some_and(|c| c.is_alphanumeric() || c == '_');
        text.match_indices(name).map(|(at, _)| at).find(|at| {
            !of_word(text[..*at].chars().next_back())
                && !of_word(text[at + name.len()..].chars().next())
        })
    };
    for (id, names, text) in &told {
        for name in names {
            let Some(at) = place(text, name) else { continue };
            // A word of whydrop's own also stands in reports that have no such name.
            let is_ours = told.iter().any(|(_, others, text)| {
                !others.contains(name) && place(text, name).is_some()
            });
            let from =
                (at.saturating_sub(60)..=at).find(|from| text.is_char_boundary(*from));
            assert!(
                is_ours,
                "{id}: {name:?}: …{}",
                &text[from.unwrap_or(at)..at + name.len()]
            );
        }
    }
}

#[test]
fn json_from_elsewhere_is_read_with_care() {
    let whole = serde_json::to_string(one()).expect("JSON");
    let report = open::report_from_json("x.json", whole.as_bytes()).expect("a report");
    assert!(report == *one());
    let told = |text: &str| {
        open::report_from_json("x.json", text.as_bytes())
            .expect_err("refused")
            .to_string()
    };
    assert!(told(&whole[..whole.len() / 2]).contains("not a whole JSON file"));
    assert!(told("{}").contains("not a whydrop report"));
    assert!(told("[1, 2]").contains("not a whydrop report"));
    assert!(
        told(&whole.replacen("\"version\":1", "\"version\":2", 1))
            .contains("another version")
    );
    assert!(
        told(&whole.replacen("\"seconds\":0.0", "\"seconds\":1e999", 1)).contains("JSON")
    );
    let long = "x".repeat(30_000);
    assert!(
        told(&whole.replacen("\"sentence\":\"", &format!("\"sentence\":\"{long}"), 1))
            .contains("too long")
    );
    let wrong = whole.replacen("\"kind\":\"dropped\"", "\"kind\":\"<b>secret</b>\"", 1);
    assert!(!told(&wrong).contains("secret"), "no content in errors");
    let many = format!("{{\"version\":1,\"x\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    assert!(told(&many).contains("JSON"), "depth is bounded");
}

#[test]
fn markdown_holds_the_report_and_no_markup_of_the_data() {
    let mut report = one().clone();
    report.columns[0].name = "<img src=x onerror=alert(1)>|x".to_owned();
    report.verdict.sentence = "It [fell](javascript:alert(1)) <script>".to_owned();
    let text = markdown::markdown(&ready(&report));
    assert!(!text.contains("<img") && !text.contains("<script"));
    assert!(text.contains("fell\\](javascript"), "no link: the bracket is escaped");
    for part in [
        "## Before and after",
        "## Why",
        "## What to do now",
        "## What we could not check",
    ] {
        assert!(text.contains(part), "{part}");
    }
    for line in text.lines().filter(|own| own.starts_with('|')) {
        assert!(line.ends_with('|'), "{line}");
    }
}

/// The dictionary is part of the link's version: change both or neither.
#[test]
fn the_dictionary_is_that_of_this_version() {
    let bytes = include_bytes!("../src/share/dictionary.txt");
    assert_eq!((link::VERSION, link::crc32(bytes)), (3, DICTIONARY_CRC));
}

/// CRC-32 of `dictionary.txt` in link version 3.
const DICTIONARY_CRC: u32 = 0x9c7e_11a3;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn random_text_never_panics(text in "[A-Za-z0-9_-]{0,300}") {
        prop_assert!(link::report_from_link(&text).is_err());
    }

    /// Right length and checksum, any content: nothing panics, and what comes out is sound.
    #[test]
    fn random_content_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..900)) {
        let text = link::fragment_of_content(&bytes);
        if let Ok(report) = link::report_from_link(&text) {
            prop_assert!(open::is_sound(&report));
            let _text = markdown::markdown(&report);
        }
    }

    /// One changed byte is always noticed.
    #[test]
    fn a_changed_byte_is_noticed(at in 0_usize..1_000, to in 0_usize..64) {
        let address = link::link(&ready(one()), BASE).expect("a link").address;
        let whole = fragment(&address);
        let at = 2 + at % (whole.len() - 2);
        let letter = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[to];
        prop_assume!(whole.as_bytes()[at] != letter);
        let changed = format!("{}{}{}", &whole[..at], char::from(letter), &whole[at + 1..]);
        match link::report_from_link(&changed) {
            Err(_) => {}
            // The last letter may hold bits behind the last byte.
            Ok(report) => prop_assert!(at == whole.len() - 1 && report.version == 1),
        }
    }

    /// Numbers of any size come back near enough, or the report is refused.
    #[test]
    fn metrics_of_any_size_round_trip(a in -1e9_f64..1e9, b in -1e9_f64..1e9, rows in 0_u64..1 << 40) {
        let mut report = one().clone();
        report.metric.reference = Some(a);
        report.metric.production = Some(b);
        report.metric.difference = Some(b - a);
        report.metric.production_rows = rows;
        let name = report.metric.name.clone();
        let headline = report.metric.clone();
        for own in report.metrics.iter_mut().filter(|own| own.name == name) {
            *own = headline.clone();
        }
        let made = link::link(&ready(&report), BASE).expect("a link");
        let back = link::report_from_link(fragment(&made.address)).expect("a report");
        prop_assert!((back.metric.reference.expect("a value") - a).abs() <= 1e-5 * a.abs());
        prop_assert!((back.metric.production.expect("a value") - b).abs() <= 1e-5 * b.abs());
        prop_assert_eq!(back.metric.production_rows, rows);
    }
}
