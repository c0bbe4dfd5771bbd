//! State that lies beside a configuration, among the files of the repository.

use camino::Utf8Path;
use kai_core::{Node, Origins, Span};
use smol_str::SmolStr;

use super::find::Instance;
use crate::config::Library;
use crate::plan::Configured;
use crate::record::{StateRecord, is_secret_name, kept};
use crate::value::Value;

/// What the address of such a state begins with; the file as seen from the folder is the rest of it.
const COMMITTED: &str = "state.";

/// The folder with the states of further workspaces, each in a folder of its name
/// (developer.hashicorp.com/terraform/cli/workspaces).
const WORKSPACES: &str = "terraform.tfstate.d";

/// One for each file of state in the folder that manages something: what it is called and how much is in
/// it, and nothing of what it holds.
pub(super) fn committed(library: &Library<'_>, folder: &Utf8Path) -> Vec<Instance> {
    let files = library.tree.files().iter().map(|it| it.path.as_path());
    let is_state = |it: &&Utf8Path| {
        let name = it.file_name().unwrap_or_default();
        let around = it.parent().and_then(Utf8Path::parent);
        let is_here = it.parent() == Some(folder)
            || around.is_some_and(|it| it.parent() == Some(folder) && it.ends_with(WORKSPACES));
        is_here && (name.ends_with(".tfstate") || name.ends_with(".tfstate.backup"))
    };
    files.filter(is_state).filter_map(|it| instance(library, folder, it)).collect()
}

fn instance(library: &Library<'_>, folder: &Utf8Path, path: &Utf8Path) -> Option<Instance> {
    let text = String::from_utf8(library.tree.bytes(path).ok()?).ok()?;
    // The text is let go of once it was counted. JSON is YAML.
    let origins = Origins::new();
    let parsed = kai_syntax::yaml::parse(&origins, origins.add_document(path.to_owned(), text)?);
    let state = kept(&parsed.documents.first()?.node)?;
    if state.objects.is_empty() {
        return None;
    }
    let document = library.origins.add_document(path.to_owned(), "{".to_owned())?;
    let origin = library.origins.mark(Span { document, start: 0, end: 1 });
    let entries = [
        ("object_count", Value::count(state.objects.len())),
        ("path", Value::string(path.as_str())),
        ("secret_count", Value::count(secret_count(&state))),
    ];
    let entries = entries.map(|(name, it)| (SmolStr::new_static(name), it.with_origin(origin)));
    Some(Instance {
        address: format!("{COMMITTED}{}", path.strip_prefix(folder).unwrap_or(path)),
        ty: SmolStr::new_static("backend"),
        is_call: false,
        version: None,
        is_unused: false,
        is_data: false,
        provider: SmolStr::default(),
        configured: Configured::default(),
        is_protected: false,
        ignored: Vec::new(),
        values: Value::object(entries.into()),
        origin,
    })
}

fn secret_count(state: &StateRecord) -> usize {
    let of_object = |it: &crate::record::RecordedObject| {
        let entries = it.values.as_map().into_iter().flatten();
        // Up to Terraform 0.11 lists and maps are counted beside their items.
        let is_count = |name: &str| name.ends_with(".#") || name.ends_with(".%");
        let is_secret = |name: &str| {
            is_secret_name(name) && !is_count(name) || it.sensitive.iter().any(|it| it == name)
        };
        let is_told = |it: &kai_core::Entry| {
            is_secret(&it.key) && holds(&it.node) && !is_digest(&it.key, &it.node)
        };
        entries.filter(|it| is_told(it)).count()
    };
    state.objects.iter().map(of_object).sum()
}

/// True for a SHA-1 of the user data of a machine, which is all that a state keeps of it.
fn is_digest(name: &str, value: &Node) -> bool {
    let is_sha1 = |it: &str| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit());
    name == "user_data" && value.as_str().is_some_and(is_sha1)
}

/// True for a text that is not empty, and for what has one in it.
fn holds(value: &Node) -> bool {
    let inner = |it: &kai_core::Map| it.iter().any(|it| holds(&it.node));
    value.as_str().is_some_and(|it| !it.is_empty())
        || value.items().iter().any(holds)
        || value.as_map().is_some_and(inner)
}
