//! How a delimited text is written, told from its first records. Enter: the start of the text as bytes in which
//! ASCII is ASCII. Leave: a [`Dialect`]. Nothing here reads the file; [`super::index`] does.
//!
//! # Decisions
//! - **Delimiter**: the candidate under which most records have the same number of fields, at least two, and
//!   under which few unquoted fields hold another candidate (the `,` of `1,5` does not count). A first line
//!   `sep=;`, as Excel writes it, decides at once. One column is a table too.
//! - **Header**: each column votes. A name above numbers or dates says header; a number above numbers says none;
//!   a first text that comes again below says none. Without a vote there is a header, because that is how
//!   nearly every tool writes. Numbers counted up from 0 or 1 are names (pandas without names).
//! - **Decimal comma**: never with unquoted fields under the delimiter `,`. Numbers that only a comma explains
//!   (`1,5`) against those only a point explains (`1.5`); when all are of the form `1,234`, the delimiter `;`
//!   says comma.
//! - **Width**: a header with one name less than the records have fields comes either from delimiters at the
//!   ends of the records or from R, which does not name its row names.

use super::nulls::is_null;
use super::split::{Field, field_text, walk};
use crate::data::moment::{DateOrder, parse_time_ordered};
use crate::data::number::{parse_boolean, parse_number};

/// Delimiters that are looked for; earlier wins a tie.
pub const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Records looked at.
const SAMPLE_RECORDS: usize = 1_000;
/// Fields looked at, so that wide tables stay quick.
const SAMPLE_FIELDS: usize = 200_000;
/// A delimiter that explains less than this share of the records is none.
const LEAST_AGREEMENT: f64 = 0.5;

/// How a text is written, and what its header says.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    /// One of [`DELIMITERS`].
    pub delimiter: u8,
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
    fields: Vec<Field>,
    /// For each record, where its fields end in `fields` (exclusive).
    ends: Vec<usize>,
}

/// Enough records were seen.
struct Enough;

impl<'a> Sample<'a> {
    /// The first records; a last one without a line break counts when the text is `whole`.
    fn new(text: &'a [u8], delimiter: u8, whole: bool) -> Self {
        let mut fields = Vec::new();
        let mut ends = Vec::new();
        // Running out of sample and having seen enough are both fine.
        let _ = walk(text, delimiter, whole, |field| {
            fields.push(field);
            if field.ends_record {
                ends.push(fields.len());
            }
            let enough = ends.len() >= SAMPLE_RECORDS
                || (fields.len() >= SAMPLE_FIELDS && ends.len() > 1);
            if enough { Err(Enough) } else { Ok(()) }
        });
        Self { text, fields, ends }
    }

    fn record(&self, number: usize) -> &[Field] {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(number).copied().unwrap_or_default();
        self.fields.get(start.copied().unwrap_or_default()..end).unwrap_or_default()
    }

    fn records(&self) -> impl Iterator<Item = &[Field]> {
        (0..self.ends.len()).map(|number| self.record(number))
    }

    /// The records under the first one.
    fn below(&self) -> impl Iterator<Item = &[Field]> {
        self.records().skip(1)
    }

    fn text_of<'s>(&'s self, field: Field, scratch: &'s mut Vec<u8>) -> (&'s [u8], bool) {
        let raw = self.text.get(field.start..field.end).unwrap_or_default();
        if field.stray_quote { (raw, false) } else { field_text(raw, scratch) }
    }

    /// The most common number of fields among `records` (the larger of two equally common).
    fn usual_width<'r>(records: impl Iterator<Item = &'r [Field]>) -> (usize, usize) {
        let mut widths: Vec<usize> = records.map(<[Field]>::len).collect();
        widths.sort_unstable();
        let runs = widths.chunk_by(|a, b| a == b).map(|run| (run.len(), run));
        let best = runs.max_by_key(|(count, run)| (*count, run.first().copied()));
        best.map_or((0, 0), |(count, run)| (run.first().copied().unwrap_or(0), count))
    }
}

/// The dialect of a text that starts with its first record (or a `sep=` line). `whole`: the sample is the whole
/// text. `None` when it holds no record at all.
pub(crate) fn sniff(text: &[u8], whole: bool) -> Option<Dialect> {
    let (named, skipped) = separator_line(text);
    let body = text.get(skipped..).unwrap_or_default();
    let delimiter = named.unwrap_or_else(|| best_delimiter(body, whole));
    let sample = Sample::new(body, delimiter, whole);
    let header = sample.record(0);
    let last = header.last()?;
    let has_header = has_header(&sample);
    let shape = shape(&sample, has_header);
    let rows_start = if has_header { (last.end + 1).min(body.len()) } else { 0 };
    Some(Dialect {
        delimiter,
        has_header,
        decimal_comma: has_decimal_comma(&sample, delimiter, has_header),
        names: shape.names,
        field_count: shape.field_count,
        rows_start: rows_start + skipped,
        record_count: sample.ends.len(),
    })
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
    let (width, count) = Sample::usual_width(sample.records());
    if width < 2 {
        return 0.0;
    }
    let (mut fields, mut doubtful) = (0_usize, 0_usize);
    let mut scratch = Vec::new();
    for field in &sample.fields {
        let (text, quoted) = sample.text_of(*field, &mut scratch);
        let holds_other = !quoted
            && text.iter().any(|byte| DELIMITERS.contains(byte) && *byte != delimiter)
            && parse_number(text, true).or_else(|| parse_number(text, false)).is_none();
        fields += 1;
        doubtful += usize::from(holds_other);
    }
    let header_width = sample.record(0).len();
    let header_fits = header_width == width || header_width + 1 == width;
    let header_factor = if header_fits { 1.0 } else { 0.8 };
    let agreeing = count as f64 / sample.ends.len() as f64;
    let clean = 1.0 - doubtful as f64 / fields as f64;
    agreeing * clean * header_factor
}

