//! One chart's option, written part by part: charming's typed components go in, ECharts' JSON comes out.
//!
//! # Decisions
//! Not `charming::Chart`: it can hold every kind of series and coordinate charming knows, and the program would
//! carry the writers of all of them. A sheet writes each component the moment it is put in, so that only those
//! in use are linked (measured: see CHANGELOG).

use charming::component::{Axis, Grid, Legend};
use charming::element::Trigger;
use serde::Serialize;

use super::Palette;
use super::json::json;

/// A chart under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Components as members of a JSON object, each behind a comma.
    parts: String,
    /// Series as elements of a JSON array, each behind a comma.
    series: String,
    /// What the tooltip follows, as JSON.
    trigger: String,
}

impl Sheet {
    /// An empty sheet; `trigger` says whether the tooltip follows points or the axis.
    #[must_use]
    pub fn new(trigger: Trigger) -> Self {
        Self { parts: String::new(), series: String::new(), trigger: json(&trigger) }
    }

    fn part(mut self, name: &str, part: &str) -> Self {
        for piece in [",\"", name, "\":", part] {
            self.parts.push_str(piece);
        }
        self
    }

    /// The drawing area.
    #[must_use]
    pub fn grid(self, grid: Grid) -> Self {
        self.part("grid", &json(&grid))
    }

    /// The legend.
    #[must_use]
    pub fn legend(self, legend: Legend) -> Self {
        self.part("legend", &json(&legend))
    }

    /// The axis across.
    #[must_use]
    pub fn x_axis(self, axis: Axis) -> Self {
        self.part("xAxis", &json(&axis))
    }

    /// The axis up the side.
    #[must_use]
    pub fn y_axis(self, axis: Axis) -> Self {
        self.part("yAxis", &json(&axis))
    }

    /// One more series; later ones lie on top.
    #[must_use]
    pub fn series<S: Serialize>(mut self, series: S) -> Self {
        self.series.push(',');
        self.series.push_str(&json(&series));
        self
    }

    /// The whole option. Three things charming has no words for are added: tooltips drawn on the canvas (HTML
    /// ones need inline styles, which the page forbids), the colour of plain axis lines, and the font.
    #[must_use]
    pub fn option_json(&self, palette: &Palette) -> String {
        let ink = format!("\"color\":{}", json(&palette.ink));
        let font = format!("\"fontFamily\":{}", json(&palette.font));
        let line = format!(
            "\"axisLine\":{{\"show\":true,\"lineStyle\":{{\"color\":{}}}}}",
            json(&palette.line)
        );
        let parts = self.parts.replace("\"axisLine\":{\"show\":true}", &line);
        format!(
            "{{\"animation\":false,\"aria\":{{\"enabled\":true}},\"textStyle\":{{{font},{ink}}},\
             \"tooltip\":{{\"trigger\":{},\"renderMode\":\"richText\",\"confine\":true,\
             \"backgroundColor\":{},\"borderColor\":{},\"padding\":[8,12],\
             \"textStyle\":{{{ink},{font},\"fontSize\":13}}}}{parts},\"series\":[{}]}}",
            self.trigger,
            json(&palette.raised),
            json(&palette.line),
            self.series.get(1..).unwrap_or_default(),
        )
    }
}
