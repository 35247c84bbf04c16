//! Colours and the font of charts, as the CSS tokens say.

/// What a chart needs to know of the page's look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// Before launch.
    pub reference: String,
    /// After launch.
    pub production: String,
    /// Worse.
    pub worse: String,
    /// Better.
    pub better: String,
    /// Text.
    pub ink: String,
    /// Secondary text.
    pub muted: String,
    /// Hairlines.
    pub line: String,
    /// A surface above the page.
    pub raised: String,
    /// Font family.
    pub font: String,
}

impl Palette {
    /// Reads every colour by the name of its CSS token.
    pub fn read(token: impl Fn(&str) -> String) -> Self {
        Self {
            reference: token("--reference"),
            production: token("--production"),
            worse: token("--worse"),
            better: token("--better"),
            ink: token("--ink"),
            muted: token("--ink-muted"),
            line: token("--line"),
            raised: token("--surface-raised"),
            font: token("--font-chart"),
        }
    }
}
