//! Functions of Lambda and services of ECS.

use kai_core::{Origins, Reason, Role};
use kai_graph::{CloudProgram, ComponentKind, Facts, ServiceSize};
use kai_terraform::roots::Instance;

use super::super::address::addresses;
use super::super::fields::{argument, at, may_be_there, number, or_default, text};
use super::super::naming::{is_mentioned, means, mentions, naming};
use super::super::{images, secrets};

pub(super) fn function(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let (mut told, mut called, mut material) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(it) = argument(values, "environment") {
        mentions(it, &mut told);
        secrets::in_variables(it, &mut material);
        addresses(it, all, &mut called);
    }
    program(CloudProgram {
        cloud_name: text(values, &["function_name"]),
        runtime: text(values, &["runtime"]),
        count_max: number(values, &["reserved_concurrent_executions"]),
        service: None,
        images: images::in_argument(instance, "image_uri", all),
        told,
        called,
        material,
    })
}

/// `aws_ecs_service`: none runs where `desired_count` is not written, and all of them stay up during a
/// deploy (registry.terraform.io/providers/hashicorp/aws). A count that is ignored afterwards is what
/// scaling makes of it.
pub(super) fn service(
    instance: &Instance,
    all: &[Instance],
    origins: &Origins,
) -> (ComponentKind, Facts) {
    let values = &instance.values;
    let absent = origins.defaulted(Role::ProviderDefault, instance.origin);
    let definition = naming(values, &["task_definition"]).and_then(|naming| {
        all.iter().find(|it| it.ty == "aws_ecs_task_definition" && means(&naming, it, &["family"]))
    });
    let (mut told, mut called, mut images) = (Vec::new(), Vec::new(), Vec::new());
    let mut material = Vec::new();
    if let Some(it) = definition {
        mentions(&it.values, &mut told);
        if let Some(containers) = argument(&it.values, "container_definitions") {
            addresses(containers, all, &mut called);
            images = images::in_definitions(containers, all);
            material = secrets::in_definitions(containers, all);
        }
    }
    let healthy = number(values, &["deployment_minimum_healthy_percent"]);
    let scaled = all.iter().find(|it| {
        let is_count = text(&it.values, &["scalable_dimension"]);
        it.ty == "aws_appautoscaling_target"
            && is_count.value().is_none_or(|it| it == "ecs:service:DesiredCount")
            && scales(it, instance)
    });
    let size = ServiceSize {
        count: number(values, &["desired_count"]),
        healthy_min: or_default(healthy, 100, absent),
        is_called: may_be_there(values, &["load_balancer"]),
        floor: scaled.map(|it| number(&it.values, &["min_capacity"])),
    };
    program(CloudProgram {
        cloud_name: text(values, &["name"]),
        runtime: kai_core::Known::Unknown(Reason::NotDeclared),
        count_max: kai_core::Known::Unknown(Reason::NotDeclared),
        service: Some(size),
        images,
        told,
        called,
        material,
    })
}

/// `service/CLUSTER/NAME`, or a text that mentions the service.
fn scales(target: &Instance, service: &Instance) -> bool {
    let name = text(&service.values, &["name"]);
    let resource = at(&target.values, &["resource_id"]).ok().flatten().and_then(|it| it.as_str());
    match (resource, name.value()) {
        (Some(resource), Some(name)) => resource.rsplit('/').next() == Some(name.as_str()),
        _ => is_mentioned(service, target) || resource.is_none(),
    }
}

fn program(facts: CloudProgram) -> (ComponentKind, Facts) {
    (ComponentKind::Workload, Facts::CloudProgram(Box::new(facts)))
}
