//! Curves of ranking quality: ROC, and precision against recall.

use charming::element::{ItemStyle, LineStyle, LineStyleType, Symbol, Trigger};
use charming::series::Line;

use super::{DataTable, Palette, Picture, Sheet, axes};
use crate::report::{Report, ScoreReport};
use crate::story::number;
use crate::ui::text;

/// The ROC curves; `None` unless both are known.
#[must_use]
pub fn roc(report: &Report) -> Option<Picture> {
    let scores = report.scores.as_ref()?;
    let curves = (scores.reference_roc.clone(), scores.production_roc.clone());
    let auc = report.metrics.iter().find(|metric| metric.name == "auc");
    let words = Words {
        title: text::roc_title(auc),
        summary: text::ROC_SUMMARY,
        across: text::FALSE_POSITIVE_AXIS,
        upwards: text::TRUE_POSITIVE_AXIS,
        diagonal: true,
    };
    picture(report, scores, curves, words)
}

/// The precision–recall curves; `None` unless both are known.
#[must_use]
pub fn precision_recall(report: &Report) -> Option<Picture> {
    let scores = report.scores.as_ref()?;
    let curves = (
        scores.reference_precision_recall.clone(),
        scores.production_precision_recall.clone(),
    );
    let pr_auc = report.metrics.iter().find(|metric| metric.name == "pr_auc");
    let words = Words {
        title: text::precision_recall_title(pr_auc),
        summary: text::PRECISION_RECALL_SUMMARY,
        across: text::RECALL_AXIS,
        upwards: text::PRECISION_AXIS,
        diagonal: false,
    };
    picture(report, scores, curves, words)
}

struct Words {
    title: String,
    summary: &'static str,
    across: &'static str,
    upwards: &'static str,
    diagonal: bool,
}

type Points = Vec<(f64, f64)>;

fn picture(
    report: &Report,
    scores: &ScoreReport,
    (before, after): (Points, Points),
    words: Words,
) -> Option<Picture> {
    if before.len() < 2 || after.len() < 2 || scores.edges.is_empty() {
        return None;
    }
    let step = (before.len().max(after.len()) / 20).max(1);
    let rows = [(text::BEFORE, &before), (text::AFTER, &after)]
        .into_iter()
        .flat_map(|(name, points)| {
            points.iter().step_by(step).map(move |(x, y)| {
                vec![name.to_owned(), number::share(*x), number::share(*y)]
            })
        })
        .collect();
    let (reference_rows, production_rows) = text::labelled_rows(report);
    let heads = text::heads(&["Table", words.across, words.upwards]);
    Some(Picture {
        title: words.title.clone(),
        samples: text::samples(reference_rows, production_rows),
        summary: words.summary.to_owned(),
        height_px: 360,
        table: DataTable { heads, rows },
        option: Box::new(move |palette, _width| option(palette, &words, &before, &after)),
    })
}

fn option(
    palette: &Palette,
    words: &Words,
    before: &[(f64, f64)],
    after: &[(f64, f64)],
) -> Sheet {
    let mut chart = axes::chart(Trigger::Item)
        .legend(axes::legend(palette, &[text::BEFORE, text::AFTER]))
        .grid(axes::grid(72.0, 36.0))
        .x_axis(axes::across(palette, words.across, " %").min(0).max(100))
        .y_axis(axes::upwards(palette, words.upwards, " %").min(0).max(100));
    if words.diagonal {
        chart = chart.series(
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
    }
    for (name, color, points) in [
        (text::BEFORE, &palette.reference, before),
        (text::AFTER, &palette.production, after),
    ] {
        chart = chart.series(
            Line::new()
                .name(name)
                .symbol(Symbol::Circle)
                .show_symbol(false)
                .line_style(LineStyle::new().color(color.as_str()).width(2.25))
                .item_style(ItemStyle::new().color(color.as_str()))
                .data(
                    points
                        .iter()
                        .map(|(x, y)| axes::pair(x * 100.0, y * 100.0))
                        .collect(),
                ),
        );
    }
    chart
}
