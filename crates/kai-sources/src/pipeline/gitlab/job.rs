//! One job of a configuration.

use kai_core::{Entry, Environment, Known, Node, OriginId, Origins, SmolStr, environment};
use kai_graph::{Action, Event, Job, Places, Step, Trigger};

use super::super::places;
use super::super::script::{self, Options};
use super::runs::{Asked, flat};
use super::variables::{Start, written};
use super::{branches, secrets};

/// What stands around a job.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) whole: &'a Node,
    /// The ways in which its pipeline starts.
    pub(super) starts: &'a [Start],
    pub(super) is_child: bool,
    /// Those of code that nobody has merged which surely make a pipeline, whatever the branch.
    pub(super) sure: &'a [Start],
}

/// A job, and who it waits for.
pub(super) struct Read {
    pub(super) job: Job,
    /// Where it says that somebody starts it, or waits for a job that does.
    pub(super) by_hand: Option<OriginId>,
    /// What comes later waits until somebody does.
    pub(super) blocks: bool,
    /// What surely runs it, whatever the branch: a push before a proposal.
    pub(super) sure: Vec<Event>,
}

/// The job of an entry; none where it never runs.
pub(super) fn job(entry: &Entry, around: Around<'_>, origins: &Origins) -> Option<Read> {
    let node = &entry.node;
    let variables = variables(node, around.whole);
    let runs = runs(entry, around, &variables)?;
    let environment = environment_of(node);
    let sure = surely_by(entry, around, &variables);
    let around_it = around.whole.get("variables").into_iter();
    let texts: Vec<&Node> = around_it.chain(scripts(node, around.whole)).chain([node]).collect();
    let asks = branches::are_asked_for(&texts);
    let mut job = Job {
        name: entry.key.clone(),
        origin: entry.key_origin,
        written: node.origin,
        needs: needs(node),
        environment: environment.and_then(|it| Some((SmolStr::from(it.as_str()?), it.origin))),
        writes: Known::default(),
        secrets: secrets::of(node, &scripts(node, around.whole), &variables),
        concurrency: concurrency(node, around.whole),
        any_branch: any_branch(entry, &sure, &runs.triggers).filter(|_| !asks),
        triggers: runs.triggers,
        acts_in: acts_in(entry, &variables),
        places: places(node),
        condition: SmolStr::default(),
        steps: steps(entry, around.whole, origins),
    };
    if runs.by_hand.is_some() {
        // Whoever starts it looks at what becomes of it.
        job.steps.iter_mut().take(1).for_each(|it| it.forgives = None);
    }
    Some(Read { job, by_hand: runs.by_hand, blocks: runs.blocks, sure })
}

impl Read {
    /// True where the start runs it by itself, or somebody starts it in any.
    pub(super) fn is_of(&self, start: &Start) -> bool {
        self.by_hand.is_some() || self.job.triggers.iter().any(|it| it.name == start.name)
    }

    /// What runs by itself waits for somebody all the same.
    pub(super) fn wait(&mut self) {
        self.by_hand = Some(self.job.origin);
        self.job.triggers = vec![by_hand(self.job.origin)];
        self.job.any_branch = None;
    }

    /// What holds for a job holds for the pipeline that it starts.
    pub(super) fn hand_down(&self, below: &mut Job) {
        if let Some(origin) = self.by_hand {
            below.triggers = vec![by_hand(origin)];
        }
        below.any_branch = below.any_branch.and(self.job.any_branch);
        below.acts_in = below.acts_in.or(self.job.acts_in);
        below.environment = below.environment.take().or_else(|| self.job.environment.clone());
        below.concurrency = below.concurrency.or(self.job.concurrency);
    }
}

fn trigger(event: Event, name: &str, origin: OriginId) -> Trigger {
    Trigger { event, name: name.into(), origin, is_of_version: name == "tag" }
}

fn by_hand(origin: OriginId) -> Trigger {
    trigger(Event::Manual, "manual", origin)
}

struct Started {
    triggers: Vec<Trigger>,
    by_hand: Option<OriginId>,
    blocks: bool,
}

fn surely_by(entry: &Entry, around: Around<'_>, variables: &[&Node]) -> Vec<Event> {
    let Around { is_child, .. } = around;
    let runs = |start: &&Start| {
        let asked = Asked { node: &entry.node, start: **start, is_child, variables };
        !is_incomplete(&entry.node) && asked.surely_runs()
    };
    around.sure.iter().filter(runs).map(|it| it.event).collect()
}

