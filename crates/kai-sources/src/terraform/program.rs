//! Programs that a cloud runs from a template: what they are told, and what they call by it.

use kai_core::{Known, Reason};
use kai_graph::{CloudProgram, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::address::addresses;
use super::fields::argument;
use super::images::in_blocks;
use super::naming::mentions;
use super::secrets;

/// What the arguments tell it: variables, secrets, addresses, mounted buckets. One of its name may run in
/// many regions, so that the name tells it from no other.
pub(super) fn program(
    instance: &Instance,
    arguments: &[&str],
    all: &[Instance],
) -> (ComponentKind, Facts) {
    let (mut told, mut called, mut images) = (Vec::new(), Vec::new(), Vec::new());
    let mut material = Vec::new();
    for it in arguments.iter().filter_map(|it| argument(&instance.values, it)) {
        mentions(it, &mut told);
        addresses(it, all, &mut called);
        in_blocks(it, all, &mut images);
        secrets::in_blocks(it, &mut material);
    }
    let facts = CloudProgram {
        cloud_name: Known::Unknown(Reason::NotDeclared),
        runtime: Known::Unknown(Reason::NotDeclared),
        count_max: Known::Unknown(Reason::NotDeclared),
        service: None,
        images,
        told,
        called,
        material,
    };
    (ComponentKind::Workload, Facts::CloudProgram(Box::new(facts)))
}
