//! Workflows of GitHub Actions, with their local actions and workflows in place.

use camino::Utf8Path;
use kai_core::{Entry, Known, Node, OriginId, Origins, SmolStr, Value};
use kai_graph::{
    Act, ActKind, Action, BuildService, Event, Job, Pipeline, Places, Step, StepScript, Trigger,
};

use super::script::{self, Options};
use super::{expression, github_branches, github_images, places, targets};
use crate::fields::items;

pub(super) fn workflow(node: &Node, top: &Utf8Path, origins: &Origins) -> Pipeline {
    let jobs: Vec<Job> = entries(node, "jobs").flat_map(|it| jobs(it, node, origins)).collect();
    Pipeline {
        service: BuildService::GithubActions,
        triggers: triggers(node),
        jobs,
        concurrency: node.get("concurrency").map(|it| it.origin),
        has_unread: false,
        builds: github_images::of_workflow(node, top, origins),
        includes: entries(node, "jobs").filter_map(|it| called(&it.node)).collect(),
        account: Known::default(),
        tested_by: None,
        written: node.origin,
    }
}

fn entries<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Entry> {
    node.get(key).and_then(Node::as_map).into_iter().flat_map(|it| it.iter())
}

/// One name, a list of names, or a mapping of them.
fn triggers(node: &Node) -> Vec<Trigger> {
    // YAML 1.1 reads `on` as a truth; whoever parses it keeps the text.
    let Some(on) = node.get("on").or_else(|| node.get("true")) else { return Vec::new() };
    let of = |name: &str, origin| Trigger {
        event: event(name),
        name: name.into(),
        origin,
        is_of_version: matches!(name, "release" | "create"),
    };
    let filtered = |it: &Entry| Trigger {
        is_of_version: it.node.get("tags").is_some() && it.node.get("branches").is_none(),
        ..of(&it.key, it.key_origin)
    };
    match &on.value {
        Value::Scalar(it) => vec![of(&it.text, on.origin)],
        Value::Seq(items) => {
            items.iter().filter_map(|it| Some(of(it.as_str()?, it.origin))).collect()
        }
        Value::Map(map) => map
            .iter()
            .map(|it| if it.key == "push" { filtered(it) } else { of(&it.key, it.key_origin) })
            .collect(),
        Value::Unknown(_) => Vec::new(),
    }
}

fn event(name: &str) -> Event {
    match name {
        "push" | "release" | "create" | "merge_group" => Event::Push,
        "pull_request" => Event::Proposal,
        "pull_request_target" => Event::TrustedProposal,
        "issue_comment" | "issues" | "discussion" | "discussion_comment" => Event::Comment,
        "workflow_run" => Event::AfterRun,
        "schedule" => Event::Schedule,
        "workflow_dispatch" | "repository_dispatch" => Event::Manual,
        "workflow_call" => Event::Called,
        _ => Event::Other,
    }
}

/// A job, and those of the workflow that it calls.
fn jobs(entry: &Entry, workflow: &Node, origins: &Origins) -> Vec<Job> {
    let node = &entry.node;
    let mut all = vec![job(entry, workflow, origins)];
    if let Some(called) = node.get("workflow") {
        for inner in entries(called, "jobs") {
            let mut inner = jobs(inner, called, origins);
            for job in &mut inner {
                // What the caller allows bounds what the called one may do.
                job.writes = permissions(node, workflow).or(|| job.writes.clone());
                job.environment = job.environment.take().or_else(|| all[0].environment.clone());
                job.concurrency = job.concurrency.or(all[0].concurrency);
                job.condition = both(&all[0].condition, &job.condition);
                job.needs.extend(all[0].needs.iter().cloned());
            }
            all.append(&mut inner);
        }
    }
    all
}

/// A workflow of others that is called with something to lose.
fn called(job: &Node) -> Option<Action> {
    let uses = job.get("uses").filter(|_| job.get("workflow").is_none())?;
    let is_local = uses.as_str().is_some_and(|it| it.starts_with("./"));
    let is_trusted = job.get("secrets").is_some();
    if is_trusted && !is_local { action(uses) } else { None }
}

/// The conditions of a caller and of what it calls, both of which must hold.
fn both(caller: &SmolStr, called: &SmolStr) -> SmolStr {
    match (caller.is_empty(), called.is_empty()) {
        (true, _) => called.clone(),
        (_, true) => caller.clone(),
        (false, false) => format!("({caller}) && ({called})").into(),
    }
}

