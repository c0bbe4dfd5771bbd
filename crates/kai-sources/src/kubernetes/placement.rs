//! Where pods may run.

use kai_core::SmolStr;
use kai_graph::{AffinityTerm, Placement, SpreadConstraint, Toleration, WhenUnsatisfiable};

use crate::fields::Fields;

pub(super) fn lower(spec: Fields<'_>) -> Placement {
    let affinity = spec.at("affinity");
    let mut terms = affinity_terms(affinity.at("podAffinity"), false);
    terms.extend(affinity_terms(affinity.at("podAntiAffinity"), true));
    Placement {
        node_selector: spec.labels("nodeSelector"),
        node_selector_at: spec.node("nodeSelector").map(|it| it.origin),
        node_affinity: affinity.node("nodeAffinity").cloned(),
        affinity: terms,
        spread: spec.list("topologySpreadConstraints").map(spread).collect(),
        tolerations: spec.list("tolerations").map(toleration).collect(),
        machine: spec.opt("nodeName"),
    }
}

fn affinity_terms(affinity: Fields<'_>, is_anti: bool) -> Vec<AffinityTerm> {
    let required = affinity
        .list("requiredDuringSchedulingIgnoredDuringExecution")
        .map(|it| affinity_term(it, is_anti, None));
    let preferred = affinity.list("preferredDuringSchedulingIgnoredDuringExecution").map(|it| {
        affinity_term(it.at("podAffinityTerm"), is_anti, Some(it.opt("weight").unwrap_or(1)))
    });
    required.chain(preferred).collect()
}

fn affinity_term(term: Fields<'_>, is_anti: bool, weight: Option<i64>) -> AffinityTerm {
    AffinityTerm {
        is_anti,
        is_required: weight.is_none(),
        weight: weight.unwrap_or(0),
        topology_key: term.text("topologyKey"),
        selector: term.selector("labelSelector"),
        namespaces: term.texts("namespaces"),
        has_namespace_selector: term.has("namespaceSelector"),
        match_label_keys: term.texts("matchLabelKeys"),
        origin: term.origin,
    }
}

fn spread(constraint: Fields<'_>) -> SpreadConstraint {
    SpreadConstraint {
        topology_key: constraint.text("topologyKey"),
        max_skew: constraint.or("maxSkew", 1),
        min_domains: constraint.or("minDomains", 1),
        when_unsatisfiable: match constraint.text("whenUnsatisfiable").as_str() {
            "ScheduleAnyway" => WhenUnsatisfiable::ScheduleAnyway,
            _ => WhenUnsatisfiable::DoNotSchedule,
        },
        selector: constraint.selector("labelSelector"),
        match_label_keys: constraint.texts("matchLabelKeys"),
        origin: constraint.origin,
    }
}

fn toleration(toleration: Fields<'_>) -> Toleration {
    Toleration {
        key: toleration.text("key"),
        operator: toleration.opt("operator").unwrap_or(SmolStr::new_static("Equal")),
        value: toleration.text("value"),
        effect: toleration.text("effect"),
        seconds: toleration.get("tolerationSeconds"),
        origin: toleration.origin,
    }
}
