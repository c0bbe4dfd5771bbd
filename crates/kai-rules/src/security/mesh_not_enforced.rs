//! Namespaces whose pods get a mesh's proxy, and nothing that the proxy should refuse.

use kai_core::{FailureMode, Hazard, Level, LossClass, Pillar, Term};
use kai_graph::{Absence, Component};

use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "mesh-not-enforced",
    pillar: Pillar::Security,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("mesh_not_enforced.md"),
    check: Check::Component(check),
};

/// Kinds any of which makes somebody refuse a call.
const ENFORCING: &[&str] =
    &["AuthorizationPolicy", "CiliumNetworkPolicy", "NetworkPolicy", "PeerAuthentication"];

/// Where Istio looks for what holds in every namespace, unless it is told otherwise.
const MESH: &str = "istio-system";

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    if component.native_kind != "Namespace" || !is_injected(component) {
        return;
    }
    let namespace = component.name.as_str();
    let is_enforced = [namespace, MESH, ""]
        .iter()
        .any(|place| ENFORCING.iter().any(|kind| ctx.system.is_near(component.root, kind, place)));
    if is_enforced {
        return;
    }
    // Policies come where the pods are applied, or with the namespace.
    let absence = ctx.system.absence(component, "PeerAuthentication", namespace, "default");
    if let Absence::Certain { scope } = absence {
        // A kustomization may rename it; its labels stand where its name was first written.
        let written = ctx.origins.first_written(component.origin);
        out.push(hazard(component, scope).at(written));
    }
}

fn is_injected(namespace: &Component) -> bool {
    namespace.label_value("istio-injection").is_some_and(|it| it == "enabled")
        || namespace.label_value("istio.io/rev").is_some()
}

fn hazard(component: &Component, scope: String) -> Hazard {
    let namespace = &component.name;
    let message = format!(
        "Pods of `{namespace}` get Istio's proxy, and no PeerAuthentication, AuthorizationPolicy or \
         NetworkPolicy here makes it refuse anybody; every pod of the cluster may call every service \
         of `{namespace}`, in plain text too",
    );
    RULE.worsens(
        component.id,
        FailureMode::Compromise,
        Term::Impact,
        "a mesh that refuses nobody",
        message,
    )
    .loses(LossClass::Degraded)
    .searched(scope)
    .shows_as("`istio_requests_total` with `connection_security_policy=\"none\"`")
    .recover(
        "Set the PeerAuthentication to `PERMISSIVE` again; an AuthorizationPolicy is tried without harm with \
         the annotation `istio.io/dry-run`",
    )
    .remedy(
        "Add a PeerAuthentication with `mtls.mode: STRICT`, but `PERMISSIVE` for pods that callers without \
         the proxy reach (those behind an ingress or a load balancer), and an AuthorizationPolicy that names \
         each service's callers",
    )
    .verify(format!(
        "kubectl run probe --rm -it --image=busybox:1.37 --restart=Never -- wget -T 3 -qO- \
         http://SERVICE.{namespace}:PORT # from outside of the mesh, must be refused"
    ))
}