fn job(entry: &Entry, workflow: &Node, origins: &Origins) -> Job {
    let node = &entry.node;
    let mut secrets = Vec::new();
    for around in [workflow, node] {
        add_secrets(around.get("env"), &mut secrets);
    }
    if let Some(inherited) = node.get("secrets") {
        add_secrets(Some(inherited), &mut secrets);
    }
    let default =
        |key| [node, workflow].into_iter().find_map(|it| it.str_at(&["defaults", "run", key]));
    let directory = default("working-directory").unwrap_or_default();
    let may_be_windows = node.get("runs-on").is_some_and(may_be_windows);
    let around = Around { shell: default("shell"), directory, may_be_windows };
    let mut steps = Vec::new();
    for step in items(node, &["steps"]) {
        add_step(step, around, origins, &mut steps);
    }
    // A job that may fail is as green as a step that may.
    if let Some(forgiven) = forgives(node) {
        steps.iter_mut().for_each(|it| it.forgives = it.forgives.take().or(Some(forgiven.clone())));
    }
    Job {
        name: entry.key.clone(),
        origin: entry.key_origin,
        written: node.origin,
        needs: needs(node),
        environment: environment(node),
        writes: permissions(node, workflow),
        secrets,
        concurrency: node.get("concurrency").map(|it| it.origin),
        triggers: Vec::new(),
        any_branch: github_branches::any(entry, workflow),
        acts_in: environment(node).and_then(|it| kai_core::environment::of_name(&it.0)),
        places: places(node),
        condition: node.get("if").map(text).unwrap_or_default(),
        steps,
    }
}

/// What a matrix without a bound runs it for; none where each of them has an environment of its own, which may ask.
fn places(job: &Node) -> Option<Places> {
    let strategy = job.get("strategy")?;
    let is_asked = environment(job).is_some_and(|it| it.0.contains("matrix."));
    let is_bounded = strategy.get("max-parallel").is_some();
    let matrix = strategy.get("matrix").filter(|_| !is_asked && !is_bounded)?;
    places::of_matrix(matrix).or_else(|| places::of_list(matrix.get("include")?))
}

fn needs(job: &Node) -> Vec<SmolStr> {
    match job.get("needs") {
        Some(node) if node.is_seq() => node.items().iter().map(text).collect(),
        Some(node) => vec![text(node)],
        None => Vec::new(),
    }
}

fn environment(job: &Node) -> Option<(SmolStr, OriginId)> {
    let node = job.get("environment")?;
    let name = node.get("name").unwrap_or(node);
    Some((text(name), name.origin))
}

/// The scopes that may be written. Nothing said leaves it to a setting of the repository.
fn permissions(job: &Node, workflow: &Node) -> Known<Vec<SmolStr>> {
    let Some(node) = job.get("permissions").or_else(|| workflow.get("permissions")) else {
        return Known::default();
    };
    let writes = match &node.value {
        Value::Scalar(it) if it.text == "write-all" => vec!["everything".into()],
        Value::Map(map) => {
            let writes = map.iter().filter(|it| it.node.as_str() == Some("write"));
            writes.map(|it| it.key.clone()).collect()
        }
        _ => Vec::new(),
    };
    Known::new(writes, node.origin)
}

/// What is said for all steps that do not say it.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    shell: Option<&'a str>,
    directory: &'a str,
    may_be_windows: bool,
}

/// True where the machine is one of Windows by its label, or where an expression names it.
fn may_be_windows(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(it) => {
            let label = it.text.to_ascii_lowercase();
            label.contains("windows") || label.contains("${{")
        }
        Value::Seq(items) => items.iter().any(may_be_windows),
        Value::Map(map) => map.iter().any(|it| may_be_windows(&it.node)),
        Value::Unknown(_) => true,
    }
}

/// True where a script is surely read by `sh` or bash, which a machine of Windows has to be told.
fn is_unix(shell: Option<&str>, around: Around<'_>) -> bool {
    shell.map_or(!around.may_be_windows, |it| matches!(it, "bash" | "sh"))
}

