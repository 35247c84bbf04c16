//! Segments as bars of points with their intervals.

use charming::element::{ItemStyle, LineStyle, Symbol, Trigger};
use charming::series::{Bar, Line};

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{Slice, Unit};
pub use crate::story::segment::List;
use crate::story::{number, phrase};
use crate::ui::text;

/// More bars than this say less, not more; the list below has them all.
const BARS: usize = 8;

/// The picture; `None` of an empty list. `unit` is the unit of the loss.
#[must_use]
pub fn picture(list: List, slices: &[&Slice], unit: Unit) -> Option<Picture> {
    let first = slices.first()?;
    let rows = slices
        .iter()
        .map(|slice| {
            vec![
                slice.title.clone(),
                text::signed(unit, list.points(slice)),
                text::interval(unit, slice.interval),
                number::share(slice.reference_share),
                number::share(slice.production_share),
                number::count(slice.production_rows),
            ]
        })
        .collect();
    let shown = slices.iter().take(BARS).map(|own| (*own).clone()).collect::<Vec<_>>();
    Some(Picture {
        title: text::segments_title(list, first, unit),
        samples: text::segment_samples(slices),
        summary: text::segments_summary(list, slices),
        height_px: u32::try_from(shown.len()).unwrap_or(8) * 40 + 64,
        table: DataTable {
            heads: text::heads(&[
                "Segment",
                "Effect",
                text::RANGE_HEAD,
                "Share before",
                "Share after",
                "Known outcomes after",
            ]),
            rows,
        },
        option: Box::new(move |palette, width| {
            option(palette, list, &shown, unit, width)
        }),
    })
}

fn option(
    palette: &Palette,
    list: List,
    slices: &[Slice],
    unit: Unit,
    width: f64,
) -> Sheet {
    let scale = axes::scale(unit);
    let letters = if width < 520.0 { 18 } else { 40 };
    let titles =
        slices.iter().map(|slice| phrase::middle_out(&slice.title, letters)).collect();
    let color = |points: f64| if points > 0.0 { &palette.worse } else { &palette.better };
    let bars = slices
        .iter()
        .map(|slice| {
            let points = list.points(slice);
            charming::datatype::DataPointItem::new(axes::rounded(points * scale))
                .item_style(
                    ItemStyle::new().color(color(points).as_str()).border_radius(2),
                )
        })
        .collect::<Vec<_>>();
    let mut chart = axes::chart(Trigger::Axis)
        .grid(axes::grid(8.0, 38.0))
        .x_axis(axes::across(palette, text::effect_axis(unit), ""))
        .y_axis(axes::names(palette, "", titles).inverse(true))
        .series(Bar::new().name(text::EFFECT).bar_width(16).data(bars));
    for (index, slice) in slices.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "at most eight bars")]
        let level = index as f64;
        let (low, high) = slice.interval;
        chart = chart.series(
            Line::new()
                .symbol(Symbol::Rect)
                .symbol_size(0.0)
                .silent(true)
                .line_style(LineStyle::new().color(palette.ink.as_str()).width(1.5))
                .data(vec![
                    axes::pair(low * scale, level),
                    axes::pair(high * scale, level),
                ]),
        );
    }
    chart
}
