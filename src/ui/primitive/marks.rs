//! Marks that move over a chart without drawing it again: a chart takes milliseconds, a mark microseconds. They
//! stand where the chart's own axes put them.

use leptos::prelude::*;

/// Room for legend and words above the drawing, as in [`crate::chart::axes::grid`], in CSS pixels.
const TOP_PX: f64 = 72.0;

/// What a mark stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Before launch.
    Before,
    /// After launch, as it is.
    Today,
    /// What is tried.
    Tried,
}

/// One mark, in the chart's drawn units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// A point.
    Point(Tone, f64, f64),
    /// An upright line over the whole height.
    Upright(Tone, f64),
}

/// Marks of one chart.
#[derive(Clone, Copy)]
pub struct Plot {
    /// Two places on the axis across and the axis up that the chart can place, unlike each other.
    pub corners: ((f64, f64), (f64, f64)),
    /// The marks.
    pub marks: Signal<Vec<Mark>>,
}

/// From drawn units to CSS pixels: of the first corner and the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// The corners in drawn units.
    pub corners: ((f64, f64), (f64, f64)),
    /// The same in CSS pixels.
    pub pixels: ((f64, f64), (f64, f64)),
}

impl Frame {
    fn place(&self, x: f64, y: f64) -> (f64, f64) {
        let ((x0, y0), (x1, y1)) = self.corners;
        let ((px0, py0), (px1, py1)) = self.pixels;
        let along = |v: f64, a: f64, b: f64, pa: f64, pb: f64| {
            pa + (v.clamp(a.min(b), a.max(b)) - a) / (b - a) * (pb - pa)
        };
        (along(x, x0, x1, px0, px1), along(y, y0, y1, py0, py1))
    }
}

/// The marks, laid over a chart.
#[component]
pub fn Marks(
    /// Where the chart put its corners; `None` until it is drawn.
    frame: RwSignal<Option<Frame>>,
    /// The marks.
    marks: Signal<Vec<Mark>>,
) -> impl IntoView {
    let drawn = move || -> Vec<AnyView> {
        let Some(frame) = frame.get() else { return Vec::new() };
        marks.get().into_iter().map(|mark| one(&frame, mark)).collect()
    };
    view! { <svg class="marks" aria-hidden="true">{drawn}</svg> }
}

fn one(frame: &Frame, mark: Mark) -> AnyView {
    let name = |tone| match tone {
        Tone::Before => "before",
        Tone::Today => "today",
        Tone::Tried => "tried",
    };
    match mark {
        Mark::Point(Tone::Today, x, y) => {
            let (x, y) = frame.place(x, y);
            view! {
                <rect class="mark" data-tone="today" x={x - 5.0} y={y - 5.0} width="10" height="10"></rect>
            }
            .into_any()
        }
        Mark::Point(tone, x, y) => {
            let (x, y) = frame.place(x, y);
            view! { <circle class="mark" data-tone=name(tone) cx=x cy=y r="6"></circle> }
                .into_any()
        }
        Mark::Upright(tone, x) => {
            let (x, bottom) = frame.place(x, 0.0);
            view! {
                <line class="mark" data-tone=name(tone) x1=x x2=x y1=TOP_PX y2=bottom></line>
            }
            .into_any()
        }
    }
}
