//! Images whose containers start as root, where nothing that runs them says otherwise.

use std::collections::BTreeMap;

use kai_core::{Environment, FailureMode, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Container, may_change_user};

use super::built::{Use, name, open_shift_roots, uses};
use crate::command::{is_compose, kubectl, resource};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "image-starts-as-root",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("image_starts_as_root.md"),
    check: Check::System(check),
};

/// One finding for each environment: it is one habit.
fn check(ctx: Context<'_>, out: &mut Observed) {
    let mut found: BTreeMap<Environment, Vec<(Use<'_>, OriginId)>> = BTreeMap::new();
    let open_shift = open_shift_roots(ctx);
    for it in uses(ctx).into_iter().filter(|it| !open_shift.contains(&it.workload.component.root)) {
        if !it.build.facts.starts_as_root() || !takes_the_images_user(&it) || may_give_it_up(&it) {
            continue;
        }
        let Some(at) = it.build.facts.user.as_ref().map(|it| it.origin) else { continue };
        found.entry(ctx.system.environment(it.workload.component)).or_default().push((it, at));
    }
    out.hazards.extend(found.values().map(|it| hazard(it)));
}

/// True where neither the pod nor the container says anything of users.
fn takes_the_images_user(it: &Use<'_>) -> bool {
    let Container { security, .. } = it.container;
    let pod = &it.workload.facts.pod;
    pod.is_fully_read
        && security.run_as_user.is_not_declared()
        && security.run_as_non_root.is_not_declared()
}

/// True where what starts may go on as somebody else: the image's entry point, or what the container says.
fn may_give_it_up(it: &Use<'_>) -> bool {
    let said = it.container.command.iter().flat_map(|it| it.value.split_whitespace());
    it.build.facts.may_change_user || may_change_user(&said.collect::<Vec<_>>())
}

fn hazard(found: &[(Use<'_>, OriginId)]) -> Hazard {
    const SHOWN: usize = 6;
    let (first, at) = &found[0];
    let component = first.workload.component;
    let mut files: Vec<&str> = found.iter().map(|it| it.0.build.component.name.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let verb = if files.len() == 1 { "names" } else { "name" };
    let also = match files.len() {
        1 => String::new(),
        many => format!(", and so do images of {}", words::count(many - 1, "other file")),
    };
    let message = format!(
        "{} starts as root{also}: {} {verb} no other user last, and the workload says nothing of it; whoever breaks \
         into the program is root in the container, one flaw of the kernel or one mount away from the node",
        name(first),
        words::list(&files),
    );
    let hazard = RULE
        .worsens(component.id, FailureMode::Compromise, Term::Impact, "images that start as root", message)
        .at(*at)
        .loses(LossClass::Toil)
        .shows_as("`id` in the container prints `uid=0`")
        .recover("Name a user and roll out; a program that needs root fails at its first start")
        .remedy(
            "End the Dockerfile with `USER 10001` (a number, so that `runAsNonRoot` can be checked), with what it \
             writes owned by that user",
        )
        .verify(match is_compose(first.workload.facts) {
            true => format!("docker compose exec {} id -u # not 0", component.name),
            false => format!(
                "{} # not 0",
                kubectl(component, format!("exec {} -c {} -- id -u", resource(component), first.container.name))
            ),
        });
    let mut shown = vec![*at];
    found[1..].iter().fold(hazard, |hazard, (it, at)| {
        // The same file through several roots, and what many more than these do, is said once.
        if shown.len() > SHOWN || shown.contains(at) {
            return hazard;
        }
        shown.push(*at);
        hazard.related(*at, format!("{} as well", name(it)))
    })
}
