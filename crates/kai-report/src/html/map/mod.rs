//! The graph as pictures that one can follow, and a card for every component in them.
//!
//! Islands are components that depend on each other; those of users come first. Drawn is what
//! carries traffic or state. What steers or configures it stands in the cards.
//!
//! Start with [`Map`].

mod component;
mod drawn;
mod island;
mod picture;
mod section;

pub(super) use drawn::Map;
