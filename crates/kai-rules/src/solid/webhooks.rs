//! A webhook that may refuse, and that does not stand in its own way.

use kai_graph::{Component, DependencyKind, Facts, Hook, Of, Solid, Webhook};

use super::evidence::{Evidence, credit};
use crate::Context;

pub(super) fn solid(ctx: Context<'_>) -> Option<Solid> {
    let hooks = ctx.system.components().iter().filter_map(|component| match &component.facts {
        Facts::Webhook(facts) => Some(Of { component, facts: &**facts }),
        _ => None,
    });
    credit(hooks.filter_map(|it| evidence(it, ctx)).collect(), "webhook", ctx)
}

fn evidence<'a>(webhook: Of<'a, Webhook>, ctx: Context<'a>) -> Option<Evidence<'a>> {
    let hook = webhook.facts.hooks.iter().find(|it| is_scoped(it))?;
    let service = ctx.system.resolve_ref(hook.service.as_ref()?, webhook.component)?;
    let answers = ctx.targets(service.id, DependencyKind::Routes).filter_map(Component::workload);
    let (workload, count) =
        answers.filter_map(|it| Some((it, it.replicas.value().copied()?))).next()?;
    let selector = hook.namespace_selector.as_ref()?;
    let Component { namespace, root, .. } = workload.component;
    let is_out = ctx.selects_namespace(selector, namespace, *root) == Some(false);
    let target = workload.component;
    (count > 1 && is_out).then(|| Evidence {
        component: webhook.component,
        at: selector.origin,
        title: format!(
            "{count} pods of `{}` answer `{}`, which leaves their own namespace out, so that they can \
             always come back",
            target.label(),
            hook.name,
        ),
        verify: format!("kubectl get ns {namespace} --show-labels # none that the webhook selects"),
    })
}

fn is_scoped(hook: &Hook) -> bool {
    hook.fails_closed.value() == Some(&true)
        && hook.namespace_selector.as_ref().is_some_and(|it| !it.is_empty())
}
