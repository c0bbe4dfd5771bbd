//! Objects that say where entries of secrets are, and what is taken of them.

use camino::Utf8PathBuf;
use kai_core::{Node, SmolStr};
use kai_graph::{ComponentKind, EntryStore, Facts, SecretProvider, SecretShelf, TakenEntry};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn lower(object: &Object<'_>) -> Option<(ComponentKind, Facts)> {
    let facts = match (object.group, object.kind) {
        ("external-secrets.io", "SecretStore" | "ClusterSecretStore") => {
            Facts::SecretStore(shelf(object.spec))
        }
        ("secrets-store.csi.x-k8s.io", "SecretProviderClass") => {
            Facts::SecretProvider(Box::new(provider(object)))
        }
        _ => return None,
    };
    Some((ComponentKind::Opaque, facts))
}

fn shelf(spec: Fields<'_>) -> Option<SecretShelf> {
    let provider = spec.at("provider");
    match provider.at("aws").text("service").as_str() {
        "SecretsManager" => Some(SecretShelf::AmazonSecrets),
        "ParameterStore" => Some(SecretShelf::AmazonParameters),
        _ => provider.has("gcpsm").then_some(SecretShelf::GoogleSecrets),
    }
}

/// What an ExternalSecret takes.
pub(super) fn taken(object: &Object<'_>) -> Vec<TakenEntry> {
    let spec = object.spec;
    match object.group {
        "external-secrets.io" => of_external_secrets(spec),
        "kubernetes-client.io" => of_kubernetes_client(spec),
        _ => Vec::new(),
    }
}

fn of_external_secrets(spec: Fields<'_>) -> Vec<TakenEntry> {
    let store = spec.at("secretStoreRef");
    let kind = store.opt("kind").unwrap_or(SmolStr::new_static("SecretStore"));
    let store = EntryStore::Object { kind, name: store.text("name") };
    let entry = |key: Option<SmolStr>, of: Fields<'_>| TakenEntry {
        key,
        name: of.text("key"),
        property: of.opt("property"),
        store: store.clone(),
    };
    let single = spec.list("data").filter(|it| !it.has("sourceRef"));
    let mut taken: Vec<_> =
        single.map(|it| entry(it.opt("secretKey"), it.at("remoteRef"))).collect();
    // What is renamed on the way cannot be told by its key.
    let whole = spec.list("dataFrom").filter(|it| !it.has("rewrite") && !it.has("sourceRef"));
    taken.extend(whole.filter(|it| it.has("extract")).map(|it| entry(None, it.at("extract"))));
    by_template(spec.at("target").at("template"), taken)
}

/// A template makes keys of its own out of what is taken; those that it does not make are left out,
/// unless it is told to keep them (external-secrets, `ExternalSecretTemplate.mergePolicy`).
fn by_template(template: Fields<'_>, taken: Vec<TakenEntry>) -> Vec<TakenEntry> {
    if template.has("templateFrom") {
        return Vec::new();
    }
    if !template.has("data") {
        return taken;
    }
    let mut made = Vec::new();
    for (key, node) in template.at("data").entries() {
        let names = names_in(node.text().unwrap_or_default());
        let of = |name: &SmolStr| {
            let single = taken.iter().filter(move |it| it.key.as_ref() == Some(name));
            let part = taken.iter().filter(|it| it.key.is_none() && it.property.is_none());
            let part = part
                .map(move |it| TakenEntry { property: Some(name.clone()), ..it.clone() })
                .collect::<Vec<_>>();
            single.cloned().chain(part).collect::<Vec<_>>()
        };
        let found = names.iter().flat_map(of);
        made.extend(found.map(|it| TakenEntry { key: Some(key.clone()), ..it }));
    }
    if template.text("mergePolicy") == "Merge" {
        made.extend(taken);
    }
    made
}

/// `host` of `{{ .host }}` and of `{{ index . "host" }}`.
fn names_in(template: &str) -> Vec<SmolStr> {
    let actions = template.split("{{").skip(1).filter_map(|it| it.split("}}").next());
    let words =
        actions.flat_map(|it| it.split(|it: char| it.is_whitespace() || "()|".contains(it)));
    let name = |it: &str| {
        let quoted = it.strip_prefix('"').and_then(|it| it.strip_suffix('"'));
        it.strip_prefix('.').or(quoted).filter(|it| !it.is_empty()).map(SmolStr::from)
    };
    words.filter_map(name).collect()
}

