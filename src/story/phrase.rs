//! The small words: plurals, articles, lists, names in running text, sentences and paragraphs. Everything
//! that joins pieces of text goes through here, so that no seam shows: no double space, no space before a
//! comma, no "1 rows", every sentence with a capital and one full stop.

use super::number;

/// Names in running text are shortened to this many characters, in the middle; the page shows them whole.
const NAME_CHARACTERS: usize = 60;

/// Words that would be misread if a column of that name stood in a sentence without quotes.
const MISREAD: [&str; 24] = [
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on",
    "or", "row", "rows", "the", "to", "was", "were", "with", "points", "point", "column",
];

/// "1 column", "12 columns"; with thousands parted.
#[must_use]
pub fn counted(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number::count(value), if value == 1 { one } else { many })
}

/// "only " before a count that is much smaller than another one, else nothing.
#[must_use]
pub const fn only(count: u64, than: u64) -> &'static str {
    if count.saturating_mul(3) < than { "only " } else { "" }
}

/// The form of a verb or noun that fits the count.
#[must_use]
pub const fn plural<'a>(value: u64, one: &'a str, many: &'a str) -> &'a str {
    if value == 1 { one } else { many }
}

/// "a" or "an" before `noun`, and the noun.
#[must_use]
pub fn article(noun: &str) -> String {
    let lower = noun.to_ascii_lowercase();
    let silent = ["hour", "honest", "honour"].iter().any(|word| lower.starts_with(word));
    let hard = ["uni", "use", "one", "eu"].iter().any(|word| lower.starts_with(word));
    let letters = ["f1", "mae", "rmse", "r²", "8", "11", "18"];
    let spoken = letters.iter().any(|word| lower.starts_with(word));
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']) && !hard;
    if vowel || silent || spoken { format!("an {noun}") } else { format!("a {noun}") }
}

/// "a", "a and b", "a, b and c".
#[must_use]
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Like [`list`] with at most `most` items: "a, b and 3 more".
#[must_use]
pub fn list_some<S: AsRef<str>>(items: &[S], most: usize) -> String {
    if items.len() <= most.max(1) {
        return list(items);
    }
    let mut shown: Vec<String> =
        items.iter().take(most.max(1)).map(|item| item.as_ref().to_owned()).collect();
    shown.push(format!("{} more", items.len() - shown.len()));
    list(&shown)
}

/// "a", "a or b", "a, b or 3 more".
#[must_use]
pub fn list_or<S: AsRef<str>>(items: &[S], most: usize) -> String {
    let most = most.max(1);
    let mut shown: Vec<String> =
        items.iter().take(most).map(|item| item.as_ref().to_owned()).collect();
    if items.len() > most {
        shown.push(format!("{} more", items.len() - most));
    }
    match shown.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// The first letter large.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The first letter small, unless the word is an abbreviation (AUC, F1, R²).
#[must_use]
pub fn small(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

/// One sentence: spaces tidied, first letter large, one full stop at the end. Empty stays empty.
#[must_use]
pub fn sentence(text: &str) -> String {
    let text = tidy(text);
    if text.is_empty() {
        return text;
    }
    let text = capital(&text);
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// Sentences as one paragraph; empty ones are left out.
#[must_use]
pub fn paragraph<S: AsRef<str>>(sentences: &[S]) -> String {
    let kept: Vec<String> = sentences
        .iter()
        .map(|text| sentence(text.as_ref()))
        .filter(|text| !text.is_empty())
        .collect();
    kept.join(" ")
}

/// A column's name in running text: as it is when it is one plain word, else in quotes.
#[must_use]
pub fn name(column: &str) -> String {
    let column = shortened(column);
    if column.is_empty() {
        return "the column without a name".to_owned();
    }
    let plain = column.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let misread = column.chars().count() < 2
        || column.chars().all(|c| c.is_ascii_digit())
        || MISREAD.contains(&column.to_ascii_lowercase().as_str());
    if plain && !misread { column } else { quoted(&column) }
}

/// A category, class or file name in running text, in quotes.
#[must_use]
pub fn quoted(value: &str) -> String {
    let value = shortened(value);
    if value.is_empty() { "the empty text".to_owned() } else { format!("“{value}”") }
}

/// Several columns: "income, region and 3 more".
#[must_use]
pub fn names<S: AsRef<str>>(columns: &[S], most: usize) -> String {
    let named: Vec<String> = columns.iter().map(|column| name(column.as_ref())).collect();
    list_some(&named, most)
}

/// Free text of the user (an owner, a class) on one line, not longer than a name may be.
#[must_use]
pub fn one_line(text: &str) -> String {
    shortened(text)
}

fn shortened(text: &str) -> String {
    let text = tidy(&text.replace(['“', '”'], "'"));
    if text.chars().count() <= NAME_CHARACTERS {
        return text;
    }
    middle_out(&text, NAME_CHARACTERS)
}

/// The text with its middle left out where it has more than `most` characters: names made to one pattern begin alike
/// and differ at the end.
#[must_use]
pub fn middle_out(text: &str, most: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let first: String = letters.iter().take(head).collect();
    let last: String = letters.iter().skip(letters.len() - tail).collect();
    format!("{}…{}", first.trim_end(), last.trim_start())
}

fn tidy(text: &str) -> String {
    let spaced: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_words() {
        assert_eq!(counted(1, "row", "rows"), "1 row");
        assert_eq!(counted(12_480, "row", "rows"), "12,480 rows");
        assert_eq!(article("accuracy"), "an accuracy");
        assert_eq!(article("precision"), "a precision");
        assert_eq!(article("hour"), "an hour");
        assert_eq!(article("unit"), "a unit");
        assert_eq!(article("F1 score"), "an F1 score");
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list_some(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(list_some(&["a", "b"], 2), "a and b");
        assert_eq!(list_or(&["a", "b", "c"], 3), "a, b or c");
        assert_eq!(list_or(&["a", "b", "c"], 2), "a, b or 1 more");
        assert_eq!(small("Ranking quality"), "ranking quality");
        assert_eq!(small("AUC"), "AUC");
        assert_eq!(sentence(" it  fell "), "It fell.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(paragraph(&["it fell", "", "by 3."]), "It fell. By 3.");
    }

    #[test]
    fn names_in_text() {
        assert_eq!(name("income"), "income");
        assert_eq!(name("loan amount"), "“loan amount”");
        assert_eq!(name("the"), "“the”");
        assert_eq!(name("x"), "“x”");
        assert_eq!(name("7"), "“7”");
        assert_eq!(name(" a\n\tb "), "“a b”");
        assert_eq!(name(""), "the column without a name");
        assert_eq!(name("say “no”"), "“say 'no'”");
        assert!(name(&"x".repeat(500)).chars().count() <= 64);
        assert_eq!(middle_out("abcdefgh", 8), "abcdefgh");
        assert_eq!(middle_out("abcdefgh", 5), "ab…gh");
        assert_eq!(middle_out("abcdefgh", 6), "abc…gh");
        let long = |end: &str| name(&format!("{}_{end}", "orders_of_".repeat(9)));
        assert_ne!(long("december"), long("november"));
        assert_eq!(names(&["income", "region", "age"], 2), "income, region and 1 more");
    }
}
