//! Images that workflows of GitHub Actions build and push.

use camino::Utf8Path;
use kai_core::{Entry, Node, Origins, Value};
use kai_graph::{BuiltImage, HOLE};

use super::expression::holes;
use super::images::{Build, Images, filled};
use super::script;

/// What all jobs of a workflow build and push; `top` is the folder that the repository is.
pub(super) fn of_workflow(workflow: &Node, top: &Utf8Path, origins: &Origins) -> Vec<BuiltImage> {
    let mut images = Images::default();
    jobs(workflow, None, origins, &mut images);
    images.finish(top)
}

fn entries<'a>(node: &'a Node, key: &str) -> impl Iterator<Item = &'a Entry> {
    node.get(key).and_then(Node::as_map).into_iter().flat_map(|it| it.iter())
}

fn jobs(workflow: &Node, inputs: Option<&Node>, origins: &Origins, images: &mut Images) {
    for job in entries(workflow, "jobs").map(|it| &it.node) {
        if let Some(called) = job.get("workflow") {
            jobs(called, job.get("with"), origins, images);
        }
        for case in cases(job) {
            let scope = Scope { workflow, job, inputs, case, step: None };
            for step in job.get("steps").map(Node::items).unwrap_or_default() {
                Scope { step: Some(step), ..scope.clone() }.step(origins, images);
            }
        }
    }
}

/// More cases of a matrix are too many to look at.
const CASES_MAX: usize = 200;

/// What a matrix gives a job: a value of every key, by key.
type Case<'a> = Vec<(&'a str, &'a Node)>;

/// Every case of a job's matrix; one without values where it has none.
fn cases(job: &Node) -> Vec<Case<'_>> {
    let Some(matrix) = job.at(&["strategy", "matrix"]) else { return vec![Vec::new()] };
    if matrix.get("exclude").is_some() {
        return vec![Vec::new()];
    }
    let lists = matrix.as_map().into_iter().flat_map(|it| it.iter());
    let lists: Vec<_> = lists.filter(|it| it.key != "include" && it.node.is_seq()).collect();
    let mut cases: Vec<Case<'_>> = vec![Vec::new()];
    for list in &lists {
        if cases.len().saturating_mul(list.node.items().len()) > CASES_MAX {
            return vec![Vec::new()];
        }
        let mut longer = Vec::new();
        for case in &cases {
            for item in list.node.items() {
                longer.push([&case[..], &[(list.key.as_str(), item)]].concat());
            }
        }
        cases = longer;
    }
    let included = matrix.get("include").map(Node::items).unwrap_or_default();
    if !included.is_empty() && lists.is_empty() {
        cases.clear();
    }
    cases.extend(included.iter().map(case));
    cases.truncate(CASES_MAX);
    cases
}

fn case(included: &Node) -> Case<'_> {
    let entries = included.as_map().into_iter().flat_map(|it| it.iter());
    entries.map(|it| (it.key.as_str(), &it.node)).collect()
}

/// Where a step stands.
#[derive(Clone)]
struct Scope<'a> {
    workflow: &'a Node,
    job: &'a Node,
    /// What the caller of the workflow gives it.
    inputs: Option<&'a Node>,
    case: Case<'a>,
    step: Option<&'a Node>,
}

