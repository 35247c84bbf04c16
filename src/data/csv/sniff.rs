//! How a delimited text is written, told from its first records. Enter: the start of the text as bytes in which
//! ASCII is ASCII. Leave: a [`Dialect`]. Nothing here reads the file; [`super::index`] does.
//!
//! # Decisions
//! - **Delimiter**: the candidate under which most records have the same number of fields, at least two, and
//!   under which few unquoted fields hold another candidate (the `,` of `1,5` does not count). A first line
//!   `sep=;`, as Excel writes it, decides at once. One column is a table too.
//! - **Header**: each column votes. A name above numbers or dates says header; a number above numbers says none;
//!   a first text that comes again below says none. Without a vote there is a header, because that is how
//!   nearly every tool writes. Three or more numbers that count up are names (pandas without names).
//! - **Title**: up to ten first lines with a single text each, over a table of at least three columns whose header
//!   the votes are sure of, are what a report writes above its table.
//! - **Decimal comma**: never with unquoted fields under the delimiter `,`. Numbers that only a comma explains
//!   (`1,5`) against those only a point explains (`1.5`); when all are of the form `1,234`, the delimiter `;`
//!   says comma.
//! - **Width**: a header with one name less than the records have fields comes either from delimiters at the
//!   ends of the records or from R, which does not name its row names.

use super::nulls::is_null;
use super::records::{Field, Record, RecordSplitter, Records, field_text};
use crate::data::moment::{DateOrder, parse_time_ordered};
use crate::data::number::{parse_boolean, parse_integer, parse_number};

/// Delimiters that are looked for; earlier wins a tie.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records looked at.
const SAMPLE_RECORDS: usize = 1_000;
/// Fields looked at, so that wide tables stay quick.
const SAMPLE_FIELDS: usize = 200_000;
/// Lines above a header that are looked for.
const MOST_TITLES: usize = 10;
/// Columns from which a line with one text is no row.
const TITLED_COLUMNS: usize = 3;
/// A delimiter that explains less than this share of the records is none.
const LEAST_AGREEMENT: f64 = 0.5;

/// How a text is written, and what its header says.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    /// One of [`DELIMITERS`].
    pub delimiter: u8,
    /// Lines above the header that belong to no table.
    pub title_lines: usize,
    /// Whether the first record names the columns.
    pub has_header: bool,
    /// Whether numbers use a decimal comma.
    pub decimal_comma: bool,
    /// Raw names, one a column; empty where there is none.
    pub names: Vec<Vec<u8>>,
    /// Fields that an ordinary record has.
    pub field_count: usize,
    /// Offset of the first row in the sample.
    pub rows_start: usize,
    /// Records in the sample, header included.
    pub record_count: usize,
}

/// The first records of a text under one delimiter.
struct Sample<'a> {
    text: &'a [u8],
    found: Records,
}

impl<'a> Sample<'a> {
    /// The first records; a last one without a line break counts when the text is `whole`.
    fn new(text: &'a [u8], delimiter: u8, whole: bool) -> Self {
        let mut found = Records::default();
        let mut splitter = RecordSplitter::new(text, delimiter, whole);
        splitter.next(SAMPLE_RECORDS, SAMPLE_FIELDS, &mut found);
        found.list.truncate(SAMPLE_RECORDS);
        Self { text, found }
    }

    fn record_count(&self) -> usize {
        self.found.list.len()
    }

    /// The first record.
    fn first(&self) -> Option<&Record> {
        self.found.list.first()
    }

    /// The records under the first one.
    fn below(&self) -> &[Record] {
        self.found.list.get(1..).unwrap_or_default()
    }

    fn fields_of<'s>(&'s self, record: &'s Record) -> impl Iterator<Item = Field> + 's {
        (0..).map_while(move |number| self.found.field(record, number))
    }

    /// The text of a field, and whether it was quoted.
    fn text_of<'s>(&'s self, field: Field, scratch: &'s mut Vec<u8>) -> (&'s [u8], bool) {
        let raw = self.text.get(field.start..field.end).unwrap_or_default();
        if self.found.is_stray(field) { (raw, false) } else { field_text(raw, scratch) }
    }
}

/// The most common number of fields (the larger of two equally common), and of how many records.
fn usual_width(records: &[Record]) -> (usize, usize) {
    let mut widths: Vec<u32> = records.iter().map(|record| record.field_count).collect();
    widths.sort_unstable();
    let runs = widths.chunk_by(|a, b| a == b);
    let counted =
        runs.map(|run| (run.len(), run.first().map_or(0, |width| *width as usize)));
    counted.max().map_or((0, 0), |(count, width)| (width, count))
}

