//! Where rows of a kind are: the column whose values they share and most other rows do not have. Enter: a frame and a
//! flag a row. Leave: the column, and words such as "channel is phone or web" or "carat is at most 0.5".

use super::View;
use super::common::{below, inputs, name_shares, short, sorted};
use crate::encode::frame::{Frame, Raw};

/// Names that may hold the rows together.
const PLACES: usize = 3;
/// Share of the rows that must be there, and of other rows that may.
const IN_PLACE: (f64, f64) = (0.97, 0.6);

/// A column that holds rows together.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Place in the frames' columns.
    pub column: usize,
    /// The column and its values, in words.
    pub words: String,
    /// Share of the rows that are there, less that of the others, 0–1.
    apart: f64,
}

/// The column that nearly all flagged rows of the frame share with the fewest of the others; `None` where no column
/// holds them together.
#[must_use]
pub fn of(view: &View<'_>, frame: &Frame, flags: &[bool]) -> Option<Place> {
    let found = inputs(view).into_iter().filter_map(|column| {
        let about = view.frames.columns.get(column)?;
        match frame.values.get(column)? {
            Raw::Names(names) => among(column, &about.name, &about.names, names, flags),
            Raw::Numbers(values) => within(column, &about.name, values, flags),
            _ => None,
        }
    });
    let mut best: Option<Place> = None;
    for own in found {
        if best.as_ref().is_none_or(|best| own.apart > best.apart) {
            best = Some(own);
        }
    }
    best
}

/// At most [`PLACES`] names.
fn among(
    column: usize,
    name: &str,
    known: &[String],
    names: &[u32],
    flags: &[bool],
) -> Option<Place> {
    let part = |wanted: bool| -> Vec<f64> {
        let own = names.iter().zip(flags).filter(|own| *own.1 == wanted);
        let own: Vec<u32> = own.map(|own| *own.0).collect();
        name_shares(&own, known.len())
    };
    let (rows, others) = (part(true), part(false));
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let share = |own: &[f64], at: usize| own.get(at).copied().unwrap_or(0.0);
    order.sort_by(|a, b| share(&rows, *b).total_cmp(&share(&rows, *a)).then(a.cmp(b)));
    let mut held = (0.0, 0.0);
    let count = order.iter().take(PLACES).position(|at| {
        held.0 += share(&rows, *at);
        held.1 += share(&others, *at);
        held.0 >= IN_PLACE.0
    })?;
    let shown: Vec<&str> = order
        .iter()
        .take(count + 1)
        .filter_map(|at| known.get(*at))
        .map(String::as_str)
        .collect();
    let words = format!("{name} is {}", shown.join(" or "));
    (held.1 <= IN_PLACE.1).then_some(Place { column, words, apart: held.0 - held.1 })
}

/// Numbers up to a bound, or from one on.
fn within(column: usize, name: &str, values: &[f64], flags: &[bool]) -> Option<Place> {
    let part = |wanted: bool| -> Vec<f64> {
        let own = values.iter().zip(flags).filter(|own| *own.1 == wanted);
        sorted(&own.map(|own| *own.0).collect::<Vec<f64>>())
    };
    let (rows, others) = (part(true), part(false));
    let flagged = flags.iter().filter(|own| **own).count();
    if (rows.len() as f64) < IN_PLACE.0 * flagged as f64 || others.is_empty() {
        return None;
    }
    let at = |share: f64| {
        rows.get((share * (rows.len() - 1) as f64).round() as usize).copied()
    };
    let mut best: Option<Place> = None;
    // The bound that takes in every row, or the one that leaves out the last few.
    for share in [1.0, IN_PLACE.0] {
        let (low, high) = (at(1.0 - share)?, at(share)?);
        let up_to = (below(&rows, high), below(&others, high));
        let from = (below(&rows, low.next_down()), below(&others, low.next_down()));
        for (inside, outside, words) in [
            (up_to.0, up_to.1, format!("{name} is at most {}", short(high))),
            (1.0 - from.0, 1.0 - from.1, format!("{name} is at least {}", short(low))),
        ] {
            let apart = inside - outside;
            if outside <= IN_PLACE.1 && best.as_ref().is_none_or(|own| apart > own.apart)
            {
                best = Some(Place { column, words, apart });
            }
        }
    }
    best
}
