//! The last door before a text leaves for a model or a client.
//!
//! What is typed goes first: all that a Secret holds, and private keys. Then values by their names, by the forms
//! that everybody knows, and by how random they look. A value too many is better sealed than one too few.

mod forms;
mod names;
mod random;
mod typed;

/// What stands for a secret.
const SEALED: &str = "‹secret›";

/// The text without values that are secret by their type, their name, their form or their place.
#[must_use]
pub fn seal(text: &str) -> String {
    let text = typed::private_keys(text);
    let text = typed::variables(&typed::secrets(&text));
    let mut sealed = String::with_capacity(text.len());
    let mut is_named_before = false;
    for line in text.split_inclusive('\n') {
        let line = names::seal(line, is_named_before);
        is_named_before = names::names_a_secret(&line);
        sealed.push_str(&random::seal(&forms::seal(&line)));
    }
    sealed
}
