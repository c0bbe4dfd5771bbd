//! Changes to files as a unified diff, which people read and `git apply` takes.

#[cfg(test)]
mod tests;
mod unified;

pub use unified::unified;
