//! Terraform's recorded answers.
//!
//! The data is found by `KAI_TERRAFORM_DATA`, or in `../shared/conformance/terraform` next to the
//! repository; without it the tests say so and pass, unless `KAI_REQUIRE_DATA=1`.

#![expect(clippy::disallowed_methods, reason = "reads recorded data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod answers;
mod corpus;
mod expressions;
mod modules;
mod origins;
