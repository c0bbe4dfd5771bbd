//! Effective objects → components of the graph.
//!
//! One folder per source. What must always hold: sources read the effective tree and know no
//! composer; reading never fails, it returns what it understood and the problems; what a platform
//! fills in by itself carries an origin that says so; no secret's bytes reach the graph.
//!
//! Start with [`lower`], then [`link::link`], which draws the arrows; [`system_from_objects`] does
//! everything for one root.

mod address;
mod alertmanager;
pub mod compose;
pub mod engine;
mod fields;
mod helm;
mod image_build;
pub mod kubernetes;
pub mod link;
mod lowered;
mod material;
mod monitoring;
pub mod pipeline;
mod prometheus;
mod scan;
pub mod terraform;

pub use helm::installation;
pub use lowered::{Lowered, complete, lower, number, system_from_objects};
