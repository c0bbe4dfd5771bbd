//! Published figures for terms that nobody measured, declared or derived.
//!
//! The table is data: `priors.tsv`, one row a line. A mark says how its source was read (`S` in
//! the publisher's own text, `S2` as quoted by a third party, `R` recalled or set here), and `est`
//! that the interval was set here from what the source gives. What must always hold: every row
//! that the register names is in the table, and every number taken from it is printed with its
//! citation.

mod figures;
mod key;
mod table;

pub(crate) use figures::{Figure, Figures};
pub use key::Key;
pub use table::{Prior, priors};
