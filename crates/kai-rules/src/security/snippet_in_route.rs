//! Routes that write text into the configuration of the ingress controller.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Component, EntryPoint, EntryPointKind, Of};

use crate::command::kubectl;
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "snippet-in-route",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("snippet_in_route.md"),
    check: Check::EntryPoint(check),
};

fn check(entry: Of<'_, EntryPoint>, _: Context<'_>, out: &mut Observed) {
    let snippets = snippets(entry.component);
    if entry.facts.kind == EntryPointKind::Ingress && !snippets.is_empty() {
        out.push(hazard(entry.component, &snippets));
    }
}

/// The annotations whose text ingress-nginx copies as it is: `server-snippet`.
fn snippets(component: &Component) -> Vec<&str> {
    let keys = component.annotations.iter().map(|(key, _)| key.as_str());
    keys.filter_map(|it| it.strip_prefix("nginx.ingress.kubernetes.io/"))
        .filter(|it| it.ends_with("-snippet"))
        .collect()
}

fn hazard(component: &Component, snippets: &[&str]) -> Hazard {
    let name = &component.name;
    let message = format!(
        "`{}` writes text into the configuration of nginx ({}); where the controller allows that, whoever may write an \
         Ingress in any namespace reads the keys and Secrets of all of them, and where it does not (the default since \
         1.9) the object is refused",
        component.label(),
        words::list(snippets),
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "text of a route in the controller",
        message,
    )
    .at(component.origin)
    .loses(LossClass::Degraded)
    .shows_as("Snippets in `kubectl get ingress -A -o yaml` that nobody reviewed")
    .recover(
        "Set `allow-snippet-annotations` to `false`, then rotate what the controller could read",
    )
    .remedy("Say it with an annotation made for it, or in the application; then forbid snippets")
    .verify(kubectl(
        component,
        format!("get ingress {name} -o jsonpath='{{.metadata.annotations}}' | grep -c snippet # 0"),
    ))
}
