//! A stop that the text itself proves to be cut short.
//!
//! Nothing is concluded from what is not written: a program may well handle its signal by itself.

use kai_core::{FailureMode, Fix, Hazard, Level, OriginId, Pillar, Term, Traced};
use kai_graph::{Container, EnvSource, Of, Workload};

use crate::command::{kubectl, resource};
use crate::signal::stays;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "ungraceful-termination",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("ungraceful_termination.md"),
    check: Check::Workload(check),
};

fn check(workload: Of<'_, Workload>, ctx: Context<'_>, out: &mut Observed) {
    if !workload.is_long_running() || !workload.is_rescheduled() {
        return;
    }
    let proof = workload.pod.containers.iter().find_map(|it| proof(it, &workload));
    if let Some(proof) = proof {
        out.push(hazard(workload, &proof, ctx));
    }
}

/// Why the process cannot finish what it has begun.
struct Proof<'a> {
    container: &'a Container,
    at: OriginId,
    related: Option<(OriginId, &'static str)>,
    what: String,
    remedy: String,
    /// Seconds of grace that would do.
    needed: Option<u32>,
}

fn proof<'a>(container: &'a Container, workload: &'a Workload) -> Option<Proof<'a>> {
    let grace = workload.pod.termination_grace.traced();
    grace
        .and_then(|grace| grace_too_short(container, grace))
        .or_else(|| shell_keeps_the_signal(container))
}

fn grace_too_short<'a>(container: &'a Container, grace: &Traced<u32>) -> Option<Proof<'a>> {
    let (what, seconds, at, note) = pre_stop(container).or_else(|| drain(container))?;
    // With as much for the hook as for everything, the process still gets its two seconds.
    (seconds > grace.value).then(|| Proof {
        container,
        at: grace.origin,
        related: Some((at, note)),
        what: format!(
            "has {} s to stop and {what} takes {seconds} s; the kubelet kills it in the middle",
            grace.value
        ),
        remedy: format!("Grant at least {} s", needed(seconds)),
        needed: Some(needed(seconds)),
    })
}

/// What was begun needs time after the wait as well.
fn needed(seconds: u32) -> u32 {
    seconds.saturating_add(15)
}

type Wait = (&'static str, u32, OriginId, &'static str);

fn pre_stop(container: &Container) -> Option<Wait> {
    let hook = container.pre_stop.as_ref()?;
    Some(("its preStop hook alone", *hook.sleep.value()?, hook.origin, "the hook sleeps as long"))
}

/// A timeout for draining that is given in an argument or a variable.
fn drain(container: &Container) -> Option<Wait> {
    let arguments = container.command.iter().chain(&container.args);
    let from_arguments = arguments.filter_map(|it| {
        let (name, value) = it.value.split_once('=')?;
        Some((name, value, it.origin))
    });
    let from_variables = container.env.iter().filter_map(|it| match &it.source {
        EnvSource::Literal(value) => Some((it.name.as_str(), value.as_str(), it.origin)),
        _ => None,
    });
    // Few values are times, so the value is asked before the name.
    from_arguments
        .chain(from_variables)
        .filter_map(|(name, value, at)| Some((name, seconds(name, value)?, at)))
        .find(|(name, ..)| is_drain_timeout(name))
        .map(|(_, seconds, at)| (seconds, at))
        .map(|(seconds, at)| {
            ("the drain it is told to make", seconds, at, "the drain takes as long")
        })
}

/// What it drains of others is its work, and says nothing of its own end.
fn is_drain_timeout(name: &str) -> bool {
    let name = name.to_lowercase();
    let is_of_others = ["node", "pod", "evict", "max-graceful-termination"];
    if is_of_others.iter().any(|it| name.contains(it)) {
        return false;
    }
    let is_stop = ["shutdown", "drain", "sigterm", "terminat"].iter().any(|it| name.contains(it));
    let is_time = ["timeout", "delay", "duration", "period", "seconds", "time", "grace"]
        .iter()
        .any(|it| name.contains(it));
    is_stop && is_time
}

/// `30s`, `2m`, `1500ms`; a bare number only where the name says that it counts seconds.
fn seconds(name: &str, value: &str) -> Option<u32> {
    let end = value.find(|it: char| !it.is_ascii_digit()).unwrap_or(value.len());
    let number: u32 = value[..end].parse().ok()?;
    match &value[end..] {
        "s" => Some(number),
        "m" => number.checked_mul(60),
        "ms" => Some(number / 1000),
        "" => name.to_lowercase().contains("sec").then_some(number),
        _ => None,
    }
}

/// A shell that stays the first process passes no signal on, and ignores SIGTERM itself.
fn shell_keeps_the_signal(container: &Container) -> Option<Proof<'_>> {
    let words: Vec<_> = container.command.iter().chain(&container.args).collect();
    let [shell, flag, script, ..] = &words[..] else { return None };
    let shell_name = shell.value.rsplit('/').next().unwrap_or_default();
    if !["sh", "bash", "ash", "dash"].contains(&shell_name) || !flag.value.ends_with('c') {
        return None;
    }
    let why = stays(&script.value)?;
    Some(Proof {
        container,
        at: script.origin,
        related: None,
        what: format!(
            "is started by `{shell_name} -c`, {why}; the shell gets SIGTERM, does nothing with it, \
             and the program is killed when the grace period ends"
        ),
        remedy: "Start the program with `exec`, outside of a pipe".to_string(),
        needed: None,
    })
}

fn hazard(workload: Of<'_, Workload>, proof: &Proof<'_>, ctx: Context<'_>) -> Hazard {
    let component = workload.component;
    let label = component.label();
    let journeys = ctx.journeys_that_need(component.id);
    let consequence = if journeys.is_empty() {
        ""
    } else {
        "; requests in flight fail with every release, drain and scale-down"
    };
    let message = format!("`{}` of `{label}` {}{consequence}", proof.container.name, proof.what);
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "killed before it has finished",
            message,
        )
        .at(proof.at)
        .impact(0.05 * workload.share_of_one_pod())
        .shows_as(format!(
            "Container `{}` of `{label}` ends with exit code 137, and errors rise at releases",
            proof.container.name,
        ))
        .recover(format!(
            "Let clients of `{label}` retry what was in flight; release when load is low"
        ))
        .remedy(proof.remedy.clone())
        .fix(longer_grace(proof, ctx))
        .verify(format!(
            "{} # under load: no request fails",
            kubectl(component, format!("rollout restart {}", resource(component))),
        ));
    match proof.related {
        Some((at, note)) => hazard.related(at, note),
        None => hazard,
    }
}

fn longer_grace(proof: &Proof<'_>, ctx: Context<'_>) -> Option<Fix> {
    let edits = ctx.set(proof.at, "terminationGracePeriodSeconds", proof.needed?)?;
    Some(Fix::unsafely("Grant more time to stop", edits))
}
