//! A merged configuration to the pipeline that it is.

use camino::Utf8Path;
use kai_core::{Entry, Known, Node, Origins};
use kai_graph::{Action, BuildService, BuiltImage, Job, Pipeline, Trigger};

use super::job::{self, Around};
use super::runs::Asked;
use super::variables::{OTHER_BRANCH, PROPOSAL, STARTS, Start};
use super::{gates, images};

/// Keys that name no job.
const WORDS: &[&str] = &[
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "types",
    "variables",
    "workflow",
];

pub(in super::super) fn pipeline(node: &Node, top: &Utf8Path, origins: &Origins) -> Pipeline {
    let jobs = jobs(node, &STARTS, false, origins);
    let includes = node.get("include").map(Node::items).unwrap_or_default();
    let mut builds = Vec::new();
    add_builds(node, top, origins, &mut builds);
    Pipeline {
        service: BuildService::GitlabCi,
        triggers: triggers(&jobs),
        jobs,
        concurrency: None,
        has_unread: false,
        builds,
        includes: includes.iter().filter_map(included).collect(),
        account: Known::default(),
        tested_by: None,
        written: node.origin,
    }
}

/// The jobs of a configuration in the pipelines that some of the starts make, and those of the pipelines
/// that they start.
fn jobs(whole: &Node, starts: &[Start], is_child: bool, origins: &Origins) -> Vec<Job> {
    let variables: Vec<&Node> = whole.get("variables").into_iter().collect();
    let may_start = |it: &&Start| {
        Asked { node: whole, start: **it, is_child, variables: &variables }.may_start()
    };
    let starts: Vec<Start> = starts.iter().filter(may_start).copied().collect();
    let surely_starts = |it: &Start| {
        Asked { node: whole, start: *it, is_child, variables: &variables }.surely_starts()
    };
    let sure: Vec<Start> = [OTHER_BRANCH, PROPOSAL].into_iter().filter(surely_starts).collect();
    let around = Around { whole, starts: &starts, is_child, sure: &sure };
    let all = entries(whole).filter_map(|it| Some((it, job::job(it, around, origins)?)));
    let mut all: Vec<_> = all.collect();
    gates::close(&mut all, whole);
    let mut jobs = Vec::new();
    for (entry, read) in all {
        let below = entry.node.get("workflow");
        let of_job: Vec<Start> = starts.iter().filter(|it| read.is_of(it)).copied().collect();
        let mut below = below.map_or_else(Vec::new, |it| self::jobs(it, &of_job, true, origins));
        below.iter_mut().for_each(|it| read.hand_down(it));
        jobs.push(read.job);
        jobs.append(&mut below);
    }
    jobs
}

fn entries(whole: &Node) -> impl Iterator<Item = &Entry> {
    let all = whole.as_map().into_iter().flat_map(|it| it.iter());
    let is_job = |it: &&Entry| {
        !it.key.starts_with('.') && !WORDS.contains(&it.key.as_str()) && it.node.as_map().is_some()
    };
    all.filter(is_job)
}

/// Each way in which some job starts, once.
fn triggers(jobs: &[Job]) -> Vec<Trigger> {
    let mut triggers: Vec<Trigger> = Vec::new();
    for trigger in jobs.iter().flat_map(|it| &it.triggers) {
        if !triggers.iter().any(|it| it.name == trigger.name) {
            triggers.push(trigger.clone());
        }
    }
    triggers
}

fn add_builds(whole: &Node, top: &Utf8Path, origins: &Origins, builds: &mut Vec<BuiltImage>) {
    for entry in entries(whole) {
        let variables = job::variables(&entry.node, whole);
        for build in images::of_job(&job::scripts(&entry.node, whole), &variables, top, origins) {
            if !builds.iter().any(|it| it.name == build.name && it.file == build.file) {
                builds.push(build);
            }
        }
        if let Some(below) = entry.node.get("workflow") {
            add_builds(below, top, origins, builds);
        }
    }
}

/// What somebody publishes for others: a component, or a file behind a URL that is not compared with a
/// checksum. A file of another project on the same server is mostly one's own.
fn included(item: &Node) -> Option<Action> {
    let of = |name: &str, revision: &str, at: &Node| Action {
        name: name.into(),
        revision: revision.into(),
        origin: at.origin,
    };
    let is_address = |it: &&Node| it.as_str().is_some_and(|it| it.contains("://"));
    if let Some(remote) = item.get("remote").or(Some(item).filter(is_address)) {
        let is_compared = item.get("integrity").is_some();
        return remote.as_str().filter(|_| !is_compared).map(|it| of(it, "", remote));
    }
    let component = item.get("component")?;
    let (name, revision) = component.as_str()?.rsplit_once('@')?;
    Some(of(name, revision, component))
}
