//! Pipelines that deploy a component: who starts them, as whom they act, what stands in front.

use kai_core::{ComponentId, Environment};
use kai_graph::{
    ActTarget, Asks, BuildService, BuildTrigger, Component, DeliveryTarget, Event, Facts, Job, Of,
    Pipeline, Trigger,
};

use crate::answer::Statement;
use crate::case::Case;
use crate::words::list;

/// Pipelines that deploy it by what their commands or triggers name, and pipelines that deploy and name nothing.
pub(crate) fn by_pipelines(
    case: Case<'_>,
    subject: Option<ComponentId>,
) -> (Vec<Statement>, Vec<Statement>) {
    let (mut sure, mut possible) = (Vec::new(), Vec::new());
    for component in case.system().components() {
        let Facts::Pipeline(facts) = &component.facts else { continue };
        let pipeline = Of { component, facts: &**facts };
        let jobs = facts.jobs.iter().filter(|it| acts_there(case, pipeline, it, subject));
        let jobs: Vec<&Job> = jobs.filter(|it| it.changes().next().is_some()).collect();
        let all = build_triggers(case, component);
        let builds: Vec<_> = all
            .iter()
            .copied()
            .filter(|it| subject.is_some_and(|id| is_named(&it.component.name, case.component(id))))
            .collect();
        let named: Vec<&Job> = match builds.is_empty() {
            true => {
                let is_it = |it: &&Job| subject.is_none_or(|id| names(case, it, id));
                jobs.iter().copied().filter(is_it).collect()
            }
            false => jobs.clone(),
        };
        let builds = if builds.is_empty() { all } else { builds };
        match (named.is_empty(), jobs.is_empty()) {
            (false, _) => sure.push(by_jobs(case, pipeline, &named, &builds)),
            (true, false) => possible.push(by_jobs(case, pipeline, &jobs, &builds)),
            (true, true) => {}
        }
    }
    (sure, possible)
}

/// Pipelines that call themselves deployments and run nothing that is known as one, or are not here as a whole.
pub(crate) fn by_their_names(case: Case<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for component in case.system().components() {
        let Facts::Pipeline(facts) = &component.facts else { continue };
        let is_known = facts.jobs.iter().any(|it| it.changes().next().is_some());
        let file = component.name.rsplit('/').next().unwrap_or_default();
        let job = facts.jobs.iter().find(|it| calls_itself_so(&it.name));
        if is_known || facts.jobs.is_empty() || !calls_itself_so(file) && job.is_none() {
            continue;
        }
        let what = match facts.has_unread {
            true => "takes parts that are not here",
            false => "runs no command that I know as a deployment",
        };
        let at = job.map_or(component.origin, |it| it.origin);
        let text = format!("`{}` calls itself a deployment and {what}.", component.name);
        statements.push(Statement::new(text, vec![case.at(component.id, at)]));
    }
    statements
}

fn calls_itself_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let mut words = name.split(|it: char| !it.is_ascii_alphanumeric());
    words.any(|it| it.starts_with("deploy") || matches!(it, "cd" | "promote" | "rollout"))
}

/// True where the job changes the environment that is asked about.
fn acts_there(
    case: Case<'_>,
    pipeline: Of<'_, Pipeline>,
    job: &Job,
    subject: Option<ComponentId>,
) -> bool {
    let wanted = subject.map_or(Environment::Production, |it| case.environment(it));
    let around = case.system().environment(pipeline.component);
    job.acts_in.unwrap_or(around) == wanted
}

/// True where a command of it names the component, its release or its namespace.
fn names(case: Case<'_>, job: &Job, id: ComponentId) -> bool {
    let component = case.component(id);
    let release = case.system().root(component.root).release.as_ref();
    let is_target = |it: &ActTarget| {
        it.name == component.name
            || release.is_some_and(|release| it.name == *release)
            || component.namespace != "default"
                && it.place.strip_prefix("the namespace ") == Some(component.namespace.as_str())
    };
    job.changes().any(|(_, act)| {
        act.target.as_ref().is_some_and(is_target)
            || written(case, act.origin).is_some_and(|it| is_named(it, component))
    })
}

/// True where the name of the component is a word of the text.
fn is_named(text: &str, component: &Component) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    text.split(|it: char| !is_part(it)).any(|it| it == component.name)
}

/// The text of a command.
fn written(case: Case<'_>, origin: kai_core::OriginId) -> Option<&str> {
    let span = case.origins().span(origin)?;
    let document = case.origins().document(span.document);
    document.text.get(span.start as usize..span.end as usize)
}

