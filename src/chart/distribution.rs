//! One column before and after: the share of rows in each bar.

use charming::component::Axis;
use charming::element::{ItemStyle, Trigger};
use charming::series::Bar;

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{Bin, BinKind, ColumnReport};
use crate::story::{number, phrase};
use crate::ui::text;

/// Above this many bars, or with long names, bars lie on their side so that names can be read.
const UPRIGHT_BARS: usize = 6;
/// Names longer than this (characters) are cut in the picture; the table has them whole.
const NAME_CHARS: usize = 22;

/// The picture; `None` without bars.
#[must_use]
pub fn picture(column: &ColumnReport) -> Option<Picture> {
    let before: u64 = column.bins.iter().map(|bin| bin.reference).sum();
    let after: u64 = column.bins.iter().map(|bin| bin.production).sum();
    if column.bins.is_empty() || before + after == 0 {
        return None;
    }
    let rows = column
        .bins
        .iter()
        .map(|bin| {
            vec![
                bin.title.clone(),
                number::count(bin.reference),
                number::share(share(bin.reference, before)),
                number::count(bin.production),
                number::share(share(bin.production, after)),
            ]
        })
        .collect();
    let lying = lies(&column.bins);
    let height_px = if lying {
        u32::try_from(column.bins.len()).unwrap_or(30) * 30 + 72
    } else {
        280
    };
    let (name, bins) = (column.name.clone(), column.bins.clone());
    Some(Picture {
        title: text::distribution_title(column),
        samples: text::samples(before, after),
        summary: text::distribution_summary(column, before, after),
        height_px,
        table: DataTable {
            heads: text::heads(&["Value", "Rows before", "Share", "Rows after", "Share"]),
            rows,
        },
        option: Box::new(move |palette, _width| {
            option(palette, &name, &bins, (before, after), lying)
        }),
    })
}

/// Share of rows, 0–1; 0 of an empty table.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "a share for the eye; rows stay below 2^53"
)]
pub fn share(rows: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { rows as f64 / all as f64 }
}

fn lies(bins: &[Bin]) -> bool {
    let numeric = bins.iter().any(|bin| bin.kind == BinKind::Range);
    let long = bins.iter().any(|bin| bin.title.chars().count() > 10);
    !numeric && (bins.len() > UPRIGHT_BARS || long)
}

fn short(title: &str) -> String {
    phrase::middle_out(title, NAME_CHARS)
}

/// What stands below a bar: of a range its lower edge, which is shorter and does not overlap.
fn mark(bin: &Bin, lying: bool) -> String {
    match (bin.kind, bin.low) {
        (BinKind::Range, Some(low)) if !lying => number::quantity(low),
        _ => short(&bin.title),
    }
}

fn option(
    palette: &Palette,
    name: &str,
    bins: &[Bin],
    (before, after): (u64, u64),
    lying: bool,
) -> Sheet {
    let titles = bins.iter().map(|bin| mark(bin, lying)).collect::<Vec<_>>();
    let (top, bottom) = if lying { (30.0, 34.0) } else { (72.0, 34.0) };
    let chart = axes::chart(Trigger::Axis)
        .legend(axes::legend(palette, &[text::BEFORE, text::AFTER]))
        .grid(axes::grid(top, bottom));
    let chart = if lying {
        chart
            .x_axis(axes::across(palette, text::SHARE_AXIS, " %"))
            .y_axis(turned(axes::names(palette, "", titles)))
    } else {
        chart
            .x_axis(axes::names(palette, &text::edges_axis(name, bins), titles))
            .y_axis(axes::upwards(palette, text::SHARE_AXIS, " %"))
    };
    let bar = |title: &str, color: &str, rows: fn(&Bin) -> u64, all: u64| {
        Bar::new()
            .name(title)
            .bar_gap("8%")
            .item_style(ItemStyle::new().color(color).border_radius(2))
            .data(
                bins.iter()
                    .map(|bin| axes::point(Some(share(rows(bin), all)), 100.0))
                    .collect(),
            )
    };
    chart
        .series(bar(text::BEFORE, &palette.reference, |bin| bin.reference, before))
        .series(bar(text::AFTER, &palette.production, |bin| bin.production, after))
}

/// First name on top.
fn turned(axis: Axis) -> Axis {
    axis.inverse(true)
}
