//! Services, jobs and pools of Cloud Run.

use kai_core::{Known, Reason};
use kai_graph::{CloudProgram, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::super::address::addresses;
use super::super::fields::argument;
use super::super::images::in_blocks;
use super::super::naming::mentions;

/// What the template of a revision is told: variables, secrets, instances of Cloud SQL, mounted buckets.
/// A service may have one name in many regions, so that its name tells it from no other.
pub(super) fn program(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let (mut told, mut called, mut images) = (Vec::new(), Vec::new(), Vec::new());
    if let Some(it) = argument(&instance.values, "template") {
        mentions(it, &mut told);
        addresses(it, all, &mut called);
        in_blocks(it, all, &mut images);
    }
    let facts = CloudProgram {
        cloud_name: Known::Unknown(Reason::NotDeclared),
        runtime: Known::Unknown(Reason::NotDeclared),
        count_max: Known::Unknown(Reason::NotDeclared),
        service: None,
        images,
        told,
        called,
    };
    (ComponentKind::Workload, Facts::CloudProgram(Box::new(facts)))
}
