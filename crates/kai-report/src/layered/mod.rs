//! A layered drawing of a directed graph, from left to right (Sugiyama, Tagawa and Toda, 1981).
//!
//! Circles are broken, every vertex gets the layer behind all that leads to it, arrows over several
//! layers get a bend in each, layers are ordered for few crossings, and boxes move towards what they
//! are joined with as far as their order allows. What must always hold: boxes of a layer do not
//! overlap, and the same graph gives the same drawing.
//!
//! Start with [`layout`]; `parts` is what pictures of it share.

mod columns;
mod layers;
mod layout;
mod parts;
mod settle;
#[cfg(test)]
mod tests;

pub(crate) use layout::{Point, Sizes, layout};
pub(crate) use parts::{curve, head, short};
