//! Passwords inside URLs.

use kai_graph::MaterialKind;

use super::password;
use super::scan::Found;

/// `scheme://user:password@host`, or `password=` among the parameters. `at` is the colon.
pub(super) fn password(text: &str, at: usize) -> Option<Found> {
    let has_scheme = text[..at].ends_with(|it: char| it.is_ascii_alphanumeric());
    let start = at + "://".len();
    let is_end = |it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '`' | '<' | '>' | '\\');
    if !has_scheme {
        return None;
    }
    // A URL inside of this one is looked at as one of its own, so no byte is looked at twice.
    let rest = text[start..].split("://").next().unwrap_or_default();
    let url = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    let found = in_authority(url).or_else(|| in_parameters(url))?;
    let range = start + found.start..start + found.end;
    Some(Found { kind: MaterialKind::Password, range })
}

fn in_authority(url: &str) -> Option<std::ops::Range<usize>> {
    let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
    let (user_info, _) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    let is_shown =
        (is_generic(user) && is_generic(password)) || (is_constant(user) && is_constant(password));
    (!is_shown && !password::is_placeholder(password)).then(|| user.len() + 1..user_info.len())
}

/// `ACCESS_KEY_ID:ACCESS_SECRET_KEY@`: names of what will stand there.
fn is_constant(word: &str) -> bool {
    word.contains('_') && word.bytes().all(|it| it.is_ascii_uppercase() || it == b'_')
}

/// `user:password@` and the like only show where the two belong.
fn is_generic(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    matches!(
        word.as_str(),
        "" | "user" | "username" | "name" | "pass" | "password" | "pwd" | "login"
    )
}

fn in_parameters(url: &str) -> Option<std::ops::Range<usize>> {
    let names = ["password=", "passwd=", "pwd="];
    let lower = url.to_ascii_lowercase();
    let start = names.iter().find_map(|name| {
        let at = lower.find(name)?;
        lower[..at].ends_with(['?', '&', ';']).then_some(at + name.len())
    })?;
    let length = url[start..].find(['&', ';', '#', ',']).unwrap_or(url.len() - start);
    let value = &url[start..start + length];
    (!password::is_placeholder(value)).then_some(start..start + length)
}
