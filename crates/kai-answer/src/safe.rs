//! Lines of a file without the secrets in them.
//!
//! Whoever reads an answer may not be allowed to read what a Secret holds. A line that might show a secret
//! loses its value: better one value too many than one too few.

use std::ops::Range;

const MASK: &str = "********";

/// Ends of keys that hold secrets, in lower case and without separators.
const SECRET_KEYS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passwort",
    "pwd",
    "pass",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "accountkey",
    "authkey",
    "masterkey",
    "sshkey",
    "credential",
    "credentials",
    "dockerconfigjson",
    "dsn",
    "auth",
    "connectionstring",
    "clientsecret",
    "requirepass",
    "masterauth",
    "cookie",
    "salt",
    "htpasswd",
    "secretstring",
    "licensekey",
    "webhook",
    "webhookurl",
];

/// The lines of a text, each without what may be secret.
#[must_use]
pub fn safe_lines(text: &str) -> Vec<String> {
    let hidden = hidden_lines(text);
    text.lines().zip(hidden).map(|(line, is_hidden)| safe_line(line, is_hidden)).collect()
}

/// A line without what may be secret; `is_hidden` where what is around it says that its value is.
pub(crate) fn safe_line(line: &str, is_hidden: bool) -> String {
    if is_hidden { hide(line, indent(line)) } else { without_words(line) }
}

/// The lines of a text whose values are secret for what stands around them.
pub(crate) fn hidden_lines(text: &str) -> Vec<bool> {
    // Most files hold neither, and a dump has millions of lines.
    let may_hold = May { secrets: text.contains("Secret"), keys: text.contains("-----BEGIN") };
    let lines: Vec<&str> = text.lines().collect();
    let mut hidden = Vec::with_capacity(lines.len());
    for document in documents(&lines) {
        add_document(&lines[document], may_hold, &mut hidden);
    }
    hidden
}

/// What a text may hold for what is anywhere in it.
#[derive(Clone, Copy)]
struct May {
    secrets: bool,
    keys: bool,
}

/// Documents of a YAML stream, each with the line that begins it.
fn documents(lines: &[&str]) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = vec![0];
    starts.extend((1..lines.len()).filter(|&it| lines[it].starts_with("---")));
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
}

