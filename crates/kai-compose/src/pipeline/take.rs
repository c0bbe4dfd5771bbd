//! What a pipeline takes from its repository, put where it is taken.

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Gap, GapKind, Node};

use super::bounds::Bounds;
use super::{discover, gitlab, inputs};
use crate::{Composition, Project};

/// What starts a workflow that others take.
const CALLED: &str = "workflow_call";

/// Actions that take actions stop here.
const DEEPEST: usize = 4;

/// The pipeline with its local actions and workflows: an action stands under `action` of the step
/// that uses it, a workflow under `workflow` of the job.
pub(crate) fn compose(project: &Project<'_>, path: &Utf8Path) -> Composition {
    if discover::is_gitlab(path) {
        return gitlab::compose(project, path);
    }
    let Some(file) = project.file(path) else { return Composition::default() };
    let mut composition = Composition::default();
    let top: Utf8PathBuf = path.iter().take_while(|it| *it != ".github").collect();
    let bounds = Bounds::new(project.origins());
    let mut taking = Taking { project, top, gaps: Vec::new(), bounds };
    for document in &file.documents {
        let mut node = document.node.clone();
        taking.workflow(&mut node, 0);
        composition.objects.push(node);
    }
    composition.gaps = taking.gaps;
    composition.problems = taking.bounds.problems;
    composition
}

struct Taking<'a> {
    project: &'a Project<'a>,
    /// The folder that the repository is.
    top: Utf8PathBuf,
    gaps: Vec<Gap>,
    bounds: Bounds<'a>,
}

impl Taking<'_> {
    fn workflow(&mut self, node: &mut Node, depth: usize) {
        let Some(jobs) = node.get_mut("jobs").and_then(Node::map_mut) else { return };
        for job in jobs.entries_mut() {
            self.take(&mut job.node, "workflow", depth);
            self.steps(&mut job.node, depth);
        }
    }

    fn steps(&mut self, owner: &mut Node, depth: usize) {
        let Some(steps) = owner.get_mut("steps").and_then(Node::seq_mut) else { return };
        for step in steps {
            self.take(step, "action", depth);
        }
    }

    fn take(&mut self, node: &mut Node, key: &str, depth: usize) {
        // Nothing more is read for what has no room.
        let Some(uses) = node.get("uses").filter(|_| !self.bounds.is_full()) else { return };
        let (origin, Some(name)) = (uses.origin, uses.as_str().map(str::to_owned)) else { return };
        let own = self.own(&name, key);
        let Some(local) = own.or_else(|| name.strip_prefix("./")) else {
            // Somebody's workflow is jobs that nobody here can see; an action is one step.
            if key == "workflow" {
                self.gaps.push(Gap { kind: GapKind::RemoteBase, what: name, at: Some(origin) });
            }
            return;
        };
        let Some(taken) = self.file(local, key).filter(|_| depth < DEEPEST) else {
            self.gaps.push(Gap { kind: GapKind::AbsentFile, what: name, at: Some(origin) });
            return;
        };
        let mut taken = inputs::filled(&taken, node.get("with"));
        if !self.bounds.takes_all(&taken, 0, origin) {
            return;
        }
        self.workflow(&mut taken, depth + 1);
        if let Some(runs) = taken.get_mut("runs") {
            self.steps(runs, depth + 1);
        }
        if let Some(map) = node.map_mut() {
            map.set(key, origin, taken);
        }
    }

    /// The file of the tree that a local action or workflow stands in.
    fn file(&self, local: &str, key: &str) -> Option<Node> {
        let path = self.top.join(local.trim_end_matches('/'));
        let files = match key {
            "workflow" => vec![path],
            _ => vec![path.join("action.yml"), path.join("action.yaml")],
        };
        let file = files.iter().find_map(|it| self.project.file(it))?;
        file.documents.first().map(|it| it.node.clone())
    }

    /// Where the repository names a part of itself in full (`acme/shop/.github/actions/build@main`): the tree holds an
    /// action there, or says that it is `acme/shop` and holds a workflow that may be called. Names of workflows are
    /// much alike everywhere.
    fn own<'b>(&self, name: &'b str, key: &str) -> Option<&'b str> {
        let (path, _) = name.split_once('@')?;
        let (at, _) = path.match_indices('/').nth(1)?;
        let (repository, local) = (&path[..at], &path[at + 1..]);
        let file = local.starts_with(".github/").then(|| self.file(local, key))??;
        let is_meant = match key {
            "workflow" => {
                let on = file.get("on").or_else(|| file.get("true"));
                on.is_some_and(|it| {
                    let is_listed = it.items().iter().any(|it| it.as_str() == Some(CALLED));
                    it.get(CALLED).is_some() || it.as_str() == Some(CALLED) || is_listed
                }) && self.is_called(repository)
            }
            _ => file.get("runs").is_some(),
        };
        is_meant.then_some(local)
    }

    /// True where the tree itself says that its repository has this name: its module of Go, the address in its
    /// `package.json`, or a workflow that asks whether it runs there and not in a fork.
    fn is_called(&self, repository: &str) -> bool {
        let address = format!("github.com/{repository}").to_ascii_lowercase();
        let is_addressed = ["go.mod", "package.json"].iter().any(|file| {
            let text = self.project.raw(&self.top.join(file));
            let lines = text.as_ref().and_then(|it| std::str::from_utf8(&it.bytes).ok());
            let key = if *file == "go.mod" { "module " } else { "\"url\"" };
            let mut lines =
                lines.unwrap_or_default().lines().filter(|it| it.trim_start().starts_with(key));
            lines.any(|it| names(&it.to_ascii_lowercase(), &address))
        });
        is_addressed || self.asks_for(repository)
    }

    fn asks_for(&self, repository: &str) -> bool {
        let folder = self.top.join(".github/workflows");
        let asked = format!("github.repository == '{repository}'").to_ascii_lowercase();
        let mut files = self.project.paths_below(&folder);
        files.any(|it| {
            let text =
                self.project.known(it).map(|it| self.project.origins().document(it.document));
            text.is_some_and(|it| it.text.to_ascii_lowercase().contains(&asked))
        })
    }
}

/// True where a line names an address that ends there or goes on below it.
fn names(line: &str, address: &str) -> bool {
    let rest = line.split_once(address).map(|it| it.1);
    rest.is_some_and(|it| {
        let it = it.strip_prefix(".git").unwrap_or(it);
        !it.starts_with(|it: char| it.is_ascii_alphanumeric() || "-_.".contains(it))
    })
}
