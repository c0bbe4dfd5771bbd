use kai_core::Known;
use kai_graph::{ActKind, Facts, MetricKind};

use super::{facts, object};

#[test]
fn a_budget_of_the_first_version_with_an_empty_selector_selects_nothing() {
    let selects = |version: &str, spec: &str| {
        let text = object(version, "PodDisruptionBudget", spec);
        let Facts::DisruptionBudget(budget) = facts(&text) else { panic!() };
        budget.selector.is_some()
    };
    assert!(selects("policy/v1", "spec: {selector: {}, minAvailable: 1}"));
    assert!(!selects("policy/v1beta1", "spec: {selector: {}, minAvailable: 1}"));
    assert!(!selects("policy/v1", "spec: {minAvailable: 1}"));
}

#[test]
fn a_budget_with_a_hole_is_not_fully_read() {
    let text = object("policy/v1", "PodDisruptionBudget", "spec: {minAvailable: \"${MIN}\"}");
    let Facts::DisruptionBudget(budget) = facts(&text) else { panic!() };
    assert!(budget.min_available.is_none() && !budget.is_fully_read);
}

/// Bounds and metrics of an autoscaler.
#[track_caller]
fn check(text: &str, expected: &str) {
    let Facts::Autoscaler(it) = facts(text) else { panic!("no autoscaler") };
    let number = |it: &Known<u32>| it.value().map_or("?".into(), ToString::to_string);
    let metrics: Vec<_> = it
        .metrics
        .iter()
        .map(|it| match &it.kind {
            MetricKind::Resource { name, is_utilization: true, .. } => format!("{name} share"),
            MetricKind::Resource { name, .. } => format!("{name} amount"),
            MetricKind::Other(name) => name.to_string(),
        })
        .collect();
    let (min, max) = (number(&it.replicas_min), number(&it.replicas_max));
    let target = format!("{}/{}", it.target.kind, it.target.name);
    assert_eq!(format!("{target} {min} to {max} by {}", metrics.join(", ")), expected);
}

#[test]
fn an_autoscaler_without_metrics_looks_at_processor_time() {
    let target = "scaleTargetRef: {kind: Deployment, name: web}, maxReplicas: 5";
    let horizontal = |version: &str, more: &str| {
        object(version, "HorizontalPodAutoscaler", &format!("spec: {{{target}{more}}}"))
    };
    let default = "Deployment/web 1 to 5 by cpu share";
    check(&horizontal("autoscaling/v2", ""), default);
    check(&horizontal("autoscaling/v1", ", targetCPUUtilizationPercentage: 70"), default);
    let metrics = ", minReplicas: 2, metrics: [{type: Resource, resource: {name: memory, target: \
                   {type: AverageValue, averageValue: 1Gi}}}, {type: External, external: {}}]";
    check(
        &horizontal("autoscaling/v2", metrics),
        "Deployment/web 2 to 5 by memory amount, External",
    );
}

#[test]
fn keda_scales_to_nothing_unless_told_otherwise() {
    let spec = "spec: {scaleTargetRef: {name: worker}, triggers: [{type: kafka}, {type: cpu}]}";
    check(
        &object("keda.sh/v1alpha1", "ScaledObject", spec),
        "Deployment/worker 0 to 100 by kafka, cpu share",
    );
    let spec =
        "spec: {minReplicaCount: 0, scaleTargetRef: {name: worker}, triggers: [{type: cpu}]}";
    check(
        &object("keda.sh/v1alpha1", "ScaledObject", spec),
        "Deployment/worker 1 to 100 by cpu share",
    );
}

#[test]
fn a_webhook_refuses_when_it_does_not_answer_unless_told_otherwise() {
    let fails_closed = |version: &str, hook: &str| {
        let text =
            object(version, "ValidatingWebhookConfiguration", &format!("webhooks: [{hook}]"));
        let Facts::Webhook(webhook) = facts(&text) else { panic!() };
        *webhook.hooks[0].fails_closed.value().unwrap()
    };
    assert!(fails_closed("admissionregistration.k8s.io/v1", "{name: a}"));
    assert!(!fails_closed("admissionregistration.k8s.io/v1", "{name: a, failurePolicy: Ignore}"));
    assert!(!fails_closed("admissionregistration.k8s.io/v1beta1", "{name: a}"));
}

#[test]
fn a_default_limit_is_the_default_request() {
    let spec = "spec: {limits: [{type: Pod}, {type: Container, default: {cpu: 500m, memory: 1Gi}, \
                defaultRequest: {memory: 512Mi}}]}";
    let Facts::LimitRange(range) = facts(&object("v1", "LimitRange", spec)) else { panic!() };
    assert_eq!(range.cpu_request.value().unwrap().to_string(), "500m");
    assert_eq!(range.memory_request.value().unwrap().to_string(), "512Mi");
}

#[test]
fn cloud_deploy_brings_a_version_through_stages() {
    let text = "apiVersion: deploy.cloud.google.com/v1\nkind: DeliveryPipeline\nmetadata: {name: shop}\nserialPipeline:\n  stages:\n  - targetId: staging\n    profiles: [staging]\n  - targetId: production\n    strategy: {standard: {verify: true}}\n";
    let Facts::Promotion(facts) = facts(text) else { panic!("it is a pipeline") };
    let shown: Vec<_> =
        facts.stages.iter().map(|it| (it.target.value(), it.is_verified.value())).collect();
    let stage = |name: &'static str| kai_core::SmolStr::new_static(name);
    let (staging, production) = (stage("staging"), stage("production"));
    assert_eq!(shown, [(Some(&staging), Some(&false)), (Some(&production), Some(&true))]);
}

