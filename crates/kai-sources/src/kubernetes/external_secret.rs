//! Objects that describe a Secret which a controller fills.

use kai_core::{OriginId, SmolStr};
use kai_graph::{ComponentKind, Facts, SecretFacts};

use crate::fields::Fields;
use crate::kubernetes::object::Object;
use crate::kubernetes::secret_store;

/// Where the name of the Secret stands, where it is not the object's own.
const TARGETS: &[(&str, &str, &[&str])] = &[
    ("bitnami.com", "SealedSecret", &["template", "metadata", "name"]),
    ("cert-manager.io", "Certificate", &["secretName"]),
    ("external-secrets.io", "ExternalSecret", &["target", "name"]),
    ("kubernetes-client.io", "ExternalSecret", &[]),
    ("onepassword.com", "OnePasswordItem", &[]),
    ("ricoberger.de", "VaultSecret", &[]),
    ("secrets.hashicorp.com", "VaultDynamicSecret", &["destination", "name"]),
    ("secrets.hashicorp.com", "VaultPKISecret", &["destination", "name"]),
    ("secrets.hashicorp.com", "VaultStaticSecret", &["destination", "name"]),
    ("secrets.infisical.com", "InfisicalSecret", &["managedSecretReference", "secretName"]),
];

pub(super) fn is_one(object: &Object<'_>) -> bool {
    target(object).is_some()
}

fn target(object: &Object<'_>) -> Option<&'static [&'static str]> {
    let found = TARGETS.iter().find(|it| it.0 == object.group && it.1 == object.kind)?;
    Some(found.2)
}

pub(super) fn lower(object: &Object<'_>) -> (ComponentKind, Facts) {
    let path = target(object).unwrap_or_default();
    let named = path.split_last().and_then(|(last, folders)| {
        folders.iter().fold(object.spec, |at, key| at.at(key)).opt::<SmolStr>(last)
    });
    let facts = SecretFacts {
        keys: keys(object),
        secret_type: object.kind.into(),
        material: Vec::new(),
        is_reference: true,
        target_name: Some(named.unwrap_or_else(|| object.name.into())),
        taken: secret_store::taken(object),
    };
    (ComponentKind::Secret, Facts::Secret(Box::new(facts)))
}

/// The keys that are named; a whole vault entry may bring more.
fn keys(object: &Object<'_>) -> Vec<(SmolStr, OriginId)> {
    let spec = object.spec;
    let named = |at: Fields<'_>| {
        at.entries().map(|(key, node)| (key.clone(), node.origin)).collect::<Vec<_>>()
    };
    match object.kind {
        "Certificate" => ["tls.crt", "tls.key", "ca.crt"]
            .map(|it| (SmolStr::new_static(it), object.fields.default_origin()))
            .into(),
        "SealedSecret" => named(spec.at("encryptedData")),
        _ => {
            let mut keys: Vec<_> =
                spec.list("data").filter_map(|it| it.name("secretKey")).collect();
            keys.extend(named(spec.at("target").at("template").at("data")));
            keys
        }
    }
}
