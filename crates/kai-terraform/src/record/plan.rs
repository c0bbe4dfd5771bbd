//! A plan: what would be done, and what was done by others.

use kai_core::Node;
use smol_str::SmolStr;

use super::attributes::{AttributeChange, Side, Sides, differences, path_text};

#[derive(Debug)]
pub struct PlanRecord {
    pub format: SmolStr,
    /// The version of the tool that made it.
    pub tool: SmolStr,
    /// True where the tool stopped before it was done.
    pub is_cut_short: bool,
    pub changes: Vec<RecordedChange>,
    /// What differs between the state and what the tool found.
    pub drift: Vec<RecordedChange>,
}

/// What happens to one object.
#[derive(Debug, Clone)]
pub struct RecordedChange {
    pub address: String,
    pub previous_address: Option<String>,
    pub is_data: bool,
    pub ty: SmolStr,
    /// True for the remains of a replacement that stopped half-way.
    pub is_deposed: bool,
    pub action: Action,
    /// As the tool says it: `replace_because_cannot_update`.
    pub reason: SmolStr,
    pub attributes: Vec<AttributeChange>,
    /// The object as it is, secrets and all.
    pub before: Option<Node>,
    pub after: Option<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    Delete,
    Replace { creates_first: bool },
    Forget,
    Update,
    Create,
    Read,
    Nothing,
}

pub(super) fn read(root: &Node, format: SmolStr, tool: SmolStr) -> PlanRecord {
    let flag = |key| root.get(key).and_then(Node::as_bool);
    PlanRecord {
        format,
        tool,
        is_cut_short: flag("errored") == Some(true) || flag("complete") == Some(false),
        changes: changes(root.get("resource_changes")),
        drift: changes(root.get("resource_drift")),
    }
}

fn changes(list: Option<&Node>) -> Vec<RecordedChange> {
    list.map(Node::items).unwrap_or_default().iter().filter_map(change).collect()
}

fn change(node: &Node) -> Option<RecordedChange> {
    let change = node.get("change")?;
    let present = |key| change.get(key).filter(|it| !it.is_null());
    let forcing = change.get("replace_paths").map(Node::items).unwrap_or_default();
    let forcing: Vec<String> = forcing.iter().map(path_text).collect();
    let (before, after) = (present("before"), present("after"));
    let sides = Sides {
        before: Side { value: before, sensitive: change.get("before_sensitive") },
        after: Side { value: after, sensitive: change.get("after_sensitive") },
        unknown: change.get("after_unknown"),
        forcing: &forcing,
    };
    // Where only one side is there, everything differs and nothing of it is news.
    let has_both = before.is_some() && after.is_some();
    Some(RecordedChange {
        address: node.str_at(&["address"])?.to_owned(),
        previous_address: node.str_at(&["previous_address"]).map(str::to_owned),
        is_data: node.str_at(&["mode"]) == Some("data"),
        ty: node.str_at(&["type"]).unwrap_or_default().into(),
        is_deposed: node.get("deposed").is_some(),
        action: action(change.get("actions")?)?,
        reason: node.str_at(&["action_reason"]).unwrap_or_default().into(),
        attributes: if has_both { differences(&sides) } else { Vec::new() },
        before: before.cloned(),
        after: after.cloned(),
    })
}

fn action(words: &Node) -> Option<Action> {
    let words: Vec<&str> = words.items().iter().filter_map(Node::as_str).collect();
    Some(match words[..] {
        ["no-op"] => Action::Nothing,
        ["create"] => Action::Create,
        ["read"] => Action::Read,
        ["update"] => Action::Update,
        ["delete", "create"] => Action::Replace { creates_first: false },
        ["create", "delete"] => Action::Replace { creates_first: true },
        ["delete"] => Action::Delete,
        ["forget"] | ["create", "forget"] => Action::Forget,
        _ => return None,
    })
}
