//! Names out of a report. Enter: a report; leaves: the same with "field_1", "value_3" and "file_2" for the names of
//! columns, categories, classes, files and owners, the same word everywhere, in every sentence. Numbers stay, the
//! edges of ranges with them; numbers that are names (a shop, a postcode) do not. What can be made again from the
//! report (the explanation, the plan) is made again from the new names.
//!
//! # Decisions
//! - Whatever stands in curly quotes in a sentence and is not one of the new words goes too: whydrop quotes names only.
//! - The new words have no space, so that they need no quotes, and a column is a field: "the column field_1".
//! - A name that is a number or an everyday word ("20", "new") is replaced where it stands alone, in quotes or after
//!   its column ("zone is 20"); other names wherever they stand.

use std::collections::BTreeMap;

use super::walk::each_text;
use crate::choices::{Kind, Role};
use crate::report::{BinKind, Condition, Report, Test};
use crate::story::phrase;

/// Keys whose texts are ids of whydrop's own and dates; they name nothing of the user's.
const OWN_IDS: [&str; 18] = [
    "kind",
    "role",
    "task",
    "unit",
    "family",
    "term",
    "id",
    "word",
    "code",
    "weight",
    "metric",
    "table",
    "at",
    "start",
    "end",
    "band",
    "confidence",
    "of",
];

/// Keys whose texts are names and nothing else, however short or everyday they are.
const NAME_KEYS: [&str; 8] = [
    "name",
    "column",
    "columns",
    "files",
    "classes",
    "positive",
    "pipeline_owner",
    "class_score",
];

/// While names are replaced each stands as one character of the last plane for private use, so that a new word is
/// never taken for a name.
const FIRST_MARK: u32 = 0xf_0000;
/// Most names: marks of that plane.
const MOST_NAMES: usize = 60_000;

/// Words of whydrop's own sentences: as names they are replaced where they stand alone or in quotes, or every
/// sentence would lose its small words.
const SMALL_WORDS: [&str; 60] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on",
    "or", "row", "rows", "the", "to", "was", "were", "with", "points", "point", "column",
    "new", "old", "other", "others", "unknown", "missing", "none", "all", "day", "days",
    "week", "month", "year", "first", "last", "high", "low", "more", "less", "before",
    "after", "now", "value", "values", "model", "score", "data", "lab", "live", "real",
    "some", "any", "known", "not", "same", "error",
];

/// Where a name is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Wherever it stands as a whole word.
    Anywhere,
    /// Only where it stands alone or in quotes: numbers, letters, everyday words.
    Quoted,
}

/// One name and the mark that stands for it while names are replaced.
struct Name {
    text: String,
    mark: char,
    reach: Reach,
    /// Whether it is how sentences write another name: on one line, at their head.
    as_written: bool,
}

/// Every name of a report.
#[derive(Default)]
struct Names {
    list: Vec<Name>,
    /// The names as they are, to be looked up.
    own: BTreeMap<String, (char, Reach)>,
    /// What the marks become, in order.
    told: Vec<String>,
    counts: BTreeMap<&'static str, usize>,
    /// Whole phrases, for what cannot be found word by word: "zone is 20 or 30".
    phrases: Vec<(String, String)>,
}

impl Names {
    fn add(&mut self, name: &str, kind: &'static str) {
        if name.trim().is_empty() || YES_NO.contains(&name) || self.mark(name).is_some() {
            return;
        }
        let next = u32::try_from(self.told.len()).ok();
        let Some(mark) = next.and_then(|at| char::from_u32(FIRST_MARK + at)) else {
            return;
        };
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        self.told.push(format!("{kind}_{count}"));
        let short = name.chars().count() < 3;
        let small = SMALL_WORDS.contains(&name.to_lowercase().as_str());
        let reach = if short || small || is_number(name) {
            Reach::Quoted
        } else {
            Reach::Anywhere
        };
        // In sentences a name stands on one line, and a long one without its middle.
        let line = phrase::one_line(name);
        for text in [phrase::capital(&line), line] {
            if text != name && !text.is_empty() {
                self.list.push(Name { text, mark, reach, as_written: true });
            }
        }
        self.list.push(Name { text: name.to_owned(), mark, reach, as_written: false });
        self.own.insert(name.to_owned(), (mark, reach));
    }

