//! The one component that owns ECharts instances: made on the first non-zero size, fitted by an observer,
//! drawn again when the colours change, disposed of on cleanup.

use std::sync::Arc;

use leptos::html::Div;
use leptos::prelude::*;

use super::marks::{Frame, Marks, Plot};
use crate::chart::{MakeOption, Palette};
use crate::platform::echarts::Drawing;
use crate::platform::observe::SizeWatch;
use crate::platform::{moment, theme};
use crate::state::Session;

/// A chart on a canvas.
#[component]
pub fn Canvas(
    /// Makes the option.
    option: Arc<MakeOption>,
    /// Height in CSS pixels.
    height_px: u32,
    /// The chart in words.
    #[prop(into)]
    label: String,
    /// Marks that move over it.
    #[prop(optional_no_strip)]
    marks: Option<Plot>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let node = NodeRef::<Div>::new();
    let drawing = StoredValue::<Option<Drawing>, LocalStorage>::new_local(None);
    let watch = StoredValue::<Option<SizeWatch>, LocalStorage>::new_local(None);
    let size = RwSignal::new((0.0_f64, 0.0_f64));
    let frame = RwSignal::new(None::<Frame>);
    let corners = marks.map(|own| own.corners);

    Effect::new(move |_| {
        if let Some(element) = node.get() {
            watch.set_value(SizeWatch::start(&element, move |width, height| {
                let size_now = size.try_get_untracked();
                if size_now.is_some_and(|old| old != (width, height)) {
                    let _gone = size.try_set((width, height));
                }
            }));
        }
    });
    let draw = move || {
        let (Some(Some(element)), Some((width, _))) =
            (node.try_get_untracked(), size.try_get_untracked())
        else {
            return;
        };
        let palette = Palette::read(theme::token);
        let json = option(&palette, width).option_json(&palette);
        let _gone = drawing.try_update_value(|drawing| {
            if drawing.is_none() {
                *drawing = Drawing::start(&element);
            }
            if let Some(drawing) = drawing {
                drawing.fit();
                drawing.draw(&json);
                let places = corners.and_then(|corners| {
                    let (first, second) = corners;
                    let pixels = (drawing.place(first)?, drawing.place(second)?);
                    Some(Frame { corners, pixels })
                });
                let _gone = frame.try_set(places);
            }
        });
    };
    // The first charts take the page 100 ms each: they wait until the workers need the cores no more.
    let is_at_work = Memo::new(move |_| session.is_at_work());
    Effect::new(move |_| {
        let (width, height) = size.get();
        session.dark.track();
        if session.charts.get() && !is_at_work.get() && width > 0.0 && height > 0.0 {
            // One chart a turn: several in one would block the page.
            moment::when_idle(draw.clone());
        }
    });
    on_cleanup(move || {
        let _gone = watch.try_update_value(Option::take);
        let _gone = drawing.try_update_value(Option::take);
    });
    view! {
        <div class="canvas-frame">
            <div
                class="canvas"
                role="img"
                aria-label=label
                style:height=format!("{height_px}px")
                node_ref=node
            ></div>
            {marks.map(|own| view! { <Marks frame marks=own.marks/> })}
        </div>
    }
}