impl Scope<'_> {
    fn step(&self, origins: &Origins, images: &mut Images) {
        let Some(step) = self.step else { return };
        let uses = step.str_at(&["uses"]).unwrap_or_default();
        if uses.starts_with("docker/build-push-action@") {
            self.build_push(step, images);
        }
        let Some(run) = step.get("run") else { return };
        // What runs in another folder is not told by its path.
        let is_at_top = step.get("working-directory").is_none()
            && self.job.at(&["defaults", "run", "working-directory"]).is_none()
            && self.workflow.at(&["defaults", "run", "working-directory"]).is_none();
        images.append(script::images(run, is_at_top, &|it| self.fill(it), origins));
    }

    fn build_push(&self, step: &Node, images: &mut Images) {
        let with = |key: &str| step.at(&["with", key]);
        let text = |key: &str| with(key).map(|it| self.fill(&shown(it)));
        let outputs = text("outputs").unwrap_or_default();
        let is_pushed = text("push").is_some_and(|it| it != "false")
            || outputs.contains("push=true")
            || outputs.contains("type=registry");
        let context = text("context").unwrap_or_else(|| ".".to_owned());
        let file = text("file").unwrap_or_else(|| format!("{context}/Dockerfile"));
        let Some(tags) = with("tags") else { return };
        let written = shown(tags);
        let lines = written.split(['\n', ',']).map(str::trim).filter(|it| !it.is_empty());
        let names = lines.flat_map(|it| self.names(it)).collect();
        let stage = text("target").filter(|it| !it.is_empty());
        images.build(Build { names, file: Some(file), stage, is_pushed, origin: tags.origin });
    }

    /// A tag, or those that an earlier step makes of the names of images.
    fn names(&self, tag: &str) -> Vec<String> {
        let of_step = holes(tag).first().and_then(|it| {
            let id = it.words.strip_prefix("steps.")?.strip_suffix(".outputs.tags")?;
            let steps = self.job.get("steps").map(Node::items).unwrap_or_default();
            steps.iter().find(|it| it.str_at(&["id"]) == Some(id))
        });
        let Some(step) = of_step else { return vec![self.fill(tag)] };
        let is_metadata =
            step.str_at(&["uses"]).is_some_and(|it| it.starts_with("docker/metadata-action@"));
        let images = step.at(&["with", "images"]).filter(|_| is_metadata).map(shown);
        let images = images.unwrap_or_default();
        let name = |line: &str| {
            let line = line.trim();
            let name = line.split(',').find_map(|it| it.strip_prefix("name=")).unwrap_or(line);
            (!name.is_empty()).then(|| self.fill(name))
        };
        images.split('\n').filter_map(name).collect()
    }

    /// A text with the expressions and variables that are known here.
    fn fill(&self, text: &str) -> String {
        self.filled(text, 0)
    }

    fn filled(&self, text: &str, depth: usize) -> String {
        let mut all = String::new();
        let mut from = 0;
        for hole in holes(text) {
            all.push_str(&text[from..hole.range.start]);
            let value = self.expression(hole.words, depth);
            all.push_str(&value.unwrap_or_else(|| HOLE.to_string()));
            from = hole.range.end;
        }
        all.push_str(&text[from..]);
        filled(&all, &|name| self.variable(name, depth))
    }

    fn expression(&self, words: &str, depth: usize) -> Option<String> {
        let (of, path) = words.split_once('.')?;
        match of {
            "env" => self.variable(path, depth),
            "matrix" => {
                let (key, rest) = path.split_once('.').unwrap_or((path, ""));
                let node = self.case.iter().find(|it| it.0 == key)?.1;
                let node = if rest.is_empty() { node } else { node.at(&[rest])? };
                Some(shown(node)).filter(|it| !it.is_empty())
            }
            "inputs" => {
                let given = self.inputs.and_then(|it| it.get(path));
                let declared = ["on", "true"].iter().find_map(|it| self.workflow.get(it));
                let default =
                    declared.and_then(|it| it.at(&["workflow_call", "inputs", path, "default"]));
                let value = given.or(default.filter(|_| self.inputs.is_some()))?;
                let value = shown(value);
                (!value.contains("${{")).then_some(value)
            }
            // The name of the owner and of the repository.
            "github" if path == "repository" => Some(format!("{HOLE}/{HOLE}")),
            _ => None,
        }
    }

    /// What the nearest `env` says.
    fn variable(&self, name: &str, depth: usize) -> Option<String> {
        const DEPTH_MAX: usize = 4;
        if name == "GITHUB_REPOSITORY" {
            return Some(format!("{HOLE}/{HOLE}"));
        }
        let around = [self.step, Some(self.job), Some(self.workflow)];
        let value = around.into_iter().flatten().find_map(|it| it.at(&["env", name]))?;
        (depth < DEPTH_MAX).then(|| self.filled(&shown(value), depth + 1))
    }
}

/// A scalar as a text; the lines of a list.
fn shown(node: &Node) -> String {
    match &node.value {
        Value::Seq(items) => items.iter().map(shown).collect::<Vec<_>>().join("\n"),
        _ => node.text().unwrap_or_default().to_owned(),
    }
}