    fn mark(&self, name: &str) -> Option<char> {
        self.own.get(name).map(|own| own.0)
    }

    /// The mark of a name, as text; the name itself where it has none (yes and no).
    fn marked(&self, name: &str) -> String {
        self.mark(name).map_or_else(|| name.to_owned(), String::from)
    }

    /// Longest first, so that nothing is replaced inside something longer.
    fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            b.text
                .len()
                .cmp(&a.text.len())
                .then(a.text.cmp(&b.text))
                .then(a.as_written.cmp(&b.as_written))
        });
        self.phrases.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.0.cmp(&b.0)));
        self.phrases.dedup();
    }

    /// Puts marks for the names of a text; `alone` where the whole text may be a name of any kind.
    fn hide(&self, text: &mut String, alone: bool) {
        let whole = self.list.iter().find(|own| own.text == *text);
        if let Some(own) = whole.filter(|own| alone || own.reach == Reach::Anywhere) {
            *text = own.mark.to_string();
            return;
        }
        for (old, new) in &self.phrases {
            replace_words(text, old, new);
        }
        for own in &self.list {
            let mark = own.mark.to_string();
            if own.reach == Reach::Anywhere {
                replace_words(text, &own.text, &mark);
            } else if text.contains('“') {
                *text = text.replace(&format!("“{}”", own.text), &format!("“{mark}”"));
            }
        }
        quotes(text);
    }

    /// Marks become words.
    fn tell(&self, text: &str) -> String {
        let word = |own: char| match u32::from(own).checked_sub(FIRST_MARK) {
            Some(at) => self.told.get(at as usize).cloned().unwrap_or_default(),
            None => own.to_string(),
        };
        text.chars().map(word).collect()
    }
}

/// Replaces the names. `None` when it cannot be done; the report must not be shared then.
#[must_use]
pub fn redact(r: &mut Report) -> Option<()> {
    // Nothing of the report may pass for a mark.
    each_text(r, &mut |_, text| text.retain(|own| u32::from(own) < FIRST_MARK))?;
    let mut names = names(r);
    if names.told.len() > MOST_NAMES {
        return None;
    }
    mark_values(r, &mut names);
    names.sort();
    let titled: Vec<bool> =
        r.shares.iter().map(|own| own.title == own.columns.join(", ")).collect();
    each_text(r, &mut |(around, key), text| {
        // Names of metrics are whydrop's own.
        let own =
            matches!(around, "metric" | "metrics") && matches!(key, "name" | "title");
        if own || OWN_IDS.contains(&key) {
            return;
        }
        names.hide(text, NAME_KEYS.contains(&key));
        *text = names.tell(text);
    })?;
    for slice in r.slices.grew.iter_mut().chain(&mut r.slices.worse) {
        slice.title = crate::story::slice_title(&slice.conditions);
    }
    for (share, _) in r.shares.iter_mut().zip(titled).filter(|own| own.1) {
        share.title = share.columns.join(", ");
    }
    r.shared.get_or_insert_default().redacted = true;
    super::lean::retell(r);
    Some(())
}

/// Marks the values of columns and conditions where they stand as they are, and notes the phrases that name them.
fn mark_values(r: &mut Report, names: &mut Names) {
    let is_named: BTreeMap<String, bool> =
        r.columns.iter().map(|own| (own.name.clone(), holds_names(own.kind))).collect();
    for column in r.columns.iter_mut().filter(|own| holds_names(own.kind)) {
        for bin in column.bins.iter_mut().filter(|own| is_value(own.kind)) {
            // "zone is 20": a number that is a name is told from other numbers by its column.
            let told = format!("{} is {}", phrase::name(&column.name), bin.title);
            let mark = names.marked(&bin.title);
            if names.own.get(&bin.title).is_some_and(|own| own.1 == Reach::Quoted) {
                let column = names.marked(&column.name);
                names.phrases.push((told, format!("{column} is {mark}")));
            }
            bin.title = mark;
        }
    }
    for own in r.slices.grew.iter_mut().chain(&mut r.slices.worse) {
        for own in &mut own.conditions {
            let named = is_named.get(&own.column).copied().unwrap_or(true);
            let parts = value_parts(own, named);
            if let Test::Names(list) | Test::OtherThan(list) = &mut own.test {
                list.iter_mut().for_each(|own| *own = names.marked(own));
            }
            if parts.is_empty() {
                continue;
            }
            let marks: Vec<String> = parts.iter().map(|own| names.marked(own)).collect();
            let is = format!("is {}", marks.join(" or "));
            let (column, mark) = (phrase::name(&own.column), names.marked(&own.column));
            for old in [own.is.clone(), phrase::one_line(&own.is)] {
                names.phrases.push((format!("{column} {old}"), format!("{mark} {is}")));
            }
            own.is = is;
        }
    }
}

