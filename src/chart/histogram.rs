//! Where the scores lie, before and after, with the threshold.

use charming::datatype::CompositeValue;
use charming::element::{AreaStyle, ItemStyle, LineStyle, Step, Symbol, Trigger};
use charming::series::Line;

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{Report, ScoreReport};
use crate::story::number;
use crate::ui::text;

/// The picture; `None` without a score.
#[must_use]
pub fn picture(report: &Report) -> Option<Picture> {
    let scores = report.scores.clone()?;
    if scores.reference_histogram.is_empty() {
        return None;
    }
    let rows = scores
        .edges
        .windows(2)
        .zip(scores.reference_histogram.iter().zip(&scores.production_histogram))
        .map(|(edges, (before, after))| {
            let [low, high] = edges else { return Vec::new() };
            vec![
                format!("{} to {}", number::quantity(*low), number::quantity(*high)),
                number::share(*before),
                number::share(*after),
            ]
        })
        .collect();
    let (before, after) = text::table_rows(report);
    Some(Picture {
        title: text::histogram_title(&scores),
        samples: text::samples(before, after),
        summary: text::HISTOGRAM_SUMMARY.to_owned(),
        height_px: 300,
        table: DataTable { heads: text::heads(&["Score", "Before", "After"]), rows },
        option: Box::new(move |palette, _width| option(palette, &scores)),
    })
}

fn option(palette: &Palette, scores: &ScoreReport) -> Sheet {
    let low = scores.edges.first().copied().unwrap_or(0.0);
    let high = scores.edges.last().copied().unwrap_or(1.0);
    let mut chart = axes::chart(Trigger::Axis)
        .legend(axes::legend(palette, &[text::BEFORE, text::AFTER]))
        .grid(axes::grid(72.0, 36.0))
        .x_axis(axes::across(palette, text::SCORE_AXIS, "").min(low).max(high))
        .y_axis(axes::upwards(palette, text::SHARE_AXIS, " %"));
    let threshold = scores
        .threshold
        .and_then(|threshold| threshold.production.or(threshold.reference))
        .filter(|value| *value >= low && *value <= high);
    let tables = [
        (text::BEFORE, palette.reference.as_str(), &scores.reference_histogram),
        (text::AFTER, palette.production.as_str(), &scores.production_histogram),
    ];
    for (index, (name, color, shares)) in tables.into_iter().enumerate() {
        let mut data = scores
            .edges
            .iter()
            .zip(shares)
            .map(|(edge, share)| axes::pair(*edge, share * 100.0))
            .collect::<Vec<_>>();
        // The last step needs its right end.
        if let (Some(edge), Some(share)) = (scores.edges.get(shares.len()), shares.last())
        {
            data.push(axes::pair(*edge, share * 100.0));
        }
        let mut line = Line::new()
            .name(name)
            .symbol(Symbol::None)
            .step(Step::End)
            .line_style(LineStyle::new().color(color).width(2))
            .item_style(ItemStyle::new().color(color))
            .area_style(AreaStyle::new().color(color).opacity(0.12))
            .data(data);
        if index == 1
            && let Some(value) = threshold
        {
            let words = text::threshold_mark(value);
            line = line.mark_line(axes::upright(
                palette,
                CompositeValue::from(value),
                &words,
            ));
        }
        chart = chart.series(line);
    }
    chart
}