/// The dialect of a text that starts with its first record (or a `sep=` line). `whole`: the sample is the whole
/// text. `None` when it holds no record at all.
pub(crate) fn sniff(text: &[u8], whole: bool) -> Option<Dialect> {
    let (told, skipped) = separator_line(text);
    let body = text.get(skipped..).unwrap_or_default();
    let delimiter = told.unwrap_or_else(|| best_delimiter(body, whole));
    let first = Sample::new(body, delimiter, whole);
    let titled = below_titles(&first, delimiter, whole);
    let title_lines = titled.as_ref().map_or(0, |own| own.0);
    let sample = titled.map_or(first, |own| own.1);
    let (body, skipped) = (sample.text, text.len() - sample.text.len());
    let header_end = sample.found.end(sample.first()?);
    let has_header = has_header(&sample);
    let (names, field_count) = shape(&sample, has_header);
    let rows_start = if has_header { (header_end + 1).min(body.len()) } else { 0 };
    Some(Dialect {
        delimiter,
        title_lines,
        has_header,
        decimal_comma: has_decimal_comma(&sample, delimiter, has_header),
        names,
        field_count,
        rows_start: rows_start + skipped,
        record_count: sample.record_count(),
    })
}

/// How many lines stand above the header, and the sample from there; `None` where there are none.
fn below_titles<'a>(
    sample: &Sample<'a>,
    delimiter: u8,
    whole: bool,
) -> Option<(usize, Sample<'a>)> {
    let records = &sample.found.list;
    let (width, _) = usual_width(records);
    let mut scratch = Vec::new();
    let mut texts = |record: &Record| {
        let mut count = 0;
        for field in sample.fields_of(record) {
            let (text, _) = sample.text_of(field, &mut scratch);
            count += usize::from(!text.trim_ascii().is_empty());
        }
        count
    };
    let titles =
        records.iter().take(MOST_TITLES).take_while(|own| texts(own) <= 1).count();
    if width < TITLED_COLUMNS || titles == 0 {
        return None;
    }
    let last = records.get(titles - 1)?;
    let start = sample.found.end(last) + 1;
    let below = Sample::new(sample.text.get(start..)?, delimiter, whole);
    let fits = below.first().is_some_and(|own| own.field_count as usize + 1 >= width);
    (fits && votes(&below) > 0).then_some((titles, below))
}

/// A first line `sep=;`: the delimiter it names and the length of the line.
fn separator_line(text: &[u8]) -> (Option<u8>, usize) {
    match text {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'\r' | b'\n', ..]
            if DELIMITERS.contains(delimiter) =>
        {
            (Some(*delimiter), 6)
        }
        _ => (None, 0),
    }
}

fn best_delimiter(text: &[u8], whole: bool) -> u8 {
    let mut best = (LEAST_AGREEMENT, b',');
    for delimiter in DELIMITERS {
        let score = agreement(&Sample::new(text, delimiter, whole), delimiter);
        if score > best.0 {
            best = (score, delimiter);
        }
    }
    best.1
}

/// How well a delimiter explains the records, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "counts of a small sample")]
fn agreement(sample: &Sample, delimiter: u8) -> f64 {
    let (width, count) = usual_width(&sample.found.list);
    let Some(first) = sample.first().filter(|_| width > 1) else { return 0.0 };
    let (mut fields, mut doubtful) = (0_usize, 0_usize);
    let mut scratch = Vec::new();
    let others = |byte: &u8| DELIMITERS.contains(byte) && *byte != delimiter;
    for field in sample.found.list.iter().flat_map(|record| sample.fields_of(record)) {
        let (text, quoted) = sample.text_of(field, &mut scratch);
        let is_number =
            || parse_number(text, true).or_else(|| parse_number(text, false)).is_some();
        fields += 1;
        doubtful += usize::from(!quoted && text.iter().any(others) && !is_number());
    }
    let header_width = first.field_count as usize;
    let header_fits = header_width == width || header_width + 1 == width;
    let header_factor = if header_fits { 1.0 } else { 0.8 };
    let agreeing = count as f64 / sample.record_count() as f64;
    let clean = 1.0 - doubtful as f64 / fields as f64;
    agreeing * clean * header_factor
}

/// What a text could be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Looks {
    Number,
    Date,
    Boolean,
    Text,
}

fn looks(text: &[u8]) -> Looks {
    if parse_number(text, false).or_else(|| parse_number(text, true)).is_some() {
        Looks::Number
    } else if [DateOrder::DayFirst, DateOrder::MonthFirst]
        .into_iter()
        .any(|order| parse_time_ordered(text, order).is_some())
    {
        Looks::Date
    } else if parse_boolean(text).is_some() {
        Looks::Boolean
    } else {
        Looks::Text
    }
}

fn has_header(sample: &Sample) -> bool {
    let Some(first) = sample.first() else { return false };
    if counts_up(sample, first) {
        return true;
    }
    let mut scratch = Vec::new();
    if sample.below().is_empty() {
        return sample.fields_of(first).all(|field| {
            let (text, _) = sample.text_of(field, &mut scratch);
            is_null(text) || matches!(looks(text), Looks::Text | Looks::Boolean)
        });
    }
    votes(sample) >= 0
}

