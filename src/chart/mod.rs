//! Findings into pictures: one file a chart. Each makes a [`Picture`]: a title that states the finding, the
//! samples behind it, a summary in words, a data table, and the ECharts option through charming's types.
//!
//! Nothing here touches the browser: colours come in as a [`Palette`] read from the CSS tokens, options leave
//! as JSON. Options carry no functions, because those would need `eval`, which the page forbids; numbers are
//! therefore rounded and scaled to their printed unit before they go in.

pub mod axes;
pub mod before_after;
pub mod calibration;
pub mod curve;
pub mod distribution;
pub mod health;
pub mod histogram;
pub mod over_time;
pub mod palette;
pub mod segments;

pub use palette::Palette;

use charming::Chart;

/// Makes the option for these colours and this width in CSS pixels.
pub type MakeOption = Box<dyn Fn(&Palette, f64) -> Chart + Send + Sync>;

/// A chart with everything a reader needs who cannot see it.
pub struct Picture {
    /// States the finding.
    pub title: String,
    /// Number of rows of both samples.
    pub samples: String,
    /// The picture in words.
    pub summary: String,
    /// Height in CSS pixels.
    pub height_px: u32,
    /// The numbers behind it.
    pub table: DataTable,
    /// The option.
    pub option: MakeOption,
}

/// The numbers behind a picture, as printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataTable {
    /// Column heads; the first column is a head of its row.
    pub heads: Vec<String>,
    /// Rows, each as long as `heads`.
    pub rows: Vec<Vec<String>>,
}

/// The option as JSON for ECharts. Three things charming has no words for are added: tooltips drawn on the
/// canvas (HTML ones need inline styles), the colour of plain axis lines, and the font.
#[must_use]
pub fn option_json(chart: &Chart, palette: &Palette) -> String {
    let Ok(mut option) = serde_json::to_value(chart) else { return "{}".to_owned() };
    if let Some(tooltip) = option.get_mut("tooltip").and_then(|tip| tip.as_object_mut()) {
        tooltip.insert("renderMode".into(), "richText".into());
        tooltip.insert("confine".into(), true.into());
        tooltip.insert("backgroundColor".into(), palette.raised.clone().into());
        tooltip.insert("borderColor".into(), palette.line.clone().into());
        let style = serde_json::json!({
            "color": palette.ink, "fontSize": 13, "fontFamily": palette.font,
        });
        tooltip.insert("textStyle".into(), style);
    }
    for name in ["xAxis", "yAxis"] {
        if let Some(line) = option.pointer_mut(&format!("/{name}/axisLine")) {
            line["lineStyle"] = serde_json::json!({ "color": palette.line });
        }
    }
    if let Some(option) = option.as_object_mut() {
        let style = serde_json::json!({ "fontFamily": palette.font, "color": palette.ink });
        option.insert("textStyle".into(), style);
    }
    option.to_string()
}
