//! Where a root runs by what its objects say; what names say is in [`kai_core::environment`].

use std::collections::BTreeMap;

pub(crate) use kai_core::environment::{EnvironmentEvidence, assumed, of_name, of_path};
use kai_core::environment::{of_folder, words};
use kai_core::{Environment, Node};

/// Labels whose value names an environment.
const LABELS: &[&str] = &["environment", "env", "app.kubernetes.io/environment"];

/// What the objects say: first their labels, then their namespaces; all that say anything must
/// agree. A label of one or two among many may be a stray one.
pub(crate) fn of_objects(objects: &[Node]) -> Option<EnvironmentEvidence> {
    of_labels(objects).or_else(|| of_namespaces(objects))
}

/// What a Compose project calls itself, or the network that its services share.
pub(crate) fn of_compose(objects: &[Node]) -> Option<EnvironmentEvidence> {
    const SHOWN: &[&str] = &["demo", "demos", "playground", "tutorial", "tutorials"];
    let [model] = objects else { return None };
    let network = model.str_at(&["networks", "default", "name"]);
    let names = [("project", model.str_at(&["name"])), ("network", network)];
    names.into_iter().find_map(|(what, name)| {
        let name = name?;
        let is_shown = || words(name).iter().any(|it| SHOWN.contains(&it.as_str()));
        let environment = of_name(name).or_else(|| is_shown().then_some(Environment::Example))?;
        Some(EnvironmentEvidence { environment, text: format!("the {what} is called `{name}`") })
    })
}

fn of_labels(objects: &[Node]) -> Option<EnvironmentEvidence> {
    let mut said: BTreeMap<Environment, (usize, String)> = BTreeMap::new();
    for object in objects {
        let Some(labels) = object.at(&["metadata", "labels"]).and_then(Node::as_map) else {
            continue;
        };
        let Some((key, value)) =
            LABELS.iter().find_map(|key| Some((key, labels.get(key)?.as_str()?)))
        else {
            continue;
        };
        if let Some(environment) = of_folder(value) {
            said.entry(environment).or_insert_with(|| (0, format!("{key}: {value}"))).0 += 1;
        }
    }
    let total = objects.len();
    let (environment, (count, label)) =
        only(said).filter(|it| it.1.0 > 2 || it.1.0 * 2 >= total)?;
    let text = format!("{count} of {total} objects carry the label `{label}`");
    Some(EnvironmentEvidence { environment, text })
}

fn of_namespaces(objects: &[Node]) -> Option<EnvironmentEvidence> {
    let mut said = BTreeMap::new();
    let mut last = None;
    for object in objects {
        let name = match object.str_at(&["metadata", "namespace"]) {
            Some(namespace) => namespace,
            None if object.str_at(&["kind"]) == Some("Namespace") => {
                object.str_at(&["metadata", "name"]).unwrap_or_default()
            }
            None => continue,
        };
        // Neighbours mostly share a namespace.
        if last.replace(name) == Some(name) {
            continue;
        }
        let environment = of_name(name);
        said.entry(environment).or_insert_with(|| name.to_owned());
    }
    let (environment, namespace) = only(said)?;
    let text = format!("the namespace is `{namespace}`");
    Some(EnvironmentEvidence { environment: environment?, text })
}

/// The single entry of a map that holds one.
fn only<K: Ord, V>(map: BTreeMap<K, V>) -> Option<(K, V)> {
    let mut entries = map.into_iter();
    let first = entries.next()?;
    entries.next().is_none().then_some(first)
}
