//! The engineer with a model, driven: models are called, tools run, conversations are kept.
//!
//! What to do next is decided by [`kai_agent::engineer`], whether a tool may do it by [`kai_agent::permit`];
//! here it is done. What must always hold: every byte to a model is sealed; whatever a tool read is sealed
//! before anybody else sees it; nothing that a user was not asked about is changed.
//!
//! Start with [`drive`](drive::drive).

pub(crate) mod drive;
pub(crate) mod journal;
pub(crate) mod said;
pub(crate) mod sandbox;
pub(crate) mod start;
pub(crate) mod tools;
