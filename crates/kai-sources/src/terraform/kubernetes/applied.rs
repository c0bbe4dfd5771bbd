//! What a resource applies.

use kai_core::{Node, OriginId, Origins, Role, SmolStr};
use kai_terraform::roots::Instance;
use kai_terraform::value::{Piece, Value};

use super::super::fields::argument;
use super::{names, reference, typed};

/// What one resource applies to a cluster.
#[derive(Debug)]
pub enum Applied {
    Object(Node),
    /// A text that holds one, and the namespace that it is put into whatever it says.
    Text {
        text: String,
        namespace: Option<SmolStr>,
        origin: OriginId,
    },
    /// Nobody can know what: the argument that says so, and where.
    Unread {
        argument: &'static str,
        origin: OriginId,
    },
}

const MANIFEST: &str = "kubernetes_manifest";
const TEXT: &str = "kubectl_manifest";

/// True for a resource that is an object of Kubernetes.
#[must_use]
pub fn is_applied(instance: &Instance) -> bool {
    let is_one = matches!(instance.ty.as_str(), MANIFEST | TEXT);
    let is_declared = !(instance.is_data || instance.is_call);
    is_declared && (is_one || names::api(&instance.ty).is_some())
}

/// What a resource applies, if it is an object of Kubernetes; `all` is everything that the same plan
/// holds.
#[must_use]
pub fn applied(instance: &Instance, all: &[Instance], origins: &Origins) -> Option<Applied> {
    if !is_applied(instance) {
        return None;
    }
    let settled = |it| shown(&reference::settled(it, all));
    Some(match instance.ty.as_str() {
        MANIFEST => match argument(&instance.values, "manifest").map(settled) {
            Some(it) if it.entries().is_some() => {
                Applied::Object(named(it.to_node(), instance.origin, origins))
            }
            it => unread("manifest", it.as_ref(), instance),
        },
        TEXT => text(instance, all),
        _ => {
            let values = settled(&left_alone(instance));
            let object = typed::object(instance, &values, origins)?;
            Applied::Object(named(object, instance.origin, origins))
        }
    })
}

fn unread(argument: &'static str, value: Option<&Value>, instance: &Instance) -> Applied {
    let origin = value.map_or(instance.origin, |it| it.origin);
    Applied::Unread { argument, origin }
}

fn text(instance: &Instance, all: &[Instance]) -> Applied {
    const BODY: &str = "yaml_body";
    let body = argument(&instance.values, BODY).map(|it| reference::settled(it, all));
    let Some(body) = body.filter(|it| !it.marks_deep().is_sensitive) else {
        return unread(BODY, None, instance);
    };
    // A document of which no part is written may be anything.
    if !body.pieces().iter().any(|it| matches!(it, Piece::Text(_))) {
        return unread(BODY, Some(&body), instance);
    }
    let namespace = argument(&instance.values, "override_namespace");
    Applied::Text {
        text: body.stand_in().to_string(),
        namespace: namespace.map(|it| reference::settled(it, all).stand_in()),
        origin: body.origin,
    }
}

/// The value without what must not be shown.
fn shown(value: &Value) -> Value {
    match value.marks.is_sensitive {
        true => reference::hidden(value),
        false => value.with_children(shown),
    }
}

/// The arguments of the resource, where one that others may change is not known.
fn left_alone(instance: &Instance) -> Value {
    let paths = instance.ignored.iter().filter(|it| it[..] != ["*"]);
    paths.fold(instance.values.clone(), |values, path| reference::left_to_others(&values, path))
}

/// The object with texts for names that are to come, which say that they are filled in. One that is
/// given to the module leads to the resource, and to what gives it behind that.
fn named(mut object: Node, resource: OriginId, origins: &Origins) -> Node {
    for key in ["name", "generateName", "namespace"] {
        let Some(place) = object.at_mut(&["metadata", key]) else { continue };
        if let kai_core::Value::Unknown(unknown) = &place.value {
            *place = Node::string(unknown.text.clone(), place.origin);
        }
        let is_here = matches!(origins.role(place.origin), Role::Written | Role::Templated);
        if key != "namespace" && !is_here {
            place.origin = origins.derived(Role::Variable, Some(resource), &[place.origin]);
        }
    }
    object
}
