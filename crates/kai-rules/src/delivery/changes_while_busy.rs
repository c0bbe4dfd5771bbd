//! What changes production by itself in a time that `kai.yaml` calls busy.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::{
    ComponentId, Environment, FailureMode, Fix, Hazard, Known, Level, LossClass, OriginId, Pillar,
    Role, RootId, SmolStr, Term,
};
use kai_graph::{
    ActKind, BuildService, Component, Controller, Event, Facts, Job, NoProject, Of, Periods,
    Pipeline, Project, Reconciler, Reconciliation,
};
use kai_settings::{Busy, Length};

use super::revisions;
use crate::pipeline::acts_in_production;
use crate::{Check, Context, Doubt, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "changes-while-busy",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("changes_while_busy.md"),
    check: Check::System(check),
};

/// Places that are shown beside the first one.
const SHOWN: usize = 3;

fn check(ctx: Context<'_>, out: &mut Observed) {
    if ctx.settings.busy.is_empty() {
        return;
    }
    let production: Vec<_> = ctx
        .system
        .components()
        .iter()
        .filter(|it| ctx.system.environment(it) == Environment::Production)
        .collect();
    let orders: Vec<_> = production.iter().filter_map(|it| order(it)).collect();
    let needing = needing(ctx);
    argo(&orders, &needing, ctx, out);
    flux(&orders, &needing, ctx, out);
    for component in production {
        if let Facts::Pipeline(facts) = &component.facts {
            pipeline(Of { component, facts }, ctx, out);
        }
    }
}

fn order(component: &Component) -> Option<Of<'_, Reconciliation>> {
    match &component.facts {
        Facts::Reconciliation(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    }
}

/// A busy time, and the part of it in which nothing holds a change back.
type Open<'a> = (&'a Busy, Periods);

