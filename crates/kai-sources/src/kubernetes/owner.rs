//! Objects that a controller made from another object, which says the same in fewer words.

use std::collections::BTreeSet;

use kai_core::Node;

use crate::kubernetes::object::Header;

/// Knows which objects are present, if any object says that it is owned.
pub(super) struct Owners<'a> {
    /// Group, kind, namespace and name.
    present: BTreeSet<(&'a str, &'a str, &'a str, &'a str)>,
}

impl<'a> Owners<'a> {
    pub(super) fn of(headers: &[Header<'a>]) -> Self {
        let is_needed = headers.iter().any(|it| controller(it).is_some());
        let named =
            headers.iter().map(|it| (it.group(), it.kind, it.effective_namespace(), it.name));
        Self { present: if is_needed { named.collect() } else { BTreeSet::new() } }
    }

    /// True where the object's controller was read too. A built-in controller makes its objects
    /// from a template that it holds, so that nothing is lost with them.
    pub(super) fn holds_owner_of(&self, object: &Header<'a>) -> bool {
        if self.present.is_empty() {
            return false;
        }
        let Some((group, kind, name)) = controller(object) else { return false };
        let namespace = object.effective_namespace();
        let is_itself = (group, kind, name) == (object.group(), object.kind, object.name);
        !is_itself
            && [namespace, ""].iter().any(|it| self.present.contains(&(group, kind, *it, name)))
    }
}

/// Group, kind and name of the owner that controls the object.
fn controller<'a>(object: &Header<'a>) -> Option<(&'a str, &'a str, &'a str)> {
    let owners = object.node.at(&["metadata", "ownerReferences"])?.items();
    let owner =
        owners.iter().find(|it| it.get("controller").and_then(Node::as_bool) == Some(true))?;
    let version = owner.get("apiVersion").and_then(Node::text)?;
    let group = version.split_once('/').map_or("", |(group, _)| group);
    Some((group, owner.get("kind")?.text()?, owner.get("name")?.text()?))
}
