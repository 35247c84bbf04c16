//! The state of the inputs period by period: missing values, drift, decisions.

use charming::element::{ItemStyle, LineStyle, LineStyleType, Symbol, Trigger};
use charming::series::Line;

use super::{DataTable, Palette, Picture, Sheet, axes, over_time};
use crate::report::{Period, Report};
use crate::story::number;
use crate::ui::text;

/// The picture; `None` with fewer than two periods.
#[must_use]
pub fn picture(report: &Report) -> Option<Picture> {
    if report.series.len() < 2 {
        return None;
    }
    let periods = report.series.clone();
    let share = |value: Option<f64>| {
        value.map_or_else(|| text::NOT_KNOWN.to_owned(), number::share)
    };
    let rows = periods
        .iter()
        .map(|period| {
            vec![
                number::date_span(&period.start, &period.end),
                text::table_name(period.table).to_owned(),
                number::count(period.rows),
                number::share(period.drift),
                number::share(period.missing),
                share(period.decision_rate),
            ]
        })
        .collect();
    let change = report.change_point.at.clone();
    Some(Picture {
        title: text::health_title(&periods),
        samples: text::periods(periods.len()),
        summary: if periods.iter().any(|own| own.decision_rate.is_some()) {
            text::HEALTH_SUMMARY.to_owned()
        } else {
            text::HEALTH_WITHOUT_DECISIONS.to_owned()
        },
        height_px: 280,
        table: DataTable {
            heads: text::heads(&[
                "Period",
                "Table",
                "Rows",
                "Drift",
                "Missing",
                "Decisions",
            ]),
            rows,
        },
        option: Box::new(move |palette, _width| {
            option(palette, &periods, change.as_deref())
        }),
    })
}

fn option(palette: &Palette, periods: &[Period], change: Option<&str>) -> Sheet {
    type Read<'a> = (&'a str, &'a str, LineStyleType, fn(&Period) -> Option<f64>);
    let read: [Read<'_>; 3] = [
        (text::DRIFT, &palette.production, LineStyleType::Solid, |p| Some(p.drift)),
        (text::MISSING, &palette.worse, LineStyleType::Dashed, |p| Some(p.missing)),
        (text::DECISIONS, &palette.reference, LineStyleType::Dotted, |p| p.decision_rate),
    ];
    let lines = read
        .into_iter()
        .filter(|line| periods.iter().any(|period| line.3(period).is_some()))
        .collect::<Vec<_>>();
    let names = lines.iter().map(|line| line.0).collect::<Vec<_>>();
    let mut chart = axes::chart(Trigger::Axis)
        .legend(axes::legend(palette, &names))
        .grid(axes::grid(72.0, 8.0))
        .x_axis(axes::names(palette, "", axes::days(periods)).boundary_gap(false))
        .y_axis(axes::upwards(palette, text::SHARE_AXIS, " %"));
    for (index, (name, color, dash, value)) in lines.into_iter().enumerate() {
        let data = periods
            .iter()
            .map(|period| axes::point(value(period), 100.0))
            .collect::<Vec<_>>();
        let mut line = Line::new()
            .name(name)
            .symbol(Symbol::None)
            .line_style(LineStyle::new().color(color).width(2).type_(dash))
            .item_style(ItemStyle::new().color(color))
            .data(data);
        if index == 0
            && let Some(day) = change
            && let Some(at) = over_time::period_of(periods, day)
        {
            let words = text::changed_on(day);
            line = line.mark_line(axes::upright(palette, axes::place(at), &words));
        }
        chart = chart.series(line);
    }
    chart
}
