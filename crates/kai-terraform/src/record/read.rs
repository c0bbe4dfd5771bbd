//! A text to a plan or a state, or the reason why it is none.

use camino::Utf8Path;
use kai_core::{Node, Origins};
use kai_syntax::json::{JsonOptions, parse};
use smol_str::SmolStr;

use super::plan::{self, PlanRecord};
use super::state::{self, StateRecord};

/// What a document says of a configuration.
#[derive(Debug)]
pub enum Record {
    Plan(PlanRecord),
    State(StateRecord),
}

/// Which kind of document a tree is, by its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Plan,
    /// What a backend keeps.
    State,
    /// What `terraform show -json` prints of a state.
    ShownState,
}

/// The kind of the document, if it is one.
#[must_use]
pub fn form(root: &Node) -> Option<Form> {
    let has = |key| root.get(key).is_some();
    let is_shown = has("format_version") && has("terraform_version");
    let is_plan = has("format_version")
        && (has("resource_changes") || has("planned_values") || has("prior_state"));
    match () {
        () if is_plan => Some(Form::Plan),
        () if has("lineage") && has("serial") && has("version") => Some(Form::State),
        () if is_shown && !has("provider_schemas") && !has("diagnostics") => Some(Form::ShownState),
        () => None,
    }
}

/// Reads a plan or a state.
///
/// # Errors
/// It is neither, or of a version that is not known here: a sentence without the name of the file.
pub fn read(origins: &Origins, path: &Utf8Path, bytes: &[u8]) -> Result<Record, String> {
    if bytes.starts_with(b"PK") {
        return Err("it is a plan as Terraform keeps it, which `terraform show -json FILE` turns \
                    into JSON"
            .into());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let document = origins.add_document(path.to_owned(), text.to_owned());
    let document = document.ok_or_else(|| "it is too large".to_owned())?;
    let parsed = parse(origins, document, &JsonOptions::default());
    if let Some(problem) = parsed.problems.first() {
        let is_stream = text.lines().next().is_some_and(|it| it.contains("\"@level\""));
        return Err(match is_stream {
            true => "it is what `terraform plan -json` prints while it works; `terraform plan \
                     -out=FILE` and then `terraform show -json FILE` give the plan"
                .into(),
            false => format!("it is no JSON: {}", problem.message),
        });
    }
    let root = parsed.documents.into_iter().next().map(|it| it.node);
    let root = root.ok_or_else(|| "it is empty".to_owned())?;
    if root.get("encrypted_data").is_some() {
        return Err("it is encrypted; `tofu show -json` decrypts it".into());
    }
    let tool: SmolStr = root.str_at(&["terraform_version"]).unwrap_or_default().into();
    match form(&root) {
        Some(Form::Plan) => {
            let format = shown_version(&root)?;
            Ok(Record::Plan(plan::read(&root, format, tool)))
        }
        Some(Form::ShownState) => {
            let format = shown_version(&root)?;
            Ok(Record::State(state::read_shown(&root, format, tool)))
        }
        Some(Form::State) => match root.get("version").and_then(Node::as_int) {
            Some(4) => Ok(Record::State(state::read_kept(&root, tool))),
            other => Err(format!(
                "it is a state of version {}, and version 4 is the one that I know; `terraform \
                 show -json` of Terraform 0.12 or later prints it in a form that I know",
                other.map_or("?".to_owned(), |it| it.to_string())
            )),
        },
        None => Err("it is neither a plan nor a state: `terraform show -json FILE` prints both, \
                     `terraform state pull` prints the state"
            .into()),
    }
}

/// What a backend keeps, as far as a tree is that.
pub(crate) fn kept(root: &Node) -> Option<StateRecord> {
    let version = root.get("version").and_then(Node::as_int);
    match (form(root)?, version?) {
        (Form::State, 3) => Some(state::read_old(root)),
        (Form::State, 4) => Some(state::read_kept(root, SmolStr::default())),
        _ => None,
    }
}

/// The format of `terraform show -json`. Minor versions only add to it; 0.1 and 0.2 are what 1.0 is.
fn shown_version(root: &Node) -> Result<SmolStr, String> {
    let version = root.get("format_version").and_then(Node::text).unwrap_or_default();
    let is_known = version.split('.').next() == Some("1") || matches!(version, "0.1" | "0.2");
    if is_known {
        return Ok(version.into());
    }
    Err(format!(
        "its format is version {version}, and I know 0.1, 0.2 and 1; another version may mean \
         something else by the same words"
    ))
}
