//! Words about sharing: what is inside, what was left out. Enter: a prepared report; leave: sentences for the dialog,
//! for the recipient's page and for files.

use crate::choices::Role;
use crate::report::{Report, Shared};
use crate::story::{number, phrase};

/// What a link leaves out, by id.
fn left_out_word(id: &str, shared: &Shared) -> String {
    let counted = |count: u64| phrase::counted(count, "column", "columns");
    match id {
        "columns" if shared.columns_left_out > 0 => {
            let moved = match shared.moved_left_out {
                0 => ", none of which moved".to_owned(),
                moved => format!(", {} of which moved", number::count(moved)),
            };
            format!("{} that no cause names{moved}", counted(shared.columns_left_out))
        }
        "columns" => "columns that are not compared".to_owned(),
        "distributions" => "the bars of each column".to_owned(),
        "bars" => "the bars of the columns that matter least".to_owned(),
        "findings" => "further findings on columns".to_owned(),
        "causes" => "the least likely causes".to_owned(),
        "evidence" => "further evidence".to_owned(),
        "examined" => "why the other causes were ruled out".to_owned(),
        "shares" => "the smallest parts of the split".to_owned(),
        "segments" => "further segments".to_owned(),
        "kpis" => "further business numbers".to_owned(),
        "metrics" => "further metrics".to_owned(),
        "notes" => "further notes".to_owned(),
        "time" => "details of single periods".to_owned(),
        "monitoring" => "all alert limits but that of the headline metric".to_owned(),
        "queries" => "the queries of the plan".to_owned(),
        "roles" => "what each column was taken for".to_owned(),
        "parity" => "columns of the parity check".to_owned(),
        "curves" => "the finest steps of the score pictures".to_owned(),
        "what_if_bins" => "the finest steps of the cut-off trial".to_owned(),
        "what_if" => "the histograms for trying out cut-offs".to_owned(),
        "what_if_segments" => "trying out a cut-off by segment".to_owned(),
        "old_model" => "further metrics of the previous model".to_owned(),
        other => other.replace('_', " "),
    }
}

/// "Left out to fit into a link: …", or into the HTML file; `None` when nothing was.
#[must_use]
pub fn left_out(shared: &Shared) -> Option<String> {
    let parts: Vec<String> =
        shared.left_out.iter().map(|own| left_out_word(own, shared)).collect();
    let (into, whole) = if shared.by_link {
        ("a link", "The HTML file and report.json hold all of it")
    } else {
        ("the HTML file", "report.json holds all of it")
    };
    (!parts.is_empty()).then(|| {
        format!("Left out to fit into {into}: {}. {whole}.", phrase::list(&parts))
    })
}

/// What the reader of a shared report should know, one sentence each.
#[must_use]
pub fn told(shared: &Shared) -> Vec<String> {
    let mut list = Vec::new();
    if shared.by_link {
        list.push(
            "This report came in a link: everything you see was in the address, and nothing was sent anywhere. \
             Numbers are rounded to what can be told from chance."
                .to_owned(),
        );
    }
    list.extend(left_out(shared));
    if shared.redacted {
        list.push(
            "Names of columns, values and files were replaced before it was shared."
                .to_owned(),
        );
    }
    if shared.groups_hidden > 0 {
        list.push(format!(
            "{} fewer than 10 rows {} merged or hidden.",
            phrase::capital(&phrase::counted(
                shared.groups_hidden,
                "group of",
                "groups of"
            )),
            phrase::plural(shared.groups_hidden, "was", "were")
        ));
    }
    list
}

/// Exactly what is inside, a line each, for the dialog.
#[must_use]
pub fn inside(r: &Report) -> Vec<String> {
    let count =
        |count: usize, one: &str, many: &str| phrase::counted(count as u64, one, many);
    let mut list = vec![format!(
        "The verdict, and {} before and after launch",
        count(r.metrics.len(), "metric", "metrics")
    )];
    let parts = [
        (r.attribution.len(), "part of the split", "parts of the split"),
        (r.causes.len(), "cause with its evidence", "causes with their evidence"),
        (
            r.slices.grew.len() + r.slices.worse.len(),
            "segment by name, with its share of rows",
            "segments by name, with their share of rows",
        ),
        (
            r.series.len(),
            "period with its date and row count",
            "periods with dates and row counts",
        ),
        (r.kpis.len(), "business number", "business numbers"),
        (
            r.notes.len(),
            "note on what could not be checked",
            "notes on what could not be checked",
        ),
    ];
    list.extend(
        parts
            .into_iter()
            .filter(|(number, _, _)| *number > 0)
            .map(|(number, one, many)| phrase::capital(&count(number, one, many))),
    );
    let columns: Vec<&str> = r
        .columns
        .iter()
        .filter(|own| !matches!(own.role, Role::Ignore))
        .map(|own| own.name.as_str())
        .collect();
    if !columns.is_empty() {
        let bars: usize = r.columns.iter().map(|own| own.bins.len()).sum();
        let named = phrase::names(&columns, 6);
        let bars = match bars {
            0 => String::new(),
            bars => {
                format!(", with {} of their distributions", count(bars, "bar", "bars"))
            }
        };
        list.push(format!(
            "{}: {named}{bars}",
            count(columns.len(), "column", "columns")
        ));
    }
    let values: Vec<&str> = r
        .columns
        .iter()
        .flat_map(|own| &own.bins)
        .filter(|own| {
            matches!(
                own.kind,
                crate::report::BinKind::Category | crate::report::BinKind::New
            )
        })
        .map(|own| own.title.as_str())
        .collect();
    if !values.is_empty() {
        list.push(format!(
            "{}, for example {}",
            count(values.len(), "name of a category", "names of categories"),
            phrase::quoted(values.first().copied().unwrap_or_default())
        ));
    }
    let bins = r.scores.as_ref().map_or(0, |own| own.reference_histogram.len());
    if bins > 0 {
        list.push(format!(
            "Score histograms of {}, every bar 0 or at least 10 rows",
            count(bins, "bar", "bars")
        ));
    }
    if let Some(own) = &r.what_if {
        let segments = own.populations.iter().filter(|own| own.segment.is_some()).count();
        list.push(format!(
            "Counts of outcomes in {} for trying out cut-offs, for all rows and {}, every count 0 or at least 10 rows",
            count(own.edges.len().saturating_sub(1), "score step", "score steps"),
            count(segments / 2, "segment", "segments")
        ));
    }
    let files: Vec<&str> =
        r.inputs.tables.iter().flat_map(|own| &own.files).map(String::as_str).collect();
    if !files.is_empty() {
        let quoted: Vec<String> = files.iter().map(|own| phrase::quoted(own)).collect();
        list.push(format!("The file names {}", phrase::list_some(&quoted, 4)));
    }
    list.push("No rows, no ids, no group of fewer than 10 rows".to_owned());
    list
}
