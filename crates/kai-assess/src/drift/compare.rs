//! A state beside the configuration: what one says and the other does not.

use kai_core::SmolStr;
use kai_sources::terraform::is_secret;
use kai_terraform::record::{
    Action, AttributeChange, RecordedChange, RecordedObject, Shown, is_secret_name, shown,
};
use kai_terraform::value::Value;

use super::fit::Candidate;

/// What differs, as changes that an apply would make, and addresses of which nothing can be said.
pub(super) fn changes(
    objects: &[RecordedObject],
    candidate: &Candidate<'_>,
    is_refused: bool,
) -> (Vec<RecordedChange>, Vec<String>) {
    let (mut changes, mut open) = (Vec::new(), Vec::new());
    for object in objects {
        let address = candidate.current(&object.address);
        let (action, attributes) = match candidate.instance(&object.address) {
            _ if object.is_deposed => (Action::Delete, Vec::new()),
            Some(_) if object.is_tainted => (Action::Replace { creates_first: false }, Vec::new()),
            Some(it) => match differences(object, &it.values) {
                none if none.is_empty() => (Action::Nothing, none),
                some => (Action::Update, some),
            },
            None if candidate.moves.forgets(&object.address) => (Action::Forget, Vec::new()),
            None if is_refused || candidate.may_hold(&object.address) => {
                open.push(object.address.clone());
                continue;
            }
            None => (Action::Delete, Vec::new()),
        };
        let reason = match (action, object.is_tainted) {
            (Action::Replace { .. }, true) => "replace_because_tainted",
            (Action::Delete, _) => "delete_because_no_resource_config",
            _ => "",
        };
        changes.push(RecordedChange {
            previous_address: (address != object.address).then(|| object.address.clone()),
            address,
            is_data: false,
            ty: object.ty.clone(),
            is_deposed: object.is_deposed,
            action,
            reason: reason.into(),
            attributes,
            before: Some(object.values.clone()),
            after: None,
        });
    }
    (changes, open)
}

/// Scalars that are written and known, beside those of the state. Documents in a text are left
/// out, because providers write them in their own way; so are collections.
fn differences(object: &RecordedObject, written: &Value) -> Vec<AttributeChange> {
    // What the state keeps of it has the form of the tool, not of a provider.
    if object.ty == "terraform_data" {
        return Vec::new();
    }
    let Some(attributes) = written.entries() else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in attributes.iter() {
        let Some(before) = object.values.get(name).filter(|it| it.as_scalar().is_some()) else {
            continue;
        };
        let Some(after) = scalar(value) else { continue };
        let is_same = before.text().is_some_and(|it| is_same(it, &after));
        // An empty text and none are one to many providers.
        let is_nothing = before.text().unwrap_or_default().is_empty() && after.is_empty();
        if is_same || is_nothing || is_document(&after) {
            continue;
        }
        let is_marked = value.marks_deep().is_sensitive || object.sensitive.contains(name);
        let hides = is_marked || is_secret_name(name) || is_secret(name, &after);
        let after = if hides { Shown::Secret } else { Shown::Text(after) };
        let before = shown(before, hides || is_secret(name, before.text().unwrap_or_default()));
        found.push(AttributeChange { path: name.to_string(), before, after, forces: false });
    }
    found
}

fn scalar(value: &Value) -> Option<SmolStr> {
    let is_scalar = value.is_known() && !value.is_null();
    let is_collection = value.elements().is_some() || value.entries().is_some();
    if !is_scalar || is_collection {
        return None;
    }
    let text = value.convert(&kai_terraform::value::Type::String).ok()?;
    text.as_str().map(SmolStr::from)
}

fn is_same(before: &str, after: &str) -> bool {
    let number = |it: &str| it.parse::<f64>().ok();
    before == after || matches!((number(before), number(after)), (Some(a), Some(b)) if a == b)
}

fn is_document(text: &str) -> bool {
    text.contains('\n') || text.starts_with(['{', '['])
}
