//! The Messages API of Anthropic.

mod blocks;
mod encode;
mod turn;

pub(crate) use encode::encode;
pub(crate) use turn::{Turn, whole};
