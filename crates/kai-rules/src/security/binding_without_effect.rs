//! Bindings to a role or an account that does not exist under that name.

use kai_core::{FailureMode, Fix, Hazard, Level, LossClass, OriginId, Pillar, Term};
use kai_graph::{Binding, Component, Facts, ObjectRef, Of, Subject};

use crate::command::kubectl;
use crate::likeness::is_slip;
use crate::{Check, Context, Observed, Rule};

pub(super) static RULE: Rule = Rule {
    id: "binding-without-effect",
    pillar: Pillar::Security,
    default_level: Level::Low,
    since: "0.1.0",
    doc: include_str!("binding_without_effect.md"),
    check: Check::Component(check),
};

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let Facts::Binding(facts) = &component.facts else { return };
    let binding = Of { component, facts: &**facts };
    if let Some(lack) = role(binding, ctx) {
        out.push(hazard(binding, &lack));
        return;
    }
    let lacks = facts.subjects.iter().filter_map(|it| account(it, binding, ctx));
    out.hazards.extend(lacks.map(|it| {
        let edit = it.meant.and_then(|meant| ctx.rename(it.at, it.name?, &meant.name));
        let fix = edit.map(|it| Fix::unsafely("Name the account that is there", vec![it]));
        hazard(binding, &it).fix(fix)
    }));
}

/// What a binding names and nobody declares.
struct Lack<'a> {
    /// `Role `x``, `account `x` of `y``.
    what: String,
    /// The name, where another one can be written in its place: a role's cannot.
    name: Option<&'a str>,
    at: OriginId,
    /// What was probably meant.
    meant: Option<&'a Component>,
    scope: String,
}

fn role<'a>(binding: Of<'a, Binding>, ctx: Context<'a>) -> Option<Lack<'a>> {
    let Of { component, facts } = binding;
    let role = &facts.role;
    if ctx.system.resolve_ref(role, component).is_some() || is_written_beside(role, component, ctx)
    {
        return None;
    }
    let (namespace, other) = match role.kind.as_str() {
        "Role" => (component.namespace.as_str(), "ClusterRole"),
        // Clusters and charts bring roles of their own, so only the other kind's name tells.
        _ => ("", "Role"),
    };
    let place = if other == "Role" { component.namespace.as_str() } else { "" };
    let twin = ctx.system.held(component.root, other, place).find(|it| it.name == role.name);
    let near = ctx.system.held(component.root, &role.kind, namespace);
    let meant = twin.or_else(|| near.into_iter().find(|it| is_slip(&role.name, &it.name)));
    let scope = match ctx.missing(component, &role.kind, namespace, &role.name) {
        Some(scope) => scope,
        None => format!("`{}`", ctx.system.root(meant?.root).path),
    };
    let what = format!("{} `{}`", role.kind, role.name);
    Some(Lack { what, name: None, at: role.origin, meant, scope })
}

/// True where the file of the binding writes the role in a document that only a template's engine can read.
fn is_written_beside(role: &ObjectRef, binding: &Component, ctx: Context<'_>) -> bool {
    let Some(place) = ctx.origins.span(binding.origin) else { return false };
    let document = ctx.origins.document(ctx.origins.outermost(place).document);
    let kind = format!("kind: {}", role.kind);
    let is_name = |it: &str| it.trim_matches(['"', '\'']) == role.name;
    let names = |it: &str| it.trim().strip_prefix("name: ").is_some_and(is_name);
    let is_there = |it: &str| {
        let named = it.trim().strip_prefix("namespace: ");
        named.is_none_or(|it| it.trim_matches(['"', '\'']) == binding.namespace)
    };
    let has_role = |it: &str| {
        let is_kind = it.lines().any(|it| it.trim_end() == kind);
        is_kind && it.lines().any(names) && it.lines().all(is_there)
    };
    document.text.split("\n---").any(has_role)
}

/// Accounts are often made elsewhere: only a slip of the hand, or another namespace, proves it.
fn account<'a>(
    subject: &'a Subject,
    binding: Of<'a, Binding>,
    ctx: Context<'a>,
) -> Option<Lack<'a>> {
    let Of { component, .. } = binding;
    let Subject { kind, namespace, name, origin } = subject;
    let is_there = || ctx.system.resolve(kind, namespace, name, component.root).is_some();
    if kind != "ServiceAccount" || is_there() {
        return None;
    }
    let scope = ctx.missing(component, kind, namespace, name)?;
    let meant =
        ctx.system.held(component.root, kind, namespace).find(|it| is_slip(name, &it.name))?;
    let what = format!("account `{name}` of `{namespace}`");
    Some(Lack { what, name: Some(name.as_str()), at: *origin, meant: Some(meant), scope })
}

fn hazard(binding: Of<'_, Binding>, lack: &Lack<'_>) -> Hazard {
    let component = binding.component;
    let guess = match lack.meant {
        Some(meant) => format!(" (`{}` is there)", meant.label()),
        None => String::new(),
    };
    let message = format!(
        "`{}` names {}, which nothing declares{guess}; it gives nobody anything until somebody makes \
         one of that name, with whatever rights it then has",
        component.label(),
        lack.what,
    );
    let hazard = RULE
        .worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::Impact,
            "a binding to nothing",
            message,
        )
        .at(lack.at)
        .loses(LossClass::Degraded)
        .searched(lack.scope.clone())
        .shows_as("Answers 403 from the API to whoever was meant to have the rights")
        .recover(format!(
            "`{}`, then create it with the right name: `roleRef` cannot be changed",
            kubectl(
                component,
                format!("delete {} {}", component.native_kind.to_lowercase(), component.name)
            ),
        ))
        .remedy("Correct the kind, the name or the namespace, or delete the binding")
        .verify(kubectl(
            component,
            format!("describe {} {}", component.native_kind.to_lowercase(), component.name),
        ));
    match lack.meant {
        Some(meant) => hazard.related(meant.origin, "what was probably meant"),
        None => hazard,
    }
}
