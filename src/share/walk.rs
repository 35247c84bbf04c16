//! Every text of a report, one after the other, for what must be changed in all of them. Enter: a report and what to
//! do with a text. Through JSON, so that a field added to the report later is walked as well.

use serde_json::Value;

use crate::report::Report;

/// A place of a text: the key of the object around it and its own key; list items have the key of the list.
pub type Place<'a> = (&'a str, &'a str);

/// Does something to every text of the report, names and ids included. `None` when the result is no report any more;
/// the report is unchanged then.
#[must_use]
pub fn each_text(
    r: &mut Report,
    change: &mut dyn FnMut(Place<'_>, &mut String),
) -> Option<()> {
    let mut value = serde_json::to_value(&*r).ok()?;
    walk(&mut value, ("", ""), change);
    *r = serde_json::from_value(value).ok()?;
    Some(())
}

/// Does something to every sentence: texts with a space in them that are no names.
#[must_use]
pub fn each_sentence(r: &mut Report, change: &mut dyn FnMut(&mut String)) -> Option<()> {
    each_text(r, &mut |(_, key), text| {
        let is_name = matches!(key, "name" | "column" | "files" | "classes" | "positive");
        if !is_name && text.contains(' ') {
            change(text);
        }
    })
}

fn walk(
    value: &mut Value,
    (around, key): Place<'_>,
    change: &mut dyn FnMut(Place<'_>, &mut String),
) {
    match value {
        Value::String(text) => change((around, key), text),
        Value::Array(items) => {
            items.iter_mut().for_each(|own| walk(own, (around, key), change));
        }
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(inner, own)| walk(own, (key, inner), change));
        }
        _ => {}
    }
}