/// A step, and those of the local action that it uses.
fn add_step(node: &Node, around: Around<'_>, origins: &Origins, steps: &mut Vec<Step>) {
    let uses = node.get("uses");
    let shell = node.str_at(&["shell"]).or(around.shell);
    let directory = node.str_at(&["working-directory"]).unwrap_or(around.directory);
    let run = node.get("run");
    let read = run
        .filter(|_| shell.is_none_or(|it| it.contains("sh")))
        .map(|it| script::read_in(it, options(shell), &targets::below(directory), origins))
        .unwrap_or_default();
    let mut secrets = Vec::new();
    for part in [node.get("env"), node.get("with"), run] {
        add_secrets(part, &mut secrets);
    }
    let is_local = uses.and_then(Node::as_str).is_some_and(|it| it.starts_with("./"));
    let is_own = is_local || node.get("action").is_some();
    let action = uses.filter(|_| !is_own).and_then(action);
    let mut acts = read.acts;
    acts.extend(action.as_ref().and_then(|it| known(it, node)));
    let strange = checkout(action.as_ref(), node).or(read.strange_code);
    let name = node.get("name").or_else(|| node.get("id")).map(text).unwrap_or_default();
    steps.push(Step {
        name,
        origin: uses.or(run).map_or(node.origin, |it| it.origin),
        script: run.filter(|_| is_unix(shell, around)).map(|it| StepScript {
            origin: it.origin,
            step: node.origin,
            variables: node.get("env").map(|it| it.origin),
        }),
        pasted: pasted(node, origins),
        strange_code: strange,
        runs_code: read.runs_code || is_local,
        forgives: forgives(node),
        action,
        acts,
        secrets,
    });
    if let Some(action) = node.get("action") {
        for step in items(action, &["runs", "steps"]) {
            add_step(step, Around::default(), origins, steps);
        }
    }
}

/// Where a step or a job says that its failure counts for nothing.
fn forgives(node: &Node) -> Option<(SmolStr, OriginId)> {
    let said = node.get("continue-on-error").filter(|it| text(it) == "true")?;
    Some(("`continue-on-error`".into(), said.origin))
}

/// GitHub starts `bash -e`; whoever writes `shell: bash` gets `pipefail` as well.
fn options(shell: Option<&str>) -> Options {
    match shell {
        None | Some("sh") => Options { stops: true, pipefail: false },
        Some("bash") => Options { stops: true, pipefail: true },
        Some(other) => Options::of_line(other),
    }
}

fn action(uses: &Node) -> Option<Action> {
    let text = uses.as_str()?;
    let (name, revision) = text.split_once('@').unwrap_or((text, ""));
    Some(Action { name: name.into(), revision: revision.into(), origin: uses.origin })
}

/// What well-known actions do.
fn known(action: &Action, step: &Node) -> Option<Act> {
    let kind = match action.name.as_str() {
        "aws-actions/amazon-ecs-deploy-task-definition"
        | "azure/k8s-deploy"
        | "azure/webapps-deploy"
        | "google-github-actions/deploy-appengine"
        | "google-github-actions/deploy-cloud-functions"
        | "google-github-actions/deploy-cloudrun" => ActKind::Deploy,
        "engineerd/setup-kind" | "helm/kind-action" | "medyagh/setup-minikube" => {
            ActKind::Playground
        }
        _ => return None,
    };
    let origin = step.get("uses").map_or(step.origin, |it| it.origin);
    Some(Act { kind, what: action.name.clone(), origin, dropped: None, target: None })
}

/// Where the code of a proposal is checked out.
fn checkout(action: Option<&Action>, step: &Node) -> Option<OriginId> {
    action.filter(|it| it.name == "actions/checkout")?;
    let reference = step.at(&["with", "ref"])?;
    expression::is_strange_code(&text(reference)).then_some(reference.origin)
}

fn pasted(step: &Node, origins: &Origins) -> Vec<(SmolStr, OriginId)> {
    let is_script =
        step.str_at(&["uses"]).is_some_and(|it| it.starts_with("actions/github-script@"));
    let script = step.at(&["with", "script"]).filter(|_| is_script);
    let mut found = Vec::new();
    for node in step.get("run").into_iter().chain(script) {
        let Some(text) = node.as_str() else { continue };
        for hole in expression::holes(text) {
            if let Some(name) = expression::of_stranger(hole.words) {
                found.push((name.into(), script::place(node, hole.range, origins)));
            }
        }
    }
    found
}

fn add_secrets(node: Option<&Node>, secrets: &mut Vec<(SmolStr, OriginId)>) {
    let Some(node) = node else { return };
    match &node.value {
        Value::Scalar(scalar) => {
            for hole in expression::holes(&scalar.text) {
                for name in expression::secrets(hole.words) {
                    if !secrets.iter().any(|it| it.0 == name) {
                        secrets.push((name.into(), node.origin));
                    }
                }
            }
        }
        Value::Map(map) => map.iter().for_each(|it| add_secrets(Some(&it.node), secrets)),
        _ => {}
    }
}

fn text(node: &Node) -> SmolStr {
    node.text().unwrap_or_default().into()
}
