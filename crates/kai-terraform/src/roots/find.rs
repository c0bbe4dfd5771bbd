//! Which folders are root modules, with the values of which environments, and what each plans.
//!
//! A root is a folder with configuration that no other module of the tree calls by a local source.
//! One below `modules` is kept for callers elsewhere, unless it configures a provider or says where its
//! state is kept. It is planned once for each file of variables that names an environment, else once.
//! Where the names in one root speak of several environments, each of them is a root of its own.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::environment::{EnvironmentEvidence, assumed, of_name, of_path};
use kai_core::{
    Environment, Gap, GapKind, OriginId, Origins, Problem, Reason, Root, RootId, RootKind, Tree,
};
use smol_str::SmolStr;

use super::committed::committed;
use super::variables::{Declared, Given, bare, given};
use crate::config::{Library, Module, normalised};
use crate::plan::{Backend, CHECK_FAILED, Configured, Flag, Plan, Request, moved_to, plan_out_of};
use crate::syntax::Block;
use crate::value::{Cause, Data, Type, Value};

/// A root module with the values of one environment.
#[derive(Debug, Clone)]
pub struct RootPlan {
    pub folder: Utf8PathBuf,
    /// The files of variables that are given to it, the one that names the environment last.
    pub variables: Vec<Utf8PathBuf>,
    /// Variables that files set of which nobody knows whether they are given to it.
    open: BTreeSet<SmolStr>,
    environment: Option<EnvironmentEvidence>,
}

/// What one environment of a root module plans.
#[derive(Debug)]
pub struct Composition {
    pub root: Root,
    /// What is only read comes last.
    pub instances: Vec<Instance>,
    pub problems: Vec<Problem>,
    pub moves: Moves,
}

/// What a configuration says of objects that were there before.
#[derive(Debug, Clone, Default)]
pub struct Moves {
    /// Addresses from and to which they moved.
    pub moved: Vec<(String, String)>,
    /// Addresses that it lets go of without destroying them.
    pub forgotten: Vec<String>,
}

impl Moves {
    pub(super) fn of(planned: &mut Plan) -> Self {
        let (moved, forgotten) = (&mut planned.moves, &mut planned.forgotten);
        Self { moved: std::mem::take(moved), forgotten: std::mem::take(forgotten) }
    }

    /// Where the configuration has the object that had this address.
    #[must_use]
    pub fn current(&self, address: &str) -> String {
        let mut current = address.to_owned();
        // A chain of moves is followed, a circle of them ends.
        for _ in 0..=self.moved.len() {
            let next = self.moved.iter().find_map(|(from, to)| moved_to(&current, from, to));
            match next {
                Some(next) if next != current => current = next,
                _ => break,
            }
        }
        current
    }

