//! Which files may be read.

use crate::class::{Verdict, ask, secret};
use crate::words::{Kind, Word, expands};

/// What a program does with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Use {
    /// Prints what it holds.
    Content,
    /// Prints a measure of what it holds: a sum, a size, a count.
    Measure,
    /// Prints its name, or what the file system knows of it.
    Name,
}

/// Names that normally hold secrets. A pattern of the shell that matches one of them reads it.
const SAMPLES: &[&str] = &[
    ".env",
    ".env.local",
    ".netrc",
    ".npmrc",
    "credentials",
    "credentials.json",
    "id_ed25519",
    "id_rsa",
    "kubeconfig",
    "prod.env",
    "secret",
    "secret.json",
    "secret.yaml",
    "secret.yml",
    "secrets.env",
    "secrets.json",
    "secrets.yaml",
    "secrets.yml",
    "terraform.tfstate",
    "terraform.tfstate.backup",
    "terraform.tfvars",
    "tls.key",
    "tls.pem",
    ".bash_history",
    ".pgpass",
    "token",
];

const BEGINNINGS: &[&str] = &[".env", "id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials"];

const ENDINGS: &[&str] = &[
    ".age",
    ".asc",
    ".env",
    ".gpg",
    ".jks",
    ".kdbx",
    ".key",
    ".keystore",
    ".ovpn",
    ".p12",
    ".pem",
    ".pfx",
    ".ppk",
    ".tfvars",
    ".tfvars.json",
    "_history",
];

const PARTS: &[&str] = &[
    ".tfstate",
    "apikey",
    "api-key",
    "api_key",
    "credential",
    "kubeconfig",
    "passwd",
    "password",
    "private-key",
    "private_key",
    "secret",
    "service-account",
    "shadow",
    "token",
    "vault-pass",
];

const NAMES: &[&str] = &[
    ".dockercfg",
    ".dockerconfigjson",
    ".git-credentials",
    ".htpasswd",
    ".my.cnf",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    "admin.conf",
    "auth.json",
    "environ",
    "nohup.out",
];

const FOLDERS: &[&str] = &[
    ".aws",
    ".azure",
    ".docker",
    ".git",
    ".gnupg",
    ".kube",
    ".password-store",
    ".ssh",
    ".terraform",
    ".vault",
];

/// Names without an ending that everybody knows for text.
const TEXTS: &[&str] = &[
    "BUILD",
    "CHANGELOG",
    "CODEOWNERS",
    "Containerfile",
    "Dockerfile",
    "Gemfile",
    "Jenkinsfile",
    "LICENSE",
    "MAINTAINERS",
    "Makefile",
    "NOTICE",
    "OWNERS",
    "Procfile",
    "README",
    "Rakefile",
    "Tiltfile",
    "VERSION",
    "Vagrantfile",
    "WORKSPACE",
];

pub(crate) fn check(word: &Word, used: Use) -> Verdict {
    if word.kind != Kind::Fixed {
        return Err(expands(word));
    }
    let path = word.text.as_str();
    if path.contains("://") {
        return ask(format!("`{path}` is no file"));
    }
    if matches!(path, "-" | "/dev/null" | "/dev/stdin") {
        return Ok(());
    }
    let (is_outside, parts) = normal(path);
    if used != Use::Name && is_secret(&parts, word.is_glob) {
        return secret(format!("`{path}` normally holds secrets"));
    }
    if path.starts_with("/proc/") && path.contains("environ") {
        return secret(format!("`{path}` holds the environment of a process"));
    }
    if is_outside {
        return ask(format!("`{path}` is outside of this folder"));
    }
    if used == Use::Content
        && let Some(name) = parts.last()
        && !names_its_kind(name)
    {
        return ask(format!("`{path}` does not say what it is, and may lead elsewhere"));
    }
    Ok(())
}

/// What is said of a folder that is read with everything in it.
pub(crate) fn check_tree(word: &Word, is_narrowed: bool) -> Verdict {
    check(word, Use::Measure)?;
    let (_, parts) = normal(&word.text);
    let is_whole = parts.is_empty();
    if is_whole && !is_narrowed {
        return secret(format!(
            "everything below `{}` includes files that hold secrets",
            word.text
        ));
    }
    Ok(())
}

/// True where a pattern of names, such as `*.yaml`, leaves secrets out.
pub(crate) fn is_narrow(pattern: &str) -> bool {
    let name = pattern.rsplit('/').next().unwrap_or(pattern);
    let ending = name.rsplit('.').next().filter(|it| it.len() < name.len());
    let says_ending =
        ending.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric()));
    says_ending && !is_secret(&[name.replace('*', "x")], false) && !name.starts_with('!')
}

/// Without `.` and `..`, in lower case, and whether it leads out.
fn normal(path: &str) -> (bool, Vec<String>) {
    let mut is_outside = path.starts_with(['/', '~']);
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => is_outside |= parts.pop().is_none(),
            part => parts.push(part.to_owned()),
        }
    }
    (is_outside, parts)
}

fn is_secret(parts: &[String], is_glob: bool) -> bool {
    let Some(name) = parts.last() else { return false };
    let lower = name.to_ascii_lowercase();
    let is_named = BEGINNINGS.iter().any(|it| lower.starts_with(it))
        || ENDINGS.iter().any(|it| lower.ends_with(it))
        || PARTS.iter().any(|it| lower.contains(it))
        || NAMES.contains(&lower.as_str());
    let is_inside = parts.iter().any(|it| {
        let it = it.to_ascii_lowercase();
        FOLDERS.contains(&it.as_str()) || it.contains("secret") || it == "gcloud"
    });
    let is_matched = is_glob && {
        let has_ending = is_narrow(name);
        SAMPLES.iter().any(|it| matches(&lower, it) && !(has_ending && it.contains("secret")))
    };
    is_named || is_inside || is_matched
}

/// `*`, `?` and `[…]` of the shell over one name; a leading dot is only matched by a dot.
fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && pattern.starts_with(['*', '?', '[']) {
        return false;
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches_from(&pattern, &name)
}

fn matches_from(pattern: &[char], name: &[char]) -> bool {
    match pattern.first() {
        None => name.is_empty(),
        Some('*') => (0..=name.len()).any(|skipped| matches_from(&pattern[1..], &name[skipped..])),
        Some('?') => !name.is_empty() && matches_from(&pattern[1..], &name[1..]),
        // A class is taken to hold every letter.
        Some('[') => {
            let end = pattern.iter().position(|it| *it == ']').unwrap_or(pattern.len() - 1);
            !name.is_empty() && matches_from(&pattern[end + 1..], &name[1..])
        }
        Some(it) => name.first() == Some(it) && matches_from(&pattern[1..], &name[1..]),
    }
}

fn names_its_kind(name: &str) -> bool {
    let upper = name.trim_start_matches('.');
    name.len() == 1 || upper.contains('.') || TEXTS.contains(&name) || name.contains('*')
}
