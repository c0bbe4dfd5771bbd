//! What happens when something breaks, in words.
//!
//! `table` is one screen of the worst, `story` one scenario from its first second, `json` is
//! `kai.break/v1`, and `markdown`, `mermaid` and `svg` are for documents; `blast` is what the last two
//! draw.

mod blast;
mod break_v1;
mod drain_check;
mod markdown;
mod mermaid;
mod rows;
mod said;
mod story;
mod study;
mod svg;
mod table;
mod words;

pub use break_v1::{excerpt, json};
pub use drain_check::drain_check;
pub use markdown::markdown;
pub use mermaid::mermaid;
pub use said::{Said, said};
pub use story::story;
pub use study::Study;
pub use svg::svg;
pub use table::table;