/// What a column's texts below the first record look like.
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
    let first = sample.record(0);
    let mut scratch = Vec::new();
    if counts_up(sample, first) {
        return true;
    }
    if sample.ends.len() < 2 {
        return first.iter().all(|field| {
            let (text, _) = sample.text_of(*field, &mut scratch);
            is_null(text) || matches!(looks(text), Looks::Text | Looks::Boolean)
        });
    }
    let offset = usize::from(Sample::usual_width(sample.below()).0 == first.len() + 1);
    let mut votes = 0_i64;
    for field in first {
        votes += vote(sample, *field, field.index + offset);
    }
    votes >= 0
}

/// Names like `0`, `1`, `2`, …, or the same behind one empty name.
fn counts_up(sample: &Sample, first: &[Field]) -> bool {
    let mut scratch = Vec::new();
    let mut expected = None;
    for field in first {
        let (text, _) = sample.text_of(*field, &mut scratch);
        if text.is_empty() && field.index == 0 && first.len() > 1 {
            continue;
        }
        let number = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
        let Some(number): Option<u64> = number else { return false };
        if expected.map_or(number > 1, |expected| number != expected) {
            return false;
        }
        expected = Some(number + 1);
    }
    first.len() > 2
}

/// 1 for a header, -1 against, 0 for no opinion.
fn vote(sample: &Sample, first: Field, index: usize) -> i64 {
    let (mut first_scratch, mut scratch) = (Vec::new(), Vec::new());
    let (name, _) = sample.text_of(first, &mut first_scratch);
    if is_null(name) {
        return 0;
    }
    let name_looks = looks(name);
    let (mut count, mut same_looks, mut typed, mut again) = (0_usize, 0, 0_usize, false);
    for record in sample.below() {
        let Some(field) = record.get(index) else { continue };
        let (text, _) = sample.text_of(*field, &mut scratch);
        if is_null(text) {
            continue;
        }
        let looks = looks(text);
        count += 1;
        same_looks += usize::from(looks == name_looks);
        typed += usize::from(looks != Looks::Text);
        again |= text == name;
    }
    match name_looks {
        _ if count == 0 => 0,
        Looks::Text | Looks::Boolean
            if typed * 10 >= count * 9 && same_looks * 2 < count =>
        {
            1
        }
        Looks::Text | Looks::Boolean if again => -1,
        Looks::Number | Looks::Date if same_looks * 10 >= count * 9 => -1,
        _ => 0,
    }
}

/// The columns of a table.
struct Shape {
    names: Vec<Vec<u8>>,
    field_count: usize,
}

fn shape(sample: &Sample, has_header: bool) -> Shape {
    let first = sample.record(0);
    let (below, count) = Sample::usual_width(sample.below());
    if !has_header {
        let (width, _) = Sample::usual_width(sample.records());
        return Shape { names: vec![Vec::new(); width], field_count: width };
    }
    let mut scratch = Vec::new();
    let mut names: Vec<Vec<u8>> = first
        .iter()
        .map(|field| sample.text_of(*field, &mut scratch).0.to_vec())
        .collect();
    let mut field_count = names.len();
    let one_more = below == names.len() + 1 && count * 10 >= (sample.ends.len() - 1) * 9;
    if one_more {
        field_count = below;
        let last_empty = |record: &[Field]| {
            record.get(below - 1).is_none_or(|field| field.start == field.end)
        };
        if !sample.below().all(last_empty) {
            names.insert(0, Vec::new());
        }
    }
    Shape { names, field_count }
}

fn has_decimal_comma(sample: &Sample, delimiter: u8, has_header: bool) -> bool {
    let (mut comma_only, mut point_only, mut grouped_by_comma) =
        (0_usize, 0_usize, 0_usize);
    let mut scratch = Vec::new();
    for record in sample.records().skip(usize::from(has_header)) {
        for field in record {
            let (text, _) = sample.text_of(*field, &mut scratch);
            if !text.iter().any(|byte| matches!(byte, b',' | b'.')) {
                continue;
            }
            let comma = parse_number(text, true).is_some();
            let point = parse_number(text, false).is_some();
            comma_only += usize::from(comma && !point);
            point_only += usize::from(point && !comma);
            grouped_by_comma += usize::from(comma && point && text.contains(&b','));
        }
    }
    match (comma_only, point_only) {
        (0, 0) => delimiter == b';' && grouped_by_comma > 0,
        _ => comma_only > point_only,
    }
}
