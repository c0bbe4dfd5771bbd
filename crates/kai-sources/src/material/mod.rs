//! Keys, tokens and passwords that stand in a text in the clear.
//!
//! Proven by parsing, not guessed: a private key is decoded and has to be one, a token has its
//! issuer's form and checksum, a password stands in a URL or under a key that says what it is. What
//! only stands for a secret (`changeme`, `${PASSWORD}`, a path, a reference into a vault, a hash)
//! is not one. No byte of what is found leaves this module: callers keep kinds and masked texts.
//!
//! Start with [`in_value`].

mod arguments;
mod password;
mod pem;
mod registry;
mod scan;
mod token;
mod url;

#[cfg(test)]
mod tests;

pub(crate) use arguments::mask_arguments;
pub(crate) use scan::{Found, Place, in_argument, in_value, mask};
