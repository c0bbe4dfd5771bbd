//! Image automation of Flux: which tag is the newest, and where it is written.

use kai_core::{Known, SmolStr};
use kai_graph::{ComponentKind, Facts, ImageUpdate, ObjectRef, TagChoice, TagPolicy};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

pub(super) fn policy(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let facts = TagPolicy {
        choice: choice(spec.at("policy")),
        filter: spec.at("filterTags").get("pattern"),
    };
    (ComponentKind::Control, Facts::TagPolicy(Box::new(facts)))
}

fn choice(policy: Fields<'_>) -> Known<TagChoice> {
    if let Some(by) = policy.find("alphabetical") {
        return Known::new(TagChoice::Alphabetical, by.origin);
    }
    if let Some(by) = policy.find("numerical") {
        return Known::new(TagChoice::Numerical, by.origin);
    }
    policy.at("semver").get("range").map(TagChoice::Semver)
}

pub(super) fn automation(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let (source, git) = (spec.at("sourceRef"), spec.at("git"));
    let namespace = source.opt("namespace").unwrap_or_else(|| object.namespace.into());
    let facts = ImageUpdate {
        source: ObjectRef {
            kind: SmolStr::new_static("GitRepository"),
            namespace,
            name: source.text("name"),
            origin: source.origin,
        },
        checkout: git.at("checkout").at("ref").get("branch"),
        push: git.at("push").get("branch"),
        has_refspec: git.at("push").has("refspec"),
        path: spec.at("update").get("path"),
        selector: spec.selector("policySelector"),
        is_suspended: spec.or("suspend", false),
    };
    (ComponentKind::Control, Facts::ImageUpdate(Box::new(facts)))
}
