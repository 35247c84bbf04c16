//! What all charts share: quiet axes, a legend on top, tooltips, rounding to the printed unit.

use charming::component::{Axis, Grid, Legend};
use charming::datatype::CompositeValue;
use charming::element::{
    AxisLabel, AxisLine, AxisTick, AxisType, Label, LineStyle, LineStyleType, MarkLine,
    MarkLineData, MarkLineVariant, NameLocation, SplitLine, Symbol, TextStyle, Trigger,
};

use super::{Palette, Sheet};
use crate::report::{Period, Unit};
use crate::story::number;

/// Size of labels, in CSS pixels.
pub const LABEL_PX: f64 = 12.0;

/// An empty chart with our defaults. `trigger` says whether the tooltip follows points or the axis.
#[must_use]
pub fn chart(trigger: Trigger) -> Sheet {
    Sheet::new(trigger)
}

/// The drawing area; `top` leaves room for a legend, `bottom` for an axis name.
#[must_use]
pub fn grid(top: f64, bottom: f64) -> Grid {
    Grid::new().left(8).right(32).top(top).bottom(bottom).contain_label(true)
}

/// A legend on the top left.
#[must_use]
pub fn legend(palette: &Palette, names: &[&str]) -> Legend {
    Legend::new()
        .left(0)
        .top(0)
        .item_width(14)
        .item_height(8)
        .item_gap(16)
        .text_style(TextStyle::new().color(palette.ink.as_str()).font_size(LABEL_PX))
        .data(names.to_vec())
}

fn labels(palette: &Palette) -> AxisLabel {
    AxisLabel::new().color(palette.muted.as_str()).font_size(LABEL_PX)
}

fn base(palette: &Palette, name: &str) -> Axis {
    Axis::new()
        .name(name)
        .name_location(NameLocation::Middle)
        .name_text_style(
            TextStyle::new().color(palette.muted.as_str()).font_size(LABEL_PX),
        )
        .axis_tick(AxisTick::new().show(false))
        .axis_line(AxisLine::new().show(false))
        .split_line(
            SplitLine::new().show(true).line_style(
                LineStyle::new()
                    .color(palette.line.as_str())
                    .width(1)
                    .type_(LineStyleType::Solid),
            ),
        )
}

/// A number axis across the bottom, its name below.
#[must_use]
pub fn across(palette: &Palette, name: &str, suffix: &str) -> Axis {
    base(palette, name)
        .type_(AxisType::Value)
        .name_gap(30)
        .axis_label(labels(palette).formatter(format!("{{value}}{suffix}").as_str()))
}

/// A number axis up the side, its name on top of it.
#[must_use]
pub fn upwards(palette: &Palette, name: &str, suffix: &str) -> Axis {
    base(palette, name)
        .type_(AxisType::Value)
        .name_location(NameLocation::End)
        // Above the words on an upright line, which stand right above the drawing.
        .name_gap(26)
        .name_text_style(
            TextStyle::new()
                .color(palette.muted.as_str())
                .font_size(LABEL_PX)
                .align("left"),
        )
        .axis_label(labels(palette).formatter(format!("{{value}}{suffix}").as_str()))
}

/// Names along an axis.
#[must_use]
pub fn names(palette: &Palette, name: &str, names: Vec<String>) -> Axis {
    base(palette, name)
        .type_(AxisType::Category)
        .name_gap(30)
        .split_line(SplitLine::new().show(false))
        .axis_line(AxisLine::new().show(true))
        .axis_label(labels(palette))
        .data(names)
}

/// First days of periods as they stand along an axis: "2 Mar", with the year where it is another one than before.
#[must_use]
pub fn days(periods: &[Period]) -> Vec<String> {
    let mut known = String::new();
    let short = |period: &Period| {
        let whole = number::date(&period.start);
        let mut parts = whole.split(' ');
        match (parts.next(), parts.next().and_then(|name| name.get(..3)), parts.next()) {
            (Some(day), Some(month), Some(year)) if year != known => {
                let is_first = std::mem::replace(&mut known, year.to_owned()).is_empty();
                if is_first {
                    format!("{day} {month}")
                } else {
                    format!("{day} {month} {year}")
                }
            }
            (Some(day), Some(month), Some(_)) => format!("{day} {month}"),
            _ => whole,
        }
    };
    periods.iter().map(short).collect()
}

/// A place on an axis of names.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "at most some dozens of names")]
pub fn place(at: usize) -> CompositeValue {
    CompositeValue::from(at as f64)
}

/// A dashed vertical line with words on it. `at` is a place on the axis across.
#[must_use]
pub fn upright(palette: &Palette, at: CompositeValue, words: &str) -> MarkLine {
    mark(palette, MarkLineData::new().x_axis(at), words)
}

fn mark(palette: &Palette, data: MarkLineData, words: &str) -> MarkLine {
    let label = Label::new()
        .show(true)
        .formatter(words)
        .color(palette.ink.as_str())
        .font_size(LABEL_PX);
    MarkLine::new()
        .silent(true)
        .symbol(vec![Symbol::None, Symbol::None])
        .line_style(
            LineStyle::new()
                .color(palette.ink.as_str())
                .width(1.5)
                .type_(LineStyleType::Dashed),
        )
        .label(label)
        .data(vec![MarkLineVariant::Simple(data)])
}

/// What a unit is multiplied by before it is drawn.
#[must_use]
pub const fn scale(unit: Unit) -> f64 {
    match unit {
        Unit::Share => 100.0,
        _ => 1.0,
    }
}

/// What stands behind a drawn number of this unit.
#[must_use]
pub const fn suffix(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => " %",
        Unit::Ratio => "×",
        _ => "",
    }
}

/// Rounds to four decimals of the drawn unit, so that tooltips stay readable.
#[must_use]
pub fn rounded(value: f64) -> f64 {
    let size = value.abs();
    let step = if size >= 1000.0 {
        1.0
    } else if size >= 1.0 {
        100.0
    } else {
        10_000.0
    };
    (value * step).round() / step
}

/// A value or a gap.
#[must_use]
pub fn point(value: Option<f64>, scale: f64) -> CompositeValue {
    value.filter(|value| value.is_finite()).map_or_else(
        || CompositeValue::from("-"),
        |value| CompositeValue::from(rounded(value * scale)),
    )
}

/// A point with both coordinates.
#[must_use]
pub fn pair(x: f64, y: f64) -> CompositeValue {
    CompositeValue::from(vec![rounded(x), rounded(y)])
}
