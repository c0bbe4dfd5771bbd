//! The test of origins: change the text that a value names as its own, render again, and see that
//! the values that depend on that text changed, and no others.
//!
//! Start with [`sampling`], which does it for whatever can be rendered.

mod charts;
mod kustomizations;
mod lines;
mod objects;
mod sampling;
