//! ConfigMaps and Secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_core::{Node, SmolStr};
use kai_graph::{
    ComponentKind, Configuration, Facts, Material, MaterialKind, SecretFacts, Setting,
};

use crate::fields::is_templated;
use crate::kubernetes::object::Object;
use crate::material::{self, Place};

pub(super) fn config_map(object: &Object<'_>) -> (ComponentKind, Facts) {
    let mut configuration = Configuration {
        is_immutable: object.fields.is("immutable"),
        settings: Vec::new(),
        material: Vec::new(),
    };
    let data = object.fields.at("data");
    // A key that holds nothing is there and empty.
    for (key, node) in data.all_entries() {
        let value = if node.is_null() { SmolStr::default() } else { data.text_of(key, node) };
        let found = material::in_value(key, &value, Place::Open);
        let origin = node.origin;
        configuration.material.extend(found.iter().map(|it| it.material(key, &value, origin)));
        let value = material::mask(&value, &found);
        configuration.settings.push(Setting { key: key.clone(), value, origin });
    }
    // Bytes are not looked at, but they are there.
    for (key, node) in object.fields.at("binaryData").entries() {
        let setting = Setting { key: key.clone(), value: SmolStr::default(), origin: node.origin };
        configuration.settings.push(setting);
    }
    (ComponentKind::Configuration, Facts::Configuration(Box::new(configuration)))
}

/// Values are looked at and not kept. One that SOPS encrypted is no material.
pub(super) fn secret(object: &Object<'_>) -> (ComponentKind, Facts) {
    let fields = object.fields;
    let (mut keys, mut material) = (Vec::new(), Vec::new());
    let mut is_for_tests = false;
    for (key, node) in fields.at("stringData").all_entries() {
        keys.push((key.clone(), node.origin));
        let Some(text) = node.text() else { continue };
        is_for_tests |= names_test_account(key, text);
        material.extend(in_clear(key, text, node));
    }
    for (key, node) in fields.at("data").all_entries() {
        keys.push((key.clone(), node.origin));
        match node.text().map(decode) {
            Some(Decoded::Text(text)) => {
                is_for_tests |= names_test_account(key, &text);
                material.extend(in_clear(key, &text, node));
            }
            Some(Decoded::Wrong) => fields.reader().refuse(key, node, "base64"),
            Some(Decoded::Other) | None => {}
        }
    }
    if is_for_tests {
        material.retain(|it| it.kind != MaterialKind::Password);
    }
    let facts = SecretFacts {
        keys,
        secret_type: fields.opt("type").unwrap_or(SmolStr::new_static("Opaque")),
        material,
        is_reference: false,
        target_name: None,
        taken: Vec::new(),
    };
    (ComponentKind::Secret, Facts::Secret(Box::new(facts)))
}

/// True for a user whose own name says that it reads only, and for tests: its password opens nothing.
fn names_test_account(key: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    key.to_ascii_lowercase().contains("user")
        && value.contains("test")
        && ["readonly", "read-only", "read_only"].iter().any(|it| value.contains(it))
}

fn in_clear(key: &SmolStr, text: &str, node: &Node) -> Vec<Material> {
    let found = material::in_value(key, text, Place::Secret);
    found.iter().map(|it| it.material(key, text, node.origin)).collect()
}

pub(super) enum Decoded {
    Text(String),
    /// Bytes that are no text, or a text that something replaces before it is applied.
    Other,
    Wrong,
}

pub(super) fn decode(encoded: &str) -> Decoded {
    if encoded.starts_with("ENC[") || is_templated(encoded) || encoded.starts_with('<') {
        return Decoded::Other;
    }
    let compact: String = encoded.chars().filter(|it| !matches!(it, '\n' | '\r')).collect();
    match STANDARD.decode(compact) {
        Ok(bytes) => String::from_utf8(bytes).map_or(Decoded::Other, Decoded::Text),
        Err(_) => Decoded::Wrong,
    }
}
