//! A state: what was there when the tool last looked.

use kai_core::Node;
use smol_str::SmolStr;

#[derive(Debug)]
pub struct StateRecord {
    pub format: SmolStr,
    /// The version of the tool that wrote it.
    pub tool: SmolStr,
    /// By address.
    pub objects: Vec<RecordedObject>,
}

/// One object that the tool manages.
#[derive(Debug, Clone)]
pub struct RecordedObject {
    pub address: String,
    pub ty: SmolStr,
    /// True where the next apply replaces it.
    pub is_tainted: bool,
    /// True for the remains of a replacement that stopped half-way.
    pub is_deposed: bool,
    /// Secrets and all.
    pub values: Node,
    /// The first steps of paths that are marked as sensitive.
    pub sensitive: Vec<SmolStr>,
}

/// As a backend keeps it, version 4.
pub(super) fn read_kept(root: &Node, tool: SmolStr) -> StateRecord {
    let resources = root.get("resources").map(Node::items).unwrap_or_default();
    let managed = resources.iter().filter(|it| it.str_at(&["mode"]) == Some("managed"));
    let mut objects: Vec<_> = managed.flat_map(kept).collect();
    objects.sort_by(|one, other| one.address.cmp(&other.address));
    StateRecord { format: "4".into(), tool, objects }
}

fn kept(resource: &Node) -> Vec<RecordedObject> {
    let text = |key| resource.str_at(&[key]).unwrap_or_default();
    let module = text("module");
    let dot = if module.is_empty() { "" } else { "." };
    let name = format!("{module}{dot}{}.{}", text("type"), text("name"));
    let instances = resource.get("instances").map(Node::items).unwrap_or_default();
    let object = |instance: &Node| {
        let key = instance.get("index_key");
        let key = match (key.and_then(Node::as_int), key.and_then(Node::as_str)) {
            (Some(number), _) => format!("[{number}]"),
            (_, Some(text)) => format!("[{text:?}]"),
            _ => String::new(),
        };
        let marked = instance.get("sensitive_attributes").map(Node::items).unwrap_or_default();
        let marked = marked.iter().filter_map(|it| it.items().first()?.str_at(&["value"]));
        Some(RecordedObject {
            address: format!("{name}{key}"),
            ty: text("type").into(),
            is_tainted: instance.str_at(&["status"]) == Some("tainted"),
            is_deposed: instance.get("deposed").is_some(),
            values: instance.get("attributes")?.clone(),
            sensitive: marked.map(SmolStr::from).collect(),
        })
    };
    instances.iter().filter_map(object).collect()
}

/// As a backend kept it up to Terraform 0.11, version 3: resources by name below every module, and their
/// attributes flat (`states/statefile/version3.go` of Terraform 0.15).
pub(super) fn read_old(root: &Node) -> StateRecord {
    let modules = root.get("modules").map(Node::items).unwrap_or_default();
    let resources = modules.iter().filter_map(|it| it.get("resources")?.as_map());
    let managed = resources.flatten().filter(|it| !it.key.starts_with("data."));
    let object = |entry: &kai_core::Entry| {
        let primary = entry.node.get("primary")?;
        Some(RecordedObject {
            address: entry.key.to_string(),
            ty: entry.node.str_at(&["type"])?.into(),
            is_tainted: primary.get("tainted").and_then(Node::as_bool) == Some(true),
            is_deposed: false,
            values: primary.get("attributes")?.clone(),
            sensitive: Vec::new(),
        })
    };
    let objects = managed.filter_map(object).collect();
    StateRecord { format: "3".into(), tool: SmolStr::default(), objects }
}

/// As `terraform show -json` prints it.
pub(super) fn read_shown(root: &Node, format: SmolStr, tool: SmolStr) -> StateRecord {
    let mut objects = Vec::new();
    let mut modules: Vec<&Node> = root.at(&["values", "root_module"]).into_iter().collect();
    while let Some(module) = modules.pop() {
        let resources = module.get("resources").map(Node::items).unwrap_or_default();
        objects.extend(resources.iter().filter_map(printed));
        modules.extend(module.get("child_modules").map(Node::items).unwrap_or_default());
    }
    objects.sort_by(|one, other| one.address.cmp(&other.address));
    StateRecord { format, tool, objects }
}

fn printed(resource: &Node) -> Option<RecordedObject> {
    if resource.str_at(&["mode"]) != Some("managed") {
        return None;
    }
    // A mark anywhere in an attribute is one of the attribute: nothing deeper is shown.
    let marks = resource.get("sensitive_values").and_then(Node::as_map);
    let marks = marks.into_iter().flatten().filter(|it| is_marked(&it.node));
    Some(RecordedObject {
        address: resource.str_at(&["address"])?.to_owned(),
        ty: resource.str_at(&["type"])?.into(),
        is_tainted: resource.get("tainted").and_then(Node::as_bool) == Some(true),
        is_deposed: resource.get("deposed_key").is_some(),
        values: resource.get("values")?.clone(),
        sensitive: marks.map(|it| it.key.clone()).collect(),
    })
}

fn is_marked(node: &Node) -> bool {
    node.as_bool() == Some(true)
        || node.items().iter().any(is_marked)
        || node.as_map().is_some_and(|map| map.iter().any(|it| is_marked(&it.node)))
}
