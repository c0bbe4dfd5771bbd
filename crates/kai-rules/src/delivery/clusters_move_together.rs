//! Clusters of production that take every change at the same moment.

use std::collections::{BTreeMap, BTreeSet};

use kai_core::environment::of_name;
use kai_core::{
    Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term,
};
use kai_graph::{
    Component, Event, Facts, Job, MadeApplication, Of, Pipeline, Places, Reconciler,
    Reconciliation, RevisionKind, Upstream,
};

use super::revisions::moves;
use super::waves;
use crate::pipeline::acts_in_production;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "clusters-move-together",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("clusters_move_together.md"),
    check: Check::System(check),
};

/// Further places that are shown.
const SHOWN: usize = 4;

fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut waves: BTreeMap<Cause<'_>, Vec<Arrival<'_>>> = BTreeMap::new();
    let mut stages = Vec::new();
    for component in ctx.system.components() {
        match &component.facts {
            Facts::Reconciliation(facts) => {
                let order = Of { component, facts: &**facts };
                match ctx.system.environment(component) {
                    Environment::Production => add(order, &mut waves, ctx),
                    Environment::Staging => stages.push(order),
                    _ => {}
                }
            }
            Facts::Pipeline(facts) => of_pipeline(Of { component, facts: &**facts }, ctx, out),
            _ => {}
        }
    }
    for (cause, arrivals) in waves {
        let clusters = told_apart(&arrivals);
        if clusters.len() > 1 && !is_tried_before(&cause, &stages) {
            out.push(of_orders(&cause, &arrivals, &clusters, ctx));
        }
    }
}

/// Clusters that are surely different ones: one of them may go by its name here and by its address there, so that only
/// names, or only addresses, are counted.
fn told_apart<'a>(arrivals: &'a [Arrival<'_>]) -> Vec<&'a str> {
    let of = |are_addresses: bool| {
        let all = arrivals.iter().map(|it| it.cluster.as_str());
        let alike = all.filter(|it| it.contains("://") == are_addresses);
        alike.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
    };
    let (names, addresses) = (of(false), of(true));
    if names.len() > 1 { names } else { addresses }
}

/// What a commit to which reaches clusters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Cause<'a> {
    controller: Reconciler,
    repository: &'a str,
    /// The folder, or the chart.
    what: &'a str,
    revision: &'a str,
    /// The order's name, where that has to be the same in all of them; empty elsewhere.
    order: &'a str,
}

/// One cluster that it reaches.
struct Arrival<'a> {
    order: Of<'a, Reconciliation>,
    cluster: SmolStr,
    at: OriginId,
}

fn add<'a>(
    order: Of<'a, Reconciliation>,
    waves: &mut BTreeMap<Cause<'a>, Vec<Arrival<'a>>>,
    ctx: Context<'a>,
) {
    let is_automatic = order.is_automatic.value() == Some(&true)
        && order.is_suspended.value() != Some(&true)
        && order.rolls.value() != Some(&true);
    if !is_automatic {
        return;
    }
    let sources = order.facts.sources.iter();
    for source in sources.filter(|it| !it.path.is_empty() || it.chart.is_some()) {
        let found = match (order.controller, order.facts.made.is_empty()) {
            (Reconciler::Flux, _) => by_flux(order, source, ctx),
            (Reconciler::ArgoCd, true) => by_application(order, source),
            (Reconciler::ArgoCd, false) => by_set(order, source),
        };
        let Some((cause, clusters)) = found else { continue };
        let arrivals = clusters.into_iter().map(|cluster| Arrival {
            order,
            cluster: own(cluster),
            at: source.revision.traced().map_or(source.origin, |it| it.origin),
        });
        waves.entry(cause).or_default().extend(arrivals);
    }
}

type Reached<'a> = Option<(Cause<'a>, Vec<SmolStr>)>;

/// What Argo CD's own cluster is called.
const OWN: &str = "in-cluster";

/// Argo CD's own cluster has a name and an address.
fn own(cluster: SmolStr) -> SmolStr {
    match cluster.trim_end_matches('/') {
        "https://kubernetes.default.svc" => SmolStr::new_static(OWN),
        _ => cluster,
    }
}

