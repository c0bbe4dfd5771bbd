//! Images whose containers start a shell that keeps SIGTERM to itself.

use std::collections::BTreeMap;

use kai_core::{
    Edit, Environment, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term,
};
use kai_graph::{GivingWay, ShellStart};

use super::built::{Use, name, uses};
use crate::command::{is_compose, kubectl, resource};
use crate::signal::{handles_signals, stays};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "shell-keeps-signal",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("shell_keeps_signal.md"),
    check: Check::System(check),
};

/// One finding for each environment: it is one habit.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut found: BTreeMap<Environment, Vec<Found<'_>>> = BTreeMap::new();
    for it in uses(ctx) {
        if let Some(start) = started(&it)
            && let Some(why) = why(start)
        {
            let environment = ctx.system.environment(it.workload.component);
            found.entry(environment).or_default().push(Found { of: it, start, why });
        }
    }
    out.hazards.extend(found.values().map(|it| hazard(it).fix(make_way(it, ctx))));
}

struct Found<'a> {
    of: Use<'a>,
    start: &'a ShellStart,
    why: String,
}

/// What the image starts, where the workload does not say something else.
fn started<'a>(it: &Use<'a>) -> Option<&'a ShellStart> {
    let start = it.build.facts.start.as_ref()?;
    let is_replaced = !it.container.command.is_empty()
        || (!start.is_entry_point && !it.container.args.is_empty());
    // Beside others it is no first process, and a pod that is not read in full may say so. A host with
    // Docker alone may put a process of its own in front.
    let pod = &it.workload.facts.pod;
    let is_first = pod.shares_processes.value() != Some(&true) && pod.is_fully_read;
    (!is_replaced && is_first && !is_compose(it.workload.facts)).then_some(start)
}

fn why(start: &ShellStart) -> Option<String> {
    let shell = &start.shell;
    match stays(&start.script) {
        Some(why) => Some(format!("`{shell}`, {why},")),
        None if start.giving_way == GivingWay::Never && !handles_signals(&start.script) => {
            Some(format!("`{shell}` of Debian and Ubuntu, which stays in front of what it runs,"))
        }
        None => None,
    }
}

/// `exec` before the program, which keeps its variables and what else the shell does for it; none where the shell
/// has more to do.
fn make_way(found: &[Found<'_>], ctx: Context<'_>) -> Option<Fix> {
    let mut origins: Vec<OriginId> = Vec::new();
    for it in found {
        if !origins.contains(&it.start.origin) {
            origins.push(it.start.origin);
        }
    }
    let before = |at: &OriginId| {
        let script = ctx.written(*at)?;
        let program = script.split_whitespace().next()?;
        let is_alone = !script.contains(['|', '&', ';', '<', '>', '(', '`', '\n', '\\']);
        let is_program = !program.contains(['=', '$', '"', '\'', '[', '!', '{'])
            && !["cd", "eval", "source", ".", "set", "export", "ulimit", "if", "while", "for"]
                .contains(&program);
        let span = ctx.origins.outermost(ctx.origins.span(*at)?);
        (is_alone && is_program).then(|| Edit::insert(span, "exec "))
    };
    let edits: Option<Vec<Edit>> = origins.iter().map(before).collect();
    Some(Fix::unsafely("Let the shell make way for the program", edits?))
}

fn hazard(found: &[Found<'_>]) -> Hazard {
    const SHOWN: usize = 6;
    let first = &found[0];
    let component = first.of.workload.component;
    let mut others: Vec<&str> = found
        .iter()
        .map(|it| it.of.build.component.name.as_str())
        .filter(|it| *it != first.of.build.component.name)
        .collect();
    others.sort_unstable();
    others.dedup();
    let more = match others.is_empty() {
        true => String::new(),
        false => format!("; it is the same with {}", words::list(&others)),
    };
    let grace = first.of.workload.facts.pod.termination_grace.value();
    let time = match grace {
        Some(seconds) => format!("{seconds} s"),
        None => "the grace period".to_owned(),
    };
    let is_public = found.iter().any(|it| it.of.is_public || it.of.journey_count > 0);
    let consequence = match is_public {
        true => "; what takes longer fails with every release, drain and scale-down",
        false => "",
    };
    let message = format!(
        "{} starts a text, not a list, in `{}`: {} gets SIGTERM as the first process and does nothing with it, \
         so the program never hears that it should stop and is killed after {time}{consequence}{more}",
        name(&first.of),
        first.of.build.component.name,
        first.why,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Rollout,
            Term::Impact,
            "the program never hears that it should stop",
            message,
        )
        .at(first.start.origin)
        // It serves until it is killed; by then nothing is sent to it any more, and little is in flight.
        .impact(0.005 * first.of.workload.facts.share_of_one_pod())
        .loses(LossClass::Toil)
        .shows_as(format!(
            "Pods of `{}` need all of their grace period to stop, and end with exit code 137",
            component.label()
        ))
        .recover("Nothing has to be restored but what was in flight; clients retry")
        .remedy(remedy(first.start))
        .verify(format!(
            "{} # under load: no request fails, and pods are gone at once",
            kubectl(component, format!("rollout restart {}", resource(component))),
        ));
    let mut shown = vec![first.start.origin];
    found[1..].iter().fold(hazard, |hazard, it| {
        // The same file through several roots, and what many more than these do, is said once.
        if shown.len() > SHOWN || shown.contains(&it.start.origin) {
            return hazard;
        }
        shown.push(it.start.origin);
        hazard.related(it.start.origin, format!("{} starts so as well", name(&it.of)))
    })
}

fn remedy(start: &ShellStart) -> String {
    let instruction = if start.is_entry_point { "ENTRYPOINT" } else { "CMD" };
    let is_filled = start.script.contains('$');
    match is_filled {
        true => format!(
            "Say `exec` before the program in `{instruction}`, outside of a pipe: its variables stay"
        ),
        false => format!(
            "Write `{instruction}` as a list (`[\"program\", \"argument\"]`), or say `exec` before the program"
        ),
    }
}