/// The first of the jobs in full; the others of the file are mostly alike.
fn by_jobs(
    case: Case<'_>,
    pipeline: Of<'_, Pipeline>,
    jobs: &[&Job],
    builds: &[Of<'_, BuildTrigger>],
) -> Statement {
    let (id, file) = (pipeline.component.id, &pipeline.component.name);
    let job = jobs[0];
    let what = job.changes().next().map_or("", |it| it.1.what.as_str());
    let of = match (job.name.as_str(), jobs.len() - 1) {
        ("", _) => String::new(),
        (name, 0) => format!("Job `{name}` of "),
        (name, others) => format!("Job `{name}` and {others} more of "),
    };
    let runs = if jobs.len() > 1 { "run" } else { "runs" };
    let triggers = pipeline.facts.triggers_of(job);
    let mut clauses = vec![start(case, triggers, builds)];
    let account = pipeline.facts.account.value();
    clauses.extend(account.map(|it| format!("it acts as `ServiceAccount/{it}`")));
    clauses.extend(condition(job));
    clauses.extend(identity(job));
    clauses.extend(guards(pipeline, job));
    let mut evidence = vec![case.at(id, job.origin)];
    evidence.extend(triggers.first().map(|it| case.at(id, it.origin)));
    let shown = builds.iter().take(2);
    evidence.extend(shown.map(|it| case.at(it.component.id, it.facts.event_origin)));
    Statement::new(format!("{of}`{file}` {runs} `{what}`: {}.", clauses.join("; ")), evidence)
}

/// What starts a job, as a clause.
fn start(case: Case<'_>, triggers: &[Trigger], builds: &[Of<'_, BuildTrigger>]) -> String {
    let names: Vec<&str> = triggers.iter().map(|it| it.name.as_str()).collect();
    match (names.len(), builds.is_empty()) {
        (0, true) => "what starts it is not said in the file".to_owned(),
        (0, false) => {
            let all: Vec<String> = builds.iter().take(2).map(|it| described(case, *it)).collect();
            let left = builds.len() - all.len();
            let more = if left > 0 { format!("; and {left} more") } else { String::new() };
            format!("{}{more}", all.join("; "))
        }
        (1, _) => format!("{} starts it", list(&names, 4)),
        (_, _) => format!("{} start it", list(&names, 4)),
    }
}

/// What starts a file of Cloud Build, which stands elsewhere.
fn build_triggers<'a>(case: Case<'a>, pipeline: &Component) -> Vec<Of<'a, BuildTrigger>> {
    let all = case.system().components().iter().filter_map(|component| match &component.facts {
        Facts::BuildTrigger(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    all.filter(|it| it.facts.file.value() == Some(&pipeline.name)).collect()
}

/// `a push starts it by trigger/shop as deployer`
fn described(case: Case<'_>, trigger: Of<'_, BuildTrigger>) -> String {
    let event = match trigger.facts.event {
        Event::Push => "a push",
        Event::Proposal | Event::TrustedProposal => "a pull request",
        Event::Schedule => "the clock",
        Event::Manual => "somebody",
        _ => "an event",
    };
    let account = trigger.facts.account.as_ref();
    let account = account.and_then(|it| case.system().cloud_account(trigger.component, it));
    let account = account.map(|it| {
        let name = it.cloud_name.value().unwrap_or(&it.component.name);
        format!(" as `{name}`")
    });
    let asks = match trigger.facts.asks.value() {
        Some(Asks::Everybody) => ", once somebody who may write said yes",
        Some(Asks::Strangers) => {
            ", where a stranger proposed it once somebody who may write said yes"
        }
        _ => "",
    };
    let label = trigger.component.label();
    format!("{event} starts it by `{label}`{}{asks}", account.unwrap_or_default())
}

/// Stages of Cloud Deploy, and who is asked before the last of them.
pub(crate) fn by_promotions(
    case: Case<'_>,
    subject: Option<ComponentId>,
) -> (Vec<Statement>, Vec<Statement>) {
    let (mut sure, mut possible): (Vec<Statement>, Vec<Statement>) = (Vec::new(), Vec::new());
    for component in case.system().components() {
        let Facts::Promotion(facts) = &component.facts else { continue };
        let stages = facts.stages.iter().filter_map(|it| it.target.value());
        let stages: Vec<&str> = stages.map(|it| it.as_str()).collect();
        let Some(last) = stages.last() else { continue };
        let target = target(case, last);
        let asked = match target.map(|it| it.facts.needs_approval.value()) {
            Some(Some(true)) => "and somebody must approve each rollout to the last",
            Some(Some(false)) => "and nobody must approve a rollout to the last",
            _ => "and who must approve the last is not declared here",
        };
        let text = format!(
            "`{}` brings a release through {}, {asked}.",
            component.label(),
            list(&stages, 5)
        );
        let mut evidence = vec![case.named(component.id)];
        let approval = target.and_then(|it| {
            let approval = it.facts.needs_approval.traced()?;
            Some(case.at(it.component.id, approval.origin))
        });
        evidence.extend(approval);
        let is_it = subject.is_none_or(|it| is_named(&component.name, case.component(it)));
        let statements = if is_it { &mut sure } else { &mut possible };
        if statements.iter().all(|it| it.text != text) {
            statements.push(Statement::new(text, evidence));
        }
    }
    (sure, possible)
}

/// The target of Cloud Deploy of this name.
fn target<'a>(case: Case<'a>, name: &str) -> Option<Of<'a, DeliveryTarget>> {
    let mut all =
        case.system().components().iter().filter_map(|component| match &component.facts {
            Facts::DeliveryTarget(facts) => Some(Of { component, facts: &**facts }),
            _ => None,
        });
    all.find(|it| it.facts.cloud_name.value().is_some_and(|it| it == name))
}