/// Whether the values of such a column are names.
const fn holds_names(kind: Kind) -> bool {
    matches!(kind, Kind::Category | Kind::Text | Kind::Identifier)
}

/// Whether such a bar stands for one value.
const fn is_value(kind: BinKind) -> bool {
    matches!(kind, BinKind::Category | BinKind::New | BinKind::Value)
}

/// The names that the words of a condition hold; empty when they hold none (a range, "is missing").
fn value_parts(own: &Condition, named: bool) -> Vec<String> {
    // Words that stand for values without naming them.
    const NAMELESS: [&str; 5] =
        ["missing", "known", "a rare value", "a value not seen before launch", "yes"];
    let Some(rest) = own.is.strip_prefix("is ") else { return Vec::new() };
    if rest.starts_with("one of the ") || NAMELESS.contains(&rest) {
        return Vec::new();
    }
    match &own.test {
        Test::Names(list) => list.clone(),
        Test::Unknown if named && !is_range(rest) => {
            let rest = rest.strip_prefix("one of ").unwrap_or(rest);
            let parts = rest.split(" or ").flat_map(|own| own.split(", "));
            let parts = parts.flat_map(|own| own.split(" and "));
            parts
                .map(|own| own.trim_matches(['“', '”']).to_owned())
                .filter(|own| !own.ends_with(" more"))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// "below 5", "between 1 and 3", "13 or less", "7".
fn is_range(words: &str) -> bool {
    let number =
        |own: &str| is_number(own) && own.chars().any(|own| own.is_ascii_digit());
    let ends = [" or less", " or more"].iter().find_map(|own| words.strip_suffix(own));
    let low =
        ["below ", "above ", "between "].iter().find_map(|own| words.strip_prefix(own));
    let first = low.or(ends).unwrap_or(words).split(' ').next().unwrap_or_default();
    number(first)
}

/// Every name, with the word it becomes.
fn names(r: &Report) -> Names {
    let mut names = Names::default();
    let all = r.columns.iter().map(|own| &own.name);
    for name in all.chain(r.inputs.columns.iter().map(|own| &own.name)) {
        names.add(name, "field");
    }
    // A report from a link names columns that it does not carry.
    let slices = r.slices.grew.iter().chain(&r.slices.worse);
    let of_slices = slices.flat_map(|own| &own.conditions).map(|own| &own.column);
    let of_causes = r.causes.iter().flat_map(|own| &own.columns);
    let of_shares = r.shares.iter().flat_map(|own| &own.columns);
    let shadow = r.parity.iter().filter_map(|own| own.shadow.as_ref());
    let of_shadow = shadow.flat_map(|own| &own.columns).map(|own| &own.name);
    let of_kpis = r.kpis.iter().map(|own| &own.name);
    let of_baseline = r.baseline.iter().map(|own| &own.column);
    let named = of_causes.chain(of_shares).chain(of_slices).chain(of_shadow);
    for name in named.chain(of_kpis).chain(of_baseline) {
        names.add(name, "field");
    }
    let roles = r.columns.iter().map(|own| &own.role);
    for role in roles.chain(r.inputs.columns.iter().map(|own| &own.role)) {
        if let Role::ClassScore(class) = role {
            names.add(class, "class");
        }
    }
    // 1 and 0 are yes and no.
    let is_class = |own: &&String| !matches!(own.as_str(), "0" | "1");
    for class in r.inputs.classes.iter().chain(&r.inputs.positive).filter(is_class) {
        names.add(class, "class");
    }
    for column in r.columns.iter().filter(|own| holds_names(own.kind)) {
        for bin in column.bins.iter().filter(|own| is_value(own.kind)) {
            names.add(&bin.title, "value");
        }
    }
    let kinds: BTreeMap<&str, bool> =
        r.columns.iter().map(|own| (own.name.as_str(), holds_names(own.kind))).collect();
    let slices = r.slices.grew.iter().chain(&r.slices.worse);
    for own in slices.flat_map(|own| &own.conditions) {
        if let Test::Names(list) | Test::OtherThan(list) = &own.test {
            list.iter().for_each(|own| names.add(own, "value"));
        }
        let named = kinds.get(own.column.as_str()).copied().unwrap_or(true);
        for part in value_parts(own, named) {
            names.add(&part, "value");
        }
    }
    for table in &r.inputs.tables {
        let labels = table.labels.iter().flat_map(|own| &own.files);
        for file in table.files.iter().chain(labels) {
            names.add(file, "file");
        }
    }
    if let Some(owner) = &r.inputs.business.pipeline_owner {
        names.add(owner, "owner");
    }
    names
}

/// Yes or no name nothing.
const YES_NO: [&str; 8] = ["true", "false", "yes", "no", "True", "False", "Yes", "No"];

/// Whether a name reads as a number, which stands in sentences for other reasons as well.
fn is_number(value: &str) -> bool {
    value.chars().all(|own| own.is_ascii_digit() || " .,-–−+%<>:/".contains(own))
}

/// Replaces whole words only.
fn replace_words(text: &mut String, name: &str, own: &str) {
    let of_word = |own: char| own.is_alphanumeric() || own == '_';
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(name)) {
        let at = from + at;
        let end = at + name.len();
        let before = text.get(..at).and_then(|own| own.chars().next_back());
        let after = text.get(end..).and_then(|own| own.chars().next());
        let first = name.chars().next().is_some_and(of_word);
        let last = name.chars().next_back().is_some_and(of_word);
        let inside =
            first && before.is_some_and(of_word) || last && after.is_some_and(of_word);
        if !inside {
            text.replace_range(at..end, own);
            from = at + own.len();
        } else {
            from = end;
        }
    }
}

/// Empties quotes around anything that is not a replaced name.
fn quotes(text: &mut String) {
    if !text.contains('“') {
        return;
    }
    let mut made = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, tail)) = rest.split_once('“') {
        made.push_str(before);
        let Some((inside, after)) = tail.split_once('”') else {
            made.push('…');
            rest = "";
            break;
        };
        let mut letters = inside.chars();
        let is_mark = letters.next().is_some_and(|own| u32::from(own) >= FIRST_MARK)
            && letters.next().is_none();
        made.push_str(if is_mark { inside } else { "“…”" });
        rest = after;
    }
    made.push_str(rest);
    *text = made;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Task;
    use crate::report::VerdictKind;
    use crate::story::fixture::{explained, report, rich};

    #[test]
    fn whole_words_only() {
        let mut text = "age averages; age_band, (age) and Age".to_owned();
        replace_words(&mut text, "age", "field_1");
        assert_eq!(text, "field_1 averages; age_band, (field_1) and Age");
    }

    /// A report whose names are found nowhere else: columns, values, files, owner, class, among them numbers, everyday
    /// words and names too long for a sentence.
    fn with_odd_names() -> (Report, Vec<String>) {
        let long = format!("zq_{}_end", "orders_of_".repeat(9));
        let renames = [
            ("income", "zq_income"),
            ("region", "Zqregion Code"),
            ("tenure", long.as_str()),
            ("loan amount", "731"),
            ("revenue", "zqrevenue"),
            ("Team Ledger", "Zqteam Ledger"),
            ("North", "Zqnorth or South"),
        ];
        let mut made = explained(rich(report(VerdictKind::Dropped, Task::Binary)));
        made.inputs.positive = Some("zqyes_indeed".to_owned());
        made.columns[1].findings = vec![crate::story::finding::new_categories(
            "region",
            &["Zqwest".to_owned()],
            3,
            0.1,
        )];
        each_text(&mut made, &mut |_, text| {
            for (old, new) in &renames {
                replace_words(text, old, new);
                replace_words(text, &phrase::capital(old), &phrase::capital(new));
            }
        })
        .expect("a report");
        let bin = |title: &str, kind: BinKind| crate::report::Bin {
            kind,
            title: title.to_owned(),
            low: None,
            high: None,
            reference: 1_200,
            production: 900,
            reference_loss: None,
            production_loss: None,
        };
        made.columns[1].kind = Kind::Category;
        made.columns[1].bins = ["Zqnorth or South", "8642", "new", "zq$%&"]
            .map(|own| bin(own, BinKind::Category))
            .to_vec();
        let names = ["Zqnorth or South", "8642", "new"].map(str::to_owned).to_vec();
        let words = format!("is {}", names.join(" or "));
        let conditions = &mut made.slices.worse[0].conditions;
        conditions[0].test = Test::Names(names);
        conditions[0].is = words;
        conditions[1].is = "is 13 or less".to_owned();
        conditions[1].test =
            Test::Range { low: None, high: Some(13.0), high_inclusive: true };
        made.slices.worse[0].title =
            crate::story::slice_title(&made.slices.worse[0].conditions);
        made.kpis[0].slices[0].title = "“Zqregion Code” is 8642".to_owned();
        made.causes[0].evidence_for.push("Rows where “731” is “8642” fell.".to_owned());
        crate::act::tell(&mut made);
        let searched = ["zq", "8642", "orders_of", "“731”", "\"731\"", "`731`"];
        (made, searched.map(str::to_owned).to_vec())
    }

    #[test]
    fn nothing_of_a_redacted_report_holds_a_name() {
        let (whole, searched) = with_odd_names();
        let text = serde_json::to_string(&whole).expect("JSON").to_lowercase();
        for own in &searched[..3] {
            assert!(text.contains(own.as_str()), "{own} was to be hidden");
        }
        let wishes = crate::share::Wishes { redact: true };
        let made = crate::share::prepared(&whole, wishes).expect("can be shared");
        let link = crate::share::link::link(&made, "https://x.example/").expect("a link");
        for text in [
            serde_json::to_string_pretty(&made).expect("JSON"),
            crate::share::markdown::markdown(&made),
            serde_json::to_string_pretty(&link.carried).expect("JSON"),
        ] {
            let text = text.to_lowercase();
            for own in &searched {
                let line = text.lines().find(|line| line.contains(own.as_str()));
                assert_eq!(line, None, "{own}");
            }
        }
    }

    #[test]
    fn a_redacted_report_reads_as_before() {
        let (whole, _) = with_odd_names();
        let wishes = crate::share::Wishes { redact: true };
        let made = crate::share::prepared(&whole, wishes).expect("can be shared");
        let [category, range] = &made.slices.worse[0].conditions[..] else { panic!() };
        let Test::Names(values) = &category.test else { panic!() };
        assert_eq!(category.is, format!("is {}", values.join(" or ")));
        assert_eq!(range.is, "is 13 or less", "a range names nobody");
        assert_eq!(made.kpis[0].slices[0].title, format!("field_2 is {}", values[1]));
        assert!(
            made.columns[1].findings[0].sentence.starts_with("The column field_2 holds")
        );
        let queries: Vec<&str> = made
            .plan
            .iter()
            .flat_map(|own| &own.queries)
            .map(|own| own.duckdb.as_str())
            .collect();
        for query in queries {
            assert!(query.starts_with("-- Names were replaced"), "{query}");
        }
    }

    #[test]
    fn ranges_are_told_from_names() {
        for own in ["13 or less", "below 5,000", "between 1 and 3", "7 or more", "-2"] {
            assert!(is_range(own), "{own}");
        }
        for own in ["Fish or less", "North", "below stairs", "A1 or B2"] {
            assert!(!is_range(own), "{own}");
        }
    }

    #[test]
    fn quotes_hold_replaced_names_only() {
        let mut text = "New are “\u{f0001}”, “Atlantis” and".to_owned();
        quotes(&mut text);
        assert_eq!(text, "New are \u{f0001}, “…” and");
    }
}
