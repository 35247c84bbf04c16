//! Where the drop comes from: from the value before launch to the value after, one step a term, with intervals.

use charming::element::{ItemStyle, Label, LabelPosition, LineStyle, Symbol, Trigger};
use charming::series::{Line, Scatter};

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{Report, Unit};
use crate::story::metric_words::{self, Better};
use crate::story::number;
use crate::ui::text;

/// Thickness of a bar.
const BAR_PX: f64 = 16.0;

/// Below this width the axis has room for fewer numbers.
const NARROW_PX: f64 = 520.0;

/// A step: a bar from one value to another.
#[derive(Clone)]
struct Step {
    from: f64,
    to: f64,
    interval: Option<(f64, f64)>,
    words: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Before,
    After,
    Worse,
    Better,
}

/// The picture; `None` unless the drop was split.
#[must_use]
pub fn picture(report: &Report) -> Option<Picture> {
    let metric = &report.metric;
    let (before, after) =
        (number::finite(metric.reference)?, number::finite(metric.production)?);
    if report.attribution.is_empty() {
        return None;
    }
    let unit = metric.unit;
    // Points are positive when worse; the axis shows the metric itself, or its distance from the value that is right.
    let way = if metric.larger_is_better { -1.0 } else { 1.0 };
    let target = match metric_words::words(metric).better {
        Better::Near(target) => Some(target),
        Better::Higher | Better::Lower | Better::Neither => None,
    };
    let shown = |value: f64| target.map_or(value, |target| (value - target).abs());
    let (before, after) = (shown(before), shown(after));
    let points: Vec<f64> = report.attribution.iter().map(|term| term.points).collect();
    let (words, total) = number::parts(unit, &points);
    // Beside its bar a part has the sign of the way the bar goes along the axis; the table counts points worse.
    let moved: Vec<f64> = points.iter().map(|own| way * own).collect();
    let (moves, _) = number::parts(unit, &moved);
    let mut names = vec![text::BEFORE.to_owned()];
    let mut steps = vec![Step {
        from: before,
        to: before,
        interval: None,
        words: number::value(unit, before),
        kind: Kind::Before,
    }];
    let mut at = before;
    let mut rows = Vec::new();
    for ((term, words), moved) in report.attribution.iter().zip(&words).zip(&moves) {
        let name = text::term(&term.term);
        let told = |words: &String| {
            if term.points == 0.0 { number::amount(unit, 0.0) } else { words.clone() }
        };
        rows.push(vec![
            name.to_owned(),
            told(words),
            text::interval(unit, (term.ci_low, term.ci_high)),
        ]);
        let to = at + way * term.points;
        let ends = (at + way * term.ci_low, at + way * term.ci_high);
        steps.push(Step {
            from: at,
            to,
            interval: Some((ends.0.min(ends.1), ends.0.max(ends.1))),
            words: told(moved),
            kind: if term.points > 0.0 { Kind::Worse } else { Kind::Better },
        });
        names.push(name.to_owned());
        at = to;
    }
    names.push(text::AFTER.to_owned());
    steps.push(Step {
        from: after,
        to: after,
        interval: None,
        words: number::value(unit, after),
        kind: Kind::After,
    });
    rows.push(vec![text::TOTAL.to_owned(), total, String::new()]);
    let title = text::waterfall_axis(metric, target);
    Some(Picture {
        title: text::waterfall_title(report),
        samples: text::samples(metric.reference_rows, metric.production_rows),
        summary: text::WATERFALL_SUMMARY.to_owned(),
        height_px: u32::try_from(steps.len()).unwrap_or(8) * 46 + 56,
        table: DataTable {
            heads: text::heads(&["Part", "Points worse", text::RANGE_HEAD]),
            rows,
        },
        option: Box::new(move |palette, width| {
            option(palette, &title, unit, &names, &steps, width)
        }),
    })
}

fn option(
    palette: &Palette,
    title: &str,
    unit: Unit,
    names: &[String],
    steps: &[Step],
    width: f64,
) -> Sheet {
    let scale = axes::scale(unit);
    let ticks = if width < NARROW_PX { 2 } else { 4 };
    let mut chart = axes::chart(Trigger::Item)
        .grid(axes::grid(24.0, 40.0))
        .x_axis(
            axes::across(palette, title, axes::suffix(unit))
                .scale(true)
                .split_number(ticks),
        )
        .y_axis(axes::names(palette, "", names.to_vec()).inverse(true));
    for (index, step) in steps.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a handful of steps")]
        let level = index as f64;
        let color = match step.kind {
            Kind::Before => palette.reference.as_str(),
            Kind::After => palette.production.as_str(),
            Kind::Worse => palette.worse.as_str(),
            Kind::Better => palette.better.as_str(),
        };
        let line = |from: f64, to: f64, width: f64, color: &str| {
            Line::new()
                .symbol(Symbol::Rect)
                .symbol_size(0.0)
                .silent(true)
                .line_style(LineStyle::new().color(color).width(width))
                .item_style(ItemStyle::new().color(color))
                .data(vec![
                    axes::pair(from * scale, level),
                    axes::pair(to * scale, level),
                ])
        };
        if step.from != step.to {
            chart = chart.series(line(step.from, step.to, BAR_PX, color));
        }
        if let Some((low, high)) = step.interval {
            // A light edge keeps the line in sight on a long bar; a short one it would hide.
            if (step.to - step.from).abs() > high - low {
                chart = chart.series(line(low, high, 4.0, palette.raised.as_str()));
            }
            chart = chart.series(line(low, high, 1.5, palette.ink.as_str()));
        }
        if index + 1 < steps.len() {
            // Where the next part starts from.
            let joint = LineStyle::new().color(palette.line.as_str()).width(1.0);
            chart = chart.series(
                Line::new()
                    .symbol(Symbol::Rect)
                    .symbol_size(0.0)
                    .silent(true)
                    .line_style(joint)
                    .data(vec![
                        axes::pair(step.to * scale, level),
                        axes::pair(step.to * scale, level + 1.0),
                    ]),
            );
        }
        // Bars carry an unseen point as tall as they are, which holds their words off them.
        let ends = matches!(step.kind, Kind::Before | Kind::After);
        chart = chart.series(
            Scatter::new()
                .symbol(Symbol::Circle)
                .symbol_size(if ends { 14.0 } else { BAR_PX })
                .item_style(ItemStyle::new().color(if ends {
                    color
                } else {
                    "transparent"
                }))
                .label(
                    Label::new()
                        .show(true)
                        .position(LabelPosition::Top)
                        .formatter(step.words.as_str())
                        .color(palette.ink.as_str())
                        .font_size(axes::LABEL_PX),
                )
                .data(vec![axes::pair(0.5 * (step.from + step.to) * scale, level)]),
        );
    }
    chart
}
