//! Images whose user the kubelet refuses, because the pod must not run as root.

use kai_core::{FailureMode, Hazard, Level, LossClass, OriginId, Pillar, SmolStr, Term};

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
            out.push(hazard(&it, asked.origin, (&user.value, user.origin)));
        }
    }
}

fn is_refused(it: &Use<'_>, user: &SmolStr) -> bool {
    let name = user.split(':').next().unwrap_or(user);
    it.build.facts.starts_as_root() || name.parse::<u32>().is_err()
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