fn of_kubernetes_client(spec: Fields<'_>) -> Vec<TakenEntry> {
    let shelf = match spec.text("backendType").as_str() {
        "secretsManager" => SecretShelf::AmazonSecrets,
        "systemManager" => SecretShelf::AmazonParameters,
        "gcpSecretsManager" => SecretShelf::GoogleSecrets,
        _ => return Vec::new(),
    };
    let store = EntryStore::Shelf(shelf);
    let single = spec.list("data").map(|it| TakenEntry {
        key: it.opt("name"),
        name: it.text("key"),
        property: it.opt("property"),
        store: store.clone(),
    });
    let whole = spec.texts("dataFrom").into_iter();
    let whole =
        whole.map(|name| TakenEntry { key: None, name, property: None, store: store.clone() });
    single.chain(whole).collect()
}

/// What the driver mounts is listed in a text (github.com/aws/secrets-store-csi-driver-provider-aws,
/// github.com/GoogleCloudPlatform/secrets-store-csi-driver-provider-gcp).
fn provider(object: &Object<'_>) -> SecretProvider {
    let parameters = object.spec.at("parameters");
    let mounted: Vec<_> = match object.spec.text("provider").as_str() {
        "aws" => listed(object, parameters, "objects").iter().flat_map(of_amazon).collect(),
        "gcp" => listed(object, parameters, "secrets").iter().filter_map(of_google).collect(),
        _ => Vec::new(),
    };
    let mut copied = Vec::new();
    for secret in object.spec.list("secretObjects") {
        for data in secret.list("data") {
            let (of, key) = (data.text("objectName"), data.opt::<SmolStr>("key"));
            let found = mounted.iter().filter(|it| it.key.as_ref() == Some(&of));
            let copy = |it: &TakenEntry| TakenEntry { key: key.clone(), ..it.clone() };
            copied.extend(found.map(|it| (secret.text("secretName"), copy(it))));
        }
    }
    SecretProvider { mounted, copied }
}

fn listed(object: &Object<'_>, parameters: Fields<'_>, key: &str) -> Vec<Node> {
    let origins = object.fields.reader().origins;
    let list = parameters.node(key).and_then(|it| {
        let id = kai_syntax::embed(origins, it, Utf8PathBuf::from(key))?;
        Some(kai_syntax::yaml::parse(origins, id).documents.into_iter().next()?.node)
    });
    list.map(|it| it.items().to_vec()).unwrap_or_default()
}

/// The whole, and each part of it that is a file of its own.
fn of_amazon(object: &Node) -> Vec<TakenEntry> {
    let text = |node: &Node, key: &str| node.get(key).and_then(Node::text).map(SmolStr::from);
    let Some(name) = text(object, "objectName") else { return Vec::new() };
    let shelf = match text(object, "objectType").as_deref() {
        Some("secretsmanager") => SecretShelf::AmazonSecrets,
        Some("ssmparameter") => SecretShelf::AmazonParameters,
        None if name.starts_with("arn:aws:secretsmanager:") => SecretShelf::AmazonSecrets,
        None if name.starts_with("arn:aws:ssm:") => SecretShelf::AmazonParameters,
        _ => return Vec::new(),
    };
    let entry = |key: SmolStr, property| TakenEntry {
        key: Some(key),
        name: name.clone(),
        property,
        store: EntryStore::Shelf(shelf),
    };
    let whole = entry(text(object, "objectAlias").unwrap_or_else(|| name.clone()), None);
    let parts = object.get("jmesPath").map(Node::items).unwrap_or_default();
    let part = |it: &Node| Some(entry(text(it, "objectAlias")?, Some(text(it, "path")?)));
    std::iter::once(whole).chain(parts.iter().filter_map(part)).collect()
}

/// `projects/shop/secrets/db/versions/latest`
fn of_google(secret: &Node) -> Option<TakenEntry> {
    let name = secret.get("resourceName")?.text()?;
    let file = secret.get("fileName").or(secret.get("path")).and_then(Node::text)?;
    Some(TakenEntry {
        key: Some(file.into()),
        name: name.into(),
        property: None,
        store: EntryStore::Shelf(SecretShelf::GoogleSecrets),
    })
}
