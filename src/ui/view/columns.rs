//! The columns: what whydrop understood, to be checked and changed.

use leptos::prelude::*;

use super::action_bar::ActionBar;
use super::business::BusinessPanel;
use super::files_panel::FilesPanel;
use super::task::TaskPanel;
use crate::choices::{Kind, Role};
use crate::platform::letters;
use crate::state::Session;
use crate::ui::primitive::choice::Choice;
use crate::ui::text;
use crate::worker::protocol::{ColumnInspection, Inspection};

/// Rows drawn at first and with every "more"; thousands at once would block the page.
const ROWS_A_TIME: usize = 60;

/// The columns screen.
#[component]
pub fn ColumnsView() -> impl IntoView {
    let session = expect_context::<Session>();
    let summary = move || {
        session.inspection.with(|found| {
            found.as_ref().map_or_else(
                || text::LOOKING.to_owned(),
                |found| text::inspection_summary(found),
            )
        })
    };
    view! {
        <section class="opening">
            <h1 id=text::HEADING_ID tabindex="-1">{text::COLUMNS_HEADING}</h1>
            <p class="lede">{summary} " " {text::COLUMNS_HINT}</p>
        </section>
        <Problems/>
        <TaskPanel/>
        <ColumnTable/>
        <details class="panel">
            <summary>{text::BUSINESS_LEGEND}</summary>
            <BusinessPanel/>
        </details>
        <details class="panel">
            <summary>{text::CHANGE_FILES}</summary>
            <FilesPanel/>
        </details>
        <ActionBar/>
    }
}

/// Why the analysis cannot start, and notes so far.
#[component]
fn Problems() -> impl IntoView {
    let session = expect_context::<Session>();
    let list = |items: Vec<String>| {
        items.into_iter().map(|item| view! { <li>{item}</li> }).collect_view()
    };
    let problems = move || {
        let words = session
            .inspection
            .with(|found| found.as_ref().map(|found| found.problems.clone()))
            .unwrap_or_default();
        (!words.is_empty()).then(|| {
            view! {
                <section class="problems" data-testid="error" role="alert">
                    <h2>{text::PROBLEMS}</h2>
                    <ul>{list(words)}</ul>
                </section>
            }
        })
    };
    let notes = move || {
        let of = |found: &Inspection| {
            found
                .notes
                .iter()
                .map(|note| {
                    let words = format!("{} {}", note.what, note.try_this);
                    view! { <li data-weight=text::weight_name(note.weight)>{words}</li> }
                })
                .collect_view()
        };
        let told =
            session.inspection.with(|found| found.as_deref().map(of)).unwrap_or_default();
        (!told.is_empty()).then(|| view! { <ul class="early-notes">{told}</ul> })
    };
    view! { {problems} {notes} }
}

/// The table of columns, with a filter when there are many.
#[component]
fn ColumnTable() -> impl IntoView {
    let session = expect_context::<Session>();
    let wanted = RwSignal::new(String::new());
    let limit = RwSignal::new(ROWS_A_TIME);
    let found = Memo::new(move |_| {
        let wanted = letters::lower(&wanted.get());
        session.inspection.with(|inspection| {
            inspection.as_ref().map_or_else(Vec::new, |inspection| {
                inspection
                    .columns
                    .iter()
                    .enumerate()
                    .filter(|(_, column)| letters::lower(&column.name).contains(&wanted))
                    .map(|(index, column)| (index, column.name.clone()))
                    .collect::<Vec<_>>()
            })
        })
    });
    let many = Memo::new(move |_| {
        session.inspection.with(|found| {
            found.as_ref().is_some_and(|found| found.columns.len() > ROWS_A_TIME)
        })
    });
    // The list changes with the filter alone: rows stay in place while the workers look again.
    let rows = move || {
        let shown = found.get().into_iter().take(limit.get());
        shown
            .map(|(index, name)| view! { <ColumnRow index=index name=name/> })
            .collect_view()
    };
    let rest = move || found.with(Vec::len) > limit.get();
    view! {
        <Show when=move || many.get()>
            <label class="field filter">
                <span class="field-label">{text::FILTER}</span>
                <input type="search" on:input=move |event| wanted.set(event_target_value(&event))/>
            </label>
        </Show>
        <div class="scroll" tabindex="0" role="group" aria-label=text::COLUMNS_CAPTION>
            <table class="columns-table">
                <caption class="unseen">{text::COLUMNS_CAPTION}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Column"</th>
                        <th scope="col">"What it is for"</th>
                        <th scope="col">"Why"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col" class="amount">"Missing"</th>
                        <th scope="col" class="amount">"Distinct"</th>
                        <th scope="col">"First values"</th>
                    </tr>
                </thead>
                <tbody>
                    {rows}
                </tbody>
            </table>
        </div>
        <Show when=rest>
            <p class="buttons">
                <button type="button" on:click=move |_| limit.update(|limit| *limit += ROWS_A_TIME)>
                    {text::SHOW_MORE}
                </button>
                <span>{move || text::shown_of(limit.get(), found.with(Vec::len))}</span>
            </p>
        </Show>
    }
}

