//! Container apps, web apps and functions.

use kai_core::{Known, Reason};
use kai_graph::{CloudProgram, ComponentKind, Facts};
use kai_terraform::roots::Instance;

use super::super::address::addresses;
use super::super::fields::argument;
use super::super::images::in_blocks;
use super::super::naming::mentions;

/// What a program is told stands in its template, or in its settings and secrets.
const TOLD: &[&str] = &[
    "template",
    "secret",
    "app_settings",
    "connection_string",
    "site_config",
    "storage_account_access_key",
    "storage_account_name",
];

pub(super) fn program(instance: &Instance, all: &[Instance]) -> (ComponentKind, Facts) {
    let (mut told, mut called, mut images) = (Vec::new(), Vec::new(), Vec::new());
    for it in TOLD.iter().filter_map(|it| argument(&instance.values, it)) {
        mentions(it, &mut told);
        addresses(it, all, &mut called);
        in_blocks(it, all, &mut images);
    }
    called.sort_by(|one, other| one.to.cmp(&other.to));
    called.dedup_by(|one, other| one.to.is_same_thing(&other.to));
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
