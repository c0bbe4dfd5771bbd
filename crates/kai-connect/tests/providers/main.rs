//! What providers answer, byte by byte, and what they are asked.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "tests read recorded data, listen on this machine and measure time"
)]

mod adversarial;
mod calls;
mod canaries;
mod cassettes;
mod configuration;
mod encoding;
mod fuzz;
mod outcome;
mod server;