fn add_document(lines: &[&str], may_hold: May, all: &mut Vec<bool>) {
    let is_secret = may_hold.secrets && lines.iter().any(|it| is_kind_of_secret(it));
    // Indentation of the key whose value is hidden, with all that stands deeper.
    let mut hidden: Option<usize> = None;
    let mut is_in_key = false;
    for line in lines {
        let indent = indent(line);
        is_in_key |= may_hold.keys && line.contains("-----BEGIN");
        if hidden.is_some_and(|it| !line.trim().is_empty() && indent <= it) {
            hidden = None;
        }
        let names_secret =
            |it: &str| is_secret && matches!(it, "data" | "stringData") || is_secret_key(it);
        let is_below = hidden.is_some() || is_in_key;
        if !is_below && key_of(line).is_some_and(names_secret) {
            hidden = Some(indent);
        }
        all.push(is_below || hidden.is_some());
        if is_in_key && line.contains("-----END") {
            is_in_key = false;
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_kind_of_secret(line: &str) -> bool {
    if !line.contains("Secret") {
        return false;
    }
    let line: String = line.chars().filter(|it| !matches!(it, '"' | '\'' | ' ' | ',')).collect();
    let line = line.trim_start_matches('-');
    matches!(line, "kind:Secret" | "kind:SealedSecret" | "kind:SopsSecret")
        || line.contains("kind:Secret}")
        || line.contains("{kind:Secret")
}

/// The key of `key: value`, `key = value`, `- key: value` or `"key": value`.
fn key_of(line: &str) -> Option<&str> {
    let at = line.find([':', '='])?;
    let key = line[..at].trim().trim_start_matches("- ").trim();
    let key = key.trim_matches(['"', '\'', '{', ' ']);
    (!key.is_empty()).then_some(key)
}

fn is_secret_key(key: &str) -> bool {
    /// None of the ends is longer.
    const LENGTH_MAX: usize = 16;
    let (mut end, mut start) = ([0; LENGTH_MAX], LENGTH_MAX);
    let plain = key.bytes().rev().filter(u8::is_ascii_alphanumeric).take(LENGTH_MAX);
    for byte in plain {
        start -= 1;
        end[start] = byte.to_ascii_lowercase();
    }
    SECRET_KEYS.iter().any(|it| end[start..].ends_with(it.as_bytes()))
}

/// The key alone, if there is one before a value.
fn hide(line: &str, indent: usize) -> String {
    let value = line.find([':', '=']).map(|at| (&line[..=at], line[at + 1..].trim()));
    match value {
        _ if line.trim().is_empty() => String::new(),
        Some((key, "" | "|" | ">" | "|-" | ">-")) => key.to_owned(),
        Some((key, value)) if is_reference(value) => format!("{key} {value}"),
        Some((key, _)) if key.len() < 80 && !key.trim().contains(' ') => format!("{key} {MASK}"),
        Some((key, _)) if key.trim().starts_with("- ") => format!("{key} {MASK}"),
        _ => format!("{}{MASK}", &line[..indent]),
    }
}

/// What stands where a secret will stand.
fn is_reference(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    value.starts_with("${") || value.starts_with("$(") || value.starts_with("{{")
}

/// Words that look like secrets, and passwords in addresses, are struck out.
fn without_words(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    for part in line.split_inclusive([' ', '"', '\'', ',', '\t']) {
        let word = part.trim_end_matches([' ', '"', '\'', ',', '\t']);
        safe.push_str(&without_secret(word));
        safe.push_str(&part[word.len()..]);
    }
    safe
}

fn without_secret(word: &str) -> String {
    if let Some((scheme, rest)) = word.split_once("://")
        && let Some((user, host)) = rest.rsplit_once('@')
    {
        let name = user.split(':').next().unwrap_or_default();
        return format!("{scheme}://{name}:{MASK}@{host}");
    }
    if let Some((key, value)) = word.split_once('=')
        && !value.is_empty()
        && is_secret_key(key)
        && !is_reference(value)
    {
        return format!("{key}={MASK}");
    }
    if is_random(word) { MASK.to_owned() } else { word.to_owned() }
}

/// What a machine made: long, of letters of both sizes and digits, without separators; a digest is public.
fn is_random(word: &str) -> bool {
    let plain = word.rsplit(':').next().unwrap_or(word);
    let has = |is: fn(&char) -> bool| plain.chars().any(|it| is(&it));
    let is_word = |it: char| it.is_ascii_alphanumeric() || matches!(it, '+' | '_' | '-' | '=');
    plain.len() >= 20
        && !word.contains("sha256:")
        && plain.chars().all(is_word)
        && has(char::is_ascii_digit)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        expected.assert_eq(&(safe_lines(text).join("\n") + "\n"));
    }

    #[test]
    fn a_key_is_known_by_its_end_whatever_separates_its_words() {
        for it in SECRET_KEYS {
            assert!(is_secret_key(it) && is_secret_key(&format!("x.{}", it.to_uppercase())));
        }
        assert!(
            is_secret_key("DOCKER_CONFIG-json") && !is_secret_key("keys") && !is_secret_key("")
        );
    }

    #[test]
    fn a_secret_keeps_its_keys() {
        check(
            "kind: ConfigMap\ndata:\n  a: b\n---\nkind: Secret\ndata:\n  a: ZmFrZQ==\n  b: |\n    two lines\n    of it\ntype: Opaque",
            &expect![[r"
                kind: ConfigMap
                data:
                  a: b
                ---
                kind: Secret
                data:
                  a: ********
                  b:
                    ********
                    ********
                type: Opaque
            "]],
        );
    }

    #[test]
    fn a_password_is_hidden_wherever_it_stands() {
        check(
            "env:\n  url: postgres://app:fake-fake@db:5432/x\n  DB_PASSWORD: fake\n  - --token=fake-fake\n  name: DB_PASSWORD\n  key: AKIAFAKEFAKE1234abcdef99\n  password: ${FROM_VAULT}\n  image: a/b@sha256:0123456789abcdefABCDEF",
            &expect![[r#"
                env:
                  url: postgres://app:********@db:5432/x
                  DB_PASSWORD: ********
                  - --token= ********
                  name: DB_PASSWORD
                  key: ********
                  password: ${FROM_VAULT}
                  image: a/b@sha256:0123456789abcdefABCDEF
            "#]],
        );
    }

    #[test]
    fn a_private_key_is_hidden_whole() {
        check(
            "tls:\n  -----BEGIN PRIVATE KEY-----\n  fakefakefake\n  -----END PRIVATE KEY-----\nreplicas: 2",
            &expect![[r"
                tls:
                  ********
                  ********
                  ********
                replicas: 2
            "]],
        );
    }
}
