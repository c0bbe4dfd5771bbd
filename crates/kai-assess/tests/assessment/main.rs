//! Reviews of small trees: text in, assessment out.

mod memory;
mod shop;
