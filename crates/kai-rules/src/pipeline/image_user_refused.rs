//! Images whose user the kubelet refuses, because the pod must not run as root.

use kai_core::{
    Edit, FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Span, Term,
};

use super::built::{Use, name, open_shift_roots, uses};
use crate::command::{is_compose, kubectl, settled};
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "image-user-refused",
    pillar: Pillar::DeploymentSafety,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("image_user_refused.md"),
    check: Check::System(check),
};

/// The kubelet compares numbers: a name may be root's, so it takes none
/// (`pkg/kubelet/kuberuntime/security_context.go`, `verifyRunAsNonRoot`).
fn check(ctx: Context<'_>, out: &mut Observed) {
    let open_shift = open_shift_roots(ctx);
    for it in uses(ctx).into_iter().filter(|it| !open_shift.contains(&it.workload.component.root)) {
        let security = &it.container.security;
        let Some(asked) = security.run_as_non_root.traced().filter(|it| it.value) else { continue };
        let Some(user) = &it.build.facts.user else { continue };
        let is_asked = security.run_as_user.is_not_declared() && !is_compose(it.workload.facts);
        if is_asked && is_refused(&it, &user.value) {
            let fix = numbered(&user.value, user.origin, ctx);
            out.push(hazard(&it, asked.origin, (&user.value, user.origin)).fix(fix));
        }
    }
}

fn is_refused(it: &Use<'_>, user: &SmolStr) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    it.build.facts.starts_as_root() || name.parse::<u32>().is_err()
}

/// The number that a step of the same file gives the user, in the place of its name.
fn numbered(user: &SmolStr, at: OriginId, ctx: Context<'_>) -> Option<Fix> {
    let span = ctx.origins.outermost(ctx.origins.span(at)?);
    let text = &ctx.origins.document(span.document).text;
    let name = user.split(':').next()?;
    let is_there = ctx.written(at)?.starts_with(name);
    let number = number_of(name, text)?;
    let end = span.start + u32::try_from(name.len()).ok()?;
    let edit = Edit::replace(Span { end, ..span }, number);
    is_there.then(|| Fix::unsafely("Name the user by its number", vec![edit]))
}

/// What `useradd` or `adduser` is told, where one call of them makes the user.
fn number_of(name: &str, text: &str) -> Option<u32> {
    let steps = text.replace("\\\n", " ");
    let commands = steps.split(['\n', ';', '&', '|']);
    let mut found = commands.filter_map(|command| {
        let words: Vec<&str> = command.split_whitespace().collect();
        let makes =
            words.iter().any(|it| matches!(it.rsplit('/').next(), Some("useradd" | "adduser")));
        let at = words
            .iter()
            .position(|it| matches!(*it, "-u" | "--uid") || it.starts_with("--uid="))?;
        let number = words[at].strip_prefix("--uid=").or_else(|| words.get(at + 1).copied())?;
        (makes && words.contains(&name)).then(|| number.parse::<u32>().ok())?
    });
    found.next().filter(|it| *it > 0 && found.next().is_none())
}

fn hazard(it: &Use<'_>, at: OriginId, (user, written): (&SmolStr, OriginId)) -> Hazard {
    let component = it.workload.component;
    let (why, remedy) = match it.build.facts.starts_as_root() {
        true => ("is root", "End the Dockerfile with `USER 10001`, or set `runAsUser: 10001`"),
        false => (
            "is a name, which may be root's for all that the kubelet knows",
            "Name the user by its number in the Dockerfile, or set `runAsUser` to it",
        ),
    };
    let message = format!(
        "{} says `runAsNonRoot: true` and no `runAsUser`, and the user of its image, `{user}` in `{}`, {why}: the \
         kubelet starts no such container, so a release of this image never gets a pod that is ready",
        name(it),
        it.build.component.name,
    );
    RULE.worsens(
        component.id,
        FailureMode::Rollout,
        Term::Frequency,
        "a user that is refused",
        message,
    )
    .at(at)
    .related(written, "the user of the image")
    .loses(LossClass::Degraded)
    .shows_as("Pods in `CreateContainerConfigError`, and a rollout that does not end")
    .recover("Roll back: the pods of the version before still run until they are moved")
    .remedy(remedy)
    .verify(kubectl(component, settled(component).trim_start_matches("kubectl ")))
}
