//! References between things of one configuration, as far as planning leaves them.
//!
//! What a cloud makes up is not known before it is applied; that it is an attribute of one thing is.

use kai_core::{OriginId, SmolStr};
use kai_graph::ObjectRef;
use kai_terraform::value::{Piece, Value};

use super::naming::label;

/// What a value names: an attribute of something that the configuration declares, or a text.
pub(super) fn thing(value: &Value) -> Option<ObjectRef> {
    reference(&value.pieces(), value.origin)
}

/// The same of an identity, which may be written as `serviceAccount:…`.
pub(super) fn account(value: &Value) -> Option<ObjectRef> {
    const KIND: &str = "serviceAccount:";
    let pieces = value.pieces();
    let whole = match &pieces[..] {
        [Piece::Text(kind), rest @ ..] if kind == KIND => rest,
        all => all,
    };
    let found = reference(whole, value.origin)?;
    if found.kind == "google_service_account" {
        return Some(found);
    }
    let name = found.name.strip_prefix(KIND).unwrap_or(&found.name);
    let name = SmolStr::from(name.rsplit('/').next().unwrap_or(name));
    let is_account = found.kind.is_empty() && name.ends_with(".gserviceaccount.com");
    is_account.then(|| ObjectRef { name, ..found.clone() })
}

fn reference(pieces: &[Piece], origin: OriginId) -> Option<ObjectRef> {
    let (kind, name) = match pieces {
        [Piece::Text(text)] => (SmolStr::default(), text.clone()),
        [Piece::Attribute(it)] if it.unit.is_empty() => {
            label(&it.address).filter(|it| !it.0.starts_with("data."))?
        }
        _ => return None,
    };
    Some(ObjectRef { kind, namespace: SmolStr::default(), name, origin })
}
