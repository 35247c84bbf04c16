//! Calibration: of the rows with a score near x, how many turned out to be "yes".

use charming::element::{ItemStyle, LineStyle, LineStyleType, Symbol, Trigger};
use charming::series::Line;

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::Report;
use crate::story::number;
use crate::ui::text;

/// The picture; `None` unless both tables have points.
#[must_use]
pub fn picture(report: &Report) -> Option<Picture> {
    let scores = report.scores.as_ref()?;
    let before = scores.reference_calibration.clone();
    let after = scores.production_calibration.clone();
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let rows = [(text::BEFORE, &before), (text::AFTER, &after)]
        .into_iter()
        .flat_map(|(name, points)| {
            points.iter().map(move |(score, rate, rows)| {
                vec![
                    name.to_owned(),
                    number::share(*score),
                    number::share(*rate),
                    number::count(*rows),
                ]
            })
        })
        .collect();
    let (reference_rows, production_rows) = text::labelled_rows(report);
    Some(Picture {
        title: text::calibration_title(&after),
        samples: text::samples(reference_rows, production_rows),
        summary: text::CALIBRATION_SUMMARY.to_owned(),
        height_px: 360,
        table: DataTable {
            heads: text::heads(&["Table", "Mean score", "Observed rate", "Rows"]),
            rows,
        },
        option: Box::new(move |palette, _width| option(palette, &before, &after)),
    })
}

type Points = [(f64, f64, u64)];

fn option(palette: &Palette, before: &Points, after: &Points) -> Sheet {
    let mut chart = axes::chart(Trigger::Item)
        .legend(axes::legend(palette, &[text::BEFORE, text::AFTER]))
        .grid(axes::grid(72.0, 36.0))
        .x_axis(axes::across(palette, text::MEAN_SCORE_AXIS, " %").min(0).max(100))
        .y_axis(axes::upwards(palette, text::OBSERVED_AXIS, " %").min(0).max(100))
        .series(
            Line::new()
                .symbol(Symbol::None)
                .silent(true)
                .line_style(
                    LineStyle::new()
                        .color(palette.muted.as_str())
                        .width(1)
                        .type_(LineStyleType::Dashed),
                )
                .data(vec![axes::pair(0.0, 0.0), axes::pair(100.0, 100.0)]),
        );
    for (name, color, points) in [
        (text::BEFORE, &palette.reference, before),
        (text::AFTER, &palette.production, after),
    ] {
        let data = points
            .iter()
            .map(|(score, rate, _)| axes::pair(score * 100.0, rate * 100.0))
            .collect();
        chart = chart.series(
            Line::new()
                .name(name)
                .symbol(Symbol::Circle)
                .symbol_size(7.0)
                .line_style(LineStyle::new().color(color.as_str()).width(2))
                .item_style(ItemStyle::new().color(color.as_str()))
                .data(data),
        );
    }
    chart
}
