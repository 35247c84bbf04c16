//! The headline metric before and after, each with its 95 % interval.

use charming::element::{ItemStyle, Label, LabelPosition, LineStyle, Symbol, Trigger};
use charming::series::{Line, Scatter};

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{MetricChange, Unit};
use crate::story::number;
use crate::ui::text;

/// The picture; `None` unless both values are known.
#[must_use]
pub fn picture(metric: &MetricChange) -> Option<Picture> {
    let before = number::finite(metric.reference)?;
    let after = number::finite(metric.production)?;
    let unit = metric.unit;
    let interval = |ends: Option<(f64, f64)>| {
        ends.map_or_else(
            || text::NOT_KNOWN.to_owned(),
            |(low, high)| {
                format!("{} to {}", number::value(unit, low), number::value(unit, high))
            },
        )
    };
    let row = |name: &str, value: f64, ends, rows| {
        vec![
            name.to_owned(),
            number::value(unit, value),
            interval(ends),
            number::count(rows),
        ]
    };
    let table = DataTable {
        heads: text::heads(&["Table", "Value", text::RANGE_HEAD, "Rows"]),
        rows: vec![
            row(text::BEFORE, before, metric.reference_interval, metric.reference_rows),
            row(text::AFTER, after, metric.production_interval, metric.production_rows),
        ],
    };
    let rows = [
        Row::new(unit, after, metric.production_interval),
        Row::new(unit, before, metric.reference_interval),
    ];
    let title = metric.title.clone();
    Some(Picture {
        title: text::before_after_title(metric),
        samples: text::samples(metric.reference_rows, metric.production_rows),
        summary: text::before_after_summary(metric),
        height_px: 176,
        table,
        option: Box::new(move |palette, _width| option(palette, &title, unit, &rows)),
    })
}

#[derive(Clone)]
struct Row {
    value: f64,
    ends: Option<(f64, f64)>,
    words: String,
}

impl Row {
    fn new(unit: Unit, value: f64, ends: Option<(f64, f64)>) -> Self {
        Self { value, ends, words: number::value(unit, value) }
    }
}

fn option(palette: &Palette, title: &str, unit: Unit, rows: &[Row; 2]) -> Sheet {
    let scale = axes::scale(unit);
    let names = vec![text::AFTER.to_owned(), text::BEFORE.to_owned()];
    let mut chart = axes::chart(Trigger::Item)
        .grid(axes::grid(8.0, 40.0))
        .x_axis(
            axes::across(palette, title, axes::suffix(unit)).scale(true).split_number(4),
        )
        .y_axis(axes::names(palette, "", names));
    for (index, row) in rows.iter().enumerate() {
        let color = if index == 0 {
            palette.production.as_str()
        } else {
            palette.reference.as_str()
        };
        #[expect(clippy::cast_precision_loss, reason = "two rows")]
        let level = index as f64;
        if let Some((low, high)) = row.ends {
            chart = chart.series(
                Line::new()
                    .symbol(Symbol::Rect)
                    .symbol_size(0.0)
                    .silent(true)
                    .line_style(LineStyle::new().color(color).width(9).opacity(0.28))
                    .item_style(ItemStyle::new().color(color))
                    .data(vec![
                        axes::pair(low * scale, level),
                        axes::pair(high * scale, level),
                    ]),
            );
        }
        chart = chart.series(
            Scatter::new()
                .name(if index == 0 { text::AFTER } else { text::BEFORE })
                .symbol(Symbol::Circle)
                .symbol_size(15.0)
                .item_style(ItemStyle::new().color(color))
                .label(
                    Label::new()
                        .show(true)
                        .position(LabelPosition::Top)
                        .formatter(row.words.as_str())
                        .color(palette.ink.as_str())
                        .font_size(14),
                )
                .data(vec![axes::pair(row.value * scale, level)]),
        );
    }
    chart
}
