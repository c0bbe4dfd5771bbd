//! One file that a browser opens: the whole review, its map, and the arithmetic behind every number.
//!
//! What must always hold: the file asks the network for nothing and its policy forbids it to; it
//! reads well without its script, in print and on a phone; every text of a reviewed file is escaped;
//! the same assessment gives the same bytes.
//!
//! Start with [`review`]. The graph is drawn in `map`, and laid out in `crate::layered`.

mod accepted;
mod arithmetic;
mod assumptions;
mod card;
mod map;
mod page;
mod reading;
mod register;
mod solid;
#[cfg(test)]
mod tests;
mod text;

pub use page::review;
