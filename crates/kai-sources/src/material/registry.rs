//! Credentials for image registries, as Docker keeps them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_graph::MaterialKind;

use super::password;
use super::scan::Found;

/// True for the keys under which Docker's file of credentials goes.
pub(super) fn is_credentials_file(key: &str) -> bool {
    matches!(key, ".dockerconfigjson" | ".dockercfg" | "config.json")
}

/// The passwords of `"auth": "<base64 of user:password>"` and `"password": "…"`.
pub(super) fn passwords(json: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (key, is_password) in [("\"auth\"", is_pair as fn(&str) -> bool), ("\"password\"", is_own)]
    {
        for (at, _) in json.match_indices(key) {
            let Some(range) = text_after(json, at + key.len()) else { continue };
            if is_password(&json[range.clone()]) {
                found.push(Found { kind: MaterialKind::Password, range });
            }
        }
    }
    found.sort_by_key(|it| it.range.start);
    found
}

/// The string after a colon.
fn text_after(json: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let rest = json[at..].trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let start = json.len() - rest.len();
    Some(start..start + rest.find('"')?)
}

fn is_pair(encoded: &str) -> bool {
    let decoded = STANDARD.decode(encoded).ok().and_then(|it| String::from_utf8(it).ok());
    decoded.is_some_and(|it| it.split_once(':').is_some_and(|(_, password)| is_own(password)))
}

fn is_own(password: &str) -> bool {
    !password::is_placeholder(password)
}
