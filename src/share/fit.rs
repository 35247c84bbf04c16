//! What the HTML file leaves out of a report with very many columns, so that it stays below a megabyte. Enter: a
//! prepared report; leaves: the same, or without the bars of the columns that a reader needs least.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{level, pack};
use crate::report::Report;

/// Most bytes of a packed report in an HTML file. A megabyte holds these as base64 beside the viewer, whose own size
/// the budget in `tests/sizes/` keeps.
pub const PACKED_BYTES: usize = 100 << 10;

/// The id of what is left out, for [`words`](super::words).
pub const BARS: &str = "bars";

/// The report as an HTML file carries it: gzipped, [`pack::packed`].
///
/// # Errors
/// The writer's words; never for a report of whydrop's own.
pub fn gzipped(report: &Report) -> Result<Vec<u8>, String> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&pack::packed(report)?).map_err(|error| error.to_string())?;
    packer.finish().map_err(|error| error.to_string())
}

/// The report without the bars of as many columns as it takes to fit into `most` bytes, gzipped; columns that a
/// cause names come last. A report that does not fit even so comes back without any bars.
///
/// # Errors
/// The writer's words; never for a report of whydrop's own.
pub fn fitting(report: &Report, most: usize) -> Result<Report, String> {
    let mut own = report.clone();
    let needs = level::need(report);
    let mut order: Vec<usize> = (0..own.columns.len())
        .filter(|at| own.columns.get(*at).is_some_and(|own| !own.bins.is_empty()))
        .collect();
    order.sort_by_key(|at| needs.get(*at));
    while !order.is_empty() && gzipped(&own)?.len() > most {
        let kept = order.len() * 3 / 4;
        for at in order.drain(kept..) {
            if let Some(column) = own.columns.get_mut(at) {
                column.bins.clear();
            }
        }
        let left = &mut own.shared.get_or_insert_default().left_out;
        if !left.iter().any(|id| id == BARS) {
            left.push(BARS.to_owned());
        }
    }
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Task;
    use crate::report::{Bin, VerdictKind};
    use crate::share::words;
    use crate::story::fixture;

    #[test]
    fn what_fits_is_left_alone_and_what_does_not_loses_the_least_needed_bars_first() {
        let mut whole =
            fixture::explained(fixture::report(VerdictKind::Dropped, Task::Binary));
        whole.columns = (0..60_u64)
            .map(|at| {
                let bar = |place: u64| Bin {
                    title: format!("value {}", at * 37 % 101),
                    reference: at * 977 + place * 131,
                    production: at * 613 + place * 57,
                    ..Bin::default()
                };
                let mut own = fixture::column(&format!("column {at}"), 0.0);
                own.bins = (0..20).map(bar).collect();
                own
            })
            .collect();
        for cause in &mut whole.causes {
            cause.columns = vec!["column 59".to_owned()];
        }
        let size = gzipped(&whole).expect("packed").len();
        assert_eq!(fitting(&whole, size).expect("packed"), whole);

        let less = fitting(&whole, size * 2 / 3).expect("packed");
        assert!(gzipped(&less).expect("packed").len() <= size * 2 / 3);
        assert!(!less.columns[59].bins.is_empty(), "a cause names it");
        assert!(less.columns.iter().any(|own| own.bins.is_empty()));
        let told = words::left_out(&less.shared.expect("told")).expect("told");
        assert!(told.contains("HTML file") && told.contains("bars"), "{told}");

        let bare = fitting(&whole, 0).expect("packed");
        assert!(bare.columns.iter().all(|own| own.bins.is_empty()));
    }
}