/// Where it stands that a push to whatever branch runs a job: the job itself; else what says so of proposals.
fn any_branch(entry: &Entry, sure: &[Event], triggers: &[Trigger]) -> Option<OriginId> {
    match sure.first()? {
        Event::Proposal => {
            triggers.iter().find(|it| it.event == Event::Proposal).map(|it| it.origin)
        }
        _ => Some(entry.key_origin),
    }
}

/// What starts a job. A start that may leave it to somebody does.
fn runs(entry: &Entry, around: Around<'_>, variables: &[&Node]) -> Option<Started> {
    let (mut triggers, mut manual, mut blocks) = (Vec::<Trigger>::new(), None, false);
    for &start in around.starts {
        let asked = Asked { node: &entry.node, start, is_child: around.is_child, variables };
        let runs = asked.runs(entry.key_origin);
        manual = manual.or(runs.by_hand);
        blocks |= runs.blocks;
        let is_said = around.is_child || is_said(&entry.node, start);
        let is_known = triggers.iter().any(|it| it.name == start.name);
        if let Some(origin) =
            runs.by_itself.filter(|_| runs.by_hand.is_none() && is_said && !is_known)
        {
            triggers.push(trigger(start.event, start.name, origin));
        }
    }
    if is_incomplete(&entry.node) {
        let triggers = vec![trigger(Event::Called, "a template", entry.key_origin)];
        return Some(Started { triggers, by_hand: None, blocks: false });
    }
    let manual = manual.filter(|_| triggers.is_empty());
    if let Some(origin) = manual {
        triggers.push(by_hand(origin));
    }
    // What no start here runs is for programs that may.
    if triggers.is_empty() && !never(&entry.node) {
        triggers.push(trigger(Event::Called, "api", entry.key_origin));
    }
    (!triggers.is_empty()).then_some(Started { triggers, by_hand: manual, blocks })
}

/// True where what it extends, or a rule of it, is not here and may say anything.
fn is_incomplete(job: &Node) -> bool {
    let rules = job.get("rules").map(flat).unwrap_or_default();
    job.get("extends").is_some() || rules.iter().any(|it| it.as_map().is_none())
}

/// Whether there are schedules and programs that start pipelines is said elsewhere; here only whether a job
/// is for them.
fn is_said(job: &Node, start: Start) -> bool {
    let names = |text: &str| text.contains(start.name);
    let rules = job.get("rules").map(flat).unwrap_or_default();
    let only = job.get("only").map(|it| it.get("refs").unwrap_or(it));
    let only = only.map(flat).unwrap_or_default();
    matches!(start.event, Event::Push | Event::Proposal)
        || rules.iter().filter_map(|it| it.str_at(&["if"])).any(names)
        || only.iter().filter_map(|it| it.as_str()).any(names)
}

fn never(job: &Node) -> bool {
    let rules = job.get("rules").map(flat).unwrap_or_default();
    let is_never = |it: &Node| it.str_at(&["when"]) == Some("never");
    is_never(job) || (!rules.is_empty() && rules.iter().all(|it| is_never(it)))
}

/// The nearest variables first.
pub(super) fn variables<'a>(job: &'a Node, whole: &'a Node) -> Vec<&'a Node> {
    let inherits = job.at(&["inherit", "variables"]).is_none_or(|it| it.as_bool() != Some(false));
    let global = whole.get("variables").filter(|_| inherits);
    job.get("variables").into_iter().chain(global).collect()
}

/// What a job says, else what is said for all.
fn inherited<'a>(job: &'a Node, whole: &'a Node, key: &str) -> Option<&'a Node> {
    let inherits = match job.at(&["inherit", "default"]) {
        Some(list) if list.is_seq() => list.items().iter().any(|it| it.as_str() == Some(key)),
        Some(node) => node.as_bool() != Some(false),
        None => true,
    };
    let of_all = || whole.at(&["default", key]).or_else(|| whole.get(key)).filter(|_| inherits);
    job.get(key).or_else(of_all)
}

/// The commands before and after a job's own ones are scripts of it, too.
pub(super) fn scripts<'a>(job: &'a Node, whole: &'a Node) -> Vec<&'a Node> {
    let before = inherited(job, whole, "before_script").map(lines).unwrap_or_default();
    let own = job.get("script").map(lines).unwrap_or_default();
    let after = inherited(job, whole, "after_script").map(lines).unwrap_or_default();
    [before, own, after].concat()
}

fn lines(script: &Node) -> Vec<&Node> {
    if script.is_seq() { flat(script) } else { vec![script] }
}

