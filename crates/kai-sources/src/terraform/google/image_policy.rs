//! Binary Authorization: the one policy of a project. Learned from the provider's
//! `google_binary_authorization_policy`.

use kai_core::{Known, Reason};
use kai_graph::{ComponentKind, Facts, ImageDemand, ImagePolicy, PolicyAuthor, PolicyReach};
use kai_terraform::roots::Instance;
use kai_terraform::value::Value;

use super::super::fields::{at, may_be_there, parsed, text};

/// The rule for all clusters, and those for some of them. A rule that lets everything in demands nothing.
pub(super) fn policy(instance: &Instance) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let blocks = |name: &str| match at(values, &[name]) {
        Ok(Some(value)) => value.elements().map(|it| it.to_vec()).unwrap_or_default(),
        _ => Vec::new(),
    };
    // Patterns and rules of clusters let through what the rule for all asks about.
    let is_narrowed = ["admission_whitelist_patterns", "cluster_admission_rules"]
        .iter()
        .any(|it| may_be_there(values, &[it]));
    let reach = if is_narrowed { PolicyReach::Unknown } else { PolicyReach::All };
    let of_all = blocks("default_admission_rule").into_iter().map(|it| (it, reach.clone()));
    let of_some =
        blocks("cluster_admission_rules").into_iter().map(|it| (it, PolicyReach::Unknown));
    let demands = of_all.chain(of_some).filter_map(|(it, reach)| demand(&it, reach, instance));
    let facts = ImagePolicy {
        author: PolicyAuthor::BinaryAuthorization,
        demands: demands.collect(),
        home: text(values, &["project"]),
    };
    (ComponentKind::Control, Facts::ImagePolicy(Box::new(facts)))
}

fn demand(rule: &Value, reach: PolicyReach, instance: &Instance) -> Option<ImageDemand> {
    let mode = text(rule, &["evaluation_mode"]);
    if mode.value().is_none_or(|it| it != "REQUIRE_ATTESTATION") {
        return None;
    }
    let refuses = parsed(rule, &["enforcement_mode"], |it| match it {
        "ENFORCED_BLOCK_AND_AUDIT_LOG" => Some(true),
        "DRYRUN_AUDIT_LOG_ONLY" => Some(false),
        _ => None,
    });
    let refuses = match refuses {
        Known::Unknown(_) => Known::Unknown(Reason::Unreadable),
        known => known,
    };
    let origin = refuses.traced().map_or(instance.origin, |it| it.origin);
    Some(ImageDemand { origin, refuses, prefixes: vec!["".into()], reach, wants_attestation: true })
}
