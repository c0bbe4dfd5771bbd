//! What tests and benches share: recorded data, and trees of files on disk or in memory.
//!
//! A development dependency only. What must always hold: a test that needs recorded data and does
//! not find it says so past the test harness, and fails where `KAI_REQUIRE_DATA=1`.
#![expect(
    clippy::disallowed_methods,
    reason = "tests read files and the environment, and stop when the machine does not let them"
)]

mod changes;
mod folder;
mod mcp_suite;
mod memory;
mod recorded;
mod schema;

pub use changes::{Change, PlacedEdit, changes};
pub use folder::{Folder, files_with};
pub use mcp_suite::judged_by_mcp_suite;
pub use memory::Memory;
pub use recorded::{corpus, number, recorded, say, skipped, unpacked_text};
pub use schema::schema_offences;
