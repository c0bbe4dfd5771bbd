//! Analyses of Argo Rollouts, and canaries of Flagger.

use kai_core::{Known, OriginId, SmolStr};
use kai_graph::{Analysis, Canary, ComponentKind, Facts, Judged, Measurement, ObjectRef};

use crate::fields::Fields;
use crate::kubernetes::object::Object;
use crate::prometheus::has_share;

/// `AnalysisTemplate` and `ClusterAnalysisTemplate`.
pub(super) fn template(object: &Object<'_>) -> (ComponentKind, Facts) {
    let metrics = object.spec.list("metrics").map(measurement).collect();
    (ComponentKind::Control, Facts::Analysis(Box::new(Analysis { metrics })))
}

fn measurement(metric: Fields<'_>) -> Measurement {
    let provider = metric.at("provider");
    let kind = provider.entries().next().map(|it| it.0.clone()).unwrap_or_default();
    let query = provider.at(&kind).opt::<SmolStr>("query");
    let is_repeated = metric.has("interval");
    Measurement {
        name: metric.text("name"),
        is_share: kind == "prometheus" && query.is_some_and(|it| has_share(&it)),
        success: metric.opt("successCondition"),
        failure: metric.opt("failureCondition"),
        count: if is_repeated { metric.get("count") } else { metric.or("count", 1) },
        failure_limit: metric.or("failureLimit", 0),
        needs_good: metric.has("consecutiveSuccessLimit"),
        origin: metric.origin,
        provider: kind,
    }
}

/// Flagger looks at the pods' readiness alone where neither a metric nor a call is named.
pub(super) fn canary(object: &Object<'_>) -> (ComponentKind, Facts) {
    let spec = object.spec;
    let analysis = spec.at("analysis");
    // What is called when all is over is told of it and decides nothing (docs.flagger.app/usage/webhooks).
    let decides =
        |it: Fields<'_>| !matches!(it.text("type").as_str(), "event" | "post-rollout" | "rollback");
    let is_judged =
        analysis.list("metrics").next().is_some() || analysis.list("webhooks").any(decides);
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
        unbounded: analysis.list("metrics").filter_map(unbounded).collect(),
    };
    (ComponentKind::Control, Facts::Canary(Box::new(canary)))
}

/// A metric that lets every number pass: a range without ends, or a share of successes that may be nothing. Of the others
/// one without a bound lets nothing pass (flagger, `runBuiltinMetricChecks` in `pkg/controller/scheduler_metrics.go`).
fn unbounded(metric: Fields<'_>) -> Option<(SmolStr, OriginId)> {
    let name = metric.text("name");
    let range = metric.at("thresholdRange");
    let (min, max) = (range.get::<f64>("min"), range.get::<f64>("max"));
    let is_share = name == "request-success-rate";
    let passes_all = match (metric.has("thresholdRange"), is_share) {
        (true, true) => {
            let is_low = min.is_not_declared() || min.value().is_some_and(|it| *it <= 0.0);
            let is_high = max.is_not_declared() || max.value().is_some_and(|it| *it >= 100.0);
            is_low && is_high
        }
        (true, false) => min.is_not_declared() && max.is_not_declared(),
        (false, true) => metric.or("threshold", 0.0).value().is_some_and(|it: &f64| *it <= 0.0),
        (false, false) => false,
    };
    passes_all.then_some((name, metric.origin))
}

/// Whether something judges a rollout of Argo: an analysis, an experiment, or a person, where it waits
/// for one. Not known where nothing is done in steps.
pub(super) fn judged(strategy: Fields<'_>) -> Known<Judged> {
    let (canary, blue_green) = (strategy.at("canary"), strategy.at("blueGreen"));
    if strategy.has("blueGreen") {
        let promotes = blue_green.or("autoPromotionEnabled", true);
        let waits = promotes.value() == Some(&false);
        let asks = ["prePromotionAnalysis", "postPromotionAnalysis"];
        let asks = asks.iter().any(|it| blue_green.has(it));
        let judged = if waits || asks { Judged::Yes } else { Judged::AtOnce };
        return promotes.map(|_| judged);
    }
    let Some(first) = canary.list("steps").next() else { return Known::default() };
    let decides = |step: Fields<'_>| {
        let is_open = step.has("pause") && !step.at("pause").has("duration");
        is_open || step.has("analysis") || step.has("experiment") || step.has("plugin")
    };
    let is_judged = canary.has("analysis") || canary.list("steps").any(decides);
    Known::new(if is_judged { Judged::Yes } else { Judged::InSteps }, first.origin)
}