/// One column: its row stays in place while the workers look again, so that the keyboard stays where it is.
#[component]
fn ColumnRow(
    /// Its place in the inspection.
    index: usize,
    /// Its name.
    name: String,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let column = Memo::new(move |_| {
        session.inspection.with(|found| {
            found.as_ref().and_then(|found| found.columns.get(index).cloned())
        })
    });
    let read = move |part: fn(&ColumnInspection) -> String| {
        move || column.with(|column| column.as_ref().map(part))
    };
    let undo_name = StoredValue::new(name.clone());
    let undo = move |_| {
        let name = undo_name.get_value();
        session.choose(|choices| {
            choices.roles.remove(&name);
            choices.kinds.remove(&name);
        });
    };
    let chosen =
        move || column.with(|column| column.as_ref().is_some_and(|column| column.chosen));
    let role =
        move || column.with(|column| column.as_ref().map(|c| format!("{:?}", c.role)));
    view! {
        <tr data-role=role data-chosen=move || chosen().to_string()>
            <th scope="row">{name.clone()}</th>
            <td><RoleChoice name=name.clone() column=column/></td>
            <td class="reason">
                {read(|column| column.unsupported.clone().unwrap_or_else(|| column.reason.clone()))}
                <Show when=chosen>
                    " "
                    <button type="button" class="link" on:click=undo>{text::GUESS_AGAIN}</button>
                </Show>
            </td>
            <td><KindChoice name=name column=column/></td>
            <td class="amount">{read(|column| text::missing(column.missing))}</td>
            <td class="amount">{read(|column| crate::story::number::count(column.distinct))}</td>
            <td class="preview">{read(preview)}</td>
        </tr>
    }
}

fn preview(column: &ColumnInspection) -> String {
    let shown =
        column.preview.iter().take(4).map(|value| {
            if value.is_empty() { text::EMPTY_VALUE } else { value.as_str() }
        });
    shown.collect::<Vec<_>>().join(" · ")
}

#[component]
fn RoleChoice(
    /// Column name.
    name: String,
    /// What is known of it.
    column: Memo<Option<ColumnInspection>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let options = Signal::derive(move || {
        let class =
            column.with(|column| match column.as_ref().map(|column| &column.role) {
                Some(role @ Role::ClassScore(_)) => text::role(role),
                _ => text::CLASS_SCORE.to_owned(),
            });
        let known = text::roles().into_iter().map(|role| role.1.to_owned());
        known.chain([class]).collect()
    });
    let chosen = Signal::derive(move || {
        column.with(|column| {
            let role = &column.as_ref()?.role;
            let known = text::roles();
            Some(known.iter().position(|known| &known.0 == role).unwrap_or(known.len()))
        })
    });
    let label = text::role_of(&name);
    let choose = Callback::new(move |place: usize| {
        let role = text::roles().into_iter().nth(place).map(|known| known.0);
        let classes = session
            .inspection
            .with_untracked(|found| found.as_ref().map(|found| found.classes.clone()))
            .unwrap_or_default();
        let role = role.unwrap_or_else(|| Role::ClassScore(class_of(&name, &classes)));
        session.choose(|choices| {
            choices.roles.insert(name.clone(), role);
        });
    });
    view! { <Choice label=label options=options chosen=chosen on_choose=choose/> }
}

/// The class a score column is named after: the longest one its name ends with.
fn class_of(column: &str, classes: &[String]) -> String {
    let name = letters::lower(column);
    classes
        .iter()
        .filter(|class| name.ends_with(&letters::lower(class)))
        .max_by_key(|class| class.len())
        .cloned()
        .unwrap_or_else(|| column.to_owned())
}

#[component]
fn KindChoice(
    /// Column name.
    name: String,
    /// What is known of it.
    column: Memo<Option<ColumnInspection>>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let options = Signal::derive(|| {
        text::KINDS.iter().map(|kind| kind.1.to_owned()).collect::<Vec<_>>()
    });
    let chosen = Signal::derive(move || {
        column.with(|column| {
            let kind: Kind = column.as_ref()?.kind;
            text::KINDS.iter().position(|known| known.0 == kind)
        })
    });
    let label = text::kind_of(&name);
    let choose = Callback::new(move |place: usize| {
        if let Some((kind, _)) = text::KINDS.get(place) {
            session.choose(|choices| {
                choices.kinds.insert(name.clone(), *kind);
            });
        }
    });
    view! { <Choice label=label options=options chosen=chosen on_choose=choose/> }
}
