//! Above a report that was shared: how it came, what it leaves out.

use std::sync::Arc;

use leptos::prelude::*;

use crate::report::Report;
use crate::share::words;
use crate::state::Session;
use crate::ui::text;

/// The notice; nothing for a report that was analysed here.
#[component]
pub fn SharedNotice(
    /// The report.
    report: Arc<Report>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let shared = report.shared.as_ref()?;
    let mut lines = words::told(shared);
    if session.share.is_file {
        lines.push(text::IN_A_FILE.to_owned());
    }
    (!lines.is_empty()).then(|| {
        let lines =
            lines.into_iter().map(|own| view! { <li>{own}</li> }).collect_view();
        view! {
            <aside class="shared-notice" data-testid="shared-notice" aria-label=text::SHARED_HEADING>
                <ul>{lines}</ul>
            </aside>
        }
    })
}
