//! Pipelines and targets of Cloud Deploy, as `gcloud deploy apply` takes them.

use kai_core::{Known, SmolStr, Traced};
use kai_graph::{Cloud, ComponentKind, DeliveryTarget, Facts, Naming, Promotion, Stage};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

/// A `DeliveryPipeline`: stages in the order of promotion. Its fields stand beside `metadata`.
pub(super) fn pipeline(object: &Object<'_>) -> (ComponentKind, Facts) {
    let facts = Promotion {
        cloud: Cloud::Google,
        cloud_name: object.metadata.get("name"),
        stages: object.fields.at("serialPipeline").list("stages").map(stage).collect(),
    };
    (ComponentKind::Control, Facts::Promotion(Box::new(facts)))
}

/// A stage is tried after it was deployed only where `verify` says so; of a canary each phase may say it, and actions
/// before or after the deployment may be tests.
fn stage(stage: Fields<'_>) -> Stage {
    let strategy = stage.at("strategy");
    let standard = strategy.at("standard");
    let is_open = strategy.has("canary")
        || strategy.has("custom")
        || standard.has("predeploy")
        || standard.has("postdeploy");
    let verified = match is_open {
        true => Known::default(),
        false => standard.or("verify", false),
    };
    Stage {
        target: stage.get("targetId"),
        profiles: stage.texts("profiles"),
        is_verified: verified,
        origin: stage.node("targetId").map_or(stage.origin, |it| it.origin),
    }
}

/// A `Target`: nobody is asked where nothing is written.
pub(super) fn target(object: &Object<'_>) -> (ComponentKind, Facts) {
    let fields = object.fields;
    let cluster = fields.at("gke").opt_traced("cluster");
    let cluster = cluster.or_else(|| fields.at("anthosCluster").opt_traced("membership"));
    let account = fields.list("executionConfigs").find_map(|it| it.opt_traced("serviceAccount"));
    let facts = DeliveryTarget {
        cloud: Cloud::Google,
        cloud_name: object.metadata.get("name"),
        needs_approval: fields.or("requireApproval", false),
        account: account.map(naming),
        cluster: cluster.map(naming),
    };
    (ComponentKind::Control, Facts::DeliveryTarget(Box::new(facts)))
}

fn naming(text: Traced<SmolStr>) -> Naming {
    let Traced { value, origin } = text;
    Naming { text: Some(value), resources: Vec::new(), is_open: false, symbols: None, origin }
}
