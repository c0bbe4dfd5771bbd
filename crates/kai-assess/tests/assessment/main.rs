//! Reviews of small trees: text in, assessment out.

mod environments;
mod grouping;
mod manifests;
mod memory;
mod register;
mod repeatable;
mod shop;
mod verdicts;
