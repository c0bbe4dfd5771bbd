//! Analyses of Argo Rollouts, and canaries of Flagger.

use kai_core::{Known, SmolStr};
use kai_graph::{Analysis, Canary, ComponentKind, Facts, Measurement, ObjectRef};

use crate::fields::Fields;
use crate::kubernetes::object::Object;

/// `AnalysisTemplate` and `ClusterAnalysisTemplate`.
pub(super) fn template(object: &Object<'_>) -> (ComponentKind, Facts) {
    let metrics = object.spec.list("metrics").map(measurement).collect();
    (ComponentKind::Control, Facts::Analysis(Box::new(Analysis { metrics })))
}

fn measurement(metric: Fields<'_>) -> Measurement {
    let provider = metric.at("provider");
    let kind = provider.entries().next().map(|it| it.0.clone()).unwrap_or_default();
    let query = provider.at(&kind).opt("query");
    Measurement {
        name: metric.text("name"),
        query,
        success: metric.opt("successCondition"),
        failure: metric.opt("failureCondition"),
        count: metric.get("count"),
        failure_limit: metric.or("failureLimit", 0),
        origin: metric.origin,
        provider: kind,
    }
}

/// Flagger looks at the pods' readiness alone where neither a metric nor a call is named.
pub(super) fn canary(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let analysis = spec.at("analysis");
    let is_judged = ["metrics", "webhooks"].iter().any(|it| analysis.list(it).next().is_some());
    let target = spec.at("targetRef");
    let canary = Canary {
        target: ObjectRef {
            kind: target.text("kind"),
            namespace: SmolStr::default(),
            name: target.text("name"),
            origin: target.origin,
        },
        is_judged: match spec.has("analysis") {
            true => Known::new(is_judged, analysis.origin),
            false => Known::default(),
        },
        is_skipped: spec.or("skipAnalysis", false),
    };
    (ComponentKind::Control, Facts::Canary(Box::new(canary)))
}

/// Whether something judges a rollout of Argo: an analysis, an experiment, or a person, where it waits
/// for one. Not known where nothing is done in steps.
pub(super) fn judges(strategy: Fields<'_>) -> Known<bool> {
    let (canary, blue_green) = (strategy.at("canary"), strategy.at("blueGreen"));
    if strategy.has("blueGreen") {
        let waits = blue_green.or("autoPromotionEnabled", true).value() == Some(&false);
        let asks = ["prePromotionAnalysis", "postPromotionAnalysis"];
        let asks = asks.iter().any(|it| blue_green.has(it));
        return Known::new(waits || asks, blue_green.origin);
    }
    let Some(first) = canary.list("steps").next() else { return Known::default() };
    let decides = |step: Fields<'_>| {
        let is_open = step.has("pause") && !step.at("pause").has("duration");
        is_open || step.has("analysis") || step.has("experiment") || step.has("plugin")
    };
    let is_judged = canary.has("analysis") || canary.list("steps").any(decides);
    Known::new(is_judged, first.origin)
}