/// An application that follows a branch.
fn by_application<'a>(order: Of<'a, Reconciliation>, source: &'a Upstream) -> Reached<'a> {
    let clusters = order.facts.delivered.as_ref()?.clusters.iter();
    let cluster = clusters.filter_map(|it| it.value()).find(|it| !it.is_empty())?;
    let is_literal = !cluster.contains("{{") && !cluster.contains("${");
    let environment = of_name(cluster).or_else(|| of_name(&order.component.name));
    let is_elsewhere = environment.is_some_and(|it| it != Environment::Production);
    let cause = cause(Reconciler::ArgoCd, source)?;
    (moves(source) && is_literal && !is_elsewhere).then(|| (cause, vec![cluster.clone()]))
}

/// What a set makes for clusters of production where all get the same: each may have a folder, a revision or a file of
/// values of its own.
fn by_set<'a>(order: Of<'a, Reconciliation>, source: &'a Upstream) -> Reached<'a> {
    let cause = cause(Reconciler::ArgoCd, source)?;
    let is_own = [cause.what, cause.revision, cause.repository].iter().any(|it| it.contains("{{"));
    let is_there = |it: &&MadeApplication| {
        it.is_automatic && it.environment().is_none_or(|it| it == Environment::Production)
    };
    let made: Vec<_> = order.facts.made.iter().filter(is_there).collect();
    let is_one = made.windows(2).all(|it| it[0].pins == it[1].pins && it[0].paths == it[1].paths);
    // Argo CD's own cluster is one of all that it knows, and mostly serves nobody.
    let clusters = made.iter().map(|it| it.cluster.clone());
    let clusters: Vec<_> = clusters.filter(|it| own(it.clone()) != OWN).collect();
    let is_filled = clusters.iter().all(|it| !it.is_empty() && !it.contains("{{"));
    (!is_own && is_one && is_filled).then_some((cause, clusters))
}

fn cause(controller: Reconciler, source: &Upstream) -> Option<Cause<'_>> {
    let revision = match source.revision.value() {
        Some(it) if !it.is_empty() => it.as_str(),
        Some(_) => "HEAD",
        None if source.revision.is_not_declared() => "HEAD",
        None => return None,
    };
    let what = source.chart.as_ref().unwrap_or(&source.path);
    Some(Cause { controller, repository: &source.repository, what, revision, order: "" })
}

/// A Kustomization whose source follows a branch. One cluster cannot hold two of one name, so that those of different
/// roots are in different clusters.
fn by_flux<'a>(
    order: Of<'a, Reconciliation>,
    source: &'a Upstream,
    ctx: Context<'a>,
) -> Reached<'a> {
    let reference = source.object.as_ref().filter(|_| source.chart.is_none())?;
    let fetched = ctx.system.resolve_ref(reference, order.component)?;
    let Facts::Reconciliation(facts) = &fetched.facts else { return None };
    let upstream = facts.sources.first()?;
    let is_branch = upstream.revision_kind == Some(RevisionKind::Branch);
    let is_here =
        fetched.root == order.component.root && order.component.native_kind == "Kustomization";
    let cause = Cause {
        controller: Reconciler::Flux,
        repository: &upstream.repository,
        what: &source.path,
        revision: upstream.revision.value()?,
        order: &order.component.name,
    };
    let root = ctx.system.root(order.component.root);
    (is_branch && is_here).then(|| (cause, vec![root.path.as_str().into()]))
}

/// True where an earlier stage takes the same from another revision, so that somebody moves one after the other.
fn is_tried_before(cause: &Cause<'_>, stages: &[Of<'_, Reconciliation>]) -> bool {
    stages.iter().flat_map(|it| &it.facts.sources).any(|it| {
        let what = it.chart.as_ref().unwrap_or(&it.path);
        let is_other = it.revision.value().is_some_and(|it| it != cause.revision);
        what == cause.what && it.repository == cause.repository && is_other
    })
}