/// The condition under which it runs, which is not followed here.
fn condition(job: &Job) -> Option<String> {
    const LONGEST: usize = 70;
    let text: Vec<&str> = job.condition.split_whitespace().collect();
    let text = text.join(" ").replace('`', "'");
    let cut: String = text.chars().take(LONGEST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    (!text.is_empty()).then(|| format!("under the condition `{cut}{dots}`"))
}

/// What it acts with.
fn identity(job: &Job) -> Option<String> {
    let of_steps = job.steps.iter().flat_map(|it| &it.secrets);
    let mut secrets: Vec<&str> =
        job.secrets.iter().chain(of_steps).map(|it| it.0.as_str()).collect();
    secrets.sort_unstable();
    secrets.dedup();
    (!secrets.is_empty()).then(|| format!("it holds {}", list(&secrets, 4)))
}

/// What must have happened before it runs.
fn guards(pipeline: Of<'_, Pipeline>, job: &Job) -> Vec<String> {
    let facts = pipeline.facts;
    let mut guards = Vec::new();
    let triggers = facts.triggers_of(job);
    if !triggers.is_empty() && triggers.iter().all(|it| it.event == Event::Manual) {
        guards.push("somebody must start it".to_owned());
    }
    let before: Vec<&Job> = facts.up_to(job).into_iter().skip(1).collect();
    let tests = |it: &&&Job| {
        it.steps.iter().flat_map(|it| &it.acts).any(|it| it.kind == kai_graph::ActKind::Test)
    };
    let tested: Vec<&str> = before.iter().filter(tests).map(|it| it.name.as_str()).collect();
    if !tested.is_empty() {
        guards.push(format!("after the tests in {}", list(&tested, 3)));
    }
    if let Some((name, _)) = &job.environment {
        let asked = match facts.service {
            BuildService::GitlabCi => "whether that is a protected one is a setting of GitLab",
            _ => "whether that asks reviewers is a setting of GitHub",
        };
        guards.push(format!("in the environment `{name}`, and {asked} that no file says"));
    }
    guards
}

/// What anybody who proposes a change starts.
pub(crate) fn by_proposals(case: Case<'_>) -> Vec<Statement> {
    const OF_STRANGERS: [Event; 3] = [Event::Proposal, Event::TrustedProposal, Event::Comment];
    let mut statements = Vec::new();
    for component in case.system().components() {
        let Facts::Pipeline(facts) = &component.facts else { continue };
        for job in &facts.jobs {
            let Some(trigger) = facts.starts(job, &OF_STRANGERS) else { continue };
            let is_trusted = trigger.event != Event::Proposal;
            let acts: Vec<&str> = job.changes().map(|it| it.1.what.as_str()).collect();
            if acts.is_empty() && !(is_trusted && job.has_power()) {
                continue;
            }
            let does = match acts.is_empty() {
                true => "with secrets or a token that writes".to_owned(),
                false => format!("which runs {}", list(&acts, 2)),
            };
            let forks = match (facts.service, is_trusted) {
                // docs.gitlab.com, "Merge request pipelines": one of a fork runs in the fork.
                (BuildService::GitlabCi, _) => {
                    "whoever may push a branch to the project can open one; one from a fork runs in the fork, without secrets"
                }
                (_, true) => "also one from a fork, with the repository's own rights",
                (_, false) => "one from a fork gets no secrets",
            };
            let text = format!(
                "`{}` starts `{}` of `{}`{}, {does}: {forks}.",
                trigger.name,
                job.name,
                component.name,
                condition(job).map(|it| format!(" {it}")).unwrap_or_default(),
            );
            let id = component.id;
            statements.push(Statement::new(
                text,
                vec![case.at(id, job.origin), case.at(id, trigger.origin)],
            ));
        }
    }
    statements.extend(by_build_triggers(case));
    if statements.is_empty() {
        let absence =
            case.absence("", "no job that a pull request starts and that deploys", case.scope());
        let text = "No job that a pull request starts runs what I know as a deployment, and none lets strangers run with \
                    the repository's secrets.";
        return vec![Statement::new(text, vec![absence])];
    }
    statements
}

/// Builds of pull requests that deploy, where what starts them stands outside of their file.
fn by_build_triggers(case: Case<'_>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for component in case.system().components() {
        let Facts::Pipeline(facts) = &component.facts else { continue };
        let changes = facts.jobs.iter().flat_map(Job::changes);
        let acts: Vec<&str> = changes.map(|it| it.1.what.as_str()).collect();
        let triggers = build_triggers(case, component);
        let proposed = triggers.iter().find(|it| it.facts.event == Event::Proposal);
        let Some(trigger) = proposed.filter(|_| !acts.is_empty()) else { continue };
        let how = described(case, *trigger);
        let text = format!("`{}` runs {}, and {how}.", component.name, list(&acts, 2));
        let started = case.at(trigger.component.id, trigger.facts.event_origin);
        statements.push(Statement::new(text, vec![case.named(component.id), started]));
    }
    statements
}
