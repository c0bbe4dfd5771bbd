//! What Kubernetes was recorded to decide, and stories of clusters.
//!
//! The recorded decisions are found by `KAI_SCHEDULER_DATA`, or in `../shared` next to the
//! repository; without them the tests say so and pass, unless `KAI_REQUIRE_DATA=1`.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod conformance;
mod recording;
mod sweep;
