//! References between things of one configuration, as far as planning leaves them.
//!
//! What a cloud makes up is not known before it is applied; that it is an attribute of one thing is.

use kai_core::{Reason, SmolStr};
use kai_graph::ObjectRef;
use kai_terraform::value::Value;

use super::naming::label;

/// What a value names: an attribute of something that the configuration declares, or a text.
pub(super) fn thing(value: &Value) -> Option<ObjectRef> {
    let of = |kind: SmolStr, name: SmolStr| {
        Some(ObjectRef { kind, namespace: SmolStr::default(), name, origin: value.origin })
    };
    if let Some(text) = value.as_str() {
        return of(SmolStr::default(), text.into());
    }
    let unknown = value.as_unknown()?;
    if unknown.cause.reason != Reason::ComputedAtApply {
        return None;
    }
    let (address, _) = split_last(&unknown.cause.text)?;
    let (kind, name) = label(address).filter(|it| !it.0.starts_with("data."))?;
    of(kind, name)
}

/// The same of an identity that is written `serviceAccount:…`; of anything else where a text goes
/// before it, nothing.
pub(super) fn account(value: &Value) -> Option<ObjectRef> {
    const KIND: &str = "serviceAccount:";
    if let Some(unknown) = value.as_unknown() {
        let before = &unknown.refinement.prefix;
        let is_whole = before.is_empty() || before == KIND;
        return thing(value).filter(|it| is_whole && it.kind == "google_service_account");
    }
    let found = thing(value)?;
    let name = found.name.strip_prefix(KIND).unwrap_or(&found.name);
    let name = name.rsplit('/').next().unwrap_or(name);
    let is_account = name.ends_with(".gserviceaccount.com");
    is_account.then(|| ObjectRef { name: name.into(), ..found.clone() })
}

/// The address of a thing, and its attribute.
fn split_last(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind('.')?;
    (!text[at..].contains(']')).then(|| (&text[..at], &text[at + 1..]))
}
