//! The risk register: every hazard with its numbers, merged by cause, ranked.
//!
//! A hazard becomes a [`Risk`]: one [`Row`] for each trigger that its failure mode stands for, with
//! frequency, impact, time to detect and time to recover, each an interval with its source. What
//! must always hold: every number names where it comes from; the order depends on content alone,
//! never on ids or scheduling; a journey that is not known is never counted.
//!
//! Reading starts with [`Risk`], then `trigger` (what happens how often), `timeline` (what
//! Kubernetes does about it and when), `noticed` (who hears of it and when), `level` (how bad in one word), `order`.

mod blinded;
mod cause;
mod group;
mod level;
mod noticed;
mod objectives;
mod order;
mod quantity;
mod reach;
mod risk;
mod row;
mod timeline;
mod trigger;

pub(crate) use cause::{Cause, Identity, merge};
pub(crate) use group::{Common, Group, group};
pub(crate) use objectives::Objectives;
pub(crate) use reach::Dependant;
pub(crate) use risk::{Numbers, Risk, register};
pub(crate) use timeline::started;