/// How much more columns say that the first record is a header than say that it is none.
fn votes(sample: &Sample) -> i64 {
    let Some(first) = sample.first() else { return 0 };
    let (below_width, _) = usual_width(sample.below());
    let offset = usize::from(below_width == first.field_count as usize + 1);
    let fields = sample.fields_of(first).enumerate();
    fields.map(|(number, field)| vote(sample, field, number + offset)).sum()
}

/// Numbers as names: at least three whole numbers that count up by one, from 0 or 1 or among names that are
/// words, and no other numbers; behind a nameless index, as pandas writes it, two are enough.
fn counts_up(sample: &Sample, first: &Record) -> bool {
    let mut scratch = Vec::new();
    let (mut start, mut count, mut words, mut nameless) = (0, 0, 0_usize, false);
    for field in sample.fields_of(first) {
        let (text, _) = sample.text_of(field, &mut scratch);
        if is_null(text) {
            nameless |= count == 0 && words == 0;
            continue;
        }
        match parse_integer(text) {
            None if looks(text) == Looks::Text => words += 1,
            None => return false,
            Some(number) if count == 0 => (start, count) = (number, 1),
            Some(number) if number.checked_sub(start) == Some(count) => count += 1,
            Some(_) => return false,
        }
    }
    count + i64::from(nameless && start == 0) > 2 && (matches!(start, 0 | 1) || words > 0)
}

/// 1 for a header, -1 against, 0 for no opinion.
fn vote(sample: &Sample, first: Field, column: usize) -> i64 {
    let (mut first_scratch, mut scratch) = (Vec::new(), Vec::new());
    let (name, _) = sample.text_of(first, &mut first_scratch);
    if is_null(name) {
        return 0;
    }
    let name_looks = looks(name);
    let (mut count, mut alike, mut typed, mut again) = (0_usize, 0_usize, 0_usize, false);
    for record in sample.below() {
        let Some(field) = sample.found.field(record, column) else { continue };
        let (text, _) = sample.text_of(field, &mut scratch);
        if is_null(text) {
            continue;
        }
        let looks = looks(text);
        count += 1;
        alike += usize::from(looks == name_looks);
        typed += usize::from(looks != Looks::Text);
        again |= text == name;
    }
    let mostly = |part: usize| part * 10 >= count * 9;
    match name_looks {
        _ if count == 0 => 0,
        Looks::Text | Looks::Boolean if mostly(typed) && alike * 2 < count => 1,
        Looks::Text | Looks::Boolean if again => -1,
        Looks::Number | Looks::Date if mostly(alike) => -1,
        _ => 0,
    }
}

/// The names of the columns, and the fields that an ordinary record has.
fn shape(sample: &Sample, has_header: bool) -> (Vec<Vec<u8>>, usize) {
    let below = sample.below();
    let (width_below, count) = usual_width(below);
    let Some(first) = sample.first().filter(|_| has_header) else {
        let (width, _) = usual_width(&sample.found.list);
        return (vec![Vec::new(); width], width);
    };
    let mut scratch = Vec::new();
    let mut names: Vec<Vec<u8>> = sample
        .fields_of(first)
        .map(|field| sample.text_of(field, &mut scratch).0.to_vec())
        .collect();
    if width_below != names.len() + 1 || count * 10 < below.len() * 9 {
        let width = names.len();
        return (names, width);
    }
    let last_is_empty = |record: &Record| {
        let last = sample.found.field(record, width_below - 1);
        last.is_none_or(|field| field.start == field.end)
    };
    if !below.iter().all(last_is_empty) {
        names.insert(0, Vec::new());
    }
    (names, width_below)
}

fn has_decimal_comma(sample: &Sample, delimiter: u8, has_header: bool) -> bool {
    let (mut comma_only, mut point_only, mut grouped_by_comma) =
        (0_usize, 0_usize, 0_usize);
    let mut scratch = Vec::new();
    let records = sample.found.list.iter().skip(usize::from(has_header));
    for field in records.flat_map(|record| sample.fields_of(record)) {
        let (text, _) = sample.text_of(field, &mut scratch);
        if !text.iter().any(|byte| matches!(byte, b',' | b'.')) {
            continue;
        }
        let comma = parse_number(text, true).is_some();
        let point = parse_number(text, false).is_some();
        comma_only += usize::from(comma && !point);
        point_only += usize::from(point && !comma);
        grouped_by_comma += usize::from(comma && point && text.contains(&b','));
    }
    match (comma_only, point_only) {
        (0, 0) => delimiter == b';' && grouped_by_comma > 0,
        _ => comma_only > point_only,
    }
}

#[cfg(test)]
mod tests;
