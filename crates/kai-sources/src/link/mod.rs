//! Components → the system: who needs whom, which text shows it, and what users do with it.
//!
//! What must always hold: no arrow is invented. An arrow has the origin of the text that shows it; a
//! name that nothing answers to makes none; names are looked up in the own root first, then in the
//! same environment. An arrow is hard unless something says that the work goes on without its target.
//!
//! Start with [`link`].

mod address;
mod alerting;
mod arrows;
mod backups;
mod balancers;
mod bases;
mod calls;
mod cloud_sql;
mod controls;
mod files;
mod handovers;
mod hosts;
mod identities;
mod images;
mod index;
#[cfg(test)]
mod joined;
mod journeys;
mod mention;
mod operator;
mod parts;
mod programs;
mod routes;
mod servers;
mod shell;
mod stores;
mod system;
#[cfg(test)]
mod tests;
mod uses;
mod variables;
mod vaults;
mod words;

pub use system::link;
