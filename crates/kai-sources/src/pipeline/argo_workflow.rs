//! Workflows of Argo: templates that run a container or a script.

use kai_core::{Known, Node, Origins, SmolStr};
use kai_graph::{Act, ActKind, Action, BuildService, Event, Job, Pipeline, Step, Trigger};

use super::script::{self, Options};
use super::{acts, targets};

/// The pipeline that the `spec` of a workflow, a template of workflows or a schedule is.
pub(crate) fn workflow(spec: &Node, origins: &Origins) -> Pipeline {
    let schedule = spec.get("schedules").or_else(|| spec.get("schedule"));
    let spec = spec.get("workflowSpec").unwrap_or(spec);
    let templates = spec.get("templates").map(Node::items).unwrap_or_default();
    Pipeline {
        service: BuildService::ArgoWorkflows,
        triggers: schedule.map(by_clock).into_iter().collect(),
        jobs: templates.iter().filter_map(|it| job(it, origins)).collect(),
        concurrency: spec.get("synchronization").map(|it| it.origin),
        has_unread: has_unread(spec, templates),
        builds: Vec::new(),
        includes: Vec::new(),
        account: account(spec),
        tested_by: None,
        written: spec.origin,
    }
}

/// True where it takes templates from elsewhere, or does something otherwise than by the command of a container.
fn has_unread(spec: &Node, templates: &[Node]) -> bool {
    const UNREAD: [&str; 4] = ["containerSet", "data", "http", "plugin"];
    let tasks = |it: &Node| {
        let of_graph = it.at(&["dag", "tasks"]).map(Node::items).unwrap_or_default();
        let of_steps = it.get("steps").map(Node::items).unwrap_or_default();
        let mut steps = of_steps.iter().flat_map(|it| it.items());
        let is_elsewhere = |it: &Node| it.get("templateRef").is_some();
        of_graph.iter().any(is_elsewhere) || steps.any(is_elsewhere)
    };
    let is_open = |it: &Node| it.get("resource").is_some_and(|it| of_resource(it).is_none());
    let is_unread =
        |it: &Node| UNREAD.iter().any(|key| it.get(key).is_some()) || tasks(it) || is_open(it);
    spec.get("workflowTemplateRef").is_some() || templates.iter().any(is_unread)
}

/// As which its pods run, unless a template says another one.
fn account(spec: &Node) -> Known<SmolStr> {
    let written = spec.get("serviceAccountName");
    let named = written.and_then(|it| Some(Known::new(it.as_str()?.into(), it.origin)));
    named.unwrap_or_default()
}

fn by_clock(schedule: &Node) -> Trigger {
    let (event, name) = (Event::Schedule, "schedule".into());
    Trigger { event, name, origin: schedule.origin, is_of_version: false }
}

fn job(template: &Node, origins: &Origins) -> Option<Job> {
    let (node, script) = match (template.get("script"), template.get("container")) {
        (Some(script), _) => (script, script.get("source")),
        (None, Some(container)) => (container, of_shell(container)),
        (None, None) => (template.get("resource")?, None),
    };
    let name = template.get("name");
    let options = Options { stops: has_errexit(node), pipefail: false };
    let mut read = script.map(|it| script::read(it, options, origins)).unwrap_or_default();
    if let Some(resource) = template.get("resource") {
        read.acts.extend(of_resource(resource).flatten());
    } else if script.is_none() {
        read.acts.extend(of_arguments(node));
    }
    let secrets: Vec<_> = node
        .get("env")
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|it| it.at(&["valueFrom", "secretKeyRef", "name"]))
        .filter_map(|it| Some((SmolStr::from(it.as_str()?), it.origin)))
        .collect();
    let image = node.get("image");
    let step = Step {
        name: SmolStr::default(),
        origin: image.map_or(node.origin, |it| it.origin),
        action: image.and_then(|it| {
            let (name, revision) = it.as_str()?.rsplit_once(':').unwrap_or((it.as_str()?, ""));
            Some(Action { name: name.into(), revision: revision.into(), origin: it.origin })
        }),
        acts: read.acts,
        secrets,
        script: None,
        pasted: Vec::new(),
        strange_code: None,
        runs_code: read.runs_code,
        forgives: None,
    };
    Some(Job {
        name: name.and_then(Node::as_str).unwrap_or_default().into(),
        origin: name.map_or(template.origin, |it| it.origin),
        written: template.origin,
        needs: Vec::new(),
        environment: None,
        writes: Known::default(),
        secrets: Vec::new(),
        concurrency: template.get("synchronization").map(|it| it.origin),
        triggers: Vec::new(),
        any_branch: None,
        acts_in: None,
        places: None,
        condition: SmolStr::default(),
        steps: vec![step],
    })
}

fn words<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Node> {
    node.get(key).map(Node::items).unwrap_or_default().iter()
}

fn has_errexit(node: &Node) -> bool {
    let mut flags = words(node, "command").filter_map(Node::as_str);
    flags.any(|it| it.starts_with('-') && !it.starts_with("--") && it.contains('e'))
}

/// What a container does whose command is its words: `[helm, upgrade, shop, ./chart]`. Without a command it is what its
/// image begins with, which its name mostly says.
fn of_arguments(container: &Node) -> Option<Act> {
    let image = container.str_at(&["image"]).and_then(|it| it.split([':', '@']).next());
    let program = match container.get("command") {
        Some(_) => None,
        None => Some(image?.rsplit('/').next()?),
    };
    let written = words(container, "command").chain(words(container, "args"));
    let all: Vec<&str> = program.into_iter().chain(written.filter_map(Node::as_str)).collect();
    let (kind, what) = acts::of(&all)?;
    let at = container.get("args").or_else(|| container.get("command"))?;
    let target = targets::of(&all, "").into_iter().next();
    Some(Act { kind, what: what.into(), origin: at.origin, dropped: None, target })
}

/// What a template does to one object, as `kubectl` would: changes it, or takes a namespace away with all that is in it.
/// What it only makes or reads is no deployment; none where the object or the action is not written.
fn of_resource(resource: &Node) -> Option<Option<Act>> {
    let action = resource.get("action")?;
    let verb = action.as_str().filter(|it| !it.contains("{{"))?;
    let manifest = resource.get("manifest")?.as_str()?;
    let written = manifest.lines().find_map(|it| it.strip_prefix("kind:"))?;
    let kind = written.split('#').next()?.trim().trim_matches(['"', '\'']);
    if kind.contains("{{") {
        return None;
    }
    let act = match verb {
        "apply" | "patch" | "replace" => ActKind::Deploy,
        "delete" if kind == "Namespace" => ActKind::Remove,
        _ => return Some(None),
    };
    let what = format!("{verb} of a {kind}").into();
    let (origin, dropped, target) = (action.origin, None, None);
    Some(Some(Act { kind: act, what, origin, dropped, target }))
}

/// The text after `sh -c`.
fn of_shell(container: &Node) -> Option<&Node> {
    let all: Vec<&Node> = words(container, "command").chain(words(container, "args")).collect();
    let program = all.first()?.as_str()?.rsplit('/').next()?;
    let is_shell = matches!(program, "sh" | "bash" | "ash" | "dash");
    let at = all
        .iter()
        .position(|it| it.as_str().is_some_and(|it| it.starts_with('-') && it.ends_with('c')))?;
    is_shell.then(|| all.get(at + 1).copied()).flatten()
}
