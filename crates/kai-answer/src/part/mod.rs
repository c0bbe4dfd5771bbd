//! What answers share: one file a step of advice.

mod alarm;
mod busy;
mod command;
mod controllers;
mod detection;
mod failover;
mod leave;
mod objective;
mod people;
mod pipelines;
mod played;
mod priority;
mod radius;
mod recovery;
mod running;
mod state;
mod unknown;
mod window;

pub(crate) use busy::busy;
pub(crate) use command::{is_compose, kubectl, on, pods, undo};
pub(crate) use controllers::{by_accounts, by_controllers};
pub(crate) use detection::{Sign, observability, sign};
pub(crate) use failover::failover;
pub(crate) use leave::{LOST, copied_out, leave, lost_with_pod};
pub(crate) use objective::{objective, recovery_objective, target};
pub(crate) use people::person;
pub(crate) use pipelines::{by_pipelines, by_promotions, by_proposals, by_their_names};
pub(crate) use played::{Played, domains, evidence_of_plays, is_played_load, played};
pub(crate) use priority::{listed, listed_of, own, priority, priority_of, title_of_one, whose};
pub(crate) use radius::{Radius, radius};
pub(crate) use recovery::recovery;
pub(crate) use running::{
    autoscaler, behind, count, is_running, is_stateful, main_environment, main_findings, number,
    running,
};
pub(crate) use state::{replicas, state};
pub(crate) use unknown::unknown;
pub(crate) use window::windows;
