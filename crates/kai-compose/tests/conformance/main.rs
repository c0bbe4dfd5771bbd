//! Kustomize's recorded output over real repositories, and the origins of its values.
//!
//! The data is found by `KAI_KUSTOMIZE_DATA` (goldens) and `KAI_CORPUS_DATA` (repositories), or in
//! `../shared` next to the repository; without it the tests say so and pass, unless
//! `KAI_REQUIRE_DATA=1`.

#![expect(clippy::disallowed_methods, reason = "finds and unpacks recorded data")]
#![expect(clippy::unwrap_used, reason = "a test that cannot read its data has failed")]

mod goldens;
mod helm;
mod origins;
