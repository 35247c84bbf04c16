//! Slices in words. Enter: what the search confirmed. Leave: the report's two lists.

use super::columns::code_title;
use crate::choices::Kind;
use crate::encode::coder::{ColumnCoder, Rule};
use crate::engine::pipeline::Analysis;
use crate::report::{BinKind, Condition, Slice, Slices, Test};
use crate::slice::{self, CodeSet, FoundSlice};
use crate::story::number;
use crate::story::segment::slice_title;

/// Categories named in one condition.
const NAMED: usize = 3;

/// The two lists.
#[must_use]
pub fn slices(analysis: &Analysis) -> Slices {
    let (grew, worse) = &analysis.asked.found;
    let words = |found: &[FoundSlice]| -> Vec<Slice> {
        found.iter().map(|one| described(analysis, one)).collect()
    };
    Slices { grew: words(grew), worse: words(worse) }
}

/// A slice's title.
#[must_use]
pub fn title(analysis: &Analysis, found: &FoundSlice) -> String {
    slice_title(&conditions(analysis, found))
}

fn conditions(analysis: &Analysis, found: &FoundSlice) -> Vec<Condition> {
    found
        .conditions
        .iter()
        .filter_map(|condition| {
            let coder = analysis.plan.coders.get(condition.column)?;
            Some(Condition {
                column: coder.name.clone(),
                is: condition_words(coder, condition),
                test: test(coder, condition),
            })
        })
        .collect()
}

fn described(analysis: &Analysis, found: &FoundSlice) -> Slice {
    let conditions = conditions(analysis, found);
    let split = &found.split;
    Slice {
        title: slice_title(&conditions),
        conditions,
        reference_share: split.reference_share,
        production_share: split.production_share,
        production_rows: found.production_rows,
        reference_loss: split.reference_loss,
        production_loss: split.production_loss,
        mix_points: split.mix,
        rate_points: split.rate,
        interval: found.interval,
    }
}

fn condition_words(coder: &ColumnCoder, condition: &slice::Condition) -> String {
    match &condition.codes {
        CodeSet::Range { codes, from_lowest, to_highest } => {
            range_words(coder, codes, *from_lowest, *to_highest)
        }
        CodeSet::Set(codes) => set_words(coder, codes),
    }
}

/// The condition exactly, where it can be asked of the column as it is in the files.
fn test(coder: &ColumnCoder, condition: &slice::Condition) -> Test {
    if coder.name != coder.source || matches!(coder.kind, Kind::Time | Kind::Text) {
        return Test::Unknown;
    }
    match &condition.codes {
        CodeSet::Range { codes, from_lowest, to_highest } => {
            let lows = codes.iter().filter_map(|code| edges(coder, *code).0);
            let low = lows.fold(f64::INFINITY, f64::min);
            let ends = codes.iter().filter_map(|code| {
                let (low, high) = edges(coder, *code);
                let single = coder.layout.kind_of(*code) == Some(BinKind::Value);
                Some((if single { low } else { high }?, single))
            });
            let (high, high_inclusive) =
                ends.fold((f64::NEG_INFINITY, false), |(most, single), (high, own)| {
                    if high > most || (high == most && own) {
                        (high, own)
                    } else {
                        (most, single)
                    }
                });
            Test::Range {
                low: Some(low).filter(|own| !from_lowest && own.is_finite()),
                high: Some(high).filter(|own| !to_highest && own.is_finite()),
                high_inclusive,
            }
        }
        CodeSet::Set(codes) => {
            let kind = |code: &u8| coder.layout.kind_of(*code);
            let all = |wanted: BinKind| codes.iter().all(|c| kind(c) == Some(wanted));
            let titles: Vec<String> =
                codes.iter().map(|code| code_title(coder, *code)).collect();
            if all(BinKind::Missing) {
                Test::Missing
            } else if matches!(coder.rule, Rule::Truth) {
                match titles.as_slice() {
                    [one] if one == "yes" => Test::Truth(true),
                    [one] if one == "no" => Test::Truth(false),
                    _ => Test::Unknown,
                }
            } else if all(BinKind::Category) && matches!(coder.rule, Rule::Name(_)) {
                Test::Names(titles)
            } else if matches!(coder.rule, Rule::Name(_)) {
                // Rare or new ones: every name but those that are neither.
                let others = coder.layout.order.iter().map(|(code, _)| code);
                let named = others.filter(|code| {
                    kind(code) == Some(BinKind::Category) && !codes.contains(code)
                });
                Test::OtherThan(named.map(|code| code_title(coder, *code)).collect())
            } else {
                Test::Unknown
            }
        }
    }
}

fn edges(coder: &ColumnCoder, code: u8) -> (Option<f64>, Option<f64>) {
    let at = coder.layout.order.iter().position(|(own, _)| *own == code);
    at.and_then(|at| coder.titles.get(at))
        .map_or((None, None), |title| (title.low, title.high))
}

fn range_words(
    coder: &ColumnCoder,
    codes: &[u8],
    from_lowest: bool,
    to_highest: bool,
) -> String {
    let kind = |code: &u8| coder.layout.kind_of(*code);
    let lows = codes.iter().filter_map(|code| edges(coder, *code).0);
    let low = lows.fold(f64::INFINITY, f64::min);
    // A single value has one edge, itself.
    let high_of = |code: &u8| {
        let (low, high) = edges(coder, *code);
        if kind(code) == Some(BinKind::Value) { low } else { high }
    };
    let high = codes.iter().filter_map(high_of).fold(f64::NEG_INFINITY, f64::max);
    let all_values = codes.iter().all(|code| kind(code) == Some(BinKind::Value));
    // The topmost code may be a single value above a range.
    let ends_with_value = codes.iter().any(|code| {
        kind(code) == Some(BinKind::Value) && edges(coder, *code).0 == Some(high)
    });
    let words = |value: f64| number::quantity(value);
    match (from_lowest, to_highest) {
        (true, true) => "is known".to_owned(),
        (true, false) if all_values || ends_with_value => {
            format!("is {} or less", words(high))
        }
        (true, false) => format!("is below {}", words(high)),
        (false, true) => format!("is {} or more", words(low)),
        (false, false) if low == high => format!("is {}", words(low)),
        (false, false) => format!("is between {} and {}", words(low), words(high)),
    }
}

fn set_words(coder: &ColumnCoder, codes: &[u8]) -> String {
    let kinds: Vec<Option<BinKind>> =
        codes.iter().map(|code| coder.layout.kind_of(*code)).collect();
    let all = |kind: BinKind| kinds.iter().all(|own| *own == Some(kind));
    let is_new =
        |own: &Option<BinKind>| matches!(own, Some(BinKind::New | BinKind::Unseen));
    if all(BinKind::Missing) {
        return "is missing".to_owned();
    }
    if codes.len() > 1 && kinds.iter().all(is_new) {
        return "has a value that the reference never had".to_owned();
    }
    if all(BinKind::Other) || codes.len() > NAMED {
        return "is one of the rarer values".to_owned();
    }
    let titles: Vec<String> = codes.iter().map(|code| code_title(coder, *code)).collect();
    if all(BinKind::Unseen) {
        return "has a value that the reference never had".to_owned();
    }
    format!("is {}", titles.join(" or "))
}
