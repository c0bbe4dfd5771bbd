//! Programs that a cloud runs without a cluster of one's own: functions and services.

use kai_core::{Known, OriginId, SmolStr};

use super::ResourceRef;
use crate::{Image, ImageName, Material};

/// A program that a cloud runs.
#[derive(Debug, Clone)]
pub struct CloudProgram {
    pub cloud_name: Known<SmolStr>,
    /// `python3.12`
    pub runtime: Known<SmolStr>,
    /// How many of it may run at once at most, where that is written.
    pub count_max: Known<u32>,
    /// How many run, where it always runs.
    pub service: Option<ServiceSize>,
    /// The images that it runs.
    pub images: Vec<ProgramImage>,
    /// What its environment and its definition mention.
    pub told: Vec<ResourceRef>,
    /// The things whose addresses it is given.
    pub called: Vec<GivenAddress>,
    /// What stands in its variables in the clear.
    pub material: Vec<Material>,
}

/// An image that a program runs.
#[derive(Debug, Clone)]
pub struct ProgramImage {
    pub name: ImageName,
    /// The whole reference; none where a part of it is filled in later.
    pub written: Option<Image>,
    pub origin: OriginId,
}

/// An attribute that leads to a thing: its address, or the name that its API takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAddress {
    pub to: ResourceRef,
    /// The variable or key that it stands under; empty where nothing names it.
    pub key: SmolStr,
    /// The text that gives it.
    pub origin: OriginId,
}

/// How many of a service run.
#[derive(Debug, Clone)]
pub struct ServiceSize {
    pub count: Known<u32>,
    /// The share of them that must stay up during a deploy, in percent.
    pub healthy_min: Known<u32>,
    /// True where callers come to it through a load balancer.
    pub is_called: bool,
    /// The fewest that scaling leaves, where something scales it.
    pub floor: Option<Known<u32>>,
}
