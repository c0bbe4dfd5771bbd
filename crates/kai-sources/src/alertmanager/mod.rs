//! Routes and receivers of Alertmanager.
//!
//! What must always hold: of an integration only its kind is kept; an address or a token never.
//! Start with [`configuration`].

mod configuration;
mod intervals;
mod matchers;
#[cfg(test)]
mod tests;

pub(crate) use configuration::configuration;
