//! Clusters that Argo CD knows, where the tree declares them: Secrets with a label, and what makes such Secrets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_core::{Environment, Map, Node, OriginId};

use super::environment;
use super::generator::{is_selected, normalized};
use crate::{File, Project};

/// The label of such a Secret, and what it says (Argo CD, "Declarative Setup", clusters).
const LABEL: (&str, &str) = ("argocd.argoproj.io/secret-type", "cluster");

/// What the cluster of Argo CD itself is called, and its address.
const OWN: (&str, &str) = ("in-cluster", "https://kubernetes.default.svc");

/// The values that a generator gives for each cluster that it asks for; none where the tree declares no cluster, or one
/// that cannot be read, as others are registered by hand, and where some belong to the Argo CD of another environment.
pub(super) fn of(asked: &Node, project: &Project<'_>) -> Option<Vec<Node>> {
    let place = place(asked.origin, project);
    let mut all = Vec::new();
    for file in project.files() {
        let secrets = secrets(file);
        let of_file = environment::of_path(&file.path).map(|it| it.environment);
        let is_other = place.is_some_and(|it| of_file.is_some_and(|other| other != it));
        if is_other && !secrets.is_empty() {
            return None;
        }
        for secret in &secrets {
            all.push(Cluster::read(secret)?);
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all.dedup_by(|one, other| one.name == other.name);
    if all.is_empty() {
        return None;
    }
    let selector = asked.get("selector").filter(|it| it.as_map().is_some_and(|it| !it.is_empty()));
    let own = Cluster::own(asked.origin);
    // Without a selector its own cluster is one of them, declared or not.
    if selector.is_none() && !all.iter().any(|it| it.server == own.server) {
        // One whose address is not readable may be it.
        if all.iter().any(|it| it.server.is_none()) {
            return None;
        }
        all.push(own);
    }
    all.retain(|it| selector.is_none_or(|asked| is_selected(asked, &it.labels)));
    Some(all.iter().map(Cluster::values).collect())
}

/// The environment that the path of a set says.
fn place(set: OriginId, project: &Project<'_>) -> Option<Environment> {
    let origins = project.origins();
    let outer = origins.outermost(origins.span(set)?);
    let path = origins.document(outer.document).path.clone();
    environment::of_path(&path).map(|it| it.environment)
}

fn secrets(file: &File) -> Vec<Node> {
    // What examples and tests declare is registered nowhere.
    let place = environment::of_path(&file.path);
    let is_real = place.is_none_or(|it| it.environment < Environment::Example);
    let nodes = file.documents.iter().map(|it| &it.node).filter(|_| is_real);
    nodes.filter_map(secret).filter(is_cluster).collect()
}

fn is_cluster(secret: &Node) -> bool {
    let label = secret.at(&["metadata", "labels"]).and_then(|it| it.get(LABEL.0));
    label.and_then(Node::text) == Some(LABEL.1)
}

/// A Secret, or the one that the External Secrets Operator makes, as far as its template says it.
fn secret(object: &Node) -> Option<Node> {
    match object.str_at(&["kind"])? {
        "Secret" => Some(object.clone()),
        "ExternalSecret" => {
            let template = object.at(&["spec", "target", "template"])?;
            let mut made = Map::new();
            for (from, to) in [("metadata", "metadata"), ("data", "stringData")] {
                if let Some(part) = template.get(from) {
                    made.set(to, part.origin, part.clone());
                }
            }
            Some(Node::map(made, object.origin))
        }
        _ => None,
    }
}

struct Cluster {
    name: String,
    /// None where a template fills it.
    server: Option<String>,
    labels: Node,
    annotations: Node,
    origin: OriginId,
}

impl Cluster {
    fn read(secret: &Node) -> Option<Self> {
        let of = |key| secret.at(&["metadata", key]).cloned();
        let empty = || Node::map(Map::new(), secret.origin);
        Some(Self {
            name: field(secret, "name")?,
            server: field(secret, "server"),
            labels: of("labels").unwrap_or_else(empty),
            annotations: of("annotations").unwrap_or_else(empty),
            origin: secret.origin,
        })
    }

    fn own(origin: OriginId) -> Self {
        let empty = Node::map(Map::new(), origin);
        let (name, server) = (OWN.0.to_owned(), Some(OWN.1.to_owned()));
        Self { name, server, labels: empty.clone(), annotations: empty, origin }
    }

    fn values(&self) -> Node {
        let text = |it: &str| Node::string(it, self.origin);
        let mut metadata = Map::new();
        metadata.set("labels", self.origin, self.labels.clone());
        metadata.set("annotations", self.origin, self.annotations.clone());
        let mut values = Map::new();
        values.set("name", self.origin, text(&self.name));
        values.set("nameNormalized", self.origin, text(&normalized(&self.name)));
        // What nobody can read stays a hole.
        let server = self.server.as_deref().unwrap_or("{{server}}");
        values.set("server", self.origin, text(server));
        values.set("metadata", self.origin, Node::map(metadata, self.origin));
        Node::map(values, self.origin)
    }
}

/// A field of a Secret that is written in the clear or in base64; none where it is encrypted or a reference.
fn field(secret: &Node, key: &str) -> Option<String> {
    if let Some(plain) = secret.str_at(&["stringData", key]) {
        return is_readable(plain).then(|| plain.to_owned());
    }
    let encoded = secret.str_at(&["data", key])?;
    let bytes = STANDARD.decode(encoded.trim()).ok()?;
    String::from_utf8(bytes).ok().filter(|it| is_readable(it))
}

fn is_readable(text: &str) -> bool {
    !text.is_empty() && !text.starts_with("ENC[") && !text.contains(['<', '$', '{'])
}
