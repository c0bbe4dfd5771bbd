//! Rule objects that no Prometheus takes.

use kai_core::{Edit, FailureMode, Fix, Level, Pillar, Scalar, Term};
use kai_graph::{Component, Facts, RuleChoice, Selector};

use super::near;
use crate::written::{in_braces, quoted};
use crate::{Check, Context, Observed, Rule, words};

pub(super) static RULE: Rule = Rule {
    id: "rule-not-selected",
    pillar: Pillar::Observability,
    default_level: Level::Medium,
    since: "0.1.0",
    doc: include_str!("rule_not_selected.md"),
    check: Check::Component(check),
};

/// Kinds of what takes PrometheusRule objects besides a Prometheus.
const OTHERS: &[&str] = &["ThanosRuler", "VMAlert", "VMAgent", "VMSingle", "GrafanaAgent", "Alloy"];

fn check(component: &Component, ctx: Context<'_>, out: &mut Observed) {
    let alerts = near::alerts(component);
    if component.native_kind != "PrometheusRule" || alerts.is_empty() {
        return;
    }
    let near = near::components(component, ctx);
    if near.iter().any(|it| OTHERS.contains(&it.native_kind.as_str())) {
        return;
    }
    let choices: Vec<(&Component, &RuleChoice)> = near
        .iter()
        .filter_map(|it| match &it.facts {
            Facts::Prometheus(facts) => Some((*it, facts.rules.as_ref()?)),
            _ => None,
        })
        .collect();
    let [(first, choice), ..] = choices.as_slice() else { return };
    if choices.iter().any(|(it, choice)| may_take(it, choice, component, ctx)) {
        return;
    }
    let Some(scope) = searched(component, ctx) else { return };
    let label = component.label();
    let asks = match &choice.rules {
        Some(selector) => format!("asks for `{}`", selector.to_text()),
        None => "has no `ruleSelector`".to_string(),
    };
    let message = format!(
        "no Prometheus that is declared here takes `{label}`: `{}` {asks}; its {} evaluated by nobody \
         and never fire",
        first.label(),
        match alerts.len() {
            1 => "alert is".to_string(),
            count => format!("{} are", words::count(count, "alert")),
        },
    );
    out.push(
        RULE.worsens(
            component.id,
            FailureMode::Misconfigured,
            Term::TimeToDetect,
            "alerts that nobody evaluates",
            message,
        )
        .at(component.origin)
        .related(choice.origin, "chooses the rules")
        .searched(scope)
        .shows_as("`/rules` of Prometheus does not list its groups; no alert can show it")
        .recover("Give it the labels; the operator reloads Prometheus within minutes")
        .remedy("Give the object the labels that `ruleSelector` asks for, or widen the selector")
        .fix(fix(component, &choices, ctx))
        .verify(format!(
            "kubectl get --raw /api/v1/namespaces/{}/services/prometheus-operated:9090/proxy/api/v1/rules | grep {}",
            first.namespace, alerts[0].name,
        )),
    );
}

/// The labels that the only Prometheus asks for, where it looks into the namespace.
fn fix(
    component: &Component,
    choices: &[(&Component, &RuleChoice)],
    ctx: Context<'_>,
) -> Option<Fix> {
    let [(prometheus, choice)] = choices else { return None };
    let selector = choice.rules.as_ref()?;
    if !selector.expressions.is_empty() || !looks_into(prometheus, choice, component, ctx) {
        return None;
    }
    let lacking = selector.labels.iter().filter(|it| !component.labels.contains(it));
    let edits: Vec<Edit> = match ctx.entry_of(component, &["metadata", "labels"]) {
        None => {
            let metadata = ctx.entry_of(component, &["metadata"])?;
            ctx.insert(metadata.place(), "labels", &in_braces(lacking))?
        }
        Some(labels) => {
            let edits: Option<Vec<Vec<Edit>>> = lacking
                .map(|(key, value)| match ctx.entry(labels.place(), &[key.as_str()]) {
                    Some(it) => {
                        let from = it.text()?.to_owned();
                        Some(vec![ctx.rewrite(&it, &from, &Scalar::string(&**value))?])
                    }
                    None => ctx.insert(labels.place(), key, &quoted(value)),
                })
                .collect();
            edits?.concat()
        }
    };
    Some(Fix::unsafely("Give it the labels that Prometheus asks for", edits))
}

/// The roots of the environment, where all of them were read as a whole: any gap may hold another
/// Prometheus.
fn searched(component: &Component, ctx: Context<'_>) -> Option<String> {
    let environment = ctx.system.environment(component);
    let roots: Vec<_> =
        ctx.system.roots().iter().filter(|it| it.environment == environment).collect();
    let is_whole = roots.iter().all(|it| it.gaps.is_empty());
    let path = &ctx.system.root(component.root).path;
    is_whole.then(|| match roots.len() {
        1 => format!("`{path}`"),
        count => format!(
            "`{path}` and the {} of {}",
            words::count(count - 1, "other root"),
            environment.as_str()
        ),
    })
}

/// True where it takes the rule, or may: labels of namespaces are often not written.
fn may_take(
    prometheus: &Component,
    choice: &RuleChoice,
    rule: &Component,
    ctx: Context<'_>,
) -> bool {
    let Some(rules) = &choice.rules else { return false };
    looks_into(prometheus, choice, rule, ctx) && rules.matches(&rule.labels)
}

fn looks_into(
    prometheus: &Component,
    choice: &RuleChoice,
    rule: &Component,
    ctx: Context<'_>,
) -> bool {
    match &choice.namespaces {
        None => prometheus.namespace == rule.namespace || rule.namespace == "default",
        Some(it) if Selector::is_empty(it) => true,
        Some(it) => ctx.selects_namespace(it, &rule.namespace, rule.root) != Some(false),
    }
}