#[test]
fn a_target_of_cloud_deploy_asks_nobody_unless_it_says_so() {
    let target = |fields: &str| {
        let text = format!(
            "apiVersion: deploy.cloud.google.com/v1\nkind: Target\nmetadata: {{name: production}}\n{fields}gke: {{cluster: projects/p/locations/l/clusters/c}}\n"
        );
        let Facts::DeliveryTarget(facts) = facts(&text) else { panic!("it is a target") };
        assert!(facts.cluster.is_some_and(|it| it.text.is_some()));
        facts.needs_approval.value().copied()
    };
    assert_eq!(target(""), Some(false));
    assert_eq!(target("requireApproval: true\n"), Some(true));
}

#[test]
fn a_policy_of_expressions_demands_a_signature_where_one_counts_it() {
    let demands = |spec: &str| {
        let text = object("policies.kyverno.io/v1alpha1", "ImageValidatingPolicy", spec);
        let Facts::ImagePolicy(facts) = facts(&text) else { panic!("it is a policy") };
        facts.demands.iter().map(kai_graph::ImageDemand::refuses_everywhere).collect::<Vec<_>>()
    };
    let pods = "matchConstraints: {resourceRules: [{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}";
    let counts = "validations: [{expression: 'images.containers.map(image, verifyImageSignatures(image, [attestors.us])).all(e, e > 0)'}]";
    let spec = |actions: &str, more: &str| {
        format!("spec: {{{actions}{pods}, matchImageReferences: [{{glob: '*'}}], {counts}{more}}}")
    };
    assert_eq!(demands(&spec("validationActions: [Deny], ", "")), [true]);
    assert_eq!(demands(&spec("validationActions: [Audit], ", "")), [false]);
    assert_eq!(demands(&spec("", "")), [false]);
    let narrowed = ", matchConditions: [{name: some, expression: 'true'}]";
    assert_eq!(demands(&spec("validationActions: [Deny], ", narrowed)), [false]);
    let some = spec("validationActions: [Deny], ", "").replace(".all(", ".exists(");
    assert_eq!(demands(&some), [] as [bool; 0]);
    let asks = "spec: {validationActions: [Deny], validations: [{expression: 'images.containers.size() > 0'}]}";
    assert_eq!(demands(asks), [] as [bool; 0]);
}

#[test]
fn a_workflow_of_argo_deploys_as_an_account_and_by_the_clock() {
    let spec = "spec: {schedule: '0 4 * * *', workflowSpec: {serviceAccountName: deployer, templates: [{name: up, container: {image: alpine/helm:3.16, args: [upgrade, --install, shop, ./chart]}}, {name: plan, container: {image: hashicorp/terraform:1.9, command: [terraform], args: [apply, -auto-approve]}}]}}";
    let text = object("argoproj.io/v1alpha1", "CronWorkflow", spec);
    let Facts::Pipeline(facts) = facts(&text) else { panic!("it is a pipeline") };
    let acts: Vec<_> = facts.steps().flat_map(|it| &it.1.acts).map(|it| it.what.as_str()).collect();
    assert_eq!(acts, ["helm upgrade", "terraform apply"]);
    assert_eq!(facts.account.value().map(|it| it.as_str()), Some("deployer"));
    assert!(facts.started_by(&[kai_graph::Event::Schedule]).is_some());
}

#[test]
fn a_workflow_of_argo_that_applies_a_manifest_is_not_read_as_a_whole() {
    let has_unread = |template: &str| {
        let spec = format!("spec: {{templates: [{template}]}}");
        let text = object("argoproj.io/v1alpha1", "WorkflowTemplate", &spec);
        let Facts::Pipeline(facts) = facts(&text) else { panic!("it is a pipeline") };
        facts.has_unread
    };
    assert!(has_unread("{name: up, resource: {action: apply, manifest: ''}}"));
    assert!(has_unread("{name: up, steps: [[{name: a, templateRef: {name: b, template: c}}]]}"));
    assert!(!has_unread("{name: up, container: {image: alpine/helm:3.16, args: [upgrade]}}"));
    assert!(!has_unread("{name: up, resource: {action: apply, manifest: 'kind: ConfigMap'}}"));
    assert!(has_unread("{name: up, resource: {action: '{{x}}', manifest: 'kind: ConfigMap'}}"));
}

#[test]
fn a_workflow_of_argo_that_changes_an_object_deploys() {
    let acts = |action: &str, manifest: &str| {
        let resource = format!("{{action: {action}, manifest: '{manifest}'}}");
        let spec = format!("spec: {{templates: [{{name: up, resource: {resource}}}]}}");
        let text = object("argoproj.io/v1alpha1", "WorkflowTemplate", &spec);
        let Facts::Pipeline(facts) = facts(&text) else { panic!("it is a pipeline") };
        let acts = facts.steps().flat_map(|it| &it.1.acts);
        acts.map(|it| (it.kind, it.what.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(
        acts("apply", "kind: Deployment"),
        [(ActKind::Deploy, "apply of a Deployment".to_owned())]
    );
    assert_eq!(
        acts("delete", "kind: \"Namespace\" # all of it"),
        [(ActKind::Remove, "delete of a Namespace".to_owned())]
    );
    assert_eq!(acts("delete", "kind: Pod"), []);
    assert_eq!(acts("create", "kind: Job"), []);
    assert_eq!(acts("get", "kind: Deployment"), []);
}