fn of_orders(
    cause: &Cause<'_>,
    arrivals: &[Arrival<'_>],
    clusters: &[&str],
    ctx: Context<'_>,
) -> Hazard {
    let first = &arrivals[0];
    let component = first.order.component;
    let is_set = component.native_kind == "ApplicationSet";
    let (remedy, verify) = match (cause.controller, is_set) {
        (Reconciler::ArgoCd, true) => (
            "Sync in steps: `strategy: { type: RollingSync, rollingSync: { steps: [...] } }` with one cluster first, or give \
             each element a `targetRevision` of its own",
            "argocd appset get NAME -o yaml | grep -A8 strategy".replace("NAME", &component.name),
        ),
        (Reconciler::ArgoCd, false) => (
            "Let the clusters follow revisions of their own, moved one after the other",
            "kubectl get applications -A -o custom-columns=NAME:.metadata.name,REVISION:.status.sync.revision # just after a \
             commit: not all of them have it"
                .to_owned(),
        ),
        (Reconciler::Flux, _) => (
            "Let the clusters follow branches or tags of their own, moved one after the other",
            "flux get kustomizations -A # in each cluster, just after a commit: not all of them have it".to_owned(),
        ),
    };
    let message = format!(
        "`{}` at `{}` reaches {} of production ({}) within the same minutes: a change that is wrong is everywhere before \
         anybody has seen it in one of them",
        cause.what,
        cause.revision,
        words::count(clusters.len(), "cluster"),
        words::list(clusters),
    );
    let others_follow = if is_set { waves::fix(first.order, &clusters[..1], ctx) } else { None };
    let hazard = begin(component, message)
        .at(ctx.shown(first.at, component))
        .fix(others_follow)
        .shows_as(
            "Every cluster reports the same new revision, and errors rise in all of them at once",
        )
        .recover("Revert the commit; there is no cluster left to send users to meanwhile")
        .remedy(remedy)
        .verify(verify);
    let others = arrivals.iter().filter(|it| it.order.component.id != component.id);
    others.take(SHOWN).fold(hazard, |hazard, it| {
        hazard.related(it.at, format!("`{}` takes the same", it.order.component.label()))
    })
}

fn of_pipeline(pipeline: Of<'_, Pipeline>, ctx: Context<'_>, out: &mut Observed) {
    let by_itself = [Event::Push, Event::Schedule, Event::AfterRun];
    let jobs = pipeline.facts.jobs.iter().filter(|it| {
        acts_in_production(it, pipeline, ctx)
            && pipeline.facts.starts(it, &by_itself).is_some()
            && it.concurrency.or(pipeline.facts.concurrency).is_none()
    });
    let found = jobs.filter_map(|job| {
        let places = job.places.as_ref().filter(|it| are_of_production(it))?;
        let act = job.changes().next()?.1;
        Some((job, places, act.what.as_str()))
    });
    out.hazards.extend(found.take(1).map(|it| of_job(pipeline, it)));
}

fn are_of_production(places: &Places) -> bool {
    places.values.iter().all(|it| of_name(it).is_none_or(|it| it == Environment::Production))
}

fn of_job(pipeline: Of<'_, Pipeline>, (job, places, act): (&Job, &Places, &str)) -> Hazard {
    let name = &pipeline.component.name;
    let message = format!(
        "`{}` in `{name}` runs `{act}` for {} at the same time ({}): a version that is wrong is in all of them before \
         anybody has seen it in one",
        job.name,
        words::count(places.values.len(), places.key.to_lowercase().trim_end_matches('s')),
        words::list(&places.values),
    );
    begin(pipeline.component, message)
        .at(places.origin)
        .related(job.origin, "the job that deploys")
        .shows_as("Every region reports the new version within the same minutes, and errors rise in all of them")
        .recover("Run the pipeline of the commit before; there is no region left to send users to meanwhile")
        .remedy(
            "Deploy to one first, in a job that verifies it, and let the job for the others need that one; `max-parallel: 1` \
             with `fail-fast` at least stops at the first that fails",
        )
        .verify("In the next run the second region starts after the first has been verified")
}

fn begin(component: &Component, message: String) -> Hazard {
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Impact,
        "every cluster changes at once",
        message,
    )
    .loses(LossClass::Degraded)
}