    /// True where the object at the address stays and only the tool lets go of it.
    #[must_use]
    pub fn forgets(&self, address: &str) -> bool {
        self.forgotten.iter().any(|it| {
            address
                .strip_prefix(it.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }
}

/// One instance of a resource, or of a call whose module is not here.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `module.db.google_sql_database_instance.main[0]`
    pub address: String,
    /// The type of a resource, the source of a call, `backend` for where the state is kept.
    pub ty: SmolStr,
    pub is_call: bool,
    /// Of a call: which versions of a registry it takes, as written; empty where that cannot be told.
    pub version: Option<SmolStr>,
    /// True where nothing of its module mentions it: neither a resource nor an output, a local or a call.
    pub is_unused: bool,
    /// True for what is only read.
    pub is_data: bool,
    /// The provider as it is written: `aws.west`; nothing where none is.
    pub provider: SmolStr,
    /// What configures that provider.
    pub configured: Configured,
    /// True where a plan that would end it is refused.
    pub is_protected: bool,
    /// What may be changed elsewhere and stays so, by the names on the way: `spec`, `replicas`.
    pub ignored: Vec<Vec<SmolStr>>,
    pub values: Value,
    pub origin: OriginId,
}

/// The modules of a tree that no other one calls.
#[derive(Debug, Default)]
pub struct Survey {
    /// By folder and file of variables.
    pub roots: Vec<RootPlan>,
    /// The folders of those that are kept for callers elsewhere.
    pub kept: BTreeSet<Utf8PathBuf>,
}

/// Every root module of the tree, by folder and file of variables.
#[must_use]
pub fn discover(tree: &dyn Tree) -> Vec<RootPlan> {
    survey(tree).roots
}

/// Every root module of the tree, and the modules that nobody here calls.
#[must_use]
pub fn survey(tree: &dyn Tree) -> Survey {
    let Folders { planned, called, fetched, applied } = folders(tree);
    let is_kept = |it: &Utf8Path| {
        let is_root = applied.contains(it) && !fetched.contains(it);
        it.iter().any(|part| part == "modules") && !is_root
    };
    let uncalled = planned.into_iter().filter(|it| !called.contains(&it.0));
    let (kept, roots): (Declared, Declared) = uncalled.partition(|it| is_kept(&it.0));
    let roots = given(tree, &roots).into_iter();
    Survey {
        roots: roots.flat_map(|(folder, it)| root_plans(&folder, it)).collect(),
        kept: kept.into_keys().collect(),
    }
}

/// Folders with configuration.
#[derive(Default)]
struct Folders {
    /// Those with something to plan.
    planned: Declared,
    /// Those that are called as modules by a local source.
    called: BTreeSet<Utf8PathBuf>,
    /// Those that a source from Git names within its repository, which may be this one.
    fetched: BTreeSet<Utf8PathBuf>,
    /// Those with what only belongs into a root module.
    applied: BTreeSet<Utf8PathBuf>,
}

fn folders(tree: &dyn Tree) -> Folders {
    const ENDS: &[&str] = &[".tf", ".tf.json", ".tofu", ".tofu.json"];
    let files = tree.files().iter().map(|it| it.path.as_path());
    let configured = files.filter(|it| ENDS.iter().any(|end| it.as_str().ends_with(end)));
    let folders: BTreeSet<_> =
        configured.filter_map(|it| it.parent().map(Utf8Path::to_owned)).collect();
    // Nothing of these texts is shown.
    let origins = Origins::new();
    let library = Library::new(tree, &origins);
    let mut found = Folders::default();
    for folder in &folders {
        let (module, problems) = library.module(folder, &[]);
        let Some(module) = module else { continue };
        let is_empty = module.resources.is_empty() && module.calls.is_empty();
        if !is_empty || !problems.is_empty() {
            found.planned.insert(folder.clone(), module.variables.keys().cloned().collect());
        }
        if is_applied(&module) {
            found.applied.insert(folder.clone());
        }
        let sources = module.calls.values().filter_map(|it| it.source.as_deref());
        for source in sources {
            if crate::config::is_local_source(source) {
                found.called.extend(normalised(&folder.join(source)).filter(|it| it != folder));
            } else {
                found.fetched.extend(folder_in_git(source));
            }
        }
    }
    found
}

/// True for a module that says where its state is kept or configures a provider: its callers could give it no
/// other (developer.hashicorp.com, "Providers Within Modules"). A provider without arguments, or
/// with a version alone, was how older modules asked their callers for one.
fn is_applied(module: &Module) -> bool {
    let is_configured = |it: &Block| {
        let is_setting = |name: &str| !matches!(name, "alias" | "version");
        !it.body.blocks.is_empty() || it.body.attributes.iter().any(|it| is_setting(&it.name))
    };
    let keeps_state = |it: &Block| matches!(it.kind.as_str(), "backend" | "cloud");
    module.providers.iter().any(is_configured)
        || module.settings.iter().any(|it| it.body.blocks.iter().any(keeps_state))
}

/// `modules/vpc` of `git::https://git.example/live.git//modules/vpc?ref=1`. A registry's modules are
/// somebody else's.
fn folder_in_git(source: &str) -> Option<Utf8PathBuf> {
    let (_, folder) = source.rsplit_once("//").filter(|it| it.0.contains("git"))?;
    normalised(Utf8Path::new(folder.split('?').next()?))
}

/// One plan for each environment that a file of variables names.
fn root_plans(folder: &Utf8Path, given: Given) -> Vec<RootPlan> {
    let folder = folder.to_owned();
    if given.environments.is_empty() {
        let environment = of_path(&folder);
        return vec![RootPlan { folder, variables: Vec::new(), open: given.open, environment }];
    }
    let plan = |(environment, variables): (Option<Environment>, Vec<Utf8PathBuf>)| {
        let seen = variables.last().map(|it| it.strip_prefix(&folder).unwrap_or(it));
        let text = format!("its variables are in `{}`", seen.unwrap_or(&folder));
        let environment = environment
            .map(|environment| EnvironmentEvidence { environment, text })
            .or_else(|| of_path(&folder));
        RootPlan { folder: folder.clone(), variables, open: given.open.clone(), environment }
    };
    given.environments.into_iter().map(plan).collect()
}

/// What the root plans, apart by the environments that its names speak of.
#[must_use]
pub fn compose(library: &Library<'_>, of: &RootPlan) -> Vec<Composition> {
    // What a file surely sets is known, even if another one may set it before.
    let open = of.open.iter().cloned().map(Flag::Unknown);
    let flags = open.chain(of.variables.iter().cloned().map(Flag::File)).collect();
    let request = Request { root: of.folder.clone(), flags, ..Request::default() };
    let mut planned = plan_out_of(library, &request);
    let (gaps, mut problems, warned) =
        (gaps(&planned), problems(&planned.problems), warnings(&planned));
    problems.extend(warned);
    let moves = Moves::of(&mut planned);
    let mut instances = instances(&mut planned);
    instances.extend(committed(library, &of.folder));
    let mut compositions: Vec<_> = by_environment(instances, of)
        .into_iter()
        .map(|(evidence, instances)| Composition {
            root: root(of, evidence, gaps.clone()),
            instances,
            problems: Vec::new(),
            moves: moves.clone(),
        })
        .collect();
    if let Some(first) = compositions.first_mut() {
        first.problems = problems;
    }
    compositions
}

pub(super) fn instances(planned: &mut Plan) -> Vec<Instance> {
    let resources = planned.changes.drain(..).filter_map(|it| {
        Some(Instance {
            address: it.address,
            ty: it.ty,
            is_call: false,
            version: None,
            is_unused: it.is_unused,
            is_data: it.is_data,
            provider: it.provider,
            configured: it.configured,
            is_protected: it.is_protected,
            values: forget(it.after?, &it.ignored),
            ignored: it.ignored,
            origin: it.origin,
        })
    });
    let calls = planned.calls.drain(..).filter(|it| !it.is_read).map(|it| Instance {
        address: it.address,
        ty: it.source,
        is_call: true,
        version: it.version,
        is_unused: false,
        is_data: false,
        provider: SmolStr::default(),
        configured: Configured::default(),
        is_protected: false,
        ignored: Vec::new(),
        values: Value::object(it.inputs),
        origin: it.origin,
    });
    let backend = planned.backend.take().map(backend);
    let (data, resources): (Vec<_>, Vec<_>) = resources.partition(|it| it.is_data);
    resources.into_iter().chain(calls).chain(backend).chain(data).collect()
}

/// The values without switches and numbers that Terraform leaves alone once the object is there
/// (`ignore_changes`): what is written was true on its first day, and somebody else may have changed it.
/// Texts stay, for what a thing is called and runs is not made by its numbers.
fn forget(values: Value, ignored: &[Vec<SmolStr>]) -> Value {
    let Some(entries) = values.entries().filter(|_| !ignored.is_empty()) else { return values };
    let is_ignored = |name: &SmolStr| {
        ignored.iter().any(|it| matches!(&it[..], [only] if only == "*" || only == name))
    };
    let is_setting = |it: &Value| matches!(it.data, Data::Bool(_) | Data::Number(_));
    let kept = entries.iter().map(|(name, value)| {
        if !is_ignored(name) || !is_setting(value) {
            return (name.clone(), value.clone());
        }
        let text = SmolStr::from("ignore_changes");
        let cause = Cause { reason: Reason::NotInRepository, text, origin: value.origin };
        (name.clone(), Value::unknown(Type::Dynamic, cause))
    });
    let mut forgotten = Value::object(kept.collect());
    forgotten.origin = values.origin;
    forgotten
}

/// The place for state as one more instance: `backend.s3`.
fn backend(of: Backend) -> Instance {
    Instance {
        address: format!("backend.{}", of.kind),
        ty: SmolStr::new_static("backend"),
        is_call: false,
        version: None,
        is_unused: false,
        is_data: false,
        provider: SmolStr::default(),
        configured: Configured::default(),
        is_protected: false,
        ignored: Vec::new(),
        values: of.values,
        origin: of.origin,
    }
}

type ByEnvironment = BTreeMap<Environment, (EnvironmentEvidence, Vec<Instance>)>;

/// Instances of a root of which nothing else says where it runs go where their names say.
fn by_environment(
    instances: Vec<Instance>,
    of: &RootPlan,
) -> Vec<(EnvironmentEvidence, Vec<Instance>)> {
    let (data, instances): (Vec<_>, Vec<_>) = instances.into_iter().partition(|it| it.is_data);
    if let Some(evidence) = &of.environment {
        let instances = [instances, data].concat();
        return vec![(evidence.clone(), instances)];
    }
    let mut found = ByEnvironment::new();
    found.insert(Environment::Production, (assumed(), Vec::new()));
    let is_told = instances.iter().any(|it| named(it) == Some(Environment::Production));
    for instance in instances {
        let name = named(&instance).filter(|it| *it < Environment::Example && is_told);
        let environment = name.unwrap_or(Environment::Production);
        let text = format!("its names say {}", environment.as_str());
        let fresh = || (EnvironmentEvidence { environment, text }, Vec::new());
        found.entry(environment).or_insert_with(fresh).1.push(instance);
    }
    if is_told && let Some((evidence, _)) = found.get_mut(&Environment::Production) {
        evidence.text = "its names tell production from the rest".to_owned();
    }
    let mut found: Vec<_> = found.into_values().collect();
    // What is read decides nothing, and anything may need it.
    for (_, instances) in &mut found {
        instances.extend(data.iter().cloned());
    }
    found
}

/// The environment that an address names.
fn named(instance: &Instance) -> Option<Environment> {
    of_name(&instance.address)
}

fn root(of: &RootPlan, evidence: EnvironmentEvidence, gaps: Vec<Gap>) -> Root {
    let seen = of.variables.last().map(|it| it.strip_prefix(&of.folder).unwrap_or(it));
    let reason = match seen {
        Some(file) => format!("no module calls it, and `{file}` gives its variables"),
        None if of.open.is_empty() => "no module calls it".to_owned(),
        None => "no module calls it; which files give its variables is not known".to_owned(),
    };
    Root {
        id: RootId(0),
        path: of.folder.clone(),
        release: of.variables.last().and_then(|it| release(it)),
        kind: RootKind::Terraform,
        reason,
        environment: evidence.environment,
        environment_evidence: evidence.text,
        healer: None,
        files: Vec::new(),
        gaps,
    }
}

/// What tells the environment from others: `prod` of `prod.tfvars` and of `prod/app.tfvars`.
fn release(file: &Utf8Path) -> Option<SmolStr> {
    let stem = bare(file)?.file_name()?;
    let folder = file.parent().and_then(Utf8Path::file_name);
    let told = [Some(stem), folder].into_iter().flatten().find(|it| of_name(it).is_some());
    Some(SmolStr::from(told.unwrap_or(stem)))
}

const NO_VALUE: &str = "No value for required variable";

/// Modules of remote sources, variables without a value, and what Terraform would refuse.
pub(super) fn gaps(planned: &Plan) -> Vec<Gap> {
    let modules = planned.gaps.iter().map(|(name, _)| (GapKind::Module, name.clone()));
    let missing = planned.problems.iter().filter(|it| it.summary == NO_VALUE);
    let missing = missing.map(|it| {
        let name = it.detail.split('"').nth(1).unwrap_or_default();
        (GapKind::Variable, format!("var.{name}"))
    });
    let is_refused = |it: &&crate::Diagnostic| it.summary != NO_VALUE && !is_broken(&it.summary);
    let refused = planned.problems.iter().filter(is_refused);
    let refused = refused.map(|it| (GapKind::Refused, it.summary.clone()));
    modules.chain(missing).chain(refused).map(|(kind, what)| Gap { kind, what, at: None }).collect()
}

/// What cannot be parsed; what else Terraform would refuse may be for want of what is not here.
pub(super) fn problems(problems: &[crate::Diagnostic]) -> Vec<Problem> {
    let broken = problems.iter().filter(|it| is_broken(&it.summary));
    let problem = |it: &crate::Diagnostic| {
        let message = format!("Terraform cannot read this: {}", it.summary.to_lowercase());
        Some(Problem::at(it.span?, message, "Run `terraform validate` in the folder"))
    };
    broken.filter_map(problem).collect()
}

/// Checks whose condition is false: an apply goes on, and what they guard is wrong.
pub(super) fn warnings(planned: &Plan) -> Vec<Problem> {
    let failed = planned.warnings.iter().filter(|it| it.summary == CHECK_FAILED);
    let problem = |it: &crate::Diagnostic| {
        let said = it.detail.trim_end_matches('.');
        let message = format!(
            "with the values that are here this check fails, which Terraform only warns of: {said}"
        );
        Some(Problem::at(it.span?, message, "make the condition hold, or take the check out"))
    };
    failed.filter_map(problem).collect()
}

fn is_broken(summary: &str) -> bool {
    matches!(summary, "Invalid expression" | "Argument or block definition required")
        || summary.starts_with("Unclosed")
        || summary.starts_with("Missing")
}