fn steps(entry: &Entry, whole: &Node, origins: &Origins) -> Vec<Step> {
    let job = &entry.node;
    let before = inherited(job, whole, "before_script").map(lines).unwrap_or_default();
    let own = job.get("script").map(lines).unwrap_or_default();
    let forgives = job.get("allow_failure").filter(|it| it.as_bool() == Some(true));
    let mut steps = vec![Step {
        action: inherited(job, whole, "image").and_then(image),
        forgives: forgives.map(|it| ("`allow_failure`".into(), it.origin)),
        ..step(entry, &[before, own].concat(), origins)
    }];
    if let Some(after) = inherited(job, whole, "after_script") {
        // Its errors are logged and go no further.
        let forgives = Some(("`after_script`".into(), after.origin));
        let mut step = Step { forgives, ..step(entry, &lines(after), origins) };
        // The way back is for a run that is red already.
        step.acts.retain(|it| !it.what.contains("roll"));
        steps.push(step);
    }
    steps
}

/// The runner's shells stop at errors and look into pipes; an item goes on with the options of those before,
/// in their directory.
fn step(entry: &Entry, scripts: &[&Node], origins: &Origins) -> Step {
    let mut options = Options { stops: true, pipefail: true };
    let mut directory = String::new();
    let mut step = Step {
        name: SmolStr::default(),
        origin: scripts.first().map_or(entry.key_origin, |it| it.origin),
        action: None,
        acts: Vec::new(),
        secrets: Vec::new(),
        script: None,
        pasted: Vec::new(),
        strange_code: None,
        runs_code: false,
        forgives: None,
    };
    for script in scripts {
        let read = script::read_in(script, options, &directory, origins);
        directory = read.directory;
        options.stops &= !script.as_str().is_some_and(|it| it.contains("set +e"));
        step.acts.extend(read.acts);
        step.runs_code |= read.runs_code;
    }
    step
}

fn image(node: &Node) -> Option<Action> {
    let name = node.get("name").unwrap_or(node);
    let text = name.as_str()?;
    let tag = text.rfind(':').filter(|it| !text[*it..].contains('/'));
    let (image, revision) = tag.map_or((text, ""), |it| (&text[..it], &text[it + 1..]));
    Some(Action { name: image.into(), revision: revision.into(), origin: name.origin })
}

fn needs(job: &Node) -> Vec<SmolStr> {
    let needs = job.get("needs").or_else(|| job.get("dependencies"));
    let names = needs.map(flat).unwrap_or_default().into_iter();
    names.filter_map(|it| it.as_str().or_else(|| it.str_at(&["job"]))).map(SmolStr::from).collect()
}

fn environment_of(job: &Node) -> Option<&Node> {
    let environment = job.get("environment")?;
    Some(environment.get("name").unwrap_or(environment))
}

/// A second run waits in a group; one that may be interrupted is stopped by the next.
fn concurrency(job: &Node, whole: &Node) -> Option<OriginId> {
    let interruptible = inherited(job, whole, "interruptible");
    let group = job.get("resource_group");
    group.or(interruptible.filter(|it| it.as_bool() == Some(true))).map(|it| it.origin)
}

/// What a job says of where it acts: its environment, then its variables, then its name.
fn acts_in(entry: &Entry, variables: &[&Node]) -> Option<Environment> {
    const VARIABLES: [&str; 5] = ["ENVIRONMENT", "ENV", "DEPLOY_ENV", "STAGE", "TF_WORKSPACE"];
    let tier = entry.node.str_at(&["environment", "deployment_tier"]);
    let name = environment_of(&entry.node).and_then(Node::as_str);
    // One for each branch or merge request.
    let is_review = name.is_some_and(|it| it.starts_with("review"));
    let named = || name.and_then(environment::of_name);
    let varies = || VARIABLES.iter().find_map(|it| environment::of_name(&written(it, variables)?));
    tier.and_then(environment::of_name)
        .or_else(|| is_review.then_some(Environment::Development))
        .or_else(named)
        .or_else(varies)
        .or_else(|| environment::of_name(&entry.key))
}

/// What `parallel: matrix:` runs it for; none where each of them has an environment of its own, which may ask.
fn places(job: &Node) -> Option<Places> {
    if environment_of(job).and_then(Node::as_str).is_some_and(|it| it.contains('$')) {
        return None;
    }
    let lists = job.at(&["parallel", "matrix"]).map(Node::items).unwrap_or_default();
    lists.iter().find_map(places::of_matrix)
}