/// One finding for a project, whose windows would hold for all of its applications.
fn argo(
    orders: &[Of<'_, Reconciliation>],
    needing: &Needing<'_>,
    ctx: Context<'_>,
    out: &mut Observed,
) {
    let mut alike: BTreeMap<(ComponentId, Vec<Periods>), Vec<Of<'_, Reconciliation>>> =
        BTreeMap::new();
    for order in orders {
        match open(*order, needing, ctx) {
            Some(Ok((project, open))) if open.iter().any(|it| !it.is_empty()) => {
                alike.entry((project, open)).or_default().push(*order);
            }
            Some(Err(why)) => out.doubt(doubt(*order, &why)),
            _ => {}
        }
    }
    for ((project, open), orders) in alike {
        let component = ctx.system.component(project);
        let Facts::Project(facts) = &component.facts else { continue };
        let open = ctx.settings.busy.iter().zip(open).filter(|it| !it.1.is_empty()).collect();
        out.push(of_project(Of { component, facts }, open, &orders, ctx));
    }
}

/// The project of an application that is synced by itself, and what of each busy time it leaves open; nothing
/// where it is synced by hand, or that cannot be told.
fn open(
    order: Of<'_, Reconciliation>,
    needing: &Needing<'_>,
    ctx: Context<'_>,
) -> Option<Result<(ComponentId, Vec<Periods>), NoProject>> {
    let is_synced =
        order.is_automatic.value() == Some(&true) && order.sources.iter().any(revisions::moves);
    let delivered = order.facts.delivered.as_ref().filter(|_| is_synced)?;
    let project = match ctx.system.project_of(order.component, delivered) {
        Ok(project) => project,
        Err(why) => return Some(Err(why)),
    };
    let synced = project.facts.synced(delivered)?;
    let open = ctx.settings.busy.iter().map(|busy| match concerns(busy, order, needing) {
        true => busy.periods().and(&synced),
        false => Periods::default(),
    });
    Some(Ok((project.component.id, open.collect())))
}

fn doubt(order: Of<'_, Reconciliation>, why: &NoProject) -> Doubt {
    let reason = match why {
        NoProject::Unnamed => "the project that holds its sync windows is named later".to_owned(),
        NoProject::Undeclared(name) => {
            format!("the project `{name}`, which holds its sync windows, is not declared here")
        }
        NoProject::Several(name) => format!("several projects are called `{name}`"),
    };
    Doubt {
        rule: RULE.id,
        component: order.component.id,
        question: "whether Argo CD changes nothing while it is busy",
        reason,
        at: order.component.origin,
    }
}

/// The journeys that need what each order delivers, where busy times name journeys.
type Needing<'a> = BTreeMap<ComponentId, BTreeSet<&'a str>>;

fn needing(ctx: Context<'_>) -> Needing<'_> {
    let mut needing = Needing::new();
    if ctx.settings.busy.iter().all(|it| it.journeys.is_empty()) {
        return needing;
    }
    let mut by_root: BTreeMap<RootId, BTreeSet<&str>> = BTreeMap::new();
    for component in ctx.system.components() {
        by_root.entry(component.root).or_default().extend(ctx.journeys_that_need(component.id));
    }
    for (root, journeys) in by_root {
        for order in ctx.system.orders(root) {
            needing.entry(order.component.id).or_default().extend(&journeys);
        }
    }
    needing
}

/// True where the busy time is that of all of production, or of a journey that needs what is delivered.
fn concerns(busy: &Busy, order: Of<'_, Reconciliation>, needing: &Needing<'_>) -> bool {
    let journeys = needing.get(&order.component.id);
    let is_needed = |name: &str| journeys.is_some_and(|it| it.contains(name));
    busy.journeys.is_empty() || busy.journeys.iter().any(|it| is_needed(&it.value))
}

fn of_project(
    project: Of<'_, Project>,
    open: Vec<Open<'_>>,
    orders: &[Of<'_, Reconciliation>],
    ctx: Context<'_>,
) -> Hazard {
    let label = project.component.label();
    let mut names: Vec<String> = orders.iter().map(|it| it.component.label()).collect();
    names.sort();
    names.dedup();
    let has_windows = !project.facts.windows.is_empty();
    let message = format!(
        "Argo CD syncs {} by {} {}: {}, so a merge changes production in these hours and whoever would mend it has \
         other things to do",
        words::list(&names),
        if names.len() == 1 { "itself" } else { "themselves" },
        during(&open),
        match has_windows {
            true => format!("windows of `{label}` leave that open"),
            false => format!("`{label}` has no sync window"),
        },
    );
    let windows: Vec<String> = open.iter().map(|(busy, _)| deny(busy, orders, &project)).collect();
    let key = "syncWindows";
    let fix = (!has_windows)
        .then(|| ctx.insert(project.facts.origin, key, &format!("[{}]", windows.join(", "))));
    let hazard = begin(project.component.id, &open, message)
        .at(project.component.origin)
        .shows_as("A sync in the history of the application (`argocd app history`) at an hour that is busy")
        .recover("Revert the commit; `argocd app rollback` works only once automated sync is off")
        .remedy(format!("Add to `{key}` of `{label}`: {}", windows.join(" and ")))
        .verify(format!("argocd proj windows list {} # while it is busy: a window that denies is active", project.component.name))
        .fix(fix.flatten().map(|it| Fix::unsafely("Sync nothing while it is busy", it)));
    with_busy(
        hazard,
        &open,
        orders.iter().map(|it| {
            (
                written(&it.is_automatic, it.component, ctx),
                format!("`{}` is synced by itself", it.component.label()),
            )
        }),
    )
}

/// A window that covers a busy time. Argo CD's cron has no last day of a month, so that the days on which one
/// may begin are all named; and its lengths have no days.
fn deny(busy: &Busy, orders: &[Of<'_, Reconciliation>], project: &Project) -> String {
    let names = orders.iter().filter_map(|it| it.delivered.as_ref()?.application.value());
    let names: Vec<String> = names.map(|it| format!("{it:?}")).collect();
    let is_small = project.windows.iter().any(|it| !it.applications.is_empty());
    let names = match is_small && names.len() <= SHOWN && !names.is_empty() {
        true => names.join(", "),
        false => "\"*\"".to_owned(),
    };
    format!(
        "{{ kind: deny, schedule: {:?}, duration: {}, timeZone: {}, applications: [{names}] }}",
        plain(&busy.schedule.value.0),
        hours(busy.duration.value),
        busy.zone(),
    )
}

/// A schedule in which each last day of a month is the days that it may be.
fn plain(schedule: &str) -> String {
    let fields: Vec<String> = schedule
        .split_whitespace()
        .enumerate()
        .map(|(at, field)| match at {
            2 => field.split(',').map(days).collect::<Vec<_>>().join(","),
            _ => field.to_owned(),
        })
        .collect();
    fields.join(" ")
}

fn days(part: &str) -> String {
    let before = part.strip_prefix('L').map(|it| it.trim_start_matches('-'));
    match before.map(|it| it.parse().unwrap_or(0_u32)) {
        Some(before) => {
            format!(
                "{}-{}",
                28_u32.saturating_sub(before).max(1),
                31_u32.saturating_sub(before).max(1)
            )
        }
        None => part.to_owned(),
    }
}

fn hours(length: Length) -> String {
    let minutes = length.0.as_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}

/// Flux has no windows: what follows a branch is applied whenever the branch moves.
fn flux(
    orders: &[Of<'_, Reconciliation>],
    needing: &Needing<'_>,
    ctx: Context<'_>,
    out: &mut Observed,
) {
    if is_timed(ctx) {
        return;
    }
    let mut by_source: BTreeMap<ComponentId, Vec<Of<'_, Reconciliation>>> = BTreeMap::new();
    let applied = orders.iter().filter(|it| {
        it.component.native_kind == "Kustomization"
            && it.controller == Reconciler::Flux
            && it.is_suspended.value() == Some(&false)
    });
    for order in applied {
        if let Some(source) = source(*order, ctx) {
            by_source.entry(source.component.id).or_default().push(*order);
        }
    }
    for (source, orders) in by_source {
        let Some(source) = self::order(ctx.system.component(source)) else { continue };
        let is_open = source.is_suspended.value() == Some(&false)
            && source.facts.sources.iter().any(revisions::moves);
        let open =
            ctx.settings.busy.iter().filter(|busy| {
                is_open && orders.iter().any(|order| concerns(busy, *order, needing))
            });
        let open: Vec<Open<'_>> =
            open.map(|it| (it, it.periods())).filter(|it| !it.1.is_empty()).collect();
        if !open.is_empty() {
            out.push(of_source(source, open, &orders, ctx));
        }
    }
}

/// What suspends and resumes Flux by the clock, if anything of the kind is there.
fn is_timed(ctx: Context<'_>) -> bool {
    let is_operator = |it: &Component| it.native_kind.starts_with("ResourceSet");
    ctx.system.components().iter().any(is_operator)
        || ctx.system.workloads().any(|it| {
            let is_job = it.facts.controller == Controller::CronJob;
            let texts =
                it.facts.pod.containers.iter().flat_map(|it| it.command.iter().chain(&it.args));
            is_job && texts.into_iter().any(|it| it.value.contains("suspend"))
        })
}

/// The one source that an order names; none where several may be meant.
fn source<'a>(order: Of<'_, Reconciliation>, ctx: Context<'a>) -> Option<Of<'a, Reconciliation>> {
    let wanted = order.facts.sources.first()?.object.as_ref()?;
    let environment = ctx.system.environment(order.component);
    let named = ctx.system.components().iter().filter(|it| {
        it.native_kind == wanted.kind
            && it.namespace == wanted.namespace
            && it.name == wanted.name
            && ctx.system.environment(it) == environment
    });
    let (near, far): (Vec<_>, Vec<_>) = named.partition(|it| it.root == order.component.root);
    match (&near[..], &far[..]) {
        ([one], _) | ([], [one]) => self::order(one),
        _ => None,
    }
}

fn of_source(
    source: Of<'_, Reconciliation>,
    open: Vec<Open<'_>>,
    orders: &[Of<'_, Reconciliation>],
    ctx: Context<'_>,
) -> Hazard {
    let label = source.component.label();
    let names: Vec<String> = orders.iter().map(|it| it.component.label()).collect();
    let revision = source.sources.first().map(|it| &it.revision);
    let follows = match revision.and_then(Known::value) {
        Some(revision) => format!("`{revision}`"),
        None if source.component.native_kind == "OCIRepository" => "the tag `latest`".to_owned(),
        None => "the default branch".to_owned(),
    };
    let message = format!(
        "Flux applies {} from `{label}` whenever {follows} moves, {}: Flux has no windows in which it waits, so a merge \
         changes production in these hours and whoever would mend it has other things to do",
        words::list(&names),
        during(&open),
    );
    let at = revision.map_or(source.component.origin, |it| written(it, source.component, ctx));
    let hazard = begin(source.component.id, &open, message)
        .at(at)
        .shows_as("An event of `kustomize-controller` with a new revision at an hour that is busy")
        .recover("Revert the commit, and `flux reconcile kustomization NAME --with-source`")
        .remedy(format!(
            "Let production follow a branch or tag that somebody moves outside of these hours, or suspend `{label}` with \
             two CronJobs (`flux suspend source git {0}`, `flux resume source git {0}`)",
            source.component.name
        ))
        .verify(format!(
            "kubectl -n {} get {} {} -o jsonpath='{{.spec.suspend}}' # while it is busy: true",
            source.component.namespace,
            source.component.native_kind.to_ascii_lowercase(),
            source.component.name,
        ));
    with_busy(
        hazard,
        &open,
        orders.iter().map(|it| {
            (it.component.origin, format!("`{}` applies what it fetches", it.component.label()))
        }),
    )
}

/// Jobs that a push starts, and in which nothing asks a person or the time.
fn pipeline(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    // What a pipeline deploys is not known well enough to say which journey it concerns.
    let busy = ctx.settings.busy.iter().filter(|it| it.journeys.is_empty());
    let busy: Vec<Open<'_>> =
        busy.map(|it| (it, it.periods())).filter(|it| !it.1.is_empty()).collect();
    let is_told = matches!(pipeline.service, BuildService::GithubActions | BuildService::GitlabCi);
    if busy.is_empty() || !is_told || pipeline.has_unread {
        return;
    }
    let open: Vec<_> = pipeline
        .jobs
        .iter()
        .filter(|it| {
            let mut triggers = pipeline.facts.triggers_of(it).iter();
            triggers.any(|it| it.event == Event::Push && !it.is_of_version)
                && acts_in_production(it, pipeline, ctx)
        })
        .filter(|it| !waits(it, pipeline, ctx))
        .filter_map(|job| {
            let mut changes = job.changes().map(|it| it.1);
            // What waits for a yes on a terminal changes nothing.
            Some((job, changes.find(|it| it.kind != ActKind::Apply)?))
        })
        .collect();
    let [(job, act), rest @ ..] = &open[..] else { return };
    let name = &pipeline.component.name;
    let message = format!(
        "`{name}` runs `{}` in job `{}` on each push, {}: nothing in it asks a person or the time, so a merge changes \
         production in these hours and whoever would mend it has other things to do",
        act.what,
        job.name,
        during(&busy),
    );
    let hazard = begin(pipeline.component.id, &busy, message)
        .at(act.origin)
        .shows_as("A run of it with a deployment at an hour that is busy")
        .recover("Revert the commit and let the pipeline run once more")
        .remedy(remedy(pipeline.service, &busy))
        .verify(verify(pipeline.service, name));
    out.push(with_busy(
        hazard,
        &busy,
        rest.iter().map(|(job, act)| (act.origin, format!("so does `{}`", job.name))),
    ));
}

/// True where somebody may be asked first, or something else than the push may decide when the job runs.
fn waits(job: &Job, pipeline: Of<'_, Pipeline>, ctx: Context<'_>) -> bool {
    let waits = |job: &Job| {
        let mut places = job.steps.iter().map(|it| it.origin).chain([job.origin]);
        job.environment.is_some()
            || names(job).any(speaks_of_waiting)
            || places.any(|it| asks(it, ctx))
    };
    pipeline.facts.up_to(job).into_iter().any(waits) || asks(pipeline.component.origin, ctx)
}

/// What people call the job and its steps, and the actions that it takes from others.
fn names(job: &Job) -> impl Iterator<Item = &str> {
    let steps =
        job.steps.iter().flat_map(|it| [Some(&it.name), it.action.as_ref().map(|it| &it.name)]);
    steps.flatten().chain([&job.name]).map(SmolStr::as_str)
}

fn speaks_of_waiting(name: &str) -> bool {
    const WORDS: [&str; 6] = ["approv", "confirm", "delay", "freeze", "manual", "wait"];
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|it| name.contains(it))
}

/// True where the document speaks of when things may be deployed, reads the clock, or has a condition that is not
/// understood. GitLab tells a job of a freeze by `CI_DEPLOY_FREEZE`, and does nothing itself (docs.gitlab.com,
/// "Deploy freeze").
fn asks(at: OriginId, ctx: Context<'_>) -> bool {
    const WORDS: [&str; 13] = [
        "freeze",
        "frozen",
        "blackout",
        "change window",
        "deploy window",
        "maintenance window",
        "business hours",
        "office hours",
        // Formats of `date`, and what other languages call it.
        "+%",
        "get-date",
        "datetime",
        "strftime",
        // GitLab's `when: delayed` comes with it.
        "start_in",
    ];
    ctx.origins.span(at).is_none_or(|span| {
        let text = &ctx.origins.document(span.document).text;
        let small = text.to_ascii_lowercase();
        WORDS.iter().any(|it| small.contains(it)) || !conditions(text).all(is_of_branch)
    })
}

/// What stands behind each `if:` on its line.
fn conditions(text: &str) -> impl Iterator<Item = &str> {
    let found = text.match_indices("if").filter(|(at, _)| {
        !text[..*at].ends_with(|it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.'))
    });
    found.filter_map(|(at, _)| {
        let rest = text[at + 2..].lines().next()?;
        rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')
    })
}

/// True for a condition that a push to one branch meets whenever it is made.
fn is_of_branch(condition: &str) -> bool {
    const WHOLE: [&str; 6] = [
        "success()",
        "always()",
        "!cancelled()",
        "github.event_name==push",
        "$CI_COMMIT_BRANCH",
        "$CI_PIPELINE_SOURCE==push",
    ];
    const BEGINNINGS: [&str; 4] = [
        "github.ref==refs/heads/",
        "github.ref_name==",
        "$CI_COMMIT_BRANCH==",
        "$CI_COMMIT_REF_NAME==",
    ];
    let condition = condition.replace("${{", "").replace("}}", "");
    let condition = condition.split([',', '}', ']', '#']).next().unwrap_or_default();
    let condition: String =
        condition.chars().filter(|it| !it.is_whitespace() && !matches!(it, '"' | '\'')).collect();
    let is_name = |it: &str| {
        it.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '$' | '_' | '-' | '/' | '.'))
    };
    condition.split("&&").all(|part| {
        let named = BEGINNINGS.iter().find_map(|it| part.strip_prefix(it));
        WHOLE.contains(&part) || named.is_some_and(is_name)
    })
}

fn remedy(service: BuildService, busy: &[Open<'_>]) -> String {
    match service {
        BuildService::GitlabCi => {
            let freezes: Vec<String> = busy
                .iter()
                .map(|(it, _)| {
                    format!("from `{}` on for {} ({})", it.schedule.value.0, it.duration.value, it.zone())
                })
                .collect();
            format!(
                "Declare the deploy freeze in the settings of the project ({}), and obey it in the job: \
                 `rules: [{{ if: $CI_DEPLOY_FREEZE, when: manual }}, …]`",
                freezes.join("; ")
            )
        }
        _ => "Give the job an `environment:` whose reviewers say yes, or a step before it that ends the run while it is busy"
            .to_owned(),
    }
}

fn verify(service: BuildService, name: &str) -> String {
    match service {
        BuildService::GitlabCi => format!("grep -n CI_DEPLOY_FREEZE {name} # in the rules of every job that deploys"),
        _ => "gh api repos/OWNER/REPOSITORY/environments/production --jq '.protection_rules[].type' # required_reviewers"
            .to_owned(),
    }
}

/// Where a value is written; for a default the mapping that leaves it out.
fn written<T>(value: &Known<T>, component: &Component, ctx: Context<'_>) -> OriginId {
    let chain = value.traced().map(|it| ctx.origins.chain(it.origin)).unwrap_or_default();
    let mut written = chain.into_iter().filter(|it| ctx.origins.role(*it) != Role::ApiDefault);
    written.next().unwrap_or(component.origin)
}

fn begin(id: ComponentId, open: &[Open<'_>], message: String) -> Hazard {
    let names: Vec<&str> = open.iter().map(|it| it.0.name.value.as_str()).collect();
    let title = format!("changes itself in {}", words::clauses(&names));
    RULE.worsens(id, FailureMode::Rollout, Term::Impact, title, message).loses(LossClass::Degraded)
}

/// Where it is declared busy, and the first of the places that change something.
fn with_busy(
    hazard: Hazard,
    open: &[Open<'_>],
    places: impl Iterator<Item = (OriginId, String)>,
) -> Hazard {
    let hazard = open.iter().fold(hazard, |hazard, (busy, _)| {
        hazard.related(busy.name.origin, "it is declared busy here")
    });
    places.take(SHOWN).fold(hazard, |hazard, (at, note)| hazard.related(at, note))
}

/// ``during market hours (`0 9 * * 1-5` for 8h30m, Europe/Berlin)``.
fn during(open: &[Open<'_>]) -> String {
    let hours = |it: &Periods| it.total().as_secs() / 3600;
    let each = open.iter().map(|(busy, open)| {
        let all = busy.periods();
        match *open == all {
            true => busy.in_words(),
            false => format!(
                "{}, of which {} of {} hours in a year are open: {}",
                busy.in_words(),
                hours(open),
                hours(&all),
                open.in_words(busy.zone()),
            ),
        }
    });
    let each: Vec<String> = each.collect();
    let each: Vec<&str> = each.iter().map(String::as_str).collect();
    format!("during {}", words::clauses(&each))
}
