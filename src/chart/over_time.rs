//! The headline metric period by period, with its interval and the change point.

use charming::datatype::CompositeValue;
use charming::element::{AreaStyle, ItemStyle, LineStyle, Symbol, Trigger};
use charming::series::Line;

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::choices::TableRole;
use crate::report::{Period, Report, Unit};
use crate::story::number;
use crate::ui::text;

/// The picture; `None` with fewer than two periods that have the metric.
#[must_use]
pub fn picture(report: &Report) -> Option<Picture> {
    let periods = report
        .series
        .iter()
        .filter(|period| {
            matches!(period.table, TableRole::Reference | TableRole::Production)
        })
        .cloned()
        .collect::<Vec<_>>();
    if periods.iter().filter(|period| period.metric.is_some()).count() < 2 {
        return None;
    }
    let unit = report.metric.unit;
    let rows = periods.iter().map(|period| row(period, unit)).collect();
    let change = report.change_point.at.clone();
    let title = report.metric.title.clone();
    let before = report.metric.reference;
    Some(Picture {
        title: report.change_point.sentence.clone(),
        samples: text::samples(
            report.metric.reference_rows,
            report.metric.production_rows,
        ),
        summary: text::over_time_summary(&periods, &report.metric),
        height_px: 320,
        table: DataTable {
            heads: text::heads(&[
                "Period",
                "Table",
                "Labelled rows",
                "Value",
                text::RANGE_HEAD,
            ]),
            rows,
        },
        option: Box::new(move |palette, _width| {
            let line = (&title[..], unit, before);
            option(palette, line, &periods, change.as_deref())
        }),
    })
}

fn row(period: &Period, unit: Unit) -> Vec<String> {
    let value = |value: Option<f64>| {
        value.map_or_else(
            || text::NOT_KNOWN.to_owned(),
            |value| number::value(unit, value),
        )
    };
    vec![
        number::date_span(&period.start, &period.end),
        text::table_name(period.table).to_owned(),
        number::count(period.labelled_rows),
        value(period.metric),
        period.metric_interval.map_or_else(
            || text::NOT_KNOWN.to_owned(),
            |(low, high)| format!("{} to {}", value(Some(low)), value(Some(high))),
        ),
    ]
}

/// Index of the period that holds this day, or the first one after it.
pub(super) fn period_of(periods: &[Period], day: &str) -> Option<usize> {
    let day = day.get(..10)?;
    periods.iter().position(|period| {
        period.table == TableRole::Production && period.end.get(..10) >= Some(day)
    })
}

fn option(
    palette: &Palette,
    (title, unit, before): (&str, Unit, Option<f64>),
    periods: &[Period],
    change: Option<&str>,
) -> Sheet {
    let scale = axes::scale(unit);

    let mut chart = axes::chart(Trigger::Axis)
        .legend(axes::legend(palette, &[text::BEFORE, text::AFTER]))
        .grid(axes::grid(72.0, 8.0))
        .x_axis(axes::names(palette, "", axes::days(periods)).boundary_gap(false))
        .y_axis(axes::upwards(palette, title, axes::suffix(unit)).scale(true));
    let tables = [
        (TableRole::Reference, text::BEFORE, palette.reference.as_str()),
        (TableRole::Production, text::AFTER, palette.production.as_str()),
    ];
    for (table, name, color) in tables {
        let of = |read: &dyn Fn(&Period) -> Option<f64>| -> Vec<CompositeValue> {
            periods
                .iter()
                .map(|period| {
                    axes::point(
                        (period.table == table).then(|| read(period)).flatten(),
                        scale,
                    )
                })
                .collect()
        };
        let low = of(&|period| period.metric_interval.map(|ends| ends.0));
        let width = of(&|period| period.metric_interval.map(|ends| ends.1 - ends.0));
        let band = |data| {
            Line::new()
                .stack(name)
                .symbol(Symbol::None)
                .silent(true)
                .line_style(LineStyle::new().opacity(0))
                .data(data)
        };
        chart = chart
            .series(band(low))
            .series(band(width).area_style(AreaStyle::new().color(color).opacity(0.16)));
        let mut line = Line::new()
            .name(name)
            .symbol(Symbol::Circle)
            .symbol_size(6.0)
            .line_style(LineStyle::new().color(color).width(2.25))
            .item_style(ItemStyle::new().color(color))
            .data(of(&|period| period.metric));
        if table == TableRole::Production
            && let Some(day) = change
            && let Some(at) = period_of(periods, day)
        {
            let words = text::changed_on(day);
            line = line.mark_line(axes::upright(palette, axes::place(at), &words));
        }
        chart = chart.series(line);
    }
    if let Some(value) = before {
        let level = axes::point(Some(value), scale);
        let data = vec![level; periods.len()];
        chart = chart.series(
            Line::new()
                .symbol(Symbol::None)
                .silent(true)
                .line_style(
                    LineStyle::new()
                        .color(palette.reference.as_str())
                        .width(1)
                        .type_(charming::element::LineStyleType::Dotted),
                )
                .data(data),
        );
    }
    chart
}
